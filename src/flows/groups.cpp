#include "flows/groups.h"

#include <algorithm>

#include "flows/countries.h"

namespace tamga::flows {

namespace {
constexpr Period kPeriods = 10'000 * 12;  // periods have years of four digits
}

void Coverage::Periods::widen(Period from, Period to) {
  if (flags.empty()) first = from;
  if (from < first) {
    flags.insert(flags.begin(), static_cast<std::size_t>(first - from), 0);
    first = from;
  }
  if (to > last()) flags.resize(static_cast<std::size_t>(to - first) + 1);
}

void Coverage::add(const SeriesKey& key, std::span<const Period> periods) {
  if (periods.empty() || periods.front() < 0 || periods.back() >= kPeriods) return;
  auto& reported = reported_[{key.source, key.frequency, key.flow, key.reporter}];
  reported.widen(periods.front(), periods.back());
  for (const auto period : periods) reported.flags[static_cast<std::size_t>(period - reported.first)] = 1;
}

void Coverage::add(const Coverage& other) {
  for (const auto& [key, periods] : other.reported_) {
    auto& reported = reported_[key];
    reported.widen(periods.first, periods.last());
    for (std::size_t i = 0; i < periods.flags.size(); ++i)
      reported.flags[static_cast<std::size_t>(periods.first - reported.first) + i] |= periods.flags[i];
  }
}

const Coverage::Periods* Coverage::of(const Key& key) const {
  const auto found = reported_.find(key);
  return found == reported_.end() ? nullptr : &found->second;
}

bool Coverage::covers(const Key& key, Period period) const {
  const auto* periods = of(key);
  return periods != nullptr && periods->has(period);
}

std::pair<Period, Period> Coverage::span(Flow flow, Frequency frequency) const {
  std::pair<Period, Period> found{0, -1};
  for (const auto& [key, periods] : reported_) {
    if (key.flow != flow || key.frequency != frequency) continue;
    const std::pair own(periods.first, periods.last());
    found = found.second < found.first ? own : std::pair(std::min(found.first, own.first), std::max(found.second, own.second));
  }
  return found;
}

bool among(const Countries& countries, Country country) {
  return countries.empty() || std::find(countries.begin(), countries.end(), country) != countries.end();
}

JoinedCodes::JoinedCodes(std::vector<Group> groups) {
  if (groups.empty()) return;
  auto tables = std::make_shared<Tables>();
  tables->groups = std::move(groups);
  for (std::size_t i = 0; i < tables->groups.size(); ++i) {
    for (const auto& code : tables->groups[i].codes) tables->by_code[code] = i;
  }
  tables_ = std::move(tables);
}

const JoinedCodes::Group* JoinedCodes::group_of(std::string_view code) const {
  if (tables_ == nullptr) return nullptr;
  const auto found = tables_->by_code.find(code);
  return found == tables_->by_code.end() ? nullptr : &tables_->groups[found->second];
}

std::vector<std::string> JoinedCodes::together(std::string_view code) const {
  const auto* group = group_of(code);
  return group == nullptr ? std::vector<std::string>{std::string(code)} : group->codes;
}

const std::vector<JoinedCodes::Group>& JoinedCodes::groups() const {
  static const std::vector<Group> kNone;
  return tables_ == nullptr ? kNone : tables_->groups;
}

void LeftOut::add(const LeftOut& other) {
  short_codes += other.short_codes;
  wholes += other.wholes;
  union_twice += other.union_twice;
}

void Sum::add(std::span<const Period> periods, std::span<const std::int64_t> values_of, std::span<const std::int64_t> weights_of, Period step) {
  if (periods.empty()) return;
  const auto last = periods.back();
  if (values.empty()) first = periods.front();
  if (periods.front() < first) {
    const auto more = static_cast<std::size_t>((first - periods.front()) / step);
    values.insert(values.begin(), more, kAbsent);
    weights.insert(weights.begin(), more, kAbsent);
    first = periods.front();
  }
  const auto size = static_cast<std::size_t>((last - first) / step) + 1;
  if (values.size() < size) {
    values.resize(size, kAbsent);
    weights.resize(size, kAbsent);
  }
  for (std::size_t i = 0; i < periods.size(); ++i) {
    const auto at = static_cast<std::size_t>((periods[i] - first) / step);
    if (values_of[i] == kAbsent) continue;
    const bool fresh = values[at] == kAbsent;
    values[at] = fresh ? values_of[i] : sum_of(values[at], values_of[i]);
    weights[at] = fresh ? weights_of[i] : sum_of(weights[at], weights_of[i]);
  }
}

void Sum::add(const Sum& other, Period step) {
  std::vector<Period> periods;
  for (std::size_t i = 0; i < other.values.size(); ++i) periods.push_back(other.first + static_cast<Period>(i) * step);
  add(periods, other.values, other.weights, step);
}

void CodeGroup::add(std::string_view code, Country partner, Country reporter, const Columns& columns) {
  entries_.push_back({std::string(code), partner, reporter, {columns.periods, columns.values, columns.weights, {}}});
}

std::vector<CodeGroup::Part> CodeGroup::parts(Frequency frequency, LeftOut& left_out) const {
  const Period step = frequency == Frequency::monthly ? 1 : 12;
  std::vector<const Entry*> order;
  for (const auto& entry : entries_) order.push_back(&entry);
  const auto first_digits = [this](const Entry* entry) { return std::string_view(entry->code).substr(0, digits_); };
  std::sort(order.begin(), order.end(), [&](const Entry* a, const Entry* b) {
    return std::tuple(a->partner, a->reporter, first_digits(a), a->code.size(), std::string_view(a->code)) <
           std::tuple(b->partner, b->reporter, first_digits(b), b->code.size(), std::string_view(b->code));
  });
  std::vector<Part> parts;
  const Entry* head = nullptr;  // the shortest of its reporter's that begin so
  for (const auto* entry : order) {
    const bool same_part = head != nullptr && entry->partner == head->partner && entry->reporter == head->reporter;
    if (!same_part) parts.push_back({entry->partner, entry->reporter, {}});
    if (!same_part || first_digits(entry) != first_digits(head)) head = entry;
    if (entry->code.size() > head->code.size()) {
      ++left_out.wholes;
      continue;
    }
    parts.back().sum.add(entry->columns.periods, entry->columns.values, entry->columns.weights, step);
  }
  // Parts of one partner stand together.
  for (std::size_t begin = 0; begin < parts.size();) {
    std::size_t end = begin;
    bool member = false;
    bool whole = false;
    for (; end < parts.size() && parts[end].partner == parts[begin].partner; ++end) {
      member = member || is_member(parts[end].reporter);
      whole = whole || parts[end].reporter == kUnion;
    }
    if (member && whole) {
      ++left_out.union_twice;
      const auto at = std::find_if(parts.begin() + static_cast<std::ptrdiff_t>(begin), parts.begin() + static_cast<std::ptrdiff_t>(end),
                                   [](const Part& part) { return part.reporter == kUnion; });
      parts.erase(at);
      --end;
    }
    begin = end;
  }
  return parts;
}

}  // namespace tamga::flows
