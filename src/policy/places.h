#pragma once

#include <string>

#include "policy/evaluate.h"

/// Where a condition is evaluated: for the deal, or once for each subject, line of goods or leg of it, in the deal's order.
namespace tamga::policy {

/// The places that a clause is evaluated for, with the JSON pointer of each.
template <typename Visit>
void each_place(Scope about, const DealView& view, Visit visit) {
  switch (about) {
    case Scope::deal: visit(Place{view}, std::string()); return;
    case Scope::subject:
      for (const auto& subject : view.facts.subjects) visit(Place{view, &subject}, subject.path);
      return;
    case Scope::goods:
      for (const auto& goods : view.facts.goods) visit(Place{view, nullptr, &goods}, goods.path);
      return;
    case Scope::leg:
      if (!view.facts.route) return;
      for (const auto& leg : *view.facts.route) visit(Place{view, nullptr, nullptr, &leg}, leg.path);
      return;
  }
}

/// The places inside some_subject, some_goods, every_goods and some_leg; none for another word.
template <typename Visit>
void each_inner(const Condition& condition, const Place& place, Visit visit) {
  Place inner = place;
  switch (condition.word) {
    case Word::some_subject:
      for (const auto& subject : place.view.facts.subjects) {
        inner.subject = &subject;
        visit(inner);
      }
      return;
    case Word::some_goods:
    case Word::every_goods:
      for (const auto& goods : place.view.facts.goods) {
        inner.goods = &goods;
        visit(inner);
      }
      return;
    case Word::some_leg:
      if (!place.view.facts.route) return;
      for (const auto& leg : *place.view.facts.route) {
        inner.leg = &leg;
        visit(inner);
      }
      return;
    default: return;
  }
}

}  // namespace tamga::policy
