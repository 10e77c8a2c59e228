#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/decimal.h"
#include "base/result.h"

/// What goods may weigh and cost: wide bounds from general knowledge, so that a value beyond them asks a person to look. Tables of data/goods:
/// `# table: plausible` with the columns code,unit,kg_low,kg_high,eur_low,eur_high (unit: pcs or kg; a code of 2 to 6 digits), and
/// `# table: currencies` with currency,per_euro_low,per_euro_high,words.
namespace tamga::goods {

struct Plausible {
  std::string code;        ///< the entry's, a beginning of the code that was asked
  bool by_weight = false;  ///< the bounds are for a kilogram, not a piece
  Decimal kg_low;
  Decimal kg_high;
  Decimal eur_low;
  Decimal eur_high;
};

/// Between what and what one euro has been worth.
struct PerEuro {
  Decimal low;
  Decimal high;
};

class Plausibility {
 public:
  static constexpr std::string_view kRangeColumns = "code,unit,kg_low,kg_high,eur_low,eur_high";
  static constexpr std::string_view kCurrencyColumns = "currency,per_euro_low,per_euro_high,words";
  Status add_range(std::span<const std::string> fields, std::uint64_t line);
  Status add_currency(std::span<const std::string> fields, std::uint64_t line);

  /// The entry with the longest beginning of the code.
  [[nodiscard]] std::optional<Plausible> of_code(std::string_view code) const;
  /// Nothing for a currency that is not held; 1 and 1 for EUR.
  [[nodiscard]] std::optional<PerEuro> per_euro(std::string_view currency) const;
  [[nodiscard]] std::size_t size() const { return ranges_.size(); }

 private:
  std::map<std::string, Plausible, std::less<>> ranges_;
  std::map<std::string, PerEuro, std::less<>> currencies_;
};

}  // namespace tamga::goods
