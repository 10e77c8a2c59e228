#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/evaluate.h"

/// How grounds are gathered; for the parts of the evaluator.
namespace tamga::policy {

inline void put(Grounds& grounds, Slot slot, std::string_view value) {
  auto& into = grounds.slots[static_cast<std::size_t>(slot)];
  if (into.empty()) into = value;
}

inline void miss(Grounds& grounds, std::string pointer, std::string reason) {
  grounds.missing.push_back(std::move(pointer));
  if (std::find(grounds.reasons.begin(), grounds.reasons.end(), reason) == grounds.reasons.end()) grounds.reasons.push_back(std::move(reason));
}

inline void fact(Grounds& grounds, std::string_view key, Json value) {
  if (grounds.facts.find(key) == nullptr) grounds.facts.set(key, std::move(value));
}

}  // namespace tamga::policy
