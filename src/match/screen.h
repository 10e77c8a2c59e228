#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/json.h"
#include "identifiers/identifiers.h"
#include "index/index.h"
#include "names/name.h"

/// Screening: a party against the listed entities of several list editions, identifiers first, then names.
/// Deterministic; integer scores; the exhaustive scan gives the same hits, byte for byte.
namespace tamga::match {

using names::Score;

/// The threshold when the user names none: the one that clients of the OpenSanctions API send.
inline constexpr Score kThresholdDefault = 7000;

/// One list edition, ready to be searched.
struct LoadedEdition {
  std::string list;
  std::string part;
  std::string edition;    ///< sha256:…
  std::string published;  ///< YYYY-MM-DD
  bool sample = false;
  std::shared_ptr<const index::Index> index;
};

/// What is known of the party. Everything but the names and identifiers only weighs against a hit, or leaves it as it is.
struct Query {
  std::vector<std::string> names;
  std::string schema;                  ///< empty: anything
  std::vector<std::string> countries;  ///< ISO 3166-1 alpha-2, lower case
  std::string birth_date;              ///< ISO 8601, possibly only a year
  std::vector<identifiers::Identifier> identifiers;
};

/// From a FollowTheMoney entity: name, alias, previousName, weakAlias; country, nationality, jurisdiction; birthDate; identifiers.
[[nodiscard]] Query query_of_entity(const Entity& entity);

/// One reason of a score, letter by letter of contracts.md: {"query","listed","how","score"}.
struct Reason {
  std::string query;
  std::string listed;
  std::string how;
  Score score = 0;
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
  Score threshold = kThresholdDefault;
  bool exhaustive = false;  ///< score every name instead of the index's candidates
};

/// Working memory, one for each thread.
struct Workspace {
  std::vector<index::Scratch> scratch;  ///< one an edition, since epochs and sizes are its own
  std::vector<std::uint32_t> candidates;
};

/// Hits sorted by score (highest first), then entity id, then list.
[[nodiscard]] std::vector<Hit> screen(const Query& query, std::span<const LoadedEdition> editions, const Options& options, Workspace& workspace);

/// Two names by themselves, for `tamga compare`: the same score and reasons that screening would give them.
struct NameComparison {
  Score score = 0;
  std::vector<Reason> explain;
};
[[nodiscard]] NameComparison compare_names(std::string_view name1, std::string_view name2, std::string_view schema);

/// 0 to 10,000 as a JSON number: "0.9312", "1", "0.7".
[[nodiscard]] std::string score_text(Score score);
/// The hit as `screen` prints it.
[[nodiscard]] Json to_json(const Hit& hit);
[[nodiscard]] Json to_json(const std::vector<Reason>& reasons);

}  // namespace tamga::match
