// How many changed copies of refused deals are recognised, and how much ordinary trade is taken for one: the tables of docs/come-back.md.
//
//   measure_come_back PAST QUERIES SEED
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>
#include <unordered_map>

#include "deal_maker.h"
#include "resemblance/resemblance.h"
#include "store/store.h"

namespace tamga {
namespace {

/// The keys of past deals as store::Store keeps them, in memory.
class Past {
 public:
  void add(std::size_t number, const Deal& deal) {
    for (const auto key : resemblance::keys(deal)) entries_[key].push_back(number);
  }
  [[nodiscard]] std::vector<std::size_t> like(const Deal& deal) const {
    const store::PastLimits limits;
    std::unordered_map<std::size_t, std::int64_t> shared;
    for (const auto key : resemblance::keys(deal)) {
      const auto at = entries_.find(key);
      if (at == entries_.end()) continue;
      const auto from = at->second.size() - std::min(at->second.size(), static_cast<std::size_t>(limits.for_key));
      for (std::size_t i = from; i < at->second.size(); ++i) ++shared[at->second[i]];
    }
    std::vector<std::pair<std::int64_t, std::size_t>> order;
    for (const auto& [number, count] : shared) {
      if (count >= limits.shared_at_least) order.emplace_back(count, number);
    }
    std::sort(order.rbegin(), order.rend());
    order.resize(std::min(order.size(), static_cast<std::size_t>(limits.most)));
    std::vector<std::size_t> numbers;
    for (const auto& entry : order) numbers.push_back(entry.second);
    return numbers;
  }

 private:
  std::unordered_map<std::int64_t, std::vector<std::size_t>> entries_;
};

std::size_t argument(const char* text) {
  const std::string_view digits = text;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  TAMGA_CHECK(error == std::errc() && end == digits.data() + digits.size());
  return value;
}

int run(std::size_t past_count, std::size_t queries, std::size_t seed) {
  bench::DealMaker maker(seed, 1 + past_count / 2);
  const auto& model = *names::Model::standard();
  std::vector<Deal> past;
  Past kept;
  for (std::size_t i = 0; i < past_count; ++i) {
    past.push_back(maker.deal());
    kept.add(i, past.back());
  }
  const auto recognised = [&](const Deal& deal) {
    const auto like = kept.like(deal);
    return std::count_if(like.begin(), like.end(), [&](std::size_t number) { return resemblance::compare(past[number], deal, model).recognised; });
  };
  fmt::print("{} past deals, {} queries a line\n", past_count, queries);
  fmt::print("{:<44} {:>12} {:>12} {:>12}\n", "changed", "candidate", "alike", "recognised");
  const auto line = [&](std::string_view name, const auto& change) {
    std::size_t candidate = 0;
    std::size_t alike = 0;
    std::size_t both = 0;
    for (std::size_t i = 0; i < queries; ++i) {
      const std::size_t of = maker.random()() % past.size();
      const Deal now = change(past[of]);
      const auto like = kept.like(now);
      const bool found = std::find(like.begin(), like.end(), of) != like.end();
      const bool scored = resemblance::compare(past[of], now, model).recognised;
      candidate += found ? 1 : 0;
      alike += scored ? 1 : 0;
      both += found && scored ? 1 : 0;
    }
    const auto share = [&](std::size_t count) { return 100.0 * static_cast<double>(count) / static_cast<double>(queries); };
    fmt::print("{:<44} {:>10.2f} % {:>10.2f} % {:>10.2f} %\n", name, share(candidate), share(alike), share(both));
  };
  constexpr std::array kNames = {"consignee", "exporter", "code", "description", "value", "route", "bank", "consignee, owner and address kept",
                                 "date"};
  for (std::size_t edit = 0; edit < bench::DealMaker::kEdits; ++edit) {
    line(kNames.at(edit), [&](const Deal& deal) {
      Deal copy = maker.come_back(deal, 0);
      maker.apply(static_cast<bench::DealMaker::Edit>(edit), copy);
      return copy;
    });
  }
  for (const std::size_t edits : {2, 3, 4, 5}) {
    line(fmt::format("{} of these at once", edits), [&](const Deal& deal) { return maker.come_back(deal, edits); });
  }
  std::size_t others = 0;
  std::size_t neighbours = 0;
  for (std::size_t i = 0; i < queries; ++i) others += recognised(maker.deal()) > 0 ? 1 : 0;
  for (std::size_t i = 0; i < queries; ++i) {
    const Deal& like = past[maker.random()() % past.size()];
    neighbours += resemblance::compare(like, maker.neighbour(like), model).recognised ? 1 : 0;
  }
  const auto share = [&](std::size_t count) { return 100.0 * static_cast<double>(count) / static_cast<double>(queries); };
  fmt::print("ordinary deals of the same market taken for a come-back of any past deal: {:.2f} %\n", share(others));
  fmt::print("of the same exporter's next deal in the same goods within a month:        {:.2f} %\n", share(neighbours));
  return 0;
}

}  // namespace
}  // namespace tamga

int main(int count, char** arguments) {
  if (count != 4) {
    fmt::print(stderr, "usage: measure_come_back PAST QUERIES SEED\n");
    return 2;
  }
  return tamga::run(tamga::argument(arguments[1]), tamga::argument(arguments[2]), tamga::argument(arguments[3]));
}
