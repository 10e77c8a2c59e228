#include "app/live.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/record.h"

namespace tamga::app {

Result<std::unique_ptr<LiveScreener>> LiveScreener::open(Settings settings, ScreenSettings screening) {
  TAMGA_TRY(auto first, Screener::open(settings, screening));
  first.prepare();
  return std::unique_ptr<LiveScreener>(
      new LiveScreener(std::move(settings), std::move(screening), std::make_shared<const Screener>(std::move(first))));
}

std::unique_ptr<LiveScreener> LiveScreener::empty(Settings settings, ScreenSettings screening) {
  return std::unique_ptr<LiveScreener>(new LiveScreener(std::move(settings), std::move(screening), nullptr));
}

Result<bool> LiveScreener::refresh(Date as_of) {
  const std::scoped_lock lock(refreshing_);
  TAMGA_TRY(auto store, open_existing_store(settings_));
  TAMGA_TRY(const auto editions, editions_on(store, as_of, screening_.lists));
  if (const auto stands = current(); stands != nullptr) {
    const auto& before = stands->editions();
    // A confirmation changes no hit, but how old the list is.
    const bool same = std::equal(editions.begin(), editions.end(), before.begin(), before.end(), [&](const auto& a, const auto& b) {
      return a.list == b.loaded.list && a.id == b.loaded.edition && (a.confirmed.empty() || a.confirmed.back() <= b.confirmed);
    });
    if (same && screening_.as_of == as_of) return false;
  } else if (editions.empty()) {
    return false;
  }
  TAMGA_TRY_STATUS(exchange(as_of));
  return true;
}

Result<bool> LiveScreener::reload(Date as_of) {
  const std::scoped_lock lock(refreshing_);
  TAMGA_TRY_STATUS(exchange(as_of));
  return true;
}

Status LiveScreener::exchange(Date as_of) {
  ScreenSettings next = screening_;
  next.as_of = as_of;
  TAMGA_TRY(auto opened, Screener::open(settings_, next));
  opened.prepare();
  screening_ = std::move(next);
  current_.store(std::make_shared<const Screener>(std::move(opened)));
  return {};
}

Result<std::shared_ptr<const Rules>> LiveClearing::rules() {
  const std::scoped_lock lock(mutex_);
  if (rules_ == nullptr) {
    TAMGA_TRY(auto read, load_rules(settings_.policy, WithWords::read));
    rules_ = std::make_shared<const Rules>(std::move(read));
  }
  return rules_;
}

Result<std::shared_ptr<const GoodsWords>> LiveClearing::goods_words() {
  const std::string version = nomenclatures_version(settings_);
  {
    const std::scoped_lock lock(mutex_);
    if (words_ != nullptr && words_version_ == version) return words_;
  }
  TAMGA_TRY(auto opened, open_goods_words(settings_));
  const std::scoped_lock lock(mutex_);
  words_ = std::make_shared<const GoodsWords>(std::move(opened));
  words_version_ = version;
  return words_;
}

Status LiveClearing::reload() {
  TAMGA_TRY(auto read, load_rules(settings_.policy, WithWords::read));
  const std::scoped_lock lock(mutex_);
  rules_ = std::make_shared<const Rules>(std::move(read));
  words_ = nullptr;
  return {};
}

Result<std::shared_ptr<const DealBasis>> LiveClearing::on(store::Store& store, Date as_of) {
  TAMGA_TRY(const auto rules, this->rules());
  // Whatever changes which editions count is an entry of one of these kinds.
  TAMGA_TRY(const auto editions, store.last_of({"edition", "acceptance", "confirmation"}));
  std::string key = fmt::format("{} {} {}", as_of.text(), rules->id, editions);
  {
    const std::scoped_lock lock(mutex_);
    const auto at = std::find_if(kept_.begin(), kept_.end(), [&](const Entry& entry) { return entry.key == key; });
    if (at != kept_.end()) {
      std::rotate(at, at + 1, kept_.end());
      return kept_.back().basis;
    }
  }
  TAMGA_TRY(auto opened, open_basis(settings_, store, *rules, as_of));
  auto basis = std::make_shared<const DealBasis>(std::move(opened));
  const std::scoped_lock lock(mutex_);
  kept_.push_back({std::move(key), basis});
  if (kept_.size() > kKept) kept_.erase(kept_.begin());
  return basis;
}

}  // namespace tamga::app
