#include "exposure/facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "clear/supposed.h"

namespace tamga::exposure {
namespace {

constexpr char kBetween = '\x1f';
constexpr std::size_t kHeading = 6;
constexpr std::size_t kBicLetters = 8;
/// Those who deal; who only carries, insures or pays has no part in what the deal is worth.
constexpr std::array<std::string_view, 6> kPartners = {"exporter", "seller", "importer", "buyer", "consignee", "end_user"};
/// For whom the deal is made, first found first.
constexpr std::array<std::string_view, 4> kCustomers = {"buyer", "importer", "consignee", "end_user"};

std::vector<std::string_view> split(std::string_view key, char by) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = key.find(by);
    parts.push_back(key.substr(0, end));
    if (end == std::string_view::npos) return parts;
    key.remove_prefix(end + 1);
  }
}

std::string leg_end(const RouteLeg& leg) { return leg.place.empty() ? std::string(clear::country_of(leg)) : leg.place; }

/// Entries of lists anywhere in what a finding rests on: objects that name a list and an entity.
void add_entries(const Json& evidence, std::vector<DealFacts::Key>& keys) {
  if (evidence.is_object()) {
    const auto list = evidence.get("list");
    const auto entity = evidence.get("entity");
    if (!list.empty() && !entity.empty()) {
      keys.push_back({Dimension::entry, fmt::format("{}/{}", list, entity), std::string(evidence.get("caption"))});
    }
    for (const auto& member : evidence.members) add_entries(member.value, keys);
  }
  for (const auto& item : evidence.items) add_entries(item, keys);
}

void add_findings(const clear::Decision& decision, std::vector<DealFacts::Key>& keys) {
  for (const auto& finding : decision.findings) {
    keys.push_back({Dimension::rule, finding.rule, ""});
    if (finding.rule == "licence.covers") {
      keys.push_back({Dimension::licence, std::string(finding.evidence.get("licence")), finding.authority});
    } else if (finding.evidence.find("exemption") != nullptr) {
      keys.push_back({Dimension::licence, finding.rule, finding.citation});
    }
    if (finding.outcome == policy::Outcome::pass) continue;
    if (!finding.authority.empty()) keys.push_back({Dimension::authority, finding.authority, ""});
    add_entries(finding.evidence, keys);
  }
  for (const auto& regime : decision.regimes) {
    if (regime.binds != policy::Truth::no || regime.outcome != policy::Outcome::pass) keys.push_back({Dimension::regime, regime.regime, ""});
  }
}

void add_deal(const Deal& deal, std::vector<DealFacts::Key>& keys) {
  for (const auto& line : deal.goods) {
    if (!line.hs.empty()) keys.push_back({Dimension::code, line.hs.substr(0, kHeading), ""});
  }
  for (const auto& party : deal.parties) {
    if (std::find(kPartners.begin(), kPartners.end(), party.role) != kPartners.end())
      keys.push_back({Dimension::partner, partner_key(party.name, party.country), party.name});
  }
  const Party* customer = nullptr;
  for (const auto role : kCustomers) {
    if (customer != nullptr) break;
    const auto at = std::find_if(deal.parties.begin(), deal.parties.end(), [&](const Party& party) { return party.role == role; });
    if (at != deal.parties.end()) customer = &*at;
  }
  if (customer == nullptr && !deal.parties.empty()) customer = &deal.parties.front();
  if (customer != nullptr) keys.push_back({Dimension::customer, partner_key(customer->name, customer->country), customer->name});

  std::string destination = deal.end_use ? deal.end_use->country : "";
  if (destination.empty() && customer != nullptr) destination = customer->country;
  if (destination.empty() && deal.route && !deal.route->empty()) destination = clear::country_of(deal.route->back());
  if (!destination.empty()) keys.push_back({Dimension::country, destination, ""});

  if (deal.route) {
    std::string whole;
    for (std::size_t i = 0; i < deal.route->size(); ++i) {
      const RouteLeg& leg = (*deal.route)[i];
      whole += fmt::format("{}{}{}{}{}{}", i == 0 ? "" : std::string(1, '\n'), leg.place, kBetween, leg.country, kBetween, leg.mode);
      if (i > 0) keys.push_back({Dimension::route, fmt::format("{}>{}", leg_end((*deal.route)[i - 1]), leg_end(leg)), ""});
    }
    if (!deal.route->empty()) keys.push_back({Dimension::whole_route, std::move(whole), ""});
  }
  if (deal.payment) {
    for (const auto& bank : deal.payment->banks) {
      keys.push_back({Dimension::bank, bank_key(bank), bank.name});
      keys.push_back({Dimension::whole_bank, fmt::format("{}{}{}", bank.bic, kBetween, bank.name), ""});
    }
  }
  for (const auto& number : deal.licences) keys.push_back({Dimension::named_licence, number, ""});
}

}  // namespace

std::string bank_key(const Bank& bank) {
  return bank.bic.size() >= kBicLetters ? upper_ascii(bank.bic.substr(0, kBicLetters)) : bank.name.empty() ? bank.bic : bank.name;
}

std::string partner_key(std::string_view name, std::string_view country) { return fmt::format("{}|{}", name, country); }

std::vector<RouteLeg> route_of_key(std::string_view key) {
  std::vector<RouteLeg> route;
  for (const auto line : split(key, '\n')) {
    const auto parts = split(line, kBetween);
    RouteLeg leg;
    if (parts.size() == 3) {
      leg.place = parts[0];
      leg.country = parts[1];
      leg.mode = parts[2];
    }
    route.push_back(std::move(leg));
  }
  return route;
}

Bank bank_of_key(std::string_view key) {
  const auto parts = split(key, kBetween);
  Bank bank;
  bank.bic = parts[0];
  if (parts.size() > 1) bank.name = parts[1];
  return bank;
}

KnownHolding holding_of_key(std::string_view key) {
  const auto parts = split(key, kBetween);
  KnownHolding holding;
  if (parts.size() != 3) return holding;
  holding.owner = parts[0];
  holding.owned = parts[1];
  holding.least = Decimal::parse(parts[2]).value_or(Decimal{});
  return holding;
}

std::vector<DealFacts::Value> values_of(const Deal& deal) {
  std::vector<DealFacts::Value> values;
  bool whole = true;
  for (const auto& line : deal.goods) {
    if (line.value && !line.currency.empty()) {
      values.push_back({line.hs.substr(0, std::min(line.hs.size(), kHeading)), line.currency, *line.value});
    } else {
      whole = false;
    }
  }
  if (!whole && deal.payment && deal.payment->amount && !deal.payment->currency.empty()) {
    // The payment is of all lines together, so of a code only where there is one line.
    const std::string code = deal.goods.size() == 1 ? deal.goods[0].hs.substr(0, std::min(deal.goods[0].hs.size(), kHeading)) : std::string();
    return {{code, deal.payment->currency, *deal.payment->amount}};
  }
  return values;
}

DealFacts facts_of(const Deal& deal, const clear::Decision& decision, const clear::Looked* looked) {
  DealFacts facts;
  facts.outcome = decision.outcome;
  std::set<std::string> known;
  for (const auto& regime : decision.regimes) {
    facts.regimes.push_back({regime.regime, regime.outcome});
    known.insert(regime.regime);
  }
  // Findings of no regime that the policy knows: house lists, the deal's own data, red flags, what a scenario supposes.
  policy::Outcome rest = policy::Outcome::pass;
  for (const auto& finding : decision.findings) {
    if (!known.contains(finding.regime)) rest = std::max(rest, finding.outcome);
  }
  facts.regimes.push_back({"", rest});
  std::sort(facts.regimes.begin(), facts.regimes.end(), [](const auto& a, const auto& b) { return a.regime < b.regime; });
  facts.values = values_of(deal);
  if (looked == nullptr) return facts;
  add_findings(decision, facts.keys);
  add_deal(deal, facts.keys);
  for (const auto& held : looked->held) {
    const std::string owned = held.owned_is_bank ? held.owned : partner_key(held.owned, held.owned_country);
    facts.keys.push_back({Dimension::holding,
                          fmt::format("{}{}{}{}{}", partner_key(held.owner, held.owner_country), kBetween, owned, kBetween, held.least.text()), ""});
  }
  for (const auto& code : looked->codes) facts.keys.push_back({Dimension::looked_code, code, ""});
  for (const auto& asked : looked->queries) facts.queries.push_back({asked.query, digest_of(asked.query), asked.found});
  return facts;
}

}  // namespace tamga::exposure
