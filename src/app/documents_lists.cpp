#include "app/documents.h"

#include <algorithm>

namespace tamga::app {

Json document(const store::StoredEdition& edition) {
  Json json = Json::object();
  json.set("list", edition.list);
  if (!edition.part.empty()) json.set("part", edition.part);
  json.set("edition", edition.id).set("published", edition.published).set("dated_by", edition.dated_by).set("format", edition.format);
  json.set("imported_at", edition.imported_at).set("entities", Json::number(edition.entities)).set("names", Json::number(edition.names));
  json.set("relations", Json::number(edition.relations));
  if (!edition.owner.empty()) json.set("title", edition.title).set("owner", edition.owner).set("expires", edition.expires);
  if (!edition.signed_by.empty()) json.set("signed_by", edition.signed_by);
  json.set("sample", Json::boolean(edition.sample)).set("warnings", Json::strings(edition.warnings));
  json.set("held", Json::strings(edition.held));
  if (!edition.held.empty()) json.set("accepted", Json::boolean(edition.accepted));
  return json;
}

long age_of(const store::StoredEdition& edition, Date today) {
  return days_between(Date::parse(known_until(edition, today.text())).value_or(Date{}), today);
}

long age_of(const clear::BasisEdition& edition, Date today) {
  const auto known = Date::parse(std::max(edition.loaded.published, edition.confirmed));
  return known ? days_between(*known, today) : 0;
}

bool is_stale(const store::StoredEdition& edition, Date today, long age_max) {
  return edition.owner.empty() && age_max > 0 && age_of(edition, today) > age_max;
}

Json document(const std::vector<ListedEdition>& editions, Date today, long age_max) {
  Json lists = Json::array();
  for (const auto& item : editions) {
    Json json = document(item.edition);
    json.set("age_days", Json::number(age_of(item.edition, today))).set("current", Json::boolean(item.current));
    lists.push(std::move(json.set("stale", Json::boolean(is_stale(item.edition, today, age_max)))));
  }
  return Json::object().set("lists", std::move(lists));
}

Json document(const std::vector<policy::RuleBook::RuleLine>& lines, Date day, const std::string& policy) {
  Json items = Json::array();
  for (const auto& line : lines) {
    Json item = Json::object();
    item.set("id", line.id).set("kind", line.kind).set("regime", line.regime).set("authority", line.authority).set("citation", line.citation);
    item.set("about", line.about).set("outcome", line.outcome).set("status", line.status).set("from", line.from).set("to", line.to);
    items.push(std::move(item.set("because", line.because)));
  }
  return Json::object().set("as_of", day.text()).set("policy", policy).set("rules", std::move(items));
}

Json document(const std::vector<store::KnownKey>& keys) {
  Json list = Json::array();
  for (const auto& key : keys) {
    Json item = Json::object();
    item.set("key", key.id).set("sequence", Json::number(key.sequence)).set("made_at", key.made_at).set("signed_by", key.signed_by);
    if (!key.revoked.empty()) item.set("revoked", key.revoked);
    list.push(std::move(item));
  }
  return list;
}

Json document(const store::Verification& verification) {
  Json damage = Json::array();
  for (const auto& found : verification.damage) damage.push(Json::string(found.what));
  Json json = Json::object();
  json.set("sound", Json::boolean(verification.damage.empty())).set("ledger_entries", Json::number(verification.ledger_entries));
  json.set("editions", Json::number(verification.editions)).set("blobs", Json::number(verification.blobs)).set("head", verification.head.hash);
  json.set("keys", document(verification.keys)).set("checkpoints", Json::number(verification.checkpoints));
  json.set("signed_up_to", Json::number(verification.signed_up_to)).set("earlier", Json::number(verification.earlier));
  return json.set("damage", std::move(damage));
}

Json document(const match::NameComparison& compared) {
  return Json::object().set("score", Json::number_literal(match::score_text(compared.score))).set("explain", match::to_json(compared.explain));
}

Json document(const match::Query& query, Json basis, const std::vector<match::Hit>& hits) {
  Json asked = Json::object();
  asked.set("names", Json::strings(query.names));
  if (!query.schema.empty()) asked.set("schema", query.schema);
  if (!query.birth_date.empty()) asked.set("birth_date", query.birth_date);
  if (!query.countries.empty()) asked.set("countries", Json::strings(query.countries));
  if (!query.addresses.empty()) asked.set("addresses", Json::strings(query.addresses));
  if (!query.identifiers.empty()) {
    Json identifiers = Json::array();
    for (const auto& identifier : query.identifiers) identifiers.push(Json::string(identifier.label + " " + identifier.value));
    asked.set("identifiers", std::move(identifiers));
  }
  Json list = Json::array();
  for (const auto& hit : hits) list.push(match::to_json(hit));
  return Json::object().set("query", std::move(asked)).set("basis", std::move(basis)).set("hits", std::move(list));
}

}  // namespace tamga::app
