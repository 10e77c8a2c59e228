#pragma once

#include "api/endpoint.h"

namespace tamga::api {

/// The OpenAPI 3.1 document of a table: the same definitions by which requests are routed and checked.
[[nodiscard]] Json openapi(const Table& table);

}  // namespace tamga::api
