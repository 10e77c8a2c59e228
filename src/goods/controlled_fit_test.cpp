#include "goods/controlled_fit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "goods/line_check.h"

namespace tamga::goods {
namespace {

const Date kDay = Date::parse("2026-11-23").value();

Words words() {
  const std::array tables = {NamedBytes{"t.csv",
                                        "code,en,ru,kk\n"
                                        "3926,Plastic articles; plastic rings,Изделия из пластмасс,Пластмасса бұйымдары\n"
                                        "8482,Bearings; needle bearings,Подшипники,Мойынтіректер\n"
                                        "848210,Ball bearings,Шариковые подшипники,Шарикті мойынтіректер\n"
                                        "8483,Shafts; bearing housings,Валы,Біліктер\n"
                                        "9503,Toys; toy balls,Игрушки,Ойыншықтар\n"}};
  return Words::read(tables).value();
}

ControlLists lists(std::string_view entries) {
  const std::array files = {NamedBytes{"l.csv",
                                       "# list: chpl.3b\n# title: T\n# regime: all\n# article: A\n# source: S\n# collected: 2026-11-23\n"
                                       "# verified: yes\n# from: 2024-02-23\ncode,from,to,verified,words\n" +
                                           std::string(entries)}};
  return ControlLists::read(files).value();
}

std::optional<ControlledFit> fit(std::string_view description, std::string_view stated, std::string_view entries = "848210,,,,ball bearings\n",
                                 Date day = kDay) {
  return controlled_fit(words().fit(description), stated, lists(entries), day);
}

TEST(ControlledFit, SpeaksWhereAControlledCodeFitsBetter) {
  const auto found = fit("Ball bearing 6204", "392690");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, "848210");
  EXPECT_EQ(found->score, kFitMax);
  EXPECT_EQ(found->stated, 0U);
  ASSERT_EQ(found->controls.size(), 1U);
  EXPECT_EQ(found->controls.front().list, "chpl.3b");
  ASSERT_EQ(found->matched.size(), 2U);
}

TEST(ControlledFit, IsSilentWhereTheStatedCodeIsOnTheSameList) {
  EXPECT_FALSE(fit("Ball bearing 6204", "848210"));
  EXPECT_FALSE(fit("Ball bearing 6204", "848220", "848210,,,,balls\n848220,,,,rollers\n"));
}

TEST(ControlledFit, ASubheadingBesideTheControlledOneIsNotExcusedByItsHeading) {
  // 8482 99 is not controlled here, and the heading's own words do not say "ball".
  EXPECT_TRUE(fit("ball bearings", "848299"));
  EXPECT_FALSE(fit("needle bearings", "848299"));
}

TEST(ControlledFit, IsSilentBeforeTheListIsInEffect) {
  EXPECT_FALSE(fit("Ball bearing", "392690", "848210,,,,b\n", Date::parse("2024-02-22").value()));
}

TEST(ControlledFit, IsSilentWhereOtherCodesFitAsWell) {
  EXPECT_FALSE(fit("toy balls", "392690"));
  EXPECT_FALSE(fit("plastic rings for ball bearings", "392690"));
  EXPECT_FALSE(fit("unheard things", "392690"));
}

TEST(ControlledFit, ChaptersAndHeadingsInPartDoNotCount) {
  EXPECT_FALSE(fit("needle bearings", "392690", "848240,,,,needle rollers\n"));
  EXPECT_FALSE(fit("ball bearings", "392690", "84,,,,machines\n"));
  EXPECT_TRUE(fit("ball bearings", "392690", "8482,,,,bearings\n"));
}

TEST(ControlledFit, WithoutACodeTheWordsSuggestOne) {
  const auto found = fit("ball bearings", "");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, "848210");
  EXPECT_FALSE(fit("toys", ""));
}

TEST(LineCheck, GivesEachVerdict) {
  const auto lists_ = lists("848210,,,,ball bearings\n");
  const auto check = [&](std::string_view description, std::string_view code) {
    return check_line(words(), words(), lists_, description, code, kDay);
  };
  EXPECT_EQ(check("ball bearings", "848210").verdict, Verdict::fits);
  EXPECT_EQ(check("ball bearings", "848210").controls.size(), 1U);
  EXPECT_EQ(check("ball bearings", "950300").verdict, Verdict::fits_controlled);
  EXPECT_EQ(check("toys", "848210").verdict, Verdict::doubtful);
  EXPECT_EQ(check("toys", "848210").better.at(0).code, "9503");
  EXPECT_EQ(check("plastic articles", "3926909709").verdict, Verdict::fits);
  EXPECT_EQ(check("unheard", "848210").verdict, Verdict::unknown);
  EXPECT_EQ(check("toys", "010121").verdict, Verdict::unknown);
  const auto no_code = check("ball bearings", "");
  EXPECT_EQ(no_code.verdict, Verdict::no_code);
  EXPECT_TRUE(no_code.controlled);
  EXPECT_EQ(no_code.better.at(0).code, "848210");
}

// Kept answers against plain ones, over words, lists and days that change in between.
RC_GTEST_PROP(ControlledFits, AreWhatControlledFitSays, ()) {
  static const std::vector<Words> tables = {words(), Words(), words()};
  static const std::vector<ControlLists> controls = {lists("848210,,,,balls\n"), lists("8482,,,,bearings\n848240,2026-11-23,,,needle\n"),
                                                     ControlLists()};
  static const std::vector<std::string> descriptions = {"", "ball bearings", "needle bearings", "toy balls", "unheard"};
  static const std::vector<std::string> codes = {"", "392690", "848210", "848299"};
  ControlledFits kept;
  for (int step = 0; step < 30; ++step) {
    // One of a kind thrice as often as the others, so that answers are found again too.
    const auto& table = tables[*rc::gen::weightedElement<std::size_t>({{6, 0}, {1, 1}, {1, 2}})];
    const auto& control = controls[*rc::gen::weightedElement<std::size_t>({{6, 0}, {1, 1}, {1, 2}})];
    const Date day = *rc::gen::weightedElement<bool>({{6, true}, {1, false}}) ? kDay : Date::parse("2020-01-01").value();
    const auto description = *rc::gen::elementOf(descriptions);
    const auto code = *rc::gen::elementOf(codes);
    std::vector<std::string> asked;
    std::vector<std::string> asked_plainly;
    const auto fast = kept.of(table, control, day, description, code, &asked);
    const auto plain = controlled_fit(table.fit(description), code, control, day, {}, &asked_plainly);
    RC_ASSERT(fast.has_value() == plain.has_value());
    RC_ASSERT(asked == asked_plainly);
    if (!fast) continue;
    RC_ASSERT(fast->code == plain->code);
    RC_ASSERT(fast->score == plain->score);
    RC_ASSERT(fast->stated == plain->stated);
    RC_ASSERT(fast->controls.size() == plain->controls.size());
    RC_ASSERT(fast->matched.size() == plain->matched.size());
  }
}

}  // namespace
}  // namespace tamga::goods
