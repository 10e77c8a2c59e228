#include "api/common.h"
#include "api/native.h"
#include "app/approvals.h"
#include "app/audit.h"
#include "app/documents.h"
#include "app/tokens.h"

namespace tamga::api {
namespace {

Result<Json> list(const Context& context, const Request&) {
  TAMGA_TRY(const auto people, app::people(context.settings));
  Json list = Json::array();
  for (const auto& person : people) list.push(app::document(person));
  return Json::object().set("people", std::move(list));
}

Result<Json> set(const Context& context, const Request& request) {
  const Json* active = request.json.find("active");
  store::Person person{member(request, "name"), member_texts(request.json, "roles"), active == nullptr || active->truth};
  TAMGA_TRY_STATUS(app::set_person(context.settings, person, request.caller.name, utc_now()));
  return app::document(person);
}

Result<Json> list_tokens(const Context& context, const Request&) {
  TAMGA_TRY(const auto tokens, app::tokens(context.settings));
  Json list = Json::array();
  for (const auto& token : tokens) list.push(app::document(token));
  return Json::object().set("tokens", std::move(list));
}

std::int64_t whole(const Json& json, std::string_view name, std::int64_t otherwise) {
  const Json* value = json.find(name);
  const auto number = value == nullptr ? std::nullopt : Decimal::parse(value->text);
  return number ? number->coefficient : otherwise;
}

Result<Json> make_token(const Context& context, const Request& request) {
  app::TokenRequest wanted;
  wanted.name = member(request, "name");
  wanted.machine = member_truth(request.json, "machine");
  wanted.days = static_cast<long>(whole(request.json, "days", wanted.days));
  wanted.rate = whole(request.json, "rate", 0);
  wanted.quota = whole(request.json, "quota", 0);
  wanted.certificate = member(request, "certificate");
  TAMGA_TRY(const auto made, app::make_token(context.settings, wanted, request.caller.name, utc_now()));
  Json json = app::document(made.token);
  if (!made.secret.empty()) json.set("secret", made.secret);
  return json;
}

Response revoke_token(const Context& context, const Request& request) {
  const auto done = app::revoke_token(context.settings, request.path_parameter("id"), request.caller.name, utc_now());
  if (!done) return problem(done.error());
  Response response;
  response.status = 204;
  return response;
}

Result<Json> verify(const Context& context, const Request&) {
  TAMGA_TRY(const auto verification, app::verify_record(context.settings, {}));
  return app::document(verification);
}

}  // namespace

void add_people(std::vector<Endpoint>& endpoints) {
  const std::vector<std::string> administrators = {"administrator"};
  const auto add = [&](std::string method, std::string path, std::string summary, std::vector<std::string> roles,
                       std::function<Response(const Context&, const Request&)> handle) -> Endpoint& {
    Endpoint endpoint{.method = std::move(method), .path = std::move(path), .summary = std::move(summary), .tag = "people"};
    endpoint.roles = std::move(roles);
    endpoint.needs_lists = false;
    endpoint.handle = std::move(handle);
    endpoints.push_back(std::move(endpoint));
    return endpoints.back();
  };
  add("GET", "/v1/people", "who works here, in which roles", kReaders, documented(list)).response_schema = "People";
  auto& person = add("POST", "/v1/people", "add somebody, give them other roles, or say that they have left", administrators, documented(set));
  person.body_schema = "PersonRequest";
  person.response_schema = "Person";
  add("GET", "/v1/tokens", "every token and certificate, without secrets", {"administrator", "auditor"}, documented(list_tokens)).response_schema =
      "Tokens";
  auto& token = add("POST", "/v1/tokens", "make a token, whose secret is shown this once, or let a certificate in", administrators,
                    documented(make_token, 201));
  token.body_schema = "TokenRequest";
  token.response_schema = "Token";
  token.success = 201;
  token.kept = false;
  auto& end = add("DELETE", "/v1/tokens/{id}", "revoke it; within seconds nobody knows it any more", administrators, revoke_token);
  end.parameters = {in_path("id", "tok-…")};
  end.success = 204;
  auto& verified = add("GET", "/v1/audit/verify", "recompute every hash of the record", {"administrator", "auditor"}, documented(verify));
  verified.tag = "audit";
  verified.response_schema = "Verification";
}

}  // namespace tamga::api
