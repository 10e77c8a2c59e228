#include "ownership/signs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tamga::ownership {
namespace {

/// X held 60 % until day 100, 40 % since; rows in any order, ids are names.
struct Row {
  std::string_view owner;
  std::string_view asset;
  std::string_view share;
  Day from = kAlways;
  Day to = kNever;
  Kind kind = Kind::shares;
  bool indirect = false;
};

Graph graph_of(const std::vector<Row>& rows, const std::vector<std::string_view>& trusts = {}) {
  GraphBuilder builder;
  std::uint32_t line = 0;
  for (const Row& row : rows) {
    Holding holding;
    holding.owner = builder.party(row.owner);
    holding.asset = builder.party(row.asset);
    holding.set_share(Range::of(ShareRange::parse(row.share).value()));
    if (row.indirect) holding.flags |= Holding::kIndirect;
    holding.kind = row.kind;
    holding.from = row.from;
    holding.to = row.to;
    holding.line = ++line;
    builder.hold(holding);
  }
  for (const auto trust : trusts) {
    GraphBuilder::Description description;
    description.arrangement = true;
    builder.describe(builder.party(trust), description);
  }
  return builder.graph();
}

// ---- divestments ----------------------------------------------------------------------------------------------

struct Asked {
  Day designated = 100;
  int days = 30;
  Day as_of = 1000;
  int percent = 50;
  bool inclusive = true;
};

/// "100: 60 -> 40 certain; N other": one a fall.
std::vector<std::string> falls(const Graph& graph, const Asked& asked = {}) {
  std::vector<std::string> result;
  for (const Divestment& fall : divestments(graph, asked.as_of, graph.find("X"), graph.find("A"), asked.designated, asked.days,
                                            Decimal::whole(asked.percent), asked.inclusive)) {
    std::string text = fmt::format("{}: {} -> {}{}", fall.day, fall.before.text(), fall.after.text(), fall.certain ? " certain" : "");
    for (const auto& to : fall.to) {
      EXPECT_EQ(graph.holdings()[to.holding].owner, to.party);
      text += fmt::format("; {} {}", graph.party(to.party).id, receiver_name(to.receiver));
    }
    result.push_back(text);
  }
  return result;
}

std::vector<std::string> falls(const std::vector<Row>& rows, const Asked& asked = {}) { return falls(graph_of(rows), asked); }

using Lines = std::vector<std::string>;

TEST(Divestments, AFallAroundTheDesignationIsFound) {
  const std::vector<Row> rows = {{"X", "A", "60", kAlways, 100}, {"X", "A", "40", 100}};
  EXPECT_EQ(falls(rows), Lines{"100: 60 -> 40 certain"});
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100}}), Lines{"100: 60 -> 0 certain"});
}

TEST(Divestments, TheWindowHasBothItsEdges) {
  const std::vector<Row> rows = {{"X", "A", "60", kAlways, 100}, {"X", "A", "40", 100}};
  const Lines found{"100: 60 -> 40 certain"};
  for (const Day designated : {70, 71, 100, 129, 130}) EXPECT_EQ(falls(rows, {.designated = designated}), found) << designated;
  for (const Day designated : {0, 69, 131, 500}) EXPECT_EQ(falls(rows, {.designated = designated}), Lines{}) << designated;
  EXPECT_EQ(falls(rows, {.designated = 100, .days = 0}), found);
  EXPECT_EQ(falls(rows, {.designated = 101, .days = 0}), Lines{});
  // A window that reaches beyond the ends of time.
  EXPECT_EQ(falls(rows, {.designated = 100, .days = INT32_MAX}), found);
}

TEST(Divestments, WhatHasNotHappenedYetIsNone) {
  const std::vector<Row> rows = {{"X", "A", "60", kAlways, 100}, {"X", "A", "40", 100}};
  EXPECT_EQ(falls(rows, {.as_of = 99}), Lines{});
  EXPECT_EQ(falls(rows, {.as_of = 100}), Lines{"100: 60 -> 40 certain"});
}

TEST(Divestments, WhoIsAtTheThresholdAgainHasDivestedNothing) {
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100}, {"X", "A", "40", 100, 110}, {"X", "A", "50", 110}}), Lines{});
  // As of a day between it looked like one.
  const std::vector<Row> rows = {{"X", "A", "60", kAlways, 100}, {"X", "A", "40", 100, 110}, {"X", "A", "50", 110}};
  EXPECT_EQ(falls(rows, {.as_of = 105}), Lines{"100: 60 -> 40 certain"});
}

TEST(Divestments, TheThresholdItselfCountsWhereTheRuleSaysAtLeast) {
  const std::vector<Row> to_half = {{"X", "A", "60", kAlways, 100}, {"X", "A", "50", 100}};
  EXPECT_EQ(falls(to_half), Lines{});
  EXPECT_EQ(falls(to_half, {.inclusive = false}), Lines{"100: 60 -> 50 certain"});
  const std::vector<Row> from_half = {{"X", "A", "50", kAlways, 100}, {"X", "A", "49.9", 100}};
  EXPECT_EQ(falls(from_half), Lines{"100: 50 -> 49.9 certain"});
  EXPECT_EQ(falls(from_half, {.inclusive = false}), Lines{});
}

TEST(Divestments, AThresholdOfManyDecimalsIsNotReachedJustBelow) {
  const Graph graph = graph_of({{"X", "A", "60", kAlways, 100}, {"X", "A", "33.3333333", 100}});
  const auto third = Decimal::parse("33.333333333").value();
  EXPECT_EQ(divestments(graph, 1000, graph.find("X"), graph.find("A"), 100, 30, third, true).size(), 1U);
  EXPECT_EQ(divestments(graph, 1000, graph.find("X"), graph.find("A"), 100, 30, Decimal::parse("33.3333333").value(), true).size(), 0U);
}

TEST(Divestments, RangesMakeItUncertain) {
  EXPECT_EQ(falls({{"X", "A", "40-60", kAlways, 100}, {"X", "A", "30", 100}}), Lines{"100: 40-60 -> 30"});
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100}, {"X", "A", "25-50", 100}}), Lines{"100: 60 -> 25-50"});
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100}, {"X", "A", "<50", 100}}), Lines{"100: 60 -> <50 certain"});
  EXPECT_EQ(falls({{"X", "A", "25-49", kAlways, 100}, {"X", "A", "10", 100}}), Lines{});
  EXPECT_EQ(falls({{"X", "A", ">50", kAlways, 100}, {"X", "A", "10", 100}}, {.inclusive = false}), Lines{"100: >50 -> 10 certain"});
}

TEST(Divestments, LotsAreAddedUp) {
  // Two lots, of which one goes; then the other, which no longer is at the threshold.
  const std::vector<Row> rows = {{"X", "A", "30", kAlways, 100}, {"X", "A", "25", kAlways, 110}};
  EXPECT_EQ(falls(rows), Lines{"100: 55 -> 25 certain"});
  // One lot goes and another comes on that day: nothing fell.
  EXPECT_EQ(falls({{"X", "A", "30", kAlways, 100}, {"X", "A", "25"}, {"X", "A", "31", 100}}), Lines{});
  // Both on one day are one fall.
  EXPECT_EQ(falls({{"X", "A", "30", kAlways, 100}, {"X", "A", "25", kAlways, 100}}), Lines{"100: 55 -> 0 certain"});
  // Two falls with a rise between them.
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 90}, {"X", "A", "70", 95, 105}}), (Lines{"90: 60 -> 0 certain", "105: 70 -> 0 certain"}));
}

TEST(Divestments, OnlyDirectSharesOfThatOwnerCount) {
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100, Kind::votes}}), Lines{});
  EXPECT_EQ(falls({{"X", "A", "60", kAlways, 100, Kind::shares, true}}), Lines{});
  EXPECT_EQ(falls({{"X", "A", "10"}, {"Y", "A", "60", kAlways, 100}}), Lines{});
}

TEST(Divestments, TheReceiverIsWhoHoldsMoreSinceThen) {
  const auto with = [](Row received) { return falls({{"X", "A", "60", kAlways, 100}, received}); };
  const auto none = Lines{"100: 60 -> 0 certain"};
  const auto one = Lines{"100: 60 -> 0 certain; N another"};
  EXPECT_EQ(with({"N", "A", "20", 100}), one);
  EXPECT_EQ(with({"N", "A", "20", 69}), one);
  EXPECT_EQ(with({"N", "A", "20", 68}), none);
  EXPECT_EQ(with({"N", "A", "20", 131}), one);
  EXPECT_EQ(with({"N", "A", "20", 132}), none);
  EXPECT_EQ(with({"N", "A", "20"}), none);  // it is not known since when
  EXPECT_EQ(with({"N", "A", "20", 100, kNever, Kind::votes}), one);
  EXPECT_EQ(with({"N", "A", "0", 100}), none);
  EXPECT_EQ(with({"N", "A", "", 100, kNever, Kind::director}), none);
  EXPECT_EQ(with({"X", "A", "20", 100}), Lines{"100: 60 -> 20 certain"});
  EXPECT_EQ(with({"A", "A", "20", 100}), none);  // bought back
}

TEST(Divestments, WhoHeldAsMuchBeforeReceivedNothing) {
  const auto with = [](std::string_view before, std::string_view after) {
    return falls({{"X", "A", "60", kAlways, 100}, {"N", "A", before, kAlways, 100}, {"N", "A", after, 100}});
  };
  const auto none = Lines{"100: 60 -> 0 certain"};
  const auto one = Lines{"100: 60 -> 0 certain; N another"};
  EXPECT_EQ(with("25", "20"), none);
  EXPECT_EQ(with("20", "20"), none);
  EXPECT_EQ(with("20", "25"), one);
  EXPECT_EQ(with("15-25", "20"), one);  // it may be more
  EXPECT_EQ(with("20-25", "20"), none);
}

TEST(Divestments, WhoIsNearIsToldFirst) {
  const Graph graph = graph_of({{"X", "A", "60", kAlways, 100},
                                {"Other", "A", "10", 100},
                                {"Clerk", "A", "10", 100},
                                {"Wife", "A", "10", 100},
                                {"Trust", "A", "10", 100},
                                {"Son", "A", "10", 100},
                                {"Manager", "A", "10", 100},
                                {"Lawyer", "A", "10", 100},
                                {"Wife", "X", "", kAlways, kNever, Kind::family},
                                {"X", "Son", "", kAlways, kNever, Kind::family},
                                {"Clerk", "X", "", kAlways, kNever, Kind::staff},
                                {"Manager", "A", "", kAlways, kNever, Kind::director},
                                // Staff of another company that X holds; and of one that X only directs.
                                {"X", "B", "5"},
                                {"Lawyer", "B", "", kAlways, kNever, Kind::staff},
                                {"X", "C", "", kAlways, kNever, Kind::director},
                                {"Other", "C", "", kAlways, kNever, Kind::staff}},
                               {"Trust"});
  const auto found = falls(graph);
  ASSERT_EQ(found.size(), 1U);
  // Within a rank in the order of their holdings.
  EXPECT_EQ(found[0], "100: 60 -> 0 certain; Trust trust; Wife family; Son family; Clerk staff; Manager staff; Lawyer staff; Other another");
}

// ---- loops and contradictions ---------------------------------------------------------------------------------

bool closed(const std::vector<Row>& rows, Day day = 0) {
  const Graph graph = graph_of(rows);
  return in_closed_loop(graph, day, graph.find("A"));
}

TEST(ClosedLoop, CompaniesThatOwnEachOtherWholly) {
  EXPECT_TRUE(closed({{"A", "A", "100"}}));
  EXPECT_TRUE(closed({{"A", "B", "100"}, {"B", "A", "100"}}));
  EXPECT_TRUE(closed({{"A", "B", "100"}, {"B", "C", "100"}, {"C", "A", "100"}}));
  EXPECT_TRUE(closed({{"B", "A", "60"}, {"C", "A", "40"}, {"A", "B", "100"}, {"B", "C", "50"}, {"A", "C", "50"}}));
  EXPECT_TRUE(closed({{"B", "A", "99.99"}, {"A", "B", "100"}}));
  // In several lots.
  EXPECT_TRUE(closed({{"B", "A", "60", -10}, {"B", "A", "40", -5}, {"A", "B", "100"}}));
}

TEST(ClosedLoop, AnOwnerOutsideOpensIt) {
  EXPECT_FALSE(closed({{"A", "X", "100"}, {"X", "B", "1"}, {"B", "A", "99"}}));
  EXPECT_FALSE(closed({{"B", "A", "99"}, {"X", "A", "1"}, {"A", "B", "100"}}));
  EXPECT_FALSE(closed({{"B", "A", "100"}, {"A", "B", "99"}, {"X", "B", "1"}}));
  EXPECT_FALSE(closed({{"B", "A", "99.98"}, {"A", "B", "100"}}));
  EXPECT_FALSE(closed({{"A", "B", "100"}}));
  // What may be less is not wholly held; votes and indirect holdings are no hands.
  EXPECT_FALSE(closed({{"B", "A", ">=75"}, {"A", "B", "100"}}));
  EXPECT_FALSE(closed({{"B", "A", "100", kAlways, kNever, Kind::votes}, {"A", "B", "100"}}));
  EXPECT_FALSE(closed({{"B", "A", "100", kAlways, kNever, Kind::shares, true}, {"A", "B", "100"}}));
}

TEST(ClosedLoop, OnTheDay) {
  const std::vector<Row> rows = {{"B", "A", "100", 10, 20}, {"A", "B", "100"}};
  EXPECT_FALSE(closed(rows, 9));
  EXPECT_TRUE(closed(rows, 10));
  EXPECT_TRUE(closed(rows, 19));
  EXPECT_FALSE(closed(rows, 20));
}

bool wrong(const std::vector<Row>& rows, Day day = 0) {
  const Graph graph = graph_of(rows);
  return inconsistent(graph, day, graph.find("A"));
}

TEST(Inconsistent, MoreThanTheWhole) {
  EXPECT_FALSE(wrong({{"X", "A", "60"}, {"Y", "A", "40"}}));
  EXPECT_TRUE(wrong({{"X", "A", "60"}, {"Y", "A", "40.0000001"}}));
  EXPECT_TRUE(wrong({{"A", "A", "50"}, {"Y", "A", "50.1"}}));
  EXPECT_FALSE(wrong({{"X", "A", "50-100"}, {"Y", "A", "50-100"}}));
  EXPECT_FALSE(wrong({{"X", "A", "60"}, {"Y", "A", "60", kAlways, kNever, Kind::votes}}));
  EXPECT_FALSE(wrong({{"X", "A", "60"}, {"Y", "A", "60", kAlways, kNever, Kind::shares, true}}));
}

TEST(Inconsistent, OnTheDay) {
  const std::vector<Row> rows = {{"X", "A", "60", kAlways, 20}, {"Y", "A", "60", 10}};
  EXPECT_FALSE(wrong(rows, 9));
  EXPECT_TRUE(wrong(rows, 10));
  EXPECT_TRUE(wrong(rows, 19));
  EXPECT_FALSE(wrong(rows, 20));
}

TEST(Inconsistent, SourcesThatContradictEachOther) {
  GraphBuilder builder;
  Holding holding;
  holding.owner = builder.party("X");
  holding.asset = builder.party("A");
  holding.low = holding.high = kWhole / 5;
  holding.sources = builder.source("register");
  builder.hold(holding);
  holding.low = holding.high = kWhole / 4;
  holding.sources = builder.source("report");
  holding.from = 10;
  holding.to = 20;
  builder.hold(holding);
  const Graph graph = builder.graph();
  EXPECT_FALSE(inconsistent(graph, 9, graph.find("A")));
  EXPECT_TRUE(inconsistent(graph, 10, graph.find("A")));
  EXPECT_FALSE(inconsistent(graph, 20, graph.find("A")));
  EXPECT_FALSE(inconsistent(graph, 10, graph.find("X")));
}

// ---- changes --------------------------------------------------------------------------------------------------

std::string tie_text(const Graph& graph, std::uint32_t number) {
  if (number == kNobody) return "none";
  const Holding& holding = graph.holdings()[number];
  return fmt::format("{} in {} {}{}", graph.party(holding.owner).id, graph.party(holding.asset).id,
                     holding.measured() ? holding.share().text() : std::string(kind_name(holding.kind)), holding.kind == Kind::votes ? " votes" : "");
}

std::vector<std::string> changed(const Graph& before, Day day_before, const Graph& after, Day day_after) {
  std::vector<std::string> result;
  for (const Change& change : changes(before, day_before, after, day_after)) {
    result.push_back(tie_text(before, change.before) + " -> " + tie_text(after, change.after));
  }
  return result;
}

TEST(Changes, BeganEndedAndAnotherShare) {
  const Graph graph = graph_of({{"X", "A", "60", kAlways, 100},
                                {"X", "A", "40", 100},
                                {"Y", "A", "20", 100},
                                {"Z", "A", "20", kAlways, 100},
                                {"V", "A", "20"},
                                {"X", "A", "30", 100, kNever, Kind::votes}});
  const Lines expected{"X in A 60 -> X in A 40", "none -> X in A 30 votes", "none -> Y in A 20", "Z in A 20 -> none"};
  EXPECT_EQ(changed(graph, 99, graph, 100), expected);
  EXPECT_EQ(changed(graph, 100, graph, 1000), Lines{});
}

TEST(Changes, TwoEditionsNumberTheirPartiesAsTheyLike) {
  const Graph before = graph_of({{"X", "A", "60"}, {"Y", "A", "10"}, {"Gone", "Lost", "70"}});
  const Graph after = graph_of({{"New", "B", "5"}, {"Y", "A", "10"}, {"X", "A", "25-50"}});
  EXPECT_EQ(changed(before, 0, after, 0), (Lines{"none -> New in B 5", "X in A 60 -> X in A 25-50", "Gone in Lost 70 -> none"}));
}

TEST(Changes, KindsAndIndirectHoldingsAreKeptApart) {
  const Graph before = graph_of({{"X", "A", "60"}, {"X", "B", "", kAlways, kNever, Kind::control}, {"X", "C", "60"}});
  const Graph after = graph_of({{"X", "A", "60", kAlways, kNever, Kind::votes},
                                {"X", "B", "", kAlways, kNever, Kind::director},
                                {"X", "C", "60", kAlways, kNever, Kind::shares, true}});
  EXPECT_EQ(changed(before, 0, after, 0), (Lines{"none -> X in A 60 votes", "X in A 60 -> none", "none -> X in B director", "X in B control -> none",
                                                 "none -> X in C 60", "X in C 60 -> none"}));
}

TEST(Changes, OfSeveralLotsTheOneThatEndedIsTheOneThatEnded) {
  const Graph graph = graph_of({{"X", "A", "30", kAlways, 100}, {"X", "A", "20", 10}});
  EXPECT_EQ(changed(graph, 99, graph, 100), Lines{"X in A 30 -> none"});
  // Nor is it a change that they are told in another order.
  const Graph turned = graph_of({{"X", "A", "20"}, {"X", "A", "30"}});
  EXPECT_EQ(changed(graph, 99, turned, 0), Lines{});
}

TEST(Changes, APartyThatTurnsOutToBeAnotherIsNoChange) {
  const identifiers::Identifier lei{identifiers::Scheme::lei, "5493001KJTIIGC8Y1R12", "LEI", true};
  const auto edition = [&](bool known) {
    GraphBuilder builder;
    // Two registers call X by their own ids; later both give its LEI. The same for the company.
    for (const auto& [first, second] : {std::pair("x1", "x2"), std::pair("a1", "a2")}) {
      builder.party(first);
      builder.party(second);
    }
    Holding holding;
    holding.owner = builder.party("x2");
    holding.asset = builder.party("a2");
    holding.low = holding.high = kWhole / 2;
    builder.hold(holding);
    if (known) {
      for (const auto* id : {"x1", "x2"}) builder.identify(builder.party(id), lei);
      for (const auto* id : {"a1", "a2"}) builder.identify(builder.party(id), {identifiers::Scheme::registration, "7707083893", "INN", true});
    }
    return builder.graph();
  };
  const Graph before = edition(false);
  const Graph after = edition(true);
  EXPECT_EQ(changed(before, 0, after, 0), Lines{});
  EXPECT_EQ(changed(after, 0, before, 0), Lines{});
}

Graph random_graph() {
  const auto count = *rc::gen::inRange(1, 10);
  std::vector<std::string> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(fmt::format("p{}", i));
  GraphBuilder builder;
  for (int i = 0; i < count; ++i) {
    Holding holding;
    holding.owner = builder.party(*rc::gen::elementOf(ids));
    holding.asset = builder.party(*rc::gen::elementOf(ids));
    holding.low = static_cast<Share>(*rc::gen::inRange(0, 5)) * (kWhole / 4);
    holding.high = std::min(kWhole, holding.low + static_cast<Share>(*rc::gen::inRange(0, 2)) * (kWhole / 4));
    holding.kind = *rc::gen::element(Kind::shares, Kind::votes, Kind::control);
    holding.from = *rc::gen::element(kAlways, 1, 2);
    holding.to = *rc::gen::element(kNever, 3, 4);
    holding.sources = builder.source(*rc::gen::element("A", "B"));
    builder.hold(holding);
  }
  return builder.graph();
}

TEST(ChangesProperty, NothingChangesFromADayToItself) {
  EXPECT_TRUE(rc::check("nothing changes", [] {
    const Graph graph = random_graph();
    for (Day day = 0; day < 6; ++day) RC_ASSERT(changes(graph, day, graph, day).empty());
  }));
}

TEST(ChangesProperty, BackwardsWhatBeganHasEnded) {
  EXPECT_TRUE(rc::check("swapped", [] {
    const Graph one = random_graph();
    const Graph two = random_graph();
    const Day first = *rc::gen::inRange(0, 6);
    const Day second = *rc::gen::inRange(0, 6);
    const auto ties = [&](const std::vector<Change>& all, bool swapped) {
      std::vector<std::string> result;
      for (const Change& change : all) {
        RC_ASSERT(change.before != kNobody || change.after != kNobody);
        const auto in_one = swapped ? change.after : change.before;
        const auto in_two = swapped ? change.before : change.after;
        result.push_back(tie_text(one, in_one) + " / " + tie_text(two, in_two));
      }
      std::sort(result.begin(), result.end());
      return result;
    };
    RC_ASSERT(ties(changes(one, first, two, second), false) == ties(changes(two, second, one, first), true));
  }));
}

TEST(ReceiverName, EachHasOne) {
  EXPECT_EQ(receiver_name(Receiver::other), "another");
  EXPECT_EQ(receiver_name(Receiver::family), "family");
  EXPECT_EQ(receiver_name(Receiver::trust), "trust");
  EXPECT_EQ(receiver_name(Receiver::staff), "staff");
}

}  // namespace
}  // namespace tamga::ownership
