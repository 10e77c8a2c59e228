#pragma once

#include "clear/clear.h"

namespace tamga::clear {

/// A finding for the refused deals of the record that this one resembles, with what was changed: `come_back.refused_deal`, a review.
void judge_come_back(const Snapshot& snapshot, const Deal& deal, const Context& context, std::vector<Finding>& findings);

}  // namespace tamga::clear
