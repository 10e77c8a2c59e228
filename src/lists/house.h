#pragma once

#include <optional>
#include <string>

#include "base/date.h"
#include "base/files.h"
#include "base/result.h"

namespace tamga::lists {

/// What the mapping of a house list says of the list itself (docs/formats/house-list.md).
struct HouseManifest {
  std::string name;
  std::string title;
  std::string owner;
  Date expires;
  std::optional<Date> published;
};

/// Errors name the file and the line.
Result<HouseManifest> read_manifest(const NamedBytes& mapping);

}  // namespace tamga::lists
