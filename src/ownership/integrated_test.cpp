#include "ownership/integrated.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tamga::ownership {
namespace {

using Stake = IntegratedOwnership::Stake;
using Share = IntegratedOwnership::Share;
using Shares = IntegratedOwnership::Shares;

Stake exactly(std::uint32_t owner, std::uint32_t asset, double fraction) { return {owner, asset, fraction, fraction}; }

Shares shares(std::uint32_t parties, const std::vector<Stake>& stakes, std::uint32_t target) {
  return IntegratedOwnership::build(parties, stakes).value().shares(target).value();
}

Share share_of(const Shares& all, std::uint32_t owner) {
  for (const auto& share : all.owners) {
    if (share.owner == owner) return share;
  }
  return {owner, 0, 0, true};
}

/// Of exact holdings.
double share(std::uint32_t parties, const std::vector<Stake>& stakes, std::uint32_t owner, std::uint32_t target) {
  const Shares all = shares(parties, stakes, target);
  EXPECT_TRUE(all.converged);
  const Share found = share_of(all, owner);
  EXPECT_NEAR(found.low, found.high, 1e-12);
  return found.low;
}

constexpr std::uint32_t X = 0, A = 1, B = 2, C = 3, Z = 3;  // NOLINT(readability-identifier-naming): as the sources call them

TEST(Integrated, LoopOfTwo) {
  const std::vector<Stake> stakes = {exactly(X, A, .7), exactly(B, A, .3), exactly(A, B, .6)};
  EXPECT_NEAR(share(3, stakes, X, A), .7 / .82, 1e-12);
  EXPECT_NEAR(share(3, stakes, X, A), .853659, 1e-6);
  EXPECT_NEAR(share(3, stakes, X, B), .512195, 1e-6);
  EXPECT_NEAR(share(3, stakes, A, A), .18 / .82, 1e-12);
}

TEST(Integrated, Chain) { EXPECT_NEAR(share(4, {exactly(X, A, .51), exactly(A, B, .51), exactly(B, C, .51)}, X, C), .132651, 1e-12); }

// 1, 2 and 5 have the same number, and OFAC's answer is owned, owned, not owned.
TEST(Integrated, Faq401LooksThroughToNumbersThatDoNotDecide) {
  EXPECT_NEAR(share(3, {exactly(X, A, .5), exactly(A, B, .5)}, X, B), .25, 1e-12);
  EXPECT_NEAR(share(4, {exactly(X, A, .5), exactly(X, B, .5), exactly(A, C, .25), exactly(B, C, .25)}, X, C), .25, 1e-12);
  EXPECT_NEAR(share(3, {exactly(X, A, .5), exactly(X, B, .1), exactly(A, B, .4)}, X, B), .30, 1e-12);
  EXPECT_NEAR(share(4, {exactly(X, A, .5), exactly(X, B, .25), exactly(A, C, .25), exactly(B, C, .25)}, X, C), .1875, 1e-12);
  EXPECT_NEAR(share(4, {exactly(X, A, .25), exactly(X, B, .25), exactly(A, C, .5), exactly(B, C, .5)}, X, C), .25, 1e-12);
}

TEST(Integrated, OwnSharesBelongToTheOthers) {
  const std::vector<Stake> stakes = {exactly(A, A, .6), exactly(X, A, .2), exactly(Z, A, .2)};
  EXPECT_NEAR(share(4, stakes, X, A), .5, 1e-12);
  EXPECT_NEAR(share(4, stakes, Z, A), .5, 1e-12);
  EXPECT_EQ(share(4, stakes, A, A), 1);  // 1.5 in truth, see the header
  // Further up and further down.
  const std::vector<Stake> longer = {exactly(A, A, .6), exactly(X, A, .2), exactly(Z, A, .2), exactly(4, X, .5), exactly(A, 5, .8)};
  EXPECT_NEAR(share(6, longer, 4, 5), .2, 1e-12);
}

TEST(Integrated, ParallelStakesAreAddedUp) {
  EXPECT_NEAR(share(2, {exactly(X, A, .2), exactly(X, A, .3)}, X, A), .5, 1e-12);
  EXPECT_NEAR(share(4, {exactly(A, A, .2), exactly(A, A, .4), exactly(X, A, .2), exactly(Z, A, .2)}, X, A), .5, 1e-12);
}

TEST(Integrated, RangesBecomeRanges) {
  const Share found = share_of(shares(3, {{X, A, .25, .5}, {A, B, .5, .75}}, B), X);
  EXPECT_NEAR(found.low, .125, 1e-12);
  EXPECT_NEAR(found.high, .375, 1e-12);
  // A lower end of nothing breaks the chain below, not above.
  const Share maybe = share_of(shares(3, {{X, A, 0, 1}, {A, B, .5, .5}}, B), X);
  EXPECT_EQ(maybe.low, 0);
  EXPECT_NEAR(maybe.high, .5, 1e-12);
}

TEST(Integrated, WhoHoldsNothingIsLeftOut) {
  const Shares all = shares(4, {exactly(X, A, .5), exactly(B, A, 0), exactly(A, C, 1)}, A);
  ASSERT_EQ(all.owners.size(), 1U);
  EXPECT_EQ(all.owners.front().owner, X);
  EXPECT_TRUE(shares(4, {}, A).owners.empty());
}

TEST(Integrated, AClosedLoopHasNoEnd) {
  const std::vector<Stake> closed = {exactly(A, B, 1), exactly(B, A, 1)};
  const Shares inside = shares(3, closed, A);
  EXPECT_FALSE(inside.converged);
  ASSERT_EQ(inside.owners.size(), 2U);
  for (const auto& share : inside.owners) {
    EXPECT_EQ(share.low, 1);
    EXPECT_EQ(share.high, 1);
    EXPECT_FALSE(share.converged);
  }
  EXPECT_FALSE(shares(2, {exactly(A, A, 1)}, A).converged);
  // What lies between the loop and the target is not harmed.
  const Shares below = shares(6, {exactly(A, B, 1), exactly(B, A, 1), exactly(A, 4, .5), exactly(4, 5, .5), exactly(X, 5, .5)}, 5);
  EXPECT_FALSE(below.converged);
  EXPECT_TRUE(share_of(below, 4).converged);
  EXPECT_TRUE(share_of(below, X).converged);
  EXPECT_NEAR(share_of(below, X).high, .5, 1e-12);
  EXPECT_FALSE(share_of(below, A).converged);
  // Nothing at the lower ends, anything at the upper ends: the range says so.
  const Share unknown = share_of(shares(3, {{A, B, 0, 1}, {B, A, 0, 1}, {X, A, .1, .1}}, B), X);
  EXPECT_EQ(unknown.low, 0);
  EXPECT_EQ(unknown.high, 1);
  EXPECT_FALSE(unknown.converged);
}

TEST(Integrated, AnEndlessUpperEndLeavesTheLowerEndAlone) {
  const Share found = share_of(shares(3, {{A, B, .6, 1}, {B, A, .3, 1}, {X, A, .7, .7}}, A), X);
  EXPECT_NEAR(found.low, .7 / .82, 1e-12);
  EXPECT_EQ(found.high, 1);
  EXPECT_FALSE(found.converged);
}

TEST(Integrated, RefusesWhatIsNoFractionOrNoParty) {
  const auto refused = [](const Stake& stake) { return !IntegratedOwnership::build(2, std::vector{exactly(0, 1, .5), stake}).has_value(); };
  EXPECT_TRUE(refused({0, 2, .1, .1}));
  EXPECT_TRUE(refused({2, 0, .1, .1}));
  EXPECT_TRUE(refused({0, 1, -.1, .1}));
  EXPECT_TRUE(refused({0, 1, .2, .1}));
  EXPECT_TRUE(refused({0, 1, .2, 1.1}));
  EXPECT_TRUE(refused({0, 1, std::nan(""), .1}));
  EXPECT_TRUE(refused({0, 1, 0, std::numeric_limits<double>::infinity()}));
  EXPECT_FALSE(refused({0, 1, 0, 1}));
  EXPECT_FALSE(IntegratedOwnership::build(2, {}).value().shares(2).has_value());
}

/// The oracle: (I - B)^-1 B by elimination with pivots, all at once. False when it is close to having no end: then also nothing below 0.
bool dense(std::uint32_t parties, const std::vector<Stake>& stakes, std::vector<std::vector<double>>& y) {
  std::vector<std::vector<double>> left(parties, std::vector<double>(parties, 0));
  y = left;
  for (const auto& stake : stakes) y[stake.owner][stake.asset] += stake.low;
  for (std::uint32_t i = 0; i < parties; ++i) {
    for (std::uint32_t k = 0; k < parties; ++k) left[i][k] = (i == k ? 1 : 0) - y[i][k];
  }
  for (std::uint32_t column = 0; column < parties; ++column) {
    std::uint32_t best = column;
    for (std::uint32_t i = column; i < parties; ++i) {
      if (std::abs(left[i][column]) > std::abs(left[best][column])) best = i;
    }
    std::swap(left[best], left[column]);
    std::swap(y[best], y[column]);
    if (std::abs(left[column][column]) < 1e-3) return false;
    for (std::uint32_t i = 0; i < parties; ++i) {
      if (i == column) continue;
      const double factor = left[i][column] / left[column][column];
      for (std::uint32_t k = 0; k < parties; ++k) {
        left[i][k] -= factor * left[column][k];
        y[i][k] -= factor * y[column][k];
      }
    }
  }
  for (std::uint32_t i = 0; i < parties; ++i) {
    for (std::uint32_t k = 0; k < parties; ++k) y[i][k] /= left[i][i];
  }
  return true;
}

/// Random holdings that leave a part of each party to people, so that the sums have an end.
std::vector<Stake> consistent(std::uint32_t parties, std::size_t count) {
  std::vector<Stake> out;
  std::vector<double> left(parties, .95);
  for (std::size_t i = 0; i < count; ++i) {
    const auto owner = *rc::gen::inRange<std::uint32_t>(0, parties), asset = *rc::gen::inRange<std::uint32_t>(0, parties);
    const double fraction = left[asset] * *rc::gen::inRange(0, 101) / 100;
    left[asset] = std::max(0.0, left[asset] - fraction);
    out.push_back(exactly(owner, asset, fraction));
  }
  return out;
}

TEST(Integrated, IsTheDenseSolution) {
  EXPECT_TRUE(rc::check("look-through shares are those of elimination", [] {
    const auto parties = *rc::gen::inRange<std::uint32_t>(1, 9);
    const auto stakes = consistent(parties, *rc::gen::inRange<std::size_t>(0, 25));
    std::vector<std::vector<double>> y;
    RC_PRE(dense(parties, stakes, y));
    for (std::uint32_t target = 0; target < parties; ++target) {
      const Shares all = shares(parties, stakes, target);
      RC_ASSERT(all.converged);
      for (std::uint32_t owner = 0; owner < parties; ++owner) {
        const Share found = share_of(all, owner);
        RC_ASSERT(std::abs(found.low - std::min(1.0, y[owner][target])) < 1e-9);
        RC_ASSERT(std::abs(found.high - found.low) < 1e-12);
      }
    }
  }));
}

// Loops of more than 64 parties take another way.
TEST(Integrated, IsTheDenseSolutionOfLargeLoops) {
  EXPECT_TRUE(rc::check("of large loops too", [] {
    const auto parties = *rc::gen::inRange<std::uint32_t>(65, 90);
    auto stakes = consistent(parties, *rc::gen::inRange<std::size_t>(0, 100));
    for (std::uint32_t i = 0; i < parties; ++i) stakes.push_back(exactly(i, (i + 1) % parties, .04));
    std::vector<std::vector<double>> y;
    RC_PRE(dense(parties, stakes, y));
    const auto target = *rc::gen::inRange<std::uint32_t>(0, parties);
    const Shares all = shares(parties, stakes, target);
    RC_ASSERT(all.converged);
    for (std::uint32_t owner = 0; owner < parties; ++owner) {
      RC_ASSERT(std::abs(share_of(all, owner).low - std::min(1.0, y[owner][target])) < 1e-9);
    }
  }));
}

TEST(Integrated, AnythingGoes) {
  EXPECT_TRUE(rc::check("values stay within 0..1 and in order, whatever the holdings", [] {
    const auto parties = *rc::gen::inRange<std::uint32_t>(1, 7);
    std::vector<Stake> stakes(*rc::gen::inRange<std::size_t>(0, 20));
    for (auto& stake : stakes) {
      const int low = *rc::gen::inRange(0, 11), high = *rc::gen::inRange(low, 11);
      stake = {*rc::gen::inRange<std::uint32_t>(0, parties), *rc::gen::inRange<std::uint32_t>(0, parties), low / 10.0, high / 10.0};
    }
    for (std::uint32_t target = 0; target < parties; ++target) {
      for (const auto& share : shares(parties, stakes, target).owners) {
        RC_ASSERT(share.low >= 0 && share.low <= share.high && share.high > 0 && share.high <= 1);
      }
    }
  }));
}

TEST(Integrated, LargeClosedLoopsEnd) {
  constexpr std::uint32_t kParties = 1000;
  std::vector<Stake> ring;
  for (std::uint32_t i = 0; i < kParties; ++i) ring.push_back(exactly(i, (i + 1) % kParties, 1));
  const Shares all = shares(kParties, ring, 0);
  EXPECT_FALSE(all.converged);
  EXPECT_EQ(all.owners.size(), kParties);
  for (const auto& share : all.owners) EXPECT_EQ(share.high, 1);
}

// Each holds half of both neighbours, but for a thousandth that is X's: all of it is X's in the end, after some 10,000 rounds.
TEST(Integrated, LargeTightLoopsConverge) {
  constexpr std::uint32_t kParties = 1000;
  std::vector<Stake> ring;
  for (std::uint32_t i = 0; i < kParties; ++i) {
    ring.push_back(exactly(i, (i + 1) % kParties, .4995));
    ring.push_back(exactly((i + 1) % kParties, i, .4995));
    ring.push_back(exactly(kParties, i, .001));
  }
  const Shares all = shares(kParties + 1, ring, 0);
  EXPECT_TRUE(all.converged);
  EXPECT_NEAR(share_of(all, kParties).low, 1, 1e-10);
  EXPECT_NEAR(share_of(all, kParties).high, 1, 1e-10);
}

// Their errors are small each; who owns a part of all of them gets their sum.
TEST(Integrated, AnOwnerOfEverything) {
  constexpr std::uint32_t kParties = 20'000;
  std::vector<Stake> stakes;
  for (std::uint32_t i = 0; i < kParties; ++i) {
    stakes.push_back(exactly((i * 7919 + 1) % kParties, i, .45));
    stakes.push_back(exactly((i * 10'007 + 3) % kParties, i, .45));
    stakes.push_back(exactly(kParties, i, .1));
  }
  const Shares all = shares(kParties + 1, stakes, 0);
  EXPECT_TRUE(all.converged);
  EXPECT_GT(all.owners.size(), kParties / 2);
  EXPECT_NEAR(share_of(all, kParties).low, 1, 3e-12);
}

TEST(Integrated, WhatTakesTooLongIsALowerBound) {
  constexpr std::uint32_t kParties = 1000;
  std::vector<Stake> ring;
  for (std::uint32_t i = 0; i < kParties; ++i) {
    ring.push_back(exactly(i, (i + 1) % kParties, .499999));
    ring.push_back(exactly((i + 1) % kParties, i, .499999));
    ring.push_back(exactly(kParties, i, .000002));
  }
  const Shares all = shares(kParties + 1, ring, 0);
  EXPECT_FALSE(all.converged);
  const Share found = share_of(all, kParties);
  EXPECT_FALSE(found.converged);
  EXPECT_GT(found.low, .01);
  EXPECT_LT(found.low, 1);
  EXPECT_EQ(found.high, 1);
}

double seconds(const std::vector<Stake>& stakes, std::uint32_t parties, Shares& all) {
  const auto built = IntegratedOwnership::build(parties, stakes).value();
  const auto begin = std::chrono::steady_clock::now();
  all = built.shares(0).value();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The limits of time are ten times what it takes, for slow machines and sanitizers.
TEST(Integrated, AHundredThousandOwners) {
  constexpr std::uint32_t kParties = 100'000;
  std::vector<Stake> chain, tree, loop;
  std::uint64_t state = 1;
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33) % limit;
  };
  for (std::uint32_t i = 1; i < kParties; ++i) {
    chain.push_back(exactly(i, i - 1, 1));
    tree.push_back(exactly(i, i / 2, .5));
    loop.push_back(exactly(i, below(i), .1));
    loop.push_back(exactly(below(kParties), i, .2));
    loop.push_back(exactly(below(kParties), i, .1));
  }
  Shares all;
  for (const auto& [name, stakes] : std::map<std::string, std::vector<Stake>*>{{"chain", &chain}, {"tree", &tree}, {"loop", &loop}}) {
    const double took = seconds(*stakes, kParties, all);
    RecordProperty(name + "_ms", static_cast<int>(took * 1000));
    EXPECT_LT(took, 5) << name;
    EXPECT_GT(all.owners.size(), kParties - 10) << name;
  }
}

}  // namespace
}  // namespace tamga::ownership
