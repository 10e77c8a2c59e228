#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "lists/readers.h"

// FollowTheMoney entities, one JSON object a line (domain.md 5.9). Edges are entities of their own there; a Sanction becomes a
// designation of its entity, the others are counted.
namespace tamga::lists {
namespace {

Designation designation_of(const Entity& sanction) {
  Designation designation;
  designation.program = sanction.first("programId").empty() ? sanction.first("program") : sanction.first("programId");
  designation.measure = sanction.first("provisions");
  designation.from =
      read_partial_date(sanction.first("startDate").empty() ? sanction.first("listingDate") : sanction.first("startDate")).value_or("");
  designation.reference = sanction.first("authorityId").empty() ? sanction.first("unscId") : sanction.first("authorityId");
  return designation;
}

}  // namespace

Result<ReadList> read_ftm_jsonl(const NamedBytes& file) {
  ReadList list;
  std::unordered_map<std::string, std::size_t> by_id;
  std::vector<std::pair<std::string, Designation>> sanctions;
  std::map<std::string, std::int64_t> edges;
  std::vector<std::string> datasets;
  const std::string_view text = file.bytes;
  std::uint64_t line = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const std::string_view row = text.substr(begin, end - begin);
    begin = end + 1;
    ++line;
    if (trim(row).empty()) continue;
    const auto json = parse_json(row, JsonLimits{.double_keys = true});
    if (!json) return bad_input_in(file.name, line, json.error().message);
    auto entity = entity_from_json(*json);
    if (!entity) return bad_input_in(file.name, line, entity.error().message);
    if (entity->id.empty()) return bad_input_in(file.name, line, "the entity has no \"id\"");
    for (const auto* key : {"last_seen", "last_change"}) {
      const auto day = Date::parse(json->get(key).substr(0, 10));
      if (day && (!list.own_date || *list.own_date < *day)) list.own_date = day;
    }
    if (entity->schema == "Sanction") {
      const Designation designation = designation_of(*entity);
      for (const auto& target : entity->values("entity")) sanctions.emplace_back(target, designation);
      continue;
    }
    if (!schema_known(entity->schema)) {
      ++edges[entity->schema];
      continue;
    }
    for (const auto& dataset : entity->datasets) {
      if (std::find(datasets.begin(), datasets.end(), dataset) == datasets.end()) datasets.push_back(dataset);
    }
    entity->line = line;
    if (entity->caption.empty()) entity->caption = entity->id;
    if (!by_id.emplace(entity->id, list.entities.size()).second)
      return bad_input_in(file.name, line, fmt::format("the id \"{}\" stands twice", entity->id));
    list.entities.push_back(*std::move(entity));
  }
  if (list.entities.empty()) return bad_input_in(file.name, 0, "holds no entity that can be screened");
  for (auto& [target, designation] : sanctions) {
    if (const auto at = by_id.find(target); at != by_id.end()) list.entities[at->second].designations.push_back(std::move(designation));
  }
  for (const auto& [schema, count] : edges)
    list.warnings.push_back(fmt::format("{} {} records are not read yet: they are neither screened nor followed", count, schema));
  if (datasets.size() == 1) list.list = datasets.front();
  return list;
}

}  // namespace tamga::lists
