#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "base/json.h"
#include "index/index.h"
#include "store/store.h"

/// What changed between two editions of a list.
namespace tamga::app {

struct FieldChange {
  std::string field;  ///< a property ("alias"), "designations", "caption", "schema", or "relations"
  std::vector<std::string> added;
  std::vector<std::string> removed;
};

struct EntityChange {
  std::string id;
  std::string schema;
  std::string caption;
  std::vector<FieldChange> fields;  ///< empty for what was added or removed whole
};

struct ListDiff {
  store::StoredEdition before;
  store::StoredEdition after;
  std::vector<EntityChange> added;  ///< each sorted by id
  std::vector<EntityChange> removed;
  std::vector<EntityChange> changed;
};

/// What differs in one entity of two editions. Empty when only its place does.
[[nodiscard]] std::vector<FieldChange> entity_changes(const index::Index& before, std::uint32_t old_entity, const index::Index& after,
                                                      std::uint32_t new_entity);

/// Compares two editions of one list (and part), each named by its date or the beginning of its id. Where an entity stands in its file is no
/// change.
Result<ListDiff> diff_lists(const Settings& settings, const std::string& list, const std::string& before, const std::string& after);

[[nodiscard]] Json to_json(const ListDiff& diff);

}  // namespace tamga::app
