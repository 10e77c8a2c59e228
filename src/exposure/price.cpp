#include "exposure/price.h"

#include <algorithm>

#include "exposure/strict.h"

namespace tamga::exposure {
namespace {

struct Span {
  Nanos low = 0;
  Nanos high = 0;
};

Json to_json(const Span& span) { return Json::object().set("low", hundredths(span.low)).set("high", hundredths(span.high)); }

constexpr int kProbabilityDecimals = 6;

/// percent of an amount.
Nanos percent_of(Nanos amount, const Decimal& percent) { return times(amount, percent) / 100; }

/// At which probability a gain of so much and a loss of so much are alike: the whole range, since either may be anywhere in its own. A probability
/// goes to 1; where even that makes no loss, it says so.
Json break_even(const Span& gain, const Span& loss, std::string_view of) {
  Json json = Json::object();
  const auto told = [&](Nanos part, Nanos whole) {
    if (part <= 0) return std::string("0");
    return part >= whole ? std::string("1") : ratio(part, whole, kProbabilityDecimals);
  };
  json.set("low", told(gain.low, loss.high)).set("high", told(gain.high, loss.low)).set("of", of);
  if (gain.low >= loss.high) json.set("never", Json::boolean(true));
  if (gain.high >= loss.low) json.set("may_never", Json::boolean(true));
  return json;
}

struct LossTold {
  Span span;
  Json items = Json::array();
};

/// The losses that these deals risk; each with the probability at which it alone would take the margin, where `margin` is given.
LossTold losses_of(const PriceTerms& terms, const PriceGroup& group, const Span* margin) {
  LossTold told;
  for (const auto& loss : terms.losses) {
    const auto regime = group.regimes.find(loss.regime);
    const std::int64_t deals = loss.regime == "any" ? group.deals : regime == group.regimes.end() ? 0 : regime->second;
    if (deals == 0) continue;
    const std::int64_t times = loss.once ? 1 : deals;
    const Span span{nanos(loss.amount.low) * times, nanos(loss.amount.high) * times};
    told.span.low += span.low;
    told.span.high += span.high;
    Json item = Json::object();
    item.set("regime", loss.regime).set("what", loss.what).set("deals", Json::number(deals)).set("per", loss.once ? "once" : "deal");
    item.set("low", hundredths(span.low)).set("high", hundredths(span.high));
    if (margin != nullptr) item.set("break_even", break_even(*margin, span, "this loss alone"));
    told.items.push(std::move(item));
  }
  return told;
}

Json decline() {
  return Json::object()
      .set("option", "decline")
      .set("offered", Json::boolean(true))
      .set("margin_kept", to_json(Span{}))
      .set("loss_at_risk", to_json(Span{}));
}

Json seek_permission(const PriceTerms& terms, const PriceGroup& group, const Span& margin) {
  Json option = Json::object().set("option", "seek_permission").set("offered", Json::boolean(true));
  Span left = margin;
  if (terms.permission_margin) {
    left.low -= percent_of(margin.low, terms.permission_margin->high);
    left.high -= percent_of(margin.high, terms.permission_margin->low);
  }
  option.set("margin_kept", to_json(left));
  option.set("loss_at_risk", to_json(Span{}));
  option.set("condition", "only once the authority has granted it; until then the deal does not go ahead");
  if (!terms.permission_cost) return option;
  const Span cost{nanos(terms.permission_cost->low) * group.deals, nanos(terms.permission_cost->high) * group.deals};
  option.set("cost", to_json(cost));
  // Asking pays from that probability of the permission on.
  return option.set("break_even", break_even(cost, left, "the permission being granted"));
}

Json proceed(const PriceTerms& terms, policy::Outcome outcome, const PriceGroup& group, const Span& margin) {
  const bool offered = outcome == policy::Outcome::pass || outcome == policy::Outcome::review;
  Json option = Json::object().set("option", "proceed").set("offered", Json::boolean(offered));
  if (outcome == policy::Outcome::prohibited) option.set("why", "The deals are prohibited; going ahead is no option, whatever it might bring.");
  if (outcome == policy::Outcome::licence_required)
    option.set("why", "The deals need a permission that is not there; without it going ahead is no option.");
  if (outcome == policy::Outcome::review) option.set("condition", "only after a person has answered every finding that asks for review");
  const LossTold loss = losses_of(terms, group, offered ? &margin : nullptr);
  if (offered) option.set("margin_kept", to_json(margin));
  option.set("loss_at_risk", to_json(loss.span)).set("losses", loss.items);
  if (offered && !loss.items.items.empty()) option.set("break_even", break_even(margin, loss.span, "all of the losses at once"));
  return option;
}

}  // namespace

Result<PriceTerms> read_price(const Json& json, std::string_view text, const std::string& path) {
  const StrictReader reader(text);
  PriceTerms terms;
  const auto range_of = [&](AmountRange& into, bool percent) -> StrictReader::Read {
    return [&reader, &into, percent](const Json& value, const std::string& at) -> Status {
      const StrictReader::Field fields[] = {{"low", reader.number(into.low), true}, {"high", reader.number(into.high), true}};
      TAMGA_TRY_STATUS(reader.object(value, at, fields));
      if (into.low > into.high) return reader.wrong(value, at, "low is above high");
      if (percent && into.high > Decimal::whole(100)) return reader.wrong(value, at, "more than 100 percent");
      return {};
    };
  };
  const auto loss = [&](const Json& value, const std::string& at) -> Status {
    PriceLoss one;
    std::string per;
    const StrictReader::Field fields[] = {{"regime", reader.one_of(one.regime, {"us", "eu", "uk", "un", "ch", "kz", "any"}), true},
                                          {"what", reader.line(one.what), true},
                                          {"low", reader.number(one.amount.low), true},
                                          {"high", reader.number(one.amount.high), true},
                                          {"per", reader.one_of(per, {"deal", "once"}), true}};
    TAMGA_TRY_STATUS(reader.object(value, at, fields));
    if (one.amount.low > one.amount.high) return reader.wrong(value, at, "low is above high");
    one.once = per == "once";
    terms.losses.push_back(std::move(one));
    return {};
  };
  const auto rates = [&](const Json& value, const std::string& at) -> Status {
    if (!value.is_object()) return reader.wrong(value, at, "expected an object of currencies");
    for (const auto& member : value.members) {
      const std::string below = StrictReader::step(at, member.key);
      if (!StrictReader::is_currency(member.key))
        return reader.wrong(member.value, below, "is not a currency, expected three capital letters of ISO 4217");
      TAMGA_TRY_STATUS(reader.positive(terms.rates.rates[member.key])(member.value, below));
    }
    return {};
  };
  const auto permission = [&](const Json& value, const std::string& at) -> Status {
    AmountRange cost;
    AmountRange lost;
    const StrictReader::Field fields[] = {{"cost", range_of(cost, false)}, {"margin_lost_percent", range_of(lost, true)}};
    TAMGA_TRY_STATUS(reader.object(value, at, fields));
    if (value.find("cost") != nullptr) terms.permission_cost = cost;
    if (value.find("margin_lost_percent") != nullptr) terms.permission_margin = lost;
    return {};
  };
  const StrictReader::Field fields[] = {{"currency", reader.currency(terms.rates.currency), true},
                                        {"rates", rates},
                                        {"source", reader.line(terms.rates.source)},
                                        {"margin_percent", range_of(terms.margin, true), true},
                                        {"losses", reader.list(loss), true},
                                        {"permission", permission}};
  TAMGA_TRY_STATUS(reader.object(json, path, fields));
  return terms;
}

Json price(const PriceTerms& terms, const std::map<policy::Outcome, PriceGroup>& groups) {
  Json json = Json::object().set("currency", terms.rates.currency);
  if (!terms.rates.source.empty()) json.set("rates_source", terms.rates.source);
  std::vector<std::string> missing;
  Json outcomes = Json::array();
  for (const auto& [outcome, group] : groups) {
    const Nanos value = convert(group.value, terms.rates, &missing);
    const Span margin{percent_of(value, terms.margin.low), percent_of(value, terms.margin.high)};
    Json options = Json::array();
    options.push(decline());
    if (outcome >= policy::Outcome::licence_required) options.push(seek_permission(terms, group, margin));
    options.push(proceed(terms, outcome, group, margin));
    Json one = Json::object().set("outcome", policy::outcome_name(outcome)).set("deals", Json::number(group.deals)).set("value", hundredths(value));
    outcomes.push(one.set("margin", to_json(margin)).set("options", std::move(options)));
  }
  // Without its rate a currency's deals would count as worth nothing.
  std::sort(missing.begin(), missing.end());
  if (!missing.empty()) json.set("missing_rates", Json::strings(missing));
  return json.set("outcomes", std::move(outcomes));
}

}  // namespace tamga::exposure
