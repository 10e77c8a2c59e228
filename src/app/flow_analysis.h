#pragma once

#include <string>
#include <vector>

#include "app/flow_scan.h"
#include "app/rules.h"
#include "app/settings.h"
#include "base/date.h"
#include "base/json.h"
#include "flows/gap.h"
#include "flows/roundabout.h"
#include "flows/surge.h"

/// What `tamga flows surge`, `gap`, `roundabout` and `series` answer, as one document each: the command line prints it, /v1/flows/… gives it
/// (docs/flows.md). Nothing of it is recorded.
namespace tamga::app {

/// What the questions share, as the user writes it. Countries are codes with commas between; "EU27" are all members.
struct FlowQuestion {
  std::string at = "2022-03";  ///< the break: the first month after it
  std::string codes = "chpl";  ///< lists of the policy ("chpl" for chpl.1 and others), codes, a file of codes, with commas between; "all"
  std::string partners;
  std::string reporters;
  std::string flow = "export";
  std::size_t digits = 6;
  std::size_t limit = 50;
  double q = 0.05;
  bool rows = false;
  Date as_of;                       ///< the day of the control lists
  bool files = true;                ///< `codes` may name a file
  std::string editions = "joined";  ///< of codes that were renumbered: "joined" or "as-reported"
};

struct SurgeQuestion {
  FlowQuestion common;
  std::string by = "code,partner";
  std::string direct = "RU";
  bool trend = false;
  bool placebo = true;
};
Result<Json> surge_document(const Settings& settings, const Rules& rules, const SurgeQuestion& question, const Stop& stop = {});

struct GapQuestion {
  FlowQuestion common;  ///< reporters are the exporters, partners the importers
  std::string by = "code,pair";
  double factor_low = 1.06;
  double factor_high = 1.10;
  bool join_union = false;
};
Result<Json> gap_document(const Settings& settings, const Rules& rules, const GapQuestion& question, const Stop& stop = {});

struct RoundaboutQuestion {
  FlowQuestion common;
  std::string contrast = "destinations";
  std::string method = "ols";
  std::string clusters = "product";
  std::string against = "unlisted";
  std::string treated = "AM,KG,KZ";
  std::string controls;
  std::string sanctioned = "RU,BY";
  std::string from, to;
};
Result<Json> roundabout_document(const Settings& settings, const Rules& rules, const RoundaboutQuestion& question, const Stop& stop = {});

struct SeriesQuestion {
  std::string code;  ///< the first digits; of six, those that are joined to it as well
  std::string partner, reporter, flow, source;
  std::size_t limit = 100;
  bool rows = false;
  Date as_of;
  std::string editions = "joined";
};
Result<Json> series_document(const Settings& settings, const Rules& rules, const SeriesQuestion& question);

}  // namespace tamga::app
