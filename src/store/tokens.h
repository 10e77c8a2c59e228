#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/store.h"

/// What callers of the server show of themselves: secrets, of which only a slow hash is kept, and certificates. Their making and revoking are ledger
/// entries, which name the hash of the row, not the row. Beside them what a server must not forget between two starts: how much of a quota is used,
/// and what it answered to requests that must not be done twice.
namespace tamga::store {

struct StoredToken {
  std::string id;  ///< "tok-…"
  std::int64_t sequence = 0;
  std::string kind = "token";  ///< or "certificate"
  std::string name;            ///< whose: a person's of the store, or a machine's
  bool machine = false;        ///< screens and clears, and is nobody
  std::string hash;            ///< Argon2id, as libsodium writes it; of a certificate its SHA-256
  std::string expires;         ///< YYYY-MM-DD, the last day
  std::int64_t rate = 0;       ///< requests a second; 0: no limit
  std::int64_t quota = 0;      ///< requests a day (UTC); 0: no limit
  bool revoked = false;
};

struct StoredAnswer {
  std::string request;  ///< sha256:… of what was asked
  std::int64_t status = 0;
  std::string type;
  std::string body;
  std::string location = {};  ///< of what was made; empty: it did not say
};

/// A view of a store, which must outlive it. Not thread-safe.
class Tokens {
 public:
  explicit Tokens(Store& store) : store_(store) {}

  /// `by` must be an active administrator.
  Status add(const StoredToken& token, std::string_view by, std::string_view at);
  Status revoke(std::string_view id, std::string_view by, std::string_view at);
  /// In the order in which they were made.
  Result<std::vector<StoredToken>> all();
  /// Changes when all() does, or when people do; cheap.
  Result<std::int64_t> version();

  Result<std::int64_t> used(std::string_view id, std::string_view day);
  /// By their ids; all of them or none.
  Status add_uses(const std::map<std::string_view, std::int64_t>& uses, std::string_view day);

  Result<std::optional<StoredAnswer>> answer(std::string_view caller, std::string_view key);
  /// Keeps an answer, and forgets those of days before `forget_before`.
  Status keep_answer(std::string_view caller, std::string_view key, const StoredAnswer& answer, std::string_view day, std::string_view forget_before);

  /// What of the tables is not what the ledger recorded.
  Result<std::vector<std::string>> damage();

 private:
  Store& store_;
};

}  // namespace tamga::store
