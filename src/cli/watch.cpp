#include "app/watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "app/casework.h"
#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

using app::WatchEvent;

Colour colour_of(const WatchEvent& event) {
  if (event.marked) return Colour::dim;
  switch (event.kind) {
    case WatchEvent::Kind::hit: return Colour::red;
    case WatchEvent::Kind::changed: return Colour::yellow;
    case WatchEvent::Kind::gone: return Colour::green;
    case WatchEvent::Kind::deal:
      if (event.outcome == "pass") return Colour::green;
      return event.outcome == "prohibited" ? Colour::red : Colour::yellow;
  }
  return Colour::plain;
}

/// A line while it runs, on a terminal only.
app::WatchProgress progress_of(const Common& common) {
  if (common.quiet || isatty(STDERR_FILENO) == 0) return [](std::string_view, std::int64_t, std::int64_t) {};
  return [](std::string_view what, std::int64_t done, std::int64_t all) {
    note(all > 0 ? fmt::format("\r{} {} of {} ", what, done, all) : fmt::format("\r{} {} ", what, done));
    if (done == all) note("\r");
  };
}

/// What happened, as it is told: lines for a person, or kept for the one document.
struct Teller {
  const Common& common;
  std::int64_t count = 0;
  bool told_more = false;
  Json events = Json::array();

  void tell(const WatchEvent& event) {
    ++count;
    if (common.json) {
      events.push(app::to_json(event));
      return;
    }
    // A first book may have thousands of hits; they are alerts, and need no wall of text.
    constexpr std::int64_t kShown = 40;
    if (count <= kShown) {
      out(wrapped(fmt::format("{}  {}  {}", paint(colour_of(event), fmt::format("{:<7}", app::watch_event_name(event.kind))), one_line(event.entry),
                              one_line(event.because)),
                  9) +
          "\n");
    }
    told_more = count > kShown;
  }

  void end() const {
    if (told_more) out("         … all of them: tamga watch alerts\n");
  }
};

Result<int> add(const Common& common, app::WatchAdd request, const std::string& as_of) {
  TAMGA_TRY(request.as_of, read_day(as_of, "--as-of"));
  Teller teller{common};
  TAMGA_TRY(const auto added,
            app::watch_add(common.settings, request, utc_now(), [&](const WatchEvent& event) { teller.tell(event); }, progress_of(common)));
  if (common.json) {
    Json json = Json::object();
    json.set("added", Json::number(added.added)).set("replaced", Json::number(added.replaced)).set("unchanged", Json::number(added.unchanged));
    json.set("removed", Json::number(added.removed)).set("deals", Json::number(added.deals)).set("hits", Json::number(added.hits));
    Json rejected = Json::array();
    for (const auto& row : added.rejected) {
      rejected.push(Json::object().set("file", row.file).set("line", Json::number(static_cast<std::int64_t>(row.line))).set("error", row.error));
    }
    out(json.set("rejected", std::move(rejected)).set("events", std::move(teller.events)).dump() + "\n");
  } else {
    teller.end();
    constexpr std::size_t kShown = 20;
    for (std::size_t i = 0; i < std::min(added.rejected.size(), kShown); ++i) {
      const auto& row = added.rejected[i];
      note(fmt::format("tamga: {}:{}: {}\n", row.file, row.line, row.error));
    }
    if (added.rejected.size() > kShown) note(fmt::format("tamga: and {} more rows that were left out\n", added.rejected.size() - kShown));
    std::string text = fmt::format("{} added, {} replaced, {} as they were", added.added, added.replaced, added.unchanged);
    if (request.whole) text += fmt::format(", {} taken out", added.removed);
    if (added.deals > 0) text += fmt::format(", {} deal{}", added.deals, added.deals == 1 ? "" : "s");
    if (!added.rejected.empty()) text += fmt::format(", {} left out", added.rejected.size());
    out(text + fmt::format("; {} hit{}\n", added.hits, added.hits == 1 ? "" : "s"));
    if (request.whole && !added.rejected.empty()) out("Nobody was taken out, since rows were left out; mend them and add the file again.\n");
  }
  if (!added.rejected.empty()) return kBadInput;
  return teller.count > 0 ? kReview : kDone;
}

Result<int> run(const Common& common, bool whole, const std::string& as_of, const NatsFlags& nats) {
  TAMGA_TRY(const Date day, read_day(as_of, "--as-of"));
  Teller teller{common};
  TAMGA_TRY(const auto asker, ask(nats));
  const auto tell = [&](const WatchEvent& event) { teller.tell(event); };
  TAMGA_TRY(const auto ran, app::watch_run(common.settings, day, whole, utc_now(), tell, progress_of(common), asker.crew));
  if (common.json) {
    Json json = Json::object();
    json.set("whole", Json::boolean(ran.whole));
    if (ran.whole) json.set("why", ran.why);
    json.set("editions", Json::strings(ran.editions)).set("changed_entities", Json::number(ran.changed_entities));
    json.set("entries", Json::number(ran.entries)).set("screened", Json::number(ran.screened)).set("deals", Json::number(ran.deals));
    out(json.set("events", std::move(teller.events)).dump() + "\n");
  } else {
    teller.end();
    for (const auto& edition : ran.editions) out(paint(Colour::dim, edition) + "\n");
    if (ran.whole) {
      out(fmt::format("All {} entries were screened again, since {}.", ran.screened, ran.why));
    } else if (ran.editions.empty()) {
      out(fmt::format("No list has another edition; none of {} entries needed screening.", ran.entries));
    } else {
      out(fmt::format("{} of {} entries could be concerned, and were screened again.", ran.screened, ran.entries));
    }
    if (ran.deals > 0) out(fmt::format(" {} deal{} decided on again.", ran.deals, ran.deals == 1 ? " was" : "s were"));
    out(fmt::format(" {} change{}.\n", ran.events, ran.events == 1 ? "" : "s"));
  }
  return teller.count > 0 ? kReview : kDone;
}

Result<int> status(const Common& common) {
  TAMGA_TRY(const auto status, app::watch_status(common.settings, utc_today()));
  if (common.json) {
    Json json = Json::object();
    json.set("entries", Json::number(status.entries)).set("hits", Json::number(status.hits)).set("deals", Json::strings(status.deals));
    json.set("waiting", Json::strings(status.waiting));
    if (status.basis.is_object()) json.set("basis", status.basis);
    out(json.dump() + "\n");
    return kDone;
  }
  if (!status.basis.is_object()) {
    out("Nobody is watched yet; put a book in with: tamga watch add FILE\n");
    return kDone;
  }
  out(fmt::format("{} entries with {} hits, {} open deals, as of {}\n", status.entries, status.hits, status.deals.size(), status.basis.get("as_of")));
  for (const auto& edition : status.waiting) out(fmt::format("  not looked at yet: {}\n", edition));
  if (!status.waiting.empty()) out("  catch up with: tamga watch run\n");
  return kDone;
}

Result<int> alerts(const Common& common, const std::string& state) {
  app::AlertFilter filter;
  filter.state = state == "all" ? "" : state;
  TAMGA_TRY(auto found, app::alerts(common.settings, filter, utc_today()));
  std::erase_if(found, [](const store::Alert& alert) { return !alert.ground.rule.starts_with("watch."); });
  if (common.json) {
    Json json = Json::array();
    for (const auto& alert : found) {
      Json item = Json::object();
      item.set("id", alert.id).set("state", cases::state_name(alert.state)).set("entry", alert.ground.deal.substr(sizeof("book: ") - 1));
      item.set("list", alert.ground.rule.substr(sizeof("watch.") - 1)).set("entity", alert.ground.about).set("because", alert.ground.because);
      json.push(item.set("assigned", alert.assigned).set("deadline", alert.deadline).set("opened_at", alert.opened_at));
    }
    out(Json::object().set("alerts", std::move(json)).dump() + "\n");
    return kDone;
  }
  if (found.empty()) {
    out("No alert of the watch.\n");
    return kDone;
  }
  for (const auto& alert : found) {
    out(wrapped(fmt::format("{}  {}  {}  {}", alert.id, alert.deadline, cases::state_name(alert.state), one_line(alert.ground.because)), 4) + "\n");
  }
  out("Work them with tamga alerts: assign, note, escalate, close, mark.\n");
  return kDone;
}

}  // namespace

void add_watch(CLI::App& app, Common& common, Chosen& chosen) {
  auto* watch = app.add_subcommand("watch", "a book of customers, counterparties, vessels and open deals, screened again when lists change");
  watch->require_subcommand(1);
  struct Options {
    app::WatchAdd add;
    bool no_alerts = false;
    bool whole = false;
    std::string as_of;
    std::string state = "active";
    std::vector<std::string> ids;
    NatsFlags nats;
  };
  const auto options = std::make_shared<Options>();

  auto* adding = watch->add_subcommand(
      "add",
      "put entries into the book and screen them: CSV or JSON lines as screen --batch reads them (id, name, schema, birth_date, country, "
      "identifier, address), or deals; an id that is there already is replaced, and nothing happens where the row is the same");
  adding->add_option("FILE", options->add.files, "the files")->required();
  adding->add_option("--schema", options->add.schema, "schema of rows that name none: Person, Company, Vessel, …");
  adding->add_flag("--whole", options->add.whole, "the files are the whole book: take out who is in none of them");
  adding->add_flag("--no-alerts", options->no_alerts, "open no alert for what is found now, since it is known already");
  adding->add_option("--as-of", options->as_of, "day of the lists; default: today");
  adding->callback([&common, &chosen, options] {
    chosen.run = [&common, options] {
      options->add.alerts = !options->no_alerts;
      return add(common, options->add, options->as_of);
    };
  });

  auto* running = watch->add_subcommand(
      "run", "screen again whom new editions of lists can concern, and decide again on open deals; exit status 3 when something changed");
  running->add_flag("--whole", options->whole, "screen everybody again, whatever has changed");
  running->add_option("--as-of", options->as_of, "day of the lists; default: today");
  add_crew(*running, options->nats, "where everybody is screened again, the workers of this queue do it; the result is the same");
  running->callback(
      [&common, &chosen, options] { chosen.run = [&common, options] { return run(common, options->whole, options->as_of, options->nats); }; });

  auto* listing = watch->add_subcommand("alerts", "what the watch has found, with what changed");
  listing->add_option("--state", options->state, "active (all but closed), open, assigned, escalated, closed or all")
      ->check(CLI::IsMember({"active", "open", "assigned", "escalated", "closed", "all"}));
  listing->callback([&common, &chosen, options] { chosen.run = [&common, options] { return alerts(common, options->state); }; });

  auto* removing = watch->add_subcommand("remove", "take entries or deals out of the book");
  removing->add_option("ID", options->ids, "their ids")->required();
  removing->callback([&common, &chosen, options] {
    chosen.run = [&common, options]() -> Result<int> {
      TAMGA_TRY_STATUS(app::watch_remove(common.settings, options->ids, utc_now()));
      if (common.json) {
        out(Json::object().set("removed", Json::strings(options->ids)).dump() + "\n");
      } else {
        out(fmt::format("{} taken out\n", options->ids.size()));
      }
      return kDone;
    };
  });

  auto* state = watch->add_subcommand("status", "how many are watched, on which editions, and what waits");
  state->callback([&common, &chosen] { chosen.run = [&common] { return status(common); }; });
}

}  // namespace tamga::cli
