#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/decisions.h"
#include "app/watch.h"
#include "store/store.h"

/// Deals under watch.
namespace tamga::app {

/// Decides on deals that were put under watch, but on those that stand decided as they are, byte for byte.
Status decide_watched(const Settings& settings, store::Store& store, ClearRequest deals, const std::function<void(const WatchEvent&)>& each);

/// Decides again on every deal under watch, and records those decisions whose findings differ from the last ones. What was shipped leaves the watch.
Status run_deals(const Settings& settings, store::Store& store, Date as_of, const std::string& at, WatchRun& run,
                 const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress);

}  // namespace tamga::app
