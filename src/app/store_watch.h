#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "store/postgresql.h"
#include "store/store.h"

/// Stores that stay open between two questions, since opening one costs more than most questions of it.
namespace tamga::app {

/// Opened again where the file is another one (a backup was put in its place), and after a fork, whose child must leave its parent's connection
/// alone. Not thread-safe.
class HeldStore {
 public:
  using Opening = std::function<Result<store::Store>()>;
  /// `open`: opens the store at `place` (Settings::place()). A server says itself what it holds; of a file is seen whether it is another one.
  HeldStore(const std::string& place, Opening open)
      : path_(store::is_postgresql(place) ? std::string() : place + "/tamga.db"), open_(std::move(open)) {}
  HeldStore(const HeldStore&) = delete;
  HeldStore& operator=(const HeldStore&) = delete;
  ~HeldStore() { forget(); }

  /// Good until the next call.
  Result<store::Store*> get();
  /// How often it was opened: while it is the same, so is the connection.
  [[nodiscard]] std::uint64_t openings() const { return openings_; }

 private:
  void forget();

  std::string path_;  ///< empty: no file
  Opening open_;
  std::unique_ptr<store::Store> store_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
  pid_t process_ = 0;
  std::uint64_t openings_ = 0;
};

/// Tells whether a store was written to, at the price of two system calls and however many editions it holds. Safe to use from several threads.
class StoreWatch {
 public:
  explicit StoreWatch(const std::string& place) : held_(place, [place] { return store::Store::open_existing(place); }) {}

  /// The same number as before as long as nothing was written and the file is the same; never 0. An error when there is no store.
  Result<std::uint64_t> generation();
  /// The same text as before as long as the same editions count, whatever else was written. The ledger is asked only when something was.
  Result<std::string> editions_version();

 private:
  /// With `looking_` held.
  Result<std::uint64_t> look();

  std::mutex looking_;
  HeldStore held_;
  std::uint64_t opening_ = 0;
  std::int64_t version_ = -1;
  std::uint64_t generation_ = 0;
  std::uint64_t editions_of_ = 0;  ///< the generation that `editions_` is of
  std::string editions_;
};

}  // namespace tamga::app
