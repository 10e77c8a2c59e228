#include "model/deal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

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

// What docs/deal.md has beyond the contract.
constexpr std::string_view kFurther = R"({
  "id": "1", "contract_date": "2023-11-02", "shipped": "2024-06-20",
  "parties": [{"role": "buyer", "name": "A", "activity": "46.52", "website": "https://a.example"}],
  "goods": [{"hs": "854231", "eccn": "3A001.a.5.b", "net_kg": 12.5, "us_content": "10-30", "brand": "Xilinx", "model": "XC7"},
            {"hs": "854232", "eccn": "EAR99", "us_content": 7}],
  "route": [{"place": "TRMER", "mode": "sea", "vessel": "Sabina", "container": "CSQU3054383",
             "vessel_facts": {"flag": "GA", "built": 2004, "ais_gaps": [{"from": "2024-05-01", "to": "2024-05-09"}],
                              "flag_changes": ["2024-04-01"], "owner_changed": "2024-03-01", "sts_transfers": [],
                              "insurer": {"name": "Ingosstrakh", "country": "RU"}}}],
  "payment": {"terms": "letter_of_credit", "payer": {"name": "B", "country": "AE"}, "channel": "crypto",
              "wallet": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"},
  "end_use": {"certificate": true}
})";

TEST(ReadDeal, TakesWhatRulesAndFlagsAskBeyondTheContract) {
  const auto deal = read_deal(kFurther);
  ASSERT_TRUE(deal) << deal.error().text();
  EXPECT_EQ(deal->contract_date->text(), "2023-11-02");
  EXPECT_EQ(deal->shipped->text(), "2024-06-20");
  EXPECT_EQ(deal->parties[0].activity, "46.52");
  EXPECT_EQ(deal->parties[0].website, "https://a.example");
  EXPECT_EQ(deal->goods[0].eccn, "3A001.a.5.b");
  EXPECT_EQ(deal->goods[0].net_kg->text(), "12.5");
  EXPECT_EQ(deal->goods[0].us_content->text(), "10-30");
  EXPECT_EQ(deal->goods[0].brand + " " + deal->goods[0].model, "Xilinx XC7");
  EXPECT_EQ(deal->goods[1].us_content->text(), "7");
  const RouteLeg& leg = deal->route->at(0);
  EXPECT_EQ(leg.container, "CSQU3054383");
  ASSERT_TRUE(leg.vessel_facts);
  EXPECT_EQ(leg.vessel_facts->flag, "GA");
  EXPECT_EQ(leg.vessel_facts->built, 2004);
  EXPECT_EQ(leg.vessel_facts->ais_gaps->at(0).to.text(), "2024-05-09");
  EXPECT_EQ(leg.vessel_facts->flag_changes->size(), 1U);
  EXPECT_EQ(leg.vessel_facts->owner_changed->text(), "2024-03-01");
  EXPECT_TRUE(leg.vessel_facts->sts_transfers->empty()) << "stated that there were none";
  EXPECT_EQ(leg.vessel_facts->insurer->country, "RU");
  EXPECT_EQ(deal->payment->terms, "letter_of_credit");
  EXPECT_EQ(deal->payment->payer->name, "B");
  EXPECT_EQ(deal->payment->channel, "crypto");
  EXPECT_EQ(deal->payment->wallet, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t");
  EXPECT_TRUE(*deal->end_use->certificate);
}

TEST(ReadDeal, TakesEveryFormOfAnExportControlNumber) {
  for (const auto* eccn : {"EAR99", "3A001", "5A992.c", "0A919", "9A515.a.1", "3B001.a.1.b", "9A610.x", "3A611.y.1"})
    EXPECT_TRUE(read_deal(std::string(R"({"id":"1","parties":[{"role":"buyer","name":"A"}],"goods":[{"hs":"854231","eccn":")") + eccn + "\"}]}"))
        << eccn;
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
    ::testing::Values(
        Wrong{"[]", "/: expected an object"}, Wrong{"{\"id\":\"1\"," PARTY "}", "/goods: is missing"},
        Wrong{"{" PARTY "," GOODS "}", "/id: is missing"}, Wrong{"{\"id\":\" \"," PARTY "," GOODS "}", "/id: must not be empty"},
        Wrong{"{\"id\":\"1\",\"parties\":[]," GOODS "}", "at least one party"}, Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[]}", "at least one line"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"colour\":1}", "/colour: unknown field"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"king\",\"name\":\"A\"}]," GOODS "}", "/parties/0/role: \"king\" is not one of"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\"}]," GOODS "}", "/parties/0/name: is missing"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"country\":\"kz\"}]," GOODS "}", "two capital letters"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"identifiers\":{\"shoe\":\"1\"}}]," GOODS "}",
              "/parties/0/identifiers/shoe"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"owners\":[{\"name\":\"B\",\"share\":\"110\"}]}]," GOODS "}",
              "/parties/0/owners/0/share"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"hs\":\"85423\"}]}", "/goods/0/hs: \"85423\" is not a goods code"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"hs\":\"8542310\\u0660\"}]}", "6 to 10 digits"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\",\"value\":-1}]}", "must not be negative"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\",\"value\":1e3}]}", "plain decimal number"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"route\":[{\"place\":\"Almaty\"}]}", "UN/LOCODE"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"date\":\"14.06.2024\"}", "/date: expected a date"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"payment\":{\"currency\":\"usd\"}}", "ISO 4217"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"end_use\":{\"military\":\"no\"}}", "/end_use/military: expected true or false"},
        Wrong{"{\"id\":1," PARTY "," GOODS "}", "/id: expected text"}, Wrong{"{\"id\":\"1\"," GOODS "}", "/parties: is missing"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"name\":\"A\"}]," GOODS "}", "/parties/0/role: is missing"},
        Wrong{"{\"id\":\"1\",\"parties\":[\"A\"]," GOODS "}", "/parties/0: expected an object"},
        Wrong{"{\"id\":\"1\",\"parties\":{}," GOODS "}", "/parties: expected a list"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"schema\":\"Firm\"}]," GOODS "}", "/parties/0/schema: \"Firm\""},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"owners\":[{\"share\":50}]}]," GOODS "}",
              "/parties/0/owners/0/name: is missing"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"incorporated\":\"2022\"}]," GOODS "}",
              "/parties/0/incorporated: expected a date"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{}]}", "/goods/0: a goods line needs"},
        Wrong{"{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\",\"value\":1234567890123456789}]}", "at most 18 digits"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"payment\":{\"banks\":[{\"country\":\"KZ\"}]}}", "/payment/banks/0: a bank needs"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"route\":[{\"mode\":\"camel\"}]}", "/route/0/mode: \"camel\" is not one of sea"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"licences\":[\"\"]}", "/licences/0: must not be empty"},
        Wrong{"{\"a/b~c\":1}", "/a~1b~0c: unknown field"}));

#define LINE(field) "{\"id\":\"1\"," PARTY ",\"goods\":[{\"description\":\"b\"," field "}]}"
#define LEG(field) "{\"id\":\"1\"," PARTY "," GOODS ",\"route\":[{" field "}]}"
#define SHIP(field) LEG("\"vessel_facts\":{" field "}")
#define PAYMENT(field) "{\"id\":\"1\"," PARTY "," GOODS ",\"payment\":{" field "}}"
INSTANTIATE_TEST_SUITE_P(
    Further, RefusedDeal,
    ::testing::Values(
        Wrong{LINE("\"eccn\":\"ear99\""), "/goods/0/eccn: \"ear99\" is not an ECCN"}, Wrong{LINE("\"eccn\":\"\""), "is not an ECCN"},
        Wrong{LINE("\"eccn\":\"3F001\""), "is not an ECCN"}, Wrong{LINE("\"eccn\":\"3A01\""), "is not an ECCN"},
        Wrong{LINE("\"eccn\":\"3A001.\""), "is not an ECCN"}, Wrong{LINE("\"eccn\":\"3A001a\""), "is not an ECCN"},
        Wrong{LINE("\"eccn\":\"3A001.A\""), "is not an ECCN"}, Wrong{LINE("\"eccn\":\"3A001..a\""), "is not an ECCN"},
        Wrong{LINE("\"eccn\":3001"), "/goods/0/eccn: expected text"}, Wrong{LINE("\"net_kg\":-1"), "/goods/0/net_kg: must not be negative"},
        Wrong{LINE("\"net_kg\":\"heavy\""), "plain decimal number"}, Wrong{LINE("\"us_content\":101"), "/goods/0/us_content: expected a share"},
        Wrong{LINE("\"us_content\":true"), "expected a share"}, Wrong{LINE("\"brand\":1"), "/goods/0/brand: expected text"},
        Wrong{LINE("\"model\":[]"), "/goods/0/model: expected text"},
        Wrong{PAYMENT("\"terms\":\"barter\""), "/payment/terms: \"barter\" is not one of prepayment"},
        Wrong{PAYMENT("\"channel\":\"hawala\""), "/payment/channel: \"hawala\" is not one of swift"},
        Wrong{PAYMENT("\"payer\":\"B\""), "/payment/payer: expected an object"},
        Wrong{PAYMENT("\"payer\":{\"country\":\"AE\"}"), "/payment/payer/name: is missing"},
        Wrong{PAYMENT("\"payer\":{\"name\":\"B\",\"share\":1}"), "/payment/payer/share: unknown field"},
        Wrong{PAYMENT("\"wallet\":\"\""), "/payment/wallet: must not be empty"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"contract_date\":\"2023\"}", "/contract_date: expected a date"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"shipped\":20240601}", "/shipped: expected a date"},
        Wrong{"{\"id\":\"1\"," PARTY "," GOODS ",\"end_use\":{\"certificate\":\"yes\"}}", "/end_use/certificate: expected true or false"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"activity\":46}]," GOODS "}", "/parties/0/activity: expected text"},
        Wrong{"{\"id\":\"1\",\"parties\":[{\"role\":\"buyer\",\"name\":\"A\",\"website\":{}}]," GOODS "}", "/parties/0/website: expected text"},
        Wrong{LEG("\"container\":\"CSQU305438\""), "/route/0/container: \"CSQU305438\" is not a container"},
        Wrong{LEG("\"container\":\"csqu3054383\""), "is not a container"},
        Wrong{LEG("\"vessel_facts\":[]"), "/route/0/vessel_facts: expected an object"},
        Wrong{SHIP("\"flag\":\"Gabon\""), "/route/0/vessel_facts/flag"},
        Wrong{SHIP("\"built\":\"2004\""), "/route/0/vessel_facts/built: expected a year"}, Wrong{SHIP("\"built\":1600"), "expected a year"},
        Wrong{SHIP("\"built\":2004.5"), "expected a year"},
        Wrong{SHIP("\"ais_gaps\":[{\"from\":\"2024-05-01\"}]"), "/route/0/vessel_facts/ais_gaps/0/to: is missing"},
        Wrong{SHIP("\"ais_gaps\":[{\"from\":\"2024-05-02\",\"to\":\"2024-05-01\"}]"), "to (2024-05-01) is before from (2024-05-02)"},
        Wrong{SHIP("\"flag_changes\":[\"May\"]"), "/route/0/vessel_facts/flag_changes/0: expected a date"},
        Wrong{SHIP("\"owner_changed\":[]"), "/route/0/vessel_facts/owner_changed: expected a date"},
        Wrong{SHIP("\"sts_transfers\":\"2024-05-01\""), "/route/0/vessel_facts/sts_transfers: expected a list"},
        Wrong{SHIP("\"insurer\":{\"name\":\" \"}"), "/route/0/vessel_facts/insurer/name: must not be empty"},
        Wrong{SHIP("\"crew\":9"), "/route/0/vessel_facts/crew: unknown field"}));

std::string deal_with(std::string_view field) { return "{\"id\":\"1\"," PARTY "," GOODS "," + std::string(field) + "}"; }

TEST(ReadDeal, SaysTheLineOfTheField) {
  const auto deal = read_deal("\xEF\xBB\xBF{\n\"id\": \"1\",\n" PARTY ",\n\"goods\": [\n{\"description\": \"b\"},\n{\"hs\": \"85\"}\n]}");
  ASSERT_FALSE(deal);
  EXPECT_EQ(deal.error().line, 6U);
  EXPECT_EQ(deal.error().message, "/goods/1/hs: \"85\" is not a goods code, expected 6 to 10 digits (HS, CN or TN VED)");
}

TEST(ReadDeal, NestingAndSizeAreLimited) {
  const auto deep = read_deal(deal_with("\"end_use\":" + std::string(1000, '[') + std::string(1000, ']')));
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("nested deeper"), std::string::npos);
  EXPECT_TRUE(read_deal(deal_with("\"end_use\":{\"statement\":\"" + std::string(2000, 'x') + "\"}")));
  EXPECT_FALSE(read_deal(deal_with("\"end_use\":{\"statement\":\"" + std::string(2001, 'x') + "\"}")));
  std::string many = "\"licences\":[\"x\"";
  for (int i = 0; i < 10'000; ++i) many += ",\"x\"";
  EXPECT_FALSE(read_deal(deal_with(many + "]")));
}

// Found by review: a line break in a field's name or value broke the one line that an error is.
TEST(ReadDeal, AnErrorIsOneLineWhateverTheDealSays) {
  for (const auto* text : {R"({"a\nb":1})", R"({"id":"1","parties":[{"role":"x\ny\u001b[31m","name":"a"}],"goods":[]})"}) {
    const auto deal = read_deal(text);
    ASSERT_FALSE(deal);
    EXPECT_TRUE(std::none_of(deal.error().message.begin(), deal.error().message.end(), [](char c) { return c >= 0 && c < 0x20; }))
        << deal.error().message;
  }
}

TEST(ReadDeal, TakesEveryRoleAndMode) {
  for (const auto* role : {"exporter", "importer", "consignee", "notify", "end_user", "buyer", "seller", "carrier", "forwarder", "bank", "insurer",
                           "vessel", "owner", "intermediary"}) {
    const auto deal = read_deal("{\"id\":\"1\",\"parties\":[{\"role\":\"" + std::string(role) + "\",\"name\":\"A\"}]," GOODS "}");
    ASSERT_TRUE(deal) << role;
    EXPECT_EQ(deal->parties[0].role, role);
  }
  for (const auto* mode : {"sea", "road", "rail", "air", "pipeline"})
    EXPECT_TRUE(read_deal(deal_with("\"route\":[{\"mode\":\"" + std::string(mode) + "\"}]"))) << mode;
}

TEST(ReadDeal, MoneyIsExact) {
  const auto deal = read_deal(deal_with(R"("payment":{"amount":123456789012345.67,"currency":"USD"})"));
  ASSERT_TRUE(deal);
  EXPECT_EQ(deal->payment->amount->text(), "123456789012345.67");
  EXPECT_EQ(read_deal(deal_with(R"("payment":{"amount":"0.1"})"))->payment->amount->text(), "0.1");
}

TEST(ShareRange, ReadsEveryShape) {
  EXPECT_EQ(ShareRange::parse("50")->text(), "50");
  EXPECT_EQ(ShareRange::parse("33.3 %")->text(), "33.3");
  EXPECT_EQ(ShareRange::parse("25-50")->text(), "25-50");
  EXPECT_EQ(ShareRange::parse(">25")->text(), ">25");
  EXPECT_TRUE(ShareRange::parse(">25")->low_excluded);
  EXPECT_FALSE(ShareRange::parse(">=25")->low_excluded);
  EXPECT_EQ(ShareRange::parse("<10")->high.text(), "10");
  EXPECT_EQ(ShareRange::parse("")->text(), "unknown");
  EXPECT_EQ(ShareRange::parse("unknown"), ShareRange());
  EXPECT_EQ(ShareRange::parse(" 25 % - 50 % ")->text(), "25-50");
  EXPECT_EQ(ShareRange::parse(">=100")->text(), "100");
  EXPECT_EQ(ShareRange::parse("100")->low, Decimal::whole(100));
  for (const auto* text : {"101", "-1", "50-25", "a", ">100", "<0", "25-", "-", "1-2-3", "100.1", "0-100.01", ">", ">=", "%", "5 0", "1e1", "=5"})
    EXPECT_FALSE(ShareRange::parse(text)) << text;
}

TEST(ShareRange, ReadsBackWhatItPrints) {
  EXPECT_TRUE(rc::check("parse(text(x)) = x", [] {
    const auto number = [] { return Decimal{*rc::gen::inRange<std::int64_t>(0, 100'001), 3}.text(); };
    const auto shape = *rc::gen::element<std::string>("", "<", "<=", ">", ">=", "-");
    const auto share = ShareRange::parse(shape == "-" ? number() + "-" + number() : shape + number());
    RC_PRE(share.has_value());
    RC_ASSERT(share->low <= share->high);
    RC_ASSERT(ShareRange::parse(share->text()) == share);
  }));
}

}  // namespace
}  // namespace tamga
