#include "model/entity.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tamga {
namespace {

TEST(Entity, AddsEachValueOnce) {
  Entity entity;
  entity.add("name", "  VTB ");
  entity.add("name", "VTB");
  entity.add("name", "");
  EXPECT_EQ(entity.values("name"), std::vector<std::string>{"VTB"});
  EXPECT_EQ(entity.first("name"), "VTB");
  EXPECT_TRUE(entity.values("alias").empty());
}

TEST(Entity, ReadsFollowTheMoney) {
  const auto json = parse_json(
      R"({"id":"Q1","schema":"Person","properties":{"name":["A","B"],"birthDate":"1950","parent":{"id":"Q2"}},"datasets":["x"],"target":true})");
  const auto entity = entity_from_json(*json);
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->caption, "A");
  EXPECT_EQ(entity->values("birthDate"), std::vector<std::string>{"1950"});
  EXPECT_EQ(entity->first("parent"), "Q2") << "a nested entity stands as its id";
  for (const auto* text : {"[]", "{}", R"({"schema":"Person","properties":[]})"}) EXPECT_FALSE(entity_from_json(*parse_json(text))) << text;
}

TEST(Entity, WhatIsWrittenIsRead) {
  EXPECT_TRUE(rc::check("entity_from_json(to_json(x)) = x", [] {
    const auto text = [] {
      std::string value;
      for (const auto& letter :
           *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>("a", "Z", "ж", "中", "\"", "\\", "\n", " ", "\x01")))
        value += letter;
      return value;
    };
    Entity entity;
    entity.id = "a-1";
    entity.schema = *rc::gen::element<std::string>("Company", "Person", "Vessel", "Starship");
    entity.caption = "Caption" + text();
    entity.line = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
    entity.datasets = {"us_ofac_sdn", text()};
    for (int i = *rc::gen::inRange(0, 8); i > 0; --i) entity.add(*rc::gen::element<std::string>("name", "alias", "country", "address"), text());
    for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
      entity.designations.push_back(Designation{"P" + text(), *rc::gen::element<std::string>("", "IV"), text(), "2022-02-24", "1"});
    const auto json = parse_json(to_json(entity).dump());
    RC_ASSERT(json.has_value());
    const auto again = entity_from_json(*json);
    RC_ASSERT(again.has_value());
    RC_ASSERT(to_json(*again).dump() == to_json(entity).dump());
    RC_ASSERT(again->id == entity.id);
    RC_ASSERT(again->schema == entity.schema);
    RC_ASSERT(again->caption == entity.caption);
    RC_ASSERT(again->line == entity.line);
    RC_ASSERT(again->datasets == entity.datasets);
    RC_ASSERT(again->designations == entity.designations);
    for (const auto* property : {"name", "alias", "country", "address"}) RC_ASSERT(again->values(property) == entity.values(property));
  }));
}

TEST(Entity, PropertiesAreWrittenInAlphabeticalOrder) {
  Entity entity;
  entity.schema = "Person";
  entity.add("name", "B");
  entity.add("alias", "A");
  EXPECT_EQ(to_json(entity).dump(), R"({"id":"","caption":"","schema":"Person","properties":{"alias":["A"],"name":["B"]},"datasets":[]})");
}

TEST(Schema, KnowsWhatIsBelowWhat) {
  EXPECT_TRUE(schema_is_a("Company", "LegalEntity"));
  EXPECT_TRUE(schema_is_a("Vessel", "Asset"));
  EXPECT_TRUE(schema_is_a("Starship", "Thing"));
  EXPECT_FALSE(schema_is_a("Person", "Organization"));
  EXPECT_FALSE(schema_known("Ownership"));
}

TEST(Schema, ThingsOfDifferentKindsAreNotCompared) {
  EXPECT_TRUE(schemata_compatible("Company", "Organization"));
  EXPECT_TRUE(schemata_compatible("Company", "PublicBody"));
  EXPECT_TRUE(schemata_compatible("LegalEntity", "Person"));
  EXPECT_TRUE(schemata_compatible("", "Vessel"));
  EXPECT_FALSE(schemata_compatible("Person", "Company"));
  EXPECT_FALSE(schemata_compatible("Person", "Vessel"));
  EXPECT_FALSE(schemata_compatible("Company", "Vessel"));
}

// Every pair of schemata that lists use: what may be one thing under two names, by the table of a person, not by the code's own rule.
TEST(Schema, CompatibilityAsATable) {
  const std::vector<std::string> schemata = {"Person", "LegalEntity", "Organization", "Company", "PublicBody",
                                             "Vessel", "Airplane",    "CryptoWallet", "Address"};
  const std::vector<std::string> rows = {
      "yy.......",  // Person
      "yyyyy....",  // LegalEntity
      ".yyyy....",  // Organization
      ".yyyy....",  // Company
      ".yyyy....",  // PublicBody
      ".....y...",  // Vessel
      "......y..",  // Airplane
      ".......y.",  // CryptoWallet
      "........y",  // Address
  };
  for (std::size_t a = 0; a < schemata.size(); ++a) {
    EXPECT_TRUE(schema_known(schemata[a]));
    for (std::size_t b = 0; b < schemata.size(); ++b)
      EXPECT_EQ(schemata_compatible(schemata[a], schemata[b]), rows[a][b] == 'y') << schemata[a] << " and " << schemata[b];
  }
  for (const auto& schema : schemata) {
    EXPECT_TRUE(schemata_compatible(schema, "Thing")) << schema;
    EXPECT_TRUE(schemata_compatible("", schema)) << schema;
    EXPECT_TRUE(schema_is_a(schema, schema)) << schema;
  }
  EXPECT_TRUE(schemata_compatible("Vessel", "Asset")) << "the EU lists ships as assets";
}

}  // namespace
}  // namespace tamga
