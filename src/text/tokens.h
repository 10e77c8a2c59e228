#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// From a name as somebody wrote it to words that can be compared.
///
/// Two forms of each word are made. `latin` is a plain lower-case romanisation, nothing but a-z and 0-9, whatever the script. `key` folds
/// away what romanisations disagree about: zh/ž/z, kh/h, ts/tz/c, y/j/i, double letters, a silent h at the end. "Sergey", "Sergej", "Sergei"
/// and "Сергей" all have the key "sergei". Keys are equal far more often than names are, so a match by key alone scores less than
/// one by `latin`. Where a script writes too little for keys to meet, `skeleton` does.
///
/// Pure functions, safe from any thread; deterministic on every machine (own tables made from Unicode 15.0, no locale). Standards, limits
/// and measured numbers: docs/text.md.
///
///     Readings readings;  // kept, so that the next name allocates nothing
///     read("김정은", Use::person, readings);  // kim jong un; gim jeong eun; kim jung eun
///     for (std::size_t i = 0; i < readings.count; ++i) compare(readings.tokens[i]);
namespace tamga::text {

enum class Script : std::uint8_t { latin, cyrillic, greek, arabic, hebrew, armenian, georgian, indic, thai, han, kana, hangul, other };
[[nodiscard]] std::string_view script_name(Script script);
/// Arabic (Persian, Urdu …) and Hebrew write consonants and few vowels: their `latin` has few too.
[[nodiscard]] constexpr bool is_abjad(Script script) { return script == Script::arabic || script == Script::hebrew; }

/// What a name belongs to; it decides how scripts without spaces are cut into words.
enum class Use : std::uint8_t { person, organisation, other };

struct Token {
  std::string original;           ///< as written, for people, without what is invisible; two tokens of one written word have the same
  std::string latin;              ///< a-z and 0-9 only, 1 to kTokenBytesMax of them
  std::string key;                ///< comparison_key(latin), with digits that imitate letters ("Sech1n") read as those; not empty
  Script script = Script::latin;  ///< what most of it is written in
  bool dotted = false;            ///< letters joined over their dots: "V.V."
  bool operator==(const Token&) const = default;
};

inline constexpr std::size_t kTokensMax = 32;
inline constexpr std::size_t kTokenBytesMax = 60;
inline constexpr std::size_t kReadingsMax = 4;

/// The ways a name can be read aloud, the usual one first. Most names have one. More have: Chinese personal names (Mandarin, Hong Kong,
/// Korean), Hangul (North Korean, revised, customary), Arabic compounds (Abdul Rahman, Abdulrahman), Persian names (Iran's sounds and
/// others'), Ukrainian and Belarusian г, ё, and a Latin name that is written in Wade–Giles. No two are the same.
/// Kept by one thread and used again, so that reading a name need not allocate.
struct Readings {
  std::array<std::vector<Token>, kReadingsMax> tokens;
  std::size_t count = 0;     ///< of `tokens`, the rest is empty
  std::vector<Token> spare;  ///< tokens of earlier names, whose strings are used again
};

/// Words of a name in their order. Splits at white space, hyphens and punctuation, and where a script begins that cannot stand in the
/// word; joins dotted letters ("S.C." is "sc") and drops apostrophes ("Ch'oe" is "choe"); removes invisible and bidirectional control
/// characters; in a word that mixes scripts, letters that only look like those of another script are taken for it ("Рutin" with a Cyrillic
/// Р). "AlisherUsmanov" is two words unless it is an organisation's. Invalid UTF-8 is treated as a separator. Of a name longer than 64 KiB
/// or 2,048 letters the rest is not read; never more than kTokensMax tokens; a word longer than kTokenBytesMax is cut.
///
/// `use` decides how Chinese characters and Hangul are cut: of a person into family and given name, of anything else by the words that names of
/// firms are made of, which come out in English ("limited", "trading").
void read(std::string_view name, Use use, Readings& readings);
/// The first reading.
[[nodiscard]] std::vector<Token> tokenize(std::string_view name, Use use = Use::other);

/// The comparison key of a lower-case romanised word.
[[nodiscard]] std::string comparison_key(std::string_view latin);

/// What is left of a word when it goes through a script that cannot write all its sounds: the classes of its consonants. Equal for
/// "muhammad" and for the "mhmd" of محمد; compared only where one side is written in such a script.
///
/// `script` is the script of the one that is not Latin, for both words: scripts differ in what they confuse (Arabic b and p, Hebrew p and f).
/// Scripts without a skeleton of their own, Latin among them, are given the classes of Arabic. An index of Latin words that is to be found
/// from several scripts keeps a skeleton for each. A filter and a hint, not a proof: of 32,000 words some 14 share each one (docs/text.md).
[[nodiscard]] std::string skeleton(std::string_view latin, Script script);
/// Arabic and Hebrew, which write few vowels; Chinese characters, kana and Hangul, in which foreign names are written by their sounds.
[[nodiscard]] constexpr bool has_skeleton(Script script) {
  return is_abjad(script) || script == Script::han || script == Script::kana || script == Script::hangul;
}

}  // namespace tamga::text
