#include "app/rows.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>
#include <memory>
#include <vector>

#include "app/shards.h"
#include "base/files.h"

namespace tamga::app {
namespace {

namespace fs = std::filesystem;

class RowsTest : public testing::Test {
 protected:
  RowsTest() : path_(fs::path(testing::TempDir()) / ("rows-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {}
  ~RowsTest() override { fs::remove(path_); }

  RowReader reader(std::string_view text, const std::string& schema = {}) {
    EXPECT_TRUE(write_file_atomically(path_.string(), text));
    auto opened = RowReader::open(Batch{path_.string(), schema}, {model_});
    EXPECT_TRUE(opened) << opened.error().text();
    return *std::move(opened);
  }
  /// All that is known of the rows that are left.
  static std::string told(RowReader& rows) {
    std::string told;
    for (;;) {
      BatchRow row;
      const auto more = rows.next(row);
      EXPECT_TRUE(more) << more.error().text();
      if (!more || !*more) return told;
      told += row_text(row) + "\n";
    }
  }
  /// The same by somebody who is sent pieces of so many rows each.
  std::string told_in_pieces(RowReader& rows, std::size_t size) const {
    const auto form = rows.form();
    EXPECT_TRUE(form);
    std::string told;
    for (bool more = true; more;) {
      std::string bytes;
      std::uint64_t line = 0;
      for (std::size_t count = 0; count < size && more; ++count) {
        RowText row;
        const auto next = rows.next_text(row);
        EXPECT_TRUE(next) << next.error().text();
        more = next.value_or(false);
        if (!more) break;
        if (count == 0) line = row.line;
        bytes += row.bytes;
        if (!row.apart) {
          const auto after = rows.next_text(row);
          EXPECT_TRUE(after && !*after) << "a row that cannot be told from what follows is the last";
          more = false;
        }
      }
      if (bytes.empty()) break;
      auto piece = RowReader::of_text(*form, line, bytes, {model_});
      EXPECT_TRUE(piece) << piece.error().text();
      if (piece) told += RowsTest::told(*piece);
    }
    return told;
  }
  void expect_same(std::string_view text, const std::string& schema = {}) {
    auto whole = reader(text, schema);
    const std::string expected = told(whole);
    for (const std::size_t size : {1U, 2U, 3U, 7U, 1000U}) {
      auto rows = reader(text, schema);
      EXPECT_EQ(told_in_pieces(rows, size), expected) << size << " of\n" << text.substr(0, 2000);
    }
  }

  fs::path path_;
  std::shared_ptr<const names::Model> model_ = names::Model::standard();
};

TEST_F(RowsTest, WhoReadsPiecesOfAFileReadsTheFile) {
  expect_same("id,name\n1,VTB Bank\n\n\n2,\"a\nb \"\"c\"\"\"\r\n3,Romashka");
  expect_same("\xEF\xBB\xBFName,country,name\r\na,kz,b\r\n\xEF\xBB\xBFx,ru,\r\nc,kz\r\n\r\n", "Person");
  expect_same("name\nok\n\"never closed\nb\nc\n");
  expect_same("name\nok\n\"closed\" and more\nb\nc\n");
  expect_same("name\nok\n" + std::string(2 << 20, 'x') + "\nnot read any more\n");
  expect_same("name\n" + std::string(900'000, 'x') + "\n" + std::string(900'000, '\n') + "b\n\xFF\xFE\n");
  expect_same("{\"name\":\"VTB\"}\n\n \t\n[1]\nno JSON\n{\"name\":\"\xFF\"}\n{\"name\":\"b\"}", "Company");
  expect_same("\n\n{\"name\":\"VTB\"}\r\n" + std::string(2 << 20, '\n') + "{\"name\":\"" + std::string(2 << 20, 'x') + "\"}\n{}");
}

TEST_F(RowsTest, WhateverIsInIt) {
  EXPECT_TRUE(rc::check("pieces", [&] {
    const bool json = *rc::gen::arbitrary<bool>();
    const auto pieces = *rc::gen::container<std::vector<std::string>>(
        json ? rc::gen::element<std::string>("{\"name\":\"VTB\"}", "{\"id\":\"1\",\"name\":\"—\"}", "\n", "\n", "\r\n", " ", "{", "[]", "\xFF", "\r")
             : rc::gen::element<std::string>("Bank", "ru", "1970", ",", ",", "\"", "\"", "\n", "\n", "\r", "\r\n", " ", "\xEF\xBB\xBF", "\xFF"));
    std::string text = json ? "{\"name\":\"a\"}\n" : "name,country\n";
    for (const auto& piece : pieces) text += piece;
    const std::string schema = *rc::gen::element<std::string>("", "Person");
    auto whole = reader(text, schema);
    auto rows = reader(text, schema);
    RC_ASSERT(told_in_pieces(rows, *rc::gen::inRange<std::size_t>(1, 5)) == told(whole));
  }));
}

TEST_F(RowsTest, AFormThatIsNoneIsRefused) {
  const auto form = [](std::string_view text) { return parse_json(text).value(); };
  EXPECT_TRUE(RowReader::of_text(form(R"({"as":"csv","header":["name"]})"), 2, "a\n", {model_}));
  for (const auto* wrong :
       {"{}", R"({"as":"csv"})", R"({"as":"csv","header":[]})", R"({"as":"xml","header":["name"]})", R"({"as":"json","schema":"Nobody"})"})
    EXPECT_FALSE(RowReader::of_text(form(wrong), 2, "a\n", {model_})) << wrong;
  EXPECT_FALSE(RowReader::of_text(form(R"({"as":"json"})"), 0, "{}\n", {model_}));
}

TEST_F(RowsTest, PaymentMessagesAndHeadersWithoutEndHaveNoForm) {
  auto payment = RowReader::open(Batch{std::string(TAMGA_SOURCE_DIR) + "/examples/payments/01-pacs008-listed-bank.xml"}, {model_});
  ASSERT_TRUE(payment) << payment.error().text();
  EXPECT_FALSE(payment->form());
  RowText row;
  EXPECT_FALSE(payment->next_text(row));
  auto wide = reader("name," + std::string(100'000, 'x') + "\na,b\n");
  EXPECT_FALSE(wide.form());
  EXPECT_EQ(told(wide).substr(0, 10), "{\"line\":2,");
}

}  // namespace
}  // namespace tamga::app
