#include "policy/fields.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace tamga::policy {

std::unexpected<Error> wrong_at(const Json& where, std::string message) { return bad_input(std::move(message), where.offset); }

Status check_keys(const Json& table, std::string_view what, std::initializer_list<std::string_view> known) {
  if (!table.is_object()) return wrong_at(table, fmt::format("{} must be a table", what));
  for (const auto& member : table.members) {
    if (std::find(known.begin(), known.end(), member.key) == known.end()) {
      return bad_input(fmt::format("{} has no key \"{}\"; known are {}", what, member.key, fmt::join(known, ", ")), member.key_offset);
    }
  }
  return {};
}

Result<std::string> optional_text(const Json& table, std::string_view what, std::string_view key) {
  const Json* value = table.find(key);
  if (value == nullptr) return std::string();
  if (!value->is_string() || value->text.empty()) return wrong_at(*value, fmt::format("{}: {} must be a text that is not empty", what, key));
  return value->text;
}

Result<std::string> required_text(const Json& table, std::string_view what, std::string_view key) {
  TAMGA_TRY(std::string text, optional_text(table, what, key));
  if (text.empty()) return wrong_at(table, fmt::format("{} has no {}", what, key));
  return text;
}

Result<Date> read_date(const Json& value, std::string_view what) {
  const auto date = value.is_string() ? Date::parse(value.text) : std::nullopt;
  if (!date) return wrong_at(value, fmt::format("{} must be a day such as 2024-07-03", what));
  return *date;
}

Result<std::optional<Date>> optional_date(const Json& table, std::string_view what, std::string_view key) {
  const Json* value = table.find(key);
  if (value == nullptr) return std::optional<Date>();
  TAMGA_TRY(const Date date, read_date(*value, fmt::format("{}: {}", what, key)));
  return std::optional<Date>(date);
}

Result<std::optional<bool>> optional_bool(const Json& table, std::string_view what, std::string_view key) {
  const Json* value = table.find(key);
  if (value == nullptr) return std::optional<bool>();
  if (value->kind != Json::Kind::boolean) return wrong_at(*value, fmt::format("{}: {} must be true or false", what, key));
  return std::optional<bool>(value->truth);
}

Result<std::vector<std::string>> text_list(const Json& value, std::string_view what) {
  if (!value.is_array() || value.items.empty()) return wrong_at(value, fmt::format("{} must be a list of texts, such as [\"a\", \"b\"]", what));
  std::vector<std::string> texts;
  for (const auto& item : value.items) {
    if (!item.is_string()) return wrong_at(item, fmt::format("{} must be a list of texts", what));
    texts.push_back(item.text);
  }
  return texts;
}

}  // namespace tamga::policy
