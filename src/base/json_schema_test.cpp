#include "base/json_schema.h"

#include <gtest/gtest.h>

namespace tamga {
namespace {

TEST(JsonSchema, NamesTheMember) {
  const Json schema = parse_json(R"({"type":"object",
      "properties":{"a":{"anyOf":[{"type":"string"},{"type":"array","items":{"type":"string"},"minItems":1}]},
                    "b":{"type":"object","properties":{"c":{"type":"string","enum":["x","y"]}},"required":["c"]},
                    "n":{"type":"integer","minimum":1,"maximum":9}}})")
                          .value();
  const auto wrong = [&](std::string_view value) {
    const auto found = faults(parse_json(value).value(), schema, Json::object());
    return found.empty() ? std::string() : found.front().pointer + " " + found.front().detail;
  };
  EXPECT_EQ(wrong(R"({"a":"s","b":{"c":"x","more":1},"else":1,"n":9})"), "");
  EXPECT_EQ(wrong(R"({"a":["s","t"]})"), "");
  EXPECT_EQ(wrong(R"({"a":["s",1]})"),
            "/a fits none of the forms that are allowed here: is array, expected string; or /1 is integer, expected string");
  EXPECT_EQ(wrong(R"({"a":[]})"), "/a fits none of the forms that are allowed here: is array, expected string; or has fewer than 1 items");
  EXPECT_EQ(wrong(R"({"b":{}})"), R"(/b has no member "c")");
  EXPECT_EQ(wrong(R"({"b":{"c":"z"}})"), "/b/c expected one of x, y");
  EXPECT_EQ(wrong(R"({"n":10})"), "/n must be at most 9");
  EXPECT_EQ(wrong("[]"), " is array, expected object");
}

}  // namespace
}  // namespace tamga
