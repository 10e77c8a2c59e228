#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "names/name.h"

/// The layout of an index file; shared by the builder and the reader only.
namespace tamga::index {

static_assert(std::endian::native == std::endian::little, "index files are little-endian");

inline constexpr std::array<char, 8> kMagic = {'T', 'A', 'M', 'G', 'A', 'I', 'X', '\n'};

enum class SectionId : std::uint32_t {
  text,
  entities,
  by_id,
  relations,
  relation_ends,
  names,
  identifiers,
  words,
  postings,
  deletions,
  buckets,
  count
};
inline constexpr std::size_t kSections = static_cast<std::size_t>(SectionId::count);
inline constexpr std::size_t kKinds = 3;

struct TextRange {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  std::uint32_t unused = 0;
};

struct EntityRecord {
  TextRange id;
  TextRange schema;
  TextRange json;
};

struct RelationRecord {
  TextRange schema;
  TextRange json;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

/// One end of a relation; sorted by entity, then relation.
struct RelationEndRecord {
  std::uint32_t entity = 0;
  std::uint32_t relation = 0;
};

struct NameRecord {
  TextRange text;
  std::uint32_t entity = 0;
  std::int32_t weight = 0;
  std::uint8_t kind = 0;
  std::uint8_t quality = 0;
  std::uint16_t initials = 0;
  std::uint32_t unused = 0;
};

struct IdentifierRecord {
  TextRange key;  ///< "registration:7702070139"; sorted
  std::uint32_t entity = 0;
  std::uint32_t checked = 0;
};

/// A distinct key of one kind: of one word, or of two neighbouring words run together.
struct WordRecord {
  TextRange key;
  std::uint32_t first_posting = 0;
  std::uint32_t postings = 0;
  std::int32_t weight = 0;  ///< the largest that a word of this key has; for a joined key of both words together
  std::uint8_t kind = 0;
  std::uint8_t joined = 0;
  std::uint16_t unused = 0;
};

struct DeletionRecord {
  std::uint32_t hash = 0;
  std::uint32_t word = 0;
};

struct Section {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = 0;
  std::uint32_t bucket_bits = 0;
  std::uint64_t file_size = 0;
  std::uint64_t checksum = 0;      ///< XXH3 of the sections, seeded with that of this header with a checksum of zero
  std::array<char, 72> edition{};  ///< "sha256:…", padded with zeros
  std::array<Section, kSections> sections{};
};
static_assert(sizeof(Header) % 8 == 0 && sizeof(TextRange) == 16 && sizeof(EntityRecord) == 48 && sizeof(RelationRecord) == 40 &&
              sizeof(RelationEndRecord) == 8 && sizeof(NameRecord) == 32 && sizeof(WordRecord) == 32 && sizeof(IdentifierRecord) == 24 &&
              sizeof(DeletionRecord) == 8);

[[nodiscard]] std::uint64_t checksum(Header header, std::string_view sections);

[[nodiscard]] std::uint32_t deletion_hash(std::string_view key, names::Kind kind);

/// Calls `each` with the key and every form of it with up to `deletions` letters taken out; forms may repeat.
template <typename Each>
void for_each_deletion(std::string_view key, int deletions, std::string& buffer, Each&& each) {
  each(key);
  if (deletions == 0) return;
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (i > 0 && key[i] == key[i - 1]) continue;  // taking out either of two equal neighbours gives the same form
    buffer.assign(key.substr(0, i));
    buffer.append(key.substr(i + 1));
    each(std::string_view(buffer));
    if (deletions == 1) continue;
    for (std::size_t j = i + 1; j < key.size(); ++j) {
      buffer.assign(key.substr(0, i));
      buffer.append(key.substr(i + 1, j - i - 1));
      buffer.append(key.substr(j + 1));
      each(std::string_view(buffer));
    }
  }
}

/// How many deletions a key is stored and looked up with.
[[nodiscard]] int deletions_of_word(std::string_view key);
[[nodiscard]] int deletions_of_joined(std::string_view key);

}  // namespace tamga::index
