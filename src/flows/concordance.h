#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "flows/groups.h"
#include "flows/reader.h"
#include "flows/series.h"
#include "goods/goods.h"

/// Codes of several editions of the Harmonized System as one series. A row's code stands in the store as its file has it, and is joined when it is
/// analysed, by the codes that the store has: the rows themselves are not looked at. The moves are those of data/goods/renumbered*.csv: well-known
/// ones of chapters 84, 85, 88 and 90 from 2012 on, not the correlation tables. docs/flows.md says what is joined and what is not.
namespace tamga::flows {

/// Before it no moves are known.
inline constexpr int kOldestEdition = 2012;

/// 2022, 2017, 2012, 2007, 2002, 1996 or 1988: the edition that came into force in this year or last before it.
[[nodiscard]] int edition_of_year(int year);

/// In which edition a reporter's codes of a period are. Immutable.
class Nomenclatures {
 public:
  Nomenclatures() = default;
  explicit Nomenclatures(const std::vector<ReportedIn>& known);
  /// What Comtrade's file says; nothing for other sources, and where it says "as reported".
  [[nodiscard]] std::optional<int> told(const Coverage::Key& of, Period period) const;

 private:
  std::map<Reported, int> known_;
};

/// Immutable; may be used from any thread.
class Concordance {
 public:
  explicit Concordance(const std::vector<goods::ControlLists::Renumbering>& moves);

  /// The codes that may be joined to another, six digits each.
  [[nodiscard]] const std::set<std::string>& codes() const { return codes_; }
  /// Joins those of `present` of which one became the other, or a part of it, over one edition or two, and all that hang together so. A code that is
  /// still in use for the rest of its goods ("stays") is not joined to what left it: most of what it holds never moved. Each group goes under the
  /// least of its codes that became no other one.
  [[nodiscard]] JoinedCodes join(const std::set<std::string>& present) const;

 private:
  std::map<std::string, std::set<std::string>> became_;  ///< of a code: all that it, or a part of it, is later
  std::set<std::string> codes_;
};

}  // namespace tamga::flows
