#pragma once

#include <cstdint>
#include <string_view>

#include "base/date.h"

/// Days on which authorities and offices work. Pure and computed by rule, so that no year's table can be missing.
namespace tamga::cases {

enum class Calendar : std::uint8_t {
  weekdays,    ///< Monday to Friday: the house's own deadlines
  us_federal,  ///< without the federal holidays of 5 U.S.C. 6103 too, as observed (Saturday's on Friday, Sunday's on Monday; 6103(b), E.O. 11582)
};

/// The name of the federal holiday that is observed on the day; empty on every other. Holidays by proclamation (days of mourning, 24 December of
/// some years) and Inauguration Day, a holiday around Washington only, are not in it: a deadline never comes later for them.
[[nodiscard]] std::string_view us_federal_holiday(Date day);

[[nodiscard]] bool is_business_day(Date day, Calendar calendar);

/// The `count`-th business day after `from`, which itself does not count. count: 0 to 1,000; 0 gives `from`.
[[nodiscard]] Date business_days_after(Date from, int count, Calendar calendar);

/// Business days after `from` up to and with `to`; 0 when `to` is not later.
[[nodiscard]] int business_days_between(Date from, Date to, Calendar calendar);

}  // namespace tamga::cases
