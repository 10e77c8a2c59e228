#include <fmt/format.h>

#include <memory>

#include "app/editions.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

std::string label(const store::StoredEdition& edition) { return edition.part.empty() ? edition.list : edition.list + " " + edition.part; }

Json to_json(const store::StoredEdition& edition) {
  Json json = Json::object();
  json.set("list", edition.list);
  if (!edition.part.empty()) json.set("part", edition.part);
  json.set("edition", edition.id).set("published", edition.published).set("dated_by", edition.dated_by).set("format", edition.format);
  json.set("imported_at", edition.imported_at).set("entities", Json::number(edition.entities)).set("names", Json::number(edition.names));
  json.set("sample", Json::boolean(edition.sample)).set("warnings", Json::strings(edition.warnings));
  return json;
}

Result<int> import(const Common& common, const std::vector<std::string>& files, const std::string& list, const std::string& published) {
  lists::ReadOptions options{list, {}};
  if (!published.empty()) {
    TAMGA_TRY(options.published, read_day(published, "--published"));
  }
  TAMGA_TRY(const auto imported, app::import_lists(common.settings, files, options, utc_now()));
  if (common.json) {
    Json editions = Json::array();
    for (const auto& item : imported) {
      Json json = to_json(item.edition);
      json.set("added", Json::boolean(item.added));
      editions.push(std::move(json));
    }
    out(Json::object().set("editions", std::move(editions)).dump() + "\n");
    return kDone;
  }
  Table table({"list", "published", "entities", "names", "edition", ""});
  for (const auto& item : imported) {
    table.add({label(item.edition), item.edition.published, fmt::format("{}", item.edition.entities), fmt::format("{}", item.edition.names),
               item.edition.id.substr(0, 19), item.added ? (item.edition.sample ? "added (sample)" : "added") : "already there"});
  }
  if (!common.quiet) out(table.text());
  for (const auto& item : imported) {
    for (const auto& warning : item.edition.warnings) note(fmt::format("tamga: {} {}: {}\n", label(item.edition), item.edition.published, warning));
  }
  return kDone;
}

Result<int> status(const Common& common) {
  const Date today = utc_today();
  TAMGA_TRY(const auto editions, app::list_editions(common.settings, today));
  const auto age_of = [&](const store::StoredEdition& edition) { return days_between(Date::parse(edition.published).value_or(Date{}), today); };
  const auto stale = [&](const store::StoredEdition& edition) {
    return common.settings.list_age_max > 0 && age_of(edition) > common.settings.list_age_max;
  };
  if (common.json) {
    Json lists = Json::array();
    for (const auto& item : editions) {
      Json json = to_json(item.edition);
      json.set("age_days", Json::number(age_of(item.edition)))
          .set("current", Json::boolean(item.current))
          .set("stale", Json::boolean(stale(item.edition)));
      lists.push(std::move(json));
    }
    out(Json::object().set("lists", std::move(lists)).dump() + "\n");
    return kDone;
  }
  if (editions.empty()) {
    out("No list is loaded. Load one with: tamga lists import FILE...\n");
    return kDone;
  }
  Table table({"list", "published", "age", "entities", "names", "edition", ""});
  for (const auto& item : editions) {
    std::string state = item.current ? (stale(item.edition) ? paint(Colour::yellow, "current, stale") : "current") : "";
    if (item.edition.sample) state += state.empty() ? "sample" : ", sample";
    table.add({label(item.edition), item.edition.published, fmt::format("{} d", age_of(item.edition)), fmt::format("{}", item.edition.entities),
               fmt::format("{}", item.edition.names), item.edition.id.substr(0, 19), state});
  }
  out(table.text());
  return kDone;
}

}  // namespace

void add_lists(CLI::App& app, Common& common, Chosen& chosen) {
  auto* lists = app.add_subcommand("lists", "import published sanctions lists and show what is loaded");
  lists->require_subcommand(1);
  struct Options {
    std::vector<std::string> files;
    std::string list;
    std::string published;
  };
  const auto options = std::make_shared<Options>();
  auto* import_command = lists->add_subcommand("import", "read list files (.gz, .zst, .zip too) and keep them as dated editions");
  import_command
      ->add_option("FILE", options->files,
                   "files or folders, known by their content: OFAC CSV, UN XML, EU annex CSV, UK CSV, FollowTheMoney JSON lines")
      ->required();
  import_command->add_option("--list", options->list, "name of the list, as in the OpenSanctions catalogue")->type_name("NAME");
  import_command->add_option("--published", options->published, "when it was published, where the file does not say")->type_name("DATE");
  import_command->callback(
      [&common, &chosen, options] { chosen.run = [&common, options] { return import(common, options->files, options->list, options->published); }; });
  auto* status_command = lists->add_subcommand("status", "every edition: date, age, counts");
  status_command->callback([&common, &chosen] { chosen.run = [&common] { return status(common); }; });
  for (const auto* name : {"update", "diff", "accept"}) {
    auto* command = lists->add_subcommand(name, "not built yet");
    command->allow_extras();
    command->callback(
        [&chosen, name] { chosen.run = [name]() -> Result<int> { return failure(fmt::format("'lists {}' is not built yet", name)); }; });
  }
}

}  // namespace tamga::cli
