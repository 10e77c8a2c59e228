#include "peers/request.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/utf8.h"

namespace tamga::peers {
namespace {

bool digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos; }

/// Does `text` begin a moment as "0000-00-00T00:00:00" is written?
bool begins_moment(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  if (text.size() > kForm.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kForm[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != kForm[i]) return false;
  }
  // Whole parts only: a year, a month, a day, an hour, a minute, a second.
  return text.size() == 4 || text.size() == 7 || text.size() == 10 || text.size() == 13 || text.size() == 16 || text.size() == 19;
}

}  // namespace

std::unexpected<Refusal> refuse(int status, std::string detail) { return std::unexpected(Refusal{status, std::move(detail)}); }

api::Response refused(const Refusal& refusal) {
  api::Response response;
  response.status = refusal.status;
  response.body = Json::object().set("detail", quotable(refusal.detail)).dump();
  return response;
}

api::Response refused_watchman(const Refusal& refusal) {
  api::Response response;
  response.status = refusal.status;
  response.body = Json::object().set("error", quotable(refusal.detail)).dump();
  return response;
}

api::Response answered(std::string body) {
  api::Response response;
  response.body = std::move(body);
  return response;
}

Checked check_parameters(const api::Request& request, const std::vector<api::Parameter>& known) {
  for (std::size_t i = 0; i < request.query.size(); ++i) {
    const auto& name = request.query[i].first;
    const auto parameter = std::find_if(known.begin(), known.end(),
                                        [&](const api::Parameter& candidate) { return candidate.in == api::In::query && candidate.name == name; });
    if (parameter == known.end()) return refuse(422, fmt::format("query.{}: there is no such parameter; it would change nothing", name));
    if (parameter->repeated) continue;
    for (std::size_t k = 0; k < i; ++k) {
      if (request.query[k].first == name) return refuse(422, fmt::format("query.{}: stands twice, expected once", name));
    }
  }
  return {};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  if (!digits(text) || text.size() > 15) return {};
  std::int64_t value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

Answered<std::int64_t> integer(const api::Request& request, std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most) {
  const std::string* text = request.parameter(name);
  if (text == nullptr) return otherwise;
  const auto value = whole_number(*text);
  if (!value) return refuse(422, fmt::format("query.{}: \"{}\" is not a whole number from {} to {}", name, *text, least, most));
  if (*value < least || *value > most) return refuse(422, fmt::format("query.{}: {} is out of range, expected {} to {}", name, *value, least, most));
  return *value;
}

Answered<bool> boolean(const api::Request& request, std::string_view name, bool otherwise) {
  const std::string* text = request.parameter(name);
  if (text == nullptr) return otherwise;
  const std::string lower = lower_ascii(*text);
  for (const auto* yes : {"true", "1", "yes", "on", "t", "y"}) {
    if (lower == yes) return true;
  }
  for (const auto* no : {"false", "0", "no", "off", "f", "n"}) {
    if (lower == no) return false;
  }
  return refuse(422, fmt::format("query.{}: \"{}\" is neither true nor false", name, *text));
}

Answered<match::Score> score_of(std::string_view name, std::string_view text) {
  const auto score = match::threshold_from(text);
  if (!score) return refuse(422, fmt::format("{}: \"{}\" is not a number from 0 to 1", name, text));
  return *score;
}

Answered<match::Score> score(const api::Request& request, std::string_view name, match::Score otherwise) {
  const std::string* text = request.parameter(name);
  if (text == nullptr) return otherwise;
  return score_of(fmt::format("query.{}", name), *text);
}

Answered<std::string> moment(const api::Request& request, std::string_view name) {
  const std::string* text = request.parameter(name);
  if (text == nullptr) return std::string();
  std::string_view rest = *text;
  for (const auto* zone : {"Z", "+00:00", "-00:00"}) {
    if (rest.ends_with(zone) && rest.find('T') != std::string_view::npos) {
      rest.remove_suffix(std::string_view(zone).size());
      break;
    }
  }
  constexpr std::size_t kToSecond = 19;
  if (rest.size() > kToSecond + 1 && rest[kToSecond] == '.' && digits(rest.substr(kToSecond + 1))) rest = rest.substr(0, kToSecond);
  if (!begins_moment(rest))
    return refuse(422, fmt::format("query.{}: \"{}\" is not a moment in UTC, expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss", name, *text));
  return std::string(rest);
}

std::string base_of(const api::Request& request) {
  const std::string* host = request.header("host");
  const std::string* scheme = request.header("x-forwarded-proto");
  return fmt::format("{}://{}", scheme != nullptr && *scheme == "https" ? "https" : "http", host == nullptr ? "localhost" : *host);
}

}  // namespace tamga::peers
