#include "base/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace tamga {

Json Json::string(std::string_view value) {
  Json json;
  json.kind = Kind::string;
  json.text = value;
  return json;
}

Json Json::number(std::int64_t value) {
  Json json;
  json.kind = Kind::number;
  json.text = fmt::format("{}", value);
  return json;
}

Json Json::number_literal(std::string_view literal) {
  Json json;
  json.kind = Kind::number;
  json.text = literal;
  return json;
}

Json Json::boolean(bool value) {
  Json json;
  json.kind = Kind::boolean;
  json.truth = value;
  return json;
}

Json Json::array() {
  Json json;
  json.kind = Kind::array;
  return json;
}

Json Json::object() {
  Json json;
  json.kind = Kind::object;
  return json;
}

Json Json::strings(const std::vector<std::string>& values) {
  Json json = array();
  for (const auto& value : values) json.items.push_back(string(value));
  return json;
}

const Json* Json::find(std::string_view key) const {
  for (const auto& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

std::string_view Json::get(std::string_view key, std::string_view otherwise) const {
  const Json* value = find(key);
  return value != nullptr && value->is_string() ? std::string_view(value->text) : otherwise;
}

Json& Json::set(std::string_view key, Json value) {
  // Nearly every object that is written has several members, and moving them costs more than the room.
  constexpr std::size_t kUsual = 4;
  if (members.empty()) members.reserve(kUsual);
  members.push_back(JsonMember{std::string(key), std::move(value), 0});
  return *this;
}

Json& Json::set(std::string_view key, std::string_view value) { return set(key, string(value)); }
Json& Json::set(std::string_view key, const char* value) { return set(key, string(value)); }

Json& Json::push(Json value) {
  items.push_back(std::move(value));
  return *this;
}

bool Json::operator==(const Json& other) const {
  if (kind != other.kind || truth != other.truth || text != other.text || items != other.items) return false;
  return std::equal(members.begin(), members.end(), other.members.begin(), other.members.end(),
                    [](const JsonMember& a, const JsonMember& b) { return a.key == b.key && a.value == b.value; });
}

void append_json_string(std::string& out, std::string_view value) {
  out += '"';
  // What needs no escape is appended whole.
  std::size_t plain = 0;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const char c = value[at];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(value, plain, at - plain);
    plain = at + 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      default: out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    }
  }
  out.append(value, plain);
  out += '"';
}

namespace {

constexpr int kCompact = -1;

void new_line(std::string& out, int indent) {
  if (indent == kCompact) return;
  out += '\n';
  out.append(static_cast<std::size_t>(indent) * 2, ' ');
}

void write(std::string& out, const Json& json, int indent) {
  const int deeper = indent == kCompact ? kCompact : indent + 1;
  switch (json.kind) {
    case Json::Kind::null: out += "null"; break;
    case Json::Kind::boolean: out += json.truth ? "true" : "false"; break;
    case Json::Kind::number: out += json.text; break;
    case Json::Kind::string: append_json_string(out, json.text); break;
    case Json::Kind::array:
      out += '[';
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        if (i > 0) out += ',';
        new_line(out, deeper);
        write(out, json.items[i], deeper);
      }
      if (!json.items.empty()) new_line(out, indent);
      out += ']';
      break;
    case Json::Kind::object:
      out += '{';
      for (std::size_t i = 0; i < json.members.size(); ++i) {
        if (i > 0) out += ',';
        new_line(out, deeper);
        append_json_string(out, json.members[i].key);
        out += indent == kCompact ? ":" : ": ";
        write(out, json.members[i].value, deeper);
      }
      if (!json.members.empty()) new_line(out, indent);
      out += '}';
      break;
  }
}

namespace od = simdjson::ondemand;

/// What simdjson says, except where it would mislead.
std::string_view reason(simdjson::error_code code) {
  // Range counts too: a whole number beyond 64 bits or a number beyond a double is legal JSON, but readers differ on what it means.
  if (code == simdjson::NUMBER_ERROR) return "a number is malformed or too large";
  if (code == simdjson::INCORRECT_TYPE) return "expected a value";
  return simdjson::error_message(code);
}

/// Walks a simdjson On-Demand document and copies it. On-Demand validates what it walks, and all is walked.
class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  /// The line of the last thing that was read: where a document that fails to validate went wrong, roughly.
  [[nodiscard]] std::uint64_t line() const { return line_of_offset(text_, last_); }

  Result<Json> read(od::document& document) {
    od::value value;
    // A document that is one scalar has no value() in On-Demand; it is read from its token.
    bool scalar = false;
    if (document.is_scalar().get(scalar) != simdjson::SUCCESS) return at_end("expected a JSON value");
    if (scalar) return read_scalar_document(document);
    if (document.get_value().get(value) != simdjson::SUCCESS) return at_end("expected a JSON value");
    TAMGA_TRY(Json json, read_value(value, 0));
    return json;
  }

 private:
  std::unexpected<Error> wrong(std::size_t offset, std::string_view what) const {
    return bad_input(std::string(what), line_of_offset(text_, offset));
  }
  std::unexpected<Error> at_end(std::string_view what) const { return wrong(last_, what); }
  std::unexpected<Error> wrong(simdjson::error_code code) const { return wrong(last_, fmt::format("not valid JSON: {}", reason(code))); }

  std::uint32_t offset_of(const char* pointer) { return last_ = static_cast<std::uint32_t>(pointer - text_.data()); }

  Result<Json> read_scalar_document(od::document& document) {
    std::string_view token;
    if (auto error = document.raw_json_token().get(token)) return wrong(error);
    od::json_type type{};
    if (auto error = document.type().get(type)) return wrong(error);
    Json json;
    if (type == od::json_type::string) {
      std::string_view value;
      if (auto error = document.get_string().get(value)) return wrong(error);
      json = Json::string(value);
    } else if (type == od::json_type::number) {
      double value = 0;
      if (auto error = document.get_double().get(value)) return wrong(error);
      json = Json::number_literal(trimmed(token));
    } else if (type == od::json_type::boolean) {
      bool value = false;
      if (auto error = document.get_bool().get(value)) return wrong(error);
      json = Json::boolean(value);
    } else if (!document.is_null()) {
      return wrong(0, "not valid JSON");
    }
    return json;
  }

  static std::string_view trimmed(std::string_view token) {
    const auto end = token.find_last_not_of(" \t\r\n");
    return token.substr(0, end + 1);
  }

  Result<Json> read_value(od::value& value, int depth) {
    std::string_view token = value.raw_json_token();
    Json json;
    json.offset = offset_of(token.data());
    od::json_type type{};
    if (auto error = value.type().get(type)) return wrong(error);
    const bool nests = type == od::json_type::object || type == od::json_type::array;
    if (nests && depth == limits_.depth) return wrong(json.offset, fmt::format("nested deeper than {} levels", limits_.depth));
    switch (type) {
      case od::json_type::object: return read_object(value, std::move(json), depth);
      case od::json_type::array: return read_array(value, std::move(json), depth);
      case od::json_type::string: {
        std::string_view text;
        if (auto error = value.get_string().get(text)) return wrong(error);
        json.kind = Json::Kind::string;
        json.text = text;
        return json;
      }
      case od::json_type::number: {
        double ignored = 0;
        if (auto error = value.get_double().get(ignored)) return wrong(error);
        json.kind = Json::Kind::number;
        json.text = trimmed(token);
        return json;
      }
      case od::json_type::boolean:
        json.kind = Json::Kind::boolean;
        if (auto error = value.get_bool().get(json.truth)) return wrong(error);
        return json;
      case od::json_type::null: {
        // is_null() only looks at the first letters in this version; the token says it all.
        if (trimmed(token) != "null") return wrong(json.offset, "not valid JSON: expected null");
        static_cast<void>(value.is_null());
        return json;
      }
    }
    return wrong(json.offset, "not valid JSON");
  }

  Result<Json> read_array(od::value& value, Json json, int depth) {
    json.kind = Json::Kind::array;
    od::array array;
    if (auto error = value.get_array().get(array)) return wrong(error);
    for (auto element : array) {
      od::value item;
      if (auto error = element.get(item)) return wrong(error);
      TAMGA_TRY(Json read, read_value(item, depth + 1));
      json.items.push_back(std::move(read));
    }
    return json;
  }

  Result<Json> read_object(od::value& value, Json json, int depth) {
    json.kind = Json::Kind::object;
    od::object object;
    if (auto error = value.get_object().get(object)) return wrong(error);
    // Few objects have so many members that looking through them is slow.
    constexpr std::size_t kFew = 16;
    std::unordered_set<std::string> seen;
    const auto fresh = [&](const std::string& key) {
      if (json.members.size() < kFew) {
        return std::none_of(json.members.begin(), json.members.end(), [&](const JsonMember& member) { return member.key == key; });
      }
      if (seen.empty()) {
        for (const auto& member : json.members) seen.insert(member.key);
      }
      return seen.insert(key).second;
    };
    for (auto entry : object) {
      od::field field;
      if (auto error = std::move(entry).get(field)) return wrong(error);
      JsonMember member;
      member.key_offset = offset_of(field.key().raw());
      std::string_view key;
      if (auto error = field.unescaped_key().get(key)) return wrong(error);
      member.key = key;
      if (!limits_.double_keys && !fresh(member.key)) {
        return wrong(member.key_offset, fmt::format("the key \"{}\" stands twice in one object", member.key));
      }
      TAMGA_TRY(member.value, read_value(field.value(), depth + 1));
      json.members.push_back(std::move(member));
    }
    return json;
  }

  std::string_view text_;
  JsonLimits limits_;
  std::uint32_t last_ = 0;
};

}  // namespace

std::string Json::dump() const {
  std::string out;
  write(out, *this, kCompact);
  return out;
}

std::string Json::pretty() const {
  std::string out;
  write(out, *this, 0);
  return out;
}

std::uint64_t line_of_offset(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::uint64_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, text.size())), '\n'));
}

Result<Json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.size() > limits.bytes) return bad_input(fmt::format("larger than {} bytes", limits.bytes));
  const simdjson::padded_string padded(text);
  // The DOM parser validates the whole document, what follows it included, and says only what is wrong; the
  // On-Demand walk keeps the literals of numbers and knows where it is.
  auto invalid = simdjson::SUCCESS;
  if (!limits.own_writing) {
    simdjson::dom::parser validator;
    invalid = validator.allocate(padded.size(), static_cast<std::size_t>(limits.depth) + 2);
    if (invalid == simdjson::SUCCESS) invalid = validator.parse(padded).error();
  }
  if (invalid == simdjson::DEPTH_ERROR) return bad_input(fmt::format("nested deeper than {} levels", limits.depth), 1);
  od::parser parser;
  od::document document;
  if (auto error = parser.iterate(padded).get(document)) {
    return bad_input(fmt::format("not valid JSON: {}", reason(error)), 1);
  }
  Reader reader(std::string_view(padded.data(), padded.size()), limits);
  auto json = reader.read(document);
  if (json && invalid != simdjson::SUCCESS) return bad_input(fmt::format("not valid JSON: {}", reason(invalid)), reader.line());
  return json;
}

}  // namespace tamga
