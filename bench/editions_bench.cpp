// Lists as a whole: importing all real files, the difference of two full editions, the exchange of an edition under a running query, and
// what a year of daily editions takes on disk.
//
//   TAMGA_YEAR_DAYS   days to keep, [20]; 365 takes some minutes for each file
//   TAMGA_YEAR_FILES  files to keep, separated by colons; default: a full file of each list in ../shared/data
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "app/editions.h"
#include "app/list_diff.h"
#include "app/live.h"
#include "base/sha256.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

std::string real(std::string_view path) { return fmt::format("{}/../shared/data/{}", TAMGA_SOURCE_DIR, path); }

class TemporaryStore {
 public:
  TemporaryStore() {
    settings.data = (fs::temp_directory_path() / fmt::format("tamga-editions-bench-{}", ::getpid())).string();
    fs::remove_all(settings.data);
  }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;
  ~TemporaryStore() {
    std::error_code ignored;
    fs::remove_all(settings.data, ignored);
  }
  app::Settings settings;
};

bool import(const app::Settings& settings, const std::vector<std::string>& paths, const std::string& list = "", const char* mapping = nullptr) {
  app::ImportOptions options;
  options.read.list = list;
  options.read.published = Date::parse("2026-11-20");
  if (mapping != nullptr) {
    auto house = app::house_options(settings, options.read, paths, fmt::format("{}/data/mappings/{}", TAMGA_SOURCE_DIR, mapping));
    if (!house) return false;
    options.read = *std::move(house);
  }
  const auto imported = app::import_lists(settings, paths, options, kNow);
  if (!imported) fmt::print(stderr, "{}\n", imported.error().text());
  return imported.has_value();
}

struct RealList {
  std::vector<const char*> paths;
  const char* list = "";
  const char* mapping = nullptr;
};

/// The newest full file of every list that is there.
const std::vector<RealList>& real_lists() {
  static const std::vector<RealList> kLists = {
      {{"ofac/sdn_csv/sdn_2023-12-28.csv.gz", "ofac/sdn_csv/alt_2023-12-28.csv.gz", "ofac/sdn_csv/add_2023-12-28.csv.gz"}},
      {{"ofac/cons_csv/cons_prim_2025-12.csv.gz", "ofac/cons_csv/cons_add_2025-12.csv.gz", "ofac/cons_csv/cons_alt_2025-12.csv.gz",
        "ofac/cons_csv/cons_comments_2025-12.csv.gz"}},
      {{"eu/eu_269_2014_annex_I_2026-08.csv.gz"}},
      {{"eu/eu_833_2014_annex_entities_2026-08.csv.gz"}},
      {{"eu/eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz"}},
      {{"un/UN_consolidated_2026-02-27.xml.gz"}},
      {{"us_csl/dpl_2023-11.txt.gz"}},
      {{"uk/uk_sanctions_list_2026-08-22.jsonl.gz"}, "", "uk_sanctions_list.toml"},
      {{"other_lists/ch_entities_2026-03-15.jsonl.gz"}, "", "ch_seco.toml"},
      {{"other_lists/ca_sema_2026-08-22.jsonl.gz"}, "", "ca_sema.toml"},
      {{"other_lists/au_dfat_2026-08-22.jsonl.gz"}, "", "au_dfat.toml"},
      {{"us_csl/nsfreg_2026-07/bis_entity_list.json.gz"}, "", "bis_entity_list.toml"},
  };
  return kLists;
}

/// Every list, read, kept and compiled, one import for each as a user would.
void import_all(benchmark::State& state) {
  std::int64_t names = 0;
  std::int64_t entities = 0;
  for (auto step : state) {
    const TemporaryStore store;
    for (const auto& list : real_lists()) {
      std::vector<std::string> paths;
      for (const auto* path : list.paths) paths.push_back(real(path));
      if (!fs::exists(paths.front())) return state.SkipWithError("../shared/data is not here");
      if (!import(store.settings, paths, list.list, list.mapping)) return state.SkipWithError("a file could not be imported");
    }
    state.PauseTiming();
    names = entities = 0;
    const auto editions = app::list_editions(store.settings, *Date::parse("2026-11-23")).value();
    for (const auto& item : editions) {
      names += item.edition.names;
      entities += item.edition.entities;
    }
    state.ResumeTiming();
  }
  state.counters["names"] = static_cast<double>(names);
  state.counters["entities"] = static_cast<double>(entities);
}

/// Two full editions of the SDN list, ten weeks apart.
void diff(benchmark::State& state) {
  const TemporaryStore store;
  for (const auto* day : {"2024-02-23", "2024-05-03"}) {
    const std::string path = real(fmt::format("ofac/sdn_csv/sdn_{}.csv.gz", day));
    app::ImportOptions options;
    if (!fs::exists(path)) return state.SkipWithError("../shared/data is not here");
    TAMGA_CHECK(app::import_lists(store.settings, {path}, options, kNow).has_value());
  }
  for (auto step : state) {
    const auto changes = app::diff_lists(store.settings, "us_ofac_sdn", "2024-02-23", "2024-05-03");
    TAMGA_CHECK(changes && !changes->added.empty());
  }
}

/// The longest that a query waited for its screener while editions were exchanged. 0: nothing was exchanged meanwhile, the baseline.
void swap_pause(benchmark::State& state) {
  const TemporaryStore store;
  for (const auto* day : {"2024-05-01", "2024-05-03"}) {
    const std::string path = real(fmt::format("ofac/sdn_csv/sdn_{}.csv.gz", day));
    if (!fs::exists(path)) return state.SkipWithError("../shared/data is not here");
    TAMGA_CHECK(app::import_lists(store.settings, {path}, {}, kNow).has_value());
  }
  auto live = app::LiveScreener::open(store.settings, {.as_of = *Date::parse("2024-05-01")});
  TAMGA_CHECK(live.has_value());
  std::atomic<bool> stop = false;
  std::chrono::nanoseconds longest{};
  std::jthread reader([&] {
    while (!stop) {
      const auto begun = std::chrono::steady_clock::now();
      const auto screener = (*live)->current();
      benchmark::DoNotOptimize(screener->editions().size());
      longest = std::max<std::chrono::nanoseconds>(longest, std::chrono::steady_clock::now() - begun);
    }
  });
  bool newer = false;
  for (auto step : state) {
    if (state.range(0) == 0) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    newer = !newer;
    TAMGA_CHECK((*live)->refresh(*Date::parse(newer ? "2024-05-04" : "2024-05-01")).value());
  }
  stop = true;
  reader.join();
  state.counters["longest_pause_us"] = static_cast<double>(longest.count()) / 1000.0;
}

/// What a day does to a file: ten records change, ten come, five go, wherever they stand; and the first kilobyte, where dates are, changes.
/// OFAC's real editions change less: 282 came, 98 went and 31 changed from 23 February to 26 April 2024.
std::string next_day(const std::string& text, std::mt19937_64& random) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(std::string_view(text).substr(at, end - at));
    at = end;
  }
  std::vector<std::string> changed;
  changed.reserve(25);
  const auto some_line = [&] { return static_cast<std::size_t>(random() % lines.size()); };
  const auto altered = [&](std::string_view line) -> std::string_view {
    std::string copy(line);
    for (int i = 0; i < 20 && copy.size() > 2; ++i) copy[random() % (copy.size() - 1)] = static_cast<char>('a' + random() % 26);
    changed.push_back(std::move(copy));
    return changed.back();
  };
  for (int i = 0; i < 10; ++i) {
    const auto at = some_line();
    lines[at] = altered(lines[at]);
  }
  for (int i = 0; i < 10; ++i) {
    const auto line = altered(lines[some_line()]);
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(some_line()), line);
  }
  for (int i = 0; i < 5; ++i) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(some_line()));
  std::string next;
  next.reserve(text.size() + 65536);
  for (const auto line : lines) next += line;
  for (std::size_t i = 0; i < 8 && i < next.size(); ++i) next[i] = static_cast<char>('0' + random() % 10);
  return next;
}

void year_of_editions(benchmark::State& state) {
  const char* days_text = std::getenv("TAMGA_YEAR_DAYS");
  const int days = days_text == nullptr ? 20 : std::atoi(days_text);
  std::vector<std::string> paths;
  if (const char* given = std::getenv("TAMGA_YEAR_FILES"); given != nullptr) {
    std::string_view rest = given;
    while (!rest.empty()) {
      paths.emplace_back(rest.substr(0, rest.find(':')));
      rest.remove_prefix(std::min(rest.size(), paths.back().size() + 1));
    }
  } else {
    for (const auto& list : real_lists()) {
      for (const auto* path : list.paths) paths.push_back(real(path));
    }
  }
  double plain = 0;
  double first_day = 0;
  double size = 0;
  for (auto step : state) {
    const TemporaryStore folder;
    auto store = store::Store::open(folder.settings.data);
    TAMGA_CHECK(store.has_value());
    std::mt19937_64 random(1);
    // With the write-ahead log, which is folded in only when the last connection is closed.
    const auto database_size = [&] {
      double bytes = 0;
      for (const auto* name : {"/tamga.db", "/tamga.db-wal"}) {
        std::error_code missing;
        const auto size_of = fs::file_size(folder.settings.data + name, missing);
        if (!missing) bytes += static_cast<double>(size_of);
      }
      return bytes;
    };
    std::vector<std::string> texts;
    for (const auto& path : paths) {
      auto files = read_unpacked(path);
      if (!files) return state.SkipWithError("a file is not there");
      texts.push_back(std::move(files->front().bytes));
    }
    for (int day = 0; day < days; ++day) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        if (day > 0) texts[i] = next_day(texts[i], random);
        store::StoredEdition edition;
        edition.list = fmt::format("list_{}", i);
        edition.format = "any";
        edition.id = content_address(texts[i]);
        edition.published = fmt::format("2026-{:02}-{:02}", 1 + day / 31, 1 + day % 31);
        edition.imported_at = kNow;
        plain += static_cast<double>(texts[i].size());
        TAMGA_CHECK(store->add_edition(edition, {{"list", texts[i]}}).has_value());
      }
      if (day == 0) first_day = database_size();
      size = database_size();
    }
  }
  state.counters["days"] = days;
  state.counters["plain_MB"] = plain / 1e6;
  state.counters["first_day_MB"] = first_day / 1e6;
  state.counters["all_days_MB"] = size / 1e6;
  state.counters["one_more_day_MB"] = days > 1 ? (size - first_day) / 1e6 / (days - 1) : 0;
}

BENCHMARK(import_all)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(1);
BENCHMARK(diff)->Unit(benchmark::kMillisecond);
BENCHMARK(swap_pause)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(200);
BENCHMARK(year_of_editions)->Unit(benchmark::kSecond)->UseRealTime()->Iterations(1);

}  // namespace
}  // namespace tamga
