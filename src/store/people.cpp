#include "store/people.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/sha256.h"
#include "store/database.h"

namespace tamga::store {
namespace {

constexpr std::array<std::string_view, 5> kRoles = {"administrator", "analyst", "approver", "auditor", "liaison"};

/// ",analyst,approver,": so that a role is found by its own letters and none of another's.
std::string stored(const std::vector<std::string>& roles) { return roles.empty() ? "," : fmt::format(",{},", fmt::join(roles, ",")); }

std::vector<std::string> roles_of(std::string_view text) {
  std::vector<std::string> roles;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (end > 0) roles.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return roles;
}

Json to_json(const Person& person, std::string_view by) {
  Json json = Json::object();
  json.set("name", person.name).set("roles", Json::strings(person.roles)).set("active", Json::boolean(person.active)).set("by", std::string(by));
  return json;
}

std::unexpected<Error> refused(std::string message) { return std::unexpected(Error{ErrorKind::usage, std::move(message), {}, 0}); }
std::unexpected<Error> forbidden(std::string message) { return std::unexpected(Error{ErrorKind::forbidden, std::move(message), {}, 0}); }

}  // namespace

bool is_role(std::string_view role) { return std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end(); }

bool Person::has(std::string_view role) const { return std::find(roles.begin(), roles.end(), role) != roles.end(); }

Status People::set(const Person& person, std::string_view by, std::string_view at) {
  if (person.name.empty() || person.name.find_first_of("\n\r\t,") != std::string::npos)
    return refused("a person needs a name on one line, without a comma");
  Person sorted = person;
  std::sort(sorted.roles.begin(), sorted.roles.end());
  sorted.roles.erase(std::unique(sorted.roles.begin(), sorted.roles.end()), sorted.roles.end());
  for (const auto& role : sorted.roles) {
    if (!is_role(role)) return refused(fmt::format("\"{}\" is no role, expected one of {}", role, fmt::join(kRoles, ", ")));
  }
  return store_.transact([&]() -> Status {
    TAMGA_TRY(const auto there, all());
    const auto administrators = std::count_if(there.begin(), there.end(),
                                              [&](const Person& one) { return one.active && one.has("administrator") && one.name != sorted.name; });
    const bool stays = sorted.active && sorted.has("administrator");
    if (there.empty()) {
      if (by != sorted.name || !stays) return refused("the first person of a store adds themselves, as administrator");
    } else {
      TAMGA_TRY_STATUS(require(by, {"administrator"}));
    }
    if (administrators == 0 && !stays) return refused("a store needs an active administrator; name another one first");
    // The key is a number and not the name: keys stand in every export, also in those for others.
    std::int64_t changes = 0;
    TAMGA_TRY_STATUS(store_.each_since(0, "person", [&](const LedgerEntry&) -> Status {
      ++changes;
      return {};
    }));
    TAMGA_TRY([[maybe_unused]] const auto entry, store_.append("person", std::to_string(changes + 1), at, to_json(sorted, by).dump()));
    TAMGA_TRY(auto insert,
              store_.database().prepare(
                  "INSERT INTO people VALUES(?, ?, ?) ON CONFLICT(name) DO UPDATE SET roles = excluded.roles, active = excluded.active"));
    return insert.bind(sorted.name).bind(stored(sorted.roles)).bind(std::int64_t{sorted.active ? 1 : 0}).run();
  });
}

Result<std::vector<Person>> People::all() {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT name, roles, active FROM people ORDER BY name"));
  std::vector<Person> people;
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) return people;
    people.push_back(Person{query.text(0), roles_of(query.text(1)), query.number(2) != 0});
  }
}

Result<std::optional<Person>> People::find(std::string_view name) {
  TAMGA_TRY(auto query, store_.database().prepare("SELECT name, roles, active FROM people WHERE name = ?"));
  TAMGA_TRY(const bool row, query.bind(name).step());
  if (!row) return std::nullopt;
  return Person{query.text(0), roles_of(query.text(1)), query.number(2) != 0};
}

Status People::require(std::string_view name, std::initializer_list<std::string_view> roles) {
  TAMGA_TRY(const auto person, find(name));
  if (!person || !person->active) {
    return forbidden(fmt::format("{} is nobody this store knows; an administrator adds people with: tamga people add NAME --role ROLE",
                                 name.empty() ? "\"\"" : std::string(name)));
  }
  if (std::any_of(roles.begin(), roles.end(), [&](std::string_view role) { return person->has(role); })) return {};
  return forbidden(fmt::format("{} is {}, this needs {}", name,
                               person->roles.empty() ? "without a role" : fmt::format("{}", fmt::join(person->roles, ", ")),
                               fmt::join(roles, " or ")));
}

Result<Proposal> People::propose(std::string_view what, std::string_view subject, const Json& content, std::string_view by, std::string_view at) {
  Proposal made;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY_STATUS(require(by, {"analyst", "liaison", "approver"}));
    TAMGA_TRY(const auto open, proposals(what, subject, "open"));
    if (!open.empty()) {
      return refused(fmt::format("{} of {} is proposed already, by {} ({}); it must be decided first", what, subject, open.front().proposed_by,
                                 open.front().id));
    }
    TAMGA_TRY(const auto head, store_.head());
    Json payload = Json::object();
    payload.set("what", std::string(what)).set("subject", std::string(subject)).set("by", std::string(by)).set("content", content);
    const std::string id = "prop-" + sha256_hex(head.hash + "\n" + payload.dump()).substr(0, 16);
    TAMGA_TRY(const auto entry, store_.append("proposal", id, at, payload.dump()));
    TAMGA_TRY(auto insert, store_.database().prepare("INSERT INTO proposals VALUES(?, ?, ?, ?, ?, 'open', NULL, NULL)"));
    TAMGA_TRY_STATUS(insert.bind(id).bind(entry.sequence).bind(what).bind(subject).bind(by).run());
    TAMGA_TRY(const auto stored_proposal, proposal(id));
    made = *stored_proposal;
    return {};
  }));
  return made;
}

Result<Proposal> People::decide(std::string_view id, std::string_view state, std::string_view reason, std::string_view by, std::string_view at) {
  Proposal decided;
  TAMGA_TRY_STATUS(store_.transact([&]() -> Status {
    TAMGA_TRY(const auto before, proposal(id));
    if (!before) return not_found(fmt::format("there is no proposal {}", id));
    if (before->state != "open") return refused(fmt::format("{} was {} by {} already", id, before->state, before->decided_by));
    if (state == "withdrawn") {
      if (by != before->proposed_by) return forbidden(fmt::format("only {}, who proposed it, may withdraw {}", before->proposed_by, id));
    } else {
      TAMGA_TRY_STATUS(require(by, {"approver"}));
      if (by == before->proposed_by) return forbidden(fmt::format("{} proposed it; another approver must decide (four eyes)", by));
    }
    Json payload = Json::object();
    payload.set("proposal", std::string(id)).set("state", std::string(state)).set("by", std::string(by)).set("reason", std::string(reason));
    TAMGA_TRY(const auto entry, store_.append("verdict", id, at, payload.dump()));
    TAMGA_TRY(auto update, store_.database().prepare("UPDATE proposals SET state = ?, decided_by = ?, decided = ? WHERE id = ?"));
    TAMGA_TRY_STATUS(update.bind(state).bind(by).bind(entry.sequence).bind(id).run());
    TAMGA_TRY(const auto after, proposal(id));
    decided = *after;
    return {};
  }));
  return decided;
}

Result<std::optional<Proposal>> People::proposal(std::string_view id) {
  TAMGA_TRY(auto query,
            store_.database().prepare("SELECT p.id, p.sequence, p.what, p.subject, p.proposed_by, p.state, p.decided_by, l.recorded_at, l.payload, "
                                      "v.recorded_at, v.payload FROM proposals p JOIN ledger l ON l.sequence = p.sequence "
                                      "LEFT JOIN ledger v ON v.sequence = p.decided WHERE p.id = ?"));
  TAMGA_TRY(const bool row, query.bind(id).step());
  if (!row) return std::nullopt;
  Proposal proposal{query.text(0),
                    query.number(1),
                    query.text(2),
                    query.text(3),
                    query.text(4),
                    query.text(7),
                    {},
                    query.text(5),
                    query.text(6),
                    query.text(9),
                    {}};
  TAMGA_TRY(const Json payload, parse_json(query.text(8)));
  if (const Json* content = payload.find("content"); content != nullptr) proposal.content = *content;
  if (const std::string verdict = query.text(10); !verdict.empty()) {
    TAMGA_TRY(const Json json, parse_json(verdict));
    proposal.reason = json.get("reason");
  }
  return proposal;
}

Result<std::vector<Proposal>> People::proposals(std::string_view what, std::string_view subject, std::string_view state) {
  std::vector<std::string> ids;
  {
    TAMGA_TRY(auto query, store_.database().prepare("SELECT id FROM proposals WHERE (?1 = '' OR what = ?1) AND (?2 = '' OR subject = ?2) AND "
                                                    "(?3 = '' OR state = ?3) ORDER BY sequence"));
    query.bind(what).bind(subject).bind(state);
    for (;;) {
      TAMGA_TRY(const bool row, query.step());
      if (!row) break;
      ids.push_back(query.text(0));
    }
  }
  std::vector<Proposal> found;
  for (const auto& id : ids) {
    TAMGA_TRY(auto one, proposal(id));
    if (one) found.push_back(*std::move(one));
  }
  return found;
}

Result<std::vector<std::string>> People::damage() {
  // What the ledger says, walked once.
  std::map<std::string, Person> people;
  struct Told {
    std::int64_t sequence = 0;
    std::string what, subject, by;
    std::string state = "open";
    std::string decided_by;
  };
  std::map<std::string, Told> told;
  std::vector<std::string> damage;
  TAMGA_TRY_STATUS(store_.each_since(0, "person", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json json, parse_json(entry.payload));
    Person person;
    person.name = json.get("name");
    if (const Json* roles = json.find("roles"); roles != nullptr) {
      for (const auto& role : roles->items) person.roles.push_back(role.text);
    }
    const Json* active = json.find("active");
    person.active = active != nullptr && active->truth;
    people[person.name] = person;
    return {};
  }));
  TAMGA_TRY_STATUS(store_.each_since(0, "proposal", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json json, parse_json(entry.payload));
    told[entry.key] = Told{entry.sequence, std::string(json.get("what")), std::string(json.get("subject")), std::string(json.get("by")), "open", {}};
    return {};
  }));
  TAMGA_TRY_STATUS(store_.each_since(0, "verdict", [&](const LedgerEntry& entry) -> Status {
    TAMGA_TRY(const Json json, parse_json(entry.payload));
    auto& of = told[entry.key];
    of.state = json.get("state");
    of.decided_by = json.get("by");
    if (of.state != "withdrawn" && of.decided_by == of.by)
      damage.push_back(fmt::format("proposal {}: {} decided on what they proposed", entry.key, of.by));
    return {};
  }));
  TAMGA_TRY(const auto stored_people, all());
  for (const auto& person : stored_people) {
    const auto at = people.find(person.name);
    if (at == people.end()) {
      damage.push_back(fmt::format("person {}: the ledger does not know them", person.name));
      continue;
    }
    if (at->second.roles != person.roles || at->second.active != person.active) {
      damage.push_back(fmt::format("person {}: differs from what the ledger recorded", person.name));
    }
    people.erase(at);
  }
  for (const auto& [name, person] : people) damage.push_back(fmt::format("person {}: the ledger recorded them, but they are gone", name));
  TAMGA_TRY(auto query,
            store_.database().prepare("SELECT id, sequence, what, subject, proposed_by, state, coalesce(decided_by, '') FROM proposals ORDER BY id"));
  for (;;) {
    TAMGA_TRY(const bool row, query.step());
    if (!row) break;
    const auto at = told.find(query.text(0));
    if (at == told.end()) {
      damage.push_back(fmt::format("proposal {}: the ledger does not know it", query.text(0)));
      continue;
    }
    const Told& of = at->second;
    if (of.sequence != query.number(1) || of.what != query.text(2) || of.subject != query.text(3) || of.by != query.text(4) ||
        of.state != query.text(5) || of.decided_by != query.text(6)) {
      damage.push_back(fmt::format("proposal {}: differs from what the ledger recorded", at->first));
    }
    told.erase(at);
  }
  for (const auto& [id, of] : told) damage.push_back(fmt::format("proposal {}: the ledger recorded it, but it is gone", id));
  return damage;
}

}  // namespace tamga::store
