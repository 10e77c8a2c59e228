#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/condition.h"
#include "policy/evaluate.h"

/// Which conditions can say anything but no of a deal, told without evaluating them: so that judging costs what the deal holds, and not what the rule
/// book does.
///
/// Out of each condition's tree follow *needs*: sets of atoms ("somebody is on us_ofac_sdn under RUSSIA-EO14024", "a line of goods begins with 8542",
/// "the destination is RU", "the route is not stated") of which the deal must hold at least one, else the condition says no wherever it is evaluated.
/// A condition is filed under the atoms of its narrowest need, and the others are compared when one of those is at hand. Needs are necessary and not
/// sufficient: a condition too many is only evaluated for nothing, one too few would be a finding that is lost. So a word that is not treated in
/// select.cpp needs nothing, and a condition of such words alone is always selected. What a deal leaves open is an atom, too.
///
/// Immutable once made; may be used from any thread. Nothing that is recorded depends on it: it changes no finding, only what they cost.
namespace tamga::policy {

/// Numbers of conditions, as a set.
class Selection {
 public:
  explicit Selection(std::size_t count) : words_((count + kBits - 1) / kBits) {}
  static Selection everything(std::size_t count);

  void add(std::size_t number) { words_[number / kBits] |= std::uint64_t{1} << number % kBits; }
  [[nodiscard]] bool has(std::size_t number) const { return (words_[number / kBits] >> number % kBits & 1) != 0; }
  /// Those of [first, last), in their order.
  template <typename Visit>
  void each(std::size_t first, std::size_t last, Visit visit) const {
    for (std::size_t number = first; number < last;) {
      const std::uint64_t rest = words_[number / kBits] >> number % kBits;
      if (rest == 0) {
        number = (number / kBits + 1) * kBits;
        continue;
      }
      number += static_cast<std::size_t>(std::countr_zero(rest));
      if (number < last) visit(number);
      ++number;
    }
  }
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t kBits = 64;
  std::vector<std::uint64_t> words_;
};

/// The patterns of one kind of text. The numbers of those that a text matches are found by looking up the text and its beginnings, so that it costs
/// the text's length and not the number of patterns.
class PatternTable {
 public:
  std::uint32_t add(const Pattern& pattern);
  /// Appends the numbers of all patterns that match; one may come twice.
  void find(std::string_view text, std::vector<std::uint32_t>& numbers) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <typename Value>
  using ByText = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;

  static constexpr std::size_t kTrigram = 3;
  std::uint32_t count_ = 0;
  ByText<std::uint32_t> exact_;
  ByText<std::uint32_t> prefix_;
  std::vector<std::size_t> prefix_sizes_;  ///< those that occur, sorted
  struct Inner {
    std::string text;
    std::uint32_t number = 0;
  };
  ByText<std::vector<Inner>> contained_;  ///< by the first three characters
  std::vector<Inner> short_;              ///< contained, and shorter than that
};

class Selector {
 public:
  Selector() = default;
  /// What is selected are numbers of these.
  explicit Selector(std::span<const Condition* const> conditions);

  [[nodiscard]] Selection select(const DealView& view) const;
  [[nodiscard]] std::size_t count() const { return needs_.size(); }
  /// How many conditions need nothing, and are selected for every deal.
  [[nodiscard]] std::size_t always() const { return always_.size(); }

 private:
  friend class NeedReader;
  friend class DealAtoms;
  using Atom = std::uint32_t;
  /// At least one of these must be at hand.
  using Need = std::vector<Atom>;

  std::unordered_map<std::uint64_t, Atom> atoms_;  ///< by key: what it is about, and the values
  std::vector<std::vector<std::uint32_t>> filed_;  ///< by atom: the conditions whose narrowest need has it
  std::vector<std::vector<Need>> needs_;           ///< by condition, without the narrowest
  std::vector<std::uint32_t> always_;
  PatternTable lists_, programs_, annexes_, measures_, controls_, places_, names_, words_;
  std::map<std::string, Atom, std::less<>> codes_;  ///< beginnings of HS codes
};

}  // namespace tamga::policy
