#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/screening.h"
#include "app/watch_events.h"
#include "work/shards.h"

/// Rows and hits as they travel between an asker and workers, and a batch over workers. Nothing here changes what is found: the bytes are those of a
/// run on this machine alone.
namespace tamga::app {

/// One line of JSON with all that answer_row() needs, so that a row that was read from any format is screened alike elsewhere.
[[nodiscard]] std::string row_text(const BatchRow& row);
Result<BatchRow> row_from_text(std::string_view text);

/// The hits of one entry of the book as one line.
[[nodiscard]] std::string hits_text(const std::vector<NewHit>& hits);
Result<std::vector<NewHit>> hits_from_text(const std::string& entry, std::string_view text);

/// What workers are asked to screen on: the basis of the screener and, for whoever has another one, `policy`, which the store then keeps
/// (keep_policy()).
[[nodiscard]] Json work_basis(const Screener& screener, const std::string& policy);

/// Keeps the policy of these settings in the store, as a decision does, and returns its id.
Result<std::string> keep_policy(const Settings& settings, store::Store& store, const std::string& at);

/// screen_batch() over workers. `screening`: what the screener was opened with.
Result<BatchCounts> screen_batch_over(const work::Crew& crew, const Screener& screener, const ScreenSettings& screening, const std::string& policy,
                                      const Batch& batch, const std::function<Status(std::string_view)>& write,
                                      const std::function<void(std::int64_t)>& progress);

}  // namespace tamga::app
