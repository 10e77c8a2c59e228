// Any bytes as XML: never more than the limits allow, never an entity expanded.
#include <cstdint>
#include <string_view>

#include "lists/xml.h"

namespace {

void check(const tamga::lists::XmlElement& element, int depth) {
  TAMGA_CHECK(depth <= 64);
  TAMGA_CHECK(element.line > 0);
  for (const auto& child : element.children) check(child, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tamga::Status;
  using tamga::lists::XmlElement;
  static_cast<void>(tamga::lists::read_xml(
      std::string_view(reinterpret_cast<const char*>(data), size), {"INDIVIDUAL", "ENTITY"}, [](const XmlElement&) -> Status { return {}; },
      [](const XmlElement& record) -> Status {
        check(record, 1);
        return {};
      }));
  return 0;
}
