#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "app/decisions.h"
#include "app/screening.h"

namespace tamga::app {

/// What a running service screens against: taken by every request, exchanged under all of them when an edition comes. Thread-safe.
///
/// The new editions are opened aside; the exchange itself is one pointer. A request keeps what it took until it is done with it, and the
/// old files' pages go with the last of those.
class LiveScreener {
 public:
  static Result<std::unique_ptr<LiveScreener>> open(Settings settings, ScreenSettings screening);
  /// Without any list, which refresh() brings in as soon as there is one.
  static std::unique_ptr<LiveScreener> empty(Settings settings, ScreenSettings screening);

  /// What stands now; nullptr only after empty(), until refresh() found a list. Take it once a request.
  [[nodiscard]] std::shared_ptr<const Screener> current() const { return current_.load(); }

  /// Looks whether other editions are in force on `as_of`, opens them aside and exchanges them. True when there was something to exchange. An
  /// error leaves what stands.
  Result<bool> refresh(Date as_of);
  /// The same, and reads how names are matched anew even where the editions are the same.
  Result<bool> reload(Date as_of);

 private:
  LiveScreener(Settings settings, ScreenSettings screening, std::shared_ptr<const Screener> first)
      : settings_(std::move(settings)), screening_(std::move(screening)), current_(std::move(first)) {}
  Status exchange(Date as_of);

  Settings settings_;
  ScreenSettings screening_;
  std::mutex refreshing_;  ///< one refresh at a time; readers never wait for it
  std::atomic<std::shared_ptr<const Screener>> current_;
};

/// What a running service decides deals on: rules are read once, editions and registers are opened again only when others are in force. Thread-safe.
class LiveClearing {
 public:
  explicit LiveClearing(Settings settings) : settings_(std::move(settings)) {}

  /// Of a day. Whoever asks first for a new one waits until it is open, and nobody else.
  Result<std::shared_ptr<const DealBasis>> on(store::Store& store, Date as_of);
  /// Reads the rules anew for what is asked from now on; an error leaves those that stand.
  Status reload();
  /// The rules that stand, with their words.
  Result<std::shared_ptr<const Rules>> rules();

 private:
  struct Entry {
    std::string key;  ///< day, rules, the last entry about editions
    std::shared_ptr<const DealBasis> basis;
  };
  static constexpr std::size_t kKept = 3;

  Settings settings_;
  std::mutex mutex_;
  std::shared_ptr<const Rules> rules_;
  std::vector<Entry> kept_;  ///< the last asked for at the end
};

}  // namespace tamga::app
