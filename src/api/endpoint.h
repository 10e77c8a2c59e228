#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/deal_index.h"
#include "app/live.h"
#include "app/settings.h"
#include "base/json.h"

/// What the server answers, without a socket: a request in, a response out. One table of endpoints serves the router, the check of parameters and
/// bodies, and /openapi.json, so that the three cannot drift.
namespace tamga::api {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Who calls: a token, a certificate or a session, and what it may do.
struct Caller {
  std::string name;                ///< of the person or machine; empty: nobody said who
  std::vector<std::string> roles;  ///< administrator, analyst, approver, liaison, auditor; "machine" may screen and clear
  std::string token;               ///< id of what it showed; for logs and for sessions
  std::string session;             ///< of a browser; empty: none
  [[nodiscard]] bool has(std::string_view role) const;
};

struct Request {
  std::string method;     ///< upper case
  std::string path;       ///< percent-decoded, without the query
  Pairs path_parameters;  ///< by the names in the endpoint's path, decoded
  Pairs query;            ///< decoded, in the order of the URL; a name may come several times
  Pairs headers;          ///< names in lower case
  std::string body;       ///< within the server's limit
  Json json;              ///< the body, read, where the endpoint has a body_schema; null: none was sent
  Caller caller;
  bool encrypted = false;  ///< came over TLS

  /// The first value, or nullptr.
  [[nodiscard]] const std::string* parameter(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> parameters(std::string_view name) const;
  [[nodiscard]] const std::string* header(std::string_view name) const;
  [[nodiscard]] const std::string& path_parameter(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Pairs headers;
  std::string body;
};

/// What handlers count, for whoever watches the service.
struct Counters {
  std::atomic<std::uint64_t> screened = 0;  ///< names, entities and rows
  std::atomic<std::uint64_t> hits = 0;
  std::array<std::atomic<std::uint64_t>, 4> decided{};  ///< by outcome: pass, review, licence_required, prohibited
};

/// What handlers stand on. Thread-safe to share; each handler opens its own store, or takes a pooled one.
struct Context {
  app::Settings settings;
  std::shared_ptr<app::LiveScreener> live;        ///< holds a screener by the time that a handler runs which needs lists
  std::shared_ptr<app::LiveScreeners> screeners;  ///< of other days than today
  std::shared_ptr<app::LiveClearing> clearing;
  std::shared_ptr<app::DealIndex> deals;
  std::shared_ptr<Counters> counters = std::make_shared<Counters>();
};

/// Answers some lines of a body with as many lines or more, each ended by "\n"; `last`: no more come. On one thread at a time.
using LineAnswerer = std::function<std::string(std::span<const std::string> lines, bool last)>;

/// One server-sent event.
struct Event {
  std::string id;
  std::string name;
  std::string data;  ///< one line
};
/// What has happened since it was asked last; empty: nothing. On one thread at a time.
using EventSource = std::function<Result<std::vector<Event>>()>;

enum class In { path, query, header };

struct Parameter {
  std::string name;
  In in = In::query;
  std::string type = "string";  ///< of JSON Schema: string, integer, number, boolean
  std::string description = {};
  bool required = false;
  bool repeated = false;
  std::string fallback = {};             ///< what stands when it is absent; empty: nothing
  std::vector<std::string> values = {};  ///< the only ones allowed; empty: any
  std::string minimum = {};              ///< of integers and numbers
  std::string maximum = {};
};

/// How errors are written: RFC 9457 problems, or as the clients of an API that we imitate expect them.
enum class ErrorStyle { problem, opensanctions, watchman };

struct Endpoint {
  std::string method;
  std::string path;  ///< "/v1/decisions/{id}"
  std::string summary;
  std::string tag;
  std::vector<Parameter> parameters = {};
  std::string body_schema = {};         ///< name of a schema among the components; empty: takes no body
  std::string response_schema = {};     ///< the same of status 200; empty: no JSON
  std::vector<std::string> roles = {};  ///< any of these; empty: any caller that is known
  ErrorStyle errors = ErrorStyle::problem;
  /// May block, unless `quick`. Of a native endpoint (ErrorStyle::problem) the parameters are checked by then and, if there is a body_schema, the
  /// body is a JSON document that fits it.
  std::function<Response(const Context&, const Request&)> handle = {};
  int success = 200;                               ///< status of the response that response_schema describes
  std::string response_type = "application/json";  ///< media type of it
  std::vector<std::string> other_types = {};       ///< that the caller may ask for instead
  std::string body_type = "application/json";      ///< of the body, where there is a body_schema
  bool body_required = true;                       ///< where there is a body_schema
  bool quick = false;  ///< takes well below a millisecond and never blocks: runs on the connection's own thread when the body is small
  std::vector<std::string> slow_with = {};  ///< query parameters with which it is not quick
  bool needs_lists = true;                  ///< answered 503 while no list is loaded: nothing found must not look like nothing there
  bool open = false;                        ///< for callers that nobody knows too
  bool kept = true;                         ///< under an Idempotency-Key; false: it shows a secret once, and what it answered stands nowhere
  bool audited = true;                      ///< who called it is written to the log of reads; false: it tells nothing about anybody
  bool any_query = false;                   ///< parameters that are not described are let through: others add theirs
  bool outside = false;                     ///< waits for others' servers: runs where no other request waits behind it
  /// Instead of `handle`: the body is answered line by line, without being held as a whole.
  std::function<Result<LineAnswerer>(const Context&, const Request&)> lines = {};
  /// Instead of `handle`: the response is a stream of events that ends when the caller leaves.
  std::function<Result<EventSource>(const Context&, const Request&)> events = {};
};

/// Endpoints, and the schemas that they name.
struct Table {
  std::vector<Endpoint> endpoints;
  Json schemas = Json::object();  ///< by name, as OpenAPI's components
};

}  // namespace tamga::api
