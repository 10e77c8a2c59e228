#pragma once

#include <string>
#include <vector>

#include "store/store.h"

/// Editions that must not take effect unseen.
namespace tamga::app {

struct HoldLimits {
  /// An edition with fewer entities than the one before it, by more than this share of them, in percent, is held.
  long shrink_percent_max = 10;
};

/// Why an edition must wait for `tamga lists accept`, one line each; empty: it takes effect. `faults` are what its reader found: that it
/// contradicts its own counts. `before`: the newest edition of the same list and part that is in effect and not younger than the candidate.
/// `newest`: the newest in effect of all. `next`: the edition that follows in the same import; what it confirms, a programme that is gone there
/// too or as few entities, was no accident. All three may be nullptr.
[[nodiscard]] std::vector<std::string> reasons_to_hold(const store::StoredEdition& candidate, std::vector<std::string> faults,
                                                       const store::StoredEdition* before, const store::StoredEdition* newest,
                                                       const store::StoredEdition* next, const HoldLimits& limits);

}  // namespace tamga::app
