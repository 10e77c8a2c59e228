// Any bytes as an archive: within the limits whatever comes out.
#include <cstdint>
#include <string>

#include "base/files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr tamga::FileLimits kLimits{.bytes = std::size_t{1} << 20, .members = 10};
  const auto files = tamga::unpack({"input", std::string(reinterpret_cast<const char*>(data), size)}, kLimits);
  if (!files) {
    TAMGA_CHECK(files.error().kind == tamga::ErrorKind::bad_input);
    TAMGA_CHECK(files.error().text().find('\n') == std::string::npos);
    return 0;
  }
  TAMGA_CHECK(!files->empty());
  TAMGA_CHECK(files->size() <= kLimits.members);
  std::size_t total = 0;
  for (const auto& file : *files) total += file.bytes.size();
  // What is not packed is given as it came, whatever its size.
  TAMGA_CHECK(total <= kLimits.bytes || (files->size() == 1 && total == size));
  return 0;
}
