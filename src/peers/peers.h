#pragma once

#include <functional>
#include <vector>

#include "api/endpoint.h"

/// The APIs of others, answered by Tamga: OpenSanctions' matching API (yente), OpenRefine's reconciliation and Moov Watchman's second version, so
/// that their clients work unchanged. What is compatible, what is refused, and why: docs/peers.md.
namespace tamga::peers {

struct Peers {
  std::vector<api::Endpoint> endpoints;
  Json schemas;  ///< that the endpoints name
  /// Makes what the first request would have to wait for. Called at start and after an exchange of lists; may be left out.
  std::function<Status(const api::Context&)> prepare;
};

/// The endpoints share one memory of merged entities and of working space. /healthz, /readyz and /openapi.json are the server's own.
[[nodiscard]] Peers peers();
/// Adds them to a server's table; what comes back is `prepare`.
[[nodiscard]] std::function<Status(const api::Context&)> add_peers(api::Table& table);

}  // namespace tamga::peers
