#include <algorithm>
#include <array>

#include "text/words.h"

// Thai (Royal Thai General System, 1999) and Lao, whose letters stand 0x80 further on in Unicode and are read by the same code.
//
// A syllable is [leading vowel] consonant [consonant] [vowel and tone signs] [final consonant]; nothing marks where it ends, and a short o or
// a is not written. So it is guessed: a consonant that has no vowel of its own closes the syllable before it. Readings of Indian words
// that Thai spells by their etymology (ธรรม tham) follow the few rules that names need.
namespace tamga::text {
namespace {

constexpr std::size_t kMax = 130;

struct Thai {
  char32_t code = 0;       ///< as in Thai
  std::size_t letter = 0;  ///< which of the word's
  bool ends = false;       ///< a silent letter followed, so a syllable ends here
};

bool is_consonant(char32_t c) { return c >= 0x0E01 && c <= 0x0E2E && c != 0x0E24 && c != 0x0E26; }
bool is_leading(char32_t c) { return c >= 0x0E40 && c <= 0x0E44; }
bool is_tone(char32_t c) { return c >= 0x0E48 && c <= 0x0E4B; }
bool is_vowel_sign(char32_t c) { return (c >= 0x0E30 && c <= 0x0E3A) || c == 0x0E47 || c == 0x0E4D || c == 0x0E45; }
constexpr char32_t kThanthakhat = 0x0E4C, kMaiHanAkat = 0x0E31, kMaiTaikhu = 0x0E47;

/// Sounds that a closing consonant has.
std::string_view closing(char32_t c) {
  const auto in = [&](std::u32string_view set) { return set.find(c) != std::u32string_view::npos; };
  if (in(U"กขฃคฅฆ")) return "k";
  if (in(U"จฉชซฌฎฏฐฑฒดตถทธศษส")) return "t";
  if (in(U"บปผฝพฟภ")) return "p";
  if (in(U"ญณนรลฬ")) return "n";
  if (c == U'ง') return "ng";
  if (c == U'ม') return "m";
  if (c == U'ย') return "i";
  if (c == U'ว') return "o";
  return "";
}

/// The second letter of a cluster that begins a syllable.
bool is_cluster(char32_t a, char32_t b) {
  if (a == U'ห') return std::u32string_view(U"งญณนมยรลว").find(b) != std::u32string_view::npos;
  if (b == U'ร') return std::u32string_view(U"กขคตปพทศสจผ").find(a) != std::u32string_view::npos;
  if (b == U'ล') return std::u32string_view(U"กขคปพผ").find(a) != std::u32string_view::npos;
  if (b == U'ว') return std::u32string_view(U"กขค").find(a) != std::u32string_view::npos;
  return a == U'อ' && b == U'ย';
}

class Reader {
 public:
  Reader(Letters letters, std::string& out) : letters_(letters), out_(out) {
    for (std::size_t i = 0; i < letters.size() && size_ < kMax; ++i) {
      char32_t c = letters[i].code;
      if (c >= 0x0E80 && c < 0x0F00) c = from_lao(c);
      if (is_tone(c) || c == 0) continue;
      if (c == kThanthakhat) {
        silence();
        continue;
      }
      word_[size_++] = Thai{c, i, false};
    }
  }

  void read() {
    while (at_ < size_) syllable();
  }

 private:
  static char32_t from_lao(char32_t c) {
    switch (c) {
      case 0x0EBB: return 0x0E42 + 0x100;  // ົ, a short o
      case 0x0EBC: return U'ล';
      case 0x0EBD: return 0x0E42 + 0x101;  // ຽ, ia
      case 0x0ECD: return 0x0E42 + 0x102;  // ໍ, o
      case 0x0EDC: return U'น';
      case 0x0EDD: return U'ม';
      case 0x0EB3: return 0x0E33;
      default: return c - 0x80;
    }
  }

  /// A letter under thanthakhat is silent, and with it what belongs to it: the ท and ต of ทร์ and ตร์, the ษ of ษณ์.
  void silence() {
    if (size_ > 0 && is_vowel_sign(word_[size_ - 1].code)) --size_;
    if (size_ == 0) return;
    const char32_t last = word_[--size_].code;
    if (size_ >= 2) {
      const char32_t before = word_[size_ - 1].code;
      const bool together = (last == U'ร' && (before == U'ท' || before == U'ต' || before == U'ด')) || (last == U'ณ' && before == U'ษ') ||
                            (last == U'ม' && before == U'ษ') || (last == U'ย' && before == U'ต');
      // Not when it is the only consonant that a leading vowel has.
      if (together && !is_leading(word_[size_ - 2].code)) --size_;
    }
    if (size_ > 0) word_[size_ - 1].ends = true;
  }

  [[nodiscard]] char32_t code(std::size_t i) const { return i < size_ ? word_[i].code : U'\0'; }
  [[nodiscard]] bool consonant(std::size_t i) const { return is_consonant(code(i)); }
  [[nodiscard]] bool sign(std::size_t i) const { return is_vowel_sign(code(i)) || code(i) >= 0x0F00; }

  void onset(std::size_t i) { out_ += latin_of(*letters_[word_[i].letter].is); }

  /// The consonant at i closes a syllable: no vowel of its own follows, and it does not begin a cluster that has one.
  [[nodiscard]] bool closes(std::size_t i) const {
    if (!consonant(i)) return false;
    if (word_[i].ends) return true;
    const char32_t next = code(i + 1);
    if (is_vowel_sign(next) || next >= 0x0F00) return false;
    // ว and อ between consonants are vowels (สวน, นอก), so what stands before them begins a syllable.
    if (next == U'อ' && code(i) != U'อ') return false;
    if (next == U'ว' && consonant(i + 2) && !sign(i + 3)) return false;
    if (next == U'ร' && code(i + 2) == U'ร') return false;
    if (consonant(i + 1) && is_cluster(code(i), next) && sign(i + 2)) return false;
    return true;
  }

  void close_if_any() {
    if (closes(at_)) out_ += closing(code(at_++));
  }

  void syllable() {
    const char32_t lead = is_leading(code(at_)) ? code(at_++) : U'\0';
    if (!consonant(at_)) {
      if (code(at_) == 0x0E24) out_ += "rue";
      if (code(at_) == 0x0E26) out_ += "lue";
      if (at_ < size_ && (sign(at_) || lead == 0)) ++at_;
      return;
    }
    std::size_t first = at_++;
    // A cluster is one only if a vowel follows, or a leading vowel went before.
    if (consonant(at_) && is_cluster(code(first), code(at_)) &&
        (sign(at_ + 1) || (lead != 0 && (consonant(at_ + 1) || code(at_ + 1) != 0 || code(first) == U'ห')) ||
         (code(first) == U'ห' && consonant(at_ + 1)) || (consonant(at_ + 1) && code(at_) != U'ว' && code(at_ + 1) != U'ร' && !sign(at_ + 2)))) {
      const char32_t second = code(at_);
      if (code(first) == U'ห' || code(first) == U'อ') {
        onset(at_);
      } else if (code(first) == U'ท' && second == U'ร') {
        out_ += 's';
      } else if ((code(first) == U'ศ' || code(first) == U'ส' || code(first) == U'จ') && second == U'ร') {
        onset(first);
      } else {
        onset(first);
        onset(at_);
      }
      ++at_;
    } else {
      onset(first);
    }
    vowel(lead);
  }

  void vowel(char32_t lead) {
    const char32_t next = code(at_);
    switch (lead) {
      case U'เ':
        if (next == 0x0E35 && code(at_ + 1) == U'ย') {  // เ-ีย
          at_ += 2;
          out_ += "ia";
          if (code(at_) == 0x0E30) ++at_;
          break;
        }
        if (next == 0x0E37 && code(at_ + 1) == U'อ') {  // เ-ือ
          at_ += 2;
          out_ += "uea";
          break;
        }
        if (next == 0x0E32) {  // เ-า
          ++at_;
          if (code(at_) == 0x0E30) {
            ++at_;
            out_ += 'o';
          } else {
            out_ += "ao";
          }
          return;
        }
        if (next == 0x0E34 || next == 0x0E35) {  // เ-ิ
          ++at_;
          out_ += "oe";
          break;
        }
        if (next == U'อ' && !sign(at_ + 1)) {  // เ-อ
          ++at_;
          out_ += "oe";
          break;
        }
        if (next == U'ย' && !sign(at_ + 1)) {  // เ-ย
          ++at_;
          out_ += "oei";
          return;
        }
        if (next == 0x0F00 + 0x43) {
          ++at_;
          out_ += "ia";
          break;
        }
        if (next == kMaiTaikhu || next == 0x0E30 || next == kMaiHanAkat) ++at_;
        out_ += 'e';
        break;
      case U'แ':
        if (next == kMaiTaikhu || next == 0x0E30 || next == kMaiHanAkat) ++at_;
        out_ += "ae";
        break;
      case U'โ':
        if (next == 0x0E30) ++at_;
        out_ += 'o';
        break;
      case U'ใ':
      case U'ไ':
        out_ += "ai";
        if (next == U'ย' && !sign(at_ + 1)) ++at_;
        return;
      default:
        if (!plain_vowel(next)) return;
        break;
    }
    close_if_any();
  }

  /// False when the syllable is complete.
  bool plain_vowel(char32_t next) {
    switch (next) {
      case kMaiHanAkat:
        ++at_;
        if (code(at_) == U'ว' && !sign(at_ + 1)) {
          ++at_;
          out_ += "ua";
          if (code(at_) == 0x0E30) ++at_;
          return false;
        }
        out_ += 'a';
        return true;
      case 0x0E30:
        ++at_;
        out_ += 'a';
        return false;
      case 0x0E32:
      case 0x0E45:
        ++at_;
        out_ += 'a';
        return true;
      case 0x0E33:
        ++at_;
        out_ += "am";
        return false;
      case 0x0E34:
      case 0x0E35:
        ++at_;
        out_ += 'i';
        return true;
      case 0x0E36:
        ++at_;
        out_ += "ue";
        return true;
      case 0x0E37:
        ++at_;
        out_ += "ue";
        if (code(at_) == U'อ') ++at_;
        return true;
      case 0x0E38:
      case 0x0E39:
        ++at_;
        out_ += 'u';
        return true;
      case kMaiTaikhu:
        ++at_;
        if (code(at_) == U'อ') {
          ++at_;
          out_ += 'o';
        } else {
          out_ += 'o';
        }
        return true;
      case 0x0F42:  // Lao ົ
        ++at_;
        if (code(at_) == U'ว' && !sign(at_ + 1)) {
          ++at_;
          out_ += "ua";
          return true;
        }
        out_ += 'o';
        return true;
      case 0x0F43:
        ++at_;
        out_ += "ia";
        return true;
      case 0x0F44:
        ++at_;
        out_ += 'o';
        return true;
      default: break;
    }
    if (next == U'ร' && code(at_ + 1) == U'ร') {
      at_ += 2;
      out_ += 'a';
      if (!closes(at_)) {
        out_ += 'n';
        return false;
      }
      return true;
    }
    if (next == U'อ' && !sign(at_ + 1)) {
      ++at_;
      out_ += 'o';
      return true;
    }
    if (next == U'ว' && closes(at_ + 1)) {
      ++at_;
      out_ += "ua";
      return true;
    }
    // No vowel written: o before a closing consonant, otherwise a short a. Bare consonants pair up from the end: ถนน is tha-non.
    std::size_t bare = 0;
    while (closes(at_ + bare)) {
      if (word_[at_ + bare++].ends) break;
    }
    if (bare % 2 == 1) {
      out_ += 'o';
      out_ += closing(code(at_++));
    } else {
      out_ += 'a';
    }
    return false;
  }

  Letters letters_;
  std::string& out_;
  std::array<Thai, kMax> word_{};
  std::size_t size_ = 0;
  std::size_t at_ = 0;
};

}  // namespace

void romanise_thai(const Word& word, Sink& sink) {
  auto& out = sink.open();
  Reader(sink.letters(word), out).read();
  sink.close(word, script_of(word.system));
}

}  // namespace tamga::text
