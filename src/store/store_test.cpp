#include "store/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "base/sha256.h"
#include "store/backends_test.h"
#include "store/schema.h"
#include "store/schema_back.h"

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

class StoreTest : public ::testing::Test {
 protected:
  Store open() {
    auto store = Store::open(place_.place());
    EXPECT_TRUE(store.has_value()) << (store ? "" : store.error().text());
    return *std::move(store);
  }
  static StoredEdition edition(std::string id, std::string published = "2026-11-20") {
    StoredEdition result;
    result.list = "test_list";
    result.format = "un_xml";
    result.id = std::move(id);
    result.published = std::move(published);
    result.dated_by = "file";
    result.imported_at = kNow;
    result.entities = 2;
    result.names = 3;
    result.warnings = {"a warning"};
    return result;
  }
  void fill(Store& store) {
    ASSERT_TRUE(store.add_edition(edition("sha256:aa"), {{"a.xml", std::string(5000, 'a')}, {"b.xml", "bb"}}).value_or(false));
    ASSERT_TRUE(store.keep("policy", "the rules", kNow));
    ASSERT_TRUE(store.append("decision", "dec-1", kNow, R"({"outcome":"prohibited"})"));
    ASSERT_TRUE(store.append("decision", "dec-2", kNow, R"({"outcome":"pass"})"));
  }
  /// What errors begin with: with SQLite the path of the file.
  [[nodiscard]] std::string database() const { return place_.path(); }

  /// Runs SQL behind the store's back.
  void run_sql(const std::string& sql) const { ASSERT_EQ(place_.run_sql(sql), "done") << sql; }
  void tamper(const std::string& sql) const {
    const std::string before = dump();
    place_.tamper(sql);
    ASSERT_TRUE(dump() != before) << "nothing was changed by: " << sql;
  }
  void each_row(const std::string& sql, const std::function<void(const std::vector<std::string>&)>& each) const { place_.each_row(sql, each); }
  /// Every row of every table.
  [[nodiscard]] std::string dump() const {
    std::string all;
    for (const char* table : {"ledger", "head", "editions", "blobs", "deltas"}) {
      each_row(fmt::format("SELECT * FROM {} ORDER BY 1", table), [&](const std::vector<std::string>& row) {
        for (const auto& value : row) all += fmt::format("{}:{},", value.size(), value);
        all += '\n';
      });
    }
    return all;
  }
  /// Runs `work` in a process of its own and gives what it returns.
  static std::string in_child(const std::function<std::string()>& work) {
    int ends[2] = {};
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string answer = work();
      const bool sent = ::write(ends[1], answer.data(), answer.size()) == static_cast<ssize_t>(answer.size());
      ::_exit(sent ? 0 : 1);
    }
    ::close(ends[1]);
    std::string answer(4096, '\0');
    const auto got = ::read(ends[0], answer.data(), answer.size());
    answer.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    ::close(ends[0]);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    return answer;
  }
  /// A file that hardly packs, the same from day to day but for some lines.
  static std::string large_file(int day) {
    std::string text;
    std::uint64_t state = 1;
    for (int line = 0; line < 4000; ++line) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      text += fmt::format("{:016x} {}\n", state, line % 1000 == day % 1000 ? day : 0);
    }
    return text;
  }
  /// All that the store tells, through its own functions.
  static std::string told_by(Store& store) {
    std::string all;
    EXPECT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
      all += fmt::format("{} {} {} {} {} {}\n", entry.sequence, entry.kind, entry.key, entry.recorded_at, entry.payload, entry.hash);
      const auto found = store.find(entry.kind, entry.key);
      EXPECT_TRUE(found && found->has_value() && (*found)->hash == entry.hash) << entry.key;
      return {};
    }));
    const auto editions = store.editions().value();
    for (const auto& edition : editions) {
      all += fmt::format("{} {} {} {} {}\n", edition.list, edition.id, edition.published, edition.entities, edition.imported_at);
      const auto files = store.edition_files(edition.id).value();
      for (const auto& file : files) all += file.name + ":" + file.bytes + "\n";
    }
    all += store.kept(content_address("the rules")).value().value_or("gone");
    all += store.head()->hash;
    return all;
  }

  TestPlace place_{::testing::UnitTest::GetInstance()->current_test_info()->name()};
  const fs::path& folder_ = place_.folder();
};
using SqliteStore = StoreTest;

TEST_F(StoreTest, KeepsEditionsAndTheirFiles) {
  auto store = open();
  fill(store);
  EXPECT_FALSE(store.add_edition(edition("sha256:aa"), {{"a.xml", "other"}}).value_or(true)) << "the same edition again changes nothing";
  ASSERT_TRUE(store.add_edition(edition("sha256:bb", "2026-11-01"), {{"c.xml", "bb"}}).value_or(false));
  const auto editions = *store.editions();
  ASSERT_EQ(editions.size(), 2U);
  EXPECT_EQ(editions[0].id, "sha256:bb") << "sorted by date";
  EXPECT_EQ(editions[1].entities, 2);
  EXPECT_EQ(editions[1].warnings, std::vector<std::string>{"a warning"});
  const auto files = *store.edition_files("sha256:aa");
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "a.xml");
  EXPECT_EQ(files[0].bytes, std::string(5000, 'a'));
  EXPECT_FALSE(store.edition_files("sha256:none"));
}

TEST_F(StoreTest, KeepsDailyEditionsAsDifferences) {
  auto store = open();
  constexpr int kDays = 60;
  for (int day = 1; day <= kDays; ++day) {
    auto daily = edition(fmt::format("sha256:{}", day), fmt::format("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28));
    ASSERT_TRUE(store.add_edition(daily, {{fmt::format("list-{}.xml", day), large_file(day)}}).value_or(false));
  }
  std::int64_t packed = 0;
  std::int64_t plain = 0;
  each_row("SELECT length(packed), size, 0 FROM blobs UNION ALL SELECT length(packed), size, 1 FROM deltas",
           [&](const std::vector<std::string>& row) {
             packed += std::stoll(row[0]);
             plain += std::stoll(row[1]);
           });
  EXPECT_LT(packed * 30, plain) << "whole, each would take about half of its size";
  for (const int day : {1, 2, 31, kDays}) {
    const auto files = store.edition_files(fmt::format("sha256:{}", day));
    ASSERT_TRUE(files) << files.error().text();
    EXPECT_EQ(files->front().bytes, large_file(day));
  }
  EXPECT_TRUE(store.verify()->damage.empty());
  EXPECT_EQ(store.verify()->blobs, kDays);
}

TEST_F(StoreTest, ADifferenceIsToAFileThatIsKeptWhole) {
  auto store = open();
  for (int day = 1; day <= 5; ++day) ASSERT_TRUE(store.add_edition(edition(fmt::format("sha256:{}", day)), {{"list.xml", large_file(day)}}));
  std::vector<std::string> bases;
  each_row("SELECT DISTINCT base FROM deltas", [&](const std::vector<std::string>& row) { bases.push_back(row[0]); });
  EXPECT_EQ(bases, std::vector<std::string>{content_address(large_file(1))});
  // Nothing in common: whole again, and what comes next differs from that.
  std::string other = large_file(1);
  std::reverse(other.begin(), other.end());
  ASSERT_TRUE(store.add_edition(edition("sha256:other"), {{"list.xml", other}}));
  ASSERT_TRUE(store.add_edition(edition("sha256:next"), {{"list.xml", other + "one more"}}));
  bases.clear();
  each_row("SELECT DISTINCT base FROM deltas", [&](const std::vector<std::string>& row) { bases.push_back(row[0]); });
  EXPECT_EQ(bases.size(), 2U);
  EXPECT_EQ(store.edition_files("sha256:next")->front().bytes, other + "one more");
}

TEST_F(StoreTest, AHeldEditionIsAcceptedOnce) {
  auto store = open();
  auto held = edition("sha256:aa");
  held.held = {"it shrank by half"};
  held.programs = {{"RUSSIA", 3}, {"SYRIA", 1}};
  ASSERT_TRUE(store.add_edition(held, {{"a.xml", "a"}}).value_or(false));
  ASSERT_TRUE(store.add_edition(edition("sha256:bb"), {{"b.xml", "b"}}).value_or(false));
  auto editions = store.editions().value();
  EXPECT_EQ(editions[0].held, held.held);
  EXPECT_EQ(editions[0].programs, held.programs);
  EXPECT_FALSE(editions[0].in_effect());
  EXPECT_TRUE(editions[1].in_effect());
  ASSERT_TRUE(store.accept(editions[0], kNow, "asked OFAC"));
  EXPECT_TRUE(store.editions()->front().in_effect());
  EXPECT_FALSE(store.accept(editions[0], kNow, "again"));
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, ConfirmationsAreKeptByDay) {
  auto store = open();
  ASSERT_TRUE(store.add_edition(edition("sha256:aa"), {{"a.xml", "a"}}).value_or(false));
  ASSERT_TRUE(store.add_edition(edition("sha256:ab"), {{"b.xml", "b"}}).value_or(false));
  const auto first = store.editions()->front();
  for (const auto* day : {"2026-11-22", "2026-11-21", "2026-11-22"}) ASSERT_TRUE(store.confirm(first, day, kNow, "https://example.org/list"));
  const auto editions = store.editions().value();
  EXPECT_EQ(editions[0].confirmed, (std::vector<std::string>{"2026-11-21", "2026-11-22"}));
  EXPECT_TRUE(editions[1].confirmed.empty());
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(SqliteStore, BringsAStoreOfEveryOlderVersionUpToDate) {
  std::string told;
  {
    auto store = open();
    fill(store);
    told = told_by(store);
  }
  const fs::path now = folder_ / "now.db";
  fs::rename(database(), now);
  for (std::size_t version = 1; version < kSchema.size(); ++version) {
    fs::remove(database());
    std::string older;
    for (std::size_t step = 0; step < version; ++step) older += kSchema.at(step);
    const bool has_latest = version >= 8;
    older += fmt::format(
        "ATTACH '{}' AS now; INSERT INTO blobs SELECT * FROM now.blobs; INSERT INTO editions SELECT * FROM now.editions; INSERT INTO ledger SELECT * "
        "FROM "
        "now.ledger; DELETE FROM head; INSERT INTO head SELECT one, sequence, hash{} FROM now.head",
        now.string(), has_latest ? ", latest" : "");
    std::ofstream(database()).close();
    run_sql(older);
    forget_versions();
    auto store = open();
    EXPECT_EQ(told_by(store), told) << version;
    const auto verification = store.verify();
    EXPECT_TRUE(verification->damage.empty()) << version << ": " << verification->damage.front().what;
    EXPECT_TRUE(store.append("decision", "dec-after", kNow, "{}")) << version;
  }
}

// Found by review: secrets of new tokens stood in kept answers. What an older version kept goes, and its bytes with it.
TEST_F(SqliteStore, ForgetsTheAnswersOfOlderVersions) {
  {
    auto store = open();
    fill(store);
  }
  run_sql(
      "DROP TABLE sessions; DROP INDEX alerts_by_deadline; DROP TABLE answers; CREATE TABLE answers(caller TEXT NOT NULL, key TEXT NOT NULL, request "
      "TEXT NOT NULL, "
      "status INTEGER NOT NULL, "
      "type TEXT NOT NULL, body BLOB NOT NULL, day TEXT NOT NULL, PRIMARY KEY(caller, key)) STRICT, WITHOUT ROWID; "
      "INSERT INTO answers VALUES('tok-1', 'a', 'sha256:0', 201, 'application/json', CAST('a secret of old' AS BLOB), '2026-11-26'); "
      "PRAGMA user_version = 9");
  ASSERT_NE(read_file(database())->find("a secret of old"), std::string::npos);
  forget_versions();
  {
    auto store = open();
    EXPECT_TRUE(store.verify()->damage.empty());
  }
  EXPECT_EQ(read_file(database())->find("a secret of old"), std::string::npos);
}

TEST_F(StoreTest, KeepsContentOnceUnderItsHash) {
  auto store = open();
  const auto hash = *store.keep("policy", "the rules", kNow);
  EXPECT_EQ(*store.keep("policy", "the rules", "later"), hash);
  EXPECT_EQ(**store.kept(hash), "the rules");
  EXPECT_FALSE(store.kept("sha256:none")->has_value());
  EXPECT_EQ(store.head()->sequence, 1);
}

TEST_F(StoreTest, TheSameEditionAgainChangesNoByte) {
  auto store = open();
  fill(store);
  const std::string before = dump();
  auto again = edition("sha256:aa", "2026-11-22");
  again.imported_at = "2026-11-24T00:00:00Z";
  EXPECT_FALSE(store.add_edition(again, {{"a.xml", "never seen"}}).value_or(true));
  EXPECT_EQ(dump(), before);
}

// Found by review: content that was there as an edition's file got no entry of its own, and no place in the chain.
TEST_F(StoreTest, KeepsWhatIsThereAsSomethingElse) {
  auto store = open();
  fill(store);
  const auto hash = *store.keep("policy", "bb", kNow);
  const auto entry = *store.find("policy", hash);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->payload, fmt::format(R"({{"hash":"{}","size":2}})", hash));
  EXPECT_EQ(*store.keep("policy", "bb", kNow), hash);
  EXPECT_EQ(store.head()->sequence, 5);
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, KeepsAnyBytes) {
  auto store = open();
  std::string bytes;
  for (unsigned i = 0; i < 100'000; ++i) bytes += static_cast<char>(i * i >> 3);
  for (const auto& content : {std::string(), std::string(1, '\0'), bytes}) {
    const auto hash = *store.keep("policy", content, kNow);
    EXPECT_EQ(hash, content_address(content));
    EXPECT_EQ(**store.kept(hash), content);
  }
  const std::string payload("a\0b\xff'\"", 6);
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, payload));
  EXPECT_EQ((*store.find("decision", "dec-1"))->payload, payload);
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, AnEntryIsNamedByOneLine) {
  auto store = open();
  for (const auto& [kind, key, at] : {std::array{"a\nb", "c", kNow}, std::array{"a", "b\nc", kNow}, std::array{"a", "b", "1\n2"}}) {
    EXPECT_FALSE(store.append(kind, key, at, "{}"));
  }
  EXPECT_EQ(store.head()->sequence, 0);
}

// The worked examples of docs/formats/ledger.md.
TEST_F(StoreTest, HashesAsTheFormatSays) {
  auto store = open();
  EXPECT_EQ(store.head()->hash, "sha256:" + std::string(64, '0'));
  EXPECT_EQ(store.append("decision", "dec-1", kNow, "{}")->hash, "sha256:946011604463c7b298ff0126d49bd2cda660a2459340f4413c5dec0eab09e8d9");
  EXPECT_EQ(store.append("decision", "dec-2", "2026-11-23T10:00:01Z", R"({"outcome":"pass"})")->hash,
            "sha256:2d338e8611b8049b0e21c061162a2cd96b68f93d9ff33048308c495ecd58ea2b");
}

TEST_F(StoreTest, TheLedgerIsAChain) {
  auto store = open();
  EXPECT_EQ(store.head()->sequence, 0);
  fill(store);
  const auto head = *store.head();
  EXPECT_EQ(head.sequence, 4);
  std::vector<std::string> kinds;
  ASSERT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
    kinds.push_back(entry.kind);
    return {};
  }));
  EXPECT_EQ(kinds, (std::vector<std::string>{"edition", "policy", "decision", "decision"}));
  const auto found = *store.find("decision", "dec-2");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->hash, head.hash);
  EXPECT_FALSE(store.find("decision", "dec-3")->has_value());
  const auto twice = store.append("decision", "dec-2", kNow, "again");
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().text(), database() + ": decision dec-2 is recorded already, as entry 4");
  EXPECT_EQ(store.head()->hash, head.hash);
}

TEST_F(StoreTest, AnErrorRollsEverythingBack) {
  auto store = open();
  fill(store);
  const auto before = *store.head();
  const auto status = store.transact([&]() -> Status {
    EXPECT_TRUE(store.append("decision", "dec-9", kNow, "{}"));
    EXPECT_TRUE(store.add_edition(edition("sha256:cc"), {{"x", "new"}}).value_or(false));
    return failure("no");
  });
  EXPECT_FALSE(status);
  EXPECT_EQ(store.head()->hash, before.hash);
  EXPECT_EQ(store.editions()->size(), 1U);
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, ATransactionWithinATransactionIsPartOfIt) {
  auto store = open();
  const auto status = store.transact([&]() -> Status {
    TAMGA_TRY_STATUS(store.transact([&]() -> Status {
      TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", "dec-1", kNow, "{}"));
      return {};
    }));
    EXPECT_TRUE(store.find("decision", "dec-1")->has_value());
    return failure("no");
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "no");
  EXPECT_FALSE(store.find("decision", "dec-1")->has_value());
}

TEST_F(StoreTest, AnExceptionRollsEverythingBack) {
  auto store = open();
  EXPECT_THROW(static_cast<void>(store.transact([&]() -> Status {
                 TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", "dec-1", kNow, "{}"));
                 throw std::runtime_error("out of something");
               })),
               std::runtime_error);
  EXPECT_EQ(store.head()->sequence, 0);
  EXPECT_TRUE(store.append("decision", "dec-1", kNow, "{}")) << "the store goes on";
}

TEST_F(StoreTest, EntriesMayBeReadWithinEntries) {
  auto store = open();
  fill(store);
  int pairs = 0;
  ASSERT_TRUE(store.each([&](const LedgerEntry& outer) -> Status {
    return store.each([&](const LedgerEntry& inner) -> Status {
      EXPECT_TRUE(store.find(inner.kind, inner.key)->has_value());
      pairs += outer.sequence <= inner.sequence ? 1 : 0;
      return {};
    });
  }));
  EXPECT_EQ(pairs, 10);
  const auto stopped = store.each([&](const LedgerEntry&) -> Status { return failure("enough"); });
  ASSERT_FALSE(stopped);
  EXPECT_TRUE(store.append("decision", "dec-3", kNow, "{}")) << "a walk that stopped early holds no lock";
}

TEST_F(StoreTest, AProcessKilledInATransactionLeavesTheOldState) {
  {
    auto store = open();
    fill(store);
  }
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = Store::open(place_.place());
    static_cast<void>(store->transact([&]() -> Status {
      static_cast<void>(store->append("decision", "dec-killed", kNow, "{}"));
      ::_exit(0);
    }));
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  auto store = open();
  EXPECT_FALSE(store.find("decision", "dec-killed")->has_value());
  EXPECT_EQ(store.head()->sequence, 4);
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, TwoProcessesKeepOneChain) {
  {
    auto store = open();
  }
  constexpr int kEntries = 25;
  std::vector<pid_t> children;
  for (int process = 0; process < 2; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Store::open(place_.place());
      for (int i = 0; i < kEntries; ++i) {
        if (!store->append("decision", std::to_string(process) + "-" + std::to_string(i), kNow, "{}")) ::_exit(1);
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
  EXPECT_EQ(store.head()->sequence, 2 * kEntries);
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, TheLedgerRefusesUpdateAndDelete) {
  {
    auto store = open();
    fill(store);
  }
  for (const char* sql : {"UPDATE ledger SET kind = 'x'", "DELETE FROM ledger", "UPDATE blobs SET size = 1", "DELETE FROM blobs"})
    EXPECT_NE(place_.run_sql(sql), "done") << sql;
}

struct Tamper {
  const char* sql;
  const char* damage;  ///< what verify() says, in part
  /// Where PostgreSQL has other words for it.
  const char* postgresql = nullptr;
  const char* postgresql_damage = nullptr;
};

class Tampering : public StoreTest, public ::testing::WithParamInterface<Tamper> {};

TEST_P(Tampering, IsFound) {
  {
    auto store = open();
    fill(store);
    ASSERT_TRUE(store.add_edition(edition("sha256:bb"), {{"c.xml", "of the same day"}}).value_or(false));
    for (const int day : {21, 22}) {
      ASSERT_TRUE(store.add_edition(edition(fmt::format("sha256:{}", day)), {{"daily.xml", large_file(day)}}).value_or(false));
    }
    EXPECT_TRUE(store.verify()->damage.empty());
  }
  tamper(over_postgresql() && GetParam().postgresql != nullptr ? GetParam().postgresql : GetParam().sql);
  auto store = open();
  const auto verification = store.verify();
  ASSERT_TRUE(verification) << verification.error().text();
  std::string all;
  for (const auto& damage : verification->damage) all += damage.what + "\n";
  const std::string damage = over_postgresql() && GetParam().postgresql_damage != nullptr ? GetParam().postgresql_damage : GetParam().damage;
  EXPECT_NE(all.find(damage), std::string::npos) << GetParam().sql << "\n" << all;
}

constexpr const char* kChain = "its content or its place in the chain does not match its hash";
constexpr const char* kHead = "its head says";
INSTANTIATE_TEST_SUITE_P(
    EveryColumn, Tampering,
    ::testing::Values(
        Tamper{
            "UPDATE ledger SET payload = replace(payload, 'prohibited', 'prohibiter') WHERE key = 'dec-1'", "ledger entry 3 (decision dec-1): its",
            "UPDATE ledger SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'prohibited', 'prohibiter'), 'UTF8') WHERE key = 'dec-1'"},
        Tamper{"UPDATE ledger SET kind = 'Decision' WHERE key = 'dec-1'", kChain},
        Tamper{"UPDATE ledger SET key = 'dec-7' WHERE key = 'dec-1'", kChain},
        Tamper{"UPDATE ledger SET recorded_at = '2026-11-23T10:00:01Z' WHERE key = 'dec-1'", kChain},
        Tamper{"UPDATE ledger SET hash = 'sha256:00' WHERE sequence = 3", "ledger entry 4 (decision dec-2): its"},
        Tamper{"UPDATE ledger SET sequence = 9 WHERE sequence = 5", "comes after entry 4; entries are missing"},
        Tamper{"DELETE FROM ledger WHERE sequence = 2", "ledger entry 3 (decision dec-1): comes after entry 1; entries are missing"},
        Tamper{"DELETE FROM ledger WHERE sequence = 7", kHead}, Tamper{"DELETE FROM ledger", kHead},
        Tamper{"INSERT INTO ledger SELECT 8, kind, 'dec-8', recorded_at, payload, hash FROM ledger WHERE sequence = 4", "ledger entry 8"},
        Tamper{"INSERT INTO ledger SELECT 0, kind, 'dec-8', recorded_at, payload, hash FROM ledger WHERE sequence = 4", "ledger entry 0"},
        Tamper{"UPDATE ledger SET sequence = CASE sequence WHEN 3 THEN -4 ELSE -3 END WHERE key LIKE 'dec-%'", kChain},
        Tamper{"UPDATE head SET sequence = 3", kHead}, Tamper{"UPDATE head SET hash = 'sha256:00'", kHead},
        Tamper{"DELETE FROM head", "the head of the ledger cannot be read"},
        Tamper{"INSERT INTO head VALUES(2, 1, 'x', '')", "CHECK constraint failed in head",
               "ALTER TABLE head DROP CONSTRAINT head_one_check; INSERT INTO head VALUES(2, 1, 'x', ''); "
               "ALTER TABLE head ADD CONSTRAINT head_one_check CHECK(one = 1) NOT VALID",
               "the constraint head_one_check of head was changed"},
        Tamper{"UPDATE editions SET record = replace(record, '2026-11-20', '2026-11-21')", "differs from what the ledger recorded"},
        Tamper{"UPDATE editions SET list = 'us_ofac_sdn'", "edition us_ofac_sdn  sha256:aa: the ledger does not know it"},
        Tamper{"UPDATE editions SET part = 'x'", "the ledger does not know it"},
        Tamper{"UPDATE editions SET id = 'sha256:cc' WHERE id = 'sha256:bb'", "the ledger does not know it"},
        Tamper{"UPDATE editions SET number = 99 WHERE id = 'sha256:aa'", "stands in another order than the ledger recorded"},
        Tamper{"DELETE FROM editions WHERE id = 'sha256:bb'", "edition test_list  sha256:bb: the ledger recorded it, but it is gone"},
        Tamper{"INSERT INTO editions SELECT 9, 'new', part, id, record FROM editions WHERE id = 'sha256:aa'", "the ledger does not know it"},
        Tamper{"UPDATE blobs SET size = size + 1 WHERE size = 5000", "its content does not match its hash"},
        Tamper{"UPDATE blobs SET size = -1 WHERE size = 5000", "its content does not match its hash"},
        Tamper{"UPDATE blobs SET packed = x'00' WHERE size = 5000", "its content does not match its hash"},
        Tamper{"UPDATE blobs SET packed = (SELECT packed FROM blobs WHERE size = 9), size = 9 WHERE size = 5000",
               "its content does not match its hash"},
        Tamper{"UPDATE blobs SET hash = 'sha256:00' WHERE size = 5000", "the ledger recorded it, but it is gone"},
        Tamper{"UPDATE deltas SET size = size + 1", "its content does not match its hash"},
        Tamper{"UPDATE deltas SET packed = x'00'", "its content does not match its hash"},
        Tamper{"UPDATE deltas SET base = 'sha256:00'", "its content does not match its hash"},
        Tamper{"UPDATE deltas SET hash = 'sha256:00'", "the ledger recorded it, but it is gone"},
        Tamper{"DELETE FROM deltas", "the ledger recorded it, but it is gone"},
        Tamper{"DELETE FROM blobs WHERE size = 9", "the ledger recorded it, but it is gone"},
        Tamper{"INSERT INTO blobs VALUES('sha256:00', 0, x'')", "kept file sha256:00: the ledger does not know it"}));

TEST_F(StoreTest, AnUntouchedEntryIsNotBlamedForItsNeighbour) {
  {
    auto store = open();
    fill(store);
  }
  tamper("UPDATE ledger SET payload = '{}' WHERE sequence = 2");
  const auto verification = open().verify();
  ASSERT_TRUE(verification);
  // The kept file of entry 2 is known no more, as a consequence.
  ASSERT_EQ(verification->damage.size(), 2U);
  EXPECT_TRUE(verification->damage[0].what.starts_with("ledger entry 2 (policy sha256:")) << verification->damage[0].what;
}

TEST_F(SqliteStore, ChangedTriggersAndTablesAreFound) {
  const std::pair<const char*, const char*> cases[] = {
      {"DROP TRIGGER ledger_keeps_rows", "the trigger ledger_keeps_rows is gone"},
      {"DROP TRIGGER ledger_keeps_content; CREATE TRIGGER ledger_keeps_content BEFORE UPDATE ON ledger BEGIN SELECT 1; END",
       "the trigger ledger_keeps_content was changed"},
      {"CREATE TRIGGER nosy AFTER INSERT ON ledger BEGIN DELETE FROM editions; END", "the trigger nosy does not belong to the store"},
      {"CREATE VIEW v AS SELECT 1", "the view v does not belong to the store"},
  };
  for (const auto& [sql, damage] : cases) {
    fs::remove_all(folder_);
    {
      auto store = open();
      fill(store);
    }
    run_sql(sql);
    const auto verification = open().verify();
    ASSERT_TRUE(verification);
    ASSERT_EQ(verification->damage.size(), 1U) << sql;
    EXPECT_EQ(verification->damage[0].what, damage);
  }
}

// A single changed bit anywhere in the file: either it is found, or it lay where nothing is stored and the store tells the same.
TEST_F(SqliteStore, ASingleChangedBitIsFoundOrTouchesNothing) {
  std::string content;
  {
    auto store = open();
    fill(store);
    content = told_by(store);
  }
  std::string original;
  {
    std::ifstream file(database(), std::ios::binary);
    original.assign(std::istreambuf_iterator<char>(file), {});
  }
  ASSERT_EQ(fs::exists(database() + "-wal"), false) << "all is in the one file when the last user closes it";
  const auto stands = [&](std::size_t at) {
    std::string changed = original;
    changed[at] = static_cast<char>(changed[at] ^ (1 << at % 8));
    std::ofstream(database(), std::ios::binary | std::ios::trunc) << changed;
    fs::remove(database() + "-wal");
    fs::remove(database() + "-shm");
    auto store = Store::open_existing(place_.place());
    if (!store) return false;
    const auto verification = store->verify();
    if (!verification || !verification->damage.empty()) return false;
    EXPECT_EQ(told_by(*store), content) << "byte " << at;
    return true;
  };
  std::size_t found = 0;
  std::size_t tried = 0;
  for (std::size_t at = 0; at < original.size(); at += 41, ++tried) found += stands(at) ? 0 : 1;
  EXPECT_GT(found, 40U) << "of " << tried;
  // Where content is known to lie, every byte counts.
  for (const std::string_view needle : {R"({"outcome":"prohibited"})", "2026-11-23T10:00:00Z", "dec-2", "test_list", "ledger_keeps_rows"}) {
    const auto at = original.find(needle);
    ASSERT_NE(at, std::string::npos) << needle;
    for (std::size_t i = 0; i < needle.size(); ++i) EXPECT_FALSE(stands(at + i)) << needle << " byte " << i;
  }
}

TEST_F(SqliteStore, RefusesWhatIsNotAStore) {
  fs::create_directories(folder_);
  const std::string text = "this is not a database, and long enough to look like a file of one";
  std::ofstream(database()) << text;
  const auto opened = Store::open(place_.place());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::failure);
  EXPECT_EQ(opened.error().text(), database() + ": is not a Tamga store");
  EXPECT_EQ(fs::file_size(database()), text.size()) << "left as it was";
  const auto missing = Store::open_existing((folder_ / "nowhere").string());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text().find("lists import"), std::string::npos);
}

TEST_F(StoreTest, RefusesTheDatabaseOfAnotherProgram) {
  if (!over_postgresql()) fs::create_directories(folder_);
  run_sql("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES('plov')");
  for (const bool create : {true, false}) {
    const auto opened = create ? Store::open(place_.place()) : Store::open_existing(place_.place());
    ASSERT_FALSE(opened);
    EXPECT_TRUE(opened.error().text().starts_with(database() + ": is ")) << opened.error().text();
    EXPECT_NE(opened.error().text().find("not a Tamga store"), std::string::npos) << opened.error().text();
  }
  std::vector<std::string> tables;
  each_row(over_postgresql() ? "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()" : "SELECT name FROM sqlite_schema",
           [&](const std::vector<std::string>& row) { tables.push_back(row[0]); });
  EXPECT_EQ(tables, std::vector<std::string>{"recipes"});
}

TEST_F(StoreTest, RefusesANewerSchema) {
  {
    auto store = open();
    fill(store);
  }
  run_sql(over_postgresql() ? "UPDATE schema_version SET version = 99" : "PRAGMA user_version = 99");
  const auto opened = Store::open(place_.place());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().text(), database() + ": is a store of schema version 99, this Tamga knows version 11; use a newer Tamga");
}

// A server opens the store for each request, and would bring it up to date again.
TEST_F(StoreTest, AProgramWhoseStoreWasTakenBackStops) {
  const auto set_version = [&](int version) {
    run_sql(fmt::format("{} = {}", over_postgresql() ? "UPDATE schema_version SET version" : "PRAGMA user_version", version));
  };
  auto store = open();
  fill(store);
  set_version(9);
  const std::string why =
      database() + ": is of schema version 9 and was of 11 when this program began: it was taken back for an older Tamga; stop this program";
  const auto appended = store.append("decision", "dec-3", kNow, "{}");
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().text(), why);
  for (const bool create : {true, false}) {
    const auto opened = create ? Store::open(place_.place()) : Store::open_existing(place_.place());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().text(), why);
  }
  set_version(11);
  EXPECT_TRUE(store.append("decision", "dec-3", kNow, "{}"));
  EXPECT_TRUE(open().verify()->damage.empty());
}

// tests/store_back_test.py goes further: stores of released versions, and all that is in the way.
TEST_F(SqliteStore, GoesBackToEveryOlderVersionAndForthAgain) {
  {
    auto store = open();
    fill(store);
  }
  const std::string told_before = [&] {
    auto store = open();
    return told_by(store);
  }();
  for (std::int64_t version = kSchemaVersion - 1; version >= 1; --version) {
    const auto back = take_back(place_.place(), version, kNow);
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(back->version, version);
    EXPECT_EQ(static_cast<std::int64_t>(back->back.size()), version - 1);
    {
      auto there = place_.database();
      EXPECT_EQ(there.engine().schema_version(), version);
      EXPECT_EQ(*there.engine().schema(), *there.engine().fresh_schema(version));
    }
    forget_versions();
    auto store = open();
    EXPECT_EQ(told_by(store), told_before) << version;
    EXPECT_TRUE(store.verify()->damage.empty()) << version;
  }
  EXPECT_FALSE(take_back(place_.place(), 0, kNow));
}

// A table that is not as its version has it would not become one of an older version.
TEST_F(SqliteStore, DoesNotGoBackWhereTablesWereChanged) {
  {
    auto store = open();
    fill(store);
  }
  run_sql("DROP TRIGGER ledger_keeps_rows");
  const auto back = take_back(place_.place(), 9, kNow);
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().text(), database() +
                                     ": does not have the tables of schema version 11: the trigger ledger_keeps_rows is gone; nothing was changed, "
                                     "look with: tamga audit verify");
  EXPECT_EQ(schema_report(place_.place(), kNow)->version, 11);
}

TEST_F(SqliteStore, MakesItsFolderForItsOwnerAlone) {
  const auto deep = folder_ / "a" / "b";
  ASSERT_TRUE(Store::open(deep.string()));
  EXPECT_EQ(fs::status(deep).permissions() & fs::perms::all, fs::perms::owner_all);
  std::ofstream(folder_ / "file") << "x";
  const auto in_a_file = Store::open((folder_ / "file").string());
  ASSERT_FALSE(in_a_file);
  EXPECT_NE(in_a_file.error().text().find("cannot be opened"), std::string::npos) << in_a_file.error().text();
}

// Root may write anywhere, so the child gives that up.
TEST_F(SqliteStore, SaysThatItIsReadOnly) {
  {
    auto store = open();
    fill(store);
  }
  const auto read = fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read;
  fs::permissions(database(), read);
  fs::permissions(folder_, read | fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec);
  const std::string said = in_child([&]() -> std::string {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return "cannot become nobody";
    auto store = Store::open_existing(place_.place());
    if (!store) return store.error().text();
    const auto entry = store->append("decision", "dec-3", kNow, "{}");
    return entry ? "written" : entry.error().text();
  });
  fs::permissions(folder_, fs::perms::owner_all);
  EXPECT_TRUE(said.starts_with(database() + ": cannot be ")) << said;
}

// A limit on the size of files stands for a disk that is full.
TEST_F(SqliteStore, AWriteThatFailsLeavesTheOldState) {
  std::string before;
  {
    auto store = open();
    fill(store);
    before = told_by(store);
  }
  const std::string said = in_child([&]() -> std::string {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return "no limit";
    auto store = Store::open_existing(place_.place());
    if (!store) return store.error().text();
    std::string payload;
    for (int i = 0; i < 100'000; ++i) payload += std::to_string(i);
    const auto entry = store->append("decision", "dec-big", kNow, payload);
    if (entry) return "written";
    const auto small = store->append("decision", "dec-small", kNow, "{}");
    return (small ? "small: " : "small failed: ") + entry.error().text();
  });
  EXPECT_TRUE(said.starts_with("small: " + database() + ": ")) << said << " (the store goes on after a failed write)";
  auto store = open();
  EXPECT_FALSE(store.find("decision", "dec-big")->has_value());
  EXPECT_TRUE(store.find("decision", "dec-small")->has_value());
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(StoreTest, SeveralProcessesMayMakeItAtOnce) {
  constexpr int kProcesses = 6;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = Store::open(place_.place());
      const bool done = store && store->append("decision", std::to_string(process), kNow, "{}");
      ::_exit(done ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  auto store = open();
  EXPECT_EQ(store.head()->sequence, kProcesses);
  EXPECT_TRUE(store.verify()->damage.empty());
}

}  // namespace
}  // namespace tamga::store
