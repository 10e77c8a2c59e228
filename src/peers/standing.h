#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "api/endpoint.h"
#include "match/screen.h"
#include "names/model.h"
#include "peers/merged.h"
#include "peers/request.h"

/// What all handlers of this module stand on, and share.
namespace tamga::peers {

/// Lists and their merged entities that belong together. Immutable.
struct Standing {
  std::shared_ptr<const app::Screener> screener;
  std::shared_ptr<const Merged> merged;
};

/// Working memory of one request at a time.
struct Work {
  match::Workspace workspace;
  std::shared_ptr<const names::Model> model;
  std::optional<names::Reader> reader;  ///< reads by `model`

  names::Reader& reader_of(const std::shared_ptr<const names::Model>& wanted);
};

/// Thread-safe.
class Keeper {
 public:
  /// What stands now. When other editions have come, their merged entities are made on a thread of their own, and what stood before answers until
  /// then; only the very first caller waits. 503 when there are no lists.
  Answered<std::shared_ptr<const Standing>> take(const api::Context& context);
  /// The same, and waits for those of the newest editions.
  Answered<std::shared_ptr<const Standing>> renew(const api::Context& context);

  /// Working memory that nobody else uses meanwhile.
  class Lease {
   public:
    explicit Lease(Keeper& keeper);
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease();
    Work& operator*() { return *work_; }
    Work* operator->() { return work_.get(); }

   private:
    Keeper& keeper_;
    std::unique_ptr<Work> work_;
  };

 private:
  std::atomic<std::shared_ptr<const Standing>> standing_;
  std::mutex making_;
  std::atomic<bool> aside_ = false;  ///< somebody makes them on maker_
  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Work>> idle_;
  std::mutex maker_mutex_;
  std::jthread maker_;  ///< the last member: it ends before what it uses does
};

}  // namespace tamga::peers
