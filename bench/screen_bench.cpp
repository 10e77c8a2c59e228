// Screening on one core. The lists are the real ones of ../shared/data where that is (OFAC's set of 28 December 2023, UN of 27
// February 2026, the EU annexes of August 2026: about 52,000 names), else the samples. The queries are 9,700 innocents
// and 300 UN-listed names, changed, each once: nearly all real queries find nothing, and that must be cheap.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>

#include "base/files.h"
#include "lists/csv.h"
#include "lists/lists.h"
#include "match/screen.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TAMGA_SOURCE_DIR;
const fs::path kReal = kRoot / ".." / "shared" / "data";

std::vector<NamedBytes> read_all(const std::vector<fs::path>& paths) {
  std::vector<NamedBytes> files;
  for (const auto& path : paths) {
    auto unpacked = read_unpacked(path.string());
    TAMGA_CHECK(unpacked.has_value());
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  return files;
}

std::vector<fs::path> list_files() {
  const fs::path sdn = kReal / "ofac" / "sdn_csv";
  if (!fs::exists(sdn)) {
    const fs::path samples = kRoot / "samples" / "lists";
    return {samples / "ofac" / "sdn.csv", samples / "ofac" / "alt.csv", samples / "un" / "consolidated.xml", samples / "eu" / "32014R0269.csv",
            samples / "eu" / "32014R0833.csv"};
  }
  return {sdn / "sdn_2023-12-28.csv.gz",
          sdn / "add_2023-12-28.csv.gz",
          sdn / "alt_2023-12-28.csv.gz",
          kReal / "un" / "UN_consolidated_2026-02-27.xml.gz",
          kReal / "eu" / "eu_269_2014_annex_I_2026-08.csv.gz",
          kReal / "eu" / "eu_833_2014_annex_entities_2026-08.csv.gz"};
}

using Editions = std::vector<match::LoadedEdition>;

match::LoadedEdition compiled(const std::string& list, const std::string& part, const std::string& id, const std::vector<Entity>& entities) {
  auto index = index::Index::from_bytes(index::build(entities, id), id);
  TAMGA_CHECK(index.has_value());
  return {list, part, id, "", false, std::make_shared<const index::Index>(*std::move(index))};
}

const auto& read_lists() {
  static const auto read = lists::read_editions(read_all(list_files()), lists::ReadOptions{"", Date::from(2026, 11, 20)});
  TAMGA_CHECK(read.has_value());
  return *read;
}

/// As a house has them: one edition for each published list.
const Editions& editions() {
  static const auto loaded = [] {
    Editions result;
    for (const auto& edition : read_lists()) result.push_back(compiled(edition.list, edition.part, edition.id, edition.entities));
    return result;
  }();
  return loaded;
}

/// The same entities as one list: what peers are measured with.
const Editions& one_edition() {
  static const auto loaded = [] {
    std::vector<Entity> entities;
    for (const auto& edition : read_lists()) entities.insert(entities.end(), edition.entities.begin(), edition.entities.end());
    return Editions{compiled("all", "", "sha256:all", entities)};
  }();
  return loaded;
}

void add_names(const fs::path& path, std::size_t column, std::size_t count, std::vector<match::Query>& queries) {
  const auto files = read_all({path});
  lists::CsvReader reader(files.front().bytes);
  std::vector<std::string> row;
  TAMGA_CHECK(reader.next(row).has_value());
  for (std::size_t i = 0; i < count && reader.next(row).value_or(false); ++i) {
    match::Query query;
    query.names = {row[column]};
    query.schema = "Person";
    queries.push_back(std::move(query));
  }
}

const std::vector<match::Query>& queries() {
  static const auto made = [] {
    std::vector<match::Query> result;
    if (fs::exists(kReal / "bench")) {
      add_names(kReal / "bench" / "negatives_us.csv", 0, 9'700, result);
      add_names(kReal / "bench" / "positives_un.csv", 0, 300, result);
      // In one order, so that runs compare, but not one kind after the other.
      std::mt19937 random(20261125);
      for (std::size_t i = result.size(); i > 1; --i) std::swap(result[i - 1], result[random() % i]);
    } else {
      for (const auto* name : {"Igor Sechin", "John Smith", "Алишер Усманов", "Maria Alice Leão", "Han Yu-ro"}) {
        match::Query query;
        query.names = {name};
        query.schema = "Person";
        result.push_back(std::move(query));
      }
    }
    return result;
  }();
  return made;
}

void run(benchmark::State& state, bool exhaustive) {
  std::int64_t names = 0;
  for (const auto& edition : editions()) names += edition.index->name_count();
  match::Workspace workspace;
  std::size_t at = 0;
  std::int64_t hits = 0;
  for (auto step : state) {
    const auto found = match::screen(queries()[at], editions(), match::Options{names::Model::standard(), {}, exhaustive}, workspace);
    hits += static_cast<std::int64_t>(found.size());
    at = (at + 1) % queries().size();
    benchmark::DoNotOptimize(found.data());
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["names"] = static_cast<double>(names);
  state.counters["hits_per_query"] = static_cast<double>(hits) / static_cast<double>(state.iterations());
}

/// What a decision needs: which entities, with which scores; nothing explained.
void run_search(benchmark::State& state, const Editions& searched) {
  std::int64_t names = 0;
  std::int64_t entities = 0;
  for (const auto& edition : searched) {
    names += edition.index->name_count();
    entities += edition.index->entity_count();
  }
  match::Workspace workspace;
  const match::Options options;
  std::vector<double> times;
  std::size_t at = 0;
  std::int64_t hits = 0;
  for (auto step : state) {
    const auto begin = std::chrono::steady_clock::now();
    const auto found = match::search(queries()[at], searched, options, workspace);
    times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    hits += static_cast<std::int64_t>(found.size());
    at = (at + 1) % queries().size();
  }
  std::sort(times.begin(), times.end());
  state.SetItemsProcessed(state.iterations());
  state.counters["names"] = static_cast<double>(names);
  state.counters["hits_per_query"] = static_cast<double>(hits) / static_cast<double>(state.iterations());
  state.counters["entities"] = static_cast<double>(entities);
  state.counters["editions"] = static_cast<double>(searched.size());
  state.counters["p50_us"] = times[times.size() / 2];
  state.counters["p99_us"] = times[times.size() * 99 / 100];
}

void search(benchmark::State& state) { run_search(state, editions()); }
void search_one_list(benchmark::State& state) { run_search(state, one_edition()); }
void screen(benchmark::State& state) { run(state, false); }
void screen_exhaustive(benchmark::State& state) { run(state, true); }

BENCHMARK(search)->Iterations(10'000);
BENCHMARK(search_one_list)->Iterations(10'000);
BENCHMARK(screen)->Iterations(10'000);
BENCHMARK(screen_exhaustive)->Iterations(50)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tamga
