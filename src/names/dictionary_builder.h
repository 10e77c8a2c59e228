#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "names/parameters.h"

/// Reads the tables of words (tables*.inc) into the block that a Dictionary looks words up in. Apart from the rest of the module because a program
/// of the build needs it before the module is whole: CMakeLists.txt, tamga_names_build.
namespace tamga::names {

/// Some 80 ms. The same input gives the same bytes; names/dictionary_image.h says what they mean. 64-bit units, for the alignment.
[[nodiscard]] std::vector<std::uint64_t> build_dictionary(const Parameters& parameters, std::span<const HouseWord> house_words);

}  // namespace tamga::names
