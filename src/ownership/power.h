#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"

/// Voting power: how often a holder of votes decides. A coalition wins if its votes reach the quota; a player is pivotal in a coalition that wins
/// with it and does not win without it. Who holds 49 % beside 49 % and 2 % has no more power than the 2 %.
///
/// INFORMATION ONLY: no authority's rule on ownership or control uses these numbers.
///
/// Sources: Shapley, Shubik, "A method for evaluating the distribution of power in a committee system", American Political Science Review 48 (1954);
/// Banzhaf, "Weighted voting doesn't work", Rutgers Law Review 19 (1965). Counting by dynamic programming: Mann, Shapley (1962), from Cantor.
///
/// All functions are pure; threads may call them at the same time. The results are the same on all machines.
namespace tamga::ownership {

/// A number of coalitions: below 2^126 for the at most 127 players whose coalitions are counted.
__extension__ using CoalitionCount = unsigned __int128;

enum class PowerMethod : std::uint8_t {
  counting,     ///< dynamic programming: the number of coalitions of each size and weight; exact
  enumeration,  ///< every coalition; exact
  sampling,     ///< pseudo-random permutations and coalitions
};

struct PowerOptions {
  /// The wanted error of sampling, .0005 to .5; the number of samples follows from it.
  double error = .01;
  /// Nothing: the cheaper of the exact methods that are within their bounds, else sampling.
  std::optional<PowerMethod> method;
};

/// Each vector has one number a player, in their order. A player without votes has 0 everywhere.
struct VotingPower {
  /// The part of all orders of the players in which this one makes the coalition of those before it win. They add up to 1 (to 0 if nobody can win).
  std::vector<double> shapley;
  /// Banzhaf's absolute index: the part of all coalitions of the others in which this player is pivotal.
  std::vector<double> banzhaf;
  /// The same, divided by their sum: adds up to 1, or all are 0.
  std::vector<double> banzhaf_normalised;
  /// In how many coalitions of the others the player is pivotal. Players without votes are not counted among the others. Empty if sampled.
  std::vector<CoalitionCount> swings;

  PowerMethod method = PowerMethod::counting;
  bool exact = true;
  /// 0 if exact: the numbers are quotients of exact counts, rounded (about 10^-14). If sampled: with a confidence of 95 % all values of `shapley` lie
  /// within `error` of the true ones, and with the same confidence all of `banzhaf` (Hoeffding's inequality, the 5 % divided among the players).
  double error = 0;
  /// The same for `banzhaf_normalised`, which follows from `banzhaf`; at most 1, and far above `error` where there are many players.
  double normalised_error = 0;
  std::uint64_t samples = 0;  ///< permutations, and as many coalitions
};

/// Weights are votes in any unit, and the quota is the number of votes that wins ("more than half" of a total of t: t / 2 + 1). A quota of 0 or above
/// the total is no error: nobody is ever pivotal.
///
/// Bounds, for n players with votes and q = min(quota, total + 1 - quota), both votes and quota divided by the greatest common divisor of the votes
/// (the quota rounded up): counting takes n² · q steps and needs n <= 127, n² · q <= 2·10^8, n · q <= 2^23 (128 MiB); enumeration takes n · 2^n steps
/// and needs n <= 22. Sampling draws ln(40 · n) / (2 · error²) permutations, at n steps each: 32,000 for 15 players at .01, 53,000 for a thousand.
///
/// The permutations and coalitions come from splitmix64 (Steele, Lea, Flood 2014) started at 0x74616d6761 ("tamga"): the same question has the same
/// answer, always.
///
/// Error (bad_input): votes that add up to 2^64 or more, an error out of range, a method that is not within its bounds.
[[nodiscard]] Result<VotingPower> voting_power(std::span<const std::uint64_t> weights, std::uint64_t quota, const PowerOptions& options = {});

/// For each player whether it is pivotal in any coalition; who is not (a dummy) has votes that never count.
///
/// Exact for up to 40 players with votes (sums of halves, 2^20 each), for more while n · q <= 64 · 2·10^8 and q <= 2^29 (sets of reachable sums; n
/// and q as above), and always when one player alone decides. Beyond that it errs on the safe side: true for everybody who has votes, so that false
/// is always certain.
[[nodiscard]] std::vector<bool> pivotal(std::span<const std::uint64_t> weights, std::uint64_t quota);

}  // namespace tamga::ownership
