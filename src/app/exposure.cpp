#include "app/exposure.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/ascii.h"
#include "exposure/facts.h"

namespace tamga::app {
namespace {

using exposure::Amounts;
using exposure::Book;
using exposure::Dimension;
using exposure::Nanos;

Amounts value_of(const Book& book, std::size_t deal) {
  Amounts value;
  book.add_value(deal, value);
  return value;
}

/// The rows of one dimension: of codes and sectors what their own lines are worth, of others the whole deal.
std::vector<ExposureRow> rows_of(const Book& book, Dimension by) {
  std::vector<std::uint32_t> row_of(book.keys(), Book::kNone);
  std::vector<ExposureRow> rows;
  for (std::uint32_t key = 0; key < book.keys(); ++key) {
    if (book.dimension(key) != by) continue;
    row_of[key] = static_cast<std::uint32_t>(rows.size());
    rows.push_back({std::string(book.key_text(key)), std::string(book.key_name(key)), 0, {}, {}});
  }
  const bool of_lines = by == Dimension::code || by == Dimension::sector;
  for (std::size_t deal = 0; deal < book.deals(); ++deal) {
    for (const auto key : book.keys_of(deal)) {
      if (row_of[key] == Book::kNone) continue;
      ExposureRow& row = rows[row_of[key]];
      ++row.deals;
      ++row.outcomes.at(static_cast<std::size_t>(book.outcome(deal)));
      if (!of_lines) book.add_value(deal, row.value);
    }
    if (!of_lines) continue;
    for (const auto& value : book.values_of(deal)) {
      if (value.code == Book::kNone) continue;
      const std::uint32_t key = by == Dimension::code ? value.code : book.sector_of(value.code);
      rows[row_of[key]].value.add(book.currencies()[value.currency], value.amount());
    }
  }
  return rows;
}

void concentrate(const std::vector<ExposureRow>& rows, ExposureReport& report) {
  std::vector<Nanos> deals;
  std::vector<Nanos> converted;
  std::map<std::string, std::vector<Nanos>> by_currency;
  for (const auto& row : rows) {
    deals.push_back(row.deals);
    if (report.rates) converted.push_back(exposure::convert(row.value, *report.rates));
    for (const auto& [currency, amount] : row.value.by_currency()) by_currency[currency].push_back(amount);
  }
  report.by_deals = exposure::concentration(std::move(deals));
  if (report.rates) report.by_value = exposure::concentration(std::move(converted));
  for (auto& [currency, values] : by_currency) report.by_currency.emplace_back(currency, exposure::concentration(std::move(values)));
}

/// Banks and firms of the deals, and who is known to own whom.
class NetworkMaker {
 public:
  NetworkMaker(const Book& book, const std::optional<exposure::Rates>& rates) : book_(book), rates_(rates), node_of_(book.keys(), Book::kNone) {}

  exposure::Network make() {
    for (std::uint32_t key = 0; key < book_.keys(); ++key) {
      const auto dimension = book_.dimension(key);
      if (dimension != Dimension::bank && dimension != Dimension::partner) continue;
      node_of_[key] = add(std::string(book_.key_text(key)), std::string(book_.key_name(key)), dimension == Dimension::bank);
    }
    for (std::size_t deal = 0; deal < book_.deals(); ++deal) {
      exposure::Network::Deal one;
      for (const auto key : book_.keys_of(deal)) {
        if (node_of_[key] == Book::kNone) continue;
        (network_.nodes[node_of_[key]].bank ? one.banks : one.firms).push_back(node_of_[key]);
      }
      if (one.banks.empty() && one.firms.empty()) continue;
      one.value = value_of(book_, deal);
      if (rates_) one.weight = exposure::convert(one.value, *rates_);
      network_.deals.push_back(std::move(one));
    }
    for (std::uint32_t key = 0; key < book_.keys(); ++key) {
      if (book_.dimension(key) == Dimension::holding) add_holding(exposure::holding_of_key(book_.key_text(key)));
    }
    return std::move(network_);
  }

 private:
  std::uint32_t add(std::string key, std::string name, bool bank) {
    const auto number = static_cast<std::uint32_t>(network_.nodes.size());
    if (bank) {
      banks_.emplace(lower_ascii(name), number);
    } else {
      firms_.emplace(key, number);
    }
    network_.nodes.push_back({std::move(key), std::move(name), bank});
    return number;
  }

  /// A firm, or a bank by its name: banks own firms and are owned by them, and both are written as parties.
  std::uint32_t find(const std::string& key) {
    const std::string name = key.substr(0, key.rfind('|'));
    if (const auto bank = banks_.find(lower_ascii(name)); bank != banks_.end()) return bank->second;
    if (const auto firm = firms_.find(key); firm != firms_.end()) return firm->second;
    return add(key, name, false);
  }

  void add_holding(const exposure::KnownHolding& known) {
    const std::uint32_t owner = find(known.owner);
    const std::uint32_t owned = find(known.owned);
    if (owner == owned) return;
    // Several deals may tell it; the least that is surely held counts, once.
    const auto [at, fresh] = holding_of_.emplace(std::uint64_t{owner} << 32 | owned, network_.holdings.size());
    if (fresh) {
      network_.holdings.push_back({owner, owned, known.least});
    } else {
      auto& least = network_.holdings[at->second].least;
      least = std::min(least, known.least);
    }
  }

  const Book& book_;
  const std::optional<exposure::Rates>& rates_;
  exposure::Network network_;
  std::vector<std::uint32_t> node_of_;
  std::unordered_map<std::string, std::uint32_t> banks_;       ///< by name in small letters
  std::unordered_map<std::string, std::uint32_t> firms_;       ///< by key
  std::unordered_map<std::uint64_t, std::size_t> holding_of_;  ///< by owner and owned
};

Status add_contagion(const Book& book, const ExposureRequest& request, ExposureReport& report) {
  report.network = NetworkMaker(book, request.rates).make();
  report.threshold_given = request.threshold.has_value();
  report.ownership_given = request.ownership.has_value();
  report.terms.threshold = request.threshold.value_or(*Decimal::parse(kContagionThreshold));
  report.terms.ownership = request.ownership.value_or(*Decimal::parse(kContagionOwnership));
  for (const auto& wanted : request.cut_off) {
    const std::string bic = upper_ascii(wanted.substr(0, 8));
    const std::string name = lower_ascii(wanted);
    bool found = false;
    for (std::uint32_t node = 0; node < report.network.nodes.size(); ++node) {
      const auto& one = report.network.nodes[node];
      if (!one.bank || (one.key != bic && lower_ascii(one.key) != name && lower_ascii(one.name) != name)) continue;
      report.terms.cut_off.push_back(node);
      found = true;
    }
    if (!found) return not_found(fmt::format("no deal is paid over a bank {}", wanted));
  }
  report.contagion = exposure::spread(report.network, report.terms);
  return {};
}

Json concentration_json(const exposure::Concentration& one) {
  Json json = Json::object().set("keys", Json::number(static_cast<std::int64_t>(one.keys)));
  json.set("top1", exposure::ratio(one.top1, one.total)).set("top5", exposure::ratio(one.top5, one.total));
  return json.set("herfindahl", Json::number(one.herfindahl));
}

Json counts(const std::array<std::int64_t, 4>& outcomes) {
  Json json = Json::object();
  for (std::size_t i = 0; i < outcomes.size(); ++i) json.set(policy::outcome_name(static_cast<policy::Outcome>(i)), Json::number(outcomes.at(i)));
  return json;
}

void set_value(Json& json, const Amounts& value, const std::optional<exposure::Rates>& rates) {
  json.set("value", exposure::to_json(value));
  if (rates) json.set("converted", exposure::hundredths(exposure::convert(value, *rates)));
}

Json node_json(const exposure::Network::Node& node) { return Json::object().set("key", node.key).set("name", node.name); }

Json falls_json(const ExposureReport& report, const std::vector<exposure::Contagion::Fall>& falls, bool first) {
  Json list = Json::array();
  std::vector<const exposure::Contagion::Fall*> order;
  for (const auto& fall : falls) order.push_back(&fall);
  const auto& nodes = report.network.nodes;
  std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) { return nodes[a->node].key < nodes[b->node].key; });
  if (order.size() > report.limit) order.resize(report.limit);
  for (const auto* fall : order) {
    Json one = node_json(nodes[fall->node]);
    if (first) {
      one.set("because", "cut_off");
    } else if (!fall->owners.empty()) {
      Json owners = Json::array();
      for (const auto owner : fall->owners) owners.push(node_json(nodes[owner]));
      one.set("because", "owned").set("owners", std::move(owners));
    } else {
      one.set("because", "deals").set("share", exposure::ratio(fall->failed, fall->all));
    }
    list.push(std::move(one));
  }
  return list;
}

Json losses_json(const ExposureReport& report, bool banks) {
  std::vector<std::uint32_t> order;
  const auto& contagion = *report.contagion;
  for (std::uint32_t node = 0; node < report.network.nodes.size(); ++node) {
    if (report.network.nodes[node].bank == banks && contagion.losses[node].deals > 0) order.push_back(node);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto& left = contagion.losses[a];
    const auto& right = contagion.losses[b];
    return left.deals != right.deals ? left.deals > right.deals : report.network.nodes[a].key < report.network.nodes[b].key;
  });
  if (order.size() > report.limit) order.resize(report.limit);
  Json list = Json::array();
  for (const auto node : order) {
    const auto& loss = contagion.losses[node];
    Json one = node_json(report.network.nodes[node]);
    one.set("deals", Json::number(loss.deals)).set("of", Json::number(loss.all));
    set_value(one, loss.value, report.rates);
    list.push(one.set("fallen", Json::boolean(contagion.fallen[node])));
  }
  return list;
}

Json contagion_json(const ExposureReport& report) {
  const auto& contagion = *report.contagion;
  Json json = Json::object();
  Json cut = Json::array();
  for (const auto node : report.terms.cut_off) cut.push(node_json(report.network.nodes[node]));
  json.set("cut_off", std::move(cut)).set("threshold", report.terms.threshold.text());
  json.set("threshold_default", Json::boolean(!report.threshold_given)).set("ownership", report.terms.ownership.text());
  json.set("ownership_default", Json::boolean(!report.ownership_given));
  json.set("measure", report.rates ? "value in " + report.rates->currency : std::string("deals"));
  Json rounds = Json::array();
  for (std::size_t i = 0; i < contagion.rounds.size(); ++i) {
    const auto& round = contagion.rounds[i];
    Json one = Json::object().set("round", Json::number(static_cast<std::int64_t>(i)));
    one.set("banks_total", Json::number(static_cast<std::int64_t>(round.banks.size())));
    one.set("firms_total", Json::number(static_cast<std::int64_t>(round.firms.size())));
    one.set("banks", falls_json(report, round.banks, i == 0)).set("firms", falls_json(report, round.firms, false));
    one.set("deals", Json::number(round.deals));
    set_value(one, round.value, report.rates);
    rounds.push(std::move(one));
  }
  json.set("rounds", std::move(rounds));
  json.set("losses", Json::object().set("banks", losses_json(report, true)).set("firms", losses_json(report, false)));
  json.set("deals", Json::number(contagion.deals));
  set_value(json, contagion.value, report.rates);
  return json;
}

}  // namespace

Result<ExposureReport> expose(const OpenDealBook& opened, const ExposureRequest& request) {
  const Book& book = opened.book.facts();
  ExposureReport report;
  report.as_of = opened.book.basis().as_of;
  report.source = opened.book.source();
  report.deals = static_cast<std::int64_t>(book.deals());
  report.shipped = opened.book.shipped();
  report.payments = opened.book.payments();
  report.by = request.by;
  report.rates = request.rates;
  report.limit = request.limit;
  for (std::size_t deal = 0; deal < book.deals(); ++deal) {
    const auto outcome = static_cast<std::size_t>(book.outcome(deal));
    ++report.outcomes.at(outcome);
    book.add_value(deal, report.outcome_values.at(outcome));
    if (book.values_of(deal).empty()) ++report.without_value;
  }
  for (const auto& value : report.outcome_values) report.value.add(value);
  if (report.rates) static_cast<void>(exposure::convert(report.value, *report.rates, &report.missing_rates));
  auto rows = rows_of(book, request.by);
  report.rows_total = rows.size();
  concentrate(rows, report);
  const auto size_of = [&](const ExposureRow& row) {
    return report.rates ? exposure::convert(row.value, *report.rates) : static_cast<Nanos>(row.deals);
  };
  std::sort(rows.begin(), rows.end(), [&](const ExposureRow& a, const ExposureRow& b) {
    const Nanos left = size_of(a);
    const Nanos right = size_of(b);
    if (left != right) return left > right;
    return a.deals != b.deals ? a.deals > b.deals : a.key < b.key;
  });
  if (rows.size() > request.limit) rows.resize(request.limit);
  report.rows = std::move(rows);
  if (!request.cut_off.empty()) TAMGA_TRY_STATUS(add_contagion(book, request, report));
  return report;
}

Json document(const ExposureReport& report) {
  Json json = Json::object().set("as_of", report.as_of.text()).set("source", report.source).set("deals", Json::number(report.deals));
  set_value(json, report.value, report.rates);
  if (report.rates) {
    json.set("rates", Json::object().set("currency", report.rates->currency).set("source", report.rates->source));
    if (!report.missing_rates.empty()) json.set("missing_rates", Json::strings(report.missing_rates));
  }
  json.set("without_value", Json::number(report.without_value));
  if (report.shipped > 0) json.set("shipped", Json::number(report.shipped));
  if (report.payments > 0) json.set("payments", Json::number(report.payments));
  Json outcomes = Json::object();
  for (std::size_t i = 0; i < report.outcomes.size(); ++i) {
    Json one = Json::object().set("deals", Json::number(report.outcomes.at(i)));
    set_value(one, report.outcome_values.at(i), report.rates);
    outcomes.set(policy::outcome_name(static_cast<policy::Outcome>(i)), std::move(one));
  }
  json.set("outcomes", std::move(outcomes)).set("by", exposure::dimension_name(report.by));
  const Nanos total = report.rates ? exposure::convert(report.value, *report.rates) : 0;
  Json rows = Json::array();
  for (const auto& row : report.rows) {
    Json one = Json::object().set("key", row.key).set("name", row.name).set("deals", Json::number(row.deals));
    set_value(one, row.value, report.rates);
    one.set("share_deals", exposure::ratio(row.deals, report.deals));
    if (report.rates) one.set("share_value", exposure::ratio(exposure::convert(row.value, *report.rates), total));
    rows.push(one.set("outcomes", counts(row.outcomes)));
  }
  json.set("rows", std::move(rows)).set("rows_total", Json::number(static_cast<std::int64_t>(report.rows_total)));
  Json concentration = concentration_json(report.by_value ? *report.by_value : report.by_deals);
  json.set("concentration", concentration.set("measure", report.by_value ? "value in " + report.rates->currency : std::string("deals")));
  Json by_currency = Json::array();
  for (const auto& [currency, one] : report.by_currency) {
    Json item = concentration_json(one);
    by_currency.push(item.set("currency", currency));
  }
  json.set("concentration_by_currency", std::move(by_currency));
  if (report.contagion) json.set("contagion", contagion_json(report));
  return json;
}

}  // namespace tamga::app
