#include "lists/links.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

constexpr std::size_t kSeveral = static_cast<std::size_t>(-1);

std::string key_of(std::string_view name) {
  std::string key = lower_ascii(one_line(trim(name)));
  while (key.ends_with('.')) key.pop_back();
  return key;
}

}  // namespace

NameTable::NameTable(const std::vector<Entity>& entities) {
  // The names that an authority calls an entity by first: an alias that another entity has as its name means that other one.
  for (const auto properties : {std::initializer_list<std::string_view>{"name", "publishedName"}, {"alias", "previousName"}}) {
    std::unordered_map<std::string, std::size_t> round;
    for (std::size_t i = 0; i < entities.size(); ++i) {
      for (const auto property : properties) {
        for (const auto& name : entities[i].values(property)) {
          const auto [at, fresh] = round.try_emplace(key_of(name), i);
          if (!fresh && at->second != i) at->second = kSeveral;
        }
      }
    }
    entities_.insert(round.begin(), round.end());
  }
}

std::optional<std::size_t> NameTable::find(std::string_view name) const {
  const auto at = entities_.find(key_of(name));
  if (at == entities_.end() || at->second == kSeveral) return {};
  return at->second;
}

void add_noted_links(ReadList& list, std::string_view label, std::string_view schema) {
  const RelationEnds* ends = relation_ends(schema);
  TAMGA_CHECK(ends != nullptr);
  const std::string prefix = fmt::format("{}: ", label);
  std::optional<NameTable> names;
  for (std::size_t i = 0; i < list.entities.size(); ++i) {
    const Entity& entity = list.entities[i];
    for (const auto& note : entity.values("notes")) {
      if (!note.starts_with(prefix)) continue;
      if (!names) names.emplace(list.entities);
      const auto other = names->find(std::string_view(note).substr(prefix.size()));
      if (!other || *other == i) continue;
      Entity relation;
      relation.id = fmt::format("{}-{}-{}", entity.id, lower_ascii(schema), list.entities[*other].id);
      relation.schema = schema;
      relation.caption = fmt::format("{} {} {}", entity.caption, label, list.entities[*other].caption);
      relation.add(ends->from, entity.id);
      relation.add(ends->to, list.entities[*other].id);
      relation.add("role", label);
      relation.datasets = entity.datasets;
      relation.line = entity.line;
      list.relations.push_back(std::move(relation));
    }
  }
}

}  // namespace tamga::lists
