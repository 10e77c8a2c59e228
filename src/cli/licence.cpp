#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/documents.h"
#include "app/licences.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

/// "400 of 1000 pcs left".
std::string balance(const app::LicenceView& view) {
  std::vector<std::string> texts;
  for (const auto& cap : view.licence.caps) texts.push_back(fmt::format("{} of {}", app::left_of(view, cap).text(), cap.text(cap.limit)));
  return texts.empty() ? "no cap" : fmt::format("{}", fmt::join(texts, ", "));
}

std::string draws_text(const store::LicenceUse& use) {
  std::vector<std::string> texts;
  for (const auto& draw : use.draws) texts.push_back(fmt::format("{} {}", draw.cap, licences::from_millionths(draw.amount).text()));
  return texts.empty() ? "nothing counted" : fmt::format("{}", fmt::join(texts, ", "));
}

Result<int> list(const Common& common, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto views, app::list_licences(common.settings));
  if (common.json) {
    out(app::licences_document(views, day).dump() + "\n");
    return kDone;
  }
  if (views.empty()) {
    out("No licence is recorded. One is proposed with: tamga licence add FILE.json --by NAME\n");
    return kDone;
  }
  Table table({"licence", "authority", "regime", "state", "last day", "days left", "left"});
  for (const auto& view : views) {
    const auto& licence = view.licence;
    const auto state = view.state(day);
    table.add({one_line(licence.number), one_line(licence.authority), licence.regime, paint(state == "in force" ? Colour::green : Colour::red, state),
               licence.to.text(), fmt::to_string(std::max(0L, days_between(day, licence.to) + 1)), one_line(balance(view))});
  }
  out(table.text());
  return kDone;
}

Result<int> list_reopened(const Common& common, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto deals, app::reopened_deals(common.settings, day));
  const bool waiting = std::any_of(deals.begin(), deals.end(), [](const app::ReopenedDeal& deal) { return deal.decision.empty(); });
  if (common.json) {
    out(app::document(deals).dump() + "\n");
    return waiting ? kReview : kDone;
  }
  if (deals.empty()) {
    out("No deal was re-opened.\n");
    return kDone;
  }
  Table table({"deal", "rested on", "which", "since", "decided since"});
  for (const auto& deal : deals) {
    table.add(
        {one_line(deal.deal), one_line(deal.number), deal.why, deal.since, deal.decision.empty() ? paint(Colour::yellow, "not yet") : deal.decision});
  }
  out(table.text());
  return waiting ? kReview : kDone;
}

std::string scope_lines(const licences::Licence& licence) {
  Table table({});
  const auto row = [&](std::string_view what, const std::vector<std::string>& values, std::string_view none) {
    table.add({fmt::format("  {}", what), one_line(values.empty() ? std::string(none) : fmt::format("{}", fmt::join(values, ", ")))});
  };
  row("lifts", licence.lifts, "");
  std::vector<std::string> parties;
  for (const auto& party : licence.parties) {
    std::vector<std::string> more;
    if (!party.country.empty()) more.push_back(party.country);
    for (const auto& identifier : party.identifiers) more.push_back(identifier.kind + " " + identifier.value);
    parties.push_back(fmt::format("{} {} ({})", party.role, party.name, fmt::join(more, ", ")));
  }
  row("parties", parties, "");
  row("codes", licence.codes, "any");
  row("destinations", licence.destinations, "any");
  row("origins", licence.origins, "any");
  row("end use", licence.end_use, "any");
  if (!licence.conditions.empty()) row("conditions", licence.conditions, "");
  std::vector<std::string> duties;
  for (const auto& duty : licence.duties) duties.push_back(fmt::format("{} within {} days of each use", duty.what, duty.within_days));
  if (!duties.empty()) row("duties", duties, "");
  row("document", licence.document.empty() ? std::vector<std::string>{} : std::vector<std::string>{"sha256:" + licence.document}, "not given");
  return table.text();
}

Result<int> show(const Common& common, const std::string& number, const std::string& as_of) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  TAMGA_TRY(const auto view, app::show_licence(common.settings, number));
  if (common.json) {
    out(app::document(view, day).dump() + "\n");
    return kDone;
  }
  const auto& licence = view.licence;
  const auto state = view.state(day);
  std::string text = fmt::format("{}  {}  {}\n", paint(Colour::bold, one_line(licence.number)), one_line(licence.authority),
                                 paint(state == "in force" ? Colour::green : Colour::red, state));
  text += fmt::format("  issued {}, valid {} to {}, {} days left on {}\n  left: {}\n\n", licence.issued.text(), licence.from.text(),
                      licence.to.text(), std::max(0L, days_between(day, licence.to) + 1), day.text(), one_line(balance(view)));
  text += scope_lines(licence) + "\n";
  Table events({"what", "on", "proposed by", "approved by", "proposal", "reason"});
  for (const auto& event : view.events) {
    events.add({event.what, event.at.substr(0, 10), one_line(event.by), one_line(event.approved_by), event.proposal, one_line(event.reason)});
  }
  text += events.text();
  if (view.uses.empty()) {
    text += "\nNo deal has used it.\n";
  } else {
    Table uses({"deal", "state", "on", "drawn", "rests on", "due"});
    for (const auto& use : view.uses) {
      const std::string due = use.use.state == "open" ? fmt::format("{}", fmt::join(app::due_days(licence, use.at), ", ")) : "";
      uses.add({one_line(use.use.deal), std::string(app::state_of(use)), use.at.substr(0, 10), one_line(draws_text(use.use)),
                use.use.decision.empty() ? fmt::format("by hand: {}, {}", one_line(use.by), one_line(use.approved_by)) : use.use.decision, due});
    }
    text += "\n" + uses.text();
  }
  for (const auto& proposal : view.open) {
    text += fmt::format("\nwaits for a second person: {} by {} ({})\n", proposal.what, one_line(proposal.proposed_by), proposal.id);
  }
  out(text);
  return kDone;
}

Result<int> proposed(const Common& common, Result<store::Proposal> made) {
  TAMGA_TRY(const auto proposal, std::move(made));
  if (common.json) {
    out(app::brief(proposal).dump() + "\n");
  } else {
    out(fmt::format("proposed  {} {} {}; another person decides: tamga approve {} --by NAME\n", proposal.id, proposal.what,
                    one_line(proposal.subject), proposal.id));
  }
  return kDone;
}

struct Options {
  std::string file;
  std::string number;
  std::string deal;
  std::string reason;
  std::string as_of;
  std::string code, quantity, unit, value, currency;
  bool reopened = false;
};

Result<std::optional<Decimal>> amount(const std::string& text, const char* option) {
  if (text.empty()) return std::nullopt;
  const auto number = Decimal::parse(text);
  if (!number || *number <= Decimal::whole(0)) return bad_input(fmt::format("{}: \"{}\" is not a number above 0", option, text));
  return number;
}

Result<int> use(const Common& common, const Options& options) {
  GoodsLine line;
  line.hs = options.code;
  TAMGA_TRY(line.quantity, amount(options.quantity, "--quantity"));
  line.unit = options.unit;
  TAMGA_TRY(line.value, amount(options.value, "--value"));
  line.currency = options.currency;
  return proposed(common, app::propose_use(common.settings, options.number, options.deal, line, common.by, utc_now()));
}

Result<int> shipped(const Common& common, const std::string& deal) {
  TAMGA_TRY_STATUS(app::record_shipped(common.settings, deal, common.by, utc_now()));
  if (common.json) {
    out(Json::object().set("deal", deal).set("state", "shipped").dump() + "\n");
  } else {
    out(fmt::format("shipped  {}\n", one_line(deal)));
  }
  return kDone;
}

}  // namespace

void add_licence(CLI::App& app, Common& common, Chosen& chosen) {
  auto* licence = app.add_subcommand("licence", "what authorities permit, what is used of it and what is left");
  licence->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, std::function<Result<int>(const Common&, const Options&)> run) {
    auto* command = licence->add_subcommand(name, help);
    command->callback([&common, &chosen, options, run] { chosen.run = [&common, options, run] { return run(common, *options); }; });
    return command;
  };
  const auto number = [&](CLI::App* command) { command->add_option("NUMBER", options->number, "the licence's number")->required(); };
  const auto deal = [&](CLI::App* command) { command->add_option("--deal", options->deal, "the deal's id")->type_name("ID")->required(); };
  const auto day = [&](CLI::App* command) { command->add_option("--as-of", options->as_of, "days left from this day [today]")->type_name("DATE"); };

  auto* added = add("add", "propose a licence; it counts once another person approves", [](const Common& c, const Options& o) -> Result<int> {
    TAMGA_TRY(const auto read, app::read_licence_file(o.file));
    return proposed(c, app::propose_licence(c.settings, read, c.by, utc_now()));
  });
  added->add_option("FILE", options->file, "the licence as JSON (docs/licences.md), or - for standard input")->required();
  auto* amended = add("amend", "propose what the authority changed, as the whole licence anew", [](const Common& c, const Options& o) -> Result<int> {
    TAMGA_TRY(const auto read, app::read_licence_file(o.file));
    return proposed(c, app::propose_amendment(c.settings, read, c.by, utc_now()));
  });
  amended->add_option("FILE", options->file, "the licence as JSON, with the number it has")->required();
  auto* listed = add("list", "every licence, with what is left and for how long",
                     [](const Common& c, const Options& o) { return o.reopened ? list_reopened(c, o.as_of) : list(c, o.as_of); });
  day(listed);
  listed->add_flag("--reopened", options->reopened, "instead the deals whose licence was revoked or ended before they were shipped");
  auto* shown = add("show", "its scope, history and uses", [](const Common& c, const Options& o) { return show(c, o.number, o.as_of); });
  number(shown);
  day(shown);
  auto* used = add("use", "propose a use outside of any decision here", [](const Common& c, const Options& o) { return use(c, o); });
  number(used);
  deal(used);
  used->add_option("--code", options->code, "the goods code");
  used->add_option("--quantity", options->quantity, "how many")->type_name("NUMBER");
  used->add_option("--unit", options->unit, "of what unit");
  used->add_option("--value", options->value, "of what value")->type_name("NUMBER");
  used->add_option("--currency", options->currency, "in which currency");
  auto* returned = add("return", "propose that a deal gives back what it uses", [](const Common& c, const Options& o) {
    return proposed(c, app::propose_return(c.settings, o.number, o.deal, o.reason, c.by, utc_now()));
  });
  number(returned);
  deal(returned);
  returned->add_option("--reason", options->reason, "why")->required();
  auto* revoked =
      add("revoke", "propose that it has ended; deals that rest on it and are not shipped are re-opened",
          [](const Common& c, const Options& o) { return proposed(c, app::propose_revocation(c.settings, o.number, o.reason, c.by, utc_now())); });
  number(revoked);
  revoked->add_option("--reason", options->reason, "why")->required();
  auto* gone = add("shipped", "record that a deal's goods have left: what it uses stays used",
                   [](const Common& c, const Options& o) { return shipped(c, o.deal); });
  gone->add_option("DEAL", options->deal, "the deal's id")->required();
}

}  // namespace tamga::cli
