#include "ownership/explain.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ownership/testing_networks.h"

namespace tamga::ownership {
namespace {

using namespace testing_networks;

const Criterion kOfac{.percent = Decimal::whole(50), .inclusive = true, .aggregate = true};
const Criterion kUk{.percent = Decimal::whole(50), .inclusive = false, .aggregate = false, .votes = true, .control = true, .joint = true};

struct Told {
  std::string answer;
  std::string chain;
  std::vector<std::string> settle;
};

Told told(const Network& network, std::string_view party, const Criterion& criterion, const std::vector<std::string_view>& listed = {"X"}) {
  const auto seeds = network.seeds(listed);
  const auto explanation = explain(network.graph, 0, criterion, seeds, network.graph.find(party));
  EXPECT_EQ(explanation.answer, answer_of(network.graph, 0, criterion, seeds, network.graph.find(party)));
  Told result{std::string(answer_name(explanation.answer)), chain_text(network.graph, explanation, seeds), {}};
  for (const Fact& fact : explanation.settle) result.settle.push_back(fact_text(network.graph, fact));
  return result;
}

TEST(Explain, TheChainIsDrawn) {
  const Network network({{"X", "A", "60"}, {"X", "B", "10"}, {"A", "B", "40"}, {"Z", "B", "50"}});
  const auto b = told(network, "B", kOfac);
  EXPECT_EQ(b.answer, "owned");
  EXPECT_EQ(b.chain, "X 10 + A 40 = 50 % (A: X 60 %)");
  EXPECT_EQ(told(network, "A", kOfac).chain, "X 60 %");
  const auto uk = told(network, "B", kUk);
  EXPECT_EQ(uk.answer, "not owned");
  EXPECT_EQ(uk.chain, "X 10 + A 40 = 50 % (A: X 60 %)");
}

TEST(Explain, NobodyListed) {
  const Network network({{"Z", "A", "60"}, {"X", "B", "1"}});
  const auto a = told(network, "A", kOfac);
  EXPECT_EQ(a.answer, "not owned");
  EXPECT_EQ(a.chain, "nothing");
  EXPECT_TRUE(a.settle.empty());
}

TEST(Explain, AListedCompanyIsNotOwnedForThat) {
  const Network network({{"X", "A", "10"}, {"A", "B", "60"}, {"B", "A", "60"}});
  EXPECT_EQ(told(network, "A", kOfac, {"A", "X"}).answer, "not owned");
  EXPECT_EQ(told(network, "B", kOfac, {"A", "X"}).answer, "owned");
}

TEST(Explain, ControlIsToldApartFromOwnership) {
  const Network network({{"X", "A", "control"}, {"A", "B", "60"}, {"X", "C", "60"}, {"X", "C", "control"}, {"X", "D", "influence"}});
  EXPECT_EQ(told(network, "A", kUk).answer, "controlled");
  EXPECT_EQ(told(network, "A", kUk).chain, "X controls");
  EXPECT_EQ(told(network, "B", kUk).answer, "controlled");
  EXPECT_EQ(told(network, "B", kUk).chain, "A 60 % (A: X controls)");
  EXPECT_EQ(told(network, "C", kUk).answer, "owned");
  const auto d = told(network, "D", kUk);
  EXPECT_EQ(d.answer, "cannot be excluded");
  EXPECT_EQ(d.settle, std::vector<std::string>{"whether X controls D is not known"});
}

TEST(Explain, VotesDecideByThemselves) {
  const Network network({{"X", "A", "10"}, {"X", "A", "votes60"}});
  EXPECT_EQ(told(network, "A", kUk).chain, "X 60 of votes %");
}

TEST(Explain, WhatWouldSettleIt) {
  const Network one({{"X", "A", "25-50"}, {"Z", "A", "30"}, {"A", "B", "60"}});
  EXPECT_EQ(told(one, "A", kOfac).settle, std::vector<std::string>{"the share of X in A is 25-50 %"});
  const auto b = told(one, "B", kOfac);
  EXPECT_EQ(b.chain, "A 60 = <=60 % (A: X 25-50 %)");
  EXPECT_EQ(b.settle, std::vector<std::string>{"the share of X in A is 25-50 %"});
  const Network two({{"X", "A", "30-40"}, {"Y", "A", "5-25"}, {"Z", "A", "0-10"}});
  EXPECT_EQ(told(two, "A", kOfac, {"X", "Y"}).settle, (std::vector<std::string>{"the share of X in A is 30-40 %", "the share of Y in A is 5-25 %"}));
  // A holding of 20 % beside one of 60 % turns nothing.
  const Network match({{"X", "A", "60"}, {"Y", "A", "20"}});
  EXPECT_EQ(told(match, "A", kOfac, {"?X", "?Y"}).settle, std::vector<std::string>{"X is only a possible match"});
  const Network unstated({{"X", "A", ""}, {"Z", "A", "40"}});
  EXPECT_EQ(told(unstated, "A", kOfac).settle, std::vector<std::string>{"the share of X in A is not stated"});
  EXPECT_EQ(told(unstated, "A", kOfac).chain, "X unknown = <=60 %");
}

TEST(Explain, ContradictionsAndOwnSharesAreSaid) {
  const Network both({{"X", "A", "60"}, {"Z", "A", "60"}});
  const auto a = told(both, "A", kOfac);
  EXPECT_EQ(a.answer, "cannot be excluded");
  EXPECT_EQ(a.chain, "X 60 = 40-80 %; the stated shares add up to more than 100 %");
  EXPECT_EQ(a.settle, std::vector<std::string>{"the shares in A add up to more than 100 %: which is wrong is not known"});
  const Network treasury({{"A", "A", "60"}, {"X", "A", "20"}, {"Z", "A", "20"}});
  EXPECT_EQ(told(treasury, "A", kOfac).settle, std::vector<std::string>{"whether the shares that A holds in itself count is not settled"});
}

TEST(Explain, WhoHoldsJointlyWithAPossibleMatchHangsOnWhoThatIs) {
  const Network match({{"X", "Y", "joint"}, {"Y", "A", "60"}});
  const auto a = told(match, "A", kUk, {"?X"});
  EXPECT_EQ(a.answer, "cannot be excluded");
  EXPECT_EQ(a.settle, std::vector<std::string>{"X is only a possible match"});
  // In both directions, through others, and where the ally itself is only possibly owned.
  const Network chain({{"Y", "X", "joint"}, {"Z", "Y", "joint"}, {"Z", "A", "60"}});
  EXPECT_EQ(told(chain, "A", kUk, {"?X"}).settle, std::vector<std::string>{"X is only a possible match"});
  // Through the party itself: what it is allied with counts although it is not listed for that.
  const Network through({{"X", "A", "joint"}, {"Y", "A", "joint"}, {"Y", "A", "influence"}});
  EXPECT_EQ(told(through, "A", kUk).settle, std::vector<std::string>{"whether Y controls A is not known"});
  const Network owned({{"X", "B", "40-60"}, {"B", "Y", "joint"}, {"Y", "A", "60"}});
  EXPECT_EQ(told(owned, "A", kUk).settle, std::vector<std::string>{"the share of X in B is 40-60 %"});
}

TEST(Explain, AnOpenEndThatFillsTheWholeIsAContradiction) {
  const Network network({{"X", "A", ">30"}, {"Z", "A", "70"}});
  const auto a = told(network, "A", {.percent = Decimal::whole(25), .inclusive = false, .aggregate = true}, {"X", "?Z"});
  EXPECT_EQ(a.answer, "owned");
  EXPECT_EQ(told(network, "A", {.percent = Decimal::whole(30), .inclusive = false, .aggregate = true}).settle,
            std::vector<std::string>{"the shares in A add up to more than 100 %: which is wrong is not known"});
}

TEST(Explain, OwnSharesOfSeveralSourcesAreReadAsTheyAre) {
  // The sources of a lot are numbers of its own graph: this once read beyond the end of another's.
  GraphBuilder builder;
  Holding holding;
  holding.owner = builder.party("X");
  holding.asset = builder.party("A");
  holding.low = holding.high = kWhole / 5 * 3;
  builder.hold(holding);
  holding.owner = holding.asset;
  for (const Share lot : {kWhole / 10, kWhole / 20}) {
    for (const auto* source : {"register", "report"}) {
      holding.sources = builder.source(source);
      holding.low = holding.high = lot;
      builder.hold(holding);
    }
  }
  const Graph graph = builder.graph();
  const Seed seeds[] = {{graph.find("X"), true}};
  const auto explanation = explain(graph, 0, kOfac, seeds, graph.find("A"));
  EXPECT_EQ(explanation.answer, Answer::owned);
  EXPECT_EQ(chain_text(graph, explanation, seeds), "X 60 %");
}

// The two owners hang on each other: what is open about the second was asked in the first one's matter, where the first does not count, and not
// again.
TEST(Explain, AFactIsAskedForInEveryMatterInWhichItMatters) {
  const Network network({{"P0", "P2", "influence"}, {"P1", "P2", "<20"}, {"P0", "P2", "20"}, {"P1", "P0", "30"}, {"P0", "P1", "influence"}});
  const Criterion alone{.percent = Decimal::whole(30), .inclusive = true, .aggregate = false, .control = true};
  const auto settle = told(network, "P2", alone, {"?P0", "?P1"}).settle;
  EXPECT_NE(std::find(settle.begin(), settle.end(), "whether P0 controls P1 is not known"), settle.end());
}

// ---- properties -----------------------------------------------------------------------------------------------

/// The values that a tie can take, for an exact answer to a fact about it.
std::vector<int> values_of(const Tie& tie) {
  if (tie.kind == Kind::control || tie.kind == Kind::influence) return {0, 1};
  std::vector<int> values;
  for (int v = tie.low + (tie.low_open ? 1 : 0); v <= tie.high - (tie.high_open ? 1 : 0); ++v) values.push_back(v);
  return values;
}

/// The case with some of its facts known.
struct Known {
  Case c;
  std::vector<std::size_t> ties;  ///< to be given a value
  std::vector<int> parties;       ///< of whom it is to be known whether they are the listed one
};

/// Calls `each` with every answer to the facts that leaves the case consistent.
void answers(Known known, std::size_t at, const std::function<void(const Case&)>& each) {
  if (at < known.ties.size()) {
    const Tie tie = known.c.ties[known.ties[at]];
    for (const int value : values_of(tie)) {
      Tie& told = known.c.ties[known.ties[at]];
      told = tie;
      if (tie.kind == Kind::influence) {
        told.kind = value != 0 ? Kind::control : Kind::family;  // family counts for nothing
      } else {
        told.low = told.high = value;
        told.low_open = told.high_open = false;
      }
      answers(known, at + 1, each);
    }
    return;
  }
  const std::size_t person = at - known.ties.size();
  if (person < known.parties.size()) {
    for (const int listed : {0, 2}) {
      known.c.listed[known.parties[person]] = listed;
      answers(known, at + 1, each);
    }
    return;
  }
  bool consistent = false;
  std::vector<int> value(known.c.ties.size(), 0);
  completions(known.c, value, 0, [&](const std::vector<int>&) { consistent = true; });
  if (consistent) each(known.c);
}

Known known_of(const Case& c, const Graph& graph, const std::vector<Fact>& facts) {
  Known known{c, {}, {}};
  for (const Fact& fact : facts) {
    if (fact.what == Fact::What::identity) {
      known.parties.push_back(static_cast<int>(fact.party));
      continue;
    }
    const Holding& holding = graph.holdings()[fact.holding];
    for (std::size_t i = 0; i < c.ties.size(); ++i) {
      const Tie& tie = c.ties[i];
      if (tie.owner == static_cast<int>(holding.owner) && tie.asset == static_cast<int>(holding.asset) && tie.kind == holding.kind) {
        known.ties.push_back(i);
      }
    }
  }
  return known;
}

TEST(ExplainProperty, TheFactsSettleItAndNoneIsTooMany) {
  EXPECT_TRUE(rc::check("smallest settling set", [] {
    Case c = random_case();
    std::erase_if(c.ties, [](const Tie& tie) { return tie.owner == tie.asset; });
    const Graph graph = graph_of(c);
    const auto seeds = seeds_of(c);
    bool consistent = false;
    std::vector<int> value(c.ties.size(), 0);
    completions(c, value, 0, [&](const std::vector<int>&) { consistent = true; });
    RC_PRE(consistent);
    for (std::uint32_t party = 0; party < static_cast<std::uint32_t>(c.parties); ++party) {
      const auto explanation = explain(graph, 0, c.test, seeds, party);
      RC_ASSERT(explanation.answer == answer_of(graph, 0, c.test, seeds, party));
      RC_ASSERT(explanation.settle.empty() == (explanation.answer != Answer::cannot_be_excluded));
      if (explanation.settle.empty()) continue;
      const auto open = [&](const Case& told) {
        // The party itself does not count as listed.
        Case asked = told;
        asked.listed[party] = 0;
        const Graph again = graph_of(asked);
        return Assessment(again, 0, asked.test, seeds_of(asked)).of(party) == Standing::possible;
      };
      answers(known_of(c, graph, explanation.settle), 0, [&](const Case& told) {
        if (open(told)) RC_FAIL(words(c) + " p" + std::to_string(party) + " stays open with " + words(told));
      });
      // Where several owners hang on one fact, or each listed owner is taken alone, one too many may be named.
      const bool direct = std::none_of(c.ties.begin(), c.ties.end(), [&](const Tie& tie) { return static_cast<std::uint32_t>(tie.asset) != party; });
      if (!direct || !c.test.aggregate) continue;
      for (std::size_t i = 0; i < explanation.settle.size(); ++i) {
        auto fewer = explanation.settle;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        bool needed = false;
        answers(known_of(c, graph, fewer), 0, [&](const Case& told) { needed = needed || open(told); });
        if (!needed) RC_FAIL(words(c) + " p" + std::to_string(party) + " does not need: " + fact_text(graph, explanation.settle[i]));
      }
    }
  }));
}

}  // namespace
}  // namespace tamga::ownership
