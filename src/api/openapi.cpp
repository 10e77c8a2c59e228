#include "api/openapi.h"

#include <algorithm>
#include <map>

#include "app/settings.h"
#include "base/ascii.h"

namespace tamga::api {
namespace {

Json reference_to(std::string_view schema) { return Json::object().set("$ref", "#/components/schemas/" + std::string(schema)); }

Json content(std::string_view type, Json schema) { return Json::object().set(type, Json::object().set("schema", std::move(schema))); }

Json value_of(const Parameter& parameter, const std::string& text) {
  if (parameter.type == "boolean") return Json::boolean(text == "true");
  return parameter.type == "string" ? Json::string(text) : Json::number_literal(text);
}

Json to_json(const Parameter& parameter) {
  Json schema = Json::object().set("type", parameter.type);
  if (!parameter.values.empty()) {
    Json values = Json::array();
    for (const auto& value : parameter.values) values.push(value_of(parameter, value));
    schema.set("enum", std::move(values));
  }
  if (!parameter.minimum.empty()) schema.set("minimum", Json::number_literal(parameter.minimum));
  if (!parameter.maximum.empty()) schema.set("maximum", Json::number_literal(parameter.maximum));
  if (!parameter.fallback.empty()) schema.set("default", value_of(parameter, parameter.fallback));
  if (parameter.repeated) schema = Json::object().set("type", "array").set("items", std::move(schema));
  Json json = Json::object().set("name", parameter.name);
  json.set("in", parameter.in == In::path ? "path" : parameter.in == In::query ? "query" : "header");
  if (!parameter.description.empty()) json.set("description", parameter.description);
  if (parameter.required || parameter.in == In::path) json.set("required", Json::boolean(true));
  return json.set("schema", std::move(schema));
}

/// "get_v1_decisions_id": one for each endpoint, and the same in each version.
std::string operation_id(const Endpoint& endpoint) {
  std::string id = lower_ascii(endpoint.method);
  for (const char c : endpoint.path) {
    if (c == '/' || c == '.' || c == '-') id += '_';
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_') id += c;
  }
  return id;
}

Json to_json(const Endpoint& endpoint, const Json& schemas) {
  const auto reference = [&](const std::string& name) { return schemas.find(name) == nullptr ? Json::object() : reference_to(name); };
  Json json = Json::object().set("operationId", operation_id(endpoint)).set("summary", endpoint.summary);
  json.set("tags", Json::array().push(Json::string(endpoint.tag)));
  Json parameters = Json::array();
  for (const auto& parameter : endpoint.parameters) parameters.push(to_json(parameter));
  if (!parameters.items.empty()) json.set("parameters", std::move(parameters));
  if (!endpoint.body_schema.empty()) {
    json.set("requestBody", Json::object()
                                .set("required", Json::boolean(endpoint.body_required))
                                .set("content", content(endpoint.body_type, reference(endpoint.body_schema))));
  }
  Json success = Json::object().set("description", "done");
  const bool json_response = endpoint.response_type == "application/json";
  if (!endpoint.response_schema.empty()) {
    success.set("content", content(endpoint.response_type, reference(endpoint.response_schema)));
  } else if (!json_response) {
    auto types = content(endpoint.response_type, Json::object());
    for (const auto& other : endpoint.other_types) types.set(other, Json::object().set("schema", Json::object()));
    success.set("content", std::move(types));
  } else if (endpoint.success != 204 && endpoint.success != 303) {
    success.set("content", content("application/json", Json::object()));
  }
  const std::string problem_type = endpoint.errors == ErrorStyle::problem ? "application/problem+json" : "application/json";
  const Json problem_schema = endpoint.errors == ErrorStyle::problem ? reference("Problem") : Json::object().set("type", "object");
  Json failed = Json::object().set("description", "not done, and why").set("content", content(problem_type, problem_schema));
  json.set("responses", Json::object().set(std::to_string(endpoint.success), std::move(success)).set("default", std::move(failed)));
  if (endpoint.open) json.set("security", Json::array());
  if (!endpoint.roles.empty()) json.set("x-roles", Json::strings(endpoint.roles));
  return json;
}

}  // namespace

Json openapi(const Table& table) {
  std::map<std::string, std::vector<const Endpoint*>> by_path;
  for (const auto& endpoint : table.endpoints) by_path[endpoint.path].push_back(&endpoint);
  Json paths = Json::object();
  for (const auto& [path, endpoints] : by_path) {
    Json item = Json::object();
    for (const auto* endpoint : endpoints) item.set(lower_ascii(endpoint->method), to_json(*endpoint, table.schemas));
    paths.set(path, std::move(item));
  }
  Json schemes = Json::object();
  schemes.set("token", Json::object().set("type", "http").set("scheme", "bearer"));
  schemes.set("session", Json::object().set("type", "apiKey").set("in", "cookie").set("name", "tamga_session"));
  Json json = Json::object().set("openapi", "3.1.0");
  json.set("info", Json::object()
                       .set("title", "Tamga")
                       .set("version", TAMGA_VERSION)
                       .set("summary", "Trade deals against sanctions and export controls: screening, decisions, casework, licences."));
  json.set("security", Json::array().push(Json::object().set("token", Json::array())).push(Json::object().set("session", Json::array())));
  json.set("paths", std::move(paths));
  return json.set("components", Json::object().set("schemas", table.schemas).set("securitySchemes", std::move(schemes)));
}

}  // namespace tamga::api
