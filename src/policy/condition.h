#pragma once

#include <bitset>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"
#include "ownership/reach.h"
#include "ownership/signs.h"

/// Conditions of rules as a tree that is ready to be evaluated: no text is parsed after reading. The words, their
/// values and their three-valued meaning are in docs/policy-vocabulary.md; kWords below is the whole vocabulary.
namespace tamga::policy {

/// What a rule or a scope is evaluated for. Deal words may stand anywhere, the others only where such a thing is at hand.
enum class Scope : std::uint8_t { deal, subject, goods, leg };

enum class Word : std::uint8_t {
  always,
  all,
  any,
  negation,
  some_subject,
  some_goods,
  every_goods,
  some_leg,
  role,
  schema,
  subject_country,
  name_contains,
  listed,
  owned,
  controlled,
  held,
  listed_owner,
  listed_director,
  divested,
  incorporated_from,
  control,
  hs,
  origin,
  made_with,
  made_with_stated,
  origin_or_made_with,
  unit_value_above,
  leg_country,
  leg_mode,
  leg_place,
  destination,
  shipped_from,
  transit,
  route_touches,
  payment_currency,
  end_use_military,
  no_reexport_clause,
  end_use_stated,
  subject_in,
  // From here on: policy/particulars.h.
  eccn,
  eccn_stated,
  us_content,
  unit_value_implausible,
  unit_weight_implausible,
  ais_gap_days_over,
  flag_changed_within_days,
  owner_changed_within_days,
  sts_transfer_within_days,
  vessel_age_over,
  payment_terms,
  payment_channel,
  payer_country,
  payer_is_buyer,
  payer_in_third_country,
  wallet_listed,
  insurer_country,
  contract_from,
  contract_before,
  end_use_certificate,
};

enum class ValueKind : std::uint8_t {
  yes_only,
  tables,
  table,
  inner,
  countries,
  patterns,
  prefixes,
  texts,
  roles,
  schemata,
  modes,
  filter,
  owned,
  held,
  divested,
  date,
  money,
  truth,
  percent,
  days,
  years,
  terms,
  channels
};

struct WordInfo {
  std::string_view name;
  Word word;
  Scope scope;  ///< where it may stand; deal: anywhere
  ValueKind value;
};
[[nodiscard]] std::span<const WordInfo> vocabulary();

/// Countries as ISO 3166-1 alpha-2, one bit for each pair of letters.
constexpr std::size_t kCountryCodes = std::size_t{26} * 26;
using CountrySet = std::bitset<kCountryCodes>;
/// The bit of "KZ"; nothing for any other text, the empty one included.
[[nodiscard]] inline std::optional<std::size_t> country_bit(std::string_view code) {
  if (code.size() != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z') return {};
  return static_cast<std::size_t>(code[0] - 'A') * 26 + static_cast<std::size_t>(code[1] - 'A');
}
[[nodiscard]] std::string country_of_bit(std::size_t bit);

/// A text to compare with, ASCII case aside; "RUSSIA-*" matches by its beginning, "*rosneft*" what it contains.
struct Pattern {
  enum class Kind : std::uint8_t { exact, prefix, contains };
  std::string text;  ///< lower case, without the stars
  Kind kind = Kind::exact;
  [[nodiscard]] bool matches(std::string_view value) const;
};

/// Which listings count. Empty parts match everything. The parts after `list` must hold for one and the same designation.
struct ListFilter {
  std::vector<Pattern> list;
  std::vector<Pattern> caption;
  std::vector<Pattern> program;
  std::vector<Pattern> except_program;
  std::vector<Pattern> annex;
  std::vector<Pattern> measure;
  std::string designated_from;  ///< ISO 8601 day, or empty
  std::string designated_to;
  [[nodiscard]] bool asks_designation() const {
    return !program.empty() || !except_program.empty() || !annex.empty() || !measure.empty() || !designated_from.empty() || !designated_to.empty();
  }
};

struct Money {
  Decimal amount;
  std::string currency;
};

/// One node. Which of the values is used follows from the word.
struct Condition {
  Word word = Word::always;
  std::vector<Condition> children;
  CountrySet countries;
  std::vector<Pattern> patterns;
  std::vector<std::string> texts;
  ListFilter filter;
  ownership::Criterion criterion;  ///< who counts as the listed owners' own
  std::string ownership_test;      ///< id of the [[ownership]] that filter and criterion are of; empty: told here
  Decimal percent;                 ///< of held, divested and us_content
  bool inclusive = true;
  int days = 0;                                ///< of divested and of the words of a ship; years for vessel_age_over
  std::vector<ownership::Receiver> receivers;  ///< of divested; empty: anyone
  bool owners_required = false;
  bool truth = true;
  Date date;
  std::vector<Money> limits;  ///< one for a currency
  Json written;  ///< the word's value as the rule file has it, for people; null for words whose value are `children`
};

using CountryGroups = std::map<std::string, std::vector<std::string>, std::less<>>;

/// An authority's own rule of ownership and control: which listings count, and in which measure.
struct OwnershipRule {
  ListFilter filter;
  ownership::Criterion criterion;
};
using OwnershipRules = std::map<std::string, OwnershipRule, std::less<>>;
/// From the keys listed, at_least or more_than, aggregate, votes, control, joint, treasury of a table.
Result<OwnershipRule> read_ownership_rule(const Json& table, std::string_view what);

/// What conditions may name.
struct Names {
  CountryGroups groups;
  OwnershipRules ownership;
};

/// Reads the table of a `when`. `about` is what the rule is evaluated for. Errors carry the line.
Result<Condition> read_condition(const Json& table, Scope about, const Names& names);

}  // namespace tamga::policy
