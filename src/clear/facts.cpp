#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/sha256.h"
#include "clear/clear.h"
#include "clear/marks.h"
#include "clear/network.h"
#include "clear/particulars.h"
#include "identifiers/identifiers.h"

// Screening of everyone a deal names, and its goods, as facts for the rules to judge.
namespace tamga::clear {
namespace {

class Gatherer {
 public:
  Gatherer(const Snapshot& snapshot, const Context& context, match::Workspace& workspace, Decision& decision)
      : snapshot_(snapshot),
        context_(context),
        workspace_(workspace),
        decision_(decision),
        extra_(decision.findings),
        network_(snapshot, context.as_of, [this](const match::Query& query) { return screen(query, {}); }) {}

  /// `path`: where the deal names the party; empty for one that a register or a list names.
  Screened screen(const match::Query& query, const std::string& path) {
    Screened screened = screen_party(snapshot_, context_.as_of, query, workspace_);
    if (context_.looked != nullptr) context_.looked->queries.push_back({query, !screened.matches.empty() || !screened.later.empty()});
    for (const auto& later : screened.later) {
      if (path.empty()) break;
      extra_.push_back(data_finding("basis.designation_begins_later", path,
                                    fmt::format("{} matches {}, whose designation on {} begins on {}.",
                                                query.names.empty() ? path : query.names.front(), later.caption, later.list, later.from),
                                    {}));
    }
    if (!path.empty()) judge_matches(query, path, screened);
    return screened;
  }

  /// A name with which nothing can be compared finds nobody, and would pass for one that is on no list. `field` is where the deal names it.
  void check_name(const std::string& name, std::string_view schema, std::string_view who, const std::string& field) {
    const auto why = match::why_not_comparable(name, schema, *snapshot_.matching);
    if (why.empty()) return;
    extra_.push_back(data_finding(
        "data.name_cannot_be_screened", field,
        fmt::format("The {} is named \"{}\", which {}, so it was compared with no list; the deal must give its full name.", who, name, why),
        {field}));
  }

  policy::Subject party(const Party& party, const std::string& path) {
    policy::Subject subject;
    subject.path = path;
    subject.role = party.role;
    // A party of a payment may be told by a number only.
    subject.name = !party.name.empty() || party.identifiers.empty() ? party.name : party.identifiers.front().value;
    subject.schema = !party.schema.empty() ? party.schema : party.role == "vessel" ? "Vessel" : party.role == "bank" ? "Organization" : "LegalEntity";
    subject.country = party.country;
    match::Query query;
    if (!party.name.empty()) query.names = {party.name};
    query.names.insert(query.names.end(), party.other_names.begin(), party.other_names.end());
    query.birth_date = party.birth_date;
    query.schema = subject.schema;
    if (!party.country.empty()) query.countries = {lower_ascii(party.country)};
    if (!party.address.empty()) query.addresses = {party.address};
    for (const auto& identifier : party.identifiers) {
      auto read = identifiers::read(identifier.kind, identifier.value, party.country);
      const std::string field = fmt::format("{}/identifiers/{}", path, identifier.kind);
      if (!read.problem.empty())
        extra_.push_back(data_finding("data.identifier_unsound", field, fmt::format("{}: {}.", party.name, read.problem), {field}));
      if (read.identifier) query.identifiers.push_back(*std::move(read.identifier));
    }
    if (subject.schema == "Vessel") vessels_.push_back({path, party.name, query.identifiers});
    if (!party.name.empty()) check_name(party.name, subject.schema, party.role, path + "/name");
    const Screened screened = screen(query, path);
    subject.matches = screened.matches;
    incorporation(party, path, subject);
    subject.party = network_.subject({path, subject.name, subject.schema, party.country, query.identifiers}, screened);
    subject.owners_stated = party.owners.has_value();
    if (party.owners) {
      for (std::size_t i = 0; i < party.owners->size(); ++i) {
        const Owner& owner = (*party.owners)[i];
        const std::string owner_path = fmt::format("{}/owners/{}", path, i);
        match::Query owner_query;
        owner_query.names = {owner.name};
        owner_query.identifiers = identifiers::in_text(owner.name);
        if (!owner.country.empty()) owner_query.countries = {lower_ascii(owner.country)};
        check_name(owner.name, "", fmt::format("owner {} of {}", i + 1, party.name), owner_path + "/name");
        network_.stated_owner(subject.party, {owner_path, owner.name, "", owner.country, owner_query.identifiers}, screen(owner_query, owner_path),
                              owner.share);
      }
    }
    return subject;
  }

  policy::Subject bank(const Bank& bank, const std::string& path) {
    policy::Subject subject;
    subject.path = path;
    subject.role = "bank";
    subject.name = !bank.name.empty() ? bank.name : !bank.bic.empty() ? bank.bic : "a bank without a name";
    subject.schema = "Organization";
    subject.country = bank.country;
    match::Query query;
    query.schema = subject.schema;
    if (!bank.name.empty()) {
      query.names = {bank.name};
      check_name(bank.name, subject.schema, "bank", path + "/name");
    }
    query.names.insert(query.names.end(), bank.other_names.begin(), bank.other_names.end());
    if (!bank.address.empty()) query.addresses = {bank.address};
    for (const auto& other : bank.identifiers) {
      if (auto read = identifiers::read(other.kind, other.value, bank.country); read.identifier)
        query.identifiers.push_back(*std::move(read.identifier));
    }
    if (!bank.country.empty()) query.countries = {lower_ascii(bank.country)};
    if (!bank.bic.empty()) {
      auto read = identifiers::read("bic", bank.bic);
      if (!read.problem.empty())
        extra_.push_back(data_finding("data.identifier_unsound", path + "/bic", fmt::format("{}: {}.", subject.name, read.problem), {path + "/bic"}));
      if (read.identifier) query.identifiers.push_back(*std::move(read.identifier));
    }
    followed(query, path, subject);
    return subject;
  }

  policy::Subject vessel(const RouteLeg& leg, const std::string& path) {
    policy::Subject subject;
    subject.path = path;
    subject.role = "vessel";
    subject.name = leg.vessel;
    subject.schema = "Vessel";
    if (leg.vessel_facts) subject.country = leg.vessel_facts->flag;
    match::Query query;
    query.schema = subject.schema;
    query.names = {leg.vessel};
    query.identifiers = identifiers::in_text(leg.vessel);
    vessels_.push_back({path, leg.vessel, query.identifiers});
    check_name(leg.vessel, subject.schema, "vessel", path);
    followed(query, path, subject);
    return subject;
  }

  /// The payer, or a ship's insurer: of both a deal gives the name and perhaps the country.
  policy::Subject named(const NamedParty& party, std::string_view role, const std::string& path) {
    policy::Subject subject;
    subject.path = path;
    subject.role = role;
    subject.name = party.name;
    subject.schema = "LegalEntity";
    subject.country = party.country;
    match::Query query;
    query.schema = subject.schema;
    query.names = {party.name};
    query.identifiers = identifiers::in_text(party.name);
    if (!party.country.empty()) query.countries = {lower_ascii(party.country)};
    check_name(party.name, subject.schema, role, path + "/name");
    followed(query, path, subject);
    return subject;
  }

  policy::Subject wallet(const std::string& address, const std::string& path) {
    policy::Subject subject;
    subject.path = path;
    subject.role = "wallet";
    subject.name = address;
    subject.schema = "CryptoWallet";
    match::Query query;
    auto read = identifiers::read("wallet", address);
    if (!read.problem.empty()) extra_.push_back(data_finding("data.identifier_unsound", path, fmt::format("{}: {}.", address, read.problem), {path}));
    if (read.identifier) {
      query.identifiers.push_back(*std::move(read.identifier));
      followed(query, path, subject);
    } else {
      subject.party = network_.subject({path, address, subject.schema, {}, {}}, {});
    }
    return subject;
  }

  [[nodiscard]] const std::vector<NamedVessel>& vessels() const { return vessels_; }

  /// The ownership around everybody that was gathered, and what is doubtful in it.
  void network(policy::Facts& facts) {
    facts.network = network_.draw();
    for (auto& subject : facts.subjects) subject.owners_stated = subject.owners_stated || network_.owners_known(subject.party);
    for (const auto& doubt : network_.doubts()) {
      const std::string& path = facts.network.parties[doubt.subject].path;
      extra_.push_back(data_finding(doubt.rule, path, doubt.because, {path + doubt.missing}));
    }
  }

 private:
  /// Takes out what two people have marked as a false hit, and says so; keeps the other matches as pairs that may be marked.
  void judge_matches(const match::Query& query, const std::string& path, Screened& screened) {
    if (screened.matches.empty()) return;
    const Json side = party_side(query);
    const std::string side_hash = content_address(side.dump());
    const std::string& name = query.names.empty() ? path : query.names.front();
    std::vector<policy::Match> kept;
    for (std::size_t i = 0; i < screened.matches.size(); ++i) {
      policy::Match& match = screened.matches[i];
      const auto& place = screened.places[i];
      Pair pair{
          path,          match.list,  match.entity, match.caption, match.how,
          match.certain, match.score, side,         side_hash,     listed_hash(snapshot_.searchable[place.edition].index->entity(place.entity))};
      const Marked marked = context_.marks == nullptr ? Marked{} : judge_marks(*context_.marks, pair, context_.as_of);
      for (const auto& fallen : marked.fallen) {
        mark_finding(
            "match.mark_fallen", path, fallen.mark, match,
            fmt::format("The mark {} that {} is not {} on {} holds no more, since {}.", fallen.mark, name, match.caption, match.list, fallen.why));
        decision_.fallen.push_back(fallen);
      }
      if (marked.by != nullptr) {
        const Mark& by = *marked.by;
        Json& evidence = mark_finding("match.marked_false", path, by.id, match,
                                      fmt::format("{} is not {} on {}: marked as a false hit by {} and {} on {}, until {} ({}).", name, match.caption,
                                                  match.list, by.proposed_by, by.approved_by, by.set_at.substr(0, 10), by.until, by.id));
        evidence.set("evidence", by.evidence).set("party", by.party_hash).set("listed", by.listed_hash);
        continue;
      }
      decision_.pairs.push_back(std::move(pair));
      kept.push_back(std::move(match));
    }
    screened.matches = std::move(kept);
    screened.places.clear();
  }

  /// A finding that changes no outcome; returns its evidence.
  Json& mark_finding(std::string rule, const std::string& path, const std::string& mark, const policy::Match& match, std::string because) {
    Finding finding = data_finding(std::move(rule), path, std::move(because), {});
    finding.outcome = Outcome::pass;
    finding.citation = "docs/casework.md: a possible match that two people have marked as a false hit";
    finding.evidence.set("mark", mark).set("list", match.list).set("entity", match.entity).set("score", match.score);
    extra_.push_back(std::move(finding));
    return extra_.back().evidence;
  }

  /// Screens a bank or a vessel, whose owners only registers and lists know.
  void followed(const match::Query& query, const std::string& path, policy::Subject& subject) {
    const Screened screened = screen(query, path);
    subject.matches = screened.matches;
    subject.party = network_.subject({path, subject.name, subject.schema, subject.country, query.identifiers}, screened);
  }

  void incorporation(const Party& party, const std::string& path, policy::Subject& subject) {
    const auto told = identifiers::incorporation_of(party.identifiers);
    if (party.incorporated) {
      subject.incorporated_earliest = party.incorporated;
      subject.incorporated_latest = party.incorporated;
      if (told && (*party.incorporated < told->earliest || *party.incorporated > told->latest)) {
        extra_.push_back(data_finding("data.incorporation_contradicts", path + "/incorporated",
                                      fmt::format("{} is said to be incorporated on {}, but {} tells a date from {} to {}.", party.name,
                                                  party.incorporated->text(), told->from, told->earliest.text(), told->latest.text()),
                                      {path + "/incorporated"}));
        subject.incorporated_earliest = std::min(*party.incorporated, told->earliest);
        subject.incorporated_latest = std::max(*party.incorporated, told->latest);
      }
    } else if (told) {
      subject.incorporated_earliest = told->earliest;
      subject.incorporated_latest = told->latest;
    }
  }

  const Snapshot& snapshot_;
  const Context& context_;
  match::Workspace& workspace_;
  Decision& decision_;
  std::vector<Finding>& extra_;
  NetworkDrawer network_;
  std::vector<NamedVessel> vessels_;
};

}  // namespace

policy::Facts gather_facts(const Snapshot& snapshot, const Deal& deal, const Context& context, match::Workspace& workspace, Decision& decision) {
  Gatherer gatherer(snapshot, context, workspace, decision);
  policy::Facts facts;
  facts.as_of = context.as_of;
  facts.contract_date = deal.contract_date;
  facts.shipped = deal.shipped;
  for (std::size_t i = 0; i < deal.parties.size(); ++i) facts.subjects.push_back(gatherer.party(deal.parties[i], fmt::format("/parties/{}", i)));
  if (deal.payment) {
    for (std::size_t i = 0; i < deal.payment->banks.size(); ++i) {
      facts.subjects.push_back(gatherer.bank(deal.payment->banks[i], fmt::format("/payment/banks/{}", i)));
    }
    facts.payment_stated = true;
    facts.payment_currency = deal.payment->currency;
    facts.payment_amount = deal.payment->amount;
    facts.payment_terms = deal.payment->terms;
    facts.payment_channel = deal.payment->channel;
    if (deal.payment->payer) {
      facts.payer = payer_fact(snapshot, deal);
      if (!is_party(deal, deal.payment->payer->name)) facts.subjects.push_back(gatherer.named(*deal.payment->payer, "payer", "/payment/payer"));
    }
    if (!deal.payment->wallet.empty()) {
      // A wallet says by itself that a crypto-asset is paid with.
      if (facts.payment_channel.empty()) facts.payment_channel = "crypto";
      facts.subjects.push_back(gatherer.wallet(deal.payment->wallet, "/payment/wallet"));
    }
  }
  if (deal.route) {
    facts.route.emplace();
    for (std::size_t i = 0; i < deal.route->size(); ++i) {
      const RouteLeg& leg = (*deal.route)[i];
      const std::string path = fmt::format("/route/{}", i);
      facts.route->push_back(leg_fact(snapshot, leg, path));
      check_leg(leg, path, facts.route->back().place_name, decision.findings);
      if (!leg.vessel.empty()) facts.subjects.push_back(gatherer.vessel(leg, path + "/vessel"));
      if (leg.vessel_facts && leg.vessel_facts->insurer) {
        facts.subjects.push_back(gatherer.named(*leg.vessel_facts->insurer, "insurer", path + "/vessel_facts/insurer"));
      }
    }
  }
  check_vessels(gatherer.vessels(), facts, decision.findings);
  gatherer.network(facts);
  for (std::size_t i = 0; i < deal.goods.size(); ++i) {
    facts.goods.push_back(goods_fact(snapshot, deal.goods[i], fmt::format("/goods/{}", i), context.as_of));
    if (context.looked != nullptr && !deal.goods[i].hs.empty()) context.looked->codes.push_back(deal.goods[i].hs);
  }
  if (deal.end_use) {
    facts.end_use_stated = true;
    facts.end_use_country = deal.end_use->country;
    facts.no_reexport_clause = deal.end_use->no_reexport_clause;
    facts.military = deal.end_use->military;
    facts.certificate = deal.end_use->certificate;
  }
  return facts;
}

}  // namespace tamga::clear
