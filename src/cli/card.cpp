#include "cli/card.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/print.h"

namespace tamga::cli {
namespace {

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return result;
}

/// Findings told in full; the others are a line each, and of these only so many, so that the answer stays on one screen.
constexpr std::size_t kInFull = 3;
constexpr std::size_t kInShort = 8;

/// "usd_clearing" where no translation says it better.
std::string label(const language::Catalogue& words, std::string_view id) {
  std::string said = words.say(id);
  std::replace(said.begin(), said.end(), '_', ' ');
  return said;
}

/// The fields that are missing, each with a word for what it is: "owners (/parties/0/owners)".
std::string missing_fields(const std::vector<std::string>& missing, const language::Catalogue& words) {
  std::vector<std::string> fields;
  for (const auto& pointer : missing) {
    const std::string_view name = std::string_view(pointer).substr(pointer.rfind('/') + 1);
    const bool number = !name.empty() && name.front() >= '0' && name.front() <= '9';
    fields.push_back(number || !pointer.starts_with('/') ? pointer : fmt::format("{} ({})", label(words, name), pointer));
  }
  return fmt::format("{}", fmt::join(fields, ", "));
}

std::string permission_line(const policy::Finding& finding, const language::Catalogue& words) {
  const Json* permission = finding.evidence.find("permission");
  if (permission == nullptr) return {};
  const std::string line = words.say("Permission: {what}, from {whom} ({citation})", {{"what", words.say(permission->get("what"))},
                                                                                      {"whom", words.say(permission->get("whom"))},
                                                                                      {"citation", std::string(permission->get("citation"))}});
  return wrapped("    " + line, 6) + "\n";
}

std::string finding_lines(const policy::Finding& finding, const language::Catalogue& words) {
  std::string text = "\n" +
                     wrapped(fmt::format("  {}  {}", paint(colour_of(finding.outcome), label(words, policy::outcome_name(finding.outcome))),
                                         words.sentence(finding.because)),
                             4) +
                     "\n";
  const std::string about = finding.about.empty() ? "" : " " + finding.about;
  text += paint(Colour::dim, wrapped(fmt::format("    {}, {} [{}{}]", finding.authority, finding.citation, finding.rule, about), 6)) + "\n";
  return text + permission_line(finding, words);
}

/// What is not told in full: outcome, citation and rule; several of one rule are one line.
std::string short_lines(const std::vector<policy::Finding>& findings, const language::Catalogue& words) {
  struct Line {
    const policy::Finding* first;
    std::size_t count;
  };
  std::vector<Line> lines;
  for (std::size_t i = kInFull; i < findings.size(); ++i) {
    const auto same = [&](const Line& line) { return line.first->rule == findings[i].rule && line.first->outcome == findings[i].outcome; };
    const auto at = std::find_if(lines.begin(), lines.end(), same);
    if (at == lines.end()) {
      lines.push_back({&findings[i], 1});
    } else {
      ++at->count;
    }
  }
  if (lines.empty()) return {};
  std::string text = fmt::format("\n  {}\n", words.say("Also:"));
  std::size_t told = 0;
  for (std::size_t i = 0; i < std::min(lines.size(), kInShort); ++i) {
    const auto& finding = *lines[i].first;
    told += lines[i].count;
    text += wrapped(fmt::format("    {}  {}, {} [{}]{}", paint(colour_of(finding.outcome), label(words, policy::outcome_name(finding.outcome))),
                                finding.authority, finding.citation, finding.rule, lines[i].count > 1 ? fmt::format(" ×{}", lines[i].count) : ""),
                    6) +
            "\n";
  }
  const std::size_t left = findings.size() - kInFull - told;
  if (left > 0) text += fmt::format("    {}\n", words.say("and {count} more; --explain shows them all", {{"count", fmt::to_string(left)}}));
  return text;
}

std::string basis_lines(const Json& basis, const language::Catalogue& words) {
  std::vector<std::string> lists;
  bool sample = false;
  for (const auto& list : basis.find("lists")->items) {
    const bool is_sample = list.find("sample") != nullptr;
    sample = sample || is_sample;
    lists.push_back(fmt::format("{}{}{} {}{}", list.get("list"), list.get("part").empty() ? "" : " ", list.get("part"), list.get("published"),
                                is_sample ? words.say(" (sample)") : ""));
  }
  const std::string line = words.say("Basis: {lists}; policy {policy}; {engine}", {{"lists", fmt::format("{}", fmt::join(lists, ", "))},
                                                                                   {"policy", std::string(basis.get("policy").substr(0, 19))},
                                                                                   {"engine", std::string(basis.get("engine"))}});
  std::string text = "\n" + paint(Colour::dim, wrapped("  " + line, 4)) + "\n";
  if (sample) text += paint(Colour::yellow, "  " + words.say("Sample lists: for demonstration, not for compliance use.")) + "\n";
  return text;
}

}  // namespace

std::string decision_card(const clear::Decision& decision, bool recorded, bool full, const language::Catalogue& words) {
  const Json& json = decision.json;
  std::string text = fmt::format("{}  {}\n", paint(colour_of(decision.outcome), words.say(upper(policy::outcome_name(decision.outcome)))),
                                 paint(Colour::bold, decision.deal));
  text += fmt::format("  {}\n", words.say(recorded ? "as of {day}, decision {decision}" : "as of {day}, decision {decision} (not recorded)",
                                          {{"day", std::string(json.get("as_of"))}, {"decision", decision.id}}));
  if (decision.findings.empty()) text += fmt::format("\n  {}\n", words.say("Nothing stands in the way."));
  const std::size_t in_full = full ? decision.findings.size() : std::min(decision.findings.size(), kInFull);
  for (std::size_t i = 0; i < in_full; ++i) text += finding_lines(decision.findings[i], words);
  if (!full && decision.findings.size() > kInFull) text += short_lines(decision.findings, words);
  if (!decision.missing.empty())
    text += "\n" + wrapped("  " + words.say("Missing: {fields}", {{"fields", missing_fields(decision.missing, words)}}), 4) + "\n";
  text += "\n";
  Table table({});
  for (const auto& regime : decision.regimes) {
    std::vector<std::string> nexus;
    for (const auto& id : regime.nexus) nexus.push_back(label(words, id));
    const std::string why = !nexus.empty() ? words.say("nexus: {nexus}", {{"nexus", fmt::format("{}", fmt::join(nexus, ", "))}})
                            : regime.binds == policy::Truth::unknown ? words.say("nexus: cannot be told yet")
                                                                     : words.say("no nexus");
    table.add({"  " + paint(Colour::cyan, regime.regime), paint(colour_of(regime.outcome), label(words, policy::outcome_name(regime.outcome))), why});
  }
  text += table.text();
  if (const Json* basis = json.find("basis"); basis != nullptr) text += basis_lines(*basis, words);
  return text;
}

std::string flag_lines(const std::vector<policy::FlagAnswer>& flags, const language::Catalogue& words) {
  Table table({words.say("flag"), "", words.say("what it asks"), words.say("missing")});
  for (const auto& flag : flags) {
    const bool yes = flag.answer == policy::Truth::yes;
    const std::string answer = yes                                ? paint(Colour::red, words.say("yes"))
                               : flag.answer == policy::Truth::no ? words.say("no")
                                                                  : paint(Colour::yellow, words.say("cannot say"));
    table.add({flag.id, answer, words.say(flag.title), fmt::format("{}", fmt::join(flag.missing, ", "))});
  }
  const std::string sum = words.say("weight of those that say yes: {weight}, review from {limit}",
                                    {{"weight", fmt::to_string(policy::weight_of(flags))}, {"limit", fmt::to_string(policy::kFlagsReview)}});
  return fmt::format("\n{}  {}\n", table.text(), sum);
}

}  // namespace tamga::cli
