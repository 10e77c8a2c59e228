#include "ownership/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tamga::ownership {
namespace {

std::vector<Seed> others(std::span<const Seed> seeds, std::uint32_t party) {
  std::vector<Seed> result;
  for (const Seed& seed : seeds) {
    if (seed.party != party) result.push_back(seed);
  }
  return result;
}

/// What one set of listed owners makes of one party: the listed all together, or one alone.
struct View {
  Reach certain;
  Reach possible;
  std::uint32_t listed_alone = kNobody;

  View(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::span<const std::uint32_t> barred)
      : certain(graph, day, criterion, Reach::Mode::certain), possible(graph, day, criterion, Reach::Mode::possible) {
    for (const auto party : barred) {
      certain.bar(party);
      possible.bar(party);
    }
    for (const Seed& seed : seeds) {
      if (seed.certain) certain.add(seed.party);
      possible.add(seed.party);
    }
  }

  [[nodiscard]] Standing of(std::uint32_t party) const {
    return certain.has(party) ? Standing::certain : possible.has(party) ? Standing::possible : Standing::excluded;
  }
};

/// Shares or votes in one asset: of everybody, and of members.
struct Tally {
  std::uint64_t low = 0;   ///< of certain members
  std::uint64_t high = 0;  ///< of possible members, direct
  std::uint64_t indirect = 0;
  std::uint64_t others = 0;  ///< lower ends of those who are not even possible members, and of the company itself
  std::uint64_t all = 0;     ///< all lower ends
  bool low_open = false;
  bool high_open = false;
  bool indirect_open = false;
  bool others_open = false;
  bool any_open = false;  ///< some lower end of `all`
  /// As Reach has it: lower ends that cannot all be true.
  [[nodiscard]] bool contradiction() const { return all > kWhole || (all == kWhole && any_open); }
  [[nodiscard]] Range range() const {
    Range range;
    const std::uint64_t excess = all > kWhole ? all - kWhole : 0;
    range.low = static_cast<Share>(std::min<std::uint64_t>(low - std::min(low, excess), kWhole));
    range.low_open = low_open && !contradiction();
    std::uint64_t top = high;
    range.high_open = high_open;
    if (contradiction()) {
      top += excess;
      range.high_open = false;
    } else if (const std::uint64_t room = kWhole - std::min<std::uint64_t>(others, kWhole); top >= room) {
      range.high_open = others_open || (top == room && high_open);
      top = room;
    }
    range.high_open = (range.high_open || indirect_open) && top + indirect <= kWhole;
    range.high = static_cast<Share>(std::min<std::uint64_t>(top + indirect, kWhole));
    if (range.low > range.high) range.low = range.high;
    // Ends that meet are one value; that one of them was open is the input's contradiction, told elsewhere.
    if (range.low == range.high) range.low_open = range.high_open = false;
    return range;
  }
};

Tally tally(const Graph& graph, Day day, std::uint32_t asset, Kind kind, const View& view) {
  Tally sum;
  for (const Holding& holding : graph.in(asset)) {
    if (holding.kind != kind || !holding.on(day)) continue;
    const bool low_open = (holding.flags & Holding::kLowOpen) != 0;
    const bool high_open = (holding.flags & Holding::kHighOpen) != 0;
    const bool own = holding.owner == asset;
    if (holding.indirect()) {
      if (!own && view.possible.counts(holding.owner)) {
        sum.indirect += holding.high;
        sum.indirect_open = sum.indirect_open || high_open;
      }
      continue;
    }
    // A company's votes in itself are nobody's.
    if (own && kind == Kind::votes) continue;
    sum.all += holding.low;
    sum.any_open = sum.any_open || low_open;
    if (own || !view.possible.counts(holding.owner)) {
      sum.others += holding.low;
      sum.others_open = sum.others_open || low_open;
      continue;
    }
    sum.high += holding.high;
    sum.high_open = sum.high_open || high_open;
    if (!view.certain.counts(holding.owner)) continue;
    sum.low += holding.low;
    sum.low_open = sum.low_open || low_open;
  }
  return sum;
}

/// Which holdings in an asset the criterion looks at, on the day, of owners that `members` counts.
std::vector<std::uint32_t> counted(const Graph& graph, Day day, std::uint32_t asset, Kind kind, const Reach& members) {
  std::vector<std::uint32_t> result;
  const auto in = graph.in(asset);
  const auto first = static_cast<std::uint32_t>(in.data() - graph.holdings().data());
  for (std::uint32_t i = 0; i < in.size(); ++i) {
    const Holding& holding = in[i];
    if (holding.owner == asset || !holding.on(day) || !members.counts(holding.owner)) continue;
    const bool same = holding.kind == kind || (kind == Kind::control && holding.kind == Kind::influence);
    if (same) result.push_back(first + i);
  }
  return result;
}

/// Could these holdings by themselves be enough? Asks the criterion of a graph with nothing else in it.
bool enough(const Graph& graph, Day day, const Criterion& criterion, std::uint32_t asset, Kind kind, const View& view, bool surely) {
  const Tally sum = tally(graph, day, asset, kind, view);
  GraphBuilder builder;
  Holding holding;
  holding.owner = builder.party("members");
  holding.asset = builder.party("asset");
  holding.kind = kind;
  holding.set_share(sum.range());
  builder.hold(holding);
  if (kind == Kind::shares) {
    for (Holding own : graph.in(asset)) {
      if (own.owner != asset || own.kind != kind || own.indirect() || !own.on(day)) continue;
      own.owner = own.asset = 1;
      own.sources = 0;  // a number of `graph`
      builder.hold(own);
    }
  }
  const Graph alone = builder.graph();
  Reach reach(alone, day, criterion, surely ? Reach::Mode::certain : Reach::Mode::possible);
  reach.add(0);
  return reach.has(1);
}

/// The step of one asset: the measure that decides it, else the one of shares.
Step step_of(const Graph& graph, Day day, const Criterion& criterion, std::uint32_t asset, const View& view, Standing standing) {
  const Reach& members = standing == Standing::certain ? view.certain : view.possible;
  Step step;
  step.asset = asset;
  std::vector<Kind> kinds = {Kind::shares};
  if (criterion.votes) kinds.push_back(Kind::votes);
  if (criterion.control) kinds.push_back(Kind::control);
  std::optional<Kind> chosen;
  for (const Kind kind : kinds) {
    const auto holdings = counted(graph, day, asset, kind, members);
    if (holdings.empty()) continue;
    if (!chosen) chosen = kind;
    if (standing == Standing::excluded) break;
    if (kind == Kind::control || enough(graph, day, criterion, asset, kind, view, standing == Standing::certain) ||
        std::any_of(holdings.begin(), holdings.end(), [&](std::uint32_t number) {
          return graph.holdings()[number].indirect() && standing == Standing::certain && graph.holdings()[number].low > 0;
        })) {
      chosen = kind;
      break;
    }
  }
  if (!chosen) {
    step.held = Range{0, 0, false, false};
    return step;
  }
  step.kind = *chosen;
  step.holdings = counted(graph, day, asset, *chosen, members);
  if (*chosen != Kind::control) {
    const Tally sum = tally(graph, day, asset, *chosen, view);
    step.held = sum.range();
    step.contradiction = sum.contradiction();
    // An indirect holding that is enough by itself is not in the sum of direct ones.
    for (const auto number : step.holdings) {
      const Holding& holding = graph.holdings()[number];
      if (holding.indirect() && view.certain.counts(holding.owner) && holding.low > step.held.low) {
        step.held.low = holding.low;
        step.held.low_open = (holding.flags & Holding::kLowOpen) != 0;
      }
    }
    if (step.held.low > step.held.high) step.held.high = step.held.low;
  }
  return step;
}

/// The view that says most of the party; where each listed owner is taken alone, the best of theirs.
View best_view(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party) {
  if (criterion.aggregate || seeds.size() < 2) {
    View view(graph, day, criterion, seeds, {});
    if (!criterion.aggregate && !seeds.empty()) view.listed_alone = seeds.front().party;
    return view;
  }
  std::optional<View> best;
  const auto rank = [&](const View& view) {
    const Tally sum = tally(graph, day, party, Kind::shares, view);
    return std::tuple(view.of(party), view.of(party) == Standing::certain ? sum.low : sum.high + sum.indirect);
  };
  for (const Seed& seed : seeds) {
    View view(graph, day, criterion, std::span(&seed, 1), {});
    view.listed_alone = seed.party;
    if (!best || rank(view) > rank(*best)) best.emplace(std::move(view));
  }
  return *std::move(best);
}

Answer combined(Standing owned, Standing controlled) {
  if (owned == Standing::certain) return Answer::owned;
  if (controlled == Standing::certain) return Answer::controlled;
  return owned == Standing::possible || controlled == Standing::possible ? Answer::cannot_be_excluded : Answer::not_owned;
}

Criterion without_control(Criterion criterion) {
  criterion.control = false;
  return criterion;
}

// ---- what would settle it -------------------------------------------------------------------------------------
// The answer about one asset is a function of what is not known: shares within their ranges, and yes or no of each owner that may be a member and
// each tie that may be control. A fact must be asked for if there is one state of all the others with which the answer turns on it; facts of which
// that is not so change nothing, alone or together, since the function does not depend on them. So the facts that turn something are the smallest set
// that settles. Whether one does is asked for every choice of the owners that may be members: with the choice fixed, what the others hold can be any
// sum between two ends, and the threshold lies between what it can be without and with the fact, or it does not.

class Settler {
 public:
  Settler(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds)
      : graph_(graph), day_(day), criterion_(criterion), seeds_(seeds) {
    ShareRange exact;
    exact.low = criterion.percent;
    limit_ = Range::of(exact);
  }

  std::vector<Fact> facts(std::uint32_t party) {
    ask(party);
    return std::move(facts_);
  }

 private:
  /// One tie of an owner that is or may be a member.
  struct Stake {
    std::uint32_t number = 0;
    std::size_t measure = 0;  ///< 0: shares, 1: votes, 2: control
    int chance = -1;          ///< which of the owners that may be members; -1: a certain member
  };
  /// What the members of one choice hold by one measure.
  struct Held {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint64_t others = 0;
    bool low_open = false;
    bool high_open = false;
    bool others_open = false;
  };
  static constexpr std::size_t kChances = 12;
  static constexpr std::size_t kWork = 4'000'000;

  void need(Fact fact) {
    if (std::find(facts_.begin(), facts_.end(), fact) == facts_.end()) facts_.push_back(fact);
  }

  /// What is open about a party depends on whose matter it is asked in: owners that hang on those (barred_) do not count. So the same party is asked
  /// anew in another matter; after many, once more with nobody but itself left out, which asks for too much rather than too little.
  void ask(std::uint32_t party) {
    if (std::find(barred_.begin(), barred_.end(), party) != barred_.end()) return;
    if (budget_ > 0) {
      --budget_;
      barred_.push_back(party);
      ask_everybody(party);
      barred_.pop_back();
      return;
    }
    if (std::find(asked_.begin(), asked_.end(), party) != asked_.end()) return;
    asked_.push_back(party);
    const std::vector<std::uint32_t> matter = std::exchange(barred_, {party});
    ask_everybody(party);
    barred_ = matter;
  }

  void ask_everybody(std::uint32_t party) {
    if (criterion_.aggregate) {
      ask_of(party, seeds_);
    } else {
      for (const Seed& seed : seeds_) ask_of(party, std::span(&seed, 1));
    }
  }

  /// What the owners that do not hang on the party itself leave open about it.
  void ask_of(std::uint32_t party, std::span<const Seed> seeds) {
    const View view(graph_, day_, criterion_, seeds, barred_);
    const auto in = graph_.in(party);
    const auto first = static_cast<std::uint32_t>(in.data() - graph_.holdings().data());
    std::vector<Stake> stakes;
    std::vector<std::uint32_t> chances;
    bool plain = true;
    Tally sums[2];
    for (const Kind kind : {Kind::shares, Kind::votes}) sums[kind == Kind::votes ? 1 : 0] = tally(graph_, day_, party, kind, view);
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      const Holding& holding = in[i];
      const std::size_t measure = holding.kind == Kind::shares ? 0 : holding.kind == Kind::votes ? 1 : 2;
      const bool counts = holding.kind == Kind::shares || (holding.kind == Kind::votes && criterion_.votes) ||
                          ((holding.kind == Kind::control || holding.kind == Kind::influence) && criterion_.control);
      if (!counts || !holding.on(day_)) continue;
      if (holding.owner == party) {
        if (holding.kind == Kind::shares && holding.high > 0 && criterion_.treasury != Treasury::issued) plain = false;
        continue;
      }
      if (!view.possible.counts(holding.owner) || (measure < 2 && holding.high == 0)) continue;
      plain = plain && !(measure < 2 && holding.indirect());
      Stake stake{first + i, measure, -1};
      if (!view.certain.counts(holding.owner)) {
        const auto at = std::find(chances.begin(), chances.end(), holding.owner);
        stake.chance = static_cast<int>(at - chances.begin());
        if (at == chances.end()) chances.push_back(holding.owner);
      }
      stakes.push_back(stake);
    }
    for (const std::size_t measure : {std::size_t{0}, std::size_t{1}}) {
      if (sums[measure].contradiction() && (measure == 0 || criterion_.votes) && sums[measure].high + sums[measure].indirect > 0) {
        need({Fact::What::contradiction, 0, party});
        return;
      }
    }
    if (!plain) own_and_indirect(party, first);
    // Every choice looks at every holding, for every stake: where that is too much, whatever may matter is asked for.
    const std::size_t work = (in.size() + 1) * (stakes.size() + chances.size() + 1) << std::min<std::size_t>(chances.size(), kChances);
    const bool all = !plain || chances.size() > kChances || work > kWork;
    for (const Stake& stake : stakes) {
      const Holding& holding = graph_.holdings()[stake.number];
      if (stake.measure == 2) {
        if (holding.kind == Kind::influence && (all || control_turns(party, stakes, stake, chances.size()))) {
          need({Fact::What::control, stake.number, party});
        }
      } else {
        if (all && holding.indirect()) need({Fact::What::overlap, stake.number, party});
        if (holding.low != holding.high && (all || share_turns(party, stakes, stake, chances.size()))) need({Fact::What::share, stake.number, party});
      }
    }
    for (std::size_t chance = 0; chance < chances.size(); ++chance) {
      if (!all && !member_turns(party, stakes, chance, chances.size())) continue;
      const std::uint32_t owner = chances[chance];
      const bool seed = std::any_of(seeds.begin(), seeds.end(), [&](const Seed& candidate) { return candidate.party == owner; });
      if (seed) need({Fact::What::identity, 0, owner});
      // A possible match may be owned by the listed as well.
      ask(owner);
      if (criterion_.joint && !criterion_.aggregate) ask_allies(owner, seeds, view);
    }
  }

  /// An owner that counts for who it holds jointly with: then it is open who those are.
  void ask_allies(std::uint32_t owner, std::span<const Seed> seeds, const View& view) {
    std::vector<std::uint32_t> allies = {owner};
    const auto meet = [&](const Holding& tie, std::uint32_t other) {
      if (tie.kind != Kind::joint || !tie.on(day_) || !view.possible.counts(other)) return;
      if (std::find(allies.begin(), allies.end(), other) == allies.end()) allies.push_back(other);
    };
    for (std::size_t i = 0; i < allies.size(); ++i) {
      for (const auto number : graph_.out(allies[i])) meet(graph_.holdings()[number], graph_.holdings()[number].asset);
      for (const Holding& tie : graph_.in(allies[i])) meet(tie, tie.owner);
    }
    for (std::size_t i = 1; i < allies.size(); ++i) {
      const auto seed = std::find_if(seeds.begin(), seeds.end(), [&](const Seed& candidate) { return candidate.party == allies[i]; });
      if (seed != seeds.end() && !seed->certain) need({Fact::What::identity, 0, allies[i]});
      ask(allies[i]);
    }
  }

  void own_and_indirect(std::uint32_t party, std::uint32_t first) {
    const auto in = graph_.in(party);
    bool own = false;
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      if (in[i].owner != party || in[i].kind != Kind::shares || !in[i].on(day_) || in[i].high == 0) continue;
      own = true;
      if (in[i].low != in[i].high) need({Fact::What::share, first + i, party});
    }
    if (own && criterion_.treasury == Treasury::either) need({Fact::What::denominator, 0, party});
  }

  /// What the certain members and those of `choice` hold together.
  [[nodiscard]] Held held(std::uint32_t party, const std::vector<Stake>& stakes, std::size_t measure, std::uint32_t choice) const {
    Held sum;
    const Kind kind = measure == 0 ? Kind::shares : Kind::votes;
    const auto in = graph_.in(party);
    const auto first = static_cast<std::uint32_t>(in.data() - graph_.holdings().data());
    auto stake = stakes.begin();
    for (std::uint32_t i = 0; i < in.size(); ++i) {
      const Holding& holding = in[i];
      if (holding.kind != kind || holding.indirect() || !holding.on(day_) || (holding.owner == party && measure == 1)) continue;
      // Stakes stand in the order of the holdings.
      while (stake != stakes.end() && stake->number < first + i) ++stake;
      const bool member = stake != stakes.end() && stake->number == first + i && (stake->chance < 0 || (choice >> stake->chance & 1U) != 0);
      if (member) {
        sum.low += holding.low;
        sum.high += holding.high;
        sum.low_open = sum.low_open || (holding.flags & Holding::kLowOpen) != 0;
        sum.high_open = sum.high_open || (holding.flags & Holding::kHighOpen) != 0;
      } else {
        sum.others += holding.low;
        sum.others_open = sum.others_open || (holding.flags & Holding::kLowOpen) != 0;
      }
    }
    return sum;
  }
  /// Can what they hold lie below the threshold?
  [[nodiscard]] bool may_fail(const Held& sum) const {
    if (sum.low != limit_.low || sum.low == 0) return sum.low < limit_.low || sum.high == 0;
    return limit_.low_open || !(criterion_.inclusive || sum.low_open);
  }
  [[nodiscard]] bool may_pass(const Held& sum) const {
    const std::uint64_t room = kWhole - std::min<std::uint64_t>(sum.others, kWhole);
    const std::uint64_t high = std::min(sum.high, room);
    const bool open = (sum.high <= room && sum.high_open) || (room <= sum.high && sum.others_open);
    if (high != limit_.low) return high > limit_.low;
    return high > 0 && !limit_.low_open && criterion_.inclusive && !open;
  }
  /// Can it be that nothing but one tie, or one owner, makes a member of the party?
  [[nodiscard]] bool nothing_else(std::uint32_t party, const std::vector<Stake>& stakes, std::uint32_t choice) const {
    for (const Stake& stake : stakes) {
      const bool member = stake.chance < 0 || (choice >> stake.chance & 1U) != 0;
      if (member && graph_.holdings()[stake.number].kind == Kind::control) return false;
    }
    return may_fail(held(party, stakes, 0, choice)) && (!criterion_.votes || may_fail(held(party, stakes, 1, choice)));
  }

  [[nodiscard]] bool share_turns(std::uint32_t party, const std::vector<Stake>& stakes, const Stake& stake, std::size_t chances) const {
    for (std::uint32_t choice = 0; choice < (std::uint32_t{1} << chances); ++choice) {
      if (stake.chance >= 0 && (choice >> stake.chance & 1U) == 0) continue;
      if (nothing_else(party, stakes, choice) && may_pass(held(party, stakes, stake.measure, choice))) return true;
    }
    return false;
  }

  [[nodiscard]] bool control_turns(std::uint32_t party, const std::vector<Stake>& stakes, const Stake& stake, std::size_t chances) const {
    for (std::uint32_t choice = 0; choice < (std::uint32_t{1} << chances); ++choice) {
      if (stake.chance >= 0 && (choice >> stake.chance & 1U) == 0) continue;
      if (nothing_else(party, stakes, choice)) return true;
    }
    return false;
  }

  [[nodiscard]] bool member_turns(std::uint32_t party, const std::vector<Stake>& stakes, std::size_t chance, std::size_t chances) const {
    const bool controls =
        std::any_of(stakes.begin(), stakes.end(), [&](const Stake& stake) { return stake.chance == static_cast<int>(chance) && stake.measure == 2; });
    for (std::uint32_t choice = 0; choice < (std::uint32_t{1} << chances); ++choice) {
      if ((choice >> chance & 1U) != 0 || !nothing_else(party, stakes, choice)) continue;
      if (controls) return true;
      const std::uint32_t with = choice | std::uint32_t{1} << chance;
      for (const Stake& stake : stakes) {
        if (stake.chance == static_cast<int>(chance) && may_pass(held(party, stakes, stake.measure, with))) return true;
      }
    }
    return false;
  }

  const Graph& graph_;
  Day day_;
  Criterion criterion_;
  std::span<const Seed> seeds_;
  Range limit_;
  std::size_t budget_ = 512;
  std::vector<std::uint32_t> asked_;  ///< when the budget is spent
  std::vector<std::uint32_t> barred_;
  std::vector<Fact> facts_;
};

std::string owner_text(const Graph& graph, const Holding& holding, std::span<const Seed> seeds) {
  const bool possible = std::any_of(seeds.begin(), seeds.end(), [&](const Seed& seed) { return seed.party == holding.owner && !seed.certain; });
  std::string text(graph.party(holding.owner).name);
  if (holding.measured()) {
    text += " " + holding.share().text();
    if (holding.kind == Kind::votes) text += " of votes";
  } else {
    text += holding.kind == Kind::control ? " controls" : " may control";
  }
  if (holding.indirect()) text += " indirectly";
  if (possible) text += " (possible match)";
  return text;
}

std::string step_text(const Graph& graph, const Step& step, std::span<const Seed> seeds) {
  std::string out;
  for (const auto number : step.holdings) out += (out.empty() ? "" : " + ") + owner_text(graph, graph.holdings()[number], seeds);
  if (step.holdings.empty()) return "nothing";
  if (step.kind == Kind::control) return out;
  const std::string sum = step.held.text();
  if (step.holdings.size() != 1 || sum != graph.holdings()[step.holdings.front()].share().text()) out += " = " + sum;
  out += " %";
  if (step.contradiction) out += "; the stated shares add up to more than 100 %";
  return out;
}

/// The steps that lead to a party.
void draw(const Graph& graph, Day day, const Criterion& used, std::span<const Seed> listed, std::uint32_t party, const View& view, Standing standing,
          Explanation& result) {
  result.last = step_of(graph, day, used, party, view, standing);

  // Owners that are not listed themselves, each behind what it needs: later members rest on earlier ones, so each is looked at once.
  const Reach& members = standing == Standing::certain ? view.certain : view.possible;
  std::vector<std::uint32_t> waiting;
  const auto is_listed = [&](std::uint32_t owner) {
    return std::any_of(listed.begin(), listed.end(),
                       [&](const Seed& seed) { return seed.party == owner && (view.listed_alone == kNobody || view.listed_alone == owner); });
  };
  const auto wait = [&](const Step& step) {
    for (const auto number : step.holdings) {
      const std::uint32_t owner = graph.holdings()[number].owner;
      if (is_listed(owner) || !members.has(owner) || owner == party) continue;
      if (std::find(waiting.begin(), waiting.end(), owner) == waiting.end()) waiting.push_back(owner);
    }
  };
  wait(result.last);
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    Step step = step_of(graph, day, used, waiting[i], view,
                        members.has(waiting[i]) && standing == Standing::certain ? Standing::certain : view.of(waiting[i]));
    // What joined later is no reason for it.
    std::erase_if(step.holdings, [&](std::uint32_t number) {
      const std::uint32_t owner = graph.holdings()[number].owner;
      return members.has(owner) && members.order(owner) > members.order(step.asset);
    });
    wait(step);
    result.before.push_back(std::move(step));
  }
  std::sort(result.before.begin(), result.before.end(),
            [&](const Step& a, const Step& b) { return members.order(a.asset) < members.order(b.asset); });
}

}  // namespace

std::string_view answer_name(Answer answer) {
  switch (answer) {
    case Answer::not_owned: return "not owned";
    case Answer::cannot_be_excluded: return "cannot be excluded";
    case Answer::controlled: return "controlled";
    case Answer::owned: return "owned";
  }
  return "";
}

Answer answer_of(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party) {
  const auto listed = others(seeds, party);
  if (listed.empty()) return Answer::not_owned;
  const auto standing = [&](const Criterion& asked) { return Assessment(graph, day, asked, listed).of(party); };
  const Standing owned = standing(without_control(criterion));
  return combined(owned, criterion.control && owned != Standing::certain ? standing(criterion) : owned);
}

Explanation explain(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party) {
  Explanation result;
  const auto listed = others(seeds, party);
  const Criterion by_shares = without_control(criterion);
  View view = best_view(graph, day, by_shares, listed, party);
  Criterion used = by_shares;
  const Standing owned = view.of(party);
  Standing standing = owned;
  if (criterion.control && owned != Standing::certain) {
    View with_control = best_view(graph, day, criterion, listed, party);
    standing = with_control.of(party);
    view = std::move(with_control);
    used = criterion;
  }
  result.answer = combined(owned, standing);
  result.listed_alone = view.listed_alone;
  draw(graph, day, used, listed, party, view, standing, result);
  if (result.answer == Answer::cannot_be_excluded) result.settle = Settler(graph, day, criterion, listed).facts(party);
  return result;
}

HeldBy held_by(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party, Decimal percent,
               bool inclusive) {
  HeldBy result;
  const auto listed = others(seeds, party);
  if (listed.empty()) return result;
  ShareRange exact;
  exact.low = percent;
  const Range line = Range::of(exact);
  const auto standing_of = [&](const Range& range) {
    if (range.low > line.low || (range.low == line.low && !line.low_open && range.low > 0 && (inclusive || range.low_open))) return Standing::certain;
    const bool maybe = range.high > line.low || (range.high == line.low && !line.low_open && range.high > 0 && inclusive && !range.high_open);
    return maybe ? Standing::possible : Standing::excluded;
  };
  const std::uint32_t barred[] = {party};
  const auto look = [&](std::span<const Seed> some) {
    const View view(graph, day, criterion, some, barred);
    Standing best = standing_of(tally(graph, day, party, Kind::shares, view).range());
    if (criterion.votes) best = std::max(best, standing_of(tally(graph, day, party, Kind::votes, view).range()));
    return best;
  };
  std::span<const Seed> deciding = listed;
  if (criterion.aggregate) {
    result.standing = look(listed);
  } else {
    deciding = {};
    for (const Seed& seed : listed) {
      const Standing one = look(std::span(&seed, 1));
      if (one <= result.standing && !deciding.empty()) continue;
      result.standing = std::max(result.standing, one);
      deciding = std::span(&seed, 1);
    }
    result.explanation.listed_alone = deciding.front().party;
  }
  View view(graph, day, criterion, deciding, barred);
  view.listed_alone = result.explanation.listed_alone;
  // Below the criterion's own line nobody is a member, so what is shown is what may count.
  draw(graph, day, criterion, listed, party, view, Standing::excluded, result.explanation);
  if (result.standing == Standing::possible) {
    for (const auto number : result.explanation.last.holdings) {
      const Holding& holding = graph.holdings()[number];
      if (holding.measured() && holding.low != holding.high) result.explanation.settle.push_back({Fact::What::share, number, party});
    }
  }
  return result;
}

std::string chain_text(const Graph& graph, const Explanation& explanation, std::span<const Seed> seeds) {
  std::string out = step_text(graph, explanation.last, seeds);
  std::string before;
  for (const Step& step : explanation.before) {
    before += fmt::format("{}{}: {}", before.empty() ? "" : "; ", graph.party(step.asset).name, step_text(graph, step, seeds));
  }
  if (!before.empty()) out += fmt::format(" ({})", before);
  return out;
}

std::string fact_text(const Graph& graph, const Fact& fact) {
  const auto name = [&](std::uint32_t party) { return graph.party(party).name; };
  const Holding* holding = fact.what == Fact::What::share || fact.what == Fact::What::control || fact.what == Fact::What::overlap
                               ? &graph.holdings()[fact.holding]
                               : nullptr;
  switch (fact.what) {
    case Fact::What::share: {
      const std::string share = holding->share().text();
      return fmt::format("the {} of {} in {} is {}", holding->kind == Kind::votes ? "part of the votes" : "share", name(holding->owner),
                         name(holding->asset), share == "unknown" ? "not stated" : share + " %");
    }
    case Fact::What::control: return fmt::format("whether {} controls {} is not known", name(holding->owner), name(holding->asset));
    case Fact::What::identity: return fmt::format("{} is only a possible match", name(fact.party));
    case Fact::What::contradiction: return fmt::format("the shares in {} add up to more than 100 %: which is wrong is not known", name(fact.party));
    case Fact::What::denominator: return fmt::format("whether the shares that {} holds in itself count is not settled", name(fact.party));
    case Fact::What::overlap:
      return fmt::format("whether the {} % that {} holds indirectly in {} are a part of direct holdings is not known", holding->share().text(),
                         name(holding->owner), name(holding->asset));
  }
  return {};
}

}  // namespace tamga::ownership
