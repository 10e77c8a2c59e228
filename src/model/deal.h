#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"

namespace tamga {

/// A share of ownership in percent as it is known: exact (low = high), a range ("25-50"), a bound (">25", "<10"),
/// or unknown (0 to 100). Bounds may exclude their end: ">25" is low 25, low_excluded.
struct ShareRange {
  Decimal low = Decimal::whole(0);
  Decimal high = Decimal::whole(100);
  bool low_excluded = false;
  bool high_excluded = false;
  /// "50", "33.3", "50%", "25-50", ">25", ">=25", "<10", "<=10", "" (unknown). Nothing for other text or outside 0..100.
  static std::optional<ShareRange> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
  bool operator==(const ShareRange&) const = default;
};

struct Owner {
  std::string name;
  std::optional<ShareRange> share;
  std::string country;  ///< ISO 3166-1 alpha-2, upper case; empty when not given, as everywhere below
};

/// Identifier kinds that a deal may name; see identifiers/ for their formats.
struct DealIdentifier {
  std::string kind;  ///< bin, iin, inn, ogrn, kpp, lei, imo, mmsi, bic, reg, passport, tax, iban
  std::string value;
};

struct Party {
  std::string role;
  std::string name;
  std::string schema;
  std::string country;
  std::string address;
  std::vector<DealIdentifier> identifiers;
  std::optional<Date> incorporated;
  std::optional<std::vector<Owner>> owners;  ///< nothing: not stated; empty list: stated that there are none
  // Only of a deal that a payment message became, whose parties may be without a name.
  std::vector<std::string> other_names;  ///< screened as well
  std::string birth_date;                ///< ISO 8601
};

struct GoodsLine {
  std::string description;
  std::string hs;                      ///< 6 to 10 digits
  std::string origin;                  ///< country of origin
  std::vector<std::string> made_with;  ///< countries whose technology or software went into it
  std::optional<Decimal> quantity;
  std::string unit;
  std::optional<Decimal> value;
  std::string currency;
};

struct RouteLeg {
  std::string place;  ///< UN/LOCODE
  std::string country;
  std::string mode;  ///< sea, road, rail, air, pipeline
  std::string vessel;
};

struct Bank {
  std::string name;
  std::string bic;
  std::string country;
  // Only of a deal that a payment message became.
  std::vector<std::string> other_names;
  std::string address;
  std::vector<DealIdentifier> identifiers;  ///< beside the BIC
};

struct Payment {
  std::optional<Decimal> amount;
  std::string currency;
  std::vector<Bank> banks;
};

struct EndUse {
  std::string statement;
  std::string country;
  std::optional<bool> no_reexport_clause;
  std::optional<bool> military;
};

struct Document {
  std::string type;
  std::string sha256;
};

/// Where a payment message says what stands at a pointer of the deal that it became.
struct DealPlace {
  std::string pointer;  ///< "/parties/0/name"
  std::string element;  ///< "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/Nm"
};

/// A trade deal as its parties state it. Only id, parties and goods are required; what a rule needs and the deal
/// does not say becomes a review finding.
struct Deal {
  std::string id;
  std::optional<Date> date;
  std::vector<Party> parties;
  std::vector<GoodsLine> goods;
  std::optional<std::vector<RouteLeg>> route;
  std::optional<Payment> payment;
  std::optional<EndUse> end_use;
  std::vector<Document> documents;
  std::vector<std::string> licences;
  std::vector<DealPlace> places;  ///< of a payment message; a deal's own file has none
};

/// Reads a deal strictly: an unknown field, a wrong type, an unknown role or mode, a code that is not 6 to 10
/// digits, a country that is not two letters are each refused with the path (JSON pointer) and the line.
Result<Deal> deal_from_json(const Json& json, std::string_view text);
/// parse_json and deal_from_json in one step.
Result<Deal> read_deal(std::string_view text);

}  // namespace tamga
