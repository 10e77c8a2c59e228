#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "app/documents.h"
#include "app/rules.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "goods/words.h"

namespace tamga::cli {
namespace {

/// `policy` commands look at the rules that somebody is editing: DIR, --policy, else ./policy when it is there, else those built in.
std::string folder_of(const Common& common, const std::string& argument) {
  if (!argument.empty()) return argument;
  if (!common.settings.policy.empty()) return common.settings.policy;
  std::error_code error;
  return std::filesystem::exists("policy/us.toml", error) ? "policy" : "";
}

Result<int> check(const Common& common, const std::string& argument) {
  TAMGA_TRY(const auto rules, app::load_rules(folder_of(common, argument)));
  // Nothing else reads the words of goods before a description is asked about.
  TAMGA_TRY([[maybe_unused]] const auto words, goods::Words::read(rules.words));
  const auto report = rules.book.check();
  if (common.json) {
    Json json = Json::object();
    const auto count = [](std::size_t number) { return Json::number(static_cast<std::int64_t>(number)); };
    json.set("from", rules.from).set("policy", rules.id).set("rules", count(report.rules)).set("exemptions", count(report.exemptions));
    Json coverage = Json::array();
    for (const auto& article : report.coverage) {
      Json item = Json::object();
      item.set("regime", article.regime).set("article", article.article).set("rules", count(article.rules)).set("cases", count(article.cases));
      coverage.push(std::move(item.set("to_verify", count(article.to_verify))));
    }
    json.set("ownership", count(report.ownership_rules)).set("flags", count(report.flags)).set("coverage", std::move(coverage));
    json.set("nexus", count(report.nexus_tests)).set("cases", count(report.cases)).set("failures", Json::strings(report.failures));
    out(json.dump() + "\n");
  } else {
    for (const auto& failed : report.failures) note(fmt::format("tamga: {}\n", failed));
    if (!common.quiet) {
      Table table({"regime", "article", "rules", "cases", "to verify"});
      for (const auto& article : report.coverage) {
        table.add({article.regime, article.article, fmt::format("{}", article.rules), fmt::format("{}", article.cases),
                   article.to_verify == 0 ? std::string() : fmt::format("{}", article.to_verify)});
      }
      out(table.text());
    }
    out(fmt::format("{}: {} rules, {} exemptions, {} nexus tests, {} ownership rules, {} red flags; {} cases, {} failed\n", rules.from, report.rules,
                    report.exemptions, report.nexus_tests, report.ownership_rules, report.flags, report.cases, report.failures.size()));
  }
  return report.failures.empty() ? kDone : kBadInput;
}

Result<int> list(const Common& common, const std::string& argument, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto rules, app::load_rules(folder_of(common, argument)));
  const auto lines = rules.book.lines(day);
  if (common.json) {
    out(app::document(lines, day, rules.id).dump() + "\n");
    return kDone;
  }
  Table table({"rule", "status", "from", "to", "outcome", "citation"});
  for (const auto& line : lines)
    table.add({line.id, line.status, line.from, line.to, line.outcome.empty() ? line.kind : line.outcome, line.citation});
  out(table.text());
  return kDone;
}

}  // namespace

void add_policy(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::string folder;
    std::string as_of;
  };
  const auto options = std::make_shared<Options>();
  auto* policy = app.add_subcommand("policy", "the rule book: check it, list it");
  policy->require_subcommand(1);
  auto* check_command = policy->add_subcommand("check", "read every rule and run its test cases");
  check_command->add_option("DIR", options->folder, "folder of rule files [--policy, else ./policy, else built in]");
  check_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return check(common, options->folder); }; });
  auto* list_command = policy->add_subcommand("list", "every rule with its status on a day");
  list_command->add_option("DIR", options->folder, "folder of rule files [--policy, else ./policy, else built in]");
  list_command->add_option("--as-of", options->as_of, "status on this day [today]")->type_name("DATE");
  list_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return list(common, options->folder, options->as_of); }; });
  auto* diff = policy->add_subcommand("diff", "not built yet");
  diff->allow_extras();
  diff->callback([&chosen] { chosen.run = []() -> Result<int> { return failure("'policy diff' is not built yet"); }; });
}

}  // namespace tamga::cli
