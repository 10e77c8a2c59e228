#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/approvals.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

Json to_json(const store::Person& person) {
  return Json::object().set("name", person.name).set("roles", Json::strings(person.roles)).set("active", Json::boolean(person.active));
}

Json to_json(const store::Proposal& proposal) {
  Json json = Json::object();
  json.set("id", proposal.id).set("what", proposal.what).set("subject", proposal.subject).set("state", proposal.state);
  json.set("proposed_by", proposal.proposed_by).set("proposed_at", proposal.proposed_at).set("content", proposal.content);
  if (!proposal.decided_by.empty()) {
    json.set("decided_by", proposal.decided_by).set("decided_at", proposal.decided_at).set("reason", proposal.reason);
  }
  return json;
}

Result<int> list_people(const Common& common) {
  TAMGA_TRY(const auto people, app::people(common.settings));
  if (common.json) {
    Json list = Json::array();
    for (const auto& person : people) list.push(to_json(person));
    out(Json::object().set("people", std::move(list)).dump() + "\n");
    return kDone;
  }
  if (people.empty()) out("Nobody is named yet. The first is an administrator: tamga people add NAME --role administrator --by NAME\n");
  Table table({"name", "roles", ""});
  for (const auto& person : people) table.add({one_line(person.name), fmt::format("{}", fmt::join(person.roles, ", ")), person.active ? "" : "left"});
  if (!people.empty()) out(table.text());
  return kDone;
}

Result<int> set_person(const Common& common, store::Person person) {
  TAMGA_TRY_STATUS(app::set_person(common.settings, person, common.by, utc_now()));
  if (common.json) {
    out(to_json(person).dump() + "\n");
  } else {
    out(fmt::format("{}  {}{}\n", one_line(person.name), person.roles.empty() ? "no role" : fmt::format("{}", fmt::join(person.roles, ", ")),
                    person.active ? "" : ", left"));
  }
  return kDone;
}

Result<int> stop_person(const Common& common, const std::string& name) {
  TAMGA_TRY(const auto people, app::people(common.settings));
  const auto at = std::find_if(people.begin(), people.end(), [&](const store::Person& person) { return person.name == name; });
  if (at == people.end()) return bad_input(fmt::format("there is nobody named {}; tamga people list shows everyone", name));
  store::Person person = *at;
  person.active = false;
  return set_person(common, std::move(person));
}

Result<int> list_proposals(const Common& common, const std::string& state) {
  TAMGA_TRY(const auto proposals, app::proposals(common.settings, state == "all" ? "" : state));
  if (common.json) {
    Json list = Json::array();
    for (const auto& proposal : proposals) list.push(to_json(proposal));
    out(Json::object().set("proposals", std::move(list)).dump() + "\n");
    return kDone;
  }
  if (proposals.empty()) {
    out(state == "all" ? "Nothing was proposed yet.\n" : fmt::format("No proposal is {}.\n", state));
    return kDone;
  }
  Table table({"proposal", "what", "of", "by", "on", "state"});
  for (const auto& proposal : proposals) {
    const std::string decided = proposal.decided_by.empty() ? proposal.state : fmt::format("{} by {}", proposal.state, one_line(proposal.decided_by));
    table.add({proposal.id, proposal.what, one_line(proposal.subject), one_line(proposal.proposed_by), proposal.proposed_at.substr(0, 10), decided});
  }
  out(table.text());
  return kDone;
}

Result<int> decide(const Common& common, const std::string& id, const std::string& state, const std::string& reason) {
  TAMGA_TRY(const auto proposal, app::decide(common.settings, id, state, reason, common.by, utc_now()));
  if (common.json) {
    out(to_json(proposal).dump() + "\n");
  } else {
    out(fmt::format("{}  {} {} {}\n", proposal.state, proposal.id, proposal.what, one_line(proposal.subject)));
  }
  return kDone;
}

}  // namespace

void add_people(CLI::App& app, Common& common, Chosen& chosen) {
  auto* people = app.add_subcommand("people", "who works here, and in which roles (administrator, analyst, approver, liaison, auditor)");
  people->require_subcommand(1);
  struct Options {
    store::Person person;
  };
  const auto options = std::make_shared<Options>();
  auto* add = people->add_subcommand("add", "add somebody, or give them other roles");
  add->add_option("NAME", options->person.name, "as it stands in the record")->required();
  add->add_option("--role", options->person.roles, "a role; may be given several times")->required();
  add->callback([&common, &chosen, options] { chosen.run = [&common, options] { return set_person(common, options->person); }; });
  auto* list = people->add_subcommand("list", "everyone");
  list->callback([&common, &chosen] { chosen.run = [&common] { return list_people(common); }; });
  const auto name = std::make_shared<std::string>();
  auto* stop = people->add_subcommand("stop", "somebody has left: they decide nothing any more");
  stop->add_option("NAME", *name, "who")->required();
  stop->callback([&common, &chosen, name] { chosen.run = [&common, name] { return stop_person(common, *name); }; });
}

void add_proposals(CLI::App& app, Common& common, Chosen& chosen) {
  const auto state = std::make_shared<std::string>("open");
  auto* list = app.add_subcommand("proposals", "what waits for a second person");
  list->add_option("--state", *state, "open, approved, refused, withdrawn or all [open]")
      ->check(CLI::IsMember({"open", "approved", "refused", "withdrawn", "all"}));
  list->callback([&common, &chosen, state] { chosen.run = [&common, state] { return list_proposals(common, *state); }; });
  struct Options {
    std::string id;
    std::string reason;
  };
  const auto add = [&](const char* name, const char* help, const char* into) {
    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand(name, help);
    command->add_option("PROPOSAL", options->id, "the proposal's id, prop-…")->required();
    command->add_option("--reason", options->reason, "why");
    command->callback(
        [&common, &chosen, options, into] { chosen.run = [&common, options, into] { return decide(common, options->id, into, options->reason); }; });
  };
  add("approve", "approve what somebody else proposed; it takes effect at once", "approved");
  add("refuse", "refuse what somebody else proposed", "refused");
  add("withdraw", "take back what you proposed yourself", "withdrawn");
}

}  // namespace tamga::cli
