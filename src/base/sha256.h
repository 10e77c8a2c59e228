#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tamga {

/// SHA-256 (FIPS 180-4) as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// The same of bytes that come in parts. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// Of all that came; once, at the end.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

/// The address of content: "sha256:" and the digits.
[[nodiscard]] std::string content_address(std::string_view bytes);

}  // namespace tamga
