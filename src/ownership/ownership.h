#pragma once

#include <span>
#include <string>

#include "model/deal.h"

/// Ownership of a party by listed owners, under the thresholds of each regime. Today: the direct owners that a deal
/// states, with shares as ranges; chains, control and imported ownership graphs are a later work.
/// Sources: domain.md section 1.1 (OFAC FAQ 398-402, Council Best Practices of 3 July 2024, SI 2019/855 reg 7).
namespace tamga::ownership {

/// yes: owned; no: not owned; unknown: cannot be excluded with the shares as known.
enum class Answer : std::uint8_t { no, unknown, yes };

struct Threshold {
  Decimal percent = Decimal::whole(50);
  bool inclusive = true;  ///< at least (OFAC, EU since 3 July 2024) or more than (UK, EU before)
  bool aggregate = true;  ///< add the holdings of several listed owners (OFAC, EU) or take each alone (UK)
};

/// One direct holding; `listed` is no for an owner that is on no list, unknown for a possible match.
struct Holding {
  std::string owner;
  ShareRange share;
  Answer listed = Answer::no;
};

struct Assessment {
  Answer owned = Answer::no;
  /// What the deciding owners hold together at least and at most, within 0..100.
  ShareRange held;
  std::string chain;  ///< "A 25 + B 25-50 = 50-75 %", for a person
};

/// Pure and total: shares whose lower bounds add up to more than 100 are the input's contradiction, and the sum is
/// kept at 100. Holdings that other owners certainly have bound the unknown ones: with 60 % in other hands a listed
/// owner of unknown share holds at most 40 %.
///
/// yes: in every distribution of exact shares that the ranges allow (and that adds up to at most 100) the listed owners
/// reach the threshold; no: in none; unknown otherwise. An owner whose `listed` is unknown may be listed or not, and so
/// alone never makes a yes. When the ranges contradict each other, the listed owners' lower bounds still make a yes,
/// and nothing makes a no as long as a listed or possibly listed owner holds or may hold something: it fails closed.
///
/// `held`: with aggregation, what all listed owners hold together, at most with the possibly listed ones; without, what
/// the owner nearest to the threshold holds. 0 to 0 when no owner is listed or possibly listed.
[[nodiscard]] Assessment assess(std::span<const Holding> holdings, const Threshold& threshold);

}  // namespace tamga::ownership
