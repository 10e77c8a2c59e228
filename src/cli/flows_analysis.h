#pragma once

#include "cli/commands.h"

namespace tamga::cli {

/// surge, gap, roundabout, series.
void add_flows_analysis(CLI::App& command, Common& common, Chosen& chosen);

}  // namespace tamga::cli
