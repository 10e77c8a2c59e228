#pragma once

#include <cstdint>
#include <string_view>

namespace tamga::names {

/// Which letters a key has: bit 0 a … bit 25 z, bit 26 digits. One edit changes at most two of them.
[[nodiscard]] std::uint32_t letters_of(std::string_view key);

/// Optimal string alignment distance (insert, delete, replace, swap neighbours), or limit + 1 when it is larger than `limit`, which is
/// 0, 1 or 2.
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b, int limit);

}  // namespace tamga::names
