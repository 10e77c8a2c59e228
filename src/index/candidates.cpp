#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <iterator>
#include <new>
#include <numeric>
#include <optional>
#include <type_traits>

#include "index/format.h"
#include "index/index.h"
#include "index/open.h"

// How the names that could reach a threshold are found. The proof that none is missed is in docs/matching.md; the steps here carry its
// numbers (B1, B2, …). All amounts are in thousandths of a weight, as names::score_bound() takes them.
namespace tamga::index {
namespace {

bool may_be_joined(const names::Word& word) { return word.role != names::Role::number && word.role != names::Role::initial; }

constexpr std::int32_t kWeightMax = 1000;
constexpr std::uint32_t kNoSlot = 0xffffffff;
/// Of Scratch::levels: 250 of them are more than a pair can keep.
constexpr std::int32_t kLevelStep = 1000 * kWeightMax / 250;
/// More words than a processor's first cache holds levels of are rare.
constexpr std::size_t kLevelSlots = 2048;
constexpr std::int64_t kNever = std::int64_t{1} << 40;
/// What words found is forgotten when it is more than this and than a part of the index: in a larger one each word finds more.
constexpr std::size_t kKnownBytesMax = std::size_t{30} << 20;
constexpr std::size_t kKnownPart = 16;

/// All that compare_words() looks at.
void append_word(const names::NameView& name, const names::Word& word, std::string& out) {
  out.clear();
  const std::array<char, 7> plain = {static_cast<char>(name.kind),          static_cast<char>(word.role),
                                     static_cast<char>(word.script),        static_cast<char>(word.exact * 2 + word.known),
                                     static_cast<char>(word.weight & 0xff), static_cast<char>(word.weight >> 8),
                                     static_cast<char>(word.key_size)};
  out.append(plain.data(), plain.size());
  out += static_cast<char>(word.nicknames & 0xff);
  out += static_cast<char>(word.nicknames >> 8);
  out += name.key(word);
  out += name.latin(word);
}

}  // namespace

void Wanted::prepare(const names::NameView& name, const names::Model& model) {
  name_ = name;
  model_ = &model;
  words_.resize(name.words.size());
  for (std::size_t i = 0; i < name.words.size(); ++i) {
    append_word(name, name.words[i], words_[i].text);
    words_[i].hash = XXH3_64bits(words_[i].text.data(), words_[i].text.size());
  }
  forms_.clear();
  windows_.clear();
  for (std::size_t count = 2; count <= names::kJoinedWordsMax; ++count) {
    for (std::size_t i = 0; i + count <= name.words.size(); ++i) {
      if (!names::joinable(name, i, count)) continue;
      Window window;
      window.first = static_cast<std::uint8_t>(i);
      window.count = static_cast<std::uint8_t>(count);
      for (std::size_t k = i; k < i + count; ++k) window.weight += name.words[k].weight;
      window.first_form = static_cast<std::uint32_t>(forms_.size());
      const std::string key = names::joined_key(name, i, count);
      for_each_form(key, count == 2 ? joined_deletions_of(key.size()) : 0,
                    [&](PackedForm form) { forms_.push_back(form_hash(form, name.kind, Form::key)); });
      window.forms = static_cast<std::uint32_t>(forms_.size()) - window.first_form;
      windows_.push_back(window);
    }
  }
  acronym_ = name.kind == names::Kind::organisation ? names::acronym(name) : std::string();
}

const WordPartners* KnownWords::find(std::uint64_t hash, std::string_view text) const {
  if (slots_.empty()) return nullptr;
  for (std::size_t at = hash;; ++at) {
    const Slot& slot = slots_[at & (slots_.size() - 1)];
    if (slot.entry == nullptr) return nullptr;
    if (slot.hash == hash && slot.entry->text == text) return &slot.entry->found;
  }
}

const WordPartners& KnownWords::add(std::uint64_t hash, std::string_view text, const WordPartners& found) {
  if (2 * (count_ + 1) > slots_.size()) {
    std::vector<Slot> more(std::max<std::size_t>(1024, 2 * slots_.size()));
    for (const Slot& slot : slots_) {
      if (slot.entry != nullptr) place(more, slot);
    }
    slots_ = std::move(more);
  }
  auto* const entry = new (allocate(sizeof(Entry))) Entry{found, {}};
  entry->text = std::string_view(keep(std::span<const char>(text)));
  entry->found.partners = keep(found.partners);
  entry->found.joined = keep(found.joined);
  place(slots_, {hash, entry});
  ++count_;
  return entry->found;
}

void KnownWords::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  count_ = 0;
  blocks_.clear();
  left_ = 0;
  bytes_ = 0;
}

void KnownWords::place(std::span<Slot> slots, Slot slot) const {
  std::size_t at = slot.hash & (slots.size() - 1);
  while (slots[at].entry != nullptr) at = (at + 1) & (slots.size() - 1);
  slots[at] = slot;
}

std::byte* KnownWords::allocate(std::size_t size) {
  size = (size + 7) / 8 * 8;
  if (size > left_) {
    // What does not fit in a block has one of its own, and what is left of the one before is lost.
    left_ = std::max(size, kBlock);
    blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(left_));
    end_ = blocks_.back().get() + left_;
    bytes_ += left_;
  }
  std::byte* const at = end_ - left_;
  left_ -= size;
  return at;
}

template <typename T>
std::span<const T> KnownWords::keep(std::span<const T> values) {
  static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
  if (values.empty()) return {};
  auto* const at = allocate(values.size_bytes());
  std::memcpy(at, values.data(), values.size_bytes());
  return {reinterpret_cast<const T*>(at), values.size()};
}

/// One search.
class Index::Search {
 public:
  Search(const Implementation& index, const Wanted& wanted, names::Score threshold, Scratch& scratch)
      : index_(index),
        wanted_(wanted),
        threshold_(threshold),
        scratch_(scratch),
        name_(wanted.name_),
        words_(wanted.name_.words),
        model_(*wanted.model_),
        parameters_(wanted.model_->parameters()),
        contradiction_(parameters_.contradiction(name_.kind)),
        word_text_{names::Kind::other, 0, 0, index.word_text.data(), {}} {}

  void run(std::vector<std::uint32_t>& out) {
    begin();
    for (const auto& word : wanted_.words_) scratch_.known.prefetch_slot(word.hash);
    for (const auto& word : wanted_.words_) scratch_.known.prefetch_entry(word.hash);
    for (std::size_t i = 0; i < words_.size(); ++i) {
      partners_[i] = &partners_of(i);
      naming_of_query_ += names_someone(words_[i]) ? 1 : 0;
      initial_of_query_ = initial_of_query_ || words_[i].role == names::Role::initial;
    }
    for (const Among among : {Among::no_initials, Among::initials}) {
      if (all_names(among) == 0) continue;
      choose_spared(among);
      for (std::size_t i = 0; i < words_.size(); ++i) {
        if (spared_[i] < partners_[i]->kept) visit_names_of(i, among);
      }
    }
    clear_levels();
    meet_joined();
    drop_touched();
    add_acronyms();
    auto& touched = scratch_.touched;
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    // Groups of words span kinds (a place is one in a firm's name and in an address), and hashes of two kinds may be equal.
    std::copy_if(touched.begin(), touched.end(), std::back_inserter(out),
                 [&](std::uint32_t number) { return static_cast<names::Kind>(index_.names_words[number].kind) == name_.kind; });
  }

 private:
  /// Which of the names are visited: a listed initial goes with any word of its letter, and names without one need not reckon with that.
  enum class Among : std::uint8_t { no_initials, initials };

  /// What the pairs of a name must keep, or it stays below the threshold.
  struct Least {
    std::int64_t kept = 0;
    std::int64_t one_word = 0;  ///< when no second word is in common
  };

  void begin() {
    Scratch& scratch = scratch_;
    if (scratch.met.size() < index_.names.size()) {
      scratch.met.resize(index_.names.size());
      scratch.joined.resize(index_.names.size());
    }
    if (scratch.seen.size() < index_.words.size()) scratch.seen.resize(index_.words.size());
    if (++scratch.query == 1U << 31) {
      std::fill(scratch.met.begin(), scratch.met.end(), 0);
      scratch.query = 1;
    }
    if (scratch.known.bytes() > std::max(kKnownBytesMax, index_.file.size() / kKnownPart) || scratch.model != &model_ ||
        scratch.index != index_.serial) {
      scratch.known.clear();
      scratch.model = &model_;
      scratch.index = index_.serial;
    }
    scratch.touched.clear();
  }

  /// Calls `each` with the number of every record of these hashes.
  template <typename Each>
  void for_each_found(const Lookups& lookups, std::span<const std::uint32_t> hashes, Each&& each) const {
    auto& there = scratch_.hashes_there;
    if (there.size() < hashes.size()) there.resize(hashes.size());
    std::size_t count = 0;
    for (const std::uint32_t hash : hashes) __builtin_prefetch(lookups.bucket(hash));
    for (const std::uint32_t hash : hashes) {
      there[count] = hash;
      count += lookups.may_have(hash) ? 1 : 0;
    }
    for (std::size_t i = 0; i < count; ++i) __builtin_prefetch(lookups.records.data() + lookups.bucket(there[i])->first);
    for (std::size_t i = 0; i < count; ++i) lookups.find(there[i], each);
  }

  const WordPartners& partners_of(std::size_t i) {
    const auto& [text, hash] = wanted_.words_[i];
    if (const WordPartners* known = scratch_.known.find(hash, text); known != nullptr) return *known;
    WordPartners found;
    find_partners(words_[i], found);
    find_joined(words_[i], found);
    return scratch_.known.add(hash, text, found);
  }

  /// The most that an initial of the query keeps with a word of its letter.
  [[nodiscard]] std::int32_t kept_with_initial() const { return kWeightMax * (1000 - parameters_.loss_initial); }

  /// B1. The listed words that this word can be paired with.
  void find_partners(const names::Word& word, WordPartners& result) {
    auto& found = scratch_.found;
    found.clear();
    if (++scratch_.lookup == 0) {
      std::fill(scratch_.seen.begin(), scratch_.seen.end(), 0);
      scratch_.lookup = 1;
    }
    const auto add = [&](std::uint32_t number) {
      if (scratch_.seen[number] == scratch_.lookup) return;
      scratch_.seen[number] = scratch_.lookup;
      found.push_back(number);
      __builtin_prefetch(&index_.words[number]);
    };
    auto& hashes = scratch_.hashes;
    const auto add_forms = [&](std::string_view letters, int deletions) {
      hashes.clear();
      for_each_form(letters, deletions, [&](PackedForm form) { hashes.push_back(form_hash(form, name_.kind, Form::key)); });
      for_each_found(index_.lookups, hashes, add);
    };
    const std::string_view key = name_.key(word);
    const std::string_view latin = name_.latin(word);
    const bool edits = word.exact == 0 && word.role != names::Role::initial;
    add_forms(key, edits ? deletions_of(key.size()) : 0);
    if (latin != key) add_forms(latin, edits ? deletions_of(latin.size()) : 0);
    const auto add_consonants = [&](text::Script script, const Lookups& lookups) {
      if (2 * latin.size() < names::consonants_for_equality(script)) return;  // x is two
      const std::string kept = text::skeleton(latin, script);
      if (kept.size() < names::consonants_for_equality(script)) return;
      hashes.clear();
      for_each_form(kept, consonant_deletions_of(kept.size(), script),
                    [&](PackedForm form) { hashes.push_back(form_hash(form, name_.kind, Form::consonants, static_cast<std::uint32_t>(script))); });
      for_each_found(lookups, hashes, add);
    };
    // A word in Arabic letters looks for words in others, and the other way round.
    if (may_be_joined(word) && text::has_skeleton(word.script)) {
      add_consonants(word.script, index_.consonants);
    } else if (may_be_joined(word)) {
      for (const auto script : kSkeletonScripts) {
        if ((index_.header.flags >> static_cast<unsigned>(script) & 1) != 0) add_consonants(script, index_.native_consonants);
      }
    }
    if (word.nicknames != 0) {
      for (const auto group : model_.dictionary().nickname_groups(word.nicknames)) {
        auto at = std::lower_bound(index_.nicknames.begin(), index_.nicknames.end(), group / 2,
                                   [](const NicknameRecord& record, std::uint32_t wanted) { return record.group < wanted; });
        for (; at != index_.nicknames.end() && at->group == group / 2; ++at) add(at->word);
      }
    }
    if (names_someone(word)) {
      index_.lookups.find(form_hash(pack(latin.substr(0, 1)), name_.kind, Form::key), [&](std::uint32_t number) {
        if (index_.words[number].word.role == names::Role::initial) add(number);
      });
    }
    auto& partners = scratch_.partners;
    partners.clear();
    for (const std::uint32_t number : found) __builtin_prefetch(index_.word_text.data() + index_.words[number].word.latin_at);
    for (const std::uint32_t number : found) {
      const WordRecord& other = index_.words[number];
      const auto likeness = names::compare_words(name_, word, word_text_, other.word, model_);
      if (likeness.loss >= contradiction_) continue;
      const std::int32_t weight = names::pair_weight(likeness.how, word, other.word);
      Partner partner;
      partner.word = number;
      partner.first_posting = other.first_posting;
      partner.postings = other.postings;
      partner.with_initials = other.with_initials;
      partner.earned = weight * (contradiction_ - likeness.loss);
      partner.kept = weight * std::max(0, 1000 - likeness.loss);
      partner.naming = counts_as_name(word) && counts_as_name(other.word);
      partner.full = is_full(word) && is_full(other.word);
      partner.initial = other.word.role == names::Role::initial && word.role != names::Role::initial;
      partners.push_back(partner);
      result.kept = std::max(result.kept, partner.kept);
      result.letters |= letter_bit(index_.word_text[other.word.latin_at]);
      if (partner.initial) {
        result.initials = true;
        result.kept_by_initial = std::max(result.kept_by_initial, partner.kept);
        continue;
      }
      if (!partner.naming) result.kept_unnamed = std::max(result.kept_unnamed, partner.kept);
      result.naming = result.naming || partner.naming;
      result.full = result.full || partner.full;
      result.full_unnamed = result.full_unnamed || (partner.full && !partner.naming);
    }
    std::sort(partners.begin(), partners.end(),
              [](const Partner& a, const Partner& b) { return a.kept != b.kept ? a.kept > b.kept : a.word < b.word; });
    result.partners = partners;
    for (const Partner& partner : partners) {
      if (partner.initial) continue;
      const std::int32_t step = result.kept == 0 ? 0 : (partner.kept * WordPartners::kSteps + result.kept - 1) / result.kept;
      result.names_to_step[0][static_cast<std::size_t>(step)] += partner.postings - partner.with_initials;
      result.names_to_step[1][static_cast<std::size_t>(step)] += partner.with_initials;
    }
    for (auto& names_to : result.names_to_step) std::partial_sum(names_to.begin(), names_to.end(), names_to.begin());
    // An initial goes with every word of its letter.
    if (word.role == names::Role::initial) {
      result.kept = std::max(result.kept, kept_with_initial());
      result.letters |= letter_bit(latin.front());
    }
  }

  /// The names with two or three neighbouring words that, run together, are this one.
  void find_joined(const names::Word& word, WordPartners& result) {
    if (!may_be_joined(word)) return;
    auto& joined = scratch_.joined_found;
    joined.clear();
    const std::string_view key = name_.key(word);
    scratch_.hashes.clear();
    for (std::uint32_t length = word.key_size - 1U; length <= word.key_size + 1U; ++length) {
      for_each_form(key, joined_deletions_of(key.size()),
                    [&](PackedForm form) { scratch_.hashes.push_back(form_hash(form, name_.kind, Form::joined_two, length)); });
    }
    for_each_found(index_.phrases, scratch_.hashes, [&](std::uint32_t number) {
      // Words of no weight earn nothing, but are in common.
      if (const auto earned = earned_by_pairs(number, word)) joined.push_back({number, *earned});
    });
    index_.phrases.find(text_hash(key, name_.kind, Form::joined_three), [&](std::uint32_t number) {
      joined.push_back({number, 3 * kWeightMax * std::max(0, contradiction_ - parameters_.loss_joined)});
    });
    result.joined = joined;
  }

  /// The most that two neighbouring words of a listed name earn as this one word of the query; nothing when no two are it.
  [[nodiscard]] std::optional<std::int32_t> earned_by_pairs(std::uint32_t number, const names::Word& word) const {
    const NameWordsRecord& record = index_.names_words[number];
    const auto of_name = index_.name_words.subspan(record.first_word, record.words);
    std::optional<std::int32_t> best;
    for (std::size_t k = 0; k + 1 < of_name.size(); ++k) {
      const std::array<names::Word, 2> two = {index_.words[of_name[k]].word, index_.words[of_name[k + 1]].word};
      const std::size_t letters = std::size_t{two[0].key_size} + two[1].key_size;
      if (letters > word.key_size + std::size_t{1} || word.key_size > letters + 1) continue;
      const names::NameView listed{name_.kind, 0, 0, index_.word_text.data(), two};
      if (!names::joinable(listed, 0, 2)) continue;
      const std::int32_t loss = names::joined_loss(listed, 0, 2, name_, word, parameters_);
      if (loss < contradiction_) best = std::max(best.value_or(0), (two[0].weight + two[1].weight) * (contradiction_ - loss));
    }
    return best;
  }

  /// B2. A name whose pairs keep less than this stays below the threshold, if factors leave it `factor` thousandths.
  [[nodiscard]] std::int64_t least_kept(std::int32_t factor) const {
    const std::int64_t missing = parameters_.missing(name_.kind);
    const std::int64_t divisor = std::int64_t{factor} * 10'000 - threshold_ * (1000 - missing);
    const std::int64_t least = std::int64_t{1000} * threshold_ * missing * name_.weight;
    if (divisor > 0) return least / divisor;
    return divisor == 0 && least == 0 ? 0 : kNever;
  }
  /// The same of a name that weighs at least `weight`.
  [[nodiscard]] std::int64_t least_kept(std::int32_t factor, std::int32_t weight) const {
    const std::int64_t lighter = std::min(weight, name_.weight);
    const std::int64_t possible = lighter * 1000 + (std::max(weight, name_.weight) - lighter) * parameters_.missing(name_.kind);
    return std::max(least_kept(factor), factor == 0 ? kNever : threshold_ * possible / (std::int64_t{factor} * 10));
  }

  /// One word in common with a person of several costs a factor, in thousandths; `naming` is the most words that can be in common.
  [[nodiscard]] std::int32_t one_word_factor(std::int32_t naming, bool initials) const {
    if (name_.kind != names::Kind::person || naming_of_query_ < 2 || naming > 1) return 1000;
    return initials ? std::max(parameters_.factor_one_word, parameters_.factor_initials) : parameters_.factor_one_word;
  }

  /// B3. What need not be visited: of word i the partners that keep spared_[i] at most, and all of them where that is their most. A name that is met
  /// through no other can pair only these, and initials; what it keeps then is too little.
  void choose_spared(Among among) {
    bool initials = initial_of_query_;
    if (among == Among::initials) {
      for (std::size_t i = 0; i < words_.size(); ++i) initials = initials || partners_[i]->initials;
    }
    one_word_ = one_word_factor(1, initials);
    least_ = {least_kept(1000), least_kept(one_word_)};
    classes_known_ = 0;
    std::array<std::uint32_t, names::kWordsMax> order;  // NOLINT: filled below
    Steps steps;                                        // NOLINT: filled below
    for (std::size_t i = 0; i < words_.size(); ++i) {
      order[i] = static_cast<std::uint32_t>(i);
      steps[i] = is_initial(i) ? WordPartners::kSteps : kNone;
    }
    const auto all_of = [&](std::size_t i) { return names_to(i, WordPartners::kSteps, among); };
    std::sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(words_.size()),
              [&](std::uint32_t a, std::uint32_t b) { return all_of(a) != all_of(b) ? all_of(a) > all_of(b) : a < b; });
    // Words as a whole, those with most names first.
    for (std::size_t at = 0; at < words_.size(); ++at) {
      const std::uint32_t i = order[at];
      if (is_initial(i)) continue;
      steps[i] = WordPartners::kSteps;
      if (!too_little(steps, among)) steps[i] = kNone;
    }
    // Few names are visited faster than it is found out which of them need not be.
    constexpr std::uint64_t kFew = 64;
    const std::uint64_t visited = visited_of(steps, among);
    if (visited > kFew) {
      const Steps others = spare_partly(among);
      if (visited_of(others, among) < visited) steps = others;
    }
    for (std::size_t i = 0; i < words_.size(); ++i) spared_[i] = steps[i] == kNone ? kNone : partners_[i]->at_step(steps[i]);
  }

  /// Of each word, up to which step partners are spared.
  using Steps = std::array<std::int32_t, names::kWordsMax>;
  static constexpr std::int32_t kNone = -1;

  [[nodiscard]] bool is_initial(std::size_t i) const { return words_[i].role == names::Role::initial; }
  [[nodiscard]] std::uint64_t names_to(std::size_t i, std::int32_t step, Among among) const {
    return step == kNone ? 0 : partners_[i]->names_to_step[static_cast<std::size_t>(among)][static_cast<std::size_t>(step)];
  }
  [[nodiscard]] std::uint64_t all_names(Among among) const {
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) all += names_to(i, WordPartners::kSteps, among);
    return all;
  }
  [[nodiscard]] std::uint64_t visited_of(const Steps& steps, Among among) const {
    std::uint64_t visited = all_names(among);
    for (std::size_t i = 0; i < words_.size(); ++i) visited -= names_to(i, steps[i], among);
    return visited;
  }

  /// Does every name that pairs nothing but what is spared, and initials, stay below the threshold? Its pairs that name someone count for the factor
  /// of one word, so what it keeps is reckoned for none, one and more of them apart.
  [[nodiscard]] bool too_little(const Steps& steps, Among among) const {
    std::int64_t unnamed = 0;   // what all words keep at most without naming anyone
    std::int64_t one_more = 0;  // what the best of them keeps more when it does
    std::int64_t more = 0;      // and all that keep more
    // What it costs that two at least must name someone: of the two for which that is least.
    std::array<std::int64_t, 2> costs = {kNever, kNever};
    int naming = 0;
    bool full = false;
    bool full_unnamed = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const WordPartners& word = *partners_[i];
      if (is_initial(i)) {
        unnamed += word.kept;
        continue;
      }
      const std::int64_t by_initial = among == Among::initials ? word.kept_by_initial : 0;
      if (steps[i] == kNone) {
        unnamed += by_initial;
        continue;
      }
      const std::int64_t spared = word.at_step(steps[i]);
      const std::int64_t mine = std::max(by_initial, std::min<std::int64_t>(spared, word.kept_unnamed));
      unnamed += mine;
      full = full || word.full;
      full_unnamed = full_unnamed || word.full_unnamed;
      if (!word.naming) continue;
      one_more = naming == 0 ? spared - mine : std::max(one_more, spared - mine);
      ++naming;
      more += std::max<std::int64_t>(0, spared - mine);
      const std::int64_t cost = std::max<std::int64_t>(0, mine - spared);
      if (cost < costs[0]) {
        costs = {cost, costs[0]};
      } else {
        costs[1] = std::min(costs[1], cost);
      }
    }
    if (!full) return true;  // initials, particles and titles alone name nobody
    if (full_unnamed && unnamed >= least_.one_word) return false;
    if (naming >= 1 && unnamed + one_more >= least_.one_word) return false;
    return naming < 2 || unnamed + more - costs[0] - costs[1] < least_.kept;
  }

  /// The same where each word may be spared in part. Whatever saves most for what it may keep comes first (the greedy way through a knapsack).
  [[nodiscard]] Steps spare_partly(Among among) const {
    Steps steps;  // NOLINT: filled below
    for (std::size_t i = 0; i < words_.size(); ++i) steps[i] = is_initial(i) ? WordPartners::kSteps : 0;
    if (!too_little(steps, among)) {
      for (std::size_t i = 0; i < words_.size(); ++i) steps[i] = is_initial(i) ? WordPartners::kSteps : kNone;
      return steps;
    }
    for (;;) {
      std::size_t best = words_.size();
      std::int32_t best_step = 0;
      std::uint64_t best_saves = 0;
      std::uint64_t best_keeps = 1;
      for (std::size_t i = 0; i < words_.size(); ++i) {
        const std::int32_t before = steps[i];
        for (std::int32_t step = before + 1; step <= WordPartners::kSteps; ++step) {
          steps[i] = step;
          const std::uint64_t saves = names_to(i, step, among) - names_to(i, before, among);
          const auto keeps = static_cast<std::uint64_t>(partners_[i]->at_step(step) - partners_[i]->at_step(before));
          if (saves * best_keeps <= best_saves * keeps) continue;
          if (!too_little(steps, among)) break;
          best = i;
          best_step = step;
          best_saves = saves;
          best_keeps = keeps;
        }
        steps[i] = before;
      }
      if (best == words_.size()) return steps;
      steps[best] = best_step;
    }
  }

  [[nodiscard]] static std::uint64_t level_of(std::int32_t kept) { return 1 + static_cast<std::uint64_t>(kept / kLevelStep); }

  [[nodiscard]] std::uint64_t& level_at(std::uint16_t slot) const { return scratch_.levels[slot % kLevelSlots]; }
  [[nodiscard]] bool has_level(std::uint16_t slot) const { return (scratch_.has_level[slot / 64] >> (slot % 64) & 1) != 0; }

  /// The same of the names of a weight_class().
  [[nodiscard]] const Least& least_of(std::uint32_t weight_class) {
    Least& least = least_of_class_[weight_class];
    if ((classes_known_ >> weight_class & 1) == 0) {
      classes_known_ |= 1U << weight_class;
      const auto weight = static_cast<std::int32_t>(weight_class) * kWeightClass;
      least = {least_kept(1000, weight), least_kept(one_word_, weight)};
    }
    return least;
  }

  /// Writes what each listed word keeps with each word of the query where the postings' slots find it.
  void set_levels() {
    if (levels_set_) return;
    levels_set_ = true;
    if (scratch_.levels.empty()) {
      scratch_.levels.resize(kLevelSlots);
      scratch_.has_level.resize(kWordSlots / 64);
    }
    for (std::size_t j = 0; j < words_.size(); ++j) {
      if (j >= Scratch::kLevels) {
        by_later_words_ += partners_[j]->kept;
        later_words_ = true;
        continue;
      }
      for (const Partner& partner : partners_[j]->partners) {
        const std::uint16_t slot = word_slot(partner.word);
        scratch_.has_level[slot / 64] |= std::uint64_t{1} << (slot % 64);
        std::uint64_t& level = level_at(slot);
        const std::uint64_t mine = level_of(partner.kept);
        const std::uint64_t before = level >> (8 * j) & 0xff;
        if (mine > before) level += (mine - before) << (8 * j);
      }
    }
  }

  void clear_levels() {
    if (!levels_set_) return;
    for (std::size_t j = 0; j < std::min(words_.size(), Scratch::kLevels); ++j) {
      for (const Partner& partner : partners_[j]->partners) {
        const std::uint16_t slot = word_slot(partner.word);
        scratch_.has_level[slot / 64] = 0;
        level_at(slot) = 0;
      }
    }
  }

  /// B4. The names that hold a partner of word i, but for those of which the other words cannot keep what is needed besides. The more a name weighs
  /// the more is needed.
  void visit_names_of(std::size_t i, Among among) {
    const auto& partners = partners_[i]->partners;
    // What each other word of the query keeps at most, of names that have a word with one of these first letters.
    struct Other {
      std::uint32_t letters = 0;
      std::int32_t kept = 0;
    };
    std::array<Other, names::kWordsMax> others;  // NOLINT: filled below
    std::size_t others_count = 0;
    std::int64_t by_others = 0;
    for (std::size_t j = 0; j < words_.size(); ++j) {
      if (j == i || partners_[j]->letters == 0) continue;
      others[others_count++] = {partners_[j]->letters, partners_[j]->kept};
      by_others += partners_[j]->kept;
    }
    for (std::size_t at = 0; at < partners.size(); ++at) {
      constexpr std::size_t kAhead = 4;
      if (at + kAhead < partners.size()) __builtin_prefetch(&index_.postings[partners[at + kAhead].first_posting]);
      const Partner& partner = partners[at];
      if (partner.initial) continue;
      if (partner.kept <= spared_[i] || partner.kept + by_others < least_.kept) return;  // those that follow keep no more
      const std::uint32_t first = among == Among::initials ? partner.postings - partner.with_initials : 0;
      const std::uint32_t count = among == Among::initials ? partner.with_initials : partner.postings - partner.with_initials;
      for (const PostingRecord& posting : index_.postings.subspan(partner.first_posting + first, count)) {
        const Least& least = least_of(posting.weight_class());
        if (partner.kept < least.one_word) {
          // Without a second pair the factor of one word applies. (It may keep nothing.)
          std::int64_t kept = partner.kept;
          bool any = false;
          for (std::size_t k = 0; k < others_count; ++k) {
            const bool there = (posting.letters_and_class & others[k].letters) != 0;
            any = any || there;
            kept += there ? others[k].kept : 0;
          }
          if (!any || kept < least.kept) continue;
          if (!posting.has_more() && !others_keep(posting, i, least.kept - partner.kept)) continue;
        }
        touch(posting.name);
      }
    }
  }

  /// Is there another pair in that name, and do all keep so much? By the words themselves.
  [[nodiscard]] bool others_keep(const PostingRecord& posting, std::size_t i, std::int64_t needed) {
    set_levels();
    const std::uint64_t but_mine = i < Scratch::kLevels ? ~(std::uint64_t{0xff} << (8 * i)) : ~std::uint64_t{0};
    std::array<std::uint64_t, 4> levels;  // NOLINT: filled below
    for (std::size_t k = 0; k < levels.size(); ++k) levels[k] = has_level(posting.others[k]) ? level_at(posting.others[k]) & but_mine : 0;
    std::int64_t kept = by_later_words_;
    for (std::size_t j = 0; initial_of_query_ && j < std::min(words_.size(), Scratch::kLevels); ++j) {
      if (j == i || words_[j].role != names::Role::initial) continue;
      if ((posting.letters_and_class & letter_bit(name_.latin(words_[j]).front())) != 0) kept += kept_with_initial() + kLevelStep;
    }
    const bool any = (levels[0] | levels[1] | levels[2] | levels[3]) != 0;
    if (!any && kept == 0 && !later_words_) return false;
    if (any) {
      for (std::size_t byte = 0; byte < Scratch::kLevels; ++byte) {
        std::uint8_t best = 0;
        for (const std::uint64_t level : levels) best = std::max(best, static_cast<std::uint8_t>(level >> (8 * byte)));
        kept += std::int64_t{best} * kLevelStep;
      }
    }
    return kept >= needed;
  }

  void touch(std::uint32_t number) {
    if (scratch_.met[number] / 2 == scratch_.query) return;
    scratch_.met[number] = scratch_.query * 2;
    scratch_.touched.push_back(number);
  }

  void touch_joined(std::uint32_t number, std::uint32_t step, std::int32_t earned) {
    touch(number);
    Scratch::Joined& joined = scratch_.joined[number];
    if (scratch_.met[number] % 2 == 0) {
      scratch_.met[number] += 1;
      joined = Scratch::Joined{};
    }
    if (joined.step != step) {
      joined.step = step;
      joined.of_step = 0;
    }
    if (earned > joined.of_step) {
      joined.earned += earned - joined.of_step;
      joined.of_step = earned;
    }
  }

  /// B5. Words that were run together in one of the two names.
  void meet_joined() {
    std::uint32_t step = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      ++step;
      for (const auto& joined : partners_[i]->joined) touch_joined(joined.name, step, joined.earned);
    }
    for (const Wanted::Window& window : wanted_.windows_) {
      ++step;
      for_each_found(index_.lookups, std::span(wanted_.forms_).subspan(window.first_form, window.forms), [&](std::uint32_t number) {
        const WordRecord& other = index_.words[number];
        const std::int32_t loss = names::joined_loss(name_, window.first, window.count, word_text_, other.word, parameters_);
        if (loss >= contradiction_) return;
        for (const PostingRecord& posting : index_.names_of(other)) {
          touch_joined(posting.name, step, window.weight * (contradiction_ - loss));
        }
      });
    }
  }

  [[nodiscard]] std::size_t chain_of(std::uint32_t word) const { return (word * 0x9e3779b1U) >> chain_shift_; }

  void make_chains() {
    auto& slots = scratch_.slots;
    slots.clear();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (const Partner& partner : partners_[i]->partners) {
        slots.push_back({partner.word, kNoSlot, partner.earned, static_cast<std::uint8_t>(i), partner.naming, partner.full, partner.initial});
      }
    }
    const auto bits = std::max(4, static_cast<int>(std::bit_width(slots.size() * 2)));
    chain_shift_ = 32 - static_cast<unsigned>(bits);
    scratch_.chains.assign(std::size_t{1} << bits, kNoSlot);
    for (std::uint32_t at = 0; at < slots.size(); ++at) {
      std::uint32_t& chain = scratch_.chains[chain_of(slots[at].word)];
      slots[at].next = chain;
      chain = at;
    }
  }

  /// B6. What a name that was met can score at most, by the pairs that its words allow.
  [[nodiscard]] names::Score bound_of(std::uint32_t number) const {
    const NameWordsRecord& record = index_.names_words[number];
    std::array<std::int32_t, names::kWordsMax> of_query;  // NOLINT: filled below
    std::fill_n(of_query.begin(), words_.size(), 0);
    std::uint64_t naming_query = 0;
    std::int32_t naming_listed = 0;
    bool full = false;
    bool initials = initial_of_query_;
    std::int64_t by_listed = 0;
    for (const std::uint32_t word : index_.name_words.subspan(record.first_word, record.words)) {
      std::int32_t best = 0;
      bool naming = false;
      const auto pair = [&](std::size_t i, std::int32_t earned) {
        of_query[i] = std::max(of_query[i], earned);
        best = std::max(best, earned);
      };
      for (std::uint32_t at = scratch_.chains[chain_of(word)]; at != kNoSlot; at = scratch_.slots[at].next) {
        const Scratch::Slot& slot = scratch_.slots[at];
        if (slot.word != word) continue;
        pair(slot.of_query, slot.earned);
        full = full || slot.full;
        initials = initials || slot.initial;
        naming = naming || slot.naming;
        naming_query |= std::uint64_t{slot.naming} << slot.of_query;
      }
      if (initial_of_query_) {
        const names::Word& listed = index_.words[word].word;
        for (std::size_t i = 0; i < words_.size(); ++i) {
          if (words_[i].role != names::Role::initial || !names_someone(listed)) continue;
          if (index_.word_text[listed.latin_at] != name_.latin(words_[i]).front()) continue;
          pair(i, listed.weight * std::max(0, contradiction_ - parameters_.loss_initial));
        }
      }
      by_listed += best;
      naming_listed += naming ? 1 : 0;
    }
    std::int64_t by_query = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) by_query += of_query[i];
    const bool joined = scratch_.met[number] % 2 != 0;
    if (!joined && !full) return 0;
    const std::int64_t earned = std::min(by_query, by_listed) + (joined ? scratch_.joined[number].earned : 0);
    const names::Score score = names::score_bound(earned, name_.weight, record.weight, name_.kind, parameters_);
    if (joined) return score;
    return score * one_word_factor(std::min(std::popcount(naming_query), naming_listed), initials) / 1000;
  }

  void drop_touched() {
    auto& touched = scratch_.touched;
    if (touched.empty()) return;
    make_chains();
    constexpr std::size_t kAhead = 8;
    std::size_t kept = 0;
    for (std::size_t at = 0; at < touched.size(); ++at) {
      if (at + 2 * kAhead < touched.size()) __builtin_prefetch(&index_.names_words[touched[at + 2 * kAhead]]);
      if (at + kAhead < touched.size()) __builtin_prefetch(&index_.name_words[index_.names_words[touched[at + kAhead]].first_word]);
      const std::uint32_t number = touched[at];
      if (bound_of(number) >= threshold_) touched[kept++] = number;
    }
    touched.resize(kept);
  }

  /// B7. Acronyms stand for a whole name.
  void add_acronyms() {
    if (name_.kind != names::Kind::organisation || parameters_.acronym * 10 < threshold_) return;
    if (words_.size() == 1) {
      index_.phrases.find(text_hash(name_.latin(words_[0]), name_.kind, Form::acronym),
                          [&](std::uint32_t number) { scratch_.touched.push_back(number); });
    }
    if (wanted_.acronym_.empty()) return;
    // By its letters, of which every listed word has the beginning among its forms.
    index_.lookups.find(form_hash(pack(wanted_.acronym_), name_.kind, Form::key), [&](std::uint32_t number) {
      for (const PostingRecord& posting : index_.names_of(index_.words[number])) {
        if (index_.names_words[posting.name].words == 1) scratch_.touched.push_back(posting.name);
      }
    });
  }

  const Implementation& index_;
  const Wanted& wanted_;
  const names::Score threshold_;
  Scratch& scratch_;
  const names::NameView& name_;
  const std::span<const names::Word> words_;
  const names::Model& model_;
  const names::Parameters& parameters_;
  const std::int32_t contradiction_;
  const names::NameView word_text_;                             ///< for the letters of listed words
  std::array<const WordPartners*, names::kWordsMax> partners_;  // NOLINT: filled by run()
  std::array<std::int32_t, names::kWordsMax> spared_;           // NOLINT: filled by choose_spared()
  std::int64_t by_later_words_ = 0;                             ///< what the words without a level keep at most
  bool later_words_ = false;
  std::int32_t naming_of_query_ = 0;
  bool initial_of_query_ = false;
  std::int32_t one_word_ = 1000;  ///< one_word_factor() at most
  Least least_;
  std::array<Least, 32> least_of_class_;  ///< by weight_class(); those of classes_known_
  std::uint32_t classes_known_ = 0;
  bool levels_set_ = false;
  unsigned chain_shift_ = 0;
};

void Index::candidates(const Wanted& wanted, names::Score threshold, Scratch& scratch, std::vector<std::uint32_t>& out) const {
  if (wanted.name_.words.empty()) return;
  Search(*implementation_, wanted, std::max(threshold, 1), scratch).run(out);
}

}  // namespace tamga::index
