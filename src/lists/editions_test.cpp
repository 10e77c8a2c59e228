#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/sha256.h"
#include "lists/csv.h"
#include "lists/lists.h"

// What one import makes of its files: recognition, grouping, dating, addressing, and the one line of each refusal.
namespace tamga::lists {
namespace {

using testing::HasSubstr;

const std::string kRow = "36,\"A\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";
const std::string kAlt = "36,1,\"aka\",\"B\",-0- \r\n";
const ReadOptions kDated{"", Date::from(2026, 11, 20)};

std::string refusal(std::vector<NamedBytes> files, const ReadOptions& options = kDated) {
  const auto editions = read_editions(std::move(files), options);
  return editions ? "" : editions.error().text();
}

TEST(Editions, WhatIsNoListIsRefusedWithTheFormatsThatAre) {
  for (const auto& [bytes, why] : {std::pair<std::string, std::string>{"", "is empty"},
                                   {" \r\n\x1a", "is empty"},
                                   {"<html/>", "root element \"html\""},
                                   {"a,b\n1,2\n", "is not a list file that is known"},
                                   {"\x7f\x45\x4c\x46", "is not a list file that is known"},
                                   {"\"open", "is not a list file that is known"},
                                   {"1,2,3,4,5,6,7,8,9,10,11,12\n", "is not a list file that is known"},
                                   {"1,x,aka,N,-0-\n", "is not a list file that is known"},
                                   {"amendedCelex,amendmentCelex\n", "amending act"}}) {
    const std::string text = refusal({{"f", bytes}});
    EXPECT_THAT(text, HasSubstr("f: ")) << bytes;
    EXPECT_THAT(text, HasSubstr(why));
    EXPECT_THAT(
        text, HasSubstr("expected a list of OFAC, BIS, EU, UN, UK or SECO, or FollowTheMoney or Senzing JSON lines; see tamga lists import --help"));
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
  EXPECT_THAT(refusal({}), HasSubstr("no file given"));
}

TEST(Editions, AWrongEncodingNamesItsLine) {
  EXPECT_THAT(refusal({{"sdn.csv", kRow + "37,\"B\xE9\",-0- ,\"CUBA\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n"}}),
              HasSubstr("sdn.csv:2: is not UTF-8"));
}

TEST(Editions, DatesByOptionThenNameThenFolder) {
  const auto dated = [](const std::string& name, const ReadOptions& options) {
    const auto editions = read_editions({{name, kRow}}, options);
    return editions ? editions->front().published->text() + " " + editions->front().dated_by : editions.error().message;
  };
  EXPECT_EQ(dated("l/sdn_2022-02-23.csv", kDated), "2026-11-20 option");
  EXPECT_EQ(dated("l/sdn_2022-02-23.csv", {}), "2022-02-23 name");
  EXPECT_EQ(dated("trio_2022-01/sdn.csv", {}), "2022-01-01 name");
  EXPECT_THAT(dated("sdn.csv", {}), HasSubstr("--published"));
}

TEST(Editions, TheAddressIsThatOfTheBytes) {
  const auto alone = read_editions({{"l/sdn.csv", kRow}}, kDated);
  ASSERT_TRUE(alone);
  EXPECT_EQ(alone->front().id, content_address(kRow));
  const auto both = read_editions({{"l/sdn.csv", kRow}, {"l/alt.csv", kAlt}}, kDated);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->front().id, content_address("alt " + content_address(kAlt) + "\nsdn " + content_address(kRow) + "\n"));
  EXPECT_EQ(both->front().files[0].name, "alt");
  EXPECT_EQ(both->front().files[1].name, "sdn");
}

TEST(Editions, TheConsolidatedListByNameOrOption) {
  for (const auto& [name, option] : {std::pair<std::string, std::string>{"cons_prim.csv", ""}, {"x.csv", "us_ofac_cons"}}) {
    const auto editions = read_editions({{name, kRow}}, ReadOptions{option, kDated.published});
    ASSERT_TRUE(editions) << editions.error().text();
    EXPECT_EQ(editions->front().list, "us_ofac_cons");
    EXPECT_EQ(editions->front().entities.front().designations.front().measure, "");
    EXPECT_EQ(editions->front().files.front().name, "prim");
    const auto again = reread(editions->front().format, editions->front().files);
    ASSERT_TRUE(again);
    EXPECT_EQ(to_json(again->entities.front()).dump(), to_json(editions->front().entities.front()).dump());
  }
}

TEST(Editions, FilesThatDoNotBelongTogetherAreRefused) {
  EXPECT_THAT(refusal({{"l/alt_2022-02-25.csv", kAlt}, {"l/sdn_2022-02-23.csv", kRow}}),
              HasSubstr("l/alt_2022-02-25.csv: is OFAC's alt file without its sdn.csv"));
  EXPECT_THAT(refusal({{"l/sdn.csv", kRow}, {"l/sdn (1).csv", kRow}}), HasSubstr("is a second sdn file beside l/sdn.csv"));
  EXPECT_THAT(refusal({{"a/sdn.csv", kRow}, {"b/sdn.csv", kRow + "37" + kRow.substr(2)}}),
              HasSubstr("two different editions of us_ofac_sdn would be of 2026-11-20"));
  EXPECT_THAT(refusal({{"sdn.csv", kRow}}, {"My List", kDated.published}), HasSubstr("\"My List\" is not a name of a list"));
}

TEST(Editions, TheSameEditionTwiceIsOne) {
  const auto editions = read_editions({{"a/sdn.csv", kRow}, {"b/sdn.csv", kRow}}, kDated);
  ASSERT_TRUE(editions) << editions.error().text();
  EXPECT_EQ(editions->size(), 1U);
}

TEST(Editions, RereadingTellsWhatIsMissing) {
  EXPECT_FALSE(reread("ofac_csv", std::vector<NamedBytes>{{"alt", kAlt}}));
  EXPECT_FALSE(reread("unheard_of", std::vector<NamedBytes>{{"x", kRow}}));
  EXPECT_FALSE(reread("uk_csv", std::vector<NamedBytes>{{"x", kRow}}));
}

TEST(Catalogue, KnowsItsLists) {
  ASSERT_NE(find_list("us_ofac_sdn"), nullptr);
  EXPECT_EQ(find_list("us_ofac_sdn")->regime, "us");
  EXPECT_EQ(find_list("house"), nullptr);
  for (const auto& info : catalogue()) EXPECT_EQ(find_list(info.name), &info);
}

}  // namespace
}  // namespace tamga::lists
