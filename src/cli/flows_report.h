#pragma once

#include "cli/commands.h"

namespace tamga::cli {

/// report: pages and paper.
void add_flows_report(CLI::App& command, Common& common, Chosen& chosen);

}  // namespace tamga::cli
