#include "policy/select.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/toml.h"
#include "policy/case_facts.h"
#include "policy/policy.h"
#include "policy/rule.h"
#include "policy/testing_judgement.h"

namespace tamga::policy {
namespace {

namespace fs = std::filesystem;

/// The shipped book, with its conditions and the facts of all its cases at hand.
struct Shipped {
  std::vector<NamedBytes> bytes;
  std::vector<RuleFile> files;
  std::vector<Flag> flags;
  RuleBook book;
  std::vector<const Clause*> clauses;
  std::vector<const Condition*> conditions;
  std::vector<const Facts*> facts;

  Shipped() {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(fs::path(TAMGA_SOURCE_DIR) / "policy")) {
      if (entry.path().extension() == ".toml" && entry.path().filename() != "matching.toml") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    CountryGroups groups;
    std::vector<Json> roots;
    for (const auto& path : paths) {
      bytes.push_back({path.filename().string(), read_file(path.string()).value()});
      roots.push_back(read_toml(bytes.back()).value());
      if (is_group_file(roots.back()) && !read_groups(roots.back(), groups)) ADD_FAILURE() << path;
    }
    for (std::size_t i = 0; i < roots.size(); ++i) {
      if (is_group_file(roots[i])) continue;
      if (is_flag_file(roots[i])) {
        flags = read_flags(roots[i], groups).value();
      } else {
        files.push_back(read_rule_file(roots[i], bytes[i].name, groups).value());
      }
    }
    book = RuleBook::read(bytes).value();
    const auto cases = [&](const Clause& clause) {
      for (const auto& one : clause.cases) facts.push_back(&one.facts);
    };
    const auto add = [&](const Clause& clause) {
      clauses.push_back(&clause);
      conditions.push_back(&clause.when);
      cases(clause);
    };
    for (const auto& file : files) {
      for (const auto& rule : file.rules) add(rule);
      for (const auto& exemption : file.exemptions) add(exemption);
      for (const auto& nexus : file.nexus) add(nexus);
      for (const auto& clause : file.ownership) cases(clause);
    }
    for (const auto& flag : flags) add(flag);
  }
};

const Shipped& shipped() {
  static const Shipped kShipped;
  return kShipped;
}

/// Parts of the cases of many rules in one deal, some of their fields left open. Whoever stands in a network stays in it with all of it.
Facts mixed(std::mt19937& random) {
  const auto& all = shipped().facts;
  const auto any = [&]() -> const Facts& { return *all[random() % all.size()]; };
  const auto one_in = [&](unsigned count) { return random() % count == 0; };
  Facts facts = any();
  const unsigned others = random() % 4;
  for (unsigned i = 0; i < others; ++i) {
    const Facts& other = any();
    for (const auto& subject : other.subjects) {
      facts.subjects.push_back(subject);
      facts.subjects.back().party = ownership::kNobody;
    }
    for (const auto& goods : other.goods) facts.goods.push_back(goods);
    if (other.route && one_in(2)) {
      if (!facts.route) facts.route.emplace();
      facts.route->insert(facts.route->end(), other.route->begin(), other.route->end());
    }
    if (one_in(2)) facts.payment_currency = other.payment_currency;
    if (one_in(2)) facts.end_use_country = other.end_use_country;
    if (one_in(2)) facts.military = other.military;
    if (one_in(2)) facts.no_reexport_clause = other.no_reexport_clause;
    if (one_in(2)) facts.as_of = other.as_of;
  }
  for (std::size_t i = 0; i < facts.subjects.size(); ++i) {
    auto& subject = facts.subjects[i];
    subject.path = fmt::format("/parties/{}", i);
    if (one_in(8)) subject.country.clear();
    if (one_in(8)) subject.schema.clear();
    if (one_in(8)) subject.owners_stated = !subject.owners_stated;
    for (auto& match : subject.matches) {
      if (one_in(8)) match.designations.clear();
      if (one_in(8)) match.certain = !match.certain;
      for (auto& designation : match.designations) {
        if (one_in(8)) designation.program.clear();
        if (one_in(8)) designation.annex.clear();
        if (one_in(8)) designation.measure.clear();
        if (one_in(8)) designation.from.clear();
      }
    }
  }
  for (auto& party : facts.network.parties) {
    for (auto& match : party.matches) {
      if (one_in(8)) match.designations.clear();
    }
  }
  for (std::size_t i = 0; i < facts.goods.size(); ++i) {
    auto& goods = facts.goods[i];
    goods.path = fmt::format("/goods/{}", i);
    if (one_in(8)) goods.hs.clear();
    if (one_in(4)) goods.hs = goods.hs.substr(0, 2 + random() % 5);
    if (one_in(8)) goods.origin.clear();
    if (one_in(8)) goods.made_with.clear();
    if (one_in(8)) goods.controls.clear();
  }
  if (facts.route) {
    for (std::size_t i = 0; i < facts.route->size(); ++i) {
      auto& leg = (*facts.route)[i];
      leg.path = fmt::format("/route/{}", i);
      if (one_in(6)) leg.place.clear();
      if (one_in(8)) leg.country.clear();
      if (one_in(8)) leg.mode.clear();
    }
    if (one_in(10)) facts.route.reset();
  }
  if (one_in(8)) facts.payment_currency.clear();
  if (one_in(8)) facts.end_use_country.clear();
  if (one_in(8)) facts.military.reset();
  if (one_in(8)) facts.no_reexport_clause.reset();
  return facts;
}

bool says_only_no(const Clause& clause, const DealView& view) {
  const auto silent = [&](const Place& place) { return evaluate(clause.when, place) == Answer::no; };
  const Facts& facts = view.facts;
  switch (clause.about) {
    case Scope::deal: return silent(Place{view});
    case Scope::subject: return std::all_of(facts.subjects.begin(), facts.subjects.end(), [&](const auto& one) { return silent({view, &one}); });
    case Scope::goods: return std::all_of(facts.goods.begin(), facts.goods.end(), [&](const auto& one) { return silent({view, nullptr, &one}); });
    case Scope::leg:
      return !facts.route ||
             std::all_of(facts.route->begin(), facts.route->end(), [&](const auto& one) { return silent({view, nullptr, nullptr, &one}); });
  }
  return false;
}

/// The clause that is not selected though it says something, or empty.
std::string lost(const Selector& selector, const Facts& facts) {
  const DealView view(facts);
  const Selection selected = selector.select(view);
  for (std::size_t i = 0; i < shipped().clauses.size(); ++i) {
    if (!selected.has(i) && !says_only_no(*shipped().clauses[i], view)) return shipped().clauses[i]->id;
  }
  return {};
}

TEST(Select, LosesNoClauseInAnyCaseOfTheBook) {
  const Selector selector(shipped().conditions);
  ASSERT_GT(shipped().facts.size(), 1000U);
  for (const Facts* facts : shipped().facts) {
    ASSERT_EQ(lost(selector, *facts), "");
    ASSERT_EQ(text_of(shipped().book.judge(*facts)), text_of(shipped().book.judge_by_all(*facts)));
  }
}

TEST(Select, LosesNoClauseInMixedDeals) {
  const Selector selector(shipped().conditions);
  std::mt19937 random(20261126);
  std::size_t speaking = 0;
  for (int i = 0; i < 3000; ++i) {
    const Facts facts = mixed(random);
    ASSERT_EQ(lost(selector, facts), "") << i;
    if (i % 3 != 0) continue;
    const Judgement judgement = shipped().book.judge(facts);
    ASSERT_EQ(text_of(judgement), text_of(shipped().book.judge_by_all(facts))) << i;
    speaking += judgement.findings.empty() ? 0 : 1;
  }
  EXPECT_GT(speaking, 900U);  // else the deals would say nothing of the selection
}

TEST(Select, EvaluatesFewOfAnOrdinaryDeal) {
  const Selector selector(shipped().conditions);
  const std::string deal = R"(facts = { end_use = { country = "UZ", military = false, no_reexport_clause = true }, payment = { currency = "EUR" }, )"
                           R"(subjects = [{ role = "exporter", country = "KZ", owners = [] }, { role = "consignee", country = "UZ", owners = [] }], )"
                           R"(goods = [{ hs = "100199", origin = "KZ", made_with = ["KZ"] }], )"
                           R"(route = [{ place = "KZALA", country = "KZ", mode = "road" }, { place = "UZTAS", country = "UZ", mode = "road" }] })";
  const auto root = read_toml({"facts.toml", deal});
  ASSERT_TRUE(root.has_value()) << root.error().text();
  const auto facts = read_case_facts(*root->find("facts"), *Date::parse("2026-11-20"));
  ASSERT_TRUE(facts.has_value()) << facts.error().text();
  const DealView view(*facts);
  EXPECT_LT(selector.select(view).size(), selector.count() / 8);
  EXPECT_LT(selector.always(), selector.count() / 20);
}

/// One condition's number among the selected, by facts.
bool selected(std::string_view when, std::string_view facts_toml, Scope about) {
  const auto root = read_toml({"x.toml", fmt::format("when = {}\nfacts = {}\n", when, facts_toml)});
  EXPECT_TRUE(root.has_value()) << root.error().text();
  const auto condition = read_condition(*root->find("when"), about, Names{});
  const auto facts = read_case_facts(*root->find("facts"), *Date::parse("2024-06-14"));
  EXPECT_TRUE(condition.has_value() && facts.has_value());
  const Condition* const only = &*condition;
  return Selector(std::span(&only, 1)).select(DealView(*facts)).has(0);
}

TEST(Select, ByCodes) {
  constexpr std::string_view kWhen = R"({ hs = ["8542", "84713000"] })";
  EXPECT_TRUE(selected(kWhen, R"({ goods = [{ hs = "854231" }] })", Scope::goods));
  EXPECT_TRUE(selected(kWhen, R"({ goods = [{ hs = "847130" }] })", Scope::goods));  // too short to tell
  EXPECT_TRUE(selected(kWhen, R"({ goods = [{ hs = "100199" }, { description = "parts" }] })", Scope::goods));
  EXPECT_FALSE(selected(kWhen, R"({ goods = [{ hs = "847140" }] })", Scope::goods));
  EXPECT_FALSE(selected(kWhen, R"({})", Scope::goods));
}

TEST(Select, EveryNeedMustBeMet) {
  constexpr std::string_view kWhen = R"({ hs = ["8542"], destination = ["RU"], not = { origin = ["US"] } })";
  EXPECT_TRUE(selected(kWhen, R"({ goods = [{ hs = "854231" }], end_use = { country = "RU" } })", Scope::goods));
  EXPECT_TRUE(selected(kWhen, R"({ goods = [{ hs = "854231" }] })", Scope::goods));
  EXPECT_FALSE(selected(kWhen, R"({ goods = [{ hs = "854231" }], end_use = { country = "KZ" } })", Scope::goods));
  EXPECT_FALSE(selected(kWhen, R"({ goods = [{ hs = "100199" }], end_use = { country = "RU" } })", Scope::goods));
}

TEST(Select, WhatOnlyNegationsAndDatesSayIsAlwaysSelected) {
  EXPECT_TRUE(selected(R"({ not = { destination = ["RU"] } })", R"({ end_use = { country = "RU" } })", Scope::deal));
  EXPECT_TRUE(
      selected(R"({ any = [{ destination = ["RU"] }, { not = { subject_in = ["KZ"] } }] })", R"({ end_use = { country = "UZ" } })", Scope::deal));
  EXPECT_TRUE(selected(R"({ always = true })", "{}", Scope::deal));
}

TEST(Select, PatternsAreFoundAsTheyMatch) {
  std::mt19937 random(7);
  constexpr std::string_view kLetters = "abAB-";
  const auto text = [&](std::size_t most) {
    std::string made;
    const std::size_t size = random() % (most + 1);
    for (std::size_t i = 0; i < size; ++i) made += kLetters[random() % kLetters.size()];
    return made;
  };
  for (int round = 0; round < 200; ++round) {
    PatternTable table;
    std::vector<std::pair<Pattern, std::uint32_t>> patterns;
    for (int i = 0; i < 30; ++i) {
      Pattern pattern{text(5), static_cast<Pattern::Kind>(random() % 3)};
      for (char& c : pattern.text) c = c == 'A' ? 'a' : c == 'B' ? 'b' : c;
      const auto number = table.add(pattern);
      patterns.emplace_back(std::move(pattern), number);
    }
    for (int i = 0; i < 30; ++i) {
      const std::string value = text(8);
      std::vector<std::uint32_t> numbers;
      table.find(value, numbers);
      for (const auto& [pattern, number] : patterns) {
        ASSERT_EQ(std::find(numbers.begin(), numbers.end(), number) != numbers.end(), pattern.matches(value)) << pattern.text << " in " << value;
      }
    }
  }
}

}  // namespace
}  // namespace tamga::policy
