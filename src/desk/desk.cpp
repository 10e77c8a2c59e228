#include "desk/desk.h"

#include <array>
#include <span>
#include <string>
#include <utility>

#include "desk/files.h"

namespace tamga::desk {
namespace {

constexpr std::string_view kNotBuilt =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Tamga</title>"
    "<h1>Tamga answers here, without its web desk</h1>"
    "<p>This program was built where there was no npm. To have the desk: install npm (Node.js 18 or later), run "
    "<code>make desk build</code> in the sources, and "
    "start the server again.</p>"
    "<p>The API is here: <a href=\"/openapi.json\">/openapi.json</a>.</p></html>\n";

std::string_view type_of(std::string_view path) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes = {{{".html", "text/html; charset=utf-8"},
                                                                                    {".js", "text/javascript; charset=utf-8"},
                                                                                    {".css", "text/css; charset=utf-8"},
                                                                                    {".svg", "image/svg+xml"},
                                                                                    {".png", "image/png"},
                                                                                    {".woff2", "font/woff2"},
                                                                                    {".json", "application/json"}}};
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

std::string_view header(const api::Pairs& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

/// "gzip;q=0" is no, as rare as it is; so is "x-gzip".
bool takes_gzip(std::string_view accepted) {
  for (std::size_t at = accepted.find("gzip"); at != std::string_view::npos; at = accepted.find("gzip", at + 1)) {
    const bool word = at == 0 || accepted[at - 1] == ' ' || accepted[at - 1] == ',';
    const std::string_view rest = accepted.substr(at + 4);
    const std::string_view weight = rest.substr(0, rest.find(','));
    if (word && weight.find("q=0") == std::string_view::npos) return true;
    if (word) return weight.find("q=0.") != std::string_view::npos && weight.find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

api::Response page() {
  api::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"content-security-policy", std::string(kContentSecurityPolicy)},
                      {"referrer-policy", "no-referrer"},
                      {"x-frame-options", "DENY"},
                      {"cross-origin-opener-policy", "same-origin"},
                      {"cross-origin-resource-policy", "same-origin"},
                      {"permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}};
  return response;
}

}  // namespace

std::optional<api::Response> answer(std::string_view path, const api::Pairs& headers) {
  if (path == "/") path = "/index.html";
  const File* file = nullptr;
  for (const File& one : std::span(kFiles, kFileCount)) {
    if (path == one.path) file = &one;
  }
  if (file == nullptr) {
    if (path != "/index.html") return std::nullopt;
    auto response = page();
    response.body = kNotBuilt;
    return response;
  }
  auto response = page();
  response.content_type = type_of(path);
  const bool packed = file->gzip_begin != nullptr && takes_gzip(header(headers, "accept-encoding"));
  const std::string tag = std::string("\"") + file->hash + (packed ? "-gzip\"" : "\"");
  response.headers.emplace_back("etag", tag);
  response.headers.emplace_back("vary", "accept-encoding");
  // The names below /assets/ hold the hash of their bytes, so what is there never changes.
  response.headers.emplace_back("cache-control", path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
  if (header(headers, "if-none-match").find(tag) != std::string_view::npos) {
    response.status = 304;
    return response;
  }
  if (packed) response.headers.emplace_back("content-encoding", "gzip");
  response.body = packed ? std::string(file->gzip_begin, file->gzip_end) : std::string(file->begin, file->end);
  return response;
}

}  // namespace tamga::desk
