#include "match/screen.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tamga::match {
namespace {

Entity entity(std::string id, std::string schema, std::string name) {
  Entity result;
  result.id = std::move(id);
  result.schema = std::move(schema);
  result.caption = name;
  result.add("name", name);
  return result;
}

LoadedEdition edition(const std::vector<Entity>& entities) {
  auto index = index::Index::from_bytes(index::build(entities, "sha256:test"), "sha256:test");
  EXPECT_TRUE(index.has_value());
  return LoadedEdition{"test_list", "", "sha256:test", "2026-11-20", false, std::make_shared<const index::Index>(*std::move(index))};
}

Query named(std::string name, std::string schema = {}) {
  Query query;
  query.names = {std::move(name)};
  query.schema = std::move(schema);
  return query;
}

class Screening : public ::testing::Test {
 protected:
  Screening() {
    auto putin = entity("t-1", "Person", "Vladimir Vladimirovich PUTIN");
    putin.add("birthDate", "1952-10-07");
    putin.add("nationality", "ru");
    putin.add("weakAlias", "Platov");
    auto bank = entity("t-2", "Organization", "VTB BANK PUBLIC JOINT STOCK COMPANY");
    bank.add("innCode", "7702070139");
    bank.add("country", "ru");
    auto ship = entity("t-3", "Vessel", "SABINA");
    ship.add("imoNumber", "9524451");
    editions_ = {edition({putin, bank, ship})};
  }
  std::vector<Hit> run(const Query& query, Options options = {}) { return screen(query, editions_, options, workspace_); }

  std::vector<LoadedEdition> editions_;
  Workspace workspace_;
};

TEST_F(Screening, FindsAPersonInAnotherScript) {
  const auto hits = run(named("Владимир Владимирович Путин", "Person"));
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].entity.id, "t-1");
  EXPECT_EQ(hits[0].score, 10'000);
  EXPECT_TRUE(hits[0].certain) << "three words agree and nothing contradicts";
  ASSERT_EQ(hits[0].explain.size(), 3U);
  EXPECT_EQ(hits[0].explain[0].how, "transliteration");
}

TEST_F(Screening, TwoWordsOfAPersonAreNotEnoughToBeCertain) {
  const auto hits = run(named("Vladimir Putin", "Person"));
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_FALSE(hits[0].certain);
}

TEST_F(Screening, ABirthDateConfirmsOrContradicts) {
  auto query = named("Vladimir Putin", "Person");
  const auto without = run(query)[0].score;
  query.birth_date = "1952";
  auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].score, without);
  query.birth_date = "1980-01-01";
  hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_LT(hits[0].score, without);
  EXPECT_EQ(hits[0].explain.back().how, "birth_date_differs");
}

TEST_F(Screening, AnotherCountryWeighsAgainst) {
  auto query = named("VTB Bank PJSC", "Company");
  query.countries = {"ru"};
  EXPECT_TRUE(run(query)[0].certain);
  query.countries = {"br"};
  const auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_FALSE(hits[0].certain);
  EXPECT_EQ(hits[0].score, 9000);
}

TEST_F(Screening, AnIdentifierFindsUnderAnyName) {
  Query query = named("Romashka LLC", "Company");
  query.identifiers = {*identifiers::read("inn", "7702070139", "RU").identifier};
  const auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_TRUE(hits[0].by_identifier);
  EXPECT_TRUE(hits[0].certain);
  EXPECT_EQ(hits[0].score, 10'000);
  EXPECT_EQ(hits[0].explain[0].how, "identifier");
}

TEST_F(Screening, AnotherNumberOfTheSameRegisterContradicts) {
  Query query = named("VTB Bank", "Company");
  query.identifiers = {*identifiers::read("inn", "7707083893", "RU").identifier};
  const auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_FALSE(hits[0].certain);
  EXPECT_LT(hits[0].score, 9000);
}

TEST_F(Screening, ThingsOfAnotherKindAreNotHits) {
  EXPECT_TRUE(run(named("Sabina", "Person")).empty());
  EXPECT_EQ(run(named("M/V Sabina", "Vessel")).size(), 1U);
  EXPECT_EQ(run(named("Sabina")).size(), 1U);
  EXPECT_FALSE(run(named("Sabina", "Vessel"))[0].certain) << "ships' names are re-used; the IMO number identifies";
}

TEST_F(Screening, AWeakAliasScoresLess) {
  const auto hits = run(named("Platov", "Person"));
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].score, 9000);
  EXPECT_FALSE(hits[0].certain);
}

TEST_F(Screening, TheExhaustiveScanAgrees) {
  EXPECT_TRUE(rc::check("screen = screen --exhaustive", [this] {
    const auto word = rc::gen::element<std::string>("vladimir", "putin", "putn", "vtb", "bank", "sabina", "sabyna", "vladimirovich", "platov",
                                                    "joint", "stock", "v", "VTB-Bank");
    std::string text;
    for (const auto& item : *rc::gen::container<std::vector<std::string>>(word)) text += item + " ";
    auto query = named(text, *rc::gen::element<std::string>("", "Person", "Company", "Vessel"));
    const auto threshold = *rc::gen::element<Score>(100, 5000, 7000, 9000);
    const auto fast = run(query, Options{threshold, false});
    const auto slow = run(query, Options{threshold, true});
    RC_ASSERT(fast.size() == slow.size());
    for (std::size_t i = 0; i < fast.size(); ++i) RC_ASSERT(to_json(fast[i]).dump() == to_json(slow[i]).dump());
  }));
}

TEST(ScoreText, HasNoNeedlessZeros) {
  EXPECT_EQ(score_text(10'000), "1");
  EXPECT_EQ(score_text(9300), "0.93");
  EXPECT_EQ(score_text(7), "0.0007");
  EXPECT_EQ(score_text(0), "0");
}

}  // namespace
}  // namespace tamga::match
