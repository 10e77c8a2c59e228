#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "api/endpoint.h"
#include "api/router.h"
#include "server/access.h"
#include "server/metrics.h"
#include "server/read_log.h"
#include "server/sign_in.h"

/// From a request's head to its response, without a socket: routing, who may call, limits, handlers, what is counted and logged. Thread-safe.
namespace tamga::server {

struct ServiceOptions {
  bool authenticate = true;
  bool any_host = false;      ///< without authentication: also answer to names that are not those of this machine's loopback
  bool log_requests = false;  ///< else only what failed
  std::string local_name;     ///< who acts without authentication; empty: nobody
  SignInOptions sign_in;      ///< people who sign in at a provider
  /// After the start and each exchange of lists, for what handlers keep of them.
  std::function<Status(const api::Context&)> prepare = [](const api::Context&) -> Status { return {}; };
  /// After each exchange of lists, with the basis that is in force now: for other nodes.
  std::function<void(const Json& basis)> exchanged = [](const Json&) {};
  std::function<void(std::string_view)> log = [](std::string_view) {};  ///< takes one line of JSON
};

/// Where a request came from.
struct Peer {
  bool encrypted = false;
  std::string certificate;  ///< SHA-256 of the caller's, if it showed one that our authority signed
};

/// One request on its way.
struct Exchange {
  api::Request request;
  const api::Endpoint* endpoint = nullptr;
  std::size_t route = 0;
  std::optional<api::Response> refused;  ///< without asking a handler
  std::string unverified;                ///< a secret that verify() must look at before run()
  bool of_browser = false;               ///< it is a session's
  Known known;
  Clock::time_point began;
  std::string trace;  ///< 32 hexadecimal digits, of the caller's traceparent or our own
  std::string span;   ///< 16
};

class Service {
 public:
  Service(app::Settings settings, api::Table table, ServiceOptions options);

  /// Opens lists, rules, tokens; what is missing is said by ready(). An error only where the store cannot be used at all.
  Status start();
  /// Newer lists, tokens, people; to be called every few seconds on a thread that may block. Logs what fails, and goes on. Never throws.
  void refresh();
  /// Rules and matching are read anew too. Never throws.
  void reload();
  /// Keeps what is only in memory yet: uses of quotas, reads. To be called at the end.
  void finish();
  /// From now on /readyz says no.
  void drain() {
    draining_ = true;
    if (sign_in_ != nullptr) sign_in_->stop();
  }

  /// `target` as it stands in the request line. Never blocks.
  [[nodiscard]] Exchange begin(std::string_view method, std::string_view target, api::Pairs headers, const Peer& peer);
  /// Slow: only where begin() left a secret. Never throws.
  void verify(Exchange& exchange);
  /// May it run on the connection's own thread?
  [[nodiscard]] bool quick(const Exchange& exchange) const;
  /// Asks the handler, which may block. Never throws.
  [[nodiscard]] api::Response run(Exchange& exchange);
  /// Headers that every response has, and what is counted and logged of it.
  void end(Exchange& exchange, api::Response& response);

  [[nodiscard]] Result<api::LineAnswerer> lines(Exchange& exchange);
  [[nodiscard]] Result<api::EventSource> events(Exchange& exchange);

  [[nodiscard]] Metrics& metrics() { return *metrics_; }
  [[nodiscard]] const api::Router& router() const { return *router_; }
  /// A line of JSON with the time and these members.
  void log(std::string_view level, std::string_view event, Json more = Json::object()) const;

 private:
  void add_own_endpoints(api::Table& table);
  void add_sign_in(api::Table& table);
  /// Do this browser's cookies travel over TLS alone?
  [[nodiscard]] bool secure(const api::Request& request) const;
  [[nodiscard]] api::Response end_session(const api::Request& request);
  [[nodiscard]] api::Response begin_sign_in(const api::Request& request);
  [[nodiscard]] api::Response finish_sign_in(const api::Request& request);
  [[nodiscard]] api::Response refuse_sign_in(const api::Request& request, const Refusal& refusal) const;
  void prepare();
  [[nodiscard]] api::Response ready() const;
  [[nodiscard]] std::string metrics_text() const;
  [[nodiscard]] std::optional<api::Response> admit(Exchange& exchange) const;
  [[nodiscard]] std::optional<api::Response> check_browser(const Exchange& exchange) const;
  /// Leaves it to verify(), or refuses where too many wait for that.
  void verify_later(Exchange& exchange, std::string secret);
  void look();
  [[nodiscard]] api::Response handle(const Exchange& exchange);
  [[nodiscard]] api::Response checked(Exchange& exchange);
  [[nodiscard]] api::Response once(const Exchange& exchange, const std::string& key);
  void write_read_log(const Exchange& exchange, int status);

  app::Settings settings_;
  ServiceOptions options_;
  api::Context context_;
  std::unique_ptr<api::Router> router_;
  std::unique_ptr<Metrics> metrics_;
  Access access_;
  ReadLog reads_;
  std::unique_ptr<SignIn> sign_in_;  ///< nullptr: there is no provider
  std::atomic<bool> draining_ = false;
  std::atomic<std::shared_ptr<const std::string>> trouble_;  ///< why the last refresh failed; nullptr: it did not
  std::atomic<int> verifying_ = 0;
  std::atomic<bool> reads_failing_ = false;
  std::mutex once_mutex_;
  std::set<std::string> running_once_;  ///< callers and keys of requests that are being answered
};

}  // namespace tamga::server
