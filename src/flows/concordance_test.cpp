#include "flows/concordance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace tamga::flows {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Codes = std::vector<std::string>;

class ConcordanceTest : public ::testing::Test {
 protected:
  static std::vector<goods::ControlLists::Renumbering> moves() {
    std::vector<NamedBytes> files;
    for (const auto* name : {"renumbered.csv", "renumbered_2012.csv"}) {
      const auto path = std::string(TAMGA_SOURCE_DIR) + "/data/goods/" + name;
      files.push_back({path, read_file(path).value()});
    }
    return goods::ControlLists::read(files).value().all_renumberings();
  }
  /// The groups that the codes make, each with the code it is counted under first.
  [[nodiscard]] std::vector<Codes> join(const std::set<std::string>& present) const {
    std::vector<Codes> found;
    const auto joined = concordance_.join(present);
    for (const auto& group : joined.groups()) {
      found.push_back({group.code});
      found.back().insert(found.back().end(), group.codes.begin(), group.codes.end());
    }
    return found;
  }
  Concordance concordance_{moves()};
};

TEST_F(ConcordanceTest, ADividedCodeIsOneWithWhatCameOutOfIt) {
  EXPECT_THAT(join({"851712", "851713", "851714"}), ElementsAre(Codes{"851713", "851712", "851713", "851714"}));
  const auto joined = concordance_.join({"851712", "851713", "851714"});
  EXPECT_EQ(joined.group_of("851712")->code, "851713");
  EXPECT_EQ(joined.group_of("851762"), nullptr);
  EXPECT_THAT(joined.together("851762"), ElementsAre("851762"));
}

TEST_F(ConcordanceTest, WhatStandsInOneEditionAloneIsNotJoined) {
  EXPECT_THAT(join({"851712", "854231"}), IsEmpty());
  // Came out of one code, but nothing in the data is of the time before.
  EXPECT_THAT(join({"851713", "851714"}), IsEmpty());
  EXPECT_THAT(join({}), IsEmpty());
}

TEST_F(ConcordanceTest, AMergedCodeIsOneWithAllThatCameIntoIt) {
  EXPECT_THAT(join({"880330", "880390", "880730", "880790"}), ElementsAre(Codes{"880730", "880330", "880390", "880730", "880790"}));
  EXPECT_THAT(join({"850740", "850780"}), ElementsAre(Codes{"850780", "850740", "850780"}));
}

TEST_F(ConcordanceTest, APartThatLeftIsNotJoined) { EXPECT_THAT(join({"847989", "847983", "848580"}), IsEmpty()); }

TEST(Concordance, FollowsTwoEditionsAlsoWhereTheDataLacksTheOneBetween) {
  using Move = goods::ControlLists::Renumbering;
  const Concordance concordance({Move{"840001", "840002", 2012, 2017, false, false, false, ""},
                                 Move{"840002", "840003", 2017, 2022, true, false, false, ""},
                                 Move{"840002", "840004", 2017, 2022, true, false, false, ""},
                                 // In one edition a number that goes on and one that comes are two steps, not one.
                                 Move{"840003", "840005", 2017, 2022, false, false, false, ""}});
  const auto joined = concordance.join({"840001", "840003"});
  ASSERT_NE(joined.group_of("840001"), nullptr);
  EXPECT_EQ(joined.group_of("840001")->code, "840003");
  EXPECT_THAT(concordance.join({"840003", "840004"}).groups(), IsEmpty());
  EXPECT_THAT(concordance.join({"840001", "840005"}).groups(), IsEmpty());
  EXPECT_THAT(concordance.join({"840001", "840003", "840005"}).together("840001"), ElementsAre("840001", "840003", "840005"));
}

TEST(Concordance, ACircleOfMovesIsOneGroup) {
  using Move = goods::ControlLists::Renumbering;
  const Concordance concordance(
      {Move{"840001", "840002", 2012, 2017, false, false, false, ""}, Move{"840002", "840001", 2017, 2022, false, false, false, ""}});
  const auto joined = concordance.join({"840001", "840002"});
  EXPECT_EQ(joined.group_of("840002")->code, "840001");
}

/// With all codes present, what the tables connect is one, and no code is in two groups.
TEST_F(ConcordanceTest, EveryMoveOfTheTablesIsWithinAGroup) {
  const auto joined = concordance_.join(concordance_.codes());
  std::set<std::string> seen;
  for (const auto& group : joined.groups()) {
    EXPECT_THAT(group.codes, Contains(group.code));
    for (const auto& code : group.codes) EXPECT_TRUE(seen.insert(code).second) << code;
  }
  EXPECT_EQ(seen, concordance_.codes());
  for (const auto& move : moves()) {
    if (move.stays) continue;
    ASSERT_NE(joined.group_of(move.old_code), nullptr);
    EXPECT_EQ(joined.group_of(move.old_code), joined.group_of(move.new_code)) << move.old_code;
  }
}

TEST(Nomenclatures, TakeWhatTheFileSaysElseTheYear) {
  EXPECT_EQ(edition_of_year(2026), 2022);
  EXPECT_EQ(edition_of_year(2021), 2017);
  EXPECT_EQ(edition_of_year(2016), 2012);
  EXPECT_EQ(edition_of_year(1970), 1988);
  const auto kyrgyzstan = country_from("KG");
  const Nomenclatures known({{{Flow::imports, Frequency::annual, kyrgyzstan, 2022 * 12}, 2017},
                             {{Flow::imports, Frequency::annual, kyrgyzstan, 2023 * 12}, kEditionOfYear}});
  Coverage::Key key{Source::comtrade, Frequency::annual, Flow::imports, kyrgyzstan};
  EXPECT_EQ(known.told(key, 2022 * 12), 2017);
  EXPECT_EQ(known.told(key, 2023 * 12), std::nullopt);
  key.flow = Flow::exports;
  EXPECT_EQ(known.told(key, 2022 * 12), std::nullopt);
  key.source = Source::comext;
  key.flow = Flow::imports;
  EXPECT_EQ(known.told(key, 2022 * 12), std::nullopt);
}

}  // namespace
}  // namespace tamga::flows
