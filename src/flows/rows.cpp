#include "flows/rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::flows {
namespace {

constexpr unsigned kCodeBits = 39;
constexpr std::size_t kCodeDigits = 10;

std::uint64_t zigzag(std::int64_t number) { return static_cast<std::uint64_t>(number) << 1U ^ static_cast<std::uint64_t>(number >> 63U); }
std::int64_t unzigzag(std::uint64_t number) { return static_cast<std::int64_t>(number >> 1U) ^ -static_cast<std::int64_t>(number & 1U); }

/// Calls each(first, end) for the rows of each period.
template <typename Each>
void each_period(std::span<const Row> rows, Each each) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin + 1;
    while (end < rows.size() && rows[end].place == rows[begin].place) ++end;
    each(rows.subspan(begin, end - begin));
    begin = end;
  }
}

template <typename Number>
std::int64_t sum(std::span<const Row> rows, Number number) {
  auto total = rows[0].*number;
  for (const auto& row : rows.subspan(1)) total = sum_of(total, row.*number);
  return total;
}

/// The lines of one period, ascending: rows stand in the order of their parts, which may be hashes.
std::vector<std::uint32_t> lines_of(std::span<const Row> rows) {
  std::vector<std::uint32_t> lines;
  lines.reserve(rows.size());
  for (const auto& row : rows) lines.push_back(row.line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace

std::uint32_t currency_number(std::string_view text) {
  if (text.size() != 3) return 0;
  std::uint32_t number = 0;
  for (const char c : text) {
    if (c < 'A' || c > 'Z') return 0;
    number = number << 5U | static_cast<std::uint32_t>(c - 'A' + 1);
  }
  return number;
}

std::uint64_t code_number(std::string_view text) {
  if (text.size() < 2 || text.size() > kCodeDigits) return 0;
  // A 1 before the digits, so that leading noughts stand, and noughts behind them, so that codes compare as texts do.
  std::uint64_t number = 1;
  for (std::size_t i = 0; i < kCodeDigits; ++i) {
    const char c = i < text.size() ? text[i] : '0';
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return number << 4U | text.size();
}

Place place_of(std::uint32_t currency, Frequency frequency, Flow flow, std::uint64_t code, Country partner, Country reporter, Period period) {
  return {(std::uint64_t{currency} << 3U | static_cast<std::uint64_t>(frequency) << 2U | static_cast<std::uint64_t>(flow)) << kCodeBits | code,
          std::uint64_t{partner} << 48U | std::uint64_t{reporter} << 32U | static_cast<std::uint32_t>(period)};
}

SeriesKey series_key(Source source, Place place) {
  SeriesKey key;
  key.source = source;
  const auto code = place.goods & ((std::uint64_t{1} << kCodeBits) - 1);
  const auto rest = place.goods >> kCodeBits;
  for (const unsigned shift : {13U, 8U, 3U}) key.currency.push_back(static_cast<char>('A' - 1 + (rest >> shift & 31U)));
  key.frequency = static_cast<Frequency>(rest >> 2U & 1U);
  key.flow = static_cast<Flow>(rest & 3U);
  key.code = fmt::format("{}", code >> 4U).substr(1, code & 15U);
  key.partner = static_cast<Country>(place.between >> 48U);
  key.reporter = static_cast<Country>(place.between >> 32U & 0xFFFFU);
  return key;
}

void put(std::string& out, const Row& row, const Row& before) {
  const auto goods = row.place.goods - before.place.goods;
  put(out, goods);
  put(out, goods == 0 ? row.place.between - before.place.between : row.place.between);
  put(out, row.part);
  put(out, static_cast<std::uint64_t>(row.value));
  put(out, static_cast<std::uint64_t>(row.weight + 1));
  put(out, static_cast<std::uint64_t>(row.quantity + 1));
  put(out, zigzag(std::int64_t{row.line} - std::int64_t{before.line}));
}

void take(Taker& from, Row& row) {
  const auto goods = from.take();
  const auto between = from.take();
  row.place.goods += goods;
  row.place.between = goods == 0 ? row.place.between + between : between;
  row.part = from.take();
  row.value = static_cast<std::int64_t>(from.take());
  row.weight = static_cast<std::int64_t>(from.take()) - 1;
  row.quantity = static_cast<std::int64_t>(from.take()) - 1;
  row.line = static_cast<std::uint32_t>(std::int64_t{row.line} + unzigzag(from.take()));
}

std::size_t pack_rows(std::span<const Row> rows, std::uint32_t file, std::string& columns, std::string& origins) {
  std::size_t periods = 0;
  each_period(rows, [&](auto) { ++periods; });
  put(columns, periods);
  Period before = 0;
  each_period(rows, [&](auto of) {
    const auto period = period_of(of[0].place);
    put(columns, static_cast<std::uint64_t>(period - before));
    before = period;
    put(origins, of.size());
    if (of.size() == 1) {
      put(origins, file);
      put(origins, of[0].line);
      return;
    }
    for (const auto line : lines_of(of)) {
      put(origins, file);
      put(origins, line);
    }
  });
  each_period(rows, [&](auto of) { put(columns, static_cast<std::uint64_t>(sum(of, &Row::value))); });
  each_period(rows, [&](auto of) { put(columns, static_cast<std::uint64_t>(sum(of, &Row::weight) + 1)); });
  each_period(rows, [&](auto of) { put(columns, static_cast<std::uint64_t>(sum(of, &Row::quantity) + 1)); });
  return periods;
}

std::vector<Point> points_of(std::span<const Row> rows, std::uint32_t file) {
  std::vector<Point> points;
  each_period(rows, [&](auto of) {
    Point point{period_of(of[0].place), sum(of, &Row::value), sum(of, &Row::weight), sum(of, &Row::quantity), {}};
    for (const auto line : lines_of(of)) point.origins.push_back({file, line});
    points.push_back(std::move(point));
  });
  return points;
}

}  // namespace tamga::flows
