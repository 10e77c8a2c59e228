#include "app/casework.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "app/record.h"
#include "base/sha256.h"
#include "clear/marks.h"

namespace tamga::app {
namespace {

constexpr std::size_t kAttachmentMax = std::size_t{64} << 20;
constexpr long kMarkDaysMax = 366;

store::Pair kept(const clear::Pair& pair) {
  return {pair.about, pair.list, pair.entity, pair.caption, pair.how, pair.certain, pair.score, pair.party, pair.party_hash, pair.listed_hash};
}

/// The listed entities that a finding's evidence names, as "list entity".
void named_in(const Json& evidence, std::set<std::string>& names) {
  if (const auto list = evidence.get("list"), entity = evidence.get("entity"); !list.empty() && !entity.empty())
    names.insert(fmt::format("{} {}", list, entity));
  for (const auto& item : evidence.items) named_in(item, names);
  for (const auto& member : evidence.members) named_in(member.value, names);
}

std::string hash_of(const store::Ground& ground, const Json& evidence) {
  Json json = Json::object();
  json.set("outcome", ground.outcome).set("because", ground.because).set("evidence", evidence);
  Json pairs = Json::array();
  for (const auto& pair : ground.pairs) pairs.push(store::to_json(pair));
  return content_address(json.set("hits", std::move(pairs)).dump());
}

Date day_of(std::string_view at) {
  const auto day = Date::parse(at.substr(0, 10));
  TAMGA_CHECK(day.has_value());
  return *day;
}

Status raise(store::Cases& cases, store::Ground ground, const Json& evidence, std::string_view at) {
  ground.hash = hash_of(ground, evidence);
  TAMGA_TRY([[maybe_unused]] const bool fresh, cases.raise(ground, cases::deadline_of(ground.outcome, day_of(at)).text(), at));
  return {};
}

/// "/parties/1/owners/0" is below "/parties/1", "/parties/10" is not; everything is below nothing.
bool at_or_below(std::string_view pointer, std::string_view above) {
  return pointer.starts_with(above) && (above.empty() || pointer.size() == above.size() || pointer[above.size()] == '/');
}

/// Marks that hold no more, and one alert for each place in the deal.
Status let_fall(store::Cases& cases, const clear::Decision& decision, std::string_view at) {
  std::set<std::string> fallen;
  std::map<std::string, store::Ground> grounds;
  for (const auto& mark : decision.fallen) {
    auto& ground = grounds[mark.pair.about];
    ground.because += fmt::format("{}The mark {} for {} on {} holds no more, since {}.", ground.because.empty() ? "" : " ", mark.mark,
                                  mark.pair.caption, mark.pair.list, mark.why);
    ground.pairs.push_back(kept(mark.pair));
    // A party may stand in the deal twice; its mark falls once.
    if (fallen.insert(mark.mark).second) TAMGA_TRY_STATUS(cases.fall(mark.mark, mark.why, decision.id, at));
  }
  for (auto& [about, ground] : grounds) {
    ground.deal = decision.deal;
    ground.decision = decision.id;
    ground.rule = "match.mark_fallen";
    ground.about = about;
    ground.outcome = "review";
    TAMGA_TRY_STATUS(raise(cases, std::move(ground), Json::object(), at));
  }
  return {};
}

Result<std::shared_ptr<const std::vector<clear::Mark>>> as_clear_takes_them(Result<std::vector<store::Mark>> marks) {
  if (!marks) return std::unexpected(marks.error());
  if (marks->empty()) return nullptr;
  auto list = std::make_shared<std::vector<clear::Mark>>();
  for (auto& mark : *marks) {
    list->push_back(clear::Mark{mark.id, mark.pair.list, mark.pair.entity, mark.pair.party, mark.pair.party_hash, mark.pair.listed_hash, mark.until,
                                mark.evidence, mark.proposed_by, mark.approved_by, mark.set_at});
  }
  return list;
}

}  // namespace

Status raise_alerts(store::Store& store, const clear::Decision& decision, std::string_view at) {
  store::Cases cases(store);
  struct Told {
    store::Ground ground;
    Json evidence = Json::array();
  };
  std::vector<Told> told;
  for (const auto& finding : decision.findings) {
    if (finding.outcome == policy::Outcome::pass) continue;
    auto alert =
        std::find_if(told.begin(), told.end(), [&](const Told& one) { return one.ground.rule == finding.rule && one.ground.about == finding.about; });
    if (alert == told.end()) {
      // Findings come worst first, so that of several of one rule about one thing the alert has the worst outcome.
      alert = told.insert(told.end(), Told{});
      alert->ground.deal = decision.deal;
      alert->ground.decision = decision.id;
      alert->ground.rule = finding.rule;
      alert->ground.regime = finding.regime;
      alert->ground.about = finding.about;
      alert->ground.outcome = policy::outcome_name(finding.outcome);
    }
    alert->ground.because += (alert->ground.because.empty() ? "" : " ") + finding.because;
    alert->evidence.push(finding.evidence);
  }
  for (auto& [ground, evidence] : told) {
    std::set<std::string> named;
    named_in(evidence, named);
    for (const auto& pair : decision.pairs) {
      if (at_or_below(pair.about, ground.about) && named.contains(fmt::format("{} {}", pair.list, pair.entity))) ground.pairs.push_back(kept(pair));
    }
    TAMGA_TRY_STATUS(raise(cases, std::move(ground), evidence, at));
  }
  return let_fall(cases, decision, at);
}

Result<std::int64_t> raise_hits(const Settings& settings, const match::Query& query, const std::vector<match::Hit>& hits, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  const Json side = clear::party_side(query);
  const std::string name = !query.names.empty() ? query.names.front() : query.addresses.empty() ? "?" : query.addresses.front();
  std::int64_t raised = 0;
  TAMGA_TRY_STATUS(store.transact([&]() -> Status {
    raised = 0;
    store::Cases cases(store);
    for (const auto& hit : hits) {
      const std::string score = match::score_text(hit.score);
      store::Ground ground;
      ground.deal = "screening: " + name;
      ground.rule = fmt::format("screen.{}", hit.list);
      ground.about = hit.entity.id;
      ground.outcome = "review";
      ground.because = fmt::format("{} matches {} on {} (score {}).", name, hit.entity.caption, hit.list, score);
      ground.pairs.push_back({"", hit.list, hit.entity.id, hit.entity.caption, hit.by_identifier ? "identifier" : "name", hit.certain, score, side,
                              content_address(side.dump()), clear::listed_hash(hit.entity)});
      ground.hash = hash_of(ground, Json());
      TAMGA_TRY(const bool fresh, cases.raise(ground, cases::deadline_of(ground.outcome, day_of(at)).text(), at));
      if (fresh) ++raised;
    }
    return {};
  }));
  return raised;
}

Result<std::shared_ptr<const std::vector<clear::Mark>>> marks_then(store::Store& store, std::int64_t sequence) {
  return as_clear_takes_them(store::Cases(store).marks_at(sequence));
}

Result<std::shared_ptr<const std::vector<clear::Mark>>> StandingMarks::now(store::Store& store) {
  store::Cases cases(store);
  TAMGA_TRY(const std::string version, cases.marks_version());
  if (version != version_) {
    TAMGA_TRY(const auto head, store.head());
    TAMGA_TRY(marks_, as_clear_takes_them(cases.marks_at(head.sequence)));
    version_ = version;
  }
  return marks_;
}

Result<std::vector<store::Alert>> alerts(const Settings& settings, const AlertFilter& filter, Date today) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::AlertSelection selection{.state = filter.state, .assigned = filter.assigned, .deal = filter.deal, .rule = filter.rule};
  if (filter.overdue) selection.late_on = today.text();
  if (!filter.after.empty()) {
    const auto line = filter.after.find('_');
    const auto sequence = line == std::string::npos ? std::nullopt : Decimal::parse(filter.after.substr(line + 1));
    if (!sequence) return bad_input(fmt::format("cursor: \"{}\" is no place among alerts, expected \"next\" of the page before", filter.after));
    selection.after_deadline = filter.after.substr(0, line);
    selection.after_sequence = sequence->coefficient;
  }
  selection.most = static_cast<std::int64_t>(filter.most);
  return store::Cases(store).alerts(selection);
}

std::string place_of(const store::Alert& alert) { return fmt::format("{}_{:012}", alert.deadline, alert.sequence); }

Result<AlertStory> alert(const Settings& settings, std::string_view id) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  store::Cases cases(store);
  TAMGA_TRY(auto history, cases.history(id));
  TAMGA_TRY(auto found, cases.alert(id));
  TAMGA_TRY(auto proposals, store::People(store).proposals("", id, ""));
  TAMGA_TRY(auto marks, cases.marks());
  std::erase_if(marks, [&](const store::Mark& mark) { return mark.alert != id; });
  return AlertStory{*std::move(found), std::move(history), std::move(proposals), std::move(marks)};
}

Result<std::vector<store::Mark>> marks(const Settings& settings) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).marks();
}

Status assign_alert(const Settings& settings, std::string_view id, std::string_view to, std::string_view deadline, std::string_view by,
                    std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).assign(id, to, deadline, by, at);
}

Status escalate_alert(const Settings& settings, std::string_view id, std::string_view text, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).escalate(id, text, by, at);
}

Status note_alert(const Settings& settings, std::string_view id, std::string_view text, std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).note(id, text, by, at);
}

Result<std::string> attach_to_alert(const Settings& settings, std::string_view id, const std::string& file, std::string_view by,
                                    std::string_view at) {
  TAMGA_TRY(const auto bytes, read_file(file, kAttachmentMax));
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).attach(id, std::filesystem::path(file).filename().string(), bytes, by, at);
}

Result<store::Proposal> propose_close(const Settings& settings, std::string_view id, std::string_view reason, std::string_view text,
                                      std::string_view by, std::string_view at) {
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).propose_close(id, reason, text, by, at);
}

Result<store::Proposal> propose_mark(const Settings& settings, const MarkRequest& request, std::string_view by, std::string_view at) {
  const Date today = day_of(at);
  const Date last{today.day + std::chrono::days(kMarkDaysMax)};
  const Date until = request.until.value_or(Date{today.day + std::chrono::days(kMarkDaysMax - 1)});
  if (until < today || until > last) {
    return bad_input(
        fmt::format("--until {}: a mark ends between today and a year from now, {}; then somebody looks again", until.text(), last.text()));
  }
  TAMGA_TRY(auto store, open_existing_store(settings));
  return store::Cases(store).propose_mark(request.alert, request.evidence, until.text(), request.entities, by, at);
}

}  // namespace tamga::app
