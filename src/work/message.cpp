#include "work/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/sha256.h"

namespace tamga::work {
namespace {

constexpr std::string_view kWork = "tamga.work.";
constexpr std::string_view kAnswer = "tamga.answer.";
/// A row's own JSON may be 64 deep, and stands inside of others.
constexpr int kHeadDepth = 16;

/// Head and body.
struct Pair {
  Json head;
  std::string_view body;
};

Result<Pair> split(std::string_view bytes, std::string_view what) {
  if (bytes.size() > kMessageMax) return bad_input(fmt::format("{} of {} bytes, expected at most {}", what, bytes.size(), kMessageMax));
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos) return bad_input(fmt::format("{} without a line break behind its head", what));
  JsonLimits limits;
  limits.depth = kHeadDepth;
  auto head = parse_json(bytes.substr(0, end), limits);
  if (!head) return bad_input(fmt::format("{}: {}", what, head.error().message));
  if (!head->is_object()) return bad_input(fmt::format("{}: its head is no JSON object", what));
  const Json* version = head->find("tamga");
  if (version == nullptr || !version->is_number() || version->text != fmt::format("{}", kProtocol)) {
    return bad_input(fmt::format("{}: its head does not begin {{\"tamga\":{}", what, kProtocol));
  }
  return Pair{*std::move(head), bytes.substr(end + 1)};
}

Result<std::int64_t> number(const Json& head, std::string_view member, std::int64_t least, std::int64_t most) {
  const Json* found = head.find(member);
  std::int64_t value = 0;
  const bool is_number = found != nullptr && found->is_number();
  const char* begin = is_number ? found->text.data() : nullptr;
  const char* end = is_number ? begin + found->text.size() : nullptr;
  const auto [stop, error] = is_number ? std::from_chars(begin, end, value) : std::from_chars_result{nullptr, std::errc::invalid_argument};
  if (error != std::errc() || stop != end || value < least || value > most)
    return bad_input(fmt::format("\"{}\" is missing or no whole number from {} to {}", member, least, most));
  return value;
}

Result<std::string> text(const Json& head, std::string_view member) {
  const Json* found = head.find(member);
  if (found == nullptr || !found->is_string()) return bad_input(fmt::format("\"{}\" is missing or no text", member));
  return found->text;
}

Result<std::string> job_of(const Json& head) {
  TAMGA_TRY(auto job, text(head, "job"));
  if (!valid_job(job)) return bad_input("\"job\" is no name of 1 to 64 of a-z, 0-9 and -");
  return job;
}

Result<Json> object(const Json& head, std::string_view member) {
  const Json* found = head.find(member);
  if (found == nullptr || !found->is_object()) return bad_input(fmt::format("\"{}\" is missing or no object", member));
  return *found;
}

std::string joined(const Json& head, std::string_view body) {
  std::string bytes = head.dump();
  bytes.reserve(bytes.size() + 1 + body.size());
  return bytes.append(1, '\n').append(body);
}

constexpr std::int64_t kChunkMax = std::int64_t{1} << 40;
constexpr std::int64_t kPartsMax = 1 << 20;
constexpr std::int64_t kCopiesMax = 1'000'000;

std::string again(std::int64_t copy) { return copy == 0 ? std::string() : fmt::format(".again.{}", copy); }

/// Absent of the first copy.
Result<std::int64_t> copy_of(const Json& head) {
  if (head.find("copy") == nullptr) return 0;
  return number(head, "copy", 0, kCopiesMax);
}

}  // namespace

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::screen: return "screen";
    case Kind::watch: return "watch";
    case Kind::clear: return "clear";
  }
  return {};
}

std::optional<Kind> kind_from_name(std::string_view name) {
  for (const auto kind : {Kind::screen, Kind::watch, Kind::clear}) {
    if (kind_name(kind) == name) return kind;
  }
  return std::nullopt;
}

bool valid_job(std::string_view job) {
  return !job.empty() && job.size() <= 64 &&
         std::all_of(job.begin(), job.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string Request::id() const { return fmt::format("{}.{}", job, chunk); }

std::string Request::message_id() const { return id() + again(copy); }

std::string Request::subject() const { return fmt::format("{}{}.{}", kWork, kind_name(kind), job); }

std::string to_bytes(const Request& request) {
  Json head = Json::object();
  head.set("tamga", Json::number(kProtocol)).set("kind", kind_name(request.kind)).set("job", request.job);
  head.set("chunk", Json::number(request.chunk)).set("rows", Json::number(request.rows));
  if (request.copy > 0) head.set("copy", Json::number(request.copy));
  head.set("basis", request.basis).set("options", request.options);
  if (!request.form.members.empty()) head.set("form", request.form);
  return joined(head, request.body);
}

Result<Request> read_request(std::string_view bytes) {
  TAMGA_TRY(const auto pair, split(bytes, "a request"));
  const auto read = [&]() -> Result<Request> {
    Request request;
    TAMGA_TRY(const auto name, text(pair.head, "kind"));
    const auto kind = kind_from_name(name);
    if (!kind) return bad_input("\"kind\" is not screen, watch or clear");
    request.kind = *kind;
    TAMGA_TRY(request.job, job_of(pair.head));
    TAMGA_TRY(request.chunk, number(pair.head, "chunk", 0, kChunkMax));
    TAMGA_TRY(request.rows, number(pair.head, "rows", 0, kRowsMax));
    TAMGA_TRY(request.copy, copy_of(pair.head));
    TAMGA_TRY(request.basis, object(pair.head, "basis"));
    TAMGA_TRY(request.options, object(pair.head, "options"));
    if (pair.head.find("form") != nullptr) {
      TAMGA_TRY(request.form, object(pair.head, "form"));
      if (request.kind != Kind::screen) return bad_input("\"form\" is of rows to be screened");
    }
    request.body = pair.body;
    return request;
  }();
  if (!read) return bad_input("a request: " + read.error().message);
  return read;
}

std::string AnswerPart::message_id() const { return fmt::format("{}.{}.{}{}", job, chunk, part, again(copy)); }

std::string answer_subject(std::string_view job) { return fmt::format("{}{}", kAnswer, job); }

std::vector<AnswerPart> parts_of(const Answer& answer, std::size_t most) {
  TAMGA_CHECK(most > 0);
  const std::size_t count = std::max<std::size_t>(1, (answer.body.size() + most - 1) / most);
  const std::string whole = sha256_hex(answer.body);
  std::vector<AnswerPart> parts(count);
  for (std::size_t i = 0; i < count; ++i) {
    AnswerPart& part = parts[i];
    part.job = answer.job;
    part.chunk = answer.chunk;
    part.part = static_cast<std::int64_t>(i);
    part.parts = static_cast<std::int64_t>(count);
    part.whole = whole;
    part.copy = answer.copy;
    part.counts = answer.counts;
    part.error = answer.error;
    part.body = answer.body.substr(i * most, most);
  }
  return parts;
}

std::string to_bytes(const AnswerPart& part) {
  Json head = Json::object();
  head.set("tamga", Json::number(kProtocol)).set("job", part.job).set("chunk", Json::number(part.chunk));
  head.set("part", Json::number(part.part)).set("parts", Json::number(part.parts)).set("whole", part.whole);
  if (part.copy > 0) head.set("copy", Json::number(part.copy));
  head.set("counts", part.counts).set("error", part.error);
  return joined(head, part.body);
}

Result<AnswerPart> read_answer_part(std::string_view bytes) {
  TAMGA_TRY(const auto pair, split(bytes, "an answer"));
  AnswerPart part;
  TAMGA_TRY(part.job, job_of(pair.head));
  TAMGA_TRY(part.chunk, number(pair.head, "chunk", 0, kChunkMax));
  TAMGA_TRY(part.parts, number(pair.head, "parts", 1, kPartsMax));
  TAMGA_TRY(part.part, number(pair.head, "part", 0, part.parts - 1));
  TAMGA_TRY(part.whole, text(pair.head, "whole"));
  TAMGA_TRY(part.copy, copy_of(pair.head));
  TAMGA_TRY(part.counts, object(pair.head, "counts"));
  TAMGA_TRY(part.error, text(pair.head, "error"));
  part.body = pair.body;
  return part;
}

std::optional<Answer> Assembly::add(AnswerPart part) {
  Pieces& pieces = chunks_[part.chunk];
  if (pieces.whole != part.whole || pieces.parts != part.parts) pieces = Pieces{part.whole, {}, part.parts};
  pieces.bodies.insert_or_assign(part.part, std::move(part.body));
  if (static_cast<std::int64_t>(pieces.bodies.size()) < part.parts) return std::nullopt;
  Answer answer{std::move(part.job), part.chunk, std::move(part.counts), std::move(part.error), {}, part.copy};
  for (const auto& [number, body] : pieces.bodies) answer.body += body;
  const bool sound = sha256_hex(answer.body) == pieces.whole;
  chunks_.erase(part.chunk);
  // What does not hash to what it says is no answer; it is asked again.
  return sound ? std::optional(std::move(answer)) : std::nullopt;
}

void Assembly::forget(std::int64_t chunk) { chunks_.erase(chunk); }

std::string to_bytes(const DeadLetter& letter) {
  Json head = Json::object();
  head.set("tamga", Json::number(kProtocol)).set("subject", letter.subject).set("id", letter.id).set("reason", letter.reason);
  head.set("deliveries", Json::number(letter.deliveries)).set("worker", letter.worker).set("at", letter.at);
  return joined(head, letter.message);
}

Result<DeadLetter> read_dead_letter(std::string_view bytes) {
  TAMGA_TRY(const auto pair, split(bytes, "a dead letter"));
  DeadLetter letter;
  TAMGA_TRY(letter.subject, text(pair.head, "subject"));
  TAMGA_TRY(letter.id, text(pair.head, "id"));
  TAMGA_TRY(letter.reason, text(pair.head, "reason"));
  TAMGA_TRY(letter.deliveries, number(pair.head, "deliveries", 0, kChunkMax));
  TAMGA_TRY(letter.worker, text(pair.head, "worker"));
  TAMGA_TRY(letter.at, text(pair.head, "at"));
  letter.message = pair.body;
  return letter;
}

}  // namespace tamga::work
