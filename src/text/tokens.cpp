#include "text/tokens.h"

#include <algorithm>
#include <array>

#include "text/characters.h"
#include "text/key.h"
#include "text/words.h"

// From bytes to words. One pass decodes the name and cuts it into words of letters; what the name as a whole tells (which scripts, which
// telling letters) is collected on the way. Then each word goes to the code of its script (words.h), once for each way to read the name.
// Everything is bounded: 64 KiB of input, kLettersMax letters, kTokensMax tokens, so that the buffers live on the stack and no name takes long.
namespace tamga::text {
namespace {

constexpr std::size_t kBytesMax = 1U << 16U;
/// Letters of a name that are read: kTokensMax words of kTokenBytesMax and a little more, since letters may be silent.
constexpr std::size_t kLettersMax = 2048;
/// Letters of one word; further ones are left out, and the token is cut at kTokenBytesMax anyway.
constexpr std::size_t kWordLettersMax = 128;
constexpr std::size_t kMarksMax = 4;
constexpr std::size_t kOriginalBytesMax = 256;

constexpr std::uint32_t bit(System system) { return 1U << static_cast<unsigned>(system); }
/// Scripts whose letters may stand in one word; where one of the others begins or ends, so does a word ("Huawei华为").
constexpr std::uint32_t kMixing = bit(System::none) | bit(System::latin) | bit(System::cyrillic) | bit(System::greek) | bit(System::armenian) |
                                  bit(System::georgian) | bit(System::other);

bool is_word_letter(const Character& is) {
  return is.kind == Kind::letter || is.kind == Kind::digit || is.kind == Kind::mark || is.kind == Kind::expand;
}

class Scanner {
 public:
  explicit Scanner(std::string_view name) : name_(name) {}

  void scan() {
    while (at_ < name_.size() && word_count_ < kTokensMax && letter_count_ < kLettersMax) {
      Decoded next{static_cast<unsigned char>(name_[at_]), 1};
      if (next.code >= 0x80) {
        next = decode(name_.substr(at_));
        if (next.code == kInvalid) {
          at_ += 1;
          flush();
          continue;
        }
      }
      begin_ = at_;
      at_ += next.bytes;
      const Character& is = character(next.code);
      if (is.kind == Kind::expand) {
        for (const char32_t part : expansion_of(is)) take(part, character(part));
      } else {
        take(next.code, is);
      }
    }
    flush();
    // The bytes behind the last letter that fits are not a separator: the word they belong to has been cut.
  }

  [[nodiscard]] std::span<Word> words() { return {words_.data(), word_count_}; }
  [[nodiscard]] std::span<Letter> letters() { return {letters_.data(), letter_count_}; }
  Facts facts;

 private:
  void take(char32_t code, const Character& is) {
    switch (is.kind) {
      case Kind::letter:
      case Kind::digit: return take_letter(code, is);
      case Kind::mark: return take_mark(code, is);
      case Kind::invisible: word_.hidden = word_.hidden || size() > 0; return;
      case Kind::apostrophe:
        if (size() > 0) push(code, is);
        return;
      case Kind::dot:
        if (size() > 0 && size() == dotted_ + 1) {
          dotted_ = size();
          after_dot_ = true;
          word_.byte_end = static_cast<std::uint32_t>(at_);
          return;
        }
        flush();
        return;
      case Kind::middle_dot:
        flush();
        facts.middle_dot = true;
        word_.after_middle_dot = true;
        return;
      case Kind::hyphen: {
        const bool joins = size() > 0;
        flush();
        word_.after_hyphen = joins;
        return;
      }
      case Kind::quote:
        if (size() > 0 && (word_.systems & bit(System::hebrew)) != 0 && next_is(System::hebrew)) return;
        flush();
        return;
      case Kind::disguise:
        if (disguises(code)) return take_letter(code, is);
        flush();
        return;
      case Kind::separator:
      case Kind::expand: flush(); return;
    }
  }

  void take_letter(char32_t code, const Character& is) {
    if (after_dot_) {
      // The word so far is letters with dots; one more letter continues it only if a dot or the end follows it.
      if (size() != dotted_ || next_is_letter()) flush();
      after_dot_ = false;
    }
    const std::uint32_t system = bit(is.system);
    if (size() > 0 && is.system != System::none && ((word_.systems | system) & ~kMixing) != 0) {
      const std::uint32_t before = word_.systems & ~bit(System::none);
      if (before != system && (before != 0 || (system & kMixing) == 0)) flush();
    } else if (is.kind == Kind::digit && size() > 0 && (word_.systems & ~kMixing) != 0) {
      flush();
    }
    if (is.system == System::hangul && size() > 0) {
      Letter& last = letters_[letter_count_ - 1];
      if (const char32_t composed = compose(last.code, code); composed != 0) {
        last.code = composed;
        last.is = &character(composed);
        word_.byte_end = static_cast<std::uint32_t>(at_);
        return;
      }
    }
    // An upper-case letter behind a lower-case one, or a lower-case one behind several upper-case ones.
    if (size() > 0 && letters_[letter_count_ - 1].is->kind == Kind::letter) {
      const bool upper_before = letters_[letter_count_ - 1].is->upper;
      word_.camel = word_.camel || (is.upper && !upper_before) || (!is.upper && upper_before && size() > kPartMin);
    }
    push(code, is);
    word_.systems |= system;
    word_.byte_end = static_cast<std::uint32_t>(at_);
    note(code, is);
  }

  void take_mark(char32_t code, const Character& is) {
    if (size() == 0 || is.kind != Kind::mark) return;
    word_.byte_end = static_cast<std::uint32_t>(at_);
    Letter& last = letters_[letter_count_ - 1];
    if (last.is->kind == Kind::letter) {
      if (const char32_t composed = last.code < 0x80 ? 0 : compose(last.code, code); composed != 0) {
        last.code = composed;
        last.is = &character(composed);
        note(composed, *last.is);
        return;
      }
      marks_ = 0;
    }
    // Marks say something only where code asks for them: vowels of Arabic and Hebrew, the diaeresis in Greek.
    if ((word_.systems & (bit(System::arabic) | bit(System::hebrew) | bit(System::greek))) == 0 || ++marks_ > kMarksMax) return;
    push(code, is);
  }

  void push(char32_t code, const Character& is) {
    if (size() >= kWordLettersMax || letter_count_ >= kLettersMax) return;
    if (size() == 0) word_.first = static_cast<std::uint32_t>(letter_count_);
    Letter& letter = letters_[letter_count_++];
    letter.code = code;
    letter.byte = static_cast<std::uint32_t>(begin_);
    letter.is = &is;
    ++size_;
  }

  /// Letters that tell the language.
  void note(char32_t code, const Character& is) {
    facts.systems |= bit(is.system);
    if (is.system == System::latin) {
      if (code < 0x80) {
        facts.latin_letters |= 1U << ((code | 0x20U) - 'a');
      } else if (code == U'ğ' || code == U'Ğ' || code == U'ǵ' || code == U'Ǵ') {
        facts.kazakh_latin = true;
      }
    } else if (is.system == System::cyrillic) {
      switch (code) {
        case U'г':
        case U'Г': facts.cyrillic_ge = true; break;
        case U'ё':
        case U'Ё': facts.yo = true; break;
        case U'і':
        case U'І':
        case U'ї':
        case U'Ї':
        case U'є':
        case U'Є':
        case U'ґ':
        case U'Ґ':
        case U'ў':
        case U'Ў': facts.ukrainian = true; break;
        case U'қ':
        case U'Қ':
        case U'ғ':
        case U'Ғ':
        case U'ҳ':
        case U'Ҳ':
        case U'ә':
        case U'Ә':
        case U'ө':
        case U'Ө':
        case U'ү':
        case U'Ү':
        case U'ұ':
        case U'Ұ':
        case U'ң':
        case U'Ң':
        case U'һ':
        case U'Һ':
        case U'ҷ':
        case U'Ҷ': facts.turkic = true; break;
        default: break;
      }
    } else if (is.system == System::arabic) {
      switch (code) {
        case U'ق': facts.qaf = true; break;
        case U'ض':
        case U'ذ':
        case U'ث': facts.emphatic = true; break;
        case U'پ':
        case U'چ':
        case U'ژ':
        case U'گ':
        case U'ک':
        case U'ی': facts.persian = true; break;
        case U'ٹ':
        case U'ڈ':
        case U'ڑ':
        case U'ے':
        case U'ں':
        case U'ہ':
        case U'ټ':
        case U'ډ':
        case U'ړ':
        case U'ږ':
        case U'ښ':
        case U'ګ':
        case U'ې':
        case U'ۍ': facts.persian = facts.east_of_iran = true; break;
        default: break;
      }
    }
  }

  [[nodiscard]] const Character* next() const {
    if (at_ >= name_.size()) return nullptr;
    const Decoded following = decode(name_.substr(at_));
    return following.code == kInvalid ? nullptr : &character(following.code);
  }
  [[nodiscard]] bool next_is_letter() const {
    const auto* following = next();
    return following != nullptr && is_word_letter(*following);
  }
  [[nodiscard]] bool next_is(System system) const {
    const auto* following = next();
    return following != nullptr && following->system == system;
  }
  /// "Pay$on", "R@mzan", "$berbank": between letters, or before at least three of them.
  [[nodiscard]] bool disguises(char32_t code) const {
    const auto plain = [&](std::size_t i) { return i < name_.size() && character(static_cast<unsigned char>(name_[i])).system == System::latin; };
    if (size() > 0)
      return letters_[letter_count_ - 1].is->system == System::latin && letters_[letter_count_ - 1].is->kind == Kind::letter && plain(at_);
    const bool starts = begin_ == 0 || character(static_cast<unsigned char>(name_[begin_ - 1])).kind == Kind::separator;
    return (code == U'$' || code == U'@') && starts && plain(at_) && plain(at_ + 1) && plain(at_ + 2);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  void flush() {
    if (size_ > 0 && word_count_ < kTokensMax) {
      // A trailing apostrophe was a quotation mark.
      while (size_ > 0 && letters_[letter_count_ - 1].is->kind == Kind::apostrophe && (word_.systems & bit(System::hebrew)) == 0) {
        --letter_count_;
        --size_;
      }
      if (size_ > 0) {
        word_.last = static_cast<std::uint32_t>(letter_count_);
        word_.dotted = dotted_ > 0 && size_ > 1;
        words_[word_count_++] = word_;
      }
    }
    word_ = Word{};
    size_ = 0;
    dotted_ = 0;
    marks_ = 0;
    after_dot_ = false;
  }

  std::string_view name_;
  std::size_t at_ = 0;     ///< the byte behind the character in hand
  std::size_t begin_ = 0;  ///< its first byte
  Word word_{};
  std::size_t size_ = 0;
  std::size_t dotted_ = 0;
  std::size_t marks_ = 0;
  bool after_dot_ = false;
  std::size_t letter_count_ = 0;
  std::size_t word_count_ = 0;
  std::array<Word, kTokensMax> words_;       // NOLINT: written before they are read
  std::array<Letter, kLettersMax> letters_;  // NOLINT: written before they are read
};

/// What most of a word is written in: the first script that is not Latin decides between scripts that do not mix.
System system_of(Letters letters, std::uint32_t systems) {
  systems &= ~bit(System::none);
  if (systems == 0) return System::latin;
  if ((systems & (systems - 1)) == 0) {
    unsigned n = 0;
    while ((systems >> n & 1U) == 0) ++n;
    return static_cast<System>(n);
  }
  std::array<std::size_t, 32> counts{};
  for (const auto& letter : letters) ++counts[static_cast<std::size_t>(letter.is->system)];
  counts[0] = 0;
  return static_cast<System>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

void read_words(std::span<const Word> words, const Facts& facts, Sink& sink) {
  for (std::size_t at = 0; at < words.size() && !sink.full(); ++at) {
    const Word& word = words[at];
    switch (word.system) {
      case System::arabic:
      case System::hebrew: romanise_abjad(words, at, facts, sink); break;
      case System::indic_north:
      case System::indic_south: romanise_indic(word, sink); break;
      case System::khmer: romanise_khmer(word, sink); break;
      case System::myanmar: romanise_myanmar(word, sink); break;
      case System::thai:
      case System::lao: romanise_thai(word, sink); break;
      case System::kana: romanise_kana(word, sink); break;
      case System::han: romanise_han(words, at, facts, sink); break;
      case System::hangul: romanise_hangul(words, at, facts, sink); break;
      case System::none:
      case System::latin:
      case System::cyrillic:
      case System::greek:
      case System::armenian:
      case System::georgian:
      case System::ethiopic:
      case System::other: romanise_alphabet(word, facts, sink); break;
    }
  }
}

bool same_words(const std::vector<Token>& a, const std::vector<Token>& b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const Token& x, const Token& y) { return x.latin == y.latin; });
}

}  // namespace

Script script_of(System system) {
  switch (system) {
    case System::none:
    case System::latin: return Script::latin;
    case System::cyrillic: return Script::cyrillic;
    case System::greek: return Script::greek;
    case System::armenian: return Script::armenian;
    case System::georgian: return Script::georgian;
    case System::arabic: return Script::arabic;
    case System::hebrew: return Script::hebrew;
    case System::indic_north:
    case System::indic_south: return Script::indic;
    case System::thai: return Script::thai;
    case System::han: return Script::han;
    case System::kana: return Script::kana;
    case System::hangul: return Script::hangul;
    case System::lao:
    case System::khmer:
    case System::myanmar:
    case System::ethiopic:
    case System::other: return Script::other;
  }
  return Script::other;
}

void Sink::begin(std::size_t reading, Way way) {
  reading_ = reading;
  way_ = way;
  used_ = 0;
}

std::string& Sink::open() {
  auto& tokens = readings_.tokens[reading_];
  if (used_ == tokens.size()) {
    if (readings_.spare.empty()) {
      tokens.emplace_back();
    } else {
      tokens.push_back(std::move(readings_.spare.back()));
      readings_.spare.pop_back();
    }
  }
  tokens[used_].latin.clear();
  return tokens[used_].latin;
}

void Sink::close(const Word& word, std::size_t first, std::size_t last, Script script) {
  Token& token = readings_.tokens[reading_][used_];
  if (token.latin.empty()) return;
  if (token.latin.size() > kTokenBytesMax) token.latin.resize(kTokenBytesMax);
  token.script = script;
  token.dotted = word.dotted;
  token.original.clear();
  append_original(token.original, word, first, last);
  const auto disguise = script == Script::cyrillic ? Disguise::cyrillic : Disguise::latin;
  comparison_key_into(undo_digit_letters(token.latin, disguise, undone_) ? std::string_view(undone_) : std::string_view(token.latin), token.key);
  ++used_;
}

void Sink::put(std::string_view latin, const Word& word, std::size_t first, std::size_t last, Script script) {
  if (full()) return;
  open() = latin;
  close(word, first, last, script);
}

void Sink::extend_original(const Word& word, std::size_t last) {
  if (used_ == 0) return;
  auto& original = readings_.tokens[reading_][used_ - 1].original;
  original += ' ';
  append_original(original, word, word.first, last);
}

void Sink::append_original(std::string& original, const Word& word, std::size_t first, std::size_t last) const {
  const std::size_t begin = letters_[first].byte;
  std::size_t end = last < word.last ? letters_[last].byte : word.byte_end;
  end = std::max(end, begin);
  std::string_view text = name_.substr(begin, end - begin);
  if (text.size() > kOriginalBytesMax) {
    std::size_t cut = kOriginalBytesMax;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0U) == 0x80) --cut;
    text = text.substr(0, cut);
  }
  if (!word.hidden) {
    original += text;
    return;
  }
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.code != kInvalid && character(next.code).kind != Kind::invisible) original += text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
}

void Sink::finish() {
  auto& tokens = readings_.tokens[reading_];
  while (tokens.size() > used_) {
    readings_.spare.push_back(std::move(tokens.back()));
    tokens.pop_back();
  }
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

void read(std::string_view name, Use use, Readings& readings) {
  Scanner scanner(name.substr(0, kBytesMax));
  scanner.scan();
  const auto words = scanner.words();
  const auto letters = scanner.letters();
  const Facts& facts = scanner.facts;

  // Words of one script say what the others, which mix scripts, are meant to be.
  constexpr std::uint32_t kLookAlike = bit(System::latin) | bit(System::cyrillic) | bit(System::greek) | bit(System::armenian) | bit(System::other);
  const bool mixed = (facts.systems & kLookAlike & ~bit(System::latin)) != 0 && (facts.systems & bit(System::latin)) != 0;
  std::array<std::size_t, 32> pure{};
  for (auto& word : words) {
    const Letters of_word = letters.subspan(word.first, word.last - word.first);
    word.system = system_of(of_word, word.systems);
    const std::uint32_t own = word.systems & ~bit(System::none);
    if (own != 0 && (own & (own - 1)) == 0) pure[static_cast<std::size_t>(word.system)] += of_word.size();
  }
  if (mixed || (facts.systems & bit(System::greek) && facts.systems & bit(System::cyrillic))) {
    const auto rest = static_cast<System>(std::max_element(pure.begin(), pure.end()) - pure.begin());
    for (auto& word : words) {
      const std::uint32_t own = word.systems & ~bit(System::none);
      if ((own & kLookAlike) == own && (own & (own - 1)) != 0) {
        unify_look_alikes(letters.subspan(word.first, word.last - word.first), own, rest, word.system);
      }
    }
  }

  Sink sink(name, letters, use, readings);
  sink.begin(0, Way::usual);
  read_words(words, facts, sink);
  sink.finish();
  readings.count = 1;
  const auto also = [&](Way way) {
    if (readings.count == kReadingsMax) return;
    sink.begin(readings.count, way);
    if (way != Way::pinyin) {
      read_words(words, facts, sink);
    } else if (!wade_giles_to_pinyin(words, letters, facts, sink)) {
      sink.begin(readings.count, way);
    }
    sink.finish();
    const auto& made = readings.tokens[readings.count];
    bool is_new = !made.empty();
    for (std::size_t i = 0; i < readings.count; ++i) is_new = is_new && !same_words(made, readings.tokens[i]);
    if (is_new) {
      ++readings.count;
    } else {
      sink.begin(readings.count, way);
      sink.finish();
    }
  };
  if (facts.cyrillic_ge && facts.ukrainian && !facts.turkic) also(Way::ukrainian);
  if (facts.yo) also(Way::with_yo);
  if ((facts.systems & bit(System::arabic)) != 0) {
    if (sink.joinable) also(Way::joined);
    if (facts.persian) also(Way::arabic);
    if (facts.persian && facts.qaf && !facts.east_of_iran) also(Way::persian_gh);
    if (!facts.persian && facts.emphatic) also(Way::persian);
  }
  if ((facts.systems & bit(System::han)) != 0 && use == Use::person) {
    if (const auto person = chinese_person(words, letters, facts); !person.empty()) {
      also(Way::cantonese);
      if (is_korean_surname(letters[person[0].first].code)) also(Way::sino_korean);
      if (may_be_foreign(person, letters)) also(Way::foreign);
    }
  }
  if ((facts.systems & bit(System::hangul)) != 0) {
    const auto person = use == Use::person ? korean_person(words, letters, facts) : std::span<const Word>();
    if (use != Use::person || !person.empty()) also(Way::revised);
    if (!person.empty()) {
      also(Way::customary);
      if (may_be_foreign(person, letters)) also(Way::foreign);
    }
  }
  constexpr std::uint32_t kNeverWadeGiles =
      1U << ('b' - 'a') | 1U << ('d' - 'a') | 1U << ('q' - 'a') | 1U << ('v' - 'a') | 1U << ('x' - 'a') | 1U << ('z' - 'a');
  if (use == Use::person && facts.systems == bit(System::latin) && (facts.latin_letters & kNeverWadeGiles) == 0) also(Way::pinyin);
  for (std::size_t i = readings.count; i < kReadingsMax; ++i) {
    sink.begin(i, Way::usual);
    sink.finish();
  }
}

std::vector<Token> tokenize(std::string_view name, Use use) {
  Readings readings;
  read(name, use, readings);
  return std::move(readings.tokens[0]);
}

}  // namespace tamga::text
