#include <algorithm>
#include <array>
#include <iterator>

#include "text/words.h"

// Wade–Giles was how the West spelled Chinese until the 1980s, Taiwan for longer, and lists of the sanctioned still do. The syllables of the
// two systems overlap ("chou" is zhou in one and chou in the other), so a name is taken for Wade–Giles only as a whole: every word is one of its
// syllables, and something says that it is not pinyin. What comes of it is a second reading beside the first.
namespace tamga::text {
namespace {

struct WadeGiles {
  std::string_view syllable;  ///< ' for aspiration, v for u with a diaeresis
  std::string_view pinyin;
};

#include "text/wade_giles.inc"

const WadeGiles* find_syllable(std::string_view text) {
  const auto* const at = std::lower_bound(std::begin(kWadeGiles), std::end(kWadeGiles), text,
                                          [](const WadeGiles& entry, std::string_view key) { return entry.syllable < key; });
  return at != std::end(kWadeGiles) && at->syllable == text ? at : nullptr;
}

bool is_pinyin(std::string_view text) { return std::binary_search(std::begin(kPinyin), std::end(kPinyin), text); }

constexpr std::size_t kWordsMin = 2, kWordsMax = 4, kLettersMax = 8;

}  // namespace

bool wade_giles_to_pinyin(std::span<const Word> words, std::span<const Letter> letters, const Facts& facts, Sink& sink) {
  if (words.size() < kWordsMin || words.size() > kWordsMax || facts.middle_dot) return false;
  std::array<std::string_view, kWordsMax> pinyin;
  bool other_than_pinyin = false;
  bool hyphen = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (word.last - word.first > kLettersMax || word.dotted || word.camel) return false;
    std::array<char, kLettersMax> text;  // NOLINT: written before it is read
    std::size_t size = 0;
    for (const auto& letter : letters.subspan(word.first, word.last - word.first)) {
      const auto latin = latin_of(*letter.is);
      if (letter.is->kind == Kind::apostrophe) {
        text[size++] = '\'';
      } else if (letter.code == U'ü' || letter.code == U'Ü') {
        text[size++] = 'v';
      } else if (latin.size() == 1 && letter.is->kind == Kind::letter) {
        text[size++] = latin[0];
      } else {
        return false;
      }
    }
    const std::string_view written(text.data(), size);
    // Its given names are written with a hyphen or apart, so "Ito Jun" is none.
    const auto* syllable = find_syllable(written);
    if (syllable == nullptr) return false;
    pinyin[i] = syllable->pinyin;
    hyphen = hyphen || word.after_hyphen;
    other_than_pinyin = other_than_pinyin || written.find('\'') != std::string_view::npos || !is_pinyin(written);
  }
  // Pinyin writes a given name as one word (GB/T 16159), so a hyphen says as much as a syllable that pinyin has not.
  if (!other_than_pinyin && !hyphen) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::size_t last = i;
    auto& out = sink.open();
    out += pinyin[i];
    while (last + 1 < words.size() && words[last + 1].after_hyphen) out += pinyin[++last];
    sink.close(words[i], words[i].first, words[i].last, Script::latin);
    if (last > i) sink.extend_original(words[last], words[last].last);
    i = last;
  }
  return true;
}

}  // namespace tamga::text
