#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tamga {

/// An exact decimal number: coefficient / 10^scale. For money, quantities and shares; never a double.
/// At most 18 significant digits and a scale of 0 to 9; text beyond that does not parse.
struct Decimal {
  std::int64_t coefficient = 0;
  std::uint8_t scale = 0;

  static std::optional<Decimal> parse(std::string_view text);
  static Decimal whole(std::int64_t value) { return Decimal{value, 0}; }
  /// Shortest text without an exponent: "250000", "33.3", "-0.5".
  [[nodiscard]] std::string text() const;

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == std::strong_ordering::equal; }
};

/// The exact sum, or nothing when it does not fit.
std::optional<Decimal> add(Decimal a, Decimal b);
/// The exact product, or nothing when it does not fit.
std::optional<Decimal> multiply(Decimal a, Decimal b);
/// total <=> each * count, exactly: "is the value of one piece above a limit" without a division.
std::strong_ordering compare_total(Decimal total, Decimal each, Decimal count);

}  // namespace tamga
