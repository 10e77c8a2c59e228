// Decisions a second, without recording: the engine alone, on one core. The deals are those of examples/deals, one after the other.
//
//   decisions/…   whole decisions; p50, p99 and the longest of single ones in µs. Lists: the samples, as `make demo` has them; four real
//                 lists; every whole list of ../shared/data, where that is. known_parties: the same thread has screened them before
//   rules/N       rule books of N rules, made of the shipped ones (made_rules.h), with the sample lists. judge_us is the rules' part of a
//                 decision, all_us the same with every rule evaluated, in the same run; looked_at is how many are evaluated, flags included
//   parties/N     deals of N parties, of all those that the examples name; every list
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>

#include "app/rules.h"
#include "base/files.h"
#include "clear/clear.h"
#include "lists/lists.h"
#include "made_rules.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const fs::path kRoot = TAMGA_SOURCE_DIR;
const fs::path kReal = kRoot / ".." / "shared" / "data";

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

/// What is imported together.
struct Import {
  std::vector<fs::path> paths;
  const char* mapping = nullptr;  ///< of a house list, in data/mappings
};

const std::vector<Import>& sample_lists() {
  static const fs::path kSamples = kRoot / "samples" / "lists";
  static const std::vector<Import> kLists = {
      {{kSamples / "ofac" / "sdn.csv", kSamples / "ofac" / "add.csv", kSamples / "ofac" / "alt.csv", kSamples / "eu" / "32014R0269.csv",
        kSamples / "eu" / "32014R0833.csv", kSamples / "uk" / "UK-Sanctions-List.csv", kSamples / "un" / "consolidated.xml"}},
  };
  return kLists;
}

const std::vector<Import>& four_lists() {
  static const fs::path kSdn = kReal / "ofac" / "sdn_csv";
  static const std::vector<Import> kLists = {
      {{kSdn / "sdn_2023-12-28.csv.gz", kSdn / "add_2023-12-28.csv.gz", kSdn / "alt_2023-12-28.csv.gz",
        kReal / "un" / "UN_consolidated_2026-02-27.xml.gz", kReal / "eu" / "eu_269_2014_annex_I_2026-08.csv.gz",
        kReal / "eu" / "eu_833_2014_annex_entities_2026-08.csv.gz"}},
  };
  return kLists;
}

/// Every whole list that is there; those that only another's publication has are read as house lists.
const std::vector<Import>& all_lists() {
  static const std::vector<Import> kLists = [] {
    const fs::path cons = kReal / "ofac" / "cons_csv";
    std::vector<Import> lists = four_lists();
    lists.push_back({{cons / "cons_prim_2025-12.csv.gz", cons / "cons_add_2025-12.csv.gz", cons / "cons_alt_2025-12.csv.gz",
                      cons / "cons_comments_2025-12.csv.gz"}});
    lists.push_back({{kReal / "eu" / "eu_fsf_1.1_REBUILT_from_records_2026-05-01.xml.gz"}});
    lists.push_back({{kReal / "us_csl" / "dpl_2023-11.txt.gz"}});
    lists.push_back({{kReal / "uk" / "uk_sanctions_list_2026-08-22.jsonl.gz"}, "uk_sanctions_list.toml"});
    lists.push_back({{kReal / "other_lists" / "ch_entities_2026-03-15.jsonl.gz"}, "ch_seco.toml"});
    lists.push_back({{kReal / "other_lists" / "ca_sema_2026-08-22.jsonl.gz"}, "ca_sema.toml"});
    lists.push_back({{kReal / "other_lists" / "au_dfat_2026-08-22.jsonl.gz"}, "au_dfat.toml"});
    lists.push_back({{kReal / "us_csl" / "nsfreg_2026-07" / "bis_entity_list.json.gz"}, "bis_entity_list.toml"});
    return lists;
  }();
  return kLists;
}

void add_lists(const Import& import, clear::Snapshot& into) {
  std::vector<NamedBytes> files;
  for (const auto& path : import.paths) {
    auto unpacked = read_unpacked(path.string());
    TAMGA_CHECK(unpacked.has_value());
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  lists::ReadOptions options{"", Date::from(2026, 11, 20)};
  if (import.mapping != nullptr) {
    const fs::path mapping = kRoot / "data" / "mappings" / import.mapping;
    options.mapping = NamedBytes{mapping.string(), read_file(mapping.string()).value()};
  }
  const auto read = lists::read_editions(std::move(files), options);
  TAMGA_CHECK(read.has_value());
  for (const auto& edition : *read) {
    auto index = index::Index::from_bytes(index::build(edition.entities, edition.id, *names::Model::standard(), edition.relations), edition.id);
    TAMGA_CHECK(index.has_value());
    clear::BasisEdition basis;
    basis.loaded = {
        edition.list, edition.part, edition.id, edition.published->text(), edition.sample, std::make_shared<const index::Index>(*std::move(index))};
    if (const auto* info = lists::find_list(edition.list); info != nullptr) {
      basis.regime = info->regime;
      basis.authority = info->authority;
    }
    basis.owner = edition.owner;
    basis.title = edition.title;
    into.editions.push_back(std::move(basis));
  }
}

/// Made once a process.
const clear::Snapshot& snapshot(const std::vector<Import>& imports) {
  static std::map<const void*, std::unique_ptr<clear::Snapshot>> made;
  auto& result = made[&imports];
  if (result) return *result;
  result = std::make_unique<clear::Snapshot>();
  for (const auto& import : imports) add_lists(import, *result);
  std::sort(result->editions.begin(), result->editions.end(),
            [](const auto& a, const auto& b) { return std::tie(a.loaded.list, a.loaded.part) < std::tie(b.loaded.list, b.loaded.part); });
  for (const auto& edition : result->editions) result->searchable.push_back(edition.loaded);
  auto rules = app::load_rules("");
  TAMGA_CHECK(rules.has_value());
  result->rules = std::move(rules->book);
  result->controls = std::move(rules->controls);
  result->words = goods::Words::read(rules->words).value();
  result->places = std::move(rules->places);
  result->policy = rules->id;
  result->engine = app::kEngine;
  return *result;
}

struct Read {
  std::string bytes;
  Deal deal;
};

const std::vector<Read>& deals() {
  static const std::vector<Read> kDeals = [] {
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
  }();
  return kDeals;
}

clear::Context context() {
  clear::Context made;
  made.as_of = *Date::from(2026, 11, 23);
  made.decided_at = "2026-11-23T00:00:00Z";
  return made;
}

/// Whether the parties of a deal were screened before by the same thread: then their hits are at hand (match::Options::remember).
enum class Parties : std::uint8_t { fresh, known };

/// Decides one deal after the other.
void decide(benchmark::State& state, const clear::Snapshot& basis, const std::vector<Read>& all, Parties parties = Parties::fresh) {
  match::Workspace workspace;
  const auto in = context();
  std::vector<Clock::duration> times;
  std::size_t findings = 0;
  std::size_t at = 0;
  for (auto step : state) {
    if (parties == Parties::fresh) workspace.forget();
    const auto begun = Clock::now();
    const auto decision = clear::clear(basis, all[at].deal, all[at].bytes, in, workspace);
    times.push_back(Clock::now() - begun);
    at = (at + 1) % all.size();
    findings += decision.findings.size();
  }
  state.SetItemsProcessed(state.iterations());
  std::sort(times.begin(), times.end());
  state.counters["mean_us"] = microseconds(std::accumulate(times.begin(), times.end(), Clock::duration{})) / static_cast<double>(times.size());
  state.counters["p50_us"] = microseconds(times[times.size() / 2]);
  state.counters["p99_us"] = microseconds(times[times.size() * 99 / 100]);
  state.counters["max_us"] = microseconds(times.back());
  state.counters["findings"] = static_cast<double>(findings) / static_cast<double>(times.size());
  std::size_t entities = 0;
  for (const auto& edition : basis.editions) entities += edition.loaded.index->entity_count();
  state.counters["entities"] = static_cast<double>(entities);
}

void decisions(benchmark::State& state, const std::vector<Import>& (*imports)(), Parties parties) {
  for (const auto& import : imports()) {
    for (const auto& path : import.paths) {
      if (!fs::exists(path)) return state.SkipWithError("../shared/data is not here");
    }
  }
  decide(state, snapshot(imports()), deals(), parties);
}

/// The shipped book where that many are asked for.
policy::RuleBook book_of(std::size_t rules) {
  std::vector<NamedBytes> files;
  auto shipped = app::rule_files("");
  TAMGA_CHECK(shipped.has_value());
  for (auto& file : *shipped) {
    if (file.name.ends_with(".toml") && file.name != app::kMatchingFile) files.push_back(std::move(file));
  }
  auto book = policy::RuleBook::read(made_rules::book(std::move(files), rules));
  if (!book) fmt::print(stderr, "{}\n", book.error().text());
  TAMGA_CHECK(book.has_value());
  std::size_t read = 0;
  for (const auto& line : book->lines(context().as_of)) read += line.kind == "rule" ? 1 : 0;
  TAMGA_CHECK(read == rules);
  return *std::move(book);
}

/// The least time that judging every deal once took, for one of them.
template <typename Judge>
double least_microseconds(const std::vector<policy::Facts>& all, int rounds, Judge judge) {
  auto least = Clock::duration::max();
  for (int round = 0; round < rounds; ++round) {
    const auto begun = Clock::now();
    for (const auto& facts : all) benchmark::DoNotOptimize(judge(facts).findings.data());
    least = std::min(least, Clock::now() - begun);
  }
  return microseconds(least) / static_cast<double>(all.size());
}

void rules(benchmark::State& state) {
  auto basis = snapshot(sample_lists());
  basis.rules = book_of(static_cast<std::size_t>(state.range(0)));
  match::Workspace workspace;
  std::vector<policy::Facts> all;
  for (const auto& read : deals()) {
    clear::Decision ignored;
    all.push_back(clear::gather_facts(basis, read.deal, context(), workspace, ignored));
  }
  decide(state, basis, deals());
  std::size_t looked_at = 0;
  for (const auto& facts : all) looked_at += basis.rules.looked_at(facts);
  state.counters["looked_at"] = static_cast<double>(looked_at) / static_cast<double>(all.size());
  state.counters["judge_us"] = least_microseconds(all, 40, [&](const auto& facts) { return basis.rules.judge(facts); });
  state.counters["all_us"] = least_microseconds(all, 10, [&](const auto& facts) { return basis.rules.judge_by_all(facts); });
}

/// Each example with so many parties: its own, then those of the examples that follow.
std::vector<Read> deals_of(std::size_t parties) {
  std::vector<Party> all;
  for (const auto& read : deals()) all.insert(all.end(), read.deal.parties.begin(), read.deal.parties.end());
  std::vector<Read> result = deals();
  std::size_t first = 0;
  for (auto& read : result) {
    const std::size_t own = read.deal.parties.size();
    read.deal.parties.clear();
    for (std::size_t i = 0; i < parties; ++i) read.deal.parties.push_back(all[(first + i) % all.size()]);
    first += own;
  }
  return result;
}

void parties(benchmark::State& state) {
  const bool real = fs::exists(all_lists().back().paths.front());
  const auto number = static_cast<std::size_t>(state.range(0));
  decide(state, snapshot(real ? all_lists() : sample_lists()), deals_of(number));
  state.counters["party_us"] = state.counters["mean_us"] / static_cast<double>(number);
}

BENCHMARK_CAPTURE(decisions, sample_lists, sample_lists, Parties::fresh)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decisions, four_lists, four_lists, Parties::fresh)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decisions, all_lists, all_lists, Parties::fresh)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(decisions, all_lists_known_parties, all_lists, Parties::known)->Unit(benchmark::kMicrosecond);
BENCHMARK(rules)->Arg(250)->Arg(555)->Arg(1000)->Arg(4000)->Unit(benchmark::kMicrosecond);
BENCHMARK(parties)->Arg(2)->Arg(8)->Arg(32)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace tamga
