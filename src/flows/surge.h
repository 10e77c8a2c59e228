#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "flows/breaks.h"
#include "flows/groups.h"

/// Surges: which series of trade grew at a date beyond their seasons and their scatter, held against codes that nobody controls, and against what
/// direct trade lost. docs/flows.md has the formulas and what each number means.
///
/// A SurgeScan sees the series of a range of codes, in the order of the store and each group of codes (same first digits, or joined) whole and in one
/// piece; ranges may be scanned on several threads, and conclude() brings them together in the order given, so that the result does not depend on how
/// many there were. The tests need to know which months were reported, which is known when all is read: a scan keeps its sums until then, or is told
/// beforehand.
namespace tamga::flows {

/// What the policy says of a group of codes.
struct CodeStanding {
  bool chosen = false;  ///< is asked about
  bool listed = false;  ///< a control list names it, or a part of it
};

/// What results are kept apart by.
struct SurgeBy {
  bool code = true;
  bool partner = true;
  bool reporter = false;
};

struct SurgeOptions {
  Period at = 0;
  Flow flow = Flow::exports;
  std::size_t digits = 6;
  JoinedCodes joined;
  SurgeBy by;
  bool trend = false;
  double q = 0.05;  ///< the false discovery rate of a verdict
  Countries partners;
  Countries reporters;
  Country direct = country_of('R', 'U');  ///< with whom trade is direct
  bool placebo = true;                    ///< codes of no list are tested as well
};

enum class SurgeVerdict : std::uint8_t { surge, fall, no_change, cannot_say };
[[nodiscard]] std::string_view word(SurgeVerdict verdict);

/// Value by weight, before and after.
struct UnitValue {
  double before = 0;  ///< currency per kg, over all months with a weight
  double after = 0;
  Change change;
  double q = 1;
};

/// What a partner's excess is of the loss of direct trade.
struct Substitution {
  double loss = 0;  ///< in the currency, over the same months
  Interval loss_interval;
  double share = 0;
  Interval share_interval;  ///< both intervals at their worst, so at least 90 %
};

struct SurgeTest {
  Source source = Source::comtrade;
  Frequency frequency = Frequency::monthly;
  std::string currency;
  std::string code;      ///< empty: all codes that were chosen (or all of no list)
  Country partner = 0;   ///< 0: all but the direct one
  Country reporter = 0;  ///< 0: all
  bool chosen = false;
  bool placebo = false;
  SeasonalBreak found;  ///< in the currency
  SurgeVerdict verdict = SurgeVerdict::cannot_say;
  double q = 1;
  std::optional<double> placebo_above;  ///< share of placebo tests with as large a statistic
  std::optional<UnitValue> unit_value;
  std::optional<Substitution> substitution;
  std::string_view substitution_silence;  ///< why there is none
};

struct SurgeCounts {
  std::int64_t tests = 0;
  std::int64_t surges = 0;
  std::int64_t falls = 0;
  std::map<Silence, std::int64_t> silent;
  [[nodiscard]] std::int64_t cannot_say() const;
};

/// A code over all its partners but the direct one.
struct SurgeCode {
  std::string code;
  std::string currency;
  Source source = Source::comtrade;
  Frequency frequency = Frequency::monthly;
  std::int64_t partners = 0;  ///< that were tested
  std::int64_t surges = 0;
  double excess_least = 0;  ///< of the surges: the sum of the low ends of their intervals
  double excess = 0;
  std::optional<double> loss;
};

struct SurgeReport {
  Period from = 0;
  Period to = -1;
  SurgeCounts scope;
  std::optional<SurgeCounts> placebo;  ///< nothing where no code of no list was seen
  LeftOut left_out;
  std::vector<SurgeTest> tests;  ///< of what was asked; by risk: surges first, by the least excess; then what appeared, then the others by p
  std::vector<SurgeCode> codes;  ///< by risk
};

/// Below so many placebo tests a share of them is not told.
inline constexpr std::size_t kPlaceboLeast = 20;

class SurgeScan {
 public:
  /// `standing` is asked once a group of codes. With `known` the coverage is complete already, and nothing is kept but results.
  SurgeScan(const SurgeOptions& options, std::function<CodeStanding(const std::string& code)> standing, const Coverage* known = nullptr);
  void add(const SeriesKey& key, const Columns& columns);
  /// After the last series of the range.
  void finish();
  /// What was reported by the series that were seen, of whatever code and partner; without `known`.
  [[nodiscard]] const Coverage& seen() const { return seen_; }
  /// After finish(), without `known`: the tests, with what all scans saw together.
  void test_all(const Coverage& coverage);

 private:
  friend SurgeReport conclude(const SurgeOptions& options, const Coverage& coverage, std::vector<SurgeScan> scans);
  /// Sums over codes that are still growing, by what they are kept apart by.
  struct SumKey {
    Source source = Source::comtrade;
    std::string currency;
    Frequency frequency = Frequency::monthly;
    bool placebo = false;
    Country partner = 0;
    Country reporter = 0;
    auto operator<=>(const SumKey&) const = default;
  };
  struct Growing {
    Sum sum;
    std::vector<Country> reporters;  ///< sorted
  };
  using Groups = std::map<std::pair<Country, Country>, Growing>;  ///< by partner and reporter
  struct Pending {
    std::string code;
    SumKey key;
    CodeStanding standing;
    Groups groups;
  };
  void flush();
  void test(const Coverage& coverage, const Pending& pending);

  SurgeOptions options_;
  std::function<CodeStanding(const std::string&)> standing_;
  const Coverage* known_;
  Coverage seen_;
  CountedCode counted_;
  SeriesKey current_;  ///< what the group shares; its code has `digits` digits
  CodeGroup group_;
  std::vector<Pending> pending_;
  std::map<SumKey, Growing> growing_;
  std::vector<SurgeTest> tests_;
  LeftOut left_out_;
};

[[nodiscard]] SurgeReport conclude(const SurgeOptions& options, const Coverage& coverage, std::vector<SurgeScan> scans);

}  // namespace tamga::flows
