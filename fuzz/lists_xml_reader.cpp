// Any bytes as XML, for the reader that copies nothing against expat: what it accepts expat accepts, with the same elements, attributes and
// texts.
#include <cstdint>
#include <string>
#include <string_view>

#include "lists/xml.h"
#include "lists/xml_reader.h"

namespace {

using tamga::Status;
using tamga::lists::XmlElement;
using tamga::lists::XmlNode;

void check_same(XmlNode ours, const XmlElement& theirs) {
  TAMGA_CHECK(ours.name() == theirs.name);
  TAMGA_CHECK(ours.text() == theirs.text);
  TAMGA_CHECK(ours.attributes().size() == theirs.attributes.size());
  for (std::size_t i = 0; i < theirs.attributes.size(); ++i) {
    TAMGA_CHECK(ours.attributes()[i].name == theirs.attributes[i].first);
    TAMGA_CHECK(ours.attributes()[i].value == theirs.attributes[i].second);
  }
  XmlNode child = ours.first();
  for (const auto& other : theirs.children) {
    TAMGA_CHECK(static_cast<bool>(child));
    check_same(child, other);
    child = child.next();
  }
  TAMGA_CHECK(!child);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  tamga::lists::XmlReader xml(text);
  const auto more = xml.next();
  if (!more || !*more) return 0;
  const auto root = xml.read();
  if (!root || !xml.finish()) return 0;
  std::size_t seen = 0;
  const auto status = tamga::lists::read_xml(
      text, {std::string(root->name())}, [](const XmlElement&) -> Status { return {}; },
      [&](const XmlElement& theirs) -> Status {
        ++seen;
        check_same(*root, theirs);
        return {};
      });
  TAMGA_CHECK(status.has_value());
  TAMGA_CHECK(seen == 1);
  return 0;
}
