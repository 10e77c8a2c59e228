#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

/// Who is signed in in a browser, so that every server of a store knows it, and one that was started again. No part of the record: it is forgotten
/// when it ends, and a backup has none. The store has nothing by which somebody who reads it could act: of a session's id a hash, and the rest sealed
/// with that id.
namespace tamga::store {

struct StoredSession {
  std::string id;         ///< SHA-256 of what the browser shows
  std::string sealed;     ///< who it is
  std::int64_t ends = 0;  ///< seconds since 1970, as every time here
};

/// A view of a store, which must outlive it. Not thread-safe.
class Sessions {
 public:
  explicit Sessions(Store& store) : store_(store) {}

  /// Forgets those that ended before `now`. False, and nothing added, where there are `most` others.
  Result<bool> add(const StoredSession& session, std::int64_t now, std::int64_t most);
  /// Nothing: there is none, or it has ended.
  Result<std::optional<StoredSession>> find(std::string_view id, std::int64_t now);
  Status end(std::string_view id);
  Status end_all();
  /// Of those that have not ended.
  Result<std::vector<std::string>> ids(std::int64_t now);

 private:
  Store& store_;
};

}  // namespace tamga::store
