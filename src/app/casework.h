#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "clear/clear.h"
#include "store/cases.h"

/// Alerts and marks of false hits (docs/casework.md): decisions open them, people work them, two people end them.
namespace tamga::app {

/// Opens or renews an alert for each finding of a recorded decision that asks for review or worse, one for a rule and what it is about, and lets
/// the marks fall that hold no more, each with an alert that says so. Within the decision's transaction; `at` is UTC.
Status raise_alerts(store::Store& store, const clear::Decision& decision, std::string_view at);

/// Opens an alert for each hit of one screening ("screen --alerts"), under the deal "screening: NAME". Returns how many are new or renewed.
Result<std::int64_t> raise_hits(const Settings& settings, const match::Query& query, const std::vector<match::Hit>& hits, std::string_view at);

/// The marks as of a place in the ledger, as clear() takes them; nullptr: none.
Result<std::shared_ptr<const std::vector<clear::Mark>>> marks_then(store::Store& store, std::int64_t sequence);

/// The same of now, read again only when they have changed.
class StandingMarks {
 public:
  Result<std::shared_ptr<const std::vector<clear::Mark>>> now(store::Store& store);

 private:
  std::string version_;
  std::shared_ptr<const std::vector<clear::Mark>> marks_;
};

struct AlertFilter {
  std::string state;      ///< "active": all but closed; empty: any
  std::string assigned;   ///< empty: anybody
  std::string deal;       ///< empty: any
  std::string rule = {};  ///< the beginning of its id; empty: any
  bool overdue = false;
  std::string after = {};  ///< place_of() the last alert of the page before; empty: from the first
  std::size_t most = 0;    ///< 0: all
};
/// "2026-11-30_000000000017": orders as alerts() does.
[[nodiscard]] std::string place_of(const store::Alert& alert);
/// By deadline, then in the order in which they were opened.
Result<std::vector<store::Alert>> alerts(const Settings& settings, const AlertFilter& filter, Date today);
struct AlertStory {
  store::Alert alert;
  std::vector<store::LedgerEntry> history;
  std::vector<store::Proposal> proposals;
  std::vector<store::Mark> marks;
};
Result<AlertStory> alert(const Settings& settings, std::string_view id);
Result<std::vector<store::Mark>> marks(const Settings& settings);

Status assign_alert(const Settings& settings, std::string_view id, std::string_view to, std::string_view deadline, std::string_view by,
                    std::string_view at);
Status escalate_alert(const Settings& settings, std::string_view id, std::string_view text, std::string_view by, std::string_view at);
Status note_alert(const Settings& settings, std::string_view id, std::string_view text, std::string_view by, std::string_view at);
/// Returns the hash of the file's bytes.
Result<std::string> attach_to_alert(const Settings& settings, std::string_view id, const std::string& file, std::string_view by, std::string_view at);
Result<store::Proposal> propose_close(const Settings& settings, std::string_view id, std::string_view reason, std::string_view text,
                                      std::string_view by, std::string_view at);

struct MarkRequest {
  std::string alert;
  std::string evidence;
  std::optional<Date> until;          ///< nothing: a year from today; the furthest that is allowed
  std::vector<std::string> entities;  ///< of the alert's possible hits; empty: all
};
Result<store::Proposal> propose_mark(const Settings& settings, const MarkRequest& request, std::string_view by, std::string_view at);

}  // namespace tamga::app
