#include <algorithm>
#include <array>

#include "text/words.h"

// Scripts that descend from Brahmi: a consonant carries a vowel, which a sign behind it replaces and a virama takes away.
namespace tamga::text {
namespace {

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// --- Khmer ---

/// UNGEGN 1972: vowels sound differently behind a consonant of the second series.
bool second_series(char32_t c) { return std::u32string_view(U"គឃងជឈញឌឍទធនពភមយរលវ").find(c) != std::u32string_view::npos; }

struct KhmerVowel {
  char32_t sign;
  std::string_view first, second;
};
constexpr std::array kKhmerVowels = {
    KhmerVowel{U'\u17B6', "a", "ea"},   KhmerVowel{U'\u17B7', "e", "i"},     KhmerVowel{U'\u17B8', "ei", "i"},  KhmerVowel{U'\u17B9', "oe", "ue"},
    KhmerVowel{U'\u17BA', "eu", "eu"},  KhmerVowel{U'\u17BB', "o", "u"},     KhmerVowel{U'\u17BC', "ou", "u"},  KhmerVowel{U'\u17BD', "uo", "uo"},
    KhmerVowel{U'\u17BE', "aeu", "eu"}, KhmerVowel{U'\u17BF', "oea", "oea"}, KhmerVowel{U'\u17C0', "ie", "ie"}, KhmerVowel{U'\u17C1', "e", "e"},
    KhmerVowel{U'\u17C2', "e", "e"},    KhmerVowel{U'\u17C3', "ai", "ey"},   KhmerVowel{U'\u17C4', "ao", "o"},  KhmerVowel{U'\u17C5', "au", "ov"},
    KhmerVowel{U'\u17C6', "am", "um"},  KhmerVowel{U'\u17C7', "ah", "eah"},
};

// --- Burmese ---

struct Rhyme {
  std::u32string_view signs;
  std::string_view latin;
};
// clang-format off
/// Vowel signs and a last consonant with its asat, without tones, as names are written in the newspapers of Burma. Longest first.
constexpr std::array kRhymes = {
    Rhyme{U"ောက်", "auk"}, Rhyme{U"ောင်", "aung"}, Rhyme{U"ိုက်", "aik"}, Rhyme{U"ိုင်", "aing"}, Rhyme{U"ိုယ်", "o"},
    Rhyme{U"ွန်", "un"}, Rhyme{U"ွတ်", "ut"}, Rhyme{U"ွမ်", "un"}, Rhyme{U"ွံ", "un"}, Rhyme{U"ိတ်", "eik"},
    Rhyme{U"ိပ်", "eik"}, Rhyme{U"ိန်", "ein"}, Rhyme{U"ိမ်", "ein"}, Rhyme{U"ုတ်", "ok"}, Rhyme{U"ုပ်", "ok"},
    Rhyme{U"ုန်", "on"}, Rhyme{U"ုမ်", "on"}, Rhyme{U"ုံ", "on"}, Rhyme{U"ော်", "aw"}, Rhyme{U"ော", "aw"},
    Rhyme{U"ို", "o"}, Rhyme{U"ိံ", "ein"}, Rhyme{U"က်", "et"}, Rhyme{U"င်", "in"}, Rhyme{U"စ်", "it"},
    Rhyme{U"ဉ်", "in"}, Rhyme{U"ည်", "i"}, Rhyme{U"တ်", "at"}, Rhyme{U"န်", "an"}, Rhyme{U"ပ်", "at"},
    Rhyme{U"မ်", "an"}, Rhyme{U"ယ်", "e"}, Rhyme{U"ဲ", "e"}, Rhyme{U"ံ", "an"}, Rhyme{U"ာ", "a"},
    Rhyme{U"ါ", "a"}, Rhyme{U"ိ", "i"}, Rhyme{U"ီ", "i"}, Rhyme{U"ု", "u"}, Rhyme{U"ူ", "u"},
    Rhyme{U"ေ", "e"},
};
// clang-format on

bool is_tone(char32_t c) { return c == U'\u1037' || c == U'\u1038'; }
constexpr char32_t kMedialYa = U'\u103B', kMedialRa = U'\u103C', kMedialWa = U'\u103D', kMedialHa = U'\u103E', kStacker = U'\u1039',
                   kAsat = U'\u103A';

}  // namespace

void romanise_indic(const Word& word, Sink& sink) {
  const Letters letters = sink.letters(word);
  auto& out = sink.open();
  // For each letter of the romanisation: a vowel that nobody wrote.
  std::array<bool, 512> inherent{};
  const auto put = [&](std::string_view latin, bool is_inherent = false) {
    for (const char c : latin) {
      if (out.size() < inherent.size()) inherent[out.size()] = is_inherent;
      out += c;
    }
  };
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Letter& letter = letters[i];
    const auto latin = latin_of(*letter.is);
    const auto role = [&](std::size_t at) { return at < letters.size() ? letters[at].is->role : Role::none; };
    switch (letter.is->role) {
      case Role::consonant:
      case Role::medial: {
        put(latin);
        const Role next = role(i + 1);
        if (next != Role::sign && next != Role::virama && next != Role::medial) put("a", true);
        break;
      }
      case Role::final:
        // Before a labial the nasal of the anusvara is m.
        if (latin == "n" && i + 1 < letters.size() && letters[i + 1].is->latin_size > 0 &&
            std::string_view("pbm").find(latin_of(*letters[i + 1].is)[0]) != std::string_view::npos) {
          put("m");
        } else {
          put(latin);
        }
        break;
      case Role::none:
      case Role::vowel:
      case Role::sign:
      case Role::virama:
      case Role::numbered:
        if (letter.is->kind != Kind::apostrophe) put(latin);
        break;
    }
  }
  if (word.system == System::indic_north && out.size() > 2 && out.size() < inherent.size()) {
    // Whether a virama joins the last consonant to the one before it.
    const bool joined = letters.size() > 2 && letters[letters.size() - 2].is->role == Role::virama;
    // Inherent vowels are silent at the end of a word (आनन्द anand), but for a pair that could not be said without one (नरेन्द्र narendra), and
    // inside it between vowel-consonant and consonant-vowel (Ohala 1983, Aspects of Hindi Phonology).
    const std::size_t last = out.size() - 1;
    const auto consonants_before = [&](std::size_t i) {
      std::size_t n = 0;
      while (i > 0 && !is_vowel(out[i - 1])) {
        if (out[i - 1] != 'h' || i < 2 || is_vowel(out[i - 2])) ++n;
        --i;
      }
      return n;
    };
    const bool sonorant = std::string_view("rylvmn").find(out[last - 1]) != std::string_view::npos;
    if (inherent[last] && !(joined && sonorant)) out.pop_back();
    for (std::size_t i = out.size() - 1; i > 2; --i) {
      if (!inherent[i] || i + 2 >= out.size()) continue;
      std::size_t after = 0;
      std::size_t j = i + 1;
      while (j < out.size() && !is_vowel(out[j])) {
        if (out[j] != 'h' || j == i + 1) ++after;
        ++j;
      }
      if (j == out.size() || after != 1 || consonants_before(i) != 1) continue;
      std::size_t k = i;
      while (k > 0 && !is_vowel(out[k - 1])) --k;
      if (k == 0) continue;
      out.erase(i, 1);
      std::copy(inherent.begin() + static_cast<std::ptrdiff_t>(i) + 1, inherent.begin() + static_cast<std::ptrdiff_t>(out.size()) + 1,
                inherent.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  sink.close(word, script_of(word.system));
}

void romanise_khmer(const Word& word, Sink& sink) {
  const Letters letters = sink.letters(word);
  auto& out = sink.open();
  constexpr char32_t kCoeng = U'\u17D2', kMuusikatoan = U'\u17C9', kTriisap = U'\u17CA', kToandakhiat = U'\u17CD', kBantoc = U'\u17CB';
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Letter& letter = letters[i];
    if (letter.is->role != Role::consonant) {
      if (letter.is->role == Role::vowel || letter.is->role == Role::none) out += latin_of(*letter.is);
      continue;
    }
    const std::size_t begin = out.size();
    bool second = second_series(letter.code);
    out += latin_of(*letter.is);
    std::size_t j = i + 1;
    const auto code = [&](std::size_t at) { return at < letters.size() ? letters[at].code : U'\0'; };
    while (code(j) == kCoeng && j + 1 < letters.size()) {
      out += latin_of(*letters[j + 1].is);
      // A stop takes the series of the letter it stands under only when that one is a weak consonant.
      if (second_series(code(j + 1)) && std::u32string_view(U"ងញនមយរលវ").find(code(j + 1)) == std::u32string_view::npos) second = true;
      j += 2;
    }
    if (code(j) == kMuusikatoan) {
      second = false;
      if (letter.code == U'ប') out.replace(begin, 1, "p");
      ++j;
    } else if (code(j) == kTriisap) {
      second = true;
      ++j;
    }
    bool vowel = false;
    while (j < letters.size() && letters[j].is->role != Role::consonant && letters[j].is->role != Role::vowel && code(j) != kCoeng) {
      const char32_t sign = code(j);
      const auto* const at = std::find_if(kKhmerVowels.begin(), kKhmerVowels.end(), [&](const KhmerVowel& v) { return v.sign == sign; });
      if (at != kKhmerVowels.end()) {
        // ុំ and ាំ are om and am, not two vowels.
        if (sign == U'\u17C6' && vowel) {
          out += 'm';
        } else {
          out += second ? at->second : at->first;
        }
        vowel = true;
      } else if (sign == kToandakhiat) {
        out.resize(begin);
        vowel = true;
      } else if (sign == kBantoc) {
        vowel = true;
      }
      ++j;
    }
    i = j - 1;
    // A consonant without a vowel closes the syllable when one is open; the first of a word or of a pair carries its own.
    if (!vowel) {
      const bool open_before = begin > 0 && is_vowel(out[begin - 1]);
      const bool more = j < letters.size() && letters[j].is->role == Role::consonant;
      const bool carries = (more && (!open_before || out.size() - begin > 2)) || begin == 0;
      if (carries) out += second ? 'o' : 'a';
      if (!carries && open_before && out.size() > begin) {
        // Final stops are written as they are heard.
        if (out.compare(begin, std::string::npos, "b") == 0) out.replace(begin, 1, "p");
        if (out.compare(begin, std::string::npos, "d") == 0) out.replace(begin, 1, "t");
      }
    }
  }
  sink.close(word, Script::other);
}

void romanise_myanmar(const Word& word, Sink& sink) {
  const Letters letters = sink.letters(word);
  const auto code = [&](std::size_t at) { return at < letters.size() ? letters[at].code : U'\0'; };
  // Burmese is written without spaces and romanised syllable by syllable: အောင်ဆန်းစုကြည် is Aung San Su Kyi.
  for (std::size_t i = 0; i < letters.size() && !sink.full();) {
    const std::size_t begin = i;
    auto& out = sink.open();
    const Letter& first = letters[i];
    // အ carries vowels that have no letter of their own.
    const bool vowel = first.is->role == Role::vowel && first.code != U'အ';
    const auto begins = [&](std::size_t at) { return letters[at].is->role == Role::consonant || letters[at].is->role == Role::vowel; };
    if (!begins(i)) {
      while (i < letters.size() && !begins(i)) {
        out += latin_of(*letters[i].is);
        ++i;
      }
      sink.close(word, word.first + begin, word.first + i, Script::other);
      continue;
    }
    std::string_view onset = latin_of(*first.is);
    ++i;
    bool y = false;
    bool w = false;
    bool h = false;
    for (; i < letters.size(); ++i) {
      const char32_t c = code(i);
      if (c == kMedialYa || c == kMedialRa) {
        y = true;
      } else if (c == kMedialWa) {
        // ွန် and ွတ် are rhymes.
        if (code(i + 2) == kAsat || code(i + 1) == U'\u1036') break;
        w = true;
      } else if (c == kMedialHa) {
        h = true;
      } else {
        break;
      }
    }
    if (h && onset != "h" && !(onset == "y" && !y)) out += 'h';
    if (h && onset == "y") onset = "sh";
    if (h && onset == "l" && y) onset = "sh";
    out += onset;
    if (y && onset != "y" && onset != "sh") out += 'y';
    if (w) out += 'w';
    // Signs up to the next consonant that begins a syllable, without tones.
    std::array<char32_t, 8> signs{};
    std::size_t size = 0;
    while (i < letters.size() && size < signs.size()) {
      const char32_t c = code(i);
      const bool consonant = begins(i);
      const std::size_t after = is_tone(code(i + 1)) ? i + 2 : i + 1;
      const bool closes = consonant && (code(after) == kAsat || code(after) == kStacker);
      if (consonant && !closes) break;
      if (is_tone(c) || (c >= 0x1040 && c < 0x104A)) {
        ++i;
        continue;
      }
      if (c == kStacker) {
        ++i;
        break;
      }
      signs[size++] = c;
      ++i;
      // A stacked consonant has no asat of its own, but closes its syllable all the same.
      if (closes && code(i) == kStacker) {
        if (size < signs.size()) signs[size++] = kAsat;
        ++i;
        break;
      }
    }
    std::u32string_view rest(signs.data(), size);
    bool any = false;
    while (!rest.empty()) {
      const auto* const at = std::find_if(kRhymes.begin(), kRhymes.end(), [&](const Rhyme& rhyme) { return rest.starts_with(rhyme.signs); });
      if (at == kRhymes.end()) {
        rest.remove_prefix(1);
        continue;
      }
      out += at->latin;
      rest.remove_prefix(at->signs.size());
      any = true;
    }
    if (!any && !vowel) out += 'a';
    sink.close(word, word.first + begin, word.first + i, Script::other);
  }
}

}  // namespace tamga::text
