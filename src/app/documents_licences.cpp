#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "app/documents.h"

namespace tamga::app {
namespace {

Decimal used_of(const LicenceView& view, const licences::Cap& cap) {
  const auto at = std::find_if(view.stored.caps.begin(), view.stored.caps.end(), [&](const store::LicenceCap& row) { return row.cap == cap.key(); });
  return at == view.stored.caps.end() ? Decimal::whole(0) : licences::from_millionths(at->used);
}

Json caps_json(const LicenceView& view) {
  Json caps = Json::array();
  for (const auto& cap : view.licence.caps) {
    Json item = Json::object().set("cap", cap.key()).set("limit", cap.limit.text()).set("used", used_of(view, cap).text());
    caps.push(std::move(item.set("left", left_of(view, cap).text())));
  }
  return caps;
}

Json summary(const LicenceView& view, Date day) {
  Json json = Json::object();
  json.set("number", view.licence.number).set("authority", view.licence.authority).set("regime", view.licence.regime);
  json.set("state", view.state(day)).set("from", view.licence.from.text()).set("to", view.licence.to.text());
  json.set("days_left", Json::number(std::max(0L, days_between(day, view.licence.to) + 1))).set("caps", caps_json(view));
  return json;
}

}  // namespace

Decimal left_of(const LicenceView& view, const licences::Cap& cap) {
  return licences::less(cap.limit, used_of(view, cap)).value_or(Decimal::whole(0));
}

std::string_view state_of(const LicenceUseView& use) { return use.use.state == "open" && use.shipped ? "shipped" : std::string_view(use.use.state); }

std::vector<std::string> due_days(const licences::Licence& licence, std::string_view used_at) {
  std::vector<std::string> days;
  const auto used = Date::parse(used_at.substr(0, 10));
  for (const auto& duty : licence.duties) {
    days.push_back(used ? Date{used->day + std::chrono::days(duty.within_days)}.text() : std::string());
  }
  return days;
}

Json licences_document(const std::vector<LicenceView>& views, Date day) {
  Json items = Json::array();
  for (const auto& view : views) items.push(summary(view, day));
  return Json::object().set("as_of", day.text()).set("licences", std::move(items));
}

Json document(const std::vector<ReopenedDeal>& deals) {
  Json items = Json::array();
  for (const auto& deal : deals) {
    Json item = Json::object().set("deal", deal.deal).set("licence", deal.number).set("why", deal.why).set("since", deal.since);
    if (!deal.decision.empty()) item.set("decided_since", deal.decision);
    items.push(std::move(item));
  }
  return Json::object().set("reopened", std::move(items));
}

Json document(const LicenceView& view, Date day) {
  Json json = summary(view, day);
  json.set("licence", licences::to_json(view.licence));
  Json events = Json::array();
  for (const auto& event : view.events) {
    Json item = Json::object().set("what", event.what).set("at", event.at).set("proposal", event.proposal).set("by", event.by);
    item.set("approved_by", event.approved_by);
    if (!event.reason.empty()) item.set("reason", event.reason);
    events.push(std::move(item));
  }
  Json uses = Json::array();
  for (const auto& use : view.uses) {
    Json item =
        Json::object().set("deal", use.use.deal).set("state", state_of(use)).set("at", use.at).set("sequence", Json::number(use.use.sequence));
    if (use.use.decision.empty()) {
      item.set("by", use.by).set("approved_by", use.approved_by);
    } else {
      item.set("decision", use.use.decision);
    }
    Json draws = Json::array();
    for (const auto& draw : use.use.draws) {
      draws.push(Json::object().set("cap", draw.cap).set("amount", licences::from_millionths(draw.amount).text()));
    }
    item.set("draws", std::move(draws));
    if (use.use.state == "open" && !view.licence.duties.empty()) item.set("due", Json::strings(due_days(view.licence, use.at)));
    uses.push(std::move(item));
  }
  Json open = Json::array();
  for (const auto& proposal : view.open) open.push(Json::object().set("id", proposal.id).set("what", proposal.what).set("by", proposal.proposed_by));
  json.set("events", std::move(events)).set("uses", std::move(uses)).set("open_proposals", std::move(open));
  return json;
}

}  // namespace tamga::app
