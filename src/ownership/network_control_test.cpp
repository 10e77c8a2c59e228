#include "ownership/network_control.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

namespace tamga::ownership {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Edge = VotingNetwork::Edge;
using Certainty = VotingNetwork::Certainty;

constexpr std::uint32_t kPercent = kAllVotes / 100;

Edge exactly(std::uint32_t owner, std::uint32_t asset, std::uint32_t percent) { return {owner, asset, percent * kPercent, percent * kPercent}; }
Edge range(std::uint32_t owner, std::uint32_t asset, std::uint32_t low, std::uint32_t high) {
  return {owner, asset, low * kPercent, high * kPercent};
}

VotingNetwork network(std::uint32_t parties, const std::vector<Edge>& edges) { return VotingNetwork::build(parties, edges).value(); }

std::vector<std::uint32_t> controllers(std::uint32_t parties, const std::vector<Edge>& edges) {
  const auto built = network(parties, edges);
  const auto found = built.direct_controllers();
  return {found.begin(), found.end()};
}

std::vector<std::uint32_t> controlled(std::uint32_t parties, const std::vector<Edge>& edges, std::uint32_t root,
                                      Certainty certainty = Certainty::certain) {
  return network(parties, edges).controlled_by(root, certainty).value();
}

TEST(NetworkControl, MoreThanHalfAndCertainly) {
  EXPECT_THAT(controllers(2, {exactly(0, 1, 51)}), ElementsAre(kNobody, 0));
  EXPECT_THAT(controllers(2, {exactly(0, 1, 50)}), ElementsAre(kNobody, kNobody));
  EXPECT_THAT(controllers(2, {{0, 1, kAllVotes / 2 + 1, kAllVotes}}), ElementsAre(kNobody, 0));
  EXPECT_THAT(controllers(2, {range(0, 1, 50, 100)}), ElementsAre(kNobody, kNobody));
  EXPECT_THAT(controlled(2, {range(0, 1, 50, 100)}, 0), IsEmpty());
  EXPECT_THAT(controlled(2, {range(0, 1, 50, 100)}, 0, Certainty::possible), ElementsAre(1));
  EXPECT_THAT(controlled(2, {range(0, 1, 25, 50)}, 0, Certainty::possible), IsEmpty());
}

TEST(NetworkControl, ParallelHoldingsAreAddedUp) {
  EXPECT_THAT(controllers(3, {exactly(0, 1, 30), exactly(2, 1, 30), exactly(0, 1, 30)}), ElementsAre(kNobody, 0, kNobody));
  EXPECT_THAT(controllers(3, {exactly(0, 1, 30), exactly(2, 1, 30)}), ElementsAre(kNobody, kNobody, kNobody));
  EXPECT_THAT(controllers(2, {exactly(0, 1, 100), exactly(0, 1, 100), exactly(0, 1, 100)}), ElementsAre(kNobody, 0));
}

TEST(NetworkControl, TwoMajoritiesContradictEachOther) {
  EXPECT_THAT(controllers(3, {exactly(0, 2, 60), exactly(1, 2, 60)}), ElementsAre(kNobody, kNobody, kNobody));
}

TEST(NetworkControl, OwnSharesControlNothing) {
  EXPECT_THAT(controllers(2, {exactly(1, 1, 60), exactly(0, 1, 40)}), ElementsAre(kNobody, kNobody));
  EXPECT_THAT(controlled(2, {exactly(1, 1, 60), exactly(0, 1, 40)}, 0), IsEmpty());
  EXPECT_THAT(controlled(2, {exactly(1, 1, 60)}, 1), IsEmpty());
}

TEST(NetworkControl, AGroupAddsUp) {
  // 0 holds 1 and 2, which with its own 11 % hold 3; 3 alone holds 4.
  const std::vector<Edge> edges = {exactly(0, 1, 51), exactly(0, 2, 60), exactly(1, 3, 20), exactly(2, 3, 20), exactly(0, 3, 11), exactly(3, 4, 55)};
  EXPECT_THAT(controlled(5, edges, 0), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(controlled(5, edges, 3), ElementsAre(4));
  EXPECT_THAT(controlled(5, edges, 1), IsEmpty());
  EXPECT_THAT(controllers(5, edges), ElementsAre(kNobody, 0, 0, kNobody, 3));
}

TEST(NetworkControl, ALoopIsNotControlledByItsOwnMajorities) {
  // 1 and 2 hold each other; 0 has 40 % of both and so neither, as the least set wants.
  const std::vector<Edge> edges = {exactly(0, 1, 40), exactly(0, 2, 40), exactly(1, 2, 60), exactly(2, 1, 60)};
  EXPECT_THAT(controlled(3, edges, 0), IsEmpty());
  EXPECT_THAT(controlled(3, edges, 1), ElementsAre(2));  // without the root
}

TEST(NetworkControl, AWalkForgets) {
  const auto built = network(4, {exactly(0, 2, 30), exactly(1, 2, 30), exactly(0, 3, 60), exactly(3, 2, 10)});
  ControlWalk walk(built);
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(walk.controlled_by(0).value(), ElementsAre(3));
    EXPECT_THAT(walk.controlled_by(1).value(), IsEmpty());
  }
  EXPECT_FALSE(walk.controlled_by(4).has_value());
}

TEST(NetworkControl, RefusesWhatIsNoPartyOrNoShare) {
  const auto refused = [](const Edge& edge) { return !VotingNetwork::build(2, std::vector{edge}).has_value(); };
  EXPECT_TRUE(refused({2, 0, 1, 1}));
  EXPECT_TRUE(refused({0, 2, 1, 1}));
  EXPECT_TRUE(refused({0, 1, 2, 1}));
  EXPECT_TRUE(refused({0, 1, 0, kAllVotes + 1}));
  EXPECT_FALSE(refused({0, 1, 0, kAllVotes}));
  EXPECT_FALSE(VotingNetwork::build(0, {}).value().controlled_by(0).has_value());
  EXPECT_FALSE(control_table(std::vector<std::uint32_t>{1}, 1).has_value());
}

TEST(NetworkControl, TableOfHeadsAndLoops) {
  // 0 > 1 > 2, 0 > 3; 4 > 5; the loop 8 > 6 > 7 > 8 and 9 below it; 10 alone.
  const std::vector<std::uint32_t> controllers = {kNobody, 0, 1, 0, kNobody, 4, 8, 6, 7, 6, kNobody};
  const auto table = control_table(controllers, 10).value();
  ASSERT_EQ(table.top.size(), 2U);
  EXPECT_EQ(table.top[0].party, 0U);
  EXPECT_EQ(table.top[0].controlled, 3U);
  EXPECT_EQ(table.top[1].party, 4U);
  EXPECT_EQ(table.top[1].controlled, 1U);
  ASSERT_EQ(table.loops.size(), 1U);
  EXPECT_THAT(table.loops[0].parties, ElementsAre(6, 8, 7));
  EXPECT_EQ(table.loops[0].controlled, 1U);
  EXPECT_THAT(table.ultimate, ElementsAre(0, 0, 0, 0, 4, 4, 6, 6, 6, 6, 10));
  EXPECT_EQ(table.heads, 2U);
  EXPECT_EQ(table.controlled, 8U);
  EXPECT_EQ(control_table(controllers, 1).value().top.size(), 1U);
  EXPECT_TRUE(control_table({}, 5).value().top.empty());
  const auto itself = control_table(std::vector<std::uint32_t>{0}, 5).value();
  ASSERT_EQ(itself.loops.size(), 1U);
  EXPECT_THAT(itself.loops[0].parties, ElementsAre(0));
}

std::vector<Edge> random_edges(std::uint32_t parties, std::size_t count) {
  std::vector<Edge> out(count);
  for (auto& edge : out) {
    const auto low = *rc::gen::inRange<std::uint32_t>(0, 11), high = *rc::gen::inRange<std::uint32_t>(low, 11);
    edge = range(*rc::gen::inRange<std::uint32_t>(0, parties), *rc::gen::inRange<std::uint32_t>(0, parties), low * 10, high * 10);
  }
  return out;
}

/// The oracle: look at everything again until nothing is new.
std::set<std::uint32_t> scan(std::uint32_t parties, const std::vector<Edge>& edges, std::uint32_t root, Certainty certainty) {
  std::set<std::uint32_t> group = {root};
  for (bool more = true; more;) {
    more = false;
    for (std::uint32_t party = 0; party < parties; ++party) {
      std::uint64_t held = 0;
      for (const auto& edge : edges) {
        if (edge.asset == party && edge.owner != party && group.contains(edge.owner)) held += certainty == Certainty::certain ? edge.low : edge.high;
      }
      if (held > kAllVotes / 2 && group.insert(party).second) more = true;
    }
  }
  group.erase(root);
  return group;
}

TEST(NetworkControl, SameAsLookingAgainAndAgain) {
  EXPECT_TRUE(rc::check("groups are those of the repeated scan", [] {
    const auto parties = *rc::gen::inRange<std::uint32_t>(1, 10);
    const auto edges = random_edges(parties, *rc::gen::inRange<std::size_t>(0, 30));
    const auto built = network(parties, edges);
    ControlWalk walk(built);
    for (const auto certainty : {Certainty::certain, Certainty::possible}) {
      for (std::uint32_t root = 0; root < parties; ++root) {
        const auto found = walk.controlled_by(root, certainty).value();
        const std::set<std::uint32_t> as_set(found.begin(), found.end());
        RC_ASSERT(as_set.size() == found.size());
        RC_ASSERT(as_set == scan(parties, edges, root, certainty));
      }
    }
  }));
}

TEST(NetworkControl, TableIsWhatFollowingEachChainFinds) {
  EXPECT_TRUE(rc::check("controllers and table", [] {
    const auto parties = *rc::gen::inRange<std::uint32_t>(1, 12);
    const auto edges = random_edges(parties, *rc::gen::inRange<std::size_t>(0, 30));
    const auto built = network(parties, edges);
    const auto controllers = built.direct_controllers();
    for (std::uint32_t asset = 0; asset < parties; ++asset) {
      std::vector<std::uint64_t> held(parties, 0);
      for (const auto& edge : edges) {
        if (edge.asset == asset && edge.owner != asset) held[edge.owner] += edge.low;
      }
      const auto above = std::count_if(held.begin(), held.end(), [](auto votes) { return votes > kAllVotes / 2; });
      RC_ASSERT((controllers[asset] != kNobody) == (above == 1));
      if (above == 1) RC_ASSERT(held[controllers[asset]] > kAllVotes / 2);
    }

    const auto table = control_table(controllers, 100).value();
    std::vector<std::uint32_t> count(parties, 0), expected(parties, 0);
    std::set<std::uint32_t> in_loops;
    for (std::uint32_t party = 0; party < parties; ++party) {
      std::uint32_t at = party;
      std::set<std::uint32_t> seen;
      while (controllers[at] != kNobody && seen.insert(at).second) at = controllers[at];
      if (controllers[at] == kNobody) {
        RC_ASSERT(table.ultimate[party] == at);
        if (at != party) ++expected[at];
      } else {
        std::uint32_t least = at;
        for (std::uint32_t next = controllers[at]; next != at; next = controllers[next]) least = std::min(least, next);
        RC_ASSERT(table.ultimate[party] == least);
        if (at == party) in_loops.insert(party);
      }
    }
    std::uint32_t last = parties;
    for (const auto& head : table.top) {
      RC_ASSERT(head.controlled > 0 && head.controlled <= last);
      last = head.controlled;
      count[head.party] = head.controlled;
    }
    RC_ASSERT(count == expected);
    std::set<std::uint32_t> reported;
    for (const auto& loop : table.loops) reported.insert(loop.parties.begin(), loop.parties.end());
    RC_ASSERT(reported == in_loops);
  }));
}

// Linear time at the size of a country's register. The limit of time is for slow machines and sanitizers.
TEST(NetworkControl, AWholeCountry) {
  constexpr std::uint32_t kParties = 5'000'000;
  std::vector<Edge> edges(8'000'000);
  std::uint64_t state = 1;
  const auto below = [&](std::uint32_t limit) {
    return static_cast<std::uint32_t>((state = state * 6364136223846793005U + 1442695040888963407U) >> 33) % limit;
  };
  for (auto& edge : edges) edge = exactly(below(kParties), below(kParties), below(101));
  const auto now = [] { return std::chrono::steady_clock::now(); };
  const auto milliseconds = [](auto from, auto to) {
    return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count());
  };
  const auto begin = now();
  const auto built = network(kParties, edges);
  const auto after_build = now();
  const auto table = control_table(built.direct_controllers(), 10).value();
  const auto after_table = now();
  ControlWalk walk(built);
  std::size_t found = 0;
  for (std::uint32_t root = 0; root < kParties; root += 10) found += walk.controlled_by(root).value().size();
  const auto after_walk = now();
  RecordProperty("build_ms", milliseconds(begin, after_build));
  RecordProperty("table_ms", milliseconds(after_build, after_table));
  RecordProperty("half_a_million_walks_ms", milliseconds(after_table, after_walk));
  EXPECT_LT(milliseconds(begin, after_table), 60'000);
  ASSERT_EQ(table.top.size(), 10U);
  EXPECT_GE(found, table.controlled / 20);
  EXPECT_GE(walk.controlled_by(table.top[0].party).value().size(), table.top[0].controlled);
}

}  // namespace
}  // namespace tamga::ownership
