#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "fetch/fetch.h"

/// What of HTTP is decided here and not by libcurl. Pure functions over what a server sends; all of them take any bytes.
namespace tamga::fetch {

/// "bytes 100-199/200" or "bytes 100-199/*" (RFC 9110, section 14.4).
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> total;
};
/// Nothing for other text, "bytes */200" among it, and for a range that is not within its total.
[[nodiscard]] std::optional<ContentRange> read_content_range(std::string_view value);

/// A strong validator says that two files are the same byte for byte, so their parts may be joined (RFC 9110, section 8.8.1).
[[nodiscard]] bool is_strong_etag(std::string_view etag);
/// A date is strong when the file had been at rest before it was sent: "at least one second" (RFC 9110, section 8.8.2.2).
[[nodiscard]] bool is_strong_date(const std::string& last_modified, const std::string& date);

/// Fit to be sent in a header: no control characters, so that what a server said last time cannot add headers this time.
[[nodiscard]] bool is_header_value(std::string_view value);

[[nodiscard]] bool is_html_type(std::string_view content_type);
/// Whether a file begins as a page for people: "<!doctype html" or "<html", after a byte order mark, white space, an XML declaration or
/// comments. Error pages and log-in pages come so, often with status 200 and the type of a list.
[[nodiscard]] bool looks_like_html(std::string_view beginning);

/// 127.0.0.0/8, ::1 (also in brackets) and localhost, which libcurl never asks DNS for.
[[nodiscard]] bool is_loopback(std::string_view host);

/// Why `url` may not be fetched, or nothing. `from` is the URL that redirects to it; empty: the user's own.
[[nodiscard]] std::optional<std::string> refuse_url(const std::string& url, const std::string& from, Cleartext cleartext);

/// Where a Location leads, relative to the URL that sent it (RFC 9110, section 10.2.2). Nothing for what is no URL.
[[nodiscard]] std::optional<std::string> resolve_url(const std::string& base, const std::string& location);

}  // namespace tamga::fetch
