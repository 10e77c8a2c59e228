// Any bytes as a signature of minisign: an error of one line, or the owner of the key; never accepted for other bytes than the signed ones.
#include <cstdint>
#include <string>
#include <vector>

#include "lists/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::vector<tamga::lists::TrustedKey> keys = {{"Compliance", "RWQ4vUGsFTuXp+Hl97CP9mXRGo4IW2suNupNBVIb18SlQYaO5bj5xZ3D"}};
  const auto checked = tamga::lists::check_signature("name\nX\n", text, keys);
  if (!checked) TAMGA_CHECK(checked.error().text().find('\n') == std::string::npos);
  TAMGA_CHECK(!tamga::lists::check_signature("name\nY\n", text, keys).has_value());
  // The input as a key: refused in one line, or not the one that signed.
  const auto other = tamga::lists::check_signature("name\nX\n", text, std::vector<tamga::lists::TrustedKey>{{"Other", text}});
  if (!other) TAMGA_CHECK(!other.error().message.empty());
  return 0;
}
