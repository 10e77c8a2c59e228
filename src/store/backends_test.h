#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "store/database.h"
#include "store/postgresql.h"

/// The tests of the store are one suite over two databases: SQLite, and PostgreSQL where TAMGA_TEST_STORE=postgresql says so (ctest runs both). What
/// is about the file of SQLite stands in suites whose names begin with Sqlite, what is about PostgreSQL in those that begin with Postgresql.
namespace tamga::store {

inline bool over_postgresql() {
  const char* over = std::getenv("TAMGA_TEST_STORE");
  return over != nullptr && std::string_view(over) == "postgresql";
}

/// A server that lives as long as this process: tests/postgresql.py stops it when its standard input ends.
class TestServer {
 public:
  static const std::string& url();

 private:
  TestServer();
  ~TestServer();
  std::string url_;
  int input_ = -1;
  pid_t child_ = 0;
};

/// Where a test keeps its store: a folder, or a schema of its own; and ways round the program.
class TestPlace {
 public:
  explicit TestPlace(std::string name) {
    std::replace(name.begin(), name.end(), '/', '-');
    folder_ = std::filesystem::temp_directory_path() / fmt::format("tamga-store-{}-{}", ::getpid(), name);
    if (over_postgresql()) {
      schema_ = "t" + std::to_string(++made());
      url_ = TestServer::url() + "&options=-csearch_path%3D" + schema_;
    }
    clear();
  }
  ~TestPlace() {
    std::filesystem::remove_all(folder_);
    if (over_postgresql()) static_cast<void>(on_server(fmt::format("DROP SCHEMA {} CASCADE", schema_)));
  }
  TestPlace(const TestPlace&) = delete;
  TestPlace& operator=(const TestPlace&) = delete;

  /// No store is there.
  void clear() {
    std::filesystem::remove_all(folder_);
    if (!over_postgresql()) return;
    EXPECT_EQ(on_server(fmt::format("DROP SCHEMA IF EXISTS {0} CASCADE; CREATE SCHEMA {0}", schema_)), "done");
  }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  /// For Store::open().
  [[nodiscard]] std::string place() const { return over_postgresql() ? url_ : folder_.string(); }
  /// What errors begin with.
  [[nodiscard]] std::string path() const { return over_postgresql() ? told_address(url_) : (folder_ / "tamga.db").string(); }
  [[nodiscard]] Database database() const {
    auto opened = over_postgresql() ? open_postgresql(url_) : Database::open(path(), Database::Mode::existing);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
    return *std::move(opened);
  }

  /// What the database itself says to somebody who goes round the program: "done", or why not.
  [[nodiscard]] std::string run_sql(const std::string& sql) const {
    return over_postgresql() ? on_server(sql) : in_file("PRAGMA foreign_keys = ON;" + sql);
  }
  /// Changes something as somebody would who may do everything and covers his tracks: no guard is in force, and all of them stand afterwards.
  void tamper(const std::string& sql) const {
    if (over_postgresql()) {
      std::string own = sql;
      for (auto at = own.find(" x'"); at != std::string::npos; at = own.find(" x'", at + 9)) own.replace(at, 3, " bytea '\\x");
      ASSERT_EQ(on_server("SET session_replication_role = replica; " + own), "done") << own;
      return;
    }
    std::string drop;
    std::string restore;
    each_row("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", [&](const std::vector<std::string>& row) {
      drop += "DROP TRIGGER " + row[0] + ";";
      restore += row[1] + ";";
    });
    ASSERT_NE(drop, "");
    ASSERT_EQ(in_file("PRAGMA ignore_check_constraints = ON;" + drop + sql + ";" + restore), "done") << sql;
  }
  void each_row(const std::string& sql, const std::function<void(const std::vector<std::string>&)>& each) const {
    if (over_postgresql()) {
      PGconn* connection = PQconnectdb(url_.c_str());
      PGresult* result = PQexec(connection, sql.c_str());
      EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQerrorMessage(connection);
      for (int row = 0; row < PQntuples(result); ++row) {
        std::vector<std::string> values;
        for (int i = 0; i < PQnfields(result); ++i) values.emplace_back(PQgetvalue(result, row, i));
        each(values);
      }
      PQclear(result);
      PQfinish(connection);
      return;
    }
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::vector<std::string> row;
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const void* bytes = sqlite3_column_blob(statement, i);
        row.emplace_back(static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(statement, i)));
      }
      each(row);
    }
    sqlite3_finalize(statement);
    sqlite3_close(handle);
  }

 private:
  static int& made() {
    static int count = 0;
    return count;
  }
  [[nodiscard]] std::string on_server(const std::string& sql) const {
    PGconn* connection = PQconnectdb(url_.c_str());
    PGresult* result = PQexec(connection, "SET client_min_messages = warning");
    PQclear(result);
    result = PQexec(connection, sql.c_str());
    const auto status = PQresultStatus(result);
    const char* why = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    std::string text = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? "done" : why != nullptr ? why : PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
    return text;
  }
  [[nodiscard]] std::string in_file(const std::string& sql) const {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &handle), SQLITE_OK);
    char* message = nullptr;
    sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &message);
    std::string text = message == nullptr ? "done" : message;
    sqlite3_free(message);
    sqlite3_close(handle);
    return text;
  }

  std::filesystem::path folder_;
  std::string schema_;
  std::string url_;
};

}  // namespace tamga::store
