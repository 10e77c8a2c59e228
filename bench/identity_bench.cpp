// Linking the same entities of all real lists, and keeping the result. The precision of the links is a test, not a benchmark:
//   build/release/tamga_app_test --gtest_filter='IdentityReal.*'
#include <benchmark/benchmark.h>

#include <vector>

#include "app/identity_real_data.h"
#include "identity/edges.h"
#include "identity/identity.h"
#include "index/index.h"

namespace tamga::identity {
namespace {

/// The lists as a running Tamga holds them: compiled.
struct Compiled {
  std::vector<real::List> lists = real::lists_for_identity();
  std::vector<index::Index> indexes;
  std::vector<Source> sources;

  Compiled() {
    indexes.reserve(lists.size());
    for (const auto& list : lists) {
      indexes.push_back(index::Index::from_bytes(index::build(list.entities, "sha256:0"), "sha256:0").value());
      sources.push_back(Source{list.name, &indexes.back()});
    }
  }
};

const Compiled& compiled() {
  static const Compiled kCompiled;
  return kCompiled;
}

void link_all(benchmark::State& state) {
  if (compiled().lists.empty()) return state.SkipWithError("../shared/data is not here");
  std::size_t entities = 0;
  for (const auto& index : compiled().indexes) entities += index.entity_count();
  std::size_t linked = 0;
  for (auto step : state) linked = link(compiled().sources).entities();
  state.counters["entities"] = static_cast<double>(entities);
  state.counters["linked"] = static_cast<double>(linked);
}

/// The part of link_all that reads the entities out of the indexes.
void read_all(benchmark::State& state) {
  if (compiled().lists.empty()) return state.SkipWithError("../shared/data is not here");
  for (auto step : state) benchmark::DoNotOptimize(read_records(compiled().sources).all.size());
}

void load_kept(benchmark::State& state) {
  if (compiled().lists.empty()) return state.SkipWithError("../shared/data is not here");
  const std::string bytes = link(compiled().sources).bytes();
  for (auto step : state) benchmark::DoNotOptimize(Links::from_bytes(bytes)->groups());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * bytes.size()));
}

/// What one hit costs.
void links_of_each(benchmark::State& state) {
  if (compiled().lists.empty()) return state.SkipWithError("../shared/data is not here");
  const Links links = link(compiled().sources);
  std::int64_t asked = 0;
  for (auto step : state) {
    for (std::uint32_t source = 0; source < links.sources().size(); ++source) {
      for (std::uint32_t entity = 0; entity < links.sources()[source].entities; ++entity, ++asked)
        benchmark::DoNotOptimize(links.of({source, entity}));
    }
  }
  state.SetItemsProcessed(asked);
}

BENCHMARK(link_all)->Unit(benchmark::kMillisecond);
BENCHMARK(read_all)->Unit(benchmark::kMillisecond);
BENCHMARK(load_kept)->Unit(benchmark::kMillisecond);
BENCHMARK(links_of_each)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tamga::identity
