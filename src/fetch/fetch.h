#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "base/result.h"

/// Fetches one published list over https, whatever the server and the network do to it: a file is either whole and checked, or not there.
/// `tamga lists update` stands on it. Nothing here knows a list's format: the reader of the list has the last word.
///
///     fetch::Request request;
///     request.url = "https://scsanctions.un.org/resources/xml/en/consolidated.xml";
///     request.path = data + "/downloads/un_sc_sanctions";
///     request.etag = kept.etag;                     // of the edition that is stored already
///     TAMGA_TRY(const auto fetched, fetch::fetch(request));
///     if (!fetched.not_modified) import(fetched.path);
namespace tamga::fetch {

/// Everything has an end. A limit that is reached is an error that says so, never a shorter file.
struct Limits {
  std::uint64_t bytes = std::uint64_t{512} << 20;   ///< of the file, both as it travels and unpacked
  std::chrono::milliseconds total{30 * 60 * 1000};  ///< all attempts, and the pauses between them
  std::chrono::milliseconds connect{30 * 1000};
  /// Fewer bytes a second than this for so long, and the connection counts as dead. The EU makes its file when it is asked and is silent for
  /// more than a minute first.
  std::uint32_t low_speed_bytes = 1000;
  std::chrono::seconds low_speed_time{120};
  int redirects = 10;
  int retries = 5;  ///< after the first attempt; counted anew whenever an attempt got at least 1 MiB further than any before it
  std::chrono::milliseconds backoff_first{1000};  ///< doubled with each failure in a row, less up to a half by chance
  std::chrono::milliseconds backoff_max{60 * 1000};
  std::chrono::milliseconds retry_after_max{5 * 60 * 1000};  ///< a server that asks for a longer pause is given up for now
};

enum class Cleartext : std::uint8_t {
  loopback,  ///< http:// to 127.0.0.0/8, [::1] and localhost only
  anywhere,  ///< the configuration says so
};

struct Progress {
  std::uint64_t bytes = 0;  ///< as they travel: packed, when the server packs
  std::uint64_t total = 0;  ///< 0: the server does not say
};

struct Request {
  std::string url;  ///< https://, or http:// where `cleartext` allows it
  /// Where the whole file goes; its folder is made. Beside it: PATH.part (what arrived so far), PATH.part.json (whose bytes these are) and
  /// PATH.lock, which stays.
  std::string path;
  std::string etag;           ///< as the server sent them with the edition that is kept; empty: fetch in any case
  std::string last_modified;  ///< the same
  std::string ca_file;        ///< PEM certificates to trust INSTEAD of the system's; empty: the system's
  Cleartext cleartext = Cleartext::loopback;
  Limits limits;
  /// Called in the thread of fetch(), at most a few times a second and once at the end. May not call fetch(). When it throws, the fetch ends.
  std::function<void(const Progress&)> progress;
  std::stop_token stop;  ///< asks for an orderly end: within about a second, what arrived is kept and the next call continues
};

struct Fetched {
  bool not_modified = false;   ///< the server has what the request's `etag` or `last_modified` say; there is no file
  std::string path;            ///< the whole file, unpacked if it was packed for the way only
  std::uint64_t bytes = 0;     ///< its size
  std::string etag;            ///< what to ask with the next time; empty: the server gave none
  std::string last_modified;   ///< the same
  std::string content_type;    ///< as sent; may be empty or wrong, formats are known by content
  std::string final_url;       ///< after redirects, as shown_url() shows it; may be a signed address that expires
  int attempts = 0;            ///< 1: it went well at once
  bool resumed = false;        ///< part of it was there from before, or from a connection that broke
  bool length_checked = true;  ///< false: the server neither said how long the file is nor marked its end, so a cut would not show
};

/// Fetches `url` into `path`. Blocks; safe to call from several threads and processes at once: the second one for the same path gets an error.
///
/// Continued (Range, If-Range) when a connection breaks in the middle, here or in an earlier run, if the server gave a strong validator
/// (RFC 9110, section 8.8). Tried again with growing pauses: no connection, broken, too slow, 408, 425, 429, 5xx (Retry-After is honoured).
/// Never tried again: other 4xx, certificates that do not fit, redirects to what is refused, HTML or nothing where a list was expected, more
/// than the limit.
///
/// TLS 1.2 or newer, certificate and host name checked. A redirect stays within http(s), and never goes from https down to http. Proxies are
/// taken from the environment as libcurl does (https_proxy, no_proxy…).
///
/// Errors: bad_input for a URL, path or ca_file that cannot work; failure for the rest. One line: the URL, what happened, what to do.
Result<Fetched> fetch(const Request& request);

/// The URL without user, password and fragment, fit for messages and records. The query stays: the EU's public token is one.
[[nodiscard]] std::string shown_url(std::string_view url);

}  // namespace tamga::fetch
