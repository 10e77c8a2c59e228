#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "store/checkpoint.h"

/// What Tamga remembers: list editions, policy editions, and the ledger, an append-only hash chain of everything that
/// happened. SQLite, one file (tamga.db) in the data directory, or a PostgreSQL database (docs/store.md), with the same refusals and the same order
/// of everything. Bytes in, bytes out: it knows nothing of their meaning.
///
/// Ledger entry hash = sha256(previous hash "\n" sequence "\n" kind "\n" key "\n" recorded_at "\n" sha256 of payload "\n"); the first
/// entry's previous hash is "sha256:" and 64 zeros. Triggers refuse UPDATE and DELETE on the ledger; verify() finds what went round them.
namespace tamga::store {

struct StoredEdition {
  std::string list;
  std::string part;
  std::string format;
  std::string id;         ///< sha256:…
  std::string published;  ///< YYYY-MM-DD
  std::string dated_by;
  std::string imported_at;
  bool sample = false;
  std::int64_t entities = 0;
  std::int64_t names = 0;
  std::int64_t relations = 0;
  std::vector<std::pair<std::string, std::int64_t>> programs;  ///< how many entities stand under each, in alphabetical order
  std::vector<std::string> warnings;
  std::vector<std::string> held;  ///< why it does not take effect until somebody accepts it; empty: it does
  bool accepted = false;          ///< there is a ledger entry of kind "acceptance" for it
  /// Days on which its authority still gave this very content (YYYY-MM-DD, ascending): a list that did not change is not old.
  std::vector<std::string> confirmed;
  // Of a house list only.
  std::string title;
  std::string owner;
  std::string expires;    ///< YYYY-MM-DD
  std::string signed_by;  ///< the id of the key; empty: not signed

  [[nodiscard]] bool in_effect() const { return held.empty() || accepted; }
};

struct LedgerHead {
  std::int64_t sequence = 0;  ///< of the last entry; 0: empty
  std::string hash;           ///< "sha256:…"; of the empty ledger: 64 zeros
  std::string latest;         ///< the latest time of an entry, UTC, since the clock was last accepted; empty: none
};

/// That something was refused, where that is worth knowing: a clock that went back, a text without end.
inline constexpr std::string_view kRefusedKind = "refused";
/// That a clock which went back is right.
inline constexpr std::string_view kClockKind = "clock";

struct LedgerEntry {
  std::int64_t sequence = 0;
  std::string kind;         ///< "edition", "decision", "proposal", "licence_use" …: docs/formats/ledger.md has them all
  std::string key;          ///< decision id or edition id, unique within its kind; nothing personal, since no export can leave it out
  std::string recorded_at;  ///< UTC
  std::string payload;
  std::string hash;
};

/// How far the keys of past deals follow the ledger: they are derived from it, by a version of how keys are made.
struct PastKeysMade {
  std::int64_t version = 0;
  std::int64_t up_to = 0;  ///< sequence of the last entry that was looked at
};

/// Bounds of a search among past deals, so that a key that thousands share costs no more than others.
struct PastLimits {
  std::int64_t for_key = 64;         ///< of one key, the newest so many
  std::int64_t shared_at_least = 2;  ///< keys that an entry must share
  std::int64_t most = 16;            ///< entries, those that share the most keys, of equals the newest
};

/// One problem that verify() found, for a person: what, and where.
struct Damage {
  std::string what;
};

struct Verification {
  std::int64_t ledger_entries = 0;
  std::int64_t editions = 0;
  std::int64_t blobs = 0;
  LedgerHead head;
  std::vector<KnownKey> keys;
  std::int64_t checkpoints = 0;
  std::int64_t signed_up_to = 0;  ///< the last entry that a checkpoint in the ledger vouches for; 0: none
  std::int64_t earlier = 0;       ///< entries whose time is earlier than that of one before them; a long run stamps all with the time it began
  std::vector<Damage> damage;     ///< empty: all is as it was written
};

class Database;

/// Not thread-safe; several processes may open one store, on PostgreSQL from several machines. One writes at a time, the others wait up to 10 s.
class Store {
 public:
  /// Opens or creates a store at a place: in a folder, as DIR/tamga.db, creating DIR for its owner alone; or where a postgresql:// address says.
  /// Refuses a store of a newer schema version and what is something else. Every error of the store is of kind failure and begins with the path of
  /// its file, or the address without user and password.
  static Result<Store> open(const std::string& place);
  /// Opens a store that must be there; a missing one is an error that says what to do ("run tamga lists import").
  static Result<Store> open_existing(const std::string& place);
  /// Puts a backup, a store's file, into the PostgreSQL database at `url`. Refused where a store with anything in it is.
  static Result<Store> restore(const std::string& file, const std::string& url);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  /// Writes what is committed now to a new store file (SQLite) at `path`, while others go on.
  Status copy_to(const std::string& path);

  /// Runs `work` in one immediate transaction; an error rolls everything back. Within another transact() it runs as a part of that one:
  /// the outer work must pass the error on, or the half that was done stays.
  /// PostgreSQL may undo it because of what others do at the same time (a deadlock). It is then done again as a whole, up to kTries times: `work`
  /// begins anew what it leaves behind outside of the store, or is done once.
  enum class Tries : std::uint8_t { several, once };
  static constexpr int kTries = 5;
  Status transact(const std::function<Status()>& work, Tries tries = Tries::several);

  /// Adds an edition with its files, each whole or as its difference to that of the edition before, and a ledger entry of kind "edition" whose
  /// payload is `edition` as JSON with the hashes of its files. False when the same edition (list, part, id) is there already: nothing changes.
  Result<bool> add_edition(const StoredEdition& edition, const std::vector<NamedBytes>& files);
  /// Sorted by list, part, published, then the order of import.
  Result<std::vector<StoredEdition>> editions();
  /// Records that a held edition may take effect, in the ledger. Refuses a second acceptance.
  Status accept(const StoredEdition& edition, std::string_view recorded_at, std::string_view reason);
  /// Records that the authority gave the same content again on a day (YYYY-MM-DD); once a day.
  Status confirm(const StoredEdition& edition, std::string_view day, std::string_view recorded_at, std::string_view source);
  Result<std::vector<NamedBytes>> edition_files(std::string_view id);

  /// Keeps content under its hash ("sha256:…"); with a ledger entry of `kind` the first time it is kept as that. Returns the hash.
  Result<std::string> keep(std::string_view kind, std::string_view bytes, std::string_view recorded_at);
  Result<std::optional<std::string>> kept(std::string_view hash);

  /// From now on every entry whose number is a multiple of `every` is followed, in its transaction, by a signed checkpoint, while a key is in use
  /// and its secret half is in `folder` (store/checkpoint.h). 0: never, as in the beginning.
  void sign_each(std::int64_t every, std::string folder);

  /// Another number after each commit of somebody else, in this process or another: whoever has looked need not look again while it is the same.
  /// On PostgreSQL after each entry of the ledger.
  Result<std::int64_t> data_version();
  Result<LedgerHead> head();
  /// Refuses a kind and key that are recorded already, and line breaks in the three short fields: the entry's hash is over lines. Refuses, and
  /// records that it did (an entry of kRefusedKind, once the transaction is rolled back): a payload longer than payload_max(), and a time more than
  /// a day before the latest in the ledger.
  Result<LedgerEntry> append(std::string_view kind, std::string_view key, std::string_view recorded_at, std::string_view payload);
  /// How many bytes a payload of a kind may have: 1 MiB where people write, more where a deal, a licence or a list's warnings stand in it.
  [[nodiscard]] static std::size_t payload_max(std::string_view kind);
  /// Refuses a text of a person that is longer than where it is to be kept allows, and records that, as append() does. Always an error.
  Status refuse_long(std::string_view kind, std::string_view about, std::size_t bytes, std::size_t most, std::string_view at);
  /// Records that `at`, which is more than a day before the latest time in the ledger, is right; from then on times are held against it.
  /// Refused while the clock is not behind.
  Status accept_clock(std::string_view at, std::string_view reason, std::string_view by);
  Result<std::optional<LedgerEntry>> find(std::string_view kind, std::string_view key);
  /// Calls `each` in the order of the ledger, until it returns an error.
  Status each(const std::function<Status(const LedgerEntry&)>& each_entry);

  /// The same for the entries after `sequence`, of one kind or of all.
  Status each_since(std::int64_t sequence, const std::function<Status(const LedgerEntry&)>& each_entry);
  Status each_since(std::int64_t sequence, std::string_view kind, const std::function<Status(const LedgerEntry&)>& each_entry);
  Result<std::optional<LedgerEntry>> at(std::int64_t sequence);
  /// The last entry of these kinds; 0: there is none. Of kinds with few entries it is cheap.
  Result<std::int64_t> last_of(std::initializer_list<std::string_view> kinds);

  /// Keys under which entries of the ledger are found again; what they mean is the caller's (resemblance/).
  Result<PastKeysMade> past_keys_made();
  Status set_past_keys_made(const PastKeysMade& made);
  Status add_past_keys(std::int64_t sequence, std::span<const std::int64_t> keys);
  /// Forgets all keys, so that they are made anew.
  Status drop_past_keys();
  /// The entries up to the sequence number `up_to` that share keys, those that share the most first.
  Result<std::vector<std::int64_t>> past_with(std::span<const std::int64_t> keys, std::int64_t up_to, const PastLimits& limits);
  Result<std::int64_t> past_keys_kept();
  Result<bool> has_past_key(std::int64_t sequence, std::int64_t key);

  /// Recomputes every hash and checks every signature: chain, payloads, keys, checkpoints, blobs, and that the editions table says what the ledger
  /// recorded. Tables and triggers must be those of a new store. An error only when it cannot be read at all.
  Result<Verification> verify();

 private:
  friend class People;    // the tables of store/people.h
  friend class Licences;  // the tables of store/licences.h
  friend class Cases;     // the tables of store/cases.h
  friend class Watch;     // the tables of store/watch.h
  friend class Tokens;    // the tables of store/tokens.h
  friend class Sessions;  // the table of store/sessions.h
  struct Implementation;
  explicit Store(std::unique_ptr<Implementation> implementation);
  static Result<Store> of(Database database, bool create);
  [[nodiscard]] Database& database();
  Status in_transaction(const std::function<Status()>& work);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::store
