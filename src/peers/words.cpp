#include "peers/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "text/tokens.h"

namespace tamga::peers {
namespace {

/// What a word is worth in a name of one word, of the very same word.
constexpr std::uint32_t kNameWord = 1200;
constexpr std::uint32_t kOtherWord = 100;
constexpr std::uint32_t kLikeFactor = 2;

/// A part of the text between blanks, or between quotation marks.
struct Part {
  std::string_view text;
  bool quoted = false;
  Merged::Like like = Merged::Like::same;
};

Answered<std::vector<Part>> split(std::string_view text, Syntax syntax, bool fuzzy) {
  const auto cannot = [](std::string_view what) {
    return refuse(400, fmt::format("Invalid query: {} is not understood here; words, \"phrases\", word* and word~ are", what));
  };
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == ' ' || text[at] == '\t' || text[at] == '\n' || text[at] == '\r') {
      ++at;
      continue;
    }
    if (text[at] == '"' && syntax != Syntax::prefix) {
      const auto end = text.find('"', at + 1);
      if (end == std::string_view::npos) {
        if (syntax == Syntax::full) return cannot("a quotation mark that is not closed");
        ++at;
        continue;
      }
      parts.push_back(Part{text.substr(at + 1, end - at - 1), true});
      at = end + 1;
      continue;
    }
    const auto end = std::min(text.find_first_of(" \t\n\r\"", at + 1), text.size());
    std::string_view word = text.substr(at, end - at);
    at = end;
    if (syntax == Syntax::prefix) {
      parts.push_back(Part{word});
      continue;
    }
    if (syntax == Syntax::full) {
      if (word == "AND") continue;
      if (word == "OR" || word == "NOT" || word == "||" || word == "&&" || word == "!") return cannot(word);
      if (const auto sign = word.find_first_of(":/[]{}^\\?<>="); sign != std::string_view::npos) return cannot(fmt::format("\"{}\"", word[sign]));
    }
    if (word.front() == '-' || word.front() == '+' || word.front() == '!' || word.find('|') != std::string_view::npos)
      return cannot(fmt::format("\"{}\"", word));
    Part part{word, false, fuzzy ? Merged::Like::near : Merged::Like::same};
    if (word.ends_with('*')) {
      part.text.remove_suffix(1);
      part.like = Merged::Like::prefix;
    } else if (const auto tilde = word.rfind('~'); tilde != std::string_view::npos && tilde > 0) {
      const auto edits = word.substr(tilde + 1);
      if (!edits.empty() && edits != "0" && edits != "1" && edits != "2") return cannot(fmt::format("\"{}\"", word));
      part.text = word.substr(0, tilde);
      part.like = edits == "0" ? Merged::Like::same : Merged::Like::near;
    }
    if (part.text.find_first_of("*~") != std::string_view::npos) return cannot(fmt::format("\"{}\"", word));
    parts.push_back(part);
  }
  if (syntax == Syntax::prefix && !parts.empty()) parts.back().like = Merged::Like::prefix;
  return parts;
}

/// Do the words of a phrase stand one behind the other in some name of the entity?
bool has_phrases(const Merged& merged, std::uint32_t entity, const std::vector<Words::One>& words) {
  const auto json = parse_json(merged.json(entity), JsonLimits{.own_writing = true});
  const Json* properties = json ? json->find("properties") : nullptr;
  if (properties == nullptr) return false;
  std::vector<std::vector<std::string>> names;
  text::Readings readings;
  for (const auto* property : {"name", "alias", "weakAlias", "previousName", "abbreviation"}) {
    const Json* values = properties->find(property);
    if (values == nullptr) continue;
    for (const auto& value : values->items) {
      for (const auto use : {text::Use::person, text::Use::organisation}) {
        text::read(value.text, use, readings);
        for (std::size_t i = 0; i < readings.count; ++i) {
          std::vector<std::string> keys;
          for (const auto& token : readings.tokens[i]) keys.push_back(token.key);
          names.push_back(std::move(keys));
        }
      }
    }
  }
  for (std::size_t first = 0; first < words.size();) {
    std::size_t end = first + 1;
    while (end < words.size() && words[end].phrase) ++end;
    const auto same = [](const std::string& key, const Words::One& word) { return key == word.key; };
    const auto begin = words.begin() + static_cast<std::ptrdiff_t>(first);
    const auto stop = words.begin() + static_cast<std::ptrdiff_t>(end);
    if (end - first > 1 && std::none_of(names.begin(), names.end(), [&](const std::vector<std::string>& name) {
          return std::search(name.begin(), name.end(), begin, stop, same) != name.end();
        }))
      return false;
    first = end;
  }
  return true;
}

}  // namespace

Answered<Words> read_words(std::string_view text, Syntax syntax, bool fuzzy) {
  TAMGA_TRY(const auto parts, split(text, syntax, fuzzy));
  Words words;
  // How scripts without spaces are cut depends on whose name it is.
  for (const auto use : {text::Use::person, text::Use::organisation, text::Use::other}) {
    // Every part in its first reading, then, as many as one of them has, in its others.
    for (std::size_t number = 0; number < text::kReadingsMax; ++number) {
      std::vector<Words::One> reading;
      bool other = number == 0;
      for (const auto& part : parts) {
        text::Readings readings;
        text::read(part.text, use, readings);
        if (readings.count == 0) continue;
        other = other || number < readings.count;
        bool first = true;
        for (const auto& token : readings.tokens[std::min(number, readings.count - 1)]) {
          reading.push_back(Words::One{token.latin, token.key, part.like, part.quoted && !first});
          first = false;
        }
      }
      const auto same = [&](const std::vector<Words::One>& known) {
        return std::equal(known.begin(), known.end(), reading.begin(), reading.end(),
                          [](const Words::One& a, const Words::One& b) { return a.latin == b.latin && a.phrase == b.phrase; });
      };
      if (other && !reading.empty() && std::none_of(words.readings.begin(), words.readings.end(), same)) words.readings.push_back(std::move(reading));
    }
  }
  if (!parts.empty() && words.readings.empty()) return refuse(400, "Invalid query: it holds neither a letter nor a digit");
  return words;
}

std::vector<WordHit> find_words(const Merged& merged, const Words& words) {
  std::vector<std::uint32_t> best(merged.count(), words.readings.empty() ? 1 : 0);
  std::vector<std::uint32_t> sum;
  std::vector<std::uint32_t> of_word;
  std::vector<std::uint32_t> met;
  for (const auto& reading : words.readings) {
    sum.assign(merged.count(), 0);
    std::vector<std::uint8_t> has(merged.count(), 0);
    const bool phrases = std::any_of(reading.begin(), reading.end(), [](const Words::One& word) { return word.phrase; });
    for (std::size_t i = 0; i < reading.size(); ++i) {
      const auto& word = reading[i];
      of_word.assign(merged.count(), 0);
      met.clear();
      const auto find = [&](Merged::Like like, std::uint32_t factor) {
        merged.find_word(word.latin, word.key, like, [&](Merged::Standing standing) {
          const std::uint32_t worth =
              standing.name_words == Merged::kNoName ? kOtherWord : kNameWord - 20 * std::min<std::uint32_t>(standing.name_words, 40);
          if (of_word[standing.entity] == 0) met.push_back(standing.entity);
          of_word[standing.entity] = std::max(of_word[standing.entity], worth / factor);
        });
      };
      if (word.like != Merged::Like::same) find(word.like, kLikeFactor);
      find(Merged::Like::same, 1);
      for (const auto entity : met) {
        // Only who has all words before this one.
        if (has[entity] != i) continue;
        has[entity] = static_cast<std::uint8_t>(i + 1);
        sum[entity] += of_word[entity];
      }
    }
    for (std::uint32_t entity = 0; entity < merged.count(); ++entity) {
      if (has[entity] != reading.size() || sum[entity] <= best[entity]) continue;
      if (phrases && !has_phrases(merged, entity, reading)) continue;
      best[entity] = sum[entity];
    }
  }
  std::vector<WordHit> hits;
  for (std::uint32_t entity = 0; entity < merged.count(); ++entity) {
    if (best[entity] > 0) hits.push_back(WordHit{entity, best[entity]});
  }
  // Entities are in the order of their ids.
  std::stable_sort(hits.begin(), hits.end(), [](const WordHit& a, const WordHit& b) { return a.rank > b.rank; });
  return hits;
}

}  // namespace tamga::peers
