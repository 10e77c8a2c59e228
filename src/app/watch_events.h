#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "app/list_diff.h"
#include "app/watch.h"
#include "clear/clear.h"
#include "store/cases.h"
#include "store/watch.h"

/// From hits that differ to what a person is told: events in plain words, alerts, and the rows of the store.
namespace tamga::app {

using EntityKey = std::tuple<std::string, std::string, std::string>;  // list, part, id

/// How a listed entity came to be what it is now.
struct EntityStory {
  bool came = false;
  bool went = false;
  std::vector<FieldChange> fields = {};
};

/// A hit as it is now, with what an alert needs.
struct NewHit {
  store::WatchHit hit;
  std::string listed_hash;
  std::string programmes;
};

/// A hit before and now.
struct HitChange {
  store::WatchHit before;  ///< score 0: there was none
  NewHit now;              ///< score 0: there is none
};

[[nodiscard]] EntityKey key_of(const store::WatchHit& hit);

/// What screening finds for an entry now.
[[nodiscard]] std::vector<NewHit> new_hits(const std::string& entry, const match::Query& query, std::span<const match::LoadedEdition> editions,
                                           const match::Options& options, match::Workspace& workspace);

/// What differs between the hits of one entry, by list, part and entity: those too of which only the listed entity has changed.
[[nodiscard]] std::vector<HitChange> hit_changes(const std::vector<store::WatchHit>& before, std::vector<NewHit> now,
                                                 const std::map<EntityKey, EntityStory>& stories);

/// Writes what changed into the store, with alerts, within the caller's transaction.
class HitRecorder {
 public:
  /// `at`: UTC. Without `alerts` none is opened.
  HitRecorder(store::Store& store, Date as_of, std::string at, bool alerts)
      : store_(store), cases_(store), watch_(store), as_of_(as_of), at_(std::move(at)), alerts_(alerts) {}

  Status begin();
  /// `story`: of the listed entity, where it has changed; may be nullptr. `published`: the day of the edition that changed it.
  Status take(const match::Query& query, const HitChange& change, const EntityStory* story, const std::string& published,
              const std::function<void(WatchEvent)>& tell);

 private:
  Status raise(const match::Query& query, const HitChange& change, WatchEvent& event);

  store::Store& store_;
  store::Cases cases_;
  store::Watch watch_;
  Date as_of_;
  std::string at_;
  bool alerts_;
  std::shared_ptr<const std::vector<clear::Mark>> marks_;
  std::set<std::string> fallen_;
};

}  // namespace tamga::app
