#include "policy/evaluate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ownership/explain.h"
#include "policy/grounds.h"
#include "policy/particulars.h"
#include "policy/places.h"

namespace tamga::policy {
namespace {

constexpr std::array<std::string_view, kSlotCount> kSlotNames = {
    "name",        "role",    "country",      "list",        "caption",  "entity",      "program",      "annex",   "measure",    "score",
    "code",        "control", "article",      "description", "origin",   "destination", "shipped_from", "transit", "currency",   "place",
    "share",       "owner",   "incorporated", "before",      "day",      "designated",  "receiver",     "eccn",    "us_content", "unit_value",
    "unit_weight", "payer",   "terms",        "channel",     "contract", "vessel",      "insurer",      "shown"};

Answer of(bool truth) { return truth ? Answer::yes : Answer::no; }

bool contains(const std::vector<std::string>& texts, std::string_view text) { return std::find(texts.begin(), texts.end(), text) != texts.end(); }

bool any_matches(const std::vector<Pattern>& patterns, std::string_view text) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const Pattern& pattern) { return pattern.matches(text); });
}

bool has(const CountrySet& set, std::string_view code) {
  const auto bit = country_bit(code);
  return bit && set.test(*bit);
}

std::vector<std::string> codes_of(const CountrySet& set) {
  std::vector<std::string> codes;
  for (std::size_t bit = 0; bit < kCountryCodes; ++bit) {
    if (set.test(bit)) codes.push_back(country_of_bit(bit));
  }
  return codes;
}

std::string joined(const CountrySet& set) { return fmt::format("{}", fmt::join(codes_of(set), ", ")); }

bool is_thing(std::string_view schema) {
  return schema_is_a(schema, "Asset") || schema == "Vessel" || schema == "Airplane" || schema == "CryptoWallet" || schema == "Address";
}

/// Someone who can have owners and a day of incorporation. An unknown schema counts as an organisation: fail closed.
bool is_organisation(const Subject& subject) { return !is_thing(subject.schema) && !schema_is_a(subject.schema, "Person"); }

// ---- listings -------------------------------------------------------------------------------------------------

/// A part of the filter against a text that the list may leave out. The empty pattern "" stands for "the list gives none".
Answer part(const std::vector<Pattern>& patterns, std::string_view value, bool may_be_absent) {
  if (patterns.empty() || any_matches(patterns, value)) return Answer::yes;
  return value.empty() && !may_be_absent ? Answer::unknown : Answer::no;
}

/// ISO dates of unequal precision ("2024" against "2024-07-03"): equal as far as they go means it cannot be told.
Answer designated_within(const ListFilter& filter, std::string_view from) {
  Answer answer = Answer::yes;
  const auto limit = [&](std::string_view bound, bool lower) {
    if (bound.empty()) return;
    if (from.empty()) {
      answer = both(answer, Answer::unknown);
      return;
    }
    const auto length = std::min(from.size(), bound.size());
    const int order = from.substr(0, length).compare(bound.substr(0, length));
    if (order == 0 && from.size() < bound.size()) {
      answer = both(answer, Answer::unknown);
    } else if (lower ? order < 0 : order > 0) {
      answer = Answer::no;
    }
  };
  limit(filter.designated_from, true);
  limit(filter.designated_to, false);
  return answer;
}

Answer fits(const ListFilter& filter, const Designation& designation) {
  if (any_matches(filter.except_program, designation.program)) return Answer::no;
  Answer answer = part(filter.program, designation.program, false);
  // Only EU regulations have annexes, so an absent one says "another kind of list", not "cannot tell".
  answer = both(answer, part(filter.annex, designation.annex, true));
  answer = both(answer, part(filter.measure, designation.measure, false));
  return both(answer, designated_within(filter, designation.from));
}

Answer listed(const ListFilter& filter, const Match& match) {
  if (!filter.list.empty() && !any_matches(filter.list, match.list)) return Answer::no;
  if (!filter.caption.empty() && !any_matches(filter.caption, match.caption)) return Answer::no;
  Answer answer = Answer::yes;
  if (filter.asks_designation()) {
    // A listing without a word on its programme may be any of them.
    answer = match.designations.empty() ? Answer::unknown : Answer::no;
    for (const auto& designation : match.designations) answer = either(answer, fits(filter, designation));
  }
  return match.certain ? answer : both(answer, Answer::unknown);
}

}  // namespace

Answer listed(const ListFilter& filter, const std::vector<Match>& matches) {
  Answer answer = Answer::no;
  for (const auto& match : matches) answer = either(answer, listed(filter, match));
  return answer;
}

namespace {

// ---- owners ---------------------------------------------------------------------------------------------------

Answer from_standing(ownership::Standing standing) {
  switch (standing) {
    case ownership::Standing::excluded: return Answer::no;
    case ownership::Standing::possible: return Answer::unknown;
    case ownership::Standing::certain: return Answer::yes;
  }
  return Answer::unknown;
}

/// The parties of the network that are listed so, certainly or possibly; without the subject itself.
std::vector<ownership::Seed> seeds(const ListFilter& filter, const Facts& facts, const Subject& subject) {
  std::vector<ownership::Seed> result;
  for (std::uint32_t i = 0; i < facts.network.parties.size(); ++i) {
    if (i == subject.party || facts.network.parties[i].matches.empty()) continue;
    const Answer answer = listed(filter, facts.network.parties[i].matches);
    if (answer != Answer::no) result.push_back({i, answer == Answer::yes});
  }
  return result;
}

bool has_network(const Facts& facts, const Subject& subject) { return facts.network.graph != nullptr && subject.party != ownership::kNobody; }

/// Owners that nobody states leave it open only where a rule says so.
Answer without_owners(const Condition& condition, const Subject& subject) {
  return condition.owners_required && !subject.owners_stated && is_organisation(subject) ? Answer::unknown : Answer::no;
}

Answer owned(const Condition& condition, const Facts& facts, const Subject& subject) {
  if (!has_network(facts, subject)) return without_owners(condition, subject);
  const auto listed_ones = seeds(condition.filter, facts, subject);
  if (listed_ones.empty()) return without_owners(condition, subject);
  // Of what nobody holds anything nobody is the owner.
  if (facts.network.graph->in(subject.party).empty()) return condition.word == Word::owned ? without_owners(condition, subject) : Answer::no;
  const ownership::Day day = ownership::day_of(facts.as_of);
  const auto& graph = *facts.network.graph;
  const auto standing = [&](bool control) {
    auto criterion = condition.criterion;
    criterion.control = control;
    return from_standing(ownership::Assessment(graph, day, criterion, listed_ones).of(subject.party));
  };
  const Answer by_shares = standing(false);
  if (condition.word == Word::owned) return either(by_shares, without_owners(condition, subject));
  // What is owned already is the other rule's matter, and what may be as well.
  const Answer with_control = standing(true);
  if (with_control == Answer::yes) return by_shares == Answer::yes ? Answer::no : Answer::yes;
  return by_shares == Answer::no ? with_control : Answer::no;
}

ownership::HeldBy held_by(const Condition& condition, const Facts& facts, const Subject& subject) {
  if (!has_network(facts, subject) || facts.network.graph->in(subject.party).empty()) return {};
  const auto listed_ones = seeds(condition.filter, facts, subject);
  if (listed_ones.empty()) return {};
  return ownership::held_by(*facts.network.graph, ownership::day_of(facts.as_of), condition.criterion, listed_ones, subject.party, condition.percent,
                            condition.inclusive);
}

/// Those who are tied to the subject directly, on the day, by such a tie: calls `each` with the holding's number and the party.
template <typename Each>
void each_tied(const Facts& facts, const Subject& subject, std::initializer_list<ownership::Kind> kinds, Each each) {
  if (!has_network(facts, subject)) return;
  const auto in = facts.network.graph->in(subject.party);
  const auto first = static_cast<std::uint32_t>(in.data() - facts.network.graph->holdings().data());
  for (std::uint32_t i = 0; i < in.size(); ++i) {
    if (in[i].owner == subject.party || !in[i].on(ownership::day_of(facts.as_of))) continue;
    if (std::find(kinds.begin(), kinds.end(), in[i].kind) != kinds.end()) each(first + i, facts.network.parties[in[i].owner]);
  }
}

constexpr std::initializer_list<ownership::Kind> kOwnerTies = {ownership::Kind::shares, ownership::Kind::votes, ownership::Kind::control,
                                                               ownership::Kind::influence};
constexpr std::initializer_list<ownership::Kind> kDirectorTies = {ownership::Kind::director};

Answer listed_tie(const Condition& condition, const Facts& facts, const Subject& subject) {
  Answer answer = Answer::no;
  each_tied(facts, subject, condition.word == Word::listed_director ? kDirectorTies : kOwnerTies,
            [&](std::uint32_t, const NetworkParty& party) { answer = either(answer, listed(condition.filter, party.matches)); });
  return answer;
}

/// A day of designation as lists write it, with what it leaves open: "2022" is any day of it.
struct DesignationDay {
  Date earliest;
  Date latest;
};
std::optional<DesignationDay> designation_day(std::string_view text) {
  if (const auto day = Date::parse(text.substr(0, 10))) return DesignationDay{*day, *day};
  const std::string year(text.substr(0, 4));
  const auto first = Date::parse(year + "-01-01");
  const auto last = Date::parse(year + "-12-31");
  if (!first || !last) return {};
  return DesignationDay{*first, *last};
}

/// A fall of a listed owner's holding around its designation.
struct Divested {
  Answer answer = Answer::no;
  std::uint32_t owner = 0;
  ownership::Divestment fall;
  std::string designated;
};

std::vector<Divested> divested_all(const Condition& condition, const Facts& facts, const Subject& subject) {
  std::vector<Divested> result;
  if (!has_network(facts, subject)) return result;
  const auto& graph = *facts.network.graph;
  const ownership::Day as_of = ownership::day_of(facts.as_of);
  for (const auto& seed : seeds(condition.filter, facts, subject)) {
    for (const auto& match : facts.network.parties[seed.party].matches) {
      if (listed(condition.filter, match) == Answer::no) continue;
      for (const auto& designation : match.designations) {
        if (fits(condition.filter, designation) == Answer::no) continue;
        const auto day = designation_day(designation.from);
        // A list that does not say since when leaves it open: any fall may be one around the designation.
        const int span = day ? static_cast<int>(days_between(day->earliest, day->latest)) : 0;
        const auto middle = day ? ownership::day_of(day->earliest) + span / 2 : as_of;
        constexpr int kEver = 100 * 366;
        const int days = day ? condition.days + (span + 1) / 2 : kEver;
        for (auto& fall : ownership::divestments(graph, as_of, seed.party, subject.party, middle, days, condition.percent, true)) {
          if (!condition.receivers.empty()) {
            std::erase_if(fall.to, [&](const auto& to) {
              return std::find(condition.receivers.begin(), condition.receivers.end(), to.receiver) == condition.receivers.end();
            });
            if (fall.to.empty()) continue;
          }
          const bool sure = seed.certain && fall.certain && day && span == 0 && match.certain;
          const bool told = std::any_of(result.begin(), result.end(),
                                        [&](const Divested& other) { return other.owner == seed.party && other.fall.day == fall.day; });
          if (!told) result.push_back({sure ? Answer::yes : Answer::unknown, seed.party, std::move(fall), designation.from});
        }
      }
    }
  }
  return result;
}

Answer divested(const Condition& condition, const Facts& facts, const Subject& subject) {
  Answer answer = Answer::no;
  for (const auto& one : divested_all(condition, facts, subject)) answer = either(answer, one.answer);
  return answer;
}

Answer incorporated_from(const Condition& condition, const Subject& subject) {
  if (!is_organisation(subject)) return Answer::no;
  if (!subject.incorporated_earliest || !subject.incorporated_latest) return Answer::unknown;
  if (*subject.incorporated_earliest >= condition.date) return Answer::yes;
  return *subject.incorporated_latest < condition.date ? Answer::no : Answer::unknown;
}

Answer subject_country(const Condition& condition, const Subject& subject) {
  if (!subject.country.empty()) return of(has(condition.countries, subject.country));
  return is_thing(subject.schema) ? Answer::no : Answer::unknown;
}

// ---- goods ----------------------------------------------------------------------------------------------------

Answer controlled(const ControlFact& control) {
  if (control.partial) return Answer::unknown;
  return control.verified ? Answer::yes : Answer::unverified;
}

Answer control(const Condition& condition, const GoodsFact& goods) {
  Answer answer = goods.hs.empty() ? Answer::unknown : Answer::no;
  for (const auto& fact : goods.controls) {
    if (any_matches(condition.patterns, fact.list)) answer = either(answer, controlled(fact));
  }
  return answer;
}

Answer hs(const Condition& condition, const GoodsFact& goods) {
  if (goods.hs.empty()) return Answer::unknown;
  Answer answer = Answer::no;
  for (const auto& prefix : condition.texts) {
    if (goods.hs.starts_with(prefix)) return Answer::yes;
    if (std::string_view(prefix).starts_with(goods.hs)) answer = Answer::unknown;
  }
  return answer;
}

Answer origin(const Condition& condition, const GoodsFact& goods) {
  return goods.origin.empty() ? Answer::unknown : of(has(condition.countries, goods.origin));
}

bool made_with(const Condition& condition, const GoodsFact& goods) {
  return std::any_of(goods.made_with.begin(), goods.made_with.end(), [&](const std::string& code) { return has(condition.countries, code); });
}

/// The limit in the currency of the goods, or nullptr.
const Money* limit_of(const Condition& condition, const GoodsFact& goods) {
  const auto at =
      std::find_if(condition.limits.begin(), condition.limits.end(), [&](const Money& limit) { return limit.currency == goods.currency; });
  return at == condition.limits.end() ? nullptr : &*at;
}

Answer unit_value_above(const Condition& condition, const GoodsFact& goods) {
  const Money* limit = limit_of(condition, goods);
  if (!goods.value || limit == nullptr) return Answer::unknown;
  if (!goods.quantity || *goods.quantity <= Decimal::whole(0)) return Answer::unknown;
  return of(compare_total(*goods.value, limit->amount, *goods.quantity) == std::strong_ordering::greater);
}

// ---- legs -----------------------------------------------------------------------------------------------------

/// A UN/LOCODE begins with its country, so a leg without a place, in a country that no pattern names, is none of them.
Answer leg_place(const Condition& condition, const LegFact& leg) {
  if (!leg.place.empty()) return of(any_matches(condition.patterns, leg.place));
  if (leg.country.empty()) return Answer::unknown;
  const bool possible = std::any_of(condition.patterns.begin(), condition.patterns.end(), [&](const Pattern& pattern) {
    const std::string_view head = std::string_view(pattern.text).substr(0, 2);
    return pattern.kind == Pattern::Kind::contains || head.size() < 2 || Pattern{std::string(head), Pattern::Kind::exact}.matches(leg.country);
  });
  return possible ? Answer::unknown : Answer::no;
}

// ---- the deal -------------------------------------------------------------------------------------------------

/// Several possible countries of which only some are in the set: it cannot be told which of them counts.
Answer within(const CountrySet& candidates, const CountrySet& set) {
  if (candidates.none()) return Answer::unknown;
  const auto inside = candidates & set;
  if (inside.none()) return Answer::no;
  return inside == candidates ? Answer::yes : Answer::unknown;
}

Answer touches(const DealView& view, const CountrySet& countries, const CountrySet& set) {
  if (!view.facts.route) return Answer::unknown;
  if ((countries & set).any()) return Answer::yes;
  return view.leg_without_country ? Answer::unknown : Answer::no;
}

Answer stated(const std::optional<bool>& value, bool expected) { return value ? of(*value == expected) : Answer::unknown; }

// ---- grounds --------------------------------------------------------------------------------------------------

/// Where the deal would have to say more for an examiner to tell a namesake from the listed one.
std::string identity_pointer(const std::string& path) {
  if (path.ends_with("/owners")) return path;
  if (path.starts_with("/parties/") && path.find("/owners/") == std::string::npos) return path + "/identifiers";
  if (path.starts_with("/payment/banks/")) return path + "/bic";
  return path;
}

Json match_evidence(const Match& match, const std::string& path, std::string_view name, const ListFilter& filter) {
  Json json = Json::object();
  json.set("subject", path).set("name", name).set("list", match.list).set("entity", match.entity).set("caption", match.caption);
  if (!match.score.empty()) json.set("score", match.score);
  if (!match.how.empty()) json.set("how", match.how);
  json.set("certain", Json::boolean(match.certain));
  Json designations = Json::array();
  for (const auto& designation : match.designations) {
    if (fits(filter, designation) == Answer::no) continue;
    Json one = Json::object();
    if (!designation.program.empty()) one.set("program", designation.program);
    if (!designation.annex.empty()) one.set("annex", designation.annex);
    if (!designation.measure.empty()) one.set("measure", designation.measure);
    if (!designation.from.empty()) one.set("from", designation.from);
    if (!designation.reference.empty()) one.set("reference", designation.reference);
    designations.push(std::move(one));
  }
  json.set("designations", std::move(designations));
  if (!match.source.empty()) json.set("source", match.source);
  return json;
}

void explain_match(const ListFilter& filter, const Match& match, const std::string& path, std::string_view name, Grounds& grounds) {
  put(grounds, Slot::list, match.list);
  put(grounds, Slot::caption, match.caption);
  put(grounds, Slot::entity, match.entity);
  put(grounds, Slot::score, match.score);
  std::vector<std::string> programs;
  std::vector<std::string> annexes;
  std::vector<std::string> measures;
  for (const auto& designation : match.designations) {
    if (fits(filter, designation) == Answer::no) continue;
    const auto note = [](std::vector<std::string>& into, const std::string& text) {
      if (!text.empty() && !contains(into, text)) into.push_back(text);
    };
    note(programs, designation.program);
    note(annexes, designation.annex);
    note(measures, designation.measure);
  }
  put(grounds, Slot::program, fmt::format("{}", fmt::join(programs, ", ")));
  put(grounds, Slot::annex, fmt::format("{}", fmt::join(annexes, ", ")));
  put(grounds, Slot::measure, fmt::format("{}", fmt::join(measures, ", ")));
  Json evidence = match_evidence(match, path, name, filter);
  if (std::find(grounds.matches.items.begin(), grounds.matches.items.end(), evidence) == grounds.matches.items.end()) {
    grounds.matches.push(std::move(evidence));
  }
  if (!match.certain) {
    miss(grounds, identity_pointer(path),
         fmt::format("{} is only a possible match of {} on {}{}", name, match.caption, match.list,
                     match.score.empty() ? "" : fmt::format(" (score {})", match.score)));
  } else if (listed(filter, match) == Answer::unknown) {
    const auto reason = fmt::format("the list does not say by which measure or since when {} is listed on {}", match.caption, match.list);
    if (!contains(grounds.reasons, reason)) grounds.reasons.push_back(reason);
  }
}

void explain_listed(const ListFilter& filter, const std::vector<Match>& matches, const std::string& path, std::string_view name, Grounds& grounds) {
  const Answer answer = listed(filter, matches);
  for (const auto& match : matches) {
    if (listed(filter, match) == answer) explain_match(filter, match, path, name, grounds);
  }
}

/// A holding as evidence: who, of whom, how much, since when, and who says so.
Json holding_evidence(const Facts& facts, const Subject& subject, std::uint32_t number) {
  const auto& graph = *facts.network.graph;
  const ownership::Holding& holding = graph.holdings()[number];
  const NetworkParty& owner = facts.network.parties[holding.owner];
  Json json = Json::object();
  if (!owner.path.empty()) json.set("path", owner.path);
  if (!owner.id.empty()) json.set("id", owner.id);
  json.set("name", owner.name);
  if (holding.asset != subject.party) json.set("of", facts.network.parties[holding.asset].name);
  if (holding.measured()) json.set("share", holding.share().text());
  if (holding.kind != ownership::Kind::shares) json.set("kind", ownership::kind_name(holding.kind));
  if (holding.indirect()) json.set("indirect", Json::boolean(true));
  if (const auto from = ownership::date_of(holding.from)) json.set("from", from->text());
  if (const auto to = ownership::date_of(holding.to)) json.set("to", to->text());
  if (holding.disputed()) json.set("disputed", Json::boolean(true));
  // What the deal itself states has its path; others have their source.
  const auto sources = graph.sources(holding.sources);
  if (!sources.empty() && sources.front() != "deal" && sources.front() != "case") {
    json.set("source", fmt::format("{}", fmt::join(sources, "; ")));
    if (holding.line > 0) json.set("line", Json::number(holding.line));
  }
  return json;
}

void put_once(Json& list, Json item) {
  if (std::find(list.items.begin(), list.items.end(), item) == list.items.end()) list.push(std::move(item));
}

/// Where more would have to be said of a party of the network: its own place in the deal, or the owners of the subject.
std::string network_pointer(const Facts& facts, const Subject& subject, std::uint32_t party) {
  const std::string& path = facts.network.parties[party].path;
  return path.empty() ? subject.path + "/owners" : path;
}

/// "A", or "B (owned by A)" for what counts as a listed owner's own.
std::string owner_words(const Facts& facts, const ownership::Explanation& explanation, const std::vector<ownership::Seed>& listed_ones,
                        std::uint32_t owner, int depth) {
  std::string words = facts.network.parties[owner].name;
  const bool is_listed = std::any_of(listed_ones.begin(), listed_ones.end(), [&](const auto& seed) { return seed.party == owner; });
  if (is_listed || depth > 8) return words;
  const auto step = std::find_if(explanation.before.begin(), explanation.before.end(), [&](const auto& one) { return one.asset == owner; });
  if (step == explanation.before.end()) return words;
  std::vector<std::string> names;
  for (const auto number : step->holdings) {
    names.push_back(owner_words(facts, explanation, listed_ones, facts.network.graph->holdings()[number].owner, depth + 1));
  }
  return fmt::format("{} ({} by {})", words, step->kind == ownership::Kind::control ? "controlled" : "owned", fmt::join(names, " and "));
}

/// The grounds of owned, controlled and held.
void explain_chain(const Condition& condition, const Facts& facts, const Subject& subject, const ownership::Explanation& explanation,
                   std::string_view threshold, Grounds& grounds) {
  const auto& graph = *facts.network.graph;
  const auto listed_ones = seeds(condition.filter, facts, subject);
  std::vector<std::string> names;
  for (const auto number : explanation.last.holdings) {
    auto words = owner_words(facts, explanation, listed_ones, graph.holdings()[number].owner, 0);
    if (!contains(names, words)) names.push_back(std::move(words));
  }
  constexpr std::size_t kNamed = 6;
  if (names.size() > kNamed + 1) {
    const std::size_t others = names.size() - kNamed;
    names.resize(kNamed);
    names.push_back(fmt::format("{} others", others));
  }
  put(grounds, Slot::owner, fmt::format("{}", fmt::join(names, " and ")));
  // Each listed owner's own evidence, then what it holds.
  const auto tell = [&](const ownership::Step& step) {
    for (const auto number : step.holdings) {
      const std::uint32_t owner = graph.holdings()[number].owner;
      put_once(grounds.owners, holding_evidence(facts, subject, number));
      const NetworkParty& party = facts.network.parties[owner];
      explain_listed(condition.filter, party.matches, party.path.empty() ? subject.path + "/owners" : party.path, party.name, grounds);
    }
  };
  for (const auto& step : explanation.before) tell(step);
  tell(explanation.last);
  for (const auto& unknown : explanation.settle) {
    using What = ownership::Fact::What;
    if (unknown.what == What::identity) continue;  // told by its match
    const bool of_holding = unknown.what == What::share || unknown.what == What::control || unknown.what == What::overlap;
    const std::uint32_t party = of_holding ? graph.holdings()[unknown.holding].owner : unknown.party;
    std::string pointer = network_pointer(facts, subject, party);
    if (of_holding && !facts.network.parties[party].path.empty()) pointer += "/share";
    if (!of_holding) pointer = subject.path + "/owners";
    miss(grounds, std::move(pointer), ownership::fact_text(graph, unknown));
  }
  const bool measured = explanation.last.kind != ownership::Kind::control;
  const std::string held = explanation.last.held.text();
  put(grounds, Slot::share, !measured ? std::string("an unmeasured part") : held == "unknown" ? std::string("an unknown part") : held + " %");
  Json ownership = Json::object();
  ownership.set("subject", subject.path);
  if (measured) ownership.set("held", held);
  ownership.set("chain", ownership::chain_text(graph, explanation, listed_ones)).set("threshold", threshold);
  if (!condition.ownership_test.empty()) ownership.set("test", condition.ownership_test);
  const auto in = graph.in(subject.party);
  const ownership::Day day = ownership::day_of(facts.as_of);
  const bool own_shares = std::any_of(in.begin(), in.end(), [&](const auto& holding) {
    return holding.owner == subject.party && holding.kind == ownership::Kind::shares && holding.on(day) && holding.high > 0;
  });
  if (own_shares) {
    constexpr std::array<std::string_view, 3> kDenominators = {"all issued shares", "the shares in other hands than the company's own",
                                                               "both: all issued shares, and those in other hands than the company's own"};
    ownership.set("denominator", kDenominators[static_cast<std::size_t>(condition.criterion.treasury)]);
  }
  if (ownership::inconsistent(graph, day, subject.party)) ownership.set("inconsistent", Json::boolean(true));
  if (!explanation.settle.empty()) {
    std::vector<std::string> asked;
    for (const auto& unknown : explanation.settle) asked.push_back(ownership::fact_text(graph, unknown));
    ownership.set("would_settle", Json::strings(asked));
  }
  fact(grounds, "ownership", std::move(ownership));
}

void explain_owned(const Condition& condition, const Facts& facts, const Subject& subject, Grounds& grounds) {
  const bool any = has_network(facts, subject) && !seeds(condition.filter, facts, subject).empty();
  if (!any) {
    miss(grounds, subject.path + "/owners", fmt::format("the owners of {} are not stated", subject.name));
    return;
  }
  auto explanation = ownership::explain(*facts.network.graph, ownership::day_of(facts.as_of), condition.criterion,
                                        seeds(condition.filter, facts, subject), subject.party);
  const auto& criterion = condition.criterion;
  explain_chain(condition, facts, subject, explanation,
                fmt::format("{} {} %, {}{}{}", criterion.inclusive ? "at least" : "more than", criterion.percent.text(),
                            criterion.aggregate ? "listed owners added together" : "each listed owner alone",
                            criterion.votes ? ", shares or votes" : "", criterion.control ? ", or control" : ""),
                grounds);
}

void explain_held(const Condition& condition, const Facts& facts, const Subject& subject, Grounds& grounds) {
  const auto held = held_by(condition, facts, subject);
  if (held.standing == ownership::Standing::excluded) return;
  explain_chain(condition, facts, subject, held.explanation,
                fmt::format("{} {} %, {}", condition.inclusive ? "at least" : "more than", condition.percent.text(),
                            condition.criterion.aggregate ? "listed owners added together" : "each listed owner alone"),
                grounds);
}

void explain_tie(const Condition& condition, const Facts& facts, const Subject& subject, Answer answer, Grounds& grounds) {
  each_tied(facts, subject, condition.word == Word::listed_director ? kDirectorTies : kOwnerTies,
            [&](std::uint32_t number, const NetworkParty& party) {
              if (listed(condition.filter, party.matches) != answer) return;
              const auto& holding = facts.network.graph->holdings()[number];
              const std::string share = holding.share().text();
              put(grounds, Slot::owner, party.name);
              put(grounds, Slot::share, !holding.measured() || share == "unknown" ? std::string("an unknown part") : share + " %");
              put_once(grounds.owners, holding_evidence(facts, subject, number));
              explain_listed(condition.filter, party.matches, party.path.empty() ? subject.path + "/owners" : party.path, party.name, grounds);
            });
}

void explain_divested(const Condition& condition, const Facts& facts, const Subject& subject, Answer answer, Grounds& grounds) {
  const auto& graph = *facts.network.graph;
  for (const auto& one : divested_all(condition, facts, subject)) {
    if (one.answer != answer) continue;
    const NetworkParty& owner = facts.network.parties[one.owner];
    const auto day = ownership::date_of(one.fall.day);
    Json told = Json::object();
    told.set("owner", owner.name).set("before", one.fall.before.text()).set("after", one.fall.after.text());
    told.set("day", day ? day->text() : std::string()).set("designated", one.designated);
    Json receivers = Json::array();
    std::vector<std::string> names;
    for (const auto& to : one.fall.to) {
      Json receiver = Json::object();
      receiver.set("name", facts.network.parties[to.party].name).set("share", graph.holdings()[to.holding].share().text());
      receiver.set("is", ownership::receiver_name(to.receiver));
      receivers.push(std::move(receiver));
      names.push_back(to.receiver == ownership::Receiver::other
                          ? facts.network.parties[to.party].name
                          : fmt::format("{} ({})", facts.network.parties[to.party].name, ownership::receiver_name(to.receiver)));
    }
    told.set("to", std::move(receivers));
    put(grounds, Slot::owner, owner.name);
    put(grounds, Slot::share, one.fall.after.text() + " %");
    put(grounds, Slot::before, one.fall.before.text() + " %");
    put(grounds, Slot::day, day ? day->text() : std::string());
    put(grounds, Slot::designated, one.designated);
    if (!names.empty()) put(grounds, Slot::receiver, fmt::format("{}", fmt::join(names, " and ")));
    fact(grounds, "divested", std::move(told));
    explain_listed(condition.filter, owner.matches, owner.path.empty() ? subject.path + "/owners" : owner.path, owner.name, grounds);
    if (answer == Answer::unknown) {
      miss(grounds, subject.path + "/owners",
           one.designated.empty() ? fmt::format("the list does not say since when {} is designated", owner.name)
                                  : fmt::format("when and how far the share of {} in {} fell is not known exactly", owner.name, subject.name));
    }
  }
}

void explain_goods(const GoodsFact& goods, const ControlFact* control, Grounds& grounds) {
  Json json = Json::object();
  json.set("path", goods.path);
  if (!goods.hs.empty()) json.set("hs", goods.hs);
  if (control != nullptr) {
    json.set("control", control->list).set("title", control->title).set("article", control->article).set("code", control->code);
    json.set("verified", Json::boolean(control->verified)).set("partial", Json::boolean(control->partial));
  }
  if (std::find(grounds.goods.items.begin(), grounds.goods.items.end(), json) == grounds.goods.items.end()) grounds.goods.push(std::move(json));
}

std::string words_of(const GoodsFact& goods) { return goods.description.empty() ? goods.path : goods.description; }

void explain_control(const Condition& condition, const GoodsFact& goods, Grounds& grounds) {
  const Answer answer = control(condition, goods);
  bool found = false;
  for (const auto& fact : goods.controls) {
    if (!any_matches(condition.patterns, fact.list) || controlled(fact) != answer) continue;
    found = true;
    put(grounds, Slot::control, fact.title.empty() ? fact.list : fact.title);
    put(grounds, Slot::article, fact.article);
    put(grounds, Slot::code, goods.hs);
    explain_goods(goods, &fact, grounds);
    if (answer == Answer::unverified && !contains(grounds.unverified, fact.list)) grounds.unverified.push_back(fact.list);
    if (answer == Answer::unknown) {
      miss(grounds, goods.path + "/hs",
           fmt::format("the code {} of {} is covered by {} only in part, a longer code would tell", goods.hs, words_of(goods), fact.list));
    }
  }
  if (!found && goods.hs.empty()) miss(grounds, goods.path + "/hs", fmt::format("{} has no HS code", words_of(goods)));
}

void explain_goods_word(const Condition& condition, const GoodsFact& goods, Answer answer, Grounds& grounds) {
  put(grounds, Slot::description, goods.description);
  put(grounds, Slot::code, goods.hs);
  put(grounds, Slot::origin, goods.origin);
  switch (condition.word) {
    case Word::control: explain_control(condition, goods, grounds); return;
    case Word::hs:
      if (answer != Answer::unknown) {
        explain_goods(goods, nullptr, grounds);
      } else if (goods.hs.empty()) {
        miss(grounds, goods.path + "/hs", fmt::format("{} has no HS code", words_of(goods)));
      } else {
        miss(grounds, goods.path + "/hs", fmt::format("the code {} of {} is too short to tell", goods.hs, words_of(goods)));
      }
      return;
    case Word::origin:
    case Word::origin_or_made_with:
    case Word::made_with:
      if (answer == Answer::unknown) {
        const bool with = condition.word == Word::made_with;
        miss(grounds, goods.path + (with ? "/made_with" : "/origin"),
             fmt::format("{} {} is not stated", with ? "whose technology went into" : "the origin of", words_of(goods)));
        return;
      }
      if (!goods.origin.empty()) fact(grounds, "origin", Json::string(goods.origin));
      if (!goods.made_with.empty()) fact(grounds, "made_with", Json::strings(goods.made_with));
      return;
    case Word::unit_value_above:
      if (answer != Answer::unknown) {
        put(grounds, Slot::unit_value, fmt::format("{} {} for {} pieces", goods.value->text(), goods.currency, goods.quantity->text()));
        fact(grounds, "unit_value",
             Json::string(fmt::format("{} {} for {} pieces, limit {} {} each", goods.value->text(), goods.currency, goods.quantity->text(),
                                      limit_of(condition, goods)->amount.text(), goods.currency)));
      } else if (!goods.value) {
        miss(grounds, goods.path + "/value", fmt::format("the value of {} is not stated", words_of(goods)));
      } else if (limit_of(condition, goods) == nullptr) {
        std::vector<std::string> currencies;
        for (const auto& limit : condition.limits) currencies.push_back(limit.currency);
        miss(grounds, goods.path + "/currency", fmt::format("the value of {} is not given in {}", words_of(goods), fmt::join(currencies, " or ")));
      } else {
        miss(grounds, goods.path + "/quantity", fmt::format("the quantity of {} is not stated", words_of(goods)));
      }
      return;
    default: return;
  }
}

void explain_subject_word(const Condition& condition, const Facts& facts, const Subject& subject, Answer answer, Grounds& grounds) {
  put(grounds, Slot::name, subject.name);
  put(grounds, Slot::role, subject.role);
  put(grounds, Slot::country, subject.country);
  switch (condition.word) {
    case Word::listed: explain_listed(condition.filter, subject.matches, subject.path, subject.name, grounds); return;
    case Word::owned:
    case Word::controlled: explain_owned(condition, facts, subject, grounds); return;
    case Word::held: explain_held(condition, facts, subject, grounds); return;
    case Word::listed_owner:
    case Word::listed_director: explain_tie(condition, facts, subject, answer, grounds); return;
    case Word::divested: explain_divested(condition, facts, subject, answer, grounds); return;
    case Word::incorporated_from:
      if (!subject.incorporated_earliest || !subject.incorporated_latest) {
        miss(grounds, subject.path + "/incorporated", fmt::format("when {} was incorporated is not stated", subject.name));
        return;
      }
      put(grounds, Slot::incorporated, subject.incorporated_earliest->text());
      fact(grounds, "incorporated",
           Json::string(*subject.incorporated_earliest == *subject.incorporated_latest
                            ? subject.incorporated_earliest->text()
                            : fmt::format("{} to {}", subject.incorporated_earliest->text(), subject.incorporated_latest->text())));
      if (answer == Answer::unknown) {
        miss(grounds, subject.path + "/incorporated",
             fmt::format("{} was incorporated between {} and {}", subject.name, subject.incorporated_earliest->text(),
                         subject.incorporated_latest->text()));
      }
      return;
    case Word::subject_country:
      if (answer == Answer::unknown) miss(grounds, subject.path + "/country", fmt::format("the country of {} is not stated", subject.name));
      return;
    case Word::schema:
      if (answer == Answer::unknown)
        miss(grounds, subject.path + "/schema", fmt::format("whether {} is a person or a company is not stated", subject.name));
      return;
    default: return;
  }
}

void explain_route(const DealView& view, Grounds& grounds) {
  if (!view.facts.route) {
    miss(grounds, "/route", "the route is not stated");
    return;
  }
  for (const auto& leg : *view.facts.route) {
    if (leg.country.empty())
      miss(grounds, leg.path + "/country", fmt::format("the country of {} on the route is not stated", leg.place.empty() ? leg.path : leg.place));
  }
}

void explain_deal_word(const Condition& condition, const DealView& view, Answer answer, Grounds& grounds) {
  const bool unknown = answer == Answer::unknown;
  switch (condition.word) {
    case Word::destination:
      put(grounds, Slot::destination, joined(view.destination));
      if (view.destination.any())
        fact(grounds, "destination", Json::string(fmt::format("{} (from {})", joined(view.destination), view.destination_from)));
      if (unknown) {
        miss(grounds, "/end_use/country",
             view.destination.any() ? fmt::format("several destinations are possible ({})", joined(view.destination))
                                    : std::string("the country of destination is not stated"));
      }
      return;
    case Word::shipped_from:
      put(grounds, Slot::shipped_from, joined(view.shipped_from));
      if (view.shipped_from.any()) fact(grounds, "shipped_from", Json::string(joined(view.shipped_from)));
      if (unknown) miss(grounds, "/route", "where the goods are shipped from is not stated");
      return;
    case Word::transit:
    case Word::route_touches: {
      if (unknown) {
        explain_route(view, grounds);
        if (condition.word == Word::transit && (view.before_route & condition.countries).any()) {
          miss(grounds, "/route",
               fmt::format("the route begins in {}, and the goods are sold from elsewhere: how they came there is not stated",
                           joined(view.before_route & condition.countries)));
        }
        return;
      }
      const auto& countries = condition.word == Word::transit ? view.transit : view.touched;
      put(grounds, Slot::transit, joined(countries & condition.countries));
      fact(grounds, condition.word == Word::transit ? "transit" : "route", Json::string(joined(countries & condition.countries)));
      return;
    }
    case Word::payment_currency:
      put(grounds, Slot::currency, view.facts.payment_currency);
      if (unknown) {
        miss(grounds, "/payment/currency", "the currency of the payment is not stated");
      } else {
        fact(grounds, "payment_currency", Json::string(view.facts.payment_currency));
      }
      return;
    case Word::end_use_military:
      if (unknown) {
        miss(grounds, "/end_use/military", "whether the end use is military is not stated");
      } else {
        fact(grounds, "military", Json::boolean(*view.facts.military));
      }
      return;
    case Word::no_reexport_clause:
      if (unknown) {
        miss(grounds, "/end_use/no_reexport_clause", "whether the contract forbids re-export is not stated");
      } else {
        fact(grounds, "no_reexport_clause", Json::boolean(*view.facts.no_reexport_clause));
      }
      return;
    case Word::end_use_stated:
      fact(grounds, "end_use_stated", Json::boolean(view.facts.end_use_stated));
      if (!view.facts.end_use_stated) grounds.missing.push_back("/end_use");
      return;
    case Word::subject_in: {
      std::vector<std::string> paths;
      for (const auto& subject : view.facts.subjects) {
        if (has(condition.countries, subject.country)) paths.push_back(subject.path);
        if (unknown && subject.country.empty() && !is_thing(subject.schema)) {
          miss(grounds, subject.path + "/country", fmt::format("the country of {} is not stated", subject.name));
        }
      }
      if (!paths.empty()) fact(grounds, "subjects_there", Json::strings(paths));
      return;
    }
    default: return;
  }
}

/// "RUNVS (Novorossiysk)".
std::string place_text(const LegFact& leg) { return leg.place_name.empty() ? leg.place : fmt::format("{} ({})", leg.place, leg.place_name); }

void explain_leg_word(const LegFact& leg, Answer answer, const Condition& condition, Grounds& grounds) {
  put(grounds, Slot::place, place_text(leg));
  put(grounds, Slot::transit, leg.country);
  if (answer == Answer::unknown) {
    const std::string_view field = condition.word == Word::leg_country ? "country" : condition.word == Word::leg_mode ? "mode" : "place";
    miss(grounds, fmt::format("{}/{}", leg.path, field), fmt::format("the {} of a leg of the route is not stated", field));
    return;
  }
  Json json = Json::object();
  json.set("path", leg.path);
  if (leg.places_known && !leg.place.empty()) {
    json.set("place", Json::object().set("code", leg.place).set("name", leg.place_name.empty() ? std::string("not in the table") : leg.place_name));
  } else if (!leg.place.empty()) {
    json.set("place", leg.place);
  }
  if (!leg.country.empty()) json.set("country", leg.country);
  if (!leg.mode.empty()) json.set("mode", leg.mode);
  fact(grounds, "leg", std::move(json));
}

}  // namespace

std::optional<Slot> slot_from_name(std::string_view name) {
  const auto* at = std::find(kSlotNames.begin(), kSlotNames.end(), name);
  if (at == kSlotNames.end()) return {};
  return static_cast<Slot>(at - kSlotNames.begin());
}

DealView::DealView(const Facts& all) : facts(all) {
  const auto note = [](CountrySet& set, std::string_view code) {
    if (const auto bit = country_bit(code)) set.set(*bit);
  };
  for (const auto& subject : facts.subjects) {
    if (country_bit(subject.country)) {
      note(subjects, subject.country);
    } else if (!is_thing(subject.schema)) {
      subject_without_country = true;
    }
  }
  const auto by_role = [&](CountrySet& set, std::string_view role) {
    for (const auto& subject : facts.subjects) {
      if (subject.role == role) note(set, subject.country);
    }
    return set.any();
  };
  if (facts.route) {
    for (const auto& leg : *facts.route) {
      note(touched, leg.country);
      leg_without_country = leg_without_country || leg.country.empty();
    }
  }
  const bool routed = facts.route && !facts.route->empty();

  note(destination, facts.end_use_country);
  if (destination.any()) destination_from = "/end_use/country";
  for (const std::string_view role : {"end_user", "consignee", "importer", "buyer"}) {
    if (destination.none() && by_role(destination, role)) destination_from = fmt::format("the {}", role);
  }
  if (destination.none() && routed) {
    note(destination, facts.route->back().country);
    if (destination.any()) destination_from = "the last leg of the route";
  }

  if (routed) note(shipped_from, facts.route->front().country);
  for (const std::string_view role : {"exporter", "seller"}) {
    if (shipped_from.none()) by_role(shipped_from, role);
  }
  destination_text = joined(destination);
  shipped_from_text = joined(shipped_from);

  if (routed) {
    const auto& legs = *facts.route;
    for (std::size_t i = 1; i < legs.size(); ++i) {
      const auto bit = country_bit(legs[i].country);
      // The end of the route is on the way, too, when the goods are said to go elsewhere.
      if (bit && (i + 1 < legs.size() || (destination.any() && !destination.test(*bit)))) transit.set(*bit);
    }
    // So may be its beginning, when they are sold from elsewhere and go elsewhere: they may have been carried there, or have lain there.
    CountrySet sold_from;
    for (const std::string_view role : {"exporter", "seller"}) by_role(sold_from, role);
    const auto first = country_bit(legs.front().country);
    if (first && sold_from.any() && !sold_from.test(*first) && !destination.test(*first)) before_route.set(*first);
  }
}

Answer evaluate(const Condition& condition, const Place& place) {
  const DealView& view = place.view;
  const Facts& facts = view.facts;
  switch (condition.word) {
    case Word::always: return Answer::yes;
    case Word::all: {
      Answer answer = Answer::yes;
      for (const auto& child : condition.children) {
        answer = both(answer, evaluate(child, place));
        if (answer == Answer::no) break;
      }
      return answer;
    }
    case Word::any: {
      Answer answer = Answer::no;
      for (const auto& child : condition.children) {
        answer = either(answer, evaluate(child, place));
        if (answer == Answer::yes) break;
      }
      return answer;
    }
    case Word::negation: return negated(evaluate(condition.children.front(), place));
    case Word::some_subject:
    case Word::some_goods:
    case Word::some_leg: {
      if (condition.word == Word::some_leg && !facts.route) return Answer::unknown;
      Answer answer = Answer::no;
      each_inner(condition, place, [&](const Place& inner) {
        if (answer != Answer::yes) answer = either(answer, evaluate(condition.children.front(), inner));
      });
      return answer;
    }
    case Word::every_goods: {
      if (facts.goods.empty()) return Answer::no;  // nothing is not a reason to let a deal pass
      Answer answer = Answer::yes;
      each_inner(condition, place, [&](const Place& inner) {
        if (answer != Answer::no) answer = both(answer, evaluate(condition.children.front(), inner));
      });
      return answer;
    }
    case Word::role: return of(contains(condition.texts, place.subject->role));
    case Word::schema:
      if (place.subject->schema.empty()) return Answer::unknown;
      return of(
          std::any_of(condition.texts.begin(), condition.texts.end(), [&](const std::string& s) { return schema_is_a(place.subject->schema, s); }));
    case Word::subject_country: return subject_country(condition, *place.subject);
    case Word::name_contains: return of(any_matches(condition.patterns, place.subject->name));
    case Word::listed: return listed(condition.filter, place.subject->matches);
    case Word::owned:
    case Word::controlled: return owned(condition, facts, *place.subject);
    case Word::held: return from_standing(held_by(condition, facts, *place.subject).standing);
    case Word::listed_owner:
    case Word::listed_director: return listed_tie(condition, facts, *place.subject);
    case Word::divested: return divested(condition, facts, *place.subject);
    case Word::incorporated_from: return incorporated_from(condition, *place.subject);
    case Word::control: return control(condition, *place.goods);
    case Word::hs: return hs(condition, *place.goods);
    case Word::origin: return origin(condition, *place.goods);
    case Word::made_with:
      if (made_with(condition, *place.goods)) return Answer::yes;
      return place.goods->made_with.empty() ? Answer::unknown : Answer::no;
    case Word::made_with_stated: return of(place.goods->made_with.empty() != condition.truth);
    case Word::origin_or_made_with: return made_with(condition, *place.goods) ? Answer::yes : origin(condition, *place.goods);
    case Word::unit_value_above: return unit_value_above(condition, *place.goods);
    case Word::leg_country: return place.leg->country.empty() ? Answer::unknown : of(has(condition.countries, place.leg->country));
    case Word::leg_mode: return place.leg->mode.empty() ? Answer::unknown : of(contains(condition.texts, place.leg->mode));
    case Word::leg_place: return leg_place(condition, *place.leg);
    case Word::destination: return within(view.destination, condition.countries);
    case Word::shipped_from: return within(view.shipped_from, condition.countries);
    case Word::transit: {
      const Answer answer = touches(view, view.transit, condition.countries);
      return answer == Answer::no && (view.before_route & condition.countries).any() ? Answer::unknown : answer;
    }
    case Word::route_touches: return touches(view, view.touched, condition.countries);
    case Word::payment_currency: return facts.payment_currency.empty() ? Answer::unknown : of(contains(condition.texts, facts.payment_currency));
    case Word::end_use_military: return stated(facts.military, condition.truth);
    case Word::no_reexport_clause: return stated(facts.no_reexport_clause, condition.truth);
    case Word::end_use_stated: return of(facts.end_use_stated == condition.truth);
    case Word::subject_in:
      if ((view.subjects & condition.countries).any()) return Answer::yes;
      return view.subject_without_country ? Answer::unknown : Answer::no;
    case Word::eccn:
    case Word::eccn_stated:
    case Word::us_content:
    case Word::unit_value_implausible:
    case Word::unit_weight_implausible:
    case Word::ais_gap_days_over:
    case Word::flag_changed_within_days:
    case Word::owner_changed_within_days:
    case Word::sts_transfer_within_days:
    case Word::vessel_age_over:
    case Word::payment_terms:
    case Word::payment_channel:
    case Word::payer_country:
    case Word::payer_is_buyer:
    case Word::payer_in_third_country:
    case Word::wallet_listed:
    case Word::insurer_country:
    case Word::contract_from:
    case Word::contract_before:
    case Word::end_use_certificate: return answer_particular(condition, place);
  }
  return Answer::unknown;
}

void introduce(const Place& place, Grounds& grounds) {
  put(grounds, Slot::destination, place.view.destination_text);
  put(grounds, Slot::shipped_from, place.view.shipped_from_text);
  put(grounds, Slot::currency, place.view.facts.payment_currency);
  if (place.subject != nullptr) {
    put(grounds, Slot::name, place.subject->name);
    put(grounds, Slot::role, place.subject->role);
    put(grounds, Slot::country, place.subject->country);
  }
  if (place.goods != nullptr) {
    put(grounds, Slot::description, place.goods->description);
    put(grounds, Slot::code, place.goods->hs);
    put(grounds, Slot::origin, place.goods->origin);
  }
  if (place.leg != nullptr) {
    put(grounds, Slot::place, place_text(*place.leg));
    put(grounds, Slot::transit, place.leg->country);
  }
}

void explain(const Condition& condition, const Place& place, Grounds& grounds) {
  const Answer answer = evaluate(condition, place);
  switch (condition.word) {
    case Word::always: return;
    case Word::all:
      // The parts that hold are grounds also of an "unknown": they say what is certain already.
      for (const auto& child : condition.children) explain(child, place, grounds);
      return;
    case Word::any:
      for (const auto& child : condition.children) {
        if (evaluate(child, place) == answer) explain(child, place, grounds);
      }
      return;
    case Word::negation:
      // A plain "it is not so" needs no evidence; only what keeps us from saying it does.
      if (answer == Answer::unknown) explain(condition.children.front(), place, grounds);
      return;
    case Word::some_leg:
      if (!place.view.facts.route) {
        explain_route(place.view, grounds);
        return;
      }
      [[fallthrough]];
    case Word::some_subject:
    case Word::some_goods:
      each_inner(condition, place, [&](const Place& inner) {
        if (evaluate(condition.children.front(), inner) == answer) explain(condition.children.front(), inner, grounds);
      });
      return;
    case Word::every_goods: each_inner(condition, place, [&](const Place& inner) { explain(condition.children.front(), inner, grounds); }); return;
    case Word::role:
    case Word::schema:
    case Word::subject_country:
    case Word::name_contains:
    case Word::listed:
    case Word::owned:
    case Word::controlled:
    case Word::held:
    case Word::listed_owner:
    case Word::listed_director:
    case Word::divested:
    case Word::incorporated_from: explain_subject_word(condition, place.view.facts, *place.subject, answer, grounds); return;
    case Word::control:
    case Word::hs:
    case Word::origin:
    case Word::made_with:
    case Word::made_with_stated:
    case Word::origin_or_made_with:
    case Word::unit_value_above: explain_goods_word(condition, *place.goods, answer, grounds); return;
    case Word::leg_country:
    case Word::leg_mode:
    case Word::leg_place: explain_leg_word(*place.leg, answer, condition, grounds); return;
    case Word::destination:
    case Word::shipped_from:
    case Word::transit:
    case Word::route_touches:
    case Word::payment_currency:
    case Word::end_use_military:
    case Word::no_reexport_clause:
    case Word::end_use_stated:
    case Word::subject_in: explain_deal_word(condition, place.view, answer, grounds); return;
    case Word::eccn:
    case Word::eccn_stated:
    case Word::us_content:
    case Word::unit_value_implausible:
    case Word::unit_weight_implausible:
    case Word::ais_gap_days_over:
    case Word::flag_changed_within_days:
    case Word::owner_changed_within_days:
    case Word::sts_transfer_within_days:
    case Word::vessel_age_over:
    case Word::payment_terms:
    case Word::payment_channel:
    case Word::payer_country:
    case Word::payer_is_buyer:
    case Word::payer_in_third_country:
    case Word::wallet_listed:
    case Word::insurer_country:
    case Word::contract_from:
    case Word::contract_before:
    case Word::end_use_certificate: explain_particular(condition, place, answer, grounds); return;
  }
}

}  // namespace tamga::policy
