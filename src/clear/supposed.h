#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clear/clear.h"

/// What a what-if supposes besides lists and rules: routes that are closed, banks that have lost their correspondent accounts. No authority says so,
/// so such a finding has no regime; its outcome is `prohibited`, since the deal cannot be carried out as it stands.
namespace tamga::clear {

/// The country of a leg: as it says, else that of its place.
[[nodiscard]] std::string_view country_of(const RouteLeg& leg);
/// Which leg (its number) the closed route stops; nothing: none. Transit through a country is what lies between the first and the last leg.
[[nodiscard]] std::optional<std::size_t> stopped_leg(const ClosedRoute& closed, std::span<const RouteLeg> route);
[[nodiscard]] bool is_bank(const CutOffBank& cut, const Bank& bank);
/// "transit through RU", "legs from PL to BY by rail".
[[nodiscard]] std::string text(const ClosedRoute& closed);

void judge_supposed(const Supposed& supposed, const Deal& deal, std::vector<Finding>& findings);

}  // namespace tamga::clear
