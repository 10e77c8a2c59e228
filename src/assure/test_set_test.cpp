#include "assure/test_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tamga::assure {
namespace {

std::string set_error(std::string bytes) {
  const auto set = read_set(NamedBytes{"set.csv", std::move(bytes)});
  return set ? "read" : set.error().text();
}
std::string book_error(std::string bytes) {
  const auto book = read_book(NamedBytes{"book", std::move(bytes)});
  return book ? "read" : book.error().text();
}

TEST(TestSet, ReadsNames) {
  const auto set = read_set(NamedBytes{
      "set.csv",
      "\xEF\xBB\xBF# our own\nName,schema,expected,kind,note,country,birth_date\n\"Sechin, Igor\",Person,ofac-1,alias,\"seen\nonce\",RU,1960-09-07\n"
      "Oakfield Foods Ltd,Company,none,,,,\n"});
  ASSERT_TRUE(set) << set.error().text();
  ASSERT_EQ(set->names.size(), 2U);
  EXPECT_EQ(set->names[0].name, "Sechin, Igor");
  EXPECT_EQ(set->names[0].country, "ru");
  EXPECT_EQ(set->names[0].birth_date, "1960-09-07");
  EXPECT_EQ(set->names[0].line, 3U);
  EXPECT_EQ(set->names[1].kind, "given");
  EXPECT_EQ(set->names[1].line, 5U);
}

TEST(TestSet, RefusesWhatWouldLeaveACaseOut) {
  EXPECT_EQ(set_error(""), "set.csv: is empty, expected CSV with a header, or JSON lines");
  EXPECT_EQ(set_error("name,schema,expected\n"), "set.csv: holds no case, expected at least one");
  EXPECT_EQ(set_error("name,schema\nA,Person\n"),
            "set.csv:1: the first line must be a header with a column \"expected\" (of name, schema, expected, kind, note, country, birth_date)");
  EXPECT_EQ(set_error("name,schema,expected,knd\nA,Person,none,x\n"),
            "set.csv:1: the header names \"knd\", expected name, schema, expected, kind, note, country, birth_date");
  EXPECT_EQ(set_error("name,schema,expected,name\n"), "set.csv:1: the header names \"name\" twice");
  EXPECT_EQ(set_error("name,schema,expected\nA,Person\n"), "set.csv:2: 2 fields, expected 3 as in the header");
  EXPECT_EQ(set_error("name,schema,expected\nA,Person,none\n ,Person,none\n"), "set.csv:3: name: is empty, expected a name");
  EXPECT_EQ(set_error("name,schema,expected\nA,Persn,none\n"), "set.csv:2: schema: \"Persn\" is not a schema, expected Person, Company, Vessel, …");
  EXPECT_EQ(set_error("name,schema,expected\nA,Person,\n"),
            "set.csv:2: expected: is empty, expected none, any, a list, or the id of a listed entity");
  EXPECT_EQ(set_error("name,schema,expected,kind\nA,Person,none,Two Words\n"),
            "set.csv:2: kind: \"Two Words\" is not a kind, expected a word of a-z, 0-9, _ and -");
  EXPECT_EQ(set_error("name,schema,expected,country\nA,Person,none,RUS\n"),
            "set.csv:2: country: \"rus\" is not a country, expected two letters of ISO 3166-1");
  EXPECT_EQ(set_error("name,schema,expected,birth_date\nA,Person,none,soon\n"),
            "set.csv:2: birth_date: \"soon\" is not a date, expected YYYY-MM-DD or YYYY");
  EXPECT_THAT(set_error("name,schema,expected\n\"A,Person,none\n"), testing::StartsWith("set.csv:2: "));
}

constexpr const char* kDeal =
    R"({"id":"D-1","date":"2026-11-16","parties":[{"role":"exporter","name":"Oakfield Foods Ltd","schema":"Company","country":"KZ"}],)"
    R"("goods":[{"description":"Flour","hs":"110100","quantity":1,"unit":"t","value":300,"currency":"KZT"}]})";

TEST(TestSet, ReadsDeals) {
  const auto set =
      read_set(NamedBytes{"set.jsonl", std::string("\n{\"deal\":") + kDeal + ",\"expected\":\"review\",\"rules\":[\"data.x\"],\"note\":\"n\"}\n"});
  ASSERT_TRUE(set) << set.error().text();
  ASSERT_EQ(set->deals.size(), 1U);
  EXPECT_EQ(set->deals[0].deal.id, "D-1");
  EXPECT_EQ(set->deals[0].expected, "review");
  EXPECT_THAT(set->deals[0].rules, testing::ElementsAre("data.x"));
  EXPECT_EQ(set->deals[0].line, 2U);
}

TEST(TestSet, RefusesBadDealsByLine) {
  const std::string deal = kDeal;
  EXPECT_EQ(set_error("{\"deal\":" + deal + ",\"expected\":\"ok\"}"),
            "set.csv:1: expected: \"ok\" is not an outcome, expected pass, review, licence_required or prohibited");
  EXPECT_EQ(set_error("{\"expected\":\"pass\"}"), "set.csv:1: expected {\"deal\": {…}, \"expected\": \"review\"}: no deal");
  EXPECT_EQ(set_error("{\"deal\":" + deal + ",\"expected\":\"pass\",\"rule\":\"x\"}"),
            "set.csv:1: \"rule\": expected deal, expected (text), rules (a list) or note (text)");
  EXPECT_THAT(set_error("{\"deal\":" + deal + ",\"expected\":\"pass\"}\n{\"deal\":{\"id\":3},\"expected\":\"pass\"}"),
              testing::StartsWith("set.csv:2: deal: "));
  EXPECT_THAT(set_error("{\"deal\":" + deal + ",\"expected\":\"pass\"}\n{\"deal\""), testing::StartsWith("set.csv:2: "));
}

TEST(TestSet, ReadsBooks) {
  const auto names = read_book(NamedBytes{"book.csv", "id,name,city\n1,Oakfield Foods Ltd,Leeds\n"});
  ASSERT_TRUE(names) << names.error().text();
  EXPECT_EQ(names->names[0].name, "Oakfield Foods Ltd");
  const auto mixed = read_book(NamedBytes{"book.jsonl", std::string(kDeal) + "\n{\"name\":\"Igor Sechin\",\"schema\":\"Person\"}\n"});
  ASSERT_TRUE(mixed) << mixed.error().text();
  EXPECT_EQ(mixed->deals.size(), 1U);
  EXPECT_EQ(mixed->names.size(), 1U);
  const auto pretty = read_book(NamedBytes{"deal.json", "{\n \"deal\": " + std::string(kDeal) + "\n}\n"});
  ASSERT_TRUE(pretty) << pretty.error().text();
  EXPECT_EQ(pretty->deals.size(), 1U);
  EXPECT_EQ(book_error("id,city\n1,Leeds\n"),
            "book:1: the first line must be a header with a column \"name\" (of name, schema, expected, kind, note, country, birth_date)");
  EXPECT_EQ(book_error("{\"name\":\"A\"}\n[1]\n"), "book:2: expected a JSON object");
  EXPECT_EQ(book_error("{\"firm\":\"A\"}\n"), "book:1: name: is empty, expected a name, or a deal with \"parties\"");
}

}  // namespace
}  // namespace tamga::assure
