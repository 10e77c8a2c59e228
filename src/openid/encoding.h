#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Letters in which OpenID Connect writes bytes. Pure.
namespace tamga::openid {

/// base64url without padding (RFC 4648, section 5).
[[nodiscard]] std::string base64url(std::string_view bytes);
/// Strict, so that one value has one spelling: no padding, no white space, no bits left over. Nothing for any other text.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
/// All but unreserved letters (RFC 3986, section 2.3) as %XX: fit for a query and for a form.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace tamga::openid
