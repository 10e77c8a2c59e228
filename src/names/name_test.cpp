#include "names/name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "names/compare.h"

namespace tamga::names {
namespace {

/// "vladimir:word putin:word", so that a test reads as a name.
std::string read(std::string_view name, Kind kind) {
  const Name parsed = parse(name, kind);
  std::string text;
  for (const auto& word : parsed.words) {
    if (!text.empty()) text += ' ';
    text += parsed.latin(word);
    if (word.role != Role::word) text += ":" + std::string(role_name(word.role));
  }
  return text;
}
std::string person(std::string_view name) { return read(name, Kind::person); }
std::string firm(std::string_view name) { return read(name, Kind::organisation); }

TEST(ReadNames, PersonsHaveTitlesParticlesAndFathers) {
  EXPECT_EQ(person("Mr. Rami Makhlouf"), "mr:title rami makhlouf");
  EXPECT_EQ(person("Vladimir Vladimirovich Putin"), "vladimir vladimirovich:patronymic putin");
  // "Abramovich" may be the surname, and is read as a patronymic all the same (8856c62): its weight must not depend on what stands beside it, or the
  // surname would not be the same word in "Roman Abramovich" and "Roman Arkadyevich Abramovich". TheSurnameThatLooksLikeAPatronymic holds what
  // matters of it.
  EXPECT_EQ(person("Roman Abramovich"), "roman abramovich:patronymic");
  EXPECT_EQ(person("Osama ibn Laden"), "osama ibn:son_of laden");
  EXPECT_EQ(person("V.V. Putin"), "v:initial v:initial putin");
}

TEST(ReadNames, TheSurnameThatLooksLikeAPatronymic) {
  const auto score = [](std::string_view a, std::string_view b) {
    return compare(parse(a, Kind::person).view(), parse(b, Kind::person).view(), *Model::standard()).score;
  };
  constexpr Score kHit = 7000;
  EXPECT_GE(score("Roman Abramovich", "ABRAMOVICH, Roman"), 9000);
  EXPECT_GE(score("Роман Абрамович", "ABRAMOVICH, Roman Arkadyevich"), kHit);
  EXPECT_GE(score("Roman Abramovitch", "Roman Abramovich"), 9000);
  EXPECT_EQ(score("Abramovich", "Abramovich"), kScoreMax) << "the only word of the name";
  for (const auto* other : {"Roman Ivanov", "Roman Tkachenko", "Roman Petrovich", "Roman Rabinovich", "Ivan Abramovich", "Roman Arkadyevich Sidorov"})
    EXPECT_LT(score("Roman Abramovich", other), kHit) << other;
  EXPECT_LT(score("Abramovich", "Roman Abramovich"), kHit) << "one word of two, as of any surname";
}

TEST(ReadNames, ServantsOfGodAreReadAlike) {
  const auto score = [](std::string_view a, std::string_view b) {
    return compare(parse(a, Kind::person).view(), parse(b, Kind::person).view(), *Model::standard()).score;
  };
  for (const auto* name : {"Abd al-Rahman", "'Abd el Rahman", "Abdulrahman", "Abdurrahman", "Abdelrahman"}) {
    EXPECT_EQ(parse(name, Kind::person).words.size(), 2U) << name;
    EXPECT_GE(score("Abdul Rahman", name), 9500) << name;
  }
  EXPECT_EQ(person("Abdullah"), "abdullah");
  EXPECT_EQ(person("Abdollahi"), "abdollahi");
  EXPECT_EQ(person("Abdullayev"), "abdullayev");
}

TEST(ReadNames, FirmsLoseTheirLegalForm) {
  EXPECT_EQ(firm("ООО «Ромашка»"), "romashka");
  EXPECT_EQ(firm("Romashka Limited Liability Company"), "romashka");
  EXPECT_NE(parse("Romashka LLC", Kind::organisation).forms, 0);
  EXPECT_EQ(parse("Romashka LLC", Kind::organisation).forms, parse("ТОО Ромашка", Kind::organisation).forms);
  EXPECT_NE(parse("Romashka LLC", Kind::organisation).forms, parse("АО Ромашка", Kind::organisation).forms);
  EXPECT_EQ(firm("Limited"), "limited") << "a form that is all there is names the firm";
}

TEST(ReadNames, MisspeltLegalFormsAreStillForms) {
  EXPECT_EQ(firm("LIMIYED LIABILITY COMPANY ROMASHKA"), "romashka");
  EXPECT_EQ(firm("LIM ITED LIABILITY COMPANY ROMASHKA"), "romashka");
  EXPECT_EQ(firm("LIMITED LIABILITY COMPANYROMASHKA"), "romashka");
  EXPECT_EQ(firm("ROMASHKALTD"), "romashka");
}

TEST(ReadNames, SingleLettersAloneAreWhatTheySpell) {
  EXPECT_EQ(firm("LLC I T C"), "itc");
  EXPECT_EQ(person("J R"), "jr");
  EXPECT_EQ(person("J R Ewing"), "j:initial r:initial ewing");
  for (const auto* name : {"B R C S.A.", "K M A", "LLC I T C", "X"}) {
    for (const auto kind : {Kind::person, Kind::organisation, Kind::vessel}) {
      const auto read = parse(name, kind);
      EXPECT_EQ(compare(read.view(), read.view(), *Model::standard()).score, kScoreMax) << name << " " << kind_name(kind);
      EXPECT_EQ(compare(read.view(), parse("Kimberley Martha Smith", kind).view(), *Model::standard()).score, 0) << name;
    }
  }
}

TEST(ReadNames, NumbersAreNumbersHoweverWritten) {
  EXPECT_EQ(firm("Brigade 44"), firm("Brigade Forty-Four"));
  EXPECT_EQ(firm("Brigade 44"), firm("Brigade Forty 4"));
  EXPECT_EQ(firm("Zavod 007"), firm("Zavod 7"));
}

TEST(ReadNames, AWordForANumberIsOneOnlyBesideAName) {
  const auto score = [](const char* a, const char* b, Kind kind) {
    return compare(parse(a, kind).view(), parse(b, kind).view(), *Model::standard()).score;
  };
  EXPECT_EQ(score("MV Odin", "Odin", Kind::vessel), kScoreMax);
  EXPECT_EQ(score("OOO Odin", "Odin", Kind::organisation), kScoreMax);
  EXPECT_EQ(score("Brigade Odin", "Brigade 1", Kind::organisation), kScoreMax);
}

TEST(ReadNames, TheNumberOfAShipMayBeWrittenTogether) {
  const auto score = [](const char* a, const char* b) {
    return compare(parse(a, Kind::vessel).view(), parse(b, Kind::vessel).view(), *Model::standard()).score;
  };
  EXPECT_EQ(score("Volgoneft160", "VOLGONEFT-160"), kScoreMax);
  EXPECT_EQ(score("Волгонефть160", "Volgoneft 160"), score("Волгонефть 160", "Volgoneft 160"));
  EXPECT_EQ(score("Volgoneft160", "VOLGONEFT-161"), score("Volgoneft 160", "VOLGONEFT-161"));
}

TEST(ReadNames, TheHouseHasItsOwnWords) {
  MatchingFile file;
  file.house_words = {{"gazp", "gazprom"}, {"zzz", ""}};
  const Model model(file);
  const Name name = parse("Gazp ZZZ Neft", Kind::vessel, model);
  ASSERT_EQ(name.words.size(), 2U);
  EXPECT_EQ(name.latin(name.words[0]), "gazprom");
  EXPECT_NE(model.reading_fingerprint(), Model::standard()->reading_fingerprint());
}

TEST(ReadNames, WorstNamesAreCutNotRefused) {
  std::string many;
  for (int i = 0; i < 500; ++i) many += "word" + std::to_string(i) + " ";
  EXPECT_LE(parse(many, Kind::person).words.size(), kWordsMax);
  EXPECT_LE(parse(many, Kind::organisation).words.size(), kWordsMax);
  EXPECT_EQ(parse(std::string(10'000, 'a'), Kind::person).words.size(), 1U);
  EXPECT_TRUE(parse("", Kind::person).words.empty());
  EXPECT_TRUE(parse("\xCC\x81\xCC\x81", Kind::person).words.empty()) << "only combining marks";
  EXPECT_FALSE(parse("\xFF\xFE Putin", Kind::person).words.empty());
  EXPECT_EQ(acronym(parse("Islamic Republic of Iran Shipping Lines", Kind::other).view()), "iroisl");
}

}  // namespace
}  // namespace tamga::names
