#include "cli/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "cli/print.h"

namespace tamga::cli {
namespace {

using policy::Answer;
using policy::ClauseTrace;
using policy::NodeTrace;
using policy::RuleTrace;
using policy::Verdict;

/// Some rules name a hundred codes; JSON has them all.
constexpr std::size_t kWordsShown = 160;

std::string shortened(std::string_view text) {
  if (text.size() <= kWordsShown) return one_line(text);
  std::size_t end = kWordsShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return one_line(text.substr(0, end)) + "…";
}

std::string joined(const std::vector<std::string>& texts, std::string_view between = "; ") { return fmt::format("{}", fmt::join(texts, between)); }

std::string mark(Answer answer) {
  switch (answer) {
    case Answer::no: return "✗";
    case Answer::unknown: return paint(Colour::yellow, "?");
    case Answer::unverified: return paint(Colour::yellow, "✓");
    case Answer::yes: return paint(Colour::green, "✓");
  }
  return "?";
}

std::string heading(std::string_view title, std::string_view rest) { return fmt::format("\n{}  {}\n", paint(Colour::bold, title), rest); }

/// What the leaves looked at that make a node say what it says, each once.
void collect(const NodeTrace& node, std::vector<std::string>& into) {
  const auto add = [&](std::string text) {
    if (!text.empty() && std::find(into.begin(), into.end(), text) == into.end()) into.push_back(std::move(text));
  };
  for (const auto& text : node.decided) add(text);
  for (const auto& child : node.children) {
    if (child.answer != node.answer && node.word != "all" && node.word != "every_goods") continue;
    // What is certain already does not keep an answer open.
    if (node.word == "all" && node.answer <= Answer::unknown && child.answer != node.answer) continue;
    if (node.word == "not") continue;
    if (child.name.empty()) {
      collect(child, into);
      continue;
    }
    std::vector<std::string> inner;
    collect(child, inner);
    add(fmt::format("{}: {}", child.name, joined(inner, ", ")));
  }
}

std::string grounds_of(const NodeTrace& node) {
  std::vector<std::string> texts;
  collect(node, texts);
  return joined(texts);
}

void collect_missing(const NodeTrace& node, std::vector<std::string>& into) {
  for (const auto& pointer : node.missing) {
    if (std::find(into.begin(), into.end(), pointer) == into.end()) into.push_back(pointer);
  }
  for (const auto& child : node.children) collect_missing(child, into);
}

std::string status_words(const ClauseTrace& clause) {
  if (clause.status == "not_yet") return fmt::format("not yet: from {}", clause.from);
  if (clause.status == "ended") return fmt::format("ended {}", clause.to);
  return fmt::format("{} from {}{}", clause.status, clause.from, clause.to.empty() ? "" : fmt::format(" to {}", clause.to));
}

// ---- nexus ----------------------------------------------------------------------------------------------------

std::string why_nexus(const policy::NexusTrace& test) {
  if (test.verdict == Verdict::not_in_effect) return status_words(test);
  if (test.places.empty()) {
    if (test.silences.empty() || test.silences.front().places.empty()) return {};
    return fmt::format("{}: {}", shortened(test.silences.front().words), one_line(test.silences.front().places.front().what));
  }
  const auto& place = test.places.front();
  const std::string grounds = grounds_of(place.tree);
  if (test.verdict == Verdict::yes) return one_line(grounds.empty() ? place.because : fmt::format("{}: {}", place.because, grounds));
  std::vector<std::string> missing;
  collect_missing(place.tree, missing);
  return fmt::format("{}{}{}", one_line(grounds), missing.empty() ? "" : fmt::format(" (missing {})", joined(missing, ", ")),
                     test.status == "unconfirmed" ? "; whether this test is in force is not confirmed" : "");
}

std::string binds_words(Answer answer) {
  return answer == Answer::yes ? paint(Colour::red, "binds") : answer == Answer::no ? "does not" : paint(Colour::yellow, "cannot tell");
}

std::string nexus_table(const policy::Trace& trace) {
  Table table({"regime", "", "test", "by", "", "why"});
  for (const auto& regime : trace.regimes) {
    bool first = true;
    for (const auto& test : regime.nexus) {
      const Answer answer = test.verdict == Verdict::yes ? Answer::yes : test.verdict == Verdict::unknown ? Answer::unknown : Answer::no;
      table.add({first ? paint(Colour::cyan, regime.regime) : "", first ? binds_words(regime.binds) : "", test.id,
                 std::string(policy::nexus_kind_name(test.kind)), mark(answer), why_nexus(test)});
      first = false;
    }
  }
  return heading("NEXUS", "why each regime binds the deal, or does not") + table.text();
}

// ---- trees ----------------------------------------------------------------------------------------------------

void print_node(const NodeTrace& node, const std::string& indent, std::string& into) {
  const bool list = node.word == "all" || node.word == "any" || node.word == "not";
  const bool inner = !list && !node.children.empty();
  std::string line = fmt::format("{}{} {}", indent, mark(node.answer), node.name.empty() ? "" : paint(Colour::bold, one_line(node.name)) + ": ");
  // What says no is told in one line: its words, and what they looked at.
  if (node.answer == Answer::no || node.children.empty()) {
    const std::string grounds = grounds_of(node);
    line += shortened(node.words);
    if (!grounds.empty()) line += ": " + one_line(grounds);
    if (node.answer == Answer::unverified) line += " (to be verified)";
    if (!node.missing.empty()) line += fmt::format(" (missing {})", joined(node.missing, ", "));
    into += line + "\n";
    return;
  }
  line += node.word == "all" ? "all of" : node.word == "any" ? "at least one of" : node.word;
  into += line + "\n";
  for (const auto& child : node.children) {
    // Of the things inside, those that made the answer.
    if (!inner || child.answer == node.answer || node.word == "every_goods") print_node(child, indent + "  ", into);
  }
}

std::string place_text(const policy::PlaceTrace& place) {
  std::string line = fmt::format("    {}{}{}", place.about.empty() ? "the deal" : place.about, place.name.empty() ? "" : " ", one_line(place.name));
  line += fmt::format(": {}", one_line(place.because));
  if (place.condition != place.answer) line += " (whether it binds the deal cannot be told)";
  if (!place.lifted_by.empty()) line += fmt::format("\n    answered by {}", paint(Colour::green, place.lifted_by));
  line += "\n";
  print_node(place.tree, "      ", line);
  return line;
}

std::string speaking_text(const RuleTrace& rule) {
  std::string text = fmt::format("  {}  {}", rule.id, paint(colour_of(rule.outcome), policy::outcome_name(rule.outcome)));
  if (!rule.verify.empty()) text += ", to be verified";
  if (rule.status == "unconfirmed") text += ", not confirmed to be in force";
  if (rule.nexus == policy::NexusNeed::absent) text += ", speaks because no nexus does";
  if (rule.verdict == Verdict::unknown) text += paint(Colour::yellow, ", cannot tell");
  text += "\n" + paint(Colour::dim, fmt::format("    {}, {}", rule.authority, rule.citation)) + "\n";
  for (const auto& place : rule.places) text += place_text(place);
  return text;
}

std::string speaking(const policy::Trace& trace, bool secondary) {
  std::string text;
  for (const auto& regime : trace.regimes) {
    for (const auto& rule : regime.rules) {
      if (rule.secondary() == secondary && policy::speaks(rule.verdict)) text += speaking_text(rule);
    }
  }
  return text.empty() ? "  none\n" : text;
}

std::string exemptions_text(const policy::Trace& trace) {
  std::string text;
  for (const auto& regime : trace.regimes) {
    for (const auto& exemption : regime.exemptions) {
      if (!policy::speaks(exemption.verdict)) continue;
      text += fmt::format("  {}{}\n", exemption.id, exemption.verdict == Verdict::yes ? "" : ": cannot tell, so it lifts nothing");
      text += paint(Colour::dim, fmt::format("    {}, {}", exemption.authority, exemption.citation)) + "\n";
      for (const auto& lift : exemption.lifts) text += fmt::format("    answers {} {}\n", lift.rule, lift.about);
      if (exemption.verdict == Verdict::yes && exemption.lifts.empty()) text += "    it applies, and there is nothing for it to answer\n";
      for (const auto& place : exemption.places) text += place_text(place);
    }
  }
  return text.empty() ? text : heading("EXEMPTIONS", "general licences and exceptions that apply or may") + text;
}

// ---- silence --------------------------------------------------------------------------------------------------

std::string why_silent(const ClauseTrace& clause) {
  if (clause.silences.empty()) return fmt::format("the deal names no {}", clause.scope == "leg" ? "route" : clause.scope);
  const auto& silence = clause.silences.front();
  const std::string_view what = silence.places.front().what;
  const bool same = std::all_of(silence.places.begin(), silence.places.end(), [&](const auto& place) { return place.what == what; });
  std::string text = shortened(silence.words);
  if (same && !what.empty()) text += fmt::format(": {}", shortened(what));
  if (silence.places.size() > 1) {
    const std::string_view things = clause.scope == "goods" ? "lines of goods" : clause.scope == "leg" ? "legs" : "subjects";
    text += fmt::format(" ({} {})", silence.places.size(), things);
  }
  for (std::size_t i = 1; i < clause.silences.size(); ++i) text += fmt::format("; {}", shortened(clause.silences[i].words));
  return text;
}

std::string silent_group(std::string_view title, const std::vector<const ClauseTrace*>& clauses) {
  std::size_t width = 0;
  for (const auto* clause : clauses) width = std::max(width, clause->id.size());
  const auto count = [&](Verdict verdict) {
    return std::count_if(clauses.begin(), clauses.end(), [&](const auto* clause) { return clause->verdict == verdict; });
  };
  struct Reason {
    Verdict verdict;
    std::string_view words;
  };
  std::string counts;
  std::string lines;
  for (const auto& reason :
       {Reason{Verdict::not_in_effect, "not in effect"}, Reason{Verdict::no_nexus, "without the nexus they need"},
        Reason{Verdict::nexus_binds, "for exposure without a nexus, and there is one"}, Reason{Verdict::no, "by their condition"}}) {
    const auto number = count(reason.verdict);
    if (number == 0) continue;
    counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", number, reason.words);
    lines += paint(Colour::dim, fmt::format("    {}", reason.words)) + "\n";
    for (const auto* clause : clauses) {
      if (clause->verdict != reason.verdict) continue;
      const std::string why = reason.verdict == Verdict::not_in_effect ? status_words(*clause)
                              : reason.verdict == Verdict::no          ? why_silent(*clause)
                                                                       : clause->citation;
      lines += fmt::format("      {:<{}}  {}\n", clause->id, width, why);
    }
  }
  return fmt::format("  {}: {}\n{}", title, counts, lines);
}

std::string silent(const policy::Trace& trace) {
  std::string text;
  for (const auto& regime : trace.regimes) {
    const auto group = [&](std::string_view title, const auto& clauses, auto wanted) {
      std::vector<const ClauseTrace*> chosen;
      for (const auto& clause : clauses) {
        if (!policy::speaks(clause.verdict) && wanted(clause)) chosen.push_back(&clause);
      }
      if (!chosen.empty()) text += silent_group(fmt::format("{} {}", paint(Colour::cyan, regime.regime), title), chosen);
    };
    group("rules", regime.rules, [](const RuleTrace& rule) { return !rule.secondary(); });
    group("secondary exposure", regime.rules, [](const RuleTrace& rule) { return rule.secondary(); });
    group("exemptions", regime.exemptions, [](const auto&) { return true; });
  }
  return text;
}

}  // namespace

std::string evaluation_text(const policy::Trace& trace) {
  std::string text = nexus_table(trace);
  text += heading("RULES THAT SPEAK", "✓ yes, ✗ no, ? cannot tell; of a regime that binds or may") + speaking(trace, false);
  text += heading("SECONDARY EXPOSURE", "rules that reach a deal which their authority does not bind") + speaking(trace, true);
  text += exemptions_text(trace);
  text += heading("RULES THAT KEEP SILENT", "and the word that decided it") + silent(trace);
  return text;
}

Json with_evaluation(Json decision, const policy::Trace& trace) {
  Json json = Json::object();
  return json.set("decision", std::move(decision)).set("evaluation", policy::to_json(trace));
}

}  // namespace tamga::cli
