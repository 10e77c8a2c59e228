#include "openid/flow.h"

#include <fmt/format.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "base/json.h"
#include "openid/encoding.h"
#include "openid/id_token.h"

namespace tamga::openid {
namespace {

constexpr std::size_t kSealedMax = 4096;
constexpr std::size_t kCodeMax = 4096;
constexpr std::size_t kPlaceMax = 1000;
constexpr std::string_view kPurpose = "tamga sign-in 1";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::string with_query(std::string_view url, std::initializer_list<std::pair<std::string_view, std::string_view>> pairs) {
  std::string out(url);
  char before = url.find('?') == std::string_view::npos ? '?' : '&';
  for (const auto& [name, value] : pairs) {
    if (value.empty()) continue;
    out += fmt::format("{}{}={}", before, name, percent_encoded(value));
    before = '&';
  }
  return out;
}

}  // namespace

std::string seal(const Flow& flow, std::string_view key, std::string_view nonce) {
  TAMGA_CHECK(key.size() == kSealKeyBytes && nonce.size() == kSealNonceBytes);
  Json json = Json::object().set("state", flow.state).set("nonce", flow.nonce).set("verifier", flow.verifier).set("redirect", flow.redirect);
  const std::string text = json.set("place", flow.place).set("ends", Json::number(flow.ends)).dump();
  std::string sealed(text.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(sealed), nullptr, bytes_of(text), text.size(), bytes_of(kPurpose), kPurpose.size(), nullptr,
                                             bytes_of(nonce), bytes_of(key));
  return base64url(std::string(nonce) + sealed);
}

Result<Flow> unseal(std::string_view text, std::string_view key, std::int64_t now) {
  TAMGA_CHECK(key.size() == kSealKeyBytes);
  const auto wrong = [] { return bad_input("the browser brings no sign-in that was begun here"); };
  if (text.size() > kSealedMax) return wrong();
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() < kSealNonceBytes + crypto_aead_xchacha20poly1305_ietf_ABYTES) return wrong();
  const std::string_view nonce = std::string_view(*bytes).substr(0, kSealNonceBytes);
  const std::string_view sealed = std::string_view(*bytes).substr(kSealNonceBytes);
  std::string plain(sealed.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes_of(plain), nullptr, nullptr, bytes_of(sealed), sealed.size(), bytes_of(kPurpose),
                                                 kPurpose.size(), bytes_of(nonce), bytes_of(key)) != 0)
    return wrong();
  TAMGA_TRY(const Json json, parse_json(plain));
  Flow flow;
  flow.state = json.get("state");
  flow.nonce = json.get("nonce");
  flow.verifier = json.get("verifier");
  flow.redirect = json.get("redirect");
  flow.place = json.get("place");
  const Json* ends = json.find("ends");
  if (ends == nullptr) return wrong();
  std::from_chars(ends->text.data(), ends->text.data() + ends->text.size(), flow.ends);
  if (flow.ends <= now) return bad_input("this sign-in took too long");
  return flow;
}

std::string challenge_of(std::string_view verifier) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(bytes_of(verifier), verifier.size(), bytes_of(hash));
  return base64url(hash);
}

std::string authorization_url(const Provider& provider, std::string_view client, std::string_view scope, const Flow& flow) {
  return with_query(provider.authorization_endpoint, {{"response_type", "code"},
                                                      {"client_id", client},
                                                      {"redirect_uri", flow.redirect},
                                                      {"scope", scope},
                                                      {"state", flow.state},
                                                      {"nonce", flow.nonce},
                                                      {"code_challenge", challenge_of(flow.verifier)},
                                                      {"code_challenge_method", "S256"}});
}

std::string end_session_url(const Provider& provider, std::string_view client, std::string_view id_token, std::string_view back) {
  if (provider.end_session_endpoint.empty()) return {};
  return with_query(provider.end_session_endpoint, {{"id_token_hint", id_token}, {"client_id", client}, {"post_logout_redirect_uri", back}});
}

Result<std::string> code_of(const Returned& returned, const Flow& flow, const Provider& provider) {
  if (flow.state.empty() || !same_secret(returned.state, flow.state)) return bad_input("the answer is to another sign-in (state)");
  // Else the code of one provider could be sent to another (RFC 9207).
  if (returned.issuer.empty() ? provider.names_issuer : returned.issuer != provider.issuer) return bad_input("the answer is of another issuer (iss)");
  if (!returned.error.empty()) {
    const bool plain = std::all_of(returned.error.begin(), returned.error.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return std::unexpected(Error{ErrorKind::usage, fmt::format("the provider says {}", plain ? returned.error.substr(0, 60) : "no"), {}, 0});
  }
  if (returned.code.empty() || returned.code.size() > kCodeMax) return bad_input("the answer has no code");
  return returned.code;
}

bool UsedStates::take(const std::string& state, std::int64_t ends, std::int64_t now) {
  const std::scoped_lock lock(mutex_);
  while (!by_end_.empty() && (by_end_.begin()->first <= now || ends_.size() >= most_)) {
    if (by_end_.begin()->second == state) break;
    ends_.erase(by_end_.begin()->second);
    by_end_.erase(by_end_.begin());
  }
  if (!ends_.emplace(state, ends).second) return false;
  by_end_.emplace(ends, state);
  return true;
}

bool is_place(std::string_view text) {
  return text.starts_with("#/") && text.size() <= kPlaceMax && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace tamga::openid
