#include "app/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "app/decisions.h"
#include "app/screening.h"
#include "assure/changes.h"
#include "assure/test_set.h"

// The shipped sets of data/assure/, built in by CMakeLists.txt.
extern "C" const char tamga_assure_clean[], tamga_assure_clean_end[];
extern "C" const char tamga_assure_deals[], tamga_assure_deals_end[];

namespace tamga::app {
namespace {

constexpr std::array kNames = {
    BenchName{"open", "the compiled lists opened, and one name screened"},
    BenchName{"screen", "one name screened, with its reasons"},
    BenchName{"batch", "names screened on all threads"},
    BenchName{"compare", "two names compared"},
    BenchName{"clear", "a deal decided, without its record"},
};
constexpr std::string_view kExhaustive = "comparing with every listed name";

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Runs `step` with 0, 1, 2 … until the time is over.
template <typename Step>
Result<BenchResult> measure(std::string_view name, double seconds, Step&& step) {
  BenchResult result;
  result.name = name;
  result.what = std::find_if(kNames.begin(), kNames.end(), [&](const auto& one) { return one.name == name; })->what;
  std::vector<double> each;
  const auto begin = Clock::now();
  do {
    const auto before = Clock::now();
    TAMGA_TRY_STATUS(step(static_cast<std::size_t>(result.runs++)));
    each.push_back(seconds_since(before) * 1e6);
    result.seconds = seconds_since(begin);
  } while (result.seconds < seconds);
  const auto at = [&](double part) {
    const auto rank = static_cast<std::ptrdiff_t>(std::ceil(part * static_cast<double>(each.size())) - 1);
    std::nth_element(each.begin(), each.begin() + rank, each.end());
    return each[static_cast<std::size_t>(rank)];
  };
  result.p50 = at(0.5);
  result.p99 = at(0.99);
  return result;
}

struct Pair {
  std::string asked;
  std::string listed;
  std::string schema;
};

/// Listed names, changed one way each.
Result<std::vector<Pair>> changed_names(const Screener& screener) {
  constexpr std::size_t kOfEdition = 200;
  TAMGA_TRY(const auto changer, assure::Changer::standard());
  std::vector<Pair> pairs;
  for (const auto& edition : screener.searchable()) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> drawn;
    for (std::uint32_t number = 0; number < edition.index->entity_count(); ++number) {
      if (!assure::group_of_schema(edition.index->entity_schema(number))) continue;
      drawn.emplace_back(assure::drawn(fmt::format("{}\n{}", edition.list, edition.index->entity_id(number))), number);
    }
    std::sort(drawn.begin(), drawn.end());
    if (drawn.size() > kOfEdition) drawn.resize(kOfEdition);
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      const Entity entity = edition.index->entity(drawn[i].second);
      const auto group = *assure::group_of_schema(entity.schema);
      const std::string schema(assure::group_schema(group));
      const assure::Subject subject{group, entity.caption, entity.id, entity.first("lastName"), {}};
      const auto changed = changer.changed(subject, assure::change_kinds()[i % assure::kChanges].change);
      const std::string asked = changed.value_or(entity.caption);
      const auto& model = *screener.options().model;
      if (!match::why_not_comparable(asked, schema, model).empty() || !match::why_not_comparable(entity.caption, schema, model).empty()) continue;
      pairs.push_back(Pair{asked, entity.caption, schema});
    }
  }
  return pairs;
}

/// As many changed names as names that are on no list, mixed: on_workers() deals them out in turn.
Result<std::vector<match::Query>> queries_of(const Screener& screener, std::span<const Pair> pairs) {
  TAMGA_TRY(const auto clean, assure::read_set(NamedBytes{"data/assure/clean.csv", std::string(tamga_assure_clean, tamga_assure_clean_end)}));
  std::vector<match::Query> queries;
  const auto add = [&](const std::string& name, const std::string& schema) {
    match::Query query;
    query.names = {name};
    query.schema = schema;
    if (check_query(query, *screener.options().model)) queries.push_back(std::move(query));
  };
  for (std::size_t i = 0; i < std::max(pairs.size(), clean.names.size()); ++i) {
    add(clean.names[i % clean.names.size()].name, clean.names[i % clean.names.size()].schema);
    if (!pairs.empty()) add(pairs[i % pairs.size()].asked, pairs[i % pairs.size()].schema);
  }
  std::stable_sort(queries.begin(), queries.end(),
                   [](const auto& a, const auto& b) { return assure::drawn(a.names.front()) < assure::drawn(b.names.front()); });
  return queries;
}

class Bench {
 public:
  Bench(const Settings& settings, const BenchRequest& request, const std::function<void(std::string_view)>& begun)
      : settings_(settings), request_(request), begun_(begun) {
    screening_.as_of = request.as_of;
    screening_.lists = request.lists;
  }

  Result<BenchReport> run() {
    for (const auto& name : request_.names) {
      if (std::none_of(kNames.begin(), kNames.end(), [&](const auto& one) { return one.name == name; }))
        return std::unexpected(Error{ErrorKind::usage, fmt::format("bench: there is no \"{}\"; tamga bench --help names them", name), {}, 0});
    }
    TAMGA_TRY(const auto screener, Screener::open(settings_, screening_));
    screener.prepare();
    report_.basis = screener.basis();
    for (const auto& edition : screener.searchable()) report_.entities += edition.index->entity_count();
    TAMGA_TRY(pairs_, changed_names(screener));
    TAMGA_TRY(queries_, queries_of(screener, pairs_));
    report_.searched = static_cast<std::int64_t>(queries_.size());
    if (wanted("open")) TAMGA_TRY_STATUS(open());
    if (wanted("screen") || wanted("batch")) TAMGA_TRY_STATUS(screen(screener));
    if (wanted("compare")) TAMGA_TRY_STATUS(compare(screener));
    if (wanted("clear")) TAMGA_TRY_STATUS(clear());
    return std::move(report_);
  }

 private:
  bool wanted(std::string_view name) const {
    return request_.names.empty() || std::find(request_.names.begin(), request_.names.end(), name) != request_.names.end();
  }

  Status open() {
    begun_("open");
    TAMGA_TRY(auto result, measure("open", request_.seconds, [&](std::size_t i) -> Status {
                TAMGA_TRY(const auto screener, Screener::open(settings_, screening_));
                match::Workspace workspace;
                static_cast<void>(screener.screen(queries_[i % queries_.size()], workspace));
                return {};
              }));
    report_.results.push_back(result);
    return {};
  }

  Status screen(const Screener& screener) {
    match::Workspace workspace;
    const auto one_by_one = [&](const match::Options& options) {
      return measure("screen", request_.seconds, [&](std::size_t i) -> Status {
        static_cast<void>(screener.screen(queries_[i % queries_.size()], workspace, options));
        return {};
      });
    };
    begun_("screen");
    TAMGA_TRY(auto alone, one_by_one(screener.options()));
    if (wanted("screen")) {
      match::Options every = screener.options();
      every.exhaustive = true;
      TAMGA_TRY(const auto oracle, one_by_one(every));
      alone.against = kExhaustive;
      alone.ratio = alone.rate() / oracle.rate();
      report_.results.push_back(alone);
    }
    if (!wanted("batch")) return {};
    begun_("batch");
    std::vector<match::Workspace> workspaces(std::max(settings_.threads, 1U));
    TAMGA_TRY(auto batch, measure("batch", request_.seconds, [&](std::size_t) -> Status {
                on_workers(workspaces.size(), queries_.size(),
                           [&](std::size_t i, std::size_t worker) { static_cast<void>(screener.screen(queries_[i], workspaces[worker])); });
                return {};
              }));
    batch.threads = static_cast<unsigned>(workspaces.size());
    batch.runs *= static_cast<std::int64_t>(queries_.size());
    batch.p50 = batch.p99 = 0;  // of a round of all names, which says nothing of one
    batch.against = "one thread";
    batch.ratio = batch.rate() / alone.rate();
    report_.results.push_back(batch);
    return {};
  }

  Status compare(const Screener& screener) {
    if (pairs_.empty()) return {};
    begun_("compare");
    TAMGA_TRY(const auto result, measure("compare", request_.seconds, [&](std::size_t i) -> Status {
                const auto& pair = pairs_[i % pairs_.size()];
                TAMGA_TRY([[maybe_unused]] const auto answer, compare_names(screener.options().model, pair.asked, pair.listed, pair.schema));
                return {};
              }));
    report_.results.push_back(result);
    return {};
  }

  Status clear() {
    begun_("clear");
    TAMGA_TRY(auto set, assure::read_set(NamedBytes{"data/assure/deals.jsonl", std::string(tamga_assure_deals, tamga_assure_deals_end)}));
    report_.deals = static_cast<std::int64_t>(set.deals.size());
    TAMGA_TRY(auto rules, load_rules(settings_.policy, WithWords::read));
    TAMGA_TRY(auto store, store::Store::open_existing(settings_.place()));
    TAMGA_TRY(const auto basis, open_basis(settings_, store, std::move(rules), request_.as_of, request_.lists));
    match::Workspace workspace;
    ClearRequest ask;
    ask.as_of = request_.as_of;
    ask.decided_at = request_.as_of.text() + "T00:00:00Z";
    ask.record = false;
    TAMGA_TRY(const auto result, measure("clear", request_.seconds, [&](std::size_t i) -> Status {
                const auto& deal = set.deals[i % set.deals.size()];
                ask.deals = {DealText{set.name, deal.bytes, deal.deal}};
                // Each is decided as if it were new.
                workspace.forget();
                return clear_on(basis, settings_, store, ask, workspace, [](const clear::Decision&) {});
              }));
    report_.results.push_back(result);
    return {};
  }

  const Settings& settings_;
  const BenchRequest& request_;
  const std::function<void(std::string_view)>& begun_;
  ScreenSettings screening_;
  std::vector<Pair> pairs_;
  std::vector<match::Query> queries_;
  BenchReport report_;
};

}  // namespace

std::span<const BenchName> bench_names() { return kNames; }

Result<BenchReport> bench(const Settings& settings, const BenchRequest& request, const std::function<void(std::string_view what)>& begun) {
  return Bench(settings, request, begun).run();
}

Json to_json(const BenchReport& report) {
  const auto number = [](double value) { return Json::number(std::llround(value)); };
  Json results = Json::array();
  for (const auto& result : report.results) {
    Json one = Json::object();
    one.set("name", result.name).set("what", result.what).set("threads", Json::number(static_cast<std::int64_t>(result.threads)));
    one.set("runs", Json::number(result.runs)).set("microseconds", number(result.seconds * 1e6)).set("per_second", number(result.rate()));
    if (result.p50 > 0) one.set("p50_microseconds", number(result.p50)).set("p99_microseconds", number(result.p99));
    if (!result.against.empty()) one.set("against", result.against).set("ratio", fmt::format("{:.2f}", result.ratio));
    results.push(std::move(one));
  }
  Json json = Json::object();
  json.set("entities", Json::number(report.entities)).set("names", Json::number(report.searched)).set("deals", Json::number(report.deals));
  return json.set("results", std::move(results)).set("basis", report.basis);
}

}  // namespace tamga::app
