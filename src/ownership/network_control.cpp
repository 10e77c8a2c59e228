#include "ownership/network_control.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tamga::ownership {
namespace {

constexpr std::uint64_t kHalf = kAllVotes / 2;

/// Starts of the groups from their sizes, where size i stands at i + 1.
void add_up(std::vector<std::size_t>& first) {
  for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
}

/// Sums of parallel edges are kept at all votes, or what the data contradict would not fit.
std::uint32_t sum_of(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{a} + b, kAllVotes));
}

}  // namespace

Result<VotingNetwork> VotingNetwork::build(std::uint32_t parties, std::span<const Edge> edges) {
  if (edges.size() >= kNobody) return bad_input(fmt::format("{} edges; expected fewer than {}", edges.size(), kNobody));
  std::vector<std::size_t> by_asset(std::size_t{parties} + 1, 0);
  VotingNetwork out;
  out.first_.assign(std::size_t{parties} + 1, 0);
  const auto counts = [](const Edge& edge) { return edge.owner != edge.asset && edge.high > 0; };
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    if (edge.owner >= parties || edge.asset >= parties) {
      return bad_input(fmt::format("edge {}: owner {} and asset {}; expected parties 0 to below {}", i, edge.owner, edge.asset, parties));
    }
    if (edge.low > edge.high || edge.high > kAllVotes) {
      return bad_input(fmt::format("edge {}: votes {} to {}; expected 0 <= low <= high <= {}", i, edge.low, edge.high, kAllVotes));
    }
    if (!counts(edge)) continue;
    ++by_asset[std::size_t{edge.asset} + 1];
    ++out.first_[std::size_t{edge.owner} + 1];
  }

  // Two passes that sort by counting, by asset and then by owner, leave each owner's holdings in the order of their assets: parallel ones are
  // neighbours.
  add_up(by_asset);
  add_up(out.first_);
  std::vector<std::uint32_t> order(by_asset.back());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    if (counts(edges[i])) order[by_asset[edges[i].asset]++] = static_cast<std::uint32_t>(i);
  }
  std::vector<Votes> sorted(order.size());
  {
    std::vector<std::size_t> next(out.first_.begin(), out.first_.end() - 1);
    for (const auto i : order) sorted[next[edges[i].owner]++] = {edges[i].asset, edges[i].low, edges[i].high};
  }

  out.controller_.assign(parties, kNobody);
  std::vector<char> contradicted(parties, 0);
  std::size_t kept = 0;
  for (std::uint32_t owner = 0; owner < parties; ++owner) {
    const std::size_t begin = out.first_[owner], end = out.first_[std::size_t{owner} + 1], group = kept;
    out.first_[owner] = group;
    for (std::size_t i = begin; i < end; ++i) {
      if (kept > group && sorted[kept - 1].asset == sorted[i].asset) {
        sorted[kept - 1].low = sum_of(sorted[kept - 1].low, sorted[i].low);
        sorted[kept - 1].high = sum_of(sorted[kept - 1].high, sorted[i].high);
      } else {
        sorted[kept++] = sorted[i];
      }
    }
    for (std::size_t i = group; i < kept; ++i) {
      if (sorted[i].low <= kHalf) continue;
      auto& controller = out.controller_[sorted[i].asset];
      if (controller != kNobody) contradicted[sorted[i].asset] = 1;
      controller = owner;
    }
  }
  out.first_[parties] = kept;
  sorted.resize(kept);
  out.votes_ = std::move(sorted);
  for (std::uint32_t party = 0; party < parties; ++party) {
    if (contradicted[party] != 0) out.controller_[party] = kNobody;
  }
  return out;
}

Result<std::vector<std::uint32_t>> VotingNetwork::controlled_by(std::uint32_t root, Certainty certainty) const {
  ControlWalk walk(*this);
  TAMGA_TRY(const auto found, walk.controlled_by(root, certainty));
  return std::vector<std::uint32_t>(found.begin(), found.end());
}

ControlWalk::ControlWalk(const VotingNetwork& network) : network_(&network), held_(network.parties(), 0) {}

Result<std::span<const std::uint32_t>> ControlWalk::controlled_by(std::uint32_t root, VotingNetwork::Certainty certainty) {
  if (root >= network_->parties()) return bad_input(fmt::format("root {}; expected a party 0 to below {}", root, network_->parties()));
  // The list of what is found is the work list as well. Each party's holdings are added once, when it is found, so that an asset passes the half
  // once.
  found_.assign(1, root);
  touched_.clear();
  for (std::size_t next = 0; next < found_.size(); ++next) {
    const std::uint32_t owner = found_[next];
    for (std::size_t i = network_->first_[owner]; i < network_->first_[std::size_t{owner} + 1]; ++i) {
      const auto& votes = network_->votes_[i];
      const std::uint64_t more = certainty == VotingNetwork::Certainty::certain ? votes.low : votes.high;
      if (more == 0) continue;
      std::uint64_t& held = held_[votes.asset];
      if (held == 0) touched_.push_back(votes.asset);
      const bool before = held > kHalf;
      held += more;
      if (!before && held > kHalf && votes.asset != root) found_.push_back(votes.asset);
    }
  }
  for (const auto party : touched_) held_[party] = 0;
  return std::span<const std::uint32_t>(found_).subspan(1);
}

Result<ControlTable> control_table(std::span<const std::uint32_t> controllers, std::size_t count) {
  if (controllers.size() >= kNobody) return bad_input(fmt::format("{} parties; expected fewer than {}", controllers.size(), kNobody));
  const auto size = static_cast<std::uint32_t>(controllers.size());
  ControlTable out;
  std::vector<std::uint32_t> waiting(size, 0);  // how many controlled ones have not been counted yet
  for (std::uint32_t party = 0; party < size; ++party) {
    if (controllers[party] == kNobody) continue;
    if (controllers[party] >= size) {
      return bad_input(fmt::format("party {}: controller {}; expected a party 0 to below {}", party, controllers[party], size));
    }
    ++waiting[controllers[party]];
    ++out.controlled;
  }

  // Each party has at most one controller, so from those that control nothing upwards everything is counted once. What is never reached lies on
  // loops.
  std::vector<std::uint32_t> below(size, 0);
  std::vector<std::uint32_t> order;
  order.reserve(size);
  for (std::uint32_t party = 0; party < size; ++party) {
    if (waiting[party] == 0) order.push_back(party);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    const std::uint32_t party = order[next], controller = controllers[party];
    if (controller == kNobody) {
      if (below[party] > 0) out.top.push_back({party, below[party]});
      continue;
    }
    below[controller] += below[party] + 1;
    if (--waiting[controller] == 0) order.push_back(controller);
  }

  out.ultimate.assign(size, kNobody);
  for (std::uint32_t party = 0; party < size; ++party) {
    if (waiting[party] == 0 || out.ultimate[party] != kNobody) continue;
    ControlTable::Loop loop;
    for (std::uint32_t member = party; out.ultimate[member] == kNobody; member = controllers[member]) {
      out.ultimate[member] = party;
      loop.parties.push_back(member);
      loop.controlled += below[member];
    }
    out.loops.push_back(std::move(loop));
  }
  // From above downwards each controller knows who controls it in the end.
  for (std::size_t i = order.size(); i-- > 0;) {
    const std::uint32_t party = order[i], controller = controllers[party];
    out.ultimate[party] = controller == kNobody ? party : out.ultimate[controller];
  }

  out.heads = static_cast<std::uint32_t>(out.top.size());
  const std::size_t wanted = std::min(count, out.top.size());
  std::partial_sort(out.top.begin(), out.top.begin() + static_cast<std::ptrdiff_t>(wanted), out.top.end(),
                    [](const auto& a, const auto& b) { return a.controlled != b.controlled ? a.controlled > b.controlled : a.party < b.party; });
  out.top.resize(wanted);
  out.top.shrink_to_fit();
  return out;
}

}  // namespace tamga::ownership
