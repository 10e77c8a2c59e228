#include "work/station.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace tamga::work {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kLook{500};
constexpr std::chrono::seconds kRoomAfter{2};

/// What is in hand, so that the queue is told of it while a handler has no time for that.
class InHand {
 public:
  void add(Delivery* delivery) {
    const std::scoped_lock lock(mutex_);
    all_.insert(delivery);
  }
  /// False: it was given back meanwhile, and is another's.
  bool remove(Delivery* delivery) {
    const std::scoped_lock lock(mutex_);
    return all_.erase(delivery) > 0;
  }
  void tell() {
    const std::scoped_lock lock(mutex_);
    for (auto* delivery : all_) delivery->in_progress();
  }
  void give_back() {
    const std::scoped_lock lock(mutex_);
    for (auto* delivery : all_) delivery->give_back(std::chrono::milliseconds(0));
    all_.clear();
  }
  [[nodiscard]] bool empty() {
    const std::scoped_lock lock(mutex_);
    return all_.empty();
  }

 private:
  std::mutex mutex_;
  std::set<Delivery*> all_;
};

class Desk {
 public:
  Desk(Post& post, const StationOptions& options, const Handler& handler, StationCounts& counts, const std::atomic<bool>& stop)
      : post_(post), options_(options), handler_(handler), counts_(counts), stop_(stop) {}

  InHand& in_hand() { return in_hand_; }

  void work_on(Delivery& delivery, unsigned thread) {
    ++counts_.taken;
    if (delivery.deliveries() > 1) ++counts_.redelivered;
    ++counts_.in_hand;
    in_hand_.add(&delivery);
    deal_with(delivery, thread);
    in_hand_.remove(&delivery);
    --counts_.in_hand;
  }

 private:
  void deal_with(Delivery& delivery, unsigned thread) {
    const auto request = read_request(delivery.bytes());
    if (!request) return bury(delivery, nullptr, request.error().message);
    if (delivery.deliveries() > options_.deliveries_max) {
      return bury(
          delivery, &*request,
          fmt::format("delivered {} times and never acknowledged: whoever worked on it has died, or was too slow", delivery.deliveries() - 1));
    }
    bool away = false;
    auto answer = answered(*request, delivery, thread, away);
    if (!answer) {
      const Error& error = answer.error();
      const bool may_pass = error.kind == ErrorKind::failure || error.kind == ErrorKind::not_found;
      if (away || (may_pass && delivery.deliveries() < options_.deliveries_max)) return give_back(delivery, error.text());
      return bury(delivery, &*request, error.text());
    }
    answer->job = request->job;
    answer->chunk = request->chunk;
    answer->copy = request->copy;
    for (const auto& part : parts_of(*answer, options_.part_bytes)) {
      if (const auto sent = post_.answer(part); !sent) return give_back(delivery, sent.error().text());
    }
    counts_.rows += static_cast<std::uint64_t>(request->rows);
    ++counts_.answered;
    if (in_hand_.remove(&delivery)) delivery.acknowledge();
  }

  /// `away`: it was asked to stop while what the message stands on was not there.
  Result<Answer> answered(const Request& request, const Delivery& delivery, unsigned thread, bool& away) {
    for (;;) {
      const auto began = Clock::now();
      auto answer = handler_(request, thread);
      counts_.busy_nanoseconds += static_cast<std::uint64_t>(std::chrono::nanoseconds(Clock::now() - began).count());
      if (answer || answer.error().kind != ErrorKind::failure) return answer;
      bool no_room = answer.error().no_room;
      auto there = is_there();
      if (there && !no_room) return answer;
      options_.log("warning", "waiting", Json::object().set("id", delivery.id()).set("why", (there ? answer.error() : there.error()).text()));
      ++counts_.waiting;
      // Whether there is room again only another attempt can tell.
      const auto again = Clock::now() + kRoomAfter;
      while ((!there || no_room) && !stop_) {
        std::this_thread::sleep_for(kLook);
        there = is_there();
        no_room = no_room && Clock::now() < again;
      }
      --counts_.waiting;
      away = !there || no_room;
      if (away) return answer;
      options_.log("info", "goes_on", Json::object().set("id", delivery.id()));
    }
  }

  [[nodiscard]] Status is_there() const { return options_.ready ? options_.ready() : Status{}; }

  void give_back(Delivery& delivery, const std::string& why) {
    ++counts_.given_back;
    const auto doublings = std::min<std::int64_t>(std::max<std::int64_t>(delivery.deliveries() - 1, 0), 6);
    const auto delay = options_.retry_delay * (std::int64_t{1} << doublings);
    options_.log("warning", "given_back",
                 Json::object().set("id", delivery.id()).set("delivery", Json::number(delivery.deliveries())).set("why", why));
    if (in_hand_.remove(&delivery)) delivery.give_back(delay);
  }

  /// The letter first, and then the end of the message: it may be in both places, and never in none.
  void bury(Delivery& delivery, const Request* request, const std::string& reason) {
    DeadLetter letter{delivery.subject(),           delivery.id(), reason, delivery.deliveries(), options_.worker, options_.utc_now(),
                      std::string(delivery.bytes())};
    if (const auto buried = post_.bury(letter); !buried) return give_back(delivery, buried.error().text());
    ++counts_.buried;
    options_.log("error", "buried", Json::object().set("id", letter.id).set("subject", letter.subject).set("why", reason));
    if (request != nullptr) {
      // Whoever asked must not wait for ever. Should this be lost, his patience ends it.
      static_cast<void>(
          post_.answer(parts_of(Answer{request->job, request->chunk, Json::object(), reason, {}, request->copy}, options_.part_bytes).front()));
    }
    if (in_hand_.remove(&delivery)) delivery.end();
  }

  Post& post_;
  const StationOptions& options_;
  const Handler& handler_;
  StationCounts& counts_;
  const std::atomic<bool>& stop_;
  InHand in_hand_;
};

}  // namespace

void run_station(Post& post, const StationOptions& options, const Handler& handler, StationCounts& counts, const std::function<bool()>& stopping) {
  constexpr std::chrono::milliseconds kTick{50};
  std::atomic<bool> stop = false;
  Desk desk(post, options, handler, counts, stop);
  std::vector<std::jthread> threads;
  for (unsigned thread = 0; thread < std::max(1U, options.threads); ++thread) {
    threads.emplace_back([&, thread] {
      const auto source = post.source();
      while (!stop) {
        const auto delivery = source->take(kLook);
        if (delivery == nullptr) continue;
        if (stop) {
          delivery->give_back(std::chrono::milliseconds(0));
        } else {
          desk.work_on(*delivery, thread);
        }
      }
    });
  }
  auto told = Clock::now();
  std::optional<Clock::time_point> end;
  for (;;) {
    std::this_thread::sleep_for(kTick);
    if (Clock::now() - told > options.ack_wait / 3) {
      desk.in_hand().tell();
      told = Clock::now();
    }
    if (!end && stopping()) {
      stop = true;
      end = Clock::now() + options.drain;
    }
    if (end && (desk.in_hand().empty() || Clock::now() > *end)) break;
  }
  desk.in_hand().give_back();
  threads.clear();
}

}  // namespace tamga::work
