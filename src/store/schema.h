#pragma once

#include <array>
#include <cstdint>

/// The tables of a store and the triggers that guard them (docs/formats/ledger.md).
namespace tamga::store {

inline constexpr std::int64_t kSchemaVersion = 10;

/// Each step of the schema, from the version before it; a new store takes all of them. verify() compares their text with what the store
/// holds, so a step that was released is never changed, not even its white space: another is added.
extern const std::array<const char*, kSchemaVersion> kSchema;

struct SchemaStep {
  std::int64_t version;
  const char* sql;
};
/// The same tables, triggers and refusals in PostgreSQL's words, which began with version 10.
extern const std::array<SchemaStep, 1> kPostgresqlSchema;

}  // namespace tamga::store
