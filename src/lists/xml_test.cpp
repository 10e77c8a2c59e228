#include "lists/xml.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tamga::lists {
namespace {

Result<std::vector<XmlElement>> read(std::string_view text, XmlLimits limits = {}) {
  std::vector<XmlElement> records;
  TAMGA_TRY_STATUS(read_xml(
      text, {"R"}, [](const XmlElement& root) -> Status { return root.name == "L" ? Status{} : bad_input("not L", root.line); },
      [&](const XmlElement& record) -> Status {
        records.push_back(record);
        return {};
      },
      limits));
  return records;
}

TEST(Xml, GivesEachRecordWithItsLine) {
  const auto records = read("<?xml version=\"1.0\"?>\n<L a='1'>\n<R b='2'><C> x &amp; y </C><C/></R>\n<S><R>inner</R></S></L>");
  ASSERT_TRUE(records) << records.error().text();
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ(records->front().line, 3U);
  EXPECT_EQ(records->front().attribute("b"), "2");
  EXPECT_EQ(records->front().child_text("C"), "x & y");
  EXPECT_EQ(records->front().children.size(), 2U);
  EXPECT_EQ(records->front().child("D"), nullptr);
  EXPECT_EQ(records->back().text, "inner");
}

TEST(Xml, NamespacePrefixesAreLeftOut) {
  const auto records = read("<n:L xmlns:n='urn:x'><n:R n:k='v'/></n:L>");
  ASSERT_TRUE(records) << records.error().text();
  EXPECT_EQ(records->front().attribute("k"), "v");
}

TEST(Xml, RefusesDocumentTypesAndEntities) {
  for (const std::string_view text :
       {"<!DOCTYPE L [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><L><R>&b;</R></L>", "<!DOCTYPE L SYSTEM 'file:///etc/passwd'><L/>",
        "<!DOCTYPE L [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><L><R>&x;</R></L>"}) {
    const auto records = read(text);
    ASSERT_FALSE(records) << text;
    EXPECT_NE(records.error().message.find("document type"), std::string::npos) << records.error().message;
  }
  EXPECT_FALSE(read("<L><R>&undefined;</R></L>"));
}

TEST(Xml, LimitsDepthAndSize) {
  std::string deep = "<L><R>";
  for (int i = 0; i < 100; ++i) deep += "<D>";
  EXPECT_NE(read(deep).error().message.find("64 levels"), std::string::npos);
  EXPECT_FALSE(read(fmt::format("<L><R>{}</R></L>", std::string(200, 'x')), XmlLimits{.record_bytes = 150}));
  EXPECT_FALSE(read(fmt::format("<L><R a='{}'/></L>", std::string(200, 'x')), XmlLimits{.record_bytes = 150}));
}

TEST(Xml, ErrorsNameTheLine) {
  EXPECT_EQ(read("<L>\n<R>\n").error().line, 3U);
  EXPECT_NE(read("<L>\n<R>\n").error().message.find("truncated"), std::string::npos);
  EXPECT_EQ(read("<L>\n</R></L>").error().line, 2U);
  EXPECT_EQ(read("<X/>").error().message, "not L");
  EXPECT_FALSE(read(""));
}

TEST(Xml, AWrongEncodingIsSaidInPlainWords) {
  const auto latin = read("<?xml version='1.0' encoding='UTF-8'?>\n<L>\n<R>Arm\xE9s</R></L>");
  ASSERT_FALSE(latin);
  EXPECT_EQ(latin.error().line, 3U);
  EXPECT_NE(latin.error().message.find("UTF-8"), std::string::npos) << latin.error().message;
  const auto declared = read("<?xml version='1.0' encoding='ISO-8859-1'?><L><R>Arm\xE9s</R></L>");
  ASSERT_TRUE(declared);
  EXPECT_EQ(declared->front().text, "Arm\xC3\xA9s");
  EXPECT_FALSE(read("<?xml version='1.0' encoding='EBCDIC-X'?><L/>"));
}

}  // namespace
}  // namespace tamga::lists
