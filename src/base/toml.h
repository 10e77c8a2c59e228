#pragma once

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace tamga {

/// Reads a TOML 1.0 file into Json, so that the rest of the module knows one tree only. `Json::offset` and
/// `JsonMember::key_offset` hold the 1-based LINE, not a byte offset. Dates become "YYYY-MM-DD"; floating-point numbers,
/// times and integers beyond 64 bits are refused, since no word of the vocabulary takes them (money is written as text).
/// Members come in alphabetical order: TOML gives a table's keys no order. Errors name file and line.
Result<Json> read_toml(const NamedBytes& file);

}  // namespace tamga
