#include "app/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/sha256.h"
#include "store/people.h"

namespace tamga::app {
namespace {

Result<store::Store> signing(Result<store::Store> store, const Settings& settings) {
  if (store) store->sign_each(settings.config.checkpoint_every, key_folder(settings));
  return store;
}

/// Hold public keys, hashes and dates only, and a third party needs them.
bool is_always_whole(std::string_view kind) { return kind == store::kKeyKind || kind == store::kRevocationKind || kind == store::kCheckpointKind; }

Json only(const Json& from, std::initializer_list<std::string_view> members) {
  Json json = Json::object();
  for (const auto member : members) {
    if (const Json* value = from.find(member); value != nullptr) json.set(member, *value);
  }
  return json;
}

Json only_each(const Json* list, std::initializer_list<std::string_view> members) {
  Json json = Json::array();
  if (list != nullptr) {
    for (const auto& item : list->items) json.push(only(item, members));
  }
  return json;
}

/// What may be told of an entry without naming anybody in the deal. Built from members that are named here, so that a new member stays withheld.
std::optional<Json> summary(const store::LedgerEntry& entry) {
  const auto payload = parse_json(entry.payload);
  if (!payload) return std::nullopt;
  if (entry.kind == "edition") return only(*payload, {"list", "part", "id", "published"});
  if (entry.kind != "decision") return std::nullopt;
  const auto decision = parse_json(payload->get("decision"));
  if (!decision) return std::nullopt;
  Json json = only(*decision, {"outcome", "decided_at", "as_of"});
  json.set("regimes", only_each(decision->find("regimes"), {"regime", "outcome"}));
  json.set("findings", only_each(decision->find("findings"), {"rule", "regime", "outcome"}));
  if (const Json* basis = decision->find("basis"); basis != nullptr) {
    json.set("lists", only_each(basis->find("lists"), {"list", "edition", "published"}));
    json.set("policy", basis->get("policy")).set("engine", basis->get("engine"));
  }
  return json;
}

std::string line_of(const store::LedgerEntry& entry, std::string_view previous, Redaction redaction) {
  Json json = Json::object();
  json.set("sequence", Json::number(entry.sequence)).set("kind", entry.kind).set("key", entry.key).set("recorded_at", entry.recorded_at);
  json.set("previous", previous).set("hash", entry.hash);
  if (redaction == Redaction::none || is_always_whole(entry.kind)) {
    json.set("payload", entry.payload);
  } else {
    json.set("payload_sha256", sha256_hex(entry.payload));
    if (redaction == Redaction::personal) {
      if (auto told = summary(entry)) json.set("summary", *std::move(told));
    }
  }
  return json.dump() + "\n";
}

std::string_view name_of(Redaction redaction) {
  switch (redaction) {
    case Redaction::none: return "none";
    case Redaction::payload: return "payload";
    case Redaction::personal: return "personal";
  }
  return "";
}

}  // namespace

Result<store::Store> open_store(const Settings& settings) {
  // Where the store is elsewhere, the folder still holds keys and what was compiled.
  std::error_code error;
  if (!settings.store.empty() && !std::filesystem::exists(settings.data, error)) {
    std::filesystem::create_directories(settings.data, error);
    if (!error) std::filesystem::permissions(settings.data, std::filesystem::perms::owner_all, error);
    if (error) return failure(fmt::format("{}: cannot be created: {}", settings.data, error.message()));
  }
  return signing(store::Store::open(settings.place()), settings);
}
Result<store::Store> open_existing_store(const Settings& settings) { return signing(store::Store::open_existing(settings.place()), settings); }

std::string key_folder(const Settings& settings) { return settings.config.key_folder.empty() ? settings.data + "/keys" : settings.config.key_folder; }

Result<std::vector<store::KnownKey>> audit_keys(const Settings& settings) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto keys, store::keys_of(store));
  return keys.keys();
}

Result<std::string> new_audit_key(const Settings& settings, std::string_view at) {
  TAMGA_TRY(auto store, open_store(settings));
  return store::make_key(store, key_folder(settings), at);
}

Status revoke_audit_key(const Settings& settings, std::string_view key, std::string_view reason, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::revoke_key(store, key, reason, at);
}

Result<std::string> make_checkpoint(const Settings& settings, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  TAMGA_TRY(const auto made, store::add_checkpoint(store, key_folder(settings), at));
  if (made) return *made;
  TAMGA_TRY(const auto keys, store::keys_of(store));
  if (keys.in_use().empty()) return failure("no key is in use; make one with: tamga audit key new");
  return failure(fmt::format("{}: the secret half of {} is not here", key_folder(settings), keys.in_use()));
}

Result<std::string> against_checkpoint(store::Store& store, const std::string& file) {
  TAMGA_TRY(const auto text, read_file(file, 65536));
  const auto checkpoint = store::read_checkpoint(text);
  if (!checkpoint) return std::unexpected(checkpoint.error().in_file(file));
  const auto keys = store::keys_of(store);
  if (keys && keys->store() != checkpoint->store) return fmt::format("{}: is of another store, or this one was replaced", file);
  if (keys && std::none_of(keys->keys().begin(), keys->keys().end(), [&](const store::KnownKey& key) { return key.id == checkpoint->key; }))
    return fmt::format("{}: is signed by {}, which this ledger does not know: the store was replaced, or the checkpoint is forged", file,
                       checkpoint->key);
  TAMGA_TRY(const auto head, store.head());
  if (checkpoint->sequence > head.sequence) {
    return fmt::format("{}: vouches for entry {} of {}, but the ledger ends at entry {}: the store was replaced by an older copy", file,
                       checkpoint->sequence, checkpoint->at, head.sequence);
  }
  TAMGA_TRY(const auto entry, store.at(checkpoint->sequence));
  const bool same = checkpoint->sequence == 0 || (entry && entry->hash == checkpoint->hash);
  if (!same) return fmt::format("{}: vouches for another entry {} than the ledger has: the store was replaced", file, checkpoint->sequence);
  return std::string();
}

Status accept_clock(const Settings& settings, std::string_view at, std::string_view reason, std::string_view by) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::People people(store);
  TAMGA_TRY(const auto all, people.all());
  if (!all.empty()) TAMGA_TRY_STATUS(people.require(by, {"administrator"}));
  return store.accept_clock(at, reason, by);
}

std::optional<Redaction> redaction_from(std::string_view name) {
  for (const auto redaction : {Redaction::none, Redaction::payload, Redaction::personal}) {
    if (name == name_of(redaction)) return redaction;
  }
  return std::nullopt;
}

Result<bool> export_record(const Settings& settings, const ExportRequest& request, const std::function<Status(std::string_view line)>& write) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  // What is appended from now on is not part of it.
  TAMGA_TRY(const auto head, store.head());
  const std::int64_t to = request.to == 0 ? head.sequence : request.to;
  if (request.from < 1 || request.from > to || to > head.sequence)
    return bad_input(fmt::format("there are no entries {} to {}; the ledger holds 1 to {}", request.from, to, head.sequence));
  store::LedgerHead last{request.from - 1, "sha256:" + std::string(64, '0'), {}};
  if (last.sequence > 0) {
    TAMGA_TRY(const auto before, store.at(last.sequence));
    if (!before) return failure(fmt::format("ledger entry {} is gone; run tamga audit verify", last.sequence));
    last.hash = before->hash;
  }
  Sha256 digest;
  bool done = false;
  Status written;
  const auto walked = store.each_since(last.sequence, [&](const store::LedgerEntry& entry) -> Status {
    if (entry.sequence > to) {
      done = true;
      return failure("enough");
    }
    const std::string line = line_of(entry, last.hash, request.redaction);
    digest.update(line);
    last = {entry.sequence, entry.hash, {}};
    written = write(line);
    return written;
  });
  TAMGA_TRY_STATUS(written);
  if (!walked && !done) return std::unexpected(walked.error());

  TAMGA_TRY(const auto keys, store::keys_of(store));
  Json manifest = Json::object();
  manifest.set("what", "tamga export 1").set("store", keys.store()).set("from", Json::number(request.from)).set("to", Json::number(to));
  manifest.set("head", last.hash).set("redacted", name_of(request.redaction)).set("lines", "sha256:" + digest.hex()).set("at", request.at);
  // Of an export that ends before the key in use was made, so that its signature can be followed back.
  Json successors = Json::array();
  TAMGA_TRY_STATUS(store.each_since(to, store::kKeyKind, [&](const store::LedgerEntry& entry) -> Status {
    successors.push(Json::string(entry.payload));
    return {};
  }));
  if (!successors.items.empty()) manifest.set("successors", std::move(successors));
  TAMGA_TRY(const auto text, store::sign(keys, key_folder(settings), manifest));
  TAMGA_TRY_STATUS(write((text ? *text : manifest.dump()) + "\n"));
  return text.has_value();
}

}  // namespace tamga::app
