#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "base/json.h"
#include "base/result.h"

/// What differs between two policies: rules by their ids, member by member, and rows of tables. Comments and the order of things are no difference.
namespace tamga::app {

struct MemberChange {
  std::string member;  ///< "outcome"; "when.all" for what lies deeper
  std::string before;  ///< as text is written, else as JSON; empty: it was not there
  std::string after;
};

struct PolicyChange {
  enum class How : std::uint8_t { added, removed, changed };
  How how = How::changed;
  std::string file;
  std::string kind;                   ///< rule, exemption, nexus …; "row" of a table; empty: the file's own members
  std::string id;                     ///< of a row its text
  std::string told;                   ///< of what was added or removed: its citation
  std::vector<MemberChange> members;  ///< of what changed
};

struct PolicyDiff {
  std::string before, after;            ///< sha256:… of each
  std::string before_from, after_from;  ///< for people
  std::vector<PolicyChange> changes;    ///< by file, then as they stand there
};

/// Each is a folder of rule files, "built-in", or the sha256:… of a policy under which this store has recorded decisions; an empty one is what
/// `settings` names.
Result<PolicyDiff> diff_policies(const Settings& settings, const std::string& before, const std::string& after);

[[nodiscard]] Json to_json(const PolicyDiff& diff);

}  // namespace tamga::app
