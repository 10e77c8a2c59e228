#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "index/index.h"
#include "match/screen.h"

/// Whom a change of the lists can concern in a book of parties, without screening the whole book. Pure.
///
/// Each hit is of one entry of the book and one listed entity, and depends on no other. So when some entities of a list change, only hits on those
/// change. A book is compiled as a list is (index/index.h), and the names of the changed entities are looked for in it: the same search, turned
/// round. It misses none, since what bounds a score does not ask which of two names is the listed one, except by what is added where the name
/// that was asked for is a well-known one (loss_known_query), which is left out of the bound here. docs/watch.md; tests compare with a full
/// screening.
namespace tamga::watch {

/// Compiles the queries of a book; the index's entity ids are their places in `book`. An entry has an entity for each kind of name that screening
/// reads it as.
[[nodiscard]] std::string compile(std::span<const match::Query> book, std::string_view edition, const names::Model& model);

/// An entity that two editions of a list hold differently; index::kNoEntity: not at all.
struct Change {
  std::uint32_t before = index::kNoEntity;
  std::uint32_t after = index::kNoEntity;
};
/// What differs between two editions of one list, either of which may be missing (nullptr); its place in the file does not count, nor do relations,
/// which screening does not ask. In the order of ids.
[[nodiscard]] std::vector<Change> changes(const index::Index* before, const index::Index* after);

/// These entities of an edition as an edition of their own.
[[nodiscard]] match::LoadedEdition part_of(const match::LoadedEdition& edition, std::span<const std::uint32_t> entities, const names::Model& model);

/// Finds whom in a book editions of changed entities concern. Not thread-safe.
class Concerned {
 public:
  explicit Concerned(const match::Options& options);

  /// Are there entities by whose kind no book is compiled (securities, real estate, …)? Then the whole book is to be screened against them.
  [[nodiscard]] static bool all(std::span<const match::LoadedEdition> changed);
  /// The places of the entries that screening could find one of the changed entities for, ascending, each once; few others.
  [[nodiscard]] std::vector<std::uint32_t> among(const index::Index& book, std::span<const match::LoadedEdition> changed);

 private:
  void by_names(const index::Index& book, const match::LoadedEdition& edition, std::vector<std::uint32_t>& places);
  void by_identifiers(const index::Index& book, const match::LoadedEdition& edition, std::vector<std::uint32_t>& places);

  match::Options options_;
  std::shared_ptr<const names::Model> symmetric_;  ///< options_.model without what only the query's side is asked for
  index::Scratch book_scratch_;
  index::Scratch list_scratch_;
  index::Wanted wanted_;
  std::vector<std::uint32_t> candidates_;
};

}  // namespace tamga::watch
