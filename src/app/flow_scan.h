#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "base/result.h"
#include "flows/groups.h"
#include "flows/series.h"
#include "store/sqlite.h"

/// Reads the series of DATA/flows.db in ranges of codes, on several threads, each with a connection of its own (docs/flows.md has the table).
namespace tamga::app {

/// Codes from `from` up to but without `to`; an empty `to` has no end. Never parts codes of the same first five digits.
struct CodeRange {
  std::string from;
  std::string to;
};

/// What one thread reads at a time, one range after the other.
using CodeRanges = std::vector<CodeRange>;

/// One thread's view of the store.
class FlowReader {
 public:
  static Result<FlowReader> open(const Settings& settings);
  using Each = std::function<void(const flows::SeriesKey& key, const flows::Columns& columns)>;
  /// The series of a kind (source, currency, frequency, flow of `kind`) in a range, in the order of code, partner, reporter.
  Status read(const flows::SeriesKey& kind, const CodeRange& range, const Each& each);
  /// The same with periods alone.
  Status read_periods(const flows::SeriesKey& kind, const CodeRange& range, const Each& each);
  /// The keys of the series of a kind whose codes begin so; 0: any partner or reporter.
  Result<std::vector<flows::SeriesKey>> keys(const flows::SeriesKey& kind, const std::string& begin, flows::Country partner, flows::Country reporter,
                                             std::size_t limit);
  /// Kinds of series that the store has, in order.
  Result<std::vector<flows::SeriesKey>> kinds();
  /// Whether any of the kinds has a series whose code begins so.
  Result<bool> holds(const std::vector<flows::SeriesKey>& kinds, const std::string& begin);
  /// All codes of the kinds, each once; codes that are joined are read in one piece, apart from the others.
  Result<std::vector<CodeRanges>> ranges(const std::vector<flows::SeriesKey>& kinds, const flows::JoinedCodes& joined);

 private:
  explicit FlowReader(store::Database database) : database_(std::move(database)) {}
  Status read(const flows::SeriesKey& kind, const CodeRange& range, bool whole, const Each& each);
  store::Database database_;
};

/// Asked between ranges; true ends the scan with an error.
using Stop = std::function<bool()>;

/// `work` for each of `count` ranges, on `threads` threads; ranges come in any order, but a slot of the caller's each. The first error ends it.
Status on_threads(const Settings& settings, std::size_t count, const Stop& stop,
                  const std::function<Status(FlowReader& reader, std::size_t range)>& work);

/// What each reporter reported at all.
Result<flows::Coverage> read_coverage(const Settings& settings, const std::vector<flows::SeriesKey>& kinds, const std::vector<CodeRanges>& ranges,
                                      const Stop& stop);

/// Changes whenever something was imported.
Result<std::string> flows_version(const Settings& settings);

}  // namespace tamga::app
