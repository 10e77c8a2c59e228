#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "peers/testing_peers.h"

// "The same query gives other hits when a filter changes" (yente #853) must not be possible: a filter takes hits away and does nothing else. Held
// against a filter of a few lines that looks at the answer without filters.
namespace tamga::peers {
namespace {

using namespace testing_peers;

const Caller& samples() {
  static const Folder folder("filters");
  static const auto caller = [] {
    TAMGA_CHECK(import_samples(settings_of(folder)));
    return std::make_unique<Caller>(settings_of(folder));
  }();
  return *caller;
}

/// Names on the lists.
const std::vector<std::pair<std::string, std::string>>& listed() {
  static const auto names = [] {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& entity : at(samples().get("/search/default?limit=500").json, {"results"}).items) {
      for (const auto* property : {"name", "alias"}) {
        for (const auto& name : at(entity, {"properties", property}).items) all.emplace_back(name.text, entity.get("schema"));
      }
    }
    return all;
  }();
  return names;
}

struct Choice {
  std::string dataset = "default";
  std::vector<std::string> included;
  std::vector<std::string> excluded;
  std::vector<std::string> schemata;
  std::vector<std::string> topics;
  std::vector<std::string> ids;
  std::string since;
};

std::string query_of(const Choice& choice) {
  std::string query;
  const auto add = [&](std::string_view name, const std::vector<std::string>& values) {
    for (const auto& value : values) query += fmt::format("&{}={}", name, value);
  };
  add("include_dataset", choice.included);
  add("exclude_dataset", choice.excluded);
  add("exclude_schema", choice.schemata);
  add("topics", choice.topics);
  add("exclude_entity_ids", choice.ids);
  if (!choice.since.empty()) add("changed_since", {choice.since});
  return query;
}

bool wanted(const Json& entity, const Choice& choice) {
  const std::set<std::string> lists = {"us_ofac_sdn", "eu_journal_sanctions", "gb_fcdo_sanctions", "un_sc_sanctions"};
  const auto of = [&](const std::string& name) { return name == "default" || name == "sanctions" ? lists : std::set<std::string>{name}; };
  std::set<std::string> scope = of(choice.dataset);
  if (!choice.included.empty()) {
    std::set<std::string> both;
    for (const auto& name : choice.included) {
      for (const auto& list : of(name)) {
        if (scope.contains(list)) both.insert(list);
      }
    }
    scope = both;
  }
  for (const auto& name : choice.excluded) {
    for (const auto& list : of(name)) scope.erase(list);
  }
  const auto any = [](const std::vector<std::string>& values, auto&& has) { return std::any_of(values.begin(), values.end(), has); };
  if (!any(texts(at(entity, {"datasets"})), [&](const std::string& list) { return scope.contains(list); })) return false;
  if (any(choice.schemata, [&](const std::string& schema) { return schema == entity.get("schema"); })) return false;
  const auto topics = texts(at(entity, {"properties", "topics"}));
  if (!choice.topics.empty() &&
      !any(choice.topics, [&](const std::string& topic) { return std::find(topics.begin(), topics.end(), topic) != topics.end(); }))
    return false;
  auto own = texts(at(entity, {"referents"}));
  own.emplace_back(entity.get("id"));
  if (any(choice.ids, [&](const std::string& id) { return std::find(own.begin(), own.end(), id) != own.end(); })) return false;
  return choice.since.empty() || entity.get("last_change") >= choice.since;
}

rc::Gen<Choice> any_choice() {
  const auto some = [](std::vector<std::string> of) {
    return rc::gen::resize(2, rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(of)));
  };
  const std::vector<std::string> datasets = {"default", "sanctions", "us_ofac_sdn", "eu_journal_sanctions", "gb_fcdo_sanctions", "un_sc_sanctions"};
  std::vector<std::string> ids = {"nobody"};
  for (const auto& entity : at(samples().get("/search/default?limit=500").json, {"results"}).items) {
    ids.emplace_back(entity.get("id"));
    for (const auto& referent : texts(at(entity, {"referents"}))) ids.push_back(referent);
  }
  return rc::gen::build<Choice>(rc::gen::set(&Choice::dataset, rc::gen::elementOf(datasets)), rc::gen::set(&Choice::included, some(datasets)),
                                rc::gen::set(&Choice::excluded, some(datasets)),
                                rc::gen::set(&Choice::schemata, some({"Person", "Organization", "LegalEntity", "Vessel", "Company", "Thing"})),
                                rc::gen::set(&Choice::topics, some({"sanction", "export.control"})), rc::gen::set(&Choice::ids, some(ids)),
                                rc::gen::set(&Choice::since, rc::gen::element<std::string>("", "", "2026", "2026-11-20", "2027")));
}

RC_GTEST_PROP(PeersFiltersTest, AFilterOnlyTakesHitsAway, ()) {
  const auto [name, schema] = *rc::gen::elementOf(listed());
  std::string typed = name;
  // A misspelt letter now and then, so that scores of all sizes come.
  for (char& c : typed) {
    if (*rc::gen::inRange(0, 12) == 0 && c >= 'a' && c <= 'z') c = static_cast<char>('a' + *rc::gen::inRange(0, 26));
  }
  const auto choice = *any_choice();
  const int threshold = *rc::gen::inRange(30, 100);
  const int limit = *rc::gen::inRange(0, 6);
  const bool anything = *rc::gen::arbitrary<bool>();
  const std::string body = example(typed, anything ? "Thing" : schema);
  const auto score = fmt::format("threshold=0.{:02}&cutoff=0.{:02}", threshold, *rc::gen::inRange(30, 100));

  const auto all = samples().post(fmt::format("/match/default?limit=500&{}", score), body);
  const auto filtered = samples().post(fmt::format("/match/{}?limit={}&{}{}", choice.dataset, limit, score, query_of(choice)), body);
  RC_ASSERT(all.status == 200);
  RC_ASSERT(filtered.status == 200);
  std::vector<std::string> expected;
  int matches = 0;
  for (const auto& result : at(all.json, {"responses", "q", "results"}).items) {
    if (!wanted(result, choice)) continue;
    matches += at(result, {"match"}).truth ? 1 : 0;
    if (static_cast<int>(expected.size()) < limit) expected.push_back(result.dump());
  }
  std::vector<std::string> given;
  for (const auto& result : at(filtered.json, {"responses", "q", "results"}).items) given.push_back(result.dump());
  RC_ASSERT(given == expected);
  RC_ASSERT(at(filtered.json, {"responses", "q", "total", "value"}).text == std::to_string(matches));
}

RC_GTEST_PROP(PeersFiltersTest, SearchIsFilteredTheSameWay, ()) {
  auto choice = *any_choice();
  choice.ids.clear();
  const auto [name, schema] = *rc::gen::elementOf(listed());
  const std::string word = name.substr(0, name.find(' '));
  const bool fuzzy = *rc::gen::arbitrary<bool>();
  std::string q;
  for (const char c : word) q += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  const auto all = samples().get(fmt::format("/search/default?limit=500&simple=true&q={}&fuzzy={}", q, fuzzy));
  const auto filtered = samples().get(fmt::format("/search/{}?limit=500&simple=true&q={}&fuzzy={}{}", choice.dataset, q, fuzzy, query_of(choice)));
  // A word of signs alone, or one that begins like an operator, is refused by both.
  RC_ASSERT(all.status == filtered.status);
  std::vector<std::string> expected;
  for (const auto& result : at(all.json, {"results"}).items) {
    if (wanted(result, choice)) expected.emplace_back(result.get("id"));
  }
  RC_ASSERT(ids(at(filtered.json, {"results"})) == expected);
}

}  // namespace
}  // namespace tamga::peers
