#include "lists/xml.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>

#include "base/utf8.h"
#include "lists/readers.h"

namespace tamga::lists {
namespace {

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct State {
  XML_Parser parser = nullptr;
  const std::vector<std::string>* record_names = nullptr;
  const std::function<Status(const XmlElement&)>* root = nullptr;
  const std::function<Status(const XmlElement&)>* record = nullptr;
  XmlLimits limits;
  int depth = 0;
  std::size_t bytes = 0;
  std::vector<XmlElement> open;  ///< the record being read and its open descendants, outermost first
  std::optional<Error> error;

  void stop(std::string message) {
    if (!error) error = Error{ErrorKind::bad_input, std::move(message), {}, XML_GetCurrentLineNumber(parser)};
    XML_StopParser(parser, XML_FALSE);
  }
  void stop(Error wrong) {
    if (!error) error = std::move(wrong);
    XML_StopParser(parser, XML_FALSE);
  }
  bool count(std::size_t more) {
    bytes += more;
    if (bytes <= limits.record_bytes) return true;
    stop(fmt::format("one record is larger than {} bytes", limits.record_bytes));
    return false;
  }
};

void start_element(State& state, const XML_Char* name, const XML_Char** attributes) {
  if (++state.depth > state.limits.depth) {
    state.stop(fmt::format("nested deeper than {} levels", state.limits.depth));
    return;
  }
  const std::string_view local = local_name(name);
  const bool begins = state.open.empty() && std::find(state.record_names->begin(), state.record_names->end(), local) != state.record_names->end();
  if (state.open.empty() && !begins && state.depth != 1) return;
  XmlElement element;
  element.name = local;
  element.line = XML_GetCurrentLineNumber(state.parser);
  if (begins) state.bytes = 0;
  for (const XML_Char** at = attributes; *at != nullptr; at += 2) {
    element.attributes.emplace_back(local_name(at[0]), at[1]);
    if (!state.count(element.attributes.back().first.size() + element.attributes.back().second.size())) return;
  }
  if (!state.count(element.name.size() + sizeof(XmlElement))) return;
  if (state.depth == 1) {
    if (auto status = (*state.root)(element); !status) state.stop(status.error());
    if (!begins) return;
  }
  state.open.push_back(std::move(element));
}

void end_element(State& state) {
  --state.depth;
  if (state.open.empty()) return;
  XmlElement element = std::move(state.open.back());
  state.open.pop_back();
  element.text = std::string(trim(element.text));
  if (!state.open.empty()) {
    state.open.back().children.push_back(std::move(element));
    return;
  }
  if (auto status = (*state.record)(element); !status) state.stop(status.error());
}

void add_text(State& state, std::string_view text) {
  if (state.open.empty() || !state.count(text.size())) return;
  state.open.back().text += text;
}

/// Runs the body of a handler: an exception (no memory) must not pass through expat, which is C.
template <typename Body>
void guarded(void* user, Body&& body) {
  auto& state = *static_cast<State*>(user);
  if (state.error) return;
  try {
    body(state);
  } catch (const std::exception& wrong) {
    state.stop(fmt::format("cannot be read: {}", wrong.what()));
  }
}

void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  guarded(user, [&](State& state) { start_element(state, name, attributes); });
}

void XMLCALL on_end(void* user, const XML_Char* /*name*/) { guarded(user, end_element); }

void XMLCALL on_text(void* user, const XML_Char* text, int length) {
  guarded(user, [&](State& state) { add_text(state, {text, static_cast<std::size_t>(length)}); });
}

void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<State*>(user)->stop("a document type declaration (DOCTYPE) is refused: no list has one, and entities in it are an attack");
}

std::string why_not_well_formed(XML_Error code) {
  switch (code) {
    case XML_ERROR_NO_ELEMENTS:
    case XML_ERROR_UNCLOSED_TOKEN:
    case XML_ERROR_UNCLOSED_CDATA_SECTION: return "the XML ends in the middle; is the file truncated?";
    case XML_ERROR_PARTIAL_CHAR: return "the XML ends or breaks inside a character; is the file truncated, or of another encoding than it says?";
    case XML_ERROR_UNKNOWN_ENCODING:
    case XML_ERROR_INCORRECT_ENCODING: return "the XML says an encoding that it is not in, expected UTF-8";
    default: return fmt::format("not well-formed XML: {}", XML_ErrorString(code));
  }
}

struct ParserCloser {
  void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
};

}  // namespace

std::string_view XmlElement::attribute(std::string_view wanted) const {
  for (const auto& [key, value] : attributes) {
    if (key == wanted) return value;
  }
  return {};
}

const XmlElement* XmlElement::child(std::string_view wanted) const {
  for (const auto& element : children) {
    if (element.name == wanted) return &element;
  }
  return nullptr;
}

std::string_view XmlElement::child_text(std::string_view wanted) const {
  const XmlElement* element = child(wanted);
  return element == nullptr ? std::string_view() : std::string_view(element->text);
}

Status read_xml(std::string_view text, const std::vector<std::string>& record_names, const std::function<Status(const XmlElement&)>& root,
                const std::function<Status(const XmlElement&)>& record, XmlLimits limits) {
  const std::unique_ptr<XML_ParserStruct, ParserCloser> parser(XML_ParserCreate(nullptr));
  TAMGA_CHECK(parser != nullptr);
  State state;
  state.parser = parser.get();
  state.record_names = &record_names;
  state.root = &root;
  state.record = &record;
  state.limits = limits;
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
  constexpr std::size_t kBlock = std::size_t{1} << 20;
  for (std::size_t at = 0;; at += kBlock) {
    const std::string_view block = text.substr(std::min(at, text.size()), kBlock);
    const bool last = at + kBlock >= text.size();
    const auto status = XML_Parse(parser.get(), block.data(), static_cast<int>(block.size()), last ? 1 : 0);
    if (state.error) return std::unexpected(*state.error);
    if (status != XML_STATUS_OK) {
      const auto line = XML_GetCurrentLineNumber(parser.get());
      // Expat calls bytes of another encoding an "invalid token".
      if (const auto wrong = first_line_not_utf8(text); wrong > 0 && wrong <= line)
        return bad_input("is not UTF-8, the encoding that it says or implies", wrong);
      return bad_input(why_not_well_formed(XML_GetErrorCode(parser.get())), line);
    }
    if (last) return {};
  }
}

}  // namespace tamga::lists
