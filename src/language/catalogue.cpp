#include "language/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>

namespace tamga::language {

extern "C" {
extern const char tamga_language_ru[];
extern const char tamga_language_ru_end[];
extern const char tamga_language_kk[];
extern const char tamga_language_kk_end[];
}

namespace {

constexpr std::array<std::string_view, 3> kCodes = {"en", "ru", "kk"};

bool is_slot_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }

/// A text cut at its slots: fixed words and names of slots in turn, beginning and ending with fixed words, which may be empty.
std::vector<std::string_view> cut(std::string_view text) {
  std::vector<std::string_view> pieces;
  std::size_t from = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '{') {
      while (end < text.size() && is_slot_letter(text[end])) ++end;
    }
    if (text[at] != '{' || end == at + 1 || end >= text.size() || text[end] != '}') {
      ++at;
      continue;
    }
    pieces.push_back(text.substr(from, at - from));
    pieces.push_back(text.substr(at + 1, end - at - 1));
    at = from = end + 1;
  }
  pieces.push_back(text.substr(from));
  return pieces;
}

struct Filled {
  std::string_view slot;
  std::string_view value;
};

std::string fill(std::string_view text, const auto& value_of) {
  const auto pieces = cut(text);
  std::string out;
  for (std::size_t i = 0; i < pieces.size(); ++i) out += i % 2 == 0 ? std::string(pieces[i]) : value_of(pieces[i]);
  return out;
}

/// ASCII and the Cyrillic of Russian and Kazakh.
std::string with_first_letter(std::string_view text, bool capital) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kKazakh = {
      {{"ё", "Ё"}, {"ә", "Ә"}, {"ғ", "Ғ"}, {"қ", "Қ"}, {"ң", "Ң"}, {"ө", "Ө"}, {"ұ", "Ұ"}, {"ү", "Ү"}, {"һ", "Һ"}, {"і", "І"}}};
  if (text.empty()) return {};
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) {
    std::string out(text);
    const char c = text[0];
    if (capital && c >= 'a' && c <= 'z') out[0] = static_cast<char>(c - 'a' + 'A');
    if (!capital && c >= 'A' && c <= 'Z') out[0] = static_cast<char>(c - 'A' + 'a');
    return out;
  }
  if (text.size() < 2) return std::string(text);
  for (const auto& [small, large] : kKazakh) {
    if (text.substr(0, 2) == (capital ? small : large)) return std::string(capital ? large : small) + std::string(text.substr(2));
  }
  const unsigned code = (first & 0x1FU) << 6 | (static_cast<unsigned char>(text[1]) & 0x3FU);
  const bool small = code >= 0x430 && code <= 0x44F;
  const bool large = code >= 0x410 && code <= 0x42F;
  if ((capital && !small) || (!capital && !large)) return std::string(text);
  const unsigned other = capital ? code - 0x20 : code + 0x20;
  return std::string{static_cast<char>(0xC0U | other >> 6), static_cast<char>(0x80U | (other & 0x3FU))} + std::string(text.substr(2));
}

/// Slots that hold what is a sentence, or several clauses, by itself. Their entries are tried first: the fixed words of a whole are longer than those
/// around it, and would take them into a slot.
bool holds_sentences(std::string_view slot) {
  return slot == "sentence" || slot == "verify" || slot == "condition" || slot == "sentences" || slot == "reasons" || slot == "changes" ||
         slot == "shown";
}

}  // namespace

struct Catalogue::Entries {
  struct Entry {
    std::string text;
    std::string translation;
    std::vector<std::string_view> pieces;  ///< of text
    std::size_t fixed = 0;                 ///< bytes of fixed words
    bool whole = false;                    ///< has a slot that holds sentences
  };
  std::map<std::string, Entry, std::less<>> by_text;
  std::vector<const Entry*> with_slots;  ///< wholes first, then by how much is fixed, then by text

  void order() {
    for (auto& [text, entry] : by_text) {
      entry.text = text;
      entry.pieces = cut(text);
      for (std::size_t i = 0; i < entry.pieces.size(); i += 2) entry.fixed += entry.pieces[i].size();
      for (std::size_t i = 1; i < entry.pieces.size(); i += 2) entry.whole = entry.whole || holds_sentences(entry.pieces[i]);
      // The map's key is what the pieces point into: it stays where it is.
      entry.pieces = cut(std::string_view(by_text.find(text)->first));
      if (entry.pieces.size() > 1 && entry.fixed > 0) with_slots.push_back(&entry);
    }
    std::sort(with_slots.begin(), with_slots.end(), [](const Entry* a, const Entry* b) {
      if (a->whole != b->whole) return a->whole;
      return a->fixed != b->fixed ? a->fixed > b->fixed : a->text < b->text;
    });
  }

  /// Does the rest of the pieces, beginning with fixed words, make the rest of the text? The shortest value that leaves a fit is a slot's. A slot
  /// that stands twice holds the same twice. `strict`: a role must be one that has an entry, so that brackets in a name are not taken for those
  /// around it.
  [[nodiscard]] bool fits(std::span<const std::string_view> pieces, std::string_view text, bool strict, std::vector<Filled>& filled) const {
    if (!text.starts_with(pieces[0])) return false;
    text.remove_prefix(pieces[0].size());
    if (pieces.size() == 1) return text.empty();
    const std::string_view slot = pieces[1];
    const auto rest = pieces.subspan(2);
    const auto known = std::find_if(filled.begin(), filled.end(), [&](const Filled& one) { return one.slot == slot; });
    if (known != filled.end()) return text.starts_with(known->value) && fits(rest, text.substr(known->value.size()), strict, filled);
    if (rest.size() == 1) {
      // The last slot: what is left of the text before the last fixed words.
      if (text.size() <= rest[0].size() || !text.ends_with(rest[0])) return false;
      filled.push_back({slot, text.substr(0, text.size() - rest[0].size())});
      return true;
    }
    for (std::size_t end = text.find(rest[0], 1); end != std::string_view::npos; end = text.find(rest[0], end + 1)) {
      if (strict && slot == "role" && !by_text.contains(text.substr(0, end))) continue;
      filled.push_back({slot, text.substr(0, end)});
      if (fits(rest, text.substr(end), strict, filled)) return true;
      filled.pop_back();
    }
    return false;
  }

  [[nodiscard]] std::string value(std::string_view slot, std::string_view text, int depth) const {
    if (holds_sentences(slot)) {
      const std::string_view mark = slot == "sentences" ? ". " : slot == "reasons" || slot == "changes" ? "; " : slot == "shown" ? " and " : "";
      return several(text, mark, depth);
    }
    const auto at = by_text.find(text);
    return at == by_text.end() ? std::string(text) : at->second.translation;
  }

  /// Sentences or clauses one behind the other. A name may hold the mark between them, so as many pieces as make an entry together are taken as one.
  [[nodiscard]] std::string several(std::string_view text, std::string_view mark, int depth) const {
    if (mark.empty()) return sentence(text, depth + 1).value_or(std::string(text));
    std::vector<std::size_t> ends;
    for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) ends.push_back(at);
    ends.push_back(text.size());
    std::string out;
    std::size_t from = 0;
    // A full stop belongs to its sentence, a semicolon to nobody.
    const std::size_t kept = mark[0] == '.' ? 1 : 0;
    const auto other_mark = by_text.find(mark);
    const std::string_view said_mark = other_mark == by_text.end() ? mark : std::string_view(other_mark->second.translation);
    for (std::size_t i = 0; i < ends.size();) {
      std::size_t until = i;
      std::optional<std::string> said;
      for (std::size_t j = i; j < std::min(ends.size(), i + 4) && !said; ++j) {
        const std::size_t end = ends[j] == text.size() ? ends[j] : ends[j] + kept;
        said = sentence(text.substr(from, end - from), depth + 1);
        until = j;
      }
      if (!said) until = i;
      const std::size_t end = ends[until] == text.size() ? ends[until] : ends[until] + kept;
      if (!out.empty()) out += said_mark.substr(kept);
      out += said.value_or(std::string(text.substr(from, end - from)));
      from = std::min(text.size(), ends[until] + mark.size());
      i = until + 1;
    }
    return out;
  }

  struct Found {
    const Entry* entry;
    std::string said;
  };

  [[nodiscard]] std::optional<Found> find(std::string_view text, int depth) const {
    if (const auto at = by_text.find(text); at != by_text.end()) return Found{&at->second, at->second.translation};
    for (const Entry* entry : with_slots) {
      if (!text.starts_with(entry->pieces.front()) || !text.ends_with(entry->pieces.back())) continue;
      std::vector<Filled> filled;
      if (!fits(entry->pieces, text, true, filled)) {
        filled.clear();
        if (!fits(entry->pieces, text, false, filled)) continue;
      }
      auto said = fill(entry->translation, [&](std::string_view slot) {
        const auto at = std::find_if(filled.begin(), filled.end(), [&](const Filled& one) { return one.slot == slot; });
        return at == filled.end() ? std::string() : value(slot, at->value, depth);
      });
      return Found{entry, std::move(said)};
    }
    return std::nullopt;
  }

  static bool better(const Entry* a, const Entry* b) {
    if (a->whole != b->whole) return a->whole;
    return a->fixed > b->fixed;
  }

  [[nodiscard]] std::optional<std::string> sentence(std::string_view text, int depth) const {
    constexpr int kDepth = 6;  // of sentences within sentences
    if (text.empty() || depth > kDepth) return std::nullopt;
    const bool stopped = text.ends_with('.');
    const std::string_view bare = stopped ? text.substr(0, text.size() - 1) : text;
    // The stop may be the entry's own, or what the program puts behind every sentence.
    const auto look = [&](std::string_view whole, std::string_view without) -> std::optional<std::string> {
      auto found = find(whole, depth);
      if (!stopped) return found ? std::optional(std::move(found->said)) : std::nullopt;
      auto other = find(without, depth);
      if (!other || (found && !better(other->entry, found->entry) && found->entry->pieces.back().ends_with('.'))) {
        return found ? std::optional(std::move(found->said)) : std::nullopt;
      }
      return other->said.ends_with('.') ? std::move(other->said) : other->said + ".";
    };
    if (auto said = look(text, bare)) return said;
    const std::string small = with_first_letter(text, false);
    if (small == text) return std::nullopt;
    auto said = look(small, std::string_view(small).substr(0, bare.size()));
    if (!said) return std::nullopt;
    return with_first_letter(*said, true);
  }
};

std::optional<Language> language_from_code(std::string_view code) {
  const auto at = std::find(kCodes.begin(), kCodes.end(), code);
  if (at == kCodes.end()) return std::nullopt;
  return static_cast<Language>(at - kCodes.begin());
}

std::string_view language_code(Language language) { return kCodes.at(static_cast<std::size_t>(language)); }

std::vector<std::string_view> slots_of(std::string_view text) {
  const auto pieces = cut(text);
  std::vector<std::string_view> slots;
  for (std::size_t i = 1; i < pieces.size(); i += 2) slots.push_back(pieces[i]);
  return slots;
}

namespace {

/// Reads one .po file line by line.
class PoReader {
 public:
  explicit PoReader(const NamedBytes& file) : file_(file) {}

  Status run(std::map<std::string, std::string, std::less<>>& into) {
    std::string_view rest = file_.bytes;
    while (!rest.empty()) {
      ++line_;
      const auto end = std::min(rest.find('\n'), rest.size());
      std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(rest.size(), end + 1));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (line.empty() || line.starts_with('#')) continue;
      if (line.starts_with("msgid ")) {
        TAMGA_TRY_STATUS(finish(into));
        state_ = State::id;
        TAMGA_TRY_STATUS(string(line.substr(6), id_));
        at_ = line_;
      } else if (line.starts_with("msgstr ")) {
        if (state_ != State::id) return wrong("a msgstr without a msgid before it");
        state_ = State::translation;
        TAMGA_TRY_STATUS(string(line.substr(7), translation_));
      } else if (line.starts_with('"') && state_ != State::none) {
        TAMGA_TRY_STATUS(string(line, state_ == State::id ? id_ : translation_));
      } else {
        return wrong("expected a comment, msgid, msgstr or a string");
      }
    }
    return finish(into);
  }

 private:
  enum class State : std::uint8_t { none, id, translation };

  std::unexpected<Error> wrong(std::string_view what) const {
    return std::unexpected(bad_input(std::string(what), line_).error().in_file(file_.name));
  }

  Status string(std::string_view text, std::string& into) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return wrong("expected a string in quotes");
    text = text.substr(1, text.size() - 2);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '"') return wrong("a quote within a string is written \\\"");
      if (text[i] != '\\') {
        into += text[i];
        continue;
      }
      const char c = ++i < text.size() ? text[i] : '\0';
      if (c != 'n' && c != 't' && c != '"' && c != '\\') return wrong("an unknown escape, expected \\n \\t \\\" or \\\\");
      into += c == 'n' ? '\n' : c == 't' ? '\t' : c;
    }
    return {};
  }

  Status finish(std::map<std::string, std::string, std::less<>>& into) {
    if (state_ == State::none) return {};
    if (state_ == State::id) return wrong("a msgid without a msgstr");
    const auto sorted = [](std::string_view text) {
      auto slots = slots_of(text);
      std::sort(slots.begin(), slots.end());
      slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
      return slots;
    };
    // The header of a .po file is the translation of nothing.
    if (!id_.empty() && !translation_.empty()) {
      if (sorted(id_) != sorted(translation_)) {
        line_ = at_;
        return wrong("the translation has other {slots} than the text");
      }
      if (!into.emplace(id_, translation_).second) {
        line_ = at_;
        return wrong(fmt::format("stands here a second time: {}", id_));
      }
    }
    id_.clear();
    translation_.clear();
    state_ = State::none;
    return {};
  }

  const NamedBytes& file_;
  std::uint32_t line_ = 0;
  std::uint32_t at_ = 0;
  State state_ = State::none;
  std::string id_;
  std::string translation_;
};

Catalogue built_in(Language language) {
  if (language == Language::english) return *Catalogue::read({"en.po", ""});
  const bool russian = language == Language::russian;
  const char* begin = russian ? tamga_language_ru : tamga_language_kk;
  const char* end = russian ? tamga_language_ru_end : tamga_language_kk_end;
  auto catalogue = Catalogue::read({russian ? "ru.po" : "kk.po", std::string(begin, end)});
  TAMGA_CHECK(catalogue.has_value());
  return *std::move(catalogue);
}

}  // namespace

const Catalogue& Catalogue::of(Language language) {
  static const Catalogue kEnglish = built_in(Language::english);
  if (language == Language::english) return kEnglish;
  if (language == Language::russian) {
    static const Catalogue kRussian = built_in(Language::russian);
    return kRussian;
  }
  static const Catalogue kKazakh = built_in(Language::kazakh);
  return kKazakh;
}

Result<Catalogue> Catalogue::read(const NamedBytes& po) {
  std::map<std::string, std::string, std::less<>> texts;
  TAMGA_TRY_STATUS(PoReader(po).run(texts));
  auto entries = std::make_shared<Entries>();
  for (auto& [text, translation] : texts) entries->by_text[text].translation = std::move(translation);
  entries->order();
  Catalogue catalogue;
  catalogue.entries_ = std::move(entries);
  return catalogue;
}

std::string Catalogue::say(std::string_view text, const std::vector<Value>& values) const {
  const auto at = entries_->by_text.find(text);
  return fill(at == entries_->by_text.end() ? text : std::string_view(at->second.translation), [&](std::string_view slot) {
    const auto value = std::find_if(values.begin(), values.end(), [&](const Value& one) { return one.slot == slot; });
    return value == values.end() ? std::string() : value->value;
  });
}

std::optional<std::string> Catalogue::translated(std::string_view sentence) const { return entries_->sentence(sentence, 0); }

std::string Catalogue::sentence(std::string_view text) const { return translated(text).value_or(std::string(text)); }

std::size_t Catalogue::size() const { return entries_->by_text.size(); }

}  // namespace tamga::language
