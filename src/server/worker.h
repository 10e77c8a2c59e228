#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <unordered_set>

#include "server/server.h"

namespace tamga::server {

namespace net = boost::asio;

/// A connection, as its thread's clock sees it. Deadlines are looked at every tick instead of being a timer each, which would cost more than reading
/// a small request.
struct Watched {
  Clock::time_point deadline = Clock::time_point::max();
  bool idle = true;  ///< between two requests: may be closed when the server stops
  std::function<void()> abort;
};

/// One I/O thread with its connections. Everything here is used on that thread only.
struct Worker {
  std::unordered_set<Watched*> connections;
  std::string date;  ///< of responses; made anew every tick
  bool draining = false;
  net::io_context io{1};  ///< goes first: coroutines that end with it still take themselves out of `connections`
};

/// What all connections share.
struct Shared {
  Service& service;
  const ListenOptions& options;
  net::thread_pool& pool;
  net::thread_pool& outside;  ///< for what waits for others' servers
  std::atomic<bool> draining = false;
  std::atomic<std::int64_t> connections = 0;
  std::atomic<std::int64_t> waiting_outside = 0;
};

}  // namespace tamga::server
