#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ownership/reach.h"

/// Why a party is owned or controlled by the listed, or is not, and what would settle it where it cannot be told. For the graph of one party (some
/// hundred holdings around it), not for a whole register: it looks at the graph several times.
namespace tamga::ownership {

/// For people, under one rule.
enum class Answer : std::uint8_t {
  not_owned,           ///< and not controlled, where the rule counts that
  cannot_be_excluded,  ///< owned or controlled in some way in which the ranges can come true
  controlled,          ///< not by shares and votes alone
  owned,
};
/// "not owned", "cannot be excluded", "controlled", "owned".
[[nodiscard]] std::string_view answer_name(Answer answer);

/// The holdings that count in one asset.
struct Step {
  std::uint32_t asset = 0;
  std::vector<std::uint32_t> holdings;  ///< numbers of Graph::holdings()
  Range held;                           ///< together: at least what certain members hold, at most what possible ones do
  Kind kind = Kind::shares;             ///< what `held` is of; control and influence have no measure
  bool contradiction = false;           ///< all lower ends in it add up to more than 100 %
};

/// Something that is not known and matters.
struct Fact {
  enum class What : std::uint8_t {
    share,          ///< how much exactly `holding` is
    control,        ///< whether `holding` is control
    identity,       ///< whether `party` is the listed one that it may be
    contradiction,  ///< which of the shares in `party` is wrong: they add up to more than 100 %
    denominator,    ///< whether the own shares of `party` count
    overlap,        ///< whether the indirect `holding` is a part of the direct ones
  };
  What what = What::share;
  std::uint32_t holding = 0;
  std::uint32_t party = 0;
  bool operator==(const Fact&) const = default;
};

struct Explanation {
  Answer answer = Answer::not_owned;
  Step last;                 ///< the party itself: what listed owners and what is theirs hold in it
  std::vector<Step> before;  ///< why each owner of `last` counts that is not listed itself: listed ones first, each asset after what it needs
  /// Of cannot_be_excluded: the smallest set of facts that settles it, whatever they turn out to be. Each of them is needed: without it there are
  /// values of the others with which the answer stays open. (It may hold a fact too many where a company holds its own shares, a holding is indirect,
  /// more than 12 owners of one asset are uncertain or it has very many, owners hang on the same uncertain fact, or each listed owner is taken
  /// alone.)
  std::vector<Fact> settle;
  std::uint32_t listed_alone = kNobody;  ///< the listed owner that decides, where the rule takes each alone
};

/// The answer alone. `party` itself does not count as listed: a listed company is not owned by the listed for that.
[[nodiscard]] Answer answer_of(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party);

[[nodiscard]] Explanation explain(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party);

/// Whether listed owners, and what counts as theirs under the criterion, hold so much of the party: by shares, or by votes where the criterion counts
/// them; together, or each alone. For lines below the criterion's own (25 % of a party of which 50 % would be owned).
struct HeldBy {
  Standing standing = Standing::excluded;
  Explanation explanation;  ///< `answer` is not set; `settle`: the shares that leave it open
};
[[nodiscard]] HeldBy held_by(const Graph& graph, Day day, const Criterion& criterion, std::span<const Seed> seeds, std::uint32_t party,
                             Decimal percent, bool inclusive);

/// "A 25 + B 25-50 = 50-75 % (A: X 60 %)": the last step, and behind it those before.
[[nodiscard]] std::string chain_text(const Graph& graph, const Explanation& explanation, std::span<const Seed> seeds);

/// One clause for a person: "the share of X in A is 25-50 %".
[[nodiscard]] std::string fact_text(const Graph& graph, const Fact& fact);

}  // namespace tamga::ownership
