#include "app/exposure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "cli/commands.h"
#include "cli/deal_books.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

using exposure::Dimension;

struct Options {
  std::vector<std::string> deals;
  bool record = false;
  std::string as_of;
  std::string by = "regime";
  std::size_t limit = 20;
  std::string rates;
  std::vector<std::string> cut_off;
  std::string threshold;
  std::string ownership;
};

Result<std::optional<Decimal>> share_of(const std::string& text, const char* option, std::int64_t most) {
  if (text.empty()) return std::nullopt;
  const auto number = Decimal::parse(text);
  if (!number || *number <= Decimal::whole(0) || *number > Decimal::whole(most))
    return bad_input(fmt::format("{}: \"{}\" is not above 0 and at most {}", option, text, most));
  return number;
}

std::string percent(exposure::Nanos part, exposure::Nanos whole) { return exposure::ratio(part * 100, whole, 1) + " %"; }

std::string concentration_line(const exposure::Concentration& one, const std::string& measure, const language::Catalogue& say) {
  return say.say("Concentration by {measure}: the largest {largest}, the five largest {five}, Herfindahl index {index} of 10000 over {count}",
                 {{"measure", measure},
                  {"largest", percent(one.top1, one.total)},
                  {"five", percent(one.top5, one.total)},
                  {"index", fmt::to_string(one.herfindahl)},
                  {"count", fmt::to_string(one.keys)}}) +
         "\n";
}

std::string names_of(const app::ExposureReport& report, const std::vector<exposure::Contagion::Fall>& falls) {
  constexpr std::size_t kShown = 5;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kShown, falls.size()); ++i) names.push_back(one_line(report.network.nodes[falls[i].node].name));
  return fmt::format("{}{}", fmt::join(names, ", "), falls.size() > kShown ? ", …" : "");
}

std::string contagion_lines(const app::ExposureReport& report, const language::Catalogue& say) {
  const auto& contagion = *report.contagion;
  const std::string measure = report.rates ? say.say("value in {currency}", {{"currency", report.rates->currency}}) : say.say("deals");
  std::string text =
      "\n" +
      wrapped(say.say("If cut off: a firm fails from {threshold} of its {measure} on{default}, and what is owned falls from {ownership} percent of "
                      "its shares on{ownership_default}.",
                      {{"threshold", report.terms.threshold.text()},
                       {"measure", measure},
                       {"default", report.threshold_given ? std::string() : " " + say.say("(default)")},
                       {"ownership", report.terms.ownership.text()},
                       {"ownership_default", report.ownership_given ? std::string() : " " + say.say("(default)")}}),
              2) +
      "\n";
  for (std::size_t i = 0; i < contagion.rounds.size(); ++i) {
    const auto& round = contagion.rounds[i];
    std::string line =
        "  " + say.say("round {number}: {banks} banks, {firms} firms, {deals} deals more", {{"number", fmt::to_string(i)},
                                                                                            {"banks", fmt::to_string(round.banks.size())},
                                                                                            {"firms", fmt::to_string(round.firms.size())},
                                                                                            {"deals", fmt::to_string(round.deals)}});
    if (!round.value.empty()) line += " (" + exposure::for_person(round.value) + ")";
    for (const auto* falls : {&round.banks, &round.firms}) {
      if (!falls->empty()) line += ": " + names_of(report, *falls);
    }
    text += wrapped(line, 4) + "\n";
  }
  Table table({say.say("who loses"), say.say("deals"), say.say("of"), "", say.say("value")});
  std::vector<std::uint32_t> order;
  for (std::uint32_t node = 0; node < report.network.nodes.size(); ++node) {
    if (contagion.losses[node].deals > 0) order.push_back(node);
  }
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return contagion.losses[a].deals > contagion.losses[b].deals; });
  if (order.size() > report.limit) order.resize(report.limit);
  for (const auto node : order) {
    const auto& loss = contagion.losses[node];
    table.add({one_line(report.network.nodes[node].name), fmt::to_string(loss.deals), fmt::to_string(loss.all),
               contagion.fallen[node] ? say.say("falls") : std::string(), exposure::for_person(loss.value)});
  }
  return text + table.text();
}

std::string text_of(const app::ExposureReport& report, const language::Catalogue& say) {
  std::string text = book_line(report.deals, report.as_of, report.source, report.value, say);
  if (report.without_value > 0) text += say.say("{count} deals state no value", {{"count", fmt::to_string(report.without_value)}}) + "\n";
  if (!report.missing_rates.empty()) {
    text +=
        say.say("left out, since no rate is given: {currencies}", {{"currencies", fmt::format("{}", fmt::join(report.missing_rates, ", "))}}) + "\n";
  }
  std::vector<std::string> head{say.say(exposure::dimension_name(report.by)), say.say("deals"), ""};
  for (const auto outcome : {"review", "licence_required", "prohibited"}) head.push_back(say.say(outcome));
  if (report.rates) head.push_back(report.rates->currency);
  head.push_back(say.say("value"));
  Table table(std::move(head));
  for (const auto& row : report.rows) {
    const std::string key = row.key.empty() ? say.say("no authority") : row.key;
    const bool named = row.name != row.key && report.by != Dimension::partner;
    std::vector<std::string> cells{one_line(report.by == Dimension::partner ? row.name
                                            : named                         ? fmt::format("{}  {}", key, say.say(row.name))
                                                                            : key),
                                   fmt::to_string(row.deals), percent(row.deals, report.deals)};
    for (std::size_t i = 1; i < row.outcomes.size(); ++i) cells.push_back(fmt::to_string(row.outcomes.at(i)));
    if (report.rates) cells.push_back(exposure::hundredths(exposure::convert(row.value, *report.rates)));
    cells.push_back(exposure::for_person(row.value));
    table.add(std::move(cells));
  }
  text += table.text();
  if (report.rows_total > report.rows.size())
    text += say.say("and {count} more", {{"count", fmt::to_string(report.rows_total - report.rows.size())}}) + "\n";
  text += concentration_line(report.by_deals, say.say("deals"), say);
  if (report.by_value) text += concentration_line(*report.by_value, say.say("value in {currency}", {{"currency", report.rates->currency}}), say);
  if (!report.by_value) {
    for (const auto& [currency, one] : report.by_currency)
      text += concentration_line(one, say.say("value in {currency}", {{"currency", currency}}), say);
  }
  if (report.contagion) text += contagion_lines(report, say);
  return text;
}

Result<int> run(const Common& common, const Options& options) {
  app::ExposureRequest request;
  request.by = exposure::dimension_from_name(options.by).value_or(Dimension::regime);
  request.limit = options.limit;
  request.cut_off = options.cut_off;
  TAMGA_TRY(request.threshold, share_of(options.threshold, "--threshold", 1));
  TAMGA_TRY(request.ownership, share_of(options.ownership, "--ownership", 100));
  if (!options.rates.empty()) {
    TAMGA_TRY(const std::string bytes, read_file(options.rates, std::size_t{1} << 20));
    auto rates = exposure::read_rates(bytes);
    if (!rates) return std::unexpected(rates.error().in_file(options.rates));
    request.rates = *std::move(rates);
  }
  app::DealSource source{options.deals, options.record, utc_today(), {}, 0};
  if (!options.as_of.empty()) {
    TAMGA_TRY(source.as_of, read_day(options.as_of, "--as-of"));
  }
  TAMGA_TRY(const auto opened, app::open_deal_book(common.settings, source, false, deal_book_progress(common)));
  report_rejected(opened.book.rejected());
  TAMGA_TRY(const auto report, app::expose(opened, request));
  out(common.json ? app::document(report).dump() + "\n" : text_of(report, words(common)));
  return opened.book.rejected().empty() ? kDone : kBadInput;
}

}  // namespace

void add_exposure(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "exposure",
      "what of your deals rests on each regime, bank, code, list entry …, how much of it on few, and who falls with a bank (docs/exposure.md)");
  const auto options = std::make_shared<Options>();
  std::vector<std::string> names;
  for (std::size_t i = 0; i < exposure::kShownDimensions; ++i) names.emplace_back(exposure::dimension_name(static_cast<Dimension>(i)));
  command
      ->add_option("--by", options->by,
                   "what the value rests on [regime]: regime, authority, bank, code, partner, country, entry, licence, route or sector")
      ->check(CLI::IsMember(names));
  command->add_option("--limit", options->limit, "rows that are shown [20]")->check(CLI::Range(1, 100000));
  command->add_option("--deals", options->deals, "deals to ask: JSON lines, or one deal; without it the imported book, else the record")
      ->type_name("FILE");
  command->add_flag("--record", options->record, "ask the record, though a book was imported");
  command->add_option("--as-of", options->as_of, "day of the lists and rules; default: today, or the day of the imported book")->type_name("DAY");
  command->add_option("--rates", options->rates, "rates by which currencies are added up (JSON); without them none is converted")->type_name("FILE");
  command->add_option("--cut-off", options->cut_off, "a bank (BIC, or name) that loses its correspondent accounts: who falls with it, round by round")
      ->type_name("BANK");
  command->add_option("--threshold", options->threshold, "share of a firm's deals from which on it fails [0.5]")->type_name("SHARE");
  command->add_option("--ownership", options->ownership, "percent of shares from which on what is owned falls with its owners [50]")
      ->type_name("PERCENT");
  command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return run(common, *options); }; });
}

}  // namespace tamga::cli
