#pragma once

#include <string>
#include <vector>

#include "clear/clear.h"
#include "identifiers/identifiers.h"

/// What a deal tells beyond parties, codes and countries, as facts: plausible prices and weights, who pays, what its ships did; and what in the
/// route contradicts itself.
namespace tamga::clear {

/// A finding about the deal's own data, with the outcome `review`.
[[nodiscard]] Finding data_finding(std::string rule, std::string about, std::string because, std::vector<std::string> missing);

[[nodiscard]] policy::GoodsFact goods_fact(const Snapshot& snapshot, const GoodsLine& line, std::string path, Date as_of);
[[nodiscard]] policy::LegFact leg_fact(const Snapshot& snapshot, const RouteLeg& leg, std::string path);
/// REQUIRES: the payment names a payer.
[[nodiscard]] policy::PayerFact payer_fact(const Snapshot& snapshot, const Deal& deal);
/// Is it the very name of a party, which is screened already?
[[nodiscard]] bool is_party(const Deal& deal, const std::string& name);

/// A ship as the deal names it, at one place.
struct NamedVessel {
  std::string path;
  std::string name;
  std::vector<identifiers::Identifier> identifiers;
};
/// One IMO number under two names: ships change their names and keep the number (IMO Res. A.1117(30)), so which ship is meant must be told.
void check_vessels(const std::vector<NamedVessel>& vessels, const policy::Facts& facts, std::vector<Finding>& extra);
/// A place in another country than its leg says, a container whose check digit fails.
void check_leg(const RouteLeg& leg, const std::string& path, const std::string& place_name, std::vector<Finding>& extra);

}  // namespace tamga::clear
