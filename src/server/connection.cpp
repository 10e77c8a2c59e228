#include "server/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <optional>

#include "api/problem.h"
#include "base/ascii.h"
#include "base/sha256.h"

namespace tamga::server {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using api::Response;
using boost::system::error_code;

constexpr auto kTuple = net::as_tuple(net::use_awaitable);
constexpr std::size_t kWriteChunk = std::size_t{256} << 10;
constexpr std::size_t kReadChunk = std::size_t{64} << 10;
constexpr std::size_t kLinesAtOnce = 256;
/// Of a request that was refused before its body was read: less is read and forgotten, so that the connection can go on.
constexpr std::size_t kForgottenBody = std::size_t{64} << 10;
constexpr std::chrono::seconds kEventsEvery{1};
constexpr int kHeartbeats = 15;

/// Runs `work` on a pool, and goes on where the coroutine is at home. What it throws is thrown there: on a thread of the pool, with nobody above
/// it, it would end the process. `waiting` counts what waits or runs there.
template <typename Work>
net::awaitable<std::invoke_result_t<Work&>> on(net::thread_pool& pool, std::atomic<std::int64_t>& waiting, Work work) {
  using Value = std::optional<std::invoke_result_t<Work&>>;
  Value value = co_await net::async_initiate<const net::use_awaitable_t<>, void(std::exception_ptr, Value)>(
      [&pool, &waiting](auto handler, Work job) {
        ++waiting;
        auto home = net::get_associated_executor(handler);
        net::post(pool, [&waiting, home, handler = std::move(handler), job = std::move(job)]() mutable {
          Value done;
          std::exception_ptr thrown;
          try {
            done = job();
          } catch (...) {
            thrown = std::current_exception();
          }
          --waiting;
          net::post(home, [handler = std::move(handler), thrown, done = std::move(done)]() mutable { std::move(handler)(thrown, std::move(done)); });
        });
      },
      net::use_awaitable, std::move(work));
  co_return *std::move(value);
}

template <typename Work>
net::awaitable<std::invoke_result_t<Work&>> on_pool(Shared& shared, Work work) {
  return on(shared.pool, shared.service.metrics().queued, std::move(work));
}

api::Pairs headers_of(const http::fields& fields) {
  api::Pairs pairs;
  for (const auto& field : fields) pairs.emplace_back(lower_ascii(std::string_view(field.name_string())), std::string_view(field.value()));
  return pairs;
}

/// A problem of the request itself, of which no endpoint knows.
int status_of(const error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) return 431;
  if (error == http::error::body_limit) return 413;
  return 400;
}

bool is_http_error(const error_code& error) {
  return error.category() == http::make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

/// One more for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::int64_t>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::int64_t>& count_;
};

template <typename Stream>
class Connection {
 public:
  Connection(Stream& stream, Worker& worker, Shared& shared, Watched& watched, Peer peer)
      : stream_(stream), worker_(worker), shared_(shared), watched_(watched), limits_(shared.options.limits), peer_(std::move(peer)) {
    buffer_.max_size(limits_.header_bytes + kReadChunk);
  }

  net::awaitable<void> run() {
    // Not `while (co_await …)`: g++ 12 compiles that to a trap.
    for (;;) {
      const bool goes_on = co_await one_request();
      if (!goes_on) co_return;
    }
  }

 private:
  using Head = http::request_parser<http::empty_body>;

  void allow(std::chrono::milliseconds time) { watched_.deadline = Clock::now() + time; }

  /// False: the connection ends.
  net::awaitable<bool> one_request() {
    if (buffer_.size() == 0) {
      watched_.idle = true;
      if (worker_.draining) co_return false;
      allow(limits_.idle);
      const auto [error, bytes] = co_await stream_.async_read_some(buffer_.prepare(4096), kTuple);
      if (error) co_return false;
      buffer_.commit(bytes);
    }
    watched_.idle = false;
    allow(limits_.header);
    Head head;
    head.header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    head.body_limit(boost::none);
    {
      const auto [error, bytes] = co_await http::async_read_header(stream_, buffer_, head, kTuple);
      if (error) co_return co_await refuse_malformed(error);
    }
    const auto& message = head.get();
    keep_alive_ = head.keep_alive() && !shared_.draining;
    version_ = message.version();
    const bool head_only = message.method() == http::verb::head;
    const std::string_view target(message.target());
    if (const int wrong = wrong_with(message); wrong != 0) co_return co_await refuse(wrong, head_only);
    Exchange exchange = shared_.service.begin(std::string_view(message.method_string()), target, headers_of(message.base()), peer_);
    if (!exchange.unverified.empty()) {
      co_await on_pool(shared_, [&] {
        shared_.service.verify(exchange);
        return true;
      });
    }
    if (exchange.refused) co_return co_await answer_unread(head, exchange, *exchange.refused, head_only);
    if (exchange.endpoint->events && !head_only) co_return co_await stream_events(exchange);
    if (exchange.endpoint->lines) co_return co_await answer_lines(head, exchange);
    Response response;
    if (head.content_length() && *head.content_length() > limits_.body_bytes) {
      response = too_large(exchange);
      co_return co_await answer_unread(head, exchange, response, head_only);
    }
    if (!head.is_done()) {
      {
        const bool written = co_await say_continue(message);
        if (!written) co_return false;
      }
      allow(limits_.body);
      http::request_parser<http::string_body> body(std::move(head));
      body.body_limit(limits_.body_bytes);
      const auto [error, bytes] = co_await http::async_read(stream_, buffer_, body, kTuple);
      if (error == http::error::body_limit) {
        keep_alive_ = false;
        response = too_large(exchange);
        co_return co_await finish(exchange, response, head_only);
      }
      if (error) co_return co_await refuse_malformed(error);
      exchange.request.body = std::move(body.get().body());
    }
    // A handler has no deadline: what it began in the store it ends.
    watched_.deadline = Clock::time_point::max();
    if (!exchange.endpoint->handle) {
      response.content_type = exchange.endpoint->response_type;  // HEAD of a stream
    } else if (shared_.service.quick(exchange)) {
      response = shared_.service.run(exchange);
    } else if (full(exchange)) {
      response = api::problem(exchange.endpoint->errors, 503, "too many requests wait");
      response.headers.emplace_back("retry-after", "1");
    } else if (exchange.endpoint->outside) {
      response = co_await on(shared_.outside, shared_.waiting_outside, [&] { return shared_.service.run(exchange); });
    } else {
      response = co_await on_pool(shared_, [&] { return shared_.service.run(exchange); });
    }
    co_return co_await finish(exchange, response, head_only);
  }

  [[nodiscard]] bool full(const Exchange& exchange) const {
    const auto waiting = exchange.endpoint->outside ? shared_.waiting_outside.load() : shared_.service.metrics().queued.load();
    return waiting >= static_cast<std::int64_t>(exchange.endpoint->outside ? limits_.outside : limits_.queued);
  }

  /// What is wrong with a head that could be read; 0: nothing.
  static int wrong_with(const http::request_header<>& head) {
    if (head.version() != 11 && head.version() != 10) return 400;
    const auto hosts = head.count(http::field::host);
    if (hosts > 1 || (head.version() == 11 && hosts == 0)) return 400;
    if (const auto expect = head[http::field::expect]; !expect.empty() && !beast::iequals(expect, "100-continue")) return 417;
    const auto encoding = head[http::field::content_encoding];
    return encoding.empty() || beast::iequals(encoding, "identity") ? 0 : 415;
  }

  static Response refusal(const Exchange& exchange, const Error& error) { return exchange.refused ? *exchange.refused : api::problem(error); }

  static Response too_large(const Exchange& exchange) {
    return api::problem(exchange.endpoint->errors, 413, "the body is larger than this server takes");
  }

  net::awaitable<bool> say_continue(const http::request_header<>& head) {
    if (head.version() < 11 || head[http::field::expect].empty()) co_return true;
    allow(limits_.write);
    const auto [error, bytes] = co_await net::async_write(stream_, net::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")), kTuple);
    co_return !error;
  }

  net::awaitable<bool> refuse_malformed(const error_code& error) {
    // The other side left, or its time is up: nobody reads an answer.
    if (!is_http_error(error)) co_return false;
    co_return co_await refuse(status_of(error), false);
  }

  net::awaitable<bool> refuse(int status, bool head_only) {
    ++shared_.service.metrics().malformed;
    keep_alive_ = false;
    Exchange exchange = shared_.service.begin("GET", "*", {}, peer_);
    Response response = api::problem(status, api::reason_phrase(status));
    co_await finish(exchange, response, head_only);
    co_await forget_rest();
    co_return false;
  }

  /// The response of a request whose body nobody has read.
  net::awaitable<bool> answer_unread(Head& head, Exchange& exchange, Response& response, bool head_only) {
    if (head.is_done()) co_return co_await finish(exchange, response, head_only);
    const bool waits = !head.get()[http::field::expect].empty();
    if (!waits && head.content_length() && *head.content_length() <= kForgottenBody) {
      allow(limits_.header);
      http::request_parser<http::string_body> body(std::move(head));
      body.body_limit(kForgottenBody);
      const auto [error, bytes] = co_await http::async_read(stream_, buffer_, body, kTuple);
      if (error) co_return false;
      co_return co_await finish(exchange, response, head_only);
    }
    keep_alive_ = false;
    co_await finish(exchange, response, head_only);
    co_await forget_rest();
    co_return false;
  }

  /// Closing a socket with unread bytes resets it, and the other side may lose the answer. So a part of them is read, for a moment.
  net::awaitable<void> forget_rest() {
    allow(std::chrono::seconds(1));
    error_code ignored;
    if constexpr (!std::is_same_v<Stream, TlsStream>) stream_.shutdown(Stream::shutdown_send, ignored);
    std::vector<char> bytes(kReadChunk);
    for (std::size_t total = 0; total < 16 * kReadChunk;) {
      const auto [error, count] = co_await stream_.async_read_some(net::buffer(bytes), kTuple);
      if (error) co_return;
      total += count;
    }
  }

  std::string head_of(const Response& response, std::optional<std::size_t> length) const {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nServer: tamga\r\n", response.status, api::reason_phrase(response.status), worker_.date);
    if (response.status != 204 && response.status != 304) head += fmt::format("Content-Type: {}\r\n", response.content_type);
    if (length && response.status != 204) head += fmt::format("Content-Length: {}\r\n", *length);
    bool cached = false;
    for (const auto& [name, value] : response.headers) {
      cached = cached || name == "cache-control";
      head += name;
      head += ": ";
      // A header that a handler made of what it was sent must not become two.
      for (const char c : value) head += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
      head += "\r\n";
    }
    if (!cached) head += "Cache-Control: no-store\r\n";
    head += "X-Content-Type-Options: nosniff\r\n";
    if (!keep_alive_) head += "Connection: close\r\n";
    if (keep_alive_ && version_ < 11) head += "Connection: keep-alive\r\n";
    return head;
  }

  net::awaitable<bool> write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, kWriteChunk);
      bytes.remove_prefix(part.size());
      allow(limits_.write);
      const auto [error, count] = co_await net::async_write(stream_, net::buffer(part), kTuple);
      if (error) co_return false;
    }
    co_return true;
  }

  /// Parameters by reference, and named values for them: g++ 12 destroys temporaries of a co_await twice in places.
  net::awaitable<bool> finish(Exchange& exchange, Response& response, bool head_only) {
    keep_alive_ = keep_alive_ && !shared_.draining;
    shared_.service.end(exchange, response);
    std::string bytes = head_of(response, response.body.size()) + "\r\n";
    if (!head_only && response.status != 204) bytes += response.body;
    const bool written = co_await write(bytes);
    co_return written&& keep_alive_;
  }

  // ---- streams --------------------------------------------------------------------------------------------------

  net::awaitable<bool> write_chunk(std::string_view bytes) {
    if (bytes.empty()) co_return true;
    if (version_ < 11) co_return co_await write(bytes);
    std::string chunk = fmt::format("{:x}\r\n", bytes.size());
    chunk += bytes;
    chunk += "\r\n";
    co_return co_await write(chunk);
  }

  net::awaitable<bool> begin_stream(Exchange& exchange, Response& response) {
    if (version_ < 11) keep_alive_ = false;
    shared_.service.end(exchange, response);
    std::string head = head_of(response, std::nullopt);
    if (version_ >= 11) head += "Transfer-Encoding: chunked\r\n";
    co_return co_await write(head + "\r\n");
  }

  net::awaitable<bool> end_stream() {
    if (version_ >= 11) {
      const bool written = co_await write("0\r\n\r\n");
      if (!written) co_return false;
    }
    co_return keep_alive_ && !shared_.draining;
  }

  net::awaitable<bool> stream_events(Exchange& exchange) {
    auto& streams = shared_.service.metrics().streams;
    Response response;
    if (streams.load() >= static_cast<std::int64_t>(limits_.event_streams)) {
      response = api::problem(503, "there are too many streams of events");
      co_return co_await finish(exchange, response, false);
    }
    auto source = co_await on_pool(shared_, [&] { return shared_.service.events(exchange); });
    if (!source) {
      response = refusal(exchange, source.error());
      co_return co_await finish(exchange, response, false);
    }
    response.content_type = "text/event-stream";
    {
      const bool written = co_await begin_stream(exchange, response);
      if (!written) co_return false;
    }
    const Counted counted(streams);
    net::steady_timer timer(co_await net::this_coro::executor);
    bool open = co_await write_chunk("retry: 2000\n\n");
    for (int quiet = 0; open && !worker_.draining;) {
      auto events = co_await on_pool(shared_, [&] { return (*source)(); });
      std::string text;
      if (events) {
        for (const auto& event : *events) text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.id, event.name, event.data);
      }
      if (text.empty() && ++quiet == kHeartbeats) text = ": still here\n\n";
      if (!text.empty()) {
        quiet = 0;
        open = co_await write_chunk(text);
      }
      if (!open || !events) break;
      watched_.deadline = Clock::time_point::max();
      watched_.idle = true;
      timer.expires_after(kEventsEvery);
      co_await timer.async_wait(kTuple);
    }
    const bool told = co_await write_chunk("event: end\ndata: {}\n\n");
    if (!told) co_return false;
    keep_alive_ = false;
    co_return co_await end_stream();
  }

  /// As many bytes come in as have gone out: while the other side does not read its answers, nothing more of the body is read.
  net::awaitable<bool> answer_lines(Head& head, Exchange& exchange) {
    auto answerer = co_await on_pool(shared_, [&] { return shared_.service.lines(exchange); });
    Response response;
    if (!answerer) {
      response = refusal(exchange, answerer.error());
      co_return co_await answer_unread(head, exchange, response, false);
    }
    {
      const bool written = co_await say_continue(head.get());
      if (!written) co_return false;
    }
    http::request_parser<http::buffer_body> parser(std::move(head));
    parser.body_limit(boost::none);
    response.content_type = "application/x-ndjson";
    {
      const bool written = co_await begin_stream(exchange, response);
      if (!written) co_return false;
    }
    std::vector<char> bytes(kReadChunk);
    std::string rest;  // of a line whose end has not come yet
    bool good = true;
    while (good) {
      const bool last = parser.is_done();
      if (!last) {
        parser.get().body().data = bytes.data();
        parser.get().body().size = bytes.size();
        allow(limits_.body);
        auto [error, count] = co_await http::async_read_some(stream_, buffer_, parser, kTuple);
        if (error && error != http::error::need_buffer) co_return false;
        rest.append(bytes.data(), bytes.size() - parser.get().body().size);
      }
      std::vector<std::string> lines = complete_lines(rest, last);
      if (rest.size() > limits_.line_bytes) {
        lines.push_back(std::move(rest));  // too long to be read: the handler's own limits refuse it, and what follows is not looked at
        rest.clear();
        good = false;
      }
      std::size_t at = 0;
      do {
        const auto count = std::min(kLinesAtOnce, lines.size() - at);
        const std::span<const std::string> some = std::span(lines).subspan(at, count);
        at += count;
        const bool end = (last || !good) && at == lines.size();
        if (some.empty() && !end) break;
        watched_.deadline = Clock::time_point::max();
        const std::string answers = co_await on_pool(shared_, [&] { return (*answerer)(some, end); });
        {
          const bool written = co_await write_chunk(answers);
          if (!written) co_return false;
        }
      } while (at < lines.size());
      if (last) break;
    }
    if (!good) keep_alive_ = false;
    const bool goes_on = co_await end_stream();
    if (!good) co_await forget_rest();
    co_return goes_on;
  }

  /// Takes the lines out of `text` that have their end; at the last also what is left.
  static std::vector<std::string> complete_lines(std::string& text, bool last) {
    std::vector<std::string> lines;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) lines.push_back(text.substr(at, end - at));
    text.erase(0, at);
    if (last && !text.empty()) lines.push_back(std::exchange(text, {}));
    return lines;
  }

  Stream& stream_;
  Worker& worker_;
  Shared& shared_;
  Watched& watched_;
  const Limits& limits_;
  Peer peer_;
  beast::flat_buffer buffer_;
  bool keep_alive_ = false;
  unsigned version_ = 11;
};

/// Registers a connection with its thread's clock for as long as it lives.
class Registration {
 public:
  Registration(Worker& worker, Shared& shared, std::function<void()> abort) : worker_(worker), shared_(shared) {
    watched_.abort = std::move(abort);
    worker_.connections.insert(&watched_);
    ++shared_.connections;
    ++shared_.service.metrics().connections;
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() {
    worker_.connections.erase(&watched_);
    --shared_.connections;
    --shared_.service.metrics().connections;
  }
  Watched& watched() { return watched_; }

 private:
  Worker& worker_;
  Shared& shared_;
  Watched watched_;
};

std::string certificate_of(TlsStream& stream) {
  X509* certificate = SSL_get1_peer_certificate(stream.native_handle());
  if (certificate == nullptr || SSL_get_verify_result(stream.native_handle()) != X509_V_OK) {
    X509_free(certificate);
    return {};
  }
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  std::string print;
  if (size > 0) print = sha256_hex(std::string_view(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)));
  OPENSSL_free(bytes);
  X509_free(certificate);
  return print;
}

template <typename Stream>
net::awaitable<void> serve_stream(Stream& stream, Worker& worker, Shared& shared, Watched& watched, const Peer& peer) {
  Connection<Stream> connection(stream, worker, shared, watched, peer);
  co_await connection.run();
}

/// Of what is being caught.
void log_lost(Shared& shared) {
  std::string why;
  try {
    throw;
  } catch (const std::exception& error) {
    why = error.what();
  } catch (...) {
    why = "something that is no exception was thrown";
  }
  shared.service.log("error", "connection_lost", Json::object().set("why", why));
}

}  // namespace

net::awaitable<void> serve_plain(TcpSocket socket, Worker& worker, Shared& shared) {
  Registration registration(worker, shared, [&socket] {
    error_code ignored;
    static_cast<void>(socket.close(ignored));
  });
  try {
    error_code ignored;
    static_cast<void>(socket.set_option(net::ip::tcp::no_delay(true), ignored));
    const Peer peer;
    co_await serve_stream(socket, worker, shared, registration.watched(), peer);
    static_cast<void>(socket.shutdown(TcpSocket::shutdown_both, ignored));
  } catch (...) {
    log_lost(shared);
  }
}

net::awaitable<void> serve_unix(UnixSocket socket, Worker& worker, Shared& shared) {
  Registration registration(worker, shared, [&socket] {
    error_code ignored;
    static_cast<void>(socket.close(ignored));
  });
  try {
    const Peer peer;
    co_await serve_stream(socket, worker, shared, registration.watched(), peer);
  } catch (...) {
    log_lost(shared);
  }
}

net::awaitable<void> serve_tls(TcpSocket socket, std::shared_ptr<net::ssl::context> tls, Worker& worker, Shared& shared) {
  TlsStream stream(std::move(socket), *tls);
  Registration registration(worker, shared, [&stream] {
    error_code ignored;
    static_cast<void>(stream.next_layer().close(ignored));
  });
  try {
    error_code ignored;
    static_cast<void>(stream.next_layer().set_option(net::ip::tcp::no_delay(true), ignored));
    registration.watched().idle = false;
    registration.watched().deadline = Clock::now() + shared.options.limits.handshake;
    const auto [error] = co_await stream.async_handshake(TlsStream::server, kTuple);
    if (error) co_return;
    const Peer peer{true, certificate_of(stream)};
    co_await serve_stream(stream, worker, shared, registration.watched(), peer);
    registration.watched().deadline = Clock::now() + std::chrono::seconds(2);
    static_cast<void>(co_await stream.async_shutdown(kTuple));
  } catch (...) {
    log_lost(shared);
  }
}

}  // namespace tamga::server
