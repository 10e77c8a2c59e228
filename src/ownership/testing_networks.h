#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ownership/reach.h"

/// Small networks for the tests of ownership: written by hand, and random ones whose ranges can be gone through completely.
namespace tamga::ownership::testing_networks {

/// "X A 50": one holding a line; "X A votes 50", "X A control", "A A 60".
struct Network {
  explicit Network(const std::vector<std::array<std::string_view, 3>>& lines) {
    GraphBuilder builder;
    for (const auto& [owner, asset, share] : lines) {
      Holding holding;
      holding.owner = builder.party(owner);
      holding.asset = builder.party(asset);
      std::string_view text = share;
      for (const Kind kind : {Kind::votes, Kind::control, Kind::influence, Kind::joint}) {
        if (!text.starts_with(kind_name(kind))) continue;
        holding.kind = kind;
        text.remove_prefix(kind_name(kind).size());
      }
      if (text.starts_with("indirect")) {
        holding.flags |= Holding::kIndirect;
        text.remove_prefix(8);
      }
      holding.set_share(Range::of(ShareRange::parse(text).value()));
      builder.hold(holding);
    }
    graph = builder.graph();
  }
  /// "X" or "?X" for a possible match.
  [[nodiscard]] std::vector<Seed> seeds(const std::vector<std::string_view>& listed) const {
    std::vector<Seed> result;
    for (std::string_view name : listed) {
      const bool certain = !name.starts_with('?');
      if (!certain) name.remove_prefix(1);
      result.push_back({graph.find(name), certain});
    }
    return result;
  }
  [[nodiscard]] Standing standing(std::string_view party, const Criterion& test, const std::vector<std::string_view>& listed = {"X"}) const {
    const Assessment all(graph, 0, test, seeds(listed));
    return all.of(graph.find(party));
  }
  Graph graph = GraphBuilder().graph();
};

// Ranges have ends at multiples of 10 and the grid steps of 2.5: fine enough that open ends of three ranges never blur a difference of 10.

struct Tie {
  int owner = 0;
  int asset = 0;
  Kind kind = Kind::shares;
  int low = 0;  ///< in steps of 2.5 %
  int high = 40;
  bool low_open = false;
  bool high_open = false;
};

struct Case {
  int parties = 0;
  std::vector<Tie> ties;
  std::vector<int> listed;  ///< 0: not, 1: possibly, 2: certainly
  Criterion test;
};

/// Calls `each` with every consistent completion of the ranges.
inline void completions(const Case& c, std::vector<int>& value, std::size_t at, const std::function<void(const std::vector<int>&)>& each) {
  if (at == c.ties.size()) {
    for (const Kind kind : {Kind::shares, Kind::votes}) {
      std::vector<int> sum(c.parties, 0);
      for (std::size_t i = 0; i < c.ties.size(); ++i) {
        if (c.ties[i].kind == kind && (kind == Kind::shares || c.ties[i].owner != c.ties[i].asset)) sum[c.ties[i].asset] += value[i];
      }
      if (std::any_of(sum.begin(), sum.end(), [](int s) { return s > 40; })) return;
    }
    each(value);
    return;
  }
  const Tie& tie = c.ties[at];
  if (tie.kind == Kind::control || tie.kind == Kind::influence) {
    for (int v = tie.kind == Kind::control ? 1 : 0; v <= 1; ++v) {
      value[at] = v;
      completions(c, value, at + 1, each);
    }
    return;
  }
  for (int v = tie.low + (tie.low_open ? 1 : 0); v <= tie.high - (tie.high_open ? 1 : 0); ++v) {
    value[at] = v;
    completions(c, value, at + 1, each);
  }
}

inline Graph graph_of(const Case& c) {
  GraphBuilder builder;
  for (int i = 0; i < c.parties; ++i) builder.party("p" + std::to_string(i));
  std::uint16_t lot = 0;
  for (const Tie& tie : c.ties) {
    Holding holding;
    holding.owner = static_cast<std::uint32_t>(tie.owner);
    holding.asset = static_cast<std::uint32_t>(tie.asset);
    holding.kind = tie.kind;
    holding.set_share({static_cast<Share>(tie.low) * (kWhole / 40), static_cast<Share>(tie.high) * (kWhole / 40), tie.low_open, tie.high_open});
    holding.line = ++lot;
    builder.hold(holding);
  }
  return builder.graph();
}

inline Case random_case() {
  Case c;
  c.parties = *rc::gen::inRange(2, 6);
  const int ties = *rc::gen::inRange(1, 8);
  int ranges = 0;
  int open = 0;
  for (int i = 0; i < ties; ++i) {
    Tie tie;
    tie.owner = *rc::gen::inRange(0, c.parties);
    tie.asset = *rc::gen::inRange(0, c.parties);
    tie.kind = *rc::gen::weightedElement<Kind>({{8, Kind::shares}, {2, Kind::votes}, {1, Kind::control}, {1, Kind::influence}});
    // Two ties of one pair and kind would be two lots; here each pair has one, so that the graph keeps them apart.
    const bool there = std::any_of(c.ties.begin(), c.ties.end(),
                                   [&](const Tie& other) { return other.owner == tie.owner && other.asset == tie.asset && other.kind == tie.kind; });
    if (there) continue;
    tie.low = *rc::gen::inRange(0, 11) * 4;
    tie.high = tie.low;
    if (tie.kind == Kind::shares || tie.kind == Kind::votes) {
      if (ranges < 3 && tie.low < 40 && *rc::gen::inRange(0, 2) == 0) {
        ++ranges;
        tie.high = std::min(40, tie.low + *rc::gen::inRange(1, 5) * 4);
        if (open < 3 && *rc::gen::inRange(0, 3) == 0) {
          ++open;
          tie.low_open = *rc::gen::arbitrary<bool>();
          tie.high_open = !tie.low_open;
        }
      }
    } else {
      tie.low = 0;
      tie.high = 40;
    }
    c.ties.push_back(tie);
  }
  for (int i = 0; i < c.parties; ++i) c.listed.push_back(*rc::gen::weightedElement<int>({{4, 0}, {1, 1}, {2, 2}}));
  c.test.percent = Decimal::whole(*rc::gen::element(50, 50, 50, 30, 20));
  c.test.inclusive = *rc::gen::arbitrary<bool>();
  c.test.aggregate = *rc::gen::arbitrary<bool>();
  c.test.votes = *rc::gen::arbitrary<bool>();
  c.test.control = *rc::gen::arbitrary<bool>();
  c.test.treasury = *rc::gen::element(Treasury::issued, Treasury::outstanding, Treasury::either);
  // A share of what is outstanding is a quotient: near an open end the grid is too coarse for it.
  const bool own = std::any_of(c.ties.begin(), c.ties.end(), [](const Tie& tie) { return tie.owner == tie.asset; });
  if (own && c.test.treasury != Treasury::issued) {
    for (Tie& tie : c.ties) tie.low_open = tie.high_open = false;
  }
  return c;
}

inline std::vector<Seed> seeds_of(const Case& c) {
  std::vector<Seed> seeds;
  for (int i = 0; i < c.parties; ++i) {
    if (c.listed[i] != 0) seeds.push_back({static_cast<std::uint32_t>(i), c.listed[i] == 2});
  }
  return seeds;
}

inline std::string words(const Case& c) {
  std::string out;
  for (const Tie& t : c.ties) {
    out += "p" + std::to_string(t.owner) + " in p" + std::to_string(t.asset) + " " + std::string(kind_name(t.kind)) + " " + (t.low_open ? "(" : "[") +
           std::to_string(t.low * 2.5) + "," + std::to_string(t.high * 2.5) + (t.high_open ? ")" : "]") + "; ";
  }
  for (const int l : c.listed) out += " " + std::to_string(l);
  return out + (c.test.aggregate ? " together" : " alone") + (c.test.inclusive ? " >=" : " >") + c.test.percent.text() +
         (c.test.votes ? " votes" : "") + (c.test.control ? " control" : "") + " treasury " + std::to_string(static_cast<int>(c.test.treasury));
}

}  // namespace tamga::ownership::testing_networks
