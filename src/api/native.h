#pragma once

#include "api/endpoint.h"

/// The native API, /v1/…: what the commands do, with the same documents (docs/server.md).
namespace tamga::api {

[[nodiscard]] Table native();

// The parts of it.
void add_screening(std::vector<Endpoint>& endpoints);
void add_lists(std::vector<Endpoint>& endpoints);
void add_deals(std::vector<Endpoint>& endpoints);
void add_alerts(std::vector<Endpoint>& endpoints);
void add_approvals(std::vector<Endpoint>& endpoints);
void add_consultations(std::vector<Endpoint>& endpoints);
void add_licences(std::vector<Endpoint>& endpoints);
void add_goods(std::vector<Endpoint>& endpoints);
void add_flows(std::vector<Endpoint>& endpoints);
void add_people(std::vector<Endpoint>& endpoints);
void add_scenarios(std::vector<Endpoint>& endpoints);
void add_search(std::vector<Endpoint>& endpoints);
void add_watch(std::vector<Endpoint>& endpoints);

}  // namespace tamga::api
