#pragma once

#include <optional>
#include <string>
#include <vector>

#include "licences/licence.h"
#include "licences/scope.h"

/// How much of a licence is used, exactly: decimals, never below zero and never above a cap. Pure and thread-safe.
namespace tamga::licences {

/// What one use takes, a number for each cap of the licence in its order; zero for a cap that it does not touch.
using Amounts = std::vector<Decimal>;

/// A licence as the record knows it at one moment, for one deal.
struct Standing {
  Licence licence;
  bool revoked = false;
  Amounts used;                ///< by every deal, this one too; parallel to licence.caps
  std::optional<Amounts> own;  ///< what of it this deal holds; nothing: it holds no use
  bool own_stands = false;     ///< its use was recorded by hand, or it is shipped: another decision does not replace it
};

/// What the goods lines of a deal take.
struct Need {
  Answer answer = Answer::yes;
  Amounts amounts;
  std::vector<std::string> reasons;  ///< why it cannot be counted
  std::vector<std::string> missing;
};
/// A cap of a code counts the lines of that code. Units and currencies must be those of the cap: Tamga converts neither.
[[nodiscard]] Need need_of(const Licence& licence, const Deal& deal, const std::vector<std::size_t>& goods);

/// The caps (their numbers) of which less is left than the deal needs; what it holds already is its own.
[[nodiscard]] std::vector<std::size_t> exceeded(const Standing& standing, const Amounts& need);
/// What is left of a cap, never below zero: an authority may lower a cap below what is used. `taken`: out of it by the deal at hand, in place of what
/// it holds.
[[nodiscard]] Decimal left(const Standing& standing, std::size_t cap, const Decimal& taken);

/// a - b and a + b; nothing where it would be below zero or has more digits than a Decimal.
[[nodiscard]] std::optional<Decimal> less(const Decimal& a, const Decimal& b);
[[nodiscard]] std::optional<Decimal> plus(const Decimal& a, const Decimal& b);

}  // namespace tamga::licences
