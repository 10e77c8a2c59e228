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
    Entity entity;
    entity.id = "a-1";
    entity.schema = "Company";
    entity.caption = "Caption";
    entity.line = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
    for (const auto& value : *rc::gen::container<std::vector<std::string>>(rc::gen::container<std::string>(rc::gen::inRange('!', '~'))))
      entity.add("name", value);
    entity.designations.push_back(Designation{"P", *rc::gen::element<std::string>("", "IV"), "", "2022-02-24", "1"});
    const auto again = entity_from_json(*parse_json(to_json(entity).dump()));
    RC_ASSERT(again.has_value());
    RC_ASSERT(to_json(*again).dump() == to_json(entity).dump());
    RC_ASSERT(again->designations == entity.designations);
  }));
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

}  // namespace
}  // namespace tamga
