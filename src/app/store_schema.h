#pragma once

#include <cstdint>

#include "app/settings.h"
#include "base/result.h"
#include "store/schema_back.h"

namespace tamga::app {

/// The schema of the store, and what the steps back need (store/schema_back.h). Answers that the server would forget today are not in the way.
Result<store::SchemaReport> store_schema(const Settings& settings);
/// Takes the store back to a version.
Result<store::SchemaReport> take_store_back(const Settings& settings, std::int64_t version);

}  // namespace tamga::app
