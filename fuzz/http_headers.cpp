// What a server may send to the fetcher: a Content-Range, a Location, the beginning of a body. Line 1 of the input is also taken for a URL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fetch/http.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga::fetch;
  const std::string text(reinterpret_cast<const char*>(data), size);

  if (const auto range = read_content_range(text)) {
    require(range->first <= range->last);
    require(!range->total || range->last < *range->total);
  }
  (void)is_html_type(text);
  (void)looks_like_html(text);
  if (is_strong_etag(text)) require(text.find('\n') == std::string::npos && !text.starts_with("W/"));
  (void)is_strong_date(text, "Tue, 10 Nov 2026 08:00:00 GMT");

  // Wherever a redirect leads, it is https, or http on this machine and not from https; and what is shown of it has no password.
  for (const std::string base : {"https://user:secret@host/a/b", "http://127.0.0.1/a/b"}) {
    const auto next = resolve_url(base, text);
    if (!next || refuse_url(*next, base, Cleartext::loopback)) continue;
    require(next->starts_with("https://") || (base.starts_with("http:") && next->starts_with("http://")));
    const std::string shown = shown_url(*next);
    const auto authority = std::string_view(shown).substr(0, shown.find_first_of("/?", shown.find("://") + 3));
    require(authority.find('@') == std::string_view::npos);
  }
  return 0;
}
