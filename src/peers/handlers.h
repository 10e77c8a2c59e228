#pragma once

#include <memory>
#include <vector>

#include "api/endpoint.h"
#include "peers/standing.h"

/// The endpoints of this module, by subject.
namespace tamga::peers {

using Shared = std::shared_ptr<Keeper>;

[[nodiscard]] std::vector<api::Endpoint> match_endpoints(const Shared& keeper);
[[nodiscard]] std::vector<api::Endpoint> search_endpoints(const Shared& keeper);
[[nodiscard]] std::vector<api::Endpoint> entity_endpoints(const Shared& keeper);
[[nodiscard]] std::vector<api::Endpoint> reconcile_endpoints(const Shared& keeper);
[[nodiscard]] std::vector<api::Endpoint> status_endpoints(const Shared& keeper);
[[nodiscard]] std::vector<api::Endpoint> watchman_endpoints(const Shared& keeper);

using Handler = std::function<Answered<api::Response>(const api::Context&, const api::Request&)>;
/// An endpoint of OpenSanctions' API: its parameters are checked, and refusals written as its clients read them. Adds `api_key`.
[[nodiscard]] api::Endpoint opensanctions(std::string method, std::string path, std::string summary, std::string tag,
                                          std::vector<api::Parameter> parameters, Handler handler);
/// The same of Watchman's.
[[nodiscard]] api::Endpoint watchman(std::string method, std::string path, std::string summary, std::vector<api::Parameter> parameters,
                                     Handler handler);

/// What several endpoints take.
[[nodiscard]] std::vector<api::Parameter> filter_parameters();
[[nodiscard]] api::Parameter dataset_parameter();
[[nodiscard]] api::Parameter algorithm_parameter();
[[nodiscard]] api::Parameter limit_parameter(std::string_view otherwise);

inline constexpr std::int64_t kLimitMax = 500;
inline constexpr std::int64_t kOffsetMax = 9'499;
inline constexpr std::size_t kBatchMax = 100;

}  // namespace tamga::peers
