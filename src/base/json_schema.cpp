#include "base/json_schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/decimal.h"

namespace tamga {
namespace {

constexpr std::size_t kFaultsMax = 10;
constexpr int kDepthMax = 100;
constexpr std::string_view kComponents = "#/components/schemas/";

std::string_view type_of(const Json& value) {
  switch (value.kind) {
    case Json::Kind::null: return "null";
    case Json::Kind::boolean: return "boolean";
    case Json::Kind::number: return value.text.find_first_of(".eE") == std::string::npos ? "integer" : "number";
    case Json::Kind::string: return "string";
    case Json::Kind::array: return "array";
    case Json::Kind::object: return "object";
  }
  return "null";
}

bool type_fits(std::string_view type, std::string_view wanted) { return type == wanted || (type == "integer" && wanted == "number"); }

std::optional<std::size_t> whole(const Json& schema, std::string_view key) {
  const Json* found = schema.find(key);
  if (found == nullptr) return std::nullopt;
  const auto number = Decimal::parse(found->text);
  return number ? std::optional(static_cast<std::size_t>(number->coefficient)) : std::nullopt;
}

/// Characters of UTF-8, as JSON Schema counts them.
std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

class Checker {
 public:
  explicit Checker(const Json& components) : components_(components) {}

  void check(const Json& value, const Json& schema, const std::string& at, int depth) {
    if (faults_.size() >= kFaultsMax || depth > kDepthMax) return;
    if (const auto name = schema.get("$ref"); !name.empty()) {
      const Json* named = components_.find(name.substr(std::min(kComponents.size(), name.size())));
      if (named != nullptr) check(value, *named, at, depth + 1);
      return;
    }
    if (const Json* any = schema.find("anyOf"); any != nullptr) check_any(value, *any, at, depth);
    if (const Json* type = schema.find("type"); type != nullptr && !check_type(value, *type, at)) return;
    check_values(value, schema, at);
    switch (value.kind) {
      case Json::Kind::object: check_object(value, schema, at, depth); break;
      case Json::Kind::array: check_array(value, schema, at, depth); break;
      case Json::Kind::string: check_text(value, schema, at); break;
      case Json::Kind::number: check_number(value, schema, at); break;
      case Json::Kind::null:
      case Json::Kind::boolean: break;
    }
  }

  std::vector<SchemaFault> faults_;

 private:
  void fault(const std::string& at, std::string detail) {
    if (faults_.size() < kFaultsMax) faults_.push_back({at, std::move(detail)});
  }

  void check_any(const Json& value, const Json& any, const std::string& at, int depth) {
    std::string why;
    for (const auto& schema : any.items) {
      Checker one(components_);
      one.check(value, schema, at, depth + 1);
      if (one.faults_.empty()) return;
      const auto& first = one.faults_.front();
      why += fmt::format("{}{}{}", why.empty() ? "" : "; or ", first.pointer == at ? "" : first.pointer.substr(at.size()) + " ", first.detail);
    }
    fault(at, "fits none of the forms that are allowed here: " + why);
  }

  bool check_type(const Json& value, const Json& type, const std::string& at) {
    const auto is = type_of(value);
    if (type.is_string()) {
      if (type_fits(is, type.text)) return true;
      fault(at, fmt::format("is {}, expected {}", is, type.text));
      return false;
    }
    std::vector<std::string_view> names;
    for (const auto& one : type.items) {
      if (type_fits(is, one.text)) return true;
      names.push_back(one.text);
    }
    fault(at, fmt::format("is {}, expected {}", is, fmt::join(names, " or ")));
    return false;
  }

  void check_values(const Json& value, const Json& schema, const std::string& at) {
    if (const Json* only = schema.find("const"); only != nullptr && !(value == *only)) fault(at, fmt::format("expected {}", only->dump()));
    const Json* values = schema.find("enum");
    if (values == nullptr || std::find(values->items.begin(), values->items.end(), value) != values->items.end()) return;
    std::vector<std::string> texts;
    for (const auto& one : values->items) texts.push_back(one.text);
    fault(at, fmt::format("expected one of {}", fmt::join(texts, ", ")));
  }

  void check_object(const Json& value, const Json& schema, const std::string& at, int depth) {
    if (const Json* required = schema.find("required"); required != nullptr) {
      for (const auto& key : required->items) {
        if (value.find(key.text) == nullptr) fault(at, fmt::format("has no member \"{}\"", key.text));
      }
    }
    const Json* properties = schema.find("properties");
    const Json* more = schema.find("additionalProperties");
    for (const auto& member : value.members) {
      const std::string below = at + "/" + escaped(member.key);
      const Json* known = properties == nullptr ? nullptr : properties->find(member.key);
      if (known != nullptr) {
        check(member.value, *known, below, depth + 1);
      } else if (more != nullptr && more->kind == Json::Kind::boolean) {
        if (!more->truth) fault(below, "is not a member that is known here");
      } else if (more != nullptr) {
        check(member.value, *more, below, depth + 1);
      }
    }
  }

  void check_array(const Json& value, const Json& schema, const std::string& at, int depth) {
    if (const auto least = whole(schema, "minItems"); least && value.items.size() < *least) fault(at, fmt::format("has fewer than {} items", *least));
    if (const auto most = whole(schema, "maxItems"); most && value.items.size() > *most) fault(at, fmt::format("has more than {} items", *most));
    const Json* items = schema.find("items");
    if (items == nullptr) return;
    for (std::size_t i = 0; i < value.items.size(); ++i) check(value.items[i], *items, fmt::format("{}/{}", at, i), depth + 1);
  }

  void check_text(const Json& value, const Json& schema, const std::string& at) {
    const auto least = whole(schema, "minLength");
    const auto most = whole(schema, "maxLength");
    if (!least && !most) return;
    const std::size_t length = letters(value.text);
    if (least && length < *least) fault(at, *least == 1 ? "is empty" : fmt::format("is shorter than {} characters", *least));
    if (most && length > *most) fault(at, fmt::format("is longer than {} characters", *most));
  }

  void check_number(const Json& value, const Json& schema, const std::string& at) {
    const auto number = Decimal::parse(value.text);
    const auto bound = [&](const char* key, bool below) {
      const Json* found = schema.find(key);
      if (found == nullptr) return;
      const auto limit = Decimal::parse(found->text);
      // A number that no decimal holds is beyond every bound of ours.
      if (!number || (limit && (below ? *number < *limit : *limit < *number)))
        fault(at, fmt::format("must be at {} {}", below ? "least" : "most", found->text));
    };
    bound("minimum", true);
    bound("maximum", false);
  }

  const Json& components_;
};

constexpr std::array<std::string_view, 21> kWords = {"$ref",      "type",     "properties",  "required",  "additionalProperties",
                                                     "items",     "enum",     "const",       "minLength", "maxLength",
                                                     "minItems",  "maxItems", "minimum",     "maximum",   "anyOf",
                                                     "title",     "format",   "description", "examples",  "default",
                                                     "deprecated"};

void collect_unknown(const Json& schema, std::vector<std::string>& words) {
  for (const auto& member : schema.members) {
    if (std::find(kWords.begin(), kWords.end(), member.key) == kWords.end()) words.push_back(member.key);
    if (member.key == "properties") {
      for (const auto& property : member.value.members) collect_unknown(property.value, words);
    } else if (member.key == "items" || member.key == "additionalProperties") {
      collect_unknown(member.value, words);
    } else if (member.key == "anyOf") {
      for (const auto& one : member.value.items) collect_unknown(one, words);
    }
  }
}

}  // namespace

std::vector<SchemaFault> faults(const Json& value, const Json& schema, const Json& components) {
  Checker checker(components);
  checker.check(value, schema, "", 0);
  return std::move(checker.faults_);
}

std::vector<std::string> unknown_words(const Json& schema) {
  std::vector<std::string> words;
  collect_unknown(schema, words);
  return words;
}

}  // namespace tamga
