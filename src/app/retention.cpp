#include "app/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "app/record.h"
#include "base/decimal.h"
#include "base/toml.h"
#include "store/cases.h"
#include "store/licences.h"
#include "store/people.h"
#include "store/watch.h"

extern "C" const char tamga_retention_toml[];
extern "C" const char tamga_retention_toml_end[];

namespace tamga::app {
namespace {

Result<RetentionRule> rule_of(const std::string& file, const Json& json) {
  const auto wrong = [&](std::uint64_t line, std::string what) { return bad_input_in(file, line, std::move(what)); };
  static constexpr std::string_view kKnown[] = {"id", "title", "citation", "source", "in_force", "years", "starts", "verify"};
  for (const auto& member : json.members) {
    if (std::find(std::begin(kKnown), std::end(kKnown), member.key) == std::end(kKnown))
      return wrong(member.key_offset, fmt::format("\"{}\" is not known in [[rules]]", member.key));
  }
  RetentionRule rule;
  rule.id = json.get("id");
  rule.title = json.get("title");
  rule.citation = json.get("citation");
  rule.source = json.get("source");
  rule.in_force = json.get("in_force");
  if (rule.id.empty() || rule.citation.empty()) return wrong(json.offset, "a rule of retention needs id and citation");
  const Json* years = json.find("years");
  const auto number = years != nullptr && years->is_number() && years->text.size() <= 3 ? Decimal::parse(years->text) : std::nullopt;
  if (!number || number->coefficient < 1 || number->coefficient > 100)
    return wrong(years != nullptr ? years->offset : json.offset, "years must be a whole number from 1 to 100");
  rule.years = static_cast<long>(number->coefficient);
  const auto starts = json.get("starts");
  if (starts != "day" && starts != "year_end") return wrong(json.offset, "starts must be \"day\" or \"year_end\"");
  rule.from_year_end = starts == "year_end";
  if (const Json* verify = json.find("verify"); verify != nullptr) {
    if (verify->kind != Json::Kind::boolean) return wrong(verify->offset, "verify must be true or false");
    rule.verify = verify->truth;
  }
  return rule;
}

struct Longest {
  Date until;
  std::string rule;
};

Longest longest(const std::vector<RetentionRule>& rules, Date day) {
  Longest found{day, {}};
  for (const auto& rule : rules) {
    if (const Date until = keep_until(rule, day); until > found.until) found = {until, rule.id};
  }
  return found;
}

std::optional<Date> day_of(const store::LedgerEntry& entry) { return Date::parse(std::string_view(entry.recorded_at).substr(0, 10)); }

/// What a decision stands on, in the words of shared().
std::vector<std::string> stands_on(const Json& payload, const Json& decision) {
  std::vector<std::string> found;
  if (const auto message = payload.get("message"); !message.empty()) found.push_back(fmt::format("message {}", message));
  const Json* basis = decision.find("basis");
  if (basis == nullptr) return found;
  found.push_back(fmt::format("policy {}", basis->get("policy")));
  for (const auto list : {"lists", "ownership"}) {
    if (const Json* items = basis->find(list); items != nullptr) {
      for (const auto& item : items->items) found.push_back(fmt::format("edition {}", item.get("edition")));
    }
  }
  return found;
}

/// What many decisions stand on: kept as long as the youngest of them, and tying them together no further.
std::string shared(const store::LedgerEntry& entry) {
  if (entry.kind == "edition" || entry.kind == "acceptance" || entry.kind == "confirmation") {
    // LIST PART ID, and of confirmations a day behind it.
    const auto id = entry.key.find("sha256:");
    return fmt::format("edition {}", id == std::string::npos ? entry.key : entry.key.substr(id, 71));
  }
  if (entry.kind == "policy" || entry.kind == "message") return fmt::format("{} {}", entry.kind, entry.key);
  return {};
}

/// Who did what, the book that is watched, and the signatures, are needed as long as anything is.
bool is_of_the_whole(std::string_view kind) {
  return kind == "person" || kind == "book" || kind == "watch" || kind == store::kKeyKind || kind == store::kRevocationKind ||
         kind == store::kCheckpointKind;
}

/// The matters that an entry is about; those of one entry belong together.
std::vector<std::string> matters(const store::LedgerEntry& entry) {
  static constexpr std::string_view kOwn[] = {"decision", "alert", "mark", "consultation", "proposal"};
  static constexpr std::string_view kNamed[] = {"deal", "decision", "alert", "mark", "consultation", "proposal"};
  std::vector<std::string> found;
  if (std::find(std::begin(kOwn), std::end(kOwn), entry.kind) != std::end(kOwn)) found.push_back(fmt::format("{} {}", entry.kind, entry.key));
  if (entry.kind == "attachment" || entry.kind == "packet" || entry.kind == "answer") return {fmt::format("file {}", entry.key)};
  const auto parsed = parse_json(entry.payload);
  if (!parsed || !parsed->is_object()) return found;
  const Json* payload = &*parsed;
  Result<Json> decision = Json::object();
  if (entry.kind == "decision") {
    decision = parse_json(payload->get("decision"));
    if (decision && !decision->get("deal").empty()) found.push_back(fmt::format("deal {}", decision->get("deal")));
    return found;
  }
  if (entry.kind == "shipped") found.push_back(fmt::format("deal {}", entry.key));
  for (const auto name : kNamed) {
    if (const auto value = payload->get(name); !value.empty()) found.push_back(fmt::format("{} {}", name, value));
  }
  if (const auto number = payload->get("number"); !number.empty()) found.push_back(fmt::format("licence {}", number));
  for (const auto name : {"file", "packet", "pdf"}) {
    if (const auto value = payload->get(name); value.starts_with("sha256:")) found.push_back(fmt::format("file {}", value));
  }
  if (entry.kind == "proposal") {
    const auto what = payload->get("what");
    found.push_back(fmt::format("{} {}", what.substr(0, what.find('.')), payload->get("subject")));
  }
  return found;
}

/// Matters that belong together, each set with its youngest day and what holds it. A forest of disjoint sets.
class Together {
 public:
  std::size_t of(const std::string& matter) {
    const auto [at, fresh] = numbers_.try_emplace(matter, above_.size());
    if (fresh) {
      above_.push_back(above_.size());
      last_.emplace_back();
      hold_.push_back(Hold::none);
    }
    return root(at->second);
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a);
    b = root(b);
    if (a == b) return;
    above_[b] = a;
    last_[a] = std::max(last_[a], last_[b]);
    hold_[a] = std::max(hold_[a], hold_[b]);
  }
  void see(const std::string& matter, Date day) { last_[of(matter)] = std::max(last_[of(matter)], day); }
  void hold(const std::string& matter, Hold why) { hold_[of(matter)] = std::max(hold_[of(matter)], why); }
  [[nodiscard]] Date last(const std::string& matter) { return last_[of(matter)]; }
  [[nodiscard]] Hold held(const std::string& matter) { return hold_[of(matter)]; }

 private:
  std::size_t root(std::size_t at) {
    while (above_[at] != at) at = above_[at] = above_[above_[at]];
    return at;
  }
  std::unordered_map<std::string, std::size_t> numbers_;  // never walked
  std::vector<std::size_t> above_;
  std::vector<Date> last_;
  std::vector<Hold> hold_;
};

/// What is open, in force or blocked as of today.
Status hold_what_is_open(store::Store& store, Date today, Together& together) {
  store::Cases cases(store);
  TAMGA_TRY(const auto alerts, cases.alerts({.state = "active"}));
  for (const auto& alert : alerts) together.hold("alert " + alert.id, Hold::open_case);
  TAMGA_TRY(const auto consultations, cases.consultations());
  for (const auto& consultation : consultations) {
    if (consultation.state != "answered") together.hold("consultation " + consultation.id, Hold::open_case);
    if (consultation.kind == "blocked") together.hold("consultation " + consultation.id, Hold::blocked);
  }
  TAMGA_TRY(const auto proposals, store::People(store).proposals("", "", "open"));
  for (const auto& proposal : proposals) together.hold("proposal " + proposal.id, Hold::open_case);
  TAMGA_TRY(const auto deals, store::Watch(store).deals());
  for (const auto& deal : deals) together.hold("deal " + deal, Hold::open_case);
  TAMGA_TRY(const auto licences, store::Licences(store).all());
  for (const auto& licence : licences) {
    const auto to = Date::parse(licence.to);
    if (licence.revoked || !to) continue;
    // Its time begins with its end.
    together.see("licence " + licence.number, *to);
    if (*to >= today) together.hold("licence " + licence.number, Hold::licence);
  }
  return {};
}

}  // namespace

Result<std::vector<RetentionRule>> retention_rules(const std::string& file) {
  NamedBytes bytes{"data/retention.toml", {tamga_retention_toml, static_cast<std::size_t>(tamga_retention_toml_end - tamga_retention_toml)}};
  if (!file.empty()) {
    bytes.name = file;
    TAMGA_TRY(bytes.bytes, read_file(file, std::size_t{1} << 20));
  }
  TAMGA_TRY(const Json json, read_toml(bytes));
  const Json* list = json.find("rules");
  if (list == nullptr || !list->is_array() || list->items.empty()) return bad_input_in(bytes.name, 0, "holds no [[rules]]");
  std::vector<RetentionRule> rules;
  for (const auto& item : list->items) {
    TAMGA_TRY(rules.emplace_back(), rule_of(bytes.name, item));
  }
  return rules;
}

Date keep_until(const RetentionRule& rule, Date day) {
  const int year = day.year() + static_cast<int>(rule.years);
  if (rule.from_year_end) return Date::from(year, 12, 31).value_or(day);
  const std::chrono::year_month_day parts(day.day);
  const auto same = Date::from(year, static_cast<unsigned>(parts.month()), static_cast<unsigned>(parts.day()));
  return same ? *same : Date::from(year, 3, 1).value_or(day);
}

std::string_view hold_name(Hold hold) {
  switch (hold) {
    case Hold::none: return "";
    case Hold::open_case: return "open_case";
    case Hold::licence: return "licence";
    case Hold::blocked: return "blocked";
  }
  return "";
}

Result<Retention> retention(const Settings& settings, const RetentionRequest& request) {
  Retention result;
  TAMGA_TRY(result.rules, retention_rules(request.rules_file));
  TAMGA_TRY(auto store, open_existing_store(settings));
  Together together;
  Date youngest;
  TAMGA_TRY_STATUS(store.each([&](const store::LedgerEntry& entry) -> Status {
    const auto day = day_of(entry);
    if (day) youngest = std::max(youngest, *day);
    const auto about = matters(entry);
    for (const auto& matter : about) {
      together.join(together.of(about.front()), together.of(matter));
      if (day) together.see(matter, *day);
    }
    return {};
  }));
  TAMGA_TRY_STATUS(hold_what_is_open(store, request.today, together));
  // What decisions stand on does not join them: all would be one.
  std::unordered_map<std::string, std::pair<Date, Hold>> standing;
  TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    const auto payload = parse_json(entry.payload);
    const auto decision = payload ? parse_json(payload->get("decision")) : payload;
    if (!decision) return {};
    const std::string matter = "decision " + entry.key;
    for (const auto& key : stands_on(*payload, *decision)) {
      auto& [day, hold] = standing[key];
      day = std::max(day, together.last(matter));
      hold = std::max(hold, together.held(matter));
    }
    return {};
  }));
  std::map<std::tuple<std::string, Date, Date, std::string, Hold, bool>, std::int64_t> sets;
  TAMGA_TRY_STATUS(store.each([&](const store::LedgerEntry& entry) -> Status {
    const auto day = day_of(entry);
    if (!day) {
      ++result.undated;
      return {};
    }
    Date last = *day;
    Hold hold = Hold::none;
    if (is_of_the_whole(entry.kind)) last = youngest;
    if (const auto under = standing.find(shared(entry)); under != standing.end()) {
      last = std::max(last, under->second.first);
      hold = under->second.second;
    }
    if (const auto about = matters(entry); !about.empty()) {
      last = std::max(last, together.last(about.front()));
      hold = together.held(about.front());
    }
    const Longest must = longest(result.rules, last);
    ++sets[{entry.kind, *day, must.until, must.rule, hold, last > *day}];
    if (request.list_due && hold == Hold::none && must.until < request.today)
      result.due.push_back(Due{entry.sequence, entry.kind, entry.key, *day, must.until, must.rule});
    return {};
  }));
  for (const auto& [key, entries] : sets) {
    const auto& [kind, day, until, rule, hold, by_another] = key;
    result.kept.push_back(Kept{kind, day, until, rule, hold, by_another, entries});
  }
  return result;
}

}  // namespace tamga::app
