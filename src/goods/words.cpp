#include "goods/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <map>
#include <unordered_map>
#include <utility>

#include "lists/csv.h"

// How a description is scored.
//
// A code has phrases: its title and each of its trade words and synonyms, in each language. A phrase is a set of stems. A stem weighs
// 256 * log2(headings / headings that have it), so "ball" tells more than "part". Of the description, each word finds the stems it may be: itself in
// its language (a Cyrillic word in Russian and in Kazakh); and where no code has it, stems that begin alike or are a likely misspelling of, for less.
//
//   cover   the share of the description's weight that the code's words account for: its own, its heading's for less, its chapter's for little
//   phrase  the best single phrase: the share of the description's weight in it, times how much of the phrase was said
//   score = a * cover + (1 - a) * phrase
//
// "Bolt M8x40, steel, for aircraft" covers 7318 by bolt and steel, and 8807 by aircraft; the phrase "steel bolt" is said whole and decides.
// Everything is in whole numbers, so that every machine gives the same.
namespace tamga::goods {

namespace {

constexpr std::size_t kHeadingDigits = 4;
constexpr std::size_t kAskedMax = 32;
constexpr std::size_t kFormsMax = 8;
constexpr std::uint32_t kWhole = 256;
constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::size_t kLanguages = 3;
constexpr std::array kAllLanguages = {Language::en, Language::ru, Language::kk};

bool digits_only(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// 256 * log2(value), rounded down; value is at least 1.
std::uint32_t log2_256(std::uint32_t value) {
  const auto whole = static_cast<std::uint32_t>(std::bit_width(value)) - 1;
  // One bit of the fraction by each squaring of value / 2^whole, held with 31 bits behind the point.
  std::uint64_t fraction = (std::uint64_t{value} << 31U) >> whole;
  std::uint32_t out = whole;
  for (int i = 0; i < 8; ++i) {
    fraction = (fraction * fraction) >> 31U;
    const bool bit = fraction >= (std::uint64_t{1} << 32U);
    out = out * 2 + (bit ? 1U : 0U);
    if (bit) fraction >>= 1U;
  }
  return out;
}

/// A stem as letters: two bytes of UTF-8 are one letter.
std::u16string letters_of(std::string_view stem) {
  std::u16string out;
  for (std::size_t i = 0; i < stem.size(); ++i) {
    const auto byte = static_cast<unsigned char>(stem[i]);
    if (byte >= 0xC0 && i + 1 < stem.size()) {
      out += static_cast<char16_t>((byte & 0x1FU) << 6U | (static_cast<unsigned char>(stem[++i]) & 0x3FU));
    } else {
      out += static_cast<char16_t>(byte);
    }
  }
  return out;
}

/// Which letters occur, 32 classes: two words with d edits between them differ in at most 2 d of them.
std::uint32_t mask_of(std::u16string_view letters) {
  std::uint32_t mask = 0;
  for (const char16_t letter : letters) mask |= 1U << (letter & 31U);
  return mask;
}

/// Edits (insert, delete, replace, swap neighbours) from a to b, or `most` + 1 when there are more.
std::size_t edits(std::u16string_view a, std::u16string_view b, std::size_t most) {
  constexpr std::size_t kLettersMax = kGoodsWordBytesMax + 2;
  if (a.size() + 1 > kLettersMax || b.size() + 1 > kLettersMax) return most + 1;
  std::array<std::array<std::uint8_t, kLettersMax>, 3> rows{};
  for (std::size_t k = 0; k <= b.size(); ++k) rows[0][k] = static_cast<std::uint8_t>(k);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& before = rows[(i + 2) % 3];
    const auto& two_before = rows[(i + 1) % 3];
    row[0] = static_cast<std::uint8_t>(i);
    std::size_t least = i;
    for (std::size_t k = 1; k <= b.size(); ++k) {
      const bool same = a[i - 1] == b[k - 1];
      auto value = std::min({before[k] + 1, row[k - 1] + 1, before[k - 1] + (same ? 0 : 1)});
      if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) value = std::min(value, two_before[k - 2] + 1);
      row[k] = static_cast<std::uint8_t>(value);
      least = std::min<std::size_t>(least, row[k]);
    }
    // A swap can still lower the row after the next by one only from the row before this, which has been looked at.
    if (least > most + 1) return most + 1;
  }
  return std::min<std::size_t>(rows[a.size() % 3][b.size()], most + 1);
}

/// A stem that a word may be, and how surely, in 256ths.
struct Form {
  std::uint32_t term = 0;
  std::uint32_t factor = 0;
};

}  // namespace

struct WordIndex {
  struct Code {
    std::string code;
    std::array<std::string, kLanguages> titles;
    std::uint32_t heading = kNone;  ///< of a subheading: where its heading stands, if the tables have it
    std::uint32_t chapter = 0;
  };
  struct Phrase {
    std::uint32_t code = 0;
    std::uint32_t weight = 0;  ///< of its stems together
  };

  FitWeights weights;
  std::vector<Code> codes;  ///< sorted
  std::uint32_t chapters = 0;
  std::vector<Phrase> phrases;
  std::vector<std::string> terms;  ///< sorted
  std::vector<std::uint32_t> term_weights;
  std::vector<std::uint32_t> masks;
  std::vector<std::uint32_t> postings_from;  ///< of each term, and one behind the last
  std::vector<std::uint32_t> postings;       ///< phrases

  [[nodiscard]] std::uint32_t find_term(std::string_view stem) const {
    const auto at = std::lower_bound(terms.begin(), terms.end(), stem);
    return at != terms.end() && *at == stem ? static_cast<std::uint32_t>(at - terms.begin()) : kNone;
  }
  [[nodiscard]] std::uint32_t find_code(std::string_view code) const {
    const auto at =
        std::lower_bound(codes.begin(), codes.end(), code, [](const Code& entry, std::string_view wanted) { return entry.code < wanted; });
    return at != codes.end() && at->code == code ? static_cast<std::uint32_t>(at - codes.begin()) : kNone;
  }
  [[nodiscard]] std::vector<Form> exact(const std::vector<std::string>& stems) const {
    std::vector<Form> out;
    for (const auto& stem : stems) {
      if (const auto term = find_term(stem); term != kNone) out.push_back({term, kWhole});
    }
    return out;
  }
  [[nodiscard]] std::vector<Form> near(std::string_view stem) const;
  [[nodiscard]] std::vector<Form> beginning_with(std::string_view stem) const;
};

/// Stems that begin like a stem which no code has, or are some edits away from it.
std::vector<Form> WordIndex::near(std::string_view stem) const {
  constexpr std::size_t kBeginningMin = 4;
  const std::u16string wanted = letters_of(stem);  // the language's letter in front
  const std::size_t size = wanted.size() - 1;
  std::vector<Form> out;
  if (size < kBeginningMin) return out;
  const std::size_t edits_max = size >= 8 ? 2 : size >= 5 ? 1 : 0;
  const std::uint32_t mask = mask_of(wanted);
  const auto language_begin = std::lower_bound(terms.begin(), terms.end(), stem.substr(0, 1));
  for (auto at = language_begin; at != terms.end() && at->front() == stem.front(); ++at) {
    const auto term = static_cast<std::uint32_t>(at - terms.begin());
    // What shares a beginning of four letters, in bytes: the language's letter and the first letters.
    const std::size_t beginning_bytes = 1 + kBeginningMin * (static_cast<unsigned char>(stem[1]) >= 0xC0 ? 2 : 1);
    const bool begins = std::string_view(*at).substr(0, beginning_bytes) == stem.substr(0, beginning_bytes);
    const bool alike = edits_max > 0 && static_cast<std::size_t>(std::popcount(masks[term] ^ mask)) <= 2 * edits_max;
    if (!begins && !alike) continue;
    const std::u16string letters = letters_of(*at);
    const std::size_t longer = std::max(size, letters.size() - 1);
    std::uint32_t factor = 0;
    if (begins) {
      const auto common =
          static_cast<std::size_t>(std::mismatch(wanted.begin(), wanted.end(), letters.begin(), letters.end()).first - wanted.begin()) - 1;
      if (common >= kBeginningMin && common * 10 >= longer * 6)
        factor = weights.beginning * static_cast<std::uint32_t>(common) / static_cast<std::uint32_t>(longer);
    }
    if (alike && letters.size() - 1 >= kBeginningMin) {
      const std::size_t count = edits(wanted, letters, edits_max);
      if (count <= edits_max)
        factor = std::max(factor, weights.spelling * static_cast<std::uint32_t>(longer - count) / static_cast<std::uint32_t>(longer));
    }
    if (factor > 0) out.push_back({term, factor});
  }
  std::sort(out.begin(), out.end(), [](const Form& a, const Form& b) { return a.factor != b.factor ? a.factor > b.factor : a.term < b.term; });
  if (out.size() > kFormsMax) out.resize(kFormsMax);
  return out;
}

/// Stems of which a word that was cut short may be the beginning, the most common first.
std::vector<Form> WordIndex::beginning_with(std::string_view stem) const {
  constexpr std::size_t kBeginningMin = 3;
  std::vector<Form> out;
  if (letters_of(stem).size() - 1 < kBeginningMin) return out;
  for (auto at = std::lower_bound(terms.begin(), terms.end(), stem); at != terms.end() && at->starts_with(stem); ++at) {
    out.push_back({static_cast<std::uint32_t>(at - terms.begin()), weights.cut});
  }
  std::stable_sort(out.begin(), out.end(), [&](const Form& a, const Form& b) { return term_weights[a.term] < term_weights[b.term]; });
  if (out.size() > kFormsMax) out.resize(kFormsMax);
  return out;
}

namespace {

/// Collects the phrases of all codes, then makes the index of them.
class Builder {
 public:
  explicit Builder(const FitWeights& weights) : index_(std::make_shared<WordIndex>()) { index_->weights = weights; }

  Status read_table(const NamedBytes& table) {
    if (auto status = read_rows(table.bytes); !status) return std::unexpected(status.error().in_file(table.name));
    return {};
  }

  Status add(const CodeWords& entry) {
    if (entry.code.size() < kHeadingDigits || entry.code.size() > 10 || !digits_only(entry.code))
      return bad_input(fmt::format("\"{}\" is not a goods code, expected 4 to 10 digits", entry.code));
    Raw& raw = raws_[entry.code];
    const auto language = static_cast<std::size_t>(language_of(entry.words));
    const std::string_view words = trimmed(entry.words);
    if (raw.titles[language].empty()) raw.titles[language] = words;
    raw.phrases.emplace_back(words, kAllLanguages[language]);
    // "Horses; live, pure-bred": what it is, then which of them.
    const auto first = trimmed(words.substr(0, words.find(';')));
    if (first.size() < words.size()) raw.phrases.emplace_back(first, kAllLanguages[language]);
    return {};
  }

  std::shared_ptr<const WordIndex> finish() {
    make_codes();
    make_terms();
    weigh();
    return index_;
  }

 private:
  struct Raw {
    std::array<std::string, kLanguages> titles;
    std::vector<std::pair<std::string, Language>> phrases;
    bool of_table = false;
  };

  struct PhraseStems {
    std::vector<std::uint32_t> said;
    std::vector<std::uint32_t> joined;  ///< "wifi" of "wi-fi": finds the phrase, but need not be said
  };

  Status read_rows(std::string_view bytes) {
    lists::CsvReader reader(bytes);
    std::vector<std::string> fields;
    TAMGA_TRY(const bool header, reader.next(fields));
    if (!header || fields != std::vector<std::string>{"code", "en", "ru", "kk"}) return bad_input("expected the columns code,en,ru,kk", 1);
    for (;;) {
      TAMGA_TRY(const bool more, reader.next(fields));
      if (!more) return {};
      if (fields.size() != 1 + kLanguages) return bad_input(fmt::format("{} fields, expected {}", fields.size(), 1 + kLanguages), reader.line());
      const std::string& code = fields[0];
      if ((code.size() != kHeadingDigits && code.size() != 6) || !digits_only(code))
        return bad_input(fmt::format("\"{}\" is not an HS code, expected 4 or 6 digits", code), reader.line());
      Raw& raw = raws_[code];
      if (raw.of_table) return bad_input(fmt::format("{} stands twice", code), reader.line());
      raw.of_table = true;
      for (const auto language : kAllLanguages) {
        const auto at = static_cast<std::size_t>(language);
        std::string_view cell = fields[at + 1];
        if (trimmed(cell).empty()) return bad_input(fmt::format("{} has no words in the column {}", code, language_name(language)), reader.line());
        while (!cell.empty()) {
          const auto end = std::min(cell.find(';'), cell.size());
          const auto phrase = trimmed(cell.substr(0, end));
          cell.remove_prefix(std::min(end + 1, cell.size()));
          if (phrase.empty()) continue;
          if (raw.titles[at].empty()) raw.titles[at] = phrase;
          raw.phrases.emplace_back(phrase, language);
        }
      }
    }
  }

  void make_codes() {
    std::map<std::string_view, std::uint32_t> chapters;
    for (auto& [code, raw] : raws_) {
      WordIndex::Code entry;
      entry.code = code;
      entry.titles = std::move(raw.titles);
      entry.chapter = chapters.emplace(std::string_view(code).substr(0, 2), static_cast<std::uint32_t>(chapters.size())).first->second;
      index_->codes.push_back(std::move(entry));
    }
    index_->chapters = static_cast<std::uint32_t>(chapters.size());
    for (auto& code : index_->codes) {
      if (code.code.size() > kHeadingDigits) code.heading = index_->find_code(std::string_view(code.code).substr(0, kHeadingDigits));
    }
  }

  /// Stems of the phrases. Words repeat a lot, so each is stemmed once.
  void make_terms() {
    // Their order is never seen: the terms are sorted afterwards.
    std::unordered_map<std::string, std::uint32_t> numbers;
    std::array<std::unordered_map<std::string, std::uint32_t>, kLanguages> stemmed;
    std::uint32_t code = 0;
    for (const auto& entry : raws_) {
      for (const auto& [words, language] : entry.second.phrases) {
        const auto number_of = [&](const std::string& word, Language as) {
          const auto [at, is_new] = stemmed[static_cast<std::size_t>(as)].try_emplace(word, 0);
          if (is_new) at->second = numbers.emplace(stemmer_.stem(word, as), static_cast<std::uint32_t>(numbers.size())).first->second;
          return at->second;
        };
        PhraseStems stems;
        for (const auto& word : read_goods_words(words)) {
          if (word.digits && digits_only(word.folded)) continue;
          const Language as = word.cyrillic ? language : Language::en;
          stems.said.push_back(number_of(word.folded, as));
          if (!word.joined.empty()) stems.joined.push_back(number_of(word.joined, as));
        }
        if (stems.said.empty()) continue;
        index_->phrases.push_back({code, 0});
        phrase_stems_.push_back(std::move(stems));
      }
      ++code;
    }
    // From the order in which they were met to their own.
    std::vector<std::uint32_t> place(numbers.size());
    std::vector<std::pair<std::string, std::uint32_t>> sorted(numbers.begin(), numbers.end());
    std::sort(sorted.begin(), sorted.end());
    for (auto& [stem, number] : sorted) {
      place[number] = static_cast<std::uint32_t>(index_->terms.size());
      index_->masks.push_back(mask_of(letters_of(stem)));
      index_->terms.push_back(std::move(stem));
    }
    for (auto& stems : phrase_stems_) {
      for (auto* some : {&stems.said, &stems.joined}) {
        for (auto& stem : *some) stem = place[stem];
        std::sort(some->begin(), some->end());
        some->erase(std::unique(some->begin(), some->end()), some->end());
      }
      std::erase_if(stems.joined, [&](std::uint32_t stem) { return std::binary_search(stems.said.begin(), stems.said.end(), stem); });
    }
  }

  void weigh() {
    auto& index = *index_;
    const auto heading_of = [&](std::uint32_t phrase) {
      return std::string_view(index.codes[index.phrases[phrase].code].code).substr(0, kHeadingDigits);
    };
    std::vector<std::uint32_t> counts(index.terms.size());
    std::vector<std::uint32_t> headings(index.terms.size());
    std::vector<std::string_view> last(index.terms.size());
    std::string_view heading;
    std::uint32_t heading_count = 0;
    // Phrases stand in the order of their codes, so those of one heading are together.
    for (std::uint32_t phrase = 0; phrase < index.phrases.size(); ++phrase) {
      if (heading_of(phrase) != heading) ++heading_count;
      heading = heading_of(phrase);
      for (const auto* terms : {&phrase_stems_[phrase].said, &phrase_stems_[phrase].joined}) {
        for (const auto term : *terms) {
          ++counts[term];
          if (last[term] != heading) ++headings[term];
          last[term] = heading;
        }
      }
    }
    index.postings_from.assign(index.terms.size() + 1, 0);
    for (std::size_t term = 0; term < counts.size(); ++term) {
      index.postings_from[term + 1] = index.postings_from[term] + counts[term];
      // Something is left of a word that every heading has.
      index.term_weights.push_back(std::max(log2_256(heading_count + 1) - log2_256(headings[term]), 16U));
    }
    index.postings.assign(index.postings_from.back(), 0);
    auto at = index.postings_from;
    for (std::uint32_t phrase = 0; phrase < index.phrases.size(); ++phrase) {
      for (const auto term : phrase_stems_[phrase].said) {
        index.postings[at[term]++] = phrase;
        index.phrases[phrase].weight += index.term_weights[term];
      }
      for (const auto term : phrase_stems_[phrase].joined) index.postings[at[term]++] = phrase;
    }
  }

  std::shared_ptr<WordIndex> index_;
  std::map<std::string, Raw, std::less<>> raws_;
  std::vector<PhraseStems> phrase_stems_;
  Stemmer stemmer_;
};

/// The stems that a word may have: a Cyrillic one in Russian and in Kazakh.
std::vector<std::string> stems_of(const Stemmer& stemmer, std::string_view folded, bool cyrillic) {
  if (!cyrillic) return {stemmer.stem(folded, Language::en)};
  return {stemmer.stem(folded, Language::ru), stemmer.stem(folded, Language::kk)};
}

void append(std::vector<Form>& forms, const std::vector<Form>& more) { forms.insert(forms.end(), more.begin(), more.end()); }

/// What the words of a description add to each phrase.
struct PhraseSums {
  std::vector<std::uint32_t> said;   ///< weight of the phrase's stems that were said
  std::vector<std::uint32_t> asked;  ///< weight of the description's words that it holds
};

}  // namespace

std::string fit_text(FitScore score) { return fmt::format("{}.{:04}", score / kFitMax, score % kFitMax); }

Words::Words() : index_(Builder({}).finish()) {}

Result<Words> Words::read(std::span<const NamedBytes> tables, std::span<const CodeWords> nomenclature, const FitWeights& weights) {
  Builder builder(weights);
  for (const auto& table : tables) TAMGA_TRY_STATUS(builder.read_table(table));
  for (const auto& entry : nomenclature) TAMGA_TRY_STATUS(builder.add(entry));
  Words out;
  out.index_ = builder.finish();
  return out;
}

/// Which word says what the goods are; their count when none does. In English and Kazakh it ends the first phrase ("deep groove ball bearing 6204");
/// in Russian it is the first that is no adjective ("подшипник шариковый", "шариковый подшипник"). Only words that the tables have: not brands behind
/// it.
std::size_t Fitting::head_of(const std::vector<GoodsWord>& words, const std::vector<Asked>& asked, Language language) {
  std::size_t head = words.size();
  if (language == Language::kk) return head;
  for (std::size_t i = 0; i < words.size() && words[i].phrase; ++i) {
    if (!asked[i].exact) continue;
    if (language == Language::en) {
      head = i;
    } else if (!ends_as_adjective(words[i].folded)) {
      return i;
    }
  }
  return head;
}

Fitting Words::fit(std::string_view description) const {
  const WordIndex& index = *index_;
  const FitWeights& weights = index.weights;
  const std::size_t codes = index.codes.size();
  Fitting fitting;
  fitting.index_ = index_;
  fitting.scores_.assign(codes, 0);
  const Stemmer stemmer;

  std::vector<std::vector<Form>> forms_of;
  std::vector<std::string> seen;
  std::vector<GoodsWord> words;
  std::uint32_t place = 0;
  for (auto& word : read_goods_words(description)) {
    if (fitting.asked_.size() == kAskedMax) break;
    auto stems = stems_of(stemmer, word.folded, word.cyrillic);
    auto forms = index.exact(stems);
    if (forms.empty() && !word.joined.empty()) {
      // "Wi-fi" where the tables have "wifi".
      auto joined = stems_of(stemmer, word.joined, word.cyrillic);
      if (auto found = index.exact(joined); !found.empty()) {
        forms = std::move(found);
        stems = std::move(joined);
        word.folded = word.joined;
      }
    }
    if (std::find(seen.begin(), seen.end(), stems.front()) != seen.end()) continue;
    const bool exact = !forms.empty();
    // Sizes, model numbers and quantities tell nothing unless a table has them ("3d", "co2").
    if (!exact && word.digits) continue;
    if (!exact) {
      // What a point cuts short is no word yet, so it has no ending that a stemmer could take off.
      const std::string_view language = word.cyrillic ? "rk" : "e";
      for (const char letter : language) {
        if (word.cut) append(forms, index.beginning_with(letter + word.folded));
      }
      const bool guess = forms.empty();
      for (const auto& stem : stems) {
        if (guess) append(forms, index.near(stem));
      }
    }
    // The weight of the form that is the most common: a Russian word that some Kazakh phrase has borrowed is not rare for that.
    std::uint32_t weight = forms.empty() ? weights.unknown : kNone;
    for (const auto& form : forms) weight = std::min(weight, index.term_weights[form.term]);
    // A guess never weighs more than a word that nobody knows.
    if (!exact) weight = std::min(weight, weights.unknown);
    if (word.later) weight = weight * weights.later / kWhole;
    if (word.modifier) weight = weight * weights.modifier / kWhole;
    if (word.packing) weight = weight * weights.packing / kWhole;
    weight = weight * std::max(kWhole / 4, kWhole - std::min<std::uint32_t>(kWhole, weights.decay * place)) / kWhole;
    ++place;
    seen.push_back(stems.front());
    fitting.asked_.push_back({word.folded, std::max(weight, 1U), !forms.empty(), exact});
    forms_of.push_back(std::move(forms));
    words.push_back(std::move(word));
  }
  if (const auto head = Fitting::head_of(words, fitting.asked_, language_of(description)); head < words.size()) {
    auto& weight = fitting.asked_[head].weight;
    weight = std::max(weight * weights.head / kWhole, 1U);
  }
  std::uint64_t total = 0;
  for (const auto& asked : fitting.asked_) total += asked.weight;
  fitting.own_.assign(fitting.asked_.size() * codes, 0);
  fitting.factors_.assign(fitting.asked_.size() * codes, 0);
  if (total == 0) return fitting;

  PhraseSums sums{std::vector<std::uint32_t>(index.phrases.size()), std::vector<std::uint32_t>(index.phrases.size())};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> hits;  // phrase; the best form's place among the word's forms
  std::vector<std::uint64_t> cover(codes);
  std::vector<std::uint16_t> chapter_best(index.chapters);
  for (std::size_t word = 0; word < fitting.asked_.size(); ++word) {
    const std::uint32_t weight = fitting.asked_[word].weight;
    std::uint16_t* own = fitting.own_.data() + word * codes;
    std::uint16_t* factors = fitting.factors_.data() + word * codes;
    // Forms stand with the surest first within a language, so after sorting the first hit of a phrase may not be the surest: it is looked for.
    hits.clear();
    for (std::uint32_t form = 0; form < forms_of[word].size(); ++form) {
      const auto term = forms_of[word][form].term;
      for (auto at = index.postings_from[term]; at < index.postings_from[term + 1]; ++at) hits.emplace_back(index.postings[at], form);
    }
    std::sort(hits.begin(), hits.end());
    for (std::size_t i = 0; i < hits.size();) {
      const auto phrase = hits[i].first;
      std::uint32_t factor = 0;
      std::uint32_t said = 0;
      for (; i < hits.size() && hits[i].first == phrase; ++i) {
        const Form& form = forms_of[word][hits[i].second];
        factor = std::max(factor, form.factor);
        said = std::max(said, index.term_weights[form.term] * form.factor / kWhole);
      }
      sums.said[phrase] += said;
      sums.asked[phrase] += weight * factor / kWhole;
      auto& best = own[index.phrases[phrase].code];
      best = std::max(best, static_cast<std::uint16_t>(factor));
    }
    std::fill(chapter_best.begin(), chapter_best.end(), std::uint16_t{0});
    for (std::size_t code = 0; code < codes; ++code) {
      auto& best = chapter_best[index.codes[code].chapter];
      best = std::max(best, own[code]);
    }
    for (std::size_t code = 0; code < codes; ++code) {
      const auto& entry = index.codes[code];
      std::uint32_t factor = own[code];
      if (entry.heading != kNone) factor = std::max(factor, own[entry.heading] * weights.inherit / kWhole);
      factor = std::max(factor, chapter_best[entry.chapter] * weights.chapter / kWhole);
      factors[code] = static_cast<std::uint16_t>(factor);
      cover[code] += std::uint64_t{weight} * factor;
    }
  }

  std::vector<std::uint64_t> best_phrase(codes);
  for (std::size_t i = 0; i < index.phrases.size(); ++i) {
    if (sums.asked[i] == 0) continue;
    const auto& phrase = index.phrases[i];
    const std::uint64_t recall = std::uint64_t{sums.asked[i]} * kFitMax / total;
    const std::uint64_t said = std::uint64_t{std::min(sums.said[i], phrase.weight)} * kWhole / phrase.weight;
    constexpr std::uint64_t kAll = kWhole;
    const std::uint64_t score = recall * (weights.loose * kAll + (kAll - weights.loose) * said) / (kAll * kAll);
    best_phrase[phrase.code] = std::max(best_phrase[phrase.code], score);
  }
  for (std::size_t code = 0; code < codes; ++code) {
    std::uint64_t phrase = best_phrase[code];
    if (const auto heading = index.codes[code].heading; heading != kNone) phrase = std::max(phrase, best_phrase[heading] * weights.inherit / kWhole);
    const std::uint64_t covered = cover[code] * kFitMax / (total * kWhole);
    fitting.scores_[code] = static_cast<FitScore>((weights.cover * covered + (kWhole - weights.cover) * phrase) / kWhole);
  }
  return fitting;
}

std::vector<Proposal> Fitting::best(std::size_t limit, Depth depth) const {
  const auto& codes = index_->codes;
  struct Candidate {
    FitScore score = 0;
    std::size_t at = 0;
  };
  std::vector<Candidate> candidates;
  for (std::size_t at = 0; at < codes.size();) {
    const std::string_view heading = std::string_view(codes[at].code).substr(0, kHeadingDigits);
    std::size_t end = at;
    while (end < codes.size() && codes[end].code.starts_with(heading)) ++end;
    // The heading itself, if the tables have it, stands first.
    const bool has_heading = codes[at].code.size() == kHeadingDigits;
    const FitScore best = *std::max_element(scores_.begin() + static_cast<std::ptrdiff_t>(at), scores_.begin() + static_cast<std::ptrdiff_t>(end));
    const std::size_t below = has_heading ? at + 1 : at;
    const FitScore best_below =
        below < end ? *std::max_element(scores_.begin() + static_cast<std::ptrdiff_t>(below), scores_.begin() + static_cast<std::ptrdiff_t>(end)) : 0;
    if (depth == Depth::headings) {
      const auto top = std::find(scores_.begin() + static_cast<std::ptrdiff_t>(at), scores_.begin() + static_cast<std::ptrdiff_t>(end), best);
      candidates.push_back({best, static_cast<std::size_t>(top - scores_.begin())});
    } else {
      const bool show_heading = depth == Depth::mixed && has_heading && (below == end || scores_[at] > best_below);
      if (show_heading) candidates.push_back({scores_[at], at});
      for (std::size_t i = below; i < end && !show_heading; ++i) candidates.push_back({scores_[i], i});
    }
    at = end;
  }
  // What has only its chapter in common with the description is no proposal.
  std::erase_if(candidates, [&](const Candidate& candidate) { return candidate.score == 0 || !any_word(candidate.at); });
  std::sort(candidates.begin(), candidates.end(),
            [](const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.at < b.at; });
  if (candidates.size() > limit) candidates.resize(limit);
  std::vector<Proposal> out;
  for (const auto& candidate : candidates) {
    const std::string_view code = codes[candidate.at].code;
    out.push_back({std::string(depth == Depth::headings ? code.substr(0, kHeadingDigits) : code), candidate.score, matched_at(candidate.at)});
  }
  return out;
}

FitScore Fitting::of_heading(std::string_view code) const {
  const std::string_view heading = code.substr(0, kHeadingDigits);
  FitScore best = 0;
  const auto& codes = index_->codes;
  auto at = std::lower_bound(codes.begin(), codes.end(), heading, [](const auto& entry, std::string_view wanted) { return entry.code < wanted; });
  for (; at != codes.end() && at->code.starts_with(heading); ++at) best = std::max(best, scores_[static_cast<std::size_t>(at - codes.begin())]);
  return best;
}

FitScore Fitting::of_code(std::string_view code) const {
  const auto at = index_->find_code(code);
  return at == kNone ? 0 : scores_[at];
}

std::vector<Fitting::Scored> Fitting::scored() const {
  std::vector<Scored> out;
  for (std::size_t i = 0; i < scores_.size(); ++i) {
    if (scores_[i] > 0) out.push_back({index_->codes[i].code, scores_[i]});
  }
  return out;
}

std::vector<MatchedWord> Fitting::matched(std::string_view code) const {
  const auto at = index_->find_code(code);
  return at == kNone ? std::vector<MatchedWord>{} : matched_at(at);
}

bool Fitting::any_word(std::size_t at) const {
  const auto heading = index_->codes[at].heading;
  for (std::size_t row = 0; row < own_.size(); row += scores_.size()) {
    if (own_[row + at] > 0 || (heading != kNone && own_[row + heading] > 0)) return true;
  }
  return false;
}

std::vector<MatchedWord> Fitting::matched_at(std::size_t at) const {
  std::vector<MatchedWord> out;
  const auto heading = index_->codes[at].heading;
  for (std::size_t word = 0; word < asked_.size(); ++word) {
    const std::size_t row = word * scores_.size();
    const bool own = own_[row + at] > 0;
    if (!own && (heading == kNone || own_[row + heading] == 0)) continue;
    out.push_back({asked_[word].word, asked_[word].exact, !own});
  }
  return out;
}

std::size_t Fitting::words_known() const {
  return static_cast<std::size_t>(std::count_if(asked_.begin(), asked_.end(), [](const Asked& asked) { return asked.known; }));
}

std::string_view Words::title(std::string_view code, Language language) const {
  for (std::size_t size = code.size(); size >= kHeadingDigits; --size) {
    const auto at = index_->find_code(code.substr(0, size));
    if (at == kNone) continue;
    const auto& titles = index_->codes[at].titles;
    if (const auto& title = titles[static_cast<std::size_t>(language)]; !title.empty()) return title;
    for (const auto& title : titles) {
      if (!title.empty()) return title;
    }
  }
  return {};
}

bool Words::has(std::string_view code) const { return index_->find_code(code) != kNone; }

std::size_t Words::size() const { return index_->codes.size(); }

}  // namespace tamga::goods
