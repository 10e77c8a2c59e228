#include "model/entity.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tamga {
namespace {

struct SchemaParent {
  std::string_view schema;
  std::string_view parent;
};

// followthemoney/schema/*.yaml; where the model has two parents, the one that matters for screening.
constexpr std::array kSchemata = {
    SchemaParent{"Thing", ""},
    SchemaParent{"LegalEntity", "Thing"},
    SchemaParent{"Person", "LegalEntity"},
    SchemaParent{"Organization", "LegalEntity"},
    SchemaParent{"PublicBody", "Organization"},
    SchemaParent{"Company", "Organization"},
    SchemaParent{"Asset", "Thing"},
    SchemaParent{"Vehicle", "Asset"},
    SchemaParent{"Vessel", "Vehicle"},
    SchemaParent{"Airplane", "Vehicle"},
    SchemaParent{"CryptoWallet", "Asset"},
    SchemaParent{"Security", "Asset"},
    SchemaParent{"RealEstate", "Asset"},
    SchemaParent{"Address", "Thing"},
    SchemaParent{"Position", "Thing"},
};

// followthemoney/schema/*.yaml, "edge": source and target.
constexpr std::array kRelations = {
    RelationEnds{"Ownership", "owner", "asset"},          RelationEnds{"Directorship", "director", "organization"},
    RelationEnds{"Family", "person", "relative"},         RelationEnds{"Associate", "person", "associate"},
    RelationEnds{"Membership", "member", "organization"}, RelationEnds{"Employment", "employee", "employer"},
    RelationEnds{"Representation", "agent", "client"},    RelationEnds{"Succession", "predecessor", "successor"},
    RelationEnds{"Occupancy", "holder", "post"},          RelationEnds{"UnknownLink", "subject", "object"},
    RelationEnds{"Debt", "debtor", "creditor"},           RelationEnds{"Payment", "payer", "beneficiary"},
};

const SchemaParent* find_schema(std::string_view schema) {
  const auto* at = std::find_if(kSchemata.begin(), kSchemata.end(), [&](const SchemaParent& entry) { return entry.schema == schema; });
  return at == kSchemata.end() ? nullptr : at;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

Result<std::vector<std::string>> read_values(const Json& json, std::string_view property) {
  std::vector<std::string> values;
  const auto one = [&](const Json& value) -> Status {
    if (value.is_string()) {
      values.push_back(value.text);
      return {};
    }
    if (value.is_number()) {
      values.push_back(value.text);
      return {};
    }
    // A nested entity, as APIs of FollowTheMoney give them: its id stands for it. Other nested values are kept as their JSON text.
    if (value.kind != Json::Kind::null) {
      values.emplace_back(value.get("id").empty() ? value.dump() : std::string(value.get("id")));
      return {};
    }
    return bad_input(fmt::format("property \"{}\" has a null among its values", property));
  };
  if (json.is_array()) {
    for (const auto& item : json.items) TAMGA_TRY_STATUS(one(item));
  } else if (json.kind != Json::Kind::null) {
    TAMGA_TRY_STATUS(one(json));
  }
  return values;
}

}  // namespace

const std::vector<std::string>& Entity::values(std::string_view property) const {
  static const std::vector<std::string> kNone;
  for (const auto& candidate : properties) {
    if (candidate.name == property) return candidate.values;
  }
  return kNone;
}

std::string_view Entity::first(std::string_view property) const {
  const auto& all = values(property);
  return all.empty() ? std::string_view() : std::string_view(all.front());
}

void Entity::add(std::string_view property, std::string_view value) {
  value = trim(value);
  if (value.empty()) return;
  auto at = std::find_if(properties.begin(), properties.end(), [&](const Property& candidate) { return candidate.name == property; });
  if (at == properties.end()) {
    properties.push_back(Property{std::string(property), {}});
    at = properties.end() - 1;
  }
  if (std::find(at->values.begin(), at->values.end(), value) == at->values.end()) at->values.emplace_back(value);
}

Json to_json(const Entity& entity) {
  Json json = Json::object();
  json.set("id", entity.id).set("caption", entity.caption).set("schema", entity.schema);
  std::vector<const Property*> ordered;
  for (const auto& property : entity.properties) ordered.push_back(&property);
  std::sort(ordered.begin(), ordered.end(), [](const Property* a, const Property* b) { return a->name < b->name; });
  Json properties = Json::object();
  for (const Property* property : ordered) properties.set(property->name, Json::strings(property->values));
  json.set("properties", std::move(properties));
  json.set("datasets", Json::strings(entity.datasets));
  if (!entity.designations.empty()) {
    Json designations = Json::array();
    for (const auto& designation : entity.designations) {
      Json item = Json::object();
      if (!designation.program.empty()) item.set("program", designation.program);
      if (!designation.annex.empty()) item.set("annex", designation.annex);
      if (!designation.measure.empty()) item.set("measure", designation.measure);
      if (!designation.from.empty()) item.set("from", designation.from);
      if (!designation.reference.empty()) item.set("reference", designation.reference);
      designations.push(std::move(item));
    }
    json.set("designations", std::move(designations));
  }
  if (entity.line > 0) json.set("line", Json::number(static_cast<std::int64_t>(entity.line)));
  return json;
}

Result<Entity> entity_from_json(const Json& json) {
  if (!json.is_object()) return bad_input("expected a FollowTheMoney entity, an object with \"schema\" and \"properties\"");
  Entity entity;
  entity.id = json.get("id");
  entity.schema = json.get("schema");
  entity.caption = json.get("caption");
  if (entity.schema.empty()) return bad_input("the entity has no \"schema\"");
  if (const Json* properties = json.find("properties"); properties != nullptr) {
    if (!properties->is_object()) return bad_input("\"properties\" must be an object");
    for (const auto& member : properties->members) {
      TAMGA_TRY(const auto values, read_values(member.value, member.key));
      for (const auto& value : values) entity.add(member.key, value);
    }
  }
  if (const Json* datasets = json.find("datasets"); datasets != nullptr) {
    TAMGA_TRY(entity.datasets, read_values(*datasets, "datasets"));
  }
  if (const Json* designations = json.find("designations"); designations != nullptr) {
    for (const auto& item : designations->items) {
      entity.designations.push_back(Designation{std::string(item.get("program")), std::string(item.get("annex")), std::string(item.get("measure")),
                                                std::string(item.get("from")), std::string(item.get("reference"))});
    }
  }
  if (const Json* line = json.find("line"); line != nullptr && line->is_number() && !line->text.empty() && line->text.size() < 19) {
    for (const char c : line->text) {
      if (c < '0' || c > '9') return bad_input("\"line\" must be a whole number");
      entity.line = entity.line * 10 + static_cast<std::uint64_t>(c - '0');
    }
  }
  if (entity.caption.empty()) entity.caption = entity.first("name");
  return entity;
}

bool schema_known(std::string_view schema) { return find_schema(schema) != nullptr; }

const RelationEnds* relation_ends(std::string_view schema) {
  const auto* at = std::find_if(kRelations.begin(), kRelations.end(), [&](const RelationEnds& ends) { return ends.schema == schema; });
  return at == kRelations.end() ? nullptr : at;
}

std::vector<std::string_view> schemata() {
  std::vector<std::string_view> all;
  for (const auto& entry : kSchemata) all.push_back(entry.schema);
  return all;
}

bool schema_is_a(std::string_view schema, std::string_view ancestor) {
  if (schema == ancestor || ancestor == "Thing") return true;
  for (const SchemaParent* at = find_schema(schema); at != nullptr; at = find_schema(at->parent)) {
    if (at->schema == ancestor) return true;
  }
  return false;
}

bool schemata_compatible(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || schema_is_a(a, b) || schema_is_a(b, a)) return true;
  // Lists say "Organization" for companies and public bodies alike, and "Company" for banks that are state bodies.
  if (schema_is_a(a, "Organization") && schema_is_a(b, "Organization")) return true;
  // EU annexes hold ships, accounts and crypto-assets as "Asset"; companies are assets in the full model.
  return (a == "Asset" && b == "Company") || (a == "Company" && b == "Asset");
}

}  // namespace tamga
