#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/condition.h"

/// By what a regime is bound to a deal. Closed, like the vocabulary of conditions (docs/policy-vocabulary.md, "Nexus").
namespace tamga::policy {

enum class NexusKind : std::uint8_t {
  currency,
  clearing_bank,
  persons,
  origin,
  content,
  territory,
  membership,  ///< of an organisation whose decisions bind everyone
  conduct,     ///< anything else that is done or stated
};
/// "clearing_bank".
[[nodiscard]] std::string_view nexus_kind_name(NexusKind kind);
[[nodiscard]] std::optional<NexusKind> nexus_kind_from_name(std::string_view name);
/// All names, for an error: "currency, clearing_bank, …".
[[nodiscard]] std::string nexus_kinds();

/// What a nexus test without a `kind` of its own is, by the words that it rests on. Where there are several, a place counts before what passes it,
/// and goods before who trades them.
[[nodiscard]] NexusKind nexus_kind_of(const Condition& condition);

}  // namespace tamga::policy
