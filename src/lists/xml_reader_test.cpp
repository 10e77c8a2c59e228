#include "lists/xml_reader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>

#include "lists/readers.h"

namespace tamga::lists {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

/// The root element, read whole.
Result<XmlNode> read_root(XmlReader& xml) {
  TAMGA_TRY(const bool root, xml.next());
  if (!root) return bad_input("no root");
  TAMGA_TRY(const XmlNode node, xml.read());
  TAMGA_TRY_STATUS(xml.finish());
  return node;
}

Status check_root(std::string_view text, XmlLimits limits = {}) {
  XmlReader xml(text, limits);
  const auto root = read_root(xml);
  if (!root) return std::unexpected(root.error());
  return {};
}

/// "name[a=1]{text}(children)", for both parsers' elements.
std::string written(XmlNode node) {
  std::string text = fmt::format("{}[", node.name());
  for (const auto& [name, value] : node.attributes()) text += fmt::format("{}={};", name, value);
  text += fmt::format("]{{{}}}(", node.text());
  for (auto child = node.first(); child; child = child.next()) text += written(child);
  return text + ")";
}
std::string written(const XmlElement& element) {
  std::string text = fmt::format("{}[", element.name);
  for (const auto& [name, value] : element.attributes) text += fmt::format("{}={};", name, value);
  text += fmt::format("]{{{}}}(", element.text);
  for (const auto& child : element.children) text += written(child);
  return text + ")";
}

/// What is accepted here expat accepts, and sees the same in it; the other way round need not be.
void expect_as_expat(std::string_view text, bool accepted) {
  XmlReader xml(text);
  const auto ours = read_root(xml);
  EXPECT_EQ(ours.has_value(), accepted) << text << "\n" << (ours ? "" : ours.error().text());
  if (!ours) return;
  std::string theirs;
  const auto status = read_xml(
      text, {std::string(ours->name())}, [](const XmlElement&) -> Status { return {}; },
      [&](const XmlElement& record) -> Status {
        theirs = written(record);
        return {};
      });
  ASSERT_TRUE(status) << text << "\n" << status.error().text();
  EXPECT_EQ(written(*ours), theirs) << text;
}

TEST(XmlReader, GoesThroughADocument) {
  constexpr std::string_view kText =
      "\xEF\xBB\xBF<?xml version=\"1.0\" encoding='UTF-8'?>\n<!-- c --><o:List xmlns:o=\"u\" o:day='1'>\n<Parts><?p i?>\n<Part N=\"1\"> a <b/>c "
      "</Part>\n"
      "<Part N=\"2\"/></Parts><Empty/><Last></Last>\n</o:List>\n<!-- end -->";
  XmlReader xml(kText);
  ASSERT_TRUE(*xml.next());
  EXPECT_EQ(xml.name(), "List");
  EXPECT_EQ(xml.attribute("day"), "1");
  EXPECT_EQ(xml.line_of(xml.offset()), 2U);
  ASSERT_TRUE(xml.enter());
  ASSERT_TRUE(*xml.next());
  EXPECT_EQ(xml.name(), "Parts");
  ASSERT_TRUE(xml.enter());
  ASSERT_TRUE(*xml.next());
  const auto part = xml.read();
  ASSERT_TRUE(part);
  EXPECT_EQ(part->name(), "Part");
  EXPECT_EQ(part->attribute("N"), "1");
  EXPECT_EQ(part->attribute("M"), "");
  EXPECT_EQ(part->text(), "a c");
  EXPECT_TRUE(part->child("b"));
  EXPECT_FALSE(part->child("c"));
  EXPECT_EQ(part->child("c").child("d").text(), "");
  EXPECT_EQ(part->child_text("c"), "");
  EXPECT_EQ(xml.line_of(part->offset()), 4U);
  const std::size_t first = part->offset();
  ASSERT_TRUE(*xml.next());
  const auto second = xml.read();
  EXPECT_EQ(second->attribute("N"), "2");
  EXPECT_FALSE(*xml.next()) << "the end of Parts";
  ASSERT_TRUE(*xml.next());
  ASSERT_TRUE(xml.enter());
  EXPECT_FALSE(*xml.next()) << "an empty element has ended at once";
  ASSERT_TRUE(*xml.next());
  EXPECT_EQ(xml.name(), "Last");
  ASSERT_TRUE(xml.enter());
  EXPECT_FALSE(*xml.next());
  EXPECT_FALSE(*xml.next()) << "the end of List";
  EXPECT_TRUE(xml.finish());
  XmlReader again(kText);
  const auto same = again.read_at(first);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->text(), "a c");
  EXPECT_EQ(xml.line_of(first), 4U) << "back";
}

TEST(XmlReader, ReadsWhatExpatReads) {
  for (const auto* text : {
           "<a/>",
           "<a></a >",
           "<a b='1' c=\"2\"\n d = 'x&amp;y'/>",
           "<a>x &lt;&gt;&quot;&apos;&amp; &#65;&#x410;&#x1F600;</a>",
           "<a> t <b>u</b> v <!-- - --> w <![CDATA[<x>&amp;]]> ]] > </a>",
           "<a>one\r\ntwo\rthree</a>",
           "<a b='one\r\ntwo\tthree\nfour&#10;five'/>",
           "<a><![CDATA[one\r\ntwo]]>\r\n<b/>\r\nthree</a>",
           "<n:a xmlns:n='u' n:b='1' b2='2'><n:c/></n:a>",
           "<?xml version='1.0'?><a>\xC2\xA0\xD0\x9F\xC2\xA0</a>",
           "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\r\n<a/>\r\n",
           "<!--c--><?p?><a>x<?p q?>y</a><?p?><!---->",
           "<a>&#32;x&#32;</a>",
           "<a>]]</a>",
           "<_a-b.c/>",
       })
    expect_as_expat(text, true);
}

TEST(XmlReader, RefusesWhatIsNotWellFormed) {
  for (const auto* text : {
           "",
           " ",
           "x",
           "<",
           "<a",
           "<a>",
           "<a></b>",
           "<a><b></a></b>",
           "<a/><b/>",
           "<a/>x",
           "</a>",
           "<a b/>",
           "<a b=1/>",
           "<a b='1/>",
           "<a b='1'c='2'/>",
           "<a b='<'/>",
           "<a b='1' b='2'/>",
           "<a / >",
           "<1a/>",
           "< a/>",
           "<a>&b;</a>",
           "<a>&amp</a>",
           "<a>& b</a>",
           "<a>&#0;</a>",
           "<a>&#xD800;</a>",
           "<a>&#x110000;</a>",
           "<a>&#;</a>",
           "<a>&#x;</a>",
           "<a>]]></a>",
           "<a><!-- -- --></a>",
           "<a><!-- </a>",
           "<a><![CDATA[</a>",
           "<a><?xml version='1.0'?></a>",
           "<a><?p </a>",
           "<a><? p?></a>",
           "<a>\x01</a>",
           "<a>\xEF\xBF\xBF</a>",
           "<a>\xE9</a>",
           " <?xml version='1.0'?><a/>",
           "<?xml version='1.1'?><a/>",
           "<?xml version='1.0' encoding='ISO-8859-1'?><a/>",
           "<?xml version='1.0' standalone='maybe'?><a/>",
           "<?xml version='1.0' more='x'?><a/>",
           "<?xml encoding='UTF-8'?><a/>",
           "<?xml version='1.0'",
           "<?xml version='1.0' encoding=''?><a/>",
           "<?xml version='1.0' standalone=''?><a/>",
           "<?xml version='1&#46;0'?><a/>",
           "<?xml x:version='1.0'?><a/>",
           // A no-break space, found by fuzzing.
           "<?xml version='1.0'\xC2\xA0 encoding='UTF-8'?><a/>",
           "<!DOCTYPE a><a/>",
           "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
           "<a><!DOCTYPE a></a>",
           "<a><!ELEMENT a></a>",
       })
    EXPECT_FALSE(check_root(text)) << text;
  EXPECT_THAT(check_root("<!DOCTYPE a><a/>").error().message, HasSubstr("DOCTYPE"));
  EXPECT_THAT(check_root("<a>\n<b>").error().text(), HasSubstr("2: the XML ends in the middle"));
  EXPECT_THAT(check_root("<a>\n\xE9</a>").error().text(), HasSubstr("2: is not UTF-8"));
  EXPECT_THAT(check_root("<a>\n</b>").error().text(), HasSubstr("2: not well-formed XML: </b> where a is open"));
}

TEST(XmlReader, LimitsAreErrors) {
  const auto nested = [](int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(check_root(nested(64)));
  EXPECT_THAT(check_root(nested(65)).error().message, HasSubstr("nested deeper than 64"));
  const XmlLimits small{64, 100};
  EXPECT_TRUE(check_root("<a>short</a>", small));
  EXPECT_THAT(check_root("<a>" + std::string(200, 'x') + "</a>", small).error().message, HasSubstr("larger than 100 bytes"));
  std::string attributes = "<a";
  for (int i = 0; i < 300; ++i) attributes += fmt::format(" a{}='1'", i);
  EXPECT_THAT(check_root(attributes + "/>").error().message, HasSubstr("more than 256 attributes"));
  // Containers count for the depth as well.
  const std::string containers = nested(70);
  XmlReader xml(containers);
  Status status;
  while (status) {
    const auto more = xml.next();
    ASSERT_TRUE(more && *more);
    status = xml.enter();
  }
  EXPECT_THAT(status.error().message, HasSubstr("nested deeper than 64"));
}

TEST(XmlReader, ATextBetweenRecordsIsNotPassedOver) {
  XmlReader xml("<l>\n<r/>lost words<r/></l>");
  ASSERT_TRUE(*xml.next());
  ASSERT_TRUE(xml.enter());
  ASSERT_TRUE(*xml.next());
  ASSERT_TRUE(xml.read());
  const auto next = xml.next();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().text(), "line 2: the text \"lost words\" stands in l, expected only elements there");
  XmlReader section("<l><![CDATA[x]]></l>");
  ASSERT_TRUE(*section.next());
  ASSERT_TRUE(section.enter());
  EXPECT_FALSE(section.next());
}

// Random pieces of XML, well-formed or not: never more accepted than by expat, and the same seen in it.
TEST(XmlReader, AgreesWithExpatOnRandomPieces) {
  static const std::vector<std::string> kPieces = {"<a>",      "</a>",      "<b>",
                                                   "</b>",     "<b/>",      "<n:b c='1' d=\"&#65;\">",
                                                   "</n:b>",   "x",         " ",
                                                   "\r\n",     "\n",        "&amp;",
                                                   "&#x41;",   "&",         "<!--",
                                                   "-->",      "<![CDATA[", "]]>",
                                                   "<?p ?>",   "]",         "<c d='\r\n'/>",
                                                   "\xC2\xA0", "Ж",         "<",
                                                   ">",        "\"",        "'",
                                                   "=",        "<!DOCTYPE", "-"};
  std::size_t accepted = 0;
  EXPECT_TRUE(rc::check("the same as expat", [&] {
    std::string text = "<a>";
    for (const auto& piece : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(kPieces))) text += piece;
    text += "</a>";
    XmlReader xml(text);
    const auto ours = read_root(xml);
    if (!ours) return;
    ++accepted;
    std::string theirs;
    const auto status = read_xml(
        text, {"a"}, [](const XmlElement&) -> Status { return {}; },
        [&](const XmlElement& record) -> Status {
          theirs = written(record);
          return {};
        });
    RC_ASSERT(status.has_value());
    RC_ASSERT(written(*ours) == theirs);
  }));
  EXPECT_GT(accepted, 0U);
}

// Every XML file of the real lists, whole.
TEST(XmlReader, AgreesWithExpatOnTheRealFiles) {
  const fs::path real = fs::path(TAMGA_SOURCE_DIR) / ".." / "shared" / "data";
  if (!fs::exists(real)) GTEST_SKIP() << "../shared/data is not here";
  std::size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(real)) {
    const std::string name = entry.path().filename().string();
    if (!entry.is_regular_file() || (!name.ends_with(".xml") && !name.ends_with(".xml.gz"))) continue;
    auto unpacked = read_unpacked(entry.path().string());
    ASSERT_TRUE(unpacked) << unpacked.error().text();
    const std::string& text = unpacked->front().bytes;
    const XmlLimits limits{64, std::size_t{1} << 30};
    XmlReader xml(text, limits);
    const auto ours = read_root(xml);
    if (!ours) {
      // One file of the UN is in another encoding than it says.
      EXPECT_THAT(name, HasSubstr("BAD_ENCODING")) << ours.error().text();
      continue;
    }
    std::string theirs;
    const auto status = read_xml(
        text, {std::string(ours->name())}, [](const XmlElement&) -> Status { return {}; },
        [&](const XmlElement& record) -> Status {
          theirs = written(record);
          return {};
        },
        limits);
    ASSERT_TRUE(status) << name << ": " << status.error().text();
    EXPECT_TRUE(written(*ours) == theirs) << name;
    EXPECT_THAT(name, Not(HasSubstr("BAD_ENCODING")));
    ++files;
  }
  EXPECT_GE(files, 10U);
}

}  // namespace
}  // namespace tamga::lists
