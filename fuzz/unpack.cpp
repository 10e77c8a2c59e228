// Any bytes as an archive: within the limits whatever comes out.
#include <cstdint>
#include <string>

#include "base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr tamga::FileLimits kLimits{.bytes = std::size_t{1} << 20, .members = 10};
  const auto files = tamga::unpack({"input", std::string(reinterpret_cast<const char*>(data), size)}, kLimits);
  if (!files) return 0;
  TAMGA_CHECK(!files->empty());
  TAMGA_CHECK(files->size() <= kLimits.members);
  return 0;
}
