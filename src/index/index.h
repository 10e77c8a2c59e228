#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "identifiers/identifiers.h"
#include "model/entity.h"
#include "names/compare.h"

/// The compiled form of one list edition: a memory-mapped file of flat arrays, built once, then read-only.
///
/// It finds, for a query, every listed name whose score could reach a threshold, and few others. That it misses none is not
/// a matter of tuning but follows from how names are scored (names/compare.h); docs/matching.md has the proof. In short:
///
/// 1. What a name earns is a sum over pairs of words. For each word of the query all listed words that it can be paired with are found, through a
///    table of forms: each listed word with up to two letters of its beginning taken out (Mor and Fraenkel 1982; Garbe's SymSpell), its
///    consonants, its nickname groups. Neighbouring words that may have been run together stand in a second table.
/// 2. Not every found word's names need to be visited: when what some of them could earn together stays below the threshold, every name that matters
///    is met through another one. Words that many listed names have are spared this way, and those that are little alike (the "MaxScore" idea of
///    Turtle and Flood 1995).
/// 3. Each name that was met gets a bound from the pairs that its own words allow; names whose bound lies below the threshold are dropped, all
///    others are scored exactly by the caller.
///
/// File: header (magic, version, size, XXH3 checksum, edition), then the sections in the order of SectionId, each aligned to 8
/// bytes, little-endian. The checksum guards against damage, not against forgery: the file is derived, lives in the user's own
/// data directory, and can be rebuilt from the edition at any time.
namespace tamga::index {

/// Changes whenever the file's layout, a list reader, text/ or the way names are read changes: files of another version are rebuilt. What
/// a user may change (weights, words of the house), and the tables of words, are in names::Model::reading_fingerprint().
inline constexpr std::uint32_t kVersion = 14;

/// "No entity of this edition": the other end of a relation that leads out of the list.
inline constexpr std::uint32_t kNoEntity = 0xffffffff;

inline constexpr std::array kCountryProperties = {"country", "nationality", "jurisdiction", "citizenship", "mainCountry", "flag"};

[[nodiscard]] names::Kind kind_of_schema(std::string_view schema);

struct NameInfo {
  std::uint32_t entity = 0;
  std::string_view text;  ///< as written
  NameQuality quality = NameQuality::strong;
  names::Kind kind = names::Kind::other;
  std::uint8_t reading = 0;  ///< which of the ways it can be read: names::Reader::read()[reading]
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

/// What screening weighs beside names, without reading the entity.
struct Attributes {
  std::span<const std::uint32_t> birth_dates;  ///< (year * 16 + month) * 32 + day; 0 where unknown
  std::string_view countries;                  ///< two letters each, one behind the other
  std::uint8_t gender = 0;                     ///< 0 unknown, 1 male, 2 female
};

/// A query's name, made ready to be looked for in any number of indexes; refers to the name it was made of.
class Wanted {
 public:
  void prepare(const names::NameView& name, const names::Model& model);
  [[nodiscard]] const names::NameView& name() const { return name_; }

 private:
  friend class Index;
  /// Neighbouring words of the query that may be one listed word.
  struct Window {
    std::uint32_t first_form = 0;  ///< into forms_
    std::uint32_t forms = 0;
    std::uint8_t first = 0;
    std::uint8_t count = 0;
    std::int32_t weight = 0;
  };
  names::NameView name_;
  const names::Model* model_ = nullptr;
  /// All that a word is paired by: equal texts have equal partners.
  struct Text {
    std::string text;
    std::uint64_t hash = 0;
  };
  std::vector<Text> words_;
  std::vector<std::uint32_t> forms_;
  std::vector<Window> windows_;
  std::string acronym_;  ///< of a firm of several words
};

/// A listed word that a word of a query can be paired with. Amounts in thousandths of a weight, c being the contradiction() of the kind.
struct Partner {
  std::uint32_t word = 0;
  std::int32_t earned = 0;  ///< weight of the pair * (c - loss)
  std::int32_t kept = 0;    ///< weight of the pair * (1000 - loss), or 0
  std::uint32_t first_posting = 0;
  std::uint32_t postings = 0;
  std::uint32_t with_initials = 0;  ///< of these, the last ones: names in which there is an initial
  bool naming = false;              ///< both words name someone
  bool full = false;                ///< neither is an initial or a particle
  bool initial = false;             ///< the listed one is an initial, and the query's is not
};

/// All that one word of a query finds in an index. The lists lie elsewhere.
struct WordPartners {
  std::span<const Partner> partners;  ///< those that keep most first
  /// A name with neighbouring words that, run together, are this one.
  struct Joined {
    std::uint32_t name = 0;
    std::int32_t earned = 0;
  };
  std::span<const Joined> joined;
  std::int32_t kept = 0;             ///< the most that any of `partners` keeps
  std::int32_t kept_by_initial = 0;  ///< and of those that are initials
  std::int32_t kept_unnamed = 0;     ///< and of the others that are not `naming`
  static constexpr std::int32_t kSteps = 8;
  [[nodiscard]] std::int32_t at_step(std::int32_t step) const { return kept * step / kSteps; }
  /// Names of all partners that keep at_step() of 0, 1 … at most, initials left out: first those of names without, then with an initial.
  std::array<std::array<std::uint32_t, kSteps + 1>, 2> names_to_step = {};
  std::uint32_t letters = 0;  ///< letter_bit() of the first letter of each of `partners`
  bool initials = false;      ///< are some of them initials?
  bool naming = false;
  bool full = false;
  bool full_unnamed = false;  ///< is some partner full, and not naming?
};

/// What words found in one index, by Wanted's texts of them: given names come again and again. A text's hash chooses where to look, the text itself
/// says whether it is the one. Entries lie in blocks beside one another, since looking one up is a wait for memory and little else.
class KnownWords {
 public:
  /// Two of these before find(), a while apart, spare the wait.
  void prefetch_slot(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[hash & (slots_.size() - 1)]);
  }
  void prefetch_entry(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(slots_[hash & (slots_.size() - 1)].entry);
  }
  /// nullptr: not known.
  [[nodiscard]] const WordPartners* find(std::uint64_t hash, std::string_view text) const;
  /// Copies all; the text must not be known yet. What is returned stays until clear().
  const WordPartners& add(std::uint64_t hash, std::string_view text, const WordPartners& found);
  [[nodiscard]] std::size_t bytes() const { return bytes_ + slots_.size() * sizeof(Slot); }
  void clear();

 private:
  static constexpr std::size_t kBlock = std::size_t{1} << 18;
  struct Entry {
    WordPartners found;
    std::string_view text;
  };
  struct Slot {
    std::uint64_t hash = 0;
    const Entry* entry = nullptr;
  };
  [[nodiscard]] std::byte* allocate(std::size_t size);
  template <typename T>
  [[nodiscard]] std::span<const T> keep(std::span<const T> values);
  void place(std::span<Slot> slots, Slot slot) const;

  std::vector<Slot> slots_;  ///< a power of two of them, at most half of them taken
  std::size_t count_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::byte* end_ = nullptr;  ///< of the last block
  std::size_t left_ = 0;      ///< bytes before it that are free
  std::size_t bytes_ = 0;     ///< of all blocks
};

/// Working memory of a search, reused from query to query by one thread; what it keeps of words goes when it is used for another index.
struct Scratch {
  /// What a name earns besides by words that were run together.
  struct Joined {
    std::uint32_t step = 0;  ///< which word or window of the query it was met by last
    std::int32_t of_step = 0;
    std::int32_t earned = 0;
  };
  /// A partner in a table by listed word.
  struct Slot {
    std::uint32_t word = 0;
    std::uint32_t next = 0;  ///< in the same chain; kNoSlot: the last one
    std::int32_t earned = 0;
    std::uint8_t of_query = 0;
    bool naming = false;
    bool full = false;
    bool initial = false;
  };
  /// What the words of a posting's slot (word_slot()) keep at most, rounded up, with each of the query's first words: a byte each, the first one
  /// lowest.
  static constexpr std::size_t kLevels = 8;
  std::vector<std::uint64_t> levels;
  std::vector<std::uint64_t> has_level;  ///< a bit for each slot
  std::uint32_t query = 0;               ///< number of this query, from 1
  std::vector<std::uint32_t> met;        ///< by name: 2 * the query that met it last, + 1 if in `joined`
  std::vector<Joined> joined;            ///< by name
  std::vector<std::uint32_t> touched;
  std::vector<Slot> slots;
  std::vector<std::uint32_t> chains;
  std::uint32_t lookup = 0;         ///< number of this lookup of a word, from 1
  std::vector<std::uint32_t> seen;  ///< by word: the lookup that found it last
  std::vector<std::uint32_t> hashes;
  std::vector<std::uint32_t> hashes_there;  ///< those of them that some record may have
  std::vector<std::uint32_t> found;
  std::vector<Partner> partners;
  std::vector<WordPartners::Joined> joined_found;
  KnownWords known;
  const names::Model* model = nullptr;  ///< by which they were found
  std::uint64_t index = 0;              ///< and in which index: its serial()
  std::vector<names::Word> words;       ///< of the listed name that is being compared
};

/// Where the numbers come from under which an entity is found.
using IdentifiersOf = std::function<std::vector<identifiers::Identifier>(const Entity&)>;

/// The bytes of an index file.
[[nodiscard]] std::string build(std::span<const Entity> entities, std::string_view edition, const names::Model& model = *names::Model::standard(),
                                std::span<const Entity> relations = {}, const IdentifiersOf& identifiers_of = identifiers::of_entity);

/// An entity's or a relation's JSON without its place in the published file, which says nothing of it.
[[nodiscard]] std::string_view without_place(std::string_view json);

/// Immutable; may be searched from many threads, each with its own Scratch.
class Index {
 public:
  /// Maps the file; refuses another version, another edition or way of reading names, a damaged or truncated file.
  static Result<Index> open(const std::string& path, std::string_view edition, const names::Model& model = *names::Model::standard());
  static Result<Index> from_bytes(std::string bytes, std::string_view edition, const names::Model& model = *names::Model::standard());
  Index(Index&&) noexcept;
  Index& operator=(Index&&) noexcept;
  ~Index();

  /// Another number for each index that this process opened, from 1; addresses may come again, this does not.
  [[nodiscard]] std::uint64_t serial() const;
  [[nodiscard]] std::uint32_t entity_count() const;
  /// Names, each reading of one counted.
  [[nodiscard]] std::uint32_t name_count() const;
  [[nodiscard]] std::string_view entity_id(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::string_view entity_schema(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  /// Reads the whole entity back, as its list published it.
  [[nodiscard]] Entity entity(std::uint32_t entity) const;
  /// The same as JSON text, without reading it; the place in the published file ("line") is its last member.
  [[nodiscard]] std::string_view entity_json(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  /// The entity of that id; kNoEntity when the edition holds none.
  [[nodiscard]] std::uint32_t find_entity(std::string_view id) const;
  [[nodiscard]] Attributes attributes(std::uint32_t entity) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::uint32_t relation_count() const;
  [[nodiscard]] RelationView relation(std::uint32_t relation) const TAMGA_LIFETIMEBOUND;
  /// The relations that an entity is an end of, in ascending order.
  [[nodiscard]] std::vector<std::uint32_t> relations_of(std::uint32_t entity) const;

  /// The distinct schemata of its entities, and which one a name's entity has.
  [[nodiscard]] std::size_t schema_count() const;
  [[nodiscard]] std::string_view schema(std::size_t number) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::uint16_t schema_number(std::uint32_t entity) const;

  [[nodiscard]] NameInfo name(std::uint32_t name) const TAMGA_LIFETIMEBOUND;
  /// The name as it is compared; its words stand in the scratch until the next call.
  [[nodiscard]] names::NameView name_view(std::uint32_t name, Scratch& scratch) const TAMGA_LIFETIMEBOUND;

  /// Appends every name of the query's kind that could score `threshold` or more, each once, in ascending order.
  void candidates(const Wanted& wanted, names::Score threshold, Scratch& scratch, std::vector<std::uint32_t>& out) const;

  [[nodiscard]] std::vector<IdentifierHit> find(const identifiers::Identifier& identifier) const;

 private:
  struct Implementation;
  explicit Index(std::unique_ptr<const Implementation> implementation);
  class Search;
  std::unique_ptr<const Implementation> implementation_;
};

}  // namespace tamga::index
