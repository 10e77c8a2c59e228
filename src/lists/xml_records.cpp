#include "lists/xml_records.h"

#include <fmt/format.h>

#include <algorithm>

namespace tamga::lists {

std::vector<XmlNode> children(XmlNode node, std::string_view name) {
  std::vector<XmlNode> result;
  for (auto child = node.first(); child; child = child.next()) {
    if (child.name() == name) result.push_back(child);
  }
  return result;
}

Status each_xml_record(std::string_view document, std::string_view root, const std::vector<std::string_view>& record_names,
                       const std::function<Status(XmlNode, std::uint64_t)>& record) {
  XmlReader xml(document);
  TAMGA_TRY(const bool any, xml.next());
  if (!any || xml.name() != root) return bad_input(fmt::format("the root element is not {}", root), 1);
  TAMGA_TRY_STATUS(xml.enter());
  for (std::size_t depth = 1; depth > 0;) {
    TAMGA_TRY(const bool more, xml.next());
    if (!more) {
      --depth;
      continue;
    }
    if (std::find(record_names.begin(), record_names.end(), xml.name()) == record_names.end()) {
      TAMGA_TRY_STATUS(xml.enter());
      ++depth;
      continue;
    }
    const auto line = xml.line_of(xml.offset());
    TAMGA_TRY(const XmlNode node, xml.read());
    TAMGA_TRY_STATUS(record(node, line));
  }
  return xml.finish();
}

}  // namespace tamga::lists
