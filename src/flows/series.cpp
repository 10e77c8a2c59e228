#include "flows/series.h"

#include <fmt/format.h>

#include "flows/varint.h"

namespace tamga::flows {
namespace {

std::unexpected<Error> damaged() { return failure("a series of the flows store is damaged; import its files anew into an empty store"); }

}  // namespace

std::string_view word(Source source) {
  switch (source) {
    case Source::comtrade: return "comtrade";
    case Source::comext: return "comext";
    case Source::declarations: return "declarations";
  }
  return "";
}

std::string_view word(Flow flow) {
  switch (flow) {
    case Flow::imports: return "import";
    case Flow::exports: return "export";
    case Flow::re_imports: return "re-import";
    case Flow::re_exports: return "re-export";
  }
  return "";
}

std::string_view word(Frequency frequency) { return frequency == Frequency::monthly ? "monthly" : "annual"; }

std::string country_text(Country country) { return {static_cast<char>(country >> 8U), static_cast<char>(country & 0xFFU)}; }

Country country_from(std::string_view letters) {
  const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  return letters.size() == 2 && capital(letters[0]) && capital(letters[1]) ? country_of(letters[0], letters[1]) : Country{0};
}

std::string period_text(Period period, Frequency frequency) {
  return frequency == Frequency::annual ? fmt::format("{:04}", period / 12) : fmt::format("{:04}-{:02}", period / 12, period % 12 + 1);
}

Period month_from(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return -1;
  int number = 0;
  for (const std::size_t i : {0U, 1U, 2U, 3U, 5U, 6U}) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  const int month = number % 100;
  return month < 1 || month > 12 ? -1 : number / 100 * 12 + month - 1;
}

std::int64_t sum_of(std::int64_t a, std::int64_t b) {
  if (a == kAbsent || b == kAbsent) return kAbsent;
  return a > kAmountMost - b ? kAmountMost : a + b;
}

std::string pack_columns(std::span<const Point> points) {
  std::string out;
  put(out, points.size());
  Period before = 0;
  for (const auto& point : points) {
    put(out, static_cast<std::uint64_t>(point.period - before));
    before = point.period;
  }
  // Absent is 0, and a number one more than itself.
  for (const auto& point : points) put(out, static_cast<std::uint64_t>(point.value));
  for (const auto& point : points) put(out, static_cast<std::uint64_t>(point.weight + 1));
  for (const auto& point : points) put(out, static_cast<std::uint64_t>(point.quantity + 1));
  return out;
}

std::string pack_origins(std::span<const Point> points) {
  std::string out;
  for (const auto& point : points) {
    put(out, point.origins.size());
    for (const auto origin : point.origins) {
      put(out, origin.file);
      put(out, origin.line);
    }
  }
  return out;
}

Status unpack_columns(std::string_view bytes, Columns& columns) {
  Taker taker(bytes);
  const auto count = taker.take();
  // Each point has four numbers of at least a byte.
  if (!taker.good() || count > taker.left() / 4) return damaged();
  const auto size = static_cast<std::size_t>(count);
  columns.periods.resize(size);
  columns.values.resize(size);
  columns.weights.resize(size);
  columns.quantities.resize(size);
  std::uint64_t period = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const auto step = taker.take();
    if (step > 120'000 || (i > 0 && step == 0)) return damaged();
    period += step;
    if (period > 120'000) return damaged();
    columns.periods[i] = static_cast<Period>(period);
  }
  for (auto& value : columns.values) value = static_cast<std::int64_t>(taker.take());
  for (auto& weight : columns.weights) weight = static_cast<std::int64_t>(taker.take()) - 1;
  for (auto& quantity : columns.quantities) quantity = static_cast<std::int64_t>(taker.take()) - 1;
  if (!taker.good() || taker.left() != 0) return damaged();
  return {};
}

Result<std::vector<Point>> unpack(std::string_view columns, std::string_view origins) {
  Columns read;
  TAMGA_TRY_STATUS(unpack_columns(columns, read));
  Taker taker(origins);
  std::vector<Point> points(read.periods.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = Point{read.periods[i], read.values[i], read.weights[i], read.quantities[i], {}};
    const auto count = taker.take();
    if (!taker.good() || count > taker.left() / 2) return damaged();
    points[i].origins.resize(static_cast<std::size_t>(count));
    for (auto& origin : points[i].origins) {
      origin.file = static_cast<std::uint32_t>(taker.take());
      origin.line = static_cast<std::uint32_t>(taker.take());
    }
  }
  if (!taker.good() || taker.left() != 0) return damaged();
  return points;
}

MergeCounts merge(std::vector<Point>& points, std::vector<Point> incoming, Merge how) {
  MergeCounts counts;
  std::vector<Point> both;
  both.reserve(points.size() + incoming.size());
  auto old = points.begin();
  for (auto& fresh : incoming) {
    while (old != points.end() && old->period < fresh.period) both.push_back(std::move(*old++));
    if (old == points.end() || old->period != fresh.period) {
      ++counts.added;
      both.push_back(std::move(fresh));
      continue;
    }
    if (how == Merge::add) {
      ++counts.revised;
      old->value = sum_of(old->value, fresh.value);
      old->weight = sum_of(old->weight, fresh.weight);
      old->quantity = sum_of(old->quantity, fresh.quantity);
      old->origins.insert(old->origins.end(), fresh.origins.begin(), fresh.origins.end());
      both.push_back(std::move(*old));
    } else if (old->same_numbers(fresh)) {
      ++counts.unchanged;
      both.push_back(std::move(*old));
    } else {
      ++counts.revised;
      both.push_back(std::move(fresh));
    }
    ++old;
  }
  while (old != points.end()) both.push_back(std::move(*old++));
  points = std::move(both);
  return counts;
}

}  // namespace tamga::flows
