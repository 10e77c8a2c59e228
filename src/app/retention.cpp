#include "app/retention.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "app/record.h"
#include "base/decimal.h"
#include "base/toml.h"

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

/// What a decision stands on, in the words of subject().
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

/// What an entry is a part of: its edition, its licence, or itself.
std::string subject(const store::LedgerEntry& entry) {
  if (entry.kind == "edition" || entry.kind == "acceptance" || entry.kind == "confirmation") {
    // LIST PART ID, and of confirmations a day behind it.
    const auto id = entry.key.find("sha256:");
    return fmt::format("edition {}", id == std::string::npos ? entry.key : entry.key.substr(id, 71));
  }
  if (entry.kind.starts_with("licence")) {
    if (const auto payload = parse_json(entry.payload); payload) return fmt::format("licence {}", payload->get("number"));
  }
  return fmt::format("{} {}", entry.kind, entry.key);
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

Result<Retention> retention(const Settings& settings, const std::string& rules_file) {
  Retention result;
  TAMGA_TRY(result.rules, retention_rules(rules_file));
  TAMGA_TRY(auto store, open_existing_store(settings));
  std::map<std::string, Date> last_use;  // of what decisions stand on
  TAMGA_TRY_STATUS(store.each_since(0, "decision", [&](const store::LedgerEntry& entry) -> Status {
    const auto day = Date::parse(std::string_view(entry.recorded_at).substr(0, 10));
    const auto payload = parse_json(entry.payload);
    const auto decision = payload ? parse_json(payload->get("decision")) : payload;
    if (!day || !decision) return {};
    for (const auto& key : stands_on(*payload, *decision)) last_use[key] = std::max(last_use[key], *day);
    return {};
  }));
  TAMGA_TRY_STATUS(store.each_since(0, "licence_use", [&](const store::LedgerEntry& entry) -> Status {
    if (const auto day = Date::parse(std::string_view(entry.recorded_at).substr(0, 10)); day) {
      auto& last = last_use[subject(entry)];
      last = std::max(last, *day);
    }
    return {};
  }));
  std::map<std::pair<std::string, Date>, Kept> sets;
  TAMGA_TRY_STATUS(store.each([&](const store::LedgerEntry& entry) -> Status {
    const auto day = Date::parse(std::string_view(entry.recorded_at).substr(0, 10));
    if (!day) {
      ++result.undated;
      return {};
    }
    const auto use = last_use.find(subject(entry));
    const bool under = use != last_use.end() && use->second > *day;
    const Longest must = longest(result.rules, under ? use->second : *day);
    auto& set = sets[{entry.kind, *day}];
    if (set.entries++ == 0 || must.until > set.until) {
      set.until = must.until;
      set.rule = must.rule;
      set.stands_under = under;
    }
    set.kind = entry.kind;
    set.day = *day;
    return {};
  }));
  for (auto& [key, set] : sets) result.kept.push_back(std::move(set));
  return result;
}

}  // namespace tamga::app
