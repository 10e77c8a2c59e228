#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ownership/graph.h"

/// An invented network of owners and companies of any size, the same to the byte on every machine for a number of parties and a seed.
///
/// The bands are those of the UK register of people with significant control (over 25 up to 50, over 50 below 75, 75 and more: Companies Act 2006
/// schedule 1A and the register's natures of control). The weights are set by hand; the register was not at hand to be counted, and nothing here is a
/// statistic of it. The right column is what `make_network 5000000 1 OUT` counts.
///
///   parties     58 % natural persons, 42 % companies, and one of 25,000 parties a hub, by turns a state (the largest part of whatever it has a part
///               in) and a fund (the smallest). A hub's rank is drawn by a power law: the first is in 103,747 of 7,972,047 rows, 280 parties are in
///               over 1,000, 1,838 in over 100, 2.3 million in one.
///   owners      of a company: one 45 %, two 29 %, three 12 %, four 7 %, 5 to 10 5.2 %, 11 to 100 1.7 %, 100 to 600 0.1 %
///   above       by what they are, 38 % of companies have a company over them, in chains of up to eight; 1.5 % are in rings of two to five;
///               0.5 % hold 1 to 20 % of themselves
///   written     by the register of the company: in bands 55 %, exactly 33 %, as "more than" 7 %, not at all 5 %. In bands, what is up to 25 is
///               in the company's yearly return, exact in half of the cases.
///   shares      what a row says, of 7,212,615 on direct shares:      up to 25, exact        35.8 %
///                                                                    over 25 up to 50, exact  6.1 %
///                                                                    over 50, exact           3.4 %
///                                                                    100                      3.4 %
///                                                                    0-25                    16.9 %
///                                                                    25-50                   10.2 %
///                                                                    50-75                    3.3 %
///                                                                    75-100                   8.0 %
///                                                                    >25, >50                 2.7 %
///                                                                    unknown                 10.0 %
///   other rows  votes 7.2 %, control 1.0 %, influence 0.7 %, indirect shares 0.5 %, joint 0.1 %; 2 of 100 shares are said by a second source
///   sums        every company has a way to at most 100 %, but for one of 5,000, of which two owners have exactly 60 each beside the others
///   dates       16 of 100 holdings have ended, 4 begin later
namespace tamga::bench {

/// The day for which the dates are made: 16 of 100 holdings have ended before it, 4 begin after it.
inline constexpr ownership::Day kNetworkDay = 20'758;  // 2026-11-01

inline constexpr std::array<std::string_view, 4> kNetworkSources = {"company register", "yearly return", "stock exchange", "newspaper"};

struct NetworkHolding {
  std::uint32_t owner = 0;  ///< numbers of the network, not of a graph
  std::uint32_t asset = 0;
  ownership::Kind kind = ownership::Kind::shares;
  bool indirect = false;
  ownership::Range share;
  ownership::Day from = ownership::kAlways;
  ownership::Day to = ownership::kNever;
  std::uint8_t source = 0;  ///< of kNetworkSources
};

class OwnershipNetwork {
 public:
  /// At least a thousand parties.
  OwnershipNetwork(std::uint32_t parties, std::uint64_t seed);

  /// Every row, those of one company together, the companies by number. Made while it is called: a network takes no memory.
  void each(const std::function<void(const NetworkHolding&)>& take) const;
  void build(ownership::GraphBuilder& builder) const;
  /// As the plain CSV of docs/ownership.md, in pieces of a line.
  void write_csv(const std::function<void(std::string_view)>& put) const;

  [[nodiscard]] std::uint32_t parties() const { return parties_; }
  [[nodiscard]] std::uint32_t companies() const { return companies_; }
  [[nodiscard]] std::uint32_t hubs() const { return hubs_; }
  [[nodiscard]] bool is_person(std::uint32_t party) const { return party < persons_; }
  /// The holder of very many things; rank 0 has the most. Even ranks are states, odd ones funds.
  [[nodiscard]] std::uint32_t hub(std::uint32_t rank) const { return persons_ + rank; }
  /// "Person 123", "Company 45 LLP", "State 1", "Fund 2".
  [[nodiscard]] std::string id(std::uint32_t party) const;

  /// Parties as sanctions lists choose them: persons, some of whom own much, companies, heads of groups, and first these hubs. Each once.
  [[nodiscard]] std::vector<std::uint32_t> listed(std::uint32_t count, std::uint64_t seed, std::span<const std::uint32_t> hubs) const;

 private:
  class Maker;
  void append_id(std::uint32_t party, std::string& to) const;
  [[nodiscard]] std::uint32_t first_company() const { return persons_ + hubs_; }
  /// Companies have a number, by which they are named and written, and a rank, by which they are a head of a group or far below one.
  [[nodiscard]] std::uint32_t company_of(std::uint32_t rank) const;
  [[nodiscard]] std::uint32_t rank_of(std::uint32_t number) const;

  std::uint32_t parties_;
  std::uint64_t seed_;
  std::uint32_t persons_ = 0;
  std::uint32_t hubs_ = 0;
  std::uint32_t companies_ = 0;
  std::array<std::uint32_t, 10> tiers_{};  ///< the first rank of each tier, and the end
  std::uint64_t factor_ = 1;
  std::uint64_t inverse_ = 1;
};

}  // namespace tamga::bench
