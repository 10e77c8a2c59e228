#include "ownership/graph.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/mapped_file.h"

namespace tamga::ownership {
namespace {

// ---- the file -------------------------------------------------------------------------------------------------
// A header, then sections of plain records, each at a multiple of 8 bytes. Made and read by the same program on the same machine: the byte order is
// the machine's own, and a file of another version is made anew.

constexpr std::array<char, 8> kMagic = {'t', 'a', 'm', 'g', 'a', 'o', 'w', 'n'};
constexpr std::uint32_t kVersion = 2;  ///< 2: sources are compared day by day, so what the first made is made anew

enum class SectionId : std::uint8_t {
  text,
  parties,        ///< PartyRecord
  holdings,       ///< Holding, by asset
  first_in,       ///< std::uint32_t, one more than parties: where the holdings in a party begin
  out,            ///< std::uint32_t: numbers of holdings, by owner
  first_out,      ///< std::uint32_t, one more than parties
  identifiers,    ///< IdentifierRecord, by party
  ids,            ///< LookupRecord: hash of an id
  by_identifier,  ///< LookupRecord: hash of an identifier
  by_name,        ///< LookupRecord: key of a name
  source_sets,    ///< Text, one a set: names with line ends between
  count
};
constexpr std::size_t kSections = static_cast<std::size_t>(SectionId::count);

struct Section {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct Header {
  std::array<char, 8> magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t parties = 0;
  std::uint64_t file_size = 0;
  std::uint64_t checksum = 0;  ///< of the rest of the header and the file
  std::uint64_t content = 0;   ///< hash of what it was built of
  std::array<Section, kSections> sections;
};

struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

struct PartyRecord {
  Text id;
  Text name;
  Text schema;
  std::uint32_t first_identifier = 0;
  std::array<char, 2> country = {};
  std::uint8_t arrangement = 0;
  std::uint8_t described = 0;
};

struct IdentifierRecord {
  std::uint32_t party = 0;
  std::uint32_t scheme = 0;  ///< and whether it passed its check: scheme * 2 + checked
  Text value;
  Text label;
};

struct LookupRecord {
  std::uint64_t hash = 0;
  std::uint32_t party = 0;
  std::uint32_t padding = 0;  ///< said, so that the file has no byte that nobody wrote
};

std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) { return XXH3_64bits_withSeed(text.data(), text.size(), seed); }

std::uint64_t identifier_hash(const identifiers::Identifier& identifier) {
  return hash(identifier.value, 1 + static_cast<std::uint64_t>(identifier.scheme));
}

std::uint64_t checksum(Header header, std::string_view rest) {
  header.checksum = 0;
  return XXH3_64bits_withSeed(rest.data(), rest.size(), XXH3_64bits(&header, sizeof(header)));
}

// ---- shares ---------------------------------------------------------------------------------------------------

constexpr int kDecimals = 7;

/// A percentage in units, rounded down; `exact` says whether nothing was lost.
Share units(Decimal percent, bool& exact) {
  exact = true;
  std::int64_t value = percent.coefficient;
  if (value <= 0) return 0;
  for (int scale = percent.scale; scale < kDecimals; ++scale) {
    if (value >= kWhole) return kWhole;
    value *= 10;
  }
  for (int scale = percent.scale; scale > kDecimals; --scale) {
    exact = exact && value % 10 == 0;
    value /= 10;
  }
  return static_cast<Share>(std::min<std::int64_t>(value, kWhole));
}

Decimal decimal(Share share) {
  Decimal out{share, kDecimals};
  while (out.scale > 0 && out.coefficient % 10 == 0) {
    out.coefficient /= 10;
    --out.scale;
  }
  return out;
}

}  // namespace

Day day_of(Date date) { return static_cast<Day>(date.day.time_since_epoch().count()); }

std::optional<Date> date_of(Day day) {
  if (day == kAlways || day == kNever) return {};
  return Date{std::chrono::sys_days(std::chrono::days(day))};
}

Range Range::of(const ShareRange& share) {
  Range range;
  bool exact = true;
  range.low = units(share.low, exact);
  range.low_open = share.low_excluded || !exact;
  range.high = units(share.high, exact);
  range.high_open = share.high_excluded;
  if (!exact) {
    // units() rounds down, an upper end goes up.
    range.high = std::min(range.high + 1, kWhole);
    range.high_open = true;
  }
  return range;
}

ShareRange Range::percent() const { return {decimal(low), decimal(high), low_open, high_open}; }

std::string Range::text() const {
  if (low == high) return decimal(low).text();
  const bool from_zero = low == 0 && !low_open;
  const bool to_whole = high == kWhole && !high_open;
  if (from_zero && to_whole) return "unknown";
  if (to_whole) return fmt::format("{}{}", low_open ? ">" : ">=", decimal(low).text());
  if (from_zero) return fmt::format("{}{}", high_open ? "<" : "<=", decimal(high).text());
  if (!low_open && !high_open) return fmt::format("{}-{}", decimal(low).text(), decimal(high).text());
  return fmt::format("{}{} to {}{}", low_open ? ">" : "", decimal(low).text(), high_open ? "<" : "", decimal(high).text());
}

// ---- reading --------------------------------------------------------------------------------------------------

struct Graph::Implementation {
  std::string owned;
  MappedFile mapped;
  std::string_view file;
  std::uint32_t count = 0;
  std::string_view text;
  std::span<const PartyRecord> parties;
  std::span<const Holding> holdings;
  std::span<const std::uint32_t> first_in;
  std::span<const std::uint32_t> out;
  std::span<const std::uint32_t> first_out;
  std::span<const IdentifierRecord> identifiers;
  std::span<const LookupRecord> ids;
  std::span<const LookupRecord> by_identifier;
  std::span<const LookupRecord> by_name;
  std::span<const Text> source_sets;

  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;

  [[nodiscard]] std::string_view at(Text where) const { return text.substr(where.offset, where.size); }

  Status attach(std::string_view content) {
    Header header;
    if (file.size() < sizeof(Header)) return failure("ownership file is truncated");
    std::memcpy(&header, file.data(), sizeof(Header));
    if (header.magic != kMagic) return failure("not an ownership file");
    if (header.version != kVersion) return failure(fmt::format("ownership file of version {}, expected {}", header.version, kVersion));
    if (header.file_size != file.size()) return failure("ownership file is truncated");
    if (header.content != hash(content)) return failure("ownership file of other editions");
    if (checksum(header, file.substr(sizeof(Header))) != header.checksum) return failure("ownership file is damaged");
    const auto section = [&]<typename Record>(SectionId id, std::span<const Record>& into) {
      const Section& where = header.sections[static_cast<std::size_t>(id)];
      if (where.offset > file.size() || where.size > file.size() - where.offset || where.offset % 8 != 0) return false;
      into = {reinterpret_cast<const Record*>(file.data() + where.offset), where.size / sizeof(Record)};
      return true;
    };
    std::span<const char> characters;
    const bool sound = section(SectionId::text, characters) && section(SectionId::parties, parties) && section(SectionId::holdings, holdings) &&
                       section(SectionId::first_in, first_in) && section(SectionId::out, out) && section(SectionId::first_out, first_out) &&
                       section(SectionId::identifiers, identifiers) && section(SectionId::ids, ids) &&
                       section(SectionId::by_identifier, by_identifier) && section(SectionId::by_name, by_name) &&
                       section(SectionId::source_sets, source_sets);
    count = header.parties;
    if (!sound || parties.size() != std::size_t{count} + 1 || first_in.size() != std::size_t{count} + 1 || first_out.size() != first_in.size() ||
        out.size() != holdings.size()) {
      return failure("ownership file is damaged");
    }
    text = {characters.data(), characters.size()};
    return {};
  }
};

Graph::Graph(std::unique_ptr<const Implementation> implementation) : implementation_(std::move(implementation)) {}
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;

Result<Graph> Graph::open(const std::string& path, std::string_view content) {
  TAMGA_TRY(auto mapped, MappedFile::open(path));
  auto implementation = std::make_unique<Implementation>();
  implementation->mapped = std::move(mapped);
  implementation->file = implementation->mapped.bytes();
  if (auto status = implementation->attach(content); !status) return std::unexpected(status.error().in_file(path));
  return Graph(std::move(implementation));
}

Result<Graph> Graph::from_bytes(std::string bytes, std::string_view content) {
  auto implementation = std::make_unique<Implementation>();
  implementation->owned = std::move(bytes);
  implementation->file = implementation->owned;
  TAMGA_TRY_STATUS(implementation->attach(content));
  return Graph(std::move(implementation));
}

std::uint32_t Graph::parties() const { return implementation_->count; }
std::span<const Holding> Graph::holdings() const { return implementation_->holdings; }

std::span<const Holding> Graph::in(std::uint32_t asset) const {
  const auto& first = implementation_->first_in;
  return implementation_->holdings.subspan(first[asset], first[asset + 1] - first[asset]);
}

std::span<const std::uint32_t> Graph::out(std::uint32_t owner) const {
  const auto& first = implementation_->first_out;
  return implementation_->out.subspan(first[owner], first[owner + 1] - first[owner]);
}

void Graph::expect(std::uint32_t party) const {
  __builtin_prefetch(implementation_->first_in.data() + party);
  __builtin_prefetch(implementation_->first_out.data() + party);
}

PartyView Graph::party(std::uint32_t number) const {
  const PartyRecord& record = implementation_->parties[number];
  PartyView view;
  view.id = implementation_->at(record.id);
  view.name = record.name.size == 0 ? view.id : implementation_->at(record.name);
  view.schema = record.schema.size == 0 ? std::string_view("LegalEntity") : implementation_->at(record.schema);
  if (record.country[0] != '\0') view.country = {record.country.data(), record.country.size()};
  view.arrangement = record.arrangement != 0;
  view.described = record.described != 0;
  return view;
}

std::vector<identifiers::Identifier> Graph::identifiers_of(std::uint32_t party) const {
  std::vector<identifiers::Identifier> result;
  const auto& parties = implementation_->parties;
  for (std::uint32_t i = parties[party].first_identifier; i < parties[party + 1].first_identifier; ++i) {
    const IdentifierRecord& record = implementation_->identifiers[i];
    result.push_back({static_cast<identifiers::Scheme>(record.scheme / 2), std::string(implementation_->at(record.value)),
                      std::string(implementation_->at(record.label)), record.scheme % 2 != 0});
  }
  return result;
}

std::vector<std::string_view> Graph::sources(std::uint16_t set) const {
  std::vector<std::string_view> names;
  std::string_view all = implementation_->at(implementation_->source_sets[set]);
  while (!all.empty()) {
    const auto end = std::min(all.find('\n'), all.size());
    if (end > 0) names.push_back(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
  }
  return names;
}

namespace {

std::vector<std::uint32_t> look_up(std::span<const LookupRecord> records, std::uint64_t wanted) {
  std::vector<std::uint32_t> found;
  auto at = std::lower_bound(records.begin(), records.end(), wanted, [](const LookupRecord& record, std::uint64_t key) { return record.hash < key; });
  for (; at != records.end() && at->hash == wanted; ++at) found.push_back(at->party);
  return found;
}

}  // namespace

std::uint32_t Graph::find(std::string_view id) const {
  // An id that was merged into another party is not its id any more, but still finds it; then the hash alone must do, with 64 bits.
  const auto found = look_up(implementation_->ids, hash(id));
  for (const auto party : found) {
    if (implementation_->at(implementation_->parties[party].id) == id) return party;
  }
  return found.empty() ? kNobody : found.front();
}

std::vector<std::uint32_t> Graph::with_identifier(const identifiers::Identifier& identifier) const {
  std::vector<std::uint32_t> found = look_up(implementation_->by_identifier, identifier_hash(identifier));
  std::erase_if(found, [&](std::uint32_t party) {
    const auto all = identifiers_of(party);
    return std::none_of(all.begin(), all.end(), [&](const auto& own) { return own.scheme == identifier.scheme && own.value == identifier.value; });
  });
  return found;
}

std::vector<std::uint32_t> Graph::with_name_key(std::uint64_t key) const { return look_up(implementation_->by_name, key); }

// ---- building -------------------------------------------------------------------------------------------------

namespace {

struct BuiltParty {
  Text id;
  Text name;
  std::uint32_t hash = 0;  ///< of the id, its lower half, to compare before the text
  std::uint16_t schema = 0;
  std::array<char, 2> country = {};
  bool arrangement = false;
  bool described = false;
  std::uint64_t name_key = 0;
};

}  // namespace

struct GraphBuilder::Implementation {
  std::string text;
  std::vector<BuiltParty> parties;
  std::vector<std::uint32_t> same_as;  ///< union-find: the number of an earlier party that it is, or its own
  std::vector<std::uint32_t> table;    ///< open addressing by hash of the id; party + 1, 0: free
  std::vector<std::string> schemata = {""};
  std::vector<Holding> holdings;
  std::vector<IdentifierRecord> identifiers;
  std::unordered_map<std::uint64_t, std::uint32_t> identifying;  ///< hash of an identifier that passed its check to a party
  std::vector<std::string> source_sets = {""};
  std::map<std::string, std::uint16_t, std::less<>> source_numbers;

  Text keep(std::string_view value) {
    // 4 GiB of names and ids are more than two hundred million parties.
    TAMGA_CHECK(text.size() + value.size() < UINT32_MAX);
    const Text where{static_cast<std::uint32_t>(text.size()), static_cast<std::uint32_t>(value.size())};
    text += value;
    return where;
  }
  [[nodiscard]] std::string_view at(Text where) const { return std::string_view(text).substr(where.offset, where.size); }

  std::uint32_t root(std::uint32_t party) {
    while (same_as[party] != party) {
      same_as[party] = same_as[same_as[party]];
      party = same_as[party];
    }
    return party;
  }

  void grow() {
    table.assign(std::max<std::size_t>(64, table.size() * 2), 0);
    const std::size_t mask = table.size() - 1;
    for (std::uint32_t i = 0; i < parties.size(); ++i) {
      // The lower half of the hash is enough: as numbers are, a mask is of 32 bits. So the ids need not be read again.
      std::size_t slot = parties[i].hash & mask;
      while (table[slot] != 0) slot = (slot + 1) & mask;
      table[slot] = i + 1;
    }
  }

  std::uint32_t party(std::string_view id) {
    if ((parties.size() + 1) * 2 > table.size()) grow();
    const std::size_t mask = table.size() - 1;
    const std::uint64_t code = hash(id);
    std::size_t slot = code & mask;
    for (; table[slot] != 0; slot = (slot + 1) & mask) {
      const BuiltParty& there = parties[table[slot] - 1];
      if (there.hash == static_cast<std::uint32_t>(code) && at(there.id) == id) return table[slot] - 1;
    }
    const auto number = static_cast<std::uint32_t>(parties.size());
    table[slot] = number + 1;
    BuiltParty added;
    added.id = keep(id);
    added.hash = static_cast<std::uint32_t>(code);
    parties.push_back(added);
    same_as.push_back(number);
    return number;
  }

  std::uint16_t source(std::string_view name) {
    const auto at = source_numbers.find(name);
    if (at != source_numbers.end()) return at->second;
    if (source_sets.size() >= 65'000) return source("other sources");
    const auto number = static_cast<std::uint16_t>(source_sets.size());
    source_sets.emplace_back(name);
    source_numbers.emplace(name, number);
    return number;
  }

  std::uint16_t both_sources(std::uint16_t a, std::uint16_t b) {
    if (a == b || source_sets[b].empty()) return a;
    const std::string& first = source_sets[a];
    if (first.empty()) return b;
    // The whole of b may be in a already.
    if (("\n" + first + "\n").find("\n" + source_sets[b] + "\n") != std::string::npos) return a;
    return source(first + "\n" + source_sets[b]);
  }

  void merge(std::vector<Holding>& rows, std::size_t begin, std::size_t end, std::vector<Holding>& into);
  std::string write(std::string_view content);
};

namespace {

/// What sources say of one lot: rows that are the same holding, at most one a source.
struct Lot {
  std::vector<const Holding*> rows;
  Day from = kAlways;
  Day to = kNever;

  [[nodiscard]] bool has_source(std::uint16_t sources) const {
    return std::any_of(rows.begin(), rows.end(), [&](const Holding* row) { return row->sources == sources; });
  }
  [[nodiscard]] bool shares_a_row(const Lot& other) const {
    return std::any_of(rows.begin(), rows.end(),
                       [&](const Holding* row) { return std::find(other.rows.begin(), other.rows.end(), row) != other.rows.end(); });
  }
  /// What all rows allow; where they contradict each other, whatever any of them says.
  [[nodiscard]] Range range(bool& disputed) const {
    Range inner = rows.front()->share();
    Range outer = inner;
    for (const Holding* row : rows) {
      const Range said = row->share();
      // Of two ends at one value the open one allows less, the closed one holds more.
      const auto at_low = std::tuple(said.low, said.low_open);
      const auto at_high = std::tuple(said.high, !said.high_open);
      if (at_low > std::tuple(inner.low, inner.low_open)) std::tie(inner.low, inner.low_open) = at_low;
      if (at_low < std::tuple(outer.low, outer.low_open)) std::tie(outer.low, outer.low_open) = at_low;
      if (at_high < std::tuple(inner.high, !inner.high_open)) std::tie(inner.high, inner.high_open) = std::pair(said.high, said.high_open);
      if (at_high > std::tuple(outer.high, !outer.high_open)) std::tie(outer.high, outer.high_open) = std::pair(said.high, said.high_open);
    }
    disputed = inner.low > inner.high || (inner.low == inner.high && (inner.low_open || inner.high_open));
    return disputed ? outer : inner;
  }
};

bool same_share(const Holding& a, const Holding& b) { return a.low == b.low && a.high == b.high && a.flags == b.flags; }

/// More lots than this, of several sources on one day, are not told apart: it takes the square of their number.
constexpr std::size_t kLots = 64;

/// The lots of one day, of the rows that are on it. Lots of equal shares are the same first, then one after another.
std::vector<Lot> lots_of(const std::vector<const Holding*>& rows) {
  std::vector<Lot> lots;
  std::vector<std::uint16_t> sources;
  for (const Holding* row : rows) {
    if (std::find(sources.begin(), sources.end(), row->sources) == sources.end()) sources.push_back(row->sources);
  }
  if (sources.size() > 1 && rows.size() > kLots) {
    lots.emplace_back();
    lots.front().rows = rows;
    return lots;
  }
  for (const std::uint16_t source : sources) {
    std::vector<const Holding*> left;
    const auto join = [&](const Holding* row, bool equal) {
      const auto at = std::find_if(lots.begin(), lots.end(), [&](const Lot& lot) {
        return !lot.has_source(source) &&
               (!equal || std::any_of(lot.rows.begin(), lot.rows.end(), [&](const Holding* own) { return same_share(*own, *row); }));
      });
      if (at == lots.end()) return false;
      at->rows.push_back(row);
      return true;
    };
    for (const Holding* row : rows) {
      if (row->sources != source) continue;
      if (sources.size() == 1 || !join(row, true)) left.push_back(row);
    }
    // A source's own lots are not each other, so those that are new to all stand aside until all are placed.
    std::vector<const Holding*> added;
    for (const Holding* row : left) {
      if (sources.size() == 1 || !join(row, false)) added.push_back(row);
    }
    for (const Holding* row : added) {
      lots.emplace_back();
      lots.back().rows.push_back(row);
    }
  }
  return lots;
}

}  // namespace

// Holdings of one owner in one asset, of one kind and directness, sorted by their beginning.
void GraphBuilder::Implementation::merge(std::vector<Holding>& rows, std::size_t begin, std::size_t end, std::vector<Holding>& into) {
  const std::size_t first = into.size();
  if (!rows[begin].measured()) {
    for (std::size_t i = begin; i < end; ++i) {
      const Holding& row = rows[i];
      const auto at = std::find_if(into.begin() + static_cast<std::ptrdiff_t>(first), into.end(),
                                   [&](const Holding& there) { return row.from < there.to && there.from < row.to; });
      if (at == into.end()) {
        into.push_back(row);
      } else {
        at->to = std::max(at->to, row.to);
        at->sources = both_sources(at->sources, row.sources);
      }
    }
    return;
  }

  // A row that is there twice counts once.
  std::vector<const Holding*> distinct;
  std::set<std::tuple<Day, Day, Share, Share, std::uint8_t, std::uint16_t>> met;
  bool one_source = true;
  for (std::size_t i = begin; i < end; ++i) {
    const Holding& row = rows[i];
    if (!met.emplace(row.from, row.to, row.low, row.high, row.flags, row.sources).second) continue;
    distinct.push_back(&row);
    one_source = one_source && row.sources == rows[begin].sources;
  }
  if (one_source) {
    for (const Holding* row : distinct) into.push_back(*row);
    return;
  }

  // From one day on which something begins or ends to the next all rows say the same, so there they are compared: what a source says of other days is
  // no reason to doubt, to narrow or to add to what another says of these.
  std::vector<Day> days;
  for (const Holding* row : distinct) {
    days.push_back(row->from);
    days.push_back(row->to);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  const auto put = [&](const Lot& lot, const Range& range, bool disputed) {
    Holding holding = *lot.rows.front();
    holding.from = lot.from;
    holding.to = lot.to;
    holding.flags = static_cast<std::uint8_t>((holding.flags & Holding::kIndirect) | (disputed ? Holding::kDisputed : 0));
    holding.set_share(range);
    for (const Holding* row : lot.rows) holding.sources = both_sources(holding.sources, row->sources);
    into.push_back(holding);
  };
  struct Open {
    Lot lot;
    Range range;
    bool disputed = false;
  };
  std::vector<Open> open;  // that reach to the day which is looked at
  std::vector<const Holding*> now;
  std::size_t next = 0;
  for (std::size_t i = 0; i + 1 < days.size(); ++i) {
    std::erase_if(now, [&](const Holding* row) { return row->to <= days[i]; });
    for (; next < distinct.size() && distinct[next]->from == days[i]; ++next) now.push_back(distinct[next]);
    std::vector<Open> still;
    for (Lot& lot : lots_of(now)) {
      Open added;
      added.lot = std::move(lot);
      added.lot.from = days[i];
      added.lot.to = days[i + 1];
      added.range = added.lot.range(added.disputed);
      if (added.lot.rows.size() > kLots) {
        added.range = Range{};
        added.disputed = true;
      }
      // The same holding goes on while its share stays, whoever knows of it.
      const auto before = std::find_if(open.begin(), open.end(), [&](const Open& there) {
        return there.range == added.range && there.disputed == added.disputed && there.lot.shares_a_row(added.lot);
      });
      if (before != open.end()) {
        Lot longer = std::move(before->lot);
        longer.to = days[i + 1];
        for (const Holding* row : added.lot.rows) {
          if (std::find(longer.rows.begin(), longer.rows.end(), row) == longer.rows.end()) longer.rows.push_back(row);
        }
        added.lot = std::move(longer);
        open.erase(before);
      }
      still.push_back(std::move(added));
    }
    for (const Open& over : open) put(over.lot, over.range, over.disputed);
    open = std::move(still);
  }
  for (const Open& over : open) put(over.lot, over.range, over.disputed);
  std::stable_sort(into.begin() + static_cast<std::ptrdiff_t>(first), into.end(),
                   [](const Holding& a, const Holding& b) { return std::tie(a.from, a.to) < std::tie(b.from, b.to); });
}

std::string GraphBuilder::Implementation::write(std::string_view content) {
  // Parties that are one get one number, in the order in which the first of them came.
  const auto all = static_cast<std::uint32_t>(parties.size());
  std::vector<std::uint32_t> number(all);
  std::uint32_t count = 0;
  for (std::uint32_t i = 0; i < all; ++i) number[i] = root(i) == i ? count++ : 0;
  for (std::uint32_t i = 0; i < all; ++i) number[i] = number[root(i)];

  // By asset: counted, placed, then each asset's few rows sorted.
  std::vector<std::uint32_t> first_in(std::size_t{count} + 1, 0);
  TAMGA_CHECK(holdings.size() < UINT32_MAX);
  for (auto& row : holdings) {
    row.owner = number[row.owner];
    row.asset = number[row.asset];
    ++first_in[row.asset + 1];
  }
  std::partial_sum(first_in.begin(), first_in.end(), first_in.begin());
  std::vector<Holding> sorted(holdings.size());
  {
    auto next = first_in;
    for (const auto& row : holdings) sorted[next[row.asset]++] = row;
  }
  holdings.clear();
  holdings.reserve(sorted.size());
  const auto group = [](const Holding& row) { return std::tuple(row.owner, row.kind, row.indirect()); };
  std::vector<std::uint32_t> merged_in(std::size_t{count} + 1, 0);
  for (std::uint32_t asset = 0; asset < count; ++asset) {
    const auto begin = sorted.begin() + first_in[asset];
    const auto end = sorted.begin() + first_in[asset + 1];
    std::stable_sort(begin, end,
                     [&](const Holding& a, const Holding& b) { return std::tuple(group(a), a.from, a.to) < std::tuple(group(b), b.from, b.to); });
    for (auto at = begin; at != end;) {
      auto next = at + 1;
      while (next != end && group(*next) == group(*at)) ++next;
      if (next - at == 1) {
        holdings.push_back(*at);
      } else {
        merge(sorted, static_cast<std::size_t>(at - sorted.begin()), static_cast<std::size_t>(next - sorted.begin()), holdings);
      }
      at = next;
    }
    merged_in[asset + 1] = static_cast<std::uint32_t>(holdings.size());
  }
  sorted = {};
  first_in = {};

  std::vector<std::uint32_t> first_out(std::size_t{count} + 1, 0);
  for (const auto& row : holdings) ++first_out[row.owner + 1];
  std::partial_sum(first_out.begin(), first_out.end(), first_out.begin());
  std::vector<std::uint32_t> out(holdings.size());
  {
    auto next = first_out;
    for (std::uint32_t i = 0; i < holdings.size(); ++i) out[next[holdings[i].owner]++] = i;
  }

  // Identifiers by party, each once.
  for (auto& record : identifiers) record.party = number[record.party];
  const auto order = [&](const IdentifierRecord& a, const IdentifierRecord& b) {
    if (a.party != b.party) return a.party < b.party;
    if (a.scheme != b.scheme) return a.scheme < b.scheme;
    return at(a.value) < at(b.value);
  };
  std::stable_sort(identifiers.begin(), identifiers.end(), order);
  identifiers.erase(std::unique(identifiers.begin(), identifiers.end(),
                                [&](const IdentifierRecord& a, const IdentifierRecord& b) { return !order(a, b) && !order(b, a); }),
                    identifiers.end());

  std::vector<LookupRecord> ids;
  std::vector<LookupRecord> by_name;
  std::vector<PartyRecord> records(std::size_t{count} + 1);
  ids.reserve(all);
  std::vector<Text> schema_text;
  for (const auto& schema : schemata) schema_text.push_back(keep(schema));
  for (std::uint32_t i = 0; i < all; ++i) {
    const BuiltParty& built = parties[i];
    ids.push_back({hash(at(built.id)), number[i], 0});
    if (built.name_key != 0) by_name.push_back({built.name_key, number[i], 0});
    PartyRecord& record = records[number[i]];
    if (same_as[i] == i) record.id = built.id;
    if (record.name.size == 0) record.name = built.name;
    if (record.schema.size == 0) record.schema = schema_text[built.schema];
    if (record.country[0] == '\0') record.country = built.country;
    record.arrangement |= built.arrangement ? 1 : 0;
    record.described |= built.described ? 1 : 0;
  }
  std::vector<LookupRecord> by_identifier;
  for (const auto& record : identifiers) {
    by_identifier.push_back({hash(at(record.value), 1 + record.scheme / 2), record.party, 0});
    ++records[record.party + 1].first_identifier;
  }
  for (std::size_t i = 1; i < records.size(); ++i) records[i].first_identifier += records[i - 1].first_identifier;
  const auto sort = [](std::vector<LookupRecord>& lookups) {
    std::sort(lookups.begin(), lookups.end(),
              [](const LookupRecord& a, const LookupRecord& b) { return a.hash != b.hash ? a.hash < b.hash : a.party < b.party; });
    lookups.erase(std::unique(lookups.begin(), lookups.end(),
                              [](const LookupRecord& a, const LookupRecord& b) { return a.hash == b.hash && a.party == b.party; }),
                  lookups.end());
  };
  sort(ids);
  sort(by_identifier);
  sort(by_name);
  std::vector<Text> sets;
  for (const auto& set : source_sets) sets.push_back(keep(set));

  Header header;
  header.parties = count;
  header.content = hash(content);
  std::string file(sizeof(Header), '\0');
  const std::size_t total = sizeof(Header) + text.size() + records.size() * sizeof(PartyRecord) + holdings.size() * (sizeof(Holding) + 4) +
                            merged_in.size() * 8 + identifiers.size() * sizeof(IdentifierRecord) +
                            (ids.size() + by_identifier.size() + by_name.size()) * sizeof(LookupRecord) + sets.size() * sizeof(Text) + 8 * kSections;
  file.reserve(total);
  const auto put = [&](SectionId id, const void* data, std::size_t size) {
    header.sections[static_cast<std::size_t>(id)] = {file.size(), size};
    if (size > 0) file.append(static_cast<const char*>(data), size);
    file.append((8 - file.size() % 8) % 8, '\0');
  };
  const auto put_all = [&]<typename Record>(SectionId id, std::vector<Record>& all_records) {
    put(id, all_records.data(), all_records.size() * sizeof(Record));
    all_records = {};
  };
  put(SectionId::text, text.data(), text.size());
  text = {};
  put_all(SectionId::parties, records);
  put_all(SectionId::holdings, holdings);
  put_all(SectionId::first_in, merged_in);
  put_all(SectionId::out, out);
  put_all(SectionId::first_out, first_out);
  put_all(SectionId::identifiers, identifiers);
  put_all(SectionId::ids, ids);
  put_all(SectionId::by_identifier, by_identifier);
  put_all(SectionId::by_name, by_name);
  put_all(SectionId::source_sets, sets);
  header.file_size = file.size();
  header.checksum = checksum(header, std::string_view(file).substr(sizeof(Header)));
  std::memcpy(file.data(), &header, sizeof(Header));
  return file;
}

GraphBuilder::GraphBuilder() : implementation_(std::make_unique<Implementation>()) {}
GraphBuilder::~GraphBuilder() = default;

std::uint32_t GraphBuilder::party(std::string_view id) { return implementation_->party(id); }

void GraphBuilder::describe(std::uint32_t party, const Description& description) {
  auto& built = implementation_->parties[party];
  built.arrangement = built.arrangement || description.arrangement;
  if (built.name.size == 0 && !description.name.empty() && description.name != implementation_->at(built.id)) {
    built.name = implementation_->keep(description.name);
  }
  // A name is better to find it by than an id.
  if (description.name_key != 0 && (built.name_key == 0 || !built.described)) built.name_key = description.name_key;
  built.described = true;
  if (built.country[0] == '\0' && description.country.size() == 2) built.country = {description.country[0], description.country[1]};
  if (built.schema == 0 && !description.schema.empty()) {
    auto& schemata = implementation_->schemata;
    const auto at = std::find(schemata.begin(), schemata.end(), description.schema);
    // A party of a schema beyond these is a LegalEntity; a register knows some dozen.
    if (at == schemata.end() && schemata.size() > 1000) return;
    built.schema = static_cast<std::uint16_t>(at - schemata.begin());
    if (at == schemata.end()) schemata.emplace_back(description.schema);
  }
}

void GraphBuilder::find_by_name(std::uint32_t party, std::uint64_t name_key) {
  auto& own = implementation_->parties[party].name_key;
  if (own == 0) own = name_key;
}

void GraphBuilder::identify(std::uint32_t party, const identifiers::Identifier& identifier) {
  auto& builder = *implementation_;
  IdentifierRecord record;
  record.party = party;
  record.scheme = static_cast<std::uint32_t>(identifier.scheme) * 2 + (identifier.checked ? 1 : 0);
  record.value = builder.keep(identifier.value);
  record.label = builder.keep(identifier.label);
  builder.identifiers.push_back(record);
  // A BIC is of a bank and all its branches, an IBAN of an account, a wallet of whoever holds the key: they find, but do not make two one.
  using identifiers::Scheme;
  const bool one = identifier.scheme == Scheme::registration || identifier.scheme == Scheme::lei || identifier.scheme == Scheme::imo;
  if (!identifier.checked || !one) return;
  const auto [at, added] = builder.identifying.try_emplace(identifier_hash(identifier), party);
  if (added) return;
  const auto a = builder.root(at->second);
  const auto b = builder.root(party);
  builder.same_as[std::max(a, b)] = std::min(a, b);
}

std::uint16_t GraphBuilder::source(std::string_view name) { return implementation_->source(name); }

void GraphBuilder::hold(const Holding& holding) {
  // Numbers of another graph would be read beyond the end of what this one knows.
  TAMGA_CHECK(std::max(holding.owner, holding.asset) < implementation_->parties.size());
  TAMGA_CHECK(holding.sources < implementation_->source_sets.size());
  Holding row = holding;
  if (!row.measured()) {
    // A tie without a share: equal ones must be equal to the byte.
    row.low = 0;
    row.high = kWhole;
    row.flags &= Holding::kIndirect;
  }
  implementation_->holdings.push_back(row);
}

std::string GraphBuilder::bytes(std::string_view content) {
  std::string file = implementation_->write(content);
  implementation_ = std::make_unique<Implementation>();
  return file;
}

Graph GraphBuilder::graph() {
  auto graph = Graph::from_bytes(bytes("memory"), "memory");
  TAMGA_CHECK(graph.has_value());
  return *std::move(graph);
}

}  // namespace tamga::ownership
