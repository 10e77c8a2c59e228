#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/screening.h"
#include "app/settings.h"
#include "app/watch_events.h"
#include "base/json.h"
#include "store/store.h"

/// What other editions of the lists have changed since the book was screened: whoever screens it again, here or on a worker, makes the same of it.
namespace tamga::app {

/// The ids of editions, by list and part.
using EditionIds = std::map<std::pair<std::string, std::string>, std::string>;

/// Of a basis, {"lists":[{"list","part","edition"}]}.
[[nodiscard]] EditionIds editions_of(const Json& basis);

/// What differs between the editions then and now.
struct Changes {
  std::map<EntityKey, EntityStory> stories;
  std::map<std::pair<std::string, std::string>, std::string> published;  ///< of each list and part that changed: the edition that did it
  std::vector<match::LoadedEdition> editions;                            ///< of the entities that came or changed, as they are now
  std::size_t names = 0;                                                 ///< in those
  std::vector<std::string> told;                                         ///< for WatchRun::editions

  /// Of one list; nullptr: it was not there, or is no more.
  void add(const match::LoadedEdition* before, const match::LoadedEdition* after, const names::Model& model);
};

Result<Changes> changes_since(const Settings& settings, store::Store& store, const EditionIds& before, const Screener& screener);

}  // namespace tamga::app
