#include "store/checkpoint.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

#include "base/files.h"
#include "store/store.h"

namespace tamga::store {
namespace {

constexpr std::string_view kKeyPrefix = "ed25519:";
constexpr std::string_view kCheckpointForm = "tamga checkpoint 1";
constexpr std::string_view kKeyForm = "tamga key 1";
constexpr std::string_view kRevocationForm = "tamga key revoked 1";
constexpr std::string_view kSecretForm = "tamga secret key 1";
constexpr std::string_view kSignatureMember = ",\"signature\":\"";

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  std::string hex(size * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), bytes, size);
  hex.pop_back();
  return hex;
}

/// Exactly N bytes in lower-case digits.
template <std::size_t N>
std::optional<std::array<unsigned char, N>> bytes_from(std::string_view hex) {
  std::array<unsigned char, N> bytes{};
  std::size_t got = 0;
  if (hex.size() != N * 2 || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
  if (sodium_hex2bin(bytes.data(), N, hex.data(), hex.size(), nullptr, &got, nullptr) != 0 || got != N) return std::nullopt;
  return bytes;
}

std::optional<std::array<unsigned char, crypto_sign_PUBLICKEYBYTES>> public_half(std::string_view key) {
  if (!key.starts_with(kKeyPrefix)) return std::nullopt;
  return bytes_from<crypto_sign_PUBLICKEYBYTES>(key.substr(kKeyPrefix.size()));
}

bool is_signed_by(std::string_view text, std::string_view key) {
  const auto at = text.rfind(kSignatureMember);
  if (sodium_init() < 0 || at == std::string_view::npos || !text.ends_with("\"}")) return false;
  const auto hex = text.substr(at + kSignatureMember.size(), text.size() - at - kSignatureMember.size() - 2);
  const auto signature = bytes_from<crypto_sign_BYTES>(hex);
  const auto half = public_half(key);
  return signature && half && crypto_sign_verify_detached(signature->data(), bytes_of(text), at, half->data()) == 0;
}

struct SecretKey {
  std::array<unsigned char, crypto_sign_SECRETKEYBYTES> bytes{};
  SecretKey() = default;
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;
  ~SecretKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

std::string secret_path(const std::string& folder, std::string_view key) {
  return fmt::format("{}/ed25519-{}.key", folder, key.substr(std::min(key.size(), kKeyPrefix.size())));
}

Result<std::optional<SecretKey>> read_secret(const std::string& folder, std::string_view key) {
  if (sodium_init() < 0) return failure("libsodium cannot be used on this machine");
  const std::string path = secret_path(folder, key);
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return std::nullopt;
  if ((about.st_mode & 077U) != 0) return failure(fmt::format("{}: may be read by others; chmod 600 it, and revoke the key if it was", path));
  TAMGA_TRY(std::string text, read_file(path, 4096));
  const auto json = parse_json(text);
  const auto seed = json ? bytes_from<crypto_sign_SEEDBYTES>(json->get("seed")) : std::nullopt;
  sodium_memzero(text.data(), text.size());
  SecretKey secret;
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> half{};
  if (seed) crypto_sign_seed_keypair(half.data(), secret.bytes.data(), seed->data());
  if (!seed || half != public_half(key)) return failure(fmt::format("{}: is not the secret half of {}", path, key));
  return secret;
}

std::string signed_with(const SecretKey& secret, std::string_view key, Json body) {
  body.set("key", key);
  std::string text = body.dump();
  text.pop_back();
  std::array<unsigned char, crypto_sign_BYTES> signature{};
  crypto_sign_detached(signature.data(), nullptr, bytes_of(text), text.size(), secret.bytes.data());
  return text.append(kSignatureMember).append(hex_of(signature.data(), signature.size())).append("\"}");
}

std::int64_t whole(const Json* json) {
  std::int64_t number = -1;
  if (json == nullptr || !json->is_number()) return -1;
  const auto [end, error] = std::from_chars(json->text.data(), json->text.data() + json->text.size(), number);
  return error == std::errc() && end == json->text.data() + json->text.size() ? number : -1;
}

Json checkpoint_body(std::string_view store, const LedgerHead& head, std::string_view at) {
  Json json = Json::object();
  json.set("what", kCheckpointForm).set("store", store).set("sequence", Json::number(head.sequence)).set("hash", head.hash).set("at", at);
  return json;
}

}  // namespace

std::string KeyWalk::see(const LedgerEntry& entry, std::string_view previous) {
  if (entry.kind != kKeyKind && entry.kind != kRevocationKind && entry.kind != kCheckpointKind) return {};
  const auto json = parse_json(entry.payload);
  if (!json) return "is not JSON";
  if (entry.kind == kKeyKind) return see_key(entry, *json);
  if (entry.kind == kRevocationKind) return see_revocation(entry, *json);
  return see_checkpoint(entry, *json, previous);
}

std::string KeyWalk::see_key(const LedgerEntry& entry, const Json& json) {
  const std::string id(json.get("new_key"));
  const std::string by(json.get("key"));
  if (json.get("what") != kKeyForm || id != entry.key || !public_half(id)) return "does not tell of the key that it names";
  if (!store_.empty() && json.get("store") != store_) return "is of another store";
  if (by != (in_use_.empty() ? id : in_use_)) return fmt::format("is signed by {}, expected {}", by, in_use_.empty() ? "the key itself" : in_use_);
  if (!is_signed_by(entry.payload, by)) return "its signature is wrong";
  store_ = json.get("store");
  in_use_ = id;
  keys_.push_back(KnownKey{id, entry.sequence, std::string(json.get("at")), by, {}});
  return {};
}

std::string KeyWalk::see_revocation(const LedgerEntry& entry, const Json& json) {
  const auto at = std::find_if(keys_.begin(), keys_.end(), [&](const KnownKey& key) { return key.id == entry.key; });
  if (json.get("what") != kRevocationForm || json.get("revoked") != entry.key || at == keys_.end()) return "revokes a key that is not known";
  at->revoked = json.get("reason");
  if (in_use_ == entry.key) in_use_.clear();
  return {};
}

std::string KeyWalk::see_checkpoint(const LedgerEntry& entry, const Json& json, std::string_view previous) {
  const std::string by(json.get("key"));
  if (json.get("what") != kCheckpointForm || json.get("store") != store_) return "is no checkpoint of this store";
  if (by != in_use_) return fmt::format("is signed by {}, expected {}", by, in_use_.empty() ? "nobody, since no key is in use" : in_use_);
  if (!is_signed_by(entry.payload, by)) return "its signature is wrong";
  if (whole(json.find("sequence")) != entry.sequence - 1 || json.get("hash") != previous)
    return "vouches for another chain than the one it stands in";
  ++checkpoints_;
  signed_up_to_ = entry.sequence - 1;
  return {};
}

Result<KeyWalk> keys_of(Store& store) {
  std::vector<LedgerEntry> entries;
  for (const auto kind : {kKeyKind, kRevocationKind}) {
    TAMGA_TRY_STATUS(store.each_since(0, kind, [&](const LedgerEntry& entry) -> Status {
      entries.push_back(entry);
      return {};
    }));
  }
  std::sort(entries.begin(), entries.end(), [](const LedgerEntry& a, const LedgerEntry& b) { return a.sequence < b.sequence; });
  KeyWalk walk;
  for (const auto& entry : entries) {
    if (const auto what = walk.see(entry, {}); !what.empty())
      return failure(fmt::format("ledger entry {} ({}): {}; run tamga audit verify", entry.sequence, entry.kind, what));
  }
  return walk;
}

Result<std::string> make_key(Store& store, const std::string& folder, std::string_view at) {
  if (sodium_init() < 0) return failure("libsodium cannot be used on this machine");
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (error) return failure(fmt::format("{}: cannot be created: {}", folder, error.message()));

  std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
  std::array<unsigned char, crypto_sign_PUBLICKEYBYTES> half{};
  SecretKey secret;
  randombytes_buf(seed.data(), seed.size());
  crypto_sign_seed_keypair(half.data(), secret.bytes.data(), seed.data());
  std::string id = std::string(kKeyPrefix) + hex_of(half.data(), half.size());
  std::string kept = Json::object().set("what", kSecretForm).set("key", id).set("seed", hex_of(seed.data(), seed.size())).dump() + "\n";
  sodium_memzero(seed.data(), seed.size());

  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const KeyWalk known, keys_of(store));
    std::string by = id;
    SecretKey signer = secret;
    if (!known.in_use().empty()) {
      by = known.in_use();
      TAMGA_TRY(const auto old, read_secret(folder, by));
      if (!old) {
        return failure(
            fmt::format("{}: the secret half of the key in use is not here, and it must sign the new one; if it is lost: tamga audit "
                        "key revoke {} --reason lost",
                        secret_path(folder, by), by));
      }
      signer = *old;
    }
    std::string id_of_store = known.store();
    if (id_of_store.empty()) {
      std::array<unsigned char, 16> drawn{};
      randombytes_buf(drawn.data(), drawn.size());
      id_of_store = hex_of(drawn.data(), drawn.size());
    }
    Json body = Json::object();
    body.set("what", kKeyForm).set("store", id_of_store).set("new_key", id).set("at", at);
    // The file first: a file without an entry is harmless, an entry without a file would be a key that cannot sign.
    TAMGA_TRY_STATUS(write_file_atomically(secret_path(folder, id), kept));
    TAMGA_TRY_STATUS(flush_to_disk(folder));
    TAMGA_TRY([[maybe_unused]] const auto entry, store.append(kKeyKind, id, at, signed_with(signer, by, std::move(body))));
    return {};
  }));
  sodium_memzero(kept.data(), kept.size());
  return id;
}

Status revoke_key(Store& store, std::string_view key, std::string_view reason, std::string_view at) {
  if (std::find(std::begin(kRevocationReasons), std::end(kRevocationReasons), reason) == std::end(kRevocationReasons))
    return bad_input(fmt::format("\"{}\" is no reason to revoke a key, expected {}", reason, fmt::join(kRevocationReasons, ", ")));
  return store.transact([&]() -> Status {
    TAMGA_TRY(const KeyWalk known, keys_of(store));
    const auto& keys = known.keys();
    const auto there = std::find_if(keys.begin(), keys.end(), [&](const KnownKey& one) { return one.id == key; });
    if (there == keys.end()) return bad_input(fmt::format("the ledger knows no key {}; tamga audit key list shows all", key));
    Json body = Json::object();
    body.set("what", kRevocationForm).set("store", known.store()).set("revoked", key).set("reason", reason).set("at", at);
    TAMGA_TRY([[maybe_unused]] const auto entry, store.append(kRevocationKind, key, at, body.dump()));
    return {};
  });
}

Result<std::optional<std::string>> sign(const KeyWalk& keys, const std::string& folder, Json body) {
  if (keys.in_use().empty()) return std::nullopt;
  TAMGA_TRY(const auto secret, read_secret(folder, keys.in_use()));
  if (!secret) return std::nullopt;
  return signed_with(*secret, keys.in_use(), std::move(body));
}

Result<std::optional<std::string>> add_checkpoint(Store& store, const std::string& folder, std::string_view at) {
  std::optional<std::string> made;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const KeyWalk keys, keys_of(store));
    TAMGA_TRY(const LedgerHead head, store.head());
    TAMGA_TRY(made, sign(keys, folder, checkpoint_body(keys.store(), head, at)));
    if (!made) return {};
    TAMGA_TRY([[maybe_unused]] const auto entry, store.append(kCheckpointKind, std::to_string(head.sequence), at, *made));
    return {};
  }));
  return made;
}

Result<Checkpoint> read_checkpoint(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  TAMGA_TRY(const Json json, parse_json(text));
  Checkpoint checkpoint{std::string(json.get("store")), whole(json.find("sequence")), std::string(json.get("hash")), std::string(json.get("at")),
                        std::string(json.get("key"))};
  if (json.get("what") != kCheckpointForm || checkpoint.sequence < 0)
    return bad_input(fmt::format("is not a checkpoint, expected an object with \"what\":\"{}\"", kCheckpointForm));
  if (!is_signed_by(text, checkpoint.key))
    return bad_input(fmt::format("its signature by {} is wrong: it was changed after it was signed", checkpoint.key));
  return checkpoint;
}

}  // namespace tamga::store
