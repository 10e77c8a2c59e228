#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "app/editions.h"
#include "app/settings.h"

/// `tamga lists update`: the lists from the authorities' own addresses into the store.
namespace tamga::app {

struct Updated {
  enum class State : std::uint8_t {
    added,      ///< a new edition, in effect
    held,       ///< a new edition that waits for `lists accept`
    unchanged,  ///< the authority still gives the edition that is there, which is recorded
    failed,     ///< nothing changed; `message` says why
  };
  std::string list;
  State state = State::failed;
  std::string message;
  std::vector<Imported> imported;
};
[[nodiscard]] std::string_view state_name(Updated::State state);

struct UpdateRequest {
  std::vector<std::string> lists;  ///< empty: those of the configuration, else every list with an address
  Date today;
  std::string now;  ///< UTC, to record
  /// The list, bytes so far, and bytes in all (0: not known).
  std::function<void(const std::string&, std::uint64_t, std::uint64_t)> progress;
  std::stop_token stop;
};

/// Fetches one list after the other and imports what is new. What one list lacks stops no other: see Updated::State. An error only for a list
/// without an address, and where the store cannot be used.
Result<std::vector<Updated>> update_lists(const Settings& settings, const UpdateRequest& request);

}  // namespace tamga::app
