#include "assure/rate.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/result.h"

namespace tamga::assure {
namespace {

/// The whole part of a square root, by Newton's steps from above.
std::int64_t square_root(std::int64_t number) {
  if (number < 2) return number;
  std::int64_t root = number;
  for (std::int64_t next = (root + 1) / 2; next < root; next = (root + number / root) / 2) root = next;
  return root;
}

}  // namespace

std::int64_t share(Rate rate) {
  TAMGA_CHECK(rate.found >= 0 && rate.found <= rate.of && rate.of <= kRateMax);
  if (rate.of == 0) return 0;
  const std::int64_t rounded = (rate.found * 20'000 + rate.of) / (2 * rate.of);
  if (rate.found == rate.of) return 10'000;
  if (rate.found == 0) return 0;
  return std::clamp<std::int64_t>(rounded, 1, 9'999);
}

Interval wilson(Rate rate) {
  TAMGA_CHECK(rate.found >= 0 && rate.found <= rate.of && rate.of <= kRateMax);
  if (rate.of == 0) return {};
  // (2k + z² ± z √(z² + 4k(n − k)/n)) / 2(n + z²), with z² = 3.8416 in ten-thousandths. Largest numbers: 4·10⁴·k(n − k) ≤ 10¹⁸ for n ≤ 10⁷.
  constexpr std::int64_t kZ2 = 38'416;
  const std::int64_t n = rate.of;
  const std::int64_t k = rate.found;
  const std::int64_t radicand = kZ2 + 40'000 * k * (n - k) / n;  // in 1/10⁴
  const std::int64_t root = square_root(radicand * 1'000'000);   // in 1/10⁵
  const std::int64_t half = 196 * root / 1000;                   // z √…, in 1/10⁴
  const std::int64_t middle = 20'000 * k + kZ2;                  // in 1/10⁴
  const std::int64_t divisor = 2 * (10'000 * n + kZ2);           // in 1/10⁴
  const auto share_of = [&](std::int64_t part, std::int64_t round_up) { return (part * 10'000 + round_up * (divisor - 1)) / divisor; };
  Interval interval{share_of(std::max<std::int64_t>(middle - half - 1, 0), 0), std::min<std::int64_t>(share_of(middle + half + 1, 1), 10'000)};
  if (k == 0) interval.low = 0;
  if (k == n) interval.high = 10'000;
  return interval;
}

std::string percent(std::int64_t ten_thousandths) {
  std::int64_t tenths = (ten_thousandths + 5) / 10;
  if (ten_thousandths < 10'000) tenths = std::min<std::int64_t>(tenths, 999);
  if (ten_thousandths > 0) tenths = std::max<std::int64_t>(tenths, 1);
  return fmt::format("{}.{} %", tenths / 10, tenths % 10);
}

std::string fraction(std::int64_t ten_thousandths) {
  if (ten_thousandths % 10'000 == 0) return fmt::format("{}", ten_thousandths / 10'000);
  std::string text = fmt::format("{}.{:04}", ten_thousandths / 10'000, ten_thousandths % 10'000);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string per_thousand(std::int64_t ten_thousandths) { return fmt::format("{}.{}", ten_thousandths / 10, ten_thousandths % 10); }

std::string grouped(std::int64_t number) {
  std::string text = fmt::format("{}", number < 0 ? -number : number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return number < 0 ? "-" + text : text;
}

}  // namespace tamga::assure
