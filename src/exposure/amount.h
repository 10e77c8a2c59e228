#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"

/// Sums of money, exact: integers of 1e-9 of a currency's unit, which is all that a Decimal may hold. Currencies are never added to one another; only
/// where the user gives rates is a sum said in one currency too, rounded to hundredths. Pure.
namespace tamga::exposure {

/// 38 digits: a million million deals of the largest Decimal.
__extension__ using Nanos = __int128;

[[nodiscard]] Nanos nanos(const Decimal& amount);
/// Shortest text without an exponent: "250000", "33.3".
[[nodiscard]] std::string text(Nanos amount);
/// Two decimals, half up.
[[nodiscard]] std::string hundredths(Nanos amount);
/// part / whole with so many decimals, half up; "0" where the whole is nothing. Not negative.
[[nodiscard]] std::string ratio(Nanos part, Nanos whole, int decimals = 4);

class Amounts {
 public:
  void add(std::string_view currency, Nanos amount);
  void add(const Amounts& other);
  [[nodiscard]] bool empty() const { return by_currency_.empty(); }
  [[nodiscard]] const std::map<std::string, Nanos, std::less<>>& by_currency() const { return by_currency_; }
  [[nodiscard]] Nanos in(std::string_view currency) const;
  bool operator==(const Amounts&) const = default;

 private:
  std::map<std::string, Nanos, std::less<>> by_currency_;
};
/// {"EUR": "145000", "USD": "2500.5"}
[[nodiscard]] Json to_json(const Amounts& amounts);
/// "145 000 EUR, 2 500.5 USD", for a person; "no value" where there is none.
[[nodiscard]] std::string for_person(const Amounts& amounts);

/// What one unit of a currency is worth in `currency`, as the user says.
struct Rates {
  std::string currency;
  std::string source;  ///< whose they are and of which day; as the user says
  std::map<std::string, Decimal, std::less<>> rates;
};
/// {"currency": "USD", "source": "…", "rates": {"EUR": "1.08"}}; refuses an unknown field, a rate of zero or less. Errors carry path and line.
Result<Rates> read_rates(std::string_view text);
/// The same of a document within another: `path` is where it stands.
Result<Rates> read_rates(const Json& json, std::string_view text, const std::string& path);

/// The product, cut to whole units of 1e-9.
[[nodiscard]] Nanos times(Nanos amount, const Decimal& factor);

/// All of it in the currency of the rates; `missing` receives the currencies without a rate, which are then left out.
[[nodiscard]] Nanos convert(const Amounts& amounts, const Rates& rates, std::vector<std::string>* missing = nullptr);

/// How much of a whole rests on few. From 0 to 10,000: 10,000 where all rests on one, 10,000 / n where n are alike.
struct Concentration {
  std::size_t keys = 0;  ///< above zero
  Nanos total = 0;
  Nanos top1 = 0;
  Nanos top5 = 0;
  std::int64_t herfindahl = 0;
};
[[nodiscard]] Concentration concentration(std::vector<Nanos> values);

}  // namespace tamga::exposure
