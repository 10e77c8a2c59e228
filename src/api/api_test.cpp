#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "api/language.h"
#include "api/native.h"
#include "api/openapi.h"
#include "api/problem.h"
#include "api/router.h"
#include "base/json_schema.h"

namespace tamga::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Json parsed(std::string_view text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json) << text;
  return *std::move(json);
}

Endpoint endpoint(std::string method, std::string path) {
  Endpoint made{.method = std::move(method), .path = std::move(path), .summary = "", .tag = ""};
  made.handle = [](const Context&, const Request&) { return Response{}; };
  return made;
}

Table small_table() {
  Table table;
  table.endpoints = {endpoint("GET", "/v1/things/{id}"), endpoint("GET", "/v1/things/last"), endpoint("POST", "/v1/things"),
                     endpoint("GET", "/v1/things")};
  table.endpoints[2].body_schema = "Thing";
  table.endpoints[3].parameters = {{.name = "limit", .type = "integer", .fallback = "10", .minimum = "1", .maximum = "20"},
                                   {.name = "state", .values = {"open", "closed"}},
                                   {.name = "tag", .repeated = true}};
  table.schemas = parsed(R"({"Thing":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":3},
    "size":{"type":"integer","minimum":0}},"additionalProperties":false}})");
  return table;
}

TEST(Router, FindsWhatIsFixedBeforeWhatIsShaped) {
  const Router router(small_table());
  EXPECT_EQ(router.find("GET", "/v1/things/last").endpoint->path, "/v1/things/last");
  const auto found = router.find("GET", "/v1/things/a%2Fb%20c");
  ASSERT_NE(found.endpoint, nullptr);
  EXPECT_THAT(found.path_parameters, ElementsAre(std::pair<std::string, std::string>("id", "a/b c")));
  EXPECT_EQ(router.find("HEAD", "/v1/things").endpoint->method, "GET");
  const auto other = router.find("DELETE", "/v1/things");
  EXPECT_EQ(other.endpoint, nullptr);
  EXPECT_THAT(other.methods, ElementsAre("GET", "POST"));
  for (const auto* path : {"/v1/things/", "/v1/things/a/b", "/v1", "/", "/v1/things/%zz", "/v1/things/%00"})
    EXPECT_THAT(router.find("GET", path).methods, IsEmpty()) << path;
}

TEST(Router, ReadsQueriesOrSaysThatTheyAreBroken) {
  EXPECT_THAT(*read_query("a=1&b=%D0%90+c&&d"),
              ElementsAre(std::pair<std::string, std::string>("a", "1"), std::pair<std::string, std::string>("b", "А c"),
                          std::pair<std::string, std::string>("d", "")));
  for (const auto* query : {"a=%", "a=%4", "%zz=1", "a=%00", "a=%ff", "a=\xff"}) EXPECT_FALSE(read_query(query)) << query;
  std::string many;
  for (int i = 0; i < 300; ++i) many += "a&";
  EXPECT_FALSE(read_query(many));
}

std::string refusal(const Router& router, std::string_view method, std::string_view query, std::string body = {}) {
  Request request;
  request.method = method;
  request.query = *read_query(query);
  request.body = std::move(body);
  const auto refused = router.check(*router.find(method, "/v1/things").endpoint, request);
  return refused ? fmt::format("{} {}", refused->status, refused->body) : "";
}

TEST(Router, ChecksParametersByTheTable) {
  const Router router(small_table());
  EXPECT_EQ(refusal(router, "GET", "limit=20&state=open&tag=a&tag=b"), "");
  EXPECT_THAT(refusal(router, "GET", "limit=21"), HasSubstr("must be at most 20"));
  EXPECT_THAT(refusal(router, "GET", "limit=x"), HasSubstr("expected integer"));
  EXPECT_THAT(refusal(router, "GET", "limit=1.5"), HasSubstr("expected integer"));
  EXPECT_THAT(refusal(router, "GET", "state=x"), HasSubstr("expected one of open, closed"));
  EXPECT_THAT(refusal(router, "GET", "state=open&state=open"), HasSubstr("given 2 times"));
  EXPECT_THAT(refusal(router, "GET", "other=1"), HasSubstr("is not a parameter"));
  Request request;
  EXPECT_FALSE(router.check(*router.find("GET", "/v1/things").endpoint, request));
  EXPECT_EQ(*request.parameter("limit"), "10") << "what stands when it is absent";
}

TEST(Router, ChecksBodiesByTheirSchema) {
  const Router router(small_table());
  EXPECT_EQ(refusal(router, "POST", "", R"({"name":"абв","size":0})"), "") << "letters are counted, not bytes";
  EXPECT_THAT(refusal(router, "POST", "", ""), HasSubstr("has no body"));
  EXPECT_THAT(refusal(router, "POST", "", "{"), HasSubstr("400"));
  EXPECT_THAT(refusal(router, "POST", "", R"({"name":"abcd"})"), HasSubstr("/name is longer than 3 characters"));
  EXPECT_THAT(refusal(router, "POST", "", R"({"name":"a","size":-1})"), HasSubstr("/size must be at least 0"));
  EXPECT_THAT(refusal(router, "POST", "", R"({"size":1,"a/b":2})"), HasSubstr("/a~1b"));
  EXPECT_THAT(refusal(router, "POST", "", "[]"), HasSubstr("the body is array, expected object"));
}

TEST(Schema, ChecksReferencesFormsAndValues) {
  const Json components = parsed(R"({"A":{"type":["string","null"]},"B":{"type":"array","items":{"$ref":"#/components/schemas/A"},"maxItems":2},
    "C":{"anyOf":[{"type":"integer"},{"enum":["x"]}]},"D":{"type":"object","additionalProperties":{"type":"number"}}})");
  const auto count = [&](const char* schema, const char* value) {
    return faults(parsed(value), parsed(fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", schema)), components).size();
  };
  EXPECT_EQ(count("B", R"(["a",null])"), 0);
  EXPECT_EQ(count("B", R"(["a",1,2])"), 3);
  EXPECT_EQ(count("C", "7"), 0);
  EXPECT_EQ(count("C", R"("x")"), 0);
  EXPECT_EQ(count("C", R"("y")"), 1);
  EXPECT_EQ(count("D", R"({"a":1,"b":1.5})"), 0);
  EXPECT_EQ(count("D", R"({"a":"1"})"), 1);
  EXPECT_THAT(unknown_words(parsed(R"({"type":"object","properties":{"a":{"pattern":"x"}},"oneOf":[]})")), ElementsAre("pattern", "oneOf"));
}

TEST(Native, SaysNothingInItsSchemasThatIsNotChecked) {
  const Table table = native();
  for (const auto& schema : table.schemas.members) EXPECT_THAT(unknown_words(schema.value), IsEmpty()) << schema.key;
}

void references(const Json& json, std::vector<std::string>& names) {
  if (const auto name = json.get("$ref"); !name.empty()) names.emplace_back(name.substr(name.rfind('/') + 1));
  for (const auto& item : json.items) references(item, names);
  for (const auto& member : json.members) references(member.value, names);
}

TEST(Native, DescribesEveryEndpointCompletely) {
  const Table table = native();
  std::vector<std::string> names;
  references(openapi(table), names);
  for (const auto& name : names) EXPECT_NE(table.schemas.find(name), nullptr) << name;
  std::set<std::string> used(names.begin(), names.end());
  for (const auto& schema : table.schemas.members) {
    // Those of the server's own endpoints are named there.
    const bool of_server = schema.key == "Readiness" || schema.key == "Session" || schema.key == "SignInWays";
    EXPECT_TRUE(of_server || used.contains(schema.key)) << schema.key << " is used by nothing";
  }
  const std::set<std::string> roles = {"administrator", "analyst", "approver", "auditor", "liaison", "machine"};
  for (const auto& one : table.endpoints) {
    const std::string name = one.method + " " + one.path;
    EXPECT_FALSE(one.summary.empty()) << name;
    EXPECT_EQ((one.handle ? 1 : 0) + (one.lines ? 1 : 0) + (one.events ? 1 : 0), 1) << name;
    for (const auto& role : one.roles) EXPECT_TRUE(roles.contains(role)) << name;
    EXPECT_FALSE(one.open) << name;
    for (std::size_t at = one.path.find('{'); at != std::string::npos; at = one.path.find('{', at + 1)) {
      const auto parameter = one.path.substr(at + 1, one.path.find('}', at) - at - 1);
      EXPECT_TRUE(std::any_of(one.parameters.begin(), one.parameters.end(), [&](const auto& p) { return p.in == In::path && p.name == parameter; }))
          << name;
    }
    if (one.method != "GET" && one.roles.empty()) ADD_FAILURE() << name << " writes, and says nothing of who may";
  }
}

TEST(LanguageOfACaller, IsWhatWeighsMost) {
  using language::Language;
  for (const auto* text : {"ru", "RU-kz", "de, ru", "kk;q=0.5,ru;q=0.9", "ru;q=1.0, kk;q=0.999", "en;q=0.1, ru;q=0.2", " ru\t;q=0.3", "ru,ru,ru"})
    EXPECT_EQ(preferred_language(text), Language::russian) << text;
  for (const auto* text : {"kk", "kk-KZ,ru;q=0.9", "ru;q=0, kk;q=0.01", "ru;q=x, kk"}) EXPECT_EQ(preferred_language(text), Language::kazakh) << text;
  for (const auto* text : {"", "*", "de", "en, ru", "ru;q=0", "ru;x=1", "rus", ",,,;;;", "\xff", "r\xd1\x83"})
    EXPECT_EQ(preferred_language(text), Language::english) << text;
  EXPECT_EQ(preferred_language(std::string(1'000'000, ',') + "ru"), Language::english);
}

TEST(Translation, TakesSentencesAndNothingElse) {
  const std::string text =
      R"({"because":"no nexus","title":"no nexus","flags":[{"title":"no nexus"}],"findings":[{"because":"no nexus","rule":"no nexus"}],)"
      R"("evidence":{"permission":{"what":"no nexus","citation":"no nexus"},"what":"no nexus"}})";
  Json json = parsed(text);
  translate(json, language::Language::english);
  EXPECT_EQ(json.dump(), text);
  translate(json, language::Language::russian);
  const std::string said = language::Catalogue::of(language::Language::russian).say("no nexus");
  ASSERT_NE(said, "no nexus");
  const auto with = [&](std::string_view part) { return HasSubstr(fmt::format(fmt::runtime(part), said)); };
  EXPECT_THAT(json.dump(), with(R"({{"because":"{}","title":"no nexus","flags")"));
  EXPECT_THAT(json.dump(), with(R"([{{"title":"{}"}}])"));
  EXPECT_THAT(json.dump(), with(R"([{{"because":"{}","rule":"no nexus"}}])"));
  EXPECT_THAT(json.dump(), with(R"({{"what":"{}","citation":"no nexus"}},"what":"no nexus"}})"));
  Request request;
  request.headers = {{"accept-language", "ru"}};
  Response other = ok(parsed(text));
  translate_problem(request, other);
  EXPECT_EQ(other.body, text + "\n") << "what is no problem keeps its bytes";
}

TEST(Problem, ShowsWhatIsWrongButNotWhatFailedInside) {
  const auto missing = problem(not_found("there is no alert x").error());
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.content_type, "application/problem+json");
  EXPECT_EQ(missing.body, "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is no alert x\"}\n");
  const auto failed = problem(failure("/secret/path: the disk is full").error());
  EXPECT_EQ(failed.status, 500);
  EXPECT_THAT(failed.body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(failed.headers, ElementsAre(std::pair<std::string, std::string>("x-tamga-failure", "/secret/path: the disk is full")));
  auto no_room = failure("/secret/path: the disk is full").error();
  no_room.no_room = true;
  const auto later = problem(no_room);
  EXPECT_EQ(later.status, 503) << "the same request may succeed soon";
  EXPECT_THAT(later.body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(later.headers, testing::Contains(std::pair<std::string, std::string>("retry-after", "5")));
  EXPECT_THAT(problem(415, "the body is \xff").body, HasSubstr("the body is \uFFFD"));
  EXPECT_EQ(problem(ErrorStyle::opensanctions, 404, "no").body, "{\"detail\":\"no\"}\n");
  EXPECT_EQ(problem(ErrorStyle::watchman, 404, "no").body, "{\"error\":\"no\"}\n");
}

}  // namespace
}  // namespace tamga::api
