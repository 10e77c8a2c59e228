#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Trade statistics as series: what one country reported of trade with another in one goods code, period by period. Pure data and its packed form
/// (docs/flows.md has the bytes). Values are whole numbers, so that sums do not depend on their order.
namespace tamga::flows {

enum class Source : std::uint8_t { comtrade, comext, declarations };
enum class Flow : std::uint8_t { imports, exports, re_imports, re_exports };
enum class Frequency : std::uint8_t { monthly, annual };

[[nodiscard]] std::string_view word(Source source);
[[nodiscard]] std::string_view word(Flow flow);
[[nodiscard]] std::string_view word(Frequency frequency);

/// Two letters: ISO 3166-1, "XK" for Kosovo, "EU" for the Union as one reporter.
using Country = std::uint16_t;
[[nodiscard]] constexpr Country country_of(char first, char second) {
  return static_cast<Country>(static_cast<unsigned char>(first) << 8U | static_cast<unsigned char>(second));
}
[[nodiscard]] std::string country_text(Country country);
/// Of two capital letters, or 0.
[[nodiscard]] Country country_from(std::string_view letters);
inline constexpr Country kUnion = country_of('E', 'U');

/// Months since the year 0: 2022-03 is 2022 * 12 + 2. A year is its January.
using Period = std::int32_t;
[[nodiscard]] std::string period_text(Period period, Frequency frequency);
/// "2022-03"; nothing else. -1 where it is not that.
[[nodiscard]] Period month_from(std::string_view text);

/// The order is that of the store.
struct SeriesKey {
  Source source = Source::comtrade;
  std::string currency;  ///< ISO 4217
  Frequency frequency = Frequency::monthly;
  Flow flow = Flow::imports;
  std::string code;  ///< 2 to 10 digits
  Country partner = 0;
  Country reporter = 0;
  auto operator<=>(const SeriesKey&) const = default;
};

inline constexpr std::int64_t kAbsent = -1;
/// Sums stop here, far above the trade of the world, so that rubbish in a file cannot overflow them.
inline constexpr std::int64_t kAmountMost = 4'000'000'000'000'000'000;
/// Absent where one of the two is. Neither may be beyond kAmountMost.
[[nodiscard]] std::int64_t sum_of(std::int64_t a, std::int64_t b);

/// The line of an imported file that a value comes from.
struct Origin {
  std::uint32_t file = 0;  ///< number of the file in the store
  std::uint32_t line = 0;  ///< 1-based
  auto operator<=>(const Origin&) const = default;
};

struct Point {
  Period period = 0;
  std::int64_t value = 0;           ///< hundredths of the currency
  std::int64_t weight = kAbsent;    ///< grams
  std::int64_t quantity = kAbsent;  ///< thousandths of the unit that the source counts in
  std::vector<Origin> origins;      ///< one a line; several for declarations
  bool same_numbers(const Point& other) const { return value == other.value && weight == other.weight && quantity == other.quantity; }
};

/// What a scan reads: one array a column, equally long, periods ascending.
struct Columns {
  std::vector<Period> periods;
  std::vector<std::int64_t> values;
  std::vector<std::int64_t> weights;
  std::vector<std::int64_t> quantities;
};

/// The packed form of the points (periods ascending), and of their origins. Numbers are LEB128, so small ones take few bytes.
[[nodiscard]] std::string pack_columns(std::span<const Point> points);
[[nodiscard]] std::string pack_origins(std::span<const Point> points);
/// Replaces what is in `columns`. An error for bytes that pack_columns() cannot have made.
Status unpack_columns(std::string_view bytes, Columns& columns);
/// Both together.
Result<std::vector<Point>> unpack(std::string_view columns, std::string_view origins);

enum class Merge : std::uint8_t {
  replace,  ///< statistics: a later edition of a month is its revision
  add,      ///< declarations: every line is trade of its own
};
struct MergeCounts {
  std::int64_t added = 0;
  std::int64_t revised = 0;
  std::int64_t unchanged = 0;
};
/// Brings `incoming` (periods ascending, each once) into `points`. The counts are of periods.
MergeCounts merge(std::vector<Point>& points, std::vector<Point> incoming, Merge how);

}  // namespace tamga::flows
