#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "assure/changes.h"
#include "assure/rate.h"
#include "assure/test_set.h"
#include "base/json.h"

/// What a run of `tamga assure` found, and its two forms: one JSON document, and one HTML page for an examiner. Plain data; who screened and cleared
/// is app/assure. Both forms are functions of the data alone: no clock, no path, nothing that differs from run to run.
namespace tamga::assure {

/// 0 to 10,000, as everywhere in screening.
using Score = std::int32_t;
/// Scores below kFloor are not told apart: "not found".
inline constexpr Score kFloor = 5'000;

/// A case that should be found, by how it was found. Scores of 0: below the floor.
struct Found {
  bool now = false;
  Score score = 0;  ///< of the expected entity, the best one
  bool then = false;
  Score then_score = 0;
};

/// A listed name, changed (set 0), or a name of a user's set that should be found.
struct Positive {
  std::size_t set = 0;  ///< 0: made of the lists; i: Report::sets[i - 1]
  std::uint64_t line = 0;
  Group group = Group::person;
  std::string kind;
  std::string name;      ///< as asked for
  std::string expected;  ///< the entity's id, a list, "any"
  std::string listed;    ///< the name on the list; empty where only a list is expected
  std::size_t list = 0;  ///< of a made one: Report::lists
  std::string note;
  Found found;
};

struct Hit {
  std::string list;
  std::string id;
  std::string caption;
  std::string matched;  ///< the listed name that agrees
  Score score = 0;
};

/// A name that should not be found.
struct Negative {
  std::size_t set = 0;
  std::uint64_t line = 0;
  Group group = Group::person;
  std::string kind;
  std::string name;
  std::string note;
  Score score = 0;        ///< the best of all hits
  std::vector<Hit> hits;  ///< those that reach their threshold now, best first
  Score then_score = 0;
  std::vector<Hit> then_hits;
};

struct DealResult {
  std::string id;
  std::string set;  ///< where it is from
  std::uint64_t line = 0;
  std::string expected;  ///< empty in a book
  std::string outcome;
  std::vector<std::string> wanted_rules;
  std::vector<std::string> rules;  ///< of findings beyond pass
  std::string note;
  std::string then_outcome;
  std::vector<std::string> then_rules;
  [[nodiscard]] bool as_expected() const;
};

/// A name of the book, when a hit comes or goes.
struct BookChange {
  std::string name;
  std::uint64_t line = 0;
  std::vector<Hit> added;
  std::vector<Hit> removed;
};

struct Book {
  std::string name;
  std::string address;
  std::int64_t names = 0;
  std::int64_t hits = 0;  ///< names with a hit now
  std::int64_t then_hits = 0;
  std::vector<BookChange> changes;
  std::vector<DealResult> deals;
};

struct ListBasis {
  std::string list;
  std::string part;
  std::string edition;
  std::string published;
  bool sample = false;
  std::array<std::int64_t, kGroups> entities{};  ///< of each group that have a name
  std::array<std::int64_t, kGroups> drawn{};     ///< and how many of them the test takes
};

struct PolicyBasis {
  std::string policy;                       ///< sha256:… of the rules and control lists
  std::string matching;                     ///< sha256:… of matching.toml, empty: as built in
  std::string from;                         ///< "built in", or the folder as the user named it
  Score threshold = 0;                      ///< of a hit, where no list or schema has its own
  std::vector<std::string> own_thresholds;  ///< "us_ofac_sdn Person 0.75"
  std::int64_t rules = 0;
  std::int64_t rule_cases = 0;
  std::vector<std::string> rule_failures;
};

struct SetBasis {
  std::string name;
  std::string address;
  std::int64_t positives = 0;
  std::int64_t negatives = 0;
  std::int64_t deals = 0;
};

struct Requirement {
  std::string what;  ///< "all", a kind, "alarms", "policy"
  std::string at_least;
  std::string measured;
  bool met = false;
};

struct Report {
  std::string engine;
  std::string as_of;
  std::vector<ListBasis> lists;
  PolicyBasis policy;
  bool compares = false;
  PolicyBasis then;         ///< the other policy or threshold, when one is compared
  std::int64_t sample = 0;  ///< entities of each list and group; 0: all
  std::string seed;
  std::vector<SetBasis> sets;
  std::vector<Positive> positives;
  std::vector<Negative> negatives;
  std::vector<DealResult> deals;
  std::vector<std::string> remarks;  ///< what was left out, in whole sentences
  std::vector<Book> books;
  std::vector<Requirement> requirements;
  std::string command;  ///< by which the same bytes come again
};

/// Rates of a group, or of all.
struct Tally {
  Rate all;
  std::array<Rate, kGroups> groups;
  void count(Group group, bool yes);
};
enum class When : std::uint8_t { now, then };
/// Of the made names, each kind with a case, in the order of change_kinds().
struct KindTally {
  Change change;
  Tally now;
  Tally then;
};
[[nodiscard]] std::vector<KindTally> by_kind(const Report& report);
/// Of the user's sets: each set and kind, in order of appearance, of names that should be found and of names that should not.
struct SetTally {
  std::size_t set = 0;
  std::string kind;
  Rate found;
  Rate found_then;
  Rate alarmed;
  Rate alarmed_then;
};
[[nodiscard]] std::vector<SetTally> by_set(const Report& report);
/// Changed names of the lists and expected names of sets; the control is not counted.
[[nodiscard]] Tally detection(const Report& report, When when = When::now);
[[nodiscard]] Tally alarms(const Report& report, When when = When::now);

/// One threshold for everything, from the floor up in hundredths. The control is not counted.
struct CurvePoint {
  Score threshold = 0;
  Tally found;
  Rate alarmed;
};
[[nodiscard]] std::vector<CurvePoint> curve(const Report& report);

/// "RATE", "KIND=RATE", "alarms=PER_THOUSAND", "policy=RATE", held against the report.
Result<Requirement> requirement(const Report& report, std::string_view text);
/// Whether a text could be a requirement, before anything is measured.
Status check_requirement(std::string_view text);

[[nodiscard]] Json to_json(const Report& report);
/// Self-contained: no script, no font, nothing fetched.
[[nodiscard]] std::string to_html(const Report& report);

/// "0.7", "0.85", "1".
[[nodiscard]] std::string score_text(Score score);

}  // namespace tamga::assure
