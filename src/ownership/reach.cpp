#include "ownership/reach.h"

#include <algorithm>

namespace tamga::ownership {
namespace {

constexpr std::size_t kShares = 0;
constexpr std::size_t kVotes = 1;

std::size_t measure(Kind kind) { return kind == Kind::votes ? kVotes : kShares; }

/// Range::of() of the threshold: units rounded down, and whether it lies above them.
std::pair<Share, bool> threshold_of(Decimal percent) {
  ShareRange exact;
  exact.low = percent;
  const Range range = Range::of(exact);
  return {range.low, range.low_open};
}

}  // namespace

std::string_view standing_name(Standing standing) {
  switch (standing) {
    case Standing::excluded: return "excluded";
    case Standing::possible: return "possible";
    case Standing::certain: return "certain";
  }
  return "";
}

Reach::Reach(const Graph& graph, Day day, const Criterion& criterion, Mode mode)
    : graph_(&graph), day_(day), criterion_(criterion), mode_(mode), place_(graph.parties(), 0) {
  std::tie(threshold_, threshold_rounded_) = threshold_of(criterion.percent);
}

// ---- one asset ------------------------------------------------------------------------------------------------

bool Reach::surely(End low) const {
  if (low.value != threshold_) return low.value > threshold_;
  // At these units a rounded threshold lies a little above; a closed lower end may lie below it.
  return !threshold_rounded_ && (criterion_.inclusive || low.open);
}

bool Reach::maybe(End high) const {
  if (high.value != threshold_) return high.value > threshold_;
  return !threshold_rounded_ && criterion_.inclusive && !high.open;
}

bool Reach::owned_surely(const Slot& slot) const {
  for (const std::size_t i : {kShares, kVotes}) {
    if (slot.member_low[i] == 0 && slot.member_open[i] == 0) continue;
    const std::uint64_t all = slot.low[i] + (i == kShares ? slot.own_low : 0);
    const std::uint64_t excess = all > kWhole ? all - kWhole : 0;
    if (slot.member_low[i] < excess) continue;
    // Where it is contradicted, an end that is not reached itself is no better than one that is.
    const bool open = slot.open[i] > 0 || (i == kShares && slot.own_open);
    const bool contradiction = all > kWhole || (all == kWhole && open);
    const End low{std::min<std::uint64_t>(slot.member_low[i] - excess, kWhole), slot.member_open[i] > 0 && !contradiction};
    if (surely(low)) return true;
    if (i == kShares && criterion_.treasury == Treasury::outstanding && slot.own_low > 0 && low.value > 0) {
      // Of what is in other hands: low / (whole - own). Where the company's own part is larger than its lower end the owners' part only grows.
      const std::uint64_t others = kWhole - std::min<std::uint64_t>(slot.own_low, kWhole);
      const std::uint64_t left = low.value * kWhole;
      const std::uint64_t right = std::uint64_t{threshold_} * others;
      if (left > right || (left == right && !threshold_rounded_ && (criterion_.inclusive || low.open))) return true;
    }
  }
  return false;
}

bool Reach::owned_maybe(const Slot& slot) const {
  for (const std::size_t i : {kShares, kVotes}) {
    if (slot.member_high[i] == 0 && slot.indirect_high[i] == 0) continue;
    const std::uint64_t own_low = i == kShares ? slot.own_low : 0;
    const std::uint64_t all = slot.low[i] + own_low;
    const std::uint64_t others = slot.low[i] - slot.member_low[i];
    End high{slot.member_high[i], slot.high_open[i] > 0};
    const bool own_open = i == kShares && slot.own_open;
    std::uint64_t own = slot.own_high;
    if (all > kWhole || (all == kWhole && (own_open || slot.open[i] > 0))) {
      // A contradiction: none of the ranges is good enough to bound another.
      high = {std::min<std::uint64_t>(high.value + (all - kWhole), kWhole), false};
    } else {
      const End room{kWhole - others - own_low, own_open || slot.open[i] > slot.member_open[i]};
      if (high.value > room.value) {
        high = room;
      } else if (high.value == room.value) {
        high.open = high.open || room.open;
      }
      // Members first, then the company itself as far as there is room: one more share of a member tells more than one more of its own.
      own = std::min(own, kWhole - others - high.value);
    }
    // Whatever lies above the whole is cut off, and the whole itself is then reached.
    high.value += slot.indirect_high[i];
    high.open = (high.open || slot.indirect_open[i] > 0) && high.value <= kWhole;
    high.value = std::min<std::uint64_t>(high.value, kWhole);
    if (maybe(high)) return true;
    if (i == kShares && criterion_.treasury != Treasury::issued && own > 0 && high.value > 0) {
      const std::uint64_t left = high.value * kWhole;
      const std::uint64_t right = std::uint64_t{threshold_} * (kWhole - own);
      // Where nobody else need hold anything, the members' part of what the company leaves is the whole of it, however much that is.
      const bool whole = others == 0 && slot.open[i] == slot.member_open[i] && slot.own_high > own;
      if (left > right || (left == right && !threshold_rounded_ && criterion_.inclusive && (!high.open || whole))) return true;
    }
  }
  return false;
}

/// What others hold can only take from what the members certainly hold, so that too little of theirs is too little whoever the others are. That
/// spares reading an asset for most of what a fund holds. Not so for what they possibly hold, which a contradiction among the others adds to; nor of
/// what is outstanding, of which the whole is smaller.
bool Reach::too_little(const Slot& slot) const {
  if (mode_ != Mode::certain || criterion_.treasury == Treasury::outstanding) return false;
  return !surely({slot.member_low[kShares], slot.member_open[kShares] > 0}) && !surely({slot.member_low[kVotes], slot.member_open[kVotes] > 0});
}

/// What members certainly hold they possibly hold: the room that the others leave is never smaller, and a contradiction only adds. Above the
/// threshold that is enough, again without reading who the others are. At the threshold itself it is not, since the room may end just below.
bool Reach::enough(const Slot& slot) const {
  return mode_ == Mode::possible && std::min<std::uint64_t>(std::max(slot.member_low[kShares], slot.member_low[kVotes]), kWhole) > threshold_;
}

bool Reach::passes(std::uint32_t party, Slot& slot) const {
  if (slot.reached || enough(slot)) return true;
  if (too_little(slot)) return false;
  if (!slot.summed) sum(party, slot);
  return mode_ == Mode::certain ? owned_surely(slot) : owned_maybe(slot);
}

// ---- growing --------------------------------------------------------------------------------------------------

// Memory is slow, and a graph of millions of holdings is mostly not in a cache: one holding needs half a dozen places of it, each known only by the
// one before, and waiting for one after the other is nearly all the time that a large designation takes. But which holdings come is known well
// before. So each place is asked for some holdings ahead, when the one that names it has arrived: then several are waited for at once. That halves
// the time; half or twice these distances make no difference (bench/ownership_bench.cpp).
constexpr std::size_t kHoldingAhead = 24;
constexpr std::size_t kPlaceAhead = 16;
constexpr std::size_t kSlotAhead = 8;

void Reach::fetch_place(std::uint32_t party) const {
  __builtin_prefetch(&place_[party]);
  graph_->expect(party);
}

void Reach::fetch_slot(std::uint32_t party) const {
  if (place_[party] == 0) {
    // Two holdings to a line of the cache; of an asset with many owners the first few lines, the processor itself goes on from there.
    const auto in = graph_->in(party);
    for (std::size_t i = 0; i < in.size() && i < 8; i += 2) __builtin_prefetch(&in[i]);
    return;
  }
  const Slot* slot = &slots_[place_[party] - 1];
  __builtin_prefetch(slot);
  __builtin_prefetch(reinterpret_cast<const char*>(slot) + sizeof(Slot) / 2);
}

/// For those who hold much: ahead in what they hold.
void Reach::fetch(std::span<const std::uint32_t> out, std::size_t at) const {
  const auto holdings = graph_->holdings();
  if (at + kHoldingAhead < out.size()) __builtin_prefetch(&holdings[out[at + kHoldingAhead]]);
  if (at + kPlaceAhead < out.size()) fetch_place(holdings[out[at + kPlaceAhead]].asset);
  if (at + kSlotAhead < out.size()) fetch_slot(holdings[out[at + kSlotAhead]].asset);
}

/// For those who hold one or two things, and they are most: ahead in the queue, to the first that each holds.
void Reach::fetch_next() const {
  const auto holdings = graph_->holdings();
  const auto ahead = [&](std::size_t distance) {
    return next_ + distance < queue_.size() ? graph_->out(queue_[next_ + distance]) : std::span<const std::uint32_t>();
  };
  if (next_ + 16 < queue_.size()) graph_->expect(queue_[next_ + 16]);
  if (next_ + 12 < queue_.size()) __builtin_prefetch(ahead(12).data());
  if (const auto out = ahead(9); !out.empty()) __builtin_prefetch(&holdings[out.front()]);
  if (const auto out = ahead(6); !out.empty()) fetch_place(holdings[out.front()].asset);
  if (const auto out = ahead(3); !out.empty()) fetch_slot(holdings[out.front()].asset);
}

Reach::Slot& Reach::slot(std::uint32_t party) {
  if (place_[party] == 0) {
    slots_.emplace_back();
    place_[party] = static_cast<std::uint32_t>(slots_.size());
  }
  const std::uint32_t number = place_[party] - 1;
  Slot& slot = slots_[number];
  if (!slot.touched) touched_.push_back(number);
  slot.touched = true;
  return slot;
}

void Reach::sum(std::uint32_t party, Slot& slot) const {
  for (const Holding& holding : graph_->in(party)) {
    if (!holding.measured() || holding.indirect() || !holding.on(day_)) continue;
    const std::size_t i = measure(holding.kind);
    if (holding.owner == party) {
      // A company's votes in itself are nobody's; they only take room.
      if (i == kShares) {
        slot.own_low += holding.low;
        slot.own_high += holding.high;
        slot.own_open = slot.own_open || (holding.flags & Holding::kLowOpen) != 0;
      }
      continue;
    }
    slot.low[i] += holding.low;
    if ((holding.flags & Holding::kLowOpen) != 0) ++slot.open[i];
  }
  slot.own_high = std::min<std::uint64_t>(slot.own_high, kWhole);
  slot.summed = true;
}

void Reach::see(const Holding& holding) {
  if (holding.owner == holding.asset) return;
  switch (holding.kind) {
    case Kind::shares: break;
    case Kind::votes:
      if (!criterion_.votes) return;
      break;
    case Kind::control:
      if (!criterion_.control) return;
      break;
    case Kind::influence:
      if (!criterion_.control || mode_ == Mode::certain) return;
      break;
    default: return;
  }
  Slot& asset = slot(holding.asset);
  if (asset.member) return;
  if (!holding.measured()) {
    asset.reached = true;
  } else {
    const std::size_t i = measure(holding.kind);
    const bool low_open = (holding.flags & Holding::kLowOpen) != 0;
    const bool high_open = (holding.flags & Holding::kHighOpen) != 0;
    if (holding.indirect()) {
      if (mode_ == Mode::certain) {
        asset.reached = asset.reached || surely({holding.low, low_open});
      } else {
        asset.indirect_high[i] += holding.high;
        asset.indirect_open[i] += high_open ? 1 : 0;
      }
    } else {
      asset.member_low[i] += holding.low;
      asset.member_high[i] += holding.high;
      asset.member_open[i] += low_open ? 1 : 0;
      asset.high_open[i] += high_open ? 1 : 0;
    }
  }
  if (passes(holding.asset, asset)) join(holding.asset, false);
}

void Reach::join(std::uint32_t party, bool ally) {
  Slot& at = slot(party);
  // An ally's holdings count whatever is made of it, so a barred one still ties others together.
  if (at.barred && !ally) return;
  if (!ally && !at.member) {
    at.member = true;
    at.order = static_cast<std::uint32_t>(members_.size());
    members_.push_back(party);
  }
  if (at.counted) return;
  at.counted = true;
  graph_->expect(party);
  queue_.push_back(party);
}

void Reach::count(std::uint32_t party) {
  const auto holdings = graph_->holdings();
  const bool allies = criterion_.joint && !criterion_.aggregate;
  const auto out = graph_->out(party);
  for (std::size_t i = 0; i < out.size(); ++i) {
    fetch(out, i);
    const Holding& holding = holdings[out[i]];
    if (!holding.on(day_)) continue;
    if (holding.kind == Kind::joint) {
      if (allies) join(holding.asset, true);
      continue;
    }
    see(holding);
  }
  if (!allies) return;
  for (const Holding& holding : graph_->in(party)) {
    if (holding.kind == Kind::joint && holding.on(day_)) join(holding.owner, true);
  }
}

void Reach::add(std::uint32_t party) {
  join(party, false);
  // First come, first served: so it is known ahead who comes next.
  while (next_ < queue_.size()) {
    fetch_next();
    count(queue_[next_++]);
  }
  queue_.clear();
  next_ = 0;
}

void Reach::bar(std::uint32_t party) { slot(party).barred = true; }

void Reach::clear() {
  for (const std::uint32_t number : touched_) {
    Slot& slot = slots_[number];
    for (const std::size_t i : {kShares, kVotes}) {
      slot.member_low[i] = slot.member_high[i] = slot.indirect_high[i] = 0;
      slot.member_open[i] = slot.high_open[i] = slot.indirect_open[i] = 0;
    }
    slot.member = slot.counted = slot.reached = slot.touched = false;
  }
  touched_.clear();
  members_.clear();
}

// ---- everybody ------------------------------------------------------------------------------------------------

Assessment::Assessment(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds)
    : criterion_(criterion),
      certain_(graph, day, criterion, Reach::Mode::certain),
      possible_(graph, day, criterion, Reach::Mode::possible),
      standing_(graph.parties(), 0) {
  for (const Seed& seed : seeds) designate(seed);
}

void Assessment::raise(const Reach& reach, std::size_t from, Standing standing, std::vector<std::uint32_t>& changed) {
  const auto members = reach.members();
  for (std::size_t i = from; i < members.size(); ++i) {
    auto& own = standing_[members[i]];
    if (own >= static_cast<std::uint8_t>(standing)) continue;
    own = static_cast<std::uint8_t>(standing);
    changed.push_back(members[i]);
  }
}

std::vector<std::uint32_t> Assessment::designate(Seed seed) {
  std::vector<std::uint32_t> changed;
  // Alone, each listed owner begins with nothing.
  if (!criterion_.aggregate) {
    certain_.clear();
    possible_.clear();
  }
  if (seed.certain) {
    const std::size_t before = certain_.members().size();
    certain_.add(seed.party);
    raise(certain_, before, Standing::certain, changed);
  }
  const std::size_t before = possible_.members().size();
  possible_.add(seed.party);
  raise(possible_, before, Standing::possible, changed);
  std::sort(changed.begin(), changed.end());
  changed.erase(std::unique(changed.begin(), changed.end()), changed.end());
  return changed;
}

std::vector<std::uint32_t> Assessment::reached() const {
  std::vector<std::uint32_t> result;
  for (std::uint32_t party = 0; party < standing_.size(); ++party) {
    if (standing_[party] != 0) result.push_back(party);
  }
  return result;
}

}  // namespace tamga::ownership
