#include "ownership/integrated.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

// The column t of Y solves y = b_t + B·y: what i has of t is its own stake in t, and its stake in each k times what k has of t. Stakes point from the
// owner to the asset, so a strongly connected component needs only those nearer to the target, and Tarjan's algorithm finds these first.
//
// Within a component I - B is a matrix with a diagonal of at most 1 and nothing positive beside it. Such a matrix is an M-matrix (B has a spectral
// radius below 1) exactly when elimination without pivoting meets only positive pivots, so elimination itself tells whether the sum over the chains
// has an end. A component is irreducible: if any of its parties has something of the target all have, and if the sum has no end for one it has none
// for all.
namespace tamga::ownership {
namespace {

constexpr double kEnough = 1e-12;
constexpr double kNothingLeft = 1e-9;  ///< a loop that hands on less than this is taken as keeping all
constexpr double kRounding = 1e-15;
constexpr double kEndless = std::numeric_limits<double>::infinity();
constexpr std::size_t kEliminate = 64;  ///< parties; 64^3 / 3 steps for 64 parties keeps 100,000 parties below a fifth of a second
constexpr std::size_t kVisits = 100'000'000;
constexpr double kDiverged = 1e12;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct Link {
  std::uint32_t asset;
  double share;
};

/// The upstream of the target, which is party 0, with one end of the ranges. Links of no share are left out: they lead nowhere.
struct Upstream {
  std::vector<std::size_t> first;
  std::vector<Link> links;  ///< by owner

  [[nodiscard]] std::span<const Link> of(std::uint32_t owner) const {
    return std::span(links).subspan(first[owner], first[owner + 1] - first[owner]);
  }
  [[nodiscard]] std::size_t size() const { return first.size() - 1; }
};

struct Components {
  std::vector<std::uint32_t> of;       ///< the component of each party
  std::vector<std::uint32_t> members;  ///< component by component, assets before their owners
  std::vector<std::size_t> first;
};

/// Tarjan 1972, with a stack of its own: chains are as long as the data makes them.
Components components(const Upstream& graph) {
  const auto size = static_cast<std::uint32_t>(graph.size());
  struct Frame {
    std::uint32_t party;
    std::size_t next;
  };
  Components out{std::vector<std::uint32_t>(size, kNone), {}, {0}};
  out.members.reserve(size);
  std::vector<std::uint32_t> order(size, kNone), lowest(size, 0), open;
  std::vector<Frame> frames;
  std::uint32_t visited = 0;
  const auto enter = [&](std::uint32_t party) {
    order[party] = lowest[party] = visited++;
    open.push_back(party);
    frames.push_back({party, graph.first[party]});
  };
  for (std::uint32_t start = 0; start < size; ++start) {
    if (order[start] != kNone) continue;
    enter(start);
    while (!frames.empty()) {
      const std::uint32_t party = frames.back().party;
      if (frames.back().next < graph.first[party + 1]) {
        const std::uint32_t asset = graph.links[frames.back().next++].asset;
        if (order[asset] == kNone) {
          enter(asset);
        } else if (out.of[asset] == kNone) {
          lowest[party] = std::min(lowest[party], order[asset]);
        }
        continue;
      }
      frames.pop_back();
      if (!frames.empty()) lowest[frames.back().party] = std::min(lowest[frames.back().party], lowest[party]);
      if (lowest[party] != order[party]) continue;
      const auto component = static_cast<std::uint32_t>(out.first.size() - 1);
      std::uint32_t member = kNone;
      do {
        member = open.back();
        open.pop_back();
        out.of[member] = component;
        out.members.push_back(member);
      } while (member != party);
      // Parties are numbered by their distance from the target; Gauss-Seidel is fastest in that order.
      std::sort(out.members.begin() + static_cast<std::ptrdiff_t>(out.first.back()), out.members.end());
      out.first.push_back(out.members.size());
    }
  }
  return out;
}

/// One component: value = given + links within it · value, in its own numbers.
struct Block {
  std::vector<double> given;
  std::vector<double> own;  ///< what each holds of itself
  Upstream inner;           ///< without what each holds of itself
};

/// Value = given + B·value by elimination; false if the sum over the chains has no end.
bool eliminate(const Block& block, std::vector<double>& value) {
  const std::size_t size = block.given.size();
  std::vector<double> matrix(size * size);
  value = block.given;
  for (std::uint32_t i = 0; i < size; ++i) {
    matrix[i * size + i] = 1 - block.own[i];
    for (const auto& link : block.inner.of(i)) matrix[i * size + link.asset] -= link.share;
  }
  for (std::size_t pivot = 0; pivot < size; ++pivot) {
    const double* row = &matrix[pivot * size];
    if (row[pivot] < kNothingLeft) return false;
    for (std::size_t i = pivot + 1; i < size; ++i) {
      double* other = &matrix[i * size];
      if (other[pivot] == 0) continue;
      const double factor = other[pivot] / row[pivot];
      for (std::size_t k = pivot + 1; k < size; ++k) other[k] -= factor * row[k];
      value[i] -= factor * value[pivot];
    }
  }
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t k = i + 1; k < size; ++k) value[i] -= matrix[i * size + k] * value[k];
    value[i] /= matrix[i * size + i];
  }
  return true;
}

enum class End : std::uint8_t { reached, none, too_slow };

/// The values grow from 0, so that they are lower bounds whenever it ends.
End gauss_seidel(const Block& block, std::vector<double>& value) {
  const auto size = static_cast<std::uint32_t>(block.given.size());
  value.assign(size, 0);
  for (const double own : block.own) {
    if (1 - own < kNothingLeft) return End::none;
  }
  const std::size_t visits = block.inner.links.size() + size;
  std::vector<double> changes(size, 0);
  double before = 0;
  int calm = 0;
  for (std::size_t spent = 0; spent < kVisits; spent += visits) {
    double change = 0, total = 0, greatest = 1;
    bool none_shrinks = true;
    for (std::uint32_t i = 0; i < size; ++i) {
      double sum = block.given[i];
      for (const auto& link : block.inner.of(i)) sum += link.share * value[link.asset];
      const double next = sum / (1 - block.own[i]);
      const double step = next - value[i];
      if (step < changes[i] * (1 - kNothingLeft)) none_shrinks = false;
      change += step;
      total += next;
      greatest = std::max(greatest, next);
      changes[i] = step;
      value[i] = next;
    }
    if (change <= kRounding * total) return End::reached;
    // Each sweep's changes are those of the sweep before, times a matrix without negative numbers. If such a matrix shrinks no part of some vector,
    // its spectral radius is at least 1 (Collatz, Wielandt).
    // Small changes are left out, as in them rounding shows.
    if ((before > 0 && none_shrinks && change > kNothingLeft * total) || !(greatest < kDiverged)) return End::none;
    // Somebody may own a part of all of them, so it is the sum of the changes that must be small. While nobody hands out more than there is, it
    // shrinks with each sweep. In the end the changes shrink like a geometric series, and what is missing is the rest of that series. One small
    // change may be chance.
    const double ratio = before > 0 ? change / before : 1;
    const double missing = ratio < 1 ? change * std::max(1.0, ratio / (1 - ratio)) : kEndless;
    calm = missing < kEnough ? calm + 1 : 0;
    if (calm == 3) return End::reached;
    before = change;
  }
  return End::too_slow;
}

struct Column {
  std::vector<double> value;
  std::vector<char> converged;
};

/// `upper`: what cannot be computed becomes endless, not what has been reached.
Column solve(const Upstream& graph, bool upper) {
  const Components parts = components(graph);
  Column out{std::vector<double>(graph.size(), 0), std::vector<char>(graph.size(), 1)};
  std::vector<std::uint32_t> place(graph.size(), 0);
  std::vector<double> value;
  for (std::uint32_t part = 0; part + 1 < parts.first.size(); ++part) {
    const auto members = std::span(parts.members).subspan(parts.first[part], parts.first[part + 1] - parts.first[part]);
    for (std::size_t i = 0; i < members.size(); ++i) place[members[i]] = static_cast<std::uint32_t>(i);

    Block block;
    block.inner.first.push_back(0);
    bool converged = true;
    double most = 0;
    for (const std::uint32_t member : members) {
      double given = 0, own = 0;
      for (const auto& link : graph.of(member)) {
        if (link.asset == 0) given += link.share;
        if (link.asset == member) {
          own += link.share;
        } else if (parts.of[link.asset] == part) {
          block.inner.links.push_back({place[link.asset], link.share});
        } else if (out.value[link.asset] > 0) {
          given += link.share * out.value[link.asset];
          if (out.converged[link.asset] == 0) converged = false;
        }
      }
      block.given.push_back(given);
      block.own.push_back(own);
      block.inner.first.push_back(block.inner.links.size());
      most = std::max(most, given);
    }

    if (most == 0) continue;  // nothing of the target comes here, so nothing runs around in it either
    if (most == kEndless) {
      value.assign(members.size(), kEndless);
    } else if (members.size() <= kEliminate) {
      if (!eliminate(block, value)) {
        converged = false;
        value.assign(members.size(), kEndless);
      }
    } else if (const End end = gauss_seidel(block, value); end != End::reached) {
      converged = false;
      if (end == End::none || upper) value.assign(members.size(), kEndless);
    }
    for (std::size_t i = 0; i < members.size(); ++i) {
      out.value[members[i]] = value[i];
      out.converged[members[i]] = converged ? 1 : 0;
    }
  }
  return out;
}

struct Known {
  std::uint32_t owner, asset;  ///< in the numbers of the upstream
  double low, high;
};

Upstream with_end(std::span<const Known> stakes, std::size_t parties, double Known::* end) {
  Upstream out;
  out.first.assign(parties + 1, 0);
  for (const auto& stake : stakes) {
    if (stake.*end > 0) ++out.first[stake.owner + 1];
  }
  for (std::size_t i = 0; i < parties; ++i) out.first[i + 1] += out.first[i];
  out.links.resize(out.first.back());
  std::vector<std::size_t> next(out.first.begin(), out.first.end() - 1);
  for (const auto& stake : stakes) {
    if (stake.*end > 0) out.links[next[stake.owner]++] = {stake.asset, stake.*end};
  }
  return out;
}

}  // namespace

Result<IntegratedOwnership> IntegratedOwnership::build(std::uint32_t parties, std::span<const Stake> stakes) {
  IntegratedOwnership out;
  out.first_.assign(std::size_t{parties} + 1, 0);
  for (std::size_t i = 0; i < stakes.size(); ++i) {
    const auto& stake = stakes[i];
    if (stake.owner >= parties || stake.asset >= parties) {
      return bad_input(fmt::format("stake {}: owner {} and asset {}; expected parties 0 to below {}", i, stake.owner, stake.asset, parties));
    }
    if (!(stake.low >= 0 && stake.low <= stake.high && stake.high <= 1)) {  // also refuses what is not a number
      return bad_input(fmt::format("stake {}: {} to {}; expected fractions, 0 <= low <= high <= 1", i, stake.low, stake.high));
    }
    ++out.first_[std::size_t{stake.asset} + 1];
  }
  for (std::size_t i = 0; i < parties; ++i) out.first_[i + 1] += out.first_[i];
  out.holders_.resize(stakes.size());
  std::vector<std::size_t> next(out.first_.begin(), out.first_.end() - 1);
  for (const auto& stake : stakes) out.holders_[next[stake.asset]++] = {stake.owner, stake.low, stake.high};
  return out;
}

Result<IntegratedOwnership::Shares> IntegratedOwnership::shares(std::uint32_t target) const {
  if (std::size_t{target} + 1 >= first_.size()) {
    return bad_input(fmt::format("target {}; expected a party 0 to below {}", target, first_.size() - 1));
  }
  std::vector<std::uint32_t> parties = {target};
  std::unordered_map<std::uint32_t, std::uint32_t> number = {{target, 0}};
  std::vector<Known> stakes;
  for (std::uint32_t asset = 0; asset < parties.size(); ++asset) {
    for (std::size_t i = first_[parties[asset]]; i < first_[std::size_t{parties[asset]} + 1]; ++i) {
      const Holder& holder = holders_[i];
      if (holder.high == 0) continue;
      const auto [found, is_new] = number.try_emplace(holder.owner, static_cast<std::uint32_t>(parties.size()));
      if (is_new) parties.push_back(holder.owner);
      stakes.push_back({found->second, asset, holder.low, holder.high});
    }
  }

  const Column high = solve(with_end(stakes, parties.size(), &Known::high), true);
  const Column low = solve(with_end(stakes, parties.size(), &Known::low), false);
  Shares out;
  for (std::size_t i = 0; i < parties.size(); ++i) {
    if (high.value[i] == 0) continue;
    const double least = std::clamp(low.value[i], 0.0, 1.0);
    // Both are rounded on different ways, so of an exact share the lower may come out a hair above the upper.
    const double most = std::max(least, std::clamp(high.value[i], 0.0, 1.0));
    const bool converged = high.converged[i] != 0 && low.converged[i] != 0;
    out.owners.push_back({parties[i], least, most, converged});
    out.converged = out.converged && converged;
  }
  return out;
}

}  // namespace tamga::ownership
