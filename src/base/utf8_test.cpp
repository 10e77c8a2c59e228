#include "base/utf8.h"

#include <gtest/gtest.h>

namespace tamga {
namespace {

TEST(Utf8, TheFirstBadLineIsFound) {
  EXPECT_EQ(first_line_not_utf8("Привет\n"), 0U);
  EXPECT_EQ(first_line_not_utf8("ok\nArm\xE9s\n"), 2U);
  EXPECT_EQ(first_line_not_utf8("\xff"), 1U);
  EXPECT_TRUE(is_utf8(""));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
}

TEST(Utf8, WhatIsQuotedIsUtf8) {
  EXPECT_EQ(quotable("Путин – 普京 🙂"), "Путин – 普京 🙂");
  EXPECT_EQ(quotable("a\xff"
                     "b\xc3"),
            "a\uFFFDb\uFFFD");
  EXPECT_EQ(quotable("\xc0\xaf"), "\uFFFD\uFFFD");
  EXPECT_EQ(quotable("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // half of a surrogate pair
  EXPECT_LT(quotable(std::string(100'000, 'x')).size(), 700U);
  EXPECT_EQ(quotable("abcdef", 3), "abcd …");
  // Whatever the bytes, what comes out is UTF-8.
  std::uint32_t state = 7;
  for (int run = 0; run < 2000; ++run) {
    std::string bytes;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525U + 1013904223U;
      bytes += static_cast<char>(state >> 24U);
    }
    EXPECT_TRUE(is_utf8(quotable(bytes)));
    if (is_utf8(bytes)) {
      EXPECT_EQ(quotable(bytes), bytes);
    }
  }
}

}  // namespace
}  // namespace tamga
