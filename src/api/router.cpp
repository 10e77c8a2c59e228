#include "api/router.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "api/problem.h"
#include "base/ascii.h"
#include "base/decimal.h"
#include "base/json_schema.h"
#include "base/utf8.h"

namespace tamga::api {
namespace {

constexpr std::size_t kQueryPairsMax = 256;
constexpr int kBodyDepthMax = 64;

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Why a value does not fit its parameter; empty when it does.
std::string fault_of(const Parameter& parameter, const std::string& value) {
  if (!parameter.values.empty() && std::find(parameter.values.begin(), parameter.values.end(), value) == parameter.values.end())
    return fmt::format("expected one of {}", fmt::join(parameter.values, ", "));
  if (parameter.type == "boolean") return value == "true" || value == "false" ? "" : "expected true or false";
  if (parameter.type != "integer" && parameter.type != "number") return {};
  const auto number = Decimal::parse(value);
  if (!number || (parameter.type == "integer" && value.find_first_of(".eE") != std::string::npos)) return fmt::format("expected {}", parameter.type);
  const auto least = Decimal::parse(parameter.minimum);
  const auto most = Decimal::parse(parameter.maximum);
  if (least && *number < *least) return fmt::format("must be at least {}", parameter.minimum);
  if (most && *most < *number) return fmt::format("must be at most {}", parameter.maximum);
  return {};
}

/// "application/json; charset=utf-8" is application/json.
bool media_type_is(std::string_view header, std::string_view type) {
  if (type == "*/*") return true;
  header = header.substr(0, header.find(';'));
  while (header.ends_with(' ')) header.remove_suffix(1);
  const std::string given = lower_ascii(header);
  // RFC 6839: "application/ld+json" is JSON too.
  return given == type || (type == "application/json" && given.starts_with("application/") && given.ends_with("+json"));
}

}  // namespace

std::optional<std::string> decode_percent(std::string_view text, bool plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex(text[i + 1]);
      const int low = hex(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    out += c;
  }
  // What is no UTF-8 names nothing here, and could not be told back in JSON.
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

std::string encode_percent(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
    if (plain) {
      encoded += c;
    } else {
      fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::optional<Pairs> read_query(std::string_view query) {
  Pairs pairs;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(query.size(), end + 1));
    if (pair.empty()) continue;
    if (pairs.size() == kQueryPairsMax) return std::nullopt;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decode_percent(pair.substr(0, equals), true);
    auto value = decode_percent(pair.substr(std::min(pair.size(), equals + 1)), true);
    if (!name || !value) return std::nullopt;
    pairs.emplace_back(*std::move(name), *std::move(value));
  }
  return pairs;
}

Router::Router(Table table) : table_(std::move(table)) {
  std::unordered_map<std::string, std::size_t> by_path;
  for (const auto& endpoint : table_.endpoints) {
    const auto [at, fresh] = by_path.emplace(endpoint.path, routes_.size());
    if (fresh) {
      Route route;
      bool shaped = false;
      for (const auto segment : segments_of(endpoint.path)) {
        shaped = shaped || is_parameter(segment);
        route.segments.emplace_back(segment);
      }
      if (shaped) {
        shaped_[route.segments.size()].push_back(routes_.size());
      } else {
        fixed_.emplace(endpoint.path, routes_.size());
      }
      routes_.push_back(std::move(route));
    }
    const bool added = routes_[at->second].methods.emplace(endpoint.method, &endpoint).second;
    TAMGA_CHECK(added);
    // Handlers of others' APIs read their bodies themselves.
    TAMGA_CHECK(endpoint.errors != ErrorStyle::problem || endpoint.body_schema.empty() || table_.schemas.find(endpoint.body_schema) != nullptr);
  }
}

Router::Found Router::find(std::string_view method, std::string_view path) const {
  Found found;
  const Route* route = nullptr;
  if (const auto at = fixed_.find(std::string(path)); at != fixed_.end()) {
    route = &routes_[at->second];
  } else {
    const auto segments = segments_of(path);
    const auto same_size = shaped_.find(segments.size());
    if (same_size == shaped_.end()) return found;
    for (const auto number : same_size->second) {
      const Route& candidate = routes_[number];
      const bool fits =
          std::equal(segments.begin(), segments.end(), candidate.segments.begin(),
                     [](std::string_view given, const std::string& wanted) { return is_parameter(wanted) ? !given.empty() : given == wanted; });
      if (!fits) continue;
      // "/v1/licences/reopened" goes before "/v1/licences/{number}": fixed paths are looked for first, and of shaped ones the first of the table.
      route = &candidate;
      for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string& wanted = candidate.segments[i];
        if (!is_parameter(wanted)) continue;
        auto value = decode_percent(segments[i], false);
        if (!value) return Found{};
        found.path_parameters.emplace_back(wanted.substr(1, wanted.size() - 2), *std::move(value));
      }
      break;
    }
  }
  if (route == nullptr) return found;
  for (const auto& [name, endpoint] : route->methods) found.methods.push_back(name);
  auto at = route->methods.find(method);
  if (at == route->methods.end() && method == "HEAD") at = route->methods.find("GET");
  if (at != route->methods.end()) found.endpoint = at->second;
  return found;
}

std::optional<Response> Router::check(const Endpoint& endpoint, Request& request) const {
  // Others' clients expect errors in words and numbers of their own, which their handlers know.
  if (endpoint.errors != ErrorStyle::problem) return std::nullopt;
  const auto refuse = [&](int status, std::string_view detail, Json more = Json::object()) {
    return problem(endpoint.errors, status, detail, std::move(more));
  };
  for (const auto& parameter : endpoint.parameters) {
    if (parameter.in != In::query) continue;
    std::size_t count = 0;
    for (const auto& [name, value] : request.query) {
      if (name != parameter.name) continue;
      ++count;
      if (const auto fault = fault_of(parameter, value); !fault.empty())
        return refuse(400, fmt::format("the parameter \"{}\" is \"{}\": {}", parameter.name, value, fault));
    }
    if (count > 1 && !parameter.repeated)
      return refuse(400, fmt::format("the parameter \"{}\" is given {} times, expected one", parameter.name, count));
    if (count > 0) continue;
    if (parameter.required) return refuse(400, fmt::format("the parameter \"{}\" is missing", parameter.name));
    if (!parameter.fallback.empty()) request.query.emplace_back(parameter.name, parameter.fallback);
  }
  for (const auto& [name, value] : request.query) {
    const auto known = [&](const Parameter& parameter) { return parameter.in == In::query && parameter.name == name; };
    if (!endpoint.any_query && std::none_of(endpoint.parameters.begin(), endpoint.parameters.end(), known))
      return refuse(400, fmt::format("\"{}\" is not a parameter of {} {}", name, endpoint.method, endpoint.path));
  }
  if (endpoint.body_schema.empty() || endpoint.lines) return std::nullopt;
  if (request.body.empty()) {
    if (!endpoint.body_required) return std::nullopt;
    return refuse(400, "the request has no body, expected one");
  }
  const auto* type = request.header("content-type");
  if (type != nullptr && !media_type_is(*type, endpoint.body_type))
    return refuse(415, fmt::format("the body is {}, expected {}", *type, endpoint.body_type));
  if (endpoint.body_type != "application/json") return std::nullopt;
  auto json = parse_json(request.body, JsonLimits{.bytes = request.body.size() + 1, .depth = kBodyDepthMax});
  if (!json) return refuse(400, fmt::format("the body is no JSON: {}", json.error().text()));
  request.json = *std::move(json);
  const Json* schema = table_.schemas.find(endpoint.body_schema);
  const auto wrong = faults(request.json, *schema, table_.schemas);
  if (wrong.empty()) return std::nullopt;
  Json errors = Json::array();
  for (const auto& fault : wrong) errors.push(Json::object().set("pointer", fault.pointer).set("detail", fault.detail));
  const auto& first = wrong.front();
  return refuse(400, fmt::format("{} {}", first.pointer.empty() ? "the body" : first.pointer, first.detail),
                Json::object().set("errors", std::move(errors)));
}

}  // namespace tamga::api
