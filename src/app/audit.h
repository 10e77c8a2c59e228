#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "store/store.h"

/// The record, proved.
namespace tamga::app {

/// Recomputes every hash of the store, checks every signature, and holds the store against checkpoints that were kept elsewhere (files).
Result<store::Verification> verify_record(const Settings& settings, const std::vector<std::string>& checkpoints);

}  // namespace tamga::app
