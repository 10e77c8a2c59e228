#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

#include "ownership/graph.h"

/// Who is owned or controlled by the listed, under one authority's rule. Shares are ranges, and the answer says what follows from them and no more.
///
/// What a rule makes of one asset and a set of members (the listed, and what they own already):
///   - direct shares of members are added, and compared with the threshold; with several members only where the rule aggregates;
///   - voting rights likewise and by themselves, where the rule counts them: shares and votes are never added to each other;
///   - an indirect holding is compared by itself, since its chain may be in the graph as well;
///   - control by a member is enough, where the rule counts control.
/// A member's whole stake counts, never a product of shares (OFAC FAQ 401). The set grows until nobody joins: the least fixpoint, so that two
/// companies that own each other are not owned by the listed for that alone.
///
/// Ranges. *Certain*: in every way in which the ranges can come true. *Excluded*: in none. *Possible*: otherwise. Both ends are exact, with no
/// guess between: with every share at its low end the fixpoint is that of the certain members, and one single choice of shares makes
/// everybody a member at once who is a possible one (each asset gives its members what the others' lower ends leave of 100 %). docs/ownership.md has
/// the proof. Where lower ends add up to more than 100 % a source is wrong, and it cannot be told which: the members may have less than their lower
/// ends by all of the excess, or more than their upper ends by as much.
///
/// Sources: OFAC revised guidance of 13 Aug 2014 and FAQ 398-402; Council Best Practices of 3 July 2024 (doc 11623/24); SI 2019/855 regulation 7 and
/// schedule 1; OFSI general guidance, chapter 4.
namespace tamga::ownership {

/// Of what a share is taken where a company holds its own shares.
enum class Treasury : std::uint8_t {
  issued,       ///< all shares that were issued: the raw share, as the register has it
  outstanding,  ///< those in other hands: what the owners have in fact
  either,       ///< certain only where both say so, excluded only where neither does
};

/// An authority's rule in numbers.
struct Criterion {
  Decimal percent = Decimal::whole(50);
  bool inclusive = true;  ///< at least, or more than
  bool aggregate = true;  ///< several listed owners are added together, or each is taken with what it owns alone
  bool votes = false;     ///< voting rights count as shares do
  bool control = false;   ///< control counts
  bool joint = false;     ///< owners in a joint arrangement count as one, where owners are not added anyhow
  Treasury treasury = Treasury::either;
  bool operator==(const Criterion&) const = default;
};

enum class Standing : std::uint8_t { excluded, possible, certain };
[[nodiscard]] std::string_view standing_name(Standing standing);

/// A listed party; `certain` is false for one that may be somebody else of that name.
struct Seed {
  std::uint32_t party = 0;
  bool certain = true;
};

/// One set of members and what it holds, growing. Memory grows with what is touched, but for four bytes a party of the graph. Not thread-safe.
class Reach {
 public:
  enum class Mode : std::uint8_t { certain, possible };
  Reach(const Graph& graph, Day day, const Criterion& criterion, Mode mode);

  /// Makes a party a member, and whatever follows. Each step is done once, so that adding costs what is new.
  void add(std::uint32_t party);
  /// This party never becomes a member: what the others make of it is asked of the owners that do not depend on it. Stays after clear().
  void bar(std::uint32_t party);
  /// Forgets the members.
  void clear();

  [[nodiscard]] bool has(std::uint32_t party) const { return place_[party] != 0 && slots_[place_[party] - 1].member; }
  /// In the order of joining: whoever made one a member stands before it. Allies (Criterion::joint) are not among them.
  [[nodiscard]] std::span<const std::uint32_t> members() const { return members_; }
  /// The place among members(); only of a member.
  [[nodiscard]] std::uint32_t order(std::uint32_t party) const { return slots_[place_[party] - 1].order; }
  /// Whether its holdings are counted: a member, or an ally of one.
  [[nodiscard]] bool counts(std::uint32_t party) const { return place_[party] != 0 && slots_[place_[party] - 1].counted; }

 private:
  /// An end of a range, in units; open: not reached.
  struct End {
    std::uint64_t value = 0;
    bool open = false;
  };
  /// What all owners of an asset hold, and what the members among them do.
  struct Slot {
    // Of everybody, on the day: unset until summed, then it does not change.
    std::uint64_t low[2] = {};   ///< direct shares, direct votes; without the company's own
    std::uint32_t open[2] = {};  ///< how many of these lower ends are open
    std::uint64_t own_low = 0;   ///< of itself
    std::uint64_t own_high = 0;
    bool own_open = false;  ///< its lower end
    // Of members.
    std::uint64_t member_low[2] = {};
    std::uint64_t member_high[2] = {};
    std::uint64_t indirect_high[2] = {};
    std::uint32_t member_open[2] = {};  ///< open lower ends
    std::uint32_t high_open[2] = {};    ///< open upper ends of direct ones
    std::uint32_t indirect_open[2] = {};
    std::uint32_t order = 0;
    bool summed = false;
    bool member = false;
    bool counted = false;
    bool barred = false;
    bool touched = false;
    bool reached = false;  ///< something about a member's tie alone is enough: an indirect holding, control
  };

  /// The party's slot, to be written to.
  Slot& slot(std::uint32_t party);
  void sum(std::uint32_t party, Slot& slot) const;
  void join(std::uint32_t party, bool ally);
  void count(std::uint32_t party);
  void see(const Holding& holding);
  void fetch_place(std::uint32_t party) const;
  void fetch_slot(std::uint32_t party) const;
  void fetch(std::span<const std::uint32_t> out, std::size_t at) const;
  void fetch_next() const;
  [[nodiscard]] bool passes(std::uint32_t party, Slot& slot) const;
  [[nodiscard]] bool too_little(const Slot& slot) const;
  [[nodiscard]] bool enough(const Slot& slot) const;
  [[nodiscard]] bool surely(End low) const;
  [[nodiscard]] bool maybe(End high) const;
  [[nodiscard]] bool owned_surely(const Slot& slot) const;
  [[nodiscard]] bool owned_maybe(const Slot& slot) const;

  const Graph* graph_;
  Day day_;
  Criterion criterion_;
  Mode mode_;
  Share threshold_;
  bool threshold_rounded_;              ///< the threshold lies above its units
  std::vector<std::uint32_t> place_;    ///< number of the party's slot + 1; 0: none
  std::deque<Slot> slots_;              ///< never moved: a vector that grows in a designation would copy all of them at once
  std::vector<std::uint32_t> touched_;  ///< slots that are not as after clear()
  std::vector<std::uint32_t> members_;
  std::vector<std::uint32_t> queue_;  ///< whose holdings are to be counted, from next_ on
  std::size_t next_ = 0;
};

/// The standing of every party of a graph under one rule.
class Assessment {
 public:
  Assessment(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds);

  [[nodiscard]] Standing of(std::uint32_t party) const { return static_cast<Standing>(standing_[party]); }
  /// One more listed party; the same as beginning anew with it, at the cost of what it changes. Returns whose standing rose.
  std::vector<std::uint32_t> designate(Seed seed);
  /// Everybody who is not excluded, the listed included.
  [[nodiscard]] std::vector<std::uint32_t> reached() const;

 private:
  void raise(const Reach& reach, std::size_t from, Standing standing, std::vector<std::uint32_t>& changed);

  Criterion criterion_;
  Reach certain_;
  Reach possible_;
  std::vector<std::uint8_t> standing_;
};

}  // namespace tamga::ownership
