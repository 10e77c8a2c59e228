#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "language/catalogue.h"
#include "openid/flow.h"
#include "openid/id_token.h"
#include "openid/keys.h"
#include "openid/provider.h"

/// People who sign in at a provider of OpenID Connect (docs/server.md): asks the provider, over the network, what openid/ then checks. Thread-safe.
/// begin() and finish() may wait for the provider, up to kSignInTime; they run on threads that nothing else needs.
namespace tamga::server {

struct SignInOptions {
  std::string issuer;                        ///< as the provider writes it; empty: nobody signs in this way
  std::string client;                        ///< what the provider calls this server
  std::string secret;                        ///< of the client; empty: it has none, and PKCE alone stands for it
  std::string claim = "preferred_username";  ///< or "email"
  std::string name;                          ///< on the button; empty: the issuer's host
  std::string ca_file;                       ///< PEM certificates to trust instead of the system's; empty: the system's
  std::string public_url;                    ///< "https://tamga.example": how browsers reach this server; empty: as their requests say
};

/// What is wrong with an issuer, a public URL; nothing where they can be used.
[[nodiscard]] std::optional<std::string> fault_of(const SignInOptions& options);

/// All that one request asks of a provider takes no longer than this.
constexpr std::chrono::seconds kSignInTime{15};

/// Why somebody is not signed in: a sentence for them, and what the log says.
struct Refusal {
  int status = 400;
  std::string_view sentence;  ///< with {slots}; of the catalogue
  std::vector<std::pair<std::string_view, std::string>> slots = {};
  std::string why = {};
  [[nodiscard]] std::string said(language::Language language) const;
};

class SignIn {
 public:
  explicit SignIn(SignInOptions options);

  [[nodiscard]] const SignInOptions& options() const { return options_; }
  /// On the button.
  [[nodiscard]] std::string name() const;

  struct Begun {
    std::string url;     ///< where the browser goes
    std::string cookie;  ///< what it brings back
    long seconds = 0;    ///< so long
  };
  /// `base`: how this browser reaches the server, "https://tamga.example".
  std::expected<Begun, Refusal> begin(const std::string& base, const std::string& place);

  struct Arrived {
    std::string person;
    std::string place;
    std::string id_token;  ///< for the end of the session; empty: the provider has no place to end it
  };
  std::expected<Arrived, Refusal> finish(const openid::Returned& returned, const std::string& cookie);

  /// Where a browser ends its session at the provider; empty: nowhere. Asks nobody.
  [[nodiscard]] std::string end_url(std::string_view id_token, const std::string& base) const;

  /// From now on the provider is not asked any more.
  void stop() { stopped_ = true; }

 private:
  using Clock = std::chrono::steady_clock;
  Result<std::string> asked(const std::string& url, Clock::time_point until, std::optional<std::string> form = {}, bool secret = false,
                            const std::string& bearer = {}) const;
  Result<openid::Provider> provider(Clock::time_point until);
  Result<openid::KeySet> keys(const openid::Provider& provider, const openid::Token& token, Clock::time_point until);
  struct Exchanged {
    openid::Token token;
    std::string text;
    std::string access;
  };
  Result<Exchanged> exchange(const openid::Provider& provider, const openid::Flow& flow, const std::string& code, Clock::time_point until) const;
  Result<std::string> person(const openid::Provider& provider, const Exchanged& exchanged, Clock::time_point until) const;

  SignInOptions options_;
  std::string key_;  ///< of what browsers carry: out of the client's secret, or made anew at each start
  openid::UsedStates used_;
  std::atomic<bool> stopped_ = false;
  std::mutex asking_;         ///< held while the provider's document or keys are fetched: one at a time
  mutable std::mutex mutex_;  ///< guards what follows
  std::optional<openid::Provider> provider_;
  Clock::time_point provider_at_{};
  Clock::time_point failed_at_{};
  std::string failure_;
  openid::KeySet keys_;
  Clock::time_point keys_at_{};
};

}  // namespace tamga::server
