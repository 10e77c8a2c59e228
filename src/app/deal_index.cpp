#include "app/deal_index.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "base/json.h"
#include "text/tokens.h"

namespace tamga::app {
namespace {

/// A prefix of a letter or two begins half of all words; more rows than these of one word are not looked at.
constexpr std::size_t kRowsOfWordMax = 20'000;

void add_words(std::string_view text, std::vector<std::string>& words) {
  for (auto& word : search_words(text)) words.push_back(std::move(word));
}

/// Names and numbers of whoever and whatever a deal names, down to owners, banks, ships and containers.
void words_of(const Json& json, std::vector<std::string>& words) {
  for (const auto& item : json.items) words_of(item, words);
  for (const auto& [key, value, offset] : json.members) {
    if (key == "identifiers" && value.is_object()) {
      for (const auto& number : value.members) add_words(number.value.text, words);
      continue;
    }
    static constexpr std::array<std::string_view, 8> kSaid = {"id", "name", "bic", "vessel", "container", "hs", "place", "wallet"};
    if (value.is_string() && std::find(kSaid.begin(), kSaid.end(), key) != kSaid.end()) add_words(value.text, words);
    words_of(value, words);
  }
}

bool fits(const DealRow& row, const DealFilter& filter) {
  const std::string_view day = std::string_view(row.decided_at).substr(0, 10);
  return (filter.outcome.empty() || row.outcome == filter.outcome) && (filter.deal.empty() || row.deal == filter.deal) &&
         (filter.from.empty() || day >= filter.from) && (filter.to.empty() || day <= filter.to);
}

}  // namespace

std::vector<std::string> search_words(std::string_view text) {
  std::vector<std::string> words;
  for (auto& token : text::tokenize(text)) words.push_back(std::move(token.latin));
  return words;
}

Status DealIndex::follow(store::Store& store) {
  std::int64_t from = 0;
  {
    const std::shared_lock lock(mutex_);
    from = up_to_;
  }
  // Nothing newer is the rule, and cheap to see.
  TAMGA_TRY(const auto head, store.head());
  if (head.sequence <= from) return {};
  const std::unique_lock lock(mutex_);
  TAMGA_TRY_STATUS(store.each_since(up_to_, "decision", [&](const store::LedgerEntry& entry) -> Status {
    const JsonLimits own{.own_writing = true};
    TAMGA_TRY(const Json record, parse_json(entry.payload, own));
    TAMGA_TRY(const Json decision, parse_json(record.get("decision"), own));
    DealRow row{entry.sequence,
                std::string(decision.get("deal")),
                entry.key,
                std::string(decision.get("outcome")),
                std::string(decision.get("decided_at")),
                std::string(decision.get("as_of")),
                {}};
    std::vector<std::string> words = search_words(row.deal);
    words.push_back(entry.key);
    if (const auto text = record.get("deal"); !text.empty()) {
      TAMGA_TRY(const Json deal, parse_json(text));
      words_of(deal, words);
      if (const Json* parties = deal.find("parties"); parties != nullptr) {
        for (const auto& party : parties->items) row.parties.emplace_back(party.get("name"));
      }
    }
    add(std::move(row), words);
    return {};
  }));
  up_to_ = std::max(up_to_, head.sequence);
  return {};
}

void DealIndex::add(DealRow row, const std::vector<std::string>& words) {
  const auto number = static_cast<std::uint32_t>(rows_.size());
  up_to_ = row.sequence;
  rows_.push_back(std::move(row));
  for (const auto& word : words) {
    auto& rows = by_word_[word];
    if (rows.empty() || rows.back() != number) rows.push_back(number);
  }
}

std::vector<std::uint32_t> DealIndex::with_words(std::string_view text) const {
  std::vector<std::uint32_t> found;
  bool first = true;
  auto wanted = search_words(text);
  if (text.starts_with("dec-")) wanted = {std::string(text)};
  for (const auto& word : wanted) {
    std::vector<std::uint32_t> rows;
    for (auto at = by_word_.lower_bound(word); at != by_word_.end() && at->first.starts_with(word) && rows.size() < kRowsOfWordMax; ++at)
      rows.insert(rows.end(), at->second.begin(), at->second.end());
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    if (first) {
      found = std::move(rows);
    } else {
      std::erase_if(found, [&](std::uint32_t row) { return !std::binary_search(rows.begin(), rows.end(), row); });
    }
    first = false;
  }
  return found;
}

std::vector<DealRow> DealIndex::list(const DealFilter& filter, std::int64_t before, std::size_t most) const {
  const std::shared_lock lock(mutex_);
  std::vector<DealRow> found;
  const auto take = [&](const DealRow& row) {
    if ((before == 0 || row.sequence < before) && fits(row, filter)) found.push_back(row);
    return found.size() < most;
  };
  if (!filter.text.empty()) {
    const auto rows = with_words(filter.text);
    for (auto at = rows.rbegin(); at != rows.rend() && take(rows_[*at]); ++at) {
    }
    return found;
  }
  for (auto at = rows_.rbegin(); at != rows_.rend() && take(*at); ++at) {
  }
  return found;
}

}  // namespace tamga::app
