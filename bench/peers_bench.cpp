// /match without a socket: the handler from the bytes of the body to those of the answer, on one thread. The lists are the real ones of
// ../shared/data where they are (OFAC's sets, UN, EU annexes and EU financial sanctions: some 26,000 entries), else the samples. One name a request;
// nine of ten are innocents, one is a listed name with a letter changed.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <random>

#include "base/files.h"
#include "lists/csv.h"
#include "peers/testing_peers.h"

namespace tamga::peers {
namespace {

using namespace testing_peers;

struct World {
  Folder folder{"bench"};
  std::unique_ptr<Caller> caller;
  std::vector<std::string> bodies;
  std::vector<std::string> hits;  ///< bodies of listed names alone

  World() {
    const auto settings = settings_of(folder);
    TAMGA_CHECK(import_real(settings) || import_samples(settings));
    caller = std::make_unique<Caller>(settings);
    TAMGA_CHECK(caller->ready() && caller->prepare());
    std::mt19937 random(7);
    std::vector<std::string> innocents;
    const auto files = read_unpacked(std::string(TAMGA_SOURCE_DIR) + "/../shared/data/bench/negatives_global.csv");
    if (files) {
      lists::CsvReader rows(files->front().bytes);
      std::vector<std::string> row;
      while (rows.next(row).value_or(false)) innocents.push_back(row.front());
    }
    if (innocents.size() < 100) innocents.assign(100, "Johann Sebastian Mustermann");
    const auto page = caller->get("/search/default?limit=500&schema=Person");
    std::vector<std::string> listed;
    for (const auto& entity : at(page.json, {"results"}).items) listed.emplace_back(entity.get("caption"));
    for (std::size_t i = 0; i < 4000; ++i) {
      std::string name = i % 10 == 0 ? listed[random() % listed.size()] : innocents[random() % innocents.size()];
      char& letter = name[random() % name.size()];
      if (i % 10 == 0 && letter >= 'a' && letter <= 'z') letter = static_cast<char>('a' + random() % 26);
      bodies.push_back(example(name));
      if (i % 10 == 0) hits.push_back(bodies.back());
    }
  }
};

const World& world() {
  static const World made;
  return made;
}

void match_each(benchmark::State& state, const std::vector<std::string>& bodies, std::string_view target) {
  const auto& caller = *world().caller;
  api::Request request;
  request.method = "POST";
  request.path_parameters = {{"dataset", "sanctions"}};
  if (!target.empty()) request.query.emplace_back("threshold", target);
  const auto endpoint =
      std::find_if(caller.endpoints().begin(), caller.endpoints().end(), [](const auto& one) { return one.path == "/match/{dataset}"; });
  std::size_t next = 0;
  std::size_t bytes = 0;
  for (auto _ : state) {
    request.body = bodies[next++ % bodies.size()];
    const auto response = endpoint->handle(caller.context(), request);
    TAMGA_CHECK(response.status == 200);
    bytes += response.body.size();
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}

void match_names(benchmark::State& state) { match_each(state, world().bodies, ""); }
void match_listed_names(benchmark::State& state) { match_each(state, world().hits, ""); }
void match_half(benchmark::State& state) { match_each(state, world().bodies, "0.5"); }
void match_third(benchmark::State& state) { match_each(state, world().bodies, "0.3"); }
void match_everything(benchmark::State& state) { match_each(state, world().bodies, "0"); }
BENCHMARK(match_names);
BENCHMARK(match_listed_names);
BENCHMARK(match_half);
BENCHMARK(match_third);
BENCHMARK(match_everything);

void search_words(benchmark::State& state) {
  const auto& caller = *world().caller;
  for (auto _ : state) benchmark::DoNotOptimize(caller.get("/search/default?q=trading+company"));
}
BENCHMARK(search_words);

void search_fuzzy(benchmark::State& state) {
  const auto& caller = *world().caller;
  for (auto _ : state) benchmark::DoNotOptimize(caller.get("/search/default?q=putni+vladimir&fuzzy=true"));
}
BENCHMARK(search_fuzzy);

void search_everything(benchmark::State& state) {
  const auto& caller = *world().caller;
  for (auto _ : state) benchmark::DoNotOptimize(caller.get("/search/default"));
}
BENCHMARK(search_everything);

/// Merged entities of all lists, made from the compiled lists.
void merge_lists(benchmark::State& state) {
  const auto screener = world().caller->context().live->current();
  for (auto _ : state) {
    state.PauseTiming();
    for (const auto& entry : fs::directory_iterator(world().folder.path() + "/index")) {
      if (entry.path().filename().string().starts_with("peers-")) fs::remove(entry.path());
    }
    state.ResumeTiming();
    Peers fresh = peers();
    TAMGA_CHECK(fresh.prepare(world().caller->context()));
  }
}
BENCHMARK(merge_lists)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace tamga::peers
