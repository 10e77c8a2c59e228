#include "ownership/holding.h"

#include <array>

namespace tamga::ownership {

std::string_view kind_name(Kind kind) {
  static constexpr std::array<std::string_view, kKinds> kNames = {"shares", "votes", "control", "influence", "joint", "director", "staff", "family"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace tamga::ownership
