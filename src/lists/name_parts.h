#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tamga::lists {

/// A name that stands inside another one, and the property it belongs to: alias, previousName or abbreviation.
struct NamePart {
  std::string_view property;
  std::string name;
  bool operator==(const NamePart&) const = default;
};

/// The names inside a published name that holds more than one: "Rostec (Russian Technologies State Corporation)", "Sergei AKSENOV (Сергей
/// АКСЁНОВ)", "Alexey KOSTRUBITSKY / Oleksiy KOSTRUBYTSKY". Empty for a plain name. The whole is a name as well: the caller keeps it.
/// Brackets that tell one entity from another ("VTB Bank (Kazakhstan)") are not divided: neither part is a name of it.
[[nodiscard]] std::vector<NamePart> name_parts(std::string_view name, bool person);

}  // namespace tamga::lists
