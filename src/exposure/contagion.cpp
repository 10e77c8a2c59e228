#include "exposure/contagion.h"

#include <algorithm>

namespace tamga::exposure {
namespace {

class Spread {
 public:
  Spread(const Network& network, const ContagionTerms& terms) : network_(network), terms_(terms) {
    const std::size_t nodes = network.nodes.size();
    found_.losses.resize(nodes);
    found_.fallen.resize(nodes, false);
    failed_weight_.resize(nodes, 0);
    all_weight_.resize(nodes, 0);
    deals_of_.resize(nodes);
    holdings_in_.resize(nodes);
    failed_.resize(network.deals.size(), false);
    for (std::uint32_t i = 0; i < network.deals.size(); ++i) {
      each_node(network.deals[i], [&](std::uint32_t node) {
        all_weight_[node] += network.deals[i].weight;
        ++found_.losses[node].all;
        deals_of_[node].push_back(i);
      });
    }
    for (std::uint32_t i = 0; i < network.holdings.size(); ++i) holdings_in_[network.holdings[i].owned].push_back(i);
  }

  Contagion run() {
    Contagion::Round first;
    auto cut = terms_.cut_off;
    std::sort(cut.begin(), cut.end());
    cut.erase(std::unique(cut.begin(), cut.end()), cut.end());
    for (const auto bank : cut) first.banks.push_back({bank, 0, all_weight_[bank], {}});
    for (Contagion::Round round = std::move(first); !round.banks.empty() || !round.firms.empty(); round = next()) fall(std::move(round));
    return std::move(found_);
  }

 private:
  template <typename Each>
  static void each_node(const Network::Deal& deal, Each&& each) {
    for (const auto node : deal.banks) each(node);
    for (const auto node : deal.firms) each(node);
  }

  /// Those of the round fall, and their deals with them.
  void fall(Contagion::Round round) {
    std::vector<std::uint32_t> deals;
    for (const auto* falls : {&round.banks, &round.firms}) {
      for (const auto& one : *falls) {
        found_.fallen[one.node] = true;
        for (const auto deal : deals_of_[one.node]) {
          if (failed_[deal]) continue;
          failed_[deal] = true;
          deals.push_back(deal);
        }
      }
    }
    for (const auto number : deals) {
      const auto& deal = network_.deals[number];
      ++round.deals;
      round.value.add(deal.value);
      each_node(deal, [&](std::uint32_t node) {
        failed_weight_[node] += deal.weight;
        ++found_.losses[node].deals;
        found_.losses[node].value.add(deal.value);
      });
    }
    found_.deals += round.deals;
    found_.value.add(round.value);
    found_.rounds.push_back(std::move(round));
  }

  /// share >= threshold, without a division.
  [[nodiscard]] bool passes(std::uint32_t node) const {
    return failed_weight_[node] > 0 && failed_weight_[node] >= times(all_weight_[node], terms_.threshold);
  }

  Contagion::Round next() {
    Contagion::Round round;
    for (std::uint32_t node = 0; node < network_.nodes.size(); ++node) {
      if (found_.fallen[node]) continue;
      const bool bank = network_.nodes[node].bank;
      Contagion::Fall one{node, failed_weight_[node], all_weight_[node], {}};
      Nanos held = 0;
      for (const auto number : holdings_in_[node]) {
        const auto& holding = network_.holdings[number];
        if (!found_.fallen[holding.owner] || holding.least.coefficient == 0) continue;
        held += nanos(holding.least);
        one.owners.push_back(holding.owner);
      }
      const bool owned = held > 0 && held >= nanos(terms_.ownership);
      if (!owned) one.owners.clear();
      if (!owned && (bank || !passes(node))) continue;
      (bank ? round.banks : round.firms).push_back(std::move(one));
    }
    return round;
  }

  const Network& network_;
  const ContagionTerms& terms_;
  Contagion found_;
  std::vector<Nanos> failed_weight_;
  std::vector<Nanos> all_weight_;
  std::vector<std::vector<std::uint32_t>> deals_of_;
  std::vector<std::vector<std::uint32_t>> holdings_in_;
  std::vector<bool> failed_;
};

}  // namespace

Contagion spread(const Network& network, const ContagionTerms& terms) { return Spread(network, terms).run(); }

}  // namespace tamga::exposure
