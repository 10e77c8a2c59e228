#include "cases/alert.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cases/calendar.h"

namespace tamga::cases {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"open", "assigned", "escalated", "closed"};
constexpr std::array<std::string_view, 6> kActs = {"assign", "escalate", "note", "attach", "close", "renew"};

constexpr std::array<Reason, 8> kReasons = {{
    {"false_hit", "the party is not the listed one; marked for the pair or only said here", false, true, true, "what tells the two apart"},
    {"information_received", "what was missing is there, and the deal was cleared again with it", false, false, true, "what came, and from whom"},
    {"answered_by_authority", "the authority has answered, and the deal follows its answer", true, false, true, "which consultation"},
    {"licence", "a recorded licence covers it", true, false, true, "which licence"},
    {"deal_refused", "the deal is not done, because of this", true, false, false, {}},
    {"deal_withdrawn", "the parties have withdrawn the deal", true, false, false, {}},
    {"deal_replaced", "the deal was changed and stands under another number", true, false, true, "under which number"},
    {"no_risk", "looked into: the finding asks for care, and nothing was found", false, false, true, "what was looked into"},
}};

struct HouseDeadline {
  std::string_view outcome;
  int business_days;
};
constexpr std::array<HouseDeadline, 3> kDeadlines = {{{"prohibited", 1}, {"licence_required", 5}, {"review", 10}}};

}  // namespace

std::string_view state_name(State state) { return kStates.at(static_cast<std::size_t>(state)); }

std::optional<State> state_from_name(std::string_view name) {
  const auto* const at = std::find(kStates.begin(), kStates.end(), name);
  if (at == kStates.end()) return std::nullopt;
  return static_cast<State>(at - kStates.begin());
}

std::string_view act_name(Act act) { return kActs.at(static_cast<std::size_t>(act)); }

std::optional<Act> act_from_name(std::string_view name) {
  const auto* const at = std::find(kActs.begin(), kActs.end(), name);
  if (at == kActs.end()) return std::nullopt;
  return static_cast<Act>(at - kActs.begin());
}

std::optional<State> after(State state, Act act) {
  if (state == State::closed) return act == Act::renew ? std::optional(State::open) : std::nullopt;
  switch (act) {
    case Act::assign: return state == State::escalated ? State::escalated : State::assigned;
    case Act::escalate: return state == State::escalated ? std::nullopt : std::optional(State::escalated);
    case Act::close: return State::closed;
    case Act::note:
    case Act::attach:
    case Act::renew: return state;
  }
  return std::nullopt;
}

std::span<const Reason> reasons() { return kReasons; }

const Reason* reason(std::string_view code) {
  const auto* const at = std::find_if(kReasons.begin(), kReasons.end(), [&](const Reason& one) { return one.code == code; });
  return at == kReasons.end() ? nullptr : at;
}

std::string why_not(std::string_view code, std::string_view outcome, Hits hits, std::string_view text) {
  const Reason* const chosen = reason(code);
  if (chosen == nullptr) {
    std::string codes;
    for (const auto& one : kReasons) codes += fmt::format("{}{}", codes.empty() ? "" : ", ", one.code);
    return fmt::format("\"{}\" is no reason, expected one of {}", code, codes);
  }
  // Prohibited and "needs a licence" are never said of a possible match, so those findings are true whatever the hits say.
  const bool true_hit = hits.certain || outcome != "review";
  if (true_hit && !chosen->of_true_hit)
    return fmt::format("{} is not for a true hit or a prohibition: nobody here clears it, only the authority's licence changes what is decided",
                       code);
  if (chosen->needs_hit && !hits.possible) return fmt::format("{} is for possible hits, and this alert has none", code);
  if (chosen->needs_text && text.empty()) return fmt::format("{} must say {} (--text)", code, chosen->text_says);
  return {};
}

Date deadline_of(std::string_view outcome, Date opened) {
  const auto* const at = std::find_if(kDeadlines.begin(), kDeadlines.end(), [&](const HouseDeadline& one) { return one.outcome == outcome; });
  return business_days_after(opened, at == kDeadlines.end() ? 10 : at->business_days, Calendar::weekdays);
}

}  // namespace tamga::cases
