#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/deal.h"
#include "names/model.h"

/// A refused deal that comes back with a party, a code, the route or the bank changed. Refused deals are kept under keys that stay mostly the same
/// when a part of the deal changes; a new deal is compared with those that share some of its keys. docs/come-back.md says how, and how well.
///
/// The keys are MinHash signatures in bands (Broder 1997; Indyk and Motwani 1998; Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
/// ch. 3): two deals whose marks have the Jaccard likeness j share one key at least with the probability 1 - (1 - j^2)^kBands.
/// Pure, deterministic, integers only; thread-safe.
namespace tamga::resemblance {

inline constexpr std::size_t kBands = 24;
inline constexpr std::size_t kRowsOfBand = 2;
/// Of the marks and of how they are hashed: kept keys of another version are made anew.
inline constexpr std::int64_t kVersion = 1;

/// One key a band, in the order of the bands; keys of different bands never meet. As signed numbers, for databases that have no others.
[[nodiscard]] std::vector<std::int64_t> keys(const Deal& deal);

/// Something that differs between the two deals. Empty `was` or `now`: not there.
struct Change {
  std::string what;  ///< "consignee", "goods code", "description", "quantity", "value", "bank", "route", "vessel", "end use", "date"
  std::string was;
  std::string now;
};

struct Comparison {
  int score = 0;                  ///< 0 to 1000: how much of what both deals state agrees, by weight
  bool recognised = false;        ///< the score reaches kRecognised, the goods are alike, something besides goods and date agrees, something changed
  std::vector<std::string> same;  ///< what ties them, for a person: "exporter Isartronik Bauteile GmbH", "value 145000 EUR"
  std::vector<Change> changed;
};

/// From here on it is the earlier deal come back, measured on generated edits and on other deals of the same traders (docs/come-back.md).
inline constexpr int kRecognised = 720;

[[nodiscard]] Comparison compare(const Deal& earlier, const Deal& now, const names::Model& model);

}  // namespace tamga::resemblance
