#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/router.h"
#include "peers/testing_peers.h"
#include "peers/vocabulary.h"

// The same on the real lists of ../shared/data: what no sample has, such as relations, merged entities by the thousand and properties of every kind.
namespace tamga::peers {
namespace {

using namespace testing_peers;

class PeersRealTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>("real");
    if (!import_real(settings_of(*folder_))) return;
    caller_ = std::make_unique<Caller>(settings_of(*folder_));
  }
  static void TearDownTestSuite() {
    caller_.reset();
    folder_.reset();
  }
  void SetUp() override {
    if (caller_ == nullptr) GTEST_SKIP() << "the real lists are not in ../shared/data";
    ASSERT_TRUE(caller_->ready());
  }
  static Json page(int offset, std::string_view query = "") {
    return caller_->get(fmt::format("/search/default?sort=id&limit=1&offset={}&{}", offset, query)).json;
  }

  static inline std::unique_ptr<Folder> folder_;
  static inline std::unique_ptr<Caller> caller_;
};

TEST_F(PeersRealTest, ListedEntitiesFindThemselves) {
  int asked = 0;
  int lost = 0;
  for (int offset = 0; offset < 9'499; offset += 31) {
    for (const auto* half : {"q=", "sort=caption"}) {
      const auto answer = caller_->get(fmt::format("/search/default?limit=1&offset={}&{}", offset, half));
      ASSERT_EQ(answer.status, 200) << answer.body;
      const Json& entity = at(answer.json, {"results", "0"});
      Json query = Json::object().set("schema", entity.get("schema")).set("properties", at(entity, {"properties"}));
      const auto found = caller_->post("/match/default?limit=500", Json::object().set("queries", Json::object().set("q", std::move(query))).dump());
      // Lists have entries of which nothing can be compared, or with more days of birth than are tried.
      if (found.status == 400) {
        EXPECT_THAT(std::string(found.json.get("detail")),
                    ::testing::AnyOf(::testing::HasSubstr("neither a"), ::testing::HasSubstr("days of birth")));
        continue;
      }
      ASSERT_EQ(found.status, 200) << entity.dump() << found.body;
      ++asked;
      const auto own = ids(at(found.json, {"responses", "q", "results"}));
      if (std::find(own.begin(), own.end(), entity.get("id")) == own.end()) ++lost;
    }
  }
  EXPECT_GT(asked, 500);
  EXPECT_EQ(lost, 0);
}

TEST_F(PeersRealTest, ReferentsLeadToTheirEntityAndNobodyIsTwice) {
  std::set<std::string> seen;
  int merged = 0;
  for (const auto* dataset : {"un_sc_sanctions", "us_ofac_sdn", "us_ofac_cons", "eu_fsf", "eu_journal_sanctions"}) {
    for (int offset = 0; offset <= 9'000; offset += 500) {
      const auto answer = caller_->get(fmt::format("/search/{}?limit=500&offset={}&sort=id", dataset, offset));
      for (const auto& entity : at(answer.json, {"results"}).items) {
        const std::string id(entity.get("id"));
        if (!seen.insert(id).second) continue;
        const auto referents = texts(at(entity, {"referents"}));
        if (referents.empty()) continue;
        ++merged;
        if (merged % 37 != 0) continue;
        for (const auto& referent : referents) {
          EXPECT_FALSE(seen.contains(referent)) << referent;
          EXPECT_EQ(caller_->get("/entities/" + api::encode_percent(referent) + "?nested=false").header("location"),
                    "/entities/" + api::encode_percent(id) + "?nested=false");
        }
        EXPECT_EQ(caller_->get("/entities/" + api::encode_percent(id) + "?nested=false").body, entity.dump());
      }
    }
  }
  EXPECT_GT(merged, 1'000);
}

TEST_F(PeersRealTest, EdgesHangAtBothEnds) {
  int checked = 0;
  for (int offset = 0; checked < 40 && offset < 4'000; offset += 13) {
    const auto found = caller_->get(fmt::format("/search/us_ofac_sdn?limit=1&offset={}&sort=id", offset));
    const std::string id(at(found.json, {"results", "0"}).get("id"));
    const auto whole = caller_->get("/entities/" + api::encode_percent(id));
    ASSERT_EQ(whole.status, 200);
    for (const auto& member : at(whole.json, {"properties"}).members) {
      for (const auto& edge : member.value.items) {
        if (!edge.is_object() || member.key == "sanctions") continue;
        EXPECT_TRUE(links_others(at(whole.json, {"schema"}).text, member.key)) << member.key;
        for (const auto& end : at(edge, {"properties"}).members) {
          for (const auto& far : end.value.items) {
            if (!far.is_object()) continue;
            const auto back = caller_->get("/entities/" + api::encode_percent(far.get("id")) + "/adjacent?limit=500");
            ASSERT_EQ(back.status, 200) << far.get("id");
            bool there = false;
            for (const auto& property : at(back.json, {"adjacent"}).members) {
              const auto edges = ids(at(property.value, {"results"}));
              there = there || std::find(edges.begin(), edges.end(), edge.get("id")) != edges.end();
            }
            EXPECT_TRUE(there) << edge.get("id");
            ++checked;
          }
        }
        const auto own = caller_->get("/entities/" + api::encode_percent(edge.get("id")));
        EXPECT_EQ(own.status, 200) << edge.get("id");
      }
    }
  }
  EXPECT_GT(checked, 10);
}

TEST_F(PeersRealTest, FiltersTakeHitsAwayAndDoNothingElse) {
  for (const auto* name : {"Mohammed Ahmed", "Ivan Ivanov", "Kim Yong Chol", "Trading Company"}) {
    const auto all = caller_->post("/match/default?limit=500&threshold=0.6", example(name, "Thing"));
    ASSERT_EQ(all.status, 200);
    for (const auto* dataset : {"un_sc_sanctions", "us_ofac_sdn", "eu_fsf"}) {
      std::vector<std::string> expected;
      for (const auto& result : at(all.json, {"responses", "q", "results"}).items) {
        const auto datasets = texts(at(result, {"datasets"}));
        if (std::find(datasets.begin(), datasets.end(), dataset) != datasets.end()) expected.push_back(result.dump());
      }
      // Where the answer without filters was cut, only its part can be compared.
      const bool cut = at(all.json, {"responses", "q", "results"}).items.size() == 500;
      const auto some = caller_->post(fmt::format("/match/{}?limit={}&threshold=0.6", dataset, cut ? expected.size() : 500), example(name, "Thing"));
      std::vector<std::string> given;
      for (const auto& result : at(some.json, {"responses", "q", "results"}).items) given.push_back(result.dump());
      EXPECT_EQ(given, expected) << name << ' ' << dataset;
    }
  }
}

}  // namespace
}  // namespace tamga::peers
