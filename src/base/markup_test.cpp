#include "base/markup.h"

#include <gtest/gtest.h>

#include "base/utf8.h"

namespace tamga {
namespace {

TEST(Markup, HostileTextsStayTexts) {
  EXPECT_EQ(escaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(escaped("Алматы – 阿拉木图\n\tx"), "Алматы – 阿拉木图\n x");
  EXPECT_EQ(escaped("\x01\x7f\xFF\xED\xA0\x80\xC3"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(escaped("a\u202Eb\u2066c\u2069"), "a\uFFFDb\uFFFDc\uFFFD");
  EXPECT_EQ(escaped("\xEF\xBF\xBE\xEF\xBF\xBF"), "\uFFFD\uFFFD");
  EXPECT_EQ(escaped("\u2029\u202F\u2065\u206A"), "\u2029\u202F\u2065\u206A");
  EXPECT_EQ(escaped(""), "");
}

TEST(Markup, WhateverComesInIsUtf8AndBreaksNoTag) {
  std::uint32_t state = 11;
  for (int run = 0; run < 5000; ++run) {
    std::string bytes;
    for (int i = 0; i < 16; ++i) {
      state = state * 1664525U + 1013904223U;
      bytes += static_cast<char>(state >> 24U);
    }
    const std::string safe = escaped(bytes);
    EXPECT_TRUE(is_utf8(safe));
    EXPECT_EQ(safe.find_first_of("<>\"'"), std::string::npos);
  }
}

}  // namespace
}  // namespace tamga
