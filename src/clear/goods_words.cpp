#include "clear/goods_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "goods/controlled_fit.h"

namespace tamga::clear {
namespace {

Json code_json(const Snapshot& snapshot, std::string_view code, goods::FitScore score) {
  Json json = Json::object();
  json.set("code", code).set("title", snapshot.words.title(code, goods::Language::en));
  json.set("score", Json::number_literal(goods::fit_text(score)));
  return json;
}

Json controls_json(const std::vector<goods::Control>& controls) {
  Json list = Json::array();
  for (const auto& control : controls) {
    Json item = Json::object();
    item.set("list", control.list).set("article", control.article).set("code", control.code);
    list.push(std::move(item.set("verified", Json::boolean(control.verified)).set("partial", Json::boolean(control.partial))));
  }
  return list;
}

/// "8482 10 (Ball bearings, 0.81)"
std::string shown(const Snapshot& snapshot, std::string_view code, goods::FitScore score) {
  const auto title = snapshot.words.title(code, goods::Language::en);
  return fmt::format("{} ({}, {})", code, title.empty() ? "not in the tables of words" : title, goods::fit_text(score));
}

}  // namespace

void judge_goods_words(const Snapshot& snapshot, const Deal& deal, const Context& context, std::vector<Finding>& findings) {
  if (snapshot.words.empty()) return;
  for (std::size_t i = 0; i < deal.goods.size(); ++i) {
    const GoodsLine& line = deal.goods[i];
    if (line.description.empty()) continue;
    auto* asked = context.looked == nullptr ? nullptr : &context.looked->codes;
    const auto fits = context.fits != nullptr
                          ? context.fits->of(snapshot.words, snapshot.controls, context.as_of, line.description, line.hs, asked)
                          : goods::controlled_fit(snapshot.words.fit(line.description), line.hs, snapshot.controls, context.as_of, {}, asked);
    if (!fits) continue;
    std::vector<std::string> lists;
    for (const auto& control : fits->controls) {
      if (std::find(lists.begin(), lists.end(), control.list) == lists.end()) lists.push_back(control.list);
    }
    std::vector<std::string> words;
    for (const auto& matched : fits->matched) words.push_back(matched.word);
    const std::string path = fmt::format("/goods/{}/hs", i);
    Finding finding;
    finding.rule = line.hs.empty() ? "goods.words_suggest_controlled_code" : "goods.words_fit_controlled_code";
    finding.outcome = Outcome::review;
    finding.authority = "Tamga";
    finding.citation = "docs/goods.md: a description that fits a controlled code";
    finding.about = path;
    finding.missing = {path};
    const std::string better = shown(snapshot, fits->code, fits->score);
    finding.because = line.hs.empty()
                          ? fmt::format("No code is stated for \"{}\"; its words fit {}, which is on {}; the code must be stated.", line.description,
                                        better, fmt::join(lists, ", "))
                          : fmt::format("The words of \"{}\" fit {}, which is on {}, better than the stated {}; the code must be confirmed.",
                                        line.description, better, fmt::join(lists, ", "), shown(snapshot, line.hs, fits->stated));
    finding.evidence = Json::object();
    if (!line.hs.empty()) finding.evidence.set("stated", code_json(snapshot, line.hs, fits->stated));
    Json fit = code_json(snapshot, fits->code, fits->score);
    finding.evidence.set("fits", std::move(fit.set("controls", controls_json(fits->controls)))).set("words", Json::strings(words));
    findings.push_back(std::move(finding));
  }
}

}  // namespace tamga::clear
