#pragma once

#include <vector>

#include "clear/clear.h"

/// Internal to src/clear.
namespace tamga::clear {

/// A finding for each goods line whose description fits a controlled code clearly better than the code that is stated, or fits one where no code is
/// stated. Only words of the policy are used, so that a replay gives the same.
void judge_goods_words(const Snapshot& snapshot, const Deal& deal, const Context& context, std::vector<Finding>& findings);

}  // namespace tamga::clear
