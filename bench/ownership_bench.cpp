// Who is owned by the listed, in invented networks of half a million to eight million holdings (ownership_network.h): building the graph, the
// blocked sets of all regimes, and one more designation. The argument is the number of holdings aimed at. docs/ownership-benchmarks.md has the
// numbers.
//
// `rss_MB` is the most memory that the process had during the measurement, the graph included. Linux resets that when asked; elsewhere it is 0.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ownership/graph.h"
#include "ownership/reach.h"
#include "ownership_network.h"

namespace tamga {
namespace {

using ownership::Assessment;
using ownership::Criterion;
using ownership::Graph;
using ownership::Seed;

constexpr std::uint64_t kNetworkSeed = 1;
constexpr std::uint32_t kListedOfAMillion = 4000;  ///< 20,000 of five million parties
constexpr std::size_t kDesignations = 1000;
/// Listed from the beginning, and designated later: the largest of all among the latter, for the worst case.
constexpr std::array<std::uint32_t, 4> kListedHubs = {1, 2, 4, 7};
constexpr std::array<std::uint32_t, 4> kLaterHubs = {0, 3, 5, 6};

struct Regime {
  const char* name;
  Criterion criterion;
  std::uint32_t listed_of_five;  ///< the first so many fifths of the listed
};

const std::array<Regime, 6>& regimes() {
  constexpr Decimal kHalf{50, 0};
  static const std::array<Regime, 6> kRegimes = {{
      {"US", {.percent = kHalf, .inclusive = true, .aggregate = true}, 5},
      {"US BIS", {.percent = kHalf, .inclusive = true, .aggregate = true}, 1},
      {"EU", {.percent = kHalf, .inclusive = true, .aggregate = true, .votes = true, .control = true}, 5},
      {"EU before July 2024", {.percent = kHalf, .inclusive = false, .aggregate = true, .votes = true, .control = true}, 5},
      {"UK", {.percent = kHalf, .inclusive = false, .aggregate = false, .votes = true, .control = true, .joint = true}, 5},
      {"UN", {.percent = kHalf, .inclusive = true, .aggregate = true, .votes = true, .control = true}, 5},
  }};
  return kRegimes;
}

/// Begins to count the most memory anew.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

double peak_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("VmHWM:")) continue;
    const auto digit = line.find_first_of("0123456789");
    double kilobytes = 0;
    std::from_chars(line.data() + digit, line.data() + line.size(), kilobytes);
    return kilobytes / 1024;
  }
  return 0;
}

bench::OwnershipNetwork network_of(std::int64_t holdings) { return {static_cast<std::uint32_t>(holdings * 10 / 16), kNetworkSeed}; }

Graph graph_of(std::int64_t holdings) {
  ownership::GraphBuilder builder;
  network_of(holdings).build(builder);
  return builder.graph();
}

/// One size at a time is kept.
const Graph& kept_graph(std::int64_t holdings) {
  static std::int64_t kept = 0;
  static std::optional<Graph> graph;
  if (kept != holdings) {
    graph.reset();
    graph.emplace(graph_of(holdings));
    kept = holdings;
  }
  return *graph;
}

/// The listed and then those who are designated later, one in ten only a possible match.
std::vector<Seed> seeds_of(std::int64_t holdings, const Graph& graph, std::size_t& listed) {
  const bench::OwnershipNetwork network = network_of(holdings);
  listed = std::size_t{network.parties()} * kListedOfAMillion / 1'000'000;
  std::vector<std::uint32_t> parties = network.listed(static_cast<std::uint32_t>(listed), kNetworkSeed, kListedHubs);
  std::vector<std::uint32_t> later = network.listed(static_cast<std::uint32_t>(listed + kDesignations), kNetworkSeed + 1, kLaterHubs);
  std::vector<std::uint32_t> sorted = parties;
  std::sort(sorted.begin(), sorted.end());
  std::erase_if(later, [&](std::uint32_t party) { return std::binary_search(sorted.begin(), sorted.end(), party); });
  later.resize(std::min(later.size(), kDesignations));
  parties.insert(parties.end(), later.begin(), later.end());
  std::vector<Seed> seeds;
  const std::size_t listed_parties = sorted.size();
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (i == listed_parties) listed = seeds.size();
    const std::uint32_t party = graph.find(network.id(parties[i]));
    if (party == ownership::kNobody) continue;  // one of the very few who hold nothing
    seeds.push_back({party, i % 10 != 9});
  }
  return seeds;
}

void assess_all(const Graph& graph, std::span<const Seed> listed, std::vector<std::unique_ptr<Assessment>>& into) {
  into.clear();
  for (const Regime& regime : regimes()) {
    into.push_back(
        std::make_unique<Assessment>(graph, bench::kNetworkDay, regime.criterion, listed.subspan(0, listed.size() * regime.listed_of_five / 5)));
  }
}

void build(benchmark::State& state) {
  std::size_t holdings = 0;
  std::size_t parties = 0;
  reset_peak();
  for (auto step : state) {
    const Graph graph = graph_of(state.range(0));
    holdings = graph.holdings().size();
    parties = graph.parties();
  }
  state.counters["rss_MB"] = peak_megabytes();
  state.counters["holdings"] = static_cast<double>(holdings);
  state.counters["parties"] = static_cast<double>(parties);
  state.counters["holdings/s"] = benchmark::Counter(static_cast<double>(holdings), benchmark::Counter::kIsIterationInvariantRate);
}

void blocked_sets(benchmark::State& state) {
  const Graph& graph = kept_graph(state.range(0));
  std::size_t listed = 0;
  const std::vector<Seed> seeds = seeds_of(state.range(0), graph, listed);
  std::vector<std::unique_ptr<Assessment>> all;
  reset_peak();
  for (auto step : state) assess_all(graph, std::span(seeds).first(listed), all);
  state.counters["rss_MB"] = peak_megabytes();
  state.counters["listed"] = static_cast<double>(listed);
  for (std::size_t i = 0; i < all.size(); ++i)
    state.counters[fmt::format("reached, {}", regimes()[i].name)] = static_cast<double>(all[i]->reached().size());
  state.counters["holdings/s"] = benchmark::Counter(static_cast<double>(graph.holdings().size()), benchmark::Counter::kIsIterationInvariantRate);
}

/// One regime of those, to see which costs what.
void blocked_set(benchmark::State& state) {
  const Graph& graph = kept_graph(state.range(0));
  std::size_t listed = 0;
  const std::vector<Seed> seeds = seeds_of(state.range(0), graph, listed);
  const Regime& regime = regimes()[static_cast<std::size_t>(state.range(1))];
  for (auto step : state) {
    const Assessment all(graph, bench::kNetworkDay, regime.criterion, std::span(seeds).first(listed * regime.listed_of_five / 5));
    benchmark::DoNotOptimize(all);
  }
  state.SetLabel(regime.name);
}

/// A thousand more designations, each under all regimes, on what stands already.
void designate(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const Graph& graph = kept_graph(state.range(0));
  std::size_t listed = 0;
  const std::vector<Seed> seeds = seeds_of(state.range(0), graph, listed);
  const auto later = std::span(seeds).subspan(listed);
  std::vector<std::unique_ptr<Assessment>> all;
  std::vector<double> together;  // of each designation
  double worst_regime = 0;
  std::size_t rose = 0;
  std::size_t most = 0;
  for (auto step : state) {
    state.PauseTiming();
    assess_all(graph, std::span(seeds).first(listed), all);
    together.clear();
    rose = 0;
    state.ResumeTiming();
    for (const Seed& seed : later) {
      double milliseconds = 0;
      for (auto& assessment : all) {
        const auto begin = Clock::now();
        rose += assessment->designate(seed).size();
        const double took = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
        milliseconds += took;
        worst_regime = std::max(worst_regime, took);
      }
      together.push_back(milliseconds);
      most = std::max(most, graph.out(seed.party).size());
    }
  }
  state.counters["mean_ms"] = std::accumulate(together.begin(), together.end(), 0.0) / static_cast<double>(together.size());
  std::sort(together.rbegin(), together.rend());
  state.counters["worst_ms"] = together[0];
  state.counters["second_worst_ms"] = together[1];
  state.counters["p99_ms"] = together[together.size() / 100];
  state.counters["worst_one_regime_ms"] = worst_regime;
  state.counters["rose"] = static_cast<double>(rose);
  state.counters["most_held"] = static_cast<double>(most);
}

/// All of one size before the next, so that each graph is built once for them.
[[maybe_unused]] const bool kRegistered = [] {
  for (const std::int64_t holdings : {500'000, 1'000'000, 2'000'000, 4'000'000, 8'000'000}) {
    benchmark::RegisterBenchmark("build", build)->Arg(holdings)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("blocked_sets", blocked_sets)->Arg(holdings)->Unit(benchmark::kMillisecond);
    for (std::int64_t i = 0; i < std::ssize(regimes()); ++i) {
      benchmark::RegisterBenchmark("blocked_set", blocked_set)->Args({holdings, i})->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark("designate", designate)->Arg(holdings)->Iterations(1)->Unit(benchmark::kMillisecond);
  }
  return true;
}();

}  // namespace
}  // namespace tamga
