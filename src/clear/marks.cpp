#include "clear/marks.h"

#include <algorithm>

#include "base/sha256.h"

namespace tamga::clear {
namespace {

Json sorted_strings(std::vector<std::string> values) {
  std::sort(values.begin(), values.end());
  return Json::strings(values);
}

}  // namespace

Json party_side(const match::Query& query) {
  std::vector<std::pair<std::string, std::string>> identifiers;
  for (const auto& identifier : query.identifiers) identifiers.emplace_back(identifier.label, identifier.value);
  std::sort(identifiers.begin(), identifiers.end());
  Json list = Json::array();
  for (const auto& [kind, value] : identifiers) list.push(Json::object().set("kind", kind).set("value", value));
  Json side = Json::object();
  side.set("names", sorted_strings(query.names)).set("schema", query.schema).set("countries", sorted_strings(query.countries));
  side.set("addresses", sorted_strings(query.addresses)).set("birth_date", query.birth_date).set("identifiers", std::move(list));
  return side;
}

std::string listed_hash(const Entity& entity) {
  Entity bare = entity;
  bare.line = 0;
  bare.datasets.clear();
  return content_address(to_json(bare).dump());
}

bool same_customer(const Json& a, const Json& b) {
  const Json* const of_a = a.find("identifiers");
  const Json* const of_b = b.find("identifiers");
  bool shared = false;
  bool contradicts = false;
  if (of_a != nullptr && of_b != nullptr) {
    for (const auto& one : of_a->items) {
      for (const auto& other : of_b->items) {
        if (one.get("kind") != other.get("kind")) continue;
        (one.get("value") == other.get("value") ? shared : contradicts) = true;
      }
    }
  }
  if (shared || contradicts) return shared;
  const Json* const names_a = a.find("names");
  const Json* const names_b = b.find("names");
  return names_a != nullptr && names_b != nullptr && *names_a == *names_b;
}

Marked judge_marks(const std::vector<Mark>& marks, const Pair& pair, Date as_of) {
  Marked marked;
  const std::string day = as_of.text();
  for (const auto& mark : marks) {
    if (mark.list != pair.list || mark.entity != pair.entity) continue;
    const bool party = mark.party_hash == pair.party_hash;
    const bool listed = mark.listed_hash == pair.listed_hash;
    if (pair.certain || pair.how != "name") {
      if (party || same_customer(mark.party, pair.party)) marked.fallen.push_back({mark.id, "the match is certain now", pair});
    } else if (party && listed) {
      if (day <= mark.until) marked.by = &mark;
    } else if (party) {
      marked.fallen.push_back({mark.id, "the list has changed its entry", pair});
    } else if (same_customer(mark.party, pair.party)) {
      marked.fallen.push_back({mark.id, listed ? "the party has changed" : "both the party and the list's entry have changed", pair});
    }
  }
  // Another customer of the same name has a mark of its own: that says nothing of this one's.
  if (marked.by != nullptr) marked.fallen.clear();
  return marked;
}

}  // namespace tamga::clear
