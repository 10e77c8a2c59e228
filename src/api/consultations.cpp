#include <sodium.h>

#include "api/common.h"
#include "api/native.h"
#include "app/consult.h"
#include "app/documents.h"
#include "app/record.h"

namespace tamga::api {
namespace {

Result<Json> show(const Context& context, const std::string& id) {
  TAMGA_TRY(const auto one, app::consultation(context.settings, id));
  return app::document(one, utc_today().text());
}

Result<Json> list(const Context& context, const Request& request) {
  TAMGA_TRY(auto all, app::consultations(context.settings));
  const std::string today = utc_today().text();
  if (truth_of(request, "overdue")) std::erase_if(all, [&](const auto& one) { return !app::overdue(one, today); });
  return page(
      "consultations", all, request, [](const store::Consultation& one) { return fmt::format("{:012}", one.sequence); },
      [&](const store::Consultation& one) { return app::document(one, today); });
}

Result<Json> open(const Context& context, const Request& request) {
  app::ConsultRequest wanted;
  wanted.decision = member(request, "decision");
  if (const auto kind = member(request, "kind"); !kind.empty()) wanted.kind = kind;
  wanted.finding = member(request, "finding");
  wanted.to = member(request, "to");
  wanted.question = member(request, "question");
  TAMGA_TRY(wanted.event_day, day_of(member(request, "on"), "on"));
  TAMGA_TRY(const auto made, app::open_consultation(context.settings, wanted, request.caller.name, utc_now()));
  return app::document(made, utc_today().text());
}

Result<Json> sent(const Context& context, const Request& request) {
  TAMGA_TRY(const auto day, day_of(member(request, "on"), "on"));
  TAMGA_TRY([[maybe_unused]] const auto due, day_of(member(request, "deadline"), "deadline"));
  const std::string& id = request.path_parameter("id");
  TAMGA_TRY_STATUS(
      app::consultation_sent(context.settings, id, day, member(request, "reference"), member(request, "deadline"), request.caller.name, utc_now()));
  return show(context, id);
}

/// Line breaks, as base64 writes them on a terminal, are passed over.
Result<std::string> from_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3 + 3, '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  const bool good = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), "\r\n", &size, &end,
                                      sodium_base64_VARIANT_ORIGINAL) == 0;
  if (!good || end != text.data() + text.size()) return bad_input("document: is no base64");
  bytes.resize(size);
  return bytes;
}

Result<Json> answered(const Context& context, const Request& request) {
  TAMGA_TRY(const auto day, day_of(member(request, "on"), "on"));
  const std::string& id = request.path_parameter("id");
  if (const Json* document = request.json.find("document"); document != nullptr) {
    TAMGA_TRY(const auto bytes, from_base64(document->text));
    TAMGA_TRY_STATUS(app::consultation_answered_with(context.settings, id, day, member(request, "text"), bytes, request.caller.name, utc_now()));
  } else {
    TAMGA_TRY_STATUS(app::consultation_answered(context.settings, id, day, member(request, "text"), "", request.caller.name, utc_now()));
  }
  return show(context, id);
}

/// Somebody else's file: to be saved, and never shown as a page of this server.
Response answer_document(const Context& context, const Request& request) {
  const std::string& id = request.path_parameter("id");
  const auto bytes = app::answer_document(context.settings, id);
  if (!bytes) return problem(bytes.error());
  Response response;
  response.content_type = "application/octet-stream";
  response.headers = {{"content-disposition", fmt::format("attachment; filename=\"{}.answer\"", id)},
                      {"content-security-policy", "default-src 'none'; sandbox"}};
  response.body = *bytes;
  return response;
}

/// packet.json or packet.pdf, as they were kept.
Response packet(const Context& context, const Request& request, bool pdf) {
  const auto bytes = [&]() -> Result<std::string> {
    TAMGA_TRY(const auto one, app::consultation(context.settings, request.path_parameter("id")));
    TAMGA_TRY(auto store, app::open_existing_store(context.settings));
    TAMGA_TRY(const auto kept, store.kept(pdf ? one.pdf_hash : one.packet_hash));
    if (!kept) return failure(fmt::format("the packet of {} is gone; run tamga audit verify", one.id));
    return *kept;
  }();
  if (!bytes) return problem(bytes.error());
  Response response;
  if (pdf) response.content_type = "application/pdf";
  response.body = *bytes;
  return response;
}

}  // namespace

void add_consultations(std::vector<Endpoint>& endpoints) {
  const auto add = [&](std::string method, std::string path, std::string summary,
                       std::function<Response(const Context&, const Request&)> handle) -> Endpoint& {
    Endpoint endpoint{.method = std::move(method), .path = std::move(path), .summary = std::move(summary), .tag = "consultations"};
    if (endpoint.path.find("{id}") != std::string::npos) endpoint.parameters = {in_path("id", "con-…")};
    endpoint.response_schema = "Consultation";
    endpoint.roles = endpoint.method == "GET" ? kReaders : std::vector<std::string>{"liaison"};
    endpoint.needs_lists = false;
    endpoint.handle = std::move(handle);
    endpoints.push_back(std::move(endpoint));
    return endpoints.back();
  };
  auto& all = add("GET", "/v1/consultations", "questions to authorities and reports owed to them", documented(list));
  all.parameters = with_paging({in_query("overdue", "only those past their deadline", "boolean")});
  all.response_schema = "Consultations";
  auto& opened = add("POST", "/v1/consultations", "make the packet for an authority out of a recorded decision", documented(open, 201));
  opened.body_schema = "ConsultationRequest";
  opened.success = 201;
  add("GET", "/v1/consultations/{id}", "one of them",
      documented([](const Context& context, const Request& request) { return show(context, request.path_parameter("id")); }));
  add("POST", "/v1/consultations/{id}/sent", "record that a packet was sent", documented(sent)).body_schema = "Sending";
  add("POST", "/v1/consultations/{id}/answer", "record the authority's answer, with its document if there is one", documented(answered)).body_schema =
      "AuthorityAnswer";
  auto& document = add("GET", "/v1/consultations/{id}/answer/document", "the answer's document, as it was kept", answer_document);
  document.response_schema.clear();
  document.response_type = "application/octet-stream";
  add("GET", "/v1/consultations/{id}/packet.json", "the packet, as it was kept", [](const Context& context, const Request& request) {
    return packet(context, request, false);
  }).response_schema = "Packet";
  auto& pdf = add("GET", "/v1/consultations/{id}/packet.pdf", "the packet for people, as it was kept",
                  [](const Context& context, const Request& request) { return packet(context, request, true); });
  pdf.response_schema.clear();
  pdf.response_type = "application/pdf";
}

}  // namespace tamga::api
