#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "flows/statistics.h"

/// Regressions with many fixed effects and clustered standard errors, as for differences in differences. Pure; the same input gives the same numbers.
///
/// The effects are not estimated but absorbed (Frisch-Waugh-Lovell): outcome and regressors are freed of every set of effects in turn, over and over,
/// until nothing changes (alternating projections; Guimaraes and Portugal 2010, Gaure 2013), with Irons and Tuck's acceleration (1969) as fixest has
/// it.
namespace tamga::flows {

struct Panel {
  std::vector<double> outcome;
  std::vector<std::vector<double>> regressors;      ///< one array a regressor, as long as `outcome`
  std::vector<std::string> names;                   ///< of the regressors, for errors
  std::vector<std::vector<std::uint32_t>> effects;  ///< one array a set: the level of each observation
  std::vector<std::uint32_t> clusters;              ///< of each observation
};

struct PanelFit {
  std::vector<double> coefficients;
  /// CR1, as statsmodels computes it for a regression on dummies: sandwich of the scores by cluster, times G/(G-1) (N-1)/(N-K), where K counts the
  /// regressors and every fixed effect that is not explained by others.
  SmallMatrix covariance{0};
  /// Times this, the standard errors are those of fixest and reghdfe, whose K leaves out sets of effects that are nested in the clusters.
  double nested_factor = 1;
  std::int64_t observations = 0;
  std::int64_t left_out = 0;         ///< fit_poisson: observations of a level without any trade
  std::vector<std::int64_t> levels;  ///< of each set
  std::int64_t rank = 0;             ///< K
  std::int64_t clusters = 0;         ///< G
  int iterations = 0;                ///< sweeps over all sets, of the variable that took most
  int steps = 0;                     ///< fit_poisson: of the weights
  [[nodiscard]] double error(std::size_t i) const;
};

/// Least squares. An error where a regressor is explained by the effects and the others (it names it), or there are fewer than two clusters.
Result<PanelFit> fit_least_squares(const Panel& panel);
/// Poisson pseudo maximum likelihood with log link (Correia, Guimaraes and Zylkin 2020), outcome >= 0. Observations of a level whose outcomes are all
/// 0 tell nothing and are left out. Standard errors as above.
Result<PanelFit> fit_poisson(const Panel& panel);

/// The rank of the sets of effects together: exact for one and two (levels less connected components). For a third and later set, what it shares with
/// each earlier set, less what these share with each other, is taken off: exact where the sets cross fully, and otherwise never below the rank.
[[nodiscard]] std::int64_t effects_rank(const std::vector<std::vector<std::uint32_t>>& effects);

/// Numbers levels 0, 1, … in the order in which they come.
[[nodiscard]] std::vector<std::uint32_t> dense_levels(const std::vector<std::uint64_t>& keys);

}  // namespace tamga::flows
