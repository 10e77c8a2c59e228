#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "exposure/amount.h"
#include "exposure/book.h"
#include "exposure/contagion.h"
#include "exposure/facts.h"
#include "exposure/price.h"
#include "exposure/scenario_file.h"

namespace tamga::exposure {
namespace {

Decimal number(std::string_view text) { return *Decimal::parse(text); }

TEST(Amounts, AreExactAndNeverMixed) {
  Amounts amounts;
  for (int i = 0; i < 10; ++i) amounts.add("EUR", nanos(number("0.1")));
  amounts.add("USD", nanos(number("999999999999999999")));
  amounts.add("USD", nanos(number("999999999999999999")));
  EXPECT_EQ(to_json(amounts).dump(), R"({"EUR":"1","USD":"1999999999999999998"})");
  EXPECT_EQ(for_person(amounts), "1 EUR, 1 999 999 999 999 999 998 USD");
}

TEST(Amounts, AreConvertedByTheUsersRatesOnly) {
  const auto rates = read_rates(R"({"currency": "USD", "rates": {"EUR": "1.08", "KZT": "0.0019"}})");
  ASSERT_TRUE(rates.has_value());
  Amounts amounts;
  amounts.add("EUR", nanos(number("145000")));
  amounts.add("KZT", nanos(number("228000000")));
  amounts.add("CHF", nanos(number("5")));
  std::vector<std::string> missing;
  EXPECT_EQ(hundredths(convert(amounts, *rates, &missing)), "589800.00");
  EXPECT_EQ(missing, std::vector<std::string>{"CHF"});
  EXPECT_EQ(read_rates(R"({"currency": "USD", "rates": {"EUR": 0}})").error().message, "/rates/EUR: expected a number above 0");
}

TEST(Amounts, RatiosAreRoundedHalfUp) {
  EXPECT_EQ(ratio(1, 3), "0.3333");
  EXPECT_EQ(ratio(2, 3), "0.6667");
  EXPECT_EQ(ratio(1, 1), "1");
  EXPECT_EQ(ratio(0, 0), "0");
  EXPECT_EQ(hundredths(nanos(number("-0.005"))), "-0.01");
}

TEST(Concentration, IsTheSumOfSquaredShares) {
  EXPECT_EQ(concentration({7}).herfindahl, 10'000);
  EXPECT_EQ(concentration({5, 5, 5, 5}).herfindahl, 2'500);
  EXPECT_EQ(concentration({60, 30, 10}).herfindahl, 4'600);
  EXPECT_EQ(concentration({}).herfindahl, 0);
  // Sums far beyond 64 bits do not run over.
  const Nanos large = nanos(number("999999999999999999")) * 1'000'000;
  EXPECT_EQ(concentration({large, large}).herfindahl, 5'000);
  EXPECT_EQ(ratio(concentration({60, 30, 10}).top1, 100), "0.6");
}

RC_GTEST_PROP(Concentration, StaysBetweenAlikeAndAlone, (std::vector<std::uint32_t> drawn)) {
  std::vector<Nanos> values(drawn.begin(), drawn.end());
  std::erase(values, 0);
  RC_PRE(!values.empty());
  const auto found = concentration(values);
  RC_ASSERT(found.herfindahl <= 10'000);
  RC_ASSERT(found.herfindahl >= static_cast<std::int64_t>(10'000 / values.size()) - 1);
}

// ---- contagion ---------------------------------------------------------------------------------------------------

Network::Deal deal(std::vector<std::uint32_t> banks, std::vector<std::uint32_t> firms, std::int64_t value) {
  Network::Deal one{std::move(banks), std::move(firms), {}};
  one.value.add("USD", nanos(Decimal::whole(value)));
  return one;
}

TEST(Contagion, GoesRoundByRoundThroughDealsAndShares) {
  Network network;
  network.nodes = {{"A", "bank A", true}, {"B", "bank B", true}, {"F", "firm F", false}, {"G", "firm G", false}, {"H", "firm H", false}};
  // F has 2 of 3 deals over A; with F its third deal fails, which is half of G's; H has 1 of 3.
  network.deals = {deal({0}, {2}, 10), deal({0}, {2}, 20), deal({1}, {2, 3}, 30), deal({1}, {3}, 40),
                   deal({0}, {4}, 1),  deal({1}, {4}, 1),  deal({1}, {4}, 1)};
  network.holdings = {{3, 1, Decimal::whole(50)}};  // G owns half of bank B
  const auto found = spread(network, {{0}, number("0.5"), Decimal::whole(50)});
  ASSERT_EQ(found.rounds.size(), 5U);
  EXPECT_EQ(found.rounds[0].banks.front().node, 0U);
  EXPECT_EQ(found.rounds[0].deals, 3);
  EXPECT_EQ(found.rounds[1].firms.front().node, 2U);
  EXPECT_EQ(found.rounds[1].deals, 1);
  EXPECT_EQ(found.rounds[2].firms.front().node, 3U);  // at the threshold itself
  EXPECT_EQ(found.rounds[3].banks.front().node, 1U);
  EXPECT_EQ(found.rounds[3].banks.front().owners, std::vector<std::uint32_t>{3});
  EXPECT_EQ(found.rounds[4].firms.front().node, 4U);
  EXPECT_EQ(found.deals, 7);
  EXPECT_EQ(to_json(found.value).dump(), R"({"USD":"103"})");
  EXPECT_EQ(found.losses[3].deals, 2);

  const auto held_back = spread(network, {{0}, number("0.7"), Decimal::whole(50)});
  EXPECT_EQ(held_back.rounds.size(), 1U);  // 2 of 3 is less than 0.7
  EXPECT_EQ(held_back.deals, 3);
}

/// The same from its definition, again and again over everything.
std::pair<std::vector<bool>, std::int64_t> naive_spread(const Network& network, const ContagionTerms& terms) {
  std::vector<bool> fallen(network.nodes.size());
  for (const auto bank : terms.cut_off) fallen[bank] = true;
  const auto failed = [&](const Network::Deal& one) {
    const auto down = [&](std::uint32_t node) { return static_cast<bool>(fallen[node]); };
    return std::any_of(one.banks.begin(), one.banks.end(), down) || std::any_of(one.firms.begin(), one.firms.end(), down);
  };
  for (bool more = true; more;) {
    more = false;
    auto next = fallen;
    for (std::uint32_t node = 0; node < network.nodes.size(); ++node) {
      std::int64_t all = 0;
      std::int64_t gone = 0;
      for (const auto& one : network.deals) {
        const auto part = std::count(one.firms.begin(), one.firms.end(), node);
        all += part;
        gone += failed(one) ? part : 0;
      }
      Nanos held = 0;
      for (const auto& holding : network.holdings) held += holding.owned == node && fallen[holding.owner] ? nanos(holding.least) : 0;
      const bool owned = held > 0 && held >= nanos(terms.ownership);
      const bool by_deals = !network.nodes[node].bank && gone > 0 && gone * 10 >= all * terms.threshold.coefficient;
      if (!fallen[node] && (owned || by_deals)) next[node] = more = true;
    }
    fallen = next;
  }
  return {fallen, std::count_if(network.deals.begin(), network.deals.end(), failed)};
}

RC_GTEST_PROP(Contagion, IsWhatItsDefinitionSays, ()) {
  Network network;
  const auto banks = *rc::gen::inRange<std::uint32_t>(1, 5);
  const auto firms = *rc::gen::inRange<std::uint32_t>(1, 8);
  for (std::uint32_t i = 0; i < banks + firms; ++i) network.nodes.push_back({"", "", i < banks});
  const auto deals = *rc::gen::inRange(0, 20);
  for (int i = 0; i < deals; ++i) {
    std::vector<std::uint32_t> parties{banks + *rc::gen::inRange<std::uint32_t>(0, firms)};
    const auto other = banks + *rc::gen::inRange<std::uint32_t>(0, firms);
    if (other != parties[0]) parties.push_back(other);
    network.deals.push_back(deal({*rc::gen::inRange<std::uint32_t>(0, banks)}, parties, 1));
  }
  const auto holdings = *rc::gen::inRange(0, 6);
  for (int i = 0; i < holdings; ++i) {
    network.holdings.push_back({*rc::gen::inRange<std::uint32_t>(0, banks + firms), *rc::gen::inRange<std::uint32_t>(0, banks + firms),
                                Decimal::whole(*rc::gen::inRange(0, 101))});
  }
  const ContagionTerms terms{{*rc::gen::inRange<std::uint32_t>(0, banks)}, Decimal{*rc::gen::inRange(1, 11), 1}, Decimal::whole(50)};
  const auto found = spread(network, terms);
  const auto [fallen, failed] = naive_spread(network, terms);
  RC_ASSERT(found.fallen == fallen);
  RC_ASSERT(found.deals == failed);
}

// ---- book --------------------------------------------------------------------------------------------------------

TEST(Book, GivesBackWhatWentIn) {
  BookBuilder builder;
  DealFacts facts;
  facts.outcome = policy::Outcome::prohibited;
  facts.regimes = {{"", policy::Outcome::review}, {"us", policy::Outcome::prohibited}};
  facts.values = {{"854231", "EUR", number("1.5")}, {"", "USD", number("2")}};
  facts.keys = {{Dimension::bank, "DDBKKZK0", "Dala Damu Bank"}, {Dimension::code, "854231", ""}};
  match::Query query;
  query.names = {"Somebody"};
  match::Query listed;
  listed.names = {"Somebody", ""};
  facts.queries = {{query, digest_of(query), false}, {query, digest_of(query), false}, {listed, digest_of(listed), true}};
  ASSERT_TRUE(builder.add(facts, 7, 11).has_value());
  facts.outcome = policy::Outcome::pass;
  facts.regimes = {{"eu", policy::Outcome::licence_required}};
  facts.queries = {};
  ASSERT_TRUE(builder.add(facts, 18, 5).has_value());
  EXPECT_EQ(builder.queries().size(), 2U);
  const auto bytes = builder.bytes("remark");
  const auto book = Book::from_bytes(bytes);
  ASSERT_TRUE(book.has_value());
  EXPECT_EQ(book->deals(), 2U);
  EXPECT_EQ(book->remark(), "remark");
  EXPECT_EQ(book->unlisted(query), std::optional<std::uint32_t>(0));
  EXPECT_EQ(book->unlisted(listed), std::nullopt);
  query.countries = {"kz"};
  EXPECT_EQ(book->unlisted(query), std::nullopt);  // another query, of which nothing is known
  EXPECT_EQ(book->regimes(), (std::vector<std::string>{"", "us", "eu"}));
  EXPECT_EQ(book->outcome(0), policy::Outcome::prohibited);
  EXPECT_EQ(book->outcome(0, 0), policy::Outcome::review);
  EXPECT_EQ(book->outcome(0, 1), policy::Outcome::prohibited);
  EXPECT_EQ(book->outcome(1, 2), policy::Outcome::licence_required);
  EXPECT_EQ(book->outcome(1, 1), policy::Outcome::pass);
  EXPECT_EQ(book->text_of(1), (std::pair<std::uint64_t, std::uint32_t>{18, 5}));
  Amounts value;
  book->add_value(0, value);
  EXPECT_EQ(to_json(value).dump(), R"({"EUR":"1.5","USD":"2"})");
  std::vector<std::string> keys;
  for (const auto key : book->keys_of(0))
    keys.push_back(std::string(book->key_text(key).substr(0, 8)) + "=" + std::string(book->key_name(key).substr(0, 14)));
  EXPECT_NE(std::find(keys.begin(), keys.end(), "DDBKKZK0=Dala Damu Bank"), keys.end());
  EXPECT_NE(std::find(keys.begin(), keys.end(), "XVI=machinery and "), keys.end());
  for (std::size_t size = 0; size + 8 < bytes.size(); size += 13) EXPECT_FALSE(Book::from_bytes(bytes.substr(0, size)).has_value()) << size;
}

// ---- files -------------------------------------------------------------------------------------------------------

std::string error_of(std::string_view text) {
  const auto read = read_scenario(text);
  return read ? "none" : read.error().message;
}

TEST(ScenarioFile, RefusesWithThePath) {
  EXPECT_EQ(error_of(R"({"title": "t"})"), "/: changes nothing, expected one of designate, add_codes, lapse, stop_transit, cut_off");
  EXPECT_EQ(error_of(R"({"title": "t", "lapse": [{"licence": "1", "why": ""}]})"), "/lapse/0/why: unknown field, expected one of licence, exemption");
  EXPECT_EQ(error_of(R"({"lapse": [{"licence": "1"}]})"), "/title: is missing");
  EXPECT_EQ(error_of(R"({"title": "t", "designate": [{"name": "A"}]})"), "/designate/0/list: is missing");
  EXPECT_EQ(error_of(R"({"title": "t", "designate": [{"name": "A", "list": "l", "identifiers": {"bin": "123"}}]})").substr(0, 30),
            "/designate/0/identifiers/bin: ");
  EXPECT_EQ(error_of(R"({"title": "t", "add_codes": [{"list": "l", "codes": ["85"]}]})"),
            "/add_codes/0/codes/0: \"85\" is not a goods code, expected 4 to 10 digits");
  EXPECT_EQ(error_of(R"({"title": "t", "stop_transit": [{"country": "RU", "place": "RUMOW"}]})"),
            "/stop_transit/0: expected one of country, place, or from with to");
  EXPECT_EQ(error_of(R"({"title": "t", "cut_off": [{"bic": "nonsense"}]})"),
            "/cut_off/0/bic: \"nonsense\" is not a BIC, expected 8 or 11 letters and digits");
  EXPECT_EQ(
      error_of(R"({"title": "t", "lapse": [{"licence": "1"}], "price": {"currency": "USD", "margin_percent": {"low": 9, "high": 3}, "losses": []}})"),
      "/price/margin_percent: low is above high");
}

TEST(ScenarioFile, ReadsSomebodyAsAListWould) {
  const auto read =
      read_scenario(R"({"title": "t", "designate": [{"name": "Altyn Chip Import LLP", "aliases": ["Алтын"], "schema": "Company", "country": "KZ",
      "identifiers": {"bin": "220340018771"}, "list": "us_ofac_sdn", "program": "RUSSIA-EO14024"}]})");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  const auto& entity = read->designate.front().entity;
  EXPECT_EQ(entity.id, "scenario-1");
  EXPECT_EQ(entity.first("registrationNumber"), "220340018771");
  EXPECT_EQ(entity.first("country"), "kz");
  EXPECT_EQ(entity.designations.front().program, "RUSSIA-EO14024");
  EXPECT_EQ(sentences(*read), std::vector<std::string>{"Altyn Chip Import LLP is put on the list us_ofac_sdn (RUSSIA-EO14024)."});
}

// ---- price -------------------------------------------------------------------------------------------------------

PriceTerms terms() {
  const std::string text = R"({"title": "t", "lapse": [{"licence": "1"}], "price": {"currency": "USD", "margin_percent": {"low": 5, "high": 10},
      "losses": [{"regime": "us", "what": "penalty", "low": 1000, "high": 4000, "per": "deal"},
                 {"regime": "any", "what": "account", "low": 0, "high": 0, "per": "once"}],
      "permission": {"cost": {"low": 10, "high": 20}, "margin_lost_percent": {"low": 0, "high": 50}}}})";
  return *read_scenario(text)->price;
}

PriceGroup group() {
  PriceGroup one;
  one.deals = 2;
  one.value.add("USD", nanos(Decimal::whole(2'000)));
  one.regimes["us"] = 1;
  return one;
}

TEST(Price, TellsTheProbabilityAtWhichGainAndLossAreAlike) {
  const Json told = price(terms(), {{policy::Outcome::review, group()}});
  const Json& options = *told.find("outcomes")->items.at(0).find("options");
  ASSERT_EQ(options.items.size(), 2U);  // nothing is asked of an authority where only a person must look
  const Json& proceed = options.items.at(1);
  EXPECT_TRUE(proceed.find("offered")->truth);
  EXPECT_EQ(proceed.find("margin_kept")->dump(), R"({"low":"100.00","high":"200.00"})");
  EXPECT_EQ(proceed.find("loss_at_risk")->dump(), R"({"low":"1000.00","high":"4000.00"})");
  // 100 of 4,000 at the least, 200 of 1,000 at the most.
  EXPECT_EQ(proceed.find("break_even")->dump(), R"({"low":"0.025","high":"0.2","of":"all of the losses at once"})");
}

TEST(Price, NeverOffersWhatIsProhibited) {
  const Json told = price(terms(), {{policy::Outcome::licence_required, group()}, {policy::Outcome::prohibited, group()}});
  for (const auto& outcome : told.find("outcomes")->items) {
    const Json& options = *outcome.find("options");
    ASSERT_EQ(options.items.size(), 3U);
    EXPECT_EQ(options.items[0].get("option"), "decline");
    EXPECT_EQ(options.items[1].get("option"), "seek_permission");
    // From 10 a deal of a margin of 200 on, to 20 a deal of one of 50: asking pays.
    EXPECT_EQ(options.items[1].find("break_even")->get("low"), "0.1");
    EXPECT_EQ(options.items[1].find("break_even")->get("high"), "0.8");
    const Json& proceed = options.items[2];
    EXPECT_FALSE(proceed.find("offered")->truth);
    EXPECT_FALSE(proceed.get("why").empty());
    EXPECT_EQ(proceed.find("margin_kept"), nullptr);
    EXPECT_EQ(proceed.find("break_even"), nullptr);
    EXPECT_EQ(proceed.find("loss_at_risk")->get("high"), "4000.00");
  }
}

}  // namespace
}  // namespace tamga::exposure
