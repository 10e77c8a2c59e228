#include "work/shards.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <set>

namespace tamga::work {
namespace {

/// Workers that answer in any order, some parts twice, with noise between; from a seed.
class WildLine : public Line {
 public:
  explicit WildLine(unsigned seed) : random_(seed) {}
  Status send(const Request& request) override {
    in_flight_max = std::max(in_flight_max, static_cast<std::size_t>(request.chunk + 1 - taken));
    if (!ids_.insert(request.message_id()).second) return {};
    if (lost > 0 && random_() % 3 == 0) {
      --lost;
      return {};
    }
    const Answer answer{request.job, request.chunk, Json::object(), request.chunk == poison ? "poisoned" : "", "answer to " + request.body, 0};
    for (const auto& part : parts_of(answer, 1 + random_() % 8)) {
      waiting_.push_back(to_bytes(part));
      if (random_() % 3 == 0) waiting_.push_back(to_bytes(part));
    }
    if (random_() % 4 == 0) waiting_.emplace_back("noise");
    return {};
  }
  Result<std::optional<std::string>> receive(std::chrono::milliseconds) override {
    if (waiting_.empty() || random_() % 5 == 0) {
      clock += std::chrono::milliseconds(10);
      return std::nullopt;
    }
    const auto at = waiting_.begin() + static_cast<std::ptrdiff_t>(random_() % waiting_.size());
    std::string bytes = *at;
    waiting_.erase(at);
    return bytes;
  }

  /// The queue of this line is its answers: one that is asked and not there was lost.
  std::optional<std::int64_t> outstanding() override { return static_cast<std::int64_t>(waiting_.size()); }

  void renew() override {}

  std::int64_t poison = -1;
  int lost = 0;  ///< messages that may yet be lost on the way
  std::int64_t taken = 0;
  std::size_t in_flight_max = 0;
  std::chrono::milliseconds clock{0};

 private:
  std::mt19937 random_;
  std::deque<std::string> waiting_;
  std::set<std::string> ids_;
};

std::function<Result<std::optional<Request>>()> chunks(std::int64_t count) {
  return [count, next = std::int64_t{0}]() mutable -> Result<std::optional<Request>> {
    if (next == count) return std::nullopt;
    Request request;
    request.job = "job";
    request.chunk = next++;
    request.body = std::to_string(request.chunk);
    return request;
  };
}

RC_GTEST_PROP(Shards, AnswersComeInTheOrderOfTheQuestionsOnceEachAndBounded, (unsigned seed)) {
  WildLine line(seed);
  const auto count = *rc::gen::inRange<std::int64_t>(0, 60);
  ShardOptions options;
  options.in_flight = *rc::gen::inRange<std::size_t>(1, 9);
  std::vector<std::string> bodies;
  const auto status = shard(line, options, chunks(count), [&](const Answer& answer) -> Status {
    bodies.push_back(answer.body);
    line.taken = answer.chunk + 1;
    return {};
  });
  RC_ASSERT(status.has_value());
  RC_ASSERT(static_cast<std::int64_t>(bodies.size()) == count);
  for (std::int64_t i = 0; i < count; ++i) RC_ASSERT(bodies[static_cast<std::size_t>(i)] == "answer to " + std::to_string(i));
  RC_ASSERT(line.in_flight_max <= options.in_flight);
}

RC_GTEST_PROP(Shards, WhatTheQueueLostIsAskedAgain, (unsigned seed)) {
  WildLine line(seed);
  line.lost = *rc::gen::inRange(1, 30);
  const auto count = *rc::gen::inRange<std::int64_t>(1, 40);
  ShardOptions options;
  options.in_flight = *rc::gen::inRange<std::size_t>(1, 9);
  options.ask_again = std::chrono::milliseconds(100);
  options.now = [&line] { return line.clock; };
  std::int64_t taken = 0;
  const auto status = shard(line, options, chunks(count), [&](const Answer& answer) -> Status {
    RC_ASSERT(answer.chunk == taken);
    line.taken = ++taken;
    return {};
  });
  RC_ASSERT(status.has_value());
  RC_ASSERT(taken == count);
}

TEST(Shards, WhatTheQueueStillHasIsNotAskedAgain) {
  class SlowLine : public WildLine {
   public:
    using WildLine::WildLine;
    Status send(const Request&) override {
      ++sent;
      return {};
    }
    std::optional<std::int64_t> outstanding() override { return 3; }
    int sent = 0;
  };
  SlowLine line(1);
  ShardOptions options;
  options.patience = std::chrono::milliseconds(2'000);
  options.ask_again = std::chrono::milliseconds(100);
  options.now = [&line] { return line.clock; };
  EXPECT_FALSE(shard(line, options, chunks(3), [](const Answer&) -> Status { return {}; }));
  EXPECT_EQ(line.sent, 3);
}

TEST(Shards, AChunkThatNobodyCanAnswerEndsTheJobWithItsReason) {
  WildLine line(1);
  line.poison = 3;
  const auto status = shard(line, {}, chunks(10), [](const Answer&) -> Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "chunk 3 cannot be answered: poisoned");
}

TEST(Shards, PatienceEnds) {
  class DeafLine : public WildLine {
   public:
    using WildLine::WildLine;
    Status send(const Request&) override { return {}; }
  };
  DeafLine line(1);
  ShardOptions options;
  options.patience = std::chrono::milliseconds(2'000);
  options.now = [&line] { return line.clock; };
  const auto status = shard(line, options, chunks(3), [](const Answer&) -> Status { return {}; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "no worker has answered for 2 s; 3 of 3 chunks that were asked have no answer");
}

}  // namespace
}  // namespace tamga::work
