#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "identifiers/identifiers.h"
#include "model/deal.h"
#include "ownership/holding.h"

/// Who holds what, of millions of parties: built once, then read-only and safe to read from any thread. One block of bytes, in memory or mapped from
/// a file, so that a network of eight million holdings is open in a moment.
namespace tamga::ownership {

/// A share in units of 10^-7 per cent.
using Share = std::uint32_t;
inline constexpr Share kWhole = 1'000'000'000;

/// A day as days since 1970-01-01, as std::chrono counts them.
using Day = std::int32_t;
inline constexpr Day kAlways = INT32_MIN;  ///< a holding whose beginning is not known
inline constexpr Day kNever = INT32_MAX;   ///< a holding whose end is not known
[[nodiscard]] Day day_of(Date date);
/// Nothing for kAlways and kNever.
[[nodiscard]] std::optional<Date> date_of(Day day);

/// A range of a share. An open end is not reached itself. What has more than seven decimals is widened to the units around it, with open ends: a
/// range may grow by reading, never shrink.
struct Range {
  Share low = 0;
  Share high = kWhole;
  bool low_open = false;
  bool high_open = false;

  static Range of(const ShareRange& share);
  [[nodiscard]] ShareRange percent() const;
  /// "50", "25-50", ">25", "unknown"; without the per cent sign.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool exact() const { return low == high; }
  bool operator==(const Range&) const = default;
};

/// One holding as it is kept. Sorted by asset, then owner.
struct Holding {
  std::uint32_t owner = 0;
  std::uint32_t asset = 0;
  Share low = 0;
  Share high = kWhole;
  Day from = kAlways;
  Day to = kNever;            ///< the first day on which it no longer is
  std::uint32_t line = 0;     ///< in the file of its first source; 0: not known
  std::uint16_t sources = 0;  ///< number of a set of sources
  Kind kind = Kind::shares;
  std::uint8_t flags = 0;

  static constexpr std::uint8_t kIndirect = 1;
  static constexpr std::uint8_t kLowOpen = 2;
  static constexpr std::uint8_t kHighOpen = 4;
  static constexpr std::uint8_t kDisputed = 8;  ///< its sources contradict each other: the range holds all that they say

  [[nodiscard]] bool on(Day day) const { return from <= day && day < to; }
  [[nodiscard]] bool indirect() const { return (flags & kIndirect) != 0; }
  [[nodiscard]] bool disputed() const { return (flags & kDisputed) != 0; }
  [[nodiscard]] Range share() const { return {low, high, (flags & kLowOpen) != 0, (flags & kHighOpen) != 0}; }
  void set_share(const Range& range) {
    low = range.low;
    high = range.high;
    flags = static_cast<std::uint8_t>((flags & ~(kLowOpen | kHighOpen)) | (range.low_open ? kLowOpen : 0) | (range.high_open ? kHighOpen : 0));
  }
  /// Shares and votes have a share, the others are or are not.
  [[nodiscard]] bool measured() const { return kind == Kind::shares || kind == Kind::votes; }
};
static_assert(sizeof(Holding) == 32);

/// A party of the graph; views into it.
struct PartyView {
  std::string_view id;
  std::string_view name;     ///< the id where no source gives a name
  std::string_view schema;   ///< FollowTheMoney; LegalEntity where no source says
  std::string_view country;  ///< ISO 3166-1 alpha-2, upper case; empty: not known
  bool arrangement = false;  ///< a trust or the like
  bool described = false;    ///< some source says more of it than its id
};

class Graph {
 public:
  /// Opens what GraphBuilder::bytes() wrote. `content` is what it was built of; another content, version or a damaged file is an error.
  static Result<Graph> open(const std::string& path, std::string_view content);
  static Result<Graph> from_bytes(std::string bytes, std::string_view content);
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  [[nodiscard]] std::uint32_t parties() const;
  [[nodiscard]] std::span<const Holding> holdings() const TAMGA_LIFETIMEBOUND;
  /// Holdings in a party, by whomever and whenever.
  [[nodiscard]] std::span<const Holding> in(std::uint32_t asset) const TAMGA_LIFETIMEBOUND;
  /// What a party holds, as numbers of holdings().
  [[nodiscard]] std::span<const std::uint32_t> out(std::uint32_t owner) const TAMGA_LIFETIMEBOUND;

  /// Says that in() or out() of a party is asked soon: what they read first is fetched from memory meanwhile. Changes nothing else.
  void expect(std::uint32_t party) const;

  [[nodiscard]] PartyView party(std::uint32_t number) const TAMGA_LIFETIMEBOUND;
  [[nodiscard]] std::vector<identifiers::Identifier> identifiers_of(std::uint32_t party) const;
  /// The names of a set of sources, first the one whose line a holding gives.
  [[nodiscard]] std::vector<std::string_view> sources(std::uint16_t set) const TAMGA_LIFETIMEBOUND;

  /// The party of an id, of any source's; kNobody.
  [[nodiscard]] std::uint32_t find(std::string_view id) const;
  /// Parties with an identifier, and parties whose name has a key (GraphBuilder::describe). Numbers may be few too many: keys are hashes.
  [[nodiscard]] std::vector<std::uint32_t> with_identifier(const identifiers::Identifier& identifier) const;
  [[nodiscard]] std::vector<std::uint32_t> with_name_key(std::uint64_t key) const;

 private:
  friend class GraphBuilder;
  struct Implementation;
  explicit Graph(std::unique_ptr<const Implementation> implementation);
  std::unique_ptr<const Implementation> implementation_;
};

/// Collects parties and holdings of all sources. Parties with the same id, or with the same identifier that has passed its check (LEI, BIN, INN …),
/// are one party. The same holding from two sources is one holding with two sources: where their ranges overlap it has what both allow, where they do
/// not it has all that any of them says and is disputed. That is so by day: what a source says of other days changes nothing, and a holding goes on
/// as one while its share does. Two holdings of one source with different shares or days are two lots, which add up; a row that is there twice counts
/// once.
class GraphBuilder {
 public:
  GraphBuilder();
  GraphBuilder(const GraphBuilder&) = delete;
  GraphBuilder& operator=(const GraphBuilder&) = delete;
  ~GraphBuilder();

  /// The party of an id, made when it is new.
  std::uint32_t party(std::string_view id);
  /// What a source says of it; what an earlier one said stays. `name_key` is what with_name_key() finds it by; 0: nothing.
  struct Description {
    std::string_view name;
    std::string_view schema;
    std::string_view country;
    bool arrangement = false;
    std::uint64_t name_key = 0;
  };
  void describe(std::uint32_t party, const Description& description);
  /// Of a party that no source describes: its id is its name.
  void find_by_name(std::uint32_t party, std::uint64_t name_key);
  void identify(std::uint32_t party, const identifiers::Identifier& identifier);
  /// A number for a source's name, for hold(). At most 65,000 sets of sources are kept apart; further ones count as "other sources".
  std::uint16_t source(std::string_view name);
  void hold(const Holding& holding);

  /// `content` names what it was built of (ids of editions). The builder is empty afterwards.
  [[nodiscard]] std::string bytes(std::string_view content);
  [[nodiscard]] Graph graph();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace tamga::ownership
