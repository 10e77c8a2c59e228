#include "app/documents.h"

namespace tamga::app {

Json document(const store::Alert& alert) {
  Json hits = Json::array();
  for (const auto& pair : alert.ground.pairs) hits.push(store::to_json(pair));
  Json json = Json::object();
  json.set("id", alert.id).set("state", cases::state_name(alert.state)).set("outcome", alert.ground.outcome).set("deal", alert.ground.deal);
  json.set("decision", alert.ground.decision).set("rule", alert.ground.rule).set("regime", alert.ground.regime).set("about", alert.ground.about);
  json.set("because", alert.ground.because).set("assigned", alert.assigned).set("deadline", alert.deadline).set("opened_at", alert.opened_at);
  if (!alert.reason.empty()) json.set("reason", alert.reason);
  return json.set("hits", std::move(hits));
}

Json document(const store::Mark& mark) {
  Json json = Json::object();
  json.set("id", mark.id).set("alert", mark.alert).set("hit", store::to_json(mark.pair)).set("evidence", mark.evidence).set("until", mark.until);
  json.set("proposed_by", mark.proposed_by).set("approved_by", mark.approved_by).set("set_at", mark.set_at);
  if (mark.fallen != 0) json.set("fallen", mark.fallen_why);
  return json;
}

Result<Json> document(const AlertStory& story) {
  Json history = Json::array();
  for (const auto& entry : story.history) {
    TAMGA_TRY(Json payload, parse_json(entry.payload));
    history.push(Json::object().set("sequence", Json::number(entry.sequence)).set("recorded_at", entry.recorded_at).set("what", std::move(payload)));
  }
  Json marks = Json::array();
  for (const auto& mark : story.marks) marks.push(document(mark));
  return document(story.alert).set("history", std::move(history)).set("marks", std::move(marks));
}

Json reasons_document() {
  Json json = Json::array();
  for (const auto& reason : cases::reasons()) {
    json.push(Json::object().set("code", reason.code).set("meaning", reason.meaning).set("of_true_hit", Json::boolean(reason.of_true_hit)));
  }
  return Json::object().set("reasons", std::move(json));
}

bool overdue(const store::Consultation& one, std::string_view today) {
  const bool done = one.state == "answered" || (one.kind != "consultation" && one.state == "sent");
  return !done && !one.deadline.empty() && one.deadline < today;
}

Json document(const store::Consultation& one, std::string_view today) {
  Json json = Json::object();
  json.set("id", one.id).set("kind", one.kind).set("authority", one.authority).set("decision", one.decision).set("rule", one.rule);
  json.set("state", one.state).set("deadline", one.deadline).set("overdue", Json::boolean(overdue(one, today)));
  json.set("opened_by", one.opened_by).set("opened_at", one.opened_at).set("packet", one.packet_hash).set("pdf", one.pdf_hash);
  if (!one.sent_on.empty()) json.set("sent_on", one.sent_on).set("reference", one.reference);
  if (!one.answered_on.empty()) json.set("answered_on", one.answered_on).set("answer", one.answer).set("answer_file", one.answer_hash);
  return json;
}

Json document(const store::Person& person) {
  return Json::object().set("name", person.name).set("roles", Json::strings(person.roles)).set("active", Json::boolean(person.active));
}

Json document(const store::Proposal& proposal) {
  Json json = Json::object();
  json.set("id", proposal.id).set("what", proposal.what).set("subject", proposal.subject).set("state", proposal.state);
  json.set("proposed_by", proposal.proposed_by).set("proposed_at", proposal.proposed_at).set("content", proposal.content);
  if (!proposal.decided_by.empty()) {
    json.set("decided_by", proposal.decided_by).set("decided_at", proposal.decided_at).set("reason", proposal.reason);
  }
  return json;
}

Json brief(const store::Proposal& proposal) {
  return Json::object().set("id", proposal.id).set("what", proposal.what).set("subject", proposal.subject).set("state", proposal.state);
}

}  // namespace tamga::app
