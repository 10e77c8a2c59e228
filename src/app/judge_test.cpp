#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "app/rules.h"
#include "base/files.h"
#include "clear/clear.h"
#include "lists/lists.h"
#include "policy/testing_judgement.h"

// The example deals, and deals mixed of them, judged by the rules that are selected and by all rules: the same findings.
namespace tamga {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = TAMGA_SOURCE_DIR;

clear::Snapshot samples() {
  std::vector<NamedBytes> files;
  for (const auto* name : {"ofac/sdn.csv", "ofac/add.csv", "ofac/alt.csv", "eu/32014R0269.csv", "eu/32014R0833.csv", "uk/UK-Sanctions-List.csv",
                           "un/consolidated.xml"}) {
    const fs::path path = kRoot / "samples" / "lists" / name;
    files.push_back({path.string(), read_file(path.string()).value()});
  }
  const auto editions = lists::read_editions(std::move(files), lists::ReadOptions{"", Date::from(2026, 11, 20)}).value();
  clear::Snapshot made;
  for (const auto& edition : editions) {
    auto index = index::Index::from_bytes(index::build(edition.entities, edition.id, *names::Model::standard(), edition.relations), edition.id);
    clear::BasisEdition basis;
    basis.loaded = {edition.list, edition.part, edition.id, edition.published->text(), true, std::make_shared<const index::Index>(*std::move(index))};
    made.searchable.push_back(basis.loaded);
    made.editions.push_back(std::move(basis));
  }
  auto rules = app::load_rules("").value();
  made.rules = std::move(rules.book);
  made.controls = std::move(rules.controls);
  made.words = goods::Words::read(rules.words).value();
  made.places = std::move(rules.places);
  return made;
}

std::vector<Deal> examples() {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(kRoot / "examples" / "deals")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Deal> deals;
  for (const auto& path : paths) deals.push_back(read_deal(read_file(path.string()).value()).value());
  return deals;
}

TEST(Judge, SelectedRulesAndAllRulesFindTheSameInTheExamples) {
  const auto basis = samples();
  const auto deals = examples();
  ASSERT_GE(deals.size(), 18U);
  match::Workspace workspace;
  clear::Context context;
  std::mt19937 random(26);
  std::size_t findings = 0;
  const auto compare = [&](const Deal& deal, Date as_of) {
    context.as_of = as_of;
    clear::Decision ignored;
    const auto facts = clear::gather_facts(basis, deal, context, workspace, ignored);
    const auto judgement = basis.rules.judge(facts);
    findings += judgement.findings.size();
    ASSERT_EQ(policy::text_of(judgement), policy::text_of(basis.rules.judge_by_all(facts))) << deal.id << " on " << as_of.text();
  };
  const std::vector<Date> days = {*Date::from(2026, 11, 23), *Date::from(2024, 6, 14), *Date::from(2022, 6, 1)};
  for (const auto& deal : deals) {
    for (const auto& day : days) compare(deal, day);
  }
  EXPECT_GT(findings, 50U);
  // One deal's parties with others' goods, route, payment and end use, some of them not stated.
  const auto any = [&]() -> const Deal& { return deals[random() % deals.size()]; };
  for (int i = 0; i < 400; ++i) {
    Deal deal = any();
    const Deal& other = any();
    deal.parties.insert(deal.parties.end(), other.parties.begin(), other.parties.end());
    deal.goods = any().goods;
    deal.route = any().route;
    deal.payment = any().payment;
    deal.end_use = any().end_use;
    if (random() % 8 == 0) deal.route.reset();
    if (random() % 8 == 0) deal.payment.reset();
    if (random() % 8 == 0) deal.end_use.reset();
    for (auto& goods : deal.goods) {
      if (random() % 8 == 0) goods.hs.clear();
      if (random() % 8 == 0) goods.origin.clear();
    }
    compare(deal, days[random() % days.size()]);
  }
}

}  // namespace
}  // namespace tamga
