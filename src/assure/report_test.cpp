#include "assure/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "assure/plot.h"

namespace tamga::assure {
namespace {

Positive positive(std::size_t set, Group group, std::string kind, Score score, Score then, Score threshold, Score then_threshold) {
  Positive result;
  result.set = set;
  result.group = group;
  result.kind = std::move(kind);
  result.name = "<b>Igor & co\x01";
  result.expected = "ofac-1";
  result.listed = "Igor";
  result.found = Found{score >= threshold, score, then >= then_threshold, then};
  return result;
}

/// Three changed persons, one control, two clean names, one own case.
Report small() {
  Report report;
  report.engine = "tamga test";
  report.as_of = "2026-11-20";
  report.compares = true;
  report.policy.threshold = 7'000;
  report.policy.from = "built in";
  report.policy.rule_cases = 10;
  report.then = report.policy;
  report.then.threshold = 8'000;
  report.sample = 100;
  report.seed = "1";
  report.lists.push_back(ListBasis{"us_ofac_sdn", "", "sha256:aa", "2026-11-20", false, {3, 0, 0}, {3, 0, 0}});
  report.sets.push_back(SetBasis{"own.csv", "sha256:bb", 1, 0, 0});
  report.positives.push_back(positive(0, Group::person, "control", 10'000, 10'000, 7'000, 8'000));
  report.positives.push_back(positive(0, Group::person, "typo_swap", 9'000, 9'000, 7'000, 8'000));
  report.positives.push_back(positive(0, Group::person, "typo_swap", 7'500, 7'500, 7'000, 8'000));
  report.positives.push_back(positive(0, Group::person, "initials", 0, 0, 7'000, 8'000));
  report.positives.push_back(positive(1, Group::person, "alias", 7'000, 7'000, 7'000, 8'000));
  report.negatives.push_back(
      Negative{0, 2, Group::person, "clean", "Li Na", "chinese", 7'200, {Hit{"us_ofac_sdn", "ofac-1", "NA, Li", "Na Li", 7'200}}, 7'200, {}});
  report.negatives.push_back(Negative{0, 3, Group::person, "clean", "Mary Evans", "english", 0, {}, 0, {}});
  report.command = "tamga assure";
  return report;
}

TEST(Report, CountsWithoutTheControl) {
  const auto report = small();
  EXPECT_EQ(detection(report).all, (Rate{3, 4}));
  EXPECT_EQ(detection(report, When::then).all, (Rate{1, 4}));
  EXPECT_EQ(alarms(report).all, (Rate{1, 2}));
  EXPECT_EQ(alarms(report, When::then).all, (Rate{0, 2}));
  const auto kinds = by_kind(report);
  ASSERT_EQ(kinds.size(), 3U);
  EXPECT_EQ(kinds[1].change, Change::typo_swap);
  EXPECT_EQ(kinds[1].now.groups[0], (Rate{2, 2}));
  EXPECT_EQ(kinds[1].then.groups[0], (Rate{1, 2}));
  const auto sets = by_set(report);
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].found, (Rate{1, 1}));
  EXPECT_EQ(sets[0].found_then, (Rate{0, 1}));
}

TEST(Report, TheCurveFallsAndAgreesWithTheThresholds) {
  const auto report = small();
  const auto points = curve(report);
  ASSERT_EQ(points.size(), 51U);
  EXPECT_EQ(points[20].threshold, 7'000);
  EXPECT_EQ(points[20].found.all, detection(report).all);
  EXPECT_EQ(points[20].alarmed, alarms(report).all);
  EXPECT_EQ(points[30].found.all, detection(report, When::then).all);
  EXPECT_EQ(points[50].found.all, (Rate{0, 4}));
  for (std::size_t i = 1; i < points.size(); ++i) EXPECT_LE(points[i].found.all.found, points[i - 1].found.all.found);
}

TEST(Report, RequirementsAreHeldAgainstTheRateItself) {
  const auto report = small();
  EXPECT_TRUE(requirement(report, "0.75")->met);
  EXPECT_FALSE(requirement(report, "0.7501")->met);
  EXPECT_TRUE(requirement(report, "typo_swap=1")->met);
  EXPECT_FALSE(requirement(report, "initials=0.1")->met);
  EXPECT_TRUE(requirement(report, "alias=1")->met);
  EXPECT_TRUE(requirement(report, "alarms=500")->met);
  EXPECT_FALSE(requirement(report, "alarms=499.9")->met);
  EXPECT_TRUE(requirement(report, "policy=1")->met);
  auto failing = report;
  failing.deals.push_back(DealResult{"D", "own.jsonl", 1, "pass", "review", {}, {}, "", "", {}});
  EXPECT_FALSE(requirement(failing, "policy=1")->met);
  for (const auto* bad : {"", "x", "1.1", "-0.1", "typo_swap=", "=1", "alarms=1001", "0.9 "}) EXPECT_FALSE(check_requirement(bad)) << bad;
  EXPECT_EQ(requirement(report, "typo_insert=1").error().message, "--require: no case of \"typo_insert\" was tested");
  EXPECT_EQ(requirement(report, "tpyo=1").error().message, "--require: \"tpyo\" is neither all, alarms, policy nor a kind that was tested");
}

TEST(Report, ADealWithoutARuleThatItMustHaveIsNotAsExpected) {
  DealResult deal{"D", "own.jsonl", 1, "review", "review", {"eu.x"}, {"eu.y"}, "", "", {}};
  EXPECT_FALSE(deal.as_expected());
  deal.rules.emplace_back("eu.x");
  EXPECT_TRUE(deal.as_expected());
}

TEST(Report, ThePageIsItselfAndEscapesNames) {
  const auto html = to_html(small());
  EXPECT_EQ(html, to_html(small()));
  EXPECT_THAT(html, testing::HasSubstr("<bdi>&lt;b&gt;Igor &amp; co\xEF\xBF\xBD</bdi>"));
  EXPECT_THAT(html, testing::Not(testing::HasSubstr("<b>Igor")));
  for (const auto* fetched : {"<script", "http://", "https://", "url(", "<link", "<img", "@import"})
    EXPECT_THAT(html, testing::Not(testing::HasSubstr(fetched)));
  for (const auto* section : {"Scope", "Data", "Method", "Results by kind of change", "Threshold", "Missed names, in full", "False alarms, in full",
                              "What would change", "Limits of this test", "How to reproduce"})
    EXPECT_THAT(html, testing::HasSubstr(std::string("</b>") + section + "</h2>"));
}

TEST(Report, MissedNamesAndAlarmsStandInJsonInFull) {
  const Json json = to_json(small());
  ASSERT_EQ(json.find("missed")->items.size(), 1U);
  EXPECT_EQ(json.find("missed")->items[0].get("kind"), "initials");
  EXPECT_EQ(json.find("false_alarms")->find("list")->items.size(), 1U);
  const Json* comparison = json.find("comparison");
  ASSERT_NE(comparison, nullptr);
  EXPECT_EQ(comparison->find("newly_missed")->items.size(), 2U);
  EXPECT_EQ(comparison->find("no_more_alarmed")->items.size(), 1U);
  EXPECT_TRUE(parse_json(json.dump()));
}

TEST(Report, NothingTestedIsAPageToo) {
  const Report nothing;
  EXPECT_THAT(to_html(nothing), testing::HasSubstr("</html>"));
  EXPECT_TRUE(parse_json(to_json(nothing).dump()));
}

}  // namespace
}  // namespace tamga::assure
