#include "openid/flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openid/provider.h"

namespace tamga::openid {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kNow = 1'795'700'000;
const std::string kKey(kSealKeyBytes, 'k');
const std::string kNonce(kSealNonceBytes, 'n');

Flow flow() { return {"s-1", "n-1", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "https://tamga.example/back", "#/deals/D%201", kNow + 600}; }

constexpr std::string_view kDocument = R"({"issuer":"https://id.example","authorization_endpoint":"https://id.example/auth?tenant=1",
  "token_endpoint":"https://id.example/token","jwks_uri":"https://id.example/keys","end_session_endpoint":"https://id.example/end",
  "response_types_supported":["code","id_token"],"code_challenge_methods_supported":["S256"],
  "token_endpoint_auth_methods_supported":["client_secret_post"],"authorization_response_iss_parameter_supported":true})";

Provider provider() { return *read_provider(kDocument, "https://id.example"); }

TEST(Flow, ComesBackAsItWasSealed) {
  const std::string sealed = seal(flow(), kKey, kNonce);
  EXPECT_THAT(sealed, Not(HasSubstr("dBjft")));
  const auto back = unseal(sealed, kKey, kNow);
  ASSERT_TRUE(back) << back.error().text();
  EXPECT_EQ(back->state, "s-1");
  EXPECT_EQ(back->nonce, "n-1");
  EXPECT_EQ(back->verifier, flow().verifier);
  EXPECT_EQ(back->redirect, "https://tamga.example/back");
  EXPECT_EQ(back->place, "#/deals/D%201");
  EXPECT_TRUE(unseal(sealed, kKey, kNow + 599));
  EXPECT_THAT(unseal(sealed, kKey, kNow + 600).error().text(), HasSubstr("took too long"));
}

TEST(Flow, IsSealedAgainstEveryChange) {
  const std::string sealed = seal(flow(), kKey, kNonce);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(unseal(changed, kKey, kNow)) << i;
  }
  EXPECT_FALSE(unseal(sealed, std::string(kSealKeyBytes, 'x'), kNow)) << "of another server, or of before a restart";
  for (const auto& text : {std::string(), std::string("AAAA"), sealed.substr(4), sealed + "AAAA", std::string(100'000, 'A'), std::string("\xff\xfe")})
    EXPECT_FALSE(unseal(text, kKey, kNow));
}

TEST(Flow, AsksAsTheStandardsSay) {
  // RFC 7636, appendix B.
  EXPECT_EQ(challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
  EXPECT_EQ(authorization_url(provider(), "tam&ga", "openid profile", flow()),
            "https://id.example/auth?tenant=1&response_type=code&client_id=tam%26ga&redirect_uri=https%3A%2F%2Ftamga.example%2Fback"
            "&scope=openid%20profile&state=s-1&nonce=n-1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256");
  EXPECT_EQ(end_session_url(provider(), "tamga", "a.b.c", "https://tamga.example/"),
            "https://id.example/end?id_token_hint=a.b.c&client_id=tamga&post_logout_redirect_uri=https%3A%2F%2Ftamga.example%2F");
  EXPECT_EQ(end_session_url({}, "tamga", "a.b.c", "https://tamga.example/"), "");
}

TEST(Flow, TakesTheAnswerToItselfAlone) {
  const auto told = [](Returned returned) {
    const auto code = code_of(returned, flow(), provider());
    return code ? *code : "refused: " + code.error().text();
  };
  const std::string issuer = "https://id.example";
  EXPECT_EQ(told({"s-1", "c", issuer, ""}), "c");
  EXPECT_THAT(told({"s-2", "c", issuer, ""}), HasSubstr("(state)"));
  EXPECT_THAT(told({"", "c", issuer, ""}), HasSubstr("(state)"));
  EXPECT_THAT(told({"s-1", "c", "https://evil.example", ""}), HasSubstr("(iss)"));
  EXPECT_THAT(told({"s-1", "c", "", ""}), HasSubstr("(iss)")) << "this provider always names itself";
  EXPECT_THAT(told({"s-1", "", issuer, ""}), HasSubstr("no code"));
  EXPECT_THAT(told({"s-1", std::string(5000, 'c'), issuer, ""}), HasSubstr("no code"));
  EXPECT_THAT(told({"s-1", "c", issuer, "access_denied"}), HasSubstr("the provider says access_denied"));
  EXPECT_THAT(told({"s-1", "c", issuer, "<script>"}), HasSubstr("the provider says no"));
  EXPECT_FALSE(code_of({"", "c", issuer, ""}, Flow{}, provider())) << "no state is not a state";
}

TEST(Flow, IsAnsweredOnce) {
  UsedStates used(3);
  EXPECT_TRUE(used.take("a", 100, 0));
  EXPECT_FALSE(used.take("a", 100, 50));
  EXPECT_TRUE(used.take("b", 110, 50));
  EXPECT_TRUE(used.take("c", 120, 60));
  EXPECT_FALSE(used.take("c", 120, 60));
  EXPECT_TRUE(used.take("d", 130, 60)) << "the one that ends first is forgotten";
  EXPECT_FALSE(used.take("b", 110, 60));
  EXPECT_FALSE(used.take("d", 130, 60));
  EXPECT_TRUE(used.take("e", 900, 800));
  EXPECT_TRUE(used.take("f", 900, 800));
}

TEST(Flow, LeadsOnlyIntoTheDesk) {
  for (const auto* place : {"#/", "#/deals/D%201", "#/alerts?x=1"}) EXPECT_TRUE(is_place(place)) << place;
  for (const auto* place : {"", "/", "//evil.example", "https://evil.example", "#x", "#/a b", "#/\r\nset-cookie:x", "#/\xd0\x94", "\\\\evil"})
    EXPECT_FALSE(is_place(place)) << place;
}

TEST(Provider, SaysWhereThingsAre) {
  EXPECT_EQ(discovery_url("https://id.example/realm/"), "https://id.example/realm/.well-known/openid-configuration");
  const auto read = provider();
  EXPECT_EQ(read.token_endpoint, "https://id.example/token");
  EXPECT_TRUE(read.secret_in_body);
  EXPECT_TRUE(read.names_issuer);
  const auto told = [](std::string_view from, std::string_view to) {
    std::string text(kDocument);
    text.replace(text.find(from), from.size(), to);
    const auto got = read_provider(text, "https://id.example");
    return got ? "" : got.error().text();
  };
  EXPECT_THAT(told("\"issuer\":\"https://id.example\"", "\"issuer\":\"https://evil.example\""), HasSubstr("speaks of the issuer"));
  EXPECT_THAT(told("\"issuer\"", "\"is\""), HasSubstr("speaks of the issuer"));
  EXPECT_THAT(told("token_endpoint\"", "t\""), HasSubstr("token_endpoint"));
  EXPECT_THAT(told("\"S256\"", "\"plain\""), HasSubstr("PKCE"));
  EXPECT_THAT(told("\"code\",", ""), HasSubstr("code flow"));
  EXPECT_THAT(told("https://id.example/token", "\xff"), HasSubstr(""));
  for (const auto* text : {"", "[]", "<html>", "\xff"}) EXPECT_FALSE(read_provider(text, "https://id.example")) << text;
}

}  // namespace
}  // namespace tamga::openid
