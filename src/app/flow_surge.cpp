#include "app/flow_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/flow_documents.h"

namespace tamga::app {
namespace {

using flow_documents::add_rows;
using flow_documents::check;
using flow_documents::check_break;
using flow_documents::count;
using flow_documents::editions_document;
using flow_documents::files_document;
using flow_documents::fixed;
using flow_documents::interval;
using flow_documents::left_out_document;
using flow_documents::lists_of;
using flow_documents::of_flow;
using flow_documents::open;
using flow_documents::ratio_interval;
using flow_documents::read_countries;
using flow_documents::read_editions;
using flow_documents::read_month;
using flow_documents::RowSelection;
using flow_documents::scan_ranges;
using flow_documents::set_joined;
using flow_documents::set_moves;
using flow_documents::set_rows;
using flow_documents::small;
using flows::Country;
using flows::Frequency;

std::string country(Country country) { return country == 0 ? "all" : flows::country_text(country); }

Json document(const flows::SurgeCounts& counts) {
  Json one = Json::object();
  one.set("tests", count(counts.tests))
      .set("cannot_say", count(counts.cannot_say()))
      .set("surges", count(counts.surges))
      .set("falls", count(counts.falls));
  one.set("share_surges", counts.tests > 0 ? fixed(static_cast<double>(counts.surges) / static_cast<double>(counts.tests), 4) : Json());
  return one;
}

Json unit_value_document(const flows::SurgeTest& test) {
  Json one = Json::object();
  if (!test.unit_value) return one.set("reason", "too few periods with a weight");
  const auto& unit = *test.unit_value;
  one.set("before", fixed(unit.before, 2)).set("after", fixed(unit.after, 2)).set("ratio", fixed(std::exp(unit.change.log_ratio), 4));
  one.set("ratio_interval", ratio_interval(unit.change.interval)).set("p", small(unit.change.p)).set("q", small(unit.q));
  return one;
}

Json substitution_document(const flows::SurgeTest& test, Country direct) {
  Json one = Json::object();
  if (!test.substitution) return one.set("reason", test.substitution_silence);
  const auto& found = *test.substitution;
  one.set("direct_partner", flows::country_text(direct)).set("direct_loss", fixed(found.loss, 2));
  one.set("direct_loss_interval", interval(found.loss_interval, 2)).set("share", fixed(found.share, 4));
  one.set("share_interval", interval(found.share_interval, 4));
  return one;
}

Json document(const flows::SurgeTest& test, std::size_t rank, const CodeChoice& choice, Country direct) {
  const auto& found = test.found;
  Json one = Json::object();
  one.set("rank", count(rank)).set("code", test.code.empty() ? "all" : test.code).set("partner", country(test.partner));
  one.set("reporter", country(test.reporter)).set("source", flows::word(test.source)).set("currency", test.currency);
  one.set("frequency", flows::word(test.frequency)).set("lists", lists_of(choice, test.code)).set("verdict", flows::word(test.verdict));
  if (found.silence != flows::Silence::none) one.set("reason", flows::reason(found.silence));
  set_joined(one, choice.joined(), test.code);
  set_moves(one, choice, test.code);
  one.set("months_before", count(std::int64_t{found.before})).set("months_after", count(std::int64_t{found.after}));
  one.set("months_with_trade", count(std::int64_t{found.traded_before} + found.traded_after));
  one.set("mean_before", found.before > 0 ? fixed(found.sum_before / found.before, 2) : Json());
  one.set("mean_after", found.after > 0 ? fixed(found.sum_after / found.after, 2) : Json());
  one.set("largest_month_share", found.sum_after > 0 ? fixed(found.largest_after / found.sum_after, 4) : Json());
  if (found.silence != flows::Silence::none) return one;
  one.set("ratio", fixed(std::exp(found.change.log_ratio), 4)).set("ratio_interval", ratio_interval(found.change.interval));
  one.set("p", small(found.change.p)).set("q", small(test.q)).set("standard_error", fixed(found.change.error, 6));
  one.set("placebo_above", test.placebo_above ? fixed(*test.placebo_above, 4) : Json());
  one.set("excess", fixed(found.excess, 2)).set("excess_interval", interval(found.excess_interval, 2));
  one.set("unit_value", unit_value_document(test)).set("substitution", substitution_document(test, direct));
  return one;
}

Json silences(const flows::SurgeCounts& counts) {
  Json list = Json::array();
  for (const auto& [why, series] : counts.silent) list.push(Json::object().set("reason", flows::reason(why)).set("series", count(series)));
  return list;
}

Result<flows::SurgeBy> read_by(const std::string& text) {
  flows::SurgeBy by{false, false, false};
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto part = text.substr(at, end - at);
    at = end + 1;
    if (part == "code")
      by.code = true;
    else if (part == "partner")
      by.partner = true;
    else if (part == "reporter")
      by.reporter = true;
    else
      return bad_input(fmt::format("by: \"{}\" is not known, expected code, partner, reporter, with commas between", part));
  }
  return by;
}
}  // namespace

Result<Json> surge_document(const Settings& settings, const Rules& rules, const SurgeQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::SurgeOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  TAMGA_TRY(options.partners, read_countries(common.partners, "partner"));
  TAMGA_TRY(options.reporters, read_countries(common.reporters, "reporter"));
  TAMGA_TRY(const auto direct, read_countries(question.direct, "direct"));
  if (direct.size() != 1) return bad_input("direct: expected one country");
  options.direct = direct.front();
  TAMGA_TRY(options.by, read_by(question.by));
  options.flow = common.flow == "import" ? flows::Flow::imports : flows::Flow::exports;
  options.digits = common.digits;
  options.trend = question.trend;
  options.q = common.q;
  options.placebo = question.placebo;
  TAMGA_TRY(auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(const auto editions, read_editions(opened, rules, common.editions, common.digits));
  choice.join(editions.joined);
  options.joined = editions.joined;
  TAMGA_TRY(const auto kinds, of_flow(opened.kinds, options.flow));
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds, options.joined));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  // Sums are kept until it is known which months were reported, unless there would be very many; then the store is read twice.
  flows::Coverage coverage;
  const bool twice = options.by.code && options.by.reporter && options.digits > 6;
  if (twice) {
    TAMGA_TRY(coverage, read_coverage(settings, kinds, ranges, stop));
  }
  TAMGA_TRY(auto scans, scan_ranges<flows::SurgeScan>(settings, kinds, ranges, stop,
                                                      [&] { return flows::SurgeScan(options, standing, twice ? &coverage : nullptr); }));
  if (!twice) {
    for (const auto& scan : scans) coverage.add(scan.seen());
  }
  TAMGA_TRY_STATUS(check_break(coverage, options.flow, options.at));
  if (!twice) {
    TAMGA_TRY_STATUS(on_threads(settings, scans.size(), stop, [&](FlowReader&, std::size_t i) -> Status {
      scans[i].test_all(coverage);
      return {};
    }));
  }
  const auto report = flows::conclude(options, coverage, std::move(scans));
  if (report.tests.empty())
    return not_found(
        fmt::format("the store holds no {} statistics of the codes, partners and reporters asked for ({}); choose others, or import them",
                    common.flow, common.codes));

  Json answer = Json::object();
  answer.set("break", common.at).set("as_of", common.as_of.text()).set("policy", rules.id).set("codes", common.codes);
  Json by = Json::array();
  if (options.by.code) by.push(Json::string("code"));
  if (options.by.partner) by.push(Json::string("partner"));
  if (options.by.reporter) by.push(Json::string("reporter"));
  answer.set("by", std::move(by)).set("digits", count(common.digits)).set("flow", common.flow).set("q", small(common.q));
  answer.set("trend", Json::boolean(question.trend));
  answer.set("from", flows::period_text(report.from, Frequency::monthly)).set("to", flows::period_text(report.to, Frequency::monthly));
  answer.set("scope", document(report.scope)).set("placebo", report.placebo ? document(*report.placebo) : Json());
  if (!report.placebo) answer.set("placebo_reason", question.placebo ? "the data holds no code that is on no list" : "not asked for");
  answer.set("cannot_say", silences(report.scope)).set("left_out", left_out_document(report.left_out, common.digits));
  answer.set("editions", editions_document(editions, coverage, kinds, choice));
  Json codes = Json::array();
  for (std::size_t i = 0; i < std::min(report.codes.size(), common.limit); ++i) {
    const auto& code = report.codes[i];
    std::string words;
    const auto lists = choice.lists(code.code, &words);
    Json one = Json::object();
    one.set("code", code.code);
    set_joined(one, editions.joined, code.code);
    one.set("lists", Json::strings(lists)).set("words", words).set("source", flows::word(code.source));
    one.set("frequency", flows::word(code.frequency)).set("partners", count(code.partners)).set("surges", count(code.surges));
    one.set("excess_least", fixed(code.excess_least, 2)).set("excess", fixed(code.excess, 2)).set("currency", code.currency);
    one.set("direct_loss", code.loss ? fixed(*code.loss, 2) : Json());
    one.set("substituted", code.loss ? fixed(code.excess / *code.loss, 4) : Json());
    codes.push(std::move(one));
  }
  answer.set("codes_by_risk", std::move(codes));
  Json results = Json::array();
  const auto shown = std::min(report.tests.size(), common.limit);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& test = report.tests[i];
    auto one = document(test, i + 1, choice, options.direct);
    if (common.rows && !test.code.empty()) {
      RowSelection selection;
      selection.kind.source = test.source;
      selection.kind.currency = test.currency;
      selection.kind.frequency = test.frequency;
      selection.kind.flow = options.flow;
      selection.codes = editions.joined.together(test.code);
      selection.partner = test.partner;
      selection.reporter = test.reporter;
      if (test.partner == 0) selection.but_partner = options.direct;
      Json rows = Json::array();
      std::size_t left = 0;
      TAMGA_TRY_STATUS(add_rows(opened, selection, "", rows, left));
      set_rows(one, std::move(rows), left);
    }
    results.push(std::move(one));
  }
  answer.set("results", std::move(results)).set("files", files_document(opened.files)).set("more", count(report.tests.size() - shown));
  return answer;
}

}  // namespace tamga::app
