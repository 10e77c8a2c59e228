#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tamga {

struct JsonMember;

/// A JSON value. Objects keep the order of their members, so that what is written is the same bytes each
/// time; numbers keep their text, so that money never passes through a double (RFC 8259 sets no precision).
/// Values are plain and copyable; not safe to change from several threads.
struct Json {
  enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool truth = false;               ///< for boolean
  std::uint32_t offset = 0;         ///< where it stood in the parsed text, for error messages
  std::string text;                 ///< for string: UTF-8; for number: its literal
  std::vector<Json> items;          ///< for array
  std::vector<JsonMember> members;  ///< for object

  Json() = default;
  static Json string(std::string_view value);
  static Json number(std::int64_t value);
  /// A number by its literal, such as "0.85"; the caller vouches that it is a JSON number.
  static Json number_literal(std::string_view literal);
  static Json boolean(bool value);
  static Json array();
  static Json object();
  static Json strings(const std::vector<std::string>& values);

  /// The member, or nullptr. Only the first of its name; the parser refuses doubles.
  [[nodiscard]] const Json* find(std::string_view key) const TAMGA_LIFETIMEBOUND;
  /// The text of a string member, or `otherwise`.
  [[nodiscard]] std::string_view get(std::string_view key, std::string_view otherwise = {}) const TAMGA_LIFETIMEBOUND;
  /// Appends a member to an object and returns *this, so that calls chain. Does not look for doubles.
  Json& set(std::string_view key, Json value);
  Json& set(std::string_view key, std::string_view value);
  Json& set(std::string_view key, const char* value);
  Json& push(Json value);

  [[nodiscard]] bool is_string() const { return kind == Kind::string; }
  [[nodiscard]] bool is_object() const { return kind == Kind::object; }
  [[nodiscard]] bool is_array() const { return kind == Kind::array; }
  [[nodiscard]] bool is_number() const { return kind == Kind::number; }

  /// Canonical form: members in their order, no white space, only the escapes that RFC 8259 requires.
  [[nodiscard]] std::string dump() const;
  /// For a person's eyes: two spaces a level.
  [[nodiscard]] std::string pretty() const;

  bool operator==(const Json& other) const;
};

struct JsonMember {
  std::string key;
  Json value;
  std::uint32_t key_offset = 0;
};

struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20;
  int depth = 64;
  /// Real FollowTheMoney files repeat keys inside "properties"; there both are kept. Elsewhere a double key is refused, since readers differ
  /// on which one counts.
  bool double_keys = false;
  /// What this program wrote itself needs no second look: what is read is checked, but not what may follow it.
  bool own_writing = false;
};

/// Parses exactly one JSON document (UTF-8, a byte order mark is skipped). Refuses trailing text, double
/// keys, lone surrogates, and nesting or size beyond the limits; the error carries the line.
Result<Json> parse_json(std::string_view text, JsonLimits limits = {});

/// The 1-based line of a byte offset in `text`.
std::uint64_t line_of_offset(std::string_view text, std::size_t offset);

/// Appends `value` as a JSON string literal.
void append_json_string(std::string& out, std::string_view value);

}  // namespace tamga
