#include "app/worker.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <ctime>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/print.h"
#include "server/metrics.h"
#include "server/scrape.h"
#include "work/station.h"

namespace tamga::cli {
namespace {

struct Options {
  NatsFlags nats;
  unsigned ack_wait_seconds = 30;
  unsigned deliveries = 5;
  unsigned drain_seconds = 20;
  unsigned pending = 1000;
  std::string metrics;
  bool dead = false;
  std::uint64_t retry = 0;
};

void log_line(std::string_view level, std::string_view event, Json more) {
  Json json = Json::object().set("at", utc_now()).set("level", level).set("event", event);
  for (auto& member : more.members) json.set(member.key, std::move(member.value));
  note(json.dump() + "\n");
}

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

/// Whether one of them has come. From then on another ends the program at once.
bool asked_to_end() {
  const sigset_t signals = ending_signals();
  const timespec none{};
  if (sigtimedwait(&signals, nullptr, &none) <= 0) return false;
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  log_line("info", "stopping", Json::object());
  return true;
}

/// How deep the queue is, as it was a moment ago. NATS is asked on a thread of its own: one that hangs must not keep the answer to whoever asks
/// whether this process lives, for he would kill it.
class DepthOfQueue {
 public:
  explicit DepthOfQueue(work::Nats& nats) : nats_(nats), thread_([this](const std::stop_token& ended) { look(ended); }) {}
  [[nodiscard]] std::optional<work::Nats::Depth> last() const {
    const std::scoped_lock lock(mutex_);
    return last_;
  }

 private:
  void look(const std::stop_token& ended) {
    // All workers of a queue ask.
    constexpr std::chrono::seconds kEach{5};
    std::unique_lock lock(mutex_);
    while (!ended.stop_requested()) {
      lock.unlock();
      const auto depth = nats_.connected() ? nats_.depth() : failure("away");
      lock.lock();
      last_ = depth ? std::optional(*depth) : std::nullopt;
      end_.wait_for(lock, ended, kEach, [] { return false; });
    }
  }

  work::Nats& nats_;
  mutable std::mutex mutex_;
  std::condition_variable_any end_;
  std::optional<work::Nats::Depth> last_;  ///< nothing: it cannot be said now
  std::jthread thread_;                    ///< last, since it uses the others
};

std::string metrics_text(const work::StationCounts& counts, const work::Nats& nats, const DepthOfQueue& queue) {
  std::string text;
  const auto one = [&](std::string_view name, std::string_view type, std::string_view help, const auto& value) {
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n{} {}\n", name, help, name, type, name, value);
  };
  one("tamga_worker_messages_total", "counter", "messages taken from the queue", counts.taken.load());
  one("tamga_worker_redelivered_total", "counter", "of them, those that somebody had taken before", counts.redelivered.load());
  one("tamga_worker_answered_total", "counter", "messages answered and acknowledged", counts.answered.load());
  one("tamga_worker_given_back_total", "counter", "messages given back for another try", counts.given_back.load());
  one("tamga_worker_dead_letters_total", "counter", "messages buried as dead letters", counts.buried.load());
  one("tamga_worker_rows_total", "counter", "rows and deals answered", counts.rows.load());
  one("tamga_worker_busy_seconds_total", "counter", "time of all threads at work",
      fmt::format("{}.{:03}", counts.busy_nanoseconds.load() / 1'000'000'000, counts.busy_nanoseconds.load() / 1'000'000 % 1'000));
  one("tamga_worker_in_hand", "gauge", "messages that are worked on now", counts.in_hand.load());
  one("tamga_worker_waiting", "gauge", "of them, those that wait until the store's server is there again", counts.waiting.load());
  one("tamga_worker_connected", "gauge", "1 while NATS is there", nats.connected() ? 1 : 0);
  one("tamga_resident_bytes", "gauge", "memory of this process", server::resident_bytes());
  if (const auto depth = queue.last(); depth) {
    one("tamga_queue_waiting", "gauge", "messages that wait for a worker", depth->waiting);
    one("tamga_queue_held", "gauge", "messages that workers hold", depth->held);
    one("tamga_queue_dead_letters", "gauge", "dead letters that are kept", depth->dead);
  }
  return text;
}

/// "127.0.0.1:9090" to both halves.
Result<std::pair<std::string, std::uint16_t>> address_of(const std::string& text) {
  const auto colon = text.rfind(':');
  std::uint16_t port = 0;
  const char* begin = text.data() + (colon == std::string::npos ? text.size() : colon + 1);
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), port);
  if (colon == std::string::npos || error != std::errc() || end != text.data() + text.size())
    return std::unexpected(Error{ErrorKind::usage, fmt::format("--metrics: \"{}\" is not an address, expected ADDRESS:PORT", text), {}, 0});
  return std::pair(text.substr(0, colon), port);
}

Result<int> list_dead(const Common& common, work::Nats& nats) {
  std::int64_t count = 0;
  TAMGA_TRY_STATUS(nats.each_dead([&](std::uint64_t number, const work::DeadLetter& letter) -> Status {
    ++count;
    if (common.json) {
      Json json = Json::object().set("letter", Json::number(static_cast<std::int64_t>(number))).set("id", letter.id).set("subject", letter.subject);
      json.set("reason", letter.reason).set("deliveries", Json::number(letter.deliveries)).set("worker", letter.worker).set("at", letter.at);
      out(json.set("bytes", Json::number(static_cast<std::int64_t>(letter.message.size()))).dump() + "\n");
    } else {
      out(wrapped(fmt::format("{}  {}  {}: {}", number, letter.at, letter.id.empty() ? letter.subject : letter.id, one_line(letter.reason)), 4) +
          "\n");
    }
    return {};
  }));
  if (count == 0 && !common.json) out("No dead letter.\n");
  return count == 0 ? kDone : kReview;
}

/// A worker that was started before NATS waits for it, as one that has lost it does. Nothing: it was asked to end meanwhile.
Result<std::unique_ptr<work::Nats>> connect_once_it_is_there(const Options& options) {
  for (bool told = false;; told = true) {
    auto nats = connect(options.nats, "worker");
    if (nats || nats.error().kind == ErrorKind::usage) return nats;
    if (!told) log_line("warning", "nats_is_away", Json::object().set("why", nats.error().text()));
    for (int i = 0; i < 20; ++i) {
      if (asked_to_end()) return nullptr;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  }
}

Result<int> work_on(const Common& common, const Options& options) {
  if (!options.nats.given()) return std::unexpected(Error{ErrorKind::usage, "worker: give --nats URL, such as nats://127.0.0.1:4222", {}, 0});
  // Before the first thread, so that all have it.
  const sigset_t signals = ending_signals();
  const bool takes = !options.dead && options.retry == 0;
  if (takes) pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  if (!takes) {
    TAMGA_TRY(const auto nats, connect(options.nats, "worker"));
    if (options.dead) return list_dead(common, *nats);
    TAMGA_TRY_STATUS(nats->revive(options.retry));
    return kDone;
  }
  TAMGA_TRY(const auto nats, connect_once_it_is_there(options));
  if (nats == nullptr) return kDone;
  TAMGA_TRY_STATUS(nats->make_streams());
  TAMGA_TRY_STATUS(nats->make_consumer({std::chrono::seconds(options.ack_wait_seconds), options.pending}));

  work::StationOptions station;
  station.worker = process_name();
  station.threads = std::max(1U, common.settings.threads);
  station.deliveries_max = options.deliveries;
  station.ack_wait = std::chrono::seconds(options.ack_wait_seconds);
  station.drain = std::chrono::seconds(options.drain_seconds);
  station.utc_now = [] { return utc_now(); };
  station.log = log_line;
  work::StationCounts counts;
  std::atomic<bool> ready = true;
  std::optional<DepthOfQueue> queue;
  std::unique_ptr<server::Scrape> scrape;
  if (!options.metrics.empty()) {
    queue.emplace(*nats);
    TAMGA_TRY(const auto at, address_of(options.metrics));
    TAMGA_TRY(scrape, server::Scrape::open(at.first, at.second, [&](const std::string& path) -> server::ScrapeAnswer {
                if (path == "/metrics") return {200, metrics_text(counts, *nats, *queue)};
                if (path == "/livez") return {200, "ok\n"};
                if (path == "/readyz")
                  return ready && nats->connected() && counts.waiting == 0 ? server::ScrapeAnswer{200, "ok\n"}
                                                                           : server::ScrapeAnswer{503, "not ready\n"};
                return {404, "there are /metrics, /livez and /readyz\n"};
              }));
  }
  app::Worker worker(common.settings, [] { return utc_now(); });
  station.ready = [&] { return worker.store_is_there(); };
  std::vector<match::Workspace> workspaces(station.threads);
  Json started = Json::object().set("worker", station.worker).set("nats", work::told_url(options.nats.options.url));
  started.set("threads", Json::number(station.threads));
  if (scrape != nullptr) started.set("metrics_port", Json::number(scrape->port()));
  log_line("info", "started", std::move(started));
  work::run_station(
      *nats, station, [&](const work::Request& request, unsigned thread) { return worker.answer(request, workspaces[thread]); }, counts,
      [&] {
        if (!asked_to_end()) return false;
        ready = false;
        return true;
      });
  Json done = Json::object().set("answered", Json::number(static_cast<std::int64_t>(counts.answered.load())));
  done.set("rows", Json::number(static_cast<std::int64_t>(counts.rows.load())));
  log_line("info", "stopped", std::move(done.set("buried", Json::number(static_cast<std::int64_t>(counts.buried.load())))));
  return kDone;
}

}  // namespace

void add_worker(CLI::App& app, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("worker", "take screening and clearing from a queue of NATS JetStream, until SIGTERM (docs/nodes.md)");
  add_connection(*command, options->nats, "the queue: nats://HOST:PORT or tls://HOST:PORT, several by commas");
  add_replicas(*command, options->nats);
  command->add_option("--ack-wait", options->ack_wait_seconds, "seconds without a word of a worker after which another gets its message [30]")
      ->type_name("S")
      ->check(CLI::Range(1U, 3600U));
  command->add_option("--deliveries", options->deliveries, "tries of a message before it becomes a dead letter [5]")
      ->type_name("N")
      ->check(CLI::Range(1U, 1000U));
  command->add_option("--pending", options->pending, "messages that all workers together may hold [1000]")
      ->type_name("N")
      ->check(CLI::Range(1U, 100000U));
  command->add_option("--drain", options->drain_seconds, "seconds for what is in hand when it is stopped [20]")
      ->type_name("S")
      ->check(CLI::Range(0U, 3600U));
  command->add_option("--metrics", options->metrics, "serve /metrics, /livez and /readyz here; port 0: any that is free")->type_name("ADDR:PORT");
  command->add_flag("--dead", options->dead, "list the dead letters instead; exit status 3 when there are any");
  command->add_option("--retry", options->retry, "put the dead letter with this number back into the queue instead")->type_name("N");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return work_on(common, *options); }; });
}

}  // namespace tamga::cli
