#pragma once

#include <nats/nats.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "work/nats.h"

/// A connection to NATS that comes back. With nats.cpp the one place that knows libnats.
///
/// libnats could reconnect by itself, and is not let: when a server is lost again while subscriptions and kept messages are sent to it, libnats
/// (3.4.1; the code of 2025 reads the same) forgets the two threads that it had begun for it. Of the two that read from then on each frees what the
/// other has freed, and of the two that write one is never woken, so that the connection stands still and cannot be closed. A connection that is lost
/// is given up here, and another one opened.
namespace tamga::work {

template <auto Destroy>
struct Destroyer {
  template <typename T>
  void operator()(T* what) const {
    Destroy(what);
  }
};
using Message = std::unique_ptr<natsMsg, Destroyer<natsMsg_Destroy>>;

struct Retirer {
  void operator()(natsSubscription* subscription) const;
};
using Subscription = std::unique_ptr<natsSubscription, Retirer>;

std::unexpected<Error> nats_failure(std::string_view what, natsStatus status, int code = 0);

/// So long everything pauses that is tried again.
constexpr std::chrono::milliseconds kPause{250};

/// From its opening until it is lost.
struct Connection {
  natsConnection* connection = nullptr;
  jsCtx* jetstream = nullptr;
  Subscription subscription;  ///< of the link's listener

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();
  [[nodiscard]] bool is_there() const { return natsConnection_Status(connection) == NATS_CONN_STATUS_CONNECTED; }
};

/// Thread-safe.
class Link {
 public:
  /// A server that is not there is an error, unless options.later.
  static Result<std::unique_ptr<Link>> open(NatsOptions options);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  [[nodiscard]] const NatsOptions& options() const { return options_; }
  [[nodiscard]] bool is_there() const;
  /// The last one, which may be lost; nullptr: there was none yet.
  [[nodiscard]] std::shared_ptr<const Connection> now() const;

  /// What `step` says of the connection; NATS_CONNECTION_CLOSED while there is none.
  template <typename Step>
  natsStatus with(Step&& step) const {
    const auto connection = now();
    const natsStatus status = connection == nullptr ? NATS_CONNECTION_CLOSED : step(*connection);
    if (status != NATS_OK && connection != nullptr && !connection->is_there()) look();
    return status;
  }

  /// From now on, over every connection. Once in the life of a link. `heard` runs on a thread of libnats, and no more once the link is gone.
  Status listen(std::string subject, std::function<void(std::string_view)> heard);

 private:
  struct Listener;

  explicit Link(NatsOptions options);
  Result<std::shared_ptr<Connection>> connect();
  natsStatus subscribe(Connection& to) const;
  void keep(const std::stop_token& ended);
  /// The connection may be lost: it is looked at now, not in a while.
  void look() const;

  NatsOptions options_;
  std::vector<std::string> configured_;
  std::vector<std::string> discovered_;  ///< servers of its cluster that the last one told; used by connect() alone
  std::string subject_;
  Listener* listener_ = nullptr;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any woken_;
  mutable bool look_ = false;
  std::shared_ptr<Connection> connection_;
  std::jthread keeper_;  ///< last, since it uses the others
};

}  // namespace tamga::work
