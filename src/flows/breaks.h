#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "flows/series.h"
#include "flows/statistics.h"

/// How a series of periods changed at a date: estimates with their uncertainty, or the reason why nothing can be said. docs/flows.md has the
/// formulas. Pure; the same input gives the same numbers. Thread-safe: no state.
namespace tamga::flows {

struct Observation {
  Period period = 0;
  double value = 0;
};

/// Why there is no estimate. The first that holds is given.
enum class Silence : std::uint8_t {
  none,
  short_before,  ///< too few periods before the break
  short_after,   ///< too few periods from the break on
  appeared,      ///< no trade before, trade after: a ratio to nothing is no number
  vanished,      ///< trade before, none after
  empty,         ///< no trade at all
  sparse,        ///< trade in fewer than kTradedLeast periods on one side
  seasons,       ///< too few calendar months that both sides have
  no_fit,        ///< the estimate did not converge
};
[[nodiscard]] std::string_view reason(Silence silence);

/// What a test needs at least. Chosen, not derived: below these the distribution of the statistic is not what the test takes it for.
struct Least {
  int before = 12;
  int after = 6;
  int traded = 3;  ///< periods with trade, on each side
  int freedom = 5;
};
[[nodiscard]] constexpr Least least_of(Frequency frequency) {
  return frequency == Frequency::monthly ? Least{} : Least{.before = 3, .after = 2, .traded = 2, .freedom = 2};
}

/// A change as log of after / before.
struct Change {
  double log_ratio = 0;
  double error = 0;    ///< standard error
  double freedom = 0;  ///< degrees of freedom of Student's t
  double p = 1;        ///< two-sided
  Interval interval;   ///< of the log ratio, 95 %
  [[nodiscard]] double statistic() const { return log_ratio / error; }
};

struct BreakOptions {
  Period at = 0;  ///< the first period after the break; a year that the break falls into is left out
  Frequency frequency = Frequency::monthly;
  bool trend = false;  ///< a steady growth is taken out as well
};

struct SeasonalBreak {
  Silence silence = Silence::none;
  int before = 0;  ///< periods
  int after = 0;
  int traded_before = 0;  ///< periods with trade
  int traded_after = 0;
  double sum_before = 0;
  double sum_after = 0;
  double largest_after = 0;   ///< the largest period after the break
  Change change;              ///< where silence is none, and so are the next three
  double compared_after = 0;  ///< value after the break in the months that both sides have
  double excess = 0;          ///< of it, what months before do not say
  Interval excess_interval;
};

/// Poisson pseudo maximum likelihood (Santos Silva and Tenreyro 2006): E(value) = exp(month of the year + change x after [+ growth x time]). Zeroes
/// stay in, and the variance need not be Poisson's. The standard error is the larger of two: Newey and West's (1987; Bartlett, floor(4 (T/100)^(2/9))
/// lags) with scores divided by one less their leverage (HC3, MacKinnon and White 1985), and the overdispersed Poisson's (Pearson's chi2 / freedom);
/// each alone is too small for some series of this length. REQUIRES: periods ascending, values >= 0.
[[nodiscard]] SeasonalBreak seasonal_break(std::span<const Observation> series, const BreakOptions& options);

/// The change of the mean of a series (of logs) at the break, no seasons: least squares on a constant and `after`, standard error as above with the
/// plain one of least squares. Nothing where it has fewer than Least's periods / 2 on a side.
[[nodiscard]] std::optional<Change> mean_change(std::span<const Observation> series, const BreakOptions& options);

/// The mean of a series as a Change, no break. Nothing below `least` periods.
[[nodiscard]] std::optional<Change> mean_of(std::span<const Observation> series, int least);

}  // namespace tamga::flows
