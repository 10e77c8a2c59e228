#include "api/endpoint.h"

#include <algorithm>

namespace tamga::api {

namespace {

const std::string* first(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

}  // namespace

bool Caller::has(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

const std::string* Request::parameter(std::string_view name) const { return first(query, name); }

std::vector<std::string> Request::parameters(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : query) {
    if (key == name) {
      values.push_back(value);
    }
  }
  return values;
}

const std::string* Request::header(std::string_view name) const { return first(headers, name); }

const std::string& Request::path_parameter(std::string_view name) const {
  static const std::string kNone;
  const std::string* value = first(path_parameters, name);
  return value == nullptr ? kNone : *value;
}

}  // namespace tamga::api
