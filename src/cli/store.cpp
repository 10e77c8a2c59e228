#include <fmt/format.h>

#include <memory>

#include "app/store_schema.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

int told(const Common& common, const store::SchemaReport& report, std::int64_t from) {
  const bool went = from != report.version;
  if (common.json) {
    Json back = Json::array();
    for (const auto& to : report.back) {
      Json rows = Json::array();
      for (const auto& row : to.in_the_way)
        rows.push(Json::object().set("table", row.table).set("rows", Json::number(row.rows)).set("what", row.what));
      back.push(Json::object().set("to", Json::number(to.version)).set("in_the_way", std::move(rows)));
    }
    Json json = Json::object().set("store", report.path).set("version", Json::number(report.version));
    json.set("program", Json::number(store::kSchemaVersion)).set("first", Json::number(report.first));
    if (went) json.set("taken_back_from", Json::number(from));
    out(json.set("back", std::move(back)).dump() + "\n");
    return kDone;
  }
  if (went) {
    out(fmt::format("{}  {}: schema version {}, it was {}. Open it with the Tamga that goes with it: this one brings it up to date again\n",
                    paint(Colour::green, "TAKEN BACK"), report.path, report.version, from));
    return kDone;
  }
  out(fmt::format("{}: schema version {}; this Tamga's is {}\n", report.path, report.version, store::kSchemaVersion));
  if (report.back.empty()) out(fmt::format("  no step back: {} is the first version of such stores\n", report.first));
  for (const auto& to : report.back) {
    std::string line = to.in_the_way.empty() ? "nothing in the way" : "";
    for (const auto& row : to.in_the_way)
      line += fmt::format("{}{} has {} {}: {}", line.empty() ? "" : "; ", row.table, row.rows, row.rows == 1 ? "row" : "rows", row.what);
    out(fmt::format("  back to {}: {}\n", to.version, line));
  }
  return kDone;
}

}  // namespace

void add_store(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::int64_t to = -1;
    bool yes = false;
  };
  auto* group = app.add_subcommand("store", "the tables of the store");
  group->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  auto* schema = group->add_subcommand("schema", "which version they have, and the way back for an older Tamga");
  schema->add_option("--to", options->to, "take the store back to this version; needs --yes")
      ->type_name("VERSION")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  schema->add_flag("--yes", options->yes, "there is a backup, and nobody works with the store");
  schema->footer(
      "A newer Tamga brings an older store up to date by itself. Back, one step after the other in one transaction, goes only what the newer "
      "version\n"
      "added; where it holds what the older one has no place for, nothing is changed, and the way back is the backup that was made before.");
  schema->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      TAMGA_TRY(const auto report, app::store_schema(common.settings));
      if (options->to < 0) return told(common, report, report.version);
      if (!options->yes) return bad_input("--to changes the tables of the store: make a backup first (tamga backup FILE), then say --yes");
      TAMGA_TRY(const auto after, app::take_store_back(common.settings, options->to));
      return told(common, after, report.version);
    };
  });
}

}  // namespace tamga::cli
