#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/store.h"

/// People with roles, and what needs two of them. A proposal is made by one and decided by another: the database itself refuses anything else, by
/// triggers, so that going round the program is no way round. Everything is in the ledger; the tables repeat it, and verify() holds the two
/// against each other. Who somebody is, is for the caller to establish: the store takes the name it is given.
namespace tamga::store {

/// Roles: analyst (works alerts, proposes), approver (decides on others' proposals), liaison (deals with authorities, proposes licences), auditor
/// (reads everything, changes nothing), administrator (people).
[[nodiscard]] bool is_role(std::string_view role);

struct Person {
  std::string name;
  std::vector<std::string> roles;  ///< in alphabetical order
  bool active = true;
  [[nodiscard]] bool has(std::string_view role) const;
};

struct Proposal {
  std::string id;             ///< "prop-…"
  std::int64_t sequence = 0;  ///< of its ledger entry
  std::string what;           ///< what kind of thing: "licence.add", "alert.close", …
  std::string subject;        ///< which: the licence, the alert
  std::string proposed_by;
  std::string proposed_at;
  Json content;
  std::string state;  ///< open, approved, refused, withdrawn
  std::string decided_by;
  std::string decided_at;
  std::string reason;  ///< of the verdict
};

/// A view of a store; the store must outlive it. Not thread-safe. Every change is one ledger entry in one transaction.
class People {
 public:
  explicit People(Store& store) : store_(store) {}

  /// Adds a person or changes roles and whether they are active. `by` must be an active administrator; the first person of a store is added by
  /// themselves, and must be one. The last active administrator stays.
  Status set(const Person& person, std::string_view by, std::string_view at);
  Result<std::vector<Person>> all();
  Result<std::optional<Person>> find(std::string_view name);
  /// An error that says what to do, where there is no such active person with one of these roles.
  Status require(std::string_view name, std::initializer_list<std::string_view> roles);

  /// Proposes; a second open proposal of the same thing is refused.
  Result<Proposal> propose(std::string_view what, std::string_view subject, const Json& content, std::string_view by, std::string_view at);
  /// approved or refused by an approver who is another person, withdrawn by who proposed. What an approved proposal does is the caller's work, in the
  /// same transaction.
  Result<Proposal> decide(std::string_view id, std::string_view state, std::string_view reason, std::string_view by, std::string_view at);
  Result<std::optional<Proposal>> proposal(std::string_view id);
  /// In the order in which they were made; empty `what`, `subject`, `state`: any.
  Result<std::vector<Proposal>> proposals(std::string_view what, std::string_view subject, std::string_view state);

  /// What of the tables is not what the ledger recorded.
  Result<std::vector<std::string>> damage();

 private:
  Store& store_;
};

}  // namespace tamga::store
