#include "base/date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/ascii.h"

namespace tamga {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<int> number(std::string_view digits) {
  if (digits.empty() || digits.size() > 4 || !std::all_of(digits.begin(), digits.end(), is_digit)) return {};
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

/// "Mar", "March", "Sept."; 0 for any other word, "Marble" included.
unsigned month_of(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                                               "july",    "august",   "september", "october", "november", "december"};
  if (word.ends_with('.')) word.remove_suffix(1);
  if (word.size() < 3) return 0;
  const std::string lower = lower_ascii(word);
  const auto at = std::find_if(kMonths.begin(), kMonths.end(), [&](std::string_view month) { return month.starts_with(lower); });
  return at == kMonths.end() ? 0 : static_cast<unsigned>(at - kMonths.begin()) + 1;
}

std::optional<std::string> partial(int year, unsigned month, unsigned day) {
  if (year < 1000 || year > 2999) return {};
  if (month == 0) return fmt::format("{:04}", year);
  if (month > 12) return {};
  if (day == 0) return fmt::format("{:04}-{:02}", year, month);
  const auto date = Date::from(year, month, day);
  if (!date) return {};
  return date->text();
}

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const auto end = std::min(text.find_first_of(separators, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

}  // namespace

std::optional<Date> Date::from(int year, unsigned month, unsigned day_of_month) {
  const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day_of_month)};
  if (!ymd.ok()) return {};
  return Date{std::chrono::sys_days(ymd)};
}

std::optional<Date> Date::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return {};
  return from(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
}

std::string Date::text() const {
  const std::chrono::year_month_day ymd(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

int Date::year() const { return static_cast<int>(std::chrono::year_month_day(day).year()); }

long days_between(Date from, Date to) { return (to.day - from.day).count(); }

std::optional<std::string> read_partial_date(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
  if (const auto time = text.find('T'); time == 10) text = text.substr(0, 10);
  if (text.size() == 4) {
    const auto year = number(text);
    return year ? partial(*year, 0, 0) : std::nullopt;
  }
  if (const auto iso = split(text, "-"); iso.size() >= 2 && iso[0].size() == 4) {
    const auto year = number(iso[0]);
    const auto month = number(iso[1]);
    const auto day = iso.size() == 3 ? number(iso[2]) : std::optional<int>(0);
    if (!year || !month || !day || iso.size() > 3) return {};
    return partial(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
  }
  if (const auto parts = split(text, "./"); parts.size() == 3) {
    const auto year = number(parts[2]);
    if (!year || parts[2].size() != 4) return {};
    const auto month = parts[1] == "mm" ? std::optional<int>(0) : number(parts[1]);
    const auto day = parts[0] == "dd" ? std::optional<int>(0) : number(parts[0]);
    if (!month || !day) return {};
    return partial(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*month == 0 ? 0 : *day));
  }
  const auto words = split(text, " ");
  if (words.size() == 3) {
    const auto day = number(words[0]);
    const auto year = number(words[2]);
    const auto month = month_of(words[1]);
    if (!day || !year || month == 0) return {};
    return partial(*year, month, static_cast<unsigned>(*day));
  }
  if (words.size() == 2) {
    const auto year = number(words[1]);
    const auto month = month_of(words[0]);
    if (!year || month == 0) return {};
    return partial(*year, month, 0);
  }
  return {};
}

std::optional<Date> date_in_name(std::string_view name) {
  const auto digits_at = [&](std::size_t at, std::size_t count) {
    return at + count <= name.size() &&
           std::all_of(name.begin() + static_cast<std::ptrdiff_t>(at), name.begin() + static_cast<std::ptrdiff_t>(at + count), is_digit);
  };
  const auto plausible = [](int year) { return year >= 1990 && year <= 2100; };
  for (std::size_t at = 0; at < name.size(); ++at) {
    if (at > 0 && is_digit(name[at - 1])) continue;
    if (!digits_at(at, 4)) continue;
    const int year = *number(name.substr(at, 4));
    if (!plausible(year)) continue;
    if (at + 7 <= name.size() && (name[at + 4] == '-' || name[at + 4] == '_') && digits_at(at + 5, 2)) {
      const auto month = static_cast<unsigned>(*number(name.substr(at + 5, 2)));
      if (at + 10 <= name.size() && name[at + 7] == name[at + 4] && digits_at(at + 8, 2)) {
        if (const auto date = Date::from(year, month, static_cast<unsigned>(*number(name.substr(at + 8, 2))))) return date;
      }
      if (const auto date = Date::from(year, month, 1)) return date;
    }
    if (digits_at(at, 8) && (at + 8 == name.size() || !is_digit(name[at + 8]))) {
      const auto date =
          Date::from(year, static_cast<unsigned>(*number(name.substr(at + 4, 2))), static_cast<unsigned>(*number(name.substr(at + 6, 2))));
      if (date) return date;
    }
  }
  return {};
}

std::int64_t unix_now() { return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

std::string utc_now() {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{}T{:02}:{:02}:{:02}Z", Date{day}.text(), time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string http_now() {
  static constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays.at(std::chrono::weekday(day).c_encoding()), unsigned{date.day()},
                     kMonths.at(unsigned{date.month()} - 1), int{date.year()}, time.hours().count(), time.minutes().count(), time.seconds().count());
}

Date utc_today() { return Date{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())}; }

}  // namespace tamga
