#pragma once

#include "base/json.h"
#include "base/result.h"

namespace tamga::mcp {

/// Holds `value` against a JSON Schema of the few words that our tools use: type (one name), properties, required, additionalProperties: false,
/// items, minItems, enum (of strings), minimum and maximum (whole numbers), minLength, anyOf. Other words are not looked at. The error names the
/// member.
Status check_schema(const Json& value, const Json& schema, const std::string& place = {});

}  // namespace tamga::mcp
