#include "exposure/sectors.h"

#include <array>

namespace tamga::exposure {
namespace {

struct Section {
  int first;
  int last;
  Sector sector;
};
// Harmonized System 2022, sections I to XXI by their chapters; the titles are shortened.
constexpr std::array kSections = {
    Section{1, 5, {"I", "animals and their products"}},
    Section{6, 14, {"II", "plants and their products"}},
    Section{15, 15, {"III", "fats and oils"}},
    Section{16, 24, {"IV", "food, drink, tobacco"}},
    Section{25, 27, {"V", "minerals, oil, gas"}},
    Section{28, 38, {"VI", "chemicals"}},
    Section{39, 40, {"VII", "plastics and rubber"}},
    Section{41, 43, {"VIII", "leather and furs"}},
    Section{44, 46, {"IX", "wood"}},
    Section{47, 49, {"X", "paper"}},
    Section{50, 63, {"XI", "textiles and clothing"}},
    Section{64, 67, {"XII", "footwear and headgear"}},
    Section{68, 70, {"XIII", "stone, ceramics, glass"}},
    Section{71, 71, {"XIV", "precious stones and metals"}},
    Section{72, 83, {"XV", "base metals"}},
    Section{84, 85, {"XVI", "machinery and electronics"}},
    Section{86, 89, {"XVII", "vehicles, aircraft, vessels"}},
    Section{90, 92, {"XVIII", "instruments"}},
    Section{93, 93, {"XIX", "arms and ammunition"}},
    Section{94, 96, {"XX", "miscellaneous manufactures"}},
    Section{97, 97, {"XXI", "works of art"}},
};
constexpr Sector kOther{"", "other goods"};

}  // namespace

const Sector& sector_of(std::string_view code) {
  if (code.size() < 2 || code[0] < '0' || code[0] > '9' || code[1] < '0' || code[1] > '9') return kOther;
  const int chapter = (code[0] - '0') * 10 + (code[1] - '0');
  for (const auto& section : kSections) {
    if (chapter >= section.first && chapter <= section.last) return section.sector;
  }
  return kOther;
}

}  // namespace tamga::exposure
