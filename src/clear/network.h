#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "clear/clear.h"
#include "policy/network.h"

/// The ownership around parties: what a deal states of its owners, what registers know above them, and what the lists themselves say of listed ones
/// ("owned or controlled by", "linked to", subsidiaries). Everybody in it is screened, so that a rule can follow any chain.
namespace tamga::clear {

/// What screening found of one party: entries whose designation has begun on the day.
struct Screened {
  std::vector<policy::Match> matches;
  struct Place {
    std::size_t edition = 0;   ///< of Snapshot::searchable
    std::uint32_t entity = 0;  ///< its number there
  };
  std::vector<Place> certain;  ///< the entries that it surely is
  std::vector<Place> places;   ///< of the matches, in their order
  struct Later {
    std::string caption;
    std::string list;
    std::string from;
  };
  std::vector<Later> later;  ///< entries of which a designation begins only after the day
};

[[nodiscard]] Screened screen_party(const Snapshot& snapshot, Date as_of, const match::Query& query, match::Workspace& workspace);
/// A party of the registers, by what they know of it. Nobody is found of one that has neither a name nor an identifier.
[[nodiscard]] Screened screen_registered(const Snapshot& snapshot, Date as_of, std::uint32_t party, match::Workspace& workspace);

class NetworkDrawer {
 public:
  using Screen = std::function<Screened(const match::Query&)>;
  NetworkDrawer(const Snapshot& snapshot, Date as_of, Screen screen);

  struct Party {
    std::string path;
    std::string name;
    std::string schema;
    std::string country;  ///< ISO 3166-1 alpha-2, upper case
    std::vector<identifiers::Identifier> identifiers;
  };
  /// A party of a deal, which was screened already. Returns its number in the network.
  std::uint32_t subject(const Party& party, const Screened& screened);
  /// An owner that the deal states of it.
  void stated_owner(std::uint32_t subject, const Party& owner, const Screened& screened, const std::optional<ShareRange>& share);
  /// A party of the registers, by its number there; for `tamga owners show`.
  std::uint32_t registered(std::uint32_t party);
  /// A listed entity, by its edition (of Snapshot::searchable) and number there; for the same.
  std::uint32_t listed(std::size_t edition, std::uint32_t entity) { return list_party(edition, entity); }
  /// Makes draw() look for doubts about this party, as about a deal's.
  void doubt(std::uint32_t party) { doubted_.push_back(party); }

  /// Follows everybody upwards. Call once, last.
  policy::Network draw();

  /// After draw(): is anything known of who owns the subject?
  [[nodiscard]] bool owners_known(std::uint32_t subject) const { return known_[subject]; }
  /// After draw(): why something about a subject's ownership is not certain; for a data finding.
  struct Doubt {
    std::uint32_t subject = 0;
    std::string rule;  ///< "data.register_party_uncertain", "data.ownership_cut", …
    std::string because;
    std::string missing;  ///< what the deal would have to say, below the subject's path
  };
  [[nodiscard]] const std::vector<Doubt>& doubts() const { return doubts_; }

 private:
  struct Joined {
    std::vector<std::uint32_t> parties;
    bool certain = false;
  };
  [[nodiscard]] Joined join(const Party& party) const;
  std::uint32_t add(policy::NetworkParty party, const Screened& screened, bool arrangement);
  void follow_register(std::uint32_t number, std::uint32_t party, bool certain);
  void follow_list(std::uint32_t number, Screened::Place place);
  std::uint32_t list_party(std::size_t edition, std::uint32_t entity);
  void tie_known();
  void add_doubts(const policy::Network& network);

  /// More parties than this around one deal are not followed: it would be a register, not a party's surroundings.
  static constexpr std::size_t kPartiesMax = 5000;

  const Snapshot& snapshot_;
  Date as_of_;
  Screen screen_;
  policy::NetworkBuilder builder_;
  mutable names::Reader reader_;
  std::vector<Party> parties_;  ///< those of the deal, by number; others empty
  struct Stated {
    std::uint32_t subject = 0;
    std::uint32_t owner = 0;
    std::uint64_t key = 0;
    bool followed = false;
  };
  std::vector<Stated> stated_;
  std::vector<std::uint32_t> subjects_;
  std::vector<std::uint32_t> doubted_;
  std::unordered_map<std::uint32_t, std::uint32_t> of_register_;            ///< number in the registers to number here
  std::map<std::pair<std::size_t, std::uint32_t>, std::uint32_t> of_list_;  ///< entry to number here
  struct Task {
    std::uint32_t number = 0;
    std::uint32_t party = ownership::kNobody;  ///< of the registers
    Screened::Place place;
    bool certain = true;
  };
  std::vector<Task> tasks_;
  std::vector<bool> known_;
  std::vector<std::uint32_t> uncertain_joins_;
  bool cut_ = false;
  std::vector<Doubt> doubts_;
};

}  // namespace tamga::clear
