#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/settings.h"
#include "clear/clear.h"
#include "licences/balance.h"
#include "store/licences.h"
#include "store/people.h"

/// Licences: proposed by one person and approved by another, used by decisions, returned, amended, revoked (docs/licences.md).
namespace tamga::app {

/// A licence file (JSON), or standard input for "-".
Result<licences::Licence> read_licence_file(const std::string& path);

/// Each proposes, and takes effect when another person approves it (approvals.h). Refused at once where it could not take effect now.
Result<store::Proposal> propose_licence(const Settings& settings, const licences::Licence& licence, std::string_view by, std::string_view at);
Result<store::Proposal> propose_amendment(const Settings& settings, const licences::Licence& licence, std::string_view by, std::string_view at);
Result<store::Proposal> propose_revocation(const Settings& settings, std::string_view number, std::string_view reason, std::string_view by,
                                           std::string_view at);
Result<store::Proposal> propose_return(const Settings& settings, std::string_view number, std::string_view deal, std::string_view reason,
                                       std::string_view by, std::string_view at);
/// A use outside of any decision of this store: so much of the goods of `line`.
Result<store::Proposal> propose_use(const Settings& settings, std::string_view number, std::string_view deal, const GoodsLine& line,
                                    std::string_view by, std::string_view at);
/// Records that the goods of a deal left: no second person is needed for a fact.
Status record_shipped(const Settings& settings, std::string_view deal, std::string_view by, std::string_view at);

struct LicenceEvent {
  std::string what;  ///< added, amended, revoked
  std::string at;
  std::string by;
  std::string approved_by;
  std::string proposal;
  std::string reason;
};

struct LicenceUseView {
  store::LicenceUse use;
  std::string at;
  std::string by;  ///< of one recorded by hand
  std::string approved_by;
  bool shipped = false;
};

struct LicenceView {
  store::StoredLicence stored;
  licences::Licence licence;
  std::vector<LicenceEvent> events;   ///< only of show
  std::vector<LicenceUseView> uses;   ///< only of show, by sequence
  std::vector<store::Proposal> open;  ///< only of show: proposals about it that wait
  /// "in force", "not yet valid", "expired" or "revoked".
  [[nodiscard]] std::string_view state(Date day) const;
};

/// Every licence, by number.
Result<std::vector<LicenceView>> list_licences(const Settings& settings);
Result<LicenceView> show_licence(const Settings& settings, std::string_view number);

/// A deal that must be decided again.
struct ReopenedDeal {
  std::string deal;
  std::string number;
  std::string why;       ///< "revoked", or "expired": its licence ended before it was shipped
  std::string since;     ///< YYYY-MM-DD
  std::string decision;  ///< that has been made since; empty: none yet. An expired licence's deal leaves the list instead
};
/// Those that revocation re-opened, in the ledger's order, then those that rest on a licence that has ended by `day`. The second needs no entry: a
/// day passes by itself.
Result<std::vector<ReopenedDeal>> reopened_deals(const Settings& settings, Date day);

/// What an approved proposal of kind "licence.…" does, within the transaction of its verdict.
Status apply_licence(store::Store& store, const store::Proposal& approved, std::string_view at);

/// What the engine needs to know of licences; one for many deals, since reading a licence costs more than looking its balance up.
class LicenceStandings {
 public:
  Result<std::vector<licences::Standing>> of(const store::HeldLicences& held);

 private:
  std::map<std::string, std::pair<std::int64_t, licences::Licence>, std::less<>> read_;  ///< by number, with the entry it was read from
};

/// Puts what a recorded decision uses in place of what its deal drew before; within the decision's transaction.
Status record_draws(store::Store& store, const store::HeldLicences& held, const clear::Decision& decision, std::string_view at);

}  // namespace tamga::app
