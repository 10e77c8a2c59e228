#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "work/message.h"

/// A job in chunks over whoever works, and its answers in the order of the chunks. Knows no network: what carries the messages is a Line.
namespace tamga::work {

/// From an asker to the workers and back. Not thread-safe.
class Line {
 public:
  virtual ~Line() = default;
  /// Returns once the queue has it for good. Waits while the queue is full or away; an error says that it stayed so.
  virtual Status send(const Request& request) = 0;
  /// How many of this line's requests the queue still has, or workers hold: what is neither there nor answered was lost. Nothing: it cannot be said
  /// now.
  virtual std::optional<std::int64_t> outstanding() = 0;
  /// Makes anew what the queue keeps to hand out messages of this line, which may have suffered with them.
  virtual void renew() = 0;
  /// The bytes of the next message of an answer; nothing when none came for that long, or the queue is away.
  virtual Result<std::optional<std::string>> receive(std::chrono::milliseconds wait) = 0;
};

struct ShardOptions {
  std::size_t in_flight = 64;                   ///< chunks that are asked and not yet handed on: the bound of memory
  std::chrono::milliseconds patience{600'000};  ///< without any answer; then it is an error
  /// Without any answer; then the queue is asked whether it still has what was sent, and what it lost is sent again. Doubled by each time.
  std::chrono::milliseconds ask_again{20'000};
  /// Monotonic, for patience alone.
  std::function<std::chrono::milliseconds()> now = {};
};

/// Asks what `next` gives, whose chunks must count from 0, until it gives nothing, and hands the answers to `take` in that order. An answer that
/// comes twice is taken once. Should the queue lose messages (a cluster whose servers are killed may), they are asked again. An answer that is an
/// error ends the job with it.
Status shard(Line& line, const ShardOptions& options, const std::function<Result<std::optional<Request>>()>& next,
             const std::function<Status(Answer)>& take);

/// Whom to ask, and as which job.
struct Crew {
  Line* line = nullptr;  ///< nullptr: nobody, everything is done here
  std::string job;
  ShardOptions options;
  std::size_t rows = 2048;                     ///< of a chunk, at most
  std::size_t bytes = std::size_t{512} << 10;  ///< of a chunk, at which it is full
};

}  // namespace tamga::work
