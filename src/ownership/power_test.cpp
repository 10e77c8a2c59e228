#include "ownership/power.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

namespace tamga::ownership {
namespace {

using Weights = std::vector<std::uint64_t>;

VotingPower power(const Weights& weights, std::uint64_t quota, std::optional<PowerMethod> method = {}, double error = .01) {
  return voting_power(weights, quota, {error, method}).value();
}

void expect_near(const std::vector<double>& found, const std::vector<double>& expected, double error = 1e-12) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], error) << "player " << i;
}

std::vector<std::uint64_t> swings(const VotingPower& power) {
  std::vector<std::uint64_t> out;
  for (const auto count : power.swings) out.push_back(static_cast<std::uint64_t>(count));
  return out;
}

const std::vector<std::optional<PowerMethod>> kExact = {std::nullopt, PowerMethod::counting, PowerMethod::enumeration};

// The Council of the EEC of 1958: Luxembourg had a vote that never counted.
TEST(Power, Eec1958) {
  for (const auto method : kExact) {
    const auto found = power({4, 4, 4, 2, 2, 1}, 12, method);
    EXPECT_TRUE(found.exact);
    EXPECT_EQ(found.error, 0);
    expect_near(found.shapley, {7. / 30, 7. / 30, 7. / 30, 3. / 20, 3. / 20, 0});
    EXPECT_EQ(swings(found), (Weights{10, 10, 10, 6, 6, 0}));
    expect_near(found.banzhaf, {10. / 32, 10. / 32, 10. / 32, 6. / 32, 6. / 32, 0});
    expect_near(found.banzhaf_normalised, {10. / 42, 10. / 42, 10. / 42, 6. / 42, 6. / 42, 0});
  }
  EXPECT_EQ(pivotal(Weights{4, 4, 4, 2, 2, 1}, 12), (std::vector<bool>{true, true, true, true, true, false}));
}

TEST(Power, SecurityCouncil) {
  Weights weights(15, 1);
  std::fill_n(weights.begin(), 5, 7);
  std::vector<double> expected(15, 4. / 2145);
  std::fill_n(expected.begin(), 5, 421. / 2145);
  for (const auto method : kExact) expect_near(power(weights, 39, method).shapley, expected);
  EXPECT_EQ(pivotal(weights, 39), std::vector<bool>(15, true));
}

TEST(Power, SmallHoldersCanBeAsStrongAsLargeOnes) {
  for (const auto method : kExact) {
    expect_near(power({49, 49, 2}, 51, method).shapley, {1. / 3, 1. / 3, 1. / 3});
    expect_near(power({50, 30, 20}, 51, method).shapley, {2. / 3, 1. / 6, 1. / 6});
    expect_near(power({51, 47, 2}, 51, method).shapley, {1, 0, 0});
  }
  EXPECT_EQ(pivotal(Weights{51, 47, 2}, 51), (std::vector<bool>{true, false, false}));
  EXPECT_EQ(pivotal(Weights{49, 49, 2}, 51), (std::vector<bool>{true, true, true}));
}

TEST(Power, NobodyDecidesWhatIsDecided) {
  for (const auto& [weights, quota] : std::vector<std::pair<Weights, std::uint64_t>>{{{1, 2}, 0}, {{1, 2}, 4}, {{}, 1}, {{}, 0}, {{0, 0}, 1}}) {
    const auto found = power(weights, quota);
    expect_near(found.shapley, std::vector<double>(weights.size(), 0));
    expect_near(found.banzhaf_normalised, std::vector<double>(weights.size(), 0));
    EXPECT_EQ(swings(found), Weights(weights.size(), 0));
    EXPECT_TRUE(found.exact);
    EXPECT_EQ(pivotal(weights, quota), std::vector<bool>(weights.size(), false));
  }
}

TEST(Power, WhoHasNoVotesIsNoPlayer) {
  const auto found = power({0, 4, 4, 0, 4, 2, 2, 1, 0}, 12);
  EXPECT_EQ(swings(found), (Weights{0, 10, 10, 0, 10, 6, 6, 0, 0}));
  expect_near(found.shapley, {0, 7. / 30, 7. / 30, 0, 7. / 30, 3. / 20, 3. / 20, 0, 0});
}

TEST(Power, TheUnitOfTheVotesDoesNotMatter) {
  const std::uint64_t unit = 1'000'000'000'000;
  const auto found = power({4 * unit, 4 * unit, 4 * unit, 2 * unit, 2 * unit, unit}, 11 * unit + 1);  // more than 11 is 12
  EXPECT_EQ(swings(found), (Weights{10, 10, 10, 6, 6, 0}));
}

TEST(Power, RefusesWhatItCannotDo) {
  const std::uint64_t half = std::uint64_t{1} << 63;
  EXPECT_FALSE(voting_power(Weights{half, half}, 1).has_value());
  EXPECT_TRUE(voting_power(Weights{half, half - 1}, half).has_value());
  EXPECT_FALSE(voting_power(Weights{1, 1}, 1, {0, {}}).has_value());
  EXPECT_FALSE(voting_power(Weights{1, 1}, 1, {std::nan(""), {}}).has_value());
  EXPECT_FALSE(voting_power(Weights(23, 1), 12, {.01, PowerMethod::enumeration}).has_value());
  EXPECT_FALSE(voting_power(Weights(128, 1), 12, {.01, PowerMethod::counting}).has_value());
  EXPECT_FALSE(voting_power(Weights{half, 3}, half / 2, {.01, PowerMethod::counting}).has_value());
  // What cannot be said is not excluded.
  EXPECT_EQ(pivotal(Weights{half, half, 1, 0}, half), (std::vector<bool>{true, true, true, false}));
}

struct Brute {
  std::vector<std::uint64_t> orders, swings;
  std::uint64_t all_orders = 0;
};

Brute brute(const Weights& weights, std::uint64_t quota) {
  const std::size_t n = weights.size();
  Brute out{Weights(n, 0), Weights(n, 0), 0};
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    ++out.all_orders;
    std::uint64_t sum = 0;
    for (const auto player : order) {
      if (sum < quota && sum + weights[player] >= quota) ++out.orders[player];
      sum += weights[player];
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (std::uint32_t coalition = 0; coalition < 1U << n; ++coalition) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += (coalition >> i & 1) != 0 ? weights[i] : 0;
    for (std::size_t i = 0; i < n; ++i) {
      if ((coalition >> i & 1) != 0 && sum >= quota && sum - weights[i] < quota) ++out.swings[i];
    }
  }
  return out;
}

TEST(Power, SameAsAllOrders) {
  EXPECT_TRUE(rc::check("all exact methods agree with all orders and all coalitions", [] {
    const auto n = *rc::gen::inRange<std::size_t>(1, 7);
    const auto greatest = *rc::gen::element<std::uint64_t>(2, 5, 12, 60);
    const auto weights = *rc::gen::container<Weights>(n, rc::gen::inRange<std::uint64_t>(1, greatest));
    const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    const auto quota = *rc::gen::inRange<std::uint64_t>(0, total + 2);
    const Brute expected = brute(weights, quota);
    const auto is_pivotal = pivotal(weights, quota);
    for (const auto method : kExact) {
      const auto found = power(weights, quota, method);
      RC_ASSERT(swings(found) == expected.swings);
      for (std::size_t i = 0; i < n; ++i) {
        RC_ASSERT(std::abs(found.shapley[i] - static_cast<double>(expected.orders[i]) / static_cast<double>(expected.all_orders)) < 1e-12);
        RC_ASSERT(is_pivotal[i] == (expected.swings[i] != 0));
      }
    }
  }));
}

TEST(Power, SevenPlayersOnce) {
  const Weights weights = {13, 11, 7, 5, 5, 3, 2};
  for (std::uint64_t quota = 1; quota <= 46; ++quota) {
    const Brute expected = brute(weights, quota);
    const auto found = power(weights, quota);
    EXPECT_EQ(swings(found), expected.swings);
    for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(found.shapley[i], static_cast<double>(expected.orders[i]) / 5040, 1e-12);
  }
}

Weights random_weights(std::uint64_t seed, std::size_t n, std::uint64_t limit) {
  Weights out;
  std::uint64_t state = seed;
  for (std::size_t i = 0; i < n; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    out.push_back(1 + (state >> 33) % limit);
  }
  return out;
}

TEST(Power, CountingAndEnumerationAgree) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto weights = random_weights(seed, 16, 500);
    const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    const auto quota = total / 2 + 1 + seed * total / 25;
    const auto counted = power(weights, quota, PowerMethod::counting), enumerated = power(weights, quota, PowerMethod::enumeration);
    EXPECT_EQ(swings(counted), swings(enumerated));
    expect_near(counted.shapley, enumerated.shapley);
    EXPECT_NEAR(std::accumulate(counted.shapley.begin(), counted.shapley.end(), 0.0), 1, 1e-12);
  }
}

TEST(Power, ManyPlayersAreStillCounted) {
  // One with 27 votes among 100 with one, 64 win: it is pivotal behind 37 to 63 of the others.
  Weights weights(101, 1);
  weights[0] = 27;
  const auto found = power(weights, 64);
  EXPECT_EQ(found.method, PowerMethod::counting);
  EXPECT_NEAR(found.shapley[0], 27. / 101, 1e-12);
  for (std::size_t i = 1; i < weights.size(); ++i) EXPECT_NEAR(found.shapley[i], (1 - 27. / 101) / 100, 1e-12);
  // Alike players share alike, and one is pivotal in (n - 1 over half) coalitions of the others.
  const auto alike = power(Weights(127, 1), 64, PowerMethod::counting);
  expect_near(alike.shapley, std::vector<double>(127, 1. / 127));
  std::vector<CoalitionCount> over = {1};  // Pascal's triangle
  for (std::size_t row = 1; row <= 126; ++row) {
    over.push_back(0);
    for (std::size_t i = row; i > 0; --i) over[i] += over[i - 1];
  }
  EXPECT_TRUE(alike.swings[5] == over[63]);
}

TEST(Power, ChoosesWhatItCan) {
  EXPECT_EQ(power({4, 3, 2}, 5).method, PowerMethod::enumeration);
  EXPECT_EQ(power(Weights(15, 1), 8).method, PowerMethod::counting);
  EXPECT_EQ(power({499'999'999, 300'000'001, 200'000'000}, 500'000'001).method, PowerMethod::enumeration);
  const auto sampled = power(random_weights(1, 40, 1'000'000'000), 9'000'000'000);
  EXPECT_EQ(sampled.method, PowerMethod::sampling);
  EXPECT_FALSE(sampled.exact);
  EXPECT_TRUE(sampled.swings.empty());
  EXPECT_LE(sampled.error, .01);
  EXPECT_GT(sampled.error, .0099);
}

TEST(Power, SamplesLieWithinTheirError) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto weights = random_weights(seed, 5 + seed, 1000);
    const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    const auto quota = total / 2 + 1 + seed * total / 30;
    const auto exact = power(weights, quota);
    ASSERT_TRUE(exact.exact);
    const auto sampled = power(weights, quota, PowerMethod::sampling);
    EXPECT_FALSE(sampled.exact);
    expect_near(sampled.shapley, exact.shapley, sampled.error);
    expect_near(sampled.banzhaf, exact.banzhaf, sampled.error);
    expect_near(sampled.banzhaf_normalised, exact.banzhaf_normalised, sampled.normalised_error);
    EXPECT_GE(sampled.normalised_error, sampled.error);
    if (seed == 0) {
      EXPECT_LT(sampled.normalised_error, .1);
    }
  }
}

// Pinned: another machine, compiler or library must draw the same.
TEST(Power, SamplesAreTheSameEverywhere) {
  const auto found = power({4, 4, 4, 2, 2, 1}, 12, PowerMethod::sampling, .05);
  EXPECT_EQ(found.samples, 1097U);
  std::vector<int> pivots;
  for (const double value : found.shapley) pivots.push_back(static_cast<int>(std::lround(value * 1097)));
  EXPECT_EQ(pivots, (std::vector<int>{266, 253, 245, 158, 175, 0}));
  EXPECT_EQ(found.shapley, power({8, 8, 8, 4, 4, 2}, 23, PowerMethod::sampling, .05).shapley);
}

TEST(Power, PivotalAgreesWithItselfOnLargeGames) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    // A few large holders and small ones: some are dummies. By halves (up to 40 players) and, with 20 more, by sets; both against the counts.
    for (const std::size_t small : {12U, 60U}) {
      auto weights = random_weights(seed, small, 3);
      for (auto& weight : weights) weight = weight * 2;
      const auto large = random_weights(seed + 100, 5, 20);
      for (const auto weight : large) weights.push_back(weight * 40);
      weights.push_back(1);
      const auto total = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
      for (const auto quota : {total / 2 + 1, total * 2 / 3, total - 3}) {
        const auto counted = power(weights, quota, PowerMethod::counting);
        const auto found = pivotal(weights, quota);
        for (std::size_t i = 0; i < weights.size(); ++i) EXPECT_EQ(found[i], counted.swings[i] != 0) << seed << ' ' << quota << ' ' << i;
      }
    }
  }
}

TEST(Power, PivotalOfManyHolders) {
  // In units of 10^-7 per cent: one certain majority among a thousand others decides alone, whatever the others are.
  Weights weights = random_weights(7, 1000, 400'000);
  weights.push_back(700'000'000);
  auto found = pivotal(weights, 500'000'001);
  EXPECT_EQ(std::count(found.begin(), found.end(), true), 1);
  EXPECT_TRUE(found.back());
  // Too much to be exact: nobody with votes is called a dummy.
  weights.back() = 450'000'000;
  found = pivotal(weights, 500'000'001);
  EXPECT_EQ(std::count(found.begin(), found.end(), true), 1001);
}

TEST(Power, TheBoundsAreAffordable) {
  const auto seconds = [](const auto& function) {
    const auto begin = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto record = [&](const char* name, double took) {
    ::testing::Test::RecordProperty(name, static_cast<int>(took * 1000));
    EXPECT_LT(took, 20) << name;
  };
  record("counting_ms", seconds([] { EXPECT_TRUE(power(random_weights(3, 60, 3000), 55'000, PowerMethod::counting).exact); }));
  record("enumeration_ms", seconds([] { EXPECT_TRUE(power(random_weights(3, 22, 1'000'000'000), 11'000'000'000).exact); }));
  record("sampling_1000_ms", seconds([] { EXPECT_FALSE(power(random_weights(3, 1000, 1'000'000'000), 250'000'000'000).exact); }));
  record("pivotal_halves_ms", seconds([] { EXPECT_EQ(pivotal(random_weights(3, 40, 1'000'000'000), 12'000'000'000).size(), 40U); }));
  record("pivotal_sets_ms", seconds([] { EXPECT_EQ(pivotal(random_weights(3, 100, 1'000'000), 26'000'000).size(), 100U); }));
}

}  // namespace
}  // namespace tamga::ownership
