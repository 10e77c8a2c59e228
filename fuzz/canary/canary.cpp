// A fuzz target that crashes as soon as an input begins with 'T': if it does not fail, neither would the real ones.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0 && data[0] == 'T') std::abort();
  return 0;
}
