#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "clear/clear.h"
#include "ownership/integrated.h"
#include "ownership/power.h"
#include "policy/policy.h"
#include "registers/registers.h"
#include "store/store.h"

/// Ownership registers between their files, the store, and the graph that decisions ask.
///
/// A register's edition is kept like a list's: its files under their SHA-256, with a ledger entry. In the store it is an edition of the list
/// "ownership", its part is the register's name. The graph of all registers together is derived: DATA/ownership/, made anew when it is missing.
namespace tamga::app {

inline constexpr std::string_view kOwnershipList = "ownership";

struct OwnersImportOptions {
  std::string source;     ///< the register's name; empty: "gleif", the publisher that the file names, or the file's name without its date
  std::string published;  ///< YYYY-MM-DD; empty: the file's own date, else a date in its name, else the day of the import
};

struct RegisterRemark {
  std::string file;
  registers::Remark remark;
};

struct ImportedRegister {
  store::StoredEdition edition;  ///< `entities`: parties, `relations`: holdings, as the files give them
  bool added = false;
  std::vector<RegisterRemark> remarks;  ///< the first thousand
  std::int64_t remarks_total = 0;
};

struct OwnersImport {
  std::vector<ImportedRegister> registers;  ///< by name
  std::uint32_t parties = 0;                ///< of the graph of all registers in force today
  std::uint64_t holdings = 0;
};

/// Reads all files before anything is stored; an error leaves the store as it was. Files of one register and day are one edition. `progress` is told
/// what is being done and how much of it, 0 to 1.
using Progress = std::function<void(std::string_view what, double part)>;
Result<OwnersImport> import_owners(const Settings& settings, const std::vector<std::string>& paths, const OwnersImportOptions& options,
                                   const std::string& imported_at, const Progress& progress);

/// The editions of registers that count on a day: of each the newest published on or before it, and of one that has none so early the first, since
/// holdings have days of their own. Sorted by name.
Result<std::vector<store::StoredEdition>> registers_on(store::Store& store, Date as_of);

/// The graph of these editions; opened, or made of the stored files and kept.
Result<clear::Registers> load_registers(const Settings& settings, store::Store& store, const std::vector<store::StoredEdition>& editions,
                                        const names::Model& model, const Progress& progress = {});

/// Editions of lists alone, without those of registers.
Result<std::vector<store::StoredEdition>> list_editions_of(store::Store& store);

// ---- asking ---------------------------------------------------------------------------------------------------

/// Everything that questions about owners stand on, opened once.
struct OwnersSnapshot {
  clear::Snapshot snapshot;
  Date as_of;
};
Result<OwnersSnapshot> open_owners(const Settings& settings, Date as_of, const Progress& progress = {});

/// Who is meant: an id of a register, an identifier (LEI, BIN, INN, IMO …), the id of a listed entity, or a name. Several of a name are an error that
/// names them.
struct OwnersParty {
  std::uint32_t registered = ownership::kNobody;
  std::optional<std::pair<std::size_t, std::uint32_t>> listed;  ///< edition of Snapshot::searchable, entity
};
Result<OwnersParty> find_owners_party(const OwnersSnapshot& opened, const std::string& text);

struct OwnersReport {
  policy::Network network;
  std::uint32_t party = 0;  ///< its number in the network
  std::vector<policy::RuleBook::OwnershipAnswer> answers;
  std::vector<std::string> without_list;  ///< rules of `answers` of whose lists none is loaded: they cannot say no
  bool owners_known = false;              ///< somebody is known to hold or control it on the day
  std::vector<std::string> remarks;       ///< shares that contradict each other, a closed loop, what was not followed
  /// Information only, no authority's rule: parts of the party's value through all chains, the largest first; of its votes, how often each direct
  /// holder decides.
  struct LookThrough {
    std::uint32_t owner = 0;
    double low = 0;
    double high = 0;
    bool converged = true;
  };
  std::vector<LookThrough> look_through;
  struct Vote {
    std::uint32_t owner = 0;
    double share = 0;  ///< of all votes, in per cent
    double shapley = 0;
    double banzhaf = 0;
  };
  std::vector<Vote> votes;  ///< empty where a direct holder's part is not known exactly
  bool votes_exact = true;
  double votes_error = 0;
  std::vector<std::uint32_t> controllers;  ///< who, with all that it controls, surely has more than half of the votes; nearest last
  std::vector<std::uint32_t> controls;     ///< parties of the registers (by their number there) that this one so controls, the first thousand
  std::uint64_t controls_total = 0;
};
Result<OwnersReport> owners_report(const OwnersSnapshot& opened, const OwnersParty& party);

/// Who is owned or controlled in whole registers, under each rule.
struct BlockedParty {
  std::uint32_t party = 0;  ///< of the registers
  std::string rule;
  std::string regime;
  ownership::Answer answer = ownership::Answer::not_owned;
};
struct BlockedReport {
  std::uint64_t screened = 0;
  std::uint64_t listed = 0;  ///< parties of the registers that are listed, or may be
  std::vector<BlockedParty> parties;
};
/// Screens every party of the registers, on `settings.threads` threads, and follows holdings downwards.
Result<BlockedReport> owners_blocked(const Settings& settings, const OwnersSnapshot& opened, const std::string& regime, const Progress& progress);

/// Who controls whom in all registers together, along surely more than half of the votes (of the shares, where no votes are told).
struct OwnersNetwork {
  std::uint32_t parties = 0;
  std::uint64_t holdings = 0;
  std::uint32_t controlled = 0;                              ///< parties that somebody controls
  std::uint32_t heads = 0;                                   ///< parties that control others and that nobody controls
  std::vector<std::pair<std::uint32_t, std::uint32_t>> top;  ///< party of the registers, how many it controls in the end
  std::vector<std::vector<std::uint32_t>> loops;             ///< parties that hold majorities of each other in a circle
};
Result<OwnersNetwork> owners_network(const clear::Registers& registers, Date as_of, std::size_t top);

/// What began, ended or became another share between two days.
struct OwnerChange {
  std::string what;  ///< "began", "ended", "changed"
  std::string owner;
  std::string owner_name;
  std::string asset;
  std::string asset_name;
  std::string kind;
  std::string before;  ///< share; empty where there was none, or the tie has no share
  std::string after;
};
Result<std::vector<OwnerChange>> owner_changes(const Settings& settings, Date before, Date after, const Progress& progress);

}  // namespace tamga::app
