#include "app/flow_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "flows/testing_whole.h"

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

/// All of a store as plain data.
struct Everything {
  std::map<flows::SeriesKey, std::vector<std::tuple<flows::Period, std::int64_t, std::int64_t, std::int64_t, std::vector<flows::Origin>>>> series;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::tuple<std::string, std::string, std::string>> rejected;
  bool operator==(const Everything&) const = default;
};

void put_points(Everything& all, const flows::SeriesKey& key, const std::vector<flows::Point>& points) {
  auto& into = all.series[key];
  into.clear();
  for (const auto& point : points) into.emplace_back(point.period, point.value, point.weight, point.quantity, point.origins);
}

Everything read_all(const Settings& settings) {
  Everything all;
  auto store = FlowStore::open(settings).value();
  std::vector<flows::SeriesKey> keys;
  EXPECT_TRUE(store.scan([&](const flows::SeriesKey& key, const flows::Columns&) { keys.push_back(key); }));
  for (const auto& key : keys) put_points(all, key, store.points(key).value());
  const auto files = store.files().value();
  for (const auto& file : files) {
    std::int64_t rejected = 0;
    EXPECT_TRUE(store.rejected(file.number, [&](const RejectedFlowRow& row) -> Status {
      all.rejected[{file.number, row.line}] = {row.fault, row.why, row.row};
      ++rejected;
      return {};
    }));
    EXPECT_EQ(file.rejected, rejected);
  }
  return all;
}

/// The way in memory: each file whole, a map of series, a set of declarations.
class InMemory {
 public:
  void file(const std::string& name, const std::string& text) {
    if (!texts_.insert(text).second) return;
    ++number_;
    auto whole = flows::read_whole(name, text, {}, before_).value();
    before_.insert(before_.end(), whole.nomenclatures.begin(), whole.nomenclatures.end());
    std::map<flows::SeriesKey, std::vector<flows::Point>> incoming;
    for (const auto& row : whole.rows) {
      if (whole.about.source == flows::Source::declarations && !declared_.insert(row.part).second) {
        whole.rejected.push_back({row.line, flows::Fault::declared_before, "this declaration and item came before", flows::line_of(text, row.line)});
        continue;
      }
      auto& points = incoming[flows::series_key(whole.about.source, row.place)];
      const flows::Origin origin{number_, row.line};
      const auto period = flows::period_of(row.place);
      if (points.empty() || points.back().period != period) {
        points.push_back({period, row.value, row.weight, row.quantity, {origin}});
        continue;
      }
      auto& point = points.back();
      point.value = flows::sum_of(point.value, row.value);
      point.weight = flows::sum_of(point.weight, row.weight);
      point.quantity = flows::sum_of(point.quantity, row.quantity);
      point.origins.push_back(origin);
      std::sort(point.origins.begin(), point.origins.end());
    }
    for (const auto& [key, points] : incoming) {
      auto& old = series_[key];
      flows::merge(old, points, whole.about.source == flows::Source::declarations ? flows::Merge::add : flows::Merge::replace);
      put_points(all_, key, old);
    }
    for (const auto& row : whole.rejected) all_.rejected[{number_, row.line}] = {std::string(flows::word(row.fault)), row.why, row.row};
  }
  [[nodiscard]] const Everything& all() const { return all_; }

 private:
  std::uint32_t number_ = 0;
  std::set<std::string> texts_;
  std::set<std::uint64_t> declared_;
  std::vector<flows::ReportedIn> before_;
  std::map<flows::SeriesKey, std::vector<flows::Point>> series_;
  Everything all_;
};

using Numbers = std::vector<std::tuple<std::uint8_t, std::uint8_t, std::uint8_t, std::uint8_t>>;

std::string text_of(int kind, const Numbers& numbers) {
  const std::vector<std::string> countries = {"KZ", "KG", "AM", "GE", "TR"};
  const std::vector<std::string> codes = {"854231", "8542", "85423190", "010121"};
  std::string text = kind == 0   ? "DECLARANT_ISO,PARTNER_ISO,PRODUCT_NC,FLOW,PERIOD,VALUE_IN_EUROS,QUANTITY_IN_KG,SUP_QUANTITY,STAT_REGIME\n"
                     : kind == 1 ? "declaration,item,date,flow,reporter,partner,hs,value,currency,weight_kg,quantity\n"
                                 : "period,reporterISO,partnerISO,flowCode,classificationCode,cmdCode,primaryValue,netWgt\n";
  for (const auto& [where, what, when, much] : numbers) {
    const auto& partner = countries[where % 5];
    const auto& code = codes[what % 4];
    const auto month = std::to_string(10 + when % 3);
    const auto value = std::to_string(much % 4);
    // Some rows are broken, but less than half.
    const std::string end = much % 16 == 15 ? ",one too many\n" : "\n";
    if (kind == 0) {
      text += "DE," + partner + "," + code + "," + std::to_string(what % 2 + 1) + ",2022" + month + "," + value + "," + (when % 2 == 0 ? value : "") +
              ",," + std::to_string(when / 4 % 3) + end;
    } else if (kind == 1) {
      text += "N" + std::to_string(much / 4 % 8) + "," + std::to_string(when / 4 % 3) + ",2022-" + month + "-03,import,KZ," + partner + "," + code +
              "," + value + ",EUR,1," + end;
    } else {
      text += "2022" + month + ",KZ," + partner + ",M," + (when % 8 == 7 ? "H5," : "H6,") + code + "," + value + ",1" + end;
    }
  }
  return text;
}

/// Chunks and blocks of a few rows, so that runs are spilled and merged, against all in memory.
TEST_F(FlowStoreTest, KeepsWhatTheWayInMemoryKeeps) {
  std::filesystem::create_directories(settings_.data);
  const auto path = settings_.data + "/file.csv";
  int spilled = 0;
  rc::check([&](const std::vector<std::pair<std::uint8_t, Numbers>>& seeds, std::uint8_t chunk, std::uint8_t block) {
    std::filesystem::remove(settings_.data + "/flows.db");
    InMemory expected;
    std::vector<std::string> files;
    std::size_t at = 0;
    std::size_t most = 0;
    const FlowImportLimits limits{.chunk_rows = 2U + chunk % 7, .block_bytes = 1U + block, .batch_rows = 1U + chunk % 3};
    for (const auto& [kind, numbers] : seeds) {
      const auto text = text_of(kind % 3, numbers);
      std::size_t broken = 0;
      for (const auto& [where, what, when, much] : numbers) broken += much % 16 == 15 ? 1U : 0U;
      if (broken * 2 > numbers.size()) continue;
      const auto name = path + std::to_string(at++);
      std::ofstream(name, std::ios::binary) << text;
      expected.file(name, text);
      files.push_back(name);
      most = std::max(most, numbers.size());
    }
    if (files.empty()) return;
    spilled += most > 9 ? 1 : 0;
    // Half of them in one transaction, the others one by one.
    const auto half = files.size() / 2;
    const std::vector<std::string> together(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(half));
    const auto quiet = [](const std::string&) {};
    if (!together.empty()) RC_ASSERT(import_flows(settings_, together, {}, quiet, limits).has_value());
    for (std::size_t i = half; i < files.size(); ++i) RC_ASSERT(import_flows(settings_, {files[i]}, {}, quiet, limits).has_value());
    RC_ASSERT(read_all(settings_) == expected.all());
  });
  EXPECT_GT(spilled, 20);
}

}  // namespace
}  // namespace tamga::app
