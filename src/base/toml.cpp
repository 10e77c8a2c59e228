#include "base/toml.h"

#include <fmt/format.h>

#include <exception>
#include <optional>
#include <stdexcept>

// toml++ 3.3 asserts, or in a release build assumes, that a key begins like one; "[,x]" breaks that (found by fuzz/policy).
// So it is compiled here, its only place, with an assertion that throws and is caught below like any parse error.
namespace {
void malformed() { throw std::logic_error("the text breaks off or a key is malformed"); }
}  // namespace
#undef NDEBUG
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_ASSERT(condition) ((condition) ? void(0) : malformed())
#include <toml++/toml.h>

namespace tamga {
namespace {

constexpr std::size_t kBytesMax = std::size_t{4} << 20;
constexpr int kDepthMax = 48;

std::uint32_t line_of(const toml::node& node) { return static_cast<std::uint32_t>(node.source().begin.line); }

Result<Json> convert(const toml::node& node, int depth) {
  const auto line = line_of(node);
  if (depth > kDepthMax) return bad_input(fmt::format("tables are nested deeper than {}", kDepthMax), line);
  Json out;
  if (const auto* table = node.as_table()) {
    out = Json::object();
    for (const auto& [key, value] : *table) {
      TAMGA_TRY(Json converted, convert(value, depth + 1));
      out.members.push_back({std::string(key.str()), std::move(converted), static_cast<std::uint32_t>(key.source().begin.line)});
    }
  } else if (const auto* array = node.as_array()) {
    out = Json::array();
    for (const auto& value : *array) {
      TAMGA_TRY(Json converted, convert(value, depth + 1));
      out.items.push_back(std::move(converted));
    }
  } else if (const auto* text = node.as_string()) {
    out = Json::string(text->get());
  } else if (const auto* whole = node.as_integer()) {
    out = Json::number(whole->get());
  } else if (const auto* truth = node.as_boolean()) {
    out = Json::boolean(truth->get());
  } else if (const auto* date = node.as_date()) {
    const auto day = date->get();
    out = Json::string(fmt::format("{:04}-{:02}-{:02}", day.year, unsigned{day.month}, unsigned{day.day}));
  } else {
    return bad_input("a floating-point number or a time stands here, and no word takes one; write amounts as text (\"300\")", line);
  }
  out.offset = line;
  return out;
}

/// The line of the first character outside strings and comments that is not ASCII. TOML has none there, and toml++ 3.3 runs
/// into undefined behaviour on some (is_non_ascii_horizontal_whitespace with U+00A1 to U+0499, Cyrillic among them; found
/// by fuzz/policy). On text that is not TOML this may lose its place, but only behind the error that toml++ stops at.
std::optional<std::uint64_t> stray_character(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::uint64_t line = 1;
  std::string_view quote;  // what ends the string that we are in; "#" in a comment
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') {
      ++line;
      if (quote.size() == 1) quote = {};
    } else if (quote.empty()) {
      if (static_cast<unsigned char>(c) >= 0x80) return line;
      if (c == '#') {
        quote = "#";
      } else if (c == '"' || c == '\'') {
        const std::string_view triple = c == '"' ? "\"\"\"" : "'''";
        quote = text.substr(at).starts_with(triple) ? triple : triple.substr(0, 1);
        at += quote.size() - 1;
      }
    } else if (c == '\\' && quote.front() == '"') {
      if (at + 1 < text.size() && text[at + 1] != '\n') ++at;
    } else if (quote != "#" && text.substr(at).starts_with(quote)) {
      at += quote.size() - 1;
      // Up to two more quotes may stand before the closing three.
      while (quote.size() == 3 && at + 1 < text.size() && text[at + 1] == quote.front()) ++at;
      quote = {};
    }
  }
  return {};
}

}  // namespace

Result<Json> read_toml(const NamedBytes& file) {
  if (file.bytes.size() > kBytesMax) return bad_input_in(file.name, 0, fmt::format("the file is larger than {} MiB", kBytesMax >> 20));
  if (const auto line = stray_character(file.bytes)) {
    return bad_input_in(file.name, *line, "not TOML: a letter outside the ASCII alphabet stands outside of quotes");
  }
  try {
    const toml::table table = toml::parse(std::string_view(file.bytes));
    auto converted = convert(table, 0);
    if (!converted) return std::unexpected(converted.error().in_file(file.name));
    return converted;
  } catch (const toml::parse_error& error) {
    const auto at = error.source().begin;
    return bad_input_in(file.name, at.line, fmt::format("not TOML, column {}: {}", at.column, error.description()));
  } catch (const std::exception& error) {
    return bad_input_in(file.name, 0, fmt::format("the file cannot be read: {}", error.what()));
  }
}

}  // namespace tamga
