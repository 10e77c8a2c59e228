#include "goods/stems.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace tamga::goods {
namespace {

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& word : read_goods_words(text)) out.push_back(word.folded);
  return out;
}
using Texts = std::vector<std::string>;

TEST(GoodsWords, FoldsCaseAndLetters) {
  EXPECT_EQ(words("Ball BEARINGS"), (Texts{"ball", "bearings"}));
  EXPECT_EQ(words("КРЕПЁЖ Авиационный"), (Texts{"крепеж", "авиационный"}));
  EXPECT_EQ(words("Әуе ҚОЗҒАЛТҚЫШЫ"), (Texts{"әуе", "қозғалтқышы"}));
  EXPECT_EQ(words("Crème brûlée"), (Texts{"creme", "brulee"}));
  // й as и and a mark
  EXPECT_EQ(words("и\xCC\x86од"), (Texts{"йод"}));
}

TEST(GoodsWords, LettersThatLookAlikeAreTakenForTheOthers) {
  // The first letter of the first word, and the last of the second, are of the other script.
  EXPECT_EQ(words("Cтанок"), (Texts{"станок"}));
  EXPECT_EQ(words("motоr"), (Texts{"motor"}));
}

TEST(GoodsWords, SmallWordsAreLeftOut) {
  EXPECT_EQ(words("Parts of the machine"), (Texts{"parts", "machine"}));
  EXPECT_EQ(words("части для машин и аппаратов"), (Texts{"части", "машин", "аппаратов"}));
  EXPECT_EQ(words("телефонға арналған зарядтағыш"), (Texts{"телефонға", "зарядтағыш"}));
}

TEST(GoodsWords, WhatIsExcludedDoesNotCount) {
  EXPECT_EQ(words("Bearings (excl. ball bearings, rollers)"), (Texts{"bearings"}));
  EXPECT_EQ(words("Lathes, other than horizontal, for metal"), (Texts{"lathes", "metal"}));
  EXPECT_EQ(words("Fish; excluding fillets, livers; frozen"), (Texts{"fish", "frozen"}));
  EXPECT_EQ(words("мебель, кроме медицинской, стоматологической; столы"), (Texts{"мебель", "столы"}));
  EXPECT_EQ(words("машины (за исключением швейных) разные"), (Texts{"машины", "разные"}));
  EXPECT_EQ(words("жиһаз, медициналықтан басқа, үстел"), (Texts{"жиһаз", "үстел"}));
  // "Other" by itself excludes nothing.
  EXPECT_EQ(words("other fish"), (Texts{"fish"}));
  EXPECT_EQ(words("басқа жиһаз"), (Texts{"жиһаз"}));
}

TEST(GoodsWords, HyphensPointsAndApostrophes) {
  EXPECT_EQ(words("X-ray"), (Texts{"xray"}));
  EXPECT_EQ(words("women's shoes"), (Texts{"women", "shoes"}));
  const auto wifi = read_goods_words("Wi-Fi router");
  ASSERT_EQ(wifi.size(), 3U);
  EXPECT_EQ(wifi[1].joined, "wifi");
  EXPECT_EQ(wifi[2].joined, "");
  const auto cut = read_goods_words("щит распред. новый");
  ASSERT_EQ(cut.size(), 2U);
  EXPECT_FALSE(cut[0].cut);
  EXPECT_TRUE(cut[1].cut);
}

TEST(GoodsWords, SaysWhatAWordIsThereFor) {
  const auto read = read_goods_words("Feed barley in bulk wagons, 25 kg bags");
  ASSERT_EQ(read.size(), 6U);
  EXPECT_FALSE(read[0].modifier || read[0].later || read[0].packing);
  EXPECT_TRUE(read[2].modifier && read[2].packing);  // bulk
  EXPECT_TRUE(read[3].packing);
  EXPECT_TRUE(read[4].digits && read[4].later && !read[4].modifier);
  EXPECT_TRUE(read[5].packing);
  // Bags may be the goods.
  EXPECT_FALSE(read_goods_words("Woven bags").at(1).packing);
  const auto kazakh = read_goods_words("Телефонға арналған зарядтағыш");
  ASSERT_EQ(kazakh.size(), 2U);
  EXPECT_TRUE(kazakh[0].modifier);
  EXPECT_FALSE(kazakh[1].modifier);
}

TEST(GoodsWords, LongAndBrokenTextsEnd) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "nut bolt ";
  EXPECT_EQ(read_goods_words(text).size(), kGoodsWordsMax);
  EXPECT_LE(words(std::string(100'000, 'x')).at(0).size(), kGoodsWordBytesMax);
  EXPECT_EQ(words("nut\xFF\xC3"
                  "bolt\xD0"),
            (Texts{"nut", "bolt"}));
  EXPECT_TRUE(words("").empty());
  EXPECT_TRUE(words("--- ... 。 中文").empty());
}

RC_GTEST_PROP(GoodsWords, AnyBytesGiveBoundedFoldedWords, (const std::string& text)) {
  for (const auto& word : read_goods_words(text)) {
    RC_ASSERT(!word.folded.empty());
    RC_ASSERT(word.folded.size() <= kGoodsWordBytesMax);
    for (const char c : word.folded) RC_ASSERT((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80);
  }
}

TEST(GoodsStems, FormsOfAWordHaveOneStem) {
  const Stemmer stemmer;
  EXPECT_EQ(stemmer.stem("bearings", Language::en), stemmer.stem("bearing", Language::en));
  EXPECT_EQ(stemmer.stem("подшипников", Language::ru), stemmer.stem("подшипники", Language::ru));
  EXPECT_EQ(stemmer.stem("машиналардың", Language::kk), stemmer.stem("машина", Language::kk));
  EXPECT_EQ(stemmer.stem("кітабы", Language::kk), stemmer.stem("кітап", Language::kk));
  EXPECT_NE(stemmer.stem("болт", Language::ru), stemmer.stem("болт", Language::kk));
  // What a suffix would leave too short stays.
  EXPECT_EQ(stemmer.stem("сеть", Language::ru).front(), 'r');
  EXPECT_EQ(stemmer.stem("ет", Language::kk), "kет");
}

TEST(GoodsLanguage, IsToldByLetters) {
  EXPECT_EQ(language_of("ball bearing"), Language::en);
  EXPECT_EQ(language_of("подшипник SKF"), Language::ru);
  EXPECT_EQ(language_of("шарикті мойынтірек"), Language::kk);
  EXPECT_EQ(language_of("Power supply unit, блок"), Language::en);
  EXPECT_EQ(language_of(""), Language::en);
}

}  // namespace
}  // namespace tamga::goods
