#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

/// A thin layer over SQLite's C interface: handles that close themselves, errors as values.
/// Used by the store, and by app/flow_store for what is derived.
namespace tamga::store {

class Statement;

struct Finalizer {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
/// Statements that were used before, by their SQL: compiling one costs more than running it.
using IdleStatements = std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalizer>, std::less<>>;

class Database {
 public:
  enum class Mode : std::uint8_t { create, existing };

  static Result<Database> open(const std::string& path, Mode mode);

  /// Writes what is committed now to a new database at `path`, while others go on reading and writing.
  Status copy_to(const std::string& path);
  /// Runs statements that return nothing.
  Status run(const char* sql);
  /// The statement must go before the database does.
  Result<Statement> prepare(std::string_view sql);
  [[nodiscard]] Error error() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Closer> handle_;
  std::unique_ptr<IdleStatements> idle_ = std::make_unique<IdleStatements>();  ///< at one address, since statements return there
  std::string path_;
};

/// A prepared statement; bind in order, then step. Text and blobs are copied.
class Statement {
 public:
  Statement& bind(std::string_view text);
  Statement& bind(std::int64_t number);
  Statement& bind_blob(std::string_view bytes);

  /// True: there is a row. False: done.
  Result<bool> step();
  /// For statements without rows.
  Status run();

  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::string blob(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;

 private:
  friend class Database;
  struct Returner {
    IdleStatements* idle;
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, IdleStatements& idle, std::string path) : statement_(statement, Returner{&idle}), path_(std::move(path)) {}
  std::unique_ptr<sqlite3_stmt, Returner> statement_;
  std::string path_;
  int bound_ = 0;
  bool failed_ = false;
};

}  // namespace tamga::store
