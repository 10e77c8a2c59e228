#include "exposure/amount.h"

#include <fmt/format.h>

#include <algorithm>

#include "exposure/strict.h"

namespace tamga::exposure {
namespace {

constexpr int kScale = 9;

Nanos power_of_ten(int exponent) {
  Nanos power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::string digits_of(Nanos amount) {
  if (amount == 0) return "0";
  std::string digits;
  for (; amount > 0; amount /= 10) digits += static_cast<char>('0' + static_cast<int>(amount % 10));
  std::reverse(digits.begin(), digits.end());
  return digits;
}

/// `amount` units of 10^-scale, with all decimals.
std::string fixed(Nanos amount, int scale) {
  std::string digits = digits_of(amount < 0 ? -amount : amount);
  if (digits.size() <= static_cast<std::size_t>(scale)) digits.insert(0, static_cast<std::size_t>(scale) + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
  return amount < 0 ? "-" + digits : digits;
}

void drop_zeros(std::string& number) {
  if (number.find('.') == std::string::npos) return;
  while (number.back() == '0') number.pop_back();
  if (number.back() == '.') number.pop_back();
}

}  // namespace

Nanos nanos(const Decimal& amount) { return static_cast<Nanos>(amount.coefficient) * power_of_ten(kScale - amount.scale); }

std::string text(Nanos amount) {
  std::string number = fixed(amount, kScale);
  drop_zeros(number);
  return number;
}

std::string hundredths(Nanos amount) {
  const Nanos unit = power_of_ten(kScale - 2);
  const Nanos half = unit / 2;
  return fixed(amount < 0 ? -((-amount + half) / unit) : (amount + half) / unit, 2);
}

std::string ratio(Nanos part, Nanos whole, int decimals) {
  if (whole <= 0 || part < 0) return "0";
  // Digit by digit, so that a large sum is never multiplied by more than ten.
  Nanos quotient = part / whole;
  Nanos rest = part % whole;
  for (int i = 0; i < decimals; ++i) {
    rest *= 10;
    quotient = quotient * 10 + rest / whole;
    rest %= whole;
  }
  if (rest * 2 >= whole) ++quotient;
  std::string number = fixed(quotient, decimals);
  drop_zeros(number);
  return number;
}

void Amounts::add(std::string_view currency, Nanos amount) {
  const auto at = by_currency_.find(currency);
  if (at == by_currency_.end()) {
    by_currency_.emplace(currency, amount);
  } else {
    at->second += amount;
  }
}

void Amounts::add(const Amounts& other) {
  for (const auto& [currency, amount] : other.by_currency_) add(currency, amount);
}

Nanos Amounts::in(std::string_view currency) const {
  const auto at = by_currency_.find(currency);
  return at == by_currency_.end() ? 0 : at->second;
}

Json to_json(const Amounts& amounts) {
  Json json = Json::object();
  for (const auto& [currency, amount] : amounts.by_currency()) json.set(currency, text(amount));
  return json;
}

std::string for_person(const Amounts& amounts) {
  std::string all;
  for (const auto& [currency, amount] : amounts.by_currency()) {
    std::string number = text(amount);
    for (auto at = static_cast<std::ptrdiff_t>(std::min(number.find('.'), number.size())) - 3; at > 0; at -= 3) {
      number.insert(static_cast<std::size_t>(at), " ");
    }
    all += fmt::format("{}{} {}", all.empty() ? "" : ", ", number, currency);
  }
  return all;
}

Result<Rates> read_rates(std::string_view text) {
  TAMGA_TRY(const Json json, parse_json(text));
  return read_rates(json, text, "");
}

Result<Rates> read_rates(const Json& json, std::string_view text, const std::string& path) {
  const StrictReader reader(text);
  Rates rates;
  const auto one = [&](const Json& value, const std::string& at) -> Status {
    if (!value.is_object()) return reader.wrong(value, at, "expected an object of currencies");
    for (const auto& member : value.members) {
      const std::string below = StrictReader::step(at, member.key);
      if (!StrictReader::is_currency(member.key))
        return reader.wrong(member.value, below, "is not a currency, expected three capital letters of ISO 4217");
      Decimal rate;
      TAMGA_TRY_STATUS(reader.positive(rate)(member.value, below));
      rates.rates.emplace(member.key, rate);
    }
    return {};
  };
  const StrictReader::Field fields[] = {
      {"currency", reader.currency(rates.currency), true}, {"source", reader.line(rates.source)}, {"rates", one, true}};
  TAMGA_TRY_STATUS(reader.object(json, path, fields));
  return rates;
}

Nanos times(Nanos amount, const Decimal& factor) {
  // The whole and the rest apart, so that the product stays within 38 digits.
  const Nanos divisor = power_of_ten(factor.scale);
  return amount / divisor * factor.coefficient + amount % divisor * factor.coefficient / divisor;
}

Nanos convert(const Amounts& amounts, const Rates& rates, std::vector<std::string>* missing) {
  Nanos total = 0;
  for (const auto& [currency, amount] : amounts.by_currency()) {
    if (currency == rates.currency) {
      total += amount;
      continue;
    }
    const auto rate = rates.rates.find(currency);
    if (rate == rates.rates.end()) {
      if (missing != nullptr && std::find(missing->begin(), missing->end(), currency) == missing->end()) missing->push_back(currency);
      continue;
    }
    total += times(amount, rate->second);
  }
  return total;
}

Concentration concentration(std::vector<Nanos> values) {
  std::erase_if(values, [](Nanos value) { return value <= 0; });
  std::sort(values.begin(), values.end(), std::greater<>());
  Concentration found;
  found.keys = values.size();
  for (std::size_t i = 0; i < values.size(); ++i) {
    found.total += values[i];
    if (i < 1) found.top1 += values[i];
    if (i < 5) found.top5 += values[i];
  }
  if (found.total == 0) return found;
  // Shares in billionths: their squares sum to at most 1e18.
  constexpr std::int64_t kWhole = 1'000'000'000;
  const Nanos unit = std::max<Nanos>(1, found.total / 1'000'000'000'000'000'000);  // leaves room for the product
  const Nanos whole = std::max<Nanos>(1, found.total / unit);
  Nanos squares = 0;
  for (const Nanos value : values) {
    const Nanos share = (value / unit) * kWhole / whole;
    squares += share * share;
  }
  constexpr Nanos kTenThousandth = static_cast<Nanos>(kWhole) * kWhole / 10'000;
  found.herfindahl = static_cast<std::int64_t>((squares + kTenThousandth / 2) / kTenThousandth);
  return found;
}

}  // namespace tamga::exposure
