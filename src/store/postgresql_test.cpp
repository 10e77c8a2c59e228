// What only PostgreSQL has: several machines, connections that go, search paths, TRUNCATE, and the way from one database to the other.
#include "store/postgresql.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <thread>

#include "base/sha256.h"
#include "store/backends_test.h"
#include "store/cases.h"
#include "store/licences.h"
#include "store/people.h"
#include "store/schema_back.h"
#include "store/sessions.h"
#include "store/store.h"
#include "store/tokens.h"
#include "store/watch.h"

namespace tamga::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kNow = "2026-11-26T10:00:00Z";

class PostgresqlStore : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!over_postgresql()) GTEST_SKIP() << "ctest runs this as store_postgresql";
    place_.emplace("postgresql");
  }
  Store open() {
    auto store = Store::open(place_->place());
    EXPECT_TRUE(store) << (store ? "" : store.error().text());
    return *std::move(store);
  }
  static std::string damage(Store& store) {
    const auto verified = store.verify();
    if (!verified) return verified.error().text();
    std::string text;
    for (const auto& one : verified->damage) text += one.what + "\n";
    return text;
  }
  static std::string told(Store& store) {
    std::string text;
    EXPECT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
      text += fmt::format("{} {} {} {} {}\n", entry.sequence, entry.kind, entry.key, entry.payload, entry.hash);
      return {};
    }));
    return text;
  }
  template <typename T>
  static std::string error(const T& result) {
    return result ? "done" : result.error().text();
  }
  static StoredLicence licence(std::int64_t most) {
    StoredLicence made;
    made.number = "L 1";
    made.from = "2026-01-01";
    made.to = "2026-12-31";
    made.record = R"({"number":"L 1"})";
    made.caps = {{"quantity pcs", most, 0}};
    return made;
  }
  /// Ends every other connection, as a restart of the server does.
  void cut() const {
    ASSERT_EQ(place_->run_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'tamga'"),
              "done");
    // Until they are gone.
    ASSERT_EQ(place_->run_sql("DO $$ BEGIN WHILE EXISTS(SELECT 1 FROM pg_stat_activity WHERE application_name = 'tamga') LOOP PERFORM "
                              "pg_sleep(0.01); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$"),
              "done");
  }
  /// People, a proposal that was approved, a licence that was used, an alert, an edition that differs from the one before, a token, the book.
  static void fill(Store& store) {
    People people(store);
    ASSERT_TRUE(people.set({"Dana", {"administrator"}, true}, "Dana", kNow));
    ASSERT_TRUE(people.set({"Aslan", {"analyst"}, true}, "Dana", kNow));
    ASSERT_TRUE(people.set({"Gulnara", {"approver"}, true}, "Dana", kNow));
    const auto proposal = people.propose("licence.add", "L 1", Json::object().set("a", "б"), "Aslan", kNow);
    ASSERT_TRUE(proposal) << proposal.error().text();
    ASSERT_TRUE(people.decide(proposal->id, "approved", "seen", "Gulnara", kNow));
    Licences licences(store);
    ASSERT_TRUE(licences.add(licence(10), {proposal->id, {}, "Aslan", "Gulnara", {}}, kNow));
    for (const auto* deal : {"D-1", "D-2"})
      ASSERT_TRUE(licences.draw("L 1", deal, {{"quantity pcs", 4}}, {{}, fmt::format("dec-{}", deal), {}, {}, {}}, kNow));
    ASSERT_TRUE(licences.give_back(licences.uses("L 1", "D-2")->front().sequence, {"prop-2", {}, "Aslan", "Gulnara", "cancelled"}, kNow));
    ASSERT_TRUE(licences.ship("D-1", {{}, {}, "Aslan", {}, {}}, kNow));
    Ground ground;
    ground.deal = "D-1";
    ground.decision = "dec-1";
    ground.rule = "rule";
    ground.about = "/parties/1";
    ground.outcome = "review";
    ground.hash = "sha256:00";
    ground.pairs = {{"/parties/1", "us_ofac_sdn", "ofac-1", "IVANOV", "name", false, "0.8", Json::object(), "sha256:party", "sha256:listed"}};
    Cases cases(store);
    ASSERT_TRUE(cases.raise(ground, "2026-12-01", kNow).value_or(false));
    const std::string alert = cases.alerts({})->front().id;
    const auto mark = cases.propose_mark(alert, "another man", "2027-11-26", {}, "Aslan", kNow);
    ASSERT_TRUE(mark) << mark.error().text();
    ASSERT_TRUE(store.transact([&]() -> Status {
      TAMGA_TRY(const auto decided, people.decide(mark->id, "approved", "", "Gulnara", kNow));
      return cases.mark_approved(decided, kNow);
    }));
    ASSERT_TRUE(Tokens(store).add({"tok-1", 0, "token", "Dana", false, "argon", "2027-01-01", 5, 6, false}, "Dana", kNow));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(Tokens(store).add_uses({{"tok-1", 3}}, "2026-11-26"));
    ASSERT_TRUE(Tokens(store).keep_answer("c", "k", {"r", 200, "t", std::string("a\0b\xff", 4)}, "2026-11-26", "2026-11-25"));
    EXPECT_EQ(*Tokens(store).used("tok-1", "2026-11-26"), 6);
    Watch watch(store);
    ASSERT_TRUE(watch.add_segment("{\"id\":\"1\"}\n", 1, kNow));
    ASSERT_TRUE(watch.set_place("1", {1, 0}));
    for (const auto score : {9000, 9500}) ASSERT_TRUE(watch.set_hit({"1", "us_ofac_sdn", "", "ofac-1", score, true, "name", "ИВАНОВ"}));
    EXPECT_EQ(watch.hits_of("1")->front().score, 9500);
    ASSERT_TRUE(watch.add_deal("D-1"));
    ASSERT_TRUE(watch.set_basis("{}", "{}", kNow));
    const std::vector<std::int64_t> keys = {-7, 8, INT64_MIN, INT64_MAX};
    ASSERT_TRUE(store.add_past_keys(3, keys));
    ASSERT_TRUE(store.set_past_keys_made({1, 3}));
    StoredEdition edition;
    edition.list = "test_list";
    edition.format = "text";
    edition.published = "2026-11-20";
    edition.imported_at = kNow;
    std::string text;
    for (std::uint64_t i = 0; i < 4000; ++i) text += sha256_hex(fmt::to_string(i)) + "\n";
    for (const char c : {'a', 'b'}) {
      edition.id = fmt::format("sha256:{}", c);
      ASSERT_TRUE(store.add_edition(edition, {{"list.txt", text + c}}).value_or(false));
    }
    ASSERT_TRUE(store.append("decision", "dec-bytes", kNow, std::string("a\0b\xff'\"", 6)));
  }

  std::optional<TestPlace> place_;
};

TEST(PostgresqlAddress, IsToldWithoutUserPasswordAndOptions) {
  for (const auto& [given, told] : std::initializer_list<std::pair<const char*, const char*>>{
           {"postgresql://tamga:secret@db/tamga?sslmode=prefer", "postgresql://db/tamga"},
           {"postgresql://db:5433/tamga", "postgresql://db:5433/tamga"},
           {"postgresql://tamga@10.0.0.1:5432,10.0.0.2:5433/tamga?target_session_attrs=read-write", "postgresql://10.0.0.1:5432,10.0.0.2:5433/tamga"},
           {"postgresql://a,b:1/tamga", "postgresql://a,b:1/tamga"},
           {"postgresql:///tamga?host=a,b&port=1", "postgresql://a:1,b:1/tamga"},
           {"postgresql:///tamga?host=/run/postgresql", "postgresql:///tamga?host=/run/postgresql"}}) {
    EXPECT_EQ(told_address(given), told) << given;
  }
}

TEST_F(PostgresqlStore, NoPasswordStandsInAnError) {
  for (const auto* url : {"postgresql://dana:geheim@127.0.0.1:1/tamga", "postgresql://dana:geheim@nowhere.invalid/tamga?connect_timeout=3"}) {
    const auto opened = Store::open(url);
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().text(), HasSubstr("cannot be opened: "));
    EXPECT_THAT(opened.error().text(), Not(HasSubstr("geheim")));
  }
  EXPECT_THAT(error(Store::open("postgresql://dana:geheim@127.0.0.1:1/tamga")), StartsWith("postgresql://127.0.0.1:1/tamga: cannot be opened: "));
  for (const auto* url : {"postgresql://dana:geh@eim@127.0.0.1:geheim/tamga", "postgresql://dana:geheim@[::1/tamga", "postgres://h/d?geheim=1",
                          "postgresql://dana:geheim%zz@h/d"}) {
    const auto opened = Store::open(url);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::usage) << url;
    EXPECT_THAT(opened.error().text(), StartsWith("the store's address cannot be read, expected postgresql://")) << url;
    EXPECT_THAT(opened.error().text(), Not(HasSubstr("geheim@"))) << url;
  }
}

TEST_F(PostgresqlStore, SaysWhatIsNotThere) {
  EXPECT_THAT(error(Store::open_existing(place_->place())), HasSubstr("no store here yet; load lists with: tamga lists import FILE..."));
  EXPECT_THAT(error(Store::open(TestServer::url() + "&options=-csearch_path%3Dnowhere")), HasSubstr("that which search_path names is not there"));
}

TEST_F(PostgresqlStore, FourWritersKeepOneChainAndOverdrawNothing) {
  constexpr int kWriters = 4;
  constexpr int kEach = 40;
  constexpr std::int64_t kCap = 60;  // less than all of them want
  {
    auto store = open();
    ASSERT_TRUE(Licences(store).add(licence(kCap), {"prop-1", {}, "A", "B", {}}, kNow));
  }
  std::vector<pid_t> children;
  for (int writer = 0; writer < kWriters; ++writer) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Store::open(place_->place());
      if (!store) ::_exit(9);
      for (int i = 0; i < kEach; ++i) {
        // The same key by all four: one of them has it.
        const auto shared = store->append("decision", fmt::format("shared-{}", i), kNow, fmt::to_string(writer));
        if (!shared && shared.error().message.find("is recorded already") == std::string::npos) ::_exit(1);
        if (!store->append("decision", fmt::format("{}-{}", writer, i), kNow, "{}")) ::_exit(2);
        if (!store->keep("policy", fmt::format("rules {}", i), kNow)) ::_exit(3);
        const auto deal = fmt::format("D-{}-{}", writer, i);
        const auto drawn = Licences(*store).draw("L 1", deal, {{"quantity pcs", 1}}, {{}, "dec-" + deal, {}, {}, {}}, kNow);
        if (!drawn && drawn.error().message.find("not enough is left") == std::string::npos) ::_exit(4);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  auto store = open();
  EXPECT_EQ(store.head()->sequence, 1 + kEach + kWriters * kEach + kEach + kCap) << "each once";
  EXPECT_EQ(Licences(store).find("L 1").value()->caps[0].used, kCap);
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, FortyProcessesDrawTheLastUnitAndOneHasIt) {
  constexpr int kProcesses = 40;
  {
    auto store = open();
    ASSERT_TRUE(Licences(store).add(licence(3), {"prop-1", {}, "A", "B", {}}, kNow));
    ASSERT_TRUE(Licences(store).draw("L 1", "D-before", {{"quantity pcs", 2}}, {{}, "dec-before", {}, {}, {}}, kNow));
  }
  // All are connected before the first draws: they wait until this end of the pipe is closed.
  int gate[2];
  ASSERT_EQ(::pipe(gate), 0);
  std::vector<pid_t> children;
  for (int number = 0; number < kProcesses; ++number) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(gate[1]);
      auto store = Store::open(place_->place());
      if (!store) ::_exit(9);
      char byte = 0;
      static_cast<void>(::read(gate[0], &byte, 1));
      const auto deal = fmt::format("D-{}", number);
      const auto drawn = Licences(*store).draw("L 1", deal, {{"quantity pcs", 1}}, {{}, "dec-" + deal, {}, {}, {}}, kNow);
      if (drawn) ::_exit(0);
      ::_exit(drawn.error().message.find("not enough is left") != std::string::npos ? 1 : 2);
    }
    children.push_back(child);
  }
  ::close(gate[0]);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ::close(gate[1]);
  std::map<int, int> ended;
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ++ended[WEXITSTATUS(status)];
  }
  EXPECT_EQ(ended, (std::map<int, int>{{0, 1}, {1, kProcesses - 1}})) << "0: drawn, 1: not enough is left, else an error";
  auto store = open();
  EXPECT_EQ(store.head()->sequence, 3) << "the licence, what was used before, and the last unit";
  EXPECT_EQ(Licences(store).find("L 1").value()->caps[0].used, 3);
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, WhatOthersUndidIsDoneAgainAndNotForEver) {
  auto store = open();
  // Sequences go on whatever is rolled back, so that the tries can be counted.
  ASSERT_EQ(
      place_->run_sql("CREATE SEQUENCE tries; CREATE FUNCTION undone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') <= "
                      "TG_ARGV[0]::bigint THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = TG_ARGV[1]; END IF; RETURN NEW; END $$"),
      "done");
  const auto tries = [&] {
    std::string count;
    place_->each_row("SELECT last_value FROM tries", [&](const auto& row) { count = row[0]; });
    return count;
  };
  int number = 0;
  for (const auto* state : {"40001", "40P01"}) {
    for (const auto& [undone, made] : {std::pair{4, "5"}, std::pair{1'000'000, "5"}}) {
      ASSERT_EQ(place_->run_sql(fmt::format("DROP TRIGGER IF EXISTS undone ON ledger; ALTER SEQUENCE tries RESTART; CREATE TRIGGER undone BEFORE "
                                            "INSERT ON ledger FOR EACH ROW EXECUTE FUNCTION undone({}, '{}')",
                                            undone, state)),
                "done");
      const auto before = store.head()->sequence;
      int begun = 0;
      const auto done = store.transact([&]() -> Status {
        ++begun;
        TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", fmt::format("dec-{}", ++number), kNow, "{}"));
        return {};
      });
      EXPECT_EQ(tries(), made) << state;
      EXPECT_EQ(begun, Store::kTries);
      if (undone == 4) {
        EXPECT_EQ(error(done), "done");
        EXPECT_EQ(store.head()->sequence, before + 1) << "once";
      } else {
        EXPECT_THAT(error(done), HasSubstr("others wrote at the same time; nothing was done, do it again"));
        EXPECT_EQ(store.head()->sequence, before);
      }
    }
  }
  // Whoever cannot begin anew does it once.
  ASSERT_EQ(place_->run_sql("ALTER SEQUENCE tries RESTART"), "done");
  const auto once = store.transact(
      [&]() -> Status {
        TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", "dec-once", kNow, "{}"));
        return {};
      },
      Store::Tries::once);
  EXPECT_THAT(error(once), HasSubstr("do it again"));
  EXPECT_EQ(tries(), "1");
}

TEST_F(PostgresqlStore, ADeadlockWithWhoeverLocksInAnotherOrderEndsWell) {
  auto store = open();
  ASSERT_TRUE(Licences(store).add(licence(1), {"prop-1", {}, "A", "B", {}}, kNow));
  PGconn* other = PQconnectdb(place_->place().c_str());
  const auto say = [&](const char* sql) {
    PGresult* result = PQexec(other, sql);
    EXPECT_NE(PQresultStatus(result), PGRES_FATAL_ERROR) << PQerrorMessage(other);
    PQclear(result);
  };
  // Somebody who goes round the program: first the cap, then the head. Of the two the program finds the deadlock.
  say("SET deadlock_timeout = '1min'; BEGIN; SELECT 1 FROM licence_caps FOR UPDATE");
  int begun = 0;
  const auto done = store.transact([&]() -> Status {
    if (++begun == 1) {
      EXPECT_EQ(PQsendQuery(other, "SELECT 1 FROM head FOR UPDATE; COMMIT"), 1);
    }
    TAMGA_TRY([[maybe_unused]] const auto use, Licences(store).draw("L 1", "D-1", {{"quantity pcs", 1}}, {{}, "dec-1", {}, {}, {}}, kNow));
    return {};
  });
  EXPECT_EQ(error(done), "done");
  EXPECT_EQ(begun, 2);
  for (PGresult* result = PQgetResult(other); result != nullptr; result = PQgetResult(other)) {
    EXPECT_NE(PQresultStatus(result), PGRES_FATAL_ERROR) << PQresultErrorMessage(result);
    PQclear(result);
  }
  PQfinish(other);
  EXPECT_EQ(Licences(store).find("L 1").value()->caps[0].used, 1);
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, WhatTheServerSaysOfIsolationKeepsNobodyFromWriting) {
  const std::string place = place_->place() + "%20-cdefault_transaction_isolation%3Dserializable";
  {
    ASSERT_TRUE(Store::open(place));
  }
  std::vector<pid_t> children;
  for (int writer = 0; writer < 4; ++writer) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Store::open(place);
      for (int i = 0; i < 50; ++i) {
        const auto append = [&]() -> Status {
          TAMGA_TRY([[maybe_unused]] const auto entry, store->append("decision", fmt::format("{}-{}", writer, i), kNow, "{}"));
          return {};
        };
        if (!store || !store->transact(append, Store::Tries::once)) ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "each goes on from what the other wrote";
  }
  auto store = open();
  EXPECT_EQ(store.head()->sequence, 200);
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, ReadingGoesOnOverALostConnectionAndAWriteSaysSo) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
  const auto version = *store.data_version();
  cut();
  EXPECT_TRUE(store.find("decision", "dec-1")->has_value());
  EXPECT_EQ(*store.data_version(), version);
  cut();
  EXPECT_EQ(told(store).substr(0, 16), "1 decision dec-1");
  cut();
  EXPECT_TRUE(store.append("decision", "dec-2", kNow, "{}")) << "nothing of it had begun";
  EXPECT_NE(*store.data_version(), version);
  const auto done = store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto first, store.append("decision", "dec-3", kNow, "{}"));
    cut();
    TAMGA_TRY([[maybe_unused]] const auto second, store.append("decision", "dec-4", kNow, "{}"));
    return {};
  });
  EXPECT_THAT(error(done), HasSubstr("the connection to the server was lost"));
  const auto at_the_end = store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", "dec-5", kNow, "{}"));
    cut();
    return {};
  });
  EXPECT_THAT(error(at_the_end), HasSubstr("whether this was recorded must be looked up"));
  EXPECT_FALSE(store.find("decision", "dec-5")->has_value());
  EXPECT_TRUE(store.append("decision", "dec-6", kNow, "{}"));
  EXPECT_EQ(store.head()->sequence, 3);
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, AWalkOutlivesWhatIsWrittenWithinIt) {
  auto store = open();
  for (int i = 0; i < 250; ++i) ASSERT_TRUE(store.append("decision", fmt::format("dec-{}", i), kNow, "{}"));
  int seen = 0;
  ASSERT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
    ++seen;
    TAMGA_TRY([[maybe_unused]] const auto made, store.append("seen", entry.key, kNow, "{}"));
    return {};
  }));
  EXPECT_EQ(seen, 250) << "as it was when the walk began";
  EXPECT_EQ(store.head()->sequence, 500);
  ASSERT_TRUE(store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto made, store.append("decision", "dec-last", kNow, "{}"));
    seen = 0;
    return store.each([&](const LedgerEntry&) -> Status {
      ++seen;
      return {};
    });
  }));
  EXPECT_EQ(seen, 501) << "within a transaction its own entries too";
}

TEST_F(PostgresqlStore, AnotherSearchPathOpensNoGuard) {
  auto store = open();
  People people(store);
  ASSERT_TRUE(people.set({"Dana", {"administrator"}, true}, "Dana", kNow));
  ASSERT_TRUE(people.set({"Aslan", {"analyst"}, true}, "Dana", kNow));
  const auto proposal = people.propose("licence.add", "L-1", Json::object(), "Aslan", kNow);
  ASSERT_TRUE(proposal);
  const std::string mallory =
      "CREATE TEMP TABLE people(name text, roles text, active bigint); INSERT INTO pg_temp.people VALUES('Mallory', ',approver,', 1); ";
  const std::string approve = "UPDATE proposals SET state = 'approved', decided_by = 'Mallory', decided = 9";
  EXPECT_EQ(place_->run_sql(mallory + approve), "only an approver may decide");
  EXPECT_EQ(place_->run_sql(mallory + "DO $$ BEGIN PERFORM set_config('search_path', 'pg_temp, ' || current_schema(), false); END $$; " + approve),
            "only an approver may decide");
}

TEST_F(PostgresqlStore, TruncateIsRefused) {
  auto store = open();
  fill(store);
  for (const auto* table : {"ledger", "blobs", "proposals", "licences", "licence_caps", "licence_uses", "licence_draws", "alerts", "alert_hits",
                            "marks", "consultations", "tokens"}) {
    EXPECT_NE(place_->run_sql(fmt::format("TRUNCATE {} CASCADE", table)), "done") << table;
  }
  EXPECT_EQ(place_->run_sql("TRUNCATE ledger"), "the ledger is append-only");
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, ChangedTriggersAndTablesAreFound) {
  const std::pair<const char*, const char*> cases[] = {
      {"DROP TRIGGER ledger_keeps_rows ON ledger", "the trigger ledger_keeps_rows is gone\n"},
      {"ALTER TABLE ledger DISABLE TRIGGER ledger_keeps_content", "the trigger ledger_keeps_content was changed\n"},
      {"CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$", "the function refuse was changed\n"},
      {"ALTER FUNCTION alerts_four_eyes() SET search_path = pg_catalog", "the function alerts_four_eyes was changed\n"},
      {"CREATE VIEW v AS SELECT 1 AS one", "the view v does not belong to the store\n"},
      {"CREATE RULE quiet AS ON UPDATE TO head DO INSTEAD NOTHING", "the rule quiet does not belong to the store\n"},
      {"ALTER TABLE licence_caps DROP CONSTRAINT licence_caps_used_check", "the constraint licence_caps_used_check of licence_caps is gone\n"},
      {"ALTER TABLE people ADD COLUMN nick text", "the table people was changed\n"},
      {"ALTER TABLE people ALTER COLUMN name TYPE text COLLATE \"POSIX\"", "was changed\n"},
      {"DROP INDEX licence_uses_open", "the index licence_uses_open is gone\n"},
      {"ALTER TABLE ledger ENABLE ROW LEVEL SECURITY", "the table ledger was changed\n"},
      {"CREATE TABLE pg_extra(a int)", "the table pg_extra does not belong to the store\n"},
  };
  for (const auto& [sql, what] : cases) {
    place_->clear();
    auto store = open();
    ASSERT_EQ(damage(store), "");
    ASSERT_EQ(place_->run_sql(sql), "done") << sql;
    EXPECT_THAT(damage(store), HasSubstr(what)) << sql;
  }
}

TEST_F(PostgresqlStore, ATextThatItCannotKeepIsRefusedWhole) {
  auto store = open();
  const auto done = store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto first, store.append("decision", "dec-1", kNow, "{}"));
    TAMGA_TRY([[maybe_unused]] const auto second, store.append("decision", std::string("dec\0 2", 6), kNow, "{}"));
    return {};
  });
  EXPECT_THAT(error(done), HasSubstr("a text with the byte 0, or one that is not UTF-8, cannot be kept here"));
  // Whoever swallows an error within a transaction does not get half of it recorded.
  const auto swallowed = store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto first, store.append("decision", "dec-3", kNow, "{}"));
    static_cast<void>(store.append("decision", "\xff", kNow, "{}"));
    return {};
  });
  EXPECT_THAT(error(swallowed), HasSubstr("so all of it was rolled back"));
  EXPECT_EQ(store.head()->sequence, 0);
  EXPECT_TRUE(store.append("decision", "dec-4", kNow, "{}"));
}

TEST_F(PostgresqlStore, ABackupIsAFileThatEitherDatabaseTakes) {
  auto store = open();
  fill(store);
  ASSERT_EQ(damage(store), "");
  const std::string all = told(store);
  std::filesystem::create_directories(place_->folder());
  const std::string file = (place_->folder() / "tamga.db").string();
  ASSERT_EQ(error(store.copy_to(file)), "done");
  {
    auto copy = Store::open_existing(place_->folder().string());
    ASSERT_TRUE(copy) << copy.error().text();
    EXPECT_EQ(told(*copy), all);
    EXPECT_EQ(damage(*copy), "");
    EXPECT_EQ(copy->edition_files("sha256:b")->front().bytes, store.edition_files("sha256:b")->front().bytes);
    EXPECT_TRUE(copy->append("decision", "dec-after", kNow, "{}")) << "its guards stand, and it goes on";
    EXPECT_EQ(damage(*copy), "");
    EXPECT_EQ(Tokens(*copy).answer("c", "k").value()->body, std::string("a\0b\xff", 4));
  }
  const TestPlace other("other");
  {
    auto back = Store::restore(file, other.place());
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_THAT(told(*back), StartsWith(all));
    EXPECT_EQ(damage(*back), "");
    EXPECT_TRUE(back->append("decision", "dec-after-2", kNow, "{}"));
    EXPECT_EQ(Watch(*back).hits_of("1")->front().caption, "ИВАНОВ");
    EXPECT_TRUE(back->has_past_key(3, INT64_MIN).value());
    EXPECT_EQ(Licences(*back).find("L 1").value()->caps[0].used, 4);
  }
  EXPECT_NE(other.run_sql("DELETE FROM ledger"), "done");
  const auto again = Store::restore(file, other.place());
  EXPECT_THAT(error(again), HasSubstr("has a store already"));
}

TEST_F(PostgresqlStore, ACopyIsOfOneMomentWhileOthersWrite) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "begin", kNow, "{}"));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto writer = Store::open(place_->place());
    for (int i = 0; i < 300; ++i) {
      if (!writer || !writer->keep("policy", fmt::format("rules {}", i), kNow)) ::_exit(1);
    }
    ::_exit(0);
  }
  std::filesystem::create_directories(place_->folder());
  for (int i = 0; i < 3; ++i) {
    std::filesystem::remove(place_->folder() / "tamga.db");
    EXPECT_EQ(error(store.copy_to((place_->folder() / "tamga.db").string())), "done");
    auto copy = Store::open_existing(place_->folder().string());
    ASSERT_TRUE(copy);
    EXPECT_EQ(damage(*copy), "");
  }
  EXPECT_EQ(damage(store), "") << "nor does a writer look like damage";
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

// PostgreSQL's stores began with version 10; one that nobody has stands for those to come, with rows in the way.
TEST_F(PostgresqlStore, GoesBackThroughTheStepsOfAVersionToCome) {
  static const std::array<SchemaStep, 3> kSteps = {kPostgresqlSchema[0], kPostgresqlSchema[1], SchemaStep{12, R"sql(
CREATE TABLE extras(one bigint PRIMARY KEY, text text COLLATE "C" NOT NULL);
CREATE TRIGGER extras_keep_rows BEFORE UPDATE ON extras FOR EACH ROW EXECUTE FUNCTION refuse('extras stay');
ALTER TABLE head ADD COLUMN extra text COLLATE "C" NOT NULL DEFAULT '';
)sql"}};
  static constexpr NoPlace kNoExtras[] = {{"extras", "what only version 12 knows", "SELECT count(*) FROM extras"}};
  static constexpr StepBack kBack[] = {{12, "DROP TABLE extras; ALTER TABLE head DROP COLUMN extra", kNoExtras}};
  std::string before;
  {
    auto store = open();
    ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
    before = told(store);
  }
  auto newer = open_postgresql(place_->place(), kSteps);
  ASSERT_TRUE(newer);
  ASSERT_TRUE(newer->engine().bring_up(false));
  EXPECT_THAT(error(Store::open(place_->place())), HasSubstr("is a store of schema version 12, this Tamga knows version 11"));
  ASSERT_TRUE(newer->engine().run("INSERT INTO extras VALUES(1, 'a')"));

  const auto go = [&] {
    auto database = open_postgresql(place_->place(), kSteps);
    return error(take_back(database->engine(), kBack, 11, "2026-11-25"));
  };
  EXPECT_EQ(go(),
            "cannot go back to schema version 11, and nothing was changed: extras has 1 row that version 11 has no place for (what only version 12 "
            "knows). For more there is the backup that was made before: tamga restore");
  EXPECT_EQ(newer->engine().schema_version(), 12);
  ASSERT_TRUE(newer->engine().run("DELETE FROM extras"));
  // Somebody writes.
  ASSERT_TRUE(newer->engine().begin(Purpose::write));
  EXPECT_THAT(go(), HasSubstr("another process has held the store for more than 10 seconds"));
  newer->engine().rollback();
  EXPECT_EQ(go(), "done");

  const auto writes = newer->engine().begin(Purpose::write);
  EXPECT_THAT(error(writes), HasSubstr("is of schema version 11 and was of 12 when this program began"));
  EXPECT_THAT(error(newer->engine().bring_up(true)), HasSubstr("is of schema version 11 and was of 12 when this program began"));
  forget_versions();
  auto store = open();
  EXPECT_EQ(told(store), before);
  EXPECT_EQ(damage(store), "");
  ASSERT_TRUE(store.append("decision", "dec-2", kNow, "{}"));
  EXPECT_EQ(damage(store), "");
}

TEST_F(PostgresqlStore, GoesBackToItsFirstVersionAndForthAgain) {
  {
    auto store = open();
    ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
    ASSERT_TRUE(Sessions(store).add({"a", "sealed", 100}, 1, 10).value());
  }
  const auto report = schema_report(place_->place(), "2026-11-25");
  ASSERT_TRUE(report);
  EXPECT_EQ(report->version, 11);
  EXPECT_EQ(report->first, 10);
  ASSERT_EQ(report->back.size(), 1U);
  EXPECT_TRUE(report->back.front().in_the_way.empty()) << "people sign in again";
  EXPECT_EQ(error(take_back(place_->place(), 9, "2026-11-25")),
            place_->path() + ": there is no schema version 9 to go back to: the first of stores on PostgreSQL was 10");
  EXPECT_TRUE(take_back(place_->place(), 11, "2026-11-25"));
  const auto back = take_back(place_->place(), 10, "2026-11-25");
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->version, 10);
  {
    auto database = open_postgresql(place_->place());
    ASSERT_TRUE(database->engine().begin(Purpose::write));
    EXPECT_EQ(*database->engine().schema(), *database->engine().fresh_schema(10));
    database->engine().rollback();
  }
  forget_versions();
  auto store = open();
  EXPECT_EQ(damage(store), "");
  EXPECT_TRUE(Sessions(store).ids(1)->empty());
  ASSERT_TRUE(store.append("decision", "dec-2", kNow, "{}"));
}

}  // namespace
}  // namespace tamga::store
