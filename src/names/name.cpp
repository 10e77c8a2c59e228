#include "names/name.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/result.h"
#include "names/weights.h"

namespace tamga::names {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Costs and factors, in thousandths. Tuned on the labelled pairs of ../shared/data/bench/name_pairs.csv
// (docs/benchmarks.md), not fitted: round numbers, each with a reason.
constexpr std::int64_t kMissingWordPerson = 150;        ///< a patronymic left out
constexpr std::int64_t kMissingWordOrganisation = 350;  ///< "Bank" + place: another word is often another firm
constexpr std::int64_t kMissingWordOther = 350;
constexpr std::int64_t kOneWordOfPerson = 700;  ///< OFAC FAQ 5, step 3: only one of two or more names matches
constexpr std::int64_t kOtherOrder = 920;       ///< "Salman bin Muhammad" is the son of the other's father
constexpr std::int64_t kOtherLegalForm = 970;
constexpr std::int64_t kOtherNumber = 850;
constexpr std::int64_t kMissingNumber = 950;
constexpr std::int32_t kLikenessMin = 600;
constexpr std::int32_t kSameWord = 950;

/// Words of a name after parse(): dotted letters may become one word each.
constexpr std::size_t kWordsMax = 256;

/// How often the order of the partners turns back, taken as a circle: 1 for the same order and for a surname moved from
/// one end to the other ("Putin Vladimir Vladimirovich"), 2 and more for words that changed places.
int turns(std::span<const std::int32_t> partners) {
  std::int32_t first = -1;
  std::int32_t last = -1;
  int count = 0;
  for (const auto partner : partners) {
    if (partner < 0) continue;
    if (first < 0) first = partner;
    if (last > partner) ++count;
    last = partner;
  }
  return first >= 0 && last > first ? count + 1 : count;
}

std::int64_t missing_word_cost(Kind kind) {
  switch (kind) {
    case Kind::person: return kMissingWordPerson;
    case Kind::organisation: return kMissingWordOrganisation;
    case Kind::other: return kMissingWordOther;
  }
  return kMissingWordOther;
}

void add_word(Name& name, text::Token token) {
  Word word;
  word.number = all_digits(token.latin);
  if (const auto expanded = expand_abbreviation(token.latin, name.kind); expanded != token.latin) {
    token.latin = expanded;
    token.key = text::comparison_key(expanded);
  }
  word.initial = token.latin.size() == 1 && !word.number && ascii(token.latin);
  word.weight = word_weight(token.key, token.latin.size(), word.number, name.kind);
  word.token = std::move(token);
  name.words.push_back(std::move(word));
}

}  // namespace

Name parse(std::string_view text, Kind kind) {
  Name name;
  name.kind = kind;
  auto tokens = text::tokenize(text);
  if (kind == Kind::organisation) {
    std::vector<text::Token> core;
    std::uint8_t forms = 0;
    for (std::size_t at = 0; at < tokens.size();) {
      const LegalForm form = legal_form_at(tokens, at);
      if (form.words > 0) {
        forms |= form.form;
        at += form.words;
      } else {
        core.push_back(tokens[at++]);
      }
    }
    // A firm whose whole name is a legal form ("AO", "Limited") keeps it as its name.
    if (!core.empty()) {
      tokens = std::move(core);
      name.forms = forms;
    }
  }
  for (auto& token : tokens) {
    if (name.words.size() + text::kTokenBytesMax > kWordsMax) break;
    if (kind == Kind::person && token.dotted && ascii(token.latin)) {
      for (const char letter : token.latin) {
        text::Token initial{std::string(1, letter), std::string(1, letter), std::string(1, letter), token.script, false};
        add_word(name, std::move(initial));
      }
      continue;
    }
    add_word(name, std::move(token));
  }
  for (std::size_t i = 0; i < name.words.size(); ++i) {
    name.weight += name.words[i].weight;
    if (i + 1 == name.words.size()) break;
    const auto& next = name.words[i + 1];
    const bool joins = !name.words[i].number && !next.number;
    name.joined_keys.push_back(joins ? text::comparison_key(name.words[i].token.latin + next.token.latin) : std::string());
  }
  return name;
}

std::string_view how_name(How how) {
  switch (how) {
    case How::exact: return "exact";
    case How::transliteration: return "transliteration";
    case How::spelling: return "spelling";
    case How::edit: return "edit";
    case How::initial: return "initial";
    case How::joined: return "joined";
  }
  return "exact";
}

int edits_allowed(std::size_t shorter_length) { return shorter_length < 4 ? 0 : shorter_length < 7 ? 1 : 2; }

// Only cells within `limit` of the diagonal can hold a distance within it (Ukkonen 1985), and words that are alike share most of
// their beginning and end, so hardly anything is left to compute.
int edit_distance(std::string_view a, std::string_view b, int limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (static_cast<int>(b.size() - a.size()) > limit) return limit + 1;
  while (!a.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  while (!a.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  const int rows = static_cast<int>(a.size());
  const int columns = static_cast<int>(b.size());
  if (rows == 0) return std::min(columns, limit + 1);
  constexpr int kLength = static_cast<int>(text::kTokenBytesMax) * 2 + 2;
  if (columns >= kLength) return limit + 1;
  // Three rows of the usual table, cells outside the band counting as too far; the third row is for swapped neighbours.
  std::array<std::array<int, kLength>, 3> table;  // NOLINT: every cell that is read is written first
  int* before = table[0].data();
  int* row = table[1].data();
  int* next = table[2].data();
  const int far = limit + 1;
  for (int j = 0; j <= std::min(columns, far); ++j) row[j] = j;
  for (int i = 1; i <= rows; ++i) {
    const int first = std::max(1, i - limit);
    const int last = std::min(columns, i + limit);
    next[first - 1] = first == 1 ? i : far;
    int best = next[first - 1];
    for (int j = first; j <= last; ++j) {
      int least = row[j - 1] + (a[static_cast<std::size_t>(i - 1)] == b[static_cast<std::size_t>(j - 1)] ? 0 : 1);
      least = std::min(least, next[j - 1] + 1);
      // The last cell of the band has nothing above it.
      if (j < i + limit) least = std::min(least, row[j] + 1);
      if (i > 1 && j > 1 && a[static_cast<std::size_t>(i - 1)] == b[static_cast<std::size_t>(j - 2)] &&
          a[static_cast<std::size_t>(i - 2)] == b[static_cast<std::size_t>(j - 1)]) {
        least = std::min(least, before[j - 2] + 1);
      }
      next[j] = least;
      best = std::min(best, least);
    }
    if (best > limit) return far;
    int* const oldest = before;
    before = row;
    row = next;
    next = oldest;
  }
  return std::min(row[columns], far);
}

std::int32_t edit_likeness(std::string_view a, std::string_view b, int edits) {
  if (edits == 0) return 950;
  const auto longer = static_cast<std::int32_t>(std::max(a.size(), b.size()));
  std::int32_t value = 1000 - edits * 1150 / longer;
  // Typing errors and romanisation rarely touch the first letter (OFAC's own search gates on it).
  if (a.front() != b.front()) value -= 100;
  return value < kLikenessMin ? 0 : value;
}

Likeness compare_words(const Word& a, const Word& b) {
  if (a.token.latin == b.token.latin) {
    const bool other_script = a.token.script != b.token.script;
    return {1000, other_script ? How::transliteration : How::exact};
  }
  if (a.number || b.number) return {};
  if (a.token.key == b.token.key) {
    const bool other_script = a.token.script != text::Script::latin || b.token.script != text::Script::latin;
    return other_script ? Likeness{980, How::transliteration} : Likeness{960, How::spelling};
  }
  if (a.initial != b.initial) {
    const std::string_view full = a.initial ? b.token.latin : a.token.latin;
    const char letter = a.initial ? a.token.latin.front() : b.token.latin.front();
    return !full.empty() && full.front() == letter ? Likeness{850, How::initial} : Likeness{};
  }
  const std::string_view first = a.token.key;
  const std::string_view second = b.token.key;
  const int limit = edits_allowed(std::min(first.size(), second.size()));
  if (limit == 0 || !ascii(first) || !ascii(second)) return {};
  const int edits = edit_distance(first, second, limit);
  if (edits > limit) return {};
  return {edit_likeness(first, second, edits), How::edit};
}

std::int32_t compare_joined(std::string_view joined_key, std::string_view other_key) {
  if (joined_key == other_key) return 950;
  if (std::min(joined_key.size(), other_key.size()) < 7 || !ascii(joined_key) || !ascii(other_key)) return 0;
  return edit_distance(joined_key, other_key, 1) <= 1 ? 880 : 0;
}

Score score_bound(std::int64_t gain, std::int32_t query_weight, std::int32_t listed_weight, Kind kind) {
  const std::int64_t lighter = std::min(query_weight, listed_weight);
  const std::int64_t heavier = std::max(query_weight, listed_weight);
  const std::int64_t possible = std::max(2 * lighter * 1000, gain) + (heavier - lighter) * 2 * missing_word_cost(kind);
  if (possible == 0) return 0;
  return static_cast<Score>(std::min<std::int64_t>(kScoreMax, gain * kScoreMax / possible));
}

Comparison compare(const Name& query, const Name& listed, std::vector<Step>* steps) {
  struct Pair {
    std::int64_t gain;  ///< (weights of both sides) * likeness: twice the mean weight times the likeness
    std::int32_t weights;
    Step step;
  };
  // Names are short: a fixed buffer serves nearly all, and nothing is allocated for them.
  std::vector<Pair> pairs;
  pairs.reserve(16);
  const auto& q = query.words;
  const auto& l = listed.words;
  TAMGA_CHECK(q.size() <= kWordsMax && l.size() <= kWordsMax);
  std::array<bool, kWordsMax> settled_query{};
  std::array<bool, kWordsMax> settled_listed{};
  const auto offer = [&](std::int32_t weights, std::int32_t likeness, Step step) {
    if (likeness == 0) return;
    step.likeness = likeness;
    pairs.push_back(Pair{static_cast<std::int64_t>(weights) * likeness, weights, step});
  };
  for (std::size_t i = 0; i < q.size(); ++i) {
    for (std::size_t j = 0; j < l.size(); ++j) {
      const Likeness likeness = compare_words(q[i], l[j]);
      if (likeness.value == 0) continue;
      offer(q[i].weight + l[j].weight, likeness.value, Step{i, 1, j, 1, likeness.how, 0});
      if (likeness.value >= kSameWord && likeness.how != How::initial) {
        settled_query[i] = true;
        settled_listed[j] = true;
      }
    }
  }
  // A word that stands on the other side as it is needs no neighbour to explain it ("v company" against itself).
  for (std::size_t i = 0; i + 1 < q.size(); ++i) {
    const std::string& joined = query.joined_keys[i];
    if (joined.empty() || settled_query[i] || settled_query[i + 1]) continue;
    for (std::size_t j = 0; j < l.size(); ++j) {
      const std::int32_t weights = q[i].weight + q[i + 1].weight + l[j].weight;
      if (!l[j].initial && !settled_listed[j]) offer(weights, compare_joined(joined, l[j].token.key), Step{i, 2, j, 1, How::joined, 0});
    }
  }
  for (std::size_t j = 0; j + 1 < l.size(); ++j) {
    const std::string& joined = listed.joined_keys[j];
    if (joined.empty() || settled_listed[j] || settled_listed[j + 1]) continue;
    for (std::size_t i = 0; i < q.size(); ++i) {
      const std::int32_t weights = l[j].weight + l[j + 1].weight + q[i].weight;
      if (!q[i].initial && !settled_query[i]) offer(weights, compare_joined(joined, q[i].token.key), Step{i, 1, j, 2, How::joined, 0});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    if (a.gain != b.gain) return a.gain > b.gain;
    if (a.step.query != b.step.query) return a.step.query < b.step.query;
    if (a.step.listed != b.step.listed) return a.step.listed < b.step.listed;
    return a.step.query_count + a.step.listed_count < b.step.query_count + b.step.listed_count;
  });
  std::array<bool, kWordsMax> taken_query{};
  std::array<bool, kWordsMax> taken_listed{};
  const auto free = [](const auto& taken, std::size_t at, std::size_t count) { return !taken[at] && (count < 2 || !taken[at + 1]); };
  const auto take = [](auto& taken, std::size_t at, std::size_t count) { std::fill_n(taken.begin() + static_cast<std::ptrdiff_t>(at), count, true); };

  std::array<std::int32_t, kWordsMax> partner{};
  partner.fill(-1);
  Comparison result;
  std::int64_t gain = 0;
  std::int64_t weights = 0;
  bool anchored = false;
  for (const Pair& pair : pairs) {
    if (!free(taken_query, pair.step.query, pair.step.query_count) || !free(taken_listed, pair.step.listed, pair.step.listed_count)) continue;
    take(taken_query, pair.step.query, pair.step.query_count);
    take(taken_listed, pair.step.listed, pair.step.listed_count);
    gain += pair.gain;
    weights += pair.weights;
    if (pair.step.how != How::initial) anchored = true;
    result.pairs += static_cast<std::int32_t>(std::max(pair.step.query_count, pair.step.listed_count));
    if (pair.step.query_count > 0) partner[pair.step.query] = static_cast<std::int32_t>(pair.step.listed);
    if (steps != nullptr) steps->push_back(pair.step);
  }
  if (!anchored) {
    if (steps != nullptr) steps->clear();
    return result;
  }

  const std::int64_t lighter = std::min(query.weight, listed.weight);
  const std::int64_t heavier = std::max(query.weight, listed.weight);
  const std::int64_t possible = std::max(2 * lighter, weights) * 1000 + (heavier - lighter) * 2 * missing_word_cost(listed.kind);
  std::int64_t score = gain * kScoreMax / possible;
  if (listed.kind == Kind::person && result.pairs < 2 && (q.size() > 1 || l.size() > 1)) score = score * kOneWordOfPerson / 1000;
  if (turns(std::span(partner).first(q.size())) > 1) score = score * kOtherOrder / 1000;
  if (query.forms != 0 && listed.forms != 0 && (query.forms & listed.forms) == 0) score = score * kOtherLegalForm / 1000;
  bool number_of_query = false;
  bool number_of_listed = false;
  for (std::size_t i = 0; i < q.size(); ++i) number_of_query |= q[i].number && !taken_query[i];
  for (std::size_t j = 0; j < l.size(); ++j) number_of_listed |= l[j].number && !taken_listed[j];
  result.number_conflict = number_of_query && number_of_listed;
  if (result.number_conflict) {
    score = score * kOtherNumber / 1000;
  } else if (number_of_query || number_of_listed) {
    score = score * kMissingNumber / 1000;
  }
  result.score = static_cast<Score>(std::min<std::int64_t>(score, kScoreMax));
  if (steps != nullptr) {
    for (std::size_t i = 0; i < q.size(); ++i) {
      if (!taken_query[i]) steps->push_back(Step{i, 1, 0, 0, How::exact, 0});
    }
    for (std::size_t j = 0; j < l.size(); ++j) {
      if (!taken_listed[j]) steps->push_back(Step{0, 0, j, 1, How::exact, 0});
    }
  }
  return result;
}

}  // namespace tamga::names
