#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace tamga::app {

/// What one thread makes and another takes, in order; at most `most` lie between them. Either may close it: then push() is refused, and pop() gives
/// what is left and then nothing.
template <typename Thing>
class Conveyor {
 public:
  explicit Conveyor(std::size_t most) : most_(most) {}

  bool push(Thing thing) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || things_.size() < most_; });
    if (closed_) return false;
    things_.push_back(std::move(thing));
    changed_.notify_all();
    return true;
  }

  std::optional<Thing> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ || !things_.empty(); });
    if (things_.empty()) return std::nullopt;
    std::optional<Thing> thing = std::move(things_.front());
    things_.pop_front();
    changed_.notify_all();
    return thing;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Thing> things_;
  std::size_t most_;
  bool closed_ = false;
};

}  // namespace tamga::app
