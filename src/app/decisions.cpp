#include "app/decisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/casework.h"
#include "app/editions.h"
#include "app/licences.h"
#include "app/owners.h"
#include "app/past.h"
#include "app/record.h"
#include "base/files.h"
#include "base/sha256.h"
#include "messages/messages.h"

namespace tamga::app {
namespace {

Result<clear::Snapshot> make_snapshot(const Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& editions,
                                      const std::vector<store::StoredEdition>& registers, Rules rules, Date as_of) {
  clear::Snapshot snapshot;
  TAMGA_TRY(snapshot.editions, load_editions(settings, store, editions, as_of, *rules.matching));
  snapshot.searchable = searchable(snapshot.editions);
  TAMGA_TRY(snapshot.registers, load_registers(settings, store, registers, *rules.matching));
  snapshot.rules = std::move(rules.book);
  snapshot.controls = std::move(rules.controls);
  snapshot.words = std::move(rules.read_words).value_or(goods::Words{});
  snapshot.places = std::move(rules.places);
  snapshot.matching = std::move(rules.matching);
  snapshot.policy = rules.id;
  snapshot.engine = kEngine;
  return snapshot;
}

/// What the ledger keeps of a decision: all that replay needs and the decision's own bytes, as text so that they stay bytes.
std::string payload(const DealText& deal, const clear::Context& context, const std::vector<clear::Notice>& notices, const clear::Decision& decision) {
  Json json = Json::object();
  json.set("decision", decision.json.dump());
  json.set("as_of", context.as_of.text());
  json.set("list_age_max", Json::number(context.list_age_max));
  if (!notices.empty()) {
    Json list = Json::array();
    for (const auto& notice : notices) {
      Json item = Json::object();
      item.set("rule", notice.rule).set("regime", notice.regime).set("list", notice.list).set("edition", notice.edition);
      list.push(std::move(item.set("because", notice.because)));
    }
    json.set("notices", std::move(list));
  }
  if (deal.payment == nullptr) {
    json.set("deal", deal.bytes);
  } else {
    json.set("message", content_address(*deal.message)).set("transaction", Json::number(static_cast<std::int64_t>(deal.payment->transaction)));
  }
  return json.dump();
}

/// What a decision on a payment is made unique by: the whole file would be hashed again for each of its transactions.
std::string payment_bytes(std::string_view address, std::size_t transaction) {
  return fmt::format("message {} transaction {}", address, transaction);
}

DealText payment_deal(const std::string& name, std::string_view address, std::shared_ptr<const std::string> message, PaymentMessage payment) {
  DealText deal;
  deal.name = name;
  deal.bytes = payment_bytes(address, payment.transaction);
  deal.deal = messages::deal_of(payment);
  deal.message = std::move(message);
  deal.payment = std::make_shared<const PaymentMessage>(std::move(payment));
  return deal;
}

Status keep_policy(store::Store& store, const DealBasis& basis, std::string_view at) {
  TAMGA_TRY(const auto hash, store.keep("policy", basis.bundle, at));
  TAMGA_CHECK(hash == basis.snapshot.policy);
  return {};
}

/// The decision that a request was answered by; nothing: it was not yet.
Result<std::optional<clear::Decision>> answered(store::Store& store, const std::string& key, const std::string& asked) {
  TAMGA_TRY(const auto before, store.find(kRequestKind, key));
  if (!before) return std::nullopt;
  TAMGA_TRY(const Json request, parse_json(before->payload));
  if (request.get("asked") != asked) return bad_input(fmt::format("the request {} was another deal's; give each its own id", key));
  TAMGA_TRY(const auto entry, store.find("decision", request.get("decision")));
  if (!entry) return failure(fmt::format("the decision {} of the request {} is not in the store", request.get("decision"), key));
  TAMGA_TRY(const Json record, parse_json(entry->payload));
  clear::Decision decision;
  TAMGA_TRY(decision.json, parse_json(record.get("decision")));
  decision.id = decision.json.get("id");
  decision.deal = decision.json.get("deal");
  decision.outcome = policy::outcome_from_name(decision.json.get("outcome")).value_or(policy::Outcome::review);
  return decision;
}

/// The registers that a basis names.
Result<std::vector<store::StoredEdition>> registers_named(store::Store& store, const Json& basis, std::string_view whose) {
  std::vector<store::StoredEdition> registers;
  const Json* told = basis.find("ownership");
  if (told == nullptr) return registers;
  TAMGA_TRY(const auto all, store.editions());
  for (const auto& item : told->items) {
    const auto at = std::find_if(all.begin(), all.end(), [&](const store::StoredEdition& edition) {
      return edition.list == kOwnershipList && edition.part == item.get("source") && edition.id == item.get("edition");
    });
    if (at == all.end()) {
      return not_found(
          fmt::format("the edition {} of the register {} that {} stands on is not in the store", item.get("edition"), item.get("source"), whose));
    }
    registers.push_back(*at);
  }
  return registers;
}

std::unexpected<Error> damaged(const std::string& id) { return failure(fmt::format("the record of {} is damaged; run tamga audit verify", id)); }

}  // namespace

Result<std::vector<DealText>> read_deal_file(const std::string& path) {
  const bool standard_input = path == "-";
  auto bytes = standard_input ? read_standard_input() : read_file(path, std::size_t{64} << 20);
  if (!bytes) return std::unexpected(bytes.error());
  return read_deals(standard_input ? "<stdin>" : path, *std::move(bytes));
}

Result<std::vector<DealText>> read_deals(const std::string& name, std::string bytes) {
  std::vector<DealText> deals;
  if (messages::recognise(bytes)) {
    auto payments = messages::read(bytes);
    if (!payments) return std::unexpected(payments.error().in_file(name));
    const std::string address = content_address(bytes);
    const auto message = std::make_shared<const std::string>(std::move(bytes));
    for (auto& payment : *payments) deals.push_back(payment_deal(name, address, message, std::move(payment)));
    return deals;
  }
  auto deal = read_deal(bytes);
  if (!deal) return std::unexpected(deal.error().in_file(name));
  deals.push_back(DealText{name, std::move(bytes), *std::move(deal)});
  return deals;
}

Status clear_deals(const Settings& settings, ClearRequest request, const std::function<void(const clear::Decision&)>& each) {
  TAMGA_TRY(Rules rules, load_rules(settings.policy, WithWords::read));
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto basis, open_basis(settings, store, std::move(rules), request.as_of));
  match::Workspace workspace;
  return clear_on(basis, settings, store, request, workspace, each);
}

Result<DealBasis> open_basis(const Settings& settings, store::Store& store, Rules rules, Date as_of, const std::vector<std::string>& lists) {
  DealBasis basis;
  TAMGA_TRY(const auto editions, editions_on(store, as_of, lists));
  TAMGA_TRY(const auto registers, registers_on(store, as_of));
  basis.bundle = std::move(rules.bundle);
  TAMGA_TRY(basis.snapshot, make_snapshot(settings, store, editions, registers, std::move(rules), as_of));
  TAMGA_TRY(basis.snapshot.notices, notices_on(store, as_of, editions));
  return basis;
}

Result<DealBasis> open_basis_on(const Settings& settings, store::Store& store, const Json& named, Date as_of) {
  constexpr std::string_view kWhose = "the work";
  if (named.get("engine") != kEngine) return not_found(fmt::format("asked of {}, and this is {}", named.get("engine"), kEngine));
  const Json* lists = named.find("lists");
  if (lists == nullptr) return bad_input("the basis names no lists");
  TAMGA_TRY(const auto editions, editions_named(store, *lists, kWhose));
  TAMGA_TRY(const auto registers, registers_named(store, named, kWhose));
  TAMGA_TRY(Rules rules, load_rules(settings.policy, WithWords::read));
  if (rules.id != named.get("policy")) {
    TAMGA_TRY(auto bundle, store.kept(named.get("policy")));
    if (!bundle) return not_found(fmt::format("the policy edition {} that the work stands on is not in the store", named.get("policy")));
    TAMGA_TRY(rules, unbundle_rules(*std::move(bundle), WithWords::read));
  }
  DealBasis basis;
  basis.bundle = std::move(rules.bundle);
  TAMGA_TRY(basis.snapshot, make_snapshot(settings, store, editions, registers, std::move(rules), as_of));
  TAMGA_TRY(basis.snapshot.notices, notices_on(store, as_of, editions));
  return basis;
}

Status clear_on(const DealBasis& basis, const Settings& settings, store::Store& store, const ClearRequest& request, match::Workspace& workspace,
                const std::function<void(const clear::Decision&)>& each) {
  const clear::Snapshot& snapshot = basis.snapshot;
  if (request.record) {
    // Its hash is known: to keep it again would hash a megabyte and more for each deal.
    TAMGA_TRY(const auto kept, store.find("policy", snapshot.policy));
    if (!kept) TAMGA_TRY_STATUS(keep_policy(store, basis, request.decided_at));
  }
  TAMGA_TRY_STATUS(have_past(store));
  std::shared_ptr<const std::string> kept_message;
  LicenceStandings standings;
  StandingMarks marks;
  goods::ControlledFits fits;
  std::size_t number = 0;
  for (const auto& deal : request.deals) {
    const std::string request_key = request.request.empty() ? std::string() : fmt::format("{} {}", request.request, ++number);
    const std::string asked = request.request.empty() ? std::string() : content_address(request.as_of.text() + "\n" + deal.bytes);
    if (request.record && deal.message != nullptr && deal.message != kept_message) {
      TAMGA_TRY([[maybe_unused]] const auto kept, store.keep("message", *deal.message, request.decided_at));
      kept_message = deal.message;
    }
    clear::Decision decision;
    const auto decide = [&]() -> Status {
      if (!request_key.empty()) {
        TAMGA_TRY(auto before, answered(store, request_key, asked));
        if (before) {
          decision = *std::move(before);
          return {};
        }
      }
      if (request.record) TAMGA_TRY_STATUS(bring_past_up_to_date(store));
      TAMGA_TRY(const auto head, store.head());
      clear::Context context{request.as_of, settings.list_age_max, request.decided_at, head.sequence, head.hash, {}, {}, {}};
      // Payments name no goods, by which a deal is known again and a licence is used.
      store::HeldLicences held;
      if (deal.message == nullptr) {
        TAMGA_TRY(context.past, past_like(store, deal.deal, head.sequence));
        context.past.insert(context.past.end(), request.also_past.begin(), request.also_past.end());
        TAMGA_TRY(held, store::Licences(store).held(deal.deal.id));
        TAMGA_TRY(context.licences, standings.of(held));
      }
      TAMGA_TRY(context.marks, marks.now(store));
      context.explain = request.explain;
      context.fits = &fits;
      decision = clear::clear(snapshot, deal.deal, deal.bytes, context, workspace, deal.payment.get());
      if (!request.record) return {};
      TAMGA_TRY(const auto entry, store.append("decision", decision.id, request.decided_at, payload(deal, context, snapshot.notices, decision)));
      if (!request_key.empty()) {
        const Json answer = Json::object().set("decision", decision.id).set("asked", asked);
        TAMGA_TRY([[maybe_unused]] const auto noted, store.append(kRequestKind, request_key, request.decided_at, answer.dump()));
      }
      if (deal.message == nullptr) TAMGA_TRY_STATUS(record_draws(store, held, decision, request.decided_at));
      const std::string_view outcome = deal.message == nullptr ? policy::outcome_name(decision.outcome) : std::string_view();
      TAMGA_TRY_STATUS(remember_past(store, entry.sequence, outcome, deal.deal));
      return raise_alerts(store, decision, request.decided_at);
    };
    TAMGA_TRY_STATUS(request.record ? store.transact(decide) : decide());
    each(decision);
  }
  return {};
}

Result<std::vector<clear::Decision>> judge_deals(const Settings& settings, const JudgeRequest& request) {
  TAMGA_TRY(Rules rules, load_rules(settings.policy, WithWords::read));
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  TAMGA_TRY(const auto basis, open_basis(settings, store, std::move(rules), request.as_of, request.lists));
  clear::Context context;
  context.as_of = request.as_of;
  context.list_age_max = 0;
  context.decided_at = request.as_of.text() + "T00:00:00Z";
  match::Workspace workspace;
  std::vector<clear::Decision> decisions;
  for (const auto& deal : request.deals)
    decisions.push_back(clear::clear(basis.snapshot, deal.deal, deal.bytes, context, workspace, deal.payment.get()));
  return decisions;
}

std::size_t Replay::first_difference() const {
  return static_cast<std::size_t>(std::mismatch(recorded.begin(), recorded.end(), recomputed.begin(), recomputed.end()).first - recorded.begin());
}

Result<Replay> replay(const Settings& settings, const std::string& decision_id, bool explain) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto entry, store.find("decision", decision_id));
  if (!entry) return not_found(fmt::format("no decision {} is recorded in {}", decision_id, settings.told_place()));
  TAMGA_TRY(const Json record, parse_json(entry->payload));
  const std::string recorded(record.get("decision"));
  std::string deal_bytes(record.get("deal"));
  const auto as_of = Date::parse(record.get("as_of"));
  const Json* age = record.find("list_age_max");
  auto json = parse_json(recorded);
  if (!json || !as_of || age == nullptr) return damaged(decision_id);
  const Json* basis = json->find("basis");
  const Json* lists = basis != nullptr ? basis->find("lists") : nullptr;
  const Json* ledger = basis != nullptr ? basis->find("ledger") : nullptr;
  if (lists == nullptr || ledger == nullptr || ledger->find("sequence") == nullptr) return damaged(decision_id);

  // Here it is no question of what was asked for: the record is not whole.
  const auto broken = [](const Error& error) { return failure(error.message); };
  auto named = editions_named(store, *lists, decision_id);
  if (!named) return broken(named.error());
  auto editions = *std::move(named);
  // As it was known then: later confirmations are not part of that decision.
  for (std::size_t i = 0; i < editions.size(); ++i) {
    editions[i].confirmed.clear();
    if (const auto confirmed = lists->items[i].get("confirmed"); !confirmed.empty()) editions[i].confirmed.emplace_back(confirmed);
  }
  TAMGA_TRY(auto bundle, store.kept(basis->get("policy")));
  if (!bundle) return failure(fmt::format("the policy edition {} that {} stands on is not in the store", basis->get("policy"), decision_id));
  TAMGA_TRY(Rules rules, unbundle_rules(*std::move(bundle), WithWords::read));
  const auto registers = registers_named(store, *basis, decision_id);
  if (!registers) return broken(registers.error());
  TAMGA_TRY(auto snapshot, make_snapshot(settings, store, editions, *registers, std::move(rules), *as_of));
  if (const Json* notices = record.find("notices"); notices != nullptr) {
    for (const auto& item : notices->items) {
      snapshot.notices.push_back(clear::Notice{std::string(item.get("rule")), std::string(item.get("regime")), std::string(item.get("list")),
                                               std::string(item.get("edition")), std::string(item.get("because"))});
    }
  }
  const auto whole = [](const Json& number) { return Decimal::parse(number.text).value_or(Decimal{}).coefficient; };
  Deal deal;
  std::optional<PaymentMessage> payment;
  if (const std::string message(record.get("message")); message.empty()) {
    TAMGA_TRY(deal, read_deal(deal_bytes));
  } else {
    const Json* number = record.find("transaction");
    TAMGA_TRY(const auto bytes, store.kept(message));
    if (!bytes) return failure(fmt::format("the message {} that {} was made on is not in the store", message, decision_id));
    TAMGA_TRY(auto payments, messages::read(*bytes));
    const std::int64_t transaction = number == nullptr ? 0 : whole(*number);
    if (transaction < 1 || transaction > static_cast<std::int64_t>(payments.size())) return damaged(decision_id);
    payment = std::move(payments[static_cast<std::size_t>(transaction - 1)]);
    deal = messages::deal_of(*payment);
    deal_bytes = payment_bytes(message, payment->transaction);
  }
  clear::Context context;
  context.as_of = *as_of;
  context.list_age_max = static_cast<long>(whole(*age));
  context.decided_at = json->get("decided_at");
  context.ledger_sequence = whole(*ledger->find("sequence"));
  context.ledger_hash = ledger->get("hash");
  context.explain = explain;
  TAMGA_TRY_STATUS(have_past(store));
  if (!payment) {
    TAMGA_TRY(context.past, past_like(store, deal, context.ledger_sequence));
    TAMGA_TRY(const auto held, store::Licences(store).held_at(deal.id, context.ledger_sequence));
    TAMGA_TRY(context.licences, LicenceStandings().of(held));
  }
  TAMGA_TRY(context.marks, marks_then(store, context.ledger_sequence));
  match::Workspace workspace;
  const auto again = clear::clear(snapshot, deal, deal_bytes, context, workspace, payment ? &*payment : nullptr);
  return Replay{recorded, again.json.dump(), again.evaluation, again.flags};
}

}  // namespace tamga::app
