#include "reference/adversarial.h"

#include "reference/lossless.h"

namespace tamga::reference {
namespace {

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// So many of these words, from the beginning again when they are used up.
std::string cycled(std::string_view words, std::size_t count) {
  const auto each = split_words(words);
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(each[i % each.size()]);
  return join_words(all);
}

/// Words that are no names, no two of them alike.
std::string invented(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) {
    std::string word;
    for (std::size_t rest = i + 1000; rest > 0; rest /= 14) {
      word += "bdfgklmnprstvz"[rest % 14];
      word += "aeiou"[(rest / 14 + i) % 5];
    }
    all.push_back(std::move(word));
  }
  return join_words(all);
}

constexpr std::string_view kAlphabet = "A B C D E F G H I J K L M N O P Q R S T U V W X Y Z";

}  // namespace

const std::vector<Adversarial>& adversarial_names() {
  static const std::vector<Adversarial> all = {
      {"empty", ""},
      {"white space", " \t\n\u00a0\u3000"},
      {"one letter", "a"},
      {"one Chinese character", "王"},
      {"one digit", "7"},
      {"punctuation", "-.,;:!?'\"()[]{}<>|\\/"},
      {"10,000 letters without a space", repeated("bcdfghjklmnpqrstvwxz", 500)},
      {"10,000 times a", std::string(10'000, 'a')},
      {"10,000 characters of words", repeated("vladimir petrov ", 625)},
      {"10,000 Chinese characters", repeated("王建国李", 2'500)},
      {"10,000 Arabic letters", repeated("محمد", 2'500)},
      {"a mebibyte", repeated("abcdefg ", 131'072)},
      {"500 invented words", invented(500)},
      {"32 of the commonest names",
       cycled("mohammed ali ahmed hussein hassan abdul khan vladimir alexander ivanov sergei kim li wang maria jose", 32)},
      {"32 common words of firms",
       cycled("trading bank general international industries group shipping company oil petroleum services national", 32)},
      {"32 short words", cycled("al li wu ali kim abu jo xu de la ben van ng oo ye ma", 32)},
      {"16 servants of God, of two words each", cycled("abdulrahman", 16)},
      {"only combining marks", repeated("\u0301\u0316\u0334", 300)},
      {"only stop-words", "of the and de la van der von al el bin ibn of the and"},
      {"only particles", cycled("al el bin ibn abu umm de van von der la of", 60)},
      {"only legal forms", cycled("LLC Ltd GmbH OOO JSC S.A. AO Inc Co Limited Liability Company", 40)},
      {"only titles", cycled("Mr Dr General Haji Mullah Sheikh Maulavi Colonel Prof", 40)},
      {"60 initials", cycled(kAlphabet, 60)},
      {"60 letters with dots and no space", repeated("A.B.C.", 20)},
      {"26 initials and a short name", cycled(kAlphabet, 26) + " Li"},
      {"31 times the same initial and a name", repeated("M ", 31) + "Mohammed"},
      {"2 initials and a common name", "A. M. Mohammed"},
      {"initials and names in turn", cycled("A Ali M Mohammed S Sergei V Vladimir", 32)},
      {"the same word 64 times", cycled("Mohammed", 64)},
      {"the same short word 64 times", cycled("li", 64)},
      {"the same word of a firm 64 times", cycled("bank", 64)},
      {"a word and its like in turn", cycled("mohammed muhammad mohamed mohamad muhamed", 32)},
      {"64 numbers", cycled("1 2 3 44 555 forty II hundred", 64)},
      {"letters under heaps of accents", "V" + repeated("\u0300\u0316\u0489", 40) + "ladimir P" + repeated("\u0334\u0361", 60) + "utin"},
      {"right-to-left overrides", "\u202eVladimir\u202d \u202bPutin\u202c\u2066 \u2069\u200f"},
      {"zero-width letters", "V\u200bl\u200ca\u200dd\ufeffimir P\u2060utin"},
      {"invalid UTF-8", "Vladimir\xff\xfe Put\xc3in \x80\x80 \xed\xa0\x80 \xf8\x88\x80\x80\x80"},
      {"overlong UTF-8", "\xc0\xafVladimir \xe0\x80\xafPutin"},
      {"zero bytes", std::string("Vladimir\0Putin\0\0", 16)},
      {"12 scripts", "Vladimir Путин Παπαδόπουλος محمد כהן Արմեն გიორგი राम สมชาย 王 キム 김정은"},
      {"12 scripts in one word", "VПΠمכԱგरส王キ김"},
      {"mathematical letters", "𝐕𝐥𝐚𝐝𝐢𝐦𝐢𝐫 𝕻𝖚𝖙𝖎𝖓 Ｐｕｔｉｎ"},
      {"emoji", "👨‍👩‍👧‍👦 Putin 🇷🇺"},
      {"hyphens", repeated("-", 5'000) + "Putin"},
      {"hyphened", repeated("al-", 200)},
      {"apostrophes", repeated("'", 5'000) + "O'Brien"},
      {"an injection", "Robert'); DROP TABLE entities;-- %s%n${jndi:ldap://x} <script>"},
  };
  return all;
}

}  // namespace tamga::reference
