#include "lists/signature.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

constexpr std::size_t kAlgorithm = 2;
constexpr std::size_t kKeyId = 8;
constexpr std::string_view kUntrusted = "untrusted comment:";
constexpr std::string_view kTrusted = "trusted comment: ";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

/// Exactly `size` bytes; empty when the text is anything else.
std::string decode(std::string_view base64, std::size_t size) {
  // libsodium takes a slash with its eighth bit set for a slash.
  if (std::any_of(base64.begin(), base64.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return {};
  std::string bytes(size, '\0');
  std::size_t got = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), base64.data(), base64.size(), nullptr, &got, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      got != size || end != base64.data() + base64.size()) {
    return {};
  }
  return bytes;
}

bool verifies(std::string_view signature, std::string_view bytes, std::string_view key) {
  return crypto_sign_verify_detached(bytes_of(signature), bytes_of(bytes), bytes.size(), bytes_of(key)) == 0;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    auto line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

}  // namespace

Result<std::string> check_signature(std::string_view bytes, std::string_view signature, std::span<const TrustedKey> keys) {
  if (sodium_init() < 0) return failure("libsodium cannot be used on this machine");
  const auto lines = lines_of(signature);
  if (lines.size() < 4 || !lines[0].starts_with(kUntrusted) || !lines[2].starts_with(kTrusted))
    return bad_input("is not a signature of minisign, expected four lines, the first \"untrusted comment: …\"", 1);
  const std::string blob = decode(lines[1], kAlgorithm + kKeyId + crypto_sign_BYTES);
  const std::string global = decode(lines[3], crypto_sign_BYTES);
  if (blob.empty()) return bad_input("holds no signature in base64", 2);
  if (global.empty()) return bad_input("holds no signature of the trusted comment in base64", 4);
  const std::string_view algorithm = std::string_view(blob).substr(0, kAlgorithm);
  const std::string_view id = std::string_view(blob).substr(kAlgorithm, kKeyId);
  const std::string_view ed25519 = std::string_view(blob).substr(kAlgorithm + kKeyId);
  if (algorithm != "Ed" && algorithm != "ED") return bad_input("is made by a method that is not known, expected Ed25519 (minisign)", 2);

  for (const auto& trusted : keys) {
    const std::string key = decode(trim(trusted.key), kAlgorithm + kKeyId + crypto_sign_PUBLICKEYBYTES);
    if (key.empty() || !key.starts_with("Ed"))
      return failure(fmt::format("the key of {} in tamga.toml is not a public key of minisign, expected 56 letters of base64 that begin with RW",
                                 trusted.owner));
    if (std::string_view(key).substr(kAlgorithm, kKeyId) != id) continue;
    const std::string_view public_key = std::string_view(key).substr(kAlgorithm + kKeyId);
    std::array<unsigned char, crypto_generichash_BYTES_MAX> digest{};
    std::string_view message = bytes;
    if (algorithm == "ED") {
      crypto_generichash(digest.data(), digest.size(), bytes_of(bytes), bytes.size(), nullptr, 0);
      message = {reinterpret_cast<const char*>(digest.data()), digest.size()};
    }
    if (!verifies(ed25519, message, public_key))
      return bad_input(fmt::format("does not fit the file: it was changed after {} signed it", trusted.owner));
    const std::string comment = std::string(ed25519) + std::string(lines[2].substr(kTrusted.size()));
    if (!verifies(global, comment, public_key)) return bad_input("its trusted comment was changed after it was signed", 3);
    return trusted.owner;
  }
  return bad_input("is made by a key that is not trusted; name it under [[house.keys]] in tamga.toml");
}

}  // namespace tamga::lists
