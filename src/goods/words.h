#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "goods/stems.h"

/// Goods codes by description: which headings of the Harmonized System the words of a description fit, in English, Russian and Kazakh.
///
/// The words of each code are data: tables with the columns `code,en,ru,kk` (data/goods/words/), each cell a short title and then trade words and
/// synonyms with "; " between them; and nomenclatures that a user imported (goods/nomenclature.h). How a description is scored, and what that is
/// worth, is written and measured in docs/goods.md.
///
///     const auto words = Words::read(tables).value();
///     const Fitting fitting = words.fit("крепёж авиационный");
///     for (const auto& proposal : fitting.best(5)) …  // 7318 0.71, 8807 0.66, …
namespace tamga::goods {

/// How well a description fits a code: 0 to kFitMax, which is 1.
using FitScore = std::uint32_t;
inline constexpr FitScore kFitMax = 10'000;
/// "0.7312".
[[nodiscard]] std::string fit_text(FitScore score);

/// The numbers of the score, in 256ths; fitted by scripts/measure_goods_words.py, where docs/goods.md says how.
struct FitWeights {
  std::uint32_t inherit = 230;    ///< what a heading's word counts for its subheadings
  std::uint32_t chapter = 60;     ///< what a word counts that only other headings of the chapter have
  std::uint32_t cover = 96;       ///< share of the words covered by the code as a whole; the rest is the best single phrase
  std::uint32_t loose = 0;        ///< share of a phrase's score that does not ask how much of the phrase was said
  std::uint32_t later = 160;      ///< what a word after the first comma or bracket weighs
  std::uint32_t modifier = 180;   ///< what a word weighs that tells what the goods are for, from or in
  std::uint32_t packing = 16;     ///< what a word of packing or carriage weighs
  std::uint32_t decay = 12;       ///< what each word weighs less than the one before it, down to a quarter
  std::uint32_t head = 340;       ///< what the word weighs that says what the goods are (head_of() in words.cpp)
  std::uint32_t unknown = 2200;   ///< the weight of a word that no code has; a word of one heading in N has 256 * log2(N)
  std::uint32_t cut = 180;        ///< of a word that a point cuts short, matched by its beginning
  std::uint32_t beginning = 160;  ///< of a word matched by its beginning, times the share that is the same
  std::uint32_t spelling = 190;   ///< of a word matched as a misspelling, times the share that is the same
};

/// A code and its words, as a nomenclature has them.
struct CodeWords {
  std::string code;  ///< 4 to 10 digits
  std::string words;
};

/// A word of the description that counted for a code.
struct MatchedWord {
  std::string word;        ///< as it was read: folded
  bool exact = true;       ///< false: by the beginning of the word, or by a likely misspelling
  bool inherited = false;  ///< the word is one of the heading's, not of the code itself
  bool operator==(const MatchedWord&) const = default;
};

struct Proposal {
  std::string code;
  FitScore score = 0;
  std::vector<MatchedWord> matched;  ///< in the order of the description
};

/// What is proposed: whichever fits better of a heading and its subheadings; headings only, each with its best score; or subheadings only.
enum class Depth : std::uint8_t { mixed, headings, subheadings };

class Words;
struct WordIndex;

/// One description against every code. Holds on to the index it came from.
class Fitting {
 public:
  /// The best codes, best first; equal scores by code. A heading is left out where one of its own subheadings fits as well or better, and a
  /// subheading where its heading fits better.
  [[nodiscard]] std::vector<Proposal> best(std::size_t limit, Depth depth = Depth::mixed) const;
  /// The best score under a heading, that is of the heading itself and of every code that begins with its four digits; 0 for one that the tables
  /// lack. `code` has at least four digits.
  [[nodiscard]] FitScore of_heading(std::string_view code) const;
  /// The score of a code itself; 0 for one that the tables lack.
  [[nodiscard]] FitScore of_code(std::string_view code) const;
  /// Every code with a score of its own, for a caller that looks among some of them: in the order of the codes.
  struct Scored {
    std::string_view code;
    FitScore score = 0;
  };
  [[nodiscard]] std::vector<Scored> scored() const;
  [[nodiscard]] std::vector<MatchedWord> matched(std::string_view code) const;
  /// Words of the description that say something, and how many of them any code has.
  [[nodiscard]] std::size_t words_asked() const { return asked_.size(); }
  [[nodiscard]] std::size_t words_known() const;

 private:
  friend class Words;
  struct Asked {
    std::string word;
    std::uint32_t weight = 0;
    bool known = false;
    bool exact = true;
  };
  [[nodiscard]] std::vector<MatchedWord> matched_at(std::size_t at) const;
  [[nodiscard]] bool any_word(std::size_t at) const;
  [[nodiscard]] static std::size_t head_of(const std::vector<GoodsWord>& words, const std::vector<Asked>& asked, Language language);

  std::shared_ptr<const WordIndex> index_;
  std::vector<Asked> asked_;
  std::vector<std::uint16_t> factors_;  ///< of each asked word for each code: 0 to 256
  std::vector<std::uint16_t> own_;      ///< the same without what a code has from its heading
  std::vector<FitScore> scores_;        ///< of each code
};

/// The words of all codes, ready to be asked. Never changed after read(), so copies are cheap and threads may share them.
class Words {
 public:
  /// No codes: nothing fits.
  Words();
  /// Refuses a table without its columns, a code that is not 4 or 6 digits, a code that stands twice, an empty cell; and in what a nomenclature adds
  /// a code that is not 4 to 10 digits. A nomenclature may repeat the tables' codes.
  static Result<Words> read(std::span<const NamedBytes> tables, std::span<const CodeWords> nomenclature = {}, const FitWeights& weights = {});

  [[nodiscard]] Fitting fit(std::string_view description) const;
  /// The title of a code in a language: the first of its words there; another language's where it has none, and of a code that the tables lack
  /// that of the code it stands under. Empty when there is none.
  [[nodiscard]] std::string_view title(std::string_view code, Language language) const;
  [[nodiscard]] bool has(std::string_view code) const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  /// Copies of one another; those that were read twice from the same tables are not.
  [[nodiscard]] bool same_as(const Words& other) const { return index_ == other.index_; }

 private:
  std::shared_ptr<const WordIndex> index_;
};

}  // namespace tamga::goods
