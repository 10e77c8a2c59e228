#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "base/date.h"
#include "base/json.h"
#include "base/result.h"

/// `tamga bench`: what this machine does with the lists, registers and policy that are in force. Nothing is recorded. The benchmarks that developers
/// compare versions with are in bench/.
namespace tamga::app {

struct BenchRequest {
  std::vector<std::string> names;  ///< of bench_names(); empty: all
  double seconds = 2;              ///< of each measurement, at least one run of it
  Date as_of;
  std::vector<std::string> lists;  ///< empty: all
};

/// One measurement.
struct BenchResult {
  std::string_view name;
  std::string_view what;
  unsigned threads = 1;
  std::int64_t runs = 0;
  double seconds = 0;        ///< by the clock, of all runs
  double p50 = 0, p99 = 0;   ///< of one run, in microseconds
  std::string_view against;  ///< what `ratio` compares with, measured in the same run; empty: nothing
  double ratio = 0;          ///< of the rates: this one's by that one's
  [[nodiscard]] double rate() const { return static_cast<double>(runs) / seconds; }
};

struct BenchReport {
  std::int64_t entities = 0;  ///< of the lists
  std::int64_t searched = 0;  ///< different names that are asked for
  std::int64_t deals = 0;
  Json basis;
  std::vector<BenchResult> results;
};

struct BenchName {
  std::string_view name;
  std::string_view what;
};
[[nodiscard]] std::span<const BenchName> bench_names();

/// `begun` is told what is measured next. The names asked for are listed ones, changed as assurance changes them, and as many that are on no list
/// (docs/assurance.md); the deals are the samples of assurance. Both are the same at every run on the same lists.
Result<BenchReport> bench(const Settings& settings, const BenchRequest& request, const std::function<void(std::string_view what)>& begun);

[[nodiscard]] Json to_json(const BenchReport& report);

}  // namespace tamga::app
