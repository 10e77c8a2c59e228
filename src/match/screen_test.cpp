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
  query.birth_date = "1953-01-01";
  hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_LT(hits[0].score, without);
  EXPECT_EQ(hits[0].explain.back().how, "birth_date_differs");
  query.birth_date = "1980-01-01";
  EXPECT_TRUE(run(query).empty()) << "somebody else of that name";
  EXPECT_EQ(run(query, Options{names::Model::standard(), 5000, false}).size(), 1U);
}

TEST_F(Screening, AnotherCountryWeighsAgainst) {
  auto query = named("VTB Bank PJSC", "Company");
  query.countries = {"ru"};
  EXPECT_TRUE(run(query)[0].certain);
  query.countries = {"br"};
  const auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_FALSE(hits[0].certain);
  EXPECT_EQ(hits[0].score, names::Model::standard()->parameters().factor_country * 10);
}

// Numbers that were fitted anew once took the certainty from "VTB Bank" and "Korea Mining Development Trading Corporation", each of whose words is
// short or common, and so turned decisions from prohibited to review.
TEST_F(Screening, AFirmIsCertainByItsWholeName) {
  const auto certain = [&](const char* name) {
    editions_ = {edition({entity("t-9", "Company", name)})};
    const auto hits = run(named(name, "Company"));
    EXPECT_EQ(hits.size(), 1U) << name;
    return !hits.empty() && hits[0].certain;
  };
  for (const auto* name : {"VTB Bank", "KOREA MINING DEVELOPMENT TRADING CORPORATION", "TACTICAL MISSILES CORPORATION JSC", "Gazprom", "Alfa Bank"})
    EXPECT_TRUE(certain(name)) << name;
  for (const auto* name : {"General Trading LLC", "Trading House", "International Business Group", "VTB"}) EXPECT_FALSE(certain(name)) << name;
}

// Of words that several names share, and on more and on fewer editions.
TEST_F(Screening, AnExchangedEditionIsSeenAnew) {
  for (const auto* name : {"Korea Mining Development Trading", "General Trading", "Sever Mining Bank", "Development Bank", "Mining"}) {
    editions_ = {edition({entity("w", "Company", "Trading Sever"), entity("x", "Company", name)}), edition({entity("y", "Company", name)})};
    EXPECT_EQ(run(named(name, "Company")).size(), 2U) << name;
    std::swap(editions_[0], editions_[1]);
    EXPECT_EQ(run(named(name, "Company")).size(), 2U) << name;
    editions_.resize(1);
    EXPECT_EQ(run(named(name, "Company")).size(), 1U) << name << " on fewer editions";
  }
  for (int round = 0; round < 20; ++round) {
    for (const auto* schema : {"Company", "Vessel", "Person"}) {
      editions_.clear();
      editions_ = {edition({entity("x", schema, "Sabina Kvarzit")})};
      EXPECT_EQ(run(named("Sabina Kvarzit", schema)).size(), 1U) << schema;
    }
  }
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

TEST_F(Screening, AWeakAliasOnlyConfirms) {
  auto query = named("Platov", "Person");
  EXPECT_TRUE(run(query).empty()) << "OFAC FAQ 124: by itself it accuses nobody";
  query.birth_date = "1952-10-07";
  const auto hits = run(query);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_FALSE(hits[0].certain);
}

TEST_F(Screening, CostsAndScoreOfAHitAddUpToOne) {
  for (const auto* name : {"Vladimir Putin", "Wladimir Putn", "V. Putin", "Putin Vladimir Petrovich", "Platov"}) {
    for (const auto* date : {"", "1952", "1952-10-07", "1952-01-01", "1954-10-07"}) {
      auto query = named(name, "Person");
      query.birth_date = date;
      query.countries = {"kz"};
      query.gender = "male";
      for (const auto& hit : run(query, Options{names::Model::standard(), 100, false})) {
        Score told = hit.score;
        for (const auto& reason : hit.explain) told += reason.cost;
        EXPECT_NEAR(told, names::kScoreMax, 5) << name << " " << date;
      }
    }
  }
}

TEST_F(Screening, ThresholdsAndFactorsMayDifferByListAndSchema) {
  const auto with = [&](std::string text) {
    const auto model = names::Model::read(NamedBytes{"m.toml", std::move(text)});
    EXPECT_TRUE(model.has_value());
    return Options{*model, {}, false};
  };
  EXPECT_EQ(run(named("Sabina", "Vessel"), with("threshold = \"0.8\"")).size(), 1U);
  EXPECT_TRUE(run(named("Sabyna", "Vessel"), with("[[thresholds]]\nschema = \"Vessel\"\nvalue = \"0.99\"")).empty());
  EXPECT_EQ(run(named("Sabyna", "Vessel"), with("[[thresholds]]\nlist = \"elsewhere\"\nvalue = \"0.99\"")).size(), 1U);
  const auto lower = run(named("Sabina", "Vessel"), with("[[factors]]\nlist = \"test_list\"\nschema = \"Vessel\"\nvalue = \"0.9\""));
  ASSERT_EQ(lower.size(), 1U);
  EXPECT_EQ(lower[0].score, 9000);
  EXPECT_EQ(lower[0].explain.back().how, "list_factor");
}

// A service takes new editions under running queries, and each thread goes on with its workspace.
TEST_F(Screening, AWorkspaceFindsAllInEditionsThatWereExchanged) {
  ASSERT_EQ(run(named("Sabina", "Vessel")).size(), 1U);
  editions_ = {edition({entity("n-1", "Vessel", "ARCTIC DAWN"), entity("n-2", "Vessel", "NORTH STAR"), entity("n-3", "Vessel", "SABINA")})};
  const auto hits = run(named("Sabina", "Vessel"));
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(hits[0].entity.id, "n-3");
}

TEST_F(Screening, TheTuningThatNamesMostIsTheOneThatHolds) {
  const auto hits = [&](const std::string& text) {
    const auto model = names::Model::read(NamedBytes{"m.toml", text});
    EXPECT_TRUE(model.has_value()) << text;
    return run(named("Sabyna", "Vessel"), Options{*model, {}, false}).size();
  };
  const std::string never = "value = \"1\"\n";
  const std::string always = "value = \"0.1\"\n";
  const std::string any = "[[thresholds]]\n";
  EXPECT_EQ(hits(any + "schema = \"Vehicle\"\n" + never), 0U) << "a vessel is a vehicle";
  EXPECT_EQ(hits(any + "schema = \"Person\"\n" + never), 1U);
  EXPECT_EQ(hits(any + "list = \"test_list\"\n" + always + any + "schema = \"Vessel\"\n" + never), 1U) << "a list goes before a schema";
  EXPECT_EQ(hits(any + "list = \"test_list\"\nschema = \"Vessel\"\n" + never + any + "list = \"test_list\"\n" + always), 0U)
      << "and both before one, in any order";
  EXPECT_EQ(hits(any + "list = \"test_list\"\n" + never + any + "list = \"test_list\"\n" + always), 1U) << "the last of equals";
}

// Addresses support hits, and are found when they are listed by themselves; they accuse nobody who lives there.
class ScreeningAddresses : public ::testing::Test {
 protected:
  ScreeningAddresses() {
    auto man = entity("a-1", "Person", "Taras MELNYCHENKO");
    man.add("address", "Shevchenko street 14, office 3, Lviv");
    man.add("address", "Moscow, Russia");
    auto address = entity("a-2", "Address", "Portovaya street 118, Nakhodka");
    editions_ = {edition({man, address})};
  }
  std::vector<Hit> run(const Query& query, Options options = {}) { return screen(query, editions_, options, workspace_); }
  static Query living(Query query, std::vector<std::string> addresses) {
    query.addresses = std::move(addresses);
    return query;
  }

  std::vector<LoadedEdition> editions_;
  Workspace workspace_;
};

TEST_F(ScreeningAddresses, OneThatAgreesSupportsAHit) {
  const auto without = run(named("Taras Melnichenko", "Person"));
  const auto with = run(living(named("Taras Melnichenko", "Person"), {"Lenina 1, Omsk", "Lviv, Shevchenko str. 14, office 3"}));
  ASSERT_EQ(without.size(), 1U);
  ASSERT_EQ(with.size(), 1U);
  EXPECT_GT(with[0].score, without[0].score);
  EXPECT_LT(with[0].score, names::kScoreMax);
  EXPECT_EQ(with[0].explain.back().how, "address");
  EXPECT_EQ(with[0].explain.back().query, "Lviv, Shevchenko str. 14, office 3");
  EXPECT_EQ(with[0].explain.back().cost, without[0].score - with[0].score);
}

TEST_F(ScreeningAddresses, ItGivesTheShareOfThePolicy) {
  const auto options = [](const char* share) {
    return Options{*names::Model::read(NamedBytes{"m.toml", std::string("[parameters]\nsupport_address = ") + share}), {}, false};
  };
  const auto query = living(named("Taras Melnichenko", "Person"), {"Shevchenko street 14, office 3, Lviv"});
  const auto none = run(query, options("0"))[0].score;
  EXPECT_EQ(run(living(query, {}), options("0"))[0].score, none);
  EXPECT_EQ(run(query, options("500"))[0].score, none + (names::kScoreMax - none) / 2);
}

TEST_F(ScreeningAddresses, WhatDoesNotAgreeTakesNothing) {
  const auto without = run(named("Taras Melnichenko", "Person"))[0].score;
  for (const auto* address : {"Shevchenko street 15, office 3, Lviv", "Lenina street 1, Omsk", "Lviv", "Moscow, Russia", "", "—"})
    EXPECT_EQ(run(living(named("Taras Melnichenko", "Person"), {address}))[0].score, without) << address;
}

TEST_F(ScreeningAddresses, NobodyIsFoundByWhereHeLives) {
  EXPECT_TRUE(run(living({}, {"Shevchenko street 14, office 3, Lviv"})).empty());
  EXPECT_TRUE(run(living(named("Olga Ivanchuk", "Person"), {"Shevchenko street 14, office 3, Lviv"})).empty());
  // Below the threshold it lifts nothing: an address supports a hit, it makes none.
  auto query = named("Taras Melnichenko", "Person");
  const auto without = run(query)[0].score;
  EXPECT_TRUE(run(living(query, {"Shevchenko street 14, office 3, Lviv"}), Options{names::Model::standard(), without + 1, false}).empty());
}

TEST_F(ScreeningAddresses, AListedOneIsFoundWhateverThePartyIs) {
  for (const auto* schema : {"", "Person", "Company", "Vessel", "Address"}) {
    const auto hits = run(living(named("Qwertzu Asdfghj", schema), {"Lenina 1, Omsk", "118 Portovaya st., Nakhodka"}));
    ASSERT_EQ(hits.size(), 1U) << schema;
    EXPECT_EQ(hits[0].entity.id, "a-2");
    EXPECT_FALSE(hits[0].certain) << "who moved in there is another";
  }
  EXPECT_EQ(run(living({}, {"118 Portovaya st., Nakhodka"})).size(), 1U);
  EXPECT_EQ(run(named("118 Portovaya st., Nakhodka", "Address")).size(), 1U);
  EXPECT_EQ(run(named("118 Portovaya st., Nakhodka")).size(), 1U) << "anything may be an address";
  EXPECT_TRUE(run(named("118 Portovaya st., Nakhodka", "Company")).empty()) << "a firm's name is none";
  EXPECT_TRUE(run(living({}, {"Lenina 1, Omsk"})).empty());
}

TEST_F(ScreeningAddresses, TheExhaustiveScanAgrees) {
  EXPECT_TRUE(rc::check("screen = screen --exhaustive, with addresses", [this] {
    const auto name = *rc::gen::element<std::string>("", "Taras Melnichenko", "Portovaya 118", "Qwertzu");
    const auto words =
        rc::gen::element<std::string>("shevchenko", "14", "office", "lviv", "portovaya", "118", "118a", "st", "nakhodka", "moscow", "3");
    auto query = named(name, *rc::gen::element<std::string>("", "Person", "Company", "Address"));
    for (int count = *rc::gen::inRange(0, 3); count > 0; --count) {
      std::string address;
      for (const auto& word : *rc::gen::container<std::vector<std::string>>(words)) address += word + " ";
      query.addresses.push_back(address);
    }
    const auto threshold = *rc::gen::element<Score>(100, 5000, 7000, 9000);
    const auto fast = run(query, Options{names::Model::standard(), threshold, false});
    const auto slow = run(query, Options{names::Model::standard(), threshold, true});
    RC_ASSERT(fast.size() == slow.size());
    for (std::size_t i = 0; i < fast.size(); ++i) RC_ASSERT(to_json(fast[i]).dump() == to_json(slow[i]).dump());
  }));
}

TEST(CanBeCompared, WantsALetterOrADigit) {
  for (const auto* name : {"a", "7", "Ж", "عبد", "习", "김", "Ωm", "\xCC\x81 a", "— x —", "ก"}) EXPECT_TRUE(can_be_compared(name)) << name;
  for (const auto* name : {"", " ", "\t\r\n", "\xC2\xA0", "\xCC\x81\xCC\x81", "—", "?!.,", "\xE2\x80\x8B", "\xFF\xFE", "™"})
    EXPECT_FALSE(can_be_compared(name)) << name;
  // Where the letters stand does not matter, as long as names are read so far.
  EXPECT_TRUE(can_be_compared(std::string(1000, ' ') + "x"));
  EXPECT_TRUE(rc::check("what cannot be compared reads as no words", [] {
    const auto name = *rc::gen::arbitrary<std::string>();
    for (const auto kind : {names::Kind::person, names::Kind::organisation, names::Kind::vessel, names::Kind::address, names::Kind::other}) {
      if (!can_be_compared(name)) RC_ASSERT(names::parse(name, kind).words.empty());
    }
  }));
}

TEST(CanBeCompared, NotWhatIsReadAsNothing) {
  const auto house = *names::Model::read(NamedBytes{"m.toml", "[[words]]\nwritten = \"counterparty\"\nread_as = \"\"\n"});
  const auto why = [](std::string_view name, std::string_view schema, const names::Model& model) {
    return std::string(why_not_comparable(name, schema, model).substr(0, 22));
  };
  for (const auto* schema : {"", "Person", "Company", "LegalEntity", "Vessel", "Address"}) {
    EXPECT_EQ(why("Counterparty", schema, *house), "holds only words that ") << schema;
    EXPECT_EQ(why("COUNTERPARTY, counterparty", schema, *house), "holds only words that ") << schema;
    EXPECT_EQ(why("???", schema, *house), "holds neither a letter") << schema;
    EXPECT_EQ(why("Counterparty Romashka", schema, *house), "") << schema;
    EXPECT_EQ(why("Counterparty", schema, *names::Model::standard()), "") << schema;
  }
  EXPECT_EQ(why("LLC", "Company", *house), "") << "a legal form alone is a firm's name";
  EXPECT_EQ(why("M/V", "Vessel", *names::Model::standard()), "holds only words that ");
  EXPECT_EQ(why("MV Sabina", "Vessel", *names::Model::standard()), "");
}

TEST_F(Screening, TheExhaustiveScanAgrees) {
  EXPECT_TRUE(rc::check("screen = screen --exhaustive", [this] {
    const auto word = rc::gen::element<std::string>("vladimir", "putin", "putn", "vtb", "bank", "sabina", "sabyna", "vladimirovich", "platov",
                                                    "joint", "stock", "v", "VTB-Bank");
    std::string text;
    for (const auto& item : *rc::gen::container<std::vector<std::string>>(word)) text += item + " ";
    auto query = named(text, *rc::gen::element<std::string>("", "Person", "Company", "Vessel"));
    const auto threshold = *rc::gen::element<Score>(100, 5000, 7000, 9000);
    const auto fast = run(query, Options{names::Model::standard(), threshold, false});
    const auto slow = run(query, Options{names::Model::standard(), threshold, true});
    RC_ASSERT(fast.size() == slow.size());
    for (std::size_t i = 0; i < fast.size(); ++i) RC_ASSERT(to_json(fast[i]).dump() == to_json(slow[i]).dump());
  }));
}

TEST_F(Screening, WithoutReasonsAllElseIsTheSameAndSoIsWhatIsRemembered) {
  const auto without_reasons = [](std::vector<Hit> hits) {
    std::string text;
    for (auto& hit : hits) {
      hit.explain.clear();
      text += to_json(hit).dump() + "\n";
    }
    return text;
  };
  std::size_t found = 0;
  std::size_t certain = 0;
  EXPECT_TRUE(rc::check("screen without reasons", [&] {
    auto query = named(*rc::gen::element<std::string>("Vladimir Putin", "Vladimir Vladimirovich Putin", "Platov", "VTB Bank PJSC", "VTB", "Sabina",
                                                      "Sabyna", "Qwertzu"),
                       *rc::gen::element<std::string>("", "Person", "Company", "Vessel"));
    query.birth_date = *rc::gen::element<std::string>("", "1952-10-07", "1952", "1953-01-01", "1980-01-01");
    const auto country = *rc::gen::element<std::string>("", "ru", "kz");
    if (!country.empty()) query.countries = {country};
    for (const auto* value : {"7702070139", "7707083893"}) {
      if (*rc::gen::arbitrary<bool>()) query.identifiers.push_back(*identifiers::read("inn", value).identifier);
    }
    const auto threshold = *rc::gen::element<Score>(100, 5000, 9000);
    const auto full = run(query, Options{names::Model::standard(), threshold});
    const Options brief{names::Model::standard(), threshold, false, false, true};
    const auto first = run(query, brief);
    for (const auto& hit : first) {
      RC_ASSERT(hit.explain.empty());
      ++found;
      certain += hit.certain ? 1 : 0;
    }
    RC_ASSERT(without_reasons(first) == without_reasons(full));
    RC_ASSERT(without_reasons(run(query, brief)) == without_reasons(full));  // remembered
  }));
  EXPECT_GT(found, 0U);
  EXPECT_GT(certain, 0U);
}

TEST_F(Screening, WhatIsRememberedIsOfTheseEditionsAndThatQuery) {
  const Options brief{names::Model::standard(), {}, false, false, true};
  ASSERT_EQ(run(named("Sabina", "Vessel"), brief).size(), 1U);
  EXPECT_TRUE(run(named("Sabina", "Person"), brief).empty());
  editions_ = {edition({entity("t-4", "Vessel", "SABINA"), entity("t-5", "Vessel", "SABINA")})};
  EXPECT_EQ(run(named("Sabina", "Vessel"), brief).size(), 2U);
  editions_ = {edition({entity("t-6", "Vessel", "OTHER")})};
  EXPECT_TRUE(run(named("Sabina", "Vessel"), brief).empty());
  auto query = named("Sabina", "Vessel");
  query.identifiers = identifiers::in_text("IMO 9524451");
  ASSERT_EQ(query.identifiers.size(), 1U);
  auto ship = entity("t-7", "Vessel", "OTHER");
  ship.add("imoNumber", "9524451");
  editions_ = {edition({ship})};
  EXPECT_TRUE(run(named("Sabina", "Vessel"), brief).empty());
  EXPECT_EQ(run(query, brief).size(), 1U);
}

TEST(ScoreText, HasNoNeedlessZeros) {
  EXPECT_EQ(score_text(10'000), "1");
  EXPECT_EQ(score_text(9300), "0.93");
  EXPECT_EQ(score_text(7), "0.0007");
  EXPECT_EQ(score_text(0), "0");
}

}  // namespace
}  // namespace tamga::match
