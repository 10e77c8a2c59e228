#include "flows/breaks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace tamga::flows {
namespace {

constexpr int kMostSteps = 60;
constexpr int kSeasons = 12;

/// What stands left and right of the break; a year that the break falls into is neither.
enum class Side : std::uint8_t { before, after, neither };
Side side_of(Period period, const BreakOptions& options) {
  if (options.frequency == Frequency::annual && period < options.at && period + 12 > options.at) return Side::neither;
  return period < options.at ? Side::before : Side::after;
}

int lags_of(std::size_t periods) { return static_cast<int>(std::floor(4 * std::pow(static_cast<double>(periods) / 100, 2.0 / 9))); }

/// One observation of a regression on at most two regressors; `score` is what it adds to the score of each.
struct Scored {
  Period period = 0;
  std::array<double, 2> score{};
};

/// The inside of the sandwich: scores of neighbours in time, weighted by Bartlett. Months that are missing in between leave a gap, and are not closed
/// up.
void add_neighbours(const std::vector<Scored>& scores, Frequency frequency, std::size_t regressors, SmallMatrix& meat) {
  const int lags = lags_of(scores.size());
  const Period step = frequency == Frequency::monthly ? 1 : 12;
  for (int lag = 0; lag <= lags; ++lag) {
    const double weight = 1 - static_cast<double>(lag) / (lags + 1);
    std::size_t earlier = 0;
    for (const auto& later : scores) {
      while (earlier < scores.size() && scores[earlier].period < later.period - lag * step) ++earlier;
      if (earlier == scores.size() || scores[earlier].period != later.period - lag * step) continue;
      for (std::size_t i = 0; i < regressors; ++i) {
        for (std::size_t j = 0; j < regressors; ++j) {
          const double cross = later.score[i] * scores[earlier].score[j];
          const double back = lag == 0 ? 0 : scores[earlier].score[i] * later.score[j];
          meat.at(i, j) += weight * (cross + back);
        }
      }
    }
  }
}

void conclude(Change& change) {
  const double t = t_quantile(0.975, change.freedom);
  change.p = t_two_sided(change.statistic(), change.freedom);
  change.interval = {change.log_ratio - t * change.error, change.log_ratio + t * change.error};
}

/// The model of seasonal_break(), with the effects of the months solved for: at given coefficients b, the effect of month m is what makes the fitted
/// values of the month add up to the observed, so exp(month m) = sum of values / sum of exp(z b), and Newton's method is left with one or two
/// unknowns.
class Poisson {
 public:
  Poisson(std::vector<Observation> used, const BreakOptions& options)
      : used_(std::move(used)), options_(options), regressors_(options.trend ? 2 : 1) {
    for (const auto& one : used_) {
      seasons_.push_back(options.frequency == Frequency::monthly ? one.period % kSeasons : 0);
      after_.push_back(side_of(one.period, options) == Side::after ? 1.0 : 0.0);
      // Years from the break on, so that both regressors are of one size.
      times_.push_back(static_cast<double>(one.period - options.at) / kSeasons);
      totals_[static_cast<std::size_t>(seasons_.back())] += one.value;
    }
    fitted_.resize(used_.size());
    odds_.resize(used_.size());
  }

  /// False where it does not converge.
  bool fit() {
    double likelihood = evaluate(coefficients_);
    for (int step = 0; step < kMostSteps; ++step) {
      SmallMatrix information(regressors_);
      std::array<double, 2> score{};
      derive(score, information);
      SmallMatrix inverse(regressors_);
      std::size_t collinear = 0;
      if (!invert(information, inverse, collinear)) return false;
      std::array<double, 2> move{};
      double largest = 0;
      for (std::size_t i = 0; i < regressors_; ++i) {
        for (std::size_t j = 0; j < regressors_; ++j) move[i] += inverse.at(i, j) * score[j];
        largest = std::max(largest, std::abs(move[i]));
      }
      if (!std::isfinite(largest)) return false;
      if (largest < 1e-11) return true;
      // The likelihood is concave, so a step that makes it worse was only too long.
      double share = std::min(1.0, 3 / largest);
      for (int halving = 0;; ++halving) {
        auto next = coefficients_;
        for (std::size_t i = 0; i < regressors_; ++i) next[i] += share * move[i];
        const double reached = evaluate(next);
        if (reached >= likelihood - 1e-12 * std::abs(likelihood)) {
          coefficients_ = next;
          likelihood = reached;
          break;
        }
        if (halving == 40) return largest < 1e-7;
        share /= 2;
      }
    }
    return false;
  }

  bool conclude_into(Change& change) {
    evaluate(coefficients_);
    SmallMatrix information(regressors_);
    std::array<double, 2> score{};
    derive(score, information);
    SmallMatrix bread(regressors_);
    std::size_t collinear = 0;
    if (!invert(information, bread, collinear)) return false;
    int months = 0;
    for (const double total : totals_) months += total > 0 ? 1 : 0;
    const double freedom = static_cast<double>(used_.size()) - months - static_cast<double>(regressors_);
    if (freedom < 1) return false;
    double pearson = 0;
    for (std::size_t t = 0; t < used_.size(); ++t) {
      const double left = used_[t].value - fitted_[t];
      pearson += left * left / fitted_[t];
    }
    const double overdispersed = bread.at(0, 0) * pearson / freedom;
    // An observation pulls the fit towards itself, the more the fewer share its month; divided by what is left, its score is that of the others' fit.
    for (std::size_t t = 0; t < used_.size(); ++t) {
      double leverage = 1 / month_sums_[static_cast<std::size_t>(seasons_[t])];
      for (std::size_t i = 0; i < regressors_; ++i) {
        for (std::size_t j = 0; j < regressors_; ++j) leverage += apart_[t][i] * bread.at(i, j) * apart_[t][j];
      }
      const double left = std::max(1 - fitted_[t] * leverage, 1e-6);
      for (auto& part : scores_[t].score) part /= left;
    }
    SmallMatrix meat(regressors_);
    add_neighbours(scores_, options_.frequency, regressors_, meat);
    const double neighbours = product(product(bread, meat), bread).at(0, 0);
    change.log_ratio = coefficients_[0];
    change.error = std::sqrt(std::max(overdispersed, neighbours));
    change.freedom = freedom;
    if (!(change.error > 0)) change.error = 1e-12;  // a series that its months tell exactly
    conclude(change);
    return true;
  }

 private:
  /// Fitted values at these coefficients; the logarithm of the likelihood, months solved for.
  double evaluate(const std::array<double, 2>& at) {
    std::array<double, kSeasons> sums{};
    for (std::size_t t = 0; t < used_.size(); ++t) {
      double exponent = at[0] * after_[t];
      if (regressors_ == 2) exponent += at[1] * times_[t];
      odds_[t] = std::exp(exponent);
      sums[static_cast<std::size_t>(seasons_[t])] += odds_[t];
    }
    double likelihood = 0;
    for (std::size_t t = 0; t < used_.size(); ++t) {
      const auto season = static_cast<std::size_t>(seasons_[t]);
      fitted_[t] = totals_[season] * odds_[t] / sums[season];
      if (used_[t].value > 0) likelihood += used_[t].value * std::log(fitted_[t]);
    }
    return likelihood;
  }

  void derive(std::array<double, 2>& score, SmallMatrix& information) {
    std::array<std::array<double, kSeasons>, 2> means{};
    std::array<double, kSeasons> sums{};
    for (std::size_t t = 0; t < used_.size(); ++t) {
      const auto season = static_cast<std::size_t>(seasons_[t]);
      sums[season] += fitted_[t];
      means[0][season] += fitted_[t] * after_[t];
      means[1][season] += fitted_[t] * times_[t];
    }
    month_sums_ = sums;
    apart_.resize(used_.size());
    scores_.resize(used_.size());
    for (std::size_t t = 0; t < used_.size(); ++t) {
      const auto season = static_cast<std::size_t>(seasons_[t]);
      const std::array<double, 2> apart{after_[t] - means[0][season] / sums[season], times_[t] - means[1][season] / sums[season]};
      apart_[t] = apart;
      scores_[t] = {used_[t].period, {}};
      for (std::size_t i = 0; i < regressors_; ++i) {
        scores_[t].score[i] = (used_[t].value - fitted_[t]) * apart[i];
        score[i] += scores_[t].score[i];
        for (std::size_t j = 0; j < regressors_; ++j) information.at(i, j) += fitted_[t] * apart[i] * apart[j];
      }
    }
  }

  std::vector<Observation> used_;
  BreakOptions options_;
  std::size_t regressors_;
  std::vector<int> seasons_;
  std::vector<double> after_, times_, fitted_, odds_;
  std::array<double, kSeasons> totals_{};
  std::array<double, kSeasons> month_sums_{};
  std::vector<std::array<double, 2>> apart_;  ///< regressors less their mean of the month
  std::vector<Scored> scores_;
  std::array<double, 2> coefficients_{};
};

/// The observations that tell something of the change: those of months with trade, and unless there is a trend of months that both sides have.
std::vector<Observation> telling(std::span<const Observation> series, const BreakOptions& options) {
  std::array<int, kSeasons> before{};
  std::array<int, kSeasons> after{};
  std::array<double, kSeasons> totals{};
  const auto season = [&](const Observation& one) {
    return static_cast<std::size_t>(options.frequency == Frequency::monthly ? one.period % kSeasons : 0);
  };
  for (const auto& one : series) {
    const auto side = side_of(one.period, options);
    if (side == Side::neither) continue;
    ++(side == Side::before ? before : after)[season(one)];
    totals[season(one)] += one.value;
  }
  std::vector<Observation> kept;
  for (const auto& one : series) {
    if (side_of(one.period, options) == Side::neither || !(totals[season(one)] > 0)) continue;
    if (!options.trend && (before[season(one)] == 0 || after[season(one)] == 0)) continue;
    kept.push_back(one);
  }
  return kept;
}

Silence why_silent(const SeasonalBreak& found, const Least& least) {
  if (found.before < least.before) return Silence::short_before;
  if (found.after < least.after) return Silence::short_after;
  if (found.traded_before == 0) return found.traded_after == 0 ? Silence::empty : Silence::appeared;
  if (found.traded_after == 0) return Silence::vanished;
  if (found.traded_before < least.traded || found.traded_after < least.traded) return Silence::sparse;
  return Silence::none;
}

/// Least squares on a constant and, with `after`, on that: the last coefficient and its standard error.
Change least_squares(std::span<const Observation> series, const BreakOptions& options, bool with_after) {
  const std::size_t regressors = with_after ? 2 : 1;
  SmallMatrix squares(regressors);
  std::array<double, 2> crossed{};
  const auto row = [&](const Observation& one) {
    return std::array<double, 2>{1, with_after && side_of(one.period, options) == Side::after ? 1.0 : 0.0};
  };
  for (const auto& one : series) {
    const auto x = row(one);
    for (std::size_t i = 0; i < regressors; ++i) {
      crossed[i] += x[i] * one.value;
      for (std::size_t j = 0; j < regressors; ++j) squares.at(i, j) += x[i] * x[j];
    }
  }
  SmallMatrix bread(regressors);
  std::size_t collinear = 0;
  TAMGA_CHECK(invert(squares, bread, collinear));
  std::array<double, 2> coefficients{};
  for (std::size_t i = 0; i < regressors; ++i) {
    for (std::size_t j = 0; j < regressors; ++j) coefficients[i] += bread.at(i, j) * crossed[j];
  }
  std::vector<Scored> scores;
  double left_squares = 0;
  for (const auto& one : series) {
    const auto x = row(one);
    double left = one.value;
    for (std::size_t i = 0; i < regressors; ++i) left -= coefficients[i] * x[i];
    left_squares += left * left;
    double leverage = 0;
    for (std::size_t i = 0; i < regressors; ++i) {
      for (std::size_t j = 0; j < regressors; ++j) leverage += x[i] * bread.at(i, j) * x[j];
    }
    left /= std::max(1 - leverage, 1e-6);
    scores.push_back({one.period, {x[0] * left, x[1] * left}});
  }
  const std::size_t last = regressors - 1;
  Change change;
  change.freedom = static_cast<double>(series.size() - regressors);
  SmallMatrix meat(regressors);
  add_neighbours(scores, options.frequency, regressors, meat);
  const double neighbours = product(product(bread, meat), bread).at(last, last);
  const double plain = bread.at(last, last) * left_squares / change.freedom;
  change.log_ratio = coefficients[last];
  change.error = std::max(std::sqrt(std::max(neighbours, plain)), 1e-12);
  conclude(change);
  return change;
}

}  // namespace

std::string_view reason(Silence silence) {
  switch (silence) {
    case Silence::none: return "";
    case Silence::short_before: return "too few periods before the break";
    case Silence::short_after: return "too few periods after the break";
    case Silence::appeared: return "no trade before the break, so there is nothing to compare with";
    case Silence::vanished: return "no trade after the break";
    case Silence::empty: return "no trade";
    case Silence::sparse: return "trade in too few periods";
    case Silence::seasons: return "too few calendar months that stand on both sides of the break";
    case Silence::no_fit: return "the estimate does not converge";
  }
  return "";
}

SeasonalBreak seasonal_break(std::span<const Observation> series, const BreakOptions& options) {
  SeasonalBreak found;
  for (const auto& one : series) {
    const auto side = side_of(one.period, options);
    if (side == Side::neither) continue;
    const int traded = one.value > 0 ? 1 : 0;
    if (side == Side::before) {
      ++found.before;
      found.traded_before += traded;
      found.sum_before += one.value;
    } else {
      ++found.after;
      found.traded_after += traded;
      found.sum_after += one.value;
      found.largest_after = std::max(found.largest_after, one.value);
    }
  }
  const auto least = least_of(options.frequency);
  found.silence = why_silent(found, least);
  if (found.silence != Silence::none) return found;
  auto used = telling(series, options);
  double before = 0;
  double after = 0;
  int months_after = 0;
  for (const auto& one : used) {
    const bool later = side_of(one.period, options) == Side::after;
    (later ? after : before) += one.value;
    months_after += later ? 1 : 0;
  }
  if (months_after < least.after || !(before > 0) || !(after > 0)) {
    found.silence = Silence::seasons;
    return found;
  }
  Poisson model(std::move(used), options);
  if (!model.fit() || !model.conclude_into(found.change) || found.change.freedom < least.freedom) {
    found.silence = Silence::no_fit;
    return found;
  }
  // The fitted values after the break add up to the observed, so that without the change they would be exp(-change) of it.
  found.compared_after = after;
  const auto beyond = [&](double log_ratio) { return after * (1 - std::exp(-log_ratio)); };
  found.excess = beyond(found.change.log_ratio);
  found.excess_interval = {beyond(found.change.interval.low), beyond(found.change.interval.high)};
  return found;
}

std::optional<Change> mean_change(std::span<const Observation> series, const BreakOptions& options) {
  std::vector<Observation> used;
  int before = 0;
  int after = 0;
  for (const auto& one : series) {
    const auto side = side_of(one.period, options);
    if (side == Side::neither) continue;
    ++(side == Side::before ? before : after);
    used.push_back(one);
  }
  const auto least = least_of(options.frequency);
  if (before < std::max(2, least.before / 2) || after < std::max(2, least.after / 2)) return std::nullopt;
  return least_squares(used, options, true);
}

std::optional<Change> mean_of(std::span<const Observation> series, int least) {
  if (static_cast<int>(series.size()) < std::max(least, 2)) return std::nullopt;
  return least_squares(series, {}, false);
}

}  // namespace tamga::flows
