#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "server/worker.h"

namespace tamga::server {

using TcpSocket = net::ip::tcp::socket;
using UnixSocket = net::local::stream_protocol::socket;
using TlsStream = net::ssl::stream<TcpSocket>;

/// Each serves one connection to its end. Never throws.
net::awaitable<void> serve_plain(TcpSocket socket, Worker& worker, Shared& shared);
net::awaitable<void> serve_unix(UnixSocket socket, Worker& worker, Shared& shared);
net::awaitable<void> serve_tls(TcpSocket socket, std::shared_ptr<net::ssl::context> tls, Worker& worker, Shared& shared);

}  // namespace tamga::server
