// Any bytes: an error with a line, or a document that survives writing and reading again, unchanged.
#include <cstdint>
#include <string_view>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = tamga::parse_json(text);
  if (!json) {
    TAMGA_CHECK(!json.error().message.empty());
    TAMGA_CHECK(json.error().line <= tamga::line_of_offset(text, text.size()));
    return 0;
  }
  const auto again = tamga::parse_json(json->dump());
  TAMGA_CHECK(again.has_value());
  TAMGA_CHECK(*again == *json);
  TAMGA_CHECK(again->dump() == json->dump());
  const auto pretty = tamga::parse_json(json->pretty());
  TAMGA_CHECK(pretty.has_value());
  TAMGA_CHECK(*pretty == *json);
  return 0;
}
