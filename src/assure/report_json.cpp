#include <fmt/format.h>

#include "assure/report.h"

namespace tamga::assure {
namespace {

Json number(std::int64_t value) { return Json::number(value); }
Json share_json(std::int64_t value) { return Json::number_literal(fraction(value)); }

Json to_json(Rate rate) {
  const auto interval = wilson(rate);
  Json json = Json::object();
  json.set("found", number(rate.found)).set("of", number(rate.of));
  if (rate.of == 0) return json;
  return json.set("rate", share_json(share(rate))).set("low", share_json(interval.low)).set("high", share_json(interval.high));
}

Json alarms_json(Rate rate) {
  const auto interval = wilson(rate);
  Json json = Json::object();
  json.set("names", number(rate.of)).set("alarmed", number(rate.found));
  if (rate.of == 0) return json;
  return json.set("per_thousand", Json::number_literal(per_thousand(share(rate))))
      .set("low", Json::number_literal(per_thousand(interval.low)))
      .set("high", Json::number_literal(per_thousand(interval.high)));
}

Json to_json(const Tally& tally) {
  Json json = Json::object();
  json.set("all", to_json(tally.all));
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (tally.groups[i].of > 0) json.set(group_name(static_cast<Group>(i)), to_json(tally.groups[i]));
  }
  return json;
}

Json to_json(const Hit& hit) {
  Json json = Json::object();
  json.set("list", hit.list).set("id", hit.id).set("caption", hit.caption).set("matched_name", hit.matched);
  return json.set("score", share_json(hit.score));
}

Json to_json(const std::vector<Hit>& hits) {
  Json json = Json::array();
  for (const auto& hit : hits) json.push(to_json(hit));
  return json;
}

Json groups_json(const std::array<std::int64_t, kGroups>& counts) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kGroups; ++i) json.set(group_name(static_cast<Group>(i)), number(counts[i]));
  return json;
}

Json to_json(const PolicyBasis& policy) {
  Json json = Json::object();
  json.set("policy", policy.policy).set("from", policy.from).set("matching", policy.matching).set("threshold", share_json(policy.threshold));
  json.set("own_thresholds", Json::strings(policy.own_thresholds)).set("rules", number(policy.rules)).set("rule_cases", number(policy.rule_cases));
  return json.set("rule_failures", Json::strings(policy.rule_failures));
}

std::string set_name(const Report& report, std::size_t set) { return set == 0 ? "shipped" : report.sets[set - 1].name; }

void set_place(Json& json, const Report& report, std::size_t set, std::uint64_t line) {
  json.set("set", set_name(report, set));
  if (line > 0) json.set("line", number(static_cast<std::int64_t>(line)));
}

Json to_json(const Positive& positive, const Report& report) {
  Json json = Json::object();
  set_place(json, report, positive.set, positive.line);
  json.set("kind", positive.kind).set("group", group_name(positive.group)).set("name", positive.name);
  if (!positive.listed.empty()) json.set("listed", positive.listed);
  json.set("expected", positive.expected);
  if (positive.set == 0) json.set("list", report.lists[positive.list].list);
  if (positive.found.score > 0) json.set("score", share_json(positive.found.score));
  if (report.compares && positive.found.then_score > 0) json.set("then_score", share_json(positive.found.then_score));
  if (!positive.note.empty()) json.set("note", positive.note);
  return json;
}

Json to_json(const Negative& negative, const Report& report, const std::vector<Hit>& hits) {
  Json json = Json::object();
  set_place(json, report, negative.set, negative.line);
  json.set("kind", negative.kind).set("group", group_name(negative.group)).set("name", negative.name);
  if (!negative.note.empty()) json.set("note", negative.note);
  return json.set("hits", to_json(hits));
}

Json to_json(const DealResult& deal, bool compares) {
  Json json = Json::object();
  json.set("deal", deal.id).set("set", deal.set).set("line", number(static_cast<std::int64_t>(deal.line)));
  if (!deal.expected.empty()) json.set("expected", deal.expected);
  if (!deal.wanted_rules.empty()) json.set("expected_rules", Json::strings(deal.wanted_rules));
  json.set("outcome", deal.outcome).set("rules", Json::strings(deal.rules));
  if (compares) json.set("then_outcome", deal.then_outcome).set("then_rules", Json::strings(deal.then_rules));
  if (!deal.expected.empty()) json.set("as_expected", Json::boolean(deal.as_expected()));
  if (!deal.note.empty()) json.set("note", deal.note);
  return json;
}

Json basis_json(const Report& report) {
  Json lists = Json::array();
  for (const auto& list : report.lists) {
    Json item = Json::object();
    item.set("list", list.list);
    if (!list.part.empty()) item.set("part", list.part);
    item.set("edition", list.edition).set("published", list.published);
    if (list.sample) item.set("sample", Json::boolean(true));
    lists.push(std::move(item.set("entities", groups_json(list.entities)).set("drawn", groups_json(list.drawn))));
  }
  Json sets = Json::array();
  for (const auto& set : report.sets) {
    Json item = Json::object();
    item.set("name", set.name).set("sha256", set.address).set("expected_found", number(set.positives)).set("expected_clean", number(set.negatives));
    sets.push(std::move(item.set("deals", number(set.deals))));
  }
  Json json = Json::object();
  json.set("engine", report.engine).set("lists", std::move(lists)).set("policy", to_json(report.policy));
  json.set("sample", number(report.sample)).set("seed", report.seed).set("floor", share_json(kFloor));
  return json.set("sets", std::move(sets));
}

Json detection_json(const Report& report) {
  Json kinds = Json::array();
  for (const auto& tally : by_kind(report)) {
    Json item = Json::object();
    item.set("kind", kind_of(tally.change).id);
    for (auto& member : to_json(tally.now).members) item.set(member.key, std::move(member.value));
    kinds.push(std::move(item));
  }
  Json lists = Json::array();
  for (std::size_t i = 0; i < report.lists.size(); ++i) {
    Tally tally;
    for (const auto& positive : report.positives) {
      if (positive.set == 0 && positive.list == i && positive.kind != kind_of(Change::control).id) tally.count(positive.group, positive.found.now);
    }
    Json item = Json::object();
    item.set("list", report.lists[i].list);
    if (!report.lists[i].part.empty()) item.set("part", report.lists[i].part);
    for (auto& member : to_json(tally).members) item.set(member.key, std::move(member.value));
    lists.push(std::move(item));
  }
  return Json::object().set("all", to_json(detection(report))).set("by_kind", std::move(kinds)).set("by_list", std::move(lists));
}

Json comparison_json(const Report& report) {
  Json json = Json::object();
  json.set("with", to_json(report.then)).set("detection", to_json(detection(report, When::then)));
  json.set("false_alarms", alarms_json(alarms(report, When::then).all));
  Json kinds = Json::array();
  for (const auto& tally : by_kind(report)) {
    Json item = Json::object();
    item.set("kind", kind_of(tally.change).id).set("now", to_json(tally.now.all)).set("then", to_json(tally.then.all));
    kinds.push(std::move(item));
  }
  Json missed = Json::array();
  Json found = Json::array();
  for (const auto& positive : report.positives) {
    if (positive.found.now && !positive.found.then) missed.push(to_json(positive, report));
    if (!positive.found.now && positive.found.then) found.push(to_json(positive, report));
  }
  Json alarmed = Json::array();
  Json silent = Json::array();
  for (const auto& negative : report.negatives) {
    if (negative.hits.empty() && !negative.then_hits.empty()) alarmed.push(to_json(negative, report, negative.then_hits));
    if (!negative.hits.empty() && negative.then_hits.empty()) silent.push(to_json(negative, report, negative.hits));
  }
  json.set("by_kind", std::move(kinds)).set("newly_missed", std::move(missed)).set("newly_found", std::move(found));
  json.set("newly_alarmed", std::move(alarmed)).set("no_more_alarmed", std::move(silent));
  Json deals = Json::array();
  for (const auto& deal : report.deals) {
    if (deal.outcome != deal.then_outcome || deal.rules != deal.then_rules) deals.push(to_json(deal, true));
  }
  return json.set("changed_deals", std::move(deals));
}

Json to_json(const Book& book, bool compares) {
  Json json = Json::object();
  json.set("book", book.name).set("sha256", book.address).set("names", number(book.names)).set("names_with_hits", number(book.hits));
  if (compares) {
    json.set("then_names_with_hits", number(book.then_hits));
    Json changes = Json::array();
    for (const auto& change : book.changes) {
      Json item = Json::object();
      item.set("line", number(static_cast<std::int64_t>(change.line))).set("name", change.name).set("added", to_json(change.added));
      changes.push(std::move(item.set("removed", to_json(change.removed))));
    }
    json.set("changes", std::move(changes));
  }
  Json deals = Json::array();
  for (const auto& deal : book.deals) deals.push(to_json(deal, compares));
  return json.set("deals", std::move(deals));
}

}  // namespace

Json to_json(const Report& report) {
  Json json = Json::object();
  json.set("as_of", report.as_of).set("basis", basis_json(report)).set("detection", detection_json(report));
  Json sets = Json::array();
  for (const auto& tally : by_set(report)) {
    Json item = Json::object();
    item.set("set", set_name(report, tally.set)).set("kind", tally.kind);
    if (tally.found.of > 0) item.set("found", to_json(tally.found));
    if (tally.alarmed.of > 0) item.set("false_alarms", alarms_json(tally.alarmed));
    sets.push(std::move(item));
  }
  json.set("sets", std::move(sets));
  Json missed = Json::array();
  for (const auto& positive : report.positives) {
    if (!positive.found.now) missed.push(to_json(positive, report));
  }
  json.set("missed", std::move(missed));
  Json false_alarms = alarms_json(alarms(report).all);
  Json listed = Json::array();
  for (const auto& negative : report.negatives) {
    if (!negative.hits.empty()) listed.push(to_json(negative, report, negative.hits));
  }
  json.set("false_alarms", std::move(false_alarms.set("list", std::move(listed))));
  Json points = Json::array();
  for (const auto& point : curve(report)) {
    Json item = Json::object();
    item.set("threshold", share_json(point.threshold)).set("detection", share_json(share(point.found.all)));
    for (std::size_t i = 0; i < kGroups; ++i) {
      if (point.found.groups[i].of > 0) item.set(group_name(static_cast<Group>(i)), share_json(share(point.found.groups[i])));
    }
    if (point.alarmed.of > 0) item.set("false_alarms_per_thousand", Json::number_literal(per_thousand(share(point.alarmed))));
    points.push(std::move(item));
  }
  json.set("curve", std::move(points));
  Json deals = Json::array();
  for (const auto& deal : report.deals) deals.push(to_json(deal, report.compares));
  json.set("deals", std::move(deals));
  if (report.compares) json.set("comparison", comparison_json(report));
  Json books = Json::array();
  for (const auto& book : report.books) books.push(to_json(book, report.compares));
  json.set("books", std::move(books)).set("remarks", Json::strings(report.remarks));
  Json requirements = Json::array();
  for (const auto& item : report.requirements) {
    Json line = Json::object();
    line.set("what", item.what).set(item.what == "alarms" ? "at_most" : "at_least", Json::number_literal(item.at_least));
    requirements.push(std::move(line.set("measured", Json::number_literal(item.measured)).set("met", Json::boolean(item.met))));
  }
  return json.set("requirements", std::move(requirements));
}

}  // namespace tamga::assure
