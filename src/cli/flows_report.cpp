#include <fmt/format.h>

#include <unistd.h>
#include <memory>

#include "app/flow_report.h"
#include "base/files.h"
#include "cli/flows_report.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

struct ReportOptions {
  app::FlowReportQuestion question;
  std::string page;
  std::string paper;
  std::string as_of;
};

Result<int> run_report(const Common& common, ReportOptions options) {
  auto& question = options.question;
  question.language = language::language_from_code(common.lang).value_or(language::Language::english);
  TAMGA_TRY(question.common.as_of, read_day(options.as_of, "--as-of"));
  TAMGA_TRY(const auto rules, app::load_rules(common.settings.policy));
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto paper, app::flow_report(common.settings, rules, question, [&](const std::string& stage) {
              if (show) note(stage + "\n");
            }));
  // Both are made before one is written.
  std::string printed;
  if (!options.paper.empty()) {
    TAMGA_TRY(printed, app::write_flow_report(paper, app::ReportForm::pdf, question.language));
  }
  TAMGA_TRY(const auto page, app::write_flow_report(paper, app::ReportForm::html, question.language));
  TAMGA_TRY_STATUS(write_file_atomically(options.page, page));
  if (!options.paper.empty()) TAMGA_TRY_STATUS(write_file_atomically(options.paper, printed));
  return kDone;
}

}  // namespace

void add_flows_report(CLI::App& command, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<ReportOptions>();
  auto& question = options->question;
  auto* sub =
      command.add_subcommand("report", "surges, gaps, the roundabout and their sources as one page, to read, print and send on; --lang en, ru, kk");
  sub->add_option("FILE", options->page, "the page (HTML) to write")->required();
  sub->add_option("--pdf", options->paper, "the same as PDF")->type_name("FILE");
  sub->add_option("--break", question.common.at, "the first month after the break [2022-03]")->type_name("YYYY-MM");
  sub->add_option("--codes", question.common.codes, "control lists, codes or a file of codes, with commas between [chpl]");
  sub->add_option("--reporter", question.common.reporters, "who reports, with commas between; EU27 are all members [all]");
  sub->add_option("--partner", question.common.partners, "with whom, the same way [all]");
  sub->add_option("--digits", question.common.digits, "of a code: 4, 6, 8 or 10 [6]");
  sub->add_option("--direct", question.direct, "with whom trade is direct [RU]");
  sub->add_option("--treated", question.treated, "destinations that trade may go round by [AM,KG,KZ]");
  sub->add_option("--controls", question.controls, "destinations to hold them against [all others]");
  sub->add_option("--editions", question.common.editions, "codes that were renumbered between editions of the HS: joined or as-reported [joined]")
      ->check(CLI::IsMember({"joined", "as-reported"}));
  sub->add_option("--limit", question.common.limit, "results of each kind [50]");
  sub->add_option("--as-of", options->as_of, "day of the control lists [today]")->type_name("DATE");
  sub->callback([&common, &chosen, options] { chosen.run = [&common, options] { return run_report(common, *options); }; });
}

}  // namespace tamga::cli
