// Errors, dates, decimals and hashes.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/result.h"
#include "base/sha256.h"

namespace tamga {
namespace {

// Found by fuzzing: a message that quotes a field with a line break was two lines.
TEST(Error, IsOneLineWhateverItQuotes) {
  EXPECT_EQ(bad_input("\"a\nb\x1b[31m\" is wrong", 3).error().text(), "line 3: \"a b [31m\" is wrong");
  EXPECT_EQ(bad_input_in("f.csv", 2, "x\r\ny").error().text(), "f.csv:2: x  y");
  const std::string longest = bad_input(std::string(5000, 'x') + "ж").error().text();
  EXPECT_LT(longest.size(), 1100U);
}

TEST(Error, NamesItsPlace) {
  const Error odd{ErrorKind::bad_input, "a\nb", "odd\nname.csv", 7};
  EXPECT_EQ(odd.text(), "odd name.csv:7: a b") << "made by hand, and still one line";
  EXPECT_EQ(odd.in_file("other").text(), odd.text()) << "it has a file already";
  EXPECT_EQ((Error{ErrorKind::failure, "m", "", 3}).text(), "line 3: m");
  EXPECT_EQ((Error{ErrorKind::failure, "m", "", 0}).in_file("f").text(), "f: m");
}

TEST(Date, ParsesExactly) {
  EXPECT_EQ(Date::parse("2024-02-29")->text(), "2024-02-29");
  for (const auto* text : {"2023-02-29", "2024-2-9", "2024-13-01", "20240229", "2024-02-29 ", "", "abcd-ef-gh"})
    EXPECT_FALSE(Date::parse(text)) << text;
  EXPECT_EQ(days_between(*Date::parse("2026-11-20"), *Date::parse("2026-11-23")), 3);
  EXPECT_EQ(days_between(*Date::parse("2026-11-23"), *Date::parse("2026-11-20")), -3);
}

TEST(Date, ReadsDatesAsListsWriteThem) {
  const std::pair<const char*, const char*> cases[] = {{"07 Oct 1952", "1952-10-07"},
                                                       {"1 Jun 1961", "1961-06-01"},
                                                       {"Jun 1961", "1961-06"},
                                                       {"1961", "1961"},
                                                       {"1.6.1961", "1961-06-01"},
                                                       {"01/06/1961", "1961-06-01"},
                                                       {"dd/mm/1957", "1957"},
                                                       {"dd/06/1957", "1957-06"},
                                                       {"12 March 2022", "2022-03-12"},
                                                       {"1961-06-01", "1961-06-01"},
                                                       {"1961-06-01T00:00:00Z", "1961-06-01"},
                                                       {"1961-06", "1961-06"},
                                                       {"JUNE 1961", "1961-06"},
                                                       {"1 Sept. 1961", "1961-09-01"},
                                                       {" 1961. ", "1961"},
                                                       {"29.2.1960", "1960-02-29"},
                                                       {"1961-00-00", "1961"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(read_partial_date(text).value_or("none"), expected) << text;
  for (const auto* text : {"", "unknown", "32.1.1961", "1 Foo 1961", "0961", "1/13/1961", "1961-13", "12345", "1961-06-01-02", "31 Jun 1961",
                           "29.2.1961", "1 Marble 1961", "Marxism 1961", "circa 1961", "1/6/61", "1961-", "3000"})
    EXPECT_FALSE(read_partial_date(text)) << text;
}

TEST(Date, FindsTheDateInAName) {
  EXPECT_EQ(date_in_name("sdn_2022-02-23.csv")->text(), "2022-02-23");
  EXPECT_EQ(date_in_name("eu_269_2014_annex_I_2026-08.csv")->text(), "2026-08-01") << "a month counts as its first day: never fresher than it is";
  EXPECT_EQ(date_in_name("list-20240503.xml")->text(), "2024-05-03");
  EXPECT_EQ(date_in_name("trio_2022-01")->text(), "2022-01-01");
  EXPECT_EQ(date_in_name("v2_2022_01_05.xml")->text(), "2022-01-05");
  EXPECT_EQ(date_in_name("2024-02-30.csv")->text(), "2024-02-01") << "a day that is none: its month";
  for (const auto* name : {"20240230.csv", "12024-01-01.csv", "2024-13.csv", "1889-01-01.csv", "99999999", ""})
    EXPECT_FALSE(date_in_name(name)) << name;
  EXPECT_FALSE(date_in_name("sdn.csv"));
  EXPECT_FALSE(date_in_name("32014R0833.csv"));
}

TEST(Date, EveryDayReadsBackInEveryShape) {
  EXPECT_TRUE(rc::check("parse(text(day)) = day, and lists' ways to write it read as the same", [] {
    const Date date{Date::parse("1000-01-01")->day + std::chrono::days(*rc::gen::inRange(0, 730'000))};
    RC_ASSERT(*Date::parse(date.text()) == date);
    const std::string text = date.text();
    const std::string european = text.substr(8, 2) + "." + text.substr(5, 2) + "." + text.substr(0, 4);
    RC_ASSERT(read_partial_date(european) == text);
    RC_ASSERT(read_partial_date(text + "T12:00:00Z") == text);
  }));
}

TEST(Decimal, ProductsAreExactOrNothing) {
  EXPECT_EQ(multiply(*Decimal::parse("0.05"), *Decimal::parse("1.65"))->text(), "0.0825");
  EXPECT_EQ(multiply(*Decimal::parse("-2.5"), *Decimal::parse("4"))->text(), "-10");
  EXPECT_EQ(multiply(Decimal::whole(0), *Decimal::parse("0.000000001"))->text(), "0");
  EXPECT_EQ(multiply(*Decimal::parse("0.00002"), *Decimal::parse("0.00005"))->text(), "0.000000001");
  EXPECT_FALSE(multiply(*Decimal::parse("0.00002"), *Decimal::parse("0.00001"))) << "ten places";
  EXPECT_FALSE(multiply(Decimal::whole(1'000'000'000), Decimal::whole(1'000'000'000))) << "nineteen digits";
  EXPECT_EQ(multiply(Decimal::whole(999'999'999), Decimal::whole(1'000'000'000))->text(), "999999999000000000");
}

TEST(Decimal, ParsesAndPrints) {
  const std::pair<const char*, const char*> cases[] = {
      {"250000.00", "250000"}, {"33.30", "33.3"}, {"-0.5", "-0.5"}, {"0", "0"}, {"007", "7"}, {"999999999999999999", "999999999999999999"}};
  for (const auto& [text, expected] : cases) EXPECT_EQ(Decimal::parse(text)->text(), expected);
  for (const auto* text : {"", ".", "1.", ".5", "1e3", "1,5", "+1", "--1", "1.2.3", "1234567890123456789", "0.1234567891"})
    EXPECT_FALSE(Decimal::parse(text)) << text;
}

TEST(Decimal, OrdersAndAddsExactly) {
  EXPECT_TRUE(rc::check("decimals agree with integers at a common scale", [] {
    const auto a = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
    const auto b = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
    const auto scale = *rc::gen::inRange<std::uint8_t>(0, 5);
    const Decimal x{a, scale};
    const Decimal y{b * 10, static_cast<std::uint8_t>(scale + 1)};
    RC_ASSERT((x <=> y) == (a <=> b));
    RC_ASSERT(*add(x, y) == (Decimal{a + b, scale}));
    RC_ASSERT(*Decimal::parse(x.text()) == x);
  }));
  EXPECT_FALSE(add(*Decimal::parse("999999999999999999"), Decimal::whole(1)));
}

// 128-bit integers at the largest scale are the oracle; the whole range of what parse() accepts.
TEST(Decimal, AgreesWithWideIntegersOverTheWholeRange) {
  __extension__ using Wide = __int128;
  constexpr std::int64_t kMost = 999'999'999'999'999'999;
  const auto at_scale_9 = [](const Decimal& value) {
    Wide wide = value.coefficient;
    for (int scale = value.scale; scale < 9; ++scale) wide *= 10;
    return wide;
  };
  const auto any = [] {
    // Small coefficients too, so that equal values at different scales do come up.
    const auto coefficient = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-kMost, kMost), rc::gen::inRange<std::int64_t>(-20, 20));
    return Decimal{coefficient, *rc::gen::inRange<std::uint8_t>(0, 10)};
  };
  EXPECT_TRUE(rc::check("order and text", [&] {
    const Decimal x = any();
    const Decimal y = any();
    const Wide a = at_scale_9(x);
    const Wide b = at_scale_9(y);
    RC_ASSERT((x < y) == (a < b));
    RC_ASSERT((x == y) == (a == b));
    const auto again = Decimal::parse(x.text());
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == x);
    RC_ASSERT(Decimal::parse(again->text())->text() == again->text());
  }));
  EXPECT_TRUE(rc::check("compare_total at the ends of the range", [&] {
    const Decimal each = any();
    const Decimal count = any();
    const Wide product = static_cast<Wide>(each.coefficient) * count.coefficient;
    const Decimal total{*rc::gen::inRange<std::int64_t>(-kMost, kMost), static_cast<std::uint8_t>(std::min(9, each.scale + count.scale))};
    Wide scaled = total.coefficient;
    for (int scale = total.scale; scale < each.scale + count.scale; ++scale) scaled *= 10;
    RC_ASSERT((compare_total(total, each, count) < 0) == (scaled < product));
    RC_ASSERT((compare_total(total, each, count) > 0) == (scaled > product));
  }));
}

TEST(Decimal, ComparesATotalWithoutDividing) {
  EXPECT_TRUE(rc::check("compare_total = total <=> each * count", [] {
    const auto total = *rc::gen::inRange<std::int64_t>(0, 1'000'000);
    const auto each = *rc::gen::inRange<std::int64_t>(0, 1000);
    const auto count = *rc::gen::inRange<std::int64_t>(0, 1000);
    RC_ASSERT(compare_total(Decimal::whole(total), Decimal::whole(each), Decimal::whole(count)) == (total <=> each * count));
    RC_ASSERT(compare_total(Decimal{total, 2}, Decimal{each, 1}, Decimal{count, 1}) == (total <=> each * count));
    RC_ASSERT(compare_total(Decimal{total * 1000, 5}, Decimal{each, 1}, Decimal{count, 1}) == (total <=> each * count));
    RC_ASSERT(compare_total(Decimal{total * 1000 + 1, 5}, Decimal{each, 1}, Decimal{count, 1}) == (total * 1000 + 1 <=> each * count * 1000));
  }));
}

TEST(Sha256, KnownVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(content_address("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // FIPS 180-4 examples: two blocks, and a million letters.
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace tamga
