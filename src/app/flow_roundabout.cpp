#include "app/flow_analysis.h"

#include <fmt/format.h>

#include <cmath>

#include "app/flow_documents.h"

namespace tamga::app {
namespace {

using flow_documents::check;
using flow_documents::check_break;
using flow_documents::count;
using flow_documents::editions_document;
using flow_documents::files_document;
using flow_documents::fixed;
using flow_documents::interval;
using flow_documents::left_out_document;
using flow_documents::names;
using flow_documents::of_flow;
using flow_documents::open;
using flow_documents::ratio_interval;
using flow_documents::read_countries;
using flow_documents::read_editions;
using flow_documents::read_month;
using flow_documents::scan_ranges;
using flow_documents::small;
using flows::Frequency;

Json effect_document(const flows::Effect& effect) {
  Json one = Json::object();
  one.set("coefficient", fixed(effect.coefficient, 9)).set("standard_error", fixed(effect.error, 9));
  one.set("standard_error_nested", fixed(effect.error_nested, 9)).set("t", fixed(effect.coefficient / effect.error, 4)).set("p", small(effect.p));
  one.set("interval", interval(effect.interval, 6)).set("ratio", fixed(std::exp(effect.coefficient), 4));
  one.set("ratio_interval", ratio_interval(effect.interval));
  return one;
}

}  // namespace

Result<Json> roundabout_document(const Settings& settings, const Rules& rules, const RoundaboutQuestion& question, const Stop& stop) {
  const auto& common = question.common;
  TAMGA_TRY_STATUS(check(common));
  flows::RoundaboutOptions options;
  TAMGA_TRY(options.at, read_month(common.at, "break"));
  options.flow = common.flow == "import" ? flows::Flow::imports : flows::Flow::exports;
  options.digits = common.digits;
  if (question.contrast == "products")
    options.contrast = flows::Contrast::products;
  else if (question.contrast == "triple")
    options.contrast = flows::Contrast::triple;
  else if (question.contrast != "destinations")
    return bad_input(fmt::format("contrast: \"{}\" is not known, expected destinations, products or triple", question.contrast));
  if (question.method != "ols" && question.method != "ppml")
    return bad_input(fmt::format("method: \"{}\" is not known, expected ols or ppml", question.method));
  options.method = question.method == "ols" ? flows::Method::least_squares : flows::Method::poisson;
  if (question.clusters != "product" && question.clusters != "product-destination")
    return bad_input(fmt::format("clusters: \"{}\" is not known, expected product or product-destination", question.clusters));
  options.clusters = question.clusters == "product" ? flows::ClusterBy::product : flows::ClusterBy::product_destination;
  if (question.against != "unlisted" && question.against != "other")
    return bad_input(fmt::format("against: \"{}\" is not known, expected unlisted or other", question.against));
  options.unlisted_only = question.against == "unlisted";
  TAMGA_TRY(options.treated, read_countries(question.treated, "treated"));
  if (options.treated.empty()) return bad_input("treated: no destination is named, expected countries such as AM,KG,KZ");
  TAMGA_TRY(options.controls, read_countries(question.controls, "controls"));
  TAMGA_TRY(options.sanctioned, read_countries(question.sanctioned, "sanctioned"));
  TAMGA_TRY(options.reporters, read_countries(common.reporters, "reporter"));
  if (!question.from.empty()) {
    TAMGA_TRY(options.from, read_month(question.from, "from"));
  }
  if (!question.to.empty()) {
    TAMGA_TRY(options.to, read_month(question.to, "to"));
  }
  TAMGA_TRY(auto choice, CodeChoice::read(rules, common.codes, common.as_of, common.files));
  TAMGA_TRY(auto opened, open(settings));
  TAMGA_TRY(const auto editions, read_editions(opened, rules, common.editions, common.digits));
  choice.join(editions.joined);
  options.joined = editions.joined;
  TAMGA_TRY(auto kinds, of_flow(opened.kinds, options.flow));
  std::erase_if(kinds, [](const auto& kind) { return kind.frequency != Frequency::monthly; });
  if (kinds.empty()) return not_found("the store holds no monthly statistics, which this asks for; tamga flows import brings some in");
  TAMGA_TRY(const auto ranges, opened.reader.ranges(kinds, options.joined));
  TAMGA_TRY(const auto coverage, read_coverage(settings, kinds, ranges, stop));
  TAMGA_TRY_STATUS(check_break(coverage, options.flow, options.at));
  const auto standing = [&](const std::string& code) { return choice.standing(code); };
  TAMGA_TRY(auto scans, scan_ranges<flows::RoundaboutScan>(settings, kinds, ranges, stop, [&] { return flows::RoundaboutScan(options, standing); }));
  TAMGA_TRY(const auto report, flows::conclude_roundabout(options, coverage, std::move(scans)));

  Json answer = Json::object();
  answer.set("break", common.at).set("contrast", question.contrast).set("method", question.method).set("digits", count(common.digits));
  answer.set("flow", common.flow)
      .set("codes", common.codes)
      .set("against", question.against)
      .set("as_of", common.as_of.text())
      .set("policy", rules.id);
  answer.set("treated", names(report.treated)).set("controls", names(report.controls)).set("source", flows::word(report.source));
  answer.set("currency", report.currency).set("from", flows::period_text(report.from, Frequency::monthly));
  answer.set("to", flows::period_text(report.to, Frequency::monthly));
  Json effects = Json::strings({"product×destination"});
  if (options.contrast != flows::Contrast::products) effects.push(Json::string("product×month"));
  if (options.contrast != flows::Contrast::destinations) effects.push(Json::string("destination×month"));
  answer.set("fixed_effects", std::move(effects)).set("clusters", question.clusters).set("observations", count(report.fit.observations));
  answer.set("months_without_trade", count(report.zeroes)).set("left_out_without_any_trade", count(report.fit.left_out));
  answer.set("products", count(report.products_chosen)).set("products_against", count(report.products_other));
  Json levels = Json::array();
  for (const auto level : report.fit.levels) levels.push(count(level));
  answer.set("levels", std::move(levels)).set("rank", count(report.fit.rank)).set("cluster_count", count(report.fit.clusters));
  answer.set("iterations", count(std::int64_t{report.fit.iterations}));
  const auto term = options.contrast == flows::Contrast::products       ? "chosen codes × after"
                    : options.contrast == flows::Contrast::destinations ? "treated destinations × after"
                                                                        : "chosen codes × treated destinations × after";
  auto effect = effect_document(report.effect);
  effect.set("term", term);
  answer.set("effect", std::move(effect));
  Json dynamic = Json::array();
  for (const auto& one : report.dynamic) {
    Json item = Json::object();
    item.set("from", flows::period_text(one.from, Frequency::monthly)).set("to", flows::period_text(one.to, Frequency::monthly));
    if (one.effect) {
      item.set("coefficient", fixed(one.effect->coefficient, 9)).set("standard_error", fixed(one.effect->error, 9));
      item.set("interval", interval(one.effect->interval, 6));
    } else {
      item.set("base", Json::boolean(true));
    }
    dynamic.push(std::move(item));
  }
  answer.set("dynamic", std::move(dynamic));
  Json trend;
  if (report.pre_trend) {
    trend = Json::object();
    trend.set("f", fixed(report.pre_trend->f, 4)).set("p", small(report.pre_trend->p)).set("numerator", fixed(report.pre_trend->numerator, 0));
    trend.set("denominator", fixed(report.pre_trend->denominator, 0));
  }
  answer.set("pre_trend", std::move(trend)).set("remarks", Json::strings(report.remarks));
  answer.set("left_out", left_out_document(report.left_out, common.digits))
      .set("editions", editions_document(editions, coverage, kinds, choice))
      .set("files", files_document(opened.files));
  return answer;
}

}  // namespace tamga::app
