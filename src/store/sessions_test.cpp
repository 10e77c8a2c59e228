#include "store/sessions.h"

#include <gtest/gtest.h>

#include "store/backends_test.h"

namespace tamga::store {
namespace {

TEST(Sessions, AreFoundUntilTheyEndAndThenForgotten) {
  TestPlace place("sessions");
  auto store = Store::open(place.place());
  ASSERT_TRUE(store) << store.error().text();
  Sessions sessions(*store);
  const std::string sealed("\0\xFF'sealed", 9);
  ASSERT_TRUE(sessions.add({"b", sealed, 100}, 10, 2).value());
  ASSERT_TRUE(sessions.add({"a", "", 200}, 10, 2).value());
  EXPECT_FALSE(sessions.add({"c", "", 300}, 10, 2).value()) << "as many as may be";
  EXPECT_FALSE(sessions.add({"a", "", 200}, 101, 9)) << "an id is there once";
  const auto found = sessions.find("b", 100).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sealed, sealed);
  EXPECT_EQ(found->ends, 100);
  EXPECT_FALSE(sessions.find("b", 101).value()) << "it has ended";
  EXPECT_FALSE(sessions.find("", 10).value());
  EXPECT_EQ(sessions.ids(150).value(), std::vector<std::string>{"a"});
  ASSERT_TRUE(sessions.add({"c", "", 300}, 150, 2).value()) << "that has made room";
  EXPECT_FALSE(sessions.find("b", 0).value());
  ASSERT_TRUE(sessions.end("a"));
  ASSERT_TRUE(sessions.end("a"));
  EXPECT_EQ(sessions.ids(150).value(), std::vector<std::string>{"c"});
  ASSERT_TRUE(sessions.end_all());
  EXPECT_TRUE(sessions.ids(0)->empty());
  EXPECT_TRUE(store->verify()->damage.empty());
  EXPECT_EQ(store->head()->sequence, 0) << "nobody's signing in is a part of the record";
}

}  // namespace
}  // namespace tamga::store
