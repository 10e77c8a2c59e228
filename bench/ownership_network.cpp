#include "ownership_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <iterator>
#include <numeric>
#include <string_view>
#include <tuple>
#include <utility>

namespace tamga::bench {
namespace {

using ownership::Day;
using ownership::Kind;
using ownership::kWhole;
using ownership::Range;
using ownership::Share;

/// splitmix64 (Steele, Lea, Flood 2014). The distributions of std:: differ from library to library; these do not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// 0 to count - 1; by the upper bits, whose bias of 2^-32 nobody sees.
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(((next() >> 32U) * count) >> 32U); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  bool chance(std::uint32_t of_ten_thousand) { return below(10'000) < of_ten_thousand; }
  /// A rank below `count`, the first ones far more often than the last. A power law without a power: the octave is drawn, then a place in it, so that
  /// a rank is about as likely as one divided by itself. With `steps` 2 the larger of two octaves counts, and the first ranks stand out less.
  std::uint32_t rank(std::uint32_t count, int steps) {
    const auto octaves = static_cast<std::uint32_t>(std::bit_width(count));
    std::uint32_t octave = 0;
    for (int i = 0; i < steps; ++i) octave = std::max(octave, below(octaves));
    const std::uint32_t first = (1U << octave) - 1;
    const std::uint32_t size = std::min(count - first, 1U << octave);
    return first + below(size);
  }

 private:
  std::uint64_t state_;
};

constexpr std::uint32_t kPersonsOfThousand = 580;
constexpr std::uint32_t kPartiesOfOneHub = 25'000;
constexpr std::uint32_t kFewestHubs = 8;
constexpr std::uint32_t kHundred = 10'000;  ///< shares are drawn in hundredths of a per cent

/// Of a thousand companies, how many have a chain of this many companies above them.
constexpr std::array<std::uint32_t, 9> kTiers = {620, 180, 90, 50, 28, 16, 9, 5, 2};
static_assert(std::accumulate(kTiers.begin(), kTiers.end(), 0U) == 1000);

/// In each thousand companies these own each other in a ring, the first of each pair up to the second.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 5> kRings = {{{0, 2}, {2, 4}, {4, 7}, {7, 10}, {10, 15}}};
constexpr std::uint32_t kRingBlock = 1000;

constexpr std::array<std::string_view, 6> kForms = {"LLP", "Ltd", "JSC", "LLC", "GmbH", "PLC"};

constexpr Day days(int year, unsigned month, unsigned day) {
  return static_cast<Day>(
      std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)).time_since_epoch().count());
}
constexpr Day kFirst = days(2005, 1, 1);
constexpr Day kLast = days(2030, 12, 31);

Share share_of(std::uint32_t hundredths) { return hundredths * (kWhole / kHundred); }
Range exactly(std::uint32_t hundredths) { return {share_of(hundredths), share_of(hundredths)}; }
Range band(std::uint32_t low, std::uint32_t high) { return {share_of(low * 100), share_of(high * 100)}; }

/// The register's band of a share; what it does not have to have is "up to 25". It says "more than 25 but not more than 50", so that 50 is in the
/// lower band; written with closed ends, as a table has them.
Range band_of(std::uint32_t share) {
  if (share <= 2500) return band(0, 25);
  if (share <= 5000) return band(25, 50);
  return share < 7500 ? band(50, 75) : band(75, 100);
}

std::uint32_t owners_of_one(Random& random) {
  const std::uint32_t roll = random.below(1000);
  if (roll < 450) return 1;
  if (roll < 740) return 2;
  if (roll < 860) return 3;
  if (roll < 930) return 4;
  if (roll < 982) return random.between(5, 10);
  if (roll < 999) return random.between(11, 100);
  return random.between(100, 600);
}

/// How the register of a company writes a share.
enum class Style : std::uint8_t { bands, exact, above, unknown };

Style style_of(Random& random) {
  const std::uint32_t roll = random.below(100);
  return roll < 55 ? Style::bands : roll < 88 ? Style::exact : roll < 95 ? Style::above : Style::unknown;
}

Range written(std::uint32_t share, Style style, Random& random) {
  switch (style) {
    case Style::exact: return exactly(share);
    case Style::above:
      if (share > 5000) return {share_of(5000), kWhole, true, false};
      return share > 2500 ? Range{share_of(2500), kWhole, true, false} : Range{};
    case Style::unknown: return {};
    case Style::bands:
      // Owners of a quarter or less are not in that register, but in the company's yearly return: half of them to the hundredth.
      if (share <= 2500 && random.chance(5000)) return exactly(share);
      return random.chance(300) ? Range{} : band_of(share);
  }
  return {};
}

struct Stake {
  std::uint32_t owner = 0;
  std::uint32_t share = 0;  ///< what it really is; the rows say it more or less exactly
};

/// What the owners really hold, together at most `room`. Everything that a register then writes of it has that one completion at least.
void divide(std::vector<Stake>& stakes, std::uint32_t room, Random& random) {
  if (stakes.size() == 1) {
    const std::uint32_t roll = random.below(100);
    const std::uint32_t part = roll < 80   ? kHundred
                               : roll < 88 ? random.between(7500, 9999)
                               : roll < 93 ? random.between(5001, 7499)
                                           : random.between(2501, 5000);
    stakes[0].share = part * room / kHundred;
    return;
  }
  if (stakes.size() == 2) {
    stakes[0].share = random.chance(5000) ? room / 2 : random.between(room / 20, room - room / 20);
    stakes[1].share = room - stakes[0].share;
    return;
  }
  const auto count = static_cast<std::uint32_t>(stakes.size());
  std::uint32_t first = 0;
  if (random.chance(4000)) {
    // One above all others; who has many beside him leaves them a hundredth of a per cent each at least.
    stakes[0].share = room / 100 * random.between(50, count > 100 ? 60 : 90);
    room -= stakes[0].share;
    first = 1;
  }
  std::uint32_t weights = 0;
  for (std::uint32_t i = first; i < count; ++i) weights += stakes[i].share = random.between(1, 1000);
  const std::uint32_t rest = room - (count - first);
  for (std::uint32_t i = first; i < count; ++i) stakes[i].share = 1 + stakes[i].share * rest / weights;
}

/// Since when, and until when: of 100 holdings 16 have ended before kNetworkDay, 4 begin after it, and of half of the others the beginning is not
/// said.
std::pair<Day, Day> dates(Random& random) {
  const auto until = [&](Day from, Day to) { return from + static_cast<Day>(random.below(static_cast<std::uint32_t>(to - from))); };
  const std::uint32_t roll = random.below(100);
  if (roll < 16) {
    const Day from = until(kFirst, kNetworkDay - 60);
    return {from, until(from + 30, kNetworkDay)};
  }
  if (roll < 20) return {until(kNetworkDay + 1, kLast), ownership::kNever};
  return {roll < 60 ? ownership::kAlways : until(kFirst, kNetworkDay), ownership::kNever};
}

/// The number by which `factor` is undone among `count`: rank * factor mod count is a company's number, number * inverse mod count its rank.
std::uint64_t inverse_of(std::uint64_t factor, std::uint64_t count) {
  std::int64_t a = static_cast<std::int64_t>(factor);
  std::int64_t b = static_cast<std::int64_t>(count);
  std::int64_t x = 1;
  std::int64_t y = 0;
  while (b != 0) {
    const std::int64_t quotient = a / b;
    a = std::exchange(b, a - quotient * b);
    x = std::exchange(y, x - quotient * y);
  }
  return static_cast<std::uint64_t>(x < 0 ? x + static_cast<std::int64_t>(count) : x);
}

}  // namespace

/// Makes the rows of one company after the other.
class OwnershipNetwork::Maker {
 public:
  Maker(const OwnershipNetwork& network, const std::function<void(const NetworkHolding&)>& take)
      : network_(network), take_(take), random_(network.seed_) {}

  void company(std::uint32_t number) {
    const std::uint32_t rank = network_.rank_of(number);
    const auto tier =
        static_cast<std::size_t>(std::find_if(network_.tiers_.begin() + 1, network_.tiers_.end(), [&](std::uint32_t end) { return rank < end; }) -
                                 network_.tiers_.begin() - 1);
    asset_ = network_.first_company() + number;
    source_ = static_cast<std::uint8_t>(random_.below(kNetworkSources.size()));
    number_ = number;
    std::tie(from_, to_) = std::pair(ownership::kAlways, ownership::kNever);
    std::uint32_t room = kHundred;
    if (random_.chance(50)) {
      const std::uint32_t own = random_.between(100, 2000);
      row(asset_, Kind::shares, exactly(own));
      room -= own;
    }
    const std::uint32_t before = ring(rank);
    const std::uint32_t held = before == rank ? 0 : random_.between(500, 6000);
    room -= held;
    stakes_.clear();
    const std::uint32_t owners = owners_of_one(random_);
    for (std::uint32_t i = 0; i < owners; ++i) stakes_.push_back({owner(tier, i == 0), 0});
    divide(stakes_, room, random_);
    hubs();
    if (held > 0) stakes_.push_back({network_.company_of(before), held});
    const Style style = style_of(random_);
    for (const Stake& stake : stakes_) rows(stake, style);
    ties(tier);
  }

 private:
  /// A state has the largest part of what it has a part in, a fund the smallest.
  void hubs() {
    const auto less = [](const Stake& a, const Stake& b) { return a.share < b.share; };
    for (Stake& stake : stakes_) {
      if (network_.is_person(stake.owner) || stake.owner >= network_.first_company()) continue;
      const bool state = (stake.owner - network_.persons_) % 2 == 0;
      const auto other = state ? std::max_element(stakes_.begin(), stakes_.end(), less) : std::min_element(stakes_.begin(), stakes_.end(), less);
      std::swap(stake.share, other->share);
    }
  }

  /// All rows of one owner.
  void rows(const Stake& stake, Style style) {
    std::tie(from_, to_) = dates(random_);
    row(stake.owner, Kind::shares, written(stake.share, style, random_));
    if (stake.share > 2500 && random_.chance(style == Style::bands ? 3300 : 500)) row(stake.owner, Kind::votes, written(stake.share, style, random_));
    if (random_.chance(stake.share > 5000 ? 400 : 30)) row(stake.owner, Kind::control, {});
    if (random_.chance(80)) row(stake.owner, Kind::influence, {});
    if (random_.chance(200)) {
      // A second source that agrees, but says it in its own way.
      const std::uint8_t source = std::exchange(source_, static_cast<std::uint8_t>((source_ + 1) % kNetworkSources.size()));
      row(stake.owner, Kind::shares, band_of(stake.share));
      source_ = source;
    }
  }

  /// What belongs to the company as a whole.
  void ties(std::size_t tier) {
    if (random_.chance(200)) {
      std::tie(from_, to_) = dates(random_);
      row(owner(tier, false), Kind::shares, random_.chance(5000) ? band(25, 50) : band(75, 100), true);
    }
    if (stakes_.size() > 1 && network_.is_person(stakes_[0].owner) && network_.is_person(stakes_[1].owner) && random_.chance(200)) {
      std::tie(from_, to_) = dates(random_);
      asset_ = stakes_[1].owner;
      row(stakes_[0].owner, Kind::joint, {});
      asset_ = network_.first_company() + number_;
    }
    if (random_.below(5000) == 0) {
      from_ = ownership::kAlways;
      to_ = ownership::kNever;
      for (int i = 0; i < 2; ++i) row(person(), Kind::shares, exactly(6000));
    }
  }

  void row(std::uint32_t owner, Kind kind, const Range& share, bool indirect = false) {
    take_({.owner = owner, .asset = asset_, .kind = kind, .indirect = indirect, .share = share, .from = from_, .to = to_, .source = source_});
  }

  /// `first`: the owner that makes a company's tier what it is.
  std::uint32_t owner(std::size_t tier, bool first) {
    if (first && tier > 0) return company_in(tier - 1);
    if (random_.chance(1150)) return network_.hub(random_.rank(network_.hubs_, 1));
    if (tier > 0 && random_.chance(2500)) return company_in(random_.below(static_cast<std::uint32_t>(tier)));
    return person();
  }

  std::uint32_t company_in(std::size_t tier) {
    const std::uint32_t begin = network_.tiers_[tier];
    const std::uint32_t size = network_.tiers_[tier + 1] - begin;
    return network_.company_of(begin + (random_.chance(3000) ? random_.rank(size, 2) : random_.below(size)));
  }

  /// As many new faces as leave nobody out in the end; else somebody who owns something already, or will.
  std::uint32_t person() {
    if (std::uint64_t{fresh_} * network_.companies_ < std::uint64_t{network_.persons_} * (number_ + 1)) return fresh_++;
    // Whoever holds much was not registered first: the ranks are spread.
    return static_cast<std::uint32_t>(std::uint64_t{random_.rank(network_.persons_, 2)} * 2'654'435'761U % network_.persons_);
  }

  /// The rank of the one before in the ring of this one; itself when it is in none.
  [[nodiscard]] std::uint32_t ring(std::uint32_t rank) const {
    const std::uint32_t place = rank % kRingBlock;
    const std::uint32_t block = rank - place;
    if (block + kRingBlock > network_.companies_) return rank;
    for (const auto& [begin, end] : kRings) {
      if (place >= begin && place < end) return block + (place == begin ? end : place) - 1;
    }
    return rank;
  }

  const OwnershipNetwork& network_;
  const std::function<void(const NetworkHolding&)>& take_;
  Random random_;
  std::uint32_t fresh_ = 0;
  std::vector<Stake> stakes_;
  // Of the company, and of the row, in hand.
  std::uint32_t number_ = 0;
  std::uint32_t asset_ = 0;
  std::uint8_t source_ = 0;
  Day from_ = ownership::kAlways;
  Day to_ = ownership::kNever;
};

OwnershipNetwork::OwnershipNetwork(std::uint32_t parties, std::uint64_t seed) : parties_(std::max(parties, 1000U)), seed_(seed) {
  persons_ = static_cast<std::uint32_t>(std::uint64_t{parties_} * kPersonsOfThousand / 1000);
  hubs_ = std::max(kFewestHubs, parties_ / kPartiesOfOneHub);
  companies_ = parties_ - persons_ - hubs_;
  std::uint64_t thousandths = 0;
  for (std::size_t i = 0; i < kTiers.size(); ++i) {
    tiers_[i] = static_cast<std::uint32_t>(companies_ * thousandths / 1000);
    thousandths += kTiers[i];
  }
  tiers_[kTiers.size()] = companies_;
  // Spreads the ranks over the numbers: the golden section of their count, or the next that has no divisor with it.
  factor_ = std::uint64_t{companies_} * 618 / 1000;
  while (std::gcd(factor_, std::uint64_t{companies_}) != 1) ++factor_;
  inverse_ = inverse_of(factor_, companies_);
}

std::uint32_t OwnershipNetwork::company_of(std::uint32_t rank) const {
  return first_company() + static_cast<std::uint32_t>(rank * factor_ % companies_);
}

std::uint32_t OwnershipNetwork::rank_of(std::uint32_t number) const { return static_cast<std::uint32_t>(number * inverse_ % companies_); }

void OwnershipNetwork::append_id(std::uint32_t party, std::string& to) const {
  const auto out = std::back_inserter(to);
  if (is_person(party)) {
    fmt::format_to(out, "Person {}", party + 1);
  } else if (party < first_company()) {
    const std::uint32_t rank = party - persons_;
    fmt::format_to(out, "{} {}", rank % 2 == 0 ? "State" : "Fund", rank + 1);
  } else {
    const std::uint32_t number = party - first_company() + 1;
    fmt::format_to(out, "Company {} {}", number, kForms[number % kForms.size()]);
  }
}

std::string OwnershipNetwork::id(std::uint32_t party) const {
  std::string text;
  append_id(party, text);
  return text;
}

void OwnershipNetwork::each(const std::function<void(const NetworkHolding&)>& take) const {
  Maker maker(*this, take);
  for (std::uint32_t number = 0; number < companies_; ++number) maker.company(number);
}

void OwnershipNetwork::build(ownership::GraphBuilder& builder) const {
  std::array<std::uint16_t, kNetworkSources.size()> sources{};
  for (std::size_t i = 0; i < sources.size(); ++i) sources[i] = builder.source(kNetworkSources[i]);
  std::string text;
  const auto number = [&](std::uint32_t party) {
    text.clear();
    append_id(party, text);
    return builder.party(text);
  };
  std::uint32_t line = 1;
  each([&](const NetworkHolding& row) {
    ownership::Holding holding;
    holding.owner = number(row.owner);
    holding.asset = number(row.asset);
    holding.set_share(row.share);
    holding.from = row.from;
    holding.to = row.to;
    holding.line = ++line;
    holding.sources = sources[row.source];
    holding.kind = row.kind;
    if (row.indirect) holding.flags |= ownership::Holding::kIndirect;
    builder.hold(holding);
  });
}

void OwnershipNetwork::write_csv(const std::function<void(std::string_view)>& put) const {
  put("owner,asset,share,from,to,source,kind,directness\n");
  std::string line;
  const auto date = [&](Day day) {
    if (const auto known = ownership::date_of(day)) line += known->text();
    line += ',';
  };
  each([&](const NetworkHolding& row) {
    line.clear();
    append_id(row.owner, line);
    line += ',';
    append_id(row.asset, line);
    line += ',';
    const bool measured = row.kind == Kind::shares || row.kind == Kind::votes;
    if (measured && row.share != Range{}) line += row.share.text();  // nothing there is an unknown share
    line += ',';
    date(row.from);
    date(row.to);
    line += kNetworkSources[row.source];
    line += ',';
    line += ownership::kind_name(row.kind);
    line += row.indirect ? ",indirect\n" : ",direct\n";
    put(line);
  });
}

std::vector<std::uint32_t> OwnershipNetwork::listed(std::uint32_t count, std::uint64_t seed, std::span<const std::uint32_t> hubs) const {
  // Another stream than the rows are made of.
  Random random(~seed);
  std::vector<std::uint32_t> chosen;
  std::vector<bool> taken(parties_);
  const auto take = [&](std::uint32_t party) {
    if (!taken[party]) chosen.push_back(party);
    taken[party] = true;
  };
  for (const std::uint32_t rank : hubs) {
    if (chosen.size() < count) take(hub(rank));
  }
  while (chosen.size() < count) {
    const std::uint32_t roll = random.below(100);
    if (roll < 55) {
      take(random.below(persons_));
    } else if (roll < 70) {
      take(static_cast<std::uint32_t>(std::uint64_t{random.rank(persons_, 2)} * 2'654'435'761U % persons_));
    } else if (roll < 85) {
      take(company_of(random.below(companies_)));
    } else {
      // Heads of groups: a company of a tier above others, the larger ones more often.
      const auto tier = random.below(3);
      take(company_of(tiers_[tier] + random.rank(tiers_[tier + 1] - tiers_[tier], 2)));
    }
  }
  return chosen;
}

}  // namespace tamga::bench
