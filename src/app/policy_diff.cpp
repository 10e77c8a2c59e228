#include "app/policy_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/rules.h"
#include "base/toml.h"
#include "store/store.h"

namespace tamga::app {
namespace {

constexpr std::string_view kBuiltIn = "built-in";

struct Side {
  std::string id;
  std::string from;
  std::map<std::string, std::string> files;
};

/// Reads it as a policy first: what is none is refused, not compared.
Result<Side> side_of(const Settings& settings, const std::string& named) {
  std::optional<Rules> rules;
  if (named.starts_with("sha256:")) {
    TAMGA_TRY(auto store, store::Store::open_existing(settings.place()));
    TAMGA_TRY(auto bundle, store.kept(named));
    if (!bundle) return not_found(fmt::format("no policy {} is kept here: a decision's basis names the one that it was made under", named));
    TAMGA_TRY(rules, unbundle_rules(*std::move(bundle)));
    rules->from = named;
  } else {
    const std::string folder = named == kBuiltIn ? "" : named.empty() ? settings.policy : named;
    TAMGA_TRY(rules, load_rules(folder));
  }
  Side side{rules->id, rules->from, {}};
  TAMGA_TRY(const Json bundle, parse_json(rules->bundle));
  for (const auto& file : bundle.find("files")->items) side.files.emplace(file.get("name"), file.get("text"));
  return side;
}

std::string text_of(const Json& value) { return value.is_string() ? value.text : value.dump(); }

/// Whose items have names of their own: those are compared by name, wherever they stand.
bool by_id(const Json& array) {
  std::set<std::string_view> ids;
  return std::all_of(array.items.begin(), array.items.end(),
                     [&](const Json& item) { return item.is_object() && !item.get("id").empty() && ids.insert(item.get("id")).second; });
}

/// Every member that differs, tables member by member. Test cases are told by their number: they decide nothing.
void compare(const Json& before, const Json& after, const std::string& at, std::vector<MemberChange>& changes) {
  if (before.is_object() && after.is_object()) {
    std::set<std::string> keys;
    for (const auto& member : before.members) keys.insert(member.key);
    for (const auto& member : after.members) keys.insert(member.key);
    for (const auto& key : keys) {
      const Json* old = before.find(key);
      const Json* now = after.find(key);
      const std::string path = at.empty() ? key : fmt::format("{}.{}", at, key);
      if (old != nullptr && now != nullptr) {
        compare(*old, *now, path, changes);
      } else if (old != nullptr) {
        changes.push_back({path, text_of(*old), ""});
      } else {
        changes.push_back({path, "", text_of(*now)});
      }
    }
    return;
  }
  std::string old = text_of(before);
  std::string now = text_of(after);
  if (old == now) return;
  if ((at == "test" || at.ends_with(".test")) && before.is_array() && after.is_array()) {
    old = fmt::format("{} cases", before.items.size());
    now = old == fmt::format("{} cases", after.items.size()) ? old + ", others" : fmt::format("{} cases", after.items.size());
  }
  changes.push_back({at, std::move(old), std::move(now)});
}

std::string citation_of(const Json& item) {
  const auto citation = item.get("citation");
  return std::string(citation.empty() ? item.get("title") : citation);
}

void compare_items(const std::string& file, const std::string& kind, const Json& before, const Json& after, std::vector<PolicyChange>& changes) {
  std::map<std::string_view, const Json*> old;
  for (const auto& item : before.items) old.emplace(item.get("id"), &item);
  std::set<std::string_view> stayed;
  for (const auto& item : after.items) {
    const auto id = item.get("id");
    const auto was = old.find(id);
    if (was == old.end()) {
      changes.push_back({PolicyChange::How::added, file, kind, std::string(id), citation_of(item), {}});
      continue;
    }
    stayed.insert(id);
    PolicyChange change{PolicyChange::How::changed, file, kind, std::string(id), "", {}};
    compare(*was->second, item, "", change.members);
    if (!change.members.empty()) changes.push_back(std::move(change));
  }
  for (const auto& item : before.items) {
    if (!stayed.contains(item.get("id")))
      changes.push_back({PolicyChange::How::removed, file, kind, std::string(item.get("id")), citation_of(item), {}});
  }
}

Status compare_rules(const std::string& file, const std::string& before, const std::string& after, std::vector<PolicyChange>& changes) {
  const auto read = [&](const std::string& text) -> Result<Json> { return text.empty() ? Json::object() : read_toml(NamedBytes{file, text}); };
  TAMGA_TRY(Json old, read(before));
  TAMGA_TRY(Json now, read(after));
  PolicyChange own{PolicyChange::How::changed, file, "", "", "", {}};
  std::set<std::string> kinds;
  for (const auto* side : {&old, &now}) {
    for (const auto& member : side->members) kinds.insert(member.key);
  }
  const Json none = Json::array();
  for (const auto& kind : kinds) {
    const Json* a = old.find(kind);
    const Json* b = now.find(kind);
    const auto named = [](const Json* items) { return items == nullptr || (items->is_array() && by_id(*items)); };
    if (named(a) && named(b)) {
      compare_items(file, kind, a == nullptr ? none : *a, b == nullptr ? none : *b, changes);
    } else if (a == nullptr) {
      own.members.push_back({kind, "", text_of(*b)});
    } else if (b == nullptr) {
      own.members.push_back({kind, text_of(*a), ""});
    } else {
      compare(*a, *b, kind, own.members);
    }
  }
  if (!own.members.empty()) changes.push_back(std::move(own));
  return {};
}

std::vector<std::string> rows_of(std::string_view text) {
  std::vector<std::string> rows;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view row = text.substr(0, end);
    if (row.ends_with('\r')) row.remove_suffix(1);
    if (!row.empty()) rows.emplace_back(row);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

void compare_rows(const std::string& file, const std::string& before, const std::string& after, std::vector<PolicyChange>& changes) {
  const auto old = rows_of(before);
  const auto now = rows_of(after);
  std::multiset<std::string_view> left(old.begin(), old.end());
  for (const auto& row : now) {
    if (const auto same = left.find(row); same != left.end()) {
      left.erase(same);
    } else {
      changes.push_back({PolicyChange::How::added, file, "row", row, "", {}});
    }
  }
  for (const auto& row : old) {
    if (const auto gone = left.find(row); gone != left.end()) {
      left.erase(gone);
      changes.push_back({PolicyChange::How::removed, file, "row", row, "", {}});
    }
  }
}

}  // namespace

Result<PolicyDiff> diff_policies(const Settings& settings, const std::string& before, const std::string& after) {
  TAMGA_TRY(auto old, side_of(settings, before));
  TAMGA_TRY(auto now, side_of(settings, after));
  PolicyDiff diff{old.id, now.id, old.from, now.from, {}};
  std::set<std::string> names;
  for (const auto* side : {&old, &now}) {
    for (const auto& file : side->files) names.insert(file.first);
  }
  for (const auto& name : names) {
    const std::string& a = old.files[name];
    const std::string& b = now.files[name];
    if (a == b) continue;
    if (name.ends_with(".toml")) {
      TAMGA_TRY_STATUS(compare_rules(name, a, b, diff.changes));
    } else {
      compare_rows(name, a, b, diff.changes);
    }
  }
  return diff;
}

Json to_json(const PolicyDiff& diff) {
  constexpr std::array<std::string_view, 3> kHow = {"added", "removed", "changed"};
  Json changes = Json::array();
  for (const auto& change : diff.changes) {
    Json one = Json::object();
    one.set("change", kHow[static_cast<std::size_t>(change.how)]).set("file", change.file);
    if (!change.kind.empty()) one.set("kind", change.kind).set("id", change.id);
    if (!change.told.empty()) one.set("citation", change.told);
    if (!change.members.empty()) {
      Json members = Json::array();
      for (const auto& member : change.members) {
        Json item = Json::object();
        members.push(std::move(item.set("member", member.member).set("before", member.before).set("after", member.after)));
      }
      one.set("members", std::move(members));
    }
    changes.push(std::move(one));
  }
  Json json = Json::object();
  json.set("before", diff.before).set("after", diff.after);
  return json.set("changes", std::move(changes));
}

}  // namespace tamga::app
