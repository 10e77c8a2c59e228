#include "app/flow_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/flow_documents.h"

namespace tamga::app {
namespace {

using flow_documents::add_rows;
using flow_documents::check;
using flow_documents::count;
using flow_documents::editions_document;
using flow_documents::exact;
using flow_documents::files_document;
using flow_documents::fixed;
using flow_documents::interval;
using flow_documents::left_out_document;
using flow_documents::lists_of;
using flow_documents::of_flow;
using flow_documents::open;
using flow_documents::read_countries;
using flow_documents::read_editions;
using flow_documents::read_month;
using flow_documents::RowSelection;
using flow_documents::scan_ranges;
using flow_documents::set_joined;
using flow_documents::set_moves;
using flow_documents::set_rows;
using flow_documents::small;

constexpr double kHundredths = 100;

Json both_document(const flows::Both& both, const flows::GapOptions& options) {
  if (both.periods == 0) return {};
  Json one = Json::object();
  one.set("periods", count(std::int64_t{both.periods})).set("exports", exact(both.exports, 2)).set("imports", exact(both.imports, 2));
  one.set("missing_share", both.exports > 0 ? interval(flows::missing_share(both.exports, both.imports, options), 4) : Json());
  return one;
}

Json only_document(int periods, std::int64_t value) {
  return Json::object().set("periods", count(std::int64_t{periods})).set("value", exact(value, 2));
}

Json document(const flows::Gap& gap, std::size_t rank, const CodeChoice& choice, const flows::GapOptions& options) {
  Json one = Json::object();
  one.set("rank", count(rank)).set("code", gap.code.empty() ? "all" : gap.code).set("exporter", flows::country_text(gap.exporter));
  one.set("importer", flows::country_text(gap.importer)).set("currency", gap.currency).set("frequency", flows::word(gap.frequency));
  one.set("export_source", flows::word(gap.export_source))
      .set("import_source", flows::word(gap.import_source))
      .set("lists", lists_of(choice, gap.code));
  one.set("verdict", flows::word(gap.verdict));
  if (gap.verdict == flows::GapVerdict::cannot_say) one.set("reason", gap.silence);
  set_joined(one, choice.joined(), gap.code);
  set_moves(one, choice, gap.code);
  one.set("periods", count(std::int64_t{gap.both.periods})).set("exports", exact(gap.both.exports, 2)).set("imports", exact(gap.both.imports, 2));
  if (gap.both.exports > 0) {
    const double sent = static_cast<double>(gap.both.exports) / kHundredths;
    const double received = static_cast<double>(gap.both.imports) / kHundredths;
    one.set("gap", interval({sent - received / options.factor_low, sent - received / options.factor_high}, 2));
    one.set("missing_share", interval(flows::missing_share(gap.both.exports, gap.both.imports, options), 4));
  }
  if (gap.mean) {
    one.set("missing_share_interval",
            interval({1 - std::exp(gap.mean->interval.high) / options.factor_low, 1 - std::exp(gap.mean->interval.low) / options.factor_high}, 4));
    one.set("tested", gap.after_break ? "after the break" : "all periods").set("p", small(gap.p)).set("q", small(gap.q));
  }
  one.set("exporter_only", only_document(gap.exporter_only.periods, gap.exporter_only.exports));
  one.set("importer_only", only_document(gap.importer_only.periods, gap.importer_only.imports));
  one.set("importer_silent", only_document(gap.importer_silent, gap.importer_silent_value));
  one.set("exporter_silent", only_document(gap.exporter_silent, gap.exporter_silent_value));
  if (gap.both.exports + gap.exporter_only.exports > 0)
    one.set("missing_share_with_exporter_only",
            interval(flows::missing_share(gap.both.exports + gap.exporter_only.exports, gap.both.imports, options), 4));
  one.set("before", both_document(gap.before, options)).set("after", both_document(gap.after, options));
  Json change;
  if (gap.change) {
    change = Json::object();
    change.set("log_ratio", fixed(gap.change->log_ratio, 6)).set("standard_error", fixed(gap.change->error, 6));
    change.set("p", small(gap.change->p)).set("q", small(gap.change_q));
  }
  one.set("change", std::move(change));
  one.set("in_transit", gap.in_transit ? interval({gap.in_transit->low / kHundredths, gap.in_transit->high / kHundredths}, 2) : Json());
  Json periods = Json::array();
  for (const auto& period : gap.by_period) {
    Json item = Json::object();
    item.set("period", flows::period_text(period.period, gap.frequency))
        .set("exports", exact(period.exports, 2))
        .set("imports", exact(period.imports, 2));
    const bool told = period.exports > 0 && period.imports != flows::kAbsent;
    item.set("missing_share", told ? interval(flows::missing_share(period.exports, period.imports, options), 4) : Json());
    periods.push(std::move(item));
  }
  one.set("by_period", std::move(periods));
  return one;
}

}  // namespace

Result<Json> gap_document(const Settings& settings, const Rules& rules, const GapQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::GapOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  TAMGA_TRY(options.exporters, read_countries(common.reporters, "exporter"));
  TAMGA_TRY(options.importers, read_countries(common.partners, "importer"));
  if (!(question.factor_low >= 1 && question.factor_high >= question.factor_low && question.factor_high <= 2))
    return bad_input("factor: expected the range of imports (CIF) by exports (FOB) within 1 and 2, the low end first, such as 1.06 and 1.10");
  if (question.by != "code,pair" && question.by != "pair")
    return bad_input(fmt::format("by: \"{}\" is not known, expected code,pair or pair", question.by));
  options.digits = common.digits;
  options.factor_low = question.factor_low;
  options.factor_high = question.factor_high;
  options.q = common.q;
  options.join_union = question.join_union;
  options.by_code = question.by == "code,pair";
  TAMGA_TRY(auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(const auto editions, read_editions(opened, rules, common.editions, common.digits));
  choice.join(editions.joined);
  options.joined = editions.joined;
  std::vector<flows::SeriesKey> kinds;
  for (const auto flow : {flows::Flow::exports, flows::Flow::imports}) {
    const auto own = of_flow(opened.kinds, flow);
    if (!own)
      return not_found(
          fmt::format("a mirror gap needs exports of one side and imports of the other, and the store holds no {} statistics; "
                      "tamga flows import brings the other side in",
                      flows::word(flow)));
    kinds.insert(kinds.end(), own->begin(), own->end());
  }
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds, options.joined));
  TAMGA_TRY(const auto coverage, read_coverage(settings, kinds, ranges, stop));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  TAMGA_TRY(auto scans, scan_ranges<flows::GapScan>(settings, kinds, ranges, stop, [&] { return flows::GapScan(options, coverage, standing); }));
  const auto report = flows::conclude_gaps(options, coverage, std::move(scans));
  if (report.gaps.empty() && report.not_compared.empty())
    return not_found(
        fmt::format("the store holds no statistics of the codes and countries asked for ({}); choose others, or import them", common.codes));

  Json answer = Json::object();
  answer.set("break", common.at).set("as_of", common.as_of.text()).set("policy", rules.id).set("codes", common.codes);
  answer.set("by", options.by_code ? Json::strings({"code", "exporter", "importer"}) : Json::strings({"exporter", "importer"}));
  answer.set("digits", count(common.digits)).set("factor", interval({options.factor_low, options.factor_high}, 4)).set("q", small(common.q));
  answer.set("scope", Json::object()
                          .set("tests", count(report.tests))
                          .set("cannot_say", count(report.cannot_say))
                          .set("missing", count(report.missing))
                          .set("surplus", count(report.surplus)));
  Json not_compared = Json::array();
  for (const auto& [why, entry] : report.not_compared) {
    for (const auto& [currency, value] : entry.values) {
      Json one = Json::object();
      one.set("reason", why).set("pairs", count(entry.pairs)).set("value", exact(value, 2)).set("currency", currency);
      not_compared.push(std::move(one));
    }
  }
  answer.set("not_compared", std::move(not_compared)).set("left_out", left_out_document(report.left_out, common.digits));
  answer.set("editions", editions_document(editions, coverage, kinds, choice));
  Json results = Json::array();
  const auto shown = std::min(report.gaps.size(), common.limit);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& gap = report.gaps[i];
    auto one = document(gap, i + 1, choice, options);
    if (common.rows && !gap.code.empty()) {
      Json rows = Json::array();
      std::size_t left = 0;
      RowSelection selection;
      selection.union_counts = options.join_union;
      selection.kind.currency = gap.currency;
      selection.kind.frequency = gap.frequency;
      selection.codes = editions.joined.together(gap.code);
      selection.kind.source = gap.export_source;
      selection.kind.flow = flows::Flow::exports;
      selection.partner = gap.importer;
      selection.reporter = gap.exporter;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "exporter", rows, left));
      selection.kind.source = gap.import_source;
      selection.kind.flow = flows::Flow::imports;
      selection.partner = gap.exporter;
      selection.reporter = gap.importer;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "importer", rows, left));
      set_rows(one, std::move(rows), left);
    }
    results.push(std::move(one));
  }
  answer.set("results", std::move(results));
  Json pairs = Json::array();
  for (const auto& pair : report.pairs) {
    if (pair.both.periods == 0) continue;
    Json one = Json::object();
    one.set("exporter", flows::country_text(pair.exporter)).set("importer", flows::country_text(pair.importer)).set("currency", pair.currency);
    one.set("exports", exact(pair.both.exports, 2)).set("imports", exact(pair.both.imports, 2));
    one.set("missing_share", pair.both.exports > 0 ? interval(flows::missing_share(pair.both.exports, pair.both.imports, options), 4) : Json());
    one.set("missing", count(pair.missing)).set("tests", count(pair.tests));
    pairs.push(std::move(one));
  }
  answer.set("by_pair", std::move(pairs)).set("files", files_document(opened.files)).set("more", count(report.gaps.size() - shown));
  return answer;
}

}  // namespace tamga::app
