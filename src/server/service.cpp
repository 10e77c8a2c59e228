#include "server/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include "api/language.h"
#include "api/problem.h"
#include "app/documents.h"
#include "app/record.h"
#include "app/tokens.h"
#include "base/ascii.h"
#include "base/date.h"
#include "base/sha256.h"
#include "desk/desk.h"
#include "server/cookies.h"

namespace tamga::server {
namespace {

using api::problem;
using api::Response;

constexpr std::size_t kQuickBodyMax = 8192;
constexpr std::size_t kKeyMax = 200;
constexpr int kVerifyingMax = 16;

bool hexadecimal(std::string_view text, std::size_t letters) {
  return text.size() == letters && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The trace id of a traceparent (W3C Trace Context, version 00), or nothing.
std::string trace_of(const std::string* header) {
  if (header == nullptr || header->size() != 55 || !header->starts_with("00-") || (*header)[35] != '-' || (*header)[52] != '-') return {};
  const std::string_view trace = std::string_view(*header).substr(3, 32);
  const std::string_view span = std::string_view(*header).substr(36, 16);
  if (!hexadecimal(trace, 32) || !hexadecimal(span, 16) || trace.find_first_not_of('0') == std::string_view::npos) return {};
  return std::string(trace);
}

/// Unlike any other, and nothing more: a counter behind random letters of each thread.
std::string new_id(std::size_t letters) {
  thread_local const std::string kThread = sha256_hex(app::random_text(16));
  thread_local std::uint64_t count = 0;
  const std::string number = fmt::format("{:016x}", ++count);
  return letters == 16 ? kThread.substr(0, 4) + number.substr(4) : kThread.substr(0, letters - 16) + number;
}

/// "Bearer TOKEN"; clients of OpenSanctions send "ApiKey TOKEN", or it as a parameter.
std::string secret_of(const api::Request& request, const api::Endpoint& endpoint) {
  if (const auto* header = request.header("authorization"); header != nullptr && header->size() > 7) {
    const std::string scheme = lower_ascii(std::string_view(*header).substr(0, 7));
    return scheme == "bearer " || scheme == "apikey " ? header->substr(7) : std::string();
  }
  const auto* parameter = endpoint.errors == api::ErrorStyle::problem ? nullptr : request.parameter("api_key");
  return parameter == nullptr ? std::string() : *parameter;
}

/// Runs what must not end the process by an exception: threads of the pool have nobody above them. What was thrown, or nothing.
template <typename Work>
std::optional<std::string> thrown_by(Work&& work) {
  try {
    work();
    return std::nullopt;
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "something that is no exception was thrown";
  }
}

Response failed_inside(api::ErrorStyle style, std::string_view why) {
  auto response = problem(style, 500, "something failed inside; the log has it under this request's id");
  response.headers.emplace_back("x-tamga-failure", why);
  return response;
}

bool writes(const api::Request& request) { return request.method != "GET" && request.method != "HEAD" && request.method != "OPTIONS"; }

/// "localhost:8484" names this machine's loopback; "evil.example", which may resolve to it, does not.
bool names_loopback(std::string_view host) {
  if (host.starts_with('[')) return host.starts_with("[::1]");
  host = host.substr(0, host.find(':'));
  return host == "localhost" || host == "127.0.0.1" || host.empty() || host.ends_with(".localhost");
}

Response not_allowed(const std::vector<std::string_view>& methods) {
  std::string allow;
  for (const auto method : methods) allow += fmt::format("{}{}", allow.empty() ? "" : ", ", method);
  auto response = problem(405, fmt::format("this path takes {}", allow));
  response.headers.emplace_back("allow", allow);
  return response;
}

}  // namespace

Service::Service(app::Settings settings, api::Table table, ServiceOptions options)
    : settings_(std::move(settings)), options_(std::move(options)), access_(settings_), reads_(settings_.data) {
  if (!options_.sign_in.issuer.empty()) sign_in_ = std::make_unique<SignIn>(options_.sign_in);
  add_own_endpoints(table);
  add_sign_in(table);
  router_ = std::make_unique<api::Router>(std::move(table));
  metrics_ = std::make_unique<Metrics>(router_->table());
  context_.settings = settings_;
  context_.deals = std::make_shared<app::DealIndex>();
}

Status Service::start() {
  const Date today = utc_today();
  TAMGA_TRY_STATUS(access_.refresh(today.text()));
  app::ScreenSettings screening;
  screening.as_of = today;
  context_.screeners = std::make_shared<app::LiveScreeners>(settings_);
  context_.clearing = std::make_shared<app::LiveClearing>(settings_);
  TAMGA_TRY([[maybe_unused]] const auto rules, context_.clearing->rules());
  auto live = app::LiveScreener::open(settings_, screening);
  if (live) {
    context_.live = *std::move(live);
  } else {
    log("warning", "no_lists", Json::object().set("why", live.error().text()));
    context_.live = app::LiveScreener::empty(settings_, screening);
  }
  prepare();
  return {};
}

void Service::prepare() {
  // Else the first who lists deals would wait for a walk over the ledger, and the first deal for the lists.
  const auto opened = [&]() -> Status {
    TAMGA_TRY(auto store, app::open_existing_store(settings_));
    TAMGA_TRY_STATUS(context_.deals->follow(store));
    if (context_.live->current() == nullptr) return {};
    TAMGA_TRY([[maybe_unused]] const auto basis, context_.clearing->on(store, utc_today()));
    return {};
  }();
  if (!opened) log("error", "prepare_failed", Json::object().set("why", opened.error().text()));
  if (context_.live->current() == nullptr) return;
  if (const auto done = options_.prepare(context_); !done) log("error", "prepare_failed", Json::object().set("why", done.error().text()));
}

void Service::refresh() {
  const auto thrown = thrown_by([&] { look(); });
  if (!thrown) return;
  ++metrics_->failed_refreshes;
  log("error", "refresh_failed", Json::object().set("why", *thrown));
  trouble_.store(std::make_shared<const std::string>(*thrown));
}

void Service::look() {
  const Date today = utc_today();
  std::string trouble;
  const auto failed = [&](std::string_view what, const Error& error) {
    ++metrics_->failed_refreshes;
    trouble = error.text();
    log("error", "refresh_failed", Json::object().set("what", what).set("why", trouble));
  };
  if (const auto done = access_.refresh(today.text()); !done) failed("tokens", done.error());
  if (const auto swapped = context_.live->refresh(today); !swapped) {
    failed("lists", swapped.error());
  } else if (*swapped) {
    prepare();
    ++metrics_->swaps;
    const Json basis = context_.live->current()->basis();
    log("info", "lists_swapped", Json::object().set("basis", basis));
    options_.exchanged(basis);
  }
  if (const auto done = reads_.flush(); !done) failed("reads", done.error());
  trouble_.store(trouble.empty() ? nullptr : std::make_shared<const std::string>(trouble));
}

void Service::finish() {
  for (const auto& done : {access_.refresh(utc_today().text()), reads_.flush()}) {
    if (!done) log("error", "finish_failed", Json::object().set("why", done.error().text()));
  }
}

void Service::reload() {
  const auto report = [&](std::string_view what, const Error& error) {
    log("error", "reload_failed", Json::object().set("what", what).set("why", error.text()));
  };
  const auto thrown = thrown_by([&] {
    if (const auto done = context_.clearing->reload(); !done) report("rules", done.error());
    context_.screeners->forget();
    if (const auto done = context_.live->reload(utc_today()); !done) {
      report("lists", done.error());
    } else {
      prepare();
      ++metrics_->swaps;
    }
  });
  if (thrown) report("all", Error{ErrorKind::failure, *thrown, {}, 0});
  refresh();
  log("info", "reloaded");
}

void Service::log(std::string_view level, std::string_view event, Json more) const {
  Json json = Json::object().set("at", utc_now()).set("level", level).set("event", event);
  for (auto& member : more.members) json.set(member.key, std::move(member.value));
  options_.log(json.dump());
}

Exchange Service::begin(std::string_view method, std::string_view target, api::Pairs headers, const Peer& peer) {
  Exchange exchange;
  exchange.began = Clock::now();
  exchange.route = router_->table().endpoints.size();
  auto& request = exchange.request;
  request.method = method;
  request.headers = std::move(headers);
  request.encrypted = peer.encrypted;
  exchange.trace = trace_of(request.header("traceparent"));
  if (exchange.trace.empty()) exchange.trace = new_id(32);
  exchange.span = new_id(16);
  // absolute-form (RFC 9112, 3.2.2): what proxies are sent, and what a server must take too.
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    target.remove_prefix(scheme.size());
    const auto slash = target.find_first_of("/?");
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  target = target.substr(0, target.find('#'));
  const auto mark = std::min(target.find('?'), target.size());
  const std::string_view path = target.substr(0, mark);
  auto query = api::read_query(target.substr(std::min(target.size(), mark + 1)));
  auto decoded = api::decode_percent(path, false);
  if (!path.starts_with('/') || !query || !decoded) {
    exchange.refused = problem(400, "the target is no path with a query that can be read");
    return exchange;
  }
  request.path = *std::move(decoded);
  request.query = *std::move(query);
  auto found = router_->find(method, path);
  if (found.methods.empty() && (method == "GET" || method == "HEAD")) exchange.refused = desk::answer(request.path, request.headers);
  if (exchange.refused) return exchange;
  if (found.methods.empty()) {
    exchange.refused = problem(404, fmt::format("there is nothing at {}", request.path));
    return exchange;
  }
  if (found.endpoint == nullptr) {
    exchange.refused = not_allowed(found.methods);
    return exchange;
  }
  exchange.endpoint = found.endpoint;
  exchange.route = static_cast<std::size_t>(found.endpoint - router_->table().endpoints.data());
  request.path_parameters = std::move(found.path_parameters);
  if (auto refused = check_browser(exchange)) {
    exchange.refused = std::move(refused);
    return exchange;
  }
  if (!options_.authenticate) {
    request.caller.name = options_.local_name;
    request.caller.roles = {"administrator", "analyst", "approver", "auditor", "liaison", "machine"};
  } else if (!found.endpoint->open) {
    std::optional<Known> known;
    if (const std::string secret = secret_of(request, *found.endpoint); !secret.empty()) {
      known = access_.recall(secret);
      if (!known && (access_.plausible(secret) || access_.may_look(secret, exchange.began))) {
        verify_later(exchange, secret);
        return exchange;
      }
    } else if (!peer.certificate.empty()) {
      known = access_.by_certificate(peer.certificate);
    } else if (const std::string cookie = cookie_of(request, kSessionCookie); !cookie.empty()) {
      known = access_.by_session(cookie, exchange.began);
      if (!known && Access::may_be_session(cookie)) {
        exchange.of_browser = true;
        verify_later(exchange, cookie);
        return exchange;
      }
    }
    if (known) exchange.known = *std::move(known);
  }
  exchange.refused = admit(exchange);
  return exchange;
}

void Service::verify_later(Exchange& exchange, std::string secret) {
  // Each takes a thread of the pool for some ten milliseconds: who guesses must not take them all.
  if (verifying_.load() >= kVerifyingMax) {
    exchange.refused = problem(exchange.endpoint->errors, 429, "too many tokens are being verified");
    exchange.refused->headers.emplace_back("retry-after", "1");
    return;
  }
  ++verifying_;
  exchange.unverified = std::move(secret);
}

std::optional<Response> Service::check_browser(const Exchange& exchange) const {
  const auto& request = exchange.request;
  const auto* host = request.header("host");
  // Without authentication whoever gets a browser here to send requests would be anybody: a page on a name that resolves to loopback, or a form.
  if (!options_.authenticate && !options_.any_host && host != nullptr && !names_loopback(*host))
    return problem(403, "without authentication only requests to localhost are answered");
  const auto* origin = request.header("origin");
  if (origin != nullptr && host != nullptr && writes(request)) {
    const auto scheme = origin->find("://");
    if (scheme == std::string::npos || std::string_view(*origin).substr(scheme + 3) != *host)
      return problem(403, "a page of another origin may not write here");
  }
  return std::nullopt;
}

std::optional<Response> Service::admit(Exchange& exchange) const {
  const auto& endpoint = *exchange.endpoint;
  auto& request = exchange.request;
  const auto refuse = [&](int status, std::string_view detail) { return problem(endpoint.errors, status, detail); };
  if (options_.authenticate && !endpoint.open) {
    if (exchange.known.token.empty()) {
      ++metrics_->unknown_callers;
      auto response = refuse(401, "who calls is not known: send \"Authorization: Bearer TOKEN\"");
      response.headers.emplace_back("www-authenticate", "Bearer");
      return response;
    }
    request.caller = exchange.known.caller;
    if (!exchange.known.session.empty() && writes(request)) {
      const auto* shown = request.header("x-csrf-token");
      if (shown == nullptr || *shown != exchange.known.csrf) return refuse(403, "a write in a session must show the session's token in x-csrf-token");
    }
    if (const auto wait = exchange.known.meter->take(*exchange.known.limits, exchange.began)) {
      auto response = refuse(429, *wait > 1 ? "the day's quota of this token is used up" : "this token is used more often than its rate allows");
      response.headers.emplace_back("retry-after", std::to_string(*wait));
      return response;
    }
  }
  if (!endpoint.roles.empty() && !endpoint.open) {
    const auto has = [&](const std::string& role) { return request.caller.has(role); };
    if (std::none_of(endpoint.roles.begin(), endpoint.roles.end(), has))
      return refuse(403, fmt::format("{} {} needs one of the roles {}", endpoint.method, endpoint.path, fmt::join(endpoint.roles, ", ")));
  }
  if (endpoint.needs_lists && context_.live->current() == nullptr) {
    auto response = refuse(503, "no list is loaded, so nothing that is found would mean anything; import one with: tamga lists import");
    response.headers.emplace_back("retry-after", "10");
    return response;
  }
  return std::nullopt;
}

void Service::verify(Exchange& exchange) {
  bool unread = false;
  const auto thrown = thrown_by([&] {
    if (exchange.of_browser) {
      auto known = access_.look_up_session(exchange.unverified, exchange.began);
      if (!known) {
        log("error", "session_not_read", Json::object().set("why", known.error().text()));
        unread = true;
      } else if (*known) {
        exchange.known = **std::move(known);
      }
      return;
    }
    if (!access_.plausible(exchange.unverified)) {
      if (const auto done = access_.refresh(utc_today().text()); !done)
        log("error", "refresh_failed", Json::object().set("why", done.error().text()));
    }
    if (auto known = access_.verify(exchange.unverified)) exchange.known = *std::move(known);
  });
  exchange.unverified.clear();
  --verifying_;
  if (unread) {
    // Not that they are nobody: a browser would be signed out for it.
    exchange.refused = problem(exchange.endpoint->errors, 503, "who is signed in cannot be read from the store now; try again in a moment");
    exchange.refused->headers.emplace_back("retry-after", "2");
    return;
  }
  exchange.refused = thrown ? failed_inside(exchange.endpoint->errors, *thrown) : admit(exchange);
}

bool Service::quick(const Exchange& exchange) const {
  if (!exchange.endpoint->quick || exchange.request.body.size() > kQuickBodyMax) return false;
  const auto& slow = exchange.endpoint->slow_with;
  return std::none_of(slow.begin(), slow.end(), [&](const std::string& name) { return exchange.request.parameter(name) != nullptr; });
}

Response Service::handle(const Exchange& exchange) {
  Response response;
  const auto thrown = thrown_by([&] { response = exchange.endpoint->handle(context_, exchange.request); });
  return thrown ? failed_inside(exchange.endpoint->errors, *thrown) : response;
}

Response Service::run(Exchange& exchange) {
  Response response;
  const auto thrown = thrown_by([&] { response = checked(exchange); });
  return thrown ? failed_inside(exchange.endpoint->errors, *thrown) : response;
}

Response Service::checked(Exchange& exchange) {
  if (auto refused = router_->check(*exchange.endpoint, exchange.request)) return *std::move(refused);
  const auto* key = exchange.request.header("idempotency-key");
  if (key == nullptr || !writes(exchange.request) || exchange.endpoint->quick) return handle(exchange);
  if (key->empty() || key->size() > kKeyMax) return problem(400, fmt::format("an Idempotency-Key has from 1 to {} letters", kKeyMax));
  return once(exchange, *key);
}

/// The same key again gives the same answer, and does nothing again. A key holds for its day and the one after.
Response Service::once(const Exchange& exchange, const std::string& key) {
  const auto& request = exchange.request;
  const std::string caller = request.caller.token.empty() ? "local" : request.caller.token;
  std::string asked = request.method + "\n" + request.path + "\n";
  for (const auto& [name, value] : request.query) asked.append(name).append("=").append(value).append("\n");
  const std::string hash = content_address(asked + request.body);
  const std::string mine = caller + "\n" + key;
  {
    const std::scoped_lock lock(once_mutex_);
    if (!running_once_.insert(mine).second) {
      auto response = problem(409, "a request with this Idempotency-Key is being answered");
      response.headers.emplace_back("retry-after", "1");
      return response;
    }
  }
  struct Running {
    Service& service;
    const std::string& key;
    ~Running() {
      const std::scoped_lock lock(service.once_mutex_);
      service.running_once_.erase(key);
    }
  };
  const Running running{*this, mine};
  const auto answered = [&]() -> Result<Response> {
    TAMGA_TRY(auto store, app::open_existing_store(settings_));
    store::Tokens tokens(store);
    TAMGA_TRY(const auto before, tokens.answer(caller, key));
    if (before && before->request != hash) return problem(422, "this Idempotency-Key was used for another request");
    if (before && !exchange.endpoint->kept && before->status < 300)
      return problem(
          409, "this Idempotency-Key was used, and what was answered is shown once and kept nowhere; look whether it was made, or give a new key");
    if (before) {
      Response response;
      response.status = static_cast<int>(before->status);
      if (!before->location.empty()) response.headers.emplace_back("location", before->location);
      response.content_type = before->type;
      response.body = before->body;
      response.headers.emplace_back("idempotent-replayed", "true");
      return response;
    }
    Response response = handle(exchange);
    if (response.status >= 500) return response;
    store::StoredAnswer answer{hash, response.status, response.content_type, response.body};
    for (const auto& [name, value] : response.headers) {
      if (name == "location") answer.location = value;
    }
    if (!exchange.endpoint->kept && response.status < 300) answer.body.clear();
    const Date today = utc_today();
    // What was done is done, and its answer is true even where it cannot be given a second time.
    if (const auto done = tokens.keep_answer(caller, key, answer, today.text(), Date{today.day - std::chrono::days(1)}.text()); !done)
      log("error", "answer_not_kept",
          Json::object().set("route", exchange.endpoint->path).set("trace_id", exchange.trace).set("why", done.error().text()));
    return response;
  }();
  return answered ? *answered : problem(answered.error());
}

Result<api::LineAnswerer> Service::lines(Exchange& exchange) {
  if (auto refused = router_->check(*exchange.endpoint, exchange.request)) {
    exchange.refused = std::move(refused);
    return bad_input("refused");
  }
  Result<api::LineAnswerer> answerer = failure("not made");
  const auto thrown = thrown_by([&] { answerer = exchange.endpoint->lines(context_, exchange.request); });
  if (thrown) exchange.refused = failed_inside(exchange.endpoint->errors, *thrown);
  return answerer;
}

Result<api::EventSource> Service::events(Exchange& exchange) {
  if (auto refused = router_->check(*exchange.endpoint, exchange.request)) {
    exchange.refused = std::move(refused);
    return bad_input("refused");
  }
  Result<api::EventSource> source = failure("not made");
  const auto thrown = thrown_by([&] { source = exchange.endpoint->events(context_, exchange.request); });
  if (thrown) exchange.refused = failed_inside(exchange.endpoint->errors, *thrown);
  return source;
}

void Service::end(Exchange& exchange, Response& response) {
  const auto took = Clock::now() - exchange.began;
  std::string failure;
  std::erase_if(response.headers, [&](const auto& header) {
    if (header.first == "x-tamga-caller") exchange.request.caller.name = header.second;
    if (header.first == "x-tamga-failure") failure = header.second;
    return header.first == "x-tamga-caller" || header.first == "x-tamga-failure";
  });
  api::translate_problem(exchange.request, response);
  response.headers.emplace_back("x-request-id", exchange.trace);
  response.headers.emplace_back("traceresponse", fmt::format("00-{}-{}-01", exchange.trace, exchange.span));
  metrics_->count(exchange.route, response.status, took);
  const bool known_endpoint = exchange.endpoint != nullptr;
  if (known_endpoint && exchange.endpoint->audited) write_read_log(exchange, response.status);
  if (!options_.log_requests && response.status < 500) return;
  Json json = Json::object().set("method", exchange.request.method).set("route", known_endpoint ? exchange.endpoint->path : "none");
  json.set("status", Json::number(response.status)).set("bytes", Json::number(static_cast<std::int64_t>(response.body.size())));
  json.set("microseconds", Json::number(std::chrono::duration_cast<std::chrono::microseconds>(took).count())).set("trace_id", exchange.trace);
  if (!exchange.known.token.empty()) json.set("token", exchange.known.token);
  if (!failure.empty()) json.set("failure", failure);
  log(response.status < 500 ? "info" : response.status == 500 ? "error" : "warning", "request", std::move(json));
}

void Service::write_read_log(const Exchange& exchange, int status) {
  const auto& request = exchange.request;
  const std::string now = utc_now();
  Json json = Json::object().set("at", now).set("who", request.caller.name).set("token", request.caller.token).set("method", request.method);
  json.set("route", exchange.endpoint->path);
  // What was read is named by ids; names that were typed stay out.
  for (const auto& [name, value] : request.path_parameters) json.set(name, value);
  json.set("status", Json::number(status)).set("trace_id", exchange.trace);
  const auto done = reads_.add(now, std::move(json));
  // Once, and not for each request while the disk is full; /readyz says it too.
  if (!reads_failing_.exchange(!done) && !done) log("error", "reads_failed", Json::object().set("why", done.error().text()));
}

// ---- endpoints of the server itself ----------------------------------------------------------------------------

Response Service::ready() const {
  std::vector<std::string> why;
  if (draining_) why.emplace_back("it is being stopped");
  if (const auto trouble = trouble_.load()) why.push_back("the last look for newer lists failed: " + *trouble);
  const auto screener = context_.live->current();
  if (screener == nullptr) {
    why.emplace_back("no list is loaded");
  } else if (settings_.list_age_max > 0) {
    const Date today = utc_today();
    for (const auto& edition : screener->editions()) {
      if (!edition.owner.empty()) continue;
      const long age = app::age_of(edition, today);
      if (age > settings_.list_age_max) why.push_back(fmt::format("{} is {} days old", edition.loaded.list, age));
    }
  }
  Json json = Json::object().set("ready", Json::boolean(why.empty())).set("why_not", Json::strings(why));
  return why.empty() ? api::ok(json) : problem(503, "not ready: " + why.front(), std::move(json));
}

std::string Service::metrics_text() const {
  std::string more = "# HELP tamga_screened_total names, entities and rows that were screened\n# TYPE tamga_screened_total counter\n";
  more += fmt::format("tamga_screened_total {}\n", context_.counters->screened.load());
  more += "# HELP tamga_hits_total hits of all screenings\n# TYPE tamga_hits_total counter\n";
  more += fmt::format("tamga_hits_total {}\n", context_.counters->hits.load());
  more += "# HELP tamga_decisions_total decisions by outcome\n# TYPE tamga_decisions_total counter\n";
  static constexpr std::array<std::string_view, 4> kOutcomes = {"pass", "review", "licence_required", "prohibited"};
  for (std::size_t i = 0; i < kOutcomes.size(); ++i)
    more += fmt::format("tamga_decisions_total{{outcome=\"{}\"}} {}\n", kOutcomes[i], context_.counters->decided[i].load());
  const auto screener = context_.live->current();
  more += "# HELP tamga_list_age_days days since the authority was last known to give what is loaded\n# TYPE tamga_list_age_days gauge\n";
  if (screener != nullptr) {
    const Date today = utc_today();
    for (const auto& edition : screener->editions()) {
      more += fmt::format("tamga_list_age_days{{list=\"{}\",part=\"{}\"}} {}\n", label_value(edition.loaded.list), label_value(edition.loaded.part),
                          app::age_of(edition, today));
    }
  }
  more += "# HELP tamga_ready whether /readyz says yes\n# TYPE tamga_ready gauge\n";
  return more + fmt::format("tamga_ready {}\n", ready().status == 200 ? 1 : 0);
}

}  // namespace tamga::server
