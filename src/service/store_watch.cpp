#include "service/store_watch.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store/postgresql.h"

namespace tamga::service {

StoreWatch::~StoreWatch() { forget(); }

void StoreWatch::forget() {
  // Connections do not survive a fork: a child that closed its parent's would take away the parent's locks and files, or end its session.
  if (store_ != nullptr && process_ != ::getpid()) static_cast<void>(store_.release());
  store_.reset();
}

Result<std::uint64_t> StoreWatch::generation() {
  const std::scoped_lock lock(looking_);
  struct stat now{};
  // A server says itself what it holds.
  const bool there = store::is_postgresql(place_) || ::stat((place_ + "/tamga.db").c_str(), &now) == 0;
  if (store_ == nullptr || process_ != ::getpid() || !there || now.st_dev != device_ || now.st_ino != inode_) {
    forget();
    TAMGA_TRY(auto opened, store::Store::open_existing(place_));
    store_ = std::make_unique<store::Store>(std::move(opened));
    device_ = now.st_dev;
    inode_ = now.st_ino;
    process_ = ::getpid();
    version_ = -1;
  }
  TAMGA_TRY(const auto version, store_->data_version());
  if (version != version_) ++generation_;
  version_ = version;
  return generation_;
}

}  // namespace tamga::service
