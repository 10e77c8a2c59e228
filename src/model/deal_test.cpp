#include "model/deal.h"

#include <gtest/gtest.h>

namespace tamga {
namespace {

// The deal of contracts.md, with the alternatives it lists resolved.
constexpr std::string_view kWhole = R"({
  "id": "KZ-2024-000123", "date": "2024-06-14",
  "parties": [{"role": "consignee", "name": "Romashka", "schema": "Company", "country": "KZ", "address": "Almaty",
               "identifiers": {"bin": "220340015320", "inn": "7702070139", "lei": "253400V1H6ART1UQ0N98", "imo": "9524451",
                               "bic": "VTBRRUMM", "reg": "1"},
               "incorporated": "2022-09-01", "owners": [{"name": "A", "share": "25-50", "country": "RU"}, {"name": "B", "share": 10}]}],
  "goods": [{"description": "chips", "hs": "854231", "origin": "DE", "made_with": ["US"],
             "quantity": 1000, "unit": "pcs", "value": 250000.50, "currency": "EUR"}],
  "route": [{"place": "DEHAM", "country": "DE", "mode": "sea", "vessel": "Sabina"}, {"place": "KZALA"}],
  "payment": {"amount": 250000, "currency": "USD", "banks": [{"name": "Halyk", "bic": "HSBKKZKX", "country": "KZ"}]},
  "end_use": {"statement": "meters", "country": "KZ", "no_reexport_clause": true, "military": false},
  "documents": [{"type": "invoice", "sha256": "00"}],
  "licences": ["GL-1"]
})";

TEST(ReadDeal, TakesTheDealOfTheContract) {
  const auto deal = read_deal(kWhole);
  ASSERT_TRUE(deal) << deal.error().text();
  EXPECT_EQ(deal->id, "KZ-2024-000123");
  EXPECT_EQ(deal->parties[0].identifiers.size(), 6U);
  EXPECT_EQ(deal->parties[0].owners->at(0).share->text(), "25-50");
  EXPECT_EQ(deal->parties[0].owners->at(1).share->text(), "10");
  EXPECT_EQ(deal->goods[0].value->text(), "250000.5");
  EXPECT_EQ(deal->route->at(1).country, "KZ") << "a leg's country is that of its place";
  EXPECT_FALSE(*deal->end_use->military);
}

TEST(ReadDeal, OnlyThreeFieldsAreRequired) {
  const auto deal = read_deal(R"({"id":"1","parties":[{"role":"buyer","name":"A"}],"goods":[{"description":"b"}]})");
  ASSERT_TRUE(deal);
  EXPECT_FALSE(deal->route.has_value());
  EXPECT_FALSE(deal->parties[0].owners.has_value()) << "not stated is not the same as none";
}

struct Wrong {
  const char* text;
  const char* mentions;
};

class RefusedDeal : public ::testing::TestWithParam<Wrong> {};

TEST_P(RefusedDeal, NamesPathAndReason) {
  const auto deal = read_deal(GetParam().text);
  ASSERT_FALSE(deal);
  EXPECT_EQ(deal.error().kind, ErrorKind::bad_input);
  EXPECT_NE(deal.error().message.find(GetParam().mentions), std::string::npos) << deal.error().message;
  EXPECT_GE(deal.error().line, 1U);
}

#define PARTY R"("parties":[{"role":"buyer","name":"A"}])"
#define GOODS R"("goods":[{"description":"b"}])"
INSTANTIATE_TEST_SUITE_P(
    All, RefusedDeal,
    ::testing::Values(Wrong{"[]", "/: expected an object"}, Wrong{"{\"id\":\"1\"," PARTY "}", "/goods: is missing"},
                      Wrong{"{" PARTY "," GOODS "}", "/id: is missing"}, Wrong{"{\"id\":\" \"," PARTY "," GOODS "}", "/id: must not be empty"},
                      Wrong{"{\"id\":\"1\",\"parties\":[]," GOODS "}", "at least one party"},
                      Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[]}", "at least one line"},
                      Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"colour\":1}", "/colour: unknown field"},
                      Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"king\",\"name\":\"A\"}]," GOODS "}", "/parties/0/role: \"king\" is not one of"},
                      Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\"}]," GOODS "}", "/parties/0/name: is missing"},
                      Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"country\":\"kz\"}]," GOODS "}", "two capital letters"},
                      Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"identifiers\":{\"shoe\":\"1\"}}]," GOODS "}",
                            "/parties/0/identifiers/shoe"},
                      Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"owners\":[{\"name\":\"B\",\"share\":\"110\"}]}]," GOODS
                            "}",
                            "/parties/0/owners/0/share"},
                      Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"hs\":\"85423\"}]}", "/goods/0/hs: \"85423\" is not a goods code"},
                      Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"hs\":\"8542310\\u0660\"}]}", "6 to 10 digits"},
                      Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\",\"value\":-1}]}", "must not be negative"},
                      Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\",\"value\":1e3}]}", "plain decimal number"},
                      Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"route\":[{\"place\":\"Almaty\"}]}", "UN/LOCODE"},
                      Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"date\":\"14.06.2024\"}", "/date: expected a date"},
                      Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"payment\":{\"currency\":\"usd\"}}", "ISO 4217"},
                      Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"end_use\":{\"military\":\"no\"}}", "/end_use/military: expected true or false"},
                      Wrong{"{\"id\":1," PARTY "," GOODS "}", "/id: expected text"}));

TEST(ShareRange, ReadsEveryShape) {
  EXPECT_EQ(ShareRange::parse("50")->text(), "50");
  EXPECT_EQ(ShareRange::parse("33.3 %")->text(), "33.3");
  EXPECT_EQ(ShareRange::parse("25-50")->text(), "25-50");
  EXPECT_EQ(ShareRange::parse(">25")->text(), ">25");
  EXPECT_TRUE(ShareRange::parse(">25")->low_excluded);
  EXPECT_FALSE(ShareRange::parse(">=25")->low_excluded);
  EXPECT_EQ(ShareRange::parse("<10")->high.text(), "10");
  EXPECT_EQ(ShareRange::parse("")->text(), "unknown");
  for (const auto* text : {"101", "-1", "50-25", "a", ">100", "<0", "25-", "-", "1-2-3"}) EXPECT_FALSE(ShareRange::parse(text)) << text;
}

}  // namespace
}  // namespace tamga
