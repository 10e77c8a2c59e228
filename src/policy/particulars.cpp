#include "policy/particulars.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "policy/grounds.h"

namespace tamga::policy {
namespace {

Answer of(bool truth) { return truth ? Answer::yes : Answer::no; }

bool has(const CountrySet& set, std::string_view code) {
  const auto bit = country_bit(code);
  return bit && set.test(*bit);
}

Answer stated(const std::optional<bool>& value, bool expected) { return value ? of(*value == expected) : Answer::unknown; }

Answer one_of(const std::vector<std::string>& texts, const std::string& value) {
  return value.empty() ? Answer::unknown : of(std::find(texts.begin(), texts.end(), value) != texts.end());
}

std::string words_of(const GoodsFact& goods) { return goods.description.empty() ? goods.path : goods.description; }

// ---- goods ----------------------------------------------------------------------------------------------------

/// A share against a bound; what the range leaves open is unknown.
Answer beyond(const ShareRange& share, Decimal bound, bool inclusive) {
  const bool low_beyond = inclusive ? share.low >= bound : share.low > bound || (share.low == bound && share.low_excluded);
  if (low_beyond) return Answer::yes;
  const bool high_reaches = inclusive ? share.high > bound || (share.high == bound && !share.high_excluded) : share.high > bound;
  return high_reaches ? Answer::unknown : Answer::no;
}

bool made_without_us(const GoodsFact& goods) {
  return !goods.made_with.empty() && goods.origin != "US" && std::find(goods.made_with.begin(), goods.made_with.end(), "US") == goods.made_with.end();
}

Answer us_content(const Condition& condition, const GoodsFact& goods) {
  if (goods.us_content) return beyond(*goods.us_content, condition.percent, condition.inclusive);
  // Where the countries are stated whose parts and technology went in, and this is none of them, there is nothing to count.
  const bool none = made_without_us(goods) && (condition.percent > Decimal::whole(0) || !condition.inclusive);
  return none ? Answer::no : Answer::unknown;
}

/// What a quantity counts: pieces, or a weight in kilograms (so many for one of the unit).
struct Unit {
  bool pieces = false;
  std::optional<Decimal> kg;
};
Unit unit_of(std::string_view text) {
  constexpr std::array<std::string_view, 18> kPieces = {"pcs",  "pc",  "piece", "pieces", "unit", "units", "item",  "items", "ea",
                                                        "each", "PCS", "nos",   "шт",     "шт.",  "штук",  "штука", "дана",  "unit(s)"};
  constexpr std::array<std::pair<std::string_view, Decimal>, 14> kWeights = {{{"kg", {1, 0}},
                                                                              {"kgs", {1, 0}},
                                                                              {"KG", {1, 0}},
                                                                              {"KGM", {1, 0}},
                                                                              {"кг", {1, 0}},
                                                                              {"t", {1000, 0}},
                                                                              {"mt", {1000, 0}},
                                                                              {"MT", {1000, 0}},
                                                                              {"TNE", {1000, 0}},
                                                                              {"tonne", {1000, 0}},
                                                                              {"tonnes", {1000, 0}},
                                                                              {"т", {1000, 0}},
                                                                              {"g", {1, 3}},
                                                                              {"г", {1, 3}}}};
  Unit unit;
  unit.pieces = std::find(kPieces.begin(), kPieces.end(), text) != kPieces.end();
  for (const auto& [name, kg] : kWeights) {
    if (name == text) unit.kg = kg;
  }
  return unit;
}

/// A total against so much for each: below what the lowest bound allows, above what the highest does, or open between the bounds' own limits.
struct Bounds {
  Decimal low_least, low_most;    ///< what is surely too little; what is surely enough
  Decimal high_least, high_most;  ///< what is surely not too much; beyond it surely is
};
Answer outside(Decimal total, const Bounds& each, Decimal count) {
  if (compare_total(total, each.low_least, count) == std::strong_ordering::less) return Answer::yes;
  if (compare_total(total, each.high_most, count) == std::strong_ordering::greater) return Answer::yes;
  const bool enough = compare_total(total, each.low_most, count) != std::strong_ordering::less;
  const bool not_too_much = compare_total(total, each.high_least, count) != std::strong_ordering::greater;
  return enough && not_too_much ? Answer::no : Answer::unknown;
}

bool positive(const std::optional<Decimal>& value) { return value && *value > Decimal::whole(0); }

/// How many pieces or kilograms the value is for, as the range for such goods counts; nothing when the deal does not say.
std::optional<Decimal> counted(const GoodsFact& goods) {
  const Unit unit = unit_of(goods.unit);
  if (!goods.plausible->by_weight) return unit.pieces && positive(goods.quantity) ? goods.quantity : std::nullopt;
  if (positive(goods.net_kg)) return goods.net_kg;
  return unit.kg && positive(goods.quantity) ? multiply(*goods.quantity, *unit.kg) : std::nullopt;
}

Answer unit_value_implausible(const GoodsFact& goods) {
  if (!goods.plausible || !goods.value || !goods.per_euro) return Answer::unknown;
  const auto count = counted(goods);
  if (!count) return Answer::unknown;
  const auto& range = *goods.plausible;
  const auto low_least = multiply(range.eur_low, goods.per_euro->low);
  const auto low_most = multiply(range.eur_low, goods.per_euro->high);
  const auto high_least = multiply(range.eur_high, goods.per_euro->low);
  const auto high_most = multiply(range.eur_high, goods.per_euro->high);
  if (!low_least || !low_most || !high_least || !high_most) return Answer::unknown;
  return outside(*goods.value, {*low_least, *low_most, *high_least, *high_most}, *count);
}

Answer unit_weight_implausible(const GoodsFact& goods) {
  if (!goods.net_kg || !positive(goods.quantity)) return Answer::unknown;
  const Unit unit = unit_of(goods.unit);
  if (unit.kg) {
    // The weight is told twice, and may differ by a tenth: what packing and moisture make of it.
    const auto low = multiply(*unit.kg, Decimal{9, 1});
    const auto high = multiply(*unit.kg, Decimal{11, 1});
    return low && high ? outside(*goods.net_kg, {*low, *low, *high, *high}, *goods.quantity) : Answer::unknown;
  }
  if (!unit.pieces || !goods.plausible || goods.plausible->by_weight) return Answer::unknown;
  const auto& range = *goods.plausible;
  return outside(*goods.net_kg, {range.kg_low, range.kg_low, range.kg_high, range.kg_high}, *goods.quantity);
}

void explain_range(const GoodsFact& goods, std::string_view key, bool of_value, Grounds& grounds) {
  const auto& range = *goods.plausible;
  const std::string_view each = range.by_weight ? "kg" : "piece";
  fact(grounds, key,
       Json::string(of_value ? fmt::format("{} {} for {} {}; plausible for HS {}: {} to {} EUR a {}", goods.value->text(), goods.currency,
                                           counted(goods)->text(), range.by_weight ? "kg" : "pieces", goods.hs, range.eur_low.text(),
                                           range.eur_high.text(), each)
                             : fmt::format("{} kg for {} pieces; plausible for HS {}: {} to {} kg a piece", goods.net_kg->text(),
                                           goods.quantity->text(), goods.hs, range.kg_low.text(), range.kg_high.text())));
}

void explain_unit_value(const GoodsFact& goods, Answer answer, Grounds& grounds) {
  if (answer != Answer::unknown) {
    put(grounds, Slot::unit_value,
        fmt::format("{} {} for {} {}", goods.value->text(), goods.currency, counted(goods)->text(), goods.plausible->by_weight ? "kg" : "pieces"));
    explain_range(goods, "unit_value_plausible", true, grounds);
  } else if (goods.hs.empty()) {
    miss(grounds, goods.path + "/hs", fmt::format("{} has no HS code", words_of(goods)));
  } else if (!goods.value) {
    miss(grounds, goods.path + "/value", fmt::format("the value of {} is not stated", words_of(goods)));
  } else if (!goods.plausible) {
    if (const std::string reason = fmt::format("no range of plausible prices is held for the code {}", goods.hs);
        std::find(grounds.reasons.begin(), grounds.reasons.end(), reason) == grounds.reasons.end()) {
      grounds.reasons.push_back(reason);
    }
  } else if (!goods.per_euro) {
    miss(grounds, goods.path + "/currency",
         fmt::format("the value of {} is not given in a currency whose worth in euro has known bounds", words_of(goods)));
  } else if (!counted(goods)) {
    miss(grounds, goods.path + (goods.plausible->by_weight ? "/net_kg" : "/quantity"),
         fmt::format("the number of {} of {} is not stated", goods.plausible->by_weight ? "kilograms" : "pieces", words_of(goods)));
  } else {
    const std::string reason = fmt::format("the price of {} is between what is plausible at one rate of exchange and at another", words_of(goods));
    miss(grounds, goods.path + "/currency", reason);
  }
}

void explain_unit_weight(const GoodsFact& goods, Answer answer, Grounds& grounds) {
  if (answer != Answer::unknown) {
    put(grounds, Slot::unit_weight, fmt::format("{} kg for {} {}", goods.net_kg->text(), goods.quantity->text(), goods.unit));
    if (unit_of(goods.unit).kg) {
      fact(grounds, "unit_weight_plausible", Json::string(fmt::format("{} kg for {} {}", goods.net_kg->text(), goods.quantity->text(), goods.unit)));
    } else {
      explain_range(goods, "unit_weight_plausible", false, grounds);
    }
  } else if (!goods.net_kg) {
    miss(grounds, goods.path + "/net_kg", fmt::format("the net weight of {} is not stated", words_of(goods)));
  } else if (!positive(goods.quantity)) {
    miss(grounds, goods.path + "/quantity", fmt::format("the quantity of {} is not stated", words_of(goods)));
  } else if (!unit_of(goods.unit).pieces) {
    miss(grounds, goods.path + "/unit", fmt::format("the quantity of {} is neither in pieces nor in kilograms", words_of(goods)));
  } else if (goods.hs.empty()) {
    miss(grounds, goods.path + "/hs", fmt::format("{} has no HS code", words_of(goods)));
  } else {
    const std::string reason = fmt::format("no range of plausible weights is held for the code {}", goods.hs);
    if (std::find(grounds.reasons.begin(), grounds.reasons.end(), reason) == grounds.reasons.end()) grounds.reasons.push_back(reason);
  }
}

// ---- ships ----------------------------------------------------------------------------------------------------

/// Does a ship carry the goods on this leg?
Answer by_ship(const LegFact& leg) {
  if (!leg.vessel.empty() || leg.vessel_facts || leg.mode == "sea") return Answer::yes;
  return leg.mode.empty() ? Answer::unknown : Answer::no;
}

/// The day from which the past of a ship is counted.
Date day_of_shipment(const Facts& facts) { return facts.shipped.value_or(facts.as_of); }

bool within(Date day, Date of_shipment, int days) {
  const long apart = days_between(day, of_shipment);
  return (apart < 0 ? -apart : apart) <= days;
}

long length_of(const DayRange& gap) { return days_between(gap.from, gap.to) + 1; }

const std::optional<std::vector<Date>>& days_of(const Condition& condition, const VesselFacts& facts) {
  return condition.word == Word::flag_changed_within_days ? facts.flag_changes : facts.sts_transfers;
}

Answer ship(const Condition& condition, const Facts& facts, const LegFact& leg) {
  if (by_ship(leg) != Answer::yes) return by_ship(leg);
  if (!leg.vessel_facts) return Answer::unknown;
  const VesselFacts& told = *leg.vessel_facts;
  const Date shipped = day_of_shipment(facts);
  switch (condition.word) {
    case Word::ais_gap_days_over:
      if (!told.ais_gaps) return Answer::unknown;
      return of(std::any_of(told.ais_gaps->begin(), told.ais_gaps->end(), [&](const DayRange& gap) { return length_of(gap) > condition.days; }));
    case Word::flag_changed_within_days:
    case Word::sts_transfer_within_days: {
      const auto& days = days_of(condition, told);
      if (!days) return Answer::unknown;
      return of(std::any_of(days->begin(), days->end(), [&](Date day) { return within(day, shipped, condition.days); }));
    }
    case Word::owner_changed_within_days: return told.owner_changed ? of(within(*told.owner_changed, shipped, condition.days)) : Answer::unknown;
    case Word::vessel_age_over: {
      if (!told.built) return Answer::unknown;
      // Only the year is known: in the year in which it reaches the age it may be older or not yet.
      const int years = shipped.year() - *told.built;
      return years == condition.days ? Answer::unknown : of(years > condition.days);
    }
    default: return Answer::unknown;
  }
}

void show(Grounds& grounds, const std::string& text) {
  auto& into = grounds.slots[static_cast<std::size_t>(Slot::shown)];
  if (into.find(text) != std::string::npos) return;
  into += into.empty() ? text : " and " + text;
}

void explain_ship(const Condition& condition, const Facts& facts, const LegFact& leg, Answer answer, Grounds& grounds) {
  put(grounds, Slot::vessel, leg.vessel.empty() ? leg.path : leg.vessel);
  put(grounds, Slot::place, leg.place);
  if (answer == Answer::unknown && by_ship(leg) == Answer::unknown) {
    miss(grounds, leg.path + "/mode", fmt::format("the mode of a leg of the route is not stated"));
    return;
  }
  const std::string_view ship = leg.vessel.empty() ? std::string_view("the ship") : std::string_view(leg.vessel);
  const auto lacks = [&](std::string_view field, std::string_view what) {
    if (!leg.vessel_facts) return miss(grounds, leg.path + "/vessel_facts", fmt::format("nothing but the name of {} is stated", ship));
    miss(grounds, fmt::format("{}/vessel_facts/{}", leg.path, field), fmt::format("{} {} is not stated", what, ship));
  };
  const bool unknown = answer == Answer::unknown;
  const VesselFacts told = leg.vessel_facts.value_or(VesselFacts{});
  switch (condition.word) {
    case Word::ais_gap_days_over: {
      if (unknown) return lacks("ais_gaps", "when no position was received of");
      for (const auto& gap : *told.ais_gaps) {
        if (length_of(gap) <= condition.days) continue;
        show(grounds, fmt::format("no position was received from {} to {}", gap.from.text(), gap.to.text()));
      }
      return;
    }
    case Word::flag_changed_within_days:
    case Word::sts_transfer_within_days: {
      const bool flag = condition.word == Word::flag_changed_within_days;
      if (unknown) return lacks(flag ? "flag_changes" : "sts_transfers", flag ? "when the flag changed of" : "any transfer at sea of");
      for (const Date day : *days_of(condition, told)) {
        if (!within(day, day_of_shipment(facts), condition.days)) continue;
        show(grounds, fmt::format("{} on {}", flag ? "its flag changed" : "goods were transferred at sea", day.text()));
      }
      return;
    }
    case Word::owner_changed_within_days:
      if (unknown) return lacks("owner_changed", "when the owner changed of");
      if (answer == Answer::yes) show(grounds, fmt::format("its owner changed on {}", told.owner_changed->text()));
      return;
    case Word::vessel_age_over:
      if (unknown) return lacks("built", "the exact age of");
      if (answer == Answer::yes) show(grounds, fmt::format("it was built in {}", *told.built));
      return;
    default: return;
  }
}

// ---- payment, contract ----------------------------------------------------------------------------------------

/// The countries where the buyers and the consignees are; `whole`: each of them says where.
struct Buyers {
  CountrySet countries;
  bool whole = true;
};
Buyers buyers(const Facts& facts) {
  Buyers result;
  for (const auto& subject : facts.subjects) {
    if (subject.role != "buyer" && subject.role != "importer" && subject.role != "consignee" && subject.role != "end_user") continue;
    if (const auto bit = country_bit(subject.country)) {
      result.countries.set(*bit);
    } else {
      result.whole = false;
    }
  }
  return result;
}

Answer payer_elsewhere(const Facts& facts) {
  if (!facts.payer || facts.payer->country.empty()) return Answer::unknown;
  const Buyers known = buyers(facts);
  if (has(known.countries, facts.payer->country)) return Answer::no;
  return known.whole && known.countries.any() ? Answer::yes : Answer::unknown;
}

/// A list names few of the addresses of those whom it lists, so one that is not on it is not cleared by that.
Answer wallet_listed(const Condition& condition, const Facts& facts) {
  for (const auto& subject : facts.subjects) {
    if (subject.role == "wallet" && listed(condition.filter, subject.matches) == Answer::yes) return Answer::yes;
  }
  return Answer::unknown;
}

Answer insurer_country(const Condition& condition, const Facts& facts) {
  bool any = false;
  bool whole = true;
  for (const auto& subject : facts.subjects) {
    if (subject.role != "insurer") continue;
    any = true;
    whole = whole && !subject.country.empty();
    if (has(condition.countries, subject.country)) return Answer::yes;
  }
  return any && whole ? Answer::no : Answer::unknown;
}

Answer contract(const Condition& condition, const Facts& facts) {
  if (!facts.contract_date) return Answer::unknown;
  return of(condition.word == Word::contract_from ? *facts.contract_date >= condition.date : *facts.contract_date < condition.date);
}

void explain_payment(const Condition& condition, const Facts& facts, Answer answer, Grounds& grounds) {
  const bool unknown = answer == Answer::unknown;
  put(grounds, Slot::terms, facts.payment_terms);
  put(grounds, Slot::channel, facts.payment_channel);
  if (facts.payer) put(grounds, Slot::payer, facts.payer->name);
  switch (condition.word) {
    case Word::payment_terms:
      if (unknown) return miss(grounds, "/payment/terms", "how the goods are paid for is not stated");
      return fact(grounds, "payment_terms", Json::string(facts.payment_terms));
    case Word::payment_channel:
      if (unknown) return miss(grounds, "/payment/channel", "the channel of the payment is not stated");
      return fact(grounds, "payment_channel", Json::string(facts.payment_channel));
    case Word::payer_country:
    case Word::payer_is_buyer:
    case Word::payer_in_third_country: {
      if (!facts.payer) return miss(grounds, "/payment/payer", "who pays is not stated");
      if (unknown && condition.word == Word::payer_is_buyer) {
        return miss(grounds, "/payment/payer/name", fmt::format("whether {} is the buyer cannot be told by the names", facts.payer->name));
      }
      if (unknown && facts.payer->country.empty()) {
        return miss(grounds, "/payment/payer/country", fmt::format("the country of {} is not stated", facts.payer->name));
      }
      if (unknown) return miss(grounds, "/parties", "the country of the buyer or the consignee is not stated");
      Json payer = Json::object();
      payer.set("name", facts.payer->name);
      if (!facts.payer->country.empty()) payer.set("country", facts.payer->country);
      return fact(grounds, "payer", std::move(payer));
    }
    default: return;
  }
}

void explain_wallet(const Condition& condition, const Facts& facts, Answer answer, Grounds& grounds) {
  const auto at = std::find_if(facts.subjects.begin(), facts.subjects.end(), [](const Subject& subject) { return subject.role == "wallet"; });
  if (at == facts.subjects.end()) return miss(grounds, "/payment/wallet", "the wallet of the payment is not stated");
  if (answer == Answer::unknown) return miss(grounds, "/payment/wallet", "no list names the wallet, and lists name few of them");
  for (const auto& match : at->matches) {
    if (listed(condition.filter, {match}) != Answer::yes) continue;
    put(grounds, Slot::name, at->name);
    put(grounds, Slot::list, match.list);
    put(grounds, Slot::caption, match.caption);
    Json json = Json::object();
    json.set("wallet", at->name).set("list", match.list).set("entity", match.entity).set("caption", match.caption);
    fact(grounds, "wallet", std::move(json));
  }
}

void explain_insurer(const Condition& condition, const Facts& facts, Answer answer, Grounds& grounds) {
  bool any = false;
  for (const auto& subject : facts.subjects) {
    if (subject.role != "insurer") continue;
    any = true;
    if (answer == Answer::yes && has(condition.countries, subject.country)) {
      put(grounds, Slot::insurer, subject.name);
      fact(grounds, "insurer", Json::object().set("path", subject.path).set("name", subject.name).set("country", subject.country));
    }
    if (answer == Answer::unknown && subject.country.empty())
      miss(grounds, subject.path + "/country", fmt::format("the country of {} is not stated", subject.name));
  }
  if (any) return;
  const auto ship = [](const LegFact& leg) { return by_ship(leg) == Answer::yes; };
  const auto at = facts.route ? std::find_if(facts.route->begin(), facts.route->end(), ship) : std::vector<LegFact>::const_iterator{};
  const bool at_sea = facts.route && at != facts.route->end();
  miss(grounds, at_sea ? at->path + "/vessel_facts/insurer" : std::string("/parties"), "no insurer is named");
}

}  // namespace

Answer answer_particular(const Condition& condition, const Place& place) {
  const Facts& facts = place.view.facts;
  switch (condition.word) {
    case Word::eccn: {
      if (place.goods->eccn.empty()) return Answer::unknown;
      return of(std::any_of(condition.patterns.begin(), condition.patterns.end(),
                            [&](const Pattern& pattern) { return pattern.matches(place.goods->eccn); }));
    }
    case Word::eccn_stated: return of(place.goods->eccn.empty() != condition.truth);
    case Word::us_content: return us_content(condition, *place.goods);
    case Word::unit_value_implausible: {
      const Answer answer = unit_value_implausible(*place.goods);
      return condition.truth ? answer : negated(answer);
    }
    case Word::unit_weight_implausible: {
      const Answer answer = unit_weight_implausible(*place.goods);
      return condition.truth ? answer : negated(answer);
    }
    case Word::ais_gap_days_over:
    case Word::flag_changed_within_days:
    case Word::owner_changed_within_days:
    case Word::sts_transfer_within_days:
    case Word::vessel_age_over: return ship(condition, facts, *place.leg);
    case Word::payment_terms: return one_of(condition.texts, facts.payment_terms);
    case Word::payment_channel: return one_of(condition.texts, facts.payment_channel);
    case Word::payer_country:
      if (!facts.payer || facts.payer->country.empty()) return Answer::unknown;
      return of(has(condition.countries, facts.payer->country));
    case Word::payer_is_buyer: return facts.payer ? stated(facts.payer->is_buyer, condition.truth) : Answer::unknown;
    case Word::payer_in_third_country: {
      const Answer answer = payer_elsewhere(facts);
      return condition.truth ? answer : negated(answer);
    }
    case Word::wallet_listed: return wallet_listed(condition, facts);
    case Word::insurer_country: return insurer_country(condition, facts);
    case Word::contract_from:
    case Word::contract_before: return contract(condition, facts);
    case Word::end_use_certificate: return stated(facts.certificate, condition.truth);
    default: return Answer::unknown;
  }
}

void explain_particular(const Condition& condition, const Place& place, Answer answer, Grounds& grounds) {
  const Facts& facts = place.view.facts;
  const bool unknown = answer == Answer::unknown;
  switch (condition.word) {
    case Word::eccn:
      put(grounds, Slot::eccn, place.goods->eccn);
      if (unknown) return miss(grounds, place.goods->path + "/eccn", fmt::format("the ECCN of {} is not stated", words_of(*place.goods)));
      return fact(grounds, "eccn", Json::string(place.goods->eccn));
    case Word::eccn_stated:
      put(grounds, Slot::eccn, place.goods->eccn);
      if (place.goods->eccn.empty()) grounds.missing.push_back(place.goods->path + "/eccn");
      return;
    case Word::us_content:
      if (unknown)
        return miss(grounds, place.goods->path + "/us_content", fmt::format("the share of US content in {} is not known", words_of(*place.goods)));
      if (!place.goods->us_content) return;
      put(grounds, Slot::us_content, place.goods->us_content->text() + " %");
      return fact(grounds, "us_content", Json::string(place.goods->us_content->text()));
    case Word::unit_value_implausible: return explain_unit_value(*place.goods, answer, grounds);
    case Word::unit_weight_implausible: return explain_unit_weight(*place.goods, answer, grounds);
    case Word::ais_gap_days_over:
    case Word::flag_changed_within_days:
    case Word::owner_changed_within_days:
    case Word::sts_transfer_within_days:
    case Word::vessel_age_over: return explain_ship(condition, facts, *place.leg, answer, grounds);
    case Word::payment_terms:
    case Word::payment_channel:
    case Word::payer_country:
    case Word::payer_is_buyer:
    case Word::payer_in_third_country: return explain_payment(condition, facts, answer, grounds);
    case Word::wallet_listed: return explain_wallet(condition, facts, answer, grounds);
    case Word::insurer_country: return explain_insurer(condition, facts, answer, grounds);
    case Word::contract_from:
    case Word::contract_before:
      if (unknown) return miss(grounds, "/contract_date", "the day of the contract is not stated");
      put(grounds, Slot::contract, facts.contract_date->text());
      return fact(grounds, "contract_date", Json::string(facts.contract_date->text()));
    case Word::end_use_certificate:
      if (unknown) return miss(grounds, "/end_use/certificate", "whether the end user has signed a certificate is not stated");
      return fact(grounds, "end_use_certificate", Json::boolean(*facts.certificate));
    default: return;
  }
}

}  // namespace tamga::policy
