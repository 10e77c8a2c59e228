// What a licence costs a decision: the sample deal of examples/licences without one, with one, and among many others of the house that the
// decision looks at too. The engine alone, with the sample lists, as clear_bench; and the store's part: reading the balances, and drawing.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "app/licences.h"
#include "app/rules.h"
#include "base/files.h"
#include "clear/clear.h"
#include "lists/lists.h"

namespace tamga {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TAMGA_SOURCE_DIR;

clear::Snapshot snapshot() {
  const fs::path samples = kRoot / "samples" / "lists";
  std::vector<NamedBytes> files;
  for (const auto& path :
       {samples / "ofac" / "sdn.csv", samples / "ofac" / "add.csv", samples / "ofac" / "alt.csv", samples / "eu" / "32014R0269.csv",
        samples / "eu" / "32014R0833.csv", samples / "uk" / "UK-Sanctions-List.csv", samples / "un" / "consolidated.xml"}) {
    auto unpacked = read_unpacked(path.string());
    TAMGA_CHECK(unpacked.has_value());
    for (auto& file : *unpacked) files.push_back(std::move(file));
  }
  auto read = lists::read_editions(std::move(files), lists::ReadOptions{"", Date::from(2026, 11, 20)});
  auto rules = app::load_rules("");
  TAMGA_CHECK(read.has_value() && rules.has_value());
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

licences::Licence sample_licence() {
  const auto bytes = read_file((kRoot / "examples" / "licences" / "licence.json").string());
  TAMGA_CHECK(bytes.has_value());
  return licences::read_licence(*bytes).value();
}

std::string deal_bytes() {
  const auto bytes = read_file((kRoot / "examples" / "licences" / "deal.json").string());
  TAMGA_CHECK(bytes.has_value());
  return *bytes;
}

/// The argument: how many licences the house has; the first is the one that the deal names.
void clear_with_licences(benchmark::State& state) {
  static const auto basis = snapshot();
  const std::string bytes = deal_bytes();
  Deal deal = read_deal(bytes).value();
  clear::Context context;
  context.as_of = *Date::from(2026, 11, 23);
  context.decided_at = "2026-11-23T00:00:00Z";
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    licences::Standing standing{sample_licence(), false, {Decimal::whole(0), Decimal::whole(0)}, std::nullopt, false};
    if (i > 0) {
      // Of the same regime and lifting the same, so that each is looked into as far as its parties.
      standing.licence.number = fmt::format("OTHER-{}", i);
      standing.licence.parties[1].name = fmt::format("Hospital {}", i);
    }
    context.licences.push_back(std::move(standing));
  }
  if (state.range(0) == 0) deal.licences.clear();
  match::Workspace workspace;
  for (auto step : state) {
    const auto decision = clear::clear(basis, deal, bytes, context, workspace);
    TAMGA_CHECK(decision.draws.size() == (state.range(0) == 0 ? 0U : 1U));
    benchmark::DoNotOptimize(decision.id.data());
  }
  state.SetItemsProcessed(state.iterations());
}

/// Balances from the store, for a deal that holds a use; the argument: how many licences there are.
void read_balances(benchmark::State& state) {
  const auto folder = (fs::temp_directory_path() / fmt::format("tamga-licence-bench-{}", ::getpid())).string();
  fs::remove_all(folder);
  {
    auto store = store::Store::open(folder).value();
    store::Licences licences(store);
    TAMGA_CHECK(store
                    .transact([&]() -> Status {
                      for (std::int64_t i = 0; i < state.range(0); ++i) {
                        auto licence = sample_licence();
                        licence.number = fmt::format("L-{}", i);
                        const auto record = licences::to_json(licence).dump();
                        const store::StoredLicence stored{
                            licence.number,    0,     0,      licence.from.text(),
                            licence.to.text(), false, record, {{"quantity pcs", 500'000'000, 0}, {"value GBP", 40'000'000'000, 0}}};
                        TAMGA_TRY_STATUS(licences.add(stored, {fmt::format("prop-{}", i), {}, "A", "B", {}}, "2026-11-23T00:00:00Z"));
                      }
                      TAMGA_TRY([[maybe_unused]] const auto use,
                                licences.draw("L-0", "D-1", {{"quantity pcs", 1'000'000}}, {{}, "dec-1", {}, {}, {}}, "2026-11-23T00:00:00Z"));
                      return {};
                    })
                    .has_value());
    app::LicenceStandings standings;
    for (auto step : state) {
      const auto held = licences.held("D-1").value();
      const auto made = standings.of(held).value();
      TAMGA_CHECK(made.front().own.has_value());
      benchmark::DoNotOptimize(made.data());
    }
  }
  fs::remove_all(folder);
}

/// A draw and its return, each in the ledger, without the wait for the disk: all in one transaction.
void draw_and_return(benchmark::State& state) {
  const auto folder = (fs::temp_directory_path() / fmt::format("tamga-licence-bench-{}", ::getpid())).string();
  fs::remove_all(folder);
  {
    auto store = store::Store::open(folder).value();
    store::Licences licences(store);
    TAMGA_CHECK(store
                    .transact([&]() -> Status {
                      const store::StoredLicence stored{"L-0", 0, 0, "2026-01-01", "2026-12-31", false, "{}", {{"quantity pcs", 1'000'000, 0}}};
                      TAMGA_TRY_STATUS(licences.add(stored, {"prop-1", {}, "A", "B", {}}, "2026-11-23T00:00:00Z"));
                      std::int64_t count = 0;
                      for (auto step : state) {
                        const store::ByWhom who{{}, fmt::format("dec-{}", ++count), {}, {}, {}};
                        TAMGA_TRY(const auto use, licences.draw("L-0", "D-1", {{"quantity pcs", 1'000'000}}, who, "2026-11-23T00:00:00Z"));
                        TAMGA_TRY_STATUS(licences.give_back(use, who, "2026-11-23T00:00:00Z"));
                      }
                      return {};
                    })
                    .has_value());
  }
  fs::remove_all(folder);
}

BENCHMARK(clear_with_licences)->Arg(0)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(read_balances)->Arg(1)->Arg(100)->Arg(1000);
BENCHMARK(draw_and_return);

}  // namespace
}  // namespace tamga
