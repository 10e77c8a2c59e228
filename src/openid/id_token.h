#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "openid/keys.h"

/// ID tokens (OpenID Connect Core 1.0, sections 2 and 3.1.3.7): signed statements of a provider on who has just signed in. Pure: keys, day and what
/// is expected are handed in.
///
///     TAMGA_TRY(const auto token, openid::read_token(text));
///     if (keys.find(token.key, token.algorithm) == nullptr) … fetch the provider's keys again
///     TAMGA_TRY_STATUS(openid::verify(token, keys, {issuer, client, nonce, now}));
///     TAMGA_TRY(const auto person, openid::person_of(token.claims, "email"));
namespace tamga::openid {

/// A token, cut apart. Nothing in it is true before verify() has said so.
struct Token {
  Algorithm algorithm = Algorithm::rs256;
  std::string key;           ///< "kid"; may be empty
  Json claims;               ///< an object
  std::string signed_bytes;  ///< what the signature is over
  std::string signature;
};

/// A JWS in compact form (RFC 7515) of at most 16 KiB. Refused: any other form, algorithms but RS256, ES256 and EdDSA (so "none" and HMAC), critical
/// headers, what is no base64url, no JSON or no UTF-8.
Result<Token> read_token(std::string_view text);

struct Expected {
  std::string issuer;
  std::string client;
  std::string nonce;
  std::int64_t now = 0;    ///< seconds since 1970
  std::int64_t skew = 60;  ///< so much two clocks may differ, in seconds
};

/// Signature, issuer, audience, party, times, nonce. What is wrong is said without the token's own words beyond short ones, for a log.
Status verify(const Token& token, const KeySet& keys, const Expected& expected);

/// The person's name by a claim: "preferred_username", or "email", which counts only where "email_verified" is true.
Result<std::string> person_of(const Json& claims, std::string_view claim);

/// Equal, in a time that does not tell where they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);

}  // namespace tamga::openid
