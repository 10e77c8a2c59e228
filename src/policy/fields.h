#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "base/result.h"

/// Strict reading of the tables that read_toml gives: every error carries the line and says what was expected.
namespace tamga::policy {

[[nodiscard]] std::unexpected<Error> wrong_at(const Json& where, std::string message);

/// `table` is a table and has no other keys; `what` names it in the error: "a rule".
Status check_keys(const Json& table, std::string_view what, std::initializer_list<std::string_view> known);

Result<std::string> required_text(const Json& table, std::string_view what, std::string_view key);
/// Empty when the key is absent; an empty text is refused.
Result<std::string> optional_text(const Json& table, std::string_view what, std::string_view key);
Result<std::optional<Date>> optional_date(const Json& table, std::string_view what, std::string_view key);
Result<std::optional<bool>> optional_bool(const Json& table, std::string_view what, std::string_view key);
/// A list of texts, not empty; `value` may be absent only through find().
Result<std::vector<std::string>> text_list(const Json& value, std::string_view what);

Result<Date> read_date(const Json& value, std::string_view what);

}  // namespace tamga::policy
