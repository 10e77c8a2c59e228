#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/endpoint.h"
#include "app/settings.h"
#include "app/store_watch.h"
#include "store/people.h"
#include "store/sessions.h"
#include "store/tokens.h"

/// Who calls: tokens, certificates and sessions of browsers. Thread-safe.
///
/// A token's secret is verified by Argon2id once; then a keyed hash of it stands in memory, so that later requests cost a microsecond. Everything
/// else is looked up at each request in a copy of the store's tables, so that what is revoked is known to nobody from the next refresh() on.
namespace tamga::server {

using Clock = std::chrono::steady_clock;

/// How much a token has been used.
class Meter {
 public:
  /// Counts one request. Nothing: it may. Else the seconds after which to come again.
  std::optional<long> take(const store::StoredToken& token, Clock::time_point now);
  /// A new day begins at zero; `used` is what the store knows of it.
  void begin_day(std::int64_t used);
  /// What was used since the last call, to be kept.
  std::int64_t unkept();
  /// What unkept() gave and could not be kept.
  void give_back(std::int64_t count);

 private:
  std::mutex mutex_;
  double left_ = 0;  ///< of the rate's bucket, which holds what may come in two seconds
  Clock::time_point filled_{};
  std::int64_t today_ = 0;
  std::int64_t unkept_ = 0;
};

struct Known {
  api::Caller caller;
  std::string token;  ///< its id, for logs; empty: no token was needed
  std::shared_ptr<const store::StoredToken> limits;
  std::shared_ptr<Meter> meter;
  std::string session;   ///< id of the browser's session; empty: none
  std::string csrf;      ///< what its writes must show
  std::string id_token;  ///< of a session that began at a provider; empty: it did not, or cannot be ended there
};

class Access {
 public:
  explicit Access(app::Settings settings);

  /// Reads tokens and people again where they have changed, and keeps what was used of quotas. May block. While nothing is written it costs a look at
  /// the ledger's head. What cannot be kept now is kept the next time, and hinders nobody from being let in or shut out.
  Status refresh(std::string_view today);

  /// Of a secret that was verified before.
  [[nodiscard]] std::optional<Known> recall(std::string_view secret) const;
  /// Is it worth verifying? The id in it is of a token that stands.
  [[nodiscard]] bool plausible(std::string_view secret) const;
  /// An id that nobody knows may have been made a moment ago; may somebody look? Once a second.
  [[nodiscard]] bool may_look(std::string_view secret, Clock::time_point now);
  /// Slow; one at a time, so that nobody can fill the memory with it.
  [[nodiscard]] std::optional<Known> verify(std::string_view secret);
  [[nodiscard]] std::optional<Known> by_certificate(const std::string& sha256) const;

  struct Session {
    std::string id;
    std::string csrf;
    long seconds = 0;
  };
  /// For whoever has shown this token. Nothing: there are too many sessions. Each of these four writes to the store, or reads it.
  Result<std::optional<Session>> open_session(const std::string& token, Clock::time_point now);
  /// For somebody whom a provider vouches for. Nothing: too many sessions.
  Result<std::optional<Session>> open_session_of(const std::string& person, const std::string& id_token, Clock::time_point now);
  /// From now on here, and elsewhere from the next refresh() on.
  Status close_session(const std::string& id);
  /// A session that began at another server of the store, or before this one was started.
  [[nodiscard]] Result<std::optional<Known>> look_up_session(const std::string& id, Clock::time_point now);
  /// Can this be a session's id at all?
  [[nodiscard]] static bool may_be_session(std::string_view id);
  /// Does somebody of this name work here? As it was at the last refresh().
  [[nodiscard]] bool knows_person(std::string_view name) const;
  /// Of those that are known here.
  [[nodiscard]] std::optional<Known> by_session(const std::string& id, Clock::time_point now) const;

 private:
  /// The tables as they were read last.
  struct Tables {
    std::map<std::string, std::shared_ptr<const store::StoredToken>, std::less<>> tokens;  ///< those that stand, by id
    std::map<std::string, std::string, std::less<>> certificates;                          ///< ids by SHA-256
    std::map<std::string, store::Person, std::less<>> people;
    std::map<std::string, std::shared_ptr<Meter>, std::less<>> meters;
  };
  struct OpenSession {
    std::string token;  ///< that was shown; empty: a provider vouched for `person`
    std::string person;
    std::string id_token;
    std::string csrf;
    Clock::time_point ends;
  };
  Result<std::optional<Session>> open(OpenSession opened, Clock::time_point now);
  void remember(const std::string& id, OpenSession session, Clock::time_point now);
  /// Forgets what was ended at another server.
  Status forget_sessions(store::Store& store);
  [[nodiscard]] std::optional<Known> known(std::string_view id) const;
  [[nodiscard]] std::optional<Known> known_person(std::string_view name) const;
  [[nodiscard]] std::string fast_hash(std::string_view secret) const;

  Status keep_uses(store::Tokens& tokens, const Tables& tables, std::string_view day);

  std::string key_;  ///< of fast_hash(), made anew at each start
  std::atomic<std::shared_ptr<const Tables>> tables_;
  std::atomic<Clock::time_point> looked_{};
  std::mutex refreshing_;  ///< of the next five
  app::HeldStore store_;
  std::uint64_t opening_ = 0;  ///< of the store, when it was read last
  std::int64_t head_ = -1;     ///< of its ledger
  std::int64_t version_ = -1;  ///< of tokens and people
  std::string day_;
  mutable std::shared_mutex verified_mutex_;
  std::unordered_map<std::string, std::string> verified_;  ///< ids by fast_hash()
  std::mutex verifying_;
  mutable std::shared_mutex sessions_mutex_;
  std::unordered_map<std::string, OpenSession> sessions_;  ///< that were asked for here, by what the store calls them
};

}  // namespace tamga::server
