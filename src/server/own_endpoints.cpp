#include <fmt/format.h>

#include "api/openapi.h"
#include "api/problem.h"
#include "server/cookies.h"
#include "server/service.h"

/// What the server says of itself, and sessions of browsers.
namespace tamga::server {
namespace {

using api::Endpoint;
using api::Request;
using api::Response;

Endpoint open_endpoint(std::string path, std::string summary, std::function<Response(const api::Context&, const Request&)> handle) {
  Endpoint endpoint{.method = "GET", .path = std::move(path), .summary = std::move(summary), .tag = "service", .handle = std::move(handle)};
  endpoint.quick = true;
  endpoint.needs_lists = false;
  endpoint.open = true;
  endpoint.audited = false;
  return endpoint;
}

}  // namespace

void Service::add_own_endpoints(api::Table& table) {
  auto& endpoints = table.endpoints;
  endpoints.push_back(open_endpoint("/healthz", "whether the process answers",
                                    [](const api::Context&, const Request&) { return api::ok(Json::object().set("status", "ok")); }));
  auto readyz = open_endpoint("/readyz", "whether the lists are loaded and not stale; 503 and why, if not",
                              [this](const api::Context&, const Request&) { return ready(); });
  readyz.response_schema = "Readiness";
  endpoints.push_back(std::move(readyz));
  auto metrics = open_endpoint("/metrics", "counters for Prometheus", [this](const api::Context&, const Request&) {
    Response response;
    response.content_type = "text/plain; version=0.0.4";
    response.body = metrics_->text(metrics_text());
    return response;
  });
  metrics.response_type = "text/plain";
  endpoints.push_back(std::move(metrics));
  endpoints.push_back(open_endpoint("/openapi.json", "this document",
                                    [this](const api::Context&, const Request&) { return api::ok(api::openapi(router_->table())); }));

  Endpoint begin{.method = "POST",
                 .path = "/v1/session",
                 .summary = "begin a browser's session: a cookie, and the token that its writes must show",
                 .tag = "session",
                 .response_schema = "Session"};
  begin.success = 201;
  begin.needs_lists = false;
  begin.handle = [this](const api::Context&, const Request& request) {
    if (!options_.authenticate) return api::problem(409, "this server knows no callers, so there is nothing to begin");
    if (!request.caller.session.empty()) return api::problem(409, "this is a session already");
    const auto opened = access_.open_session(request.caller.token, Clock::now());
    if (!opened) {
      log("error", "session_not_kept", Json::object().set("why", opened.error().text()));
      return api::problem(503, "the session cannot be written to the store now; try again in a moment");
    }
    const auto& session = *opened;
    if (!session) return api::problem(503, "there are too many sessions");
    Json json = Json::object().set("name", request.caller.name).set("roles", Json::strings(request.caller.roles)).set("csrf", session->csrf);
    auto response = api::ok(json.set("expires_in", Json::number(session->seconds)), 201);
    response.headers.emplace_back("set-cookie", session_cookie(session->id, session->seconds, secure(request)));
    return response;
  };
  endpoints.push_back(begin);

  Endpoint show{.method = "GET", .path = "/v1/session", .summary = "who calls, with which roles", .tag = "session", .response_schema = "Session"};
  show.needs_lists = false;
  show.quick = true;
  show.handle = [this](const api::Context&, const Request& request) {
    Json json = Json::object().set("name", request.caller.name).set("roles", Json::strings(request.caller.roles));
    if (!request.caller.session.empty()) {
      // A page that was loaded anew has forgotten what its writes must show.
      if (const auto known = access_.by_session(request.caller.session, Clock::now())) json.set("csrf", known->csrf);
    }
    return api::ok(json);
  };
  endpoints.push_back(show);

  Endpoint end{.method = "DELETE",
               .path = "/v1/session",
               .summary = "end the session; where it began at a provider, x-end-session says where to end that too",
               .tag = "session"};
  end.success = 204;
  end.needs_lists = false;
  end.handle = [this](const api::Context&, const Request& request) { return end_session(request); };
  endpoints.push_back(end);
}

}  // namespace tamga::server
