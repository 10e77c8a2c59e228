#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lists/xml_reader.h"

namespace tamga::lists {

/// The children of a node of that name, in their order.
[[nodiscard]] std::vector<XmlNode> children(XmlNode node, std::string_view name);

/// Reads a document whose facts stand in records: calls `record` with each element of one of `record_names`, wherever it stands, and the line it
/// begins on. What is inside of a record is no record. `root` is what the root element must be called. Nothing but the record at hand is kept.
Status each_xml_record(std::string_view document, std::string_view root, const std::vector<std::string_view>& record_names,
                       const std::function<Status(XmlNode, std::uint64_t)>& record);

}  // namespace tamga::lists
