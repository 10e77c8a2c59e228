#include "app/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/deal_books.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

constexpr std::size_t kDealsShown = 10;
constexpr std::size_t kRowsShown = 8;

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> deals;
  bool record = false;
  bool whole = false;
  std::string as_of;
};

std::string moved(const language::Catalogue& say, policy::Outcome from, policy::Outcome to) {
  return fmt::format("{} → {}", say.say(policy::outcome_name(from)), say.say(policy::outcome_name(to)));
}

std::string count_and_value(std::int64_t deals, const exposure::Amounts& value) {
  const std::string worth = exposure::for_person(value);
  return worth.empty() ? fmt::to_string(deals) : fmt::format("{} ({})", deals, worth);
}

/// Rows by a label, a column for each scenario.
class SideBySide {
 public:
  explicit SideBySide(std::size_t columns) : columns_(columns) {}
  void set(const std::string& label, std::size_t column, std::string text) {
    const auto [at, added] = place_.try_emplace(label, rows_.size());
    if (added) rows_.push_back({label, std::vector<std::string>(columns_, "-")});
    rows_[at->second].second[column] = std::move(text);
  }
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text(std::vector<std::string> head, std::size_t most = SIZE_MAX) const {
    Table table(std::move(head));
    for (std::size_t i = 0; i < std::min(most, rows_.size()); ++i) {
      std::vector<std::string> row{one_line(rows_[i].first)};
      row.insert(row.end(), rows_[i].second.begin(), rows_[i].second.end());
      table.add(std::move(row));
    }
    return table.text();
  }

 private:
  std::size_t columns_;
  std::map<std::string, std::size_t> place_;
  std::vector<std::pair<std::string, std::vector<std::string>>> rows_;
};

std::vector<std::string> head_of(std::string first, std::size_t scenarios) {
  std::vector<std::string> head{std::move(first)};
  for (std::size_t i = 0; i < scenarios; ++i) head.push_back(scenarios == 1 ? std::string() : fmt::format("({})", i + 1));
  return head;
}

std::string range(const Json& option, std::string_view name) {
  const Json* found = option.find(name);
  if (found == nullptr) return "-";
  return fmt::format("{} – {}", found->get("low"), found->get("high"));
}

/// Each option with what is kept and what is at risk; what is not offered says why.
std::string price_lines(const Json& price, const language::Catalogue& say) {
  std::string text =
      say.say("Price in {currency}, out of the ranges that the file gives:", {{"currency", std::string(price.get("currency"))}}) + "\n";
  if (const Json* missing = price.find("missing_rates"); missing != nullptr) {
    std::vector<std::string> currencies;
    for (const auto& item : missing->items) currencies.push_back(item.text);
    text += paint(Colour::yellow, "  " + say.say("left out, since no rate is given: {currencies}",
                                                 {{"currencies", fmt::format("{}", fmt::join(currencies, ", "))}})) +
            "\n";
  }
  for (const auto& outcome : price.find("outcomes")->items) {
    text += fmt::format("  {}: {} ({})\n", say.say(outcome.get("outcome")), outcome.find("deals")->text, outcome.get("value"));
    for (const auto& option : outcome.find("options")->items) {
      const bool offered = option.find("offered")->truth;
      std::string line = fmt::format("    {}: ", say.say(option.get("option")));
      if (offered) {
        line +=
            say.say("margin kept {margin}, loss at risk {loss}", {{"margin", range(option, "margin_kept")}, {"loss", range(option, "loss_at_risk")}});
        if (option.find("cost") != nullptr) line += ", " + say.say("cost {cost}", {{"cost", range(option, "cost")}});
        if (const Json* even = option.find("break_even"); even != nullptr) {
          line += "; " +
                  say.say("break-even probability {range} of {what}", {{"range", range(option, "break_even")}, {"what", say.say(even->get("of"))}});
        }
        if (const auto condition = option.get("condition"); !condition.empty()) line += "; " + say.say(condition);
      } else {
        line += say.say("not offered.") + " " + say.say(option.get("why")) + " " +
                say.say("Loss at risk: {loss}.", {{"loss", range(option, "loss_at_risk")}});
      }
      text += wrapped(line, 6) + "\n";
    }
  }
  return text;
}

std::string text_of(const app::ScenarioAnswer& answer, const language::Catalogue& say) {
  const std::size_t count = answer.scenarios.size();
  std::string text = book_line(answer.deals, answer.as_of, answer.source, answer.value, say);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& report = answer.scenarios[i];
    text += paint(Colour::bold, count == 1 ? one_line(report.title) : fmt::format("({}) {}", i + 1, one_line(report.title))) + "\n";
    for (const auto& change : report.changes) text += wrapped("  " + say.sentence(one_line(change)), 4) + "\n";
  }
  SideBySide totals(count);
  SideBySide regimes(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& report = answer.scenarios[i];
    totals.set(say.say("decided again"), i, fmt::to_string(report.decided_again));
    totals.set(say.say("outcome changes"), i, count_and_value(report.changed, report.value));
    for (const auto& move : report.moves) totals.set("  " + moved(say, move.from, move.to), i, count_and_value(move.deals, move.value));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto& report = answer.scenarios[i];
    if (report.route_not_stated > 0) totals.set(say.say("cannot say, no route stated"), i, fmt::to_string(report.route_not_stated));
    if (report.banks_not_stated > 0) totals.set(say.say("cannot say, no bank stated"), i, fmt::to_string(report.banks_not_stated));
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (const auto& regime : answer.scenarios[i].regimes) {
      const std::string name = regime.regime.empty() ? say.say("no authority") : regime.regime;
      for (const auto& move : regime.moves)
        regimes.set(fmt::format("{}: {}", name, moved(say, move.from, move.to)), i, count_and_value(move.deals, move.value));
    }
  }
  text += "\n" + totals.text(head_of("", count));
  if (!regimes.empty()) text += "\n" + regimes.text(head_of(say.say("regimes"), count));
  const std::pair<const char*, std::vector<app::ScenarioRow> app::ScenarioReport::*> kinds[] = {{"customers", &app::ScenarioReport::customers},
                                                                                                {"sectors", &app::ScenarioReport::sectors},
                                                                                                {"destinations", &app::ScenarioReport::countries},
                                                                                                {"banks", &app::ScenarioReport::banks}};
  for (const auto& [title, rows_of] : kinds) {
    SideBySide rows(count);
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto& row : answer.scenarios[i].*rows_of) rows.set(say.say(row.name), i, count_and_value(row.deals, row.value));
    }
    if (!rows.empty()) text += "\n" + rows.text(head_of(say.say(title), count), kRowsShown);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto& report = answer.scenarios[i];
    if (report.shown.empty()) continue;
    text += "\n" + (count == 1 ? std::string() : fmt::format("({}) ", i + 1)) + say.say("Deals:") + "\n";
    for (std::size_t j = 0; j < std::min(kDealsShown, report.shown.size()); ++j) {
      const auto& deal = report.shown[j];
      const std::string why = deal.because.empty() ? say.say("what stood against it is gone") : say.sentence(deal.because);
      const std::string how = deal.from == deal.to ? say.say(policy::outcome_name(deal.to)) : moved(say, deal.from, deal.to);
      text += wrapped(fmt::format("  {}  {}  {}{}", one_line(deal.deal), paint(colour_of(deal.to), how), one_line(why),
                                  deal.citation.empty() ? "" : fmt::format(" [{}]", deal.citation)),
                      4) +
              "\n";
    }
    if (static_cast<std::size_t>(report.changed) > kDealsShown)
      text += "  " +
              say.say("and {count} more; --json has up to 100", {{"count", fmt::to_string(static_cast<std::size_t>(report.changed) - kDealsShown)}}) +
              "\n";
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto& report = answer.scenarios[i];
    if (report.price.is_object()) text += "\n" + (count == 1 ? std::string() : fmt::format("({}) ", i + 1)) + price_lines(report.price, say);
  }
  return text;
}

Result<int> run(const Common& common, const Options& options) {
  std::vector<exposure::Scenario> scenarios;
  for (const auto& file : options.files) {
    TAMGA_TRY(auto scenario, app::read_scenario_file(file));
    scenarios.push_back(std::move(scenario));
  }
  app::DealSource source{options.deals, options.record, utc_today(), {}, 0};
  if (!options.as_of.empty()) {
    TAMGA_TRY(source.as_of, read_day(options.as_of, "--as-of"));
  }
  const auto progress = deal_book_progress(common);
  TAMGA_TRY(const auto opened, app::open_deal_book(common.settings, source, true, progress));
  report_rejected(opened.book.rejected());
  auto answer = app::run_scenarios(common.settings, opened, scenarios, options.whole, {}, progress);
  if (!answer) return std::unexpected(options.files.size() == 1 ? answer.error().in_file(options.files.front()) : answer.error());
  out(common.json ? app::document(*answer).dump() + "\n" : text_of(*answer, words(common)));
  return opened.book.rejected().empty() ? kDone : kBadInput;
}

Result<int> import_book(const Common& common, const Options& options) {
  TAMGA_TRY(const Date day, read_day(options.as_of, "--as-of"));
  TAMGA_TRY(const auto done, app::import_deal_book(common.settings, options.files, day, deal_book_progress(common)));
  report_rejected(done.rejected);
  if (common.json) {
    Json json = Json::object().set("deals", Json::number(done.deals)).set("parties", Json::number(done.parties));
    Json rejected = Json::array();
    for (const auto& row : done.rejected)
      rejected.push(Json::object().set("file", row.file).set("line", Json::number(static_cast<std::int64_t>(row.line))).set("error", row.error));
    out(json.set("as_of", day.text()).set("rejected", std::move(rejected)).dump() + "\n");
  } else {
    out(fmt::format("{} deals decided as of {}, {} left out; {} names were screened\n", done.deals, day.text(), done.rejected.size(), done.parties));
  }
  return done.rejected.empty() ? kDone : kBadInput;
}

}  // namespace

app::DealBookProgress deal_book_progress(const Common& common) {
  if (common.quiet || isatty(STDERR_FILENO) == 0) return [](std::string_view, std::int64_t, std::int64_t) {};
  return [](std::string_view what, std::int64_t done, std::int64_t all) {
    note(fmt::format("\r{} {} of {} {}", what, done, all, done == all ? "\n" : ""));
  };
}

void report_rejected(const std::vector<app::RejectedDeal>& rejected) {
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(kShown, rejected.size()); ++i)
    note(fmt::format("tamga: {}:{}: {}\n", rejected[i].file, rejected[i].line, rejected[i].error));
  if (rejected.size() > kShown) note(fmt::format("tamga: and {} more deals that were left out\n", rejected.size() - kShown));
}

std::string book_line(std::int64_t deals, Date as_of, std::string_view source, const exposure::Amounts& value, const language::Catalogue& say) {
  return say.say("{count} deals of {source} as of {day}: {value}",
                 {{"count", fmt::to_string(deals)},
                  {"source", say.say(source == "record" ? "the record"
                                     : source == "book" ? "the imported book"
                                                        : "the files")},
                  {"day", as_of.text()},
                  {"value", value.empty() ? say.say("no value stated") : exposure::for_person(value)}}) +
         "\n";
}

void add_scenario(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "scenario",
      "what-if: which deals, customers and sectors change outcome if somebody is listed, codes are added, a licence lapses (docs/scenario.md)");
  const auto options = std::make_shared<Options>();
  command->add_option("FILE", options->files, "a scenario (JSON), or two to see side by side; \"-\" for standard input")->expected(1, 2);
  command->add_option("--deals", options->deals, "deals to ask: JSON lines, or one deal; without it the imported book, else the record")
      ->type_name("FILE");
  command->add_flag("--record", options->record, "ask the record, though a book was imported");
  command->add_option("--as-of", options->as_of, "day of the lists and rules; default: today, or the day of the imported book")->type_name("DAY");
  command->add_flag("--whole", options->whole, "decide on every deal again, and not only on those that can change: slower, the same answer");
  command->callback([&common, &chosen, options, command] {
    if (!command->get_subcommands().empty()) return;
    if (options->files.empty()) throw CLI::RequiredError("FILE");
    chosen.run = [&common, options] { return run(common, *options); };
  });
  auto* importing =
      command->add_subcommand("import", "decide on a book of deals (JSON lines, one a line) once, so that scenarios on it take seconds");
  importing->add_option("FILE", options->files, "JSON lines, .gz and .zst too; takes the place of the book before")->required();
  importing->add_option("--as-of", options->as_of, "day of the lists and rules; default: today")->type_name("DAY");
  importing->callback([&common, &chosen, options] { chosen.run = [&common, options] { return import_book(common, *options); }; });
}

}  // namespace tamga::cli
