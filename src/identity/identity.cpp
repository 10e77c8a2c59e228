#include "identity/identity.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "identity/edges.h"

// How groups are made. Edges are taken strongest first, as in Kruskal's algorithm: two groups are merged unless a pair across them speaks against
// it. A group only ever grows and a weaker rule has more against it, so an edge that was refused is never overtaken by a weaker one. The order of
// edges is that of rule, weight, list and id, never that of the sources; so the same entities give the same groups.
//
// An edge that is refused stays as a possible link. So does every edge of a rule that may only say "possibly".
namespace tamga::identity {

std::string_view rule_name(Rule rule) {
  switch (rule) {
    case Rule::reference: return "reference";
    case Rule::register_number: return "register_number";
    case Rule::document: return "document";
    case Rule::name_and_day: return "name_and_day";
    case Rule::name_and_more: return "name_and_more";
    case Rule::name: return "name";
  }
  return "name";
}

class Grouping {
 public:
  Grouping(const Records& records, std::span<const Edge> edges) : records_(records), edges_(edges), group_(records.all.size()) {
    std::iota(group_.begin(), group_.end(), 0U);
    members_.resize(records.all.size());
    for (std::uint32_t i = 0; i < members_.size(); ++i) members_[i] = {i};
    rank_.resize(records.all.size());
    std::vector<std::uint32_t> order(group_);
    std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::tie(records.all[a].list, records.all[a].id) < std::tie(records.all[b].list, records.all[b].id);
    });
    for (std::uint32_t i = 0; i < order.size(); ++i) rank_[order[i]] = i;
  }

  void merge(std::vector<Settled> settled) {
    std::sort(settled.begin(), settled.end(), [&](const Settled& x, const Settled& y) { return key(x) < key(y); });
    for (const auto& item : settled) {
      const Edge& edge = edges_[item.edge];
      Links::Link link{edge.a, edge.b, edge.evidence.rule, item.certain, edge.evidence.because};
      if (item.certain) {
        if (auto reason = refusal(edge); !reason.empty()) {
          link.certain = false;
          link.because += reason;
        } else {
          join(edge.a, edge.b);
        }
      }
      links_.push_back(std::move(link));
    }
  }

  Links take(std::span<const Source> sources, std::uint32_t skipped) {
    // A possible link inside a group says nothing that the group does not.
    std::erase_if(links_, [&](const Links::Link& link) { return !link.certain && group_[link.a] == group_[link.b]; });
    std::sort(links_.begin(), links_.end(), [](const auto& x, const auto& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
    Links links;
    for (std::size_t i = 0; i < sources.size(); ++i)
      links.sources_.push_back({std::string(sources[i].list), records_.begin[i + 1] - records_.begin[i]});
    links.skipped_ = skipped;
    links.links_ = std::move(links_);
    links.index_links();
    return links;
  }

 private:
  using Key = std::tuple<bool, Rule, std::int32_t, std::uint32_t, std::uint32_t>;
  [[nodiscard]] Key key(const Settled& settled) const {
    const Edge& edge = edges_[settled.edge];
    const auto [low, high] = std::minmax(rank_[edge.a], rank_[edge.b]);
    return {!settled.certain, edge.evidence.rule, -edge.evidence.weight, low, high};
  }

  /// Why the groups of an edge's ends must stay apart; empty when they need not.
  [[nodiscard]] std::string refusal(const Edge& edge) const {
    if (group_[edge.a] == group_[edge.b]) return {};
    for (const auto mine : members_[group_[edge.a]]) {
      for (const auto theirs : members_[group_[edge.b]]) {
        if (edge.evidence.rule > Rule::document && records_.source_of(mine) == records_.source_of(theirs))
          return fmt::format(", but {} holds both {} and {}", records_.all[mine].list, records_.all[std::min(mine, theirs)].id,
                             records_.all[std::max(mine, theirs)].id);
        if (vetoes(conflict(records_.all[mine], records_.all[theirs]), edge.evidence.rule)) return ", but their entries on other lists contradict";
      }
    }
    return {};
  }

  void join(std::uint32_t a, std::uint32_t b) {
    std::uint32_t into = group_[a];
    std::uint32_t from = group_[b];
    if (into == from) return;
    if (members_[into].size() < members_[from].size()) std::swap(into, from);
    for (const auto member : members_[from]) group_[member] = into;
    members_[into].insert(members_[into].end(), members_[from].begin(), members_[from].end());
    members_[from].clear();
  }

  const Records& records_;
  std::span<const Edge> edges_;
  std::vector<std::uint32_t> rank_;   ///< by list and id
  std::vector<std::uint32_t> group_;  ///< of each record
  std::vector<std::vector<std::uint32_t>> members_;
  std::vector<Links::Link> links_;
};

Links link(std::span<const Source> sources) {
  const Records records = read_records(sources);
  const Edges found = find_edges(records);
  Grouping grouping(records, found.edges);
  grouping.merge(settle(records, found.edges));
  return grouping.take(sources, found.skipped);
}

void Links::index_links() {
  begin_.assign(1, 0);
  for (const auto& source : sources_) begin_.push_back(begin_.back() + source.entities);
  first_.assign(std::size_t{begin_.back()} + 1, 0);
  for (const auto& link : links_) {
    ++first_[link.a + 1];
    ++first_[link.b + 1];
  }
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  ends_.resize(links_.size() * 2);
  auto next = first_;
  for (std::uint32_t i = 0; i < links_.size(); ++i) {
    ends_[next[links_[i].a]++] = i;
    ends_[next[links_[i].b]++] = i;
  }
  groups_ = 0;
  entities_ = 0;
  std::vector<bool> seen(begin_.back());
  for (std::uint32_t place = 0; place < begin_.back(); ++place) {
    if (seen[place] || first_[place] == first_[place + 1]) continue;
    const auto group = group_of(place);
    for (const auto other : group) seen[other] = true;
    if (group.size() < 2) continue;
    ++groups_;
    entities_ += group.size();
  }
}

Member Links::member(std::uint32_t place) const {
  const auto source = static_cast<std::uint32_t>(std::upper_bound(begin_.begin(), begin_.end(), place) - begin_.begin() - 1);
  return Member{source, place - begin_[source]};
}

std::span<const std::uint32_t> Links::links_of(std::uint32_t place) const {
  return std::span(ends_).subspan(first_[place], first_[place + 1] - first_[place]);
}

std::vector<std::uint32_t> Links::group_of(std::uint32_t place) const {
  std::vector<std::uint32_t> group{place};
  for (std::size_t at = 0; at < group.size(); ++at) {
    for (const auto number : links_of(group[at])) {
      const Link& link = links_[number];
      const auto other = link.a == group[at] ? link.b : link.a;
      if (link.certain && std::find(group.begin(), group.end(), other) == group.end()) group.push_back(other);
    }
  }
  std::sort(group.begin(), group.end());
  return group;
}

/// The way from one member of a group to each other: the one whose weakest link is the strongest; of these the shortest.
std::vector<Linked> Links::same_as(std::uint32_t place, std::span<const std::uint32_t> group) const {
  struct Way {
    Rule rule = Rule::reference;
    std::uint32_t steps = 0;
    std::uint32_t weakest = 0;  ///< a link
    std::uint32_t by = 0;       ///< the member before
    bool known = false;
    bool done = false;
  };
  std::vector<Way> ways(group.size());
  const auto slot = [&](std::uint32_t member) {
    return static_cast<std::size_t>(std::lower_bound(group.begin(), group.end(), member) - group.begin());
  };
  ways[slot(place)].known = true;
  for (std::size_t step = 0; step < group.size(); ++step) {
    std::optional<std::size_t> nearest;
    for (std::size_t i = 0; i < ways.size(); ++i) {
      if (!ways[i].known || ways[i].done) continue;
      if (!nearest || std::tie(ways[i].rule, ways[i].steps) < std::tie(ways[*nearest].rule, ways[*nearest].steps)) nearest = i;
    }
    if (!nearest) break;
    const Way here = ways[*nearest];
    ways[*nearest].done = true;
    for (const auto number : links_of(group[*nearest])) {
      const Link& link = links_[number];
      if (!link.certain) continue;
      Way& there = ways[slot(link.a == group[*nearest] ? link.b : link.a)];
      const Rule rule = std::max(here.rule, link.rule);
      const std::uint32_t steps = here.steps + 1;
      if (there.done || (there.known && std::tie(there.rule, there.steps) <= std::tie(rule, steps))) continue;
      there = Way{rule, steps, here.steps > 0 && here.rule >= link.rule ? here.weakest : number, group[*nearest], true, false};
    }
  }
  std::vector<Linked> result;
  for (std::size_t i = 0; i < group.size(); ++i) {
    if (group[i] == place) continue;
    std::string because = links_[ways[i].weakest].because;
    if (ways[i].steps > 1) because += ", by way of " + sources_[member(ways[i].by).source].list;
    result.push_back(Linked{member(group[i]), ways[i].rule, true, std::move(because)});
  }
  return result;
}

std::vector<Linked> Links::of(Member wanted) const {
  if (wanted.source >= sources_.size() || wanted.entity >= sources_[wanted.source].entities) return {};
  const std::uint32_t place = begin_[wanted.source] + wanted.entity;
  const auto group = group_of(place);
  auto result = same_as(place, group);

  struct Found {
    const Link* link = nullptr;
    bool direct = false;
    std::uint32_t by = 0;
  };
  std::map<std::uint32_t, Found> possible;
  for (const auto mine : group) {
    for (const auto number : links_of(mine)) {
      const Link& link = links_[number];
      if (link.certain) continue;
      const auto end = link.a == mine ? link.b : link.a;
      for (const auto other : group_of(end)) {
        const bool direct = mine == place && other == end;
        const Found found{&link, direct, mine != place ? mine : end};
        const auto strength = [](const Found& item) { return std::tuple(!item.direct, item.link->rule, item.link->a, item.link->b); };
        const auto [at, fresh] = possible.try_emplace(other, found);
        if (!fresh && strength(found) < strength(at->second)) at->second = found;
      }
    }
  }
  for (const auto& [other, found] : possible) {
    std::string because = found.link->because;
    if (!found.direct) because += ", by way of " + sources_[member(found.by).source].list;
    result.push_back(Linked{member(other), found.link->rule, false, std::move(because)});
  }
  return result;
}

// The bytes: magic, version, checksum of all that follows; then skipped, sources and links; a text is its size and its bytes.
namespace {

static_assert(std::endian::native == std::endian::little, "kept links are little-endian");
constexpr std::string_view kMagic = "TAMGAID\n";
/// Changes with the layout and with every rule and threshold: kept links of another version are made anew.
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeaderSize = 8 + 4 + 8;

template <typename Value>
void put(std::string& out, Value value) {
  std::array<char, sizeof(Value)> bytes;
  std::memcpy(bytes.data(), &value, sizeof(Value));
  out.append(bytes.data(), bytes.size());
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// Reads forward; after a read beyond the end everything is zero or empty, and good() is false.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  template <typename Value>
  Value get() {
    Value value{};
    if (rest_.size() < sizeof(Value)) {
      fail();
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof(Value));
    rest_.remove_prefix(sizeof(Value));
    return value;
  }
  std::string_view get_text() {
    const auto size = get<std::uint32_t>();
    if (size > rest_.size()) fail();
    const auto text = rest_.substr(0, good_ ? size : 0);
    rest_.remove_prefix(text.size());
    return text;
  }
  void fail() {
    good_ = false;
    rest_ = {};
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::string Links::bytes() const {
  std::string content;
  put(content, skipped_);
  put(content, static_cast<std::uint32_t>(sources_.size()));
  for (const auto& source : sources_) {
    put_text(content, source.list);
    put(content, source.entities);
  }
  put(content, static_cast<std::uint32_t>(links_.size()));
  for (const auto& link : links_) {
    put(content, link.a);
    put(content, link.b);
    put(content, static_cast<std::uint8_t>(link.rule));
    put(content, static_cast<std::uint8_t>(link.certain ? 1 : 0));
    put_text(content, link.because);
  }
  std::string out(kMagic);
  put(out, kVersion);
  put(out, std::uint64_t{XXH3_64bits(content.data(), content.size())});
  return out + content;
}

Result<Links> Links::from_bytes(std::string_view bytes) {
  if (bytes.size() < kHeaderSize || !bytes.starts_with(kMagic)) return failure("not kept links of identities");
  Reader header(bytes.substr(kMagic.size(), kHeaderSize - kMagic.size()));
  if (const auto version = header.get<std::uint32_t>(); version != kVersion)
    return failure(fmt::format("kept links of version {}, expected {}", version, kVersion));
  const auto content = bytes.substr(kHeaderSize);
  if (header.get<std::uint64_t>() != XXH3_64bits(content.data(), content.size())) return failure("kept links are damaged: the checksum differs");

  // What follows only guards against bytes that were made to pass the checksum.
  Links links;
  Reader reader(content);
  links.skipped_ = reader.get<std::uint32_t>();
  std::uint64_t places = 0;
  for (auto count = reader.get<std::uint32_t>(); count > 0 && reader.good(); --count) {
    std::string list(reader.get_text());
    links.sources_.push_back({std::move(list), reader.get<std::uint32_t>()});
    places += links.sources_.back().entities;
  }
  constexpr std::uint64_t kPlacesMax = 10'000'000;
  if (places > kPlacesMax) reader.fail();
  for (auto count = reader.get<std::uint32_t>(); count > 0 && reader.good(); --count) {
    Link link;
    link.a = reader.get<std::uint32_t>();
    link.b = reader.get<std::uint32_t>();
    const auto rule = reader.get<std::uint8_t>();
    const auto certain = reader.get<std::uint8_t>();
    link.rule = static_cast<Rule>(rule);
    link.certain = certain == 1;
    link.because = reader.get_text();
    const bool in_order = links.links_.empty() || std::tie(links.links_.back().a, links.links_.back().b) < std::tie(link.a, link.b);
    if (link.a >= link.b || link.b >= places || rule > static_cast<std::uint8_t>(Rule::name) || certain > 1 || !in_order) reader.fail();
    links.links_.push_back(std::move(link));
  }
  if (!reader.good() || !reader.at_end()) return failure("kept links are damaged: their content is not in order");
  links.index_links();
  return links;
}

}  // namespace tamga::identity
