#include <fmt/format.h>

#include <unistd.h>
#include <memory>

#include "app/flow_store.h"
#include "base/files.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/flows_analysis.h"
#include "cli/flows_report.h"
#include "cli/print.h"
#include "flows/countries.h"

namespace tamga::cli {
namespace {

constexpr std::size_t kRejectedShown = 20;

struct ImportOptions {
  std::vector<std::string> files;
  std::string flow = "export";
  std::string reporter = "EU";
  std::string rejected;
};

Json json_of(const app::FlowImport& file) {
  auto one = Json::object();
  one.set("file", file.file).set("hash", file.hash).set("known", Json::boolean(file.known)).set("source", file.source).set("layout", file.layout);
  one.set("rows", Json::number(file.rows)).set("kept", Json::number(file.kept)).set("left_out", Json::number(file.totals));
  if (file.known) return one;
  one.set("series", Json::number(file.series)).set("periods_added", Json::number(file.periods.added));
  one.set("periods_revised", Json::number(file.periods.revised)).set("periods_unchanged", Json::number(file.periods.unchanged));
  auto counts = Json::object();
  const auto& faults = file.faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (faults[i] > 0) counts.set(flows::word(static_cast<flows::Fault>(i)), Json::number(faults[i]));
  }
  one.set("rejected_rows", Json::number(file.rejected_rows())).set("rejected_by_fault", std::move(counts));
  auto rejected = Json::array();
  for (const auto& row : file.rejected) {
    rejected.push(Json::object().set("line", Json::number(row.line)).set("fault", row.fault).set("why", row.why).set("row", row.row));
  }
  one.set("rejected", std::move(rejected));
  return one;
}

std::string text_of(const app::FlowImport& file) {
  if (file.known) return fmt::format("{}: imported before, nothing to do ({})\n", one_line(file.file), file.hash);
  std::string text =
      fmt::format("{}: {}, {} rows: {} kept, {} left out as totals, {} rejected; {} series, {} periods new, {} revised, {} as before\n",
                  one_line(file.file), file.layout, file.rows, file.kept, file.totals, file.rejected_rows(), file.series, file.periods.added,
                  file.periods.revised, file.periods.unchanged);
  const auto& faults = file.faults;
  for (std::size_t i = 0; i < faults.size(); ++i) {
    if (faults[i] > 0) text += fmt::format("  {:>8}  {}\n", faults[i], flows::word(static_cast<flows::Fault>(i)));
  }
  for (std::size_t i = 0; i < std::min(file.rejected.size(), kRejectedShown); ++i) {
    const auto& row = file.rejected[i];
    text += fmt::format("  line {}: {}: {}\n", row.line, row.fault, row.why);
  }
  const auto more = file.rejected_rows() - static_cast<std::int64_t>(std::min(file.rejected.size(), kRejectedShown));
  if (more > 0) text += fmt::format("  and {} more; --rejected FILE writes all of them\n", more);
  return text;
}

Result<int> run_import(const Common& common, const ImportOptions& options) {
  flows::ReadOptions read;
  read.flow = options.flow == "import" ? flows::Flow::imports : flows::Flow::exports;
  read.reporter = flows::read_country(options.reporter);
  if (read.reporter == 0) return bad_input(fmt::format("--reporter: \"{}\" is no country, expected a code such as KZ, or EU", options.reporter));
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto done, app::import_flows(common.settings, options.files, read, [&](const std::string& stage) {
              if (show) note(stage + "\n");
            }));
  if (!options.rejected.empty()) TAMGA_TRY_STATUS(app::write_rejected_csv(common.settings, done, options.rejected));
  if (common.json) {
    auto files = Json::array();
    for (const auto& file : done) files.push(json_of(file));
    out(Json::object().set("files", std::move(files)).dump() + "\n");
  } else {
    for (const auto& file : done) out(text_of(file));
  }
  return kDone;
}

}  // namespace

void add_flows(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("flows", "trade statistics: what goes round a sanction, in the flows between countries (docs/flows.md)");
  command->require_subcommand(1);
  const auto options = std::make_shared<ImportOptions>();
  auto* sub = command->add_subcommand("import", "bring in UN Comtrade, Eurostat Comext or customs declarations (CSV; .gz, .zst, .zip)");
  sub->add_option("FILE", options->files, "files, known by their header")->required();
  sub->add_option("--flow", options->flow, "import or export, for a file without a column for it [export]")
      ->check(CLI::IsMember({"import", "export"}));
  sub->add_option("--reporter", options->reporter, "who reports, for a file without a column for it [EU]")->type_name("COUNTRY");
  sub->add_option("--rejected", options->rejected, "write the rows that were kept apart as CSV")->type_name("FILE");
  sub->callback([&common, &chosen, options] { chosen.run = [&common, options] { return run_import(common, *options); }; });
  add_flows_analysis(*command, common, chosen);
  add_flows_report(*command, common, chosen);
}

}  // namespace tamga::cli
