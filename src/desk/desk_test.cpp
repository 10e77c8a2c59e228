#include "desk/desk.h"

#include <gtest/gtest.h>

#include <span>
#include <string>

#include "desk/files.h"

namespace tamga::desk {
namespace {

std::string header(const api::Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

TEST(Desk, TheDeskItselfOrHowToBuildIt) {
  const auto page = answer("/", {});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 200);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(header(*page, "content-security-policy"), kContentSecurityPolicy);
  EXPECT_EQ(kContentSecurityPolicy.find("unsafe"), std::string_view::npos);
  EXPECT_NE(page->body.find(kFileCount == 0 ? "make desk" : "<div id=\"desk\">"), std::string::npos);
  // What the policy forbids is not there either.
  EXPECT_EQ(page->body.find("<script>"), std::string::npos);
  EXPECT_EQ(page->body.find("style="), std::string::npos);
}

TEST(Desk, NothingElse) {
  EXPECT_FALSE(answer("/nothing", {}));
  EXPECT_FALSE(answer("/../index.html", {}));
  EXPECT_FALSE(answer("/index.html/", {}));
  EXPECT_FALSE(answer("", {}));
}

TEST(Desk, EachFileAsTheBrowserTakesIt) {
  if (kFileCount == 0) GTEST_SKIP() << "the desk was not built: make desk";
  bool packed = false;
  for (const File& file : std::span(kFiles, kFileCount)) {
    const auto plain = answer(file.path, {});
    ASSERT_TRUE(plain) << file.path;
    EXPECT_EQ(plain->body, std::string(file.begin, file.end)) << file.path;
    EXPECT_NE(plain->content_type, "application/octet-stream") << file.path;
    EXPECT_EQ(header(*plain, "content-encoding"), "");
    const auto again = answer(file.path, {{"if-none-match", header(*plain, "etag")}});
    EXPECT_EQ(again->status, 304);
    EXPECT_TRUE(again->body.empty());
    const auto small = answer(file.path, {{"accept-encoding", "br, gzip"}});
    if (file.gzip_begin == nullptr) continue;
    packed = true;
    EXPECT_EQ(header(*small, "content-encoding"), "gzip");
    EXPECT_LT(small->body.size(), plain->body.size());
    EXPECT_EQ(small->body.substr(0, 2), "\x1f\x8b");
    EXPECT_NE(header(*small, "etag"), header(*plain, "etag"));
    EXPECT_EQ(header(*answer(file.path, {{"accept-encoding", "gzip;q=0"}}), "content-encoding"), "");
    EXPECT_EQ(header(*answer(file.path, {{"accept-encoding", "gzip;q=0.5"}}), "content-encoding"), "gzip");
  }
  EXPECT_TRUE(packed);
}

}  // namespace
}  // namespace tamga::desk
