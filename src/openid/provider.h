#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

/// What a provider says of itself (OpenID Connect Discovery 1.0). Pure.
namespace tamga::openid {

struct Provider {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string jwks_uri;
  std::string userinfo_endpoint;     ///< empty: there is none
  std::string end_session_endpoint;  ///< the same
  bool secret_in_body = false;       ///< it takes the client's secret in the form only, and not as the header that is the rule
  bool names_issuer = false;         ///< every answer of it has "iss" (RFC 9207)
};

/// Where the document stands.
[[nodiscard]] std::string discovery_url(std::string_view issuer);

/// Errors: it is no such document, speaks of another issuer, or its provider can do no code flow with S256. Addresses are not looked at: whether they
/// may be asked is for who asks them to check.
Result<Provider> read_provider(std::string_view text, std::string_view issuer);

}  // namespace tamga::openid
