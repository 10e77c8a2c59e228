#include "work/station.h"

#include <gtest/gtest.h>

#include <deque>
#include <mutex>
#include <thread>

namespace tamga::work {
namespace {

/// A queue in memory: what becomes of each message is written down.
class Memory : public Post {
 public:
  struct Kept {
    std::string bytes;
    std::int64_t deliveries = 0;
  };
  class Held : public Delivery {
   public:
    Held(Memory& memory, Kept kept) : memory_(memory), kept_(std::move(kept)) {}
    [[nodiscard]] std::string_view bytes() const override { return kept_.bytes; }
    [[nodiscard]] std::string subject() const override { return "tamga.work.screen.job"; }
    [[nodiscard]] std::string id() const override { return "id"; }
    [[nodiscard]] std::int64_t deliveries() const override { return kept_.deliveries; }
    void in_progress() override { ++memory_.told; }
    void acknowledge() override { ++memory_.acknowledged; }
    void give_back(std::chrono::milliseconds) override {
      const std::scoped_lock lock(memory_.mutex);
      memory_.queue.push_back(kept_);
    }
    void end() override { ++memory_.ended; }

   private:
    Memory& memory_;
    Kept kept_;
  };
  class Tap : public Source {
   public:
    explicit Tap(Memory& memory) : memory_(memory) {}
    std::unique_ptr<Delivery> take(std::chrono::milliseconds) override {
      std::unique_ptr<Delivery> held;
      {
        const std::scoped_lock lock(memory_.mutex);
        if (!memory_.queue.empty()) {
          Kept kept = memory_.queue.front();
          memory_.queue.pop_front();
          ++kept.deliveries;
          held = std::make_unique<Held>(memory_, kept);
        }
      }
      if (held == nullptr) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return held;
    }

   private:
    Memory& memory_;
  };
  std::unique_ptr<Source> source() override { return std::make_unique<Tap>(*this); }
  Status answer(const AnswerPart& part) override {
    const std::scoped_lock lock(mutex);
    answers.push_back(part);
    return {};
  }
  Status bury(const DeadLetter& letter) override {
    const std::scoped_lock lock(mutex);
    letters.push_back(letter);
    return {};
  }
  void put(std::string bytes, std::int64_t deliveries = 0) { queue.push_back({std::move(bytes), deliveries}); }

  std::mutex mutex;
  std::deque<Kept> queue;
  std::vector<AnswerPart> answers;
  std::vector<DeadLetter> letters;
  std::atomic<int> told = 0, acknowledged = 0, ended = 0;
};

std::string request(std::int64_t chunk) {
  Request request;
  request.job = "job";
  request.chunk = chunk;
  request.rows = 1;
  return to_bytes(request);
}

StationOptions options() {
  StationOptions options;
  options.worker = "test";
  options.threads = 2;
  options.deliveries_max = 3;
  options.drain = std::chrono::milliseconds(2'000);
  options.utc_now = [] { return std::string("2026-11-26T10:00:00Z"); };
  return options;
}

Result<Answer> fine(const Request& asked, unsigned) { return Answer{"", 0, Json::object(), "", "answer " + std::to_string(asked.chunk)}; }

TEST(Station, EveryMessageIsAnsweredAndAcknowledged) {
  Memory memory;
  for (int i = 0; i < 20; ++i) memory.put(request(i));
  StationCounts counts;
  run_station(memory, options(), fine, counts, [&] { return memory.acknowledged == 20; });
  EXPECT_EQ(memory.answers.size(), 20U);
  EXPECT_EQ(counts.answered, 20U);
  EXPECT_EQ(counts.in_hand, 0);
  EXPECT_TRUE(memory.letters.empty());
}

TEST(Station, WhatCanNeverBeReadIsBuriedAtOnce) {
  Memory memory;
  memory.put(std::string("\xff\0poison", 8));
  StationCounts counts;
  run_station(memory, options(), fine, counts, [&] { return memory.ended == 1; });
  ASSERT_EQ(memory.letters.size(), 1U);
  EXPECT_EQ(memory.letters.front().deliveries, 1);
  EXPECT_NE(memory.letters.front().reason.find("line break"), std::string::npos);
  EXPECT_TRUE(memory.answers.empty()) << "nobody is known who asked";
}

TEST(Station, WhatMayPassIsTriedAgainAndThenBuriedWithItsReasonAndTheAskerIsTold) {
  Memory memory;
  memory.put(request(4));
  StationCounts counts;
  run_station(
      memory, options(), [](const Request&, unsigned) -> Result<Answer> { return not_found("no such edition"); }, counts,
      [&] { return memory.ended == 1; });
  EXPECT_EQ(counts.given_back, 2U);
  ASSERT_EQ(memory.letters.size(), 1U);
  EXPECT_EQ(memory.letters.front().reason, "no such edition");
  EXPECT_EQ(memory.letters.front().deliveries, 3);
  ASSERT_EQ(memory.answers.size(), 1U);
  EXPECT_EQ(memory.answers.front().error, "no such edition");
  EXPECT_EQ(memory.answers.front().chunk, 4);
}

TEST(Station, WhileWhatAllStandsOnIsAwayMessagesStayInHandAndNoDeliveryCounts) {
  Memory memory;
  for (int i = 0; i < 3; ++i) memory.put(request(i), 2);
  auto patient = options();
  patient.ack_wait = std::chrono::milliseconds(150);
  std::atomic<int> asked = 0;
  patient.ready = [&]() -> Status { return ++asked < 4 ? Status(failure("no server there")) : Status{}; };
  StationCounts counts;
  run_station(
      memory, patient,
      [&](const Request& request, unsigned thread) -> Result<Answer> {
        if (asked < 4) return failure("the connection was lost");
        return fine(request, thread);
      },
      counts, [&] { return memory.acknowledged == 3; });
  EXPECT_EQ(counts.taken, 3U);
  EXPECT_EQ(counts.given_back, 0U);
  EXPECT_EQ(counts.waiting, 0);
  EXPECT_TRUE(memory.letters.empty());
  EXPECT_GE(memory.told, 1) << "the queue must not give it to another meanwhile";
}

TEST(Station, WhileADiskIsFullMessagesStayInHandAndNoDeliveryCounts) {
  Memory memory;
  memory.put(request(0), 2);
  std::atomic<int> asked = 0;
  StationCounts counts;
  run_station(
      memory, options(),
      [&](const Request& request, unsigned thread) -> Result<Answer> {
        if (++asked > 2) return fine(request, thread);
        auto full = failure("could not extend file: No space left on device");
        full.error().no_room = true;
        return full;
      },
      counts, [&] { return memory.acknowledged == 1; });
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(counts.taken, 1U);
  EXPECT_EQ(counts.given_back, 0U);
  EXPECT_TRUE(memory.letters.empty());
}

TEST(Station, WhoIsAskedToStopWhileItIsAwayBuriesNothing) {
  Memory memory;
  memory.put(request(0), 2);
  auto last = options();
  last.ready = []() -> Status { return failure("no server there"); };
  StationCounts counts;
  run_station(
      memory, last, [](const Request&, unsigned) -> Result<Answer> { return failure("the connection was lost"); }, counts,
      [&] { return counts.waiting == 1; });
  EXPECT_TRUE(memory.letters.empty());
  ASSERT_EQ(memory.queue.size(), 1U);
  EXPECT_EQ(memory.acknowledged, 0);
}

TEST(Station, AMessageThatKillsWhoeverTakesItIsBuriedUnread) {
  Memory memory;
  memory.put(request(0), 3);
  StationCounts counts;
  bool asked = false;
  run_station(
      memory, options(),
      [&](const Request&, unsigned) -> Result<Answer> {
        asked = true;
        return failure("never");
      },
      counts, [&] { return memory.ended == 1; });
  EXPECT_FALSE(asked);
  ASSERT_EQ(memory.letters.size(), 1U);
  EXPECT_NE(memory.letters.front().reason.find("delivered 3 times"), std::string::npos);
}

TEST(Station, LongWorkIsToldToTheQueueAndDoneBeforeTheEnd) {
  Memory memory;
  memory.put(request(0));
  auto quick = options();
  quick.ack_wait = std::chrono::milliseconds(150);
  StationCounts counts;
  run_station(
      memory, quick,
      [](const Request& asked, unsigned thread) -> Result<Answer> {
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        return fine(asked, thread);
      },
      counts, [&] { return counts.in_hand == 1; });
  EXPECT_GE(memory.told, 2);
  EXPECT_EQ(memory.acknowledged, 1);
}

TEST(Station, WhatIsNotDoneInTheTimeOfDrainIsGivenBackAndNotAcknowledged) {
  Memory memory;
  memory.put(request(0));
  auto hasty = options();
  hasty.drain = std::chrono::milliseconds(50);
  StationCounts counts;
  run_station(
      memory, hasty,
      [](const Request& asked, unsigned thread) -> Result<Answer> {
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        return fine(asked, thread);
      },
      counts, [&] { return counts.in_hand == 1; });
  EXPECT_EQ(memory.acknowledged, 0);
  EXPECT_EQ(memory.queue.size(), 1U);
}

}  // namespace
}  // namespace tamga::work
