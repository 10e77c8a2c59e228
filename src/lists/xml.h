#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tamga::lists {

/// One element with what stands inside it.
struct XmlElement {
  std::string name;  ///< without a namespace prefix
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;
  std::string text;  ///< its own character data, white space trimmed
  std::uint64_t line = 0;

  [[nodiscard]] std::string_view attribute(std::string_view name) const TAMGA_LIFETIMEBOUND;
  /// The first child of that name, or nullptr.
  [[nodiscard]] const XmlElement* child(std::string_view name) const TAMGA_LIFETIMEBOUND;
  /// The text of the first child of that name; empty when there is none.
  [[nodiscard]] std::string_view child_text(std::string_view name) const TAMGA_LIFETIMEBOUND;
};

struct XmlLimits {
  int depth = 64;
  std::size_t record_bytes = std::size_t{16} << 20;  ///< names, attributes and text of one record
};

/// Streams a document: `root` is called with the root element's own name and attributes, `record` with each element whose name is
/// in `record_names`, whole; nothing else is kept, so memory does not grow with the file. Refuses any document type declaration,
/// and with it external entities and entity expansion; wrong encoding, depth and size are errors with their line.
Status read_xml(std::string_view text, const std::vector<std::string>& record_names, const std::function<Status(const XmlElement&)>& root,
                const std::function<Status(const XmlElement&)>& record, XmlLimits limits = {});

}  // namespace tamga::lists
