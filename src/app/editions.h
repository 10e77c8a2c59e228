#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "base/json.h"
#include "clear/clear.h"
#include "lists/lists.h"
#include "store/store.h"

/// List editions between their published files, the store and the compiled index.
namespace tamga::app {

struct Imported {
  store::StoredEdition edition;
  bool added = false;  ///< false: the very same edition was there already
};

struct ImportOptions {
  lists::ReadOptions read;
  /// Not empty: editions that would be held take effect at once, for this reason; it is recorded.
  std::string accept;
  std::string expected_list = {};  ///< not empty: files of another list are an error
};

/// Reads files, adds their editions in one transaction, compiles the newest. All or nothing. An edition with reasons_to_hold() is kept but
/// does not take effect. `imported_at` is the time to record.
Result<std::vector<Imported>> import_files(const Settings& settings, std::vector<NamedBytes> files, const ImportOptions& options,
                                           const std::string& imported_at);
/// The same with paths of files; a folder stands for all files directly in it.
Result<std::vector<Imported>> import_lists(const Settings& settings, const std::vector<std::string>& paths, const ImportOptions& options,
                                           const std::string& imported_at);

/// Adds to `read` what a house list needs: the mapping, the signatures beside both files (FILE.minisig), and the keys of the configuration.
Result<lists::ReadOptions> house_options(const Settings& settings, lists::ReadOptions read, const std::vector<std::string>& files,
                                         const std::string& mapping);

/// One edition by its list ("eu_journal_sanctions/32014R0833" for a part) and its date or the beginning of its id.
Result<store::StoredEdition> find_edition(store::Store& store, std::string_view list, std::string_view wanted);
/// Lets a held edition take effect; `reason` is recorded.
Result<store::StoredEdition> accept_edition(const Settings& settings, const std::string& list, const std::string& id, const std::string& reason,
                                            const std::string& accepted_at);

/// Every format that lists are read in, for a person.
[[nodiscard]] std::vector<std::string> list_format_titles();

struct ListedEdition {
  store::StoredEdition edition;
  bool current = false;  ///< what a decision of today stands on
};
Result<std::vector<ListedEdition>> list_editions(const Settings& settings, Date today);

/// The last day not after `as_of` on which the authority still gave this content: its own date, or a later confirmation.
[[nodiscard]] std::string known_until(const store::StoredEdition& edition, std::string_view as_of);

/// The editions that are in force on a day: of each list and part the newest published on or before it; a sample only where nothing
/// else is. `only`: these lists, empty for all; an unknown name is an error that names the lists there are.
Result<std::vector<store::StoredEdition>> editions_on(store::Store& store, Date as_of, const std::vector<std::string>& only);

/// The editions that a basis names, {"list","edition"} and "part" where there is one, in its order. `whose`: what stands on them, for the error,
/// which is of kind not_found where the store has not one of them.
Result<std::vector<store::StoredEdition>> editions_named(store::Store& store, const Json& lists, std::string_view whose);

/// What a decision on these editions must say: newer editions that are held, house lists that have ended.
Result<std::vector<clear::Notice>> notices_on(store::Store& store, Date as_of, const std::vector<store::StoredEdition>& chosen);

/// Opens the compiled index of an edition, compiling it anew from the stored files when it is missing, of another version or damaged.
Result<clear::BasisEdition> load_edition(const Settings& settings, store::Store& store, const store::StoredEdition& edition,
                                         const names::Model& model = *names::Model::standard());
Result<std::vector<clear::BasisEdition>> load_editions(const Settings& settings, store::Store& store,
                                                       const std::vector<store::StoredEdition>& editions, Date as_of,
                                                       const names::Model& model = *names::Model::standard());

[[nodiscard]] std::vector<match::LoadedEdition> searchable(const std::vector<clear::BasisEdition>& editions);

}  // namespace tamga::app
