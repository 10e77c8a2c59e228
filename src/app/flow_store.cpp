#include "app/flow_store.h"

#include <fmt/format.h>

#include <filesystem>
#include <numeric>

#include "app/flow_tables.h"
#include "base/spill_file.h"
#include "lists/csv.h"

namespace tamga::app {

namespace flow_tables {
namespace {

constexpr std::string_view kVersion = "2";

// Series stand in the order of their key in the leaves of one tree, so a scan reads the file from its beginning to its end. Large pages, since a
// series of some hundred periods has some kilobytes and should not spill out of its page.
constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS about(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files(number INTEGER PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
  layout TEXT NOT NULL, rows INTEGER NOT NULL, kept INTEGER NOT NULL, totals INTEGER NOT NULL, rejected INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS rejected(file INTEGER NOT NULL, line INTEGER NOT NULL, fault TEXT NOT NULL, why TEXT NOT NULL, row TEXT NOT NULL,
  PRIMARY KEY(file, line)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS series(source INTEGER NOT NULL, currency TEXT NOT NULL, frequency INTEGER NOT NULL, flow INTEGER NOT NULL,
  code TEXT NOT NULL, partner TEXT NOT NULL, reporter TEXT NOT NULL, columns BLOB NOT NULL, origins BLOB NOT NULL,
  PRIMARY KEY(source, currency, frequency, flow, code, partner, reporter)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS nomenclatures(flow INTEGER NOT NULL, frequency INTEGER NOT NULL, reporter TEXT NOT NULL, period INTEGER NOT NULL,
  edition INTEGER NOT NULL, PRIMARY KEY(flow, frequency, reporter, period)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS declarations(key INTEGER PRIMARY KEY);
)";

}  // namespace

std::string path_of(const Settings& settings) { return settings.data + "/flows.db"; }

Result<store::Database> open(const std::string& path, store::Database::Mode mode) {
  TAMGA_TRY(auto database, store::Database::open(path, mode));
  TAMGA_TRY_STATUS(database.run("PRAGMA page_size = 16384; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"));
  return database;
}

Status make(store::Database& database) {
  TAMGA_TRY_STATUS(database.run(kTables));
  TAMGA_TRY_STATUS(database.run(fmt::format("INSERT OR IGNORE INTO about VALUES('version', '{}')", kVersion).c_str()));
  return check_version(database);
}

Status check_version(store::Database& database) {
  TAMGA_TRY(auto statement, database.prepare("SELECT value FROM about WHERE name = 'version'"));
  TAMGA_TRY(const bool row, statement.step());
  if (row && statement.text(0) == kVersion) return {};
  return std::unexpected(Error{ErrorKind::failure, "is of another version of Tamga; delete it and import its files anew", database.path(), 0});
}

Result<bool> holds(store::Database& database, const char* table) {
  TAMGA_TRY(auto statement, database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"));
  statement.bind(table);
  return statement.step();
}

void bind_key(store::Statement& statement, const flows::SeriesKey& key) {
  statement.bind(static_cast<std::int64_t>(key.source))
      .bind(key.currency)
      .bind(static_cast<std::int64_t>(key.frequency))
      .bind(static_cast<std::int64_t>(key.flow))
      .bind(key.code)
      .bind(flows::country_text(key.partner))
      .bind(flows::country_text(key.reporter));
}

Result<std::vector<flows::Point>> read_points(store::Database& database, const flows::SeriesKey& key) {
  TAMGA_TRY(auto statement,
            database.prepare("SELECT columns, origins FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code = ? "
                             "AND partner = ? AND reporter = ?"));
  bind_key(statement, key);
  TAMGA_TRY(const bool found, statement.step());
  if (!found) return std::vector<flows::Point>{};
  return flows::unpack(statement.blob(0), statement.blob(1));
}

}  // namespace flow_tables

namespace {

constexpr const char* kNothing = "no trade statistics were imported yet; tamga flows import FILE... does it";

}  // namespace

std::int64_t FlowImport::rejected_rows() const { return std::accumulate(faults.begin(), faults.end(), std::int64_t{0}); }

Result<FlowStore> FlowStore::open(const Settings& settings) {
  const auto path = flow_tables::path_of(settings);
  if (!std::filesystem::exists(path)) return not_found(kNothing);
  TAMGA_TRY(auto database, flow_tables::open(path, store::Database::Mode::existing));
  // The first import may have failed, and left a database without tables.
  TAMGA_TRY(const bool made, flow_tables::holds(database, "about"));
  if (!made) return not_found(kNothing);
  TAMGA_TRY_STATUS(flow_tables::check_version(database));
  return FlowStore(std::move(database));
}

Status FlowStore::scan(const std::function<void(const flows::SeriesKey& key, const flows::Columns& columns)>& each) {
  TAMGA_TRY(auto statement, database_.prepare("SELECT source, currency, frequency, flow, code, partner, reporter, columns FROM series "
                                              "ORDER BY source, currency, frequency, flow, code, partner, reporter"));
  flows::SeriesKey key;
  flows::Columns columns;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return {};
    key.source = static_cast<flows::Source>(statement.number(0));
    key.currency = statement.text(1);
    key.frequency = static_cast<flows::Frequency>(statement.number(2));
    key.flow = static_cast<flows::Flow>(statement.number(3));
    key.code = statement.text(4);
    key.partner = flows::country_from(statement.text(5));
    key.reporter = flows::country_from(statement.text(6));
    TAMGA_TRY_STATUS(flows::unpack_columns(statement.blob(7), columns));
    each(key, columns);
  }
}

Result<std::vector<flows::Point>> FlowStore::points(const flows::SeriesKey& key) { return flow_tables::read_points(database_, key); }

Result<std::vector<FlowFile>> FlowStore::files() {
  TAMGA_TRY(auto statement, database_.prepare("SELECT number, name, hash, source, layout, rows, kept, totals, rejected FROM files ORDER BY number"));
  std::vector<FlowFile> found;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return found;
    found.push_back({statement.number(0), statement.text(1), statement.text(2), statement.text(3), statement.text(4), statement.number(5),
                     statement.number(6), statement.number(7), statement.number(8)});
  }
}

Status FlowStore::rejected(std::int64_t file, const std::function<Status(const RejectedFlowRow& row)>& each) {
  TAMGA_TRY(auto statement, database_.prepare("SELECT line, fault, why, row FROM rejected WHERE file = ? ORDER BY line"));
  statement.bind(file);
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return {};
    TAMGA_TRY_STATUS(each({static_cast<std::uint32_t>(statement.number(0)), statement.text(1), statement.text(2), statement.text(3)}));
  }
}

Result<std::vector<std::pair<std::string, std::int64_t>>> FlowStore::faults(std::int64_t file) {
  TAMGA_TRY(auto statement, database_.prepare("SELECT fault, count(*) FROM rejected WHERE file = ? GROUP BY fault ORDER BY fault"));
  statement.bind(file);
  std::vector<std::pair<std::string, std::int64_t>> found;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return found;
    found.emplace_back(statement.text(0), statement.number(1));
  }
}

Result<flows::Nomenclatures> FlowStore::nomenclatures() {
  TAMGA_TRY(auto statement,
            database_.prepare("SELECT flow, frequency, reporter, period, edition FROM nomenclatures ORDER BY flow, frequency, reporter, period"));
  std::vector<flows::ReportedIn> found;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return flows::Nomenclatures(found);
    found.push_back({{static_cast<flows::Flow>(statement.number(0)), static_cast<flows::Frequency>(statement.number(1)),
                      flows::country_from(statement.text(2)), static_cast<flows::Period>(statement.number(3))},
                     static_cast<int>(statement.number(4))});
  }
}

Status write_rejected_csv(const Settings& settings, const std::vector<FlowImport>& files, const std::string& path) {
  TAMGA_TRY(auto store, FlowStore::open(settings));
  TAMGA_TRY(auto file, WholeFile::create(path));
  std::string csv;
  lists::append_csv_row(csv, {"file", "line", "fault", "why", "row"});
  for (const auto& one : files) {
    if (one.known) continue;
    TAMGA_TRY_STATUS(store.rejected(one.number, [&](const RejectedFlowRow& row) -> Status {
      lists::append_csv_row(csv, {one.file, fmt::format("{}", row.line), row.fault, row.why, row.row});
      if (csv.size() < (std::size_t{1} << 20)) return {};
      TAMGA_TRY_STATUS(file.append(csv));
      csv.clear();
      return {};
    }));
  }
  TAMGA_TRY_STATUS(file.append(csv));
  return file.finish();
}

}  // namespace tamga::app
