#include "app/watch_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "app/casework.h"
#include "base/sha256.h"
#include "cases/alert.h"
#include "clear/marks.h"

namespace tamga::app {
namespace {

std::string name_of(const match::Query& query) {
  if (!query.names.empty()) return query.names.front();
  if (!query.identifiers.empty()) return query.identifiers.front().value;
  return query.addresses.empty() ? "?" : query.addresses.front();
}

std::string words_of_field(const std::string& field) {
  static const std::map<std::string, std::string> kWords = {
      {"alias", "other name"},          {"weakAlias", "weak alias"},    {"previousName", "former name"},
      {"birthDate", "birth date"},      {"designations", "listing"},    {"innCode", "INN"},
      {"imoNumber", "IMO number"},      {"passportNumber", "passport"}, {"idNumber", "identity number"},
      {"registrationNumber", "number"}, {"taxNumber", "tax number"},    {"birthPlace", "place of birth"}};
  const auto at = kWords.find(field);
  return at == kWords.end() ? field : at->second;
}

std::string words_of(const std::vector<FieldChange>& fields) {
  constexpr std::size_t kMost = 4;
  const auto values = [](const std::vector<std::string>& all) {
    constexpr std::size_t kValues = 3;
    std::string text =
        fmt::format("\"{}\"", fmt::join(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), kValues)), "\", \""));
    if (all.size() > kValues) text += fmt::format(" and {} more", all.size() - kValues);
    return text;
  };
  std::string text;
  for (std::size_t i = 0; i < std::min(fields.size(), kMost); ++i) {
    const FieldChange& change = fields[i];
    const std::string field = words_of_field(change.field);
    text += text.empty() ? "" : "; ";
    if (change.added.empty()) {
      text += fmt::format("{} {} was taken out", field, values(change.removed));
    } else if (change.removed.empty()) {
      text += fmt::format("{} {} was added", field, values(change.added));
    } else {
      text += fmt::format("{} is {}, no longer {}", field, values(change.added), values(change.removed));
    }
  }
  if (fields.size() > kMost) text += fmt::format("; and {} more", fields.size() - kMost);
  return text;
}

std::string programmes_of(const Entity& entity) {
  std::set<std::string> programmes;
  for (const auto& designation : entity.designations)
    programmes.insert(designation.program + (designation.annex.empty() ? "" : " Annex " + designation.annex));
  programmes.erase("");
  return programmes.empty() ? std::string() : fmt::format(", {}", fmt::join(programmes, ", "));
}

}  // namespace

std::string_view watch_event_name(WatchEvent::Kind kind) {
  switch (kind) {
    case WatchEvent::Kind::hit: return "hit";
    case WatchEvent::Kind::changed: return "changed";
    case WatchEvent::Kind::gone: return "gone";
    case WatchEvent::Kind::deal: return "deal";
  }
  return {};
}

Json to_json(const WatchEvent& event) {
  Json json = Json::object();
  json.set("event", watch_event_name(event.kind)).set(event.kind == WatchEvent::Kind::deal ? "deal" : "entry", event.entry);
  if (event.kind == WatchEvent::Kind::deal) return json.set("outcome", event.outcome).set("because", event.because);
  json.set("name", event.name).set("list", event.list).set("entity", event.entity).set("caption", event.caption);
  const auto score = [](std::int64_t value) { return Json::number_literal(match::score_text(static_cast<match::Score>(value))); };
  if (event.score > 0) json.set("score", score(event.score));
  if (event.before > 0) json.set("before", score(event.before));
  if (event.marked) json.set("marked", Json::boolean(true));
  return json.set("because", event.because);
}

EntityKey key_of(const store::WatchHit& hit) { return {hit.list, hit.part, hit.entity}; }

std::vector<NewHit> new_hits(const std::string& entry, const match::Query& query, std::span<const match::LoadedEdition> editions,
                             const match::Options& options, match::Workspace& workspace) {
  std::vector<NewHit> hits;
  for (const auto& hit : match::screen(query, editions, options, workspace)) {
    hits.push_back({{entry, hit.list, hit.part, hit.entity.id, hit.score, hit.certain, hit.by_identifier ? "identifier" : "name", hit.entity.caption},
                    clear::listed_hash(hit.entity),
                    programmes_of(hit.entity)});
  }
  return hits;
}

std::vector<HitChange> hit_changes(const std::vector<store::WatchHit>& before, std::vector<NewHit> now,
                                   const std::map<EntityKey, EntityStory>& stories) {
  std::map<EntityKey, HitChange> all;
  for (const auto& hit : before) all[key_of(hit)].before = hit;
  for (auto& hit : now) {
    const auto key = key_of(hit.hit);
    all[key].now = std::move(hit);
  }
  std::vector<HitChange> result;
  for (auto& [key, change] : all) {
    const auto& was = change.before;
    const auto& is = change.now.hit;
    const bool same = was.score == is.score && was.certain == is.certain && was.how == is.how;
    if (same && !stories.contains(key)) continue;
    result.push_back(std::move(change));
  }
  return result;
}

Status HitRecorder::begin() {
  TAMGA_TRY(const auto head, store_.head());
  TAMGA_TRY(marks_, marks_then(store_, head.sequence));
  return {};
}

Status HitRecorder::take(const match::Query& query, const HitChange& change, const EntityStory* story, const std::string& published,
                         const std::function<void(WatchEvent)>& tell) {
  const bool was = change.before.score > 0;
  const bool is = change.now.hit.score > 0;
  const store::WatchHit& hit = is ? change.now.hit : change.before;
  WatchEvent event;
  event.kind = !was ? WatchEvent::Kind::hit : is ? WatchEvent::Kind::changed : WatchEvent::Kind::gone;
  event.entry = hit.entry;
  event.name = name_of(query);
  event.list = hit.list;
  event.entity = hit.entity;
  event.caption = hit.caption;
  event.score = change.now.hit.score;
  event.before = change.before.score;
  const bool story_changed = story != nullptr && !story->fields.empty();
  const std::string score = match::score_text(static_cast<match::Score>(event.score));
  if (event.kind == WatchEvent::Kind::hit) {
    event.because = fmt::format("{} matches {} on {} (score {}{}{}).", event.name, hit.caption, hit.list, score, hit.certain ? ", a true hit" : "",
                                change.now.programmes);
    if (story != nullptr && story->came) event.because += fmt::format(" The list holds it since its edition of {}.", published);
    if (story_changed) event.because += fmt::format(" Its entry has changed in the edition of {}: {}.", published, words_of(story->fields));
  } else if (event.kind == WatchEvent::Kind::changed) {
    event.because = fmt::format("{} still matches {} on {} (score {}", event.name, hit.caption, hit.list, score);
    if (event.before != event.score) event.because += fmt::format(", before {}", match::score_text(static_cast<match::Score>(event.before)));
    event.because += fmt::format("{}{}).", hit.certain ? ", a true hit" : "", change.now.programmes);
    if (story_changed) event.because += fmt::format(" Its entry has changed in the edition of {}: {}.", published, words_of(story->fields));
  } else {
    event.because = fmt::format("{} matches {} on {} no more: ", event.name, hit.caption, hit.list);
    event.because += story != nullptr && story->went
                         ? fmt::format("the list dropped it (edition of {}).", published.empty() ? "another day" : published)
                     : story_changed ? fmt::format("its entry has changed in the edition of {}: {}.", published, words_of(story->fields))
                                     : std::string("they are compared otherwise now.");
  }
  if (is) {
    TAMGA_TRY_STATUS(watch_.set_hit(change.now.hit));
  } else {
    TAMGA_TRY_STATUS(watch_.remove_hit(hit.entry, hit.list, hit.part, hit.entity));
  }
  TAMGA_TRY_STATUS(raise(query, change, event));
  tell(std::move(event));
  return {};
}

Status HitRecorder::raise(const match::Query& query, const HitChange& change, WatchEvent& event) {
  if (!alerts_) return {};
  const bool is = change.now.hit.score > 0;
  store::Ground ground;
  ground.deal = "book: " + event.entry;
  ground.rule = fmt::format("watch.{}", event.list);
  ground.about = event.entity;
  ground.outcome = "review";
  if (is) {
    const store::WatchHit& hit = change.now.hit;
    const Json side = clear::party_side(query);
    store::Pair pair{"",
                     hit.list,
                     hit.entity,
                     hit.caption,
                     hit.how,
                     hit.certain,
                     match::score_text(static_cast<match::Score>(hit.score)),
                     side,
                     content_address(side.dump()),
                     change.now.listed_hash};
    if (marks_ != nullptr) {
      const clear::Pair judged{pair.about,   pair.list,  pair.entity, pair.caption,    pair.how,
                               pair.certain, pair.score, pair.party,  pair.party_hash, pair.listed_hash};
      const auto marked = clear::judge_marks(*marks_, judged, as_of_);
      for (const auto& fallen : marked.fallen) {
        if (!fallen_.insert(fallen.mark).second) continue;
        event.because += fmt::format(" The mark {} holds no more, since {}.", fallen.mark, fallen.why);
        TAMGA_TRY_STATUS(cases_.fall(fallen.mark, fallen.why, "", at_));
      }
      if (marked.by != nullptr) {
        event.marked = true;
        event.because += fmt::format(" Marked as a false hit until {} ({}).", marked.by->until, marked.by->id);
        return {};
      }
    }
    ground.pairs.push_back(std::move(pair));
  } else {
    // What is gone needs nobody, unless somebody is at work on it.
    TAMGA_TRY(const auto open, cases_.alert_about(ground.deal, ground.rule, ground.about));
    if (!open || open->state == cases::State::closed) return {};
  }
  ground.because = event.because;
  Json content = Json::object().set("because", ground.because);
  for (const auto& pair : ground.pairs) content.set("hit", store::to_json(pair));
  ground.hash = content_address(content.dump());
  const auto day = Date::parse(std::string_view(at_).substr(0, 10));
  TAMGA_CHECK(day.has_value());
  TAMGA_TRY([[maybe_unused]] const bool fresh, cases_.raise(ground, cases::deadline_of(ground.outcome, *day).text(), at_));
  return {};
}

}  // namespace tamga::app
