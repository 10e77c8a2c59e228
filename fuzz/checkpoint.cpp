// Checkpoints kept elsewhere: what is accepted was signed by the key that it names, and whatever differs from it in one bit is refused.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  const auto checkpoint = tamga::store::read_checkpoint(text);
  if (!checkpoint) return 0;
  if (checkpoint->sequence < 0 || !checkpoint->key.starts_with("ed25519:")) std::abort();
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  for (std::size_t at = 0; at < text.size(); at += 7) {
    text[at] = static_cast<char>(text[at] ^ 1);
    if (tamga::store::read_checkpoint(text)) std::abort();
    text[at] = static_cast<char>(text[at] ^ 1);
  }
  return 0;
}
