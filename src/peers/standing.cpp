#include "peers/standing.h"

namespace tamga::peers {

names::Reader& Work::reader_of(const std::shared_ptr<const names::Model>& wanted) {
  if (!reader || model != wanted) {
    reader.reset();
    model = wanted;
    reader.emplace(*model);
  }
  return *reader;
}

Answered<std::shared_ptr<const Standing>> Keeper::take(const api::Context& context) {
  auto standing = standing_.load();
  if (standing == nullptr) return renew(context);
  if (context.live == nullptr || standing->screener == context.live->current()) return standing;
  if (!aside_.exchange(true)) {
    const std::scoped_lock lock(maker_mutex_);
    maker_ = std::jthread([this, context] {
      // What cannot be made leaves what stands; the next request tries again.
      static_cast<void>(renew(context));
      aside_ = false;
    });
  }
  return standing;
}

Answered<std::shared_ptr<const Standing>> Keeper::renew(const api::Context& context) {
  auto screener = context.live == nullptr ? nullptr : context.live->current();
  if (screener == nullptr) return refuse(503, "Index not ready.");
  const std::scoped_lock lock(making_);
  if (auto standing = standing_.load(); standing != nullptr && standing->screener == screener) return standing;
  auto merged = Merged::open(context.settings, *screener);
  if (!merged) return refuse(503, "Index not ready: " + merged.error().text());
  auto standing = std::make_shared<const Standing>(std::move(screener), *std::move(merged));
  standing_.store(standing);
  return standing;
}

Keeper::Lease::Lease(Keeper& keeper) : keeper_(keeper) {
  {
    const std::scoped_lock lock(keeper_.idle_mutex_);
    if (!keeper_.idle_.empty()) {
      work_ = std::move(keeper_.idle_.back());
      keeper_.idle_.pop_back();
    }
  }
  if (work_ == nullptr) work_ = std::make_unique<Work>();
}

Keeper::Lease::~Lease() {
  const std::scoped_lock lock(keeper_.idle_mutex_);
  keeper_.idle_.push_back(std::move(work_));
}

}  // namespace tamga::peers
