#include "app/retention.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "base/json.h"
#include "store/store.h"

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

TEST(Retention, WhatADecisionStandsOnIsKeptWithIt) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / fmt::format("tamga-retention-{}", ::getpid());
  fs::remove_all(folder);
  const std::string used = "sha256:" + std::string(64, 'a');
  const std::string unused = "sha256:" + std::string(64, 'b');
  {
    auto store = *store::Store::open(folder.string());
    Json lists = Json::array();
    lists.push(Json::object().set("list", "l").set("edition", used));
    const Json basis = Json::object().set("policy", "sha256:00").set("lists", lists);
    const std::string decision = Json::object().set("basis", basis).dump();
    ASSERT_TRUE(store.append("edition", "l  " + used, "2020-01-01T00:00:00Z", "{}"));
    ASSERT_TRUE(store.append("edition", "l  " + unused, "2020-01-02T00:00:00Z", "{}"));
    ASSERT_TRUE(store.append("confirmation", "l  " + used + " 2020-01-03", "2020-01-03T00:00:00Z", "{}"));
    ASSERT_TRUE(store.append("licence", "L-1", "2020-01-04T00:00:00Z", R"({"number":"L-1"})"));
    ASSERT_TRUE(store.append("decision", "dec-1", "2023-06-01T00:00:00Z", Json::object().set("decision", decision).dump()));
    ASSERT_TRUE(store.append("licence_use", "dec-1 L-1", "2023-06-01T00:00:00Z", R"({"number":"L-1"})"));
    ASSERT_TRUE(store.append("shipped", "deal", "some day", "{}"));
  }
  const std::string rules = (folder / "rules.toml").string();
  ASSERT_TRUE(write_file_atomically(rules,
                                    "[[rules]]\nid = \"ten\"\nyears = 10\nstarts = \"day\"\ncitation = \"c\"\n"
                                    "[[rules]]\nid = \"five\"\nyears = 5\nstarts = \"year_end\"\ncitation = \"c\"\n"));
  Settings settings;
  settings.data = folder.string();
  const auto report = retention(settings, rules);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->undated, 1);
  std::string told;
  for (const auto& kept : report->kept)
    told += fmt::format("{} {} {} {} {}\n", kept.kind, kept.day.text(), kept.until.text(), kept.rule, kept.stands_under ? "under" : "");
  EXPECT_EQ(told,
            "confirmation 2020-01-03 2033-06-01 ten under\n"
            "decision 2023-06-01 2033-06-01 ten \n"
            "edition 2020-01-01 2033-06-01 ten under\n"
            "edition 2020-01-02 2030-01-02 ten \n"
            "licence 2020-01-04 2033-06-01 ten under\n"
            "licence_use 2023-06-01 2033-06-01 ten \n");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace tamga::app
