#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace tamga {

/// A calendar day of the proleptic Gregorian calendar; no time zone, since lists and laws are dated by day.
struct Date {
  std::chrono::sys_days day{};

  static std::optional<Date> from(int year, unsigned month, unsigned day_of_month);
  /// "YYYY-MM-DD" exactly, or nothing.
  static std::optional<Date> parse(std::string_view text);

  [[nodiscard]] std::string text() const;  ///< "YYYY-MM-DD"
  [[nodiscard]] int year() const;
  auto operator<=>(const Date&) const = default;
};

/// Whole days from `from` to `to`; negative when `to` is earlier.
[[nodiscard]] long days_between(Date from, Date to);

/// A date as people and lists write them: full, or only a year or a year and month. `text` is ISO 8601 at that
/// precision ("1961", "1961-06", "1961-06-01"), as in FollowTheMoney.
/// Reads "1 Jun 1961", "01 Jun 1961", "Jun 1961", "1961", "1.6.1961", "01/06/1961" (day first), "dd/mm/1957",
/// "1961-06-01", "1961-06-01T00:00:00Z". Nothing for any other text.
[[nodiscard]] std::optional<std::string> read_partial_date(std::string_view text);

/// The first "YYYY-MM-DD" in a file name, or "YYYY-MM", or "YYYYMMDD". A month without a day counts as its
/// first day: a list must never look fresher than it is.
[[nodiscard]] std::optional<Date> date_in_name(std::string_view name);

/// Now, in UTC, as "YYYY-MM-DDTHH:MM:SSZ". The only clock of Tamga; the engine itself never asks it.
[[nodiscard]] std::string utc_now();
/// The same as seconds since 1970.
[[nodiscard]] std::int64_t unix_now();
[[nodiscard]] Date utc_today();
/// Now as HTTP writes it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
[[nodiscard]] std::string http_now();

}  // namespace tamga
