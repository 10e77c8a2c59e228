#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "match/screen.h"
#include "reference/random.h"

/// Fast search against exhaustive search, on names as they are listed and as people write them. What they must agree on is the whole of
/// what match::search() finds: which entities, every part of each score, which of their names, which reading of which of the query's names.
///
/// The work is cut into batches, each with its own lists and its own model, and each batch into queries; what a batch and a query are
/// depends on the seed and their numbers alone, so that any one of them can be seen again by itself, from any number of threads.
namespace tamga::reference {

/// Lists, and everything that queries are made of.
struct Corpus {
  Corpus() = default;
  Corpus(Corpus&&) = default;  // no copies: `entities` would point into the original
  Corpus& operator=(Corpus&&) = default;
  struct List {
    std::string name;
    std::string part;
    std::vector<Entity> entities;
  };
  std::vector<List> lists;
  std::vector<std::string> innocents;   ///< names that are on no list, or are written in another script there
  std::vector<std::string> words;       ///< of the listed names
  std::vector<const Entity*> entities;  ///< into `lists`
  std::size_t names = 0;                ///< listed names as written, not counting their second readings
};
/// OFAC, UN, EU, UK, Australia and New Zealand out of ../shared/data; nothing where that is not here.
[[nodiscard]] std::optional<Corpus> real_corpus();
/// samples/lists, which every clone has.
[[nodiscard]] Corpus sample_corpus();
/// Every list, made ready with the standard model.
[[nodiscard]] std::vector<match::LoadedEdition> whole_lists(const Corpus& corpus);

/// How a query came about.
enum class Shape : std::uint8_t {
  listed,        ///< a listed name as it is
  edited,        ///< with one to three changes: typing errors, words dropped, added, joined, split, moved, cut to initials
  other_script,  ///< its Latin letters in Cyrillic, Greek, Arabic or Hebrew, one for one
  mixed,         ///< words of several listed names
  innocent,      ///< a name that is on no list
  words,         ///< words of listed names at random
  acronym,       ///< the first letters of a listed name, or words that begin with the letters of one
  whole_entity,  ///< a listed entity with its other names and all that is known of it
  adversarial    ///< reference/adversarial.h, and random bytes
};
inline constexpr std::array<std::string_view, 9> kShapeNames = {
    "listed names", "with 1 to 3 changes", "in another script", "words of several names", "names on no list", "words at random",
    "acronyms",     "whole entities",      "adversarial"};

struct Drawn {
  Shape shape = Shape::listed;
  match::Query query;
  std::optional<match::Score> threshold;
};
/// A query near to the entities of `near`, of which there is one at least.
[[nodiscard]] Drawn draw_query(const Corpus& corpus, std::span<const Entity* const> near, Random& random);

using Search = std::function<std::span<const match::Found>(const match::Query&, std::span<const match::LoadedEdition>, const match::Options&,
                                                           match::Workspace&)>;

struct Settings {
  std::uint64_t seed = 1;
  std::size_t sample_names = 1000;   ///< so many listed names, about, are indexed at a time; 0: whole lists
  std::size_t queries = 1000;        ///< of a batch
  std::size_t standard_of_four = 2;  ///< so many of four batches have the standard model, the others each a random one
  std::size_t printed_of = 50;       ///< one query of so many is compared by what `tamga screen --json` prints, too
  Search fast = match::search;       ///< what is compared with the exhaustive search; tests of the comparison put something worse here
};

/// What was compared.
struct Tally {
  std::array<std::uint64_t, kShapeNames.size()> queries{};
  std::array<std::uint64_t, kShapeNames.size()> with_hits{};
  std::uint64_t hits = 0;
  std::uint64_t printed = 0;  ///< queries of which the bytes of every hit were compared
  std::uint64_t scores = 0;   ///< listed names that the exhaustive search went through
  void add(const Tally& other);
  [[nodiscard]] std::uint64_t all_queries() const;
};

/// A batch: some lists, made ready, and a model.
class Batch {
 public:
  /// `whole` may hold whole_lists(), and then serves the batches that need just that.
  Batch(const Corpus& corpus, const Settings& settings, std::uint64_t number, std::span<const match::LoadedEdition> whole = {});
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Compares one query. Nothing: they agree. Else a report for a person, with the smallest query and list that show it.
  [[nodiscard]] std::optional<std::string> run(std::size_t query, Tally& tally);

 private:
  const Corpus& corpus_;
  Settings settings_;
  std::uint64_t number_;
  std::shared_ptr<const names::Model> model_ = names::Model::standard();
  std::vector<const Entity*> near_;
  std::vector<Entity> others_;
  std::vector<match::LoadedEdition> editions_;
  std::array<match::Workspace, 2> workspaces_;
};

/// How many batches it takes for every listed name to have been in one.
[[nodiscard]] std::size_t samples_of(const Corpus& corpus, const Settings& settings);

/// Splits at white space; puts together again.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);
[[nodiscard]] std::string join_words(std::span<const std::string> words, std::string_view between = " ");

}  // namespace tamga::reference
