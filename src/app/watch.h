#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/screening.h"
#include "app/settings.h"
#include "base/date.h"
#include "store/watch.h"
#include "work/shards.h"

/// A book of customers, counterparties, vessels and open deals, kept under watch: when a list, an ownership register or the policy has another
/// edition, those whom it can concern are screened again, and what changed becomes an alert (docs/watch.md).
namespace tamga::app {

/// What became of one entry of the book, or of one deal.
struct WatchEvent {
  enum class Kind : std::uint8_t { hit, changed, gone, deal };
  Kind kind = Kind::hit;
  std::string entry;  ///< the id in the book; of a deal: the deal's id
  std::string name;
  std::string list;
  std::string entity;
  std::string caption;
  std::int64_t score = 0;   ///< in 1/10,000; 0: the hit is gone
  std::int64_t before = 0;  ///< the same before; 0: there was none
  std::string outcome;      ///< of a deal
  std::string because;      ///< plain sentences
  bool marked = false;      ///< two people have marked the hit as false: no alert
};
[[nodiscard]] std::string_view watch_event_name(WatchEvent::Kind kind);
[[nodiscard]] Json to_json(const WatchEvent& event);

struct RejectedRow {
  std::string file;
  std::uint64_t line = 0;
  std::string error;
};

struct WatchAdd {
  std::vector<std::string> files;  ///< CSV or JSON lines as `screen --batch` reads them, or deals
  std::string schema;              ///< of rows that name none
  bool whole = false;              ///< the files are the whole book: who is in none of them is taken out
  bool alerts = true;              ///< open an alert for each hit
  Date as_of;
};
struct WatchAdded {
  std::int64_t added = 0;
  std::int64_t replaced = 0;   ///< of an id that the book held otherwise
  std::int64_t unchanged = 0;  ///< not screened again
  std::int64_t removed = 0;
  std::int64_t deals = 0;
  std::int64_t hits = 0;  ///< of those that were added or replaced
  std::vector<RejectedRow> rejected;
};

struct WatchRun {
  bool whole = false;  ///< everything was screened again, since `why`
  std::string why;
  std::vector<std::string> editions;  ///< what is new: "us_ofac_sdn 2024-02-23: 553 entries came, 3 went, 21 changed"
  std::int64_t entries = 0;           ///< in the book
  std::int64_t changed_entities = 0;
  std::int64_t screened = 0;  ///< entries
  std::int64_t deals = 0;     ///< decided on again
  std::int64_t events = 0;
};

using WatchProgress = std::function<void(std::string_view what, std::int64_t done, std::int64_t all)>;

/// All or nothing. Where the lists have changed since the last run, that is caught up with first. `each` is told every hit.
Result<WatchAdded> watch_add(const Settings& settings, const WatchAdd& add, const std::string& at, const std::function<void(const WatchEvent&)>& each,
                             const WatchProgress& progress);
/// Ids that are not in the book are an error, and nothing is removed then. Of deals too.
Status watch_remove(const Settings& settings, const std::vector<std::string>& ids, const std::string& at);

/// Screens again whom changes can concern. `whole`: everybody, whatever has changed. Where that is the whole book, `crew` does it if there is one;
/// the result is the same.
Result<WatchRun> watch_run(const Settings& settings, Date as_of, bool whole, const std::string& at,
                           const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress, const work::Crew& crew = {});

struct WatchStatus {
  std::int64_t entries = 0;
  std::int64_t hits = 0;
  std::vector<std::string> deals;
  Json basis;                        ///< null: nothing was screened yet
  std::vector<std::string> waiting;  ///< editions that are in force and were not looked at yet
};
Result<WatchStatus> watch_status(const Settings& settings, Date today);

}  // namespace tamga::app
