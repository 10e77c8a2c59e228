#include "licences/licence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>

#include "licences/balance.h"
#include "licences/scope.h"

namespace tamga::licences {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kWhole = R"({
  "number": "D1298765",
  "authority": "BIS",
  "regime": "us",
  "issued": "2026-08-20",
  "from": "2026-09-01",
  "to": "2027-08-31",
  "lifts": ["us.ear.746_8*", "us.ear.744_21"],
  "parties": [
    {"role": "exporter", "name": "Tengri Baylanys Service LLP", "country": "KZ", "identifiers": {"bin": "190840016120"}},
    {"role": "consignee", "name": "Alatau Medtech LLP", "country": "KZ"}
  ],
  "codes": ["8542", "901890"],
  "destinations": ["KZ"],
  "origins": ["US"],
  "end_use": ["medical devices"],
  "caps": [{"quantity": 1000, "unit": "pcs"}, {"code": "854231", "quantity": 300, "unit": "pcs"}, {"value": 60000.50, "currency": "USD"}],
  "conditions": ["a delivery verification is kept"],
  "duties": [{"what": "report of the shipment to BIS", "within_days": 30}],
  "document": "3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f3f"
})";

Licence whole() { return read_licence(kWhole).value(); }

std::string with(std::string_view was, std::string_view is) {
  std::string text(kWhole);
  const auto at = text.find(was);
  EXPECT_NE(at, std::string::npos) << was;
  return text.replace(at, was.size(), is);
}

std::string error(const std::string& text) {
  const auto licence = read_licence(text);
  return licence ? "read" : licence.error().text();
}

TEST(LicenceReader, ReadsEveryFieldAndWritesItAgain) {
  const auto licence = whole();
  EXPECT_EQ(licence.number, "D1298765");
  EXPECT_EQ(licence.to.text(), "2027-08-31");
  EXPECT_EQ(licence.parties[0].identifiers[0].value, "190840016120");
  ASSERT_EQ(licence.caps.size(), 3U);
  EXPECT_EQ(licence.caps[0].key(), "quantity pcs");
  EXPECT_EQ(licence.caps[1].key(), "854231 quantity pcs");
  EXPECT_EQ(licence.caps[2].key(), "value USD");
  EXPECT_EQ(licence.caps[2].limit, *Decimal::parse("60000.5"));
  EXPECT_EQ(licence.caps[1].text(Decimal::whole(7)), "7 pcs of 854231");
  EXPECT_EQ(licence.duties[0].within_days, 30);
  const std::string written = to_json(licence).dump();
  EXPECT_EQ(to_json(read_licence(written).value()).dump(), written);
}

TEST(LicenceReader, SaysWhereAndWhatWasExpected) {
  EXPECT_EQ(error(with("\"regime\"", "\"regimes\"")),
            "line 4: /regimes: unknown field, expected one of number, authority, regime, issued, from, to, lifts, parties, codes, "
            "destinations, origins, end_use, caps, conditions, duties, document");
  EXPECT_THAT(error(with("\"authority\": \"BIS\",", "")), HasSubstr("/authority: is missing"));
  EXPECT_THAT(error(with("2027-08-31", "2027-02-30")), HasSubstr("line 7: /to: expected a date"));
  EXPECT_THAT(error(with("2027-08-31", "2026-08-31")), HasSubstr("line 7: /to: is before the first day, 2026-09-01"));
  EXPECT_THAT(error(with("us.ear.744_21", "eu.833.2a")), HasSubstr("8: /lifts/1: must name rules of the licence's own regime"));
  EXPECT_THAT(error(with("us.ear.744_21", "us.")), HasSubstr("/lifts/1"));
  EXPECT_THAT(error(with("\"us.ear.746_8*\", \"us.ear.744_21\"", "")), HasSubstr("/lifts: must name at least one rule"));
  EXPECT_THAT(error(with("\"exporter\"", "\"friend\"")), HasSubstr("10: /parties/0/role: \"friend\" is not one of exporter"));
  EXPECT_THAT(error(with(", \"country\": \"KZ\"}", "}")), HasSubstr("/parties/1: needs a country or an identifier"));
  EXPECT_THAT(error(with("8542\"", "85 42\"")), HasSubstr("13: /codes/0: \"85 42\" is not a goods code"));
  EXPECT_THAT(error(with("1000, \"unit\": \"pcs\"", "1000")), HasSubstr("17: /caps/0: a cap is a quantity with its unit, or a value"));
  EXPECT_THAT(error(with("\"quantity\": 1000", "\"quantity\": 0")), HasSubstr("/caps/0/quantity: \"0\" is not a number above 0"));
  EXPECT_THAT(error(with("60000.50", "0.1234567")), HasSubstr("at most 6 decimals"));
  EXPECT_THAT(error(with("\"code\": \"854231\", ", "")), HasSubstr("/caps/1: stands twice"));
  EXPECT_THAT(error(with("\"within_days\": 30", "\"within_days\": 1.5")), HasSubstr("expected whole days"));
  EXPECT_THAT(error(with("3f3f\"", "3F3F\"")), HasSubstr("is not a SHA-256"));
  EXPECT_THAT(error(with("D1298765", "D1\\n2")), HasSubstr("2: /number: must be one line"));
}

Deal medical() {
  return read_deal(R"({"id": "D-1", "parties": [
      {"role": "exporter", "name": "TENGRI BAYLANYS SERVICE, LLP", "country": "KZ", "identifiers": {"bin": "1908 4001 6120"}},
      {"role": "consignee", "name": "Alatau Medtech LLP", "country": "KZ"},
      {"role": "forwarder", "name": "Anybody", "country": "KZ"}],
    "goods": [{"description": "processors", "hs": "854231", "origin": "US", "quantity": 100, "unit": "pcs", "value": 5000, "currency": "USD"},
              {"description": "amplifiers", "hs": "854233", "origin": "US", "quantity": 20.5, "unit": "pcs", "value": 400, "currency": "USD"}],
    "route": [{"country": "KZ"}],
    "end_use": {"statement": "Assembly of medical devices in Almaty", "country": "KZ"}})")
      .value();
}

constexpr std::string_view kRule = "us.ear.746_8_high_priority";

TEST(LicenceScope, CoversWhatIsInEveryPartOfIt) {
  const auto all = covers(whole(), medical(), kRule, "");
  EXPECT_EQ(all.answer, Answer::yes) << testing::PrintToString(all.reasons);
  EXPECT_THAT(all.goods, ElementsAre(0U, 1U));
  EXPECT_THAT(covers(whole(), medical(), "us.ear.744_21", "/goods/1").goods, ElementsAre(1U));
}

struct Refusal {
  const char* what;
  std::function<void(Deal&, Licence&)> change;
  Answer answer;
  std::string reason;
  std::string missing;
};

TEST(LicenceScope, IsClosedOnEveryPartOfIt) {
  const std::vector<Refusal> cases = {
      {"a consignee of another name", [](Deal& d, Licence&) { d.parties[1].name = "Alatau Medtech Trading LLP"; }, Answer::no,
       "consignee Alatau Medtech Trading LLP is not named in it", ""},
      {"the same name elsewhere", [](Deal& d, Licence&) { d.parties[1].country = "KG"; }, Answer::no, "consignee Alatau Medtech LLP is not named",
       ""},
      {"a name alone", [](Deal& d, Licence&) { d.parties[1].country = ""; }, Answer::unknown, "may be the one", "/parties/1/country"},
      {"another number under the name", [](Deal& d, Licence&) { d.parties[0].identifiers[0].value = "061240018121"; }, Answer::no, "exporter", ""},
      {"a role that the licence does not give them", [](Deal& d, Licence&) { d.parties[1].role = "end_user"; }, Answer::no, "end_user Alatau",
       "/parties"},
      {"a further buyer", [](Deal& d, Licence&) { d.parties.push_back(d.parties[1]), d.parties.back().role = "buyer"; }, Answer::no, "buyer", ""},
      {"no consignee", [](Deal& d, Licence&) { d.parties.erase(d.parties.begin() + 1); }, Answer::unknown, "the deal names no consignee", "/parties"},
      {"another code", [](Deal& d, Licence&) { d.goods[1].hs = "854142"; }, Answer::no, "its codes are 8542, 901890, not 854142", ""},
      {"no code", [](Deal& d, Licence&) { d.goods[1].hs = ""; }, Answer::unknown, "has no code", "/goods/1/hs"},
      {"another origin", [](Deal& d, Licence&) { d.goods[0].origin = "MY"; }, Answer::no, "it is for goods of US, not of MY", ""},
      {"no origin", [](Deal& d, Licence&) { d.goods[0].origin = ""; }, Answer::unknown, "origin", "/goods/0/origin"},
      {"another destination at the end of the route", [](Deal& d, Licence&) { d.route->back().country = "RU"; }, Answer::no, "for KZ, not for RU",
       ""},
      {"another country of end use", [](Deal& d, Licence&) { d.end_use->country = "RU"; }, Answer::no, "for KZ, not for RU", ""},
      {"another end use", [](Deal& d, Licence&) { d.end_use->statement = "Assembly of drones"; }, Answer::no, "not for Assembly of drones", ""},
      {"no end use", [](Deal& d, Licence&) { d.end_use->statement = ""; }, Answer::unknown, "end use is not stated", "/end_use/statement"},
      {"a rule it does not lift", [](Deal&, Licence& l) { l.lifts = {"us.ear.746_9*"}; }, Answer::no, "it does not lift us.ear.746_8_high", ""},
      {"a forwarder where it names one", [](Deal&, Licence& l) { l.parties.push_back({"forwarder", "Somebody", "KZ", {}}); }, Answer::no,
       "forwarder Anybody is not named", ""},
  };
  for (const auto& one : cases) {
    Deal deal = medical();
    Licence licence = whole();
    one.change(deal, licence);
    const auto coverage = covers(licence, deal, kRule, "");
    EXPECT_EQ(coverage.answer, one.answer) << one.what;
    ASSERT_FALSE(coverage.reasons.empty()) << one.what;
    EXPECT_THAT(coverage.reasons[0], HasSubstr(one.reason)) << one.what;
    EXPECT_THAT(coverage.goods, IsEmpty()) << one.what;
    if (one.missing.empty()) {
      EXPECT_THAT(coverage.missing, IsEmpty()) << one.what;
    } else {
      EXPECT_THAT(coverage.missing, ElementsAre(one.missing)) << one.what;
    }
  }
}

TEST(LicenceScope, WhomTheFindingIsAboutMustBeNamed) {
  Deal deal = medical();
  EXPECT_EQ(covers(whole(), deal, kRule, "/parties/2").answer, Answer::no);
  EXPECT_EQ(covers(whole(), deal, kRule, "/parties/1/owners/0").answer, Answer::yes);
  Bank bank;
  bank.name = "VTB";
  bank.bic = "VTBRRUMM";
  bank.country = "RU";
  deal.payment.emplace().banks.push_back(bank);
  EXPECT_EQ(covers(whole(), deal, kRule, "").answer, Answer::yes);
  EXPECT_EQ(covers(whole(), deal, kRule, "/payment/banks/0").answer, Answer::no);
  Licence licence = whole();
  licence.parties.push_back({"bank", "VTB Bank", "", {{"bic", "vtbrrumm"}}});
  EXPECT_EQ(covers(licence, deal, kRule, "/payment/banks/0").answer, Answer::yes);
  EXPECT_EQ(covers(whole(), deal, kRule, "/route/0/vessel").answer, Answer::no);
}

TEST(LicenceScope, NamesAreWrittenAlikeOrAreOthers) {
  EXPECT_TRUE(same_name("ТОО «Алатау Медтех»", "тоо Алатау  Медтех"));
  EXPECT_TRUE(same_name("Alatau-Medtech, LLP.", "ALATAU MEDTECH LLP"));
  EXPECT_FALSE(same_name("Alatau Medtech LLP", "Alatau Medtech"));
  EXPECT_FALSE(same_name("Алатау", "Alatau")) << "a transliteration is a likeness, not the name";
  EXPECT_FALSE(same_name("", ""));
  EXPECT_FALSE(same_name("—", "—")) << "nothing can be compared there";
}

TEST(LicenceBalance, CountsLinesByCodeUnitAndCurrency) {
  const auto need = need_of(whole(), medical(), {0, 1});
  ASSERT_EQ(need.answer, Answer::yes) << testing::PrintToString(need.reasons);
  EXPECT_EQ(need.amounts[0], *Decimal::parse("120.5"));
  EXPECT_EQ(need.amounts[1], Decimal::whole(100));
  EXPECT_EQ(need.amounts[2], Decimal::whole(5400));

  Deal deal = medical();
  deal.goods[0].unit = "kg";
  EXPECT_EQ(need_of(whole(), deal, {0, 1}).answer, Answer::no);
  deal = medical();
  deal.goods[1].value.reset();
  const auto missing = need_of(whole(), deal, {0, 1});
  EXPECT_EQ(missing.answer, Answer::unknown);
  EXPECT_THAT(missing.missing, ElementsAre("/goods/1/value"));
  deal.goods[1].value = Decimal::whole(0);
  EXPECT_EQ(need_of(whole(), deal, {0, 1}).answer, Answer::unknown) << "a use of nothing would leave no trace";
  deal.goods[1].value = *Decimal::parse("0.0000001");
  EXPECT_EQ(need_of(whole(), deal, {0, 1}).answer, Answer::no) << "the record could not hold it";
}

TEST(LicenceBalance, WhatTheDealHoldsIsItsOwn) {
  Standing standing{whole(), false, {Decimal::whole(950), Decimal::whole(0), Decimal::whole(0)}, std::nullopt, false};
  const Amounts need = {Decimal::whole(60), Decimal::whole(0), Decimal::whole(0)};
  EXPECT_THAT(exceeded(standing, need), ElementsAre(0U));
  standing.own = Amounts{Decimal::whole(10), Decimal::whole(0), Decimal::whole(0)};
  EXPECT_THAT(exceeded(standing, need), IsEmpty());
  EXPECT_EQ(left(standing, 0, need[0]), Decimal::whole(0));
  EXPECT_EQ(left(standing, 0, Decimal::whole(0)), Decimal::whole(60));
  standing.licence.caps[0].limit = Decimal::whole(5);  // lowered below what is used
  EXPECT_EQ(left(standing, 0, Decimal::whole(0)), Decimal::whole(0));
}

// The same draws and returns by integers, which cannot be wrong: what exceeded() and left() say is what they say.
RC_GTEST_PROP(LicenceBalance, IsThatOfIntegers, ()) {
  Licence licence;
  licence.caps.push_back({"", {}, false, "pcs"});
  const auto limit = *rc::gen::inRange<std::int64_t>(1, 5'000'000'000);
  licence.caps[0].limit = from_millionths(limit);
  RC_ASSERT(millionths(licence.caps[0].limit) == limit);
  std::map<int, std::int64_t> held;
  const auto used = [&] {
    std::int64_t sum = 0;
    for (const auto& [deal, amount] : held) sum += amount;
    return sum;
  };
  const auto steps = *rc::gen::container<std::vector<std::pair<int, std::int64_t>>>(
      rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange<std::int64_t>(0, 3'000'000'000)));
  for (const auto& [deal, amount] : steps) {
    Standing standing{licence, false, {from_millionths(used())}, std::nullopt, false};
    if (held.contains(deal)) standing.own = Amounts{from_millionths(held[deal])};
    const std::int64_t own = held.contains(deal) ? held[deal] : 0;
    if (amount == 0) {
      held.erase(deal);
      continue;
    }
    const bool fits = used() - own + amount <= limit;
    RC_ASSERT(exceeded(standing, {from_millionths(amount)}).empty() == fits);
    if (fits) held[deal] = amount;
    RC_ASSERT(used() <= limit);
    RC_ASSERT(left(standing, 0, from_millionths(amount)) == from_millionths(fits ? limit - used() : 0));
  }
}

RC_GTEST_PROP(LicenceBalance, MillionthsAndDecimalsAreTheSameNumber, ()) {
  const auto count = *rc::gen::inRange<std::int64_t>(0, 900'000'000'000'000'000);
  const Decimal amount = from_millionths(count);
  RC_ASSERT(millionths(amount) == count);
  RC_ASSERT(Decimal::parse(amount.text()) == amount);
}

}  // namespace
}  // namespace tamga::licences
