#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identifiers/identifiers.h"
#include "model/entity.h"
#include "names/name.h"

/// The compiled form of one list edition: a memory-mapped file of flat arrays, built once, then read-only.
///
/// It finds, for a query, every listed name whose score could reach a threshold, and few others. That it misses none is not
/// a matter of tuning but follows from how names are scored (names/name.h):
///
/// 1. Without at least one pair of like words, read singly or two run together, a score is 0. Like means equal keys, or keys within
///    edits_allowed() edits. The deletion table (Mor and Fraenkel 1982; Garbe's SymSpell) holds each key with up to that
///    many letters taken out, so looking up the query's own deletions meets every key within the distance.
/// 2. Each meeting says how much that word can gain at most. Their sum, with what initials could add, bounds the score
///    (score_bound); names whose bound lies below the threshold are dropped, all others are scored exactly by the caller.
///
/// File: header (magic, version, size, XXH3 checksum, edition), then the sections in the order of SectionId, each aligned to 8
/// bytes, little-endian. The checksum guards against damage, not against forgery: the file is derived, lives in the user's own
/// data directory, and can be rebuilt from the edition at any time.
namespace tamga::index {

/// Changes whenever the file's layout, a list reader, tokenize(), comparison_key(), the weights or the likeness change: files of another version
/// are rebuilt.
inline constexpr std::uint32_t kVersion = 3;

/// "No entity of this edition": the other end of a relation that leads out of the list.
inline constexpr std::uint32_t kNoEntity = 0xffffffff;

[[nodiscard]] names::Kind kind_of_schema(std::string_view schema);

struct NameView {
  std::uint32_t entity = 0;
  std::string_view text;
  NameQuality quality = NameQuality::strong;
  names::Kind kind = names::Kind::other;
};

struct IdentifierHit {
  std::uint32_t entity = 0;
  bool checked = false;
};

/// An edge between two entities; from and to are the model's own direction (relation_ends() of model/entity.h).
struct RelationView {
  std::uint32_t from = kNoEntity;
  std::uint32_t to = kNoEntity;
  std::string_view schema;  ///< Ownership, Directorship, Family, …
  std::string_view json;    ///< the whole edge, as to_json() writes it
};

/// Working memory of a search, reused from query to query by one thread.
struct Scratch {
  std::vector<std::int64_t> gain;
  std::vector<std::uint32_t> seen;       ///< which query last touched a name
  std::vector<std::uint32_t> last_word;  ///< which of its words did
  std::vector<std::uint32_t> touched;
  std::uint32_t query = 0;
};

/// The bytes of an index file.
[[nodiscard]] std::string build(std::span<const Entity> entities, std::string_view edition, std::span<const Entity> relations = {});

/// Immutable; may be searched from many threads, each with its own Scratch.
class Index {
 public:
  /// Maps the file; refuses another version, another edition, a damaged or truncated file.
  static Result<Index> open(const std::string& path, std::string_view edition);
  static Result<Index> from_bytes(std::string bytes, std::string_view edition);
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;
  ~Index();

  [[nodiscard]] std::uint32_t entity_count() const;
  [[nodiscard]] std::uint32_t name_count() const;
  [[nodiscard]] std::string_view entity_id(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::string_view entity_schema(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  /// Reads the whole entity back, as its list published it.
  [[nodiscard]] Entity entity(std::uint32_t entity) const;
  /// The same as JSON text, without reading it; the place in the published file ("line") is its last member.
  [[nodiscard]] std::string_view entity_json(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  /// The entity of that id; kNoEntity when the edition holds none.
  [[nodiscard]] std::uint32_t find_entity(std::string_view id) const;
  [[nodiscard]] std::uint32_t relation_count() const;
  [[nodiscard]] RelationView relation(std::uint32_t relation) const TAMGA_LIFETIMEBOUND;
  /// The relations that an entity is an end of, in ascending order.
  [[nodiscard]] std::vector<std::uint32_t> relations_of(std::uint32_t entity) const;
  [[nodiscard]] NameView name(std::uint32_t name) const TAMGA_LIFETIMEBOUND;

  /// Appends every name of the query's kind that could score `threshold` or more, each once, in ascending order.
  void candidates(const names::Name& query, names::Score threshold, Scratch& scratch, std::vector<std::uint32_t>& out) const;

  [[nodiscard]] std::vector<IdentifierHit> find(const identifiers::Identifier& identifier) const;

 private:
  struct Implementation;
  explicit Index(std::unique_ptr<const Implementation> implementation);
  std::unique_ptr<const Implementation> implementation_;
};

}  // namespace tamga::index
