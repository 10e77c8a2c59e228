#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flows/series.h"
#include "flows/varint.h"

/// The usable rows of a file as plain numbers, since files have hundreds of millions of them.
namespace tamga::flows {

/// Series and period, packed so that comparing two is comparing numbers. The order is that of SeriesKey (without its source), then by period.
struct Place {
  std::uint64_t goods = 0;    ///< currency (15 bits), frequency (1), flow (2), code (39)
  std::uint64_t between = 0;  ///< partner (16), reporter (16), period (32)
  auto operator<=>(const Place&) const = default;
};
/// Three capital letters as a number above 0; 0 for another text.
[[nodiscard]] std::uint32_t currency_number(std::string_view text);
/// A goods code of 2 to 10 digits as a number above 0, in the order of the texts: "8542" comes before "854231", and that before "8543". 0 for another
/// text.
[[nodiscard]] std::uint64_t code_number(std::string_view text);
[[nodiscard]] Place place_of(std::uint32_t currency, Frequency frequency, Flow flow, std::uint64_t code, Country partner, Country reporter,
                             Period period);
[[nodiscard]] SeriesKey series_key(Source source, Place place);
[[nodiscard]] inline Period period_of(Place place) { return static_cast<Period>(place.between & 0xFFFF'FFFFU); }
[[nodiscard]] inline bool same_series(Place a, Place b) { return a.goods == b.goods && a.between >> 32U == b.between >> 32U; }

struct Row {
  Place place;
  std::uint64_t part = 0;  ///< what tells rows of one series and period apart: declaration and item, statistical procedure. 0: nothing
  std::int64_t value = 0;
  std::int64_t weight = kAbsent;
  std::int64_t quantity = kAbsent;
  std::uint32_t line = 0;

  [[nodiscard]] bool same_place(const Row& other) const { return place == other.place && part == other.part; }
  [[nodiscard]] bool same_numbers(const Row& other) const { return value == other.value && weight == other.weight && quantity == other.quantity; }
  /// The order of the store; of two rows of one place the one that stands first in the file.
  friend bool operator<(const Row& a, const Row& b) {
    if (a.place != b.place) return a.place < b.place;
    return a.part != b.part ? a.part < b.part : a.line < b.line;
  }
};
static_assert(sizeof(Row) == 56);

/// A row as bytes, after another one that is not larger: some 15 of them.
void put(std::string& out, const Row& row, const Row& before);
void take(Taker& from, Row& row);  ///< `row` holds the one before

/// The rows of one series, sorted, as pack_columns() and pack_origins() would pack their points. Appends; gives how many periods.
std::size_t pack_rows(std::span<const Row> rows, std::uint32_t file, std::string& columns, std::string& origins);
[[nodiscard]] std::vector<Point> points_of(std::span<const Row> rows, std::uint32_t file);

}  // namespace tamga::flows
