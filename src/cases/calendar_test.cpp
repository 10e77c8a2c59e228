#include "cases/calendar.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace tamga::cases {
namespace {

Date day(const char* text) { return Date::parse(text).value(); }

std::vector<std::string> holidays(int year) {
  std::vector<std::string> days;
  for (Date at = Date::from(year, 1, 1).value(); at.year() == year; at.day += std::chrono::days(1)) {
    if (!us_federal_holiday(at).empty()) days.push_back(at.text().substr(5));
  }
  return days;
}

// As the Office of Personnel Management publishes them: the days on which they are observed.
TEST(Calendar, FederalHolidaysAreThoseOfTheOfficeOfPersonnelManagement) {
  EXPECT_EQ(holidays(2026),
            (std::vector<std::string>{"01-01", "01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26", "12-25"}));
  // New Year's Day of 2028 is a Saturday, and is observed on the last day of 2027.
  EXPECT_EQ(holidays(2027),
            (std::vector<std::string>{"01-01", "01-18", "02-15", "05-31", "06-18", "07-05", "09-06", "10-11", "11-11", "11-25", "12-24", "12-31"}));
  EXPECT_EQ(us_federal_holiday(day("2020-06-19")), "");
  EXPECT_EQ(us_federal_holiday(day("2026-07-03")), "Independence Day");
}

TEST(Calendar, TenBusinessDays) {
  // A Monday before Thanksgiving: 24, 25, 27, 30 November, 1 to 4, 7, 8 December.
  EXPECT_EQ(business_days_after(day("2026-11-23"), 10, Calendar::us_federal).text(), "2026-12-08");
  EXPECT_EQ(business_days_after(day("2026-11-23"), 10, Calendar::weekdays).text(), "2026-12-07");
  // What is blocked on a Saturday counts from the Monday.
  EXPECT_EQ(business_days_after(day("2026-08-01"), 1, Calendar::us_federal).text(), "2026-08-03");
  EXPECT_EQ(business_days_after(day("2026-08-01"), 0, Calendar::us_federal).text(), "2026-08-01");
}

RC_GTEST_PROP(Calendar, CountsBackToWhatWasAdded, ()) {
  const Date from{std::chrono::sys_days(std::chrono::days(*rc::gen::inRange(15000, 30000)))};
  const int count = *rc::gen::inRange(0, 60);
  const auto calendar = *rc::gen::element(Calendar::weekdays, Calendar::us_federal);
  const Date to = business_days_after(from, count, calendar);
  RC_ASSERT(business_days_between(from, to, calendar) == count);
  if (count > 0) RC_ASSERT(is_business_day(to, calendar));
  // A deadline is never earlier for a calendar with more holidays.
  RC_ASSERT(business_days_after(from, count, Calendar::weekdays) <= business_days_after(from, count, Calendar::us_federal));
}

}  // namespace
}  // namespace tamga::cases
