#include "lists/xml.h"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace tamga::lists {
namespace {

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void trim(std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) {
    text.clear();
    return;
  }
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, begin);
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

void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  auto& state = *static_cast<State*>(user);
  if (state.error) return;
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

void XMLCALL on_end(void* user, const XML_Char* /*name*/) {
  auto& state = *static_cast<State*>(user);
  if (state.error) return;
  --state.depth;
  if (state.open.empty()) return;
  XmlElement element = std::move(state.open.back());
  state.open.pop_back();
  trim(element.text);
  if (!state.open.empty()) {
    state.open.back().children.push_back(std::move(element));
    return;
  }
  if (auto status = (*state.record)(element); !status) state.stop(status.error());
}

void XMLCALL on_text(void* user, const XML_Char* text, int length) {
  auto& state = *static_cast<State*>(user);
  if (state.error || state.open.empty() || !state.count(static_cast<std::size_t>(length))) return;
  state.open.back().text.append(text, static_cast<std::size_t>(length));
}

void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  static_cast<State*>(user)->stop("a document type declaration (DOCTYPE) is refused: no list has one, and entities in it are an attack");
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
      return bad_input(fmt::format("not well-formed XML: {}", XML_ErrorString(XML_GetErrorCode(parser.get()))),
                       XML_GetCurrentLineNumber(parser.get()));
    }
    if (last) return {};
  }
}

}  // namespace tamga::lists
