#include "store/schema_back.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include "store/database.h"
#include "store/postgresql.h"

namespace tamga::store {

// The texts of tables that come again are those of schema.cpp: take_back() holds what came out against them.
namespace {

constexpr NoPlace kNoDeltas[] = {{"deltas", "files kept as their difference to another, which version 1 cannot read", "SELECT count(*) FROM deltas"}};

constexpr NoPlace kNoPeople[] = {{"people", "who may act, in which role", "SELECT count(*) FROM people"},
                                 {"proposals", "what one person proposed and another decided", "SELECT count(*) FROM proposals"}};

constexpr NoPlace kNoLicences[] = {{"licences", "licences, and what was used of them", "SELECT count(*) FROM licences"}};

constexpr NoPlace kNoCases[] = {{"alerts", "alerts, and what was done about them", "SELECT count(*) FROM alerts"},
                                {"marks", "false hits that two people marked", "SELECT count(*) FROM marks"},
                                {"consultations", "questions to authorities, and their answers", "SELECT count(*) FROM consultations"}};

// The number of the last segment counts even when the book is empty: numbers do not come again.
constexpr NoPlace kNoWatch[] = {{"watch_entries", "names that are watched", "SELECT count(*) FROM watch_entries"},
                                {"watch_deals", "deals that are watched", "SELECT count(*) FROM watch_deals"},
                                {"watch_segments", "files of the book that is watched", "SELECT count(*) FROM watch_segments"},
                                {"watch_state", "that there was a book", "SELECT count(*) FROM watch_state WHERE last <> 0"}};

// What step 8 makes out of the ledger knows nothing of a clock that was accepted.
constexpr NoPlace kNoClock[] = {
    {"ledger", "a clock that went back and was accepted as right, which version 8 cannot work out again",
     "SELECT count(*) FROM ledger WHERE kind = 'clock'"},
    {"head", "a latest time that is not that of the ledger, which version 8 cannot work out again",
     "SELECT count(*) FROM head WHERE NOT EXISTS(SELECT 1 FROM ledger WHERE kind = 'clock') AND latest <> coalesce((SELECT max(recorded_at) FROM "
     "ledger WHERE recorded_at GLOB '[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]T??:??:??Z'), '')"}};

constexpr NoPlace kNoTokens[] = {{"tokens", "who may call the server, and what was revoked", "SELECT count(*) FROM tokens"},
                                 {"answers", "answers of the last day, without which a request that is sent again would be done again",
                                  "SELECT count(*) FROM answers WHERE day >= ?1"}};

constexpr NoPlace kNoLocation[] = {
    {"answers", "answers of the last day that say where what was made is", "SELECT count(*) FROM answers WHERE day >= ?1 AND location <> ''"}};

}  // namespace

const std::array<StepBack, kSchemaVersion - 1> kSchemaBack = {{
    {2, "DROP TABLE deltas", kNoDeltas},
    // Keys of past deals are made from the ledger, and made again.
    {3, "DROP TABLE past_keys; DROP TABLE past_keys_made", {}},
    {4, "DROP TABLE proposals; DROP TABLE people", kNoPeople},
    {5, "DROP TABLE licence_draws; DROP TABLE licence_uses; DROP TABLE licence_caps; DROP TABLE licences", kNoLicences},
    {6, "DROP TABLE marks; DROP TABLE alert_hits; DROP TABLE alerts; DROP TABLE consultations", kNoCases},
    {7, "DROP TABLE watch_segments; DROP TABLE watch_entries; DROP TABLE watch_hits; DROP TABLE watch_deals; DROP TABLE watch_state", kNoWatch},
    {8, "ALTER TABLE head DROP COLUMN latest", kNoClock},
    {9, "DROP TABLE token_uses; DROP TABLE tokens; DROP TABLE answers", kNoTokens},
    {10, R"sql(
DROP INDEX alerts_by_deadline;
DROP INDEX answers_by_day;
ALTER TABLE answers RENAME TO answers_of_10;
CREATE TABLE answers(caller TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, status INTEGER NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL,
                     day TEXT NOT NULL, PRIMARY KEY(caller, key)) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_day ON answers(day);
INSERT INTO answers SELECT caller, key, request, status, type, body, day FROM answers_of_10 WHERE location = '';
DROP TABLE answers_of_10;
)sql",
     kNoLocation},
    // People sign in again.
    {11, "DROP TABLE sessions", {}},
}};

const std::array<StepBack, kSchemaVersion - 10> kPostgresqlSchemaBack = {{{11, "DROP TABLE sessions", {}}}};

namespace {

class Versions {
 public:
  static Versions& of_process() {
    static Versions versions;
    return versions;
  }
  /// The newest that this process has worked with there; 0: none.
  std::int64_t newest(const std::string& place) {
    const std::scoped_lock lock(mutex_);
    const auto at = newest_.find(place);
    return at == newest_.end() ? 0 : at->second;
  }
  void note(const std::string& place, std::int64_t version) {
    const std::scoped_lock lock(mutex_);
    newest_[place] = version;
  }
  void forget() {
    const std::scoped_lock lock(mutex_);
    newest_.clear();
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> newest_;
};

std::unexpected<Error> wrong(std::string message) { return std::unexpected(Error{ErrorKind::failure, std::move(message), {}, 0}); }

Result<Database> open_alone(const std::string& place) {
  if (is_postgresql(place)) return open_postgresql(place);
  const std::string path = place + "/tamga.db";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return failure(fmt::format("{}: no store here yet; load lists with: tamga lists import FILE...", place));
  return Database::open(path, Database::Mode::existing);
}

Result<std::int64_t> count_of(Engine& engine, const char* sql, std::string_view answers_from) {
  TAMGA_TRY(auto query, engine.prepare(sql, Rows::few));
  if (std::string_view(sql).find("?1") != std::string_view::npos) query->bind_text(answers_from);
  const auto row = query->step();
  const std::int64_t count = row && *row ? query->number(0) : 0;
  engine.give_back(std::move(query));
  if (!row) return std::unexpected(row.error());
  return count;
}

/// Of the steps from `version` on, the newest first. Within a transaction.
Result<std::vector<BackTo>> look_back(Engine& engine, std::span<const StepBack> steps, std::int64_t version, std::string_view answers_from) {
  std::vector<BackTo> back;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (step->from > version) continue;
    BackTo to{step->from - 1, {}};
    for (const auto& no_place : step->no_place) {
      TAMGA_TRY(const auto rows, count_of(engine, no_place.count, answers_from));
      if (rows > 0) to.in_the_way.push_back({no_place.table, rows, no_place.what});
    }
    back.push_back(std::move(to));
  }
  return back;
}

std::int64_t first_of(std::span<const StepBack> steps, std::int64_t version) { return steps.empty() ? version : steps.front().from - 1; }

/// One line on what is in the way of getting to a version; empty: nothing.
std::string told(const std::vector<BackTo>& back, std::int64_t from, std::int64_t version) {
  std::vector<std::string> parts;
  std::int64_t as_far_as = from;
  for (const auto& to : back) {
    if (to.version < version) break;
    if (to.in_the_way.empty() && parts.empty()) as_far_as = to.version;
    for (const auto& rows : to.in_the_way)
      parts.push_back(fmt::format("{} has {} {} that version {} has no place for ({})", rows.table, rows.rows, rows.rows == 1 ? "row" : "rows",
                                  to.version, rows.what));
  }
  if (parts.empty()) return {};
  const std::string far = as_far_as == from ? std::string() : fmt::format(" It can go back to version {}.", as_far_as);
  return fmt::format(
      "cannot go back to schema version {}, and nothing was changed: {}.{} For more there is the backup that was made before: tamga restore", version,
      fmt::join(parts, "; "), far);
}

/// The first difference to what a version has; empty: none.
Result<std::string> difference(Engine& engine, std::int64_t version) {
  TAMGA_TRY(auto expected, engine.fresh_schema(version));
  TAMGA_TRY(const auto schema, engine.schema());
  for (const auto& [name, text] : schema) {
    const auto at = expected.find(name);
    if (at == expected.end()) return fmt::format("the {} does not belong to it", name);
    if (at->second != text) return fmt::format("the {} is another", name);
    expected.erase(at);
  }
  return expected.empty() ? std::string() : fmt::format("the {} is gone", expected.begin()->first);
}

/// What no step may change.
Result<std::string> record_of(Engine& engine) {
  TAMGA_TRY(
      auto query,
      engine.prepare("SELECT sequence, hash, (SELECT count(*) FROM ledger), (SELECT count(*) FROM blobs), (SELECT count(*) FROM editions) FROM head",
                     Rows::few));
  const auto row = query->step();
  std::string record;
  if (row && *row) record = fmt::format("{} {} {} {} {}", query->number(0), query->bytes(1), query->number(2), query->number(3), query->number(4));
  engine.give_back(std::move(query));
  if (!row) return std::unexpected(row.error());
  return record;
}

Status go_back(Engine& engine, std::span<const StepBack> steps, std::int64_t version, std::string_view answers_from) {
  TAMGA_TRY(const auto from, engine.schema_version());
  if (from == version) return {};
  if (from < version)
    return wrong(fmt::format("is of schema version {}, which is older already; a newer Tamga brings it up to date when it opens it", from));
  TAMGA_TRY(const auto before, difference(engine, from));
  if (!before.empty())
    return wrong(fmt::format("does not have the tables of schema version {}: {}; nothing was changed, look with: tamga audit verify", from, before));
  TAMGA_TRY(const auto back, look_back(engine, steps, from, answers_from));
  if (const auto why = told(back, from, version); !why.empty()) return wrong(why);
  TAMGA_TRY(const auto record, record_of(engine));
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if (step->from > from || step->from <= version) continue;
    TAMGA_TRY_STATUS(engine.run(step->sql));
  }
  TAMGA_TRY_STATUS(engine.set_schema_version(version));
  TAMGA_TRY(const auto after, difference(engine, version));
  if (!after.empty()) return wrong(fmt::format("would not have the tables of schema version {}: {}; nothing was changed", version, after));
  TAMGA_TRY(const auto record_after, record_of(engine));
  if (record_after != record) return wrong("would not have the same ledger; nothing was changed");
  return {};
}

Result<SchemaReport> report_of(Database& database, std::string_view answers_from) {
  auto& engine = database.engine();
  TAMGA_TRY_STATUS(engine.begin(Purpose::read));
  const auto report = [&]() -> Result<SchemaReport> {
    TAMGA_TRY(const auto version, engine.schema_version());
    if (version == 0) return wrong("is not a Tamga store");
    if (version > kSchemaVersion)
      return wrong(fmt::format("is a store of schema version {}, this Tamga knows version {}; use a newer Tamga", version, kSchemaVersion));
    const auto steps = engine.steps_back();
    TAMGA_TRY(auto back, look_back(engine, steps, version, answers_from));
    return SchemaReport{database.path(), version, first_of(steps, kSchemaVersion), std::move(back)};
  }();
  engine.rollback();
  if (!report) return std::unexpected(report.error().in_file(database.path()));
  return report;
}

}  // namespace

std::unexpected<Error> taken_back(const std::string& path, std::int64_t version, std::int64_t before) {
  return std::unexpected(
      Error{ErrorKind::failure,
            fmt::format("is of schema version {} and was of {} when this program began: it was taken back for an older Tamga; stop "
                        "this program",
                        version, before),
            path, 0});
}

Status check_not_taken_back(const std::string& place, const std::string& path, std::int64_t version) {
  if (const auto newest = Versions::of_process().newest(place); version > 0 && version < newest) return taken_back(path, version, newest);
  return {};
}

void note_version(const std::string& place, std::int64_t version) { Versions::of_process().note(place, version); }

void forget_versions() { Versions::of_process().forget(); }

Result<SchemaReport> schema_report(const std::string& place, std::string_view answers_from) {
  TAMGA_TRY(auto database, open_alone(place));
  return report_of(database, answers_from);
}

Status take_back(Engine& engine, std::span<const StepBack> steps, std::int64_t version, std::string_view answers_from) {
  TAMGA_TRY_STATUS(engine.begin_alone());
  if (auto done = go_back(engine, steps, version, answers_from); !done) {
    engine.rollback();
    return done;
  }
  return engine.commit();
}

Result<SchemaReport> take_back(const std::string& place, std::int64_t version, std::string_view answers_from) {
  TAMGA_TRY(const auto report, schema_report(place, answers_from));
  if (version < report.first) {
    return std::unexpected(Error{ErrorKind::bad_input,
                                 fmt::format("there is no schema version {} to go back to: the first of stores {} was {}", version,
                                             is_postgresql(place) ? "on PostgreSQL" : "in a file", report.first),
                                 report.path, 0});
  }
  {
    TAMGA_TRY(auto database, open_alone(place));
    if (auto done = take_back(database.engine(), database.engine().steps_back(), version, answers_from); !done)
      return std::unexpected(done.error().in_file(database.path()));
  }
  return schema_report(place, answers_from);
}

}  // namespace tamga::store
