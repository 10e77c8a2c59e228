#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "identity/identity.h"
#include "identity/record.h"

/// Whether two records are of the same person, company or ship; used inside identity/ only. Every rule and threshold was measured:
/// docs/identity.md.
namespace tamga::identity {

/// How far evidence goes. "Only one" means: neither record has another candidate on the other's list. Names that only agree are right
/// nearly always when there is one candidate, and often wrong when there are two.
enum class Standing : std::uint8_t {
  certain,
  certain_if_only_one,  ///< else possible
  possible,
  possible_if_only_one,  ///< else nothing
};

struct Evidence {
  Rule rule = Rule::name;
  Standing standing = Standing::possible;
  std::int32_t weight = 0;  ///< decides between links of one rule: how well the names agree, or how much they say
  std::string because;      ///< "same UN reference QDi.006"
};

/// What stands against two records being the same; the worst of it.
enum class Conflict : std::uint8_t {
  none,
  attributes,  ///< other day or year of birth, other gender. Lists err here, so a number still counts
  number,      ///< other numbers of one register that gives each entity one. An authority that names the other's record still counts
  reference,   ///< other UN references
  kind,        ///< a person and a ship
};
[[nodiscard]] Conflict conflict(const Record& a, const Record& b);
/// Does this conflict forbid to call two records certainly the same by this rule?
[[nodiscard]] bool vetoes(Conflict conflict, Rule rule);

/// Symmetric: judge(a, b) and judge(b, a) are equal as long as list and id of the two differ.
[[nodiscard]] std::optional<Evidence> judge(const Record& a, const Record& b);

}  // namespace tamga::identity
