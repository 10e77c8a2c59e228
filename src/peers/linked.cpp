#include "peers/linked.h"

#include <fmt/format.h>

#include <algorithm>

#include "lists/lists.h"
#include "peers/vocabulary.h"

namespace tamga::peers {
namespace {

constexpr std::string_view kSanction = "-sanction-";

/// The frame of an entity that no list screens by itself.
Json part_of(std::string_view id, std::string_view caption, std::string_view schema, Json properties, Json datasets) {
  Json json = Json::object();
  json.set("id", id).set("caption", caption).set("schema", schema).set("properties", std::move(properties)).set("datasets", std::move(datasets));
  json.set("referents", Json::array()).set("target", Json::boolean(false));
  return json.set("first_seen", Json()).set("last_seen", Json()).set("last_change", Json());
}

Json one(std::string_view value) { return Json::array().push(Json::string(value)); }

/// The designations of an entry as FollowTheMoney has them. `holder`: under "entity"; empty: nowhere.
std::vector<Json> sanctions_of(const Standing& standing, Entry entry, std::string_view holder) {
  std::vector<Json> sanctions;
  const auto& basis = standing.screener->editions()[entry.edition];
  const Entity entity = basis.loaded.index->entity(entry.entity);
  for (std::size_t number = 0; number < entity.designations.size(); ++number) {
    const auto& designation = entity.designations[number];
    Json properties = Json::object();
    const auto set = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) properties.set(name, one(value));
    };
    set("entity", holder);
    set("authority", basis.authority.empty() ? std::string_view(basis.owner) : std::string_view(basis.authority));
    const std::string program = designation.annex.empty() ? designation.program : designation.program + " " + designation.annex;
    set("program", program);
    set("authorityId", designation.reference);
    set("provisions", designation.measure);
    set("startDate", designation.from);
    set("sourceUrl", entity.first("sourceUrl"));
    sanctions.push_back(part_of(fmt::format("{}{}{}", entity.id, kSanction, number + 1), program.empty() ? "Sanction" : program, "Sanction",
                                std::move(properties), one(basis.loaded.list)));
  }
  return sanctions;
}

/// An edge as its list published it, in the API's frame.
Json edge_of(const index::RelationView& relation, std::string_view list) {
  const auto read = parse_json(relation.json, JsonLimits{.own_writing = true});
  if (!read) return part_of("", "", relation.schema, Json::object(), one(list));
  const Json* properties = read->find("properties");
  const auto* schema = find_schema(relation.schema);
  std::string caption(read->get("caption"));
  for (const auto* property : {"role", "relationship", "percentage"}) {
    const Json* values = properties == nullptr ? nullptr : properties->find(property);
    if (caption.empty() && values != nullptr && !values->items.empty()) caption = values->items.front().text;
  }
  if (caption.empty() && schema != nullptr) caption = schema->label;
  const Json* datasets = read->find("datasets");
  const bool named = datasets != nullptr && !datasets->items.empty();
  return part_of(read->get("id"), caption, relation.schema, properties == nullptr ? Json::object() : *properties, named ? *datasets : one(list));
}

void replace(Json& edge, std::string_view property, std::optional<Json> value) {
  for (auto& member : edge.members) {
    if (member.key != "properties") continue;
    std::erase_if(member.value.members, [&](const JsonMember& known) { return known.key == property; });
    if (value) member.value.set(property, Json::array().push(*std::move(value)));
    return;
  }
}

}  // namespace

Json flat(const Standing& standing, std::uint32_t entity) {
  auto json = parse_json(standing.merged->json(entity), JsonLimits{.own_writing = true});
  return json ? *std::move(json) : Json::object();
}

Linked linked_to(const Standing& standing, std::uint32_t entity) {
  const Merged& merged = *standing.merged;
  Linked linked;
  for (const Entry& entry : merged.entries(entity)) {
    const auto& edition = standing.screener->searchable()[entry.edition];
    const auto& index = *edition.index;
    for (auto& sanction : sanctions_of(standing, entry, "")) linked["sanctions"].push_back(std::move(sanction));
    for (const auto number : index.relations_of(entry.entity)) {
      const auto relation = index.relation(number);
      const auto* ends = relation_ends(relation.schema);
      const auto* backwards = find_backwards(relation.schema);
      if (ends == nullptr || backwards == nullptr) continue;
      const bool from_here = relation.from == entry.entity;
      const std::uint32_t other = from_here ? relation.to : relation.from;
      Json edge = edge_of(relation, edition.list);
      replace(edge, from_here ? ends->from : ends->to, {});
      if (other != index::kNoEntity) {
        const std::uint32_t far = merged.of(Entry{entry.edition, other});
        if (far == entity) continue;
        replace(edge, from_here ? ends->to : ends->from, flat(standing, far));
      }
      linked[std::string(from_here ? backwards->at_from : backwards->at_to)].push_back(std::move(edge));
    }
  }
  // References of the entity itself, where they lead to somebody.
  const Json own = flat(standing, entity);
  for (const auto& member : own.find("properties")->members) {
    const auto* property = find_property(member.key);
    if (property == nullptr || property->type != Type::entity) continue;
    for (const auto& value : member.value.items) {
      const auto other = merged.find(value.text);
      linked[member.key].push_back(other && *other != entity ? flat(standing, *other) : value);
    }
  }
  return linked;
}

Json nested(const Standing& standing, std::uint32_t entity) {
  Json json = flat(standing, entity);
  auto linked = linked_to(standing, entity);
  for (auto& member : json.members) {
    if (member.key != "properties") continue;
    for (auto& [property, values] : linked) {
      Json list = Json::array();
      for (auto& value : values) list.push(std::move(value));
      std::erase_if(member.value.members, [&](const JsonMember& known) { return known.key == property; });
      member.value.set(property, std::move(list));
    }
  }
  return json;
}

std::optional<Json> find_part(const Standing& standing, std::string_view id) {
  if (const auto at = id.rfind(kSanction); at != std::string_view::npos) {
    const auto entry = standing.merged->find_entry(id.substr(0, at));
    if (entry) {
      const auto holder = standing.merged->id(standing.merged->of(*entry));
      for (auto& sanction : sanctions_of(standing, *entry, holder)) {
        if (sanction.get("id") == id) return std::move(sanction);
      }
    }
  }
  std::string beginning = "{\"id\":";
  append_json_string(beginning, id);
  beginning += ',';
  for (const auto& edition : standing.screener->searchable()) {
    for (std::uint32_t number = 0; number < edition.index->relation_count(); ++number) {
      const auto relation = edition.index->relation(number);
      if (relation.json.starts_with(beginning)) return edge_of(relation, edition.list);
    }
  }
  return {};
}

}  // namespace tamga::peers
