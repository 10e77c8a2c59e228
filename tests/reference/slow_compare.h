#pragma once

#include <string_view>

#include "names/compare.h"

/// The slow and obvious versions of what src/names does fast. Only tests link them.
namespace tamga::reference {

/// The textbook table of the optimal string alignment distance.
[[nodiscard]] int distance(std::string_view a, std::string_view b);

/// The most that any choice of pairs explains, (weight of the query's words + weight of the listed ones) * (c - loss) summed: every choice is
/// tried. For names of few words.
[[nodiscard]] std::int64_t best_value(const names::NameView& query, const names::NameView& listed, const names::Model& model);

}  // namespace tamga::reference
