#include "api/problem.h"

#include "base/utf8.h"

namespace tamga::api {
namespace {

/// Bytes of a detail; what somebody sent may be long.
constexpr std::size_t kDetailMost = 4000;

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_input: return 400;
    case ErrorKind::usage: return 409;
    case ErrorKind::not_found: return 404;
    case ErrorKind::forbidden: return 403;
    case ErrorKind::failure: return 500;
  }
  return 500;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
  }
}

Response problem(int status, std::string_view detail, Json more) {
  // A header that is quoted may hold any bytes.
  const std::string text = quotable(detail, kDetailMost);
  Json json = Json::object();
  json.set("type", "about:blank").set("title", reason_phrase(status)).set("status", Json::number(status)).set("detail", text);
  for (auto& member : more.members) json.set(member.key, std::move(member.value));
  Response response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.body = json.dump() + "\n";
  return response;
}

Response problem(ErrorStyle style, int status, std::string_view detail, Json more) {
  if (style == ErrorStyle::problem) return problem(status, detail, std::move(more));
  Response response;
  response.status = status;
  response.body = Json::object().set(style == ErrorStyle::watchman ? "error" : "detail", quotable(detail, kDetailMost)).dump() + "\n";
  return response;
}

Response problem(const Error& error) {
  const int status = status_of(error.kind);
  if (status != 500) return problem(status, error.text());
  Response response = error.no_room ? problem(503, "there is no room on a disk or for a connection to the store; try again later")
                                    : problem(500, "something failed inside; the log has it under this request's id");
  if (error.no_room) response.headers.emplace_back("retry-after", "5");
  response.headers.emplace_back("x-tamga-failure", error.text());
  return response;
}

Response ok(const Json& json, int status) {
  Response response;
  response.status = status;
  response.body = json.dump() + "\n";
  return response;
}

Response answer(const Result<Json>& result, int status) { return result ? ok(*result, status) : problem(result.error()); }

}  // namespace tamga::api
