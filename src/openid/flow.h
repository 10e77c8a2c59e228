#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.h"
#include "openid/provider.h"

/// A sign-in on its way: begun here, at the provider, and back (OpenID Connect Core, section 3.1; PKCE, RFC 7636). Nothing of it is held at the
/// server, so that nobody can fill its memory by beginning: the browser carries it in a cookie, sealed with a key that only this process has. Pure
/// but for UsedStates, which remembers.
namespace tamga::openid {

struct Flow {
  std::string state;      ///< that the answer must show
  std::string nonce;      ///< that the ID token must hold
  std::string verifier;   ///< that the code is exchanged with; 43 to 128 letters of base64url
  std::string redirect;   ///< where the provider sends the browser back to
  std::string place;      ///< of the desk, to go on at: "#/…", or empty
  std::int64_t ends = 0;  ///< seconds since 1970
};

constexpr std::size_t kSealKeyBytes = 32;
constexpr std::size_t kSealNonceBytes = 24;

/// Encrypted and authenticated (XChaCha20-Poly1305), in letters of base64url. `nonce`: random bytes, new for each.
[[nodiscard]] std::string seal(const Flow& flow, std::string_view key, std::string_view nonce);
/// An error for what seal() did not make with this key, and for what has ended.
Result<Flow> unseal(std::string_view text, std::string_view key, std::int64_t now);

/// S256.
[[nodiscard]] std::string challenge_of(std::string_view verifier);
[[nodiscard]] std::string authorization_url(const Provider& provider, std::string_view client, std::string_view scope, const Flow& flow);
/// Where the browser goes to end the session at the provider too (OpenID Connect RP-Initiated Logout 1.0); empty where it has no such place.
[[nodiscard]] std::string end_session_url(const Provider& provider, std::string_view client, std::string_view id_token, std::string_view back);

/// What stands in the query of the provider's answer.
struct Returned {
  std::string state;
  std::string code;
  std::string issuer;  ///< "iss"; empty: not said
  std::string error;
};
/// The code, where this is the answer to that flow.
Result<std::string> code_of(const Returned& returned, const Flow& flow, const Provider& provider);

/// States that were answered already, until their flows would have ended anyway. Thread-safe.
class UsedStates {
 public:
  explicit UsedStates(std::size_t most = 10'000) : most_(most) {}
  /// False: it was taken before. Of more than so many the one that ends first is forgotten.
  [[nodiscard]] bool take(const std::string& state, std::int64_t ends, std::int64_t now);

 private:
  std::mutex mutex_;
  std::size_t most_;
  std::map<std::string, std::int64_t, std::less<>> ends_;
  std::multimap<std::int64_t, std::string> by_end_;
};

/// "#/deals/x": a place within the desk, and no other page of anybody.
[[nodiscard]] bool is_place(std::string_view text);

}  // namespace tamga::openid
