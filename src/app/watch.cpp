#include "app/watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "app/decisions.h"
#include "app/owners.h"
#include "app/record.h"
#include "app/rules.h"
#include "app/shards.h"
#include "app/watch_book.h"
#include "app/watch_changes.h"
#include "app/watch_deals.h"
#include "app/watch_events.h"
#include "base/files.h"
#include "base/sha256.h"
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

/// One entry that was screened again.
struct Screened {
  std::string entry;
  match::Query query;
  std::vector<store::WatchHit> before;
  std::vector<NewHit> now;
};

constexpr std::string_view kChangedMeanwhile = "the book or the lists changed while this ran; run it again";

/// Another number after every change of the book or its hits, whoever made it.
Result<std::int64_t> version_of(store::Store& store) { return store.last_of({"watch"}); }

/// What entries are screened against on a day.
struct Opened {
  Screener screener;
  match::Options options;  ///< without reasons: they are not kept
  Json basis;              ///< what hits found with it stand on
};

Result<Opened> open_now(const Settings& settings, store::Store& store, Date as_of) {
  TAMGA_TRY(const auto rules, load_rules(settings.policy));
  TAMGA_TRY(const auto registers, registers_on(store, as_of));
  ScreenSettings screening;
  screening.as_of = as_of;
  TAMGA_TRY(auto screener, Screener::open(settings, screening));
  Json basis = basis_of(screener, as_of, rules.id, registers);
  match::Options options = screener.options();
  options.reasons = false;
  return Opened{std::move(screener), std::move(options), std::move(basis)};
}

/// Why every hit may be another one; empty: only listed entities have changed.
std::string why_whole(const Json& before, const Json& now) {
  if (text_of(before, "matching") != text_of(now, "matching")) return "names are matched otherwise";
  const bool other = text_of(before, "engine") != text_of(now, "engine") || text_of(before, "index") != text_of(now, "index");
  return other ? "another Tamga made the hits" : "";
}

using HitsByEntry = std::map<std::string, std::vector<store::WatchHit>>;

/// The known hits that may be other ones now.
Result<HitsByEntry> touched_hits(store::Watch& watch, const Changes& changes, bool whole) {
  HitsByEntry touched;
  if (whole) {
    TAMGA_TRY_STATUS(watch.each_hit([&](const store::WatchHit& hit) -> Status {
      touched[hit.entry].push_back(hit);
      return {};
    }));
    return touched;
  }
  for (const auto& [key, story] : changes.stories) {
    if (story.came) continue;
    TAMGA_TRY(auto hits, watch.hits_on(std::get<0>(key), std::get<1>(key), std::get<2>(key)));
    for (auto& hit : hits) touched[hit.entry].push_back(std::move(hit));
  }
  return touched;
}

using Places = std::unordered_map<std::string, store::WatchPlace>;

bool stands(const Places& places, const BatchRow& row, const BookSegment& segment, std::int64_t line) {
  const auto place = places.find(row.id);
  return place != places.end() && place->second == store::WatchPlace{segment.number(), line};
}

/// The same over workers. `request`: what they are to screen against, without its rows.
Result<std::vector<Screened>> screen_everybody_over(const work::Crew& crew, const work::Request& request, const std::vector<BookSegment>& segments,
                                                    const Places& places, const HitsByEntry& touched, WatchRun& run, const WatchProgress& progress) {
  std::vector<Screened> found;
  std::size_t segment = 0;
  std::int64_t line = 0;
  std::int64_t chunk = 0;
  std::map<std::int64_t, std::vector<std::pair<std::size_t, std::int64_t>>> asked;  // the entries of each chunk that is on its way
  const auto next = [&]() -> Result<std::optional<work::Request>> {
    work::Request part = request;
    part.chunk = chunk;
    auto& lines = asked[chunk];
    for (; segment < segments.size(); ++segment, line = 0) {
      for (; line < segments[segment].entries(); ++line) {
        if (lines.size() >= crew.rows || part.body.size() >= crew.bytes) break;
        TAMGA_TRY(const BatchRow row, segments[segment].row(line));
        if (!stands(places, row, segments[segment], line)) continue;
        part.body.append(row_text(row)).push_back('\n');
        lines.emplace_back(segment, line);
      }
      if (line < segments[segment].entries()) break;
    }
    if (lines.empty()) return std::nullopt;
    part.rows = static_cast<std::int64_t>(lines.size());
    ++chunk;
    return part;
  };
  TAMGA_TRY_STATUS(work::shard(*crew.line, crew.options, next, [&](const work::Answer& answer) -> Status {
    const auto& lines = asked.at(answer.chunk);
    std::size_t at = 0;
    std::string_view rest = answer.body;
    for (; !rest.empty() && at < lines.size(); ++at) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto& [number, of] = lines[at];
      TAMGA_TRY(BatchRow row, segments[number].row(of));
      TAMGA_TRY(auto hits, hits_from_text(row.id, rest.substr(0, end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!hits.empty() || touched.contains(row.id)) found.push_back(Screened{row.id, std::move(row.query), {}, std::move(hits)});
    }
    if (at != lines.size() || !rest.empty()) return failure("a worker answered with another number of entries than it was asked for");
    run.screened += static_cast<std::int64_t>(lines.size());
    asked.erase(answer.chunk);
    progress("entries", run.screened, run.entries);
    return {};
  }));
  return found;
}

/// The whole book in blocks on all threads; kept are those alone who have, or had, a hit.
Result<std::vector<Screened>> screen_everybody(const Settings& settings, store::Watch& watch, const std::vector<BookSegment>& segments,
                                               std::span<const match::LoadedEdition> against, const match::Options& options,
                                               const HitsByEntry& touched, WatchRun& run, const WatchProgress& progress, const work::Crew& crew,
                                               const work::Request& request) {
  std::vector<Screened> found;
  Places places;
  TAMGA_TRY_STATUS(watch.each_place([&](const std::string& id, const store::WatchPlace& place) -> Status {
    places.emplace(id, place);
    return {};
  }));
  if (crew.line != nullptr) return screen_everybody_over(crew, request, segments, places, touched, run, progress);
  std::vector<match::Workspace> workspaces(std::max(1U, settings.threads));
  for (const auto& segment : segments) {
    for (std::int64_t first = 0; first < segment.entries(); first += static_cast<std::int64_t>(kBlock)) {
      const auto count = static_cast<std::size_t>(std::min<std::int64_t>(segment.entries() - first, kBlock));
      std::vector<std::optional<Screened>> block(count);
      std::vector<char> live(count, 0);
      std::vector<Status> read(count);
      on_workers(workspaces.size(), count, [&](std::size_t i, std::size_t worker) {
        const std::int64_t line = first + static_cast<std::int64_t>(i);
        auto row = segment.row(line);
        if (!row) {
          read[i] = std::unexpected(row.error());
          return;
        }
        if (!stands(places, *row, segment, line)) return;
        live[i] = 1;
        auto hits = new_hits(row->id, row->query, against, options, workspaces[worker]);
        if (hits.empty() && !touched.contains(row->id)) return;
        block[i] = Screened{row->id, std::move(row->query), {}, std::move(hits)};
      });
      for (const auto& status : read) TAMGA_TRY_STATUS(status);
      for (auto& one : block) {
        if (one) found.push_back(*std::move(one));
      }
      run.screened += std::count(live.begin(), live.end(), 1);
      progress("entries", run.screened, run.entries);
    }
  }
  return found;
}

/// Those alone whom the changes can concern.
Result<std::vector<Screened>> screen_concerned(store::Watch& watch, const std::vector<BookSegment>& segments, const Changes& changes,
                                               const match::Options& options, const HitsByEntry& touched, WatchRun& run) {
  std::vector<Screened> found;
  watch::Concerned concerned(options);
  match::Workspace workspace;
  std::set<std::string> seen;
  const auto screen_one = [&](const BookSegment& segment, std::int64_t line) -> Status {
    TAMGA_TRY(auto row, segment.row(line));
    TAMGA_TRY(const auto place, watch.place(row.id));
    if (!place || !(*place == store::WatchPlace{segment.number(), line}) || !seen.insert(row.id).second) return {};
    ++run.screened;
    auto hits = new_hits(row.id, row.query, changes.editions, options, workspace);
    if (hits.empty() && !touched.contains(row.id)) return {};
    found.push_back(Screened{row.id, std::move(row.query), {}, std::move(hits)});
    return {};
  };
  for (const auto& segment : segments) {
    for (const auto line : concerned.among(segment.index(), changes.editions)) TAMGA_TRY_STATUS(screen_one(segment, line));
  }
  for (const auto& [entry, hits] : touched) {
    if (seen.contains(entry)) continue;
    TAMGA_TRY(const auto place, watch.place(entry));
    if (!place) continue;
    const auto segment = std::find_if(segments.begin(), segments.end(), [&](const auto& one) { return one.number() == place->segment; });
    if (segment != segments.end()) TAMGA_TRY_STATUS(screen_one(*segment, place->line));
  }
  return found;
}

/// Everybody whose hits are, or may be, other ones, in the order of their ids.
Result<std::vector<Screened>> screen_again(const Settings& settings, store::Store& store, const Opened& opened, const Json& before,
                                           const Changes& changes, WatchRun& run, const WatchProgress& progress, const work::Crew& crew) {
  store::Watch watch(store);
  TAMGA_TRY(const auto segments, open_book(settings, store, opened.options.model));
  TAMGA_TRY(auto touched, touched_hits(watch, changes, run.whole));
  const bool many = changes.names > kManyNames && changes.names * kNamesPerEntry > static_cast<std::size_t>(run.entries);
  work::Request request;
  request.kind = work::Kind::watch;
  request.job = crew.job;
  request.basis = opened.basis;
  if (!run.whole) {
    const Json* lists = before.find("lists");
    request.options.set("changed_since", lists == nullptr ? Json::array() : *lists);
  }
  std::vector<Screened> found;
  if (run.whole) {
    TAMGA_TRY(found,
              screen_everybody(settings, watch, segments, opened.screener.searchable(), opened.options, touched, run, progress, crew, request));
  } else if (many || watch::Concerned::all(changes.editions)) {
    TAMGA_TRY(found, screen_everybody(settings, watch, segments, changes.editions, opened.options, touched, run, progress, crew, request));
  } else {
    TAMGA_TRY(found, screen_concerned(watch, segments, changes, opened.options, touched, run));
  }
  for (auto& one : found) {
    if (const auto old = touched.find(one.entry); old != touched.end()) one.before = std::move(old->second);
  }
  std::sort(found.begin(), found.end(), [](const Screened& a, const Screened& b) { return a.entry < b.entry; });
  return found;
}

}  // namespace

Result<WatchRun> watch_run(const Settings& settings, Date as_of, bool whole, const std::string& at,
                           const std::function<void(const WatchEvent&)>& each, const WatchProgress& progress, const work::Crew& crew) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Watch watch(store);
  WatchRun run;
  TAMGA_TRY(const auto version, version_of(store));
  TAMGA_TRY(run.entries, watch.entries());
  TAMGA_TRY(const std::string basis_text, watch.basis());
  TAMGA_TRY(const Json before, basis_text.empty() ? Result<Json>(Json::object()) : parse_json(basis_text));
  TAMGA_TRY(const auto opened, open_now(settings, store, as_of));
  // Workers look there for what their own policy is not.
  if (crew.line != nullptr) TAMGA_TRY_STATUS(keep_policy(settings, store, at));
  run.why = whole ? "it was asked for" : basis_text.empty() ? "" : why_whole(before, opened.basis);
  run.whole = !run.why.empty();
  // Where nothing was screened before, nothing can have changed.
  Changes changes;
  if (!basis_text.empty()) {
    TAMGA_TRY(changes, changes_since(settings, store, editions_of(before), opened.screener));
  }
  run.editions = changes.told;
  run.changed_entities = static_cast<std::int64_t>(changes.stories.size());
  std::vector<Screened> screened;
  if (run.entries > 0 && (run.whole || !changes.stories.empty())) {
    TAMGA_TRY(screened, screen_again(settings, store, opened, before, changes, run, progress, crew));
  }

  // The deals first: where one cannot be decided the basis stays the old one, and the next run takes all of it again. Rules begin and end with the
  // day, so that each day is a change for a deal.
  std::vector<WatchEvent> deal_events;
  if (whole || opened.basis.dump() != basis_text)
    TAMGA_TRY_STATUS(run_deals(settings, store, as_of, at, run, [&](const WatchEvent& event) { deal_events.push_back(event); }, progress));

  std::vector<WatchEvent> events;
  const auto record = [&]() -> Status {
    TAMGA_TRY(const auto version_now, version_of(store));
    if (version_now != version) return failure(std::string(kChangedMeanwhile));
    HitRecorder recorder(store, as_of, at, true);
    TAMGA_TRY_STATUS(recorder.begin());
    for (const auto& one : screened) {
      for (const auto& change : hit_changes(one.before, one.now, changes.stories)) {
        const auto key = key_of(change.now.hit.score > 0 ? change.now.hit : change.before);
        const auto story = changes.stories.find(key);
        TAMGA_TRY_STATUS(recorder.take(one.query, change, story == changes.stories.end() ? nullptr : &story->second,
                                       changes.published[{std::get<0>(key), std::get<1>(key)}],
                                       [&](WatchEvent event) { events.push_back(std::move(event)); }));
      }
    }
    if (opened.basis.dump() == basis_text) return {};
    Json done = Json::object();
    done.set("basis", opened.basis).set("screened", Json::number(run.screened));
    done.set("events", Json::number(static_cast<std::int64_t>(events.size())));
    return watch.set_basis(opened.basis.dump(), done.dump(), at);
  };
  const auto recorded = store.transact(record, store::Store::Tries::once);
  if (recorded) {
    run.events += static_cast<std::int64_t>(events.size());
    for (const auto& event : events) each(event);
  }
  // They are recorded, whatever became of the rest.
  for (const auto& event : deal_events) each(event);
  if (!recorded) return std::unexpected(recorded.error());
  return run;
}

namespace {

using Place = std::pair<std::size_t, std::size_t>;  // a new segment and its line

/// Rows into new segments. A full one is compiled and written at once, so that its queries need not stay in memory.
class SegmentWriter {
 public:
  SegmentWriter(const Settings& settings, const names::Model& model) : settings_(settings), model_(model) {}

  struct Segment {
    std::string rows;
    std::vector<std::string> ids;
  };

  Result<Place> add(const std::string& id, std::string_view text, match::Query query) {
    if (segments_.empty() || segments_.back().ids.size() == kSegmentEntries) {
      TAMGA_TRY_STATUS(finish());
      segments_.emplace_back();
    }
    Segment& into = segments_.back();
    into.rows.append(text).push_back('\n');
    into.ids.push_back(id);
    queries_.push_back(std::move(query));
    return Place(segments_.size() - 1, into.ids.size() - 1);
  }
  Status finish() {
    if (queries_.empty()) return {};
    TAMGA_TRY_STATUS(BookSegment::prepare(settings_, segments_.back().rows, queries_, model_));
    queries_.clear();
    return {};
  }
  [[nodiscard]] const std::vector<Segment>& segments() const { return segments_; }

 private:
  const Settings& settings_;
  const names::Model& model_;
  std::vector<Segment> segments_;
  std::vector<match::Query> queries_;  ///< of the last one
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
    if (std::filesystem::file_size(file, error) <= kDealMax && !error) {
      TAMGA_TRY(const std::string bytes, read_file(file));
      if (is_deal(bytes)) {
        TAMGA_TRY(auto deal, read_deal_file(file));
        std::move(deal.begin(), deal.end(), std::back_inserter(deals.deals));
        continue;
      }
    }
    books.push_back(file);
  }

  if (add.whole && books.empty()) return bad_input("--whole goes with the whole book, and only deals were given; nothing was changed");

  TAMGA_TRY(const std::string basis_before, watch.basis());
  TAMGA_TRY(const auto opened, open_now(settings, store, add.as_of));
  if (!basis_before.empty() && basis_before != opened.basis.dump()) {
    // All hits stand on one basis.
    TAMGA_TRY([[maybe_unused]] const auto run, watch_run(settings, add.as_of, false, at, each, progress));
  }
  TAMGA_TRY(const auto version, version_of(store));
  const auto& options = opened.options;
  TAMGA_TRY(const auto segments, open_book(settings, store, options.model));
  std::map<std::int64_t, const BookSegment*> by_number;
  for (const auto& segment : segments) by_number[segment.number()] = &segment;
  TAMGA_TRY(const auto entries_before, watch.entries());

  // The rows, each id once, the last one of several; those that the book holds as they are stay where they are.
  SegmentWriter fresh(settings, *options.model);
  std::unordered_map<std::string, Place> seen;  // where each id's last row is; those that wait to be screened are at no place yet
  std::set<std::string> same;
  std::unordered_map<std::string, match::Query> replacing;
  std::vector<std::pair<Place, Screened>> hits;
  std::vector<match::Workspace> workspaces(std::max(1U, settings.threads));
  std::vector<BatchRow> block;
  std::int64_t rows_read = 0;
  const auto screen_block = [&]() -> Status {
    std::vector<std::vector<NewHit>> found(block.size());
    on_workers(workspaces.size(), block.size(), [&](std::size_t i, std::size_t worker) {
      found[i] = new_hits(block[i].id, block[i].query, opened.screener.searchable(), options, workspaces[worker]);
    });
    for (std::size_t i = 0; i < block.size(); ++i) {
      auto& row = block[i];
      TAMGA_TRY(const Place here, fresh.add(row.id, row.asked.dump(), row.query));
      seen[row.id] = here;
      if (!found[i].empty()) hits.push_back({here, {row.id, std::move(row.query), {}, std::move(found[i])}});
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
      seen.try_emplace(row.id);
      if (place) replacing[row.id] = row.query;
      block.push_back(std::move(row));
      return block.size() < kBlock ? Status{} : screen_block();
    }));
  }
  TAMGA_TRY_STATUS(screen_block());
  result.unchanged = static_cast<std::int64_t>(same.size());

  // Small segments are taken into the new one, so that there are never many. Their hits stand.
  std::vector<std::int64_t> swallowed;
  if (!fresh.segments().empty() && segments.size() >= kSmallSegments) {
    TAMGA_TRY(const auto live, watch.live_lines());
    for (const auto& segment : segments) {
      const auto lines = live.find(segment.number());
      if (lines != live.end() && lines->second * 2 > static_cast<std::int64_t>(kSegmentEntries)) continue;
      swallowed.push_back(segment.number());
      for (std::int64_t line = 0; line < segment.entries(); ++line) {
        TAMGA_TRY(auto row, segment.row(line));
        TAMGA_TRY(const auto place, watch.place(row.id));
        if (!place || !(*place == store::WatchPlace{segment.number(), line}) || seen.contains(row.id)) continue;
        TAMGA_TRY([[maybe_unused]] const Place here, fresh.add(row.id, segment.text(line), std::move(row.query)));
      }
    }
  }
  TAMGA_TRY_STATUS(fresh.finish());

  // Before they are under watch: none is that was never decided.
  const std::vector<DealText> given = deals.deals;
  std::vector<WatchEvent> deal_events;
  if (!deals.deals.empty())
    TAMGA_TRY_STATUS(decide_watched(settings, store, std::move(deals), [&](const WatchEvent& event) { deal_events.push_back(event); }));

  std::vector<WatchEvent> events;
  const auto record = [&]() -> Status {
    TAMGA_TRY(const auto version_now, version_of(store));
    if (version_now != version) return failure(std::string(kChangedMeanwhile));
    std::unordered_map<std::string, std::vector<store::WatchHit>> old_hits;
    for (std::size_t number = 0; number < fresh.segments().size(); ++number) {
      const auto& segment = fresh.segments()[number];
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
    // A row that was left out may be of somebody who would be taken out for it.
    if (add.whole && result.rejected.empty()) {
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
    HitRecorder recorder(store, add.as_of, at, add.alerts);
    TAMGA_TRY_STATUS(recorder.begin());
    std::map<std::string, Screened> by_entry;
    for (auto& [place, one] : hits) {
      std::string id = one.entry;
      if (seen.at(id) == place) by_entry.emplace(std::move(id), std::move(one));
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
      for (const auto& change : hit_changes(one.before, one.now, {})) {
        TAMGA_TRY_STATUS(recorder.take(one.query, change, nullptr, {}, [&](WatchEvent event) { events.push_back(std::move(event)); }));
      }
    }
    TAMGA_TRY_STATUS(watch.drop_dead_segments());
    for (const auto& deal : given) TAMGA_TRY_STATUS(watch.add_deal(deal.deal.id));
    result.deals = static_cast<std::int64_t>(given.size());
    Json done = Json::object();
    done.set("basis", opened.basis).set("added", Json::number(result.added)).set("replaced", Json::number(result.replaced));
    done.set("removed", Json::number(result.removed)).set("deals", Json::number(result.deals)).set("hits", Json::number(result.hits));
    return watch.set_basis(opened.basis.dump(), done.dump(), at);
  };
  const auto recorded = store.transact(record, store::Store::Tries::once);
  if (recorded) {
    for (const auto& event : events) each(event);
  }
  for (const auto& event : deal_events) each(event);
  if (!recorded) return std::unexpected(recorded.error());
  TAMGA_TRY(const auto current, watch.segments());
  remove_stale(settings, current);
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
