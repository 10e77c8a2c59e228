#include "ownership/signs.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tamga::ownership {
namespace {

/// How near to a transfer's day a receiver's holding must begin, in days.
constexpr Day kTransferDays = 31;

Range direct_share(const Graph& graph, std::uint32_t owner, std::uint32_t asset, Day day, Kind kind = Kind::shares) {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  bool low_open = false;
  bool high_open = false;
  for (const Holding& holding : graph.in(asset)) {
    if (holding.owner != owner || holding.kind != kind || holding.indirect() || !holding.on(day)) continue;
    low += holding.low;
    high += holding.high;
    low_open = low_open || (holding.flags & Holding::kLowOpen) != 0;
    high_open = high_open || (holding.flags & Holding::kHighOpen) != 0;
  }
  Range range;
  range.low = static_cast<Share>(std::min<std::uint64_t>(low, kWhole));
  range.high = static_cast<Share>(std::min<std::uint64_t>(high, kWhole));
  range.low_open = low_open;
  range.high_open = high_open && high <= kWhole;
  return range;
}

struct Line {
  Share value;
  bool inclusive;
  bool rounded;  ///< it lies above its units
  [[nodiscard]] bool surely_reached(const Range& range) const {
    return range.low > value || (range.low == value && !rounded && (inclusive || range.low_open));
  }
  [[nodiscard]] bool maybe_reached(const Range& range) const {
    return range.high > value || (range.high == value && !rounded && inclusive && !range.high_open);
  }
};

bool tied(const Graph& graph, std::uint32_t a, std::uint32_t b, std::initializer_list<Kind> kinds) {
  const auto holdings = graph.holdings();
  return std::any_of(graph.out(a).begin(), graph.out(a).end(), [&](std::uint32_t number) {
    const Holding& tie = holdings[number];
    return tie.asset == b && std::find(kinds.begin(), kinds.end(), tie.kind) != kinds.end();
  });
}

Receiver receiver_of(const Graph& graph, std::uint32_t party, std::uint32_t owner, std::uint32_t asset) {
  if (graph.party(party).arrangement) return Receiver::trust;
  if (tied(graph, party, owner, {Kind::family}) || tied(graph, owner, party, {Kind::family})) return Receiver::family;
  const auto works_for = [&](std::uint32_t whom) { return tied(graph, party, whom, {Kind::staff, Kind::director}); };
  if (works_for(owner) || works_for(asset)) return Receiver::staff;
  const auto holdings = graph.holdings();
  const bool elsewhere = std::any_of(graph.out(owner).begin(), graph.out(owner).end(),
                                     [&](std::uint32_t number) { return holdings[number].measured() && works_for(holdings[number].asset); });
  return elsewhere ? Receiver::staff : Receiver::other;
}

}  // namespace

std::string_view receiver_name(Receiver receiver) {
  switch (receiver) {
    case Receiver::other: return "another";
    case Receiver::family: return "family";
    case Receiver::trust: return "trust";
    case Receiver::staff: return "staff";
  }
  return "";
}

std::vector<Divestment> divestments(const Graph& graph, Day as_of, std::uint32_t owner, std::uint32_t asset, Day designated, int days,
                                    Decimal percent, bool inclusive) {
  ShareRange exact;
  exact.low = percent;
  const Range at = Range::of(exact);
  const Line line{at.low, inclusive, at.low_open};
  std::vector<Divestment> result;
  if (line.surely_reached(direct_share(graph, owner, asset, as_of))) return result;
  std::vector<Day> changes;
  for (const Holding& holding : graph.in(asset)) {
    if (holding.owner != owner || holding.kind != Kind::shares || holding.indirect() || holding.to == kNever || holding.to > as_of) continue;
    if (std::int64_t{holding.to} < std::int64_t{designated} - days || std::int64_t{holding.to} > std::int64_t{designated} + days) continue;
    changes.push_back(holding.to);
  }
  std::sort(changes.begin(), changes.end());
  changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
  for (const Day day : changes) {
    Divestment fall;
    fall.day = day;
    fall.before = direct_share(graph, owner, asset, day - 1);
    fall.after = direct_share(graph, owner, asset, day);
    if (!line.maybe_reached(fall.before) || line.surely_reached(fall.after)) continue;
    fall.certain = line.surely_reached(fall.before) && !line.maybe_reached(fall.after);
    const auto in = graph.in(asset);
    const auto first = static_cast<std::uint32_t>(in.data() - graph.holdings().data());
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      const Holding& holding = in[i];
      if (holding.owner == owner || holding.owner == asset || holding.from == kAlways || !holding.measured()) continue;
      if (holding.from < day - kTransferDays || holding.from > day + kTransferDays || holding.high == 0) continue;
      // A row that begins may be of one who held as much before.
      if (!holding.indirect() && direct_share(graph, holding.owner, asset, holding.from, holding.kind).high <=
                                     direct_share(graph, holding.owner, asset, holding.from - 1, holding.kind).low) {
        continue;
      }
      fall.to.push_back({holding.owner, first + i, receiver_of(graph, holding.owner, owner, asset)});
    }
    const auto rank = [](Receiver receiver) {
      constexpr std::array kNearest = {Receiver::trust, Receiver::family, Receiver::staff, Receiver::other};
      return std::find(kNearest.begin(), kNearest.end(), receiver) - kNearest.begin();
    };
    std::stable_sort(fall.to.begin(), fall.to.end(),
                     [&](const Divestment::To& a, const Divestment::To& b) { return rank(a.receiver) < rank(b.receiver); });
    result.push_back(std::move(fall));
  }
  return result;
}

std::vector<Change> changes(const Graph& before, Day day_before, const Graph& after, Day day_after) {
  // Parties are the same if either graph knows the id that the other has: one graph may have learnt that two of the other's are one.
  const auto numbers = [](const Graph& from, const Graph& in) {
    std::vector<std::uint32_t> result(from.parties());
    for (std::uint32_t party = 0; party < from.parties(); ++party) result[party] = in.find(from.party(party).id);
    return result;
  };
  const std::vector<std::uint32_t> later = numbers(before, after);
  const std::vector<std::uint32_t> earlier = numbers(after, before);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> same;  // asset of the later graph, of the earlier
  for (std::uint32_t party = 0; party < before.parties(); ++party) {
    if (later[party] != kNobody) same.emplace_back(later[party], party);
  }
  for (std::uint32_t party = 0; party < after.parties(); ++party) {
    if (earlier[party] != kNobody) same.emplace_back(party, earlier[party]);
  }
  std::sort(same.begin(), same.end());
  same.erase(std::unique(same.begin(), same.end()), same.end());

  const auto old_holdings = before.holdings();
  const auto new_holdings = after.holdings();
  std::vector<bool> met(old_holdings.size(), false);
  std::vector<std::uint32_t> matched(new_holdings.size(), kNobody);
  // Lots of the same share are the same lot; what is left has another share.
  for (const bool equal : {true, false}) {
    for (const auto& [asset, old_asset] : same) {
      for (const Holding& now : after.in(asset)) {
        const auto number = static_cast<std::size_t>(&now - new_holdings.data());
        if (!now.on(day_after) || matched[number] != kNobody) continue;
        for (const Holding& then : before.in(old_asset)) {
          const auto old_number = static_cast<std::size_t>(&then - old_holdings.data());
          if (met[old_number] || !then.on(day_before) || then.kind != now.kind || then.indirect() != now.indirect()) continue;
          if (later[then.owner] != now.owner && earlier[now.owner] != then.owner) continue;
          if (equal && !(then.share() == now.share())) continue;
          met[old_number] = true;
          matched[number] = static_cast<std::uint32_t>(old_number);
          break;
        }
      }
    }
  }

  std::vector<std::pair<std::uint32_t, std::uint32_t>> ended;  // asset of the later graph or kNobody, number
  for (std::uint32_t number = 0; number < old_holdings.size(); ++number) {
    if (!met[number] && old_holdings[number].on(day_before)) ended.emplace_back(later[old_holdings[number].asset], number);
  }
  std::sort(ended.begin(), ended.end());
  std::vector<Change> result;
  auto next = ended.begin();
  for (std::uint32_t asset = 0; asset < after.parties(); ++asset) {
    for (const Holding& now : after.in(asset)) {
      const auto number = static_cast<std::uint32_t>(&now - new_holdings.data());
      if (!now.on(day_after)) continue;
      const std::uint32_t old_number = matched[number];
      if (old_number == kNobody || !(old_holdings[old_number].share() == now.share())) result.push_back({old_number, number});
    }
    for (; next != ended.end() && next->first == asset; ++next) result.push_back({next->second, kNobody});
  }
  for (; next != ended.end(); ++next) result.push_back({next->second, kNobody});
  return result;
}

bool in_closed_loop(const Graph& graph, Day day, std::uint32_t party) {
  // Upwards from the party as long as everybody found is wholly held: if nobody is found who is not, those found are closed.
  constexpr std::uint64_t kWholly = kWhole - kWhole / 10'000;
  std::vector<std::uint32_t> found = {party};
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::uint64_t held = 0;
    for (const Holding& holding : graph.in(found[i])) {
      if (holding.kind != Kind::shares || holding.indirect() || !holding.on(day) || holding.high == 0) continue;
      held += holding.low;
      if (std::find(found.begin(), found.end(), holding.owner) == found.end()) found.push_back(holding.owner);
    }
    if (held < kWholly) return false;
  }
  return true;
}

bool inconsistent(const Graph& graph, Day day, std::uint32_t asset) {
  std::uint64_t low = 0;
  for (const Holding& holding : graph.in(asset)) {
    if (!holding.on(day)) continue;
    if (holding.disputed()) return true;
    if (holding.kind == Kind::shares && !holding.indirect()) low += holding.low;
  }
  return low > kWhole;
}

}  // namespace tamga::ownership
