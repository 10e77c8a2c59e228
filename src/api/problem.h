#pragma once

#include <string>
#include <string_view>

#include "api/endpoint.h"

/// Errors as responses. Every one that a handler gives is made here, so that a client can rely on the shape.
namespace tamga::api {

/// "Not Found"; of RFC 9110, section 15.
[[nodiscard]] std::string_view reason_phrase(int status);

/// A problem document (RFC 9457): {"type":"about:blank","title","status","detail"} and `more`'s members.
[[nodiscard]] Response problem(int status, std::string_view detail, Json more = Json::object());

/// The same in the shape that the clients of an endpoint expect.
[[nodiscard]] Response problem(ErrorStyle style, int status, std::string_view detail, Json more = Json::object());

/// bad_input 400, forbidden 403, not_found 404, usage 409 (something stands in the way), failure 500, or 503 for want of room. What failed inside
/// is the log's to know, not the caller's: a failure's detail is put into the header "x-tamga-failure", which the server takes away and logs.
[[nodiscard]] Response problem(const Error& error);

[[nodiscard]] Response ok(const Json& json, int status = 200);
/// The result's document, or its error.
[[nodiscard]] Response answer(const Result<Json>& result, int status = 200);

}  // namespace tamga::api
