#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/date.h"
#include "goods/goods.h"
#include "goods/words.h"

/// Whether the words of a description fit a controlled code better than the code that is stated for them.
namespace tamga::goods {

/// From where on a person is asked to look; docs/goods.md says how the numbers were chosen and what they cost in false alarms.
inline constexpr FitScore kControlledLeast = 2'500;   ///< the least score of the controlled code
inline constexpr FitScore kControlledMargin = 1'000;  ///< and how much better than the stated code it is
inline constexpr FitScore kControlledBehind = 600;    ///< and at most so much behind the best of all codes

struct ControlledFit {
  std::string code;
  FitScore score = 0;
  std::vector<Control> controls;  ///< those that the stated code is not on
  FitScore stated = 0;            ///< the score of the stated code, or of its heading where that fits better; 0 without one
  std::vector<MatchedWord> matched;
};

struct ControlledRule {
  FitScore least = kControlledLeast;
  FitScore margin = kControlledMargin;
  FitScore behind = kControlledBehind;
};

/// The best fitting code, in effect on `as_of`, that a control list names by at least four digits and on whose lists `stated` is not; nothing when
/// none fits clearly better. A heading counts only where it is listed as a whole. `stated` is empty, or 4 to 10 digits. `asked`, if given, receives
/// the codes that were looked up in the lists: while those answer as before, further entries of the lists change nothing.
[[nodiscard]] std::optional<ControlledFit> controlled_fit(const Fitting& fitting, std::string_view stated, const ControlLists& lists, Date as_of,
                                                          const ControlledRule& rule = {}, std::vector<std::string>* asked = nullptr);

/// controlled_fit() of descriptions that come again, kept: a house trades in the same goods every day, and to read a description takes longer than
/// all else that is asked about a line. Answers are those of controlled_fit(); they are forgotten when words, lists or day are others than at the
/// last call, and when there are kAnswersMax. For one thread.
class ControlledFits {
 public:
  static constexpr std::size_t kAnswersMax = 8'192;
  [[nodiscard]] std::optional<ControlledFit> of(const Words& words, const ControlLists& lists, Date as_of, std::string_view description,
                                                std::string_view stated, std::vector<std::string>* asked);

 private:
  struct Answer {
    std::optional<ControlledFit> fit;
    std::vector<std::string> asked;
  };
  Words words_;
  ControlLists lists_;
  Date as_of_;
  std::unordered_map<std::string, Answer> answers_;  ///< by stated code and description
};

/// The score of the stated code: its heading's, its own, and where `against` stands under another heading that of all codes beside it.
[[nodiscard]] FitScore stated_score(const Fitting& fitting, std::string_view stated, std::string_view against);

}  // namespace tamga::goods
