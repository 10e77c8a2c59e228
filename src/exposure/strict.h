#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/json.h"
#include "base/result.h"

/// Internal to src/exposure: files of the user, read strictly; every complaint names the path (JSON pointer) and the line.
namespace tamga::exposure {

class StrictReader {
 public:
  explicit StrictReader(std::string_view text) : text_(text) {}

  using Read = std::function<Status(const Json&, const std::string& path)>;
  struct Field {
    std::string_view name;
    Read read;
    bool required = false;
  };
  static constexpr std::size_t kTextMax = 2000;
  static constexpr std::size_t kItemsMax = 1000;

  static std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
  }
  static std::string step(const std::string& path, std::string_view key) {
    const std::string escaped = quoted(key);
    std::string out = path + "/";
    for (const char c : std::string_view(escaped).substr(1, escaped.size() - 2)) {
      if (c == '~') {
        out += "~0";
      } else if (c == '/') {
        out += "~1";
      } else {
        out += c;
      }
    }
    return out;
  }
  static bool capitals(std::string_view text, std::size_t size) {
    return text.size() == size && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  }
  static bool is_currency(std::string_view text) { return capitals(text, 3); }

  [[nodiscard]] std::unexpected<Error> wrong(const Json& at, const std::string& path, std::string_view what) const {
    return bad_input(fmt::format("{}: {}", path.empty() ? "/" : path, what), line_of_offset(text_, at.offset));
  }

  Status object(const Json& json, const std::string& path, std::span<const Field> fields) const {
    if (!json.is_object()) return wrong(json, path, "expected an object");
    for (const auto& member : json.members) {
      const auto field = std::find_if(fields.begin(), fields.end(), [&](const Field& one) { return one.name == member.key; });
      if (field == fields.end()) {
        std::vector<std::string_view> known;
        for (const auto& one : fields) known.push_back(one.name);
        return bad_input(fmt::format("{}: unknown field, expected one of {}", step(path, member.key), fmt::join(known, ", ")),
                         line_of_offset(text_, member.key_offset));
      }
      TAMGA_TRY_STATUS(field->read(member.value, step(path, member.key)));
    }
    for (const auto& field : fields) {
      if (field.required && json.find(field.name) == nullptr) return wrong(json, step(path, field.name), "is missing");
    }
    return {};
  }

  /// Text on one line that is not empty.
  [[nodiscard]] Read line(std::string& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      if (!json.is_string()) return wrong(json, path, "expected text");
      if (json.text.size() > kTextMax) return wrong(json, path, fmt::format("longer than {} bytes", kTextMax));
      if (json.text.find_first_not_of(" \t") == std::string::npos) return wrong(json, path, "must not be empty");
      if (json.text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) return wrong(json, path, "must be one line");
      into = json.text;
      return {};
    };
  }
  /// Text of a form; `expected` says which.
  [[nodiscard]] Read formed(std::string& into, std::function<bool(std::string_view)> is, std::string expected) const {
    return [this, &into, is = std::move(is), expected = std::move(expected)](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(line(into)(json, path));
      return is(into) ? Status{} : wrong(json, path, fmt::format("{} is not {}", quoted(into), expected));
    };
  }
  [[nodiscard]] Read currency(std::string& into) const { return formed(into, is_currency, "a currency, expected three capital letters of ISO 4217"); }
  [[nodiscard]] Read country(std::string& into) const {
    return formed(into, [](std::string_view text) { return capitals(text, 2); }, "a country, expected two capital letters of ISO 3166-1");
  }
  [[nodiscard]] Read one_of(std::string& into, std::vector<std::string_view> words) const {
    const std::string expected = fmt::format("one of {}", fmt::join(words, ", "));
    return formed(
        into, [words = std::move(words)](std::string_view text) { return std::find(words.begin(), words.end(), text) != words.end(); }, expected);
  }
  /// A plain decimal of at most 18 digits, as a number or as text, not negative.
  [[nodiscard]] Read number(Decimal& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      const auto read = json.is_number() || json.is_string() ? Decimal::parse(json.text) : std::nullopt;
      if (!read || read->coefficient < 0) return wrong(json, path, "expected a plain number of at most 18 digits, not negative");
      into = *read;
      return {};
    };
  }
  [[nodiscard]] Read positive(Decimal& into) const {
    return [this, &into](const Json& json, const std::string& path) -> Status {
      TAMGA_TRY_STATUS(number(into)(json, path));
      return into.coefficient > 0 ? Status{} : wrong(json, path, "expected a number above 0");
    };
  }
  /// A list; `each` reads its items by their number.
  [[nodiscard]] Read list(std::function<Status(const Json&, const std::string& path)> each) const {
    return [this, each = std::move(each)](const Json& json, const std::string& path) -> Status {
      if (!json.is_array()) return wrong(json, path, "expected a list");
      if (json.items.size() > kItemsMax) return wrong(json, path, fmt::format("more than {} items", kItemsMax));
      for (std::size_t i = 0; i < json.items.size(); ++i) TAMGA_TRY_STATUS(each(json.items[i], fmt::format("{}/{}", path, i)));
      return {};
    };
  }
  [[nodiscard]] Read lines(std::vector<std::string>& into) const {
    return list([this, &into](const Json& json, const std::string& path) -> Status {
      std::string text;
      TAMGA_TRY_STATUS(line(text)(json, path));
      into.push_back(std::move(text));
      return {};
    });
  }

  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

}  // namespace tamga::exposure
