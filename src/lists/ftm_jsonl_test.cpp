#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Result<ReadList> read(std::string bytes) { return read_ftm_jsonl(NamedBytes{"x.json", std::move(bytes)}); }

constexpr const char* kCompany = R"({"id":"c1","caption":"Acme","schema":"Company","properties":{"name":["Acme"]},"datasets":["house"],)"
                                 R"("last_seen":"2024-03-14T11:31:42","last_change":"2024-03-15"})";

TEST(FtmJsonl, ReadsEntitiesAndTheirDate) {
  const auto list =
      read(std::string(kCompany) + "\n\n{\"id\":\"p1\",\"schema\":\"Person\",\"properties\":{\"name\":[\"Ann\",\"Anna\"]},\"datasets\":[\"house\"]}");
  ASSERT_TRUE(list) << list.error().text();
  ASSERT_EQ(list->entities.size(), 2U);
  EXPECT_EQ(list->list, "house");
  EXPECT_EQ(list->own_date->text(), "2024-03-15");
  EXPECT_EQ(list->entities[0].id, "c1");
  EXPECT_EQ(list->entities[1].line, 3U);
  EXPECT_EQ(list->entities[1].caption, "Ann");
  EXPECT_THAT(list->warnings, IsEmpty());
}

TEST(FtmJsonl, ASanctionIsADesignationOfItsEntity) {
  const auto list = read(R"({"id":"s1","schema":"Sanction","properties":{"entity":["c1"],"programId":["US-RUS"],"program":["long"],)"
                         R"("provisions":["Asset freeze"],"listingDate":["2022-02-24"],"authorityId":["17013"]}})"
                         "\n" +
                         std::string(kCompany));
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities.front().designations, ElementsAre(Designation{"US-RUS", "", "Asset freeze", "2022-02-24", "17013"}));
}

TEST(FtmJsonl, DocumentsGiveTheirNumberAndOtherEdgesAreCounted) {
  const auto list = read(std::string(kCompany) +
                         "\n{\"id\":\"i\",\"schema\":\"Identification\",\"properties\":{\"holder\":[\"c1\"],\"number\":[\"123456\"]}}"
                         "\n{\"id\":\"o\",\"schema\":\"Ownership\",\"properties\":{}}\n{\"id\":\"o2\",\"schema\":\"Ownership\",\"properties\":{}}"
                         "\n{\"id\":\"t\",\"schema\":\"Sanction\",\"properties\":{\"entity\":[\"nobody\"]}}");
  ASSERT_TRUE(list) << list.error().text();
  EXPECT_THAT(list->entities.front().values("idNumber"), ElementsAre("123456"));
  EXPECT_THAT(list->warnings, ElementsAre(HasSubstr("2 Ownership records"), HasSubstr("1 sanctions or documents")));
}

TEST(FtmJsonl, ANewKindOfThingIsScreenedByItsName) {
  const auto list = read(R"({"id":"d1","schema":"Drone","properties":{"name":["Shahed"]},"datasets":["a"]})"
                         "\n" +
                         std::string(kCompany));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->entities.size(), 2U);
  EXPECT_EQ(list->list, "");  // two datasets
}

TEST(FtmJsonl, ErrorsNameTheLine) {
  EXPECT_EQ(read(std::string(kCompany) + "\n{\"id\":").error().line, 2U);
  EXPECT_THAT(read(std::string(kCompany) + "\n" + kCompany).error().text(), HasSubstr("x.json:2: the id \"c1\" stands twice"));
  EXPECT_THAT(read("{\"schema\":\"Person\"}").error().text(), HasSubstr("x.json:1: the entity has no \"id\""));
  EXPECT_THAT(read("{\"id\":\"a\"}").error().text(), HasSubstr("x.json:1: the entity has no \"schema\""));
  EXPECT_THAT(read("{\"id\":\"o\",\"schema\":\"Ownership\"}").error().message, HasSubstr("no entity"));
}

}  // namespace
}  // namespace tamga::lists
