#include "policy/trace.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "ownership/explain.h"
#include "policy/places.h"
#include "policy/words.h"

namespace tamga::policy {
namespace {

constexpr std::array<std::string_view, 7> kVerdicts = {"no", "not_in_effect", "no_nexus", "nexus_binds", "unknown", "unverified", "yes"};
constexpr std::array<std::string_view, 4> kAnswers = {"no", "unknown", "unverified", "yes"};
constexpr std::array<std::string_view, 3> kNeeds = {"required", "not_needed", "absent"};
constexpr std::string_view kNotStated = "not stated";

std::string or_not_stated(std::string_view text) { return std::string(text.empty() ? kNotStated : text); }

std::string joined(const std::vector<std::string>& texts, std::string_view between = ", ") { return fmt::format("{}", fmt::join(texts, between)); }

std::string countries(const CountrySet& set) {
  std::vector<std::string> codes;
  for (std::size_t bit = 0; bit < kCountryCodes; ++bit) {
    if (set.test(bit)) codes.push_back(country_of_bit(bit));
  }
  return or_not_stated(joined(codes));
}

std::string truth_words(const std::optional<bool>& value) { return value ? *value ? "yes" : "no" : std::string(kNotStated); }

/// The innermost thing at hand, told by its name.
std::string name_of(const Place& place) {
  if (place.leg != nullptr) return place.leg->place.empty() ? place.leg->country : place.leg->place;
  if (place.goods != nullptr) return place.goods->description.empty() ? place.goods->hs : place.goods->description;
  return place.subject != nullptr ? place.subject->name : std::string();
}

// ---- what a word looked at ------------------------------------------------------------------------------------

std::string programmes_of(const Match& match) {
  std::vector<std::string> programmes;
  for (const auto& designation : match.designations) {
    std::string one = designation.program;
    for (const auto* more : {&designation.annex, &designation.measure}) {
      if (!more->empty()) one += (one.empty() ? "" : " ") + *more;
    }
    if (!one.empty() && std::find(programmes.begin(), programmes.end(), one) == programmes.end()) programmes.push_back(std::move(one));
  }
  return joined(programmes);
}

std::string match_words(const Match& match) {
  const std::string programmes = programmes_of(match);
  std::string out = fmt::format("{} as {}", match.list, match.caption.empty() ? match.entity : match.caption);
  if (!programmes.empty()) out += fmt::format(" ({})", programmes);
  if (!match.certain) out += match.score.empty() ? ", possibly" : fmt::format(", possibly (score {})", match.score);
  return out;
}

std::string seen_listings(const std::vector<Match>& matches) {
  if (matches.empty()) return "on no list";
  std::vector<std::string> listings;
  for (const auto& match : matches) listings.push_back(match_words(match));
  return "on " + joined(listings, "; ");
}

/// Of the words about owners that say no: who around the deal is listed so, and what they hold of it.
std::string seen_owners(const Condition& condition, const Facts& facts, const Subject& subject) {
  const Network& network = facts.network;
  if (network.graph == nullptr || subject.party == ownership::kNobody) return "nobody is known to hold it";
  std::vector<ownership::Seed> seeds;
  std::vector<std::string> names;
  for (std::uint32_t i = 0; i < network.parties.size(); ++i) {
    if (i == subject.party) continue;
    const Answer answer = listed(condition.filter, network.parties[i].matches);
    if (answer == Answer::no) continue;
    seeds.push_back({i, answer == Answer::yes});
    names.push_back(network.parties[i].name);
  }
  if (seeds.empty()) return "nobody in its ownership is listed so";
  constexpr std::size_t kNamed = 4;
  const std::size_t all = names.size();
  if (all > kNamed) names.resize(kNamed);
  const std::string who = all > kNamed ? fmt::format("{} and {} more", joined(names), all - kNamed) : joined(names);
  if (condition.word == Word::owned || condition.word == Word::controlled) {
    const auto why = ownership::explain(*network.graph, ownership::day_of(facts.as_of), condition.criterion, seeds, subject.party);
    if (!why.last.holdings.empty()) return fmt::format("listed so: {}; held: {}", who, ownership::chain_text(*network.graph, why, seeds));
  }
  return fmt::format("listed so around the deal: {}", who);
}

std::string seen_of_subject(const Condition& condition, const Facts& facts, const Subject& subject) {
  switch (condition.word) {
    case Word::role: return subject.role;
    case Word::schema: return or_not_stated(subject.schema);
    case Word::subject_country: return or_not_stated(subject.country);
    case Word::name_contains: return subject.name;
    case Word::listed: return seen_listings(subject.matches);
    case Word::owned:
    case Word::controlled:
    case Word::held:
    case Word::listed_owner:
    case Word::listed_director:
    case Word::divested: return seen_owners(condition, facts, subject);
    case Word::incorporated_from:
      if (!subject.incorporated_earliest || !subject.incorporated_latest) return std::string(kNotStated);
      return *subject.incorporated_earliest == *subject.incorporated_latest
                 ? subject.incorporated_earliest->text()
                 : fmt::format("{} to {}", subject.incorporated_earliest->text(), subject.incorporated_latest->text());
    default: return {};
  }
}

std::string seen_of_goods(const Condition& condition, const GoodsFact& goods) {
  switch (condition.word) {
    case Word::control: {
      if (goods.hs.empty()) return "no code is stated";
      std::vector<std::string> lists;
      for (const auto& control : goods.controls) {
        if (std::find(lists.begin(), lists.end(), control.list) == lists.end()) lists.push_back(control.list);
      }
      return fmt::format("{} {}", goods.hs, lists.empty() ? "on no control list" : "on " + joined(lists));
    }
    case Word::hs: return or_not_stated(goods.hs);
    case Word::origin: return or_not_stated(goods.origin);
    case Word::made_with:
    case Word::made_with_stated: return or_not_stated(joined(goods.made_with));
    case Word::origin_or_made_with:
      return fmt::format("origin {}, made with {}", or_not_stated(goods.origin), or_not_stated(joined(goods.made_with)));
    case Word::unit_value_above:
      return fmt::format("{} {} for {} pieces", goods.value ? goods.value->text() : kNotStated, goods.currency,
                         goods.quantity ? goods.quantity->text() : kNotStated);
    default: return {};
  }
}

std::string seen_of_leg(const Condition& condition, const LegFact& leg) {
  switch (condition.word) {
    case Word::leg_country: return or_not_stated(leg.country);
    case Word::leg_mode: return or_not_stated(leg.mode);
    case Word::leg_place: return or_not_stated(leg.place);
    default: return {};
  }
}

std::string seen_of_deal(const Condition& condition, const DealView& view) {
  switch (condition.word) {
    case Word::destination:
      return view.destination.any() ? fmt::format("{} (from {})", countries(view.destination), view.destination_from) : std::string(kNotStated);
    case Word::shipped_from: return countries(view.shipped_from);
    case Word::transit:
    case Word::route_touches: {
      if (!view.facts.route) return "the route is not stated";
      const CountrySet& touched = condition.word == Word::transit ? view.transit : view.touched;
      const CountrySet meant = touched & condition.countries;
      return touched.none() ? "no country" : countries(meant.any() ? meant : touched);
    }
    case Word::payment_currency: return or_not_stated(view.facts.payment_currency);
    case Word::end_use_military: return truth_words(view.facts.military);
    case Word::no_reexport_clause: return truth_words(view.facts.no_reexport_clause);
    case Word::end_use_stated: return truth_words(view.facts.end_use_stated);
    case Word::subject_in: {
      const CountrySet meant = view.subjects & condition.countries;
      return countries(meant.any() ? meant : view.subjects);
    }
    default: return {};
  }
}

/// Empty for a word that has only children.
std::string seen(const Condition& condition, const Place& place) {
  std::string out = seen_of_deal(condition, place.view);
  if (out.empty() && place.subject != nullptr) out = seen_of_subject(condition, place.view.facts, *place.subject);
  if (out.empty() && place.goods != nullptr) out = seen_of_goods(condition, *place.goods);
  if (out.empty() && place.leg != nullptr) out = seen_of_leg(condition, *place.leg);
  return out;
}

/// The evidence of a finding in a few words.
void tell_grounds(const Grounds& grounds, std::vector<std::string>& into) {
  for (const auto& match : grounds.matches.items) {
    std::vector<std::string> programmes;
    if (const Json* designations = match.find("designations")) {
      for (const auto& one : designations->items) {
        std::string text(one.get("program"));
        for (const std::string_view key : {"annex", "measure"}) {
          if (!one.get(key).empty()) text.append(text.empty() ? "" : " ").append(one.get(key));
        }
        if (!text.empty() && std::find(programmes.begin(), programmes.end(), text) == programmes.end()) programmes.push_back(std::move(text));
      }
    }
    const Json* certain = match.find("certain");
    into.push_back(fmt::format("{} is {}{} on {}{}", match.get("name"), certain != nullptr && certain->truth ? "" : "possibly ", match.get("caption"),
                               match.get("list"), programmes.empty() ? "" : fmt::format(" ({})", joined(programmes))));
  }
  for (const auto& goods : grounds.goods.items) {
    if (goods.get("control").empty()) continue;
    const auto flagged = [&](std::string_view key, bool wanted) {
      const Json* value = goods.find(key);
      return value != nullptr && value->truth == wanted;
    };
    into.push_back(fmt::format("{} is {} of {}{}{}{}", goods.get("hs"), goods.get("code"), goods.get("control"),
                               goods.get("article").empty() ? "" : fmt::format(", {}", goods.get("article")),
                               flagged("partial", true) ? ", covered in part" : "",
                               flagged("verified", false) ? ", not compared with the regulation" : ""));
  }
  for (const auto& [key, value, offset] : grounds.facts.members) {
    if (value.is_object() && !value.get("chain").empty()) {
      into.push_back(fmt::format("{}, where {} counts", value.get("chain"), value.get("threshold")));
    } else if (value.is_object() && !value.get("owner").empty()) {
      into.push_back(fmt::format("{} held {} until {}, then {}", value.get("owner"), value.get("before"), value.get("day"), value.get("after")));
    }
  }
}

/// Why a single word gave its answer.
void tell_word(const Condition& condition, const Place& place, NodeTrace& into) {
  if (into.answer != Answer::no) {
    Grounds grounds;
    explain(condition, place, grounds);
    tell_grounds(grounds, into.decided);
    if (into.answer == Answer::unknown) {
      into.decided.insert(into.decided.end(), grounds.reasons.begin(), grounds.reasons.end());
      into.missing = std::move(grounds.missing);
    }
  }
  if (!into.decided.empty()) return;
  if (std::string text = seen(condition, place); !text.empty()) into.decided.push_back(std::move(text));
}

bool is_inner(Word word) { return word == Word::some_subject || word == Word::some_goods || word == Word::every_goods || word == Word::some_leg; }

std::string path_of(const Place& place) {
  if (place.leg != nullptr) return place.leg->path;
  if (place.goods != nullptr) return place.goods->path;
  return place.subject != nullptr ? place.subject->path : std::string();
}

NodeTrace node_of(const Condition& condition, const Place& place) {
  NodeTrace node;
  node.word = word_name(condition.word);
  node.words = condition_words(condition);
  node.answer = evaluate(condition, place);
  if (is_inner(condition.word)) {
    each_inner(condition, place, [&](const Place& inner) {
      // The innermost thing is the one that this word opened.
      Place shown{inner.view};
      if (condition.word == Word::some_subject) shown.subject = inner.subject;
      if (condition.word == Word::some_leg) shown.leg = inner.leg;
      if (condition.word == Word::some_goods || condition.word == Word::every_goods) shown.goods = inner.goods;
      NodeTrace child = node_of(condition.children.front(), inner);
      child.about = path_of(shown);
      child.name = name_of(shown);
      node.children.push_back(std::move(child));
    });
    if (node.children.empty()) {
      const bool route = condition.word == Word::some_leg && !place.view.facts.route;
      node.decided.emplace_back(route ? "the route is not stated" : "the deal names none");
      if (route) node.missing.emplace_back("/route");
    }
    return node;
  }
  if (condition.children.empty()) {
    tell_word(condition, place, node);
    return node;
  }
  for (const auto& child : condition.children) node.children.push_back(node_of(child, place));
  return node;
}

// ---- why a clause is silent -----------------------------------------------------------------------------------

/// The first word of a condition that says no which decides it: of `all` the first that fails, else the word itself.
const Condition* first_no(const Condition* condition, const Place& place) {
  if (condition->word != Word::all) return condition;
  for (const auto& child : condition->children) {
    if (evaluate(child, place) == Answer::no) return first_no(&child, place);
  }
  return condition;
}

/// What the deciding word looked at; of a word about the things inside, what was seen of each.
std::string seen_at(const Condition& condition, const Place& place) {
  if (!is_inner(condition.word)) {
    if (condition.children.empty()) return seen(condition, place);
    std::vector<std::string> parts;
    for (const auto& child : condition.children) {
      const std::string part = seen_at(*first_no(&child, place), place);
      if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
    }
    return joined(parts, "; ");
  }
  std::vector<std::string> parts;
  std::size_t all = 0;
  constexpr std::size_t kShown = 4;
  each_inner(condition, place, [&](const Place& inner) {
    const Condition& child = condition.children.front();
    if (evaluate(child, inner) != Answer::no) return;
    if (++all > kShown) return;
    Place shown = inner;
    if (condition.word != Word::some_leg) shown.leg = nullptr;
    if (condition.word == Word::some_subject) shown.goods = nullptr;
    parts.push_back(fmt::format("{}: {}", name_of(shown), seen_at(*first_no(&child, inner), inner)));
  });
  if (all == 0) return "the deal names none";
  if (all > kShown) parts.push_back(fmt::format("and {} more", all - kShown));
  return joined(parts, "; ");
}

void add_silence(const Condition& when, const Place& place, const std::string& about, std::vector<const Condition*>& deciding,
                 std::vector<Silence>& into) {
  const Condition& first = *first_no(&when, place);
  auto at = std::find(deciding.begin(), deciding.end(), &first);
  if (at == deciding.end()) {
    deciding.push_back(&first);
    into.push_back({std::string(word_name(first.word)), condition_words(first), {}});
    at = deciding.end() - 1;
  }
  into[static_cast<std::size_t>(at - deciding.begin())].places.push_back({about, name_of(place), seen_at(first, place)});
}

// ---- clauses --------------------------------------------------------------------------------------------------

/// What is the same for every clause; returns whether it is in effect.
bool begin(const Clause& clause, const Facts& facts, ClauseTrace& into) {
  into.id = clause.id;
  into.authority = clause.authority;
  into.citation = clause.citation;
  into.scope = scope_name(clause.about);
  const Period* period = clause.period_on(facts.as_of);
  const bool before = facts.as_of < clause.periods.front().from;
  const Period& shown = period != nullptr ? *period : before ? clause.periods.front() : clause.periods.back();
  into.from = shown.from.text();
  if (shown.to) into.to = shown.to->text();
  into.status = period != nullptr ? status_name(period->status) : facts.as_of < shown.from ? "not_yet" : "ended";
  const bool in_effect = period != nullptr && period->status != LegalStatus::stayed && period->status != LegalStatus::lapsed;
  if (!in_effect) into.verdict = Verdict::not_in_effect;
  return in_effect;
}

Verdict verdict_of(Answer answer) {
  switch (answer) {
    case Answer::no: return Verdict::no;
    case Answer::unknown: return Verdict::unknown;
    case Answer::unverified: return Verdict::unverified;
    case Answer::yes: return Verdict::yes;
  }
  return Verdict::unknown;
}

/// `bound` caps each answer: what the nexus, or an unconfirmed status, leaves of a yes.
void ask(const Clause& clause, const DealView& view, Answer bound, ClauseTrace& into) {
  std::vector<const Condition*> deciding;
  Answer best = Answer::no;
  each_place(clause.about, view, [&](const Place& place, const std::string& about) {
    const Answer condition = evaluate(clause.when, place);
    if (condition == Answer::no) {
      add_silence(clause.when, place, about, deciding, into.silences);
      return;
    }
    PlaceTrace one;
    one.about = about;
    one.name = name_of(place);
    one.condition = condition;
    one.answer = both(condition, bound);
    Grounds grounds;
    introduce(place, grounds);
    explain(clause.when, place, grounds);
    one.because = render(clause.because, grounds);
    one.tree = node_of(clause.when, place);
    best = either(best, one.answer);
    into.places.push_back(std::move(one));
  });
  into.verdict = verdict_of(best);
}

NexusTrace trace_nexus(const NexusTest& test, const DealView& view) {
  NexusTrace into;
  into.kind = test.kind;
  into.sentence = test.because.text;
  if (!begin(test, view.facts, into)) return into;
  // A nexus rests on facts of the deal; whether a control list was proof-read does not change it.
  ask(test, view, into.status == status_name(LegalStatus::unconfirmed) ? Answer::unknown : Answer::yes, into);
  if (into.verdict == Verdict::unverified) into.verdict = Verdict::yes;
  for (auto& place : into.places) {
    if (place.answer == Answer::unverified) place.answer = Answer::yes;
  }
  return into;
}

RuleTrace trace_rule(const Rule& rule, const DealView& view, Answer nexus) {
  RuleTrace into;
  into.nexus = rule.nexus;
  into.outcome = rule.outcome;
  into.verify = rule.verify;
  if (!begin(rule, view.facts, into)) return into;
  if (rule.nexus == NexusNeed::required && nexus == Answer::no) {
    into.verdict = Verdict::no_nexus;
  } else if (rule.nexus == NexusNeed::absent && nexus == Answer::yes) {
    into.verdict = Verdict::nexus_binds;
  } else {
    ask(rule, view, rule.nexus == NexusNeed::required ? nexus : Answer::yes, into);
  }
  return into;
}

ExemptionTrace trace_exemption(const Exemption& exemption, const DealView& view, std::vector<RuleTrace>& rules) {
  ExemptionTrace into;
  into.condition = exemption.condition;
  // One that may have ended lifts nothing: fail closed.
  if (!begin(exemption, view.facts, into)) return into;
  ask(exemption, view, into.status == status_name(LegalStatus::in_force) ? Answer::yes : Answer::unknown, into);
  for (const auto& place : into.places) {
    if (place.answer != Answer::yes) continue;
    for (auto& rule : rules) {
      const bool meant =
          std::any_of(exemption.lifts.begin(), exemption.lifts.end(), [&](const Pattern& pattern) { return pattern.matches(rule.id); });
      if (!meant) continue;
      for (auto& spoken : rule.places) {
        if (!spoken.lifted_by.empty() || (exemption.about != Scope::deal && spoken.about != place.about)) continue;
        spoken.lifted_by = exemption.id;
        into.lifts.push_back({rule.id, spoken.about});
      }
    }
  }
  return into;
}

// ---- JSON -----------------------------------------------------------------------------------------------------

Json node_json(const NodeTrace& node) {
  Json json = Json::object();
  if (!node.about.empty()) json.set("about", node.about);
  if (!node.name.empty()) json.set("name", node.name);
  json.set("word", node.word).set("words", node.words).set("answer", answer_word(node.answer));
  if (!node.decided.empty()) json.set("decided_by", Json::strings(node.decided));
  if (!node.missing.empty()) json.set("missing", Json::strings(node.missing));
  if (node.children.empty()) return json;
  Json children = Json::array();
  for (const auto& child : node.children) children.push(node_json(child));
  return json.set("children", std::move(children));
}

void set_clause(const ClauseTrace& clause, Json& json) {
  json.set("authority", clause.authority).set("citation", clause.citation).set("about", clause.scope);
  json.set("status", clause.status).set("from", clause.from);
  if (!clause.to.empty()) json.set("to", clause.to);
  json.set("answer", verdict_name(clause.verdict));
  if (!clause.places.empty()) {
    Json places = Json::array();
    for (const auto& place : clause.places) {
      Json one = Json::object();
      one.set("about", place.about);
      if (!place.name.empty()) one.set("name", place.name);
      one.set("answer", answer_word(place.answer)).set("because", place.because);
      if (!place.lifted_by.empty()) one.set("lifted_by", place.lifted_by);
      places.push(std::move(one.set("tree", node_json(place.tree))));
    }
    json.set("says", std::move(places));
  }
  if (clause.silences.empty()) return;
  Json silences = Json::array();
  for (const auto& silence : clause.silences) {
    Json places = Json::array();
    for (const auto& place : silence.places) {
      Json one = Json::object();
      one.set("about", place.about);
      if (!place.name.empty()) one.set("name", place.name);
      if (!place.what.empty()) one.set("decided_by", place.what);
      places.push(std::move(one));
    }
    Json one = Json::object();
    silences.push(std::move(one.set("word", silence.word).set("words", silence.words).set("places", std::move(places))));
  }
  json.set("says_no", std::move(silences));
}

Json rule_json(const RuleTrace& rule) {
  Json json = Json::object();
  json.set("rule", rule.id).set("outcome", outcome_name(rule.outcome)).set("nexus", kNeeds[static_cast<std::size_t>(rule.nexus)]);
  if (!rule.verify.empty()) json.set("verify", rule.verify);
  set_clause(rule, json);
  return json;
}

Json regime_json(const RegimeTrace& regime) {
  Json nexus = Json::array();
  for (const auto& test : regime.nexus) {
    Json one = Json::object();
    one.set("nexus", test.id).set("kind", nexus_kind_name(test.kind)).set("because", test.sentence);
    set_clause(test, one);
    nexus.push(std::move(one));
  }
  Json rules = Json::array();
  Json secondary = Json::array();
  for (const auto& rule : regime.rules) (rule.secondary() ? secondary : rules).push(rule_json(rule));
  Json exemptions = Json::array();
  for (const auto& exemption : regime.exemptions) {
    Json one = Json::object();
    one.set("exemption", exemption.id).set("condition", exemption.condition);
    set_clause(exemption, one);
    Json lifts = Json::array();
    for (const auto& lift : exemption.lifts) {
      Json lifted = Json::object();
      lifts.push(std::move(lifted.set("rule", lift.rule).set("about", lift.about)));
    }
    exemptions.push(std::move(one.set("lifts", std::move(lifts))));
  }
  Json json = Json::object();
  json.set("regime", regime.regime).set("title", regime.title);
  json.set("binds", answer_word(regime.binds)).set("nexus", std::move(nexus)).set("rules", std::move(rules));
  json.set("secondary_exposure", std::move(secondary)).set("exemptions", std::move(exemptions));
  return json;
}

}  // namespace

std::string_view verdict_name(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
std::string_view answer_word(Answer answer) { return kAnswers[static_cast<std::size_t>(answer)]; }

Trace trace(const RuleBook& book, const Facts& facts) {
  Trace out;
  out.as_of = facts.as_of;
  const DealView view(facts);
  for (const auto& file : book.files()) {
    RegimeTrace regime;
    regime.regime = file.regime;
    regime.title = file.title;
    for (const auto& test : file.nexus) {
      regime.nexus.push_back(trace_nexus(test, view));
      for (const auto& place : regime.nexus.back().places) regime.binds = either(regime.binds, place.answer);
    }
    for (const auto& rule : file.rules) regime.rules.push_back(trace_rule(rule, view, regime.binds));
    for (const auto& exemption : file.exemptions) regime.exemptions.push_back(trace_exemption(exemption, view, regime.rules));
    out.regimes.push_back(std::move(regime));
  }
  return out;
}

Json to_json(const Trace& trace) {
  Json regimes = Json::array();
  for (const auto& regime : trace.regimes) regimes.push(regime_json(regime));
  Json json = Json::object();
  return json.set("as_of", trace.as_of.text()).set("regimes", std::move(regimes));
}

}  // namespace tamga::policy
