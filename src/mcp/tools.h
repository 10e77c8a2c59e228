#pragma once

#include <vector>

#include "mcp/server.h"
#include "service/service.h"

namespace tamga::mcp {

/// screen, clear, owners and goods, none of which records or changes anything. `service` must outlive them. Each gives
/// {"answer","lists","remarks"}: the answer as the command line's --json, the editions that it stands on with their ages, and what must be said with
/// it.
[[nodiscard]] std::vector<Tool> tools(service::Service& service);

}  // namespace tamga::mcp
