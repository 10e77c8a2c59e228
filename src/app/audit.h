#pragma once

#include <functional>

#include "app/settings.h"
#include "store/store.h"

/// The record, proved and handed out.
namespace tamga::app {

/// Recomputes every hash of the store.
Result<store::Verification> verify_record(const Settings& settings);
/// Every ledger entry in its order.
Status each_ledger_entry(const Settings& settings, const std::function<Status(const store::LedgerEntry&)>& each);

}  // namespace tamga::app
