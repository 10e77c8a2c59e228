#include "names/compare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "base/result.h"

namespace tamga::names {
namespace {

bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

bool all_vowels(std::string_view text) { return std::all_of(text.begin(), text.end(), is_vowel); }

/// A word that no edit turns into another one: particles, titles, numbers, initials are what they are.
bool takes_edits(const Word& word) {
  return word.exact == 0 && (names_someone(word) || word.role == Role::generic || word.role == Role::place) && word.key_size > 1;
}

std::int32_t edit_loss(std::string_view a, std::string_view b, int edits, Kind kind, const Parameters& parameters) {
  const auto longer = std::max(a.size(), b.size());
  const bool other_first = a.front() != b.front();
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  std::int32_t loss = parameters.edit(kind) * edits / static_cast<std::int32_t>(longer) + (edits > 1 ? parameters.loss_edit_second : 0);
  if (all_vowels(a) && all_vowels(b)) loss -= loss * parameters.loss_vowel_discount / 1000;
  return loss + (other_first ? parameters.loss_first_letter : 0);
}

std::int32_t consonant_loss(std::size_t consonants, const Parameters& parameters) {
  return consonants < 3 ? parameters.loss_skeleton_two : consonants < 4 ? parameters.loss_skeleton_three : parameters.loss_skeleton;
}

/// Characters that stand for whole syllables are not misspelt by a letter, and their readings are near to one another: zhang and yang,
/// jian and jiang.
bool is_syllabic(text::Script script) { return script == text::Script::han || script == text::Script::hangul; }

/// Vowels that were not written were guessed; what is compared then are the consonants, and only long words letter by letter.
constexpr std::size_t kGuessedLettersForEdit = 7;

int edits_allowed_between(const Word& a, const Word& b, std::size_t longer) {
  const int limit = edits_allowed(longer);
  if (is_syllabic(a.script) || is_syllabic(b.script)) return 0;
  if (text::is_abjad(a.script) != text::is_abjad(b.script)) return longer < kGuessedLettersForEdit ? 0 : 1;
  return limit;
}

Likeness compare_consonants(const NameView& a, const Word& of_a, const NameView& b, const Word& of_b, const Parameters& parameters) {
  const text::Script script = text::has_skeleton(of_a.script) ? of_a.script : of_b.script;
  const std::string first = text::skeleton(a.latin(of_a), script);
  const std::string second = text::skeleton(b.latin(of_b), script);
  const std::size_t shorter = std::min(first.size(), second.size());
  if (shorter < consonants_for_equality(script)) return {};
  if (first == second) {
    // The fewer consonants, the more words share them. Vowels are written in part; that they agree says as much as a consonant.
    const bool vowels_agree = edit_distance(a.key(of_a), b.key(of_b), 1) <= 1;
    return {consonant_loss(first.size() + (vowels_agree ? 1 : 0), parameters), How::consonants};
  }
  if (shorter < consonants_for_edit(script) || edit_distance(first, second, 1) > 1) return {};
  return {parameters.loss_skeleton_edit, How::consonants};
}

/// Obaidi and Ubaidi, Rezvan and Rizvan: two known spellings of one sound, where Mario and Maria are two names.
bool differ_as_romanisations(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto kin = [](char one, char other) { return (one == 'o' && other == 'u') || (one == 'e' && other == 'i'); };
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && !kin(a[i], b[i]) && !kin(b[i], a[i])) return false;
  }
  return true;
}

/// How often the order of the partners turns back, taken as a circle: 1 for a surname moved from one end to the other ("Putin Vladimir
/// Vladimirovich"), 2 and more for words that changed places.
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
  return count > 0 && last > first ? count + 1 : count;
}

struct Pair {
  std::int64_t value = 0;  ///< what is chosen by: pair_value()
  std::uint64_t query_bits = 0;
  std::uint64_t listed_bits = 0;
  std::int32_t weight = 0;
  std::int32_t loss = 0;
  std::uint8_t query = 0;
  std::uint8_t query_count = 0;
  std::uint8_t listed = 0;
  std::uint8_t listed_count = 0;
  How how = How::exact;
};

/// What is chosen by, `both` being what the words of both sides weigh. Of choices that explain as much the one with more pairs is taken, so that
/// words that weigh nothing are paired too.
std::int64_t pair_value(std::int64_t both, std::int32_t kept) { return both * kept * 64 + 1; }
static_assert(kWordsMax < 64);

/// The pairs of two names and the choice among them. Names are short: a fixed buffer serves nearly all.
class Pairing {
 public:
  static constexpr std::size_t kPairsMax = 256;

  void offer(const Pair& pair) {
    if (count_ < kPairsMax) pairs_[count_++] = pair;
  }
  [[nodiscard]] std::size_t size() const { return count_; }
  [[nodiscard]] std::span<const Pair> offered() const { return std::span(pairs_).first(count_); }

  /// Leaves the pairs that explain the most of both names together, no word being used twice.
  std::span<const Pair> choose() {
    std::uint64_t query = 0;
    std::uint64_t listed = 0;
    bool clash = false;
    for (std::size_t i = 0; i < count_; ++i) {
      clash = clash || (query & pairs_[i].query_bits) != 0 || (listed & pairs_[i].listed_bits) != 0;
      query |= pairs_[i].query_bits;
      listed |= pairs_[i].listed_bits;
    }
    if (!clash) return offered();
    // Which pair stands first must not depend on which name was asked for: equal earnings go to the pair of the earlier words.
    std::stable_sort(pairs_.begin(), pairs_.begin() + static_cast<std::ptrdiff_t>(count_), [](const Pair& a, const Pair& b) {
      if (a.value != b.value) return a.value > b.value;
      return a.query + a.listed < b.query + b.listed;
    });
    std::int64_t rest = 0;
    for (std::size_t i = count_; i-- > 0;) {
      rest += pairs_[i].value;
      rest_[i] = rest;
    }
    best_value_ = -1;
    nodes_ = 0;
    search(0, 0, 0, 0);
    std::size_t kept = 0;
    for (std::size_t i = 0; i < best_count_; ++i) chosen_[kept++] = pairs_[best_[i]];
    return std::span(chosen_).first(kept);
  }

 private:
  // Branch and bound, taking a pair before leaving it out, so that the first leaf is the greedy choice. Names that clash so often that the
  // search would not end (the same word forty times) keep the best of what was seen.
  static constexpr int kNodesMax = 5000;

  void search(std::size_t at, std::uint64_t query, std::uint64_t listed, std::int64_t value) {
    if (++nodes_ > kNodesMax && best_value_ >= 0) return;
    while (at < count_ && ((query & pairs_[at].query_bits) != 0 || (listed & pairs_[at].listed_bits) != 0)) ++at;
    if (value > best_value_) {
      best_value_ = value;
      best_count_ = depth_;
      std::copy_n(path_.begin(), depth_, best_.begin());
    }
    if (at == count_ || value + rest_[at] <= best_value_ || depth_ == path_.size()) return;
    path_[depth_++] = static_cast<std::uint16_t>(at);
    search(at + 1, query | pairs_[at].query_bits, listed | pairs_[at].listed_bits, value + pairs_[at].value);
    --depth_;
    search(at + 1, query, listed, value);
  }

  std::size_t count_ = 0;
  std::array<Pair, kPairsMax> pairs_;  // NOLINT: only what was offered is read
  std::array<Pair, kWordsMax> chosen_;
  std::array<std::int64_t, kPairsMax> rest_;
  std::array<std::uint16_t, kWordsMax> path_;
  std::array<std::uint16_t, kWordsMax> best_;
  std::size_t depth_ = 0;
  std::size_t best_count_ = 0;
  std::int64_t best_value_ = -1;
  int nodes_ = 0;
};

std::uint64_t bits(std::size_t first, std::size_t count) { return ((std::uint64_t{1} << count) - 1) << first; }

/// The half of a joined word that may differ: by one edit at most, between what is long enough.
bool joined_half_alike(std::string_view a, std::string_view b) {
  const std::size_t longer = std::max(a.size(), b.size());
  return std::min(a.size(), b.size()) >= 2 && longer >= 3 && edit_distance(a, b, 1) <= 1;
}

/// Two or three words of `many` that were written as one word of `one`.
template <typename Offer>
void offer_joined(const NameView& many, const NameView& one, const Parameters& parameters, Offer&& offer) {
  for (std::size_t count = 2; count <= kJoinedWordsMax; ++count) {
    for (std::size_t i = 0; i + count <= many.words.size(); ++i) {
      if (!joinable(many, i, count)) continue;
      std::int32_t weight = 0;
      for (std::size_t k = i; k < i + count; ++k) weight += many.words[k].weight;
      for (std::size_t j = 0; j < one.words.size(); ++j) {
        const std::int32_t loss = joined_loss(many, i, count, one, one.words[j], parameters);
        if (loss < kNoPair) offer(i, count, j, weight, loss);
      }
    }
  }
}

struct Counts {
  std::int32_t naming = 0;  ///< words that name
  std::int32_t full = 0;    ///< these and common words, places, numbers
};

Counts counts_of(const NameView& name) {
  Counts counts;
  for (const auto& word : name.words) {
    counts.naming += names_someone(word) ? 1 : 0;
    counts.full += is_full(word) ? 1 : 0;
  }
  return counts;
}

bool any_left(const NameView& name, std::uint64_t taken, Role role) {
  for (std::size_t i = 0; i < name.words.size(); ++i) {
    if (name.words[i].role == role && (taken & bits(i, 1)) == 0) return true;
  }
  return false;
}

bool any_name_left(const NameView& name, std::uint64_t taken) {
  for (std::size_t i = 0; i < name.words.size(); ++i) {
    if (names_someone(name.words[i]) && (taken & bits(i, 1)) == 0) return true;
  }
  return false;
}

bool is_syllabic(const NameView& name) {
  return !name.words.empty() && std::all_of(name.words.begin(), name.words.end(), [](const Word& word) { return is_syllabic(word.script); });
}

bool acronym_of(const NameView& one, const NameView& many) {
  if (one.words.size() != 1 || one.words.front().latin_size < 3 || many.words.size() < 3) return false;
  return acronym(many) == one.latin(one.words.front());
}

/// The steps of the words, with what each takes from the score (names/compare.h): a pair loses its share, and what the word of the lighter name
/// weighs beyond the pair contradicts, as do the lighter name's words that are left; what only the heavier name has is missing.
void explain_words(const NameView& query, const NameView& listed, std::span<const Pair> pairs, std::uint64_t taken_query, std::uint64_t taken_listed,
                   const Parameters& parameters, std::vector<Step>& steps) {
  const bool query_lighter = query.weight <= listed.weight;
  const std::int64_t possible = std::int64_t{std::min(query.weight, listed.weight)} * 1000 +
                                std::int64_t{std::abs(query.weight - listed.weight)} * parameters.missing(listed.kind);
  const std::int64_t contradiction = parameters.contradiction(listed.kind);
  const std::int64_t missing = std::int64_t{std::abs(query.weight - listed.weight)} * parameters.missing(listed.kind);
  const auto cost = [&](std::int64_t loss) { return possible == 0 ? Score{0} : static_cast<Score>(loss * kScoreMax / possible); };
  const NameView& heavier = query_lighter ? listed : query;
  const std::uint64_t taken_heavier = query_lighter ? taken_listed : taken_query;
  std::int64_t left_weight = 0;
  for (std::size_t i = 0; i < heavier.words.size(); ++i) left_weight += (taken_heavier & bits(i, 1)) == 0 ? heavier.words[i].weight : 0;
  bool first = true;
  for (const Pair& pair : pairs) {
    std::int64_t of_lighter = 0;
    const NameView& lighter = query_lighter ? query : listed;
    const std::size_t at = query_lighter ? pair.query : pair.listed;
    const std::size_t count = query_lighter ? pair.query_count : pair.listed_count;
    for (std::size_t k = at; k < at + count; ++k) of_lighter += lighter.words[k].weight;
    of_lighter = std::max<std::int64_t>(of_lighter, pair.weight);
    std::int64_t loss = std::int64_t{pair.weight} * pair.loss + contradiction * (of_lighter - pair.weight);
    if (first && left_weight == 0) loss += missing;  // no word is missing, but the words of one name weigh more
    first = false;
    steps.push_back(Step{pair.query, pair.query_count, pair.listed, pair.listed_count, pair.how, pair.loss, cost(loss)});
  }
  const auto left = [&](const NameView& name, std::uint64_t taken, bool of_query) {
    for (std::size_t i = 0; i < name.words.size(); ++i) {
      if ((taken & bits(i, 1)) != 0) continue;
      const std::int64_t weight = name.words[i].weight;
      const std::int64_t loss = of_query == query_lighter ? contradiction * weight : left_weight == 0 ? 0 : missing * weight / left_weight;
      Step step;
      (of_query ? step.query : step.listed) = i;
      (of_query ? step.query_count : step.listed_count) = 1;
      step.how = of_query ? How::only_query : How::only_listed;
      step.loss = 1000;
      step.cost = cost(loss);
      steps.push_back(step);
    }
  };
  left(query, taken_query, true);
  left(listed, taken_listed, false);
}

}  // namespace

std::string_view how_name(How how) {
  switch (how) {
    case How::exact: return "exact";
    case How::transliteration: return "transliteration";
    case How::spelling: return "spelling";
    case How::edit: return "edit";
    case How::nickname: return "nickname";
    case How::translation: return "translation";
    case How::initial: return "initial";
    case How::joined: return "joined";
    case How::consonants: return "consonants";
    case How::acronym: return "acronym";
    case How::only_query: return "only_query";
    case How::only_listed: return "only_listed";
  }
  return "exact";
}

std::int32_t pair_weight(How how, const Word& of_query, const Word& of_listed) {
  if (how == How::initial) return of_query.role == Role::initial ? of_listed.weight : of_query.weight;
  return std::max<std::int32_t>(of_query.weight, of_listed.weight);
}

Likeness compare_words(const NameView& a, const Word& of_a, const NameView& b, const Word& of_b, const Model& model) {
  const Parameters& parameters = model.parameters();
  const bool other_script = of_a.script != of_b.script;
  if (of_a.letters == of_b.letters && of_a.key_size == of_b.key_size && a.key(of_a) == b.key(of_b)) {
    if (a.latin(of_a) == b.latin(of_b)) return {0, other_script ? How::transliteration : How::exact};
    if (of_a.exact != 0 && of_b.exact != 0) return {};
    // Keys fold what romanisations of sounds disagree about; yan and jian are two syllables.
    if (is_syllabic(of_a.script) != is_syllabic(of_b.script)) return {};
    return {parameters.loss_spelling, other_script ? How::transliteration : How::spelling};
  }
  const bool initial_a = of_a.role == Role::initial;
  const bool initial_b = of_b.role == Role::initial;
  if (initial_a || initial_b) {
    if (initial_a && initial_b) return {};
    const Word& full = initial_a ? of_b : of_a;
    if (!names_someone(full)) return {};
    return a.latin(of_a).front() == b.latin(of_b).front() ? Likeness{parameters.loss_initial, How::initial} : Likeness{};
  }
  Likeness best;
  if (of_a.nicknames != 0 && of_b.nicknames != 0) {
    const int joined = model.dictionary().nicknames_joined(of_a.nicknames, of_b.nicknames);
    if (joined > 0) {
      const bool names = names_someone(of_a) && of_a.role != Role::honorific;
      best = names ? Likeness{joined == 2 ? parameters.loss_nickname : parameters.loss_nickname_weak, How::nickname}
                   : Likeness{parameters.loss_translation, How::translation};
    }
  }
  if (!takes_edits(of_a) || !takes_edits(of_b)) return best;
  // Two words or names that everybody knows are mostly two, not one misspelt; but people do mistype one into the other.
  const bool both_known = of_a.known != 0 && of_b.known != 0 && of_a.script == of_b.script;
  const bool query_known = a.kind == Kind::person && !both_known && of_a.known != 0 && of_a.script == of_b.script;

  const auto by_edits = [&](std::string_view first, std::uint32_t first_letters, std::string_view second, std::uint32_t second_letters) {
    const int limit = edits_allowed_between(of_a, of_b, std::max(first.size(), second.size()));
    const int difference = std::abs(static_cast<int>(first.size()) - static_cast<int>(second.size()));
    // An edit changes at most two of the letters that a word has.
    if (limit == 0 || difference > limit || std::popcount(first_letters ^ second_letters) > 2 * limit) return;
    const int edits = edit_distance(first, second, limit);
    if (edits > limit) return;
    if (edits == 2 && first.front() != second.front() && std::max(first.size(), second.size()) <= kFirstLetterStays) return;
    std::int32_t loss = edit_loss(first, second, edits, a.kind, parameters);
    if ((both_known || query_known) && !differ_as_romanisations(first, second)) {
      loss += both_known ? parameters.loss_known_names : parameters.loss_known_query;
    }
    if (loss < best.loss) best = {loss, How::edit};
  };
  by_edits(a.key(of_a), of_a.letters, b.key(of_b), of_b.letters);
  // A key may hide that one letter was mistyped: "kahn" has the key of no khan.
  if (of_a.latin_at != of_a.key_at || of_b.latin_at != of_b.key_at) {
    by_edits(a.latin(of_a), of_a.latin_letters, b.latin(of_b), of_b.latin_letters);
  }
  if (text::has_skeleton(of_a.script) != text::has_skeleton(of_b.script)) {
    const Likeness consonants = compare_consonants(a, of_a, b, of_b, parameters);
    if (consonants.loss < best.loss) best = consonants;
  }
  return best;
}

bool joinable(const NameView& name, std::size_t first, std::size_t count) {
  for (std::size_t i = first; i < first + count; ++i) {
    const Word& word = name.words[i];
    if (word.role == Role::number || word.key_size == 0) return false;
  }
  return true;
}

std::string joined_key(const NameView& name, std::size_t first, std::size_t count) {
  std::string key;
  for (std::size_t i = first; i < first + count; ++i) key += name.key(name.words[i]);
  return key;
}

std::int32_t joined_loss(const NameView& many, std::size_t first, std::size_t count, const NameView& one, const Word& of_one,
                         const Parameters& parameters) {
  if (of_one.role == Role::number || of_one.role == Role::initial) return kNoPair;
  const std::string_view whole = one.key(of_one);
  std::size_t letters = 0;
  for (std::size_t i = first; i < first + count; ++i) letters += many.words[i].key_size;
  const std::string_view begin = many.key(many.words[first]);
  const std::string_view end = many.key(many.words[first + count - 1]);
  if (letters > whole.size() + 1 || whole.size() > letters + 1) return kNoPair;
  const bool begins = whole.size() > begin.size() && whole.starts_with(begin);
  const bool ends = whole.size() > end.size() && whole.ends_with(end);
  if (letters == whole.size() && begins && ends) {
    if (count == 2) return parameters.loss_joined;
    if (whole.substr(begin.size(), letters - begin.size() - end.size()) == many.key(many.words[first + 1])) return parameters.loss_joined;
  }
  if (count != 2) return kNoPair;
  if (is_syllabic(of_one.script) || is_syllabic(many.words[first].script)) return kNoPair;
  const bool alike = (begins && joined_half_alike(whole.substr(begin.size()), end)) ||
                     (ends && joined_half_alike(whole.substr(0, whole.size() - end.size()), begin));
  if (!alike) return kNoPair;
  return parameters.loss_joined + parameters.edit(many.kind) / static_cast<std::int32_t>(std::max(letters, whole.size()));
}

Score score_bound(std::int64_t earned, std::int32_t query_weight, std::int32_t listed_weight, Kind kind, const Parameters& parameters) {
  const std::int64_t lighter = std::min(query_weight, listed_weight);
  const std::int64_t only_one = std::max(query_weight, listed_weight) - lighter;
  const std::int64_t possible = lighter * 1000 + only_one * parameters.missing(kind);
  const std::int64_t left = earned - lighter * (parameters.contradiction(kind) - 1000);
  if (left <= 0) return 0;
  // Words of no weight: what weighs nothing bounds nothing. In compare() itself pairs then earn nothing, and `left` is 0.
  if (possible == 0) return kScoreMax;
  return static_cast<Score>(std::min<std::int64_t>(kScoreMax, left * kScoreMax / possible));
}

Comparison compare(const NameView& query, const NameView& listed, const Model& model, Explanation* explanation) {
  const Parameters& parameters = model.parameters();
  const auto& q = query.words;
  const auto& l = listed.words;
  TAMGA_CHECK(q.size() <= kWordsMax && l.size() <= kWordsMax);
  const Kind kind = listed.kind;
  const std::int32_t contradiction = parameters.contradiction(kind);
  Comparison result;
  Pairing pairing;
  const auto consider = [&](std::size_t i, std::size_t j) {
    const Likeness likeness = compare_words(query, q[i], listed, l[j], model);
    if (likeness.loss >= contradiction) return false;
    const std::int32_t weight = pair_weight(likeness.how, q[i], l[j]);
    pairing.offer(Pair{pair_value(q[i].weight + l[j].weight, contradiction - likeness.loss), bits(i, 1), bits(j, 1), weight, likeness.loss,
                       static_cast<std::uint8_t>(i), 1, static_cast<std::uint8_t>(j), 1, likeness.how});
    return likeness.loss == 0;
  };
  // Words of one place first: of forty words that are all alike there are more pairs than are looked at.
  bool all_same = q.size() == l.size();
  for (std::size_t i = 0; i < std::min(q.size(), l.size()); ++i) all_same = consider(i, i) && all_same;
  for (std::size_t i = 0; i < q.size(); ++i) {
    for (std::size_t j = 0; j < l.size(); ++j) {
      if (i != j) (void)consider(i, j);
    }
  }
  // Nothing needs to be read as one when everything is the same.
  if (!all_same) {
    const auto offer = [&](std::size_t i, std::size_t count_i, std::size_t j, std::size_t count_j, std::int32_t weight, std::int32_t loss) {
      if (loss >= contradiction) return;
      const std::int64_t both = weight + (count_i == 1 ? q[i].weight : l[j].weight);
      pairing.offer(Pair{pair_value(both, contradiction - loss), bits(i, count_i), bits(j, count_j), weight, loss, static_cast<std::uint8_t>(i),
                         static_cast<std::uint8_t>(count_i), static_cast<std::uint8_t>(j), static_cast<std::uint8_t>(count_j), How::joined});
    };
    offer_joined(query, listed, parameters, [&](std::size_t i, std::size_t count, std::size_t j, std::int32_t weight, std::int32_t loss) {
      offer(i, count, j, 1, weight, loss);
    });
    offer_joined(listed, query, parameters, [&](std::size_t j, std::size_t count, std::size_t i, std::int32_t weight, std::int32_t loss) {
      offer(i, 1, j, count, weight, loss);
    });
  }
  const bool firm = kind == Kind::organisation;
  const bool by_acronym = firm && pairing.size() == 0 && (acronym_of(query, listed) || acronym_of(listed, query));
  if (by_acronym) {
    // Three letters stand for too many things to be more than a hint.
    const std::size_t letters = q.size() == 1 ? q.front().latin_size : l.front().latin_size;
    result.score = parameters.acronym * 10 - (letters < 4 ? 1500 : 0);
    result.score = std::max(result.score, 0);
    result.pairs = 1;
    if (explanation != nullptr)
      explanation->steps.push_back(Step{0, q.size(), 0, l.size(), How::acronym, 1000 - parameters.acronym, kScoreMax - result.score});
    return result;
  }
  if (pairing.size() == 0) return result;
  const auto pairs = pairing.choose();

  std::array<std::int32_t, kWordsMax> partner;  // NOLINT: filled below
  std::fill_n(partner.begin(), q.size(), -1);
  std::uint64_t taken_query = 0;
  std::uint64_t taken_listed = 0;
  std::int64_t earned = 0;
  std::int32_t query_weight = query.weight;
  std::int32_t listed_weight = listed.weight;
  std::int32_t naming_pairs = 0;
  std::int32_t full_pairs = 0;
  std::int32_t initial_pairs = 0;
  bool lineage = false;
  bool spelt_out = false;  // an initial stands for a whole word
  for (const Pair& pair : pairs) {
    taken_query |= pair.query_bits;
    taken_listed |= pair.listed_bits;
    earned += std::int64_t{pair.weight} * (contradiction - pair.loss);
    {
      // The one word stands for all of them, the initial for the word.
      if (pair.query_count == 1) query_weight += std::max(0, pair.weight - q[pair.query].weight);
      if (pair.listed_count == 1) listed_weight += std::max(0, pair.weight - l[pair.listed].weight);
    }
    const Word& of_query = q[pair.query];
    const Word& of_listed = l[pair.listed];
    if (pair.how == How::initial || of_query.role == Role::initial) {
      ++initial_pairs;
      spelt_out = spelt_out || pair.how == How::initial;
    } else if (pair.how == How::joined) {
      naming_pairs += std::max(pair.query_count, pair.listed_count);
      full_pairs += std::max(pair.query_count, pair.listed_count);
    } else {
      // A title that both have is as good as a name: it often is one (Shah, Ostad).
      naming_pairs += counts_as_name(of_query) && counts_as_name(of_listed) ? 1 : 0;
      full_pairs += is_full(of_query) && is_full(of_listed) ? 1 : 0;
    }
    lineage = lineage || (of_query.role == Role::son_of && of_listed.role == Role::son_of);
    if (of_query.role != Role::particle && of_query.role != Role::title) partner[pair.query] = static_cast<std::int32_t>(pair.listed);
  }
  if (full_pairs == 0) return result;
  result.pairs = naming_pairs;

  Score score = score_bound(earned, query_weight, listed_weight, kind, parameters);
  if (explanation != nullptr) {
    NameView weighed_query = query;
    NameView weighed_listed = listed;
    weighed_query.weight = query_weight;
    weighed_listed.weight = listed_weight;
    explain_words(weighed_query, weighed_listed, pairs, taken_query, taken_listed, parameters, explanation->steps);
  }

  const auto apply = [&](std::string_view how, std::int32_t factor) {
    const auto next = static_cast<Score>(static_cast<std::int64_t>(score) * factor / 1000);
    if (explanation != nullptr) explanation->factors.push_back(FactorStep{how, factor, score - next});
    score = next;
  };
  const Counts of_query = counts_of(query);
  const Counts of_listed = counts_of(listed);
  if (kind == Kind::person && naming_pairs < 2 && (of_query.naming > 1 || of_listed.naming > 1 || spelt_out)) {
    if (initial_pairs > 0) {
      apply("initials", parameters.factor_initials);
    } else {
      apply("one_word", parameters.factor_one_word);
    }
  }
  // "Romashka Trading" is the firm Romashka; "Romashka Vasilek" is another.
  if (firm && full_pairs < 2 && (any_name_left(query, taken_query) || any_name_left(listed, taken_listed))) {
    apply("one_word", parameters.factor_one_word_firm);
  }
  if (kind == Kind::person) {
    const int turned = turns(std::span(partner).first(q.size()));
    if (turned > 1) {
      apply(lineage ? "lineage" : "order", lineage ? parameters.factor_lineage : parameters.factor_order);
    } else if (turned == 1) {
      apply("rotated", parameters.factor_rotated);
    }
  }
  if (kind == Kind::person && is_syllabic(query) != is_syllabic(listed) &&
      (any_name_left(query, taken_query) || any_name_left(listed, taken_listed))) {
    apply("syllables", parameters.factor_syllables);
  }
  if (query.forms != 0 && listed.forms != 0 && (query.forms & listed.forms) == 0) apply("legal_form_differs", parameters.factor_legal_form);
  if (kind != Kind::person) {
    const bool number_of_query = any_left(query, taken_query, Role::number);
    const bool number_of_listed = any_left(listed, taken_listed, Role::number);
    result.number_conflict = number_of_query && number_of_listed;
    if (result.number_conflict) {
      apply("number_differs", parameters.factor_number);
    } else if (number_of_query || number_of_listed) {
      apply("number_missing", parameters.factor_number_missing);
    }
  }
  if (firm) {
    const bool place_of_query = any_left(query, taken_query, Role::place);
    const bool place_of_listed = any_left(listed, taken_listed, Role::place);
    if (place_of_query && place_of_listed) {
      apply("place_differs", parameters.factor_place);
    } else if (place_of_query || place_of_listed) {
      apply("place_missing", parameters.factor_place_missing);
    }
  }
  result.score = score;
  return result;
}

}  // namespace tamga::names
