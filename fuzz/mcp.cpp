// Any bytes as what a client sends: the same lines in whatever pieces they come, each answered by one line of JSON-RPC or by none, and a server that
// still answers afterwards.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mcp/lines.h"
#include "mcp/server.h"
#include "mcp/tools.h"
#include "service/service.h"

namespace {

using namespace tamga;

std::vector<mcp::LineReader::Line> lines_of(std::string_view bytes, std::size_t most, std::size_t piece) {
  mcp::LineReader reader(most);
  std::vector<mcp::LineReader::Line> lines;
  while (!bytes.empty()) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (auto line = reader.next()) lines.push_back(*std::move(line));
  }
  if (auto line = reader.rest()) lines.push_back(*std::move(line));
  TAMGA_CHECK(!reader.rest());
  return lines;
}

/// The real tools' schemas, with arguments that come back instead of an answer.
std::vector<mcp::Tool> echoing_tools() {
  static service::Service service{app::Settings{}};
  auto tools = mcp::tools(service);
  for (auto& tool : tools) {
    tool.call = [](const Json& arguments) -> Result<Json> {
      TAMGA_CHECK(arguments.is_object());
      if (arguments.members.empty()) return bad_input("nothing was asked");
      return arguments;
    };
  }
  return tools;
}

void check_response(const Json& response) {
  TAMGA_CHECK(response.get("jsonrpc") == "2.0");
  TAMGA_CHECK(response.find("id") != nullptr);
  TAMGA_CHECK((response.find("result") != nullptr) != (response.find("error") != nullptr));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  // The last two bytes, so that seeds begin as what they are.
  const std::size_t most = 1 + std::size_t{data[size - 1]} * 64;
  const std::size_t piece = 1 + std::size_t{data[size - 2]};
  const std::string_view bytes(reinterpret_cast<const char*>(data), size - 2);
  const auto lines = lines_of(bytes, most, piece);
  TAMGA_CHECK(lines == lines_of(bytes, most, std::max<std::size_t>(1, bytes.size())));
  mcp::Server server(echoing_tools());
  for (const auto& line : lines) {
    TAMGA_CHECK(line.text.size() <= most && (!line.too_long || line.text.empty()));
    const auto answer = server.answer(line.text);
    if (!answer) continue;
    TAMGA_CHECK(answer->find('\n') == std::string::npos);
    const auto json = parse_json(*answer);
    TAMGA_CHECK(json.has_value());
    if (json->is_array()) {
      TAMGA_CHECK(!json->items.empty());
      for (const auto& response : json->items) check_response(response);
    } else {
      check_response(*json);
    }
  }
  TAMGA_CHECK(server.answer(R"({"jsonrpc":"2.0","id":"p","method":"ping"})") == R"({"jsonrpc":"2.0","id":"p","result":{}})");
  return 0;
}
