#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clear/clear.h"
#include "exposure/book.h"
#include "model/deal.h"

/// What of a deal and its decision goes into a book.
namespace tamga::exposure {

/// `looked`: what the decision asked of the lists; nullptr: only the outcomes and values are wanted.
[[nodiscard]] DealFacts facts_of(const Deal& deal, const clear::Decision& decision, const clear::Looked* looked);

/// What a deal is worth: its lines where each has a value, else the payment, else the lines that have one. In each currency by itself.
[[nodiscard]] std::vector<DealFacts::Value> values_of(const Deal& deal);

/// The bank's key: eight letters of its BIC, else its name.
[[nodiscard]] std::string bank_key(const Bank& bank);
/// "name|KZ".
[[nodiscard]] std::string partner_key(std::string_view name, std::string_view country);

/// The legs and banks again that a key of Dimension::whole_route or whole_bank tells.
[[nodiscard]] std::vector<RouteLeg> route_of_key(std::string_view key);
[[nodiscard]] Bank bank_of_key(std::string_view key);

/// Who owns a part of whom, as a deal, a register or a list tells it.
struct KnownHolding {
  std::string owner;  ///< partner_key()
  std::string owned;  ///< partner_key() of a firm, or the key of a bank
  Decimal least;      ///< percent
};
[[nodiscard]] KnownHolding holding_of_key(std::string_view key);

}  // namespace tamga::exposure
