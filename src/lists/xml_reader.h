#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lists/xml.h"

// A reader of XML that takes a large document element by element and copies nothing: what it gives are views into the document. Expat
// (xml.h) hands out its tokens at 200 MB/s at best, and OFAC's SDN_ADVANCED.XML of 127 MB is to be read, entities and all, at 150 MB/s.
//
// It reads less than XML allows and nothing that XML forbids: UTF-8 only, no document type declaration and so no entities but the five
// that XML names, names of ASCII letters, texts only inside of what is read as a whole. What it accepts expat accepts, with the same
// elements, attributes and texts: fuzz/lists_xml_reader.cpp compares the two.
namespace tamga::lists {

struct XmlAttribute {
  std::string_view name;  ///< without a namespace prefix
  std::string_view value;
};

namespace xml_detail {

constexpr std::uint32_t kNone = 0xFFFFFFFF;

struct Element {
  std::string_view name;
  std::string_view text;
  std::size_t offset = 0;
  std::uint32_t first_child = kNone;
  std::uint32_t next_sibling = kNone;
  std::uint32_t first_attribute = 0;
  std::uint32_t attribute_count = 0;
};

/// Bytes that stay where they are until clear(): for texts that are not in the document as they are.
class Arena {
 public:
  /// Room for `size` bytes.
  char* take(std::size_t size);
  void clear();

 private:
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t first_ = 0;  ///< the size of the first block
  std::size_t left_ = 0;
  char* next_ = nullptr;
};

/// One element with everything inside it, flat: no allocation for each element.
struct Tree {
  std::vector<Element> elements;
  std::vector<XmlAttribute> attributes;
  Arena arena;
};

}  // namespace xml_detail

/// An element as read, or none. Cheap to copy; valid until its reader reads the next one.
class XmlNode {
 public:
  XmlNode() = default;
  XmlNode(const xml_detail::Tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

  [[nodiscard]] explicit operator bool() const { return index_ != xml_detail::kNone; }
  [[nodiscard]] std::string_view name() const { return element().name; }  ///< without a namespace prefix
  /// Its own character data, white space around it trimmed.
  [[nodiscard]] std::string_view text() const { return index_ == xml_detail::kNone ? std::string_view() : element().text; }
  [[nodiscard]] std::size_t offset() const { return element().offset; }  ///< of its "<" in the document
  [[nodiscard]] std::span<const XmlAttribute> attributes() const;
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
  /// The first child of that name, or none; none of none is none.
  [[nodiscard]] XmlNode child(std::string_view name) const;
  [[nodiscard]] std::string_view child_text(std::string_view name) const { return child(name).text(); }
  /// The first child, and the next element with the same parent: for (auto child = node.first(); child; child = child.next()).
  [[nodiscard]] XmlNode first() const { return index_ == xml_detail::kNone ? XmlNode() : XmlNode(*tree_, element().first_child); }
  [[nodiscard]] XmlNode next() const { return XmlNode(*tree_, element().next_sibling); }

 private:
  [[nodiscard]] const xml_detail::Element& element() const { return tree_->elements[index_]; }

  const xml_detail::Tree* tree_ = nullptr;
  std::uint32_t index_ = xml_detail::kNone;
};

/// Reads a document from its beginning to its end:
///
///   XmlReader xml(bytes);
///   TAMGA_TRY(bool root, xml.next());              // at the root's start tag: xml.name(), xml.attribute("x")
///   TAMGA_TRY_STATUS(xml.enter());
///   for (;;) {
///     TAMGA_TRY(bool more, xml.next());            // at the start tag of each element in it; false after the last one
///     if (!more) break;
///     TAMGA_TRY(const XmlNode record, xml.read()); // or xml.enter() again, then a loop of its own
///   }
///   TAMGA_TRY_STATUS(xml.finish());                // nothing but comments may follow
///
/// Each start tag is either entered or read, so nothing is passed over. Errors carry the line; after one the reader is of no use.
/// The document must outlive the reader. Not thread-safe.
class XmlReader {
 public:
  explicit XmlReader(std::string_view document, XmlLimits limits = {});

  /// To the next start tag inside the element that was entered last (at first: to the root's); false when that element has ended.
  Result<bool> next();
  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::span<const XmlAttribute> attributes() const { return tag_.attributes; }
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
  [[nodiscard]] std::size_t offset() const { return tag_offset_; }
  Status enter();
  Result<XmlNode> read();
  Status finish();

  /// Reads again the element whose start tag is at `offset` of a document that was read before; for a second reader of it, which stays
  /// where it is in its own reading.
  Result<XmlNode> read_at(std::size_t offset);

  /// The 1-based line of an offset. Quick for offsets that do not go down.
  [[nodiscard]] std::uint64_t line_of(std::size_t offset);

 private:
  Status begin();
  Status read_declaration();
  Status skip_instruction();
  Status skip_comment();
  Status skip_white_space_and_comments();
  Status read_start_tag(xml_detail::Tree& tree, std::string_view& raw_name, bool& empty);
  Status read_attribute(xml_detail::Tree& tree);
  Result<std::string_view> read_end_tag();
  Result<std::string_view> decode(std::string_view raw, xml_detail::Tree& tree, bool in_attribute);
  Status read_text(std::string_view& piece);
  Status read_cdata(std::string_view& piece);
  Status open_element(std::string_view raw_name, std::size_t offset, std::uint32_t first_attribute);
  Status close_element();
  Status read_content();
  [[nodiscard]] std::unexpected<Error> error(std::string message, std::size_t offset);
  [[nodiscard]] std::unexpected<Error> truncated();
  [[nodiscard]] bool at(std::string_view token) const { return text_.substr(at_, token.size()) == token; }

  std::string_view text_;
  XmlLimits limits_;
  std::size_t at_ = 0;
  bool begun_ = false;
  bool root_seen_ = false;
  bool pending_ = false;  ///< at a start tag that was neither entered nor read
  bool empty_ = false;    ///< it was "<a/>"
  bool closed_ = false;   ///< an empty element was entered: its end comes next
  std::string_view name_;
  std::string_view raw_name_;
  std::size_t tag_offset_ = 0;
  xml_detail::Tree tag_;   ///< holds the attributes of the start tag
  xml_detail::Tree tree_;  ///< the element read last
  std::vector<std::string_view> open_;
  // Of the element being read, kept for their memory.
  struct Level {
    std::string_view raw_name;
    std::uint32_t element;
    std::uint32_t last_child;
    std::size_t pieces_begin;
  };
  std::vector<Level> levels_;
  std::vector<std::string_view> pieces_;  ///< of texts that are not closed yet, the innermost last
  std::vector<std::string_view> raw_names_;
  std::size_t known_offset_ = 0;
  std::uint64_t known_line_ = 1;
};

}  // namespace tamga::lists
