#include "app/tokens.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/ascii.h"
#include "base/date.h"
#include "store/people.h"

namespace tamga::app {
namespace {

constexpr std::string_view kPrefix = "tamga_";
constexpr std::size_t kIdLetters = 12;
constexpr std::size_t kSecretBytes = 32;
constexpr long kDaysMax = 3660;
/// Of Argon2id: the least that OWASP's cheat sheet on password storage names (19 MiB, two passes). A secret of 256 random bits would need none of it.
constexpr unsigned long long kOperations = 2;
constexpr std::size_t kMemory = std::size_t{19} << 20;

void start_sodium() {
  static const bool started = sodium_init() >= 0;
  TAMGA_CHECK(started);
}

std::string random_hex(std::size_t letters) {
  start_sodium();
  std::string bytes(letters / 2, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

Result<std::string> slow_hash(std::string_view secret) {
  start_sodium();
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), secret.data(), secret.size(), kOperations, kMemory) != 0) return failure("out of memory while hashing a token");
  return std::string(hash.data());
}

Status check(const TokenRequest& request) {
  if (request.name.empty() || request.name.size() > 200 || request.name.find_first_of("\n\r\t") != std::string::npos)
    return bad_input("a token needs a name on one line");
  if (request.days < 1 || request.days > kDaysMax) return bad_input(fmt::format("a token holds from 1 to {} days, not {}", kDaysMax, request.days));
  if (request.rate < 0 || request.quota < 0) return bad_input("a rate and a quota are 0 or more");
  const auto hexadecimal = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  const std::string print = lower_ascii(request.certificate);
  if (!print.empty() && (print.size() != 64 || !std::all_of(print.begin(), print.end(), hexadecimal)))
    return bad_input("a certificate is named by its SHA-256, 64 hexadecimal digits: openssl x509 -in FILE -outform DER | sha256sum");
  return {};
}

Result<MadeToken> make(store::Store& store, const TokenRequest& request, std::string_view by, std::string_view at) {
  TAMGA_TRY_STATUS(check(request));
  const auto today = Date::parse(at.substr(0, 10));
  TAMGA_CHECK(today.has_value());
  if (!request.machine) {
    TAMGA_TRY(const auto person, store::People(store).find(request.name));
    if (!person || !person->active) {
      return not_found(fmt::format("there is nobody named {}; tamga people add makes people, and a machine is nobody's", request.name));
    }
  }
  MadeToken made;
  const std::string id = random_hex(kIdLetters);
  made.token.id = "tok-" + id;
  made.token.name = request.name;
  made.token.machine = request.machine;
  made.token.expires = Date{today->day + std::chrono::days(request.days)}.text();
  made.token.rate = request.rate;
  made.token.quota = request.quota;
  if (request.certificate.empty()) {
    made.secret = fmt::format("{}{}_{}", kPrefix, id, random_text(kSecretBytes));
    TAMGA_TRY(made.token.hash, slow_hash(made.secret));
  } else {
    made.token.kind = "certificate";
    made.token.hash = lower_ascii(request.certificate);
  }
  TAMGA_TRY_STATUS(store::Tokens(store).add(made.token, by, at));
  return made;
}

}  // namespace

std::string random_text(std::size_t bytes) {
  start_sodium();
  std::string raw(bytes, '\0');
  randombytes_buf(raw.data(), raw.size());
  std::string text(sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(raw.data()), raw.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text.resize(text.find('\0'));
  return text;
}

std::string token_id(std::string_view secret) {
  if (!secret.starts_with(kPrefix) || secret.size() > 100) return {};
  secret.remove_prefix(kPrefix.size());
  if (secret.size() < kIdLetters + 2 || secret[kIdLetters] != '_') return {};
  return "tok-" + std::string(secret.substr(0, kIdLetters));
}

bool token_fits(std::string_view secret, const std::string& hash) {
  start_sodium();
  return crypto_pwhash_str_verify(hash.c_str(), secret.data(), secret.size()) == 0;
}

Result<MadeToken> make_token(const Settings& settings, const TokenRequest& request, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return make(store, request, by, at);
}

Status revoke_token(const Settings& settings, std::string_view id, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store::Tokens(store).revoke(id, by, at);
}

Result<std::vector<store::StoredToken>> tokens(const Settings& settings) {
  TAMGA_TRY(auto store, store::Store::open_existing(settings.data));
  return store::Tokens(store).all();
}

Json document(const store::StoredToken& token) {
  Json json = Json::object().set("id", token.id).set("kind", token.kind).set("name", token.name).set("machine", Json::boolean(token.machine));
  json.set("expires", token.expires).set("rate", Json::number(token.rate)).set("quota", Json::number(token.quota));
  return json.set("revoked", Json::boolean(token.revoked));
}

Result<std::optional<MadeToken>> first_token(const Settings& settings, std::string_view at) {
  TAMGA_TRY(auto store, store::Store::open(settings.data));
  std::optional<MadeToken> made;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const auto tokens, store::Tokens(store).all());
    if (!tokens.empty()) return {};
    TAMGA_TRY(const auto people, store::People(store).all());
    const auto administers = [](const store::Person& person) { return person.active && person.has("administrator"); };
    const auto at_person = std::find_if(people.begin(), people.end(), administers);
    TokenRequest request;
    request.name = at_person == people.end() ? "administrator" : at_person->name;
    if (at_person == people.end()) {
      TAMGA_TRY_STATUS(store::People(store).set({request.name, {"administrator"}, true}, request.name, at));
    }
    TAMGA_TRY(made, make(store, request, request.name, at));
    return {};
  }));
  return made;
}

}  // namespace tamga::app
