#pragma once

#include <string_view>

#include "flows/series.h"

namespace tamga::flows {

/// What statistics write for a country: two or three letters (ISO 3166-1), a number (UN M49, with Comtrade's own for some), an English name.
/// Eurostat's explanations in brackets ("France (incl. …)") are passed over. 0: none is known of that.
[[nodiscard]] Country read_country(std::string_view text);
/// A total over partners, which would count everything twice: World, "0", "W00", Comext's EXTRA_EU and INTRA_EU and the like.
[[nodiscard]] bool is_total(std::string_view text);
/// What a number or three letters meant that no country has today: "the Soviet Union, to 1991". Empty for others. Whose trade it was cannot be told
/// from it: it is not divided among the countries of today.
[[nodiscard]] std::string_view former_country(std::string_view text);
/// A member of the European Union since 2020.
[[nodiscard]] bool is_member(Country country);

}  // namespace tamga::flows
