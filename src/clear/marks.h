#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "clear/clear.h"
#include "model/entity.h"

/// Marks of false hits: two people have said, with evidence, that this party is not that listed entity. A mark takes a possible match by name out of
/// what the rules see, and nothing else: never a certain one. It holds only while both sides are what they were.
namespace tamga::clear {

/// What of a party a mark is for: names, schema, countries, addresses, birth date, identifiers, each sorted.
[[nodiscard]] Json party_side(const match::Query& query);
/// The content of a listed entity, whatever place its file gives it.
[[nodiscard]] std::string listed_hash(const Entity& entity);

/// Is it the same customer, as far as can be told? The same name or an identifier in common, and no identifier of one kind that differs.
[[nodiscard]] bool same_customer(const Json& a, const Json& b);

/// What becomes of one match in view of the marks.
struct Marked {
  const Mark* by = nullptr;        ///< not nullptr: the match is marked as false
  std::vector<FallenMark> fallen;  ///< marks of this pair that hold no more
};
[[nodiscard]] Marked judge_marks(const std::vector<Mark>& marks, const Pair& pair, Date as_of);

}  // namespace tamga::clear
