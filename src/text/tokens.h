#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// From a name as somebody wrote it to words that can be compared.
///
/// Two forms of each word are made. `latin` is a plain lower-case romanisation, nothing but a-z and 0-9. `key` folds away what
/// romanisations disagree about: zh/ž/z, kh/h, ts/tz/c, y/j/i, double letters, a silent h at the end. "Sergey", "Sergej", "Sergei"
/// and "Сергей" all have the key "sergei". Keys are equal far more often than names are, so a match by key alone scores less than
/// one by `latin`.
///
/// Pure functions; deterministic on every machine (own tables and ICU's Unicode normalisation, no locale).
namespace tamga::text {

enum class Script : std::uint8_t { latin, cyrillic, greek, arabic, hebrew, armenian, georgian, indic, thai, han, kana, hangul, other };
[[nodiscard]] std::string_view script_name(Script script);
/// Arabic (Persian, Urdu …) and Hebrew write consonants and few vowels: their `latin` has few too.
[[nodiscard]] inline bool is_abjad(Script script) { return script == Script::arabic || script == Script::hebrew; }

/// What a name belongs to; it decides how scripts without spaces are cut into words.
enum class Use : std::uint8_t { person, organisation, other };

struct Token {
  std::string original;  ///< as written, for people
  std::string latin;     ///< a-z and 0-9 only
  std::string key;
  Script script = Script::latin;  ///< what most of it is written in
  bool dotted = false;            ///< letters joined over their dots: "V.V."
  bool operator==(const Token&) const = default;
};

inline constexpr std::size_t kTokensMax = 32;
inline constexpr std::size_t kTokenBytesMax = 60;
inline constexpr std::size_t kReadingsMax = 4;

/// The ways a name can be read aloud, the usual one first. Most names have one; Chinese characters have several (Mandarin,
/// Cantonese, Korean), Hangul has two romanisations, and a Latin name that is written in Wade–Giles has one in pinyin too.
/// Kept by one thread and used again, so that reading a name need not allocate.
struct Readings {
  std::array<std::vector<Token>, kReadingsMax> tokens;
  std::size_t count = 0;
};

/// Words of a name in their order. Splits at white space, hyphens and punctuation; joins dotted letters ("S.C." is "sc") and
/// drops apostrophes ("Ch'oe" is "choe"); removes invisible and bidirectional control characters; in a word that mixes
/// scripts, letters that only look like those of the other script are taken for it ("Рutin" with a Cyrillic Р). Invalid UTF-8 is
/// treated as a separator. Never more than kTokensMax tokens; a word longer than kTokenBytesMax is cut.
void read(std::string_view name, Use use, Readings& readings);
/// The first reading.
[[nodiscard]] std::vector<Token> tokenize(std::string_view name, Use use = Use::other);

/// The comparison key of a lower-case romanised word.
[[nodiscard]] std::string comparison_key(std::string_view latin);

/// What is left of a word when it goes through a script without vowels: the classes of its consonants. Equal for "muhammad" and
/// for the "mhmd" of محمد; compared only where one side is written in such a script.
[[nodiscard]] std::string skeleton(std::string_view latin, Script script);

}  // namespace tamga::text
