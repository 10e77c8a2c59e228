#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "text/characters.h"
#include "text/tokens.h"

/// Internal to src/text: the words of a name before they are romanised, and where their tokens go. One file for each family of scripts:
/// romanise.cpp (alphabets), romanise_abjad.cpp, romanise_indic.cpp, romanise_thai.cpp, romanise_east.cpp.
namespace tamga::text {

/// How a name is read the second, third and fourth time.
enum class Way : std::uint8_t {
  usual,        ///< Mandarin; Hangul as North Korean and older lists write it
  ukrainian,    ///< г is h, as Ukraine (2010) and Belarus romanise it
  with_yo,      ///< ё is yo: Fyodor, Artyom; without the reading it is e, as most write
  cantonese,    ///< Chinese characters as in Hong Kong
  sino_korean,  ///< Chinese characters as a Korean name
  revised,      ///< Hangul in the Revised Romanisation of 2000
  customary,    ///< Hangul as South Koreans spell themselves: Lee, Park, Choi, Jung
  pinyin,       ///< a Latin name in Wade–Giles, in pinyin
  persian_gh,   ///< a Persian name with ق as Iran says it
  persian,      ///< a name in Arabic letters with Iran's sounds
  arabic,       ///< a name in Persian letters with Arabic sounds, as Afghans have them
  joined,       ///< Arabic compounds in one word: Abdulrahman, Sirajuddin
  foreign,      ///< what could be a Chinese or Korean name, as a foreign name written by its sounds
};

/// Two words that were run together have at least so many letters each.
inline constexpr std::size_t kPartMin = 3;

/// Without initialisers, as Letter; Word{} is all zero.
struct Word {
  std::uint32_t first;  ///< letters [first, last) of the name
  std::uint32_t last;
  std::uint32_t byte_end;  ///< in the name as written
  std::uint32_t systems;   ///< bit 1 << System for each that occurs
  System system;
  bool dotted;
  bool hidden;            ///< something invisible is inside
  bool camel;             ///< capitals stand where a second word may begin
  bool after_hyphen;      ///< nothing but a hyphen before it
  bool after_middle_dot;  ///< a middle dot before it
};

/// What the name as a whole tells about its words.
struct Facts {
  std::uint32_t systems = 0;        ///< bit 1 << System
  std::uint32_t latin_letters = 0;  ///< bit 0 is a
  bool middle_dot = false;
  bool ukrainian = false;     ///< letters that Ukrainian and Belarusian have and Russian has not
  bool turkic = false;        ///< қ ғ ҳ and the like: Kazakh, Uzbek, Tajik
  bool kazakh_latin = false;  ///< ğ or ǵ beside j: Kazakh Latin, where j is ж
  bool persian = false;       ///< letters of Persian, Urdu, Pashto …: ض is z there, ث s, و v
  bool east_of_iran = false;  ///< letters of Urdu or Pashto
  bool qaf = false;           ///< ق
  bool emphatic = false;      ///< ض ذ ث, which Persian says otherwise
  bool cyrillic_ge = false;   ///< г
  bool yo = false;            ///< ё
};

/// Tokens of one reading, in strings that are used again.
class Sink {
 public:
  Sink(std::string_view name, std::span<const Letter> letters, Use use, Readings& readings)
      : name_(name), letters_(letters), use_(use), readings_(readings) {}

  void begin(std::size_t reading, Way way);
  void finish();
  [[nodiscard]] bool full() const { return used_ == kTokensMax; }
  [[nodiscard]] Way way() const { return way_; }
  [[nodiscard]] Use use() const { return use_; }
  [[nodiscard]] Letters letters(const Word& word) const { return letters_.subspan(word.first, word.last - word.first); }
  /// All of the name's.
  [[nodiscard]] std::span<const Letter> letters() const { return letters_; }

  /// The romanisation of the next token, to append to.
  [[nodiscard]] std::string& open();
  /// The token that was opened is that of letters [first, last) of the name, as counted in `word`. A token without a letter is dropped.
  void close(const Word& word, std::size_t first, std::size_t last, Script script);
  void close(const Word& word, Script script) { close(word, word.first, word.last, script); }
  void put(std::string_view latin, const Word& word, std::size_t first, std::size_t last, Script script);
  /// The last token goes on over further letters ("عبد الله" is one token of two words).
  void extend_original(const Word& word, std::size_t last);

  /// Set when a compound was met that another reading would have in one word.
  bool joinable = false;

 private:
  std::string_view name_;
  std::span<const Letter> letters_;
  Use use_;
  Readings& readings_;
  std::size_t reading_ = 0;
  Way way_ = Way::usual;
  std::size_t used_ = 0;
  std::string undone_;
  void append_original(std::string& original, const Word& word, std::size_t first, std::size_t last) const;
};

[[nodiscard]] Script script_of(System system);

// Alphabets: letters that only look like those of another script are taken for it first.
void unify_look_alikes(std::span<Letter> word, std::uint32_t systems, System rest_of_name, System& system);
void romanise_alphabet(const Word& word, const Facts& facts, Sink& sink);
void romanise_abjad(std::span<const Word> words, std::size_t& at, const Facts& facts, Sink& sink);
void romanise_indic(const Word& word, Sink& sink);
void romanise_khmer(const Word& word, Sink& sink);
void romanise_myanmar(const Word& word, Sink& sink);
void romanise_thai(const Word& word, Sink& sink);
void romanise_kana(const Word& word, Sink& sink);
void romanise_han(std::span<const Word> words, std::size_t at, const Facts& facts, Sink& sink);
void romanise_hangul(std::span<const Word> words, std::size_t at, const Facts& facts, Sink& sink);

/// The words of a Chinese or a Korean personal name, family name first, that stand together in a name; empty when there is none.
[[nodiscard]] std::span<const Word> chinese_person(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts);
[[nodiscard]] std::span<const Word> korean_person(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts);
[[nodiscard]] bool is_korean_surname(char32_t han);
/// Whether such a name is made of characters that foreign names are transcribed with (安德斯 Anders, 이나우디 Einaudi).
[[nodiscard]] bool may_be_foreign(std::span<const Word> person, std::span<const Letter> letters);

/// A Latin personal name in Wade–Giles to pinyin: the tokens of the first reading to those of `pinyin`; false when it is none.
[[nodiscard]] bool wade_giles_to_pinyin(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts, Sink& sink);

}  // namespace tamga::text
