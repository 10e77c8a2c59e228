#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings.h"
#include "store/store.h"

/// The record: signed, held against what was kept elsewhere, and handed out. docs/formats/ledger.md has the formats, docs/record.md the use.
namespace tamga::app {

/// The store of these settings, signing its ledger as they say. Whatever may append opens it this way.
Result<store::Store> open_store(const Settings& settings);
Result<store::Store> open_existing_store(const Settings& settings);

/// Where the secret halves of the keys lie: DATA/keys, or as tamga.toml says.
[[nodiscard]] std::string key_folder(const Settings& settings);

Result<std::vector<store::KnownKey>> audit_keys(const Settings& settings);
Result<std::string> new_audit_key(const Settings& settings, std::string_view at);
Status revoke_audit_key(const Settings& settings, std::string_view key, std::string_view reason, std::string_view at);

/// Signs the head of the ledger now. An error when no key is in use or its secret half is not here.
Result<std::string> make_checkpoint(const Settings& settings, std::string_view at);
/// Holds the store against a checkpoint that was kept elsewhere: what is wrong with the store; empty: nothing. An error when the file is no
/// checkpoint, or its signature is wrong.
Result<std::string> against_checkpoint(store::Store& store, const std::string& file);

/// Records that a clock which went back is right now. By an administrator, where people are named.
Status accept_clock(const Settings& settings, std::string_view at, std::string_view reason, std::string_view by);

enum class Redaction : std::uint8_t {
  none,
  payload,   ///< no payload but those of keys and checkpoints; its SHA-256 instead, so that the chain still verifies
  personal,  ///< the same, and of decisions and editions a summary without names, vouched for by the signature over the export
};
std::optional<Redaction> redaction_from(std::string_view name);

struct ExportRequest {
  std::int64_t from = 1;  ///< sequence numbers, both inclusive
  std::int64_t to = 0;    ///< 0: the last entry
  Redaction redaction = Redaction::none;
  std::string at;  ///< UTC
};

/// Entries as JSON lines, and a last line, signed if a key is here, that says how many they are and what they hash to. `write` gets whole lines.
/// True: it is signed.
Result<bool> export_record(const Settings& settings, const ExportRequest& request, const std::function<Status(std::string_view line)>& write);

}  // namespace tamga::app
