#include "server/server.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <thread>

#include "base/date.h"
#include "server/connection.h"

namespace tamga::server {
namespace {

using boost::system::error_code;

constexpr auto kTuple = net::as_tuple(net::use_awaitable);
constexpr std::chrono::milliseconds kTick{200};
constexpr int kBacklog = 1024;

/// ALPN: we speak HTTP/1.1 and nothing newer.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char kOurs[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<std::shared_ptr<net::ssl::context>> tls_context(const ListenOptions& options) {
  auto tls = std::make_shared<net::ssl::context>(net::ssl::context::tls_server);
  error_code error;
  const auto wrong = [&](const std::string& file) { return bad_input_in(file, 0, fmt::format("cannot be used for TLS: {}", error.message())); };
  SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(tls->native_handle(), choose_protocol, nullptr);
  if (tls->use_certificate_chain_file(options.certificate, error); error) return wrong(options.certificate);
  if (tls->use_private_key_file(options.key, net::ssl::context::pem, error); error) return wrong(options.key);
  if (!options.client_authority.empty()) {
    if (tls->load_verify_file(options.client_authority, error); error) return wrong(options.client_authority);
    // Who shows none may still send a token; who shows one that does not hold is not let in.
    tls->set_verify_mode(net::ssl::verify_peer);
    static constexpr unsigned char kContext[] = "tamga";
    SSL_CTX_set_session_id_context(tls->native_handle(), kContext, sizeof kContext - 1);
  }
  return tls;
}

class Server {
 public:
  Server(Service& service, const ListenOptions& options)
      : options_(options), pool_(options.pool), outside_(options.outside), shared_{service, options_, pool_, outside_}, service_(service) {
    for (unsigned i = 0; i < std::max(1U, options.threads); ++i) workers_.push_back(std::make_unique<Worker>());
  }

  Status run() {
    TAMGA_TRY_STATUS(listen());
    auto& first = workers_.front()->io;
    net::signal_set signals(first, SIGTERM, SIGINT, SIGHUP);
    net::co_spawn(first, watch_signals(signals), net::detached);
    net::co_spawn(first, refresh_regularly(), net::detached);
    options_.refresher([this] { refresh_soon(); });
    std::vector<net::executor_work_guard<net::io_context::executor_type>> guards;
    std::vector<std::jthread> threads;
    for (auto& worker : workers_) {
      worker->date = http_now();
      guards.push_back(net::make_work_guard(worker->io));
      net::co_spawn(worker->io, tick(*worker), net::detached);
    }
    for (std::size_t i = 1; i < workers_.size(); ++i) threads.emplace_back([this, i] { run_to_end(workers_[i]->io); });
    run_to_end(first);
    threads.clear();
    options_.refresher({});
    outside_.join();
    pool_.join();
    if (!options_.unix_path.empty()) ::unlink(options_.unix_path.c_str());
    return {};
  }

 private:
  Status listen() {
    error_code error;
    auto& io = workers_.front()->io;
    if (!options_.certificate.empty()) {
      TAMGA_TRY(auto made, tls_context(options_));
      tls_ = std::move(made);
    }
    if (options_.tcp) {
      const auto address = net::ip::make_address(options_.address, error);
      if (error) return bad_input(fmt::format("\"{}\" is not an address, expected 127.0.0.1, ::1, 0.0.0.0 …", options_.address));
      const net::ip::tcp::endpoint endpoint(address, options_.port);
      auto& acceptor = tcp_.emplace(io);
      const auto cannot = [&] { return failure(fmt::format("cannot listen on {}:{}: {}", options_.address, options_.port, error.message())); };
      if (acceptor.open(endpoint.protocol(), error); error) return cannot();
      static_cast<void>(acceptor.set_option(net::ip::tcp::acceptor::reuse_address(true), error));
      if (acceptor.bind(endpoint, error); error) return cannot();
      if (acceptor.listen(kBacklog, error); error) return cannot();
      const auto port = acceptor.local_endpoint().port();
      const bool brackets = address.is_v6();
      options_.started(
          fmt::format("{}://{}{}{}:{}", tls_ == nullptr ? "http" : "https", brackets ? "[" : "", options_.address, brackets ? "]" : "", port));
      net::co_spawn(io, accept_tcp(), net::detached);
    }
    if (!options_.unix_path.empty()) {
      const auto cannot = [&] { return failure(fmt::format("cannot listen on {}: {}", options_.unix_path, error.message())); };
      TAMGA_TRY_STATUS(remove_old_socket());
      auto& acceptor = unix_.emplace(io);
      if (acceptor.open(net::local::stream_protocol(), error); error) return cannot();
      // For its owner and group alone, from its first moment.
      const auto mask = ::umask(0117);
      static_cast<void>(acceptor.bind(net::local::stream_protocol::endpoint(options_.unix_path), error));
      ::umask(mask);
      if (error) return cannot();
      if (acceptor.listen(kBacklog, error); error) return cannot();
      options_.started("unix:" + options_.unix_path);
      net::co_spawn(io, accept_unix(), net::detached);
    }
    return {};
  }

  /// A socket that nobody listens on any more is in the way; a file that is none is not ours to remove.
  Status remove_old_socket() const {
    struct stat status{};
    if (::lstat(options_.unix_path.c_str(), &status) != 0) return {};
    if (!S_ISSOCK(status.st_mode)) return bad_input_in(options_.unix_path, 0, "is there and is no socket");
    net::io_context io;
    UnixSocket probe(io);
    error_code error;
    if (!probe.connect(net::local::stream_protocol::endpoint(options_.unix_path), error))
      return failure(fmt::format("{}: another process listens there", options_.unix_path));
    ::unlink(options_.unix_path.c_str());
    return {};
  }

  /// A connection's coroutine catches its own; what comes here, as when no memory is left to begin one, must not end the others.
  void run_to_end(net::io_context& io) {
    for (;;) {
      try {
        io.run();
        return;
      } catch (const std::exception& error) {
        service_.log("error", "thread_failed", Json::object().set("why", error.what()));
      }
    }
  }

  Worker& next_worker() { return *workers_[next_++ % workers_.size()]; }

  /// True: there is room for one more.
  bool count_accepted() {
    ++service_.metrics().accepted;
    if (shared_.connections.load() < static_cast<std::int64_t>(options_.limits.connections)) return true;
    ++service_.metrics().refused;
    return false;
  }

  net::awaitable<void> accept_tcp() {
    while (!shared_.draining) {
      Worker& worker = next_worker();
      auto [error, socket] = co_await tcp_->async_accept(worker.io, kTuple);
      if (error == net::error::operation_aborted) co_return;
      if (error) {
        co_await pause(std::chrono::milliseconds(100));  // no file descriptor is left, most likely
        continue;
      }
      if (!count_accepted()) continue;
      if (const auto tls = tls_; tls != nullptr) {
        net::co_spawn(worker.io, serve_tls(std::move(socket), tls, worker, shared_), net::detached);
      } else {
        net::co_spawn(worker.io, serve_plain(std::move(socket), worker, shared_), net::detached);
      }
    }
  }

  net::awaitable<void> accept_unix() {
    while (!shared_.draining) {
      Worker& worker = next_worker();
      auto [error, socket] = co_await unix_->async_accept(worker.io, kTuple);
      if (error == net::error::operation_aborted) co_return;
      if (error) {
        co_await pause(std::chrono::milliseconds(100));
        continue;
      }
      if (count_accepted()) net::co_spawn(worker.io, serve_unix(std::move(socket), worker, shared_), net::detached);
    }
  }

  net::awaitable<void> pause(std::chrono::milliseconds time) {
    net::steady_timer timer(co_await net::this_coro::executor, time);
    co_await timer.async_wait(kTuple);
  }

  /// A thread's clock: closes what is overdue and, when the server stops, what is idle.
  net::awaitable<void> tick(Worker& worker) {
    const auto limits = options_.limits;
    std::optional<Clock::time_point> stop_at;
    for (;;) {
      co_await pause(kTick);
      const auto now = Clock::now();
      worker.date = http_now();
      worker.draining = shared_.draining;
      if (worker.draining && !stop_at) stop_at = now + limits.drain;
      // Closing one changes the set only later, when its coroutine ends.
      for (auto* watched : worker.connections) {
        const bool late = watched->deadline < now;
        if (late) ++service_.metrics().timed_out;
        if (late || (worker.draining && watched->idle) || (stop_at && *stop_at < now)) {
          watched->deadline = Clock::time_point::max();
          watched->abort();
        }
      }
      if (worker.draining && (worker.connections.empty() || (stop_at && *stop_at + std::chrono::seconds(1) < now))) {
        worker.io.stop();
        co_return;
      }
    }
  }

  net::awaitable<void> refresh_regularly() {
    while (!shared_.draining) {
      co_await pause(options_.limits.refresh);
      refresh_soon();
    }
  }

  void refresh_soon() {
    if (refreshing_.exchange(true)) return;
    net::post(pool_, [this] {
      service_.refresh();
      refreshing_ = false;
    });
  }

  net::awaitable<void> watch_signals(net::signal_set& signals) {
    for (;;) {
      const auto [error, signal] = co_await signals.async_wait(kTuple);
      if (error) co_return;
      if (signal == SIGHUP) {
        reload();
        continue;
      }
      if (shared_.draining) {
        for (auto& worker : workers_) worker->io.stop();
        co_return;
      }
      service_.log("info", "stopping");
      service_.drain();
      shared_.draining = true;
      error_code ignored;
      if (tcp_) static_cast<void>(tcp_->close(ignored));
      if (unix_) static_cast<void>(unix_->close(ignored));
    }
  }

  void reload() {
    if (!options_.certificate.empty()) {
      auto made = tls_context(options_);
      if (made) {
        tls_ = *std::move(made);
      } else {
        service_.log("error", "reload_failed", Json::object().set("what", "certificate").set("why", made.error().text()));
      }
    }
    net::post(pool_, [this] { service_.reload(); });
  }

  ListenOptions options_;
  net::thread_pool pool_;
  net::thread_pool outside_;
  Shared shared_;
  Service& service_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::size_t next_ = 0;
  std::optional<net::ip::tcp::acceptor> tcp_;
  std::optional<net::local::stream_protocol::acceptor> unix_;
  std::shared_ptr<net::ssl::context> tls_;  ///< used on the first thread only
  std::atomic<bool> refreshing_ = false;
};

}  // namespace

Status serve(Service& service, const ListenOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    Server server(service, options);
    return server.run();
  } catch (const std::exception& error) {
    return failure(error.what());
  }
}

bool is_loopback(const std::string& address) {
  error_code error;
  const auto parsed = net::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

}  // namespace tamga::server
