#include "base/sha256.h"

#include <openssl/evp.h>

#include <array>

#include "base/result.h"

namespace tamga {

namespace {

std::string digits(const std::array<unsigned char, 32>& digest) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  text.reserve(64);
  for (const unsigned char byte : digest) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  TAMGA_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  TAMGA_CHECK(size == digest.size());
  return digits(digest);
}

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(context_of(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  TAMGA_CHECK(context_ != nullptr);
  TAMGA_CHECK(EVP_DigestInit_ex(context_of(context_.get()), EVP_sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view bytes) { TAMGA_CHECK(EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size()) == 1); }

std::string Sha256::hex() {
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  TAMGA_CHECK(EVP_DigestFinal_ex(context_of(context_.get()), digest.data(), &size) == 1);
  TAMGA_CHECK(size == digest.size());
  return digits(digest);
}

std::string content_address(std::string_view bytes) { return "sha256:" + sha256_hex(bytes); }

}  // namespace tamga
