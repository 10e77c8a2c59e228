#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "api/endpoint.h"
#include "api/problem.h"
#include "base/date.h"

/// What the handlers of the native API share.
namespace tamga::api {

/// Who may read casework, who may screen and clear, and who may propose; the store itself checks people's roles once more.
inline const std::vector<std::string> kReaders = {"administrator", "analyst", "approver", "auditor", "liaison"};
inline const std::vector<std::string> kScreeners = {"administrator", "analyst", "approver", "auditor", "liaison", "machine"};
inline const std::vector<std::string> kWorkers = {"analyst", "approver", "liaison"};
inline const std::vector<std::string> kClearers = {"analyst", "approver", "liaison", "machine"};

inline Parameter in_path(std::string name, std::string description) {
  return {.name = std::move(name), .in = In::path, .description = std::move(description), .required = true};
}
inline Parameter in_query(std::string name, std::string description, std::string type = "string") {
  return {.name = std::move(name), .type = std::move(type), .description = std::move(description)};
}
inline Parameter as_of_parameter() { return in_query("as_of", "YYYY-MM-DD: as it was on this day; default: today"); }
inline std::vector<Parameter> with_paging(std::vector<Parameter> parameters) {
  parameters.push_back(in_query("cursor", "\"next\" of the page before"));
  Parameter limit{.name = "limit", .type = "integer", .description = "so many of one page", .fallback = "100", .minimum = "1", .maximum = "1000"};
  parameters.push_back(std::move(limit));
  return parameters;
}

inline std::string text_of(const Request& request, std::string_view name) {
  const auto* value = request.parameter(name);
  return value == nullptr ? std::string() : *value;
}
inline bool truth_of(const Request& request, std::string_view name) { return text_of(request, name) == "true"; }
inline std::size_t count_of(const Request& request, std::string_view name, std::size_t otherwise) {
  const std::string text = text_of(request, name);
  std::size_t count = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}
/// A day of a parameter or a member of the body; today where there is none.
inline Result<Date> day_of(std::string_view text, std::string_view name) {
  if (text.empty()) return utc_today();
  if (const auto day = Date::parse(text)) return *day;
  return bad_input(fmt::format("{}: \"{}\" is not a date, expected YYYY-MM-DD", name, text));
}
inline std::string member(const Request& request, std::string_view name) { return std::string(request.json.get(name)); }
inline bool member_truth(const Json& json, std::string_view name) {
  const Json* value = json.find(name);
  return value != nullptr && value->truth;
}
inline std::vector<std::string> member_texts(const Json& json, std::string_view name) {
  std::vector<std::string> texts;
  if (const Json* list = json.find(name); list != nullptr) {
    for (const auto& item : list->items) texts.push_back(item.text);
  }
  return texts;
}

/// One page of items that stand in the order of their keys: {NAME: […], "next": CURSOR}. The cursor is the last key, so that what comes or goes
/// between two pages shifts nothing.
template <typename Item, typename KeyOf, typename ToJson>
Json page(std::string_view name, const std::vector<Item>& items, const Request& request, KeyOf&& key_of, ToJson&& to_json) {
  const std::string after = text_of(request, "cursor");
  const std::size_t limit = count_of(request, "limit", 100);
  Json list = Json::array();
  std::string last;
  bool more = false;
  for (const auto& item : items) {
    std::string key = key_of(item);
    if (!after.empty() && key <= after) continue;
    if (list.items.size() == limit) {
      more = true;
      break;
    }
    last = std::move(key);
    list.push(to_json(item));
  }
  Json json = Json::object().set(name, std::move(list));
  if (more) json.set("next", last);
  return json;
}

/// A handler of a function that gives a document or an error.
template <typename Work>
std::function<Response(const Context&, const Request&)> documented(Work work, int status = 200) {
  return [work, status](const Context& context, const Request& request) { return answer(Result<Json>(work(context, request)), status); };
}

}  // namespace tamga::api
