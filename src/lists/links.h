#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "lists/lists.h"

namespace tamga::lists {

/// Names of one list's entities, to find whom a text of that list means. Letters' case, blanks and a full stop at the end do not matter;
/// anything else does: a link that is guessed is worse than none.
class NameTable {
 public:
  /// Takes names, aliases, former names and names as published ("LAST, First"). The entities must stay where they are.
  explicit NameTable(const std::vector<Entity>& entities);
  /// The number of the only entity of that name; nothing when there is none, or several.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::unordered_map<std::string, std::size_t> entities_;
};

/// Relations out of notes: for each note "LABEL: NAME" whose NAME is that of one other entity of the list, an edge of `schema` from the
/// entity to it (relation_ends()), with the label as its role. The note stays.
void add_noted_links(ReadList& list, std::string_view label, std::string_view schema);

}  // namespace tamga::lists
