#include "app/backup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

constexpr std::int64_t kReplays = 20;

app::BackupProgress progress_of(const Common& common) {
  if (common.quiet || isatty(STDERR_FILENO) == 0) return [](std::string_view) {};
  return [](std::string_view what) { note(fmt::format("\r{:<60}\r", what)); };
}

int told(const Common& common, std::string_view what, const std::string& file, const app::BackupReport& report) {
  if (common.json) {
    Json json = Json::object();
    json.set("file", file).set("bytes", Json::number(report.bytes)).set("ledger_entries", Json::number(report.ledger_entries));
    json.set("head", report.head).set("decisions", Json::number(report.decisions)).set("replayed", Json::number(report.replayed));
    out(json.dump() + "\n");
  } else {
    out(fmt::format("{}  {}: {} ledger entries, {:.1f} MB; every hash verified, {} of {} decisions replayed; head {}\n", paint(Colour::green, what),
                    file, report.ledger_entries, static_cast<double>(report.bytes) / 1e6, report.replayed, report.decisions, report.head));
  }
  return kDone;
}

}  // namespace

void add_backup(CLI::App& app, Common& common, Chosen& chosen) {
  struct Options {
    std::string file;
    std::int64_t replays = kReplays;
  };
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, const char* footer) {
    auto* command = app.add_subcommand(name, help);
    command->add_option("FILE", options->file, "the backup")->required();
    command
        ->add_option("--replay", options->replays,
                     fmt::format("how many decisions are replayed from the copy, spread over the ledger [{}]", kReplays))
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}));
    command->footer(footer);
    return command;
  };
  add("backup", "copy the store to one file while others work on it, and prove the copy",
      "The copy is verified like tamga audit verify, and decisions are replayed from it, before it stands under its name. Compiled lists are derived "
      "and\n"
      "not in it; nor are the keys that sign the ledger (DATA/keys) and tamga.toml: keep those elsewhere, apart from it.")
      ->callback([&common, &chosen, options] {
        chosen.run = [&common, options]() -> Result<int> {
          TAMGA_TRY(const auto report, app::backup(common.settings, options->file, options->replays, progress_of(common)));
          return told(common, "BACKED UP", options->file, report);
        };
      });
  add("restore", "put a backup into an empty data folder, and prove it",
      "Refused where a store is already. Hold it against the last checkpoint that was kept elsewhere: tamga audit verify --checkpoint FILE.")
      ->callback([&common, &chosen, options] {
        chosen.run = [&common, options]() -> Result<int> {
          TAMGA_TRY(const auto report, app::restore(common.settings, options->file, options->replays, progress_of(common)));
          return told(common, "RESTORED", options->file, report);
        };
      });
}

}  // namespace tamga::cli
