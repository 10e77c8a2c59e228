#include "ownership/ownership.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

// Each share is an interval, possibly without one of its ends. Summing intervals is exact here because shares are free
// of each other but for one condition: all together they are at most 100. So
//   - the listed owners hold at least the sum of their lower bounds (nothing forces anybody up), and
//   - at most the sum of their upper bounds, and at most what the lower bounds of the others leave of 100.
// An end that is left out anywhere in a sum is left out of the sum: ">25" and ">25" are together more than 50, which
// passes "at least 50" and "more than 50"; "25" and "25" are exactly 50, which passes only the first.
//
// Without aggregation (UK) the same holds for each listed owner by himself.
namespace tamga::ownership {
namespace {

/// Percent in units of 10^-9: Decimal has a scale of at most 9, so this is exact, and an int64 holds 92 million wholes.
using Units = std::int64_t;
constexpr Units kWhole = 100'000'000'000;

Units units(Decimal percent) {
  Units value = percent.coefficient;
  // Far outside 0..100 the clamp decides before a product could overflow.
  if (value <= 0) return 0;
  for (int scale = percent.scale; scale < 9; ++scale) {
    if (value > kWhole) return kWhole;
    value *= 10;
  }
  return std::min(value, kWhole);
}

Decimal decimal(Units value) {
  Decimal out{value, 9};
  while (out.scale > 0 && out.coefficient % 10 == 0) {
    out.coefficient /= 10;
    --out.scale;
  }
  return out;
}

/// One end of an interval; `open`: the end itself is not reached.
struct End {
  Units value = 0;
  bool open = false;
};

End operator+(End a, End b) { return {std::min(a.value + b.value, Units{1} << 60), a.open || b.open}; }

struct Interval {
  End low;
  End high;
};

Interval interval(const ShareRange& share) { return {{units(share.low), share.low_excluded}, {units(share.high), share.high_excluded}}; }

/// The lesser of two upper ends; at the same value the open one reaches less.
End lesser(End a, End b) {
  if (a.value != b.value) return a.value < b.value ? a : b;
  return {a.value, a.open || b.open};
}

/// Nearer to the threshold: for an owner, the greater lower end; else the greater upper end. An open end lies above
/// its value when it is a lower one, and below when it is an upper one.
bool nearer(const Interval& a, const Interval& b, Answer answer) {
  const auto lower = [](const Interval& i) { return std::pair(i.low.value, i.low.open); };
  const auto upper = [](const Interval& i) { return std::pair(i.high.value, !i.high.open); };
  if (answer == Answer::yes) return std::pair(lower(a), upper(a)) > std::pair(lower(b), upper(b));
  return std::pair(upper(a), lower(a)) > std::pair(upper(b), lower(b));
}

struct Limit {
  Units value;
  bool inclusive;

  /// Do all values from this lower end upwards pass?
  [[nodiscard]] bool surely(End low) const { return low.value > value || (low.value == value && (inclusive || low.open)); }
  /// Does any value up to this upper end pass?
  [[nodiscard]] bool possibly(End high) const { return high.value > value || (high.value == value && inclusive && !high.open); }
};

struct Owner {
  const Holding* holding;
  Interval share;
  bool listed = false;    ///< certainly
  bool possible = false;  ///< certainly or possibly
};

struct Table {
  std::vector<Owner> owners;
  bool contradiction = false;
  End low_sum;  ///< of all owners
};

Table table(std::span<const Holding> holdings) {
  Table out;
  for (const auto& holding : holdings) {
    const Interval share = interval(holding.share);
    if (share.low.value > share.high.value || (share.low.value == share.high.value && (share.low.open || share.high.open))) out.contradiction = true;
    out.low_sum = out.low_sum + share.low;
    out.owners.push_back({&holding, share, holding.listed == Answer::yes, holding.listed != Answer::no});
  }
  if (out.low_sum.value > kWhole || (out.low_sum.value == kWhole && out.low_sum.open)) out.contradiction = true;
  return out;
}

/// What the owners of `group` hold together: at least what its listed ones do, at most what the others leave.
template <typename InGroup>
Interval together(const Table& table, InGroup in_group) {
  Interval sum;
  End others;
  for (const auto& owner : table.owners) {
    if (!in_group(owner)) {
      others = others + owner.share.low;
      continue;
    }
    if (owner.listed) sum.low = sum.low + owner.share.low;
    sum.high = sum.high + owner.share.high;
  }
  // Where the ranges contradict each other, none of them is good enough to bound another.
  if (table.contradiction) {
    sum.high = sum.high.value == 0 ? sum.high : End{kWhole, false};
  } else {
    // The others' sum reaches its lower end unless it is open. When all lower bounds together are 100, each share is
    // its lower bound, and no end of the sum is open (an open one would be a contradiction).
    sum.high = lesser(sum.high, End{kWhole - others.value, others.open});
  }
  sum.low.value = std::min(sum.low.value, kWhole);
  sum.high.value = std::min(sum.high.value, kWhole);
  return sum;
}

ShareRange range(const Interval& interval) {
  ShareRange out;
  out.low = decimal(interval.low.value);
  out.high = decimal(interval.high.value);
  out.low_excluded = interval.low.open;
  out.high_excluded = interval.high.open;
  return out;
}

std::string share_text(const ShareRange& share) {
  if (share.low == share.high) return share.low.text();
  const bool from_zero = share.low == Decimal::whole(0) && !share.low_excluded;
  const bool to_whole = share.high == Decimal::whole(100) && !share.high_excluded;
  if (from_zero && to_whole) return "unknown";
  if (to_whole) return fmt::format("{}{}", share.low_excluded ? ">" : ">=", share.low.text());
  if (from_zero) return fmt::format("{}{}", share.high_excluded ? "<" : "<=", share.high.text());
  if (!share.low_excluded && !share.high_excluded) return fmt::format("{}-{}", share.low.text(), share.high.text());
  return fmt::format("{}{} to {}{}", share.low_excluded ? ">" : "", share.low.text(), share.high_excluded ? "<" : "", share.high.text());
}

std::string name_and_share(const Owner& owner) {
  return fmt::format("{} {}{}", owner.holding->owner, share_text(owner.holding->share), owner.listed ? "" : " (possible match)");
}

/// "A 25 + B 25-50 = 50-75 %"
std::string chain(const std::vector<const Owner*>& deciding, const Interval& held, bool contradiction) {
  std::string out;
  for (const Owner* owner : deciding) out += (out.empty() ? "" : " + ") + name_and_share(*owner);
  const ShareRange sum = range(held);
  if (deciding.size() != 1 || share_text(sum) != share_text(deciding.front()->holding->share)) out += " = " + share_text(sum);
  out += " %";
  if (contradiction) out += "; the stated shares add up to more than 100 %";
  return out;
}

Answer answer(const Interval& held, const Limit& limit) {
  if (limit.surely(held.low)) return Answer::yes;
  return limit.possibly(held.high) ? Answer::unknown : Answer::no;
}

}  // namespace

Assessment assess(std::span<const Holding> holdings, const Threshold& threshold) {
  const Table all = table(holdings);
  const Limit limit{units(threshold.percent), threshold.inclusive};
  Assessment best{Answer::no, {Decimal::whole(0), Decimal::whole(0)}, {}};

  if (threshold.aggregate) {
    std::vector<const Owner*> deciding;
    for (const auto& owner : all.owners) {
      if (owner.possible) deciding.push_back(&owner);
    }
    if (deciding.empty()) return best;
    Interval held = together(all, [](const Owner& owner) { return owner.possible; });
    const bool any_listed = std::any_of(deciding.begin(), deciding.end(), [](const Owner* owner) { return owner->listed; });
    best.owned = answer(held, limit);
    // With a threshold of 0 the empty sum would pass; nobody listed is still at most a possibility.
    if (best.owned == Answer::yes && !any_listed) best.owned = Answer::unknown;
    best.held = range(held);
    best.chain = chain(deciding, held, all.contradiction);
    return best;
  }

  const Owner* nearest = nullptr;
  Interval nearest_held;
  for (const auto& owner : all.owners) {
    if (!owner.possible) continue;
    const Interval held = together(all, [&](const Owner& other) { return &other == &owner; });
    Answer owned = answer(held, limit);
    if (owned == Answer::yes && !owner.listed) owned = Answer::unknown;
    if (nearest != nullptr && (owned < best.owned || (owned == best.owned && !nearer(held, nearest_held, owned)))) continue;
    nearest = &owner;
    nearest_held = held;
    best.owned = owned;
  }
  if (nearest == nullptr) return best;
  best.held = range(nearest_held);
  best.chain = chain({nearest}, nearest_held, all.contradiction);
  return best;
}

}  // namespace tamga::ownership
