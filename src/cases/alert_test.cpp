#include "cases/alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace tamga::cases {
namespace {

using ::testing::HasSubstr;

constexpr std::array kStates = {State::open, State::assigned, State::escalated, State::closed};
constexpr std::array kActs = {Act::assign, Act::escalate, Act::note, Act::attach, Act::close, Act::renew};

TEST(Alert, TheWholeMachine) {
  // Rows: states; columns: assign, escalate, note, attach, close, renew. "-": refused.
  constexpr std::array<std::string_view, 4> kExpected = {
      "assigned escalated open open closed open",
      "assigned escalated assigned assigned closed assigned",
      "escalated - escalated escalated closed escalated",
      "- - - - - open",
  };
  for (std::size_t i = 0; i < kStates.size(); ++i) {
    std::string row;
    for (const Act act : kActs) {
      const auto next = after(kStates.at(i), act);
      row += (row.empty() ? "" : " ") + std::string(next ? state_name(*next) : "-");
    }
    EXPECT_EQ(row, kExpected.at(i));
  }
}

TEST(Alert, NamesReadBack) {
  for (const State state : kStates) EXPECT_EQ(state_from_name(state_name(state)), state);
  for (const Act act : kActs) EXPECT_EQ(act_from_name(act_name(act)), act);
  EXPECT_FALSE(state_from_name("done"));
  EXPECT_FALSE(act_from_name(""));
}

TEST(Alert, ATrueHitIsNoFalseOne) {
  const Hits possible{false, true};
  const Hits certain{true, true};
  EXPECT_EQ(why_not("false_hit", "review", possible, "born 1980, not 1961"), "");
  EXPECT_THAT(why_not("false_hit", "review", possible, ""), HasSubstr("must say what tells the two apart"));
  EXPECT_THAT(why_not("false_hit", "review", {}, "x"), HasSubstr("has none"));
  EXPECT_THAT(why_not("unheard_of", "review", possible, "x"), HasSubstr("expected one of false_hit"));
  for (const auto& reason : reasons()) {
    EXPECT_EQ(reason.of_true_hit, why_not(reason.code, "prohibited", possible, "x").empty()) << reason.code;
    EXPECT_EQ(reason.of_true_hit, why_not(reason.code, "licence_required", possible, "x").empty()) << reason.code;
    EXPECT_EQ(reason.of_true_hit, why_not(reason.code, "review", certain, "x").empty()) << reason.code;
    EXPECT_FALSE(reason.needs_hit && reason.of_true_hit) << reason.code;
  }
}

TEST(Alert, TheWorseTheSooner) {
  const Date friday = Date::parse("2026-11-27").value();
  EXPECT_EQ(deadline_of("prohibited", friday).text(), "2026-11-30");
  EXPECT_EQ(deadline_of("licence_required", friday).text(), "2026-12-04");
  EXPECT_EQ(deadline_of("review", friday).text(), "2026-12-11");
}

}  // namespace
}  // namespace tamga::cases
