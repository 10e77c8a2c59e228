#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/decisions.h"
#include "app/goods.h"
#include "app/opened.h"
#include "app/screening.h"
#include "app/store_watch.h"

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
  /// error leaves what stands. While nothing was written of editions it costs two system calls.
  Result<bool> refresh(Date as_of);
  /// The same, and reads how names are matched anew even where the editions are the same.
  Result<bool> reload(Date as_of);

 private:
  LiveScreener(Settings settings, ScreenSettings screening, std::shared_ptr<const Screener> first)
      : settings_(std::move(settings)), screening_(std::move(screening)), watch_(settings_.place()), current_(std::move(first)) {}
  Status exchange(Date as_of);

  Settings settings_;
  ScreenSettings screening_;
  StoreWatch watch_;
  std::mutex refreshing_;  ///< one refresh at a time; readers never wait for it
  std::string looked_;     ///< version of the editions that were looked at last
  std::atomic<std::shared_ptr<const Screener>> current_;
};

/// Screeners of days and choices of lists, the last used so many. Thread-safe.
class LiveScreeners {
 public:
  explicit LiveScreeners(Settings settings) : settings_(std::move(settings)), watch_(settings_.place()), opened_(kKept) {}

  /// Of a day and these lists (empty: all), with what is in force at the time of the question.
  Result<std::shared_ptr<const Screener>> on(Date as_of, const std::vector<std::string>& lists = {});
  /// What stands is opened anew when it is next asked for, with the matching as it is then.
  void forget() { opened_.forget(); }

 private:
  static constexpr std::size_t kKept = 8;  ///< each is a mapping of files

  Settings settings_;
  StoreWatch watch_;
  Opened<Screener> opened_;
};

/// What a running service decides deals on: rules are read once, editions and registers are opened again only when others are in force. Thread-safe.
class LiveClearing {
 public:
  explicit LiveClearing(Settings settings) : settings_(std::move(settings)), watch_(settings_.place()), opened_(kKept) {}

  /// Of a day. Whoever asks first after an edition came waits until it is open; others have the one before, where there is one of that day.
  Result<std::shared_ptr<const DealBasis>> on(store::Store& store, Date as_of);
  /// Reads the rules anew for what is asked from now on; an error leaves those that stand.
  Status reload();
  /// Words of goods codes with those of nomenclatures, read again when somebody imports one.
  Result<std::shared_ptr<const GoodsWords>> goods_words();
  /// The rules that stand, with their words.
  Result<std::shared_ptr<const Rules>> rules();

 private:
  static constexpr std::size_t kKept = 3;  ///< each is a mapping of files, and some megabytes of what was read of the rules

  Settings settings_;
  StoreWatch watch_;
  Opened<DealBasis> opened_;
  std::mutex mutex_;  ///< of the rest
  std::shared_ptr<const Rules> rules_;
  std::string words_version_;
  std::shared_ptr<const GoodsWords> words_;
};

}  // namespace tamga::app
