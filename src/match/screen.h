#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "identifiers/identifiers.h"
#include "index/index.h"
#include "names/compare.h"

/// Screening: a party against the listed entities of several list editions, identifiers first, then names.
/// Deterministic; integer scores; the exhaustive scan gives the same hits, byte for byte. docs/matching.md explains the score.
namespace tamga::match {

using names::Score;

/// One list edition, ready to be searched.
struct LoadedEdition {
  std::string list;
  std::string part;
  std::string edition;    ///< sha256:…
  std::string published;  ///< YYYY-MM-DD
  bool sample = false;
  std::shared_ptr<const index::Index> index;
};

/// What is known of the party. A strong identifier decides alone; a full birth date that agrees supports a name, and an address that agrees
/// supports a hit; everything else only weighs against a hit, or leaves it as it is. An address that is listed by itself (schema Address) is
/// found by the party's addresses, whatever the party is.
struct Query {
  std::vector<std::string> names;
  std::string schema;                  ///< empty: anything
  std::vector<std::string> countries;  ///< ISO 3166-1 alpha-2, lower case
  std::vector<std::string> addresses;  ///< as written, a whole address each
  std::string birth_date;              ///< ISO 8601, possibly only a year
  std::string gender;                  ///< "male", "female" or empty
  std::vector<identifiers::Identifier> identifiers;
};

/// From a FollowTheMoney entity: name, alias, previousName, weakAlias; country, nationality, jurisdiction; address; birthDate; gender;
/// identifiers.
[[nodiscard]] Query query_of_entity(const Entity& entity);

/// One reason of a score, letter by letter of contracts.md: {"query","listed","how","score"}, and what it takes from the score.
struct Reason {
  std::string query;
  std::string listed;
  std::string how;
  Score score = 0;
  Score cost = 0;
};

/// Where else the same person, company or ship is listed, and how that is known (identity/identity.h).
struct OtherListing {
  std::string list;
  std::string part;
  std::string id;
  std::string caption;
  std::string because;  ///< "same UN reference QDi.006"
  bool certain = false;
};

/// A listed entity that reached its threshold, without its story: what search() finds.
struct Found {
  std::uint32_t edition = 0;  ///< which of the editions that were searched
  std::uint32_t entity = 0;   ///< its number in that edition
  Score score = 0;
  Score name_score = 0;          ///< of the names alone; 0 when only an identifier agrees
  std::uint32_t name = 0;        ///< the listed name, when name_score is not 0
  std::uint16_t query_name = 0;  ///< which of the query's names; from their number on: which of its addresses
  std::uint16_t query_reading = 0;
  Score address_given = 0;       ///< what an address that agrees gave to name_score
  Score identifier_score = 0;    ///< 0: no identifier agrees
  std::uint32_t identifier = 0;  ///< which of the query's, when identifier_score is not 0
  bool operator==(const Found&) const = default;
};

struct Hit {
  std::size_t edition = 0;   ///< which of the editions that were searched
  std::uint32_t number = 0;  ///< the entity's number in it
  std::string list;
  std::string part;
  Entity entity;  ///< as its list published it
  Score score = 0;
  std::string matched_name;
  bool by_identifier = false;
  /// A checked identifier agrees. Or the names agree nearly letter by letter, nothing known of the two contradicts, and the name is
  /// one that identifies: a firm's, or a person's of three words and more. Else a person must look.
  bool certain = false;
  std::vector<Reason> explain;
  std::vector<OtherListing> also_listed;  ///< empty from screen(): it looks at each list by itself
};

struct Options {
  std::shared_ptr<const names::Model> model = names::Model::standard();
  std::optional<Score> threshold;  ///< for everything; without it the model's, which may differ by list and schema
  bool exhaustive = false;         ///< score every name instead of the index's candidates
  bool reasons = true;             ///< without them Hit::explain stays empty; everything else is the same
  /// Keep the hits in the workspace, for when the very same is asked of the very same editions again: a house deals with the same parties. Only
  /// without reasons, and not when exhaustive.
  bool remember = false;
};

/// A threshold as somebody writes it: plain digits from "0" to "1", ".7" too. "0.7" is 7,000; what is finer than a score is rounded up, so that no
/// hit lies below what was asked. Nothing: it is something else.
[[nodiscard]] std::optional<Score> threshold_from(std::string_view text);

/// The threshold of a listed entity of that list and schema.
[[nodiscard]] Score threshold_of(const names::MatchingFile& file, std::string_view list, std::string_view schema);

/// Working memory, one for each thread. It is made anew when the model changes.
class Workspace {
 public:
  Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace();
  /// What Options::remember kept.
  void forget();

 private:
  friend class Searcher;
  friend std::vector<Hit> screen(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace);
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// The full score of every entity that reaches its threshold, sorted by score (highest first), then edition and entity. The fast path: nothing
/// is explained and no entity is read. Valid until the next search with this workspace.
[[nodiscard]] std::span<const Found> search(const Query& query, std::span<const LoadedEdition> editions, const Options& options,
                                            Workspace& workspace);

/// Hits sorted by score (highest first), then entity id, then list, with their reasons.
[[nodiscard]] std::vector<Hit> screen(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace);

/// Whether there is anything in a name that can be compared: a letter or a digit. White space, marks and signs alone find nothing, which must not
/// look like an answer.
[[nodiscard]] bool can_be_compared(std::string_view name);

/// Why a name of that schema finds nothing whatever the lists say, for a sentence that begins with the name: "holds neither a letter nor a digit",
/// "holds only stop-words …". Empty when it can be compared.
[[nodiscard]] std::string_view why_not_comparable(std::string_view name, std::string_view schema, const names::Model& model);

/// Two names by themselves, for `tamga compare`: the same score and reasons that screening would give them.
struct NameComparison {
  Score score = 0;
  std::vector<Reason> explain;
};
class Comparer {
 public:
  explicit Comparer(std::shared_ptr<const names::Model> model) : model_(std::move(model)), first_(*model_), second_(*model_) {}
  [[nodiscard]] NameComparison explain(std::string_view name1, std::string_view name2, std::string_view schema);
  [[nodiscard]] Score score(std::string_view name1, std::string_view name2, names::Kind kind);

 private:
  std::shared_ptr<const names::Model> model_;
  names::Reader first_;
  names::Reader second_;
};

/// 0 to 10,000 as a JSON number: "0.9312", "1", "0.7".
[[nodiscard]] std::string score_text(Score score);
/// The hit as `screen` prints it.
[[nodiscard]] Json to_json(const Hit& hit);
[[nodiscard]] Json to_json(const std::vector<Reason>& reasons);

}  // namespace tamga::match
