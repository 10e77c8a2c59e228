#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "names/dictionary.h"

/// How a dictionary lies in memory: one block of plain records that refer to one another by offsets and numbers, so that it needs no reading.
///
/// The block of the shipped tables is made at build time (tools/freeze_dictionary.cpp) and stands in the program as read-only data: reading the
/// tables takes some 80 ms, more than all the rest of a short command. A house with words or weights of its own gets the same layout, made at
/// start. The block is never kept in a file that outlives the program, so it has no version; but the build writes it with the tool's byte order
/// and record layout, so a build for another kind of machine must run the tool under its emulator (CMAKE_CROSSCOMPILING_EMULATOR).
///
/// Texts stand in one pool, each once, behind two bytes with its length. Tables are open addressing with linear probing, at most half full, eight
/// slots to a cache line; a slot holds so much of the hash that a text is seldom fetched in vain. Entries are few (some 3,300 for 87,000 words and
/// phrases) because words that do the same share one.
namespace tamga::names {

inline constexpr std::size_t kPhraseWordsMax = 8;
/// Single words of so few letters are looked up as they are written, not by key: lp is not llp.
inline constexpr std::size_t kExactLettersMax = 4;
/// Shorter words of legal forms are too near to others.
inline constexpr std::size_t kFormWordLettersMin = 5;
/// Words that may be recognised with a letter wrong; shorter ones are near to too many names.
inline constexpr std::size_t kNearLettersMin = 5;
inline constexpr std::size_t kNearLettersMax = 24;

/// `count` records, `at` bytes behind the beginning of the block.
template <typename Record>
struct Section {
  std::uint32_t at = 0;
  std::uint32_t count = 0;
};

struct Slot {
  std::uint64_t text : 27 = 0;   ///< its offset in the pool; 0: the slot is empty
  std::uint64_t entry : 22 = 0;  ///< 0: no entry, only the beginning of a phrase
  std::uint64_t begins_phrase : 1 = 0;
  std::uint64_t tag : 14 = 0;
};

/// A light word that others may be misspellings of.
struct NearWord {
  std::uint32_t text = 0;
  std::uint32_t entry = 0;
};
/// One for the word and for each way to take a letter out of it: each_near_hash().
struct NearSlot {
  std::uint32_t word : 18 = 0;  ///< its number; 0: the slot is empty
  std::uint32_t tag : 14 = 0;
};

struct FormWord {
  std::uint32_t key = 0;
  std::uint32_t latin = 0;
  std::uint32_t key_letters = 0;  ///< letters_of()
  std::uint32_t latin_letters = 0;
  std::uint16_t key_size = 0;
  std::uint16_t latin_size = 0;
};

/// The beginning of the block.
struct DictionaryHeader {
  std::uint64_t size = 0;         ///< of the block, in bytes
  std::uint64_t tables = 0;       ///< what it was made of: kTablesFingerprint
  Section<std::int32_t> weights;  ///< and with which numbers: reading_weights()
  Section<char> texts;
  Section<Entry> entries;  ///< the first stands for none
  Section<Reading> readings;
  Section<FormWord> form_words;              ///< sorted by key
  Section<NearSlot> near_form_words;         ///< their numbers, from 1, by the near hashes of both spellings
  Section<std::uint32_t> group_ends;         ///< of each set of nickname groups, in `groups`; set 0 is empty
  Section<std::uint32_t> groups;             ///< 2 * group + (1 if strong)
  Section<Slot> nicknames;                   ///< by latin; a slot's entry is the number of a set
  Section<Slot> long_form_words;             ///< by latin
  std::array<Section<Slot>, kKinds> exact;   ///< by the words' letters
  std::array<Section<Slot>, kKinds> by_key;  ///< by their keys
  Section<NearWord> near_words;              ///< of all kinds; the first stands for none
  std::array<Section<NearSlot>, kKinds> near_slots;
};

// Nothing undefined between the members: the same tables give the same bytes.
template <typename Record>
inline constexpr bool kIsPlain = std::is_trivially_copyable_v<Record> && std::has_unique_object_representations_v<Record> && alignof(Record) <= 8;
static_assert(kIsPlain<Slot> && kIsPlain<NearWord> && kIsPlain<NearSlot> && kIsPlain<FormWord> && kIsPlain<Entry> && kIsPlain<Reading>);
static_assert(kIsPlain<DictionaryHeader> && sizeof(DictionaryHeader) % 8 == 0);
static_assert(sizeof(Slot) == 8 && sizeof(NearSlot) == 4 && sizeof(NearWord) == 8 && sizeof(FormWord) == 20 && sizeof(Entry) == 28 &&
              sizeof(Reading) == 16);

template <typename Record>
[[nodiscard]] std::span<const Record> records(const DictionaryHeader& block, Section<Record> section) {
  return {reinterpret_cast<const Record*>(reinterpret_cast<const char*>(&block) + section.at), section.count};
}

[[nodiscard]] inline std::string_view text_at(const DictionaryHeader& block, std::uint32_t offset) {
  const char* const at = reinterpret_cast<const char*>(&block) + block.texts.at + offset;
  std::uint16_t size = 0;
  std::memcpy(&size, at, sizeof size);
  return {at + sizeof size, size};
}

/// The hash of a text is a polynomial: that of a phrase goes on from that of its first words, and that of a word without one of its letters
/// follows from the word's own.
inline constexpr std::uint64_t kHashStart = 1;
inline constexpr std::uint64_t kHashFactor = 6364136223846793005ULL;  // Knuth's, of MMIX: any large odd number would do
[[nodiscard]] constexpr std::uint64_t hash_on(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = hash * kHashFactor + static_cast<unsigned char>(c);
  return hash;
}

/// Where a hash is looked for first among so many slots, and what the slot must say of it. The polynomial's bits are mixed before: its low ones
/// depend on few letters.
struct HashPlace {
  std::size_t slot = 0;
  std::uint32_t tag = 0;
};
[[nodiscard]] constexpr HashPlace place_of(std::uint64_t hash, std::size_t slots) {
  const std::uint64_t mixed = (hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15ULL;
  return {static_cast<std::size_t>(((mixed >> 32) * slots) >> 32), static_cast<std::uint32_t>((mixed >> 18) & 0x3fff)};
}

/// The hashes of the key and of it with a letter taken out. Two keys that are one edit apart have one of them in common.
template <typename Each>
void each_near_hash(std::string_view key, Each&& each) {
  if (key.size() > kNearLettersMax) return;
  std::array<std::uint64_t, kNearLettersMax + 1> begin;  // NOLINT: filled before it is read
  begin[0] = kHashStart;
  for (std::size_t i = 0; i < key.size(); ++i) begin[i + 1] = hash_on(begin[i], key.substr(i, 1));
  const std::uint64_t whole = begin[key.size()];
  each(whole);
  std::uint64_t factor = 1;  // what the letters up to the place are multiplied with by those behind it
  for (std::size_t i = key.size(); i-- > 0; factor *= kHashFactor) {
    // Of two equal letters side by side it does not matter which one goes.
    if (i > 0 && key[i] == key[i - 1]) continue;
    each(whole - factor * (begin[i + 1] - begin[i]));
  }
}

}  // namespace tamga::names
