#include "app/live.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/record.h"

namespace tamga::app {
namespace {

/// A confirmation changes no hit, but how old the list is.
bool same_editions(const std::vector<store::StoredEdition>& stored, const std::vector<clear::BasisEdition>& opened, Date as_of) {
  const std::string day = as_of.text();
  return std::equal(stored.begin(), stored.end(), opened.begin(), opened.end(), [&](const auto& a, const auto& b) {
    return a.list == b.loaded.list && a.part == b.loaded.part && a.id == b.loaded.edition &&
           known_until(a, day) == std::max(b.loaded.published, b.confirmed);
  });
}

}  // namespace

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
  TAMGA_TRY(auto version, watch_.editions_version());
  if (version == looked_ && screening_.as_of == as_of) return false;
  TAMGA_TRY(auto store, open_existing_store(settings_));
  TAMGA_TRY(const auto editions, editions_on(store, as_of, screening_.lists));
  const auto stands = current();
  const bool same = stands == nullptr ? editions.empty() : screening_.as_of == as_of && same_editions(editions, stands->editions(), as_of);
  if (!same) TAMGA_TRY_STATUS(exchange(as_of));
  screening_.as_of = as_of;
  looked_ = std::move(version);
  return !same;
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
  TAMGA_TRY(auto rules, this->rules());
  TAMGA_TRY(auto opened, open_goods_words(settings_, std::move(rules)));
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
  TAMGA_TRY(const auto version, watch_.editions_version());
  return opened_.get(fmt::format("{} {}", as_of.text(), rules->id), version, [&](const auto&) -> Result<std::shared_ptr<const DealBasis>> {
    TAMGA_TRY(auto opened, open_basis(settings_, store, *rules, as_of));
    return std::make_shared<const DealBasis>(std::move(opened));
  });
}

Result<std::shared_ptr<const Screener>> LiveScreeners::on(Date as_of, const std::vector<std::string>& lists) {
  TAMGA_TRY(const auto version, watch_.editions_version());
  using Held = std::shared_ptr<const Screener>;
  return opened_.get(fmt::format("{}\n{}", as_of.text(), fmt::join(lists, "\n")), version, [&](const Held& before) -> Result<Held> {
    if (before != nullptr) {
      // Most of what is imported changes nothing of a day that is past, or of other lists.
      TAMGA_TRY(auto store, store::Store::open_existing(settings_.place()));
      TAMGA_TRY(const auto editions, editions_on(store, as_of, lists));
      if (same_editions(editions, before->editions(), as_of)) return before;
    }
    ScreenSettings screening;
    screening.as_of = as_of;
    screening.lists = lists;
    TAMGA_TRY(auto opened, Screener::open(settings_, screening));
    return std::make_shared<const Screener>(std::move(opened));
  });
}

}  // namespace tamga::app
