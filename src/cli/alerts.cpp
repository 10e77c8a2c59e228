#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/casework.h"
#include "app/documents.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

using store::Alert;

policy::Outcome outcome_of(std::string_view name) {
  if (name == "prohibited") return policy::Outcome::prohibited;
  return name == "licence_required" ? policy::Outcome::licence_required : policy::Outcome::review;
}

/// "open", "assigned to Aslan", "closed: false_hit".
std::string state_text(const Alert& alert) {
  std::string text(cases::state_name(alert.state));
  if (alert.state == cases::State::closed) return fmt::format("{}: {}", text, alert.reason);
  if (alert.assigned.empty()) return text;
  return alert.state == cases::State::escalated ? fmt::format("escalated, {}", one_line(alert.assigned))
                                                : fmt::format("assigned to {}", one_line(alert.assigned));
}

Result<int> list(const Common& common, const app::AlertFilter& filter) {
  const Date today = utc_today();
  TAMGA_TRY(const auto alerts, app::alerts(common.settings, filter, today));
  if (common.json) {
    Json json = Json::array();
    for (const auto& alert : alerts) json.push(app::document(alert));
    out(Json::object().set("alerts", std::move(json)).dump() + "\n");
    return kDone;
  }
  if (alerts.empty()) {
    out("No alert.\n");
    return kDone;
  }
  Table table({"alert", "until", "", "deal", "rule", "about", "state"});
  for (const auto& alert : alerts) {
    const bool late = alert.state != cases::State::closed && alert.deadline < today.text();
    table.add({alert.id, late ? paint(Colour::red, alert.deadline + " overdue") : alert.deadline,
               paint(colour_of(outcome_of(alert.ground.outcome)), alert.ground.outcome), one_line(alert.ground.deal), alert.ground.rule,
               alert.ground.about, state_text(alert)});
  }
  out(table.text());
  return kDone;
}

/// One event of the record as a line: "2026-11-26T10:00:00Z  Aslan  note: asked the buyer".
std::string event_line(const store::LedgerEntry& entry, const Json& json) {
  const auto act = json.get("act");
  std::string what(act.empty() ? "opened" : act);
  const auto add = [&](std::string_view before, std::string_view key) {
    if (const auto text = json.get(key); !text.empty()) what += fmt::format("{}{}", before, one_line(text));
  };
  add(" to ", "to");
  add(": ", "reason");
  add(": ", "text");
  add(" ", "name");
  add(" ", "file");
  if (act.empty() || act == "renew") add(" by ", "decision");
  const auto by = json.get("by");
  return fmt::format("  {}  {}  {}", entry.recorded_at, by.empty() ? "clear" : one_line(by), what);
}

Result<int> show(const Common& common, const std::string& id) {
  TAMGA_TRY(const auto story, app::alert(common.settings, id));
  const auto& alert = story.alert;
  if (common.json) {
    TAMGA_TRY(const Json json, app::document(story));
    out(json.dump() + "\n");
    return kDone;
  }
  std::string text =
      fmt::format("{}  {}  {}\n", paint(colour_of(outcome_of(alert.ground.outcome)), alert.ground.outcome), alert.id, state_text(alert));
  text += fmt::format("  deal {}, decision {}, until {}\n\n", one_line(alert.ground.deal), alert.ground.decision, alert.deadline);
  text += wrapped("  " + alert.ground.because, 2) + "\n";
  text += paint(Colour::dim, fmt::format("  [{}{}{}]", alert.ground.rule, alert.ground.about.empty() ? "" : " ", alert.ground.about)) + "\n";
  for (const auto& pair : alert.ground.pairs) {
    text += wrapped(fmt::format("  {} hit: {} on {} ({}), score {}, by {}", pair.certain ? "true" : "possible", pair.caption, pair.list, pair.entity,
                                pair.score, pair.how),
                    4) +
            "\n";
  }
  text += "\n";
  for (const auto& entry : story.history) {
    TAMGA_TRY(const Json payload, parse_json(entry.payload));
    text += wrapped(event_line(entry, payload), 4) + "\n";
  }
  for (const auto& mark : story.marks) {
    text += wrapped(fmt::format("  {}  {} is not {}: {} and {}, until {}{}", mark.id, mark.pair.about, mark.pair.caption, mark.proposed_by,
                                mark.approved_by, mark.until, mark.fallen != 0 ? "; fallen: " + mark.fallen_why : ""),
                    4) +
            "\n";
  }
  for (const auto& proposal : story.proposals) {
    if (proposal.state == "open")
      text += fmt::format("  waits for a second person: {}  {} by {}\n", proposal.id, proposal.what, proposal.proposed_by);
  }
  out(text);
  return kDone;
}

Result<int> list_marks(const Common& common) {
  TAMGA_TRY(const auto marks, app::marks(common.settings));
  if (common.json) {
    Json json = Json::array();
    for (const auto& mark : marks) json.push(app::document(mark));
    out(Json::object().set("marks", std::move(json)).dump() + "\n");
    return kDone;
  }
  if (marks.empty()) {
    out("No hit is marked as false.\n");
    return kDone;
  }
  Table table({"mark", "party", "is not", "list", "until", "by", ""});
  for (const auto& mark : marks) {
    const Json* names = mark.pair.party.find("names");
    table.add({mark.id, names != nullptr && !names->items.empty() ? one_line(names->items.front().text) : mark.pair.about,
               one_line(mark.pair.caption), mark.pair.list, mark.until, fmt::format("{}, {}", one_line(mark.proposed_by), one_line(mark.approved_by)),
               mark.fallen != 0                  ? "fallen: " + mark.fallen_why
               : mark.until < utc_today().text() ? "ended"
                                                 : "stands"});
  }
  out(table.text());
  return kDone;
}

int done(const Common& common, const std::string& id, std::string_view what) {
  if (common.json) {
    out(Json::object().set("id", id).set("done", what).dump() + "\n");
  } else {
    out(fmt::format("{}  {}\n", id, what));
  }
  return kDone;
}

int proposed(const Common& common, const store::Proposal& proposal) {
  if (common.json) {
    out(app::brief(proposal).dump() + "\n");
  } else {
    out(fmt::format("proposed  {} {} {}; a second person decides: tamga approve {}\n", proposal.id, proposal.what, proposal.subject, proposal.id));
  }
  return kDone;
}

std::string reason_help() {
  std::string text;
  for (const auto& reason : cases::reasons()) text += fmt::format("{}{}", text.empty() ? "" : ", ", reason.code);
  return text;
}

Result<int> list_reasons(const Common& common) {
  if (common.json) {
    out(app::reasons_document().dump() + "\n");
    return kDone;
  }
  Table table({"code", "of a true hit", "meaning"});
  for (const auto& reason : cases::reasons()) table.add({std::string(reason.code), reason.of_true_hit ? "yes" : "no", std::string(reason.meaning)});
  out(table.text());
  return kDone;
}

}  // namespace

void add_alerts(CLI::App& app, Common& common, Chosen& chosen) {
  auto* alerts = app.add_subcommand("alerts", "what clear has found and a person must work: assign, note, escalate, close, mark as false");
  alerts->require_subcommand(1);
  struct Options {
    std::string id, name, text, deadline, file, reason;
    app::AlertFilter filter = {.state = "active", .assigned = {}, .deal = {}};
    app::MarkRequest mark;
    std::string until;
  };
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, bool of_one, std::function<Result<int>()> run) {
    auto* command = alerts->add_subcommand(name, help);
    if (of_one) command->add_option("ALERT", options->id, "the alert's id, alert-…")->required();
    command->callback([&chosen, run = std::move(run)] { chosen.run = run; });
    return command;
  };
  auto* all = add("list", "alerts by deadline", false, [&common, options] {
    if (options->filter.state == "all") options->filter.state.clear();
    return list(common, options->filter);
  });
  all->add_option("--state", options->filter.state, "active (all but closed), open, assigned, escalated, closed or all [active]")
      ->check(CLI::IsMember({"active", "open", "assigned", "escalated", "closed", "all"}));
  all->add_option("--of", options->filter.assigned, "only those assigned to somebody")->type_name("NAME");
  all->add_option("--deal", options->filter.deal, "only those of a deal")->type_name("ID");
  all->add_flag("--overdue", options->filter.overdue, "only those past their deadline");
  add("show", "one alert with its history", true, [&common, options] { return show(common, options->id); });
  auto* assign = add("assign", "give an alert to somebody", true, [&common, options]() -> Result<int> {
    if (!options->deadline.empty()) {
      TAMGA_TRY([[maybe_unused]] const auto day, read_day(options->deadline, "--deadline"));
    }
    TAMGA_TRY_STATUS(app::assign_alert(common.settings, options->id, options->name, options->deadline, common.by, utc_now()));
    return done(common, options->id, "assigned to " + options->name);
  });
  assign->add_option("NAME", options->name, "to whom")->required();
  assign->add_option("--deadline", options->deadline, "another day than the house's own")->type_name("DATE");
  auto* escalate = add("escalate", "pass an alert up", true, [&common, options]() -> Result<int> {
    TAMGA_TRY_STATUS(app::escalate_alert(common.settings, options->id, options->text, common.by, utc_now()));
    return done(common, options->id, "escalated");
  });
  escalate->add_option("--text", options->text, "why");
  auto* note = add("note", "write something down", true, [&common, options]() -> Result<int> {
    TAMGA_TRY_STATUS(app::note_alert(common.settings, options->id, options->text, common.by, utc_now()));
    return done(common, options->id, "noted");
  });
  note->add_option("TEXT", options->text, "what")->required();
  auto* attach = add("attach", "keep a file with the alert, under the hash of its bytes", true, [&common, options]() -> Result<int> {
    TAMGA_TRY(const auto hash, app::attach_to_alert(common.settings, options->id, options->file, common.by, utc_now()));
    return done(common, options->id, hash);
  });
  attach->add_option("FILE", options->file, "which")->required();
  auto* close = add("close", "propose that an alert is closed; a second person approves", true, [&common, options]() -> Result<int> {
    TAMGA_TRY(const auto proposal, app::propose_close(common.settings, options->id, options->reason, options->text, common.by, utc_now()));
    return proposed(common, proposal);
  });
  close->add_option("--reason", options->reason, reason_help())->required()->type_name("CODE");
  close->add_option("--text", options->text, "more about it: which licence, which consultation, what was found");
  auto* mark = add("mark", "propose that possible hits are marked as false for this party and these entries; a second person approves", true,
                   [&common, options]() -> Result<int> {
                     options->mark.alert = options->id;
                     if (!options->until.empty()) {
                       TAMGA_TRY(options->mark.until, read_day(options->until, "--until"));
                     }
                     TAMGA_TRY(const auto proposal, app::propose_mark(common.settings, options->mark, common.by, utc_now()));
                     return proposed(common, proposal);
                   });
  mark->add_option("--evidence", options->mark.evidence, "what tells the two apart")->required()->type_name("TEXT");
  mark->add_option("--until", options->until, "the last day on which it holds, a year from now at most [a year]")->type_name("DATE");
  mark->add_option("--entity", options->mark.entities, "only the hit on this listed entity; may be given several times")->type_name("ID");
  add("marks", "every mark of a false hit", false, [&common] { return list_marks(common); });
  add("reasons", "the reasons with which an alert may be closed", false, [&common] { return list_reasons(common); });
}

}  // namespace tamga::cli
