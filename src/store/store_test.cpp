#include "store/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

class StoreTest : public ::testing::Test {
 protected:
  StoreTest()
      : folder_(fs::temp_directory_path() /
                ("tamga-store-" + std::to_string(::getpid()) + "-" + ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(folder_);
  }
  ~StoreTest() override { fs::remove_all(folder_); }

  Store open() {
    auto store = Store::open(folder_.string());
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
  [[nodiscard]] std::string database() const { return (folder_ / "tamga.db").string(); }

  /// Runs SQL behind the store's back, with its triggers gone.
  void tamper(const std::string& sql) const {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(database().c_str(), &handle), SQLITE_OK);
    const char* drop =
        "DROP TRIGGER ledger_keeps_rows; DROP TRIGGER ledger_keeps_content; DROP TRIGGER blobs_keep_rows; DROP TRIGGER blobs_keep_content";
    ASSERT_EQ(sqlite3_exec(handle, drop, nullptr, nullptr, nullptr), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    ASSERT_GT(sqlite3_total_changes(handle), 0) << sql;
    sqlite3_close(handle);
  }

  fs::path folder_;
};

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

TEST_F(StoreTest, KeepsContentOnceUnderItsHash) {
  auto store = open();
  const auto hash = *store.keep("policy", "the rules", kNow);
  EXPECT_EQ(*store.keep("policy", "the rules", "later"), hash);
  EXPECT_EQ(**store.kept(hash), "the rules");
  EXPECT_FALSE(store.kept("sha256:none")->has_value());
  EXPECT_EQ(store.head()->sequence, 1);
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
  EXPECT_FALSE(store.append("decision", "dec-2", kNow, "again")) << "a key stands once";
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

TEST_F(StoreTest, AProcessKilledInATransactionLeavesTheOldState) {
  {
    auto store = open();
    fill(store);
  }
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = Store::open(folder_.string());
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
      auto store = Store::open(folder_.string());
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
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &handle), SQLITE_OK);
  for (const char* sql : {"UPDATE ledger SET kind = 'x'", "DELETE FROM ledger", "UPDATE blobs SET size = 1", "DELETE FROM blobs"}) {
    EXPECT_NE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
  }
  sqlite3_close(handle);
}

class Tampering : public StoreTest, public ::testing::WithParamInterface<const char*> {};

TEST_P(Tampering, IsFound) {
  {
    auto store = open();
    fill(store);
    EXPECT_TRUE(store.verify()->damage.empty());
  }
  tamper(GetParam());
  auto store = open();
  EXPECT_FALSE(store.verify()->damage.empty()) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(
    EveryColumn, Tampering,
    ::testing::Values("UPDATE ledger SET payload = replace(payload, 'prohibited', 'prohibiter') WHERE key = 'dec-1'",
                      "UPDATE ledger SET kind = 'Decision' WHERE key = 'dec-1'", "UPDATE ledger SET key = 'dec-7' WHERE key = 'dec-1'",
                      "UPDATE ledger SET recorded_at = '2026-11-23T10:00:01Z' WHERE key = 'dec-1'",
                      "UPDATE ledger SET hash = replace(hash, 'a', 'b') WHERE sequence = 3", "UPDATE ledger SET sequence = 9 WHERE sequence = 4",
                      "DELETE FROM ledger WHERE sequence = 2", "DELETE FROM ledger WHERE sequence = 4", "UPDATE head SET sequence = 3",
                      "UPDATE head SET hash = replace(hash, 'a', 'b')", "UPDATE editions SET record = replace(record, '2026-11-20', '2026-11-21')",
                      "UPDATE editions SET list = 'us_ofac_sdn'", "DELETE FROM editions",
                      "UPDATE blobs SET size = size + 1 WHERE hash IN (SELECT hash FROM blobs LIMIT 1)",
                      "UPDATE blobs SET packed = x'00' WHERE hash IN (SELECT hash FROM blobs LIMIT 1)",
                      "DELETE FROM blobs WHERE hash IN (SELECT hash FROM blobs LIMIT 1)"));

// A single changed byte anywhere in the file: either verify() finds it, or it lay where nothing is stored and all content reads the same.
TEST_F(StoreTest, ASingleChangedByteIsFound) {
  std::string content;
  {
    auto store = open();
    fill(store);
    ASSERT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
      content += entry.payload + entry.hash;
      return {};
    }));
  }
  std::string original;
  {
    std::ifstream file(database(), std::ios::binary);
    original.assign(std::istreambuf_iterator<char>(file), {});
  }
  int found = 0;
  for (std::size_t at = 100; at < original.size(); at += 61) {
    std::string changed = original;
    changed[at] = static_cast<char>(changed[at] ^ 0x01);
    std::ofstream(database(), std::ios::binary | std::ios::trunc) << changed;
    fs::remove(database() + "-wal");
    fs::remove(database() + "-shm");
    auto store = Store::open_existing(folder_.string());
    if (!store) {
      ++found;
      continue;
    }
    const auto verification = store->verify();
    if (!verification || !verification->damage.empty()) {
      ++found;
      continue;
    }
    std::string read;
    ASSERT_TRUE(store->each([&](const LedgerEntry& entry) -> Status {
      read += entry.payload + entry.hash;
      return {};
    }));
    EXPECT_EQ(read, content) << "byte " << at;
    EXPECT_EQ(store->edition_files("sha256:aa").value().front().bytes, std::string(5000, 'a')) << "byte " << at;
  }
  EXPECT_GT(found, 20);
}

TEST_F(StoreTest, RefusesWhatIsNotAStore) {
  fs::create_directories(folder_);
  std::ofstream(database()) << "this is not a database, and long enough to look like a file of one";
  const auto opened = Store::open(folder_.string());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::failure);
  EXPECT_NE(opened.error().text().find("tamga.db"), std::string::npos);
  const auto missing = Store::open_existing((folder_ / "nowhere").string());
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().text().find("lists import"), std::string::npos);
}

TEST_F(StoreTest, RefusesANewerSchema) {
  {
    auto store = open();
    fill(store);
  }
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(database().c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  EXPECT_FALSE(Store::open(folder_.string()));
}

}  // namespace
}  // namespace tamga::store
