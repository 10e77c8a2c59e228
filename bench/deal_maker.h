#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "model/deal.h"

/// Invented deals of invented traders, and changed copies of them: what the recognition of come-backs is measured and tested on. The same seed gives
/// the same deals with one standard library.
namespace tamga::bench {

class DealMaker {
 public:
  /// A market of so many exporters, each with some goods, customers, banks and routes of its own that its deals repeat.
  DealMaker(std::uint64_t seed, std::size_t exporters);

  /// A deal of some exporter of the market.
  [[nodiscard]] Deal deal();
  /// Another deal of the exporter of `like` in the same goods within a month, with a customer, a value and a quantity of its own: ordinary trade that
  /// looks most like a come-back.
  [[nodiscard]] Deal neighbour(const Deal& like);

  enum class Edit : std::uint8_t { consignee, exporter, code, description, value, route, bank, owner_kept, date };
  static constexpr std::size_t kEdits = 9;
  /// The deal with one thing changed. `owner_kept`: another consignee with the same owner and address.
  void apply(Edit edit, Deal& deal);
  /// A copy some weeks later under another number, with `edits` different edits.
  [[nodiscard]] Deal come_back(const Deal& refused, std::size_t edits);

  [[nodiscard]] std::mt19937_64& random() { return random_; }

 private:
  struct Good {
    std::string hs;
    std::string description;
    std::int64_t unit_value;
  };
  struct Exporter {
    Party party;
    Bank bank;
    std::vector<Good> goods;
    std::vector<Party> customers;
    std::vector<std::vector<RouteLeg>> routes;
  };

  [[nodiscard]] std::size_t below(std::size_t count) { return static_cast<std::size_t>(random_() % count); }
  [[nodiscard]] Party firm(std::string role, std::string country);
  [[nodiscard]] Bank bank(const std::string& country);
  [[nodiscard]] Good good();
  [[nodiscard]] std::vector<RouteLeg> route(const std::string& from);
  [[nodiscard]] Deal deal_of(const Exporter& exporter, const Good& good, Date around);

  std::mt19937_64 random_;
  std::vector<Exporter> exporters_;
  std::int64_t next_ = 1;
};

}  // namespace tamga::bench
