#include <fmt/format.h>

#include "app/audit.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

Result<int> verify(const Common& common) {
  TAMGA_TRY(const auto verification, app::verify_record(common.settings));
  if (common.json) {
    Json damage = Json::array();
    for (const auto& found : verification.damage) damage.push(Json::string(found.what));
    Json json = Json::object();
    json.set("sound", Json::boolean(verification.damage.empty())).set("ledger_entries", Json::number(verification.ledger_entries));
    json.set("editions", Json::number(verification.editions)).set("blobs", Json::number(verification.blobs)).set("head", verification.head.hash);
    json.set("damage", std::move(damage));
    out(json.dump() + "\n");
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

}  // namespace

void add_audit(CLI::App& app, Common& common, Chosen& chosen) {
  auto* audit = app.add_subcommand("audit", "prove that no record was changed");
  audit->require_subcommand(1);
  auto* verify_command = audit->add_subcommand("verify", "recompute every hash of the store; exit status 1 when anything differs");
  verify_command->callback([&common, &chosen] { chosen.run = [&common] { return verify(common); }; });
  auto* export_command = audit->add_subcommand("export", "the whole ledger as JSON lines");
  export_command->callback([&common, &chosen] { chosen.run = [&common] { return export_ledger(common); }; });
}

}  // namespace tamga::cli
