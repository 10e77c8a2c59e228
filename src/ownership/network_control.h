#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "ownership/holding.h"

/// Who controls whom in a network of holdings, where control is certainly more than half of the votes: alone, or together with all that one controls
/// already: the "company control" problem of deductive databases (Ceri, Gottlob, Tanca, "Logic programming and databases", 1990), and the "corporate
/// group" of a shareholder in Romei, Ruggieri, Turini, "The layered structure of company share networks" (DSAA 2015), whose algorithm is not the one
/// used here. That more than half of the votes is control is one of the models in Vitali, Glattfelder, Battiston, "The network of global corporate
/// control" (PLoS ONE 6:e25995, 2011).
///
/// INFORMATION ONLY. The 50 per cent rules of OFAC and of the EU count at least half and add up several listed owners; see reach.h.
namespace tamga::ownership {

/// Shares of votes are whole numbers of 10^-7 per cent, so that sums are exact and half is half.
inline constexpr std::uint32_t kAllVotes = 1'000'000'000;

/// Built once, then asked. Never changed after build(), so threads may share it.
class VotingNetwork {
 public:
  /// Votes of the owner in the asset, 0 <= low <= high <= kAllVotes. Several of one owner in one asset are added up. What a party holds of itself is
  /// left out: nobody controls himself, and own shares are not taken out of the whole either, as not every law silences them.
  struct Edge {
    std::uint32_t owner = 0;
    std::uint32_t asset = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
  };

  /// Which ends of the ranges count: with the lower ones it is certain, with the upper ones it cannot be excluded. The upper ones do not know that
  /// the votes in one party add up to at most all: they find too many rather than too few.
  enum class Certainty : std::uint8_t { certain, possible };

  /// Parties are 0 .. parties-1. Error (bad_input, with the number of the edge): an owner or an asset that is no party, votes out of range.
  /// Linear time; the network takes 12 bytes an edge and 12 a party, and twice as much while it is built.
  static Result<VotingNetwork> build(std::uint32_t parties, std::span<const Edge> edges);

  [[nodiscard]] std::uint32_t parties() const { return static_cast<std::uint32_t>(controller_.size()); }

  /// For each party the one owner that alone holds certainly more than half of it, or kNobody. Where the data contradict themselves and two owners
  /// do, nobody: neither is certain.
  [[nodiscard]] std::span<const std::uint32_t> direct_controllers() const { return controller_; }

  /// Everything of which the root, together with all that it controls already, holds more than half: the least set of which this is true. Without the
  /// root, in the order of the proof: each party after those through which it is held. Error (bad_input): a root that is no party.
  /// Linear in the holdings of what is found, after 8 bytes a party have been set to 0; see ControlWalk for many roots.
  [[nodiscard]] Result<std::vector<std::uint32_t>> controlled_by(std::uint32_t root, Certainty certainty = Certainty::certain) const;

 private:
  friend class ControlWalk;
  struct Votes {
    std::uint32_t asset, low, high;
  };
  std::vector<std::size_t> first_;  ///< of each owner its holdings: votes_[first_[owner]] .. votes_[first_[owner + 1]], by asset, one each
  std::vector<Votes> votes_;
  std::vector<std::uint32_t> controller_;
};

/// controlled_by() for many roots: what it needs is allocated once (8 bytes a party), and each question costs only what it finds. One a thread; the
/// network must outlive it.
class ControlWalk {
 public:
  explicit ControlWalk(const VotingNetwork& network TAMGA_LIFETIMEBOUND);
  /// As VotingNetwork::controlled_by(). Valid until the next question.
  Result<std::span<const std::uint32_t>> controlled_by(std::uint32_t root, VotingNetwork::Certainty certainty = VotingNetwork::Certainty::certain);

 private:
  const VotingNetwork* network_;
  std::vector<std::uint64_t> held_;  ///< all 0 between questions
  std::vector<std::uint32_t> touched_, found_;
};

/// The whole network, along direct controllers only: a lower bound of what controlled_by() finds, which also adds up the holdings of a group.
struct ControlTable {
  struct Head {
    std::uint32_t party = 0;
    std::uint32_t controlled = 0;  ///< how many parties it controls in the end, itself not counted
  };
  /// Parties that hold majorities of each other in a circle, and so are controlled by nobody outside.
  struct Loop {
    std::vector<std::uint32_t> parties;  ///< from the least number on, each followed by its controller
    std::uint32_t controlled = 0;        ///< how many parties outside the circle it controls
  };
  std::vector<Head> top;    ///< at most `count`, the most controlled first, of the same the least number; none that control nothing
  std::vector<Loop> loops;  ///< all, by their first party
  std::vector<std::uint32_t>
      ultimate;                  ///< of each party: who controls it in the end, itself if nobody does; in and below a loop, the loop's first party
  std::uint32_t heads = 0;       ///< how many parties control others and are controlled by nobody
  std::uint32_t controlled = 0;  ///< how many parties have a controller
};

/// `controllers` as from direct_controllers(): of each party its controller or kNobody. A party that is its own controller is a loop of one. Error
/// (bad_input): a controller that is no party. Linear time, apart from the sorting of the top; 16 bytes a party and 8 a head.
Result<ControlTable> control_table(std::span<const std::uint32_t> controllers, std::size_t count);

}  // namespace tamga::ownership
