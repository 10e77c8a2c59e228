#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
};

struct Request {
  std::string method;     ///< upper case
  std::string path;       ///< percent-decoded, without the query
  Pairs path_parameters;  ///< by the names in the endpoint's path, decoded
  Pairs query;            ///< decoded, in the order of the URL; a name may come several times
  Pairs headers;          ///< names in lower case
  std::string body;       ///< within the server's limit
  Caller caller;

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

/// What handlers stand on. Thread-safe to share; each handler opens its own store, or takes a pooled one.
struct Context {
  app::Settings settings;
  std::shared_ptr<app::LiveScreener> live;
};

enum class In { path, query, header };

struct Parameter {
  std::string name;
  In in = In::query;
  std::string type = "string";  ///< of JSON Schema: string, integer, number, boolean
  std::string description;
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
  /// Runs on a thread of the pool and may block. The parameters are checked by then; the body is a JSON document if there is a body_schema.
  std::function<Response(const Context&, const Request&)> handle;
};

}  // namespace tamga::api
