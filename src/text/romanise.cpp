#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "text/words.h"

// Alphabets: letter by letter, with the few rules that need a neighbour. Letters that only look like those of another script come first.
namespace tamga::text {
namespace {

/// Pairs that look alike, after Unicode's confusables (UTS 39); by the capital where that is where the likeness lies (Н and H). OFAC and EU
/// files do contain Cyrillic letters inside Latin words.
struct LookAlike {
  char32_t letter;
  char latin;  ///< capitals as capitals, since h looks like һ and H like Н
};
constexpr std::array kLookAlikes = {
    LookAlike{U'А', 'A'}, LookAlike{U'В', 'B'}, LookAlike{U'Е', 'E'}, LookAlike{U'Ё', 'E'}, LookAlike{U'К', 'K'}, LookAlike{U'М', 'M'},
    LookAlike{U'Н', 'H'}, LookAlike{U'О', 'O'}, LookAlike{U'Р', 'P'}, LookAlike{U'С', 'C'}, LookAlike{U'Т', 'T'}, LookAlike{U'У', 'Y'},
    LookAlike{U'Х', 'X'}, LookAlike{U'І', 'I'}, LookAlike{U'Ї', 'I'}, LookAlike{U'Ѕ', 'S'}, LookAlike{U'Ј', 'J'}, LookAlike{U'Ү', 'Y'},
    LookAlike{U'Һ', 'H'}, LookAlike{U'Ԛ', 'Q'}, LookAlike{U'Ԝ', 'W'}, LookAlike{U'Ѵ', 'V'}, LookAlike{U'Ӏ', 'I'}, LookAlike{U'а', 'a'},
    LookAlike{U'е', 'e'}, LookAlike{U'ё', 'e'}, LookAlike{U'о', 'o'}, LookAlike{U'р', 'p'}, LookAlike{U'с', 'c'}, LookAlike{U'у', 'y'},
    LookAlike{U'х', 'x'}, LookAlike{U'і', 'i'}, LookAlike{U'ї', 'i'}, LookAlike{U'ѕ', 's'}, LookAlike{U'ј', 'j'}, LookAlike{U'һ', 'h'},
    LookAlike{U'ԁ', 'd'}, LookAlike{U'ԛ', 'q'}, LookAlike{U'ԝ', 'w'}, LookAlike{U'ѵ', 'v'}, LookAlike{U'ӏ', 'l'}, LookAlike{U'ү', 'y'},
    LookAlike{U'в', 'b'}, LookAlike{U'к', 'k'}, LookAlike{U'м', 'm'}, LookAlike{U'н', 'h'}, LookAlike{U'т', 't'}, LookAlike{U'Α', 'A'},
    LookAlike{U'Β', 'B'}, LookAlike{U'Ε', 'E'}, LookAlike{U'Ζ', 'Z'}, LookAlike{U'Η', 'H'}, LookAlike{U'Ι', 'I'}, LookAlike{U'Κ', 'K'},
    LookAlike{U'Μ', 'M'}, LookAlike{U'Ν', 'N'}, LookAlike{U'Ο', 'O'}, LookAlike{U'Ρ', 'P'}, LookAlike{U'Τ', 'T'}, LookAlike{U'Υ', 'Y'},
    LookAlike{U'Χ', 'X'}, LookAlike{U'α', 'a'}, LookAlike{U'ε', 'e'}, LookAlike{U'ι', 'i'}, LookAlike{U'κ', 'k'}, LookAlike{U'ν', 'v'},
    LookAlike{U'ο', 'o'}, LookAlike{U'ρ', 'p'}, LookAlike{U'τ', 't'}, LookAlike{U'υ', 'u'}, LookAlike{U'χ', 'x'}, LookAlike{U'ω', 'w'},
    LookAlike{U'η', 'n'}, LookAlike{U'γ', 'y'}, LookAlike{U'Օ', 'O'}, LookAlike{U'Ս', 'U'}, LookAlike{U'Տ', 'S'}, LookAlike{U'Լ', 'L'},
    LookAlike{U'օ', 'o'}, LookAlike{U'ո', 'n'}, LookAlike{U'ս', 'u'}, LookAlike{U'հ', 'h'}, LookAlike{U'յ', 'j'}, LookAlike{U'ց', 'g'},
    LookAlike{U'զ', 'q'}, LookAlike{U'Ꭺ', 'A'}, LookAlike{U'Ᏼ', 'B'}, LookAlike{U'Ꮯ', 'C'}, LookAlike{U'Ꭰ', 'D'}, LookAlike{U'Ꭼ', 'E'},
    LookAlike{U'Ꮐ', 'G'}, LookAlike{U'Ꮋ', 'H'}, LookAlike{U'Ꭻ', 'J'}, LookAlike{U'Ꮶ', 'K'}, LookAlike{U'Ꮮ', 'L'}, LookAlike{U'Ꮇ', 'M'},
    LookAlike{U'Ꮲ', 'P'}, LookAlike{U'Ꮪ', 'S'}, LookAlike{U'Ꭲ', 'T'}, LookAlike{U'Ꮩ', 'V'}, LookAlike{U'Ꮃ', 'W'}, LookAlike{U'Ꮓ', 'Z'},
};

/// The letter of `target` that looks like `letter`, or 0.
char32_t look_alike(const Letter& letter, System target) {
  char32_t latin = letter.code;
  if (letter.is->system != System::latin || letter.code >= 0x80) {
    const auto* const at = std::find_if(kLookAlikes.begin(), kLookAlikes.end(), [&](const LookAlike& pair) { return pair.letter == letter.code; });
    if (at != kLookAlikes.end()) {
      latin = static_cast<char32_t>(at->latin);
    } else if (letter.is->system == System::latin && letter.is->latin_size == 1) {
      latin = static_cast<char32_t>(latin_of(*letter.is)[0]) - (letter.is->upper ? 0x20U : 0U);
    } else {
      return 0;
    }
  }
  if (target == System::latin) return latin;
  const auto* const at = std::find_if(kLookAlikes.begin(), kLookAlikes.end(), [&](const LookAlike& pair) {
    return static_cast<char32_t>(pair.latin) == latin && character(pair.letter).system == target;
  });
  return at == kLookAlikes.end() ? 0 : at->letter;
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y'; }

// --- Greek ---

struct Greek {
  char32_t letter = 0;  ///< lower case, without marks
  bool accent = false;
  bool dieresis = false;
  const Character* is = nullptr;
};

/// ELOT 743 (2001), except that what depends on sound follows the sound as names do: μπ, ντ and γκ at the beginning are b, d and g.
void romanise_greek(Letters letters, std::string& out) {
  std::array<Greek, 130> word;
  std::size_t size = 0;
  for (const auto& letter : letters) {
    if (letter.is->kind == Kind::mark) {
      if (size == 0) continue;
      if (letter.code == 0x0301 || letter.code == 0x0300 || letter.code == 0x0342) word[size - 1].accent = true;
      if (letter.code == 0x0308) word[size - 1].dieresis = true;
    } else if (size < word.size()) {
      char32_t code = letter.code;
      if (code >= 0x0391 && code <= 0x03A9) code += 0x20;
      word[size++] = Greek{code, false, false, letter.is};
    }
  }
  const auto at = [&](std::size_t i) { return i < size ? word[i].letter : U'\0'; };
  const auto voiceless = [&](std::size_t i) { return i >= size || std::u32string_view(U"θκξπσςτφχψ").find(at(i)) != std::u32string_view::npos; };
  for (std::size_t i = 0; i < size; ++i) {
    const char32_t a = at(i);
    const char32_t b = at(i + 1);
    const bool pair = i + 1 < size && !word[i + 1].dieresis && !word[i].accent;
    const bool first = i == 0;
    if (pair && b == U'υ' && a == U'ο') {
      out += "ou";
      ++i;
    } else if (pair && b == U'υ' && (a == U'α' || a == U'ε' || a == U'η')) {
      out += a == U'α' ? 'a' : a == U'ε' ? 'e' : 'i';
      out += voiceless(i + 2) ? 'f' : 'v';
      ++i;
    } else if (a == U'μ' && b == U'π' && (first || i + 2 == size)) {
      out += 'b';
      ++i;
    } else if (a == U'ν' && b == U'τ' && first) {
      out += 'd';
      ++i;
    } else if (a == U'γ' && b == U'κ') {
      out += 'g';
      ++i;
    } else if (a == U'γ' && (b == U'γ' || b == U'ξ' || b == U'χ')) {
      out += 'n';
    } else if (pair && b == U'ι' && (a == U'ε' || a == U'ο')) {
      out += 'i';
      ++i;
    } else {
      out += latin_of(*word[i].is);
    }
  }
}

// --- the others ---

/// Latin, where no letter needs to know another.
void romanise_latin(Letters letters, std::string& out) {
  std::array<char, 160> text;  // NOLINT: what is read is written first
  std::size_t size = 0;
  for (const auto& letter : letters) {
    if (letter.is->latin_size == 1 && size < text.size()) {
      text[size++] = letter.code < 0x80 && letter.is->kind == Kind::letter ? static_cast<char>(letter.code | 0x20U) : latin_of(*letter.is)[0];
    } else {
      out.append(text.data(), size);
      size = 0;
      out += latin_of(*letter.is);
    }
  }
  out.append(text.data(), size);
}

void romanise_letters(Letters letters, const Facts& facts, Way way, std::string& out) {
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Letter& letter = letters[i];
    const auto is = [&](std::size_t at, char32_t code) { return at < letters.size() && letters[at].code == code; };
    if (letter.is->kind == Kind::apostrophe || letter.is->kind == Kind::mark) continue;
    switch (letter.is->system) {
      case System::cyrillic:
        if (letter.code == U'ъ' || letter.code == U'Ъ') {
          // Russian has ъ only before a vowel; in Bulgarian it is one.
          if (i + 1 < letters.size() && letters[i + 1].is->latin_size > 0 && !is_vowel(latin_of(*letters[i + 1].is)[0])) out += 'a';
          continue;
        }
        // Uzbek ў is oʻ, Belarusian ў is a short u.
        if ((letter.code == U'ў' || letter.code == U'Ў') && (facts.turkic || i == 0)) {
          out += 'o';
          continue;
        }
        if ((letter.code == U'ё' || letter.code == U'Ё') && way == Way::with_yo) {
          // Behind ж ч ш щ there is no y: Горбачёв is Gorbachov.
          out += i > 0 && std::u32string_view(U"жчшщЖЧШЩ").find(letters[i - 1].code) != std::u32string_view::npos ? "o" : "yo";
          continue;
        }
        if ((letter.code == U'г' || letter.code == U'Г') && way == Way::ukrainian) {
          out += 'h';
          continue;
        }
        break;
      case System::armenian:
        if (letter.code == U'ո' || letter.code == U'Ո') {
          if (is(i + 1, U'ւ') || is(i + 1, U'Ւ')) {
            out += 'u';
            ++i;
            continue;
          }
          if (i == 0 && !is(1, U'վ') && !is(1, U'Վ')) out += 'v';
        } else if (i == 0 && (letter.code == U'ե' || letter.code == U'Ե')) {
          out += 'y';
        }
        break;
      case System::ethiopic:
        out += latin_of(*letter.is);
        // Two consonants cannot begin a word, so the mute vowel of the first is heard.
        if (i == 0 && letter.is->role == Role::consonant && letters.size() > 1) out += 'i';
        continue;
      case System::latin:
        if (facts.kazakh_latin && (letter.code == U'j' || letter.code == U'J')) {
          out += "zh";
          continue;
        }
        break;
      case System::other:
        if (letter.is->role == Role::numbered) {
          append_code_point(out, letter.code);
          continue;
        }
        break;
      default: break;
    }
    if (letter.is->system == System::latin && letter.code < 0x80) {
      out += static_cast<char>(letter.code | 0x20U);
    } else {
      out += latin_of(*letter.is);
    }
  }
}

/// Prefixes that keep a capital after them: MacArthur, VanGuard, FitzGerald. Those of one and two letters need no list.
bool keeps_capital(Letters part) {
  static constexpr std::array<std::string_view, 12> kPrefixes = {"mac", "van", "von", "fitz", "della", "des",
                                                                 "del", "los", "las", "san",  "ter",   "der"};
  if (part.size() > 5) return false;
  std::string latin;
  for (const auto& letter : part) latin += latin_of(*letter.is);
  return std::find(kPrefixes.begin(), kPrefixes.end(), latin) != kPrefixes.end();
}

constexpr std::uint32_t kLatinOnly = 1U << static_cast<unsigned>(System::latin) | 1U << static_cast<unsigned>(System::none);

}  // namespace

void unify_look_alikes(std::span<Letter> word, std::uint32_t systems, System rest_of_name, System& system) {
  constexpr std::array kTargets = {System::latin, System::cyrillic, System::greek};
  std::array<std::size_t, 32> counts{};
  for (const auto& letter : word) {
    if (letter.is->kind == Kind::letter) ++counts[static_cast<std::size_t>(letter.is->system)];
  }
  counts[0] = 0;
  // A script that every letter of the word can be read in explains the word; of several, or when there is none, that of most letters, then
  // that of the rest of the name.
  const auto rank = [&](System target) {
    const bool whole = std::all_of(word.begin(), word.end(), [&](const Letter& letter) {
      return letter.is->kind != Kind::letter || letter.is->system == target || look_alike(letter, target) != 0;
    });
    return std::tuple<bool, std::size_t, bool>(whole, counts[static_cast<std::size_t>(target)], target == rest_of_name);
  };
  System best = System::none;
  for (const auto target : kTargets) {
    if ((systems >> static_cast<unsigned>(target) & 1U) == 0) continue;
    if (best == System::none || rank(target) > rank(best)) best = target;
  }
  if (best == System::none) return;
  system = best;
  for (auto& letter : word) {
    if (letter.is->kind != Kind::letter || letter.is->system == best || letter.is->system == System::none) continue;
    if (const char32_t other = look_alike(letter, best); other != 0) {
      letter.code = other;
      letter.is = &character(other);
    }
  }
}

void romanise_alphabet(const Word& word, const Facts& facts, Sink& sink) {
  const Letters letters = sink.letters(word);
  const Script script = script_of(word.system);
  const auto part = [&](std::size_t first, std::size_t last) {
    if (sink.full()) return;
    auto& latin = sink.open();
    if (word.system == System::greek) {
      romanise_greek(letters.subspan(first, last - first), latin);
    } else if (word.system == System::latin && !facts.kazakh_latin && (word.systems & ~kLatinOnly) == 0) {
      romanise_latin(letters.subspan(first, last - first), latin);
    } else {
      romanise_letters(letters.subspan(first, last - first), facts, sink.way(), latin);
    }
    sink.close(word, word.first + first, word.first + last, script);
  };
  std::size_t begin = 0;
  // Brands are written "SberBank" and "SBERBANK", so only names of persons and things are taken apart.
  if (word.camel && sink.use() != Use::organisation) {
    for (std::size_t i = kPartMin; i + kPartMin <= letters.size(); ++i) {
      const auto upper = [&](std::size_t at) { return letters[at].is->kind == Kind::letter && letters[at].is->upper; };
      const auto lower = [&](std::size_t at) { return letters[at].is->kind == Kind::letter && !letters[at].is->upper; };
      // PutinVladimir, VladimirPUTIN, PUTINVladimir: lists write surnames in capitals.
      const bool begins = upper(i) && (lower(i - 1) ? lower(i + 1) || upper(i + 1) : upper(i - 2) && upper(i - 1) && lower(i + 1) && lower(i + 2));
      if (i < begin + kPartMin || !begins) continue;
      if (keeps_capital(letters.subspan(begin, i - begin))) continue;
      part(begin, i);
      begin = i;
    }
  }
  part(begin, letters.size());
}

}  // namespace tamga::text
