#include "work/nats.h"

#include <fmt/format.h>
#include <nats/nats.h>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace tamga::work {
namespace {

constexpr const char* kWorkStream = "TAMGA_WORK";
constexpr const char* kAnswerStream = "TAMGA_ANSWERS";
constexpr const char* kDeadStream = "TAMGA_DEAD";
constexpr const char* kEndedStream = "TAMGA_ENDED";
constexpr const char* kConsumer = "workers";
constexpr const char* kEditions = "tamga.editions";
constexpr const char* kRetried = ".retried.";
constexpr const char* kMessageId = "Nats-Msg-Id";

/// For as long NATS knows a message by its id; what is sent again later is told apart by the record and by the asker.
constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kDuplicates = 120 * kNanoseconds;
constexpr std::int64_t kAnswersKept = 3'600 * kNanoseconds;
constexpr std::int64_t kDeadKept = std::int64_t{30} * 86'400 * kNanoseconds;
constexpr std::int64_t kEndedKept = 86'400 * kNanoseconds;
/// Whether the asker of a message has ended meanwhile, is looked up of what waited longer.
constexpr std::chrono::seconds kLongAgo{5};
/// More than this waits with the askers.
constexpr std::int64_t kWorkMessages = 100'000;
constexpr std::chrono::milliseconds kPause{250};
constexpr std::chrono::milliseconds kLookAfter{3'000};
constexpr std::int64_t kPatience = 5'000;  // milliseconds of one request

template <auto Destroy>
struct Destroyer {
  template <typename T>
  void operator()(T* what) const {
    Destroy(what);
  }
};
using Message = std::unique_ptr<natsMsg, Destroyer<natsMsg_Destroy>>;

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
struct Retirer {
  void operator()(natsSubscription* subscription) const { Retired::of_process().add(subscription); }
};
using Subscription = std::unique_ptr<natsSubscription, Retirer>;

std::unexpected<Error> nats_failure(std::string_view what, natsStatus status, int code = 0) {
  const char* more = status == NATS_OK ? nullptr : nats_GetLastError(nullptr);
  std::string text = fmt::format("NATS: {}: {}", what, natsStatus_GetText(status));
  if (more != nullptr && *more != '\0') text += fmt::format(" ({})", more);
  if (code != 0) text += fmt::format(" [{}]", code);
  return failure(std::move(text));
}

/// What may be over soon: the server is away, restarts, elects a leader, or the stream is full.
bool may_pass(natsStatus status, jsErrCode code) {
  if (status == NATS_OK) return false;
  if (code == JSStreamMessageExceedsMaximumErr || code == JSAccountResourcesExceededErr) return false;
  return status != NATS_INVALID_ARG && status != NATS_MAX_PAYLOAD && status != NATS_NOT_PERMITTED;
}

/// Of a cluster that starts or elects, nobody answers yet; of one that never will, it is said at once.
bool may_begin(natsStatus status, jsErrCode code) {
  if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr || code == JSStreamReplicasNotSupportedErr) return false;
  if (code == JSStreamNotFoundErr) return false;
  return may_pass(status, code) && status != NATS_NOT_FOUND && status != NATS_NO_RESPONDERS;
}

/// What was asked about is not there. Of a consumer whose stream is gone libnats 3.4.1 says NATS_ERR, and only the code why.
bool is_gone(natsStatus status, jsErrCode code) { return status == NATS_NOT_FOUND || code == JSStreamNotFoundErr || code == JSConsumerNotFoundErr; }

void quiet_errors(natsConnection*, natsSubscription*, natsStatus, void*) {}

int64_t milliseconds(std::chrono::milliseconds time) { return time.count(); }

}  // namespace

struct Nats::Implementation {
  NatsOptions options;
  ConsumerOptions workers;
  natsConnection* connection = nullptr;
  jsCtx* jetstream = nullptr;
  Subscription editions;
  std::function<void(std::string_view)> heard;

  ~Implementation() {
    editions.reset();
    jsCtx_Destroy(jetstream);
    natsConnection_Destroy(connection);
  }

  /// Until it is in the stream or `away` is over.
  Status publish(const std::string& subject, const std::string& id, std::string_view bytes) const {
    jsPubOptions publishing;
    jsPubOptions_Init(&publishing);
    publishing.MsgId = id.empty() ? nullptr : id.c_str();
    publishing.MaxWait = 5'000;
    const auto until = std::chrono::steady_clock::now() + options.away;
    for (;;) {
      jsErrCode code = static_cast<jsErrCode>(0);
      const natsStatus status = js_Publish(nullptr, jetstream, subject.c_str(), bytes.data(), static_cast<int>(bytes.size()), &publishing, &code);
      if (status == NATS_OK) return {};
      if (!may_pass(status, code) || std::chrono::steady_clock::now() > until) return nats_failure(fmt::format("to {}", subject), status, code);
      if (status == NATS_NO_RESPONDERS || code == JSStreamNotFoundErr) make_lost_streams();
      std::this_thread::sleep_for(kPause);
    }
  }

  /// Until it answers or `away` is over.
  template <typename Step>
  natsStatus begin(jsErrCode& code, Step&& step) const {
    const auto until = std::chrono::steady_clock::now() + options.away;
    for (;;) {
      code = static_cast<jsErrCode>(0);
      const natsStatus status = step(&code);
      if (!may_begin(status, code) || std::chrono::steady_clock::now() > until) return status;
      std::this_thread::sleep_for(kPause);
    }
  }

  /// The same on a stream that was there; where the servers have lost it (2.9.10 may, after its disk was full), it is made again.
  template <typename Step>
  natsStatus begin_on_stream(jsErrCode& code, Step&& step) const {
    const auto until = std::chrono::steady_clock::now() + options.away;
    for (;;) {
      const natsStatus status = begin(code, step);
      if (code != JSStreamNotFoundErr || std::chrono::steady_clock::now() > until) return status;
      make_lost_streams();
    }
  }

  Status make_streams() const {
    TAMGA_TRY_STATUS(make_stream(kWorkStream, "tamga.work.>", js_WorkQueuePolicy, [](jsStreamConfig& config) {
      config.MaxMsgs = kWorkMessages;
      config.Discard = js_DiscardNew;
    }));
    TAMGA_TRY_STATUS(make_stream(kAnswerStream, "tamga.answer.>", js_WorkQueuePolicy, [](jsStreamConfig& config) { config.MaxAge = kAnswersKept; }));
    TAMGA_TRY_STATUS(make_stream(kEndedStream, "tamga.ended.*", js_LimitsPolicy, [](jsStreamConfig& config) {
      config.MaxAge = kEndedKept;
      config.MaxMsgsPerSubject = 1;
    }));
    return make_stream(kDeadStream, "tamga.dead.>", js_LimitsPolicy, [](jsStreamConfig& config) { config.MaxAge = kDeadKept; });
  }

  /// Tells workers that nobody waits for this job any more. Should it be lost, they do work in vain.
  void say_ended(const std::string& job) const {
    jsPubOptions publishing;
    jsPubOptions_Init(&publishing);
    publishing.MaxWait = kPatience;
    js_Publish(nullptr, jetstream, ("tamga.ended." + job).c_str(), "", 0, &publishing, nullptr);
  }
  bool ended(const std::string& job) const {
    jsOptions waiting;
    jsOptions_Init(&waiting);
    waiting.Wait = kPatience;
    natsMsg* found = nullptr;
    const natsStatus status = js_GetLastMsg(&found, jetstream, kEndedStream, ("tamga.ended." + job).c_str(), &waiting, nullptr);
    const Message message(found);
    return status == NATS_OK;
  }

  /// Not at once: a stream that is made while its files are still being removed loses them too, and takes nothing any more.
  void make_lost_streams() const {
    std::this_thread::sleep_for(kLookAfter);
    static_cast<void>(make_streams());
  }

  Status make_stream(const char* name, const char* subject, jsRetentionPolicy retention, const std::function<void(jsStreamConfig&)>& more) const {
    jsStreamInfo* info = nullptr;
    jsErrCode code = static_cast<jsErrCode>(0);
    natsStatus status = begin(code, [&](jsErrCode* why) { return js_GetStreamInfo(&info, jetstream, name, nullptr, why); });
    if (status == NATS_OK) return more_copies(std::unique_ptr<jsStreamInfo, Destroyer<jsStreamInfo_Destroy>>(info), name);
    if (status != NATS_NOT_FOUND) return nats_failure("is JetStream there (nats-server -js)?", status, code);
    jsStreamConfig config;
    jsStreamConfig_Init(&config);
    std::array<const char*, 1> subjects = {subject};
    config.Name = name;
    config.Subjects = subjects.data();
    config.SubjectsLen = 1;
    config.Retention = retention;
    config.Storage = js_FileStorage;
    config.Duplicates = kDuplicates;
    config.Replicas = options.replicas;
    more(config);
    status = begin(code, [&](jsErrCode* why) { return js_AddStream(nullptr, jetstream, &config, nullptr, why); });
    if (status == NATS_OK) return {};
    // Another may have made it meanwhile.
    if (js_GetStreamInfo(&info, jetstream, name, nullptr, nullptr) == NATS_OK) {
      jsStreamInfo_Destroy(info);
      return {};
    }
    return nats_failure(fmt::format("stream {} cannot be made", name), status, code);
  }

  natsStatus add_workers(jsErrCode* why) const {
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.Durable = kConsumer;
    config.AckPolicy = js_AckExplicit;
    config.AckWait = workers.ack_wait.count() * 1'000'000;
    // A message is never dropped without a letter that says why, so the workers count, not the server.
    config.MaxDeliver = -1;
    config.MaxAckPending = workers.pending_max;
    return js_AddConsumer(nullptr, jetstream, kWorkStream, &config, nullptr, why);
  }

  /// A stream that was made with fewer copies than are wanted is given them: who asks for three must not work on one.
  Status more_copies(const std::unique_ptr<jsStreamInfo, Destroyer<jsStreamInfo_Destroy>>& info, const char* name) const {
    const auto has = info->Config->Replicas;
    if (has >= options.replicas) return {};
    info->Config->Replicas = options.replicas;
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = begin(code, [&](jsErrCode* why) { return js_UpdateStream(nullptr, jetstream, info->Config, nullptr, why); });
    if (status == NATS_OK) return {};
    return nats_failure(fmt::format("stream {} has {} cop{} and cannot be given {}", name, has, has == 1 ? "y" : "ies", options.replicas), status,
                        code);
  }
};

namespace {

class NatsDelivery : public Delivery {
 public:
  explicit NatsDelivery(natsMsg* message) : message_(message) {
    jsMsgMetaData* about = nullptr;
    if (natsMsg_GetMetaData(&about, message) == NATS_OK) {
      deliveries_ = static_cast<std::int64_t>(about->NumDelivered);
      asked_at_ = std::chrono::nanoseconds(about->Timestamp);
      jsMsgMetaData_Destroy(about);
    }
    const char* id = nullptr;
    if (natsMsgHeader_Get(message, kMessageId, &id) == NATS_OK && id != nullptr) id_ = id;
  }
  [[nodiscard]] std::string_view bytes() const override {
    return {natsMsg_GetData(message_.get()), static_cast<std::size_t>(natsMsg_GetDataLength(message_.get()))};
  }
  [[nodiscard]] std::string subject() const override { return natsMsg_GetSubject(message_.get()); }
  [[nodiscard]] std::string id() const override { return id_; }
  [[nodiscard]] std::int64_t deliveries() const override { return deliveries_; }
  /// By this machine's clock; where that is wrong, only more or fewer are asked about.
  [[nodiscard]] std::chrono::nanoseconds age() const { return std::chrono::milliseconds(nats_Now()) - asked_at_; }
  [[nodiscard]] std::string job() const {
    const std::string whole = subject();
    return whole.substr(whole.rfind('.') + 1);
  }
  /// A dead letter that was put back: it is wanted, whoever asked it.
  [[nodiscard]] bool retried() const { return id_.find(kRetried) != std::string::npos; }
  void in_progress() override { natsMsg_InProgress(message_.get(), nullptr); }
  void acknowledge() override {
    // Should it be lost, the message comes again, and its answer is the same.
    natsMsg_AckSync(message_.get(), nullptr, nullptr);
  }
  void give_back(std::chrono::milliseconds delay) override {
    if (delay.count() > 0) {
      natsMsg_NakWithDelay(message_.get(), milliseconds(delay), nullptr);
    } else {
      natsMsg_Nak(message_.get(), nullptr);
    }
  }
  void end() override { natsMsg_Term(message_.get(), nullptr); }

 private:
  Message message_;
  std::string id_;
  std::int64_t deliveries_ = 1;
  std::chrono::nanoseconds asked_at_{0};  ///< since 1970, by the clock of NATS
};

/// Takes from a durable pull consumer, and binds anew when the server has forgotten the subscription.
class Puller {
 public:
  /// `make` makes the consumer, and is called when the server has forgotten it.
  Puller(jsCtx* jetstream, const char* stream, std::string consumer, int batch, std::function<void()> make)
      : jetstream_(jetstream), stream_(stream), consumer_(std::move(consumer)), batch_(batch), make_(std::move(make)) {}

  /// NATS_OK and nothing: none came.
  Message take(std::chrono::milliseconds wait) {
    if (!waiting_.empty()) return pop();
    if (subscription_ == nullptr && !bind()) {
      std::this_thread::sleep_for(std::min(wait, kPause));
      return nullptr;
    }
    natsMsgList list{nullptr, 0};
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = natsSubscription_Fetch(&list, subscription_.get(), batch_, milliseconds(wait), &code);
    for (int i = 0; i < list.Count; ++i) {
      waiting_.emplace_back(list.Msgs[i]);
      list.Msgs[i] = nullptr;
    }
    natsMsgList_Destroy(&list);
    if (status != NATS_OK && status != NATS_TIMEOUT) {
      subscription_.reset();
      std::this_thread::sleep_for(std::min(wait, kPause));
    }
    if (!waiting_.empty()) return pop();
    if (status == NATS_TIMEOUT && forgotten()) subscription_.reset();
    return nullptr;
  }

 private:
  Message pop() {
    Message first = std::move(waiting_.front());
    waiting_.pop_front();
    return first;
  }
  /// Of a consumer that is gone, libnats says only that nothing came. Asked every few seconds in which nothing does.
  bool forgotten() {
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_ < kLookAfter) return false;
    looked_ = now;
    jsConsumerInfo* info = nullptr;
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = js_GetConsumerInfo(&info, jetstream_, stream_, consumer_.c_str(), nullptr, &code);
    if (status == NATS_OK) jsConsumerInfo_Destroy(info);
    return is_gone(status, code);
  }
  bool bind() {
    jsSubOptions options;
    jsSubOptions_Init(&options);
    options.Stream = stream_;
    options.Consumer = consumer_.c_str();
    options.ManualAck = true;
    natsSubscription* made = nullptr;
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = js_PullSubscribe(&made, jetstream_, nullptr, nullptr, nullptr, &options, &code);
    if (is_gone(status, code)) make_();
    if (status == NATS_OK) subscription_.reset(made);
    return status == NATS_OK;
  }

  jsCtx* jetstream_;
  const char* stream_;
  std::string consumer_;
  int batch_;
  std::function<void()> make_;
  Subscription subscription_;
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
  std::deque<Message> waiting_;
};

class NatsSource : public Source {
 public:
  explicit NatsSource(const Nats::Implementation& nats)
      : nats_(nats), puller_(nats.jetstream, kWorkStream, kConsumer, 1, [&nats] {
          jsErrCode code = static_cast<jsErrCode>(0);
          nats.add_workers(&code);
          if (code == JSStreamNotFoundErr) nats.make_lost_streams();
        }) {}
  std::unique_ptr<Delivery> take(std::chrono::milliseconds wait) override {
    auto message = puller_.take(wait);
    if (message == nullptr) return nullptr;
    auto delivery = std::make_unique<NatsDelivery>(message.release());
    if (delivery->age() < kLongAgo || delivery->retried() || !nats_.ended(delivery->job())) return delivery;
    // Whoever asked it is gone.
    delivery->acknowledge();
    return nullptr;
  }

 private:
  const Nats::Implementation& nats_;
  Puller puller_;
};

class NatsLine : public Line {
 public:
  NatsLine(Nats::Implementation& nats, std::string job)
      : nats_(nats), job_(std::move(job)), consumer_("asker-" + job_), puller_(nats.jetstream, kAnswerStream, consumer_, 16, [this] {
          jsErrCode code = static_cast<jsErrCode>(0);
          add_consumer(&code);
          if (code == JSStreamNotFoundErr) nats_.make_lost_streams();
        }) {}
  NatsLine(const NatsLine&) = delete;
  NatsLine& operator=(const NatsLine&) = delete;
  ~NatsLine() override {
    // Nobody is there to be told, and whoever gave up should not wait for that again.
    if (natsConnection_Status(nats_.connection) != NATS_CONN_STATUS_CONNECTED) return;
    // Of a job that ended early. Messages are not deleted, since servers before 2.9.12 come out of that broken: a purge of one subject moves every
    // consumer of the stream beyond its end (nats-server pull request 3838), and a copy that was behind when one message was deleted resets itself
    // for ever ("stream store EOF").
    if (asked().value_or(1) > 0) nats_.say_ended(job_);
    drain();
    js_DeleteConsumer(nats_.jetstream, kAnswerStream, consumer_.c_str(), nullptr, nullptr);
  }

  Status open() {
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = nats_.begin_on_stream(code, [&](jsErrCode* why) { return add_consumer(why); });
    if (status != NATS_OK) return nats_failure(fmt::format("a consumer of {} cannot be made", answer_subject(job_)), status, code);
    return {};
  }

  Status send(const Request& request) override {
    kind_ = request.subject();
    return nats_.publish(kind_, request.message_id(), to_bytes(request));
  }

  Result<std::optional<std::string>> receive(std::chrono::milliseconds wait) override {
    const auto message = puller_.take(wait);
    if (message == nullptr) return std::nullopt;
    std::string bytes(natsMsg_GetData(message.get()), static_cast<std::size_t>(natsMsg_GetDataLength(message.get())));
    natsMsg_Ack(message.get(), nullptr);
    return bytes;
  }

  std::optional<std::int64_t> outstanding() override {
    jsConsumerInfo* workers = nullptr;
    jsErrCode code = static_cast<jsErrCode>(0);
    if (js_GetConsumerInfo(&workers, nats_.jetstream, kWorkStream, kConsumer, nullptr, &code) != NATS_OK) {
      if (code == JSStreamNotFoundErr) return 0;
      return std::nullopt;
    }
    const bool none = workers->NumPending == 0 && workers->NumAckPending == 0;
    jsConsumerInfo_Destroy(workers);
    // Whatever is in the stream then, nobody is given it.
    if (none) return 0;
    return asked();
  }

  /// A stream that a server has lost and begun anew (2.9.10: "Resetting stream cluster state") counts from less, and consumers stand behind its end.
  void renew() override {
    js_DeleteConsumer(nats_.jetstream, kAnswerStream, consumer_.c_str(), nullptr, nullptr);
    jsErrCode code = static_cast<jsErrCode>(0);
    add_consumer(&code);
    jsConsumerInfo* workers = nullptr;
    if (js_GetConsumerInfo(&workers, nats_.jetstream, kWorkStream, kConsumer, nullptr, nullptr) != NATS_OK) return;
    const std::uint64_t delivered = workers->Delivered.Stream;
    jsConsumerInfo_Destroy(workers);
    jsStreamInfo* info = nullptr;
    if (js_GetStreamInfo(&info, nats_.jetstream, kWorkStream, nullptr, nullptr) != NATS_OK) return;
    const bool behind_the_end = delivered > info->State.LastSeq;
    jsStreamInfo_Destroy(info);
    // The workers make it again.
    if (behind_the_end) js_DeleteConsumer(nats_.jetstream, kWorkStream, kConsumer, nullptr, nullptr);
  }

 private:
  natsStatus add_consumer(jsErrCode* why) const {
    const std::string subject = answer_subject(job_);
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.Durable = consumer_.c_str();
    config.FilterSubject = subject.c_str();
    config.AckPolicy = js_AckExplicit;
    config.MaxAckPending = 4096;
    config.InactiveThreshold = kAnswersKept;
    return js_AddConsumer(nullptr, nats_.jetstream, kAnswerStream, &config, nullptr, why);
  }

  /// Messages of this job in the stream of work.
  std::optional<std::int64_t> asked() const {
    if (kind_.empty()) return 0;
    jsOptions options;
    jsOptions_Init(&options);
    options.Stream.Info.SubjectsFilter = kind_.c_str();
    jsStreamInfo* info = nullptr;
    if (js_GetStreamInfo(&info, nats_.jetstream, kWorkStream, &options, nullptr) != NATS_OK) return std::nullopt;
    std::int64_t messages = 0;
    if (info->State.Subjects != nullptr && info->State.Subjects->Count > 0) messages = static_cast<std::int64_t>(info->State.Subjects->List[0].Msgs);
    jsStreamInfo_Destroy(info);
    return messages;
  }

  /// Takes what answers there are yet.
  void drain() {
    jsConsumerInfo* info = nullptr;
    if (js_GetConsumerInfo(&info, nats_.jetstream, kAnswerStream, consumer_.c_str(), nullptr, nullptr) != NATS_OK) return;
    auto left = info->NumPending + static_cast<std::uint64_t>(info->NumAckPending);
    jsConsumerInfo_Destroy(info);
    for (; left > 0; --left) {
      const auto message = puller_.take(kPause);
      if (message == nullptr) return;
      natsMsg_Ack(message.get(), nullptr);
    }
    natsConnection_FlushTimeout(nats_.connection, kPatience);
  }

  Nats::Implementation& nats_;
  std::string job_;
  std::string consumer_;
  std::string kind_;  ///< the subject that it asks on
  Puller puller_;
};

}  // namespace

Nats::Nats(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Nats::~Nats() = default;

Result<std::unique_ptr<Nats>> Nats::connect(NatsOptions options) {
  auto made = std::make_unique<Implementation>();
  made->options = std::move(options);
  std::vector<std::string> urls;
  for (std::string_view rest = made->options.url; !rest.empty();) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (comma > 0) urls.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (urls.empty()) return std::unexpected(Error{ErrorKind::usage, "--nats: expected a URL such as nats://127.0.0.1:4222", {}, 0});
  natsOptions* raw = nullptr;
  if (const auto status = natsOptions_Create(&raw); status != NATS_OK) return nats_failure("options", status);
  const std::unique_ptr<natsOptions, Destroyer<natsOptions_Destroy>> set(raw);
  std::vector<const char*> addresses;
  for (const auto& url : urls) addresses.push_back(url.c_str());
  natsStatus status = natsOptions_SetServers(raw, addresses.data(), static_cast<int>(addresses.size()));
  const auto then = [&](auto step) {
    if (status == NATS_OK) status = step();
  };
  then([&] { return natsOptions_SetName(raw, made->options.name.c_str()); });
  then([&] { return natsOptions_SetTimeout(raw, 5'000); });
  then([&] { return natsOptions_SetMaxReconnect(raw, -1); });
  then([&] { return natsOptions_SetReconnectWait(raw, milliseconds(kPause)); });
  then([&] { return natsOptions_SetReconnectJitter(raw, 100, 100); });
  then([&] { return natsOptions_SetPingInterval(raw, 10'000); });
  then([&] { return natsOptions_SetNoEcho(raw, true); });
  then([&] { return natsOptions_SetErrorHandler(raw, quiet_errors, nullptr); });
  if (!made->options.credentials.empty())
    then([&] { return natsOptions_SetUserCredentialsFromFiles(raw, made->options.credentials.c_str(), nullptr); });
  const bool encrypted = urls.front().starts_with("tls://") || !made->options.authority.empty();
  if (encrypted) then([&] { return natsOptions_SetSecure(raw, true); });
  if (!made->options.authority.empty()) then([&] { return natsOptions_LoadCATrustedCertificates(raw, made->options.authority.c_str()); });
  // With something to call, libnats does not wait for the first connection.
  if (made->options.later) then([&] { return natsOptions_SetRetryOnFailedConnect(raw, true, [](natsConnection*, void*) {}, nullptr); });
  then([&] { return natsConnection_Connect(&made->connection, raw); });
  if (made->options.later && status == NATS_NOT_YET_CONNECTED) status = NATS_OK;
  if (status != NATS_OK) return nats_failure(fmt::format("no connection to {}", made->options.url), status);
  if (status = natsConnection_JetStream(&made->jetstream, made->connection, nullptr); status != NATS_OK) return nats_failure("JetStream", status);
  return std::unique_ptr<Nats>(new Nats(std::move(made)));
}

Status Nats::make_streams() { return implementation_->make_streams(); }

Status Nats::make_consumer(const ConsumerOptions& options) {
  implementation_->workers = options;
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status = implementation_->begin_on_stream(code, [&](jsErrCode* why) { return implementation_->add_workers(why); });
  if (status != NATS_OK) return nats_failure("the consumer of the workers cannot be made", status, code);
  return {};
}

Result<std::unique_ptr<Line>> Nats::line(const std::string& job) {
  TAMGA_CHECK(valid_job(job));
  auto line = std::make_unique<NatsLine>(*implementation_, job);
  TAMGA_TRY_STATUS(line->open());
  return line;
}

std::unique_ptr<Source> Nats::source() { return std::make_unique<NatsSource>(*implementation_); }

Status Nats::answer(const AnswerPart& part) { return implementation_->publish(answer_subject(part.job), part.message_id(), to_bytes(part)); }

Status Nats::bury(const DeadLetter& letter) {
  constexpr std::string_view kWork = "tamga.work.";
  const std::string_view subject = letter.subject;
  std::string_view kind = subject.starts_with(kWork) ? subject.substr(kWork.size()) : std::string_view("other");
  kind = kind.substr(0, kind.find('.'));
  return implementation_->publish(fmt::format("tamga.dead.{}", kind), letter.id.empty() ? "" : "dead." + letter.id, to_bytes(letter));
}

Result<Nats::Depth> Nats::depth() {
  Depth depth;
  jsConsumerInfo* consumer = nullptr;
  jsErrCode code = static_cast<jsErrCode>(0);
  natsStatus status = js_GetConsumerInfo(&consumer, implementation_->jetstream, kWorkStream, kConsumer, nullptr, &code);
  if (status != NATS_OK) return nats_failure("the queue cannot be asked", status, code);
  depth.waiting = static_cast<std::int64_t>(consumer->NumPending);
  depth.held = static_cast<std::int64_t>(consumer->NumAckPending);
  jsConsumerInfo_Destroy(consumer);
  jsStreamInfo* dead = nullptr;
  status = js_GetStreamInfo(&dead, implementation_->jetstream, kDeadStream, nullptr, &code);
  if (status != NATS_OK) return nats_failure("the dead letters cannot be counted", status, code);
  depth.dead = static_cast<std::int64_t>(dead->State.Msgs);
  jsStreamInfo_Destroy(dead);
  return depth;
}

Status Nats::each_dead(const std::function<Status(std::uint64_t number, const DeadLetter&)>& each) {
  jsStreamInfo* info = nullptr;
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status = js_GetStreamInfo(&info, implementation_->jetstream, kDeadStream, nullptr, &code);
  if (status == NATS_NOT_FOUND) return {};  // no worker was here yet
  if (status != NATS_OK) return nats_failure("the dead letters cannot be read", status, code);
  const std::uint64_t first = info->State.FirstSeq;
  const std::uint64_t last = info->State.LastSeq;
  jsStreamInfo_Destroy(info);
  for (std::uint64_t number = first; number <= last && number > 0; ++number) {
    natsMsg* raw = nullptr;
    if (js_GetMsg(&raw, implementation_->jetstream, kDeadStream, number, nullptr, nullptr) != NATS_OK) continue;
    const Message message(raw);
    const auto letter = read_dead_letter({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))});
    if (letter) TAMGA_TRY_STATUS(each(number, *letter));
  }
  return {};
}

Status Nats::revive(std::uint64_t number) {
  natsMsg* raw = nullptr;
  if (js_GetMsg(&raw, implementation_->jetstream, kDeadStream, number, nullptr, nullptr) != NATS_OK)
    return not_found(fmt::format("no dead letter {}; tamga worker --dead lists them", number));
  const Message message(raw);
  TAMGA_TRY(const auto letter, read_dead_letter({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))}));
  TAMGA_TRY_STATUS(implementation_->publish(letter.subject, fmt::format("{}{}{}", letter.id, kRetried, number), letter.message));
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status = js_DeleteMsg(implementation_->jetstream, kDeadStream, number, nullptr, &code);
  if (status != NATS_OK) return nats_failure("the letter cannot be removed", status, code);
  return {};
}

Status Nats::announce(std::string_view text) {
  natsStatus status = natsConnection_Publish(implementation_->connection, kEditions, text.data(), static_cast<int>(text.size()));
  if (status == NATS_OK) status = natsConnection_FlushTimeout(implementation_->connection, kPatience);
  if (status != NATS_OK) return nats_failure(fmt::format("to {}", kEditions), status);
  return {};
}

Status Nats::listen(std::function<void(std::string_view)> heard) {
  implementation_->heard = std::move(heard);
  natsSubscription* made = nullptr;
  const natsStatus status = natsConnection_Subscribe(
      &made, implementation_->connection, kEditions,
      [](natsConnection*, natsSubscription*, natsMsg* raw, void* closure) {
        const Message message(raw);
        static_cast<Implementation*>(closure)->heard({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))});
      },
      implementation_.get());
  if (status != NATS_OK) return nats_failure(fmt::format("cannot listen to {}", kEditions), status);
  implementation_->editions.reset(made);
  return {};
}

bool Nats::connected() const { return natsConnection_Status(implementation_->connection) == NATS_CONN_STATUS_CONNECTED; }

}  // namespace tamga::work
