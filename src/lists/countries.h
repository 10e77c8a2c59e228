#pragma once

#include <string_view>

namespace tamga::lists {

/// The ISO 3166-1 alpha-2 code, lower case, of a country, nationality or adjective as lists write it in English ("Russia", "Russian
/// Federation", "Korea, North", "Kazakhstani"); empty when it is none. Case does not matter.
[[nodiscard]] std::string_view country_code(std::string_view name);
/// The same code in lower case ("RU" is "ru"); empty when the two letters are no country's.
[[nodiscard]] std::string_view known_country(std::string_view code);

}  // namespace tamga::lists
