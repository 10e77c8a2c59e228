#include "names/compare.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "reference/names.h"
#include "reference/slow_compare.h"

namespace tamga::names {
namespace {

Score score(std::string_view a, std::string_view b, Kind kind) {
  return compare(parse(a, kind).view(), parse(b, kind).view(), *Model::standard()).score;
}
Score person(std::string_view a, std::string_view b) { return score(a, b, Kind::person); }
Score firm(std::string_view a, std::string_view b) { return score(a, b, Kind::organisation); }
Score ship(std::string_view a, std::string_view b) { return score(a, b, Kind::vessel); }

constexpr Score kHit = 7000;

TEST(CompareNames, SamePersonWrittenOtherwise) {
  EXPECT_GE(person("Vladimir Putin", "PUTIN, Vladimir"), 9500);
  // A word that only the list has costs a share of its weight (missing_person), and a surname that moved a little more (factor_rotated): a hit, as
  // sure as none with an error in it, but no longer 0.9 since the numbers are fitted.
  EXPECT_GE(person("Владимир Путин", "PUTIN, Vladimir Vladimirovich"), 8000);
  EXPECT_LT(person("Владимир Путин", "PUTIN, Vladimir Vladimirovich"), person("Vladimir Putin", "PUTIN, Vladimir"));
  EXPECT_GE(person("Сергей Лавров", "Sergej Lawrow"), 9500);
  EXPECT_GE(person("V1adimir Put1n", "Vladimir Putin"), 9000) << "a digit that imitates a letter, not the one that it is read as";
  EXPECT_GE(person("V. Putin", "Vladimir Putin"), kHit);
  EXPECT_GE(person("VladimirPutin", "Vladimir Putin"), 9000);
  EXPECT_GE(person("Vladmir Putin", "Vladimir Putin"), 9000);
  EXPECT_GE(person("Mohammed Reza Naqdi", "NAGHDI, Mohammad Reza"), kHit);
  EXPECT_GE(person("Nikolai Plat Ono Vich Patrushev", "Nikolai Platonovich Patrushev"), 9000);
  EXPECT_GE(person("'Abd al-Aziz al-Nuristani", "Abdul Aziz Nooristani"), kHit);
}

TEST(CompareNames, AnotherPersonOfTheSameFamilyIsNoHit) {
  EXPECT_LT(person("Sergey Prigozhin", "Yevgeny Prigozhin"), kHit);
  EXPECT_LT(person("Boris Vekselberg", "Viktor Vekselberg"), kHit);
  EXPECT_LT(person("Emma Daniels", "Emma LLC"), kHit);  // Watchman #338
  EXPECT_LT(person("Ivanov", "Ivan Ivanov"), kHit);     // OFAC FAQ 5: only one of two names
  EXPECT_LT(person("Salman bin Muhammad al-Rawi", "Muhammad bin Salman al-Rawi"),
            person("Muhammad bin Salman al-Rawi", "Mohammed bin Salman al-Rawi"));
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

TEST(CompareNames, CommonWordsArePlacesAndAreNotMisspellingsOfOneAnother) {
  EXPECT_LT(firm("Bank of Armenia", "Bank of America"), kHit);
  EXPECT_LT(firm("Government of Estonia", "Government of Ethiopia"), kHit);
}

TEST(CompareNames, NumbersTellFirmsAndShipsApart) {
  EXPECT_EQ(firm("Zavod 12", "Zavod 12"), kScoreMax);
  EXPECT_LT(firm("Zavod Imeni Lenina 12", "Zavod Imeni Lenina 14"), firm("Zavod Imeni Lenina", "Zavod Imeni Lenina 14"));
  EXPECT_LT(ship("Snow Storm 1", "Snow Storm 2"), ship("Snow Storm 1", "Snow Stom 1"));
}

TEST(CompareNames, WordsThatAreAllAlikeAreStillTheName) {
  std::string name;
  for (int i = 0; i < 24; ++i) name += "kovalenko kovalenka ";
  EXPECT_EQ(person(name, name), kScoreMax);
  EXPECT_EQ(firm(name, name), kScoreMax);
}

TEST(CompareNames, PhrasesAreExplainedAsTheyWereWritten) {
  const auto name = parse("Juan de la Cruz", Kind::person);
  std::string written;
  for (std::size_t i = 0; i < name.words.size(); ++i) written += (i > 0 ? " " : "") + std::string(name.written_word(i));
  EXPECT_EQ(written, "Juan de la Cruz");
}

TEST(CompareNames, EmptyNamesMatchNothing) {
  EXPECT_EQ(firm("", "Gazprom"), 0);
  EXPECT_EQ(firm("", ""), 0);
  EXPECT_EQ(person("—", "—"), 0);
  EXPECT_EQ(person("A. B.", "Anna Berg"), 0) << "initials alone name nobody";
}

TEST(CompareNames, EveryPointHasAStep) {
  const auto query = parse("Владимир Путен Иванович", Kind::person);
  const auto listed = parse("PUTIN, Vladimir Vladimirovich", Kind::person);
  Explanation explanation;
  const auto comparison = compare(query.view(), listed.view(), *Model::standard(), &explanation);
  std::map<How, int> count;
  for (const auto& step : explanation.steps) ++count[step.how];
  EXPECT_EQ(count[How::transliteration], 1);
  EXPECT_EQ(count[How::edit], 1);
  EXPECT_EQ(count[How::only_query], 1);
  EXPECT_EQ(count[How::only_listed], 1);
  EXPECT_EQ(comparison.pairs, 2);
}

const auto kLetters = rc::gen::container<std::string>(rc::gen::elementOf(std::string("abcde")));

TEST(EditDistance, AgreesWithTheTextbook) {
  EXPECT_TRUE(rc::check("edit_distance = textbook, cut at the limit", [] {
    const auto a = *kLetters;
    const auto b = *kLetters;
    const auto limit = *rc::gen::inRange(0, 3);
    RC_ASSERT(edit_distance(a, b, limit) == std::min(reference::distance(a, b), limit + 1));
  }));
}

TEST(EditDistance, AllShortWords) {
  std::vector<std::string> words = {""};
  for (std::size_t at = 0; at < words.size() && words[at].size() < 4; ++at) {
    for (const char c : {'a', 'b', 'c'}) words.push_back(words[at] + c);
  }
  for (const auto& a : words) {
    for (const auto& b : words) {
      for (const int limit : {1, 2}) ASSERT_EQ(edit_distance(a, b, limit), std::min(reference::distance(a, b), limit + 1)) << a << " " << b;
    }
  }
}

TEST(CompareNames, ScoresAreWithinBoundsAndANameIsItself) {
  EXPECT_TRUE(rc::check("0 <= score <= 1; a name is like itself; the bound holds", [] {
    const auto kind = *rc::gen::element(Kind::person, Kind::organisation, Kind::vessel, Kind::address, Kind::other);
    const auto model = *reference::models();
    const auto a = parse(*reference::names(), kind, *model);
    const auto b = parse(*reference::names(), kind, *model);
    const auto comparison = compare(a.view(), b.view(), *model);
    RC_ASSERT(comparison.score >= 0 && comparison.score <= kScoreMax);
    const bool names_somebody =
        std::any_of(a.words.begin(), a.words.end(), [](const Word& word) { return word.role == Role::word && word.weight > 0; });
    if (names_somebody) RC_ASSERT(compare(a.view(), a.view(), *model).score == kScoreMax);
  }));
}

TEST(CompareNames, ChoosesThePairsThatEarnMost) {
  EXPECT_TRUE(rc::check("no other choice of pairs earns more, and the score is that of the choice, times factors", [] {
    const auto kind = *rc::gen::element(Kind::person, Kind::organisation, Kind::vessel);
    const auto model = *reference::models();
    const auto a = parse(*reference::short_names(), kind, *model);
    const auto b = parse(*reference::short_names(), kind, *model);
    Explanation explanation;
    const auto comparison = compare(a.view(), b.view(), *model, &explanation);
    if (explanation.steps.empty() || explanation.steps.front().how == How::acronym) return;
    const auto most = reference::best_value(a.view(), b.view(), *model);
    std::int64_t value = 0;
    std::int64_t earned = 0;
    for (const auto& step : explanation.steps) {
      if (step.query_count == 0 || step.listed_count == 0) continue;
      std::int32_t of_query = 0;
      std::int32_t of_listed = 0;
      for (std::size_t k = step.query; k < step.query + step.query_count; ++k) of_query += a.words[k].weight;
      for (std::size_t k = step.listed; k < step.listed + step.listed_count; ++k) of_listed += b.words[k].weight;
      const std::int64_t kept = model->parameters().contradiction(kind) - step.loss;
      value += (of_query + of_listed) * kept;
      const bool one_each = step.query_count == 1 && step.listed_count == 1;
      earned += (one_each ? pair_weight(step.how, a.words[step.query], b.words[step.listed]) : step.query_count > 1 ? of_query : of_listed) * kept;
    }
    RC_ASSERT(value == most);
    RC_ASSERT(comparison.score <= score_bound(earned, a.weight, b.weight, kind, model->parameters()));
  }));
}

TEST(CompareNames, CostsAndScoreAddUpToOne) {
  EXPECT_TRUE(rc::check("every point that is lost has a step", [] {
    const auto kind = *rc::gen::element(Kind::person, Kind::organisation, Kind::vessel);
    const auto a = parse(*reference::names(), kind);
    const auto b = parse(*reference::names(), kind);
    Explanation explanation;
    const auto comparison = compare(a.view(), b.view(), *Model::standard(), &explanation);
    if (comparison.score == 0) return;
    Score told = comparison.score;
    for (const auto& step : explanation.steps) told += step.cost;
    for (const auto& factor : explanation.factors) told += factor.cost;
    RC_ASSERT(std::abs(told - kScoreMax) <= 20);
  }));
}

TEST(Parameters, RefusesWhatItDoesNotKnow) {
  const auto read = [](std::string text) { return read_matching(NamedBytes{"m.toml", std::move(text)}); };
  EXPECT_TRUE(read("threshold = \"0.75\"\n[parameters]\nloss_edit = 1000\n"));
  EXPECT_EQ(read("threshold = \"0.75\"\n")->threshold, 7500);
  for (const auto* wrong :
       {"threshold = \"1.5\"", "threshold = 7", "threshold = \"0\"", "[parameters]\nloss_edit = 99999", "[parameters]\nloss_edits = 1",
        "[parameters]\nloss_edit = \"x\"", "colour = 1", "[[words]]\nread_as = \"x\"", "[[thresholds]]\nvalue = \"0.8\"",
        "[[thresholds]]\nlist = \"us_ofac_sdn\"", "[[factors]]\nlist = \"a\"\nvalue = \"2\"", "[parameters]\nweight_number = 0",
        "[[words]]\nwritten = \"a\"\nreadas = \"b\"", "[[words]]\nwritten = \"a\"\nread_as = 5", "[[words]]\nwritten = \"—\"",
        "[[words]]\nwritten = \"a\"\nread_as = \"?\"", "words = [\"a\"]", "words = \"a\""}) {
    const auto result = read(wrong);
    ASSERT_FALSE(result) << wrong;
    EXPECT_NE(result.error().text().find("m.toml:"), std::string::npos) << result.error().text();
  }
}

// A house's file of thresholds and words alone was matched with numbers that nobody had fitted.
TEST(Parameters, WhatAHouseDoesNotNameIsAsShipped) {
  const auto weights = [](const Model& model) { return reading_weights(model.parameters()); };
  const Model& shipped = *Model::standard();
  const auto words = Model::read(NamedBytes{"m.toml", "[[words]]\nwritten = \"zzz\"\n"}, shipped.file());
  ASSERT_TRUE(words) << words.error().text();
  EXPECT_EQ(weights(**words), weights(shipped));
  EXPECT_EQ((*words)->parameters().loss_edit, shipped.parameters().loss_edit);
  EXPECT_EQ((*words)->file().threshold, shipped.file().threshold);
  const auto some = Model::read(NamedBytes{"m.toml", "threshold = \"0.8\"\n[parameters]\nloss_edit = 1000\n"}, shipped.file());
  ASSERT_TRUE(some) << some.error().text();
  EXPECT_EQ((*some)->parameters().loss_edit, 1000);
  EXPECT_EQ((*some)->parameters().missing_person, shipped.parameters().missing_person);
  EXPECT_EQ((*some)->file().threshold, 8000);
  EXPECT_EQ((*some)->reading_fingerprint(), shipped.reading_fingerprint()) << "lists need not be compiled anew";
  EXPECT_NE(shipped.parameters().missing_person, Parameters{}.missing_person) << "else this test says nothing";
  // The tools that find the numbers begin where the code does.
  EXPECT_EQ(read_matching(NamedBytes{"m.toml", ""})->parameters.missing_person, Parameters{}.missing_person);
}

TEST(Parameters, WordsOfTheHouse) {
  const auto read = read_matching(NamedBytes{"m.toml",
                                             "[[words]]\nwritten = \"gazp\"\nread_as = \"gazprom neft\"\n"
                                             "[[words]]\nwritten = \"клиент\"\nread_as = \"\"\n[[words]]\nwritten = \"zzz\"\n"});
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->house_words, (std::vector<HouseWord>{{"gazp", "gazprom neft"}, {"клиент", ""}, {"zzz", ""}}));
}

// A number of weight 0 pairs with nothing, so "Zavod 7" had another number than "Zavod 7". The least weight is 1.
TEST(CompareNames, ANumberOfTheLeastWeightAgreesWithItself) {
  MatchingFile file;
  file.parameters.weight_number = 1;
  const Model model(file);
  for (const auto kind : {Kind::organisation, Kind::vessel, Kind::address}) {
    const auto name = parse("Romashka 7", kind, model);
    EXPECT_EQ(compare(name.view(), name.view(), model).score, kScoreMax);
  }
}

// "Prin" is Romanian for "through", and was the whole name of a firm that could not be found by it.
TEST(CompareNames, AFirmOfParticlesAloneIsFoundByThem) {
  for (const auto* text : {"PRIN JSC", "Prin", "With"}) {
    const auto name = parse(text, Kind::organisation);
    EXPECT_EQ(compare(name.view(), name.view(), *Model::standard()).score, kScoreMax) << text;
  }
  // Beside a name they stay what they are.
  EXPECT_EQ(parse("Romashka with Vasilek", Kind::organisation).words[1].role, Role::particle);
}

}  // namespace
}  // namespace tamga::names
