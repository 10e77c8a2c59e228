#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "index/index.h"
#include "store/store.h"

/// Since when this house has known an entry of a list, and when what is published of it last changed.
///
/// The authority does not say; the store does: it keeps every edition. Each edition's history is made of the one before it and kept in DATA/index/,
/// so that a new edition costs one comparison. An entry that goes and comes back keeps its first day.
namespace tamga::peers {

struct Seen {
  std::string_view first;    ///< YYYY-MM-DD: the day of the first edition here that held it
  std::string_view changed;  ///< and of the last one in which it was new or different
};

class History {
 public:
  /// Of an edition that is in effect; `all` are the store's, in their order, and `index` is the edition's own. What cannot be kept is made again.
  static Result<History> of(const app::Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& all,
                            const store::StoredEdition& edition, const index::Index& index);

  /// Empty days for an id that the edition and those before it never held.
  [[nodiscard]] Seen find(std::string_view id) const TAMGA_LIFETIMEBOUND;
  /// Another number when other editions led to this one.
  [[nodiscard]] std::uint64_t chain() const { return chain_; }

 private:
  struct Record {
    std::uint64_t id = 0;       ///< XXH3 of the id
    std::uint64_t content = 0;  ///< XXH3 of the entity's JSON without its line; 0: the edition does not hold it
    std::uint32_t first = 0;    ///< into days_
    std::uint32_t changed = 0;
  };
  /// What an edition holds, by id.
  struct Held {
    std::uint64_t id = 0;
    std::uint64_t content = 0;
  };

  static Result<std::vector<Held>> read_edition(store::Store& store, const store::StoredEdition& edition);
  static std::vector<Held> read_index(const index::Index& index);
  static bool open(const std::string& path, History& history);
  [[nodiscard]] std::string bytes() const;
  void follow(std::vector<Held> held, const std::string& day);

  std::vector<Record> records_;  ///< by id
  std::vector<std::string> days_;
  std::uint64_t chain_ = 0;
};

}  // namespace tamga::peers
