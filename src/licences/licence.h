#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"
#include "model/deal.h"

/// A licence: what an authority permits to somebody, within limits. Read strictly from JSON (docs/licences.md), held against a deal, and counted.
/// Pure and thread-safe; whether it was revoked and how much of it is used are facts of the record, which the caller brings.
namespace tamga::licences {

/// Somebody whom the licence names. A deal's party is theirs where the role is the same and an identifier of one kind agrees, or where name and
/// country do.
struct NamedParty {
  std::string role;  ///< of the deal's roles
  std::string name;
  std::string country;  ///< ISO 3166-1 alpha-2
  std::vector<DealIdentifier> identifiers;
};

/// At most so much, of everything or of the goods codes that begin with `code`.
struct Cap {
  std::string code;  ///< digits; empty: of everything
  Decimal limit;
  bool of_value = false;  ///< of money in the currency `measure`, else of a quantity in the unit `measure`
  std::string measure;
  /// "quantity pcs", "854239 value EUR": what the record knows it by. No two caps of a licence have the same.
  [[nodiscard]] std::string key() const;
  /// "1000 pcs", "250000 EUR of 854239".
  [[nodiscard]] std::string text(const Decimal& amount) const;
};

/// What has to be reported to the authority, and when.
struct Duty {
  std::string what;
  long within_days = 0;  ///< after each use
};

struct Licence {
  std::string number;  ///< on one line; a store holds each once
  std::string authority;
  std::string regime;  ///< "us", "eu", …: of the rules that it lifts
  Date issued;
  Date from;  ///< first and last day on which it may be used
  Date to;
  std::vector<std::string> lifts;         ///< ids of rules of its regime, or their beginning and "*"
  std::vector<NamedParty> parties;        ///< at least one
  std::vector<std::string> codes;         ///< goods codes or their beginnings; empty: any
  std::vector<std::string> destinations;  ///< countries; empty: any
  std::vector<std::string> origins;       ///< countries of origin; empty: any
  std::vector<std::string> end_use;       ///< words, of which one must stand in the end use as stated; empty: any
  std::vector<Cap> caps;                  ///< empty: as much as there is
  std::vector<std::string> conditions;
  std::vector<Duty> duties;
  std::string document;  ///< SHA-256 of the authority's paper, 64 hexadecimal digits; empty: not given

  [[nodiscard]] bool lifts_rule(std::string_view rule) const;
};

/// Caps are counted to the millionth and up to 900,000 millions, so that databases can keep them as integers.
inline constexpr int kScaleMax = 6;

/// Refuses an unknown field, a wrong type, a day that does not exist, a licence that ends before it begins, lifts of another regime, two caps of
/// one key: with the path (JSON pointer) and the line.
Result<Licence> read_licence(std::string_view text);
/// What read_licence() reads to the same licence; fields that are empty are left out.
[[nodiscard]] Json to_json(const Licence& licence);

/// An amount in millionths; nothing for what has more decimals or does not fit. And back.
[[nodiscard]] std::optional<std::int64_t> millionths(const Decimal& amount);
[[nodiscard]] Decimal from_millionths(std::int64_t count);

}  // namespace tamga::licences
