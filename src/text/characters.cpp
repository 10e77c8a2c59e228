#include "text/characters.h"

#include <algorithm>
#include <iterator>

namespace tamga::text {
namespace {

struct Composition {
  char32_t base;
  char32_t mark;
  char32_t composed;
};

#include "text/characters.inc"

constexpr std::size_t kBlock = 128;

// Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
constexpr char32_t kLeadFirst = 0x1100, kLeadCount = 19, kVowelFirst = 0x1161, kVowelCount = 21, kTailFirst = 0x11A7, kTailCount = 28;
constexpr char32_t kHangulFirst = 0xAC00, kHangulCount = kLeadCount * kVowelCount * kTailCount;

}  // namespace

const Character& character(char32_t code) {
  if (code < std::size(kStage1) * kBlock) return kCharacters[kStage2[kStage1[code / kBlock] * kBlock + code % kBlock]];
  static constexpr Character kHan(0, 0, static_cast<int>(Kind::letter), static_cast<int>(System::han), 0, 0);
  static constexpr Character kTag(0, 0, static_cast<int>(Kind::invisible), 0, 0, 0);
  // Planes 2 and 3 are Chinese characters; plane 14 holds tags and variation selectors.
  if (code < 0x40000) return kHan;
  if (code >= 0xE0000 && code < 0xE1000) return kTag;
  return kCharacters[0];
}

std::string_view latin_of(const Character& character) { return kLatinPool.substr(character.latin_offset, character.latin_size); }

std::u32string_view expansion_of(const Character& character) { return {kExpansions + character.latin_offset, character.latin_size}; }

char32_t compose(char32_t base, char32_t mark) {
  if (base >= kLeadFirst && base < kLeadFirst + kLeadCount && mark >= kVowelFirst && mark < kVowelFirst + kVowelCount) {
    return kHangulFirst + ((base - kLeadFirst) * kVowelCount + (mark - kVowelFirst)) * kTailCount;
  }
  if (base >= kHangulFirst && base < kHangulFirst + kHangulCount && (base - kHangulFirst) % kTailCount == 0 && mark > kTailFirst &&
      mark < kTailFirst + kTailCount) {
    return base + (mark - kTailFirst);
  }
  const auto* const at = std::lower_bound(std::begin(kCompositions), std::end(kCompositions), std::pair(base, mark),
                                          [](const Composition& entry, const auto& key) { return std::pair(entry.base, entry.mark) < key; });
  return at != std::end(kCompositions) && at->base == base && at->mark == mark ? at->composed : 0;
}

Decoded decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0U) == 0x80; };
  const char32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead < 0xE0 && follows(1)) return {(lead & 0x1FU) << 6U | (byte(1) & 0x3FU), 2};
  if (lead >= 0xE0 && lead < 0xF0 && follows(1) && follows(2)) {
    const char32_t code = (lead & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) return {code, 3};
  }
  if (lead >= 0xF0 && lead < 0xF5 && follows(1) && follows(2) && follows(3)) {
    const char32_t code = (lead & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U | (byte(3) & 0x3FU);
    if (code >= 0x10000 && code <= 0x10FFFF) return {code, 4};
  }
  return {kInvalid, 1};
}

void append_code_point(std::string& out, char32_t code) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  out += 'u';
  unsigned shift = 20;
  while (shift > 0 && code >> shift == 0) shift -= 4;
  for (;; shift -= 4) {
    out += kDigits[code >> shift & 0xFU];
    if (shift == 0) break;
  }
}

}  // namespace tamga::text
