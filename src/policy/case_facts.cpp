#include "policy/case_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "policy/condition.h"
#include "policy/fields.h"
#include "policy/network.h"

namespace tamga::policy {
namespace {

Result<std::string> country(const Json& table, std::string_view what, std::string_view key) {
  TAMGA_TRY(std::string code, optional_text(table, what, key));
  if (!code.empty() && !country_bit(code)) return wrong_at(table, fmt::format("{}: {} must be two capital letters, not \"{}\"", what, key, code));
  return code;
}

/// "us_ofac_sdn RUSSIA-EO14024", "eu_journal_sanctions EU-RUS IV", with a leading "?" for a possible match; or a table.
Result<Match> match(const Json& json) {
  Match into;
  into.certain = true;
  into.caption = "LISTED ONE";
  into.entity = "listed-1";
  into.how = "identifier";
  into.score = "1";
  Designation designation;
  if (json.is_string()) {
    std::string_view text = json.text;
    if (text.starts_with('?')) {
      into.certain = false;
      text.remove_prefix(1);
    }
    std::vector<std::string> words;
    while (!text.empty()) {
      const auto space = text.find(' ');
      words.emplace_back(text.substr(0, space));
      text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
    }
    if (words.empty() || words.size() > 3)
      return wrong_at(json, "a match is \"LIST\", \"LIST PROGRAM\" or \"LIST PROGRAM ANNEX\", with ? before a possible one");
    into.list = words[0];
    if (words.size() > 1) designation.program = words[1];
    if (words.size() > 2) designation.annex = words[2];
  } else {
    const std::string_view what = "a match";
    TAMGA_TRY_STATUS(check_keys(json, what, {"list", "program", "annex", "measure", "from", "caption", "certain", "score", "how"}));
    TAMGA_TRY(into.list, required_text(json, what, "list"));
    TAMGA_TRY(designation.program, optional_text(json, what, "program"));
    TAMGA_TRY(designation.annex, optional_text(json, what, "annex"));
    TAMGA_TRY(designation.measure, optional_text(json, what, "measure"));
    TAMGA_TRY(designation.from, optional_text(json, what, "from"));
    TAMGA_TRY(const std::string caption, optional_text(json, what, "caption"));
    if (!caption.empty()) into.caption = caption;
    TAMGA_TRY(const auto certain, optional_bool(json, what, "certain"));
    into.certain = certain.value_or(true);
  }
  if (!into.certain) {
    into.how = "name";
    into.score = "0.85";
  }
  if (designation != Designation{}) into.designations.push_back(std::move(designation));
  return into;
}

Result<std::vector<Match>> matches(const Json& table) {
  std::vector<Match> into;
  const Json* list = table.find("match");
  if (list == nullptr) return into;
  if (!list->is_array()) return wrong_at(*list, "match must be a list");
  for (const auto& item : list->items) {
    TAMGA_TRY(Match one, match(item));
    into.push_back(std::move(one));
  }
  return into;
}

Status incorporated(const Json& table, Subject& into) {
  const Json* value = table.find("incorporated");
  if (value == nullptr) return {};
  if (value->is_array()) {
    if (value->items.size() != 2) return wrong_at(*value, "incorporated must be a day, or a list of the earliest and the latest");
    TAMGA_TRY(into.incorporated_earliest, read_date(value->items[0], "incorporated"));
    TAMGA_TRY(into.incorporated_latest, read_date(value->items[1], "incorporated"));
    if (*into.incorporated_latest < *into.incorporated_earliest) return wrong_at(*value, "incorporated: the latest day is before the earliest");
    return {};
  }
  TAMGA_TRY(const Date day, read_date(*value, "incorporated"));
  into.incorporated_earliest = day;
  into.incorporated_latest = day;
  return {};
}

/// How deep the owners of owners may be told.
constexpr int kOwnersDepth = 16;

/// The network of a case: whoever is named twice is one party, so that loops and diamonds can be told.
struct CaseNetwork {
  NetworkBuilder builder;
  std::map<std::string, std::uint32_t, std::less<>> numbers;

  /// `name`: as the case gives it; empty: nobody else.
  std::uint32_t add(const std::string& name, NetworkParty party, bool arrangement = false) {
    if (const auto at = numbers.find(name); at != numbers.end()) return at->second;
    const std::uint32_t number = builder.add(std::move(party), arrangement);
    if (!name.empty()) numbers.emplace(name, number);
    return number;
  }
};

/// The owners of one party, and the owners of those. `path`: of the party; empty where the deal would not tell of it.
Status owners(const Json& table, const std::string& path, std::uint32_t asset, int depth, CaseNetwork& network) {
  const Json* list = table.find("owners");
  if (list == nullptr) return {};
  if (!list->is_array()) return wrong_at(*list, "owners must be a list (an empty one says that there are none)");
  if (depth > kOwnersDepth) return wrong_at(*list, fmt::format("owners of owners are told deeper than {}", kOwnersDepth));
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const std::string_view what = "an owner";
    const Json& item = list->items[i];
    TAMGA_TRY_STATUS(check_keys(item, what, {"name", "share", "kind", "from", "to", "match", "owners", "trust", "relation"}));
    NetworkParty owner;
    // A deal tells the owners of its parties; of those it knows nothing, registers do.
    if (depth == 0) owner.path = fmt::format("{}/owners/{}", path, i);
    TAMGA_TRY(owner.name, optional_text(item, what, "name"));
    const std::string named = owner.name;
    if (owner.name.empty()) owner.name = fmt::format("Owner {}{}", depth == 0 ? "" : fmt::format("{}.", depth), i + 1);
    TAMGA_TRY(owner.matches, matches(item));
    TAMGA_TRY(const std::string share, optional_text(item, what, "share"));
    std::optional<ShareRange> range;
    if (!share.empty()) {
      range = ShareRange::parse(share);
      if (!range) return wrong_at(item, fmt::format("\"{}\" is not a share such as \"50\", \"25-50\" or \">25\"", share));
    }
    TAMGA_TRY(const auto trust, optional_bool(item, what, "trust"));
    const std::uint32_t number = network.add(named, std::move(owner), trust.value_or(false));
    ownership::Holding holding;
    holding.owner = number;
    holding.asset = asset;
    holding.set_share(ownership::Range::of(range.value_or(ShareRange{})));
    TAMGA_TRY(const std::string kind, optional_text(item, what, "kind"));
    if (!kind.empty()) {
      const auto known = ownership::kind_from_name(kind);
      if (!known)
        return wrong_at(item, fmt::format("kind must be shares, votes, control, influence, joint, director, staff or family, not \"{}\"", kind));
      holding.kind = *known;
    }
    TAMGA_TRY(const auto from, optional_date(item, what, "from"));
    TAMGA_TRY(const auto to, optional_date(item, what, "to"));
    if (from) holding.from = ownership::day_of(*from);
    if (to) holding.to = ownership::day_of(*to);
    network.builder.hold(holding, "case");
    // What ties an owner to the one before it: how a husband, or an employee, of a listed owner is told.
    TAMGA_TRY(const std::string relation, optional_text(item, what, "relation"));
    if (!relation.empty()) {
      const auto known = ownership::kind_from_name(relation);
      if (!known || i == 0) return wrong_at(item, "relation is a kind that ties an owner to the one before it in the list: family, staff, joint");
      ownership::Holding tie;
      tie.owner = number;
      tie.asset = before;
      tie.kind = *known;
      network.builder.hold(tie, "case");
    }
    before = number;
    TAMGA_TRY_STATUS(owners(item, {}, number, depth + 1, network));
  }
  return {};
}

Result<Subject> subject(const Json& json, std::size_t index, CaseNetwork& network) {
  const std::string_view what = "a subject";
  TAMGA_TRY_STATUS(check_keys(json, what, {"path", "role", "name", "schema", "country", "incorporated", "match", "owners"}));
  Subject into;
  TAMGA_TRY(into.path, optional_text(json, what, "path"));
  TAMGA_TRY(into.role, optional_text(json, what, "role"));
  if (into.role.empty()) into.role = "buyer";
  if (into.path.empty()) {
    into.path = fmt::format("{}/{}", into.role == "vessel" ? "/route" : into.role == "bank" ? "/payment/banks" : "/parties", index);
    if (into.role == "vessel") into.path += "/vessel";
    if (into.role == "payer" || into.role == "wallet") into.path = "/payment/" + into.role;
  }
  TAMGA_TRY(into.name, optional_text(json, what, "name"));
  if (into.name.empty()) into.name = fmt::format("Party {}", index + 1);
  TAMGA_TRY(into.schema, optional_text(json, what, "schema"));
  if (into.schema.empty()) into.schema = into.role == "vessel" ? "Vessel" : into.role == "wallet" ? "CryptoWallet" : "Company";
  TAMGA_TRY(into.country, country(json, what, "country"));
  TAMGA_TRY_STATUS(incorporated(json, into));
  TAMGA_TRY(into.matches, matches(json));
  into.owners_stated = json.find("owners") != nullptr;
  if (into.owners_stated) {
    TAMGA_TRY(const std::string named, optional_text(json, what, "name"));
    into.party = network.add(named, {into.path, {}, into.name, into.schema, into.country, into.matches});
    TAMGA_TRY_STATUS(owners(json, into.path, into.party, 0, network));
  }
  return into;
}

Result<std::optional<Decimal>> amount(const Json& table, std::string_view key) {
  const Json* value = table.find(key);
  if (value == nullptr) return std::optional<Decimal>();
  const auto parsed = value->is_string() || value->is_number() ? Decimal::parse(value->text) : std::nullopt;
  if (!parsed) return wrong_at(*value, fmt::format("{} must be an amount such as \"300\"", key));
  return parsed;
}

Status controls(const Json& table, std::string_view key, bool verified, bool partial, GoodsFact& into) {
  const Json* list = table.find(key);
  if (list == nullptr) return {};
  TAMGA_TRY(const auto names, text_list(*list, key));
  for (const auto& name : names) into.controls.push_back({name, name, "", into.hs, verified, partial});
  return {};
}

/// Two amounts, the lower first.
Result<std::optional<std::pair<Decimal, Decimal>>> bounds(const Json& table, std::string_view key) {
  std::optional<std::pair<Decimal, Decimal>> none;
  const Json* value = table.find(key);
  if (value == nullptr) return none;
  if (!value->is_array() || value->items.size() != 2) return wrong_at(*value, fmt::format("{} must be a list of the least and the most", key));
  const auto low = Decimal::parse(value->items[0].text);
  const auto high = Decimal::parse(value->items[1].text);
  if (!low || !high || *high < *low)
    return wrong_at(*value, fmt::format("{} must be a list of the least and the most, such as [\"0.5\", \"20\"]", key));
  return std::optional(std::pair(*low, *high));
}

Status plausible(const Json& table, GoodsFact& into) {
  TAMGA_TRY(const auto per_euro, bounds(table, "per_euro"));
  if (per_euro) into.per_euro = EuroRange{per_euro->first, per_euro->second};
  if (!per_euro && into.currency == "EUR") into.per_euro = EuroRange{Decimal::whole(1), Decimal::whole(1)};
  const Json* range = table.find("plausible");
  if (range == nullptr) return {};
  TAMGA_TRY_STATUS(check_keys(*range, "plausible", {"by_weight", "kg", "eur"}));
  TAMGA_TRY(const auto by_weight, optional_bool(*range, "plausible", "by_weight"));
  TAMGA_TRY(const auto kg, bounds(*range, "kg"));
  TAMGA_TRY(const auto eur, bounds(*range, "eur"));
  if (!kg || !eur) return wrong_at(*range, "plausible needs kg and eur, each the least and the most");
  into.plausible = PlausibleRange{by_weight.value_or(false), kg->first, kg->second, eur->first, eur->second};
  return {};
}

Result<GoodsFact> goods(const Json& json, std::size_t index) {
  const std::string_view what = "a line of goods";
  TAMGA_TRY_STATUS(check_keys(json, what,
                              {"hs", "description", "origin", "made_with", "quantity", "unit", "value", "currency", "eccn", "net_kg", "us_content",
                               "plausible", "per_euro", "control", "control_unverified", "control_partial"}));
  GoodsFact into;
  into.path = fmt::format("/goods/{}", index);
  TAMGA_TRY(into.description, optional_text(json, what, "description"));
  if (into.description.empty()) into.description = fmt::format("goods {}", index + 1);
  TAMGA_TRY(into.hs, optional_text(json, what, "hs"));
  TAMGA_TRY(into.origin, country(json, what, "origin"));
  if (const Json* with = json.find("made_with")) {
    TAMGA_TRY(into.made_with, text_list(*with, "made_with"));
  }
  TAMGA_TRY(into.quantity, amount(json, "quantity"));
  TAMGA_TRY(into.value, amount(json, "value"));
  TAMGA_TRY(into.currency, optional_text(json, what, "currency"));
  TAMGA_TRY(into.unit, optional_text(json, what, "unit"));
  TAMGA_TRY(into.eccn, optional_text(json, what, "eccn"));
  TAMGA_TRY(into.net_kg, amount(json, "net_kg"));
  TAMGA_TRY(const std::string us_content, optional_text(json, what, "us_content"));
  if (!us_content.empty()) {
    into.us_content = ShareRange::parse(us_content);
    if (!into.us_content) return wrong_at(json, fmt::format("\"{}\" is not a share such as \"30\", \"10-30\" or \">25\"", us_content));
  }
  TAMGA_TRY_STATUS(plausible(json, into));
  TAMGA_TRY_STATUS(controls(json, "control", true, false, into));
  TAMGA_TRY_STATUS(controls(json, "control_unverified", false, false, into));
  TAMGA_TRY_STATUS(controls(json, "control_partial", true, true, into));
  return into;
}

Result<std::optional<std::vector<Date>>> dates(const Json& table, std::string_view key) {
  std::optional<std::vector<Date>> into;
  const Json* list = table.find(key);
  if (list == nullptr) return into;
  if (!list->is_array()) return wrong_at(*list, fmt::format("{} must be a list of days (an empty one says that there were none)", key));
  into.emplace();
  for (const auto& item : list->items) {
    TAMGA_TRY(const Date day, read_date(item, key));
    into->push_back(day);
  }
  return into;
}

Result<VesselFacts> vessel_facts(const Json& table) {
  const std::string_view what = "vessel_facts";
  TAMGA_TRY_STATUS(check_keys(table, what, {"flag", "built", "ais_gaps", "flag_changes", "owner_changed", "sts_transfers"}));
  VesselFacts into;
  TAMGA_TRY(into.flag, country(table, what, "flag"));
  TAMGA_TRY(const auto built, amount(table, "built"));
  if (built) into.built = static_cast<int>(built->coefficient);
  if (const Json* gaps = table.find("ais_gaps")) {
    if (!gaps->is_array()) return wrong_at(*gaps, "ais_gaps must be a list of two days each, from and to (an empty one says that there were none)");
    into.ais_gaps.emplace();
    for (const auto& item : gaps->items) {
      if (!item.is_array() || item.items.size() != 2) return wrong_at(item, "a gap is a list of its first and its last day");
      TAMGA_TRY(const Date from, read_date(item.items[0], "ais_gaps"));
      TAMGA_TRY(const Date to, read_date(item.items[1], "ais_gaps"));
      into.ais_gaps->push_back({from, to});
    }
  }
  TAMGA_TRY(into.flag_changes, dates(table, "flag_changes"));
  TAMGA_TRY(into.owner_changed, optional_date(table, what, "owner_changed"));
  TAMGA_TRY(into.sts_transfers, dates(table, "sts_transfers"));
  return into;
}

Result<LegFact> leg(const Json& json, std::size_t index) {
  LegFact into;
  into.path = fmt::format("/route/{}", index);
  if (json.is_string()) {
    if (!json.text.empty() && !country_bit(json.text)) return wrong_at(json, "a leg is a country of two capital letters, or a table");
    into.country = json.text;
    return into;
  }
  const std::string_view what = "a leg";
  TAMGA_TRY_STATUS(check_keys(json, what, {"place", "country", "mode", "vessel", "vessel_facts"}));
  TAMGA_TRY(into.place, optional_text(json, what, "place"));
  TAMGA_TRY(into.country, country(json, what, "country"));
  TAMGA_TRY(into.mode, optional_text(json, what, "mode"));
  TAMGA_TRY(into.vessel, optional_text(json, what, "vessel"));
  if (const Json* told = json.find("vessel_facts")) {
    TAMGA_TRY(into.vessel_facts, vessel_facts(*told));
  }
  return into;
}

template <typename Read, typename Item>
Status each(const Json& table, std::string_view key, Read read, std::vector<Item>& into) {
  const Json* list = table.find(key);
  if (list == nullptr) return {};
  if (!list->is_array()) return wrong_at(*list, fmt::format("{} must be a list", key));
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    TAMGA_TRY(Item item, read(list->items[i], i));
    into.push_back(std::move(item));
  }
  return {};
}

}  // namespace

Result<Facts> read_case_facts(const Json& table, Date as_of) {
  TAMGA_TRY_STATUS(check_keys(table, "the facts of a case", {"subjects", "goods", "route", "payment", "end_use", "contract_date", "shipped"}));
  Facts into;
  into.as_of = as_of;
  CaseNetwork network;
  const auto read_subject = [&](const Json& json, std::size_t index) { return subject(json, index, network); };
  TAMGA_TRY_STATUS(each(table, "subjects", read_subject, into.subjects));
  if (std::any_of(into.subjects.begin(), into.subjects.end(), [](const Subject& one) { return one.owners_stated; }))
    into.network = network.builder.network();
  TAMGA_TRY_STATUS(each(table, "goods", goods, into.goods));
  if (table.find("route") != nullptr) TAMGA_TRY_STATUS(each(table, "route", leg, into.route.emplace()));
  if (const Json* payment = table.find("payment")) {
    TAMGA_TRY_STATUS(check_keys(*payment, "payment", {"currency", "amount", "terms", "channel", "payer"}));
    into.payment_stated = true;
    TAMGA_TRY(into.payment_currency, optional_text(*payment, "payment", "currency"));
    TAMGA_TRY(into.payment_amount, amount(*payment, "amount"));
    TAMGA_TRY(into.payment_terms, optional_text(*payment, "payment", "terms"));
    TAMGA_TRY(into.payment_channel, optional_text(*payment, "payment", "channel"));
    if (const Json* payer = payment->find("payer")) {
      const std::string_view what = "a payer";
      TAMGA_TRY_STATUS(check_keys(*payer, what, {"name", "country", "is_buyer"}));
      PayerFact& told = into.payer.emplace();
      TAMGA_TRY(told.name, required_text(*payer, what, "name"));
      TAMGA_TRY(told.country, country(*payer, what, "country"));
      TAMGA_TRY(told.is_buyer, optional_bool(*payer, what, "is_buyer"));
    }
  }
  TAMGA_TRY(into.contract_date, optional_date(table, "the facts of a case", "contract_date"));
  TAMGA_TRY(into.shipped, optional_date(table, "the facts of a case", "shipped"));
  if (const Json* end_use = table.find("end_use")) {
    TAMGA_TRY_STATUS(check_keys(*end_use, "end_use", {"country", "military", "no_reexport_clause", "certificate"}));
    into.end_use_stated = true;
    TAMGA_TRY(into.end_use_country, country(*end_use, "end_use", "country"));
    TAMGA_TRY(into.military, optional_bool(*end_use, "end_use", "military"));
    TAMGA_TRY(into.certificate, optional_bool(*end_use, "end_use", "certificate"));
    TAMGA_TRY(into.no_reexport_clause, optional_bool(*end_use, "end_use", "no_reexport_clause"));
  }
  return into;
}

}  // namespace tamga::policy
