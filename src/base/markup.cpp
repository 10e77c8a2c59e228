#include "base/markup.h"

#include "base/utf8.h"

namespace tamga {
namespace {

constexpr std::string_view kUnknown = "\xEF\xBF\xBD";

/// U+202A to U+202E and U+2066 to U+2069; U+FFFE and U+FFFF, which XML does not know.
bool stands_for_nothing(std::string_view character) {
  return (character >= "\xE2\x80\xAA" && character <= "\xE2\x80\xAE") || (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9") ||
         character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    const std::string_view character = text.substr(0, size == 0 ? 1 : size);
    text.remove_prefix(character.size());
    const char c = character.front();
    if (size == 0 || (size == 3 && stands_for_nothing(character))) {
      out += kUnknown;
    } else if (size > 1) {
      out += character;
    } else {
      switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        case '\n': out += '\n'; break;
        case '\t': out += ' '; break;
        default: out += static_cast<unsigned char>(c) < ' ' || c == 127 ? kUnknown : character;
      }
    }
  }
  return out;
}

}  // namespace tamga
