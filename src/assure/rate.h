#pragma once

#include <cstdint>
#include <string>

/// Counted shares with their uncertainty, in whole numbers.
namespace tamga::assure {

/// Cases that a Rate may count; more would not fit its arithmetic.
inline constexpr std::int64_t kRateMax = 10'000'000;

/// `found` of `of`. Shares are in 1/10,000.
struct Rate {
  std::int64_t found = 0;
  std::int64_t of = 0;
  void count(bool yes) {
    ++of;
    if (yes) ++found;
  }
  bool operator==(const Rate&) const = default;
};

/// Rounded to the nearest; 0 of nothing. Never 10,000 unless all are found, never 0 unless none is: 99.999 % is not all.
[[nodiscard]] std::int64_t share(Rate rate);

/// The score interval of Wilson (1927) with z = 1.96, rounded outwards to 1/10,000; of nothing all that is possible. Unlike the interval that
/// textbooks give first it stays inside of 0 to 1, and does not shrink to a point when all are found.
struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 10'000;
  bool operator==(const Interval&) const = default;
};
[[nodiscard]] Interval wilson(Rate rate);

/// "97.4 %" (100.0 only for all, 0.0 only for none), "0.9735", and of a thousand "12.4".
[[nodiscard]] std::string percent(std::int64_t ten_thousandths);
[[nodiscard]] std::string fraction(std::int64_t ten_thousandths);
[[nodiscard]] std::string per_thousand(std::int64_t ten_thousandths);
/// "12,345".
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace tamga::assure
