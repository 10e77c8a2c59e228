#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <mutex>

#include "api/common.h"
#include "api/language.h"
#include "api/native.h"
#include "app/flow_analysis.h"
#include "app/flow_report.h"

/// Analysis of trade flows. A scan reads the whole store, so that one runs at a time, for a bounded time, and its answer is kept until something is
/// imported, the policy changes, or the day ends.
namespace tamga::api {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kLongest = std::chrono::seconds(60);
constexpr auto kLongestWait = std::chrono::seconds(20);
constexpr std::size_t kKept = 32;
constexpr std::size_t kKeptBytes = std::size_t{16} << 20;  ///< of one answer

struct Scans {
  std::timed_mutex one;                              ///< held by the scan that runs, and guards what follows
  std::list<std::pair<std::string, Response>> kept;  ///< the newest first
};

Response busy(std::string_view why) {
  auto response = problem(503, why);
  response.headers.emplace_back("retry-after", "30");
  return response;
}

double number_of(const Request& request, std::string_view name, double otherwise) {
  const auto text = text_of(request, name);
  double value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void take(std::string& into, const Request& request, std::string_view name) {
  if (const auto* value = request.parameter(name); value != nullptr) into = *value;
}

Result<app::FlowQuestion> common_question(const Request& request) {
  app::FlowQuestion question;
  TAMGA_TRY(question.as_of, day_of(text_of(request, "as_of"), "as_of"));
  question.files = false;
  take(question.at, request, "break");
  take(question.codes, request, "codes");
  take(question.flow, request, "flow");
  question.digits = count_of(request, "digits", question.digits);
  question.limit = count_of(request, "limit", question.limit);
  question.q = number_of(request, "q", question.q);
  question.rows = truth_of(request, "rows");
  take(question.editions, request, "editions");
  return question;
}

/// The kept answer, or a new one: `make(rules, stop)`. `also`: what it depends on beyond path, query and day.
template <typename Make>
Response kept_or_made(const std::shared_ptr<Scans>& scans, const Context& context, const Request& request, Date as_of, std::string_view also,
                      Make make) {
  const auto rules = context.clearing->rules();
  if (!rules) return problem(rules.error());
  const auto version = app::flows_version(context.settings);
  if (!version) return problem(version.error());
  std::string key = request.path + '\n' + *version + '\n' + (*rules)->id + '\n' + as_of.text() + '\n' + std::string(also);
  for (const auto& [name, value] : request.query) key += fmt::format("\n{}={}", name, value);
  std::unique_lock lock(scans->one, std::defer_lock);
  if (!lock.try_lock_for(kLongestWait)) return busy("another scan of the trade statistics runs; ask again when it is done");
  auto& kept = scans->kept;
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const auto& one) { return one.first == key; });
  if (found != kept.end()) {
    kept.splice(kept.begin(), kept, found);
    return kept.front().second;
  }
  const auto end = Clock::now() + kLongest;
  bool stopped = false;
  std::mutex mutex;
  const Result<Response> answered = make(**rules, [&] {
    const std::lock_guard guard(mutex);
    stopped = stopped || Clock::now() > end;
    return stopped;
  });
  if (stopped) return busy("the scan of the trade statistics takes longer than a minute; ask for fewer codes, or let the command line do it");
  if (!answered) return problem(answered.error());
  if (answered->body.size() <= kKeptBytes) {
    kept.emplace_front(key, *answered);
    if (kept.size() > kKept) kept.pop_back();
  }
  return *answered;
}

template <typename Question>
using Document = Result<Json> (*)(const app::Settings&, const app::Rules&, const Question&, const app::Stop&);

template <typename Question>
Response scanned(const std::shared_ptr<Scans>& scans, const Context& context, const Request& request, const Question& question,
                 Document<Question> document) {
  return kept_or_made(scans, context, request, question.common.as_of, "", [&](const app::Rules& rules, const app::Stop& stop) -> Result<Response> {
    TAMGA_TRY(const auto answer, document(context.settings, rules, question, stop));
    return ok(answer);
  });
}

bool wants_pdf(const Request& request) {
  if (const auto* format = request.parameter("format"); format != nullptr) return *format == "pdf";
  const auto* accept = request.header("accept");
  return accept != nullptr && accept->find("application/pdf") != std::string::npos && accept->find("text/html") == std::string::npos;
}

/// What `tamga flows report` writes, with the same bytes.
Response report_page(const std::shared_ptr<Scans>& scans, const Context& context, const Request& request) {
  app::FlowReportQuestion question;
  auto common = common_question(request);
  if (!common) return problem(common.error());
  question.common = *std::move(common);
  take(question.common.reporters, request, "reporter");
  take(question.common.partners, request, "partner");
  take(question.direct, request, "direct");
  take(question.treated, request, "treated");
  take(question.controls, request, "controls");
  question.language = language_of(request);
  const auto form = wants_pdf(request) ? app::ReportForm::pdf : app::ReportForm::html;
  const std::string code(language::language_code(question.language));
  return kept_or_made(scans, context, request, question.common.as_of, code + (form == app::ReportForm::pdf ? " pdf" : " html"),
                      [&](const app::Rules& rules, const app::Stop& stop) -> Result<Response> {
                        TAMGA_TRY(const auto paper, app::flow_report(context.settings, rules, question, [](const std::string&) {}, stop));
                        Response made;
                        TAMGA_TRY(made.body, app::write_flow_report(paper, form, question.language));
                        made.content_type = form == app::ReportForm::pdf ? "application/pdf" : "text/html; charset=utf-8";
                        made.headers = {{"content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox"},
                                        {"content-language", code},
                                        {"vary", "accept, accept-language"}};
                        return made;
                      });
}

Parameter editions_parameter() {
  auto editions = in_query("editions", "codes that were renumbered between editions of the Harmonized System; default: joined");
  editions.values = {"joined", "as-reported"};
  return editions;
}

std::vector<Parameter> with_common(std::vector<Parameter> parameters) {
  parameters.push_back(in_query("break", "YYYY-MM: the first month after the break; default: 2022-03"));
  parameters.push_back(in_query("codes", "lists of the policy or codes, with commas between, or all; default: chpl"));
  parameters.push_back(
      {.name = "digits", .type = "integer", .description = "length of codes: 4, 6, 8 or 10", .fallback = "6", .minimum = "4", .maximum = "10"});
  parameters.push_back({.name = "limit", .type = "integer", .description = "so many results", .fallback = "50", .minimum = "1", .maximum = "1000"});
  parameters.push_back(
      {.name = "q", .type = "number", .description = "the false discovery rate of a verdict; default: 0.05", .minimum = "0", .maximum = "1"});
  parameters.push_back(as_of_parameter());
  parameters.push_back(editions_parameter());
  return parameters;
}

Parameter flow_parameter() {
  auto flow = in_query("flow", "default: export");
  flow.values = {"export", "import"};
  return flow;
}

Endpoint endpoint(std::string path, std::string summary, std::string schema, std::vector<Parameter> parameters) {
  Endpoint one{.method = "GET", .path = std::move(path), .summary = std::move(summary), .tag = "flows"};
  one.parameters = std::move(parameters);
  one.response_schema = std::move(schema);
  one.needs_lists = false;
  one.audited = false;
  one.roles = kReaders;
  return one;
}

}  // namespace

void add_flows(std::vector<Endpoint>& endpoints) {
  const auto scans = std::make_shared<Scans>();

  auto surges = endpoint(
      "/v1/flows/surges", "which trade grew at a date beyond its seasons, with uncertainty and placebo", "FlowSurges",
      with_common({in_query("partner", "countries, with commas between; default: all"), in_query("reporter", "the same"), flow_parameter(),
                   in_query("by", "what is told apart: code, partner, reporter; default: code,partner"),
                   in_query("direct", "with whom trade is direct; default: RU"), in_query("trend", "take a steady growth out as well", "boolean"),
                   in_query("placebo", "default: true", "boolean"), in_query("rows", "with the file and line of every value", "boolean")}));
  surges.handle = [scans](const Context& context, const Request& request) {
    app::SurgeQuestion question;
    auto common = common_question(request);
    if (!common) return problem(common.error());
    question.common = *std::move(common);
    take(question.common.partners, request, "partner");
    take(question.common.reporters, request, "reporter");
    take(question.by, request, "by");
    take(question.direct, request, "direct");
    question.trend = truth_of(request, "trend");
    question.placebo = text_of(request, "placebo") != "false";
    return scanned<app::SurgeQuestion>(scans, context, request, question, app::surge_document);
  };
  endpoints.push_back(std::move(surges));

  auto gaps =
      endpoint("/v1/flows/gaps", "exports that one side reports against imports that the other does", "FlowGaps",
               with_common({in_query("exporter", "countries, with commas between; default: all"), in_query("importer", "the same"),
                            in_query("factor_low", "imports (CIF) by exports (FOB) at least; default: 1.06", "number"),
                            in_query("factor_high", "and at most; default: 1.10", "number"), in_query("by", "code,pair or pair; default: code,pair"),
                            in_query("union", "take the members of the European Union together", "boolean"),
                            in_query("rows", "with the file and line of every value", "boolean")}));
  gaps.handle = [scans](const Context& context, const Request& request) {
    app::GapQuestion question;
    auto common = common_question(request);
    if (!common) return problem(common.error());
    question.common = *std::move(common);
    take(question.common.reporters, request, "exporter");
    take(question.common.partners, request, "importer");
    take(question.by, request, "by");
    question.factor_low = number_of(request, "factor_low", question.factor_low);
    question.factor_high = number_of(request, "factor_high", question.factor_high);
    question.join_union = truth_of(request, "union");
    return scanned<app::GapQuestion>(scans, context, request, question, app::gap_document);
  };
  endpoints.push_back(std::move(gaps));

  auto contrast = in_query("contrast", "default: destinations");
  contrast.values = {"destinations", "products", "triple"};
  auto method = in_query("method", "least squares on logs, or Poisson pseudo maximum likelihood; default: ols");
  method.values = {"ols", "ppml"};
  auto clusters = in_query("clusters", "default: product");
  clusters.values = {"product", "product-destination"};
  auto against = in_query("against", "codes that the chosen ones are held against; default: unlisted");
  against.values = {"unlisted", "other"};
  auto roundabout = endpoint(
      "/v1/flows/roundabout", "differences in differences of trade at a date", "FlowRoundabout",
      with_common({contrast, method, clusters, against, flow_parameter(), in_query("treated", "destinations; default: AM,KG,KZ"),
                   in_query("controls", "destinations; default: all others but the sanctioned and the Union"),
                   in_query("sanctioned", "destinations that are no controls; default: RU,BY"), in_query("reporter", "countries; default: all"),
                   in_query("from", "YYYY-MM: first month"), in_query("to", "YYYY-MM: last month")}));
  roundabout.handle = [scans](const Context& context, const Request& request) {
    app::RoundaboutQuestion question;
    auto common = common_question(request);
    if (!common) return problem(common.error());
    question.common = *std::move(common);
    take(question.common.reporters, request, "reporter");
    take(question.contrast, request, "contrast");
    take(question.method, request, "method");
    take(question.clusters, request, "clusters");
    take(question.against, request, "against");
    take(question.treated, request, "treated");
    take(question.controls, request, "controls");
    take(question.sanctioned, request, "sanctioned");
    take(question.from, request, "from");
    take(question.to, request, "to");
    return scanned<app::RoundaboutQuestion>(scans, context, request, question, app::roundabout_document);
  };
  endpoints.push_back(std::move(roundabout));

  auto code = in_query("code", "2 to 10 digits: all codes that begin so");
  code.required = true;
  auto flow = in_query("flow", "default: all");
  flow.values = {"export", "import", "re-export", "re-import"};
  auto source = in_query("source", "default: all");
  source.values = {"comtrade", "comext", "declarations"};
  auto series = endpoint("/v1/flows/series", "the series of a code as they stand in the store", "FlowSeries",
                         {code,
                          in_query("partner", "one country"),
                          in_query("reporter", "one country"),
                          flow,
                          source,
                          in_query("rows", "with the file and line of every value", "boolean"),
                          {.name = "limit", .type = "integer", .description = "so many series", .fallback = "100", .minimum = "1", .maximum = "1000"},
                          as_of_parameter(),
                          editions_parameter()});
  series.handle = documented([](const Context& context, const Request& request) -> Result<Json> {
    app::SeriesQuestion question;
    TAMGA_TRY(question.as_of, day_of(text_of(request, "as_of"), "as_of"));
    question.code = text_of(request, "code");
    question.partner = text_of(request, "partner");
    question.reporter = text_of(request, "reporter");
    question.flow = text_of(request, "flow");
    question.source = text_of(request, "source");
    question.rows = truth_of(request, "rows");
    take(question.editions, request, "editions");
    question.limit = count_of(request, "limit", question.limit);
    TAMGA_TRY(const auto rules, context.clearing->rules());
    return app::series_document(context.settings, *rules, question);
  });
  endpoints.push_back(std::move(series));

  auto format = in_query("format", "default: what Accept names, else html");
  format.values = {"html", "pdf"};
  auto lang = language_parameter();
  lang.description = "language of the report; default: what Accept-Language names, else en";
  auto report = endpoint("/v1/flows/report", "surges, gaps, the roundabout and their sources as one page, to read, print and send on", "",
                         with_common({format, lang, in_query("reporter", "countries, with commas between; default: all"),
                                      in_query("partner", "the same"), in_query("direct", "with whom trade is direct; default: RU"),
                                      in_query("treated", "destinations that trade may go round by; default: AM,KG,KZ"),
                                      in_query("controls", "destinations to hold them against; default: all others")}));
  report.response_type = "text/html";
  report.other_types = {"application/pdf"};
  report.handle = [scans](const Context& context, const Request& request) { return report_page(scans, context, request); };
  endpoints.push_back(std::move(report));
}

}  // namespace tamga::api
