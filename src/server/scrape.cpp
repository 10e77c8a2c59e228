#include "server/scrape.h"

#include <fmt/format.h>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <thread>

namespace tamga::server {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

struct Scrape::Implementation {
  net::io_context io{1};
  net::ip::tcp::acceptor acceptor{io};
  std::function<ScrapeAnswer(const std::string&)> answer;
  int open = 0;
  std::jthread thread;

  ~Implementation() {
    io.stop();
    if (thread.joinable()) thread.join();
  }

  net::awaitable<void> accept() {
    constexpr int kConnections = 64;
    for (;;) {
      auto [error, socket] = co_await acceptor.async_accept(net::as_tuple(net::use_awaitable));
      if (error == net::error::operation_aborted) co_return;
      // Without descriptors there is nothing to be had at once; turning round would only burn the processor.
      if (error) {
        net::steady_timer pause(io, std::chrono::milliseconds(100));
        co_await pause.async_wait(net::as_tuple(net::use_awaitable));
        continue;
      }
      if (open < kConnections) net::co_spawn(io, serve(std::move(socket)), net::detached);
    }
  }

  net::awaitable<void> serve(net::ip::tcp::socket socket) {
    ++open;
    boost::beast::tcp_stream stream(std::move(socket));
    boost::beast::flat_buffer buffer(std::size_t{16} << 10);
    for (bool more = true; more;) {
      stream.expires_after(std::chrono::seconds(30));
      http::request<http::empty_body> request;
      const auto [error, size] = co_await http::async_read(stream, buffer, request, net::as_tuple(net::use_awaitable));
      if (error) break;
      const std::string target(request.target());
      ScrapeAnswer given = request.method() == http::verb::get ? answer(target.substr(0, target.find('?'))) : ScrapeAnswer{405, "GET only\n"};
      http::response<http::string_body> response(static_cast<http::status>(given.status), request.version());
      response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
      response.keep_alive(request.keep_alive());
      response.body() = std::move(given.text);
      response.prepare_payload();
      const auto [failed, written] = co_await http::async_write(stream, response, net::as_tuple(net::use_awaitable));
      more = !failed && request.keep_alive();
    }
    --open;
  }
};

Scrape::Scrape(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Scrape::~Scrape() = default;

Result<std::unique_ptr<Scrape>> Scrape::open(const std::string& address, std::uint16_t port, std::function<ScrapeAnswer(const std::string&)> answer) {
  auto made = std::make_unique<Implementation>();
  made->answer = std::move(answer);
  error_code error;
  const auto at = net::ip::make_address(address, error);
  if (error) return bad_input(fmt::format("\"{}\" is no address, expected one such as 127.0.0.1", address));
  const net::ip::tcp::endpoint endpoint(at, port);
  auto& acceptor = made->acceptor;
  if (acceptor.open(endpoint.protocol(), error) || acceptor.set_option(net::socket_base::reuse_address(true), error) ||
      acceptor.bind(endpoint, error) || acceptor.listen(net::socket_base::max_listen_connections, error))
    return failure(fmt::format("{}:{}: cannot listen: {}", address, port, error.message()));
  net::co_spawn(made->io, made->accept(), net::detached);
  made->thread = std::jthread([implementation = made.get()] { implementation->io.run(); });
  return std::unique_ptr<Scrape>(new Scrape(std::move(made)));
}

std::uint16_t Scrape::port() const { return implementation_->acceptor.local_endpoint().port(); }

}  // namespace tamga::server
