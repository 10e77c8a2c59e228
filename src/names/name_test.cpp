#include "names/name.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

namespace tamga::names {
namespace {

Score score(std::string_view a, std::string_view b, Kind kind) { return compare(parse(a, kind), parse(b, kind)).score; }
Score person(std::string_view a, std::string_view b) { return score(a, b, Kind::person); }
Score firm(std::string_view a, std::string_view b) { return score(a, b, Kind::organisation); }

constexpr Score kHit = 7000;

TEST(CompareNames, SamePersonWrittenOtherwise) {
  EXPECT_EQ(person("Vladimir Putin", "PUTIN, Vladimir"), kScoreMax);
  EXPECT_GE(person("Владимир Путин", "PUTIN, Vladimir Vladimirovich"), 9000);
  EXPECT_GE(person("Сергей Лавров", "Sergej Lawrow"), 9500);
  EXPECT_GE(person("V. Putin", "Vladimir Putin"), kHit);
  EXPECT_GE(person("VladimirPutin", "Vladimir Putin"), kHit);
  EXPECT_GE(person("Vladmir Putin", "Vladimir Putin"), 9000);
  EXPECT_GE(person("Mohammed Reza Naqdi", "NAGHDI, Mohammad Reza"), kHit);
}

TEST(CompareNames, AnotherPersonOfTheSameFamilyIsNoHit) {
  EXPECT_LT(person("Sergey Prigozhin", "Yevgeny Prigozhin"), kHit);
  EXPECT_LT(person("Boris Vekselberg", "Viktor Vekselberg"), kHit);
  EXPECT_LT(person("Emma Daniels", "Emma LLC"), kHit);  // Watchman #338
  EXPECT_LT(person("Ivanov", "Ivan Ivanov"), kHit);     // OFAC FAQ 5: only one of two names
}

TEST(CompareNames, LegalFormsSayNothing) {
  EXPECT_EQ(firm("ПАО Газпром", "Gazprom PJSC"), kScoreMax);
  EXPECT_EQ(firm("ТОО «Ромашка»", "Romashka LLP"), kScoreMax);
  EXPECT_EQ(firm("«ROMASHKA» Жауапкершілігі Шектеулі Серіктестігі", "ТОО Ромашка"), kScoreMax);
  EXPECT_EQ(firm("Общество с ограниченной ответственностью Вектор", "VEKTOR OOO"), kScoreMax);
  EXPECT_EQ(firm("S.C. Johnson & Son, Inc.", "SC Johnson Son Inc"), kScoreMax);
  EXPECT_LT(firm("11420 CORP.", "UNITED CORP."), kHit);  // Watchman #483
  EXPECT_LT(firm("Romashka LLC", "Romashka JSC"), kScoreMax);
}

TEST(CompareNames, NumbersTellFirmsApart) {
  EXPECT_EQ(firm("Zavod 12", "Zavod 12"), kScoreMax);
  EXPECT_LT(firm("Zavod Imeni Lenina 12", "Zavod Imeni Lenina 14"), firm("Zavod Imeni Lenina", "Zavod Imeni Lenina 14"));
}

TEST(CompareNames, EmptyNamesMatchNothing) {
  EXPECT_EQ(firm("", "Gazprom"), 0);
  EXPECT_EQ(firm("", ""), 0);
  EXPECT_EQ(person("—", "—"), 0);
}

TEST(CompareNames, ExplainsEveryWord) {
  std::vector<Step> steps;
  const auto query = parse("Владимир Путен Иванович", Kind::person);
  const auto listed = parse("PUTIN, Vladimir Vladimirovich", Kind::person);
  const auto comparison = compare(query, listed, &steps);
  EXPECT_EQ(comparison.pairs, 2);
  std::map<How, int> count;
  std::size_t unpaired = 0;
  for (const auto& step : steps) {
    if (step.query_count == 0 || step.listed_count == 0) {
      ++unpaired;
    } else {
      ++count[step.how];
    }
  }
  EXPECT_EQ(count[How::transliteration], 1);
  EXPECT_EQ(count[How::edit], 1);
  EXPECT_EQ(unpaired, 2U);
}

/// The textbook recursion, with memory: the oracle of edit_distance().
int slow_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> table(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = static_cast<int>(i + j);
        continue;
      }
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

const auto kWord = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcde")));

TEST(EditDistance, AgreesWithTheTextbook) {
  EXPECT_TRUE(rc::check("edit_distance = textbook, cut at the limit", [] {
    const auto a = *kWord;
    const auto b = *kWord;
    const auto limit = *rc::gen::inRange(0, 4);
    RC_ASSERT(edit_distance(a, b, limit) == std::min(slow_distance(a, b), limit + 1));
  }));
}

/// Names of few words out of few letters, so that likenesses of every kind are common.
rc::Gen<std::string> names() {
  const auto word = rc::gen::oneOf(
      rc::gen::container<std::string>(rc::gen::elementOf(std::string("aeiklmnorsv"))),
      rc::gen::element<std::string>("company", "bank", "llc", "A.B.", "7", "mohammed", "al", "Иван", "group", "kovalenko", "kovalenk0", "v"));
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(word), [](const std::vector<std::string>& words) {
    std::string name;
    for (const auto& item : words) name += (name.empty() ? "" : " ") + item;
    return name;
  });
}

TEST(CompareNames, ScoresAreWithinBounds) {
  EXPECT_TRUE(rc::check("0 <= score <= 1, and a name is like itself", [] {
    const auto a = *names();
    const auto b = *names();
    for (const auto kind : {Kind::person, Kind::organisation, Kind::other}) {
      const auto value = score(a, b, kind);
      RC_ASSERT(value >= 0 && value <= kScoreMax);
      if (!parse(a, kind).words.empty() && parse(a, kind).weight > 0) RC_ASSERT(score(a, a, kind) >= 8000);
    }
  }));
}

TEST(CompareNames, TheBoundHolds) {
  EXPECT_TRUE(rc::check("score <= score_bound(all that could be gained)", [] {
    const auto a = parse(*names(), Kind::organisation);
    const auto b = parse(*names(), Kind::organisation);
    std::vector<Step> steps;
    const auto comparison = compare(a, b, &steps);
    std::int64_t gain = 0;
    for (const auto& step : steps) {
      std::int64_t weights = 0;
      for (std::size_t i = 0; i < step.query_count; ++i) weights += a.words[step.query + i].weight;
      for (std::size_t j = 0; j < step.listed_count; ++j) weights += b.words[step.listed + j].weight;
      gain += weights * step.likeness;
    }
    RC_ASSERT(comparison.score <= score_bound(gain, a.weight, b.weight, Kind::organisation));
  }));
}

}  // namespace
}  // namespace tamga::names
