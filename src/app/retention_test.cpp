#include "app/retention.h"

#include <gtest/gtest.h>

#include <set>

namespace tamga::app {
namespace {

std::string until(long years, bool from_year_end, std::string_view day) {
  RetentionRule rule;
  rule.years = years;
  rule.from_year_end = from_year_end;
  return keep_until(rule, *Date::parse(day)).text();
}

TEST(Retention, CountsFullYears) {
  EXPECT_EQ(until(10, false, "2026-11-23"), "2036-11-23");
  EXPECT_EQ(until(5, false, "2024-02-29"), "2029-03-01") << "never a day too early";
  EXPECT_EQ(until(4, false, "2024-02-29"), "2028-02-29");
  EXPECT_EQ(until(5, true, "2026-01-01"), "2031-12-31");
  EXPECT_EQ(until(5, true, "2026-12-31"), "2031-12-31");
}

TEST(Retention, TheBuiltInRulesCiteTheLaw) {
  const auto rules = retention_rules("");
  ASSERT_TRUE(rules) << rules.error().text();
  std::set<std::string> ids;
  for (const auto& rule : *rules) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    EXPECT_FALSE(rule.title.empty()) << rule.id;
    EXPECT_TRUE(rule.source.starts_with("https://")) << rule.id;
    if (rule.id == "us.ofac") {
      EXPECT_EQ(rule.years, 10);
      EXPECT_FALSE(rule.verify);
    }
  }
  EXPECT_TRUE(ids.contains("us.ofac"));
}

}  // namespace
}  // namespace tamga::app
