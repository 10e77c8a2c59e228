#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "api/endpoint.h"

/// From a method and a path to an endpoint, and the checks that the table asks for. Immutable once made, so threads may share it.
namespace tamga::api {

class Router {
 public:
  /// Two endpoints of one method and path are a bug, and so is a body_schema that the table has no schema of.
  explicit Router(Table table);

  struct Found {
    const Endpoint* endpoint = nullptr;  ///< nullptr: none of this method
    Pairs path_parameters;
    std::vector<std::string_view> methods;  ///< of the path; empty: there is no such path
  };
  /// `path`: still percent-encoded, since "%2F" within a segment separates nothing. HEAD finds what GET does.
  [[nodiscard]] Found find(std::string_view method, std::string_view path) const;

  /// Checks parameters and body, fills in what stands for absent parameters, and reads the body; a response where something is wrong. Parameters
  /// that an endpoint does not know are refused. Endpoints of others' APIs (ErrorStyle) check by themselves.
  [[nodiscard]] std::optional<Response> check(const Endpoint& endpoint, Request& request) const;

  [[nodiscard]] const Table& table() const { return table_; }

 private:
  struct Route {
    std::vector<std::string> segments;  ///< "{id}" stands for any one
    std::map<std::string, const Endpoint*, std::less<>> methods;
  };
  Table table_;
  std::unordered_map<std::string, std::size_t> fixed_;                ///< routes without parameters, by their path
  std::unordered_map<std::size_t, std::vector<std::size_t>> shaped_;  ///< others, by the number of their segments
  std::vector<Route> routes_;
};

/// Undoes percent-encoding; nothing where it is broken, or where a NUL or what is no UTF-8 comes out. `plus`: "+" is a blank, as in a query.
[[nodiscard]] std::optional<std::string> decode_percent(std::string_view text, bool plus);
/// Percent-encodes what may not stand in one segment of a path, or in a value of a query (RFC 3986, unreserved).
[[nodiscard]] std::string encode_percent(std::string_view text);
/// The pairs of a query string, or of a form (application/x-www-form-urlencoded); nothing where one is broken or there are more than 256.
[[nodiscard]] std::optional<Pairs> read_query(std::string_view query);

}  // namespace tamga::api
