#include "api/common.h"
#include "api/language.h"
#include "api/native.h"
#include "app/casework.h"
#include "app/documents.h"
#include "app/record.h"

namespace tamga::api {
namespace {

Result<Json> list(const Context& context, const Request& request) {
  app::AlertFilter filter;
  filter.state = text_of(request, "state");
  if (filter.state == "all") filter.state.clear();
  filter.assigned = text_of(request, "assigned");
  filter.deal = text_of(request, "deal");
  filter.overdue = truth_of(request, "overdue");
  filter.rule = text_of(request, "rule");
  filter.after = text_of(request, "cursor");
  filter.most = count_of(request, "limit", 100) + 1;  // one more tells whether there is a next page
  TAMGA_TRY(const auto alerts, app::alerts(context.settings, filter, utc_today()));
  return page("alerts", alerts, request, app::place_of, [&](const store::Alert& alert) {
    Json json = app::document(alert);
    translate(json, asked_language(request));
    return json;
  });
}

Result<Json> story(const Context& context, const std::string& id) {
  TAMGA_TRY(const auto found, app::alert(context.settings, id));
  TAMGA_TRY(Json json, app::document(found));
  Json proposals = Json::array();
  for (const auto& proposal : found.proposals) proposals.push(app::document(proposal));
  return json.set("proposals", std::move(proposals));
}

Result<Json> show(const Context& context, const Request& request) {
  TAMGA_TRY(Json json, story(context, request.path_parameter("id")));
  translate(json, asked_language(request));
  return json;
}

Result<Json> assign(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  TAMGA_TRY([[maybe_unused]] const auto deadline, day_of(member(request, "deadline"), "deadline"));
  TAMGA_TRY_STATUS(app::assign_alert(context.settings, id, member(request, "to"), member(request, "deadline"), request.caller.name, utc_now()));
  return story(context, id);
}

Result<Json> note(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  TAMGA_TRY_STATUS(app::note_alert(context.settings, id, member(request, "text"), request.caller.name, utc_now()));
  return story(context, id);
}

Result<Json> escalate(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  TAMGA_TRY_STATUS(app::escalate_alert(context.settings, id, member(request, "text"), request.caller.name, utc_now()));
  return story(context, id);
}

Result<Json> attach(const Context& context, const Request& request) {
  if (request.body.empty()) return bad_input("the file is empty");
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY(const auto hash,
            store::Cases(store).attach(request.path_parameter("id"), text_of(request, "name"), request.body, request.caller.name, utc_now()));
  return Json::object().set("id", request.path_parameter("id")).set("file", hash);
}

Result<Json> close(const Context& context, const Request& request) {
  TAMGA_TRY(const auto proposal, app::propose_close(context.settings, request.path_parameter("id"), member(request, "reason"),
                                                    member(request, "text"), request.caller.name, utc_now()));
  return app::document(proposal);
}

Result<Json> mark(const Context& context, const Request& request) {
  app::MarkRequest wanted{request.path_parameter("id"), member(request, "evidence"), std::nullopt, member_texts(request.json, "entities")};
  if (const auto until = member(request, "until"); !until.empty()) {
    TAMGA_TRY(wanted.until, day_of(until, "until"));
  }
  TAMGA_TRY(const auto proposal, app::propose_mark(context.settings, wanted, request.caller.name, utc_now()));
  return app::document(proposal);
}

Result<Json> marks(const Context& context, const Request& request) {
  TAMGA_TRY(const auto all, app::marks(context.settings));
  return page(
      "marks", all, request, [](const store::Mark& one) { return fmt::format("{:012}", one.sequence); },
      [](const store::Mark& one) { return app::document(one); });
}

/// Alerts that were opened or changed, by whatever process, in the order of the ledger.
Result<EventSource> events(const Context& context, const Request& request) {
  TAMGA_TRY(auto opened, app::open_existing_store(context.settings));
  const auto store = std::make_shared<store::Store>(std::move(opened));
  TAMGA_TRY(const auto head, store->head());
  const auto since = std::make_shared<std::int64_t>(head.sequence);
  if (const auto* last = request.header("last-event-id"); last != nullptr) {
    const auto number = Decimal::parse(*last);
    if (!number || number->coefficient < 0) return bad_input("Last-Event-ID: expected the id of an event");
    *since = std::min(*since, number->coefficient);
  }
  return [store, since]() -> Result<std::vector<Event>> {
    std::vector<Event> events;
    TAMGA_TRY(const auto now, store->head());
    if (now.sequence == *since) return events;
    std::vector<store::LedgerEntry> entries;
    for (const auto* kind : {"alert", "alert_event"}) {
      TAMGA_TRY_STATUS(store->each_since(*since, kind, [&](const store::LedgerEntry& entry) -> Status {
        if (entry.sequence <= now.sequence) entries.push_back(entry);
        return {};
      }));
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    for (const auto& entry : entries) {
      TAMGA_TRY(const auto alert, store::Cases(*store).alert(entry.key.substr(0, entry.key.find(' '))));
      if (alert) events.push_back({fmt::to_string(entry.sequence), entry.kind, app::document(*alert).dump()});
    }
    *since = now.sequence;
    return events;
  };
}

Endpoint of_alert(std::string action, std::string summary, std::string body, std::function<Response(const Context&, const Request&)> handle) {
  Endpoint endpoint{.method = "POST", .path = "/v1/alerts/{id}/" + action, .summary = std::move(summary), .tag = "alerts"};
  endpoint.parameters = {in_path("id", "alert-…")};
  endpoint.body_schema = std::move(body);
  endpoint.response_schema = "Alert";
  endpoint.roles = kWorkers;
  endpoint.needs_lists = false;
  endpoint.handle = std::move(handle);
  return endpoint;
}

}  // namespace

void add_alerts(std::vector<Endpoint>& endpoints) {
  Endpoint all{.method = "GET", .path = "/v1/alerts", .summary = "alerts by deadline", .tag = "alerts"};
  Parameter state = in_query("state", "active: all but closed");
  state.values = {"active", "open", "assigned", "escalated", "closed", "all"};
  state.fallback = "active";
  all.parameters = with_paging({state, in_query("assigned", "only those assigned to somebody"), in_query("deal", "only those of a deal"),
                                in_query("rule", "only of rules whose id begins so; \"watch.\": what the watch found"),
                                in_query("overdue", "only those past their deadline", "boolean"), language_parameter()});
  all.response_schema = "Alerts";
  all.roles = kReaders;
  all.needs_lists = false;
  all.handle = documented(list);
  endpoints.push_back(std::move(all));

  Endpoint stream{.method = "GET",
                  .path = "/v1/alerts/events",
                  .summary = "server-sent events: each alert that is opened or changed; Last-Event-ID goes on where a stream broke off",
                  .tag = "alerts"};
  stream.parameters = {{.name = "last-event-id", .in = In::header, .description = "id of the last event that was seen"}};
  stream.response_type = "text/event-stream";
  stream.roles = kReaders;
  stream.needs_lists = false;
  stream.events = events;
  endpoints.push_back(std::move(stream));

  Endpoint reasons{.method = "GET", .path = "/v1/alerts/reasons", .summary = "the reasons with which an alert may be closed", .tag = "alerts"};
  reasons.needs_lists = false;
  reasons.audited = false;
  reasons.quick = true;
  reasons.response_schema = "Reasons";
  reasons.handle = [](const Context&, const Request&) { return ok(app::reasons_document()); };
  endpoints.push_back(std::move(reasons));

  Endpoint one{.method = "GET", .path = "/v1/alerts/{id}", .summary = "one alert with its history", .tag = "alerts"};
  one.parameters = {in_path("id", "alert-…"), language_parameter()};
  one.response_schema = "Alert";
  one.roles = kReaders;
  one.needs_lists = false;
  one.handle = documented(show);
  endpoints.push_back(std::move(one));

  endpoints.push_back(of_alert("assign", "give an alert to somebody", "Assignment", documented(assign)));
  endpoints.push_back(of_alert("note", "write something down", "Note", documented(note)));
  auto up = of_alert("escalate", "pass an alert up", "Remark", documented(escalate));
  up.body_required = false;
  endpoints.push_back(std::move(up));
  auto closing = of_alert("close", "propose that an alert is closed; a second person approves", "Closing", documented(close));
  closing.response_schema = "Proposal";
  endpoints.push_back(std::move(closing));
  auto marking = of_alert("mark", "propose that possible hits are marked as false; a second person approves", "Marking", documented(mark));
  marking.response_schema = "Proposal";
  endpoints.push_back(std::move(marking));
  auto file = of_alert("files", "keep a file with the alert, under the hash of its bytes", "Bytes", documented(attach));
  Parameter name = in_query("name", "the file's name");
  name.required = true;
  file.parameters.push_back(name);
  file.body_type = "*/*";
  file.response_schema = "AttachedFile";
  endpoints.push_back(std::move(file));

  Endpoint marked{.method = "GET", .path = "/v1/marks", .summary = "every mark of a false hit", .tag = "alerts"};
  marked.parameters = with_paging({});
  marked.response_schema = "Marks";
  marked.roles = kReaders;
  marked.needs_lists = false;
  marked.handle = documented(marks);
  endpoints.push_back(std::move(marked));
}

}  // namespace tamga::api
