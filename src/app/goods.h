#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/rules.h"
#include "app/settings.h"
#include "base/date.h"
#include "goods/line_check.h"
#include "goods/words.h"

/// Goods by description: the words of the policy, nomenclatures that a user imported, and invoices checked line by line.
namespace tamga::app {

/// An imported nomenclature, kept as DATA/goods/NAME.csv. Proposals use it; decisions never do, since a replay has only the policy.
struct Nomenclature {
  std::string name;
  std::string edition;  ///< sha256:… of the file as it is kept
  std::size_t codes = 0;
  bool replaced = false;  ///< one of that name was there before, with other content
};

/// Reads a nomenclature (goods/nomenclature.h; .gz, .zst and .zip too) and keeps it under `name`, which is small letters, digits, "_" and "-"; empty:
/// the file's own name made so.
Result<Nomenclature> import_nomenclature(const Settings& settings, const std::string& file, const std::string& name);

/// What is asked when goods are looked for by words.
struct GoodsWords {
  std::shared_ptr<const Rules> rules;
  goods::Words words;                       ///< of the policy and of the nomenclatures
  std::vector<Nomenclature> nomenclatures;  ///< sorted by name
};
/// On these rules, whose own words are taken over where they are read and there is no nomenclature.
Result<GoodsWords> open_goods_words(const Settings& settings, std::shared_ptr<const Rules> rules);
/// On the rules of the settings.
Result<GoodsWords> open_goods_words(const Settings& settings);
/// Changes when somebody imports a nomenclature: names, sizes and times of what is kept.
[[nodiscard]] std::string nomenclatures_version(const Settings& settings);

/// One row of an invoice. With an error there is nothing else.
struct CheckedRow {
  std::uint64_t line = 0;
  Json fields;  ///< the row as it was given
  std::string error;
  std::string description;
  std::string code;
  goods::LineCheck check;
};

struct CheckCounts {
  std::int64_t read = 0;
  std::int64_t fits = 0;
  std::int64_t doubtful = 0;
  std::int64_t fits_controlled = 0;
  std::int64_t unknown = 0;
  std::int64_t no_code = 0;
  std::int64_t rejected = 0;
  [[nodiscard]] bool all_fit() const { return fits == read; }
};

/// Checks CSV with a header (`description`; `hs` or `code`; other columns are carried through) or JSON lines with these keys. A row that cannot be
/// checked is given with its error, and the run goes on; only a file without a readable header fails as a whole.
Result<CheckCounts> check_goods(const GoodsWords& words, const std::string& file, Date as_of, const std::function<void(const CheckedRow&)>& each);

}  // namespace tamga::app
