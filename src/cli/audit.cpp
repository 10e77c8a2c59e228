#include <fmt/format.h>

#include "app/audit.h"
#include "app/documents.h"
#include "cli/commands.h"
#include "cli/print.h"
#include "server/read_log.h"

namespace tamga::cli {
namespace {

Result<int> verify(const Common& common) {
  TAMGA_TRY(const auto verification, app::verify_record(common.settings));
  if (common.json) {
    out(app::document(verification).dump() + "\n");
  } else {
    for (const auto& found : verification.damage) note(fmt::format("tamga: {}\n", found.what));
    out(fmt::format("{}  {} ledger entries, {} list editions, {} kept files; head {} {}\n",
                    verification.damage.empty() ? paint(Colour::green, "SOUND") : paint(Colour::red, "DAMAGED"), verification.ledger_entries,
                    verification.editions, verification.blobs, verification.head.sequence, verification.head.hash));
  }
  return verification.damage.empty() ? kDone : kFailure;
}

/// The whole ledger as JSON lines, for an examiner: each entry with its hash, so that the chain can be recomputed elsewhere.
Result<int> export_ledger(const Common& common) {
  TAMGA_TRY_STATUS(app::each_ledger_entry(common.settings, [](const store::LedgerEntry& entry) -> Status {
    Json json = Json::object();
    json.set("sequence", Json::number(entry.sequence)).set("kind", entry.kind).set("key", entry.key).set("recorded_at", entry.recorded_at);
    json.set("hash", entry.hash).set("payload", entry.payload);
    out(json.dump() + "\n");
    return {};
  }));
  return kDone;
}

Result<int> verify_reads(const Common& common) {
  TAMGA_TRY(const auto report, server::verify_read_log(common.settings.data));
  if (common.json) {
    Json json = Json::object().set("sound", Json::boolean(report.damage.empty())).set("lines", Json::number(report.lines));
    out(json.set("damage", Json::strings(report.damage)).dump() + "\n");
  } else {
    for (const auto& what : report.damage) note(fmt::format("tamga: {}\n", what));
    out(fmt::format("{}  {} reads\n", report.damage.empty() ? paint(Colour::green, "SOUND") : paint(Colour::red, "DAMAGED"), report.lines));
  }
  return report.damage.empty() ? kDone : kFailure;
}

}  // namespace

void add_audit(CLI::App& app, Common& common, Chosen& chosen) {
  auto* audit = app.add_subcommand("audit", "prove that no record was changed");
  audit->require_subcommand(1);
  auto* verify_command = audit->add_subcommand("verify", "recompute every hash of the store; exit status 1 when anything differs");
  verify_command->callback([&common, &chosen] { chosen.run = [&common] { return verify(common); }; });
  auto* reads = audit->add_subcommand("reads", "recompute the hashes of the log of reads that the server keeps");
  reads->callback([&common, &chosen] { chosen.run = [&common] { return verify_reads(common); }; });
  auto* export_command = audit->add_subcommand("export", "the whole ledger as JSON lines");
  export_command->callback([&common, &chosen] { chosen.run = [&common] { return export_ledger(common); }; });
}

}  // namespace tamga::cli
