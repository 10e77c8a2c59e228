#include "flows/breaks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "flows/generated.h"

namespace tamga::flows {
namespace {

constexpr Period kStart = 2020 * 12;
constexpr Period kBreak = 2022 * 12 + 2;
constexpr int kMonths = 35;

struct Shape {
  double size = 1000;
  double after = 0;     ///< log of the change
  double season = 0.3;  ///< how much of the mean comes and goes with the year
  double noise = 0.3;   ///< standard deviation of the log
  double memory = 0;    ///< of the noise, month to month
  double empty = 0;     ///< share of months without trade
  double growth = 0;    ///< a year, log
};

std::vector<Observation> invented(Generated& random, const Shape& shape) {
  std::vector<Observation> series;
  double noise = shape.noise * random.normal();
  for (int t = 0; t < kMonths; ++t) {
    const Period period = kStart + t;
    const double season = shape.season * std::sin(2 * std::numbers::pi * (period % 12) / 12);
    const double level = std::log(shape.size) + season + (period >= kBreak ? shape.after : 0) + shape.growth * t / 12;
    const double value = random.uniform() < shape.empty ? 0 : std::exp(level + noise);
    series.push_back({period, value});
    noise = shape.memory * noise + std::sqrt(1 - shape.memory * shape.memory) * shape.noise * random.normal();
  }
  return series;
}

BreakOptions options(bool trend = false) { return {kBreak, Frequency::monthly, trend}; }

/// The same model, slowly: Newton's method on all coefficients (twelve months, the change, the growth), by Gaussian elimination.
std::vector<double> slow_poisson(const std::vector<Observation>& series, bool trend) {
  const std::size_t k = trend ? 14 : 13;
  const auto row = [&](const Observation& one) {
    std::vector<double> x(k);
    x[static_cast<std::size_t>(one.period % 12)] = 1;
    x[12] = one.period >= kBreak ? 1 : 0;
    if (trend) x[13] = static_cast<double>(one.period - kBreak) / 12;
    return x;
  };
  double mean = 0;
  for (const auto& one : series) mean += one.value / static_cast<double>(series.size());
  std::vector<double> b(k);
  for (std::size_t i = 0; i < 12; ++i) b[i] = std::log(mean);
  for (int step = 0; step < 200; ++step) {
    std::vector<std::vector<double>> a(k, std::vector<double>(k + 1));
    for (const auto& one : series) {
      const auto x = row(one);
      double eta = 0;
      for (std::size_t i = 0; i < k; ++i) eta += x[i] * b[i];
      const double mu = std::exp(eta);
      for (std::size_t i = 0; i < k; ++i) {
        a[i][k] += x[i] * (one.value - mu);
        for (std::size_t j = 0; j < k; ++j) a[i][j] += x[i] * x[j] * mu;
      }
    }
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t r = 0; r < k; ++r) {
        if (r == i) continue;
        const double factor = a[r][i] / a[i][i];
        for (std::size_t c = i; c <= k; ++c) a[r][c] -= factor * a[i][c];
      }
    }
    for (std::size_t i = 0; i < k; ++i) b[i] += std::clamp(a[i][k] / a[i][i], -1.0, 1.0);
  }
  return b;
}

TEST(SeasonalBreak, IsWhatNewtonsMethodOnAllCoefficientsFinds) {
  Generated random(1);
  for (int i = 0; i < 20; ++i) {
    const bool trend = i % 2 == 1;
    const auto series = invented(random, {.after = i * 0.1 - 1, .empty = i % 3 * 0.05});
    const auto found = seasonal_break(series, options(trend));
    ASSERT_EQ(found.silence, Silence::none);
    const auto slow = slow_poisson(series, trend);
    EXPECT_NEAR(found.change.log_ratio, slow[12], 1e-8) << i;
    // What would have been without the change, from the slow coefficients.
    double without = 0;
    double observed = 0;
    for (const auto& one : series) {
      if (one.period < kBreak) continue;
      observed += one.value;
      without += std::exp(slow[static_cast<std::size_t>(one.period % 12)] + (trend ? slow[13] * (one.period - kBreak) / 12.0 : 0));
    }
    EXPECT_NEAR(found.excess, observed - without, 1e-5 * observed) << i;
  }
}

TEST(SeasonalBreak, FlatSeriesSeldomSurgeWhateverTheirScatter) {
  Generated random(2);
  for (const auto& shape : {Shape{}, Shape{.noise = 0.8}, Shape{.noise = 0.5, .memory = 0.4}, Shape{.season = 0.8, .empty = 0.2}}) {
    int below = 0;
    constexpr int kSeries = 1500;
    for (int i = 0; i < kSeries; ++i) {
      const auto found = seasonal_break(invented(random, shape), options());
      ASSERT_EQ(found.silence, Silence::none);
      below += found.change.p < 0.05 ? 1 : 0;
    }
    // Nominally 5 %; of noise with memory somewhat more, which docs/flows.md tells.
    EXPECT_LT(below, kSeries * (shape.memory > 0 ? 12 : 6) / 100) << shape.noise << " " << shape.memory << " " << shape.empty;
  }
}

TEST(SeasonalBreak, FindsAKnownChangeWithinItsInterval) {
  Generated random(3);
  int covered = 0;
  double mean = 0;
  constexpr int kSeries = 1000;
  for (int i = 0; i < kSeries; ++i) {
    const auto found = seasonal_break(invented(random, {.after = std::log(3), .noise = 0.3}), options());
    ASSERT_EQ(found.silence, Silence::none);
    covered += found.change.interval.low <= std::log(3) && std::log(3) <= found.change.interval.high ? 1 : 0;
    mean += found.change.log_ratio / kSeries;
  }
  EXPECT_GT(covered, kSeries * 90 / 100);
  EXPECT_NEAR(mean, std::log(3), 0.02);
}

TEST(SeasonalBreak, AGrowthIsASurgeUnlessItIsTakenOut) {
  Generated random(4);
  const auto series = invented(random, {.noise = 0.02, .growth = 0.4});
  EXPECT_LT(seasonal_break(series, options()).change.p, 0.001);
  const auto without = seasonal_break(series, options(true));
  EXPECT_LT(std::abs(without.change.log_ratio), 0.1);
}

TEST(SeasonalBreak, ASeasonIsNoSurge) {
  // High from March to November of every year, and nothing else: without the months it would look like a change.
  std::vector<Observation> series;
  for (Period period = kStart; period < kStart + kMonths; ++period) {
    const Period month = period % 12;
    series.push_back({period, (month >= 2 && month <= 10 ? 5000.0 : 100.0) + (period % 2)});
  }
  const auto found = seasonal_break(series, options());
  ASSERT_EQ(found.silence, Silence::none);
  EXPECT_GT(found.sum_after / found.after, 1.2 * found.sum_before / found.before);
  EXPECT_NEAR(found.change.log_ratio, 0, 0.001);
}

TEST(SeasonalBreak, DoesNotDependOnTheUnit) {
  Generated random(5);
  auto series = invented(random, {.after = 0.5, .empty = 0.1});
  const auto one = seasonal_break(series, options());
  for (auto& observation : series) observation.value *= 1e6;
  const auto other = seasonal_break(series, options());
  EXPECT_NEAR(one.change.log_ratio, other.change.log_ratio, 1e-9);
  EXPECT_NEAR(one.change.p, other.change.p, 1e-9);
}

TEST(SeasonalBreak, SaysWhyNothingCanBeSaid) {
  const auto of = [](int before, int after, double value_before, double value_after, int traded = 100) {
    std::vector<Observation> series;
    for (int t = -before; t < after; ++t) series.push_back({kBreak + t, (t < 0 ? value_before : value_after) * (t < 0 && -t > traded ? 0 : 1)});
    return seasonal_break(series, options()).silence;
  };
  EXPECT_EQ(of(11, 9, 1, 1), Silence::short_before);
  EXPECT_EQ(of(24, 5, 1, 1), Silence::short_after);
  EXPECT_EQ(of(24, 9, 0, 1), Silence::appeared);
  EXPECT_EQ(of(24, 9, 1, 0), Silence::vanished);
  EXPECT_EQ(of(24, 9, 0, 0), Silence::empty);
  EXPECT_EQ(of(24, 9, 1, 1, 2), Silence::sparse);
  EXPECT_EQ(of(24, 9, 1, 1), Silence::none);
  EXPECT_EQ(seasonal_break({}, options()).silence, Silence::short_before);
}

TEST(SeasonalBreak, OfYearsLeavesOutTheYearOfTheBreak) {
  std::vector<Observation> series;
  for (int year = 2015; year <= 2024; ++year) series.push_back({year * 12, year < 2022 ? 100.0 + year % 2 : year == 2022 ? 1e6 : 200.0 + year % 2});
  const auto found = seasonal_break(series, {kBreak, Frequency::annual, false});
  ASSERT_EQ(found.silence, Silence::none);
  EXPECT_EQ(found.before, 7);
  EXPECT_EQ(found.after, 2);
  EXPECT_NEAR(std::exp(found.change.log_ratio), 2, 0.02);
}

TEST(MeanChange, IsTheDifferenceOfMeansAndItsError) {
  std::vector<Observation> series;
  for (int t = -12; t < 8; ++t) series.push_back({kBreak + t, (t < 0 ? 1.0 : 3.0) + (t % 2 == 0 ? 0.1 : -0.1)});
  const auto change = mean_change(series, options());
  ASSERT_TRUE(change);
  EXPECT_NEAR(change->log_ratio, 2, 1e-12);
  EXPECT_EQ(change->freedom, 18);
  // Plain least squares: s^2 (1/12 + 1/8) with s^2 = 20 x 0.01 / 18; neighbours are of opposite signs, so Newey and West give less.
  EXPECT_NEAR(change->error, std::sqrt(0.2 / 18 * (1.0 / 12 + 1.0 / 8)), 1e-12);
  EXPECT_FALSE(mean_change(std::span(series).subspan(8), options()));
}

TEST(MeanOf, CountsNeighboursThatAreAlike) {
  // Eight values in two blocks: Newey and West by hand with floor(4 (8/100)^(2/9)) = 2 lags.
  std::vector<Observation> series;
  for (int t = 0; t < 8; ++t) series.push_back({kStart + t, t < 4 ? 1.0 : -1.0});
  const auto mean = mean_of(series, 6);
  ASSERT_TRUE(mean);
  const double sums = 8 + 2 * (2.0 / 3 * (7 - 2) + 1.0 / 3 * (6 - 4));  // products one apart: six of +1, one of -1; two apart: four and two
  EXPECT_NEAR(mean->error, std::sqrt(sums / 64) * 8 / 7, 1e-12);
  EXPECT_FALSE(mean_of(series, 9));
}

}  // namespace
}  // namespace tamga::flows
