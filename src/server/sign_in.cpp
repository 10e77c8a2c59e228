#include "server/sign_in.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "app/tokens.h"
#include "base/date.h"
#include "base/sha256.h"
#include "fetch/ask.h"
#include "fetch/http.h"
#include "openid/encoding.h"

namespace tamga::server {
namespace {

constexpr std::int64_t kFlowSeconds = 600;
constexpr std::chrono::hours kProviderHolds{1};
constexpr std::chrono::hours kKeysHold{1};
/// A provider that is down is not asked again by everybody who comes.
constexpr std::chrono::seconds kAfterFailure{3};
constexpr std::chrono::seconds kKeysAgain{1};
constexpr std::size_t kTokenKept = 8192;

constexpr std::string_view kBeginAgain = "This sign-in was not begun in this browser, took too long or is done already. Begin again.";
constexpr std::string_view kSaysNo = "The provider did not sign you in: {why}.";
constexpr std::string_view kFails =
    "The provider of the sign-in does not answer as it should. Try again later, or sign in with a token; the server's log says why.";
constexpr std::string_view kNoName = "The provider does not vouch for your {claim}, by which people are known here. Ask its administrator to do so.";

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::unexpected<Refusal> refuse(int status, std::string_view sentence, const Error& why) {
  return std::unexpected(Refusal{status, sentence, {}, why.text()});
}

std::string host_of(std::string_view url) {
  const auto begin = url.find("://");
  url.remove_prefix(begin == std::string_view::npos ? 0 : begin + 3);
  return std::string(url.substr(0, url.find('/')));
}

}  // namespace

std::optional<std::string> fault_of(const SignInOptions& options) {
  if (const auto refused = fetch::refuse_url(options.issuer, {}, fetch::Cleartext::loopback))
    return fmt::format("--oidc-issuer {} {}", options.issuer, *refused);
  if (options.issuer.find_first_of("?#@") != std::string::npos)
    return fmt::format("--oidc-issuer {}: expected https://HOST or https://HOST/PATH", options.issuer);
  const auto& url = options.public_url;
  if (url.empty()) return std::nullopt;
  const bool scheme = url.starts_with("https://") || url.starts_with("http://");
  if (!scheme || host_of(url).empty() || url.find_first_of("?#@ ") != std::string::npos || url.find('/', url.find("://") + 3) != std::string::npos)
    return fmt::format("--public-url {}: expected https://HOST or https://HOST:PORT", url);
  return std::nullopt;
}

std::string Refusal::said(language::Language language) const {
  std::vector<language::Value> values;
  for (const auto& [slot, value] : slots) values.push_back({slot, value});
  return language::Catalogue::of(language).say(sentence, values);
}

SignIn::SignIn(SignInOptions options) : options_(std::move(options)) {
  static_cast<void>(app::random_text(1));  // libsodium begins with it
  key_ = random_bytes(openid::kSealKeyBytes);
  // Several servers of one client know its secret, and take up what another has begun.
  if (!options_.secret.empty()) {
    constexpr std::string_view kPurpose = "tamga sign-in on its way";
    const std::string secret = sha256_hex(options_.secret);
    crypto_generichash(reinterpret_cast<unsigned char*>(key_.data()), key_.size(), reinterpret_cast<const unsigned char*>(kPurpose.data()),
                       kPurpose.size(), reinterpret_cast<const unsigned char*>(secret.data()), crypto_generichash_KEYBYTES_MAX);
  }
}

std::string SignIn::name() const { return options_.name.empty() ? host_of(options_.issuer) : options_.name; }

/// The body of an answer with status 200. No message has anything of what was sent.
Result<std::string> SignIn::asked(const std::string& url, Clock::time_point until, std::optional<std::string> form, bool secret,
                                  const std::string& bearer) const {
  // From https down to http is refused here, whatever else the document says.
  if (const auto refused = fetch::refuse_url(url, options_.issuer, fetch::Cleartext::loopback))
    return failure(fmt::format("{} {}", fetch::shown_url(url), *refused));
  fetch::Question question;
  question.url = url;
  question.form = std::move(form);
  question.ca_file = options_.ca_file;
  question.bearer = bearer;
  if (secret) {
    // RFC 6749, section 2.3.1: both are encoded as in a form first.
    question.user = openid::percent_encoded(options_.client);
    question.password = openid::percent_encoded(options_.secret);
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now());
  if (stopped_) return failure("the server is being stopped");
  if (left.count() <= 0) return failure(fmt::format("{}: the time for a sign-in is used up", fetch::shown_url(url)));
  question.total = std::min(question.total, left);
  TAMGA_TRY(auto answer, fetch::ask(question));
  if (answer.status == 200) return std::move(answer.body);
  std::string said;
  if (const auto json = parse_json(answer.body, JsonLimits{.bytes = 65536, .depth = 8}); json && json->is_object())
    said = fmt::format(", {} {}", json->get("error"), json->get("error_description")).substr(0, 300);
  return failure(fmt::format("{}: answers {}{}", fetch::shown_url(url), answer.status, said));
}

Result<openid::Provider> SignIn::provider(Clock::time_point until) {
  const auto known = [&]() -> std::optional<Result<openid::Provider>> {
    const std::scoped_lock lock(mutex_);
    const auto now = Clock::now();
    if (provider_ && now - provider_at_ < kProviderHolds) return Result<openid::Provider>(*provider_);
    if (!failure_.empty() && now - failed_at_ < kAfterFailure) {
      if (provider_) return Result<openid::Provider>(*provider_);
      return Result<openid::Provider>(failure(failure_));
    }
    return std::nullopt;
  };
  if (auto held = known()) return *std::move(held);
  const std::scoped_lock one(asking_);
  if (auto held = known()) return *std::move(held);
  const std::string url = openid::discovery_url(options_.issuer);
  auto read = [&]() -> Result<openid::Provider> {
    TAMGA_TRY(const auto text, asked(url, until));
    auto document = openid::read_provider(text, options_.issuer);
    if (!document) return failure(fmt::format("{} {}", url, document.error().text()));
    for (const auto* address : {&document->authorization_endpoint, &document->token_endpoint, &document->jwks_uri, &document->userinfo_endpoint,
                                &document->end_session_endpoint}) {
      if (address->empty()) continue;
      if (const auto refused = fetch::refuse_url(*address, options_.issuer, fetch::Cleartext::loopback))
        return failure(fmt::format("{} says {}, which {}", url, fetch::shown_url(*address), *refused));
    }
    return *std::move(document);
  }();
  const std::scoped_lock lock(mutex_);
  if (read) {
    provider_ = *read;
    provider_at_ = Clock::now();
    failure_.clear();
    return read;
  }
  failed_at_ = Clock::now();
  failure_ = read.error().text();
  // What it said an hour ago most likely still holds; what it is asked next tells.
  if (provider_) return *provider_;
  return read;
}

/// The keys as they were fetched last, and anew where none of them signed this token: a provider changes its keys when it likes.
Result<openid::KeySet> SignIn::keys(const openid::Provider& provider, const openid::Token& token, Clock::time_point until) {
  const auto known = [&]() -> std::optional<openid::KeySet> {
    const std::scoped_lock lock(mutex_);
    const auto age = Clock::now() - keys_at_;
    const bool fits = keys_.find(token.key, token.algorithm) != nullptr;
    if (keys_at_ != Clock::time_point{} && (fits ? age < kKeysHold : age < kKeysAgain)) return keys_;
    return std::nullopt;
  };
  if (auto held = known()) return *std::move(held);
  const std::scoped_lock one(asking_);
  if (auto held = known()) return *std::move(held);
  TAMGA_TRY(const auto text, asked(provider.jwks_uri, until));
  auto read = openid::KeySet::read(text);
  if (!read) return failure(fmt::format("{} {}", fetch::shown_url(provider.jwks_uri), read.error().text()));
  const std::scoped_lock lock(mutex_);
  keys_ = *read;
  keys_at_ = Clock::now();
  return read;
}

std::expected<SignIn::Begun, Refusal> SignIn::begin(const std::string& base, const std::string& place) {
  const auto known = provider(Clock::now() + kSignInTime);
  if (!known) return refuse(502, kFails, known.error());
  openid::Flow flow;
  flow.state = app::random_text(32);
  flow.nonce = app::random_text(32);
  flow.verifier = app::random_text(32);
  flow.redirect = base + "/v1/session/openid/callback";
  flow.place = openid::is_place(place) ? place : "";
  flow.ends = unix_now() + kFlowSeconds;
  const std::string scope = options_.claim == "email" ? "openid email" : "openid profile";
  return Begun{openid::authorization_url(*known, options_.client, scope, flow), openid::seal(flow, key_, random_bytes(openid::kSealNonceBytes)),
               kFlowSeconds};
}

Result<SignIn::Exchanged> SignIn::exchange(const openid::Provider& provider, const openid::Flow& flow, const std::string& code,
                                           Clock::time_point until) const {
  const auto pair = [](std::string_view name, std::string_view value) { return fmt::format("&{}={}", name, openid::percent_encoded(value)); };
  std::string form = "grant_type=authorization_code";
  form += pair("code", code) + pair("redirect_uri", flow.redirect) + pair("code_verifier", flow.verifier);
  const bool in_header = !options_.secret.empty() && !provider.secret_in_body;
  if (!in_header) form += pair("client_id", options_.client);
  if (!options_.secret.empty() && provider.secret_in_body) form += pair("client_secret", options_.secret);
  TAMGA_TRY(const auto text, asked(provider.token_endpoint, until, form, in_header));
  const auto json = parse_json(text, JsonLimits{.bytes = std::size_t{256} << 10, .depth = 8});
  if (!json || json->get("id_token").empty()) return failure(fmt::format("{}: gives no ID token", fetch::shown_url(provider.token_endpoint)));
  Exchanged exchanged;
  exchanged.text = json->get("id_token");
  exchanged.access = json->get("access_token");
  TAMGA_TRY(exchanged.token, openid::read_token(exchanged.text));
  return exchanged;
}

/// By the ID token, or, where that says nothing of it, by what the provider tells whoever shows the access token that came with it.
Result<std::string> SignIn::person(const openid::Provider& provider, const Exchanged& exchanged, Clock::time_point until) const {
  auto name = openid::person_of(exchanged.token.claims, options_.claim);
  if (name || name.error().kind != ErrorKind::not_found || provider.userinfo_endpoint.empty() || exchanged.access.empty()) return name;
  TAMGA_TRY(const auto text, asked(provider.userinfo_endpoint, until, {}, false, exchanged.access));
  const auto json = parse_json(text, JsonLimits{.bytes = std::size_t{256} << 10, .depth = 8});
  if (!json || !json->is_object()) return failure(fmt::format("{}: gives no JSON object", fetch::shown_url(provider.userinfo_endpoint)));
  // OpenID Connect Core, section 5.3.2: it may be another's.
  if (json->get("sub") != exchanged.token.claims.get("sub"))
    return failure(fmt::format("{}: speaks of somebody else (sub)", fetch::shown_url(provider.userinfo_endpoint)));
  return openid::person_of(*json, options_.claim);
}

std::expected<SignIn::Arrived, Refusal> SignIn::finish(const openid::Returned& returned, const std::string& cookie) {
  const auto until = Clock::now() + kSignInTime;
  const auto flow = openid::unseal(cookie, key_, unix_now());
  if (!flow) return refuse(400, kBeginAgain, flow.error());
  const auto known = provider(until);
  if (!known) return refuse(502, kFails, known.error());
  const auto code = openid::code_of(returned, *flow, *known);
  if (!code && code.error().kind == ErrorKind::usage)
    return std::unexpected(Refusal{403, kSaysNo, {{"why", code.error().message}}, code.error().text()});
  if (!code) return refuse(400, kBeginAgain, code.error());
  if (!used_.take(flow->state, flow->ends, unix_now())) return std::unexpected(Refusal{400, kBeginAgain, {}, "the answer came before (state)"});
  const auto exchanged = exchange(*known, *flow, *code, until);
  if (!exchanged) return refuse(502, kFails, exchanged.error());
  const auto set = keys(*known, exchanged->token, until);
  if (!set) return refuse(502, kFails, set.error());
  openid::Expected expected;
  expected.issuer = options_.issuer;
  expected.client = options_.client;
  expected.nonce = flow->nonce;
  expected.now = unix_now();
  if (const auto verified = openid::verify(exchanged->token, *set, expected); !verified) return refuse(502, kFails, verified.error());
  const auto name = person(*known, *exchanged, until);
  if (!name && name.error().kind == ErrorKind::failure) return refuse(502, kFails, name.error());
  if (!name) return std::unexpected(Refusal{403, kNoName, {{"claim", options_.claim}}, name.error().text()});
  const bool kept = !known->end_session_endpoint.empty() && exchanged->text.size() <= kTokenKept;
  return Arrived{*name, flow->place, kept ? exchanged->text : ""};
}

std::string SignIn::end_url(std::string_view id_token, const std::string& base) const {
  const std::scoped_lock lock(mutex_);
  return provider_ && !id_token.empty() ? openid::end_session_url(*provider_, options_.client, id_token, base + "/") : "";
}

}  // namespace tamga::server
