#include "openid/provider.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace tamga::openid {
namespace {

constexpr std::size_t kDocumentMax = std::size_t{256} << 10;

/// Says the list so? `absent`: where there is no such list.
bool lists(const Json& json, std::string_view name, std::string_view value, bool absent) {
  const Json* list = json.find(name);
  if (list == nullptr || !list->is_array()) return absent;
  return std::any_of(list->items.begin(), list->items.end(), [&](const Json& one) { return one.is_string() && one.text == value; });
}

}  // namespace

std::string discovery_url(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

Result<Provider> read_provider(std::string_view text, std::string_view issuer) {
  TAMGA_TRY(const Json json, parse_json(text, JsonLimits{.bytes = kDocumentMax, .depth = 16}));
  if (!json.is_object()) return bad_input("is no JSON object");
  Provider provider;
  provider.issuer = json.get("issuer");
  // Else another provider could speak in this one's name.
  if (provider.issuer != issuer)
    return bad_input(fmt::format("speaks of the issuer \"{}\", expected \"{}\"", provider.issuer.substr(0, 200), issuer));
  const auto take = [&](std::string_view name, std::string& into) -> Status {
    into = json.get(name);
    return into.empty() ? bad_input(fmt::format("does not say {}", name)) : Status();
  };
  TAMGA_TRY_STATUS(take("authorization_endpoint", provider.authorization_endpoint));
  TAMGA_TRY_STATUS(take("token_endpoint", provider.token_endpoint));
  TAMGA_TRY_STATUS(take("jwks_uri", provider.jwks_uri));
  provider.userinfo_endpoint = json.get("userinfo_endpoint");
  provider.end_session_endpoint = json.get("end_session_endpoint");
  if (!lists(json, "response_types_supported", "code", true)) return bad_input("knows no authorization code flow");
  // Some can S256 and do not say so; who says what it can and leaves S256 out cannot.
  if (!lists(json, "code_challenge_methods_supported", "S256", true)) return bad_input("knows no PKCE with S256");
  constexpr std::string_view kWays = "token_endpoint_auth_methods_supported";
  provider.secret_in_body = !lists(json, kWays, "client_secret_basic", true) && lists(json, kWays, "client_secret_post", false);
  const Json* names = json.find("authorization_response_iss_parameter_supported");
  provider.names_issuer = names != nullptr && names->kind == Json::Kind::boolean && names->truth;
  return provider;
}

}  // namespace tamga::openid
