#include "api/common.h"
#include "api/native.h"
#include "app/casework.h"
#include "app/documents.h"

namespace tamga::api {
namespace {

match::Workspace& workspace() {
  thread_local match::Workspace memory;
  return memory;
}

Result<match::Query> query_of(const Json& body) {
  if (const Json* entity = body.find("entity"); entity != nullptr) {
    TAMGA_TRY(const auto read, entity_from_json(*entity));
    if (!schema_known(read.schema)) return bad_input(fmt::format("\"{}\" is not a schema that is screened", read.schema));
    return match::query_of_entity(read);
  }
  std::vector<std::string> names = member_texts(body, "names");
  if (const auto name = body.get("name"); !name.empty()) names.insert(names.begin(), std::string(name));
  match::Query query;
  TAMGA_TRY_STATUS(app::add_to_query(query, "schema", body.get("schema")));
  query.names = std::move(names);
  for (const auto& name : query.names) {
    for (auto& identifier : identifiers::in_text(name)) query.identifiers.push_back(std::move(identifier));
  }
  TAMGA_TRY_STATUS(app::add_to_query(query, "birth_date", body.get("birth_date")));
  query.gender = body.get("gender");
  for (const auto& [key, field] : {std::pair("countries", "country"), std::pair("addresses", "address"), std::pair("identifiers", "identifier")}) {
    for (const auto& value : member_texts(body, key)) TAMGA_TRY_STATUS(app::add_to_query(query, field, value));
  }
  return query;
}

Result<std::shared_ptr<const app::Screener>> screener_of(const Context& context, const Request& request) {
  if (request.parameter("as_of") == nullptr) return context.live->current();
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  return context.screeners->on(day);
}

Result<Json> screen(const Context& context, const Request& request) {
  TAMGA_TRY(const auto query, query_of(request.json));
  TAMGA_TRY(const auto screener, screener_of(context, request));
  TAMGA_TRY_STATUS(app::check_query(query, *screener->options().model));
  match::Options options = screener->options();
  options.reasons = text_of(request, "explain") != "false";
  if (const auto* least = request.parameter("threshold"); least != nullptr) {
    options.threshold = match::threshold_from(*least);
    if (!options.threshold) return bad_input(fmt::format("threshold: \"{}\" is not a number from 0 to 1 in plain digits", *least));
  }
  auto hits = screener->screen(query, workspace(), options);
  if (const auto lists = request.parameters("list"); !lists.empty())
    std::erase_if(hits, [&](const match::Hit& hit) { return std::find(lists.begin(), lists.end(), hit.list) == lists.end(); });
  context.counters->screened.fetch_add(1, std::memory_order_relaxed);
  context.counters->hits.fetch_add(hits.size(), std::memory_order_relaxed);
  Json json = app::document(query, screener->basis(), hits);
  if (truth_of(request, "alerts")) {
    TAMGA_TRY(const auto raised, app::raise_hits(context.settings, query, hits, utc_now()));
    json.set("alerts_raised", Json::number(raised));
  }
  return json;
}

Result<LineAnswerer> screen_lines(const Context& context, const Request& request) {
  const std::string schema = text_of(request, "schema");
  if (!schema.empty() && !schema_known(schema)) return bad_input(fmt::format("schema: \"{}\" is not a schema", schema));
  TAMGA_TRY(const auto screener, screener_of(context, request));
  auto rows = std::make_shared<app::RowScreener>(screener, schema);
  return [rows, counters = context.counters](std::span<const std::string> lines, bool last) {
    std::string answers;
    for (const auto& line : lines) {
      const std::string answer = rows->answer(line);
      if (!answer.empty()) answers += answer + "\n";
    }
    counters->screened.fetch_add(lines.size(), std::memory_order_relaxed);
    if (last) answers += rows->counts() + "\n";
    return answers;
  };
}

Result<Json> compare(const Context& context, const Request& request) {
  TAMGA_TRY(const auto compared, app::compare_names(context.live->current()->options().model, member(request, "name1"), member(request, "name2"),
                                                    member(request, "schema")));
  return app::document(compared);
}

}  // namespace

void add_screening(std::vector<Endpoint>& endpoints) {
  Parameter threshold{
      .name = "threshold", .type = "number", .description = "least score of a hit; default: the policy's", .minimum = "0.0001", .maximum = "1"};
  Parameter explain{.name = "explain", .type = "boolean", .description = "give the reasons of each score", .fallback = "true"};
  Parameter lists = in_query("list", "only hits on this list; may be given several times");
  lists.repeated = true;
  Endpoint one{.method = "POST", .path = "/v1/screen", .summary = "compare a party with the lists", .tag = "screening"};
  one.parameters = {threshold, explain, lists, as_of_parameter(), in_query("alerts", "open an alert for each hit", "boolean")};
  one.body_schema = "ScreenRequest";
  one.response_schema = "Screening";
  one.roles = kScreeners;
  one.quick = true;
  one.slow_with = {"as_of", "alerts"};
  one.handle = documented(screen);
  endpoints.push_back(std::move(one));

  Endpoint batch{.method = "POST",
                 .path = "/v1/screen/batch",
                 .summary = "screen JSON lines; a line for each row comes back as soon as it is screened, then one with the counts",
                 .tag = "screening"};
  batch.parameters = {in_query("schema", "of rows that name none"), as_of_parameter()};
  batch.body_schema = "ScreenRow";
  batch.body_type = "application/x-ndjson";
  batch.response_type = "application/x-ndjson";
  batch.response_schema = "ScreenedRow";
  batch.roles = kScreeners;
  batch.lines = screen_lines;
  endpoints.push_back(std::move(batch));

  Endpoint two{.method = "POST", .path = "/v1/compare", .summary = "two names against each other", .tag = "screening"};
  two.body_schema = "CompareRequest";
  two.response_schema = "Comparison";
  two.roles = kScreeners;
  two.quick = true;
  two.handle = documented(compare);
  endpoints.push_back(std::move(two));
}

}  // namespace tamga::api
