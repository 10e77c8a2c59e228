#include "names/name.h"

#include <algorithm>
#include <array>

#include "base/result.h"
#include "names/distance.h"

namespace tamga::names {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_digit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A name made of the father's: domain.md section 6. Endings on the plain romanisation.
bool is_patronymic(std::string_view latin) {
  static constexpr std::array<std::string_view, 15> kEndings = {"ovich", "evich",   "ovych", "evych", "yovych", "ovna", "evna", "ivna",
                                                                "ichna", "inichna", "uly",   "kyzy",  "qyzy",   "ogly", "oglu"};
  for (const auto ending : kEndings) {
    if (latin.size() > ending.size() + 2 && latin.ends_with(ending)) return true;
  }
  return false;
}

/// "abdulrahman", "abdurrahman", "abdelkader": the second half of a name of a servant of God; empty when the word is none. The l of the
/// article may have become the next letter (ar-Rahman). "abdullah" and what is made of it ("abdullahi", "abdullayev") is one name.
std::string_view after_servant(std::string_view latin) {
  if (latin.size() < 8 || latin.front() != 'a') return {};
  // One letter of "abdul" may be missing or another one, as long as its d and its article are there.
  const std::size_t d = latin.substr(0, 4).find('d');
  if (d == std::string_view::npos || d < 1 || d + 4 >= latin.size()) return {};
  if (d == 1 && latin[2] != 'u' && latin[2] != 'e') return {};
  if (d == 2 && latin[1] != 'b' && latin[1] != 'v' && latin[1] != 'p') return {};
  if (d == 3 && latin[2] != 'b' && latin[1] != 'b') return {};
  const char vowel = latin[d + 1];
  const bool sound = vowel == 'a' || vowel == 'e' || vowel == 'i' || vowel == 'o' || vowel == 'u';
  const std::size_t article = d + 2;
  if (!sound && latin[article] != 'l') return {};
  std::string_view rest;
  if (latin[article] == 'l' || latin[article] == latin[article + 1]) {
    rest = latin.substr(article + 1);
  } else if (latin.substr(article).starts_with("shsh")) {
    rest = latin.substr(article + 2);
  }
  if (rest.size() < 3 || rest.starts_with("lah") || rest.starts_with("lae") || rest.starts_with("lay") || rest.starts_with("lai") ||
      rest.starts_with("lak") || rest.starts_with("lov") || rest.starts_with("lin") || rest.starts_with("ah")) {
    return {};
  }
  return rest;
}

/// Persian family names end in these; apart or not, "Ali pour" is Alipour and not Ali.
bool ends_persian_name(std::string_view latin) {
  static constexpr std::array<std::string_view, 13> kEndings = {"pour",  "pur", "poor", "zadeh", "zade", "nejad", "nezhad",
                                                                "nejat", "nia", "niya", "fard",  "far",  "khah"};
  return std::find(kEndings.begin(), kEndings.end(), latin) != kEndings.end();
}

struct Pushed {
  std::string_view latin;
  std::string_view key;
  text::Script script = text::Script::latin;
  Role role = Role::word;
  std::int32_t weight = -1;
  std::uint16_t nicknames = 0;
  bool exact = false;
  bool known = false;
};

/// Short words are shared by many names.
std::int32_t weight_by_length(const Word& word, const Parameters& parameters) {
  return word.latin_size <= 2 ? parameters.weight_two_letters : word.latin_size == 3 ? parameters.weight_three_letters : 1000;
}

class Filler {
 public:
  Filler(Name& name, const Parameters& parameters) : name_(name), parameters_(parameters) {}

  /// The words that follow were written like this.
  void write(std::string_view original) {
    written_ = Name::Written{static_cast<std::uint32_t>(name_.text.size()), static_cast<std::uint32_t>(original.size())};
    name_.text += original;
  }
  /// Another word of the same phrase.
  void write_more(std::string_view original) {
    name_.text += ' ';
    name_.text += original;
    written_.size += static_cast<std::uint32_t>(original.size()) + 1;
  }

  void push(const Pushed& pushed) {
    if (name_.words.size() >= kWordsMax || pushed.key.empty()) return;
    Word word;
    word.latin_at = static_cast<std::uint32_t>(name_.text.size());
    word.latin_size = static_cast<std::uint8_t>(pushed.latin.size());
    name_.text += pushed.latin;
    if (pushed.latin == pushed.key) {
      word.key_at = word.latin_at;
    } else {
      word.key_at = static_cast<std::uint32_t>(name_.text.size());
      name_.text += pushed.key;
    }
    word.key_size = static_cast<std::uint8_t>(pushed.key.size());
    word.script = pushed.script;
    word.role = pushed.role;
    word.nicknames = pushed.nicknames;
    word.letters = letters_of(pushed.key);
    word.latin_letters = letters_of(pushed.latin);
    word.exact = pushed.exact ? 1 : 0;
    word.known = pushed.known ? 1 : 0;
    if (word.role == Role::word && pushed.latin.size() == 1 && !has_digit(pushed.latin)) word.role = Role::initial;
    word.weight = static_cast<std::int16_t>(weight_of(word, pushed.weight));
    name_.words.push_back(word);
    name_.written.push_back(written_);
    written_.size = 0;
  }

 private:
  [[nodiscard]] std::int32_t weight_of(const Word& word, std::int32_t given) const {
    if (word.role == Role::initial) return parameters_.weight_initial;
    if (word.role == Role::number) return parameters_.weight_number;
    const std::int32_t by_length = weight_by_length(word, parameters_);
    return given >= 0 ? std::min(by_length, given) : by_length;
  }

  Name& name_;
  const Parameters& parameters_;
  Name::Written written_;
};

Pushed plain(const text::Token& token) {
  Pushed pushed{token.latin, token.key, token.script};
  // "A.B.C." and "AR16" are what they are; an edit makes another one of them. A digit that imitates a letter ("V1adimir") is not in the key.
  pushed.exact = (token.dotted && token.latin.size() > 1) || has_digit(token.key);
  return pushed;
}

void push_readings(const Dictionary& dictionary, const Entry& entry, const text::Token& first, Filler& filler) {
  for (const auto& reading : dictionary.readings(entry)) {
    Pushed pushed{dictionary.text(reading.latin), dictionary.text(reading.key), first.script, reading.role, reading.weight, reading.nicknames};
    pushed.known = reading.role == Role::generic || reading.role == Role::place;
    filler.push(pushed);
  }
}

/// May a legal form of this place stand here? The end is where only other forms follow.
bool form_stands(std::span<const text::Token> tokens, std::size_t at, std::size_t words, FormPlace place, const Dictionary& dictionary) {
  if (place == FormPlace::any) return true;
  if (at == 0 && place != FormPlace::end) return true;
  if (place == FormPlace::start) return false;
  while (at + words < tokens.size()) {
    const auto next = dictionary.find(tokens, at + words, Kind::organisation);
    if (next.entry == nullptr || next.entry->legal_classes == 0) return false;
    at += words;
    words = next.words;
  }
  return true;
}

text::Token piece(const text::Token& whole, std::string_view latin) {
  text::Token token = whole;
  token.latin = latin;
  token.key = text::comparison_key(latin);
  token.original = latin;
  return token;
}

/// Where a legal form was run together with the name: "herolimited", "llcvega". 0 when it was not.
std::size_t form_joint(std::string_view latin, const Dictionary& dictionary) {
  constexpr std::size_t kPartMin = 3;
  constexpr std::size_t kFormMin = 6;
  static constexpr std::array<std::string_view, 17> kAtEnd = {"limited", "company", "corporation", "ltd", "llc", "gmbh", "sarl", "ltda", "jsc",
                                                              "plc",     "pte",     "pvt",         "fze", "fzc", "fzco", "dmcc", "ooo"};
  static constexpr std::array<std::string_view, 13> kAtBegin = {"limited", "company", "llc", "jsc", "ojsc",        "pjsc",      "osoo",
                                                                "ooo",     "oao",     "pao", "zao", "obshchestvo", "obschestvo"};
  for (const auto form : kAtEnd) {
    if (latin.size() >= form.size() + 3 && latin.ends_with(form)) return latin.size() - form.size();
  }
  for (const auto form : kAtBegin) {
    if (latin.size() >= form.size() + 3 && latin.starts_with(form)) return form.size();
  }
  // The longest form that there is: "aktsionernoe", not "aktsionerno".
  for (std::size_t size = latin.size() - std::min(latin.size(), kPartMin); size >= kFormMin; --size) {
    if (dictionary.is_long_form_word(latin.substr(0, size))) return size;
    if (dictionary.is_long_form_word(latin.substr(latin.size() - size))) return latin.size() - size;
  }
  return 0;
}

bool takes_numbers(Kind kind) { return kind != Kind::person; }

}  // namespace

std::span<const text::Token> Reader::mend_person(std::span<const text::Token> tokens) {
  bool any = false;
  for (std::size_t at = 1; at < tokens.size(); ++at) any = any || ends_persian_name(tokens[at].latin);
  if (!any || tokens.size() < 3) return tokens;
  mended_.clear();
  for (const auto& token : tokens) {
    if (mended_.size() < 2 || !ends_persian_name(token.latin)) {
      mended_.push_back(token);
      continue;
    }
    text::Token& before = mended_.back();
    before.original += " " + token.original;
    before.latin += token.latin;
    before.key = text::comparison_key(before.latin);
  }
  return mended_;
}

/// "Volgoneft160" is "Volgoneft 160". One digit alone may be a letter that it imitates.
std::span<const text::Token> Reader::mend_vessel(std::span<const text::Token> tokens) {
  constexpr std::size_t kLettersLeast = 4;
  constexpr std::string_view kDigits = "0123456789";
  const auto digits_of = [&](const text::Token& token) -> std::size_t {
    const auto letters = token.latin.find_last_not_of(kDigits) + 1;
    const std::size_t digits = token.latin.size() - letters;
    const bool splits = digits >= 2 && letters >= kLettersLeast && token.latin.find_first_of(kDigits) == letters && !token.dotted;
    return splits && token.original.size() > digits && token.original.ends_with(std::string_view(token.latin).substr(letters)) ? digits : 0;
  };
  const auto splits = [&](const text::Token& token) { return digits_of(token) > 0; };
  if (tokens.size() == text::kTokensMax || std::none_of(tokens.begin(), tokens.end(), splits)) return tokens;
  mended_.clear();
  for (const auto& token : tokens) {
    const std::size_t digits = digits_of(token);
    if (digits == 0) {
      mended_.push_back(token);
      continue;
    }
    text::Token word = piece(token, token.latin.substr(0, token.latin.size() - digits));
    word.original = token.original.substr(0, token.original.size() - digits);
    text::Token number = piece(token, token.latin.substr(token.latin.size() - digits));
    number.original = token.original.substr(token.original.size() - digits);
    mended_.push_back(std::move(word));
    mended_.push_back(std::move(number));
  }
  if (mended_.size() > text::kTokensMax) mended_.resize(text::kTokensMax);
  return mended_;
}

/// Legal forms that were misspelt, split or run together are put right first: what they say is nothing, but an unknown word says all.
std::span<const text::Token> Reader::mend_forms(std::span<const text::Token> tokens) {
  const Dictionary& dictionary = model_->dictionary();
  bool changed = false;
  mended_.clear();
  corrected_.clear();
  light_.assign(tokens.size() * 2, 0);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    const text::Token& token = tokens[at];
    const bool plain_word = token.latin.size() >= 2 && !has_digit(token.latin) && !token.dotted;
    if (!plain_word || dictionary.find(token, Kind::organisation) != nullptr) {
      mended_.push_back(token);
      continue;
    }
    if (at + 1 < tokens.size() && token.latin.size() + tokens[at + 1].latin.size() >= 6) {
      const std::string joined = text::comparison_key(token.latin + tokens[at + 1].latin);
      if (dictionary.is_form_word(joined)) {
        text::Token whole = piece(token, token.latin + tokens[at + 1].latin);
        whole.original = token.original + " " + tokens[at + 1].original;
        mended_.push_back(std::move(whole));
        changed = true;
        ++at;
        continue;
      }
    }
    const bool beside =
        (at > 0 && dictionary.is_form_word(tokens[at - 1].key)) || (at + 1 < tokens.size() && dictionary.is_form_word(tokens[at + 1].key));
    if (const auto word = dictionary.form_word(token, beside); !word.empty()) {
      text::Token right = token;
      right.latin = word;
      right.key = word;
      corrected_.emplace_back(mended_.size(), token);
      mended_.push_back(std::move(right));
      changed = true;
      continue;
    }
    if (const std::size_t joint = form_joint(token.latin, dictionary); joint > 0) {
      mended_.push_back(piece(token, std::string_view(token.latin).substr(0, joint)));
      mended_.push_back(piece(token, std::string_view(token.latin).substr(joint)));
      changed = true;
      continue;
    }
    mended_.push_back(token);
  }
  // A word that was put right and is part of no whole form is what was written ("Supplemental" is not "supplementary"), but says little.
  for (std::size_t at = 0, next = 0; next < corrected_.size() && at < mended_.size();) {
    const auto found = dictionary.find(mended_, at, Kind::organisation);
    const bool form = found.entry != nullptr && found.entry->legal_classes != 0;
    const std::size_t end = at + (form ? found.words : 1);
    for (; next < corrected_.size() && corrected_[next].first < end; ++next) {
      if (form) continue;
      mended_[corrected_[next].first] = corrected_[next].second;
      light_[corrected_[next].first] = 1;
    }
    at = end;
  }
  return changed ? std::span<const text::Token>(mended_) : tokens;
}

void Reader::read_tokens(std::span<const text::Token> tokens, Phrases phrases, Name& name) {
  const Dictionary& dictionary = model_->dictionary();
  const Parameters& parameters = model_->parameters();
  name.words.clear();
  name.written.clear();
  name.text.clear();
  name.forms = 0;
  name.weight = 0;
  Filler filler(name, parameters);
  const Kind kind = name.kind;
  std::uint16_t forms = 0;
  for (std::size_t at = 0; at < tokens.size();) {
    const text::Token& token = tokens[at];
    auto found = dictionary.find(tokens, at, kind);
    if (found.words > 1 && found.entry->replaced && phrases == Phrases::word_by_word) {
      const Entry* single = dictionary.find(token, kind);
      found = Dictionary::Found{single, 1, false};
      if (single != nullptr && single->legal_classes != 0) found = {};
    }
    // "Rabi'i" is not a rabbi: what a person is called besides the name is known by its letters.
    if (kind == Kind::person && found.by_key && found.entry->role != Role::word && token.script == text::Script::latin) found = {};
    // An initial may look like a particle (Y, E, U); written large it is the initial.
    if (kind == Kind::person && token.latin.size() == 1 && token.original.front() >= 'A' && token.original.front() <= 'Z') found = {};
    if (found.words > 1 && found.entry->replaced) phrase_read_ = true;
    if (found.entry != nullptr && found.entry->legal_classes != 0) {
      if (form_stands(tokens, at, found.words, found.entry->form_place, dictionary)) {
        forms |= found.entry->legal_classes;
        at += found.words;
        continue;
      }
      found = {};
    }
    filler.write(token.original);
    // Of other phrases ("de la") each word stands for itself.
    const bool as_one =
        found.entry != nullptr && (found.entry->replaced || found.entry->dropped || found.entry->servant_of || found.entry->number >= 0);
    for (std::size_t i = 1; as_one && i < found.words; ++i) filler.write_more(tokens[at + i].original);
    if (found.entry != nullptr && found.entry->dropped) {
      at += found.words;
      continue;
    }
    if (takes_numbers(kind) && (all_digits(token.latin) || (found.entry != nullptr && found.entry->number >= 0))) {
      std::int32_t value = -1;
      std::size_t used = 1;
      if (found.entry != nullptr && found.entry->number >= 0) {
        const bool in_context = !found.entry->needs_context || (!name.words.empty() && at + found.words == tokens.size());
        if (in_context) {
          value = found.entry->number;
          used = found.words;
          if (found.entry->number_kind == NumberKind::ten && at + used < tokens.size()) {
            const auto unit = dictionary.find(tokens, at + used, kind);
            const std::string_view next = tokens[at + used].latin;
            if (unit.entry != nullptr && unit.entry->number_kind == NumberKind::unit && unit.entry->number < 10) {
              filler.write_more(tokens[at + used].original);
              value += unit.entry->number;
              used += unit.words;
            } else if (next.size() == 1 && next[0] >= '1' && next[0] <= '9') {
              filler.write_more(tokens[at + used].original);
              value += next[0] - '0';
              ++used;
            }
          }
        }
      }
      if (value >= 0 || all_digits(token.latin)) {
        std::string digits = value >= 0 ? std::to_string(value) : std::string(token.latin);
        const auto first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
        digits.erase(0, first);
        Pushed pushed{digits, digits, token.script, Role::number};
        pushed.exact = true;
        pushed.known = true;
        filler.push(pushed);
        at += used;
        continue;
      }
      found = {};
    }
    if (found.entry != nullptr && found.entry->replaced) {
      push_readings(dictionary, *found.entry, token, filler);
      at += found.words;
      continue;
    }
    Pushed pushed = plain(token);
    bool servant = false;
    if (found.entry != nullptr) {
      pushed.role = found.entry->role;
      pushed.weight = found.entry->weight;
      pushed.nicknames = found.entry->nicknames;
      // What only shares a key with a common word may be a name: "Liibaan" is not the Lebanon.
      const bool surely = !found.by_key || token.script != text::Script::latin;
      pushed.known = surely && (pushed.role == Role::generic || pushed.role == Role::place);
      servant = found.entry->servant_of;
    } else if (const Entry* near = pushed.exact ? nullptr : dictionary.near_entry(token.key, kind); near != nullptr) {
      pushed.weight = near->weight;
      servant = near->servant_of && at + 1 < tokens.size();
      if (servant) {
        pushed.role = near->role;
        pushed.nicknames = near->nicknames;
      }
    }
    if (kind == Kind::organisation && at < light_.size() && light_[at] != 0) pushed.weight = parameters.weight_form_word;
    const bool at_edge = kind == Kind::organisation && tokens.size() > 1 && found.entry == nullptr;
    if (at_edge && form_stands(tokens, at, 1, FormPlace::edge, dictionary) && dictionary.is_nearly_short_form(token.latin)) {
      pushed.role = Role::generic;
      pushed.weight = parameters.weight_form_word;
    }
    if (servant) {
      filler.push(pushed);
      at += std::max<std::size_t>(1, found.words);
      // "Abd al-Rahman", "Abdul Rahman" and "Abdulrahman" are read alike, without the article.
      while (at + 1 < tokens.size()) {
        const auto article = dictionary.find(tokens, at, kind);
        if (article.entry == nullptr || !article.entry->article) break;
        at += article.words;
      }
      continue;
    }
    if (kind == Kind::person) {
      if (token.dotted && token.latin.size() <= 3) {
        for (std::size_t i = 0; i < token.latin.size(); ++i) {
          if (i > 0) filler.write(std::string_view(token.latin).substr(i, 1));
          const auto letter = std::string_view(token.latin).substr(i, 1);
          filler.push(Pushed{letter, letter, token.script});
        }
        ++at;
        continue;
      }
      // Three letters are a name only when it is a known one: Abdulali, not Abdulla.
      if (const auto half = after_servant(token.latin);
          half.size() >= 4 || (half.size() == 3 && dictionary.find(piece(token, half), kind) != nullptr)) {
        const text::Token abdul = piece(token, "abdul");
        Pushed first{"abdul", abdul.key, token.script, Role::honorific, parameters.weight_honorific};
        if (const Entry* entry = dictionary.find(abdul, kind); entry != nullptr) first.nicknames = entry->nicknames;
        filler.push(first);
        const text::Token rest = piece(token, half);
        Pushed second{rest.latin, rest.key, token.script};
        if (const Entry* entry = dictionary.find(rest, kind); entry != nullptr && !entry->replaced) second.weight = entry->weight;
        second.nicknames = dictionary.nicknames(half);
        filler.push(second);
        ++at;
        continue;
      }
      if (pushed.role == Role::word && token.latin.size() > 1) {
        if (token.script != text::Script::han && token.script != text::Script::hangul) pushed.nicknames = dictionary.nicknames(token.latin);
        pushed.known = pushed.nicknames != 0 || (found.entry != nullptr && found.entry->well_known);
        if (is_patronymic(token.latin)) pushed.role = Role::patronymic;
      }
    }
    filler.push(pushed);
    ++at;
  }
  // A firm whose whole name is a legal form ("AO", "Limited") keeps it as its name.
  if (name.words.empty() && forms != 0) {
    for (const auto& token : tokens) {
      filler.write(token.original);
      filler.push(plain(token));
    }
    forms = 0;
  }
  // Nor would particles alone say who is meant: where nothing stands beside them they are the name ("PRIN JSC", in Romanian "through").
  if (kind != Kind::person && std::all_of(name.words.begin(), name.words.end(), [](const Word& word) { return word.role == Role::particle; })) {
    for (auto& word : name.words) {
      word.role = Role::word;
      word.weight = static_cast<std::int16_t>(weight_by_length(word, parameters));
    }
  }
  // Of a name of single letters alone nothing would say who is meant: it is what they spell ("K M A", "LLC I T C").
  const auto is_letter = [](const Word& word) { return word.latin_size == 1 && word.role != Role::number; };
  if (!name.words.empty() && std::all_of(name.words.begin(), name.words.end(), is_letter)) {
    std::string letters;
    std::string written;
    for (std::size_t i = 0; i < name.words.size(); ++i) {
      letters += name.latin(name.words[i]);
      if (i > 0) written += ' ';
      written += name.written_word(i);
    }
    Pushed pushed{letters, letters, name.words.front().script};
    pushed.exact = true;
    if (letters.size() == 1) pushed.role = Role::generic;  // an initial stands for another word
    name.words.clear();
    name.written.clear();
    name.text.clear();
    filler.write(written);
    filler.push(pushed);
  }
  name.forms = forms;
  for (auto& word : name.words) {
    // "Abramovich" may be the surname. It weighs the same, whatever stands beside it: else the word would contradict itself.
    if (word.role == Role::patronymic) word.weight = static_cast<std::int16_t>(std::min<std::int32_t>(word.weight, parameters.weight_patronymic));
    name.weight += word.weight;
  }
}

std::span<const Name> Reader::read(std::string_view name, Kind kind) {
  const auto use = kind == Kind::person ? text::Use::person : kind == Kind::organisation ? text::Use::organisation : text::Use::other;
  text::read(name, use, readings_);
  std::size_t count = 0;
  const auto add = [&](std::span<const text::Token> tokens, Phrases phrases) {
    if (names_.size() == count) names_.emplace_back();
    names_[count].kind = kind;
    read_tokens(tokens, phrases, names_[count]);
    if (!names_[count].words.empty()) ++count;
  };
  for (std::size_t i = 0; i < readings_.count; ++i) {
    std::span<const text::Token> tokens = readings_.tokens[i];
    if (kind == Kind::organisation) tokens = mend_forms(tokens);
    if (kind == Kind::person) tokens = mend_person(tokens);
    if (kind == Kind::vessel) tokens = mend_vessel(tokens);
    phrase_read_ = false;
    add(tokens, Phrases::as_one);
    // In "Scientific Production Assocation" the phrase is broken by an error; then its words are what is left.
    if (phrase_read_) add(tokens, Phrases::word_by_word);
  }
  return std::span(names_).first(count);
}

Name parse(std::string_view name, Kind kind, const Model& model) {
  Reader reader(model);
  const auto readings = reader.read(name, kind);
  Name result;
  if (readings.empty()) {
    result.kind = kind;
    return result;
  }
  return readings.front();
}

std::string acronym(const NameView& name) {
  std::string letters;
  std::size_t words = 0;
  for (const auto& word : name.words) {
    if (word.role == Role::particle || word.role == Role::number || word.latin_size == 0) continue;
    letters += name.latin(word).front();
    ++words;
  }
  return words < 3 ? std::string() : letters;
}

}  // namespace tamga::names
