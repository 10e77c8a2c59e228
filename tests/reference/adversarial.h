#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Names that nobody has: each is answered, or refused with a reason, and never at a cost that grows with the square of anything.
namespace tamga::reference {

struct Adversarial {
  std::string_view what;
  std::string name;
};
[[nodiscard]] const std::vector<Adversarial>& adversarial_names();

}  // namespace tamga::reference
