#include "lists/xml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/ascii.h"
#include "base/utf8.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

// What a byte is to the scanner.
constexpr std::uint8_t kNameStart = 1;   // may begin a name
constexpr std::uint8_t kNameByte = 2;    // may stand in a name
constexpr std::uint8_t kBlank = 4;       // white space of XML
constexpr std::uint8_t kEndsText = 8;    // ends a run of plain text, or needs a look
constexpr std::uint8_t kEndsValue = 16;  // the same in the value of an attribute

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto set = [&](std::string_view bytes, std::uint8_t as) {
    for (const char c : bytes) classes[static_cast<std::uint8_t>(c)] |= as;
  };
  for (int c = 'a'; c <= 'z'; ++c) classes[static_cast<std::size_t>(c)] |= kNameStart | kNameByte;
  for (int c = 'A'; c <= 'Z'; ++c) classes[static_cast<std::size_t>(c)] |= kNameStart | kNameByte;
  for (int c = '0'; c <= '9'; ++c) classes[static_cast<std::size_t>(c)] |= kNameByte;
  set("_:", kNameStart | kNameByte);
  set("-.", kNameByte);
  set(" \t\r\n", kBlank);
  set("<&\r]", kEndsText);
  set("<&\"'\t\r\n", kEndsValue);
  return classes;
}
constexpr auto kClasses = make_classes();

bool is(char c, std::uint8_t what) { return (kClasses[static_cast<std::uint8_t>(c)] & what) != 0; }

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// "&amp;": what it stands for, and how long it is; 0 when it is none of the five that XML names.
struct Named {
  std::string_view name;
  char stands_for;
};
constexpr std::array kNamed = {Named{"&amp;", '&'}, Named{"&lt;", '<'}, Named{"&gt;", '>'}, Named{"&quot;", '"'}, Named{"&apos;", '\''}};

/// "&#1040;", "&#x410;": the character, 0 when it is none that XML allows.
std::uint32_t character_of(std::string_view reference) {
  reference = reference.substr(2, reference.size() - 3);
  const bool hexadecimal = reference.starts_with('x');
  if (hexadecimal) reference.remove_prefix(1);
  if (reference.empty() || reference.size() > 10) return 0;
  std::uint64_t number = 0;
  for (const char c : reference) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hexadecimal && c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a') + 10;
    } else if (hexadecimal && c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A') + 10;
    } else {
      return 0;
    }
    number = number * (hexadecimal ? 16 : 10) + digit;
  }
  const bool allowed = number == 9 || number == 10 || number == 13 || (number >= 0x20 && number <= 0xD7FF) ||
                       (number >= 0xE000 && number <= 0xFFFD) || (number >= 0x10000 && number <= 0x10FFFF);
  return allowed ? static_cast<std::uint32_t>(number) : 0;
}

char* put_utf8(char* out, std::uint32_t c) {
  const auto put = [&](std::uint32_t byte) { *out++ = static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return out;
}

/// The first control character that XML does not allow, or U+FFFE and U+FFFF; npos when there is none.
std::size_t find_forbidden(std::string_view text) {
  // By blocks, so that the compiler can take many bytes at once.
  constexpr std::size_t kBlock = 4096;
  for (std::size_t begin = 0; begin < text.size(); begin += kBlock) {
    const auto block = text.substr(begin, kBlock);
    unsigned found = 0;
    for (const char c : block) {
      const auto byte = static_cast<std::uint8_t>(c);
      found |= static_cast<unsigned>(byte < 0x20) & static_cast<unsigned>(byte != '\t') & static_cast<unsigned>(byte != '\n') &
               static_cast<unsigned>(byte != '\r');
    }
    if (found == 0) continue;
    for (std::size_t i = 0; i < block.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(block[i]);
      if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') return begin + i;
    }
  }
  const auto a = text.find("\xEF\xBF\xBE");
  const auto b = text.find("\xEF\xBF\xBF");
  return std::min(a, b);
}

bool is_xml(std::string_view target) { return lower_ascii(target) == "xml"; }

}  // namespace

namespace xml_detail {

constexpr std::size_t kArenaBlock = std::size_t{1} << 16;

char* Arena::take(std::size_t size) {
  if (size > left_) {
    left_ = std::max(size, kArenaBlock);
    if (blocks_.empty()) first_ = left_;
    blocks_.push_back(std::make_unique<char[]>(left_));
    next_ = blocks_.back().get();
  }
  char* const room = next_;
  next_ += size;
  left_ -= size;
  return room;
}

void Arena::clear() {
  // One block stays for the next element.
  if (blocks_.size() == 1 && first_ <= kArenaBlock) {
    next_ = blocks_.front().get();
    left_ = first_;
    return;
  }
  blocks_.clear();
  left_ = 0;
  next_ = nullptr;
}

}  // namespace xml_detail

std::span<const XmlAttribute> XmlNode::attributes() const {
  return std::span(tree_->attributes).subspan(element().first_attribute, element().attribute_count);
}

std::string_view XmlNode::attribute(std::string_view wanted) const {
  if (index_ == xml_detail::kNone) return {};
  for (const auto& [key, value] : attributes()) {
    if (key == wanted) return value;
  }
  return {};
}

XmlNode XmlNode::child(std::string_view wanted) const {
  for (auto node = first(); node; node = node.next()) {
    if (node.name() == wanted) return node;
  }
  return {};
}

XmlReader::XmlReader(std::string_view document, XmlLimits limits) : text_(document), limits_(limits) {}

std::uint64_t XmlReader::line_of(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < known_offset_) {
    known_offset_ = 0;
    known_line_ = 1;
  }
  // Lines end in LF or CRLF. An old Mac's lone CR is a line end of XML as well, but expat, too, counts it only there.
  known_line_ += static_cast<std::uint64_t>(
      std::count(text_.begin() + static_cast<std::ptrdiff_t>(known_offset_), text_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
  known_offset_ = offset;
  return known_line_;
}

std::unexpected<Error> XmlReader::error(std::string message, std::size_t offset) { return bad_input(std::move(message), line_of(offset)); }

std::unexpected<Error> XmlReader::truncated() { return error("the XML ends in the middle; is the file truncated?", text_.size()); }

std::string_view XmlReader::attribute(std::string_view wanted) const {
  for (const auto& [key, value] : tag_.attributes) {
    if (key == wanted) return value;
  }
  return {};
}

Status XmlReader::begin() {
  begun_ = true;
  if (const auto line = first_line_not_utf8(text_); line > 0) return bad_input("is not UTF-8, the only encoding that this format comes in", line);
  if (const auto wrong = find_forbidden(text_); wrong != std::string_view::npos)
    return error("holds a control character that XML does not allow", wrong);
  if (at("\xEF\xBB\xBF")) at_ = 3;
  if (at("<?xml") && at_ + 5 < text_.size() && is(text_[at_ + 5], kBlank)) return read_declaration();
  return {};
}

Status XmlReader::read_declaration() {
  const std::size_t begins = at_;
  at_ += std::string_view("<?xml").size();
  raw_names_.clear();
  for (;;) {
    const std::size_t before = at_;
    while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
    if (at_ >= text_.size()) return truncated();
    if (at("?>")) break;
    if (at_ == before) return error("the XML declaration cannot be read", begins);
    TAMGA_TRY_STATUS(read_attribute(tag_));
  }
  // No references here, and each value says something.
  const bool odd = text_.substr(begins, at_ - begins).find('&') != std::string_view::npos ||
                   std::any_of(tag_.attributes.begin(), tag_.attributes.end(), [](const XmlAttribute& said) { return said.value.empty(); });
  at_ += 2;
  std::size_t next = 0;
  const auto value_of = [&](std::string_view name) {
    return next < raw_names_.size() && raw_names_[next] == name ? tag_.attributes[next++].value : std::string_view();
  };
  if (odd || value_of("version") != "1.0") return error("the XML declaration cannot be read, expected version=\"1.0\"", begins);
  if (const auto encoding = value_of("encoding"); !encoding.empty() && lower_ascii(encoding) != "utf-8")
    return error(fmt::format("the XML says the encoding {}, expected UTF-8", encoding.substr(0, 40)), begins);
  const auto alone = value_of("standalone");
  if ((!alone.empty() && alone != "yes" && alone != "no") || next < raw_names_.size()) return error("the XML declaration cannot be read", begins);
  return {};
}

Status XmlReader::skip_instruction() {
  const std::size_t begins = at_;
  at_ += 2;
  const std::size_t name = at_;
  if (at_ >= text_.size()) return truncated();
  if (!is(text_[at_], kNameStart)) return error("not well-formed XML: \"<?\" without a name", begins);
  while (at_ < text_.size() && is(text_[at_], kNameByte)) ++at_;
  if (is_xml(text_.substr(name, at_ - name))) return error("not well-formed XML: a second XML declaration", begins);
  if (at_ < text_.size() && !is(text_[at_], kBlank) && !at("?>")) return error("not well-formed XML: \"<?\" without a name", begins);
  const auto end = text_.find("?>", at_);
  if (end == std::string_view::npos) return truncated();
  at_ = end + 2;
  return {};
}

Status XmlReader::skip_comment() {
  const std::size_t begins = at_;
  const auto end = text_.find("--", at_ + 4);
  if (end == std::string_view::npos || end + 2 >= text_.size()) return truncated();
  if (text_[end + 2] != '>') return error("not well-formed XML: \"--\" inside a comment", begins);
  at_ = end + 3;
  return {};
}

/// What may stand anywhere between elements. Ends at a "<" of something else, at other text, or at the end.
Status XmlReader::skip_white_space_and_comments() {
  for (;;) {
    while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
    if (at_ + 1 >= text_.size() || text_[at_] != '<') return {};
    const char second = text_[at_ + 1];
    if (second == '?') {
      TAMGA_TRY_STATUS(skip_instruction());
    } else if (second == '!' && at("<!--")) {
      TAMGA_TRY_STATUS(skip_comment());
    } else if (second == '!' && !at("<![CDATA[")) {
      return error("a document type declaration (DOCTYPE) is refused: no list has one, and entities in it are an attack", at_);
    } else {
      return {};
    }
  }
}

Result<std::string_view> XmlReader::decode(std::string_view raw, xml_detail::Tree& tree, bool in_attribute) {
  char* const begin = tree.arena.take(raw.size());
  char* out = begin;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (c == '\r') {
      if (i + 1 < raw.size() && raw[i + 1] == '\n') ++i;
      *out++ = in_attribute ? ' ' : '\n';
    } else if (in_attribute && (c == '\t' || c == '\n')) {
      *out++ = ' ';
    } else if (c == '&') {
      const auto rest = raw.substr(i);
      const auto ends = rest.find(';');
      const auto reference = rest.substr(0, ends == std::string_view::npos ? 0 : ends + 1);
      const auto offset = static_cast<std::size_t>(raw.data() + i - text_.data());
      const auto* const named = std::find_if(kNamed.begin(), kNamed.end(), [&](const Named& entity) { return entity.name == reference; });
      if (named != kNamed.end()) {
        *out++ = named->stands_for;
      } else if (const std::uint32_t character = reference.starts_with("&#") && reference.size() > 3 ? character_of(reference) : 0; character != 0) {
        out = put_utf8(out, character);
      } else {
        return error(fmt::format("not well-formed XML: \"{}\" is not a character", rest.substr(0, std::min<std::size_t>(ends, 11) + 1)), offset);
      }
      i += reference.size() - 1;
    } else {
      *out++ = c;
    }
  }
  return std::string_view(begin, static_cast<std::size_t>(out - begin));
}

Status XmlReader::read_attribute(xml_detail::Tree& tree) {
  const std::size_t begins = at_;
  if (!is(text_[at_], kNameStart)) return error("not well-formed XML: a start tag that cannot be read", begins);
  while (at_ < text_.size() && is(text_[at_], kNameByte)) ++at_;
  const std::string_view name = text_.substr(begins, at_ - begins);
  while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
  if (at_ >= text_.size()) return truncated();
  if (text_[at_] != '=') return error(fmt::format("not well-formed XML: the attribute {} has no value", name.substr(0, 60)), begins);
  ++at_;
  while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
  if (at_ >= text_.size()) return truncated();
  const char quote = text_[at_];
  if (quote != '"' && quote != '\'') return error(fmt::format("not well-formed XML: the value of {} is not in quotes", name.substr(0, 60)), begins);
  const std::size_t value = ++at_;
  bool plain = true;
  for (;; ++at_) {
    while (at_ < text_.size() && !is(text_[at_], kEndsValue)) ++at_;
    if (at_ >= text_.size()) return truncated();
    const char c = text_[at_];
    if (c == quote) break;
    if (c == '<') return error(fmt::format("not well-formed XML: \"<\" in the value of {}", name.substr(0, 60)), at_);
    if (c != '"' && c != '\'') plain = false;
  }
  std::string_view text = text_.substr(value, at_ - value);
  ++at_;
  if (!plain) {
    TAMGA_TRY(text, decode(text, tree, true));
  }
  if (std::find(raw_names_.begin(), raw_names_.end(), name) != raw_names_.end())
    return error(fmt::format("not well-formed XML: the attribute {} stands twice in one tag", name.substr(0, 60)), begins);
  raw_names_.push_back(name);
  tree.attributes.push_back(XmlAttribute{local_name(name), text});
  return {};
}

/// From the "<" to behind the ">". Its attributes are added to the tree.
Status XmlReader::read_start_tag(xml_detail::Tree& tree, std::string_view& raw_name, bool& empty) {
  const std::size_t begins = at_++;
  const std::size_t name = at_;
  if (at_ >= text_.size()) return truncated();
  if (!is(text_[at_], kNameStart)) return error("not well-formed XML: \"<\" that begins no tag", begins);
  while (at_ < text_.size() && is(text_[at_], kNameByte)) ++at_;
  raw_name = text_.substr(name, at_ - name);
  raw_names_.clear();
  for (;;) {
    const std::size_t before = at_;
    while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
    if (at_ >= text_.size()) return truncated();
    if (text_[at_] == '>') {
      ++at_;
      empty = false;
      return {};
    }
    if (text_[at_] == '/') {
      if (at_ + 1 >= text_.size()) return truncated();
      if (text_[at_ + 1] != '>') return error("not well-formed XML: a start tag that cannot be read", begins);
      at_ += 2;
      empty = true;
      return {};
    }
    if (at_ == before) return error("not well-formed XML: a start tag that cannot be read", begins);
    // What the tags of one element may hold together is limited as a record is; this limits the search for doubles.
    constexpr std::size_t kAttributesMax = 256;
    if (raw_names_.size() == kAttributesMax) return error(fmt::format("a tag has more than {} attributes", kAttributesMax), begins);
    TAMGA_TRY_STATUS(read_attribute(tree));
  }
}

/// From the "</" to behind the ">".
Result<std::string_view> XmlReader::read_end_tag() {
  const std::size_t begins = at_;
  at_ += 2;
  const std::size_t name = at_;
  while (at_ < text_.size() && is(text_[at_], kNameByte)) ++at_;
  const std::string_view raw_name = text_.substr(name, at_ - name);
  while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
  if (at_ >= text_.size()) return truncated();
  if (text_[at_] != '>') return error("not well-formed XML: an end tag that cannot be read", begins);
  ++at_;
  return raw_name;
}

Result<bool> XmlReader::next() {
  TAMGA_CHECK(!pending_);
  if (!begun_) TAMGA_TRY_STATUS(begin());
  if (closed_) {
    closed_ = false;
    open_.pop_back();
    return false;
  }
  TAMGA_TRY_STATUS(skip_white_space_and_comments());
  if (at_ >= text_.size()) {
    if (open_.empty() && root_seen_) return false;
    return truncated();
  }
  if (text_[at_] != '<' || at("<![CDATA[")) {
    const std::string_view words = text_.substr(at_, std::min<std::size_t>(text_.find_first_of("<\r\n", at_ + 1) - at_, 40));
    if (open_.empty()) return error(fmt::format("not well-formed XML: \"{}\" stands outside of the root element", words), at_);
    return error(fmt::format("the text \"{}\" stands in {}, expected only elements there", words, local_name(open_.back())), at_);
  }
  if (at("</")) {
    const std::size_t begins = at_;
    TAMGA_TRY(const auto ended, read_end_tag());
    if (open_.empty() || ended != open_.back()) return error(fmt::format("not well-formed XML: </{}> ends nothing", ended.substr(0, 60)), begins);
    open_.pop_back();
    return false;
  }
  if (open_.empty() && root_seen_) return error("not well-formed XML: a second element after the root element", at_);
  root_seen_ = true;
  tag_.attributes.clear();
  tag_.arena.clear();
  tag_offset_ = at_;
  TAMGA_TRY_STATUS(read_start_tag(tag_, raw_name_, empty_));
  name_ = local_name(raw_name_);
  pending_ = true;
  return true;
}

Status XmlReader::enter() {
  TAMGA_CHECK(pending_);
  pending_ = false;
  if (open_.size() >= static_cast<std::size_t>(limits_.depth)) return error(fmt::format("nested deeper than {} levels", limits_.depth), tag_offset_);
  open_.push_back(raw_name_);
  closed_ = empty_;
  return {};
}

Status XmlReader::finish() {
  TAMGA_CHECK(!pending_ && open_.empty());
  TAMGA_TRY_STATUS(skip_white_space_and_comments());
  if (at_ < text_.size()) return error("not well-formed XML: something stands after the root element", at_);
  return {};
}

Status XmlReader::open_element(std::string_view raw_name, std::size_t offset, std::uint32_t first_attribute) {
  if (open_.size() + levels_.size() >= static_cast<std::size_t>(limits_.depth))
    return error(fmt::format("nested deeper than {} levels", limits_.depth), offset);
  // Elements and attributes are numbered with 32 bits; a record of that size is refused long before.
  if (at_ - tag_offset_ > limits_.record_bytes) return error(fmt::format("one record is larger than {} bytes", limits_.record_bytes), offset);
  const auto number = static_cast<std::uint32_t>(tree_.elements.size());
  xml_detail::Element element;
  element.name = local_name(raw_name);
  element.offset = offset;
  element.first_attribute = first_attribute;
  element.attribute_count = static_cast<std::uint32_t>(tree_.attributes.size()) - first_attribute;
  tree_.elements.push_back(element);
  if (!levels_.empty()) {
    Level& parent = levels_.back();
    if (parent.last_child == xml_detail::kNone) {
      tree_.elements[parent.element].first_child = number;
    } else {
      tree_.elements[parent.last_child].next_sibling = number;
    }
    parent.last_child = number;
  }
  levels_.push_back(Level{raw_name, number, xml_detail::kNone, pieces_.size()});
  return {};
}

Status XmlReader::close_element() {
  const Level level = levels_.back();
  levels_.pop_back();
  xml_detail::Element& element = tree_.elements[level.element];
  const auto pieces = std::span(pieces_).subspan(level.pieces_begin);
  if (pieces.size() == 1) {
    element.text = trim(pieces.front());
  } else if (!pieces.empty()) {
    std::size_t size = 0;
    for (const auto piece : pieces) size += piece.size();
    char* const joined = tree_.arena.take(size);
    char* out = joined;
    for (const auto piece : pieces) out = std::copy(piece.begin(), piece.end(), out);
    element.text = trim(std::string_view(joined, size));
  }
  pieces_.resize(level.pieces_begin);
  return {};
}

/// A run of character data up to the next "<".
Status XmlReader::read_text(std::string_view& piece) {
  const std::size_t begins = at_;
  bool plain = true;
  for (;; ++at_) {
    while (at_ < text_.size() && !is(text_[at_], kEndsText)) ++at_;
    if (at_ >= text_.size()) return truncated();
    const char c = text_[at_];
    if (c == '<') break;
    if (c == ']') {
      if (at("]]>")) return error("not well-formed XML: \"]]>\" in a text", at_);
    } else {
      plain = false;
    }
  }
  piece = text_.substr(begins, at_ - begins);
  if (!plain) {
    TAMGA_TRY(piece, decode(piece, tree_, false));
  }
  return {};
}

Status XmlReader::read_cdata(std::string_view& piece) {
  constexpr std::string_view kBegin = "<![CDATA[";
  const auto end = text_.find("]]>", at_ + kBegin.size());
  if (end == std::string_view::npos) return truncated();
  piece = text_.substr(at_ + kBegin.size(), end - at_ - kBegin.size());
  if (piece.find('\r') != std::string_view::npos) {
    char* out = tree_.arena.take(piece.size());
    char* const begin = out;
    for (std::size_t i = 0; i < piece.size(); ++i) {
      const char c = piece[i];
      if (c == '\r' && i + 1 < piece.size() && piece[i + 1] == '\n') continue;
      *out++ = c == '\r' ? '\n' : c;
    }
    piece = std::string_view(begin, static_cast<std::size_t>(out - begin));
  }
  at_ = end + 3;
  return {};
}

/// Everything up to the end tag of the outermost open element.
Status XmlReader::read_content() {
  while (!levels_.empty()) {
    if (at_ >= text_.size()) return truncated();
    if (text_[at_] != '<') {
      std::string_view piece;
      const bool first = pieces_.size() == levels_.back().pieces_begin;
      // The white space that only sets out the elements.
      if (first) {
        while (at_ < text_.size() && is(text_[at_], kBlank)) ++at_;
        if (at_ < text_.size() && text_[at_] == '<') continue;
      }
      TAMGA_TRY_STATUS(read_text(piece));
      pieces_.push_back(piece);
      continue;
    }
    if (at_ + 1 >= text_.size()) return truncated();
    const char second = text_[at_ + 1];
    if (second == '/') {
      const std::size_t begins = at_;
      TAMGA_TRY(const auto ended, read_end_tag());
      if (ended != levels_.back().raw_name)
        return error(fmt::format("not well-formed XML: </{}> where {} is open", ended.substr(0, 60), levels_.back().raw_name.substr(0, 60)), begins);
      TAMGA_TRY_STATUS(close_element());
    } else if (second == '?') {
      TAMGA_TRY_STATUS(skip_instruction());
    } else if (second == '!') {
      if (at("<!--")) {
        TAMGA_TRY_STATUS(skip_comment());
      } else if (at("<![CDATA[")) {
        std::string_view piece;
        TAMGA_TRY_STATUS(read_cdata(piece));
        pieces_.push_back(piece);
      } else {
        return error("a document type declaration (DOCTYPE) is refused: no list has one, and entities in it are an attack", at_);
      }
    } else {
      const std::size_t begins = at_;
      const auto first_attribute = static_cast<std::uint32_t>(tree_.attributes.size());
      std::string_view raw_name;
      bool empty = false;
      TAMGA_TRY_STATUS(read_start_tag(tree_, raw_name, empty));
      TAMGA_TRY_STATUS(open_element(raw_name, begins, first_attribute));
      if (empty) TAMGA_TRY_STATUS(close_element());
    }
  }
  if (at_ - tag_offset_ > limits_.record_bytes) return error(fmt::format("one record is larger than {} bytes", limits_.record_bytes), tag_offset_);
  return {};
}

Result<XmlNode> XmlReader::read() {
  TAMGA_CHECK(pending_);
  pending_ = false;
  tree_.elements.clear();
  tree_.attributes.clear();
  tree_.arena.clear();
  levels_.clear();
  pieces_.clear();
  // The start tag is read again, into the tree: simpler than to hand over what it decoded.
  at_ = tag_offset_;
  std::string_view raw_name;
  bool empty = false;
  TAMGA_TRY_STATUS(read_start_tag(tree_, raw_name, empty));
  TAMGA_TRY_STATUS(open_element(raw_name, tag_offset_, 0));
  if (empty) TAMGA_TRY_STATUS(close_element());
  TAMGA_TRY_STATUS(read_content());
  return XmlNode(tree_, 0);
}

Result<XmlNode> XmlReader::read_at(std::size_t offset) {
  TAMGA_CHECK(offset < text_.size() && text_[offset] == '<');
  begun_ = true;
  tag_offset_ = offset;
  pending_ = true;
  return read();
}

}  // namespace tamga::lists
