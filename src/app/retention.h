#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "base/result.h"

/// How long the law wants each record kept. A report: Tamga removes nothing from its ledger (docs/record.md says what that means for personal data).
namespace tamga::app {

struct RetentionRule {
  std::string id;
  std::string title;
  std::string citation;
  std::string source;
  std::string in_force;  ///< YYYY-MM-DD; may be empty
  long years = 0;
  bool from_year_end = false;  ///< the time begins with the end of the record's calendar year
  bool verify = false;         ///< the number was not read in the law itself
};

/// The built-in rules (data/retention.toml), or those of a file of that form.
Result<std::vector<RetentionRule>> retention_rules(const std::string& file);

/// The last day on which a record of `day` must be kept by the rule. The 29th of February ends on the 1st of March of a common year.
[[nodiscard]] Date keep_until(const RetentionRule& rule, Date day);

/// The entries of one kind and day. `until` and `rule`: the longest of all rules, that of the youngest decision that stands on one of the entries if
/// that is later. A set where one entry must stay is told of as one that must.
struct Kept {
  std::string kind;
  Date day;
  std::int64_t entries = 0;
  Date until;
  std::string rule;
  bool stands_under = false;  ///< a later decision, and not the entries' own day, keeps them this long
};

struct Retention {
  std::vector<RetentionRule> rules;
  std::vector<Kept> kept;    ///< by kind, then day
  std::int64_t undated = 0;  ///< entries whose time is no date; they count as to be kept
};

Result<Retention> retention(const Settings& settings, const std::string& rules_file);

}  // namespace tamga::app
