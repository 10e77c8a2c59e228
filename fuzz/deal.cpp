// Any bytes: refused with one line, or a deal that has what every deal must have.
#include <cstdint>
#include <string_view>

#include "model/deal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto deal = tamga::read_deal(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!deal) {
    TAMGA_CHECK(deal.error().kind == tamga::ErrorKind::bad_input);
    TAMGA_CHECK(deal.error().message.find('\n') == std::string::npos);
    return 0;
  }
  TAMGA_CHECK(!deal->id.empty());
  TAMGA_CHECK(!deal->parties.empty());
  TAMGA_CHECK(!deal->goods.empty());
  for (const auto& line : deal->goods) TAMGA_CHECK(line.hs.empty() || (line.hs.size() >= 6 && line.hs.size() <= 10));
  return 0;
}
