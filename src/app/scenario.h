#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/deal_book.h"
#include "base/json.h"
#include "exposure/scenario_file.h"

/// What-if: a scenario laid over the lists and rules of a book of deals, and every deal decided again that it can concern, by the same clear().
/// Nothing is recorded. docs/scenario.md says why no deal is missed.
namespace tamga::app {

/// A scenario file, or standard input for "-".
Result<exposure::Scenario> read_scenario_file(const std::string& path);

struct ScenarioLimits {
  std::int64_t deals = 0;   ///< at most so many are decided again; 0: any number. More is an error, and nothing is decided
  std::size_t shown = 100;  ///< changed deals that are told one by one
  std::size_t rows = 20;    ///< customers, sectors, … at most
};

struct ScenarioMove {
  policy::Outcome from = policy::Outcome::pass;
  policy::Outcome to = policy::Outcome::pass;
  std::int64_t deals = 0;
  exposure::Amounts value;
};
struct ScenarioRow {
  std::string key;
  std::string name;
  std::int64_t deals = 0;
  exposure::Amounts value;
};
struct ScenarioRegime {
  std::string regime;  ///< "": of no authority: what the scenario supposes, house lists
  std::int64_t changed = 0;
  exposure::Amounts value;
  std::vector<ScenarioMove> moves;
};
struct ScenarioDeal {
  std::string deal;
  policy::Outcome from = policy::Outcome::pass;
  policy::Outcome to = policy::Outcome::pass;
  exposure::Amounts value;
  // The finding that changes it; empty: what stood against it is gone.
  std::string rule;
  std::string regime;
  std::string citation;
  std::string because;
};

struct ScenarioReport {
  std::string title;
  std::vector<std::string> changes;  ///< a sentence each
  std::int64_t decided_again = 0;
  std::int64_t changed = 0;  ///< deals of which the outcome of any regime is another
  exposure::Amounts value;
  std::vector<ScenarioMove> moves;  ///< of the deal's outcome as a whole
  std::vector<ScenarioRegime> regimes;
  std::vector<ScenarioRow> customers;
  std::vector<ScenarioRow> sectors;
  std::vector<ScenarioRow> countries;
  std::vector<ScenarioRow> banks;
  std::vector<ScenarioDeal> shown;
  std::int64_t route_not_stated = 0;  ///< deals of which a closed route cannot be told; 0 where none is closed
  std::int64_t banks_not_stated = 0;
  Json price;  ///< null: no terms were given
};

struct ScenarioAnswer {
  Date as_of;
  std::string source;
  std::int64_t deals = 0;
  exposure::Amounts value;
  std::vector<RejectedDeal> rejected;
  std::vector<ScenarioReport> scenarios;
};

/// Each scenario by itself, on the same book. `whole`: decides on every deal again, for tests: the answer is the same. An error names the place in
/// the scenario's file: a list that is not loaded, a licence or an exemption that there is not, a control list that no rule asks for.
Result<ScenarioAnswer> run_scenarios(const Settings& settings, const OpenDealBook& opened, const std::vector<exposure::Scenario>& scenarios,
                                     bool whole, const ScenarioLimits& limits, const DealBookProgress& progress);

[[nodiscard]] Json document(const ScenarioAnswer& answer);

}  // namespace tamga::app
