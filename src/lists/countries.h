#pragma once

#include <string_view>

namespace tamga::lists {

/// The ISO 3166-1 alpha-2 code, lower case, of a country, nationality or adjective as lists write it in English ("Russia", "Russian
/// Federation", "Korea, North", "Kazakhstani"); empty when it is none. Case does not matter.
[[nodiscard]] std::string_view country_code(std::string_view name);

}  // namespace tamga::lists
