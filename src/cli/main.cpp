#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "cli/print.h"
#include "match/screen.h"

namespace tamga::cli {

int exit_status(policy::Outcome outcome) {
  switch (outcome) {
    case policy::Outcome::pass: return kDone;
    case policy::Outcome::review: return kReview;
    case policy::Outcome::licence_required: return kLicenceRequired;
    case policy::Outcome::prohibited: return kProhibited;
  }
  return kFailure;
}

const language::Catalogue& words(const Common& common) {
  return language::Catalogue::of(language::language_from_code(common.lang).value_or(language::Language::english));
}

Result<Date> read_day(const std::string& text, const char* option) {
  if (text.empty()) return utc_today();
  if (const auto date = Date::parse(text)) return *date;
  return bad_input(fmt::format("{}: \"{}\" is not a date, expected YYYY-MM-DD", option, text));
}

Result<int> read_threshold(const std::string& text, const char* option) {
  if (const auto score = match::threshold_from(text)) return *score;
  return bad_input(fmt::format("{}: \"{}\" is not a number from 0 to 1 in plain digits, as 0.75", option, text));
}

namespace {

int report(const Error& error) {
  note(fmt::format("tamga: {}\n", error.text()));
  return error.kind == ErrorKind::failure ? kFailure : kBadInput;
}

int run(int argc, char** argv) {
  CLI::App app("Tamga clears trade deals against the sanctions and export controls of the authorities that can punish for them.");
  app.name("tamga");
  app.set_version_flag("--version", std::string(app::kEngine));
  app.require_subcommand(1);
  app.fallthrough();
  app.get_formatter()->column_width(34);
  Common common;
  common.settings.data = app::default_data_folder();
  common.settings.threads = app::default_threads();
  if (const char* policy = std::getenv("TAMGA_POLICY"); policy != nullptr) common.settings.policy = policy;
  app.add_option("--data", common.settings.data, "folder of the store and compiled lists")->type_name("DIR");
  common.settings.store = app::default_store();
  app.add_option("--store", common.settings.store, "address of a store on PostgreSQL [$TAMGA_STORE]; default: the store in --data")->type_name("URL");
  app.add_option("--policy", common.settings.policy, "folder of rule files; default: $TAMGA_POLICY, else the rules built in")->type_name("DIR");
  app.add_option("--max-list-age", common.settings.list_age_max, "days after which a list counts as stale [7]; 0: never")
      ->type_name("DAYS")
      ->check(CLI::Range(0L, 36500L));
  app.add_option("--lang", common.lang, "language of decisions for a person: en, ru (Russian) or kk (Kazakh); --json and errors stay English")
      ->type_name("LANG")
      ->check(CLI::IsMember({"en", "ru", "kk"}));
  if (const char* user = std::getenv("TAMGA_USER"); user != nullptr) common.by = user;
  app.add_option("--by", common.by, "who acts, for what needs a person [$TAMGA_USER]")->type_name("NAME");
  app.add_flag("--json", common.json, "machine output: one JSON document");
  app.add_flag("--quiet", common.quiet, "no progress and no remarks");
  Chosen chosen;
  add_lists(app, common, chosen);
  add_screen(app, common, chosen);
  add_compare(app, common, chosen);
  add_clear(app, common, chosen);
  add_replay(app, common, chosen);
  add_owners(app, common, chosen);
  add_goods(app, common, chosen);
  add_policy(app, common, chosen);
  add_licence(app, common, chosen);
  add_people(app, common, chosen);
  add_proposals(app, common, chosen);
  add_alerts(app, common, chosen);
  add_consult(app, common, chosen);
  add_watch(app, common, chosen);
  add_audit(app, common, chosen);
  add_assure(app, common, chosen);
  add_flows(app, common, chosen);
  add_exposure(app, common, chosen);
  add_scenario(app, common, chosen);
  add_mcp(app, common, chosen);
  add_serve(app, common, chosen);
  add_worker(app, common, chosen);
  add_backup(app, common, chosen);
  add_store(app, common, chosen);
  add_bench(app, common, chosen);
  add_man(app);
  app.footer(
      "Exit status: 0 done and nothing stands in the way, 1 failure, 2 wrong usage or bad input,\n             3 review or hits, 4 licence required, "
      "5 prohibited.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    note(fmt::format("tamga: {}; see tamga --help\n", error.what()));
    return kBadInput;
  }
  if (const auto store = app::check_store(common.settings.store); !store) return report(store.error());
  auto config = app::read_config(common.settings.data);
  if (!config) return report(config.error());
  common.settings.config = *std::move(config);
  const auto status = chosen.run();
  if (!status) return report(status.error());
  if (std::fflush(stdout) != 0) return report(Error{ErrorKind::failure, "standard output cannot be written", {}, 0});
  return *status;
}

}  // namespace
}  // namespace tamga::cli

int main(int argc, char** argv) {
  // The first process of a container is sent signals in vain that it says nothing of.
  if (::getpid() == 1) {
    for (const int number : {SIGTERM, SIGINT}) std::signal(number, [](int caught) { ::_exit(128 + caught); });
  }
  try {
    return tamga::cli::run(argc, argv);
  } catch (const std::exception& error) {
    tamga::cli::note(fmt::format("tamga: failed: {}\n", error.what()));
    return tamga::cli::kFailure;
  }
}
