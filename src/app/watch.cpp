#include "app/watch.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "app/casework.h"
#include "app/decisions.h"
#include "app/list_diff.h"
#include "app/owners.h"
#include "app/record.h"
#include "app/rules.h"
#include "app/watch_book.h"
#include "base/files.h"
#include "base/sha256.h"
#include "cases/alert.h"
#include "clear/marks.h"
#include "messages/messages.h"
#include "watch/book.h"

namespace tamga::app {
namespace {

/// Entries compiled together: what that takes of memory stays below half a gigabyte.
constexpr std::size_t kSegmentEntries = 250'000;
/// More small segments than this are compiled into one, since each is searched by itself.
constexpr std::size_t kSmallSegments = 8;
/// Changed names beyond this share of the book: then it is cheaper to screen the book against them than to look for each in it.
constexpr std::size_t kNamesPerEntry = 20;
constexpr std::size_t kManyNames = 5'000;
constexpr std::size_t kBlock = 4096;

// ---- the basis -----------------------------------------------------------------------------------------------------------------------------

Json basis_of(const Screener& screener, Date as_of, const std::string& policy, const std::vector<store::StoredEdition>& registers) {
  Json basis = screener.basis();
  basis.set("index", Json::number(static_cast<std::int64_t>(index::kVersion)));
  basis.set("as_of", as_of.text()).set("policy", policy);
  Json list = Json::array();
  for (const auto& edition : registers) list.push(Json::object().set("source", edition.part).set("edition", edition.id));
  return basis.set("ownership", std::move(list));
}

std::string text_of(const Json& json, std::string_view member) {
  const Json* found = json.find(member);
  return found == nullptr ? std::string() : found->dump();
}

/// list and part to the edition's id
std::map<std::pair<std::string, std::string>, std::string> editions_of(const Json& basis) {
  std::map<std::pair<std::string, std::string>, std::string> editions;
  if (const Json* lists = basis.find("lists"); lists != nullptr) {
    for (const auto& item : lists->items) editions[{std::string(item.get("list")), std::string(item.get("part"))}] = item.get("edition");
  }
  return editions;
}

std::string name_of(const match::Query& query) {
  if (!query.names.empty()) return query.names.front();
  if (!query.identifiers.empty()) return query.identifiers.front().value;
  return query.addresses.empty() ? "?" : query.addresses.front();
}

// ---- what changed, in words ------------------------------------------------------------------------------------------------------------------

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

// ---- one run -----------------------------------------------------------------------------------------------------------------------------------

using EntityKey = std::tuple<std::string, std::string, std::string>;  // list, part, id

/// How a listed entity came to be what it is now.
struct EntityStory {
  bool came = false;
  bool went = false;
  std::vector<FieldChange> fields = {};
};

/// A hit as it is now, with what an alert needs.
struct NewHit {
  store::WatchHit hit;
  std::string listed_hash;
  std::string programmes;
};

struct Findings {
  store::WatchHit before;  ///< score 0: there was none
  NewHit now;              ///< score 0: there is none
};

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

EntityKey key_of(const store::WatchHit& hit) { return {hit.list, hit.part, hit.entity}; }

/// Turns differences of hits into events, alerts and rows of the store.
class Recorder {
 public:
  Recorder(store::Store& store, Date as_of, std::string at, bool alerts)
      : store_(store), cases_(store), watch_(store), as_of_(as_of), at_(std::move(at)), alerts_(alerts) {}

  Status begin() {
    TAMGA_TRY(const auto head, store_.head());
    TAMGA_TRY(marks_, marks_then(store_, head.sequence));
    return {};
  }

  /// `since`: the beginning of a sentence's end, "since its edition of 2024-02-23".
  Status take(const match::Query& query, const Findings& findings, const EntityStory* story, const std::string& published,
              const std::function<void(WatchEvent)>& tell) {
    const bool was = findings.before.score > 0;
    const bool is = findings.now.hit.score > 0;
    const store::WatchHit& hit = is ? findings.now.hit : findings.before;
    WatchEvent event;
    event.kind = !was ? WatchEvent::Kind::hit : is ? WatchEvent::Kind::changed : WatchEvent::Kind::gone;
    event.entry = hit.entry;
    event.name = name_of(query);
    event.list = hit.list;
    event.entity = hit.entity;
    event.caption = hit.caption;
    event.score = findings.now.hit.score;
    event.before = findings.before.score;
    const bool story_changed = story != nullptr && !story->fields.empty();
    const std::string score = match::score_text(static_cast<match::Score>(event.score));
    if (event.kind == WatchEvent::Kind::hit) {
      event.because = fmt::format("{} matches {} on {} (score {}{}{}).", event.name, hit.caption, hit.list, score, hit.certain ? ", a true hit" : "",
                                  findings.now.programmes);
      if (story != nullptr && story->came) event.because += fmt::format(" The list holds it since its edition of {}.", published);
      if (story_changed) event.because += fmt::format(" Its entry has changed in the edition of {}: {}.", published, words_of(story->fields));
    } else if (event.kind == WatchEvent::Kind::changed) {
      event.because = fmt::format("{} still matches {} on {} (score {}", event.name, hit.caption, hit.list, score);
      if (event.before != event.score) event.because += fmt::format(", before {}", match::score_text(static_cast<match::Score>(event.before)));
      event.because += fmt::format("{}{}).", hit.certain ? ", a true hit" : "", findings.now.programmes);
      if (story_changed) event.because += fmt::format(" Its entry has changed in the edition of {}: {}.", published, words_of(story->fields));
    } else {
      event.because = fmt::format("{} matches {} on {} no more: ", event.name, hit.caption, hit.list);
      event.because += story != nullptr && story->went
                           ? fmt::format("the list dropped it (edition of {}).", published.empty() ? "another day" : published)
                       : story_changed ? fmt::format("its entry has changed in the edition of {}: {}.", published, words_of(story->fields))
                                       : std::string("they are compared otherwise now.");
    }
    if (is) {
      TAMGA_TRY_STATUS(watch_.set_hit(findings.now.hit));
    } else {
      TAMGA_TRY_STATUS(watch_.remove_hit(hit.entry, hit.list, hit.part, hit.entity));
    }
    TAMGA_TRY_STATUS(raise(query, findings, event));
    tell(std::move(event));
    return {};
  }

 private:
  Status raise(const match::Query& query, const Findings& findings, WatchEvent& event) {
    if (!alerts_) return {};
    const bool is = findings.now.hit.score > 0;
    store::Ground ground;
    ground.deal = "book: " + event.entry;
    ground.rule = fmt::format("watch.{}", event.list);
    ground.about = event.entity;
    ground.outcome = "review";
    if (is) {
      const store::WatchHit& hit = findings.now.hit;
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
                       findings.now.listed_hash};
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

  store::Store& store_;
  store::Cases cases_;
  store::Watch watch_;
  Date as_of_;
  std::string at_;
  bool alerts_;
  std::shared_ptr<const std::vector<clear::Mark>> marks_;
  std::set<std::string> fallen_;
};

match::Options without_reasons(const Screener& screener) {
  match::Options options = screener.options();
  options.reasons = false;
  return options;
}

/// The same row may have been screened with other results before: what differs, by list, part and entity.
std::vector<Findings> differences(const std::vector<store::WatchHit>& before, std::vector<NewHit> now,
                                  const std::map<EntityKey, EntityStory>& stories) {
  std::map<EntityKey, Findings> all;
  for (const auto& hit : before) all[key_of(hit)].before = hit;
  for (auto& hit : now) {
    const auto key = key_of(hit.hit);
    all[key].now = std::move(hit);
  }
  std::vector<Findings> result;
  for (auto& [key, findings] : all) {
    const auto& was = findings.before;
    const auto& is = findings.now.hit;
    const bool same = was.score == is.score && was.certain == is.certain && was.how == is.how;
    if (same && !stories.contains(key)) continue;
    result.push_back(std::move(findings));
  }
  return result;
}

/// One entry that was screened again.
struct Screened {
  std::string entry;
  match::Query query;
  std::vector<store::WatchHit> before;
  std::vector<NewHit> now;
};

constexpr std::string_view kChangedMeanwhile = "the book or the lists changed while this ran; run it again";

// ---- deals -------------------------------------------------------------------------------------------------------------------------------------

/// What of a decision counts: its findings without their words, since an age in days is another one each day.
std::vector<std::string> signature(const Json& decision) {
  std::vector<std::string> all;
  if (const Json* findings = decision.find("findings"); findings != nullptr) {
    for (const auto& finding : findings->items) {
      std::string text = fmt::format("{} {} {}", finding.get("outcome"), finding.get("rule"), finding.get("about"));
      if (!finding.get("rule").starts_with("basis.")) text += " " + text_of(finding, "evidence");
      all.push_back(std::move(text));
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// The newest decision of each of these deals, and the bytes of the deal as it was given then.
struct Decided {
  Json decision;
  std::string deal;
};
Result<std::map<std::string, Decided>> last_decisions(store::Store& store, const std::vector<std::string>& deals) {
  const std::set<std::string> wanted(deals.begin(), deals.end());
  std::map<std::string, Decided> all;
  TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json payload, parse_json(entry.payload));
    if (payload.get("deal").empty()) return {};
    TAMGA_TRY(Json decision, parse_json(payload.get("decision")));
    std::string deal(decision.get("deal"));
    if (wanted.contains(deal)) all[std::move(deal)] = {std::move(decision), std::string(payload.get("deal"))};
    return {};
  }));
  return all;
}

Status run_deals(const Settings& settings, store::Store& store, Date as_of, const std::string& at, WatchRun& run,
                 const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress) {
  store::Watch watch(store);
  TAMGA_TRY(const auto watched, watch.deals());
  std::vector<std::string> open;
  for (const auto& deal : watched) {
    TAMGA_TRY(const auto shipped, store.find("shipped", deal));
    if (!shipped) {
      open.push_back(deal);
      continue;
    }
    TAMGA_TRY([[maybe_unused]] const bool removed, watch.remove_deal(deal));
  }
  if (open.empty()) return {};
  TAMGA_TRY(auto last, last_decisions(store, open));
  ClearRequest request;
  request.as_of = as_of;
  request.decided_at = at;
  request.record = false;
  for (const auto& [id, decided] : last) {
    TAMGA_TRY(auto deal, read_deal(decided.deal));
    request.deals.push_back(DealText{id, decided.deal, std::move(deal)});
  }
  std::set<std::string> other;
  std::int64_t done = 0;
  const auto all = static_cast<std::int64_t>(request.deals.size());
  TAMGA_TRY_STATUS(clear_deals(settings, request, [&](const clear::Decision& decision) {
    if (signature(decision.json) != signature(last[decision.deal].decision)) other.insert(decision.deal);
    progress("deals", ++done, all);
  }));
  run.deals = all;
  std::erase_if(request.deals, [&](const DealText& deal) { return !other.contains(deal.name); });
  request.record = true;
  if (request.deals.empty()) return {};
  return clear_deals(settings, request, [&](const clear::Decision& decision) {
    const Json& before = last[decision.deal].decision;
    WatchEvent event;
    event.kind = WatchEvent::Kind::deal;
    event.entry = decision.deal;
    event.name = decision.deal;
    event.outcome = policy::outcome_name(decision.outcome);
    event.because = event.outcome == before.get("outcome")
                        ? fmt::format("Deal {} is still {}, for other reasons:", decision.deal, event.outcome)
                        : fmt::format("Deal {} was {} and is now {}:", decision.deal, before.get("outcome"), event.outcome);
    const auto known = signature(before);
    const auto now = signature(decision.json);
    const Json* findings = decision.json.find("findings");
    bool any = false;
    for (const auto& finding : findings->items) {
      const Json alone = Json::object().set("findings", Json::array().push(finding));
      if (std::binary_search(known.begin(), known.end(), signature(alone).front())) continue;
      event.because += " " + std::string(finding.get("because"));
      any = true;
      break;
    }
    if (!any) event.because += " what stood against it is gone.";
    ++run.events;
    each(event);
  });
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

Result<WatchRun> watch_run(const Settings& settings, Date as_of, bool whole, const std::string& at,
                           const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Watch watch(store);
  WatchRun run;
  TAMGA_TRY(run.entries, watch.entries());
  TAMGA_TRY(const std::string basis_text, watch.basis());
  TAMGA_TRY(const Json before, basis_text.empty() ? Result<Json>(Json::object()) : parse_json(basis_text));
  TAMGA_TRY(const auto rules, load_rules(settings.policy));
  TAMGA_TRY(const auto registers, registers_on(store, as_of));
  ScreenSettings screening;
  screening.as_of = as_of;
  TAMGA_TRY(const auto screener, Screener::open(settings, screening));
  const Json now = basis_of(screener, as_of, rules.id, registers);
  const auto options = without_reasons(screener);

  if (whole) {
    run.why = "it was asked for";
  } else if (!basis_text.empty()) {
    for (const auto& [member, why] : {std::pair("matching", "names are matched otherwise"), std::pair("engine", "another Tamga made the hits"),
                                      std::pair("index", "another Tamga made the hits")}) {
      if (run.why.empty() && text_of(before, member) != text_of(now, member)) run.why = why;
    }
  }
  run.whole = !run.why.empty();

  // What differs between the editions then and now.
  std::map<EntityKey, EntityStory> stories;
  std::map<std::pair<std::string, std::string>, std::string> published;
  std::vector<match::LoadedEdition> changed;
  std::size_t changed_names = 0;
  const auto editions_before = editions_of(before);
  TAMGA_TRY(const auto stored, store.editions());
  const auto note_changes = [&](const match::LoadedEdition* old_edition, const match::LoadedEdition* new_edition) {
    const auto& named = new_edition != nullptr ? *new_edition : *old_edition;
    published[{named.list, named.part}] = new_edition != nullptr ? new_edition->published : std::string();
    std::vector<std::uint32_t> fresh;
    std::int64_t came = 0;
    std::int64_t went = 0;
    std::int64_t other = 0;
    const index::Index* was = old_edition == nullptr ? nullptr : old_edition->index.get();
    const index::Index* is = new_edition == nullptr ? nullptr : new_edition->index.get();
    for (const auto& change : watch::changes(was, is)) {
      EntityStory story;
      story.came = change.before == index::kNoEntity;
      story.went = change.after == index::kNoEntity;
      ++(story.came ? came : story.went ? went : other);
      if (!story.came && !story.went) story.fields = entity_changes(*was, change.before, *is, change.after);
      const auto id = story.went ? was->entity_id(change.before) : is->entity_id(change.after);
      if (!story.went) fresh.push_back(change.after);
      stories.emplace(EntityKey{named.list, named.part, std::string(id)}, std::move(story));
    }
    const std::string list = named.part.empty() ? named.list : named.list + "/" + named.part;
    run.editions.push_back(new_edition == nullptr
                               ? fmt::format("{}: in force no more, {} entries went", list, went)
                               : fmt::format("{} {}: {} entries came, {} went, {} changed", list, named.published, came, went, other));
    if (fresh.empty()) return;
    changed.push_back(watch::part_of(*new_edition, fresh, *options.model));
    changed_names += changed.back().index->name_count();
  };
  std::set<std::pair<std::string, std::string>> in_force;
  for (const auto& edition : screener.searchable()) {
    in_force.insert({edition.list, edition.part});
    const auto old_id = editions_before.find({edition.list, edition.part});
    if (old_id != editions_before.end() && old_id->second == edition.edition) continue;
    std::optional<clear::BasisEdition> loaded;
    if (old_id != editions_before.end()) {
      const auto at_old = std::find_if(stored.begin(), stored.end(), [&](const auto& one) {
        return one.list == edition.list && one.part == edition.part && one.id == old_id->second;
      });
      if (at_old != stored.end()) {
        TAMGA_TRY(loaded, load_edition(settings, store, *at_old, *options.model));
      }
    }
    if (basis_text.empty()) continue;  // nothing was screened before
    note_changes(loaded ? &loaded->loaded : nullptr, &edition);
  }
  for (const auto& [list, id] : editions_before) {
    if (in_force.contains(list)) continue;
    const auto at_old = std::find_if(stored.begin(), stored.end(),
                                     [&](const auto& one) { return one.list == list.first && one.part == list.second && one.id == id; });
    if (at_old == stored.end()) continue;
    TAMGA_TRY(const auto loaded, load_edition(settings, store, *at_old, *options.model));
    note_changes(&loaded.loaded, nullptr);
  }
  run.changed_entities = static_cast<std::int64_t>(stories.size());

  std::vector<Screened> screened;
  const bool names_differ = run.whole || !stories.empty();
  if (names_differ && run.entries > 0) {
    TAMGA_TRY(const auto segments, open_book(settings, store, options.model));
    std::map<std::int64_t, const BookSegment*> by_number;
    for (const auto& segment : segments) by_number[segment.number()] = &segment;
    const auto& against = run.whole ? std::vector<match::LoadedEdition>(screener.searchable().begin(), screener.searchable().end()) : changed;
    // Whom hits on what went or changed concern, and their hits.
    std::map<std::string, std::vector<store::WatchHit>> touched;
    if (run.whole) {
      TAMGA_TRY_STATUS(watch.each_hit([&](const store::WatchHit& hit) -> Status {
        touched[hit.entry].push_back(hit);
        return {};
      }));
    } else {
      for (const auto& [key, story] : stories) {
        if (story.came) continue;
        TAMGA_TRY(auto hits, watch.hits_on(std::get<0>(key), std::get<1>(key), std::get<2>(key)));
        for (auto& hit : hits) touched[hit.entry].push_back(std::move(hit));
      }
    }
    const bool everybody = run.whole || watch::Concerned::all(changed) ||
                           (changed_names > kManyNames && changed_names * kNamesPerEntry > static_cast<std::size_t>(run.entries));
    std::vector<Screened> found;
    if (everybody) {
      // In blocks on all threads; kept are those alone who have, or had, a hit.
      std::unordered_map<std::string, store::WatchPlace> places;
      TAMGA_TRY_STATUS(watch.each_place([&](const std::string& id, const store::WatchPlace& place) -> Status {
        places.emplace(id, place);
        return {};
      }));
      std::vector<match::Workspace> workspaces(std::max(1U, settings.threads));
      for (const auto& segment : segments) {
        for (std::int64_t first = 0; first < segment.entries(); first += static_cast<std::int64_t>(kBlock)) {
          const auto count = static_cast<std::size_t>(std::min<std::int64_t>(segment.entries() - first, kBlock));
          std::vector<std::optional<Screened>> block(count);
          std::vector<char> live(count, 0);
          on_workers(workspaces.size(), count, [&](std::size_t i, std::size_t worker) {
            const std::int64_t line = first + static_cast<std::int64_t>(i);
            BatchRow row = segment.row(line);
            const auto place = places.find(row.id);
            if (place == places.end() || !(place->second == store::WatchPlace{segment.number(), line})) return;
            live[i] = 1;
            auto hits = new_hits(row.id, row.query, against, options, workspaces[worker]);
            if (hits.empty() && !touched.contains(row.id)) return;
            block[i] = Screened{row.id, std::move(row.query), {}, std::move(hits)};
          });
          for (auto& one : block) {
            if (one) found.push_back(*std::move(one));
          }
          run.screened += std::count(live.begin(), live.end(), 1);
          progress("entries", run.screened, run.entries);
        }
      }
    } else {
      watch::Concerned concerned(options);
      match::Workspace workspace;
      std::set<std::string> seen;
      const auto screen_one = [&](const BookSegment& segment, std::int64_t line) -> Status {
        BatchRow row = segment.row(line);
        TAMGA_TRY(const auto place, watch.place(row.id));
        if (!place || !(*place == store::WatchPlace{segment.number(), line}) || !seen.insert(row.id).second) return {};
        ++run.screened;
        auto hits = new_hits(row.id, row.query, changed, options, workspace);
        if (hits.empty() && !touched.contains(row.id)) return {};
        found.push_back(Screened{row.id, std::move(row.query), {}, std::move(hits)});
        return {};
      };
      for (const auto& segment : segments) {
        for (const auto line : concerned.among(segment.index(), changed)) TAMGA_TRY_STATUS(screen_one(segment, line));
      }
      for (const auto& [entry, hits] : touched) {
        if (seen.contains(entry)) continue;
        TAMGA_TRY(const auto place, watch.place(entry));
        if (place && by_number.contains(place->segment)) TAMGA_TRY_STATUS(screen_one(*by_number[place->segment], place->line));
      }
    }
    for (auto& one : found) {
      if (const auto old = touched.find(one.entry); old != touched.end()) one.before = std::move(old->second);
    }
    screened = std::move(found);
    std::sort(screened.begin(), screened.end(), [](const Screened& a, const Screened& b) { return a.entry < b.entry; });
  }

  std::vector<WatchEvent> events;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const std::string basis_now, watch.basis());
    TAMGA_TRY(const auto entries_now, watch.entries());
    if (basis_now != basis_text || entries_now != run.entries) return failure(std::string(kChangedMeanwhile));
    Recorder recorder(store, as_of, at, true);
    TAMGA_TRY_STATUS(recorder.begin());
    for (const auto& one : screened) {
      for (const auto& findings : differences(one.before, one.now, stories)) {
        const auto key = key_of(findings.now.hit.score > 0 ? findings.now.hit : findings.before);
        const auto story = stories.find(key);
        TAMGA_TRY_STATUS(recorder.take(one.query, findings, story == stories.end() ? nullptr : &story->second,
                                       published[{std::get<0>(key), std::get<1>(key)}],
                                       [&](WatchEvent event) { events.push_back(std::move(event)); }));
      }
    }
    if (now.dump() == basis_text) return {};
    Json done = Json::object();
    done.set("basis", now).set("screened", Json::number(run.screened)).set("events", Json::number(static_cast<std::int64_t>(events.size())));
    return watch.set_basis(now.dump(), done.dump(), at);
  }));
  run.events = static_cast<std::int64_t>(events.size());
  for (const auto& event : events) each(event);
  // Rules begin and end with the day, so that each day is a change for a deal.
  if (whole || now.dump() != basis_text) TAMGA_TRY_STATUS(run_deals(settings, store, as_of, at, run, each, progress));
  return run;
}

namespace {

/// The rows of one segment that is being made.
struct NewSegment {
  std::string rows;
  std::vector<match::Query> queries;
  std::vector<std::string> ids;
};

bool is_deal(const std::string& bytes) {
  const auto first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos || bytes[first] != '{') return false;
  const auto json = parse_json(bytes);
  return json && json->find("parties") != nullptr && json->find("goods") != nullptr;
}

}  // namespace

Result<WatchAdded> watch_add(const Settings& settings, const WatchAdd& add, const std::string& at, const std::function<void(const WatchEvent&)>& each,
                             const WatchProgress& progress) {
  WatchAdded result;
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Watch watch(store);
  ClearRequest deals;
  deals.as_of = add.as_of;
  deals.decided_at = at;
  std::vector<std::string> books;
  for (const auto& file : add.files) {
    std::error_code error;
    // Books may be large and are read once, by rows; deals are small.
    constexpr std::uintmax_t kDealMax = 4 << 20;
    if (file != "-" && std::filesystem::file_size(file, error) <= kDealMax && !error) {
      TAMGA_TRY(const std::string bytes, read_file(file));
      if (is_deal(bytes)) {
        TAMGA_TRY(auto deal, read_deal_file(file));
        std::move(deal.begin(), deal.end(), std::back_inserter(deals.deals));
        continue;
      }
    }
    books.push_back(file);
  }

  TAMGA_TRY(const std::string basis_before, watch.basis());
  ScreenSettings screening;
  screening.as_of = add.as_of;
  TAMGA_TRY(const auto screener, Screener::open(settings, screening));
  TAMGA_TRY(const auto rules, load_rules(settings.policy));
  TAMGA_TRY(const auto registers, registers_on(store, add.as_of));
  const Json now = basis_of(screener, add.as_of, rules.id, registers);
  if (!basis_before.empty() && basis_before != now.dump()) {
    // All hits stand on one basis.
    TAMGA_TRY([[maybe_unused]] const auto run, watch_run(settings, add.as_of, false, at, each, progress));
  }
  const auto options = without_reasons(screener);
  const std::vector<match::LoadedEdition> editions(screener.searchable().begin(), screener.searchable().end());
  TAMGA_TRY(const auto segments, open_book(settings, store, options.model));
  std::map<std::int64_t, const BookSegment*> by_number;
  for (const auto& segment : segments) by_number[segment.number()] = &segment;
  TAMGA_TRY(const auto entries_before, watch.entries());

  // The rows, each id once, the last one of several; those that the book holds as they are stay where they are.
  std::vector<NewSegment> fresh;
  std::unordered_map<std::string, std::pair<std::size_t, std::size_t>> seen;  // id to its segment and line here
  std::set<std::string> same;
  std::unordered_map<std::string, match::Query> replacing;
  std::vector<Screened> hits;
  std::vector<match::Workspace> workspaces(std::max(1U, settings.threads));
  std::vector<BatchRow> block;
  std::int64_t rows_read = 0;
  const auto screen_block = [&]() -> Status {
    std::vector<std::vector<NewHit>> found(block.size());
    on_workers(workspaces.size(), block.size(),
               [&](std::size_t i, std::size_t worker) { found[i] = new_hits(block[i].id, block[i].query, editions, options, workspaces[worker]); });
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (fresh.empty() || fresh.back().ids.size() == kSegmentEntries) {
        if (!fresh.empty()) TAMGA_TRY_STATUS(BookSegment::prepare(settings, fresh.back().rows, fresh.back().queries, *options.model));
        if (!fresh.empty()) fresh.back().queries = {};
        fresh.emplace_back();
      }
      NewSegment& into = fresh.back();
      seen[block[i].id] = {fresh.size() - 1, into.ids.size()};
      into.rows += block[i].asked.dump() + "\n";
      into.ids.push_back(block[i].id);
      if (!found[i].empty()) hits.push_back({block[i].id, block[i].query, {}, std::move(found[i])});
      into.queries.push_back(std::move(block[i].query));
    }
    block.clear();
    progress("entries", rows_read, 0);
    return {};
  };
  for (const auto& file : books) {
    TAMGA_TRY_STATUS(each_batch_row({file, add.schema}, options.model, [&](BatchRow& row) -> Status {
      ++rows_read;
      if (!row.error.empty()) {
        result.rejected.push_back({file, row.line, row.error});
        return {};
      }
      if (row.id.empty()) {
        row.id = "row-" + sha256_hex(row.asked.dump()).substr(0, 16);
        row.asked.set("id", row.id);
      }
      TAMGA_TRY(const auto place, watch.place(row.id));
      if (place && !seen.contains(row.id) && by_number.contains(place->segment) && by_number[place->segment]->text(place->line) == row.asked.dump()) {
        same.insert(row.id);
        return {};
      }
      same.erase(row.id);
      if (place) replacing[row.id] = row.query;
      block.push_back(std::move(row));
      return block.size() < kBlock ? Status{} : screen_block();
    }));
  }
  TAMGA_TRY_STATUS(screen_block());
  result.unchanged = static_cast<std::int64_t>(same.size());

  // Small segments are taken into the new one, so that there are never many. Their hits stand.
  std::vector<std::int64_t> swallowed;
  if (!fresh.empty() && segments.size() >= kSmallSegments) {
    for (const auto& segment : segments) {
      if (segment.entries() * 2 > static_cast<std::int64_t>(kSegmentEntries)) continue;
      swallowed.push_back(segment.number());
      for (std::int64_t line = 0; line < segment.entries(); ++line) {
        BatchRow row = segment.row(line);
        TAMGA_TRY(const auto place, watch.place(row.id));
        if (!place || !(*place == store::WatchPlace{segment.number(), line}) || seen.contains(row.id)) continue;
        if (fresh.back().ids.size() == kSegmentEntries) {
          TAMGA_TRY_STATUS(BookSegment::prepare(settings, fresh.back().rows, fresh.back().queries, *options.model));
          fresh.back().queries = {};
          fresh.emplace_back();
        }
        NewSegment& into = fresh.back();
        into.rows.append(segment.text(line)).push_back('\n');
        into.ids.push_back(row.id);
        into.queries.push_back(std::move(row.query));
      }
    }
  }
  if (!fresh.empty()) TAMGA_TRY_STATUS(BookSegment::prepare(settings, fresh.back().rows, fresh.back().queries, *options.model));

  std::vector<WatchEvent> events;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    TAMGA_TRY(const auto entries_now, watch.entries());
    TAMGA_TRY(const std::string basis_now, watch.basis());
    if (entries_now != entries_before || (!basis_now.empty() && basis_now != now.dump())) return failure(std::string(kChangedMeanwhile));
    std::unordered_map<std::string, std::vector<store::WatchHit>> old_hits;
    for (std::size_t number = 0; number < fresh.size(); ++number) {
      const auto& segment = fresh[number];
      TAMGA_TRY(const auto stored, watch.add_segment(segment.rows, static_cast<std::int64_t>(segment.ids.size()), at));
      for (std::size_t line = 0; line < segment.ids.size(); ++line) {
        const auto& id = segment.ids[line];
        const auto mine = seen.find(id);
        if (mine != seen.end() && mine->second != std::pair(number, line)) continue;  // a later row of the same id holds
        if (mine != seen.end()) {
          TAMGA_TRY(const auto place, entries_before == 0 ? std::optional<store::WatchPlace>() : watch.place(id));
          ++(place ? result.replaced : result.added);
          if (place) {
            TAMGA_TRY(old_hits[id], watch.hits_of(id));
          }
        }
        TAMGA_TRY_STATUS(watch.set_place(id, {stored, static_cast<std::int64_t>(line)}));
      }
    }
    for (const auto number : swallowed) TAMGA_TRY_STATUS(watch.drop_segment(number));
    if (add.whole) {
      std::vector<std::string> gone;
      TAMGA_TRY_STATUS(watch.each_place([&](const std::string& id, const store::WatchPlace&) -> Status {
        if (!seen.contains(id) && !same.contains(id)) gone.push_back(id);
        return {};
      }));
      for (const auto& id : gone) {
        TAMGA_TRY([[maybe_unused]] const bool removed, watch.remove(id));
      }
      result.removed = static_cast<std::int64_t>(gone.size());
    }
    Recorder recorder(store, add.as_of, at, add.alerts);
    TAMGA_TRY_STATUS(recorder.begin());
    std::map<std::string, Screened> by_entry;  // of several rows of one id the last
    for (auto& one : hits) {
      std::string id = one.entry;
      by_entry.insert_or_assign(std::move(id), std::move(one));
    }
    for (auto& [id, before] : old_hits) {
      auto& one = by_entry[id];
      if (one.entry.empty()) {
        one.entry = id;
        one.query = replacing[id];
      }
      one.before = std::move(before);
    }
    for (const auto& [id, one] : by_entry) {
      result.hits += static_cast<std::int64_t>(one.now.size());
      for (const auto& findings : differences(one.before, one.now, {})) {
        TAMGA_TRY_STATUS(recorder.take(one.query, findings, nullptr, {}, [&](WatchEvent event) { events.push_back(std::move(event)); }));
      }
    }
    for (const auto& deal : deals.deals) TAMGA_TRY_STATUS(watch.add_deal(deal.deal.id));
    result.deals = static_cast<std::int64_t>(deals.deals.size());
    Json done = Json::object();
    done.set("basis", now).set("added", Json::number(result.added)).set("replaced", Json::number(result.replaced));
    done.set("removed", Json::number(result.removed)).set("deals", Json::number(result.deals)).set("hits", Json::number(result.hits));
    return watch.set_basis(now.dump(), done.dump(), at);
  }));
  for (const auto& event : events) each(event);
  // A deal that was decided on already is not decided again: what it says now is what the next run compares with.
  if (!deals.deals.empty()) {
    std::vector<std::string> ids;
    for (const auto& deal : deals.deals) ids.push_back(deal.deal.id);
    TAMGA_TRY(const auto last, last_decisions(store, ids));
    std::erase_if(deals.deals, [&](const DealText& deal) {
      const auto known = last.find(deal.deal.id);
      return known != last.end() && known->second.deal == deal.bytes;
    });
    if (!deals.deals.empty()) {
      TAMGA_TRY_STATUS(clear_deals(settings, std::move(deals), [&](const clear::Decision& decision) {
        WatchEvent event;
        event.kind = WatchEvent::Kind::deal;
        event.entry = decision.deal;
        event.name = decision.deal;
        event.outcome = policy::outcome_name(decision.outcome);
        event.because = fmt::format("Deal {} is {}.", decision.deal, event.outcome);
        each(event);
      }));
    }
  }
  return result;
}

Status watch_remove(const Settings& settings, const std::vector<std::string>& ids, const std::string& at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Watch watch(store);
  return store.transact([&]() -> Status {
    Json removed = Json::array();
    for (const auto& id : ids) {
      TAMGA_TRY(const bool entry, watch.remove(id));
      TAMGA_TRY(const bool deal, watch.remove_deal(id));
      if (!entry && !deal) return bad_input(fmt::format("neither an entry nor a deal {} is in the book; nothing was removed", id));
      removed.push(Json::string(id));
    }
    TAMGA_TRY(const std::string basis, watch.basis());
    return watch.set_basis(basis, Json::object().set("removed", std::move(removed)).dump(), at);
  });
}

Result<WatchStatus> watch_status(const Settings& settings, Date today) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Watch watch(store);
  WatchStatus status;
  TAMGA_TRY(status.entries, watch.entries());
  TAMGA_TRY(status.hits, watch.hits());
  TAMGA_TRY(status.deals, watch.deals());
  TAMGA_TRY(const std::string basis, watch.basis());
  if (basis.empty()) return status;
  TAMGA_TRY(status.basis, parse_json(basis));
  const auto known = editions_of(status.basis);
  TAMGA_TRY(const auto editions, editions_on(store, today, {}));
  for (const auto& edition : editions) {
    const auto at = known.find({edition.list, edition.part});
    if (at == known.end() || at->second != edition.id)
      status.waiting.push_back(fmt::format("{}{}{} {}", edition.list, edition.part.empty() ? "" : "/", edition.part, edition.published));
  }
  return status;
}

}  // namespace tamga::app
