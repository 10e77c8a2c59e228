#include "app/retention.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>

#include "base/json.h"
#include "store/cases.h"
#include "store/licences.h"
#include "store/people.h"
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

/// A store of the test's own, and rules of ten years from the day and five from the end of the year.
class RetentionOfStore : public ::testing::Test {
 protected:
  RetentionOfStore() {
    folder_ = std::filesystem::temp_directory_path() /
              fmt::format("tamga-retention-{}-{}", ::getpid(), ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(folder_);
    settings_.data = folder_.string();
    store_.emplace(*store::Store::open(folder_.string()));
  }
  ~RetentionOfStore() override { std::filesystem::remove_all(folder_); }

  void add(std::string_view kind, std::string_view key, std::string_view day, std::string_view payload) {
    const auto entry = store_->append(kind, key, day.size() == 10 ? fmt::format("{}T00:00:00Z", day) : std::string(day), payload);
    ASSERT_TRUE(entry) << entry.error().text();
  }
  void decide(std::string_view id, std::string_view day, std::string_view deal, std::string_view edition) {
    Json lists = Json::array();
    lists.push(Json::object().set("list", "l").set("edition", edition));
    const Json basis = Json::object().set("policy", "sha256:00").set("lists", lists);
    const std::string decision = Json::object().set("deal", deal).set("basis", basis).dump();
    add("decision", id, day, Json::object().set("decision", decision).dump());
  }
  Retention report(std::string_view today) {
    const std::string rules = (folder_ / "rules.toml").string();
    EXPECT_TRUE(write_file_atomically(rules,
                                      "[[rules]]\nid = \"ten\"\nyears = 10\nstarts = \"day\"\ncitation = \"c\"\n"
                                      "[[rules]]\nid = \"five\"\nyears = 5\nstarts = \"year_end\"\ncitation = \"c\"\n"));
    auto result = retention(settings_, {rules, *Date::parse(today), true});
    EXPECT_TRUE(result) << (result ? "" : result.error().text());
    return *std::move(result);
  }
  static std::string told(const Retention& report) {
    std::string text;
    for (const auto& kept : report.kept) {
      text += fmt::format("{} {} {} {}{}{}\n", kept.kind, kept.day.text(), kept.until.text(), kept.rule, kept.by_another ? " by another" : "",
                          kept.hold == Hold::none ? "" : fmt::format(" {}", hold_name(kept.hold)));
    }
    return text;
  }
  static std::string due(const Retention& report) {
    std::string text;
    for (const auto& entry : report.due) text += fmt::format("{} ", entry.key);
    return text;
  }

  std::filesystem::path folder_;
  Settings settings_;
  std::optional<store::Store> store_;
};

const std::string kUsed = "sha256:" + std::string(64, 'a');
const std::string kUnused = "sha256:" + std::string(64, 'b');

TEST_F(RetentionOfStore, WhatADecisionStandsOnIsKeptWithIt) {
  add("edition", "l  " + kUsed, "2020-01-01", "{}");
  add("edition", "l  " + kUnused, "2020-01-02", "{}");
  add("confirmation", "l  " + kUsed + " 2020-01-03", "2020-01-03", "{}");
  add("licence", "L-1", "2020-01-04", R"({"number":"L-1"})");
  decide("dec-1", "2023-06-01", "D-1", kUsed);
  add("licence_use", "dec-1 L-1", "2023-06-01", R"({"number":"L-1","deal":"D-1","decision":"dec-1"})");
  add("shipped", "D-1", "some day", "{}");
  const auto found = report("2030-01-03");
  EXPECT_EQ(found.undated, 1);
  EXPECT_EQ(told(found),
            "confirmation 2020-01-03 2033-06-01 ten by another\n"
            "decision 2023-06-01 2033-06-01 ten\n"
            "edition 2020-01-01 2033-06-01 ten by another\n"
            "edition 2020-01-02 2030-01-02 ten\n"
            "licence 2020-01-04 2033-06-01 ten by another\n"
            "licence_use 2023-06-01 2033-06-01 ten\n");
  EXPECT_EQ(due(found), "l  " + kUnused + " ");
  EXPECT_EQ(due(report("2030-01-02")), "") << "the last day is one on which it must be kept";
}

TEST_F(RetentionOfStore, WhatBelongsTogetherIsKeptTogether) {
  decide("dec-1", "2020-01-01", "D-1", kUsed);
  decide("dec-2", "2020-01-01", "D-2", kUnused);
  add("proposal", "prop-1", "2020-02-01", R"({"what":"licence.use","subject":"L-1","content":{"deal":"D-1"}})");
  add("verdict", "prop-1", "2020-02-02", R"({"proposal":"prop-1","state":"approved"})");
  add("licence_use", "prop-1 L-1", "2020-02-02", R"({"number":"L-1","deal":"D-1","proposal":"prop-1"})");
  add("person", "1", "2020-02-03", R"({"name":"A"})");
  decide("dec-3", "2022-05-05", "D-1", kUsed);
  EXPECT_EQ(told(report("2031-01-01")),
            "decision 2020-01-01 2030-01-01 ten\n"
            "decision 2020-01-01 2032-05-05 ten by another\n"
            "decision 2022-05-05 2032-05-05 ten\n"
            "licence_use 2020-02-02 2032-05-05 ten by another\n"
            "person 2020-02-03 2032-05-05 ten by another\n"
            "proposal 2020-02-01 2032-05-05 ten by another\n"
            "verdict 2020-02-02 2032-05-05 ten by another\n");
  EXPECT_EQ(due(report("2031-01-01")), "dec-2 ");
}

TEST_F(RetentionOfStore, NothingOfAnOpenCaseIsDue) {
  add("edition", "l  " + kUsed, "2020-01-01", "{}");
  decide("dec-1", "2020-01-02", "D-1", kUsed);
  decide("dec-2", "2020-01-02", "D-2", kUnused);
  store::Ground ground;
  ground.deal = "D-1";
  ground.decision = "dec-1";
  ground.rule = "r";
  ground.about = "/parties/1";
  ground.outcome = "review";
  ground.hash = "sha256:00";
  ASSERT_TRUE(store::Cases(*store_).raise(ground, "2020-02-01", "2020-01-02T00:00:00Z").value_or(false));
  EXPECT_EQ(due(report("2090-01-01")), "dec-2 ") << "neither the decision, nor its alert, nor the list that it stands on";
  EXPECT_EQ(told(report("2090-01-01")),
            "alert 2020-01-02 2030-01-02 ten open_case\n"
            "decision 2020-01-02 2030-01-02 ten\n"
            "decision 2020-01-02 2030-01-02 ten open_case\n"
            "edition 2020-01-01 2030-01-02 ten by another open_case\n");
}

TEST_F(RetentionOfStore, NothingUnderALicenceInForceIsDue) {
  store::Licences licences(*store_);
  store::StoredLicence licence;
  licence.number = "L-1";
  licence.from = "2020-01-01";
  licence.to = "2035-06-30";
  licence.record = "{}";
  licence.caps = {{"quantity", 10, 0}};
  ASSERT_TRUE(licences.add(licence, {}, "2020-01-01T00:00:00Z"));
  decide("dec-1", "2020-01-02", "D-1", kUsed);
  const auto drawn = licences.draw("L-1", "D-1", {{"quantity", 1}}, {.proposal = {}, .decision = "dec-1", .by = {}, .approved_by = {}, .reason = {}},
                                   "2020-01-02T00:00:00Z");
  ASSERT_TRUE(drawn) << drawn.error().text();
  EXPECT_EQ(due(report("2035-06-30")), "");
  EXPECT_NE(told(report("2035-06-30")).find("decision 2020-01-02 2045-06-30 ten by another licence\n"), std::string::npos);
  EXPECT_EQ(due(report("2045-06-30")), "") << "its time begins with its end";
  EXPECT_NE(due(report("2045-07-01")).find("dec-1"), std::string::npos);
}

TEST_F(RetentionOfStore, BlockedPropertyHasNoEndThatTheLedgerKnows) {
  const std::string at = "2020-01-02T00:00:00Z";
  store::People people(*store_);
  ASSERT_TRUE(people.set({"A", {"administrator"}, true}, "A", at));
  ASSERT_TRUE(people.set({"L", {"liaison"}, true}, "A", at));
  decide("dec-1", "2020-01-02", "D-1", kUsed);
  store::Consultation about;
  about.id = "con-1";
  about.decision = "dec-1";
  about.kind = "blocked";
  about.authority = "ofac";
  store::Cases cases(*store_);
  const auto made = cases.consult(about, "packet", "pdf", "L", at);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(due(report("2090-01-01")).find("dec-1"), std::string::npos) << "open";
  ASSERT_TRUE(cases.sent("con-1", "2020-01-03", "", "", "L", at));
  ASSERT_TRUE(cases.answered("con-1", "2020-01-04", "seen", "", "L", at));
  EXPECT_EQ(due(report("2090-01-01")).find("dec-1"), std::string::npos) << "blocked";
  EXPECT_NE(told(report("2090-01-01")).find("packet 2020-01-02 2030-01-02 ten blocked\n"), std::string::npos) << told(report("2090-01-01"));
}

}  // namespace
}  // namespace tamga::app
