#include <fmt/format.h>

#include "peers/handlers.h"
#include "peers/match.h"

namespace tamga::peers {
namespace {

constexpr match::Score kThreshold = 7'000;
constexpr std::int64_t kLimit = 5;

/// What the body asks beside its queries.
Checked check_options(const Json& body, std::string_view algorithm) {
  for (const auto& member : body.members) {
    if (member.key != "queries" && member.key != "weights" && member.key != "config")
      return refuse(422, fmt::format("body.{}: there is no such field", member.key));
  }
  if (const Json* weights = body.find("weights"); weights != nullptr) {
    if (!weights->is_object()) return refuse(422, "body.weights: expected an object");
    if (!weights->members.empty())
      return refuse(400, fmt::format("Invalid weight: {}; how names are matched is the house's matching.toml", weights->members.front().key));
  }
  if (const Json* config = body.find("config"); config != nullptr) {
    if (!config->is_object()) return refuse(422, "body.config: expected an object");
    if (!config->members.empty())
      return refuse(400, fmt::format("Invalid configuration parameter: {} for algorithm {}", config->members.front().key, algorithm));
  }
  return {};
}

Answered<api::Response> match(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  TAMGA_TRY(const auto filters, Filters::read(request, *standing->merged, request.path_parameter("dataset")));
  TAMGA_TRY(const auto limit, integer(request, "limit", kLimit, 0, kLimitMax));
  TAMGA_TRY(const auto threshold, score(request, "threshold", kThreshold));
  TAMGA_TRY(auto cutoff, score(request, "cutoff", kThreshold));
  cutoff = std::min(cutoff, threshold);
  TAMGA_TRY_STATUS(check_algorithm(request));
  const std::string* algorithm = request.parameter("algorithm");
  auto body = parse_json(request.body);
  if (!body) return refuse(422, "body: " + body.error().message);
  if (!body->is_object()) return refuse(422, "body: expected an object with \"queries\"");
  TAMGA_TRY_STATUS(check_options(*body, algorithm == nullptr ? "best" : *algorithm));
  const Json* queries = body->find("queries");
  if (queries == nullptr || !queries->is_object()) return refuse(422, "body.queries: expected an object of examples");
  if (queries->members.size() > kBatchMax) return refuse(400, fmt::format("Too many queries in one batch (limit: {})", kBatchMax));
  if (queries->members.empty()) return refuse(400, "No queries provided.");

  // All are read before any is answered: a batch is answered whole or not at all.
  std::vector<Example> examples;
  for (const auto& member : queries->members) {
    TAMGA_TRY(auto example, read_example("body.queries." + member.key, member.value, *standing->screener->options().model));
    examples.push_back(std::move(example));
  }
  Keeper::Lease work(keeper);
  std::string out = "{\"responses\":{";
  std::size_t matches = 0;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto ranking = rank(*standing, examples[i], filters, cutoff, threshold, static_cast<std::size_t>(limit), *work);
    matches += ranking.matches;
    if (i > 0) out += ',';
    append_json_string(out, queries->members[i].key);
    out += ":{\"status\":200,\"results\":[";
    for (std::size_t k = 0; k < ranking.best.size(); ++k) {
      if (k > 0) out += ',';
      append_result(out, *standing, ranking.best[k], features_of(*standing, examples[i], ranking.best[k], *work), threshold);
    }
    fmt::format_to(std::back_inserter(out), "],\"total\":{{\"value\":{},\"relation\":\"eq\"}},\"query\":", ranking.matches);
    out += examples[i].understood.dump();
    out += '}';
  }
  fmt::format_to(std::back_inserter(out), "}},\"limit\":{}}}", limit);
  context.counters->screened.fetch_add(examples.size(), std::memory_order_relaxed);
  context.counters->hits.fetch_add(matches, std::memory_order_relaxed);
  auto response = answered(std::move(out));
  response.headers.emplace_back("x-batch-size", std::to_string(examples.size()));
  return response;
}

}  // namespace

std::vector<api::Endpoint> match_endpoints(const Shared& keeper) {
  auto parameters = filter_parameters();
  parameters.push_back(dataset_parameter());
  parameters.push_back(algorithm_parameter());
  parameters.push_back(limit_parameter("5"));
  parameters.push_back({.name = "threshold",
                        .type = "number",
                        .description = "From which score on a result counts as a match.",
                        .fallback = "0.7",
                        .minimum = "0",
                        .maximum = "1"});
  parameters.push_back({.name = "cutoff",
                        .type = "number",
                        .description = "From which score on a result is given at all; never more than the threshold.",
                        .fallback = "0.7",
                        .minimum = "0",
                        .maximum = "1"});
  parameters.push_back({.name = "exclude_entity_ids", .description = "Ids, or referents, of entities to leave out; 50 at most.", .repeated = true});
  auto endpoint = opensanctions("POST", "/match/{dataset}", "Query by example", "Matching", std::move(parameters),
                                [keeper](const api::Context& context, const api::Request& request) { return match(*keeper, context, request); });
  endpoint.body_schema = "PeerMatchQuery";
  endpoint.response_schema = "PeerMatchResponse";
  // One name takes some sixty microseconds, but not at a low threshold or with hundreds of explanations.
  endpoint.quick = true;
  endpoint.slow_with = {"threshold", "cutoff", "limit"};
  return {std::move(endpoint)};
}

}  // namespace tamga::peers
