#include "store/tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "base/sha256.h"
#include "store/database.h"
#include "store/people.h"

namespace tamga::store {
namespace {

/// What the ledger says of a row: all of it but the hash, which an examiner has no use for.
Json row_json(const StoredToken& token) {
  Json json = Json::object().set("id", token.id).set("kind", token.kind).set("name", token.name).set("machine", Json::boolean(token.machine));
  json.set("expires", token.expires).set("rate", Json::number(token.rate)).set("quota", Json::number(token.quota));
  return json.set("hash_sha256", content_address(token.hash));
}

}  // namespace

Status Tokens::add(const StoredToken& token, std::string_view by, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"administrator"}));
    TAMGA_TRY(const auto entry, store_.append("token", token.id, at, row_json(token).set("by", by).dump()));
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO tokens VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)"));
    insert.bind(token.id).bind(entry.sequence).bind(token.kind).bind(token.name).bind(std::int64_t{token.machine ? 1 : 0}).bind(token.hash);
    return insert.bind(token.expires).bind(token.rate).bind(token.quota).run();
  });
}

Status Tokens::revoke(std::string_view id, std::string_view by, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(People(store_).require(by, {"administrator"}));
    TAMGA_TRY(const auto tokens, all());
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const StoredToken& token) { return token.id == id; });
    if (found == tokens.end()) return not_found(fmt::format("there is no token {}; tamga people tokens shows them", id));
    if (found->revoked) return std::unexpected(Error{ErrorKind::usage, fmt::format("{} was revoked before", id), {}, 0});
    TAMGA_TRY(const auto entry, store_.append("token_revocation", id, at, Json::object().set("id", id).set("by", by).dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE tokens SET revoked = ? WHERE id = ?"));
    return update.bind(entry.sequence).bind(id).run();
  });
}

Result<std::vector<StoredToken>> Tokens::all() {
  TAMGA_TRY(auto query,
            store_.database().prepare("SELECT id, sequence, kind, name, machine, hash, expires, rate, quota, coalesce(revoked, 0) FROM tokens "
                                      "ORDER BY sequence"));
  std::vector<StoredToken> tokens;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return tokens;
    tokens.push_back(StoredToken{query.text(0), query.number(1), query.text(2), query.text(3), query.number(4) != 0, query.text(5), query.text(6),
                                 query.number(7), query.number(8), query.number(9) != 0});
  }
}

Result<std::int64_t> Tokens::version() { return store_.last_of({"token", "token_revocation", "person"}); }

Result<std::int64_t> Tokens::used(std::string_view id, std::string_view day) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT used FROM token_uses WHERE id = ? AND day = ?"));
  TAMGA_TRY(const bool row, query.bind(id).bind(day).step());
  return row ? query.number(0) : 0;
}

Status Tokens::add_uses(const std::map<std::string_view, std::int64_t>& uses, std::string_view day) {
  return store_.transact([&]() -> Status {
    for (const auto& [id, count] : uses) {
      TAMGA_TRY(auto insert, store_.database().prepare(
                                 "INSERT INTO token_uses VALUES(?1, ?2, ?3) ON CONFLICT(id, day) DO UPDATE SET used = token_uses.used + ?3"));
      TAMGA_TRY_STATUS(insert.bind(id).bind(day).bind(count).run());
    }
    return {};
  });
}

Result<std::optional<StoredAnswer>> Tokens::answer(std::string_view caller, std::string_view key) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT request, status, type, body, location FROM answers WHERE caller = ? AND key = ?"));
  TAMGA_TRY(const bool row, query.bind(caller).bind(key).step());
  if (!row) return std::nullopt;
  return StoredAnswer{query.text(0), query.number(1), query.text(2), query.blob(3), query.text(4)};
}

Status Tokens::keep_answer(std::string_view caller, std::string_view key, const StoredAnswer& answer, std::string_view day,
                           std::string_view forget_before) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(auto forget, store_.database().prepare("DELETE FROM answers WHERE day < ?"));
    TAMGA_TRY_STATUS(forget.bind(forget_before).run());
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO answers VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(caller, key) DO UPDATE SET "
                                                     "request = excluded.request, status = excluded.status, type = excluded.type, "
                                                     "location = excluded.location, body = excluded.body, day = excluded.day"));
    insert.bind(caller).bind(key).bind(answer.request).bind(answer.status).bind(answer.type).bind(answer.location);
    return insert.bind_blob(answer.body).bind(day).run();
  });
}

Result<std::vector<std::string>> Tokens::damage() {
  std::vector<std::string> damage;
  std::map<std::string, std::string> told;
  std::set<std::string> revoked;
  TAMGA_TRY_STATUS(store_.each_since(0, "token", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(Json json, parse_json(entry.payload));
    std::erase_if(json.members, [](const JsonMember& member) { return member.key == "by"; });
    told[entry.key] = json.dump();
    return {};
  }));
  TAMGA_TRY_STATUS(store_.each_since(0, "token_revocation", [&](const LedgerEntry& entry) -> Status {
    revoked.insert(entry.key);
    return {};
  }));
  TAMGA_TRY(const auto tokens, all());
  for (const auto& token : tokens) {
    const auto at = told.find(token.id);
    if (at == told.end()) {
      damage.push_back(fmt::format("token {}: the ledger does not know it", token.id));
      continue;
    }
    if (at->second != row_json(token).dump() || revoked.contains(token.id) != token.revoked)
      damage.push_back(fmt::format("token {}: differs from what the ledger recorded", token.id));
    told.erase(at);
  }
  for (const auto& [id, row] : told) damage.push_back(fmt::format("token {}: the ledger recorded it, but it is gone", id));
  return damage;
}

}  // namespace tamga::store
