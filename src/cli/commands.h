#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <optional>
#include <string>

#include "app/settings.h"
#include "base/date.h"
#include "base/result.h"
#include "language/catalogue.h"
#include "policy/policy.h"

/// The command line: options to requests, results to text or JSON, outcomes to exit statuses. Nothing is decided here.
namespace tamga::cli {

// Exit statuses of contracts.md.
inline constexpr int kDone = 0;
inline constexpr int kFailure = 1;
inline constexpr int kBadInput = 2;
inline constexpr int kReview = 3;
inline constexpr int kLicenceRequired = 4;
inline constexpr int kProhibited = 5;

[[nodiscard]] int exit_status(policy::Outcome outcome);

/// Options that stand before or after any command.
struct Common {
  app::Settings settings;
  std::string lang = "en";
  std::string by;  ///< who acts; for what needs a person
  bool json = false;
  bool quiet = false;
};

/// What is said to a person, in the language that was asked for.
[[nodiscard]] const language::Catalogue& words(const Common& common);

/// The command that was asked for, run after the whole line has been read.
struct Chosen {
  std::function<Result<int>()> run;
};

void add_lists(CLI::App& app, Common& common, Chosen& chosen);
void add_screen(CLI::App& app, Common& common, Chosen& chosen);
void add_compare(CLI::App& app, Common& common, Chosen& chosen);
void add_clear(CLI::App& app, Common& common, Chosen& chosen);
void add_replay(CLI::App& app, Common& common, Chosen& chosen);
void add_owners(CLI::App& app, Common& common, Chosen& chosen);
void add_goods(CLI::App& app, Common& common, Chosen& chosen);
void add_policy(CLI::App& app, Common& common, Chosen& chosen);
void add_licence(CLI::App& app, Common& common, Chosen& chosen);
void add_people(CLI::App& app, Common& common, Chosen& chosen);
/// proposals, approve, refuse, withdraw.
void add_proposals(CLI::App& app, Common& common, Chosen& chosen);
void add_alerts(CLI::App& app, Common& common, Chosen& chosen);
void add_consult(CLI::App& app, Common& common, Chosen& chosen);
void add_watch(CLI::App& app, Common& common, Chosen& chosen);
void add_audit(CLI::App& app, Common& common, Chosen& chosen);
void add_assure(CLI::App& app, Common& common, Chosen& chosen);
void add_flows(CLI::App& app, Common& common, Chosen& chosen);
void add_exposure(CLI::App& app, Common& common, Chosen& chosen);
void add_scenario(CLI::App& app, Common& common, Chosen& chosen);
void add_mcp(CLI::App& app, Common& common, Chosen& chosen);
void add_serve(CLI::App& app, Common& common, Chosen& chosen);
void add_worker(CLI::App& app, Common& common, Chosen& chosen);
/// backup, restore.
void add_backup(CLI::App& app, Common& common, Chosen& chosen);
void add_store(CLI::App& app, Common& common, Chosen& chosen);
void add_bench(CLI::App& app, Common& common, Chosen& chosen);
/// man: tamga(1) of every command that was added to `app`. Not listed.
void add_man(CLI::App& app);

/// "--as-of" and the like: a date, or today.
Result<Date> read_day(const std::string& text, const char* option);
/// A part of one as a score.
Result<int> read_threshold(const std::string& text, const char* option);

}  // namespace tamga::cli
