#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

struct evp_pkey_st;

/// A provider's public keys (RFC 7517), and signatures held against them. Pure; immutable once read, so threads may share it.
namespace tamga::openid {

/// What a signature may be made with. "none" and HMAC are not among them: whoever knows nothing, or only the client's secret, must not be able to
/// make a token.
enum class Algorithm : std::uint8_t { rs256, es256, eddsa };

struct Key {
  std::string id;  ///< "kid"; may be empty
  Algorithm algorithm = Algorithm::rs256;
  std::shared_ptr<evp_pkey_st> key;
};

class KeySet {
 public:
  /// {"keys": […]}. Keys that are not for signatures of these algorithms, or that do not hold (RSA below 2048 bits, a point off its curve), are
  /// passed over: others of the set may be good. An error where there is no set at all.
  static Result<KeySet> read(std::string_view text);

  /// The key that a token of this id and algorithm must be signed with; nullptr: none is known. Without an id, which a token may leave out only where
  /// there is one key (OpenID Connect Core, 10.1), the only one of the algorithm.
  [[nodiscard]] const Key* find(std::string_view id, Algorithm algorithm) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  std::vector<Key> keys_;
};

/// `signature`: as a JWS has it, of ES256 two numbers of 32 bytes (RFC 7518, section 3.4).
[[nodiscard]] bool signature_fits(const Key& key, std::string_view signed_bytes, std::string_view signature);

}  // namespace tamga::openid
