#pragma once

#include <string>
#include <vector>

#include "base/json.h"

/// A JSON document against a schema: the part of JSON Schema 2020-12 that our own schemas use. $ref (to "#/components/schemas/NAME"), type (one or
/// several), properties, required, additionalProperties (false, or a schema), items, enum, const, minLength, maxLength, minItems, maxItems, minimum,
/// anyOf.
namespace tamga {

struct SchemaFault {
  std::string pointer;  ///< RFC 6901, of the value
  std::string detail;
};

/// The first faults, at most ten. `components`: schemas by name.
[[nodiscard]] std::vector<SchemaFault> faults(const Json& value, const Json& schema, const Json& components);

/// What a schema says that faults() would not look at, so that none of ours is weaker than it reads; empty: nothing.
[[nodiscard]] std::vector<std::string> unknown_words(const Json& schema);

}  // namespace tamga
