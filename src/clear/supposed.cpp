#include "clear/supposed.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace tamga::clear {
namespace {

constexpr std::size_t kBicLetters = 8;  // of the bank; what follows is its branch

/// Is the leg at that country (two letters) or place?
bool is_at(std::string_view where, const RouteLeg& leg) { return where.size() == 2 ? country_of(leg) == where : leg.place == where; }

Finding supposed_finding(std::string rule, std::string about, std::string because) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.outcome = Outcome::prohibited;
  finding.authority = "supposed";
  finding.citation = "docs/scenario.md: what a scenario supposes";
  finding.about = std::move(about);
  finding.because = std::move(because);
  finding.evidence = Json::object();
  return finding;
}

}  // namespace

std::string_view country_of(const RouteLeg& leg) {
  return !leg.country.empty() || leg.place.size() < 2 ? std::string_view(leg.country) : std::string_view(leg.place).substr(0, 2);
}

std::optional<std::size_t> stopped_leg(const ClosedRoute& closed, std::span<const RouteLeg> route) {
  const auto by_mode = [&](const RouteLeg& leg) { return closed.mode.empty() || leg.mode == closed.mode; };
  for (std::size_t i = 0; i < route.size(); ++i) {
    const RouteLeg& leg = route[i];
    if (!closed.place.empty() && leg.place == closed.place && by_mode(leg)) return i;
    if (!closed.country.empty() && i > 0 && i + 1 < route.size() && country_of(leg) == closed.country && by_mode(leg)) return i;
    if (!closed.from.empty() && i > 0 && is_at(closed.from, route[i - 1]) && is_at(closed.to, leg) && by_mode(leg)) return i;
  }
  return {};
}

bool is_bank(const CutOffBank& cut, const Bank& bank) {
  if (!cut.bic.empty() && bank.bic.size() >= kBicLetters) return upper_ascii(bank.bic.substr(0, kBicLetters)) == cut.bic.substr(0, kBicLetters);
  return !cut.name.empty() && lower_ascii(bank.name) == lower_ascii(cut.name);
}

std::string text(const ClosedRoute& closed) {
  std::string said = !closed.country.empty() ? "transit through " + closed.country
                     : !closed.place.empty() ? "whatever goes over " + closed.place
                                             : fmt::format("legs from {} to {}", closed.from, closed.to);
  if (!closed.mode.empty()) said += " by " + closed.mode;
  return said;
}

void judge_supposed(const Supposed& supposed, const Deal& deal, std::vector<Finding>& findings) {
  if (deal.route) {
    for (const auto& closed : supposed.closed) {
      const auto leg = stopped_leg(closed, *deal.route);
      if (!leg) continue;
      findings.push_back(supposed_finding("scenario.route_closed", fmt::format("/route/{}", *leg),
                                          fmt::format("The scenario stops {}, over which the goods would go.", text(closed))));
    }
  }
  if (!deal.payment) return;
  for (const auto& cut : supposed.cut_off) {
    const auto& currencies = cut.currencies;
    if (!currencies.empty() && std::find(currencies.begin(), currencies.end(), deal.payment->currency) == currencies.end()) continue;
    for (std::size_t i = 0; i < deal.payment->banks.size(); ++i) {
      const Bank& bank = deal.payment->banks[i];
      if (!is_bank(cut, bank)) continue;
      findings.push_back(supposed_finding("scenario.bank_cut_off", fmt::format("/payment/banks/{}", i),
                                          fmt::format("The scenario cuts {} off from its correspondent accounts, and the payment goes over it.",
                                                      bank.name.empty() ? bank.bic : bank.name)));
      break;
    }
  }
}

}  // namespace tamga::clear
