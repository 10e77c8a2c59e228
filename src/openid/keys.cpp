#include "openid/keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>

#include <optional>

#include "openid/encoding.h"

namespace tamga::openid {
namespace {

constexpr std::size_t kSetMax = std::size_t{256} << 10;
constexpr std::size_t kKeysMax = 100;
constexpr std::size_t kRsaBytesMin = 256;
constexpr std::size_t kRsaBytesMax = 1024;
constexpr std::size_t kCoordinate = 32;

template <typename T, void (*Free)(T*)>
struct Freer {
  void operator()(T* value) const { Free(value); }
};
using Number = std::unique_ptr<BIGNUM, Freer<BIGNUM, BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM, OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX, EVP_MD_CTX_free>>;
using Pair = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG, ECDSA_SIG_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) { return key == nullptr ? nullptr : std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free); }

std::shared_ptr<EVP_PKEY> make(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  auto made = owned(key);
  const KeyContext checking(EVP_PKEY_CTX_new_from_pkey(nullptr, made.get(), nullptr));
  if (!checking || EVP_PKEY_public_check(checking.get()) != 1) return nullptr;
  return made;
}

std::optional<std::string> member_bytes(const Json& json, std::string_view name) { return from_base64url(json.get(name)); }

std::shared_ptr<EVP_PKEY> rsa(const Json& json) {
  const auto modulus = member_bytes(json, "n");
  const auto exponent = member_bytes(json, "e");
  if (!modulus || !exponent || modulus->size() < kRsaBytesMin || modulus->size() > kRsaBytesMax || exponent->empty() || exponent->size() > 4)
    return nullptr;
  const Number n(BN_bin2bn(bytes_of(*modulus), static_cast<int>(modulus->size()), nullptr));
  const Number e(BN_bin2bn(bytes_of(*exponent), static_cast<int>(exponent->size()), nullptr));
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || BN_num_bits(n.get()) < static_cast<int>(kRsaBytesMin * 8)) return nullptr;
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return make("RSA", builder.get());
}

std::shared_ptr<EVP_PKEY> p256(const Json& json) {
  const auto x = member_bytes(json, "x");
  const auto y = member_bytes(json, "y");
  if (!x || !y || x->size() != kCoordinate || y->size() != kCoordinate) return nullptr;
  const std::string point = "\x04" + *x + *y;
  const Builder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return make("EC", builder.get());
}

std::shared_ptr<EVP_PKEY> ed25519(const Json& json) {
  const auto x = member_bytes(json, "x");
  if (!x || x->size() != kCoordinate) return nullptr;
  // With a point of small order signatures hold that nobody made (found by the fuzz target's seed of zeros).
  if (crypto_core_ed25519_is_valid_point(bytes_of(*x)) != 1) return nullptr;
  return owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()));
}

std::optional<Key> read_key(const Json& json) {
  if (!json.is_object() || json.get("use", "sig") != "sig") return std::nullopt;
  Key key;
  key.id = json.get("kid");
  const auto type = json.get("kty");
  const auto curve = json.get("crv");
  const auto named = json.get("alg");
  const auto named_or_open = [&](std::string_view name) { return named.empty() || named == name; };
  if (type == "RSA" && named_or_open("RS256")) {
    key.algorithm = Algorithm::rs256;
    key.key = rsa(json);
  } else if (type == "EC" && curve == "P-256" && named_or_open("ES256")) {
    key.algorithm = Algorithm::es256;
    key.key = p256(json);
  } else if (type == "OKP" && curve == "Ed25519" && (named_or_open("EdDSA") || named == "Ed25519")) {
    key.algorithm = Algorithm::eddsa;
    key.key = ed25519(json);
  }
  if (key.key == nullptr) return std::nullopt;
  return key;
}

/// What a JWS has as two numbers of fixed size, OpenSSL wants in DER.
std::string der_of(std::string_view signature) {
  if (signature.size() != 2 * kCoordinate) return {};
  Pair pair(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(signature), kCoordinate, nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(signature.substr(kCoordinate)), kCoordinate, nullptr);
  if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
    BN_free(r);
    BN_free(s);
    return {};
  }
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &der);
  if (size <= 0) return {};
  std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

}  // namespace

Result<KeySet> KeySet::read(std::string_view text) {
  TAMGA_TRY(const Json json, parse_json(text, JsonLimits{.bytes = kSetMax, .depth = 8}));
  const Json* keys = json.find("keys");
  if (keys == nullptr || !keys->is_array()) return bad_input("is no set of keys: expected a member \"keys\"");
  if (keys->items.size() > kKeysMax) return bad_input("holds too many keys");
  KeySet set;
  for (const auto& item : keys->items) {
    if (auto key = read_key(item)) set.keys_.push_back(*std::move(key));
  }
  ERR_clear_error();
  return set;
}

const Key* KeySet::find(std::string_view id, Algorithm algorithm) const {
  const Key* found = nullptr;
  for (const auto& key : keys_) {
    if (key.algorithm != algorithm || (!id.empty() && key.id != id)) continue;
    if (found != nullptr) return nullptr;  // two would fit, and which one is meant is for the token to say
    found = &key;
  }
  return found;
}

bool signature_fits(const Key& key, std::string_view signed_bytes, std::string_view signature) {
  const std::string der = key.algorithm == Algorithm::es256 ? der_of(signature) : std::string();
  if (key.algorithm == Algorithm::es256) {
    if (der.empty()) return false;
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  const EVP_MD* digest = key.algorithm == Algorithm::eddsa ? nullptr : EVP_sha256();
  const bool fits = context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(signed_bytes), signed_bytes.size()) == 1;
  ERR_clear_error();
  return fits;
}

}  // namespace tamga::openid
