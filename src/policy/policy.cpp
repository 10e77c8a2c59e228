#include "policy/policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "base/toml.h"
#include "policy/evaluate.h"
#include "policy/places.h"
#include "policy/rule.h"
#include "policy/select.h"

namespace tamga::policy {
namespace {

constexpr std::array<std::string_view, 4> kOutcomes = {"pass", "review", "licence_required", "prohibited"};

void sort_unique(std::vector<std::string>& texts) {
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

/// A sentence that ends as one.
std::string ended(std::string text) {
  if (!text.empty() && !text.ends_with('.')) text += '.';
  return text;
}

/// A regime's nexus to a deal, with what keeps it from being told.
struct NexusAnswer {
  Answer answer = Answer::no;
  std::vector<std::string> ids;
  std::vector<std::string> missing;
  std::vector<std::string> reasons;
};

NexusAnswer nexus_of(const RuleFile& file, const DealView& view) {
  NexusAnswer nexus;
  const Place deal{view};
  for (const auto& clause : file.nexus) {
    const Period* period = clause.period_on(view.facts.as_of);
    if (period == nullptr || period->status == LegalStatus::stayed || period->status == LegalStatus::lapsed) continue;
    Answer answer = evaluate(clause.when, deal);
    // A nexus rests on facts of the deal; whether a control list was proof-read does not change it.
    if (answer == Answer::unverified) answer = Answer::yes;
    if (period->status == LegalStatus::unconfirmed) answer = both(answer, Answer::unknown);
    nexus.answer = either(nexus.answer, answer);
    if (answer == Answer::yes) nexus.ids.push_back(clause.id);
    if (answer != Answer::unknown) continue;
    Grounds grounds;
    explain(clause.when, deal, grounds);
    nexus.missing.insert(nexus.missing.end(), grounds.missing.begin(), grounds.missing.end());
    nexus.reasons.insert(nexus.reasons.end(), grounds.reasons.begin(), grounds.reasons.end());
  }
  if (nexus.answer == Answer::yes) {
    nexus.missing.clear();
    nexus.reasons.clear();
  }
  sort_unique(nexus.ids);
  sort_unique(nexus.missing);
  sort_unique(nexus.reasons);
  return nexus;
}

Finding compose(const RuleFile& file, const Rule& rule, const Period& period, const Place& place, std::string about, Answer condition, Answer answer,
                const NexusAnswer& nexus) {
  Grounds grounds;
  introduce(place, grounds);
  explain(rule.when, place, grounds);
  const bool nexus_open = rule.nexus == NexusNeed::required && nexus.answer == Answer::unknown;
  if (nexus_open) {
    grounds.missing.insert(grounds.missing.end(), nexus.missing.begin(), nexus.missing.end());
    for (const auto& reason : nexus.reasons) grounds.reasons.push_back(reason + ", so it is open whether this authority's rules bind the deal");
  }
  if (condition == Answer::unknown && grounds.reasons.empty() && !grounds.unverified.empty()) {
    grounds.reasons.push_back(fmt::format("the codes of {} have not been compared with the regulation's text", fmt::join(grounds.unverified, ", ")));
  }
  sort_unique(grounds.missing);

  Finding finding;
  finding.rule = rule.id;
  finding.regime = file.regime;
  finding.authority = rule.authority;
  finding.citation = rule.citation;
  finding.about = std::move(about);
  finding.missing = grounds.missing;
  finding.outcome = rule.outcome;

  std::string because = ended(render(rule.because, grounds));
  const auto to_review = [&] { finding.outcome = std::min(finding.outcome, Outcome::review); };
  if (answer == Answer::unknown) {
    to_review();
    // One sentence for a person; the evidence has all of them.
    constexpr std::size_t kSaid = 6;
    auto said = grounds.reasons;
    if (said.size() > kSaid + 1) {
      said.resize(kSaid);
      said.push_back(fmt::format("and {} more reasons", grounds.reasons.size() - kSaid));
    }
    because = fmt::format("It cannot be told yet whether this applies: {}. If it does: {}", fmt::join(said, "; "), because);
  }
  if (!rule.verify.empty()) {
    to_review();
    because += " To be verified: " + ended(rule.verify);
  }
  if (answer == Answer::unverified) {
    to_review();
    because +=
        fmt::format(" To be verified: the codes of {} have not been compared with the regulation's text.", fmt::join(grounds.unverified, ", "));
  }
  if (period.status == LegalStatus::unconfirmed) {
    to_review();
    because += fmt::format(" To be verified: whether the rule is in force on {}.", place.view.facts.as_of.text());
  }
  finding.because = std::move(because);

  Json evidence = Json::object();
  if (place.subject != nullptr) {
    Json subject = Json::object();
    subject.set("path", place.subject->path).set("name", place.subject->name).set("role", place.subject->role);
    if (!place.subject->country.empty()) subject.set("country", place.subject->country);
    evidence.set("subject", std::move(subject));
  }
  if (!grounds.matches.items.empty()) evidence.set("matches", std::move(grounds.matches));
  if (!grounds.owners.items.empty()) evidence.set("owners", std::move(grounds.owners));
  if (!grounds.goods.items.empty()) evidence.set("goods", std::move(grounds.goods));
  if (!grounds.facts.members.empty()) evidence.set("facts", std::move(grounds.facts));
  if (rule.nexus == NexusNeed::required) {
    evidence.set("nexus", Json::strings(nexus.ids));
  } else {
    evidence.set("nexus", rule.nexus == NexusNeed::absent ? "none: speaks of exposure" : "not needed");
  }
  if (answer == Answer::unknown) evidence.set("cannot_tell", Json::strings(grounds.reasons));
  if (!grounds.unverified.empty()) evidence.set("unverified_lists", Json::strings(grounds.unverified));
  if (!rule.verify.empty()) evidence.set("verify", rule.verify);
  if (period.status != LegalStatus::in_force) evidence.set("status", status_name(period.status));
  evidence.set("in_effect_from", period.from.text());
  if (period.to) evidence.set("in_effect_to", period.to->text());
  evidence.set("source", rule.source);
  if (finding.outcome >= Outcome::licence_required) {
    if (const Permission* permission = file.permission_of(rule.authority); permission != nullptr) {
      Json json = Json::object();
      json.set("what", permission->what).set("whom", permission->whom).set("citation", permission->citation).set("source", permission->source);
      evidence.set("permission", std::move(json));
    }
  }
  finding.evidence = std::move(evidence);
  return finding;
}

void judge_rule(const RuleFile& file, const Rule& rule, const DealView& view, const NexusAnswer& nexus, std::vector<Finding>& into) {
  const Period* period = rule.period_on(view.facts.as_of);
  if (period == nullptr || period->status == LegalStatus::stayed || period->status == LegalStatus::lapsed) return;
  if (rule.nexus == NexusNeed::required && nexus.answer == Answer::no) return;
  if (rule.nexus == NexusNeed::absent && nexus.answer == Answer::yes) return;
  each_place(rule.about, view, [&](const Place& place, const std::string& about) {
    const Answer condition = evaluate(rule.when, place);
    if (condition == Answer::no) return;
    const Answer answer = rule.nexus == NexusNeed::required ? both(condition, nexus.answer) : condition;
    into.push_back(compose(file, rule, *period, place, about, condition, answer, nexus));
  });
}

/// One party can stand in a deal twice under one pointer only by a caller's doing; the worst finding stays, and what
/// the others miss is kept.
void merge_doubles(std::vector<Finding>& findings) {
  const auto key = [](const Finding& finding) { return std::tie(finding.rule, finding.about); };
  std::sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
    if (key(a) != key(b)) return key(a) < key(b);
    return a.outcome != b.outcome ? a.outcome > b.outcome : a.because < b.because;
  });
  std::vector<Finding> kept;
  for (auto& finding : findings) {
    if (kept.empty() || key(kept.back()) != key(finding)) {
      kept.push_back(std::move(finding));
      continue;
    }
    auto& missing = kept.back().missing;
    missing.insert(missing.end(), finding.missing.begin(), finding.missing.end());
    sort_unique(missing);
  }
  std::sort(kept.begin(), kept.end(), [](const Finding& a, const Finding& b) {
    if (a.outcome != b.outcome) return a.outcome > b.outcome;
    return std::tie(a.regime, a.rule, a.about) < std::tie(b.regime, b.rule, b.about);
  });
  findings = std::move(kept);
}

/// Takes the findings that an exemption answers and puts one pass finding in their place.
void apply(const RuleFile& file, const Exemption& exemption, const DealView& view, std::vector<Finding>& findings) {
  const Period* period = exemption.period_on(view.facts.as_of);
  // An exemption that may have ended lifts nothing: fail closed.
  if (period == nullptr || period->status != LegalStatus::in_force) return;
  each_place(exemption.about, view, [&](const Place& place, const std::string& about) {
    if (evaluate(exemption.when, place) != Answer::yes) return;
    const auto answered = [&](const Finding& finding) {
      if (finding.outcome == Outcome::pass || finding.regime != file.regime) return false;
      if (exemption.about != Scope::deal && finding.about != about) return false;
      return std::any_of(exemption.lifts.begin(), exemption.lifts.end(), [&](const Pattern& pattern) { return pattern.matches(finding.rule); });
    };
    Json answers = Json::array();
    std::vector<Finding> others;
    for (auto& candidate : findings) {
      if (!answered(candidate)) {
        others.push_back(std::move(candidate));
        continue;
      }
      Json one = Json::object();
      one.set("rule", candidate.rule)
          .set("about", candidate.about)
          .set("outcome", outcome_name(candidate.outcome))
          .set("citation", candidate.citation);
      answers.push(std::move(one));
    }
    findings = std::move(others);
    if (answers.items.empty()) return;

    Grounds grounds;
    introduce(place, grounds);
    explain(exemption.when, place, grounds);
    Finding finding;
    finding.rule = exemption.id;
    finding.regime = file.regime;
    finding.outcome = Outcome::pass;
    finding.authority = exemption.authority;
    finding.citation = exemption.citation;
    finding.about = about;
    finding.because = fmt::format("{} To be kept or shown: {}", ended(render(exemption.because, grounds)), ended(exemption.condition));
    finding.evidence = Json::object();
    finding.evidence.set("exemption", exemption.id).set("answers", std::move(answers)).set("condition", exemption.condition);
    if (!grounds.matches.items.empty()) finding.evidence.set("matches", std::move(grounds.matches));
    if (!grounds.goods.items.empty()) finding.evidence.set("goods", std::move(grounds.goods));
    if (!grounds.facts.members.empty()) finding.evidence.set("facts", std::move(grounds.facts));
    finding.evidence.set("in_effect_from", period->from.text());
    if (period->to) finding.evidence.set("in_effect_to", period->to->text());
    finding.evidence.set("source", exemption.source);
    findings.push_back(std::move(finding));
  });
}

/// The first article or section that a citation names: up to what is set off by a bracket, a semicolon or a comma.
std::string_view article_of(std::string_view citation) {
  for (std::size_t at = 0; at < citation.size(); ++at) {
    const bool comma = citation[at] == ',' || citation[at] == ';' || citation[at] == ':';
    // "Reg (EU) 833/2014" and "744.11(a)(1)" are names; " (revised …" is a remark.
    const bool remark = citation.substr(at).starts_with(" (") && !citation.substr(at).starts_with(" (EU)");
    if (comma || remark) return citation.substr(0, at);
  }
  return citation;
}

/// `asked`: false where it is known that the flag's condition says no.
FlagAnswer answer_of(const Flag& flag, const DealView& view, bool asked = true) {
  FlagAnswer answer;
  answer.id = flag.id;
  answer.title = flag.title;
  answer.authority = flag.authority;
  answer.citation = flag.citation;
  answer.weight = flag.weight;
  answer.answer = flag.needs.empty() ? Truth::no : Truth::unknown;
  answer.missing = flag.needs;
  if (!flag.asked) return answer;
  if (!asked) {
    sort_unique(answer.missing);
    return answer;
  }
  each_place(flag.about, view, [&](const Place& place, const std::string& about) {
    const Answer condition = evaluate(flag.when, place);
    if (condition == Answer::no) return;
    Grounds grounds;
    introduce(place, grounds);
    explain(flag.when, place, grounds);
    if (condition == Answer::unknown) {
      if (answer.answer == Truth::no) answer.answer = Truth::unknown;
      answer.missing.insert(answer.missing.end(), grounds.missing.begin(), grounds.missing.end());
      return;
    }
    // A code that nobody has compared with the regulation's text still is a red flag: it asks a person to look.
    if (answer.about.empty()) {
      answer.because = ended(render(flag.because, grounds));
      char& first = answer.because.front();
      if (first >= 'a' && first <= 'z') first = static_cast<char>(first - 'a' + 'A');
    }
    answer.about.push_back(about);
    answer.answer = Truth::yes;
  });
  if (answer.answer == Truth::yes) answer.missing.clear();
  sort_unique(answer.missing);
  return answer;
}

}  // namespace

int weight_of(const std::vector<FlagAnswer>& flags) {
  int sum = 0;
  for (const auto& flag : flags) sum += flag.answer == Truth::yes ? flag.weight : 0;
  return sum;
}

std::string_view outcome_name(Outcome outcome) { return kOutcomes[static_cast<std::size_t>(outcome)]; }

std::optional<Outcome> outcome_from_name(std::string_view name) {
  const auto at = std::find(kOutcomes.begin(), kOutcomes.end(), name);
  if (at == kOutcomes.end()) return {};
  return static_cast<Outcome>(at - kOutcomes.begin());
}

struct RuleBook::Implementation {
  std::vector<RuleFile> files;  ///< sorted by regime, then file name
  std::vector<Flag> flags;      ///< by id
  /// Numbers every rule and exemption, file by file, and then the flags.
  Selector selector;

  void make_selector() {
    std::vector<const Condition*> conditions;
    for (const auto& file : files) {
      for (const auto& rule : file.rules) conditions.push_back(&rule.when);
      for (const auto& exemption : file.exemptions) conditions.push_back(&exemption.when);
    }
    for (const auto& flag : flags) conditions.push_back(&flag.when);
    selector = Selector(conditions);
  }

  /// Only what is selected is evaluated; the rest must be such that it says no everywhere.
  [[nodiscard]] Judgement judge(const DealView& view, const Selection& selection) const;
};

Result<RuleBook> RuleBook::read(std::span<const NamedBytes> files) {
  std::vector<std::pair<std::string, Json>> rule_files;
  std::vector<std::pair<std::string, Json>> flag_files;
  CountryGroups groups;
  for (const auto& file : files) {
    TAMGA_TRY(Json root, read_toml(file));
    if (is_flag_file(root)) {
      flag_files.emplace_back(file.name, std::move(root));
    } else if (!is_group_file(root)) {
      rule_files.emplace_back(file.name, std::move(root));
    } else if (auto status = read_groups(root, groups); !status) {
      return std::unexpected(status.error().in_file(file.name));
    }
  }
  if (rule_files.empty()) return bad_input("no policy file was given; expected at least one .toml with a regime");
  auto book = std::make_shared<Implementation>();
  std::set<std::string, std::less<>> ids;
  std::set<std::pair<std::string, std::string>> nexus_ids;
  std::set<std::string, std::less<>> regimes;
  for (const auto& [name, root] : rule_files) {
    auto read = read_rule_file(root, name, groups);
    if (!read) return std::unexpected(read.error().in_file(name));
    // One regime's nexus must be seen whole, so a regime is one file.
    if (!regimes.insert(read->regime).second) return bad_input_in(name, 1, fmt::format("the regime \"{}\" has a file already", read->regime));
    const auto once = [&](const Clause& clause) -> Status {
      if (!ids.insert(clause.id).second) return bad_input_in(name, clause.line, fmt::format("the id {} is used twice", clause.id));
      return {};
    };
    for (const auto& rule : read->rules) TAMGA_TRY_STATUS(once(rule));
    for (const auto& exemption : read->exemptions) TAMGA_TRY_STATUS(once(exemption));
    for (const auto& clause : read->ownership) TAMGA_TRY_STATUS(once(clause));
    for (const auto& nexus : read->nexus) {
      if (!nexus_ids.emplace(read->regime, nexus.id).second)
        return bad_input_in(name, nexus.line, fmt::format("the nexus {} is defined twice", nexus.id));
    }
    for (const auto& exemption : read->exemptions) {
      for (std::size_t i = 0; i < exemption.lifts.size(); ++i) {
        const bool any = std::any_of(read->rules.begin(), read->rules.end(), [&](const Rule& rule) { return exemption.lifts[i].matches(rule.id); });
        if (!any) return bad_input_in(name, exemption.line, fmt::format("{}: no rule is named \"{}\"", exemption.id, exemption.lifts_text[i]));
      }
    }
    book->files.push_back(std::move(*read));
  }
  for (const auto& [name, root] : flag_files) {
    auto read = read_flags(root, groups);
    if (!read) return std::unexpected(read.error().in_file(name));
    for (auto& flag : *read) {
      if (!ids.insert(flag.id).second) return bad_input_in(name, flag.line, fmt::format("the id {} is used twice", flag.id));
      book->flags.push_back(std::move(flag));
    }
  }
  std::sort(book->flags.begin(), book->flags.end(), [](const Flag& a, const Flag& b) { return a.id < b.id; });
  std::sort(book->files.begin(), book->files.end(), [](const RuleFile& a, const RuleFile& b) { return a.regime < b.regime; });
  book->make_selector();
  RuleBook out;
  out.implementation_ = std::move(book);
  return out;
}

std::optional<RuleBook> RuleBook::without_exemption(std::string_view id) const {
  if (implementation_ == nullptr) return {};
  auto book = std::make_shared<Implementation>();
  book->files = implementation_->files;
  book->flags = implementation_->flags;
  std::size_t gone = 0;
  for (auto& file : book->files) gone += std::erase_if(file.exemptions, [&](const Exemption& exemption) { return exemption.id == id; });
  if (gone == 0) return {};
  book->make_selector();
  RuleBook out;
  out.implementation_ = std::move(book);
  return out;
}

std::span<const RuleFile> RuleBook::files() const {
  if (implementation_ == nullptr) return {};
  return implementation_->files;
}

Judgement RuleBook::judge(const Facts& facts) const {
  if (implementation_ == nullptr) return {};
  const DealView view(facts);
  return implementation_->judge(view, implementation_->selector.select(view));
}

std::size_t RuleBook::looked_at(const Facts& facts) const {
  return implementation_ == nullptr ? 0 : implementation_->selector.select(DealView(facts)).size();
}

Judgement RuleBook::judge_by_all(const Facts& facts) const {
  if (implementation_ == nullptr) return {};
  return implementation_->judge(DealView(facts), Selection::everything(implementation_->selector.count()));
}

Judgement RuleBook::Implementation::judge(const DealView& view, const Selection& selection) const {
  Judgement judgement;
  std::size_t number = 0;
  for (const auto& file : files) {
    const std::size_t first_rule = number;
    const std::size_t first_exemption = first_rule + file.rules.size();
    number = first_exemption + file.exemptions.size();
    NexusAnswer nexus = nexus_of(file, view);
    std::vector<Finding> findings;
    selection.each(first_rule, first_exemption, [&](std::size_t rule) { judge_rule(file, file.rules[rule - first_rule], view, nexus, findings); });
    if (!findings.empty()) {
      selection.each(first_exemption, number,
                     [&](std::size_t exemption) { apply(file, file.exemptions[exemption - first_exemption], view, findings); });
    }
    std::move(findings.begin(), findings.end(), std::back_inserter(judgement.findings));
    if (!file.nexus.empty()) judgement.nexus.push_back({file.regime, truth_of(nexus.answer), std::move(nexus.ids), std::move(nexus.missing)});
  }
  merge_doubles(judgement.findings);
  for (const auto& flag : flags) {
    const bool selected = selection.has(number++);
    const Period* period = flag.period_on(view.facts.as_of);
    if (period == nullptr || period->status == LegalStatus::stayed || period->status == LegalStatus::lapsed) continue;
    judgement.flags.push_back(answer_of(flag, view, selected));
  }
  return judgement;
}

RuleBook::CheckReport RuleBook::check() const {
  CheckReport report;
  if (implementation_ == nullptr) return report;
  std::map<std::pair<std::string, std::string>, CheckReport::Article> coverage;
  for (const auto& file : implementation_->files) {
    const auto count = [&](const Clause& clause, bool to_verify) {
      const std::string article(article_of(clause.citation));
      auto& into = coverage[{file.regime, article}];
      into.regime = file.regime;
      into.article = article;
      ++into.rules;
      into.cases += clause.cases.size();
      into.to_verify += to_verify ? 1 : 0;
    };
    for (const auto& rule : file.rules) count(rule, !rule.verify.empty());
    for (const auto& exemption : file.exemptions) count(exemption, false);
    for (const auto& clause : file.ownership) count(clause, false);
  }
  for (auto& [key, article] : coverage) report.coverage.push_back(std::move(article));
  for (const auto& flag : implementation_->flags) {
    ++report.flags;
    for (std::size_t i = 0; i < flag.cases.size(); ++i) {
      const DealView view(flag.cases[i].facts);
      const Truth truth = answer_of(flag, view).answer;
      const std::string_view unknown = flag.needs.empty() ? "unknown" : "cannot say";
      const std::string_view got = truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : unknown;
      ++report.cases;
      if (got != flag.cases[i].expect) {
        report.failures.push_back(
            fmt::format("{}, case {} (line {}): expected {}, got {}", flag.id, i + 1, flag.cases[i].line, flag.cases[i].expect, got));
      }
    }
  }
  for (const auto& file : implementation_->files) {
    const auto compare = [&](const Clause& clause, const Case& one, std::size_t number, std::string_view got) {
      ++report.cases;
      if (got != one.expect) {
        report.failures.push_back(
            fmt::format("{}:{}: {}, case {}: expected {}, got {}", file.name, one.line, clause.id, number + 1, one.expect, got));
      }
    };
    for (const auto& rule : file.rules) {
      ++report.rules;
      // A house that says nothing of permissions says nothing wrong; a file that names them names them for all it forbids.
      if (!file.permissions.empty() && rule.outcome >= Outcome::licence_required && file.permission_of(rule.authority) == nullptr) {
        report.failures.push_back(fmt::format("{}:{}: {}: no [[permission]] for {}", file.name, rule.line, rule.id, rule.authority));
      }
      for (std::size_t i = 0; i < rule.cases.size(); ++i) {
        const DealView view(rule.cases[i].facts);
        std::vector<Finding> findings;
        judge_rule(file, rule, view, nexus_of(file, view), findings);
        merge_doubles(findings);
        compare(rule, rule.cases[i], i, findings.empty() ? "none" : outcome_name(findings.front().outcome));
      }
    }
    for (const auto& exemption : file.exemptions) {
      ++report.exemptions;
      for (std::size_t i = 0; i < exemption.cases.size(); ++i) {
        // In its place among the others: what an earlier exemption lifts, this one need not.
        const auto judgement = judge(exemption.cases[i].facts);
        const bool lifts =
            std::any_of(judgement.findings.begin(), judgement.findings.end(), [&](const Finding& f) { return f.rule == exemption.id; });
        compare(exemption, exemption.cases[i], i, lifts ? "lifts" : "none");
      }
    }
    for (const auto& clause : file.ownership) {
      ++report.ownership_rules;
      for (std::size_t i = 0; i < clause.cases.size(); ++i) {
        const Facts& facts = clause.cases[i].facts;
        std::string_view got = "not owned";
        if (!facts.subjects.empty()) {
          for (const auto& answer : ownership(facts.network, facts.subjects.front().party, facts.as_of)) {
            if (answer.id == clause.id) got = ownership::answer_name(answer.explanation.answer);
          }
        }
        compare(clause, clause.cases[i], i, got);
      }
    }
    for (const auto& nexus : file.nexus) {
      ++report.nexus_tests;
      for (std::size_t i = 0; i < nexus.cases.size(); ++i) {
        const DealView view(nexus.cases[i].facts);
        const bool holds = nexus.period_on(view.facts.as_of) != nullptr;
        const Truth truth = holds ? truth_of(evaluate(nexus.when, Place{view})) : Truth::no;
        compare(nexus, nexus.cases[i], i, truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown");
      }
    }
  }
  return report;
}

std::vector<RuleBook::OwnershipTest> RuleBook::ownership_tests(Date as_of) const {
  std::vector<OwnershipTest> out;
  if (implementation_ == nullptr) return out;
  for (const auto& file : implementation_->files) {
    for (const auto& clause : file.ownership) {
      const Period* period = clause.period_on(as_of);
      if (period == nullptr) continue;
      OwnershipTest test;
      test.id = clause.id;
      test.regime = file.regime;
      test.title = clause.title;
      test.authority = clause.authority;
      test.citation = clause.citation;
      test.source = clause.source;
      test.status = status_name(period->status);
      test.criterion = clause.rule.criterion;
      // The book is immutable, and lives as long as the test.
      test.listed = [book = implementation_, filter = &clause.rule.filter](const std::vector<Match>& matches) {
        const Answer answer = policy::listed(*filter, matches);
        return answer == Answer::no    ? ownership::Standing::excluded
               : answer == Answer::yes ? ownership::Standing::certain
                                       : ownership::Standing::possible;
      };
      test.asks = [book = implementation_, filter = &clause.rule.filter](std::string_view list) {
        return std::any_of(filter->list.begin(), filter->list.end(), [&](const Pattern& pattern) { return pattern.matches(list); });
      };
      out.push_back(std::move(test));
    }
  }
  return out;
}

std::vector<RuleBook::OwnershipAnswer> RuleBook::ownership(const Network& network, std::uint32_t party, Date as_of) const {
  std::vector<OwnershipAnswer> out;
  if (network.graph == nullptr || party == ownership::kNobody) return out;
  const ownership::Day day = ownership::day_of(as_of);
  for (const auto& test : ownership_tests(as_of)) {
    OwnershipAnswer answer;
    answer.id = test.id;
    answer.regime = test.regime;
    answer.title = test.title;
    answer.authority = test.authority;
    answer.citation = test.citation;
    answer.source = test.source;
    answer.status = test.status;
    answer.criterion = test.criterion;
    for (std::uint32_t i = 0; i < network.parties.size(); ++i) {
      if (network.parties[i].matches.empty()) continue;
      const auto standing = test.listed(network.parties[i].matches);
      if (standing == ownership::Standing::excluded) continue;
      if (i == party) {
        answer.listed = standing == ownership::Standing::certain;
      } else {
        answer.seeds.push_back({i, standing == ownership::Standing::certain});
      }
    }
    answer.explanation = ownership::explain(*network.graph, day, test.criterion, answer.seeds, party);
    answer.chain = ownership::chain_text(*network.graph, answer.explanation, answer.seeds);
    out.push_back(std::move(answer));
  }
  return out;
}

std::vector<RuleBook::RuleLine> RuleBook::lines(Date as_of) const {
  std::vector<RuleLine> out;
  if (implementation_ == nullptr) return out;
  for (const auto& file : implementation_->files) {
    const auto line = [&](const Clause& clause, std::string_view outcome, std::string_view kind) {
      RuleLine into;
      into.id = clause.id;
      into.regime = file.regime;
      into.authority = clause.authority;
      into.citation = clause.citation;
      into.about = scope_name(clause.about);
      into.outcome = outcome;
      into.because = clause.because.text;
      into.kind = kind;
      const Period* period = clause.period_on(as_of);
      const Period& shown = period != nullptr ? *period : as_of < clause.periods.front().from ? clause.periods.front() : clause.periods.back();
      into.from = shown.from.text();
      if (shown.to) into.to = shown.to->text();
      into.status = period != nullptr ? status_name(period->status) : as_of < shown.from ? "not_yet" : "ended";
      out.push_back(std::move(into));
    };
    for (const auto& rule : file.rules) line(rule, outcome_name(rule.outcome), "rule");
    for (const auto& exemption : file.exemptions) line(exemption, "pass", "exemption");
    for (const auto& nexus : file.nexus) line(nexus, "", "nexus");
    for (const auto& clause : file.ownership) {
      line(clause, "", "ownership");
      out.back().because = clause.title;
    }
  }
  for (const auto& flag : implementation_->flags) {
    RuleLine into;
    into.id = flag.id;
    into.authority = flag.authority;
    into.citation = flag.citation;
    into.about = flag.asked ? scope_name(flag.about) : std::string_view();
    into.because = flag.title;
    into.kind = "flag";
    into.from = flag.periods.front().from.text();
    into.status = flag.period_on(as_of) != nullptr ? "in_force" : "not_yet";
    out.push_back(std::move(into));
  }
  std::sort(out.begin(), out.end(),
            [](const RuleLine& a, const RuleLine& b) { return std::tie(a.regime, a.kind, a.id) < std::tie(b.regime, b.kind, b.id); });
  return out;
}

}  // namespace tamga::policy
