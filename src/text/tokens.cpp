#include "text/tokens.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "base/result.h"

namespace tamga::text {
namespace {

/// Russian, Ukrainian, Belarusian, Kazakh, Kyrgyz, Tajik, Uzbek, Mongolian letters, lower case. BGN/PCGN without its
/// apostrophes, except that й, ы and endings are left to the key.
struct Romanisation {
  char32_t letter;
  std::string_view latin;
};
constexpr std::array kCyrillic = {
    Romanisation{U'а', "a"},  Romanisation{U'б', "b"},    Romanisation{U'в', "v"},  Romanisation{U'г', "g"},  Romanisation{U'д', "d"},
    Romanisation{U'е', "e"},  Romanisation{U'ё', "e"},    Romanisation{U'ж', "zh"}, Romanisation{U'з', "z"},  Romanisation{U'и', "i"},
    Romanisation{U'й', "y"},  Romanisation{U'к', "k"},    Romanisation{U'л', "l"},  Romanisation{U'м', "m"},  Romanisation{U'н', "n"},
    Romanisation{U'о', "o"},  Romanisation{U'п', "p"},    Romanisation{U'р', "r"},  Romanisation{U'с', "s"},  Romanisation{U'т', "t"},
    Romanisation{U'у', "u"},  Romanisation{U'ф', "f"},    Romanisation{U'х', "kh"}, Romanisation{U'ц', "ts"}, Romanisation{U'ч', "ch"},
    Romanisation{U'ш', "sh"}, Romanisation{U'щ', "shch"}, Romanisation{U'ъ', ""},   Romanisation{U'ы', "y"},  Romanisation{U'ь', ""},
    Romanisation{U'э', "e"},  Romanisation{U'ю', "yu"},   Romanisation{U'я', "ya"}, Romanisation{U'і', "i"},  Romanisation{U'ї', "yi"},
    Romanisation{U'є', "ye"}, Romanisation{U'ґ', "g"},    Romanisation{U'ў', "u"},  Romanisation{U'ә', "a"},  Romanisation{U'ғ', "gh"},
    Romanisation{U'қ', "q"},  Romanisation{U'ң', "n"},    Romanisation{U'ө', "o"},  Romanisation{U'ұ', "u"},  Romanisation{U'ү', "u"},
    Romanisation{U'һ', "h"},  Romanisation{U'ҳ', "h"},    Romanisation{U'ҷ', "j"},  Romanisation{U'ӣ', "i"},  Romanisation{U'ӯ', "u"},
    Romanisation{U'ѓ', "g"},  Romanisation{U'ј', "j"},    Romanisation{U'љ', "lj"}, Romanisation{U'њ', "nj"}, Romanisation{U'ћ', "c"},
    Romanisation{U'ђ', "dj"}, Romanisation{U'џ', "dz"},   Romanisation{U'ѕ', "dz"}, Romanisation{U'ќ', "k"},
};
constexpr std::array kGreek = {
    Romanisation{U'α', "a"}, Romanisation{U'β', "v"}, Romanisation{U'γ', "g"},  Romanisation{U'δ', "d"},  Romanisation{U'ε', "e"},
    Romanisation{U'ζ', "z"}, Romanisation{U'η', "i"}, Romanisation{U'θ', "th"}, Romanisation{U'ι', "i"},  Romanisation{U'κ', "k"},
    Romanisation{U'λ', "l"}, Romanisation{U'μ', "m"}, Romanisation{U'ν', "n"},  Romanisation{U'ξ', "x"},  Romanisation{U'ο', "o"},
    Romanisation{U'π', "p"}, Romanisation{U'ρ', "r"}, Romanisation{U'σ', "s"},  Romanisation{U'ς', "s"},  Romanisation{U'τ', "t"},
    Romanisation{U'υ', "y"}, Romanisation{U'φ', "f"}, Romanisation{U'χ', "ch"}, Romanisation{U'ψ', "ps"}, Romanisation{U'ω', "o"},
};
/// Latin letters that do not decompose.
constexpr std::array kLatin = {
    Romanisation{U'ı', "i"},  Romanisation{U'ł', "l"},  Romanisation{U'ø', "o"},  Romanisation{U'đ', "d"},
    Romanisation{U'ß', "ss"}, Romanisation{U'æ', "ae"}, Romanisation{U'œ', "oe"}, Romanisation{U'þ', "th"},
    Romanisation{U'ð', "d"},  Romanisation{U'ə', "a"},  Romanisation{U'ħ', "h"},  Romanisation{U'ŋ', "n"},
};
/// Pairs that look alike, Cyrillic first. OFAC and EU files do contain Cyrillic letters inside Latin words.
struct LookAlike {
  char32_t cyrillic;
  char latin;
};
constexpr std::array kLookAlikes = {LookAlike{U'а', 'a'}, LookAlike{U'е', 'e'}, LookAlike{U'о', 'o'}, LookAlike{U'с', 'c'}, LookAlike{U'р', 'p'},
                                    LookAlike{U'х', 'x'}, LookAlike{U'к', 'k'}, LookAlike{U'м', 'm'}, LookAlike{U'т', 't'}, LookAlike{U'н', 'h'},
                                    LookAlike{U'в', 'b'}, LookAlike{U'у', 'y'}, LookAlike{U'і', 'i'}, LookAlike{U'ѕ', 's'}, LookAlike{U'ј', 'j'},
                                    LookAlike{U'һ', 'h'}, LookAlike{U'ԁ', 'd'}, LookAlike{U'ԛ', 'q'}, LookAlike{U'ԝ', 'w'}};

template <std::size_t N>
const std::string_view* find_letter(const std::array<Romanisation, N>& table, char32_t letter) {
  const auto at = std::find_if(table.begin(), table.end(), [&](const Romanisation& entry) { return entry.letter == letter; });
  return at == table.end() ? nullptr : &at->latin;
}

enum class LetterScript : std::uint8_t { none, latin, cyrillic, greek, other };

LetterScript script_of(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? LetterScript::latin : LetterScript::none;
  UErrorCode status = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(c), &status)) {
    case USCRIPT_LATIN: return LetterScript::latin;
    case USCRIPT_CYRILLIC: return LetterScript::cyrillic;
    case USCRIPT_GREEK: return LetterScript::greek;
    case USCRIPT_COMMON:
    case USCRIPT_INHERITED: return LetterScript::none;
    default: return LetterScript::other;
  }
}

bool is_apostrophe(char32_t c) {
  return c == U'\'' || c == U'`' || c == U'\u2018' || c == U'\u2019' || c == U'\u02BC' || c == U'\u02BB' || c == U'\u2032' || c == U'\u00B4' ||
         c == U'\u02B9' || c == U'\u02BA' || c == U'\u02BF' || c == U'\u02BE';
}

bool is_invisible(char32_t c) { return u_charType(static_cast<UChar32>(c)) == U_FORMAT_CHAR || c == U'\u00AD'; }

bool is_word_letter(char32_t c) {
  if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return u_isalnum(static_cast<UChar32>(c)) != 0 || (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0;
}

void append_utf8(std::string& out, char32_t c) {
  std::array<char, 4> bytes{};
  std::int32_t length = 0;
  UBool error = 0;
  U8_APPEND(bytes.data(), length, 4, static_cast<UChar32>(c), error);
  if (error == 0) out.append(bytes.data(), static_cast<std::size_t>(length));
}

std::u32string lower_case(const std::u32string& word) {
  std::u32string lower;
  // Turkish dotted capital İ would fold to i and a combining dot; the dot goes with the other marks below.
  for (const char32_t c : word) lower += static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  return lower;
}

/// NFKD, for letters that carry marks and for presentation forms (full-width Latin, ligatures).
std::u32string decompose(const std::u32string& word) {
  UErrorCode status = U_ZERO_ERROR;
  static const icu::Normalizer2* const normalizer = [] {
    UErrorCode load = U_ZERO_ERROR;
    const auto* instance = icu::Normalizer2::getNFKDInstance(load);
    TAMGA_CHECK(U_SUCCESS(load));
    return instance;
  }();
  const auto source = icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(word.data()), static_cast<std::int32_t>(word.size()));
  const icu::UnicodeString decomposed = normalizer->normalize(source, status);
  std::u32string out;
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) out += static_cast<char32_t>(decomposed.char32At(i));
  return out;
}

bool is_mark(char32_t c) { return c >= 0x80 && (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_MN_MASK) != 0; }

/// In a word of two scripts, the rarer one is an imitation of the other.
void unify_look_alikes(std::u32string& word) {
  std::size_t latin = 0;
  std::size_t cyrillic = 0;
  for (const char32_t c : word) {
    const LetterScript script = script_of(c);
    latin += script == LetterScript::latin ? 1 : 0;
    cyrillic += script == LetterScript::cyrillic ? 1 : 0;
  }
  if (latin == 0 || cyrillic == 0) return;
  for (char32_t& c : word) {
    for (const auto& pair : kLookAlikes) {
      if (latin >= cyrillic && c == pair.cyrillic) {
        c = static_cast<char32_t>(pair.latin);
      } else if (latin < cyrillic && c == static_cast<char32_t>(pair.latin)) {
        c = pair.cyrillic;
      }
    }
  }
}

/// A word that is mostly letters with a few digits in them ("Sech1n") is read as if the digits were letters.
void undo_digit_letters(std::string& latin) {
  std::size_t digits = 0;
  for (const char c : latin) digits += c >= '0' && c <= '9' ? 1 : 0;
  if (digits == 0 || latin.size() < 4 || digits * 2 >= latin.size()) return;
  // "T90M", "S300": a letter or two before or after a number is a designation, not a disguised word.
  if (digits >= 2 && latin.size() < 6) return;
  static constexpr std::string_view kLetters = "oizeasgtbg";
  for (char& c : latin) {
    if (c >= '0' && c <= '9') c = kLetters[static_cast<std::size_t>(c - '0')];
  }
}

Script token_script(const std::u32string& word) {
  for (const char32_t c : word) {
    switch (script_of(c)) {
      case LetterScript::cyrillic: return Script::cyrillic;
      case LetterScript::greek: return Script::greek;
      case LetterScript::other: return Script::other;
      default: break;
    }
  }
  return Script::latin;
}

Token make_token(const std::u32string& written) {
  Token token;
  for (const char32_t c : written) append_utf8(token.original, c);
  const bool ascii = std::all_of(written.begin(), written.end(), [](char32_t c) { return c < 0x80; });
  std::u32string word;
  if (ascii) {
    for (const char32_t c : written) {
      if (!is_apostrophe(c)) word += c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    }
  } else {
    std::u32string bare;
    for (const char32_t c : written) {
      if (!is_apostrophe(c)) bare += c;
    }
    word = lower_case(bare);
    unify_look_alikes(word);
  }
  token.script = token_script(word);
  for (const char32_t c : word) {
    if (c < 0x80) {
      token.latin += static_cast<char>(c);
      continue;
    }
    // й and ё are letters of their own, so Cyrillic is looked up before marks are taken off.
    if (const auto* latin = find_letter(kCyrillic, c)) {
      token.latin += *latin;
      continue;
    }
    for (const char32_t part : decompose(std::u32string(1, c))) {
      if (part < 0x80) {
        if (part >= 'A' && part <= 'Z') {
          token.latin += static_cast<char>(part - 'A' + 'a');
        } else if (is_word_letter(part)) {
          token.latin += static_cast<char>(part);
        }
      } else if (is_mark(part)) {
        if (script_of(c) == LetterScript::other) append_utf8(token.latin, part);
      } else if (const auto* from_latin = find_letter(kLatin, part)) {
        token.latin += *from_latin;
      } else if (const auto* from_cyrillic = find_letter(kCyrillic, part)) {
        token.latin += *from_cyrillic;
        } else if (const auto* from_greek = find_letter(kGreek, part)) {
        token.latin += *from_greek;
        } else {
        append_utf8(token.latin, part);
        }
    }
  }
  if (token.latin.size() > kTokenBytesMax) token.latin.resize(kTokenBytesMax);
  std::string for_key = token.latin;
  undo_digit_letters(for_key);
  token.key = comparison_key(for_key);
  return token;
}

struct KeyRule {
  std::string_view from;
  std::string_view to;
};
// Longest first. What romanisation systems write differently for one sound, and what is commonly misspelt.
constexpr std::array kKeyRules = {
    KeyRule{"shch", "s"}, KeyRule{"tsch", "c"}, KeyRule{"sch", "s"}, KeyRule{"tch", "c"}, KeyRule{"sh", "s"}, KeyRule{"ch", "c"}, KeyRule{"zh", "z"},
    KeyRule{"kh", "h"},   KeyRule{"gh", "g"},   KeyRule{"th", "t"},  KeyRule{"ph", "f"},  KeyRule{"dh", "d"}, KeyRule{"bh", "b"}, KeyRule{"ts", "c"},
    KeyRule{"tz", "c"},   KeyRule{"ck", "k"},   KeyRule{"qu", "k"},  KeyRule{"ou", "u"},  KeyRule{"oo", "u"}, KeyRule{"ee", "i"}, KeyRule{"x", "ks"},
    KeyRule{"q", "k"},    KeyRule{"w", "v"},    KeyRule{"y", "i"},   KeyRule{"j", "i"},
};

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

}  // namespace

std::string comparison_key(std::string_view latin) {
  // Doubled consonants first, since they would hide "ts" in "tss"; "oo" and "ee" are sounds of their own.
  std::string single;
  for (const char c : latin) {
    const bool letter = c >= 'a' && c <= 'z' && !is_vowel(c);
    if (!letter || single.empty() || single.back() != c) single += c;
  }
  latin = single;
  std::string folded;
  for (std::size_t i = 0; i < latin.size();) {
    // The first letter tells most rules apart; a call for each of them would be most of the cost of reading a name.
    const auto* const rule = std::find_if(kKeyRules.begin(), kKeyRules.end(), [&](const KeyRule& candidate) {
      if (candidate.from[0] != latin[i]) return false;
      const std::size_t size = candidate.from.size();
      if (size > latin.size() - i) return false;
      for (std::size_t k = 1; k < size; ++k) {
        if (candidate.from[k] != latin[i + k]) return false;
      }
      return true;
    });
    if (rule != kKeyRules.end()) {
      folded += rule->to;
      i += rule->from.size();
    } else {
      folded += latin[i++];
    }
  }
  std::string key;
  for (const char c : folded) {
    const bool digit = c >= '0' && c <= '9';
    if (!key.empty() && key.back() == c && !digit && static_cast<unsigned char>(c) < 0x80) continue;
    // "ye", "je", "ie" and a bare е are one: Yevgeny, Jevgenij, Ievgen, Евгений.
    if (c == 'e' && !key.empty() && key.back() == 'i') key.pop_back();
    if (!key.empty() && key.back() == c && c == 'e') continue;
    key += c;
  }
  if (key.size() > 3 && key.back() == 'h' && is_vowel(key[key.size() - 2])) key.pop_back();
  return key;
}

std::string_view script_name(Script script) {
  switch (script) {
    case Script::latin: return "latin";
    case Script::cyrillic: return "cyrillic";
    case Script::greek: return "greek";
    case Script::arabic: return "arabic";
    case Script::hebrew: return "hebrew";
    case Script::armenian: return "armenian";
    case Script::georgian: return "georgian";
    case Script::indic: return "indic";
    case Script::thai: return "thai";
    case Script::han: return "han";
    case Script::kana: return "kana";
    case Script::hangul: return "hangul";
    case Script::other: return "other";
  }
  return "other";
}

std::string skeleton(std::string_view latin, Script /*script*/) { return std::string(latin); }

void read(std::string_view name, Use use, Readings& readings) {
  readings.count = 1;
  readings.tokens[0] = tokenize(name, use);
}

std::vector<Token> tokenize(std::string_view name, Use /*use*/) {
  std::vector<Token> tokens;
  std::u32string word;
  // "A.B.C." and "S.C.": letters followed by dots make one word.
  std::size_t dotted = 0;
  bool after_dot = false;
  const auto flush = [&] {
    if (!word.empty() && tokens.size() < kTokensMax) {
      Token token = make_token(word);
      token.dotted = dotted > 0 && word.size() > 1;
      if (!token.latin.empty()) tokens.push_back(std::move(token));
    }
    word.clear();
    dotted = 0;
    after_dot = false;
  };
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(name.data());
  const auto length = static_cast<std::int32_t>(std::min<std::size_t>(name.size(), 1 << 16));
  std::int32_t at = 0;
  while (at < length) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, length, c);
    if (c < 0) {
      flush();
      continue;
    }
    const auto letter = static_cast<char32_t>(c);
    if (is_invisible(letter)) continue;
    if (is_word_letter(letter)) {
      if (after_dot) {
        // The word so far is letters with dots; one more letter continues it only if a dot or the end follows it.
        std::int32_t next = at;
        UChar32 following = -1;
        if (next < length) U8_NEXT(bytes, next, length, following);
        const bool single = following < 0 || !is_word_letter(static_cast<char32_t>(following));
        if (!single || word.size() != dotted) flush();
        after_dot = false;
      }
      word += letter;
      continue;
    }
    if (is_apostrophe(letter) && !word.empty()) {
      word += letter;
      continue;
    }
    if (letter == U'.' && !word.empty() && word.size() == dotted + 1) {
      dotted = word.size();
      after_dot = true;
      continue;
    }
    flush();
  }
  flush();
  return tokens;
}

}  // namespace tamga::text
