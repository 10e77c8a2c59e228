#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "policy/condition.h"
#include "policy/facts.h"

/// The evaluator. Conditions are Kleene's strong three-valued logic with one value between unknown and yes:
/// `unverified` is a yes that rests on a control list which nobody has compared with the regulation's own text. `and` is
/// the smaller value, `or` the greater, so both stay commutative, associative, distributive and monotone; `not` of
/// unverified is unknown. evaluate() allocates nothing but where somebody in the ownership of a subject is listed; explain() walks the same tree a
/// second time, only for the few conditions that did not say no, and gathers what an examiner must see.
namespace tamga::policy {

enum class Answer : std::uint8_t { no, unknown, unverified, yes };

[[nodiscard]] constexpr Answer both(Answer a, Answer b) { return a < b ? a : b; }
[[nodiscard]] constexpr Answer either(Answer a, Answer b) { return a < b ? b : a; }
[[nodiscard]] constexpr Answer negated(Answer a) {
  switch (a) {
    case Answer::no: return Answer::yes;
    case Answer::unknown:
    case Answer::unverified: return Answer::unknown;
    case Answer::yes: return Answer::no;
  }
  return Answer::unknown;
}
[[nodiscard]] constexpr Truth truth_of(Answer a) { return a == Answer::no ? Truth::no : a == Answer::unknown ? Truth::unknown : Truth::yes; }

/// What the deal words look at, worked out once for a deal.
struct DealView {
  explicit DealView(const Facts& facts);

  const Facts& facts;
  CountrySet destination;
  std::string destination_from;  ///< which field it was read from, for the evidence
  CountrySet shipped_from;
  std::string destination_text;  ///< as sentences name them: "KZ, RU"
  std::string shipped_from_text;
  CountrySet transit;
  CountrySet before_route;  ///< where the route begins, if no exporter or seller is there: transit or not cannot be told
  CountrySet touched;
  bool leg_without_country = false;
  CountrySet subjects;
  bool subject_without_country = false;
};

/// Where a condition is evaluated: the deal, and the things at hand in the open scopes.
struct Place {
  const DealView& view;
  const Subject* subject = nullptr;
  const GoodsFact* goods = nullptr;
  const LegFact* leg = nullptr;
};

[[nodiscard]] Answer evaluate(const Condition& condition, const Place& place);
/// Is one of these a listing that the filter means? A possible match is unknown.
[[nodiscard]] Answer listed(const ListFilter& filter, const std::vector<Match>& matches);

/// What a sentence can name.
enum class Slot : std::uint8_t {
  name,
  role,
  country,
  list,
  caption,
  entity,
  program,
  annex,
  measure,
  score,
  code,
  control,
  article,
  description,
  origin,
  destination,
  shipped_from,
  transit,
  currency,
  place,
  share,
  owner,
  incorporated,
  before,      ///< the share before it fell
  day,         ///< on which it fell
  designated,  ///< when the owner was
  receiver,    ///< who received it
  eccn,
  us_content,  ///< with its per cent sign
  unit_value,  ///< "12.5 EUR"
  unit_weight,
  payer,
  terms,
  channel,
  contract,  ///< day of the contract
  vessel,
  insurer,
  shown,  ///< what the facts of a ship show
};
constexpr std::size_t kSlotCount = static_cast<std::size_t>(Slot::shown) + 1;
[[nodiscard]] std::optional<Slot> slot_from_name(std::string_view name);

/// The grounds of an answer.
struct Grounds {
  std::array<std::string, kSlotCount> slots;  ///< the first value found; empty: nothing
  Json matches = Json::array();
  Json owners = Json::array();
  Json goods = Json::array();
  Json facts = Json::object();
  std::vector<std::string> missing;     ///< JSON pointers
  std::vector<std::string> reasons;     ///< why it cannot be told, one clause each
  std::vector<std::string> unverified;  ///< control lists whose codes were not compared with the regulation
};

/// Fills the slots of the thing itself: a subject's name and role, a line's code and description.
void introduce(const Place& place, Grounds& grounds);
/// For a condition that does not say no at this place.
void explain(const Condition& condition, const Place& place, Grounds& grounds);

}  // namespace tamga::policy
