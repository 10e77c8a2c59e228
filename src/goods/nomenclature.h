#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "goods/words.h"

/// A nomenclature of goods codes as customs services and statistics offices publish it: CSV with a header.
namespace tamga::goods {

/// Reads the columns `hscode`, `code`, `hs`, `cn` or `tnved`, and `description`, `words`, `product` or `name`, in any letter case and any order;
/// other columns (`section`, `parent`, `level`) are not needed and not read. Codes of 2 digits and a code TOTAL are passed over, spaces and dots in
/// codes do not matter. Refuses with its line: a code that is no 4, 6, 8 or 10 digits (5, 7 or 9 have lost a zero in a spreadsheet), a code that
/// stands twice, an empty description, and a file without any code.
Result<std::vector<CodeWords>> read_nomenclature(const NamedBytes& file);
/// The form in which an imported nomenclature is kept: `code,description`, sorted by code.
[[nodiscard]] std::string write_nomenclature(std::vector<CodeWords> entries);

}  // namespace tamga::goods
