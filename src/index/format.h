#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "names/compare.h"

/// The layout of an index file; shared by the builder and the reader only.
namespace tamga::index {

static_assert(std::endian::native == std::endian::little, "index files are little-endian");

inline constexpr std::array<char, 8> kMagic = {'T', 'A', 'M', 'G', 'A', 'I', 'X', '\n'};

enum class SectionId : std::uint32_t {
  text,            ///< ids, schemata, names as written, keys of identifiers
  json,            ///< entities and relations as JSON
  entities,        ///< EntityRecord
  by_id,           ///< numbers of entities, by id
  schemata,        ///< TextRange
  birth_dates,     ///< PackedDate, those of an entity together
  countries,       ///< two letters each
  relations,       ///< RelationRecord
  relation_ends,   ///< RelationEndRecord
  names,           ///< NameRecord
  names_words,     ///< NameWordsRecord of each
  name_words,      ///< numbers of words, those of a name together
  identifiers,     ///< IdentifierRecord
  word_text,       ///< letters of words
  words,           ///< WordRecord
  postings,        ///< PostingRecord, those of a word together, by name; names with an initial behind the others
  lookups,         ///< LookupRecord by hash: forms of words, with letters taken out
  lookup_buckets,  ///< LookupBucket by the first bits of a hash in `lookups`, and one behind the last
  consonants,      ///< the same of the consonants of words in Latin, Cyrillic …, as they would be written in the scripts of kSkeletonScripts
  consonant_buckets,
  native_consonants,  ///< and of those of words in these scripts, which are few
  native_consonant_buckets,
  phrases,  ///< LookupRecord by hash: names that hold two or three neighbouring words run together, or have this acronym
  phrase_buckets,
  nicknames,  ///< NicknameRecord by group
  count
};
inline constexpr std::size_t kSections = static_cast<std::size_t>(SectionId::count);

struct TextRange {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t unused = 0;
};

struct EntityRecord {
  TextRange id;
  std::uint64_t json_offset = 0;
  std::uint32_t json_size = 0;
  std::uint32_t first_birth_date = 0;
  std::uint32_t first_country = 0;
  std::uint16_t schema = 0;
  std::uint8_t birth_dates = 0;
  std::uint8_t countries = 0;
  std::uint8_t gender = 0;  ///< 0 unknown or both, 1 male, 2 female
  std::uint8_t unused1 = 0;
  std::uint16_t unused2 = 0;
  std::uint32_t first_name = 0;  ///< its names follow one another
};

struct RelationRecord {
  std::uint64_t json_offset = 0;
  std::uint32_t json_size = 0;
  std::uint32_t schema = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

/// One end of a relation; sorted by entity, then relation.
struct RelationEndRecord {
  std::uint32_t entity = 0;
  std::uint32_t relation = 0;
};

/// A name in one of the ways it can be read.
struct NameRecord {
  std::uint64_t text_offset = 0;
  std::uint32_t entity = 0;
  std::uint16_t text_size = 0;
  std::uint16_t forms = 0;
  std::uint8_t quality = 0;
  std::uint8_t reading = 0;   ///< 0: the usual one
  std::uint16_t unused1 = 0;  ///< no byte of the file is left to chance
  std::uint32_t unused2 = 0;
};
/// What a search looks at of the same name, by itself: it does so very often.
struct NameWordsRecord {
  std::uint32_t first_word = 0;
  std::uint16_t weight = 0;
  std::uint8_t words = 0;
  std::uint8_t kind = 0;
};

struct IdentifierRecord {
  TextRange key;  ///< "registration:7702070139"; sorted
  std::uint32_t entity = 0;
  std::uint32_t checked = 0;
};

/// A distinct word of one kind of name, and the names that hold it.
struct WordRecord {
  names::Word word;  ///< its letters stand in word_text
  std::uint32_t first_posting = 0;
  std::uint32_t postings = 0;
  std::uint32_t with_initials = 0;  ///< of these, the last ones, in whose names there is an initial
};

/// A name that holds a word, and so much of its other words as tells whether it is worth a look.
struct PostingRecord {
  std::uint32_t name = 0;
  std::uint32_t letters_and_class = 0;       ///< letter_bit() of the first letter of each other word; weight_class() in the highest bits
  std::array<std::uint16_t, 4> others = {};  ///< word_slot() of each other word, in their order; 0: no more

  [[nodiscard]] constexpr std::uint32_t weight_class() const { return letters_and_class >> 27; }
  [[nodiscard]] constexpr bool has_more() const { return others[3] == kMore; }
  static constexpr std::uint16_t kMore = 0xffff;  ///< as the last of `others`: the name has more words than these
};
/// Words are told apart by 1 to kWordSlots - 2, seldom two of them by the same.
inline constexpr std::uint32_t kWordSlots = 65536;
[[nodiscard]] constexpr std::uint16_t word_slot(std::uint32_t word) {
  const std::uint32_t mixed = word * 0x9e3779b1U;
  return static_cast<std::uint16_t>(1 + ((std::uint64_t{mixed} * (kWordSlots - 2)) >> 32));
}
/// Letters share a bit with digits only.
[[nodiscard]] constexpr std::uint32_t letter_bit(char letter) { return 1U << (static_cast<unsigned char>(letter) % 27); }
/// A name of class n weighs at least n * kWeightClass.
inline constexpr std::int32_t kWeightClass = 128;
[[nodiscard]] constexpr std::uint32_t weight_class(std::int32_t weight) { return static_cast<std::uint32_t>(std::min(weight / kWeightClass, 31)); }

struct LookupRecord {
  std::uint32_t hash = 0;
  std::uint32_t number = 0;
};

/// Records whose hashes have the same first bits. Most hashes that are looked up are of no record, and here is where that shows.
struct LookupBucket {
  std::uint32_t first = 0;  ///< record; the next bucket's is where they end
  std::uint32_t parts = 0;  ///< bit n: a record's next kBucketPartBits are n
};
inline constexpr std::uint32_t kBucketPartBits = 5;
[[nodiscard]] constexpr std::uint32_t bucket_part(std::uint32_t hash, std::uint32_t bits) {
  return hash >> (32 - bits - kBucketPartBits) & ((1U << kBucketPartBits) - 1);
}

struct NicknameRecord {
  std::uint32_t group = 0;
  std::uint32_t word = 0;
};

struct Section {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = 0;
  std::uint32_t flags = 0;  ///< bit n: some words are written in text::Script n
  /// How many bits of a hash choose its bucket.
  std::uint32_t lookup_bits = 0;
  std::uint32_t consonant_bits = 0;
  std::uint32_t native_consonant_bits = 0;
  std::uint32_t phrase_bits = 0;
  std::uint64_t file_size = 0;
  std::uint64_t reading = 0;       ///< names::Model::reading_fingerprint()
  std::uint64_t checksum = 0;      ///< XXH3 of the sections, seeded with that of this header with a checksum of zero
  std::array<char, 72> edition{};  ///< "sha256:…", padded with zeros
  std::array<Section, kSections> sections{};
};
static_assert(std::has_unique_object_representations_v<NameRecord> && std::has_unique_object_representations_v<EntityRecord> &&
              std::has_unique_object_representations_v<WordRecord> && std::has_unique_object_representations_v<RelationRecord>);
static_assert(sizeof(Header) % 8 == 0 && sizeof(TextRange) == 16 && sizeof(EntityRecord) == 48 && sizeof(RelationRecord) == 24 &&
              sizeof(RelationEndRecord) == 8 && sizeof(NameRecord) == 24 && sizeof(NameWordsRecord) == 8 && sizeof(WordRecord) == 40 &&
              sizeof(IdentifierRecord) == 24 && sizeof(PostingRecord) == 16 && sizeof(LookupRecord) == 8 && sizeof(LookupBucket) == 8 &&
              sizeof(NicknameRecord) == 8);

[[nodiscard]] std::uint64_t checksum(Header header, std::string_view sections);

/// What a hash stands for; kinds and uses do not mix.
enum class Form : std::uint8_t {
  key,
  consonants,
  joined_two,  ///< two neighbouring words run together
  joined_three,
  acronym
};
inline constexpr std::array kSkeletonScripts = {text::Script::arabic, text::Script::hebrew, text::Script::han, text::Script::kana,
                                                text::Script::hangul};

/// Only the first letters of a word are taken out. Two words within `d` edits still meet in a form: of the first kPrefix letters of each, at most
/// d are not part of what the two beginnings have in common (docs/matching.md).
inline constexpr std::size_t kPrefix = 7;

/// The first kPrefix letters of a text, or fewer, as the bytes of a number; the first letter is the lowest byte.
using PackedForm = std::uint64_t;
[[nodiscard]] constexpr PackedForm pack(std::string_view letters) {
  PackedForm form = 0;
  for (std::size_t i = 0; i < std::min(letters.size(), kPrefix); ++i) form |= PackedForm{static_cast<unsigned char>(letters[i])} << (8 * i);
  return form;
}
[[nodiscard]] constexpr PackedForm without_letter(PackedForm form, std::size_t at) {
  const PackedForm before = (PackedForm{1} << (8 * at)) - 1;
  return (form & before) | (form >> 8 & ~before);
}

/// `about` tells apart what has the same letters and use: a script, a length.
[[nodiscard]] constexpr std::uint32_t form_hash(PackedForm form, names::Kind kind, Form use, std::uint32_t about = 0) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15ULL;
  const std::uint64_t what = (std::uint64_t{about} * 8 + static_cast<std::uint64_t>(use)) * names::kKinds + static_cast<std::uint64_t>(kind);
  std::uint64_t hash = (form ^ (what + 1) * kFactor) * kFactor;
  hash = (hash ^ hash >> 29) * 0xbf58476d1ce4e5b9ULL;  // the finisher of splitmix64
  return static_cast<std::uint32_t>(hash >> 32);
}
/// Of a text of any length.
[[nodiscard]] std::uint32_t text_hash(std::string_view text, names::Kind kind, Form use);

/// How many letters are taken out of a key for its forms; docs/matching.md says why that finds every pair within names::edits_allowed().
[[nodiscard]] constexpr int deletions_of(std::size_t length) { return length < 3 ? 0 : length < 4 ? 1 : 2; }
/// The same for two words run together, of which names::joined_loss() allows one edit in a half.
[[nodiscard]] constexpr int joined_deletions_of(std::size_t length) { return length < 4 ? 0 : 1; }
/// The same for consonants, of which names::consonants_for_edit() says from how many on an edit is allowed.
[[nodiscard]] constexpr int consonant_deletions_of(std::size_t length, text::Script script) {
  return length < names::consonants_for_edit(script) ? 0 : 1;
}

/// Calls `each` with the beginning of `text`, and every form of it with up to `deletions` letters taken out; forms may repeat. Of short texts two
/// are taken out behind the first letter only: names::kFirstLetterStays.
template <typename Each>
void for_each_form(std::string_view text, int deletions, Each&& each) {
  const std::size_t size = std::min(text.size(), kPrefix);
  const auto letter = [](PackedForm form, std::size_t at) { return form >> (8 * at) & 0xff; };
  // Taking out either of two equal neighbours gives the same form.
  const auto same_as_before = [&](PackedForm form, std::size_t at) { return letter(form, at) == letter(form, at - 1); };
  const PackedForm whole = pack(text);
  each(whole);
  if (deletions == 0) return;
  const bool first_stays = text.size() <= names::kFirstLetterStays;
  for (std::size_t i = 0; i < size; ++i) {
    if (i > (first_stays ? 1 : 0) && same_as_before(whole, i)) continue;
    const PackedForm shorter = without_letter(whole, i);
    each(shorter);
    if (deletions == 1 || (i == 0 && first_stays)) continue;
    for (std::size_t j = i; j + 1 < size; ++j) {
      if (j > i && same_as_before(shorter, j)) continue;
      each(without_letter(shorter, j));
    }
  }
}

/// A birth date as (year * 16 + month) * 32 + day; month and day 0 when unknown. 0: not a date.
using PackedDate = std::uint32_t;
[[nodiscard]] PackedDate pack_date(std::string_view iso);

}  // namespace tamga::index
