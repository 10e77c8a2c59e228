#include "app/licences.h"
#include "api/common.h"
#include "api/native.h"
#include "app/documents.h"

namespace tamga::api {
namespace {

Result<Json> list(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto views, app::list_licences(context.settings));
  return app::licences_document(views, day);
}

Result<Json> reopened(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto deals, app::reopened_deals(context.settings, day));
  return app::document(deals);
}

Result<Json> show(const Context& context, const Request& request) {
  TAMGA_TRY(const Date day, day_of(text_of(request, "as_of"), "as_of"));
  TAMGA_TRY(const auto view, app::show_licence(context.settings, request.path_parameter("number")));
  return app::document(view, day);
}

Result<Json> proposed(Result<store::Proposal> made) {
  if (!made) return std::unexpected(made.error());
  return app::document(*made);
}

Result<Json> add_one(const Context& context, const Request& request) {
  TAMGA_TRY(const auto licence, licences::read_licence(request.body));
  return proposed(app::propose_licence(context.settings, licence, request.caller.name, utc_now()));
}

Result<Json> amend(const Context& context, const Request& request) {
  TAMGA_TRY(const auto licence, licences::read_licence(request.body));
  if (licence.number != request.path_parameter("number"))
    return bad_input(fmt::format("the body is the licence {}, the path names {}", licence.number, request.path_parameter("number")));
  return proposed(app::propose_amendment(context.settings, licence, request.caller.name, utc_now()));
}

Result<Json> revoke(const Context& context, const Request& request) {
  return proposed(
      app::propose_revocation(context.settings, request.path_parameter("number"), member(request, "reason"), request.caller.name, utc_now()));
}

Result<Json> give_back(const Context& context, const Request& request) {
  return proposed(app::propose_return(context.settings, request.path_parameter("number"), member(request, "deal"), member(request, "reason"),
                                      request.caller.name, utc_now()));
}

Result<std::optional<Decimal>> amount(const Request& request, std::string_view name) {
  const Json* value = request.json.find(name);
  if (value == nullptr) return std::nullopt;
  const auto number = Decimal::parse(value->text);
  if (!number || *number <= Decimal::whole(0)) return bad_input(fmt::format("{}: expected a number above 0", name));
  return number;
}

Result<Json> use(const Context& context, const Request& request) {
  GoodsLine line;
  line.hs = member(request, "code");
  TAMGA_TRY(line.quantity, amount(request, "quantity"));
  line.unit = member(request, "unit");
  TAMGA_TRY(line.value, amount(request, "value"));
  line.currency = member(request, "currency");
  return proposed(
      app::propose_use(context.settings, request.path_parameter("number"), member(request, "deal"), line, request.caller.name, utc_now()));
}

}  // namespace

void add_licences(std::vector<Endpoint>& endpoints) {
  const auto add = [&](std::string method, std::string path, std::string summary, std::string body,
                       std::function<Response(const Context&, const Request&)> handle) {
    Endpoint endpoint{.method = std::move(method), .path = std::move(path), .summary = std::move(summary), .tag = "licences"};
    const bool reads = endpoint.method == "GET";
    if (endpoint.path.find("{number}") != std::string::npos) endpoint.parameters = {in_path("number", "the licence's number")};
    if (reads) endpoint.parameters.push_back(as_of_parameter());
    endpoint.body_schema = std::move(body);
    endpoint.response_schema = "Proposal";
    endpoint.success = reads ? 200 : 201;
    endpoint.roles = reads ? kReaders : kWorkers;
    endpoint.needs_lists = false;
    endpoint.handle = std::move(handle);
    endpoints.push_back(std::move(endpoint));
  };
  add("GET", "/v1/licences", "every licence, with what is left and for how long", "", documented(list));
  endpoints.back().response_schema = "Licences";
  add("POST", "/v1/licences", "propose a licence; it counts once another person approves", "Licence", documented(add_one, 201));
  add("GET", "/v1/licences/reopened", "deals whose licence was revoked or ended before they were shipped", "", documented(reopened));
  endpoints.back().response_schema = "ReopenedDeals";
  add("GET", "/v1/licences/{number}", "its scope, history and uses", "", documented(show));
  endpoints.back().response_schema = "LicenceStory";
  add("POST", "/v1/licences/{number}/amend", "propose what the authority changed, as the whole licence anew", "Licence", documented(amend, 201));
  add("POST", "/v1/licences/{number}/revoke", "propose that it ends for good", "Reason", documented(revoke, 201));
  add("POST", "/v1/licences/{number}/return", "propose that a deal gives back what it uses", "LicenceReturn", documented(give_back, 201));
  add("POST", "/v1/licences/{number}/use", "propose a use outside of any decision here", "LicenceUse", documented(use, 201));
}

}  // namespace tamga::api
