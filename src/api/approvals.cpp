#include "app/approvals.h"
#include "api/common.h"
#include "api/native.h"
#include "app/documents.h"
#include "app/record.h"

namespace tamga::api {
namespace {

Result<Json> list(const Context& context, const Request& request) {
  const std::string state = text_of(request, "state");
  TAMGA_TRY(const auto proposals, app::proposals(context.settings, state == "all" ? "" : state));
  return page(
      "proposals", proposals, request, [](const store::Proposal& one) { return fmt::format("{:012}", one.sequence); },
      [](const store::Proposal& one) { return app::document(one); });
}

Result<Json> show(const Context& context, const Request& request) {
  TAMGA_TRY(auto store, app::open_existing_store(context.settings));
  TAMGA_TRY(const auto proposal, store::People(store).proposal(request.path_parameter("id")));
  if (!proposal) return not_found(fmt::format("there is no proposal {}", request.path_parameter("id")));
  return app::document(*proposal);
}

std::function<Response(const Context&, const Request&)> decide(const char* state) {
  return documented([state](const Context& context, const Request& request) -> Result<Json> {
    TAMGA_TRY(const auto proposal,
              app::decide(context.settings, request.path_parameter("id"), state, member(request, "reason"), request.caller.name, utc_now()));
    return app::document(proposal);
  });
}

}  // namespace

void add_approvals(std::vector<Endpoint>& endpoints) {
  Endpoint all{.method = "GET", .path = "/v1/proposals", .summary = "what waits for a second person", .tag = "approvals"};
  Parameter state = in_query("state", "of the proposal");
  state.values = {"open", "approved", "refused", "withdrawn", "all"};
  state.fallback = "open";
  all.parameters = with_paging({state});
  all.response_schema = "Proposals";
  all.roles = kReaders;
  all.needs_lists = false;
  all.handle = documented(list);
  endpoints.push_back(std::move(all));

  Endpoint one{.method = "GET", .path = "/v1/proposals/{id}", .summary = "one proposal with its content", .tag = "approvals"};
  one.parameters = {in_path("id", "prop-…")};
  one.response_schema = "Proposal";
  one.roles = kReaders;
  one.needs_lists = false;
  one.handle = documented(show);
  endpoints.push_back(std::move(one));

  struct Verdict {
    const char* action;
    const char* state;
    const char* summary;
  };
  for (const auto& verdict : {Verdict{"approve", "approved", "approve what somebody else proposed; it takes effect at once"},
                              Verdict{"refuse", "refused", "refuse what somebody else proposed"},
                              Verdict{"withdraw", "withdrawn", "take back what you proposed yourself"}}) {
    Endpoint endpoint{
        .method = "POST", .path = fmt::format("/v1/proposals/{{id}}/{}", verdict.action), .summary = verdict.summary, .tag = "approvals"};
    endpoint.parameters = {in_path("id", "prop-…")};
    endpoint.body_schema = "Reason";
    endpoint.body_required = false;
    endpoint.response_schema = "Proposal";
    endpoint.roles = kWorkers;
    endpoint.needs_lists = false;
    endpoint.handle = decide(verdict.state);
    endpoints.push_back(std::move(endpoint));
  }
}

}  // namespace tamga::api
