#include "names/dictionary.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

#include "base/result.h"
#include "names/dictionary_builder.h"
#include "names/dictionary_image.h"
#include "names/distance.h"

// What tools/freeze_dictionary.cpp made of the tables and policy/matching.toml at build time (cmake/embed.cmake).
extern "C" const std::byte tamga_names_dictionary[];      // NOLINT(readability-identifier-naming)
extern "C" const std::byte tamga_names_dictionary_end[];  // NOLINT(readability-identifier-naming)

namespace tamga::names {
namespace {

/// A damaged link is a bug of the build, and shows here.
const DictionaryHeader& block_at(const std::byte* bytes, std::size_t size) {
  TAMGA_CHECK(reinterpret_cast<std::uintptr_t>(bytes) % alignof(DictionaryHeader) == 0);
  TAMGA_CHECK(size >= sizeof(DictionaryHeader));
  const auto& block = *reinterpret_cast<const DictionaryHeader*>(bytes);
  TAMGA_CHECK(block.size == size);
  return block;
}

const DictionaryHeader& frozen_block() {
  return block_at(tamga_names_dictionary, static_cast<std::size_t>(tamga_names_dictionary_end - tamga_names_dictionary));
}

/// The slot of a text with this hash of which `is_it` is true; nullptr when there is none.
template <typename IsIt>
const Slot* find_slot(const DictionaryHeader& block, Section<Slot> table, std::uint64_t hash, IsIt&& is_it) {
  const auto slots = records(block, table);
  const HashPlace place = place_of(hash, slots.size());
  for (std::size_t at = place.slot; slots[at].text != 0; at = at + 1 == slots.size() ? 0 : at + 1) {
    if (slots[at].tag == place.tag && is_it(text_at(block, slots[at].text))) return &slots[at];
  }
  return nullptr;
}

const Slot* find_slot(const DictionaryHeader& block, Section<Slot> table, std::string_view text) {
  return find_slot(block, table, hash_on(kHashStart, text), [&](std::string_view other) { return other == text; });
}

/// Calls `each` with the words of this near hash, and perhaps with others.
template <typename Each>
void each_near(std::span<const NearSlot> slots, std::uint64_t hash, Each&& each) {
  const HashPlace place = place_of(hash, slots.size());
  for (std::size_t at = place.slot; slots[at].word != 0; at = at + 1 == slots.size() ? 0 : at + 1) {
    if (slots[at].tag == place.tag) each(std::uint32_t{slots[at].word});
  }
}

/// Words of legal forms that are so long may have two letters wrong.
constexpr std::size_t kTwoEditsMin = 12;

using Part = std::string text::Token::*;

/// Are these words, with a space between each two, that text?
bool is_phrase(std::span<const text::Token> words, Part part, std::string_view text) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) {
      if (!text.starts_with(' ')) return false;
      text.remove_prefix(1);
    }
    if (!text.starts_with(words[i].*part)) return false;
    text.remove_prefix((words[i].*part).size());
  }
  return text.empty();
}

const Entry* entry_of(const DictionaryHeader& block, const Slot* slot) {
  return slot == nullptr || slot->entry == 0 ? nullptr : &records(block, block.entries)[slot->entry];
}

/// The longest phrase at the beginning of the words, by one part of them.
Dictionary::Found longest(const DictionaryHeader& block, Section<Slot> table, std::span<const text::Token> words, Part part, bool single) {
  Dictionary::Found best;
  std::uint64_t hash = hash_on(kHashStart, words.front().*part);
  const Slot* slot = find_slot(block, table, hash, [&](std::string_view text) { return text == words.front().*part; });
  if (const Entry* entry = entry_of(block, slot); entry != nullptr && single) best = {entry, 1};
  for (std::size_t count = 2; slot != nullptr && slot->begins_phrase != 0 && count <= std::min(words.size(), kPhraseWordsMax); ++count) {
    hash = hash_on(hash_on(hash, " "), words[count - 1].*part);
    slot = find_slot(block, table, hash, [&](std::string_view text) { return is_phrase(words.first(count), part, text); });
    if (const Entry* entry = entry_of(block, slot); entry != nullptr) best = {entry, count};
  }
  return best;
}

}  // namespace

std::string_view role_name(Role role) {
  switch (role) {
    case Role::word: return "word";
    case Role::patronymic: return "patronymic";
    case Role::particle: return "particle";
    case Role::son_of: return "son_of";
    case Role::title: return "title";
    case Role::honorific: return "honorific";
    case Role::generic: return "generic";
    case Role::place: return "place";
    case Role::number: return "number";
    case Role::initial: return "initial";
  }
  return "word";
}

Dictionary::Dictionary(const Parameters& parameters, std::span<const HouseWord> house_words) : block_(&frozen_block()) {
  const auto made_with = records(*block_, block_->weights);
  const auto wanted = reading_weights(parameters);
  if (house_words.empty() && std::equal(made_with.begin(), made_with.end(), wanted.begin(), wanted.end())) return;
  built_ = build_dictionary(parameters, house_words);
  const auto bytes = std::as_bytes(std::span(built_));
  block_ = &block_at(bytes.data(), bytes.size());
}

std::span<const std::byte> Dictionary::image() const { return {reinterpret_cast<const std::byte*>(block_), block_->size}; }

std::uint64_t Dictionary::tables_fingerprint() const { return block_->tables; }

std::string_view Dictionary::text(std::uint32_t offset) const { return text_at(*block_, offset); }

std::span<const Reading> Dictionary::readings(const Entry& entry) const {
  return records(*block_, block_->readings).subspan(entry.first_reading, entry.readings);
}

const Entry* Dictionary::find(const text::Token& word, Kind kind) const {
  const auto of = static_cast<std::size_t>(kind);
  if (const Entry* entry = entry_of(*block_, find_slot(*block_, block_->exact[of], word.latin)); entry != nullptr) return entry;
  if (word.latin.size() <= kExactLettersMax) return nullptr;
  return entry_of(*block_, find_slot(*block_, block_->by_key[of], word.key));
}

Dictionary::Found Dictionary::find(std::span<const text::Token> words, std::size_t at, Kind kind) const {
  const auto of = static_cast<std::size_t>(kind);
  const auto rest = words.subspan(at);
  const Found by_letters = longest(*block_, block_->exact[of], rest, &text::Token::latin, true);
  const Found by_keys = longest(*block_, block_->by_key[of], rest, &text::Token::key, rest.front().latin.size() > kExactLettersMax);
  if (by_keys.words <= by_letters.words) return by_letters;
  return Found{by_keys.entry, by_keys.words, true};
}

bool Dictionary::is_form_word(std::string_view key) const {
  const auto words = records(*block_, block_->form_words);
  const auto at =
      std::lower_bound(words.begin(), words.end(), key, [&](const FormWord& word, std::string_view wanted) { return text(word.key) < wanted; });
  return at != words.end() && text(at->key) == key;
}

std::string_view Dictionary::form_word(const text::Token& token, bool beside) const {
  const std::uint32_t key_letters = letters_of(token.key);
  const std::uint32_t latin_letters = letters_of(token.latin);
  const auto words = records(*block_, block_->form_words);
  std::string_view best;
  int best_edits = 3;
  const auto consider = [&](const FormWord& word) {
    if (word.latin_size == kFormWordLettersMin && !beside) return;
    const auto alike = [&](std::string_view mine, std::uint32_t my_letters, std::uint32_t theirs, std::size_t their_size,
                           std::uint32_t their_letters) {
      const std::size_t longer = std::max(mine.size(), their_size);
      const int limit = std::min(longer >= kTwoEditsMin ? 2 : longer > kFormWordLettersMin || beside ? 1 : 0, best_edits - 1);
      if (limit < 1 || longer - std::min(mine.size(), their_size) > static_cast<std::size_t>(limit)) return;
      if (std::popcount(my_letters ^ their_letters) > 2 * limit) return;
      const int edits = edit_distance(mine, text(theirs), limit);
      if (edits > limit) return;
      best = text(word.key);
      best_edits = edits;
    };
    alike(token.key, key_letters, word.key, word.key_size, word.key_letters);
    // A key may hide how little differs: "limiyed" has the key "limed".
    alike(token.latin, latin_letters, word.latin, word.latin_size, word.latin_letters);
  };
  // Shorter words are one edit away at most.
  std::array<std::uint32_t, 64> found;  // NOLINT: filled before it is read
  std::size_t count = 0;
  if (std::max(token.key.size(), token.latin.size()) + 2 < kTwoEditsMin) {
    const auto slots = records(*block_, block_->near_form_words);
    const auto add = [&](std::uint64_t hash) {
      each_near(slots, hash, [&](std::uint32_t number) {
        if (count < found.size()) found[count++] = number;
      });
    };
    each_near_hash(token.key, add);
    if (token.latin != token.key) each_near_hash(token.latin, add);
  } else {
    count = found.size();
  }
  if (count == found.size()) {
    const auto near = [](std::size_t mine, std::size_t theirs) { return mine + 2 >= theirs && theirs + 2 >= mine; };
    for (const auto& word : words) {
      // Two edits change four kinds of letter at most: most words are told apart by that alone.
      constexpr int kChanged = 4;
      if (std::popcount(key_letters ^ word.key_letters) > kChanged && std::popcount(latin_letters ^ word.latin_letters) > kChanged) continue;
      if (near(token.key.size(), word.key_size) || near(token.latin.size(), word.latin_size)) consider(word);
    }
    return best;
  }
  std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count));
  for (std::size_t i = 0; i < count; ++i) {
    if (i == 0 || found[i] != found[i - 1]) consider(words[found[i] - 1]);
  }
  return best;
}

bool Dictionary::is_long_form_word(std::string_view latin) const { return find_slot(*block_, block_->long_form_words, latin) != nullptr; }

bool Dictionary::is_nearly_short_form(std::string_view latin) const {
  static constexpr std::array<std::string_view, 30> kShortForms = {"ltd", "llc",  "jsc",  "cjsc", "ojsc", "pjsc", "ooo",  "oao", "pao", "zao",
                                                                   "too", "gmbh", "corp", "inc",  "sarl", "dmcc", "fzco", "fzc", "fze", "ltda",
                                                                   "plc", "pte",  "pvt",  "spa",  "srl",  "bhd",  "kft",  "doo", "ood", "eood"};
  if (latin.size() < 2 || latin.size() > 5) return false;
  return std::any_of(kShortForms.begin(), kShortForms.end(), [&](std::string_view form) { return edit_distance(latin, form, 1) == 1; });
}

const Entry* Dictionary::near_entry(std::string_view key, Kind kind) const {
  const auto slots = records(*block_, block_->near_slots[static_cast<std::size_t>(kind)]);
  if (key.size() < kNearLettersMin || slots.empty()) return nullptr;
  const auto words = records(*block_, block_->near_words);
  const auto entries = records(*block_, block_->entries);
  std::uint32_t best = 0;
  each_near_hash(key, [&](std::uint64_t hash) {
    each_near(slots, hash, [&](std::uint32_t word) {
      if (word == best) return;
      const std::int32_t gain = entries[words[word].entry].weight - entries[words[best].entry].weight;
      // Of two that weigh the same the one that the tables have first, wherever their hashes put them.
      if (gain < 0 || (gain == 0 && word > best)) return;
      if (edit_distance(key, text(words[word].text), 1) <= 1) best = word;
    });
  });
  return best == 0 ? nullptr : &entries[words[best].entry];
}

std::uint16_t Dictionary::nicknames(std::string_view latin) const {
  const Slot* slot = find_slot(*block_, block_->nicknames, latin);
  return slot == nullptr ? std::uint16_t{0} : static_cast<std::uint16_t>(slot->entry);
}

std::span<const std::uint32_t> Dictionary::nickname_groups(std::uint16_t set) const {
  if (set == 0) return {};
  const auto ends = records(*block_, block_->group_ends);
  return records(*block_, block_->groups).subspan(ends[set - 1], ends[set] - ends[set - 1]);
}

int Dictionary::nicknames_joined(std::uint16_t a, std::uint16_t b) const {
  if (a == 0 || b == 0) return 0;
  int joined = 0;
  for (const std::uint32_t mine : nickname_groups(a)) {
    for (const std::uint32_t theirs : nickname_groups(b)) {
      if (mine / 2 != theirs / 2) continue;
      joined = std::max(joined, (mine & theirs & 1) != 0 ? 2 : 1);
    }
  }
  return joined;
}

}  // namespace tamga::names
