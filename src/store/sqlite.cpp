#include "store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "store/schema.h"

namespace tamga::store {
namespace {

constexpr int kBusyMilliseconds = 10'000;
constexpr std::size_t kBlobMax = std::size_t{2'000'000'000};

Error failed(const std::string& path, sqlite3* handle) {
  const int code = sqlite3_errcode(handle);
  std::string why = sqlite3_errmsg(handle);
  if (code == SQLITE_NOTADB) why = "is not a Tamga store";
  if (code == SQLITE_CORRUPT) why = "is damaged: " + why;
  if (code == SQLITE_BUSY) why = "another process has held the store for more than 10 seconds";
  if (code == SQLITE_FULL) why = "the disk is full";
  if (code == SQLITE_READONLY) why = "cannot be written: the file, its folder or its disk is read-only";
  const int system = sqlite3_system_errno(handle);
  if (code == SQLITE_CANTOPEN) why = fmt::format("cannot be opened: {}", system != 0 ? std::strerror(system) : "it or its folder cannot be used");
  if (code == SQLITE_IOERR) why = fmt::format("cannot be read or written: {}", system != 0 ? std::strerror(system) : why.c_str());
  const bool no_room = code == SQLITE_FULL || (code == SQLITE_IOERR && (system == ENOSPC || system == EDQUOT));
  return Error{ErrorKind::failure, why, path, 0, no_room};
}

class SqliteQuery final : public Query {
 public:
  SqliteQuery(sqlite3_stmt* statement, const std::string& path) : statement_(statement), path_(path) {}
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;
  ~SqliteQuery() override { sqlite3_finalize(statement_); }

  void bind_text(std::string_view text) override {
    failed_ |= sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK;
  }
  void bind_blob(std::string_view bytes) override {
    failed_ |= sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK;
  }
  void bind_number(std::int64_t number) override { failed_ |= sqlite3_bind_int64(statement_, ++bound_, number) != SQLITE_OK; }
  void bind_null() override { failed_ |= sqlite3_bind_null(statement_, ++bound_) != SQLITE_OK; }

  Result<bool> step() override {
    const int code = failed_ ? SQLITE_ERROR : sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return std::unexpected(failed(path_, sqlite3_db_handle(statement_)));
  }
  [[nodiscard]] std::int64_t changed() const override { return sqlite3_changes64(sqlite3_db_handle(statement_)); }
  [[nodiscard]] bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::string bytes(int column) const override {
    const void* bytes = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  [[nodiscard]] std::int64_t number(int column) const override { return sqlite3_column_int64(statement_, column); }

  void rest() {
    sqlite3_reset(statement_);  // ends its read transaction
    sqlite3_clear_bindings(statement_);
    bound_ = 0;
    failed_ = false;
  }
  [[nodiscard]] const char* sql() const { return sqlite3_sql(statement_); }

 private:
  sqlite3_stmt* statement_;
  const std::string& path_;
  int bound_ = 0;
  bool failed_ = false;
};

class Sqlite final : public Engine {
 public:
  explicit Sqlite(std::string path) : path_(std::move(path)) {}

  Status open(Database::Mode mode) {
    sqlite3* handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Database::Mode::create ? SQLITE_OPEN_CREATE : 0);
    const int code = sqlite3_open_v2(path_.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) {
      return std::unexpected(handle != nullptr ? failed(path_, handle) : Error{ErrorKind::failure, "cannot be opened: out of memory", path_, 0});
    }
    sqlite3_busy_timeout(handle, kBusyMilliseconds);
    return {};
  }

  Result<std::unique_ptr<Query>> prepare(std::string_view sql, Rows) override {
    if (const auto before = idle_.find(sql); before != idle_.end()) {
      std::unique_ptr<Query> query = std::move(before->second);
      idle_.erase(before);
      return query;
    }
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK)
      return std::unexpected(failed(path_, handle_.get()));
    return std::make_unique<SqliteQuery>(statement, path_);
  }

  void give_back(std::unique_ptr<Query> query) override {
    std::unique_ptr<SqliteQuery> own(static_cast<SqliteQuery*>(query.release()));
    own->rest();
    // Two of the same SQL at once, as in each() within each(): one is kept.
    auto& kept = idle_[own->sql()];
    kept = std::move(own);
  }

  Status run(const char* sql) override {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return std::unexpected(failed(path_, handle_.get()));
    return {};
  }

  Status begin(Purpose purpose) override {
    if (purpose == Purpose::read) return run("BEGIN");
    TAMGA_TRY_STATUS(run("BEGIN IMMEDIATE"));
    if (version_ == 0) return {};
    const auto version = schema_version();
    if (version && *version == version_) return {};
    rollback();
    if (!version) return std::unexpected(version.error());
    return taken_back(path_, *version, version_);
  }
  Status commit() override { return run("COMMIT"); }
  void rollback() override { static_cast<void>(run("ROLLBACK")); }
  /// Whoever writes waits for the others before it begins.
  [[nodiscard]] bool undone_by_others() const override { return false; }

  Status bring_up(bool create) override {
    // SQLite does not wait for another process that is changing the journal's mode too, or making the tables; so this does.
    for (int attempt = 0;; ++attempt) {
      const auto set = run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON");
      if (set) break;
      if (attempt == 200 || set.error().message.find("another process has held") == std::string::npos) return set;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    TAMGA_TRY(std::int64_t version, schema_version());
    TAMGA_TRY_STATUS(check_not_taken_back(path_, path_, version));
    if (version < kSchemaVersion && (version > 0 || create)) {
      // Two processes may create the store at once, or bring it up to date: the second finds the version set when it gets the lock.
      TAMGA_TRY_STATUS(begin(Purpose::write));
      if (auto made = make_steps(); !made) {
        rollback();
        return made;
      }
      TAMGA_TRY_STATUS(commit());
      TAMGA_TRY(version, schema_version());
    }
    if (version == 0) return wrong("is not a Tamga store");
    if (version != kSchemaVersion) {
      return wrong(fmt::format("is a store of schema version {}, this Tamga knows version {}; use a newer Tamga", version, kSchemaVersion));
    }
    version_ = version;
    note_version(path_, version);
    return {};
  }

  Result<std::int64_t> schema_version() override { return number_of("PRAGMA user_version"); }
  Status set_schema_version(std::int64_t version) override { return run(fmt::format("PRAGMA user_version = {}", version).c_str()); }
  [[nodiscard]] std::span<const StepBack> steps_back() const override { return kSchemaBack; }

  Status begin_alone() override {
    // While a file in WAL mode is open, whoever has it open holds a shared lock on it, so that this one sees them all.
    const auto begun = run("PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON; BEGIN EXCLUSIVE");
    if (!begun && sqlite3_errcode(handle_.get()) == SQLITE_BUSY)
      return wrong("is open in another process; stop what works with it first (tamga serve, tamga worker), nothing was changed");
    return begun;
  }

  Result<std::int64_t> data_version() override { return number_of("PRAGMA data_version"); }

  Result<SchemaParts> schema() override {
    // Names that begin with sqlite_ are SQLite's own.
    TAMGA_TRY(auto query, prepare("SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", Rows::few));
    SchemaParts parts;
    for (;;) {
      TAMGA_TRY(const bool row, query->step());
      if (!row) return parts;
      parts[query->bytes(0)] = query->bytes(1);
    }
  }

  Result<SchemaParts> fresh_schema(std::int64_t version) override {
    Sqlite fresh(":memory:");
    TAMGA_TRY_STATUS(fresh.open(Database::Mode::create));
    for (const char* step : std::span(kSchema).first(static_cast<std::size_t>(version))) TAMGA_TRY_STATUS(fresh.run(step));
    return fresh.schema();
  }

  Result<std::vector<std::string>> file_damage() override {
    std::vector<std::string> damage;
    TAMGA_TRY(auto query, prepare("PRAGMA integrity_check(20)", Rows::few));
    for (;;) {
      const auto row = query->step();
      if (!row) damage.push_back(row.error().message);
      if (!row || !*row) return damage;
      if (query->bytes(0) != "ok") damage.push_back(query->bytes(0));
    }
  }

  Status copy_to(const std::string& path) override {
    Sqlite target(path);
    TAMGA_TRY_STATUS(target.open(Database::Mode::create));
    sqlite3_backup* copying = sqlite3_backup_init(target.handle_.get(), "main", handle_.get(), "main");
    if (copying == nullptr) return std::unexpected(failed(path, target.handle_.get()));
    // In one step, so that what others write meanwhile does not make it begin again: in WAL mode they are not held up by a reader.
    const int code = sqlite3_backup_step(copying, -1);
    const int end = sqlite3_backup_finish(copying);
    if (code != SQLITE_DONE || end != SQLITE_OK) return std::unexpected(failed(path, target.handle_.get()));
    return {};
  }

  [[nodiscard]] std::size_t blob_max() const override { return kBlobMax; }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  Status make_steps() {
    TAMGA_TRY(const std::int64_t version, schema_version());
    if (version == 0) {
      TAMGA_TRY(const auto other, schema());
      if (!other.empty()) return wrong("is a database of another program, not a Tamga store");
    }
    for (auto step = static_cast<std::size_t>(std::max<std::int64_t>(version, 0)); step < kSchema.size(); ++step)
      TAMGA_TRY_STATUS(run(kSchema.at(step)));
    return {};
  }

  /// Of a pragma: its statement is not kept, since it would keep what it read.
  Result<std::int64_t> number_of(const char* sql) {
    TAMGA_TRY(const auto query, prepare(sql, Rows::few));
    TAMGA_TRY(const bool row, query->step());
    return row ? query->number(0) : 0;
  }

  [[nodiscard]] std::unexpected<Error> wrong(std::string message) const {
    return std::unexpected(Error{ErrorKind::failure, std::move(message), path_, 0});
  }

  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
  std::int64_t version_ = 0;  ///< that bring_up() left; 0: it was not called
  /// Statements that were used before, by their SQL: compiling one costs more than running it.
  std::map<std::string, std::unique_ptr<SqliteQuery>, std::less<>> idle_;
};

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode) {
  auto engine = std::make_unique<Sqlite>(path);
  TAMGA_TRY_STATUS(engine->open(mode));
  return Database(std::move(engine), path);
}

}  // namespace tamga::store
