#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// What the store asks of a database, and a thin layer over it: handles that close themselves, errors as values. Two answer: SQLite (sqlite.cpp) and
/// PostgreSQL (postgresql.cpp). SQL is written once, in what both understand, with parameters as SQLite has them: ?, or ?1, ?2 ...
/// Used by the store, and by app/flow_store for what is derived. Not thread-safe.
namespace tamga::store {

/// A statement of one database. Parameters are bound in order, then it steps.
class Query {
 public:
  Query() = default;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  virtual ~Query() = default;
  virtual void bind_text(std::string_view text) = 0;
  virtual void bind_blob(std::string_view bytes) = 0;
  virtual void bind_number(std::int64_t number) = 0;
  virtual void bind_null() = 0;
  virtual Result<bool> step() = 0;
  /// Rows that a statement without rows of its own has changed, once it stepped.
  [[nodiscard]] virtual std::int64_t changed() const = 0;
  [[nodiscard]] virtual bool is_null(int column) const = 0;
  [[nodiscard]] virtual std::string bytes(int column) const = 0;
  [[nodiscard]] virtual std::int64_t number(int column) const = 0;
};

/// How much a query may give. Many: they are read as they are asked for, however many there are; the database may be used and written to meanwhile.
enum class Rows : std::uint8_t { few, many };

/// Read: all that is read shows the database at one moment. Write: nobody else writes from the beginning to the end.
enum class Purpose : std::uint8_t { read, write };

/// "table ledger", "trigger ledger_keeps_rows" ..., each with what the database says that it is.
using SchemaParts = std::map<std::string, std::string>;

class Database;
struct StepBack;

/// One of the databases.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  virtual Result<std::unique_ptr<Query>> prepare(std::string_view sql, Rows rows) = 0;
  /// A query that is done with.
  virtual void give_back(std::unique_ptr<Query> query) = 0;
  virtual Status run(const char* sql) = 0;
  virtual Status begin(Purpose purpose) = 0;
  virtual Status commit() = 0;
  virtual void rollback() = 0;
  /// Whether the last transaction for writing failed only because of what others did at the same time, so that it may be done again as a whole.
  [[nodiscard]] virtual bool undone_by_others() const = 0;

  /// Makes the tables of a store where there are none and `create` says so, brings older ones up to date, and refuses what is no store, and one that
  /// was newer when this process had it open before. From then on begin() for writing refuses when the version is another.
  virtual Status bring_up(bool create) = 0;
  /// Of the tables that are here; 0: no store.
  virtual Result<std::int64_t> schema_version() = 0;
  virtual Status set_schema_version(std::int64_t version) = 0;
  /// The steps back that there are, the oldest first.
  [[nodiscard]] virtual std::span<const StepBack> steps_back() const = 0;
  /// A transaction for changing tables, and the first that an engine is asked for: nobody else reads or writes until it ends. On SQLite refused while
  /// anybody else has the store open at all.
  virtual Status begin_alone() = 0;
  virtual Result<std::int64_t> data_version() = 0;
  /// What the database holds, and what that of a new store of a version holds.
  virtual Result<SchemaParts> schema() = 0;
  virtual Result<SchemaParts> fresh_schema(std::int64_t version) = 0;
  /// What the database itself finds wrong with its files; a line each.
  virtual Result<std::vector<std::string>> file_damage() = 0;
  /// Writes what is committed now to a new SQLite file, while others go on.
  virtual Status copy_to(const std::string& path) = 0;
  /// Of one kept file, as it is packed.
  [[nodiscard]] virtual std::size_t blob_max() const = 0;
};

/// A prepared statement; bind in order, then step. Text and blobs are copied.
class Statement {
 public:
  Statement& bind(std::string_view text) {
    query_->bind_text(text);
    return *this;
  }
  Statement& bind(std::int64_t number) {
    query_->bind_number(number);
    return *this;
  }
  Statement& bind_blob(std::string_view bytes) {
    query_->bind_blob(bytes);
    return *this;
  }
  Statement& bind_null() {
    query_->bind_null();
    return *this;
  }

  /// True: there is a row. False: done.
  Result<bool> step() { return query_->step(); }
  /// For statements without rows.
  Status run();
  /// The same, and how many rows were changed.
  Result<std::int64_t> run_counted();

  [[nodiscard]] bool is_null(int column) const { return query_->is_null(column); }
  [[nodiscard]] std::string text(int column) const { return query_->bytes(column); }
  [[nodiscard]] std::string blob(int column) const { return query_->bytes(column); }
  [[nodiscard]] std::int64_t number(int column) const { return query_->number(column); }

 private:
  friend class Database;
  struct Returner {
    Engine* engine;
    void operator()(Query* query) const { engine->give_back(std::unique_ptr<Query>(query)); }
  };
  Statement(std::unique_ptr<Query> query, Engine& engine) : query_(query.release(), Returner{&engine}) {}
  std::unique_ptr<Query, Returner> query_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { create, existing };

  /// An SQLite file.
  static Result<Database> open(const std::string& path, Mode mode);
  Database(std::unique_ptr<Engine> engine, std::string path) : engine_(std::move(engine)), path_(std::move(path)) {}

  /// Runs statements that return nothing.
  Status run(const char* sql) { return engine_->run(sql); }
  /// The statement must go before the database does.
  Result<Statement> prepare(std::string_view sql, Rows rows = Rows::few);
  [[nodiscard]] Engine& engine() { return *engine_; }
  /// What errors begin with: the file, or the address without a password.
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::unique_ptr<Engine> engine_;  ///< at one address, since statements return there
  std::string path_;
};

}  // namespace tamga::store
