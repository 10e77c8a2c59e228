#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <memory>

#include "app/documents.h"
#include "app/editions.h"
#include "app/list_diff.h"
#include "app/update.h"
#include "cli/commands.h"
#include "cli/crew.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

std::string label(const store::StoredEdition& edition) { return edition.part.empty() ? edition.list : edition.list + " " + edition.part; }

/// What `import` and `update` brought: a table, then what a person must know of it.
void show_imported(const Common& common, const std::vector<app::Imported>& imported) {
  Table table({"list", "published", "entities", "names", "relations", "edition", ""});
  for (const auto& item : imported) {
    std::string state = item.added ? "added" : "already there";
    if (!item.edition.in_effect()) state = paint(Colour::red, item.added ? "held" : "already there, held");
    if (item.edition.sample) state += " (sample)";
    table.add({label(item.edition), item.edition.published, fmt::format("{}", item.edition.entities), fmt::format("{}", item.edition.names),
               fmt::format("{}", item.edition.relations), item.edition.id.substr(0, 19), state});
  }
  if (!common.quiet) out(table.text());
  for (const auto& item : imported) {
    const auto& edition = item.edition;
    for (const auto& warning : edition.warnings) note(fmt::format("tamga: {} {}: {}\n", label(edition), edition.published, warning));
    for (const auto& reason : edition.held) {
      if (!edition.accepted) note(fmt::format("tamga: {} {} does not take effect: {}\n", label(edition), edition.published, reason));
    }
    if (!edition.in_effect()) {
      note(fmt::format("tamga: if it is right, let it take effect with: tamga lists accept {}{}{} {}\n", edition.list,
                       edition.part.empty() ? "" : "/", edition.part, edition.id.substr(0, 19)));
    }
  }
}

Json to_json(const std::vector<app::Imported>& imported) {
  Json editions = Json::array();
  for (const auto& item : imported) {
    Json json = app::document(item.edition);
    json.set("added", Json::boolean(item.added)).set("in_effect", Json::boolean(item.edition.in_effect()));
    editions.push(std::move(json));
  }
  return editions;
}

constexpr const char* kTell = "tell the servers that listen on this NATS (subject tamga.editions), so that they look for newer lists at once";

/// Servers look by themselves every few seconds, so that it is no error when they cannot be told.
void tell(const NatsFlags& flags, std::vector<const store::StoredEdition*> editions) {
  if (!flags.given()) return;
  std::erase_if(editions, [](const auto* edition) { return !edition->in_effect(); });
  if (editions.empty()) return;
  Json told = Json::array();
  for (const auto* edition : editions) {
    Json one = Json::object();
    one.set("list", edition->list);
    if (!edition->part.empty()) one.set("part", edition->part);
    told.push(std::move(one.set("edition", edition->id)));
  }
  const auto send = [&]() -> Status {
    TAMGA_TRY(const auto nats, connect(flags, "lists"));
    return nats->announce(Json::object().set("editions", std::move(told)).dump());
  };
  if (const auto sent = send(); !sent)
    note(fmt::format("tamga: warning: the servers were not told and see it at their next look: {}\n", sent.error().text()));
}

struct ImportArguments {
  std::vector<std::string> files;
  std::string list;
  std::string published;
  std::string mapping;
  std::string accept;
  NatsFlags nats;
};

Result<int> import(const Common& common, const ImportArguments& arguments) {
  app::ImportOptions options;
  options.read.list = arguments.list;
  options.accept = arguments.accept;
  if (!arguments.published.empty()) {
    TAMGA_TRY(options.read.published, read_day(arguments.published, "--published"));
  }
  if (!arguments.mapping.empty()) {
    TAMGA_TRY(options.read, app::house_options(common.settings, options.read, arguments.files, arguments.mapping));
  }
  TAMGA_TRY(const auto imported, app::import_lists(common.settings, arguments.files, options, utc_now()));
  if (common.json) {
    out(Json::object().set("editions", to_json(imported)).dump() + "\n");
  } else {
    show_imported(common, imported);
  }
  std::vector<const store::StoredEdition*> editions;
  for (const auto& item : imported) {
    if (item.added) editions.push_back(&item.edition);
  }
  tell(arguments.nats, std::move(editions));
  return kDone;
}

/// One line that is written over, on a terminal only.
void show_progress(const std::string& list, std::uint64_t bytes, std::uint64_t total) {
  constexpr std::uint64_t kWidth = 30;
  const double megabytes = static_cast<double>(bytes) / 1e6;
  if (total == 0) {
    note(fmt::format("\r\x1b[K{}  {:.1f} MB", list, megabytes));
    return;
  }
  const auto filled = static_cast<std::size_t>(std::min(bytes, total) * kWidth / total);
  note(fmt::format("\r\x1b[K{}  [{}{}] {:.1f} of {:.1f} MB", list, std::string(filled, '#'), std::string(kWidth - filled, ' '), megabytes,
                   static_cast<double>(total) / 1e6));
}

Result<int> update(const Common& common, const std::vector<std::string>& names, const NatsFlags& nats) {
  app::UpdateRequest request;
  request.lists = names;
  request.today = utc_today();
  request.now = utc_now();
  const bool bar = !common.quiet && ::isatty(STDERR_FILENO) == 1;
  if (bar) request.progress = show_progress;
  TAMGA_TRY(const auto all, app::update_lists(common.settings, request));
  if (bar) note("\r\x1b[K");
  std::vector<const store::StoredEdition*> editions;
  for (const auto& item : all) {
    for (const auto& imported : item.imported) {
      if (imported.added) editions.push_back(&imported.edition);
    }
  }
  tell(nats, std::move(editions));
  int status = kDone;
  Json lists = Json::array();
  Table table({"list", "", "published", "entities", "edition"});
  for (const auto& item : all) {
    using State = app::Updated::State;
    if (item.state == State::failed) status = kFailure;
    if (item.state == State::held && status == kDone) status = kReview;
    Json json = Json::object();
    json.set("list", item.list).set("state", app::state_name(item.state));
    if (!item.message.empty()) json.set("message", item.message);
    json.set("editions", to_json(item.imported));
    lists.push(std::move(json));
    const auto* edition = item.imported.empty() ? nullptr : &item.imported.back().edition;
    const auto colour = item.state == State::failed || item.state == State::held ? Colour::red : Colour::plain;
    table.add({item.list, paint(colour, app::state_name(item.state)), edition == nullptr ? "" : edition->published,
               edition == nullptr ? "" : fmt::format("{}", edition->entities), edition == nullptr ? "" : edition->id.substr(0, 19)});
  }
  if (common.json) {
    out(Json::object().set("lists", std::move(lists)).dump() + "\n");
    return status;
  }
  if (!common.quiet) out(table.text());
  for (const auto& item : all) {
    if (!item.message.empty()) note(fmt::format("tamga: {}: {}\n", item.list, item.message));
    if (item.imported.empty()) continue;
    const auto& edition = item.imported.back().edition;
    if (edition.in_effect()) continue;
    for (const auto& reason : edition.held) note(fmt::format("tamga: {} {} does not take effect: {}\n", label(edition), edition.published, reason));
    note(fmt::format("tamga: if it is right, let it take effect with: tamga lists accept {} {}\n", edition.list, edition.id.substr(0, 19)));
  }
  return status;
}

Result<int> accept(const Common& common, const std::string& list, const std::string& edition, const std::string& reason, const NatsFlags& nats) {
  TAMGA_TRY(const auto accepted, app::accept_edition(common.settings, list, edition, reason, utc_now()));
  if (common.json) {
    out(app::document(accepted).dump() + "\n");
  } else if (!common.quiet) {
    out(fmt::format("{} of {} ({}) takes effect.\n", label(accepted), accepted.published, accepted.id.substr(0, 19)));
  }
  tell(nats, {&accepted});
  return kDone;
}

std::string change_lines(const app::ListDiff& diff) {
  std::string text =
      fmt::format("{}: {} ({} entities) → {} ({} entities): {} added, {} removed, {} changed\n", label(diff.after), diff.before.published,
                  diff.before.entities, diff.after.published, diff.after.entities, diff.added.size(), diff.removed.size(), diff.changed.size());
  const auto whole = [&](const char* sign, Colour colour, const std::vector<app::EntityChange>& entities) {
    for (const auto& entity : entities) text += fmt::format("{} {}  {} ({})\n", paint(colour, sign), entity.id, entity.caption, entity.schema);
  };
  whole("+", Colour::green, diff.added);
  whole("-", Colour::red, diff.removed);
  for (const auto& entity : diff.changed) {
    text += fmt::format("{} {}  {} ({})\n", paint(Colour::yellow, "~"), entity.id, entity.caption, entity.schema);
    for (const auto& field : entity.fields) {
      for (const auto& value : field.removed) text += fmt::format("      {}: {} {}\n", field.field, paint(Colour::red, "-"), value);
      for (const auto& value : field.added) text += fmt::format("      {}: {} {}\n", field.field, paint(Colour::green, "+"), value);
    }
  }
  return text;
}

Result<int> diff(const Common& common, const std::string& list, const std::string& before, const std::string& after) {
  TAMGA_TRY(const auto changes, app::diff_lists(common.settings, list, before, after));
  out(common.json ? app::to_json(changes).dump() + "\n" : change_lines(changes));
  return kDone;
}

Result<int> status(const Common& common, const std::string& as_of) {
  Date today = utc_today();
  if (!as_of.empty()) {
    TAMGA_TRY(today, read_day(as_of, "--as-of"));
  }
  TAMGA_TRY(const auto editions, app::list_editions(common.settings, today));
  const auto age_of = [&](const store::StoredEdition& edition) { return app::age_of(edition, today); };
  const auto stale = [&](const store::StoredEdition& edition) { return app::is_stale(edition, today, common.settings.list_age_max); };
  if (common.json) {
    out(app::document(editions, today, common.settings.list_age_max).dump() + "\n");
    return kDone;
  }
  if (editions.empty()) {
    out("No list is loaded. Load one with: tamga lists import FILE...\n");
    return kDone;
  }
  Table table({"list", "published", "age", "entities", "names", "edition", ""});
  for (const auto& item : editions) {
    std::string state = item.current ? (stale(item.edition) ? paint(Colour::yellow, "current, stale") : "current") : "";
    const auto also = [&](const std::string& word) { state += (state.empty() ? "" : ", ") + word; };
    if (!item.edition.in_effect()) also(paint(Colour::red, "held"));
    if (!item.edition.expires.empty()) also(fmt::format("of {}, until {}", item.edition.owner, item.edition.expires));
    if (item.edition.sample) also("sample");
    table.add({label(item.edition), item.edition.published, fmt::format("{} d", age_of(item.edition)), fmt::format("{}", item.edition.entities),
               fmt::format("{}", item.edition.names), item.edition.id.substr(0, 19), state});
  }
  out(table.text());
  for (const auto& item : editions) {
    if (item.edition.in_effect()) continue;
    for (const auto& reason : item.edition.held) note(fmt::format("tamga: {} {} is held: {}\n", label(item.edition), item.edition.published, reason));
  }
  return kDone;
}

}  // namespace

void add_lists(CLI::App& app, Common& common, Chosen& chosen) {
  auto* lists = app.add_subcommand("lists", "import published sanctions lists and show what is loaded");
  lists->require_subcommand(1);
  const auto options = std::make_shared<ImportArguments>();
  auto* import_command = lists->add_subcommand("import", "read list files (.gz, .zst, .zip too) and keep them as dated editions");
  import_command->add_option("FILE", options->files, "files or folders; every format is known by its content (see README)")->required();
  import_command->add_option("--list", options->list, "name of the list, as in the OpenSanctions catalogue")->type_name("NAME");
  import_command->add_option("--published", options->published, "when it was published, where the file does not say")->type_name("DATE");
  import_command->add_option("--mapping", options->mapping, "the file is a house list; read it as this TOML file says (docs/formats/house-list.md)")
      ->type_name("FILE");
  import_command->add_option("--accept", options->accept, "let it take effect even where it would be held; the reason is recorded")
      ->type_name("REASON");
  add_connection(*import_command, options->nats, kTell);
  std::string formats = "Formats:";
  for (const auto& title : app::list_format_titles()) formats += "\n  " + title;
  import_command->footer(formats);
  import_command->callback([&common, &chosen, options] { chosen.run = [&common, options] { return import(common, *options); }; });

  const auto as_of = std::make_shared<std::string>();
  auto* status_command = lists->add_subcommand("status", "every edition: date, age, counts, what is in force and what is held");
  status_command->add_option("--as-of", *as_of, "what was in force on that day [today]")->type_name("DATE");
  status_command->callback([&common, &chosen, as_of] { chosen.run = [&common, as_of] { return status(common, *as_of); }; });

  struct Named {
    std::string list;
    std::string first;
    std::string second;
    NatsFlags nats;
  };
  const auto compared = std::make_shared<Named>();
  auto* diff_command = lists->add_subcommand("diff", "what was added, removed and changed between two editions of a list");
  diff_command->add_option("NAME", compared->list, "the list; LIST/PART where it has parts")->required();
  diff_command->add_option("OLD", compared->first, "the earlier edition: its date, or the beginning of its id")->required();
  diff_command->add_option("NEW", compared->second, "the later one")->required();
  diff_command->callback(
      [&common, &chosen, compared] { chosen.run = [&common, compared] { return diff(common, compared->list, compared->first, compared->second); }; });

  const auto accepted = std::make_shared<Named>();
  auto* accept_command = lists->add_subcommand("accept", "let a held edition take effect");
  accept_command->add_option("NAME", accepted->list, "the list; LIST/PART where it has parts")->required();
  accept_command->add_option("EDITION", accepted->first, "its date, or the beginning of its id")->required();
  accept_command->add_option("--reason", accepted->second, "why; it is recorded")->type_name("TEXT");
  add_connection(*accept_command, accepted->nats, kTell);
  accept_command->callback([&common, &chosen, accepted] {
    chosen.run = [&common, accepted] { return accept(common, accepted->list, accepted->first, accepted->second, accepted->nats); };
  });

  struct Updates {
    std::vector<std::string> names;
    NatsFlags nats;
  };
  const auto updated = std::make_shared<Updates>();
  auto* update_command = lists->add_subcommand("update", "fetch the lists from the authorities' own addresses (docs/updating-lists.md)");
  update_command->add_option("NAME", updated->names, "these lists [those of tamga.toml, else every list with an address]");
  add_connection(*update_command, updated->nats, kTell);
  update_command->callback(
      [&common, &chosen, updated] { chosen.run = [&common, updated] { return update(common, updated->names, updated->nats); }; });
}

}  // namespace tamga::cli
