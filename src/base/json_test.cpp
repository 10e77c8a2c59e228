#include "base/json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tamga {
namespace {

Json parsed(std::string_view text) {
  auto json = parse_json(text);
  EXPECT_TRUE(json.has_value()) << text << ": " << (json ? "" : json.error().text());
  return json ? *std::move(json) : Json();
}

TEST(JsonParse, KeepsOrderAndTheTextOfNumbers) {
  const auto json = parsed(R"( {"b": 250000.00, "a": [1, -0.5e3, true, null, "ä\n\u0041\ud83d\ude00"]} )");
  EXPECT_EQ(json.dump(), "{\"b\":250000.00,\"a\":[1,-0.5e3,true,null,\"ä\\nA😀\"]}");
  EXPECT_EQ(json.find("b")->text, "250000.00");
  EXPECT_EQ(json.find("c"), nullptr);
}

TEST(JsonParse, SkipsAByteOrderMark) { EXPECT_EQ(parsed("\xEF\xBB\xBF{\"a\":1}").dump(), "{\"a\":1}"); }

TEST(JsonParse, TakesScalars) {
  EXPECT_EQ(parsed("\"x\"").text, "x");
  EXPECT_EQ(parsed(" 12 ").text, "12");
  EXPECT_TRUE(parsed("true").truth);
  EXPECT_EQ(parsed("null").kind, Json::Kind::null);
}

TEST(JsonParse, RefusesWhatIsNotOneDocument) {
  for (const auto* text :
       {"",    " ",           "{",       "[1,]", "{\"a\":}",   "{\"a\" 1}", "{'a':1}",           "[1] 2", "{} {}", "01",     "1.", "+1", "NaN",
        "nul", "\"\\ud800\"", "\"\\x\"", "\"a",  "[\"\x01\"]", "\"\xff\"",  "{\"a\":1,\"a\":2}", "tru",   "[1 2]", "// x\n1"}) {
    EXPECT_FALSE(parse_json(text).has_value()) << text;
  }
}

TEST(JsonParse, RefusesWhatOnlySomeReadersTake) {
  for (const auto* text : {"[nulL]",
                           "[nullx]",
                           "[truex]",
                           "[falsey]",
                           "nullx",
                           "[1]]",
                           "true,",
                           "12x",
                           "-",
                           "1e",
                           "[.5]",
                           "[0x10]",
                           "[Infinity]",
                           "\"\\udc00\"",
                           "\"\\ud800\\u0041\"",
                           "[\"\xed\xa0\x80\"]",
                           "\xEF\xBB\xBF",
                           "{\"a\":1,\"\\u0061\":2}",
                           "{\"a\":1,}",
                           "{1:2}"}) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json.has_value()) << text;
    EXPECT_EQ(json.error().kind, ErrorKind::bad_input) << text;
  }
}

// Legal by RFC 8259, but readers differ on what a number beyond 64 bits or beyond a double is; refused rather than rounded.
TEST(JsonParse, RefusesNumbersThatReadersRound) {
  for (const auto* text : {"1e400", "[-1e400]", "18446744073709551616", "[123456789012345678901234567890]"}) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json.has_value()) << text;
    EXPECT_NE(json.error().message.find("too large"), std::string::npos) << json.error().message;
  }
  EXPECT_EQ(parsed("[18446744073709551615]").dump(), "[18446744073709551615]");
  EXPECT_EQ(parsed("[0.1234567890123456789, 1e-400, -0, 1E+2]").dump(), "[0.1234567890123456789,1e-400,-0,1E+2]") << "literals stay as written";
}

TEST(JsonParse, TakesControlCharactersOnlyEscaped) {
  const auto json = parsed("[\"a\\u0000b\\u001b\"]");
  EXPECT_EQ(json.items.front().text, std::string("a\0b\x1b", 4));
  EXPECT_EQ(json.dump(), "[\"a\\u0000b\\u001b\"]");
}

TEST(JsonParse, LimitsDepthAndSize) {
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_FALSE(parse_json(nested(65)));
  EXPECT_TRUE(parse_json("[[1]]", JsonLimits{.depth = 2})) << "a value in the deepest list is no level of its own";
  EXPECT_FALSE(parse_json("[[[]]]", JsonLimits{.depth = 2}));
  const auto deep = parse_json(nested(1000));
  ASSERT_FALSE(deep);
  EXPECT_NE(deep.error().message.find("nested deeper than 64"), std::string::npos);
  EXPECT_FALSE(parse_json("[1,2,3]", JsonLimits{.bytes = 3}));
}

TEST(JsonParse, SaysTheLine) {
  const auto wrong = parse_json("{\n  \"a\": 1,\n  \"a\": 2\n}");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().line, 3U);
  EXPECT_EQ(line_of_offset("a\nb\nc", 4), 3U);
  const std::pair<const char*, std::uint64_t> cases[] = {{"{\n\"a\": 1,\n\"b\": tru\n}", 3},
                                                         {"{\n\"a\": 1,\n\"b\": 01\n}", 3},
                                                         {"\xEF\xBB\xBF{\n\"a\": 1,\n\"a\": 2}", 3},
                                                         {"{\"a\":\n\n\"\\x\"}", 3},
                                                         {"[1,\nnul]", 2}};
  for (const auto& [text, line] : cases) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().line, line) << text;
  }
}

TEST(JsonParse, DoubleKeysOnlyWhereTheyAreAllowed) {
  EXPECT_FALSE(parse_json(R"({"a":1,"a":2})"));
  const auto both = parse_json(R"({"a":1,"a":2})", JsonLimits{.double_keys = true});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->members.size(), 2U);
}

rc::Gen<Json> any_json(int depth) {
  const auto text = rc::gen::map(rc::gen::container<std::u32string>(rc::gen::inRange<char32_t>(1, 0x500)), [](const std::u32string& points) {
    std::string utf8;
    for (const char32_t c : points) {
      if (c < 0x80) {
        utf8 += static_cast<char>(c);
      } else {
        utf8 += static_cast<char>(0xC0 | (c >> 6));
        utf8 += static_cast<char>(0x80 | (c & 0x3F));
      }
    }
    return utf8;
  });
  auto scalar = rc::gen::oneOf(rc::gen::map(text, [](const std::string& value) { return Json::string(value); }),
                               rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t value) { return Json::number(value); }),
                               rc::gen::map(rc::gen::arbitrary<bool>(), [](bool value) { return Json::boolean(value); }), rc::gen::construct<Json>());
  if (depth == 0) return scalar;
  const auto array = rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<Json>>(any_json(depth - 1))), [](std::vector<Json> items) {
    Json json = Json::array();
    json.items = std::move(items);
    return json;
  });
  const auto object =
      rc::gen::map(rc::gen::resize(4, rc::gen::container<std::vector<Json>>(any_json(depth - 1))), [](const std::vector<Json>& items) {
        Json json = Json::object();
        for (const auto& item : items) json.set("key\"" + std::to_string(json.members.size()), item);
        return json;
      });
  return rc::gen::oneOf(scalar, array, object);
}

TEST(JsonProperty, WhatIsWrittenIsRead) {
  EXPECT_TRUE(rc::check("parse(dump(x)) = x = parse(pretty(x))", [] {
    const auto json = *any_json(3);
    const auto again = parse_json(json.dump());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == json);
    RC_ASSERT(again->dump() == json.dump());
    RC_ASSERT(*parse_json(json.pretty()) == json);
  }));
}

}  // namespace
}  // namespace tamga
