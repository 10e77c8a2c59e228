// Changed copies of refused deals against a market of ordinary ones, smaller than tools/measure_come_back.cpp does: floors and ceilings of what
// docs/come-back.md reports. And the store's search against the obvious one.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "deal_maker.h"
#include "resemblance/resemblance.h"
#include "store/store.h"

namespace tamga {
namespace {

class TemporaryStore {
 public:
  TemporaryStore() : path_(std::filesystem::temp_directory_path() / ("tamga-come-back-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(path_);
    auto opened = store::Store::open(path_.string());
    TAMGA_CHECK(opened.has_value());
    store_.emplace(*std::move(opened));
  }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;
  ~TemporaryStore() {
    store_.reset();
    std::filesystem::remove_all(path_);
  }
  store::Store& operator*() { return *store_; }
  store::Store* operator->() { return &*store_; }

 private:
  std::filesystem::path path_;
  std::optional<store::Store> store_;
};

TEST(ComeBack, ChangedCopiesAreFoundAndOrdinaryTradeIsNot) {
  constexpr std::size_t kPast = 3000;
  constexpr std::size_t kQueries = 400;
  bench::DealMaker maker(20261126, kPast / 2);
  const auto& model = *names::Model::standard();
  TemporaryStore store;
  std::vector<Deal> past;
  ASSERT_TRUE(store->transact([&]() -> Status {
    for (std::size_t i = 0; i < kPast; ++i) {
      past.push_back(maker.deal());
      TAMGA_TRY_STATUS(store->add_past_keys(static_cast<std::int64_t>(i) + 1, resemblance::keys(past.back())));
    }
    return {};
  }));
  const auto found = [&](const Deal& deal, std::int64_t of) {
    const auto like = store->past_with(resemblance::keys(deal), static_cast<std::int64_t>(kPast), {}).value();
    return std::any_of(like.begin(), like.end(), [&](std::int64_t sequence) {
      return (of == 0 || sequence == of) && resemblance::compare(past[static_cast<std::size_t>(sequence) - 1], deal, model).recognised;
    });
  };
  const auto share_found = [&](std::size_t edits) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kQueries; ++i) {
      const std::size_t of = maker.random()() % past.size();
      count += found(maker.come_back(past[of], edits), static_cast<std::int64_t>(of) + 1) ? 1 : 0;
    }
    return static_cast<double>(count) / kQueries;
  };
  EXPECT_GE(share_found(1), 0.99);
  EXPECT_GE(share_found(2), 0.97);
  EXPECT_GE(share_found(3), 0.90);
  std::size_t false_alarms = 0;
  for (std::size_t i = 0; i < kQueries; ++i) false_alarms += found(maker.deal(), 0) ? 1 : 0;
  EXPECT_LE(static_cast<double>(false_alarms) / kQueries, 0.03);
}

TEST(ComeBack, TheStoreFindsWhatCountingFinds) {
  std::mt19937_64 random(7);
  TemporaryStore store;
  std::map<std::int64_t, std::vector<std::int64_t>> kept;
  ASSERT_TRUE(store->transact([&]() -> Status {
    for (std::int64_t sequence = 1; sequence <= 400; ++sequence) {
      std::vector<std::int64_t> keys;
      for (int i = 0; i < 6; ++i) keys.push_back(static_cast<std::int64_t>(random() % 60));
      std::sort(keys.begin(), keys.end());
      keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
      kept[sequence] = keys;
      TAMGA_TRY_STATUS(store->add_past_keys(sequence, keys));
    }
    return {};
  }));
  for (int round = 0; round < 200; ++round) {
    store::PastLimits limits;
    limits.for_key = 1 + static_cast<std::int64_t>(random() % 40);
    limits.most = 1 + static_cast<std::int64_t>(random() % 30);
    limits.shared_at_least = 1 + static_cast<std::int64_t>(random() % 3);
    const auto up_to = static_cast<std::int64_t>(random() % 420);
    std::vector<std::int64_t> keys;
    for (int i = 0; i < 8; ++i) keys.push_back(static_cast<std::int64_t>(random() % 60));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());

    std::map<std::int64_t, std::int64_t> counts;
    for (const auto key : keys) {
      std::int64_t taken = 0;
      for (auto at = kept.rbegin(); at != kept.rend() && taken < limits.for_key; ++at) {
        if (at->first > up_to || std::find(at->second.begin(), at->second.end(), key) == at->second.end()) continue;
        ++counts[at->first];
        ++taken;
      }
    }
    std::vector<std::int64_t> expected;
    for (const auto& [sequence, count] : counts) {
      if (count >= limits.shared_at_least) expected.push_back(sequence);
    }
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return counts[a] != counts[b] ? counts[a] > counts[b] : a > b; });
    expected.resize(std::min(expected.size(), static_cast<std::size_t>(limits.most)));
    ASSERT_EQ(store->past_with(keys, up_to, limits).value(), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace tamga
