#include "peers/peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "api/router.h"
#include "base/date.h"
#include "peers/request.h"
#include "peers/testing_peers.h"
#include "peers/vocabulary.h"

namespace tamga::peers {
namespace {

using namespace testing_peers;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

/// The sample lists, loaded once for all tests.
class PeersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Folder>("samples");
    ASSERT_TRUE(import_samples(settings_of(*folder_)));
    caller_ = std::make_unique<Caller>(settings_of(*folder_));
    ASSERT_TRUE(caller_->ready());
    ASSERT_TRUE(caller_->prepare());
  }
  static void TearDownTestSuite() {
    caller_.reset();
    folder_.reset();
  }
  static Answer get(std::string_view target, api::Pairs headers = {}) { return caller_->get(target, std::move(headers)); }
  static Answer post(std::string_view target, std::string body) { return caller_->post(target, std::move(body)); }
  static Answer form(std::string_view target, std::string_view field, std::string_view value) {
    return caller_->post(target, fmt::format("{}={}", field, api::encode_percent(value)), {{"content-type", "application/x-www-form-urlencoded"}});
  }
  static const Json& results(const Answer& answer) { return at(answer.json, {"responses", "q", "results"}); }
  static std::string total(const Answer& answer) { return at(answer.json, {"total", "value"}).text; }

  static inline std::unique_ptr<Folder> folder_;
  static inline std::unique_ptr<Caller> caller_;
};

/// The frame of an entity in yente's documentation (EntityResponse).
const std::vector<std::string> kEntityKeys = {"id",        "caption", "schema",     "properties", "datasets",
                                              "referents", "target",  "first_seen", "last_seen",  "last_change"};

void expect_entity(const Json& entity) {
  const auto has = keys(entity);
  EXPECT_THAT(has, IsSupersetOf(kEntityKeys)) << entity.dump();
  EXPECT_TRUE(at(entity, {"id"}).is_string());
  EXPECT_TRUE(at(entity, {"caption"}).is_string());
  EXPECT_NE(find_schema(entity.get("schema")), nullptr);
  EXPECT_TRUE(at(entity, {"datasets"}).is_array());
  EXPECT_TRUE(at(entity, {"referents"}).is_array());
  EXPECT_EQ(at(entity, {"target"}).kind, Json::Kind::boolean);
  for (const auto& member : at(entity, {"properties"}).members) {
    EXPECT_TRUE(member.value.is_array()) << member.key;
    EXPECT_THAT(member.value.items, Not(IsEmpty())) << member.key;
    for (const auto& value : member.value.items) EXPECT_TRUE(value.is_string() || value.is_object()) << member.key;
  }
  for (const auto* time : {"first_seen", "last_seen", "last_change"}) {
    const Json& value = at(entity, {time});
    if (value.kind == Json::Kind::null) continue;
    EXPECT_THAT(value.text, ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"));
  }
}

// ---- /match ----------------------------------------------------------------------------------------------------

TEST_F(PeersTest, MatchAnswersInTheShapeOfTheDocumentation) {
  const auto answer = post("/match/default", example("Vladimir Putin", "Person", R"(,"birthDate":["1952-10-07"],"country":"Russia")"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("x-batch-size"), "1");
  EXPECT_THAT(keys(answer.json), UnorderedElementsAre("responses", "limit"));
  EXPECT_EQ(at(answer.json, {"limit"}).text, "5");
  const Json& response = at(answer.json, {"responses", "q"});
  EXPECT_THAT(keys(response), UnorderedElementsAre("status", "results", "total", "query"));
  EXPECT_EQ(at(response, {"status"}).text, "200");
  EXPECT_EQ(at(response, {"total"}).dump(), R"({"value":1,"relation":"eq"})");
  // What was understood: the country by its code, lists of values.
  EXPECT_EQ(at(response, {"query"}).dump(),
            R"({"id":null,"schema":"Person","properties":{"name":["Vladimir Putin"],"birthDate":["1952-10-07"],"country":["ru"]}})");
  const Json& first = results(answer).items.at(0);
  expect_entity(first);
  EXPECT_THAT(keys(first), IsSupersetOf({"score", "explanations", "match"}));
  EXPECT_EQ(at(first, {"match"}).truth, true);
  EXPECT_TRUE(at(first, {"target"}).truth);
  for (const auto& feature : at(first, {"explanations"}).members) {
    EXPECT_THAT(keys(feature.value), UnorderedElementsAre("detail", "query", "candidate", "score")) << feature.key;
    EXPECT_TRUE(at(feature.value, {"score"}).is_number());
    for (const auto* text : {"detail", "query", "candidate"})
      EXPECT_TRUE(at(feature.value, {text}).is_string() || at(feature.value, {text}).kind == Json::Kind::null);
  }
  EXPECT_EQ(at(first, {"explanations", "birth_date_match", "query"}).text, "1952-10-07");
  EXPECT_THAT(at(first, {"explanations", "name_match", "detail"}).text, HasSubstr("\"Putin\" is \"Putin\" by exact (1)"));
}

TEST_F(PeersTest, AnEntityOfSeveralListsIsOneResult) {
  const auto answer = post("/match/default", example("Vladimir Putin"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_THAT(ids(results(answer)), ElementsAre("ofac-35096"));
  const Json& putin = results(answer).items.front();
  EXPECT_THAT(texts(at(putin, {"datasets"})), ElementsAre("gb_fcdo_sanctions", "us_ofac_sdn"));
  EXPECT_THAT(texts(at(putin, {"referents"})), ElementsAre("gb-fcdo-rus0251"));
  EXPECT_THAT(texts(at(putin, {"properties", "topics"})), ElementsAre("sanction"));
  EXPECT_THAT(texts(at(putin, {"properties", "program"})), Contains("RUSSIA-EO14024"));
  // The better of both entries: the UK writes the name as the query does.
  EXPECT_EQ(at(putin, {"score"}).text, "1");
}

TEST_F(PeersTest, ThresholdAndCutoffAreAsInYente) {
  const auto scores = [&](std::string_view query) {
    const auto answer = post(fmt::format("/match/default?{}", query), example("Joint Stock Company Alfa Bank", "Organization"));
    EXPECT_EQ(answer.status, 200) << answer.body;
    std::vector<std::pair<match::Score, bool>> all;
    for (const auto& result : results(answer).items) all.emplace_back(*score_of("score", at(result, {"score"}).text), at(result, {"match"}).truth);
    return all;
  };
  for (const auto& [score, match] : scores("threshold=0.4&limit=500")) {
    EXPECT_GE(score, 4000);
    EXPECT_TRUE(match);
  }
  EXPECT_THAT(scores("threshold=0.4&limit=500"), Not(IsEmpty()));
  // The cutoff is what is given at all, and no more than the threshold.
  const auto weak = scores("threshold=0.9&cutoff=0.4&limit=500");
  EXPECT_EQ(weak.size(), scores("threshold=0.4&limit=500").size());
  for (const auto& [score, match] : weak) EXPECT_EQ(match, score >= 9000);
  EXPECT_EQ(scores("threshold=0.4&cutoff=0.9&limit=500").size(), weak.size());
  EXPECT_THAT(scores("threshold=0.4&limit=0"), IsEmpty());
}

TEST_F(PeersTest, TheTotalCountsWhatTheLimitCuts) {
  const auto answer = post("/match/default?limit=1&threshold=0.3", example("joint stock company bank", "Organization"));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(results(answer).items, SizeIs(1));
  EXPECT_GT(*whole_number(at(answer.json, {"responses", "q", "total", "value"}).text), 1);
}

TEST_F(PeersTest, ExcludedIdsMayBeReferents) {
  for (const auto* id : {"ofac-35096", "gb-fcdo-rus0251"}) {
    const auto answer = post(fmt::format("/match/default?exclude_entity_ids={}", id), example("Vladimir Putin"));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(results(answer).items, IsEmpty()) << id;
  }
  EXPECT_THAT(results(post("/match/default?exclude_entity_ids=nobody", example("Vladimir Putin"))).items, SizeIs(1));
  std::string many = "/match/default?";
  for (int i = 0; i < 51; ++i) many += fmt::format("exclude_entity_ids=x{}&", i);
  EXPECT_EQ(post(many, example("Vladimir Putin")).status, 422);
}

TEST_F(PeersTest, ADatasetChoosesEntitiesAndDoesNotChangeThem) {
  const auto everywhere = post("/match/default", example("Vladimir Putin"));
  for (const auto* target :
       {"/match/us_ofac_sdn", "/match/gb_fcdo_sanctions", "/match/sanctions", "/match/default?include_dataset=us_ofac_sdn",
        "/match/default?include_dataset=un_sc_sanctions&include_dataset=gb_fcdo_sanctions", "/match/default?exclude_dataset=us_ofac_sdn"}) {
    EXPECT_EQ(results(post(target, example("Vladimir Putin"))).dump(), results(everywhere).dump()) << target;
  }
  for (const auto* target : {"/match/un_sc_sanctions", "/match/default?include_dataset=un_sc_sanctions",
                             "/match/default?exclude_dataset=us_ofac_sdn&exclude_dataset=gb_fcdo_sanctions",
                             "/match/us_ofac_sdn?include_dataset=gb_fcdo_sanctions", "/match/default?exclude_dataset=sanctions"}) {
    EXPECT_THAT(results(post(target, example("Vladimir Putin"))).items, IsEmpty()) << target;
  }
}

TEST_F(PeersTest, NamesMayComeInParts) {
  const auto answer = post("/match/sanctions", R"({"queries":{"q":{"id":"mine","schema":"Person","properties":
      {"firstName":"Igor","fatherName":"Ivanovich","lastName":["Sechin"]}}},"weights":{},"config":{}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(ids(results(answer)), Contains("ofac-16692"));
  EXPECT_EQ(at(answer.json, {"responses", "q", "query", "id"}).text, "mine");
  EXPECT_THAT(texts(at(answer.json, {"responses", "q", "query", "properties", "name"})), ElementsAre("Igor Ivanovich Sechin"));
}

TEST_F(PeersTest, NamesInPartsAreNotMultipliedWithoutEnd) {
  const auto names = [](const char* prefix, int count) {
    Json all = Json::array();
    for (int i = 0; i < count; ++i) all.push(Json::string(fmt::format("{}{}", prefix, i)));
    return all.dump();
  };
  const auto status = [&](int firsts, int lasts) {
    return post("/match/default", fmt::format(R"({{"queries":{{"q":{{"schema":"Person","properties":{{"firstName":{},"lastName":{}}}}}}}}})",
                                              names("Igor", firsts), names("Sechin", lasts)))
        .status;
  };
  EXPECT_EQ(status(20, 20), 200);
  EXPECT_EQ(status(21, 20), 400);
  EXPECT_EQ(status(100, 100), 400);
}

TEST_F(PeersTest, OfSeveralBirthDatesTheRightOneCounts) {
  const auto score = [&](std::string_view dates) {
    const auto answer = post("/match/default?threshold=0.3", example("Vladimir Putin", "Person", fmt::format(R"(,"birthDate":{})", dates)));
    return results(answer).items.empty() ? std::string() : at(results(answer).items.front(), {"score"}).text;
  };
  EXPECT_EQ(score(R"(["1990-01-01","1952-10-07"])"), score(R"(["1952-10-07"])"));
  EXPECT_EQ(score(R"(["1952","1952-10-07","1952-10"])"), score(R"(["1952-10-07"])"));
  EXPECT_NE(score(R"(["1990-01-01"])"), score(R"(["1952-10-07"])"));
}

TEST_F(PeersTest, NumbersDecideAlone) {
  // VTB's INN, and Rosneft's, as firms of no name.
  const auto answer = post("/match/default", R"({"queries":{"q":{"schema":"Company","properties":{"innCode":["7702070139"]}}}})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_THAT(results(answer).items, Not(IsEmpty()));
  const Json& first = results(answer).items.front();
  EXPECT_THAT(at(first, {"caption"}).text, HasSubstr("VTB"));
  EXPECT_EQ(at(first, {"explanations", "identifier_match", "candidate"}).text, "7702070139");
}

struct Wrong {
  const char* target;
  const char* body;
  int status;
  const char* detail;
};

TEST_F(PeersTest, WhatCannotBeDoneIsRefused) {
  const std::string good = example("Vladimir Putin");
  const std::vector<Wrong> wrongs = {
      {"/match/banana", "", 404, "No such dataset."},
      {"/match/default?limit=501", "", 422, "limit"},
      {"/match/default?limit=-1", "", 422, "limit"},
      {"/match/default?limit=many", "", 422, "limit"},
      {"/match/default?limit=5&limit=6", "", 422, "twice"},
      {"/match/default?threshold=1.5", "", 422, "threshold"},
      {"/match/default?threshold=high", "", 422, "threshold"},
      {"/match/default?cutoff=", "", 422, "cutoff"},
      {"/match/default?algorithm=neural-net", "", 400, "Invalid algorithm"},
      {"/match/default?include_dataset=mx_governors", "", 400, "mx_governors"},
      {"/match/default?exclude_schema=Persona", "", 400, "Persona"},
      {"/match/default?topics=sanctoin", "", 400, "is not a topic"},
      {"/match/default?topics=role.pep", "", 400, "nobody could be found"},
      {"/match/default?changed_since=yesterday", "", 422, "changed_since"},
      {"/match/default?changed_since=2026-1-1", "", 422, "changed_since"},
      {"/match/default?fuzzy=false", "", 422, "no such parameter"},
      {"/match/default", "{", 422, "body"},
      {"/match/default", "[]", 422, "queries"},
      {"/match/default", R"({"queries":[]})", 422, "queries"},
      {"/match/default", R"({"queries":{}})", 400, "No queries provided."},
      {"/match/default", R"({"queries":{"q":null}})", 422, "queries.q"},
      {"/match/default", R"({"queries":{"q":{"properties":{"name":"x"}}}})", 422, "schema"},
      {"/match/default", R"({"queries":{"q":{"schema":"xxx","properties":{"name":"Banana"}}}})", 400, "No such schema: xxx"},
      {"/match/default", R"({"queries":{"q":{"schema":"Document","properties":{"name":"Banana"}}}})", 400, "Non-matchable schema"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person"}}})", 422, "properties"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{}}}})", 400, "neither a name"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"name":["---"]}}}})", 400, "neither a letter nor a digit"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"nmae":["Putin"]}}}})", 400, "nmae"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"name":[["Putin"]]}}}})", 422, "name"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"name":"Putin"}}},"config":{"nm_number_mismatch":0.4}})", 400,
       "Invalid configuration parameter: nm_number_mismatch"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"name":"Putin"}}},"weights":{"name_literal":0.4}})", 400,
       "name_literal"},
      {"/match/default", R"({"queries":{"q":{"schema":"Person","properties":{"name":"Putin"}}},"extra":1})", 422, "extra"},
  };
  for (const auto& wrong : wrongs) {
    const auto answer = post(wrong.target, wrong.body[0] == '\0' ? good : wrong.body);
    EXPECT_EQ(answer.status, wrong.status) << wrong.target << ' ' << wrong.body << ' ' << answer.body;
    EXPECT_THAT(keys(answer.json), ElementsAre("detail")) << answer.body;
    EXPECT_THAT(answer.json.get("detail"), HasSubstr(wrong.detail)) << wrong.target << ' ' << wrong.body;
  }
}

TEST_F(PeersTest, ABatchHoldsAHundredQueries) {
  const auto batch = [](int count) {
    std::string body = R"({"queries":{)";
    for (int i = 0; i < count; ++i)
      body += fmt::format(R"({}"k{}":{{"schema":"Person","properties":{{"name":"Igor Sechin"}}}})", i == 0 ? "" : ",", i);
    return body + "}}";
  };
  const auto answer = post("/match/default", batch(100));
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(at(answer.json, {"responses"}).members, SizeIs(100));
  EXPECT_EQ(answer.header("x-batch-size"), "100");
  EXPECT_EQ(at(answer.json, {"responses", "k0", "results"}).dump(), at(answer.json, {"responses", "k99", "results"}).dump());
  const auto more = post("/match/default", batch(101));
  EXPECT_EQ(more.status, 400);
  EXPECT_EQ(more.json.get("detail"), "Too many queries in one batch (limit: 100)");
}

TEST_F(PeersTest, EveryAlgorithmIsTheSameMatcher) {
  const auto names = get("/algorithms");
  ASSERT_EQ(names.status, 200);
  EXPECT_THAT(keys(names.json), UnorderedElementsAre("algorithms", "default", "best"));
  const auto plain = post("/match/default", example("Vladimir Putin"));
  for (const auto& algorithm : at(names.json, {"algorithms"}).items) {
    EXPECT_THAT(keys(algorithm), UnorderedElementsAre("name", "description", "features", "docs"));
    EXPECT_THAT(algorithm.get("description"), HasSubstr("Tamga's own matcher"));
    EXPECT_EQ(post(fmt::format("/match/default?algorithm={}", algorithm.get("name")), example("Vladimir Putin")).body, plain.body);
    // Every feature of an explanation is described.
    for (const auto& feature : at(results(plain).items.front(), {"explanations"}).members)
      EXPECT_NE(at(algorithm, {"features", feature.key, "description"}).text, "") << feature.key;
  }
}

TEST_F(PeersTest, TheCostsOfANameAddUpToItsScore) {
  const auto answer = post("/match/default?threshold=0.5&limit=50", example("Viktor Vekselberg Feliks"));
  ASSERT_THAT(results(answer).items, Not(IsEmpty()));
  const Json& name = at(results(answer).items.front(), {"explanations", "name_match"});
  match::Score costs = 0;
  const std::string& detail = at(name, {"detail"}).text;
  for (auto at = detail.find("costs "); at != std::string::npos; at = detail.find("costs ", at + 1))
    costs += *score_of("cost", detail.substr(at + 6, detail.find_first_not_of("0123456789.", at + 6) - at - 6));
  EXPECT_EQ(names::kScoreMax - costs, *score_of("score", at(name, {"score"}).text)) << detail;
}

TEST_F(PeersTest, EveryListedEntityFindsItself) {
  // "Each formatted like those returned by the API": also with others nested inside.
  const auto all = get("/search/default?limit=500&facets=schema");
  ASSERT_EQ(all.status, 200);
  ASSERT_THAT(at(all.json, {"results"}).items, SizeIs(::testing::Ge(60)));
  for (const auto& entity : at(all.json, {"results"}).items) {
    const std::string id(entity.get("id"));
    const auto whole = get("/entities/" + id);
    ASSERT_EQ(whole.status, 200) << id;
    for (const Json* one : {&entity, &whole.json}) {
      Json query = Json::object().set("schema", one->get("schema")).set("properties", at(*one, {"properties"}));
      const auto answer = post("/match/default", Json::object().set("queries", Json::object().set("q", std::move(query))).dump());
      ASSERT_EQ(answer.status, 200) << id << answer.body;
      EXPECT_THAT(ids(results(answer)), Contains(id));
    }
  }
}

// ---- /search ---------------------------------------------------------------------------------------------------

TEST_F(PeersTest, SearchFindsWordsInAnyScript) {
  for (const auto* q : {"putin", "vladimir+putin", "PUTIN+Vladimirovich", "%D0%9F%D1%83%D1%82%D0%B8%D0%BD", "%22vladimir+putin%22"}) {
    const auto answer = get(fmt::format("/search/default?q={}", q));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_THAT(ids(at(answer.json, {"results"})), ElementsAre("ofac-35096")) << q;
    EXPECT_EQ(total(answer), "1");
  }
  // Every word must be there; a phrase in its order.
  EXPECT_EQ(total(get("/search/default?q=putin+banana")), "0");
  EXPECT_EQ(total(get("/search/default?q=%22putin+banana%22")), "0");
  EXPECT_EQ(total(get("/search/default?q=putni")), "0");
  EXPECT_THAT(ids(at(get("/search/default?q=putni&fuzzy=true").json, {"results"})), Contains("ofac-35096"));
  EXPECT_THAT(ids(at(get("/search/default?q=putni~").json, {"results"})), Contains("ofac-35096"));
  EXPECT_THAT(ids(at(get("/search/default?q=vekselb*").json, {"results"})), Contains("ofac-24306"));
  EXPECT_THAT(ids(at(get("/search/default?q=7702070139").json, {"results"})), SizeIs(1));
}

TEST_F(PeersTest, SearchHasTheShapeOfTheDocumentation) {
  const auto answer = get("/search/default");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(keys(answer.json), UnorderedElementsAre("results", "facets", "total", "limit", "offset"));
  EXPECT_THAT(at(answer.json, {"results"}).items, SizeIs(10));
  for (const auto& entity : at(answer.json, {"results"}).items) expect_entity(entity);
  EXPECT_THAT(keys(at(answer.json, {"facets"})), UnorderedElementsAre("countries", "topics", "datasets"));
  for (const auto& facet : at(answer.json, {"facets"}).members) {
    EXPECT_THAT(keys(facet.value), UnorderedElementsAre("label", "values"));
    for (const auto& value : at(facet.value, {"values"}).items) EXPECT_THAT(keys(value), UnorderedElementsAre("name", "label", "count"));
  }
  const auto chosen = get("/search/default?facets=schema&facets=topics&facets=identifiers&facets=genders");
  EXPECT_THAT(keys(at(chosen.json, {"facets"})), UnorderedElementsAre("schema", "topics", "identifiers", "genders"));
}

TEST_F(PeersTest, FacetsAndTotalsAreExact) {
  // Counted again from the entities themselves.
  for (const auto* q : {"", "q=company", "schema=Person", "countries=ru", "topics=export.control", "q=bank&datasets=us_ofac_sdn"}) {
    std::map<std::string, std::map<std::string, int>> counts;
    int all = 0;
    for (int offset = 0;; offset += 7) {
      const auto page = get(fmt::format("/search/default?{}&limit=7&offset={}", q, offset));
      ASSERT_EQ(page.status, 200) << page.body;
      if (at(page.json, {"results"}).items.empty()) break;
      for (const auto& entity : at(page.json, {"results"}).items) {
        ++all;
        for (const auto& dataset : texts(at(entity, {"datasets"}))) ++counts["datasets"][dataset];
        for (const auto& topic : texts(at(entity, {"properties", "topics"}))) ++counts["topics"][topic];
        ++counts["schema"][std::string(entity.get("schema"))];
        std::set<std::string> countries;
        for (const auto& member : at(entity, {"properties"}).members) {
          const auto* property = find_property(member.key);
          if (property == nullptr || property->type != Type::country) continue;
          for (const auto& value : texts(member.value)) countries.insert(value);
        }
        for (const auto& country : countries) ++counts["countries"][country];
        for (const auto& gender : texts(at(entity, {"properties", "gender"}))) ++counts["genders"][gender];
      }
    }
    const auto whole = get(fmt::format("/search/default?{}&limit=0&facets=datasets&facets=topics&facets=schema&facets=countries&facets=genders", q));
    EXPECT_EQ(total(whole), std::to_string(all)) << q;
    for (const auto& facet : at(whole.json, {"facets"}).members) {
      std::map<std::string, int> given;
      for (const auto& value : at(facet.value, {"values"}).items) given[std::string(value.get("name"))] = std::stoi(at(value, {"count"}).text);
      EXPECT_EQ(given, counts[facet.key]) << q << ' ' << facet.key;
    }
  }
}

TEST_F(PeersTest, SearchFilters) {
  const auto found = [&](std::string_view query) {
    const auto answer = get(fmt::format("/search/default?limit=500&{}", query));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return ids(at(answer.json, {"results"}));
  };
  EXPECT_THAT(found("filter=properties.birthDate:1952-10-07"), ElementsAre("ofac-35096"));
  EXPECT_THAT(found("filter=properties.birthDate:1952"), IsEmpty());
  EXPECT_THAT(found("filter=identifiers:7702070139"), SizeIs(1));
  EXPECT_THAT(found("q=putin&schema=Vessel"), IsEmpty());
  EXPECT_THAT(found("q=putin&exclude_schema=Person"), IsEmpty());
  EXPECT_THAT(found("q=putin&changed_since=2026-11-20"), SizeIs(1));
  EXPECT_THAT(found("q=putin&changed_since=2026-11-20T00:00:01"), IsEmpty());
  EXPECT_THAT(found("q=putin&changed_since=2099-01-01T00:00"), IsEmpty());
  EXPECT_THAT(found("q=putin&countries=ke&countries=ru"), SizeIs(1));
  EXPECT_THAT(found("q=putin&countries=ke&countries=ru&filter_op=AND"), IsEmpty());
  EXPECT_THAT(found("datasets=us_ofac_sdn&datasets=gb_fcdo_sanctions&filter_op=AND"), Contains("ofac-35096"));
  EXPECT_THAT(found("datasets=us_ofac_sdn&datasets=gb_fcdo_sanctions&filter_op=AND"), IsSubsetOf(found("datasets=us_ofac_sdn")));
  EXPECT_EQ(found("target=true").size() + found("target=false").size(), found("").size());
  // A company may be listed as a legal entity, but not as a ship.
  for (const auto& entity : at(get("/search/default?limit=500&schema=Company").json, {"results"}).items)
    EXPECT_THAT(std::string(entity.get("schema")), ::testing::AnyOf("Company", "Organization", "LegalEntity"));
}

TEST_F(PeersTest, SearchSorts) {
  const auto sorted = get("/search/default?limit=500&sort=caption:desc");
  std::vector<std::string> captions;
  for (const auto& entity : at(sorted.json, {"results"}).items) captions.emplace_back(entity.get("caption"));
  EXPECT_TRUE(std::is_sorted(captions.rbegin(), captions.rend()));
  for (const auto* sort : {"first_seen:desc", "last_change", "schema:asc", "id", "_score:desc"})
    EXPECT_EQ(get(fmt::format("/search/default?sort={}", sort)).status, 200) << sort;
}

TEST_F(PeersTest, SearchRefuses) {
  const std::vector<Wrong> wrongs = {
      {"/search/banana", "", 404, "No such dataset."},
      {"/search/default?schema=Banana", "", 400, "Invalid schema"},
      {"/search/default?schema=Ownership", "", 400, "Ownership"},
      {"/search/default?filter=birthDate", "", 400, "Invalid filter"},
      {"/search/default?filter=birthDate:1952", "", 400, "no field"},
      {"/search/default?limit=501", "", 422, "limit"},
      {"/search/default?offset=9500", "", 422, "offset"},
      {"/search/default?q=invalid/query", "", 400, "Invalid query"},
      {"/search/default?q=names:putin", "", 400, "Invalid query"},
      {"/search/default?q=putin+OR+sechin", "", 400, "OR"},
      {"/search/default?q=-putin", "", 400, "-putin"},
      {"/search/default?q=put*n", "", 400, "put*n"},
      {"/search/default?q=%22putin", "", 400, "quotation"},
      {"/search/default?q=---", "", 400, "---"},
      {"/search/default?q=%2E%2E", "", 400, "neither a letter"},
      {"/search/default?sort=colour", "", 400, "colour"},
      {"/search/default?sort=caption:down", "", 400, "down"},
      {"/search/default?facets=colour", "", 422, "colour"},
      {"/search/default?filter_op=XOR", "", 422, "filter_op"},
      {"/search/default?countries=Russland", "", 400, "Russland"},
      {"/search/default?datasets=mx_governors", "", 400, "mx_governors"},
      {"/search/default?fuzzy=maybe", "", 422, "fuzzy"},
      {"/search/default?colour=red", "", 422, "colour"},
  };
  for (const auto& wrong : wrongs) {
    const auto answer = get(wrong.target);
    EXPECT_EQ(answer.status, wrong.status) << wrong.target << ' ' << answer.body;
    EXPECT_THAT(answer.json.get("detail"), HasSubstr(wrong.detail)) << wrong.target;
  }
  EXPECT_EQ(get("/search/default?q=invalid/query&simple=true").status, 200);
}

// ---- /entities -------------------------------------------------------------------------------------------------

TEST_F(PeersTest, AnEntityComesWithWhatHangsAtIt) {
  const auto answer = get("/entities/ofac-35096");
  ASSERT_EQ(answer.status, 200) << answer.body;
  expect_entity(answer.json);
  const Json& sanctions = at(answer.json, {"properties", "sanctions"});
  ASSERT_THAT(sanctions.items, Not(IsEmpty()));
  std::set<std::string> authorities;
  for (const auto& sanction : sanctions.items) {
    expect_entity(sanction);
    EXPECT_EQ(sanction.get("schema"), "Sanction");
    for (const auto& authority : texts(at(sanction, {"properties", "authority"}))) authorities.insert(authority);
    // By its own id too, with the entity that it is of.
    const auto own = get(fmt::format("/entities/{}", sanction.get("id")));
    ASSERT_EQ(own.status, 200) << sanction.get("id");
    EXPECT_THAT(texts(at(own.json, {"properties", "entity"})), ElementsAre("ofac-35096"));
  }
  EXPECT_THAT(authorities, ElementsAre("FCDO", "OFAC"));
  const auto alone = get("/entities/ofac-35096?nested=false");
  EXPECT_THAT(keys(at(alone.json, {"properties"})), Not(Contains("sanctions")));
}

TEST_F(PeersTest, AMergedIdLeadsToTheCanonicalOne) {
  const auto moved = get("/entities/gb-fcdo-rus0251?nested=false");
  EXPECT_EQ(moved.status, 308);
  EXPECT_EQ(moved.header("location"), "/entities/ofac-35096?nested=false");
  EXPECT_EQ(get("/entities/gb-fcdo-rus0251/adjacent").header("location"), "/entities/ofac-35096/adjacent");
  EXPECT_EQ(get("/entities/gb-fcdo-rus0251/adjacent/sanctions?limit=3").header("location"), "/entities/ofac-35096/adjacent/sanctions?limit=3");
  EXPECT_EQ(get("/entities/nobody").status, 404);
  EXPECT_EQ(get("/entities/nobody").json.get("detail"), "No such entity!");
  EXPECT_EQ(get("/entities/ofac-35096-sanction-99").status, 404);
  EXPECT_EQ(get("/entities/ofac-35096?nested=perhaps").status, 422);
}

TEST_F(PeersTest, NeighboursArePaged) {
  const auto all = get("/entities/ofac-35096/adjacent");
  ASSERT_EQ(all.status, 200) << all.body;
  EXPECT_THAT(keys(all.json), UnorderedElementsAre("entity", "adjacent"));
  expect_entity(at(all.json, {"entity"}));
  const Json& sanctions = at(all.json, {"adjacent", "sanctions"});
  EXPECT_THAT(keys(sanctions), UnorderedElementsAre("results", "total", "limit", "offset"));
  const auto count = std::stoul(at(sanctions, {"total", "value"}).text);
  ASSERT_GE(count, 2);
  std::vector<std::string> paged;
  for (std::size_t offset = 0; offset < count; ++offset) {
    const auto page = get(fmt::format("/entities/ofac-35096/adjacent/sanctions?limit=1&offset={}", offset));
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_EQ(total(page), std::to_string(count));
    for (const auto& id : ids(at(page.json, {"results"}))) paged.push_back(id);
  }
  EXPECT_EQ(paged, ids(at(get("/entities/ofac-35096").json, {"properties", "sanctions"})));
  // A property that links others, but not here; one that links nobody; one that is none.
  EXPECT_EQ(total(get("/entities/ofac-35096/adjacent/familyPerson")), "0");
  for (const auto* property : {"name", "occupancies", "banana"}) {
    const auto none = get(fmt::format("/entities/ofac-35096/adjacent/{}", property));
    EXPECT_EQ(none.status, 404);
    EXPECT_EQ(none.json.get("detail"), "No such property!");
  }
}

// ---- /reconcile ------------------------------------------------------------------------------------------------

TEST_F(PeersTest, TheManifestIsOpenRefines) {
  const auto answer = get("/reconcile/default?api_key=a+b");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(keys(answer.json), IsSupersetOf({"versions", "name", "identifierSpace", "schemaSpace", "view", "suggest", "extend", "defaultTypes"}));
  EXPECT_THAT(std::string(answer.json.get("identifierSpace")), StartsWith("https://www.opensanctions.org"));
  EXPECT_EQ(at(answer.json, {"view", "url"}).text, "http://tamga.example:8484/entities/{{id}}?api_key=a%20b");
  EXPECT_EQ(at(answer.json, {"suggest", "entity", "service_url"}).text, "http://tamga.example:8484/reconcile/default");
  EXPECT_EQ(at(answer.json, {"suggest", "entity", "service_path"}).text, "/suggest/entity?api_key=a%20b");
  EXPECT_GT(at(answer.json, {"defaultTypes"}).items.size(), 3U);
  EXPECT_EQ(answer.header("access-control-allow-origin"), "*");
  EXPECT_EQ(get("/reconcile/banana").status, 404);
}

TEST_F(PeersTest, ReconcilesNames) {
  const std::string queries = R"({"q0":{"query":"Igor Sechin","type":"Person","limit":3,"type_strict":"should",
      "properties":[{"pid":"Person:birthDate","v":"1960-09-07"}]},"q1":{"query":"Nobody of this name at all"}})";
  const auto answer = form("/reconcile/sanctions", "queries", queries);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("x-batch-size"), "2");
  const Json& first = at(answer.json, {"q0", "result", "0"});
  EXPECT_THAT(keys(first), IsSupersetOf({"id", "name", "description", "type", "score", "match"}));
  EXPECT_EQ(first.get("id"), "ofac-16692");
  EXPECT_TRUE(at(first, {"match"}).truth);
  EXPECT_EQ(at(first, {"type", "0", "id"}).text, "Person");
  EXPECT_THAT(at(answer.json, {"q1", "result"}).items, IsEmpty());
  // Behind the address as well.
  EXPECT_EQ(get("/reconcile/sanctions?queries=" + api::encode_percent(queries)).body, answer.body);
}

TEST_F(PeersTest, ReconciliationRefuses) {
  for (const auto& [queries, status] :
       std::vector<std::pair<std::string, int>>{{R"({"q":{"type":"Banana","query":"x"}})", 400},
                                                {R"({"q":{"query":""}})", 400},
                                                {R"({"q":{"query":"x","type":["Person","Company"]}})", 400},
                                                {R"({"q":{"query":"x","properties":[{"pid":"colour","v":"red"}]}})", 400},
                                                {R"({"q":{"query":"x","properties":[{"pid":"name"}]}})", 422},
                                                {R"({"q":{"query":"x","limit":9999}})", 422},
                                                {R"({"q":{"query":"x","colour":"red"}})", 422},
                                                {R"({"q":"x"})", 422},
                                                {"[]", 422},
                                                {"{", 400}}) {
    const auto answer = form("/reconcile/default", "queries", queries);
    EXPECT_EQ(answer.status, status) << queries << answer.body;
    EXPECT_THAT(keys(answer.json), ElementsAre("detail"));
  }
  EXPECT_EQ(caller_->post("/reconcile/default", "queries=%7", {{"content-type", "application/x-www-form-urlencoded"}}).status, 422);
  EXPECT_EQ(caller_->post("/reconcile/default", "{}", {{"content-type", "application/json"}}).status, 422);
  EXPECT_EQ(caller_->post("/reconcile/default", "", {}).status, 400);
  EXPECT_EQ(form("/reconcile/default?algorithm=x", "queries", R"({"q":{"query":"x"}})").status, 400);
}

TEST_F(PeersTest, ExtendsRowsByProperties) {
  const auto answer = form("/reconcile/default", "extend",
                           R"({"ids":["gb-fcdo-rus0251","nobody"],"properties":[{"id":"name","settings":{"limit":"1"}},{"id":"birthDate"},
                               {"id":"country","settings":{"render":"raw"}},{"id":"topics"}]})");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(at(answer.json, {"meta", "1"}).dump(), R"({"id":"birthDate","name":"Birth date"})");
  EXPECT_EQ(at(answer.json, {"rows", "gb-fcdo-rus0251", "birthDate"}).dump(), R"([{"str":"1952-10-07"}])");
  EXPECT_THAT(at(answer.json, {"rows", "gb-fcdo-rus0251", "name"}).items, SizeIs(1));
  EXPECT_EQ(at(answer.json, {"rows", "gb-fcdo-rus0251", "topics"}).dump(), R"([{"str":"Sanctioned entity"}])");
  EXPECT_EQ(at(answer.json, {"rows", "nobody"}).dump(), "{}");
  EXPECT_EQ(form("/reconcile/default", "extend", R"({"ids":["x"],"properties":[{"id":"colour"}]})").status, 400);
  EXPECT_EQ(form("/reconcile/default", "extend", "{").json.get("detail"), "Cannot decode extension request");
}

TEST_F(PeersTest, SuggestsAsOneTypes) {
  const auto entity = get("/reconcile/default/suggest/entity?prefix=vladimir%20put&exact=false&lang=en");
  ASSERT_EQ(entity.status, 200) << entity.body;
  EXPECT_EQ(entity.json.get("code"), "/api/status/ok");
  EXPECT_EQ(entity.json.get("status"), "200 OK");
  EXPECT_THAT(ids(at(entity.json, {"result"})), ElementsAre("ofac-35096"));
  EXPECT_THAT(at(get("/reconcile/default/suggest/entity").json, {"result"}).items, IsEmpty());
  EXPECT_THAT(at(get("/reconcile/default/suggest/entity?prefix=banana%20man").json, {"result"}).items, IsEmpty());
  const auto property = get("/reconcile/default/suggest/property?prefix=country");
  EXPECT_THAT(ids(at(property.json, {"result"})), IsSupersetOf({"LegalEntity:mainCountry", "Thing:country"}));
  EXPECT_THAT(at(get("/reconcile/default/suggest/property").json, {"result"}).items, IsEmpty());
  EXPECT_THAT(ids(at(get("/reconcile/default/suggest/type?prefix=organ").json, {"result"})), ElementsAre("Organization"));
  EXPECT_THAT(at(get("/reconcile/default/suggest/type?prefix=banana").json, {"result"}).items, IsEmpty());
  const auto extend = get("/reconcile/default/extend/property?limit=5&type=LegalEntity");
  EXPECT_EQ(extend.json.get("type"), "LegalEntity");
  EXPECT_THAT(ids(at(extend.json, {"properties"})), SizeIs(5));
  EXPECT_THAT(ids(at(extend.json, {"properties"})), IsSupersetOf({"name", "country"}));
  EXPECT_EQ(get("/reconcile/default/extend/property?type=Banana").status, 400);
}

// ---- /catalog and the rest -------------------------------------------------------------------------------------

TEST_F(PeersTest, TheCatalogNamesWhatCanBeAsked) {
  const auto answer = get("/catalog");
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(keys(answer.json), UnorderedElementsAre("datasets", "current", "outdated", "index_stale"));
  std::vector<std::string> names;
  for (const auto& dataset : at(answer.json, {"datasets"}).items) {
    names.emplace_back(dataset.get("name"));
    EXPECT_THAT(keys(dataset), IsSupersetOf({"name", "title", "version", "index_version", "index_current", "load", "children"}));
    // Marble reads a time before the dash.
    EXPECT_THAT(std::string(dataset.get("index_version")), ::testing::MatchesRegex("20261120000000-[0-9a-f]{3}"));
    EXPECT_EQ(post(fmt::format("/match/{}", dataset.get("name")), example("Vladimir Putin")).status, 200);
    EXPECT_EQ(at(dataset, {"entity_count"}).text, total(get(fmt::format("/search/{}?limit=0", dataset.get("name")))));
  }
  EXPECT_THAT(names, ElementsAre("default", "sanctions", "eu_journal_sanctions", "gb_fcdo_sanctions", "un_sc_sanctions", "us_ofac_sdn"));
  EXPECT_THAT(texts(at(answer.json, {"datasets", "0", "children"})), ElementsAre("sanctions"));
  const auto again = get("/catalog", {{"if-none-match", answer.header("etag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(get("/catalog", {{"if-none-match", "\"other\""}}).status, 200);
}

TEST_F(PeersTest, OnlyAnAdministratorUpdates) {
  EXPECT_EQ(caller_->post("/updatez?token=guess", "").status, 403);
  EXPECT_EQ(caller_->post("/updatez?token=guess", "").json.get("detail"), "Invalid token.");
  const auto done = caller_->post("/updatez?sync=true", "", {}, {"administrator"});
  EXPECT_EQ(done.status, 200) << done.body;
  EXPECT_EQ(done.body, R"({"status":"ok"})");
}

TEST_F(PeersTest, WithoutListsNothingIsAnswered) {
  const auto all = peers();
  for (const auto& endpoint : all.endpoints) {
    if (endpoint.path == "/algorithms" || endpoint.path == "/v2/data/refresh" || endpoint.path.ends_with("/extend/property")) continue;
    api::Request request;
    request.method = endpoint.method;
    request.path_parameters = {{"dataset", "default"}, {"id", "x"}, {"property", "sanctions"}};
    request.caller.roles = {"administrator"};
    request.body = example("Vladimir Putin");
    EXPECT_EQ(endpoint.handle({}, request).status, 503) << endpoint.path;
  }
}

// ---- Watchman --------------------------------------------------------------------------------------------------

TEST_F(PeersTest, WatchmanSearches) {
  const auto answer = get("/v2/search?name=igor+sechin&type=person&minMatch=0.8&limit=2&requestID=r1&source=us_ofac");
  ASSERT_EQ(answer.status, 200) << answer.body;
  ASSERT_THAT(at(answer.json, {"entities"}).items, Not(IsEmpty()));
  const Json& first = at(answer.json, {"entities", "0"});
  EXPECT_THAT(keys(first), IsSupersetOf({"name", "entityType", "sourceList", "sourceID", "person", "business", "organization", "aircraft", "vessel",
                                         "contact", "addresses", "cryptoAddresses", "affiliations", "sanctionsInfo", "historicalInfo", "match"}));
  EXPECT_EQ(first.get("entityType"), "person");
  EXPECT_EQ(first.get("sourceList"), "us_ofac");
  EXPECT_EQ(first.get("sourceID"), "16692");
  EXPECT_THAT(keys(at(first, {"person"})),
              UnorderedElementsAre("name", "altNames", "gender", "birthDate", "placeOfBirth", "deathDate", "titles", "governmentIDs"));
  EXPECT_EQ(at(first, {"business"}).kind, Json::Kind::null);
  EXPECT_THAT(texts(at(first, {"sanctionsInfo", "programs"})), Contains("RUSSIA-EO14024"));
  EXPECT_EQ(answer.json.get("requestID"), "r1");
  // Entries of each list by themselves.
  const auto everywhere = get("/v2/search?name=vladimir+putin&type=person&minMatch=0.8");
  std::vector<std::string> sources;
  for (const auto& entity : at(everywhere.json, {"entities"}).items) sources.emplace_back(entity.get("sourceList"));
  EXPECT_THAT(sources, UnorderedElementsAre("us_ofac", "uk_csl"));
  EXPECT_THAT(at(get("/v2/search?name=vladimir+putin&type=person&minMatch=0.8&source=uk_csl").json, {"entities"}).items, SizeIs(1));
  const auto debug = get("/v2/search?name=vladimir+putin&debug=yes");
  EXPECT_THAT(at(debug.json, {"entities", "0", "details", "pieces"}).items, Not(IsEmpty()));
  EXPECT_THAT(at(get("/v2/search?type=vessel&name=x&imoNumber=9116412").json, {"entities"}).items, Not(IsEmpty()));
}

TEST_F(PeersTest, WatchmanRefusesInItsOwnWords) {
  for (const auto* query :
       {"", "name=x&type=robot", "name=x&limit=101", "name=x&minMatch=2", "name=x&birthDate=soon", "name=x&emailAddress=a@b.example",
        "name=x&titles=king", "name=x&source=mars", "name=x&cryptoAddress=abc", "name=x&colour=red", "name=x&gender=both"}) {
    const auto answer = get(fmt::format("/v2/search?{}", query));
    EXPECT_THAT(answer.status, ::testing::AnyOf(400, 422)) << query << answer.body;
    EXPECT_THAT(keys(answer.json), ElementsAre("error")) << query;
  }
}

TEST_F(PeersTest, WatchmanListsWhatIsLoaded) {
  const auto answer = get("/v2/listinfo");
  ASSERT_EQ(answer.status, 200);
  EXPECT_THAT(keys(answer.json), UnorderedElementsAre("lists", "listHashes", "startedAt", "endedAt", "version"));
  EXPECT_EQ(at(answer.json, {"lists", "us_ofac"}).text, "30");
  EXPECT_EQ(get("/v2/data/refresh").body, R"({"state":"idle"})");
}

// ---- history and the kept file ---------------------------------------------------------------------------------

std::string house(std::string_view id, std::string_view name, std::string_view more = "") {
  return fmt::format(R"({{"id":"{}","schema":"Company","caption":"{}","datasets":["us_ofac_sdn"],"properties":{{"name":["{}"]{}}}}})"
                     "\n",
                     id, name, name, more);
}

bool import(const app::Settings& settings, const std::string& day, const std::string& text) {
  return app::import_files(settings, {NamedBytes{fmt::format("list_{}.jsonl", day), text}}, app::ImportOptions{.read = {}, .accept = "test"}, kNow)
      .has_value();
}

TEST(PeersHistoryTest, DaysComeFromTheEditionsOfTheStore) {
  const Folder folder("history");
  const auto settings = settings_of(folder);
  const std::string a = house("ofac-1", "Northern Trading House");
  const std::string b = house("ofac-2", "Southern Trading House");
  ASSERT_TRUE(import(settings, "2026-01-01", a));
  ASSERT_TRUE(import(settings, "2026-02-01", a + b));
  ASSERT_TRUE(import(settings, "2026-03-01", b + house("ofac-1", "Northern Trading House", R"(,"country":["ru"])")));
  ASSERT_TRUE(
      import(settings, "2026-04-01", b + house("ofac-1", "Northern Trading House", R"(,"country":["ru"])") + house("ofac-3", "Eastern House")));
  Caller caller(settings);
  ASSERT_TRUE(caller.ready());
  const auto days = [&](std::string_view id) {
    const auto answer = caller.get(fmt::format("/entities/{}?nested=false", id));
    return fmt::format("{} {} {}", at(answer.json, {"first_seen"}).text.substr(0, 10), at(answer.json, {"last_change"}).text.substr(0, 10),
                       at(answer.json, {"last_seen"}).text.substr(0, 10));
  };
  EXPECT_EQ(days("ofac-1"), "2026-01-01 2026-03-01 2026-04-01");
  // Another place in the file is no change.
  EXPECT_EQ(days("ofac-2"), "2026-02-01 2026-02-01 2026-04-01");
  EXPECT_EQ(days("ofac-3"), "2026-04-01 2026-04-01 2026-04-01");
  const auto changed = caller.get("/search/default?changed_since=2026-03-01&sort=id");
  EXPECT_THAT(ids(at(changed.json, {"results"})), ElementsAre("ofac-1", "ofac-3"));
  const auto matched = caller.post("/match/default?changed_since=2026-03&threshold=0.5", example("Trading House", "Company"));
  EXPECT_THAT(ids(at(matched.json, {"responses", "q", "results"})), Not(Contains("ofac-2")));
}

TEST(PeersHistoryTest, ADamagedFileIsMadeAnew) {
  const Folder folder("damaged");
  const auto settings = settings_of(folder);
  ASSERT_TRUE(import_samples(settings));
  std::string before;
  const auto files = [&](std::string_view beginning) {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder.path() + "/index")) {
      if (entry.path().filename().string().starts_with(beginning)) found.push_back(entry.path().string());
    }
    return found;
  };
  {
    Caller caller(settings);
    before = caller.get("/search/default?limit=500").body;
  }
  ASSERT_THAT(files("peers-"), SizeIs(1));
  ASSERT_THAT(files("seen-"), SizeIs(5));
  std::string bytes = *read_file(files("peers-").front());
  for (const auto* beginning : {"peers-", "seen-"}) {
    for (const auto& path : files(beginning)) {
      std::string damaged = *read_file(path);
      damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
      std::ofstream(path, std::ios::binary) << damaged;
    }
    Caller caller(settings);
    EXPECT_EQ(caller.get("/search/default?limit=500").body, before);
  }
  // The same editions give the same bytes.
  EXPECT_EQ(*read_file(files("peers-").front()), bytes);
}

TEST(PeersHistoryTest, NewEditionsAreTakenInAsItRuns) {
  const Folder folder("running");
  const auto settings = settings_of(folder);
  ASSERT_TRUE(import(settings, "2026-01-01", house("ofac-1", "Northern Trading House")));
  Caller caller(settings);
  EXPECT_EQ(at(caller.get("/search/default").json, {"total", "value"}).text, "1");
  ASSERT_TRUE(import(settings, "2026-02-01", house("ofac-1", "Northern Trading House") + house("ofac-2", "Southern Trading House")));
  EXPECT_EQ(caller.post("/updatez?sync=true", "", {}, {"administrator"}).status, 200);
  EXPECT_EQ(at(caller.get("/search/default").json, {"total", "value"}).text, "2");
}

// ---- reading requests ------------------------------------------------------------------------------------------

TEST(PeersRequestTest, ScoresAreNeverRoundedDown) {
  EXPECT_EQ(*score_of("t", "0.7"), 7000);
  EXPECT_EQ(*score_of("t", ".7"), 7000);
  EXPECT_EQ(*score_of("t", "1"), 10000);
  EXPECT_EQ(*score_of("t", "1.000"), 10000);
  EXPECT_EQ(*score_of("t", "0"), 0);
  EXPECT_EQ(*score_of("t", "0.93125"), 9313);
  EXPECT_EQ(*score_of("t", "0.00001"), 1);
  for (const auto* wrong : {"", ".", "1.1", "-0.5", "1e-1", "nan", "0.5 ", "10", "1.00001"}) EXPECT_FALSE(score_of("t", wrong)) << wrong;
}

TEST(PeersRequestTest, Forms) {
  EXPECT_EQ(*api::read_query("a=1&b=x+y%26&&c"), (api::Pairs{{"a", "1"}, {"b", "x y&"}, {"c", ""}}));
  EXPECT_FALSE(api::read_query("a=%zz"));
  EXPECT_FALSE(api::read_query("a=%4"));
}

TEST(PeersVocabularyTest, Properties) {
  EXPECT_EQ(find_property("Person", "country")->schema, "Thing");
  EXPECT_EQ(find_property("Company", "amount")->schema, "Value");
  EXPECT_EQ(find_property("Person", "imoNumber"), nullptr);
  EXPECT_TRUE(could_mean("Thing", "Vessel"));
  EXPECT_TRUE(could_mean("Company", "LegalEntity"));
  EXPECT_TRUE(could_mean("LegalEntity", "Person"));
  EXPECT_FALSE(could_mean("Company", "Person"));
  EXPECT_FALSE(could_mean("Vessel", "Asset"));
  EXPECT_TRUE(links_others("Company", "ownershipAsset"));
  EXPECT_FALSE(links_others("Person", "ownershipAsset"));
  EXPECT_THAT(topics_of("us_trade_csl", Designation{"EL", "", "", "", ""}), ElementsAre("export.control"));
  EXPECT_THAT(topics_of("house", Designation{"EL", "", "", "", ""}), IsEmpty());
  // Every schema that screening knows is one of the model's.
  for (const auto* schema :
       {"Thing", "Person", "Company", "Organization", "LegalEntity", "PublicBody", "Vessel", "Airplane", "CryptoWallet", "Address"})
    EXPECT_NE(find_schema(schema), nullptr) << schema;
}

}  // namespace
}  // namespace tamga::peers
