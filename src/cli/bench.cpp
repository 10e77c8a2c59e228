#include "app/bench.h"

#include <fmt/format.h>

#include <unistd.h>
#include <memory>

#include "assure/rate.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

struct BenchOptions {
  app::BenchRequest request;
  std::string as_of;
};

std::string time_text(double microseconds) {
  if (microseconds <= 0) return "";
  if (microseconds < 1'000) return fmt::format("{:.1f} µs", microseconds);
  return fmt::format("{:.1f} ms", microseconds / 1'000);
}

std::string rate_text(double rate) { return rate < 100 ? fmt::format("{:.1f}", rate) : assure::grouped(static_cast<std::int64_t>(rate)); }

std::string table(const app::BenchReport& report) {
  Table table({"", "threads", "a second", "half take", "99 % take", "", ""});
  for (const auto& result : report.results) {
    std::string than;
    if (!result.against.empty()) than = fmt::format("{:.1f} times {}", result.ratio, result.against);
    table.add({std::string(result.name), std::to_string(result.threads), rate_text(result.rate()), time_text(result.p50), time_text(result.p99),
               std::string(result.what), than});
  }
  return table.text();
}

Result<int> run_bench(const Common& common, BenchOptions options) {
  TAMGA_TRY(options.request.as_of, read_day(options.as_of, "--as-of"));
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto report, app::bench(common.settings, options.request, [&](std::string_view what) {
              if (show) note(fmt::format("\r{:<10}", what));
            }));
  if (show) note("\r          \r");
  if (common.json) {
    out(app::to_json(report).dump() + "\n");
    return kDone;
  }
  out(table(report));
  if (!common.quiet) {
    out(fmt::format("{} listed entities; {} different names are asked for, half of them listed and changed{}. Nothing was recorded.\n",
                    assure::grouped(report.entities), assure::grouped(report.searched),
                    report.deals > 0 ? fmt::format("; {} sample deals", report.deals) : ""));
  }
  return kDone;
}

}  // namespace

void add_bench(CLI::App& app, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<BenchOptions>();
  auto& request = options->request;
  auto* command = app.add_subcommand("bench", "how fast this machine is with the lists and rules in force; records nothing");
  std::string names;
  for (const auto& one : app::bench_names()) names += fmt::format("{}{}: {}", names.empty() ? "" : "; ", one.name, one.what);
  command->add_option("NAME", request.names, fmt::format("only these [all]; {}", names));
  command->add_option("--seconds", request.seconds, "of each measurement [2]")->type_name("S")->check(CLI::Range(0.01, 60.0));
  command->add_option("--lists", request.lists, "only these lists")->delimiter(',')->type_name("A,B");
  command->add_option("--as-of", options->as_of, "with the lists and rules of this day [today]")->type_name("DATE");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return run_bench(common, *options); }; });
}

}  // namespace tamga::cli
