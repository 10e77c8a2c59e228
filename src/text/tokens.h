#pragma once

#include <string>
#include <string_view>
#include <vector>

/// From a name as somebody wrote it to words that can be compared.
///
/// Two forms of each word are made. `latin` is a plain lower-case romanisation: marks stripped, Cyrillic and Greek letters
/// replaced one by one (BGN/PCGN, domain.md section 6). `key` folds away what romanisations disagree about: zh/ž/z, kh/h, ts/tz/c,
/// y/j/i, double letters, a silent h at the end. "Sergey", "Sergej", "Sergei" and "Сергей" all have the key "sergei".
/// Keys are equal far more often than names are, so a match by key alone scores less than one by `latin`.
///
/// Other scripts are kept as they are for now: they match themselves exactly, and nothing else.
///
/// Pure functions; deterministic on every machine (own tables and ICU's Unicode normalisation, no locale).
namespace tamga::text {

struct Token {
  std::string original;  ///< as written, for people
  std::string latin;
  std::string key;
  bool transliterated = false;  ///< written in another script than Latin
  bool dotted = false;          ///< letters joined over their dots: "V.V."
  bool operator==(const Token&) const = default;
};

/// Words of a name in their order. Splits at white space, hyphens and punctuation; joins dotted letters ("S.C." is "sc") and
/// drops apostrophes ("Ch'oe" is "choe"); removes invisible and bidirectional control characters; in a word that mixes
/// scripts, letters that only look like those of the other script are taken for it ("Рutin" with a Cyrillic Р). Invalid UTF-8 is
/// treated as a separator. Never more than kTokensMax tokens; a word longer than kTokenBytesMax is cut.
[[nodiscard]] std::vector<Token> tokenize(std::string_view name);

inline constexpr std::size_t kTokensMax = 32;
inline constexpr std::size_t kTokenBytesMax = 60;

/// The comparison key of a lower-case romanised word.
[[nodiscard]] std::string comparison_key(std::string_view latin);

}  // namespace tamga::text
