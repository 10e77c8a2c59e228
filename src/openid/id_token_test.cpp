#include "openid/id_token.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidcheck/gtest.h>

#include "openid/encoding.h"

namespace tamga::openid {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'795'700'000;
const Expected kExpected{"https://id.example", "tamga", "n-1", kNow};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

/// A provider's own key: what the program never has.
class Signer {
 public:
  Signer(Algorithm algorithm, std::string id, unsigned bits = 2048) : algorithm_(algorithm), id_(std::move(id)) {
    key_.reset(algorithm == Algorithm::rs256   ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits))
               : algorithm == Algorithm::es256 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                                               : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"),
               EVP_PKEY_free);
  }

  [[nodiscard]] std::string_view name() const {
    return algorithm_ == Algorithm::rs256 ? "RS256" : algorithm_ == Algorithm::es256 ? "ES256" : "EdDSA";
  }

  [[nodiscard]] Json jwk() const {
    Json json = Json::object();
    if (!id_.empty()) json.set("kid", id_);
    if (algorithm_ == Algorithm::rs256) return json.set("kty", "RSA").set("n", number("n")).set("e", number("e"));
    if (algorithm_ == Algorithm::es256)
      return json.set("kty", "EC").set("crv", "P-256").set("x", number(OSSL_PKEY_PARAM_EC_PUB_X)).set("y", number(OSSL_PKEY_PARAM_EC_PUB_Y));
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes_of(raw), &size);
    return json.set("kty", "OKP").set("crv", "Ed25519").set("x", base64url(raw));
  }

  [[nodiscard]] std::string sign(std::string_view claims, std::string header = {}) const {
    if (header.empty()) header = fmt::format(R"({{"alg":"{}","kid":"{}"}})", name(), id_);
    const std::string input = base64url(header) + "." + base64url(claims);
    const auto context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_DigestSignInit(context.get(), nullptr, algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256(), nullptr, key_.get());
    std::string signature(1024, '\0');
    std::size_t size = signature.size();
    EXPECT_EQ(EVP_DigestSign(context.get(), bytes_of(signature), &size, bytes_of(input), input.size()), 1);
    signature.resize(size);
    return input + "." + base64url(algorithm_ == Algorithm::es256 ? raw_of(signature) : signature);
  }

 private:
  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    EXPECT_EQ(EVP_PKEY_get_bn_param(key_.get(), name, &value), 1);
    std::string bytes(algorithm_ == Algorithm::es256 ? 32 : static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2binpad(value, bytes_of(bytes), static_cast<int>(bytes.size()));
    BN_free(value);
    return base64url(bytes);
  }

  static std::string raw_of(const std::string& der) {
    const unsigned char* at = bytes_of(der);
    ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
    std::string raw(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(pair), bytes_of(raw), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair), bytes_of(raw) + 32, 32);
    ECDSA_SIG_free(pair);
    return raw;
  }

  Algorithm algorithm_;
  std::string id_;
  std::shared_ptr<EVP_PKEY> key_;
};

const Signer& rsa() {
  static const Signer signer(Algorithm::rs256, "r");
  return signer;
}
const Signer& elliptic() {
  static const Signer signer(Algorithm::es256, "e");
  return signer;
}
const Signer& edwards() {
  static const Signer signer(Algorithm::eddsa, "d");
  return signer;
}

KeySet set_of(std::initializer_list<const Signer*> signers) {
  Json keys = Json::array();
  for (const auto* signer : signers) keys.push(signer->jwk());
  return *KeySet::read(Json::object().set("keys", std::move(keys)).dump());
}

const KeySet& keys() {
  static const KeySet set = set_of({&rsa(), &elliptic(), &edwards()});
  return set;
}

/// What a good token says, with some of it changed; an empty change leaves the claim out.
std::string claims(std::initializer_list<std::pair<std::string_view, std::string_view>> changes = {}) {
  std::vector<std::pair<std::string, std::string>> members = {{"iss", "\"https://id.example\""},
                                                              {"sub", "\"u-7\""},
                                                              {"aud", "\"tamga\""},
                                                              {"exp", fmt::to_string(kNow + 300)},
                                                              {"iat", fmt::to_string(kNow - 5)},
                                                              {"nonce", "\"n-1\""},
                                                              {"preferred_username", "\"dana\""}};
  for (const auto& [name, value] : changes) {
    std::erase_if(members, [&](const auto& member) { return member.first == name; });
    if (!value.empty()) members.emplace_back(name, value);
  }
  std::string text;
  for (const auto& [name, value] : members) text += fmt::format("{}\"{}\":{}", text.empty() ? "{" : ",", name, value);
  return text + "}";
}

/// What is said against a token; empty: nothing.
std::string against(std::string_view text, const KeySet& set = keys()) {
  const auto token = read_token(text);
  if (!token) return token.error().text();
  const auto verified = verify(*token, set, kExpected);
  return verified ? "" : verified.error().text();
}

TEST(IdToken, HoldsWithEachAlgorithm) {
  for (const auto* signer : {&rsa(), &elliptic(), &edwards()}) {
    EXPECT_EQ(against(signer->sign(claims())), "") << signer->name();
    EXPECT_EQ(against(signer->sign(claims({{"aud", R"(["tamga"])"}}))), "");
    EXPECT_EQ(against(signer->sign(claims({{"aud", R"(["tamga","other"])"}, {"azp", "\"tamga\""}}))), "");
    EXPECT_EQ(against(signer->sign(claims({{"exp", fmt::format("{}.75", kNow + 1)}}))), "");
  }
  const auto token = read_token(rsa().sign(claims()));
  EXPECT_EQ(person_of(token->claims, "preferred_username").value(), "dana");
}

TEST(IdToken, IsNotOneWithoutASignatureOfTheProvider) {
  const std::string body = base64url(claims());
  const auto with = [&](std::string_view header, std::string_view signature) { return fmt::format("{}.{}.{}", base64url(header), body, signature); };
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"nOnE"})", R"({})", R"({"alg":7})", R"({"alg":"RS512"})",
                             R"({"alg":"PS256"})", R"({"alg":"HS256","kid":"r"})", R"({"alg":["RS256"]})"})
    for (const auto* signature : {"", "AAAA"}) EXPECT_THAT(against(with(header, signature)), HasSubstr("is not signed with")) << header;
  // The old trick: HMAC with the public key's own bytes as the secret.
  const std::string secret = rsa().jwk().dump();
  const std::string input = base64url(R"({"alg":"HS256","kid":"r"})") + "." + body;
  std::string mac(32, '\0');
  unsigned size = 32;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes_of(input), input.size(), bytes_of(mac), &size);
  EXPECT_THAT(against(input + "." + base64url(mac)), HasSubstr("is not signed with"));
  EXPECT_THAT(against(with(R"({"alg":"RS256","kid":"r"})", "")), HasSubstr("no signature"));
  EXPECT_THAT(against(with(R"({"alg":"RS256","kid":"r"})", "AAAA")), HasSubstr("does not fit"));
  EXPECT_THAT(against(with(R"({"alg":"ES256","kid":"e"})", base64url(std::string(64, '\0')))), HasSubstr("does not fit"));
  EXPECT_THAT(against(with(R"({"alg":"EdDSA","kid":"d"})", base64url(std::string(64, '\0')))), HasSubstr("does not fit"));
}

TEST(IdToken, IsNotSignedWithAnothersKey) {
  const Signer other(Algorithm::rs256, "r");
  EXPECT_THAT(against(other.sign(claims())), HasSubstr("does not fit")) << "the id of the provider's key, and not the key";
  const Signer unknown(Algorithm::rs256, "x");
  EXPECT_THAT(against(unknown.sign(claims())), HasSubstr("a key that the provider does not have"));
  // A key of one kind under the name of another's.
  EXPECT_THAT(against(rsa().sign(claims(), R"({"alg":"ES256","kid":"e"})")), HasSubstr("does not fit"));
  EXPECT_THAT(against(rsa().sign(claims(), R"({"alg":"RS256","kid":"e"})")), HasSubstr("a key that the provider does not have"));
  // A key that the token itself brings is nobody's.
  const std::string header = fmt::format(R"({{"alg":"RS256","kid":"r","jwk":{}}})", other.jwk().dump());
  EXPECT_THAT(against(other.sign(claims(), header)), HasSubstr("does not fit"));
  EXPECT_THAT(against(rsa().sign(claims(), R"({"alg":"RS256","kid":"r","crit":["b64"],"b64":false})")), HasSubstr("critical"));
}

TEST(IdToken, NeedsNoKeyIdWhereThereIsOneKey) {
  const std::string token = elliptic().sign(claims(), R"({"alg":"ES256"})");
  EXPECT_EQ(against(token), "");
  const Signer second(Algorithm::es256, "f");
  EXPECT_THAT(against(token, set_of({&elliptic(), &second})), HasSubstr("a key that the provider does not have"));
  EXPECT_EQ(against(elliptic().sign(claims()), set_of({&elliptic(), &second})), "");
}

TEST(IdToken, SaysWhatItMust) {
  const auto told = [&](std::initializer_list<std::pair<std::string_view, std::string_view>> changes) {
    return against(elliptic().sign(claims(changes)));
  };
  EXPECT_THAT(told({{"iss", "\"https://id.example/\""}}), HasSubstr("(iss)"));
  EXPECT_THAT(told({{"iss", ""}}), HasSubstr("(iss)"));
  EXPECT_THAT(told({{"iss", "7"}}), HasSubstr("(iss)"));
  EXPECT_THAT(told({{"aud", "\"other\""}}), HasSubstr("(aud)"));
  EXPECT_THAT(told({{"aud", ""}}), HasSubstr("(aud)"));
  EXPECT_THAT(told({{"aud", "[]"}}), HasSubstr("(aud)"));
  EXPECT_THAT(told({{"aud", R"({"tamga":1})"}}), HasSubstr("(aud)"));
  EXPECT_THAT(told({{"aud", R"(["tamga","other"])"}}), HasSubstr("(azp)"));
  EXPECT_THAT(told({{"azp", "\"other\""}}), HasSubstr("(azp)"));
  EXPECT_THAT(told({{"azp", "[\"tamga\"]"}}), HasSubstr("(azp)"));
  EXPECT_THAT(told({{"exp", fmt::to_string(kNow - 60)}}), HasSubstr("has ended"));
  EXPECT_EQ(told({{"exp", fmt::to_string(kNow - 59)}}), "") << "within what clocks may differ";
  for (const auto* wrong : {"", "\"soon\"", "-1", "1e12", "999999999999999999", "null", "true"})
    EXPECT_THAT(told({{"exp", wrong}}), HasSubstr("(iat, exp)")) << wrong;
  EXPECT_THAT(told({{"iat", ""}}), HasSubstr("(iat, exp)"));
  EXPECT_THAT(told({{"iat", fmt::to_string(kNow + 61)}}), HasSubstr("later than now"));
  EXPECT_EQ(told({{"iat", fmt::to_string(kNow + 60)}}), "");
  EXPECT_THAT(told({{"iat", fmt::to_string(kNow - 661)}, {"exp", fmt::to_string(kNow + 86400)}}), HasSubstr("too old"));
  EXPECT_THAT(told({{"nbf", fmt::to_string(kNow + 61)}}), HasSubstr("(nbf)"));
  EXPECT_THAT(told({{"nonce", "\"n-2\""}}), HasSubstr("(nonce)"));
  EXPECT_THAT(told({{"nonce", ""}}), HasSubstr("(nonce)"));
  EXPECT_THAT(told({{"sub", ""}}), HasSubstr("(sub)"));
  EXPECT_THAT(told({{"sub", "\"" + std::string(256, 'a') + "\""}}), HasSubstr("(sub)"));
  // Twice is not once: readers differ on which one counts.
  EXPECT_THAT(against(elliptic().sign(R"({"iss":"https://evil.example",)" + claims().substr(1))), HasSubstr("no JSON object"));
}

TEST(IdToken, IsRefusedAsAnythingElse) {
  for (const auto& text : {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b.c.d"), std::string("a.b.c.d.e"),
                           std::string("e30=.e30.AAAA"), std::string("e30.e30.AA AA"), std::string("\xff.\xff.\xff"), std::string("bnVsbA.e30.AAAA")})
    EXPECT_NE(against(text), "") << text;
  EXPECT_THAT(against(elliptic().sign("{\"iss\":\"\xff\xfe\"}")), HasSubstr("no JSON object")) << "no UTF-8";
  EXPECT_THAT(against(elliptic().sign("[]")), HasSubstr("no JSON object"));
  EXPECT_THAT(against(elliptic().sign(std::string(60, '[') + std::string(60, ']'))), HasSubstr("no JSON object"));
  EXPECT_THAT(against(elliptic().sign(claims({{"more", "\"" + std::string(20'000, 'a') + "\""}}))), HasSubstr("expected at most"));
  EXPECT_THAT(against(std::string(std::size_t{64} << 20, '.')), HasSubstr("expected at most"));
}

TEST(IdToken, NoChangedByteHolds) {
  const std::string token = elliptic().sign(claims());
  ASSERT_EQ(against(token), "");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(against(changed), "") << i;
  }
}

TEST(IdToken, NamesAPersonByWhatTheProviderHasVerified) {
  const auto told = [](std::string_view json, std::string_view claim) {
    const auto name = person_of(*parse_json(json), claim);
    return name ? *name : "refused: " + name.error().text();
  };
  EXPECT_EQ(told(R"({"preferred_username":"Дана"})", "preferred_username"), "Дана");
  EXPECT_EQ(told(R"({"email":"d@x.kz","email_verified":true})", "email"), "d@x.kz");
  EXPECT_EQ(told(R"({"email":"d@x.kz","email_verified":"true"})", "email"), "d@x.kz");
  for (const auto* json : {R"({"email":"d@x.kz"})", R"({"email":"d@x.kz","email_verified":false})", R"({"email":"d@x.kz","email_verified":1})",
                           R"({"email":["d@x.kz"],"email_verified":true})", R"({"email":"d@x.kz\n","email_verified":true})", "{}"})
    EXPECT_THAT(told(json, "email"), HasSubstr("refused")) << json;
  EXPECT_THAT(told(R"({"preferred_username":")" + std::string(201, 'a') + "\"}", "preferred_username"), HasSubstr("refused"));
}

TEST(KeySet, PassesOverWhatItCannotUse) {
  const Signer small(Algorithm::rs256, "small", 1024);
  Json even = elliptic().jwk();
  for (auto& member : even.members) {
    if (member.key == "y") member.value.text = base64url(std::string(32, '\x01'));
  }
  Json encrypts = rsa().jwk();
  encrypts.set("use", "enc");
  Json named = rsa().jwk();
  named.set("alg", "RS512");
  Json all = Json::array().push(small.jwk()).push(std::move(even)).push(std::move(encrypts)).push(std::move(named));
  all.push(*parse_json(R"({"kty":"oct","kid":"o","k":"c2VjcmV0"})")).push(Json::string("key")).push(Json()).push(elliptic().jwk());
  const auto set = KeySet::read(Json::object().set("keys", std::move(all)).dump());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->size(), 1U);
  EXPECT_NE(set->find("e", Algorithm::es256), nullptr);
  EXPECT_EQ(set->find("small", Algorithm::rs256), nullptr);
  for (const auto* text : {"", "[]", "{}", R"({"keys":{}})", "\xff", "{\"keys\":[", R"({"keys":[],"keys":[]})"})
    EXPECT_FALSE(KeySet::read(text)) << text;
  Json many = Json::array();
  for (int i = 0; i < 101; ++i) many.push(Json::object());
  EXPECT_FALSE(KeySet::read(Json::object().set("keys", std::move(many)).dump()));
}

RC_GTEST_PROP(Base64Url, BringsBytesBack, (const std::string& bytes)) {
  const auto text = base64url(bytes);
  RC_ASSERT(from_base64url(text) == bytes);
  RC_ASSERT(text.find_first_of("+/=") == std::string::npos);
}

TEST(Base64Url, HasOneSpellingOfAValue) {
  EXPECT_EQ(from_base64url("AA"), std::string(1, '\0'));
  for (const auto* text : {"AB", "A", "AA==", "A+", "A/", "AAA\n", "AAB", "Ä"}) EXPECT_FALSE(from_base64url(text)) << text;
}

}  // namespace
}  // namespace tamga::openid
