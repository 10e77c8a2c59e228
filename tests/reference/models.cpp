#include "reference/models.h"

#include <random>

namespace tamga::reference {
names::MatchingFile random_matching(std::uint64_t seed, std::span<const std::string> words) {
  std::mt19937_64 random(seed);
  names::MatchingFile file;
  names::Parameters& parameters = file.parameters;
  const auto draw = [&](std::int32_t least, std::int32_t standard, std::int32_t most) {
    switch (random() % 8) {
      case 0: return least;
      case 1: return most;
      case 2:
      case 3: return least + static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(most - least + 1));
      default: return standard;
    }
  };
#define TAMGA_NAMES_DRAW(name, least, standard, most) parameters.name = draw(least, standard, most);
  TAMGA_NAMES_PARAMETERS(TAMGA_NAMES_DRAW)
#undef TAMGA_NAMES_DRAW
  if (words.empty()) return file;
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random() % end); };
  const auto word = [&] { return words[below(words.size())]; };
  for (std::size_t count = below(30); count > 0; --count) {
    names::HouseWord house{word(), ""};
    if (below(4) == 0) house.written += " " + word();
    for (std::size_t read_as = below(4); read_as > 0; --read_as) house.read_as += (house.read_as.empty() ? "" : " ") + word();
    file.house_words.push_back(std::move(house));
  }
  file.threshold = 3000 + static_cast<std::int32_t>(below(7001));
  for (const auto* schema : {"Person", "LegalEntity", "Company", "Vehicle", "Vessel", "Address"}) {
    if (below(4) == 0) file.thresholds.push_back({"", schema, 1 + static_cast<std::int32_t>(below(10'000))});
    if (below(4) == 0) file.factors.push_back({"", schema, 500 + static_cast<std::int32_t>(below(501))});
  }
  return file;
}

}  // namespace tamga::reference
