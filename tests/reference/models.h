#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "names/parameters.h"

namespace tamga::reference {

/// A matching.toml with numbers anywhere in their allowed ranges, a quarter of them at an end of it: what is proved of the search must hold for every
/// one that a house may write. With `words` also thresholds and factors by schema, and words of a house: some of them, read as others or as nothing.
[[nodiscard]] names::MatchingFile random_matching(std::uint64_t seed, std::span<const std::string> words = {});

}  // namespace tamga::reference
