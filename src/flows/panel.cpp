#include "flows/panel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace tamga::flows {
namespace {

constexpr double kTolerance = 1e-10;  ///< of a sweep's largest change, in standard deviations of the variable
constexpr int kMostSweeps = 20'000;
constexpr int kMostSteps = 100;

using Levels = std::vector<std::uint32_t>;

std::uint32_t count_of(const Levels& levels) { return levels.empty() ? 0 : *std::max_element(levels.begin(), levels.end()) + 1; }

/// Frees variables of the fixed effects.
class Absorber {
 public:
  Absorber(const std::vector<Levels>& effects, const std::vector<double>& weights) : effects_(effects), weights_(weights) {
    for (const auto& set : effects) {
      std::vector<double> sums(count_of(set));
      for (std::size_t i = 0; i < set.size(); ++i) sums[set[i]] += weight(i);
      sums_.push_back(std::move(sums));
    }
  }

  /// False where it takes more than kMostSweeps.
  bool absorb(std::vector<double>& variable, int& sweeps) {
    const double scale = spread(variable);
    if (!(scale > 0)) {
      std::fill(variable.begin(), variable.end(), 0.0);
      return true;
    }
    int done = 0;
    std::vector<double> first;
    std::vector<double> second;
    while (done < kMostSweeps) {
      first = variable;
      sweep(first);
      second = first;
      sweep(second);
      done += 2;
      double largest = 0;
      double along = 0;
      double length = 0;
      for (std::size_t i = 0; i < variable.size(); ++i) {
        const double later = second[i] - first[i];
        const double bend = later - (first[i] - variable[i]);
        largest = std::max(largest, std::abs(later));
        along += later * bend;
        length += bend * bend;
      }
      variable = second;
      if (largest <= kTolerance * scale) {
        sweeps = std::max(sweeps, done);
        return true;
      }
      if (effects_.size() < 2) continue;
      // Irons and Tuck: where the last two changes point, if they shrink at a steady rate.
      if (length > 0) {
        const double factor = along / length;
        for (std::size_t i = 0; i < variable.size(); ++i) variable[i] = second[i] - factor * (second[i] - first[i]);
      }
    }
    return false;
  }

 private:
  [[nodiscard]] double weight(std::size_t i) const { return weights_.empty() ? 1.0 : weights_[i]; }

  [[nodiscard]] double spread(const std::vector<double>& variable) const {
    double weights = 0;
    double sum = 0;
    double squares = 0;
    for (std::size_t i = 0; i < variable.size(); ++i) {
      weights += weight(i);
      sum += weight(i) * variable[i];
    }
    const double mean = sum / weights;
    for (std::size_t i = 0; i < variable.size(); ++i) squares += weight(i) * (variable[i] - mean) * (variable[i] - mean);
    return std::sqrt(squares / weights);
  }

  void sweep(std::vector<double>& variable) {
    for (std::size_t s = 0; s < effects_.size(); ++s) {
      const auto& set = effects_[s];
      means_.assign(sums_[s].size(), 0.0);
      for (std::size_t i = 0; i < set.size(); ++i) means_[set[i]] += weight(i) * variable[i];
      for (std::size_t level = 0; level < means_.size(); ++level) means_[level] = sums_[s][level] > 0 ? means_[level] / sums_[s][level] : 0;
      for (std::size_t i = 0; i < set.size(); ++i) variable[i] -= means_[set[i]];
    }
  }

  const std::vector<Levels>& effects_;
  const std::vector<double>& weights_;
  std::vector<std::vector<double>> sums_;
  std::vector<double> means_;
};

/// Connected components of the levels of two sets.
std::int64_t components(const std::vector<const Levels*>& sets) {
  std::vector<std::uint32_t> starts;
  std::uint32_t count = 0;
  for (const auto* set : sets) {
    starts.push_back(count);
    count += count_of(*set);
  }
  std::vector<std::uint32_t> parent(count);
  std::iota(parent.begin(), parent.end(), 0U);
  const auto root = [&](std::uint32_t at) {
    while (parent[at] != at) at = parent[at] = parent[parent[at]];
    return at;
  };
  std::int64_t left = count;
  for (std::size_t i = 0; i < sets.front()->size(); ++i) {
    for (std::size_t s = 1; s < sets.size(); ++s) {
      const auto a = root((*sets[0])[i]);
      const auto b = root(starts[s] + (*sets[s])[i]);
      if (a == b) continue;
      parent[std::max(a, b)] = std::min(a, b);
      --left;
    }
  }
  return left;
}

bool nested(const Levels& set, const Levels& clusters) {
  constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::vector<std::uint32_t> of(count_of(set), kNone);
  for (std::size_t i = 0; i < set.size(); ++i) {
    auto& cluster = of[set[i]];
    if (cluster != kNone && cluster != clusters[i]) return false;
    cluster = clusters[i];
  }
  return true;
}

std::unexpected<Error> explained(const Panel& panel, std::size_t i) {
  return bad_input(
      fmt::format("the effect \"{}\" is explained by the fixed effects and the terms before it, so the data cannot tell it; "
                  "another contrast, break or choice of codes and countries may",
                  i < panel.names.size() ? panel.names[i] : fmt::format("{}", i + 1)));
}

std::unexpected<Error> no_convergence() { return failure("the fixed effects do not converge; fewer of them (another contrast) may"); }

/// What both estimates end with: `freed` regressors, residuals (outcome less fitted), weights, to a covariance.
Status conclude(const Panel& panel, const std::vector<std::vector<double>>& freed, const std::vector<double>& residuals,
                const std::vector<double>& weights, const SmallMatrix& bread, PanelFit& fit) {
  const std::size_t k = freed.size();
  const auto groups = count_of(panel.clusters);
  if (groups < 2) return bad_input("there is but one cluster, so there is no standard error; choose other --clusters");
  std::vector<double> scores(std::size_t{groups} * k);
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const double weight = weights.empty() ? 1.0 : weights[i];
    for (std::size_t j = 0; j < k; ++j) scores[panel.clusters[i] * k + j] += weight * residuals[i] * freed[j][i];
  }
  SmallMatrix meat(k);
  for (std::size_t g = 0; g < groups; ++g) {
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) meat.at(i, j) += scores[g * k + i] * scores[g * k + j];
    }
  }
  fit.covariance = product(product(bread, meat), bread);
  fit.observations = static_cast<std::int64_t>(residuals.size());
  fit.clusters = groups;
  std::vector<Levels> apart;
  for (const auto& set : panel.effects) {
    fit.levels.push_back(count_of(set));
    if (!nested(set, panel.clusters)) apart.push_back(set);
  }
  fit.rank = static_cast<std::int64_t>(k) + effects_rank(panel.effects);
  // Where all sets are nested the constant is left.
  const std::int64_t rank_nested = static_cast<std::int64_t>(k) + (apart.empty() ? (panel.effects.empty() ? 0 : 1) : effects_rank(apart));
  if (fit.observations <= fit.rank) return bad_input("there are not more observations than fixed effects, so there is no standard error");
  const double n = static_cast<double>(fit.observations);
  const double correction = static_cast<double>(groups) / (static_cast<double>(groups) - 1) * (n - 1) / (n - static_cast<double>(fit.rank));
  for (auto& cell : fit.covariance.cells) cell *= correction;
  fit.nested_factor = std::sqrt((n - static_cast<double>(fit.rank)) / (n - static_cast<double>(rank_nested)));
  return {};
}

/// Weighted least squares of what is freed already.
bool solve(const std::vector<std::vector<double>>& freed, const std::vector<double>& outcome, const std::vector<double>& weights,
           const std::vector<double>& before, SmallMatrix& bread, std::vector<double>& coefficients, std::size_t& collinear) {
  const std::size_t k = freed.size();
  SmallMatrix squares(k);
  std::vector<double> crossed(k);
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t i = 0; i < outcome.size(); ++i) crossed[a] += (weights.empty() ? 1.0 : weights[i]) * freed[a][i] * outcome[i];
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < outcome.size(); ++i) sum += (weights.empty() ? 1.0 : weights[i]) * freed[a][i] * freed[b][i];
      squares.at(a, b) = squares.at(b, a) = sum;
    }
    // What the effects explain leaves but rounding behind.
    if (!(squares.at(a, a) > 1e-9 * before[a])) {
      collinear = a;
      return false;
    }
  }
  if (!invert(squares, bread, collinear)) return false;
  coefficients.assign(k, 0.0);
  for (std::size_t a = 0; a < k; ++a) {
    for (std::size_t b = 0; b < k; ++b) coefficients[a] += bread.at(a, b) * crossed[b];
  }
  return true;
}

double squared(const std::vector<double>& variable, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < variable.size(); ++i) sum += (weights.empty() ? 1.0 : weights[i]) * variable[i] * variable[i];
  return sum;
}

Status check(const Panel& panel) {
  if (panel.outcome.empty()) return bad_input("no observations are left for the estimate; choose other codes, countries or periods");
  return {};
}

/// The panel without levels whose outcomes are all 0, its levels numbered anew.
Panel with_trade(const Panel& panel) {
  std::vector<bool> kept(panel.outcome.size(), true);
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& set : panel.effects) {
      std::vector<bool> traded(count_of(set));
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i] && panel.outcome[i] > 0) traded[set[i]] = true;
      }
      for (std::size_t i = 0; i < kept.size(); ++i) {
        if (!kept[i] || traded[set[i]]) continue;
        kept[i] = false;
        changed = true;
      }
    }
  }
  Panel out;
  out.names = panel.names;
  out.regressors.resize(panel.regressors.size());
  std::vector<std::vector<std::uint64_t>> keys(panel.effects.size());
  std::vector<std::uint64_t> clusters;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) continue;
    out.outcome.push_back(panel.outcome[i]);
    for (std::size_t j = 0; j < panel.regressors.size(); ++j) out.regressors[j].push_back(panel.regressors[j][i]);
    for (std::size_t s = 0; s < keys.size(); ++s) keys[s].push_back(panel.effects[s][i]);
    clusters.push_back(panel.clusters[i]);
  }
  for (const auto& set : keys) out.effects.push_back(dense_levels(set));
  out.clusters = dense_levels(clusters);
  return out;
}

}  // namespace

double PanelFit::error(std::size_t i) const { return std::sqrt(covariance.at(i, i)); }

std::vector<std::uint32_t> dense_levels(const std::vector<std::uint64_t>& keys) {
  std::unordered_map<std::uint64_t, std::uint32_t> numbers;
  std::vector<std::uint32_t> levels;
  levels.reserve(keys.size());
  for (const auto key : keys) levels.push_back(numbers.emplace(key, static_cast<std::uint32_t>(numbers.size())).first->second);
  return levels;
}

std::int64_t effects_rank(const std::vector<std::vector<std::uint32_t>>& effects) {
  std::int64_t rank = 0;
  for (std::size_t s = 0; s < effects.size(); ++s) {
    rank += count_of(effects[s]);
    if (s == 0) continue;
    std::vector<const Levels*> together = {&effects[s]};
    std::int64_t shared = 0;
    for (std::size_t earlier = 0; earlier < s; ++earlier) {
      shared += components({&effects[s], &effects[earlier]});
      together.push_back(&effects[earlier]);
    }
    // What all of them share (the constant, and one for each part of the data that is joined to no other) would be counted for each earlier set.
    shared -= static_cast<std::int64_t>(s - 1) * components(together);
    rank -= shared;
  }
  return rank;
}

Result<PanelFit> fit_least_squares(const Panel& panel) {
  TAMGA_TRY_STATUS(check(panel));
  const std::vector<double> equal;
  Absorber absorber(panel.effects, equal);
  PanelFit fit;
  auto outcome = panel.outcome;
  auto freed = panel.regressors;
  std::vector<double> before;
  if (!absorber.absorb(outcome, fit.iterations)) return no_convergence();
  for (auto& regressor : freed) {
    before.push_back(squared(regressor, equal));
    if (!absorber.absorb(regressor, fit.iterations)) return no_convergence();
  }
  SmallMatrix bread(freed.size());
  std::size_t collinear = 0;
  if (!solve(freed, outcome, equal, before, bread, fit.coefficients, collinear)) return explained(panel, collinear);
  auto residuals = std::move(outcome);
  for (std::size_t j = 0; j < freed.size(); ++j) {
    for (std::size_t i = 0; i < residuals.size(); ++i) residuals[i] -= fit.coefficients[j] * freed[j][i];
  }
  TAMGA_TRY_STATUS(conclude(panel, freed, residuals, equal, bread, fit));
  return fit;
}

Result<PanelFit> fit_poisson(const Panel& whole) {
  const Panel panel = with_trade(whole);
  TAMGA_TRY_STATUS(check(panel));
  const std::size_t n = panel.outcome.size();
  double mean = 0;
  for (const double value : panel.outcome) mean += value;
  mean /= static_cast<double>(n);
  std::vector<double> fitted(n);
  std::vector<double> exponents(n);
  for (std::size_t i = 0; i < n; ++i) {
    fitted[i] = (panel.outcome[i] + mean) / 2;
    exponents[i] = std::log(fitted[i]);
  }
  PanelFit fit;
  double deviance = 0;
  int settled = 0;
  for (fit.steps = 1; fit.steps <= kMostSteps; ++fit.steps) {
    std::vector<double> working(n);
    for (std::size_t i = 0; i < n; ++i) working[i] = exponents[i] + (panel.outcome[i] - fitted[i]) / fitted[i];
    const std::vector<double> weights = fitted;
    Absorber absorber(panel.effects, weights);
    auto outcome = working;
    auto freed = panel.regressors;
    std::vector<double> before;
    if (!absorber.absorb(outcome, fit.iterations)) return no_convergence();
    for (auto& regressor : freed) {
      before.push_back(squared(regressor, weights));
      if (!absorber.absorb(regressor, fit.iterations)) return no_convergence();
    }
    SmallMatrix bread(freed.size());
    std::size_t collinear = 0;
    if (!solve(freed, outcome, weights, before, bread, fit.coefficients, collinear)) return explained(panel, collinear);
    double reached = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double left = outcome[i];
      for (std::size_t j = 0; j < freed.size(); ++j) left -= fit.coefficients[j] * freed[j][i];
      // A level that is all but empty runs to minus infinity; what is fitted there is 0 for every purpose well before that.
      exponents[i] = std::max(working[i] - left, -60.0);
      fitted[i] = std::exp(exponents[i]);
      const double y = panel.outcome[i];
      reached += 2 * ((y > 0 ? y * std::log(y / fitted[i]) : 0) - (y - fitted[i]));
    }
    if (!std::isfinite(reached)) return no_convergence();
    // Twice, since the scores are taken at the last fitted values but with the weights of the step before.
    settled = std::abs(reached - deviance) <= 1e-12 * (std::abs(reached) + 0.1) ? settled + 1 : 0;
    deviance = reached;
    if (settled < 2) continue;
    std::vector<double> residuals(n);
    for (std::size_t i = 0; i < n; ++i) residuals[i] = (panel.outcome[i] - fitted[i]) / weights[i];
    fit.left_out = static_cast<std::int64_t>(whole.outcome.size() - n);
    TAMGA_TRY_STATUS(conclude(panel, freed, residuals, weights, bread, fit));
    return fit;
  }
  return no_convergence();
}

}  // namespace tamga::flows
