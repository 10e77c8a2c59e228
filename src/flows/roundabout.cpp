#include "flows/roundabout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "flows/countries.h"

namespace tamga::flows {
namespace {

constexpr double kHundredths = 100;
constexpr Period kBin = 3;  ///< months of a dynamic effect

/// One cell of the panel in one month.
struct Observed {
  std::size_t product = 0;
  std::size_t destination = 0;
  Period period = 0;
  double treatment = 0;  ///< 1 where the effect would be, from the break on
  double value = 0;      ///< in the currency
};

std::uint64_t joint(std::size_t a, std::size_t b) { return static_cast<std::uint64_t>(a) << 32U | b; }

/// Outcome, effects and clusters; regressors are the caller's.
Panel panel_of(const std::vector<Observed>& observed, const RoundaboutOptions& options) {
  Panel panel;
  std::vector<std::uint64_t> product_destination;
  std::vector<std::uint64_t> product_time;
  std::vector<std::uint64_t> destination_time;
  std::vector<std::uint64_t> product;
  for (const auto& one : observed) {
    panel.outcome.push_back(options.method == Method::least_squares ? std::log(one.value) : one.value);
    product_destination.push_back(joint(one.product, one.destination));
    product_time.push_back(joint(one.product, static_cast<std::size_t>(one.period)));
    destination_time.push_back(joint(one.destination, static_cast<std::size_t>(one.period)));
    product.push_back(one.product);
  }
  panel.effects.push_back(dense_levels(product_destination));
  if (options.contrast != Contrast::products) panel.effects.push_back(dense_levels(product_time));
  if (options.contrast != Contrast::destinations) panel.effects.push_back(dense_levels(destination_time));
  panel.clusters = options.clusters == ClusterBy::product ? dense_levels(product) : panel.effects.front();
  return panel;
}

Result<PanelFit> fit(const Panel& panel, Method method) { return method == Method::least_squares ? fit_least_squares(panel) : fit_poisson(panel); }

Effect effect_of(const PanelFit& fit, std::size_t i) {
  Effect effect;
  effect.coefficient = fit.coefficients[i];
  effect.error = fit.error(i);
  effect.error_nested = effect.error * fit.nested_factor;
  effect.freedom = static_cast<double>(fit.clusters - 1);
  effect.p = t_two_sided(effect.coefficient / effect.error, effect.freedom);
  const double t = t_quantile(0.975, effect.freedom);
  effect.interval = {effect.coefficient - t * effect.error, effect.coefficient + t * effect.error};
  return effect;
}

/// The bin of a month: 0 from the break on, -1 the three months before it.
Period bin_of(Period period, Period at) {
  const Period apart = period - at;
  return apart >= 0 ? apart / kBin : -((-apart + kBin - 1) / kBin);
}

void add_dynamic(const std::vector<Observed>& observed, const RoundaboutOptions& options, Panel panel, RoundaboutReport& report) {
  std::set<Period> bins;
  for (const auto& one : observed) bins.insert(bin_of(one.period, options.at));
  if (!bins.contains(-1)) return;
  std::vector<Period> terms;
  panel.regressors.clear();
  panel.names.clear();
  for (const auto bin : bins) {
    if (bin == -1) continue;
    std::vector<double> regressor;
    for (const auto& one : observed) regressor.push_back(bin_of(one.period, options.at) == bin ? one.treatment : 0.0);
    panel.regressors.push_back(std::move(regressor));
    terms.push_back(bin);
  }
  const auto fitted = fit(panel, options.method);
  if (!fitted) {
    report.remarks.push_back("effects by quarter cannot be told: " + fitted.error().message);
    return;
  }
  std::size_t term = 0;
  for (const auto bin : bins) {
    DynamicEffect one;
    one.from = std::max(options.at + bin * kBin, report.from);
    one.to = std::min(options.at + bin * kBin + kBin - 1, report.to);
    if (bin != -1) one.effect = effect_of(*fitted, term++);
    report.dynamic.push_back(one);
  }
  const auto before = static_cast<std::size_t>(std::count_if(terms.begin(), terms.end(), [](Period bin) { return bin < 0; }));
  if (before == 0 || static_cast<std::int64_t>(before) >= fitted->clusters) return;
  SmallMatrix covariance(before);
  for (std::size_t i = 0; i < before; ++i) {
    for (std::size_t j = 0; j < before; ++j) covariance.at(i, j) = fitted->covariance.at(i, j);
  }
  SmallMatrix inverse(before);
  std::size_t collinear = 0;
  if (!invert(covariance, inverse, collinear)) return;
  RoundaboutReport::PreTrend test;
  for (std::size_t i = 0; i < before; ++i) {
    for (std::size_t j = 0; j < before; ++j) test.f += fitted->coefficients[i] * inverse.at(i, j) * fitted->coefficients[j];
  }
  test.numerator = static_cast<double>(before);
  test.denominator = static_cast<double>(fitted->clusters - 1);
  test.f /= test.numerator;
  test.p = f_tail(test.f, test.numerator, test.denominator);
  report.pre_trend = test;
}

std::string names_of(const Countries& countries) {
  std::string text;
  for (const auto country : countries) text += (text.empty() ? "" : ", ") + country_text(country);
  return text;
}

}  // namespace

std::string_view word(Contrast contrast) {
  switch (contrast) {
    case Contrast::products: return "products";
    case Contrast::destinations: return "destinations";
    case Contrast::triple: return "triple";
  }
  return "";
}

RoundaboutScan::RoundaboutScan(const RoundaboutOptions& options, std::function<CodeStanding(const std::string& code)> standing)
    : options_(options), standing_(std::move(standing)), counted_(options.digits, options.joined), group_(options.digits) {}

void RoundaboutScan::add(const SeriesKey& key, const Columns& columns) {
  if (key.flow != options_.flow || key.frequency != Frequency::monthly || !among(options_.reporters, key.reporter)) return;
  const bool treated = among(options_.treated, key.partner);
  const bool control = options_.controls.empty()
                           ? std::find(options_.sanctioned.begin(), options_.sanctioned.end(), key.partner) == options_.sanctioned.end() &&
                                 !is_member(key.partner) && key.partner != kUnion
                           : among(options_.controls, key.partner);
  if (!treated && (!control || options_.contrast == Contrast::products)) return;
  if (key.code.size() < options_.digits) {
    ++left_out_.short_codes;
    return;
  }
  const auto code = counted_.of(key.code);
  if (current_.code != code || current_.source != key.source || current_.currency != key.currency) {
    flush();
    current_ = key;
    current_.code = code;
  }
  group_.add(key.code, key.partner, key.reporter, columns);
}

void RoundaboutScan::finish() { flush(); }

void RoundaboutScan::flush() {
  if (group_.empty()) return;
  const auto standing = standing_(current_.code);
  const bool other = options_.contrast != Contrast::destinations && !standing.chosen && (!options_.unlisted_only || !standing.listed);
  if (standing.chosen || other) {
    auto& cells = cells_[{current_.source, current_.currency}];
    for (auto& part : group_.parts(Frequency::monthly, left_out_)) {
      if (cells.cells.empty() || cells.cells.back().code != current_.code || cells.cells.back().destination != part.partner)
        cells.cells.push_back({current_.code, part.partner, standing.chosen, {}});
      cells.cells.back().sum.add(part.sum, 1);
      const auto at = std::lower_bound(cells.reporters.begin(), cells.reporters.end(), part.reporter);
      if (at == cells.reporters.end() || *at != part.reporter) cells.reporters.insert(at, part.reporter);
    }
  }
  group_.clear();
}

Result<RoundaboutReport> conclude_roundabout(const RoundaboutOptions& options, const Coverage& coverage, std::vector<RoundaboutScan> scans) {
  RoundaboutReport report;
  std::map<std::pair<Source, std::string>, RoundaboutScan::Cells> by_source;
  for (auto& scan : scans) {
    report.left_out.add(scan.left_out_);
    for (auto& [key, cells] : scan.cells_) {
      auto& all = by_source[key];
      std::move(cells.cells.begin(), cells.cells.end(), std::back_inserter(all.cells));
      std::vector<Country> reporters;
      std::set_union(all.reporters.begin(), all.reporters.end(), cells.reporters.begin(), cells.reporters.end(), std::back_inserter(reporters));
      all.reporters = std::move(reporters);
    }
  }
  if (by_source.empty()) return bad_input("no monthly trade of these codes and countries is in the store; choose others, or tamga flows import it");
  auto best = by_source.begin();
  for (auto at = by_source.begin(); at != by_source.end(); ++at) {
    if (at->second.cells.size() > best->second.cells.size()) best = at;
  }
  for (const auto& [key, cells] : by_source) {
    if (key != best->first)
      report.remarks.push_back(fmt::format("trade of {} in {} is not part of it: one source and currency at a time", word(key.first), key.second));
  }
  report.source = best->first.first;
  report.currency = best->first.second;
  const auto& cells = best->second;

  // Months that all reporters reported; without a row there was no trade then.
  std::vector<const Coverage::Periods*> reported;
  Period from = 0;
  Period to = 1 << 20;
  for (const auto reporter : cells.reporters) {
    const auto* periods = coverage.of({report.source, Frequency::monthly, options.flow, reporter});
    TAMGA_CHECK(periods != nullptr);
    reported.push_back(periods);
    from = std::max(from, periods->first);
    to = std::min(to, periods->last());
  }
  report.from = std::max(from, options.from.value_or(from));
  report.to = std::min(to, options.to.value_or(to));
  if (options.at <= report.from || options.at > report.to)
    return bad_input(fmt::format("the break {} is not within the months that all reporters have ({} to {}); choose another --break",
                                 period_text(options.at, Frequency::monthly), period_text(report.from, Frequency::monthly),
                                 period_text(report.to, Frequency::monthly)));

  std::vector<Observed> observed;
  std::set<std::string> chosen;
  std::set<std::string> others;
  std::set<Country> treated;
  std::set<Country> controls;
  std::map<std::string, std::size_t> products;
  for (const auto& cell : cells.cells) {
    const bool is_treated = among(options.treated, cell.destination);
    (cell.chosen ? chosen : others).insert(cell.code);
    (is_treated ? treated : controls).insert(cell.destination);
    const auto product = products.try_emplace(cell.code, products.size()).first->second;
    const bool exposed = (options.contrast == Contrast::destinations || cell.chosen) && (options.contrast == Contrast::products || is_treated);
    for (Period period = report.from; period <= report.to; ++period) {
      if (!std::all_of(reported.begin(), reported.end(), [&](const auto* periods) { return periods->has(period); })) continue;
      const auto at = period - cell.sum.first;
      std::int64_t value = 0;
      if (at >= 0 && static_cast<std::size_t>(at) < cell.sum.values.size())
        value = std::max<std::int64_t>(cell.sum.values[static_cast<std::size_t>(at)], 0);
      if (value == 0) {
        ++report.zeroes;
        if (options.method == Method::least_squares) continue;
      }
      observed.push_back({product, cell.destination, period, exposed ? 1.0 : 0.0, static_cast<double>(value) / kHundredths});
    }
  }
  report.products_chosen = static_cast<std::int64_t>(chosen.size());
  report.products_other = static_cast<std::int64_t>(others.size());
  report.treated.assign(treated.begin(), treated.end());
  report.controls.assign(controls.begin(), controls.end());
  if (chosen.empty()) return bad_input("the data has no trade in the chosen codes; choose other --codes");
  if (treated.empty()) return bad_input("the data has no trade with the treated destinations; choose other --treated");
  if (options.contrast != Contrast::destinations && others.empty())
    return bad_input(options.unlisted_only ? "the data has no code that is on no list, so nothing to hold the chosen codes against; "
                                             "--against other takes codes of other lists, --contrast destinations needs none"
                                           : "the data has no other codes to hold the chosen ones against; --contrast destinations needs none");
  if (options.contrast != Contrast::products && controls.empty())
    return bad_input("the data has no other destinations to hold the treated ones against; --contrast products needs none, --controls names some");

  auto panel = panel_of(observed, options);
  std::vector<double> treatment;
  for (const auto& one : observed) treatment.push_back(one.period >= options.at ? one.treatment : 0.0);
  panel.regressors.push_back(std::move(treatment));
  panel.names.push_back(std::string(word(options.contrast)) + " after the break");
  TAMGA_TRY(report.fit, fit(panel, options.method));
  report.effect = effect_of(report.fit, 0);
  add_dynamic(observed, options, std::move(panel), report);
  if (options.contrast != Contrast::products && treated.size() + controls.size() < 20)
    report.remarks.push_back(
        fmt::format("{} treated ({}) and {} other destinations ({}): what else befell one of them at the time is part of the effect, and the "
                    "standard errors, clustered by goods, do not hold that uncertainty",
                    treated.size(), names_of(report.treated), controls.size(), names_of(report.controls)));
  if (options.method == Method::least_squares && report.zeroes > 0)
    report.remarks.push_back(fmt::format(
        "{} months of a product and destination without trade have no logarithm and are left out; --method ppml keeps them", report.zeroes));
  return report;
}

}  // namespace tamga::flows
