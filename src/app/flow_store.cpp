#include "app/flow_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/files.h"
#include "base/sha256.h"
#include "lists/csv.h"

namespace tamga::app {
namespace {

constexpr std::string_view kVersion = "1";
constexpr const char* kNothing = "no trade statistics were imported yet; tamga flows import FILE... does it";

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
CREATE TABLE IF NOT EXISTS declarations(key INTEGER PRIMARY KEY);
)";

std::string path_of(const Settings& settings) { return settings.data + "/flows.db"; }

Result<store::Database> open_database(const std::string& path, store::Database::Mode mode) {
  TAMGA_TRY(auto database, store::Database::open(path, mode));
  TAMGA_TRY_STATUS(database.run("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536;"));
  return database;
}

Status check_version(store::Database& database) {
  TAMGA_TRY(auto statement, database.prepare("SELECT value FROM about WHERE name = 'version'"));
  TAMGA_TRY(const bool row, statement.step());
  if (row && statement.text(0) == kVersion) return {};
  return std::unexpected(Error{ErrorKind::failure, "is of another version of Tamga; delete it and import its files anew", database.path(), 0});
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

constexpr const char* kOneSeries =
    "SELECT columns, origins FROM series WHERE source = ? AND currency = ? AND frequency = ? AND flow = ? AND code = ? AND partner = ? AND reporter "
    "= ?";

Result<std::vector<flows::Point>> read_points(store::Database& database, const flows::SeriesKey& key) {
  TAMGA_TRY(auto statement, database.prepare(kOneSeries));
  bind_key(statement, key);
  TAMGA_TRY(const bool found, statement.step());
  if (!found) return std::vector<flows::Point>{};
  return flows::unpack(statement.blob(0), statement.blob(1));
}

class Import {
 public:
  explicit Import(store::Database& database) : database_(database) {}

  Result<FlowImport> file(const NamedBytes& file, const flows::ReadOptions& options) {
    FlowImport done;
    done.file = file.name;
    done.hash = content_address(file.bytes);
    {
      TAMGA_TRY(auto statement, database_.prepare("SELECT source, layout, rows, kept, totals FROM files WHERE hash = ?"));
      statement.bind(done.hash);
      TAMGA_TRY(done.known, statement.step());
      if (done.known) {
        done.source = statement.text(0);
        done.layout = statement.text(1);
        done.rows = statement.number(2);
        done.kept = statement.number(3);
        done.totals = statement.number(4);
        return done;
      }
    }
    TAMGA_TRY(auto table, flows::read(file, options));
    if (table.source == flows::Source::declarations) TAMGA_TRY_STATUS(take_known_declarations_out(table, file.bytes));
    done.source = flows::word(table.source);
    done.layout = table.layout;
    done.rows = table.read;
    done.kept = static_cast<std::int64_t>(table.rows.size());
    done.totals = table.totals;
    done.rejected = std::move(table.rejected);
    TAMGA_TRY(auto statement,
              database_.prepare("INSERT INTO files(name, hash, source, layout, rows, kept, totals, rejected) VALUES(?, ?, ?, ?, ?, ?, ?, ?) "
                                "RETURNING number"));
    statement.bind(done.file).bind(done.hash).bind(done.source).bind(done.layout).bind(done.rows).bind(done.kept).bind(done.totals);
    statement.bind(static_cast<std::int64_t>(done.rejected.size()));
    TAMGA_TRY(const bool row, statement.step());
    TAMGA_CHECK(row);
    const auto number = static_cast<std::uint32_t>(statement.number(0));
    for (const auto& rejected : done.rejected) {
      TAMGA_TRY(auto insert, database_.prepare("INSERT INTO rejected VALUES(?, ?, ?, ?, ?)"));
      insert.bind(std::int64_t{number}).bind(std::int64_t{rejected.line}).bind(flows::word(rejected.fault)).bind(rejected.why).bind(rejected.row);
      TAMGA_TRY_STATUS(insert.run());
    }
    for (std::size_t begin = 0; begin < table.rows.size();) {
      const auto end = flows::series_end(table.rows, begin);
      TAMGA_TRY_STATUS(series(table, begin, end, number, done.periods));
      ++done.series;
      begin = end;
    }
    return done;
  }

 private:
  Status series(const flows::Table& table, std::size_t begin, std::size_t end, std::uint32_t file, flows::MergeCounts& counts) {
    std::vector<flows::Point> incoming;
    for (std::size_t i = begin; i < end; ++i) {
      const auto& row = table.rows[i];
      if (!incoming.empty() && incoming.back().period == row.period) {
        auto& point = incoming.back();
        point.value = flows::sum_of(point.value, row.value);
        point.weight = flows::sum_of(point.weight, row.weight);
        point.quantity = flows::sum_of(point.quantity, row.quantity);
        point.origins.push_back({file, row.line});
      } else {
        incoming.push_back({row.period, row.value, row.weight, row.quantity, {{file, row.line}}});
      }
    }
    // Rows of one period stand in the order of their hashes.
    for (auto& point : incoming) std::sort(point.origins.begin(), point.origins.end());
    const auto key = flows::series_key(table.source, table.rows[begin]);
    TAMGA_TRY(auto points, read_points(database_, key));
    const auto merged =
        flows::merge(points, std::move(incoming), table.source == flows::Source::declarations ? flows::Merge::add : flows::Merge::replace);
    counts.added += merged.added;
    counts.revised += merged.revised;
    counts.unchanged += merged.unchanged;
    TAMGA_TRY(auto insert, database_.prepare("INSERT OR REPLACE INTO series VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)"));
    bind_key(insert, key);
    insert.bind_blob(flows::pack_columns(points)).bind_blob(flows::pack_origins(points));
    return insert.run();
  }

  Status take_known_declarations_out(flows::Table& table, std::string_view bytes) {
    std::size_t kept = 0;
    for (auto& row : table.rows) {
      TAMGA_TRY(auto insert, database_.prepare("INSERT OR IGNORE INTO declarations VALUES(?) RETURNING key"));
      insert.bind(static_cast<std::int64_t>(row.part));
      TAMGA_TRY(const bool fresh, insert.step());
      if (fresh) {
        table.rows[kept++] = row;
      } else {
        table.rejected.push_back({row.line, flows::Fault::declared_before, "this declaration and item came before", ""});
      }
    }
    table.rows.resize(kept);
    std::sort(table.rejected.begin(), table.rejected.end(), [](const auto& a, const auto& b) { return a.line < b.line; });
    flows::add_rows(bytes, table.rejected);
    return {};
  }

  store::Database& database_;
};

}  // namespace

Result<std::vector<FlowImport>> import_flows(const Settings& settings, const std::vector<std::string>& files, const flows::ReadOptions& options,
                                             const std::function<void(const std::string& stage)>& progress) {
  std::error_code error;
  std::filesystem::create_directories(settings.data, error);
  if (error) return failure(fmt::format("{}: cannot be made: {}", settings.data, error.message()));
  TAMGA_TRY(auto database, open_database(path_of(settings), store::Database::Mode::create));
  TAMGA_TRY_STATUS(database.run("BEGIN IMMEDIATE"));
  TAMGA_TRY_STATUS(database.run(kTables));
  TAMGA_TRY_STATUS(database.run(fmt::format("INSERT OR IGNORE INTO about VALUES('version', '{}')", kVersion).c_str()));
  TAMGA_TRY_STATUS(check_version(database));
  std::vector<FlowImport> done;
  Import bringing_in(database);
  for (const auto& path : files) {
    progress("reading " + path);
    TAMGA_TRY(const auto members, read_unpacked(path, {.bytes = std::size_t{8} << 30, .members = 1000}));
    for (const auto& member : members) {
      // What fails here leaves the transaction open, and the database closes without it.
      TAMGA_TRY(auto one, bringing_in.file(member, options));
      done.push_back(std::move(one));
    }
  }
  TAMGA_TRY_STATUS(database.run("COMMIT"));
  return done;
}

std::string rejected_csv(const std::vector<FlowImport>& files) {
  std::string csv;
  lists::append_csv_row(csv, {"file", "line", "fault", "why", "row"});
  for (const auto& file : files) {
    for (const auto& row : file.rejected)
      lists::append_csv_row(csv, {file.file, fmt::format("{}", row.line), std::string(flows::word(row.fault)), row.why, row.row});
  }
  return csv;
}

Result<FlowStore> FlowStore::open(const Settings& settings) {
  const auto path = path_of(settings);
  if (!std::filesystem::exists(path)) return not_found(kNothing);
  TAMGA_TRY(auto database, open_database(path, store::Database::Mode::existing));
  {
    // The first import may have failed, and left a database without tables.
    TAMGA_TRY(auto statement, database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'about'"));
    TAMGA_TRY(const bool tables, statement.step());
    if (!tables) return not_found(kNothing);
  }
  TAMGA_TRY_STATUS(check_version(database));
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

Result<std::vector<flows::Point>> FlowStore::points(const flows::SeriesKey& key) { return read_points(database_, key); }

Result<std::vector<FlowFile>> FlowStore::files() {
  TAMGA_TRY(auto statement, database_.prepare("SELECT number, name, hash FROM files ORDER BY number"));
  std::vector<FlowFile> found;
  while (true) {
    TAMGA_TRY(const bool row, statement.step());
    if (!row) return found;
    found.push_back({statement.number(0), statement.text(1), statement.text(2)});
  }
}

}  // namespace tamga::app
