#include "service/question.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/decimal.h"
#include "match/screen.h"

namespace tamga::service {

Result<Question> Question::read(const Json& json, std::initializer_list<std::string_view> known) {
  if (!json.is_object()) return bad_input("expected a JSON object");
  for (const auto& member : json.members) {
    if (std::find(known.begin(), known.end(), member.key) == known.end())
      return bad_input(fmt::format("\"{}\" is not known here, expected any of: {}", member.key, fmt::join(known, ", ")));
  }
  return Question(json);
}

Result<std::string> Question::text(std::string_view key) const {
  const Json* value = json_->find(key);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return bad_input(fmt::format("{}: expected a string", key));
  return value->text;
}

Result<std::vector<std::string>> Question::texts(std::string_view key) const {
  const Json* value = json_->find(key);
  if (value == nullptr) return std::vector<std::string>();
  if (value->is_string()) return std::vector<std::string>{value->text};
  std::vector<std::string> result;
  if (!value->is_array()) return bad_input(fmt::format("{}: expected a string or an array of strings", key));
  for (const auto& item : value->items) {
    if (!item.is_string()) return bad_input(fmt::format("{}: expected a string or an array of strings", key));
    result.push_back(item.text);
  }
  return result;
}

Result<bool> Question::flag(std::string_view key) const {
  const Json* value = json_->find(key);
  if (value == nullptr) return false;
  if (value->kind != Json::Kind::boolean) return bad_input(fmt::format("{}: expected true or false", key));
  return value->truth;
}

Result<std::int64_t> Question::whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise) const {
  const Json* value = json_->find(key);
  if (value == nullptr) return otherwise;
  const auto number = value->is_number() ? Decimal::parse(value->text) : std::nullopt;
  if (!number || number->scale != 0 || number->coefficient < least || number->coefficient > most)
    return bad_input(fmt::format("{}: expected a whole number from {} to {}", key, least, most));
  return number->coefficient;
}

Result<std::optional<names::Score>> Question::part(std::string_view key) const {
  const Json* value = json_->find(key);
  if (value == nullptr) return std::optional<names::Score>();
  const auto score = value->is_number() ? match::threshold_from(value->text) : std::nullopt;
  if (!score || *score == 0) return bad_input(fmt::format("{}: expected a number above 0 and not above 1", key));
  if (Decimal::parse(value->text) < Decimal{1, 4}) return bad_input(fmt::format("{}: expected at least 0.0001", key));
  return score;
}

Result<Date> Question::day(std::string_view key) const {
  TAMGA_TRY(const std::string value, text(key));
  if (value.empty() && !has(key)) return utc_today();
  if (const auto date = Date::parse(value)) return *date;
  return bad_input(fmt::format("{}: \"{}\" is not a date, expected YYYY-MM-DD", key, value));
}

}  // namespace tamga::service
