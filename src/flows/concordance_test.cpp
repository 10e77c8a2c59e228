#include "flows/concordance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"

namespace tamga::flows {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

class ConcordanceTest : public ::testing::Test {
 protected:
  static goods::ControlLists lists() {
    std::vector<NamedBytes> files;
    for (const auto* name : {"renumbered.csv", "renumbered_2012.csv"}) {
      const auto path = std::string(TAMGA_SOURCE_DIR) + "/data/goods/" + name;
      files.push_back({path, read_file(path).value()});
    }
    return goods::ControlLists::read(files).value();
  }
  Concordance concordance_{lists()};
};

TEST_F(ConcordanceTest, ADividedCodeIsOneSeriesWithWhatCameOutOfIt) {
  for (const auto* code : {"851712", "8517120000"}) {
    const auto old = concordance_.joined_code(code, 2017);
    EXPECT_EQ(old.code, "851713");
    EXPECT_EQ(old.how, Joined::How::together);
  }
  EXPECT_EQ(concordance_.joined_code("851714", 2022).code, "851713");
  EXPECT_EQ(concordance_.joined_code("851712", 2012).code, "851713");
  EXPECT_THAT(concordance_.members("851713"), ElementsAre("851713", "851714"));
}

TEST_F(ConcordanceTest, AMovedCodeIsFollowedOverTwoEditions) {
  const auto merged = concordance_.joined_code("850740", 2017);
  EXPECT_EQ(merged.code, "850780");
  EXPECT_EQ(merged.how, Joined::How::moved);
  EXPECT_EQ(concordance_.joined_code("846011", 2012).code, "846012");
  EXPECT_EQ(concordance_.joined_code("846011", 2012).how, Joined::How::moved);
}

TEST_F(ConcordanceTest, APartThatMovedIsMarkedOnBothSides) {
  const auto rest = concordance_.joined_code("847989", 2017);
  EXPECT_EQ(rest.code, "847989");
  EXPECT_TRUE(rest.ambiguous());
  EXPECT_TRUE(concordance_.joined_code("848580", 2022).ambiguous());
  EXPECT_FALSE(concordance_.joined_code("854231", 2017).ambiguous());
  EXPECT_EQ(concordance_.joined_code("854231", 2017).how, Joined::How::same);
}

TEST_F(ConcordanceTest, WhereTheTableDoesNotReachItSaysSo) {
  EXPECT_EQ(concordance_.joined_code("854231", 2007).how, Joined::How::unknown);
  EXPECT_EQ(concordance_.joined_code("8542", 2017).code, "8542");
  EXPECT_EQ(concordance_.joined_code("85", 2002).how, Joined::How::unknown);
}

/// No trade is lost and none counted twice: every code of an edition goes to one joined code, and the codes of 2022 are divided among them.
TEST_F(ConcordanceTest, EveryCodeOf2022BelongsToOneJoinedCode) {
  const auto moves = lists().all_renumberings();
  for (const auto& move : moves) {
    if (move.to != 2022) continue;
    const auto joined = concordance_.joined_code(move.new_code, 2022);
    EXPECT_THAT(concordance_.members(joined.code), Contains(move.new_code));
    EXPECT_EQ(concordance_.joined_code(joined.code, 2022).code, joined.code);
    if (!move.stays) {
      EXPECT_EQ(concordance_.joined_code(move.old_code, 2017).code, joined.code) << move.old_code;
    }
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
  SeriesKey key{Source::comtrade, "USD", Frequency::annual, Flow::imports, "854231", country_from("CN"), kyrgyzstan};
  EXPECT_EQ(known.edition(key, 2022 * 12), 2017);
  EXPECT_EQ(known.edition(key, 2023 * 12), 2022);
  key.flow = Flow::exports;
  EXPECT_EQ(known.edition(key, 2022 * 12), 2022);
  key.source = Source::comext;
  key.flow = Flow::imports;
  EXPECT_EQ(known.edition(key, 2022 * 12), 2022);
}

}  // namespace
}  // namespace tamga::flows
