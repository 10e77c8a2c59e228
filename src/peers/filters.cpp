#include "peers/filters.h"

#include <fmt/format.h>

#include <algorithm>

#include "lists/lists.h"
#include "peers/vocabulary.h"

namespace tamga::peers {
namespace {

std::vector<bool> bits(std::span<const std::uint16_t> numbers, std::size_t count) {
  std::vector<bool> set(count);
  for (const auto number : numbers) set[number] = true;
  return set;
}

}  // namespace

std::vector<std::uint16_t> authorities(const Merged& merged) {
  std::vector<std::uint16_t> numbers;
  for (std::size_t number = 0; number < merged.dataset_count(); ++number) {
    if (lists::find_list(merged.dataset_name(number)) != nullptr) numbers.push_back(static_cast<std::uint16_t>(number));
  }
  return numbers;
}

Answered<std::vector<std::uint16_t>> datasets_of(const Merged& merged, std::string_view name) {
  if (name == "sanctions") return authorities(merged);
  if (name == "default") {
    std::vector<std::uint16_t> all;
    for (std::size_t number = 0; number < merged.dataset_count(); ++number) all.push_back(static_cast<std::uint16_t>(number));
    return all;
  }
  if (const auto number = merged.find_dataset(name)) return std::vector<std::uint16_t>{*number};
  return refuse(404, "No such dataset.");
}

Answered<std::vector<std::uint16_t>> topics_of(const Merged& merged, const std::vector<std::string>& topics) {
  std::vector<std::uint16_t> numbers;
  for (const auto& topic : topics) {
    if (const auto number = merged.find_topic(topic)) {
      numbers.push_back(*number);
    } else if (!topic_known(topic)) {
      return refuse(400, fmt::format("topics: \"{}\" is not a topic", topic));
    }
  }
  if (numbers.empty() && !topics.empty())
    return refuse(400, fmt::format("topics: no list that is loaded gives {}, so nobody could be found", fmt::join(topics, ", ")));
  return numbers;
}

Answered<Filters> Filters::read(const api::Request& request, const Merged& merged, std::string_view dataset) {
  Filters filters;
  TAMGA_TRY(const auto scope, datasets_of(merged, dataset));
  filters.datasets_ = bits(scope, merged.dataset_count());
  filters.every_dataset_ = scope.size() == merged.dataset_count();
  if (const auto included = request.parameters("include_dataset"); !included.empty()) {
    std::vector<bool> both(merged.dataset_count());
    for (const auto& name : included) {
      const auto numbers = datasets_of(merged, name);
      if (!numbers) return refuse(400, fmt::format("include_dataset: \"{}\" is not loaded, so nobody could be found in it", name));
      for (const auto number : *numbers) both[number] = filters.datasets_[number];
    }
    filters.datasets_ = std::move(both);
    filters.every_dataset_ = false;
  }
  for (const auto& name : request.parameters("exclude_dataset")) {
    const auto numbers = datasets_of(merged, name);
    if (!numbers) continue;
    for (const auto number : *numbers) filters.datasets_[number] = false;
    filters.every_dataset_ = false;
  }
  if (const auto schemata = request.parameters("exclude_schema"); !schemata.empty()) {
    filters.without_.resize(merged.schema_count());
    for (const auto& schema : schemata) {
      if (find_schema(schema) == nullptr) return refuse(400, fmt::format("exclude_schema: \"{}\" is not a schema", schema));
      for (std::size_t number = 0; number < merged.schema_count(); ++number) {
        if (merged.schema_name(number) == schema) filters.without_[number] = true;
      }
    }
  }
  if (const auto topics = request.parameters("topics"); !topics.empty()) {
    TAMGA_TRY(const auto numbers, topics_of(merged, topics));
    filters.topics_.resize(merged.topic_count());
    for (const auto number : numbers) filters.topics_[number] = true;
  }
  TAMGA_TRY(filters.changed_since_, moment(request, "changed_since"));
  const auto excluded = request.parameters("exclude_entity_ids");
  if (excluded.size() > kExcludedMax)
    return refuse(422, fmt::format("query.exclude_entity_ids: {} ids, expected {} at most", excluded.size(), kExcludedMax));
  for (const auto& id : excluded) {
    if (const auto entity = merged.find(id)) filters.excluded_.push_back(*entity);
  }
  std::sort(filters.excluded_.begin(), filters.excluded_.end());
  return filters;
}

bool Filters::pass(const Merged& merged, std::uint32_t entity) const {
  if (!every_dataset_) {
    const auto datasets = merged.datasets(entity);
    if (std::none_of(datasets.begin(), datasets.end(), [&](std::uint16_t number) { return datasets_[number]; })) return false;
  }
  if (!topics_.empty()) {
    const auto topics = merged.topics(entity);
    if (std::none_of(topics.begin(), topics.end(), [&](std::uint16_t number) { return topics_[number]; })) return false;
  }
  if (!without_.empty() && without_[merged.schema_number(entity)]) return false;
  if (!changed_since_.empty()) {
    // A list is of a day: it changed in its first moment.
    const std::string_view day = merged.last_change(entity);
    const std::string_view since = changed_since_;
    const int days = day.compare(0, day.size(), since.substr(0, day.size()));
    if (days < 0 || (days == 0 && since.size() > day.size() && since.substr(day.size()).find_first_of("123456789") != std::string_view::npos))
      return false;
  }
  return !std::binary_search(excluded_.begin(), excluded_.end(), entity);
}

}  // namespace tamga::peers
