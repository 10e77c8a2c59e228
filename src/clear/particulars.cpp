#include "clear/particulars.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tamga::clear {

Finding data_finding(std::string rule, std::string about, std::string because, std::vector<std::string> missing) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.regime = "";
  finding.outcome = Outcome::review;
  finding.authority = "Tamga";
  finding.citation = "docs/decisions.md: the deal's own data must be sound before a rule is applied to it";
  finding.about = std::move(about);
  finding.because = std::move(because);
  finding.evidence = Json::object();
  finding.missing = std::move(missing);
  return finding;
}

policy::GoodsFact goods_fact(const Snapshot& snapshot, const GoodsLine& line, std::string path, Date as_of) {
  policy::GoodsFact fact;
  fact.path = std::move(path);
  fact.description = line.description;
  fact.hs = line.hs;
  fact.origin = line.origin;
  fact.made_with = line.made_with;
  fact.quantity = line.quantity;
  fact.value = line.value;
  fact.currency = line.currency;
  fact.unit = line.unit;
  fact.eccn = line.eccn;
  fact.net_kg = line.net_kg;
  fact.us_content = line.us_content;
  const auto& plausibility = snapshot.controls.plausibility();
  if (const auto per_euro = plausibility.per_euro(line.currency)) fact.per_euro = policy::EuroRange{per_euro->low, per_euro->high};
  if (line.hs.empty()) return fact;
  for (const auto& control : snapshot.controls.find(line.hs, as_of)) {
    fact.controls.push_back(policy::ControlFact{control.list, control.title, control.article, control.code, control.verified, control.partial});
  }
  if (const auto range = plausibility.of_code(line.hs)) {
    fact.plausible = policy::PlausibleRange{range->by_weight, range->kg_low, range->kg_high, range->eur_low, range->eur_high};
  }
  return fact;
}

policy::LegFact leg_fact(const Snapshot& snapshot, const RouteLeg& leg, std::string path) {
  policy::LegFact fact;
  fact.path = std::move(path);
  fact.place = leg.place;
  fact.country = leg.country;
  fact.mode = leg.mode;
  fact.vessel = leg.vessel;
  fact.vessel_facts = leg.vessel_facts;
  fact.places_known = snapshot.places.size() > 0;
  if (const auto* place = snapshot.places.find(leg.place)) fact.place_name = place->name;
  return fact;
}

bool is_party(const Deal& deal, const std::string& name) {
  return std::any_of(deal.parties.begin(), deal.parties.end(), [&](const Party& party) { return party.name == name; });
}

policy::PayerFact payer_fact(const Snapshot& snapshot, const Deal& deal) {
  const NamedParty& payer = *deal.payment->payer;
  policy::PayerFact fact;
  fact.name = payer.name;
  fact.country = payer.country;
  // Names of firms in other scripts and spellings are the same firm's from here on, and plainly another's below there.
  constexpr match::Score kSame = 9000;
  constexpr match::Score kOther = 5000;
  match::Score best = 0;
  bool any = false;
  match::Comparer comparer(snapshot.matching);
  for (const std::string_view role : {"buyer", "importer", "consignee"}) {
    for (const auto& party : deal.parties) {
      if (party.role != role) continue;
      any = true;
      best = std::max(best, party.name == payer.name
                                ? names::kScoreMax
                                : comparer.score(party.name, payer.name, party.schema == "Person" ? names::Kind::person : names::Kind::organisation));
    }
    if (any) break;
  }
  if (best >= kSame) fact.is_buyer = true;
  if (any && best < kOther) fact.is_buyer = false;
  if (fact.country.empty()) {
    const auto at = std::find_if(deal.parties.begin(), deal.parties.end(), [&](const Party& party) { return party.name == payer.name; });
    if (at != deal.parties.end()) fact.country = at->country;
  }
  return fact;
}

namespace {

std::string_view imo_of(const NamedVessel& vessel) {
  for (const auto& identifier : vessel.identifiers) {
    if (identifier.scheme == identifiers::Scheme::imo) return identifier.value;
  }
  return {};
}

/// A ship's name alone: without "IMO 9524451" and what marks it as a ship.
std::string bare_name(std::string_view name) {
  std::string words;
  while (!name.empty()) {
    const auto end = std::min(name.find_first_of(" ,()"), name.size());
    std::string word(name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
    for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const bool number = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }) && word.size() == 7;
    const bool mark = word == "IMO" || word == "M/V" || word == "MV" || word == "M/T" || word == "MT" || word == "SS";
    if (word.empty() || number || mark) continue;
    words += (words.empty() ? "" : " ") + word;
  }
  return words;
}

}  // namespace

void check_vessels(const std::vector<NamedVessel>& vessels, const policy::Facts& facts, std::vector<Finding>& extra) {
  for (std::size_t i = 0; i < vessels.size(); ++i) {
    const auto imo = imo_of(vessels[i]);
    if (imo.empty()) continue;
    const std::string name = bare_name(vessels[i].name);
    for (std::size_t k = 0; k < i; ++k) {
      const std::string other = bare_name(vessels[k].name);
      if (imo_of(vessels[k]) != imo || other == name || other.empty() || name.empty()) continue;
      extra.push_back(data_finding("data.vessel_names_differ", vessels[i].path,
                                   fmt::format("The ship IMO {} is named {} here and {} at {}: one number is one ship, whatever its names.", imo,
                                               name, other, vessels[k].path),
                                   {vessels[i].path}));
      break;
    }
    const auto subject = std::find_if(facts.subjects.begin(), facts.subjects.end(), [&](const auto& one) { return one.path == vessels[i].path; });
    if (subject == facts.subjects.end()) continue;
    for (const auto& match : subject->matches) {
      if (match.how != "identifier" || name.empty() || bare_name(match.caption) == name) continue;
      auto finding = data_finding("data.vessel_renamed", vessels[i].path,
                                  fmt::format("The ship IMO {}, {} in the deal, is listed as {} on {}: names change, the number does not.", imo, name,
                                              match.caption, match.list),
                                  {});
      // Its listing is a finding of its own.
      finding.outcome = Outcome::pass;
      finding.evidence.set("imo", imo).set("list", match.list).set("entity", match.entity).set("caption", match.caption);
      extra.push_back(std::move(finding));
      break;
    }
  }
}

void check_leg(const RouteLeg& leg, const std::string& path, const std::string& place_name, std::vector<Finding>& extra) {
  if (!leg.place.empty() && !leg.country.empty() && leg.country != leg.place.substr(0, 2)) {
    auto finding = data_finding("data.place_contradicts", path + "/country",
                                fmt::format("The place {}{} is in {}, and the leg of the route says {}.", leg.place,
                                            place_name.empty() ? "" : fmt::format(" ({})", place_name), leg.place.substr(0, 2), leg.country),
                                {path + "/country"});
    finding.evidence.set("place", Json::object().set("code", leg.place).set("name", place_name.empty() ? "not in the table" : place_name));
    extra.push_back(std::move(finding));
  }
  if (!leg.container.empty() && !identifiers::valid_container(leg.container)) {
    extra.push_back(data_finding("data.identifier_unsound", path + "/container",
                                 fmt::format("The container {} has a wrong check digit or no category letter U, J or Z (ISO 6346).", leg.container),
                                 {path + "/container"}));
  }
}

}  // namespace tamga::clear
