#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flows/breaks.h"
#include "flows/groups.h"
#include "flows/surge.h"

/// Mirror gaps: what A reports as exported to B against what B reports as imported from A. docs/flows.md has the formulas. What one side does not
/// report is never taken as nothing: it is counted beside what both report.
namespace tamga::flows {

struct GapOptions {
  Period at = 0;
  std::size_t digits = 6;
  JoinedCodes joined;
  /// Imports are valued with freight and insurance (CIF), exports without (FOB): imports = exports x factor, somewhere in this range.
  double factor_low = 1.06;
  double factor_high = 1.10;
  double q = 0.05;
  Countries exporters;
  Countries importers;
  bool join_union = false;  ///< members of the Union are taken together, on both sides
  bool by_code = true;      ///< false: a pair of countries, over the codes and periods that both sides report
};

enum class GapVerdict : std::uint8_t { missing, surplus, none, cannot_say };
[[nodiscard]] std::string_view word(GapVerdict verdict);

/// What both sides report of some periods, in hundredths.
struct Both {
  int periods = 0;
  std::int64_t exports = 0;
  std::int64_t imports = 0;
};
/// 1 - imports / (factor exports), at both ends of the factor. REQUIRES: exports above 0.
[[nodiscard]] Interval missing_share(std::int64_t exports, std::int64_t imports, const GapOptions& options);

struct GapPeriod {
  Period period = 0;
  std::int64_t exports = kAbsent;
  std::int64_t imports = kAbsent;
};

struct Gap {
  Source export_source = Source::comtrade;
  Source import_source = Source::comtrade;
  Frequency frequency = Frequency::monthly;
  std::string currency;
  std::string code;  ///< empty: all chosen
  Country exporter = 0;
  Country importer = 0;
  std::vector<GapPeriod> by_period;  ///< where both report the period, and one at least these goods
  Both both, before, after;
  Both exporter_only, importer_only;  ///< periods in which the other side reports goods, but not these from or to that partner
  int importer_silent = 0;            ///< periods of the exporter's in which the importer reports nothing at all
  std::int64_t importer_silent_value = 0;
  int exporter_silent = 0;
  std::int64_t exporter_silent_value = 0;
  GapVerdict verdict = GapVerdict::cannot_say;
  std::string_view silence;
  std::optional<Change> mean;  ///< of log(imports / exports): after the break where it has enough periods, else of all
  bool after_break = false;    ///< `mean` is of the periods after the break
  double p = 1;                ///< of the mean against the nearer end of the range
  double q = 1;
  std::optional<Change> change;  ///< of the same at the break
  double change_q = 1;
  std::optional<Interval> in_transit;  ///< hundredths: exports after the break that go missing beyond the share of before
};

struct NotCompared {
  std::int64_t pairs = 0;
  std::map<std::string, std::int64_t> values;  ///< by currency, hundredths
};

struct GapPair {
  Country exporter = 0;
  Country importer = 0;
  std::string currency;
  Both both;
  std::int64_t tests = 0;
  std::int64_t missing = 0;
};

struct GapReport {
  std::int64_t tests = 0, missing = 0, surplus = 0, cannot_say = 0;
  std::vector<Gap> gaps;  ///< missing first, by the least that goes missing
  std::vector<GapPair> pairs;
  std::map<std::string_view, NotCompared> not_compared;  ///< by reason
  LeftOut left_out;
};

/// Sees the series of a range of codes, each group of codes whole and its frequencies, sources, currencies and flows one after the other.
class GapScan {
 public:
  GapScan(const GapOptions& options, const Coverage& coverage, std::function<CodeStanding(const std::string& code)> standing);
  void add(const SeriesKey& key, const Columns& columns);
  /// After the last series of a group of codes or of several.
  void finish();

 private:
  friend GapReport conclude_gaps(const GapOptions& options, const Coverage& coverage, std::vector<GapScan> scans);
  /// One side's report.
  struct SideKey {
    Frequency frequency = Frequency::monthly;
    Country exporter = 0;
    Country importer = 0;
    std::string currency;
    Source source = Source::comtrade;
    auto operator<=>(const SideKey&) const = default;
  };
  struct Side {
    Sum sum;
    std::vector<Country> reporters;
  };
  using Sides = std::map<SideKey, Side>;
  struct GroupKey {
    std::string code;
    Source source = Source::comtrade;
    std::string currency;
    Frequency frequency = Frequency::monthly;
    Flow flow = Flow::imports;
    auto operator<=>(const GroupKey&) const = default;
  };
  void compare(const std::string& code, const Sides& exports, const Sides& imports);
  void pair(const std::string& code, const SideKey& key, const Side* exports, const Side* imports, Source import_source);
  void not_compared(std::string_view why, const std::string& currency, const Sum& sum);

  GapOptions options_;
  const Coverage* coverage_;
  std::function<CodeStanding(const std::string&)> standing_;
  CountedCode counted_;
  std::map<GroupKey, CodeGroup> groups_;
  std::map<std::string, bool> chosen_;
  std::vector<Gap> gaps_;
  std::map<std::string_view, NotCompared> not_compared_;
  LeftOut left_out_;
};

[[nodiscard]] GapReport conclude_gaps(const GapOptions& options, const Coverage& coverage, std::vector<GapScan> scans);

}  // namespace tamga::flows
