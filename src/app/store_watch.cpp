#include "app/store_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tamga::app {

void HeldStore::forget() {
  // Connections do not survive a fork: a child that closed its parent's would take away the parent's locks and files, or end its session.
  if (store_ != nullptr && process_ != ::getpid()) static_cast<void>(store_.release());
  store_.reset();
}

Result<store::Store*> HeldStore::get() {
  struct stat now{};
  const bool there = path_.empty() || ::stat(path_.c_str(), &now) == 0;
  if (store_ == nullptr || process_ != ::getpid() || !there || now.st_dev != device_ || now.st_ino != inode_) {
    forget();
    TAMGA_TRY(auto opened, open_());
    store_ = std::make_unique<store::Store>(std::move(opened));
    device_ = now.st_dev;
    inode_ = now.st_ino;
    process_ = ::getpid();
    ++openings_;
  }
  return store_.get();
}

Result<std::uint64_t> StoreWatch::look() {
  TAMGA_TRY(auto* const store, held_.get());
  TAMGA_TRY(const auto version, store->data_version());
  if (version != version_ || held_.openings() != opening_) ++generation_;
  version_ = version;
  opening_ = held_.openings();
  return generation_;
}

Result<std::uint64_t> StoreWatch::generation() {
  const std::scoped_lock lock(looking_);
  return look();
}

Result<std::string> StoreWatch::editions_version() {
  const std::scoped_lock lock(looking_);
  TAMGA_TRY(const auto generation, look());
  if (editions_of_ != generation) {
    TAMGA_TRY(auto* const store, held_.get());
    // Whatever changes which editions count is an entry of one of these kinds.
    TAMGA_TRY(const auto last, store->last_of({"edition", "acceptance", "confirmation"}));
    editions_ = fmt::format("{}:{}", opening_, last);
    editions_of_ = generation;
  }
  return editions_;
}

}  // namespace tamga::app
