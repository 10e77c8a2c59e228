#pragma once

#include <algorithm>
#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/result.h"

namespace tamga::app {

/// What is slow to open and is shared by many: the last used so many, each opened once for all who ask. Thread-safe.
///
/// Somebody who asks for a newer version of what is held opens it; whoever asks meanwhile takes what is held. Where nothing is held they wait. One is
/// opened at a time, so that a new edition, or a row of days, does not fill the memory with copies of one thing.
template <typename Value>
class Opened {
 public:
  using Held = std::shared_ptr<const Value>;
  explicit Opened(std::size_t most) : most_(most) {}

  /// `what` at `version`. `open` is called with what is held of an earlier version, or nullptr, and gives Result<Held>; an error is told to the one
  /// who opened, and leaves what is held.
  template <typename Open>
  Result<Held> get(const std::string& what, const std::string& version, Open&& open) {
    Held before;
    {
      std::unique_lock lock(mutex_);
      for (;;) {
        const auto at = std::find_if(held_.begin(), held_.end(), [&](const Entry& entry) { return entry.what == what; });
        const bool being_opened = opening_.contains(what);
        if (at != held_.end() && (at->version == version || being_opened)) {
          held_.splice(held_.begin(), held_, at);
          return at->value;
        }
        if (!being_opened) {
          if (at != held_.end()) before = at->value;
          break;
        }
        done_.wait(lock);
      }
      opening_.insert(what);
    }
    const Mark mark(*this, what);
    const std::scoped_lock one(one_at_a_time_);
    TAMGA_TRY(auto value, open(before));
    const std::scoped_lock lock(mutex_);
    held_.remove_if([&](const Entry& entry) { return entry.what == what; });
    held_.push_front({what, version, value});
    while (held_.size() > most_) held_.pop_back();
    return value;
  }

  /// All of it is opened anew when it is next asked for.
  void forget() {
    const std::scoped_lock lock(mutex_);
    held_.clear();
  }

 private:
  struct Entry {
    std::string what;
    std::string version;
    Held value;
  };
  /// That something is being opened, for as long as it is.
  class Mark {
   public:
    Mark(Opened& opened, const std::string& what) : opened_(opened), what_(what) {}
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;
    ~Mark() {
      {
        const std::scoped_lock lock(opened_.mutex_);
        opened_.opening_.erase(what_);
      }
      opened_.done_.notify_all();
    }

   private:
    Opened& opened_;
    const std::string& what_;
  };

  const std::size_t most_;
  std::mutex one_at_a_time_;
  std::mutex mutex_;  ///< of the rest; never held while something is opened
  std::condition_variable done_;
  std::list<Entry> held_;  ///< last used first
  std::set<std::string> opening_;
};

}  // namespace tamga::app
