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
  std::string activity;                      ///< line of business: an OKED or NACE code, or words
  std::string website;
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
  std::string eccn;                      ///< "3A001.a.5", "EAR99": 15 CFR 774, Supp. No. 1
  std::optional<Decimal> net_kg;         ///< net weight of the whole line
  std::optional<ShareRange> us_content;  ///< share of controlled content of US origin in the value (15 CFR 734.4), in percent
  std::string brand;
  std::string model;
};

/// Days without a position report of a ship, both ends included.
struct DayRange {
  Date from;
  Date to;
};

/// Someone of whom a deal gives no more than this: a payer, a ship's insurer.
struct NamedParty {
  std::string name;
  std::string country;
};

/// What is known of a leg's ship besides its name. Lists: nothing: not stated; empty: stated that there were none.
struct VesselFacts {
  std::string flag;          ///< country of registry
  std::optional<int> built;  ///< year
  std::optional<std::vector<DayRange>> ais_gaps;
  std::optional<std::vector<Date>> flag_changes;
  std::optional<Date> owner_changed;
  std::optional<std::vector<Date>> sts_transfers;  ///< ship to ship
  std::optional<NamedParty> insurer;               ///< protection and indemnity
};

struct RouteLeg {
  std::string place;  ///< UN/LOCODE
  std::string country;
  std::string mode;  ///< sea, road, rail, air, pipeline
  std::string vessel;
  std::optional<VesselFacts> vessel_facts;
  std::string container;  ///< ISO 6346: four letters and seven digits; its check digit is judged like that of other identifiers
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
  std::string terms;  ///< prepayment, cash, letter_of_credit, open_account, collection
  std::optional<NamedParty> payer;
  std::string channel;  ///< swift, spfs, mir, sbp, cips, crypto, cash, other
  std::string wallet;   ///< address of a crypto-asset
};

struct EndUse {
  std::string statement;
  std::string country;
  std::optional<bool> no_reexport_clause;
  std::optional<bool> military;
  std::optional<bool> certificate;  ///< whether the end user has signed a certificate of end use
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

/// A trade deal as its parties state it; docs/deal.md has each field and who asks for it. Only id, parties and goods are required; what a rule needs
/// and the deal does not say becomes a review finding.
struct Deal {
  std::string id;
  std::optional<Date> date;
  std::optional<Date> contract_date;
  std::optional<Date> shipped;
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
/// digits, a country that is not two letters, an ECCN or a container of another form are each refused
/// with the path (JSON pointer) and the line.
Result<Deal> deal_from_json(const Json& json, std::string_view text);
/// parse_json and deal_from_json in one step.
Result<Deal> read_deal(std::string_view text);

}  // namespace tamga
