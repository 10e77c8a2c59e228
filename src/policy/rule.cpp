#include "policy/rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "policy/case_facts.h"
#include "policy/fields.h"

namespace tamga::policy {
namespace {

constexpr std::size_t kRulesMax = 2000;
constexpr std::array<std::string_view, 6> kRegimes = {"us", "eu", "uk", "un", "ch", "kz"};
constexpr std::array<std::string_view, 4> kStatuses = {"in_force", "stayed", "lapsed", "unconfirmed"};

bool is_id(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

Result<LegalStatus> read_status(const Json& table, std::string_view what) {
  const Json* value = table.find("status");
  if (value == nullptr) return LegalStatus::in_force;
  const auto at = std::find(kStatuses.begin(), kStatuses.end(), value->text);
  if (!value->is_string() || at == kStatuses.end())
    return wrong_at(*value, fmt::format("{}: status must be one of {}", what, fmt::join(kStatuses, ", ")));
  return static_cast<LegalStatus>(at - kStatuses.begin());
}

Result<Period> read_period(const Json& table, std::string_view what) {
  Period period;
  TAMGA_TRY(const auto from, optional_date(table, what, "from"));
  if (!from) return wrong_at(table, fmt::format("{} has no from: a rule says since when it holds", what));
  period.from = *from;
  TAMGA_TRY(period.to, optional_date(table, what, "to"));
  if (period.to && *period.to < period.from) {
    return wrong_at(table, fmt::format("{}: to ({}) is before from ({})", what, period.to->text(), period.from.text()));
  }
  TAMGA_TRY(period.status, read_status(table, what));
  return period;
}

Status read_periods(const Json& table, Clause& into) {
  const Json* list = table.find("periods");
  if (list == nullptr) {
    TAMGA_TRY(Period only, read_period(table, into.id));
    into.periods.push_back(only);
    return {};
  }
  for (const std::string_view key : {"from", "to", "status"}) {
    if (const Json* other = table.find(key)) return wrong_at(*other, fmt::format("{}: either periods or {}, not both", into.id, key));
  }
  if (!list->is_array() || list->items.empty()) return wrong_at(*list, fmt::format("{}: periods must be a list that is not empty", into.id));
  for (const auto& item : list->items) {
    TAMGA_TRY_STATUS(check_keys(item, "a period", {"from", "to", "status"}));
    TAMGA_TRY(Period period, read_period(item, into.id));
    if (!into.periods.empty()) {
      const auto& before = into.periods.back();
      if (!before.to || *before.to >= period.from) return wrong_at(item, fmt::format("{}: periods must follow one another and not overlap", into.id));
    }
    into.periods.push_back(period);
  }
  return {};
}

Result<Sentence> read_sentence(const Json& table, std::string_view what) {
  Sentence sentence;
  TAMGA_TRY(sentence.text, required_text(table, what, "because"));
  const Json& where = *table.find("because");
  std::string_view rest = sentence.text;
  while (!rest.empty()) {
    const auto open = rest.find_first_of("{}");
    if (open != 0) sentence.parts.emplace_back(std::string(rest.substr(0, open)));
    if (open == std::string_view::npos) break;
    const auto close = rest.find('}', open);
    if (rest[open] == '}' || close == std::string_view::npos) return wrong_at(where, fmt::format("{}: because has a lone brace", what));
    const auto name = rest.substr(open + 1, close - open - 1);
    const auto slot = slot_from_name(name);
    if (!slot) return wrong_at(where, fmt::format("{}: because names {{{}}}, which no sentence knows", what, name));
    sentence.parts.emplace_back(*slot);
    rest.remove_prefix(close + 1);
  }
  return sentence;
}

Result<Scope> read_about(const Json& table, std::string_view what, bool leg_allowed) {
  TAMGA_TRY(const std::string about, required_text(table, what, "about"));
  for (const Scope scope : {Scope::deal, Scope::subject, Scope::goods, Scope::leg}) {
    if (about == scope_name(scope) && (leg_allowed || scope != Scope::leg)) return scope;
  }
  return wrong_at(*table.find("about"), fmt::format("{}: about must be deal, subject, goods{}", what, leg_allowed ? " or leg" : ""));
}

Status read_cases(const Json& table, Clause& into, std::span<const std::string_view> speaking, std::string_view silent, bool silent_needed) {
  const Json* list = table.find("test");
  if (list == nullptr || !list->is_array() || list->items.empty()) return wrong_at(table, fmt::format("{} has no test case", into.id));
  bool spoke = false;
  bool kept_silent = false;
  for (const auto& item : list->items) {
    const std::string_view what = "a test case";
    TAMGA_TRY_STATUS(check_keys(item, what, {"as_of", "expect", "facts"}));
    Case one;
    one.line = item.offset;
    TAMGA_TRY(const auto as_of, optional_date(item, what, "as_of"));
    if (!as_of) return wrong_at(item, "a test case has no as_of");
    TAMGA_TRY(one.expect, required_text(item, what, "expect"));
    const bool speaks = std::find(speaking.begin(), speaking.end(), one.expect) != speaking.end();
    if (!speaks && one.expect != silent && one.expect != "unknown" && !(one.expect == "cannot say" && silent == "no")) {
      return wrong_at(item, fmt::format("expect must be one of {}, {}; not \"{}\"", fmt::join(speaking, ", "), silent, one.expect));
    }
    if (one.expect == "cannot say" && silent == "no") {
      // Of a flag as of a nexus: something is missing.
      one.expect = "unknown";
    }
    if (one.expect == "unknown" && silent != "no") return wrong_at(item, "only a nexus is expected to be unknown; a rule then speaks with review");
    spoke = spoke || speaks;
    kept_silent = kept_silent || one.expect == silent;
    const Json* facts = item.find("facts");
    if (facts == nullptr) return wrong_at(item, "a test case has no facts");
    TAMGA_TRY(one.facts, read_case_facts(*facts, *as_of));
    into.cases.push_back(std::move(one));
  }
  if (!spoke) return wrong_at(table, fmt::format("{} has no test case in which it speaks ({})", into.id, fmt::join(speaking, ", ")));
  if (!kept_silent && silent_needed) return wrong_at(table, fmt::format("{} has no test case that expects \"{}\"", into.id, silent));
  return {};
}

/// What every clause has; `into.id` is set.
Status read_clause(const Json& table, const Names& names, Clause& into) {
  TAMGA_TRY(into.citation, required_text(table, into.id, "citation"));
  TAMGA_TRY(into.authority, required_text(table, into.id, "authority"));
  TAMGA_TRY(into.source, required_text(table, into.id, "source"));
  TAMGA_TRY(into.note, optional_text(table, into.id, "note"));
  TAMGA_TRY(into.because, read_sentence(table, into.id));
  TAMGA_TRY_STATUS(read_periods(table, into));
  const Json* when = table.find("when");
  if (when == nullptr) return wrong_at(table, fmt::format("{} has no when", into.id));
  TAMGA_TRY(into.when, read_condition(*when, into.about, names));
  return {};
}

Result<std::string> read_id(const Json& table, std::string_view what, std::string_view prefix) {
  TAMGA_TRY(std::string id, required_text(table, what, "id"));
  if (!is_id(id)) return wrong_at(table, fmt::format("the id \"{}\" may hold a-z, 0-9, _ and . only", id));
  if (!id.starts_with(prefix)) return wrong_at(table, fmt::format("the id \"{}\" must begin with \"{}\"", id, prefix));
  return id;
}

Result<Rule> read_rule(const Json& table, std::string_view regime, const Names& names) {
  constexpr std::array<std::string_view, 3> kSpeaking = {"review", "licence_required", "prohibited"};
  const std::string_view what = "a rule";
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"id", "authority", "citation", "source", "about", "when", "nexus", "outcome", "because", "from", "to", "status",
                               "periods", "verify", "note", "test"}));
  Rule rule;
  rule.line = table.offset;
  TAMGA_TRY(rule.id, read_id(table, what, fmt::format("{}.", regime)));
  TAMGA_TRY(rule.about, read_about(table, rule.id, true));
  TAMGA_TRY_STATUS(read_clause(table, names, rule));
  TAMGA_TRY(rule.verify, optional_text(table, rule.id, "verify"));
  if (rule.verify.find_first_of("{}") != std::string::npos) {
    return wrong_at(*table.find("verify"), fmt::format("{}: verify is plain text and takes no {{names}}", rule.id));
  }
  TAMGA_TRY(const std::string nexus, required_text(table, rule.id, "nexus"));
  if (nexus == "required") {
    rule.nexus = NexusNeed::required;
  } else if (nexus == "not_needed") {
    rule.nexus = NexusNeed::not_needed;
  } else if (nexus == "absent") {
    rule.nexus = NexusNeed::absent;
  } else {
    return wrong_at(*table.find("nexus"), fmt::format("{}: nexus must be required, not_needed or absent", rule.id));
  }
  TAMGA_TRY(const std::string outcome, required_text(table, rule.id, "outcome"));
  const auto known = outcome_from_name(outcome);
  if (!known || *known == Outcome::pass)
    return wrong_at(*table.find("outcome"), fmt::format("{}: outcome must be one of {}", rule.id, fmt::join(kSpeaking, ", ")));
  rule.outcome = *known;
  TAMGA_TRY_STATUS(read_cases(table, rule, kSpeaking, "none", true));
  return rule;
}

Result<Exemption> read_exemption(const Json& table, std::string_view regime, const Names& names) {
  constexpr std::array<std::string_view, 1> kSpeaking = {"lifts"};
  const std::string_view what = "an exemption";
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"id", "authority", "citation", "source", "about", "when", "lifts", "condition", "because", "from", "to", "status",
                               "periods", "note", "test"}));
  Exemption exemption;
  exemption.line = table.offset;
  TAMGA_TRY(exemption.id, read_id(table, what, fmt::format("{}.", regime)));
  TAMGA_TRY(exemption.about, read_about(table, exemption.id, false));
  TAMGA_TRY_STATUS(read_clause(table, names, exemption));
  TAMGA_TRY(exemption.condition, required_text(table, exemption.id, "condition"));
  const Json* lifts = table.find("lifts");
  if (lifts == nullptr) return wrong_at(table, fmt::format("{} has no lifts", exemption.id));
  TAMGA_TRY(exemption.lifts_text, text_list(*lifts, "lifts"));
  for (std::size_t i = 0; i < exemption.lifts_text.size(); ++i) {
    std::string_view text = exemption.lifts_text[i];
    Pattern pattern;
    if (text.ends_with('*')) {
      pattern.kind = Pattern::Kind::prefix;
      text.remove_suffix(1);
    }
    pattern.text = text;
    // No authority can waive another's rule.
    if (!is_id(text) || !text.starts_with(fmt::format("{}.", regime))) {
      return wrong_at(lifts->items[i],
                      fmt::format("{}: lifts must name rules of its own regime, such as \"{}.…\" or \"{}.…*\"", exemption.id, regime, regime));
    }
    exemption.lifts.push_back(std::move(pattern));
  }
  TAMGA_TRY_STATUS(read_cases(table, exemption, kSpeaking, "none", true));
  return exemption;
}

Result<NexusTest> read_nexus(const Json& table, const Names& names) {
  constexpr std::array<std::string_view, 1> kSpeaking = {"yes"};
  const std::string_view what = "a nexus";
  TAMGA_TRY_STATUS(check_keys(
      table, what, {"id", "authority", "citation", "source", "kind", "when", "because", "from", "to", "status", "periods", "note", "test"}));
  NexusTest nexus;
  nexus.line = table.offset;
  TAMGA_TRY(nexus.id, read_id(table, what, ""));
  TAMGA_TRY_STATUS(read_clause(table, names, nexus));
  TAMGA_TRY(const std::string kind, optional_text(table, nexus.id, "kind"));
  const auto known = kind.empty() ? nexus_kind_of(nexus.when) : nexus_kind_from_name(kind);
  if (!known) return wrong_at(*table.find("kind"), fmt::format("{}: kind must be one of {}", nexus.id, nexus_kinds()));
  nexus.kind = *known;
  TAMGA_TRY_STATUS(read_cases(table, nexus, kSpeaking, "no", nexus.when.word != Word::always));
  return nexus;
}

Result<OwnershipClause> read_ownership(const Json& table, std::string_view regime) {
  constexpr std::array<std::string_view, 3> kSpeaking = {"owned", "controlled", "cannot be excluded"};
  const std::string_view what = "an ownership rule";
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"id", "title", "authority", "citation", "source", "note", "from", "to", "status", "periods", "listed", "at_least",
                               "more_than", "aggregate", "votes", "control", "joint", "treasury", "test"}));
  OwnershipClause clause;
  clause.line = table.offset;
  TAMGA_TRY(clause.id, read_id(table, what, fmt::format("{}.", regime)));
  TAMGA_TRY(clause.title, required_text(table, clause.id, "title"));
  TAMGA_TRY(clause.citation, required_text(table, clause.id, "citation"));
  TAMGA_TRY(clause.authority, required_text(table, clause.id, "authority"));
  TAMGA_TRY(clause.source, required_text(table, clause.id, "source"));
  TAMGA_TRY(clause.note, optional_text(table, clause.id, "note"));
  clause.about = Scope::subject;
  TAMGA_TRY_STATUS(read_periods(table, clause));
  TAMGA_TRY(clause.rule, read_ownership_rule(table, clause.id));
  TAMGA_TRY_STATUS(read_cases(table, clause, kSpeaking, "not owned", true));
  return clause;
}

Result<Permission> read_permission(const Json& table) {
  const std::string_view what = "a permission";
  TAMGA_TRY_STATUS(check_keys(table, what, {"authority", "what", "whom", "citation", "source", "note"}));
  Permission permission;
  TAMGA_TRY(permission.authority, required_text(table, what, "authority"));
  TAMGA_TRY(permission.what, required_text(table, what, "what"));
  TAMGA_TRY(permission.whom, required_text(table, what, "whom"));
  TAMGA_TRY(permission.citation, required_text(table, what, "citation"));
  TAMGA_TRY(permission.source, required_text(table, what, "source"));
  TAMGA_TRY_STATUS(optional_text(table, what, "note"));
  return permission;
}

template <typename Item, typename Read>
Status each_table(const Json& root, std::string_view key, std::vector<Item>& into, Read read) {
  const Json* list = root.find(key);
  if (list == nullptr) return {};
  if (!list->is_array()) return wrong_at(*list, fmt::format("write [[{}]], not [{}]", key, key));
  if (list->items.size() > kRulesMax) return wrong_at(*list, fmt::format("more than {} tables [[{}]]", kRulesMax, key));
  for (const auto& item : list->items) {
    TAMGA_TRY(Item one, read(item));
    into.push_back(std::move(one));
  }
  return {};
}

}  // namespace

std::string_view status_name(LegalStatus status) { return kStatuses[static_cast<std::size_t>(status)]; }

std::string_view scope_name(Scope scope) {
  switch (scope) {
    case Scope::deal: return "deal";
    case Scope::subject: return "subject";
    case Scope::goods: return "goods";
    case Scope::leg: return "leg";
  }
  return {};
}

std::string render(const Sentence& sentence, const Grounds& grounds) {
  std::string out;
  for (const auto& part : sentence.parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      out += *text;
    } else {
      const auto& value = grounds.slots[static_cast<std::size_t>(std::get<Slot>(part))];
      out += value.empty() ? "not stated" : value;
    }
  }
  return out;
}

const Period* Clause::period_on(Date day) const {
  for (const auto& period : periods) {
    if (period.from <= day && (!period.to || day <= *period.to)) return &period;
  }
  return nullptr;
}

const Permission* RuleFile::permission_of(std::string_view authority) const {
  const Permission* best = nullptr;
  for (const auto& permission : permissions) {
    if (!authority.starts_with(permission.authority)) continue;
    if (best == nullptr || permission.authority.size() > best->authority.size()) best = &permission;
  }
  return best;
}

bool is_group_file(const Json& root) { return root.find("group") != nullptr && root.find("regime") == nullptr; }

Status read_groups(const Json& root, CountryGroups& into) {
  TAMGA_TRY_STATUS(check_keys(root, "a file of country groups", {"group", "title"}));
  const Json& list = *root.find("group");
  if (!list.is_array()) return wrong_at(list, "write [[group]], not [group]");
  for (const auto& table : list.items) {
    const std::string_view what = "a group of countries";
    TAMGA_TRY_STATUS(check_keys(table, what, {"id", "title", "citation", "source", "note", "countries"}));
    TAMGA_TRY(std::string id, read_id(table, what, ""));
    TAMGA_TRY_STATUS(required_text(table, id, "citation"));
    TAMGA_TRY_STATUS(required_text(table, id, "source"));
    const Json* countries = table.find("countries");
    if (countries == nullptr) return wrong_at(table, fmt::format("the group {} has no countries", id));
    TAMGA_TRY(auto codes, text_list(*countries, "countries"));
    for (const auto& code : codes) {
      if (!country_bit(code)) return wrong_at(*countries, fmt::format("\"{}\" is not two capital letters (ISO 3166-1)", code));
    }
    if (!into.emplace(id, std::move(codes)).second) return wrong_at(table, fmt::format("the group {} is defined twice", id));
  }
  return {};
}

bool is_flag_file(const Json& root) { return root.find("flag") != nullptr && root.find("regime") == nullptr; }

namespace {

Result<Flag> read_flag(const Json& table, const Names& names) {
  const std::string_view what = "a flag";
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"id", "title", "authority", "citation", "source", "about", "when", "because", "needs", "weight", "from", "to",
                               "status", "periods", "note", "test"}));
  Flag flag;
  flag.line = table.offset;
  TAMGA_TRY(flag.id, read_id(table, what, "r"));
  TAMGA_TRY(flag.title, required_text(table, flag.id, "title"));
  flag.asked = table.find("when") != nullptr;
  if (const Json* needs = table.find("needs")) {
    TAMGA_TRY(flag.needs, text_list(*needs, "needs"));
  }
  if (const Json* weight = table.find("weight")) {
    const auto value = weight->is_number() ? Decimal::parse(weight->text) : std::nullopt;
    if (!value || value->scale != 0 || *value < Decimal::whole(1) || *value > Decimal::whole(3)) {
      return wrong_at(*weight, fmt::format("{}: weight must be 1, 2 or 3", flag.id));
    }
    flag.weight = static_cast<int>(value->coefficient);
  }
  if (!flag.asked) {
    // Nothing that a deal says can answer it; it says what would.
    for (const std::string_view key : {"about", "because", "test"}) {
      if (const Json* other = table.find(key)) return wrong_at(*other, fmt::format("{}: {} stands only beside when", flag.id, key));
    }
    if (flag.needs.empty()) return wrong_at(table, fmt::format("{} has neither when nor needs", flag.id));
    TAMGA_TRY(flag.citation, required_text(table, flag.id, "citation"));
    TAMGA_TRY(flag.authority, required_text(table, flag.id, "authority"));
    TAMGA_TRY(flag.source, required_text(table, flag.id, "source"));
    TAMGA_TRY(flag.note, optional_text(table, flag.id, "note"));
    TAMGA_TRY_STATUS(read_periods(table, flag));
    return flag;
  }
  TAMGA_TRY(flag.about, read_about(table, flag.id, true));
  TAMGA_TRY_STATUS(read_clause(table, names, flag));
  constexpr std::array<std::string_view, 1> kSpeaking = {"yes"};
  // A flag that needs more than a deal holds can say yes, and never a plain no.
  TAMGA_TRY_STATUS(read_cases(table, flag, kSpeaking, flag.needs.empty() ? "no" : "cannot say", true));
  return flag;
}

}  // namespace

Result<std::vector<Flag>> read_flags(const Json& root, const CountryGroups& groups) {
  TAMGA_TRY_STATUS(check_keys(root, "a file of red flags", {"flag", "title"}));
  const Names names{groups, {}};
  std::vector<Flag> flags;
  TAMGA_TRY_STATUS(each_table(root, "flag", flags, [&](const Json& table) { return read_flag(table, names); }));
  return flags;
}

Result<RuleFile> read_rule_file(const Json& root, std::string_view name, const CountryGroups& groups) {
  Names names{groups, {}};
  TAMGA_TRY_STATUS(check_keys(root, "a policy file", {"regime", "title", "ownership", "rule", "exemption", "nexus", "permission"}));
  RuleFile file;
  file.name = name;
  TAMGA_TRY(file.regime, required_text(root, "a policy file", "regime"));
  if (std::find(kRegimes.begin(), kRegimes.end(), file.regime) == kRegimes.end()) {
    return wrong_at(*root.find("regime"), fmt::format("regime must be one of {}", fmt::join(kRegimes, ", ")));
  }
  TAMGA_TRY(file.title, required_text(root, "a policy file", "title"));
  TAMGA_TRY_STATUS(each_table(root, "ownership", file.ownership, [&](const Json& table) { return read_ownership(table, file.regime); }));
  for (const auto& clause : file.ownership) names.ownership.emplace(clause.id, clause.rule);
  TAMGA_TRY_STATUS(each_table(root, "permission", file.permissions, read_permission));
  TAMGA_TRY_STATUS(each_table(root, "nexus", file.nexus, [&](const Json& table) { return read_nexus(table, names); }));
  TAMGA_TRY_STATUS(each_table(root, "rule", file.rules, [&](const Json& table) { return read_rule(table, file.regime, names); }));
  TAMGA_TRY_STATUS(each_table(root, "exemption", file.exemptions, [&](const Json& table) { return read_exemption(table, file.regime, names); }));
  for (const auto& rule : file.rules) {
    if (rule.nexus != NexusNeed::not_needed && file.nexus.empty()) {
      return bad_input(fmt::format("{} asks for a nexus, and the file has no [[nexus]]", rule.id), rule.line);
    }
  }
  return file;
}

}  // namespace tamga::policy
