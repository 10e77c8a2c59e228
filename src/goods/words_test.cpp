#include "goods/words.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "lists/csv.h"

namespace tamga::goods {
namespace {

constexpr std::string_view kTable =
    "code,en,ru,kk\n"
    "7318,Screws and bolts; steel fasteners; nuts,Болты и винты; крепёж стальной; гайки,Болттар; бекіткіштер; сомындар\n"
    "8482,Bearings,Подшипники,Мойынтіректер\n"
    "848210,Ball bearings,Шариковые подшипники,Шарикті мойынтіректер\n"
    "8542,Integrated circuits; microchips; wi-fi module,Микросхемы; процессоры,Микросұлбалар\n"
    "8807,Aircraft parts; aviation spares,Части самолётов; авиационные запчасти,Ұшақ бөлшектері\n";

Words words_of(std::string_view text, std::span<const CodeWords> nomenclature = {}) {
  const std::array tables = {NamedBytes{"t.csv", std::string(text)}};
  auto words = Words::read(tables, nomenclature);
  EXPECT_TRUE(words) << words.error().text();
  return *words;
}

std::string first(const Words& words, std::string_view text) {
  const auto best = words.fit(text).best(1);
  return best.empty() ? "" : best.front().code;
}

TEST(Words, FindsCodesInThreeLanguages) {
  const Words words = words_of(kTable);
  EXPECT_EQ(first(words, "steel bolts"), "7318");
  EXPECT_EQ(first(words, "Болты стальные оцинкованные"), "7318");
  EXPECT_EQ(first(words, "ұшақтың бөлшектері"), "8807");
  EXPECT_EQ(first(words, "подшипник шариковый"), "848210");
  EXPECT_EQ(first(words, "bearing"), "8482");
  EXPECT_EQ(first(words, "wifi modules"), "8542");
  EXPECT_EQ(first(words, "banana"), "");
  EXPECT_TRUE(words.fit("").best(5).empty());
}

TEST(Words, MisspellingsAndWordsThatArePutTogether) {
  const Words words = words_of(kTable);
  EXPECT_EQ(first(words, "aircarft spares"), "8807");
  EXPECT_EQ(first(words, "подшыпник"), "8482");
  const auto matched = words.fit("подшыпник").matched("8482");
  ASSERT_EQ(matched.size(), 1U);
  EXPECT_FALSE(matched.front().exact);
  EXPECT_EQ(first(words, "микросх. импортная"), "8542");
}

TEST(Words, ModelNumbersBrandsAndQuantitiesChangeNoOrder) {
  const Words words = words_of(kTable);
  const auto order = [&](std::string_view text) {
    std::vector<std::string> codes;
    for (const auto& proposal : words.fit(text).best(5)) codes.push_back(proposal.code);
    return codes;
  };
  const auto plain = order("steel bolts for aircraft");
  EXPECT_EQ(order("M8x40 steel bolts DIN933 for aircraft 1000"), plain);
  EXPECT_EQ(order("steel bolts STM32F407 for aircraft"), plain);
}

TEST(Words, WhatIsExcludedIsNotFound) {
  const Words words = words_of(kTable);
  EXPECT_EQ(first(words, "bolts (excl. ball bearings and aircraft parts)"), "7318");
  EXPECT_EQ(words.fit("bolts (excl. ball bearings)").of_code("848210"), 0U);
}

TEST(Words, AHeadingStandsForItsSubheadingsAndTheReverse) {
  const Words words = words_of(kTable);
  const Fitting fitting = words.fit("ball bearings");
  EXPECT_EQ(fitting.of_code("848210"), kFitMax);
  EXPECT_LT(fitting.of_code("8482"), kFitMax);
  EXPECT_EQ(fitting.of_heading("848299"), kFitMax);
  EXPECT_EQ(fitting.of_heading("0101"), 0U);
  // "Bearings" is the heading's word, so the subheading has it for less.
  const Fitting bearings = words.fit("bearings");
  EXPECT_GT(bearings.of_code("8482"), bearings.of_code("848210"));
  EXPECT_EQ(bearings.best(5).size(), 1U);
  EXPECT_EQ(bearings.best(5, Depth::subheadings).at(0).code, "848210");
  EXPECT_EQ(fitting.best(5, Depth::headings).at(0).code, "8482");
}

TEST(Words, ANomenclatureAddsCodes) {
  const std::vector<CodeWords> nomenclature = {{"848220", "Bearings; tapered roller bearings, including cone assemblies"},
                                               {"8482109000", "подшипники шариковые радиальные"}};
  const Words words = words_of(kTable, nomenclature);
  EXPECT_EQ(first(words, "tapered roller bearing"), "848220");
  EXPECT_EQ(first(words, "радиальный шариковый подшипник"), "8482109000");
  EXPECT_EQ(words.title("848220", Language::ru), "Bearings; tapered roller bearings, including cone assemblies");
  EXPECT_EQ(words.title("848210", Language::ru), "Шариковые подшипники");
  EXPECT_EQ(words.title("848299", Language::kk), "Мойынтіректер");
  EXPECT_EQ(words.title("0101", Language::en), "");
}

TEST(Words, RefusesATableWithItsLine) {
  const auto refused = [](std::string_view text, std::uint64_t line, std::string_view what) {
    const std::array tables = {NamedBytes{"t.csv", std::string(text)}};
    const auto words = Words::read(tables);
    ASSERT_FALSE(words) << text;
    EXPECT_EQ(words.error().file, "t.csv");
    EXPECT_EQ(words.error().line, line);
    EXPECT_NE(words.error().message.find(what), std::string::npos) << words.error().text();
  };
  refused("", 1, "expected the columns");
  refused("code,en,ru\n", 1, "expected the columns");
  refused("code,en,ru,kk\n0101,a,b\n", 2, "3 fields, expected 4");
  refused("code,en,ru,kk\n01,a,b,c\n", 2, "is not an HS code");
  refused("code,en,ru,kk\n010a,a,b,c\n", 2, "is not an HS code");
  refused("code,en,ru,kk\n0101,a,,c\n", 2, "0101 has no words in the column ru");
  refused("code,en,ru,kk\n0101,a,b,c\n0101,a,b,c\n", 3, "0101 stands twice");
  const std::vector<CodeWords> wrong = {{"84", "machines"}};
  EXPECT_FALSE(Words::read({}, wrong));
}

TEST(Words, TheOrderOfFilesAndRowsIsNoMatter) {
  const std::string text(kTable);
  std::vector<std::string> rows;
  for (std::size_t at = text.find('\n') + 1; at < text.size();) {
    const auto end = text.find('\n', at);
    rows.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  std::string turned = "code,en,ru,kk\n";
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) turned += *row;
  const Words one = words_of(text);
  const Words other = words_of(turned);
  for (const auto* query : {"steel aircraft bolts", "шариковый подшипник", "mikrochip"}) {
    const auto a = one.fit(query).scored();
    const auto b = other.fit(query).scored();
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].score, b[i].score) << query;
  }
}

TEST(Words, AScoreIsWrittenWithFourDigits) {
  EXPECT_EQ(fit_text(0), "0.0000");
  EXPECT_EQ(fit_text(7), "0.0007");
  EXPECT_EQ(fit_text(kFitMax), "1.0000");
}

// The slow and obvious version: no index, every word of the description against every word of every phrase, as words.cpp's introduction says it.
class Slow {
 public:
  Slow(std::string_view table, const FitWeights& weights) : weights_(weights) {
    lists::CsvReader reader(table);
    std::vector<std::string> fields;
    static_cast<void>(reader.next(fields));
    while (reader.next(fields).value_or(false)) {
      for (int column = 1; column <= 3; ++column) {
        std::string cell = fields[static_cast<std::size_t>(column)] + ";";
        for (std::size_t at = 0; at < cell.size();) {
          const auto end = cell.find(';', at);
          add(fields[0], cell.substr(at, end - at), static_cast<Language>(column - 1));
          at = end + 1;
        }
      }
      codes_.insert(fields[0]);
    }
  }

  std::map<std::string, FitScore> scores(std::string_view description) const {
    struct Asked {
      std::map<std::string, std::uint32_t> forms;  // stem to factor
      std::uint32_t weight = 0;
    };
    std::vector<Asked> asked;
    std::set<std::string> seen;
    bool in_phrase = true;
    int head = -1;
    std::uint32_t place = 0;
    for (auto word : read_goods_words(description)) {
      if (asked.size() == 32) break;
      auto stems = stems_of(word.folded, word.cyrillic);
      bool exact = std::any_of(stems.begin(), stems.end(), [&](const auto& stem) { return headings(stem) > 0; });
      if (!exact && !word.joined.empty()) {
        const auto joined = stems_of(word.joined, word.cyrillic);
        if (std::any_of(joined.begin(), joined.end(), [&](const auto& stem) { return headings(stem) > 0; })) {
          stems = joined;
          word.folded = word.joined;
          exact = true;
        }
      }
      if (seen.contains(stems.front())) continue;
      if (!exact && word.digits) continue;
      Asked entry;
      if (exact) {
        for (const auto& stem : stems) {
          if (headings(stem) > 0) entry.forms[stem] = 256;
        }
      } else {
        if (word.cut) {
          for (const char letter : std::string(word.cyrillic ? "rk" : "e")) cut(letter + word.folded, entry.forms);
        }
        if (entry.forms.empty()) {
          for (const auto& stem : stems) near(stem, entry.forms);
        }
      }
      std::uint32_t weight = weights_.unknown;
      if (!entry.forms.empty()) {
        weight = 0xFFFFFFFF;
        for (const auto& form : entry.forms) weight = std::min(weight, weight_of(form.first));
        if (!exact) weight = std::min(weight, weights_.unknown);
      }
      if (word.later) weight = weight * weights_.later / 256;
      if (word.modifier) weight = weight * weights_.modifier / 256;
      if (word.packing) weight = weight * weights_.packing / 256;
      const auto less = std::min(256U, weights_.decay * place);
      weight = weight * std::max(64U, 256 - less) / 256;
      ++place;
      seen.insert(stems.front());
      entry.weight = std::max(weight, 1U);
      asked.push_back(entry);
      in_phrase = in_phrase && word.phrase;
      if (!in_phrase || !exact) continue;
      const Language language = language_of(description);
      if (language == Language::en || (language == Language::ru && head < 0 && !ends_as_adjective(word.folded)))
        head = static_cast<int>(asked.size()) - 1;
    }
    if (head >= 0) {
      auto& weight = asked[static_cast<std::size_t>(head)].weight;
      weight = std::max(weight * weights_.head / 256, 1U);
    }
    std::uint64_t total = 0;
    for (const auto& entry : asked) total += entry.weight;
    std::map<std::string, FitScore> out;
    for (const auto& code : codes_) {
      out[code] = 0;
      if (total == 0) continue;
      std::uint64_t cover = 0;
      for (const auto& entry : asked) {
        std::uint32_t factor = in_code(entry.forms, code);
        const std::string heading = code.substr(0, 4);
        if (code.size() > 4 && codes_.contains(heading)) factor = std::max(factor, in_code(entry.forms, heading) * weights_.inherit / 256);
        std::uint32_t chapter = 0;
        for (const auto& other : codes_) {
          if (other.substr(0, 2) == code.substr(0, 2)) chapter = std::max(chapter, in_code(entry.forms, other));
        }
        factor = std::max(factor, chapter * weights_.chapter / 256);
        cover += std::uint64_t{entry.weight} * factor;
      }
      const auto phrase_score = [&](const std::string& of) {
        std::uint64_t best = 0;
        for (const auto& phrase : phrases_) {
          if (phrase.code != of) continue;
          std::uint64_t said = 0;
          std::uint64_t recalled = 0;
          for (const auto& entry : asked) {
            std::uint32_t factor = 0;
            std::uint32_t most = 0;
            for (const auto& [stem, sure] : entry.forms) {
              if (!phrase.stems.contains(stem) && !phrase.joined.contains(stem)) continue;
              factor = std::max(factor, sure);
              most = std::max(most, weight_of(stem) * sure / 256);
            }
            said += most;
            recalled += entry.weight * factor / 256;
          }
          std::uint64_t whole = 0;
          for (const auto& stem : phrase.stems) whole += weight_of(stem);
          const std::uint64_t share = std::min(said, whole) * 256 / whole;
          best = std::max(best, (recalled * kFitMax / total) * (weights_.loose * 256 + (256 - weights_.loose) * share) / 65536);
        }
        return best;
      };
      std::uint64_t phrase = phrase_score(code);
      const std::string heading = code.substr(0, 4);
      if (code.size() > 4 && codes_.contains(heading)) phrase = std::max(phrase, phrase_score(heading) * weights_.inherit / 256);
      out[code] = static_cast<FitScore>((weights_.cover * (cover * kFitMax / (total * 256)) + (256 - weights_.cover) * phrase) / 256);
    }
    return out;
  }

 private:
  struct Phrase {
    std::string code;
    std::set<std::string> stems;
    std::set<std::string> joined;
  };

  void add(const std::string& code, const std::string& text, Language language) {
    Phrase phrase{code, {}, {}};
    for (const auto& word : read_goods_words(text)) {
      if (word.digits && std::all_of(word.folded.begin(), word.folded.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
      const Language as = word.cyrillic ? language : Language::en;
      phrase.stems.insert(stemmer_.stem(word.folded, as));
      if (!word.joined.empty()) phrase.joined.insert(stemmer_.stem(word.joined, as));
    }
    if (phrase.stems.empty()) return;
    for (const auto* stems : {&phrase.stems, &phrase.joined}) {
      for (const auto& stem : *stems) headings_[stem].insert(code.substr(0, 4));
    }
    all_headings_.insert(code.substr(0, 4));
    phrases_.push_back(std::move(phrase));
  }

  std::vector<std::string> stems_of(const std::string& folded, bool cyrillic) const {
    if (!cyrillic) return {stemmer_.stem(folded, Language::en)};
    return {stemmer_.stem(folded, Language::ru), stemmer_.stem(folded, Language::kk)};
  }

  std::size_t headings(const std::string& stem) const {
    const auto at = headings_.find(stem);
    return at == headings_.end() ? 0 : at->second.size();
  }

  // 256 * log2 rounded down, by floating point: the numbers here are small, and no power of two is met from below.
  static std::uint32_t log2_256(std::size_t value) {
    return static_cast<std::uint32_t>(std::floor(256 * std::log2(static_cast<double>(value)) + 1e-9));
  }
  std::uint32_t weight_of(const std::string& stem) const { return std::max(log2_256(all_headings_.size() + 1) - log2_256(headings(stem)), 16U); }

  std::uint32_t in_code(const std::map<std::string, std::uint32_t>& forms, const std::string& code) const {
    std::uint32_t best = 0;
    for (const auto& phrase : phrases_) {
      if (phrase.code != code) continue;
      for (const auto& [stem, factor] : forms) {
        if (phrase.stems.contains(stem) || phrase.joined.contains(stem)) best = std::max(best, factor);
      }
    }
    return best;
  }

  static std::u32string letters(const std::string& stem) {
    std::u32string out;
    for (const char c : stem) {
      const auto byte = static_cast<unsigned char>(c);
      if ((byte & 0xC0U) == 0x80) {
        out.back() = out.back() << 6U | (byte & 0x3FU);
      } else {
        out += byte < 0x80 ? byte : byte & 0x1FU;
      }
    }
    return out;
  }

  static std::size_t edits(const std::u32string& a, const std::u32string& b) {
    std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
      for (std::size_t k = 0; k <= b.size(); ++k) {
        if (i == 0 || k == 0) {
          table[i][k] = i + k;
          continue;
        }
        table[i][k] = std::min({table[i - 1][k] + 1, table[i][k - 1] + 1, table[i - 1][k - 1] + (a[i - 1] == b[k - 1] ? 0U : 1U)});
        if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) table[i][k] = std::min(table[i][k], table[i - 2][k - 2] + 1);
      }
    }
    return table[a.size()][b.size()];
  }

  /// The eight surest, then in the order of the stems.
  static void take(std::vector<std::pair<std::uint32_t, std::string>> found, std::map<std::string, std::uint32_t>& forms) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
    if (found.size() > 8) found.resize(8);
    for (const auto& [factor, stem] : found) forms[stem] = factor;
  }

  void near(const std::string& stem, std::map<std::string, std::uint32_t>& forms) const {
    const auto wanted = letters(stem);
    const auto size = wanted.size() - 1;
    if (size < 4) return;
    const std::size_t most = size >= 8 ? 2 : size >= 5 ? 1 : 0;
    std::vector<std::pair<std::uint32_t, std::string>> found;
    for (const auto& entry : headings_) {
      const auto other = letters(entry.first);
      if (other[0] != wanted[0]) continue;
      const auto longer = static_cast<std::uint32_t>(std::max(size, other.size() - 1));
      std::uint32_t factor = 0;
      std::uint32_t common = 0;
      while (common + 1 < wanted.size() && common + 1 < other.size() && wanted[common + 1] == other[common + 1]) ++common;
      if (common >= 4 && common * 10 >= longer * 6) factor = weights_.beginning * common / longer;
      if (most > 0 && other.size() - 1 >= 4) {
        const auto count = static_cast<std::uint32_t>(edits(wanted, other));
        if (count <= most) factor = std::max(factor, weights_.spelling * (longer - count) / longer);
      }
      if (factor > 0) found.emplace_back(factor, entry.first);
    }
    take(std::move(found), forms);
  }

  void cut(const std::string& stem, std::map<std::string, std::uint32_t>& forms) const {
    if (letters(stem).size() - 1 < 3) return;
    std::vector<std::pair<std::uint32_t, std::string>> found;
    for (const auto& entry : headings_) {
      if (entry.first.starts_with(stem)) found.emplace_back(0xFFFFFFFF - weight_of(entry.first), entry.first);
    }
    for (auto& [order, name] : found) static_cast<void>(order);
    std::map<std::string, std::uint32_t> first;
    take(std::move(found), first);
    for (const auto& entry : first) forms[entry.first] = weights_.cut;
  }

  FitWeights weights_;
  Stemmer stemmer_;
  std::vector<Phrase> phrases_;
  std::set<std::string> codes_;
  std::map<std::string, std::set<std::string>> headings_;
  std::set<std::string> all_headings_;
};

// Words that are alike, so that prefixes, misspellings and joined words are met often; some with Kazakh letters.
const std::vector<std::string> kVocabulary = {"ball",          "balls",          "bearing",  "bering",    "bearings-ball", "motor",
                                              "motorway",      "motors",         "aircraft", "aircarft",  "steel",         "stel",
                                              "wi-fi",         "wifi",           "m8x40",    "3d",        "for",           "excl.",
                                              "болт",          "болты",          "болтовой", "подшипник", "подшипники",    "подшыпник",
                                              "распред.",      "распределитель", "кроме",    "машина",    "машиналар",     "мойынтірек",
                                              "мойынтіректің", "қозғалтқыш",     "үшін",     "вагон",     "bags",          "304"};
const std::vector<std::string> kMarks = {" ", " ", " ", " ", ", ", " (", ") ", "-"};

std::string random_text(int words_max) {
  const auto count = *rc::gen::inRange(1, words_max + 1);
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i > 0) text += *rc::gen::elementOf(kMarks);
    text += *rc::gen::elementOf(kVocabulary);
  }
  return text;
}

RC_GTEST_PROP(Words, AreScoredAsTheSlowVersionScores, ()) {
  std::set<std::string> codes;
  const auto count = *rc::gen::inRange(1, 9);
  const std::vector<std::string> known = {"7318", "8482", "848210", "848220", "8483", "848310", "8542", "8807", "720110"};
  for (int i = 0; i < count; ++i) codes.insert(*rc::gen::elementOf(known));
  std::string table = "code,en,ru,kk\n";
  for (const auto& code : codes) {
    std::vector<std::string> fields = {code};
    for (int column = 0; column < 3; ++column) fields.push_back(random_text(4) + "; " + random_text(3));
    lists::append_csv_row(table, fields);
  }
  FitWeights weights;
  weights.later = *rc::gen::inRange<std::uint32_t>(0, 257);
  weights.head = *rc::gen::inRange<std::uint32_t>(0, 600);
  weights.decay = *rc::gen::inRange<std::uint32_t>(0, 100);
  weights.cover = *rc::gen::inRange<std::uint32_t>(0, 257);
  weights.loose = *rc::gen::inRange<std::uint32_t>(0, 257);
  const std::array tables = {NamedBytes{"t.csv", table}};
  const auto words = Words::read(tables, {}, weights);
  RC_ASSERT(words.has_value());
  const Slow slow(table, weights);
  for (int i = 0; i < 10; ++i) {
    const std::string query = random_text(8);
    const Fitting fitting = words->fit(query);
    const auto expected = slow.scores(query);
    RC_LOG() << table << query << "\n";
    for (const auto& [code, score] : expected) RC_ASSERT(fitting.of_code(code) == score);
    // The proposals are those scores, sorted.
    const auto best = fitting.best(100);
    for (std::size_t k = 0; k < best.size(); ++k) {
      RC_ASSERT(best[k].score == expected.at(best[k].code));
      RC_ASSERT(best[k].score <= kFitMax);
      if (k > 0) RC_ASSERT(best[k - 1].score > best[k].score || (best[k - 1].score == best[k].score && best[k - 1].code < best[k].code));
    }
  }
}

}  // namespace
}  // namespace tamga::goods
