#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/router.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "peers/handlers.h"
#include "peers/linked.h"
#include "peers/match.h"
#include "peers/vocabulary.h"
#include "peers/words.h"

// The W3C community's Reconciliation Service API 0.2 (https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/), as
// OpenRefine speaks it and as yente answers it.
namespace tamga::peers {
namespace {

constexpr match::Score kThreshold = 7'000;
/// A person chooses among candidates here, so weaker ones are shown as well.
constexpr match::Score kCutoff = 5'000;
constexpr std::int64_t kLimit = 5;
constexpr std::int64_t kSuggestions = 5;
constexpr std::string_view kSchemaSpace = "https://www.opensanctions.org/reference/#schema";

Json type_of(const Schema& schema) { return Json::object().set("id", schema.name).set("name", schema.plural).set("description", schema.label); }

Json type_of(std::string_view name) {
  const auto* schema = find_schema(name);
  return schema == nullptr ? Json::object().set("id", name).set("name", name) : type_of(*schema);
}

/// The schemata that are in use among the entities of a dataset, with what they extend.
std::vector<const Schema*> used_schemata(const Merged& merged, const std::vector<std::uint16_t>& datasets) {
  std::vector<bool> used(merged.schema_count());
  const std::set<std::uint16_t> wanted(datasets.begin(), datasets.end());
  for (std::uint32_t entity = 0; entity < merged.count(); ++entity) {
    if (used[merged.schema_number(entity)]) continue;
    const auto of_entity = merged.datasets(entity);
    used[merged.schema_number(entity)] = std::any_of(of_entity.begin(), of_entity.end(), [&](auto number) { return wanted.contains(number); });
  }
  std::vector<const Schema*> result;
  for (const auto& schema : schemata()) {
    if (!schema_known(schema.name)) continue;
    bool meant = false;
    for (std::size_t number = 0; number < used.size(); ++number)
      meant = meant || (used[number] && schema_is_a(merged.schema_name(number), schema.name));
    if (meant) result.push_back(&schema);
  }
  return result;
}

Json manifest(const api::Request& request, const Merged& merged, const std::vector<std::uint16_t>& datasets) {
  const std::string base = base_of(request);
  const auto& dataset = request.path_parameter("dataset");
  const std::string service = fmt::format("{}/reconcile/{}", base, api::encode_percent(dataset));
  // Who calls says so in each further request too.
  const std::string* key = request.parameter("api_key");
  const std::string query = key == nullptr ? "" : "?api_key=" + api::encode_percent(*key);
  const auto path = [&](std::string_view name) { return Json::object().set("service_url", service).set("service_path", std::string(name) + query); };
  Json types = Json::array();
  for (const auto* schema : used_schemata(merged, datasets)) types.push(type_of(*schema));
  Json json = Json::object();
  json.set("versions", Json::array().push(Json::string("0.2"))).set("name", fmt::format("{} (Tamga)", dataset));
  json.set("identifierSpace", kSchemaSpace).set("schemaSpace", kSchemaSpace);
  json.set("view", Json::object().set("url", base + "/entities/{{id}}" + query));
  json.set("batchSize", Json::number(50));
  json.set("suggest",
           Json::object().set("entity", path("/suggest/entity")).set("type", path("/suggest/type")).set("property", path("/suggest/property")));
  Json limit = Json::object().set("name", "limit").set("label", "Limit").set("type", "number").set("default", Json::number(0));
  limit.set("help_text", "How many values a row at most; 0: all.");
  Json choices = Json::array();
  choices.push(Json::object().set("id", "caption").set("name", "For people"));
  choices.push(Json::object().set("id", "raw").set("name", "For machines"));
  Json render = Json::object().set("name", "render").set("label", "Values").set("type", "select").set("default", "caption");
  render.set("choices", std::move(choices)).set("help_text", "\"Russia\", or \"ru\".");
  json.set("extend", Json::object()
                         .set("propose_properties", path("/extend/property"))
                         .set("property_settings", Json::array().push(limit).push(render))
                         .set("propose_settings", Json::array().push(limit).push(render)));
  return json.set("defaultTypes", std::move(types));
}

/// "Person:birthDate" or "birthDate".
std::string_view property_name(std::string_view pid) {
  const auto colon = pid.rfind(':');
  return colon == std::string_view::npos ? pid : pid.substr(colon + 1);
}

Checked add_values(std::string_view where, std::string_view property, const Json& value, Json& properties) {
  Json list = Json::array();
  const auto add = [&](const Json& one) -> Checked {
    if (one.is_string() || one.is_number()) {
      list.push(Json::string(one.text));
    } else if (one.kind == Json::Kind::boolean) {
      list.push(Json::string(one.truth ? "true" : "false"));
    } else if (one.is_object() && !one.get("id").empty()) {
      // A cell that was reconciled itself.
      list.push(Json::string(one.get("name").empty() ? one.get("id") : one.get("name")));
    } else if (one.kind != Json::Kind::null) {
      return refuse(422, fmt::format("{}.v: expected a text or a number", where));
    }
    return {};
  };
  if (value.is_array()) {
    for (const auto& one : value.items) TAMGA_TRY_STATUS(add(one));
  } else {
    TAMGA_TRY_STATUS(add(value));
  }
  for (auto& member : properties.members) {
    if (member.key != property) continue;
    for (auto& one : list.items) member.value.push(std::move(one));
    return {};
  }
  properties.set(property, std::move(list));
  return {};
}

struct Query {
  std::string key;
  Example example;
  std::size_t limit = 0;
};

Answered<Query> read_query(const std::string& key, const Json& json, const names::Model& model) {
  const std::string where = "queries." + key;
  if (!json.is_object()) return refuse(422, fmt::format("{}: expected an object", where));
  Query query{key, {}, static_cast<std::size_t>(kLimit)};
  std::string schema = "Thing";
  Json properties = Json::object();
  for (const auto& member : json.members) {
    const Json& value = member.value;
    if (member.key == "query") {
      if (value.kind == Json::Kind::null) continue;
      if (!value.is_string()) return refuse(422, fmt::format("{}.query: expected a text", where));
      if (!value.text.empty()) TAMGA_TRY_STATUS(add_values(where, "name", value, properties));
    } else if (member.key == "type") {
      const Json* type = value.is_array() && value.items.size() == 1 ? &value.items.front() : &value;
      if (type->is_array() && type->items.size() > 1) return refuse(400, fmt::format("{}.type: several types, expected one", where));
      if (type->kind == Json::Kind::null || type->is_array()) continue;
      const std::string_view id = type->is_object() ? type->get("id") : std::string_view(type->text);
      if (id.empty()) return refuse(422, fmt::format("{}.type: expected the id of a type", where));
      schema = id;
    } else if (member.key == "limit") {
      const auto limit = value.is_number() ? whole_number(value.text) : std::nullopt;
      if (!limit || *limit > kLimitMax) return refuse(422, fmt::format("{}.limit: expected a whole number up to {}", where, kLimitMax));
      query.limit = static_cast<std::size_t>(*limit);
    } else if (member.key == "properties") {
      if (value.kind == Json::Kind::null) continue;
      if (!value.is_array()) return refuse(422, fmt::format("{}.properties: expected a list", where));
      for (const auto& item : value.items) {
        const auto pid = item.get("pid");
        if (pid.empty() || item.find("v") == nullptr) return refuse(422, fmt::format("{}.properties: expected \"pid\" and \"v\" in each", where));
        TAMGA_TRY_STATUS(add_values(where + "." + std::string(pid), property_name(pid), *item.find("v"), properties));
      }
    } else if (member.key != "type_strict") {
      return refuse(422, fmt::format("{}.{}: there is no such field", where, member.key));
    }
  }
  const Json example = Json::object().set("schema", schema).set("properties", std::move(properties));
  TAMGA_TRY(query.example, read_example(where, example, model));
  return query;
}

Answered<api::Response> reconcile(Keeper& keeper, const api::Context& context, const Standing& standing, const api::Request& request,
                                  std::string_view text) {
  TAMGA_TRY_STATUS(check_algorithm(request));
  TAMGA_TRY(const auto filters, Filters::read(request, *standing.merged, request.path_parameter("dataset")));
  const auto json = parse_json(text);
  if (!json) return refuse(400, "queries: " + json.error().message);
  if (!json->is_object()) return refuse(422, "queries: expected an object of queries");
  if (json->members.size() > kBatchMax) return refuse(400, fmt::format("Too many queries in one batch (limit: {})", kBatchMax));
  std::vector<Query> queries;
  for (const auto& member : json->members) {
    TAMGA_TRY(auto query, read_query(member.key, member.value, *standing.screener->options().model));
    queries.push_back(std::move(query));
  }
  Keeper::Lease work(keeper);
  Json answers = Json::object();
  std::size_t matches = 0;
  for (const auto& query : queries) {
    const auto ranking = rank(standing, query.example, filters, kCutoff, kThreshold, query.limit, *work);
    matches += ranking.matches;
    Json results = Json::array();
    for (const auto& ranked : ranking.best) {
      const auto schema = standing.merged->schema(ranked.entity);
      Json features = Json::array();
      for (const auto& feature : features_of(standing, query.example, ranked, *work))
        features.push(Json::object().set("id", feature.name).set("value", Json::number_literal(match::score_text(feature.score))));
      Json result = Json::object().set("id", standing.merged->id(ranked.entity)).set("name", standing.merged->caption(ranked.entity));
      result.set("description", find_schema(schema) == nullptr ? schema : find_schema(schema)->label)
          .set("type", Json::array().push(type_of(schema)));
      result.set("score", Json::number_literal(match::score_text(ranked.found.score)));
      results.push(result.set("features", std::move(features)).set("match", Json::boolean(ranked.found.score >= kThreshold)));
    }
    answers.set(query.key, Json::object().set("result", std::move(results)));
  }
  context.counters->screened.fetch_add(queries.size(), std::memory_order_relaxed);
  context.counters->hits.fetch_add(matches, std::memory_order_relaxed);
  auto response = answered(answers.dump());
  response.headers.emplace_back("x-batch-size", std::to_string(queries.size()));
  return response;
}

/// "Russia" of "ru": what a person reads.
std::string rendered(const PropertyInfo& property, const std::string& value) {
  if (property.type == Type::country) return std::string(country_label(value));
  if (property.type == Type::topic) return std::string(topic_label(value));
  return value;
}

Answered<api::Response> extend(const Standing& standing, std::string_view text) {
  const auto json = parse_json(text);
  if (!json) return refuse(400, "Cannot decode extension request");
  const Json* ids = json->find("ids");
  const Json* wanted = json->find("properties");
  if (ids == nullptr || !ids->is_array() || wanted == nullptr || !wanted->is_array())
    return refuse(422, "extend: expected {\"ids\": […], \"properties\": […]}");
  if (ids->items.size() > kBatchMax) return refuse(400, fmt::format("Too many queries in one batch (limit: {})", kBatchMax));
  struct Column {
    std::string id;
    const PropertyInfo* property = nullptr;
    std::size_t limit = 0;
    bool raw = false;
  };
  std::vector<Column> columns;
  Json meta = Json::array();
  for (const auto& item : wanted->items) {
    Column column{std::string(item.get("id"))};
    column.property = find_property(property_name(column.id));
    if (column.property == nullptr) return refuse(400, fmt::format("extend: there is no property \"{}\"", column.id));
    if (const Json* settings = item.find("settings"); settings != nullptr && settings->is_object()) {
      for (const auto& setting : settings->members) {
        const std::string& value = setting.value.text;
        if (setting.key == "limit") {
          const auto limit = whole_number(value);
          if (!limit) return refuse(422, fmt::format("extend.{}.limit: expected a whole number", column.id));
          column.limit = static_cast<std::size_t>(*limit);
        } else if (setting.key == "render" && (value == "raw" || value == "caption")) {
          column.raw = value == "raw";
        } else {
          return refuse(422, fmt::format("extend.{}.{}: expected limit, or render as caption or raw", column.id, setting.key));
        }
      }
    }
    meta.push(Json::object().set("id", column.id).set("name", column.property->label));
    columns.push_back(std::move(column));
  }
  Json rows = Json::object();
  for (const auto& id : ids->items) {
    if (rows.find(id.text) != nullptr) continue;
    Json row = Json::object();
    const auto entity = standing.merged->find(id.text);
    const Json own = entity ? flat(standing, *entity) : Json::object();
    const Json* properties = own.find("properties");
    for (const auto& column : columns) {
      if (properties == nullptr) break;
      Json values = Json::array();
      if (const Json* published = properties->find(column.property->name); published != nullptr) {
        for (const auto& value : published->items) {
          if (column.limit > 0 && values.items.size() == column.limit) break;
          values.push(Json::object().set("str", column.raw ? value.text : rendered(*column.property, value.text)));
        }
      }
      row.set(column.id, std::move(values));
    }
    rows.set(id.text, std::move(row));
  }
  auto response = answered(Json::object().set("meta", std::move(meta)).set("rows", std::move(rows)).dump());
  response.headers.emplace_back("x-batch-size", std::to_string(ids->items.size()));
  return response;
}

/// The service itself: what it is, reconciles or extends. In a form, or behind the address.
Answered<api::Response> service(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const auto datasets, datasets_of(*standing->merged, request.path_parameter("dataset")));
  std::optional<std::string> queries;
  std::optional<std::string> extension;
  const auto take = [&](const std::string& name, const std::string& value) {
    if (name == "queries") queries = value;
    if (name == "extend") extension = value;
  };
  for (const auto& [name, value] : request.query) take(name, value);
  if (request.method == "POST") {
    const std::string* type = request.header("content-type");
    if (type != nullptr && !type->starts_with("application/x-www-form-urlencoded"))
      return refuse(422, fmt::format("body: {} is not understood, expected application/x-www-form-urlencoded", *type));
    const auto form = api::read_query(request.body);
    if (!form) return refuse(422, "body: is not a form");
    for (const auto& [name, value] : *form) {
      if (name != "queries" && name != "extend") return refuse(422, fmt::format("body.{}: there is no such field", name));
      take(name, value);
    }
  }
  if (extension && !extension->empty()) return extend(*standing, *extension);
  if (queries && !queries->empty()) return reconcile(keeper, context, *standing, request, *queries);
  if (request.method == "POST") return refuse(400, "No queries provided.");
  return answered(manifest(request, *standing->merged, datasets).dump());
}

Json suggestions(std::string_view prefix, Json results) {
  return Json::object().set("code", "/api/status/ok").set("status", "200 OK").set("prefix", quotable(prefix)).set("result", std::move(results));
}

bool holds(std::string_view prefix, std::string_view text) { return lower_ascii(text).find(lower_ascii(prefix)) != std::string::npos; }

Answered<api::Response> suggest_entity(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  const Merged& merged = *standing->merged;
  TAMGA_TRY(const auto filters, Filters::read(request, merged, request.path_parameter("dataset")));
  TAMGA_TRY(const auto limit, integer(request, "limit", 10, 0, kLimitMax));
  TAMGA_TRY(const auto cursor, integer(request, "cursor", 0, 0, kOffsetMax));
  const std::string* type = request.parameter("type");
  if (type != nullptr && find_schema(*type) == nullptr) return refuse(400, fmt::format("Invalid type: {}", *type));
  const std::string* prefix = request.parameter("prefix");
  Json results = Json::array();
  // Nothing that can be looked for suggests nothing, as while somebody types.
  const auto words = read_words(prefix == nullptr ? "" : std::string_view(*prefix), Syntax::prefix, false);
  if (words && !words->readings.empty()) {
    std::int64_t skipped = 0;
    for (const auto& hit : find_words(merged, *words)) {
      if (static_cast<std::int64_t>(results.items.size()) == limit) break;
      if (!filters.pass(merged, hit.entity) || (type != nullptr && !could_mean(*type, merged.schema(hit.entity)))) continue;
      if (skipped++ < cursor) continue;
      const auto schema = merged.schema(hit.entity);
      Json result = Json::object().set("id", merged.id(hit.entity)).set("name", merged.caption(hit.entity));
      result.set("description", find_schema(schema) == nullptr ? schema : find_schema(schema)->label);
      results.push(result.set("type", Json::array().push(type_of(schema))));
    }
  }
  return answered(suggestions(prefix == nullptr ? "" : std::string_view(*prefix), std::move(results)).dump());
}

Answered<api::Response> suggest_property(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const auto datasets, datasets_of(*standing->merged, request.path_parameter("dataset")));
  const std::string* prefix = request.parameter("prefix");
  Json results = Json::array();
  std::set<const PropertyInfo*> seen;
  for (const auto* schema : used_schemata(*standing->merged, datasets)) {
    if (prefix == nullptr || prefix->empty()) break;
    for (const auto* property : properties_of(schema->name)) {
      if (property->type == Type::entity || !(holds(*prefix, property->name) || holds(*prefix, property->label))) continue;
      if (!seen.insert(property).second || static_cast<std::int64_t>(results.items.size()) == kSuggestions) continue;
      results.push(Json::object().set("id", fmt::format("{}:{}", property->schema, property->name)).set("name", property->label));
    }
  }
  return answered(suggestions(prefix == nullptr ? "" : std::string_view(*prefix), std::move(results)).dump());
}

Answered<api::Response> suggest_type(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const auto datasets, datasets_of(*standing->merged, request.path_parameter("dataset")));
  const std::string* prefix = request.parameter("prefix");
  Json results = Json::array();
  for (const auto* schema : used_schemata(*standing->merged, datasets)) {
    if (prefix == nullptr || prefix->empty() || static_cast<std::int64_t>(results.items.size()) == kSuggestions) break;
    if (holds(*prefix, schema->name) || holds(*prefix, schema->label)) results.push(type_of(*schema));
  }
  return answered(suggestions(prefix == nullptr ? "" : std::string_view(*prefix), std::move(results)).dump());
}

Answered<api::Response> propose(const api::Request& request) {
  TAMGA_TRY(const auto limit, integer(request, "limit", 0, 0, kLimitMax));
  const std::string* type = request.parameter("type");
  const std::string schema = type == nullptr || type->empty() ? "Thing" : *type;
  if (find_schema(schema) == nullptr) return refuse(400, fmt::format("Invalid type: {}", schema));
  // What nearly every list has stands first, so that a limit leaves it.
  auto properties = properties_of(schema);
  static constexpr std::array<std::string_view, 6> kFirst = {"name", "country", "birthDate", "registrationNumber", "topics", "program"};
  const auto place = [](const PropertyInfo* property) { return std::find(kFirst.begin(), kFirst.end(), property->name) - kFirst.begin(); };
  std::erase_if(properties, [](const PropertyInfo* property) { return property->type == Type::entity; });
  std::stable_sort(properties.begin(), properties.end(), [&](const auto* a, const auto* b) { return place(a) < place(b); });
  if (limit > 0 && properties.size() > static_cast<std::size_t>(limit)) properties.resize(static_cast<std::size_t>(limit));
  std::sort(properties.begin(), properties.end(), [](const auto* a, const auto* b) { return a->label < b->label; });
  Json list = Json::array();
  for (const auto* property : properties) list.push(Json::object().set("id", property->name).set("name", property->label));
  return answered(Json::object().set("limit", Json::number(limit)).set("type", schema).set("properties", std::move(list)).dump());
}

/// OpenRefine's widgets ask from its own pages.
Handler across_origins(Handler handler) {
  return [handler = std::move(handler)](const api::Context& context, const api::Request& request) {
    auto answer = handler(context, request);
    if (answer) answer->headers.emplace_back("access-control-allow-origin", "*");
    return answer;
  };
}

}  // namespace

std::vector<api::Endpoint> reconcile_endpoints(const Shared& keeper) {
  const auto whole =
      across_origins([keeper](const api::Context& context, const api::Request& request) { return service(*keeper, context, request); });
  const auto with = [&](auto* handler) {
    return across_origins([keeper, handler](const api::Context& context, const api::Request& request) { return handler(*keeper, context, request); });
  };
  const api::Parameter prefix{.name = "prefix", .description = "What was typed so far."};
  // What OpenRefine's widgets send along; there is one language, one spelling and one order here.
  const auto widget = [&](std::vector<api::Parameter> parameters) {
    for (const auto* name : {"exact", "lang", "spell", "scoring", "key", "_"})
      parameters.push_back({.name = name, .description = "Sent by OpenRefine's widgets; changes nothing."});
    return parameters;
  };
  std::vector<api::Parameter> asking = {dataset_parameter(),
                                        algorithm_parameter(),
                                        {.name = "queries", .description = "Reconciliation queries as JSON."},
                                        {.name = "extend", .description = "A data extension query as JSON."}};
  for (auto& parameter : filter_parameters()) asking.push_back(std::move(parameter));
  const std::string tag = "Reconciliation";
  std::vector<api::Endpoint> endpoints;
  endpoints.push_back(opensanctions("GET", "/reconcile/{dataset}", "The service, for OpenRefine", tag, asking, whole));
  endpoints.push_back(opensanctions("POST", "/reconcile/{dataset}", "Reconciles names, or gives properties of entities", tag, asking, whole));
  endpoints.push_back(opensanctions("GET", "/reconcile/{dataset}/suggest/entity", "Entities that somebody may mean", tag,
                                    widget({dataset_parameter(),
                                            prefix,
                                            limit_parameter("10"),
                                            {.name = "type", .description = "A schema."},
                                            {.name = "cursor", .type = "integer", .description = "How many to skip."}}),
                                    with(suggest_entity)));
  endpoints.push_back(opensanctions("GET", "/reconcile/{dataset}/suggest/property", "Properties that somebody may mean", tag,
                                    widget({dataset_parameter(), prefix}), with(suggest_property)));
  endpoints.push_back(opensanctions("GET", "/reconcile/{dataset}/suggest/type", "Types that somebody may mean", tag,
                                    widget({dataset_parameter(), prefix}), with(suggest_type)));
  endpoints.push_back(opensanctions("GET", "/reconcile/{dataset}/extend/property", "Properties that a type may be extended by", tag,
                                    {dataset_parameter(),
                                     {.name = "type", .description = "A schema.", .fallback = "Thing"},
                                     {.name = "limit", .type = "integer", .description = "How many at most; 0: all.", .fallback = "0"}},
                                    across_origins([](const api::Context&, const api::Request& request) { return propose(request); })));
  for (auto& endpoint : endpoints) {
    const bool suggests = endpoint.path.find("/suggest/") != std::string::npos;
    endpoint.response_schema = suggests ? "PeerSuggestions" : endpoint.path.ends_with("/extend/property") ? "PeerProposal" : "PeerReconciled";
  }
  return endpoints;
}

}  // namespace tamga::peers
