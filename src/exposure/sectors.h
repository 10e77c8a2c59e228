#pragma once

#include <string_view>

namespace tamga::exposure {

/// A section of the Harmonized System: what goods are counted by here as a sector.
struct Sector {
  std::string_view number;  ///< "XVI"
  std::string_view title;   ///< short, for people; in English, as texts to be translated
};
/// Of a code of at least two digits, by its chapter; one that is in no section gets the number "" and "other goods".
[[nodiscard]] const Sector& sector_of(std::string_view code);

}  // namespace tamga::exposure
