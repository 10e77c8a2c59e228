#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "names/compare.h"

namespace tamga::service {

/// A JSON object that is asked for its members by name. A member that nobody asks for is an error: an option with a typing error must not be
/// taken for one that was heeded. Errors name the member.
class Question {
 public:
  /// `json` must outlive the question. Refuses what is no object, and members other than `known`.
  static Result<Question> read(const Json& json, std::initializer_list<std::string_view> known);

  [[nodiscard]] bool has(std::string_view key) const { return json_->find(key) != nullptr; }
  [[nodiscard]] const Json* find(std::string_view key) const { return json_->find(key); }
  /// Empty when it is absent.
  Result<std::string> text(std::string_view key) const;
  /// One string or an array of strings; empty when it is absent.
  Result<std::vector<std::string>> texts(std::string_view key) const;
  Result<bool> flag(std::string_view key) const;
  Result<std::int64_t> whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t otherwise) const;
  /// A number above 0 and up to 1, in ten-thousandths (match::threshold_from).
  Result<std::optional<names::Score>> part(std::string_view key) const;
  /// A day as YYYY-MM-DD; today when it is absent.
  Result<Date> day(std::string_view key) const;

 private:
  explicit Question(const Json& json) : json_(&json) {}
  const Json* json_;
};

}  // namespace tamga::service
