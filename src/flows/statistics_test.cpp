#include "flows/statistics.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

namespace tamga::flows {
namespace {

TEST(Statistics, TailsAreThoseOfTheTables) {
  // Student's t at 97.5 % (any table): 10 degrees 2.228, 22 degrees 2.074; F(3, 20) at 95 %: 3.098.
  EXPECT_NEAR(t_quantile(0.975, 10), 2.228138852, 1e-8);
  EXPECT_NEAR(t_quantile(0.975, 22), 2.073873068, 1e-8);
  EXPECT_NEAR(t_two_sided(-2.228138852, 10), 0.05, 1e-9);
  EXPECT_NEAR(f_tail(3.098391, 3, 20), 0.05, 1e-6);
  EXPECT_TRUE(std::isnan(t_tail(1, 0)));
  EXPECT_EQ(t_tail(INFINITY, 5), 0);
}

TEST(Statistics, BenjaminiAndHochbergsOwnExample) {
  // Of the paper of 1995, section 4.2: 15 p-values, of which at 0.05 the four smallest are discoveries.
  const std::vector<double> p = {0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  const auto q = false_discovery_rates(p);
  EXPECT_EQ(std::count_if(q.begin(), q.end(), [](double one) { return one <= 0.05; }), 4);
  EXPECT_NEAR(q[0], 0.0015, 1e-12);
}

RC_GTEST_PROP(Statistics, ADiscoveryIsWhatTheStepUpRuleTakes, ()) {
  const auto numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
  const double rate = *rc::gen::inRange(1, 100) / 100.0;
  std::vector<double> p;
  for (const int number : numbers) p.push_back(number / 1000.0);
  const auto q = false_discovery_rates(p);
  // By definition: the largest k with p(k) <= k rate / n; the k smallest are discoveries.
  auto sorted = p;
  std::sort(sorted.begin(), sorted.end());
  double limit = -1;
  for (std::size_t k = 1; k <= sorted.size(); ++k) {
    if (sorted[k - 1] * static_cast<double>(sorted.size()) / static_cast<double>(k) <= rate) limit = sorted[k - 1];
  }
  for (std::size_t i = 0; i < p.size(); ++i) RC_ASSERT((q[i] <= rate) == (p[i] <= limit));
}

TEST(Statistics, AMatrixTimesItsInverseIsOne) {
  SmallMatrix matrix(3);
  matrix.cells = {4, 1, 2, 1, 5, 0.5, 2, 0.5, 6};
  SmallMatrix inverse(3);
  std::size_t collinear = 9;
  ASSERT_TRUE(invert(matrix, inverse, collinear));
  const auto one = product(matrix, inverse);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) EXPECT_NEAR(one.at(i, j), i == j ? 1 : 0, 1e-14);
  }
  matrix.cells = {1, 2, 3, 2, 4, 6, 3, 6, 10};
  EXPECT_FALSE(invert(matrix, inverse, collinear));
  EXPECT_EQ(collinear, 1U);
}

}  // namespace
}  // namespace tamga::flows
