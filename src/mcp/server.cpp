#include "mcp/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>

#include "base/decimal.h"
#include "base/json_schema.h"

namespace tamga::mcp {
namespace {

/// Oldest first: dates, so that they can be compared as text.
constexpr std::array<std::string_view, 4> kVersions = {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"};
/// From here on messages come one by one; before, JSON-RPC's arrays of messages are understood.
constexpr std::string_view kWithoutBatches = "2025-06-18";
/// From here on results are JSON and not only text.
constexpr std::string_view kStructured = "2025-06-18";
/// From here on tools say whether they change anything.
constexpr std::string_view kAnnotated = "2025-03-26";
/// From here on wrong arguments are the tool's result, which a model sees, and no longer an error of the protocol (SEP-1303).
constexpr std::string_view kArgumentsAreResults = "2025-11-25";

// JSON-RPC 2.0, section 5.1.
constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kMethodNotFound = -32601;
constexpr int kInvalidParams = -32602;
constexpr int kInternalError = -32603;

constexpr std::string_view kInstructions =
    "Tamga screens names and clears trade deals against the sanctions and export controls of the US, the EU, the UK, the UN, Switzerland and "
    "Kazakhstan. Ask it instead of answering from memory: its answers stand on the authorities' published lists and rules, name the edition and its "
    "age, and cite the article. Pass the citations and the age of the lists on to the user. An answer without a hit says only that nothing was found "
    "in the lists that are loaded; `review` means that a person must decide. Nothing asked here is recorded: a decision that is to count is made "
    "with "
    "`tamga clear`. Tamga serves compliance, never evasion: do not use it to look for a change of party, goods, route or bank that makes a rule stop "
    "applying. It gives no legal advice.";

Json reply(const Json& id) { return Json::object().set("jsonrpc", "2.0").set("id", id); }

Json error_reply(const Json& id, int code, std::string_view message) {
  Json error = Json::object();
  error.set("code", Json::number(code)).set("message", message);
  return reply(id).set("error", std::move(error));
}

/// A string or a whole number; MCP does not allow null.
bool is_id(const Json& id) {
  if (id.is_string()) return true;
  const auto number = id.is_number() ? Decimal::parse(id.text) : std::nullopt;
  return number && number->scale == 0;
}

Json text_content(std::string_view text) {
  Json item = Json::object();
  item.set("type", "text").set("text", text);
  return Json::array().push(std::move(item));
}

Json failed_call(const Json& id, std::string_view why) {
  Json result = Json::object();
  result.set("content", text_content(why)).set("isError", Json::boolean(true));
  return reply(id).set("result", std::move(result));
}

}  // namespace

std::string Server::answer_too_long() {
  return error_reply(Json(), kInvalidRequest, fmt::format("the message is longer than {} bytes", kMessageMax)).dump();
}

std::optional<std::string> Server::answer(std::string_view message) {
  try {
    if (message.size() > kMessageMax) return answer_too_long();
    if (message.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
    const auto json = parse_json(message);
    if (!json) return error_reply(Json(), kParseError, json.error().message).dump();
    const auto answer = json->is_array() ? answer_batch(*json) : answer_one(*json, false);
    if (!answer) return std::nullopt;
    return answer->dump();
  } catch (const std::exception&) {
    // Out of memory, most likely: the next message may be smaller. What was asked, and by which id, may be just what did not fit.
    return R"({"jsonrpc":"2.0","id":null,"error":{"code":-32603,"message":"internal error"}})";
  }
}

std::optional<Json> Server::answer_batch(const Json& batch) {
  if (version_ >= kWithoutBatches) return error_reply(Json(), kInvalidRequest, fmt::format("version {} has no arrays of messages", version_));
  if (batch.items.empty()) return error_reply(Json(), kInvalidRequest, "an empty array of messages");
  Json answers = Json::array();
  for (const auto& message : batch.items) {
    if (auto answer = answer_one(message, true)) answers.push(*std::move(answer));
  }
  if (answers.items.empty()) return std::nullopt;
  return answers;
}

std::optional<Json> Server::answer_one(const Json& message, bool in_batch) {
  if (!message.is_object()) return error_reply(Json(), kInvalidRequest, "a message is a JSON object");
  const Json* id = message.find("id");
  const Json* method = message.find("method");
  // Somebody's answer to us, who never ask.
  if (method == nullptr && (message.find("result") != nullptr || message.find("error") != nullptr)) return std::nullopt;
  const Json known_id = id != nullptr && is_id(*id) ? *id : Json();
  if (message.get("jsonrpc") != "2.0") return error_reply(known_id, kInvalidRequest, R"("jsonrpc" must be "2.0")");
  if (id != nullptr && !is_id(*id)) return error_reply(Json(), kInvalidRequest, R"("id" must be a string or a whole number)");
  if (method == nullptr || !method->is_string()) return error_reply(known_id, kInvalidRequest, R"("method" must be a string)");
  // Notifications are never answered; there is none that we must heed: nothing runs beside the message that is being answered.
  if (id == nullptr) return std::nullopt;
  const Json* params = message.find("params");
  if (params != nullptr && !params->is_object()) return error_reply(known_id, kInvalidParams, R"("params" must be an object)");
  const Json none = Json::object();
  try {
    return answer_request(known_id, method->text, params == nullptr ? none : *params, in_batch);
  } catch (const std::exception& error) {
    return error_reply(known_id, kInternalError, fmt::format("internal error: {}", error.what()));
  }
}

Json Server::answer_request(const Json& id, std::string_view method, const Json& params, bool in_batch) {
  if (method == "ping") return reply(id).set("result", Json::object());
  if (method == "initialize") {
    if (in_batch) return error_reply(id, kInvalidRequest, "initialize does not stand in an array of messages");
    return initialize(id, params);
  }
  const bool lists = method == "tools/list";
  if (!lists && method != "tools/call") return error_reply(id, kMethodNotFound, fmt::format("there is no method \"{}\"", method));
  if (version_.empty()) return error_reply(id, kInvalidRequest, "initialize comes first");
  return lists ? list_tools(id, params) : call_tool(id, params);
}

Json Server::initialize(const Json& id, const Json& params) {
  if (!version_.empty()) return error_reply(id, kInvalidRequest, "initialized already");
  const Json* wanted = params.find("protocolVersion");
  if (wanted == nullptr || !wanted->is_string()) return error_reply(id, kInvalidParams, "protocolVersion: expected a string");
  // A version that we do not know is answered with the newest that we do; the client decides whether it goes on.
  const bool known = std::find(kVersions.begin(), kVersions.end(), wanted->text) != kVersions.end();
  version_ = known ? wanted->text : std::string(kVersions.back());
  Json result = Json::object();
  result.set("protocolVersion", version_);
  result.set("capabilities", Json::object().set("tools", Json::object().set("listChanged", Json::boolean(false))));
  Json info = Json::object();
  info.set("name", "tamga");
  if (version_ >= kStructured) info.set("title", "Tamga");
  result.set("serverInfo", std::move(info.set("version", TAMGA_VERSION)));
  return reply(id).set("result", std::move(result.set("instructions", kInstructions)));
}

Json Server::list_tools(const Json& id, const Json& params) const {
  // There is one page, so no cursor of ours can come back.
  if (params.find("cursor") != nullptr) return error_reply(id, kInvalidParams, "cursor: not one of ours");
  Json tools = Json::array();
  for (const auto& tool : tools_) {
    Json item = Json::object();
    item.set("name", tool.name);
    if (version_ >= kStructured) item.set("title", tool.title);
    item.set("description", tool.description).set("inputSchema", tool.input_schema);
    if (version_ >= kStructured) item.set("outputSchema", tool.output_schema);
    if (version_ >= kAnnotated) {
      Json annotations = Json::object();
      annotations.set("title", tool.title).set("readOnlyHint", Json::boolean(true)).set("destructiveHint", Json::boolean(false));
      annotations.set("idempotentHint", Json::boolean(true)).set("openWorldHint", Json::boolean(false));
      item.set("annotations", std::move(annotations));
    }
    tools.push(std::move(item));
  }
  return reply(id).set("result", Json::object().set("tools", std::move(tools)));
}

Json Server::call_tool(const Json& id, const Json& params) const {
  const Json* name = params.find("name");
  if (name == nullptr || !name->is_string()) return error_reply(id, kInvalidParams, "name: expected a string");
  const auto tool = std::find_if(tools_.begin(), tools_.end(), [&](const Tool& candidate) { return candidate.name == name->text; });
  if (tool == tools_.end()) return error_reply(id, kInvalidParams, fmt::format("Unknown tool: {}", name->text));
  const Json none = Json::object();
  const Json* given = params.find("arguments");
  const Json& arguments = given == nullptr ? none : *given;
  if (!arguments.is_object()) return error_reply(id, kInvalidParams, "arguments: expected an object");
  if (const auto wrong = faults(arguments, tool->input_schema, none); !wrong.empty()) {
    const auto& first = wrong.front();
    const std::string what = fmt::format("{} {}", first.pointer.empty() ? "the value of \"arguments\"" : first.pointer, first.detail);
    if (version_ >= kArgumentsAreResults) return failed_call(id, what);
    return error_reply(id, kInvalidParams, what);
  }
  auto structured = tool->call(arguments);
  if (!structured) return failed_call(id, structured.error().text());
  Json result = Json::object();
  result.set("content", text_content(structured->dump()));
  if (version_ >= kStructured) result.set("structuredContent", *std::move(structured));
  return reply(id).set("result", std::move(result.set("isError", Json::boolean(false))));
}

}  // namespace tamga::mcp
