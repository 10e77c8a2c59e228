#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"

/// The tables of a store and the triggers that guard them (docs/formats/ledger.md).
namespace tamga::store {

inline constexpr std::int64_t kSchemaVersion = 11;

/// Each step of the schema, from the version before it; a new store takes all of them. verify() compares their text with what the store
/// holds, so a step that was released is never changed, not even its white space: another is added.
extern const std::array<const char*, kSchemaVersion> kSchema;

struct SchemaStep {
  std::int64_t version;
  const char* sql;
};
/// The same tables, triggers and refusals in PostgreSQL's words, which began with version 10.
extern const std::array<SchemaStep, 2> kPostgresqlSchema;

/// What a schema has a place for and the one before it has not.
struct NoPlace {
  const char* table;
  const char* what;   ///< of its rows, for a person
  const char* count;  ///< SQL: how many there are, in this schema or any newer one; ?1, where it stands, is the first day of which answers count
};
/// From a version to the one before it: only what that version added goes.
struct StepBack {
  std::int64_t from;
  const char* sql;
  std::span<const NoPlace> no_place;  ///< while there are such rows, the step is refused
};
/// Steps of SQLite's stores, the oldest first, and of PostgreSQL's, which began with version 10.
extern const std::array<StepBack, kSchemaVersion - 1> kSchemaBack;
extern const std::array<StepBack, kSchemaVersion - 10> kPostgresqlSchemaBack;

/// Refuses a store that this process has worked with in a newer version: it was taken back for an older program meanwhile, and a server that opens it
/// for each request must not bring it up to date again. `place`: the file or the whole address; `path`: what the error begins with. Thread-safe.
Status check_not_taken_back(const std::string& place, const std::string& path, std::int64_t version);
void note_version(const std::string& place, std::int64_t version);
/// The error of it.
[[nodiscard]] std::unexpected<Error> taken_back(const std::string& path, std::int64_t version, std::int64_t before);
/// As in a new process.
void forget_versions();

}  // namespace tamga::store
