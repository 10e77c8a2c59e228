// Any bytes: refused with one line, or a table in which each place is found by its code.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "places/places.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<tamga::NamedBytes> files = {{"places.csv", std::string(reinterpret_cast<const char*>(data), size)}};
  const auto places = tamga::places::Places::read(files);
  if (!places) {
    TAMGA_CHECK(places.error().kind == tamga::ErrorKind::bad_input);
    TAMGA_CHECK(places.error().message.find('\n') == std::string::npos);
    return 0;
  }
  for (const auto& place : places->all()) {
    TAMGA_CHECK(places->find(place.code) == &place);
    TAMGA_CHECK(!place.name.empty() && !place.functions.empty());
  }
  return 0;
}
