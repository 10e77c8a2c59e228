// Decisions a second on the sample deals, without recording: the engine alone. Lists: the samples, as `make demo` has them, and
// then the real ones of ../shared/data where that is, since screening is most of the work.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <filesystem>

#include "app/rules.h"
#include "base/files.h"
#include "clear/clear.h"
#include "lists/lists.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TAMGA_SOURCE_DIR;
const fs::path kReal = kRoot / ".." / "shared" / "data";

clear::Snapshot snapshot(const std::vector<fs::path>& paths) {
  std::vector<NamedBytes> files;
  for (const auto& path : paths) {
    auto unpacked = read_unpacked(path.string());
    TAMGA_CHECK(unpacked.has_value());
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  auto read = lists::read_editions(std::move(files), lists::ReadOptions{"", Date::from(2026, 11, 20)});
  auto rules = app::load_rules("");
  TAMGA_CHECK(read.has_value());
  TAMGA_CHECK(rules.has_value());
  clear::Snapshot made;
  for (const auto& edition : *read) {
    auto index = index::Index::from_bytes(index::build(edition.entities, edition.id), edition.id);
    TAMGA_CHECK(index.has_value());
    match::LoadedEdition loaded{
        edition.list, edition.part, edition.id, edition.published->text(), edition.sample, std::make_shared<const index::Index>(*std::move(index))};
    made.searchable.push_back(loaded);
    clear::BasisEdition basis;
    basis.loaded = std::move(loaded);
    made.editions.push_back(std::move(basis));
  }
  made.rules = std::move(rules->book);
  made.controls = std::move(rules->controls);
  made.policy = rules->id;
  made.engine = app::kEngine;
  return made;
}

struct Read {
  std::string bytes;
  Deal deal;
};

std::vector<Read> deals() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kRoot / "examples" / "deals")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Read> result;
  for (const auto& path : paths) {
    auto bytes = read_file(path.string());
    TAMGA_CHECK(bytes.has_value());
    auto deal = read_deal(*bytes);
    TAMGA_CHECK(deal.has_value());
    result.push_back({*std::move(bytes), *std::move(deal)});
  }
  return result;
}

void run(benchmark::State& state, const std::vector<fs::path>& lists) {
  const auto basis = snapshot(lists);
  const auto all = deals();
  clear::Context context;
  context.as_of = *Date::from(2026, 11, 23);
  context.decided_at = "2026-11-23T00:00:00Z";
  match::Workspace workspace;
  std::size_t at = 0;
  for (auto step : state) {
    const auto decision = clear::clear(basis, all[at].deal, all[at].bytes, context, workspace);
    at = (at + 1) % all.size();
    benchmark::DoNotOptimize(decision.id.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void clear_with_sample_lists(benchmark::State& state) {
  const fs::path samples = kRoot / "samples" / "lists";
  run(state, {samples / "ofac" / "sdn.csv", samples / "ofac" / "add.csv", samples / "ofac" / "alt.csv", samples / "eu" / "32014R0269.csv",
              samples / "eu" / "32014R0833.csv", samples / "uk" / "UK-Sanctions-List.csv", samples / "un" / "consolidated.xml"});
}

void clear_with_real_lists(benchmark::State& state) {
  const fs::path sdn = kReal / "ofac" / "sdn_csv";
  if (!fs::exists(sdn)) {
    state.SkipWithError("../shared/data is not here");
    return;
  }
  run(state, {sdn / "sdn_2023-12-28.csv.gz", sdn / "add_2023-12-28.csv.gz", sdn / "alt_2023-12-28.csv.gz",
              kReal / "un" / "UN_consolidated_2026-02-27.xml.gz", kReal / "eu" / "eu_269_2014_annex_I_2026-08.csv.gz",
              kReal / "eu" / "eu_833_2014_annex_entities_2026-08.csv.gz"});
}

BENCHMARK(clear_with_sample_lists);
BENCHMARK(clear_with_real_lists);

}  // namespace
}  // namespace tamga
