#include "peers/peers.h"

#include "peers/handlers.h"

extern "C" {
extern const char tamga_peers_schemas[];
extern const char tamga_peers_schemas_end[];
}

namespace tamga::peers {
namespace {

api::Endpoint checked(std::string method, std::string path, std::string summary, std::string tag, std::vector<api::Parameter> parameters,
                      api::ErrorStyle style, Handler handler) {
  api::Endpoint endpoint;
  endpoint.method = std::move(method);
  endpoint.path = std::move(path);
  endpoint.summary = std::move(summary);
  endpoint.tag = std::move(tag);
  endpoint.parameters = std::move(parameters);
  endpoint.errors = style;
  // /match and the searches say who was looked for; the rest tells nothing about anybody.
  endpoint.audited = endpoint.path.find('{') != std::string::npos || endpoint.path == "/v2/search";
  endpoint.handle = [known = endpoint.parameters, style, handler = std::move(handler)](const api::Context& context, const api::Request& request) {
    const auto run = [&]() -> Answered<api::Response> {
      TAMGA_TRY_STATUS(check_parameters(request, known));
      return handler(context, request);
    };
    auto answer = run();
    if (answer) return *std::move(answer);
    return style == api::ErrorStyle::watchman ? refused_watchman(answer.error()) : refused(answer.error());
  };
  return endpoint;
}

}  // namespace

api::Endpoint opensanctions(std::string method, std::string path, std::string summary, std::string tag, std::vector<api::Parameter> parameters,
                            Handler handler) {
  parameters.push_back(api::Parameter{.name = "api_key", .description = "Who calls, where the client cannot send a header; read by the server."});
  return checked(std::move(method), std::move(path), std::move(summary), std::move(tag), std::move(parameters), api::ErrorStyle::opensanctions,
                 std::move(handler));
}

api::Endpoint watchman(std::string method, std::string path, std::string summary, std::vector<api::Parameter> parameters, Handler handler) {
  return checked(std::move(method), std::move(path), std::move(summary), "Watchman", std::move(parameters), api::ErrorStyle::watchman,
                 std::move(handler));
}

std::vector<api::Parameter> filter_parameters() {
  return {
      api::Parameter{.name = "include_dataset", .description = "Only entities of these datasets, within that of the path.", .repeated = true},
      api::Parameter{.name = "exclude_dataset", .description = "Without these datasets.", .repeated = true},
      api::Parameter{.name = "exclude_schema", .description = "Without entities of exactly these schemata.", .repeated = true},
      api::Parameter{.name = "topics", .description = "Only entities with any of these topics.", .repeated = true},
      api::Parameter{.name = "changed_since", .description = "Only entities that are new or different in an edition of that moment or later."},
  };
}

api::Parameter dataset_parameter() {
  return {.name = "dataset", .in = api::In::path, .description = "default, sanctions, or the name of a list.", .required = true};
}

api::Parameter algorithm_parameter() {
  return {.name = "algorithm", .description = "A name of OpenSanctions' algorithms; all are answered by Tamga's matcher.", .fallback = "best"};
}

api::Parameter limit_parameter(std::string_view otherwise) {
  return {.name = "limit",
          .type = "integer",
          .description = "How many results at most.",
          .fallback = std::string(otherwise),
          .minimum = "0",
          .maximum = std::to_string(kLimitMax)};
}

Peers peers() {
  auto keeper = std::make_shared<Keeper>();
  Peers all;
  for (auto* part : {match_endpoints, search_endpoints, entity_endpoints, reconcile_endpoints, status_endpoints, watchman_endpoints}) {
    for (auto& endpoint : part(keeper)) all.endpoints.push_back(std::move(endpoint));
  }
  auto schemas = parse_json(std::string_view(tamga_peers_schemas, static_cast<std::size_t>(tamga_peers_schemas_end - tamga_peers_schemas)));
  TAMGA_CHECK(schemas.has_value());
  all.schemas = *std::move(schemas);
  all.prepare = [keeper](const api::Context& context) -> Status {
    if (auto standing = keeper->renew(context); !standing) return failure(standing.error().detail);
    return {};
  };
  return all;
}

std::function<Status(const api::Context&)> add_peers(api::Table& table) {
  Peers all = peers();
  for (auto& endpoint : all.endpoints) table.endpoints.push_back(std::move(endpoint));
  for (auto& member : all.schemas.members) table.schemas.set(member.key, std::move(member.value));
  return std::move(all.prepare);
}

}  // namespace tamga::peers
