#include "app/opened.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

namespace tamga::app {
namespace {

using Held = std::shared_ptr<const int>;

TEST(Opened, KeepsTheLastUsed) {
  Opened<int> opened(2);
  int count = 0;
  const auto open = [&](const Held&) -> Result<Held> { return std::make_shared<const int>(++count); };
  const auto get = [&](const char* what) { return **opened.get(what, "1", open); };
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("b"), 2);
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("c"), 3) << "and b goes";
  EXPECT_EQ(get("a"), 1);
  EXPECT_EQ(get("b"), 4);
  opened.forget();
  EXPECT_EQ(get("b"), 5);
}

TEST(Opened, AnErrorLeavesWhatIsHeld) {
  Opened<int> opened(2);
  const auto good = [](const Held&) -> Result<Held> { return std::make_shared<const int>(7); };
  EXPECT_FALSE(opened.get("a", "1", [](const Held&) -> Result<Held> { return failure("no"); }));
  ASSERT_TRUE(opened.get("a", "1", good));
  EXPECT_FALSE(opened.get("a", "2", [](const Held& before) -> Result<Held> {
    EXPECT_EQ(*before, 7);
    return failure("no");
  }));
  EXPECT_EQ(**opened.get("a", "1", [](const Held&) -> Result<Held> { return failure("not asked"); }), 7);
}

// Found by review: when an edition came, everybody who asked opened all lists.
TEST(Opened, ManyWhoAskOpenOnce) {
  Opened<int> opened(2);
  std::atomic<int> openings = 0;
  std::promise<void> go;
  const auto gate = go.get_future().share();
  const auto slow = [&](const Held&) -> Result<Held> {
    const int number = ++openings;
    gate.wait();
    return std::make_shared<const int>(number);
  };
  std::vector<std::future<int>> first;
  for (int i = 0; i < 8; ++i) first.push_back(std::async(std::launch::async, [&] { return **opened.get("a", "1", slow); }));
  while (openings == 0) std::this_thread::yield();
  go.set_value();
  for (auto& one : first) EXPECT_EQ(one.get(), 1);
  EXPECT_EQ(openings, 1);

  // Of another version: who opens it waits for it, others have what is held.
  std::promise<void> later;
  auto newer = std::async(std::launch::async, [&] {
    return **opened.get("a", "2", [&](const Held&) -> Result<Held> {
      ++openings;
      later.get_future().wait();
      return std::make_shared<const int>(100);
    });
  });
  while (openings == 1) std::this_thread::yield();
  EXPECT_EQ(**opened.get("a", "2", slow), 1);
  later.set_value();
  EXPECT_EQ(newer.get(), 100);
  EXPECT_EQ(**opened.get("a", "2", slow), 100);
  EXPECT_EQ(openings, 2);
}

}  // namespace
}  // namespace tamga::app
