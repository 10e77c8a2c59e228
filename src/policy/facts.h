#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "model/deal.h"
#include "model/entity.h"
#include "ownership/graph.h"

/// What a deal amounts to, before any rule speaks: who is listed, who owns whom, which goods are controlled, where
/// it goes, how it is paid. `clear` fills it; policy only judges it, so a lawyer's test case needs no list.
namespace tamga::policy {

/// Three-valued (Kleene): unknown is what the facts at hand cannot say.
enum class Truth : std::uint8_t { no, unknown, yes };

/// A listed entity that a subject matches.
struct Match {
  std::string list;    ///< us_ofac_sdn
  std::string entity;  ///< id of the listed entity
  std::string caption;
  std::vector<Designation> designations;  ///< only those in effect on as_of
  std::string score;                      ///< "0.93", for the evidence
  std::string how;                        ///< "identifier" or "name"
  std::string source;                     ///< link or file line of the entry
  bool certain = false;                   ///< true: identity is established; false: a possible match that a person must look at
};

/// Anyone in the ownership around a deal: the deal's parties, their owners, the owners of those, and what ties them.
struct NetworkParty {
  std::string path;  ///< "/parties/1/owners/0" where the deal names it; empty: a register or a list does
  std::string id;    ///< of the register or list; empty: only the deal names it
  std::string name;
  std::string schema;
  std::string country;
  std::vector<Match> matches;
};

/// Who holds what, around the deal. A party's number is its number in the graph.
struct Network {
  std::vector<NetworkParty> parties;
  std::shared_ptr<const ownership::Graph> graph;  ///< nullptr: nobody is known to hold anything
};

/// Anyone or anything that is screened: a party, a bank, the payer or the wallet of the payment, a vessel of the route and its insurer.
struct Subject {
  std::string path;  ///< "/parties/1", "/payment/banks/0", "/route/2/vessel"
  std::string role;  ///< the deal's roles, "payer" or "wallet"
  std::string name;
  std::string schema;
  std::string country;
  std::optional<Date> incorporated_earliest;  ///< both set, or neither; equal when the day is known
  std::optional<Date> incorporated_latest;
  std::vector<Match> matches;
  bool owners_stated = false;                ///< by the deal or a register; they may be none
  std::uint32_t party = ownership::kNobody;  ///< its number in the network; kNobody: it is not in it
};

struct ControlFact {
  std::string list;  ///< "chpl.1", "eu.833.xl"
  std::string title;
  std::string article;
  std::string code;
  bool verified = true;
  bool partial = false;
};

/// What one piece, or one kilogram, of such goods may weigh and cost (data/goods/plausible.csv).
struct PlausibleRange {
  bool by_weight = false;  ///< for a kilogram
  Decimal kg_low;
  Decimal kg_high;
  Decimal eur_low;
  Decimal eur_high;
};

/// Between what and what the euro has been worth in a currency (data/goods/currencies.csv): 1 and 1 for the euro itself.
struct EuroRange {
  Decimal low;
  Decimal high;
};

struct GoodsFact {
  std::string path;  ///< "/goods/0"
  std::string description;
  std::string hs;  ///< empty when not given
  std::string origin;
  std::vector<std::string> made_with;
  std::optional<Decimal> quantity;
  std::optional<Decimal> value;
  std::string currency;
  std::vector<ControlFact> controls;
  std::string unit;
  std::string eccn;
  std::optional<Decimal> net_kg;
  std::optional<ShareRange> us_content;
  std::optional<PlausibleRange> plausible;  ///< nothing: no range is held for its code
  std::optional<EuroRange> per_euro;        ///< of its currency; nothing: no bounds are held for it
};

struct LegFact {
  std::string path;  ///< "/route/1"
  std::string place;
  std::string country;
  std::string mode;
  std::string vessel;
  std::optional<VesselFacts> vessel_facts;
  std::string place_name;     ///< of the place, as data/places.csv knows it; empty: it does not, or there is no such table
  bool places_known = false;  ///< whether there was a table to look it up in
};

struct PayerFact {
  std::string name;
  std::string country;
  std::optional<bool> is_buyer;  ///< nothing: the names are neither the same nor plainly different
};

struct Facts {
  Date as_of;
  std::vector<Subject> subjects;
  Network network;
  std::vector<GoodsFact> goods;
  std::optional<std::vector<LegFact>> route;  ///< nothing: not stated
  bool payment_stated = false;
  std::string payment_currency;  ///< empty: not stated
  std::optional<Decimal> payment_amount;
  std::string payment_terms;
  std::string payment_channel;
  std::optional<PayerFact> payer;
  std::optional<Date> contract_date;
  std::optional<Date> shipped;
  bool end_use_stated = false;
  std::string end_use_country;
  std::optional<bool> no_reexport_clause;
  std::optional<bool> military;
  std::optional<bool> certificate;
};

}  // namespace tamga::policy
