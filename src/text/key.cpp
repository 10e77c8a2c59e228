#include "text/key.h"

#include <array>

#include "text/tokens.h"

namespace tamga::text {
namespace {

// One byte of flags for each byte, so that the loops have no chains of comparisons.
constexpr std::uint8_t kVowel = 1, kConsonant = 2, kDigit = 4;
constexpr auto kFlags = [] {
  std::array<std::uint8_t, 256> flags{};
  for (unsigned c = 'a'; c <= 'z'; ++c) flags[c] = kConsonant;
  for (const unsigned char c : {'a', 'e', 'i', 'o', 'u'}) flags[c] = kVowel;
  for (unsigned c = '0'; c <= '9'; ++c) flags[c] = kDigit;
  return flags;
}();
bool is(char c, std::uint8_t flag) { return (kFlags[static_cast<unsigned char>(c)] & flag) != 0; }

/// What romanisation systems write differently for one sound, and what is commonly misspelt: the letters that `in[0]`, followed by the rest of
/// `in`, stands for, and how many it took. `in` has a zero behind its end.
struct Fold {
  char to;
  std::size_t taken;
};
Fold fold(const char* in) {
  const char a = in[0];
  const char b = in[1];
  switch (a) {
    case 's':
      if (b == 'h') return {'s', in[2] == 'c' && in[3] == 'h' ? 4U : 2U};
      if (b == 'c' && in[2] == 'h') return {'s', 3};
      return {'s', 1};
    case 't':
      if (b == 's') return {'c', in[2] == 'c' && in[3] == 'h' ? 4U : 2U};
      if (b == 'c' && in[2] == 'h') return {'c', 3};
      if (b == 'h') return {'t', 2};
      if (b == 'z') return {'c', 2};
      return {'t', 1};
    case 'c':
      if (b == 'h') return {'c', 2};
      if (b == 'k') return {'k', 2};
      return {'c', 1};
    case 'z': return {'z', b == 'h' ? 2U : 1U};
    case 'k': return b == 'h' ? Fold{'h', 2} : Fold{'k', 1};
    case 'g': return {'g', b == 'h' ? 2U : 1U};
    case 'p': return b == 'h' ? Fold{'f', 2} : Fold{'p', 1};
    case 'd': return {'d', b == 'h' ? 2U : 1U};
    case 'b': return {'b', b == 'h' ? 2U : 1U};
    case 'q': return {'k', b == 'u' ? 2U : 1U};
    case 'o': return b == 'u' || b == 'o' ? Fold{'u', 2} : Fold{'o', 1};
    case 'e':
      // "ee" is one sound in Kareem and two in Sergeevich, Andreev and Panteleenko.
      if (b == 'e') return {in[2] == 'v' || in[2] == 'w' || (in[2] == 'n' && in[3] == 'k') ? 'e' : 'i', 2};
      return {'e', 1};
    case 'w': return {'v', 1};
    case 'y':
    case 'j': return {'i', 1};
    default: return {a, 1};
  }
}

}  // namespace

void comparison_key_into(std::string_view latin, std::string& key) {
  // Two buffers on the stack for words, and one on the heap for texts that are none. A key is at most twice as long, since x is ks.
  constexpr std::size_t kShort = 2 * kTokenBytesMax + 8;
  constexpr std::size_t kBehind = 4;                ///< zeros that fold() may look at
  std::array<char, kShort + kBehind> short_single;  // NOLINT: what is read is written first
  std::array<char, 2 * kShort> short_out;           // NOLINT: the same
  std::string large;
  char* single = short_single.data();
  char* out = short_out.data();
  if (latin.size() > kShort) {
    large.resize(3 * latin.size() + kBehind);
    single = large.data();
    out = single + latin.size() + kBehind;
  }
  // Doubled consonants first, since they would hide "ts" in "tss"; "oo" and "ee" are sounds of their own.
  std::size_t size = 0;
  for (const char c : latin) {
    if (size == 0 || single[size - 1] != c || !is(c, kConsonant)) single[size++] = c;
  }
  for (std::size_t i = 0; i < kBehind; ++i) single[size + i] = 0;
  std::size_t length = 0;
  const auto push = [&](char c) {
    if (length > 0 && out[length - 1] == c && !is(c, kDigit)) return;
    // "ye", "je", "ie" and a bare е are one: Yevgeny, Jevgenij, Ievgen, Евгений.
    if (c == 'e' && length > 0 && out[length - 1] == 'i') {
      --length;
      if (length > 0 && out[length - 1] == 'e') return;
    }
    out[length++] = c;
  };
  for (std::size_t i = 0; i < size;) {
    if (single[i] == 'x') {
      push('k');
      push('s');
      ++i;
      continue;
    }
    const Fold folded = fold(single + i);
    push(folded.to);
    i += folded.taken;
  }
  if (length > 3 && out[length - 1] == 'h' && is(out[length - 2], kVowel)) --length;
  key.assign(out, length);
}

std::string comparison_key(std::string_view latin) {
  std::string key;
  comparison_key_into(latin, key);
  return key;
}

bool undo_digit_letters(std::string_view latin, Disguise disguise, std::string& out) {
  std::size_t digits = 0;
  for (const char c : latin) digits += is(c, kDigit) ? 1 : 0;
  if (digits == 0 || latin.size() < 4 || digits * 2 >= latin.size()) return false;
  // "T90M", "S300": a letter or two before or after a number is a designation, not a disguised word.
  if (digits >= 2 && latin.size() < 6) return false;
  static constexpr std::array<std::string_view, 10> kLatin = {"o", "i", "z", "e", "a", "s", "g", "t", "b", "g"};
  static constexpr std::array<std::string_view, 10> kCyrillic = {"o", "i", "z", "z", "ch", "s", "b", "t", "v", "g"};
  const auto& letters = disguise == Disguise::latin ? kLatin : kCyrillic;
  out.clear();
  for (const char c : latin) {
    if (is(c, kDigit)) {
      out += letters[static_cast<std::size_t>(c - '0')];
    } else {
      out += c;
    }
  }
  return true;
}

}  // namespace tamga::text
