#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "base/result.h"

namespace tamga {

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  TAMGA_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  TAMGA_CHECK(size == digest.size());
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const unsigned char byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string content_address(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

}  // namespace tamga
