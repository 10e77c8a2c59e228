#include "lists/countries.h"

#include <gtest/gtest.h>

namespace tamga::lists {
namespace {

TEST(Countries, KnowsWhatListsWrite) {
  EXPECT_EQ(country_code("Russia"), "ru");
  EXPECT_EQ(country_code("Russian Federation"), "ru");
  EXPECT_EQ(country_code("Korea, North"), "kp");
  EXPECT_EQ(country_code("Democratic People’s Republic of Korea"), "kp");
  EXPECT_EQ(country_code("Congo, Democratic Republic of the."), "cd");
  EXPECT_EQ(country_code("Iran (Islamic Republic of)"), "ir");
  EXPECT_EQ(country_code("Republic of Türkiye"), "tr");
  EXPECT_EQ(country_code("People’s Republic of China"), "cn");
  EXPECT_EQ(country_code("  kyrgyz\tRepublic "), "kg");
  EXPECT_EQ(country_code("Kazakhstani"), "kz");
  EXPECT_EQ(country_code("U.S."), "us");
  EXPECT_EQ(country_code("Украина"), "ua");
}

TEST(Countries, LongFormsAreAskedWholeFirst) {
  EXPECT_EQ(country_code("Republic of Kazakhstan"), "kz");
  EXPECT_EQ(country_code("Kingdom of Thailand"), "th");
  EXPECT_EQ(country_code("Republic of Korea"), "kr");
  EXPECT_EQ(country_code("Republic of China"), "tw");
  EXPECT_EQ(country_code("Republic of the Congo"), "cg");
}

TEST(Countries, GivesNothingForWhatIsNone) {
  for (const auto* text :
       {"", " ", ".", "None Identified", "undetermined", "Region: Crimea", "Republic of Tatarstan", "Netherlands Antilles", "Moscow"}) {
    EXPECT_EQ(country_code(text), "") << text;
  }
  EXPECT_EQ(country_code(std::string(1000, 'x')), "");
}

}  // namespace
}  // namespace tamga::lists
