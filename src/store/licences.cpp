#include "store/licences.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "store/database.h"

namespace tamga::store {
namespace {

std::unexpected<Error> refused(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }
std::unexpected<Error> damaged(const LedgerEntry& entry) {
  return failure(fmt::format("ledger entry {} ({} {}) is damaged; run tamga audit verify", entry.sequence, entry.kind, entry.key));
}

void add_whom(Json& json, const ByWhom& who) {
  const auto set = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  };
  set("proposal", who.proposal);
  set("decision", who.decision);
  set("by", who.by);
  set("approved_by", who.approved_by);
  set("reason", who.reason);
}

Result<Json> payload_of(const StoredLicence& licence, const ByWhom& who) {
  TAMGA_TRY(Json record, parse_json(licence.record));
  Json caps = Json::array();
  for (const auto& cap : licence.caps) caps.push(Json::object().set("cap", cap.cap).set("most", Json::number(cap.most)));
  Json json = Json::object();
  json.set("number", licence.number).set("from", licence.from).set("to", licence.to).set("licence", std::move(record)).set("caps", std::move(caps));
  add_whom(json, who);
  return json;
}

std::optional<std::int64_t> number_of(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  if (value == nullptr || !value->is_number() || value->text.empty() || value->text.size() > 18) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : value->text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// The state that the ledger amounts to, entry by entry. Where an entry says what cannot be, `wrong` names it and the entry changes nothing.
struct Book {
  std::map<std::string, StoredLicence> licences;
  std::map<std::int64_t, LicenceUse> uses;
  std::set<std::string, std::less<>> shipped;
  std::vector<std::string> wrong;

  Status take(const LedgerEntry& entry) {
    const auto read = parse_json(entry.payload);
    if (!read) return damaged(entry);
    const Json& json = *read;
    if (entry.kind == "licence" || entry.kind == "licence_amendment") return define(entry, json);
    if (entry.kind == "licence_revocation") {
      const auto at = licences.find(std::string(json.get("number")));
      if (at == licences.end()) return impossible(entry, "revokes a licence that is not there");
      at->second.revoked = true;
      return {};
    }
    if (entry.kind == "licence_use") return use(entry, json);
    if (entry.kind == "licence_return" || entry.kind == "reopened") return end(entry, json);
    shipped.insert(std::string(json.get("deal")));
    return {};
  }

  Status impossible(const LedgerEntry& entry, std::string_view what) {
    wrong.push_back(fmt::format("ledger entry {} ({} {}) {}", entry.sequence, entry.kind, entry.key, what));
    return {};
  }

 private:
  Status define(const LedgerEntry& entry, const Json& json) {
    StoredLicence licence;
    licence.number = json.get("number");
    licence.sequence = entry.sequence;
    licence.from = json.get("from");
    licence.to = json.get("to");
    const Json* record = json.find("licence");
    const Json* caps = json.find("caps");
    if (record == nullptr || caps == nullptr) return damaged(entry);
    licence.record = record->dump();
    const auto before = licences.find(licence.number);
    for (const auto& item : caps->items) {
      const auto most = number_of(item, "most");
      if (!most) return damaged(entry);
      LicenceCap cap{std::string(item.get("cap")), *most, 0};
      if (before != licences.end()) {
        for (const auto& old : before->second.caps) {
          if (old.cap == cap.cap) cap.used = old.used;
        }
      }
      licence.caps.push_back(std::move(cap));
    }
    std::sort(licence.caps.begin(), licence.caps.end(), [](const LicenceCap& a, const LicenceCap& b) { return a.cap < b.cap; });
    const bool amends = entry.kind == "licence_amendment";
    if (amends != (before != licences.end())) return impossible(entry, amends ? "amends a licence that is not there" : "adds a licence twice");
    if (amends) licence.amendments = before->second.amendments + 1;
    licences[licence.number] = std::move(licence);
    return {};
  }

  Status use(const LedgerEntry& entry, const Json& json) {
    LicenceUse made;
    made.sequence = entry.sequence;
    made.number = json.get("number");
    made.deal = json.get("deal");
    made.decision = json.get("decision");
    made.state = "open";
    const auto at = licences.find(made.number);
    if (at == licences.end() || at->second.revoked) return impossible(entry, "uses a licence that is not in force");
    const Json* draws = json.find("draws");
    if (draws == nullptr) return damaged(entry);
    for (const auto& item : draws->items) {
      const auto amount = number_of(item, "amount");
      if (!amount) return damaged(entry);
      made.draws.push_back({std::string(item.get("cap")), *amount});
    }
    std::sort(made.draws.begin(), made.draws.end(), [](const LicenceDraw& a, const LicenceDraw& b) { return a.cap < b.cap; });
    for (const auto& draw : made.draws) {
      LicenceCap* cap = cap_of(at->second, draw.cap);
      if (cap == nullptr) return impossible(entry, "draws on a cap that the licence has not");
      if (draw.amount > cap->most - cap->used) return impossible(entry, "overdraws the licence");
    }
    for (const auto& draw : made.draws) cap_of(at->second, draw.cap)->used += draw.amount;
    uses[made.sequence] = std::move(made);
    return {};
  }

  Status end(const LedgerEntry& entry, const Json& json) {
    const auto sequence = number_of(json, "use");
    const auto at = sequence ? uses.find(*sequence) : uses.end();
    if (at == uses.end() || at->second.state != "open") return impossible(entry, "ends a use that is not open");
    if (shipped.contains(at->second.deal)) return impossible(entry, "gives back what was shipped");
    at->second.state = entry.kind == "reopened" ? "reopened" : "returned";
    at->second.ended = entry.sequence;
    const auto licence = licences.find(at->second.number);
    for (const auto& draw : at->second.draws) {
      if (LicenceCap* cap = licence == licences.end() ? nullptr : cap_of(licence->second, draw.cap); cap != nullptr) cap->used -= draw.amount;
    }
    return {};
  }

  static LicenceCap* cap_of(StoredLicence& licence, std::string_view name) {
    const auto at = std::find_if(licence.caps.begin(), licence.caps.end(), [&](const LicenceCap& cap) { return cap.cap == name; });
    return at == licence.caps.end() ? nullptr : &*at;
  }
};

constexpr std::string_view kKinds = "'licence', 'licence_amendment', 'licence_revocation', 'licence_use', 'licence_return', 'reopened', 'shipped'";

/// The ledger up to an entry, that included.
Result<Book> book_at(Database& database, std::int64_t sequence) {
  TAMGA_TRY(auto query, database.prepare(fmt::format("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger WHERE kind IN ({}) AND "
                                                     "sequence <= ? ORDER BY sequence",
                                                     kKinds),
                                         Rows::many));
  query.bind(sequence);
  Book book;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return book;
    TAMGA_TRY_STATUS(book.take(LedgerEntry{query.number(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5)}));
  }
}

StoredLicence licence_row(const Statement& row) {
  StoredLicence licence;
  licence.number = row.text(0);
  licence.sequence = row.number(1);
  licence.amendments = row.number(2);
  licence.from = row.text(3);
  licence.to = row.text(4);
  licence.revoked = row.text(5) == "revoked";
  licence.record = row.text(6);
  return licence;
}

constexpr std::string_view kLicenceColumns = "SELECT number, sequence, amendments, valid_from, valid_to, state, record FROM licences";

}  // namespace

Result<std::vector<LicenceCap>> Licences::caps_of(std::string_view number) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT cap, most, used FROM licence_caps WHERE number = ? ORDER BY cap"));
  query.bind(number);
  std::vector<LicenceCap> caps;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return caps;
    caps.push_back({query.text(0), query.number(1), query.number(2)});
  }
}

Result<std::optional<StoredLicence>> Licences::find(std::string_view number) {
  StoredLicence licence;
  {
    TAMGA_TRY(auto query, store_.database().prepare(fmt::format("{} WHERE number = ?", kLicenceColumns)));
    TAMGA_TRY(const bool row, query.bind(number).step());
    if (!row) return std::nullopt;
    licence = licence_row(query);
  }
  TAMGA_TRY(licence.caps, caps_of(number));
  return licence;
}

Result<std::vector<StoredLicence>> Licences::all() {
  std::vector<StoredLicence> licences;
  TAMGA_TRY(auto query, store_.database().prepare(fmt::format("{} ORDER BY number", kLicenceColumns)));
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) break;
    licences.push_back(licence_row(query));
    TAMGA_TRY(licences.back().caps, caps_of(licences.back().number));
  }
  return licences;
}

Status Licences::add(const StoredLicence& licence, const ByWhom& who, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(const auto there, find(licence.number));
    if (there) return refused(fmt::format("the licence {} is recorded already; a change of it is an amendment", licence.number));
    TAMGA_TRY(const Json payload, payload_of(licence, who));
    TAMGA_TRY(const auto entry, store_.append("licence", licence.number, at, payload.dump()));
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO licences VALUES(?, ?, 0, ?, ?, 'active', ?)"));
    TAMGA_TRY_STATUS(
        insert.bind(licence.number).bind(entry.sequence).bind(licence.from).bind(licence.to).bind(payload.find("licence")->dump()).run());
    for (const auto& cap : licence.caps) {
      TAMGA_TRY(auto row, store_.database().prepare("INSERT INTO licence_caps VALUES(?, ?, ?, 0)"));
      TAMGA_TRY_STATUS(row.bind(licence.number).bind(cap.cap).bind(cap.most).run());
    }
    return {};
  });
}

Status Licences::amend(const StoredLicence& licence, const ByWhom& who, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(const auto before, find(licence.number));
    if (!before) return not_found(fmt::format("there is no licence {}", licence.number));
    if (before->revoked) return refused(fmt::format("the licence {} is revoked; what the authority grants anew is another licence", licence.number));
    TAMGA_TRY(const auto used, uses(licence.number, ""));
    const auto names = [](const StoredLicence& of) {
      std::set<std::string> set;
      for (const auto& cap : of.caps) set.insert(cap.cap);
      return set;
    };
    const bool same_caps = names(*before) == names(licence);
    if (!used.empty() && !same_caps) {
      return refused(fmt::format("the licence {} was used: an amendment may change how much its caps allow, not what they count", licence.number));
    }
    TAMGA_TRY(const Json payload, payload_of(licence, who));
    TAMGA_TRY(const auto entry, store_.append("licence_amendment", fmt::format("{} {}", licence.number, before->amendments + 1), at, payload.dump()));
    auto& database = store_.database();
    TAMGA_TRY(auto update, database.prepare("UPDATE licences SET sequence = ?, amendments = ?, valid_from = ?, valid_to = ?, record = ? "
                                            "WHERE number = ?"));
    TAMGA_TRY_STATUS(update.bind(entry.sequence)
                         .bind(before->amendments + 1)
                         .bind(licence.from)
                         .bind(licence.to)
                         .bind(payload.find("licence")->dump())
                         .bind(licence.number)
                         .run());
    if (!same_caps) {
      TAMGA_TRY(auto clear, database.prepare("DELETE FROM licence_caps WHERE number = ?"));
      TAMGA_TRY_STATUS(clear.bind(licence.number).run());
    }
    for (const auto& cap : licence.caps) {
      TAMGA_TRY(auto row,
                database.prepare("INSERT INTO licence_caps VALUES(?, ?, ?, 0) ON CONFLICT(number, cap) DO UPDATE SET most = excluded.most"));
      TAMGA_TRY_STATUS(row.bind(licence.number).bind(cap.cap).bind(cap.most).run());
    }
    return {};
  });
}

Result<std::vector<std::string>> Licences::revoke(std::string_view number, const ByWhom& who, std::string_view at) {
  std::vector<std::string> deals;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY(const auto licence, find(number));
    if (!licence) return not_found(fmt::format("there is no licence {}", number));
    if (licence->revoked) return refused(fmt::format("the licence {} is revoked already", number));
    Json payload = Json::object().set("number", number);
    add_whom(payload, who);
    TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("licence_revocation", number, at, payload.dump()));
    TAMGA_TRY(const auto used, uses_where(number, "", true));
    for (const auto& use : used) {
      TAMGA_TRY(const bool gone, shipped(use.deal));
      if (gone) continue;
      Json opened = Json::object().set("use", Json::number(use.sequence)).set("number", number).set("deal", use.deal);
      if (!who.reason.empty()) opened.set("reason", who.reason);
      TAMGA_TRY(const auto end, store_.append("reopened", fmt::to_string(use.sequence), at, opened.dump()));
      TAMGA_TRY(auto update, store_.database().prepare("UPDATE licence_uses SET state = 'reopened', ended = ? WHERE sequence = ?"));
      TAMGA_TRY_STATUS(update.bind(end.sequence).bind(use.sequence).run());
      deals.push_back(use.deal);
    }
    // Last: a revoked licence does not change any more.
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE licences SET state = 'revoked' WHERE number = ?"));
    return update.bind(number).run();
  }));
  return deals;
}

Result<std::int64_t> Licences::draw(std::string_view number, std::string_view deal, const std::vector<LicenceDraw>& draws, const ByWhom& who,
                                    std::string_view at) {
  std::int64_t sequence = 0;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY(const auto licence, find(number));
    if (!licence) return not_found(fmt::format("there is no licence {}", number));
    if (licence->revoked) return refused(fmt::format("the licence {} is revoked", number));
    TAMGA_TRY(const auto before, uses_where(number, deal, true));
    if (!before.empty()) {
      return refused(fmt::format("the deal {} uses the licence {} already; return that use first", deal, number));
    }
    Json list = Json::array();
    for (const auto& draw : draws) {
      const auto cap = std::find_if(licence->caps.begin(), licence->caps.end(), [&](const LicenceCap& one) { return one.cap == draw.cap; });
      if (cap == licence->caps.end()) return refused(fmt::format("the licence {} has no cap \"{}\"", number, draw.cap));
      if (draw.amount > cap->most - cap->used) return refused(fmt::format("not enough is left of the licence {} ({})", number, draw.cap));
      list.push(Json::object().set("cap", draw.cap).set("amount", Json::number(draw.amount)));
    }
    Json payload = Json::object().set("number", number).set("deal", deal);
    add_whom(payload, who);
    payload.set("draws", std::move(list));
    TAMGA_TRY(const auto entry,
              store_.append("licence_use", fmt::format("{} {}", who.decision.empty() ? who.proposal : who.decision, number), at, payload.dump()));
    auto& database = store_.database();
    TAMGA_TRY(auto insert, database.prepare("INSERT INTO licence_uses VALUES(?, ?, ?, ?, 'open', NULL)"));
    TAMGA_TRY_STATUS(insert.bind(entry.sequence).bind(number).bind(deal).bind(who.decision).run());
    for (const auto& draw : draws) {
      TAMGA_TRY(auto row, database.prepare("INSERT INTO licence_draws VALUES(?, ?, ?)"));
      TAMGA_TRY_STATUS(row.bind(entry.sequence).bind(draw.cap).bind(draw.amount).run());
    }
    sequence = entry.sequence;
    return {};
  }));
  return sequence;
}

Status Licences::give_back(std::int64_t use, const ByWhom& who, std::string_view at) {
  return store_.transact([&]() -> Status {
    std::string number;
    std::string deal;
    {
      TAMGA_TRY(auto query, store_.database().prepare("SELECT number, deal FROM licence_uses WHERE sequence = ? AND state = 'open'"));
      TAMGA_TRY(const bool row, query.bind(use).step());
      if (!row) return refused(fmt::format("there is no open use {}", use));
      number = query.text(0);
      deal = query.text(1);
    }
    TAMGA_TRY(const bool gone, shipped(deal));
    if (gone) return refused(fmt::format("the deal {} is shipped; what it used of the licence {} stays used", deal, number));
    Json payload = Json::object().set("use", Json::number(use)).set("number", number).set("deal", deal);
    add_whom(payload, who);
    TAMGA_TRY(const auto entry, store_.append("licence_return", fmt::to_string(use), at, payload.dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE licence_uses SET state = 'returned', ended = ? WHERE sequence = ?"));
    return update.bind(entry.sequence).bind(use).run();
  });
}

Status Licences::ship(std::string_view deal, const ByWhom& who, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(const bool gone, shipped(deal));
    if (gone) return refused(fmt::format("the deal {} is recorded as shipped already", deal));
    TAMGA_TRY(const auto used, uses_where("", deal, true));
    if (used.empty()) {
      return refused(fmt::format("no licence is used for the deal {}", deal));
    }
    Json payload = Json::object().set("deal", deal);
    add_whom(payload, who);
    TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("shipped", deal, at, payload.dump()));
    return {};
  });
}

Result<std::vector<LicenceUse>> Licences::uses(std::string_view number, std::string_view deal) { return uses_where(number, deal, false); }

Result<std::vector<LicenceUse>> Licences::uses_where(std::string_view number, std::string_view deal, bool open_only) {
  // Only what is asked for stands in the query, so that an index answers it however many uses there are.
  const std::string sql = fmt::format(
      "SELECT sequence, number, deal, decision, state, coalesce(ended, 0) FROM licence_uses WHERE {} AND {} AND {} "
      "ORDER BY sequence",
      number.empty() ? "?1 = ''" : "number = ?1", deal.empty() ? "?2 = ''" : "deal = ?2", open_only ? "state = 'open'" : "1 = 1");
  TAMGA_TRY(auto query, store_.database().prepare(sql));
  query.bind(number).bind(deal);
  std::vector<LicenceUse> found;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return found;
    LicenceUse use{query.number(0), query.text(1), query.text(2), query.text(3), query.text(4), query.number(5), {}};
    TAMGA_TRY(auto draws, store_.database().prepare("SELECT cap, amount FROM licence_draws WHERE sequence = ? ORDER BY cap"));
    draws.bind(use.sequence);
    for (;;) {
      TAMGA_TRY(const bool more, draws.step());
      if (!more) break;
      use.draws.push_back({draws.text(0), draws.number(1)});
    }
    found.push_back(std::move(use));
  }
}

Result<bool> Licences::shipped(std::string_view deal) {
  TAMGA_TRY(const auto entry, store_.find("shipped", deal));
  return entry.has_value();
}

Result<std::vector<Reopened>> Licences::reopened() {
  std::vector<Reopened> deals;
  TAMGA_TRY_STATUS(store_.each_since(0, "reopened", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json json, parse_json(entry.payload));
    deals.push_back({entry.sequence, std::string(json.get("number")), std::string(json.get("deal")), entry.recorded_at, {}});
    return {};
  }));
  if (deals.empty()) return deals;
  TAMGA_TRY_STATUS(store_.each_since(deals.front().sequence, "decision", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json payload, parse_json(entry.payload));
    TAMGA_TRY(const Json decision, parse_json(payload.get("decision")));
    for (auto& deal : deals) {
      if (deal.sequence < entry.sequence && deal.deal == decision.get("deal")) deal.decision = entry.key;
    }
    return {};
  }));
  return deals;
}

Result<HeldLicences> Licences::held(std::string_view deal) {
  HeldLicences held;
  TAMGA_TRY(held.licences, all());
  if (held.licences.empty()) return held;
  TAMGA_TRY(held.uses, uses_where("", deal, true));
  TAMGA_TRY(held.shipped, shipped(deal));
  return held;
}

Result<HeldLicences> Licences::held_at(std::string_view deal, std::int64_t sequence) {
  TAMGA_TRY(auto book, book_at(store_.database(), sequence));
  HeldLicences held;
  for (auto& [number, licence] : book.licences) held.licences.push_back(std::move(licence));
  if (held.licences.empty()) return held;
  for (auto& [at, use] : book.uses) {
    if (use.deal != deal || use.state != "open") continue;
    held.uses.push_back(std::move(use));
  }
  held.shipped = book.shipped.contains(deal);
  return held;
}

Result<std::vector<std::string>> Licences::damage() {
  TAMGA_TRY(auto book, book_at(store_.database(), std::numeric_limits<std::int64_t>::max()));
  std::vector<std::string> damage = std::move(book.wrong);
  TAMGA_TRY(const auto licences, all());
  for (const auto& licence : licences) {
    const auto at = book.licences.find(licence.number);
    if (at == book.licences.end()) {
      damage.push_back(fmt::format("licence {}: the ledger does not know it", licence.number));
      continue;
    }
    if (at->second != licence) damage.push_back(fmt::format("licence {}: differs from what the ledger recorded", licence.number));
    book.licences.erase(at);
  }
  for (const auto& [number, licence] : book.licences) damage.push_back(fmt::format("licence {}: the ledger recorded it, but it is gone", number));
  TAMGA_TRY(const auto stored, uses("", ""));
  for (const auto& use : stored) {
    const auto at = book.uses.find(use.sequence);
    if (at == book.uses.end()) {
      damage.push_back(fmt::format("use {} of licence {}: the ledger does not know it", use.sequence, use.number));
      continue;
    }
    if (at->second != use) damage.push_back(fmt::format("use {} of licence {}: differs from what the ledger recorded", use.sequence, use.number));
    book.uses.erase(at);
  }
  for (const auto& [sequence, use] : book.uses) {
    damage.push_back(fmt::format("use {} of licence {}: the ledger recorded it, but it is gone", sequence, use.number));
  }
  // What no row above reaches: caps of a licence, or draws of a use, that are not there.
  TAMGA_TRY(auto stray, store_.database().prepare("SELECT (SELECT count(*) FROM licence_caps WHERE number NOT IN (SELECT number FROM licences)) + "
                                                  "(SELECT count(*) FROM licence_draws WHERE sequence NOT IN (SELECT sequence FROM licence_uses))"));
  TAMGA_TRY([[maybe_unused]] const bool row, stray.step());
  if (stray.number(0) != 0) damage.push_back("caps or draws of licences are kept that belong to nothing");
  return damage;
}

}  // namespace tamga::store
