#pragma once

#include "policy/condition.h"
#include "policy/evaluate.h"

/// The words for what a deal may tell beyond parties, codes and countries: export control numbers, US content, unit prices and weights, what a ship
/// did, who pays and how, the days of contract and shipment. Their meaning is in docs/policy-vocabulary.md.
namespace tamga::policy {

[[nodiscard]] constexpr bool is_particular(Word word) { return word >= Word::eccn; }
/// REQUIRES: the word is one of these, and the place has what it speaks of.
[[nodiscard]] Answer answer_particular(const Condition& condition, const Place& place);
void explain_particular(const Condition& condition, const Place& place, Answer answer, Grounds& grounds);

}  // namespace tamga::policy
