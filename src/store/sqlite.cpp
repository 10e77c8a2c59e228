#include "store/sqlite.h"

#include <fmt/format.h>

#include <cstring>

namespace tamga::store {
namespace {

constexpr int kBusyMilliseconds = 10'000;

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
  return Error{ErrorKind::failure, why, path, 0};
}

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mode == Mode::create ? SQLITE_OPEN_CREATE : 0);
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  Database database;
  database.handle_.reset(handle);
  database.path_ = path;
  if (code != SQLITE_OK) {
    return std::unexpected(handle != nullptr ? failed(path, handle) : Error{ErrorKind::failure, "cannot be opened: out of memory", path, 0});
  }
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  return database;
}

Status Database::copy_to(const std::string& path) {
  TAMGA_TRY(auto target, open(path, Mode::create));
  sqlite3_backup* copying = sqlite3_backup_init(target.handle_.get(), "main", handle_.get(), "main");
  if (copying == nullptr) return std::unexpected(target.error());
  // In one step, so that what others write meanwhile does not make it begin again: in WAL mode they are not held up by a reader.
  const int code = sqlite3_backup_step(copying, -1);
  const int end = sqlite3_backup_finish(copying);
  if (code != SQLITE_DONE || end != SQLITE_OK) return std::unexpected(target.error());
  return {};
}

Status Database::run(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return std::unexpected(error());
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (const auto before = idle_->find(sql); before != idle_->end()) {
    statement = before->second.release();
    idle_->erase(before);
  } else if (sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr) != SQLITE_OK) {
    return std::unexpected(error());
  }
  return Statement(statement, *idle_, path_);
}

void Statement::Returner::operator()(sqlite3_stmt* statement) const {
  sqlite3_reset(statement);  // ends its read transaction
  sqlite3_clear_bindings(statement);
  // Two of the same SQL at once, as in each() within each(): one is kept.
  auto& kept = (*idle)[sqlite3_sql(statement)];
  kept.reset(statement);
}

Error Database::error() const { return failed(path_, handle_.get()); }

Statement& Statement::bind(std::string_view text) {
  failed_ |= sqlite3_bind_text64(statement_.get(), ++bound_, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind(std::int64_t number) {
  failed_ |= sqlite3_bind_int64(statement_.get(), ++bound_, number) != SQLITE_OK;
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  failed_ |= sqlite3_bind_blob64(statement_.get(), ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT) != SQLITE_OK;
  return *this;
}

Result<bool> Statement::step() {
  const int code = failed_ ? SQLITE_ERROR : sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(failed(path_, sqlite3_db_handle(statement_.get())));
}

Status Statement::run() {
  TAMGA_TRY(const bool row, step());
  TAMGA_CHECK(!row);
  return {};
}

std::string Statement::text(int column) const { return blob(column); }

std::string Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

}  // namespace tamga::store
