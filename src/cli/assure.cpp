#include <fmt/format.h>

#include <unistd.h>
#include <memory>
#include <optional>

#include "app/assure.h"
#include "base/files.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

struct AssureOptions {
  app::AssureRequest request;
  bool only_set = false;
  std::string as_of;
  std::string out;
  std::optional<std::string> threshold;
  std::optional<std::string> compare_threshold;
};

std::string rate_text(assure::Rate rate) {
  return rate.of == 0 ? "" : fmt::format("{} of {}", assure::percent(assure::share(rate)), assure::grouped(rate.of));
}

std::string alarm_text(assure::Rate rate) {
  const auto interval = assure::wilson(rate);
  return fmt::format("{} per thousand ({} to {}), {} of {} clean names", assure::per_thousand(assure::share(rate)),
                     assure::per_thousand(interval.low), assure::per_thousand(interval.high), assure::grouped(rate.found), assure::grouped(rate.of));
}

/// What a person needs on the screen; the report has the rest.
std::string summary(const assure::Report& report) {
  std::string text;
  Table table(report.compares ? std::vector<std::string>{"change", "persons", "organisations", "vessels", "all", "95 %", "then"}
                              : std::vector<std::string>{"change", "persons", "organisations", "vessels", "all", "95 %"});
  const auto add = [&](std::string_view title, const assure::Tally& now, const assure::Tally& then) {
    const auto interval = assure::wilson(now.all);
    std::vector<std::string> row{std::string(title)};
    for (const auto& group : now.groups) row.push_back(rate_text(group));
    row.push_back(assure::percent(assure::share(now.all)));
    row.push_back(fmt::format("{} to {}", assure::percent(interval.low), assure::percent(interval.high)));
    if (report.compares) row.push_back(assure::percent(assure::share(then.all)));
    table.add(std::move(row));
  };
  for (const auto& tally : assure::by_kind(report)) add(assure::kind_of(tally.change).title, tally.now, tally.then);
  const auto all = assure::detection(report);
  if (all.all.of > 0) {
    add("all but unchanged", all, assure::detection(report, assure::When::then));
    text += table.text() + "\n";
  }
  for (const auto& tally : assure::by_set(report)) {
    const auto& set = report.sets[tally.set - 1].name;
    if (tally.found.of > 0) text += fmt::format("{} {}: {} found\n", set, tally.kind, rate_text(tally.found));
    if (tally.alarmed.of > 0) text += fmt::format("{} {}: false alarms {}\n", set, tally.kind, alarm_text(tally.alarmed));
  }
  const auto alarmed = assure::alarms(report).all;
  if (alarmed.of > 0) text += fmt::format("false alarms: {}\n", alarm_text(alarmed));
  if (report.compares && alarmed.of > 0) text += fmt::format("        then: {}\n", alarm_text(assure::alarms(report, assure::When::then).all));
  text += fmt::format(
      "rule cases: {} of {} as expected\n",
      assure::grouped(std::max<std::int64_t>(report.policy.rule_cases - static_cast<std::int64_t>(report.policy.rule_failures.size()), 0)),
      assure::grouped(report.policy.rule_cases));
  if (!report.deals.empty()) {
    assure::Rate deals;
    std::string wrong;
    for (const auto& deal : report.deals) {
      deals.count(deal.as_expected());
      if (!deal.as_expected()) wrong += fmt::format("  {}: {}, expected {}\n", one_line(deal.id), deal.outcome, deal.expected);
    }
    text += fmt::format("deals: {} of {} as expected\n{}", assure::grouped(deals.found), assure::grouped(deals.of), wrong);
  }
  for (const auto& book : report.books) {
    text += fmt::format("book {}: {} of {} names with hits", book.name, assure::grouped(book.hits), assure::grouped(book.names));
    if (report.compares)
      text +=
          fmt::format(", then {}; {} names change", assure::grouped(book.then_hits), assure::grouped(static_cast<std::int64_t>(book.changes.size())));
    std::int64_t changed = 0;
    for (const auto& deal : book.deals) changed += report.compares && deal.outcome != deal.then_outcome ? 1 : 0;
    if (!book.deals.empty()) text += fmt::format("; {} deals", assure::grouped(static_cast<std::int64_t>(book.deals.size())));
    if (!book.deals.empty() && report.compares) text += fmt::format(", {} change their outcome", assure::grouped(changed));
    text += "\n";
  }
  for (const auto& item : report.requirements) {
    text += fmt::format("required {} {} {}: {}, {}\n", item.what, item.what == "alarms" ? "at most" : "at least", item.at_least, item.measured,
                        item.met ? "met" : paint(Colour::red, "not met"));
  }
  return text;
}

Result<int> run_assure(const Common& common, AssureOptions options) {
  auto& request = options.request;
  if (options.only_set && request.sets.empty() && request.books.empty())
    return std::unexpected(Error{ErrorKind::usage, "assure: --only-set goes with a SET or a --book", {}, 0});
  request.shipped = !options.only_set;
  if (!options.as_of.empty()) {
    TAMGA_TRY(request.as_of, read_day(options.as_of, "--as-of"));
  }
  if (options.threshold) {
    TAMGA_TRY(request.threshold, read_threshold(*options.threshold, "--threshold"));
  }
  if (options.compare_threshold) {
    TAMGA_TRY(request.compare_threshold, read_threshold(*options.compare_threshold, "--compare-threshold"));
  }
  const bool show = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  TAMGA_TRY(const auto report, app::assure_models(common.settings, request, [&](std::int64_t done, std::int64_t of) {
              if (show) note(fmt::format("\r{} of {} names screened", done, of));
            }));
  if (show) note("\n");
  if (!options.out.empty()) TAMGA_TRY_STATUS(write_file_atomically(options.out, assure::to_html(report)));
  if (common.json) {
    out(assure::to_json(report).dump() + "\n");
  } else {
    out(summary(report));
    if (!options.out.empty() && !common.quiet) note(fmt::format("tamga: the report is {}\n", options.out));
  }
  const bool met = std::all_of(report.requirements.begin(), report.requirements.end(), [](const auto& item) { return item.met; });
  return met ? kDone : kFailure;
}

}  // namespace

void add_assure(CLI::App& app, Common& common, Chosen& chosen) {
  const auto options = std::make_shared<AssureOptions>();
  auto& request = options->request;
  auto* command = app.add_subcommand(
      "assure", "test screening and policy: what is found, what is missed, what would change; exit status 1: --require is not met");
  command->add_option("SET", request.sets, "cases of your own: CSV name,schema,expected,kind,note, or JSON lines of deals (docs/assurance.md)");
  command->add_flag("--only-set", options->only_set, "without the shipped test");
  command->add_option("--out", options->out, "write the report for an examiner: one HTML page")->type_name("FILE");
  command->add_option("--as-of", options->as_of, "with the lists and rules of this day [day of the newest list]")->type_name("DATE");
  command->add_option("--lists", request.lists, "only these lists")->delimiter(',')->type_name("A,B");
  command->add_option("--sample", request.sample, "entities of each list and kind that are changed [100]; 0: all")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  command->add_option("--seed", request.seed, "draws another sample [1]")->type_name("WORD");
  command->add_option("--threshold", options->threshold, "least score of a hit, 0.3 to 1 [the policy's: 0.7]")
      ->type_name("T")
      ->check(CLI::Range(0.3, 1.0));
  command->add_option("--compare-threshold", options->compare_threshold, "what would change with this threshold")
      ->type_name("T")
      ->check(CLI::Range(0.3, 1.0));
  command->add_option("--compare-policy", request.compare_policy, "what would change with this policy")->type_name("DIR");
  command->add_option("--book", request.books, "names (CSV, JSON lines) or deals (JSON) that you deal with, for what would change")
      ->type_name("FILE");
  command->add_option("--require", request.requirements, "RATE, KIND=RATE, policy=RATE, or alarms=PER_THOUSAND that must be met, else exit status 1")
      ->type_name("R");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return run_assure(common, *options); }; });
}

}  // namespace tamga::cli
