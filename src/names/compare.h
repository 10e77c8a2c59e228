#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "names/distance.h"
#include "names/name.h"

/// Comparing two names: how alike they are and why. Pure, integer arithmetic only, so that the score is the same to the bit
/// with every compiler and processor. docs/matching.md explains it with examples and proves the bound.
///
/// Each word has a weight: what it says about who is meant. Words of the two names are paired, each once, so that the pairs explain the most of both;
/// two or three words that were written as one pair with it. A pair weighs m, what the heavier of its two sides does (an initial stands for its
/// word, a word for the several it was written as), and so does its other side then. It loses a share l of that: nothing when the two are the
/// same, more the less alike they are. With Q and L what the two names weigh with their pairs, and P what is paired,
///
///     1 - score = [ sum of m * l  +  c * (min(Q, L) - P)  +  s * |Q - L| ] / [ min(Q, L) + s * |Q - L| ]
///                   unlike pairs      words of one name         words that only
///                                     against other words       one name has
///
/// c > 1 makes a word that contradicts cost more than its share; s < 1 makes one that is merely missing (a patronymic) cost little.
/// Factors below one follow: one word in common with a person of several names, another order, another legal form, another number.
namespace tamga::names {

/// Scores are in units of 1/10,000.
using Score = std::int32_t;
inline constexpr Score kScoreMax = 10'000;

enum class How : std::uint8_t {
  exact,
  transliteration,
  spelling,
  edit,
  nickname,
  translation,
  initial,
  joined,
  consonants,
  acronym,
  only_query,
  only_listed
};
[[nodiscard]] std::string_view how_name(How how);

/// What a pair of words loses, in thousandths; kNoPair: they are not alike at all.
inline constexpr std::int32_t kNoPair = 1 << 20;
struct Likeness {
  std::int32_t loss = kNoPair;
  How how = How::exact;
};
/// What a pair of single words weighs: the larger of the two; with an initial, what the whole word weighs that it stands for.
[[nodiscard]] std::int32_t pair_weight(How how, const Word& of_query, const Word& of_listed);
[[nodiscard]] Likeness compare_words(const NameView& a, const Word& of_a, const NameView& b, const Word& of_b, const Model& model);

/// How many edits (insert, delete, replace, swap neighbours) two keys may differ by, the longer one having this many letters:
/// 0 for one letter and two, 1 for three, then 2.
[[nodiscard]] constexpr int edits_allowed(std::size_t longer_length) { return longer_length < 3 ? 0 : longer_length < 4 ? 1 : 2; }
/// Of words of so few letters two edits leave the first letter: too little would be left of what is there.
inline constexpr std::size_t kFirstLetterStays = 5;
/// How many consonants two words must keep in that script (text::skeleton()) to be alike by them: equal, or one edit apart. Characters for
/// syllables write native names out in full; only the long foreign ones are known by their consonants.
[[nodiscard]] constexpr std::size_t consonants_for_equality(text::Script script) { return text::is_abjad(script) ? 2 : 5; }
[[nodiscard]] constexpr std::size_t consonants_for_edit(text::Script script) { return text::is_abjad(script) ? 4 : 6; }

/// Two or three neighbouring words may have been written as one. Of two, one may differ by an edit besides, when it has at least two letters and
/// the longer of what is compared at least three; the other one must agree.
inline constexpr std::size_t kJoinedWordsMax = 3;
/// May these words be read as one? Numbers may not.
[[nodiscard]] bool joinable(const NameView& name, std::size_t first, std::size_t count);
/// Their keys, one behind the other.
[[nodiscard]] std::string joined_key(const NameView& name, std::size_t first, std::size_t count);
/// What such a pair loses, in thousandths; kNoPair when they are not alike.
[[nodiscard]] std::int32_t joined_loss(const NameView& many, std::size_t first, std::size_t count, const NameView& one, const Word& of_one,
                                       const Parameters& parameters);

/// One step of an explanation. Words by their place; `count` is 2 or 3 where words were read as one.
struct Step {
  std::size_t query = 0;
  std::size_t query_count = 0;  ///< 0: the listed word has no counterpart
  std::size_t listed = 0;
  std::size_t listed_count = 0;  ///< 0: the query's word has no counterpart
  How how = How::exact;
  std::int32_t loss = 0;  ///< of the pair, in thousandths
  Score cost = 0;         ///< what the step takes from the score
};

/// A factor that was applied, with what it took from the score.
struct FactorStep {
  std::string_view how;  ///< "one_word", "initials", "order", "lineage", "rotated", "legal_form_differs", "number_differs", …
  std::int32_t factor = 1000;
  Score cost = 0;
};

struct Explanation {
  std::vector<Step> steps;
  std::vector<FactorStep> factors;
};

struct Comparison {
  Score score = 0;
  std::int32_t pairs = 0;  ///< naming words that found a counterpart
  bool number_conflict = false;
};

/// `explanation` may be nullptr; then nothing is recorded and nothing is paid for.
[[nodiscard]] Comparison compare(const NameView& query, const NameView& listed, const Model& model, Explanation* explanation = nullptr);

/// An upper bound of compare(), for names of these weights, when the pairs can earn at most `earned`: the sum of weight * (c - loss), with
/// c = contradiction(kind), in thousandths of a weight. Every factor is at most one, so the score cannot be larger.
[[nodiscard]] Score score_bound(std::int64_t earned, std::int32_t query_weight, std::int32_t listed_weight, Kind kind, const Parameters& parameters);

}  // namespace tamga::names
