#include "app/licences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "app/rules.h"
#include "base/files.h"

namespace tamga::app {
namespace {

constexpr std::size_t kFileMax = std::size_t{4} << 20;

std::unexpected<Error> refused(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }

store::StoredLicence stored(const licences::Licence& licence) {
  store::StoredLicence made;
  made.number = licence.number;
  made.from = licence.from.text();
  made.to = licence.to.text();
  made.record = licences::to_json(licence).dump();
  for (const auto& cap : licence.caps) {
    const auto most = licences::millionths(cap.limit);
    TAMGA_CHECK(most.has_value());  // read_licence() takes no other
    made.caps.push_back({cap.key(), *most, 0});
  }
  return made;
}

Result<store::StoredLicence> existing(store::Store& store, std::string_view number) {
  TAMGA_TRY(auto licence, store::Licences(store).find(number));
  if (!licence) return not_found(fmt::format("there is no licence {}; tamga licence list shows all", number));
  return *std::move(licence);
}

Result<licences::Licence> licence_of(const store::StoredLicence& from) {
  auto licence = licences::read_licence(from.record);
  if (!licence) return failure(fmt::format("the record of the licence {} is damaged; run tamga audit verify", from.number));
  return licence;
}

/// That every rule it lifts exists: one that is misspelt would permit nothing, and nobody would notice.
Status check_lifts(const Settings& settings, const licences::Licence& licence) {
  TAMGA_TRY(const Rules rules, load_rules(settings.policy));
  const auto lines = rules.book.lines(licence.from);
  for (const auto& id : licence.lifts) {
    licences::Licence one;
    one.lifts = {id};
    const auto lifted = [&](const policy::RuleBook::RuleLine& line) { return line.kind == "rule" && one.lifts_rule(line.id); };
    if (std::none_of(lines.begin(), lines.end(), lifted)) return bad_input(fmt::format("/lifts: no rule is named \"{}\"; see tamga policy list", id));
  }
  return {};
}

/// The open use of a licence by a deal.
Result<store::LicenceUse> open_use(store::Store& store, std::string_view number, std::string_view deal) {
  TAMGA_TRY(const auto uses, store::Licences(store).uses(number, deal));
  const auto at = std::find_if(uses.begin(), uses.end(), [](const store::LicenceUse& use) { return use.state == "open"; });
  if (at == uses.end()) return refused(fmt::format("the deal {} has no open use of the licence {}", deal, number));
  return *at;
}

/// What a use by hand takes, held against the licence as it is on that day.
Result<std::vector<store::LicenceDraw>> draws_by_hand(store::Store& store, std::string_view number, const GoodsLine& line, std::string_view day) {
  TAMGA_TRY(const auto from, existing(store, number));
  TAMGA_TRY(const auto licence, licence_of(from));
  if (from.revoked) return refused(fmt::format("the licence {} is revoked", number));
  if (day < from.from || day > from.to) return refused(fmt::format("the licence {} is valid from {} to {} only", number, from.from, from.to));
  if (!licence.codes.empty() &&
      std::none_of(licence.codes.begin(), licence.codes.end(), [&](const auto& code) { return line.hs.starts_with(code); })) {
    return refused(fmt::format("the licence {} is for the codes {}; name one with --code", number, fmt::join(licence.codes, ", ")));
  }
  Deal deal;
  deal.goods.push_back(line);
  deal.goods.front().description = "the goods";
  const auto need = licences::need_of(licence, deal, {0});
  if (need.answer != licences::Answer::yes) {
    return refused(fmt::format("the licence {} cannot be counted: {}", number, fmt::join(need.reasons, "; ")));
  }
  std::vector<store::LicenceDraw> draws;
  for (std::size_t i = 0; i < licence.caps.size(); ++i) {
    if (need.amounts[i] != Decimal::whole(0)) draws.push_back({licence.caps[i].key(), *licences::millionths(need.amounts[i])});
  }
  return draws;
}

Json to_json(const GoodsLine& line) {
  Json json = Json::object();
  if (!line.hs.empty()) json.set("code", line.hs);
  if (line.quantity) json.set("quantity", line.quantity->text()).set("unit", line.unit);
  if (line.value) json.set("value", line.value->text()).set("currency", line.currency);
  return json;
}

GoodsLine line_of(const Json& json) {
  GoodsLine line;
  line.hs = json.get("code");
  line.quantity = Decimal::parse(json.get("quantity"));
  line.unit = json.get("unit");
  line.value = Decimal::parse(json.get("value"));
  line.currency = json.get("currency");
  return line;
}

Result<store::Proposal> propose(store::Store& store, std::string_view what, std::string_view subject, const Json& content, std::string_view by,
                                std::string_view at) {
  return store::People(store).propose(what, subject, content, by, at);
}

}  // namespace

Result<licences::Licence> read_licence_file(const std::string& path) {
  const bool standard_input = path == "-";
  auto bytes = standard_input ? read_standard_input() : read_file(path, kFileMax);
  if (!bytes) return std::unexpected(bytes.error());
  auto licence = licences::read_licence(*bytes);
  if (!licence) return std::unexpected(licence.error().in_file(standard_input ? "<stdin>" : path));
  return licence;
}

Result<store::Proposal> propose_licence(const Settings& settings, const licences::Licence& licence, std::string_view by, std::string_view at) {
  TAMGA_TRY_STATUS(check_lifts(settings, licence));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto there, store::Licences(store).find(licence.number));
  if (there) return refused(fmt::format("the licence {} is recorded already; a change of it is: tamga licence amend FILE", licence.number));
  return propose(store, "licence.add", licence.number, Json::object().set("licence", licences::to_json(licence)), by, at);
}

Result<store::Proposal> propose_amendment(const Settings& settings, const licences::Licence& licence, std::string_view by, std::string_view at) {
  TAMGA_TRY_STATUS(check_lifts(settings, licence));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto before, existing(store, licence.number));
  if (before.revoked) return refused(fmt::format("the licence {} is revoked", licence.number));
  return propose(store, "licence.amend", licence.number, Json::object().set("licence", licences::to_json(licence)), by, at);
}

Result<store::Proposal> propose_revocation(const Settings& settings, std::string_view number, std::string_view reason, std::string_view by,
                                           std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto before, existing(store, number));
  if (before.revoked) return refused(fmt::format("the licence {} is revoked already", number));
  return propose(store, "licence.revoke", number, Json::object().set("reason", reason), by, at);
}

Result<store::Proposal> propose_return(const Settings& settings, std::string_view number, std::string_view deal, std::string_view reason,
                                       std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY([[maybe_unused]] const auto licence, existing(store, number));
  TAMGA_TRY([[maybe_unused]] const auto use, open_use(store, number, deal));
  TAMGA_TRY(const bool gone, store::Licences(store).shipped(deal));
  if (gone) return refused(fmt::format("the deal {} is shipped; what it used of the licence {} stays used", deal, number));
  return propose(store, "licence.return", number, Json::object().set("deal", deal).set("reason", reason), by, at);
}

Result<store::Proposal> propose_use(const Settings& settings, std::string_view number, std::string_view deal, const GoodsLine& line,
                                    std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY([[maybe_unused]] const auto draws, draws_by_hand(store, number, line, at.substr(0, 10)));
  return propose(store, "licence.use", number, Json::object().set("deal", deal).set("goods", to_json(line)), by, at);
}

Status record_shipped(const Settings& settings, std::string_view deal, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store.transact([&]() -> Status {
    TAMGA_TRY_STATUS(store::People(store).require(by, {"analyst", "liaison", "approver"}));
    store::ByWhom who;
    who.by = by;
    return store::Licences(store).ship(deal, who, at);
  });
}

std::string_view LicenceView::state(Date day) const {
  if (stored.revoked) return "revoked";
  if (day < licence.from) return "not yet valid";
  return day > licence.to ? "expired" : "in force";
}

Result<std::vector<LicenceView>> list_licences(const Settings& settings) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  TAMGA_TRY(const auto all, store::Licences(store).all());
  std::vector<LicenceView> views;
  for (const auto& one : all) {
    TAMGA_TRY(auto licence, licence_of(one));
    views.push_back({one, std::move(licence), {}, {}, {}});
  }
  return views;
}

Result<LicenceView> show_licence(const Settings& settings, std::string_view number) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  LicenceView view;
  TAMGA_TRY(view.stored, existing(store, number));
  TAMGA_TRY(view.licence, licence_of(view.stored));
  for (const auto& [kind, what] :
       {std::pair{"licence", "added"}, std::pair{"licence_amendment", "amended"}, std::pair{"licence_revocation", "revoked"}}) {
    TAMGA_TRY_STATUS(store.each_since(0, kind, [&, done = std::string(what)](const store::LedgerEntry& entry) -> Status {
      TAMGA_TRY(const Json json, parse_json(entry.payload));
      if (json.get("number") != number) return {};
      view.events.push_back({done, entry.recorded_at, std::string(json.get("by")), std::string(json.get("approved_by")),
                             std::string(json.get("proposal")), std::string(json.get("reason"))});
      return {};
    }));
  }
  store::Licences licences(store);
  TAMGA_TRY(const auto uses, licences.uses(number, ""));
  for (const auto& use : uses) {
    TAMGA_TRY(const auto entry, store.at(use.sequence));
    if (!entry) return failure(fmt::format("the ledger entry {} is gone; run tamga audit verify", use.sequence));
    TAMGA_TRY(const Json json, parse_json(entry->payload));
    TAMGA_TRY(const bool gone, licences.shipped(use.deal));
    view.uses.push_back({use, entry->recorded_at, std::string(json.get("by")), std::string(json.get("approved_by")), gone});
  }
  TAMGA_TRY(view.open, store::People(store).proposals("", number, "open"));
  std::erase_if(view.open, [](const store::Proposal& proposal) { return !proposal.what.starts_with("licence."); });
  return view;
}

Result<std::vector<ReopenedDeal>> reopened_deals(const Settings& settings, Date day) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  store::Licences licences(store);
  std::vector<ReopenedDeal> deals;
  TAMGA_TRY(const auto revoked, licences.reopened());
  for (const auto& one : revoked) deals.push_back({one.deal, one.number, "revoked", one.at.substr(0, 10), one.decision});
  TAMGA_TRY(const auto all, licences.all());
  for (const auto& licence : all) {
    const auto to = Date::parse(licence.to);
    if (licence.revoked || !to || day <= *to) continue;
    TAMGA_TRY(const auto uses, licences.uses(licence.number, ""));
    for (const auto& use : uses) {
      if (use.state != "open") continue;
      TAMGA_TRY(const bool gone, licences.shipped(use.deal));
      if (!gone) deals.push_back({use.deal, licence.number, "expired", Date{to->day + std::chrono::days(1)}.text(), {}});
    }
  }
  return deals;
}

Status apply_licence(store::Store& store, const store::Proposal& approved, std::string_view at) {
  const store::ByWhom who{approved.id, {}, approved.proposed_by, approved.decided_by, std::string(approved.content.get("reason"))};
  store::Licences licences(store);
  if (approved.what == "licence.add" || approved.what == "licence.amend") {
    const Json* content = approved.content.find("licence");
    TAMGA_TRY(const auto licence, licences::read_licence(content == nullptr ? "" : content->dump()));
    return approved.what == "licence.add" ? licences.add(stored(licence), who, at) : licences.amend(stored(licence), who, at);
  }
  if (approved.what == "licence.revoke") {
    TAMGA_TRY([[maybe_unused]] const auto deals, licences.revoke(approved.subject, who, at));
    return {};
  }
  const std::string deal(approved.content.get("deal"));
  if (approved.what == "licence.return") {
    TAMGA_TRY(const auto use, open_use(store, approved.subject, deal));
    return licences.give_back(use.sequence, who, at);
  }
  if (approved.what == "licence.use") {
    const Json* goods = approved.content.find("goods");
    TAMGA_TRY(const auto draws, draws_by_hand(store, approved.subject, goods == nullptr ? GoodsLine{} : line_of(*goods), at.substr(0, 10)));
    TAMGA_TRY([[maybe_unused]] const auto use, licences.draw(approved.subject, deal, draws, who, at));
    return {};
  }
  return failure(fmt::format("{}: this Tamga does not know what \"{}\" does; use a newer one", approved.id, approved.what));
}

Result<std::vector<licences::Standing>> LicenceStandings::of(const store::HeldLicences& held) {
  std::vector<licences::Standing> standings;
  for (const auto& one : held.licences) {
    auto at = read_.find(one.number);
    if (at == read_.end() || at->second.first != one.sequence) {
      TAMGA_TRY(auto licence, licence_of(one));
      at = read_.insert_or_assign(one.number, std::pair{one.sequence, std::move(licence)}).first;
    }
    licences::Standing standing;
    standing.licence = at->second.second;
    standing.revoked = one.revoked;
    const auto use =
        std::find_if(held.uses.begin(), held.uses.end(), [&](const store::LicenceUse& candidate) { return candidate.number == one.number; });
    if (use != held.uses.end()) {
      standing.own.emplace();
      standing.own_stands = held.shipped || use->decision.empty();
    }
    for (const auto& cap : standing.licence.caps) {
      const std::string key = cap.key();
      const auto of_licence = std::find_if(one.caps.begin(), one.caps.end(), [&](const store::LicenceCap& row) { return row.cap == key; });
      if (of_licence == one.caps.end()) return failure(fmt::format("the record of the licence {} is damaged; run tamga audit verify", one.number));
      standing.used.push_back(licences::from_millionths(of_licence->used));
      if (!standing.own) continue;
      const auto draw = std::find_if(use->draws.begin(), use->draws.end(), [&](const store::LicenceDraw& row) { return row.cap == key; });
      standing.own->push_back(draw == use->draws.end() ? Decimal::whole(0) : licences::from_millionths(draw->amount));
    }
    standings.push_back(std::move(standing));
  }
  return standings;
}

Status record_draws(store::Store& store, const store::HeldLicences& held, const clear::Decision& decision, std::string_view at) {
  store::Licences licences(store);
  store::ByWhom who;
  who.decision = decision.id;
  if (!held.shipped) {
    for (const auto& use : held.uses) {
      // What somebody recorded by hand, two people return.
      if (!use.decision.empty()) TAMGA_TRY_STATUS(licences.give_back(use.sequence, who, at));
    }
  }
  for (const auto& draw : decision.draws) {
    std::vector<store::LicenceDraw> amounts;
    for (const auto& [cap, amount] : draw.amounts) amounts.push_back({cap, licences::millionths(amount).value_or(0)});
    TAMGA_TRY([[maybe_unused]] const auto use, licences.draw(draw.number, decision.deal, amounts, who, at));
  }
  return {};
}

}  // namespace tamga::app
