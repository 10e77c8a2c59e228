#include "mcp/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"

namespace tamga::mcp {
namespace {

std::unexpected<Error> wrong(const std::string& place, std::string_view what) {
  return bad_input(place.empty() ? std::string(what) : fmt::format("{}: {}", place, what));
}

bool has_type(const Json& value, std::string_view type) {
  switch (value.kind) {
    case Json::Kind::null: return type == "null";
    case Json::Kind::boolean: return type == "boolean";
    case Json::Kind::string: return type == "string";
    case Json::Kind::array: return type == "array";
    case Json::Kind::object: return type == "object";
    case Json::Kind::number: {
      if (type == "number") return true;
      const auto number = Decimal::parse(value.text);
      return type == "integer" && number && number->scale == 0;
    }
  }
  return false;
}

Status check_object(const Json& value, const Json& schema, const std::string& place) {
  const auto below = [&](std::string_view key) { return place.empty() ? std::string(key) : fmt::format("{}.{}", place, key); };
  if (const Json* required = schema.find("required"); required != nullptr) {
    for (const auto& name : required->items) {
      if (value.find(name.text) == nullptr) return wrong(below(name.text), "missing");
    }
  }
  const Json* properties = schema.find("properties");
  const Json* others = schema.find("additionalProperties");
  const bool closed = others != nullptr && others->kind == Json::Kind::boolean && !others->truth;
  for (const auto& member : value.members) {
    const Json* known = properties == nullptr ? nullptr : properties->find(member.key);
    if (known == nullptr && closed) return wrong(below(member.key), "not known");
    if (known != nullptr) TAMGA_TRY_STATUS(check_schema(member.value, *known, below(member.key)));
  }
  return {};
}

Status check_limits(const Json& value, const Json& schema, const std::string& place) {
  const auto limit = [&](std::string_view key) {
    const Json* found = schema.find(key);
    return found == nullptr ? std::optional<Decimal>() : Decimal::parse(found->text);
  };
  if (value.is_number()) {
    const auto number = Decimal::parse(value.text);
    const auto least = limit("minimum");
    const auto most = limit("maximum");
    if ((least || most) && (!number || (least && *number < *least) || (most && *number > *most)))
      return wrong(place, fmt::format("out of range, expected {} to {}", least ? least->text() : "…", most ? most->text() : "…"));
  }
  if (value.is_string()) {
    if (const auto least = limit("minLength"); least && Decimal::whole(static_cast<std::int64_t>(value.text.size())) < *least)
      return wrong(place, "empty");
  }
  if (value.is_array()) {
    if (const auto least = limit("minItems"); least && Decimal::whole(static_cast<std::int64_t>(value.items.size())) < *least)
      return wrong(place, "has no items");
  }
  return {};
}

}  // namespace

Status check_schema(const Json& value, const Json& schema, const std::string& place) {
  if (const Json* choices = schema.find("anyOf"); choices != nullptr) {
    std::string why;
    for (const auto& choice : choices->items) {
      const auto status = check_schema(value, choice, place);
      if (status) return {};
      why += (why.empty() ? "" : ", or ") + status.error().message;
    }
    return bad_input(why);
  }
  if (const auto type = schema.get("type"); !type.empty() && !has_type(value, type))
    return wrong(place, fmt::format("expected {} {}", type == "array" || type == "object" || type == "integer" ? "an" : "a", type));
  if (const Json* allowed = schema.find("enum"); allowed != nullptr) {
    if (std::none_of(allowed->items.begin(), allowed->items.end(), [&](const Json& item) { return item == Json::string(value.text); }))
      return wrong(place, fmt::format("expected one of {}", allowed->dump()));
  }
  TAMGA_TRY_STATUS(check_limits(value, schema, place));
  if (value.is_object()) return check_object(value, schema, place);
  const Json* items = schema.find("items");
  if (!value.is_array() || items == nullptr) return {};
  for (std::size_t i = 0; i < value.items.size(); ++i) TAMGA_TRY_STATUS(check_schema(value.items[i], *items, fmt::format("{}[{}]", place, i)));
  return {};
}

}  // namespace tamga::mcp
