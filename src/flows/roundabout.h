#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "flows/groups.h"
#include "flows/panel.h"
#include "flows/surge.h"

/// Differences in differences of monthly trade, by the method of "The Eurasian Roundabout" (Chupilkin, Javorcik and Plekhanov, EBRD working paper,
/// 2023; European Economic Review): did exports of sanctioned goods to the neighbours of the sanctioned country grow beyond those of other goods, or
/// beyond those to other destinations? docs/flows.md has the equations, and what of the paper was and was not reproduced.
namespace tamga::flows {

enum class Contrast : std::uint8_t {
  products,      ///< chosen against other codes, to the treated destinations; effects of product x destination and destination x month
  destinations,  ///< treated against other destinations, in the chosen codes; effects of product x destination and product x month
  triple,        ///< chosen against other codes in treated against other destinations; effects of all three pairs
};
[[nodiscard]] std::string_view word(Contrast contrast);

enum class Method : std::uint8_t { least_squares, poisson };
enum class ClusterBy : std::uint8_t { product, product_destination };

struct RoundaboutOptions {
  Period at = 0;
  Flow flow = Flow::exports;
  std::size_t digits = 6;
  JoinedCodes joined;
  Contrast contrast = Contrast::destinations;
  Method method = Method::least_squares;
  ClusterBy clusters = ClusterBy::product;
  bool unlisted_only = true;  ///< codes that the chosen ones are held against: those of no list, or all that were not chosen
  Countries treated = {country_of('A', 'M'), country_of('K', 'G'), country_of('K', 'Z')};
  Countries controls;  ///< empty: all destinations in the data but the treated, the sanctioned and members of the Union
  Countries sanctioned = {country_of('R', 'U'), country_of('B', 'Y')};
  Countries reporters;
  std::optional<Period> from, to;
};

struct Effect {
  double coefficient = 0;
  double error = 0;         ///< all fixed effects counted (statsmodels)
  double error_nested = 0;  ///< those nested in the clusters not counted (fixest, reghdfe)
  double freedom = 0;       ///< clusters less one
  double p = 1;
  Interval interval;  ///< 95 %, by `error`
};

/// The effect in the three months from `from` on, against those just before the break.
struct DynamicEffect {
  Period from = 0;
  Period to = 0;
  std::optional<Effect> effect;  ///< nothing for the base
};

struct RoundaboutReport {
  Source source = Source::comext;
  std::string currency;
  Period from = 0, to = 0;
  Countries treated, controls;  ///< that the data has
  std::int64_t products_chosen = 0, products_other = 0;
  std::int64_t zeroes = 0;  ///< months of a product and destination without trade: left out by least squares
  PanelFit fit;
  Effect effect;
  std::vector<DynamicEffect> dynamic;  ///< empty where it cannot be told
  struct PreTrend {
    double f = 0, p = 1, numerator = 0, denominator = 0;
  };
  std::optional<PreTrend> pre_trend;  ///< all effects before the base are 0
  std::vector<std::string> remarks;
  LeftOut left_out;
};

class RoundaboutScan {
 public:
  RoundaboutScan(const RoundaboutOptions& options, std::function<CodeStanding(const std::string& code)> standing);
  void add(const SeriesKey& key, const Columns& columns);
  void finish();

 private:
  friend Result<RoundaboutReport> conclude_roundabout(const RoundaboutOptions& options, const Coverage& coverage, std::vector<RoundaboutScan> scans);
  struct Cell {
    std::string code;
    Country destination = 0;
    bool chosen = false;
    Sum sum;
  };
  struct Cells {
    std::vector<Cell> cells;
    std::vector<Country> reporters;
  };
  void flush();

  RoundaboutOptions options_;
  std::function<CodeStanding(const std::string&)> standing_;
  CountedCode counted_;
  SeriesKey current_;
  CodeGroup group_;
  std::map<std::pair<Source, std::string>, Cells> cells_;
  LeftOut left_out_;
};

/// An error where the data cannot tell the effect; it says what to do instead.
Result<RoundaboutReport> conclude_roundabout(const RoundaboutOptions& options, const Coverage& coverage, std::vector<RoundaboutScan> scans);

}  // namespace tamga::flows
