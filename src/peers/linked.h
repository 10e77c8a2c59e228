#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "peers/standing.h"

/// What hangs at a merged entity: ownerships, families, posts; sanctions; and the entities at their other ends.
namespace tamga::peers {

/// By property ("ownershipOwner", "sanctions", "addressEntity"), in alphabetical order; entities of FollowTheMoney with those at their other end
/// nested inside, but not the entity itself. What of an edge leads out of the lists stays an id.
using Linked = std::map<std::string, std::vector<Json>>;
[[nodiscard]] Linked linked_to(const Standing& standing, std::uint32_t entity);

/// The entity with all of that inside its properties.
[[nodiscard]] Json nested(const Standing& standing, std::uint32_t entity);
/// The entity by itself.
[[nodiscard]] Json flat(const Standing& standing, std::uint32_t entity);

/// A sanction or an edge by its own id, with ids for its ends; nothing when there is none.
[[nodiscard]] std::optional<Json> find_part(const Standing& standing, std::string_view id);

}  // namespace tamga::peers
