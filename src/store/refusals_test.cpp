// What must be refused clearly, with nothing half done: a clock that went back, a text without end, a disk that is full at any write.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "store/backends_test.h"
#include "store/cases.h"
#include "store/people.h"
#include "store/store.h"

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

class Refusals : public ::testing::Test {
 protected:
  [[nodiscard]] std::string folder() const { return place_.folder().string(); }
  Store open() {
    auto store = Store::open(place_.place());
    EXPECT_TRUE(store) << (store ? "" : store.error().text());
    return *std::move(store);
  }
  static std::string said(const Result<LedgerEntry>& entry) { return entry ? "recorded" : entry.error().text(); }
  /// "kind key recorded_at" of each entry.
  static std::string told(Store& store) {
    std::string text;
    EXPECT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
      text += fmt::format("{} {} {}\n", entry.kind, entry.key, entry.recorded_at);
      return {};
    }));
    return text;
  }
  static std::string damage(Store& store) {
    const auto verified = store.verify();
    if (!verified) return verified.error().text();
    std::string text;
    for (const auto& one : verified->damage) text += one.what + "\n";
    return text;
  }

  TestPlace place_{::testing::UnitTest::GetInstance()->current_test_info()->name()};
};
using SqliteRefusals = Refusals;

TEST_F(Refusals, AClockThatWentBackStopsTheRecordUntilItIsRightOrAccepted) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
  ASSERT_TRUE(store.append("decision", "dec-2", "2026-11-22T09:00:00Z", "{}")) << "a long run bears the time at which it began";
  const auto back = store.append("decision", "dec-3", "2026-11-21T23:59:59Z", "{}");
  EXPECT_NE(said(back).find("the clock went back: it is 2026-11-21T23:59:59Z, and the record holds an entry of 2026-11-23T10:00:00Z"),
            std::string::npos)
      << said(back);
  EXPECT_FALSE(store.append("decision", "dec-4", "2020-01-01T00:00:00Z", "{}"));
  EXPECT_FALSE(store.transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const auto good, store.append("decision", "dec-5", kNow, "{}"));
    TAMGA_TRY([[maybe_unused]] const auto bad, store.append("decision", "dec-6", "2020-01-01T00:00:00Z", "{}"));
    return {};
  }));
  EXPECT_EQ(told(store),
            "decision dec-1 2026-11-23T10:00:00Z\n"
            "decision dec-2 2026-11-22T09:00:00Z\n"
            "refused 3 2026-11-23T10:00:00Z\n")
      << "recorded once, and nothing of the rest";
  EXPECT_EQ((*store.at(3))->payload,
            R"({"what":"clock","kind":"decision","key":"dec-3","at":"2026-11-21T23:59:59Z","latest":"2026-11-23T10:00:00Z"})");

  ASSERT_TRUE(store.append("decision", "dec-7", "2026-11-24T00:00:00Z", "{}")) << "set right";
  EXPECT_FALSE(store.accept_clock("2026-11-24T00:00:00Z", "no reason to", "A"));
  EXPECT_FALSE(store.append("decision", "dec-8", "2026-11-01T00:00:00Z", "{}"));
  ASSERT_TRUE(store.accept_clock("2026-11-01T00:00:00Z", "it ran fast since the 5th", "A"));
  ASSERT_TRUE(store.append("decision", "dec-8", "2026-11-01T00:00:01Z", "{}"));
  EXPECT_FALSE(store.append("decision", "dec-9", "2026-10-01T00:00:00Z", "{}")) << "held against what was accepted";
  EXPECT_EQ(store.head()->latest, "2026-11-01T00:00:01Z");
  EXPECT_EQ(damage(store), "");
  EXPECT_EQ(store.verify()->earlier, 1) << "dec-2";
}

TEST_F(Refusals, TheLatestTimeIsHeldAgainstTheLedger) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
  ASSERT_EQ(place_.run_sql("UPDATE head SET latest = '2020-01-01T00:00:00Z'"), "done");
  EXPECT_NE(damage(store).find("the head says that the latest entry is of 2020-01-01T00:00:00Z"), std::string::npos);
}

TEST_F(Refusals, ANoteOfTenMegabytesIsRefusedAndThatIsRecorded) {
  auto store = open();
  People people(store);
  ASSERT_TRUE(people.set({"Root", {"administrator"}, true}, "Root", kNow));
  ASSERT_TRUE(people.set({"Aslan", {"analyst"}, true}, "Root", kNow));
  Cases cases(store);
  Ground ground;
  ground.deal = "D-1";
  ground.decision = "dec-1";
  ground.rule = "rule";
  ground.about = "/parties/1";
  ground.outcome = "review";
  ground.hash = "sha256:00";
  ASSERT_TRUE(cases.raise(ground, "2026-12-01", kNow).value_or(false));
  const std::string alert = cases.alerts({})->front().id;
  const std::string text(10'000'000, 'x');
  const auto events = cases.history(alert)->size();

  const auto noted = cases.note(alert, text, "Aslan", kNow);
  ASSERT_FALSE(noted);
  EXPECT_EQ(noted.error().message, "the note is of 10000000 bytes, expected at most 20000; nothing was done, attach a long text as a file");
  EXPECT_FALSE(cases.escalate(alert, text, "Aslan", kNow));
  EXPECT_FALSE(cases.propose_close(alert, "no_risk", text, "Aslan", kNow));
  // Whatever has no bound of its own meets that of its entry.
  EXPECT_FALSE(people.propose("alert.close", alert, Json::object().set("text", text), "Aslan", kNow));
  EXPECT_FALSE(people.set({text, {"analyst"}, true}, "Root", kNow));
  EXPECT_EQ(cases.history(alert)->size(), events);
  EXPECT_TRUE(people.proposals("", "", "")->empty());
  EXPECT_EQ(people.all()->size(), 2U);
  int refused = 0;
  ASSERT_TRUE(store.each_since(0, kRefusedKind, [&](const LedgerEntry& entry) -> Status {
    EXPECT_LT(entry.payload.size(), 300U);
    EXPECT_TRUE(entry.payload.starts_with(R"({"what":"too_long","kind":")")) << entry.payload;
    ++refused;
    return {};
  }));
  EXPECT_EQ(refused, 5);
  EXPECT_TRUE(cases.note(alert, "short", "Aslan", kNow));
  EXPECT_EQ(damage(store), "");
}

TEST_F(Refusals, AStoreThatAnotherProcessHoldsIsRefusedAndStaysWhole) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
  auto other = place_.database();
  ASSERT_TRUE(other.engine().begin(Purpose::write));
  const auto begun = std::chrono::steady_clock::now();
  const auto entry = store.append("decision", "dec-2", kNow, "{}");
  EXPECT_EQ(said(entry), place_.path() + ": another process has held the store for more than 10 seconds");
  EXPECT_GT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9));
  other.engine().rollback();
  EXPECT_TRUE(store.append("decision", "dec-3", kNow, "{}"));
  EXPECT_EQ(told(store), fmt::format("decision dec-1 {0}\ndecision dec-3 {0}\n", kNow));
  EXPECT_EQ(damage(store), "");
}

// A disk that is full from the n-th write on. SQLite reaches the disk through a VFS; this one stands before the system's own.

int writes_left = -1;  // negative: without end

struct File {
  sqlite3_file base;
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File* file_of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

bool is_full() {
  if (writes_left == 0) return true;
  if (writes_left > 0) --writes_left;
  return false;
}

const sqlite3_io_methods* methods_like(const sqlite3_io_methods& real) {
  static sqlite3_io_methods methods{};
  methods.iVersion = std::min(real.iVersion, 2);
  methods.xClose = [](sqlite3_file* f) { return file_of(f)->real()->pMethods->xClose(file_of(f)->real()); };
  methods.xRead = [](sqlite3_file* f, void* to, int size, sqlite3_int64 at) {
    return file_of(f)->real()->pMethods->xRead(file_of(f)->real(), to, size, at);
  };
  methods.xWrite = [](sqlite3_file* f, const void* from, int size, sqlite3_int64 at) {
    if (!is_full()) return file_of(f)->real()->pMethods->xWrite(file_of(f)->real(), from, size, at);
    // As much as still fits: a torn write.
    if (size > 1) file_of(f)->real()->pMethods->xWrite(file_of(f)->real(), from, size / 2, at);
    return SQLITE_FULL;
  };
  methods.xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return file_of(f)->real()->pMethods->xTruncate(file_of(f)->real(), size); };
  methods.xSync = [](sqlite3_file* f, int flags) { return file_of(f)->real()->pMethods->xSync(file_of(f)->real(), flags); };
  methods.xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return file_of(f)->real()->pMethods->xFileSize(file_of(f)->real(), size); };
  methods.xLock = [](sqlite3_file* f, int lock) { return file_of(f)->real()->pMethods->xLock(file_of(f)->real(), lock); };
  methods.xUnlock = [](sqlite3_file* f, int lock) { return file_of(f)->real()->pMethods->xUnlock(file_of(f)->real(), lock); };
  methods.xCheckReservedLock = [](sqlite3_file* f, int* is) { return file_of(f)->real()->pMethods->xCheckReservedLock(file_of(f)->real(), is); };
  methods.xFileControl = [](sqlite3_file* f, int op, void* with) { return file_of(f)->real()->pMethods->xFileControl(file_of(f)->real(), op, with); };
  methods.xSectorSize = [](sqlite3_file* f) { return file_of(f)->real()->pMethods->xSectorSize(file_of(f)->real()); };
  methods.xDeviceCharacteristics = [](sqlite3_file* f) { return file_of(f)->real()->pMethods->xDeviceCharacteristics(file_of(f)->real()); };
  methods.xShmMap = [](sqlite3_file* f, int page, int size, int extend, void volatile** to) {
    return file_of(f)->real()->pMethods->xShmMap(file_of(f)->real(), page, size, extend, to);
  };
  methods.xShmLock = [](sqlite3_file* f, int offset, int n, int flags) {
    return file_of(f)->real()->pMethods->xShmLock(file_of(f)->real(), offset, n, flags);
  };
  methods.xShmBarrier = [](sqlite3_file* f) { file_of(f)->real()->pMethods->xShmBarrier(file_of(f)->real()); };
  methods.xShmUnmap = [](sqlite3_file* f, int remove) { return file_of(f)->real()->pMethods->xShmUnmap(file_of(f)->real(), remove); };
  return &methods;
}

class FullDisk {
 public:
  FullDisk() {
    sqlite3_initialize();
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.zName = "full-disk";
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.pNext = nullptr;
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* got) {
      file->pMethods = nullptr;
      const int code = real_->xOpen(real_, name, file_of(file)->real(), flags, got);
      if (code == SQLITE_OK) file->pMethods = methods_like(*file_of(file)->real()->pMethods);
      return code;
    };
    sqlite3_vfs_register(&vfs_, 1);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    writes_left = -1;
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
  }

 private:
  static inline sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
};

TEST_F(SqliteRefusals, ADiskThatIsFullAtAnyWriteLosesNothingAndLeavesNothingHalfDone) {
  const FullDisk disk;
  int refused = 0;
  bool all_done = false;
  for (int writes = 0; !all_done; writes += writes < 60 ? 1 : 7) {
    ASSERT_LT(writes, 3000);
    writes_left = -1;
    fs::remove_all(place_.folder());
    std::string acknowledged;
    all_done = true;
    {
      auto store = open();
      ASSERT_TRUE(make_key(store, folder() + "/keys", kNow));
      store.sign_each(4, folder() + "/keys");
      acknowledged = told(store);
      writes_left = writes;
      for (int i = 0; i < 12; ++i) {
        std::string expected;
        const auto done = store.transact([&]() -> Status {
          for (int part = 0; part < 2; ++part) {
            const std::string key = fmt::format("{}-{}", i, part);
            TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", key, kNow, std::string(3000, 'x')));
          }
          return {};
        });
        if (done) {
          for (int part = 0; part < 2; ++part) expected += fmt::format("decision {}-{} {}\n", i, part, kNow);
          acknowledged += expected;
          continue;
        }
        all_done = false;
        ++refused;
        ASSERT_EQ(done.error().text(), folder() + "/tamga.db: the disk is full");
      }
    }
    writes_left = -1;
    auto store = open();
    ASSERT_EQ(damage(store), "") << writes;
    std::string kept;
    ASSERT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
      if (entry.kind != kCheckpointKind) kept += fmt::format("{} {} {}\n", entry.kind, entry.key, entry.recorded_at);
      return {};
    }));
    ASSERT_EQ(kept, acknowledged) << writes;
    ASSERT_TRUE(store.append("decision", "after", kNow, "{}")) << "there is room again";
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace tamga::store
