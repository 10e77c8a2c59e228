#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8 as Unicode 15 defines it (table 3-7): no overlong form, no half of a surrogate pair.
namespace tamga {

/// Bytes of the character that the text begins with, 1 to 4; 0: they are no UTF-8, or there are none.
[[nodiscard]] std::size_t character_size(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);
/// 1-based; 0 when all is UTF-8.
[[nodiscard]] std::uint64_t first_line_not_utf8(std::string_view text);
/// What somebody wrote, as it may be quoted back in JSON or on a terminal's line: bytes that are no UTF-8 become U+FFFD, and of a long text the
/// beginning stays, `most` bytes or a few more, with " …" after it.
[[nodiscard]] std::string quotable(std::string_view text, std::size_t most = 600);

}  // namespace tamga
