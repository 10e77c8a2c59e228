#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"
#include "policy/condition.h"
#include "policy/evaluate.h"
#include "policy/nexus_kind.h"
#include "policy/policy.h"

/// What one policy file says, read and validated.
namespace tamga::policy {

enum class LegalStatus : std::uint8_t { in_force, stayed, lapsed, unconfirmed };
[[nodiscard]] std::string_view status_name(LegalStatus status);

/// Days of effect, both ends included.
struct Period {
  Date from;
  std::optional<Date> to;
  LegalStatus status = LegalStatus::in_force;
};

/// "yes" needs a nexus that says yes; `absent` speaks only where no nexus does.
enum class NexusNeed : std::uint8_t { required, not_needed, absent };

/// A sentence with slots.
struct Sentence {
  std::vector<std::variant<std::string, Slot>> parts;
  std::string text;  ///< as written
};
/// With the slots filled; what is not known prints as "not stated".
[[nodiscard]] std::string render(const Sentence& sentence, const Grounds& grounds);

struct Case {
  std::uint32_t line = 0;
  std::string expect;
  Facts facts;
};

/// What rules, exemptions and nexus tests share.
struct Clause {
  std::string id;
  std::uint32_t line = 0;
  std::string authority;
  std::string citation;
  std::string source;
  std::string note;
  Scope about = Scope::deal;
  Condition when;
  Sentence because;
  std::vector<Period> periods;
  std::vector<Case> cases;
  /// The period of a day, or nullptr.
  [[nodiscard]] const Period* period_on(Date day) const;
};

struct Rule : Clause {
  NexusNeed nexus = NexusNeed::required;
  Outcome outcome = Outcome::review;
  std::string verify;
};

struct NexusTest : Clause {
  NexusKind kind = NexusKind::conduct;
};

struct Exemption : Clause {
  std::vector<Pattern> lifts;
  std::vector<std::string> lifts_text;
  std::string condition;  ///< what must be kept or shown
};

/// An authority's rule of ownership and control, by which other rules may name it, and which answers by itself what `tamga owners show` asks.
struct OwnershipClause : Clause {
  std::string title;
  OwnershipRule rule;
};

/// A red flag: an indicator of diversion that an authority has published. It answers by itself; how flags weigh together is in docs/red-flags.md.
struct Flag : Clause {
  std::string title;
  bool asked = false;              ///< whether `when` is there: else nothing in a deal can answer it
  int weight = 1;                  ///< 1 to 3
  std::vector<std::string> needs;  ///< what would have to be known besides, that a deal does not hold: JSON pointers of the fields that would
};

/// What an authority can be asked for where its rules stand in the way, and how.
struct Permission {
  std::string authority;  ///< of rules whose authority begins so
  std::string what;       ///< "a specific licence"
  std::string whom;       ///< the office, and the way to it
  std::string citation;
  std::string source;
};

struct RuleFile {
  std::string name;
  std::string regime;
  std::string title;
  std::vector<Rule> rules;
  std::vector<Exemption> exemptions;
  std::vector<NexusTest> nexus;
  std::vector<OwnershipClause> ownership;
  std::vector<Permission> permissions;

  /// The one with the longest authority that the given one begins with, or nullptr.
  [[nodiscard]] const Permission* permission_of(std::string_view authority) const;
};

/// The [[group]] tables of a file of country groups.
Status read_groups(const Json& root, CountryGroups& into);
[[nodiscard]] bool is_group_file(const Json& root);
[[nodiscard]] bool is_flag_file(const Json& root);
Result<std::vector<Flag>> read_flags(const Json& root, const CountryGroups& groups);
Result<RuleFile> read_rule_file(const Json& root, std::string_view name, const CountryGroups& groups);

[[nodiscard]] std::string_view scope_name(Scope scope);

}  // namespace tamga::policy
