#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exposure/amount.h"

/// What follows when banks lose their correspondent accounts: deals whose payment goes over them fail; firms of whose deals too large a share has
/// failed fail, and take their other deals along; what a failed firm or a cut bank owns goes with it. Round by round, each from the round before
/// alone, so that the order of nothing counts; only ever more fails, so it ends. A plain threshold cascade (Watts 2002; for banks Gai and Kapadia
/// 2010). Pure.
namespace tamga::exposure {

struct Network {
  struct Node {
    std::string key;
    std::string name;
    bool bank = false;
  };
  struct Deal {
    std::vector<std::uint32_t> banks;  ///< nodes that its payment goes over
    std::vector<std::uint32_t> firms;  ///< nodes that deal
    Amounts value;
    Nanos weight = 1'000'000'000;  ///< what shares are measured in: one a deal, or its value where rates were given
  };
  struct Holding {
    std::uint32_t owner = 0;
    std::uint32_t owned = 0;
    Decimal least;  ///< percent that is surely held
  };
  std::vector<Node> nodes;
  std::vector<Deal> deals;
  std::vector<Holding> holdings;
};

struct ContagionTerms {
  std::vector<std::uint32_t> cut_off;  ///< banks
  Decimal threshold;                   ///< share of a firm's deals, from above 0 to 1, from which on it fails
  Decimal ownership;                   ///< percent of shares, together, from which on what is owned goes with its owners
};

struct Contagion {
  struct Fall {
    std::uint32_t node = 0;
    Nanos failed = 0;  ///< of its deals, when it fell; of a bank that was cut or of what is owned: not the reason
    Nanos all = 0;
    std::vector<std::uint32_t> owners;  ///< for which it fell; empty: for its deals
  };
  struct Round {
    std::vector<Fall> banks;  ///< by number
    std::vector<Fall> firms;
    std::int64_t deals = 0;  ///< that fail in this round
    Amounts value;
  };
  struct Loss {
    std::int64_t deals = 0;
    std::int64_t all = 0;
    Amounts value;
  };
  std::vector<Round> rounds;  ///< the first: the banks that are cut off, and the deals over them
  std::vector<Loss> losses;   ///< of each node
  std::vector<bool> fallen;   ///< of each node
  std::int64_t deals = 0;
  Amounts value;
};
[[nodiscard]] Contagion spread(const Network& network, const ContagionTerms& terms);

}  // namespace tamga::exposure
