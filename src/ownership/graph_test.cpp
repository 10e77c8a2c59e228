#include "ownership/graph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace tamga::ownership {
namespace {

using identifiers::Identifier;
using identifiers::Scheme;

const Identifier kLei{Scheme::lei, "5493001KJTIIGC8Y1R12", "LEI", true};
const Identifier kInn{Scheme::registration, "7707083893", "INN", true};
const Identifier kForeign{Scheme::registration, "HRB12345", "registration", false};
const Identifier kBic{Scheme::bic, "SABRRUMM", "BIC", true};
const Identifier kWallet{Scheme::wallet, "0xab5801a7d398351b8be11c439e05c5b3259aec9b", "wallet", true};

/// A graph by rows of words, so that a test shows what its sources say.
struct Sources {
  struct Row {
    std::string_view source;
    std::string_view share;  ///< "50", "25-50", ">25"; "" is unknown
    Day from = kAlways;
    Day to = kNever;
    std::uint32_t line = 1;
  };

  GraphBuilder builder;

  Sources& say(std::string_view owner, std::string_view asset, Row row, Kind kind = Kind::shares, bool indirect = false) {
    Holding holding;
    holding.owner = builder.party(owner);
    holding.asset = builder.party(asset);
    holding.set_share(Range::of(ShareRange::parse(row.share).value()));
    if (indirect) holding.flags |= Holding::kIndirect;
    holding.kind = kind;
    holding.from = row.from;
    holding.to = row.to;
    holding.line = row.line;
    if (!row.source.empty()) holding.sources = builder.source(row.source);
    builder.hold(holding);
    return *this;
  }
};

std::string sources_text(const Graph& graph, const Holding& holding) {
  std::string text;
  for (const auto name : graph.sources(holding.sources)) text += (text.empty() ? "" : "+") + std::string(name);
  return text;
}

/// "50 A+B disputed 10..20", one a holding of the asset.
std::vector<std::string> lines(const Graph& graph, std::string_view asset) {
  std::vector<std::string> result;
  for (const Holding& holding : graph.in(graph.find(asset))) {
    std::string text = holding.measured() ? holding.share().text() : std::string(kind_name(holding.kind));
    if (holding.kind == Kind::votes) text += " votes";
    if (holding.indirect()) text += " indirect";
    text += " " + sources_text(graph, holding);
    if (holding.disputed()) text += " disputed";
    if (holding.from != kAlways || holding.to != kNever) {
      text += fmt::format(" {}..{}", holding.from == kAlways ? "" : fmt::format("{}", holding.from),
                          holding.to == kNever ? "" : fmt::format("{}", holding.to));
    }
    result.push_back(text);
  }
  return result;
}

std::vector<std::string> merged(const std::vector<Sources::Row>& rows, Kind kind = Kind::shares) {
  Sources sources;
  for (const auto& row : rows) sources.say("X", "A", row, kind);
  return lines(sources.builder.graph(), "A");
}

using Lines = std::vector<std::string>;

// ---- parties --------------------------------------------------------------------------------------------------

TEST(Graph, NothingIsAGraph) {
  const Graph graph = GraphBuilder().graph();
  EXPECT_EQ(graph.parties(), 0U);
  EXPECT_TRUE(graph.holdings().empty());
  EXPECT_EQ(graph.find("X"), kNobody);
  EXPECT_TRUE(graph.with_identifier(kLei).empty());
  EXPECT_TRUE(graph.with_name_key(1).empty());
}

TEST(Graph, TheSameIdIsOneParty) {
  GraphBuilder builder;
  EXPECT_EQ(builder.party("x"), builder.party("x"));
  EXPECT_NE(builder.party("x"), builder.party("X"));
  const Graph graph = builder.graph();
  EXPECT_EQ(graph.parties(), 2U);
  EXPECT_EQ(graph.party(graph.find("X")).id, "X");
}

TEST(Graph, ManyIdsAreAllFound) {
  // More than the first tables hold, so that they grow several times.
  GraphBuilder builder;
  for (int i = 0; i < 5000; ++i) builder.party(fmt::format("party {}", i));
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(builder.party(fmt::format("party {}", i)), static_cast<std::uint32_t>(i));
  const Graph graph = builder.graph();
  for (int i = 0; i < 5000; ++i) EXPECT_EQ(graph.find(fmt::format("party {}", i)), static_cast<std::uint32_t>(i));
  EXPECT_EQ(graph.find("party 5000"), kNobody);
}

TEST(Graph, ACheckedIdentifierMakesOneParty) {
  for (const Identifier& identifier : {kLei, kInn, Identifier{Scheme::imo, "9074729", "IMO", true}}) {
    GraphBuilder builder;
    builder.identify(builder.party("a"), identifier);
    builder.identify(builder.party("b"), identifier);
    builder.party("c");
    const Graph graph = builder.graph();
    EXPECT_EQ(graph.parties(), 2U) << identifier.value;
    EXPECT_EQ(graph.find("b"), graph.find("a"));
    EXPECT_NE(graph.find("c"), graph.find("a"));
    EXPECT_EQ(graph.party(graph.find("b")).id, "a");
    EXPECT_EQ(graph.identifiers_of(graph.find("a")), std::vector{identifier});
  }
}

TEST(Graph, AnUncheckedIdentifierABicAndAWalletOnlyFind) {
  for (const Identifier& identifier : {kForeign, kBic, kWallet}) {
    GraphBuilder builder;
    builder.identify(builder.party("a"), identifier);
    builder.identify(builder.party("b"), identifier);
    const Graph graph = builder.graph();
    EXPECT_EQ(graph.parties(), 2U) << identifier.value;
    EXPECT_EQ(graph.with_identifier(identifier), (std::vector{graph.find("a"), graph.find("b")}));
  }
}

TEST(Graph, PartiesAreOneThroughOthers) {
  // a and b share an LEI, b and c an INN: the three are one, in whatever order it is learnt.
  for (const bool late : {false, true}) {
    GraphBuilder builder;
    for (const auto* id : {"a", "b", "c", "d"}) builder.party(id);
    if (late) builder.identify(builder.party("c"), kInn);
    builder.identify(builder.party("b"), kLei);
    builder.identify(builder.party("b"), kInn);
    if (!late) builder.identify(builder.party("c"), kInn);
    builder.identify(builder.party("a"), kLei);
    const Graph graph = builder.graph();
    EXPECT_EQ(graph.parties(), 2U);
    for (const auto* id : {"b", "c"}) EXPECT_EQ(graph.find(id), graph.find("a"));
    EXPECT_EQ(graph.party(graph.find("c")).id, "a");
    EXPECT_EQ(graph.identifiers_of(graph.find("a")).size(), 2U);
    EXPECT_EQ(graph.party(graph.find("d")).id, "d");
  }
}

TEST(Graph, AnotherSchemeWithTheSameValueIsAnotherIdentifier) {
  GraphBuilder builder;
  builder.identify(builder.party("a"), {Scheme::registration, "9074729", "INN", true});
  builder.identify(builder.party("b"), {Scheme::imo, "9074729", "IMO", true});
  EXPECT_EQ(builder.graph().parties(), 2U);
}

TEST(Graph, TheDescriptionOfAnEarlierSourceStays) {
  GraphBuilder builder;
  const auto x = builder.party("x");
  builder.describe(x, {.name = "", .schema = "", .country = "", .arrangement = false, .name_key = 0});
  builder.describe(x, {.name = "First", .schema = "", .country = "RU", .arrangement = false, .name_key = 0});
  builder.describe(x, {.name = "Second", .schema = "Company", .country = "KZ", .arrangement = true, .name_key = 0});
  builder.describe(x, {.name = "", .schema = "Person", .country = "", .arrangement = false, .name_key = 0});
  const Graph graph = builder.graph();
  const PartyView view = graph.party(graph.find("x"));
  EXPECT_EQ(view.name, "First");
  EXPECT_EQ(view.schema, "Company");
  EXPECT_EQ(view.country, "RU");
  EXPECT_TRUE(view.arrangement);
  EXPECT_TRUE(view.described);
}

TEST(Graph, OfAPartyThatNoSourceDescribesTheIdIsTheName) {
  GraphBuilder builder;
  builder.party("x");
  const Graph graph = builder.graph();
  const PartyView view = graph.party(0);
  EXPECT_EQ(view.name, "x");
  EXPECT_EQ(view.schema, "LegalEntity");
  EXPECT_EQ(view.country, "");
  EXPECT_FALSE(view.arrangement);
  EXPECT_FALSE(view.described);
}

TEST(Graph, AMergedPartyHasWhatAnyOfItsPartsHas) {
  GraphBuilder builder;
  const auto a = builder.party("a");
  const auto b = builder.party("b");
  builder.describe(a, {.name = "Name of a", .schema = "", .country = "", .arrangement = false, .name_key = 11});
  builder.describe(b, {.name = "Name of b", .schema = "Company", .country = "CY", .arrangement = true, .name_key = 22});
  builder.identify(b, kLei);
  builder.identify(a, kLei);
  const Graph graph = builder.graph();
  const PartyView view = graph.party(graph.find("b"));
  EXPECT_EQ(view.id, "a");
  EXPECT_EQ(view.name, "Name of a");
  EXPECT_EQ(view.schema, "Company");
  EXPECT_EQ(view.country, "CY");
  EXPECT_TRUE(view.arrangement);
  // By either name.
  EXPECT_EQ(graph.with_name_key(11), std::vector{graph.find("a")});
  EXPECT_EQ(graph.with_name_key(22), std::vector{graph.find("a")});
}

TEST(Graph, ADescribedNameReplacesTheKeyOfAnId) {
  GraphBuilder builder;
  const auto x = builder.party("x");
  builder.find_by_name(x, 1);
  builder.find_by_name(x, 2);  // the first stays
  builder.find_by_name(builder.party("y"), 1);
  builder.describe(x, {.name = "X", .schema = "", .country = "", .arrangement = false, .name_key = 3});
  builder.describe(x, {.name = "Another", .schema = "", .country = "", .arrangement = false, .name_key = 4});
  const Graph graph = builder.graph();
  EXPECT_EQ(graph.with_name_key(1), std::vector{graph.find("y")});
  EXPECT_TRUE(graph.with_name_key(2).empty());
  EXPECT_EQ(graph.with_name_key(3), std::vector{graph.find("x")});
  EXPECT_TRUE(graph.with_name_key(4).empty());
}

TEST(Graph, AnIdentifierThatIsSaidTwiceIsKeptOnce) {
  GraphBuilder builder;
  const auto a = builder.party("a");
  for (int i = 0; i < 3; ++i) {
    builder.identify(a, kForeign);
    builder.identify(a, kLei);
  }
  const Graph graph = builder.graph();
  EXPECT_EQ(graph.identifiers_of(a), (std::vector{kForeign, kLei}));
  EXPECT_EQ(graph.with_identifier(kLei), std::vector{a});
  EXPECT_TRUE(graph.with_identifier(kInn).empty());
}

// ---- one holding of several sources ---------------------------------------------------------------------------

TEST(GraphMerge, TheSameHoldingOfTwoSourcesHasBoth) {
  EXPECT_EQ(merged({{"A", "50"}, {"B", "50"}}), Lines{"50 A+B"});
  EXPECT_EQ(merged({{"A", "50"}, {"B", "50"}, {"A", "50"}, {"C", "50"}}), Lines{"50 A+B+C"});
}

TEST(GraphMerge, TheLineIsThatOfTheFirstSource) {
  Sources sources;
  sources.say("X", "A", {"A", "50", kAlways, kNever, 7}).say("X", "A", {"B", "50", kAlways, kNever, 9});
  const Graph graph = sources.builder.graph();
  ASSERT_EQ(graph.holdings().size(), 1U);
  EXPECT_EQ(graph.holdings()[0].line, 7U);
  EXPECT_EQ(graph.sources(graph.holdings()[0].sources).front(), "A");
}

TEST(GraphMerge, ARangeIsWhatBothAllow) {
  EXPECT_EQ(merged({{"A", "25-50"}, {"B", "40-75"}}), Lines{"40-50 A+B"});
  EXPECT_EQ(merged({{"A", "25-50"}, {"B", ""}}), Lines{"25-50 A+B"});
  EXPECT_EQ(merged({{"A", ""}, {"B", "30"}}), Lines{"30 A+B"});
  // Ends that are not reached themselves stay so, whichever source says it.
  EXPECT_EQ(merged({{"A", ">25"}, {"B", "25-50"}}), Lines{">25 to 50 A+B"});
  EXPECT_EQ(merged({{"A", "25-50"}, {"B", ">25"}}), Lines{">25 to 50 A+B"});
  EXPECT_EQ(merged({{"A", "<50"}, {"B", "25-50"}}), Lines{"25 to <50 A+B"});
  EXPECT_EQ(merged({{"A", ">25"}, {"B", "30-50"}}), Lines{"30-50 A+B"});
  // They meet at one value that both reach.
  EXPECT_EQ(merged({{"A", "25-50"}, {"B", "50-75"}}), Lines{"50 A+B"});
}

TEST(GraphMerge, AContradictionHoldsAllThatIsSaid) {
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}}), Lines{"20-60 A+B disputed"});
  EXPECT_EQ(merged({{"A", "60"}, {"B", "20"}}), Lines{"20-60 A+B disputed"});
  // They meet only at a value that one of them does not reach.
  EXPECT_EQ(merged({{"A", "<50"}, {"B", "50-75"}}), Lines{"<=75 A+B disputed"});
  EXPECT_EQ(merged({{"A", ">50"}, {"B", "25-50"}}), Lines{">=25 A+B disputed"});
  EXPECT_EQ(merged({{"A", ">50"}, {"B", "<=50"}}), Lines{"unknown A+B disputed"});
  // An end that all leave open stays open.
  EXPECT_EQ(merged({{"A", ">60"}, {"B", "<20"}, {"C", "30"}}), Lines{"unknown A+B+C disputed"});
}

TEST(GraphMerge, AThirdSourceDoesNotEndADispute) {
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}, {"C", "60"}}), Lines{"20-60 A+B+C disputed"});
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}, {"C", "30-40"}}), Lines{"20-60 A+B+C disputed"});
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}, {"C", "70"}}), Lines{"20-70 A+B+C disputed"});
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}, {"C", ""}}), Lines{"unknown A+B+C disputed"});
}

TEST(GraphMerge, ADisputeHoldsAllThatAnySourceSaysAndNotOnlyWhatTheFirstTwoAgreedOn) {
  const Lines expected{"25-75 A+B+C disputed"};
  EXPECT_EQ(merged({{"A", "50-75"}, {"B", "25-60"}, {"C", "70"}}), expected);
  // In whatever order they come.
  EXPECT_EQ(merged({{"A", "70"}, {"B", "50-75"}, {"C", "25-60"}}), expected);
  EXPECT_EQ(merged({{"A", "25-60"}, {"B", "70"}, {"C", "50-75"}}), expected);
}

TEST(GraphMerge, LotsOfOneSourceAddUp) {
  EXPECT_EQ(merged({{"A", "20"}, {"A", "30"}}), (Lines{"20 A", "30 A"}));
  // The same row twice is one.
  EXPECT_EQ(merged({{"A", "20"}, {"A", "20"}}), Lines{"20 A"});
  EXPECT_EQ(merged({{"A", "20"}, {"A", "30"}, {"A", "20"}}), (Lines{"20 A", "30 A"}));
  // On other days it is another lot.
  EXPECT_EQ(merged({{"A", "20", 10}, {"A", "20", 20}}), (Lines{"20 A 10..", "20 A 20.."}));
}

TEST(GraphMerge, ASecondSourceOfLotsMeetsEachByItsShare) {
  EXPECT_EQ(merged({{"A", "20"}, {"A", "30"}, {"B", "20"}, {"B", "30"}}), (Lines{"20 A+B", "30 A+B"}));
  EXPECT_EQ(merged({{"A", "20"}, {"A", "30"}, {"B", "30"}, {"B", "20"}}), (Lines{"20 A+B", "30 A+B"}));
  EXPECT_EQ(merged({{"A", "20"}, {"B", "30"}, {"A", "30"}, {"B", "20"}}), (Lines{"20 A+B", "30 A+B"}));
  EXPECT_EQ(merged({{"A", "20"}, {"A", "30"}, {"B", "30"}}), (Lines{"20 A", "30 A+B"}));
}

TEST(GraphMerge, KindsAndIndirectHoldingsAreKeptApart) {
  Sources sources;
  sources.say("X", "A", {"A", "50"}).say("X", "A", {"B", "30"}, Kind::votes).say("X", "A", {"C", "20"}, Kind::shares, true);
  EXPECT_EQ(lines(sources.builder.graph(), "A"), (Lines{"50 A", "20 indirect C", "30 votes B"}));
}

TEST(GraphMerge, ATieWithoutAShareIsOneWhateverItsRangeAndDays) {
  EXPECT_EQ(merged({{"A", "20"}, {"B", "60"}}, Kind::control), Lines{"control A+B"});
  EXPECT_EQ(merged({{"A", "20", 10, 30}, {"A", "60", 20, 40}, {"B", "", 35, 50}}, Kind::control), Lines{"control A+B 10..50"});
  EXPECT_EQ(merged({{"A", "", 10, 20}, {"A", "", 20, 30}}, Kind::director), (Lines{"director A 10..20", "director A 20..30"}));
}

TEST(GraphMerge, OwnSharesAreKept) {
  Sources sources;
  sources.say("A", "A", {"A", "10"}).say("X", "A", {"A", "60"});
  const Graph graph = sources.builder.graph();
  ASSERT_EQ(graph.holdings().size(), 2U);
  EXPECT_EQ(graph.out(graph.find("A")).size(), 1U);
  EXPECT_EQ(graph.in(graph.find("A")).size(), 2U);
}

TEST(GraphMerge, HoldingsOfMergedPartiesAreOfTheOne) {
  Sources sources;
  sources.say("x1", "a1", {"A", "50"}).say("x2", "a2", {"B", "50"});
  for (const auto* id : {"x1", "x2"}) sources.builder.identify(sources.builder.party(id), kLei);
  for (const auto* id : {"a1", "a2"}) sources.builder.identify(sources.builder.party(id), kInn);
  const Graph graph = sources.builder.graph();
  EXPECT_EQ(lines(graph, "a2"), Lines{"50 A+B"});
  EXPECT_EQ(graph.out(graph.find("x2")).size(), 1U);
}

// ---- and their days -------------------------------------------------------------------------------------------

TEST(GraphMerge, PeriodsThatDoNotOverlapStayApart) {
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "50", 20, 30}}), (Lines{"50 A 10..20", "50 B 20..30"}));
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "60", 25, 30}}), (Lines{"50 A 10..20", "60 B 25..30"}));
}

TEST(GraphMerge, OverlappingPeriodsOfOneShareAreOnePeriod) {
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "50", 15, 30}}), Lines{"50 A+B 10..30"});
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "50"}}), Lines{"50 B+A"});
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "50", 15, 30}, {"C", "50", 25, 40}}), Lines{"50 A+B+C 10..40"});
}

TEST(GraphMerge, WhatIsKnownOfSomeDaysSaysNothingOfOthers) {
  // On the days that both know it is 50; to say so of today would make "owned" of what B alone knows to be 25-50.
  EXPECT_EQ(merged({{"A", "50-100", kAlways, 20}, {"B", "25-50", 10}}), (Lines{">=50 A ..10", "50 A+B 10..20", "25-50 B 20.."}));
  EXPECT_EQ(merged({{"A", "50", 10, 20}, {"B", "30", 15}}), (Lines{"50 A 10..15", "30-50 A+B disputed 15..20", "30 B 20.."}));
}

TEST(GraphMerge, ASourceThatKnowsNoDaysDoesNotAddToTheLaterPeriodOfAnother) {
  // A: 50 until day 20, then 40. B says 40 and no days. Nobody ever said 80 or 90.
  Sources sources;
  sources.say("X", "A", {"A", "50", 10, 20}).say("X", "A", {"A", "40", 20}).say("X", "A", {"B", "40"});
  const Graph graph = sources.builder.graph();
  EXPECT_EQ(lines(graph, "A"), (Lines{"40 B ..10", "40-50 B+A disputed 10..20", "40 B+A 20.."}));
}

TEST(GraphMerge, TooManyLotsOfSeveralSourcesAreNotKnown) {
  // Nobody sells a company in a hundred lots on one day; and that takes no more time than it is worth.
  Sources sources;
  for (Day day = 0; day < 300; ++day) sources.say("X", "A", {"A", "0.1", day, 1000}).say("X", "A", {"B", "0.1", day, 1000});
  sources.say("X", "B", {"A", "60"});
  const Graph graph = sources.builder.graph();
  const auto all = lines(graph, "A");
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back(), "unknown A+B disputed 32..1000");
  EXPECT_EQ(lines(graph, "B"), Lines{"60 A"});
}

// ---- properties of merging ------------------------------------------------------------------------------------

struct Said {
  int source = 0;
  int owner = 0;
  int asset = 0;
  Kind kind = Kind::shares;
  Range range;
  Day from = kAlways;
  Day to = kNever;
};

Said random_said(int parties, int sources) {
  Said said;
  said.source = *rc::gen::inRange(0, sources);
  said.owner = *rc::gen::inRange(0, parties);
  said.asset = *rc::gen::inRange(0, parties);
  said.kind = *rc::gen::weightedElement<Kind>({{6, Kind::shares}, {2, Kind::votes}, {1, Kind::control}});
  said.range.low = static_cast<Share>(*rc::gen::inRange(0, 11)) * (kWhole / 10);
  said.range.high = std::min<Share>(kWhole, said.range.low + static_cast<Share>(*rc::gen::inRange(0, 4)) * (kWhole / 10));
  if (said.range.low != said.range.high) {
    said.range.low_open = *rc::gen::arbitrary<bool>();
    said.range.high_open = *rc::gen::arbitrary<bool>();
  }
  if (*rc::gen::arbitrary<bool>()) said.from = *rc::gen::inRange(0, 8);
  if (*rc::gen::arbitrary<bool>()) said.to = (said.from == kAlways ? 0 : said.from) + *rc::gen::inRange(1, 8);
  return said;
}

void hold(GraphBuilder& builder, const Said& said, std::uint32_t line) {
  Holding holding;
  holding.owner = builder.party(fmt::format("p{}", said.owner));
  holding.asset = builder.party(fmt::format("p{}", said.asset));
  holding.kind = said.kind;
  holding.set_share(said.range);
  holding.from = said.from;
  holding.to = said.to;
  holding.line = line;
  holding.sources = builder.source(fmt::format("S{}", said.source));
  builder.hold(holding);
}

bool on(const Said& said, Day day) { return said.from <= day && day < said.to; }

/// Of all that is said of one holding on one day.
Range together(const std::vector<Range>& ranges, bool& disputed) {
  const auto below = [](const Range& a, const Range& b) { return a.low != b.low ? a.low < b.low : !a.low_open && b.low_open; };
  const auto above = [](const Range& a, const Range& b) { return a.high != b.high ? a.high > b.high : !a.high_open && b.high_open; };
  Range inner = ranges.front();
  Range outer = ranges.front();
  for (const Range& range : ranges) {
    if (below(inner, range)) std::tie(inner.low, inner.low_open) = std::tie(range.low, range.low_open);
    if (above(inner, range)) std::tie(inner.high, inner.high_open) = std::tie(range.high, range.high_open);
    if (below(range, outer)) std::tie(outer.low, outer.low_open) = std::tie(range.low, range.low_open);
    if (above(range, outer)) std::tie(outer.high, outer.high_open) = std::tie(range.high, range.high_open);
  }
  disputed = inner.low > inner.high || (inner.low == inner.high && (inner.low_open || inner.high_open));
  return disputed ? outer : inner;
}

TEST(GraphMergeProperty, EachDayHasWhatTheSourcesSayThatKnowItAndNoMore) {
  EXPECT_TRUE(rc::check("merging by day", [] {
    // One lot a source and day, so that what belongs together is known without asking the builder.
    std::vector<Said> all;
    GraphBuilder builder;
    builder.party("p0");
    for (int i = 0, count = *rc::gen::inRange(1, 8); i < count; ++i) {
      Said said = random_said(1, 4);
      const bool there = std::any_of(all.begin(), all.end(), [&](const Said& other) {
        return other.source == said.source && other.kind == said.kind && other.from < said.to && said.from < other.to;
      });
      if (there) continue;
      all.push_back(said);
      hold(builder, said, 1);
    }
    const Graph graph = builder.graph();
    for (const Kind kind : {Kind::shares, Kind::votes, Kind::control}) {
      for (Day day = -1; day < 16; ++day) {
        std::vector<Range> ranges;
        std::set<std::string> sources;
        for (const Said& said : all) {
          if (said.kind != kind || !on(said, day)) continue;
          ranges.push_back(said.range);
          sources.insert(fmt::format("S{}", said.source));
        }
        std::vector<Holding> held;
        std::copy_if(graph.holdings().begin(), graph.holdings().end(), std::back_inserter(held),
                     [&](const Holding& holding) { return holding.kind == kind && holding.on(day); });
        RC_ASSERT(held.size() == (ranges.empty() ? 0U : 1U));
        if (held.empty()) continue;
        const auto named = graph.sources(held[0].sources);
        for (const auto& source : sources) RC_ASSERT(std::count(named.begin(), named.end(), source) == 1);
        if (kind == Kind::control) continue;
        bool disputed = false;
        const Range expected = together(ranges, disputed);
        RC_ASSERT(held[0].share() == expected);
        RC_ASSERT(held[0].disputed() == disputed);
      }
    }
  }));
}

TEST(GraphMergeProperty, LotsOfOneSourceAddUpOnEachDay) {
  EXPECT_TRUE(rc::check("lots add up", [] {
    GraphBuilder builder;
    builder.party("p0");
    std::map<std::tuple<Kind, Share, Share, bool, bool, Day, Day>, Said> distinct;
    for (int i = 0, count = *rc::gen::inRange(1, 8); i < count; ++i) {
      Said said = random_said(1, 1);
      if (said.kind == Kind::control) continue;
      hold(builder, said, static_cast<std::uint32_t>(i));
      distinct.try_emplace({said.kind, said.range.low, said.range.high, said.range.low_open, said.range.high_open, said.from, said.to}, said);
    }
    const Graph graph = builder.graph();
    RC_ASSERT(graph.holdings().size() == distinct.size());
    for (Day day = -1; day < 16; ++day) {
      std::uint64_t expected = 0;
      std::uint64_t found = 0;
      for (const auto& [key, said] : distinct) expected += on(said, day) ? said.range.low : 0;
      for (const Holding& holding : graph.holdings()) found += holding.on(day) ? holding.low : 0;
      RC_ASSERT(found == expected);
    }
  }));
}

TEST(GraphProperty, EveryHoldingIsFoundFromBothSides) {
  EXPECT_TRUE(rc::check("in and out agree", [] {
    const int parties = *rc::gen::inRange(1, 8);
    GraphBuilder builder;
    for (int i = 0; i < parties; ++i) builder.party(fmt::format("p{}", i));
    std::vector<Said> all;
    for (int i = 0, count = *rc::gen::inRange(0, 30); i < count; ++i) {
      all.push_back(random_said(parties, 3));
      hold(builder, all.back(), static_cast<std::uint32_t>(i));
    }
    // Some parties turn out to be one.
    for (int i = 0, count = *rc::gen::inRange(0, 4); i < count; ++i) {
      const Identifier identifier{Scheme::lei, fmt::format("LEI{}", *rc::gen::inRange(0, 3)), "LEI", true};
      builder.identify(static_cast<std::uint32_t>(*rc::gen::inRange(0, parties)), identifier);
    }
    const Graph graph = builder.graph();
    const auto holdings = graph.holdings();
    RC_ASSERT(std::is_sorted(holdings.begin(), holdings.end(),
                             [](const Holding& a, const Holding& b) { return std::tie(a.asset, a.owner) < std::tie(b.asset, b.owner); }));
    std::size_t in = 0;
    std::vector<int> met(holdings.size(), 0);
    for (std::uint32_t party = 0; party < graph.parties(); ++party) {
      for (const Holding& holding : graph.in(party)) RC_ASSERT(holding.asset == party);
      in += graph.in(party).size();
      const auto out = graph.out(party);
      RC_ASSERT(std::is_sorted(out.begin(), out.end()));
      for (const auto number : out) {
        RC_ASSERT(holdings[number].owner == party);
        ++met[number];
      }
    }
    RC_ASSERT(in == holdings.size());
    RC_ASSERT(std::all_of(met.begin(), met.end(), [](int times) { return times == 1; }));
    // Nothing is lost and nothing is made up: on each day a pair has a tie of a kind exactly if some source says so.
    using Tie = std::tuple<std::uint32_t, std::uint32_t, Kind>;
    for (Day day = -1; day < 16; ++day) {
      std::set<Tie> expected;
      std::set<Tie> found;
      for (const Said& said : all) {
        const auto owner = graph.find(fmt::format("p{}", said.owner));
        if (on(said, day)) expected.emplace(owner, graph.find(fmt::format("p{}", said.asset)), said.kind);
      }
      for (const Holding& holding : holdings) {
        if (holding.on(day)) found.emplace(holding.owner, holding.asset, holding.kind);
      }
      RC_ASSERT(found == expected);
    }
  }));
}

// ---- shares and days ------------------------------------------------------------------------------------------

Range read(std::string_view text) { return Range::of(ShareRange::parse(text).value()); }

TEST(Range, ReadsAndWritesAllShapes) {
  for (const auto* text : {"50", "0", "100", "33.3333333", "25-50", "0.5-99.5", ">25", ">=25", "<10", "<=10", "unknown", ">0", "<100"}) {
    EXPECT_EQ(read(text).text(), text);
  }
  EXPECT_EQ(read("").text(), "unknown");
  EXPECT_EQ(read("0-100").text(), "unknown");
  EXPECT_EQ(read("25-100").text(), ">=25");
  EXPECT_EQ(read("0-25").text(), "<=25");
  EXPECT_EQ((Range{kWhole / 4, kWhole / 2, true, false}).text(), ">25 to 50");
  EXPECT_EQ((Range{kWhole / 4, kWhole / 2, false, true}).text(), "25 to <50");
  EXPECT_EQ((Range{kWhole / 4, kWhole / 2, true, true}).text(), ">25 to <50");
  EXPECT_EQ((Range{0, kWhole, true, true}).text(), ">0 to <100");
  EXPECT_EQ((Range{0, kWhole / 2, true, false}).text(), ">0 to 50");
  EXPECT_EQ((Range{kWhole / 2, kWhole, false, true}).text(), "50 to <100");
}

TEST(Range, MoreThanSevenDecimalsWiden) {
  EXPECT_EQ(read("33.33333333"), (Range{333333333, 333333334, true, true}));
  EXPECT_EQ(read("99.999999999"), (Range{999999999, kWhole, true, true}));
  EXPECT_EQ(read("0.00000001"), (Range{0, 1, true, true}));
  EXPECT_EQ(read("10.00000001-20"), (Range{100000000, 200000000, true, false}));
  EXPECT_EQ(read("10-20.00000001"), (Range{100000000, 200000001, false, true}));
  // Zeros beyond the seventh decimal are none.
  EXPECT_EQ(Range::of({Decimal{500000000000, 10}, Decimal{500000000000, 10}, false, false}), (Range{kWhole / 2, kWhole / 2, false, false}));
}

bool holds(const Range& range, Decimal value) {
  const ShareRange percent = range.percent();
  return (percent.low_excluded ? percent.low < value : percent.low <= value) &&
         (percent.high_excluded ? value < percent.high : value <= percent.high);
}

TEST(RangeProperty, TheExactValueLiesInIt) {
  EXPECT_TRUE(rc::check("a range never shrinks by reading", [] {
    const auto value = [] {
      const auto scale = *rc::gen::inRange(0, 10);
      std::int64_t whole = 100;
      for (int i = 0; i < scale; ++i) whole *= 10;
      return Decimal{
          *rc::gen::weightedOneOf<std::int64_t>({{4, rc::gen::inRange<std::int64_t>(0, whole + 1)}, {1, rc::gen::element(whole, whole - 1)}}),
          static_cast<std::uint8_t>(scale)};
    };
    const Decimal a = value();
    const Decimal b = value();
    const ShareRange exact{std::min(a, b), std::max(a, b), false, false};
    const Range range = Range::of(exact);
    RC_ASSERT(range.low <= range.high && range.high <= kWhole);
    RC_ASSERT(holds(range, exact.low));
    RC_ASSERT(holds(range, exact.high));
    if (a.scale <= 7 && b.scale <= 7) RC_ASSERT(range.percent() == exact);
    // What lies in the text of a share lies in the share.
    if (const auto again = ShareRange::parse(range.text())) RC_ASSERT(Range::of(*again) == range);
  }));
}

TEST(Day, DatesAndDaysAreTheSame) {
  EXPECT_EQ(day_of(*Date::from(1970, 1, 1)), 0);
  EXPECT_EQ(day_of(*Date::from(2022, 2, 24)), 19047);
  EXPECT_FALSE(date_of(kAlways));
  EXPECT_FALSE(date_of(kNever));
  for (const auto* text : {"0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"}) {
    const auto date = Date::parse(text).value();
    ASSERT_TRUE(date_of(day_of(date)));
    EXPECT_EQ(date_of(day_of(date))->text(), text);
  }
}

// ---- the file -------------------------------------------------------------------------------------------------

/// A graph that has something in every section.
GraphBuilder& fill(GraphBuilder& builder) {
  const auto x = builder.party("x");
  const auto a = builder.party("a");
  builder.describe(x, {.name = "Икс", .schema = "Person", .country = "RU", .arrangement = false, .name_key = 77});
  builder.describe(a, {.name = "A Trust", .schema = "Company", .country = "CY", .arrangement = true, .name_key = 78});
  builder.identify(a, kLei);
  builder.identify(a, kForeign);
  builder.identify(builder.party("a again"), kLei);
  for (const auto* source : {"register", "report"}) {
    Holding holding;
    holding.owner = x;
    holding.asset = a;
    holding.low = holding.high = kWhole / 2;
    holding.sources = builder.source(source);
    holding.line = 3;
    builder.hold(holding);
  }
  return builder;
}

std::string bytes_of(std::string_view content = "editions") {
  GraphBuilder builder;
  return fill(builder).bytes(content);
}

void expect_filled(const Graph& graph) {
  EXPECT_EQ(graph.parties(), 2U);
  const auto a = graph.find("a again");
  EXPECT_EQ(a, graph.find("a"));
  EXPECT_EQ(graph.party(graph.find("x")).name, "Икс");
  EXPECT_EQ(graph.party(graph.find("x")).schema, "Person");
  EXPECT_TRUE(graph.party(a).arrangement);
  EXPECT_EQ(graph.identifiers_of(a), (std::vector{kForeign, kLei}));
  EXPECT_EQ(graph.with_identifier(kLei), std::vector{a});
  EXPECT_EQ(graph.with_name_key(77), std::vector{graph.find("x")});
  EXPECT_EQ(lines(graph, "a"), Lines{"50 register+report"});
}

TEST(GraphFile, BytesAreTheGraph) {
  auto graph = Graph::from_bytes(bytes_of(), "editions");
  ASSERT_TRUE(graph) << graph.error().text();
  expect_filled(*graph);
  // Moved, its views still stand.
  const Graph moved = *std::move(graph);
  expect_filled(moved);
}

TEST(GraphFile, TheSameInputGivesTheSameBytes) {
  EXPECT_EQ(bytes_of(), bytes_of());
  EXPECT_NE(bytes_of("editions"), bytes_of("others"));
  // A builder that was used before leaves nothing behind.
  GraphBuilder builder;
  builder.party("earlier");
  (void)builder.bytes("editions");
  EXPECT_EQ(fill(builder).bytes("editions"), bytes_of());
}

TEST(GraphFile, OtherContentIsAnError) {
  const auto graph = Graph::from_bytes(bytes_of(), "later editions");
  ASSERT_FALSE(graph);
  EXPECT_NE(graph.error().message.find("other editions"), std::string::npos);
}

TEST(GraphFile, ATruncatedFileIsAnError) {
  const std::string whole = bytes_of();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto graph = Graph::from_bytes(whole.substr(0, size), "editions");
    ASSERT_FALSE(graph) << size;
    ASSERT_FALSE(graph.error().message.empty());
  }
  EXPECT_FALSE(Graph::from_bytes(whole + '\0', "editions"));
}

TEST(GraphFile, AFlippedBitAnywhereIsAnError) {
  const std::string whole = bytes_of();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int bit : {0, 3, 7}) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << bit));
      ASSERT_FALSE(Graph::from_bytes(std::move(damaged), "editions")) << at << " " << bit;
    }
  }
}

class GraphOpen : public ::testing::Test {
 protected:
  GraphOpen() : path_(std::filesystem::temp_directory_path() / fmt::format("tamga-graph-{}", ::getpid())) {}
  ~GraphOpen() override { std::filesystem::remove_all(path_); }
  void write(std::string_view bytes) const { std::ofstream(path_, std::ios::binary) << bytes; }

  std::filesystem::path path_;
};

TEST_F(GraphOpen, AFileIsTheGraph) {
  write(bytes_of());
  auto graph = Graph::open(path_, "editions");
  ASSERT_TRUE(graph) << graph.error().text();
  expect_filled(*graph);
  // The file may be replaced while it is open, as an update does.
  std::filesystem::remove(path_);
  expect_filled(*graph);
}

TEST_F(GraphOpen, ABadFileIsAnErrorThatNamesIt) {
  const auto refused = [&] {
    const auto graph = Graph::open(path_, "editions");
    ASSERT_FALSE(graph);
    EXPECT_NE(graph.error().text().find(path_.filename()), std::string::npos) << graph.error().text();
  };
  refused();  // there is none
  write("");
  refused();
  write("something else");
  refused();
  write(std::string(4096, 'x'));
  refused();
  write(bytes_of("others"));
  refused();
  std::string damaged = bytes_of();
  damaged[damaged.size() / 2] ^= 1;
  write(damaged);
  refused();
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  refused();
}

}  // namespace
}  // namespace tamga::ownership
