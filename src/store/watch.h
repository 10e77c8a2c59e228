#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

/// The book that is watched: who is in it, what was found for each, and on which editions that stands. The entries themselves are kept files of JSON
/// lines ("segments"), so that they are evidence; the tables say which line of which segment holds for an id.
namespace tamga::store {

struct WatchSegment {
  std::int64_t number = 0;
  std::string rows;  ///< hash of the kept file: an entry a line
  std::int64_t entries = 0;
};

struct WatchPlace {
  std::int64_t segment = 0;
  std::int64_t line = 0;  ///< from 0
  bool operator==(const WatchPlace&) const = default;
};

/// A listed entity that screening finds for an entry.
struct WatchHit {
  std::string entry;
  std::string list;
  std::string part;
  std::string entity;
  std::int64_t score = 0;  ///< in 1/10,000
  bool certain = false;
  std::string how;  ///< "identifier" or "name"
  std::string caption;
};

/// A view of a store, which must outlive it. Not thread-safe.
class Watch {
 public:
  explicit Watch(Store& store) : store_(store) {}

  Result<std::vector<WatchSegment>> segments();
  /// Keeps the rows with a ledger entry of kind "book", and returns the segment's number.
  Result<std::int64_t> add_segment(std::string_view rows, std::int64_t entries, std::string_view at);
  Status drop_segment(std::int64_t number);
  /// Drops segments of which no line holds any more.
  Status drop_dead_segments();
  /// How many of its lines hold, by segment; none of a dead one.
  Result<std::map<std::int64_t, std::int64_t>> live_lines();

  Result<std::optional<WatchPlace>> place(std::string_view id);
  Status set_place(std::string_view id, const WatchPlace& place);
  /// Takes an entry out of the book, with its hits. False: there was none.
  Result<bool> remove(std::string_view id);
  Result<std::int64_t> entries();
  /// Every id with its place, in the order of ids.
  Status each_place(const std::function<Status(const std::string& id, const WatchPlace& place)>& each);

  Status set_hit(const WatchHit& hit);
  Status remove_hit(std::string_view entry, std::string_view list, std::string_view part, std::string_view entity);
  /// All hits go: everything is screened anew.
  Status remove_hits();
  Status remove_hits_of(std::string_view entry);
  Result<std::vector<WatchHit>> hits_of(std::string_view entry);
  Result<std::vector<WatchHit>> hits_on(std::string_view list, std::string_view part, std::string_view entity);
  Result<std::int64_t> hits();
  /// Every hit, by entry, list, part and entity.
  Status each_hit(const std::function<Status(const WatchHit&)>& each);

  /// Deals that are decided on again when something changes.
  Status add_deal(std::string_view deal);
  Result<bool> remove_deal(std::string_view deal);
  Result<std::vector<std::string>> deals();

  /// What the hits stand on, as JSON; empty: nothing was screened yet. With each change there is a ledger entry of kind "watch" that says what was
  /// done.
  Result<std::string> basis();
  Status set_basis(std::string_view basis, std::string_view done, std::string_view at);

 private:
  Store& store_;
};

}  // namespace tamga::store
