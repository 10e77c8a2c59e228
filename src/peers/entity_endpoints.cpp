#include <fmt/format.h>

#include <algorithm>

#include "api/router.h"
#include "peers/handlers.h"
#include "peers/linked.h"
#include "peers/vocabulary.h"

namespace tamga::peers {
namespace {

constexpr std::int64_t kLimit = 10;

/// 308 to the canonical id; `below`: what stands behind the id in the path.
api::Response moved(std::string_view id, std::string_view below, const api::Request& request) {
  api::Response response;
  response.status = 308;
  std::string location = "/entities/" + api::encode_percent(id) + std::string(below);
  char separator = '?';
  for (const auto& [name, value] : request.query) {
    // Who calls says so again by itself.
    if (name == "api_key") continue;
    location += separator + api::encode_percent(name) + "=" + api::encode_percent(value);
    separator = '&';
  }
  response.headers.emplace_back("location", std::move(location));
  return response;
}

Json page(const std::vector<Json>& all, std::int64_t limit, std::int64_t offset) {
  Json results = Json::array();
  for (std::size_t i = static_cast<std::size_t>(offset); i < all.size() && results.items.size() < static_cast<std::size_t>(limit); ++i)
    results.push(all[i]);
  Json total = Json::object().set("value", Json::number(static_cast<std::int64_t>(all.size()))).set("relation", "eq");
  return Json::object()
      .set("results", std::move(results))
      .set("total", std::move(total))
      .set("limit", Json::number(limit))
      .set("offset", Json::number(offset));
}

Answered<api::Response> entity(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const bool with_others, boolean(request, "nested", true));
  const auto& id = request.path_parameter("id");
  const auto found = standing->merged->find(id);
  if (!found) {
    if (auto part = find_part(*standing, id)) return answered(part->dump());
    return refuse(404, "No such entity!");
  }
  if (standing->merged->id(*found) != id) return moved(standing->merged->id(*found), "", request);
  return answered(with_others ? nested(*standing, *found).dump() : std::string(standing->merged->json(*found)));
}

Answered<api::Response> adjacent(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const auto limit, integer(request, "limit", kLimit, 0, kLimitMax));
  TAMGA_TRY(const auto offset, integer(request, "offset", 0, 0, kOffsetMax));
  const Merged& merged = *standing->merged;
  const auto& property = request.path_parameter("property");
  const auto found = merged.find(request.path_parameter("id"));
  if (!found) return refuse(404, "No such entity!");
  if (merged.id(*found) != request.path_parameter("id"))
    return moved(merged.id(*found), property.empty() ? "/adjacent" : "/adjacent/" + api::encode_percent(property), request);
  const auto linked = linked_to(*standing, *found);
  if (!property.empty()) {
    if (!links_others(merged.schema(*found), property)) return refuse(404, "No such property!");
    const auto at = linked.find(property);
    return answered(page(at == linked.end() ? std::vector<Json>() : at->second, limit, offset).dump());
  }
  Json properties = Json::object();
  for (const auto& [name, values] : linked) properties.set(name, page(values, limit, offset));
  return answered(Json::object().set("entity", flat(*standing, *found)).set("adjacent", std::move(properties)).dump());
}

}  // namespace

std::vector<api::Endpoint> entity_endpoints(const Shared& keeper) {
  const api::Parameter id{.name = "id", .in = api::In::path, .description = "Of an entity, or one that it was merged from.", .required = true};
  const api::Parameter offset{.name = "offset",
                              .type = "integer",
                              .description = "How many of each property to skip.",
                              .fallback = "0",
                              .minimum = "0",
                              .maximum = std::to_string(kOffsetMax)};
  const auto next_to = [keeper](const api::Context& context, const api::Request& request) { return adjacent(*keeper, context, request); };
  std::vector<api::Endpoint> endpoints;
  endpoints.push_back(
      opensanctions("GET", "/entities/{id}", "An entity, with others nested inside", "Data access",
                    {id, {.name = "nested", .description = "With what hangs at it.", .fallback = "true"}},
                    [keeper](const api::Context& context, const api::Request& request) { return entity(*keeper, context, request); }));
  endpoints.back().response_schema = "PeerEntity";
  endpoints.push_back(opensanctions("GET", "/entities/{id}/adjacent", "What hangs at an entity, by property", "Data access",
                                    {id, limit_parameter("10"), offset}, next_to));
  endpoints.back().response_schema = "PeerAdjacentResponse";
  endpoints.push_back(opensanctions(
      "GET", "/entities/{id}/adjacent/{property}", "What hangs at an entity under one property", "Data access",
      {id, {.name = "property", .in = api::In::path, .description = "ownershipOwner, sanctions …", .required = true}, limit_parameter("10"), offset},
      next_to));
  endpoints.back().response_schema = "PeerAdjacentResults";
  return endpoints;
}

}  // namespace tamga::peers
