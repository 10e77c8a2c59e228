#include "store/postgresql.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <list>
#include <mutex>
#include <span>
#include <thread>

#include "store/copy.h"
#include "store/schema.h"

namespace tamga::store {
namespace {

/// Of what is kept in one field. PostgreSQL's own limit is 1 GiB for a field and for a row as it is sent, in which a difference and what it differs
/// from stand together; a difference is kept only where it is a quarter or less.
constexpr std::size_t kBlobMax = std::size_t{768} << 20;
/// Of a cursor: some rows first, then as many as are likely to fit into this many bytes.
constexpr int kRowsFirst = 16;
constexpr int kRowsMost = 256;
constexpr std::int64_t kBytesAtOnce = std::int64_t{8} << 20;
constexpr int kAttempts = 5;

constexpr std::string_view kSession =
    // Temporary tables would be found first where they are not named last, and a trigger asks tables by their names.
    "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', false);"
    // What was reported as recorded survives a power cut, unless the server is told to wait for more than its own disk.
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';"
    "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10min'; SET statement_timeout = 0; SET bytea_output = 'hex';"
    // Under a stricter one whoever waited for the head would fail, instead of going on from what the other wrote.
    "SET default_transaction_isolation = 'read committed';"
    "SET standard_conforming_strings = on;"
    // Whoever vanishes with the head in hand, or before an answer reached them, keeps others waiting for half a minute, not for longer.
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = '25s'";

/// Who reads may take their time; who writes keeps others waiting.
constexpr const char* kBeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL idle_in_transaction_session_timeout = 0";

/// Among those who make or change tables.
constexpr const char* kAloneHere = "SELECT pg_advisory_xact_lock(hashtextextended('tamga ' || current_schema(), 0))";

struct ResultCloser {
  void operator()(PGresult* result) const { PQclear(result); }
};
using ResultPointer = std::unique_ptr<PGresult, ResultCloser>;
struct ConnectionCloser {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using ConnectionPointer = std::unique_ptr<PGconn, ConnectionCloser>;

/// One line of what libpq says.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c != '\n') {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += "; ";
    }
  }
  while (!line.empty() && (line.back() == ' ' || line.back() == ';')) line.pop_back();
  return line;
}

/// The values that an address names.
Result<std::map<std::string, std::string>> parts_of(const std::string& url) {
  char* why = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &why);
  PQfreemem(why);  // it quotes the address, and with it the password
  const auto unreadable = [] {
    return failure(
        "the store's address cannot be read, expected postgresql://[USER@]HOST[:PORT]/DATABASE[?OPTION=VALUE]; a sign like @ or / within a name or "
        "password is written as %40 or %2F");
  };
  if (options == nullptr) return unreadable();
  std::map<std::string, std::string> parts;
  for (const auto* option = options; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) parts[option->keyword] = option->val;
  }
  PQconninfoFree(options);
  // With a sign that was not written so, the rest of a password stands where the host or the port should.
  if (parts["host"].find('@') != std::string::npos || parts["port"].find_first_not_of("0123456789,") != std::string::npos) return unreadable();
  return parts;
}

/// "a,b" and "1,2" to "a:1,b:2"; one port is that of every host.
std::string with_ports(std::string_view hosts, std::string_view ports) {
  const auto next = [](std::string_view& list) {
    const auto end = std::min(list.find(','), list.size());
    const std::string_view first = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return first;
  };
  const bool one = !ports.contains(',');
  std::string text;
  for (bool more = true; more;) {
    more = hosts.contains(',');
    const auto host = next(hosts);
    const auto port = one ? ports : next(ports);
    text += fmt::format("{}{}{}{}", host, port.empty() ? "" : ":", port, more ? "," : "");
  }
  return text;
}

/// $1, $2 ... for ?, ?1, ?2 ...
std::string with_dollars(std::string_view sql) {
  std::string text;
  int last = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql[i] == '\'') quoted = !quoted;
    if (quoted || sql[i] != '?') {
      text += sql[i];
      continue;
    }
    int number = 0;
    const auto* begin = sql.data() + i + 1;
    const auto [end, error] = std::from_chars(begin, sql.data() + sql.size(), number);
    if (error == std::errc()) {
      i += static_cast<std::size_t>(end - begin);
    } else {
      number = last + 1;
    }
    last = std::max(last, number);
    text += fmt::format("${}", number);
  }
  return text;
}

struct Parameters {
  std::vector<std::string> values;
  std::vector<bool> null;
  std::vector<bool> binary;

  void add(std::string_view value, bool is_binary, bool is_null) {
    values.emplace_back(value);
    binary.push_back(is_binary);
    null.push_back(is_null);
  }
};

/// As libpq wants them.
struct Arguments {
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;

  explicit Arguments(const Parameters& from) {
    for (std::size_t i = 0; i < from.values.size(); ++i) {
      values.push_back(from.null[i] ? nullptr : from.values[i].c_str());
      lengths.push_back(static_cast<int>(from.values[i].size()));
      // Texts in the form that is for bytes: no sign in them means anything, and they serve a column of either kind.
      formats.push_back(from.binary[i] ? 1 : 0);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values.size()); }
};

bool is_well(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

std::string_view state_of(const PGresult* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr ? std::string_view() : std::string_view(state);
}

/// Gave up because of what others did at the same time; nothing was done.
bool may_be_tried_again(const PGresult* result) { return state_of(result) == "40001" || state_of(result) == "40P01"; }

std::string why(const PGresult* result) {
  const auto state = state_of(result);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  std::string text = one_line(primary != nullptr ? primary : PQresultErrorMessage(result));
  if (state == "55P03") return "another process has held the store for more than 10 seconds";
  if (state == "53100") return "the disk is full";
  if (state == "25006") return "cannot be written: the server is a copy that is for reading (a standby)";
  if (state == "22021") return "a text with the byte 0, or one that is not UTF-8, cannot be kept here";
  if (state == "53300") return "the server has no connection left for us: " + text;
  if (may_be_tried_again(result)) return "others wrote at the same time; nothing was done, do it again: " + text;
  return text;
}

/// A connection with what was prepared on it: names by SQL.
struct Session {
  ConnectionPointer connection;
  std::map<std::string, std::string, std::less<>> prepared;
};

/// Connections that nobody uses: to make one costs the server a process, and a server of ours opens the store for each request. Thread-safe.
class Spare {
 public:
  static Spare& of_process() {
    static Spare spare;
    return spare;
  }
  Spare(const Spare&) = delete;
  Spare& operator=(const Spare&) = delete;

  /// One that is perhaps dead; without a connection where there is none.
  Session take(const std::string& url) {
    const std::scoped_lock lock(mutex_);
    forget_those_of_a_parent();
    for (auto at = sessions_.rbegin(); at != sessions_.rend(); ++at) {
      if (at->first != url) continue;
      Session session = std::move(at->second);
      sessions_.erase(std::next(at).base());
      return session;
    }
    return {};
  }
  void put(const std::string& url, Session session) {
    if (session.connection == nullptr || PQtransactionStatus(session.connection.get()) != PQTRANS_IDLE) return;
    const std::scoped_lock lock(mutex_);
    forget_those_of_a_parent();
    sessions_.emplace_back(url, std::move(session));
    if (sessions_.size() > kMost) sessions_.pop_front();
  }

 private:
  static constexpr std::size_t kMost = 8;

  Spare() = default;
  ~Spare() { forget_those_of_a_parent(); }
  /// To close them would end the parent's session.
  void forget_those_of_a_parent() {
    if (process_ == ::getpid()) return;
    for (auto& session : sessions_) static_cast<void>(session.second.connection.release());
    sessions_.clear();
    process_ = ::getpid();
  }

  std::mutex mutex_;
  std::list<std::pair<std::string, Session>> sessions_;
  pid_t process_ = ::getpid();
};

class Postgresql;

class PostgresqlQuery final : public Query {
 public:
  PostgresqlQuery(Postgresql& engine, std::string_view sql, Rows rows) : engine_(engine), sql_(sql), rows_(rows) {}
  ~PostgresqlQuery() override;

  void bind_text(std::string_view text) override { parameters_.add(text, true, false); }
  void bind_blob(std::string_view bytes) override { parameters_.add(bytes, true, false); }
  void bind_number(std::int64_t number) override { parameters_.add(fmt::to_string(number), false, false); }
  void bind_null() override { parameters_.add({}, false, true); }

  Result<bool> step() override;
  [[nodiscard]] std::int64_t changed() const override {
    std::int64_t count = 0;
    const std::string_view text = result_ == nullptr ? "" : PQcmdTuples(result_.get());
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
  }
  [[nodiscard]] bool is_null(int column) const override { return PQgetisnull(result_.get(), row_, column) != 0; }
  [[nodiscard]] std::string bytes(int column) const override {
    if (result_ == nullptr || row_ >= PQntuples(result_.get())) return {};
    return {PQgetvalue(result_.get(), row_, column), static_cast<std::size_t>(PQgetlength(result_.get(), row_, column))};
  }
  /// Numbers come as bytes, the highest first, two, four or eight; a truth is one.
  [[nodiscard]] std::int64_t number(int column) const override {
    if (result_ == nullptr || row_ >= PQntuples(result_.get()) || is_null(column)) return 0;
    const char* bytes = PQgetvalue(result_.get(), row_, column);
    const int length = PQgetlength(result_.get(), row_, column);
    TAMGA_CHECK(length == 1 || length == 2 || length == 4 || length == 8);
    std::uint64_t value = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (int i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<std::int64_t>(value);
  }

 private:
  Result<bool> step_cursor();

  Postgresql& engine_;
  std::string sql_;
  Rows rows_;
  Parameters parameters_;
  ResultPointer result_;
  int row_ = 0;
  bool begun_ = false;
  // Of a cursor.
  Session own_;  ///< outside of a transaction
  std::string cursor_;
  std::int64_t transaction_ = 0;
  bool at_end_ = false;
  int fetch_ = kRowsFirst;
  std::int64_t longest_ = 1;  ///< bytes of the longest row so far
};

class Postgresql final : public Engine {
 public:
  Postgresql(std::string url, std::string path, std::span<const SchemaStep> steps) : url_(std::move(url)), path_(std::move(path)), steps_(steps) {}
  ~Postgresql() override { Spare::of_process().put(url_, std::move(session_)); }

  Status open() {
    session_ = Spare::of_process().take(url_);
    return connect_again_if_idle();
  }

  Result<std::unique_ptr<Query>> prepare(std::string_view sql, Rows rows) override { return std::make_unique<PostgresqlQuery>(*this, sql, rows); }
  void give_back(std::unique_ptr<Query>) override {}

  Status run(const char* sql) override {
    TAMGA_TRY_STATUS(connect_again_if_idle());
    return told(PQexec(session_.connection.get(), sql));
  }

  Status begin(Purpose purpose) override {
    const char* sql = purpose == Purpose::read ? kBeginReading : "BEGIN";
    undone_ = false;
    auto begun = run(sql);
    // Nothing was done yet, so a connection that others closed meanwhile is no error.
    if (!begun && is_lost()) begun = run(sql);
    TAMGA_TRY_STATUS(begun);
    ++transaction_;
    in_transaction_ = true;
    if (purpose == Purpose::read) return {};
    // The one row that every entry of the ledger changes: whoever has it writes alone, as SQLite's BEGIN IMMEDIATE has it. Statements after it see
    // all that others have committed.
    const ResultPointer held(PQexec(session_.connection.get(), "SELECT 1 FROM head FOR UPDATE; SELECT version FROM schema_version"));
    if (!is_well(held.get())) {
      const auto why = lost_or(held.get());
      rollback();
      return why;
    }
    const std::string_view text = PQntuples(held.get()) == 1 ? PQgetvalue(held.get(), 0, 0) : "";
    std::int64_t version = 0;
    std::from_chars(text.data(), text.data() + text.size(), version);
    if (version_ == 0 || version == version_) return {};
    rollback();
    return taken_back(path_, version, version_);
  }

  Status begin_alone() override {
    TAMGA_TRY_STATUS(run("BEGIN"));
    in_transaction_ = true;
    ++transaction_;
    undone_ = false;
    if (auto held = run(kAloneHere); !held) {
      rollback();
      return held;
    }
    // Whoever writes asks for the head first, and whoever reads looks at it soon.
    if (auto held = run("LOCK TABLE head, schema_version IN ACCESS EXCLUSIVE MODE"); !held) {
      rollback();
      return held;
    }
    return {};
  }

  Status commit() override {
    const ResultPointer result(PQexec(session_.connection.get(), "COMMIT"));
    in_transaction_ = false;
    if (is_lost()) return wrong("the connection was lost at the commit: whether this was recorded must be looked up");
    if (may_be_tried_again(result.get())) undone_ = true;
    if (!is_well(result.get())) return refused(result.get());
    // A transaction in which a statement failed ends like this, and without an error.
    if (std::string_view(PQcmdStatus(result.get())) == "ROLLBACK") return wrong("a part of it was refused, so all of it was rolled back");
    return {};
  }

  void rollback() override {
    if (!is_lost()) ResultPointer(PQexec(session_.connection.get(), "ROLLBACK"));
    in_transaction_ = false;
  }

  [[nodiscard]] bool undone_by_others() const override { return undone_; }

  Status bring_up(bool create) override {
    TAMGA_TRY(std::int64_t version, schema_version());
    TAMGA_TRY_STATUS(check_not_taken_back(url_, path_, version));
    if (version < newest() && (version > 0 || create)) {
      TAMGA_TRY_STATUS(run("BEGIN"));
      in_transaction_ = true;
      ++transaction_;
      if (auto made = make_steps(); !made) {
        rollback();
        return made;
      }
      TAMGA_TRY_STATUS(commit());
      TAMGA_TRY(version, schema_version());
    }
    if (version == 0) {
      TAMGA_TRY(const auto others, tables_here());
      if (others > 0) return wrong("is a database of another program, not a Tamga store");
      return wrong("no store here yet; load lists with: tamga lists import FILE...");
    }
    if (version != newest()) {
      return wrong(fmt::format("is a store of schema version {}, this Tamga knows version {}; use a newer Tamga", version, newest()));
    }
    version_ = version;
    note_version(url_, version);
    return {};
  }

  Result<std::int64_t> schema_version() override {
    TAMGA_TRY(const auto there, number_of("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version'"));
    if (there == 0) return 0;
    return number_of("SELECT version FROM schema_version");
  }
  Status set_schema_version(std::int64_t version) override { return run(fmt::format("UPDATE schema_version SET version = {}", version).c_str()); }
  [[nodiscard]] std::span<const StepBack> steps_back() const override { return kPostgresqlSchemaBack; }

  Result<std::int64_t> data_version() override {
    TAMGA_TRY(const auto query, prepare("SELECT hash FROM head", Rows::few));
    TAMGA_TRY(const bool row, query->step());
    std::int64_t version = 0;
    const std::string hash = row ? query->bytes(0) : std::string();
    if (const auto at = hash.find(':'); at != std::string::npos) {
      const auto digits = std::string_view(hash).substr(at + 1, 15);
      std::from_chars(digits.data(), digits.data() + digits.size(), version, 16);
    }
    return version;
  }

  Result<SchemaParts> schema() override { return parts("(SELECT oid FROM pg_namespace WHERE nspname = current_schema())"); }

  /// Made among the temporary tables, where it is in nobody's way, and taken back.
  Result<SchemaParts> fresh_schema(std::int64_t version) override {
    TAMGA_CHECK(in_transaction_);
    TAMGA_TRY_STATUS(run("SAVEPOINT fresh_schema"));
    auto made = make_fresh(version);
    TAMGA_TRY_STATUS(run("ROLLBACK TO SAVEPOINT fresh_schema"));
    if (!made) return wrong(fmt::format("the tables cannot be held against those of a new store: {}", made.error().message));
    return made;
  }

  Result<std::vector<std::string>> file_damage() override { return std::vector<std::string>{}; }

  Status copy_to(const std::string& path) override {
    TAMGA_TRY_STATUS(begin(Purpose::read));
    auto copied = copy_out(*this, path);
    rollback();
    return copied;
  }

  [[nodiscard]] std::size_t blob_max() const override { return kBlobMax; }

  [[nodiscard]] bool in_transaction() const { return in_transaction_; }
  [[nodiscard]] std::int64_t transaction() const { return transaction_; }
  [[nodiscard]] bool is_lost() const { return session_.connection == nullptr || PQstatus(session_.connection.get()) == CONNECTION_BAD; }
  [[nodiscard]] PGconn* connection() { return session_.connection.get(); }

  /// Runs a statement that was prepared, or prepares it. What only reads is done again on a new connection when this one was lost; what others undid
  /// is tried again.
  Result<ResultPointer> execute(const std::string& sql, const Parameters& parameters) {
    const bool reads = sql.starts_with("SELECT");
    for (int attempt = 1;; ++attempt) {
      TAMGA_TRY_STATUS(connect_again_if_idle());
      ResultPointer result = execute_once(sql, parameters);
      if (is_well(result.get())) return result;
      const bool again = !in_transaction_ && attempt < kAttempts && ((reads && is_lost()) || may_be_tried_again(result.get()));
      if (!again) return lost_or(result.get());
      std::this_thread::sleep_for(std::chrono::milliseconds(attempt * 20));
    }
  }

  /// A connection for a cursor, with a transaction begun.
  Result<Session> reader() {
    for (;;) {
      Session session = Spare::of_process().take(url_);
      const bool fresh = session.connection == nullptr;
      if (fresh) {
        TAMGA_TRY(session.connection, connect());
      }
      const ResultPointer begun(PQexec(session.connection.get(), kBeginReading));
      if (is_well(begun.get())) return session;
      if (fresh) return wrong(why(begun.get()));
    }
  }
  void give_back(Session session) {
    const ResultPointer undone(PQexec(session.connection.get(), "ROLLBACK"));
    Spare::of_process().put(url_, std::move(session));
  }
  std::string next_name() { return fmt::format("c{}", ++names_); }

  [[nodiscard]] std::unexpected<Error> wrong(std::string message) const {
    return std::unexpected(Error{ErrorKind::failure, std::move(message), path_, 0});
  }
  [[nodiscard]] std::unexpected<Error> refused(const PGresult* result) const {
    auto error = wrong(why(result));
    // A full disk, no connection left. Not the rest of class 53 (https://www.postgresql.org/docs/15/errcodes-appendix.html): memory and limits may be
    // what this very statement asks too much of, each time.
    error.error().no_room = state_of(result) == "53100" || state_of(result) == "53300";
    return error;
  }
  [[nodiscard]] std::unexpected<Error> lost_or(const PGresult* result) {
    if (in_transaction_ && may_be_tried_again(result)) undone_ = true;
    if (is_lost()) return wrong(fmt::format("the connection to the server was lost: {}", why(result)));
    return refused(result);
  }

 private:
  Result<ConnectionPointer> connect() {
    // What stands before the address is what holds where the address says nothing; what stands behind it holds in any case.
    // A server whose machine vanished while it was asked something is given up after 30 seconds: that holds only if keepalives are sent by then.
    constexpr std::array<const char*, 8> kKeywords = {"connect_timeout",  "keepalives_idle", "keepalives_interval", "tcp_user_timeout",
                                                      "application_name", "dbname",          "client_encoding",     nullptr};
    const std::array<const char*, 8> values = {"10", "10", "5", "30000", "tamga", url_.c_str(), "UTF8", nullptr};
    ConnectionPointer connection(PQconnectdbParams(kKeywords.data(), values.data(), 1));
    if (connection == nullptr) return wrong("cannot be opened: out of memory");
    if (PQstatus(connection.get()) != CONNECTION_OK) {
      std::string text = one_line(PQerrorMessage(connection.get()));
      if (const auto parts = parts_of(url_); parts && parts->contains("password")) {
        // libpq does not say it; should it ever, we do not.
        const std::string& password = parts->at("password");
        for (auto at = text.find(password); !password.empty() && at != std::string::npos; at = text.find(password))
          text.replace(at, password.size(), "…");
      }
      return wrong(fmt::format("cannot be opened: {}", text));
    }
    PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    const ResultPointer schema(PQexec(connection.get(), "SELECT current_schema() IS NULL, current_setting('server_encoding')"));
    if (!is_well(schema.get())) return wrong(why(schema.get()));
    if (std::string_view(PQgetvalue(schema.get(), 0, 0)) == "t")
      return wrong("has no schema for the store: that which search_path names is not there");
    if (const std::string_view encoding = PQgetvalue(schema.get(), 0, 1); encoding != "UTF8")
      return wrong(fmt::format("keeps texts as {}, expected a database with the encoding UTF8", encoding));
    const ResultPointer set(PQexec(connection.get(), std::string(kSession).c_str()));
    if (!is_well(set.get())) return wrong(why(set.get()));
    return connection;
  }

  Status connect_again_if_idle() {
    if (in_transaction_ || !is_lost()) return {};
    session_ = {};
    TAMGA_TRY(session_.connection, connect());
    return {};
  }

  ResultPointer execute_once(const std::string& sql, const Parameters& parameters) {
    auto at = session_.prepared.find(sql);
    if (at == session_.prepared.end()) {
      const std::string name = fmt::format("s{}", session_.prepared.size());
      ResultPointer prepared(PQprepare(session_.connection.get(), name.c_str(), with_dollars(sql).c_str(), 0, nullptr));
      if (!is_well(prepared.get())) return prepared;
      at = session_.prepared.emplace(sql, name).first;
    }
    const Arguments arguments(parameters);
    return ResultPointer(PQexecPrepared(session_.connection.get(), at->second.c_str(), arguments.count(), arguments.values.data(),
                                        arguments.lengths.data(), arguments.formats.data(), 1));
  }

  Status told(PGresult* raw) {
    const ResultPointer result(raw);
    if (is_well(result.get())) return {};
    return lost_or(result.get());
  }

  Result<std::int64_t> number_of(const std::string& sql) {
    TAMGA_TRY(const auto query, prepare(sql, Rows::few));
    TAMGA_TRY(const bool row, query->step());
    return row ? query->number(0) : 0;
  }

  [[nodiscard]] std::int64_t newest() const { return steps_.back().version; }

  Result<std::int64_t> tables_here() {
    return number_of("SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()");
  }

  Status make_steps() {
    // Several processes may create the store at once, or bring it up to date: the second finds the version set when it gets the lock.
    TAMGA_TRY_STATUS(run(kAloneHere));
    TAMGA_TRY(const std::int64_t version, schema_version());
    if (version == 0) {
      TAMGA_TRY(const auto others, tables_here());
      if (others > 0) return wrong("is a database of another program, not a Tamga store");
    }
    for (const auto& step : steps_) {
      if (step.version <= version) continue;
      TAMGA_TRY_STATUS(run(step.sql));
      TAMGA_TRY_STATUS(set_schema_version(step.version));
    }
    return {};
  }

  Result<SchemaParts> make_fresh(std::int64_t version) {
    TAMGA_TRY_STATUS(run("SET LOCAL search_path = pg_temp"));
    for (const auto& step : steps_) {
      if (step.version > version) break;
      // Functions are not looked for among what is temporary, unless it is named.
      std::string sql = step.sql;
      constexpr std::string_view kCall = "EXECUTE FUNCTION ";
      for (auto at = sql.find(kCall); at != std::string::npos; at = sql.find(kCall, at + kCall.size())) sql.insert(at + kCall.size(), "pg_temp.");
      TAMGA_TRY_STATUS(run(sql.c_str()));
    }
    return parts("pg_my_temp_schema()");
  }

  /// Everything that stands in a schema, each with what PostgreSQL says of it. Compared only with what the same server says of another schema.
  Result<SchemaParts> parts(std::string_view schema) {
    const std::string sql = fmt::format(
        "WITH here AS (SELECT oid, quote_ident(nspname) AS name FROM pg_namespace WHERE oid = {}), "
        "own AS (SELECT c.* FROM pg_class c, here WHERE c.relnamespace = here.oid) "
        "SELECT part, replace(replace(text, here.name || '.', ''), 'pg_temp.', '') FROM here, ("
        "SELECT CASE relkind WHEN 'r' THEN 'table ' WHEN 'p' THEN 'table ' WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN "
        "'sequence ' ELSE 'relation ' END || relname AS part, relkind::text || relrowsecurity::text || relforcerowsecurity::text || coalesce((SELECT "
        "string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attgenerated, a.attidentity, "
        "pg_get_expr(d.adbin, d.adrelid), o.collname), ', ' ORDER BY a.attname) FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid "
        "AND "
        "d.adnum = a.attnum LEFT JOIN pg_collation o ON o.oid = a.attcollation WHERE a.attrelid = own.oid AND a.attnum > 0 AND NOT a.attisdropped), "
        "'') AS text FROM own WHERE relkind NOT IN ('i', 'I', 't', 'c') "
        "UNION ALL SELECT 'index ' || relname, pg_get_indexdef(oid) FROM own WHERE relkind IN ('i', 'I') "
        "UNION ALL SELECT 'constraint ' || k.conname || ' of ' || own.relname, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN own ON own.oid "
        "= "
        "k.conrelid WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') "
        "UNION ALL SELECT 'trigger ' || t.tgname, pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text FROM pg_trigger t JOIN own ON own.oid = "
        "t.tgrelid "
        "WHERE NOT t.tgisinternal "
        // Those of foreign keys have numbers for names.
        "UNION ALL SELECT 'foreign key triggers of ' || own.relname, string_agg(t.tgenabled::text, ' ') FROM pg_trigger t JOIN own ON own.oid = "
        "t.tgrelid WHERE t.tgisinternal GROUP BY own.relname "
        "UNION ALL SELECT 'rule ' || r.rulename, pg_get_ruledef(r.oid) FROM pg_rewrite r JOIN own ON own.oid = r.ev_class WHERE own.relkind = 'r' "
        "UNION ALL SELECT 'function ' || p.proname, p.prosrc || ' ' || p.prosecdef::text || ' ' || CASE WHEN p.proconfig = ARRAY['search_path=' || "
        "here.name || ', pg_temp'] OR p.proconfig = ARRAY['search_path=pg_temp'] THEN 'here' ELSE coalesce(p.proconfig::text, '') END "
        "FROM pg_proc p, here WHERE p.pronamespace = here.oid) AS parts",
        schema);
    TAMGA_TRY(const auto query, prepare(sql, Rows::few));
    SchemaParts parts;
    for (;;) {
      TAMGA_TRY(const bool row, query->step());
      if (!row) return parts;
      parts[query->bytes(0)] = query->bytes(1);
    }
  }

  std::string url_;
  std::string path_;
  std::span<const SchemaStep> steps_;
  std::int64_t version_ = 0;  ///< that bring_up() left; 0: it was not called
  Session session_;
  bool in_transaction_ = false;
  bool undone_ = false;           ///< the last transaction for writing, by others
  std::int64_t transaction_ = 0;  ///< how many there were
  std::int64_t names_ = 0;
};

PostgresqlQuery::~PostgresqlQuery() {
  result_.reset();
  if (own_.connection != nullptr) {
    engine_.give_back(std::move(own_));
  } else if (!cursor_.empty() && engine_.in_transaction() && engine_.transaction() == transaction_ &&
             PQtransactionStatus(engine_.connection()) == PQTRANS_INTRANS) {
    ResultPointer(PQexec(engine_.connection(), ("CLOSE " + cursor_).c_str()));
  }
}

Result<bool> PostgresqlQuery::step() {
  if (rows_ == Rows::many) return step_cursor();
  if (begun_) {
    ++row_;
  } else {
    TAMGA_TRY(result_, engine_.execute(sql_, parameters_));
    begun_ = true;
  }
  return row_ < PQntuples(result_.get());
}

Result<bool> PostgresqlQuery::step_cursor() {
  if (!begun_) {
    if (!engine_.in_transaction()) {
      TAMGA_TRY(own_, engine_.reader());
    }
    cursor_ = engine_.next_name();
    transaction_ = engine_.transaction();
    const Arguments arguments(parameters_);
    PGconn* connection = own_.connection != nullptr ? own_.connection.get() : engine_.connection();
    const ResultPointer declared(PQexecParams(connection, fmt::format("DECLARE {} NO SCROLL CURSOR FOR {}", cursor_, with_dollars(sql_)).c_str(),
                                              arguments.count(), nullptr, arguments.values.data(), arguments.lengths.data(), arguments.formats.data(),
                                              1));
    if (!is_well(declared.get())) return engine_.lost_or(declared.get());
    begun_ = true;
  } else {
    ++row_;
  }
  if (result_ != nullptr && row_ < PQntuples(result_.get())) return true;
  if (at_end_) return false;
  PGconn* connection = own_.connection != nullptr ? own_.connection.get() : engine_.connection();
  result_.reset(PQexecParams(connection, fmt::format("FETCH {} FROM {}", fetch_, cursor_).c_str(), 0, nullptr, nullptr, nullptr, nullptr, 1));
  if (!is_well(result_.get())) return engine_.lost_or(result_.get());
  row_ = 0;
  const int got = PQntuples(result_.get());
  at_end_ = got < fetch_;
  for (int row = 0; row < got; ++row) {
    std::int64_t bytes = 0;
    for (int column = 0; column < PQnfields(result_.get()); ++column) bytes += PQgetlength(result_.get(), row, column);
    longest_ = std::max(longest_, bytes);
  }
  fetch_ = std::min({fetch_ * 2, kRowsMost, static_cast<int>(std::clamp<std::int64_t>(kBytesAtOnce / longest_, 1, kRowsMost))});
  return got > 0;
}

}  // namespace

Status reach_postgresql(const std::string& url) {
  TAMGA_TRY(auto database, open_postgresql(url));
  TAMGA_TRY(auto query, database.prepare("SELECT 1"));
  TAMGA_TRY([[maybe_unused]] const bool row, query.step());
  return {};
}

bool is_postgresql(std::string_view place) { return place.starts_with("postgresql://") || place.starts_with("postgres://"); }

std::string told_address(const std::string& url) {
  const auto parts = parts_of(url);
  if (!parts) return "postgresql://…";
  const auto part = [&](const char* name) { return parts->contains(name) ? parts->at(name) : std::string(); };
  const std::string host = part("host").empty() ? part("hostaddr") : part("host");
  const bool socket = host.starts_with("/");
  return fmt::format("postgresql://{}/{}{}", socket ? std::string() : with_ports(host, part("port")), part("dbname"), socket ? "?host=" + host : "");
}

Result<Database> open_postgresql(const std::string& url, std::span<const SchemaStep> steps) {
  if (const auto parts = parts_of(url); !parts) return std::unexpected(Error{ErrorKind::usage, parts.error().message, {}, 0});
  const std::string path = told_address(url);
  auto engine = std::make_unique<Postgresql>(url, path, steps);
  TAMGA_TRY_STATUS(engine->open());
  return Database(std::move(engine), path);
}

}  // namespace tamga::store
