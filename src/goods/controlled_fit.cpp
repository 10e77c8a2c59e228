#include "goods/controlled_fit.h"

#include <algorithm>
#include <utility>

namespace tamga::goods {
namespace {

constexpr std::size_t kHeadingDigits = 4;

/// Lists that name the code itself or its heading, and not just its chapter; of a heading only those that name all of it.
std::vector<Control> naming(std::string_view code, const ControlLists& lists, Date as_of) {
  auto controls = lists.find(code, as_of);
  std::erase_if(controls,
                [&](const Control& control) { return control.code.size() < kHeadingDigits || (control.partial && code.size() == kHeadingDigits); });
  return controls;
}

}  // namespace

FitScore stated_score(const Fitting& fitting, std::string_view stated, std::string_view against) {
  if (stated.size() < kHeadingDigits) return 0;
  if (!against.starts_with(stated.substr(0, kHeadingDigits))) return fitting.of_heading(stated);
  FitScore best = 0;
  for (std::size_t size = kHeadingDigits; size <= stated.size(); ++size) best = std::max(best, fitting.of_code(stated.substr(0, size)));
  return best;
}

std::optional<ControlledFit> controlled_fit(const Fitting& fitting, std::string_view stated, const ControlLists& lists, Date as_of,
                                            const ControlledRule& rule, std::vector<std::string>* asked) {
  auto scored = fitting.scored();
  FitScore top = 0;
  for (const auto& entry : scored) top = std::max(top, entry.score);
  const FitScore least = std::max(rule.least, top > rule.behind ? top - rule.behind : 0);
  std::erase_if(scored, [&](const Fitting::Scored& entry) { return entry.score < least; });
  std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
  std::vector<Control> on_stated;
  if (!stated.empty()) on_stated = lists.find(stated, as_of);
  for (const auto& entry : scored) {
    const FitScore own = stated_score(fitting, stated, entry.code);
    if (entry.score < own + (stated.empty() ? 0 : rule.margin)) continue;
    auto controls = naming(entry.code, lists, as_of);
    if (asked != nullptr) asked->emplace_back(entry.code);
    std::erase_if(controls, [&](const Control& control) {
      return std::any_of(on_stated.begin(), on_stated.end(), [&](const Control& other) { return other.list == control.list; });
    });
    if (controls.empty()) continue;
    return ControlledFit{std::string(entry.code), entry.score, std::move(controls), own, fitting.matched(entry.code)};
  }
  return std::nullopt;
}

std::optional<ControlledFit> ControlledFits::of(const Words& words, const ControlLists& lists, Date as_of, std::string_view description,
                                                std::string_view stated, std::vector<std::string>* asked) {
  if (!words.same_as(words_) || !lists.same_as(lists_) || as_of != as_of_ || answers_.size() >= kAnswersMax) {
    answers_.clear();
    words_ = words;
    lists_ = lists;
    as_of_ = as_of;
  }
  std::string key(stated);
  key += '\n';
  key += description;
  auto at = answers_.find(key);
  if (at == answers_.end()) {
    Answer answer;
    answer.fit = controlled_fit(words.fit(description), stated, lists, as_of, {}, &answer.asked);
    at = answers_.emplace(std::move(key), std::move(answer)).first;
  }
  if (asked != nullptr) asked->insert(asked->end(), at->second.asked.begin(), at->second.asked.end());
  return at->second.fit;
}

}  // namespace tamga::goods
