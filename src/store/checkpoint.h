#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

/// Signatures over the ledger (Ed25519, RFC 8032), so that also a whole store that was replaced is found. docs/formats/ledger.md, "Signatures".
///
/// Whatever is signed is one JSON object on one line. Its last two members are "key", who signs, and "signature"; signed are the bytes before
/// `,"signature":`, as they stand. A key is named by itself: "ed25519:" and the 64 hexadecimal digits of its public half.
namespace tamga::store {

class Store;
struct LedgerEntry;

inline constexpr std::string_view kKeyKind = "key";
inline constexpr std::string_view kRevocationKind = "key_revoked";
inline constexpr std::string_view kCheckpointKind = "checkpoint";
/// Why a key is revoked; a closed vocabulary, so that these entries hold nothing personal and may stand in every export.
inline constexpr std::string_view kRevocationReasons[] = {"lost", "stolen", "retired"};

/// One key as the ledger tells of it.
struct KnownKey {
  std::string id;
  std::int64_t sequence = 0;  ///< of the entry that made it known
  std::string made_at;        ///< UTC
  std::string signed_by;      ///< the key before it, or itself: then nothing in the ledger says who made it
  std::string revoked;        ///< one of kRevocationReasons; empty: it was not
  bool stands_alone() const { return signed_by == id; }
};

/// The place in the chain that a signature vouches for.
struct Checkpoint {
  std::string store;  ///< 32 hexadecimal digits, drawn with the first key
  std::int64_t sequence = 0;
  std::string hash;
  std::string at;
  std::string key;
};

/// Follows the entries of the ledger in their order and tells which key is in use. Not thread-safe.
class KeyWalk {
 public:
  /// What is wrong with the entry's signature or place; empty: nothing, or it is no entry of a signature. `previous`: the hash before it.
  [[nodiscard]] std::string see(const LedgerEntry& entry, std::string_view previous);
  [[nodiscard]] const std::vector<KnownKey>& keys() const { return keys_; }
  [[nodiscard]] const std::string& store() const { return store_; }
  /// The key whose signatures count now; empty: none.
  [[nodiscard]] const std::string& in_use() const { return in_use_; }
  [[nodiscard]] std::int64_t checkpoints() const { return checkpoints_; }
  [[nodiscard]] std::int64_t signed_up_to() const { return signed_up_to_; }  ///< sequence that the last sound checkpoint vouches for; 0: none

 private:
  std::string see_key(const LedgerEntry& entry, const Json& json);
  std::string see_revocation(const LedgerEntry& entry, const Json& json);
  std::string see_checkpoint(const LedgerEntry& entry, const Json& json, std::string_view previous);
  std::vector<KnownKey> keys_;
  std::string store_;
  std::string in_use_;
  std::int64_t checkpoints_ = 0;
  std::int64_t signed_up_to_ = 0;
};

/// What the ledger says of its keys, by walking those entries only. Signatures are checked.
Result<KeyWalk> keys_of(Store& store);

/// Makes a key, keeps its secret half in FOLDER (a file of mode 0600) and its public half in the ledger, signed by the key in use. Refused when
/// that one's secret half is not in FOLDER: it must be revoked first, and the new key then stands alone. Returns the key's name.
Result<std::string> make_key(Store& store, const std::string& folder, std::string_view at);
/// From the next entry on, the key's signatures count no more.
Status revoke_key(Store& store, std::string_view key, std::string_view reason, std::string_view at);

/// Signs `body`, an object without "key" and "signature". Nothing when no key is in use, or its secret half is not in FOLDER; a secret half that
/// others may read or that does not fit is an error.
Result<std::optional<std::string>> sign(const KeyWalk& keys, const std::string& folder, Json body);

/// Signs the head of the ledger and appends that as an entry of kind "checkpoint", whose payload it returns. Nothing as in sign().
Result<std::optional<std::string>> add_checkpoint(Store& store, const std::string& folder, std::string_view at);

/// Reads a checkpoint, as a payload or as a file that was kept elsewhere, and checks its signature; not whether the key deserves trust.
Result<Checkpoint> read_checkpoint(std::string_view text);

}  // namespace tamga::store
