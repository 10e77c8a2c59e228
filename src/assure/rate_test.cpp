#include "assure/rate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace tamga::assure {
namespace {

TEST(Rate, WilsonIntervalsArePublishedOnes) {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81/263, 15/148, 0/20, 1/29; there rounded to four places, here outwards.
  EXPECT_EQ(wilson({81, 263}), (Interval{2552, 3663}));
  EXPECT_EQ(wilson({15, 148}), (Interval{623, 1605}));
  EXPECT_EQ(wilson({0, 20}), (Interval{0, 1612}));
  EXPECT_EQ(wilson({1, 29}), (Interval{61, 1718}));
  EXPECT_EQ(wilson({0, 0}), (Interval{0, 10'000}));
}

RC_GTEST_PROP(Rate, WilsonSolvesItsEquation, ()) {
  const auto of = *rc::gen::inRange<std::int64_t>(1, kRateMax + 1);
  const auto found = *rc::gen::inRange<std::int64_t>(0, of + 1);
  const auto interval = wilson({found, of});
  RC_ASSERT(0 <= interval.low && interval.low <= share({found, of}) && share({found, of}) <= interval.high && interval.high <= 10'000);
  // The bounds are where (p' - p)^2 = z^2 p (1 - p) / n; a step of rounding to either side must enclose it.
  const double n = static_cast<double>(of);
  const double observed = static_cast<double>(found) / n;
  const auto inside = [&](double p) { return (observed - p) * (observed - p) <= 3.8416 * p * (1 - p) / n + 1e-12; };
  if (interval.low > 1) RC_ASSERT(!inside(static_cast<double>(interval.low - 1) / 10'000));
  if (interval.high < 9'999) RC_ASSERT(!inside(static_cast<double>(interval.high + 1) / 10'000));
  if (interval.high - interval.low > 4) {
    RC_ASSERT(inside(static_cast<double>(interval.low + 2) / 10'000));
    RC_ASSERT(inside(static_cast<double>(interval.high - 2) / 10'000));
  }
}

TEST(Rate, AllAndNoneAreWrittenOnlyOfAllAndNone) {
  EXPECT_EQ(percent(share({9'999'999, kRateMax})), "99.9 %");
  EXPECT_EQ(percent(share({kRateMax, kRateMax})), "100.0 %");
  EXPECT_EQ(percent(share({1, kRateMax})), "0.1 %");
  EXPECT_EQ(percent(share({0, kRateMax})), "0.0 %");
  EXPECT_EQ(percent(share({2, 3})), "66.7 %");
  EXPECT_EQ(fraction(share({2, 3})), "0.6667");
  EXPECT_EQ(fraction(10'000), "1");
  EXPECT_EQ(fraction(7'000), "0.7");
  EXPECT_EQ(per_thousand(share({107, 1000})), "107.0");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(grouped(-999), "-999");
}

}  // namespace
}  // namespace tamga::assure
