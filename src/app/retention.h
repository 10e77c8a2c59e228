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

/// Why the end of the law's time does not make an entry due.
enum class Hold : std::uint8_t {
  none,
  open_case,  ///< an alert that is not closed, a consultation that is not answered, a proposal that nobody decided on, a deal that is watched
  licence,    ///< a licence that is in force, or whatever was done under it
  blocked,    ///< property reported as blocked: its time begins when it is unblocked, which the ledger does not know
};
[[nodiscard]] std::string_view hold_name(Hold hold);

/// Entries of one kind and day that must be kept equally long. What belongs together stays together, as long as its youngest entry: the decisions on
/// a deal, their alerts and consultations, and the licences that they draw on; and what they stand on (editions, rules, messages).
struct Kept {
  std::string kind;
  Date day;
  Date until;        ///< the last day, by the longest of all rules
  std::string rule;  ///< which
  Hold hold = Hold::none;
  bool by_another = false;  ///< a younger entry, and not the entries' own day, keeps them this long
  std::int64_t entries = 0;

  [[nodiscard]] bool is_due(Date today) const { return hold == Hold::none && until < today; }
};

/// An entry whose time is over.
struct Due {
  std::int64_t sequence = 0;
  std::string kind;
  std::string key;
  Date day;
  Date until;
  std::string rule;
};

struct Retention {
  std::vector<RetentionRule> rules;
  std::vector<Kept> kept;    ///< by kind, then day
  std::vector<Due> due;      ///< in the order of the ledger; only where it was asked for
  std::int64_t undated = 0;  ///< entries whose time is no date; they count as to be kept
};

struct RetentionRequest {
  std::string rules_file;  ///< empty: the built-in rules
  Date today;
  bool list_due = false;
};

Result<Retention> retention(const Settings& settings, const RetentionRequest& request);

}  // namespace tamga::app
