#pragma once

#include <cstdint>
#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>

#include <vector>

#include "base/result.h"
#include "store/store.h"

/// The decisions of the ledger in memory, so that a running service lists and finds deals without a walk over it. Derived: it follows the ledger,
/// and is made anew at each start.
namespace tamga::app {

struct DealRow {
  std::int64_t sequence = 0;  ///< of the decision's ledger entry
  std::string deal;
  std::string decision;
  std::string outcome;
  std::string decided_at;
  std::string as_of;
  std::vector<std::string> parties;  ///< their names
};

struct DealFilter {
  std::string outcome = {};  ///< empty: any
  std::string deal = {};     ///< empty: any
  std::string from = {};     ///< YYYY-MM-DD of decided_at, inclusive; empty: any
  std::string to = {};
  std::string text = {};  ///< words that the deal's id, names or numbers begin with; empty: any
};

/// Thread-safe.
class DealIndex {
 public:
  /// Reads what the ledger holds more than the last time.
  Status follow(store::Store& store);

  /// Decisions before `before` (0: from the newest) that the filter lets through, newest first, at most so many.
  [[nodiscard]] std::vector<DealRow> list(const DealFilter& filter, std::int64_t before, std::size_t most) const;

 private:
  /// Every word of `text` begins a word of the row's.
  [[nodiscard]] std::vector<std::uint32_t> with_words(std::string_view text) const;
  void add(DealRow row, const std::vector<std::string>& words);

  mutable std::shared_mutex mutex_;
  std::int64_t up_to_ = 0;
  std::vector<DealRow> rows_;                                               ///< by sequence
  std::map<std::string, std::vector<std::uint32_t>, std::less<>> by_word_;  ///< rows in ascending order
};

/// The words of a text in Latin letters and digits, as names are read: "ВТБ" and "VTB" are one.
[[nodiscard]] std::vector<std::string> search_words(std::string_view text);

}  // namespace tamga::app
