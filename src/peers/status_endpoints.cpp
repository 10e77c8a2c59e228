#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/date.h"
#include "base/sha256.h"
#include "lists/lists.h"
#include "peers/filters.h"
#include "peers/handlers.h"
#include "peers/match.h"

namespace tamga::peers {
namespace {

/// What is known of one dataset, from the editions that give it.
struct Dataset {
  std::string title;
  std::string url;
  std::string publisher;
  std::string published;    ///< of its newest edition
  std::string known_until;  ///< the last day on which the authority still gave the oldest of its parts
  std::string editions;     ///< what its version is made of
  std::int64_t entities = 0;
  bool house = false;
};

/// "20260822000000-1f3": clients read a time before the dash.
std::string version_of(const Dataset& dataset) {
  std::string day;
  for (const char c : dataset.published) {
    if (c != '-') day += c;
  }
  return fmt::format("{}000000-{}", day, sha256_hex(dataset.editions).substr(0, 3));
}

Json to_json(std::string_view name, const Dataset& dataset, const std::vector<std::string>& children) {
  Json json = Json::object();
  json.set("name", name).set("title", dataset.title);
  json.set("version", version_of(dataset)).set("index_version", version_of(dataset)).set("index_current", Json::boolean(true));
  json.set("load", Json::boolean(true)).set("updated_at", dataset.published + "T00:00:00").set("last_export", dataset.published + "T00:00:00");
  json.set("entity_count", Json::number(dataset.entities)).set("thing_count", Json::number(dataset.entities));
  json.set("children", Json::strings(children));
  if (!dataset.url.empty()) json.set("url", dataset.url);
  if (!dataset.publisher.empty()) json.set("publisher", Json::object().set("name", dataset.publisher));
  return json;
}

Answered<api::Response> catalog(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const auto standing, keeper.take(context));
  const Merged& merged = *standing->merged;
  std::map<std::string, Dataset> datasets;
  for (const auto& edition : standing->screener->editions()) {
    Dataset& dataset = datasets[edition.loaded.list];
    const auto* info = lists::find_list(edition.loaded.list);
    dataset.house = info == nullptr;
    dataset.title = info != nullptr ? std::string(info->title) : edition.title.empty() ? edition.loaded.list : edition.title;
    dataset.url = info == nullptr ? "" : info->url;
    dataset.publisher = info == nullptr ? edition.owner : std::string(info->authority);
    dataset.published = std::max(dataset.published, edition.loaded.published);
    const std::string& until = edition.confirmed.empty() ? edition.loaded.published : edition.confirmed;
    dataset.known_until = dataset.known_until.empty() ? until : std::min(dataset.known_until, until);
    dataset.editions += edition.loaded.edition + "\n";
  }
  Dataset everything;
  everything.title = "Everything that is loaded";
  Dataset sanctions;
  sanctions.title = "The authorities' lists";
  std::vector<std::string> lists;
  std::vector<std::string> below_default;
  for (std::size_t number = 0; number < merged.dataset_count(); ++number) {
    const std::string name(merged.dataset_name(number));
    Dataset& dataset = datasets[name];
    // A dataset that records name themselves, inside of a house list.
    if (dataset.title.empty()) {
      dataset.title = name;
      dataset.house = true;
    }
    (dataset.house ? below_default : lists).push_back(name);
  }
  std::vector<std::int64_t> counts(merged.dataset_count());
  for (std::uint32_t entity = 0; entity < merged.count(); ++entity) {
    bool listed = false;
    for (const auto number : merged.datasets(entity)) {
      ++counts[number];
      listed = listed || lists::find_list(merged.dataset_name(number)) != nullptr;
    }
    ++everything.entities;
    sanctions.entities += listed ? 1 : 0;
  }
  for (std::size_t number = 0; number < counts.size(); ++number) datasets[std::string(merged.dataset_name(number))].entities = counts[number];
  std::sort(lists.begin(), lists.end());
  std::sort(below_default.begin(), below_default.end());
  const Date today = utc_today();
  Json current = Json::array();
  Json outdated = Json::array();
  bool stale = false;
  for (auto& [name, dataset] : datasets) {
    if (dataset.published.empty()) continue;
    everything.published = std::max(everything.published, dataset.published);
    everything.editions += dataset.editions;
    if (!dataset.house) {
      sanctions.published = std::max(sanctions.published, dataset.published);
      sanctions.editions += dataset.editions;
    }
    const auto until = Date::parse(dataset.known_until);
    const bool old = context.settings.list_age_max > 0 && (!until || days_between(*until, today) > context.settings.list_age_max);
    stale = stale || old;
    (old ? outdated : current).push(Json::string(name));
  }
  if (!lists.empty()) below_default.insert(below_default.begin(), "sanctions");
  Json all = Json::array();
  all.push(to_json("default", everything, below_default));
  if (!lists.empty()) all.push(to_json("sanctions", sanctions, lists));
  for (auto& [name, dataset] : datasets) {
    if (dataset.published.empty()) dataset.published = everything.published;
    all.push(to_json(name, dataset, {}));
  }
  Json json = Json::object().set("datasets", std::move(all)).set("current", std::move(current)).set("outdated", std::move(outdated));
  json.set("index_stale", Json::boolean(stale));
  auto response = answered(json.dump());
  const std::string tag = "\"" + sha256_hex(response.body).substr(0, 32) + "\"";
  const std::string* known = request.header("if-none-match");
  if (known != nullptr && (*known == tag || *known == "W/" + tag)) {
    response = api::Response();
    response.status = 304;
  }
  response.headers.emplace_back("etag", tag);
  return response;
}

api::Response algorithms(const api::Context& context) {
  Json features = Json::object();
  Json docs = Json::object();
  for (const auto& info : feature_infos()) {
    features.set(info.name, Json::object().set("description", info.description).set("coefficient", Json::number(1)).set("url", ""));
    docs.set(info.name, Json::object().set("description", info.description));
  }
  std::string matching;
  if (context.live != nullptr) {
    if (const auto screener = context.live->current(); screener != nullptr) matching = screener->options().model->edition();
  }
  Json list = Json::array();
  for (const auto name : algorithm_names()) {
    const std::string description = fmt::format(
        "Answered by Tamga's own matcher ({}{}{}), whatever the name: scores are integers, every listed name that reaches the threshold "
        "is found, and what a score is made of is explained word by word.",
        app::kEngine, matching.empty() ? "" : ", matching ", matching);
    list.push(Json::object().set("name", name).set("description", description).set("features", features).set("docs", docs));
  }
  return answered(Json::object().set("algorithms", std::move(list)).set("default", "best").set("best", "logic-v2").dump());
}

Answered<api::Response> update(Keeper& keeper, const api::Context& context, const api::Request& request) {
  TAMGA_TRY(const bool sync, boolean(request, "sync", false));
  // Here and not in the table of endpoints, since clients know yente's words.
  const auto& roles = request.caller.roles;
  if (std::find(roles.begin(), roles.end(), "administrator") == roles.end()) return refuse(403, "Invalid token.");
  if (context.live == nullptr) return refuse(503, "Index not ready.");
  if (const auto changed = context.live->refresh(utc_today()); !changed) return refuse(500, changed.error().text());
  TAMGA_TRY([[maybe_unused]] const auto standing, sync ? keeper.renew(context) : keeper.take(context));
  return answered(R"({"status":"ok"})");
}

}  // namespace

std::vector<api::Endpoint> status_endpoints(const Shared& keeper) {
  std::vector<api::Endpoint> endpoints;
  endpoints.push_back(
      opensanctions("GET", "/catalog", "Datasets, and how current they are", "System information", {},
                    [keeper](const api::Context& context, const api::Request& request) { return catalog(*keeper, context, request); }));
  endpoints.back().response_schema = "PeerCatalog";
  endpoints.push_back(opensanctions("GET", "/algorithms", "Names of algorithms, all answered by one matcher", "System information", {},
                                    [](const api::Context& context, const api::Request&) -> Answered<api::Response> { return algorithms(context); }));
  endpoints.back().response_schema = "PeerAlgorithms";
  endpoints.back().needs_lists = false;
  endpoints.push_back(
      opensanctions("POST", "/updatez", "Looks for newer editions in the store", "System information",
                    {{.name = "token", .description = "Not looked at: who calls must be an administrator."},
                     {.name = "sync", .description = "Answer when the newer editions stand.", .fallback = "false"}},
                    [keeper](const api::Context& context, const api::Request& request) { return update(*keeper, context, request); }));
  endpoints.back().response_schema = "PeerStatus";
  endpoints.back().needs_lists = false;
  return endpoints;
}

}  // namespace tamga::peers
