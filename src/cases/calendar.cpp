#include "cases/calendar.h"

#include <array>

namespace tamga::cases {
namespace {

using std::chrono::days;

struct Holiday {
  std::string_view name;
  unsigned month = 0;
  unsigned day = 0;      ///< of the month; 0: a weekday of the month, below
  unsigned weekday = 0;  ///< 1 Monday, 4 Thursday
  unsigned nth = 0;      ///< 0: the last
  int since = 0;         ///< the first year
};

/// 5 U.S.C. 6103(a), with Juneteenth as of Public Law 117-17 of 17 June 2021.
constexpr std::array<Holiday, 11> kHolidays = {{
    {"New Year's Day", 1, 1, 0, 0, 0},
    {"Birthday of Martin Luther King, Jr.", 1, 0, 1, 3, 1986},
    {"Washington's Birthday", 2, 0, 1, 3, 0},
    {"Memorial Day", 5, 0, 1, 0, 0},
    {"Juneteenth National Independence Day", 6, 19, 0, 0, 2021},
    {"Independence Day", 7, 4, 0, 0, 0},
    {"Labor Day", 9, 0, 1, 1, 0},
    {"Columbus Day", 10, 0, 1, 2, 0},
    {"Veterans Day", 11, 11, 0, 0, 0},
    {"Thanksgiving Day", 11, 0, 4, 4, 0},
    {"Christmas Day", 12, 25, 0, 0, 0},
}};

unsigned weekday(std::chrono::sys_days day) { return std::chrono::weekday(day).iso_encoding(); }

std::chrono::sys_days observed(const Holiday& holiday, int year) {
  const std::chrono::year in(year);
  const std::chrono::month month(holiday.month);
  if (holiday.day == 0) {
    const std::chrono::weekday wanted(holiday.weekday);
    return holiday.nth == 0 ? std::chrono::sys_days(in / month / wanted[std::chrono::last]) : std::chrono::sys_days(in / month / wanted[holiday.nth]);
  }
  const std::chrono::sys_days day = in / month / std::chrono::day(holiday.day);
  if (weekday(day) == 6) return day - days(1);
  return weekday(day) == 7 ? day + days(1) : day;
}

}  // namespace

std::string_view us_federal_holiday(Date day) {
  for (const auto& holiday : kHolidays) {
    // New Year's Day of the next year may be observed on the last day of this one.
    for (const int year : {day.year(), day.year() + 1}) {
      if (year >= holiday.since && observed(holiday, year) == day.day) return holiday.name;
    }
  }
  return {};
}

bool is_business_day(Date day, Calendar calendar) {
  if (weekday(day.day) >= 6) return false;
  return calendar == Calendar::weekdays || us_federal_holiday(day).empty();
}

Date business_days_after(Date from, int count, Calendar calendar) {
  TAMGA_CHECK(count >= 0 && count <= 1000);
  for (; count > 0; --count) {
    do from.day += days(1);
    while (!is_business_day(from, calendar));
  }
  return from;
}

int business_days_between(Date from, Date to, Calendar calendar) {
  int count = 0;
  while (from < to) {
    from.day += days(1);
    if (is_business_day(from, calendar)) ++count;
  }
  return count;
}

}  // namespace tamga::cases
