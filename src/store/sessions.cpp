#include "store/sessions.h"

#include "store/database.h"

namespace tamga::store {

Result<bool> Sessions::add(const StoredSession& session, std::int64_t now, std::int64_t most) {
  bool added = false;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY(auto forget, store_.database().prepare("DELETE FROM sessions WHERE ends < ?"));
    TAMGA_TRY_STATUS(forget.bind(now).run());
    TAMGA_TRY(auto count, store_.database().prepare("SELECT count(*) FROM sessions"));
    TAMGA_TRY(const bool row, count.step());
    added = row && count.number(0) < most;
    if (!added) return {};
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO sessions VALUES(?, ?, ?)"));
    return insert.bind(session.id).bind_blob(session.sealed).bind(session.ends).run();
  }));
  return added;
}

Result<std::optional<StoredSession>> Sessions::find(std::string_view id, std::int64_t now) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT id, sealed, ends FROM sessions WHERE id = ? AND ends >= ?"));
  TAMGA_TRY(const bool row, query.bind(id).bind(now).step());
  if (!row) return std::nullopt;
  return StoredSession{query.text(0), query.blob(1), query.number(2)};
}

Status Sessions::end(std::string_view id) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM sessions WHERE id = ?"));
    return remove.bind(id).run();
  });
}

Status Sessions::end_all() {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM sessions"));
    return remove.run();
  });
}

Result<std::vector<std::string>> Sessions::ids(std::int64_t now) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT id FROM sessions WHERE ends >= ?"));
  query.bind(now);
  std::vector<std::string> ids;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return ids;
    ids.push_back(query.text(0));
  }
}

}  // namespace tamga::store
