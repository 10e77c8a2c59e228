#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/result.h"

/// Places of trade by their UN/LOCODE (UNECE Recommendation 16): what a code on a route stands for. A table of some hundreds, not the register:
/// that it does not hold a code says nothing about the code.
///
/// data/places/*.csv: lines `# key: value`, then `code,name,functions,latitude,longitude`, then one place a line. `functions` are those of the
/// recommendation: 1 port, 2 rail, 3 road, 4 airport, B border crossing. Degrees to one decimal, or both empty.
namespace tamga::places {

struct Place {
  std::string code;  ///< its first two letters are the country (ISO 3166-1)
  std::string name;
  std::string functions;
  std::string latitude;  ///< degrees north, "43.3"; empty: not given
  std::string longitude;
};

/// Immutable once read; copies share the table, and any thread may use it.
class Places {
 public:
  /// Refuses a code of another form, a double one, an unknown function, degrees out of range. Errors name file and line.
  static Result<Places> read(std::span<const NamedBytes> files);
  /// nullptr: not in the table.
  [[nodiscard]] const Place* find(std::string_view code) const;
  [[nodiscard]] std::size_t size() const { return table_ == nullptr ? 0 : table_->size(); }
  [[nodiscard]] std::span<const Place> all() const;  ///< by code

 private:
  std::shared_ptr<const std::vector<Place>> table_;
};

}  // namespace tamga::places
