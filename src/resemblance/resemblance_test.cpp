#include "resemblance/resemblance.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "resemblance/marks.h"

namespace tamga::resemblance {
namespace {

Deal deal_of(std::string_view text) {
  auto deal = read_deal(text);
  EXPECT_TRUE(deal.has_value()) << (deal ? "" : deal.error().text());
  return deal.value_or(Deal{});
}

constexpr std::string_view kRefused = R"({
  "id": "A-1", "date": "2026-03-02",
  "parties": [{"role": "exporter", "name": "Isartronik Bauteile GmbH", "country": "DE", "address": "Leopoldstr. 12, Muenchen"},
              {"role": "consignee", "name": "Altyn Chip Import LLP", "country": "KZ", "address": "Abai 150, Almaty",
               "identifiers": {"bin": "220340018771"}, "owners": [{"name": "Nurlan Bekov", "share": 100}]}],
  "goods": [{"description": "Microcontrollers, 32 bit", "hs": "854231", "quantity": 5000, "value": 145000, "currency": "EUR"}],
  "route": [{"place": "DEFRA"}, {"place": "KZALA"}],
  "payment": {"amount": 145000, "currency": "EUR", "banks": [{"bic": "DDBKKZK0", "name": "Dala Damu Bank"}]},
  "end_use": {"statement": "Assembly of electricity meters", "country": "KZ"}})";

std::vector<std::string> whats(const Comparison& compared) {
  std::vector<std::string> whats;
  for (const auto& change : compared.changed) whats.push_back(change.what);
  return whats;
}

std::size_t shared(const Deal& a, const Deal& b) {
  const auto left = keys(a);
  const auto right = keys(b);
  std::size_t count = 0;
  for (std::size_t i = 0; i < left.size(); ++i) count += left[i] == right[i] ? 1 : 0;
  return count;
}

TEST(Keys, AreTheSameForTheSameDealAndForNoOther) {
  const Deal deal = deal_of(kRefused);
  EXPECT_EQ(keys(deal).size(), kBands);
  EXPECT_EQ(keys(deal), keys(deal));
  const Deal other =
      deal_of(R"({"id": "B", "parties": [{"role": "seller", "name": "Dala Astyk LLP"}], "goods": [{"description": "Wheat", "hs": "100199"}]})");
  EXPECT_EQ(shared(deal, other), 0U);
}

// The keys stand in databases: another way of making them needs another kVersion.
TEST(Keys, AreThoseOfTheirVersion) {
  ASSERT_EQ(kVersion, 1);
  const auto made =
      keys(deal_of(R"({"id": "B", "parties": [{"role": "seller", "name": "Dala Astyk LLP"}], "goods": [{"description": "Wheat", "hs": "100199"}]})"));
  EXPECT_EQ(made.front(), 8424221081777220311);
  EXPECT_EQ(made.back(), -514699517538296762);
}

TEST(Keys, OfACopyInAnotherScriptAreMostlyTheSame) {
  Deal copy = deal_of(kRefused);
  copy.parties[1].name = "Алтын Чип Импорт ЖШС";
  copy.date = Date::parse("2026-03-20");
  EXPECT_GE(shared(deal_of(kRefused), copy), kBands / 2);
}

TEST(Compare, TheSameDealIsNoComeBack) {
  const auto compared = compare(deal_of(kRefused), deal_of(kRefused), *names::Model::standard());
  EXPECT_EQ(compared.score, 1000);
  EXPECT_TRUE(compared.changed.empty());
  EXPECT_FALSE(compared.recognised);
}

TEST(Compare, TellsWhatWasChanged) {
  Deal now = deal_of(kRefused);
  now.id = "A-2";
  now.parties[1].name = "Sary Arka Electronics LLP";
  now.parties[1].address = "Dostyk 7, Almaty";
  now.parties[1].identifiers = {{"bin", "180440011222"}};
  now.parties[1].owners.reset();
  now.goods[0].hs = "847330";
  now.payment->banks[0].name = "Kerben Bank";
  now.payment->banks[0].bic = "KRBNKZKA";
  const auto compared = compare(deal_of(kRefused), now, *names::Model::standard());
  EXPECT_TRUE(compared.recognised) << compared.score;
  EXPECT_EQ(whats(compared), (std::vector<std::string>{"goods code", "consignee", "bank"}));
  EXPECT_EQ(compared.changed[0].was, "854231");
  EXPECT_EQ(compared.changed[0].now, "847330");
  EXPECT_EQ(compared.changed[1].was, "Altyn Chip Import LLP");
  EXPECT_EQ(compared.changed[1].now, "Sary Arka Electronics LLP");
  EXPECT_NE(std::find(compared.same.begin(), compared.same.end(), "value 145000 EUR"), compared.same.end());
}

TEST(Compare, ANewFirmOfTheSameOwnerIsTold) {
  Deal now = deal_of(kRefused);
  now.parties[1].name = "Kerben Resurs LLP";
  now.parties[1].identifiers = {{"bin", "180440011222"}};
  const auto compared = compare(deal_of(kRefused), now, *names::Model::standard());
  EXPECT_TRUE(compared.recognised);
  EXPECT_NE(std::find(compared.same.begin(), compared.same.end(), "address Abai 150, Almaty"), compared.same.end());
}

TEST(Compare, OtherGoodsOfTheSameTradersAreNoComeBack) {
  Deal now = deal_of(kRefused);
  now.goods[0].description = "Office chairs";
  now.goods[0].hs = "940130";
  EXPECT_FALSE(compare(deal_of(kRefused), now, *names::Model::standard()).recognised);
}

// Goods and month alone tie nobody: all the world trades in wheat.
TEST(Compare, TheSameGoodsOfStrangersAreNoComeBack) {
  const auto wheat = [](std::string_view seller, std::string_view buyer, int value) {
    return deal_of(std::string(R"({"id": "W", "date": "2026-03-02", "parties": [{"role": "seller", "name": ")") + std::string(seller) +
                   R"("}, {"role": "buyer", "name": ")" + std::string(buyer) +
                   R"("}], "goods": [{"description": "Milling wheat", "hs": "100199", "quantity": 100, "value": )" + std::to_string(value) +
                   R"(, "currency": "USD"}]})");
  };
  EXPECT_FALSE(compare(wheat("Dala Astyk LLP", "Non Zavodi MChJ", 25000), wheat("Turan Egin LLP", "Mirzo Un MChJ", 61000), *names::Model::standard())
                   .recognised);
}

TEST(Compare, AsksNothingOfDealsThatSayLittle) {
  const Deal little = deal_of(R"({"id": "L", "parties": [{"role": "buyer", "name": "X Y Z"}], "goods": [{"description": "parts"}]})");
  EXPECT_EQ(compare(little, little, *names::Model::standard()).score, 1000);
  EXPECT_FALSE(compare(little, deal_of(kRefused), *names::Model::standard()).recognised);
}

TEST(Value, IsTheSumOfTheGoodsOrWhatIsPaid) {
  Deal deal = deal_of(kRefused);
  EXPECT_EQ(value_of(deal)->amount, Decimal::whole(145000));
  deal.goods.push_back(deal.goods[0]);
  EXPECT_EQ(value_of(deal)->amount, Decimal::whole(290000));
  deal.goods[1].currency = "USD";
  EXPECT_EQ(value_of(deal)->amount, Decimal::whole(145000)) << "of the payment, since the goods are in two currencies";
  deal.payment.reset();
  EXPECT_FALSE(value_of(deal).has_value());
}

TEST(Value, NeighboursShareACellOfOneGridAtLeast) {
  for (std::int64_t amount = 1000; amount < 2'000'000; amount += amount / 7) {
    const auto near = Decimal::whole(amount + amount / 50);
    const bool plain = cell_of(Decimal::whole(amount), false) == cell_of(near, false);
    const bool shifted = cell_of(Decimal::whole(amount), true) == cell_of(near, true);
    EXPECT_TRUE(plain || shifted) << amount;
  }
  EXPECT_EQ(cell_of(Decimal::whole(0), false), cell_of(Decimal::whole(1), false));
  EXPECT_GT(cell_of(*Decimal::parse("999999999999999999"), false), cell_of(Decimal::whole(1'000'000), false));
}

}  // namespace
}  // namespace tamga::resemblance
