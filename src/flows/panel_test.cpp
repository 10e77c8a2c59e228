#include "flows/panel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "flows/generated.h"

namespace tamga::flows {
namespace {

/// Rows of the normal equations of a regression on dummies, all of them; solved by elimination, which finds the rank too.
struct Dense {
  std::vector<std::vector<double>> x;  ///< by observation
  std::size_t k = 0;

  explicit Dense(const Panel& panel) {
    std::vector<std::size_t> starts;
    k = panel.regressors.size();
    for (const auto& set : panel.effects) {
      starts.push_back(k);
      k += *std::max_element(set.begin(), set.end()) + 1;
    }
    for (std::size_t i = 0; i < panel.outcome.size(); ++i) {
      std::vector<double> row(k);
      for (std::size_t j = 0; j < panel.regressors.size(); ++j) row[j] = panel.regressors[j][i];
      for (std::size_t s = 0; s < panel.effects.size(); ++s) row[starts[s] + panel.effects[s][i]] = 1;
      x.push_back(std::move(row));
    }
  }

  /// The inverse of X'WX on the columns that are not explained by those before, zeroes elsewhere; the rank.
  std::pair<std::vector<std::vector<double>>, std::int64_t> inverse(const std::vector<double>& weights) const {
    std::vector<std::vector<double>> a(k, std::vector<double>(2 * k));
    for (std::size_t o = 0; o < x.size(); ++o) {
      for (std::size_t i = 0; i < k; ++i) {
        for (std::size_t j = 0; j < k; ++j) a[i][j] += weights[o] * x[o][i] * x[o][j];
      }
    }
    std::vector<double> diagonal(k);
    for (std::size_t i = 0; i < k; ++i) {
      diagonal[i] = a[i][i];
      a[i][k + i] = 1;
    }
    std::int64_t rank = 0;
    std::vector<bool> kept(k);
    for (std::size_t i = 0; i < k; ++i) {
      if (!(a[i][i] > 1e-9 * diagonal[i])) continue;
      kept[i] = true;
      ++rank;
      const double pivot = a[i][i];
      for (auto& cell : a[i]) cell /= pivot;
      for (std::size_t r = 0; r < k; ++r) {
        if (r == i) continue;
        const double factor = a[r][i];
        for (std::size_t c = 0; c < 2 * k; ++c) a[r][c] -= factor * a[i][c];
      }
    }
    std::vector<std::vector<double>> out(k, std::vector<double>(k));
    for (std::size_t i = 0; i < k; ++i) {
      for (std::size_t j = 0; j < k; ++j) out[i][j] = kept[i] && kept[j] ? a[i][k + j] : 0;
    }
    return {out, rank};
  }

  /// Coefficients and clustered standard errors, as the definition has them.
  void sandwich(const std::vector<std::vector<double>>& bread, const std::vector<double>& residuals, const std::vector<std::uint32_t>& clusters,
                std::int64_t rank, std::vector<double>& errors) const {
    const std::size_t groups = *std::max_element(clusters.begin(), clusters.end()) + 1;
    std::vector<std::vector<double>> scores(groups, std::vector<double>(k));
    for (std::size_t o = 0; o < x.size(); ++o) {
      for (std::size_t i = 0; i < k; ++i) scores[clusters[o]][i] += x[o][i] * residuals[o];
    }
    const double n = static_cast<double>(x.size());
    const double g = static_cast<double>(groups);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      double variance = 0;
      for (std::size_t c = 0; c < groups; ++c) {
        double sum = 0;
        for (std::size_t j = 0; j < k; ++j) sum += bread[i][j] * scores[c][j];
        variance += sum * sum;
      }
      errors[i] = std::sqrt(variance * g / (g - 1) * (n - 1) / (n - static_cast<double>(rank)));
    }
  }
};

/// Products x destinations x months with holes, effects of all pairs that are asked for, and a known effect.
Panel invented(std::uint64_t seed, std::size_t products, std::size_t destinations, std::size_t months, bool third, bool levels, double effect = 0.7) {
  Generated random(seed);
  std::vector<std::uint64_t> pd, pt, dt, p;
  Panel panel;
  panel.regressors.resize(2);
  panel.names = {"effect", "other"};
  std::vector<double> of_pd(products * destinations), of_pt(products * months), of_dt(destinations * months);
  for (auto* effects : {&of_pd, &of_pt, &of_dt}) {
    for (auto& one : *effects) one = random.normal();
  }
  for (std::size_t i = 0; i < products; ++i) {
    for (std::size_t j = 0; j < destinations; ++j) {
      for (std::size_t t = 0; t < months; ++t) {
        if (random.uniform() < 0.2) continue;
        const double treated = j < destinations / 2 && t >= months / 2 && (!third || i % 2 == 0) ? 1 : 0;
        const double other = random.normal();
        panel.regressors[0].push_back(treated);
        panel.regressors[1].push_back(other);
        const double level =
            effect * treated - 0.3 * other + of_pd[i * destinations + j] + of_pt[i * months + t] + (third ? of_dt[j * months + t] : 0);
        const double noise = 0.5 * random.normal();
        panel.outcome.push_back(levels ? (random.uniform() < 0.15 ? 0 : std::exp(level + noise)) : level + noise);
        pd.push_back(i * destinations + j);
        pt.push_back(i * months + t);
        dt.push_back(j * months + t);
        p.push_back(i);
      }
    }
  }
  panel.effects = {dense_levels(pd), dense_levels(pt)};
  if (third) panel.effects.push_back(dense_levels(dt));
  panel.clusters = dense_levels(p);
  return panel;
}

TEST(LeastSquares, AreThoseOfARegressionOnDummies) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const bool third = seed % 2 == 0;
    const auto panel = invented(seed, 5, 4, 6, third, false);
    const auto fit = fit_least_squares(panel);
    ASSERT_TRUE(fit) << fit.error().text();
    const Dense dense(panel);
    const auto [bread, rank] = dense.inverse(std::vector<double>(panel.outcome.size(), 1.0));
    EXPECT_EQ(fit->rank, rank);
    std::vector<double> crossed(dense.k);
    for (std::size_t o = 0; o < panel.outcome.size(); ++o) {
      for (std::size_t i = 0; i < dense.k; ++i) crossed[i] += dense.x[o][i] * panel.outcome[o];
    }
    std::vector<double> coefficients(dense.k);
    for (std::size_t i = 0; i < dense.k; ++i) {
      for (std::size_t j = 0; j < dense.k; ++j) coefficients[i] += bread[i][j] * crossed[j];
    }
    auto residuals = panel.outcome;
    for (std::size_t o = 0; o < residuals.size(); ++o) {
      for (std::size_t i = 0; i < dense.k; ++i) residuals[o] -= dense.x[o][i] * coefficients[i];
    }
    std::vector<double> errors(2);
    dense.sandwich(bread, residuals, panel.clusters, rank, errors);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(fit->coefficients[i], coefficients[i], 1e-8) << seed;
      EXPECT_NEAR(fit->error(i), errors[i], 1e-8) << seed;
    }
  }
}

TEST(Poisson, IsThatOfARegressionOnDummies) {
  for (std::uint64_t seed = 11; seed <= 14; ++seed) {
    const bool third = seed % 2 == 0;
    const auto panel = invented(seed, 5, 4, 6, third, true);
    const auto fit = fit_poisson(panel);
    ASSERT_TRUE(fit) << fit.error().text();
    ASSERT_GE(fit->left_out, 0);
    // Iterated weights on all dummies, on the observations that are kept: those of levels with trade.
    Panel kept;
    kept.regressors.resize(2);
    std::vector<bool> in(panel.outcome.size(), true);
    for (bool changed = true; changed;) {
      changed = false;
      for (const auto& set : panel.effects) {
        std::set<std::uint32_t> traded;
        for (std::size_t o = 0; o < in.size(); ++o) {
          if (in[o] && panel.outcome[o] > 0) traded.insert(set[o]);
        }
        for (std::size_t o = 0; o < in.size(); ++o) {
          if (in[o] && !traded.contains(set[o])) {
            in[o] = false;
            changed = true;
          }
        }
      }
    }
    std::vector<std::vector<std::uint64_t>> keys(panel.effects.size());
    std::vector<std::uint64_t> clusters;
    for (std::size_t o = 0; o < in.size(); ++o) {
      if (!in[o]) continue;
      kept.outcome.push_back(panel.outcome[o]);
      for (std::size_t j = 0; j < 2; ++j) kept.regressors[j].push_back(panel.regressors[j][o]);
      for (std::size_t s = 0; s < keys.size(); ++s) keys[s].push_back(panel.effects[s][o]);
      clusters.push_back(panel.clusters[o]);
    }
    for (const auto& set : keys) kept.effects.push_back(dense_levels(set));
    kept.clusters = dense_levels(clusters);
    EXPECT_EQ(fit->observations, static_cast<std::int64_t>(kept.outcome.size()));
    const Dense dense(kept);
    std::vector<double> mu(kept.outcome.size());
    for (std::size_t o = 0; o < mu.size(); ++o) mu[o] = (kept.outcome[o] + 1) / 2;
    std::vector<double> eta(mu.size());
    for (std::size_t o = 0; o < mu.size(); ++o) eta[o] = std::log(mu[o]);
    std::vector<double> coefficients(dense.k);
    std::vector<std::vector<double>> bread;
    std::int64_t rank = 0;
    for (int step = 0; step < 60; ++step) {
      std::tie(bread, rank) = dense.inverse(mu);
      std::vector<double> crossed(dense.k);
      for (std::size_t o = 0; o < mu.size(); ++o) {
        const double working = eta[o] + (kept.outcome[o] - mu[o]) / mu[o];
        for (std::size_t i = 0; i < dense.k; ++i) crossed[i] += mu[o] * dense.x[o][i] * working;
      }
      for (std::size_t i = 0; i < dense.k; ++i) {
        coefficients[i] = 0;
        for (std::size_t j = 0; j < dense.k; ++j) coefficients[i] += bread[i][j] * crossed[j];
      }
      for (std::size_t o = 0; o < mu.size(); ++o) {
        eta[o] = 0;
        for (std::size_t i = 0; i < dense.k; ++i) eta[o] += dense.x[o][i] * coefficients[i];
        mu[o] = std::exp(eta[o]);
      }
    }
    std::vector<double> residuals(mu.size());
    for (std::size_t o = 0; o < mu.size(); ++o) residuals[o] = kept.outcome[o] - mu[o];
    std::vector<double> errors(2);
    dense.sandwich(bread, residuals, kept.clusters, fit->rank, errors);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_NEAR(fit->coefficients[i], coefficients[i], 1e-6) << seed;
      EXPECT_NEAR(fit->error(i), errors[i], 1e-6) << seed;
    }
  }
}

TEST(LeastSquares, FindAKnownEffectWithinItsInterval) {
  int covered = 0;
  constexpr int kPanels = 120;
  for (int i = 0; i < kPanels; ++i) {
    const auto fit = fit_least_squares(invented(100 + static_cast<std::uint64_t>(i), 40, 4, 8, i % 2 == 0, false));
    ASSERT_TRUE(fit);
    const double t = t_quantile(0.975, static_cast<double>(fit->clusters - 1));
    covered += std::abs(fit->coefficients[0] - 0.7) <= t * fit->error(0) ? 1 : 0;
  }
  EXPECT_GT(covered, kPanels * 88 / 100);
}

TEST(LeastSquares, SayWhichTermTheEffectsExplain) {
  auto panel = invented(1, 5, 4, 6, false, false);
  for (std::size_t i = 0; i < panel.outcome.size(); ++i) panel.regressors[1][i] = static_cast<double>(panel.effects[1][i] % 3);
  const auto fit = fit_least_squares(panel);
  ASSERT_FALSE(fit);
  EXPECT_NE(fit.error().message.find("\"other\""), std::string::npos);
}

TEST(LeastSquares, NestedEffectsAreNotCounted) {
  const auto panel = invented(3, 6, 4, 6, true, false);
  const auto fit = fit_least_squares(panel);
  ASSERT_TRUE(fit);
  // product x destination and product x month are nested in products; destination x month (4 x 6) is not.
  const double n = static_cast<double>(fit->observations);
  EXPECT_NEAR(fit->nested_factor, std::sqrt((n - static_cast<double>(fit->rank)) / (n - (2 + 24))), 1e-12);
}

RC_GTEST_PROP(EffectsRank, OfTwoSetsIsExact, ()) {
  const auto pairs = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<std::pair<unsigned, unsigned>>>(rc::gen::pair(rc::gen::inRange(0U, 6U), rc::gen::inRange(0U, 6U))));
  std::vector<std::uint64_t> a;
  std::vector<std::uint64_t> b;
  for (const auto& [first, second] : pairs) {
    a.push_back(first);
    b.push_back(second);
  }
  Panel panel;
  panel.outcome.resize(a.size());
  panel.effects = {dense_levels(a), dense_levels(b)};
  RC_ASSERT(effects_rank(panel.effects) == Dense(panel).inverse(std::vector<double>(a.size(), 1.0)).second);
}

RC_GTEST_PROP(EffectsRank, OfThreeSetsIsNeverTooSmall, ()) {
  const auto rows = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::tuple<unsigned, unsigned, unsigned>>>(
      rc::gen::tuple(rc::gen::inRange(0U, 4U), rc::gen::inRange(0U, 4U), rc::gen::inRange(0U, 4U))));
  std::vector<std::vector<std::uint64_t>> keys(3);
  for (const auto& [a, b, c] : rows) {
    keys[0].push_back(a);
    keys[1].push_back(b);
    keys[2].push_back(c);
  }
  Panel panel;
  panel.outcome.resize(rows.size());
  for (const auto& set : keys) panel.effects.push_back(dense_levels(set));
  RC_ASSERT(effects_rank(panel.effects) >= Dense(panel).inverse(std::vector<double>(rows.size(), 1.0)).second);
}

}  // namespace
}  // namespace tamga::flows
