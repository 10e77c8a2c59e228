#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// The Model Context Protocol, by which assistants ask Tamga rather than guess: JSON-RPC 2.0, one message a line. Versions 2024-11-05, 2025-03-26,
/// 2025-06-18 and 2025-11-25 of modelcontextprotocol.io/specification; of these tools alone, nothing that would change anything.
namespace tamga::mcp {

/// Longer messages are refused. The largest deal is 64 MiB; an assistant's are some kilobytes.
inline constexpr std::size_t kMessageMax = std::size_t{8} << 20;

struct Tool {
  std::string name;
  std::string title;
  std::string description;
  Json input_schema;   ///< of the words of mcp/schema.h
  Json output_schema;  ///< what `call` gives
  /// The arguments fit the input schema by then. An error is told to the assistant, who may correct itself.
  std::function<Result<Json>(const Json& arguments)> call;
};

/// One client, from its first message to its last. Not safe to use from several threads. Never prints.
class Server {
 public:
  explicit Server(std::vector<Tool> tools) : tools_(std::move(tools)) {}

  /// The answer to one message: one line without its "\n", or nothing where none is due. Whatever the message is, it does not throw.
  std::optional<std::string> answer(std::string_view message);
  /// The answer to a message that was too long to be read.
  static std::string answer_too_long();

 private:
  std::optional<Json> answer_one(const Json& message, bool in_batch);
  std::optional<Json> answer_batch(const Json& batch);
  Json answer_request(const Json& id, std::string_view method, const Json& params, bool in_batch);
  Json initialize(const Json& id, const Json& params);
  Json list_tools(const Json& id, const Json& params) const;
  Json call_tool(const Json& id, const Json& params) const;

  std::vector<Tool> tools_;
  std::string version_;  ///< what was agreed; empty before
};

}  // namespace tamga::mcp
