#include "store/watch.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "store/database.h"

namespace tamga::store {
namespace {

constexpr const char* kHitColumns = "entry, list, part, entity, score, certain, how, caption";

WatchHit hit_of(const Statement& query) {
  return {query.text(0), query.text(1), query.text(2), query.text(3), query.number(4), query.number(5) != 0, query.text(6), query.text(7)};
}

Result<std::vector<WatchHit>> hits_by(Statement query) {
  std::vector<WatchHit> hits;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return hits;
    hits.push_back(hit_of(query));
  }
}

Result<std::int64_t> count(Database& database, const char* sql) {
  TAMGA_TRY(auto query, database.prepare(sql));
  TAMGA_TRY([[maybe_unused]] const bool row, query.step());
  return query.number(0);
}

}  // namespace

Result<std::vector<WatchSegment>> Watch::segments() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT number, rows, entries FROM watch_segments ORDER BY number"));
  std::vector<WatchSegment> segments;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return segments;
    segments.push_back({query.number(0), query.text(1), query.number(2)});
  }
}

Result<std::int64_t> Watch::add_segment(std::string_view rows, std::int64_t entries, std::string_view at) {
  std::int64_t number = 0;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY(const std::string hash, store_.keep("book", rows, at));
    // Numbers do not come again: a place must never point into another segment.
    TAMGA_TRY(number, count(store_.database(),
                            "SELECT coalesce(max(number), 0) + 1 FROM (SELECT number FROM watch_segments UNION ALL SELECT last "
                            "FROM watch_state) AS numbers"));
    TAMGA_TRY(auto last, store_.database().prepare("UPDATE watch_state SET last = ?"));
    TAMGA_TRY_STATUS(last.bind(number).run());
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO watch_segments VALUES(?, ?, ?)"));
    return insert.bind(number).bind(hash).bind(entries).run();
  }));
  return number;
}

Status Watch::drop_segment(std::int64_t number) {
  TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_segments WHERE number = ?"));
  return remove.bind(number).run();
}

Status Watch::drop_dead_segments() {
  TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_segments WHERE number NOT IN (SELECT segment FROM watch_entries)"));
  return remove.run();
}

Result<std::map<std::int64_t, std::int64_t>> Watch::live_lines() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT segment, count(*) FROM watch_entries GROUP BY segment ORDER BY segment"));
  std::map<std::int64_t, std::int64_t> lines;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return lines;
    lines[query.number(0)] = query.number(1);
  }
}

Result<std::optional<WatchPlace>> Watch::place(std::string_view id) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT segment, line FROM watch_entries WHERE id = ?"));
  TAMGA_TRY(const bool row, query.bind(id).step());
  if (!row) return std::nullopt;
  return WatchPlace{query.number(0), query.number(1)};
}

Status Watch::set_place(std::string_view id, const WatchPlace& place) {
  TAMGA_TRY(auto insert,
            store_.database().prepare(
                "INSERT INTO watch_entries VALUES(?, ?, ?) ON CONFLICT(id) DO UPDATE SET segment = excluded.segment, line = excluded.line"));
  return insert.bind(id).bind(place.segment).bind(place.line).run();
}

Result<bool> Watch::remove(std::string_view id) {
  TAMGA_TRY(const auto there, place(id));
  if (!there) return false;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(remove_hits_of(id));
    TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_entries WHERE id = ?"));
    return remove.bind(id).run();
  }));
  return true;
}

Result<std::int64_t> Watch::entries() { return count(store_.database(), "SELECT count(*) FROM watch_entries"); }

Status Watch::each_place(const std::function<Status(const std::string& id, const WatchPlace& place)>& each) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT id, segment, line FROM watch_entries ORDER BY id", Rows::many));
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return {};
    TAMGA_TRY_STATUS(each(query.text(0), {query.number(1), query.number(2)}));
  }
}

Status Watch::set_hit(const WatchHit& hit) {
  TAMGA_TRY(auto insert,
            store_.database().prepare("INSERT INTO watch_hits VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(entry, list, part, entity) DO UPDATE SET "
                                      "score = excluded.score, certain = excluded.certain, how = excluded.how, caption = excluded.caption"));
  insert.bind(hit.entry).bind(hit.list).bind(hit.part).bind(hit.entity).bind(hit.score);
  return insert.bind(std::int64_t{hit.certain ? 1 : 0}).bind(hit.how).bind(hit.caption).run();
}

Status Watch::remove_hit(std::string_view entry, std::string_view list, std::string_view part, std::string_view entity) {
  TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_hits WHERE entry = ? AND list = ? AND part = ? AND entity = ?"));
  return remove.bind(entry).bind(list).bind(part).bind(entity).run();
}

Status Watch::remove_hits() { return store_.database().run("DELETE FROM watch_hits"); }

Status Watch::remove_hits_of(std::string_view entry) {
  TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_hits WHERE entry = ?"));
  return remove.bind(entry).run();
}

Result<std::vector<WatchHit>> Watch::hits_of(std::string_view entry) {
  TAMGA_TRY(auto query, store_.database().prepare(fmt::format("SELECT {} FROM watch_hits WHERE entry = ? ORDER BY list, part, entity", kHitColumns)));
  query.bind(entry);
  return hits_by(std::move(query));
}

Result<std::vector<WatchHit>> Watch::hits_on(std::string_view list, std::string_view part, std::string_view entity) {
  TAMGA_TRY(auto query, store_.database().prepare(
                            fmt::format("SELECT {} FROM watch_hits WHERE list = ? AND part = ? AND entity = ? ORDER BY entry", kHitColumns)));
  query.bind(list).bind(part).bind(entity);
  return hits_by(std::move(query));
}

Result<std::int64_t> Watch::hits() { return count(store_.database(), "SELECT count(*) FROM watch_hits"); }

Status Watch::each_hit(const std::function<Status(const WatchHit&)>& each) {
  TAMGA_TRY(auto query,
            store_.database().prepare(fmt::format("SELECT {} FROM watch_hits ORDER BY entry, list, part, entity", kHitColumns), Rows::many));
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return {};
    TAMGA_TRY_STATUS(each(hit_of(query)));
  }
}

Status Watch::add_deal(std::string_view deal) {
  TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO watch_deals VALUES(?) ON CONFLICT DO NOTHING"));
  return insert.bind(deal).run();
}

Result<bool> Watch::remove_deal(std::string_view deal) {
  TAMGA_TRY(auto remove, store_.database().prepare("DELETE FROM watch_deals WHERE deal = ? RETURNING deal"));
  TAMGA_TRY(const bool row, remove.bind(deal).step());
  return row;
}

Result<std::vector<std::string>> Watch::deals() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT deal FROM watch_deals ORDER BY deal"));
  std::vector<std::string> deals;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return deals;
    deals.push_back(query.text(0));
  }
}

Result<std::string> Watch::basis() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT basis FROM watch_state"));
  TAMGA_TRY(const bool row, query.step());
  return row ? query.text(0) : std::string();
}

Status Watch::set_basis(std::string_view basis, std::string_view done, std::string_view at) {
  return store_.transact([&]() -> Status {
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE watch_state SET basis = ?"));
    TAMGA_TRY_STATUS(update.bind(basis).run());
    TAMGA_TRY(const auto head, store_.head());
    TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("watch", fmt::format("watch-{}", head.sequence + 1), at, done));
    return {};
  });
}

}  // namespace tamga::store
