#include <array>

#include "text/tokens.h"

// What survives the way through a script that has few vowels, or few letters for the sounds of others: the classes of a word's consonants.
// Two letters share a class where the script writes them alike so often that keeping them apart loses more true pairs than it keeps words apart;
// chosen on pairs of real words, for each script by itself (docs/text.md, "Skeletons").
//
// Arabic and Hebrew were settled by hand. For Chinese characters, kana and Hangul, in which foreign names are written by their sounds, the classes
// were found by climbing: letter by letter the class that made most pairs equal, less what it cost in words that are alike without being so.
namespace tamga::text {
namespace {

/// The groups of letters that are one sound, longest first; what is not here is a letter by itself.
constexpr std::array<std::string_view, 21> kGroups = {"tsch", "sch", "tch", "sh", "ch", "kh", "gh", "ph", "th", "dh", "zh",
                                                      "dj",   "ts",  "tz",  "cz", "sz", "ck", "qu", "gn", "ng", "ny"};

/// A class is called by one letter; '.' is not kept.
struct Classes {
  std::string_view before_vowel;      ///< of the letters a to z
  std::string_view before_consonant;  ///< the same
  std::string_view last;
  std::string_view groups;  ///< of kGroups
  char soft_c, soft_g;      ///< before e, i and y
  char first_vowel, first_y, first_w;
  bool ic_is_ch;  ///< Vučić without its marks
  bool x_is_ks;
};
// clang-format off
// Arabic has no p and no v: ب is b and p, ف is f and v, و is w and a vowel; ج is j and g, غ is gh and g.
constexpr Classes kArabic = {".bkd.fgh.gklmn.bkrst.f.k.s", ".bkd.fgh.gklmn.bkrst.f.k.s", ".bkd.fg..gklmn.bkrst.f.k.s",
                             "ccccchgftdg" "g.scskk..n", 's', 'g', 'a', 'y', 'w', true, true};
// Hebrew: ב is b and v, פ is p and f, וו and an initial ו are v and w, צ is ts.
constexpr Classes kHebrew = {".bkd.fgh.gklmn.fkrst.bbk.s", ".bkd.fgh.gklmn.fkrst.bbk.s", ".bkd.fg..gklmn.fkrst.bbk.s",
                             "ccccchgftdg" "gsscskk..n", 's', 'g', 'a', 'y', 'b', true, true};
// Kana: one row for r and l, one for b, v mostly with f and w; a nasal before a consonant is one sound; r is not heard there.
constexpr Classes kKana = {".bkd.fgc.gklmn.pklst.ffk.s", ".bkd.fg..gklmm.pklst.ffk.s", ".bkd.fg..gklmy.pk.st.ffk.s",
                           "cscsckgftdg" "gsscskknyn", 's', 'g', 'a', 'g', 'f', false, true};
// Chinese: r and l are one, b p d t are kept as far as Mandarin does, a nasal behind a vowel is n; 尔 stands for a last r or l.
constexpr Classes kHan = {".bkd.vgx.gkrmo.pcrsd.vvs.c", ".bkd.vgx.gk.mn.pc.sd.vvs.c", ".bcd.vg..gklmn.pclsd.vvx.c",
                          "cscscxgvsdc" "gcccskkono", 'c', 'g', 'l', 'l', 'v', false, false};
// Hangul: f and p are one, b and v, a last r is not heard.
constexpr Classes kHangul = {".bkd.fjh.zklmo.fkrst.b.k.z", ".bkd.fj..zklmn.fk.st.b.k.z", ".bce.fj..zklmn.bk.st.b.k.z",
                             "cscsckjftdj" "jcccskkono", 's', 'z', 'a', 'y', 'w', false, true};
// clang-format on

const Classes& classes_of(Script script) {
  switch (script) {
    case Script::hebrew: return kHebrew;
    case Script::han: return kHan;
    case Script::kana: return kKana;
    case Script::hangul: return kHangul;
    case Script::latin:
    case Script::cyrillic:
    case Script::greek:
    case Script::arabic:
    case Script::armenian:
    case Script::georgian:
    case Script::indic:
    case Script::thai:
    case Script::other: return kArabic;
  }
  return kArabic;
}

constexpr bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }
constexpr bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

}  // namespace

std::string skeleton(std::string_view latin, Script script) {
  const Classes& classes = classes_of(script);
  std::string out;
  const auto put = [&](char c) {
    if (c != '.' && (out.empty() || out.back() != c)) out += c;
  };
  for (std::size_t i = 0; i < latin.size();) {
    const char a = latin[i];
    const char b = i + 1 < latin.size() ? latin[i + 1] : '\0';
    if (!is_letter(a)) {
      put(a);
      ++i;
      continue;
    }
    if (is_vowel(a) || (i == 0 && (a == 'y' || a == 'w'))) {
      // A word that begins with a vowel begins with an alef, an ayn, a yod, or a character of its own.
      if (i == 0) put(a == 'y' ? classes.first_y : a == 'w' ? classes.first_w : classes.first_vowel);
      ++i;
      continue;
    }
    if (is_letter(b) && !is_vowel(b)) {
      bool found = false;
      for (std::size_t group = 0; group < kGroups.size() && !found; ++group) {
        const std::string_view letters = kGroups[group];
        if (letters[0] != a || letters[1] != b || latin.substr(i, letters.size()) != letters) continue;
        // "ng" before a vowel is two sounds.
        if (letters == "ng" && i + 2 < latin.size() && is_vowel(latin[i + 2])) continue;
        // Where a script writes the letters of a group by themselves (Arabic ts, ng), the second may begin a group of its own: "ngh".
        if (classes.groups[group] == '.') break;
        found = true;
        put(classes.groups[group]);
        i += letters.size();
      }
      if (found) continue;
    }
    const auto letter = static_cast<std::size_t>(a - 'a');
    if (a == 'x' && classes.x_is_ks) {
      put('k');
      put('s');
    } else if (b == '\0') {
      put(a == 'c' && classes.ic_is_ch && i > 0 && latin[i - 1] == 'i' ? 'c' : classes.last[letter]);
    } else if (b == 'e' || b == 'i' || b == 'y') {
      put(a == 'c' ? classes.soft_c : a == 'g' ? classes.soft_g : classes.before_vowel[letter]);
    } else {
      put(is_vowel(b) ? classes.before_vowel[letter] : classes.before_consonant[letter]);
    }
    ++i;
  }
  return out;
}

}  // namespace tamga::text
