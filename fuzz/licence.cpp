// Any bytes: refused with one line, or a licence that is written and read again as the same, whose caps the record can hold.
#include <cstdint>
#include <string_view>

#include "licences/licence.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto licence = tamga::licences::read_licence(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!licence) {
    TAMGA_CHECK(licence.error().kind == tamga::ErrorKind::bad_input);
    TAMGA_CHECK(licence.error().message.find('\n') == std::string::npos);
    return 0;
  }
  TAMGA_CHECK(!licence->number.empty() && !licence->parties.empty() && !licence->lifts.empty());
  TAMGA_CHECK(licence->from <= licence->to);
  for (const auto& cap : licence->caps) {
    const auto count = tamga::licences::millionths(cap.limit);
    TAMGA_CHECK(count.has_value() && *count > 0);
    TAMGA_CHECK(tamga::licences::from_millionths(*count) == cap.limit);
  }
  const std::string written = tamga::licences::to_json(*licence).dump();
  const auto again = tamga::licences::read_licence(written);
  TAMGA_CHECK(again.has_value());
  TAMGA_CHECK(tamga::licences::to_json(*again).dump() == written);
  return 0;
}
