#include "app/store_schema.h"

#include <chrono>

#include "base/date.h"

namespace tamga::app {
namespace {

/// The server keeps answers of today and yesterday.
std::string answers_from() { return Date{utc_today().day - std::chrono::days(1)}.text(); }

}  // namespace

Result<store::SchemaReport> store_schema(const Settings& settings) { return store::schema_report(settings.place(), answers_from()); }

Result<store::SchemaReport> take_store_back(const Settings& settings, std::int64_t version) {
  return store::take_back(settings.place(), version, answers_from());
}

}  // namespace tamga::app
