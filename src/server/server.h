#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "server/service.h"

/// The listener: HTTP/1.1 over TCP, TLS and a Unix socket, on Asio with coroutines. Each connection is one coroutine on one of the I/O threads; what
/// blocks runs on a pool. A request that is slow, too large or no HTTP ends its own connection and nothing else.
namespace tamga::server {

struct Limits {
  std::size_t connections = 4096;
  std::size_t header_bytes = std::size_t{16} << 10;  ///< request line and headers
  std::size_t body_bytes = std::size_t{16} << 20;
  std::size_t line_bytes = std::size_t{1} << 20;  ///< of a body that is answered line by line, which itself has no limit
  std::size_t queued = 1024;                      ///< requests that wait for the pool; more are answered 503
  std::size_t outside = 32;                       ///< the same, of those that wait for others' servers
  std::size_t event_streams = 256;
  std::chrono::milliseconds handshake{10'000};
  std::chrono::milliseconds header{10'000};  ///< from a head's first byte to its last
  std::chrono::milliseconds body{60'000};    ///< the whole of it; of lines each 64 KiB
  std::chrono::milliseconds write{30'000};   ///< each 256 KiB of a response
  std::chrono::milliseconds idle{60'000};    ///< between two requests
  std::chrono::milliseconds drain{20'000};   ///< what runs when the server is stopped
  std::chrono::milliseconds refresh{5'000};  ///< between two looks for newer lists and tokens
};

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8484;  ///< 0: any that is free
  std::string unix_path;      ///< also here; empty: no
  bool tcp = true;
  std::string certificate;  ///< PEM, with its chain; empty: no TLS
  std::string key;
  std::string client_authority;  ///< PEM; callers may show certificates that it signed
  unsigned threads = 1;          ///< for I/O
  unsigned pool = 4;             ///< for what blocks
  unsigned outside = 2;          ///< for what waits for others' servers
  Limits limits;
  /// Given, while it serves, what makes it look for newer lists at once, on any thread; at the end an empty one.
  std::function<void(std::function<void()> refresh)> refresher = [](const std::function<void()>&) {};
  std::function<void(const std::string& where)> started = [](const std::string&) {};  ///< "http://127.0.0.1:8484"; once for each address
};

/// Serves until SIGTERM or SIGINT, then lets what runs come to its end; a second signal ends at once. SIGHUP reads certificates, rules and lists
/// again.
Status serve(Service& service, const ListenOptions& options);

[[nodiscard]] bool is_loopback(const std::string& address);

}  // namespace tamga::server
