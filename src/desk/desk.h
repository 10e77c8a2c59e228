#pragma once

#include <optional>
#include <string_view>

#include "api/endpoint.h"

/// The web desk: pages for browsers (desk/), served from the program itself. They hold nothing of anybody; what they show they ask of the API.
namespace tamga::desk {

/// The file at a path, decoded and without its query; "/" is the desk itself. `headers` have their names in lower case: If-None-Match and
/// Accept-Encoding are heeded. Nothing where no file has this path. Where the desk was not built, "/" is a page that says how to build it.
/// Thread-safe.
[[nodiscard]] std::optional<api::Response> answer(std::string_view path, const api::Pairs& headers);

/// What a page may do: load scripts, styles, fonts and pictures of its own server and talk to it; no script or style within a page, no frame
/// around it.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

}  // namespace tamga::desk
