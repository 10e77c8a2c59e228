#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/json.h"
#include "store/tokens.h"

/// Tokens and certificates by which callers of the server are known (docs/server.md).
namespace tamga::app {

struct TokenRequest {
  std::string name;
  bool machine = false;  ///< else a person of the store
  long days = 90;        ///< that it holds, from today
  std::int64_t rate = 0;
  std::int64_t quota = 0;
  std::string certificate = {};  ///< SHA-256 of one in DER, 64 hexadecimal digits; empty: a secret is made
};

struct MadeToken {
  store::StoredToken token;
  std::string secret;  ///< what the caller sends; it is shown once and kept nowhere. Empty for a certificate
};

Result<MadeToken> make_token(const Settings& settings, const TokenRequest& request, std::string_view by, std::string_view at);
Status revoke_token(const Settings& settings, std::string_view id, std::string_view by, std::string_view at);
Result<std::vector<store::StoredToken>> tokens(const Settings& settings);
[[nodiscard]] Json document(const store::StoredToken& token);

/// For a store in which there is no token yet: one for its first administrator, who is made ("administrator") where there is none.
Result<std::optional<MadeToken>> first_token(const Settings& settings, std::string_view at);

/// "tamga_ID_SECRET": the id of the token, "tok-ID"; empty where the text is none.
[[nodiscard]] std::string token_id(std::string_view secret);
/// Some ten milliseconds and 19 MiB: Argon2id.
[[nodiscard]] bool token_fits(std::string_view secret, const std::string& hash);

/// Random text of the letters of base64url; for secrets and session ids. 32 bytes make 43 letters.
[[nodiscard]] std::string random_text(std::size_t bytes);

}  // namespace tamga::app
