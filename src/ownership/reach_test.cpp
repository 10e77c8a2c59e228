#include "ownership/reach.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <vector>

#include "ownership/testing_networks.h"

namespace tamga::ownership {
namespace {

using namespace testing_networks;

// domain.md section 1.1
const Criterion kOfac{.percent = Decimal::whole(50), .inclusive = true, .aggregate = true};
const Criterion kEuBeforeJuly2024{.percent = Decimal::whole(50), .inclusive = false, .aggregate = true, .votes = true, .control = true};
const Criterion kUk{.percent = Decimal::whole(50), .inclusive = false, .aggregate = false, .votes = true, .control = true, .joint = true};

constexpr auto kCertain = Standing::certain;
constexpr auto kPossible = Standing::possible;
constexpr auto kExcluded = Standing::excluded;

// OFAC FAQ 401: the five examples. The product of shares would give 25, 25, 30, 18.75 and 25 %.
TEST(Reach, Faq401) {
  const Network one({{"X", "A", "50"}, {"A", "B", "50"}});
  EXPECT_EQ(one.standing("A", kOfac), kCertain);
  EXPECT_EQ(one.standing("B", kOfac), kCertain);
  const Network two({{"X", "A", "50"}, {"X", "B", "50"}, {"A", "C", "25"}, {"B", "C", "25"}});
  EXPECT_EQ(two.standing("C", kOfac), kCertain);
  const Network three({{"X", "A", "50"}, {"X", "B", "10"}, {"A", "B", "40"}});
  EXPECT_EQ(three.standing("B", kOfac), kCertain);
  const Network four({{"X", "A", "50"}, {"X", "B", "25"}, {"A", "C", "25"}, {"B", "C", "25"}});
  EXPECT_EQ(four.standing("A", kOfac), kCertain);
  EXPECT_EQ(four.standing("B", kOfac), kExcluded);
  EXPECT_EQ(four.standing("C", kOfac), kExcluded);
  const Network five({{"X", "A", "25"}, {"X", "B", "25"}, {"A", "C", "50"}, {"B", "C", "50"}});
  EXPECT_EQ(five.standing("C", kOfac), kExcluded);
}

TEST(Reach, ExactTiesDivideTheRegimes) {
  const Network quarters({{"X", "A", "25"}, {"Y", "A", "25"}});
  EXPECT_EQ(quarters.standing("A", kOfac, {"X", "Y"}), kCertain);
  EXPECT_EQ(quarters.standing("A", kEuBeforeJuly2024, {"X", "Y"}), kExcluded);
  EXPECT_EQ(quarters.standing("A", kUk, {"X", "Y"}), kExcluded);
  const Network half({{"X", "A", "50"}});
  EXPECT_EQ(half.standing("A", kOfac), kCertain);
  EXPECT_EQ(half.standing("A", kUk), kExcluded);
  const Network above({{"X", "A", "50.000000001"}});
  EXPECT_EQ(above.standing("A", kUk), kCertain);
  const Network below({{"X", "A", "49.999999999"}});
  EXPECT_EQ(below.standing("A", kOfac), kExcluded);
  const Network thirds({{"X", "A", "30"}, {"Y", "A", "30"}});
  EXPECT_EQ(thirds.standing("A", kOfac, {"X", "Y"}), kCertain);
  EXPECT_EQ(thirds.standing("A", kUk, {"X", "Y"}), kExcluded);
}

TEST(Reach, OneOwnerAloneMayHoldThroughSeveral) {
  // UK: directly or indirectly, each designated person by himself.
  const Network network({{"X", "A", "51"}, {"A", "C", "30"}, {"X", "C", "30"}});
  EXPECT_EQ(network.standing("C", kUk), kCertain);
  const Network two({{"X", "A", "51"}, {"A", "C", "30"}, {"Y", "C", "30"}});
  EXPECT_EQ(two.standing("C", kUk, {"X", "Y"}), kExcluded);
  const Network joint({{"X", "C", "30"}, {"Y", "C", "30"}, {"X", "Y", "joint"}});
  EXPECT_EQ(joint.standing("C", kUk, {"X", "Y"}), kCertain);
  EXPECT_EQ(joint.standing("C", kUk, {"Y"}), kCertain);   // whoever the other is
  EXPECT_EQ(joint.standing("X", kUk, {"Y"}), kExcluded);  // but he is not frozen for it
}

TEST(Reach, AContradictedOpenEndIsNoBetterThanAClosedOne) {
  // Two lots of more than the whole: not "more than 100 %", and what is certain is possible.
  const Criterion above{.percent = Decimal::whole(100), .inclusive = false, .aggregate = true, .treasury = Treasury::issued};
  const Network lots({{"X", "A", "37.5-95"}, {"X", "A", ">80"}});
  EXPECT_EQ(lots.standing("A", above), kExcluded);
  // More than 60 and 60: the first may have 40 exactly, as the other may be as much too high.
  const Criterion forty{.percent = Decimal::whole(40), .inclusive = false, .aggregate = true};
  const Network both({{"X", "A", ">60"}, {"Z", "A", "60"}});
  EXPECT_EQ(both.standing("A", forty), kPossible);
  const Network half({{"X", "A", ">50"}, {"Z", "A", "50"}});
  EXPECT_EQ(half.standing("A", kEuBeforeJuly2024), kPossible);
}

TEST(Reach, AnOpenIndirectEndDoesNotCloseWhatADirectOneReaches) {
  const Criterion whole{.percent = Decimal::whole(100), .inclusive = true, .aggregate = true};
  const Network network({{"X", "A", "indirect<27.5"}, {"Y", "A", ">=20"}});
  // Whoever is listed first.
  EXPECT_EQ(network.standing("A", whole, {"X", "Y"}), kPossible);
  EXPECT_EQ(network.standing("A", whole, {"Y", "X"}), kPossible);
}

TEST(Reach, AllOfWhatIsOutstandingMayBeLessThanAnOpenEnd) {
  const Criterion whole{.percent = Decimal::whole(100), .inclusive = true, .aggregate = true, .treasury = Treasury::outstanding};
  const Network narrow({{"X", "A", "<45"}, {"A", "A", "77.5"}});
  EXPECT_EQ(narrow.standing("A", whole), kPossible);
  const Network wide({{"X", "A", "<45"}, {"A", "A", "45-95"}});
  EXPECT_EQ(wide.standing("A", whole), kPossible);
  const Network beside({{"X", "A", "<45"}, {"A", "A", "45-95"}, {"Z", "A", "1"}});
  EXPECT_EQ(beside.standing("A", whole), kExcluded);
}

TEST(Reach, LoopsSelfHoldingsAndTreasuryShares) {
  // domain.md section 7.3
  const Network loop({{"X", "A", "70"}, {"B", "A", "30"}, {"A", "B", "60"}});
  EXPECT_EQ(loop.standing("A", kOfac), kCertain);
  EXPECT_EQ(loop.standing("B", kOfac), kCertain);
  const Network closed({{"A", "B", "100"}, {"B", "A", "100"}, {"X", "C", "100"}});
  EXPECT_EQ(closed.standing("A", kOfac), kExcluded);
  const Network chain({{"X", "A", "51"}, {"A", "B", "51"}, {"B", "C", "51"}});
  EXPECT_EQ(chain.standing("C", kOfac), kCertain);
  const Network treasury({{"A", "A", "60"}, {"X", "A", "20"}, {"Z", "A", "20"}});
  Criterion issued = kOfac;
  issued.treasury = Treasury::issued;
  Criterion outstanding = kOfac;
  outstanding.treasury = Treasury::outstanding;
  EXPECT_EQ(treasury.standing("A", issued), kExcluded);      // 20 of 100
  EXPECT_EQ(treasury.standing("A", outstanding), kCertain);  // 20 of 40
  EXPECT_EQ(treasury.standing("A", kOfac), kPossible);       // the denominator decides
  const Network own({{"A", "A", "100"}, {"X", "B", "1"}});
  EXPECT_EQ(own.standing("A", kOfac), kExcluded);
}

TEST(Reach, RangesAndOtherHands) {
  const Network range({{"X", "A", "25-50"}, {"A", "B", ">50"}});
  EXPECT_EQ(range.standing("A", kOfac), kPossible);
  EXPECT_EQ(range.standing("B", kOfac), kPossible);
  EXPECT_EQ(range.standing("A", kUk), kExcluded);
  const Network bounds({{"X", "A", ">25"}, {"Y", "A", ">25"}});
  EXPECT_EQ(bounds.standing("A", kEuBeforeJuly2024, {"X", "Y"}), kCertain);
  const Network room({{"X", "A", ""}, {"Z", "A", "60"}});
  EXPECT_EQ(room.standing("A", kOfac), kExcluded);
  const Network tight({{"X", "A", ""}, {"Z", "A", "50"}});
  EXPECT_EQ(tight.standing("A", kOfac), kPossible);
  EXPECT_EQ(tight.standing("A", kUk), kExcluded);
  const Network just_below({{"X", "A", "25-50"}, {"Z", "A", ">50"}});
  EXPECT_EQ(just_below.standing("A", kOfac), kExcluded);  // what is left ends where X's range does, and does not reach it
  const Network match({{"X", "A", "100"}});
  EXPECT_EQ(match.standing("A", kOfac, {"?X"}), kPossible);
}

TEST(Reach, SharesAndVotesAreNotAdded) {
  const Network network({{"X", "A", "30"}, {"X", "A", "votes30"}, {"X", "B", "10"}, {"X", "B", "votes51"}});
  EXPECT_EQ(network.standing("A", kUk), kExcluded);
  EXPECT_EQ(network.standing("B", kUk), kCertain);
  EXPECT_EQ(network.standing("B", kOfac), kExcluded);
}

TEST(Reach, ControlWhereItCounts) {
  const Network network({{"X", "A", "control"}, {"A", "B", "60"}, {"X", "C", "influence"}});
  EXPECT_EQ(network.standing("A", kUk), kCertain);
  EXPECT_EQ(network.standing("B", kUk), kCertain);
  EXPECT_EQ(network.standing("A", kOfac), kExcluded);
  EXPECT_EQ(network.standing("C", kUk), kPossible);
}

TEST(Reach, IndirectHoldingsAreNeverAddedToTheirOwnChain) {
  const Network chain({{"X", "A", "60"}, {"A", "B", "30"}, {"X", "B", "indirect30"}});
  EXPECT_EQ(chain.standing("B", kOfac), kPossible);  // the two may be one and the same 30, or 60
  const Network alone({{"X", "B", "indirect60"}});
  EXPECT_EQ(alone.standing("B", kOfac), kCertain);
}

TEST(Reach, ContradictionsWidenTheAnswer) {
  const Network both({{"X", "A", "60"}, {"Z", "A", "60"}});
  EXPECT_EQ(both.standing("A", kOfac), kPossible);  // at least 40
  const Network most({{"X", "A", "90"}, {"Z", "A", "20"}});
  EXPECT_EQ(most.standing("A", kOfac), kCertain);  // at least 80
  const Network less({{"X", "A", "40"}, {"Z", "A", "70"}});
  EXPECT_EQ(less.standing("A", kOfac), kPossible);  // at most 50
  const Network rounding({{"X", "A", "20"}, {"Z", "A", "80.02"}});
  EXPECT_EQ(rounding.standing("A", kOfac), kExcluded);
}

// ---- the oracle: every exact way in which the ranges can come true ------------------------------------------------

/// The least fixpoint by repeated looking, for exact shares; `economic`: of what is in other hands.
std::vector<bool> fixpoint(const Case& c, const std::vector<int>& value, std::vector<bool> members, bool economic) {
  const int threshold = static_cast<int>(c.test.percent.coefficient) * 2 / 5;
  for (bool changed = true; changed;) {
    changed = false;
    for (int asset = 0; asset < c.parties; ++asset) {
      if (members[asset]) continue;
      int sum[2] = {0, 0};
      int own = 0;
      bool control = false;
      for (std::size_t i = 0; i < c.ties.size(); ++i) {
        const Tie& tie = c.ties[i];
        if (tie.asset != asset) continue;
        if (tie.kind == Kind::shares || tie.kind == Kind::votes) {
          if (tie.owner == asset) {
            own += tie.kind == Kind::shares ? value[i] : 0;
          } else if (members[tie.owner]) {
            sum[tie.kind == Kind::votes ? 1 : 0] += value[i];
          }
        } else if (members[tie.owner] && tie.owner != asset && value[i] != 0) {
          control = true;
        }
      }
      const auto reaches = [&](int held, int whole) {
        if (held == 0) return false;
        return c.test.inclusive ? held * 40 >= threshold * whole : held * 40 > threshold * whole;
      };
      if (reaches(sum[0], economic ? 40 - own : 40) || (c.test.votes && reaches(sum[1], 40)) || (c.test.control && control)) {
        members[asset] = true;
        changed = true;
      }
    }
  }
  return members;
}

/// Nothing when the ranges contradict each other.
std::vector<Standing> oracle(const Case& c) {
  std::vector<bool> all(c.parties, true);
  std::vector<bool> some(c.parties, false);
  bool consistent = false;
  std::vector<int> value(c.ties.size(), 0);
  completions(c, value, 0, [&](const std::vector<int>& exact) {
    consistent = true;
    // Every way in which the possible matches can be.
    std::vector<int> uncertain;
    for (int i = 0; i < c.parties; ++i) {
      if (c.listed[i] == 1) uncertain.push_back(i);
    }
    for (unsigned bits = 0; bits < (1U << uncertain.size()); ++bits) {
      std::vector<bool> listed(c.parties);
      for (int i = 0; i < c.parties; ++i) listed[i] = c.listed[i] == 2;
      for (std::size_t i = 0; i < uncertain.size(); ++i) listed[uncertain[i]] = (bits >> i & 1U) != 0;
      const auto run = [&](bool economic) {
        if (c.test.aggregate) return fixpoint(c, exact, listed, economic);
        std::vector<bool> any(c.parties, false);
        for (int i = 0; i < c.parties; ++i) {
          if (!listed[i]) continue;
          std::vector<bool> alone(c.parties, false);
          alone[i] = true;
          const auto owned = fixpoint(c, exact, alone, economic);
          for (int k = 0; k < c.parties; ++k) any[k] = any[k] || owned[k];
        }
        return any;
      };
      const auto raw = run(c.test.treasury == Treasury::outstanding);
      const auto economic = run(c.test.treasury != Treasury::issued);
      for (int i = 0; i < c.parties; ++i) {
        all[i] = all[i] && raw[i];
        some[i] = some[i] || economic[i];
      }
    }
  });
  if (!consistent) return {};
  std::vector<Standing> result(c.parties);
  for (int i = 0; i < c.parties; ++i) result[i] = all[i] ? kCertain : some[i] ? kPossible : kExcluded;
  return result;
}

TEST(ReachProperty, AgreesWithEveryCompletion) {
  EXPECT_TRUE(rc::check("intervals are exact", [] {
    const Case c = random_case();
    const auto expected = oracle(c);
    RC_PRE(!expected.empty());
    const Graph graph = graph_of(c);
    const Assessment all(graph, 0, c.test, seeds_of(c));
    for (int i = 0; i < c.parties; ++i) {
      if (all.of(static_cast<std::uint32_t>(i)) != expected[i]) {
        RC_FAIL(words(c) + " p" + std::to_string(i) + " is " + std::string(standing_name(all.of(static_cast<std::uint32_t>(i)))) + ", expected " +
                std::string(standing_name(expected[i])));
      }
    }
  }));
}

TEST(ReachProperty, WideningNeverSettles) {
  EXPECT_TRUE(rc::check("a possible answer stays possible", [] {
    Case c = random_case();
    RC_PRE(!oracle(c).empty());  // a contradiction has no completion, and so nothing to widen
    RC_PRE(!c.ties.empty());
    const Graph narrow = graph_of(c);
    const Assessment before(narrow, 0, c.test, seeds_of(c));
    Tie& tie = c.ties[*rc::gen::inRange<std::size_t>(0, c.ties.size())];
    if (tie.kind == Kind::shares || tie.kind == Kind::votes) {
      const int low = *rc::gen::inRange(0, tie.low + 1);
      const int high = *rc::gen::inRange(tie.high, 41);
      tie.low_open = tie.low_open && low == tie.low;
      tie.high_open = tie.high_open && high == tie.high;
      tie.low = low;
      tie.high = high;
    } else {
      tie.kind = Kind::influence;
    }
    const Graph wide = graph_of(c);
    const Assessment after(wide, 0, c.test, seeds_of(c));
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(c.parties); ++i) {
      if (before.of(i) == kPossible) RC_ASSERT(after.of(i) == kPossible);
    }
  }));
}

TEST(ReachProperty, DesignatingOneByOneIsTheSameInAnyOrder) {
  EXPECT_TRUE(rc::check("incremental equals full", [] {
    const Case c = random_case();
    const Graph graph = graph_of(c);
    auto seeds = seeds_of(c);
    const Assessment full(graph, 0, c.test, seeds);
    Assessment step(graph, 0, c.test, {});
    std::vector<std::uint8_t> seen(c.parties, 0);
    while (!seeds.empty()) {
      const auto at = *rc::gen::inRange<std::size_t>(0, seeds.size());
      const auto before = [&] {
        std::vector<Standing> all;
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(c.parties); ++i) all.push_back(step.of(i));
        return all;
      }();
      const auto changed = step.designate(seeds[at]);
      for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(c.parties); ++i) {
        RC_ASSERT((before[i] != step.of(i)) == (std::find(changed.begin(), changed.end(), i) != changed.end()));
      }
      seeds.erase(seeds.begin() + static_cast<std::ptrdiff_t>(at));
    }
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(c.parties); ++i) RC_ASSERT(step.of(i) == full.of(i));
  }));
}

}  // namespace
}  // namespace tamga::ownership
