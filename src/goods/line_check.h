#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "goods/controlled_fit.h"
#include "goods/goods.h"
#include "goods/words.h"

/// One line of an invoice: whether its words fit the code that stands beside them.
namespace tamga::goods {

enum class Verdict : std::uint8_t {
  fits,
  doubtful,         ///< another heading fits clearly better
  fits_controlled,  ///< a controlled code fits clearly better (goods/controlled_fit.h)
  unknown,          ///< no word of the description is known, or the tables lack the heading
  no_code,
};
/// "fits", "doubtful", "fits a controlled code better", "unknown", "no code".
[[nodiscard]] std::string_view verdict_text(Verdict verdict);

/// How much better another heading must fit for the stated one to be doubtful (docs/goods.md).
inline constexpr FitScore kDoubtfulMargin = 1'500;

struct LineCheck {
  Verdict verdict = Verdict::unknown;
  FitScore stated = 0;                      ///< the best score under the stated heading
  std::vector<Control> controls;            ///< of the stated code
  std::vector<Proposal> better;             ///< at most three codes of other headings that fit better than the stated one; without a code, the best
  std::optional<ControlledFit> controlled;  ///< with `fits_controlled`; without a code too, where the words fit one
};

/// `words` proposes, with nomenclatures that were imported; `policy_words` judges what is controlled, as a decision does. `code` is empty or what
/// read_code() gives.
[[nodiscard]] LineCheck check_line(const Words& words, const Words& policy_words, const ControlLists& lists, std::string_view description,
                                   std::string_view code, Date as_of);

}  // namespace tamga::goods
