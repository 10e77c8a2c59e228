#include <algorithm>
#include <array>
#include <iterator>

#include "text/words.h"

// Arabic script and Hebrew. Both write consonants and long vowels, so a word is first looked up in a table of frequent words of names
// (data/text/abjad_words.csv), which knows its vowels; what is not there is spelled out, and skeleton() compares it.
namespace tamga::text {
namespace {

struct AbjadWord {
  std::u16string_view word;
  std::string_view latin;
  std::string_view persian;
};

#include "text/abjad_words.inc"

/// A letter with the vowel marks behind it. Without initialisers: most of a Shape is never touched.
struct Consonant {
  char16_t fold;  ///< variants of a letter as one, as in the table of words; 0 for a hamza
  char32_t code;
  const Character* is;
  char vowel;    ///< written out: a, i, u, e or o; else 0
  bool doubled;  ///< shadda, dagesh
  bool silent;   ///< sukun, the dot of sin
  bool geresh;
  std::uint32_t letter;  ///< of the name
};
constexpr std::size_t kMax = 130;

/// Alef, yeh, kaf, heh of all languages as one; zero for what has no weight (hamza). The same as ABJAD_FOLD in scripts/gen_text_tables.py.
char16_t fold_letter(char32_t c) {
  switch (c) {
    case U'أ':
    case U'إ':
    case U'آ':
    case U'ٱ': return u'ا';
    case U'ى':
    case U'ی':
    case U'ئ':
    case U'ے':
    case U'ې':
    case U'ۍ':
    case U'ێ': return u'ي';
    case U'ؤ':
    case U'ۆ': return u'و';
    case U'ک': return u'ك';
    case U'ہ':
    case U'ھ':
    case U'ۀ':
    case U'ة':
    case U'ۃ':
    case U'ە': return u'ه';
    case U'ڭ': return u'ك';
    case U'ګ': return u'گ';
    case U'ں': return u'ن';
    case U'ء': return 0;
    case U'ך': return u'כ';
    case U'ם': return u'מ';
    case U'ן': return u'נ';
    case U'ף': return u'פ';
    case U'ץ': return u'צ';
    default: return c < 0x10000 ? static_cast<char16_t>(c) : u'?';
  }
}

struct Shape {
  std::array<Consonant, kMax> letters;
  std::size_t size = 0;
  std::array<char16_t, kMax> key;
  std::size_t key_size = 0;
  bool vowelled = false;
  [[nodiscard]] std::u16string_view word() const { return {key.data(), key_size}; }
};

void shape_of(Letters letters, std::uint32_t first, Shape& shape) {
  shape.size = 0;
  shape.key_size = 0;
  for (std::size_t i = 0; i < letters.size() && shape.size < kMax; ++i) {
    const Letter& letter = letters[i];
    Consonant* last = shape.size == 0 ? nullptr : &shape.letters[shape.size - 1];
    if (letter.is->kind == Kind::apostrophe) {
      if (last != nullptr) last->geresh = true;
      continue;
    }
    if (letter.is->kind == Kind::mark) {
      if (last == nullptr) continue;
      switch (letter.code) {
        case 0x0651: last->doubled = true; continue;
        case 0x0652: last->silent = true; continue;
        case 0x064B:
        case 0x064C:
        case 0x064D: continue;  // case endings, not part of names
        case 0x064E:
        case 0x0670:
        case 0x05B7:
        case 0x05B8:
        case 0x05B2: last->vowel = 'a'; break;
        case 0x064F:
        case 0x05BB: last->vowel = 'u'; break;
        case 0x0650:
        case 0x05B4: last->vowel = 'i'; break;
        case 0x05B5:
        case 0x05B6:
        case 0x05B1: last->vowel = 'e'; break;
        case 0x05B9:
        case 0x05BA:
        case 0x05B3:
        case 0x05C7: last->vowel = 'o'; break;
        case 0x05BC: last->doubled = true; continue;  // dagesh
        case 0x05C2: last->silent = true; continue;   // the dot of sin
        default: continue;
      }
      shape.vowelled = true;
      continue;
    }
    Consonant& next = shape.letters[shape.size++];
    next = Consonant{fold_letter(letter.code), letter.code, letter.is, 0, false, false, false, first + static_cast<std::uint32_t>(i)};
    if (next.fold != 0) shape.key[shape.key_size++] = next.fold;
  }
}

const AbjadWord* find_word(std::u16string_view word) {
  const auto* const at = std::lower_bound(std::begin(kAbjadWords), std::end(kAbjadWords), word,
                                          [](const AbjadWord& entry, std::u16string_view key) { return entry.word < key; });
  return at != std::end(kAbjadWords) && at->word == word ? at : nullptr;
}

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// --- spelling out ---

/// Pakistan and Afghanistan say w for و, Iran v.
enum class Consonants : std::uint8_t { arabic, eastern, iranian };

class Speller {
 public:
  Speller(std::span<const Consonant> letters, Consonants consonants, bool gh, std::string& out)
      : letters_(letters), persian_(consonants != Consonants::arabic), waw_(consonants == Consonants::iranian ? 'v' : 'w'), gh_(gh), out_(out) {}

  void arabic() {
    for (i_ = 0; i_ < letters_.size(); ++i_) {
      const Consonant& c = letters_[i_];
      switch (c.fold) {
        case u'ا': alef(c); break;
        case u'و': waw(); break;
        case u'ي': yeh(c); break;
        case u'ع': ayn(); break;
        case u'ه': heh(c); break;
        case 0: break;
        case u'ت':
          if (fold(i_ + 1) == u'ش' && c.vowel == 0) {  // foreign ch
            out_ += "ch";
            ++i_;
            break;
          }
          out_ += latin_of(*c.is);
          break;
        case u'ض':
        case u'ذ':
        case u'ث':
          if (persian_) {
            out_ += c.fold == u'ث' ? 's' : 'z';
          } else {
            out_ += latin_of(*c.is);
          }
          break;
        case u'ق': out_ += gh_ ? "gh" : "q"; break;
        default:
          out_ += latin_of(*c.is);
          if (c.doubled && c.is->latin_size == 1) out_ += latin_of(*c.is);
      }
      if (c.vowel != 0 && (out_.empty() || out_.back() != c.vowel)) out_ += c.vowel;
    }
  }

  void hebrew() {
    for (i_ = 0; i_ < letters_.size(); ++i_) {
      const Consonant& c = letters_[i_];
      const bool first = i_ == 0;
      const bool last = i_ + 1 == letters_.size();
      switch (c.code) {
        case U'א':
          if (c.vowel == 0 && (!first || !vowel_letter(i_ + 1)) && !after_vowel()) out_ += 'a';
          break;
        case U'ע':
          if (c.vowel == 0 && !after_vowel() && !(first && vowel_letter(i_ + 1))) out_ += 'a';
          break;
        case U'ה':
          if (!last || first) {
            out_ += 'h';
          } else if (!after_vowel()) {
            out_ += 'a';
          }
          break;
        case U'ב': out_ += first || c.doubled || !(last || after_vowel()) ? 'b' : 'v'; break;
        case U'ו':
          // A vowel, unless it is doubled, stands first, or has a vowel of its own.
          if (fold(i_ + 1) == u'ו') {
            out_ += 'v';
            ++i_;
          } else if (c.vowel == 'o' || c.doubled) {
            out_ += c.vowel == 'o' ? 'o' : 'u';
            continue;
          } else if ((first && !vowel_letter(i_ + 1)) || c.vowel != 0) {
            out_ += 'v';
          } else {
            out_ += 'o';
          }
          break;
        case U'י':
          if (fold(i_ + 1) == u'י') {
            out_ += "ai";
            ++i_;
          } else if (first) {
            out_ += 'y';
            if (c.vowel == 0 && !vowel_letter(i_ + 1)) out_ += 'i';
          } else if (after_vowel()) {
            out_ += out_.back() == 'i' ? "" : "y";
          } else {
            out_ += 'i';
          }
          break;
        case U'ג': out_ += c.geresh ? "j" : "g"; break;
        case U'ז': out_ += c.geresh ? "zh" : "z"; break;
        case U'צ': out_ += c.geresh ? "ch" : "ts"; break;
        case U'ץ': out_ += c.geresh ? "ch" : "ts"; break;
        case U'ד': out_ += c.geresh ? "dh" : "d"; break;
        case U'ת': out_ += c.geresh ? "th" : "t"; break;
        case U'ח': out_ += c.geresh ? "kh" : "h"; break;
        case U'כ': out_ += first || c.doubled ? "k" : "kh"; break;
        case U'פ': out_ += "p"; break;
        case U'ש': out_ += c.silent ? "s" : "sh"; break;
        default: out_ += latin_of(*c.is);
      }
      if (c.vowel != 0 && (out_.empty() || out_.back() != c.vowel)) out_ += c.vowel;
    }
  }

 private:
  [[nodiscard]] char16_t fold(std::size_t i) const { return i < letters_.size() ? letters_[i].fold : u'\0'; }
  [[nodiscard]] bool after_vowel() const { return !out_.empty() && is_vowel(out_.back()); }
  [[nodiscard]] bool vowel_letter(std::size_t i) const {
    const char16_t c = fold(i);
    return c == u'ا' || c == u'و' || c == u'ي' || c == u'ו' || c == u'י' || c == u'א';
  }
  [[nodiscard]] bool last() const { return i_ + 1 == letters_.size(); }

  void alef(const Consonant& c) {
    if (i_ == 0) {
      if (c.code == U'إ') {
        out_ += 'i';
        if (fold(1) == u'ي') ++i_;
        return;
      }
      if (c.vowel != 0) return;
      if (c.code != U'آ' && fold(1) == u'و' && letters_.size() > 2 && fold(2) != u'ا') {  // أوباما
        out_ += 'o';
        ++i_;
        return;
      }
      if (c.code != U'آ' && fold(1) == u'ي' && letters_.size() > 2 && fold(2) != u'ا' && fold(2) != u'و') {  // ايفانوف
        out_ += 'i';
        ++i_;
        return;
      }
      out_ += 'a';
      return;
    }
    if (!out_.empty() && out_.back() == 'a') return;
    out_ += 'a';
  }

  void waw() {
    const char consonant = waw_;
    const Consonant& c = letters_[i_];
    if (c.vowel != 0 || c.doubled) {
      out_ += consonant;
      return;
    }
    const char16_t next = fold(i_ + 1);
    if (i_ == 0) {
      out_ += consonant;
      if (next != u'ا' && next != u'ي' && next != u'و' && letters_.size() > 1) out_ += 'a';
      return;
    }
    if (out_.empty()) {
      out_ += next == u'ا' ? consonant : 'u';
    } else if (out_.back() == 'u') {
      if (letters_[i_ - 1].vowel != 'u') out_ += consonant;
    } else if (after_vowel()) {
      out_ += consonant;
    } else if (next == u'ا' || (next == u'ي' && (persian_ || i_ + 2 < letters_.size()))) {
      out_ += consonant;
    } else {
      out_ += 'u';
    }
  }

  void yeh(const Consonant& c) {
    const char16_t next = fold(i_ + 1);
    if (c.code == U'ئ') {
      if (!after_vowel() || !last()) out_ += out_.empty() || out_.back() != 'i' ? "i" : "";
      return;
    }
    if (c.vowel != 0 || c.doubled) {
      out_ += 'y';
      return;
    }
    if (i_ == 0) {
      out_ += 'y';
      if (next != u'ا' && next != u'و' && next != u'ي' && letters_.size() > 1) out_ += 'a';
      return;
    }
    if (!out_.empty() && out_.back() == 'i') {
      if (letters_[i_ - 1].vowel != 'i') out_ += 'y';
    } else if (after_vowel()) {
      out_ += 'y';
    } else if (next == u'ا') {
      out_ += "iy";
    } else {
      out_ += 'i';
    }
  }

  void ayn() {
    if (letters_[i_].vowel != 0) return;
    const char16_t next = fold(i_ + 1);
    if (next == u'ا' || after_vowel()) return;
    if (last() && !out_.empty()) return;
    out_ += 'a';
  }

  void heh(const Consonant& c) {
    if (c.code == U'ة' || c.code == U'ۃ' || c.code == U'ە') {
      if (!after_vowel()) out_ += c.code == U'ە' ? 'e' : 'a';
      return;
    }
    if (last() && i_ > 0 && !after_vowel()) out_ += 'a';
    out_ += 'h';
  }

  std::span<const Consonant> letters_;
  bool persian_;
  char waw_;
  bool gh_;
  std::string& out_;
  std::size_t i_ = 0;
};

/// Whose sounds and vowels: Persian, Urdu and Pashto say z for ض ذ ظ, s for ث and v or w for و; the second spelling of the table is Iran's.
struct Dialect {
  bool persian, iranian, gh;
};
Dialect dialect_of(const Facts& facts, Way way) {
  const bool persian = (facts.persian && way != Way::arabic) || way == Way::persian;
  return {persian, persian && !facts.east_of_iran, way == Way::persian_gh};
}

/// Letters [first, first + count) of a word: from the table, or spelled out.
void spell(System system, const Shape& shape, std::size_t first, std::size_t count, Dialect dialect, std::string& out) {
  const auto letters = std::span(shape.letters).subspan(first, count);
  if (!shape.vowelled) {
    std::array<char16_t, kMax> key;  // NOLINT: written before it is read
    std::size_t size = 0;
    bool qaf = false;
    for (const auto& letter : letters) {
      if (letter.fold != 0) key[size++] = letter.fold;
      qaf = qaf || letter.fold == u'ق';
    }
    if (const auto* known = find_word({key.data(), size}); known != nullptr) {
      const std::string_view latin = dialect.iranian ? known->persian : known->latin;
      // The table has Iran's own "gh" for ق; lists write q as often, and other countries always.
      const auto gh = qaf && dialect.iranian && !dialect.gh ? latin.find("gh") : std::string_view::npos;
      if (gh == std::string_view::npos) {
        out += latin;
      } else {
        out += latin.substr(0, gh);
        out += 'q';
        out += latin.substr(gh + 2);
      }
      return;
    }
  }
  const std::size_t before = out.size();
  std::string spelled;
  Speller speller(letters,
                  dialect.persian && !dialect.iranian ? Consonants::eastern
                  : dialect.persian                   ? Consonants::iranian
                                                      : Consonants::arabic,
                  dialect.gh, spelled);
  if (system == System::hebrew) {
    speller.hebrew();
  } else {
    speller.arabic();
  }
  out += spelled;
  if (out.size() == before) out += 'a';  // nothing but hamza or ayn
}

constexpr std::u16string_view kArticle = u"ال", kAllah = u"الله", kDin = u"الدين", kAbd = u"عبد", kAbu = u"ابو", kAnd = u"وال", kFor = u"لل";

}  // namespace

// How compounds are cut. A list has "Abd al-Rahman", "Abdul Rahman" and "Abdulrahman"; "Hidayatullah"; "Siraj al-Din" and "Sirajuddin". Two
// neighbours can be compared run together (names/name.h), so the first reading is cut where that reaches most: abdul + rahman, hidayatullah,
// siraj + aldin. A further reading has the compounds in one word.
void romanise_abjad(std::span<const Word> words, std::size_t& at, const Facts& facts, Sink& sink) {
  const Word& word = words[at];
  Shape shape;
  shape_of(sink.letters(word), word.first, shape);
  const Script script = script_of(word.system);
  const Dialect dialect = dialect_of(facts, sink.way());
  const auto letter = [&](std::size_t i) { return i < shape.size ? shape.letters[i].letter : word.last; };
  const auto put_letters = [&](std::size_t first, std::size_t last) {
    if (sink.full() || first == last) return;
    spell(word.system, shape, first, last - first, dialect, sink.open());
    sink.close(word, letter(first), letter(last), script);
  };
  if (word.system == System::hebrew) return put_letters(0, shape.size);
  const auto key = shape.word();
  // The letters of the key are those of the shape only where no hamza stands alone among them.
  const bool aligned = shape.key_size == shape.size;
  const bool together = sink.way() == Way::joined;

  if (at + 1 < words.size() && words[at + 1].system == System::arabic) {
    const Word& next_word = words[at + 1];
    Shape next;
    shape_of(sink.letters(next_word), next_word.first, next);
    const auto with_next = [&](std::size_t from, std::string_view joint) {
      auto& out = sink.open();
      if (key == kAbd) {
        out += "abd";
      } else {
        spell(word.system, shape, 0, shape.size, dialect, out);
      }
      out += joint;
      if (from < next.size) spell(next_word.system, next, from, next.size - from, dialect, out);
      sink.close(word, script);
      sink.extend_original(next_word, next_word.last);
      ++at;
    };
    if (next.word() == kAllah && (key == kAbd || sink.use() == Use::person)) return with_next(next.size, key == kAbd ? "allah" : "ullah");
    if (next.word() == kDin && sink.use() == Use::person) {
      sink.joinable = true;
      if (together) return with_next(next.size, "uddin");
    }
    if (key == kAbd && next.word().starts_with(kArticle) && next.key_size > 3 && next.key_size == next.size) {
      sink.joinable = true;
      if (together) return with_next(2, "ul");
      sink.put("abdul", word, word.first, word.last, script);
      ++at;
      if (sink.full()) return;
      spell(next_word.system, next, 2, next.size - 2, dialect, sink.open());
      return sink.close(next_word, script);
    }
  }
  if (!aligned || find_word(key) != nullptr) return put_letters(0, shape.size);
  if (key.starts_with(kAbd) && key.substr(3).starts_with(kArticle) && key.size() > 6) {
    sink.joinable = true;
    if (together) {
      auto& out = sink.open();
      out += "abdul";
      spell(word.system, shape, 5, shape.size - 5, dialect, out);
      return sink.close(word, script);
    }
    sink.put("abdul", word, word.first, letter(5), script);
    return put_letters(5, shape.size);
  }
  for (const auto ending : {kAllah, kDin}) {
    if (!key.ends_with(ending) || key.size() < ending.size() + 2) continue;
    const std::size_t cut = shape.size - ending.size();
    if (ending == kDin) sink.joinable = true;
    if (ending == kDin && !together) {
      put_letters(0, cut);
      return put_letters(cut, shape.size);
    }
    if (sink.full()) return;
    auto& out = sink.open();
    spell(word.system, shape, 0, cut, dialect, out);
    out += ending == kDin ? "uddin" : "ullah";
    return sink.close(word, script);
  }
  if (key.starts_with(kAbu) && key.substr(3).starts_with(kArticle) && key.size() > 6) {
    put_letters(0, 3);
    sink.put("al", word, letter(3), letter(5), script);
    return put_letters(5, shape.size);
  }
  if (key.starts_with(kAnd) && key.size() > 5) {
    sink.put("wa", word, word.first, letter(1), script);
    sink.put("al", word, letter(1), letter(3), script);
    return put_letters(3, shape.size);
  }
  // Not Alan and Eli, which begin with the same letters: a short rest must be a word that is known.
  if (key.starts_with(kArticle) && shape.letters[0].code != U'أ' && shape.letters[0].code != U'إ' &&
      (key.size() > 4 || (key.size() == 4 && find_word(key.substr(2)) != nullptr))) {
    sink.put("al", word, word.first, letter(2), script);
    return put_letters(2, shape.size);
  }
  if (key.starts_with(kFor) && key.size() > 4 && sink.use() == Use::organisation) {
    sink.put("lil", word, word.first, letter(2), script);
    return put_letters(2, shape.size);
  }
  put_letters(0, shape.size);
}

}  // namespace tamga::text
