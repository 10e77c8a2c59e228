#include "app/assure.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <optional>
#include <span>

#include "app/decisions.h"
#include "app/editions.h"
#include "app/owners.h"
#include "app/rules.h"
#include "app/screening.h"
#include "assure/changes.h"
#include "base/files.h"

// The shipped sets of data/assure/, built in by CMakeLists.txt.
extern "C" const char tamga_assure_clean[], tamga_assure_clean_end[];
extern "C" const char tamga_assure_deals[], tamga_assure_deals_end[];

namespace tamga::app {
namespace {

using assure::Group;
using assure::Report;
using assure::Score;

/// What decides on hits: editions, a model, and its threshold or another one.
struct Side {
  std::optional<Screener> screener;
  std::optional<Score> threshold;  ///< for everything; else the model's

  /// That of a listed entity, as screening itself has it.
  [[nodiscard]] Score threshold_of(const match::LoadedEdition& edition, std::string_view schema) const {
    if (threshold) return *threshold;
    return match::threshold_of(screener->options().model->file(), edition.list, schema);
  }
};

/// One name to be screened.
struct Asked {
  match::Query query;
  std::size_t edition = 0;                  ///< of the expected entity
  std::uint32_t entity = index::kNoEntity;  ///< the expected one; else by `list`, or any
  std::string list;                         ///< any entity of it is expected
  bool expects = false;
};

/// A hit that was found, without its entity being read.
struct Raw {
  std::uint32_t edition = 0;
  std::uint32_t entity = 0;
  std::uint32_t name = 0;
  Score score = 0;
};

/// What one screening of a name says.
struct Answer {
  Score expected = 0;  ///< the best score of what is expected
  bool found = false;
  Score best = 0;
  std::vector<Raw> hits;  ///< those that pass, best first
};

Answer answer_of(std::span<const match::Found> all, const Side& side, const Asked& asked) {
  Answer answer;
  const auto editions = side.screener->searchable();
  for (const auto& found : all) {
    const auto& edition = editions[found.edition];
    const bool passes = found.score >= side.threshold_of(edition, edition.index->entity_schema(found.entity));
    answer.best = std::max(answer.best, found.score);
    const bool expected = asked.entity != index::kNoEntity ? found.edition == asked.edition && found.entity == asked.entity
                                                           : asked.list.empty() || edition.list == asked.list;
    if (asked.expects && expected) {
      answer.expected = std::max(answer.expected, found.score);
      answer.found = answer.found || passes;
    }
    // Of what should be found the other hits are no matter, and there can be millions.
    if (passes && !asked.expects) answer.hits.push_back(Raw{found.edition, found.entity, found.name, found.score});
  }
  return answer;
}

/// The answers of each name by each of the sides, which share the first one's screener.
std::vector<std::vector<Answer>> screen_all(std::span<const Side* const> sides, std::span<const Asked> asked, unsigned threads,
                                            const std::function<void(std::int64_t)>& progress) {
  std::vector<std::vector<Answer>> answers(sides.size(), std::vector<Answer>(asked.size()));
  const Screener& screener = *sides.front()->screener;
  std::vector<match::Workspace> workspaces(std::max(threads, 1U));
  // Blocks, so that progress can be told between them.
  constexpr std::size_t kBlock = 8192;
  for (std::size_t first = 0; first < asked.size(); first += kBlock) {
    const std::size_t count = std::min(kBlock, asked.size() - first);
    on_workers(workspaces.size(), count, [&](std::size_t k, std::size_t worker) {
      const std::size_t i = first + k;
      const auto found = match::search(asked[i].query, screener.searchable(), screener.options(), workspaces[worker]);
      for (std::size_t side = 0; side < sides.size(); ++side) answers[side][i] = answer_of(found, *sides[side], asked[i]);
    });
    progress(static_cast<std::int64_t>(first + count));
  }
  return answers;
}

assure::Hit hit_of(const Side& side, const Raw& raw) {
  const auto& edition = side.screener->searchable()[raw.edition];
  const Entity entity = edition.index->entity(raw.entity);
  const auto name = edition.index->name(raw.name);
  return assure::Hit{edition.list, entity.id, entity.caption, std::string(name.text), raw.score};
}

std::vector<assure::Hit> hits_of(const Side& side, const std::vector<Raw>& raws) {
  std::vector<assure::Hit> hits;
  for (const auto& raw : raws) hits.push_back(hit_of(side, raw));
  return hits;
}

/// The newest publication of what is in effect: the only "today" that does not change by itself.
Result<Date> newest_day(store::Store& store) {
  TAMGA_TRY(const auto editions, store.editions());
  std::string newest;
  for (const auto& edition : editions) {
    if (edition.list != kOwnershipList && edition.in_effect()) newest = std::max(newest, edition.published);
  }
  const auto day = Date::parse(newest);
  if (!day) return bad_input("no list edition is loaded; see tamga lists import");
  return *day;
}

/// `floor` is lowered to the least threshold of the policy.
Result<assure::PolicyBasis> policy_basis(const std::string& folder, std::optional<Score> threshold, Score& floor) {
  TAMGA_TRY(const Rules rules, load_rules(folder));
  const auto& file = rules.matching->file();
  assure::PolicyBasis basis;
  basis.policy = rules.id;
  basis.from = folder.empty() ? "built in" : std::filesystem::path(folder).lexically_normal().filename().string();
  basis.matching = rules.matching->edition();
  basis.threshold = threshold.value_or(file.threshold);
  floor = std::min(floor, basis.threshold);
  if (!threshold) {
    for (const auto& own : file.thresholds) {
      basis.own_thresholds.push_back(fmt::format("{} {} {}", own.list.empty() ? "any list" : own.list, own.schema.empty() ? "any schema" : own.schema,
                                                 assure::score_text(own.value)));
      floor = std::min(floor, own.value);
    }
  }
  const auto check = rules.book.check();
  basis.rules = static_cast<std::int64_t>(check.rules);
  basis.rule_cases = static_cast<std::int64_t>(check.cases);
  basis.rule_failures = check.failures;
  return basis;
}

std::string base_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

Result<NamedBytes> one_file(const std::string& path) {
  TAMGA_TRY(auto files, read_unpacked(path));
  if (files.size() != 1) return bad_input_in(path, 0, "holds several files, expected one");
  return NamedBytes{path, std::move(files.front().bytes)};
}

/// One run, from the lists to the report.
class Run {
 public:
  Run(const Settings& settings, const AssureRequest& request, const std::function<void(std::int64_t, std::int64_t)>& progress)
      : settings_(settings), request_(request), progress_(progress) {}

  Result<Report> run() {
    // What can be refused is refused before the work begins.
    for (const auto& text : request_.requirements) TAMGA_TRY_STATUS(assure::check_requirement(text));
    TAMGA_TRY_STATUS(read_files());
    TAMGA_TRY_STATUS(open_sides());
    report_.engine = kEngine;
    report_.as_of = as_of_.text();
    report_.sample = request_.sample;
    report_.seed = request_.seed;
    report_.compares = !request_.compare_policy.empty() || request_.compare_threshold.has_value();
    TAMGA_TRY_STATUS(take_lists());
    if (request_.shipped) TAMGA_TRY_STATUS(take_clean_names());
    for (std::size_t i = 0; i < sets_.size(); ++i) TAMGA_TRY_STATUS(take_set(i));
    TAMGA_TRY_STATUS(take_books());
    screen();
    TAMGA_TRY_STATUS(judge());
    for (const auto& text : request_.requirements) {
      TAMGA_TRY(auto met, assure::requirement(report_, text));
      report_.requirements.push_back(std::move(met));
    }
    report_.command = command();
    return std::move(report_);
  }

 private:
  enum class Slot : std::uint8_t { positive, negative, book };
  /// Where an answer goes.
  struct Place {
    Slot slot;
    std::size_t first = 0;   ///< which positive, negative or book
    std::size_t second = 0;  ///< of a book which name
  };

  Status read_files() {
    for (const auto& path : request_.sets) {
      TAMGA_TRY(const auto file, one_file(path));
      TAMGA_TRY(auto set, assure::read_set(file));
      sets_.push_back(std::move(set));
    }
    for (const auto& path : request_.books) {
      TAMGA_TRY(const auto file, one_file(path));
      TAMGA_TRY(auto book, assure::read_book(file));
      books_.push_back(std::move(book));
    }
    return {};
  }

  Status open_sides() {
    if (request_.as_of) {
      as_of_ = *request_.as_of;
    } else {
      TAMGA_TRY(auto store, store::Store::open_existing(settings_.place()));
      TAMGA_TRY(as_of_, newest_day(store));
    }
    // One screening at the lowest threshold of all that are asked for; a hit's score does not depend on the threshold.
    Score floor = assure::kFloor;
    TAMGA_TRY(report_.policy, policy_basis(settings_.policy, request_.threshold, floor));
    then_settings_ = settings_;
    if (!request_.compare_policy.empty()) then_settings_.policy = request_.compare_policy;
    now_.threshold = request_.threshold;
    then_.threshold = request_.compare_threshold ? request_.compare_threshold : request_.threshold;
    TAMGA_TRY(report_.then, policy_basis(then_settings_.policy, then_.threshold, floor));
    ScreenSettings screening;
    screening.as_of = as_of_;
    screening.lists = request_.lists;
    screening.threshold = floor;
    TAMGA_TRY(now_.screener, Screener::open(settings_, screening));
    if (!request_.compare_policy.empty()) {
      TAMGA_TRY(then_.screener, Screener::open(then_settings_, screening));
    }
    return {};
  }

  void ask(Slot slot, std::size_t first, std::size_t second, Asked asked) {
    places_.push_back(Place{slot, first, second});
    asked_.push_back(std::move(asked));
  }

  Status take_lists() {
    TAMGA_TRY(const auto changer, assure::Changer::standard());
    const auto editions = now_.screener->searchable();
    for (std::size_t at = 0; at < editions.size(); ++at) {
      const auto& edition = editions[at];
      auto& basis =
          report_.lists.emplace_back(assure::ListBasis{edition.list, edition.part, edition.edition, edition.published, edition.sample, {}, {}});
      std::array<std::vector<std::pair<std::uint64_t, std::uint32_t>>, assure::kGroups> able;
      for (std::uint32_t number = 0; number < edition.index->entity_count(); ++number) {
        const auto group = assure::group_of_schema(edition.index->entity_schema(number));
        if (!group) continue;
        const auto draw = assure::drawn(fmt::format("{}\n{}\n{}", request_.seed, edition.list, edition.index->entity_id(number)));
        able[static_cast<std::size_t>(*group)].emplace_back(draw, number);
      }
      for (std::size_t group = 0; group < assure::kGroups; ++group) {
        basis.entities[group] = static_cast<std::int64_t>(able[group].size());
        if (!request_.shipped) continue;
        std::sort(able[group].begin(), able[group].end());
        if (request_.sample > 0 && able[group].size() > static_cast<std::size_t>(request_.sample))
          able[group].resize(static_cast<std::size_t>(request_.sample));
        for (const auto& [draw, number] : able[group]) {
          if (take_entity(changer, at, number, static_cast<Group>(group))) ++basis.drawn[group];
        }
      }
    }
    return {};
  }

  bool take_entity(const assure::Changer& changer, std::size_t at, std::uint32_t number, Group group) {
    const auto& edition = now_.screener->searchable()[at];
    const auto& model = *now_.screener->options().model;
    const Entity entity = edition.index->entity(number);
    const std::string schema(assure::group_schema(group));
    if (!match::why_not_comparable(entity.caption, schema, model).empty()) return false;
    const std::string key = edition.list + "\n" + entity.id;
    assure::Subject subject{group, entity.caption, key, entity.first("lastName"), {}};
    for (const auto* property : {"name", "alias"}) {
      for (const auto& value : entity.values(property)) {
        const auto first = static_cast<unsigned char>(value.empty() ? ' ' : value.front());
        if (subject.cyrillic.empty() && (first == 0xd0 || first == 0xd1)) subject.cyrillic = value;
      }
    }
    for (const auto& kind : assure::change_kinds()) {
      auto name = changer.changed(subject, kind.change);
      if (!name || !match::why_not_comparable(*name, schema, model).empty()) continue;
      assure::Positive positive;
      positive.group = group;
      positive.kind = kind.id;
      positive.name = *name;
      positive.expected = entity.id;
      positive.listed = kind.change == assure::Change::script_latin ? std::string(subject.cyrillic) : entity.caption;
      positive.list = at;
      Asked asked;
      asked.query.names = {*std::move(name)};
      asked.query.schema = schema;
      asked.edition = at;
      asked.entity = number;
      asked.expects = true;
      ask(Slot::positive, report_.positives.size(), 0, std::move(asked));
      report_.positives.push_back(std::move(positive));
    }
    return true;
  }

  Status take_clean_names() {
    TAMGA_TRY(const auto clean, assure::read_set(NamedBytes{"data/assure/clean.csv", std::string(tamga_assure_clean, tamga_assure_clean_end)}));
    for (const auto& row : clean.names) TAMGA_TRY_STATUS(take_name(0, row, clean.name));
    return {};
  }

  Result<match::Query> query_of(const assure::NameCase& row, const std::string& file) const {
    match::Query query;
    query.names = {row.name};
    query.schema = row.schema;
    query.birth_date = row.birth_date;
    if (!row.country.empty()) query.countries = {row.country};
    if (const auto status = check_query(query, *now_.screener->options().model); !status)
      return bad_input_in(file, row.line, fmt::format("name: {}", status.error().message));
    return query;
  }

  /// Fills what is expected of a row: of the loaded lists only they can say whether it is a list or an entity.
  Status expect(const assure::NameCase& row, const std::string& file, Asked& asked, std::string& listed) const {
    asked.expects = true;
    if (row.expected == "any") return {};
    const auto editions = now_.screener->searchable();
    for (std::size_t at = 0; at < editions.size(); ++at) {
      if (editions[at].list == row.expected) {
        asked.list = row.expected;
        return {};
      }
      const auto number = editions[at].index->find_entity(row.expected);
      if (number == index::kNoEntity) continue;
      asked.edition = at;
      asked.entity = number;
      listed = editions[at].index->entity(number).caption;
      return {};
    }
    return bad_input_in(file, row.line,
                        fmt::format("expected: \"{}\" is neither none nor any, nor a list or the id of an entity that is loaded as of {}",
                                    row.expected, as_of_.text()));
  }

  Status take_name(std::size_t set, const assure::NameCase& row, const std::string& file) {
    Asked asked;
    TAMGA_TRY(asked.query, query_of(row, file));
    const Group group = assure::group_of_schema(row.schema).value_or(Group::organisation);
    if (row.expected == "none") {
      ask(Slot::negative, report_.negatives.size(), 0, std::move(asked));
      report_.negatives.push_back(assure::Negative{set, row.line, group, row.kind, row.name, row.note, 0, {}, 0, {}});
      return {};
    }
    assure::Positive positive;
    positive.set = set;
    positive.line = row.line;
    positive.group = group;
    positive.kind = row.kind;
    positive.name = row.name;
    positive.expected = row.expected;
    positive.note = row.note;
    TAMGA_TRY_STATUS(expect(row, file, asked, positive.listed));
    ask(Slot::positive, report_.positives.size(), 0, std::move(asked));
    report_.positives.push_back(std::move(positive));
    return {};
  }

  Status take_set(std::size_t number) {
    const auto& set = sets_[number];
    assure::SetBasis basis{base_name(set.name), set.address, 0, 0, static_cast<std::int64_t>(set.deals.size())};
    for (const auto& row : set.names) {
      ++(row.expected == "none" ? basis.negatives : basis.positives);
      TAMGA_TRY_STATUS(take_name(number + 1, row, set.name));
    }
    report_.sets.push_back(std::move(basis));
    return {};
  }

  Status take_books() {
    for (std::size_t number = 0; number < books_.size(); ++number) {
      const auto& book = books_[number];
      report_.books.push_back(assure::Book{base_name(book.name), book.address, static_cast<std::int64_t>(book.names.size()), 0, 0, {}, {}});
      for (std::size_t i = 0; i < book.names.size(); ++i) {
        Asked asked;
        TAMGA_TRY(asked.query, query_of(book.names[i], book.name));
        ask(Slot::book, number, i, std::move(asked));
      }
    }
    return {};
  }

  void screen() {
    const bool twice = then_.screener.has_value();
    const auto count = static_cast<std::int64_t>(asked_.size());
    std::vector<std::vector<Answer>> answers;
    if (twice) {
      const std::array<const Side*, 1> now{&now_};
      const std::array<const Side*, 1> then{&then_};
      answers = screen_all(now, asked_, settings_.threads, [&](std::int64_t done) { progress_(done, 2 * count); });
      answers.push_back(screen_all(then, asked_, settings_.threads, [&](std::int64_t done) { progress_(count + done, 2 * count); }).front());
    } else {
      // Another threshold alone asks nothing anew: the scores are the same.
      then_.screener = now_.screener;
      std::vector<const Side*> sides{&now_};
      if (report_.compares) sides.push_back(&then_);
      answers = screen_all(sides, asked_, settings_.threads, [&](std::int64_t done) { progress_(done, count); });
    }
    for (std::size_t i = 0; i < asked_.size(); ++i) settle(places_[i], answers[0][i], report_.compares ? &answers[1][i] : nullptr);
  }

  void settle(const Place& place, const Answer& now, const Answer* then) {
    switch (place.slot) {
      case Slot::positive: {
        auto& found = report_.positives[place.first].found;
        found.now = now.found;
        found.score = now.expected >= assure::kFloor ? now.expected : 0;
        if (then != nullptr) {
          found.then = then->found;
          found.then_score = then->expected >= assure::kFloor ? then->expected : 0;
        }
        return;
      }
      case Slot::negative: {
        auto& negative = report_.negatives[place.first];
        negative.score = now.best;
        negative.hits = hits_of(now_, now.hits);
        if (then != nullptr) {
          negative.then_score = then->best;
          negative.then_hits = hits_of(then_, then->hits);
        }
        return;
      }
      case Slot::book: settle_book(place, now, then); return;
    }
  }

  void settle_book(const Place& place, const Answer& now, const Answer* then) {
    auto& book = report_.books[place.first];
    book.hits += now.hits.empty() ? 0 : 1;
    if (then == nullptr) return;
    book.then_hits += then->hits.empty() ? 0 : 1;
    const auto& row = books_[place.first].names[place.second];
    assure::BookChange change{row.name, row.line, {}, {}};
    const auto lacks = [](const std::vector<Raw>& hits, const Raw& wanted) {
      return std::none_of(hits.begin(), hits.end(), [&](const Raw& hit) { return hit.edition == wanted.edition && hit.entity == wanted.entity; });
    };
    for (const auto& hit : then->hits) {
      if (lacks(now.hits, hit)) change.added.push_back(hit_of(then_, hit));
    }
    for (const auto& hit : now.hits) {
      if (lacks(then->hits, hit)) change.removed.push_back(hit_of(now_, hit));
    }
    if (!change.added.empty() || !change.removed.empty()) book.changes.push_back(std::move(change));
  }

  /// The shipped deals say what the sample lists and the sample register make of them, and nothing of any others.
  Status take_shipped_deals() {
    const auto editions = now_.screener->searchable();
    const bool samples = request_.lists.empty() && std::all_of(editions.begin(), editions.end(), [](const auto& edition) { return edition.sample; });
    TAMGA_TRY(auto store, store::Store::open_existing(settings_.place()));
    TAMGA_TRY(const auto registers, registers_on(store, as_of_));
    if (!samples || registers.empty()) {
      report_.remarks.emplace_back(
          samples
              ? "The sample deals were not cleared: their outcomes need the sample register of owners (samples/owners), and no register is loaded."
              : "The sample deals were not cleared: their outcomes are stated for the sample lists, and other lists are loaded.");
      return {};
    }
    TAMGA_TRY(auto shipped, assure::read_set(NamedBytes{"data/assure/deals.jsonl", std::string(tamga_assure_deals, tamga_assure_deals_end)}));
    add_deals(report_.deals, shipped, "shipped");
    return {};
  }

  void add_deals(std::vector<assure::DealResult>& results, assure::TestSet& set, const std::string& name) {
    for (auto& row : set.deals) {
      assure::DealResult result;
      result.id = row.deal.id;
      result.set = name;
      result.line = row.line;
      result.expected = row.expected;
      result.wanted_rules = row.rules;
      result.note = row.note;
      results.push_back(std::move(result));
      deals_.push_back(DealText{name, std::move(row.bytes), std::move(row.deal)});
    }
  }

  Status judge() {
    if (request_.shipped) TAMGA_TRY_STATUS(take_shipped_deals());
    for (std::size_t i = 0; i < sets_.size(); ++i) add_deals(report_.deals, sets_[i], report_.sets[i].name);
    for (std::size_t i = 0; i < books_.size(); ++i) add_deals(report_.books[i].deals, books_[i], report_.books[i].name);
    if (deals_.empty()) return {};
    std::vector<assure::DealResult*> results;
    for (auto& deal : report_.deals) results.push_back(&deal);
    for (auto& book : report_.books) {
      for (auto& deal : book.deals) results.push_back(&deal);
    }
    const JudgeRequest request{std::move(deals_), as_of_, request_.lists};
    TAMGA_TRY(const auto now, judge_deals(settings_, request));
    std::vector<clear::Decision> then;
    if (!request_.compare_policy.empty()) {
      TAMGA_TRY(then, judge_deals(then_settings_, request));
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i]->outcome = policy::outcome_name(now[i].outcome);
      results[i]->rules = rules_of(now[i]);
      if (!report_.compares) continue;
      // A threshold that is given here alone is screening's; deals are cleared by the policy's own.
      const auto& other = then.empty() ? now[i] : then[i];
      results[i]->then_outcome = policy::outcome_name(other.outcome);
      results[i]->then_rules = rules_of(other);
    }
    if (request_.threshold || request_.compare_threshold)
      report_.remarks.emplace_back(
          "Deals are cleared with the thresholds of the policy; a threshold given on the command line concerns names alone.");
    return {};
  }

  static std::vector<std::string> rules_of(const clear::Decision& decision) {
    std::vector<std::string> rules;
    for (const auto& finding : decision.findings) {
      if (finding.outcome != policy::Outcome::pass) rules.push_back(finding.rule);
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

  /// Without folders of this machine, so that the report is the same on another.
  [[nodiscard]] std::string command() const {
    std::string text = "tamga assure";
    for (const auto& set : report_.sets) text += " " + set.name;
    if (!request_.shipped) text += " --only-set";
    text += fmt::format(" --as-of {}", report_.as_of);
    if (!request_.lists.empty()) text += fmt::format(" --lists {}", fmt::join(request_.lists, ","));
    if (request_.shipped) text += fmt::format(" --sample {} --seed {}", request_.sample, request_.seed);
    if (!settings_.policy.empty()) text += " --policy " + report_.policy.from;
    if (request_.threshold) text += " --threshold " + assure::score_text(*request_.threshold);
    if (!request_.compare_policy.empty()) text += " --compare-policy " + report_.then.from;
    if (request_.compare_threshold) text += " --compare-threshold " + assure::score_text(*request_.compare_threshold);
    for (const auto& book : report_.books) text += " --book " + book.name;
    for (const auto& requirement : request_.requirements) text += " --require " + requirement;
    return text + " --out report.html";
  }

  const Settings& settings_;
  const AssureRequest& request_;
  const std::function<void(std::int64_t, std::int64_t)>& progress_;
  Settings then_settings_;
  Date as_of_;
  Side now_;
  Side then_;
  std::vector<assure::TestSet> sets_;
  std::vector<assure::TestSet> books_;
  std::vector<Asked> asked_;
  std::vector<Place> places_;
  std::vector<DealText> deals_;
  Report report_;
};

}  // namespace

Result<Report> assure_models(const Settings& settings, const AssureRequest& request,
                             const std::function<void(std::int64_t, std::int64_t)>& progress) {
  return Run(settings, request, progress).run();
}

}  // namespace tamga::app
