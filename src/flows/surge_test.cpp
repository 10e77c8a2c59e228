#include "flows/surge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "flows/generated.h"

namespace tamga::flows {
namespace {

constexpr Period kStart = 2020 * 12;
constexpr Period kBreak = 2022 * 12 + 2;
constexpr int kMonths = 35;
constexpr Country kKazakhstan = country_of('K', 'Z');
constexpr Country kGermany = country_of('D', 'E');
constexpr Country kFrance = country_of('F', 'R');
constexpr Country kRussia = country_of('R', 'U');

SeriesKey key(std::string code, Country partner, Country reporter = kGermany) {
  return {Source::comext, "EUR", Frequency::monthly, Flow::exports, std::move(code), partner, reporter};
}

Columns months(const std::vector<double>& values, std::int64_t grams_by_hundredth = 10) {
  Columns columns;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (values[t] <= 0) continue;
    columns.periods.push_back(kStart + static_cast<Period>(t));
    columns.values.push_back(std::llround(values[t] * 100));
    columns.weights.push_back(columns.values.back() * grams_by_hundredth);
    columns.quantities.push_back(kAbsent);
  }
  return columns;
}

std::vector<double> invented(Generated& random, double after, double size = 10'000) {
  std::vector<double> values;
  for (int t = 0; t < kMonths; ++t)
    values.push_back(size * std::exp(0.3 * std::sin(0.5236 * (t % 12)) + 0.3 * random.normal() + (kStart + t >= kBreak ? after : 0)));
  return values;
}

using Entries = std::vector<std::pair<SeriesKey, Columns>>;

SurgeReport run(Entries entries, SurgeOptions options = {}, const std::function<CodeStanding(const std::string&)>& standing = {}) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  options.at = kBreak;
  SurgeScan scan(options, standing ? standing : [](const std::string&) { return CodeStanding{true, true}; });
  for (const auto& [one, columns] : entries) scan.add(one, columns);
  scan.finish();
  const auto coverage = scan.seen();
  scan.test_all(coverage);
  std::vector<SurgeScan> scans;
  scans.push_back(std::move(scan));
  return conclude(options, coverage, std::move(scans));
}

const SurgeTest* find(const SurgeReport& report, std::string_view code, Country partner, Country reporter = 0) {
  for (const auto& test : report.tests) {
    if (test.code == code && test.partner == partner && test.reporter == reporter) return &test;
  }
  return nullptr;
}

TEST(Surge, FindsWhatSurgedAndKeepsFalseDiscoveriesRare) {
  // 200 codes, of which the first 20 surge: of what is found at q = 0.05 about one in twenty may be false.
  Generated random(7);
  Entries entries;
  for (int i = 0; i < 200; ++i) entries.emplace_back(key(std::to_string(850000 + i), kKazakhstan), months(invented(random, i < 20 ? 1.1 : 0)));
  const auto report = run(entries);
  ASSERT_EQ(report.scope.tests, 200);
  int right = 0;
  int wrong = 0;
  for (const auto& test : report.tests) {
    if (test.verdict != SurgeVerdict::surge && test.verdict != SurgeVerdict::fall) continue;
    (test.code < "850020" && test.verdict == SurgeVerdict::surge ? right : wrong) += 1;
  }
  EXPECT_EQ(right, 20);
  EXPECT_LE(wrong, 3);
  // Those of the largest certain excess come first.
  EXPECT_LT(report.tests.front().code, std::string("850020"));
  EXPECT_LT(report.codes.front().code, std::string("850020"));
  for (std::size_t i = 1; i < 20; ++i) EXPECT_GE(report.tests[i - 1].found.excess_interval.low, report.tests[i].found.excess_interval.low);
}

TEST(Surge, OfFlatTradeAlmostNothingIsFound) {
  Generated random(8);
  int found = 0;
  for (int store = 0; store < 20; ++store) {
    Entries entries;
    for (int i = 0; i < 100; ++i) entries.emplace_back(key(std::to_string(850000 + i), kKazakhstan), months(invented(random, 0)));
    const auto report = run(entries);
    found += report.scope.surges + report.scope.falls > 0 ? 1 : 0;
  }
  // Where nothing is to be found, a store with any finding is a false discovery: nominally one of twenty.
  EXPECT_LE(found, 4);
}

TEST(Surge, PlaceboIsWhatIsOnNoList) {
  Generated random(9);
  Entries entries;
  for (int i = 0; i < 60; ++i)
    entries.emplace_back(key(std::to_string(850000 + i), kKazakhstan), months(invented(random, i < 10 ? 1.2 : i < 35 ? 0.7 : 0)));
  const auto report = run(entries, {}, [](const std::string& code) { return CodeStanding{code < "850010", code < "850010"}; });
  EXPECT_EQ(report.scope.tests, 10);
  EXPECT_EQ(report.scope.surges, 10);
  ASSERT_TRUE(report.placebo);
  EXPECT_EQ(report.placebo->tests, 50);
  EXPECT_GE(report.placebo->surges, 20);
  EXPECT_THAT(report.tests, testing::Each(testing::Field(&SurgeTest::code, testing::Lt(std::string("850010")))));
  for (const auto& test : report.tests) {
    ASSERT_TRUE(test.placebo_above);
    EXPECT_LT(*test.placebo_above, 0.6);
  }
}

TEST(Surge, HoldsTheExcessAgainstWhatDirectTradeLost) {
  Generated random(10);
  Entries entries;
  entries.emplace_back(key("854231", kRussia), months(invented(random, -2, 100'000)));
  entries.emplace_back(key("854231", kKazakhstan), months(invented(random, 1.5, 5'000)));
  const auto report = run(entries);
  const auto* kazakhstan = find(report, "854231", kKazakhstan);
  const auto* russia = find(report, "854231", kRussia);
  ASSERT_TRUE(kazakhstan != nullptr && russia != nullptr && kazakhstan->substitution);
  EXPECT_EQ(russia->verdict, SurgeVerdict::fall);
  EXPECT_FALSE(russia->substitution);
  // Nine months: lost 9 x 100,000 (1 - e^-2) or so, in excess 9 x 5,000 (e^1.5 - 1).
  EXPECT_NEAR(kazakhstan->substitution->share, 5 * (std::exp(1.5) - 1) / (100 * (1 - std::exp(-2))), 0.1);
  EXPECT_LE(kazakhstan->substitution->share_interval.low, kazakhstan->substitution->share);
  EXPECT_GE(kazakhstan->substitution->share_interval.high, kazakhstan->substitution->share);
  // Not asking for Russia leaves the comparison as it is.
  SurgeOptions options;
  options.partners = {kKazakhstan};
  const auto narrow = run(entries, options);
  ASSERT_EQ(narrow.tests.size(), 1U);
  EXPECT_EQ(narrow.tests.front().substitution->share, kazakhstan->substitution->share);
}

TEST(Surge, UnitValuesShift) {
  Generated random(11);
  auto columns = months(invented(random, 0));
  for (std::size_t i = 0; i < columns.periods.size(); ++i) {
    if (columns.periods[i] >= kBreak) columns.weights[i] /= 2;
  }
  const auto report = run({{key("854231", kKazakhstan), columns}});
  const auto& unit = report.tests.front().unit_value;
  ASSERT_TRUE(unit);
  EXPECT_NEAR(unit->before, 1, 0.001);  // 10 grams a hundredth: a kilogram a unit of the currency
  EXPECT_NEAR(unit->after, 2, 0.002);
  EXPECT_NEAR(std::exp(unit->change.log_ratio), 2, 0.01);
}

TEST(Surge, AMonthCountsWhereItsReportersReported) {
  Generated random(12);
  const auto values = invented(random, 0);
  auto part = values;
  std::fill(part.begin() + 10, part.begin() + 14, 0.0);
  // Germany reports other goods all the time, so four months without a row had no trade; France reports nothing at all in them.
  Entries entries = {{key("854231", kKazakhstan), months(part)}, {key("111111", kKazakhstan), months(values)}};
  EXPECT_EQ(find(run(entries), "854231", kKazakhstan)->found.before, 26);
  for (auto& [one, columns] : entries) {
    if (one.code == "854231") one.reporter = kFrance;
  }
  EXPECT_EQ(find(run(entries), "854231", kKazakhstan)->found.before, 22);
}

TEST(Surge, NothingCountsTwice) {
  Generated random(13);
  const auto values = invented(random, 0);
  const auto twice = months(std::vector<double>(values.size(), 1e6));
  const Entries alone = {{key("854231", kKazakhstan), months(values)}, {key("854231", kKazakhstan, kFrance), months(values)}};
  auto more = alone;
  more.emplace_back(key("85423190", kKazakhstan), twice);        // in Germany's own 854231
  more.emplace_back(key("854231", kKazakhstan, kUnion), twice);  // Germany and France are in it
  more.emplace_back(key("8542", kKazakhstan), twice);            // a heading
  const auto report = run(more);
  const auto* test = find(report, "854231", kKazakhstan);
  ASSERT_NE(test, nullptr);
  EXPECT_DOUBLE_EQ(test->found.sum_before, find(run(alone), "854231", kKazakhstan)->found.sum_before);
  EXPECT_EQ(report.left_out.short_codes, 1);
  EXPECT_EQ(report.left_out.wholes, 1);
  EXPECT_EQ(report.left_out.union_twice, 1);
}

TEST(Surge, SumsOverCodesOrPartners) {
  Generated random(14);
  Entries entries;
  const Country kyrgyzstan = country_of('K', 'G');
  for (const auto* code : {"854231", "854232"}) {
    for (const auto partner : {kKazakhstan, kyrgyzstan, kRussia}) entries.emplace_back(key(code, partner), months(invented(random, 0.5)));
  }
  SurgeOptions options;
  options.by = {.code = false, .partner = true, .reporter = false};
  const auto partners = run(entries, options);
  ASSERT_EQ(partners.tests.size(), 3U);
  const auto apart = run(entries);
  EXPECT_DOUBLE_EQ(find(partners, "", kKazakhstan)->found.sum_after,
                   find(apart, "854231", kKazakhstan)->found.sum_after + find(apart, "854232", kKazakhstan)->found.sum_after);
  options.by = {.code = true, .partner = false, .reporter = false};
  const auto codes = run(entries, options);
  // All partners but the direct one, which stands by itself.
  EXPECT_DOUBLE_EQ(find(codes, "854231", 0)->found.sum_after,
                   find(apart, "854231", kKazakhstan)->found.sum_after + find(apart, "854231", kyrgyzstan)->found.sum_after);
  EXPECT_NE(find(codes, "854231", kRussia), nullptr);
}

TEST(Surge, WhatAppearedIsToldWithoutARatio) {
  Generated random(15);
  auto values = invented(random, 0);
  std::fill(values.begin(), values.begin() + 26, 0.0);
  const auto report = run({{key("854231", kKazakhstan), months(values)}, {key("111111", kKazakhstan), months(invented(random, 0))}});
  const auto* test = find(report, "854231", kKazakhstan);
  EXPECT_EQ(test->verdict, SurgeVerdict::cannot_say);
  EXPECT_EQ(test->found.silence, Silence::appeared);
  EXPECT_EQ(report.tests.front().code, "854231");
  EXPECT_EQ(report.scope.tests, 1);
}

TEST(Surge, RangesScannedApartGiveTheSame) {
  Generated random(16);
  Entries entries;
  for (int i = 0; i < 30; ++i) entries.emplace_back(key(std::to_string(850000 + i * 100), kKazakhstan), months(invented(random, i % 3 == 0 ? 1 : 0)));
  SurgeOptions options;
  options.at = kBreak;
  options.by = {.code = false, .partner = true, .reporter = true};
  for (const bool by_code : {true, false}) {
    options.by.code = by_code;
    const auto whole = run(entries, options);
    Coverage coverage;
    for (const auto& [one, columns] : entries) coverage.add(one, columns.periods);
    std::vector<SurgeScan> scans;
    for (std::size_t begin = 0; begin < entries.size(); begin += 7) {
      SurgeScan scan(options, [](const std::string&) { return CodeStanding{true, true}; }, &coverage);
      for (std::size_t i = begin; i < std::min(begin + 7, entries.size()); ++i) scan.add(entries[i].first, entries[i].second);
      scan.finish();
      scans.push_back(std::move(scan));
    }
    const auto parts = conclude(options, coverage, std::move(scans));
    ASSERT_EQ(parts.tests.size(), whole.tests.size());
    for (std::size_t i = 0; i < parts.tests.size(); ++i) {
      EXPECT_EQ(parts.tests[i].code, whole.tests[i].code);
      EXPECT_EQ(parts.tests[i].found.change.p, whole.tests[i].found.change.p);
      EXPECT_EQ(parts.tests[i].q, whole.tests[i].q);
    }
  }
}

}  // namespace
}  // namespace tamga::flows
