#include "ownership/power.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

// A game and its dual (quota total + 1 - quota: who can block) have the same pivots, turned round: i is pivotal at S in one exactly if it is at the
// complement of S and i in the other. So everything is counted with the lesser of the two quotas.
namespace tamga::ownership {
namespace {

using Count = CoalitionCount;

constexpr std::size_t kCountPlayers = 127;
constexpr std::uint64_t kCountSteps = 200'000'000;
constexpr std::uint64_t kCountCells = std::uint64_t{1} << 23;
constexpr std::size_t kEnumeratePlayers = 22;
constexpr std::size_t kHalvesPlayers = 40;
constexpr std::uint64_t kSetSteps = 200'000'000;  ///< words of 64 sums
constexpr std::uint64_t kSetSums = std::uint64_t{1} << 29;
constexpr double kDoubt = .05;
constexpr std::uint64_t kSeed = 0x74616d6761;

/// The game without the players that have no votes, in the greatest unit.
struct Game {
  std::vector<std::size_t> players;  ///< their places among all
  std::vector<std::uint64_t> weights;
  std::uint64_t total = 0;
  std::uint64_t quota = 0;   ///< 1 .. total, or 0 if nobody is ever pivotal
  std::uint64_t lesser = 0;  ///< of the quota and the dual's
};

/// Nothing if the votes add up to more than can be counted.
std::optional<Game> game(std::span<const std::uint64_t> weights, std::uint64_t quota) {
  Game out;
  std::uint64_t divisor = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0) continue;
    if (weights[i] > ~std::uint64_t{0} - out.total) return std::nullopt;
    out.total += weights[i];
    divisor = std::gcd(divisor, weights[i]);
    out.players.push_back(i);
    out.weights.push_back(weights[i]);
  }
  if (quota == 0 || quota > out.total) return out;
  for (auto& weight : out.weights) weight /= divisor;
  out.total /= divisor;
  out.quota = quota / divisor + (quota % divisor != 0 ? 1 : 0);
  out.lesser = std::min(out.quota, out.total - out.quota + 1);
  return out;
}

bool within(std::uint64_t a, std::uint64_t b, std::uint64_t limit) { return a == 0 || b <= limit / a; }

bool can_count(const Game& game) {
  const std::uint64_t n = game.weights.size();
  return n <= kCountPlayers && within(n * n, game.lesser, kCountSteps) && within(n, game.lesser, kCountCells);
}

bool can_enumerate(const Game& game) { return game.weights.size() <= kEnumeratePlayers; }

double number(Count count) {
  return std::ldexp(static_cast<double>(static_cast<std::uint64_t>(count >> 64)), 64) + static_cast<double>(static_cast<std::uint64_t>(count));
}

/// For each player and each size the coalitions of the others of that size in which it is pivotal.
using Pivots = std::vector<std::vector<Count>>;

/// Of coalitions by size and weight. Counts are kept modulo 2^64 or 2^128: the end results are below 2^n, so what overflows on the way (it does not)
/// or goes below 0 comes back.
template <typename Number>
Pivots count_pivots(const Game& game) {
  const std::size_t n = game.weights.size(), sums = game.lesser;
  std::vector<Number> all(n * sums, 0);  // sizes 0 to n - 1, sums 0 to quota - 1
  const auto row = [sums](std::vector<Number>& counts, std::size_t size) { return std::span(counts).subspan(size * sums, sums); };
  all[0] = 1;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t weight = game.weights[i];
    if (weight >= sums) continue;
    for (std::size_t size = std::min(i + 1, n - 1); size > 0; --size) {
      const auto with = row(all, size), without = row(all, size - 1);
      for (std::size_t sum = weight; sum < sums; ++sum) with[sum] += without[sum - weight];
    }
  }

  Pivots out(n);
  std::vector<Number> previous(sums), others(sums);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t weight = game.weights[i];
    // Players of the same weight have the same numbers.
    const auto same = std::find(game.weights.begin(), game.weights.begin() + static_cast<std::ptrdiff_t>(i), weight);
    if (const auto place = static_cast<std::size_t>(same - game.weights.begin()); place < i) {
      out[i] = out[place];
      continue;
    }
    out[i].assign(n, 0);
    for (std::size_t size = 0; size < n; ++size) {
      // All coalitions, less those with the player, which are the player and one of the others that is smaller by one.
      const auto counts = row(all, size);
      std::copy(counts.begin(), counts.end(), others.begin());
      if (size > 0) {
        for (std::size_t sum = weight; sum < sums; ++sum) others[sum] -= previous[sum - weight];
      }
      Number pivots = 0;
      for (std::size_t sum = weight >= sums ? 0 : sums - weight; sum < sums; ++sum) pivots += others[sum];
      out[i][size] = pivots;
      std::swap(previous, others);
    }
  }
  return out;
}

Pivots enumerate_pivots(const Game& game) {
  const std::size_t n = game.weights.size();
  std::vector<std::uint64_t> counts(n * n, 0);
  std::uint32_t coalition = 0;
  std::uint64_t sum = 0;
  // In the order of the Gray code one player comes or goes at a time.
  for (std::uint32_t step = 1; step < std::uint32_t{1} << n; ++step) {
    const auto player = static_cast<std::size_t>(std::countr_zero(step));
    coalition ^= std::uint32_t{1} << player;
    sum = (coalition >> player & 1) != 0 ? sum + game.weights[player] : sum - game.weights[player];
    if (sum < game.lesser) continue;
    const std::uint64_t spare = sum - game.lesser;
    std::uint64_t* of_size = &counts[(static_cast<std::size_t>(std::popcount(coalition)) - 1) * n];
    for (std::uint32_t rest = coalition; rest != 0; rest &= rest - 1) {
      const auto member = static_cast<std::size_t>(std::countr_zero(rest));
      if (game.weights[member] > spare) ++of_size[member];
    }
  }
  Pivots out(n, std::vector<Count>(n, 0));
  for (std::size_t size = 0; size < n; ++size) {
    for (std::size_t i = 0; i < n; ++i) out[i][size] = counts[size * n + i];
  }
  return out;
}

void from_pivots(const Game& game, const Pivots& pivots, VotingPower& out) {
  const std::size_t n = game.weights.size();
  // Of the n! orders, those with a given coalition before the player are size! · (n - 1 - size)!, and 1 / (n · (n - 1 over size)) of all.
  std::vector<double> orders(n);
  Count over = 1;
  for (std::size_t size = 0; size < n; ++size) {
    orders[size] = 1 / (static_cast<double>(n) * number(over));
    // over · up may pass 2^128 although the quotient does not: the common factors go first, and what is left of down divides up.
    const std::uint64_t up = n - 1 - size, down = size + 1;
    const std::uint64_t common = std::gcd(static_cast<std::uint64_t>(over % down), down);
    over = over / common * (up / (down / common));
  }
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Count swings = 0;
    double shapley = 0;
    for (std::size_t size = 0; size < n; ++size) {
      swings += pivots[i][size];
      shapley += number(pivots[i][size]) * orders[size];
    }
    const std::size_t place = game.players[i];
    out.swings[place] = swings;
    out.shapley[place] = shapley;
    out.banzhaf[place] = std::ldexp(number(swings), 1 - static_cast<int>(n));
    sum += number(swings);
  }
  for (const std::size_t place : game.players) out.banzhaf_normalised[place] = sum > 0 ? number(out.swings[place]) / sum : 0;
}

/// splitmix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class Random {
 public:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// 0 .. limit-1, each as likely as the others: what would favour some is drawn again. Lemire, "Fast random integer generation in an interval",
  /// 2019.
  std::uint64_t below(std::uint64_t limit) {
    Count product = Count{next()} * limit;
    if (static_cast<std::uint64_t>(product) < limit) {
      const std::uint64_t uneven = (0 - limit) % limit;
      while (static_cast<std::uint64_t>(product) < uneven) product = Count{next()} * limit;
    }
    return static_cast<std::uint64_t>(product >> 64);
  }

 private:
  std::uint64_t state_ = kSeed;
};

void sample(const Game& game, double error, VotingPower& out) {
  const std::size_t n = game.weights.size();
  // Hoeffding: a mean of m values within 0..1 is off by e or more with a probability of at most 2·exp(-2·m·e²).
  const double doubt = std::log(2 * static_cast<double>(n) / kDoubt);
  const auto samples = static_cast<std::uint64_t>(std::ceil(doubt / (2 * error * error)));
  Random random;

  std::vector<std::uint64_t> pivots(n, 0), swings(n, 0);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::uint64_t k = 0; k < samples; ++k) {
    // Fisher, Yates, from whatever order the sample before has left, and only as far as it matters.
    std::uint64_t sum = 0;
    for (std::size_t i = 0;; ++i) {
      std::swap(order[i], order[i + random.below(n - i)]);
      sum += game.weights[order[i]];
      if (sum < game.lesser) continue;
      ++pivots[order[i]];
      break;
    }
  }

  std::vector<std::uint64_t> joined(n);  // the votes of who is in the coalition, 0 for the others
  for (std::uint64_t k = 0; k < samples; ++k) {
    std::uint64_t sum = 0, bits = 0;
    for (std::size_t i = 0; i < n; ++i) {
      bits = i % 64 == 0 ? random.next() : bits >> 1;
      joined[i] = game.weights[i] & (0 - (bits & 1));
      sum += joined[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      // Without branches: what a coin decides cannot be predicted.
      const std::uint64_t others = sum - joined[i];
      swings[i] += static_cast<std::uint64_t>(others < game.lesser) & static_cast<std::uint64_t>(others + game.weights[i] >= game.lesser);
    }
  }

  out.samples = samples;
  out.exact = false;
  out.swings.clear();
  const auto count = static_cast<double>(samples);
  out.error = std::sqrt(doubt / (2 * count));
  std::uint64_t swings_sum = 0;
  for (const auto swing : swings) swings_sum += swing;
  double greatest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::size_t place = game.players[i];
    out.shapley[place] = static_cast<double>(pivots[i]) / count;
    out.banzhaf[place] = static_cast<double>(swings[i]) / count;
    out.banzhaf_normalised[place] = swings_sum > 0 ? static_cast<double>(swings[i]) / static_cast<double>(swings_sum) : 0;
    greatest = std::max(greatest, out.banzhaf_normalised[place]);
  }
  // With b' for the sampled and b for the true values, s' and s for their sums: |b'/s' - b/s| <= (|b' - b| + b/s · |s - s'|) / s', and b/s itself is
  // within this bound of b'/s'; |s - s'| <= n·e. Solved for the bound.
  const double sum = static_cast<double>(swings_sum) / count;
  const double spread = static_cast<double>(n) * out.error;
  out.normalised_error = sum > spread ? std::min(1.0, (out.error + greatest * spread) / (sum - spread)) : 1;
}

/// Whether some of `others` add up to at least `least` and less than `below`.
bool reaches_by_halves(std::span<const std::uint64_t> others, std::uint64_t least, std::uint64_t below) {
  const auto sums = [](std::span<const std::uint64_t> weights) {
    std::vector<std::uint64_t> sorted = {0};
    std::vector<std::uint64_t> more, merged;
    for (const auto weight : weights) {
      more = sorted;
      for (auto& sum : more) sum += weight;
      merged.resize(sorted.size() * 2);
      std::merge(sorted.begin(), sorted.end(), more.begin(), more.end(), merged.begin());
      merged.erase(std::unique(merged.begin(), merged.end()), merged.end());
      sorted.swap(merged);
    }
    return sorted;
  };
  const auto first = sums(others.first(others.size() / 2)), second = sums(others.subspan(others.size() / 2));
  // For each sum of the first half the greatest of the second that stays below: as one grows the other shrinks.
  std::size_t end = second.size();
  for (const auto sum : first) {
    while (end > 0 && sum + second[end - 1] >= below) --end;
    if (end == 0) return false;
    if (sum + second[end - 1] >= least) return true;
  }
  return false;
}

bool reaches_by_sets(std::span<const std::uint64_t> others, std::uint64_t least, std::uint64_t below) {
  std::vector<std::uint64_t> reached(below / 64 + 1, 0);
  reached[0] = 1;
  for (const auto weight : others) {
    if (weight >= below) continue;
    const std::size_t words = weight / 64, bits = weight % 64;
    for (std::size_t i = reached.size(); i-- > words;) {
      std::uint64_t shifted = reached[i - words] << bits;
      if (bits != 0 && i > words) shifted |= reached[i - words - 1] >> (64 - bits);
      reached[i] |= shifted;
    }
  }
  for (std::uint64_t sum = least; sum < below; ++sum) {
    if (reached[sum / 64] == 0) {
      sum |= 63;
    } else if ((reached[sum / 64] >> sum % 64 & 1) != 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

Result<VotingPower> voting_power(std::span<const std::uint64_t> weights, std::uint64_t quota, const PowerOptions& options) {
  if (!(options.error >= .0005 && options.error <= .5)) return bad_input(fmt::format("error {}; expected .0005 to .5", options.error));
  const auto reduced = game(weights, quota);
  if (!reduced) return bad_input("the votes add up to 2^64 or more");

  VotingPower out;
  out.shapley.assign(weights.size(), 0);
  out.banzhaf = out.banzhaf_normalised = out.shapley;
  out.swings.assign(weights.size(), 0);
  if (reduced->quota == 0) {
    out.method = options.method.value_or(PowerMethod::counting);
    return out;
  }

  const std::uint64_t n = reduced->weights.size();
  const bool countable = can_count(*reduced), enumerable = can_enumerate(*reduced);
  PowerMethod method = PowerMethod::sampling;
  if (options.method) {
    method = *options.method;
    if (method == PowerMethod::counting && !countable) {
      return bad_input(fmt::format("{} players and a quota of {} are too much to count coalitions by weight", n, reduced->lesser));
    }
    if (method == PowerMethod::enumeration && !enumerable) {
      return bad_input(fmt::format("{} players; expected at most {} to enumerate their coalitions", n, kEnumeratePlayers));
    }
  } else if (countable && (!enumerable || n * reduced->lesser <= std::uint64_t{1} << n)) {
    method = PowerMethod::counting;
  } else if (enumerable) {
    method = PowerMethod::enumeration;
  }

  out.method = method;
  switch (method) {
    case PowerMethod::counting: from_pivots(*reduced, n < 64 ? count_pivots<std::uint64_t>(*reduced) : count_pivots<Count>(*reduced), out); break;
    case PowerMethod::enumeration: from_pivots(*reduced, enumerate_pivots(*reduced), out); break;
    case PowerMethod::sampling: sample(*reduced, options.error, out); break;
  }
  return out;
}

std::vector<bool> pivotal(std::span<const std::uint64_t> weights, std::uint64_t quota) {
  std::vector<bool> out(weights.size(), false);
  const auto reduced = game(weights, quota);
  if (!reduced) {
    for (std::size_t i = 0; i < weights.size(); ++i) out[i] = weights[i] != 0 && quota != 0;
    return out;
  }
  if (reduced->quota == 0) return out;

  // If a player is pivotal then so is everybody with as many votes or more: swap the two where the other is in the coalition, and in its place put
  // the heavier one where not. So only the least weight that is pivotal is looked for. The heaviest always is: while some coalition wins and some
  // does not, somebody is.
  std::vector<std::uint64_t> sorted = reduced->weights;
  std::sort(sorted.begin(), sorted.end());
  const std::size_t n = sorted.size();
  const std::uint64_t below = reduced->lesser;

  std::uint64_t least_weight = sorted.front();
  const bool halves = n <= kHalvesPlayers && reduced->total <= ~std::uint64_t{0} >> 1;
  const bool sets = below <= kSetSums && within(n, below / 64 + 1, kSetSteps);
  if (reduced->total - sorted.back() < reduced->quota && sorted.back() >= reduced->quota) {
    least_weight = sorted.back();  // nobody ties with it: the rest together does not win
  } else if (halves || sets) {
    std::size_t first = 0, last = n - 1;  // the first pivotal one is in first .. last
    while (first < last) {
      const std::size_t middle = first + (last - first) / 2;
      std::vector<std::uint64_t> others = sorted;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(middle));
      const std::uint64_t least = sorted[middle] >= below ? 0 : below - sorted[middle];
      if (halves ? reaches_by_halves(others, least, below) : reaches_by_sets(others, least, below)) {
        last = middle;
      } else {
        first = middle + 1;
      }
    }
    least_weight = sorted[first];
  }
  for (std::size_t i = 0; i < n; ++i) out[reduced->players[i]] = reduced->weights[i] >= least_weight;
  return out;
}

}  // namespace tamga::ownership
