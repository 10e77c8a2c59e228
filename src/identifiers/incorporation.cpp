#include <fmt/format.h>

#include "identifiers/characters.h"
#include "identifiers/identifiers.h"
#include "identifiers/published_numbers.h"

// The day, month or year of incorporation inside a registration number (domain.md section 4). A party that was
// founded after 24 February 2022 is a red flag (FIN-2022-Alert003), and the number often is all that a deal tells.
namespace tamga::identifiers {
namespace {

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + digit(c);
  return value;
}

/// KZ BIN: YYMM of registration. The register goes back beyond 2000, and no BIN is older than 1970.
std::optional<Incorporation> from_bin(std::string_view value) {
  if (!valid_kz_bin(value)) return {};
  const int two = number(value.substr(0, 2));
  const int year = two < 70 ? 2000 + two : 1900 + two;
  const auto month = static_cast<unsigned>(number(value.substr(2, 2)));
  const auto earliest = Date::from(year, month, 1);
  const auto next = month == 12 ? Date::from(year + 1, 1, 1) : Date::from(year, month + 1, 1);
  if (!earliest || !next) return {};
  return Incorporation{*earliest, Date{next->day - std::chrono::days(1)}, fmt::format("BIN {}", value)};
}

/// RU OGRN: digits 2 and 3 are the year of the entry in the register, which opened on 1 July 2002. Older firms were
/// entered later, most by 2003; so up to 2003 the number only tells the latest day.
std::optional<Incorporation> from_ogrn(std::string_view value) {
  if (!valid_ru_ogrn(value)) return {};
  const int year = 2000 + number(value.substr(1, 2));
  if (year < 2002 || year > 2069) return {};
  const auto earliest = Date::from(year <= 2003 ? 1990 : year, 1, 1);
  const auto latest = Date::from(year, 12, 31);
  if (!earliest || !latest) return {};
  return Incorporation{*earliest, *latest, fmt::format("{} {}", value.size() == 13 ? "OGRN" : "OGRNIP", value)};
}

/// KG INN of a firm: 0, then DDMMYYYY; observed on the Kyrgyz firms of EU Annex IV. A person's begins with 1 or 2.
std::optional<Incorporation> from_kg_inn(std::string_view value) {
  if (value.size() != 14 || !all_digits(value) || value.front() != '0') return {};
  const int year = number(value.substr(5, 4));
  if (year < 1990 || year > 2099) return {};
  const auto day = Date::from(year, static_cast<unsigned>(number(value.substr(3, 2))), static_cast<unsigned>(number(value.substr(1, 2))));
  if (!day) return {};
  return Incorporation{*day, *day, fmt::format("INN {}", value)};
}

std::optional<Incorporation> from_number(std::string_view kind, const PublishedNumber& published) {
  const std::string_view value = published.value;
  const Label label = published.label;
  if (label == Label::kpp || label == Label::telephone || label == Label::passport) return {};
  if (kind == "ogrn" || (kind == "reg" && value.size() != 12 && value.size() != 14)) return from_ogrn(value);
  if (kind == "inn" || kind == "tax" || kind == "reg") {
    if (auto found = from_kg_inn(value)) return found;
  }
  if (kind == "bin" || label == Label::bin) return from_bin(value);
  // Twelve digits can be the INN of a Russian person as well; only what cannot be that is taken for a BIN.
  if ((kind == "reg" || kind == "tax") && !valid_ru_inn(value)) return from_bin(value);
  return {};
}

}  // namespace

std::optional<Incorporation> incorporation_of(const std::vector<DealIdentifier>& identifiers) {
  std::optional<Incorporation> best;
  for (const auto& identifier : identifiers) {
    for (const auto& published : published_numbers(identifier.value, Prefixes::join)) {
      auto found = from_number(identifier.kind, published);
      if (!found) continue;
      // The narrowest answer wins: a BIN's month before an OGRN's year.
      if (!best || days_between(found->earliest, found->latest) < days_between(best->earliest, best->latest)) best = std::move(found);
    }
  }
  return best;
}

}  // namespace tamga::identifiers
