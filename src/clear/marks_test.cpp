#include "clear/marks.h"

#include <gtest/gtest.h>

namespace tamga::clear {
namespace {

match::Query query(std::string name, std::string bin = {}) {
  match::Query made;
  made.names = {std::move(name)};
  made.schema = "Company";
  made.countries = {"kz"};
  if (!bin.empty()) made.identifiers.push_back({identifiers::Scheme::registration, std::move(bin), "BIN", true});
  return made;
}

Pair pair_of(const match::Query& party, std::string listed = "sha256:listed") {
  const Json side = party_side(party);
  return {"/parties/1", "us_ofac_sdn", "ofac-1", "ALTYN TRADE", "name", false, "0.8", side, "sha256:" + side.dump(), std::move(listed)};
}

Mark mark_of(const Pair& pair, std::string id = "mark-1") {
  return {std::move(id), pair.list, pair.entity, pair.party, pair.party_hash,       pair.listed_hash,
          "2027-01-31",  "why",     "Aslan",     "Gulnara",  "2026-11-26T10:00:00Z"};
}

const Date kDay = Date::parse("2026-12-01").value();

TEST(Marks, OneHoldsWhileBothSidesAreWhatTheyWere) {
  const Pair pair = pair_of(query("Altyn Trade", "090240001124"));
  const std::vector<Mark> marks = {mark_of(pair)};
  EXPECT_EQ(judge_marks(marks, pair, kDay).by, marks.data());
  EXPECT_EQ(judge_marks(marks, pair, Date::parse("2027-01-31").value()).by, marks.data());
  // After its last day it holds no more; it has not fallen, it has ended.
  const auto later = judge_marks(marks, pair, Date::parse("2027-02-01").value());
  EXPECT_EQ(later.by, nullptr);
  EXPECT_TRUE(later.fallen.empty());
}

TEST(Marks, ItFallsWhenEitherSideChanges) {
  const Pair then = pair_of(query("Altyn Trade", "090240001124"));
  const std::vector<Mark> marks = {mark_of(then)};
  const auto why = [&](const Pair& now) {
    const auto judged = judge_marks(marks, now, kDay);
    EXPECT_EQ(judged.by, nullptr);
    return judged.fallen.empty() ? std::string() : judged.fallen.front().why;
  };
  EXPECT_EQ(why(pair_of(query("Altyn Trade", "090240001124"), "sha256:other")), "the list has changed its entry");
  EXPECT_EQ(why(pair_of(query("Altyn Trade Group", "090240001124"))), "the party has changed");
  EXPECT_EQ(why(pair_of(query("Altyn Trade"))), "the party has changed");
  EXPECT_EQ(why(pair_of(query("Altyn Trade"), "sha256:other")), "both the party and the list's entry have changed");
  // Another firm of that name is not this customer changed.
  EXPECT_EQ(why(pair_of(query("Altyn Trade", "130440012360"))), "");
  EXPECT_EQ(why(pair_of(query("Kumis Trade"))), "");
}

TEST(Marks, ACertainMatchIsNeverMarked) {
  Pair pair = pair_of(query("Altyn Trade"));
  const std::vector<Mark> marks = {mark_of(pair)};
  pair.certain = true;
  EXPECT_EQ(judge_marks(marks, pair, kDay).by, nullptr);
  EXPECT_EQ(judge_marks(marks, pair, kDay).fallen.front().why, "the match is certain now");
  pair.certain = false;
  pair.how = "identifier";
  EXPECT_EQ(judge_marks(marks, pair, kDay).by, nullptr);
}

TEST(Marks, AnotherCustomersMarkSaysNothing) {
  const Pair mine = pair_of(query("Altyn Trade"));
  match::Query other = query("Altyn Trade");
  other.countries = {"uz"};
  const std::vector<Mark> marks = {mark_of(pair_of(other), "mark-other"), mark_of(mine, "mark-mine")};
  const auto judged = judge_marks(marks, mine, kDay);
  ASSERT_NE(judged.by, nullptr);
  EXPECT_EQ(judged.by->id, "mark-mine");
  EXPECT_TRUE(judged.fallen.empty());
  Pair elsewhere = mine;
  elsewhere.entity = "ofac-2";
  EXPECT_EQ(judge_marks(marks, elsewhere, kDay).by, nullptr);
}

TEST(Marks, ThePlaceInAFileIsNoContent) {
  Entity entity;
  entity.id = "ofac-1";
  entity.schema = "Company";
  entity.caption = "ALTYN TRADE";
  entity.line = 7;
  entity.datasets = {"us_ofac_sdn"};
  const std::string hash = listed_hash(entity);
  entity.line = 8;
  EXPECT_EQ(listed_hash(entity), hash);
  entity.add("birthDate", "1961");
  EXPECT_NE(listed_hash(entity), hash);
}

TEST(Marks, TheOrderInWhichAPartyIsWrittenIsNoContent) {
  match::Query one = query("B");
  one.names = {"B", "A"};
  match::Query other = query("A");
  other.names = {"A", "B"};
  EXPECT_EQ(party_side(one), party_side(other));
}

}  // namespace
}  // namespace tamga::clear
