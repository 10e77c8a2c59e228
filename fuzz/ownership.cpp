// Any bytes as a small network of owners with its listed ones and a rule, and what must be so of any network: what is certain is possible, the answer
// is the same however it is asked, an answer that is open says what would settle it, and knowing less never settles anything.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ownership/explain.h"
#include "ownership/signs.h"

namespace {

using namespace tamga;
using namespace tamga::ownership;

/// The input, byte by byte; zeros behind its end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

struct Network {
  std::uint32_t parties = 0;
  std::vector<Holding> ties;
  std::vector<Seed> seeds;
  Criterion criterion;
  bool one_source = true;
  std::uint8_t widened = 0;  ///< which tie is widened, and by how much
  std::uint8_t by = 0;
};

constexpr std::size_t kTies = 10;
constexpr Share kStep = kWhole / 40;
constexpr Day kToday = 0;

Network network_of(std::string_view input) {
  Bytes bytes(input);
  Network network;
  network.parties = 2 + bytes.next() % 5U;
  const std::uint8_t rule = bytes.next();
  network.criterion.inclusive = (rule & 1) != 0;
  network.criterion.aggregate = (rule & 2) != 0;
  network.criterion.votes = (rule & 4) != 0;
  network.criterion.control = (rule & 8) != 0;
  network.criterion.joint = (rule & 16) != 0;
  network.criterion.treasury = std::array{Treasury::either, Treasury::issued, Treasury::outstanding, Treasury::either}[rule >> 5 & 3];
  network.one_source = (rule & 128) == 0;
  constexpr std::array kPercent = {Decimal{50, 0}, Decimal{25, 0}, Decimal{333333333333, 10}, Decimal{10, 0}, Decimal{100, 0}, Decimal{20, 0},
                                   Decimal{50, 0}, Decimal{1, 7}};
  network.criterion.percent = kPercent[bytes.next() % kPercent.size()];
  const std::uint8_t listed = bytes.next();
  const std::uint8_t surely = bytes.next();
  for (std::uint32_t party = 0; party < network.parties; ++party) {
    if ((listed >> party & 1) != 0) network.seeds.push_back({party, (surely >> party & 1) != 0});
  }
  network.widened = bytes.next();
  network.by = bytes.next();
  while (!bytes.empty() && network.ties.size() < kTies) {
    Holding tie;
    const std::uint8_t who = bytes.next();
    const std::uint8_t what = bytes.next();
    tie.owner = (who & 15) % network.parties;
    tie.asset = static_cast<std::uint32_t>(who >> 4) % network.parties;
    // Shares are the most part of what there is.
    constexpr std::array kOften = {Kind::shares, Kind::shares, Kind::shares, Kind::votes, Kind::control, Kind::influence, Kind::joint, Kind::family};
    tie.kind = kOften[what & 7];
    tie.low = bytes.next() % 41U * kStep;
    const std::uint8_t width = bytes.next();
    tie.high = (width & 128) != 0 ? tie.low : std::min(kWhole, tie.low + width % 41U * kStep);
    if ((what & 8) != 0) tie.flags |= Holding::kIndirect;
    if ((what & 16) != 0 && tie.low < tie.high) tie.flags |= Holding::kLowOpen;
    if ((what & 32) != 0 && tie.low < tie.high) tie.flags |= Holding::kHighOpen;
    if ((what & 64) != 0 && tie.low > 0 && tie.low < kWhole && tie.low == tie.high) tie.low = ++tie.high;
    // Each its own day, so that no two lots are one row.
    tie.from = -1 - static_cast<Day>(network.ties.size());
    if (!network.one_source) tie.sources = static_cast<std::uint16_t>((what & 128) != 0 ? 2 : 1);
    network.ties.push_back(tie);
  }
  return network;
}

GraphBuilder& build(GraphBuilder& builder, const Network& network) {
  for (std::uint32_t party = 0; party < network.parties; ++party) builder.party(std::string(1, static_cast<char>('a' + party)));
  TAMGA_CHECK(builder.source("one") == 1 && builder.source("two") == 2);
  for (const Holding& tie : network.ties) builder.hold(tie);
  return builder;
}

/// Lower ends that cannot all be true.
bool contradictory(const Network& network) {
  for (std::uint32_t asset = 0; asset < network.parties; ++asset) {
    for (const Kind kind : {Kind::shares, Kind::votes}) {
      std::uint64_t low = 0;
      bool open = false;
      for (const Holding& tie : network.ties) {
        if (tie.asset != asset || tie.kind != kind || tie.indirect()) continue;
        low += tie.low;
        open = open || (tie.flags & Holding::kLowOpen) != 0;
      }
      if (low > kWhole || (low == kWhole && open)) return true;
    }
  }
  return false;
}

void check_sets(const Graph& graph, const Network& network, const Assessment& all) {
  // Alone, each listed owner has sets of its own.
  std::vector<std::vector<Seed>> groups;
  if (network.criterion.aggregate) groups.push_back(network.seeds);
  if (!network.criterion.aggregate) {
    for (const Seed& seed : network.seeds) groups.push_back({seed});
  }
  std::vector<Standing> best(network.parties, Standing::excluded);
  for (const auto& seeds : groups) {
    Reach certain(graph, kToday, network.criterion, Reach::Mode::certain);
    Reach possible(graph, kToday, network.criterion, Reach::Mode::possible);
    for (const Seed& seed : seeds) {
      if (seed.certain) certain.add(seed.party);
      possible.add(seed.party);
    }
    for (std::uint32_t party = 0; party < network.parties; ++party) {
      if (certain.has(party)) TAMGA_CHECK(possible.has(party));
      if (certain.counts(party)) TAMGA_CHECK(possible.counts(party));
      const Standing standing = certain.has(party) ? Standing::certain : possible.has(party) ? Standing::possible : Standing::excluded;
      best[party] = std::max(best[party], standing);
    }
  }
  for (std::uint32_t party = 0; party < network.parties; ++party) TAMGA_CHECK(all.of(party) == best[party]);
  // Whoever is listed first.
  std::vector<Seed> backwards(network.seeds.rbegin(), network.seeds.rend());
  const Assessment again(graph, kToday, network.criterion, backwards);
  for (std::uint32_t party = 0; party < network.parties; ++party) TAMGA_CHECK(again.of(party) == all.of(party));
}

void check_answers(const Graph& graph, const Network& network) {
  for (std::uint32_t party = 0; party < network.parties; ++party) {
    const auto explanation = explain(graph, kToday, network.criterion, network.seeds, party);
    TAMGA_CHECK(explanation.answer == answer_of(graph, kToday, network.criterion, network.seeds, party));
    TAMGA_CHECK(explanation.settle.empty() == (explanation.answer != Answer::cannot_be_excluded));
    TAMGA_CHECK(explanation.last.held.low <= explanation.last.held.high);
    TAMGA_CHECK(!chain_text(graph, explanation, network.seeds).empty());
    for (const Fact& fact : explanation.settle) TAMGA_CHECK(!fact_text(graph, fact).empty());
    const auto held = held_by(graph, kToday, network.criterion, network.seeds, party, Decimal::whole(25), true);
    if (held.standing != Standing::possible) TAMGA_CHECK(held.explanation.settle.empty());
    (void)in_closed_loop(graph, kToday, party);
    (void)inconsistent(graph, kToday, party);
    for (std::uint32_t owner = 0; owner < network.parties; ++owner) {
      (void)divestments(graph, kToday, owner, party, kToday, 365, network.criterion.percent, network.criterion.inclusive);
    }
  }
  TAMGA_CHECK(changes(graph, kToday, graph, kToday).empty());
}

/// One share less well known: what was open stays open.
void check_widening(const Network& network, const Assessment& all) {
  if (!network.one_source || network.ties.empty() || contradictory(network)) return;
  Network wider = network;
  Holding& tie = wider.ties[network.widened % network.ties.size()];
  if (!tie.measured()) return;
  const Share down = std::min<Share>(tie.low, (network.by & 15) * kStep);
  const Share up = std::min<Share>(kWhole - tie.high, static_cast<Share>(network.by >> 4) * kStep);
  tie.low -= down;
  tie.high += up;
  std::uint8_t closed = 0;
  if (down > 0) closed |= Holding::kLowOpen;
  if (up > 0) closed |= Holding::kHighOpen;
  tie.flags = static_cast<std::uint8_t>(tie.flags & ~closed);
  GraphBuilder builder;
  const Graph graph = build(builder, wider).graph();
  const Assessment then(graph, kToday, wider.criterion, wider.seeds);
  for (std::uint32_t party = 0; party < network.parties; ++party) {
    if (all.of(party) == Standing::possible) TAMGA_CHECK(then.of(party) == Standing::possible);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto raw = Graph::from_bytes(std::string(input), "fuzz"); !raw) TAMGA_CHECK(!raw.error().message.empty());

  const Network network = network_of(input);
  GraphBuilder builder;
  std::string bytes = build(builder, network).bytes("fuzz");
  TAMGA_CHECK(build(builder, network).bytes("fuzz") == bytes);
  {
    std::string damaged = bytes;
    damaged[(std::size_t{network.widened} * 256 + network.by) % damaged.size()] ^= static_cast<char>(1 << (network.by & 7));
    TAMGA_CHECK(!Graph::from_bytes(std::move(damaged), "fuzz").has_value());
  }
  const auto graph = Graph::from_bytes(std::move(bytes), "fuzz");
  TAMGA_CHECK(graph.has_value());
  const Assessment all(*graph, kToday, network.criterion, network.seeds);
  check_sets(*graph, network, all);
  check_answers(*graph, network);
  check_widening(network, all);
  return 0;
}
