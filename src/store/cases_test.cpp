#include "store/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "store/backends_test.h"

namespace tamga::store {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr const char* kNow = "2026-11-26T10:00:00Z";
constexpr const char* kDeadline = "2026-12-10";
constexpr const char* kUntil = "2027-11-26";

Pair hit(std::string entity, bool certain, std::string how = "name") {
  return {"/parties/1",
          "us_ofac_sdn",
          std::move(entity),
          "IVANOV",
          std::move(how),
          certain,
          "0.8",
          Json::object().set("names", Json::strings({"Ivanov"})),
          "sha256:party",
          "sha256:listed"};
}

Ground ground(std::vector<Pair> pairs, std::string hash = "sha256:g1", std::string outcome = "review", std::string rule = "us.sdn") {
  return {"KZ-1", "dec-1", std::move(rule), "us", "/parties/1", std::move(outcome), "It may be listed.", std::move(hash), std::move(pairs)};
}

class World {
 public:
  explicit World(const std::string& name) : place_(name) {
    store_.emplace(Store::open(place_.place()).value());
    const auto add = [&](const char* person, std::vector<std::string> roles) {
      EXPECT_TRUE(People(*store_).set({person, std::move(roles), true}, "Dana", kNow));
    };
    add("Dana", {"administrator"});
    add("Aslan", {"analyst"});
    add("Berik", {"analyst", "approver", "liaison"});
    add("Gulnara", {"approver"});
    add("Olga", {"auditor"});
    add("Aigerim", {"liaison"});
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Store& store() { return *store_; }
  Cases cases() { return Cases(*store_); }
  People people() { return People(*store_); }
  /// What `tamga approve` does.
  Status approve(const std::string& proposal, std::string_view by) {
    return store_->transact([&]() -> Status {
      TAMGA_TRY(const auto decided, people().decide(proposal, "approved", "", by, kNow));
      return decided.what == "alert.close" ? cases().close_approved(decided, kNow) : cases().mark_approved(decided, kNow);
    });
  }
  std::string raise(const Ground& about) {
    EXPECT_TRUE(cases().raise(about, kDeadline, kNow).has_value());
    return cases().alerts({})->back().id;
  }
  std::string run_sql(const std::string& sql) { return place_.run_sql(sql); }
  std::vector<std::string> damage() {
    std::vector<std::string> texts;
    const auto verification = store_->verify();
    EXPECT_TRUE(verification.has_value());
    for (const auto& found : verification->damage) texts.push_back(found.what);
    return texts;
  }

 private:
  TestPlace place_;
  std::optional<Store> store_;
};

std::string error(const Status& status) { return status ? "done" : status.error().text(); }
template <typename T>
std::string error(const Result<T>& result) {
  return result ? "done" : result.error().text();
}

using CasesTest = ::testing::Test;

TEST(CasesTest, AlertsComePageByPageByTheirDeadlines) {
  World world("pages");
  // Each third has the same deadline; those opened last are due first.
  for (int i = 0; i < 10; ++i) {
    auto about = ground({hit("ofac-1", false)});
    about.about = "/parties/" + std::to_string(i);
    about.deal = i % 2 == 0 ? "EVEN" : "ODD";
    ASSERT_TRUE(world.cases().raise(about, "2026-12-0" + std::to_string(9 - i / 3), kNow).value());
  }
  const auto all = world.cases().alerts({}).value();
  ASSERT_EQ(all.size(), 10U);
  const auto place = [](const Alert& alert) { return std::pair(alert.deadline, alert.sequence); };
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); }));
  EXPECT_EQ(all.front().ground.about, "/parties/9");
  std::vector<std::string> paged;
  AlertSelection selection{.most = 3};
  for (;;) {
    const auto page = world.cases().alerts(selection).value();
    EXPECT_LE(page.size(), 3U);
    if (page.empty()) break;
    for (const auto& alert : page) paged.push_back(alert.id);
    selection.after_deadline = page.back().deadline;
    selection.after_sequence = page.back().sequence;
  }
  std::vector<std::string> ids;
  for (const auto& alert : all) ids.push_back(alert.id);
  EXPECT_EQ(paged, ids);
  EXPECT_EQ(world.cases().alerts({.deal = "ODD"})->size(), 5U);
  EXPECT_EQ(world.cases().alerts({.state = "closed"})->size(), 0U);
  EXPECT_EQ(world.cases().alerts({.assigned = "Aslan"})->size(), 0U);
  ASSERT_TRUE(world.cases().assign(ids[0], "Aslan", "", "Aslan", kNow));
  EXPECT_EQ(world.cases().alerts({.state = "active", .assigned = "Aslan"})->size(), 1U);
  EXPECT_EQ(world.cases().alerts({.late_on = "2026-12-08"})->size(), 4U) << "of the 6th and the 7th";
}

TEST(CasesTest, AnAlertIsOpenedOnceAndRenewedByOtherGrounds) {
  World world("once");
  EXPECT_TRUE(world.cases().raise(ground({hit("ofac-1", false)}), kDeadline, kNow).value());
  EXPECT_FALSE(world.cases().raise(ground({hit("ofac-1", false)}), kDeadline, kNow).value());
  const auto all = world.cases().alerts({}).value();
  ASSERT_EQ(all.size(), 1U);
  const std::string id = all[0].id;
  const auto proposal = world.cases().propose_close(id, "no_risk", "looked at the register", "Aslan", kNow);
  ASSERT_TRUE(proposal.has_value()) << proposal.error().text();
  EXPECT_EQ(error(world.approve(proposal->id, "Gulnara")), "done");
  EXPECT_EQ(world.cases().alert(id).value()->state, cases::State::closed);
  // The same grounds leave it closed; others open it.
  EXPECT_FALSE(world.cases().raise(ground({hit("ofac-1", false)}), kDeadline, kNow).value());
  EXPECT_EQ(world.cases().alert(id).value()->reason, "no_risk");
  EXPECT_TRUE(world.cases().raise(ground({hit("ofac-2", false)}, "sha256:g2"), "2026-12-20", kNow).value());
  const auto again = world.cases().alert(id).value();
  EXPECT_EQ(again->state, cases::State::open);
  EXPECT_EQ(again->reason, "");
  EXPECT_EQ(again->deadline, "2026-12-20");
  EXPECT_EQ(again->ground.pairs.front().entity, "ofac-2");
  EXPECT_EQ(world.cases().history(id)->size(), 3U);
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
}

TEST(CasesTest, PeopleWorkIt) {
  World world("work");
  const std::string id = world.raise(ground({}));
  EXPECT_THAT(error(world.cases().assign(id, "Aslan", "", "Olga", kNow)), HasSubstr("Olga is auditor"));
  EXPECT_THAT(error(world.cases().assign(id, "Olga", "", "Aslan", kNow)), HasSubstr("Olga is auditor"));
  EXPECT_EQ(error(world.cases().assign(id, "Aslan", "2026-12-01", "Berik", kNow)), "done");
  EXPECT_EQ(error(world.cases().note(id, "asked the buyer", "Aslan", kNow)), "done");
  EXPECT_THAT(error(world.cases().note(id, "", "Aslan", kNow)), HasSubstr("must say something"));
  EXPECT_THAT(error(world.cases().note("alert-0", "x", "Aslan", kNow)), HasSubstr("there is no alert alert-0"));
  const auto hash = world.cases().attach(id, "letter.txt", "Dear all", "Aslan", kNow);
  ASSERT_TRUE(hash.has_value());
  EXPECT_EQ(world.store().kept(*hash).value(), "Dear all");
  EXPECT_EQ(error(world.cases().escalate(id, "too big for me", "Aslan", kNow)), "done");
  EXPECT_THAT(error(world.cases().escalate(id, "", "Aslan", kNow)), HasSubstr("is escalated already"));
  const auto alert = world.cases().alert(id).value();
  EXPECT_EQ(alert->state, cases::State::escalated);
  EXPECT_EQ(alert->assigned, "Aslan");
  EXPECT_EQ(alert->deadline, "2026-12-01");
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
}

TEST(CasesTest, AMarkNeedsTwoPeopleAndEvidenceAndAPossibleHit) {
  World world("mark");
  const std::string id = world.raise(ground({hit("ofac-1", false), hit("ofac-2", true), hit("ofac-3", false, "identifier")}));
  EXPECT_THAT(error(world.cases().propose_mark(id, "", kUntil, {}, "Aslan", kNow)), HasSubstr("must say something"));
  EXPECT_THAT(error(world.cases().propose_mark(id, "born 1980", kUntil, {"ofac-2"}, "Aslan", kNow)), HasSubstr("can never be marked"));
  EXPECT_THAT(error(world.cases().propose_mark(id, "born 1980", kUntil, {"ofac-3"}, "Aslan", kNow)), HasSubstr("by identifier"));
  EXPECT_THAT(error(world.cases().propose_mark(id, "born 1980", kUntil, {"ofac-9"}, "Aslan", kNow)), HasSubstr("has no hit on ofac-9"));
  EXPECT_THAT(error(world.cases().propose_mark(id, "born 1980", kUntil, {}, "Olga", kNow)), HasSubstr("Olga is auditor"));
  const auto proposal = world.cases().propose_mark(id, "born 1980", kUntil, {}, "Berik", kNow);
  ASSERT_TRUE(proposal.has_value()) << proposal.error().text();
  EXPECT_THAT(error(world.approve(proposal->id, "Berik")), HasSubstr("four eyes"));
  EXPECT_EQ(world.cases().marks()->size(), 0U);
  EXPECT_EQ(error(world.approve(proposal->id, "Gulnara")), "done");
  const auto marks = world.cases().marks().value();
  ASSERT_EQ(marks.size(), 1U);
  EXPECT_EQ(marks[0].pair.entity, "ofac-1");
  EXPECT_EQ(marks[0].proposed_by, "Berik");
  EXPECT_EQ(marks[0].approved_by, "Gulnara");
  // Two true hits are left, so the alert stays.
  EXPECT_EQ(world.cases().alert(id).value()->state, cases::State::open);
  const auto head = world.store().head()->sequence;
  EXPECT_EQ(error(world.cases().fall(marks[0].id, "the list has changed its entry", "dec-2", kNow)), "done");
  EXPECT_EQ(world.cases().marks_at(head)->size(), 1U);
  EXPECT_EQ(world.cases().marks_at(marks[0].sequence - 1)->size(), 0U);
  EXPECT_EQ(world.cases().marks_at(head + 1)->size(), 0U);
  EXPECT_EQ(world.cases().marks()->front().fallen_why, "the list has changed its entry");
  EXPECT_FALSE(world.cases().fall(marks[0].id, "again", "dec-3", kNow).has_value());
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
}

TEST(CasesTest, AnAlertWhoseEveryHitIsMarkedIsClosed) {
  World world("all");
  const std::string id = world.raise(ground({hit("ofac-1", false), hit("ofac-2", false)}));
  const auto proposal = world.cases().propose_mark(id, "another firm, BIN 090240001124", kUntil, {}, "Aslan", kNow);
  ASSERT_TRUE(proposal.has_value());
  EXPECT_EQ(error(world.approve(proposal->id, "Gulnara")), "done");
  EXPECT_EQ(world.cases().marks()->size(), 2U);
  EXPECT_EQ(world.cases().alert(id).value()->reason, "false_hit");
  EXPECT_THAT(error(world.cases().note(id, "x", "Aslan", kNow)), HasSubstr("is closed (false_hit)"));
  EXPECT_THAT(error(world.cases().propose_close(id, "deal_refused", "", "Aslan", kNow)), HasSubstr("closed already"));
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
}

TEST(CasesTest, WhatWasApprovedOnOldGroundsIsNotDone) {
  World world("old");
  const std::string id = world.raise(ground({hit("ofac-1", false)}));
  const auto proposal = world.cases().propose_mark(id, "born 1980", kUntil, {}, "Aslan", kNow);
  ASSERT_TRUE(world.cases().raise(ground({hit("ofac-1", true)}, "sha256:g2"), kDeadline, kNow).value());
  EXPECT_THAT(error(world.approve(proposal->id, "Gulnara")), HasSubstr("has changed since"));
  EXPECT_EQ(world.cases().marks()->size(), 0U);
  EXPECT_EQ(world.people().proposal(proposal->id).value()->state, "open");
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
}

TEST(CasesTest, ATrueHitIsClearedByNobody) {
  World world("true");
  const std::string id = world.raise(ground({hit("ofac-1", true)}, "sha256:g", "prohibited"));
  EXPECT_THAT(error(world.cases().propose_close(id, "false_hit", "x", "Aslan", kNow)), HasSubstr("nobody here clears it"));
  EXPECT_THAT(error(world.cases().propose_mark(id, "x", kUntil, {}, "Aslan", kNow)), HasSubstr("every hit of"));
  const auto proposal = world.cases().propose_close(id, "deal_refused", "", "Aslan", kNow);
  ASSERT_TRUE(proposal.has_value());
  // Whoever goes round the program, with a proposal that two people made for another reason, is refused by the database.
  EXPECT_TRUE(world.people().decide(proposal->id, "approved", "", "Gulnara", kNow).has_value());
  EXPECT_EQ(world.run_sql("UPDATE alerts SET events = events + 1, state = 'closed', reason = 'false_hit', closed_by = '" + proposal->id + "'"),
            "a true hit is cleared by nobody");
}

TEST(CasesTest, TheDatabaseItselfRefuses) {
  World world("sql");
  const std::string id = world.raise(ground({hit("ofac-1", false), hit("ofac-2", true)}));
  const auto proposal = world.cases().propose_mark(id, "born 1980", kUntil, {}, "Aslan", kNow);
  const std::string close = "UPDATE alerts SET events = events + 1, state = 'closed', reason = 'deal_refused', closed_by = ";
  const std::string mark = "INSERT INTO marks VALUES('m', 999, '" + id + "', 'us_ofac_sdn', ";
  const std::string sides = ", 'sha256:party', 'sha256:listed', '2027-01-01', '" + proposal->id + "', NULL)";
  EXPECT_EQ(world.run_sql(close + "'nobody'"), "an alert is closed by two people");
  EXPECT_EQ(world.run_sql(close + "'" + proposal->id + "'"), "an alert is closed by two people");
  EXPECT_EQ(world.run_sql(mark + "'ofac-1'" + sides), "a mark is set by two people");
  EXPECT_TRUE(world.people().decide(proposal->id, "approved", "", "Gulnara", kNow).has_value());
  EXPECT_EQ(world.run_sql(mark + "'ofac-2'" + sides), "only a possible hit by name can be marked as false");
  EXPECT_EQ(world.run_sql(mark + "'ofac-7'" + sides), "only a possible hit by name can be marked as false");
  EXPECT_EQ(world.run_sql("DELETE FROM alerts"), "alerts are never removed");
  EXPECT_EQ(world.run_sql("DELETE FROM alert_hits"), "hits are never removed");
  EXPECT_EQ(world.run_sql("UPDATE alert_hits SET certain = 0"), "hits are never changed");
  EXPECT_THAT(world.run_sql("UPDATE alerts SET deal = 'KZ-2', events = 9"), HasSubstr("stays what it is about"));
  EXPECT_EQ(world.run_sql("INSERT INTO alerts VALUES('a', 9, 9, 'd', 'r', '', 'review', 'g', 'closed', '', '', 'x', 'y', 0)"),
            "an alert begins open");
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
  // What gets past the triggers does not get past the ledger.
  EXPECT_EQ(world.run_sql("UPDATE alerts SET assigned = 'Aslan', events = 1"), "done");
  EXPECT_EQ(world.run_sql(mark + "'ofac-1'" + sides), "done");
  EXPECT_EQ(world.damage(),
            (std::vector<std::string>{"alert " + id + ": differs from what the ledger recorded", "mark m: the ledger does not know it"}));
}

TEST(CasesTest, AConsultationIsOpenedSentAndAnsweredByALiaison) {
  World world("consult");
  Consultation about;
  about.id = "con-1";
  about.decision = "dec-1";
  about.kind = "consultation";
  about.authority = "ofac";
  about.rule = "us.sdn";
  EXPECT_THAT(error(world.cases().consult(about, "{}", "%PDF", "Aslan", kNow)), HasSubstr("this needs liaison"));
  const auto made = world.cases().consult(about, "{}", "%PDF", "Aigerim", kNow);
  ASSERT_TRUE(made.has_value()) << made.error().text();
  EXPECT_EQ(world.store().kept(made->pdf_hash).value(), "%PDF");
  EXPECT_THAT(error(world.cases().consult(about, "{}", "%PDF", "Aigerim", kNow)), HasSubstr("is open already"));
  EXPECT_THAT(error(world.cases().answered("con-1", "2026-12-01", "yes", "", "Aigerim", kNow)), HasSubstr("was not sent yet"));
  EXPECT_THAT(error(world.cases().sent("con-2", "2026-12-01", "", "", "Aigerim", kNow)), HasSubstr("there is no consultation con-2"));
  EXPECT_EQ(error(world.cases().sent("con-1", "2026-12-01", "RUSSIA-2026-1", "2027-03-01", "Aigerim", kNow)), "done");
  EXPECT_THAT(error(world.cases().sent("con-1", "2026-12-02", "", "", "Aigerim", kNow)), HasSubstr("is sent already"));
  EXPECT_THAT(error(world.cases().answered("con-1", "2026-12-09", "", "", "Aigerim", kNow)), HasSubstr("must say something"));
  EXPECT_THAT(error(world.cases().answered("con-1", "2026-12-09", "granted", "letter", "Gulnara", kNow)), HasSubstr("needs liaison"));
  EXPECT_EQ(error(world.cases().answered("con-1", "2026-12-09", "granted", "letter", "Aigerim", kNow)), "done");
  EXPECT_THAT(error(world.cases().answered("con-1", "2026-12-10", "refused", "", "Aigerim", kNow)), HasSubstr("answered already"));
  const auto found = world.cases().consultation("con-1").value();
  EXPECT_EQ(found->state, "answered");
  EXPECT_EQ(found->reference, "RUSSIA-2026-1");
  EXPECT_EQ(found->deadline, "2027-03-01");
  EXPECT_EQ(world.store().kept(found->answer_hash).value(), "letter");
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
  EXPECT_EQ(world.run_sql("UPDATE consultations SET deadline = '2030-01-01'"), "an answered consultation stays as it is");
}

TEST(CasesTest, AReportKeepsTheDeadlineOfTheLaw) {
  World world("report");
  Consultation about;
  about.id = "con-1";
  about.kind = "blocked";
  about.authority = "ofac_blocked";
  about.deadline = "2026-12-08";
  ASSERT_TRUE(world.cases().consult(about, "{}", "%PDF", "Aigerim", kNow).has_value());
  EXPECT_EQ(error(world.cases().sent("con-1", "2026-12-01", "", "2030-01-01", "Aigerim", kNow)), "done");
  EXPECT_EQ(world.cases().consultation("con-1").value()->deadline, "2026-12-08");
  EXPECT_EQ(world.run_sql("UPDATE consultations SET deadline = '2030-01-01'"), "done");
  EXPECT_EQ(world.damage(), std::vector<std::string>{"consultation con-1: differs from what the ledger recorded"});
}

/// Somebody, with any mix of roles, does whatever they like in any order: nothing is closed and nothing marked. With a second approver it can be,
/// which shows that the property can fail.
enum class Who { alone, with_another };
bool anything_done(Who who, const std::vector<int>& acts, int roles) {
  World world(who == Who::alone ? "alone" : "two");
  std::vector<std::string> mix;
  for (const auto* role : {"analyst", "approver", "liaison", "administrator", "auditor"}) {
    if ((roles & 1) != 0) mix.emplace_back(role);
    roles >>= 1;
  }
  EXPECT_TRUE(world.people().set({"Eve", mix, true}, "Dana", kNow));
  const std::string id = world.raise(ground({hit("ofac-1", false)}));
  std::vector<std::string> proposals;
  bool turn = false;
  for (const int act : acts) {
    const auto keep = [&](const Result<Proposal>& made) {
      if (made) proposals.push_back(made->id);
    };
    switch (act % 8) {
      case 0: keep(world.cases().propose_close(id, "no_risk", "looked", "Eve", kNow)); break;
      case 1: keep(world.cases().propose_mark(id, "another man", kUntil, {}, "Eve", kNow)); break;
      case 2:
      case 3:
        turn = !turn;
        for (const auto& proposal : proposals) static_cast<void>(world.approve(proposal, who == Who::alone || turn ? "Eve" : "Gulnara"));
        break;
      case 4: static_cast<void>(world.cases().assign(id, "Eve", "", "Eve", kNow)); break;
      case 5: static_cast<void>(world.cases().escalate(id, "", "Eve", kNow)); break;
      case 6:
        for (const auto& proposal : proposals) static_cast<void>(world.people().decide(proposal, "withdrawn", "", "Eve", kNow));
        break;
      default: static_cast<void>(world.cases().attach(id, "f", std::to_string(act), "Eve", kNow)); break;
    }
  }
  EXPECT_EQ(world.damage(), std::vector<std::string>{});
  return world.cases().alert(id).value()->state == cases::State::closed || !world.cases().marks()->empty();
}

RC_GTEST_PROP(CasesProperty, OnePersonAloneClosesAndMarksNothing, ()) {
  const auto acts = *rc::gen::resize(12, rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000)));
  const int roles = *rc::gen::inRange(0, 32);
  RC_ASSERT(!anything_done(Who::alone, acts, roles));
}

TEST(CasesProperty, TwoPeopleDo) { EXPECT_TRUE(anything_done(Who::with_another, {0, 2, 3}, 1)); }

}  // namespace
}  // namespace tamga::store
