#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/ascii.h"
#include "lists/countries.h"
#include "lists/lists.h"
#include "peers/filters.h"
#include "peers/handlers.h"
#include "peers/vocabulary.h"
#include "peers/words.h"

namespace tamga::peers {
namespace {

constexpr std::int64_t kLimit = 10;
constexpr std::size_t kFacetValuesMax = 1000;
constexpr std::array<std::string_view, 6> kFacets = {"countries", "topics", "datasets", "schema", "identifiers", "genders"};

/// Filters of one field: any of them, or all of them.
struct FieldFilter {
  std::string field;
  std::vector<std::string> values;
};

/// All values of the properties that `wanted` says yes to.
template <typename Wanted>
std::vector<std::string> values_of(std::string_view entity, Wanted&& wanted) {
  std::vector<std::string> values;
  const auto json = parse_json(entity, JsonLimits{.own_writing = true});
  const Json* properties = json ? json->find("properties") : nullptr;
  if (properties == nullptr) return values;
  for (const auto& member : properties->members) {
    if (!wanted(member.key)) continue;
    for (const auto& value : member.value.items) {
      if (std::find(values.begin(), values.end(), value.text) == values.end()) values.push_back(value.text);
    }
  }
  return values;
}

bool is_of(Type type, std::string_view property) {
  const auto* known = find_property(property);
  return known != nullptr && known->type == type;
}

bool has_value(const Merged& merged, std::uint32_t entity, std::string_view field, std::string_view value) {
  const auto among = [&](auto numbers, auto name) {
    return std::any_of(numbers.begin(), numbers.end(), [&](std::uint16_t number) { return name(number) == value; });
  };
  if (field == "countries") return among(merged.countries(entity), [&](auto number) { return merged.country_name(number); });
  if (field == "topics") return among(merged.topics(entity), [&](auto number) { return merged.topic_name(number); });
  if (field == "datasets") return among(merged.datasets(entity), [&](auto number) { return merged.dataset_name(number); });
  if (field == "schema") return merged.schema(entity) == value;
  if (field == "target") return merged.target(entity) == (lower_ascii(value) == "true");
  const auto json = merged.json(entity);
  // Few entities hold the value anywhere, and only those are read.
  std::string written;
  append_json_string(written, value);
  if (json.find(written) == std::string_view::npos) return false;
  const auto values = values_of(json, [&](std::string_view property) {
    if (field == "identifiers") return is_of(Type::identifier, property);
    if (field == "genders") return property == "gender";
    if (field == "names") return is_of(Type::name, property);
    return field.substr(std::string_view("properties.").size()) == property;
  });
  return std::find(values.begin(), values.end(), value) != values.end();
}

Answered<std::vector<FieldFilter>> field_filters(const api::Request& request, const Merged& merged) {
  std::vector<FieldFilter> filters;
  const auto add = [&](std::string_view field, std::string value) {
    const auto at = std::find_if(filters.begin(), filters.end(), [&](const FieldFilter& filter) { return filter.field == field; });
    if (at == filters.end()) {
      filters.push_back(FieldFilter{std::string(field), {std::move(value)}});
    } else {
      at->values.push_back(std::move(value));
    }
  };
  for (const auto& country : request.parameters("countries")) {
    if (lists::known_country(lower_ascii(country)).empty() && !merged.find_country(country))
      return refuse(400, fmt::format("countries: \"{}\" is not the code of a country", country));
    add("countries", lower_ascii(country));
  }
  if (const auto topics = request.parameters("topics"); !topics.empty()) {
    TAMGA_TRY([[maybe_unused]] const auto numbers, topics_of(merged, topics));
    for (const auto& topic : topics) add("topics", topic);
  }
  for (const auto& dataset : request.parameters("datasets")) {
    if (!merged.find_dataset(dataset)) return refuse(400, fmt::format("datasets: \"{}\" is not loaded, so nobody could be found in it", dataset));
    add("datasets", dataset);
  }
  for (const auto& text : request.parameters("filter")) {
    const auto colon = text.find(':');
    if (colon == std::string::npos) return refuse(400, fmt::format("Invalid filter: '{}'", text));
    const std::string_view field = std::string_view(text).substr(0, colon);
    static constexpr std::array<std::string_view, 8> kFields = {"countries", "topics",      "datasets", "schema",
                                                                "target",    "identifiers", "genders",  "names"};
    if (std::find(kFields.begin(), kFields.end(), field) == kFields.end() && !field.starts_with("properties."))
      return refuse(400, fmt::format("Invalid filter: there is no field \"{}\"; there are {} and properties.NAME", field, fmt::join(kFields, ", ")));
    add(field, text.substr(colon + 1));
  }
  if (request.parameter("target") != nullptr) {
    TAMGA_TRY(const bool target, boolean(request, "target", true));
    add("target", target ? "true" : "false");
  }
  return filters;
}

bool pass(const Merged& merged, std::uint32_t entity, const std::vector<FieldFilter>& filters, bool all) {
  return std::all_of(filters.begin(), filters.end(), [&](const FieldFilter& filter) {
    const auto has = [&](const std::string& value) { return has_value(merged, entity, filter.field, value); };
    return all ? std::all_of(filter.values.begin(), filter.values.end(), has) : std::any_of(filter.values.begin(), filter.values.end(), has);
  });
}

/// FIELD or FIELD:asc or FIELD:desc, the first one deciding first.
Checked sort_hits(const Merged& merged, const std::vector<std::string>& sorts, std::vector<WordHit>& hits) {
  for (auto sort = sorts.rbegin(); sort != sorts.rend(); ++sort) {
    const auto colon = sort->rfind(':');
    const std::string_view field = std::string_view(*sort).substr(0, colon);
    const std::string_view order = colon == std::string::npos ? std::string_view("asc") : std::string_view(*sort).substr(colon + 1);
    if (order != "asc" && order != "desc") return refuse(400, fmt::format("sort: \"{}\" is neither asc nor desc", order));
    const bool down = order == "desc";
    const auto by = [&](auto&& key) {
      std::stable_sort(hits.begin(), hits.end(), [&](const WordHit& a, const WordHit& b) { return down ? key(b) < key(a) : key(a) < key(b); });
    };
    if (field == "first_seen") {
      by([&](const WordHit& hit) { return merged.first_seen(hit.entity); });
    } else if (field == "last_seen") {
      by([&](const WordHit& hit) { return merged.last_seen(hit.entity); });
    } else if (field == "last_change") {
      by([&](const WordHit& hit) { return merged.last_change(hit.entity); });
    } else if (field == "caption") {
      by([&](const WordHit& hit) { return merged.caption(hit.entity); });
    } else if (field == "schema") {
      by([&](const WordHit& hit) { return merged.schema(hit.entity); });
    } else if (field == "id" || field == "_id") {
      by([&](const WordHit& hit) { return merged.id(hit.entity); });
    } else if (field == "_score") {
      by([&](const WordHit& hit) { return hit.rank; });
    } else {
      return refuse(400,
                    fmt::format("sort: there is no field \"{}\"; there are first_seen, last_seen, last_change, caption, schema, id, _score", field));
    }
  }
  return {};
}

std::string dataset_label(const Standing& standing, std::string_view name) {
  if (const auto* info = lists::find_list(name); info != nullptr) return std::string(info->title);
  for (const auto& edition : standing.screener->editions()) {
    if (edition.loaded.list == name && !edition.title.empty()) return edition.title;
  }
  return std::string(name);
}

/// The values of one facet among the hits, the most frequent first.
Json facet(const Standing& standing, std::string_view name, const std::vector<WordHit>& hits) {
  const Merged& merged = *standing.merged;
  std::map<std::string, std::int64_t, std::less<>> counts;
  const auto count_numbers = [&](std::size_t size, auto numbers, auto text) {
    std::vector<std::int64_t> by_number(size);
    for (const auto& hit : hits) {
      for (const auto number : numbers(hit.entity)) ++by_number[number];
    }
    for (std::size_t number = 0; number < size; ++number) {
      if (by_number[number] > 0) counts[std::string(text(number))] = by_number[number];
    }
  };
  std::string label;
  const auto text_of = [](std::string_view value) { return std::string(value); };
  std::function<std::string(std::string_view)> label_of = text_of;
  if (name == "countries") {
    label = "Countries";
    label_of = [](std::string_view value) { return std::string(country_label(value)); };
    count_numbers(
        merged.country_count(), [&](auto entity) { return merged.countries(entity); }, [&](auto number) { return merged.country_name(number); });
  } else if (name == "topics") {
    label = "Topics";
    label_of = [](std::string_view value) { return std::string(topic_label(value)); };
    count_numbers(merged.topic_count(), [&](auto entity) { return merged.topics(entity); }, [&](auto number) { return merged.topic_name(number); });
  } else if (name == "datasets") {
    label = "Data sources";
    label_of = [&](std::string_view value) { return dataset_label(standing, value); };
    count_numbers(
        merged.dataset_count(), [&](auto entity) { return merged.datasets(entity); }, [&](auto number) { return merged.dataset_name(number); });
  } else if (name == "schema") {
    label = "Entity types";
    label_of = [](std::string_view value) {
      const auto* schema = find_schema(value);
      return std::string(schema == nullptr ? value : schema->plural);
    };
    count_numbers(
        merged.schema_count(), [&](auto entity) { return std::array{merged.schema_number(entity)}; },
        [&](auto number) { return merged.schema_name(number); });
  } else {
    const bool identifiers = name == "identifiers";
    label = identifiers ? "Identifiers" : "Genders";
    for (const auto& hit : hits) {
      const auto wanted = [&](std::string_view property) { return identifiers ? is_of(Type::identifier, property) : property == "gender"; };
      for (const auto& value : values_of(merged.json(hit.entity), wanted)) ++counts[value];
    }
  }
  std::vector<std::pair<std::string, std::int64_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (ordered.size() > kFacetValuesMax) ordered.resize(kFacetValuesMax);
  Json values = Json::array();
  for (const auto& [value, count] : ordered)
    values.push(Json::object().set("name", value).set("label", label_of(value)).set("count", Json::number(count)));
  return Json::object().set("label", label).set("values", std::move(values));
}

Answered<api::Response> search(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  const Merged& merged = *standing->merged;
  // Topics are a filter of a field here, so that filter_op can ask for all of them.
  api::Request scope = request;
  std::erase_if(scope.query, [](const auto& pair) { return pair.first == "topics"; });
  TAMGA_TRY(const auto filters, Filters::read(scope, merged, request.path_parameter("dataset")));
  TAMGA_TRY(const auto limit, integer(request, "limit", kLimit, 0, kLimitMax));
  TAMGA_TRY(const auto offset, integer(request, "offset", 0, 0, kOffsetMax));
  const std::string* schema = request.parameter("schema");
  const std::string wanted = schema == nullptr ? "Thing" : *schema;
  if (find_schema(wanted) == nullptr) return refuse(400, "Invalid schema");
  if (!schema_known(wanted))
    return refuse(400, fmt::format("schema: {} is not searched: lists hold persons, organizations, vessels and other things", wanted));
  TAMGA_TRY(const bool fuzzy, boolean(request, "fuzzy", false));
  TAMGA_TRY(const bool simple, boolean(request, "simple", false));
  TAMGA_TRY(const auto fields, field_filters(request, merged));
  const std::string* filter_op = request.parameter("filter_op");
  if (filter_op != nullptr && *filter_op != "OR" && *filter_op != "AND") return refuse(422, "query.filter_op: expected OR or AND");
  auto facets = request.parameters("facets");
  if (facets.empty()) facets.assign(kFacets.begin(), kFacets.begin() + 3);
  for (const auto& name : facets) {
    if (std::find(kFacets.begin(), kFacets.end(), name) == kFacets.end())
      return refuse(422, fmt::format("query.facets: \"{}\" is not one of {}", name, fmt::join(kFacets, ", ")));
  }
  const std::string* q = request.parameter("q");
  TAMGA_TRY(const auto words, read_words(q == nullptr ? std::string_view() : std::string_view(*q), simple ? Syntax::simple : Syntax::full, fuzzy));

  auto hits = find_words(merged, words);
  std::vector<bool> meant(merged.schema_count());
  for (std::size_t number = 0; number < meant.size(); ++number) meant[number] = could_mean(wanted, merged.schema_name(number));
  std::erase_if(hits, [&](const WordHit& hit) {
    return !meant[merged.schema_number(hit.entity)] || !filters.pass(merged, hit.entity) ||
           !pass(merged, hit.entity, fields, filter_op != nullptr && *filter_op == "AND");
  });
  TAMGA_TRY_STATUS(sort_hits(merged, request.parameters("sort"), hits));

  std::string out = "{\"results\":[";
  const auto begin = std::min<std::size_t>(static_cast<std::size_t>(offset), hits.size());
  const auto end = std::min<std::size_t>(begin + static_cast<std::size_t>(limit), hits.size());
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) out += ',';
    out += merged.json(hits[i].entity);
  }
  out += "],\"facets\":";
  Json counted = Json::object();
  for (const auto& name : facets) {
    if (counted.find(name) == nullptr) counted.set(name, facet(*standing, name, hits));
  }
  out += counted.dump();
  fmt::format_to(std::back_inserter(out), ",\"total\":{{\"value\":{},\"relation\":\"eq\"}},\"limit\":{},\"offset\":{}}}", hits.size(), limit, offset);
  return answered(std::move(out));
}

}  // namespace

std::vector<api::Endpoint> search_endpoints(const Shared& keeper) {
  auto parameters = filter_parameters();
  parameters.push_back(dataset_parameter());
  parameters.push_back({.name = "q", .description = "Words that an entity must hold: in names, identifiers and addresses."});
  parameters.push_back({.name = "schema", .description = "What may be found.", .fallback = "Thing"});
  parameters.push_back({.name = "countries", .description = "Codes of countries.", .repeated = true});
  parameters.push_back({.name = "datasets", .description = "Names of datasets.", .repeated = true});
  parameters.push_back({.name = "filter", .description = "FIELD:VALUE, as in properties.birthDate:1952-10-07.", .repeated = true});
  parameters.push_back({.name = "filter_op", .description = "Several filters of one field: any of them (OR) or all (AND).", .fallback = "OR"});
  parameters.push_back(limit_parameter("10"));
  parameters.push_back({.name = "offset",
                        .type = "integer",
                        .description = "How many results to skip.",
                        .fallback = "0",
                        .minimum = "0",
                        .maximum = std::to_string(kOffsetMax)});
  parameters.push_back({.name = "sort", .description = "FIELD, FIELD:asc or FIELD:desc.", .repeated = true});
  parameters.push_back({.name = "target", .description = "Only entities that have a topic, or only others."});
  parameters.push_back({.name = "fuzzy", .description = "Words may be misspelt.", .fallback = "false"});
  parameters.push_back({.name = "simple", .description = "The text is that of a search box.", .fallback = "false"});
  parameters.push_back({.name = "facets",
                        .description = "What to count: countries, topics, datasets (these by default), schema, identifiers, genders.",
                        .repeated = true});
  auto endpoint = opensanctions("GET", "/search/{dataset}", "Search by words", "Matching", std::move(parameters),
                                [keeper](const api::Context& context, const api::Request& request) { return search(*keeper, context, request); });
  endpoint.response_schema = "PeerSearchResponse";
  return {std::move(endpoint)};
}

}  // namespace tamga::peers
