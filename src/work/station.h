#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "work/message.h"

/// The worker's side: takes messages, has them answered, and sees to it that each is acknowledged, given back or buried. Knows no network.
namespace tamga::work {

/// A message in the hands of this worker. in_progress() may be called from another thread than the rest.
class Delivery {
 public:
  virtual ~Delivery() = default;
  [[nodiscard]] virtual std::string_view bytes() const = 0;
  [[nodiscard]] virtual std::string subject() const = 0;
  [[nodiscard]] virtual std::string id() const = 0;           ///< under which it was sent; empty: none
  [[nodiscard]] virtual std::int64_t deliveries() const = 0;  ///< this one included
  /// Still at it: the queue waits as long again before it gives the message to another.
  virtual void in_progress() = 0;
  virtual void acknowledge() = 0;
  virtual void give_back(std::chrono::milliseconds delay) = 0;
  /// Never again.
  virtual void end() = 0;
};

/// Where messages come from and answers go. Thread-safe but for take(), which each thread calls on a Source of its own.
class Source {
 public:
  virtual ~Source() = default;
  /// nullptr: none came for that long, or the queue is away.
  virtual std::unique_ptr<Delivery> take(std::chrono::milliseconds wait) = 0;
};
class Post {
 public:
  virtual ~Post() = default;
  [[nodiscard]] virtual std::unique_ptr<Source> source() = 0;
  /// Both return once the queue has it for good.
  virtual Status answer(const AnswerPart& part) = 0;
  virtual Status bury(const DeadLetter& letter) = 0;
};

/// What became of the messages so far.
struct StationCounts {
  std::atomic<std::uint64_t> taken = 0, redelivered = 0, answered = 0, given_back = 0, buried = 0, rows = 0;
  std::atomic<std::uint64_t> busy_nanoseconds = 0;  ///< of all threads, in the handler
  std::atomic<std::int64_t> in_hand = 0;
  std::atomic<std::int64_t> waiting = 0;    ///< of them, those that wait until what they stand on is there again
  std::atomic<std::int64_t> last_look = 0;  ///< monotonic seconds at which the queue was last asked with success
};

struct StationOptions {
  std::string worker;  ///< its name, for dead letters
  unsigned threads = 1;
  std::int64_t deliveries_max = 5;               ///< a message that was delivered more often is buried without another try
  std::chrono::milliseconds ack_wait{30'000};    ///< in which the queue must hear of a message
  std::chrono::milliseconds retry_delay{1'000};  ///< before the next try of a message, doubled by each delivery
  std::chrono::milliseconds drain{20'000};       ///< for what is in hand when it stops
  std::size_t part_bytes = std::size_t{512} << 10;
  std::function<std::string()> utc_now;
  /// Whether what all messages stand on (a database) is there; empty: it always is. Asked when a handler failed: where it is away the message stays
  /// in hand until it is there again, and no delivery of it counts, as where it failed for want of room (Error::no_room). Called from several
  /// threads.
  std::function<Status()> ready;
  std::function<void(std::string_view level, std::string_view event, Json more)> log = [](std::string_view, std::string_view, Json) {};
};

/// Answers a request, on thread 0 to threads - 1. An error of kind failure may pass and is tried again, as is not_found, since another worker may
/// have it; any other is for ever, and the message is buried at once.
using Handler = std::function<Result<Answer>(const Request& request, unsigned thread)>;

/// Works until `stopping` says so, then ends what is in hand; what is not done when the time of drain is over is given back.
void run_station(Post& post, const StationOptions& options, const Handler& handler, StationCounts& counts, const std::function<bool()>& stopping);

}  // namespace tamga::work
