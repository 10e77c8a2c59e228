#pragma once

#include <string>
#include <string_view>

#include "api/endpoint.h"

/// Cookies of browsers.
namespace tamga::server {

inline constexpr std::string_view kSessionCookie = "tamga_session";
/// Of a sign-in on its way to the provider and back.
inline constexpr std::string_view kSignInCookie = "tamga_signin";

/// The value of a cookie that came with a request; empty: none.
[[nodiscard]] std::string cookie_of(const api::Request& request, std::string_view name);
/// Of a session: no other page's request ever has it. `seconds` 0 takes it away.
[[nodiscard]] std::string session_cookie(const std::string& value, long seconds, bool secure);
/// Lax, since the provider's page is what sends the browser back here; for the paths of the sign-in alone.
[[nodiscard]] std::string sign_in_cookie(const std::string& value, long seconds, bool secure);

}  // namespace tamga::server
