#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "app/decisions.h"
#include "app/worker.h"
#include "cli/card.h"
#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/explain.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

Result<int> clear_files(const Common& common, const std::vector<std::string>& files, const std::string& as_of, bool record, bool flags,
                        bool explain) {
  app::ClearRequest request;
  TAMGA_TRY(request.as_of, read_day(as_of, "--as-of"));
  request.decided_at = utc_now();
  request.record = record;
  request.explain = explain;
  // Every deal is read before any is decided: one that cannot be read leaves the store as it was.
  for (const auto& file : files) {
    TAMGA_TRY(auto deals, app::read_deal_file(file));
    std::move(deals.begin(), deals.end(), std::back_inserter(request.deals));
  }
  const bool several = request.deals.size() > 1;
  Json decisions = Json::array();
  auto worst = policy::Outcome::pass;
  bool first = true;
  TAMGA_TRY_STATUS(app::clear_deals(common.settings, std::move(request), [&](const clear::Decision& decision) {
    worst = std::max(worst, decision.outcome);
    if (common.json) {
      Json json = explain ? with_evaluation(decision.json, *decision.evaluation) : decision.json;
      if (several) {
        decisions.push(std::move(json));
      } else {
        out(json.dump() + "\n");
      }
      return;
    }
    out((first ? "" : "\n") + decision_card(decision, record, explain, words(common)));
    if (flags) out(flag_lines(decision.flags, words(common)));
    if (explain) out(evaluation_text(*decision.evaluation));
    first = false;
  }));
  if (common.json && several) out(Json::object().set("decisions", std::move(decisions)).dump() + "\n");
  return exit_status(worst);
}

/// Workers decide and record; what comes back are their decisions' own bytes, a line each.
Result<int> clear_over(const Common& common, const std::vector<std::string>& files, const std::string& as_of, const NatsFlags& nats) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto asker, ask(nats));
  auto worst = policy::Outcome::pass;
  TAMGA_TRY_STATUS(app::clear_deals_over(asker.crew, common.settings, files, day, utc_now(), [&](std::string_view line) -> Status {
    TAMGA_TRY(const Json decision, parse_json(line));
    const auto outcome = policy::outcome_from_name(decision.get("outcome"));
    if (!outcome) return failure("a worker answered without an outcome");
    worst = std::max(worst, *outcome);
    out(common.json ? std::string(line) + "\n"
                    : fmt::format("{}  {}  {}\n", decision.get("id"), one_line(std::string(decision.get("deal"))), decision.get("outcome")));
    return {};
  }));
  return exit_status(worst);
}

Result<int> replay(const Common& common, const std::string& decision, bool explain) {
  TAMGA_TRY(const auto result, app::replay(common.settings, decision, explain));
  if (!result.same()) {
    const auto at = result.first_difference();
    if (common.json) out(result.recomputed + "\n");
    return failure(fmt::format("{} does not replay: byte {} differs, recorded \"{}\", recomputed \"{}\"", decision, at,
                               result.recorded.substr(at, 40), result.recomputed.substr(at, 40)));
  }
  if (common.json && explain) {
    TAMGA_TRY(Json json, parse_json(result.recomputed));
    out(with_evaluation(std::move(json), *result.evaluation).dump() + "\n");
  } else if (common.json) {
    out(result.recomputed + "\n");
  } else {
    out(fmt::format("{}  {}: {} bytes, the same as recorded\n", paint(Colour::green, "REPLAYED"), decision, result.recorded.size()));
    if (explain) out(evaluation_text(*result.evaluation));
  }
  return kDone;
}

}  // namespace

void add_clear(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::vector<std::string> files;
    std::string as_of;
    bool no_record = false;
    bool flags = false;
    bool explain = false;
    NatsFlags nats;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("clear", "decide on deals and payments, with citations, and record the decisions");
  command
      ->add_option("DEAL", options->files,
                   "deal files (JSON) or payment messages (pacs.008, pacs.009, pain.001, MT103, MT202, MT205), or - for standard input")
      ->required();
  command->add_option("--as-of", options->as_of, "decide with the lists and rules of this day [today]")->type_name("DATE");
  add_crew(*command, options->nats, "the workers of this queue decide and record; a line for each decision, with --json its bytes");
  command->add_flag("--no-record", options->no_record, "do not record the decisions");
  command->add_flag("--flags", options->flags, "also show what each of the red flags of diversion says; not with --json");
  command->add_flag("--explain", options->explain,
                    "also show why each regime binds or does not, and what each rule said by which word of it; with --json beside the decision");
  command->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      if (options->nats.given() && (options->no_record || options->flags || options->explain))
        return std::unexpected(Error{ErrorKind::usage, "clear: --nats does not go with --no-record, --flags and --explain", {}, 0});
      if (options->nats.given()) return clear_over(common, options->files, options->as_of, options->nats);
      return clear_files(common, options->files, options->as_of, !options->no_record, options->flags, options->explain);
    };
  });
}

void add_replay(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::string decision;
    bool explain = false;
  };
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("replay", "recompute a recorded decision on its own basis and compare every byte");
  command->add_option("DECISION", options->decision, "the decision's id, dec-…")->required();
  command->add_flag("--explain", options->explain, "also show the whole evaluation of the recorded deal, as clear --explain does");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return replay(common, options->decision, options->explain); }; });
}

}  // namespace tamga::cli
