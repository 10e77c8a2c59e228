#include "goods/plausible.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::goods {
namespace {

Result<std::pair<Decimal, Decimal>> bounds(std::string_view low, std::string_view high, std::uint64_t line) {
  const auto least = Decimal::parse(low);
  const auto most = Decimal::parse(high);
  if (!least || !most || *least <= Decimal::whole(0) || *most < *least) {
    return bad_input(fmt::format("`{}` and `{}` are no bounds, expected two positive numbers, the lower first", low, high), line);
  }
  return std::pair(*least, *most);
}

}  // namespace

Status Plausibility::add_range(std::span<const std::string> fields, std::uint64_t line) {
  Plausible range;
  range.code = fields[0];
  const bool digits = std::all_of(range.code.begin(), range.code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || range.code.size() < 2 || range.code.size() > 6) {
    return bad_input(fmt::format("`{}` is not a goods code, expected 2 to 6 digits", range.code), line);
  }
  range.by_weight = fields[1] == "kg";
  if (!range.by_weight && fields[1] != "pcs") return bad_input(fmt::format("`{}` is not a unit, expected pcs or kg", fields[1]), line);
  TAMGA_TRY(const auto kg, bounds(fields[2], fields[3], line));
  TAMGA_TRY(const auto eur, bounds(fields[4], fields[5], line));
  range.kg_low = kg.first;
  range.kg_high = kg.second;
  range.eur_low = eur.first;
  range.eur_high = eur.second;
  const std::string code = range.code;
  if (!ranges_.emplace(code, std::move(range)).second) return bad_input(fmt::format("{} stands twice", code), line);
  return {};
}

Status Plausibility::add_currency(std::span<const std::string> fields, std::uint64_t line) {
  const auto& currency = fields[0];
  if (currency.size() != 3 || !std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    return bad_input(fmt::format("`{}` is not a currency, expected three capital letters (ISO 4217)", currency), line);
  }
  TAMGA_TRY(const auto range, bounds(fields[1], fields[2], line));
  if (!currencies_.emplace(currency, PerEuro{range.first, range.second}).second) return bad_input(fmt::format("{} stands twice", currency), line);
  return {};
}

std::optional<Plausible> Plausibility::of_code(std::string_view code) const {
  for (std::size_t length = std::min<std::size_t>(code.size(), 6); length >= 2; --length) {
    if (const auto at = ranges_.find(code.substr(0, length)); at != ranges_.end()) return at->second;
  }
  return {};
}

std::optional<PerEuro> Plausibility::per_euro(std::string_view currency) const {
  if (currency == "EUR") return PerEuro{Decimal::whole(1), Decimal::whole(1)};
  const auto at = currencies_.find(currency);
  if (at == currencies_.end()) return {};
  return at->second;
}

}  // namespace tamga::goods
