#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/result.h"

/// The store copied to one file while others work on it, and back. A backup that was not read again is a hope, so both prove what they wrote.
namespace tamga::app {

struct BackupReport {
  std::int64_t ledger_entries = 0;
  std::string head;
  std::int64_t bytes = 0;
  std::int64_t decisions = 0;  ///< in the ledger
  std::int64_t replayed = 0;   ///< of them, every byte the same
};

using BackupProgress = std::function<void(std::string_view what)>;

/// Copies the store as it is at one moment to `file`, verifies the copy as `audit verify` does and replays up to `replays` decisions from it, spread
/// over the ledger. Refuses a file that is there. Nothing stands under the file's name before all of that has passed. The
/// file is its owner's alone (0600).
Result<BackupReport> backup(const Settings& settings, const std::string& file, std::int64_t replays, const BackupProgress& progress);

/// Puts a backup into the data folder, in the same way. Refuses a folder that has a store.
Result<BackupReport> restore(const Settings& settings, const std::string& file, std::int64_t replays, const BackupProgress& progress);

}  // namespace tamga::app
