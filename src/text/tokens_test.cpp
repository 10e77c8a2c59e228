#include "text/tokens.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tamga::text {
namespace {

std::vector<std::string> latin(std::string_view name) {
  std::vector<std::string> words;
  for (const auto& token : tokenize(name)) words.push_back(token.latin);
  return words;
}

std::string key(std::string_view name) {
  std::string keys;
  for (const auto& token : tokenize(name)) keys += (keys.empty() ? "" : " ") + token.key;
  return keys;
}

using Words = std::vector<std::string>;

TEST(Tokens, SplitsAndJoinsAsNamesAreWritten) {
  EXPECT_EQ(latin("PUTIN, Vladimir"), (Words{"putin", "vladimir"}));
  EXPECT_EQ(latin("S.C. Johnson & Son, Inc."), (Words{"sc", "johnson", "son", "inc"}));
  EXPECT_EQ(latin("A.B.C. Company"), (Words{"abc", "company"}));
  EXPECT_EQ(latin("V.V. Putin"), (Words{"vv", "putin"}));
  EXPECT_EQ(latin("V. Putin"), (Words{"v", "putin"}));
  EXPECT_EQ(latin("J.P.Morgan"), (Words{"jp", "morgan"}));
  EXPECT_EQ(latin("Sp. z o.o."), (Words{"sp", "z", "oo"}));
  EXPECT_EQ(latin("CH'OE SO’K MIN"), (Words{"choe", "sok", "min"}));
  EXPECT_EQ(latin("Mohammed Shia' al-Sudani"), (Words{"mohammed", "shia", "al", "sudani"}));
  EXPECT_EQ(latin("ООО «Ромашка-2»"), (Words{"ooo", "romashka", "2"}));
  EXPECT_EQ(latin(""), Words{});
  EXPECT_EQ(latin("—«»—"), Words{});
}

TEST(Tokens, OneKeyForEachRomanisation) {
  for (const auto* name : {"Сергей", "Sergey", "Sergei", "Sergej", "SERGEY"}) EXPECT_EQ(key(name), "sergei") << name;
  for (const auto* name : {"Евгений", "Yevgeny", "Evgeniy", "Jevgenij", "Evgenii"}) EXPECT_EQ(key(name), "evgeni") << name;
  for (const auto* name : {"Юрий", "Yuriy", "Iurii", "Juri", "Yury"}) EXPECT_EQ(key(name), "iuri") << name;
  for (const auto* name : {"Жуков", "Zhukov", "Žukov"}) EXPECT_EQ(key(name), "zukov") << name;
  for (const auto* name : {"Хабаров", "Khabarov", "Habarov"}) EXPECT_EQ(key(name), "habarov") << name;
  for (const auto* name : {"Vučić", "Vucic"}) EXPECT_EQ(key(name), "vucic") << name;
  for (const auto* name : {"Назарбаев", "Nazarbaev", "Nazarbayev"}) EXPECT_TRUE(key(name).starts_with("nazarba")) << name;
  EXPECT_EQ(key("Қайрат Нұртас"), key("Qairat Nurtas"));
  EXPECT_EQ(key("Mohammed"), "mohamed");
  EXPECT_EQ(key("Abdullah"), "abdula");
}

TEST(Tokens, HiddenAndLookAlikeLettersDoNotHelp) {
  EXPECT_EQ(key("Рutin"), key("Putin"));              // Cyrillic Р
  EXPECT_EQ(key("Pu\u200Btin"), key("Putin"));        // zero-width space
  EXPECT_EQ(key("\u202EPutin\u202C"), key("Putin"));  // right-to-left override
  EXPECT_EQ(key("Ｐｕｔｉｎ"), key("Putin"));         // full width
  EXPECT_EQ(key("Sech1n"), key("Sechin"));
  EXPECT_EQ(key("I9or"), key("Igor"));
  EXPECT_EQ(latin("T90M"), (Words{"t90m"}));
  EXPECT_EQ(key("İSTANBUL"), key("Istanbul"));
}

TEST(Tokens, SaysWhatWasTransliterated) {
  const auto tokens = tokenize("Сбербанк Sberbank");
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0].script, Script::cyrillic);
  EXPECT_EQ(tokens[1].script, Script::latin);
  EXPECT_EQ(tokens[0].original, "Сбербанк");
  EXPECT_EQ(tokens[0].latin, "sberbank");
}

TEST(Tokens, AnyBytesGiveBoundedTokens) {
  EXPECT_TRUE(rc::check("tokenize is total and bounded", [](const std::string& name) {
    const auto tokens = tokenize(name);
    RC_ASSERT(tokens.size() <= kTokensMax);
    for (const auto& token : tokens) {
      RC_ASSERT(!token.latin.empty());
      RC_ASSERT(token.latin.size() <= kTokenBytesMax);
    }
  }));
  EXPECT_LE(tokenize(std::string(100'000, 'a')).size(), 1U);
}

TEST(Tokens, KeysDoNotDependOnDoubledLetters) {
  EXPECT_TRUE(rc::check("doubling a consonant keeps the key", [] {
    const auto word = *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::elementOf(std::string("abdfgilmnorstuvz"))));
    const auto at = *rc::gen::inRange<std::size_t>(0, word.size());
    RC_PRE(std::string_view("bdfglmnrsv").find(word[at]) != std::string_view::npos);
    std::string doubled = word;
    doubled.insert(at, 1, word[at]);
    RC_ASSERT(comparison_key(doubled) == comparison_key(word));
  }));
}

}  // namespace
}  // namespace tamga::text
