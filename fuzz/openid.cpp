#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "openid/flow.h"
#include "openid/id_token.h"
#include "openid/provider.h"

// What a provider or a browser may send at a sign-in, by the first byte: a token, a set of keys, a document of discovery, a sealed state. Nothing
// that was not made with a key here holds, whatever it says.

using namespace tamga;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const std::string kKey(openid::kSealKeyBytes, 'k');
  // Of RFC 8037 (A.2) and RFC 7517 (A.1), so their other halves are known, but not to what makes inputs here.
  static const openid::KeySet kKeys = *openid::KeySet::read(
      R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"d","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
        {"kty":"EC","crv":"P-256","kid":"e","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]})");
  switch (data[0]) {
    case 't':
      if (const auto token = openid::read_token(text)) {
        if (openid::verify(*token, kKeys, {"https://id.example", "tamga", "n-1", 1'795'700'000})) std::abort();
        if (const auto name = openid::person_of(token->claims, "email"); name && name->empty()) std::abort();
      }
      break;
    case 'k':
      if (const auto keys = openid::KeySet::read(text)) {
        for (const auto algorithm : {openid::Algorithm::rs256, openid::Algorithm::es256, openid::Algorithm::eddsa}) {
          const auto* key = keys->find("", algorithm);
          if (key != nullptr && openid::signature_fits(*key, "signed", std::string(64, '\0'))) std::abort();
        }
      }
      break;
    case 'p':
      if (const auto provider = openid::read_provider(text, "https://id.example")) {
        openid::Flow flow{"s", "n", "v", "https://tamga.example/back", "", 1};
        const auto url = openid::authorization_url(*provider, "tamga", "openid", flow);
        if (url.find("state=s") == std::string::npos) std::abort();
      }
      break;
    case 's':
      if (openid::unseal(text, kKey, 0)) std::abort();
      break;
    default: break;
  }
  return 0;
}
