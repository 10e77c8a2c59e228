#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/settings.h"
#include "assure/report.h"
#include "base/date.h"
#include "base/result.h"

/// A test of screening and policy over the lists in force (docs/assurance.md). Nothing is recorded.
namespace tamga::app {

struct AssureRequest {
  std::vector<std::string> sets;  ///< files of the user's own cases
  bool shipped = true;            ///< changed listed names, clean names, rule cases and sample deals
  std::vector<std::string> books;
  std::string compare_policy;                      ///< a folder of rule files
  std::optional<assure::Score> compare_threshold;  ///< 1/10,000
  std::optional<assure::Score> threshold;          ///< instead of the policy's, for everything
  std::optional<Date> as_of;                       ///< without it the day of the newest list edition: no clock is asked
  std::vector<std::string> lists;                  ///< empty: all
  std::int64_t sample = 100;                       ///< entities of each list and group; 0: all
  std::string seed = "1";                          ///< draws the sample
  std::vector<std::string> requirements;           ///< as assure::requirement() reads them
};

/// `progress` is told how many names of how many have been screened. The same request on the same store gives the same report, whatever the threads.
Result<assure::Report> assure_models(const Settings& settings, const AssureRequest& request,
                                     const std::function<void(std::int64_t done, std::int64_t of)>& progress);

}  // namespace tamga::app
