#include "app/flow_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tamga::app {
namespace {

using ::testing::ElementsAre;

class FlowStoreTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.data = (std::filesystem::path(::testing::TempDir()) / "tamga_flow_store_test").string();
    std::filesystem::remove_all(settings_.data);
  }
  void TearDown() override { std::filesystem::remove_all(settings_.data); }

  std::vector<FlowImport> bring_in(const std::string& sample) {
    auto done = import_flows(settings_, {std::string(TAMGA_SOURCE_DIR) + "/samples/flows/" + sample}, {}, [](const std::string&) {});
    EXPECT_TRUE(done) << (done ? "" : done.error().text());
    return done ? *std::move(done) : std::vector<FlowImport>{};
  }

  Settings settings_;
};

TEST_F(FlowStoreTest, SaysThatNothingWasImported) {
  const auto store = FlowStore::open(settings_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().kind, ErrorKind::not_found);
  // An import that fails leaves a database without tables.
  EXPECT_FALSE(import_flows(settings_, {std::string(TAMGA_SOURCE_DIR) + "/LICENSE"}, {}, [](const std::string&) {}));
  EXPECT_EQ(FlowStore::open(settings_).error().kind, ErrorKind::not_found);
}

TEST_F(FlowStoreTest, ScansInTheOrderOfTheKeysAndGivesTheLinesBehind) {
  bring_in("comext.csv");
  bring_in("comtrade_new.csv");
  auto store = FlowStore::open(settings_);
  ASSERT_TRUE(store) << store.error().text();
  std::vector<flows::SeriesKey> keys;
  std::size_t points = 0;
  ASSERT_TRUE(store->scan([&](const flows::SeriesKey& key, const flows::Columns& columns) {
    keys.push_back(key);
    points += columns.periods.size();
  }));
  EXPECT_EQ(keys.size(), 6U);
  EXPECT_TRUE(std::is_sorted(keys.begin(), keys.end()));
  EXPECT_EQ(points, 13U);
  const flows::SeriesKey germany{flows::Source::comext,    "EUR",      flows::Frequency::monthly,
                                 flows::Flow::exports,     "85423190", flows::country_from("KZ"),
                                 flows::country_from("DE")};
  const auto behind = store->points(germany);
  ASSERT_TRUE(behind);
  ASSERT_EQ(behind->size(), 2U);
  EXPECT_EQ((*behind)[1].value, 110'050);
  EXPECT_THAT((*behind)[1].origins, ElementsAre(flows::Origin{1, 3}));
  EXPECT_EQ(store->files().value().size(), 2U);
}

}  // namespace
}  // namespace tamga::app
