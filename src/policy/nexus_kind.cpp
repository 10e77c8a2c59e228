#include "policy/nexus_kind.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

namespace tamga::policy {
namespace {

constexpr std::array<std::string_view, 8> kKinds = {"currency", "clearing_bank", "persons",    "origin",
                                                    "content",  "territory",     "membership", "conduct"};

/// From the strongest: the first of them that a condition's words give is its kind.
constexpr std::array kStrongest = {NexusKind::territory,     NexusKind::content, NexusKind::origin,     NexusKind::currency,
                                   NexusKind::clearing_bank, NexusKind::persons, NexusKind::membership, NexusKind::conduct};

Scope scope_of(Word word) {
  const auto known = vocabulary();
  const auto at = std::find_if(known.begin(), known.end(), [&](const WordInfo& info) { return info.word == word; });
  return at == known.end() ? Scope::deal : at->scope;
}

NexusKind kind_of_word(const Condition& condition) {
  switch (condition.word) {
    case Word::shipped_from:
    case Word::transit:
    case Word::route_touches:
    case Word::destination: return NexusKind::territory;
    case Word::made_with:
    case Word::made_with_stated:
    case Word::origin_or_made_with: return NexusKind::content;
    case Word::origin: return NexusKind::origin;
    case Word::payment_currency: return NexusKind::currency;
    case Word::role: return condition.texts == std::vector<std::string>{"bank"} ? NexusKind::clearing_bank : NexusKind::persons;
    case Word::subject_in: return NexusKind::persons;
    case Word::always: return NexusKind::membership;
    default: break;
  }
  const Scope scope = scope_of(condition.word);
  return scope == Scope::subject ? NexusKind::persons : scope == Scope::leg ? NexusKind::territory : NexusKind::conduct;
}

bool stronger(NexusKind a, NexusKind b) {
  return std::find(kStrongest.begin(), kStrongest.end(), a) < std::find(kStrongest.begin(), kStrongest.end(), b);
}

}  // namespace

std::string_view nexus_kind_name(NexusKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<NexusKind> nexus_kind_from_name(std::string_view name) {
  const auto* at = std::find(kKinds.begin(), kKinds.end(), name);
  if (at == kKinds.end()) return {};
  return static_cast<NexusKind>(at - kKinds.begin());
}

std::string nexus_kinds() { return fmt::format("{}", fmt::join(kKinds, ", ")); }

NexusKind nexus_kind_of(const Condition& condition) {
  // "Not a bank" says nothing of what binds.
  if (condition.word == Word::negation) return NexusKind::conduct;
  if (condition.children.empty()) return kind_of_word(condition);
  NexusKind kind = NexusKind::conduct;
  for (const auto& child : condition.children) {
    const NexusKind other = nexus_kind_of(child);
    if (stronger(other, kind)) kind = other;
  }
  return kind;
}

}  // namespace tamga::policy
