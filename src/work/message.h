#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// What Tamga's processes say to each other over a queue: chunks of work, answers in parts, letters that nobody can deliver. Bytes and values only;
/// docs/nodes.md has the formats for whoever writes another asker.
///
/// Every message is one line of JSON, its head, and behind the line break a body. The head's first member is {"tamga":1}, the protocol's version.
namespace tamga::work {

inline constexpr std::int64_t kProtocol = 1;
/// Largest message that is read, in bytes: NATS itself refuses more than 64 MiB.
inline constexpr std::size_t kMessageMax = std::size_t{64} << 20;
/// Rows of one chunk at most.
inline constexpr std::int64_t kRowsMax = 100'000;

enum class Kind : std::uint8_t {
  screen,  ///< rows of a batch; the answer's body is its lines
  watch,   ///< entries of the book; the answer's body is a line of hits for each
  clear,   ///< a deal or a payment message; the answer's body is a line for each decision
};
[[nodiscard]] std::string_view kind_name(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from_name(std::string_view name);

/// A name that may stand in a subject and in a message's id: 1 to 64 of a-z, 0-9 and "-".
[[nodiscard]] bool valid_job(std::string_view job);

/// One chunk of a job.
struct Request {
  Kind kind = Kind::screen;
  std::string job;
  std::int64_t chunk = 0;         ///< from 0
  std::int64_t rows = 0;          ///< that the body holds; 0 to kRowsMax
  std::int64_t copy = 0;          ///< 0, or the how-manieth time it is asked again, since the queue may have lost it
  Json basis = Json::object();    ///< what it is asked on: {"lists":[{"list","part","edition"}],"engine","policy",…}
  Json options = Json::object();  ///< what else decides the answer
  /// Of rows that stand in the body as they do in their file: {"line","as":"csv","header","schema"} or {"line","as":"json","schema"}, where `line` is
  /// the first one's. Empty: a row of JSON a line, as app::row_text() has it.
  Json form = Json::object();
  std::string body;

  /// "JOB.CHUNK": the same for every copy, by which the record knows it again.
  [[nodiscard]] std::string id() const;
  /// The same, and ".again.COPY" of another copy: by which the queue drops what it has already.
  [[nodiscard]] std::string message_id() const;
  /// "tamga.work.KIND.JOB".
  [[nodiscard]] std::string subject() const;
};
[[nodiscard]] std::string to_bytes(const Request& request);
/// Refuses what cannot be a request, in whatever version: such a message will never be one.
Result<Request> read_request(std::string_view bytes);

/// The whole answer to a chunk.
struct Answer {
  std::string job;
  std::int64_t chunk = 0;
  Json counts = Json::object();
  std::string error;  ///< not empty: nobody will answer it, and why
  std::string body;
  std::int64_t copy = 0;  ///< of the request
};
/// One message of it: NATS takes 1 MiB a message by default, and one row may have more hits than that.
struct AnswerPart {
  std::string job;
  std::int64_t chunk = 0;
  std::int64_t part = 0;  ///< from 0
  std::int64_t parts = 1;
  std::string whole;      ///< sha256 of the answer's body: parts of two answers to one chunk are not mixed
  std::int64_t copy = 0;  ///< of the request that it answers
  Json counts = Json::object();
  std::string error;
  std::string body;

  /// "JOB.CHUNK.PART", and ".again.COPY" where another copy was asked: by which the queue drops what it has already.
  [[nodiscard]] std::string message_id() const;
};
/// "tamga.answer.JOB".
[[nodiscard]] std::string answer_subject(std::string_view job);
/// The messages of an answer, each of at most `most` bytes of body.
[[nodiscard]] std::vector<AnswerPart> parts_of(const Answer& answer, std::size_t most);
[[nodiscard]] std::string to_bytes(const AnswerPart& part);
Result<AnswerPart> read_answer_part(std::string_view bytes);

/// Puts answers together. Parts may come in any order and more than once; whatever was whole already is dropped by the caller.
class Assembly {
 public:
  /// The answer, once its last part is here.
  std::optional<Answer> add(AnswerPart part);
  void forget(std::int64_t chunk);
  [[nodiscard]] std::size_t waiting() const { return chunks_.size(); }

 private:
  struct Pieces {
    std::string whole;
    std::map<std::int64_t, std::string> bodies;
    std::int64_t parts = 0;
  };
  std::map<std::int64_t, Pieces> chunks_;
};

/// A message that will not be worked on again, with the reason.
struct DeadLetter {
  std::string subject;  ///< where it was asked
  std::string id;       ///< of the message; empty: it had none
  std::string reason;
  std::int64_t deliveries = 0;
  std::string worker;
  std::string at;  ///< UTC
  std::string message;
};
[[nodiscard]] std::string to_bytes(const DeadLetter& letter);
Result<DeadLetter> read_dead_letter(std::string_view bytes);

}  // namespace tamga::work
