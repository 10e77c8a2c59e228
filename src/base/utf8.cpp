#include "base/utf8.h"

#include <simdjson.h>

#include <algorithm>

namespace tamga {

std::size_t character_size(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0U) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return follows(1) ? 2 : 0;
  if (first < 0xf0) {
    const bool second = first == 0xe0 ? byte(1) >= 0xa0 : first != 0xed || byte(1) < 0xa0;
    return second && follows(1) && follows(2) ? 3 : 0;
  }
  const bool second = first == 0xf0 ? byte(1) >= 0x90 : first != 0xf4 || byte(1) < 0x90;
  return second && follows(1) && follows(2) && follows(3) ? 4 : 0;
}

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::uint64_t first_line_not_utf8(std::string_view text) {
  if (is_utf8(text)) return 0;
  std::uint64_t line = 1;
  for (std::size_t begin = 0; begin < text.size(); ++line) {
    const auto end = std::min(text.find('\n', begin), text.size());
    if (!is_utf8(text.substr(begin, end - begin))) return line;
    begin = end + 1;
  }
  return line;
}

std::string quotable(std::string_view text, std::size_t most) {
  std::string plain;
  for (std::size_t i = 0; i < text.size();) {
    if (plain.size() > most) return plain + " …";
    const std::size_t size = character_size(text.substr(i));
    if (size == 0) {
      plain += "\uFFFD";
      ++i;
    } else {
      plain += text.substr(i, size);
      i += size;
    }
  }
  return plain;
}

}  // namespace tamga
