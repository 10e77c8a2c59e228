#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"
#include "store/schema.h"

/// The store on PostgreSQL, through its own C library (docs/store.md). Statements are prepared once for each connection; queries that may give many
/// rows are read through a cursor, outside of a transaction on a connection of their own, so that the store can be used meanwhile.
namespace tamga::store {

/// Whether a place is the address of a PostgreSQL database and not a folder: it begins with postgresql:// or postgres://.
[[nodiscard]] bool is_postgresql(std::string_view place);

/// The address as it may stand in a message: hosts, port and database, no user and no password. Never what cannot be read, which may hold one.
[[nodiscard]] std::string told_address(const std::string& url);

/// Connects. Errors say why, never with the password. What is not in the address comes from where PostgreSQL's own programs take it: PGPASSFILE,
/// PGSERVICE, PGSSLMODE and the like. `steps`: of the tables; others than those that were released are for tests, and must stay.
Result<Database> open_postgresql(const std::string& url, std::span<const SchemaStep> steps = kPostgresqlSchema);

/// Whether a server answers there, whatever it holds.
Status reach_postgresql(const std::string& url);

}  // namespace tamga::store
