#include "policy/evaluate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "ownership/ownership.h"

namespace tamga::policy {
namespace {

constexpr std::array<std::string_view, kSlotCount> kSlotNames = {
    "name",    "role",        "country", "list",        "caption",      "entity",  "program",  "annex", "measure", "score", "code",        "control",
    "article", "description", "origin",  "destination", "shipped_from", "transit", "currency", "place", "share",   "owner", "incorporated"};

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

Answer listed(const ListFilter& filter, const std::vector<Match>& matches) {
  Answer answer = Answer::no;
  for (const auto& match : matches) answer = either(answer, listed(filter, match));
  return answer;
}

// ---- owners ---------------------------------------------------------------------------------------------------

ownership::Answer to_ownership(Answer answer) {
  return answer == Answer::no ? ownership::Answer::no : answer == Answer::unknown ? ownership::Answer::unknown : ownership::Answer::yes;
}

Answer from_ownership(ownership::Answer answer) {
  switch (answer) {
    case ownership::Answer::no: return Answer::no;
    case ownership::Answer::unknown: return Answer::unknown;
    case ownership::Answer::yes: return Answer::yes;
  }
  return Answer::unknown;
}

/// Nothing when no owner is listed, even possibly: then nobody's share matters.
std::optional<ownership::Assessment> assess(const Condition& condition, const Subject& subject) {
  if (!subject.owners) return {};
  const bool any = std::any_of(subject.owners->begin(), subject.owners->end(),
                               [&](const OwnerFact& owner) { return listed(condition.filter, owner.matches) != Answer::no; });
  if (!any) return {};
  std::vector<ownership::Holding> holdings;
  for (const auto& owner : *subject.owners) {
    holdings.push_back({owner.name, owner.share.value_or(ShareRange{}), to_ownership(listed(condition.filter, owner.matches))});
  }
  return ownership::assess(holdings, condition.threshold);
}

Answer owned(const Condition& condition, const Subject& subject) {
  if (!subject.owners) return condition.owners_required && is_organisation(subject) ? Answer::unknown : Answer::no;
  const auto assessment = assess(condition, subject);
  return assessment ? from_ownership(assessment->owned) : Answer::no;
}

Answer listed_owner(const Condition& condition, const Subject& subject) {
  Answer answer = Answer::no;
  if (subject.owners) {
    for (const auto& owner : *subject.owners) answer = either(answer, listed(condition.filter, owner.matches));
  }
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

Answer unit_value_above(const Condition& condition, const GoodsFact& goods) {
  if (!goods.value || goods.currency != condition.currency) return Answer::unknown;
  if (!goods.quantity || *goods.quantity <= Decimal::whole(0)) return Answer::unknown;
  return of(compare_total(*goods.value, condition.amount, *goods.quantity) == std::strong_ordering::greater);
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

template <typename Visit>
void each_inner(const Condition& condition, const Place& place, Visit visit) {
  Place inner = place;
  switch (condition.word) {
    case Word::some_subject:
      for (const auto& subject : place.view.facts.subjects) {
        inner.subject = &subject;
        visit(inner);
      }
      return;
    case Word::some_goods:
    case Word::every_goods:
      for (const auto& goods : place.view.facts.goods) {
        inner.goods = &goods;
        visit(inner);
      }
      return;
    case Word::some_leg:
      if (!place.view.facts.route) return;
      for (const auto& leg : *place.view.facts.route) {
        inner.leg = &leg;
        visit(inner);
      }
      return;
    default: return;
  }
}

// ---- grounds --------------------------------------------------------------------------------------------------

void put(Grounds& grounds, Slot slot, std::string_view value) {
  auto& into = grounds.slots[static_cast<std::size_t>(slot)];
  if (into.empty()) into = value;
}

void miss(Grounds& grounds, std::string pointer, std::string reason) {
  grounds.missing.push_back(std::move(pointer));
  if (!contains(grounds.reasons, reason)) grounds.reasons.push_back(std::move(reason));
}

void fact(Grounds& grounds, std::string_view key, Json value) {
  if (grounds.facts.find(key) == nullptr) grounds.facts.set(key, std::move(value));
}

/// Where the deal would have to say more for an examiner to tell a namesake from the listed one.
std::string identity_pointer(const std::string& path) {
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

std::string share_words(const ShareRange& share) { return share == ShareRange{} ? std::string("an unknown part") : share.text() + " %"; }

Json owner_evidence(const OwnerFact& owner) {
  Json json = Json::object();
  json.set("path", owner.path).set("name", owner.name).set("share", owner.share ? owner.share->text() : std::string("unknown"));
  return json;
}

void explain_owner(const ListFilter& filter, const OwnerFact& owner, Grounds& grounds) {
  put(grounds, Slot::owner, owner.name);
  Json evidence = owner_evidence(owner);
  if (std::find(grounds.owners.items.begin(), grounds.owners.items.end(), evidence) == grounds.owners.items.end()) {
    grounds.owners.push(std::move(evidence));
  }
  explain_listed(filter, owner.matches, owner.path, owner.name, grounds);
}

void explain_owned(const Condition& condition, const Subject& subject, Grounds& grounds) {
  if (!subject.owners) {
    miss(grounds, subject.path + "/owners", fmt::format("the owners of {} are not stated", subject.name));
    return;
  }
  const auto assessment = assess(condition, subject);
  if (!assessment) return;
  const bool unknown = assessment->owned == ownership::Answer::unknown;
  std::vector<std::string> names;
  for (const auto& owner : *subject.owners) {
    if (listed(condition.filter, owner.matches) == Answer::no) continue;
    names.push_back(owner.name);
  }
  // The sentence names all of them; the loop below only adds each one's own evidence.
  put(grounds, Slot::owner, fmt::format("{}", fmt::join(names, " and ")));
  for (const auto& owner : *subject.owners) {
    if (listed(condition.filter, owner.matches) == Answer::no) continue;
    explain_owner(condition.filter, owner, grounds);
    const bool exact = owner.share && owner.share->low == owner.share->high;
    if (unknown && !exact) {
      miss(
          grounds, owner.path + "/share",
          fmt::format("the share of {} in {} is {}", owner.name, subject.name, owner.share ? owner.share->text() + " %" : std::string("not stated")));
    }
  }
  put(grounds, Slot::share, share_words(assessment->held));
  Json held = Json::object();
  held.set("subject", subject.path)
      .set("held", assessment->held.text())
      .set("chain", assessment->chain)
      .set("threshold", fmt::format("{} {} %, {}", condition.threshold.inclusive ? "at least" : "more than", condition.threshold.percent.text(),
                                    condition.threshold.aggregate ? "listed owners added together" : "each listed owner alone"));
  fact(grounds, "ownership", std::move(held));
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
        fact(grounds, "unit_value",
             Json::string(fmt::format("{} {} for {} pieces, limit {} {} each", goods.value->text(), goods.currency, goods.quantity->text(),
                                      condition.amount.text(), condition.currency)));
      } else if (!goods.value) {
        miss(grounds, goods.path + "/value", fmt::format("the value of {} is not stated", words_of(goods)));
      } else if (goods.currency != condition.currency) {
        miss(grounds, goods.path + "/currency", fmt::format("the value of {} is not given in {}", words_of(goods), condition.currency));
      } else {
        miss(grounds, goods.path + "/quantity", fmt::format("the quantity of {} is not stated", words_of(goods)));
      }
      return;
    default: return;
  }
}

void explain_subject_word(const Condition& condition, const Subject& subject, Answer answer, Grounds& grounds) {
  put(grounds, Slot::name, subject.name);
  put(grounds, Slot::role, subject.role);
  put(grounds, Slot::country, subject.country);
  switch (condition.word) {
    case Word::listed: explain_listed(condition.filter, subject.matches, subject.path, subject.name, grounds); return;
    case Word::owned: explain_owned(condition, subject, grounds); return;
    case Word::listed_owner: {
      if (!subject.owners) return;
      for (const auto& owner : *subject.owners) {
        if (listed(condition.filter, owner.matches) != answer) continue;
        put(grounds, Slot::share, share_words(owner.share.value_or(ShareRange{})));
        explain_owner(condition.filter, owner, grounds);
      }
      return;
    }
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

void explain_leg_word(const LegFact& leg, Answer answer, const Condition& condition, Grounds& grounds) {
  put(grounds, Slot::place, leg.place);
  put(grounds, Slot::transit, leg.country);
  if (answer == Answer::unknown) {
    const std::string_view field = condition.word == Word::leg_country ? "country" : condition.word == Word::leg_mode ? "mode" : "place";
    miss(grounds, fmt::format("{}/{}", leg.path, field), fmt::format("the {} of a leg of the route is not stated", field));
    return;
  }
  Json json = Json::object();
  json.set("path", leg.path);
  if (!leg.place.empty()) json.set("place", leg.place);
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

  if (routed) {
    const auto& legs = *facts.route;
    for (std::size_t i = 1; i < legs.size(); ++i) {
      const auto bit = country_bit(legs[i].country);
      // The end of the route is on the way, too, when the goods are said to go elsewhere.
      if (bit && (i + 1 < legs.size() || (destination.any() && !destination.test(*bit)))) transit.set(*bit);
    }
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
    case Word::owned: return owned(condition, *place.subject);
    case Word::listed_owner: return listed_owner(condition, *place.subject);
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
    case Word::transit: return touches(view, view.transit, condition.countries);
    case Word::route_touches: return touches(view, view.touched, condition.countries);
    case Word::payment_currency: return facts.payment_currency.empty() ? Answer::unknown : of(contains(condition.texts, facts.payment_currency));
    case Word::end_use_military: return stated(facts.military, condition.truth);
    case Word::no_reexport_clause: return stated(facts.no_reexport_clause, condition.truth);
    case Word::end_use_stated: return of(facts.end_use_stated == condition.truth);
    case Word::subject_in:
      if ((view.subjects & condition.countries).any()) return Answer::yes;
      return view.subject_without_country ? Answer::unknown : Answer::no;
  }
  return Answer::unknown;
}

void introduce(const Place& place, Grounds& grounds) {
  put(grounds, Slot::destination, joined(place.view.destination));
  put(grounds, Slot::shipped_from, joined(place.view.shipped_from));
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
    put(grounds, Slot::place, place.leg->place);
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
    case Word::listed_owner:
    case Word::incorporated_from: explain_subject_word(condition, *place.subject, answer, grounds); return;
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
  }
}

}  // namespace tamga::policy
