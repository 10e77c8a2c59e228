#include <fmt/format.h>

#include <algorithm>

#include "api/language.h"
#include "api/problem.h"
#include "base/date.h"
#include "base/markup.h"
#include "server/cookies.h"
#include "server/service.h"

/// Signing in at a provider of OpenID Connect, as a browser goes through it: away, and back. What is asked of the provider: sign_in.h.
namespace tamga::server {
namespace {

using api::Endpoint;
using api::Request;
using api::Response;

constexpr std::string_view kNobody =
    "The provider says that you are {name}, who is not a person of this store or no longer works here. An administrator adds people: "
    "tamga people add {name} --role ROLE";
constexpr std::string_view kTooMany = "there are too many sessions";
constexpr std::string_view kNotKept = "the session cannot be written to the store now; try again in a moment";
constexpr std::string_view kNoHost = "the request names no host that could be come back to";

/// "https://tamga.example": how this browser reaches the server; empty where its Host is none.
std::string base_of(const Request& request, const SignInOptions& options) {
  if (!options.public_url.empty()) return options.public_url;
  const auto* host = request.header("host");
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  };
  if (host == nullptr || host->empty() || !std::all_of(host->begin(), host->end(), fits)) return {};
  return (request.encrypted ? "https://" : "http://") + *host;
}

std::string text_of(const Request& request, std::string_view name) {
  const auto* value = request.parameter(name);
  return value == nullptr ? std::string() : *value;
}

bool wants_page(const Request& request) {
  const auto* accept = request.header("accept");
  return accept != nullptr && accept->find("text/html") != std::string::npos;
}

}  // namespace

bool Service::secure(const Request& request) const { return request.encrypted || options_.sign_in.public_url.starts_with("https://"); }

/// A browser that came here by itself gets a page, whoever asks by program a problem document.
Response Service::refuse_sign_in(const Request& request, const Refusal& refusal) const {
  log("warning", "not_signed_in", Json::object().set("status", Json::number(refusal.status)).set("why", refusal.why));
  const auto language = api::language_of(request);
  if (!wants_page(request)) return api::problem(refusal.status, refusal.said(language));
  const auto& words = language::Catalogue::of(language);
  Response response;
  response.status = refusal.status;
  response.content_type = "text/html; charset=utf-8";
  response.headers = {{"content-security-policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"}, {"referrer-policy", "no-referrer"}};
  response.body = fmt::format(
      "<!doctype html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
      "<meta name=\"color-scheme\" content=\"light dark\"><title>Tamga</title><h1>{}</h1><p>{}</p><p><a href=\"/\">{}</a></p></html>\n",
      language::language_code(language), escaped(words.say("Not signed in")), escaped(refusal.said(language)),
      escaped(words.say("Back to the desk")));
  return response;
}

Response Service::begin_sign_in(const Request& request) {
  const std::string base = base_of(request, options_.sign_in);
  if (base.empty()) return api::problem(400, kNoHost);
  const auto begun = sign_in_->begin(base, text_of(request, "to"));
  if (!begun) return refuse_sign_in(request, begun.error());
  Response response;
  response.status = 303;
  response.headers = {
      {"location", begun->url}, {"set-cookie", sign_in_cookie(begun->cookie, begun->seconds, secure(request))}, {"referrer-policy", "no-referrer"}};
  return response;
}

Response Service::finish_sign_in(const Request& request) {
  const openid::Returned returned{text_of(request, "state"), text_of(request, "code"), text_of(request, "iss"), text_of(request, "error")};
  const auto arrived = sign_in_->finish(returned, cookie_of(request, kSignInCookie));
  const auto refused = [&](const Refusal& refusal) {
    auto response = refuse_sign_in(request, refusal);
    response.headers.emplace_back("set-cookie", sign_in_cookie("", 0, secure(request)));
    return response;
  };
  if (!arrived) return refused(arrived.error());
  // They may have been added, or have left, a moment ago.
  if (const auto done = access_.refresh(utc_today().text()); !done) log("error", "refresh_failed", Json::object().set("why", done.error().text()));
  if (!access_.knows_person(arrived->person)) return refused({403, kNobody, {{"name", arrived->person}}, "no person of this name works here"});
  const auto opened = access_.open_session_of(arrived->person, arrived->id_token, Clock::now());
  if (!opened) return refused({503, kNotKept, {}, opened.error().text()});
  const auto& session = *opened;
  if (!session) return refused({503, kTooMany, {}, std::string(kTooMany)});
  Response response;
  response.status = 303;
  response.headers = {{"location", "/" + arrived->place},
                      {"set-cookie", session_cookie(session->id, session->seconds, secure(request))},
                      {"set-cookie", sign_in_cookie("", 0, secure(request))},
                      {"referrer-policy", "no-referrer"},
                      {"x-tamga-caller", arrived->person}};
  return response;
}

Response Service::end_session(const Request& request) {
  std::string elsewhere;
  if (sign_in_ != nullptr) {
    if (const auto known = access_.by_session(request.caller.session, Clock::now()); known)
      elsewhere = sign_in_->end_url(known->id_token, base_of(request, options_.sign_in));
  }
  if (const auto closed = access_.close_session(request.caller.session); !closed) {
    log("error", "session_not_ended", Json::object().set("why", closed.error().text()));
    return api::problem(503, "the end of the session cannot be written to the store now; try again in a moment");
  }
  Response response;
  response.status = 204;
  response.headers.emplace_back("set-cookie", session_cookie("", 0, secure(request)));
  if (!elsewhere.empty()) response.headers.emplace_back("x-end-session", elsewhere);
  return response;
}

void Service::add_sign_in(api::Table& table) {
  const auto add = [&](std::string path, std::string summary, std::function<Response(const Request&)> handle) -> Endpoint& {
    Endpoint endpoint{.method = "GET", .path = std::move(path), .summary = std::move(summary), .tag = "session"};
    endpoint.needs_lists = false;
    endpoint.open = true;
    endpoint.success = 303;
    endpoint.outside = true;
    endpoint.handle = [this, handle = std::move(handle)](const api::Context&, const Request& request) {
      return sign_in_ == nullptr ? api::problem(404, "no provider of OpenID Connect is configured; tamga serve --oidc-issuer names one")
                                 : handle(request);
    };
    table.endpoints.push_back(std::move(endpoint));
    return table.endpoints.back();
  };
  auto& ways = add("/v1/session/ways", "how people may sign in", {});
  ways.handle = [this](const api::Context&, const Request&) {
    Json json = Json::object().set("token", Json::boolean(options_.authenticate));
    if (sign_in_ != nullptr) json.set("openid", Json::object().set("name", sign_in_->name()).set("begin", "/v1/session/openid"));
    return api::ok(json);
  };
  ways.success = 200;
  ways.outside = false;
  ways.quick = true;
  ways.audited = false;
  ways.response_schema = "SignInWays";
  auto& begin =
      add("/v1/session/openid", "sign in at the provider: leads a browser there", [this](const Request& request) { return begin_sign_in(request); });
  begin.parameters = {{.name = "to", .description = "place of the desk to go on at, \"#/…\""}};
  begin.audited = false;
  auto& finish = add("/v1/session/openid/callback", "where the provider leads the browser back to: begins its session",
                     [this](const Request& request) { return finish_sign_in(request); });
  for (const auto* name : {"code", "state", "iss", "error"}) finish.parameters.push_back({.name = name});
  finish.any_query = true;
}

}  // namespace tamga::server
