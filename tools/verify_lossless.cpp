// Fast search against exhaustive search, a million times: `make verify-lossless`.
//
// The index drops a listed name only when a bound on its score lies below the threshold (src/index/index.h). This run looks for where that
// reasoning, or the code that should follow it, is wrong. Each query is answered twice, with and without --exhaustive, and everything that
// match::search() finds must be the same: the entities, each part of each score, the name that was chosen, the query's name and reading it was chosen
// for. For one query in fifty the JSON of every hit is compared too.
//
// - Lists: all of ../shared/data that Tamga reads or that tests read from it (OFAC, UN, EU, UK, Australia, New Zealand); samples/lists where that
//   is not there.
// - --whole-queries (20,000) against the whole lists, in batches of 200.
// - --queries (1,000,000) against samples of about --sample (1,000) listed names, in batches of 1,000 queries. The lists are cut into samples that
// hold
//   each entity once, and cut anew when every sample had its batch, so that all listed names take part equally often. Exhaustive search takes time by
//   listed name: against the whole lists a million would take a day. What samples cannot show is what only many names do to one another (which words
//   of a query the index spares depends on how many names hold them); for that there are the whole lists.
// - Models: half of the batches against samples, and three of four against whole lists, have the standard matching.toml; the others each have one of
//   their own, with every number anywhere in its allowed range, words of the house, thresholds and factors.
// - Queries: tests/reference/lossless.h (Shape) says which; asked for as any schema or as none, with and without birth dates, countries, genders,
//   addresses, identifiers, other names; thresholds mostly 0.5 to 1, some the model's, some lower. One entity in sixteen is listed once more as
//   something else (an address, an aircraft, a wallet), of which lists hold few.
//
// The time that adversarial names take on the whole lists is printed, fast search alone; the goal is 50 ms for any. The run ends at the first
// difference (or after as many as --differences says), with all that is needed to see it again. Exit status: 0 no difference, 1 a difference,
// above 100 usage.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <thread>

#include "reference/adversarial.h"
#include "reference/lossless.h"

namespace tamga::reference {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  std::uint64_t queries = 1'000'000;
  std::uint64_t whole_queries = 20'000;
  std::uint64_t seed = 1;
  std::size_t sample = 1000;
  unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  std::uint64_t differences = 1;
  std::vector<std::uint64_t> only;
  bool whole = false;
};

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

Settings settings_of(const Arguments& arguments, bool whole) {
  Settings settings;
  settings.seed = arguments.seed;
  settings.sample_names = whole ? 0 : arguments.sample;
  settings.queries = whole ? 200 : 1000;
  settings.standard_of_four = whole ? 3 : 2;
  return settings;
}

void print_difference(const std::string& report) {
  fmt::print("\n{}See it again with the same --seed and --sample, and --only BATCH QUERY, for whole lists also --whole.\n\n", report);
  std::fflush(stdout);
}

void time_adversarial_names(std::span<const match::LoadedEdition> editions) {
  match::Workspace workspace;
  std::vector<std::pair<double, std::string_view>> times;
  for (const auto& [what, name] : adversarial_names()) {
    match::Query query;
    query.names = {name};
    const auto begin = Clock::now();
    static_cast<void>(match::search(query, editions, {}, workspace));
    times.emplace_back(seconds_since(begin) * 1000, what);
  }
  std::sort(times.rbegin(), times.rend());
  fmt::print("\n{} adversarial names against the whole lists, the slowest (goal: 50 ms):\n", times.size());
  for (std::size_t i = 0; i < 5; ++i) fmt::print("  {:6.1f} ms  {}\n", times[i].first, times[i].second);
}

/// So many queries, in batches, by all threads.
bool agree(const Arguments& arguments, const Corpus& corpus, std::uint64_t queries, bool whole, std::span<const match::LoadedEdition> editions) {
  const Settings settings = settings_of(arguments, whole);
  const std::uint64_t batches = (queries + settings.queries - 1) / settings.queries;
  const std::size_t samples = samples_of(corpus, settings);
  fmt::print("\n{} batches of {} queries against {}\n", batches, settings.queries,
             whole ? "the whole lists" : fmt::format("{} samples of about {} listed names", samples, corpus.names / samples));
  const auto begin = Clock::now();
  constexpr std::uint64_t kStop = std::uint64_t{1} << 62;
  std::atomic<std::uint64_t> next = 0;
  std::mutex mutex;  // of what follows
  double told = 0;
  Tally tally;
  std::uint64_t differences = 0;
  const auto work = [&] {
    for (std::uint64_t number = next++; number < batches; number = next++) {
      Tally mine;
      Batch batch(corpus, settings, number, editions);
      for (std::size_t query = 0; query < settings.queries && next < kStop; ++query) {
        const auto report = batch.run(query, mine);
        if (!report) continue;
        const std::scoped_lock lock(mutex);
        if (differences < arguments.differences) print_difference(*report);
        if (++differences >= arguments.differences) next = kStop;
      }
      const std::scoped_lock lock(mutex);
      tally.add(mine);
      if (seconds_since(begin) < told + 30) continue;
      told = seconds_since(begin);
      fmt::print("  {} queries, {} hits, {:.0f} s\n", tally.all_queries(), tally.hits, told);
      std::fflush(stdout);
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < arguments.threads; ++i) workers.emplace_back(work);
  for (auto& worker : workers) worker.join();

  const double seconds = seconds_since(begin);
  for (std::size_t i = 0; i < kShapeNames.size(); ++i) {
    fmt::print("  {:<24} {:>8}, {:>8} with hits\n", kShapeNames[i], tally.queries[i], tally.with_hits[i]);
  }
  fmt::print("  {} queries in {:.0f} s, {:.0f} a second; {} hits, {} queries compared by their JSON, {} listed names gone through\n",
             tally.all_queries(), seconds, static_cast<double>(tally.all_queries()) / seconds, tally.hits, tally.printed, tally.scores);
  if (differences > 0) fmt::print("  {} of them differ\n", differences);
  return differences == 0;
}

int verify(const Arguments& arguments) {
  auto real = real_corpus();
  if (!real) fmt::print("../shared/data is not here: the sample lists stand in for the real ones\n");
  const Corpus corpus = real ? *std::move(real) : sample_corpus();
  fmt::print("Fast against exhaustive search, seed {}, {} threads\n", arguments.seed, arguments.threads);
  for (const auto& list : corpus.lists) fmt::print("  {:<22} {:>6} entities\n", list.name + " " + list.part, list.entities.size());
  fmt::print("  {} listed names of {} different words, {} names of others\n", corpus.names, corpus.words.size(), corpus.innocents.size());
  if (!arguments.only.empty()) {
    Tally tally;
    Batch batch(corpus, settings_of(arguments, arguments.whole), arguments.only[0]);
    const auto report = batch.run(arguments.only[1], tally);
    if (report) print_difference(*report);
    fmt::print("{}, {} hits\n", report ? "FAILED" : "no difference", tally.hits);
    return report ? 1 : 0;
  }
  const auto editions = whole_lists(corpus);
  time_adversarial_names(editions);
  // The whole lists come first: they take fewer queries to show what is wrong.
  bool all = agree(arguments, corpus, arguments.whole_queries, true, editions);
  if (all || arguments.differences > 1) all = agree(arguments, corpus, arguments.queries, false, {}) && all;
  fmt::print("\n{}\n", all ? "OK: no difference" : "FAILED");
  return all ? 0 : 1;
}

}  // namespace
}  // namespace tamga::reference

int main(int argc, char** argv) {
  tamga::reference::Arguments arguments;
  CLI::App app("Fast search against exhaustive search; exit status 1 at the first difference");
  app.add_option("--queries", arguments.queries, "against samples of the lists")->capture_default_str();
  app.add_option("--whole-queries", arguments.whole_queries, "against the whole lists")->capture_default_str();
  app.add_option("--seed", arguments.seed, "the same seed, the same queries")->capture_default_str();
  app.add_option("--sample", arguments.sample, "listed names of a sample")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--threads", arguments.threads, "")->capture_default_str()->check(CLI::Range(1U, 256U));
  app.add_option("--differences", arguments.differences, "stop after so many")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--only", arguments.only, "one query, by the numbers of its batch and its own, as a report names it")->expected(2);
  app.add_flag("--whole", arguments.whole, "with --only: of the batches against the whole lists");
  CLI11_PARSE(app, argc, argv);
  return tamga::reference::verify(arguments);
}
