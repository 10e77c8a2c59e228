#include "lists/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace tamga::lists {
namespace {

using testing::HasSubstr;

// Made by minisign 0.10 with a key that was thrown away; the bytes are those of kFile.
const std::string kFile = "name\nX\n";
const std::vector<TrustedKey> kKeys = {{"Compliance", "RWQ4vUGsFTuXp+Hl97CP9mXRGo4IW2suNupNBVIb18SlQYaO5bj5xZ3D"}};
const std::string kSignature =
    "untrusted comment: signature from minisign secret key\n"
    "RUQ4vUGsFTuXp+2Ck/PBycODnpEXum+QvKBAHXLxPK9XAFSV/w8OwJcmzhA7SeVOq4R9kNljVs+DvYMoAcUR+0ehdwn8du8OrQ8=\n"
    "trusted comment: list of Compliance\n"
    "DXoGPDq+wi8cr2o6Xkg+UInAKohxOsJwXgmOndBbtqpWsvnORyovFT366lWYa+OBfykm/eGRGZc9RpHw4scYBg==\n";
const std::string kLegacySignature =
    "untrusted comment: signature from minisign secret key\n"
    "RWQ4vUGsFTuXpzwCVlRBS0X+k6k6L6F7xY3VPD/8Z/V7jsAM41gKOOJdkfrSg63xw9StK4fC+ie59Srp8CB0UKd+nCV4p0VFgAU=\n"
    "trusted comment: timestamp:1795452571\tfile:a.csv\n"
    "CtYrUMnWPaB0feAhML31lABtJfGA6IQiRs2CWl5+AL6Vf7zhBFD0TYKvHcsR8ewxJkQaNxlqM2FZAX6QVTpBCw==\n";

std::string refusal(std::string_view bytes, std::string_view signature, const std::vector<TrustedKey>& keys = kKeys) {
  const auto checked = check_signature(bytes, signature, keys);
  return checked ? "accepted" : checked.error().text();
}

std::string changed(std::string text, std::string_view from, std::string_view to) { return text.replace(text.find(from), from.size(), to); }

TEST(Signature, IsOfTheKeyThatMadeIt) {
  EXPECT_EQ(check_signature(kFile, kSignature, kKeys).value_or("refused"), "Compliance");
  EXPECT_EQ(check_signature(kFile, kLegacySignature, kKeys).value_or("refused"), "Compliance") << "minisign -l: over the bytes themselves";
}

TEST(Signature, EveryChangeIsSeen) {
  EXPECT_THAT(refusal("name\nY\n", kSignature), HasSubstr("does not fit the file"));
  EXPECT_THAT(refusal("", kSignature), HasSubstr("does not fit the file"));
  EXPECT_THAT(refusal(kFile, changed(kSignature, "list of Compliance", "list of Nobody")), HasSubstr("trusted comment was changed"));
  EXPECT_THAT(refusal(kFile, changed(kSignature, "RUQ4", "RXQ4")), HasSubstr("a method that is not known"));
  EXPECT_THAT(refusal(kFile, kSignature, {}), HasSubstr("a key that is not trusted"));
  EXPECT_THAT(refusal(kFile, kSignature, {{"Other", "RWQ4vUGsFTuXqOHl97CP9mXRGo4IW2suNupNBVIb18SlQYaO5bj5xZ3D"}}),
              HasSubstr("a key that is not trusted"));
  EXPECT_THAT(refusal(kFile, kSignature, {{"Other", "no key"}}), HasSubstr("the key of Other in tamga.toml is not a public key"));
  EXPECT_THAT(refusal(kFile, "hello"), HasSubstr("is not a signature of minisign"));
  EXPECT_THAT(refusal(kFile, changed(kSignature, "RUQ4", "!!!!")), HasSubstr("holds no signature in base64"));
}

// What libsodium 1.0.18 decodes as '/': found by the property below.
TEST(Signature, AByteThatIsNoLetterOfBase64IsRefused) {
  std::string signature = kSignature;
  const auto slash = signature.rfind('/');
  ASSERT_NE(slash, std::string::npos);
  signature[slash] = '\xAF';
  EXPECT_THAT(refusal(kFile, signature), HasSubstr("in base64"));
}

TEST(Signature, NoChangedBitIsAccepted) {
  EXPECT_TRUE(rc::check("one bit of the file, the signature or the comment", [] {
    std::string file = kFile;
    std::string signature = kSignature;
    // The first line is the untrusted comment: nobody signed it.
    const auto first = signature.find('\n') + 1;
    const auto at = *rc::gen::inRange<std::size_t>(0, file.size() + signature.size() - first);
    const auto bit = *rc::gen::inRange(0, 8);
    char& c = at < file.size() ? file[at] : signature[first + at - file.size()];
    c = static_cast<char>(c ^ (1 << bit));
    const auto checked = check_signature(file, signature, kKeys);
    // A line end may become another white space that is none of the signed text.
    if (checked) RC_ASSERT(signature != kSignature && file == kFile && (c == '\r' || c == '\n'));
  }));
}

}  // namespace
}  // namespace tamga::lists
