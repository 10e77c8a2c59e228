#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "names/model.h"

/// A name read into words that can be compared. How two of them are compared is in names/compare.h.
namespace tamga::names {

/// One word. Plain data without pointers, so that a compiled list holds it as it is; its letters stand in a text beside it.
struct Word {
  std::uint32_t latin_at = 0;
  std::uint32_t key_at = 0;
  std::uint8_t latin_size = 0;
  std::uint8_t key_size = 0;
  Role role = Role::word;
  text::Script script = text::Script::latin;
  std::int16_t weight = 0;          ///< 0 to 1000: what it says about who is meant
  std::uint16_t nicknames = 0;      ///< set of nickname groups; 0: none
  std::uint32_t letters = 0;        ///< which letters its key has: bit 0 a … bit 25 z, bit 26 digits
  std::uint32_t latin_letters = 0;  ///< the same of its romanisation
  std::uint8_t exact = 0;           ///< 1: an acronym or a number, which no edit turns into another
  std::uint8_t known = 0;           ///< 1: a common word, a place, a number or a well-known name: not a misspelling of another one
  std::uint16_t unused = 0;
};
static_assert(sizeof(Word) == 28);

/// Words that say who is meant, as against what kind of thing it is.
[[nodiscard]] constexpr bool names_someone(const Word& word) {
  return word.role == Role::word || word.role == Role::patronymic || word.role == Role::honorific;
}
/// Words of which two in common are more than one: a title that both names have is as good as a name, and often is one (Shah, Ostad).
[[nodiscard]] constexpr bool counts_as_name(const Word& word) { return names_someone(word) || word.role == Role::title; }
/// Words that can carry a hit; initials, particles and titles alone cannot.
[[nodiscard]] constexpr bool is_full(const Word& word) {
  return names_someone(word) || word.role == Role::generic || word.role == Role::place || word.role == Role::number;
}

/// A name, or a listed name in a compiled list: words, and the text that holds their letters.
struct NameView {
  Kind kind = Kind::other;
  std::uint16_t forms = 0;  ///< legal forms that were taken off: bits of LegalClass
  std::int32_t weight = 0;  ///< sum of the words' weights
  const char* text = nullptr;
  std::span<const Word> words;

  [[nodiscard]] std::string_view latin(const Word& word) const { return {text + word.latin_at, word.latin_size}; }
  [[nodiscard]] std::string_view key(const Word& word) const { return {text + word.key_at, word.key_size}; }
};

inline constexpr std::size_t kWordsMax = 48;

struct Name {
  Kind kind = Kind::other;
  std::uint16_t forms = 0;
  std::int32_t weight = 0;
  std::string text;
  std::vector<Word> words;  ///< at most kWordsMax
  /// The same words as they were written, for people; a phrase that is read as several words stands at the first.
  struct Written {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  std::vector<Written> written;

  [[nodiscard]] NameView view() const { return NameView{kind, forms, weight, text.data(), words}; }
  [[nodiscard]] std::string_view latin(const Word& word) const { return view().latin(word); }
  [[nodiscard]] std::string_view key(const Word& word) const { return view().key(word); }
  [[nodiscard]] std::string_view written_word(std::size_t word) const { return std::string_view(text).substr(written[word].at, written[word].size); }
};

/// Reads names. Keeps its working memory, so that reading the next name allocates nothing; one for each thread.
class Reader {
 public:
  explicit Reader(const Model& model) : model_(&model) {}

  /// Every way the name can be read, the usual one first; valid until the next call. Empty when the name has no word.
  [[nodiscard]] std::span<const Name> read(std::string_view name, Kind kind);

 private:
  [[nodiscard]] std::span<const text::Token> mend_person(std::span<const text::Token> tokens);
  [[nodiscard]] std::span<const text::Token> mend_vessel(std::span<const text::Token> tokens);
  [[nodiscard]] std::span<const text::Token> mend_forms(std::span<const text::Token> tokens);
  /// Are phrases ("konstruktorskoe byuro") read as what they mean, or by their words?
  enum class Phrases : std::uint8_t { as_one, word_by_word };
  void read_tokens(std::span<const text::Token> tokens, Phrases phrases, Name& name);

  const Model* model_;
  text::Readings readings_;
  std::vector<text::Token> mended_;
  std::vector<std::pair<std::size_t, text::Token>> corrected_;  ///< places in mended_, and what was written there
  std::vector<std::uint8_t> light_;                             ///< 1: the word at that place says little
  std::vector<Name> names_;
  bool phrase_read_ = false;  ///< the last name held such a phrase
};

/// The usual reading, by itself; empty words when there is none.
[[nodiscard]] Name parse(std::string_view name, Kind kind, const Model& model = *Model::standard());

/// The first letters of a firm's words, "irisl" for "Islamic Republic of Iran Shipping Lines"; empty for fewer than three words.
[[nodiscard]] std::string acronym(const NameView& name);

}  // namespace tamga::names
