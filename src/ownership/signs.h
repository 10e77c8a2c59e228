#pragma once

#include <cstdint>
#include <vector>

#include "ownership/reach.h"

/// Signs that a holding changed only on paper: a listed owner that fell below the threshold around its designation, and to whom its part went.
/// Source: OFAC, Guidance on Sham Transactions and Sanctions Evasion, 31 March 2026 (look past formal holdings below 50 %: trusts, family, proxies,
/// divestment around a designation); Council Best Practices of 3 July 2024 (control criteria).
namespace tamga::ownership {

/// Who received what a listed owner gave up.
enum class Receiver : std::uint8_t { other, family, trust, staff };
[[nodiscard]] std::string_view receiver_name(Receiver receiver);

struct Divestment {
  Day day = 0;   ///< from which the owner held less
  Range before;  ///< of direct shares, all its lots together
  Range after;
  bool certain = false;  ///< it was surely at the threshold before and surely below after
  struct To {
    std::uint32_t party = 0;
    std::uint32_t holding = 0;
    Receiver receiver = Receiver::other;
  };
  std::vector<To> to;  ///< who holds more since a month before or after that day; the nearest first: trusts, family, staff, others
};

/// Falls of an owner's direct shares in an asset from the threshold to below it, on a day within `days` of `designated` and not after `as_of`, as
/// long as it is still below on `as_of`. Family ties count in both directions; staff are who work for, or direct, the owner or the asset.
[[nodiscard]] std::vector<Divestment> divestments(const Graph& graph, Day as_of, std::uint32_t owner, std::uint32_t asset, Day designated, int days,
                                                  Decimal percent, bool inclusive);

/// A tie on two days, of two graphs (of two editions of registers) or of one. Numbers of holdings() in each; kNobody: it was not, or is not any more.
struct Change {
  std::uint32_t before = kNobody;
  std::uint32_t after = kNobody;
};
/// Ties that began, ended or have another share, by the ids of their parties. Sorted by asset, then owner, of the later graph; what ended with a
/// party that it does not know stands last.
[[nodiscard]] std::vector<Change> changes(const Graph& before, Day day_before, const Graph& after, Day day_after);

/// Is this one of a loop of companies that own each other wholly, so that no outside owner can be named? With lower ends: each has at least 99.99 %
/// in the hands of others of the loop. Of the graph of one party only: it looks upwards from it.
[[nodiscard]] bool in_closed_loop(const Graph& graph, Day day, std::uint32_t party);

/// Lower ends of direct shares that add up to more than 100 %, or sources that contradict each other, on the day.
[[nodiscard]] bool inconsistent(const Graph& graph, Day day, std::uint32_t asset);

}  // namespace tamga::ownership
