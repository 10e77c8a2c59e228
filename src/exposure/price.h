#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "exposure/amount.h"
#include "policy/policy.h"

/// What each option costs, out of ranges that the user gives: the margin that is kept and the loss at risk. No probability is ever assumed; only the
/// one is told at which gain and loss are alike (domain note 7.4: margin less the sum of p_r * L_r). It serves compliance: what is prohibited, or
/// needs a permission that is not there, is not offered to be done all the same. Pure.
namespace tamga::exposure {

struct AmountRange {
  Decimal low;
  Decimal high;
};

struct PriceLoss {
  std::string regime;  ///< "us"; "any": of every deal
  std::string what;    ///< "penalty", "loss of the correspondent account"
  AmountRange amount;
  bool once = false;  ///< of all deals together, and not of each
};

struct PriceTerms {
  Rates rates;         ///< `currency` is the one that everything is told in
  AmountRange margin;  ///< percent of a deal's value
  std::vector<PriceLoss> losses;
  std::optional<AmountRange> permission_cost;    ///< of asking for one, a deal
  std::optional<AmountRange> permission_margin;  ///< percent of the margin that the wait costs
};

/// {"currency", "rates", "source", "margin_percent": {"low", "high"}, "losses": [{"regime", "what", "low", "high", "per": "deal" | "once"}],
/// "permission": {"cost": {"low", "high"}, "margin_lost_percent": {"low", "high"}}}. Refuses a low above its high, percents above 100.
Result<PriceTerms> read_price(const Json& json, std::string_view text, const std::string& path);

/// Deals of one outcome.
struct PriceGroup {
  std::int64_t deals = 0;
  Amounts value;
  std::map<std::string, std::int64_t, std::less<>> regimes;  ///< deals by regime that says worse than pass of them
};

/// {"currency", "rates"?, "missing_rates"?, "outcomes": [{"outcome", "deals", "value", "options": […]}]} (docs/scenario.md).
[[nodiscard]] Json price(const PriceTerms& terms, const std::map<policy::Outcome, PriceGroup>& groups);

}  // namespace tamga::exposure
