#pragma once

#include <string>
#include <string_view>

namespace tamga {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The address of content: "sha256:" and the digits.
[[nodiscard]] std::string content_address(std::string_view bytes);

}  // namespace tamga
