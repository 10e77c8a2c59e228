#include "store/checkpoint.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "store/backends_test.h"
#include "store/store.h"

namespace tamga::store {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNow = "2026-11-23T10:00:00Z";

class CheckpointTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string keys() const { return (place_.folder() / "keys").string(); }
  Store open() {
    auto store = Store::open(place_.place());
    EXPECT_TRUE(store) << (store ? "" : store.error().text());
    return *std::move(store);
  }

 private:
  TestPlace place_{::testing::UnitTest::GetInstance()->current_test_info()->name()};
};

TEST_F(CheckpointTest, SaysWhatWasSigned) {
  auto store = open();
  ASSERT_TRUE(store.append("decision", "dec-1", kNow, "{}"));
  EXPECT_EQ(*add_checkpoint(store, keys(), kNow), std::nullopt) << "no key yet";
  const auto key = make_key(store, keys(), kNow);
  ASSERT_TRUE(key) << key.error().text();
  const auto head = *store.head();
  const auto text = add_checkpoint(store, keys(), kNow);
  ASSERT_TRUE(text && text->has_value());
  const auto told = read_checkpoint(**text + "\n");
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(told->sequence, head.sequence);
  EXPECT_EQ(told->hash, head.hash);
  EXPECT_EQ(told->key, *key);
  const auto entry = store.find("checkpoint", std::to_string(head.sequence));
  ASSERT_TRUE(entry && *entry);
  EXPECT_EQ((*entry)->payload, **text) << "what is kept elsewhere is what the ledger holds";
  const auto verified = store.verify();
  EXPECT_TRUE(verified->damage.empty());
  EXPECT_EQ(verified->checkpoints, 1);
  EXPECT_EQ(verified->signed_up_to, head.sequence);
}

TEST_F(CheckpointTest, EveryChangedByteIsRefused) {
  auto store = open();
  ASSERT_TRUE(make_key(store, keys(), kNow));
  const std::string text = **add_checkpoint(store, keys(), kNow);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 3, 5}) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(read_checkpoint(changed)) << i << ": " << changed;
    }
  }
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(read_checkpoint(text.substr(0, size)));
}

TEST_F(CheckpointTest, FollowsEntriesWithinTheirTransaction) {
  auto store = open();
  ASSERT_TRUE(make_key(store, keys(), kNow));
  store.sign_each(3, keys());
  const auto rolled_back = store.transact([&]() -> Status {
    for (int i = 0; i < 5; ++i) {
      TAMGA_TRY([[maybe_unused]] const auto entry, store.append("decision", std::to_string(i), kNow, "{}"));
    }
    return failure("no");
  });
  EXPECT_FALSE(rolled_back);
  EXPECT_EQ(store.head()->sequence, 1) << "the signature goes with what it signed";
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store.append("decision", std::to_string(i), kNow, "{}"));
  std::string kinds;
  ASSERT_TRUE(store.each([&](const LedgerEntry& entry) -> Status {
    kinds += entry.kind == "decision" ? 'd' : entry.kind == "checkpoint" ? 'C' : 'k';
    return {};
  }));
  EXPECT_EQ(kinds, "kddCddCd");
  EXPECT_TRUE(store.verify()->damage.empty());
}

TEST_F(CheckpointTest, ARevokedKeySignsNothing) {
  auto store = open();
  const std::string first = *make_key(store, keys(), kNow);
  ASSERT_TRUE(add_checkpoint(store, keys(), kNow)->has_value());
  EXPECT_FALSE(revoke_key(store, first, "because", kNow));
  ASSERT_TRUE(revoke_key(store, first, "stolen", kNow));
  EXPECT_FALSE(revoke_key(store, first, "stolen", kNow)) << "once";
  EXPECT_EQ(*add_checkpoint(store, keys(), kNow), std::nullopt);
  const std::string second = *make_key(store, keys(), kNow);
  const auto walk = keys_of(store);
  ASSERT_TRUE(walk);
  EXPECT_EQ(walk->in_use(), second);
  EXPECT_TRUE(walk->keys()[1].stands_alone());
  EXPECT_EQ(walk->keys()[0].revoked, "stolen");
  // Whoever has the stolen key appends a checkpoint: the payload of the first, which was rightly signed, is no better than a forged one.
  const auto old = store.at(2);
  ASSERT_TRUE(store.append("checkpoint", "forged", kNow, (*old)->payload));
  EXPECT_EQ(store.verify()->damage.size(), 1U);
}

TEST_F(CheckpointTest, ASecretHalfThatOthersMayReadIsRefused) {
  auto store = open();
  const std::string key = *make_key(store, keys(), kNow);
  const fs::path file = fs::path(keys()) / ("ed25519-" + key.substr(8) + ".key");
  EXPECT_EQ(fs::status(file).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_FALSE(add_checkpoint(store, keys(), kNow));
  store.sign_each(1, keys());
  EXPECT_FALSE(store.append("decision", "dec-1", kNow, "{}")) << "it fails closed";
  EXPECT_EQ(store.head()->sequence, 1);
  fs::remove(file);
  EXPECT_TRUE(store.append("decision", "dec-1", kNow, "{}")) << "a key that lies elsewhere stops no work";
}

}  // namespace
}  // namespace tamga::store
