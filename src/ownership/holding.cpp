#include "ownership/holding.h"

#include <algorithm>
#include <array>

namespace tamga::ownership {

namespace {

constexpr std::array<std::string_view, kKinds> kNames = {"shares", "votes", "control", "influence", "joint", "director", "staff", "family"};

}  // namespace

std::string_view kind_name(Kind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_from_name(std::string_view name) {
  const auto* const at = std::find(kNames.begin(), kNames.end(), name);
  if (at == kNames.end()) return {};
  return static_cast<Kind>(at - kNames.begin());
}

}  // namespace tamga::ownership
