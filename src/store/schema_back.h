#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/schema.h"

/// The tables of a store taken back to an older schema, for the program that goes with it (docs/store.md). The ledger, its head and the kept files
/// are never touched: where they or another table hold what the older schema has no place for, there is no way back but a backup.
namespace tamga::store {

class Engine;

/// Rows that the older schema has no place for.
struct InTheWay {
  std::string table;
  std::int64_t rows = 0;
  std::string what;  ///< of the rows, for a person
};

struct BackTo {
  std::int64_t version = 0;
  std::vector<InTheWay> in_the_way;  ///< of this step alone; empty: it is free, once those before it are
};

struct SchemaReport {
  std::string path;          ///< the file, or the address without a password
  std::int64_t version = 0;  ///< of the store
  std::int64_t first = 0;    ///< the oldest that there is for such a store
  std::vector<BackTo> back;  ///< one step after the other, from `version` on
};

/// What is there and what each step back would need. Changes nothing, and does not bring an older store up to date. `answers_from`, YYYY-MM-DD: kept
/// answers of days before it have had their time. Refuses what is no store, and a store that is newer than this program.
Result<SchemaReport> schema_report(const std::string& place, std::string_view answers_from);

/// Takes the store back to a version, in one transaction, while nobody else works with it. Refused, and nothing changed: where rows are in the way;
/// where the tables are not those that the store's version should have; where what came out would not be those of the older version.
Result<SchemaReport> take_back(const std::string& place, std::int64_t version, std::string_view answers_from);

/// The same on an engine that was asked for nothing yet, over given steps. Errors without the path.
Status take_back(Engine& engine, std::span<const StepBack> steps, std::int64_t version, std::string_view answers_from);

}  // namespace tamga::store
