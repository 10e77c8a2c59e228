#include <gtest/gtest.h>

#include "mcp/lines.h"
#include "mcp/server.h"

namespace tamga::mcp {
namespace {

Json read(std::string_view text) { return parse_json(text).value(); }

Tool echo() {
  Tool tool;
  tool.name = "echo";
  tool.title = "Echo";
  tool.description = "Says what it was told.";
  tool.input_schema =
      read(R"({"type":"object","properties":{"say":{"type":"string","minLength":1},"times":{"type":"integer","minimum":1,"maximum":9}},
                               "required":["say"],"additionalProperties":false})");
  tool.output_schema = read(R"({"type":"object"})");
  tool.call = [](const Json& arguments) -> Result<Json> {
    if (arguments.get("say") == "fail") return bad_input("told to");
    if (arguments.get("say") == "throw") throw std::runtime_error("told to");
    return arguments;
  };
  return tool;
}

class Session : public testing::Test {
 protected:
  Server server_{{echo()}};

  std::string say(std::string_view message) { return server_.answer(message).value_or("nothing"); }
  Json ask(std::string_view method, std::string_view params = "{}") {
    return read(say(Json::object().set("jsonrpc", "2.0").set("id", Json::number(7)).set("method", method).set("params", read(params)).dump()));
  }
  void begin(std::string_view version) {
    const Json answer = ask("initialize", Json::object().set("protocolVersion", version).dump());
    ASSERT_NE(answer.find("result"), nullptr) << answer.dump();
  }
  std::string code_of(const Json& answer) {
    const Json* error = answer.find("error");
    return error == nullptr ? "" : error->find("code")->text;
  }
};

TEST_F(Session, AgreesOnAVersion) {
  for (const auto* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    Server server({echo()});
    const auto answer = server.answer(Json::object()
                                          .set("jsonrpc", "2.0")
                                          .set("id", "a")
                                          .set("method", "initialize")
                                          .set("params", Json::object().set("protocolVersion", version))
                                          .dump());
    const Json json = read(*answer);
    EXPECT_EQ(json.get("id"), "a");
    EXPECT_EQ(json.find("result")->get("protocolVersion"), version);
    EXPECT_NE(json.find("result")->find("capabilities")->find("tools"), nullptr);
  }
  EXPECT_EQ(ask("initialize", R"({"protocolVersion":"2099-01-01"})").find("result")->get("protocolVersion"), "2025-11-25");
  EXPECT_EQ(code_of(ask("initialize", R"({"protocolVersion":"2025-06-18"})")), "-32600");
}

TEST_F(Session, AsksForInitializeFirstButAnswersPing) {
  EXPECT_EQ(code_of(ask("tools/list")), "-32600");
  EXPECT_EQ(code_of(ask("tools/call", R"({"name":"echo"})")), "-32600");
  EXPECT_EQ(code_of(ask("no/such")), "-32601");
  EXPECT_EQ(ask("ping").find("result")->dump(), "{}");
  EXPECT_EQ(code_of(ask("initialize", R"({})")), "-32602");
  EXPECT_EQ(code_of(ask("tools/list")), "-32600");
}

TEST_F(Session, RefusesWhatIsNoMessage) {
  const auto refused = [&](std::string_view message, std::string_view code, std::string_view id) {
    const Json answer = read(say(message));
    EXPECT_EQ(code_of(answer), code) << message;
    EXPECT_EQ(answer.find("id")->dump(), id) << message;
  };
  refused("{", "-32700", "null");
  refused("\xff", "-32700", "null");
  refused(R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})", "-32700", "null");
  refused("1", "-32600", "null");
  refused(R"({"jsonrpc":"1.0","id":1,"method":"ping"})", "-32600", "1");
  refused(R"({"id":1,"method":"ping"})", "-32600", "1");
  refused(R"({"jsonrpc":"2.0","id":null,"method":"ping"})", "-32600", "null");
  refused(R"({"jsonrpc":"2.0","id":1.5,"method":"ping"})", "-32600", "null");
  refused(R"({"jsonrpc":"2.0","id":{},"method":"ping"})", "-32600", "null");
  refused(R"({"jsonrpc":"2.0","id":1})", "-32600", "1");
  refused(R"({"jsonrpc":"2.0","id":1,"method":2})", "-32600", "1");
  refused(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", "-32602", "1");
  refused(std::string(kMessageMax + 1, ' '), "-32600", "null");
}

TEST_F(Session, SaysNothingToNotificationsAndAnswers) {
  for (const auto* message : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})", R"({"jsonrpc":"2.0","method":"tools/call","params":{}})",
                              R"({"jsonrpc":"2.0","method":"no/such"})", R"({"jsonrpc":"2.0","id":1,"result":{}})",
                              R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})", "", "  \r"}) {
    EXPECT_EQ(server_.answer(message), std::nullopt) << message;
  }
}

TEST_F(Session, KeepsTheIdAsItWas) {
  EXPECT_EQ(say(R"({"jsonrpc":"2.0","id":12345678901234567,"method":"ping"})"), R"({"jsonrpc":"2.0","id":12345678901234567,"result":{}})");
  EXPECT_EQ(say(R"({"jsonrpc":"2.0","id":"7\n","method":"ping"})"), R"({"jsonrpc":"2.0","id":"7\n","result":{}})");
}

TEST_F(Session, CallsTools) {
  begin("2025-06-18");
  const Json answer = ask("tools/call", R"({"name":"echo","arguments":{"say":"line\nline"},"_meta":{"progressToken":1}})");
  const Json& result = *answer.find("result");
  EXPECT_EQ(result.find("structuredContent")->dump(), R"({"say":"line\nline"})");
  EXPECT_EQ(result.find("content")->items.at(0).get("text"), R"({"say":"line\nline"})");
  EXPECT_FALSE(result.find("isError")->truth);
  EXPECT_EQ(answer.dump().find('\n'), std::string::npos);
}

TEST_F(Session, TellsAFailureOfTheToolToTheAssistant) {
  begin("2025-06-18");
  const Json answer = ask("tools/call", R"({"name":"echo","arguments":{"say":"fail"}})");
  EXPECT_TRUE(answer.find("result")->find("isError")->truth);
  EXPECT_EQ(answer.find("result")->find("content")->items.at(0).get("text"), "told to");
  EXPECT_EQ(answer.find("result")->find("structuredContent"), nullptr);
}

TEST_F(Session, SurvivesAnException) {
  begin("2025-06-18");
  EXPECT_EQ(code_of(ask("tools/call", R"({"name":"echo","arguments":{"say":"throw"}})")), "-32603");
  EXPECT_EQ(ask("ping").find("result")->dump(), "{}");
}

TEST_F(Session, RefusesWrongArguments) {
  begin("2025-06-18");
  for (const auto* params : {R"({})", R"({"name":1})", R"({"name":"none"})", R"({"name":"echo","arguments":[]})", R"({"name":"echo"})",
                             R"({"name":"echo","arguments":{"say":1}})", R"({"name":"echo","arguments":{"say":""}})",
                             R"({"name":"echo","arguments":{"say":"a","loud":true}})", R"({"name":"echo","arguments":{"say":"a","times":10}})",
                             R"({"name":"echo","arguments":{"say":"a","times":1.5}})"}) {
    EXPECT_EQ(code_of(ask("tools/call", params)), "-32602") << params;
  }
}

TEST_F(Session, SinceNovember2025WrongArgumentsAreTheToolsResult) {
  begin("2025-11-25");
  const Json answer = ask("tools/call", R"({"name":"echo","arguments":{"say":1}})");
  EXPECT_TRUE(answer.find("result")->find("isError")->truth);
  EXPECT_EQ(answer.find("result")->find("content")->items.at(0).get("text"), "/say is integer, expected string");
  EXPECT_EQ(code_of(ask("tools/call", R"({"name":"none"})")), "-32602");
}

TEST_F(Session, GivesEachVersionWhatItKnows) {
  begin("2024-11-05");
  const Json listed = ask("tools/list");
  const Json& tool = listed.find("result")->find("tools")->items.at(0);
  EXPECT_EQ(tool.find("outputSchema"), nullptr);
  EXPECT_EQ(tool.find("annotations"), nullptr);
  EXPECT_NE(tool.find("inputSchema"), nullptr);
  const Json called = ask("tools/call", R"({"name":"echo","arguments":{"say":"a"}})");
  EXPECT_EQ(called.find("result")->find("structuredContent"), nullptr);
  EXPECT_EQ(code_of(ask("tools/list", R"({"cursor":"x"})")), "-32602");
}

TEST_F(Session, AnswersArraysOfMessagesWhereTheVersionHasThem) {
  begin("2025-03-26");
  EXPECT_EQ(say(R"([{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"},{"jsonrpc":"2.0","id":2,"method":"x"},3])"),
            R"([{"jsonrpc":"2.0","id":1,"result":{}},)"
            R"({"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"there is no method \"x\""}},)"
            R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"a message is a JSON object"}}])");
  EXPECT_EQ(say(R"([{"jsonrpc":"2.0","method":"x"}])"), "nothing");
  EXPECT_EQ(code_of(read(say("[]"))), "-32600");
}

TEST_F(Session, HasNoArraysOfMessagesSinceJune2025) {
  begin("2025-06-18");
  EXPECT_EQ(code_of(read(say(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])"))), "-32600");
}

TEST(Lines, ComeWhateverThePieces) {
  const std::string text = "one\r\n\ntwo two\nthree";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    LineReader reader(100);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size(); at += piece) {
      reader.feed(std::string_view(text).substr(at, piece));
      while (const auto line = reader.next()) lines.push_back(line->text);
    }
    if (const auto line = reader.rest()) lines.push_back(line->text);
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "", "two two", "three"})) << piece;
    EXPECT_EQ(reader.rest(), std::nullopt);
  }
}

TEST(Lines, SkipOneThatIsTooLongToItsEnd) {
  LineReader reader(5);
  reader.feed("12345\n123456\n1234567");
  EXPECT_EQ(reader.next(), (LineReader::Line{"12345", false}));
  EXPECT_EQ(reader.next(), (LineReader::Line{"", true}));
  EXPECT_EQ(reader.next(), std::nullopt);
  reader.feed("8\nabc\n");
  EXPECT_EQ(reader.next(), (LineReader::Line{"", true}));
  EXPECT_EQ(reader.next(), (LineReader::Line{"abc", false}));
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_EQ(reader.rest(), std::nullopt);
}

}  // namespace
}  // namespace tamga::mcp
