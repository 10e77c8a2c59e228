#include "openid/id_token.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "openid/encoding.h"

namespace tamga::openid {
namespace {

constexpr std::size_t kTokenMax = std::size_t{16} << 10;
constexpr std::size_t kNameMax = 200;
constexpr std::size_t kSubjectMax = 255;  // OpenID Connect Core, section 2
/// A token is made when somebody signs in, so an old one was made for something else.
constexpr std::int64_t kAgeMax = 600;

Result<Json> read_part(std::string_view part, std::string_view what) {
  const auto text = from_base64url(part);
  if (!text) return bad_input(fmt::format("the {} of the token is no base64url", what));
  auto json = parse_json(*text, JsonLimits{.bytes = kTokenMax, .depth = 8});
  if (!json || !json->is_object()) return bad_input(fmt::format("the {} of the token is no JSON object", what));
  return *std::move(json);
}

/// A NumericDate: seconds since 1970; a fraction is dropped.
std::optional<std::int64_t> seconds_of(const Json& claims, std::string_view name) {
  const Json* value = claims.find(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  const std::string_view text = std::string_view(value->text).substr(0, value->text.find('.'));
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // The year 9999: nothing that is added to it later goes over.
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > 253'402'300'799) return std::nullopt;
  if (value->text.find_first_of("eE") != std::string::npos) return std::nullopt;
  return seconds;
}

Status check_audience(const Json& claims, const std::string& client) {
  const Json* audience = claims.find("aud");
  bool ours = false;
  bool others = false;
  const auto take = [&](const Json& one) {
    ours = ours || (one.is_string() && one.text == client);
    others = others || !one.is_string() || one.text != client;
  };
  if (audience != nullptr && audience->is_array()) {
    for (const auto& one : audience->items) take(one);
  } else if (audience != nullptr) {
    take(*audience);
  }
  if (!ours) return bad_input("the token is for another client (aud)");
  const Json* party = claims.find("azp");
  if (party == nullptr ? others : !party->is_string() || party->text != client) return bad_input("the token was made for another party (azp)");
  return {};
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) { return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0; }

Result<Token> read_token(std::string_view text) {
  if (text.size() > kTokenMax) return bad_input(fmt::format("the token has {} bytes, expected at most {}", text.size(), kTokenMax));
  const auto first = text.find('.');
  const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos)
    return bad_input("the token is no JWS in compact form: expected three parts between dots");
  TAMGA_TRY(const Json header, read_part(text.substr(0, first), "header"));
  Token token;
  const auto algorithm = header.get("alg");
  if (algorithm == "RS256") {
    token.algorithm = Algorithm::rs256;
  } else if (algorithm == "ES256") {
    token.algorithm = Algorithm::es256;
  } else if (algorithm == "EdDSA" || algorithm == "Ed25519") {
    token.algorithm = Algorithm::eddsa;
  } else {
    return bad_input("the token is not signed with RS256, ES256 or EdDSA");
  }
  if (header.find("crit") != nullptr) return bad_input("the token has critical headers, which nobody here knows");
  token.key = header.get("kid");
  TAMGA_TRY(token.claims, read_part(text.substr(first + 1, second - first - 1), "payload"));
  auto signature = from_base64url(text.substr(second + 1));
  if (!signature || signature->empty()) return bad_input("the token has no signature");
  token.signature = *std::move(signature);
  token.signed_bytes = text.substr(0, second);
  return token;
}

Status verify(const Token& token, const KeySet& keys, const Expected& expected) {
  const Key* key = keys.find(token.key, token.algorithm);
  if (key == nullptr) return bad_input("the token is signed with a key that the provider does not have");
  if (!signature_fits(*key, token.signed_bytes, token.signature)) return bad_input("the signature of the token does not fit");
  const Json& claims = token.claims;
  const auto has = [&](std::string_view name, std::string_view value) {
    const Json* claim = claims.find(name);
    return claim != nullptr && claim->is_string() && same_secret(claim->text, value);
  };
  if (!has("iss", expected.issuer)) return bad_input("the token is of another issuer (iss)");
  TAMGA_TRY_STATUS(check_audience(claims, expected.client));
  const auto expires = seconds_of(claims, "exp");
  const auto issued = seconds_of(claims, "iat");
  if (!expires || !issued) return bad_input("the token does not say when it was made and when it ends (iat, exp)");
  if (*expires + expected.skew <= expected.now) return bad_input("the token has ended (exp)");
  if (*issued > expected.now + expected.skew) return bad_input("the token is from later than now (iat): the clocks differ");
  if (*issued + kAgeMax + expected.skew < expected.now) return bad_input("the token is too old (iat)");
  if (const Json* from = claims.find("nbf"); from != nullptr) {
    const auto begins = seconds_of(claims, "nbf");
    if (!begins || *begins > expected.now + expected.skew) return bad_input("the token does not hold yet (nbf)");
  }
  if (expected.nonce.empty() || !has("nonce", expected.nonce)) return bad_input("the token was made for another sign-in (nonce)");
  const auto subject = claims.get("sub");
  if (subject.empty() || subject.size() > kSubjectMax) return bad_input("the token does not say whom it is about (sub)");
  return {};
}

Result<std::string> person_of(const Json& claims, std::string_view claim) {
  std::string name(claims.get(claim));
  if (name.empty()) return not_found(fmt::format("the provider does not say {}", claim));
  const bool control = std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (name.size() > kNameMax || control) return bad_input(fmt::format("what the provider says as {} is no name", claim));
  if (claim == "email") {
    const Json* verified = claims.find("email_verified");
    // Some providers write it as a text.
    const bool is = verified != nullptr && ((verified->kind == Json::Kind::boolean && verified->truth) || verified->text == "true");
    if (!is) return bad_input("the provider has not verified this address (email_verified)");
  }
  return name;
}

}  // namespace tamga::openid
