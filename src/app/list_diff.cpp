#include "app/list_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/editions.h"

namespace tamga::app {
namespace {

std::string text_of(const Designation& designation) {
  std::string text = designation.program;
  if (!designation.annex.empty()) text += fmt::format(" Annex {}", designation.annex);
  if (!designation.measure.empty()) text += fmt::format(", {}", designation.measure);
  if (!designation.from.empty()) text += fmt::format(", from {}", designation.from);
  if (!designation.reference.empty()) text += fmt::format(" ({})", designation.reference);
  return text;
}

using Fields = std::map<std::string, std::set<std::string>>;

/// The relations of an entity as text: the schema, the list's own word, and the ids of both ends. One to an entity that came or went is told
/// by that one: it is no change of this one.
void add_relations(const index::Index& index, const index::Index& compared, std::uint32_t entity, Fields& fields) {
  for (const auto number : index.relations_of(entity)) {
    const auto relation = index.relation(number);
    if (relation.from != entity && relation.from != index::kNoEntity) continue;  // told by the other end
    const auto other = relation.from == entity ? relation.to : relation.from;
    if (other != index::kNoEntity && compared.find_entity(index.entity_id(other)) == index::kNoEntity) continue;
    const auto json = parse_json(relation.json);
    if (!json) continue;
    const auto edge = entity_from_json(*json);
    if (!edge) continue;
    const auto* ends = relation_ends(relation.schema);
    const auto name = [&](std::uint32_t end, std::string_view property) {
      if (end != index::kNoEntity) return std::string(index.entity_id(end));
      return ends == nullptr ? std::string() : std::string(edge->first(property));
    };
    fields["relations"].insert(fmt::format("{}{}{}: {} → {}", relation.schema, edge->first("role").empty() ? "" : " ", edge->first("role"),
                                           name(relation.from, ends == nullptr ? "" : ends->from),
                                           name(relation.to, ends == nullptr ? "" : ends->to)));
  }
}

Fields fields_of(const index::Index& index, const index::Index& compared, std::uint32_t number) {
  const Entity entity = index.entity(number);
  Fields fields;
  fields["caption"].insert(entity.caption);
  fields["schema"].insert(entity.schema);
  for (const auto& property : entity.properties) fields[property.name].insert(property.values.begin(), property.values.end());
  for (const auto& designation : entity.designations) fields["designations"].insert(text_of(designation));
  add_relations(index, compared, number, fields);
  return fields;
}

std::vector<FieldChange> changes(const Fields& before, const Fields& after) {
  std::set<std::string> names;
  for (const auto& [name, values] : before) names.insert(name);
  for (const auto& [name, values] : after) names.insert(name);
  static const std::set<std::string> kNone;
  const auto values = [](const Fields& fields, const std::string& name) -> const std::set<std::string>& {
    const auto at = fields.find(name);
    return at == fields.end() ? kNone : at->second;
  };
  std::vector<FieldChange> result;
  for (const auto& name : names) {
    FieldChange change{name, {}, {}};
    const auto& old_values = values(before, name);
    const auto& new_values = values(after, name);
    std::set_difference(new_values.begin(), new_values.end(), old_values.begin(), old_values.end(), std::back_inserter(change.added));
    std::set_difference(old_values.begin(), old_values.end(), new_values.begin(), new_values.end(), std::back_inserter(change.removed));
    if (!change.added.empty() || !change.removed.empty()) result.push_back(std::move(change));
  }
  return result;
}

/// A fingerprint of an entity's relations, to see without reading them whether there is a change.
std::vector<std::string_view> relations_json(const index::Index& index, std::uint32_t entity) {
  std::vector<std::string_view> all;
  for (const auto number : index.relations_of(entity)) all.push_back(index::without_place(index.relation(number).json));
  std::sort(all.begin(), all.end());
  return all;
}

EntityChange whole(const index::Index& index, std::uint32_t entity) {
  const Entity read = index.entity(entity);
  return EntityChange{read.id, read.schema, read.caption, {}};
}

std::vector<std::uint32_t> by_id(const index::Index& index) {
  std::vector<std::uint32_t> order(index.entity_count());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return index.entity_id(a) < index.entity_id(b); });
  return order;
}

Json to_json(const EntityChange& change) {
  Json json = Json::object();
  json.set("id", change.id).set("schema", change.schema).set("caption", change.caption);
  if (change.fields.empty()) return json;
  Json fields = Json::array();
  for (const auto& field : change.fields) {
    Json item = Json::object();
    item.set("field", field.field);
    if (!field.removed.empty()) item.set("removed", Json::strings(field.removed));
    if (!field.added.empty()) item.set("added", Json::strings(field.added));
    fields.push(std::move(item));
  }
  json.set("fields", std::move(fields));
  return json;
}

}  // namespace

std::vector<FieldChange> entity_changes(const index::Index& before, std::uint32_t old_entity, const index::Index& after, std::uint32_t new_entity) {
  return changes(fields_of(before, after, old_entity), fields_of(after, before, new_entity));
}

Result<ListDiff> diff_lists(const Settings& settings, const std::string& list, const std::string& before, const std::string& after) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
  ListDiff diff;
  TAMGA_TRY(diff.before, find_edition(store, list, before));
  TAMGA_TRY(diff.after, find_edition(store, list, after));
  if (diff.before.part != diff.after.part) {
    return bad_input(
        fmt::format("{} and {} are editions of different parts of {}: {} and {}", before, after, list, diff.before.part, diff.after.part));
  }
  TAMGA_TRY(const auto old_edition, load_edition(settings, store, diff.before));
  TAMGA_TRY(const auto new_edition, load_edition(settings, store, diff.after));
  const index::Index& old_index = *old_edition.loaded.index;
  const index::Index& new_index = *new_edition.loaded.index;
  for (const auto entity : by_id(new_index)) {
    const auto old_entity = old_index.find_entity(new_index.entity_id(entity));
    if (old_entity == index::kNoEntity) {
      diff.added.push_back(whole(new_index, entity));
      continue;
    }
    if (index::without_place(old_index.entity_json(old_entity)) == index::without_place(new_index.entity_json(entity)) &&
        relations_json(old_index, old_entity) == relations_json(new_index, entity)) {
      continue;
    }
    EntityChange change = whole(new_index, entity);
    change.fields = entity_changes(old_index, old_entity, new_index, entity);
    if (!change.fields.empty()) diff.changed.push_back(std::move(change));
  }
  for (const auto entity : by_id(old_index)) {
    if (new_index.find_entity(old_index.entity_id(entity)) == index::kNoEntity) diff.removed.push_back(whole(old_index, entity));
  }
  return diff;
}

Json to_json(const ListDiff& diff) {
  const auto edition = [](const store::StoredEdition& stored) {
    return Json::object().set("edition", stored.id).set("published", stored.published).set("entities", Json::number(stored.entities));
  };
  const auto entities = [](const std::vector<EntityChange>& list) {
    Json json = Json::array();
    for (const auto& change : list) json.push(to_json(change));
    return json;
  };
  Json json = Json::object();
  json.set("list", diff.after.list);
  if (!diff.after.part.empty()) json.set("part", diff.after.part);
  json.set("before", edition(diff.before)).set("after", edition(diff.after));
  json.set("added", entities(diff.added)).set("removed", entities(diff.removed)).set("changed", entities(diff.changed));
  return json;
}

}  // namespace tamga::app
