#include "goods/line_check.h"

#include <algorithm>

namespace tamga::goods {
namespace {

constexpr std::size_t kBetterMax = 3;
constexpr std::size_t kLooked = 12;
constexpr std::size_t kHeadingDigits = 4;

}  // namespace

std::string_view verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::fits: return "fits";
    case Verdict::doubtful: return "doubtful";
    case Verdict::fits_controlled: return "fits a controlled code better";
    case Verdict::unknown: return "unknown";
    case Verdict::no_code: return "no code";
  }
  return "unknown";
}

LineCheck check_line(const Words& words, const Words& policy_words, const ControlLists& lists, std::string_view description, std::string_view code,
                     Date as_of) {
  LineCheck check;
  const Fitting fitting = words.fit(description);
  check.controlled = controlled_fit(policy_words.fit(description), code, lists, as_of);
  auto best = fitting.best(kLooked);
  if (code.empty()) {
    if (best.size() > kBetterMax) best.resize(kBetterMax);
    check.better = std::move(best);
    check.verdict = Verdict::no_code;
    return check;
  }
  check.controls = lists.find(code, as_of);
  check.stated = fitting.of_heading(code);
  const std::string_view heading = code.substr(0, kHeadingDigits);
  std::erase_if(best, [&](const Proposal& proposal) { return proposal.score <= check.stated || proposal.code.starts_with(heading); });
  if (best.size() > kBetterMax) best.resize(kBetterMax);
  check.better = std::move(best);
  if (check.controlled) {
    check.verdict = Verdict::fits_controlled;
  } else if (fitting.words_known() == 0 || !words.has(heading)) {
    check.verdict = Verdict::unknown;
  } else if (!check.better.empty() && check.better.front().score >= check.stated + kDoubtfulMargin) {
    check.verdict = Verdict::doubtful;
  } else {
    check.verdict = Verdict::fits;
  }
  return check;
}

}  // namespace tamga::goods
