#include "app/live.h"

#include <algorithm>

namespace tamga::app {

Result<std::unique_ptr<LiveScreener>> LiveScreener::open(Settings settings, ScreenSettings screening) {
  TAMGA_TRY(auto first, Screener::open(settings, screening));
  return std::unique_ptr<LiveScreener>(
      new LiveScreener(std::move(settings), std::move(screening), std::make_shared<const Screener>(std::move(first))));
}

Result<bool> LiveScreener::refresh(Date as_of) {
  const std::scoped_lock lock(refreshing_);
  TAMGA_TRY(auto store, store::Store::open_existing(settings_.data));
  TAMGA_TRY(const auto editions, editions_on(store, as_of, screening_.lists));
  const auto stands = current();
  const auto& before = stands->editions();
  const bool same = std::equal(editions.begin(), editions.end(), before.begin(), before.end(),
                               [](const auto& a, const auto& b) { return a.list == b.loaded.list && a.id == b.loaded.edition; });
  if (same) return false;
  ScreenSettings next = screening_;
  next.as_of = as_of;
  TAMGA_TRY(auto opened, Screener::open(settings_, next));
  screening_ = std::move(next);
  current_.store(std::make_shared<const Screener>(std::move(opened)));
  return true;
}

}  // namespace tamga::app
