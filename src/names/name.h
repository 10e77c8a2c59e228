#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokens.h"

/// Comparing two names: how alike they are and why. Pure, integer arithmetic only, so that the score is the same to the bit
/// with every compiler and processor.
///
/// The idea. Each word has a weight: what it says about who is meant. A legal form says nothing, "Trading" a little,
/// "Vekselberg" all. Words of the two names are paired, each once, best pairs first; a pair gains its weight times the likeness of
/// its words. Then
///
///     score = gained / (what could be gained by the lighter name + part of what only the heavier name has)
///
/// so a word that contradicts (both names have another one) costs in full, while a word that one name merely lacks (a patronymic)
/// costs little. Factors below one follow: one word in common with a person of several names, another legal form, other numbers.
/// Because every factor only lowers the score, `gained` alone bounds it from above: that bound is what makes the index
/// lossless (index/index.h).
namespace tamga::names {

/// What a name belongs to: it decides on legal forms, initials and how much a missing word costs.
enum class Kind : std::uint8_t { person, organisation, other };

struct Word {
  text::Token token;
  std::int32_t weight = 0;  ///< 0 to 1000
  bool number = false;
  bool initial = false;  ///< one letter
  bool operator==(const Word&) const = default;
};

struct Name {
  Kind kind = Kind::other;
  std::vector<Word> words;
  /// joined_keys[i] is the key of words i and i + 1 run together; empty where one of them is a number. One less than words.
  std::vector<std::string> joined_keys;
  std::int32_t weight = 0;  ///< sum of the words' weights
  std::uint8_t forms = 0;   ///< legal forms that were taken off: bit 0 limited, bit 1 joint-stock, bit 2 sole trader
};

[[nodiscard]] Name parse(std::string_view name, Kind kind);

/// Scores and likenesses are in units of 1/10,000 and 1/1,000.
using Score = std::int32_t;
inline constexpr Score kScoreMax = 10'000;

enum class How : std::uint8_t { exact, transliteration, spelling, edit, initial, joined };
[[nodiscard]] std::string_view how_name(How how);

/// How alike two words are, 0 to 1000; 0 is "not at all": beyond the number of edits that their length allows.
struct Likeness {
  std::int32_t value = 0;
  How how = How::exact;
};
[[nodiscard]] Likeness compare_words(const Word& a, const Word& b);
/// For words run together: `joined` is the key of two neighbours' letters as one word.
[[nodiscard]] std::int32_t compare_joined(std::string_view joined_key, std::string_view other_key);

/// The number of edits (insert, delete, replace, swap neighbours) that two keys may differ by: 0 below four letters, 1 below seven, then 2.
[[nodiscard]] int edits_allowed(std::size_t shorter_length);
/// Optimal string alignment distance, or limit + 1 when it is larger than `limit`.
[[nodiscard]] int edit_distance(std::string_view a, std::string_view b, int limit);
/// The likeness of two keys that differ by `edits`; both not empty.
[[nodiscard]] std::int32_t edit_likeness(std::string_view a, std::string_view b, int edits);

/// One step of an explanation. Words by their place; `count` is 2 where two words were read as one.
struct Step {
  std::size_t query = 0;
  std::size_t query_count = 0;  ///< 0: the listed word has no counterpart
  std::size_t listed = 0;
  std::size_t listed_count = 0;  ///< 0: the query's word has no counterpart
  How how = How::exact;
  std::int32_t likeness = 0;
};

struct Comparison {
  Score score = 0;
  std::int32_t pairs = 0;  ///< words that found a counterpart
  bool number_conflict = false;
};

/// `steps` may be nullptr; then nothing is recorded and nothing is paid for.
[[nodiscard]] Comparison compare(const Name& query, const Name& listed, std::vector<Step>* steps = nullptr);

/// An upper bound of compare() for names of these weights when at most `gain` (weight times likeness times two) can be gained.
[[nodiscard]] Score score_bound(std::int64_t gain, std::int32_t query_weight, std::int32_t listed_weight, Kind kind);

}  // namespace tamga::names
