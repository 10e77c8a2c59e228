#include "server/access.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/record.h"
#include "app/tokens.h"
#include "base/date.h"
#include "base/json.h"
#include "base/sha256.h"

namespace tamga::server {
namespace {

constexpr std::chrono::hours kSessionLasts{12};
constexpr std::int64_t kSessionsMax = 10'000;
constexpr std::size_t kSessionBytes = 32;
constexpr std::size_t kVerifiedMax = 100'000;
constexpr double kBurstSeconds = 2;

/// What the store calls a session. Its id has 256 random bits, so that no slower hash is needed.
std::string stored_id(std::string_view id) { return sha256_hex(id); }

/// Only who has the id reads what is sealed with it.
std::array<unsigned char, crypto_secretbox_KEYBYTES> key_of(std::string_view id) {
  constexpr std::string_view kPurpose = "tamga session";
  std::array<unsigned char, crypto_secretbox_KEYBYTES> key{};
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(kPurpose.data()), kPurpose.size(),
                     reinterpret_cast<const unsigned char*>(id.data()), std::min<std::size_t>(id.size(), crypto_generichash_KEYBYTES_MAX));
  return key;
}

std::string sealed(std::string_view text, std::string_view id) {
  const auto key = key_of(id);
  std::string box(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + text.size(), '\0');
  auto* nonce = reinterpret_cast<unsigned char*>(box.data());
  randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(nonce + crypto_secretbox_NONCEBYTES, reinterpret_cast<const unsigned char*>(text.data()), text.size(), nonce, key.data());
  return box;
}

std::optional<std::string> unsealed(std::string_view box, std::string_view id) {
  constexpr std::size_t kMore = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
  if (box.size() < kMore) return std::nullopt;
  const auto key = key_of(id);
  const auto* nonce = reinterpret_cast<const unsigned char*>(box.data());
  std::string text(box.size() - kMore, '\0');
  if (crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(text.data()), nonce + crypto_secretbox_NONCEBYTES,
                                 box.size() - crypto_secretbox_NONCEBYTES, nonce, key.data()) != 0)
    return std::nullopt;
  return text;
}

}  // namespace

std::optional<long> Meter::take(const store::StoredToken& token, Clock::time_point now) {
  if (token.rate == 0 && token.quota == 0) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  if (token.quota > 0 && today_ >= token.quota) return 3600;
  if (token.rate > 0) {
    const double most = static_cast<double>(token.rate) * kBurstSeconds;
    const double since = filled_ == Clock::time_point{} ? kBurstSeconds : std::chrono::duration<double>(now - filled_).count();
    left_ = std::min(most, left_ + since * static_cast<double>(token.rate));
    filled_ = now;
    if (left_ < 1) return 1;
    left_ -= 1;
  }
  ++today_;
  ++unkept_;
  return std::nullopt;
}

void Meter::begin_day(std::int64_t used) {
  const std::scoped_lock lock(mutex_);
  today_ = used;
  unkept_ = 0;
}

std::int64_t Meter::unkept() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(unkept_, 0);
}

void Meter::give_back(std::int64_t count) {
  const std::scoped_lock lock(mutex_);
  unkept_ += count;
}

Access::Access(app::Settings settings)
    : key_(app::random_text(32)),
      tables_(std::make_shared<const Tables>()),
      store_(settings.place(), [settings] { return app::open_store(settings); }) {}

/// In one transaction: each by itself would wait for the disk.
Status Access::keep_uses(store::Tokens& tokens, const Tables& tables, std::string_view day) {
  std::map<std::string_view, std::int64_t> uses;
  for (const auto& [id, meter] : tables.meters) {
    if (const auto count = meter->unkept(); count > 0) uses[id] = count;
  }
  if (uses.empty()) return {};
  auto kept = tokens.add_uses(uses, day);
  if (kept) return {};
  for (const auto& [id, count] : uses) tables.meters.find(id)->second->give_back(count);
  return kept;
}

Status Access::refresh(std::string_view today) {
  const std::scoped_lock one(refreshing_);
  TAMGA_TRY(auto* const store, store_.get());
  store::Tokens tokens(*store);
  const auto before = tables_.load();
  auto kept = keep_uses(tokens, *before, day_.empty() ? today : std::string_view(day_));
  if (auto forgotten = forget_sessions(*store); kept && !forgotten) kept = std::move(forgotten);
  // Tokens also end by themselves, with a day.
  const bool same_store = store_.openings() == opening_ && day_ == today;
  TAMGA_TRY(const auto head, store->head());
  if (same_store && head.sequence == head_) return kept;
  TAMGA_TRY(const auto version, tokens.version());
  if (same_store && version == version_) {
    head_ = head.sequence;
    return kept;
  }
  auto tables = std::make_shared<Tables>();
  TAMGA_TRY(auto all, tokens.all());
  for (auto& token : all) {
    if (token.revoked || token.expires < today) continue;
    const auto meter = before->meters.find(token.id);
    const bool fresh = meter == before->meters.end();
    auto& counted = tables->meters[token.id];
    counted = fresh ? std::make_shared<Meter>() : meter->second;
    if (fresh || day_ != today) {
      TAMGA_TRY(const auto used, tokens.used(token.id, today));
      counted->begin_day(used);
    }
    if (token.kind == "certificate") tables->certificates[token.hash] = token.id;
    const std::string id = token.id;
    tables->tokens[id] = std::make_shared<const store::StoredToken>(std::move(token));
  }
  TAMGA_TRY(const auto people, store::People(*store).all());
  for (const auto& person : people) tables->people[person.name] = person;
  tables_.store(std::move(tables));
  opening_ = store_.openings();
  head_ = head.sequence;
  version_ = version;
  day_ = today;
  return kept;
}

std::string Access::fast_hash(std::string_view secret) const {
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
                     reinterpret_cast<const unsigned char*>(key_.data()), std::min<std::size_t>(key_.size(), crypto_generichash_KEYBYTES_MAX));
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::optional<Known> Access::known(std::string_view id) const {
  const auto tables = tables_.load();
  const auto at = tables->tokens.find(id);
  if (at == tables->tokens.end()) return std::nullopt;
  const auto& token = *at->second;
  Known known;
  known.token = token.id;
  known.limits = at->second;
  known.caller.name = token.name;
  known.caller.token = token.id;
  if (token.machine) {
    known.caller.roles = {"machine"};
  } else {
    const auto person = tables->people.find(token.name);
    if (person == tables->people.end() || !person->second.active) return std::nullopt;
    known.caller.roles = person->second.roles;
  }
  known.meter = tables->meters.find(id)->second;
  return known;
}

bool Access::knows_person(std::string_view name) const { return known_person(name).has_value(); }

std::optional<Known> Access::known_person(std::string_view name) const {
  // People have no rate or quota of their own; what they do is counted with everything else.
  static const auto kNoLimits = std::make_shared<const store::StoredToken>();
  static const auto kMeter = std::make_shared<Meter>();
  const auto tables = tables_.load();
  const auto person = tables->people.find(name);
  if (person == tables->people.end() || !person->second.active) return std::nullopt;
  Known known;
  known.token = "person-" + sha256_hex(name).substr(0, 16);
  known.limits = kNoLimits;
  known.meter = kMeter;
  known.caller.name = person->second.name;
  known.caller.roles = person->second.roles;
  known.caller.token = known.token;
  return known;
}

std::optional<Known> Access::recall(std::string_view secret) const {
  std::string id;
  {
    const std::string hash = fast_hash(secret);
    const std::shared_lock lock(verified_mutex_);
    const auto at = verified_.find(hash);
    if (at == verified_.end()) return std::nullopt;
    id = at->second;
  }
  return known(id);
}

bool Access::plausible(std::string_view secret) const {
  const std::string id = app::token_id(secret);
  const auto tables = tables_.load();
  const auto at = tables->tokens.find(id);
  return at != tables->tokens.end() && at->second->kind == "token";
}

bool Access::may_look(std::string_view secret, Clock::time_point now) {
  if (app::token_id(secret).empty()) return false;
  auto last = looked_.load();
  return now - last > std::chrono::seconds(1) && looked_.compare_exchange_strong(last, now);
}

std::optional<Known> Access::verify(std::string_view secret) {
  const std::string id = app::token_id(secret);
  const auto tables = tables_.load();
  const auto at = tables->tokens.find(id);
  if (at == tables->tokens.end() || at->second->kind != "token") return std::nullopt;
  {
    const std::scoped_lock one(verifying_);
    // Somebody else may have verified the same meanwhile.
    if (auto before = recall(secret)) return before;
    if (!app::token_fits(secret, at->second->hash)) return std::nullopt;
  }
  const std::string hash = fast_hash(secret);
  const std::unique_lock lock(verified_mutex_);
  if (verified_.size() >= kVerifiedMax) verified_.clear();
  verified_[hash] = id;
  return known(id);
}

std::optional<Known> Access::by_certificate(const std::string& sha256) const {
  const auto tables = tables_.load();
  const auto at = tables->certificates.find(sha256);
  return at == tables->certificates.end() ? std::nullopt : known(at->second);
}

Result<std::optional<Access::Session>> Access::open_session(const std::string& token, Clock::time_point now) {
  return open({.token = token, .person = {}, .id_token = {}, .csrf = {}, .ends = {}}, now);
}

Result<std::optional<Access::Session>> Access::open_session_of(const std::string& person, const std::string& id_token, Clock::time_point now) {
  return open({.token = {}, .person = person, .id_token = id_token, .csrf = {}, .ends = {}}, now);
}

Result<std::optional<Access::Session>> Access::open(OpenSession opened, Clock::time_point now) {
  Session session{app::random_text(kSessionBytes), app::random_text(24), std::chrono::seconds(kSessionLasts).count()};
  opened.csrf = session.csrf;
  opened.ends = now + kSessionLasts;
  Json who = Json::object().set("csrf", opened.csrf);
  if (!opened.token.empty()) who.set("token", opened.token);
  if (!opened.person.empty()) who.set("person", opened.person);
  if (!opened.id_token.empty()) who.set("id_token", opened.id_token);
  {
    const std::scoped_lock one(refreshing_);
    TAMGA_TRY(auto* const store, store_.get());
    const std::int64_t today = unix_now();
    const store::StoredSession stored{stored_id(session.id), sealed(who.dump(), session.id), today + session.seconds};
    TAMGA_TRY(const bool added, store::Sessions(*store).add(stored, today, kSessionsMax));
    if (!added) return std::nullopt;
  }
  remember(session.id, std::move(opened), now);
  return session;
}

void Access::remember(const std::string& id, OpenSession session, Clock::time_point now) {
  const std::unique_lock lock(sessions_mutex_);
  if (sessions_.size() >= static_cast<std::size_t>(kSessionsMax))
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.ends < now; });
  sessions_[stored_id(id)] = std::move(session);
}

bool Access::may_be_session(std::string_view id) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return id.size() == 43 && std::all_of(id.begin(), id.end(), fits);
}

Result<std::optional<Known>> Access::look_up_session(const std::string& id, Clock::time_point now) {
  if (!may_be_session(id)) return std::nullopt;
  const std::int64_t today = unix_now();
  std::optional<store::StoredSession> stored;
  {
    const std::scoped_lock one(refreshing_);
    TAMGA_TRY(auto* const store, store_.get());
    TAMGA_TRY(stored, store::Sessions(*store).find(stored_id(id), today));
  }
  if (!stored) return std::nullopt;
  const auto text = unsealed(stored->sealed, id);
  if (!text) return std::nullopt;
  const auto who = parse_json(*text);
  if (!who) return std::nullopt;
  remember(id,
           {.token = std::string(who->get("token")),
            .person = std::string(who->get("person")),
            .id_token = std::string(who->get("id_token")),
            .csrf = std::string(who->get("csrf")),
            .ends = now + std::chrono::seconds(stored->ends - today)},
           now);
  return by_session(id, now);
}

std::optional<Known> Access::by_session(const std::string& id, Clock::time_point now) const {
  if (!may_be_session(id)) return std::nullopt;
  OpenSession session;
  {
    const std::string hash = stored_id(id);
    const std::shared_lock lock(sessions_mutex_);
    const auto at = sessions_.find(hash);
    if (at == sessions_.end() || at->second.ends < now) return std::nullopt;
    session = at->second;
  }
  auto found = session.token.empty() ? known_person(session.person) : known(session.token);
  if (!found) return std::nullopt;
  found->id_token = session.id_token;
  found->session = id;
  found->caller.session = id;
  found->csrf = session.csrf;
  return found;
}

Status Access::close_session(const std::string& id) {
  {
    const std::scoped_lock one(refreshing_);
    TAMGA_TRY(auto* const store, store_.get());
    TAMGA_TRY_STATUS(store::Sessions(*store).end(stored_id(id)));
  }
  const std::unique_lock lock(sessions_mutex_);
  sessions_.erase(stored_id(id));
  return {};
}

Status Access::forget_sessions(store::Store& store) {
  // Those that begin after this are in the store before they are here, and are not asked for.
  std::vector<std::string> here;
  {
    const std::shared_lock lock(sessions_mutex_);
    for (const auto& [id, session] : sessions_) here.push_back(id);
  }
  if (here.empty()) return {};
  TAMGA_TRY(auto there, store::Sessions(store).ids(unix_now()));
  std::sort(there.begin(), there.end());
  const std::unique_lock lock(sessions_mutex_);
  for (const auto& id : here) {
    if (!std::binary_search(there.begin(), there.end(), id)) sessions_.erase(id);
  }
  return {};
}

}  // namespace tamga::server
