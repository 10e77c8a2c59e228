#include "policy/policy.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/toml.h"
#include "policy/case_facts.h"
#include "policy/condition.h"
#include "policy/evaluate.h"
#include "policy/particulars.h"
#include "policy/select.h"

namespace tamga::policy {
namespace {

constexpr std::string_view kGroups = R"(
title = "groups"
[[group]]
id = "pair"
citation = "a treaty"
source = "a page"
countries = ["RU", "BY"]
)";

/// A whole policy file around one rule; `when` and `extra` are TOML.
std::string file_with(std::string_view when, std::string_view about = "deal", std::string_view extra = {}, std::string_view facts_that_speak = "{}",
                      std::string_view facts_that_do_not = "{}") {
  return fmt::format(R"(regime = "us"
title = "test"
[[nexus]]
id = "usd_clearing"
authority = "A"
citation = "C"
source = "S"
from = 2000-01-01
because = "dollars"
when = {{ payment_currency = ["USD"] }}
[[nexus.test]]
as_of = 2024-01-01
expect = "yes"
facts = {{ payment = {{ currency = "USD" }} }}
[[nexus.test]]
as_of = 2024-01-01
expect = "no"
facts = {{ payment = {{ currency = "KZT" }} }}
[[rule]]
id = "us.test.rule"
authority = "A"
citation = "C"
source = "S"
from = 2000-01-01
about = "{}"
when = {}
nexus = "not_needed"
outcome = "prohibited"
because = "{{name}} does it"
{}
[[rule.test]]
as_of = 2024-01-01
expect = "prohibited"
facts = {}
[[rule.test]]
as_of = 2024-01-01
expect = "none"
facts = {}
)",
                     about, when, extra, facts_that_speak, facts_that_do_not);
}

Result<RuleBook> read_text(std::string text, std::string name = "us.toml") {
  const std::vector<NamedBytes> files = {{"countries.toml", std::string(kGroups)}, {std::move(name), std::move(text)}};
  return RuleBook::read(files);
}

Facts facts_of(std::string_view toml) {
  const auto root = read_toml({"facts.toml", fmt::format("facts = {}", toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  auto facts = read_case_facts(*root->find("facts"), *Date::parse("2024-06-14"));
  EXPECT_TRUE(facts.has_value()) << facts.error().text() << " in " << toml;
  return facts ? *facts : Facts{};
}

Condition condition_of(std::string_view toml, Scope about = Scope::deal) {
  const auto root = read_toml({"when.toml", fmt::format("when = {}", toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  CountryGroups groups;
  groups["pair"] = {"RU", "BY"};
  OwnershipRule half;
  half.filter.list = {Pattern{"l", Pattern::Kind::exact}};
  auto condition = read_condition(*root->find("when"), about, Names{groups, {{"us.test", half}}});
  EXPECT_TRUE(condition.has_value()) << condition.error().text() << " in " << toml;
  return condition ? *condition : Condition{};
}

/// Of the first subject, goods line or leg where `about` says so.
Answer answer_of(std::string_view when, std::string_view facts_toml, Scope about = Scope::deal) {
  const Condition condition = condition_of(when, about);
  const Facts facts = facts_of(facts_toml);
  const DealView view(facts);
  Place place{view};
  if (about == Scope::subject) place.subject = &facts.subjects.at(0);
  if (about == Scope::goods) place.goods = &facts.goods.at(0);
  if (about == Scope::leg) place.leg = &facts.route.value().at(0);
  const Answer answer = evaluate(condition, place);
  // Whatever speaks must be among what is evaluated at all, the words too that no shipped rule has.
  const std::array<const Condition*, 1> one{&condition};
  EXPECT_TRUE(answer == Answer::no || Selector(one).select(view).has(0)) << when << " on " << facts_toml << " is never looked at";
  return answer;
}

std::vector<std::string> missing_of(std::string_view when, std::string_view facts_toml, Scope about = Scope::deal) {
  const Condition condition = condition_of(when, about);
  const Facts facts = facts_of(facts_toml);
  const DealView view(facts);
  Place place{view};
  if (about == Scope::subject) place.subject = &facts.subjects.at(0);
  if (about == Scope::goods) place.goods = &facts.goods.at(0);
  if (about == Scope::leg) place.leg = &facts.route.value().at(0);
  Grounds grounds;
  explain(condition, place, grounds);
  return grounds.missing;
}

using Texts = std::vector<std::string>;

struct WordCase {
  std::string_view when;
  Scope about;
  std::string_view yes;
  std::string_view no;
  std::string_view unknown;  ///< empty: the word always knows
  std::string_view missing;  ///< the pointer that an unknown names
};

TEST(Vocabulary, EachWordSaysYesNoAndUnknown) {
  const std::vector<WordCase> cases = {
      {"{ role = ['bank'] }", Scope::subject, "{ subjects = [{ role = 'bank' }] }", "{ subjects = [{ role = 'buyer' }] }", "", ""},
      {"{ schema = ['Organization'] }", Scope::subject, "{ subjects = [{ schema = 'Company' }] }", "{ subjects = [{ schema = 'Person' }] }", "", ""},
      {"{ subject_country = ['@pair'] }", Scope::subject, "{ subjects = [{ country = 'BY' }] }", "{ subjects = [{ country = 'KZ' }] }",
       "{ subjects = [{ role = 'buyer' }] }", "/parties/0/country"},
      {"{ name_contains = ['Caspian'] }", Scope::subject, "{ subjects = [{ name = 'THE CASPIAN LINE' }] }", "{ subjects = [{ name = 'Aral' }] }", "",
       ""},
      {"{ listed = { list = ['us_*'], program = ['RUSSIA-*'] } }", Scope::subject, "{ subjects = [{ match = ['us_ofac_sdn RUSSIA-EO14024'] }] }",
       "{ subjects = [{ match = ['us_ofac_sdn SDGT', 'eu_fsf RUSSIA-X'] }] }", "{ subjects = [{ match = ['?us_ofac_sdn RUSSIA-EO14024'] }] }",
       "/parties/0/identifiers"},
      {"{ listed = { program = ['SDGT'] } }", Scope::subject, "{ subjects = [{ match = ['l SDGT'] }] }", "{ subjects = [{ }] }",
       "{ subjects = [{ match = ['l'] }] }", ""},
      {"{ listed = { except_program = ['UKR'] } }", Scope::subject, "{ subjects = [{ match = ['l TAQA'] }] }",
       "{ subjects = [{ match = ['l UKR'] }] }", "{ subjects = [{ match = ['l'] }] }", ""},
      {"{ listed = { annex = ['XIX', 'XIX.*'] } }", Scope::subject, "{ subjects = [{ match = ['l P XIX.A'] }] }",
       "{ subjects = [{ match = ['l P XIV', 'l P'] }] }", "{ subjects = [{ match = ['?l P XIX'] }] }", "/parties/0/identifiers"},
      {"{ listed = { annex = ['I', ''] } }", Scope::subject, "{ subjects = [{ match = ['l P'] }] }", "{ subjects = [{ match = ['l P II'] }] }", "",
       ""},
      {"{ listed = { measure = ['asset freeze*'] } }", Scope::subject, "{ subjects = [{ match = [{ list = 'l', measure = 'Asset Freeze' }] }] }",
       "{ subjects = [{ match = [{ list = 'l', measure = 'Travel Ban' }] }] }", "{ subjects = [{ match = ['l RUS'] }] }", ""},
      {"{ listed = { caption = ['*rosneft*'] } }", Scope::subject, "{ subjects = [{ match = [{ list = 'l', caption = 'OAO ROSNEFT OIL' }] }] }",
       "{ subjects = [{ match = [{ list = 'l', caption = 'GAZPROM' }] }] }", "", ""},
      {"{ listed = { designated_from = 2024-05-01 } }", Scope::subject, "{ subjects = [{ match = [{ list = 'l', from = '2024-05-01' }] }] }",
       "{ subjects = [{ match = [{ list = 'l', from = '2024-04-30' }] }] }", "{ subjects = [{ match = [{ list = 'l', from = '2024' }] }] }", ""},
      {"{ listed = { designated_to = 2024-05-01 } }", Scope::subject, "{ subjects = [{ match = [{ list = 'l', from = '2023' }] }] }",
       "{ subjects = [{ match = [{ list = 'l', from = '2024-06' }] }] }", "{ subjects = [{ match = [{ list = 'l', program = 'P' }] }] }", ""},
      {"{ owned = { list = ['l'], at_least = 50, aggregate = true } }", Scope::subject,
       "{ subjects = [{ owners = [{ share = '25', match = ['l'] }, { share = '25', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '49', match = ['l'] }, { share = '51' }] }] }", "{ subjects = [{ owners = [{ match = ['l'] }] }] }",
       "/parties/0/owners/0/share"},
      {"{ owned = { list = ['l'], more_than = 50, aggregate = false } }", Scope::subject,
       "{ subjects = [{ owners = [{ share = '51', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '50', match = ['l'] }, { share = '50', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '60', match = ['?l'] }] }] }", "/parties/0/owners/0"},
      {"{ owned = { list = ['l'], at_least = 50, aggregate = true, owners_required = true } }", Scope::subject,
       "{ subjects = [{ owners = [{ share = '50', match = ['l'] }] }] }", "{ subjects = [{ schema = 'Person' }] }",
       "{ subjects = [{ schema = 'Company' }] }", "/parties/0/owners"},
      {"{ controlled = { list = ['l'], at_least = 50, aggregate = true } }", Scope::subject,
       "{ subjects = [{ owners = [{ kind = 'control', match = ['l'] }] }] }", "{ subjects = [{ owners = [{ share = '60', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ kind = 'influence', match = ['l'] }] }] }", "/parties/0/owners/0/share"},
      {"{ owned = { by = 'us.test' } }", Scope::subject,
       "{ subjects = [{ owners = [{ share = '60', owners = [{ share = '60', match = ['l'] }] }] }] }",
       "{ subjects = [{ owners = [{ share = '60', owners = [{ share = '40', match = ['l'] }] }] }] }",
       "{ subjects = [{ owners = [{ share = '60', owners = [{ share = '40-60', match = ['l'] }] }] }] }", "/parties/0/owners"},
      {"{ held = { by = 'us.test', at_least = 25 } }", Scope::subject, "{ subjects = [{ owners = [{ share = '25', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '24', match = ['l'] }] }] }", "{ subjects = [{ owners = [{ share = '20-30', match = ['l'] }] }] }",
       "/parties/0/owners/0/share"},
      {"{ listed_director = { list = ['l'] } }", Scope::subject, "{ subjects = [{ owners = [{ kind = 'director', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '60', match = ['l'] }] }] }", "{ subjects = [{ owners = [{ kind = 'director', match = ['?l'] }] }] }",
       "/parties/0/owners/0"},
      {"{ divested = { list = ['l'], from_at_least = 50, within_days = 183 } }", Scope::subject,
       "{ subjects = [{ owners = [{ share = '60', to = 2024-03-01, match = [{ list = 'l', from = '2024-02-01' }] }] }] }",
       "{ subjects = [{ owners = [{ share = '60', to = 2023-03-01, match = [{ list = 'l', from = '2024-02-01' }] }] }] }",
       "{ subjects = [{ owners = [{ share = '40-60', to = 2024-03-01, match = [{ list = 'l', from = '2024-02-01' }] }] }] }", "/parties/0/owners"},
      {"{ listed_owner = { list = ['l'] } }", Scope::subject, "{ subjects = [{ owners = [{ share = '1', match = ['l'] }] }] }",
       "{ subjects = [{ owners = [{ share = '1' }] }] }", "{ subjects = [{ owners = [{ match = ['?l'] }] }] }", "/parties/0/owners/0"},
      {"{ incorporated_from = 2022-02-25 }", Scope::subject, "{ subjects = [{ incorporated = 2022-02-25 }] }",
       "{ subjects = [{ incorporated = 2022-02-24 }] }", "{ subjects = [{ incorporated = [2022-02-01, 2022-02-28] }] }", "/parties/0/incorporated"},
      {"{ control = ['chpl.*'] }", Scope::goods, "{ goods = [{ hs = '854231', control = ['chpl.1'] }] }",
       "{ goods = [{ hs = '100199', control = ['eu.833.xl'] }] }", "{ goods = [{ hs = '8542', control_partial = ['chpl.1'] }] }", "/goods/0/hs"},
      {"{ hs = ['8471', '88'] }", Scope::goods, "{ goods = [{ hs = '847150' }] }", "{ goods = [{ hs = '100199' }] }",
       "{ goods = [{ origin = 'KZ' }] }", "/goods/0/hs"},
      {"{ hs = ['84715010'] }", Scope::goods, "{ goods = [{ hs = '8471501000' }] }", "{ goods = [{ hs = '847160' }] }",
       "{ goods = [{ hs = '847150' }] }", "/goods/0/hs"},
      {"{ origin = ['US'] }", Scope::goods, "{ goods = [{ origin = 'US' }] }", "{ goods = [{ origin = 'CN' }] }", "{ goods = [{ hs = '847150' }] }",
       "/goods/0/origin"},
      {"{ made_with = ['US'] }", Scope::goods, "{ goods = [{ made_with = ['KR', 'US'] }] }", "{ goods = [{ made_with = ['KR'] }] }",
       "{ goods = [{ hs = '847150' }] }", "/goods/0/made_with"},
      {"{ made_with_stated = true }", Scope::goods, "{ goods = [{ made_with = ['KR'] }] }", "{ goods = [{ }] }", "", ""},
      {"{ origin_or_made_with = ['US'] }", Scope::goods, "{ goods = [{ made_with = ['US'] }] }", "{ goods = [{ origin = 'CN' }] }",
       "{ goods = [{ }] }", "/goods/0/origin"},
      {"{ unit_value_above = { amount = '300', currency = 'EUR' } }", Scope::goods,
       "{ goods = [{ value = '3001', quantity = '10', currency = 'EUR' }] }", "{ goods = [{ value = '3000', quantity = '10', currency = 'EUR' }] }",
       "{ goods = [{ value = '3001', quantity = '10', currency = 'USD' }] }", "/goods/0/currency"},
      {"{ unit_value_above = { amount = '300', currency = 'EUR' } }", Scope::goods,
       "{ goods = [{ value = '300.01', quantity = '1', currency = 'EUR' }] }", "{ goods = [{ value = '300', quantity = '1', currency = 'EUR' }] }",
       "{ goods = [{ value = '3001', currency = 'EUR' }] }", "/goods/0/quantity"},
      {"{ leg_country = ['RU'] }", Scope::leg, "{ route = ['RU'] }", "{ route = ['KZ'] }", "{ route = [{ place = 'KZAKX' }] }", "/route/0/country"},
      {"{ leg_mode = ['sea'] }", Scope::leg, "{ route = [{ mode = 'sea' }] }", "{ route = [{ mode = 'rail' }] }", "{ route = ['KZ'] }",
       "/route/0/mode"},
      {"{ leg_place = ['UASVP'] }", Scope::leg, "{ route = [{ place = 'UASVP' }] }", "{ route = [{ country = 'KZ' }] }",
       "{ route = [{ country = 'UA' }] }", "/route/0/place"},
      {"{ some_subject = { role = ['bank'], subject_country = ['US'] } }", Scope::deal,
       "{ subjects = [{ role = 'buyer', country = 'KZ' }, { role = 'bank', country = 'US' }] }",
       "{ subjects = [{ role = 'buyer', country = 'US' }] }", "{ subjects = [{ role = 'bank' }] }", "/payment/banks/0/country"},
      {"{ some_goods = { hs = ['88'] } }", Scope::deal, "{ goods = [{ hs = '100199' }, { hs = '880730' }] }", "{ goods = [] }", "{ goods = [{ }] }",
       "/goods/0/hs"},
      {"{ every_goods = { hs = ['10'] } }", Scope::deal, "{ goods = [{ hs = '100199' }] }", "{ goods = [] }", "{ goods = [{ hs = '100199' }, { }] }",
       "/goods/1/hs"},
      {"{ some_leg = { leg_mode = ['pipeline'] } }", Scope::deal, "{ route = [{ mode = 'pipeline' }] }", "{ route = [] }", "{}", "/route"},
      {"{ destination = ['@pair'] }", Scope::deal, "{ end_use = { country = 'RU' } }",
       "{ subjects = [{ role = 'consignee', country = 'KZ' }], route = ['RU'] }", "{ subjects = [{ role = 'seller', country = 'RU' }] }",
       "/end_use/country"},
      {"{ destination = ['RU'] }", Scope::deal, "{ route = ['KZ', 'RU'] }", "{ end_use = { country = 'KZ' }, route = ['KZ', 'RU'] }",
       "{ subjects = [{ role = 'buyer', country = 'RU' }, { role = 'buyer', country = 'KZ' }] }", "/end_use/country"},
      {"{ shipped_from = ['DE'] }", Scope::deal, "{ route = ['DE', 'KZ'] }", "{ subjects = [{ role = 'exporter', country = 'KZ' }] }", "{}",
       "/route"},
      {"{ transit = ['RU'] }", Scope::deal, "{ route = ['DE', 'RU', 'KZ'] }", "{ route = ['RU', 'KZ', 'RU'] }", "{}", "/route"},
      {"{ transit = ['RU'] }", Scope::deal, "{ route = ['DE', 'RU'], end_use = { country = 'KZ' } }",
       "{ route = ['DE', 'RU'], end_use = { country = 'RU' } }", "{ route = ['DE', '', 'KZ'] }", "/route/1/country"},
      {"{ route_touches = ['RU'] }", Scope::deal, "{ route = ['RU', 'KZ'] }", "{ route = ['DE', 'KZ'] }", "{ route = ['DE', ''] }",
       "/route/1/country"},
      {"{ payment_currency = ['USD'] }", Scope::deal, "{ payment = { currency = 'USD' } }", "{ payment = { currency = 'KZT' } }",
       "{ payment = { amount = '5' } }", "/payment/currency"},
      {"{ end_use_military = true }", Scope::deal, "{ end_use = { military = true } }", "{ end_use = { military = false } }", "{}",
       "/end_use/military"},
      {"{ no_reexport_clause = false }", Scope::deal, "{ end_use = { no_reexport_clause = false } }", "{ end_use = { no_reexport_clause = true } }",
       "{ end_use = {} }", "/end_use/no_reexport_clause"},
      {"{ end_use_stated = false }", Scope::deal, "{}", "{ end_use = {} }", "", ""},
      {"{ subject_in = ['US'] }", Scope::deal, "{ subjects = [{ country = 'US' }, { }] }", "{ subjects = [{ country = 'KZ' }, { role = 'vessel' }] }",
       "{ subjects = [{ country = 'KZ' }, { }] }", "/parties/1/country"},
      {"{ not = { payment_currency = ['USD'] } }", Scope::deal, "{ payment = { currency = 'KZT' } }", "{ payment = { currency = 'USD' } }", "{}",
       "/payment/currency"},
      {"{ all = [{ payment_currency = ['USD'] }, { end_use_stated = true }] }", Scope::deal, "{ payment = { currency = 'USD' }, end_use = {} }", "{}",
       "{ end_use = {} }", "/payment/currency"},
      {"{ any = [{ payment_currency = ['USD'] }, { end_use_stated = true }] }", Scope::deal, "{ end_use = {} }", "{ payment = { currency = 'KZT' } }",
       "{}", "/payment/currency"},
  };
  std::vector<std::string> seen = {"always"};
  for (const auto& one : cases) {
    EXPECT_EQ(answer_of(one.when, one.yes, one.about), Answer::yes) << one.when << " on " << one.yes;
    EXPECT_EQ(answer_of(one.when, one.no, one.about), Answer::no) << one.when << " on " << one.no;
    if (!one.unknown.empty()) {
      EXPECT_EQ(answer_of(one.when, one.unknown, one.about), Answer::unknown) << one.when << " on " << one.unknown;
      const auto missing = missing_of(one.when, one.unknown, one.about);
      EXPECT_EQ(missing, one.missing.empty() ? Texts{} : Texts{std::string(one.missing)}) << one.when << " on " << one.unknown;
    }
    for (const auto& info : vocabulary()) {
      if (one.when.find(fmt::format("{{ {} = ", info.name)) != std::string_view::npos) seen.emplace_back(info.name);
    }
  }
  for (const auto& info : vocabulary()) {
    if (is_particular(info.word)) continue;  // particulars_test.cpp
    EXPECT_NE(std::find(seen.begin(), seen.end(), info.name), seen.end()) << "no case for the word " << info.name;
  }
}

TEST(Vocabulary, AlwaysIsYes) { EXPECT_EQ(answer_of("{ always = true }", "{}"), Answer::yes); }

TEST(Vocabulary, UnverifiedControlIsAYesThatDoesNotCarry) {
  const std::string_view facts = "{ goods = [{ hs = '840890', control_unverified = ['eu.833.xxiii'] }] }";
  EXPECT_EQ(answer_of("{ control = ['eu.833.xxiii'] }", facts, Scope::goods), Answer::unverified);
  EXPECT_EQ(answer_of("{ not = { control = ['eu.833.xxiii'] } }", facts, Scope::goods), Answer::unknown);
}

TEST(Vocabulary, PartyWithoutOwnersIsNotAskedUnlessTheRuleAsks) {
  EXPECT_EQ(answer_of("{ owned = { list = ['l'], at_least = 50, aggregate = true } }", "{ subjects = [{ }] }", Scope::subject), Answer::no);
}

TEST(Vocabulary, EveryWordIsDocumented) {
  const auto docs = read_file(std::string(TAMGA_SOURCE_DIR) + "/docs/policy-vocabulary.md");
  ASSERT_TRUE(docs.has_value()) << docs.error().text();
  for (const auto& info : vocabulary()) EXPECT_NE(docs->find(fmt::format("`{}`", info.name)), std::string::npos) << info.name << " is not documented";
}

// ---- files that are refused -------------------------------------------------------------------------------------

struct Refused {
  std::string_view what;
  std::string from;   ///< text of a good file
  std::string to;     ///< what stands there instead
  std::string error;  ///< the error ends with or contains this
  int line;           ///< 0: not checked
};

std::string good_file() {
  return file_with("{ payment_currency = [\"EUR\"] }", "deal", "", "{ payment = { currency = \"EUR\" } }", "{ payment = { currency = \"KZT\" } }");
}

TEST(Reading, GoodFilePassesItsCases) {
  const auto book = read_text(good_file());
  ASSERT_TRUE(book.has_value()) << book.error().text();
  const auto report = book->check();
  EXPECT_EQ(report.rules, 1U);
  EXPECT_EQ(report.nexus_tests, 1U);
  EXPECT_EQ(report.cases, 4U);
  EXPECT_TRUE(report.failures.empty()) << report.failures.front();
}

TEST(Reading, RefusesWithFileAndLine) {
  const std::vector<Refused> cases = {
      {"unknown key", "nexus = \"not_needed\"", "nexus = \"not_needed\"\nwhim = 1", "a rule has no key \"whim\"", 28},
      {"unknown word", "payment_currency = [\"EUR\"]", "payment_colour = [\"EUR\"]", "\"payment_colour\" is not a word", 26},
      {"word out of scope", "payment_currency = [\"EUR\"]", "role = [\"bank\"]", "\"role\" speaks of a subject", 26},
      {"bad currency", "payment_currency = [\"EUR\"]", "payment_currency = [\"euro\"]", "three capital letters", 26},
      {"unknown group", "payment_currency = [\"EUR\"]", "destination = [\"@eu\"]", "no group of countries", 26},
      {"bad country", "payment_currency = [\"EUR\"]", "destination = [\"Russia\"]", "two capital letters", 26},
      {"empty condition", "when = { payment_currency = [\"EUR\"] }", "when = {}", "must not be empty", 26},
      {"no citation", "citation = \"C\"\nsource = \"S\"\nfrom = 2000-01-01\nabout", "source = \"S\"\nfrom = 2000-01-01\nabout",
       "us.test.rule has no citation", 0},
      {"no source", "source = \"S\"\nfrom = 2000-01-01\nabout", "from = 2000-01-01\nabout", "has no source", 0},
      {"dates reversed", "from = 2000-01-01\nabout", "from = 2000-01-01\nto = 1999-12-31\nabout", "is before from", 0},
      {"no from", "from = 2000-01-01\nabout", "about", "has no from", 0},
      {"periods overlap", "from = 2000-01-01\nabout", "periods = [{ from = 2000-01-01, to = 2001-01-01 }, { from = 2001-01-01 }]\nabout",
       "not overlap", 0},
      {"bad status", "from = 2000-01-01\nabout", "from = 2000-01-01\nstatus = \"asleep\"\nabout", "status must be one of", 0},
      {"unknown slot", "{name} does it", "{nome} does it", "{nome}, which no sentence knows", 0},
      {"foreign id", "us.test.rule", "eu.test.rule", "must begin with \"us.\"", 0},
      {"pass is no outcome of a rule", "outcome = \"prohibited\"", "outcome = \"pass\"", "outcome must be one of", 0},
      {"no case that is silent", "expect = \"none\"", "expect = \"prohibited\"", "no test case that expects \"none\"", 0},
      {"no case that speaks", "expect = \"prohibited\"", "expect = \"none\"", "no test case in which it speaks", 0},
      {"bad facts", "{ payment = { currency = \"EUR\" } }", "{ payments = {} }", "has no key \"payments\"", 0},
      {"bad regime", "regime = \"us\"", "regime = \"mars\"", "regime must be one of", 1},
      {"float", "from = 2000-01-01\nabout", "from = 20.5\nabout", "floating-point", 0},
      {"not TOML", "title = \"test\"", "title = test", "not TOML, column", 2},
      {"not UTF-8", "title = \"test\"", "title = \"\xC3\x28\"", "not TOML", 2},
  };
  for (const auto& one : cases) {
    std::string text = good_file();
    const auto at = text.find(one.from);
    ASSERT_NE(at, std::string::npos) << one.what;
    text.replace(at, one.from.size(), one.to);
    const auto book = read_text(text);
    ASSERT_FALSE(book.has_value()) << one.what << " was read";
    const std::string error = book.error().text();
    EXPECT_EQ(book.error().kind, ErrorKind::bad_input) << one.what;
    EXPECT_TRUE(error.starts_with("us.toml:")) << error;
    EXPECT_NE(error.find(one.error), std::string::npos) << one.what << ": " << error;
    EXPECT_GT(book.error().line, 0U) << one.what << ": " << error;
    if (one.line != 0) {
      EXPECT_EQ(book.error().line, static_cast<std::uint64_t>(one.line)) << one.what << ": " << error;
    }
  }
}

TEST(Reading, RefusesARuleWithoutTest) {
  std::string text = good_file();
  text.resize(text.find("[[rule.test]]"));
  const auto book = read_text(text);
  ASSERT_FALSE(book.has_value());
  EXPECT_NE(book.error().text().find("us.test.rule has no test case"), std::string::npos) << book.error().text();
}

TEST(Reading, RefusesADoubleId) {
  const std::string text = good_file();
  const auto book = read_text(text + text.substr(text.find("[[rule]]")));
  ASSERT_FALSE(book.has_value());
  EXPECT_NE(book.error().text().find("us.test.rule is used twice"), std::string::npos) << book.error().text();
}

TEST(Reading, RefusesAnExemptionOfAnotherAuthorityOrOfNothing) {
  const auto exemption = [](std::string_view lifts) {
    return good_file() + fmt::format(R"([[exemption]]
id = "us.gl.1"
authority = "A"
citation = "C"
source = "S"
from = 2000-01-01
about = "deal"
lifts = ["{}"]
when = {{ end_use_stated = true }}
condition = "keep it"
because = "it is allowed"
[[exemption.test]]
as_of = 2024-01-01
expect = "lifts"
facts = {{ payment = {{ currency = "EUR" }}, end_use = {{}} }}
[[exemption.test]]
as_of = 2024-01-01
expect = "none"
facts = {{ payment = {{ currency = "EUR" }} }}
)",
                                     lifts);
  };
  EXPECT_NE(read_text(exemption("eu.test.rule")).error().text().find("its own regime"), std::string::npos);
  EXPECT_NE(read_text(exemption("us.other.rule")).error().text().find("no rule is named"), std::string::npos);
  const auto book = read_text(exemption("us.test.*"));
  ASSERT_TRUE(book.has_value()) << book.error().text();
  EXPECT_TRUE(book->check().failures.empty());

  const auto judgement = book->judge(facts_of("{ payment = { currency = 'EUR' }, end_use = {} }"));
  ASSERT_EQ(judgement.findings.size(), 1U);
  const auto& finding = judgement.findings.front();
  EXPECT_EQ(finding.rule, "us.gl.1");
  EXPECT_EQ(finding.outcome, Outcome::pass);
  EXPECT_EQ(finding.evidence.find("answers")->items.front().get("rule"), "us.test.rule");
  EXPECT_EQ(finding.evidence.find("answers")->items.front().get("outcome"), "prohibited");
}

TEST(Reading, KeyThatBeginsWithACommaIsAnError) {
  // Aborted inside toml++ 3.3 (found by fuzz/policy).
  const auto book = read_text("regime = \"us\"\n[,nexus]]\n");
  ASSERT_FALSE(book.has_value());
  EXPECT_TRUE(book.error().text().starts_with("us.toml")) << book.error().text();
}

TEST(Reading, LetterOutsideOfQuotesIsAnErrorAndInsideIsNot) {
  // Undefined behaviour inside toml++ 3.3 (found by fuzz/policy).
  const auto book = read_text("regime = \"us\"\n\xD0\x98 = 1\n");
  ASSERT_FALSE(book.has_value());
  EXPECT_EQ(book.error().text(), "us.toml:2: not TOML: a letter outside the ASCII alphabet stands outside of quotes");
  const auto good = read_toml({"t.toml",
                               "a = \"И \\\"И\" # И \"\n"
                               "b = 'И'\n"
                               "c = \"\"\"\nИ\"\"\"\"\"\n"
                               "d = '''\nИ'''\n"});
  ASSERT_TRUE(good.has_value()) << good.error().text();
  EXPECT_EQ(good->get("c"), "И\"\"");
}

TEST(Reading, NoFileIsAnError) { EXPECT_FALSE(RuleBook::read({}).has_value()); }

TEST(Reading, AFailingCaseIsReportedWithFileAndLine) {
  const auto book = read_text(file_with("{ end_use_stated = true }"));
  ASSERT_TRUE(book.has_value());
  const auto report = book->check();
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front(), "us.toml:31: us.test.rule, case 1: expected prohibited, got none");
}

// ---- judging ------------------------------------------------------------------------------------------------------

TEST(Judging, VerifyAndUnconfirmedCapAtReview) {
  const auto verified = read_text(file_with("{ end_use_stated = true }", "deal", "verify = \"the code\""));
  ASSERT_TRUE(verified.has_value()) << verified.error().text();
  const auto finding = verified->judge(facts_of("{ end_use = {} }")).findings.at(0);
  EXPECT_EQ(finding.outcome, Outcome::review);
  EXPECT_NE(finding.because.find("To be verified: the code."), std::string::npos) << finding.because;

  std::string text = file_with("{ end_use_stated = true }");
  const auto at = text.find("from = 2000-01-01\nabout");
  text.replace(at, 17, "periods = [{ from = 2000-01-01, to = 2024-06-13 }, { from = 2024-06-14, status = \"unconfirmed\" }]");
  const auto unconfirmed = read_text(text);
  ASSERT_TRUE(unconfirmed.has_value()) << unconfirmed.error().text();
  EXPECT_EQ(unconfirmed->judge(facts_of("{ end_use = {} }")).findings.at(0).outcome, Outcome::review);
  Facts earlier = facts_of("{ end_use = {} }");
  earlier.as_of = *Date::parse("2024-06-13");
  EXPECT_EQ(unconfirmed->judge(earlier).findings.at(0).outcome, Outcome::prohibited);
}

TEST(Judging, StayedLapsedAndOutsideDatesAreSilent) {
  for (const std::string_view dates : {"from = 2000-01-01\nstatus = \"stayed\"", "from = 2000-01-01\nstatus = \"lapsed\"", "from = 2024-06-15",
                                       "from = 2000-01-01\nto = 2024-06-13"}) {
    std::string text = file_with("{ end_use_stated = true }");
    text.replace(text.find("from = 2000-01-01\nabout"), 17, dates);
    const auto book = read_text(text);
    ASSERT_TRUE(book.has_value()) << book.error().text();
    EXPECT_TRUE(book->judge(facts_of("{ end_use = {} }")).findings.empty()) << dates;
  }
}

TEST(Judging, EvidenceIsEnoughForAnExaminer) {
  const auto book = read_text(file_with("{ owned = { list = [\"us_ofac_sdn\"], at_least = 50, aggregate = true } }", "subject"));
  ASSERT_TRUE(book.has_value()) << book.error().text();
  const auto judgement = book->judge(facts_of(
      "{ subjects = [{ name = 'TOO Alma', owners = [{ name = 'A', share = '30', match = ['us_ofac_sdn SDGT'] }, { name = 'B', share = '20', match = "
      "['us_ofac_sdn IRAN'] }] }] }"));
  ASSERT_EQ(judgement.findings.size(), 1U);
  const auto& finding = judgement.findings.front();
  EXPECT_EQ(finding.about, "/parties/0");
  EXPECT_EQ(finding.because, "TOO Alma does it.");
  EXPECT_EQ(finding.evidence.find("subject")->get("name"), "TOO Alma");
  EXPECT_EQ(finding.evidence.find("owners")->items.size(), 2U);
  EXPECT_EQ(finding.evidence.find("owners")->items[1].get("share"), "20");
  EXPECT_EQ(finding.evidence.find("matches")->items.size(), 2U);
  EXPECT_EQ(finding.evidence.find("matches")->items[0].get("entity"), "listed-1");
  EXPECT_EQ(finding.evidence.find("facts")->find("ownership")->get("held"), "50");
  EXPECT_FALSE(finding.evidence.find("facts")->find("ownership")->get("chain").empty());
}

TEST(Judging, UnknownSaysWhatIsMissing) {
  const auto book = read_text(file_with("{ incorporated_from = 2022-02-25 }", "subject"));
  ASSERT_TRUE(book.has_value());
  const auto finding = book->judge(facts_of("{ subjects = [{ name = 'TOO Alma' }] }")).findings.at(0);
  EXPECT_EQ(finding.outcome, Outcome::review);
  EXPECT_EQ(finding.missing, Texts{"/parties/0/incorporated"});
  EXPECT_EQ(finding.because,
            "It cannot be told yet whether this applies: when TOO Alma was incorporated is not stated. If it does: TOO Alma does it.");
}

TEST(Judging, NexusIsRequiredAbsentOrNotNeeded) {
  const auto with = [](std::string_view nexus) {
    std::string text = file_with("{ end_use_stated = true }");
    text.replace(text.find("\"not_needed\""), 12, fmt::format("\"{}\"", nexus));
    return *read_text(text);
  };
  const Facts dollars = facts_of("{ end_use = {}, payment = { currency = 'USD' } }");
  const Facts tenge = facts_of("{ end_use = {}, payment = { currency = 'KZT' } }");
  const Facts unstated = facts_of("{ end_use = {} }");
  EXPECT_EQ(with("required").judge(dollars).findings.at(0).outcome, Outcome::prohibited);
  EXPECT_TRUE(with("required").judge(tenge).findings.empty());
  EXPECT_EQ(with("required").judge(unstated).findings.at(0).outcome, Outcome::review);
  EXPECT_EQ(with("required").judge(unstated).findings.at(0).missing, Texts{"/payment/currency"});
  EXPECT_TRUE(with("absent").judge(dollars).findings.empty());
  EXPECT_EQ(with("absent").judge(tenge).findings.at(0).outcome, Outcome::prohibited);
  EXPECT_EQ(with("not_needed").judge(tenge).findings.at(0).outcome, Outcome::prohibited);
  const auto judgement = with("required").judge(dollars);
  EXPECT_EQ(judgement.nexus.at(0).ids, Texts{"usd_clearing"});
  EXPECT_EQ(judgement.nexus.at(0).truth, Truth::yes);
  EXPECT_EQ(with("required").judge(unstated).nexus.at(0).missing, Texts{"/payment/currency"});
}

TEST(Judging, DoublesAreMergedAndTheWorstStays) {
  const auto book = read_text(file_with("{ listed = { list = [\"l\"] } }", "subject"));
  ASSERT_TRUE(book.has_value());
  const auto judgement = book->judge(facts_of("{ subjects = [{ path = '/parties/0', match = ['?l'] }, { path = '/parties/0', match = ['l'] }] }"));
  ASSERT_EQ(judgement.findings.size(), 1U);
  EXPECT_EQ(judgement.findings[0].outcome, Outcome::prohibited);
  EXPECT_EQ(judgement.findings[0].missing, Texts{"/parties/0/identifiers"});
}

TEST(Judging, OutcomeNames) {
  for (const Outcome outcome : {Outcome::pass, Outcome::review, Outcome::licence_required, Outcome::prohibited}) {
    EXPECT_EQ(outcome_from_name(outcome_name(outcome)), outcome);
  }
  EXPECT_FALSE(outcome_from_name("perhaps").has_value());
}

TEST(Judging, LinesShowTheDay) {
  const auto book = read_text(good_file());
  ASSERT_TRUE(book.has_value());
  const auto lines = book->lines(*Date::parse("1999-01-01"));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].kind, "nexus");
  EXPECT_EQ(lines[1].id, "us.test.rule");
  EXPECT_EQ(lines[1].status, "not_yet");
  EXPECT_EQ(book->lines(*Date::parse("2024-01-01"))[1].status, "in_force");
}

// ---- Kleene --------------------------------------------------------------------------------------------------------

Answer some_answer() { return static_cast<Answer>(*rc::gen::inRange(0, 4)); }

TEST(Kleene, LawsOfTheConnectives) {
  EXPECT_TRUE(rc::check("and, or and not obey Kleene's laws", [] {
    const Answer a = some_answer();
    const Answer b = some_answer();
    const Answer c = some_answer();
    RC_ASSERT(both(a, b) == both(b, a));
    RC_ASSERT(either(a, b) == either(b, a));
    RC_ASSERT(both(a, both(b, c)) == both(both(a, b), c));
    RC_ASSERT(either(a, either(b, c)) == either(either(a, b), c));
    RC_ASSERT(both(a, either(b, c)) == either(both(a, b), both(a, c)));
    RC_ASSERT(both(a, either(a, b)) == a);
    RC_ASSERT(both(Answer::no, a) == Answer::no);
    RC_ASSERT(either(Answer::yes, a) == Answer::yes);
    if (a != Answer::unverified && b != Answer::unverified) {
      RC_ASSERT(negated(negated(a)) == a);
      RC_ASSERT(negated(both(a, b)) == either(negated(a), negated(b)));
    }
    if (a <= b) RC_ASSERT(negated(a) >= negated(b));
  }));
}

/// A random condition over five words, and facts where each is yes, no or not stated.
std::string random_condition(int depth) {
  static constexpr std::array<std::string_view, 5> kLeaves = {"payment_currency = ['USD']", "end_use_military = true", "no_reexport_clause = true",
                                                              "destination = ['RU']", "some_subject = { subject_country = ['US'] }"};
  const int kind = depth == 0 ? 0 : *rc::gen::inRange(0, 4);
  if (kind == 0) return fmt::format("{{ {} }}", kLeaves[static_cast<std::size_t>(*rc::gen::inRange(0, 5))]);
  if (kind == 3) return fmt::format("{{ not = {} }}", random_condition(depth - 1));
  return fmt::format("{{ {} = [{}, {}] }}", kind == 1 ? "all" : "any", random_condition(depth - 1), random_condition(depth - 1));
}

std::string random_facts() {
  const auto pick = [](std::string_view unstated, std::string_view yes, std::string_view no) {
    const int at = *rc::gen::inRange(0, 3);
    return std::string(at == 0 ? unstated : at == 1 ? yes : no);
  };
  return fmt::format("{{ payment = {{ {} }}, end_use = {{ {} {} {} }}, subjects = [{{ role = 'notify' {} }}] }}",
                     pick("", "currency = 'USD'", "currency = 'KZT'"), pick("", "military = true,", "military = false,"),
                     pick("", "no_reexport_clause = true,", "no_reexport_clause = false,"), pick("", "country = 'RU'", "country = 'KZ'"),
                     pick("", ", country = 'US'", ", country = 'KZ'"));
}

/// TOML inline tables take no trailing comma.
std::string tidy(std::string text) {
  for (auto close = text.find('}'); close != std::string::npos; close = text.find('}', close + 1)) {
    const auto last = text.find_last_not_of(' ', close - 1);
    if (text[last] == ',') text[last] = ' ';
  }
  return text;
}

TEST(Kleene, LearningMoreNeverContradictsWhatWasCertain) {
  EXPECT_TRUE(rc::check("an answer of yes or no stays when a field that was not stated becomes known", [] {
    const std::string when = random_condition(3);
    Facts before = facts_of(tidy(random_facts()));
    const Condition condition = condition_of(when);
    const DealView view(before);
    const Answer first = evaluate(condition, Place{view});
    Facts after = before;
    if (after.payment_currency.empty()) after.payment_currency = *rc::gen::element<std::string>("USD", "KZT");
    if (!after.military) after.military = *rc::gen::arbitrary<bool>();
    if (!after.no_reexport_clause) after.no_reexport_clause = *rc::gen::arbitrary<bool>();
    if (after.end_use_country.empty()) after.end_use_country = *rc::gen::element<std::string>("RU", "KZ");
    if (after.subjects[0].country.empty()) after.subjects[0].country = *rc::gen::element<std::string>("US", "KZ");
    const DealView view_after(after);
    const Answer second = evaluate(condition, Place{view_after});
    RC_ASSERT(second != Answer::unknown);
    if (first != Answer::unknown) RC_ASSERT(second == first);
    if (first == Answer::unknown) {
      Grounds grounds;
      explain(condition, Place{view}, grounds);
      RC_ASSERT(!grounds.missing.empty());
      RC_ASSERT(!grounds.reasons.empty());
    }
  }));
}

// ---- the policy that ships ------------------------------------------------------------------------------------------

std::vector<NamedBytes> shipped_files() {
  std::vector<NamedBytes> files;
  for (const std::string name : {"countries", "eu", "uk", "un", "us"}) {
    auto bytes = read_file(std::string(TAMGA_SOURCE_DIR) + "/policy/" + name + ".toml");
    EXPECT_TRUE(bytes.has_value()) << bytes.error().text();
    if (bytes) files.push_back({name + ".toml", std::move(*bytes)});
  }
  return files;
}

const RuleBook& shipped() {
  static const RuleBook book = [] {
    auto read = RuleBook::read(shipped_files());
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return read ? *read : RuleBook();
  }();
  return book;
}

Facts facts_on(std::string_view day, std::string_view toml) {
  Facts facts = facts_of(toml);
  facts.as_of = *Date::parse(day);
  return facts;
}

Outcome worst(const Judgement& judgement) { return judgement.findings.empty() ? Outcome::pass : judgement.findings.front().outcome; }

TEST(ShippedPolicy, AllCasesPass) {
  const auto report = shipped().check();
  for (const auto& failure : report.failures) ADD_FAILURE() << failure;
  EXPECT_GE(report.rules, 90U);
  EXPECT_GE(report.exemptions, 8U);
  EXPECT_GE(report.cases, 2 * (report.rules + report.exemptions));
}

constexpr std::string_view kPermission = R"(
[[permission]]
authority = "A"
what = "a licence"
whom = "the office of A"
citation = "P"
source = "S"
[[permission]]
authority = "A and B"
what = "another"
whom = "B"
citation = "P"
source = "S"
)";

TEST(Permission, IsToldWhereARuleStandsInTheWay) {
  const auto book = read_text(file_with("{ always = true }") + std::string(kPermission));
  ASSERT_TRUE(book.has_value()) << book.error().text();
  const auto findings = book->judge(facts_of("{}")).findings;
  ASSERT_EQ(findings.size(), 1U);
  const Json* permission = findings[0].evidence.find("permission");
  ASSERT_NE(permission, nullptr);
  EXPECT_EQ(permission->get("whom"), "the office of A") << "of the authority itself, not of a longer name";
  const auto silent = read_text(file_with("{ always = true }"));
  EXPECT_EQ(silent->judge(facts_of("{}")).findings[0].evidence.find("permission"), nullptr);
}

TEST(Permission, OfAllAuthoritiesThatForbidOrOfNone) {
  std::string text = file_with("{ always = true }", "deal") + std::string(kPermission);
  const auto fails = [](const std::string& of) {
    const auto book = read_text(of);
    EXPECT_TRUE(book.has_value()) << (book ? "" : book.error().text());
    const auto failures = book->check().failures;
    return std::any_of(failures.begin(), failures.end(), [](const std::string& one) { return one.ends_with("no [[permission]] for A"); });
  };
  EXPECT_FALSE(fails(text));
  text.replace(text.rfind("[[permission]]\nauthority = \"A\"\n"), 31, "[[permission]]\nauthority = \"Z\"\n");
  EXPECT_TRUE(fails(text));
  EXPECT_FALSE(read_text(file_with("{ always = true }") + "[[permission]]\nauthority = \"A\"\nwhat = \"a licence\"\n").has_value());
}

TEST(ShippedPolicy, OrderOfFilesDoesNotMatter) {
  auto files = shipped_files();
  std::reverse(files.begin(), files.end());
  const auto other = RuleBook::read(files);
  ASSERT_TRUE(other.has_value()) << other.error().text();
  const Facts facts = facts_on(
      "2026-11-20", "{ subjects = [{ name = 'X', country = 'RU', match = ['us_ofac_sdn RUSSIA-EO14024', 'eu_journal_sanctions EU-RUS XIV'] }] }");
  const auto a = shipped().judge(facts);
  const auto b = other->judge(facts);
  ASSERT_EQ(a.findings.size(), b.findings.size());
  ASSERT_FALSE(a.findings.empty());
  for (std::size_t i = 0; i < a.findings.size(); ++i) {
    EXPECT_EQ(a.findings[i].rule, b.findings[i].rule);
    EXPECT_EQ(a.findings[i].evidence.dump(), b.findings[i].evidence.dump());
    if (i > 0) {
      EXPECT_GE(a.findings[i - 1].outcome, a.findings[i].outcome);
    }
  }
}

TEST(ShippedPolicy, CompleteDealInWheatPasses) {
  const auto judgement =
      shipped().judge(facts_on("2026-11-20",
                               "{ subjects = [{ role = 'exporter', country = 'KZ' }, { role = 'importer', country = 'UZ' }, { role = 'bank', country "
                               "= 'KZ' }], goods = [{ hs = "
                               "'100199', origin = 'KZ' }], route = ['KZ', 'UZ'], payment = { currency = 'KZT' }, end_use = { country = 'UZ' } }"));
  EXPECT_TRUE(judgement.findings.empty()) << judgement.findings.front().because;
}

TEST(ShippedPolicy, VtbBeforeAndAfterItsDesignation) {
  // 24 Feb 2022: VTB joined the SDN list under EO 14024; before that it stood on the sectoral list only.
  const auto deal = [](std::string_view day, std::string_view match, std::string_view currency) {
    return worst(shipped().judge(
        facts_on(day, fmt::format("{{ subjects = [{{ role = 'seller', country = 'KZ' }}, {{ role = 'bank', country = 'RU', match = ['{}'] }}], "
                                  "goods = [{{ hs = '740311', origin = 'KZ' }}], payment = {{ currency = '{}' }}, end_use = {{ country = 'UZ' }} }}",
                                  match, currency))));
  };
  EXPECT_EQ(deal("2022-02-23", "us_ofac_cons UKRAINE-EO13662", "KZT"), Outcome::pass);
  EXPECT_EQ(deal("2022-02-26", "us_ofac_sdn RUSSIA-EO14024", "KZT"), Outcome::review);
  EXPECT_EQ(deal("2022-02-26", "us_ofac_sdn RUSSIA-EO14024", "USD"), Outcome::prohibited);
  EXPECT_EQ(deal("2024-06-12", "us_ofac_sdn RUSSIA-EO14024", "KZT"), Outcome::prohibited);
}

TEST(ShippedPolicy, ExactlyHalfDiffersByRegime) {
  const auto judgement = shipped().judge(facts_on(
      "2026-11-20",
      "{ subjects = [{ role = 'seller', country = 'KZ' }, { role = 'bank', country = 'GB' }, { name = 'Half', country = 'TR', owners = [{ share = "
      "'50', match = "
      "['us_ofac_sdn RUSSIA-EO14024', 'eu_journal_sanctions EU-UKR I', { list = 'gb_fcdo_sanctions', measure = 'Asset freeze' }] }] }], goods = [{ "
      "hs = "
      "'100199', origin = 'KZ', made_with = ['KZ'] }], payment = { currency = 'EUR' }, end_use = { country = 'TR' }, route = ['KZ', 'TR'] }"));
  const auto outcome = [&](std::string_view rule) {
    for (const auto& finding : judgement.findings) {
      if (finding.rule == rule) return std::string(outcome_name(finding.outcome));
    }
    return std::string("none");
  };
  EXPECT_EQ(outcome("eu.freeze.owned_50"), "prohibited");
  EXPECT_EQ(outcome("uk.freeze.owned_more_than_50"), "none");
  EXPECT_EQ(outcome("uk.freeze.minority_owner"), "review");
  // Food: General Licence 6 answers the US exposure, and only that.
  EXPECT_EQ(outcome("us.secondary.eo14024_owned_50"), "none");
  EXPECT_EQ(outcome("us.gl.6_food_medicine"), "pass");
  EXPECT_EQ(worst(judgement), Outcome::prohibited);
}

TEST(ShippedPolicy, PossibleNamesakeIsReviewEvenInFood) {
  const auto judgement =
      shipped().judge(facts_on("2026-11-20",
                               "{ subjects = [{ role = 'seller', country = 'KZ' }, { role = 'buyer', schema = 'Person', country = 'KZ', match = "
                               "['?us_ofac_sdn RUSSIA-EO14024'] }], goods "
                               "= [{ hs = '100199', origin = 'KZ' }], payment = { currency = 'KZT' }, end_use = { country = 'KZ' } }"));
  EXPECT_EQ(worst(judgement), Outcome::review);
}

// ---- red flags --------------------------------------------------------------------------------------------------

constexpr std::string_view kFlags = R"(
title = "Red flags"
[[flag]]
id = "r01"
title = "a new firm"
authority = "A"
citation = "C"
source = "S"
from = 2022-06-28
weight = 2
about = "subject"
when = { incorporated_from = 2022-02-25 }
because = "{name} is new"
[[flag.test]]
as_of = 2024-06-14
expect = "yes"
facts = { subjects = [{ incorporated = 2023-01-01 }] }
[[flag.test]]
as_of = 2024-06-14
expect = "no"
facts = { subjects = [{ incorporated = 2020-01-01 }] }
[[flag.test]]
as_of = 2024-06-14
expect = "cannot say"
facts = { subjects = [{ name = "X" }] }
[[flag]]
id = "r02"
title = "a payer from elsewhere"
authority = "A"
citation = "C"
source = "S"
from = 2022-06-28
needs = ["/payment/payer"]
)";

constexpr std::string_view kOneRule = R"(
regime = "us"
title = "T"
[[nexus]]
id = "n"
authority = "A"
citation = "C"
source = "S"
from = 2000-01-01
because = "B"
when = { always = true }
[[nexus.test]]
as_of = 2024-06-14
expect = "yes"
facts = {}
)";

TEST(Flags, AnswerYesNoOrWhatIsMissing) {
  const auto book = RuleBook::read(std::vector<NamedBytes>{{"flags.toml", std::string(kFlags)}, {"us.toml", std::string(kOneRule)}});
  ASSERT_TRUE(book.has_value()) << book.error().text();
  EXPECT_EQ(book->check().failures, std::vector<std::string>{});
  EXPECT_EQ(book->check().flags, 2U);
  const auto flags = book->judge(facts_of("{ subjects = [{ name = 'alma', incorporated = 2023-01-01 }, { name = 'other' }] }")).flags;
  ASSERT_EQ(flags.size(), 2U);
  EXPECT_EQ(flags[0].answer, Truth::yes);
  EXPECT_EQ(flags[0].because, "Alma is new.");
  EXPECT_EQ(flags[0].about, std::vector<std::string>{"/parties/0"});
  EXPECT_EQ(flags[1].answer, Truth::unknown);
  EXPECT_EQ(flags[1].missing, std::vector<std::string>{"/payment/payer"});
  EXPECT_EQ(weight_of(flags), 2);
}

TEST(Flags, AreRefusedWithoutWhatTheyNeed) {
  const auto refused = [](std::string_view from, std::string_view to) {
    std::string text(kFlags);
    text.replace(text.find(from), from.size(), to);
    return !RuleBook::read(std::vector<NamedBytes>{{"flags.toml", text}, {"us.toml", std::string(kOneRule)}}).has_value();
  };
  EXPECT_FALSE(refused("weight = 2", "weight = 3"));
  EXPECT_TRUE(refused("weight = 2", "weight = 4"));
  EXPECT_TRUE(refused("weight = 2", "weight = 0"));
  EXPECT_TRUE(refused("citation = \"C\"\n", ""));
  EXPECT_TRUE(refused("needs = [\"/payment/payer\"]", ""));
  EXPECT_TRUE(refused("id = \"r02\"", "id = \"r01\""));
  EXPECT_TRUE(refused("expect = \"no\"", "expect = \"yes\""));
}

TEST(FlagsProperty, AnotherFlagNeverImprovesTheOutcome) {
  EXPECT_TRUE(rc::check("the weight of flags is monotone", [] {
    std::vector<FlagAnswer> flags(*rc::gen::inRange<std::size_t>(1, 42));
    for (auto& flag : flags) {
      flag.weight = *rc::gen::inRange(1, 4);
      flag.answer = *rc::gen::element(Truth::no, Truth::unknown, Truth::yes);
    }
    const int before = weight_of(flags);
    auto& one = flags[*rc::gen::inRange<std::size_t>(0, flags.size())];
    one.answer = Truth::yes;
    RC_ASSERT(weight_of(flags) >= before);
    FlagAnswer added;
    added.weight = *rc::gen::inRange(1, 4);
    added.answer = *rc::gen::element(Truth::no, Truth::unknown, Truth::yes);
    const int with = weight_of(flags);
    flags.push_back(added);
    RC_ASSERT(weight_of(flags) >= with);
  }));
}

}  // namespace
}  // namespace tamga::policy
