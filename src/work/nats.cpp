#include "work/nats.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <thread>
#include <vector>

#include "work/link.h"

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
constexpr std::chrono::milliseconds kLookAfter{3'000};
constexpr std::int64_t kPatience = 5'000;  // milliseconds of one request

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

int64_t milliseconds(std::chrono::milliseconds time) { return time.count(); }

}  // namespace

struct Nats::Implementation {
  ConsumerOptions workers;
  std::unique_ptr<Link> link;

  /// What JetStream says to `step`; NATS_CONNECTION_CLOSED while NATS is away.
  template <typename Step>
  natsStatus ask(Step&& step) const {
    return link->with([&](const Connection& connection) { return step(connection.jetstream); });
  }

  /// Until it is in the stream or `send` is over.
  Status publish(const std::string& subject, const std::string& id, std::string_view bytes) const {
    jsPubOptions publishing;
    jsPubOptions_Init(&publishing);
    publishing.MsgId = id.empty() ? nullptr : id.c_str();
    publishing.MaxWait = 5'000;
    const auto until = std::chrono::steady_clock::now() + link->options().send;
    for (;;) {
      jsErrCode code = static_cast<jsErrCode>(0);
      const natsStatus status = ask([&](jsCtx* jetstream) {
        return js_Publish(nullptr, jetstream, subject.c_str(), bytes.data(), static_cast<int>(bytes.size()), &publishing, &code);
      });
      if (status == NATS_OK) return {};
      if (!may_pass(status, code) || std::chrono::steady_clock::now() > until) return nats_failure(fmt::format("to {}", subject), status, code);
      if (status == NATS_NO_RESPONDERS || code == JSStreamNotFoundErr) make_lost_streams();
      std::this_thread::sleep_for(kPause);
    }
  }

  /// Until it answers or `away` is over.
  template <typename Step>
  natsStatus begin(jsErrCode& code, Step&& step) const {
    const auto until = std::chrono::steady_clock::now() + link->options().away;
    for (;;) {
      code = static_cast<jsErrCode>(0);
      const natsStatus status = ask([&](jsCtx* jetstream) { return step(jetstream, &code); });
      if (!may_begin(status, code) || std::chrono::steady_clock::now() > until) return status;
      std::this_thread::sleep_for(kPause);
    }
  }

  /// The same on a stream that was there; where the servers have lost it (2.9.10 may, after its disk was full), it is made again.
  template <typename Step>
  natsStatus begin_on_stream(jsErrCode& code, Step&& step) const {
    const auto until = std::chrono::steady_clock::now() + link->options().away;
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
    static_cast<void>(
        ask([&](jsCtx* jetstream) { return js_Publish(nullptr, jetstream, ("tamga.ended." + job).c_str(), "", 0, &publishing, nullptr); }));
  }
  bool ended(const std::string& job) const {
    jsOptions waiting;
    jsOptions_Init(&waiting);
    waiting.Wait = kPatience;
    natsMsg* found = nullptr;
    const natsStatus status =
        ask([&](jsCtx* jetstream) { return js_GetLastMsg(&found, jetstream, kEndedStream, ("tamga.ended." + job).c_str(), &waiting, nullptr); });
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
    natsStatus status = begin(code, [&](jsCtx* jetstream, jsErrCode* why) { return js_GetStreamInfo(&info, jetstream, name, nullptr, why); });
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
    config.Replicas = link->options().replicas;
    more(config);
    status = begin(code, [&](jsCtx* jetstream, jsErrCode* why) { return js_AddStream(nullptr, jetstream, &config, nullptr, why); });
    if (status == NATS_OK) return {};
    // Another may have made it meanwhile.
    if (ask([&](jsCtx* jetstream) { return js_GetStreamInfo(&info, jetstream, name, nullptr, nullptr); }) == NATS_OK) {
      jsStreamInfo_Destroy(info);
      return {};
    }
    return nats_failure(fmt::format("stream {} cannot be made", name), status, code);
  }

  natsStatus add_workers(jsCtx* jetstream, jsErrCode* why) const {
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
    const auto wanted = link->options().replicas;
    if (has >= wanted) return {};
    info->Config->Replicas = wanted;
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status =
        begin(code, [&](jsCtx* jetstream, jsErrCode* why) { return js_UpdateStream(nullptr, jetstream, info->Config, nullptr, why); });
    if (status == NATS_OK) return {};
    return nats_failure(fmt::format("stream {} has {} cop{} and cannot be given {}", name, has, has == 1 ? "y" : "ies", wanted), status, code);
  }
};

namespace {

/// The word of JetStream's protocol of acknowledgements (docs.nats.io, "Consumer details"), over whichever connection there is now: the one that the
/// message came by may be lost.
void say(const Link& link, natsMsg* message, const std::string& word) {
  link.with(
      [&](const Connection& connection) { return natsConnection_PublishString(connection.connection, natsMsg_GetReply(message), word.c_str()); });
}

class NatsDelivery : public Delivery {
 public:
  NatsDelivery(const Nats::Implementation& nats, natsMsg* message) : nats_(nats), message_(message) {
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
  void in_progress() override { say(*nats_.link, message_.get(), "+WPI"); }
  void acknowledge() override {
    // Should it be lost, the message comes again, and its answer is the same; but the work is done twice.
    for (int tries = 0; tries < 20; ++tries) {
      const natsStatus status = nats_.link->with([&](const Connection& connection) {
        natsMsg* heard = nullptr;
        const natsStatus asked = natsConnection_RequestString(&heard, connection.connection, natsMsg_GetReply(message_.get()), "+ACK", kPatience);
        natsMsg_Destroy(heard);
        return asked;
      });
      if (status != NATS_CONNECTION_CLOSED && status != NATS_CONNECTION_DISCONNECTED) return;
      std::this_thread::sleep_for(kPause);
    }
  }
  void give_back(std::chrono::milliseconds delay) override {
    const auto later = std::chrono::duration_cast<std::chrono::nanoseconds>(delay).count();
    say(*nats_.link, message_.get(), later > 0 ? fmt::format("-NAK {{\"delay\":{}}}", later) : "-NAK");
  }
  void end() override { say(*nats_.link, message_.get(), "+TERM"); }

 private:
  const Nats::Implementation& nats_;
  Message message_;
  std::string id_;
  std::int64_t deliveries_ = 1;
  std::chrono::nanoseconds asked_at_{0};  ///< since 1970, by the clock of NATS
};

/// Takes from a durable pull consumer, and binds anew on another connection, or when the server has forgotten the subscription.
class Puller {
 public:
  /// `make` makes the consumer, and is called when the server has forgotten it.
  Puller(const Nats::Implementation& nats, const char* stream, std::string consumer, int batch, std::function<void()> make)
      : nats_(nats), stream_(stream), consumer_(std::move(consumer)), batch_(batch), make_(std::move(make)) {}

  /// NATS_OK and nothing: none came.
  Message take(std::chrono::milliseconds wait) {
    if (!waiting_.empty()) return pop();
    if (const auto now = nats_.link->now(); now != bound_) {
      subscription_.reset();
      bound_ = now;
    }
    if (subscription_ == nullptr && !bind()) {
      std::this_thread::sleep_for(std::min(wait, kPause));
      return nullptr;
    }
    natsMsgList list{nullptr, 0};
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status =
        nats_.link->with([&](const Connection&) { return natsSubscription_Fetch(&list, subscription_.get(), batch_, milliseconds(wait), &code); });
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
    const natsStatus status =
        nats_.ask([&](jsCtx* jetstream) { return js_GetConsumerInfo(&info, jetstream, stream_, consumer_.c_str(), nullptr, &code); });
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
    const natsStatus status = nats_.link->with([&](const Connection& connection) {
      // Another one by now: the next take() binds to it.
      if (&connection != bound_.get()) return NATS_CONNECTION_CLOSED;
      return js_PullSubscribe(&made, connection.jetstream, nullptr, nullptr, nullptr, &options, &code);
    });
    if (is_gone(status, code)) make_();
    if (status == NATS_OK) subscription_.reset(made);
    return status == NATS_OK;
  }

  const Nats::Implementation& nats_;
  const char* stream_;
  std::string consumer_;
  int batch_;
  std::function<void()> make_;
  std::shared_ptr<const Connection> bound_;  ///< of the subscription
  Subscription subscription_;
  std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
  std::deque<Message> waiting_;
};

class NatsSource : public Source {
 public:
  explicit NatsSource(const Nats::Implementation& nats)
      : nats_(nats), puller_(nats, kWorkStream, kConsumer, 1, [&nats] {
          jsErrCode code = static_cast<jsErrCode>(0);
          nats.ask([&](jsCtx* jetstream) { return nats.add_workers(jetstream, &code); });
          if (code == JSStreamNotFoundErr) nats.make_lost_streams();
        }) {}
  std::unique_ptr<Delivery> take(std::chrono::milliseconds wait) override {
    auto message = puller_.take(wait);
    if (message == nullptr) return nullptr;
    auto delivery = std::make_unique<NatsDelivery>(nats_, message.release());
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
      : nats_(nats), job_(std::move(job)), consumer_("asker-" + job_), puller_(nats, kAnswerStream, consumer_, 16, [this] {
          jsErrCode code = static_cast<jsErrCode>(0);
          nats_.ask([&](jsCtx* jetstream) { return add_consumer(jetstream, &code); });
          if (code == JSStreamNotFoundErr) nats_.make_lost_streams();
        }) {}
  NatsLine(const NatsLine&) = delete;
  NatsLine& operator=(const NatsLine&) = delete;
  ~NatsLine() override {
    // Nobody is there to be told, and whoever gave up should not wait for that again.
    if (!nats_.link->is_there()) return;
    // Of a job that ended early. Messages are not deleted, since servers before 2.9.12 come out of that broken: a purge of one subject moves every
    // consumer of the stream beyond its end (nats-server pull request 3838), and a copy that was behind when one message was deleted resets itself
    // for ever ("stream store EOF").
    if (asked().value_or(1) > 0) nats_.say_ended(job_);
    drain();
    forget();
  }

  Status open() {
    jsErrCode code = static_cast<jsErrCode>(0);
    const natsStatus status = nats_.begin_on_stream(code, [&](jsCtx* jetstream, jsErrCode* why) { return add_consumer(jetstream, why); });
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
    say(*nats_.link, message.get(), "+ACK");
    return bytes;
  }

  std::optional<std::int64_t> outstanding() override {
    jsConsumerInfo* workers = nullptr;
    jsErrCode code = static_cast<jsErrCode>(0);
    if (nats_.ask([&](jsCtx* jetstream) { return js_GetConsumerInfo(&workers, jetstream, kWorkStream, kConsumer, nullptr, &code); }) != NATS_OK) {
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
    forget();
    nats_.ask([&](jsCtx* jetstream) {
      add_consumer(jetstream, nullptr);
      jsConsumerInfo* workers = nullptr;
      natsStatus status = js_GetConsumerInfo(&workers, jetstream, kWorkStream, kConsumer, nullptr, nullptr);
      if (status != NATS_OK) return status;
      const std::uint64_t delivered = workers->Delivered.Stream;
      jsConsumerInfo_Destroy(workers);
      jsStreamInfo* info = nullptr;
      status = js_GetStreamInfo(&info, jetstream, kWorkStream, nullptr, nullptr);
      if (status != NATS_OK) return status;
      const bool behind_the_end = delivered > info->State.LastSeq;
      jsStreamInfo_Destroy(info);
      // The workers make it again.
      return behind_the_end ? js_DeleteConsumer(jetstream, kWorkStream, kConsumer, nullptr, nullptr) : NATS_OK;
    });
  }

 private:
  natsStatus add_consumer(jsCtx* jetstream, jsErrCode* why) const {
    const std::string subject = answer_subject(job_);
    jsConsumerConfig config;
    jsConsumerConfig_Init(&config);
    config.Durable = consumer_.c_str();
    config.FilterSubject = subject.c_str();
    config.AckPolicy = js_AckExplicit;
    config.MaxAckPending = 4096;
    config.InactiveThreshold = kAnswersKept;
    return js_AddConsumer(nullptr, jetstream, kAnswerStream, &config, nullptr, why);
  }
  void forget() const {
    nats_.ask([&](jsCtx* jetstream) { return js_DeleteConsumer(jetstream, kAnswerStream, consumer_.c_str(), nullptr, nullptr); });
  }

  /// Messages of this job in the stream of work.
  std::optional<std::int64_t> asked() const {
    if (kind_.empty()) return 0;
    jsOptions options;
    jsOptions_Init(&options);
    options.Stream.Info.SubjectsFilter = kind_.c_str();
    jsStreamInfo* info = nullptr;
    const natsStatus status = nats_.ask([&](jsCtx* jetstream) { return js_GetStreamInfo(&info, jetstream, kWorkStream, &options, nullptr); });
    if (status != NATS_OK) return std::nullopt;
    std::int64_t messages = 0;
    if (info->State.Subjects != nullptr && info->State.Subjects->Count > 0) messages = static_cast<std::int64_t>(info->State.Subjects->List[0].Msgs);
    jsStreamInfo_Destroy(info);
    return messages;
  }

  /// Takes what answers there are yet.
  void drain() {
    jsConsumerInfo* info = nullptr;
    const natsStatus status =
        nats_.ask([&](jsCtx* jetstream) { return js_GetConsumerInfo(&info, jetstream, kAnswerStream, consumer_.c_str(), nullptr, nullptr); });
    if (status != NATS_OK) return;
    auto left = info->NumPending + static_cast<std::uint64_t>(info->NumAckPending);
    jsConsumerInfo_Destroy(info);
    for (; left > 0; --left) {
      const auto message = puller_.take(kPause);
      if (message == nullptr) return;
      say(*nats_.link, message.get(), "+ACK");
    }
    nats_.link->with([](const Connection& connection) { return natsConnection_FlushTimeout(connection.connection, kPatience); });
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
  TAMGA_TRY(made->link, Link::open(std::move(options)));
  return std::unique_ptr<Nats>(new Nats(std::move(made)));
}

Status Nats::make_streams() { return implementation_->make_streams(); }

Status Nats::make_consumer(const ConsumerOptions& options) {
  implementation_->workers = options;
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status =
      implementation_->begin_on_stream(code, [&](jsCtx* jetstream, jsErrCode* why) { return implementation_->add_workers(jetstream, why); });
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
  natsStatus status =
      implementation_->ask([&](jsCtx* jetstream) { return js_GetConsumerInfo(&consumer, jetstream, kWorkStream, kConsumer, nullptr, &code); });
  if (status != NATS_OK) return nats_failure("the queue cannot be asked", status, code);
  depth.waiting = static_cast<std::int64_t>(consumer->NumPending);
  depth.held = static_cast<std::int64_t>(consumer->NumAckPending);
  jsConsumerInfo_Destroy(consumer);
  jsStreamInfo* dead = nullptr;
  status = implementation_->ask([&](jsCtx* jetstream) { return js_GetStreamInfo(&dead, jetstream, kDeadStream, nullptr, &code); });
  if (status != NATS_OK) return nats_failure("the dead letters cannot be counted", status, code);
  depth.dead = static_cast<std::int64_t>(dead->State.Msgs);
  jsStreamInfo_Destroy(dead);
  return depth;
}

Status Nats::each_dead(const std::function<Status(std::uint64_t number, const DeadLetter&)>& each) {
  jsStreamInfo* info = nullptr;
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status = implementation_->ask([&](jsCtx* jetstream) { return js_GetStreamInfo(&info, jetstream, kDeadStream, nullptr, &code); });
  if (status == NATS_NOT_FOUND) return {};  // no worker was here yet
  if (status != NATS_OK) return nats_failure("the dead letters cannot be read", status, code);
  const std::uint64_t first = info->State.FirstSeq;
  const std::uint64_t last = info->State.LastSeq;
  jsStreamInfo_Destroy(info);
  for (std::uint64_t number = first; number <= last && number > 0; ++number) {
    natsMsg* raw = nullptr;
    const auto get = [&](jsCtx* jetstream) { return js_GetMsg(&raw, jetstream, kDeadStream, number, nullptr, nullptr); };
    if (implementation_->ask(get) != NATS_OK) continue;
    const Message message(raw);
    const auto letter = read_dead_letter({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))});
    if (letter) TAMGA_TRY_STATUS(each(number, *letter));
  }
  return {};
}

Status Nats::revive(std::uint64_t number) {
  natsMsg* raw = nullptr;
  const auto get = [&](jsCtx* jetstream) { return js_GetMsg(&raw, jetstream, kDeadStream, number, nullptr, nullptr); };
  if (implementation_->ask(get) != NATS_OK) return not_found(fmt::format("no dead letter {}; tamga worker --dead lists them", number));
  const Message message(raw);
  TAMGA_TRY(const auto letter, read_dead_letter({natsMsg_GetData(raw), static_cast<std::size_t>(natsMsg_GetDataLength(raw))}));
  TAMGA_TRY_STATUS(implementation_->publish(letter.subject, fmt::format("{}{}{}", letter.id, kRetried, number), letter.message));
  jsErrCode code = static_cast<jsErrCode>(0);
  const natsStatus status = implementation_->ask([&](jsCtx* jetstream) { return js_DeleteMsg(jetstream, kDeadStream, number, nullptr, &code); });
  if (status != NATS_OK) return nats_failure("the letter cannot be removed", status, code);
  return {};
}

Status Nats::announce(std::string_view text) {
  const natsStatus status = implementation_->link->with([&](const Connection& connection) {
    const natsStatus sent = natsConnection_Publish(connection.connection, kEditions, text.data(), static_cast<int>(text.size()));
    return sent == NATS_OK ? natsConnection_FlushTimeout(connection.connection, kPatience) : sent;
  });
  if (status != NATS_OK) return nats_failure(fmt::format("to {}", kEditions), status);
  return {};
}

Status Nats::listen(std::function<void(std::string_view)> heard) { return implementation_->link->listen(kEditions, std::move(heard)); }

bool Nats::connected() const { return implementation_->link->is_there(); }

}  // namespace tamga::work
