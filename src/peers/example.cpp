#include "peers/example.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/screening.h"
#include "base/ascii.h"
#include "identifiers/identifiers.h"
#include "lists/countries.h"
#include "peers/vocabulary.h"

namespace tamga::peers {
namespace {

/// Numbers of registers for which lists have no property of their own: what they publish stands in registrationNumber or taxNumber.
constexpr std::array<std::string_view, 8> kOtherNumbers = {"vatCode", "okpoCode", "irsCode",        "voenCode",
                                                           "jibCode", "cikCode",  "uniqueEntityId", "socialSecurityNumber"};

/// Properties that lists publish beside the model's, so that a result can be sent back as an example.
constexpr std::array<std::string_view, 10> kOwnProperties = {"publishedName", "unscId", "ofacId",   "role",    "type",
                                                             "status",        "title",  "position", "endDate", "startDate"};

std::string clean(Type type, std::string_view value) {
  switch (type) {
    case Type::country: {
      const std::string lower = lower_ascii(value);
      if (const auto known = lists::known_country(lower); !known.empty()) return std::string(known);
      return std::string(lists::country_code(value));
    }
    case Type::date: return read_partial_date(value).value_or("");
    case Type::gender: {
      const std::string lower = lower_ascii(value);
      if (lower == "m" || lower == "male") return "male";
      if (lower == "f" || lower == "female") return "female";
      return lower == "other" ? lower : "";
    }
    default: return std::string(value);
  }
}

Answered<std::vector<std::string>> values_of(std::string_view where, const Json& json) {
  std::vector<std::string> values;
  const auto one = [&](const Json& value) -> Checked {
    switch (value.kind) {
      case Json::Kind::null: return {};
      case Json::Kind::string:
      case Json::Kind::number: values.push_back(value.text); return {};
      case Json::Kind::boolean: values.emplace_back(value.truth ? "true" : "false"); return {};
      // A nested entity, as /entities answers them: its id stands for it.
      case Json::Kind::object:
        if (value.get("id").empty()) break;
        values.emplace_back(value.get("id"));
        return {};
      case Json::Kind::array: break;
    }
    return refuse(422, fmt::format("{}: expected a string or a list of strings", where));
  };
  if (json.is_array()) {
    for (const auto& item : json.items) TAMGA_TRY_STATUS(one(item));
  } else {
    TAMGA_TRY_STATUS(one(json));
  }
  return values;
}

/// First names times last names: nobody has more, and each is compared.
constexpr std::size_t kWholeNamesMost = 400;
/// Of one example, all together.
constexpr std::size_t kNamesMost = 512;

/// What a person's names may be together, of those that are given in parts. False: too many.
bool add_whole_names(Entity& entity) {
  const auto add = [&](std::initializer_list<std::string_view> parts) {
    std::string name;
    for (const auto part : parts) {
      if (!part.empty()) name += (name.empty() ? "" : " ") + std::string(part);
    }
    entity.add("name", name);
  };
  const auto second = entity.first("secondName");
  const auto middle = entity.first("middleName");
  const auto father = entity.first("fatherName");
  const auto mother = entity.first("motherName");
  const std::vector<std::string> firsts = entity.values("firstName");
  const std::vector<std::string> lasts = entity.values("lastName");
  if (firsts.size() * lasts.size() > kWholeNamesMost) return false;
  for (const auto& last : lasts) {
    for (const auto& first : firsts) add({first, second, middle, father, last, mother});
    if (firsts.empty() && entity.first("name").empty()) add({second, middle, father, last});
  }
  return true;
}

/// Of days of which one is the beginning of another, the longest.
std::vector<std::string> distinct_days(const std::vector<std::string>& days) {
  std::vector<std::string> distinct;
  for (const auto& day : days) {
    const bool part =
        std::any_of(days.begin(), days.end(), [&](const std::string& other) { return other.size() > day.size() && other.starts_with(day); });
    if (!part && std::find(distinct.begin(), distinct.end(), day) == distinct.end()) distinct.push_back(day);
  }
  return distinct;
}

}  // namespace

Answered<Example> example_of(std::string_view where, std::string_view id, Entity entity, const names::Model& model) {
  const auto cannot = [&](std::string_view why) { return refuse(400, fmt::format("Cannot parse example entity: {}: {}", where, why)); };
  const auto* schema = find_schema(entity.schema);
  if (schema == nullptr) return cannot(fmt::format("No such schema: {}", entity.schema));
  // yente takes no Asset and no RealEstate; lists hold some.
  if (!schema_known(schema->name)) return cannot(fmt::format("Non-matchable schema for query: {}", entity.schema));
  if (schema_is_a(entity.schema, "Person") || entity.schema == "LegalEntity" || entity.schema == "Thing") {
    if (!add_whole_names(entity)) return cannot(fmt::format("firstName times lastName make more than {} names", kWholeNamesMost));
  }

  Example example;
  Json properties = Json::object();
  for (const auto& property : entity.properties) properties.set(property.name, Json::strings(property.values));
  example.understood = Json::object();
  example.understood.set("id", id.empty() ? Json() : Json::string(id)).set("schema", entity.schema).set("properties", std::move(properties));

  match::Query query = match::query_of_entity(entity);
  if (query.names.size() > kNamesMost) return cannot(fmt::format("{} names, expected {} at most", query.names.size(), kNamesMost));
  // A Thing may be anything.
  if (query.schema == "Thing") query.schema.clear();
  if (entity.schema == "Address") {
    for (const auto& full : entity.values("full")) query.addresses.push_back(full);
    if (entity.first("full").empty() && !entity.first("street").empty())
      query.addresses.push_back(
          fmt::format("{} {} {} {}", entity.first("street"), entity.first("postalCode"), entity.first("city"), entity.first("state")));
  }
  std::erase_if(query.addresses, [](const std::string& address) { return !match::can_be_compared(address); });
  if (entity.values("gender").size() > 1 || query.gender == "other") query.gender.clear();
  for (const auto property : kOtherNumbers) {
    for (const auto& value : entity.values(property)) {
      if (auto read = identifiers::read("reg", value); read.identifier) query.identifiers.push_back(*std::move(read.identifier));
    }
  }
  for (const auto& value : entity.values("cryptoAddress")) {
    if (auto read = identifiers::read("wallet", value); read.identifier) query.identifiers.push_back(*std::move(read.identifier));
  }
  if (const auto status = app::check_query(query, model); !status) return cannot(status.error().message);
  const auto days = distinct_days(entity.values("birthDate"));
  if (days.size() > kBirthDatesMax) return cannot(fmt::format("{} days of birth, expected {} at most", days.size(), kBirthDatesMax));
  query.birth_date.clear();
  if (days.empty()) {
    example.queries.push_back(std::move(query));
    return example;
  }
  for (const auto& day : days) {
    example.queries.push_back(query);
    example.queries.back().birth_date = day;
  }
  return example;
}

Answered<Example> read_example(std::string_view where, const Json& json, const names::Model& model) {
  if (!json.is_object()) return refuse(422, fmt::format("{}: expected an object with \"schema\" and \"properties\"", where));
  Entity entity;
  const Json* schema = json.find("schema");
  if (schema == nullptr || !schema->is_string()) return refuse(422, fmt::format("{}.schema: expected the name of a schema", where));
  entity.schema = schema->text;
  if (find_schema(entity.schema) == nullptr)
    return refuse(400, fmt::format("Cannot parse example entity: {}: No such schema: {}", where, entity.schema));
  const Json* properties = json.find("properties");
  if (properties == nullptr || !properties->is_object()) return refuse(422, fmt::format("{}.properties: expected an object", where));
  for (const auto& member : properties->members) {
    // Of any schema: a result that is one entity of several lists has what each of them knows.
    const auto* property = find_property(member.key);
    const bool own = std::find(kOwnProperties.begin(), kOwnProperties.end(), member.key) != kOwnProperties.end();
    if (property == nullptr && !own && !links_others(entity.schema, member.key))
      return refuse(400, fmt::format("Cannot parse example entity: {}: there is no property \"{}\"", where, member.key));
    TAMGA_TRY(const auto values, values_of(fmt::format("{}.properties.{}", where, member.key), member.value));
    for (const auto& value : values) entity.add(member.key, property == nullptr ? value : clean(property->type, value));
  }
  const Json* id = json.find("id");
  if (id != nullptr && !id->is_string() && id->kind != Json::Kind::null) return refuse(422, fmt::format("{}.id: expected a string", where));
  return example_of(where, id == nullptr ? std::string_view() : std::string_view(id->text), std::move(entity), model);
}

}  // namespace tamga::peers
