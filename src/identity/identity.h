#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "index/index.h"
#include "model/entity.h"

/// The same person, company or ship on several lists.
///
/// Lists repeat one another: the UN's 1,000 entries stand again on the EU's, the UK's and OFAC's list, each time spelled anew. link() finds who is
/// the same, by the strongest evidence first: an authority that repeats another's number, numbers of registers, documents, a name with a day of
/// birth, and last a name with less. What it calls certain was measured to be right in 995 cases of 1,000 or more; anything weaker is only
/// ever "possibly the same". docs/identity.md gives every rule with its source and its numbers.
///
///     const Links links = link({{Source{"un_sc_sanctions", &un}, Source{"eu_fsf", &eu}}});
///     for (const auto& linked : links.of(Member{0, 17})) …
namespace tamga::identity {

/// One edition of a list: its compiled index, or its entities themselves. Both must outlive link(), not the Links.
struct Source {
  std::string_view list;
  const index::Index* index = nullptr;
  std::span<const Entity> entities = {};  ///< when there is no index
};

/// An entity by the place of its source among those linked, and its number in it.
struct Member {
  std::uint32_t source = 0;
  std::uint32_t entity = 0;
  auto operator<=>(const Member&) const = default;
};

/// Why two entities are linked, strongest first.
enum class Rule : std::uint8_t {
  reference,        ///< an authority repeats another's own number, and the names agree
  register_number,  ///< a number with a right check digit of a register: IMO, LEI, INN, OGRN, BIN, IIN, USCC, BIC; but for ships the names agree too
  document,         ///< a passport or a number without a check digit, and the names agree
  name_and_day,     ///< a person's name and day of birth
  name_and_more,    ///< a person's name with year of birth or country; a firm's name with country is possible only
  name,             ///< the name, and nothing contradicts: possible only
};
[[nodiscard]] std::string_view rule_name(Rule rule);

struct Linked {
  Member member;
  Rule rule = Rule::name;
  bool certain = false;
  /// "same UN reference QDi.006"; where the two are linked through others, the weakest link on the way: "same name and birth date 1952-10-07,
  /// by way of eu_fsf".
  std::string because;
  bool operator==(const Linked&) const = default;
};

/// The result of link(): groups of the same entity, and which groups may be the same. Immutable; may be read from many threads.
class Links {
 public:
  /// All others that are the same (certain), then those that may be; each part sorted by source, then entity. A member that does not exist has
  /// none. What may be the same is never chained: only who is certainly the same as one end of such a link is named with it.
  [[nodiscard]] std::vector<Linked> of(Member member) const;
  /// Groups of two and more that are certainly the same.
  [[nodiscard]] std::size_t groups() const { return groups_; }
  /// How many entities stand in them.
  [[nodiscard]] std::size_t entities() const { return entities_; }
  /// Names, dates or numbers that more than 256 entities share; they tell nobody from anybody and linked none.
  [[nodiscard]] std::uint32_t skipped() const { return skipped_; }

  /// To keep them with a basis: little-endian, with a version and an XXH3 checksum against damage. The same links give the same bytes.
  [[nodiscard]] std::string bytes() const;
  /// Refuses another version, damaged and truncated bytes. That they belong to the sources at hand is for the caller to know; compare sources()
  /// where the key of the cache does not say it.
  static Result<Links> from_bytes(std::string_view bytes);
  /// List and number of entities of each source.
  struct SourceSize {
    std::string list;
    std::uint32_t entities = 0;
    bool operator==(const SourceSize&) const = default;
  };
  [[nodiscard]] const std::vector<SourceSize>& sources() const TAMGA_LIFETIMEBOUND { return sources_; }

 private:
  friend class Grouping;
  /// A link between two entities by their places, counted over all sources; a < b.
  struct Link {
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    Rule rule = Rule::name;
    bool certain = false;
    std::string because;
  };
  void index_links();
  [[nodiscard]] Member member(std::uint32_t place) const;
  [[nodiscard]] std::span<const std::uint32_t> links_of(std::uint32_t place) const;
  [[nodiscard]] std::vector<std::uint32_t> group_of(std::uint32_t place) const;
  [[nodiscard]] std::vector<Linked> same_as(std::uint32_t place, std::span<const std::uint32_t> group) const;

  std::vector<SourceSize> sources_;
  std::uint32_t skipped_ = 0;
  /// Sorted by a, b. The certain ones hold the groups together; the others lead out of them.
  std::vector<Link> links_;
  // Made by index_links().
  std::vector<std::uint32_t> begin_;  ///< of each source; one more than sources
  std::vector<std::uint32_t> first_;  ///< into ends_, for each place; one more than places
  std::vector<std::uint32_t> ends_;   ///< links of each place
  std::size_t groups_ = 0;
  std::size_t entities_ = 0;
};

/// Links entities of different sources. Two of one source are in one group only when a reference, a number or a document says so.
/// A conflict inside a group (other UN references, other numbers, other days of birth) is never merged: the weaker link becomes a possible one.
/// The order of the sources does not change what is linked.
[[nodiscard]] Links link(std::span<const Source> sources);

}  // namespace tamga::identity
