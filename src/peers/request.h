#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/endpoint.h"
#include "base/json.h"
#include "match/screen.h"

/// What handlers read of a request, and how they refuse it. Nothing that a request asks is passed over: what cannot be done is refused.
namespace tamga::peers {

/// 400: understood and impossible; 404: not there; 422: does not parse or is out of range; 503: no lists.
struct Refusal {
  int status = 400;
  std::string detail;
};
template <typename T>
using Answered = std::expected<T, Refusal>;
using Checked = std::expected<void, Refusal>;

[[nodiscard]] std::unexpected<Refusal> refuse(int status, std::string detail);
/// {"detail": …}, as clients of OpenSanctions read it.
[[nodiscard]] api::Response refused(const Refusal& refusal);
/// {"error": …}, as clients of Watchman read it.
[[nodiscard]] api::Response refused_watchman(const Refusal& refusal);
[[nodiscard]] api::Response answered(std::string body);

/// Refuses (422) a parameter that the endpoint does not have, and one that comes twice where it may not.
Checked check_parameters(const api::Request& request, const std::vector<api::Parameter>& known);

/// Digits alone, 15 at most.
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text);
Answered<std::int64_t> integer(const api::Request& request, std::string_view name, std::int64_t otherwise, std::int64_t least, std::int64_t most);
/// true, false, 1, 0, yes, no, on, off in any case.
Answered<bool> boolean(const api::Request& request, std::string_view name, bool otherwise);
/// A score of 0 to 1 in hundredths of a per cent, never below what was written: a score reaches 0.93125 from 0.9313 on.
Answered<match::Score> score(const api::Request& request, std::string_view name, match::Score otherwise);
Answered<match::Score> score_of(std::string_view name, std::string_view text);
/// A day or a time in UTC, or the beginning of one ("2026", "2026-08-22T10:00"); what follows the second is cut.
Answered<std::string> moment(const api::Request& request, std::string_view name);

/// Where this server is reached, by what the request says of it: "http://127.0.0.1:8484".
[[nodiscard]] std::string base_of(const api::Request& request);

}  // namespace tamga::peers
