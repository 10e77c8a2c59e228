#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Descriptions of goods as words that can be compared: lower case, one spelling of each letter, stems.
///
/// English and Russian are stemmed by Snowball (libstemmer), Kazakh by a list of suffixes. A stem begins with a letter for its language, so that
/// the stems of two languages that are written alike do not meet by accident: "e", "r" or "k", then the stem.
namespace tamga::goods {

enum class Language : std::uint8_t { en, ru, kk };
[[nodiscard]] std::string_view language_name(Language language);
/// The language that most of the text is in: English by its letters, Kazakh by those that Russian has not.
[[nodiscard]] Language language_of(std::string_view text);

/// One word of a text, folded: small letters a-z, Cyrillic and digits; ё is е.
struct GoodsWord {
  std::string folded;
  std::string joined;  ///< of the second part of "wi-fi": "wifi"
  bool cyrillic = false;
  bool digits = false;    ///< a digit stands in it: "m8", "304", "stm32f407"
  bool cut = false;       ///< a point stands behind it, so it may be the beginning of a word: "распред."
  bool later = false;     ///< behind the first comma, semicolon or bracket of the text
  bool modifier = false;  ///< what the goods are for, from or in, and not what they are: behind "for", "из", before "арналған"
  bool phrase = false;    ///< of the first phrase: before any comma, bracket, number or preposition
  bool packing = false;   ///< names how goods are packed or carried ("bags", "вагон"), behind a comma, a number or a preposition
  bool operator==(const GoodsWord&) const = default;
};

/// Whether a Russian word ends as adjectives and participles do: "шариковый", "бывшие".
[[nodiscard]] bool ends_as_adjective(std::string_view folded);

/// The words of a text in their order, without small words ("of", "для") and without what the text excludes: "(excl. lamps)", "other than of
/// steel", "кроме …", "… басқа". Letters of one script that only look like those of the other are taken for it. At most kGoodsWordsMax words, of
/// at most kGoodsWordBytesMax bytes; the rest is not read. Invalid UTF-8 is as white space.
[[nodiscard]] std::vector<GoodsWord> read_goods_words(std::string_view text);
inline constexpr std::size_t kGoodsWordsMax = 200;
inline constexpr std::size_t kGoodsWordBytesMax = 80;

/// Makes stems. Not for several threads at once.
class Stemmer {
 public:
  Stemmer();
  Stemmer(const Stemmer&) = delete;
  Stemmer& operator=(const Stemmer&) = delete;
  ~Stemmer();

  /// The stem of a folded word in a language, with the language's letter in front.
  [[nodiscard]] std::string stem(std::string_view folded, Language language) const;

 private:
  struct Snowball;
  std::unique_ptr<Snowball> snowball_;
};

}  // namespace tamga::goods
