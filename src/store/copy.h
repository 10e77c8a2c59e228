#pragma once

#include <string>

#include "base/result.h"
#include "store/database.h"

/// A whole store, row by row, from PostgreSQL to an SQLite file and back: a backup is one file whatever it was made from, and serves both.
namespace tamga::store {

/// Writes every row that `from` shows, which has a transaction for reading open, to a new file at `path`.
Status copy_out(Engine& from, const std::string& path);

/// Puts every row of the store file at `path` into `to`, which has the tables of a store and nothing in them, in one transaction. Refuses where there
/// is something. The guards of the tables are off within the transaction alone: what they hold is held in the file already.
Status copy_in(const std::string& path, Engine& to);

}  // namespace tamga::store
