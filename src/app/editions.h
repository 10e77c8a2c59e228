#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "clear/clear.h"
#include "lists/lists.h"
#include "store/store.h"

/// List editions between their published files, the store and the compiled index.
namespace tamga::app {

struct Imported {
  store::StoredEdition edition;
  bool added = false;  ///< false: the very same edition was there already
};

/// Reads files (or all files directly in a folder), adds their editions in one transaction, compiles them. All or nothing.
/// `imported_at` is the time to record.
Result<std::vector<Imported>> import_lists(const Settings& settings, const std::vector<std::string>& paths, const lists::ReadOptions& options,
                                           const std::string& imported_at);

struct ListedEdition {
  store::StoredEdition edition;
  bool current = false;  ///< what a decision of today stands on
};
Result<std::vector<ListedEdition>> list_editions(const Settings& settings, Date today);

/// The editions that are in force on a day: of each list and part the newest published on or before it; a sample only where nothing
/// else is. `only`: these lists, empty for all; an unknown name is an error that names the lists there are.
Result<std::vector<store::StoredEdition>> editions_on(store::Store& store, Date as_of, const std::vector<std::string>& only);

/// Opens the compiled index of an edition, compiling it anew from the stored files when it is missing, of another version or damaged.
Result<clear::BasisEdition> load_edition(const Settings& settings, store::Store& store, const store::StoredEdition& edition);
Result<std::vector<clear::BasisEdition>> load_editions(const Settings& settings, store::Store& store,
                                                       const std::vector<store::StoredEdition>& editions);

[[nodiscard]] std::vector<match::LoadedEdition> searchable(const std::vector<clear::BasisEdition>& editions);

}  // namespace tamga::app
