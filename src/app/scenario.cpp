#include "app/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "app/rules.h"
#include "app/screening.h"
#include "base/sha256.h"
#include "clear/supposed.h"
#include "policy/rule.h"
#include "watch/book.h"

namespace tamga::app {
namespace {

using exposure::Book;
using exposure::Dimension;
using exposure::Scenario;
using policy::Outcome;

constexpr std::string_view kPart = "scenario";
constexpr std::size_t kBlock = 4096;

/// A snapshot with the scenario laid over it.
struct Changed {
  clear::Snapshot snapshot;
  std::vector<match::LoadedEdition> designated;  ///< the overlay editions
  std::set<std::string> lapsed;                  ///< licences
};

Error at(const std::string& path, ErrorKind kind, std::string message) { return Error{kind, fmt::format("{}: {}", path, message), {}, 0}; }

/// Whether a rule asks for goods on that control list.
bool asks_for(const policy::Condition& condition, std::string_view list) {
  if (condition.word == policy::Word::control &&
      std::any_of(condition.patterns.begin(), condition.patterns.end(), [&](const policy::Pattern& pattern) { return pattern.matches(list); })) {
    return true;
  }
  return std::any_of(condition.children.begin(), condition.children.end(), [&](const policy::Condition& child) { return asks_for(child, list); });
}

Status designate(const Scenario& scenario, const clear::Snapshot& before, Date as_of, Changed& changed) {
  std::map<std::string, std::vector<Entity>> by_list;
  for (const auto& one : scenario.designate) {
    const bool loaded =
        std::any_of(before.editions.begin(), before.editions.end(), [&](const auto& edition) { return edition.loaded.list == one.list; });
    if (!loaded) {
      std::set<std::string> lists;
      for (const auto& edition : before.editions) lists.insert(edition.loaded.list);
      return std::unexpected(at(one.path + "/list", ErrorKind::not_found,
                                fmt::format("no edition of {} is loaded, expected one of {}", one.list, fmt::join(lists, ", "))));
    }
    Entity entity = one.entity;
    entity.designations.front().from = as_of.text();
    by_list[one.list].push_back(std::move(entity));
  }
  for (const auto& [list, entities] : by_list) {
    const auto like = std::find_if(before.editions.begin(), before.editions.end(), [&](const auto& edition) { return edition.loaded.list == list; });
    clear::BasisEdition edition = *like;
    std::string bytes;
    for (const auto& entity : entities) bytes += to_json(entity).dump() + "\n";
    edition.warnings.clear();
    edition.confirmed.clear();
    edition.loaded.part = kPart;
    edition.loaded.edition = content_address(bytes);
    edition.loaded.published = as_of.text();
    edition.loaded.sample = false;
    TAMGA_TRY(auto index,
              index::Index::from_bytes(index::build(entities, edition.loaded.edition, *before.matching), edition.loaded.edition, *before.matching));
    edition.loaded.index = std::make_shared<const index::Index>(std::move(index));
    changed.designated.push_back(edition.loaded);
    changed.snapshot.editions.push_back(std::move(edition));
  }
  auto& editions = changed.snapshot.editions;
  std::stable_sort(editions.begin(), editions.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.loaded.list, a.loaded.part) < std::tie(b.loaded.list, b.loaded.part); });
  changed.snapshot.searchable = searchable(editions);
  return {};
}

/// The rows of a control list's file with further codes.
Status add_rows(const exposure::AddedCodes& added, const DealBasis& basis, Date as_of, std::vector<NamedBytes>& files) {
  const auto header = "# list: " + added.list;
  auto file = std::find_if(files.begin(), files.end(), [&](const NamedBytes& one) {
    const auto found = one.bytes.find(header);
    if (found == std::string::npos || found > 2000) return false;
    const auto end = found + header.size();
    return end == one.bytes.size() || one.bytes[end] == '\n' || one.bytes[end] == '\r';
  });
  if (file == files.end()) {
    const auto rules = basis.snapshot.rules.files();
    const bool asked = std::any_of(rules.begin(), rules.end(), [&](const policy::RuleFile& one) {
      const auto asks = [&](const policy::Clause& clause) { return asks_for(clause.when, added.list); };
      return std::any_of(one.rules.begin(), one.rules.end(), asks) || std::any_of(one.exemptions.begin(), one.exemptions.end(), asks);
    });
    if (!asked)
      return std::unexpected(at(added.path + "/list", ErrorKind::not_found, fmt::format("no rule asks for the control list {}", added.list)));
    if (added.regime.empty() || added.article.empty()) {
      return std::unexpected(at(added.path, ErrorKind::bad_input,
                                fmt::format("the policy holds no code of {} yet, so regime and article must be said too", added.list)));
    }
    std::string bytes = header + "\n# title: " + added.article + "\n# regime: " + added.regime + "\n# article: " + added.article;
    bytes += "\n# source: scenario\n# collected: " + as_of.text() + "\n# verified: yes\ncode,from,to,verified,words\n";
    files.push_back(NamedBytes{"goods/scenario_" + added.list + ".csv", std::move(bytes)});
    file = files.end() - 1;
  }
  if (!file->bytes.ends_with('\n')) file->bytes += '\n';
  for (std::size_t i = 0; i < added.codes.size(); ++i) {
    const auto& code = added.codes[i];
    const auto controls = basis.snapshot.controls.find(code, as_of);
    const bool there = std::any_of(controls.begin(), controls.end(), [&](const goods::Control& control) {
      return control.list == added.list && control.code == code && !control.partial;
    });
    if (there)
      return std::unexpected(
          at(fmt::format("{}/codes/{}", added.path, i), ErrorKind::bad_input, fmt::format("{} is on {} already", code, added.list)));
    file->bytes += fmt::format("{},{},,yes,supposed by a scenario\n", code, as_of.text());
  }
  return {};
}

Status add_codes(const Scenario& scenario, const DealBasis& basis, Date as_of, Changed& changed) {
  if (scenario.add_codes.empty()) return {};
  TAMGA_TRY(const Json bundle, parse_json(basis.bundle, {std::size_t{256} << 20, 64, false, true}));
  std::vector<NamedBytes> files;
  for (const auto& file : bundle.find("files")->items) {
    const auto name = file.get("name");
    if (name.starts_with("goods/") && !name.starts_with("goods/words/")) files.push_back({std::string(name), std::string(file.get("text"))});
  }
  for (const auto& added : scenario.add_codes) TAMGA_TRY_STATUS(add_rows(added, basis, as_of, files));
  auto read = goods::ControlLists::read(files);
  if (!read) return std::unexpected(at(scenario.add_codes.front().path, ErrorKind::bad_input, read.error().message));
  changed.snapshot.controls = *std::move(read);
  return {};
}

Status lapse(const Scenario& scenario, const Settings& settings, Changed& changed) {
  if (scenario.lapse.empty()) return {};
  TAMGA_TRY(const auto licences, list_licences(settings));
  for (const auto& one : scenario.lapse) {
    if (!one.exemption.empty()) {
      auto without = changed.snapshot.rules.without_exemption(one.exemption);
      if (!without)
        return std::unexpected(at(one.path + "/exemption", ErrorKind::not_found, fmt::format("the policy has no exemption {}", one.exemption)));
      changed.snapshot.rules = *std::move(without);
      continue;
    }
    const bool there = std::any_of(licences.begin(), licences.end(), [&](const LicenceView& view) { return view.licence.number == one.licence; });
    if (!there) return std::unexpected(at(one.path + "/licence", ErrorKind::not_found, fmt::format("no licence {} is recorded", one.licence)));
    changed.lapsed.insert(one.licence);
  }
  return {};
}

Result<Changed> lay_over(const Scenario& scenario, const Settings& settings, const OpenDealBook& opened) {
  Changed changed;
  changed.snapshot = opened.basis.snapshot;
  const Date as_of = opened.book.basis().as_of;
  TAMGA_TRY_STATUS(designate(scenario, opened.basis.snapshot, as_of, changed));
  TAMGA_TRY_STATUS(add_codes(scenario, opened.basis, as_of, changed));
  TAMGA_TRY_STATUS(lapse(scenario, settings, changed));
  changed.snapshot.supposed = scenario.supposed;
  return changed;
}

std::string controls_text(const std::vector<goods::Control>& controls) {
  std::string all;
  for (const auto& control : controls) all += fmt::format("{} {} {} {}\n", control.list, control.code, control.partial, control.verified);
  return all;
}

/// The deals that a scenario can concern: those of which something that the decision looked at is answered differently now. docs/scenario.md.
class Affected {
 public:
  Affected(const OpenDealBook& opened, const Scenario& scenario, const Changed& changed) : opened_(opened), scenario_(scenario), changed_(changed) {}

  /// Everybody whom neither the book's lists find nor, as the turned search says, what the scenario adds to them.
  [[nodiscard]] std::function<bool(const match::Query&)> unlisted() const {
    if (all_) return {};
    return [&book = opened_.book.facts(), parties = parties_](const match::Query& query) {
      const auto number = book.unlisted(query);
      return number && !parties.contains(*number);
    };
  }

  /// A deal, and whether lists, rules and licences say of it what they said, so that only what is supposed besides can change it.
  struct One {
    std::uint32_t deal = 0;
    bool only_supposed = false;
  };
  [[nodiscard]] std::vector<One> deals() {
    const Book& book = opened_.book.facts();
    std::vector<One> all;
    all_ = !changed_.designated.empty() && watch::Concerned::all(changed_.designated);
    if (all_) {
      for (std::uint32_t deal = 0; deal < book.deals(); ++deal) all.push_back({deal, false});
      return all;
    }
    find_parties();
    enum : std::uint8_t { no, supposed, decided };
    std::vector<std::uint8_t> concerned(book.keys(), no);
    for (std::uint32_t key = 0; key < book.keys(); ++key) {
      if (concerns(book, key)) concerned[key] = is_supposed(book.dimension(key)) ? supposed : decided;
    }
    for (std::uint32_t deal = 0; deal < book.deals(); ++deal) {
      std::uint8_t most = no;
      for (const auto key : book.keys_of(deal)) most = std::max(most, concerned[key]);
      if (most != no) all.push_back({deal, most == supposed});
    }
    return all;
  }

 private:
  void find_parties() {
    if (changed_.designated.empty()) return;
    match::Options options;
    options.model = opened_.basis.snapshot.matching;
    for (const auto place : watch::Concerned(options).among(opened_.book.parties(), changed_.designated)) parties_.insert(place);
  }

  static bool is_supposed(Dimension dimension) { return dimension == Dimension::whole_route || dimension == Dimension::whole_bank; }

  [[nodiscard]] bool concerns(const Book& book, std::uint32_t key) const {
    const Date as_of = opened_.book.basis().as_of;
    switch (book.dimension(key)) {
      case Dimension::query: return parties_.contains(book.query_number(key));
      case Dimension::looked_code: {
        if (scenario_.add_codes.empty()) return false;
        const auto code = book.key_text(key);
        return controls_text(opened_.basis.snapshot.controls.find(code, as_of)) != controls_text(changed_.snapshot.controls.find(code, as_of));
      }
      case Dimension::named_licence: return changed_.lapsed.contains(std::string(book.key_text(key)));
      case Dimension::rule:
        return std::any_of(scenario_.lapse.begin(), scenario_.lapse.end(),
                           [&](const exposure::Lapse& one) { return one.exemption == book.key_text(key); });
      case Dimension::whole_route: {
        const auto& closed = scenario_.supposed.closed;
        if (closed.empty()) return false;
        const auto route = exposure::route_of_key(book.key_text(key));
        return std::any_of(closed.begin(), closed.end(), [&](const auto& one) { return clear::stopped_leg(one, route).has_value(); });
      }
      case Dimension::whole_bank: {
        const auto& cut = scenario_.supposed.cut_off;
        if (cut.empty()) return false;
        const auto bank = exposure::bank_of_key(book.key_text(key));
        return std::any_of(cut.begin(), cut.end(), [&](const auto& one) { return clear::is_bank(one, bank); });
      }
      default: return false;
    }
  }

  const OpenDealBook& opened_;
  const Scenario& scenario_;
  const Changed& changed_;
  std::set<std::uint32_t> parties_;
  bool all_ = false;  ///< everybody has to be screened against what was added
};

/// A deal of which the outcome of a regime is another.
struct ChangedDeal {
  std::uint32_t deal = 0;
  std::string id;
  exposure::DealFacts facts;
  policy::Finding finding;  ///< that changes it; without a rule: there is none
};

/// The finding that a person should read first: one on what the scenario put on a list, then one of a rule that did not speak before, then the worst.
policy::Finding telling(const Book& book, std::uint32_t deal, const clear::Decision& decision, Outcome before) {
  std::set<std::string_view> spoke;
  for (const auto key : book.keys_of(deal)) {
    if (book.dimension(key) == Dimension::rule) spoke.insert(book.key_text(key));
  }
  const policy::Finding* best = nullptr;
  int best_rank = -1;
  for (const auto& finding : decision.findings) {
    if (finding.outcome == Outcome::pass) continue;
    const bool on_scenario = finding.evidence.dump().find("\"entity\":\"scenario-") != std::string::npos;
    const bool is_new = !spoke.contains(finding.rule);
    const int rank = (finding.outcome == decision.outcome ? 4 : 0) + (on_scenario ? 2 : 0) + (is_new ? 1 : 0);
    if (rank > best_rank) {
      best = &finding;
      best_rank = rank;
    }
  }
  // Where less stands against it than before, no finding is the reason.
  if (best == nullptr || decision.outcome < before) return {};
  return *best;
}

/// The deal as the book has it, and what is supposed besides: what clear() adds last, to findings that are as they were.
std::pair<clear::Decision, exposure::DealFacts> with_supposed(const Book& book, std::uint32_t number, const clear::Supposed& supposed,
                                                              const Deal& deal) {
  clear::Decision decision;
  clear::judge_supposed(supposed, deal, decision.findings);
  std::stable_sort(decision.findings.begin(), decision.findings.end(),
                   [](const auto& a, const auto& b) { return std::tie(a.rule, a.about) < std::tie(b.rule, b.about); });
  Outcome added = Outcome::pass;
  for (const auto& finding : decision.findings) added = std::max(added, finding.outcome);
  decision.outcome = std::max(book.outcome(number), added);
  exposure::DealFacts facts;
  facts.outcome = decision.outcome;
  for (std::size_t regime = 0; regime < book.regimes().size(); ++regime) {
    const Outcome before = book.outcome(number, regime);
    facts.regimes.push_back({book.regimes()[regime], book.regimes()[regime].empty() ? std::max(before, added) : before});
  }
  return {std::move(decision), std::move(facts)};
}

Result<std::vector<ChangedDeal>> decide_again(const Settings& settings, const OpenDealBook& opened, const Changed& changed,
                                              const std::vector<Affected::One>& deals, const DealBookProgress& progress) {
  const Book& book = opened.book.facts();
  const auto workers = static_cast<unsigned>(std::clamp<std::size_t>(deals.size() / 16, 1, settings.threads));
  TAMGA_TRY(auto decider, DealDecider::open(settings, opened.book.basis(), workers));
  // Regimes by their number in the book; those that it does not know say pass of every deal there.
  std::vector<ChangedDeal> all;
  std::vector<std::optional<ChangedDeal>> rows;
  std::mutex mutex;
  std::optional<Error> failed;
  for (std::size_t first = 0; first < deals.size(); first += kBlock) {
    const std::size_t count = std::min(kBlock, deals.size() - first);
    rows.assign(count, std::nullopt);
    on_workers(workers, count, [&](std::size_t i, std::size_t worker) {
      const auto [number, only_supposed] = deals[first + i];
      const auto bytes = opened.book.deal_bytes(number);
      const auto deal = read_deal(bytes);
      clear::Decision decision;
      exposure::DealFacts facts;
      std::optional<Error> wrong;
      if (!deal) {
        wrong = deal.error();
      } else if (only_supposed) {
        std::tie(decision, facts) = with_supposed(book, number, changed.snapshot.supposed, *deal);
      } else if (auto decided = decider.decide(worker, changed.snapshot, *deal, bytes, changed.lapsed, nullptr); decided) {
        decision = *std::move(decided);
        facts = exposure::facts_of(*deal, decision, nullptr);
      } else {
        wrong = decided.error();
      }
      if (wrong) {
        const std::lock_guard lock(mutex);
        failed = *wrong;
        return;
      }
      bool other = facts.outcome != book.outcome(number);
      for (const auto& regime : facts.regimes) {
        const auto known = std::find(book.regimes().begin(), book.regimes().end(), regime.regime);
        const Outcome before =
            known == book.regimes().end() ? Outcome::pass : book.outcome(number, static_cast<std::size_t>(known - book.regimes().begin()));
        other = other || before != regime.outcome;
      }
      if (!other) return;
      rows[i] = ChangedDeal{number, deal->id, std::move(facts), telling(book, number, decision, book.outcome(number))};
    });
    if (failed) return std::unexpected(*failed);
    for (auto& row : rows) {
      if (row) all.push_back(*std::move(row));
    }
    progress("decided again", static_cast<std::int64_t>(first + count), static_cast<std::int64_t>(deals.size()));
  }
  return all;
}

/// Counts of moves, by from and to.
class Moves {
 public:
  void add(Outcome from, Outcome to, const exposure::Amounts& value) {
    if (from == to) return;
    auto& move = moves_[{from, to}];
    move.from = from;
    move.to = to;
    ++move.deals;
    move.value.add(value);
  }
  [[nodiscard]] std::vector<ScenarioMove> sorted() const {
    std::vector<ScenarioMove> all;
    for (const auto& [key, move] : moves_) all.push_back(move);
    return all;
  }

 private:
  std::map<std::pair<Outcome, Outcome>, ScenarioMove> moves_;
};

class Rows {
 public:
  explicit Rows(const Book& book) : book_(book) {}
  void add(std::uint32_t key, const exposure::Amounts& value) {
    auto& row = rows_[key];
    ++row.deals;
    row.value.add(value);
  }
  /// Those with the most deals first.
  [[nodiscard]] std::vector<ScenarioRow> sorted(std::size_t most) {
    std::vector<ScenarioRow> all;
    for (auto& [key, row] : rows_) {
      row.key = book_.key_text(key);
      row.name = book_.key_name(key);
      all.push_back(row);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.deals != b.deals ? a.deals > b.deals : a.key < b.key; });
    if (all.size() > most) all.resize(most);
    return all;
  }

 private:
  const Book& book_;
  std::map<std::uint32_t, ScenarioRow> rows_;
};

void tell(const Book& book, const Scenario& scenario, const std::vector<ChangedDeal>& changed, const ScenarioLimits& limits, ScenarioReport& report) {
  Moves moves;
  std::map<std::string, std::pair<ScenarioRegime, Moves>> regimes;
  Rows customers(book);
  Rows sectors(book);
  Rows countries(book);
  Rows banks(book);
  std::map<Outcome, exposure::PriceGroup> groups;
  for (const auto& one : changed) {
    exposure::Amounts value;
    book.add_value(one.deal, value);
    report.value.add(value);
    moves.add(book.outcome(one.deal), one.facts.outcome, value);
    auto& group = groups[one.facts.outcome];
    ++group.deals;
    group.value.add(value);
    for (const auto& regime : one.facts.regimes) {
      if (regime.outcome != Outcome::pass) ++group.regimes[regime.regime];
      const auto known = std::find(book.regimes().begin(), book.regimes().end(), regime.regime);
      const Outcome before =
          known == book.regimes().end() ? Outcome::pass : book.outcome(one.deal, static_cast<std::size_t>(known - book.regimes().begin()));
      if (before == regime.outcome) continue;
      auto& [told, of_regime] = regimes[regime.regime];
      ++told.changed;
      told.value.add(value);
      of_regime.add(before, regime.outcome, value);
    }
    for (const auto key : book.keys_of(one.deal)) {
      switch (book.dimension(key)) {
        case Dimension::customer: customers.add(key, value); break;
        case Dimension::sector: sectors.add(key, value); break;
        case Dimension::country: countries.add(key, value); break;
        case Dimension::bank: banks.add(key, value); break;
        default: break;
      }
    }
  }
  report.changed = static_cast<std::int64_t>(changed.size());
  report.moves = moves.sorted();
  for (auto& [name, told] : regimes) {
    told.first.regime = name;
    told.first.moves = told.second.sorted();
    report.regimes.push_back(std::move(told.first));
  }
  report.customers = customers.sorted(limits.rows);
  report.sectors = sectors.sorted(limits.rows);
  report.countries = countries.sorted(limits.rows);
  report.banks = banks.sorted(limits.rows);

  std::vector<const ChangedDeal*> order;
  for (const auto& one : changed) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    if (a->facts.outcome != b->facts.outcome) return a->facts.outcome > b->facts.outcome;
    return book.outcome(a->deal) < book.outcome(b->deal);
  });
  if (order.size() > limits.shown) order.resize(limits.shown);
  for (const auto* one : order) {
    ScenarioDeal deal;
    deal.deal = one->id;
    deal.from = book.outcome(one->deal);
    deal.to = one->facts.outcome;
    book.add_value(one->deal, deal.value);
    deal.rule = one->finding.rule;
    deal.regime = one->finding.regime;
    deal.citation = one->finding.citation;
    deal.because = one->finding.because;
    report.shown.push_back(std::move(deal));
  }
  if (scenario.price) report.price = exposure::price(*scenario.price, groups);
}

Json to_json(const std::vector<ScenarioMove>& moves) {
  Json list = Json::array();
  for (const auto& move : moves) {
    Json one = Json::object().set("from", policy::outcome_name(move.from)).set("to", policy::outcome_name(move.to));
    list.push(one.set("deals", Json::number(move.deals)).set("value", exposure::to_json(move.value)));
  }
  return list;
}

Json to_json(const std::vector<ScenarioRow>& rows) {
  Json list = Json::array();
  for (const auto& row : rows) {
    Json one = Json::object().set("key", row.key).set("name", row.name);
    list.push(one.set("deals", Json::number(row.deals)).set("value", exposure::to_json(row.value)));
  }
  return list;
}

Json to_json(const ScenarioReport& report) {
  Json json = Json::object().set("title", report.title).set("changes", Json::strings(report.changes));
  json.set("decided_again", Json::number(report.decided_again)).set("changed", Json::number(report.changed));
  json.set("value", exposure::to_json(report.value)).set("moves", to_json(report.moves));
  Json regimes = Json::array();
  for (const auto& regime : report.regimes) {
    Json one = Json::object().set("regime", regime.regime).set("changed", Json::number(regime.changed));
    regimes.push(one.set("value", exposure::to_json(regime.value)).set("moves", to_json(regime.moves)));
  }
  json.set("regimes", std::move(regimes)).set("customers", to_json(report.customers)).set("sectors", to_json(report.sectors));
  json.set("countries", to_json(report.countries)).set("banks", to_json(report.banks));
  Json shown = Json::array();
  for (const auto& deal : report.shown) {
    Json one = Json::object().set("deal", deal.deal).set("from", policy::outcome_name(deal.from)).set("to", policy::outcome_name(deal.to));
    one.set("value", exposure::to_json(deal.value)).set("because", deal.because).set("rule", deal.rule).set("regime", deal.regime);
    shown.push(one.set("citation", deal.citation));
  }
  json.set("shown", std::move(shown));
  if (report.route_not_stated > 0) json.set("route_not_stated", Json::number(report.route_not_stated));
  if (report.banks_not_stated > 0) json.set("banks_not_stated", Json::number(report.banks_not_stated));
  if (report.price.is_object()) json.set("price", report.price);
  return json;
}

}  // namespace

Result<exposure::Scenario> read_scenario_file(const std::string& path) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "<stdin>" : path;
  auto bytes = standard_input ? read_standard_input(exposure::kScenarioBytesMax) : read_file(path, exposure::kScenarioBytesMax);
  if (!bytes) return std::unexpected(bytes.error());
  auto scenario = exposure::read_scenario(*bytes);
  if (!scenario) return std::unexpected(scenario.error().in_file(name));
  return scenario;
}

Result<ScenarioAnswer> run_scenarios(const Settings& settings, const OpenDealBook& opened, const std::vector<exposure::Scenario>& scenarios,
                                     bool whole, const ScenarioLimits& limits, const DealBookProgress& progress) {
  const Book& book = opened.book.facts();
  ScenarioAnswer answer;
  answer.as_of = opened.book.basis().as_of;
  answer.source = opened.book.source();
  answer.deals = static_cast<std::int64_t>(book.deals());
  answer.rejected = opened.book.rejected();
  std::int64_t without_route = 0;
  std::int64_t without_bank = 0;
  for (std::uint32_t deal = 0; deal < book.deals(); ++deal) {
    book.add_value(deal, answer.value);
    const auto keys = book.keys_of(deal);
    const auto has = [&](Dimension dimension) {
      return std::any_of(keys.begin(), keys.end(), [&](std::uint32_t key) { return book.dimension(key) == dimension; });
    };
    if (!has(Dimension::whole_route)) ++without_route;
    if (!has(Dimension::whole_bank)) ++without_bank;
  }
  for (const auto& scenario : scenarios) {
    TAMGA_TRY(Changed changed, lay_over(scenario, settings, opened));
    std::vector<Affected::One> deals;
    if (whole) {
      for (std::uint32_t deal = 0; deal < book.deals(); ++deal) deals.push_back({deal, false});
    } else {
      Affected affected(opened, scenario, changed);
      deals = affected.deals();
      changed.snapshot.unlisted = affected.unlisted();
    }
    if (limits.deals > 0 && static_cast<std::int64_t>(deals.size()) > limits.deals) {
      return std::unexpected(Error{ErrorKind::usage,
                                   fmt::format("the scenario concerns {} deals, more than the {} that may be decided again here; run tamga scenario",
                                               deals.size(), limits.deals),
                                   {},
                                   0});
    }
    ScenarioReport report;
    report.title = scenario.title;
    report.changes = exposure::sentences(scenario);
    report.decided_again = static_cast<std::int64_t>(deals.size());
    if (!scenario.supposed.closed.empty()) report.route_not_stated = without_route;
    if (!scenario.supposed.cut_off.empty()) report.banks_not_stated = without_bank;
    TAMGA_TRY(const auto again, decide_again(settings, opened, changed, deals, progress));
    tell(book, scenario, again, limits, report);
    answer.scenarios.push_back(std::move(report));
  }
  return answer;
}

Json document(const ScenarioAnswer& answer) {
  Json json = Json::object().set("as_of", answer.as_of.text()).set("source", answer.source).set("deals", Json::number(answer.deals));
  json.set("value", exposure::to_json(answer.value));
  if (!answer.rejected.empty()) json.set("rejected", Json::number(static_cast<std::int64_t>(answer.rejected.size())));
  Json scenarios = Json::array();
  for (const auto& report : answer.scenarios) scenarios.push(to_json(report));
  return json.set("scenarios", std::move(scenarios));
}

}  // namespace tamga::app
