#include "app/watch.h"

#include <algorithm>

#include "api/common.h"
#include "api/native.h"
#include "app/record.h"

namespace tamga::api {
namespace {

Json row_of(const app::DealRow& row) {
  Json json = Json::object().set("decision", row.decision).set("outcome", row.outcome).set("decided_at", row.decided_at).set("as_of", row.as_of);
  return json;
}

/// What was done to the book and when, the newest first.
Result<Json> runs(store::Store& store, std::size_t most) {
  std::vector<store::LedgerEntry> entries;
  TAMGA_TRY_STATUS(store.each_since(0, "watch", [&](const store::LedgerEntry& entry) -> Status {
    entries.push_back(entry);
    return {};
  }));
  Json list = Json::array();
  for (auto entry = entries.rbegin(); entry != entries.rend() && list.items.size() < most; ++entry) {
    TAMGA_TRY(Json done, parse_json(entry->payload));
    Json item = Json::object().set("sequence", Json::number(entry->sequence)).set("at", entry->recorded_at);
    for (const char* name : {"added", "replaced", "removed", "deals", "hits", "screened", "events"}) {
      if (const Json* value = done.find(name); value != nullptr) item.set(name, *value);
    }
    list.push(std::move(item));
  }
  return list;
}

Result<Json> show(const Context& context, const Request& request) {
  TAMGA_TRY(const auto status, app::watch_status(context.settings, utc_today()));
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY_STATUS(context.deals->follow(store));
  Json json = Json::object().set("entries", Json::number(status.entries)).set("hits", Json::number(status.hits));
  json.set("waiting", Json::strings(status.waiting));
  if (status.basis.is_object()) json.set("basis", status.basis);
  Json deals = Json::array();
  for (const auto& deal : status.deals) {
    Json item = Json::object().set("deal", deal);
    Json decisions = Json::array();
    for (const auto& row : context.deals->list({.deal = deal}, 0, 2)) {
      if (decisions.items.empty()) item.set("parties", Json::strings(row.parties));
      decisions.push(row_of(row));
    }
    deals.push(std::move(item.set("decisions", std::move(decisions))));
  }
  json.set("deals", std::move(deals));
  TAMGA_TRY(Json done, runs(store, count_of(request, "runs", 30)));
  return json.set("runs", std::move(done));
}

}  // namespace

void add_watch(std::vector<Endpoint>& endpoints) {
  Endpoint book{
      .method = "GET",
      .path = "/v1/watch",
      .summary = "the book that is watched: how many, on which editions, which wait, its deals with their two newest decisions, what was done",
      .tag = "watch"};
  Parameter runs{
      .name = "runs", .type = "integer", .description = "so many of what was done last", .fallback = "30", .minimum = "0", .maximum = "1000"};
  book.parameters = {runs};
  book.response_schema = "WatchedBook";
  book.roles = kReaders;
  book.needs_lists = false;
  book.handle = documented(show);
  endpoints.push_back(std::move(book));
}

}  // namespace tamga::api
