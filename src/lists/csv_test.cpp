#include "lists/csv.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

namespace tamga::lists {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Result<Rows> read_all(std::string_view text, CsvLimits limits = {}) {
  CsvReader reader(text, limits);
  Rows rows;
  std::vector<std::string> fields;
  for (;;) {
    TAMGA_TRY(const bool more, reader.next(fields));
    if (!more) return rows;
    rows.push_back(fields);
  }
}

Rows rows_of(std::string_view text) {
  auto rows = read_all(text);
  EXPECT_TRUE(rows) << rows.error().text();
  return rows.value_or(Rows{});
}

TEST(Csv, ReadsPlainAndQuotedFields) {
  EXPECT_EQ(rows_of("a,b\r\n\"c,d\",\"e \"\"f\"\"\"\n"), (Rows{{"a", "b"}, {"c,d", "e \"f\""}}));
  EXPECT_EQ(rows_of("\xEF\xBB\xBFname\nx\n"), (Rows{{"name"}, {"x"}}));
  EXPECT_EQ(rows_of("a,,\n,b"), (Rows{{"a", "", ""}, {"", "b"}}));
  EXPECT_EQ(rows_of("\n\r\na\n\n"), (Rows{{"a"}}));
  EXPECT_TRUE(rows_of("").empty());
}

/// All that a reader says of a text that comes in parts which end at these places.
std::string told_in_parts(std::string_view text, const std::set<std::size_t>& ends) {
  auto end = ends.begin();
  const auto upto = [&] { return end == ends.end() ? text.size() : *end; };
  std::size_t dropped = 0;
  CsvReader reader(text.substr(0, upto()), {.field_bytes = 8, .columns = 4});
  std::string told;
  std::vector<std::string> fields;
  for (;;) {
    const auto more = reader.next(fields);
    if (reader.at_end() && end != ends.end()) {
      ++end;
      dropped += reader.begun();
      reader.again(text.substr(dropped, upto() - dropped));
      continue;
    }
    if (!more) return told + more.error().text();
    if (!*more) return told;
    told += std::to_string(reader.line()) + (reader.row_ended() ? ":" : "!");
    for (const auto& field : fields) told += "[" + field + "]";
  }
}

TEST(Csv, ReadsInPartsWhatItReadsAsAWhole) {
  EXPECT_TRUE(rc::check("parts", [] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "b", ",", "\"", "\"", "\n", "\r", "\r\n", " ", "\xEF\xBB\xBF", "long field"));
    std::string text;
    for (const auto& piece : pieces) text += piece;
    std::set<std::size_t> ends;
    for (const std::size_t end : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, text.size() + 1))) ends.insert(end);
    RC_ASSERT(told_in_parts(text, ends) == told_in_parts(text, {}));
  }));
  const std::string text = "\xEF\xBB\xBFid,name\r\n1,\"a \"\"b\"\"\nc\"\r\r\n2,d\n";
  std::set<std::size_t> all;
  for (std::size_t end = 0; end <= text.size(); ++end) {
    EXPECT_EQ(told_in_parts(text, {end}), told_in_parts(text, {})) << end;
    all.insert(end);
  }
  EXPECT_EQ(told_in_parts(text, all), "1:[id][name]2:[1][a \"b\"\nc]5:[2][d]");
}

TEST(Csv, ARowThatIsSkippedIsTheRowThatIsRead) {
  EXPECT_TRUE(rc::check("skipped, and read by itself", [] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        rc::gen::element<std::string>("a", "b", ",", "\"", "\"", "\n", "\n", "\r", "\r\n", " ", "\xEF\xBB\xBF", "long field"));
    std::string text;
    for (const auto& piece : pieces) text += piece;
    constexpr CsvLimits kLimits{.field_bytes = 8, .columns = 4};
    CsvReader reads(text, kLimits);
    CsvReader skips(text, kLimits);
    std::vector<std::string> fields;
    for (;;) {
      std::size_t count = 0;
      const auto read = reads.next(fields);
      const auto skipped = skips.skip(count);
      RC_ASSERT(skipped.has_value() == read.has_value());
      RC_ASSERT(skips.begun() == reads.begun() && skips.offset() == reads.offset() && skips.begun_line() == reads.begun_line());
      RC_ASSERT(skips.line() == reads.line() && skips.row_ended() == reads.row_ended() && skips.at_end() == reads.at_end());
      CsvReader alone = CsvReader::middle(std::string_view(text).substr(skips.begun(), skips.offset() - skips.begun()), skips.begun_line(), kLimits);
      std::vector<std::string> again;
      const auto once_more = alone.next(again);
      RC_ASSERT(once_more.has_value() == read.has_value());
      if (!read) {
        RC_ASSERT(skipped.error().text() == read.error().text());
        RC_ASSERT(once_more.error().text() == read.error().text());
        return;
      }
      RC_ASSERT(*skipped == *read && *once_more == *read);
      if (!*read) return;
      RC_ASSERT(count == fields.size());
      RC_ASSERT(again == fields && alone.line() == reads.line());
    }
  }));
}

TEST(Csv, KeepsTheLineOnWhichARowBegan) {
  CsvReader reader("a\n\"two\nlines\",x\nlast");
  std::vector<std::string> fields;
  ASSERT_TRUE(reader.next(fields).value());
  EXPECT_EQ(reader.line(), 1U);
  ASSERT_TRUE(reader.next(fields).value());
  EXPECT_EQ(reader.line(), 2U);
  EXPECT_EQ(fields.front(), "two\nlines");
  EXPECT_TRUE(reader.row_ended());
  ASSERT_TRUE(reader.next(fields).value());
  EXPECT_EQ(reader.line(), 4U);
  EXPECT_FALSE(reader.row_ended());
  EXPECT_FALSE(reader.next(fields).value());
}

TEST(Csv, AnOpenQuoteNamesTheLineWhereItOpened) {
  const auto rows = read_all("a,b\nc,\"never\ncloses\n");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().line, 2U);
  EXPECT_NE(rows.error().message.find("line 2"), std::string::npos) << rows.error().message;
}

TEST(Csv, RefusesTextAfterAClosingQuoteAndWhatIsBeyondLimits) {
  EXPECT_EQ(read_all("\"a\"b,c\n").error().line, 1U);
  EXPECT_FALSE(read_all("a,b,c\n", CsvLimits{.columns = 2}));
  EXPECT_FALSE(read_all("abcd\n", CsvLimits{.field_bytes = 3}));
  EXPECT_FALSE(read_all("\"abcd\"\n", CsvLimits{.field_bytes = 3}));
  EXPECT_TRUE(read_all("abc\n", CsvLimits{.field_bytes = 3}));
}

TEST(Csv, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check("write, then read", [] {
    const auto rows = *rc::gen::container<Rows>(rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
        rc::gen::container<std::string>(rc::gen::element('a', ',', '"', '\n', '\r', ' ', '\t', 'z', '\xC3')))));
    std::string text;
    for (const auto& row : rows) append_csv_row(text, row);
    const auto read = read_all(text);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == rows);
  }));
}

TEST(Csv, NoBytesBreakTheReader) {
  EXPECT_TRUE(rc::check("rows or an error with a line", [](const std::string& text) {
    const auto rows = read_all(text);
    if (!rows) RC_ASSERT(rows.error().line > 0U);
  }));
}

}  // namespace
}  // namespace tamga::lists
