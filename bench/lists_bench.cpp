// Each reader over its real file (../shared/data), in bytes of the plain file a second, entities and all. The OFAC advanced file is the small
// consolidated one, unless TAMGA_ADVANCED_XML names a full-size one (scripts/gen_sdn_advanced.py OUT).
//
// peak_mb is the most memory that the process has had so far, so it says something only of a reader that runs alone and once:
//
//   scripts/gen_sdn_advanced.py /tmp/SDN_ADVANCED.XML
//   TAMGA_ADVANCED_XML=/tmp/SDN_ADVANCED.XML build/…/bench/lists_bench --benchmark_filter=ofac_advanced_xml --benchmark_min_time=0.01
//
// It is to stay under 200 there, the 127 MB of the file included, and the speed above 150 MB/s.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "lists/readers.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

const fs::path kReal = fs::path(TAMGA_SOURCE_DIR) / ".." / "shared" / "data";

/// The most memory that the process has had so far, in MB.
double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

template <typename Read>
void measure(benchmark::State& state, const std::vector<std::string>& paths, Read&& read) {
  std::vector<NamedBytes> files;
  std::size_t bytes = 0;
  for (const auto& path : paths) {
    const fs::path full = path.starts_with('/') ? fs::path(path) : kReal / path;
    auto unpacked = fs::exists(full) ? read_unpacked(full.string()) : failure("is not here");
    if (!unpacked) {
      state.SkipWithError((path + ": " + unpacked.error().message).c_str());
      return;
    }
    bytes += unpacked->front().bytes.size();
    files.push_back(std::move(unpacked->front()));
  }
  std::size_t entities = 0;
  std::size_t relations = 0;
  for (auto step : state) {
    const auto list = read(files);
    if (!list) {
      state.SkipWithError(list.error().text().c_str());
      return;
    }
    entities = list->entities.size();
    relations = list->relations.size();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.counters["file_mb"] = static_cast<double>(bytes) / 1e6;
  state.counters["entities"] = static_cast<double>(entities);
  state.counters["relations"] = static_cast<double>(relations);
  state.counters["peak_mb"] = peak_mb();
}

using Reader = Result<lists::ReadList> (*)(const NamedBytes&);

/// A reader of one file.
void reader(benchmark::State& state, Reader read, const char* path) {
  measure(state, {path}, [read](const std::vector<NamedBytes>& files) { return read(files.front()); });
}

void ofac_csv(benchmark::State& state) {
  const std::string folder = "ofac/sdn_csv/";
  measure(state, {folder + "sdn_2023-12-28.csv.gz", folder + "add_2023-12-28.csv.gz", folder + "alt_2023-12-28.csv.gz"},
          [](const std::vector<NamedBytes>& files) {
            return lists::read_ofac_csv(lists::OfacFiles{.primary = &files[0], .add = &files[1], .alt = &files[2]});
          });
}

void ofac_advanced_xml(benchmark::State& state) {
  const char* const full_size = std::getenv("TAMGA_ADVANCED_XML");
  reader(state, lists::read_ofac_advanced_xml, full_size != nullptr ? full_size : "ofac/advanced_xml/cons_advanced_2020-03-17.xml.gz");
}

BENCHMARK(ofac_csv)->Unit(benchmark::kMillisecond);
BENCHMARK(ofac_advanced_xml)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, ofac_xml, lists::read_ofac_xml, "ofac/cons_xml/consolidated_nonSDN_2025-03-28.xml.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, un_xml, lists::read_un_xml, "un/UN_consolidated_2026-02-27.xml.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, eu_annex_csv, lists::read_eu_annex_csv, "eu/eu_269_2014_annex_I_2026-08.csv.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, eu_fsf_xml, lists::read_eu_fsf_xml, "eu/eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, ftm_jsonl, lists::read_ftm_jsonl, "opensanctions/sa_wiki_peps_entities.ftm.json.gz")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reader, bis_dpl_text, lists::read_bis_dpl_text, "us_csl/dpl_2023-11.txt.gz")->Unit(benchmark::kMillisecond);
// Of these the real files at hand are excerpts of a few entries, so the numbers say little.
BENCHMARK_CAPTURE(reader, us_csl_csv, lists::read_us_csl_csv, "us_csl/csl_small_2025.csv")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(reader, uk_csv, lists::read_uk_csv, "uk/uk_sanctions_list_VERBATIM_header_and_row_2026-10-08.csv")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(reader, uk_xml, lists::read_uk_xml, "uk/uk_sanctions_list_VERBATIM_trimmed_2026-09-02.xml")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(reader, uk_conlist_xml, lists::read_uk_conlist_xml, "uk/uk_ofsi_conlist_excerpt_2026-08.xml")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(reader, seco_xml, lists::read_seco_xml, "other_lists/seco_amendment_2024-01-17.xml")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tamga
