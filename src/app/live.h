#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "app/screening.h"

namespace tamga::app {

/// What a running service screens against: taken by every request, exchanged under all of them when an edition comes. Thread-safe.
///
/// The new editions are opened aside; the exchange itself is one pointer. A request keeps what it took until it is done with it, and the
/// old files' pages go with the last of those.
class LiveScreener {
 public:
  static Result<std::unique_ptr<LiveScreener>> open(Settings settings, ScreenSettings screening);

  /// What stands now; never nullptr. Take it once a request.
  [[nodiscard]] std::shared_ptr<const Screener> current() const { return current_.load(); }

  /// Looks whether other editions are in force on `as_of`, opens them aside and exchanges them. True when there was something to exchange. An
  /// error leaves what stands.
  Result<bool> refresh(Date as_of);

 private:
  LiveScreener(Settings settings, ScreenSettings screening, std::shared_ptr<const Screener> first)
      : settings_(std::move(settings)), screening_(std::move(screening)), current_(std::move(first)) {}

  Settings settings_;
  ScreenSettings screening_;
  std::mutex refreshing_;  ///< one refresh at a time; readers never wait for it
  std::atomic<std::shared_ptr<const Screener>> current_;
};

}  // namespace tamga::app
