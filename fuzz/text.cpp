// A name out of any bytes, read in every use: words within their limits and of plain letters only, the same every time, keys and skeletons too.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "text/tokens.h"

namespace {

bool plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tamga::text;
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  // Kept between inputs on purpose: what an earlier name left in it must not show.
  static Readings used;
  for (const auto use : {Use::person, Use::organisation, Use::other}) {
    Readings fresh;
    read(name, use, fresh);
    read(name, use, used);
    TAMGA_CHECK(fresh.count >= 1);
    TAMGA_CHECK(fresh.count <= kReadingsMax);
    TAMGA_CHECK(fresh.count == used.count);
    TAMGA_CHECK(fresh.tokens == used.tokens);
    for (const auto& tokens : fresh.tokens) {
      TAMGA_CHECK(tokens.size() <= kTokensMax);
      for (const auto& token : tokens) {
        TAMGA_CHECK(!token.latin.empty());
        TAMGA_CHECK(token.latin.size() <= kTokenBytesMax);
        TAMGA_CHECK(plain(token.latin));
        TAMGA_CHECK(!token.key.empty());
        TAMGA_CHECK(plain(token.key));
        TAMGA_CHECK(!token.original.empty());
        TAMGA_CHECK(comparison_key(token.latin).size() <= 2 * token.latin.size());
        for (const auto script : {Script::arabic, Script::hebrew, Script::han, Script::kana, Script::hangul}) {
          TAMGA_CHECK(plain(skeleton(token.latin, script)));
        }
      }
    }
    TAMGA_CHECK(tokenize(name, use) == fresh.tokens[0]);
  }
  (void)comparison_key(name);
  (void)skeleton(name, Script::arabic);
  return 0;
}
