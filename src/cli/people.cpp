#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "app/approvals.h"
#include "app/documents.h"
#include "app/tokens.h"
#include "cli/commands.h"
#include "cli/print.h"

namespace tamga::cli {
namespace {

Result<int> list_people(const Common& common) {
  TAMGA_TRY(const auto people, app::people(common.settings));
  if (common.json) {
    Json list = Json::array();
    for (const auto& person : people) list.push(app::document(person));
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
    out(app::document(person).dump() + "\n");
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
    for (const auto& proposal : proposals) list.push(app::document(proposal));
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
    out(app::document(proposal).dump() + "\n");
  } else {
    out(fmt::format("{}  {} {} {}\n", proposal.state, proposal.id, proposal.what, one_line(proposal.subject)));
  }
  return kDone;
}

int show(const Common& common, const app::MadeToken& made) {
  if (common.json) {
    Json json = app::document(made.token);
    if (!made.secret.empty()) json.set("secret", made.secret);
    out(json.dump() + "\n");
    return kDone;
  }
  out(fmt::format("{}  {} of {}{}, until {}\n", made.token.id, made.token.kind, one_line(made.token.name), made.token.machine ? " (a machine)" : "",
                  made.token.expires));
  if (!made.secret.empty()) out(fmt::format("{}\n", made.secret));
  return kDone;
}

Result<int> list_tokens(const Common& common) {
  TAMGA_TRY(const auto tokens, app::tokens(common.settings));
  if (common.json) {
    Json list = Json::array();
    for (const auto& token : tokens) list.push(app::document(token));
    out(Json::object().set("tokens", std::move(list)).dump() + "\n");
    return kDone;
  }
  Table table({"token", "of", "kind", "until", "rate", "quota", ""});
  const std::string today = utc_today().text();
  for (const auto& token : tokens) {
    const auto limit = [](std::int64_t number, const char* unit) { return number == 0 ? std::string() : fmt::format("{} {}", number, unit); };
    table.add({token.id, one_line(token.name), token.machine ? token.kind + ", machine" : token.kind, token.expires, limit(token.rate, "/s"),
               limit(token.quota, "/day"),
               token.revoked           ? "revoked"
               : token.expires < today ? "ended"
                                       : ""});
  }
  out(tokens.empty() ? "No token was made yet; the first start of tamga serve makes one.\n" : table.text());
  return kDone;
}

/// token, tokens, revoke: who may call the server.
void add_tokens(CLI::App& people, Common& common, Chosen& chosen) {
  const auto request = std::make_shared<app::TokenRequest>();
  auto* make = people.add_subcommand("token", "make a token for the server, shown this once, or let a certificate in");
  make->add_option("NAME", request->name, "whose: a person, or with --machine a name of your choice")->required();
  make->add_flag("--machine", request->machine, "it screens and clears, and is nobody");
  make->add_option("--days", request->days, "how long it holds [90]")->type_name("N");
  make->add_option("--rate", request->rate, "requests a second [no limit]")->type_name("N");
  make->add_option("--quota", request->quota, "requests a day [no limit]")->type_name("N");
  make->add_option("--certificate", request->certificate, "SHA-256 of a certificate, which is then shown instead of a token")->type_name("SHA256");
  make->callback([&common, &chosen, request] {
    chosen.run = [&common, request]() -> Result<int> {
      TAMGA_TRY(const auto made, app::make_token(common.settings, *request, common.by, utc_now()));
      return show(common, made);
    };
  });
  auto* list = people.add_subcommand("tokens", "every token and certificate");
  list->callback([&common, &chosen] { chosen.run = [&common] { return list_tokens(common); }; });
  const auto id = std::make_shared<std::string>();
  auto* revoke = people.add_subcommand("revoke", "a token is known to nobody any more");
  revoke->add_option("TOKEN", *id, "its id, tok-…")->required();
  revoke->callback([&common, &chosen, id] {
    chosen.run = [&common, id]() -> Result<int> {
      TAMGA_TRY_STATUS(app::revoke_token(common.settings, *id, common.by, utc_now()));
      out(common.json ? Json::object().set("id", *id).set("revoked", Json::boolean(true)).dump() + "\n" : fmt::format("revoked  {}\n", *id));
      return kDone;
    };
  });
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
  add_tokens(*people, common, chosen);
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
