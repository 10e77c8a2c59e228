#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

/// Look-through ("integrated", "economic") ownership: what part of a party's value belongs to whom, through all chains and loops of holdings.
///
/// INFORMATION ONLY. No authority's rule uses this number. The 50 per cent rule of OFAC asks at each step whether a party is held by half and, where
/// it is, counts that party's whole stake: OFAC FAQ 401 has examples with a look-through share of 25 % that are owned (1 and 2) and one with 25 %
/// that is not (5). Never compare these shares with a threshold; ownership.h does what the rules ask.
///
/// With B[i][k] the fraction of k that i holds directly, Y = B + B·B + B·B·B + … = (I - B)^-1 · B: all chains from i to k, each with the product of
/// its fractions, added up. Source: Brioschi, Buzzacchi, Colombo, "Risk capital financing and the separation of ownership and control in business
/// groups", Journal of Banking and Finance 13 (1989).
///
/// What Y means in loops. Of an owner that nobody owns (a person) Y is its part of the value, and where all holdings are known the parts of these
/// owners add up to 1: when A holds 60 % of itself and X and Z 20 % each, X has .2 / (1 - .6) = .5 of it. Of a party that lies in a loop itself
/// (cross-holdings, own shares) the chains that pass it several times are all counted: in the example Y[A][A] = .6 / (1 - .6) = 1.5, which is how
/// often what flows out of A comes back to it and not a share of anything; it is needed in the sums and given as 1. For such owners Baldone,
/// Brioschi and Paleari (1998) divide by 1 + Y[i][i]; that is not done here. Vitali, Glattfelder, Battiston (PLoS ONE 6:e25995, 2011) describe how
/// far cross-holdings raise such sums in real networks. That a network of holdings is nearly a pyramid, and can be solved layer by layer: Romei,
/// Ruggieri, Turini, "The layered structure of company share networks" (DSAA 2015); here a layer is a strongly connected component.
namespace tamga::ownership {

/// Built once from all holdings, then asked for one target at a time. Never changed after build(), so threads may share it.
class IntegratedOwnership {
 public:
  /// One direct holding. Fractions of 1, 0 <= low <= high <= 1. Several of one owner in one asset are added up.
  struct Stake {
    std::uint32_t owner = 0;
    std::uint32_t asset = 0;
    double low = 0;
    double high = 0;
  };

  /// What one owner has of the target. `low` follows from all lower ends, `high` from all upper ends; Y grows with each holding, so that the true
  /// value lies between them. Both within 0..1, low <= high. `high` does not know that the shares of one party add up to at most 1, so with wide
  /// ranges it is far above what can be.
  struct Share {
    std::uint32_t owner = 0;
    double low = 0;
    double high = 0;
    /// False: a loop between this owner and the target (or around one of them) keeps everything to itself, or more than there is, as a loop of
    /// holdings of 100 % does and as upper ends often do; the sum over the chains has no end, and that end of the range is given as 1. (If it is
    /// the lower end, either the owner is in the loop, or the data contradict themselves: more than all is held.) Or the loop was too large and too
    /// tight to be computed (see shares()); then `high` is 1 and `low` what the sum has reached, which is still a lower bound.
    bool converged = true;
  };

  struct Shares {
    std::vector<Share> owners;  ///< all with high > 0, in the order of their distance from the target; the target itself only if it is in a loop
    bool converged = true;      ///< all of them
  };

  /// Parties are 0 .. parties-1. Error (bad_input, with the number of the stake): an owner or an asset that is no party, fractions out of range.
  /// Linear time; 24 bytes a stake and 8 a party.
  static Result<IntegratedOwnership> build(std::uint32_t parties, std::span<const Stake> stakes);

  /// Everybody who holds a part of the target, directly or not. Error (bad_input): a target that is no party.
  ///
  /// Only the target's upstream is looked at, loop by loop (strongly connected component by component, from the target upwards), so that what is not
  /// in a loop takes one pass; loops of up to 64 parties by elimination, larger ones by Gauss-Seidel until what is missing, of all together, is
  /// estimated to be below 10^-12, but at most 10^8 visits of a holding in one loop. Error of the values: about 10^-12, and 10^-15 / (1 - r) where a
  /// loop hands on less than a thousandth of what it gets (r: the part that it keeps). A loop that keeps more than 1 - 10^-9 is taken as keeping all.
  /// A loop of 1,000 parties that keeps .9998 is too tight; one of 100,000 with many cross-holdings that keeps .999 is not.
  [[nodiscard]] Result<Shares> shares(std::uint32_t target) const;

 private:
  struct Holder {
    std::uint32_t owner;
    double low, high;
  };
  std::vector<std::size_t> first_;  ///< of each asset its holders: holders_[first_[asset]] .. holders_[first_[asset + 1]]
  std::vector<Holder> holders_;
};

}  // namespace tamga::ownership
