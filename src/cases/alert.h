#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/date.h"

/// What may happen to an alert, and with which reason it may end (docs/casework.md). Pure: the store asks, and keeps.
namespace tamga::cases {

enum class State : std::uint8_t { open, assigned, escalated, closed };
[[nodiscard]] std::string_view state_name(State state);
[[nodiscard]] std::optional<State> state_from_name(std::string_view name);

enum class Act : std::uint8_t {
  assign,
  escalate,
  note,
  attach,
  close,  ///< after another person has approved it
  renew,  ///< the deal was cleared again, and what the alert stands on has changed
};
[[nodiscard]] std::string_view act_name(Act act);
[[nodiscard]] std::optional<Act> act_from_name(std::string_view name);

/// The state afterwards; nothing where the act is not allowed: of what is closed only renewed grounds make anything.
[[nodiscard]] std::optional<State> after(State state, Act act);

/// What a closed alert says of why.
struct Reason {
  std::string_view code;
  std::string_view meaning;
  bool of_true_hit = false;    ///< a hit that is certain may be closed with it. No reason changes what clear decides.
  bool needs_hit = false;      ///< only where every hit of the alert is a possible one, by name
  bool needs_text = false;     ///< --text must say more: which licence, which answer
  std::string_view text_says;  ///< what, for the error message
};
[[nodiscard]] std::span<const Reason> reasons();
[[nodiscard]] const Reason* reason(std::string_view code);

/// What the store knows of an alert when it is asked whether a reason fits.
struct Hits {
  bool certain = false;   ///< one of them at least: a checked identifier agrees, or a name that leaves no doubt
  bool possible = false;  ///< one of them at least
};
/// Why an alert cannot be closed with the reason, for a sentence; empty: it can. `outcome`: of the finding behind it, "review" or worse.
[[nodiscard]] std::string why_not(std::string_view code, std::string_view outcome, Hits hits, std::string_view text);

/// The house's own deadline for an alert: business days (weekdays) after the day it is opened. No law's; docs/casework.md lists them.
[[nodiscard]] Date deadline_of(std::string_view outcome, Date opened);

}  // namespace tamga::cases
