#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace tamga::service {

/// Tells whether a store was written to, at the price of two system calls and however many editions it holds. Safe to use from several threads.
class StoreWatch {
 public:
  explicit StoreWatch(std::string place) : place_(std::move(place)) {}
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;
  ~StoreWatch();

  /// The same number as before as long as nothing was written and the file is the same; never 0. An error when there is no store.
  Result<std::uint64_t> generation();

 private:
  void forget();

  std::mutex looking_;
  std::string place_;
  std::unique_ptr<store::Store> store_;  ///< stays open, since only an open connection sees what others commit
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;  ///< a store that was restored is another file
  std::int64_t version_ = 0;
  std::uint64_t generation_ = 0;
  pid_t process_ = 0;
};

}  // namespace tamga::service
