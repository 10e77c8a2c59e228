#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "clear/clear.h"
#include "store/store.h"

/// Refused deals of the record, kept so that they are recognised when they come back (docs/come-back.md). The record itself is the ledger; the keys
/// under which a deal is found are derived from it, and made anew when another version of Tamga makes them otherwise.
namespace tamga::app {

/// Makes the keys of refused deals that the ledger holds and the store has none for yet. Within a transaction.
Status bring_past_up_to_date(store::Store& store);

/// The same with a transaction of its own, and with none where nothing is missing, so that a store that is only for reading serves too.
Status have_past(store::Store& store);

/// Keeps the keys of a deal that was just recorded under `sequence`, if it was refused: prohibited, or without the licence it requires.
Status remember_past(store::Store& store, std::int64_t sequence, std::string_view outcome, const Deal& deal);

/// Refused deals of the ledger up to `up_to` that share keys with this one.
Result<std::vector<clear::PastDeal>> past_like(store::Store& store, const Deal& deal, std::int64_t up_to);

/// For `audit verify`: what is wrong with the kept keys, a sentence each.
Result<std::vector<std::string>> past_damage(store::Store& store);

}  // namespace tamga::app
