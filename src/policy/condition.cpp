#include "policy/condition.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "model/entity.h"
#include "policy/fields.h"

namespace tamga::policy {
namespace {

constexpr int kDepthMax = 12;

constexpr std::array kWords = {
    WordInfo{"always", Word::always, Scope::deal, ValueKind::yes_only},
    WordInfo{"all", Word::all, Scope::deal, ValueKind::tables},
    WordInfo{"any", Word::any, Scope::deal, ValueKind::tables},
    WordInfo{"not", Word::negation, Scope::deal, ValueKind::table},
    WordInfo{"some_subject", Word::some_subject, Scope::deal, ValueKind::inner},
    WordInfo{"some_goods", Word::some_goods, Scope::deal, ValueKind::inner},
    WordInfo{"every_goods", Word::every_goods, Scope::deal, ValueKind::inner},
    WordInfo{"some_leg", Word::some_leg, Scope::deal, ValueKind::inner},
    WordInfo{"role", Word::role, Scope::subject, ValueKind::roles},
    WordInfo{"schema", Word::schema, Scope::subject, ValueKind::schemata},
    WordInfo{"subject_country", Word::subject_country, Scope::subject, ValueKind::countries},
    WordInfo{"name_contains", Word::name_contains, Scope::subject, ValueKind::texts},
    WordInfo{"listed", Word::listed, Scope::subject, ValueKind::filter},
    WordInfo{"owned", Word::owned, Scope::subject, ValueKind::owned},
    WordInfo{"controlled", Word::controlled, Scope::subject, ValueKind::owned},
    WordInfo{"held", Word::held, Scope::subject, ValueKind::held},
    WordInfo{"listed_owner", Word::listed_owner, Scope::subject, ValueKind::filter},
    WordInfo{"listed_director", Word::listed_director, Scope::subject, ValueKind::filter},
    WordInfo{"divested", Word::divested, Scope::subject, ValueKind::divested},
    WordInfo{"incorporated_from", Word::incorporated_from, Scope::subject, ValueKind::date},
    WordInfo{"control", Word::control, Scope::goods, ValueKind::patterns},
    WordInfo{"hs", Word::hs, Scope::goods, ValueKind::prefixes},
    WordInfo{"origin", Word::origin, Scope::goods, ValueKind::countries},
    WordInfo{"made_with", Word::made_with, Scope::goods, ValueKind::countries},
    WordInfo{"made_with_stated", Word::made_with_stated, Scope::goods, ValueKind::truth},
    WordInfo{"origin_or_made_with", Word::origin_or_made_with, Scope::goods, ValueKind::countries},
    WordInfo{"unit_value_above", Word::unit_value_above, Scope::goods, ValueKind::money},
    WordInfo{"leg_country", Word::leg_country, Scope::leg, ValueKind::countries},
    WordInfo{"leg_mode", Word::leg_mode, Scope::leg, ValueKind::modes},
    WordInfo{"leg_place", Word::leg_place, Scope::leg, ValueKind::patterns},
    WordInfo{"destination", Word::destination, Scope::deal, ValueKind::countries},
    WordInfo{"shipped_from", Word::shipped_from, Scope::deal, ValueKind::countries},
    WordInfo{"transit", Word::transit, Scope::deal, ValueKind::countries},
    WordInfo{"route_touches", Word::route_touches, Scope::deal, ValueKind::countries},
    WordInfo{"payment_currency", Word::payment_currency, Scope::deal, ValueKind::texts},
    WordInfo{"end_use_military", Word::end_use_military, Scope::deal, ValueKind::truth},
    WordInfo{"no_reexport_clause", Word::no_reexport_clause, Scope::deal, ValueKind::truth},
    WordInfo{"end_use_stated", Word::end_use_stated, Scope::deal, ValueKind::truth},
    WordInfo{"subject_in", Word::subject_in, Scope::deal, ValueKind::countries},
    WordInfo{"eccn", Word::eccn, Scope::goods, ValueKind::patterns},
    WordInfo{"eccn_stated", Word::eccn_stated, Scope::goods, ValueKind::truth},
    WordInfo{"us_content", Word::us_content, Scope::goods, ValueKind::percent},
    WordInfo{"unit_value_implausible", Word::unit_value_implausible, Scope::goods, ValueKind::truth},
    WordInfo{"unit_weight_implausible", Word::unit_weight_implausible, Scope::goods, ValueKind::truth},
    WordInfo{"ais_gap_days_over", Word::ais_gap_days_over, Scope::leg, ValueKind::days},
    WordInfo{"flag_changed_within_days", Word::flag_changed_within_days, Scope::leg, ValueKind::days},
    WordInfo{"owner_changed_within_days", Word::owner_changed_within_days, Scope::leg, ValueKind::days},
    WordInfo{"sts_transfer_within_days", Word::sts_transfer_within_days, Scope::leg, ValueKind::days},
    WordInfo{"vessel_age_over", Word::vessel_age_over, Scope::leg, ValueKind::years},
    WordInfo{"payment_terms", Word::payment_terms, Scope::deal, ValueKind::terms},
    WordInfo{"payment_channel", Word::payment_channel, Scope::deal, ValueKind::channels},
    WordInfo{"payer_country", Word::payer_country, Scope::deal, ValueKind::countries},
    WordInfo{"payer_is_buyer", Word::payer_is_buyer, Scope::deal, ValueKind::truth},
    WordInfo{"payer_in_third_country", Word::payer_in_third_country, Scope::deal, ValueKind::truth},
    WordInfo{"wallet_listed", Word::wallet_listed, Scope::deal, ValueKind::filter},
    WordInfo{"insurer_country", Word::insurer_country, Scope::deal, ValueKind::countries},
    WordInfo{"contract_from", Word::contract_from, Scope::deal, ValueKind::date},
    WordInfo{"contract_before", Word::contract_before, Scope::deal, ValueKind::date},
    WordInfo{"end_use_certificate", Word::end_use_certificate, Scope::deal, ValueKind::truth},
};

// The roles of a deal (contracts.md, "Deal"), and what its payment names besides.
constexpr std::array<std::string_view, 16> kRoles = {"exporter",  "importer", "consignee", "notify", "end_user", "buyer",        "seller", "carrier",
                                                     "forwarder", "bank",     "insurer",   "vessel", "owner",    "intermediary", "payer",  "wallet"};
constexpr std::array<std::string_view, 5> kTerms = {"prepayment", "cash", "letter_of_credit", "open_account", "collection"};
constexpr std::array<std::string_view, 8> kChannels = {"swift", "spfs", "mir", "sbp", "cips", "crypto", "cash", "other"};
constexpr std::array<std::string_view, 5> kModes = {"sea", "road", "rail", "air", "pipeline"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_folded(std::string_view folded, std::string_view value) {
  return std::equal(folded.begin(), folded.end(), value.begin(), value.end(), [](char a, char b) { return a == lower(b); });
}

Result<Pattern> read_pattern(const Json& item, std::string_view what) {
  Pattern pattern;
  std::string_view text = item.text;
  if (text.ends_with('*')) {
    text.remove_suffix(1);
    pattern.kind = Pattern::Kind::prefix;
    if (text.starts_with('*')) {
      text.remove_prefix(1);
      pattern.kind = Pattern::Kind::contains;
    }
    if (text.empty()) return wrong_at(item, fmt::format("{}: \"*\" alone matches everything; leave the key out instead", what));
  }
  if (text.find('*') != std::string_view::npos) return wrong_at(item, fmt::format("{}: a * may stand only at the end, or at both ends", what));
  for (const char c : text) pattern.text += lower(c);
  return pattern;
}

Result<std::vector<Pattern>> read_patterns(const Json& value, std::string_view what) {
  TAMGA_TRY_STATUS(text_list(value, what));
  std::vector<Pattern> patterns;
  for (const auto& item : value.items) {
    TAMGA_TRY(Pattern pattern, read_pattern(item, what));
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

Result<CountrySet> read_countries(const Json& value, std::string_view what, const CountryGroups& groups) {
  TAMGA_TRY_STATUS(text_list(value, what));
  CountrySet set;
  for (const auto& item : value.items) {
    if (item.text.starts_with('@')) {
      const auto group = groups.find(std::string_view(item.text).substr(1));
      if (group == groups.end()) return wrong_at(item, fmt::format("{}: no group of countries is named \"{}\"", what, item.text));
      for (const auto& code : group->second) set.set(*country_bit(code));
      continue;
    }
    const auto bit = country_bit(item.text);
    if (!bit) return wrong_at(item, fmt::format("{}: \"{}\" is neither two capital letters (ISO 3166-1) nor an @group", what, item.text));
    set.set(*bit);
  }
  return set;
}

Result<std::vector<std::string>> one_of(const Json& value, std::string_view what, std::span<const std::string_view> known) {
  TAMGA_TRY(auto texts, text_list(value, what));
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (std::find(known.begin(), known.end(), texts[i]) == known.end()) {
      return wrong_at(value.items[i], fmt::format("{}: \"{}\" is not known; known are {}", what, texts[i], fmt::join(known, ", ")));
    }
  }
  return texts;
}

Result<ListFilter> read_filter(const Json& table, std::string_view what) {
  ListFilter filter;
  const auto part = [&](std::string_view key, std::vector<Pattern>& into) -> Status {
    const Json* value = table.find(key);
    if (value == nullptr) return {};
    TAMGA_TRY(into, read_patterns(*value, fmt::format("{}: {}", what, key)));
    return {};
  };
  TAMGA_TRY_STATUS(part("list", filter.list));
  TAMGA_TRY_STATUS(part("caption", filter.caption));
  TAMGA_TRY_STATUS(part("program", filter.program));
  TAMGA_TRY_STATUS(part("except_program", filter.except_program));
  TAMGA_TRY_STATUS(part("annex", filter.annex));
  TAMGA_TRY_STATUS(part("measure", filter.measure));
  TAMGA_TRY(const auto from, optional_date(table, what, "designated_from"));
  TAMGA_TRY(const auto to, optional_date(table, what, "designated_to"));
  if (from && to && *to < *from) return wrong_at(table, fmt::format("{}: designated_to is before designated_from", what));
  if (from) filter.designated_from = from->text();
  if (to) filter.designated_to = to->text();
  return filter;
}

Result<Decimal> read_amount(const Json& value, std::string_view what) {
  const auto amount = value.is_string() || value.is_number() ? Decimal::parse(value.text) : std::nullopt;
  if (!amount || *amount < Decimal::whole(0)) return wrong_at(value, fmt::format("{} must be an amount such as \"300\"", what));
  return *amount;
}

Result<int> read_count(const Json& value, std::string_view what, std::string_view unit, int max) {
  TAMGA_TRY(const Decimal number, read_amount(value, what));
  if (number.scale != 0 || number > Decimal::whole(max))
    return wrong_at(value, fmt::format("{} must be a whole number of {}, at most {}", what, unit, max));
  return static_cast<int>(number.coefficient);
}

/// at_least or more_than, in percent; nothing when neither is there.
Result<bool> read_percent(const Json& table, std::string_view what, Decimal& percent, bool& inclusive) {
  const Json* at_least = table.find("at_least");
  const Json* more_than = table.find("more_than");
  if (at_least == nullptr && more_than == nullptr) return false;
  if (at_least != nullptr && more_than != nullptr) return wrong_at(table, fmt::format("{}: either at_least or more_than, not both", what));
  TAMGA_TRY(percent, read_amount(at_least != nullptr ? *at_least : *more_than, fmt::format("the percentage of {}", what)));
  if (percent > Decimal::whole(100)) return wrong_at(table, fmt::format("{}: a share cannot be above 100 percent", what));
  inclusive = at_least != nullptr;
  return true;
}

Status read_criterion(const Json& table, std::string_view what, ownership::Criterion& into) {
  TAMGA_TRY(const bool measured, read_percent(table, what, into.percent, into.inclusive));
  if (!measured) return wrong_at(table, fmt::format("{} needs either at_least or more_than, in percent", what));
  TAMGA_TRY(const auto aggregate, optional_bool(table, what, "aggregate"));
  if (!aggregate) return wrong_at(table, fmt::format("{} needs aggregate = true or false: regimes differ in it", what));
  into.aggregate = *aggregate;
  const auto flag = [&](std::string_view key, bool& value) -> Status {
    TAMGA_TRY(const auto said, optional_bool(table, what, key));
    value = said.value_or(false);
    return {};
  };
  TAMGA_TRY_STATUS(flag("votes", into.votes));
  TAMGA_TRY_STATUS(flag("control", into.control));
  TAMGA_TRY_STATUS(flag("joint", into.joint));
  if (into.joint && into.aggregate) return wrong_at(table, fmt::format("{}: joint says when owners are added that are not added otherwise", what));
  TAMGA_TRY(const std::string treasury, optional_text(table, what, "treasury"));
  if (treasury == "issued") {
    into.treasury = ownership::Treasury::issued;
  } else if (treasury == "outstanding") {
    into.treasury = ownership::Treasury::outstanding;
  } else if (!treasury.empty() && treasury != "either") {
    return wrong_at(*table.find("treasury"), fmt::format("{}: treasury must be issued, outstanding or either", what));
  }
  return {};
}

/// The listed owners that count and what counts as theirs: by the name of an [[ownership]], or told here.
Status read_owners_rule(const Json& table, std::string_view what, const Names& names, bool criterion_needed, Condition& into) {
  TAMGA_TRY(into.ownership_test, optional_text(table, what, "by"));
  if (into.ownership_test.empty()) {
    TAMGA_TRY(into.filter, read_filter(table, what));
    return criterion_needed ? read_criterion(table, what, into.criterion) : Status{};
  }
  const auto at = names.ownership.find(into.ownership_test);
  if (at == names.ownership.end()) {
    return wrong_at(*table.find("by"), fmt::format("{}: this file has no [[ownership]] with the id \"{}\"", what, into.ownership_test));
  }
  for (const std::string_view key : {"list", "caption", "program", "except_program", "annex", "measure", "designated_from", "designated_to",
                                     "aggregate", "votes", "control", "joint", "treasury"}) {
    if (const Json* other = table.find(key)) return wrong_at(*other, fmt::format("{}: {} is told by {}", what, key, into.ownership_test));
  }
  into.filter = at->second.filter;
  into.criterion = at->second.criterion;
  return {};
}

/// owned and controlled.
Status read_owned(const Json& table, std::string_view what, const Names& names, Condition& into) {
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"by", "list", "caption", "program", "except_program", "annex", "measure", "designated_from", "designated_to",
                               "at_least", "more_than", "aggregate", "votes", "control", "joint", "treasury", "owners_required"}));
  TAMGA_TRY_STATUS(read_owners_rule(table, what, names, true, into));
  if (!into.ownership_test.empty() && (table.find("at_least") != nullptr || table.find("more_than") != nullptr)) {
    return wrong_at(table, fmt::format("{}: the percentage is told by {}", what, into.ownership_test));
  }
  into.criterion.control = into.word == Word::controlled;
  TAMGA_TRY(const auto required, optional_bool(table, what, "owners_required"));
  into.owners_required = required.value_or(false);
  return {};
}

Status read_held(const Json& table, const Names& names, Condition& into) {
  const std::string_view what = "held";
  TAMGA_TRY_STATUS(check_keys(table, what, {"by", "at_least", "more_than"}));
  if (table.find("by") == nullptr) return wrong_at(table, "held needs by: the [[ownership]] that says whose holdings count");
  TAMGA_TRY_STATUS(read_owners_rule(table, what, names, true, into));
  TAMGA_TRY(const bool measured, read_percent(table, what, into.percent, into.inclusive));
  if (!measured) return wrong_at(table, "held needs either at_least or more_than, in percent");
  return {};
}

Status read_divested(const Json& table, const Names& names, Condition& into) {
  const std::string_view what = "divested";
  TAMGA_TRY_STATUS(check_keys(table, what,
                              {"by", "list", "caption", "program", "except_program", "annex", "measure", "designated_from", "designated_to",
                               "from_at_least", "within_days", "to"}));
  TAMGA_TRY_STATUS(read_owners_rule(table, what, names, false, into));
  const Json* percent = table.find("from_at_least");
  const Json* days = table.find("within_days");
  if (percent == nullptr || days == nullptr) return wrong_at(table, "divested needs from_at_least, in percent, and within_days");
  TAMGA_TRY(into.percent, read_amount(*percent, "from_at_least"));
  TAMGA_TRY(const Decimal number, read_amount(*days, "within_days"));
  if (number.scale != 0 || number > Decimal::whole(3660)) return wrong_at(*days, "within_days must be a whole number of days, at most ten years");
  into.days = static_cast<int>(number.coefficient);
  if (const Json* to = table.find("to")) {
    constexpr std::array<std::string_view, 3> kReceivers = {"family", "trust", "staff"};
    TAMGA_TRY(const auto names_of, one_of(*to, "to", kReceivers));
    for (const auto& name : names_of) {
      into.receivers.push_back(name == "family"  ? ownership::Receiver::family
                               : name == "trust" ? ownership::Receiver::trust
                                                 : ownership::Receiver::staff);
    }
  }
  return {};
}

/// The scopes that are open at a point, as bits.
using Open = unsigned;
constexpr Open bit(Scope scope) { return 1U << static_cast<unsigned>(scope); }

std::string_view scope_word(Scope scope) {
  switch (scope) {
    case Scope::deal: return "the deal";
    case Scope::subject: return "a subject (about = \"subject\" or some_subject)";
    case Scope::goods: return "a line of goods (about = \"goods\", some_goods or every_goods)";
    case Scope::leg: return "a leg (about = \"leg\" or some_leg)";
  }
  return {};
}

/// Cheap and selective words first: `all` stops at the first no, and nearly every rule says no to nearly every deal.
constexpr int kCostMax = 4;
int cost(const Condition& condition) {
  switch (condition.word) {
    case Word::listed:
    case Word::control: return 0;
    case Word::all:
    case Word::any:
    case Word::negation: return 2;
    case Word::some_subject:
    case Word::some_goods:
    case Word::every_goods:
    case Word::some_leg: return 3;
    case Word::owned:
    case Word::controlled:
    case Word::held:
    case Word::divested:
    case Word::listed_director:
    case Word::listed_owner: return 4;
    default: return 1;
  }
}

class ConditionReader {
 public:
  explicit ConditionReader(const Names& names) : names_(names) {}

  Result<Condition> table(const Json& json, Open open, int depth) {
    if (!json.is_object()) return wrong_at(json, "a condition must be a table, such as { destination = [\"RU\"] }");
    if (json.members.empty()) return wrong_at(json, "a condition must not be empty; write always = true if it holds for every deal");
    if (depth > kDepthMax) return wrong_at(json, fmt::format("conditions are nested deeper than {}", kDepthMax));
    Condition all;
    all.word = Word::all;
    for (const auto& member : json.members) {
      TAMGA_TRY(Condition condition, word(member, open, depth));
      all.children.push_back(std::move(condition));
    }
    if (all.children.size() == 1) {
      Condition only = std::move(all.children.front());
      return only;
    }
    sort(all);
    return all;
  }

 private:
  /// By cost, otherwise in their order.
  static void sort(Condition& all) {
    std::vector<Condition> sorted;
    for (int wanted = 0; wanted <= kCostMax; ++wanted) {
      for (auto& child : all.children) {
        if (cost(child) == wanted) sorted.push_back(child);
      }
    }
    all.children = std::move(sorted);
  }

  Result<Condition> word(const JsonMember& member, Open open, int depth) {
    const auto* info = std::find_if(kWords.begin(), kWords.end(), [&](const WordInfo& known) { return known.name == member.key; });
    if (info == kWords.end()) {
      return bad_input(fmt::format("\"{}\" is not a word of the vocabulary (docs/policy-vocabulary.md)", member.key), member.key_offset);
    }
    if (info->scope != Scope::deal && (open & bit(info->scope)) == 0) {
      return bad_input(fmt::format("\"{}\" speaks of {}, and there is none here", member.key, scope_word(info->scope)), member.key_offset);
    }
    Condition into;
    into.word = info->word;
    TAMGA_TRY_STATUS(value(member.value, *info, open, depth, into));
    if (into.children.empty()) into.written = member.value;
    return into;
  }

  Status value(const Json& json, const WordInfo& info, Open open, int depth, Condition& into) {
    switch (info.value) {
      case ValueKind::yes_only:
        if (json.kind != Json::Kind::boolean || !json.truth) return wrong_at(json, "always can only be true");
        return {};
      case ValueKind::truth:
        if (json.kind != Json::Kind::boolean) return wrong_at(json, fmt::format("{} must be true or false", info.name));
        into.truth = json.truth;
        return {};
      case ValueKind::tables: return tables(json, info, open, depth, into);
      case ValueKind::table: {
        TAMGA_TRY(Condition child, table(json, open, depth + 1));
        into.children.push_back(std::move(child));
        return {};
      }
      case ValueKind::inner: {
        const Scope inner = info.word == Word::some_subject ? Scope::subject : info.word == Word::some_leg ? Scope::leg : Scope::goods;
        TAMGA_TRY(Condition child, table(json, open | bit(inner), depth + 1));
        into.children.push_back(std::move(child));
        return {};
      }
      case ValueKind::countries: {
        TAMGA_TRY(into.countries, read_countries(json, info.name, names_.groups));
        return {};
      }
      case ValueKind::patterns: {
        TAMGA_TRY(into.patterns, read_patterns(json, info.name));
        return {};
      }
      case ValueKind::texts: return texts(json, info, into);
      case ValueKind::prefixes: {
        TAMGA_TRY(into.texts, text_list(json, info.name));
        for (std::size_t i = 0; i < into.texts.size(); ++i) {
          const auto& code = into.texts[i];
          if (code.size() < 2 || code.size() > 10 || !std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            return wrong_at(json.items[i], fmt::format("hs: \"{}\" is not the beginning of a code: 2 to 10 digits", code));
          }
        }
        return {};
      }
      case ValueKind::roles: {
        TAMGA_TRY(into.texts, one_of(json, info.name, kRoles));
        return {};
      }
      case ValueKind::modes: {
        TAMGA_TRY(into.texts, one_of(json, info.name, kModes));
        return {};
      }
      case ValueKind::schemata: {
        TAMGA_TRY(into.texts, text_list(json, info.name));
        for (std::size_t i = 0; i < into.texts.size(); ++i) {
          if (!schema_known(into.texts[i])) {
            return wrong_at(json.items[i], fmt::format("schema: \"{}\" is not a FollowTheMoney schema that lists use", into.texts[i]));
          }
        }
        return {};
      }
      case ValueKind::filter: {
        TAMGA_TRY_STATUS(
            check_keys(json, info.name, {"list", "caption", "program", "except_program", "annex", "measure", "designated_from", "designated_to"}));
        TAMGA_TRY(into.filter, read_filter(json, info.name));
        return {};
      }
      case ValueKind::owned: return read_owned(json, info.name, names_, into);
      case ValueKind::held: return read_held(json, names_, into);
      case ValueKind::divested: return read_divested(json, names_, into);
      case ValueKind::date: {
        TAMGA_TRY(into.date, read_date(json, info.name));
        return {};
      }
      case ValueKind::money: return limits(json, info, into);
      case ValueKind::percent: {
        TAMGA_TRY_STATUS(check_keys(json, info.name, {"at_least", "more_than"}));
        TAMGA_TRY(const bool measured, read_percent(json, info.name, into.percent, into.inclusive));
        if (!measured) return wrong_at(json, fmt::format("{} needs either at_least or more_than, in percent", info.name));
        return {};
      }
      case ValueKind::days: {
        TAMGA_TRY(into.days, read_count(json, info.name, "days", 3660));
        return {};
      }
      case ValueKind::years: {
        TAMGA_TRY(into.days, read_count(json, info.name, "years", 200));
        return {};
      }
      case ValueKind::terms: {
        TAMGA_TRY(into.texts, one_of(json, info.name, kTerms));
        return {};
      }
      case ValueKind::channels: {
        TAMGA_TRY(into.texts, one_of(json, info.name, kChannels));
        return {};
      }
    }
    return {};
  }

  /// An amount, or a list of them in several currencies.
  static Status limits(const Json& json, const WordInfo& info, Condition& into) {
    if (json.is_array() && json.items.empty()) return wrong_at(json, fmt::format("{} must not be empty", info.name));
    for (const Json& one : json.is_array() ? std::span<const Json>(json.items) : std::span<const Json>(&json, 1)) {
      TAMGA_TRY_STATUS(check_keys(one, info.name, {"amount", "currency"}));
      const Json* amount = one.find("amount");
      if (amount == nullptr) return wrong_at(one, fmt::format("{} has no amount", info.name));
      Money limit;
      TAMGA_TRY(limit.amount, read_amount(*amount, info.name));
      TAMGA_TRY(limit.currency, required_text(one, info.name, "currency"));
      for (const auto& other : into.limits) {
        if (other.currency == limit.currency) return wrong_at(one, fmt::format("{} names {} twice", info.name, limit.currency));
      }
      into.limits.push_back(std::move(limit));
    }
    return {};
  }

  Status tables(const Json& json, const WordInfo& info, Open open, int depth, Condition& into) {
    if (!json.is_array() || json.items.empty()) return wrong_at(json, fmt::format("{} must be a list of conditions that is not empty", info.name));
    for (const auto& item : json.items) {
      TAMGA_TRY(Condition child, table(item, open, depth + 1));
      into.children.push_back(std::move(child));
    }
    sort(into);
    return {};
  }

  static Status texts(const Json& json, const WordInfo& info, Condition& into) {
    TAMGA_TRY(into.texts, text_list(json, info.name));
    for (std::size_t i = 0; i < into.texts.size(); ++i) {
      auto& text = into.texts[i];
      if (text.empty()) return wrong_at(json.items[i], fmt::format("{}: an empty text", info.name));
      if (info.word == Word::payment_currency) {
        if (text.size() != 3 || !std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
          return wrong_at(json.items[i], fmt::format("payment_currency: \"{}\" is not three capital letters (ISO 4217)", text));
        }
      } else {
        Pattern pattern{{}, Pattern::Kind::contains};
        for (const char c : text) pattern.text += lower(c);
        into.patterns.push_back(std::move(pattern));
      }
    }
    return {};
  }

  const Names& names_;
};

}  // namespace

std::span<const WordInfo> vocabulary() { return kWords; }

std::string country_of_bit(std::size_t bit) { return {static_cast<char>('A' + bit / 26), static_cast<char>('A' + bit % 26)}; }

bool Pattern::matches(std::string_view value) const {
  switch (kind) {
    case Kind::exact: return same_folded(text, value);
    case Kind::prefix: return value.size() >= text.size() && same_folded(text, value.substr(0, text.size()));
    case Kind::contains:
      for (std::size_t at = 0; at + text.size() <= value.size(); ++at) {
        if (same_folded(text, value.substr(at, text.size()))) return true;
      }
      return false;
  }
  return false;
}

Result<OwnershipRule> read_ownership_rule(const Json& table, std::string_view what) {
  OwnershipRule rule;
  const Json* filter = table.find("listed");
  if (filter == nullptr) return wrong_at(table, fmt::format("{} has no listed: which listings count", what));
  TAMGA_TRY_STATUS(
      check_keys(*filter, "listed", {"list", "caption", "program", "except_program", "annex", "measure", "designated_from", "designated_to"}));
  TAMGA_TRY(rule.filter, read_filter(*filter, "listed"));
  if (rule.filter.list.empty()) return wrong_at(*filter, fmt::format("{}: listed must name lists", what));
  TAMGA_TRY_STATUS(read_criterion(table, what, rule.criterion));
  return rule;
}

Result<Condition> read_condition(const Json& table, Scope about, const Names& names) {
  return ConditionReader(names).table(table, bit(Scope::deal) | bit(about), 0);
}

}  // namespace tamga::policy
