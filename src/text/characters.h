#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// What each character of Unicode is to a name: the module's own tables, so that no locale, no ICU and no version of it decides.
/// Internal to src/text. The tables are made by scripts/gen_text_tables.py, which also says by what rules.
namespace tamga::text {

enum class Kind : std::uint8_t {
  separator,
  letter,
  digit,
  mark,        ///< goes with the letter before it
  invisible,   ///< format and bidirectional controls, fillers: as if they were not there (Unicode TR 36, section 2.9)
  apostrophe,  ///< also the modifier letters that romanisations use for ь, ayn and aspiration
  dot,
  middle_dot,  ///< separates the parts of a foreign name in Chinese and Japanese
  hyphen,
  quote,     ///< between Hebrew letters a gershayim, elsewhere a separator
  disguise,  ///< "$" and the like, a letter when between letters
  expand,    ///< stands for other characters (NFKD)
};

/// Writing systems, as far as they are read by different code.
enum class System : std::uint8_t {
  none,
  latin,
  cyrillic,
  greek,
  armenian,
  georgian,
  arabic,
  hebrew,
  indic_north,  ///< the inherent vowel at the end of a word is silent
  indic_south,  ///< and here it is heard
  thai,
  lao,
  khmer,
  myanmar,
  ethiopic,
  han,
  kana,
  hangul,
  other,
};

/// In scripts whose consonants have an inherent vowel (Unicode's Indic_Syllabic_Category, condensed). `numbered` letters have neither a
/// reading nor a name (Tangut, Khitan) and are spelled by their code point.
enum class Role : std::uint8_t { none, consonant, vowel, sign, virama, final, medial, numbered };

struct Character {
  std::uint16_t latin_offset = 0;  ///< into the pool of romanisations; of `expand`: into the expansions
  std::uint8_t latin_size = 0;
  Kind kind = Kind::separator;
  System system = System::none;
  Role role = Role::none;
  bool upper = false;

  constexpr Character(int offset, int size, int kind_number, int system_number, int role_number, int is_upper)
      : latin_offset{static_cast<std::uint16_t>(offset)},
        latin_size{static_cast<std::uint8_t>(size)},
        kind{static_cast<Kind>(kind_number)},
        system{static_cast<System>(system_number)},
        role{static_cast<Role>(role_number)},
        upper{is_upper != 0} {}
};

[[nodiscard]] const Character& character(char32_t code);
/// The romanisation of a character by itself, a-z and 0-9. Empty for a letter that is not heard, and for Chinese and Hangul.
[[nodiscard]] std::string_view latin_of(const Character& character);
/// Characters of kind `expand`: what they stand for.
[[nodiscard]] std::u32string_view expansion_of(const Character& character);
/// The precomposed letter of a letter and a mark, or 0. Only letters that are read differently from their base: й, آ, が, a Hangul syllable.
[[nodiscard]] char32_t compose(char32_t base, char32_t mark);

struct Decoded {
  char32_t code = 0;      ///< kInvalid for a byte that is not UTF-8
  std::size_t bytes = 0;  ///< at least 1
};
inline constexpr char32_t kInvalid = 0xFFFFFFFF;
/// The character at the beginning of `text`, which is not empty. Strict: no surrogates, no overlong forms.
[[nodiscard]] Decoded decode(std::string_view text);
/// "u17000": a letter that nobody reads, so that none is lost.
void append_code_point(std::string& out, char32_t code);

/// A letter of a word while it is read. Without initialisers, since thousands of them lie in a buffer of which few are used.
struct Letter {
  char32_t code;
  std::uint32_t byte;  ///< where it begins in the name
  const Character* is;
};
using Letters = std::span<const Letter>;

}  // namespace tamga::text
