#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/store.h"

/// Licences and what is used of them. A use is a ledger entry and rows that triggers add up: the database itself refuses an overdraw, a use of a
/// revoked licence, a second open use by one deal, and that something shipped is given back. Everything is in the ledger; the tables repeat it, and
/// verify() holds the two against each other. What a licence permits is the caller's to know: here it is a record in JSON, and caps with names.
/// Amounts are integers; the caller says of what.
namespace tamga::store {

struct LicenceCap {
  std::string cap;
  std::int64_t most = 0;
  std::int64_t used = 0;
  bool operator==(const LicenceCap&) const = default;
};

struct StoredLicence {
  std::string number;
  std::int64_t sequence = 0;  ///< of the ledger entry that says what it is: its addition or its last amendment
  std::int64_t amendments = 0;
  std::string from;  ///< YYYY-MM-DD
  std::string to;
  bool revoked = false;
  std::string record;            ///< JSON
  std::vector<LicenceCap> caps;  ///< in alphabetical order
  bool operator==(const StoredLicence&) const = default;
};

struct LicenceDraw {
  std::string cap;
  std::int64_t amount = 0;  ///< above zero
  bool operator==(const LicenceDraw&) const = default;
};

struct LicenceUse {
  std::int64_t sequence = 0;  ///< of its ledger entry
  std::string number;
  std::string deal;
  std::string decision;            ///< which drew it; empty: somebody recorded it by hand
  std::string state;               ///< open, returned, reopened
  std::int64_t ended = 0;          ///< ledger entry; 0 while it is open
  std::vector<LicenceDraw> draws;  ///< in alphabetical order
  bool operator==(const LicenceUse&) const = default;
};

/// Who is behind a change, for the ledger.
struct ByWhom {
  std::string proposal;  ///< empty: a decision is
  std::string decision;
  std::string by;
  std::string approved_by;
  std::string reason;
};

/// What the record knows of licences for one deal at one moment.
struct HeldLicences {
  std::vector<StoredLicence> licences;  ///< all, by number
  std::vector<LicenceUse> uses;         ///< of the deal that are open, by sequence
  bool shipped = false;                 ///< the deal is
  bool operator==(const HeldLicences&) const = default;
};

/// A deal that rested on a licence when that was revoked, and was not shipped.
struct Reopened {
  std::int64_t sequence = 0;
  std::string number;
  std::string deal;
  std::string at;
  std::string decision;  ///< that has been made since; empty: none yet
};

/// A view of a store; the store must outlive it. Not thread-safe. Every change is a transaction of its own, or a part of the caller's.
class Licences {
 public:
  explicit Licences(Store& store) : store_(store) {}

  /// Refuses a number that is there already. `licence`: number, from, to, record and caps.
  Status add(const StoredLicence& licence, const ByWhom& who, std::string_view at);
  /// Puts the record, the days and the caps in place of what was. Once it was used its caps keep their names: only how much may change, also to less
  /// than is used.
  Status amend(const StoredLicence& licence, const ByWhom& who, std::string_view at);
  /// Ends it for good. Its open uses of deals that are not shipped end too, and those deals are re-opened: their names are returned.
  Result<std::vector<std::string>> revoke(std::string_view number, const ByWhom& who, std::string_view at);

  /// Refused where a cap does not hold it, where the licence is revoked or not there, and where the deal has an open use of it. Returns the sequence
  /// number of its entry.
  Result<std::int64_t> draw(std::string_view number, std::string_view deal, const std::vector<LicenceDraw>& draws, const ByWhom& who,
                            std::string_view at);
  /// Ends an open use; what it took is free again. Refused once the deal is shipped.
  Status give_back(std::int64_t use, const ByWhom& who, std::string_view at);
  /// Records that the goods of a deal left: what it drew stays drawn. Once for each deal, and only where it has an open use.
  Status ship(std::string_view deal, const ByWhom& who, std::string_view at);

  Result<std::optional<StoredLicence>> find(std::string_view number);
  /// By number.
  Result<std::vector<StoredLicence>> all();
  /// By sequence; empty `number`, `deal`: any.
  Result<std::vector<LicenceUse>> uses(std::string_view number, std::string_view deal);
  Result<bool> shipped(std::string_view deal);
  Result<std::vector<Reopened>> reopened();

  /// What is known for a deal now, from the tables; and when the ledger ended at `sequence`, from the ledger. The same where that is now.
  Result<HeldLicences> held(std::string_view deal);
  Result<HeldLicences> held_at(std::string_view deal, std::int64_t sequence);

  /// What of the tables is not what the ledger recorded.
  Result<std::vector<std::string>> damage();

 private:
  Result<std::vector<LicenceCap>> caps_of(std::string_view number);
  Result<std::vector<LicenceUse>> uses_where(std::string_view number, std::string_view deal, bool open_only);
  Store& store_;
};

}  // namespace tamga::store
