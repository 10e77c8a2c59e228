#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/decisions.h"
#include "app/screening.h"
#include "app/settings.h"
#include "app/watch_changes.h"
#include "work/message.h"
#include "work/shards.h"

/// What a worker makes of the messages that it takes (docs/nodes.md). It answers on the basis that a message names and on no other: editions come
/// from the store and are compiled where their index is missing; what cannot be had is an error of kind not_found, what can never be read bad_input.
namespace tamga::app {

/// Thread-safe, but each thread has its own workspace.
class Worker {
 public:
  explicit Worker(Settings settings, std::function<std::string()> now) : settings_(std::move(settings)), now_(std::move(now)) {}

  Result<work::Answer> answer(const work::Request& request, match::Workspace& workspace);
  /// Whether the server of a store on PostgreSQL answers. A store in a folder always does.
  Status store_is_there() const;

 private:
  /// What was opened for a basis; whoever asks for the same one waits until it is open, and nobody else.
  struct Opened {
    std::mutex opening;
    std::shared_ptr<const Screener> screener;
    std::shared_ptr<const Changes> changes;
    std::shared_ptr<const DealBasis> deals;
  };
  static constexpr std::size_t kKept = 4;

  std::shared_ptr<Opened> opened(const std::string& key);
  Result<std::shared_ptr<const Screener>> screener_of(Opened& opened, const work::Request& request);
  Result<work::Answer> screen(const work::Request& request, match::Workspace& workspace);
  Result<work::Answer> watch(const work::Request& request, match::Workspace& workspace);
  Result<work::Answer> clear(const work::Request& request, match::Workspace& workspace);

  Settings settings_;
  std::function<std::string()> now_;  ///< UTC, for what is recorded
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::shared_ptr<Opened>>> kept_;  ///< the last asked for at the end
};

/// The deals of these files as messages to workers, on what is in force on `request.as_of`; each answer's lines, in the order of the files, to
/// `each`.
Status clear_deals_over(const work::Crew& crew, const Settings& settings, const std::vector<std::string>& files, Date as_of, const std::string& at,
                        const std::function<Status(std::string_view decision)>& each);

}  // namespace tamga::app
