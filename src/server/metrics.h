#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/endpoint.h"

/// What is seen from outside: counters in the text format of Prometheus (version 0.0.4). Thread-safe; counting takes no lock.
namespace tamga::server {

/// Seconds up to which a request counts into each bucket of its route's histogram.
inline constexpr std::array<double, 14> kBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5, 10};

class Metrics {
 public:
  explicit Metrics(const api::Table& table);

  /// `route`: the endpoint's place in the table; its size for what fits none.
  void count(std::size_t route, int status, std::chrono::nanoseconds took);

  std::atomic<std::int64_t> connections = 0;  ///< open now
  std::atomic<std::int64_t> streams = 0;      ///< of events, open now
  std::atomic<std::int64_t> queued = 0;       ///< requests that wait for a thread of the pool, or run on one
  std::atomic<std::uint64_t> accepted = 0;    ///< connections
  std::atomic<std::uint64_t> refused = 0;     ///< connections beyond the limit
  std::atomic<std::uint64_t> timed_out = 0;   ///< connections that were closed for being slow
  std::atomic<std::uint64_t> malformed = 0;   ///< requests that are no HTTP
  std::atomic<std::uint64_t> swaps = 0;       ///< of lists
  std::atomic<std::uint64_t> failed_refreshes = 0;
  std::atomic<std::uint64_t> unknown_callers = 0;  ///< requests without a token that is known

  /// `more`: lines that the caller adds, complete with their "# TYPE".
  [[nodiscard]] std::string text(const std::string& more) const;

 private:
  struct Route {
    std::string label;  ///< route="/v1/deals/{id}",method="GET"
    std::array<std::atomic<std::uint64_t>, kBuckets.size() + 1> buckets{};
    std::atomic<std::uint64_t> nanoseconds = 0;
    std::array<std::atomic<std::uint64_t>, 6> statuses{};  ///< by the first digit
  };
  std::vector<std::unique_ptr<Route>> routes_;
};

/// A label's value with what must be escaped in it.
[[nodiscard]] std::string label_value(std::string_view text);
/// Of this process; 0 where it cannot be told.
[[nodiscard]] std::uint64_t resident_bytes();

}  // namespace tamga::server
