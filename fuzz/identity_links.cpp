// Any content of kept links, under a right header and checksum: an error of one line, or links that are written back to the same bytes and can
// be asked of every entity.
#include <xxhash.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "identity/identity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tamga::identity::Links;
  constexpr std::size_t kChecksumAt = 12;  // after magic and version
  std::string bytes = tamga::identity::link({}).bytes().substr(0, kChecksumAt + sizeof(std::uint64_t));
  const std::uint64_t checksum = XXH3_64bits(data, size);
  std::memcpy(bytes.data() + kChecksumAt, &checksum, sizeof(checksum));
  bytes.append(reinterpret_cast<const char*>(data), size);
  const auto links = Links::from_bytes(bytes);
  if (!links) {
    TAMGA_CHECK(links.error().message.find('\n') == std::string::npos);
    return 0;
  }
  TAMGA_CHECK(links->bytes() == bytes);
  for (std::uint32_t source = 0; source < links->sources().size(); ++source) {
    for (std::uint32_t entity = 0; entity < std::min<std::uint32_t>(links->sources()[source].entities, 50); ++entity) {
      for (const auto& linked : links->of({source, entity})) TAMGA_CHECK(linked.member.source < links->sources().size());
    }
  }
  return 0;
}
