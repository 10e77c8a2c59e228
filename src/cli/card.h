#pragma once

#include <string>

#include "clear/clear.h"
#include "language/catalogue.h"

namespace tamga::cli {

/// A decision for a trader's eyes, on one screen: outcome, the sentences that decide it with authority and citation, what permission to ask for and
/// of whom, what is missing, and each regime with why it binds. `full`: every finding with its sentence.
[[nodiscard]] std::string decision_card(const clear::Decision& decision, bool recorded, bool full, const language::Catalogue& words);

/// What each red flag of diversion says.
[[nodiscard]] std::string flag_lines(const std::vector<policy::FlagAnswer>& flags, const language::Catalogue& words);

}  // namespace tamga::cli
