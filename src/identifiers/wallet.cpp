#include <array>
#include <cstdint>
#include <vector>

#include "base/sha256.h"
#include "identifiers/characters.h"
#include "identifiers/identifiers.h"

// Addresses of crypto-assets. Base58check: the last four bytes are the head of a double SHA-256 of the others.
// Bech32 (BIP 173) and bech32m (BIP 350): a BCH code over the characters. Ether and its relatives have no check
// unless mixed case is used (EIP-55).
namespace tamga::identifiers {
namespace {

std::string bytes_of_hex(std::string_view hex) {
  const auto nibble = [](char c) { return is_digit(c) ? digit(c) : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) bytes += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  return bytes;
}

bool base58check(std::string_view value) {
  static constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  // 25 bytes for one byte of version, 26 for two (ZEC), take 26 to 36 characters.
  if (value.size() < 26 || value.size() > 36) return false;
  std::vector<unsigned> bytes;  // least significant first
  for (const char c : value) {
    const auto worth = kAlphabet.find(c);
    if (worth == std::string_view::npos) return false;
    auto carry = static_cast<unsigned>(worth);
    for (auto& byte : bytes) {
      carry += byte * 58;
      byte = carry & 0xFF;
      carry >>= 8;
    }
    while (carry != 0) {
      bytes.push_back(carry & 0xFF);
      carry >>= 8;
    }
  }
  for (std::size_t i = 0; i < value.size() && value[i] == '1'; ++i) bytes.push_back(0);
  if (bytes.size() != 25 && bytes.size() != 26) return false;
  const std::string whole = [&] {
    std::string out;
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) out += static_cast<char>(*byte);
    return out;
  }();
  const std::string_view payload = std::string_view(whole).substr(0, whole.size() - 4);
  const std::string sum = bytes_of_hex(sha256_hex(bytes_of_hex(sha256_hex(payload))));
  return std::string_view(sum).substr(0, 4) == std::string_view(whole).substr(whole.size() - 4);
}

std::uint32_t polymod_step(std::uint32_t sum, std::uint32_t value) {
  static constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  const std::uint32_t top = sum >> 25;
  sum = ((sum & 0x1ffffff) << 5) ^ value;
  for (std::size_t i = 0; i < kGenerator.size(); ++i) {
    if ((top >> i & 1) != 0) sum ^= kGenerator[i];
  }
  return sum;
}

bool bech32(std::string_view value) {
  static constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  const std::string lower = [&] {
    std::string out(value);
    for (auto& c : out) c = static_cast<char>(is_upper(c) ? c - 'A' + 'a' : c);
    return out;
  }();
  if (lower != value && upper(value) != value) return false;  // BIP 173 forbids mixed case
  const auto separator = lower.rfind('1');
  if (separator == std::string::npos) return false;
  const std::string_view prefix = std::string_view(lower).substr(0, separator);
  if ((prefix != "bc" && prefix != "ltc") || lower.size() < separator + 15 || lower.size() > 90) return false;
  std::uint32_t sum = 1;
  for (const char c : prefix) sum = polymod_step(sum, static_cast<std::uint32_t>(c) >> 5);
  sum = polymod_step(sum, 0);
  for (const char c : prefix) sum = polymod_step(sum, static_cast<std::uint32_t>(c) & 31);
  for (std::size_t i = separator + 1; i < lower.size(); ++i) {
    const auto worth = kAlphabet.find(lower[i]);
    if (worth == std::string_view::npos) return false;
    sum = polymod_step(sum, static_cast<std::uint32_t>(worth));
  }
  const bool version_zero = lower[separator + 1] == 'q';
  return sum == (version_zero ? 1U : 0x2bc830a3U);
}

bool hexadecimal_account(std::string_view value) {
  if (value.size() != 42 || !(value.starts_with("0x") || value.starts_with("0X"))) return false;
  value.remove_prefix(2);
  return std::all_of(value.begin(), value.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

}  // namespace

bool valid_wallet(std::string_view value) { return hexadecimal_account(value) || bech32(value) || base58check(value); }

}  // namespace tamga::identifiers
