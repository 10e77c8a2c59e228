#include "policy/particulars.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/toml.h"
#include "policy/case_facts.h"
#include "policy/policy.h"

namespace tamga::policy {
namespace {

Facts facts_of(std::string_view toml, std::string_view as_of = "2026-11-20") {
  const auto root = read_toml({"facts.toml", fmt::format("facts = {}", toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  auto facts = read_case_facts(*root->find("facts"), *Date::parse(as_of));
  EXPECT_TRUE(facts.has_value()) << facts.error().text() << " in " << toml;
  return facts ? *facts : Facts{};
}

Result<Condition> read(std::string_view toml, Scope about) {
  const auto root = read_toml({"when.toml", fmt::format("when = {}", toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  return read_condition(*root->find("when"), about, Names{});
}

struct Told {
  Answer answer = Answer::no;
  Grounds grounds;
};

Told told(std::string_view when, std::string_view facts_toml, Scope about) {
  Told out;
  const auto condition = read(when, about);
  EXPECT_TRUE(condition.has_value()) << condition.error().text() << " in " << when;
  if (!condition) return out;
  const Facts facts = facts_of(facts_toml);
  const DealView view(facts);
  Place place{view};
  if (about == Scope::goods) place.goods = &facts.goods.at(0);
  if (about == Scope::leg) place.leg = &facts.route.value().at(0);
  out.answer = evaluate(*condition, place);
  explain(*condition, place, out.grounds);
  return out;
}

struct WordCase {
  std::string_view when;
  Scope about;
  std::string_view yes;
  std::string_view no;
  std::string_view unknown;
  std::string_view missing;  ///< the pointer that an unknown names; empty: none would help
};

constexpr std::string_view kChips = "plausible = { kg = ['0.001', '0.5'], eur = ['1', '1000'] }";

TEST(Particulars, EachWordSaysYesNoAndUnknown) {
  const std::string chips(kChips);
  const auto priced = [&](std::string_view rest) {
    return fmt::format("{{ goods = [{{ hs = '854231', quantity = 10, unit = 'pcs', {}, {} }}] }}", rest, chips);
  };
  const std::string dear = priced("value = 20000, currency = 'EUR'");
  const std::string fair = priced("value = 5000, currency = 'EUR'");
  const std::string tenge = priced("value = 5000, currency = 'KZT'");
  const std::string light = priced("net_kg = '0.005'");
  const std::string weighed = priced("net_kg = 1");
  const std::vector<WordCase> cases = {
      {"{ eccn = ['3*', '5A992*'] }", Scope::goods, "{ goods = [{ hs = '854231', eccn = '3A001.a' }] }",
       "{ goods = [{ hs = '854231', eccn = 'EAR99' }] }", "{ goods = [{ hs = '854231' }] }", "/goods/0/eccn"},
      {"{ us_content = { more_than = 25 } }", Scope::goods, "{ goods = [{ us_content = '26-40' }] }", "{ goods = [{ us_content = '10-25' }] }",
       "{ goods = [{ us_content = '20-30' }] }", "/goods/0/us_content"},
      {"{ us_content = { at_least = 25 } }", Scope::goods, "{ goods = [{ us_content = '25' }] }", "{ goods = [{ us_content = '<25' }] }",
       "{ goods = [{ us_content = '<=25' }] }", "/goods/0/us_content"},
      {"{ us_content = { more_than = 25 } }", Scope::goods, "{ goods = [{ us_content = '>25' }] }",
       "{ goods = [{ origin = 'CN', made_with = ['CN'] }] }", "{ goods = [{ origin = 'CN', made_with = ['US'] }] }", "/goods/0/us_content"},
      {"{ unit_value_implausible = true }", Scope::goods, dear, fair, tenge, "/goods/0/currency"},
      {"{ unit_value_implausible = false }", Scope::goods, fair, dear, tenge, "/goods/0/currency"},
      {"{ unit_weight_implausible = true }", Scope::goods, light, weighed, fair, "/goods/0/net_kg"},
      {"{ ais_gap_days_over = 7 }", Scope::leg, "{ route = [{ vessel = 'A', vessel_facts = { ais_gaps = [[2026-05-01, 2026-05-08]] } }] }",
       "{ route = [{ vessel = 'A', vessel_facts = { ais_gaps = [[2026-05-01, 2026-05-07]] } }] }", "{ route = [{ vessel = 'A' }] }",
       "/route/0/vessel_facts"},
      {"{ flag_changed_within_days = 90 }", Scope::leg, "{ shipped = 2026-06-01, route = [{ vessel_facts = { flag_changes = [2026-03-03] } }] }",
       "{ shipped = 2026-06-01, route = [{ vessel_facts = { flag_changes = [2026-03-02] } }] }",
       "{ route = [{ mode = 'sea', vessel_facts = { built = 2001 } }] }", "/route/0/vessel_facts/flag_changes"},
      {"{ owner_changed_within_days = 183 }", Scope::leg, "{ route = [{ vessel_facts = { owner_changed = 2026-07-01 } }] }",
       "{ route = [{ vessel_facts = { owner_changed = 2026-01-01 } }] }", "{ route = [{ vessel_facts = { built = 2001 } }] }",
       "/route/0/vessel_facts/owner_changed"},
      {"{ sts_transfer_within_days = 30 }", Scope::leg, "{ route = [{ vessel_facts = { sts_transfers = [2025-01-01, 2026-11-01] } }] }",
       "{ route = [{ vessel_facts = { sts_transfers = [] } }] }", "{ route = ['TR'] }", "/route/0/mode"},
      {"{ vessel_age_over = 20 }", Scope::leg, "{ route = [{ vessel_facts = { built = 2005 } }] }",
       "{ route = [{ vessel_facts = { built = 2007 } }] }", "{ route = [{ vessel_facts = { built = 2006 } }] }", "/route/0/vessel_facts/built"},
      {"{ vessel_age_over = 20 }", Scope::leg, "{ shipped = 2030-01-01, route = [{ vessel_facts = { built = 2009 } }] }",
       "{ route = [{ mode = 'rail' }] }", "{ route = [{ mode = 'sea' }] }", "/route/0/vessel_facts"},
      {"{ payment_terms = ['cash', 'prepayment'] }", Scope::deal, "{ payment = { terms = 'cash' } }", "{ payment = { terms = 'collection' } }",
       "{ payment = { currency = 'USD' } }", "/payment/terms"},
      {"{ payment_channel = ['spfs'] }", Scope::deal, "{ payment = { channel = 'spfs' } }", "{ payment = { channel = 'swift' } }", "{}",
       "/payment/channel"},
      {"{ payer_country = ['AE'] }", Scope::deal, "{ payment = { payer = { name = 'P', country = 'AE' } } }",
       "{ payment = { payer = { name = 'P', country = 'KZ' } } }", "{ payment = { payer = { name = 'P' } } }", "/payment/payer/country"},
      {"{ payer_is_buyer = false }", Scope::deal, "{ payment = { payer = { name = 'P', is_buyer = false } } }",
       "{ payment = { payer = { name = 'P', is_buyer = true } } }", "{ payment = { payer = { name = 'P' } } }", "/payment/payer/name"},
      {"{ payer_in_third_country = true }", Scope::deal,
       "{ subjects = [{ role = 'buyer', country = 'KZ' }], payment = { payer = { name = 'P', country = 'AE' } } }",
       "{ subjects = [{ role = 'buyer', country = 'KZ' }, { role = 'consignee' }], payment = { payer = { name = 'P', country = 'KZ' } } }",
       "{ subjects = [{ role = 'buyer', country = 'KZ' }, { role = 'consignee' }], payment = { payer = { name = 'P', country = 'AE' } } }",
       "/parties"},
      {"{ insurer_country = ['RU'] }", Scope::deal, "{ subjects = [{ role = 'insurer', country = 'RU' }, { role = 'insurer' }] }",
       "{ subjects = [{ role = 'insurer', country = 'KZ' }] }", "{ route = ['KZ', { mode = 'sea', country = 'TR' }] }",
       "/route/1/vessel_facts/insurer"},
      {"{ contract_from = 2023-12-19 }", Scope::deal, "{ contract_date = 2023-12-19 }", "{ contract_date = 2023-12-18 }", "{}", "/contract_date"},
      {"{ contract_before = 2023-12-19 }", Scope::deal, "{ contract_date = 2023-12-18 }", "{ contract_date = 2023-12-19 }", "{}", "/contract_date"},
      {"{ end_use_certificate = false }", Scope::deal, "{ end_use = { certificate = false } }", "{ end_use = { certificate = true } }",
       "{ end_use = { country = 'KZ' } }", "/end_use/certificate"},
      {"{ transit = ['RU'] }", Scope::deal, "{ route = ['DE', 'RU', 'KZ'] }", "{ route = ['DE', 'TR', 'KZ'] }",
       "{ subjects = [{ role = 'exporter', country = 'DE' }], route = ['RU', 'KZ'], end_use = { country = 'KZ' } }", "/route"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(told(one.when, one.yes, one.about).answer, Answer::yes) << one.when << " of " << one.yes;
    EXPECT_EQ(told(one.when, one.no, one.about).answer, Answer::no) << one.when << " of " << one.no;
    const Told unknown = told(one.when, one.unknown, one.about);
    EXPECT_EQ(unknown.answer, Answer::unknown) << one.when << " of " << one.unknown;
    EXPECT_EQ(unknown.grounds.missing, std::vector<std::string>{std::string(one.missing)}) << one.when << " of " << one.unknown;
    EXPECT_FALSE(unknown.grounds.reasons.empty()) << one.when;
    EXPECT_TRUE(told(one.when, one.yes, one.about).grounds.missing.empty()) << one.when << " of " << one.yes;
  }
  // Two that are never a plain yes, no and unknown have tests of their own below.
  for (const auto& info : vocabulary()) {
    if (!is_particular(info.word) || info.word == Word::wallet_listed || info.word == Word::eccn_stated) continue;
    const bool asked = std::any_of(cases.begin(), cases.end(),
                                   [&](const WordCase& one) { return one.when.find(fmt::format("{{ {} = ", info.name)) != std::string_view::npos; });
    EXPECT_TRUE(asked) << "no case for the word " << info.name;
  }
}

TEST(Particulars, AnUnlistedWalletIsNotCleared) {
  const std::string_view when = "{ wallet_listed = { list = ['us_ofac_sdn'] } }";
  EXPECT_EQ(told(when, "{ subjects = [{ role = 'wallet', match = ['us_ofac_sdn X'] }] }", Scope::deal).answer, Answer::yes);
  for (const auto* facts : {"{ subjects = [{ role = 'wallet' }] }", "{}", "{ subjects = [{ role = 'wallet', match = ['?us_ofac_sdn X'] }] }"}) {
    const Told unknown = told(when, facts, Scope::deal);
    EXPECT_EQ(unknown.answer, Answer::unknown) << facts;
    EXPECT_EQ(unknown.grounds.missing, std::vector<std::string>{"/payment/wallet"}) << facts;
  }
}

TEST(Particulars, EccnStatedAlwaysKnowsAndNamesTheField) {
  EXPECT_EQ(told("{ eccn_stated = false }", "{ goods = [{ hs = '870899' }] }", Scope::goods).answer, Answer::yes);
  EXPECT_EQ(told("{ eccn_stated = false }", "{ goods = [{ hs = '870899' }] }", Scope::goods).grounds.missing,
            std::vector<std::string>{"/goods/0/eccn"});
  EXPECT_EQ(told("{ eccn_stated = true }", "{ goods = [{ hs = '870899' }] }", Scope::goods).answer, Answer::no);
  EXPECT_EQ(told("{ eccn_stated = true }", "{ goods = [{ eccn = 'EAR99' }] }", Scope::goods).answer, Answer::yes);
}

TEST(Particulars, APriceInAnotherCurrencyIsJudgedByTheBoundsOfItsWorth) {
  const auto answer = [](std::string_view value) {
    return told("{ unit_value_implausible = true }",
                fmt::format(
                    "{{ goods = [{{ hs = '854231', quantity = 1, unit = 'pcs', value = {}, currency = 'USD', per_euro = ['0.8', '1.65'], {} }}] }}",
                    value, kChips),
                Scope::goods)
        .answer;
  };
  // A piece costs 1 to 1000 EUR: 0.8 dollars may be one euro, and 1.65 is one at least.
  EXPECT_EQ(answer("'0.79'"), Answer::yes);
  EXPECT_EQ(answer("'0.8'"), Answer::unknown);
  EXPECT_EQ(answer("'1.64'"), Answer::unknown);
  EXPECT_EQ(answer("'1.65'"), Answer::no);
  EXPECT_EQ(answer("800"), Answer::no);
  EXPECT_EQ(answer("801"), Answer::unknown);
  EXPECT_EQ(answer("1650"), Answer::unknown);
  EXPECT_EQ(answer("'1650.01'"), Answer::yes);
}

TEST(Particulars, AWeightToldTwiceMayDifferByATenth) {
  const auto answer = [](std::string_view unit, std::string_view kg) {
    return told("{ unit_weight_implausible = true }",
                fmt::format("{{ goods = [{{ hs = '100199', quantity = 20, unit = '{}', net_kg = {} }}] }}", unit, kg), Scope::goods)
        .answer;
  };
  EXPECT_EQ(answer("t", "18000"), Answer::no);
  EXPECT_EQ(answer("t", "22000"), Answer::no);
  EXPECT_EQ(answer("t", "17999"), Answer::yes);
  EXPECT_EQ(answer("t", "22001"), Answer::yes);
  EXPECT_EQ(answer("kg", "20"), Answer::no);
  EXPECT_EQ(answer("kg", "20000"), Answer::yes);
  EXPECT_EQ(answer("barrels", "20"), Answer::unknown);
}

TEST(Particulars, AShipsPastIsShownInWords) {
  const Told both = told(
      "{ some_leg = { any = [{ ais_gap_days_over = 1 }, { vessel_age_over = 20 }] } }",
      "{ route = [{ vessel = 'ARCTIC DAWN', vessel_facts = { built = 1999, ais_gaps = [[2026-05-01, 2026-05-08], [2026-06-01, 2026-06-01]] } }] }",
      Scope::deal);
  EXPECT_EQ(both.grounds.slots[static_cast<std::size_t>(Slot::shown)],
            "no position was received from 2026-05-01 to 2026-05-08 and it was built in 1999");
  EXPECT_EQ(both.grounds.slots[static_cast<std::size_t>(Slot::vessel)], "ARCTIC DAWN");
}

TEST(Particulars, WordsAreRefusedWithWrongValues) {
  struct Wrong {
    std::string_view when;
    Scope about;
    std::string_view mentions;
  };
  for (const auto& one : std::vector<Wrong>{
           {"{ us_content = {} }", Scope::goods, "needs either at_least or more_than"},
           {"{ us_content = { at_least = 101 } }", Scope::goods, "above 100"},
           {"{ ais_gap_days_over = '1.5' }", Scope::leg, "whole number of days"},
           {"{ vessel_age_over = 500 }", Scope::leg, "whole number of years"},
           {"{ vessel_age_over = 20 }", Scope::goods, "there is none here"},
           {"{ payment_terms = ['barter'] }", Scope::deal, "\"barter\" is not known"},
           {"{ payment_channel = ['hawala'] }", Scope::deal, "\"hawala\" is not known"},
           {"{ contract_from = 'May' }", Scope::deal, "must be a day"},
           {"{ end_use_certificate = 'yes' }", Scope::deal, "true or false"},
           {"{ unit_value_above = [] }", Scope::goods, "must not be empty"},
           {"{ unit_value_above = [{ amount = 1, currency = 'EUR' }, { amount = 2, currency = 'EUR' }] }", Scope::goods, "names EUR twice"},
           {"{ wallet_listed = { bank = ['x'] } }", Scope::deal, "no key"},
       }) {
    const auto condition = read(one.when, one.about);
    ASSERT_FALSE(condition.has_value()) << one.when;
    EXPECT_NE(condition.error().message.find(one.mentions), std::string::npos) << condition.error().message;
  }
}

TEST(Particulars, ALimitMayBeGivenInSeveralCurrencies) {
  const std::string_view when = "{ unit_value_above = [{ amount = 100, currency = 'EUR' }, { amount = 50000, currency = 'KZT' }] }";
  const auto answer = [&](std::string_view value, std::string_view currency) {
    return told(when, fmt::format("{{ goods = [{{ quantity = 2, value = {}, currency = '{}' }}] }}", value, currency), Scope::goods).answer;
  };
  EXPECT_EQ(answer("201", "EUR"), Answer::yes);
  EXPECT_EQ(answer("200", "EUR"), Answer::no);
  EXPECT_EQ(answer("100001", "KZT"), Answer::yes);
  EXPECT_EQ(answer("100000", "USD"), Answer::unknown);
}

// Of a share every exact value within it is possible: what the range answers holds for all of them, and only where they differ it is unknown.
TEST(ParticularsProperty, ARangeOfUsContentAnswersAsItsValuesDo) {
  EXPECT_TRUE(rc::check("us_content of a range is what its values agree on", [] {
    const int low = *rc::gen::inRange(0, 101);
    const int high = *rc::gen::inRange(low, 101);
    const int bound = *rc::gen::inRange(0, 101);
    const auto key = *rc::gen::element<std::string>("more_than", "at_least");
    const auto when = fmt::format("{{ us_content = {{ {} = {} }} }}", key, bound);
    const auto of_text = [&](const std::string& text) {
      return told(when, fmt::format("{{ goods = [{{ us_content = '{}' }}] }}", text), Scope::goods).answer;
    };
    std::set<Answer> answers;
    for (int value = low; value <= high; ++value) answers.insert(of_text(std::to_string(value)));
    const Answer got = of_text(fmt::format("{}-{}", low, high));
    RC_ASSERT(got == (answers.size() == 1 ? *answers.begin() : Answer::unknown));
  }));
}

// ---- routes ---------------------------------------------------------------------------------------------------

RuleBook shipped() {
  std::vector<NamedBytes> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TAMGA_SOURCE_DIR) + "/policy")) {
    if (entry.path().extension() != ".toml" || entry.path().filename() == "matching.toml") continue;
    auto bytes = read_file(entry.path().string());
    EXPECT_TRUE(bytes.has_value());
    files.push_back({entry.path().filename().string(), bytes.value_or("")});
  }
  auto book = RuleBook::read(files);
  EXPECT_TRUE(book.has_value()) << book.error().text();
  return book.value_or(RuleBook());
}

/// Rule ids that speak, with their outcome.
std::set<std::string> speak(const RuleBook& book, const Facts& facts) {
  std::set<std::string> ids;
  for (const auto& finding : book.judge(facts).findings) ids.insert(fmt::format("{} {}", finding.rule, outcome_name(finding.outcome)));
  return ids;
}

constexpr std::string_view kTransitGoods =
    "goods = [{ hs = '854231', origin = 'DE', control = ['eu.833.xl', 'eu.2021_821.i', 'eu.833.xxiii'] }, { hs = '880720', origin = 'DE' }]";

// Wherever Russia stands between where the goods come from and where they are said to go, the four transit bans speak.
TEST(Routes, TransitBansSpeakForEveryOrderOfLegs) {
  const RuleBook book = shipped();
  const std::set<std::string> bans = {"eu.833.2a_transit_through_russia prohibited", "eu.833.2_transit_dual_use prohibited",
                                      "eu.833.3c_transit_aviation review", "eu.833.3k_transit_through_russia review"};
  const auto spoken = [&](const std::string& route, std::string_view exporter) {
    const auto all =
        speak(book, facts_of(fmt::format("{{ {}, route = [{}], subjects = [{{ role = 'exporter', country = '{}' }}, {{ role = 'consignee', "
                                         "country = 'KZ' }}], end_use = {{ country = 'KZ' }} }}",
                                         kTransitGoods, route, exporter)));
    std::set<std::string> of_bans;
    for (const auto& ban : bans) {
      if (all.contains(ban)) of_bans.insert(ban);
    }
    return of_bans;
  };
  std::vector<std::string> middle = {"'BY'", "'PL'", "'RU'", "'TR'"};
  std::sort(middle.begin(), middle.end());
  int orders = 0;
  do {
    EXPECT_EQ(spoken(fmt::format("'DE', {}, 'KZ'", fmt::join(middle, ", ")), "DE"), bans) << fmt::format("{}", fmt::join(middle, ", "));
    ++orders;
  } while (std::next_permutation(middle.begin(), middle.end()));
  EXPECT_EQ(orders, 24);
  EXPECT_EQ(spoken("'DE', 'PL', 'RU'", "DE"), bans) << "the route ends on the way";
  EXPECT_EQ(spoken("'DE', 'RU', 'DE', 'KZ'", "DE"), bans) << "there and back";
  EXPECT_EQ(spoken("'DE', 'TR', 'GE', 'AZ', 'KZ'", "DE"), std::set<std::string>{});
  // Where the route begins in Russia and the goods are sold from the Union, how they came there must be told.
  const auto all =
      speak(book, facts_of(fmt::format("{{ {}, route = ['RU', 'KZ'], subjects = [{{ role = 'exporter', country = 'DE' }}], end_use = {{ country "
                                       "= 'KZ' }} }}",
                                       kTransitGoods)));
  for (const auto* ban : {"eu.833.2a_transit_through_russia review", "eu.833.2_transit_dual_use review", "eu.833.3c_transit_aviation review",
                          "eu.833.3k_transit_through_russia review"}) {
    EXPECT_TRUE(all.contains(ban)) << ban;
  }
}

// A rule about one leg says the same of it at every place of the route; so do those that ask whether the route touches a country.
TEST(RoutesProperty, RulesAboutOneLegDoNotAskWhichItIs) {
  const RuleBook book = shipped();
  const std::vector<std::string> legs = {"{ place = 'RUNVS', country = 'RU', mode = 'sea' }", "{ place = 'RUSVO', country = 'RU', mode = 'air' }",
                                         "{ place = 'UAMPW', country = 'UA', mode = 'sea' }", "{ place = 'UASVP', country = 'UA', mode = 'sea' }",
                                         "{ place = 'TRMER', country = 'TR', mode = 'sea' }", "{ place = 'KZALA', country = 'KZ', mode = 'road' }"};
  EXPECT_TRUE(rc::check("findings about legs are the same for each order of the legs", [&] {
    auto order = *rc::gen::container<std::vector<int>>(legs.size(), rc::gen::arbitrary<int>());
    std::vector<std::size_t> numbers(legs.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
    std::stable_sort(numbers.begin(), numbers.end(), [&](std::size_t a, std::size_t b) { return order[a] < order[b]; });
    const auto about_legs = [&](const std::vector<std::size_t>& sequence) {
      std::vector<std::string> texts;
      for (const auto number : sequence) texts.push_back(legs[number]);
      std::set<std::string> found;
      const auto judgement =
          book.judge(facts_of(fmt::format("{{ route = [{}], payment = {{ currency = 'EUR' }}, goods = [{{ hs = '100199', origin = 'DE' }}], "
                                          "end_use = {{ country = 'KZ' }} }}",
                                          fmt::join(texts, ", "))));
      for (const auto& finding : judgement.findings) {
        if (!finding.about.starts_with("/route/")) continue;
        const auto at = sequence[static_cast<std::size_t>(std::stoi(finding.about.substr(7)))];
        found.insert(fmt::format("{} {} {}", finding.rule, outcome_name(finding.outcome), at));
      }
      return found;
    };
    std::vector<std::size_t> sorted = numbers;
    std::sort(sorted.begin(), sorted.end());
    const auto expected = about_legs(sorted);
    RC_ASSERT(expected.size() >= 2U);
    RC_ASSERT(about_legs(numbers) == expected);
  }));
}

TEST(Routes, TransshipmentIsSeenAtEveryPlaceOfTheRoute) {
  const RuleBook book = shipped();
  std::vector<std::string> legs = {"'US'", "'TR'", "'GE'", "'RU'"};
  for (int turn = 0; turn < 4; ++turn) {
    std::rotate(legs.begin(), legs.begin() + 1, legs.end());
    const auto ids =
        speak(book, facts_of(fmt::format("{{ goods = [{{ hs = '854231', origin = 'US', control = ['chpl.1'] }}], route = [{}], subjects = [{{ role = "
                                         "'consignee', country = 'RU' }}] }}",
                                         fmt::join(legs, ", "))));
    EXPECT_TRUE(ids.contains("us.diversion.transshipment_to_russia review")) << fmt::format("{}", fmt::join(legs, ", "));
  }
}

}  // namespace
}  // namespace tamga::policy
