#include <fmt/format.h>

#include "api/common.h"
#include "api/language.h"
#include "api/native.h"
#include "app/decisions.h"
#include "app/licences.h"
#include "app/record.h"
#include "base/sha256.h"
#include "policy/trace.h"

namespace tamga::api {
namespace {

using Decisions = std::vector<clear::Decision>;

/// What the record knows a request with an Idempotency-Key by, from the decision's own transaction on: whoever asks again because the answer was
/// lost, or could not be kept, is given the decision that stands. A key holds for its day and the one after. `as_of`: becomes the day before where a
/// request that names no day was decided on then.
Result<std::string> known_by(const Request& request, store::Store& store, Date& as_of) {
  const auto* key = request.header("idempotency-key");
  if (key == nullptr) return std::string();
  std::string asked = request.caller.token + "\n" + *key + "\n" + request.path + "\n";
  for (const auto& [name, value] : request.query) asked += fmt::format("{}={}\n", name, value);
  const std::string hash = content_address(asked + request.body);
  const auto on = [&](Date day) { return fmt::format("http {} {}", day.text(), hash); };
  const Date today = utc_today();
  const Date before{today.day - std::chrono::days(1)};
  TAMGA_TRY(const auto stands, store.find(app::kRequestKind, on(before) + " 1"));
  if (stands && text_of(request, "as_of").empty()) as_of = before;
  return on(stands ? before : today);
}

Result<Decisions> clear(const Context& context, const Request& request) {
  app::ClearRequest work;
  TAMGA_TRY(work.as_of, day_of(text_of(request, "as_of"), "as_of"));
  work.decided_at = utc_now();
  work.record = text_of(request, "record") != "false";
  work.explain = truth_of(request, "explain");
  TAMGA_TRY(work.deals, app::read_deals("body", request.body));
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  if (work.record) {
    TAMGA_TRY(work.request, known_by(request, store, work.as_of));
  }
  TAMGA_TRY(const auto basis, context.clearing->on(store, work.as_of));
  thread_local match::Workspace workspace;
  Decisions decisions;
  TAMGA_TRY_STATUS(app::clear_on(*basis, context.settings, store, work, workspace, [&](const clear::Decision& decision) {
    context.counters->decided.at(static_cast<std::size_t>(decision.outcome)).fetch_add(1, std::memory_order_relaxed);
    decisions.push_back(decision);
  }));
  for (auto& decision : decisions) {
    if (!work.explain || decision.evaluation != nullptr) continue;
    // One that stood.
    TAMGA_TRY(auto again, app::replay(context.settings, decision.id, true));
    decision.evaluation = std::move(again.evaluation);
    decision.flags = std::move(again.flags);
  }
  return decisions;
}

Json to_json(const std::vector<policy::FlagAnswer>& flags) {
  Json list = Json::array();
  for (const auto& flag : flags) {
    Json item = Json::object().set("flag", flag.id).set("title", flag.title).set("citation", flag.citation).set("weight", Json::number(flag.weight));
    item.set("answer", flag.answer == policy::Truth::yes ? "yes" : flag.answer == policy::Truth::no ? "no" : "unknown");
    item.set("about", Json::strings(flag.about)).set("because", flag.because);
    list.push(std::move(item.set("missing", Json::strings(flag.missing))));
  }
  return list;
}

Json to_json(const clear::Decision& decision) {
  if (decision.evaluation == nullptr) return decision.json;
  Json json = Json::object().set("decision", decision.json).set("evaluation", policy::to_json(*decision.evaluation));
  return json.set("flags", to_json(decision.flags));
}

Response clear_deal(const Context& context, const Request& request) {
  const auto decisions = clear(context, request);
  if (!decisions) return problem(decisions.error());
  if (decisions->size() != 1) return problem(400, "the body holds several deals, expected one");
  const auto& decision = decisions->front();
  const bool recorded = text_of(request, "record") != "false";
  auto response = ok_in(request, to_json(decision), recorded ? 201 : 200);
  if (recorded) response.headers.emplace_back("location", "/v1/decisions/" + decision.id);
  return response;
}

Response clear_payment(const Context& context, const Request& request) {
  const auto decisions = clear(context, request);
  if (!decisions) return problem(decisions.error());
  Json list = Json::array();
  for (const auto& decision : *decisions) list.push(to_json(decision));
  return ok_in(request, Json::object().set("decisions", std::move(list)), text_of(request, "record") != "false" ? 201 : 200);
}

Json to_json(const app::DealRow& row) {
  Json json = Json::object().set("deal", row.deal).set("decision", row.decision).set("outcome", row.outcome).set("decided_at", row.decided_at);
  json.set("as_of", row.as_of).set("parties", Json::strings(row.parties));
  return json.set("sequence", Json::number(row.sequence));
}

Result<Json> list(const Context& context, const Request& request) {
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY_STATUS(context.deals->follow(store));
  app::DealFilter filter{text_of(request, "outcome"), text_of(request, "deal"), text_of(request, "from"), text_of(request, "to"),
                         text_of(request, "text")};
  std::int64_t before = 0;
  if (const auto* cursor = request.parameter("cursor"); cursor != nullptr) {
    const auto number = Decimal::parse(*cursor);
    if (!number || number->coefficient < 1) return bad_input("cursor: expected \"next\" of the page before");
    before = number->coefficient;
  }
  const std::size_t limit = count_of(request, "limit", 100);
  auto rows = context.deals->list(filter, before, limit + 1);
  const bool more = rows.size() > limit;
  if (more) rows.pop_back();
  Json deals = Json::array();
  for (const auto& row : rows) deals.push(to_json(row));
  Json json = Json::object().set("deals", std::move(deals));
  if (more) json.set("next", fmt::to_string(rows.back().sequence));
  return json;
}

Result<Json> show(const Context& context, const Request& request) {
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY_STATUS(context.deals->follow(store));
  const std::string& id = request.path_parameter("id");
  const auto rows = context.deals->list({.deal = id}, 0, 1000);
  if (rows.empty()) return not_found(fmt::format("no deal {} was decided here", id));
  Json decisions = Json::array();
  for (const auto& row : rows) decisions.push(to_json(row));
  TAMGA_TRY(const auto entry, store.find("decision", rows.front().decision));
  Json json = Json::object().set("id", id);
  if (entry) {
    TAMGA_TRY(const Json record, parse_json(entry->payload));
    if (const auto text = record.get("deal"); !text.empty()) {
      TAMGA_TRY(Json deal, parse_json(text));
      json.set("deal", std::move(deal));
    } else {
      json.set("message", record.get("message"));
    }
  }
  return json.set("decisions", std::move(decisions));
}

Response decision(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  const auto bytes = [&]() -> Result<std::string> {
    TAMGA_TRY(auto store, app::open_existing_store(context.settings));
    TAMGA_TRY(const auto entry, store.find("decision", id));
    if (!entry) return not_found(fmt::format("no decision {} is recorded here", id));
    TAMGA_TRY(const Json record, parse_json(entry->payload));
    return std::string(record.get("decision"));
  }();
  if (!bytes) return problem(bytes.error());
  if (asked_language(request) != language::Language::english) {
    auto json = parse_json(*bytes);
    return json ? ok_in(request, *std::move(json)) : problem(json.error());
  }
  Response response;
  response.body = *bytes;  // as they are recorded: their hash is that of the record
  return response;
}

Result<Json> replay(const Context& context, const Request& request) {
  const bool explain = truth_of(request, "explain");
  TAMGA_TRY(const auto result, app::replay(context.settings, request.path_parameter("id"), explain));
  Json json = Json::object().set("decision", request.path_parameter("id")).set("same", Json::boolean(result.same()));
  json.set("bytes", Json::number(static_cast<std::int64_t>(result.recorded.size())));
  if (!result.same())
    json.set("first_difference", Json::number(static_cast<std::int64_t>(result.first_difference()))).set("recomputed", result.recomputed);
  if (explain && result.evaluation != nullptr) json.set("evaluation", policy::to_json(*result.evaluation)).set("flags", to_json(result.flags));
  translate(json, asked_language(request));
  return json;
}

Result<Json> shipped(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  TAMGA_TRY_STATUS(app::record_shipped(context.settings, id, request.caller.name, utc_now()));
  return Json::object().set("deal", id).set("state", "shipped");
}

}  // namespace

void add_deals(std::vector<Endpoint>& endpoints) {
  const std::vector<Parameter> how = {as_of_parameter(),
                                      {.name = "record", .type = "boolean", .description = "record the decision", .fallback = "true"},
                                      in_query("explain", "give the whole evaluation beside the decision", "boolean"),
                                      language_parameter()};
  Endpoint one{.method = "POST", .path = "/v1/deals", .summary = "decide on a deal, with citations, and record the decision", .tag = "deals"};
  one.parameters = how;
  one.body_schema = "Deal";
  one.response_schema = "Decision";
  one.roles = kClearers;
  one.success = 201;
  one.handle = clear_deal;
  endpoints.push_back(std::move(one));

  Endpoint payment{.method = "POST",
                   .path = "/v1/payments",
                   .summary = "decide on each transaction of a payment message (pacs.008, pacs.009, pain.001, MT103, MT202, MT205)",
                   .tag = "deals"};
  payment.parameters = how;
  payment.body_schema = "PaymentMessage";
  payment.body_type = "*/*";
  payment.response_schema = "Decisions";
  payment.roles = kClearers;
  payment.success = 201;
  payment.handle = clear_payment;
  endpoints.push_back(std::move(payment));

  Endpoint all{.method = "GET", .path = "/v1/deals", .summary = "decisions on deals, the newest first", .tag = "deals"};
  Parameter outcome = in_query("outcome", "only these");
  outcome.values = {"pass", "review", "licence_required", "prohibited"};
  all.parameters =
      with_paging({outcome, in_query("deal", "only of this deal"), in_query("from", "decided on this day or later"),
                   in_query("to", "decided on this day or earlier"), in_query("text", "words that its id, names, numbers or places begin with")});
  all.response_schema = "Deals";
  all.roles = kReaders;
  all.needs_lists = false;
  all.handle = documented(list);
  endpoints.push_back(std::move(all));

  Endpoint shown{.method = "GET", .path = "/v1/deals/{id}", .summary = "a deal as it was stated last, and every decision on it", .tag = "deals"};
  shown.parameters = {in_path("id", "the deal's own")};
  shown.response_schema = "DealStory";
  shown.roles = kReaders;
  shown.needs_lists = false;
  shown.handle = documented(show);
  endpoints.push_back(std::move(shown));

  Endpoint left{.method = "POST", .path = "/v1/deals/{id}/shipped", .summary = "record that the goods of a deal left", .tag = "licences"};
  left.parameters = {in_path("id", "the deal's own")};
  left.roles = kWorkers;
  left.needs_lists = false;
  left.handle = documented(shipped);
  endpoints.push_back(std::move(left));

  Endpoint recorded{.method = "GET",
                    .path = "/v1/decisions/{id}",
                    .summary = "a decision, byte by byte as it was recorded; with lang=ru or kk, its sentences in that language",
                    .tag = "deals"};
  recorded.parameters = {in_path("id", "dec-…"), language_parameter()};
  recorded.response_schema = "Decision";
  recorded.roles = kReaders;
  recorded.needs_lists = false;
  recorded.handle = decision;
  endpoints.push_back(std::move(recorded));

  Endpoint again{.method = "POST",
                 .path = "/v1/decisions/{id}/replay",
                 .summary = "recompute a decision on its own basis and compare every byte",
                 .tag = "deals"};
  again.parameters = {in_path("id", "dec-…"), in_query("explain", "give the whole evaluation", "boolean"), language_parameter()};
  again.response_schema = "Replay";
  again.roles = kReaders;
  again.needs_lists = false;
  again.handle = documented(replay);
  endpoints.push_back(std::move(again));
}

}  // namespace tamga::api
