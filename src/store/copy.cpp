#include "store/copy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "store/schema.h"

namespace tamga::store {
namespace {

struct Column {
  std::string name;
  std::string type;  ///< INTEGER, TEXT or BLOB
};
struct Table {
  std::string name;
  std::vector<Column> columns;
};

/// As an SQLite store has them, each after those that it refers to.
Result<std::vector<Table>> tables_of(Engine& sqlite) {
  std::vector<Table> tables;
  {
    TAMGA_TRY(const auto query, sqlite.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                                               "ORDER BY rowid",
                                               Rows::few));
    for (;;) {
      TAMGA_TRY(const bool row, query->step());
      if (!row) break;
      tables.push_back({query->bytes(0), {}});
    }
  }
  for (auto& table : tables) {
    TAMGA_TRY(const auto query, sqlite.prepare(fmt::format("SELECT name, type FROM pragma_table_info('{}') ORDER BY cid", table.name), Rows::few));
    for (;;) {
      TAMGA_TRY(const bool row, query->step());
      if (!row) break;
      table.columns.push_back({query->bytes(0), query->bytes(1)});
    }
  }
  return tables;
}

Status copy_table(const Table& table, Engine& from, Engine& to) {
  std::vector<std::string> names;
  std::vector<std::string> places;
  for (const auto& column : table.columns) {
    names.push_back('"' + column.name + '"');
    places.emplace_back("?");
  }
  const std::string select = fmt::format("SELECT {} FROM {} ORDER BY 1", fmt::join(names, ", "), table.name);
  const std::string insert = fmt::format("INSERT INTO {}({}) VALUES({})", table.name, fmt::join(names, ", "), fmt::join(places, ", "));
  TAMGA_TRY(const auto rows, from.prepare(select, Rows::many));
  for (;;) {
    TAMGA_TRY(const bool row, rows->step());
    if (!row) return {};
    TAMGA_TRY(auto put, to.prepare(insert, Rows::few));
    for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
      const auto& type = table.columns[static_cast<std::size_t>(i)].type;
      if (rows->is_null(i)) {
        put->bind_null();
      } else if (type == "INTEGER") {
        put->bind_number(rows->number(i));
      } else if (type == "BLOB") {
        put->bind_blob(rows->bytes(i));
      } else {
        put->bind_text(rows->bytes(i));
      }
    }
    TAMGA_TRY([[maybe_unused]] const bool more, put->step());
    to.give_back(std::move(put));
  }
}

/// The triggers of an SQLite store, as what takes them off and what puts them on again.
Result<std::pair<std::string, std::string>> triggers_of(Engine& sqlite) {
  TAMGA_TRY(const auto query, sqlite.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid", Rows::few));
  std::pair<std::string, std::string> triggers;
  for (;;) {
    TAMGA_TRY(const bool row, query->step());
    if (!row) return triggers;
    triggers.first += fmt::format("DROP TRIGGER {};", query->bytes(0));
    triggers.second += query->bytes(1) + ";";
  }
}

Status fill(const std::vector<Table>& tables, Engine& from, Engine& to) {
  // What a new store begins with.
  for (auto table = tables.rbegin(); table != tables.rend(); ++table) TAMGA_TRY_STATUS(to.run(fmt::format("DELETE FROM {}", table->name).c_str()));
  for (const auto& table : tables) TAMGA_TRY_STATUS(copy_table(table, from, to));
  return {};
}

}  // namespace

Status copy_out(Engine& from, const std::string& path) {
  TAMGA_TRY(auto file, Database::open(path, Database::Mode::create));
  auto& to = file.engine();
  TAMGA_TRY_STATUS(to.begin(Purpose::write));
  for (const char* step : kSchema) TAMGA_TRY_STATUS(to.run(step));
  TAMGA_TRY(const auto triggers, triggers_of(to));
  TAMGA_TRY_STATUS(to.run(triggers.first.c_str()));
  TAMGA_TRY(const auto tables, tables_of(to));
  TAMGA_TRY_STATUS(fill(tables, from, to));
  TAMGA_TRY_STATUS(to.run(triggers.second.c_str()));
  return to.commit();
}

Status copy_in(const std::string& path, Engine& to) {
  TAMGA_TRY(auto file, Database::open(path, Database::Mode::existing));
  auto& from = file.engine();
  TAMGA_TRY_STATUS(from.bring_up(false));
  TAMGA_TRY_STATUS(from.begin(Purpose::read));
  TAMGA_TRY_STATUS(to.begin(Purpose::write));
  const auto copied = [&]() -> Status {
    TAMGA_TRY(const auto head, to.prepare("SELECT sequence FROM head", Rows::few));
    TAMGA_TRY(const bool row, head->step());
    if (row && head->number(0) != 0) return std::unexpected(Error{ErrorKind::bad_input, "has a store already; restore into another database", {}, 0});
    TAMGA_TRY(const auto tables, tables_of(from));
    for (const auto& table : tables) TAMGA_TRY_STATUS(to.run(fmt::format("ALTER TABLE {} DISABLE TRIGGER USER", table.name).c_str()));
    TAMGA_TRY_STATUS(fill(tables, from, to));
    for (const auto& table : tables) TAMGA_TRY_STATUS(to.run(fmt::format("ALTER TABLE {} ENABLE TRIGGER USER", table.name).c_str()));
    return {};
  }();
  from.rollback();
  if (!copied) {
    to.rollback();
    return copied;
  }
  return to.commit();
}

}  // namespace tamga::store
