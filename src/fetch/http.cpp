#include "fetch/http.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

namespace tamga::fetch {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letters(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

bool begins_with(std::string_view text, std::string_view word) { return same_letters(text.substr(0, word.size()), word); }

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Place {
  std::string scheme;
  std::string host;
};

using Parsed = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

/// As libcurl itself reads the URL, so that what is checked is what is fetched.
std::optional<Place> place_of(const std::string& url) {
  const Parsed parsed(curl_url(), curl_url_cleanup);
  // Any scheme may be read here; refuse_url() then says which one it is that it refuses.
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) return std::nullopt;
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), which, &text, 0) != CURLUE_OK || text == nullptr) return std::string();
    const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
    return std::string(text);
  };
  return Place{part(CURLUPART_SCHEME), part(CURLUPART_HOST)};
}

}  // namespace

std::string shown_url(std::string_view url) {
  std::string shown(url.substr(0, url.find('#')));
  const auto slashes = shown.find("://");
  const std::size_t begin = slashes == std::string::npos ? 0 : slashes + 3;
  // What libcurl cannot read may hold a password anywhere before an '@'.
  const std::size_t end = place_of(std::string(url)) ? std::min(shown.find_first_of("/?", begin), shown.size()) : shown.size();
  if (const auto at = shown.substr(0, end).rfind('@'); at != std::string::npos && at >= begin) shown.erase(begin, at + 1 - begin);
  return shown;
}

std::optional<ContentRange> read_content_range(std::string_view value) {
  value = trim(value);
  constexpr std::string_view kUnit = "bytes ";
  if (!begins_with(value, kUnit)) return std::nullopt;
  value = trim(value.substr(kUnit.size()));
  const auto dash = value.find('-');
  const auto slash = value.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
  const auto first = read_number(value.substr(0, dash));
  const auto last = read_number(value.substr(dash + 1, slash - dash - 1));
  if (!first || !last || *last < *first) return std::nullopt;
  ContentRange range{*first, *last, std::nullopt};
  if (value.substr(slash + 1) == "*") return range;
  range.total = read_number(value.substr(slash + 1));
  if (!range.total || *last >= *range.total) return std::nullopt;
  return range;
}

bool is_strong_etag(std::string_view etag) { return etag.size() >= 2 && etag.front() == '"' && etag.back() == '"' && is_header_value(etag); }

bool is_strong_date(const std::string& last_modified, const std::string& date) {
  if (!is_header_value(last_modified) || last_modified.empty() || date.empty()) return false;
  const auto changed = curl_getdate(last_modified.c_str(), nullptr);
  const auto sent = curl_getdate(date.c_str(), nullptr);
  return changed >= 0 && sent >= 0 && sent > changed;
}

bool is_header_value(std::string_view value) {
  return std::ranges::none_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_html_type(std::string_view content_type) {
  const auto type = trim(content_type.substr(0, content_type.find(';')));
  return same_letters(type, "text/html") || same_letters(type, "application/xhtml+xml");
}

bool looks_like_html(std::string_view beginning) {
  if (beginning.starts_with("\xEF\xBB\xBF")) beginning.remove_prefix(3);
  const auto skip = [&](std::string_view open, std::string_view close) {
    if (!beginning.starts_with(open)) return false;
    const auto end = beginning.find(close, open.size());
    if (end == std::string_view::npos) return false;
    beginning.remove_prefix(end + close.size());
    return true;
  };
  do {
    beginning.remove_prefix(std::min(beginning.find_first_not_of(kSpace), beginning.size()));
  } while (skip("<?xml", "?>") || skip("<!--", "-->"));
  for (const std::string_view tag : {"<!doctype html", "<html"}) {
    if (!begins_with(beginning, tag)) continue;
    // "<htmlish>" would be somebody's XML.
    if (beginning.size() == tag.size() || beginning[tag.size()] == '>' || kSpace.find(beginning[tag.size()]) != std::string_view::npos) return true;
  }
  return false;
}

bool is_loopback(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (same_letters(host, "localhost")) return true;
  const std::string text(host);
  std::array<unsigned char, 16> address{};
  if (::inet_pton(AF_INET, text.c_str(), address.data()) == 1) return address[0] == 127;
  if (::inet_pton(AF_INET6, text.c_str(), address.data()) != 1) return false;
  return address.back() == 1 && std::all_of(address.begin(), address.end() - 1, [](unsigned char byte) { return byte == 0; });
}

std::optional<std::string> refuse_url(const std::string& url, const std::string& from, Cleartext cleartext) {
  const auto place = place_of(url);
  const auto came_from = place_of(from);
  if (!place || place->host.empty() || !is_header_value(url)) {
    if (place && !place->scheme.empty() && place->scheme != "https" && place->scheme != "http") {
      return fmt::format("is of the scheme '{}', only https is fetched", place->scheme);
    }
    return "is not a URL; expected https://HOST/PATH";
  }
  if (place->scheme == "https") return std::nullopt;
  if (place->scheme != "http") return fmt::format("is of the scheme '{}', only https is fetched", place->scheme);
  if (came_from && came_from->scheme == "https") return "leads from https down to http, where anybody on the way could change the list";
  if (cleartext == Cleartext::anywhere || is_loopback(place->host)) return std::nullopt;
  return "is plain http, where anybody on the way could change the list; use https, or set allow_http in tamga.toml if this network is yours";
}

std::optional<std::string> resolve_url(const std::string& base, const std::string& location) {
  const Parsed parsed(curl_url(), curl_url_cleanup);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return std::nullopt;
  // Some servers leave spaces in what they send; libcurl's own redirects mend them too.
  if (curl_url_set(parsed.get(), CURLUPART_URL, location.c_str(), CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE | CURLU_ALLOW_SPACE) != CURLUE_OK) {
    return std::nullopt;
  }
  char* text = nullptr;
  if (curl_url_get(parsed.get(), CURLUPART_URL, &text, 0) != CURLUE_OK || text == nullptr) return std::nullopt;
  const std::unique_ptr<char, decltype(&curl_free)> owner(text, curl_free);
  return std::string(text);
}

}  // namespace tamga::fetch
