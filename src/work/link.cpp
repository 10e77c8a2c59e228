#include "work/link.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <random>

namespace tamga::work {
namespace {

constexpr std::chrono::milliseconds kJitter{100};
/// A process that only listens is told by nobody that its connection is lost.
constexpr std::chrono::milliseconds kLookEach{500};

/// Subscriptions that are over. libnats before 3.6 (Debian 12 has 3.4.1) may still be reading a message for one when it is destroyed (nats.c pull
/// request 638), so that each is kept until many others have come after it. Thread-safe.
class Retired {
 public:
  static Retired& of_process() {
    static auto& retired = *new Retired;  // never destroyed: libnats ends before it would be
    return retired;
  }
  void add(natsSubscription* subscription) {
    natsSubscription_Unsubscribe(subscription);
    const std::scoped_lock lock(mutex_);
    all_.push_back(subscription);
    if (all_.size() <= kKept) return;
    natsSubscription_Destroy(all_.front());
    all_.pop_front();
  }

 private:
  static constexpr std::size_t kKept = 64;

  std::mutex mutex_;
  std::deque<natsSubscription*> all_;
};

void quiet_errors(natsConnection*, natsSubscription*, natsStatus, void*) {}

}  // namespace

void Retirer::operator()(natsSubscription* subscription) const { Retired::of_process().add(subscription); }

std::unexpected<Error> nats_failure(std::string_view what, natsStatus status, int code) {
  const char* more = status == NATS_OK ? nullptr : nats_GetLastError(nullptr);
  std::string text = fmt::format("NATS: {}: {}", what, natsStatus_GetText(status));
  if (more != nullptr && *more != '\0') text += fmt::format(" ({})", more);
  if (code != 0) text += fmt::format(" [{}]", code);
  return failure(std::move(text));
}

std::string told_url(std::string_view urls) {
  std::string told;
  while (!urls.empty()) {
    const auto comma = std::min(urls.find(','), urls.size());
    const std::string_view url = urls.substr(0, comma);
    const auto scheme = url.find("//");
    const auto host = scheme == std::string_view::npos ? 0 : scheme + 2;
    // What stands before the last @ is somebody's name, password or token.
    const auto at = url.rfind('@');
    told.append(url.substr(0, host)).append(at == std::string_view::npos || at < host ? url.substr(host) : url.substr(at + 1));
    urls.remove_prefix(std::min(comma + 1, urls.size()));
    if (!urls.empty()) told += ',';
  }
  return told;
}

Connection::~Connection() {
  subscription.reset();
  jsCtx_Destroy(jetstream);
  natsConnection_Destroy(connection);
}

/// libnats may be about to call it when the link goes, so that it stays; a process has one.
struct Link::Listener {
  std::mutex mutex;
  std::function<void(std::string_view)> heard;

  static Listener& make() {
    static auto& all = *new std::deque<Listener>;
    static std::mutex mutex;
    const std::scoped_lock lock(mutex);
    return all.emplace_back();
  }
};

Link::Link(NatsOptions options) : options_(std::move(options)) {}

Link::~Link() {
  keeper_ = {};
  if (listener_ == nullptr) return;
  const std::scoped_lock lock(listener_->mutex);
  listener_->heard = nullptr;
}

Result<std::unique_ptr<Link>> Link::open(NatsOptions options) {
  std::unique_ptr<Link> link(new Link(std::move(options)));
  for (std::string_view rest = link->options_.url; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (comma > 0) link->configured_.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (link->configured_.empty()) return std::unexpected(Error{ErrorKind::usage, "--nats: expected a URL such as nats://127.0.0.1:4222", {}, 0});
  auto connection = link->connect();
  if (connection) {
    link->connection_ = *std::move(connection);
  } else if (!link->options_.later) {
    return std::unexpected(std::move(connection.error()));
  }
  link->keeper_ = std::jthread([self = link.get()](const std::stop_token& ended) { self->keep(ended); });
  return link;
}

Result<std::shared_ptr<Connection>> Link::connect() {
  natsOptions* raw = nullptr;
  if (const auto status = natsOptions_Create(&raw); status != NATS_OK) return nats_failure("options", status);
  const std::unique_ptr<natsOptions, Destroyer<natsOptions_Destroy>> set(raw);
  std::vector<const char*> addresses;
  for (const auto& url : configured_) addresses.push_back(url.c_str());
  for (const auto& url : discovered_) addresses.push_back(url.c_str());
  natsStatus status = natsOptions_SetServers(raw, addresses.data(), static_cast<int>(addresses.size()));
  const auto then = [&](auto step) {
    if (status == NATS_OK) status = step();
  };
  then([&] { return natsOptions_SetName(raw, options_.name.c_str()); });
  then([&] { return natsOptions_SetTimeout(raw, 5'000); });
  then([&] { return natsOptions_SetAllowReconnect(raw, false); });
  then([&] { return natsOptions_SetPingInterval(raw, 10'000); });
  then([&] { return natsOptions_SetNoEcho(raw, true); });
  then([&] { return natsOptions_SetErrorHandler(raw, quiet_errors, nullptr); });
  if (!options_.credentials.empty()) then([&] { return natsOptions_SetUserCredentialsFromFiles(raw, options_.credentials.c_str(), nullptr); });
  const bool encrypted = configured_.front().starts_with("tls://") || !options_.authority.empty();
  if (encrypted) then([&] { return natsOptions_SetSecure(raw, true); });
  if (!options_.authority.empty()) then([&] { return natsOptions_LoadCATrustedCertificates(raw, options_.authority.c_str()); });
  auto made = std::make_shared<Connection>();
  then([&] { return natsConnection_Connect(&made->connection, raw); });
  if (status != NATS_OK) return nats_failure(fmt::format("no connection to {}", told_url(options_.url)), status);
  if (status = natsConnection_JetStream(&made->jetstream, made->connection, nullptr); status != NATS_OK) return nats_failure("JetStream", status);
  char** servers = nullptr;
  int count = 0;
  if (natsConnection_GetDiscoveredServers(made->connection, &servers, &count) == NATS_OK) {
    discovered_.clear();
    for (int i = 0; i < count; ++i) {
      if (std::find(configured_.begin(), configured_.end(), servers[i]) == configured_.end()) discovered_.emplace_back(servers[i]);
      std::free(servers[i]);  // NOLINT(cppcoreguidelines-no-malloc): libnats's
    }
    std::free(static_cast<void*>(servers));  // NOLINT(cppcoreguidelines-no-malloc)
  }
  return made;
}

std::shared_ptr<const Connection> Link::now() const {
  const std::scoped_lock lock(mutex_);
  return connection_;
}

bool Link::is_there() const {
  const auto connection = now();
  return connection != nullptr && connection->is_there();
}

void Link::look() const {
  const std::scoped_lock lock(mutex_);
  look_ = true;
  woken_.notify_all();
}

natsStatus Link::subscribe(Connection& to) const {
  natsSubscription* made = nullptr;
  const natsStatus status = natsConnection_Subscribe(
      &made, to.connection, subject_.c_str(),
      [](natsConnection*, natsSubscription*, natsMsg* raw, void* closure) {
        const Message message(raw);
        auto& listener = *static_cast<Listener*>(closure);
        const std::scoped_lock lock(listener.mutex);
        if (listener.heard) listener.heard({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))});
      },
      listener_);
  if (status == NATS_OK) to.subscription.reset(made);
  return status;
}

Status Link::listen(std::string subject, std::function<void(std::string_view)> heard) {
  const std::scoped_lock lock(mutex_);
  TAMGA_CHECK(listener_ == nullptr);
  subject_ = std::move(subject);
  listener_ = &Listener::make();
  listener_->heard = std::move(heard);
  if (connection_ == nullptr || !connection_->is_there()) return {};
  const natsStatus status = subscribe(*connection_);
  if (status != NATS_OK && connection_->is_there()) return nats_failure(fmt::format("cannot listen to {}", subject_), status);
  return {};
}

void Link::keep(const std::stop_token& ended) {
  std::minstd_rand draw(std::random_device{}());
  std::unique_lock lock(mutex_);
  while (!ended.stop_requested()) {
    if (connection_ != nullptr && connection_->is_there()) {
      woken_.wait_for(lock, ended, kLookEach, [this] { return look_; });
      look_ = false;
      continue;
    }
    lock.unlock();
    auto made = connect();
    lock.lock();
    if (made && (listener_ == nullptr || subscribe(**made) == NATS_OK)) {
      auto lost = std::exchange(connection_, *std::move(made));
      // Its end waits for threads of libnats.
      lock.unlock();
      lost.reset();
      lock.lock();
      continue;
    }
    // Not all that were cut off come back at once.
    const std::chrono::milliseconds pause = kPause + std::chrono::milliseconds(draw() % static_cast<std::uint32_t>(kJitter.count()));
    woken_.wait_for(lock, ended, pause, [] { return false; });
  }
}

}  // namespace tamga::work
