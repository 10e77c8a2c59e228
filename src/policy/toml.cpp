#include "policy/toml.h"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <exception>

namespace tamga::policy {
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

}  // namespace

Result<Json> read_toml(const NamedBytes& file) {
  if (file.bytes.size() > kBytesMax) return bad_input_in(file.name, 0, fmt::format("the file is larger than {} MiB", kBytesMax >> 20));
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

}  // namespace tamga::policy
