#include "base/decimal.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga {
namespace {

__extension__ using Wide = __int128;

Wide power_of_ten(int exponent) {
  Wide value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

std::strong_ordering order(Wide a, Wide b) {
  if (a < b) return std::strong_ordering::less;
  return a > b ? std::strong_ordering::greater : std::strong_ordering::equal;
}

constexpr int kDigitsMax = 18;
constexpr int kScaleMax = 9;

}  // namespace

std::optional<Decimal> Decimal::parse(std::string_view text) {
  Decimal value;
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  bool point = false;
  bool digit = false;
  int digits = 0;
  for (const char c : text) {
    if (c == '.') {
      if (point || !digit) return {};
      point = true;
      continue;
    }
    if (c < '0' || c > '9') return {};
    digit = true;
    if (value.coefficient != 0 || c != '0') ++digits;
    if (digits > kDigitsMax || (point && value.scale == kScaleMax)) return {};
    value.coefficient = value.coefficient * 10 + (c - '0');
    if (point) ++value.scale;
  }
  if (!digit || text.back() == '.') return {};
  while (value.scale > 0 && value.coefficient % 10 == 0) {
    value.coefficient /= 10;
    --value.scale;
  }
  if (negative) value.coefficient = -value.coefficient;
  return value;
}

std::string Decimal::text() const {
  const bool negative = coefficient < 0;
  std::string digits = fmt::format("{}", negative ? -coefficient : coefficient);
  if (scale > 0) {
    if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
    digits.insert(digits.size() - scale, ".");
  }
  return negative ? "-" + digits : digits;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  const int common = std::max(scale, other.scale);
  return order(coefficient * power_of_ten(common - scale), other.coefficient * power_of_ten(common - other.scale));
}

std::optional<Decimal> add(Decimal a, Decimal b) {
  const int common = std::max(a.scale, b.scale);
  const Wide sum = a.coefficient * power_of_ten(common - a.scale) + b.coefficient * power_of_ten(common - b.scale);
  if (sum >= power_of_ten(kDigitsMax) || sum <= -power_of_ten(kDigitsMax)) return {};
  return Decimal{static_cast<std::int64_t>(sum), static_cast<std::uint8_t>(common)};
}

std::optional<Decimal> multiply(Decimal a, Decimal b) {
  Wide product = static_cast<Wide>(a.coefficient) * b.coefficient;
  int scale = a.scale + b.scale;
  while (scale > 0 && product % 10 == 0) {
    product /= 10;
    --scale;
  }
  if (scale > kScaleMax || product >= power_of_ten(kDigitsMax) || product <= -power_of_ten(kDigitsMax)) return {};
  return Decimal{static_cast<std::int64_t>(product), static_cast<std::uint8_t>(scale)};
}

std::strong_ordering compare_total(Decimal total, Decimal each, Decimal count) {
  // each * count has up to 36 digits and fits; the total is brought to its scale in steps that cannot overflow.
  const Wide product = static_cast<Wide>(each.coefficient) * count.coefficient;
  const int product_scale = each.scale + count.scale;
  if (total.scale <= product_scale) return order(total.coefficient * power_of_ten(product_scale - total.scale), product);
  const Wide divisor = power_of_ten(total.scale - product_scale);
  const Wide quotient = total.coefficient / divisor;
  if (quotient != product) return order(quotient, product);
  return order(total.coefficient % divisor, 0);
}

}  // namespace tamga
