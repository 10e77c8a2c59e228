#include "policy/trace.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/files.h"
#include "base/toml.h"
#include "policy/case_facts.h"
#include "policy/places.h"
#include "policy/words.h"

namespace tamga::policy {
namespace {

std::vector<NamedBytes> shipped_files() {
  std::vector<NamedBytes> files;
  for (const auto* name : {"countries", "us", "eu", "uk", "un", "ch", "kz", "flags"}) {
    const std::string path = fmt::format("{}/policy/{}.toml", TAMGA_SOURCE_DIR, name);
    auto bytes = read_file(path, std::size_t{8} << 20);
    EXPECT_TRUE(bytes.has_value()) << path;
    files.push_back({fmt::format("{}.toml", name), bytes ? *bytes : std::string()});
  }
  return files;
}

const RuleBook& shipped() {
  static const RuleBook book = [] {
    auto read = RuleBook::read(shipped_files());
    EXPECT_TRUE(read.has_value()) << read.error().text();
    return read ? *read : RuleBook{};
  }();
  return book;
}

Facts facts_of(std::string_view toml, std::string_view as_of = "2024-06-14") {
  const auto root = read_toml({"facts.toml", fmt::format("facts = {}", toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  auto facts = read_case_facts(*root->find("facts"), *Date::parse(as_of));
  EXPECT_TRUE(facts.has_value()) << facts.error().text() << " in " << toml;
  return facts ? *facts : Facts{};
}

constexpr std::string_view kClause = R"(
authority = "A"
citation = "C 1"
source = "S"
)";

/// One regime with a nexus of each kind of standing, and a rule for each verdict.
std::string small_file() {
  const auto nexus = [](std::string_view id, std::string_view rest, std::string_view yes, std::string_view no) {
    return fmt::format(R"([[nexus]]
id = "{}"{}because = "{} binds"
{}
[[nexus.test]]
as_of = 2024-01-01
expect = "yes"
facts = {}
[[nexus.test]]
as_of = 2024-01-01
expect = "no"
facts = {}
)",
                       id, kClause, id, rest, yes, no);
  };
  const auto rule = [](std::string_view id, std::string_view rest, std::string_view period = "from = 2000-01-01") {
    // Read only, never checked: its cases need not be true.
    return fmt::format(R"([[rule]]
id = "us.{}"{}{}
because = "{{name}} is it"
outcome = "prohibited"
{}
[[rule.test]]
as_of = 2024-01-01
expect = "prohibited"
facts = {{}}
[[rule.test]]
as_of = 2024-01-01
expect = "none"
facts = {{}}
)",
                       id, kClause, period, rest);
  };
  std::string text = "regime = \"us\"\ntitle = \"test\"\n";
  text += nexus("dollars", "from = 2000-01-01\nwhen = { payment_currency = [\"USD\"] }", "{ payment = { currency = \"USD\" } }",
                "{ payment = { currency = \"KZT\" } }");
  text += nexus("person", "from = 2000-01-01\nwhen = { some_subject = { subject_country = [\"US\"] } }",
                "{ subjects = [{ role = \"buyer\", country = \"US\" }] }", "{}");
  text += nexus("later", "from = 2023-01-01\nto = 2024-02-01\nwhen = { destination = [\"US\"] }", "{ end_use = { country = \"US\" } }",
                "{ end_use = { country = \"KZ\" } }");
  text += rule("listed",
               "about = \"subject\"\nnexus = \"required\"\nwhen = { listed = { list = [\"l\"], program = [\"RUSSIA-*\"] }, role = [\"buyer\"] }");
  text += rule("secondary", "about = \"subject\"\nnexus = \"not_needed\"\nwhen = { listed = { list = [\"l\"] } }");
  text += rule("exposure", "about = \"deal\"\nnexus = \"absent\"\nwhen = { some_subject = { listed = { list = [\"l\"] } } }");
  text += rule("codes", "about = \"goods\"\nnexus = \"not_needed\"\nwhen = { any = [{ hs = [\"8542\"] }, { control = [\"c.*\"] }] }");
  text += rule("stayed", "about = \"deal\"\nnexus = \"not_needed\"\nwhen = { always = true }", "from = 2000-01-01\nstatus = \"stayed\"");
  text += rule("coming", "about = \"deal\"\nnexus = \"not_needed\"\nwhen = { always = true }", "from = 2030-01-01");
  text += rule("gone", "about = \"deal\"\nnexus = \"not_needed\"\nwhen = { always = true }", "from = 2000-01-01\nto = 2001-01-01");
  text += fmt::format(R"([[exemption]]
id = "us.licence"{}from = 2000-01-01
about = "subject"
because = "licensed"
condition = "Keep it"
when = {{ subject_country = ["KZ"] }}
lifts = ["us.secondary"]
[[exemption.test]]
as_of = 2024-01-01
expect = "lifts"
facts = {{}}
[[exemption.test]]
as_of = 2024-01-01
expect = "none"
facts = {{}}
)",
                      kClause);
  return text;
}

class SmallBook : public testing::Test {
 protected:
  SmallBook() {
    auto read = RuleBook::read(std::vector<NamedBytes>{{"us.toml", small_file()}});
    EXPECT_TRUE(read.has_value()) << read.error().text();
    if (read) book_ = *read;
  }
  RegimeTrace of(std::string_view facts) {
    auto traced = trace(book_, facts_of(facts));
    EXPECT_EQ(traced.regimes.size(), 1U);
    return traced.regimes.empty() ? RegimeTrace{} : traced.regimes.front();
  }
  static const RuleTrace& rule(const RegimeTrace& regime, std::string_view id) {
    const auto at = std::find_if(regime.rules.begin(), regime.rules.end(), [&](const auto& one) { return one.id == id; });
    EXPECT_NE(at, regime.rules.end()) << id;
    return *at;
  }
  static const NexusTrace& nexus(const RegimeTrace& regime, std::string_view id) {
    const auto at = std::find_if(regime.nexus.begin(), regime.nexus.end(), [&](const auto& one) { return one.id == id; });
    EXPECT_NE(at, regime.nexus.end()) << id;
    return *at;
  }
  RuleBook book_;
};

TEST_F(SmallBook, EachNexusTestSaysWhyAlsoWhereItDoesNotBind) {
  const auto regime = of(R"({ payment = { currency = "KZT" }, subjects = [{ name = "Acme", country = "KZ" }] })");
  EXPECT_EQ(regime.binds, Answer::no);
  const auto& dollars = nexus(regime, "dollars");
  EXPECT_EQ(dollars.verdict, Verdict::no);
  EXPECT_EQ(dollars.kind, NexusKind::currency);
  ASSERT_EQ(dollars.silences.size(), 1U);
  EXPECT_EQ(dollars.silences[0].words, "payment_currency = USD");
  EXPECT_EQ(dollars.silences[0].places.at(0).what, "KZT");
  const auto& person = nexus(regime, "person");
  EXPECT_EQ(person.kind, NexusKind::persons);
  EXPECT_EQ(person.silences.at(0).words, "some_subject (subject_country = US)");
  EXPECT_EQ(person.silences.at(0).places.at(0).what, "Acme: KZ");
  EXPECT_EQ(nexus(regime, "later").verdict, Verdict::not_in_effect);
  EXPECT_EQ(nexus(regime, "later").status, "ended");
}

TEST_F(SmallBook, AnUnknownNexusNamesWhatIsMissing) {
  const auto regime = of("{}");
  EXPECT_EQ(regime.binds, Answer::unknown);
  const auto& dollars = nexus(regime, "dollars");
  EXPECT_EQ(dollars.verdict, Verdict::unknown);
  EXPECT_EQ(dollars.places.at(0).tree.missing, std::vector<std::string>{"/payment/currency"});
  EXPECT_EQ(dollars.places.at(0).tree.decided, std::vector<std::string>{"the currency of the payment is not stated"});
}

TEST_F(SmallBook, ANexusThatSaysYesHasItsSentence) {
  const auto regime = of(R"({ payment = { currency = "USD" } })");
  EXPECT_EQ(regime.binds, Answer::yes);
  EXPECT_EQ(nexus(regime, "dollars").places.at(0).because, "dollars binds");
  EXPECT_EQ(nexus(regime, "dollars").places.at(0).tree.decided, std::vector<std::string>{"USD"});
}

TEST_F(SmallBook, ARuleThatSpeaksHasItsTree) {
  const auto regime = of(R"({ payment = { currency = "USD" }, subjects = [
      { name = "Acme", role = "buyer", country = "RU", match = ["l RUSSIA-EO1"] }, { name = "Other", role = "seller", country = "RU" }] })");
  const auto& listed = rule(regime, "us.listed");
  EXPECT_EQ(listed.verdict, Verdict::yes);
  ASSERT_EQ(listed.places.size(), 1U);
  EXPECT_EQ(listed.places[0].name, "Acme");
  EXPECT_EQ(listed.places[0].because, "Acme is it");
  const auto& tree = listed.places[0].tree;
  EXPECT_EQ(tree.word, "all");
  ASSERT_EQ(tree.children.size(), 2U);
  EXPECT_EQ(tree.children[0].words, "listed: list l, program RUSSIA-*");
  EXPECT_EQ(tree.children[0].answer, Answer::yes);
  ASSERT_EQ(tree.children[0].decided.size(), 1U);
  EXPECT_NE(tree.children[0].decided[0].find("on l (RUSSIA-EO1)"), std::string::npos) << tree.children[0].decided[0];
  EXPECT_EQ(tree.children[1].decided, std::vector<std::string>{"buyer"});
  // The other subject is silent, by its first word that says no.
  ASSERT_EQ(listed.silences.size(), 1U);
  EXPECT_EQ(listed.silences[0].words, "listed: list l, program RUSSIA-*");
  EXPECT_EQ(listed.silences[0].places.at(0).name, "Other");
  EXPECT_EQ(listed.silences[0].places.at(0).what, "on no list");
}

TEST_F(SmallBook, WithoutNexusARuleIsNotAskedAndSecondaryOnesAre) {
  const std::string subjects = R"(subjects = [{ name = "Acme", role = "buyer", country = "RU", match = ["l RUSSIA-EO1"] }])";
  const auto without = of(fmt::format("{{ payment = {{ currency = \"KZT\" }}, {} }}", subjects));
  EXPECT_EQ(rule(without, "us.listed").verdict, Verdict::no_nexus);
  EXPECT_TRUE(rule(without, "us.listed").places.empty());
  EXPECT_FALSE(rule(without, "us.listed").secondary());
  EXPECT_EQ(rule(without, "us.secondary").verdict, Verdict::yes);
  EXPECT_TRUE(rule(without, "us.secondary").secondary());
  EXPECT_EQ(rule(without, "us.exposure").verdict, Verdict::yes);
  const auto with = of(fmt::format("{{ payment = {{ currency = \"USD\" }}, {} }}", subjects));
  EXPECT_EQ(rule(with, "us.exposure").verdict, Verdict::nexus_binds);
  EXPECT_EQ(rule(with, "us.secondary").verdict, Verdict::yes);
  const auto open = of(fmt::format("{{ {} }}", subjects));
  EXPECT_EQ(rule(open, "us.listed").verdict, Verdict::unknown);
  EXPECT_EQ(rule(open, "us.listed").places.at(0).condition, Answer::yes);
}

TEST_F(SmallBook, StatusOnTheDay) {
  const auto regime = of("{}");
  EXPECT_EQ(rule(regime, "us.stayed").status, "stayed");
  EXPECT_EQ(rule(regime, "us.coming").status, "not_yet");
  EXPECT_EQ(rule(regime, "us.gone").status, "ended");
  for (const auto* id : {"us.stayed", "us.coming", "us.gone"}) EXPECT_EQ(rule(regime, id).verdict, Verdict::not_in_effect) << id;
}

TEST_F(SmallBook, GoodsAnswerUnverifiedUnknownAndNo) {
  const auto verified = of(R"({ goods = [{ hs = "8401", control_unverified = ["c.1"] }] })");
  EXPECT_EQ(rule(verified, "us.codes").verdict, Verdict::unverified);
  const auto& any = rule(verified, "us.codes").places.at(0).tree;
  EXPECT_EQ(any.words, "any (control = c.* | hs = 8542)");
  const auto unknown = of("{ goods = [{ description = \"parts\" }] }");
  EXPECT_EQ(rule(unknown, "us.codes").verdict, Verdict::unknown);
  const auto no = of(R"({ goods = [{ hs = "100199", description = "wheat" }] })");
  EXPECT_EQ(rule(no, "us.codes").verdict, Verdict::no);
  EXPECT_EQ(rule(no, "us.codes").silences.at(0).places.at(0).what, "100199 on no control list; 100199");
  const auto none = of("{}");
  EXPECT_EQ(rule(none, "us.codes").verdict, Verdict::no);
  EXPECT_TRUE(rule(none, "us.codes").silences.empty());
}

TEST_F(SmallBook, AnExemptionSaysWhatItLifts) {
  const auto regime = of(R"({ subjects = [{ name = "A", country = "KZ", match = ["l"], path = "/parties/0" },
      { name = "B", country = "RU", match = ["l"], path = "/parties/1" }] })");
  ASSERT_EQ(regime.exemptions.size(), 1U);
  ASSERT_EQ(regime.exemptions[0].lifts.size(), 1U);
  EXPECT_EQ(regime.exemptions[0].lifts[0].rule, "us.secondary");
  EXPECT_EQ(regime.exemptions[0].lifts[0].about, "/parties/0");
  const auto& secondary = rule(regime, "us.secondary");
  ASSERT_EQ(secondary.places.size(), 2U);
  EXPECT_EQ(secondary.places[0].lifted_by, "us.licence");
  EXPECT_EQ(secondary.places[1].lifted_by, "");
}

TEST_F(SmallBook, JsonKeepsSecondaryExposureApart) {
  const auto json = to_json(trace(book_, facts_of("{}")));
  const auto& regime = json.find("regimes")->items.at(0);
  EXPECT_EQ(regime.get("binds"), "unknown");
  EXPECT_EQ(regime.find("rules")->items.size(), 1U);
  EXPECT_EQ(regime.find("secondary_exposure")->items.size(), 6U);
  EXPECT_EQ(regime.find("nexus")->items.at(0).get("kind"), "currency");
  EXPECT_EQ(json.dump(), to_json(trace(book_, facts_of("{}"))).dump());
}

TEST(NexusKinds, AnUnknownKindIsRefusedWithItsLine) {
  std::string text = small_file();
  const std::string key = "id = \"dollars\"";
  text.insert(text.find(key), "kind = \"money\"\n");
  const auto read = RuleBook::read(std::vector<NamedBytes>{{"us.toml", text}});
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().text(), fmt::format("us.toml:4: dollars: kind must be one of {}", nexus_kinds()));
}

TEST(NexusKinds, AKindThatIsWrittenCounts) {
  std::string text = small_file();
  text.insert(text.find("id = \"person\""), "kind = \"territory\"\n");
  const auto read = RuleBook::read(std::vector<NamedBytes>{{"us.toml", text}});
  ASSERT_TRUE(read.has_value()) << read.error().text();
  EXPECT_EQ(trace(*read, facts_of("{}")).regimes.at(0).nexus.at(1).kind, NexusKind::territory);
}

TEST(NexusKinds, OfTheShippedTests) {
  std::map<std::string, std::string, std::less<>> kinds;
  for (const auto& file : shipped().files()) {
    for (const auto& test : file.nexus) kinds[test.id] = nexus_kind_name(test.kind);
  }
  const std::map<std::string, std::string, std::less<>> expected = {
      {"usd_clearing", "currency"}, {"us_origin_goods", "origin"}, {"us_technology", "content"},  {"us_party", "persons"},
      {"us_bank", "clearing_bank"}, {"us_territory", "territory"}, {"eu_origin_goods", "origin"}, {"eu_party", "persons"},
      {"eu_bank", "clearing_bank"}, {"eu_territory", "territory"}, {"eur_clearing", "currency"},  {"uk_party", "persons"},
      {"uk_bank", "clearing_bank"}, {"gbp_clearing", "currency"},  {"uk_territory", "territory"}, {"un_member_states", "membership"},
      {"ch_party", "persons"},      {"ch_bank", "clearing_bank"},  {"chf_clearing", "currency"},  {"kz_territory", "territory"},
      {"kz_broker", "persons"}};
  for (const auto& [id, kind] : expected) EXPECT_EQ(kinds[id], kind) << id;
}

// ---- printing a condition -------------------------------------------------------------------------------------

struct Shipped {
  const Clause* clause;
  Names names;
};

/// Each clause of the book with what its condition may name.
std::vector<Shipped> clauses() {
  CountryGroups groups;
  const auto files = shipped_files();
  const auto root = read_toml(files.front());
  EXPECT_TRUE(root.has_value() && read_groups(*root, groups).has_value());
  std::vector<Shipped> all;
  for (const auto& file : shipped().files()) {
    Names names{groups, {}};
    for (const auto& clause : file.ownership) names.ownership.emplace(clause.id, clause.rule);
    for (const auto& rule : file.rules) all.push_back({&rule, names});
    for (const auto& exemption : file.exemptions) all.push_back({&exemption, names});
    for (const auto& test : file.nexus) all.push_back({&test, names});
  }
  return all;
}

TEST(Words, PrintingReadingAndPrintingAgainIsStable) {
  const auto all = clauses();
  ASSERT_GT(all.size(), 500U);
  std::size_t asked = 0;
  for (const auto& [clause, names] : all) {
    const std::string text = toml_text(condition_table(clause->when));
    const auto root = read_toml({"when.toml", fmt::format("when = {}", text)});
    ASSERT_TRUE(root.has_value()) << clause->id << ": " << root.error().text() << " in " << text;
    const auto again = read_condition(*root->find("when"), clause->about, names);
    ASSERT_TRUE(again.has_value()) << clause->id << ": " << again.error().text() << " in " << text;
    EXPECT_EQ(toml_text(condition_table(*again)), text) << clause->id;
    EXPECT_EQ(condition_words(*again), condition_words(clause->when)) << clause->id;
    // The same text twice would be no proof that it says what the rule says.
    for (const auto& one : clause->cases) {
      const DealView view(one.facts);
      each_place(clause->about, view, [&](const Place& place, const std::string& about) {
        ++asked;
        EXPECT_EQ(evaluate(*again, place), evaluate(clause->when, place)) << clause->id << " " << about;
      });
    }
  }
  EXPECT_GT(asked, 1000U);
}

TEST(Words, ForAPerson) {
  const auto words = [](std::string_view toml, Scope about) {
    const auto root = read_toml({"when.toml", fmt::format("when = {}", toml)});
    EXPECT_TRUE(root.has_value());
    const auto condition = read_condition(*root->find("when"), about, Names{});
    EXPECT_TRUE(condition.has_value()) << condition.error().text();
    return condition ? condition_words(*condition) : std::string();
  };
  EXPECT_EQ(words(R"({ destination = ["RU", "BY"] })", Scope::deal), "destination = RU, BY");
  EXPECT_EQ(words(R"({ listed = { list = ["us_ofac_sdn"], program = ["RUSSIA-*", "UKRAINE-*"] } })", Scope::subject),
            "listed: list us_ofac_sdn, program RUSSIA-* or UKRAINE-*");
  EXPECT_EQ(words(R"({ some_goods = { hs = ["93"], origin = ["US"] }, not = { destination = ["US"] } })", Scope::deal),
            "not (destination = US) and some_goods (hs = 93 and origin = US)");
  EXPECT_EQ(words(R"({ unit_value_above = { amount = "300", currency = "EUR" } })", Scope::goods), "unit_value_above: amount 300, currency EUR");
  EXPECT_EQ(words(R"({ listed = { list = ["l"], annex = [""] } })", Scope::subject), "listed: annex none, list l");
}

// ---- the same answers as a judgement --------------------------------------------------------------------------

using Spoken = std::set<std::pair<std::string, std::string>>;

void expect_same(const RuleBook& book, const Facts& facts, std::string_view what) {
  const auto judgement = book.judge(facts);
  const auto traced = trace(book, facts);
  std::set<std::string> rules;
  std::set<std::string> exemptions;
  Spoken speaking;
  Spoken lifting;
  for (const auto& regime : traced.regimes) {
    for (const auto& rule : regime.rules) {
      rules.insert(rule.id);
      EXPECT_EQ(speaks(rule.verdict), !rule.places.empty()) << what << " " << rule.id;
      for (const auto& place : rule.places) {
        EXPECT_NE(place.answer, Answer::no) << what << " " << rule.id;
        EXPECT_EQ(place.tree.answer, place.condition) << what << " " << rule.id;
        if (place.lifted_by.empty()) speaking.emplace(rule.id, place.about);
      }
      for (const auto& silence : rule.silences) EXPECT_FALSE(silence.words.empty()) << what << " " << rule.id;
    }
    for (const auto& exemption : regime.exemptions) {
      exemptions.insert(exemption.id);
      for (const auto& place : exemption.places) {
        const bool lifts = std::any_of(exemption.lifts.begin(), exemption.lifts.end(), [&](const auto& lift) {
          return place.answer == Answer::yes && (exemption.scope == "deal" || lift.about == place.about);
        });
        if (lifts) lifting.emplace(exemption.id, place.about);
      }
    }
    const auto at = std::find_if(judgement.nexus.begin(), judgement.nexus.end(), [&](const Nexus& one) { return one.regime == regime.regime; });
    ASSERT_EQ(at == judgement.nexus.end(), regime.nexus.empty()) << what;
    if (at == judgement.nexus.end()) continue;
    EXPECT_EQ(at->truth, truth_of(regime.binds)) << what << " " << regime.regime;
    std::vector<std::string> ids;
    for (const auto& test : regime.nexus) {
      if (test.verdict == Verdict::yes) ids.push_back(test.id);
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, at->ids) << what << " " << regime.regime;
  }
  Spoken found;
  Spoken lifted;
  for (const auto& finding : judgement.findings) {
    if (rules.contains(finding.rule)) found.emplace(finding.rule, finding.about);
    if (exemptions.contains(finding.rule)) lifted.emplace(finding.rule, finding.about);
  }
  EXPECT_EQ(speaking, found) << what;
  EXPECT_EQ(lifting, lifted) << what;
}

TEST(TraceProperty, ARuleHasAFindingExactlyIfItSpeaksAndNothingLiftsIt) {
  std::size_t cases = 0;
  for (const auto& [clause, names] : clauses()) {
    for (const auto& one : clause->cases) {
      ++cases;
      expect_same(shipped(), one.facts, fmt::format("{} (line {})", clause->id, one.line));
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(cases, 1500U);
}

/// A deal of two cases' deals: more than one subject, line and leg, so that places differ.
TEST(TraceProperty, HoldsForDealsOfSeveralCases) {
  const auto all = clauses();
  std::vector<Facts> facts;
  for (const auto& [clause, names] : all) {
    for (const auto& one : clause->cases) {
      if (one.facts.network.graph == nullptr) facts.push_back(one.facts);
    }
  }
  ASSERT_GT(facts.size(), 500U);
  for (std::size_t i = 0; i + 1 < facts.size(); i += 7) {
    Facts both = facts[i];
    const Facts& other = facts[(i * 31 + 17) % facts.size()];
    for (auto subject : other.subjects) {
      subject.path = fmt::format("/parties/{}", both.subjects.size());
      subject.party = ownership::kNobody;
      both.subjects.push_back(std::move(subject));
    }
    for (auto goods : other.goods) {
      goods.path = fmt::format("/goods/{}", both.goods.size());
      both.goods.push_back(std::move(goods));
    }
    if (both.payment_currency.empty()) both.payment_currency = other.payment_currency;
    expect_same(shipped(), both, fmt::format("deal {}", i));
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace tamga::policy
