#include "store/store.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

#include "base/date.h"
#include "base/json.h"
#include "base/sha256.h"
#include "store/cases.h"
#include "store/copy.h"
#include "store/database.h"
#include "store/licences.h"
#include "store/people.h"
#include "store/postgresql.h"
#include "store/schema.h"
#include "store/tokens.h"

namespace tamga::store {
namespace {

constexpr std::string_view kZeroHash = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::size_t kBlobMax = std::size_t{2} << 30;
constexpr int kWindowLogMax = 31;

std::string entry_hash(std::string_view previous, const LedgerEntry& entry) {
  return content_address(
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", previous, entry.sequence, entry.kind, entry.key, entry.recorded_at, sha256_hex(entry.payload)));
}

std::optional<Date> day_of(std::string_view time) { return time.size() == 20 && time[10] == 'T' ? Date::parse(time.substr(0, 10)) : std::nullopt; }

/// Not a mere second or hour: a run of many deals bears the time at which it began, while others write.
bool is_far_behind(std::string_view time, std::string_view latest) {
  const auto day = day_of(time);
  const auto before = day_of(latest);
  return day && before && days_between(*day, *before) > 1;
}

/// Of the head, once the entry stands behind it.
std::string latest_after(const std::string& latest, const LedgerEntry& entry) {
  if (!day_of(entry.recorded_at)) return latest;
  return entry.kind == kClockKind ? entry.recorded_at : std::max(latest, entry.recorded_at);
}

/// Of what was refused, for the ledger, since the transaction that would have held it is rolled back.
struct Refusal {
  std::string what;
  std::string at;
  Json payload;
};

/// A difference is worth keeping only where it is this many times smaller than the whole: else the next file is kept whole, and is what
/// later ones differ from.
constexpr std::size_t kDeltaGain = 4;
/// Smaller files are kept whole.
constexpr std::size_t kDeltaFrom = 16384;

struct PackContext {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  PackContext() = default;
  PackContext(const PackContext&) = delete;
  PackContext& operator=(const PackContext&) = delete;
  ~PackContext() { ZSTD_freeCCtx(context); }
};

struct UnpackContext {
  ZSTD_DCtx* context = ZSTD_createDCtx();
  UnpackContext() = default;
  UnpackContext(const UnpackContext&) = delete;
  UnpackContext& operator=(const UnpackContext&) = delete;
  ~UnpackContext() { ZSTD_freeDCtx(context); }
};

/// One zstd frame; `prefix` is what the frame may refer back to, as `zstd --patch-from` does.
std::string pack(std::string_view bytes, std::string_view prefix) {
  const PackContext pack;
  TAMGA_CHECK(pack.context != nullptr);
  ZSTD_CCtx_setParameter(pack.context, ZSTD_c_compressionLevel, prefix.empty() ? 9 : 3);
  if (!prefix.empty()) {
    ZSTD_CCtx_setParameter(pack.context, ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(pack.context, ZSTD_c_windowLog,
                           std::clamp(static_cast<int>(std::bit_width(bytes.size() + prefix.size())), 17, kWindowLogMax));
    ZSTD_CCtx_refPrefix(pack.context, prefix.data(), prefix.size());
  }
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress2(pack.context, packed.data(), packed.size(), bytes.data(), bytes.size());
  TAMGA_CHECK(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

Result<std::string> unpack_blob(std::string_view hash, std::int64_t size, std::string_view packed, std::string_view prefix = {}) {
  const auto damaged = [&] { return failure(fmt::format("the kept file {} is damaged", hash)); };
  if (size < 0 || static_cast<std::size_t>(size) > kBlobMax) return damaged();
  const UnpackContext unpack;
  TAMGA_CHECK(unpack.context != nullptr);
  ZSTD_DCtx_setParameter(unpack.context, ZSTD_d_windowLogMax, kWindowLogMax);
  if (!prefix.empty()) ZSTD_DCtx_refPrefix(unpack.context, prefix.data(), prefix.size());
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompressDCtx(unpack.context, bytes.data(), bytes.size(), packed.data(), packed.size());
  if (ZSTD_isError(got) != 0 || got != bytes.size() || content_address(bytes) != hash) return damaged();
  return bytes;
}

std::string record_of(const StoredEdition& edition, const std::vector<NamedBytes>& files) {
  Json list = Json::array();
  for (const auto& file : files) {
    Json item = Json::object();
    item.set("name", file.name).set("hash", content_address(file.bytes)).set("size", Json::number(static_cast<std::int64_t>(file.bytes.size())));
    list.push(std::move(item));
  }
  Json json = Json::object();
  json.set("list", edition.list).set("part", edition.part).set("format", edition.format).set("id", edition.id).set("published", edition.published);
  json.set("dated_by", edition.dated_by).set("imported_at", edition.imported_at).set("sample", Json::boolean(edition.sample));
  json.set("entities", Json::number(edition.entities)).set("names", Json::number(edition.names)).set("warnings", Json::strings(edition.warnings));
  // What an older Tamga did not record stays away when it is empty, so that its records read and write the same.
  if (edition.relations > 0) json.set("relations", Json::number(edition.relations));
  if (!edition.programs.empty()) {
    Json programs = Json::object();
    for (const auto& [program, count] : edition.programs) programs.set(program, Json::number(count));
    json.set("programs", std::move(programs));
  }
  if (!edition.held.empty()) json.set("held", Json::strings(edition.held));
  if (!edition.title.empty()) json.set("title", edition.title);
  if (!edition.owner.empty()) json.set("owner", edition.owner);
  if (!edition.expires.empty()) json.set("expires", edition.expires);
  if (!edition.signed_by.empty()) json.set("signed_by", edition.signed_by);
  json.set("files", std::move(list));
  return json.dump();
}

std::int64_t number_of(const Json* value) {
  std::int64_t number = 0;
  if (value != nullptr && value->is_number() && value->text.size() < 19) {
    for (const char c : value->text) number = number * 10 + (c - '0');
  }
  return number;
}

Result<StoredEdition> edition_of(std::string_view record) {
  TAMGA_TRY(const Json json, parse_json(record));
  StoredEdition edition;
  edition.list = json.get("list");
  edition.part = json.get("part");
  edition.format = json.get("format");
  edition.id = json.get("id");
  edition.published = json.get("published");
  edition.dated_by = json.get("dated_by");
  edition.imported_at = json.get("imported_at");
  const Json* sample = json.find("sample");
  edition.sample = sample != nullptr && sample->truth;
  const auto whole = [&](std::string_view key) { return number_of(json.find(key)); };
  edition.entities = whole("entities");
  edition.names = whole("names");
  edition.relations = whole("relations");
  edition.title = json.get("title");
  edition.owner = json.get("owner");
  edition.expires = json.get("expires");
  edition.signed_by = json.get("signed_by");
  const auto texts = [&](std::string_view key, std::vector<std::string>& into) {
    if (const Json* list = json.find(key); list != nullptr) {
      for (const auto& item : list->items) into.push_back(item.text);
    }
  };
  texts("warnings", edition.warnings);
  texts("held", edition.held);
  if (const Json* programs = json.find("programs"); programs != nullptr) {
    for (const auto& member : programs->members) edition.programs.emplace_back(member.key, number_of(&member.value));
  }
  return edition;
}

Status walk(Statement& query, const std::function<Status(const LedgerEntry&)>& each_entry) {
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return {};
    TAMGA_TRY_STATUS(each_entry(LedgerEntry{query.number(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5)}));
  }
}

}  // namespace

struct Store::Implementation {
  Database database;
  int depth = 0;  ///< of transact()
  std::int64_t sign_each = 0;
  std::string key_folder;
  std::optional<Refusal> refusal;  ///< of this transaction

  [[nodiscard]] std::unexpected<Error> wrong(std::string message) const {
    return std::unexpected(Error{ErrorKind::failure, std::move(message), database.path(), 0});
  }

  Result<std::optional<std::string>> blob(std::string_view hash) {
    TAMGA_TRY(auto query, database.prepare("SELECT size, packed FROM blobs WHERE hash = ?"));
    TAMGA_TRY(const bool row, query.bind(hash).step());
    if (row) {
      TAMGA_TRY(std::string bytes, unpack_blob(hash, query.number(0), query.blob(1)));
      return bytes;
    }
    TAMGA_TRY(auto difference,
              database.prepare("SELECT d.size, d.packed, d.base, b.size, b.packed FROM deltas d JOIN blobs b ON b.hash = d.base WHERE d.hash = ?"));
    TAMGA_TRY(const bool differs, difference.bind(hash).step());
    if (!differs) return std::nullopt;
    TAMGA_TRY(const std::string base, unpack_blob(difference.text(2), difference.number(3), difference.blob(4)));
    TAMGA_TRY(std::string bytes, unpack_blob(hash, difference.number(0), difference.blob(1), base));
    return bytes;
  }

  Result<bool> has(std::string_view hash) {
    TAMGA_TRY(auto query, database.prepare("SELECT 1 FROM blobs WHERE hash = ?1 UNION ALL SELECT 1 FROM deltas WHERE hash = ?1"));
    return query.bind(hash).step();
  }

  /// The hash of the file kept whole that `hash` is, or differs from; empty when it is not kept.
  Result<std::string> whole_of(std::string_view hash) {
    TAMGA_TRY(auto query, database.prepare("SELECT hash FROM blobs WHERE hash = ?1 UNION ALL SELECT base FROM deltas WHERE hash = ?1"));
    TAMGA_TRY(const bool row, query.bind(hash).step());
    return row ? query.text(0) : std::string();
  }

  /// True when the content was not there yet. `like`: the hash of a kept file that it may differ little from; may be empty.
  Result<bool> add_blob(std::string_view bytes, std::string_view hash, std::string_view like) {
    TAMGA_TRY(const bool there, has(hash));
    if (there) return false;
    const auto size = static_cast<std::int64_t>(bytes.size());
    if (!like.empty() && bytes.size() >= kDeltaFrom) {
      TAMGA_TRY(const std::string base_hash, whole_of(like));
      TAMGA_TRY(const auto base, base_hash.empty() ? Result<std::optional<std::string>>(std::nullopt) : blob(base_hash));
      if (base) {
        TAMGA_TRY(auto length, database.prepare("SELECT length(packed) FROM blobs WHERE hash = ?"));
        TAMGA_TRY([[maybe_unused]] const bool row, length.bind(base_hash).step());
        const std::string packed = pack(bytes, *base);
        if (packed.size() * kDeltaGain <= static_cast<std::size_t>(length.number(0))) {
          TAMGA_TRY(auto insert, database.prepare("INSERT INTO deltas VALUES(?, ?, ?, ?)"));
          TAMGA_TRY_STATUS(insert.bind(hash).bind(base_hash).bind(size).bind_blob(packed).run());
          return true;
        }
      }
    }
    const std::string packed = pack(bytes, {});
    if (packed.size() > database.engine().blob_max()) {
      return wrong(fmt::format("a file of {} bytes, {} when packed, is too large to be kept: at most {} packed", bytes.size(), packed.size(),
                               database.engine().blob_max()));
    }
    TAMGA_TRY(auto insert, database.prepare("INSERT INTO blobs VALUES(?, ?, ?)"));
    TAMGA_TRY_STATUS(insert.bind(hash).bind(size).bind_blob(packed).run());
    return true;
  }

  /// The hashes of the files of the newest edition of a list and part, by file name; empty when there is none. Editions of another format
  /// have other files, and nothing in common.
  Result<std::map<std::string, std::string>> files_before(const StoredEdition& edition) {
    TAMGA_TRY(auto query, database.prepare("SELECT record FROM editions WHERE list = ? AND part = ? ORDER BY number DESC", Rows::many));
    query.bind(edition.list).bind(edition.part);
    std::map<std::string, std::string> hashes;
    for (;;) {
      TAMGA_TRY(const bool row, query.step());
      if (!row) return hashes;
      TAMGA_TRY(const Json record, parse_json(query.text(0)));
      if (record.get("format") != edition.format) continue;
      if (const Json* files = record.find("files"); files != nullptr) {
        for (const auto& file : files->items) hashes[files->items.size() == 1 ? std::string() : std::string(file.get("name"))] = file.get("hash");
      }
      return hashes;
    }
  }

  Result<LedgerHead> head() {
    TAMGA_TRY(auto query, database.prepare("SELECT sequence, hash, latest FROM head"));
    TAMGA_TRY(const bool row, query.step());
    if (!row) return wrong("has lost the head of its ledger");
    return LedgerHead{query.number(0), query.text(1), query.text(2)};
  }

  Status too_long(std::string_view kind, std::string_view key, std::size_t bytes, std::size_t most, std::string_view at) {
    Json about = Json::object();
    about.set("kind", kind).set("key", key);
    about.set("bytes", Json::number(static_cast<std::int64_t>(bytes))).set("most", Json::number(static_cast<std::int64_t>(most)));
    refusal = Refusal{"too_long", std::string(at), std::move(about)};
    return bad_input(fmt::format("the {} is of {} bytes, expected at most {}; nothing was done, attach a long text as a file", kind, bytes, most));
  }

  Status check(const LedgerHead& head, const LedgerEntry& entry) {
    if (const auto most = payload_max(entry.kind); entry.payload.size() > most)
      return too_long(entry.kind, entry.key, entry.payload.size(), most, entry.recorded_at);
    if (entry.kind != kClockKind && is_far_behind(entry.recorded_at, head.latest)) {
      // With the time of the entry before, so that it stands in order itself.
      Json about = Json::object();
      about.set("kind", entry.kind).set("key", entry.key).set("at", entry.recorded_at).set("latest", head.latest);
      refusal = Refusal{"clock", head.latest, std::move(about)};
      return wrong(
          fmt::format("the clock went back: it is {}, and the record holds an entry of {}; nothing was done. Set the clock right; or, if it is "
                      "right now: tamga audit clock --reason WHY",
                      entry.recorded_at, head.latest));
    }
    return {};
  }
};

Store::Store(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Database& Store::database() { return implementation_->database; }

Result<Store> Store::of(Database database, bool create) {
  TAMGA_TRY_STATUS(database.engine().bring_up(create));
  return Store(std::make_unique<Implementation>(Implementation{std::move(database), 0, 0, {}, {}}));
}

Result<Store> Store::open(const std::string& place) {
  if (is_postgresql(place)) {
    TAMGA_TRY(auto database, open_postgresql(place));
    return of(std::move(database), true);
  }
  std::error_code error;
  if (!std::filesystem::exists(place, error)) {
    std::filesystem::create_directories(place, error);
    if (!error) std::filesystem::permissions(place, std::filesystem::perms::owner_all, error);
  }
  if (error) return failure(fmt::format("{}: cannot be created: {}", place, error.message()));
  TAMGA_TRY(auto database, Database::open(place + "/tamga.db", Database::Mode::create));
  return of(std::move(database), true);
}

Result<Store> Store::open_existing(const std::string& place) {
  if (is_postgresql(place)) {
    TAMGA_TRY(auto database, open_postgresql(place));
    return of(std::move(database), false);
  }
  const std::string path = place + "/tamga.db";
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return failure(fmt::format("{}: no store here yet; load lists with: tamga lists import FILE...", place));
  TAMGA_TRY(auto database, Database::open(path, Database::Mode::existing));
  return of(std::move(database), false);
}

Result<std::int64_t> Store::data_version() { return implementation_->database.engine().data_version(); }

Result<Store> Store::restore(const std::string& file, const std::string& url) {
  TAMGA_TRY(auto database, open_postgresql(url));
  TAMGA_TRY_STATUS(database.engine().bring_up(true));
  if (auto copied = copy_in(file, database.engine()); !copied) return std::unexpected(copied.error().in_file(database.path()));
  return of(std::move(database), false);
}

Status Store::copy_to(const std::string& path) { return implementation_->database.engine().copy_to(path); }

Status Store::transact(const std::function<Status()>& work, Tries tries) {
  auto& implementation = *implementation_;
  if (implementation.depth > 0) return work();
  implementation.refusal.reset();
  auto done = in_transaction(work);
  for (int made = 1; !done && tries == Tries::several && made < kTries && implementation.database.engine().undone_by_others(); ++made) {
    std::this_thread::sleep_for(std::chrono::milliseconds(made * 20));
    implementation.refusal.reset();
    done = in_transaction(work);
  }
  if (done || !implementation.refusal) return done;
  const auto refusal = *std::exchange(implementation.refusal, std::nullopt);
  const auto recorded = in_transaction([&]() -> Status {
    TAMGA_TRY(const auto head, implementation.head());
    TAMGA_TRY(const auto last, at(head.sequence));
    Json payload = Json::object();
    payload.set("what", refusal.what);
    for (const auto& member : refusal.payload.members) payload.set(member.key, member.value);
    // A clock that is wrong is recorded once, and not with each attempt.
    if (refusal.what == "clock" && last && last->kind == kRefusedKind && parse_json(last->payload) &&
        parse_json(last->payload)->get("what") == "clock")
      return {};
    TAMGA_TRY([[maybe_unused]] const auto entry, append(kRefusedKind, std::to_string(head.sequence + 1), refusal.at, payload.dump()));
    return {};
  });
  if (!recorded) done.error().message += fmt::format(" (nor could this be recorded: {})", recorded.error().message);
  return done;
}

Status Store::in_transaction(const std::function<Status()>& work) {
  auto& implementation = *implementation_;
  TAMGA_TRY_STATUS(implementation.database.engine().begin(Purpose::write));
  // Also when `work` throws (out of memory): nothing half done stays open.
  struct End {
    Implementation& implementation;
    bool committed = false;
    explicit End(Implementation& of) : implementation(of) { ++implementation.depth; }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    ~End() {
      --implementation.depth;
      if (!committed) implementation.database.engine().rollback();
    }
  } end(implementation);
  TAMGA_TRY_STATUS(work());
  TAMGA_TRY_STATUS(implementation.database.engine().commit());
  end.committed = true;
  return {};
}

Result<bool> Store::add_edition(const StoredEdition& edition, const std::vector<NamedBytes>& files) {
  auto& implementation = *implementation_;
  bool added = false;
  TAMGA_TRY_STATUS(transact([&]() -> Status {
    TAMGA_TRY(auto query, implementation.database.prepare("SELECT 1 FROM editions WHERE list = ? AND part = ? AND id = ?"));
    TAMGA_TRY(const bool there, query.bind(edition.list).bind(edition.part).bind(edition.id).step());
    if (there) return {};
    TAMGA_TRY(const auto before, implementation.files_before(edition));
    for (const auto& file : files) {
      const auto like = before.find(files.size() == 1 ? std::string() : file.name);
      TAMGA_TRY([[maybe_unused]] const bool fresh,
                implementation.add_blob(file.bytes, content_address(file.bytes), like == before.end() ? std::string() : like->second));
    }
    const std::string record = record_of(edition, files);
    TAMGA_TRY(auto insert,
              implementation.database.prepare("INSERT INTO editions(number, list, part, id, record) VALUES((SELECT coalesce(max(number), 0) + 1 "
                                              "FROM editions), ?, ?, ?, ?)"));
    TAMGA_TRY_STATUS(insert.bind(edition.list).bind(edition.part).bind(edition.id).bind(record).run());
    const std::string key = fmt::format("{} {} {}", edition.list, edition.part, edition.id);
    TAMGA_TRY([[maybe_unused]] const auto entry, append("edition", key, edition.imported_at, record));
    added = true;
    return {};
  }));
  return added;
}

Result<std::vector<StoredEdition>> Store::editions() {
  TAMGA_TRY(auto query,
            implementation_->database.prepare("SELECT record, EXISTS(SELECT 1 FROM ledger WHERE kind = 'acceptance' AND key = list || ' ' || part || "
                                              "' ' || id) FROM editions ORDER BY list, part, number",
                                              Rows::many));
  std::vector<StoredEdition> editions;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) break;
    TAMGA_TRY(auto edition, edition_of(query.text(0)));
    edition.accepted = query.number(1) != 0;
    const std::string prefix = fmt::format("{} {} {} ", edition.list, edition.part, edition.id);
    TAMGA_TRY(auto confirmations, implementation_->database.prepare("SELECT substr(key, length(?1) + 1) FROM ledger WHERE kind = 'confirmation' AND "
                                                                    "key >= ?1 AND key < ?1 || ':' ORDER BY key"));
    confirmations.bind(prefix);
    for (;;) {
      TAMGA_TRY(const bool more, confirmations.step());
      if (!more) break;
      edition.confirmed.push_back(confirmations.text(0));
    }
    editions.push_back(std::move(edition));
  }
  std::stable_sort(editions.begin(), editions.end(), [](const StoredEdition& a, const StoredEdition& b) {
    return std::tie(a.list, a.part, a.published) < std::tie(b.list, b.part, b.published);
  });
  return editions;
}

Status Store::accept(const StoredEdition& edition, std::string_view recorded_at, std::string_view reason) {
  Json payload = Json::object();
  payload.set("list", edition.list).set("part", edition.part).set("id", edition.id).set("held", Json::strings(edition.held));
  payload.set("reason", std::string(reason));
  TAMGA_TRY([[maybe_unused]] const auto entry,
            append("acceptance", fmt::format("{} {} {}", edition.list, edition.part, edition.id), recorded_at, payload.dump()));
  return {};
}

Status Store::confirm(const StoredEdition& edition, std::string_view day, std::string_view recorded_at, std::string_view source) {
  const std::string key = fmt::format("{} {} {} {}", edition.list, edition.part, edition.id, day);
  return transact([&]() -> Status {
    TAMGA_TRY(const auto there, find("confirmation", key));
    if (there) return {};
    Json payload = Json::object();
    payload.set("list", edition.list).set("part", edition.part).set("id", edition.id).set("day", std::string(day)).set("source", std::string(source));
    TAMGA_TRY([[maybe_unused]] const auto entry, append("confirmation", key, recorded_at, payload.dump()));
    return {};
  });
}

Result<std::vector<NamedBytes>> Store::edition_files(std::string_view id) {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT record FROM editions WHERE id = ? ORDER BY number LIMIT 1"));
  TAMGA_TRY(const bool row, query.bind(id).step());
  if (!row) return failure(fmt::format("the edition {} is not in the store", id));
  TAMGA_TRY(const Json record, parse_json(query.text(0)));
  std::vector<NamedBytes> files;
  if (const Json* list = record.find("files"); list != nullptr) {
    for (const auto& item : list->items) {
      TAMGA_TRY(auto bytes, implementation_->blob(item.get("hash")));
      if (!bytes) return failure(fmt::format("the file {} of the edition {} is not in the store", item.get("name"), id));
      files.push_back(NamedBytes{std::string(item.get("name")), *std::move(bytes)});
    }
  }
  return files;
}

Result<std::string> Store::keep(std::string_view kind, std::string_view bytes, std::string_view recorded_at) {
  std::string hash = content_address(bytes);
  TAMGA_TRY_STATUS(transact([&]() -> Status {
    TAMGA_TRY([[maybe_unused]] const bool fresh, implementation_->add_blob(bytes, hash, {}));
    // The content may be there as something else: a file of an edition.
    TAMGA_TRY(const auto recorded, find(kind, hash));
    if (recorded) return {};
    const auto payload = Json::object().set("hash", hash).set("size", Json::number(static_cast<std::int64_t>(bytes.size()))).dump();
    TAMGA_TRY([[maybe_unused]] const auto entry, append(kind, hash, recorded_at, payload));
    return {};
  }));
  return hash;
}

Result<std::optional<std::string>> Store::kept(std::string_view hash) { return implementation_->blob(hash); }

void Store::sign_each(std::int64_t every, std::string folder) {
  implementation_->sign_each = every;
  implementation_->key_folder = std::move(folder);
}

Result<LedgerHead> Store::head() { return implementation_->head(); }

Result<LedgerEntry> Store::append(std::string_view kind, std::string_view key, std::string_view recorded_at, std::string_view payload) {
  for (const auto field : {kind, key, recorded_at}) {
    if (field.find('\n') != std::string_view::npos) return implementation_->wrong("an entry's kind, key and time must be one line each");
  }
  LedgerEntry entry;
  entry.kind = kind;
  entry.key = key;
  entry.recorded_at = recorded_at;
  entry.payload = payload;
  TAMGA_TRY_STATUS(transact([&]() -> Status {
    TAMGA_TRY(const auto head, implementation_->head());
    TAMGA_TRY_STATUS(implementation_->check(head, entry));
    entry.sequence = head.sequence + 1;
    entry.hash = entry_hash(head.hash, entry);
    // Not an error of the database's: PostgreSQL would do nothing more in this transaction.
    TAMGA_TRY(auto insert, implementation_->database.prepare("INSERT INTO ledger VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT(kind, key) DO NOTHING"));
    insert.bind(entry.sequence).bind(entry.kind).bind(entry.key).bind(entry.recorded_at).bind(entry.payload).bind(entry.hash);
    TAMGA_TRY(const auto inserted, insert.run_counted());
    if (inserted == 0) {
      TAMGA_TRY(const auto there, find(kind, key));
      return implementation_->wrong(fmt::format("{} {} is recorded already, as entry {}", kind, key, there ? there->sequence : 0));
    }
    TAMGA_TRY(auto move_head, implementation_->database.prepare("UPDATE head SET sequence = ?, hash = ?, latest = ?"));
    TAMGA_TRY_STATUS(move_head.bind(entry.sequence).bind(entry.hash).bind(latest_after(head.latest, entry)).run());
    if (implementation_->sign_each == 0 || entry.sequence % implementation_->sign_each != 0 || kind == kCheckpointKind) return {};
    TAMGA_TRY([[maybe_unused]] const auto made, add_checkpoint(*this, implementation_->key_folder, recorded_at));
    return {};
  }));
  return entry;
}

std::size_t Store::payload_max(std::string_view kind) {
  constexpr std::size_t kMiB = std::size_t{1} << 20;
  if (kind == "decision") return 256 * kMiB;
  if (kind == "edition" || kind == "alert" || kind == "watch") return 64 * kMiB;
  // A licence's file may have 4 MiB.
  if (kind == "proposal" || kind == "licence" || kind == "licence_amendment") return 8 * kMiB;
  return kMiB;
}

Status Store::refuse_long(std::string_view kind, std::string_view about, std::size_t bytes, std::size_t most, std::string_view at) {
  return transact([&]() -> Status { return implementation_->too_long(kind, about, bytes, most, at); });
}

Status Store::accept_clock(std::string_view at, std::string_view reason, std::string_view by) {
  return transact([&]() -> Status {
    TAMGA_TRY(const auto head, implementation_->head());
    if (!is_far_behind(at, head.latest))
      return bad_input(
          fmt::format("the clock is not behind: it is {}, the latest entry is of {}", at, head.latest.empty() ? "no time" : head.latest));
    Json payload = Json::object();
    payload.set("from", head.latest).set("to", at).set("reason", reason).set("by", by);
    TAMGA_TRY([[maybe_unused]] const auto entry, append(kClockKind, std::to_string(head.sequence + 1), at, payload.dump()));
    return {};
  });
}

Result<std::optional<LedgerEntry>> Store::find(std::string_view kind, std::string_view key) {
  TAMGA_TRY(auto query,
            implementation_->database.prepare("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger WHERE kind = ? AND key = ?"));
  TAMGA_TRY(const bool row, query.bind(kind).bind(key).step());
  if (!row) return std::nullopt;
  return LedgerEntry{query.number(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5)};
}

Status Store::each(const std::function<Status(const LedgerEntry&)>& each_entry) {
  // Without a bound: what should not be there, before the first entry, is seen too.
  TAMGA_TRY(auto query,
            implementation_->database.prepare("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger ORDER BY sequence", Rows::many));
  return walk(query, each_entry);
}

Status Store::each_since(std::int64_t sequence, const std::function<Status(const LedgerEntry&)>& each_entry) {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger "
                                                          "WHERE sequence > ? ORDER BY sequence",
                                                          Rows::many));
  return walk(query.bind(sequence), each_entry);
}

Status Store::each_since(std::int64_t sequence, std::string_view kind, const std::function<Status(const LedgerEntry&)>& each_entry) {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger "
                                                          "WHERE sequence > ? AND kind = ? ORDER BY sequence",
                                                          Rows::many));
  return walk(query.bind(sequence).bind(kind), each_entry);
}

Result<std::int64_t> Store::last_of(std::initializer_list<std::string_view> kinds) {
  std::int64_t last = 0;
  for (const auto kind : kinds) {
    TAMGA_TRY(auto query, implementation_->database.prepare("SELECT coalesce(max(sequence), 0) FROM ledger WHERE kind = ?"));
    TAMGA_TRY(const bool row, query.bind(kind).step());
    if (row) last = std::max(last, query.number(0));
  }
  return last;
}

Result<std::optional<LedgerEntry>> Store::at(std::int64_t sequence) {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT sequence, kind, key, recorded_at, payload, hash FROM ledger WHERE sequence = ?"));
  TAMGA_TRY(const bool row, query.bind(sequence).step());
  if (!row) return std::nullopt;
  return LedgerEntry{query.number(0), query.text(1), query.text(2), query.text(3), query.text(4), query.text(5)};
}

Result<PastKeysMade> Store::past_keys_made() {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT version, up_to FROM past_keys_made"));
  TAMGA_TRY(const bool row, query.step());
  if (!row) return implementation_->wrong("has lost the state of the keys of past deals");
  return PastKeysMade{query.number(0), query.number(1)};
}

Status Store::set_past_keys_made(const PastKeysMade& made) {
  TAMGA_TRY(auto update, implementation_->database.prepare("UPDATE past_keys_made SET version = ?, up_to = ?"));
  return update.bind(made.version).bind(made.up_to).run();
}

Status Store::add_past_keys(std::int64_t sequence, std::span<const std::int64_t> keys) {
  for (const auto key : keys) {
    TAMGA_TRY(auto insert, implementation_->database.prepare("INSERT INTO past_keys VALUES(?, ?) ON CONFLICT DO NOTHING"));
    TAMGA_TRY_STATUS(insert.bind(key).bind(sequence).run());
  }
  return {};
}

Status Store::drop_past_keys() { return implementation_->database.run("DELETE FROM past_keys; UPDATE past_keys_made SET version = 0, up_to = 0"); }

Result<std::vector<std::int64_t>> Store::past_with(std::span<const std::int64_t> keys, std::int64_t up_to, const PastLimits& limits) {
  std::vector<std::int64_t> found;
  for (const auto key : keys) {
    TAMGA_TRY(auto query, implementation_->database.prepare("SELECT sequence FROM past_keys WHERE key = ? AND sequence <= ? "
                                                            "ORDER BY sequence DESC LIMIT ?"));
    query.bind(key).bind(up_to).bind(limits.for_key);
    for (;;) {
      TAMGA_TRY(const bool row, query.step());
      if (!row) break;
      found.push_back(query.number(0));
    }
  }
  std::sort(found.begin(), found.end());
  // How many keys and which entry, both negative: the most come first, and of equals the newest.
  std::vector<std::pair<std::int64_t, std::int64_t>> counted;
  for (std::size_t i = 0; i < found.size();) {
    std::size_t end = i;
    while (end < found.size() && found[end] == found[i]) ++end;
    const auto shared = static_cast<std::int64_t>(end - i);
    if (shared >= limits.shared_at_least) counted.emplace_back(-shared, -found[i]);
    i = end;
  }
  std::sort(counted.begin(), counted.end());
  counted.resize(std::min(counted.size(), static_cast<std::size_t>(limits.most)));
  std::vector<std::int64_t> sequences;
  for (const auto& entry : counted) sequences.push_back(-entry.second);
  return sequences;
}

Result<std::int64_t> Store::past_keys_kept() {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT count(*) FROM past_keys"));
  TAMGA_TRY([[maybe_unused]] const bool row, query.step());
  return query.number(0);
}

Result<bool> Store::has_past_key(std::int64_t sequence, std::int64_t key) {
  TAMGA_TRY(auto query, implementation_->database.prepare("SELECT 1 FROM past_keys WHERE key = ? AND sequence = ?"));
  return query.bind(key).bind(sequence).step();
}

Result<Verification> Store::verify() {
  Verification result;
  const auto found = [&](std::string what) { result.damage.push_back(Damage{std::move(what)}); };
  // A read transaction, so that a running writer does not look like damage.
  auto& engine = implementation_->database.engine();
  TAMGA_TRY_STATUS(engine.begin(Purpose::read));
  struct End {
    Engine& engine;
    ~End() { engine.rollback(); }
  } end{engine};

  TAMGA_TRY(const auto broken, engine.file_damage());
  for (const auto& what : broken) found(fmt::format("the database is damaged: {}", what));

  TAMGA_TRY(auto expected_schema, engine.fresh_schema(kSchemaVersion));
  TAMGA_TRY(const auto schema, engine.schema());
  for (const auto& [name, sql] : schema) {
    const auto expected = expected_schema.find(name);
    if (expected == expected_schema.end()) {
      found(fmt::format("the {} does not belong to the store", name));
    } else {
      if (expected->second != sql) found(fmt::format("the {} was changed", name));
      expected_schema.erase(expected);
    }
  }
  for (const auto& [name, sql] : expected_schema) found(fmt::format("the {} is gone", name));

  struct RecordedEdition {
    std::int64_t sequence;
    std::string record;
  };
  std::string previous(kZeroHash);
  std::int64_t last = 0;
  std::map<std::string, RecordedEdition> recorded_editions;
  std::set<std::string> expected_blobs;
  KeyWalk signatures;
  std::string latest;
  const auto walked = each([&](const LedgerEntry& entry) -> Status {
    ++result.ledger_entries;
    const std::string label = fmt::format("ledger entry {} ({} {})", entry.sequence, entry.kind, entry.key);
    if (entry.sequence != last + 1) found(fmt::format("{}: comes after entry {}; entries are missing", label, last));
    last = entry.sequence;
    if (entry_hash(previous, entry) != entry.hash) found(fmt::format("{}: its content or its place in the chain does not match its hash", label));
    if (const auto what = signatures.see(entry, previous); !what.empty()) found(fmt::format("{}: {}", label, what));
    previous = entry.hash;
    if (entry.kind != kClockKind && day_of(entry.recorded_at) && entry.recorded_at < latest) ++result.earlier;
    latest = latest_after(latest, entry);
    if (entry.kind == "edition") {
      recorded_editions[entry.key] = {entry.sequence, entry.payload};
      if (const auto record = parse_json(entry.payload); record && record->find("files") != nullptr) {
        for (const auto& file : record->find("files")->items) expected_blobs.insert(std::string(file.get("hash")));
      }
    } else if (entry.key.starts_with("sha256:")) {  // only keep() makes such keys; to read every decision's payload would cost most of the time
      if (const auto kept = parse_json(entry.payload); kept && kept->get("hash") == entry.key) expected_blobs.insert(entry.key);
    }
    return {};
  });
  if (!walked) found(fmt::format("the ledger cannot be read: {}", walked.error().message));
  result.keys = signatures.keys();
  result.checkpoints = signatures.checkpoints();
  result.signed_up_to = signatures.signed_up_to();
  if (const auto head = implementation_->head(); !head) {
    found("the head of the ledger cannot be read");
  } else {
    result.head = *head;
    if (head->sequence != last || head->hash != previous) {
      found(fmt::format("the ledger ends at entry {} with {}, its head says entry {} with {}; entries were removed or the head was changed", last,
                        previous, head->sequence, head->hash));
    }
    if (head->latest != latest) found(fmt::format("the head says that the latest entry is of {}, the ledger {}", head->latest, latest));
  }

  std::int64_t edition_before = 0;  // in the ledger
  TAMGA_TRY(auto editions, implementation_->database.prepare("SELECT list, part, id, record FROM editions ORDER BY number", Rows::many));
  for (;;) {
    const auto row = editions.step();
    if (!row) {
      found(fmt::format("the editions cannot be read: {}", row.error().message));
      break;
    }
    if (!*row) break;
    ++result.editions;
    const std::string key = fmt::format("{} {} {}", editions.text(0), editions.text(1), editions.text(2));
    const auto recorded = recorded_editions.find(key);
    if (recorded == recorded_editions.end()) {
      found(fmt::format("edition {}: the ledger does not know it", key));
    } else {
      if (recorded->second.record != editions.text(3)) found(fmt::format("edition {}: differs from what the ledger recorded", key));
      // Of two editions of one day the later import counts, so the order is content too.
      if (recorded->second.sequence < edition_before) found(fmt::format("edition {}: stands in another order than the ledger recorded", key));
      edition_before = recorded->second.sequence;
      recorded_editions.erase(recorded);
    }
  }
  for (const auto& [key, record] : recorded_editions) found(fmt::format("edition {}: the ledger recorded it, but it is gone", key));

  if (auto people = People(*this).damage(); !people) {
    found(fmt::format("the people and proposals cannot be read: {}", people.error().message));
  } else {
    for (auto& what : *people) found(std::move(what));
  }
  if (auto licences = Licences(*this).damage(); !licences) {
    found(fmt::format("the licences cannot be read: {}", licences.error().message));
  } else {
    for (auto& what : *licences) found(std::move(what));
  }
  if (auto cases = Cases(*this).damage(); !cases) {
    found(fmt::format("the alerts, marks and consultations cannot be read: {}", cases.error().message));
  } else {
    for (auto& what : *cases) found(std::move(what));
  }
  if (auto tokens = Tokens(*this).damage(); !tokens) {
    found(fmt::format("the tokens cannot be read: {}", tokens.error().message));
  } else {
    for (auto& what : *tokens) found(std::move(what));
  }

  TAMGA_TRY(auto blobs, implementation_->database.prepare("SELECT hash, size, packed FROM blobs ORDER BY hash", Rows::many));
  for (;;) {
    const auto row = blobs.step();
    if (!row) {
      found(fmt::format("the kept files cannot be read: {}", row.error().message));
      break;
    }
    if (!*row) break;
    ++result.blobs;
    const std::string hash = blobs.text(0);
    if (!unpack_blob(hash, blobs.number(1), blobs.blob(2))) found(fmt::format("kept file {}: its content does not match its hash", hash));
    if (expected_blobs.erase(hash) == 0) found(fmt::format("kept file {}: the ledger does not know it", hash));
  }
  // Differences in the order of what they differ from, so that each of those is unpacked once.
  TAMGA_TRY(auto deltas, implementation_->database.prepare("SELECT d.hash, d.size, d.packed, d.base, b.size, b.packed FROM deltas d "
                                                           "LEFT JOIN blobs b ON b.hash = d.base ORDER BY d.base, d.hash",
                                                           Rows::many));
  std::string base_hash;
  Result<std::string> base = std::string();
  for (;;) {
    const auto row = deltas.step();
    if (!row) {
      found(fmt::format("the kept files cannot be read: {}", row.error().message));
      break;
    }
    if (!*row) break;
    ++result.blobs;
    const std::string hash = deltas.text(0);
    if (deltas.text(3) != base_hash) {
      base_hash = deltas.text(3);
      base = unpack_blob(base_hash, deltas.number(4), deltas.blob(5));
    }
    if (!base || !unpack_blob(hash, deltas.number(1), deltas.blob(2), *base))
      found(fmt::format("kept file {}: its content does not match its hash", hash));
    if (expected_blobs.erase(hash) == 0) found(fmt::format("kept file {}: the ledger does not know it", hash));
  }
  for (const auto& hash : expected_blobs) found(fmt::format("kept file {}: the ledger recorded it, but it is gone", hash));
  return result;
}

}  // namespace tamga::store
