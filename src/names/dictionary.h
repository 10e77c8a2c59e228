#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "names/parameters.h"
#include "names/tables.h"
#include "text/tokens.h"

/// What words mean in names: legal forms, common words and their translations, places, titles, particles, nicknames, numbers.
/// Looked up by comparison key, so that one spelling stands for all that differ only in romanisation. Immutable.
namespace tamga::names {

/// What a word does in a name.
enum class Role : std::uint8_t {
  word,        ///< it names
  patronymic,  ///< Vladimirovich, Vladimirovna, -uly, -kyzy
  particle,    ///< of, de, van, al, bin
  son_of,      ///< bin, ibn, uly as a word of its own: a particle that gives the words around it an order
  title,       ///< Mr, General
  honorific,   ///< Haji, Mullah: often part of how a list names somebody
  generic,     ///< Trading, Bank, Plant
  place,       ///< Chile, Moscow
  number,      ///< 12, IV, forty-four
  initial      ///< one letter
};
[[nodiscard]] std::string_view role_name(Role role);

/// How number words combine: "forty" and "four" are 44, "two" and "hundred" are 200.
enum class NumberKind : std::uint8_t { none, unit, ten, scale, ordinal, roman };

/// A word that stands for another one, as it is compared. `latin` and `key` are read with Dictionary::text().
struct Reading {
  std::uint32_t latin = 0;
  std::uint32_t key = 0;
  std::int32_t weight = -1;  ///< -1: by its length
  std::uint16_t nicknames = 0;
  Role role = Role::word;
  std::uint8_t unused = 0;
};

/// What a word or phrase does. Plain data: names/dictionary_image.h.
struct Entry {
  std::int32_t weight = -1;  ///< -1: by its length
  std::int32_t number = -1;  ///< the value of a number word
  std::uint32_t first_reading = 0;
  std::uint8_t readings = 0;
  Role role = Role::word;
  std::uint16_t legal_classes = 0;  ///< bits of LegalClass; not 0: the words are a legal form
  std::uint16_t nicknames = 0;      ///< which set of nickname groups; 0: none
  NumberKind number_kind = NumberKind::none;
  FormPlace form_place = FormPlace::any;
  bool needs_context = false;  ///< a number only at the end of a name
  bool dropped = false;        ///< a stop-word of the house, a ship's prefix
  bool well_known = false;     ///< a name of many people: not a misspelling of another one
  bool article = false;        ///< al, el, ul: goes when a servant of God is named
  bool servant_of = false;     ///< Abd, Abdul: the first half of a name
  bool replaced = false;       ///< read as Dictionary::readings() instead
  std::uint16_t unused = 0;
};

struct DictionaryHeader;

class Dictionary {
 public:
  /// With the weights of the shipped policy/matching.toml and no words of a house this is the one that was made at build time, and free. Any other
  /// is made here out of the tables: some 80 ms.
  Dictionary(const Parameters& parameters, std::span<const HouseWord> house_words);
  Dictionary(Dictionary&&) noexcept = default;  // what was built stays where it is
  Dictionary& operator=(Dictionary&&) noexcept = default;

  struct Found {
    const Entry* entry = nullptr;
    std::size_t words = 0;
    bool by_key = false;  ///< only the keys agree, not the letters
  };
  /// The longest entry of this kind of name that begins at words[at].
  [[nodiscard]] Found find(std::span<const text::Token> words, std::size_t at, Kind kind) const;
  /// The entry of a single word.
  [[nodiscard]] const Entry* find(const text::Token& word, Kind kind) const;
  /// The words that a replaced entry is read as.
  [[nodiscard]] std::span<const Reading> readings(const Entry& entry) const;
  [[nodiscard]] std::string_view text(std::uint32_t offset) const;

  /// The key of a word of legal forms ("limited", "obshchestvo") that this one misspells; empty when there is none. Such words carry nothing, and
  /// one that is misspelt must not become the heaviest word of a firm's name. Words of five letters only `beside` another word of a form.
  [[nodiscard]] std::string_view form_word(const text::Token& token, bool beside) const;
  [[nodiscard]] bool is_form_word(std::string_view key) const;
  /// A word of legal forms by its letters, long enough to be told from the end or beginning of a name.
  [[nodiscard]] bool is_long_form_word(std::string_view latin) const;
  /// One edit from a common short form: "ltx", "lcl". Where forms stand, such a word says hardly more than the form.
  [[nodiscard]] bool is_nearly_short_form(std::string_view latin) const;

  /// The light word that this unknown one is within an edit of; nullptr when there is none. A misspelt "company" says no more than a well spelt
  /// one, and must not count as the rarest word of the name. Of several the heaviest.
  [[nodiscard]] const Entry* near_entry(std::string_view key, Kind kind) const;

  /// Are the two sets of groups joined by a group? 0: no, 1: weakly (Ivan, John), 2: strongly (Sasha, Alexander; zavod, plant).
  [[nodiscard]] int nicknames_joined(std::uint16_t a, std::uint16_t b) const;
  /// The set of a given name's groups, by its letters; 0 when it has none.
  [[nodiscard]] std::uint16_t nicknames(std::string_view latin) const;
  /// The groups of a set, as 2 * group + (1 if strong).
  [[nodiscard]] std::span<const std::uint32_t> nickname_groups(std::uint16_t set) const;

  /// Changes when the tables change.
  [[nodiscard]] std::uint64_t tables_fingerprint() const;
  /// The whole of it as it lies in memory.
  [[nodiscard]] std::span<const std::byte> image() const;

 private:
  std::vector<std::uint64_t> built_;  ///< empty: the one of the build is used
  const DictionaryHeader* block_;
};

}  // namespace tamga::names
