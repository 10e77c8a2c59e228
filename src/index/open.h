#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/mapped_file.h"
#include "index/format.h"
#include "index/index.h"

/// An index file that is open; shared by index.cpp and candidates.cpp only.
namespace tamga::index {

/// Records by hash; the first bits choose a bucket.
struct Lookups {
  std::span<const LookupRecord> records;
  std::span<const LookupBucket> buckets;
  std::uint32_t bits = 0;

  [[nodiscard]] bool sound() const { return bits >= 1 && bits + kBucketPartBits <= 32 && buckets.size() == (std::size_t{1} << bits) + 1; }
  [[nodiscard]] const LookupBucket* bucket(std::uint32_t hash) const { return buckets.data() + (hash >> (32 - bits)); }
  /// False: no record has that hash.
  [[nodiscard]] bool may_have(std::uint32_t hash) const { return (bucket(hash)->parts >> bucket_part(hash, bits) & 1) != 0; }
  /// Calls `each` with the number of every record of that hash.
  template <typename Each>
  void find(std::uint32_t hash, Each&& each) const {
    if (!may_have(hash)) return;
    const LookupBucket* const at = bucket(hash);
    for (std::uint32_t i = at[0].first; i < at[1].first; ++i) {
      if (records[i].hash == hash) each(records[i].number);
    }
  }
};

struct Index::Implementation {
  std::uint64_t serial = 0;  ///< Index::serial()
  std::string owned;         ///< the bytes, when they are not a mapped file
  MappedFile mapped;
  std::string_view file;
  Header header;
  std::string_view text;
  std::string_view json;
  std::string_view countries;
  std::string_view word_text;
  std::span<const EntityRecord> entities;
  std::span<const std::uint32_t> by_id;
  std::span<const TextRange> schemata;
  std::span<const PackedDate> birth_dates;
  std::span<const RelationRecord> relations;
  std::span<const RelationEndRecord> relation_ends;
  std::span<const NameRecord> names;
  std::span<const NameWordsRecord> names_words;
  std::span<const std::uint32_t> name_words;
  std::span<const IdentifierRecord> identifiers;
  std::span<const WordRecord> words;
  std::span<const PostingRecord> postings;
  Lookups lookups;
  Lookups consonants;
  Lookups native_consonants;
  Lookups phrases;
  std::span<const NicknameRecord> nicknames;

  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  Status attach(std::string_view edition, const names::Model& model);
  [[nodiscard]] std::string_view at(TextRange range) const { return text.substr(range.offset, range.size); }
  [[nodiscard]] std::span<const PostingRecord> names_of(const WordRecord& word) const { return postings.subspan(word.first_posting, word.postings); }
};

}  // namespace tamga::index
