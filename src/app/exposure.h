#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/deal_book.h"
#include "base/json.h"
#include "exposure/amount.h"
#include "exposure/book.h"
#include "exposure/contagion.h"

/// What of a book of deals rests on each bank, code, list entry, licence, leg …; how much of it on few; and what follows when a bank is cut off from
/// its correspondent accounts. docs/exposure.md.
namespace tamga::app {

/// From which share of a firm's deals on it fails, and from which part of its shares on it goes with its owners, where the user says nothing. Half:
/// of shares as most authorities' rules of ownership have it; of deals a supposition, which every report shows.
inline constexpr std::string_view kContagionThreshold = "0.5";
inline constexpr std::string_view kContagionOwnership = "50";

struct ExposureRequest {
  exposure::Dimension by = exposure::Dimension::regime;
  std::size_t limit = 100;  ///< rows
  std::optional<exposure::Rates> rates;
  std::vector<std::string> cut_off;  ///< banks: a BIC, or a name as the deals write it
  std::optional<Decimal> threshold;  ///< above 0, at most 1
  std::optional<Decimal> ownership;  ///< percent, above 0, at most 100
};

struct ExposureRow {
  std::string key;
  std::string name;
  std::int64_t deals = 0;
  exposure::Amounts value;
  std::array<std::int64_t, 4> outcomes{};  ///< deals by outcome
};

struct ExposureReport {
  Date as_of;
  std::string source;
  std::int64_t deals = 0;
  std::int64_t without_value = 0;  ///< deals that state none
  std::int64_t shipped = 0;        ///< deals of the record that were left out
  std::int64_t payments = 0;
  exposure::Amounts value;
  std::array<std::int64_t, 4> outcomes{};
  std::array<exposure::Amounts, 4> outcome_values;
  exposure::Dimension by = exposure::Dimension::regime;
  std::optional<exposure::Rates> rates;
  std::vector<std::string> missing_rates;
  std::vector<ExposureRow> rows;  ///< the largest first: by value where there are rates, else by deals
  std::size_t rows_total = 0;
  exposure::Concentration by_deals;
  std::optional<exposure::Concentration> by_value;  ///< converted
  std::vector<std::pair<std::string, exposure::Concentration>> by_currency;

  // Where a bank is cut off.
  std::optional<exposure::Contagion> contagion;
  exposure::Network network;
  exposure::ContagionTerms terms;
  bool threshold_given = false;
  bool ownership_given = false;
  std::size_t limit = 0;
};

/// A bank to cut off that no deal names is an error.
Result<ExposureReport> expose(const OpenDealBook& opened, const ExposureRequest& request);

[[nodiscard]] Json document(const ExposureReport& report);

}  // namespace tamga::app
