#include <xxhash.h>

#include <algorithm>
#include <array>
#include <limits>

#include "base/ascii.h"
#include "resemblance/marks.h"
#include "resemblance/resemblance.h"
#include "text/tokens.h"

namespace tamga::resemblance {
namespace {

/// The marks of a deal: what of it is likely to come back. A mark that ties more strongly stands in the set several times, under different hashes.
class Marks {
 public:
  void add(std::string_view kind, std::string_view what, int times = 1) {
    if (what.empty()) return;
    for (int i = 0; i < times; ++i) {
      const std::uint64_t seed = XXH3_64bits(kind.data(), kind.size()) + static_cast<std::uint64_t>(i);
      hashes_.push_back(XXH3_64bits_withSeed(what.data(), what.size(), seed));
    }
  }

  void words(std::string_view kind, std::string_view text) {
    for (const auto& word : words_of(text)) add(kind, word);
  }

  [[nodiscard]] const std::vector<std::uint64_t>& hashes() const { return hashes_; }

 private:
  std::vector<std::uint64_t> hashes_;
};

std::string joined(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  std::string text;
  for (const auto& word : words) text += word + " ";
  return text;
}

Marks marks_of(const Deal& deal) {
  Marks marks;
  for (const auto& line : deal.goods) {
    if (line.hs.size() >= 6) {
      marks.add("hs6", line.hs.substr(0, 6), 2);
      marks.add("hs4", line.hs.substr(0, 4));
    }
    marks.words("description", line.description);
    if (line.quantity) marks.add("quantity", line.quantity->text());
  }
  if (const auto value = value_of(deal)) {
    // Two grids half a step apart: values within some per cent of one another share a cell of one of them at least.
    marks.add("value", value->amount.text() + value->currency);
    marks.add("value cell", std::to_string(cell_of(value->amount, false)));
    marks.add("value cell shifted", std::to_string(cell_of(value->amount, true)));
  }
  for (const auto& party : deal.parties) {
    marks.add("name", joined(words_of(party.name)), 2);
    for (const auto& identifier : party.identifiers) marks.add("identifier", upper_ascii(identifier.value));
    marks.add("address", joined(words_of(party.address)));
    if (party.owners) {
      for (const auto& owner : *party.owners) marks.add("owner", joined(words_of(owner.name)), 2);
    }
  }
  if (deal.payment) {
    for (const auto& bank : deal.payment->banks) marks.add("bank", bank_of(bank), 2);
  }
  if (deal.route) {
    for (const auto& leg : *deal.route) {
      marks.add("place", leg.place.empty() ? leg.country : leg.place);
      marks.add("vessel", joined(words_of(leg.vessel)), 2);
    }
  }
  if (deal.end_use) marks.words("end use", deal.end_use->statement);
  if (deal.date) {
    constexpr long kDays = 60;
    const long days = deal.date->day.time_since_epoch().count();
    marks.add("days", std::to_string(days / kDays));
    marks.add("days shifted", std::to_string((days + kDays / 2) / kDays));
  }
  return marks;
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): a different order of all marks for each `seed`.
std::uint64_t mixed(std::uint64_t mark, std::uint64_t seed) {
  std::uint64_t z = mark ^ seed;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

}  // namespace

std::vector<std::int64_t> keys(const Deal& deal) {
  const Marks marks = marks_of(deal);
  std::vector<std::int64_t> keys;
  std::uint64_t seed = 0;
  for (std::size_t band = 0; band < kBands; ++band) {
    std::array<std::uint64_t, kRowsOfBand + 1> rows{};
    for (std::size_t row = 0; row < kRowsOfBand; ++row) {
      seed += 0x9E3779B97F4A7C15U;
      std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
      for (const auto mark : marks.hashes()) least = std::min(least, mixed(mark, seed));
      rows[row] = least;
    }
    rows[kRowsOfBand] = band;
    keys.push_back(static_cast<std::int64_t>(XXH3_64bits(rows.data(), sizeof rows)));
  }
  return keys;
}

}  // namespace tamga::resemblance
