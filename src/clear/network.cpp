#include "clear/network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/ascii.h"
#include "match/name_key.h"
#include "ownership/signs.h"

namespace tamga::clear {
namespace {

using ownership::Holding;
using ownership::Kind;

/// A name that only is an id ("lei:…", "bods:publisher/record") is nobody's name.
bool has_name(const ownership::PartyView& party) { return party.name != party.id || party.id.find(':') == std::string_view::npos; }

/// What a list's own relation says of ownership. "Owned or controlled by" leaves open which of the two: an unknown share, and control.
struct ListTie {
  std::vector<Kind> kinds;
  std::optional<ShareRange> share;
  bool upside_down = false;  ///< the relation goes from what is owned to its owner
};
ListTie tie_of(const Entity& relation) {
  const std::string role = lower_ascii(relation.first("role"));
  if (relation.schema == "Ownership") {
    const std::string_view percentage = relation.first("percentage");
    if (!percentage.empty()) {
      if (auto share = ShareRange::parse(percentage)) return {{Kind::shares}, share};
    }
    const bool control =
        role.find("control") != std::string::npos || role.find("subsidiar") != std::string::npos || role.find("parent") != std::string::npos;
    return {control ? std::vector{Kind::shares, Kind::control} : std::vector{Kind::shares}, {}};
  }
  if (relation.schema == "Directorship") return {{Kind::director}, {}};
  if (relation.schema == "Employment") return {{Kind::staff}, {}};
  if (relation.schema == "Family") return {{Kind::family}, {}};
  // OFAC's "Linked To" and the UK's "Current owner/operator" stand at the entry and name whom it belongs to; other links say nothing of that.
  const bool belongs = role.starts_with("linked to") || role.starts_with("current owner");
  if (relation.schema == "UnknownLink" && belongs) return {{Kind::influence}, {}, true};
  return {};
}

}  // namespace

namespace {

match::Query registered_query(const ownership::Graph& graph, std::uint32_t party) {
  const auto view = graph.party(party);
  match::Query query;
  if (has_name(view)) query.names = {std::string(view.name)};
  // A register's LegalEntity may be a person.
  query.schema = view.schema == "LegalEntity" ? "" : view.schema;
  if (!view.country.empty()) query.countries = {lower_ascii(view.country)};
  query.identifiers = graph.identifiers_of(party);
  return query;
}

}  // namespace

Screened screen_party(const Snapshot& snapshot, Date as_of, const match::Query& query, match::Workspace& workspace) {
  Screened screened;
  if (snapshot.unlisted && snapshot.unlisted(query)) return screened;
  const std::string day = as_of.text();
  for (const auto& hit : match::screen(query, snapshot.searchable, match::Options{snapshot.matching, {}, false, false, true}, workspace)) {
    policy::Match found;
    found.list = hit.list;
    found.entity = hit.entity.id;
    found.caption = hit.entity.caption;
    std::string begins;
    for (const auto& designation : hit.entity.designations) {
      if (designation.from.empty() || designation.from <= day) {
        found.designations.push_back(designation);
      } else if (begins.empty() || designation.from < begins) {
        begins = designation.from;
      }
    }
    if (!begins.empty()) screened.later.push_back({hit.entity.caption, hit.list, begins});
    if (!hit.entity.designations.empty() && found.designations.empty()) continue;
    found.score = match::score_text(hit.score);
    found.how = hit.by_identifier ? "identifier" : "name";
    found.source = std::string(hit.entity.first("sourceUrl"));
    if (found.source.empty() && hit.entity.line > 0) found.source = fmt::format("line {} of the list's file", hit.entity.line);
    found.certain = hit.certain;
    if (found.certain) screened.certain.push_back({hit.edition, hit.number});
    screened.places.push_back({hit.edition, hit.number});
    screened.matches.push_back(std::move(found));
  }
  return screened;
}

Screened screen_registered(const Snapshot& snapshot, Date as_of, std::uint32_t party, match::Workspace& workspace) {
  const match::Query query = registered_query(*snapshot.registers.graph, party);
  if (query.names.empty() && query.identifiers.empty()) return {};
  return screen_party(snapshot, as_of, query, workspace);
}

NetworkDrawer::NetworkDrawer(const Snapshot& snapshot, Date as_of, Screen screen)
    : snapshot_(snapshot), as_of_(as_of), screen_(std::move(screen)), reader_(*snapshot.matching) {}

std::uint32_t NetworkDrawer::add(policy::NetworkParty party, const Screened& screened, bool arrangement) {
  party.matches = screened.matches;
  const std::uint32_t number = builder_.add(std::move(party), arrangement);
  parties_.resize(std::size_t{number} + 1);
  known_.resize(std::size_t{number} + 1, false);
  for (const auto& place : screened.certain) {
    of_list_.emplace(std::pair(place.edition, place.entity), number);
    tasks_.push_back({number, ownership::kNobody, place, true});
  }
  return number;
}

std::uint32_t NetworkDrawer::subject(const Party& party, const Screened& screened) {
  const std::uint32_t number = add({party.path, {}, party.name, party.schema, party.country, {}}, screened, false);
  parties_[number] = party;
  subjects_.push_back(number);
  return number;
}

void NetworkDrawer::stated_owner(std::uint32_t subject, const Party& owner, const Screened& screened, const std::optional<ShareRange>& share) {
  const std::uint32_t number = add({owner.path, {}, owner.name, owner.schema, owner.country, {}}, screened, false);
  parties_[number] = owner;
  builder_.hold(number, subject, share, "deal");
  // Only what registers know is compared with it.
  const std::uint64_t key = snapshot_.registers.graph == nullptr ? 0 : match::name_key(owner.name, reader_);
  stated_.push_back({subject, number, key, false});
  known_[subject] = true;
}

std::uint32_t NetworkDrawer::registered(std::uint32_t party) {
  if (const auto at = of_register_.find(party); at != of_register_.end()) return at->second;
  const auto view = snapshot_.registers.graph->party(party);
  const match::Query query = registered_query(*snapshot_.registers.graph, party);
  const Screened screened = query.names.empty() && query.identifiers.empty() ? Screened{} : screen_(query);
  const std::uint32_t number =
      add({{}, std::string(view.id), std::string(view.name), std::string(view.schema), std::string(view.country), {}}, screened, view.arrangement);
  of_register_.emplace(party, number);
  tasks_.push_back({number, party, {}, true});
  return number;
}

NetworkDrawer::Joined NetworkDrawer::join(const Party& party) const {
  Joined joined;
  const auto* graph = snapshot_.registers.graph.get();
  if (graph == nullptr) return joined;
  const std::uint64_t key = party.name.empty() ? 0 : match::name_key(party.name, reader_);
  const auto by_name = key == 0 ? std::vector<std::uint32_t>() : graph->with_name_key(key);
  for (const auto& identifier : party.identifiers) {
    for (const auto found : graph->with_identifier(identifier)) {
      // Numbers of different registers collide; one without a check must have the name beside it.
      if (!identifier.checked && std::find(by_name.begin(), by_name.end(), found) == by_name.end()) continue;
      if (std::find(joined.parties.begin(), joined.parties.end(), found) == joined.parties.end()) joined.parties.push_back(found);
    }
  }
  joined.certain = !joined.parties.empty();
  if (joined.certain || party.schema == "Person") return joined;
  bool same_country = true;
  for (const auto found : by_name) {
    const auto view = graph->party(found);
    if (view.schema == "Person") continue;
    if (!party.country.empty() && !view.country.empty() && party.country != view.country) continue;
    // Another identifier of a kind that the party has too is another party.
    const auto own = graph->identifiers_of(found);
    const bool other = std::any_of(own.begin(), own.end(), [&](const auto& one) {
      return one.checked && std::any_of(party.identifiers.begin(), party.identifiers.end(), [&](const auto& mine) {
               return mine.checked && mine.scheme == one.scheme && mine.label == one.label && mine.value != one.value;
             });
    });
    if (other) continue;
    same_country = same_country && !party.country.empty() && party.country == view.country;
    joined.parties.push_back(found);
  }
  // One firm of that name in that country: its register gives a name once.
  joined.certain = joined.parties.size() == 1 && same_country;
  constexpr std::size_t kNamesakes = 8;
  if (joined.parties.size() > kNamesakes) joined.parties.resize(kNamesakes);
  return joined;
}

void NetworkDrawer::follow_register(std::uint32_t number, std::uint32_t party, bool certain) {
  const auto& graph = *snapshot_.registers.graph;
  const ownership::Day day = ownership::day_of(as_of_);
  const auto source_of = [&](const Holding& holding) {
    std::string text = fmt::format("{}", fmt::join(graph.sources(holding.sources), "\n"));
    return text.empty() ? std::string("register") : text;
  };
  const auto owner_of = [&](std::uint32_t owner) -> std::optional<std::uint32_t> {
    if (owner == party) return number;
    if (const auto at = of_register_.find(owner); at != of_register_.end()) return at->second;
    // The deal may have named this one already.
    const auto view = graph.party(owner);
    const std::uint64_t key = has_name(view) ? match::name_key(view.name, reader_) : 0;
    for (auto& stated : stated_) {
      if (stated.subject != number || stated.followed || key == 0 || stated.key != key) continue;
      stated.followed = true;
      of_register_.emplace(owner, stated.owner);
      tasks_.push_back({stated.owner, owner, {}, true});
      return stated.owner;
    }
    if (known_.size() >= kPartiesMax) {
      cut_ = true;
      return {};
    }
    return registered(owner);
  };
  for (const Holding& holding : graph.in(party)) {
    const auto owner = owner_of(holding.owner);
    if (!owner) continue;
    Holding row = holding;
    row.owner = *owner;
    row.asset = number;
    if (!certain) {
      // The register's party may be another of that name: then all of this is not so.
      row.low = 0;
      row.flags &= static_cast<std::uint8_t>(~Holding::kLowOpen);
      if (row.kind == Kind::control) row.kind = Kind::influence;
    }
    if (holding.kind == Kind::shares && holding.on(day)) known_[number] = true;
    builder_.hold(row, source_of(holding));
  }
  for (const auto out : graph.out(party)) {
    const Holding& holding = graph.holdings()[out];
    if (holding.kind != Kind::joint) continue;
    const auto partner = owner_of(holding.asset);
    if (!partner) continue;
    Holding row = holding;
    row.owner = number;
    row.asset = *partner;
    builder_.hold(row, source_of(holding));
  }
}

std::uint32_t NetworkDrawer::list_party(std::size_t edition, std::uint32_t entity) {
  const auto at = of_list_.find({edition, entity});
  if (at != of_list_.end()) return at->second;
  const Entity listed = snapshot_.searchable[edition].index->entity(entity);
  const Screened screened = screen_(match::query_of_entity(listed));
  std::string country = listed.values("country").empty() ? std::string() : upper_ascii(listed.first("country"));
  if (country.size() != 2) country.clear();
  const std::uint32_t number = add({{}, listed.id, listed.caption, listed.schema, std::move(country), {}}, screened, false);
  if (of_list_.emplace(std::pair(edition, entity), number).second) tasks_.push_back({number, ownership::kNobody, {edition, entity}, true});
  return number;
}

void NetworkDrawer::follow_list(std::uint32_t number, Screened::Place place) {
  const auto& loaded = snapshot_.searchable[place.edition];
  for (const auto relation : loaded.index->relations_of(place.entity)) {
    const auto view = loaded.index->relation(relation);
    if (view.from == index::kNoEntity || view.to == index::kNoEntity || view.from == view.to) continue;
    const auto json = parse_json(view.json);
    if (!json) continue;
    const auto read = entity_from_json(*json);
    if (!read) continue;
    const ListTie tie = tie_of(*read);
    // Upwards only: what the entity is owned by, not what it owns.
    const std::uint32_t asset_entity = tie.upside_down ? view.from : view.to;
    const std::uint32_t owner_entity = tie.upside_down ? view.to : view.from;
    if (tie.kinds.empty() || asset_entity != place.entity) continue;
    if (known_.size() >= kPartiesMax) {
      cut_ = true;
      return;
    }
    const std::uint32_t owner = list_party(place.edition, owner_entity);
    if (owner == number) continue;
    for (const Kind kind : tie.kinds) {
      Holding row;
      row.owner = owner;
      row.asset = number;
      row.kind = kind;
      row.set_share(ownership::Range::of(tie.share.value_or(ShareRange{})));
      builder_.hold(row, loaded.list);
      known_[number] = known_[number] || kind == Kind::shares;
    }
  }
}

/// Family, staff and seats between those who are in the network already: they make no one an owner, but tell to whom a part went.
void NetworkDrawer::tie_known() {
  if (snapshot_.registers.graph == nullptr) return;
  const auto& graph = *snapshot_.registers.graph;
  for (const auto& [party, number] : std::map(of_register_.begin(), of_register_.end())) {
    for (const auto out : graph.out(party)) {
      const Holding& holding = graph.holdings()[out];
      if (holding.kind != Kind::family && holding.kind != Kind::staff && holding.kind != Kind::director) continue;
      const auto other = of_register_.find(holding.asset);
      if (other == of_register_.end()) continue;
      Holding row = holding;
      row.owner = number;
      row.asset = other->second;
      builder_.hold(row, fmt::format("{}", fmt::join(graph.sources(holding.sources), "\n")));
    }
  }
}

policy::Network NetworkDrawer::draw() {
  for (const auto number : subjects_) {
    const Joined joined = join(parties_[number]);
    for (const auto party : joined.parties) {
      // A company that stands in the deal twice is followed for each of its places; as somebody's owner it is the first of them.
      if (joined.certain) {
        of_register_.emplace(party, number);
      } else {
        uncertain_joins_.push_back(number);
      }
      tasks_.push_back({number, party, {}, joined.certain});
    }
  }
  bool stated_joined = false;
  while (!tasks_.empty() || !stated_joined) {
    if (tasks_.empty()) {
      // Stated owners that no register names among the subject's: companies of their own.
      stated_joined = true;
      for (auto& stated : stated_) {
        if (stated.followed) continue;
        const Joined joined = join(parties_[stated.owner]);
        for (const auto party : joined.parties) {
          if (joined.certain && !of_register_.emplace(party, stated.owner).second) continue;
          if (!joined.certain) uncertain_joins_.push_back(stated.owner);
          tasks_.push_back({stated.owner, party, {}, joined.certain});
        }
      }
      continue;
    }
    const Task task = tasks_.back();
    tasks_.pop_back();
    if (task.party != ownership::kNobody) {
      follow_register(task.number, task.party, task.certain);
    } else {
      follow_list(task.number, task.place);
    }
  }
  tie_known();
  policy::Network network = builder_.network();
  add_doubts(network);
  return network;
}

void NetworkDrawer::add_doubts(const policy::Network& network) {
  const auto& graph = *network.graph;
  const ownership::Day day = ownership::day_of(as_of_);
  // What is doubtful matters only where somebody listed may stand behind it.
  const auto anybody_listed = [&](std::uint32_t subject) {
    for (std::uint32_t i = 0; i < network.parties.size(); ++i) {
      if (i != subject && !network.parties[i].matches.empty() && !graph.out(i).empty()) return true;
    }
    return false;
  };
  std::vector<std::uint32_t> asked = subjects_;
  asked.insert(asked.end(), doubted_.begin(), doubted_.end());
  for (const auto subject : asked) {
    const std::string& name = network.parties[subject].name;
    if (std::find(uncertain_joins_.begin(), uncertain_joins_.end(), subject) != uncertain_joins_.end() && anybody_listed(subject)) {
      doubts_.push_back(
          {subject, "data.register_party_uncertain",
           fmt::format("{} has the name of a company in an ownership register, but no identifier that tells whether it is that one; what the "
                       "register says of its owners can only be possible.",
                       name),
           "/identifiers"});
    }
    if (ownership::in_closed_loop(graph, day, subject) && !graph.in(subject).empty()) {
      doubts_.push_back({subject, "data.owners_in_a_loop",
                         fmt::format("The stated owners of {} own each other in a closed loop, so no outside owner can be named.", name), "/owners"});
    }
    if (ownership::inconsistent(graph, day, subject)) {
      doubts_.push_back(
          {subject, "data.shares_inconsistent",
           fmt::format("The shares in {} add up to more than 100 %, or its sources contradict each other; which is wrong is not known.", name),
           "/owners"});
    }
    if (cut_) {
      doubts_.push_back({subject, "data.ownership_cut",
                         fmt::format("More than {} parties stand in the ownership around {}; those beyond were not followed.", kPartiesMax, name),
                         "/owners"});
    }
  }
}

}  // namespace tamga::clear
