#include "server/cookies.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::server {

std::string cookie_of(const api::Request& request, std::string_view wanted) {
  for (const auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      rest.remove_prefix(std::min(rest.size(), end + 1));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(wanted) && pair.size() > wanted.size() && pair[wanted.size()] == '=') return std::string(pair.substr(wanted.size() + 1));
    }
  }
  return {};
}

std::string session_cookie(const std::string& value, long seconds, bool secure) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}{}", kSessionCookie, value, seconds, secure ? "; Secure" : "");
}

std::string sign_in_cookie(const std::string& value, long seconds, bool secure) {
  return fmt::format("{}={}; Path=/v1/session/openid; HttpOnly; SameSite=Lax; Max-Age={}{}", kSignInCookie, value, seconds, secure ? "; Secure" : "");
}

}  // namespace tamga::server
