#include "match/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "names/name.h"

// A payment's text is ordinary words with perhaps a name among them, and a list of fifty thousand names has one for nearly every ordinary word: JSC
// Argument, Signal, HD Collection. So a run of words counts by what it has beside ordinary words and words of firms. Measured in docs/payments.md.

namespace tamga::match {
namespace {

struct Word {
  std::string_view text;
  bool letters = false;
  bool ordinary = false;
  bool joins = false;
};

constexpr std::string_view kOrdinaryText =
#include "match/ordinary_words.inc"
    ;

bool is_ordinary(std::string_view word) {
  static const std::unordered_set<std::string_view> kWords = [] {
    std::unordered_set<std::string_view> words;
    for (std::size_t at = 0; at < kOrdinaryText.size();) {
      const auto end = kOrdinaryText.find(' ', at);
      words.insert(kOrdinaryText.substr(at, end - at));
      at = end + 1;
    }
    return words;
  }();
  // "so-called", "invoice.pdf": each part.
  const std::string lower = lower_ascii(word);
  for (std::size_t at = 0; at <= lower.size();) {
    const auto end = std::min(lower.find_first_of("-._", at), lower.size());
    if (end > at && !kWords.contains(std::string_view(lower).substr(at, end - at))) return false;
    at = end + 1;
  }
  return true;
}

/// Words between others; a name neither begins nor ends with one, so a run that does is no better than the shorter one.
bool joins(std::string_view word) {
  static constexpr std::array<std::string_view, 34> kJoins = {"a",   "an",  "and", "as",   "at",  "be",   "by",  "for", "from", "if",  "in",  "is",
                                                              "it",  "no",  "not", "of",   "on",  "or",   "our", "per", "ref",  "so",  "the", "to",
                                                              "via", "was", "we",  "with", "you", "your", "inv", "may", "are",  "this"};
  return std::find(kJoins.begin(), kJoins.end(), lower_ascii(word)) != kJoins.end();
}

/// Words before the name of a ship.
bool announces_ship(std::string_view word) {
  static constexpr std::array<std::string_view, 9> kShips = {"vsl", "vessel", "mv", "m.v", "m.v.", "mt", "m.t.", "ship", "tanker"};
  return std::find(kShips.begin(), kShips.end(), lower_ascii(word)) != kShips.end();
}

bool separates(char c) { return std::string_view(" \t\r\n/,;:()|\"*+=[]{}<>?!").find(c) != std::string_view::npos; }

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t at = 0; at < text.size();) {
    if (separates(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !separates(text[end])) ++end;
    Word word{text.substr(at, end - at)};
    // What ends a sentence is no part of the word.
    while (word.text.size() > 3 && (word.text.ends_with('.') || word.text.ends_with('\''))) word.text.remove_suffix(1);
    while (word.text.size() > 1 && (word.text.starts_with('-') || word.text.starts_with('\''))) word.text.remove_prefix(1);
    word.ordinary = is_ordinary(word.text);
    word.joins = joins(word.text);
    for (const char c : word.text) {
      const auto byte = static_cast<unsigned char>(c);
      word.letters = word.letters || byte >= 0x80 || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    words.push_back(word);
    at = end;
  }
  return words;
}

/// Letters, counted in UTF-8 characters.
std::size_t length_of(std::string_view word) {
  return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

class TextScreener {
 public:
  TextScreener(std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace)
      : editions_(editions), options_(options), reader_(*options.model), workspace_(workspace) {
    options_.threshold = std::max(options.threshold.value_or(0), kTextThreshold);
  }

  void identifiers_in(std::string_view text) {
    Query query;
    query.identifiers = identifiers::in_text(text);
    if (query.identifiers.empty()) return;
    for (auto& hit : screen(query, editions_, options_, workspace_)) {
      if (!hit.certain) continue;
      std::string number = hit.explain.front().query;
      keep(std::move(hit), std::move(number), 0);
    }
  }

  void names_in(const std::vector<Word>& words) {
    for (std::size_t begin = 0; begin < words.size(); ++begin) {
      // A number begins no name, but stands in one and may end it.
      if (!words[begin].letters || words[begin].joins) continue;
      std::string name;
      const bool ship = begin > 0 && announces_ship(words[begin - 1].text);
      std::size_t telling = 0;
      for (std::size_t count = 1; begin + count <= words.size(); ++count) {
        const Word& last = words[begin + count - 1];
        if (count > 1) name += ' ';
        name += last.text;
        if (last.joins) continue;
        if (++telling > kTextWordsMax) break;
        if (count == 1 && (last.ordinary || length_of(name) < kAloneMin) && !ship) continue;
        if (!seen_.insert(ship ? name + '\n' : name).second) continue;
        name_is(name, std::span(words).subspan(begin, count), ship);
      }
    }
  }

  std::vector<TextHit> take() {
    std::vector<TextHit> hits;
    for (auto& [place, found] : found_) hits.push_back(std::move(found.hit));
    std::sort(hits.begin(), hits.end(), [](const TextHit& a, const TextHit& b) {
      if (a.hit.score != b.hit.score) return a.hit.score > b.hit.score;
      if (a.hit.entity.id != b.hit.entity.id) return a.hit.entity.id < b.hit.entity.id;
      return std::tie(a.hit.list, a.hit.part) < std::tie(b.hit.list, b.hit.part);
    });
    return hits;
  }

 private:
  struct Kept {
    TextHit hit;
    std::size_t words = 0;
  };

  void name_is(const std::string& name, std::span<const Word> words, bool ship) {
    Query query;
    query.names = {name};
    if (search(query, editions_, options_, workspace_).empty()) return;
    const Telling telling = telling_of(name, words);
    for (auto& hit : screen(query, editions_, options_, workspace_)) {
      if (!meant(hit, telling, ship)) continue;
      keep(std::move(hit), name, words.size());
    }
  }

  /// What a run of words has that tells who is meant.
  struct Telling {
    std::size_t words = 0;    ///< neither legal forms nor words between others
    std::size_t names = 0;    ///< of these: neither ordinary nor a common word of firms, a place, a title or a number
    bool form = false;        ///< a legal form is in it
    bool first_name = false;  ///< it is a single word that is a given name
    std::size_t unusual = 0;  ///< words as written that are not ordinary
    std::size_t written = 0;  ///< all of them
  };
  Telling telling_of(const std::string& name, std::span<const Word> words) {
    Telling telling;
    for (const auto& word : words) telling.unusual += word.joins || word.ordinary || !word.letters ? 0 : 1;
    telling.written = words.size();
    const auto readings = reader_.read(name, names::Kind::organisation);
    if (readings.empty()) return telling;
    const names::Name& read = readings.front();
    telling.form = read.forms != 0;
    for (const auto& word : read.words) {
      if (names::is_full(word)) ++telling.words;
      const bool known = word.role != names::Role::word || word.known != 0;
      if (!known && !is_ordinary(read.latin(word))) ++telling.names;
    }
    if (words.size() == 1) {
      const auto person = reader_.read(name, names::Kind::person);
      telling.first_name =
          !person.empty() && !person.front().words.empty() && (person.front().words[0].nicknames != 0 || person.front().words[0].known != 0);
    }
    return telling;
  }

  static bool meant(const Hit& hit, const Telling& telling, bool ship) {
    const std::string_view schema = hit.entity.schema;
    if (schema == "Address") return false;
    if (schema_is_a(schema, "Vehicle")) return hit.score >= kNearlySame && (ship || (telling.words > 1 && telling.names > 0));
    if (schema == "Person") return hit.certain || (telling.unusual > 1 && hit.score >= kNearlySame);
    if (telling.words <= 1 && telling.written < 3)
      return hit.certain && hit.score >= kNearlySame && (telling.form || (telling.names > 0 && !telling.first_name));
    if (telling.form && telling.written > 2 && hit.score >= kSame) return true;
    if (telling.names == 0) return hit.certain && hit.score >= kSame && telling.words > 2;
    return hit.certain || (telling.names > 1 && hit.score >= kNearlySame);
  }

  void keep(Hit hit, std::string words, std::size_t count) {
    auto& kept = found_[{hit.edition, hit.number}];
    // The most words that say as much: "SBERBANK OF RUSSIA" tells more than "SBERBANK".
    const bool better = kept.hit.words.empty() || hit.score > kept.hit.hit.score || (hit.score == kept.hit.hit.score && count > kept.words);
    if (!better) return;
    kept.words = count;
    kept.hit = TextHit{std::move(hit), std::move(words)};
  }

  static constexpr std::size_t kAloneMin = 3;  ///< letters of a name of one word
  static constexpr Score kNearlySame = 9'700;
  static constexpr Score kSame = 9'900;

  std::span<const LoadedEdition> editions_;
  Options options_;
  names::Reader reader_;
  Workspace& workspace_;
  std::set<std::string> seen_;
  std::map<std::pair<std::size_t, std::uint32_t>, Kept> found_;
};

}  // namespace

std::vector<TextHit> screen_text(std::span<const std::string> readings, std::span<const LoadedEdition> editions, const Options& options,
                                 Workspace& workspace) {
  TextScreener screener(editions, options, workspace);
  for (const auto& text : readings) {
    const auto words = words_of(text);
    if (words.size() > 1) screener.identifiers_in(text);
    for (const auto& word : words) screener.identifiers_in(word.text);
    screener.names_in(words);
  }
  return screener.take();
}

}  // namespace tamga::match
