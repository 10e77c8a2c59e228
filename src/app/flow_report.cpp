#include "app/flow_report.h"

#include <map>

#include "app/flow_store.h"
#include "lists/csv.h"
#include "report/html.h"
#include "report/report.h"

namespace tamga::app {
namespace {

/// What goods codes hold, by code: the first title in the policy's tables of words.
std::map<std::string, std::string> titles(const Rules& rules, language::Language language) {
  std::map<std::string, std::string> found;
  const std::size_t column = 1 + static_cast<std::size_t>(language);
  for (const auto& table : rules.words) {
    std::string_view text = table.bytes;
    while (text.starts_with('#')) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    lists::CsvReader reader(text);
    std::vector<std::string> fields;
    while (reader.next(fields).value_or(false)) {
      if (fields.size() > column) found.try_emplace(fields[0], fields[column].substr(0, fields[column].find(';')));
    }
  }
  return found;
}

report::Part part_or_reason(Result<Json> answer) {
  if (answer) return {*std::move(answer), {}};
  return {Json{}, answer.error().message};
}

/// What went wrong on the side of the data is a sentence of the report; a store that cannot be read is an error of the whole.
Result<report::Part> part_of(Result<Json> answer) {
  if (!answer && answer.error().kind == ErrorKind::failure) return std::unexpected(std::move(answer).error());
  return part_or_reason(std::move(answer));
}

Result<Json> files_of(FlowStore& store) {
  auto list = Json::array();
  TAMGA_TRY(const auto files, store.files());
  for (const auto& file : files) {
    auto one = Json::object();
    one.set("number", Json::number(file.number)).set("name", file.name).set("hash", file.hash).set("source", file.source).set("layout", file.layout);
    one.set("rows", Json::number(file.rows)).set("kept", Json::number(file.kept)).set("left_out", Json::number(file.totals));
    one.set("rejected", Json::number(file.rejected));
    auto faults = Json::object();
    TAMGA_TRY(const auto counts, store.faults(file.number));
    for (const auto& [fault, count] : counts) faults.set(fault, Json::number(count));
    list.push(std::move(one.set("by_fault", std::move(faults))));
  }
  return list;
}

}  // namespace

Result<pdf::Paper> flow_report(const Settings& settings, const Rules& rules, const FlowReportQuestion& question,
                               const std::function<void(const std::string& stage)>& progress, const Stop& stop) {
  report::FlowFindings findings;
  {
    TAMGA_TRY(auto store, FlowStore::open(settings));
    TAMGA_TRY(findings.files, files_of(store));
  }
  findings.as_of = question.common.as_of.text();
  progress("looking for surges");
  TAMGA_TRY(findings.surges, part_of(surge_document(settings, rules, {.common = question.common, .direct = question.direct}, stop)));
  progress("comparing mirrored trade");
  GapQuestion gap;
  gap.common = question.common;
  gap.factor_low = question.factor_low;
  gap.factor_high = question.factor_high;
  TAMGA_TRY(findings.gaps, part_of(gap_document(settings, rules, gap, stop)));
  progress("estimating the roundabout");
  RoundaboutQuestion roundabout;
  roundabout.common = question.common;
  roundabout.treated = question.treated;
  roundabout.controls = question.controls;
  // That an estimate does not converge is a failure too, but says something of the data.
  findings.roundabout = part_or_reason(roundabout_document(settings, rules, roundabout, stop));
  for (const auto& chart : report::charts_of(findings.surges.document)) {
    SeriesQuestion series;
    series.code = chart.code;
    series.partner = chart.partner;
    series.reporter = chart.reporter == "all" ? "" : chart.reporter;
    series.flow = chart.flow;
    series.source = chart.source;
    series.limit = 10'000;
    series.as_of = question.common.as_of;
    series.editions = question.common.editions;
    TAMGA_TRY(auto part, part_of(series_document(settings, rules, series)));
    findings.series.push_back(std::move(part.document));
  }
  findings.words = [named = titles(rules, question.language)](const std::string& code) {
    for (std::size_t size = code.size(); size >= 4; --size) {
      if (const auto found = named.find(code.substr(0, size)); found != named.end()) return found->second;
    }
    return std::string();
  };
  return report::flow_paper(findings, question.language);
}

Result<std::string> write_flow_report(const pdf::Paper& paper, ReportForm form, language::Language language) {
  if (form == ReportForm::pdf) return pdf::write(paper);
  return report::html(paper, language::language_code(language));
}

}  // namespace tamga::app
