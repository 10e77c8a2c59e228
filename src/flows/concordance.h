#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "flows/reader.h"
#include "flows/series.h"
#include "goods/goods.h"

/// Codes of several editions of the Harmonized System as one series. A row's code stands in the store as its file has it, and is joined when it is
/// analysed. The moves are those of data/goods/renumbered*.csv: well-known ones of chapters 84, 85, 88 and 90 from 2012 on, not the correlation
/// tables.
namespace tamga::flows {

/// 2022, 2017, 2012, 2007, 2002, 1996 or 1988: the edition that came into force in this year or last before it.
[[nodiscard]] int edition_of_year(int year);

/// In which edition a reporter's codes of a period are: what Comtrade's file says, else that of the year. Immutable.
class Nomenclatures {
 public:
  Nomenclatures() = default;
  explicit Nomenclatures(const std::vector<ReportedIn>& known);
  [[nodiscard]] int edition(const SeriesKey& key, Period period) const;

 private:
  std::map<Reported, int> known_;
};

struct Joined {
  enum class How : std::uint8_t {
    same,        ///< its number did not change
    moved,       ///< it has another number in 2022, with nothing lost or added that is known
    together,    ///< it was divided: `code` stands for all codes of 2022 that came out of it, since older trade cannot be told apart
    part_moved,  ///< a part of its goods went to another code, or came from one: a step in the series may be that
    unknown,     ///< an edition before 2012, to which the table does not reach: the code is as it was
  };
  std::string code;  ///< six digits of HS 2022, the least of those that belong together; a shorter code as it was
  How how = How::same;
  /// Whether a change between editions may look like a change of trade.
  [[nodiscard]] bool ambiguous() const { return how == How::part_moved || how == How::unknown; }
};

/// Immutable; may be used from any thread.
class Concordance {
 public:
  explicit Concordance(const goods::ControlLists& lists);

  /// `code` of 2 to 10 digits (of eight or ten only six are of the Harmonized System), `edition` as edition_of_year() gives it.
  [[nodiscard]] Joined joined_code(std::string_view code, int edition) const;
  /// The codes of 2022 that a joined code stands for; mostly itself alone.
  [[nodiscard]] std::vector<std::string> members(std::string_view joined) const;

 private:
  struct Old {
    std::vector<std::string> after;  ///< codes of 2022 that it became
    bool moved = false;
    bool part = false;
  };
  std::map<std::pair<int, std::string>, Old, std::less<>> old_;
  std::map<std::string, std::string, std::less<>> least_;  ///< of codes of 2022 that belong together: the one that stands for them
  std::map<std::string, bool, std::less<>> receives_;      ///< codes of 2022 into which a part of another came
};

}  // namespace tamga::flows
