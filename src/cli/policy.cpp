#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "app/documents.h"
#include "app/policy_diff.h"
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

/// Long texts are shown from where they begin to differ.
std::string shown(const std::string& text, const std::string& other) {
  constexpr std::size_t kMost = 160;
  if (text.size() <= kMost) return one_line(text);
  auto from = static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), other.begin(), other.end()).first - text.begin());
  from = from < kMost / 2 ? 0 : from - kMost / 4;
  const auto is_middle = [&](std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  while (from > 0 && is_middle(from)) --from;
  auto end = std::min(text.size(), from + kMost);
  while (is_middle(end)) ++end;
  return one_line(fmt::format("{}{}{}", from > 0 ? "…" : "", text.substr(from, end - from), end < text.size() ? "…" : ""));
}

std::string change_lines(const app::PolicyDiff& diff) {
  using How = app::PolicyChange::How;
  std::string text = fmt::format("{} → {}: {}\n", diff.before_from, diff.after_from,
                                 diff.changes.empty() ? "the same rules" : fmt::format("{} differences", diff.changes.size()));
  std::string file;
  for (const auto& change : diff.changes) {
    if (change.file != file) text += paint(Colour::bold, file = change.file) + "\n";
    const auto [sign, colour] = change.how == How::added     ? std::pair("+", Colour::green)
                                : change.how == How::removed ? std::pair("-", Colour::red)
                                                             : std::pair("~", Colour::yellow);
    const std::string named = change.kind.empty() ? "the file itself" : change.kind == "row" ? change.id : change.kind + " " + change.id;
    text += fmt::format("  {} {}{}{}\n", paint(colour, sign), one_line(named), change.told.empty() ? "" : ": ", one_line(change.told));
    for (const auto& member : change.members) {
      if (!member.before.empty())
        text += fmt::format("      {}: {} {}\n", member.member, paint(Colour::red, "-"), shown(member.before, member.after));
      if (!member.after.empty())
        text += fmt::format("      {}: {} {}\n", member.member, paint(Colour::green, "+"), shown(member.after, member.before));
    }
  }
  return text;
}

Result<int> diff(const Common& common, const std::string& before, const std::string& after) {
  TAMGA_TRY(const auto changes, app::diff_policies(common.settings, before, after.empty() ? folder_of(common, "") : after));
  out(common.json ? app::to_json(changes).dump() + "\n" : change_lines(changes));
  return kDone;
}

}  // namespace

void add_policy(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::string folder;
    std::string other;
    std::string as_of;
  };
  const auto options = std::make_shared<Options>();
  auto* policy = app.add_subcommand("policy", "the rule book: check it, list it, compare two");
  policy->require_subcommand(1);
  auto* check_command = policy->add_subcommand("check", "read every rule and run its test cases");
  check_command->add_option("DIR", options->folder, "folder of rule files [--policy, else ./policy, else built in]");
  check_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return check(common, options->folder); }; });
  auto* list_command = policy->add_subcommand("list", "every rule with its status on a day");
  list_command->add_option("DIR", options->folder, "folder of rule files [--policy, else ./policy, else built in]");
  list_command->add_option("--as-of", options->as_of, "status on this day [today]")->type_name("DATE");
  list_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return list(common, options->folder, options->as_of); }; });
  auto* diff_command = policy->add_subcommand("diff", "what differs between two policies, rule by rule");
  diff_command->add_option("OLD", options->folder, "a folder of rule files, built-in, or the sha256:… that a decision's basis names")->required();
  diff_command->add_option("NEW", options->other, "the same [--policy, else ./policy, else built in]");
  diff_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return diff(common, options->folder, options->other); }; });
}

}  // namespace tamga::cli
