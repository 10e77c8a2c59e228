#include "store/cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/sha256.h"
#include "store/database.h"

namespace tamga::store {
namespace {

/// Of a LIMIT that limits nothing: PostgreSQL takes none below zero.
constexpr std::int64_t kAll = std::int64_t{1} << 60;

using cases::Act;
using cases::State;

std::unexpected<Error> refused(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }

Json to_json(const Ground& ground) {
  Json pairs = Json::array();
  for (const auto& pair : ground.pairs) pairs.push(store::to_json(pair));
  Json json = Json::object();
  json.set("deal", ground.deal).set("decision", ground.decision).set("rule", ground.rule).set("regime", ground.regime).set("about", ground.about);
  json.set("outcome", ground.outcome).set("because", ground.because).set("grounds", ground.hash).set("hits", std::move(pairs));
  return json;
}

Ground ground_from_json(const Json& json) {
  Ground ground;
  ground.deal = json.get("deal");
  ground.decision = json.get("decision");
  ground.rule = json.get("rule");
  ground.regime = json.get("regime");
  ground.about = json.get("about");
  ground.outcome = json.get("outcome");
  ground.because = json.get("because");
  ground.hash = json.get("grounds");
  if (const Json* pairs = json.find("hits"); pairs != nullptr) {
    for (const auto& pair : pairs->items) ground.pairs.push_back(pair_from_json(pair));
  }
  return ground;
}

cases::Hits hits_of(const Ground& ground) {
  cases::Hits hits;
  for (const auto& pair : ground.pairs) (pair.certain || pair.how != "name" ? hits.certain : hits.possible) = true;
  return hits;
}

std::string id_of(std::string_view prefix, std::string_view text) { return fmt::format("{}-{}", prefix, sha256_hex(text).substr(0, 16)); }

std::string alert_id(std::string_view deal, std::string_view rule, std::string_view about) {
  return id_of("alert", fmt::format("{}\n{}\n{}", deal, rule, about));
}

bool possible(const Pair& pair) { return !pair.certain && pair.how == "name"; }

/// A row of `alerts`, as the ledger tells it: what damage() compares.
struct AlertRow {
  std::int64_t sequence = 0;
  std::int64_t grounds_at = 0;
  std::string deal, rule, about, outcome, grounds;
  State state = State::open;
  std::string assigned, deadline, reason, closed_by;
  std::int64_t events = 0;
  bool operator==(const AlertRow&) const = default;
};

/// What one event does to a row. The writers below and damage() both go through it, so that the two cannot part.
bool apply(AlertRow& row, Act act, std::int64_t sequence, const Json& json) {
  const auto state = cases::after(row.state, act);
  if (!state) return false;
  row.state = *state;
  ++row.events;
  switch (act) {
    case Act::assign:
      row.assigned = json.get("to");
      if (!json.get("deadline").empty()) row.deadline = json.get("deadline");
      break;
    case Act::close:
      row.reason = json.get("reason");
      row.closed_by = json.get("proposal");
      break;
    case Act::renew:
      row.reason.clear();
      row.grounds_at = sequence;
      row.outcome = json.get("outcome");
      row.grounds = json.get("grounds");
      row.deadline = json.get("deadline");
      break;
    case Act::escalate:
    case Act::note:
    case Act::attach: break;
  }
  return true;
}

AlertRow first_row(std::int64_t sequence, const Json& json) {
  return AlertRow{sequence,
                  sequence,
                  std::string(json.get("deal")),
                  std::string(json.get("rule")),
                  std::string(json.get("about")),
                  std::string(json.get("outcome")),
                  std::string(json.get("grounds")),
                  State::open,
                  {},
                  std::string(json.get("deadline")),
                  {},
                  {},
                  0};
}

constexpr const char* kAlertColumns =
    "sequence, grounds_at, deal, rule, about, outcome, grounds, state, assigned, deadline, reason, closed_by, events";

Result<AlertRow> row_of(const Statement& query) {
  const auto state = cases::state_from_name(query.text(7));
  if (!state) return failure("an alert has no state; run tamga audit verify");
  return AlertRow{query.number(0), query.number(1), query.text(2), query.text(3),  query.text(4),  query.text(5),   query.text(6),
                  *state,          query.text(8),   query.text(9), query.text(10), query.text(11), query.number(12)};
}

Mark mark_of(std::string_view id, std::int64_t sequence, std::string_view recorded_at, const Json& json) {
  Mark mark;
  mark.id = id;
  mark.sequence = sequence;
  mark.alert = json.get("alert");
  if (const Json* pair = json.find("hit"); pair != nullptr) mark.pair = pair_from_json(*pair);
  mark.evidence = json.get("evidence");
  mark.until = json.get("until");
  mark.proposed_by = json.get("proposed_by");
  mark.approved_by = json.get("by");
  mark.set_at = recorded_at;
  return mark;
}

struct ConsultationRow {
  std::int64_t sequence = 0;
  std::string state = "open";
  std::string deadline;
  std::int64_t sent = 0;
  std::int64_t answered = 0;
  bool operator==(const ConsultationRow&) const = default;
};

constexpr std::size_t kTextMax = 20'000;

Status check_length(Store& store, std::string_view text, std::string_view kind, std::string_view about, std::string_view at) {
  return text.size() <= kTextMax ? Status() : store.refuse_long(kind, about, text.size(), kTextMax, at);
}

Status check_text(Store& store, std::string_view text, std::string_view kind, std::string_view about, std::string_view at) {
  if (text.empty()) return refused(fmt::format("the {} must say something", kind));
  return check_length(store, text, kind, about, at);
}

}  // namespace

Json to_json(const Pair& pair) {
  Json json = Json::object();
  json.set("about", pair.about).set("list", pair.list).set("entity", pair.entity).set("caption", pair.caption).set("how", pair.how);
  json.set("certain", Json::boolean(pair.certain)).set("score", pair.score).set("party", pair.party).set("party_hash", pair.party_hash);
  return json.set("listed_hash", pair.listed_hash);
}

Pair pair_from_json(const Json& json) {
  const Json* certain = json.find("certain");
  const Json* party = json.find("party");
  return Pair{std::string(json.get("about")), std::string(json.get("list")), std::string(json.get("entity")), std::string(json.get("caption")),
              std::string(json.get("how")),
              // What does not say so is taken as certain: then nobody can mark it.
              certain == nullptr || certain->truth, std::string(json.get("score")), party == nullptr ? Json::object() : *party,
              std::string(json.get("party_hash")), std::string(json.get("listed_hash"))};
}

namespace {

Status write_row(Database& database, std::string_view id, const AlertRow& row) {
  TAMGA_TRY(auto update, database.prepare("UPDATE alerts SET grounds_at = ?, outcome = ?, grounds = ?, state = ?, assigned = ?, deadline = ?, "
                                          "reason = ?, closed_by = ?, events = ? WHERE id = ?"));
  update.bind(row.grounds_at).bind(row.outcome).bind(row.grounds).bind(cases::state_name(row.state)).bind(row.assigned).bind(row.deadline);
  return update.bind(row.reason).bind(row.closed_by).bind(row.events).bind(id).run();
}

Status write_hits(Database& database, std::string_view id, const Ground& ground) {
  for (const auto& pair : ground.pairs) {
    TAMGA_TRY(auto insert, database.prepare("INSERT INTO alert_hits VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"));
    insert.bind(id).bind(ground.hash).bind(pair.list).bind(pair.entity).bind(pair.party_hash).bind(pair.listed_hash).bind(pair.how);
    TAMGA_TRY_STATUS(insert.bind(std::int64_t{pair.certain ? 1 : 0}).run());
  }
  return {};
}

Result<std::optional<AlertRow>> find_row(Database& database, std::string_view id) {
  TAMGA_TRY(auto query, database.prepare(fmt::format("SELECT {} FROM alerts WHERE id = ?", kAlertColumns)));
  TAMGA_TRY(const bool there, query.bind(id).step());
  if (!there) return std::nullopt;
  TAMGA_TRY(auto row, row_of(query));
  return row;
}

}  // namespace

Result<std::optional<Alert>> Cases::alert_about(std::string_view deal, std::string_view rule, std::string_view about) {
  return alert(alert_id(deal, rule, about));
}

Result<bool> Cases::raise(const Ground& ground, std::string_view deadline, std::string_view at) {
  bool changed = false;
  const std::string id = alert_id(ground.deal, ground.rule, ground.about);
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    auto& database = store_.database();
    TAMGA_TRY(auto row, find_row(database, id));
    if (row && row->grounds == ground.hash) return {};
    changed = true;
    Json json = to_json(ground);
    json.set("deadline", deadline);
    if (!row) {
      TAMGA_TRY(const auto entry, store_.append("alert", id, at, json.dump()));
      TAMGA_TRY(auto insert, database.prepare("INSERT INTO alerts VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'open', '', ?, '', '', 0)"));
      insert.bind(id).bind(entry.sequence).bind(entry.sequence).bind(ground.deal).bind(ground.rule).bind(ground.about).bind(ground.outcome);
      TAMGA_TRY_STATUS(insert.bind(ground.hash).bind(deadline).run());
    } else {
      json.set("alert", id).set("act", cases::act_name(Act::renew)).set("by", "");
      TAMGA_TRY(const auto entry, store_.append("alert_event", fmt::format("{} {}", id, row->events + 1), at, json.dump()));
      TAMGA_CHECK(apply(*row, Act::renew, entry.sequence, json));
      TAMGA_TRY_STATUS(write_row(database, id, *row));
    }
    return write_hits(database, id, ground);
  }));
  return changed;
}

Result<Alert> Cases::known(std::string_view id) {
  TAMGA_TRY(auto found, alert(id));
  if (!found) return not_found(fmt::format("there is no alert {}; tamga alerts list shows them", id));
  return *std::move(found);
}

Status Cases::act(const Alert& alert, Act act, Json content, std::string_view by, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(auto row, find_row(store_.database(), alert.id));
    TAMGA_CHECK(row.has_value());
    const auto state = cases::after(row->state, act);
    if (!state) {
      return refused(row->state == State::closed
                         ? fmt::format("{} is closed ({}); it opens again by itself when its deal is cleared on other grounds", alert.id, row->reason)
                         : fmt::format("{} is {} already", alert.id, cases::state_name(row->state)));
    }
    content.set("alert", alert.id).set("act", cases::act_name(act)).set("by", by);
    TAMGA_TRY(const auto entry, store_.append("alert_event", fmt::format("{} {}", alert.id, row->events + 1), at, content.dump()));
    TAMGA_CHECK(apply(*row, act, entry.sequence, content));
    return write_row(store_.database(), alert.id, *row);
  });
}

Status Cases::assign(std::string_view id, std::string_view to, std::string_view deadline, std::string_view by, std::string_view at) {
  People people(store_);
  TAMGA_TRY_STATUS(people.require(by, {"analyst", "approver", "liaison"}));
  TAMGA_TRY_STATUS(people.require(to, {"analyst", "approver", "liaison"}));
  TAMGA_TRY(const auto alert, known(id));
  return act(alert, Act::assign, Json::object().set("to", to).set("deadline", deadline), by, at);
}

Status Cases::escalate(std::string_view id, std::string_view text, std::string_view by, std::string_view at) {
  TAMGA_TRY_STATUS(People(store_).require(by, {"analyst", "approver", "liaison"}));
  TAMGA_TRY(const auto alert, known(id));
  TAMGA_TRY_STATUS(check_length(store_, text, "text", id, at));
  return act(alert, Act::escalate, Json::object().set("text", text), by, at);
}

Status Cases::note(std::string_view id, std::string_view text, std::string_view by, std::string_view at) {
  TAMGA_TRY_STATUS(People(store_).require(by, {"analyst", "approver", "liaison"}));
  TAMGA_TRY(const auto alert, known(id));
  TAMGA_TRY_STATUS(check_text(store_, text, "note", id, at));
  return act(alert, Act::note, Json::object().set("text", text), by, at);
}

Result<std::string> Cases::attach(std::string_view id, std::string_view name, std::string_view bytes, std::string_view by, std::string_view at) {
  std::string hash;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"analyst", "approver", "liaison"}));
    TAMGA_TRY(const auto alert, known(id));
    TAMGA_TRY(hash, store_.keep("attachment", bytes, at));
    return act(alert, Act::attach, Json::object().set("name", name).set("file", hash), by, at);
  }));
  return hash;
}

Result<Proposal> Cases::propose_close(std::string_view id, std::string_view reason, std::string_view text, std::string_view by, std::string_view at) {
  TAMGA_TRY(const auto alert, known(id));
  if (alert.state == State::closed) return refused(fmt::format("{} is closed already", id));
  if (const auto why = cases::why_not(reason, alert.ground.outcome, hits_of(alert.ground), text); !why.empty()) return refused(why);
  TAMGA_TRY_STATUS(check_length(store_, text, "text", id, at));
  Json content = Json::object();
  content.set("reason", reason).set("text", text).set("grounds", alert.ground.hash);
  return People(store_).propose("alert.close", id, content, by, at);
}

Result<Proposal> Cases::propose_mark(std::string_view id, std::string_view evidence, std::string_view until, const std::vector<std::string>& entities,
                                     std::string_view by, std::string_view at) {
  TAMGA_TRY(const auto alert, known(id));
  if (alert.state == State::closed) return refused(fmt::format("{} is closed already", id));
  TAMGA_TRY_STATUS(check_text(store_, evidence, "evidence", id, at));
  std::vector<std::string> chosen;
  for (const auto& pair : alert.ground.pairs) {
    const bool named = std::find(entities.begin(), entities.end(), pair.entity) != entities.end();
    if (!entities.empty() && !named) continue;
    if (possible(pair)) {
      chosen.push_back(pair.entity);
    } else if (named) {
      return refused(fmt::format("{} on {} is a true hit ({}): it can never be marked as false", pair.caption, pair.list,
                                 pair.how == "identifier" ? "by identifier" : "the name leaves no doubt"));
    }
  }
  for (const auto& entity : entities) {
    if (std::find(chosen.begin(), chosen.end(), entity) == chosen.end()) return refused(fmt::format("{} has no hit on {}", id, entity));
  }
  if (chosen.empty()) {
    return refused(alert.ground.pairs.empty() ? fmt::format("{} is about no hit, so there is nothing to mark", id)
                                              : fmt::format("every hit of {} is a true one: it can never be marked as false", id));
  }
  Json content = Json::object();
  content.set("evidence", evidence).set("until", until).set("entities", Json::strings(chosen)).set("grounds", alert.ground.hash);
  return People(store_).propose("alert.mark", id, content, by, at);
}

Status Cases::check_ground(const Alert& alert, const Proposal& approved) {
  if (approved.content.get("grounds") == alert.ground.hash) return {};
  return refused(
      fmt::format("what {} stands on has changed since {} was made, so it cannot be approved; refuse it and look again", alert.id, approved.id));
}

Status Cases::close_approved(const Proposal& approved, std::string_view at) {
  TAMGA_TRY(const auto alert, known(approved.subject));
  TAMGA_TRY_STATUS(check_ground(alert, approved));
  const auto reason = approved.content.get("reason");
  const auto text = approved.content.get("text");
  if (const auto why = cases::why_not(reason, alert.ground.outcome, hits_of(alert.ground), text); !why.empty()) return refused(why);
  Json content = Json::object();
  content.set("reason", reason).set("text", text).set("proposal", approved.id).set("proposed_by", approved.proposed_by);
  return act(alert, Act::close, std::move(content), approved.decided_by, at);
}

Status Cases::mark_approved(const Proposal& approved, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(const auto alert, known(approved.subject));
    TAMGA_TRY_STATUS(check_ground(alert, approved));
    const Json* entities = approved.content.find("entities");
    if (entities == nullptr) return failure(fmt::format("{} names nobody to mark", approved.id));
    bool all = true;
    for (const auto& pair : alert.ground.pairs) {
      const bool named = std::any_of(entities->items.begin(), entities->items.end(), [&](const Json& item) { return item.text == pair.entity; });
      all = all && named;
      if (!named) continue;
      const std::string id = id_of("mark", fmt::format("{}\n{}\n{}\n{}", approved.id, pair.list, pair.entity, pair.party_hash));
      TAMGA_TRY(const auto there, store_.find("mark", id));
      if (there) continue;
      Json json = Json::object();
      json.set("alert", alert.id).set("hit", store::to_json(pair)).set("evidence", approved.content.get("evidence"));
      json.set("until", approved.content.get("until")).set("proposal", approved.id).set("proposed_by", approved.proposed_by);
      json.set("by", approved.decided_by);
      TAMGA_TRY(const auto entry, store_.append("mark", id, at, json.dump()));
      TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO marks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"));
      insert.bind(id).bind(entry.sequence).bind(alert.id).bind(pair.list).bind(pair.entity).bind(pair.party_hash).bind(pair.listed_hash);
      TAMGA_TRY_STATUS(insert.bind(approved.content.get("until")).bind(approved.id).run());
    }
    if (!all || alert.state == State::closed) return {};
    Json content = Json::object();
    content.set("reason", "false_hit").set("text", approved.content.get("evidence")).set("proposal", approved.id);
    content.set("proposed_by", approved.proposed_by);
    return act(alert, Act::close, std::move(content), approved.decided_by, at);
  });
}

Status Cases::fall(std::string_view mark, std::string_view why, std::string_view decision, std::string_view at) {
  return store_.transact([&]() -> Status {
    Json json = Json::object();
    json.set("mark", mark).set("why", why).set("decision", decision);
    TAMGA_TRY(const auto entry, store_.append("mark_fallen", mark, at, json.dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE marks SET fallen = ? WHERE id = ?"));
    return update.bind(entry.sequence).bind(mark).run();
  });
}

Result<std::optional<Alert>> Cases::alert(std::string_view id) {
  TAMGA_TRY(const auto row, find_row(store_.database(), id));
  if (!row) return std::nullopt;
  TAMGA_TRY(const auto grounds, store_.at(row->grounds_at));
  TAMGA_TRY(const auto opened, store_.at(row->sequence));
  if (!grounds || !opened) return failure(fmt::format("the ledger has lost the grounds of {}; run tamga audit verify", id));
  TAMGA_TRY(const Json json, parse_json(grounds->payload));
  return Alert{std::string(id), row->sequence, row->state, row->assigned, row->deadline, row->reason, opened->recorded_at, ground_from_json(json)};
}

Result<std::vector<Alert>> Cases::alerts(const AlertSelection& selection) {
  std::vector<std::string> ids;
  {
    TAMGA_TRY(auto query,
              store_.database().prepare(
                  "SELECT id FROM alerts WHERE (?1 = '' OR state = ?1 OR (?1 = 'active' AND state <> 'closed')) "
                  "AND (?2 = '' OR assigned = ?2) AND (?3 = '' OR deal = ?3) "
                  "AND (?4 = '' OR (state <> 'closed' AND deadline < ?4)) "
                  "AND (deadline, sequence) > (?5, ?6) AND (?8 = '' OR substr(rule, 1, length(?8)) = ?8) ORDER BY deadline, sequence LIMIT ?7"));
    query.bind(selection.state).bind(selection.assigned).bind(selection.deal).bind(selection.late_on).bind(selection.after_deadline);
    query.bind(selection.after_sequence).bind(selection.most > 0 ? selection.most : kAll).bind(selection.rule);
    for (;;) {
      TAMGA_TRY(const bool more, query.step());
      if (!more) break;
      ids.push_back(query.text(0));
    }
  }
  std::vector<Alert> found;
  for (const auto& id : ids) {
    TAMGA_TRY(auto one, alert(id));
    if (one) found.push_back(*std::move(one));
  }
  return found;
}

Result<std::vector<LedgerEntry>> Cases::history(std::string_view id) {
  TAMGA_TRY(const auto row, find_row(store_.database(), id));
  if (!row) return not_found(fmt::format("there is no alert {}; tamga alerts list shows them", id));
  std::vector<LedgerEntry> entries;
  TAMGA_TRY(const auto opened, store_.find("alert", id));
  if (opened) entries.push_back(*opened);
  for (std::int64_t i = 1; i <= row->events; ++i) {
    TAMGA_TRY(const auto event, store_.find("alert_event", fmt::format("{} {}", id, i)));
    if (event) entries.push_back(*event);
  }
  return entries;
}

Result<std::vector<Mark>> Cases::marks_at(std::int64_t sequence) {
  TAMGA_TRY(auto all, marks());
  std::erase_if(all, [&](const Mark& mark) { return mark.sequence > sequence || (mark.fallen != 0 && mark.fallen <= sequence); });
  return all;
}

Result<std::vector<Mark>> Cases::marks() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT m.id, m.sequence, l.recorded_at, l.payload, coalesce(m.fallen, 0), coalesce(f.payload, '') "
                                                  "FROM marks m JOIN ledger l ON l.sequence = m.sequence LEFT JOIN ledger f ON f.sequence = m.fallen "
                                                  "ORDER BY m.sequence"));
  std::vector<Mark> found;
  for (;;) {
    TAMGA_TRY(const bool more, query.step());
    if (!more) return found;
    TAMGA_TRY(const Json json, parse_json(query.text(3)));
    Mark mark = mark_of(query.text(0), query.number(1), query.text(2), json);
    mark.fallen = query.number(4);
    if (mark.fallen != 0) {
      TAMGA_TRY(const Json fallen, parse_json(query.text(5)));
      mark.fallen_why = fallen.get("why");
    }
    found.push_back(std::move(mark));
  }
}

Result<std::string> Cases::marks_version() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT count(*), coalesce(max(sequence), 0), coalesce(max(fallen), 0) FROM marks"));
  TAMGA_TRY([[maybe_unused]] const bool row, query.step());
  return fmt::format("{} {} {}", query.number(0), query.number(1), query.number(2));
}

Result<Consultation> Cases::consult(const Consultation& about, std::string_view packet, std::string_view pdf, std::string_view by,
                                    std::string_view at) {
  Consultation made = about;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"liaison"}));
    TAMGA_TRY(const auto there, store_.find("consultation", about.id));
    if (there) return refused(fmt::format("{} is open already", about.id));
    TAMGA_TRY(made.packet_hash, store_.keep("packet", packet, at));
    TAMGA_TRY(made.pdf_hash, store_.keep("packet", pdf, at));
    made.opened_by = by;
    made.opened_at = at;
    made.state = "open";
    Json json = Json::object();
    json.set("decision", made.decision).set("kind", made.kind).set("authority", made.authority).set("rule", made.rule).set("by", by);
    json.set("deadline", made.deadline).set("packet", made.packet_hash).set("pdf", made.pdf_hash);
    TAMGA_TRY(const auto entry, store_.append("consultation", made.id, at, json.dump()));
    made.sequence = entry.sequence;
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO consultations VALUES(?, ?, 'open', ?, NULL, NULL)"));
    return insert.bind(made.id).bind(entry.sequence).bind(made.deadline).run();
  }));
  return made;
}

Status Cases::sent(std::string_view id, std::string_view day, std::string_view reference, std::string_view deadline, std::string_view by,
                   std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"liaison"}));
    TAMGA_TRY(const auto known, consultation(id));
    if (!known) return not_found(fmt::format("there is no consultation {}; tamga consult list shows them", id));
    if (known->state != "open") return refused(fmt::format("{} is {} already", id, known->state));
    // A consultation's deadline is what is said when it is sent; a report's is the law's.
    const std::string due = known->kind == "consultation" ? std::string(deadline) : known->deadline;
    Json json = Json::object();
    json.set("consultation", id).set("act", "sent").set("day", day).set("reference", reference).set("deadline", due).set("by", by);
    TAMGA_TRY(const auto entry, store_.append("consultation_event", fmt::format("{} sent", id), at, json.dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE consultations SET state = 'sent', sent = ?, deadline = ? WHERE id = ?"));
    return update.bind(entry.sequence).bind(due).bind(id).run();
  });
}

Status Cases::answered(std::string_view id, std::string_view day, std::string_view text, std::string_view document, std::string_view by,
                       std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"liaison"}));
    TAMGA_TRY(const auto known, consultation(id));
    if (!known) return not_found(fmt::format("there is no consultation {}; tamga consult list shows them", id));
    if (known->state == "open") return refused(fmt::format("{} was not sent yet; tamga consult sent says when it was", id));
    if (known->state == "answered") return refused(fmt::format("{} is answered already", id));
    TAMGA_TRY_STATUS(check_text(store_, text, "answer", id, at));
    std::string hash;
    if (!document.empty()) {
      TAMGA_TRY(hash, store_.keep("answer", document, at));
    }
    Json json = Json::object();
    json.set("consultation", id).set("act", "answered").set("day", day).set("text", text).set("file", hash).set("by", by);
    TAMGA_TRY(const auto entry, store_.append("consultation_event", fmt::format("{} answered", id), at, json.dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE consultations SET state = 'answered', answered = ? WHERE id = ?"));
    return update.bind(entry.sequence).bind(id).run();
  });
}

namespace {

constexpr const char* kConsultations =
    "SELECT c.id, c.sequence, c.state, c.deadline, l.recorded_at, l.payload, coalesce(s.payload, ''), coalesce(a.payload, '') FROM consultations c "
    "JOIN ledger l ON l.sequence = c.sequence LEFT JOIN ledger s ON s.sequence = c.sent LEFT JOIN ledger a ON a.sequence = c.answered "
    "WHERE ?1 = '' OR c.id = ?1 ORDER BY c.sequence";

Result<std::vector<Consultation>> read_consultations(Database& database, std::string_view id) {
  TAMGA_TRY(auto query, database.prepare(kConsultations));
  query.bind(id);
  std::vector<Consultation> found;
  for (;;) {
    TAMGA_TRY(const bool more, query.step());
    if (!more) return found;
    TAMGA_TRY(const Json json, parse_json(query.text(5)));
    Consultation one;
    one.id = query.text(0);
    one.sequence = query.number(1);
    one.state = query.text(2);
    one.deadline = query.text(3);
    one.opened_at = query.text(4);
    one.decision = json.get("decision");
    one.kind = json.get("kind");
    one.authority = json.get("authority");
    one.rule = json.get("rule");
    one.opened_by = json.get("by");
    one.packet_hash = json.get("packet");
    one.pdf_hash = json.get("pdf");
    if (const std::string sent = query.text(6); !sent.empty()) {
      TAMGA_TRY(const Json event, parse_json(sent));
      one.sent_on = event.get("day");
      one.reference = event.get("reference");
    }
    if (const std::string answered = query.text(7); !answered.empty()) {
      TAMGA_TRY(const Json event, parse_json(answered));
      one.answered_on = event.get("day");
      one.answer = event.get("text");
      one.answer_hash = event.get("file");
    }
    found.push_back(std::move(one));
  }
}

}  // namespace

Result<std::optional<Consultation>> Cases::consultation(std::string_view id) {
  if (id.empty()) return std::nullopt;
  TAMGA_TRY(auto found, read_consultations(store_.database(), id));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

Result<std::vector<Consultation>> Cases::consultations() { return read_consultations(store_.database(), ""); }

namespace {

/// What the ledger says of alerts, marks and consultations, walked once in its order.
struct Told {
  std::map<std::string, AlertRow> alerts;
  std::map<std::string, std::string> hits;  ///< "alert grounds list entity party listed" to "how certain"
  struct MarkRow {
    std::int64_t sequence = 0;
    std::string alert, list, entity, party, listed, until, proposal;
    std::int64_t fallen = 0;
    bool operator==(const MarkRow&) const = default;
  };
  std::map<std::string, MarkRow> marks;
  std::map<std::string, ConsultationRow> consultations;
  std::map<std::string, std::string> approved;                          ///< proposals "what subject" by id; only those that another person approved
  std::map<std::string, std::pair<std::string, std::string>> proposed;  ///< id to what and subject, and by whom
  std::vector<std::string> damage;

  void add_hits(const std::string& alert, const Json& json) {
    const Ground ground = ground_from_json(json);
    for (const auto& pair : ground.pairs) {
      hits.emplace(fmt::format("{} {} {} {} {} {}", alert, ground.hash, pair.list, pair.entity, pair.party_hash, pair.listed_hash),
                   fmt::format("{} {}", pair.how, pair.certain ? 1 : 0));
    }
  }

  void take(const LedgerEntry& entry, const Json& json) {
    if (entry.kind == "proposal") {
      proposed[entry.key] = {fmt::format("{} {}", json.get("what"), json.get("subject")), std::string(json.get("by"))};
    } else if (entry.kind == "verdict") {
      const auto& [what, by] = proposed[entry.key];
      if (json.get("state") == "approved" && json.get("by") != by) approved[entry.key] = what;
    } else if (entry.kind == "alert") {
      alerts[entry.key] = first_row(entry.sequence, json);
      add_hits(entry.key, json);
    } else if (entry.kind == "alert_event") {
      const std::string alert(json.get("alert"));
      const auto act = cases::act_from_name(json.get("act"));
      const auto at = alerts.find(alert);
      if (!act || at == alerts.end() || !apply(at->second, *act, entry.sequence, json)) {
        damage.push_back(fmt::format("alert {}: ledger entry {} is no step that an alert can take", alert, entry.sequence));
        return;
      }
      if (*act == Act::renew) add_hits(alert, json);
      const std::string proposal(json.get("proposal"));
      if (*act == Act::close && approved[proposal] != "alert.close " + alert && approved[proposal] != "alert.mark " + alert)
        damage.push_back(fmt::format("alert {}: closed without two people", alert));
    } else if (entry.kind == "mark") {
      const Mark mark = mark_of(entry.key, entry.sequence, entry.recorded_at, json);
      const std::string proposal(json.get("proposal"));
      marks[entry.key] = {entry.sequence, mark.alert, mark.pair.list, mark.pair.entity, mark.pair.party_hash, mark.pair.listed_hash, mark.until,
                          proposal,       0};
      if (approved[proposal] != "alert.mark " + mark.alert) damage.push_back(fmt::format("{}: set without two people", entry.key));
      if (!possible(mark.pair)) damage.push_back(fmt::format("{}: set for a true hit", entry.key));
    } else if (entry.kind == "mark_fallen") {
      marks[entry.key].fallen = entry.sequence;
    } else if (entry.kind == "consultation") {
      consultations[entry.key] = {entry.sequence, "open", std::string(json.get("deadline")), 0, 0};
    } else if (entry.kind == "consultation_event") {
      auto& row = consultations[std::string(json.get("consultation"))];
      row.state = json.get("act");
      if (row.state == "sent") {
        row.sent = entry.sequence;
        row.deadline = json.get("deadline");
      } else {
        row.answered = entry.sequence;
      }
    }
  }
};

/// Compares a table with what was told: each row, and that none is gone.
template <typename Row>
void compare(std::string_view what, const std::string& id, const Row& row, std::map<std::string, Row>& told, std::vector<std::string>& damage) {
  const auto at = told.find(id);
  if (at == told.end()) {
    damage.push_back(fmt::format("{} {}: the ledger does not know it", what, id));
    return;
  }
  if (!(at->second == row)) damage.push_back(fmt::format("{} {}: differs from what the ledger recorded", what, id));
  told.erase(at);
}
template <typename Row>
void gone(std::string_view what, const std::map<std::string, Row>& told, std::vector<std::string>& damage) {
  for (const auto& [id, row] : told) damage.push_back(fmt::format("{} {}: the ledger recorded it, but it is gone", what, id));
}

}  // namespace

Result<std::vector<std::string>> Cases::damage() {
  Told told;
  std::vector<LedgerEntry> entries;
  for (const auto* kind : {"proposal", "verdict", "alert", "alert_event", "mark", "mark_fallen", "consultation", "consultation_event"}) {
    TAMGA_TRY_STATUS(store_.each_since(0, kind, [&](const LedgerEntry& entry) -> Status {
      entries.push_back(entry);
      return {};
    }));
  }
  std::sort(entries.begin(), entries.end(), [](const LedgerEntry& a, const LedgerEntry& b) { return a.sequence < b.sequence; });
  for (const auto& entry : entries) {
    TAMGA_TRY(const Json json, parse_json(entry.payload));
    told.take(entry, json);
  }
  auto& damage = told.damage;
  auto& database = store_.database();
  {
    TAMGA_TRY(auto query, database.prepare(fmt::format("SELECT {}, id FROM alerts ORDER BY id", kAlertColumns)));
    for (;;) {
      TAMGA_TRY(const bool more, query.step());
      if (!more) break;
      TAMGA_TRY(const auto row, row_of(query));
      compare("alert", query.text(13), row, told.alerts, damage);
    }
    gone("alert", told.alerts, damage);
  }
  {
    TAMGA_TRY(auto query, database.prepare("SELECT alert || ' ' || grounds || ' ' || list || ' ' || entity || ' ' || party || ' ' || listed, "
                                           "how || ' ' || certain FROM alert_hits ORDER BY 1"));
    for (;;) {
      TAMGA_TRY(const bool more, query.step());
      if (!more) break;
      compare("hit", query.text(0), query.text(1), told.hits, damage);
    }
    gone("hit", told.hits, damage);
  }
  {
    TAMGA_TRY(auto query, database.prepare("SELECT id, sequence, alert, list, entity, party, listed, until, proposal, coalesce(fallen, 0) FROM marks "
                                           "ORDER BY id"));
    for (;;) {
      TAMGA_TRY(const bool more, query.step());
      if (!more) break;
      const Told::MarkRow row{query.number(1), query.text(2), query.text(3), query.text(4),  query.text(5),
                              query.text(6),   query.text(7), query.text(8), query.number(9)};
      compare("mark", query.text(0), row, told.marks, damage);
    }
    gone("mark", told.marks, damage);
  }
  TAMGA_TRY(auto query,
            database.prepare("SELECT id, sequence, state, deadline, coalesce(sent, 0), coalesce(answered, 0) FROM consultations ORDER BY id"));
  for (;;) {
    TAMGA_TRY(const bool more, query.step());
    if (!more) break;
    const ConsultationRow row{query.number(1), query.text(2), query.text(3), query.number(4), query.number(5)};
    compare("consultation", query.text(0), row, told.consultations, damage);
  }
  gone("consultation", told.consultations, damage);
  return damage;
}

}  // namespace tamga::store
