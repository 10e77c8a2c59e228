#pragma once

#include <string>

#include "app/settings.h"
#include "base/result.h"
#include "flows/series.h"
#include "store/sqlite.h"

/// The tables of DATA/flows.db (docs/flows.md), for flow_import.cpp, which writes them, and flow_store.cpp, which reads them.
namespace tamga::app::flow_tables {

[[nodiscard]] std::string path_of(const Settings& settings);
Result<store::Database> open(const std::string& path, store::Database::Mode mode);
/// Makes what is not there yet, and checks the version.
Status make(store::Database& database);
Status check_version(store::Database& database);
Result<bool> holds(store::Database& database, const char* table);

void bind_key(store::Statement& statement, const flows::SeriesKey& key);
/// Empty where there is no such series.
Result<std::vector<flows::Point>> read_points(store::Database& database, const flows::SeriesKey& key);

}  // namespace tamga::app::flow_tables
