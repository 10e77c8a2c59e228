#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "work/shards.h"
#include "work/station.h"

/// The queue on NATS JetStream (nats.cpp and link.cpp alone know libnats). Four streams and one consumer, made when they are missing:
///   TAMGA_WORK    tamga.work.KIND.JOB   work queue: a message is gone once it is acknowledged; the durable pull consumer "workers" takes them
///   TAMGA_ANSWERS tamga.answer.JOB      work queue, an hour: each asker has a durable consumer of its own subject
///   TAMGA_DEAD    tamga.dead.KIND       thirty days
///   TAMGA_ENDED   tamga.ended.JOB       a day: nobody waits for this job any more
/// and, without a stream, tamga.editions: that another edition is in force.
namespace tamga::work {

struct NatsOptions {
  std::string url;                         ///< nats://HOST:PORT, or tls://; several by commas
  std::string credentials;                 ///< a .creds file; empty: none
  std::string authority;                   ///< PEM of who signed the server's certificate; empty: the system's
  std::string name;                        ///< of this connection, for NATS's own monitoring
  int replicas = 1;                        ///< of streams that are made now or have fewer
  std::chrono::milliseconds away{60'000};  ///< so long streams and consumers are waited for
  std::chrono::milliseconds send{60'000};  ///< so long a message waits for a server that is away, without a leader, or full
  bool later = false;                      ///< a server that is not there yet is no error: it is connected to when it comes
};

/// The same for a person or a log: without a password or token.
[[nodiscard]] std::string told_url(std::string_view urls);

/// Of the consumer that all workers share; the last one that started decides.
struct ConsumerOptions {
  std::chrono::milliseconds ack_wait{30'000};
  std::int64_t pending_max = 1000;  ///< messages that all workers together hold unacknowledged
};

/// One connection, which comes back by itself. Thread-safe.
class Nats : public Post {
 public:
  /// A server that is not there is an error at once.
  static Result<std::unique_ptr<Nats>> connect(NatsOptions options);
  ~Nats() override;
  Nats(const Nats&) = delete;
  Nats& operator=(const Nats&) = delete;

  Status make_streams();
  Status make_consumer(const ConsumerOptions& options);

  /// Of one job; at its end answers are thrown away that are still there, and workers are told to leave what is still asked.
  Result<std::unique_ptr<Line>> line(const std::string& job);

  [[nodiscard]] std::unique_ptr<Source> source() override;
  Status answer(const AnswerPart& part) override;
  Status bury(const DeadLetter& letter) override;

  /// Messages that wait for a worker, and that workers hold.
  struct Depth {
    std::int64_t waiting = 0;
    std::int64_t held = 0;
    std::int64_t dead = 0;
  };
  Result<Depth> depth();
  /// Every dead letter, oldest first, with its number in the stream. Those that are no letter are left out.
  Status each_dead(const std::function<Status(std::uint64_t number, const DeadLetter&)>& each);
  /// Sends a dead letter's message to where it came from, and forgets the letter.
  Status revive(std::uint64_t number);

  /// To every process that listens. Not kept: who is away looks for himself.
  Status announce(std::string_view text);
  /// Calls `heard`, on a thread of libnats, for each announcement of others.
  Status listen(std::function<void(std::string_view)> heard);

  [[nodiscard]] bool connected() const;

  struct Implementation;

 private:
  explicit Nats(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::work
