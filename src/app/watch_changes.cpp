#include "app/watch_changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/editions.h"
#include "watch/book.h"

namespace tamga::app {

EditionIds editions_of(const Json& basis) {
  EditionIds editions;
  if (const Json* lists = basis.find("lists"); lists != nullptr) {
    for (const auto& item : lists->items) editions[{std::string(item.get("list")), std::string(item.get("part"))}] = item.get("edition");
  }
  return editions;
}

void Changes::add(const match::LoadedEdition* before, const match::LoadedEdition* after, const names::Model& model) {
  const auto& named = after != nullptr ? *after : *before;
  published[{named.list, named.part}] = after != nullptr ? after->published : std::string();
  const index::Index* was = before == nullptr ? nullptr : before->index.get();
  const index::Index* is = after == nullptr ? nullptr : after->index.get();
  std::vector<std::uint32_t> fresh;
  std::int64_t came = 0;
  std::int64_t went = 0;
  std::int64_t other = 0;
  for (const auto& change : watch::changes(was, is)) {
    EntityStory story;
    story.came = change.before == index::kNoEntity;
    story.went = change.after == index::kNoEntity;
    ++(story.came ? came : story.went ? went : other);
    if (!story.came && !story.went) story.fields = entity_changes(*was, change.before, *is, change.after);
    const auto id = story.went ? was->entity_id(change.before) : is->entity_id(change.after);
    if (!story.went) fresh.push_back(change.after);
    stories.emplace(EntityKey{named.list, named.part, std::string(id)}, std::move(story));
  }
  const std::string list = named.part.empty() ? named.list : named.list + "/" + named.part;
  told.push_back(after == nullptr ? fmt::format("{}: in force no more, {} entries went", list, went)
                                  : fmt::format("{} {}: {} entries came, {} went, {} changed", list, named.published, came, went, other));
  if (fresh.empty()) return;
  editions.push_back(watch::part_of(*after, fresh, model));
  names += editions.back().index->name_count();
}

Result<Changes> changes_since(const Settings& settings, store::Store& store, const EditionIds& before, const Screener& screener) {
  TAMGA_TRY(const auto stored, store.editions());
  const names::Model& model = *screener.options().model;
  const auto load = [&](const std::pair<std::string, std::string>& list, const std::string& id) -> Result<match::LoadedEdition> {
    const auto at = std::find_if(stored.begin(), stored.end(),
                                 [&](const auto& one) { return one.list == list.first && one.part == list.second && one.id == id; });
    if (at == stored.end()) return failure(fmt::format("the edition {} of {} that the book was screened with is not in the store", id, list.first));
    TAMGA_TRY(auto loaded, load_edition(settings, store, *at, model));
    return std::move(loaded.loaded);
  };
  Changes changes;
  std::set<std::pair<std::string, std::string>> in_force;
  for (const auto& edition : screener.searchable()) {
    const std::pair list(edition.list, edition.part);
    in_force.insert(list);
    const auto known = before.find(list);
    if (known == before.end()) {
      changes.add(nullptr, &edition, model);
    } else if (known->second != edition.edition) {
      TAMGA_TRY(const auto old, load(list, known->second));
      changes.add(&old, &edition, model);
    }
  }
  for (const auto& [list, id] : before) {
    if (in_force.contains(list)) continue;
    TAMGA_TRY(const auto old, load(list, id));
    changes.add(&old, nullptr, model);
  }
  return changes;
}

}  // namespace tamga::app
