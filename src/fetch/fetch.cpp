#include "fetch/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <utility>

#include "base/files.h"
#include "fetch/curl.h"
#include "fetch/http.h"
#include "fetch/part.h"

// How a fetch goes. A fetch is a row of attempts; an attempt is a row of exchanges, one for each redirect; an exchange is one curl_easy_perform.
// What an exchange came to is an Ending: done, the next address, again at once, again after a pause, or never.
//
// Redirects are followed here, not by libcurl: its rule (CURLOPT_REDIR_PROTOCOLS_STR) looks at one hop only, so http on loopback -> https ->
// http would pass. Packed content (Content-Encoding) is kept as it travels and unpacked by base/files at the end, not by libcurl: ranges count
// packed bytes, so this is the only way to continue it; and libcurl 7.88 takes a gzip stream that stops in the middle for a whole one.
namespace tamga::fetch {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kHeaderBytesMax = std::size_t{256} << 10;
constexpr std::size_t kOtherBodyMax = std::size_t{64} << 10;  // of a redirect or an error: nobody reads it
constexpr std::uint64_t kStep = std::uint64_t{1} << 20;       // an attempt that got so much further gives hope anew
constexpr std::size_t kBeginning = 4096;
constexpr std::size_t kValueMax = 1000;
constexpr std::size_t kLocationMax = 16384;  // signed addresses of cloud stores are some 2000 letters
constexpr milliseconds kProgressEvery{200};

enum class Next : std::uint8_t { done, not_modified, redirect, again, later, never };

struct Ending {
  Next next = Next::never;
  std::string what;       ///< after "URL: "
  std::string advice;     ///< after "; "
  milliseconds pause{0};  ///< the server's Retry-After
  ErrorKind kind = ErrorKind::failure;
  bool worthless = false;  ///< what arrived is not to be continued
};

Ending worthless(Ending ending) {
  ending.worthless = true;
  return ending;
}
Ending never(std::string what, std::string advice) { return {Next::never, std::move(what), std::move(advice), {}, ErrorKind::failure, false}; }
Ending later(std::string what, std::string advice) { return {Next::later, std::move(what), std::move(advice), {}, ErrorKind::failure, false}; }
Ending again(std::string what, std::string advice) { return {Next::again, std::move(what), std::move(advice), {}, ErrorKind::failure, false}; }
Ending never(const Error& error) { return {Next::never, error.text(), "nothing was changed", {}, error.kind, false}; }

constexpr const char* kByHand = "try again later, or download it by hand and use: tamga lists import FILE";
constexpr const char* kCheckAddress = "check the address";

std::string seconds(milliseconds time) {
  const auto whole = time.count() / 1000;
  return time.count() % 1000 == 0 ? fmt::format("{} s", whole) : fmt::format("{}.{} s", whole, time.count() % 1000 / 100);
}

/// For messages: the end of a very long address is not worth the sentence behind it.
std::string brief_url(std::string_view url, bool query = true) {
  constexpr std::size_t kUrlMax = 300;
  std::string shown = shown_url(url);
  if (!query) shown.resize(std::min(shown.find('?'), shown.size()));
  if (shown.size() > kUrlMax) {
    shown.resize(kUrlMax);
    shown += "...";
  }
  return shown;
}

std::string_view status_words(long status) {
  switch (status) {
    case 400: return " (bad request)";
    case 401: return " (user and password wanted)";
    case 403: return " (forbidden)";
    case 404: return " (not found)";
    case 408: return " (request timeout)";
    case 410: return " (gone)";
    case 429: return " (too many requests)";
    case 500: return " (internal error)";
    case 502: return " (bad gateway)";
    case 503: return " (unavailable)";
    case 504: return " (gateway timeout)";
    default: return "";
  }
}

/// A break that a later attempt may heal, or a server that asks for patience. 501 and 505 say that it never will.
bool is_passing(long status) { return status == 408 || status == 425 || status == 429 || (status >= 500 && status != 501 && status != 505); }

class Fetcher {
 public:
  Fetcher(const Request& request, Part part) : request_(request), part_(std::move(part)), deadline_(Clock::now() + request.limits.total) {}

  Result<Fetched> run();

 private:
  Ending attempt();
  Ending exchange(const std::string& url);
  Status set_up(const std::string& url);

  // In the callbacks of libcurl. false: stop here, `ending_` says why or the status does.
  bool on_header_line(std::string_view line);
  bool on_body(std::string_view bytes);
  bool on_tick();
  bool begin();
  bool begin_whole();
  bool begin_rest();
  bool stop_with(Ending ending);

  Ending by_status(long status);
  Ending by_code(CURLcode code);
  Ending complete();
  Ending complete_packed();
  Ending unpacked_too_large() const;

  [[nodiscard]] std::string header(const char* name, std::size_t size_max = kValueMax) const;
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;
  [[nodiscard]] long status() const;
  [[nodiscard]] std::string arrived() const;
  Ending too_large() const {
    return worthless(never(fmt::format("is larger than the limit of {} bytes", request_.limits.bytes), "raise the limit, if it is right"));
  }
  Ending html() const {
    return never("is a web page (HTML), not a list", "the address may have moved, or something on the way asks to log in; open it in a browser");
  }

  /// Waits unless asked to stop. false: asked to stop.
  bool wait(milliseconds time);
  milliseconds pause(int failures, milliseconds asked);
  void report(bool last);
  Error error(const Ending& ending) const;
  Fetched fetched() const;

  template <typename Call>
  static std::size_t guarded(Fetcher& fetcher, std::size_t size, Call call) noexcept;
  static std::size_t header_callback(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t body_callback(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static int tick_callback(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept;

  const Request& request_;
  Part part_;
  const Clock::time_point deadline_;
  const std::unique_ptr<CURL, EasyCloser> easy_{curl_easy_init()};
  std::unique_ptr<curl_slist, ListCloser> headers_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::minstd_rand random_{std::random_device{}()};
  int attempts_ = 0;
  bool plain_ = false;  ///< packed content went wrong once, ask for it unpacked

  // Of the exchange under way.
  std::string url_;
  bool ranged_ = false;
  bool conditional_ = false;
  bool begun_ = false;    ///< the headers of the final answer are complete
  bool storing_ = false;  ///< the body is the file, or the rest of it
  std::size_t header_bytes_ = 0;
  std::size_t other_bytes_ = 0;
  std::optional<Ending> ending_;

  // Of the file.
  std::string etag_;
  std::string last_modified_;
  std::string content_type_;
  std::uint64_t bytes_ = 0;
  bool resumed_ = false;
  bool length_checked_ = true;
  bool not_modified_ = false;
  std::optional<std::uint64_t> reported_;
  Clock::time_point reported_at_{};
};

// ---- the callbacks: C calls them, so nothing may fly out ----

template <typename Call>
std::size_t Fetcher::guarded(Fetcher& fetcher, std::size_t size, Call call) noexcept {
  try {
    if (call()) return size;
  } catch (const std::exception& thrown) {
    try {
      fetcher.ending_ = never(fmt::format("was broken off: {}", thrown.what()), "try again");
    } catch (...) {
      fetcher.ending_ = Ending{};
    }
  } catch (...) {
    fetcher.ending_ = Ending{};
  }
  return CURL_WRITEFUNC_ERROR;
}

std::size_t Fetcher::header_callback(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& fetcher = *static_cast<Fetcher*>(self);
  return guarded(fetcher, size * count, [&] { return fetcher.on_header_line({data, size * count}); });
}

std::size_t Fetcher::body_callback(char* data, std::size_t size, std::size_t count, void* self) noexcept {
  auto& fetcher = *static_cast<Fetcher*>(self);
  return guarded(fetcher, size * count, [&] { return fetcher.on_body({data, size * count}); });
}

int Fetcher::tick_callback(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
  auto& fetcher = *static_cast<Fetcher*>(self);
  return guarded(fetcher, 0, [&] { return fetcher.on_tick(); }) == 0 ? 0 : 1;
}

bool Fetcher::stop_with(Ending ending) {
  ending_ = std::move(ending);
  return false;
}

bool Fetcher::on_tick() {
  if (request_.stop.stop_requested()) return false;
  report(false);
  return true;
}

bool Fetcher::on_header_line(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kHeaderBytesMax) return stop_with(never(fmt::format("sends more than {} bytes of headers", kHeaderBytesMax), kCheckAddress));
  if (line != "\r\n" && line != "\n") return true;
  if (begun_ || status() < 200) return true;  // trailers behind a chunked body; 100 Continue and its like
  begun_ = true;
  return begin();
}

bool Fetcher::begin() {
  switch (status()) {
    case 200: return begin_whole();
    case 206: return begin_rest();
    default: return true;
  }
}

bool Fetcher::begin_whole() {
  content_type_ = header("Content-Type");
  if (is_html_type(content_type_)) return stop_with(html());
  Origin origin;
  origin.url = request_.url;
  origin.total = content_length();
  if (origin.total.value_or(0) > request_.limits.bytes) return stop_with(too_large());
  const auto encoding = header("Content-Encoding");
  if (encoding == "gzip" || encoding == "x-gzip") {
    origin.encoding = "gzip";
  } else if (!encoding.empty() && encoding != "identity") {
    return stop_with(never(fmt::format("is packed as '{}', which was not asked for", encoding), kByHand));
  }
  etag_ = header("ETag");
  last_modified_ = header("Last-Modified");
  if (is_strong_etag(etag_)) {
    origin.etag = etag_;
  } else if (is_strong_date(last_modified_, header("Date"))) {
    origin.last_modified = last_modified_;
  }
  long version = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_VERSION, &version);
  length_checked_ = origin.total.has_value() || version >= CURL_HTTP_VERSION_2_0 || !header("Transfer-Encoding").empty();
  resumed_ = false;
  if (const auto status = part_.restart(std::move(origin)); !status) return stop_with(never(status.error()));
  storing_ = true;
  return true;
}

bool Fetcher::begin_rest() {
  if (!ranged_) return stop_with(never("answers 206 (a part of the file), though all of it was asked for", kByHand));
  if (is_html_type(header("Content-Type"))) return stop_with(html());
  const auto& origin = part_.origin();
  const auto range = read_content_range(header("Content-Range"));
  auto encoding = header("Content-Encoding");
  if (encoding == "x-gzip") encoding = "gzip";
  if (encoding == "identity") encoding.clear();
  const auto etag = header("ETag");
  const auto changed = header("Last-Modified");
  // Some servers know Range but not If-Range, and send the rest of another edition.
  const bool fits = range && range->first == part_.size() && encoding == origin.encoding &&
                    (!origin.total || !range->total || *range->total == *origin.total) &&
                    (etag.empty() || origin.etag.empty() || etag == origin.etag) &&
                    (changed.empty() || origin.last_modified.empty() || changed == origin.last_modified);
  if (!fits) return stop_with(again("sends another part of the file than was asked for", kByHand));
  if (range->total.value_or(0) > request_.limits.bytes || range->last >= request_.limits.bytes) return stop_with(too_large());
  etag_ = etag.empty() ? origin.etag : etag;
  last_modified_ = changed.empty() ? origin.last_modified : changed;
  content_type_ = header("Content-Type");
  length_checked_ = true;
  resumed_ = true;
  storing_ = true;
  return true;
}

bool Fetcher::on_body(std::string_view bytes) {
  if (!storing_) {
    other_bytes_ += bytes.size();
    return other_bytes_ <= kOtherBodyMax;
  }
  if (bytes.size() > request_.limits.bytes || part_.size() > request_.limits.bytes - bytes.size()) return stop_with(too_large());
  if (const auto status = part_.append(bytes); !status) return stop_with(worthless(never(status.error())));  // a full disk wants it gone
  return true;
}

// ---- one exchange ----

std::string Fetcher::header(const char* name, std::size_t size_max) const {
  // -1: of the last answer, behind a proxy's own and behind a log-in. Sent twice, it is one value with a comma (RFC 9110, section 5.3), which
  // then fits nothing that is expected here.
  curl_header* found = nullptr;
  std::string value;
  for (std::size_t index = 0; curl_easy_header(easy_.get(), name, index, CURLH_HEADER, -1, &found) == CURLHE_OK; ++index) {
    if (index > 0) value += ", ";
    value += found->value;
    if (index + 1 == found->amount) break;
  }
  return value.size() <= size_max && is_header_value(value) ? value : std::string();
}

std::optional<std::uint64_t> Fetcher::content_length() const {
  if (!header("Transfer-Encoding").empty()) return std::nullopt;  // RFC 9112, section 6.3: it overrides Content-Length
  const auto text = header("Content-Length");
  std::uint64_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return length;
}

long Fetcher::status() const {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

Status Fetcher::set_up(const std::string& url) {
  CURL* easy = easy_.get();
  bool set = true;
  const auto option = [&](CURLoption which, auto value) { set = set && curl_easy_setopt(easy, which, value) == CURLE_OK; };
  const auto& limits = request_.limits;
  option(CURLOPT_URL, url.c_str());
  option(CURLOPT_PROTOCOLS_STR, "http,https");
  option(CURLOPT_FOLLOWLOCATION, 0L);
  option(CURLOPT_NOSIGNAL, 1L);
  option(CURLOPT_SSL_VERIFYPEER, 1L);
  option(CURLOPT_SSL_VERIFYHOST, 2L);
  option(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  option(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!request_.ca_file.empty()) {
    option(CURLOPT_CAINFO, request_.ca_file.c_str());
    option(CURLOPT_PROXY_CAINFO, request_.ca_file.c_str());
    // Without this the folder of the system's certificates would still count.
    option(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    option(CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
  }
  option(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  option(CURLOPT_USERAGENT, "tamga/" TAMGA_VERSION);
  option(CURLOPT_COOKIEFILE, "");  // in memory and for this fetch: some sites redirect to themselves until a cookie comes back
  option(CURLOPT_TCP_KEEPALIVE, 1L);
  option(CURLOPT_CONNECTTIMEOUT_MS, std::max<long>(1, limits.connect.count()));
  const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now()).count();
  option(CURLOPT_TIMEOUT_MS, std::clamp<long>(left, 1, 1L << 30));
  option(CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits.low_speed_bytes));
  option(CURLOPT_LOW_SPEED_TIME, std::max<long>(1, limits.low_speed_time.count()));
  option(CURLOPT_ERRORBUFFER, detail_.data());
  option(CURLOPT_HEADERFUNCTION, &Fetcher::header_callback);
  option(CURLOPT_HEADERDATA, static_cast<void*>(this));
  option(CURLOPT_WRITEFUNCTION, &Fetcher::body_callback);
  option(CURLOPT_WRITEDATA, static_cast<void*>(this));
  option(CURLOPT_XFERINFOFUNCTION, &Fetcher::tick_callback);
  option(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  option(CURLOPT_NOPROGRESS, 0L);

  headers_.reset();
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    if (longer == nullptr) set = false;
    if (longer != nullptr && longer != headers_.get()) {
      (void)headers_.release();  // it is the rest of the longer list now
      headers_.reset(longer);
    }
  };
  const auto& origin = part_.origin();
  ranged_ = part_.size() > 0 && origin.resumable();
  const bool packed = ranged_ ? origin.encoding == "gzip" : !plain_;
  add(packed ? "Accept-Encoding: gzip" : "Accept-Encoding: identity");
  conditional_ = false;
  if (!request_.etag.empty() && is_header_value(request_.etag)) {
    add("If-None-Match: " + request_.etag);
    conditional_ = true;
  }
  if (!request_.last_modified.empty() && is_header_value(request_.last_modified)) {
    add("If-Modified-Since: " + request_.last_modified);
    conditional_ = true;
  }
  option(CURLOPT_RANGE, static_cast<const char*>(nullptr));
  if (ranged_) {
    // CURLOPT_RESUME_FROM_LARGE would refuse a 200, which here means: the file has changed, take it from the beginning.
    option(CURLOPT_RANGE, fmt::format("{}-", part_.size()).c_str());
    add("If-Range: " + (origin.etag.empty() ? origin.last_modified : origin.etag));
  }
  option(CURLOPT_HTTPHEADER, headers_.get());
  if (!set) return failure("libcurl does not take its options; the installed libcurl is too old, 7.85 or newer is needed");
  return {};
}

Ending Fetcher::exchange(const std::string& url) {
  url_ = url;
  begun_ = storing_ = false;
  header_bytes_ = other_bytes_ = 0;
  ending_.reset();
  detail_[0] = '\0';
  if (const auto status = set_up(url); !status) return never(status.error());
  const CURLcode code = curl_easy_perform(easy_.get());
  if (ending_) return *ending_;
  if (request_.stop.stop_requested()) return never("was stopped", "what arrived is kept, the next call continues");
  if (begun_ && !storing_) return by_status(status());
  if (code != CURLE_OK) return by_code(code);
  // The server's own range may end before the file does.
  if (const auto total = part_.origin().total; total && part_.size() != *total) return later("ended too early, " + arrived(), kByHand);
  Ending whole = complete();
  return whole.next == Next::never ? worthless(std::move(whole)) : whole;
}

Ending Fetcher::by_status(long status) {
  const std::string answer = fmt::format("the server answers {}{}", status, status_words(status));
  if (status == 304 && conditional_) return {Next::not_modified, {}, {}, {}, ErrorKind::failure, false};
  if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
    // Not CURLINFO_REDIRECT_URL: that is not set when the body of the redirect was cut off for its length.
    const auto location = header("Location", kLocationMax);
    if (location.empty()) return never(fmt::format("redirects ({}) without saying where to", status), kCheckAddress);
    auto next = resolve_url(url_, location);
    if (!next) return never(fmt::format("redirects ({}) to what is no URL", status), kCheckAddress);
    return {Next::redirect, std::move(*next), {}, {}, ErrorKind::failure, false};
  }
  if (status == 416 && ranged_) return again(answer + " to a range", kByHand);
  if (is_passing(status)) {
    curl_off_t asked = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_RETRY_AFTER, &asked);
    Ending ending = later(answer, kByHand);
    ending.pause = milliseconds(std::clamp<curl_off_t>(asked, 0, 1 << 20) * 1000);
    return ending;
  }
  switch (status) {
    case 401: return never(answer, "the address may need a user and password, or a token");
    case 403: return never(answer, "it may want a token in the address, or refuse this network; open it in a browser");
    case 404:
    case 410: return never(answer, "the authority may have moved the file; check the address");
    default: return never(answer + " where the file was expected", kCheckAddress);
  }
}

Ending Fetcher::by_code(CURLcode code) {
  const std::string detail = detail_[0] != '\0' ? detail_.data() : curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      // libcurl's clock and ours may differ by a moment.
      if (Clock::now() + milliseconds(50) >= deadline_) {
        return never(fmt::format("is not complete after {}, {}", seconds(request_.limits.total), arrived()),
                     "try again: what arrived may be continued");
      }
      return later(fmt::format("is too slow ({}), {}", detail, arrived()), kByHand);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return never(fmt::format("the server could not prove who it is ({})", detail),
                   "nothing was fetched; if a proxy of yours opens https, give its certificate as ca_file");
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CRL_BADFILE: {
      Ending ending = never(fmt::format("the certificates to trust cannot be read ({})", detail), "ca_file must be a file of PEM certificates");
      ending.kind = ErrorKind::bad_input;
      return ending;
    }
    case CURLE_SSL_CONNECT_ERROR:
      // A handshake that was cut off may go well the next time; one that was refused (no common version or cipher, not TLS at all) will not.
      if (detail.find("SSL routines") != std::string::npos && detail.find("unexpected eof") == std::string::npos) {
        return never(fmt::format("no secure connection can be agreed on ({})", detail), "the server must speak TLS 1.2 or newer; check the address");
      }
      return later(fmt::format("the secure connection broke off ({})", detail), kByHand);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return later(fmt::format("cannot be reached ({})", detail), "check the network, the proxy (https_proxy) and the address");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_URL_MALFORMAT: return never(fmt::format("the answer is not HTTP ({})", detail), kCheckAddress);
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_BAD_FUNCTION_ARGUMENT: return never(fmt::format("cannot be fetched ({})", detail), "try again");
    default: {
      long proxy = 0;
      curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &proxy);
      if (proxy >= 400 && !is_passing(proxy))
        return never(fmt::format("the proxy refuses the connection ({})", proxy), "check https_proxy and no_proxy");
      return later(fmt::format("the connection broke ({}), {}", detail, arrived()), kByHand);
    }
  }
}

std::string Fetcher::arrived() const {
  if (const auto total = part_.origin().total; total && part_.size() > 0) return fmt::format("{} of {} bytes arrived", part_.size(), *total);
  return fmt::format("{} bytes arrived", part_.size());
}

// ---- the file is here: is it one? ----

Ending Fetcher::unpacked_too_large() const {
  return never(fmt::format("unpacks to more than the limit of {} bytes", request_.limits.bytes), "raise the limit, if it is right");
}

Ending Fetcher::complete_packed() {
  auto packed = read_file(part_.path(), request_.limits.bytes);
  if (!packed) return never(packed.error());
  const bool gzip = packed->starts_with("\x1f\x8b");
  auto files = unpack(NamedBytes{request_.path, std::move(*packed)}, FileLimits{request_.limits.bytes, 1});
  // By base's words, since its errors have no finer kind; a test fetches a bomb.
  if (!files && files.error().message.find("unpacks to more than") != std::string::npos) return unpacked_too_large();
  if (!gzip || !files) {
    if (plain_) return never("arrives packed (gzip) and does not unpack", kByHand);
    plain_ = true;
    return again("arrives packed (gzip) and does not unpack", kByHand);
  }
  const std::string& plain = files->front().bytes;
  if (plain.empty()) return never("is empty", kByHand);
  if (looks_like_html(std::string_view(plain).substr(0, kBeginning))) return html();
  bytes_ = plain.size();
  if (const auto status = write_file_atomically(request_.path, plain); !status) return never(status.error());
  if (const auto status = flush_folder(request_.path); !status) return never(status.error());
  part_.discard();
  return {Next::done, {}, {}, {}, ErrorKind::failure, false};
}

Ending Fetcher::complete() {
  if (part_.size() == 0) return never("is empty", kByHand);
  if (part_.origin().encoding == "gzip") return complete_packed();
  const auto beginning = part_.beginning(kBeginning);
  if (!beginning) return never(beginning.error());
  if (looks_like_html(*beginning)) return html();
  bytes_ = part_.size();
  if (const auto status = part_.finish(request_.path); !status) return never(status.error());
  return {Next::done, {}, {}, {}, ErrorKind::failure, false};
}

// ---- attempts ----

Ending Fetcher::attempt() {
  std::string url = request_.url;
  for (int redirects = 0;; ++redirects) {
    Ending ending = exchange(url);
    if (ending.next != Next::redirect) return ending;
    std::string next = std::move(ending.what);
    if (redirects == request_.limits.redirects) return never(fmt::format("redirects more than {} times", request_.limits.redirects), kCheckAddress);
    if (const auto why = refuse_url(next, url, request_.cleartext)) {
      return never(fmt::format("redirects to {}, which {}", brief_url(next, false), *why), kCheckAddress);
    }
    url = std::move(next);
  }
}

bool Fetcher::wait(milliseconds time) {
  std::mutex mutex;
  std::condition_variable_any nobody;
  std::unique_lock lock(mutex);
  (void)nobody.wait_for(lock, request_.stop, time, [] { return false; });
  return !request_.stop.stop_requested();
}

/// Doubled each time, and less up to a half by chance, so that all who lost the same server do not come back in the same moment.
milliseconds Fetcher::pause(int failures, milliseconds asked) {
  auto time = request_.limits.backoff_first;
  for (int i = 1; i < failures && time < request_.limits.backoff_max; ++i) time *= 2;
  time = std::min(time, request_.limits.backoff_max);
  const auto half = std::max<milliseconds::rep>(time.count() / 2, 0);
  time -= milliseconds(std::uniform_int_distribution<milliseconds::rep>(0, half)(random_));
  return std::max(time, asked);
}

void Fetcher::report(bool last) {
  if (!request_.progress) return;
  const auto now = Clock::now();
  if (!last && (!storing_ || reported_ == part_.size() || now - reported_at_ < kProgressEvery)) return;
  reported_ = last ? bytes_ : part_.size();
  reported_at_ = now;
  request_.progress(last ? Progress{bytes_, bytes_} : Progress{part_.size(), part_.origin().total.value_or(0)});
}

Error Fetcher::error(const Ending& ending) const {
  std::string text = brief_url(request_.url);
  if (url_ != request_.url && !url_.empty()) text += fmt::format(" (redirected to {})", brief_url(url_, false));
  text += ": " + (ending.what.empty() ? std::string("was broken off") : ending.what);
  if (attempts_ > 1) text += fmt::format(" (tried {} times)", attempts_);
  if (!ending.advice.empty()) text += "; " + ending.advice;
  return ending.kind == ErrorKind::bad_input ? bad_input(std::move(text)).error() : failure(std::move(text)).error();
}

Fetched Fetcher::fetched() const {
  Fetched fetched;
  fetched.not_modified = not_modified_;
  fetched.path = not_modified_ ? std::string() : request_.path;
  fetched.bytes = bytes_;
  fetched.etag = etag_;
  fetched.last_modified = last_modified_;
  fetched.content_type = content_type_;
  fetched.final_url = shown_url(url_);
  fetched.attempts = attempts_;
  fetched.resumed = resumed_;
  fetched.length_checked = length_checked_;
  return fetched;
}

Result<Fetched> Fetcher::run() {
  if (!easy_) return failure("libcurl cannot be set up");
  std::uint64_t furthest = part_.size();
  int failures = 0;
  for (;;) {
    if (request_.stop.stop_requested()) return std::unexpected(error(never("was stopped", "what arrived is kept, the next call continues")));
    ++attempts_;
    Ending ending = attempt();
    switch (ending.next) {
      case Next::done: report(true); return fetched();
      case Next::not_modified:
        part_.discard();
        not_modified_ = true;
        etag_ = header("ETag").empty() ? request_.etag : header("ETag");
        last_modified_ = header("Last-Modified").empty() ? request_.last_modified : header("Last-Modified");
        content_type_.clear();
        return fetched();
      case Next::again: part_.discard(); break;
      case Next::later:
        if (!part_.origin().resumable() && part_.origin().encoding == "gzip") plain_ = true;
        if (part_.size() >= furthest + kStep) {
          furthest = part_.size();
          failures = 0;
        }
        break;
      case Next::redirect:
      case Next::never: break;
    }
    const bool hopeless = ending.next == Next::never || ++failures > request_.limits.retries;
    const auto time = hopeless || ending.next == Next::again ? milliseconds(0) : pause(failures, ending.pause);
    const bool too_long = time > request_.limits.retry_after_max && ending.pause > request_.limits.retry_after_max;
    const bool too_late = !hopeless && Clock::now() + time >= deadline_;
    if (hopeless || too_long || too_late) {
      if (ending.worthless || !part_.origin().resumable() || part_.size() == 0) {
        part_.discard();
      } else {
        (void)part_.keep();  // the first error is the one to tell
      }
      if (too_long) ending.what += fmt::format(" and asks to wait {}", seconds(ending.pause));
      if (too_late && !too_long) ending.what += fmt::format("; the time allowed ({}) is over", seconds(request_.limits.total));
      return std::unexpected(error(ending));
    }
    if (const auto kept = part_.keep(); !kept) return std::unexpected(kept.error());
    if (time > milliseconds(0)) (void)wait(time);
  }
}

}  // namespace

Result<Fetched> fetch(const Request& request) {
  try {
    if (const auto why = refuse_url(request.url, {}, request.cleartext)) return bad_input(fmt::format("{}: {}", brief_url(request.url), *why));
    if (request.path.empty() || request.path.ends_with('/')) return bad_input("a fetch needs the path of a file to write");
    if (!request.ca_file.empty()) {
      // libcurl says the same, but after it has connected.
      if (const auto certificates = read_file(request.ca_file, std::size_t{64} << 20); !certificates) return std::unexpected(certificates.error());
    }
    if (!curl_is_ready()) return failure("libcurl cannot be set up");
    if (const auto folder = std::filesystem::path(request.path).parent_path(); !folder.empty()) {
      std::error_code wrong;
      std::filesystem::create_directories(folder, wrong);
      if (wrong) return failure(fmt::format("{}: cannot be created: {}", folder.string(), wrong.message()));
    }
    TAMGA_TRY(const Handle lock, lock_path(request.path));
    TAMGA_TRY(Part part, Part::open(request.path + ".part", request.url));
    Fetcher fetcher(request, std::move(part));
    return fetcher.run();
  } catch (const std::exception& thrown) {
    return failure(fmt::format("{}: was broken off: {}", brief_url(request.url), thrown.what()));
  }
}

}  // namespace tamga::fetch
