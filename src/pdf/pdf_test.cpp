#include "pdf/pdf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tamga::pdf {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Paper paper(std::vector<Block> blocks) { return {"A title", "con-1", "2026-11-26T10:00:00Z", std::move(blocks)}; }

TEST(Pdf, TheSamePaperGivesTheSameBytes) {
  const Paper made = paper({{Style::title, "Consultation", ""}, {Style::rule, "", ""}, {Style::pair, "Көкше Сауда ЖШС", "Exporter"}});
  const auto first = write(made);
  ASSERT_TRUE(first.has_value()) << first.error().text();
  EXPECT_THAT(*first, StartsWith("%PDF-1."));
  EXPECT_THAT(*first, HasSubstr("%%EOF"));
  EXPECT_EQ(*first, write(made).value());
  Paper other = made;
  other.blocks.back().text = "Көкше Сауда";
  EXPECT_NE(*first, write(other).value());
}

TEST(Pdf, OnlyTheLettersUsedAreEmbedded) {
  const auto made = write(paper({{Style::text, "a", ""}}));
  ASSERT_TRUE(made.has_value());
  EXPECT_THAT(*made, HasSubstr("DejaVuSans"));
  EXPECT_LT(made->size(), 400000U);
}

TEST(Pdf, CyrillicAndKazakhArePrintedAndChineseSaysSo) {
  EXPECT_FALSE(lacking("Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі, ООО «Ромашка», Zürich, № 1 — §"));
  EXPECT_TRUE(lacking("深圳市"));
  EXPECT_TRUE(lacking("\xF0\x9F\x98\x80"));
  EXPECT_TRUE(lacking("\xFF\xFE"));
  EXPECT_TRUE(lacking(std::string_view("\x01", 1)));
  EXPECT_FALSE(lacking("two\nlines\tand a tab\r\n"));
}

TEST(Pdf, WhateverTheTextItIsWritten) {
  const std::string long_word(5000, 'x');
  const std::string rubbish("\xFF\x00\xC3\xE2\x82", 5);
  for (const auto& text : {std::string(), std::string(" "), std::string("\n\n\n"), long_word, rubbish, std::string(3000, ' ')}) {
    for (const auto style : {Style::title, Style::heading, Style::text, Style::pair, Style::rule}) {
      const auto made = write(paper({{style, text, text}, {style, text, text}}));
      ASSERT_TRUE(made.has_value()) << made.error().text();
      EXPECT_THAT(*made, StartsWith("%PDF-1."));
    }
  }
  EXPECT_TRUE(write(paper({})).has_value());
}

TEST(Pdf, TablesGoOverPagesAndPicturesAreDrawn) {
  Block table{Style::table, "", ""};
  table.table.columns = {{"Code", 1, false}, {"Value", 2, true}};
  for (int i = 0; i < 200; ++i) table.table.rows.push_back({std::to_string(i), "1,000,000.00"});
  table.table.rows.push_back({std::string(30'000, 'x'), "a cell longer than a page"});
  table.table.rows.push_back({"a cell too few"});
  Block drawing{Style::picture, "what it shows", ""};
  drawing.picture = {100, 50, "", {}};
  drawing.picture.shapes = {{Shape::Kind::area, {{0, 0}, {10, 0}, {10, 10}}, 0x1f4e79, kNone, 1, false, "", 8, Shape::Anchor::start},
                            {Shape::Kind::line, {{0, 0}, {100, 50}}, kNone, 0x000000, 1, true, "", 8, Shape::Anchor::start},
                            {Shape::Kind::words, {{50, 25}}, 0x000000, kNone, 1, false, "Қазақстан", 8, Shape::Anchor::middle}};
  const auto made = write(paper({table, drawing}));
  ASSERT_TRUE(made.has_value()) << made.error().text();
  EXPECT_EQ(*made, write(paper({table, drawing})).value());
  Block plain = drawing;
  plain.picture.shapes.clear();
  EXPECT_NE(*made, write(paper({table, plain})).value());
  EXPECT_NE(made->find("/Count 6"), std::string::npos);
}

TEST(Pdf, TooLongIsAnErrorAndNoCut) {
  const auto made = write(paper({{Style::text, std::string(20000, '\n'), ""}}));
  ASSERT_FALSE(made.has_value());
  EXPECT_THAT(made.error().text(), HasSubstr("more than 200 pages"));
}

}  // namespace
}  // namespace tamga::pdf
