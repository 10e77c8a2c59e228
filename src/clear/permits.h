#pragma once

#include "clear/clear.h"

namespace tamga::clear {

/// The licences that the deal names, held against the findings so far: a blocking finding of a licence's regime that it lifts, for a deal in its
/// scope, on a day of its validity and with enough left, leaves, and a pass finding `licence.covers` says what took its place. What a licence does
/// not permit is said too, and is a review. Only blocking findings are lifted: what asks for review needs a person, with or without a licence.
/// `draws` is what recording the decision must take; nothing where other findings stop the deal, since then nothing is used.
void judge_licences(const Deal& deal, const Context& context, std::vector<Finding>& findings, std::vector<LicenceDraw>& draws);

}  // namespace tamga::clear
