#include "flows/gap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "flows/generated.h"

namespace tamga::flows {
namespace {

constexpr Period kStart = 2020 * 12;
constexpr Period kBreak = 2022 * 12 + 2;
constexpr Country kKazakhstan = country_of('K', 'Z');
constexpr Country kGermany = country_of('D', 'E');
constexpr Country kFrance = country_of('F', 'R');

using Entries = std::vector<std::pair<SeriesKey, Columns>>;

SeriesKey sent(std::string code, Country from = kGermany, Country to = kKazakhstan, std::string currency = "EUR") {
  return {Source::comext, std::move(currency), Frequency::monthly, Flow::exports, std::move(code), to, from};
}
SeriesKey received(std::string code, Country from = kGermany, Country by = kKazakhstan, std::string currency = "EUR") {
  return {Source::comext, std::move(currency), Frequency::monthly, Flow::imports, std::move(code), from, by};
}

Columns months(const std::vector<double>& values) {
  Columns columns;
  for (std::size_t t = 0; t < values.size(); ++t) {
    if (values[t] < 0) continue;
    columns.periods.push_back(kStart + static_cast<Period>(t));
    columns.values.push_back(std::llround(values[t] * 100));
    columns.weights.push_back(kAbsent);
    columns.quantities.push_back(kAbsent);
  }
  return columns;
}

GapReport run(Entries entries, GapOptions options = {}) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  options.at = kBreak;
  Coverage coverage;
  for (const auto& [one, columns] : entries) coverage.add(one, columns.periods);
  GapScan scan(options, coverage, [](const std::string&) { return CodeStanding{true, true}; });
  for (const auto& [one, columns] : entries) scan.add(one, columns);
  scan.finish();
  std::vector<GapScan> scans;
  scans.push_back(std::move(scan));
  return conclude_gaps(options, coverage, std::move(scans));
}

/// Exports, and what arrives of them: this share from the break on, all before, dearer by freight of 8 % and some noise.
std::pair<Columns, Columns> invented(Generated& random, double arrives_after, double arrives_before = 1) {
  std::vector<double> exports;
  std::vector<double> imports;
  for (int t = 0; t < 35; ++t) {
    exports.push_back(1000 * std::exp(0.5 * random.normal()));
    imports.push_back(exports.back() * 1.08 * (kStart + t >= kBreak ? arrives_after : arrives_before) * std::exp(0.1 * random.normal()));
  }
  return {months(exports), months(imports)};
}

const Gap* find(const GapReport& report, std::string_view code) {
  for (const auto& gap : report.gaps) {
    if (gap.code == code) return &gap;
  }
  return nullptr;
}

TEST(Gap, IsARangeByTheFactor) {
  GapOptions options;
  // 1,000 sent, 530 arrive with freight: 500 at 1.06, 481.8 at 1.10.
  const auto share = missing_share(100'000, 53'000, options);
  EXPECT_NEAR(share.low, 0.5, 1e-12);
  EXPECT_NEAR(share.high, 1 - 530 / 1100.0, 1e-12);
}

TEST(Gap, FindsWhatGoesMissingAndWhatBeganAtTheBreak) {
  Generated random(21);
  Entries entries;
  const auto add = [&](const std::string& code, double after, double before) {
    auto [exports, imports] = invented(random, after, before);
    entries.emplace_back(sent(code), std::move(exports));
    entries.emplace_back(received(code), std::move(imports));
  };
  add("854231", 0.5, 1);
  add("854232", 0.5, 0.5);
  for (int i = 0; i < 40; ++i) add(std::to_string(100000 + i), 1, 1);
  const auto report = run(entries);
  EXPECT_EQ(report.tests, 42);
  const auto* half = find(report, "854231");
  const auto* always = find(report, "854232");
  EXPECT_EQ(always->verdict, GapVerdict::missing);
  EXPECT_LT(half->change_q, 1e-6);
  EXPECT_NEAR(half->change->log_ratio, std::log(0.5), 0.1);
  EXPECT_GT(always->change_q, 0.05);
  // Nine months of about 1,000 x e^0.125, of which half goes missing beyond the share before.
  ASSERT_TRUE(half->in_transit);
  EXPECT_NEAR(half->in_transit->low / 100, static_cast<double>(half->after.exports) / 100 * 0.5,
              0.2 * static_cast<double>(half->after.exports) / 100);
  EXPECT_LE(report.missing + report.surplus, 2 + 3);
}

TEST(Gap, WhatOneSideDoesNotReportIsNoZero) {
  Generated random(22);
  auto [exports, imports] = invented(random, 1);
  auto shorter = imports;
  for (auto* column : {&shorter.values, &shorter.weights, &shorter.quantities}) column->resize(30);
  shorter.periods.resize(30);
  // Kazakhstan stops reporting altogether after 30 months.
  auto report = run({{sent("854231"), exports}, {received("854231"), shorter}});
  auto* gap = &report.gaps.front();
  EXPECT_EQ(gap->both.periods, 30);
  EXPECT_EQ(gap->importer_silent, 5);
  EXPECT_EQ(gap->exporter_only.periods, 0);
  EXPECT_NE(gap->verdict, GapVerdict::missing);
  // It goes on reporting other goods: told apart, and still not in the share.
  report = run({{sent("854231"), exports}, {received("854231"), shorter}, {received("111111", kFrance), imports}});
  gap = const_cast<Gap*>(find(report, "854231"));
  EXPECT_EQ(gap->both.periods, 30);
  EXPECT_EQ(gap->importer_silent, 0);
  EXPECT_EQ(gap->exporter_only.periods, 5);
  EXPECT_GT(gap->exporter_only.exports, 0);
  // Nobody reports imports.
  report = run({{sent("854231"), exports}});
  EXPECT_TRUE(report.gaps.empty());
  ASSERT_EQ(report.not_compared.size(), 1U);
  EXPECT_EQ(report.not_compared.begin()->first, "the importer reports no imports in this store");
}

TEST(Gap, CurrenciesAreNotMixed) {
  Generated random(23);
  const auto [exports, imports] = invented(random, 0.2);
  const auto report = run({{sent("854231"), exports}, {received("854231", kGermany, kKazakhstan, "USD"), imports}});
  EXPECT_TRUE(report.gaps.empty());
  EXPECT_TRUE(report.not_compared.contains("the two sides report in different currencies"));
}

TEST(Gap, TheUnionJoined) {
  Generated random(24);
  const auto [exports, imports] = invented(random, 1);
  GapOptions options;
  options.join_union = true;
  const auto report =
      run({{sent("854231"), exports}, {sent("854231", kFrance), exports}, {received("854231"), imports}, {received("854231", kFrance), imports}},
          options);
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps.front().exporter, kUnion);
  EXPECT_EQ(report.gaps.front().both.exports, 2 * std::accumulate(exports.values.begin(), exports.values.end(), std::int64_t{0}));
}

TEST(Gap, APairIsTheSumOfWhatBothReport) {
  Generated random(25);
  Entries entries;
  std::int64_t both = 0;
  for (const auto* code : {"854231", "854232"}) {
    auto [exports, imports] = invented(random, 1);
    both += std::accumulate(exports.values.begin(), exports.values.end(), std::int64_t{0});
    entries.emplace_back(sent(code), std::move(exports));
    entries.emplace_back(received(code), std::move(imports));
  }
  entries.emplace_back(sent("854233"), invented(random, 1).first);
  GapOptions options;
  options.by_code = false;
  const auto report = run(entries, options);
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps.front().both.exports, both);
  EXPECT_EQ(report.gaps.front().exporter_only.periods, 35);
}

TEST(Gap, FewPeriodsSayNothing) {
  const auto report = run({{sent("854231"), months({100, 100, 100})}, {received("854231"), months({10, 10, 10})}});
  ASSERT_EQ(report.gaps.size(), 1U);
  EXPECT_EQ(report.gaps.front().verdict, GapVerdict::cannot_say);
  EXPECT_EQ(report.gaps.front().silence, "too few periods that both sides report");
  EXPECT_EQ(report.gaps.front().both.exports, 30'000);
}

}  // namespace
}  // namespace tamga::flows
